"""What is due for whom, and whether it is met: the one answer that every screen, reminder, rate and report uses."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from datetime import date, datetime
from operator import itemgetter
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
    with desk.snapshot():
        asked = [each for each in RULES.values() if rule in (None, each.name) and may_see(desk.actor, each.needs)]
        rows = _rows_of(desk, asked, Timetable.at(desk, on, known_at), known_at)
        return _named(desk, rows, on, known_at)


def _rows_of(desk: Desk, rules: Iterable[Rule], timetable: Timetable, known_at: datetime | None) -> list[tuple[Any, ...]]:
    """Name and columns of every row of some rules: one statement for all rules of which the reader sees the same children.

    What several rules start from (the children served, those on the register) is then worked out once by the database.
    """
    alike: dict[Hashable, list[Rule]] = {}
    for each in rules:
        alike.setdefault(desk.scopes_of(each.needs), []).append(each)
    rows: list[tuple[Any, ...]] = []
    for group in alike.values():
        source, parts = Sources(desk, known_at, group[0].needs, together=len(group) > 1), []
        for each in group:
            select = each.select(source, timetable, None).subquery("duty")
            parts.append(sa.select(sa.literal(each.name, sa.String).label("rule"), *(select.c[name] for name in COLUMNS)))
        rows += desk.tuples(sa.union_all(*parts) if len(parts) > 1 else parts[0])
    return rows


def due(desk: Desk, on: date | None = None, known_at: datetime | None = None, rule: str | None = None) -> pd.DataFrame:
    """What is still to be done at a date: the open and overdue rows of `obligations_frame`, the latest first."""
    frame = obligations_frame(desk, on, known_at, rule)
    return frame[frame["state"].isin([State.OPEN, State.OVERDUE])].reset_index(drop=True)


def _named(desk: Desk, rows: list[tuple[Any, ...]], on: date, known_at: datetime | None) -> pd.DataFrame:
    """The frame of the rows, each with the names of those concerned, its owner and its state, in their order."""
    children = child_names(desk, {row[1] for row in rows}, known_at)
    classes, teachers = class_names(desk, on, known_at), class_teachers(desk, on, known_at)
    staff: dict[str, str] = dict(lookup(desk, "staff_member", ("id", "name"), known_at))
    leaders, snoozes_seen = ("", Whose.LEADERS.label.text()), not hidden_fields(desk.actor, Snooze) & {"child_id", "rule"}
    put_off = _put_off(desk, on, known_at) if rows and snoozes_seen else {}
    named = []
    for rule, child_id, class_id, period_start, due_on, met, excused, owner_id in rows:
        teacher = teachers.get(class_id, ("", ""))
        # the person named by the rule, else the class teacher or the leading group
        owner = (owner_id, staff.get(owner_id, "")) if owner_id is not None else leaders if RULES[rule].whose is Whose.LEADERS else teacher
        state = _state(due_on, met, excused, on)
        away: tuple[date | None, str] = (None, "")
        if state in (State.OPEN, State.OVERDUE) and (child_id, rule, due_on) in put_off:
            state, away = State.PUT_OFF, put_off[child_id, rule, due_on]
        late = (on - due_on).days if state is State.OVERDUE else 0
        who = (rule, child_id, children.get(child_id, ""), class_id, classes.get(class_id, ""), *teacher, *owner)
        named.append((*who, period_start, due_on, state, late, *away))
    named.sort(key=_order)
    frame = pd.DataFrame(named, columns=list(DUE_COLUMNS), dtype=object)
    frame["days_late"] = frame["days_late"].astype("int64")
    return frame


def _place(name: str) -> int:
    return DUE_COLUMNS.index(name)


_LATE, _REST = _place("days_late"), itemgetter(*map(_place, ("due_on", "class_name", "child", "child_id", "rule")))


def _order(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return (-row[_LATE], *_REST(row))


def _put_off(desk: Desk, on: date, known_at: datetime | None) -> dict[tuple[Any, ...], tuple[date, str]]:
    """What is put off on the day, by child, rule and day on which it is due: until when and why; on the day until which it was put off it is back."""
    rows = desk.rows("snooze", known_at=known_at)
    select = sa.select(rows.c.child_id, rows.c.rule, rows.c.due_on, rows.c.until_on, rows.c.reason)
    running = select.where(rows.c.from_on <= on, rows.c.until_on > on).order_by(rows.c.until_on, rows.c.id)
    return {row[:3]: (row[3], SnoozeReason(row[4]).label.text()) for row in desk.tuples(running)}
