"""What is due for whom, and whether it is met: the one answer that every screen, reminder, rate and report uses."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pandas as pd
import sqlalchemy as sa

from carekit import clock
from carekit.access import hidden_fields
from carekit.errors import ProgrammerError
from carekit.language import Label, LabelledEnum
from carekit.obligations.facts import DEFINITIONS, Sources, left_behind
from carekit.obligations.lookup import lookup
from carekit.obligations.names import child_names, class_names, class_teachers
from carekit.obligations.rule import COLUMNS, Rule, Whose, may_see, require_sight
from carekit.obligations.rules import RULES
from carekit.obligations.timetable import Rules, Timetable
from carekit.records import Snooze
from carekit.records.codes import SnoozeReason
from carekit.store import Desk

__all__ = [
    "DEFINITIONS",
    "DUE_COLUMNS",
    "RULES",
    "Rule",
    "Rules",
    "Sources",
    "State",
    "Timetable",
    "Whose",
    "due",
    "left_behind",
    "obligations_frame",
]

#: Columns of `obligations_frame` and `due`. `owner_id` and `owner` say whose duty it is: "" and the leading group's name where it is no one person's.
DUE_COLUMNS = (
    "rule", "child_id", "child", "class_id", "class_name", "teacher_id", "teacher", "owner_id", "owner", "period_start", "due_on", "state", "days_late",
    "put_off_until", "put_off_because",
)  # fmt: skip


class State(LabelledEnum):
    """Where a duty stands at a date."""

    MET = Label("met", "已完成")
    EXCUSED = Label("excused", "免计")
    OPEN = Label("open", "待办")
    OVERDUE = Label("overdue", "已逾期")
    PUT_OFF = Label("put off", "已暂缓")


def _state(due_on: date, met: int, excused: int, on: date) -> State:
    if met:
        return State.MET
    if excused:
        return State.EXCUSED
    return State.OPEN if on <= due_on else State.OVERDUE


def obligations_frame(desk: Desk, on: date | None = None, known_at: datetime | None = None, rule: str | None = None) -> pd.DataFrame:
    """Every duty of the present term at a date, met or not, one row per rule, child and period (columns `DUE_COLUMNS`).

    `on` is today when left out; `known_at` (UTC) now. `rule` names one rule; without it, all that the reader's role sees. `state` is a `State`;
    `days_late` 0 unless overdue; what was put off (`Snooze`) says until when and why, and counts in no rate as done. Ordered by lateness, then by due date, class and child. Raises `Denied` for a rule that the role does not see.
    """
    on = on or clock.today()
    if rule is not None and rule not in RULES:
        raise ProgrammerError(f"there is no rule {rule!r}")
    if rule is not None:
        require_sight(desk.actor, RULES[rule].needs)
    rows: list[tuple[str, tuple[object, ...]]] = []
    with desk.snapshot():
        timetable = Timetable.at(desk, on, known_at)
        for each in RULES.values():
            if rule in (None, each.name) and may_see(desk.actor, each.needs):
                select = each.select(Sources(desk, known_at, each.needs), timetable, None).subquery("duty")
                rows += [(each.name, row) for row in desk.tuples(sa.select(*(select.c[name] for name in COLUMNS)))]
        return _named(desk, rows, on, known_at)


def due(desk: Desk, on: date | None = None, known_at: datetime | None = None, rule: str | None = None) -> pd.DataFrame:
    """What is still to be done at a date: the open and overdue rows of `obligations_frame`, the latest first."""
    frame = obligations_frame(desk, on, known_at, rule)
    return frame[frame["state"].isin([State.OPEN, State.OVERDUE])].reset_index(drop=True)


def _named(desk: Desk, rows: list[tuple[str, tuple[object, ...]]], on: date, known_at: datetime | None) -> pd.DataFrame:
    frame = pd.DataFrame([(name, *row) for name, row in rows], columns=["rule", *COLUMNS], dtype=object)
    children = child_names(desk, set(frame["child_id"]), known_at)
    classes, teachers = class_names(desk, on, known_at), class_teachers(desk, on, known_at)
    nobody = ("", "")
    frame["child"] = [children.get(child, "") for child in frame["child_id"]]
    frame["class_name"] = [classes.get(each, "") for each in frame["class_id"]]
    frame["teacher_id"] = [teachers.get(each, nobody)[0] for each in frame["class_id"]]
    frame["teacher"] = [teachers.get(each, nobody)[1] for each in frame["class_id"]]
    _own(desk, frame, known_at)
    judged = zip(frame["due_on"], frame["met"], frame["excused"], strict=True)
    frame["state"] = pd.Series([_state(due_on, met, excused, on) for due_on, met, excused in judged], dtype=object)
    _put_off(desk, frame, on, known_at)
    late = [(on - due_on).days if state is State.OVERDUE else 0 for due_on, state in zip(frame["due_on"], frame["state"], strict=True)]
    frame["days_late"] = pd.Series(late, dtype="int64")
    ordered = frame.sort_values(
        ["days_late", "due_on", "class_name", "child", "child_id", "rule"], ascending=[False, True, True, True, True, True]
    )
    return ordered[list(DUE_COLUMNS)].reset_index(drop=True)


def _own(desk: Desk, frame: pd.DataFrame, known_at: datetime | None) -> None:
    """Whose duty each row is: the person named by the rule, else the class teacher or the leading group."""
    staff: dict[str, str] = dict(lookup(desk, "staff_member", ("id", "name"), known_at))
    owners = []
    for rule, owner_id, teacher_id, teacher in zip(frame["rule"], frame["owner_id"], frame["teacher_id"], frame["teacher"], strict=True):
        if owner_id is not None:
            owners.append((owner_id, staff.get(owner_id, "")))
        else:
            leaders = RULES[rule].whose is Whose.LEADERS
            owners.append(("", Whose.LEADERS.label.text()) if leaders else (teacher_id, teacher))
    frame["owner_id"] = pd.Series([owner for owner, _ in owners], dtype=object)
    frame["owner"] = pd.Series([name for _, name in owners], dtype=object)


def _put_off(desk: Desk, frame: pd.DataFrame, on: date, known_at: datetime | None) -> None:
    """Mark what is put off on the day; on the day until which it was put off it is back."""
    found: dict[Any, Any] = {}
    if frame["state"].isin([State.OPEN, State.OVERDUE]).any() and not hidden_fields(desk.actor, Snooze) & {"child_id", "rule"}:
        rows = desk.rows("snooze", known_at=known_at)
        select = sa.select(rows.c.child_id, rows.c.rule, rows.c.due_on, rows.c.until_on, rows.c.reason)
        running = select.where(rows.c.from_on <= on, rows.c.until_on > on).order_by(rows.c.until_on, rows.c.id)
        found = {row[:3]: row[3:] for row in desk.tuples(running)}
    answers: list[tuple[State, date | None, str]] = []
    for state, *key in zip(frame["state"], frame["child_id"], frame["rule"], frame["due_on"], strict=True):
        if state in (State.OPEN, State.OVERDUE) and tuple(key) in found:
            until, reason = found[tuple(key)]
            answers.append((State.PUT_OFF, until, SnoozeReason(reason).label.text()))
        else:
            answers.append((state, None, ""))
    for number, name in enumerate(("state", "put_off_until", "put_off_because")):
        frame[name] = pd.Series([answer[number] for answer in answers], dtype=object)
