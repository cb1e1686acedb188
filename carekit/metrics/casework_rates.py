"""The rates of daily work: each child once, whatever the number of its pairings, plans, journals and difficulties."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

from carekit.calendar import school_year, school_year_of
from carekit.language import Label
from carekit.metrics.metric import Metric, Select, each_met, of_rule, rate_rows
from carekit.obligations import RULES, Sources, Timetable
from carekit.obligations.closures import in_force, not_reopened
from carekit.obligations.facts import exists_in, stays_in
from carekit.obligations.register import term_due
from carekit.obligations.rule import flag, no_rows
from carekit.obligations.timetable import moment_values
from carekit.records import HomeVisit, Intervention, Talk
from carekit.records.codes import InterventionEnd, Outcome


def _all_met(rule: str) -> Callable[[Sources, Timetable], Select]:
    """Children of whom everything that a rule asked for by the day is met, of those of whom it asked anything; what was excused is left out."""

    def select(source: Sources, timetable: Timetable) -> Select:
        rows = RULES[rule].select(source, timetable, None).subquery("duty")
        asked = sa.or_(rows.c.met == 1, rows.c.due_on <= sa.literal(timetable.on, sa.Date))
        children = (
            sa.select(rows.c.child_id, sa.func.max(rows.c.class_id).label("class_id"), sa.func.min(rows.c.met).label("met"))
            .where(rows.c.excused == 0, asked)
            .group_by(rows.c.child_id)
            .subquery("child_duty")
        )
        return rate_rows(children, children.c.met)

    return select


def _met_at_all(source: Sources, timetable: Timetable) -> Select:
    """Children whom somebody has talked with or visited this term, of those of whom a talk is due in it."""
    if not timetable.term_months:
        none = no_rows().subquery("nobody")
        return rate_rows(none, none.c.met)
    due = term_due(source, timetable, timetable.term_months)
    until = sa.case((due.c.ends_on < due.c.on_day, due.c.ends_on), else_=due.c.on_day)

    def held(kind: str, day: str) -> sa.ColumnElement[bool]:
        row = source.all(kind, f"met_{kind}")
        done = row.c.outcome == str(Outcome.DONE)
        return exists_in(row, row.c.child_id == due.c.child_id, done, row.c[day].between(due.c.starts_on, until))

    return rate_rows(due, flag(sa.or_(held("talk", "talked_on"), held("home_visit", "visited_on"))))


def _aims(source: Sources, timetable: Timetable) -> Select:
    """Pupils of the day with an intervention closed in the school year; reached when every one of theirs reached its aims."""
    moment, stay = moment_values(timetable.today, "aims_day"), source.own("enrolment")
    of, closure = source.all("intervention"), source.all("intervention_closure")
    closed = sa.and_(
        in_force(closure),
        closure.c.closed_on.between(school_year(school_year_of(timetable.on)).starts_on, timetable.on),
        not_reopened(closure, moment.c.on_day),
    )
    children = (
        sa.select(
            stay.c.child_id, stay.c.class_id, sa.func.min(flag(closure.c.reason == str(InterventionEnd.AIMS_REACHED))).label("reached")
        )
        .select_from(stay)
        .join(moment, stays_in(source, stay, moment, many=timetable.many))
        .join(of, of.c.child_id == stay.c.child_id)
        .join(closure, sa.and_(closure.c.intervention_id == of.c.id, closed))
        .group_by(stay.c.child_id, stay.c.class_id)
        .subquery("child_aims")
    )
    return rate_rows(children, children.c.reached)


CASEWORK_RATES: tuple[Metric, ...] = (
    Metric(
        "met_at_all",
        Label("Met at all this term", "本学期有人见过"),
        Label(
            "Children with at least one talk or home visit held this term (any way) ÷ children of whom a talk is due in the term; who is missing has not "
            "been met by anybody.",
            "本学期至少有一次谈心或家访（含电话、视频）的儿童 ÷ 本学期应谈儿童；不在其中的是还没有人见过的孩子。",
        ),
        ((Talk, "outcome"), (HomeVisit, "outcome"), *RULES["monthly_talk"].needs),
        _met_at_all,
    ),
    of_rule("pairing_rate", "paired", Label("Pairing rate", "结对率"), each_met("paired")),
    of_rule("diary_rate", "growth_diary", Label("Growth diaries kept", "成长日记达标率"), each_met("growth_diary")),
    of_rule("activity_rate", "activity", Label("Activity rate", "活动参与率"), each_met("activity")),
    of_rule("reply_rate", "journal_reply", Label("Journals answered", "周记回复率"), _all_met("journal_reply")),
    of_rule("plan_check_rate", "plan_check", Label("Plans checked in time", "计划检查率"), _all_met("plan_check")),
    of_rule("difficulty_rate", "difficulty", Label("Difficulties closed in time", "困难办结率"), _all_met("difficulty")),
    Metric(
        "aims_rate",
        Label("Aims of interventions reached", "个案目标达成率"),
        Label(
            "Pupils whose every intervention closed in the school year reached its aims ÷ pupils with an intervention closed in it; proposals and what was "
            "reopened do not count.",
            "本学年结案的帮扶个案全部“目标达成”的学生 ÷ 本学年有个案结案的在校学生；待审批的和已重启的不计。",
        ),
        ((Intervention, "concern"),),
        _aims,
    ),
    of_rule("receipt_rate", "transfer_receipt", Label("Receipts for children who left", "转学回执率"), _all_met("transfer_receipt")),
)
