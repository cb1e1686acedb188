"""The rules: what is due for whom, and whether it is met. One select per rule; every screen, rate and reminder uses these.

Each select has one row per child and period (`COLUMNS`). A duty is open until its last day and overdue from the next day on. Here are the rules of
the register; those of families stand in `family_rules`, of groups, pairings, plans and difficulties in `casework`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from carekit.calendar import week_of
from carekit.language import Label
from carekit.obligations.case_rules import CASE_RULES
from carekit.obligations.casework import CASEWORK
from carekit.obligations.facts import Needs, Parents, Sources, exists_in, one_of, stays_in
from carekit.obligations.family_rules import FAMILY_RULES
from carekit.obligations.file_cells import cells, count_cells
from carekit.obligations.register import months_on_register, on_register, term_due
from carekit.obligations.rule import Rule, Select, duty, no_rows
from carekit.obligations.timetable import Moment, Timetable, moment_values
from carekit.obligations.transfer_rules import TRANSFER_RULES
from carekit.records import Absence, Case, Child, HomeVisit, Talk
from carekit.records.codes import Frequency, Outcome, VisitMode


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
        return no_rows()
    due = months_on_register(source, months, many=timetable.many).subquery("due_month")
    talk = source.all("talk", "talk_held")
    answer = _answer(talk, due.c.child_id, talk.c.talked_on, due.c.starts_on, due.c.begun_by)
    rows = sa.select(due.c.child_id, due.c.class_id, due.c.starts_on, due.c.ends_on, answer.label("answer")).offset(0).subquery("answered")
    return _judged(rows)


def _judged(rows: Any) -> Select:
    return duty(rows, rows.c.starts_on, rows.c.ends_on, rows.c.answer == 1, excused=rows.c.answer == 2)


def _visits(source: Sources, timetable: Timetable, months: list[Moment] | None) -> Select:
    months = timetable.term_months if months is None else months
    if not months:
        return no_rows()
    due = term_due(source, timetable, months)
    visit = source.all("home_visit", "visit_made")
    until = sa.case((due.c.ends_on < due.c.on_day, due.c.ends_on), else_=due.c.on_day)
    answer = _answer(visit, due.c.child_id, visit.c.visited_on, due.c.starts_on, until, visit.c.mode == str(VisitMode.ON_SITE))
    rows = sa.select(due.c.child_id, due.c.class_id, due.c.starts_on, due.c.ends_on, answer.label("answer")).offset(0).subquery("answered")
    return _judged(rows)


def _contacts(source: Sources, timetable: Timetable, _: list[Moment] | None) -> Select:
    moment, week = moment_values(timetable.today, "moment"), week_of(timetable.on - timedelta(days=7))
    stay, child = source.own("enrolment"), source.all("child")
    parents = Parents(source, child, moment)
    call = source.all("parent_call")
    called = exists_in(
        call,
        call.c.child_id == stay.c.child_id,
        call.c.outcome == str(Outcome.DONE),
        call.c.called_on.between(week.starts_on, timetable.on),
    )
    often = parents.away(None, lambda absence: one_of(absence.c.contact_frequency, (str(Frequency.DAILY), str(Frequency.WEEKLY))))
    joined = stay.join(moment, stays_in(source, stay, moment, many=timetable.many)).join(child, child.c.id == stay.c.child_id)
    first, last = sa.literal(week.starts_on, sa.Date), sa.literal(week.ends_on, sa.Date)
    return duty(stay, first, last, sa.or_(often, called), joined=joined).where(parents.away())


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
    return duty(rows, rows.c.since, rows.c.since, complete)


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
            done_by="talk",
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
            done_by="home_visit",
        ),
        Rule(
            "weekly_contact",
            Label("Weekly contact with a parent", "每周亲情联系"),
            Label(
                "At least one parent who is away is in contact weekly or daily (Protection of Minors Law, article 23), or a contact since the beginning of last "
                "week is recorded, for every child enrolled with a parent away; unknown counts as not met.",
                "在校且有父母外出的儿童，至少一名外出父母每周或每天联系（《未成年人保护法》第二十三条），或上周以来有联系记录；联系情况不详按未达标计。",
            ),
            ((Absence, "contact_frequency"),),
            _contacts,
            done_by="parent_call",
        ),
        *FAMILY_RULES,
        *CASEWORK,
        *CASE_RULES,
        *TRANSFER_RULES,
    )
}
