"""The rules of plans: checks on their day, and a conclusion when a plan is over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from carekit.language import Label
from carekit.obligations.day_arithmetic import days_after, months_after
from carekit.obligations.facts import Sources, exists_in
from carekit.obligations.rule import COLUMNS, Rule, Select, duty
from carekit.obligations.served import served
from carekit.obligations.timetable import Moment, Timetable
from carekit.records import Check, Plan

#: An interval of so many days means calendar months.
MONTH_DAYS = range(28, 32)
#: As many dates of one plan are looked at: three years of months.
MOST_DATES = 36
#: How long an unfinished plan or a missed check stays in the lists.
_KEPT = timedelta(days=366)


def _ended(plan: Any, day: Any) -> sa.ColumnElement[bool]:
    return sa.and_(plan.c.ended_on.is_not(None), plan.c.ended_on <= day)


def _checks(source: Sources, timetable: Timetable, _: list[Moment] | None) -> Select:
    """The dates of each running plan's interval, counted from its first day, and checks that were set down for other days.

    A check that was held meets the date that it was due on, or the next one when it was due in between. So no plan goes unchecked for want of an entry.
    """
    parts = [part.subquery(name) for name, part in (("dated", _dated(source, timetable)), ("set_down", _set_down(source, timetable)))]
    rows = sa.union_all(*(sa.select(*(part.c[name] for name in COLUMNS)) for part in parts)).subquery("checks")
    return sa.select(*(rows.c[name] for name in COLUMNS))


def _running(plan: Any, day: Any) -> tuple[Any, ...]:
    """Conditions for a plan that has begun and not come to its end: then nobody is reminded of its checks any more."""
    return plan.c.from_on <= day, plan.c.until_on >= day, ~_ended(plan, day)


def _nth(plan: Any, n: Any) -> Any:
    """The n-th date of a plan's interval after its first day: by months where it says 28 to 31 days, else by days."""
    by_month = plan.c.check_days.between(MONTH_DAYS[0], MONTH_DAYS[-1])
    return sa.case((by_month, months_after(plan.c.from_on, n)), else_=days_after(plan.c.from_on, n * plan.c.check_days))


def _dated(source: Sources, timetable: Timetable) -> Select:
    child, plan, check = served(source, timetable), source.all("plan"), source.all("check", "held_check")
    number = sa.union_all(*(sa.select(sa.literal(n, sa.Integer).label("n")) for n in range(1, MOST_DATES + 1))).cte("check_number")
    day, due_on, before = child.c.on_day, _nth(plan, number.c.n), _nth(plan, number.c.n - 1)
    held = exists_in(
        check,
        check.c.plan_id == plan.c.id,
        check.c.checked_on <= day,
        sa.or_(check.c.due_on > before, number.c.n == 1),
        check.c.due_on <= due_on,
    )
    joined = child.join(plan, plan.c.child_id == child.c.child_id).join(number, sa.true())
    return duty(child, plan.c.from_on, due_on, held, joined=joined, owner_id=plan.c.staff_id).where(
        *_running(plan, day),
        due_on <= plan.c.until_on,
        # what has come, and the one that comes next
        sa.or_(due_on <= day, before < day),
        sa.or_(child.c.resumed_on.is_(None), due_on >= child.c.resumed_on),
    )


def _set_down(source: Sources, timetable: Timetable) -> Select:
    """Checks that somebody set down for a day and that are not held yet, beside the interval's dates."""
    child, plan, check = served(source, timetable, "served_plan"), source.all("plan", "set_plan"), source.all("check")
    day = child.c.on_day
    number = sa.union_all(*(sa.select(sa.literal(n, sa.Integer).label("n")) for n in range(1, MOST_DATES + 1))).cte("other_number")
    dated = sa.exists(sa.select(number.c.n).where(_nth(plan, number.c.n) == check.c.due_on).correlate(plan, check))
    joined = child.join(plan, plan.c.child_id == child.c.child_id).join(check, check.c.plan_id == plan.c.id)
    return duty(child, plan.c.from_on, check.c.due_on, sa.false(), joined=joined, owner_id=plan.c.staff_id).where(
        *_running(plan, day),
        sa.or_(check.c.checked_on.is_(None), check.c.checked_on > day),
        check.c.due_on.between(plan.c.from_on, plan.c.until_on),
        ~dated,
        sa.or_(child.c.resumed_on.is_(None), check.c.due_on >= child.c.resumed_on),
    )


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
            "A running plan is checked at its own interval, counted from its first day, and on every other day that was set down.",
            "执行中的计划从开始日起按检查间隔逐次检查，另行约定的检查也按期进行。",
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
