"""The rules of plans: checks on their day, and a conclusion when a plan is over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from carekit.language import Label
from carekit.obligations.day_arithmetic import days_after, later_of
from carekit.obligations.facts import Sources, exists_in
from carekit.obligations.rule import COLUMNS, Rule, Select, duty
from carekit.obligations.served import served
from carekit.obligations.timetable import Moment, Timetable
from carekit.records import Check, Plan

#: How long an unfinished plan or a missed check stays in the lists.
_KEPT = timedelta(days=366)


def _ended(plan: Any, day: Any) -> sa.ColumnElement[bool]:
    return sa.and_(plan.c.ended_on.is_not(None), plan.c.ended_on <= day)


def _last_of(plan: Any) -> Any:
    """The last day of a plan."""
    return sa.case((plan.c.ended_on < plan.c.until_on, plan.c.ended_on), else_=plan.c.until_on)


def _checks(source: Sources, timetable: Timetable, _: list[Moment] | None) -> Select:
    """Checks that were set down, and for a running plan without one ahead the next by its interval: no plan goes unchecked for want of an entry."""
    parts = [part.subquery(name) for name, part in (("set_down", _set_down(source, timetable)), ("next_check", _next(source, timetable)))]
    return sa.select(*_columns(sa.union_all(*(sa.select(*(part.c[name] for name in COLUMNS)) for part in parts)).subquery("checks")))


def _columns(rows: Any) -> list[Any]:
    return [rows.c[name] for name in COLUMNS]


def _set_down(source: Sources, timetable: Timetable) -> Select:
    child, plan, check = served(source, timetable), source.all("plan"), source.all("check")
    held = sa.and_(check.c.checked_on.is_not(None), check.c.checked_on <= child.c.on_day)
    joined = child.join(plan, plan.c.child_id == child.c.child_id).join(check, check.c.plan_id == plan.c.id)
    return duty(child, plan.c.from_on, check.c.due_on, held, joined=joined, owner_id=plan.c.staff_id).where(
        plan.c.from_on <= child.c.on_day,
        check.c.due_on <= _last_of(plan),
        check.c.due_on >= timetable.on - _KEPT,
        sa.or_(child.c.resumed_on.is_(None), check.c.due_on >= child.c.resumed_on),
    )


def _next(source: Sources, timetable: Timetable) -> Select:
    child, plan = served(source, timetable, "unchecked_child"), source.all("plan", "running_plan")
    check, ahead = source.all("check", "last_check"), source.all("check", "check_ahead")
    day = child.c.on_day
    last = sa.select(sa.func.max(check.c.due_on)).where(check.c.plan_id == plan.c.id).correlate_except(check).scalar_subquery()
    waiting = exists_in(ahead, ahead.c.plan_id == plan.c.id, sa.or_(ahead.c.checked_on.is_(None), ahead.c.checked_on > day))
    found = (
        sa.select(child, plan.c.from_on, plan.c.check_days, plan.c.staff_id, last.label("last_on"), _last_of(plan).label("last_day"))
        .select_from(child)
        .join(plan, plan.c.child_id == child.c.child_id)
        .where(plan.c.from_on <= day, ~_ended(plan, day), plan.c.until_on >= day, ~waiting)
        .offset(0)
        .subquery("unchecked")
    )
    due_on = days_after(later_of(found.c.from_on, found.c.last_on, found.c.resumed_on), found.c.check_days)
    return duty(found, found.c.from_on, due_on, sa.false(), owner_id=found.c.staff_id).where(due_on <= found.c.last_day)


def _conclusions(source: Sources, timetable: Timetable, _: list[Moment] | None) -> Select:
    child, plan = served(source, timetable), source.all("plan")
    day = child.c.on_day
    done = sa.or_(_ended(plan, day), plan.c.conclusion.is_not(None))
    joined = child.join(plan, plan.c.child_id == child.c.child_id)
    return duty(child, plan.c.from_on, plan.c.until_on, done, joined=joined, owner_id=plan.c.staff_id).where(
        plan.c.from_on <= day,
        plan.c.until_on >= timetable.on - _KEPT,
        sa.or_(child.c.resumed_on.is_(None), plan.c.until_on >= child.c.resumed_on),
    )


STUDY_RULES: tuple[Rule, ...] = (
    Rule(
        "plan_check",
        Label("Check of a plan", "计划检查"),
        Label(
            "Every check of a running plan is held by its day; a running plan without a check ahead is due for one by its own interval.",
            "执行中的计划按期检查；没有安排下次检查的，按计划的检查间隔计算。",
        ),
        ((Check, "checked_on"), (Plan, "until_on")),
        _checks,
        done_by="check",
    ),
    Rule(
        "plan_conclusion",
        Label("Conclusion of a plan", "计划总结"),
        Label("A plan that is over has a conclusion.", "到期的计划写有总结。"),
        ((Plan, "conclusion"),),
        _conclusions,
        done_by="plan",
    ),
)
