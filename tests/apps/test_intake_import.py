"""What is promised of the roster import on the page: nothing saved before approval, every row accounted for, rows given back as a file."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from village import Village, village_in

from carekit.apps.intake import intake
from carekit.apps.intake_import import ImportPanel
from carekit.apps.intake_import_tables import path_label
from carekit.errors import UserError
from carekit.exchange.roster.headings import MEMBER_SYNONYMS, ROLE_WORDS, SYNONYMS
from carekit.identifiers import check_digit
from carekit.records import Child
from carekit.widgets import StepState


def number(day: str, place: int) -> str:
    """A sound identity number of nobody."""
    first17 = f"999999{day}{place:03}"
    return first17 + check_digit(first17)


def roster(*rows: str) -> bytes:
    """A CSV file as a school sends it: a title, headings, rows, a total."""
    lines = ["样例小学留守儿童花名册", "序号,班级,姓名,性别,身份证号,父亲姓名,父亲电话,鞋码", *rows, f"合计,{len(rows)}人"]
    return "\r\n".join(lines).encode("gb18030")


GOOD = f"1,三(1)班,李新来,男,{number('20160506', 31)},李大样,15400000101,35"
SECOND = f"2,四(2)班,周小满,女,{number('20150707', 42)},周大样,15400000102,36"
BAD = "3,三(1)班,吴某,男,99999920160506,吴大样,15400000103,37"


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    """The small school."""
    with village_in(tmp_path) as made:
        yield made


def names(village: Village) -> set[str]:
    """The names of all children in the store."""
    return {one.record.name for one in village.console.find(Child)}


def test_a_roster_goes_through_all_steps(village: Village) -> None:
    """File, headings, result, save: the counts add up, nothing is saved before the approval, and the figures of the page follow."""
    app = intake(village.desk("zhou"))
    panel, before = app.roster, dict(app.counts)
    panel.take_file("花名册.csv", roster(GOOD, "", SECOND, BAD))
    assert panel.steps.states == {"file": StepState.DONE, "headings": StepState.READY, "result": StepState.TODO, "saved": StepState.TODO}
    panel.compare()
    assert panel.plan is not None
    counts = panel.plan.counts
    assert (counts["new"], counts["held_back"], counts["changed"], counts["unchanged"]) == (2, 1, 0, 0)
    assert counts["rows"] == sum(counts[name] for name in ("new", "changed", "unchanged", "held_back", "blank", "not_data"))
    assert "李新来" not in names(village)
    assert f"新建{counts['new']}" in panel.save_button.description
    panel.save()
    assert {"李新来", "周小满"} <= names(village) and "吴某" not in names(village)
    assert panel.steps.states["saved"] is StepState.DONE
    assert "新建档案2份" in panel.notice.text and "退回1行" in panel.notice.text
    assert app.counts["files"] == before["files"] + 2


def test_saving_twice_saves_once(village: Village) -> None:
    """A double click on Save changes nothing more."""
    panel = ImportPanel(village.desk("zhou"), lambda: None)
    panel.take_file("花名册.csv", roster(GOOD))
    panel.compare()
    panel.save()
    panel.save()
    assert len(village.console.find(Child, {"name": "李新来"})) == 1


def test_importing_again_changes_nothing(village: Village) -> None:
    """The second time every row is unchanged and there is nothing to approve; a changed phone is shown field by field."""
    panel = ImportPanel(village.desk("zhou"), lambda: None)
    for _ in range(2):
        panel.take_file("花名册.csv", roster(GOOD, SECOND))
        panel.compare()
        assert panel.plan is not None
        if panel.plan.counts["new"]:
            panel.save()
    assert (panel.plan.counts["new"], panel.plan.counts["unchanged"]) == (0, 2)
    assert panel.save_button.layout.display == "none"
    panel.take_file("花名册.csv", roster(GOOD.replace("15400000101", "15400000199"), SECOND))
    panel.compare()
    assert [(row["child"], str(row["old"]), str(row["new"])) for row in panel.tables.changed.rows] == [
        ("李新来", "15400000101", "15400000199")
    ]


def test_headings_are_shown_before_anything_is_compared(village: Village) -> None:
    """The row of the headings, what each column is taken for, and the columns that stay out."""
    panel = ImportPanel(village.desk("zhou"), lambda: None)
    panel.take_file("花名册.csv", roster(GOOD))
    meanings = {row["heading"]: row["meaning"] for row in panel.headings.rows}
    assert meanings["姓名"] == "儿童：姓名"
    assert meanings["父亲电话"] == "父亲：联系电话"
    assert meanings["鞋码"] == "不导入"
    assert "第2行" in panel.headings.rows[0]["sheet"]
    assert any("鞋码" in line for line in panel.notice.lines)


def test_rows_given_back_are_told_and_downloaded(village: Village) -> None:
    """Row, column and reason on the page; the same rows as a workbook made only when it is asked for, and the download is logged."""
    panel = ImportPanel(village.desk("zhou"), lambda: None)
    panel.take_file("花名册.csv", roster(GOOD, BAD))
    panel.compare()
    held = panel.tables.held.rows[0]
    assert (held["row"], held["child"], held["column"]) == (4, "吴某", "身份证号")
    assert held["reason"]
    sent: list[Any] = []
    panel.download.send = lambda message, buffers=(): sent.append((message, list(buffers)))
    panel.download.receive({"type": "ask"})
    message, buffers = sent[0]
    assert message["name"].endswith(".xlsx")
    sheet = load_workbook(BytesIO(buffers[0])).active
    assert sheet is not None
    assert "吴某" in {cell.value for row in sheet.iter_rows() for cell in row}
    assert village.console.audit_lines().iloc[-1]["action"] == "export"


@pytest.mark.parametrize(
    ("name", "content"), [("a.xlsx", b"%PDF-1.4"), ("a.xls", b"<html></html>"), ("a.csv", b""), ("a.csv", "你好".encode())]
)
def test_what_is_no_roster_is_refused_in_words(village: Village, name: str, content: bytes) -> None:
    """A PDF, a web page, nothing, a greeting: one sentence, and the page is ready for another file."""
    panel = ImportPanel(village.desk("zhou"), lambda: None)
    with pytest.raises(UserError):
        panel.take_file(name, content)
    assert panel.notice.text
    panel.take_file("花名册.csv", roster(GOOD))
    assert panel.reading is not None


def test_a_doubtful_row_can_be_taken_in(village: Village) -> None:
    """A row that only asks is given back until a person decides; then what is unclear stays out and the rest is saved."""
    panel = ImportPanel(village.desk("zhou"), lambda: None)
    panel.take_file("花名册.csv", roster(GOOD.replace("李新来", "李新来（转走）")))
    panel.compare()
    assert panel.plan is not None and panel.plan.counts["held_back"] == 1
    doubtful = [row for row in panel.tables.held.rows if row["doubtful"]]
    if doubtful:
        panel.tables.held.receive({"type": "action", "action": "accept", "id": doubtful[0]["id"]})
        assert panel.plan.counts["held_back"] == 0


def test_who_may_not_import_is_told(village: Village) -> None:
    """The counsellor sees no file box; forged messages get as far as the store's refusal."""
    panel = ImportPanel(village.desk("he"), lambda: None)
    assert panel.drop.layout.display == "none"
    panel.take_file("花名册.csv", roster(GOOD))
    with pytest.raises(UserError):
        panel.compare()


def test_every_path_of_a_heading_has_words() -> None:
    """No column is shown to a teacher by the name that the program gives it."""
    members = [f"{role}.{path}" for role in ROLE_WORDS for path in MEMBER_SYNONYMS]
    for path in (*SYNONYMS, *members):
        words = path_label(path)
        assert words and not any("a" <= sign <= "z" for sign in words), path
