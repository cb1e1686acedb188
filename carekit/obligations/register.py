"""Who is on the register in a period: enrolled, and entered as left behind or left behind by the facts.

Rules start here, from the children: a left-behind child without an entry in the register, or without any record, is among them.
The day of leaving the class and the day of closing the file still count. What is dated after ``on`` has not happened.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from carekit.obligations.closures import in_force, not_reopened, shuts
from carekit.obligations.facts import PARENTS, Parents, Sources, exists_in, last_stay, one_of, stays_in, taught_at
from carekit.obligations.timetable import Moment, Timetable, moment_values

_Number = sa.ColumnElement[int]


def _first_day(column: Any, moment: Any) -> _Number:
    """The day of the month on which something begins within the month; 1 when it began earlier."""
    return sa.case((column <= moment.c.starts_on, 1), else_=sa.extract("day", column))


def _last_day(column: Any, moment: Any) -> _Number:
    """The day of the month on which something ends within the month; the last one when it goes on."""
    goes_on = sa.or_(column.is_(None), column >= moment.c.settled_on)
    return sa.case((goes_on, moment.c.last_day), else_=sa.extract("day", column))


def _later(one: _Number, other: _Number) -> _Number:
    return sa.case((one > other, one), else_=other)


def _length(first: _Number, last: _Number) -> _Number:
    return sa.case((last >= first, last - first + 1), else_=0)


def _days_off(source: Sources, case: Any, moment: Any, first: _Number, last: _Number) -> Any:
    """Days between closing and reopening, both of which count as on the register, that fall into a stretch of the month."""
    off = source.all("closure", "days_off")
    begin = sa.case((off.c.closed_on < moment.c.starts_on, 1), else_=sa.extract("day", off.c.closed_on) + 1)
    lasts = not_reopened(off, moment.c.begun_by)
    end = sa.case((lasts, moment.c.last_day), else_=sa.extract("day", off.c.reopened_on) - 1)
    end = sa.case((end > last, last), else_=end)
    return (
        sa.select(sa.func.coalesce(sa.func.sum(_length(_later(first, begin), end)), 0))
        .where(
            off.c.case_id == case.c.id,
            in_force(off),
            off.c.closed_on < moment.c.ends_on,
            off.c.closed_on <= moment.c.begun_by,
            not_reopened(off, moment.c.starts_on),
        )
        .correlate_except(off)
        .scalar_subquery()
    )


def _overlaps(row: Any, moment: Any) -> sa.ColumnElement[bool]:
    return sa.and_(row.c.enrolled_on <= moment.c.begun_by, sa.or_(row.c.left_on.is_(None), row.c.left_on >= moment.c.starts_on))


def _register_days(source: Sources, stay: Any, moment: Any) -> Any:
    """Days of the month on which the child was both in a class and on the register, over all stays."""
    part, case = source.all("enrolment", "stay_part"), source.all("case", "case_part")
    last = _last_day(part.c.left_on, moment)
    first = _later(_first_day(part.c.enrolled_on, moment), _first_day(case.c.opened_on, moment))
    return (
        sa.select(sa.func.sum(_length(first, last) - _days_off(source, case, moment, first, last)))
        .select_from(part)
        .join(case, case.c.child_id == part.c.child_id)
        .where(part.c.child_id == stay.c.child_id, _overlaps(part, moment), case.c.opened_on <= moment.c.begun_by)
        .correlate_except(part, case)
        .scalar_subquery()
    )


def _class_days(source: Sources, stay: Any, moment: Any) -> Any:
    """Days of the month on which the child was in a class."""
    part = source.all("enrolment", "class_part")
    length = _length(_first_day(part.c.enrolled_on, moment), _last_day(part.c.left_on, moment))
    return (
        sa.select(sa.func.sum(length))
        .where(part.c.child_id == stay.c.child_id, _overlaps(part, moment))
        .correlate_except(part)
        .scalar_subquery()
    )


def _whole_month(source: Sources, stay: Any, moment: Any) -> sa.ColumnElement[bool]:
    """The common case, told by comparisons alone: in one class and on the register all month."""
    case, off = source.all("case", "open_case"), source.all("closure", "any_closure")
    closed = exists_in(
        off,
        off.c.case_id == case.c.id,
        in_force(off),
        off.c.closed_on < moment.c.ends_on,
        off.c.closed_on <= moment.c.begun_by,
        not_reopened(off, moment.c.starts_on),
    )
    return sa.and_(
        stay.c.enrolled_on <= moment.c.starts_on,
        sa.or_(stay.c.left_on.is_(None), stay.c.left_on >= moment.c.settled_on),
        moment.c.least_days <= moment.c.last_day,
        exists_in(case, case.c.child_id == stay.c.child_id, case.c.opened_on <= moment.c.starts_on, ~closed),
    )


def _steady(source: Sources, stay: Any, first: Moment, last: Moment) -> sa.ColumnElement[bool]:
    """In one class and on the register through all months: told once a child, so that months cost next to nothing for most children."""
    case, off, other = source.all("case", "lasting_case"), source.all("closure", "lasting_closure"), source.all("enrolment", "other_stay")
    start, end = sa.literal(first.starts_on, sa.Date), sa.literal(last.begun_by, sa.Date)
    elsewhere = exists_in(
        other,
        other.c.child_id == stay.c.child_id,
        other.c.id != stay.c.id,
        other.c.enrolled_on <= end,
        sa.or_(other.c.left_on.is_(None), other.c.left_on >= start),
    )
    closed = exists_in(off, off.c.case_id == case.c.id, in_force(off))
    return sa.and_(
        stay.c.enrolled_on <= start,
        sa.or_(stay.c.left_on.is_(None), stay.c.left_on >= sa.literal(last.settled_on, sa.Date)),
        ~elsewhere,
        exists_in(case, case.c.child_id == stay.c.child_id, case.c.opened_on <= start, ~closed),
    )


def _could_be(source: Sources, stay: Any) -> sa.ColumnElement[bool]:
    """Children who were ever entered in the register or have a parent who was ever away: nobody else can be on it."""
    case, child = source.all("case", "some_case"), source.all("child", "some_child")
    parent, absence = source.all("family_member", "some_parent"), source.all("absence", "some_absence")
    away = exists_in(
        (child, parent, absence),
        child.c.id == stay.c.child_id,
        parent.c.family_id == child.c.family_id,
        one_of(parent.c.relation, PARENTS),
        absence.c.member_id == parent.c.id,
    )
    return sa.or_(exists_in(case, case.c.child_id == stay.c.child_id), away)


def _start(moment: Moment) -> date:
    return moment.starts_on


def _begun(source: Sources, moments: list[Moment]) -> tuple[Any, Any]:
    """The stays that reach into the months, each told to be steady or not, as rows that the database works out once a stay."""
    stay, first, last = source.own("enrolment"), min(moments, key=_start), max(moments, key=_start)
    reaching = sa.and_(
        stay.c.enrolled_on <= sa.literal(last.begun_by, sa.Date),
        sa.or_(stay.c.left_on.is_(None), stay.c.left_on >= sa.literal(first.starts_on, sa.Date)),
    )
    steady = sa.cast(sa.case((_steady(source, stay, first, last), 1), else_=0), sa.Integer)
    columns = (stay.c.id, stay.c.child_id, stay.c.class_id, stay.c.enrolled_on, stay.c.left_on, steady.label("steady"))
    told = sa.select(*columns).where(reaching).offset(0).subquery("told")
    kept = sa.or_(told.c.steady == 1, _could_be(source, told))
    return told, kept


def months_on_register(source: Sources, moments: list[Moment], *, many: bool) -> sa.Select[Any]:
    """One row per child and month in which the child was on the register for the rule's days: child, class of the last day, month."""
    rows = source.shared("month_on_register", tuple(moments), many, select=lambda: _months_on_register(source, moments, many=many))
    return sa.select(rows)


def _months_on_register(source: Sources, moments: list[Moment], *, many: bool) -> sa.Select[Any]:
    moment = moment_values(moments, "month")
    stay, kept = _begun(source, moments)
    child = source.all("child")
    by_facts = (
        sa.select(Parents(source, child, moment).left_behind())
        .where(child.c.id == stay.c.child_id)
        .correlate_except(child)
        .scalar_subquery()
    )
    rules = [(~taught_at(source, stay, moment), 0)] if many else []
    due = sa.case(
        *rules,
        (stay.c.steady == 1, 1),
        (~last_stay(source, stay, moment), 0),
        (_whole_month(source, stay, moment), 1),
        (_register_days(source, stay, moment) >= moment.c.least_days, 1),
        (sa.and_(_class_days(source, stay, moment) >= moment.c.least_days, by_facts), 1),
        else_=0,
    )
    columns = (moment.c.starts_on, moment.c.ends_on, moment.c.begun_by, moment.c.on_day, moment.c.term_starts_on, moment.c.term_ends_on)
    # An outer join, because SQLite then goes through the stays first and works out once for each what does not depend on the month.
    each = sa.select(stay.c.child_id, stay.c.class_id, *columns).select_from(stay).outerjoin(moment, sa.true())
    return each.where(kept, due == 1)


def on_register(source: Sources, today: list[Moment], *, many: bool) -> sa.Select[Any]:
    """One row per child enrolled and on the register on the day: child_id, class_id, enrolled_on, opened_on (None without an entry)."""
    rows = source.shared("every_listed", tuple(today), many, select=lambda: _on_register(source, today, many=many))
    return sa.select(rows)


def _on_register(source: Sources, today: list[Moment], *, many: bool) -> sa.Select[Any]:
    moment = moment_values(today, "moment")
    stay = source.own("enrolment")
    case, off, child = source.all("case", "open_case"), source.all("closure", "any_closure"), source.all("child")
    closed = exists_in(off, off.c.case_id == case.c.id, shuts(off, moment.c.starts_on))
    opened = (
        sa.select(sa.func.min(case.c.opened_on))
        .where(case.c.child_id == stay.c.child_id, case.c.opened_on <= moment.c.starts_on, ~closed)
        .correlate_except(case)
        .scalar_subquery()
    )
    by_facts = (
        sa.select(Parents(source, child, moment).left_behind())
        .where(child.c.id == stay.c.child_id)
        .correlate_except(child)
        .scalar_subquery()
    )
    return (
        sa.select(stay.c.child_id, stay.c.class_id, stay.c.enrolled_on, opened.label("opened_on"), moment.c.starts_on)
        .select_from(stay)
        .join(moment, stays_in(source, stay, moment, many=many))
        .where(sa.or_(opened.is_not(None), by_facts))
    )


def last_class(day: Any, class_id: Any) -> Any:
    """The class of the last of several rows, as an aggregate: dates written out sort as text on both databases."""
    return sa.func.substr(sa.func.max(sa.cast(day, sa.String).concat(class_id)), 11)


def class_by(source: Sources, child_id: Any, day: Any, name: str) -> Any:
    """The class in which a child was last by a day; NULL when it was in none."""
    stay = source.all("enrolment", name)
    chosen = sa.select(last_class(stay.c.enrolled_on, stay.c.class_id)).where(stay.c.child_id == child_id, stay.c.enrolled_on <= day)
    return chosen.correlate_except(stay).scalar_subquery()


def term_due(source: Sources, timetable: Timetable, months: list[Moment]) -> sa.Subquery:
    """One row per child and term in which a monthly talk was due: child_id, class_id, starts_on and ends_on of the term, on_day."""
    month = months_on_register(source, months, many=timetable.many).subquery("due_month")
    return (
        sa.select(
            month.c.child_id,
            last_class(month.c.starts_on, month.c.class_id).label("class_id"),
            month.c.term_starts_on.label("starts_on"),
            month.c.term_ends_on.label("ends_on"),
            sa.func.max(month.c.on_day).label("on_day"),
        )
        .group_by(month.c.child_id, month.c.term_starts_on, month.c.term_ends_on)
        .subquery("due_term")
    )
