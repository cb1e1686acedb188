"""What a rule is: one select with a row per child and period, whose duty it is, and the fields that it rests on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from carekit.access import Actor, may_read
from carekit.errors import Denied
from carekit.language import Label, LabelledEnum
from carekit.obligations.facts import Needs, Sources
from carekit.obligations.timetable import Moment, Timetable

Select = sa.Select[Any]
#: The columns of each rule's select; `met` and `excused` are 0 or 1; `owner_id` is NULL where the duty is not of one person by name.
COLUMNS = ("child_id", "class_id", "period_start", "due_on", "met", "excused", "owner_id")
_TYPES: dict[str, Any] = {"child_id": sa.String, "class_id": sa.String, "period_start": sa.Date, "due_on": sa.Date, "owner_id": sa.String}


class Whose(LabelledEnum):
    """Whose duty a row without an owner by name is."""

    CLASS_TEACHER = Label("class teacher", "班主任")
    LEADERS = Label("leading group", "领导小组")


@dataclass(frozen=True, slots=True)
class Rule:
    """A duty towards each child.

    `definition` is the 口径 in words; `needs` are the fields that it rests on: who may not read them does not see the rule. `select` gives its rows for the
    months of a timetable (the term's, unless others are handed in). `done_by` is the kind of record whose entry fulfils it, `whose` the duty where
    a row has no owner. A rule that is off by the school's settings gives no rows.
    """

    name: str
    label: Label
    definition: Label
    needs: Needs
    select: Callable[[Sources, Timetable, list[Moment] | None], Select]
    done_by: str = ""
    whose: Whose = Whose.CLASS_TEACHER


def no_rows() -> Select:
    """A select without rows, for a rule that asks for nothing at a date."""
    return sa.select(*(sa.cast(sa.null(), _TYPES.get(name, sa.Integer)).label(name) for name in COLUMNS)).where(sa.false())


def flag(condition: Any) -> sa.ColumnElement[int]:
    """1 where a condition holds, else 0."""
    return sa.case((condition, 1), else_=0)


def duty(rows: Any, period_start: Any, due_on: Any, met: Any, *, joined: Any = None, excused: Any = None, owner_id: Any = None) -> Select:
    """The select of a rule from `rows` (which have child_id and class_id), or from their join with others; `met` and `excused` are conditions."""
    return sa.select(
        rows.c.child_id,
        rows.c.class_id,
        sa.type_coerce(period_start, sa.Date).label("period_start"),
        sa.type_coerce(due_on, sa.Date).label("due_on"),
        flag(met).label("met"),
        (sa.literal(0) if excused is None else flag(excused)).label("excused"),
        sa.cast(sa.null() if owner_id is None else owner_id, sa.String).label("owner_id"),
    ).select_from(rows if joined is None else joined)


def may_see(actor: Actor, needs: Needs) -> bool:
    """Whether a role reads everything that a rule or a rate rests on."""
    return all(may_read(actor, record, field, in_scope=True) for record, field in needs)


def require_sight(actor: Actor, needs: Needs) -> None:
    """Raises `Denied` when a role does not read what a rule or a rate rests on."""
    if not may_see(actor, needs):
        raise Denied(
            Label(
                "Your role does not see the records behind this figure; ask the school leader.",
                "您的角色不能查看这项统计所用的记录，请找学校领导。",
            )
        )
