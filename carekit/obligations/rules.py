"""The rules: what is due for whom, and whether it is met. One select per rule; every screen, rate and reminder uses these.

Each select has one row per child and period: child_id, class_id, period_start, due_on, met, excused (0 or 1). A duty is open until
its last day and overdue from the next day on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from carekit.access import Actor, may_read
from carekit.calendar import week_of
from carekit.errors import Denied
from carekit.fields import Privacy
from carekit.language import Label
from carekit.obligations.facts import Parents, Sources, one_of, stays_in
from carekit.obligations.file_cells import cells, count_cells
from carekit.obligations.register import months_on_register, on_register
from carekit.obligations.timetable import Moment, Timetable, moment_values
from carekit.records import Absence, Case, Child, HomeVisit, Record, Talk
from carekit.records.codes import Frequency, Outcome, VisitMode

Needs = tuple[tuple[type[Record], str], ...]
Select = sa.Select[Any]
COLUMNS = ("child_id", "class_id", "period_start", "due_on", "met", "excused")


@dataclass(frozen=True, slots=True)
class Rule:
    """A duty towards each child on the register.

    `definition` is the 口径 in words; `needs` are the fields that it rests on: who may not read them does not see the rule. `select` gives its
    rows for the months of a timetable (the term's, unless others are handed in).
    """

    name: str
    label: Label
    definition: Label
    needs: Needs
    select: Callable[[Sources, Timetable, list[Moment] | None], Select]


def _none() -> Select:
    types: dict[str, Any] = {"child_id": sa.String, "class_id": sa.String, "period_start": sa.Date, "due_on": sa.Date}
    return sa.select(*(sa.cast(sa.null(), types.get(name, sa.Integer)).label(name) for name in COLUMNS)).where(sa.false())


def _flag(condition: Any) -> sa.ColumnElement[int]:
    return sa.case((condition, 1), else_=0)


def _answer(rows: Any, child_id: Any, day: Any, first: Any, last: Any, *more: Any) -> Any:
    """1 when something was done in the period, 2 when it was excused, anything else when neither."""
    rank = sa.case((rows.c.outcome == str(Outcome.DONE), 1), (rows.c.outcome == str(Outcome.EXCUSED), 2), else_=3)
    return (
        sa.select(sa.func.min(rank))
        .where(rows.c.child_id == child_id, day.between(first, last), *more)
        .correlate_except(rows)
        .scalar_subquery()
    )


def _talks(source: Sources, timetable: Timetable, months: list[Moment] | None) -> Select:
    months = timetable.term_months if months is None else months
    if not months:
        return _none()
    due = months_on_register(source, months, many=timetable.many).subquery("due_month")
    talk = source.all("talk", "talk_held")
    answer = _answer(talk, due.c.child_id, talk.c.talked_on, due.c.starts_on, due.c.begun_by)
    rows = sa.select(due.c.child_id, due.c.class_id, due.c.starts_on, due.c.ends_on, answer.label("answer")).offset(0).subquery("answered")
    return _judged(rows)


def _judged(rows: Any) -> Select:
    return sa.select(
        rows.c.child_id,
        rows.c.class_id,
        rows.c.starts_on.label("period_start"),
        rows.c.ends_on.label("due_on"),
        _flag(rows.c.answer == 1).label("met"),
        _flag(rows.c.answer == 2).label("excused"),
    )


def last_class(day: Any, class_id: Any) -> Any:
    """The class of the last of several rows, as an aggregate: dates written out sort as text on both databases."""
    return sa.func.substr(sa.func.max(sa.cast(day, sa.String).concat(class_id)), 11)


def _visits(source: Sources, timetable: Timetable, months: list[Moment] | None) -> Select:
    months = timetable.term_months if months is None else months
    if not months:
        return _none()
    month = months_on_register(source, months, many=timetable.many).subquery("due_month")
    due = (
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
    visit = source.all("home_visit", "visit_made")
    until = sa.case((due.c.ends_on < due.c.on_day, due.c.ends_on), else_=due.c.on_day)
    answer = _answer(visit, due.c.child_id, visit.c.visited_on, due.c.starts_on, until, visit.c.mode == str(VisitMode.ON_SITE))
    rows = sa.select(due.c.child_id, due.c.class_id, due.c.starts_on, due.c.ends_on, answer.label("answer")).offset(0).subquery("answered")
    return _judged(rows)


def _contacts(source: Sources, timetable: Timetable, _: list[Moment] | None) -> Select:
    moment, week = moment_values(timetable.today, "moment"), week_of(timetable.on - timedelta(days=7))
    stay, child = source.own("enrolment"), source.all("child")
    parents = Parents(source, child, moment)
    often = parents.away(None, lambda absence: one_of(absence.c.contact_frequency, (str(Frequency.DAILY), str(Frequency.WEEKLY))))
    return (
        sa.select(
            stay.c.child_id,
            stay.c.class_id,
            *_period(week.starts_on, week.ends_on),
            _flag(often).label("met"),
            sa.literal(0).label("excused"),
        )
        .select_from(stay)
        .join(moment, stays_in(source, stay, moment, many=timetable.many))
        .join(child, child.c.id == stay.c.child_id)
        .where(parents.away())
    )


def _period(first: date, last: date) -> tuple[Any, Any]:
    return sa.literal(first, sa.Date).label("period_start"), sa.literal(last, sa.Date).label("due_on")


def file_rows(source: Sources, timetable: Timetable) -> Select:
    """One row per child whose file is due on the day: child_id, class_id, since, opened_on, needed and filled cells."""
    moment = moment_values(timetable.today, "file_day")
    due = on_register(source, timetable.today, many=timetable.many).subquery("on_register")
    child = source.all("child", "file_child")
    needed, filled = count_cells(cells(source, child, moment))
    late = sa.case((due.c.opened_on > due.c.enrolled_on, due.c.opened_on), else_=due.c.enrolled_on)
    return (
        sa.select(due.c.child_id, due.c.class_id, late.label("since"), due.c.opened_on, needed.label("needed"), filled.label("filled"))
        .select_from(due)
        .join(child, child.c.id == due.c.child_id)
        .join(moment, moment.c.school_id == sa.literal(timetable.schools[0]))
    )


def _files(source: Sources, timetable: Timetable, _: list[Moment] | None) -> Select:
    rows = file_rows(source, timetable).offset(0).subquery("file")
    complete = sa.and_(rows.c.opened_on.is_not(None), rows.c.filled == rows.c.needed)
    return sa.select(
        rows.c.child_id,
        rows.c.class_id,
        rows.c.since.label("period_start"),
        rows.c.since.label("due_on"),
        _flag(complete).label("met"),
        sa.literal(0).label("excused"),
    )


_REGISTER: Needs = ((Case, "opened_on"), (Absence, "from_on"))
_ON_REGISTER = Label(
    "children enrolled who are entered in the left-behind register or left behind by the facts under any of the three definitions",
    "在校且已登记留守、或按三种口径之一属于留守的儿童",
)

RULES: dict[str, Rule] = {
    rule.name: rule
    for rule in (
        Rule(
            "file_complete",
            Label("File complete", "建档"),
            Label(
                "An open register entry with every needed cell filled, for {who}; due from the day in the class or on the register.",
                "{who}，留守登记有效且必填项齐全；从入班或登记之日起应建档。",
            ).format(who=_ON_REGISTER),
            ((Child, "health"), *_REGISTER),
            _files,
        ),
        Rule(
            "monthly_talk",
            Label("Monthly talk", "每月谈心"),
            Label(
                "One talk held in each school month (enough school days) for {who} for enough days of the month by the school's rules; a failed attempt "
                "does not count; absence for the whole month with a reason excuses it.",
                "每个教学月（上课日达到规定天数）对当月在册达到规定天数的儿童（{who}）至少谈心一次；未谈成不算，整月不在校并写明原因的免计。",
            ).format(who=_ON_REGISTER),
            ((Talk, "outcome"), *_REGISTER),
            _talks,
        ),
        Rule(
            "home_visit",
            Label("Home visit each term", "每学期家访"),
            Label(
                "One visit on site in each term in which a monthly talk was due; phone and video do not count.",
                "本学期有应谈心月份的儿童，每学期至少实地家访一次；电话、视频家访不计。",
            ),
            ((HomeVisit, "outcome"), *_REGISTER),
            _visits,
        ),
        Rule(
            "weekly_contact",
            Label("Weekly contact with a parent", "每周亲情联系"),
            Label(
                "At least one parent who is away is in contact weekly or daily (Protection of Minors Law, article 23), for every child enrolled with a "
                "parent away; unknown counts as not met.",
                "在校且有父母外出的儿童，至少一名外出父母每周或每天联系（《未成年人保护法》第二十三条）；联系情况不详按未达标计。",
            ),
            ((Absence, "contact_frequency"),),
            _contacts,
        ),
    )
}


def may_see(actor: Actor, needs: Needs) -> bool:
    """Whether a role reads everything that a rule or a rate rests on."""
    return all(may_read(actor, record, field, in_scope=True) for record, field in needs)


def level_of(needs: Needs) -> Privacy:
    """How private the most private of the fields is that a rule or a rate rests on."""
    return max(record.fields[field].privacy for record, field in needs)


def require_sight(actor: Actor, needs: Needs) -> None:
    """Raises `Denied` when a role does not read what a rule or a rate rests on."""
    if not may_see(actor, needs):
        raise Denied(
            Label(
                "Your role does not see the records behind this figure; ask the school leader.",
                "您的角色不能查看这项统计所用的记录，请找学校领导。",
            )
        )
