"""What is promised of the table 对接表: both sides' contact details, the day's own names, and nothing that the reader may not see."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pairing_village import pair, pairing_village
from village import TODAY, Village

from carekit import clock
from carekit.apps.pairing import pairing
from carekit.apps.pairing_facts import pairing_facts
from carekit.apps.pairing_table import TITLE, ContactTable, table_columns, table_rows
from carekit.records import Assignment, Enrolment, Family, Pairing, SchoolClass
from carekit.records.codes import Duty, LeavingReason, PairingEnd, PairingKind

JUNE = date(2026, 6, 30)
SEPTEMBER = date(2026, 9, 10)


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    """The small school with two helpers and a leader."""
    with pairing_village(tmp_path) as made:
        yield made


def printed(table: ContactTable) -> str:
    """The page that a press on Print sends."""
    sent: list[Any] = []
    table.sheet.send = lambda content, **_: sent.append(content)  # type: ignore[method-assign]
    table.sheet.receive({"type": "print"})
    return str(sent[0]["page"]) if sent else ""


def test_both_sides_stand_in_one_row(village: Village) -> None:
    """Supporter with unit, post, party membership and phone; child with class, guardian, the guardian's phone and address; what, how often, since when."""
    pair(village, "elder", "qin", duties="辅导作业", promise="每周一次")
    desk = village.desk("zhou")
    row = table_rows(desk, pairing_facts(desk))[0]
    expected = {
        "supporter": "秦样", "unit": "样例镇政府", "post": "干事", "party_member": True, "phone": "15400000055", "child": "赵小禾",
        "class_name": "三(1)班", "teacher": "王样", "guardian": "样奶奶", "guardian_phone": "15400000001", "address": "样例镇清溪村1组3号",
        "duties": "辅导作业", "promise": "每周一次", "from_on": date(2026, 3, 2), "kind_of": "2",
    }  # fmt: skip
    assert {name: row[name] for name in expected} == expected


def test_the_table_prints_what_the_filter_leaves_under_one_heading(village: Village) -> None:
    """On paper: A4 across, school, day and who filled it in, the rows of the filter alone, typed text letter for letter; the print is logged."""
    pair(village, "elder", "qin", duties="<b>辅导</b>")
    pair(village, "younger", "sun", kind_of=PairingKind.TEACHER)
    page = pairing(village.desk("zhou"))
    page.turn_to("table")
    table = page.contact_table
    everything = printed(table)
    assert "A4 landscape" in everything and TITLE.zh in everything and "2026-05-20" in everything and "周样" in everything
    assert "赵小禾" in everything and "赵小雨" in everything and "&lt;b&gt;辅导&lt;/b&gt;" in everything and "<b>" not in everything
    view = {"type": "view", "page": 1, "query": "", "sort": "", "ascending": True}
    table.table.receive({**view, "filters": {"kind_of": str(PairingKind.TEACHER)}})
    filtered = printed(table)
    assert "赵小雨" in filtered and "赵小禾" not in filtered
    lines = village.console.audit_lines()
    assert list(lines[lines["action"] == "export"]["detail"]) == ["contact table on paper, 2 rows", "contact table on paper, 1 rows"]


def test_the_workbook_holds_texts_and_no_formula(village: Village) -> None:
    """Downloaded, the table has the same rows; what begins like a formula is text, a phone keeps its digits."""
    pair(village, "elder", "qin", duties="=HYPERLINK(1)")
    page = pairing(village.desk("zhou"))
    page.turn_to("table")
    name, content, _ = page.contact_table._file()
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None and name == "党员干部与帮扶对象对接表 2026-05-20.xlsx"
    cells = {cell.value: cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert cells["=HYPERLINK(1)"] == "s" and cells["15400000001"] == "s"
    assert "f" not in cells.values()


def test_the_table_shows_what_the_reader_may_see(village: Village) -> None:
    """A supporter finds the own children alone; a class teacher those of the class; nobody's table has a child of another."""
    pair(village, "elder", "qin")
    pair(village, "foreign", "lu")
    seen = {}
    for key in ("zhou", "wang", "li", "qin", "sun", "he"):
        desk = village.desk(key)
        seen[key] = [row["child"] for row in table_rows(desk, pairing_facts(desk))]
    assert seen == {
        "zhou": ["钱小雨", "赵小禾"],
        "he": ["钱小雨", "赵小禾"],
        "wang": ["赵小禾"],
        "li": ["钱小雨"],
        "qin": ["赵小禾"],
        "sun": [],
    }
    assert {"guardian_phone", "address"} <= {column.name for column in table_columns(village.desk("qin"))}


def test_what_a_role_may_not_see_is_empty(village: Village) -> None:
    """A subject teacher who is paired with a child sees its guardian; of the pupils who are only taught there is no row at all."""
    pair(village, "elder", "sun")
    pair(village, "younger", "qin")
    desk = village.desk("sun")
    assert [(row["child"], row["guardian_phone"]) for row in table_rows(desk, pairing_facts(desk))] == [("赵小禾", "15400000001")]


def test_case_51_the_june_table_is_the_same_in_september(village: Village) -> None:
    """CASES 51: after the new class, the new class teacher, the new supporter and the renamed class, the table of June still says what it said."""
    old = pair(village, "elder", "qin", promise="每周一次")
    zhou = village.desk("zhou")
    with clock.at(JUNE):
        in_june = table_rows(zhou, pairing_facts(zhou, JUNE))
        page = pairing(zhou)
        page.turn_to("table")
        paper = printed(page.contact_table)
    with clock.at(SEPTEMBER):
        console, elder = village.console, village.children["elder"]
        fourth = SchoolClass(school_id=village.school.id, school_year=2026, grade=4, number=2, name="四(2)班")
        stay = console.find(Enrolment, {"child_id": elder.id})[0]
        duty = console.find(Assignment, {"class_id": village.third.id, "duty": Duty.CLASS_TEACHER})[0]
        with console.transaction():
            console.add(fourth)
            moved = stay.record.model_copy(update={"left_on": date(2026, 8, 31), "leaving": LeavingReason.PROMOTED})
            console.amend(moved, seen=1)
            console.add(Enrolment(child_id=elder.id, class_id=fourth.id, enrolled_on=date(2026, 9, 1)))
            console.add(Assignment(class_id=fourth.id, staff_id=village.staff["li"].id, duty=Duty.CLASS_TEACHER, from_on=date(2026, 9, 1)))
            console.amend(duty.record.model_copy(update={"until_on": date(2026, 9, 1)}), seen=1)
            console.amend(village.third.model_copy(update={"name": "实验三班"}), seen=1, reason="更名")
            ended = {"until_on": date(2026, 9, 1), "end_reason": PairingEnd.CHANGED, "handover": "好"}
            console.amend(old.model_copy(update=ended), seen=1)
            new = Pairing(child_id=elder.id, kind_of=PairingKind.TEACHER, staff_id=village.staff["lu"].id, from_on=date(2026, 9, 1))
            console.add(new)
        now = table_rows(zhou, pairing_facts(zhou))
        assert [(row["supporter"], row["class_name"], row["teacher"]) for row in now] == [("陆样", "四(2)班", "李样")]
        again = table_rows(zhou, pairing_facts(zhou, JUNE))
        assert [(row["supporter"], row["class_name"], row["teacher"]) for row in again] == [("秦样", "三(1)班", "王样")]
        assert again == in_june
        page = pairing(zhou)
        page.turn_to("table")
        page.contact_table.day.value = JUNE
        assert printed(page.contact_table) == paper


def test_as_known_on_the_day_leaves_out_what_was_written_later(village: Village) -> None:
    """A phone corrected afterwards and a pairing entered afterwards are in the table as known now, not in the one as known on that day."""
    pair(village, "elder", "qin")
    zhou = village.desk("zhou")
    with clock.at(SEPTEMBER):
        family = village.console.find(Family, {"id": village.children["elder"].family_id})[0]
        village.console.amend(family.record.model_copy(update={"address": "新街2号"}), seen=family.version)
        pair(village, "younger", "lu")
        table = ContactTable(zhou)
        table.day.value = JUNE
        assert {(row["child"], row["address"]) for row in table.table.rows} == {("赵小禾", "新街2号"), ("赵小雨", "新街2号")}
        table.known.value = "then"
        assert {(row["child"], row["address"]) for row in table.table.rows} == {("赵小禾", "样例镇清溪村1组3号")}


@pytest.mark.parametrize("day", [None, TODAY + timedelta(days=1), date(1999, 1, 1)])
def test_a_day_that_cannot_be_meant_is_said(village: Village, day: date | None) -> None:
    """An empty, future or far day is refused with a sentence; nothing is printed under it."""
    table = ContactTable(village.desk("zhou"))
    table.day.value = day
    assert "请选择2000年9月1日到今天之间的日期" in table.notice.text
    assert printed(table) == ""


def test_who_has_left_is_not_in_the_table_but_counted(village: Village) -> None:
    """A pairing whose supporter has left is left out of the table, and the page says how many are."""
    pair(village, "elder", "qin")
    village.console.amend(village.staff["qin"].model_copy(update={"until_on": TODAY - timedelta(days=1)}), seen=1)
    table = ContactTable(village.desk("zhou"))
    table.refresh()
    assert table.table.rows == [] and "另有1对" in table.notice.text
