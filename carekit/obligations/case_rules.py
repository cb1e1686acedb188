"""The rules of closing: proposals are decided, interventions are looked at again, and the child is asked after once one is closed.

An intervention and the register are two things: closing the one neither ends nor hides what the other asks for, so these rules start from every pupil
of the day, on the register or not. Proposals are also decided for children who have left, because leaving is why most are taken off the register.
"""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from carekit.language import Label
from carekit.obligations.casework import keeper
from carekit.obligations.closures import in_force, not_reopened
from carekit.obligations.day_arithmetic import days_after, later_of, months_after
from carekit.obligations.facts import Sources, exists_in, stays_in
from carekit.obligations.register import class_by
from carekit.obligations.rule import COLUMNS, Rule, Select, Whose, duty
from carekit.obligations.timetable import Moment, Timetable, moment_values
from carekit.records import Closure, HomeVisit, Intervention, InterventionClosure, Talk
from carekit.records.codes import Outcome

#: Days within which a proposal to close is decided.
PROPOSAL_DAYS = 7
#: Days until an intervention is looked at again when nobody set down a day for it, counted from its opening or reopening.
REVIEW_DAYS = 60
#: Months after closing an intervention at which the child is asked after (RECORDS 6.4), and how early that may be done.
FOLLOW_UP_MONTHS = (1, 3)
EARLY_DAYS = 7
#: How long what is done, or was not done, stays in the lists.
_KEPT = timedelta(days=180)


# --- proposals --------------------------------------------------------------------------------------------------------


def _decisions(source: Sources, timetable: Timetable, _: list[Moment] | None) -> Select:
    parts = [
        _proposals(source, timetable, *one).subquery(f"proposed_{one[0]}")
        for one in (("closure", "case"), ("intervention_closure", "intervention"))
    ]
    rows = sa.union_all(*(sa.select(*(part.c[name] for name in COLUMNS)) for part in parts)).subquery("proposals")
    return sa.select(*(rows.c[name] for name in COLUMNS))


def _proposals(source: Sources, timetable: Timetable, kind: str, parent: str) -> Select:
    """What is or was proposed of one kind; what was sent back is its proposer's turn. Without a day of proposing, its last day stands in."""
    closure, of, child = source.all(kind, f"asked_{kind}"), source.all(parent, f"asked_{parent}"), source.own("child")
    day = sa.literal(timetable.on, sa.Date)
    since = sa.func.coalesce(closure.c.proposed_on, closure.c.closed_on)
    decided = sa.and_(in_force(closure), sa.or_(closure.c.approved_on.is_(None), closure.c.approved_on <= day))
    found = (
        sa.select(
            of.c.child_id,
            class_by(source, of.c.child_id, day, f"last_stay_{kind}").label("class_id"),
            since.label("since"),
            decided.label("decided"),
        )
        .select_from(closure)
        .join(of, of.c.id == closure.c[f"{parent}_id"])
        .join(child, child.c.id == of.c.child_id)
        .where(
            since <= day,
            sa.or_(in_force(closure), closure.c.returned_for.is_(None)),
            # from paper, without a day of approval, nobody here decided it
            sa.or_(~decided, closure.c.approved_on >= timetable.on - _KEPT),
        )
        .offset(0)
        .subquery(f"found_{kind}")
    )
    return duty(found, found.c.since, days_after(found.c.since, sa.literal(PROPOSAL_DAYS, sa.Integer)), found.c.decided)


# --- interventions ----------------------------------------------------------------------------------------------------


def _enrolled(source: Sources, timetable: Timetable, name: str) -> sa.Subquery:
    """One row per pupil of the day: child_id, class_id, on_day."""
    moment, stay = moment_values(timetable.today, f"{name}_day"), source.own("enrolment")
    select = sa.select(stay.c.child_id, stay.c.class_id, moment.c.on_day).select_from(stay)
    return select.join(moment, stays_in(source, stay, moment, many=timetable.many)).subquery(name)


def _reviews(source: Sources, timetable: Timetable, _: list[Moment] | None) -> Select:
    """The next look at each intervention that is open; what was reopened counts anew from that day."""
    child, row = _enrolled(source, timetable, "worked_with"), source.all("intervention")
    closure, again = source.all("intervention_closure", "closes"), source.all("intervention_closure", "reopens")
    day = child.c.on_day
    closed = exists_in(
        closure, closure.c.intervention_id == row.c.id, in_force(closure), closure.c.closed_on <= day, not_reopened(closure, day)
    )
    resumed_on = (
        sa.select(sa.func.max(again.c.reopened_on))
        .where(again.c.intervention_id == row.c.id, in_force(again), again.c.reopened_on <= day)
        .correlate_except(again)
        .scalar_subquery()
    )
    owner = keeper(source, child, row.c.worker_id)
    found = (
        sa.select(
            child.c.child_id, child.c.class_id, row.c.opened_on, row.c.review_on, resumed_on.label("resumed_on"), owner.label("owner_id")
        )
        .select_from(child.join(row, row.c.child_id == child.c.child_id))
        .where(row.c.opened_on <= day, ~closed)
        .offset(0)
        .subquery("open_interventions")
    )
    since = later_of(found.c.opened_on, found.c.resumed_on)
    set_down = sa.and_(found.c.review_on.is_not(None), found.c.review_on >= since)
    due_on = sa.case((set_down, found.c.review_on), else_=days_after(since, sa.literal(REVIEW_DAYS, sa.Integer)))
    return duty(found, since, due_on, sa.false(), owner_id=found.c.owner_id)


def _follow_ups(source: Sources, timetable: Timetable, _: list[Moment] | None) -> Select:
    """The dates after each closing; met by a talk or a visit that took place a little before that day or later."""
    child, row, closure = _enrolled(source, timetable, "followed"), source.all("intervention"), source.all("intervention_closure")
    number = sa.union_all(*(sa.select(sa.literal(n, sa.Integer).label("n")) for n in FOLLOW_UP_MONTHS)).cte("follow_up")
    day, due_on = child.c.on_day, months_after(closure.c.closed_on, number.c.n)
    owner = keeper(source, child, row.c.worker_id)
    found = (
        sa.select(child, closure.c.closed_on, due_on.label("due_on"), owner.label("owner_id"))
        .select_from(
            child.join(row, row.c.child_id == child.c.child_id).join(closure, closure.c.intervention_id == row.c.id).join(number, sa.true())
        )
        .where(in_force(closure), closure.c.closed_on <= day, not_reopened(closure, day), closure.c.closed_on >= timetable.on - _KEPT)
        .offset(0)
        .subquery("follow_ups")
    )

    def held(kind: str, on: str) -> sa.ColumnElement[bool]:
        contact = source.all(kind, f"after_{kind}")
        early_enough = days_after(contact.c[on], sa.literal(EARLY_DAYS, sa.Integer)) >= found.c.due_on
        done = contact.c.outcome == str(Outcome.DONE)
        return exists_in(contact, contact.c.child_id == found.c.child_id, done, early_enough, contact.c[on] <= found.c.on_day)

    met = sa.or_(held("talk", "talked_on"), held("home_visit", "visited_on"))
    return duty(found, found.c.closed_on, found.c.due_on, met, owner_id=found.c.owner_id)


CASE_RULES: tuple[Rule, ...] = (
    Rule(
        "closure_decision",
        Label("Proposal to close decided", "销号结案审批"),
        Label(
            "A proposal to take a child off the register or to close an intervention is approved or sent back within {days} days.",
            "销号或个案结案的申请，{days}天内批准或退回。",
        ).format(days=PROPOSAL_DAYS),
        ((Closure, "reason"), (InterventionClosure, "outcome")),
        _decisions,
        done_by="closure",
        whose=Whose.LEADERS,
    ),
    Rule(
        "intervention_review",
        Label("Intervention looked at again", "个案评估"),
        Label(
            "Every open intervention is looked at again by the day set down for it (without one: {days} days after its opening or reopening), and a "
            "later day is set down or it is closed.",
            "在办的帮扶个案按约定的评估日期评估（没有约定的，开案或重启后{days}天内），评估后另定下次日期或结案。",
        ).format(days=REVIEW_DAYS),
        ((Intervention, "concern"),),
        _reviews,
        done_by="intervention",
    ),
    Rule(
        "intervention_follow_up",
        Label("After an intervention", "结案回访"),
        Label(
            "One month and three months after an intervention is closed, somebody talks with the child or visits the home (up to {days} days earlier counts).",
            "个案结案后满一个月、三个月，各谈心或家访一次（提前{days}天以内也算）。",
        ).format(days=EARLY_DAYS),
        ((Intervention, "concern"), (Talk, "outcome"), (HomeVisit, "outcome")),
        _follow_ups,
        done_by="talk",
    ),
)
