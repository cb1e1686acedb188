from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from roster_examples import ON

from carekit.exchange import ImportPlan, apply_plan, held_back_workbook, plan_import, read_roster
from carekit.records import Case, Child, Enrolment, Family
from carekit.store import Desk

GOOD, BAD = "999999201603150024", "99999920160315002"
HEADINGS = ["序号", "班级", "姓名", "身份证号", "村组", "备注"]


def _file(rows: list[list[Any]], sheet: str = "名单", merge: tuple[int, int] | None = None, title: str = "样例小学学生名单") -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        page = book.add_worksheet(sheet)
        page.write_row(0, 0, [title])
        page.write_row(1, 0, HEADINGS)
        for number, row in enumerate(rows, start=2):
            for column, value in enumerate(row):
                (page.write_number if isinstance(value, float | int) else page.write_string)(number, column, value)
        if merge:
            page.merge_range(merge[0], 1, merge[1], 1, "三(1)班")
    return out.getvalue()


def _plan(desk: Desk, content: bytes, name: str = "名单.xlsx") -> ImportPlan:
    return plan_import(desk, read_roster(content, name), on=ON)


def _corrected(content: bytes, old: object, new: str) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [c for sheet in book for row in sheet.iter_rows() for c in row if c.value == old]
    assert cells, "the cell to correct is in the file"
    for cell in cells:
        cell.value = new
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_corrected_row_imports(desk: Desk) -> None:
    """A row held back for its number comes back with the reason in Chinese; corrected and imported, it makes the file it should."""
    first = _plan(desk, _file([[1, "三(1)班", "赵小禾", BAD, "样例村", ""], [2, "三(1)班", "钱小苗", "", "样例村", ""]]))
    assert (first.counts["new"], first.counts["held_back"]) == (1, 1)
    apply_plan(desk, first, reason="r")
    content = held_back_workbook(first)
    (sheet,) = openpyxl.load_workbook(io.BytesIO(content)).worksheets
    assert [c.value for c in sheet[1]] == ["退回原因", "原文件行", *HEADINGS]
    assert "身份证号" in sheet["A2"].value and sheet["B2"].value == "3" and sheet.max_row == 2
    second = _plan(desk, _corrected(content, BAD, GOOD))
    assert second.counts == {"rows": 2, "new": 1, "changed": 0, "unchanged": 0, "held_back": 0, "blank": 0, "not_data": 1}
    apply_plan(desk, second, reason="r")
    assert {c.record.name: c.record.id_number for c in desk.find(Child)} == {"赵小禾": GOOD, "钱小苗": None}


def test_uncorrected_rows_are_held_back_again(desk: Desk) -> None:
    """The held-back workbook imported as it is holds the same rows back again and makes nobody."""
    first = _plan(desk, _file([[1, "三(1)班", "赵小禾", BAD, "", ""], [2, "三(1)班", "", GOOD, "", ""]]))
    again = _plan(desk, held_back_workbook(first))
    assert (again.counts["held_back"], again.counts["new"]) == (2, 0)


def test_a_number_stored_as_a_number_is_not_repaired(desk: Desk) -> None:
    """A number that Excel has damaged comes back as text as it stood, is still held back, and can be typed anew."""
    content = held_back_workbook(_plan(desk, _file([[1, "三(1)班", "赵小禾", 999999201603150024, "", ""]])))
    cells = [c for c in openpyxl.load_workbook(io.BytesIO(content)).worksheets[0][2] if c.value]
    assert all(c.data_type == "s" and c.number_format == "@" for c in cells)
    assert _plan(desk, content).counts["new"] == 0


@pytest.mark.parametrize("blank", ["", "同上"])
def test_what_stood_above_is_written_in(desk: Desk, blank: str) -> None:
    """The class and the village that a row took from above stand in the given-back row, so that it keeps them alone."""
    rows = [[1, "三(1)班", "赵小禾", "", "样例村", ""], [2, blank, "钱小苗", BAD, "同上", ""]]
    plan = _plan(desk, _file(rows))
    apply_plan(desk, plan, reason="r")
    apply_plan(desk, _plan(desk, _corrected(held_back_workbook(plan), BAD, GOOD)), reason="r")
    assert len({s.record.class_id for s in desk.find(Enrolment)}) == 1 and len(desk.find(Enrolment)) == 2
    villages = {c.record.village for c in desk.find(Child)} | {f.record.village for f in desk.find(Family)}
    assert "样例村" in villages and "同上" not in villages


def test_a_merged_class_is_written_in(desk: Desk) -> None:
    """A class merged over several rows stands in each given-back row of them."""
    plan = _plan(desk, _file([[1, "", "赵小禾", "", "", ""], [2, "", "钱小苗", BAD, "", ""]], merge=(2, 3)))
    again = _plan(desk, _corrected(held_back_workbook(plan), BAD, GOOD))
    assert again.rows[0].children[0].school_class == plan.rows[1].children[0].school_class != None  # noqa: E711


def test_a_class_from_the_sheets_name_is_kept(desk: Desk) -> None:
    """A sheet named after its class keeps its name, so that the corrected row goes into that class."""
    plan = _plan(desk, _file([[1, "", "赵小禾", BAD, "", ""]], sheet="三(2)班"))
    apply_plan(desk, _plan(desk, _corrected(held_back_workbook(plan), BAD, GOOD)), reason="r")
    assert len(desk.find(Enrolment)) == 1


def test_a_list_of_left_behind_children_stays_one(desk: Desk) -> None:
    """A row of a list titled 留守儿童花名册 comes onto the register, also after it was given back and corrected."""
    plan = _plan(desk, _file([[1, "三(1)班", "赵小禾", BAD, "", ""], [2, "三(1)班", "钱小苗", "", "", ""]], title="样例小学留守儿童花名册"))
    apply_plan(desk, plan, reason="r")
    assert len(desk.find(Case)) == 1
    apply_plan(desk, _plan(desk, _corrected(held_back_workbook(plan), BAD, GOOD)), reason="r")
    assert len(desk.find(Case)) == 2


def test_formulas_in_a_held_row_stay_texts(desk: Desk) -> None:
    """A cell that looks like a formula comes back as the text it was."""
    content = held_back_workbook(_plan(desk, _file([[1, "三(1)班", "赵小禾", BAD, "", "=1+1"]])))
    cell = next(c for c in openpyxl.load_workbook(io.BytesIO(content)).worksheets[0][2] if c.value == "=1+1")
    assert cell.data_type == "s"


def test_a_row_held_back_by_the_comparison_comes_back_too(desk: Desk) -> None:
    """A row that only the comparison with the store holds back has the comparison's sentence beside it."""
    apply_plan(desk, _plan(desk, _file([[1, "三(1)班", "赵小禾", GOOD, "", ""]])), reason="r")
    plan = _plan(desk, _file([[1, "三(1)班", "钱小苗", GOOD, "", ""]]))
    assert "另一个名字" in openpyxl.load_workbook(io.BytesIO(held_back_workbook(plan))).worksheets[0]["A2"].value


def test_nothing_held_back_is_a_file_that_says_so(desk: Desk) -> None:
    """Without held-back rows the workbook is whole and says that there are none."""
    plan = _plan(desk, _file([[1, "三(1)班", "赵小禾", "", "", ""]]))
    assert openpyxl.load_workbook(io.BytesIO(held_back_workbook(plan))).sheetnames == ["没有退回的行"]


def test_a_csv_gives_back_a_workbook(desk: Desk) -> None:
    """Held-back rows of a CSV file come back as a workbook that imports again."""
    plan = _plan(desk, f"班级,姓名,身份证号\r\n三(1)班,赵小禾,{BAD}\r\n".encode("utf-8-sig"), "名单.csv")
    assert _plan(desk, _corrected(held_back_workbook(plan), BAD, GOOD)).counts["new"] == 1


def test_a_file_is_imported_twice_from_bytes(both_desks: Desk) -> None:
    """A real file imported twice: everything new, then everything unchanged, and the account is whole both times (case 15)."""
    content = _file([[n, "三(1)班" if n % 2 else "三(2)班", f"赵{'一二三四五六七八九'[n - 1]}", "", "样例村", ""] for n in range(1, 10)])
    first = _plan(both_desks, content)
    apply_plan(both_desks, first, reason="r")
    second = _plan(both_desks, content)
    assert (first.counts["new"], second.counts["unchanged"]) == (9, 9)
    assert first.counts["rows"] == second.counts["rows"] == 11
