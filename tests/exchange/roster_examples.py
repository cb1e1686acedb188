"""Rows of rosters made by hand, for tests of planning: nobody in them exists (region 999999, phones 154)."""

from __future__ import annotations

from datetime import date
from typing import Any

from carekit.exchange import ImportPlan, ImportResult, apply_plan, plan_import
from carekit.exchange.roster.rows import ClassName, ColumnLayout, MemberFacts, RosterReading, RosterRow, RowProblem, Severity, SheetLayout
from carekit.identifiers import check_digit
from carekit.language import Label
from carekit.records import Child
from carekit.store import Desk

ON = date(2025, 9, 20)
SHEET = "名单"


def id_number(born_on: date, order: int) -> str:
    """A faultless identity number of nobody."""
    body = f"999999{born_on:%Y%m%d}{order:03}"
    return body + check_digit(body)


def father(name: str = "", **values: Any) -> MemberFacts:
    """What a row says of a father; ``away`` has the facts of his absence."""
    return member("father", name, **values)


def member(role: str, name: str = "", away: dict[str, object] | None = None, **values: Any) -> MemberFacts:
    """What a row says of a member of the family."""
    return MemberFacts(role, ({"name": name} if name else {}) | values, away)


def row(number: int, name: str, *members: MemberFacts, grade: int | None = 3, class_number: int | None = 1, **more: Any) -> RosterRow:
    """A row of a roster; ``child`` has more fields of the child, any other argument is a field of `RosterRow`."""
    child = {"name": name, **more.pop("child", {})}
    school_class = ClassName(grade, class_number, None, f"{grade}.{class_number}") if grade else None
    given: dict[str, Any] = {
        "sheet": SHEET, "row": number, "child": child, "family": {}, "members": members, "care": {}, "school_class": school_class,
        "class_teacher": None, "left_behind": None, "away": None, "leaving": None, "household": None, "problems": (), "original": (name,),
    }  # fmt: skip
    return RosterRow(**(given | more))


def reading(*rows: RosterRow, blank: int = 0, file_name: str = "名单.xlsx") -> RosterReading:
    """A file of these rows."""
    read = len({(r.sheet, r.row) for r in rows}) + blank
    layout = SheetLayout(SHEET, (1, 1), (ColumnLayout("A", "姓名", "child.name"),))
    return RosterReading(file_name, (layout,), rows, (), read, blank, {SHEET: ("姓名",)})


def problem(number: int, severity: Severity, code: str = "X") -> RowProblem:
    """Something wrong with a row."""
    return RowProblem(SHEET, number, "", code, Label("wrong", "不对"), severity)


def plan_rows(desk: Desk, *rows: RosterRow, **more: Any) -> ImportPlan:
    """The plan of a file of these rows on the day `ON`."""
    return plan_import(desk, reading(*rows), **({"on": ON} | more))


def import_rows(desk: Desk, *rows: RosterRow, **more: Any) -> ImportResult:
    """The import of a file of these rows, saved."""
    return apply_plan(desk, plan_rows(desk, *rows, **more), reason="roster")


def child_of(desk: Desk, child_id: str) -> Child:
    """The saved record of a child."""
    return desk.find(Child, {"id": child_id})[0].record
