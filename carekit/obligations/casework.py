"""The rules of groups, pairings, diaries, activities and of what was promised: for every pupil who is served, left behind or not.

What happened after the day of the figure has not happened; what was promised before a file was reopened does not come back.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from carekit.language import Label
from carekit.obligations.day_arithmetic import days_after, later_of
from carekit.obligations.facts import Sources, exists_in
from carekit.obligations.register import on_register, term_due
from carekit.obligations.rule import Rule, Select, Whose, duty, flag, no_rows
from carekit.obligations.served import served
from carekit.obligations.study_rules import STUDY_RULES
from carekit.obligations.timetable import Moment, Timetable, settings_values
from carekit.records import Attendance, Diary, Difficulty, HomeVisit, Journal, Membership, Pairing, Talk
from carekit.records.codes import ActivityKind, Attendee, Outcome, PairingDemand, PairingKind, Role, SupportGroup

#: How long something promised or handed in stays in the lists after its day.
_KEPT = timedelta(days=180)
#: How long the sign-in of a gathering can be missing before it is given up.
_GATHERING_KEPT = timedelta(days=60)
#: Days within which the branch decides what was handed up to it.
DECISION_DAYS = 14


def _running(row: Any, day: Any) -> sa.ColumnElement[bool]:
    """Whether something with `from_on` and `until_on` holds on a day; on its last day it has ended, as access has."""
    return sa.and_(row.c.from_on <= day, sa.or_(row.c.until_on.is_(None), row.c.until_on > day))


def in_service(source: Sources, staff_id: Any, day: Any, name: str, *more: Any) -> sa.ColumnElement[bool]:
    """Whether a member of staff has not left by a day: the last day still counts."""
    staff = source.all("staff_member", name)
    here = sa.or_(staff.c.until_on.is_(None), staff.c.until_on >= day)
    return exists_in(staff, staff.c.id == staff_id, here, *(condition(staff) for condition in more))


def _supported(source: Sources, child: Any, name: str) -> tuple[Any, list[Any]]:
    """A child's present pairings with adults who are still there: the rows and their conditions. A fellow pupil does not stand in for an adult."""
    pairing = source.all("pairing", name)
    conditions = [
        pairing.c.child_id == child.c.child_id,
        pairing.c.kind_of != str(PairingKind.PUPIL),
        _running(pairing, child.c.on_day),
        in_service(source, pairing.c.staff_id, child.c.on_day, f"{name}_staff"),
    ]
    return pairing, conditions


# --- pairing ----------------------------------------------------------------------------------------------------------


def _paired(source: Sources, timetable: Timetable, _: list[Moment] | None) -> Select:
    child, rules = served(source, timetable), settings_values(timetable, "pairing_settings")
    member = source.all("membership", "wanting")
    pairing, running = _supported(source, child, "present")
    key = sa.and_(member.c.group == str(SupportGroup.KEY), rules.c.demand == PairingDemand.KEY.value)
    asked = sa.or_(key, rules.c.demand == PairingDemand.GROUPS.value)
    group_since = (
        sa.select(sa.func.min(member.c.from_on))
        .where(member.c.child_id == child.c.child_id, _running(member, child.c.on_day), asked)
        .correlate_except(member)
        .scalar_subquery()
    )
    registered = rules.c.demand == PairingDemand.REGISTER.value
    since = sa.case((registered, _listed_since(source, timetable, child)), else_=group_since)
    held = flag(exists_in(pairing, *running))
    found = (
        sa.select(child, since.label("since"), held.label("held"), rules.c.pairing_days)
        .select_from(child)
        .join(rules, rules.c.school_id == child.c.school_id)
        .offset(0)
        .subquery("to_be_paired")
    )
    begun = later_of(found.c.since, found.c.resumed_on)
    return duty(found, found.c.since, days_after(begun, found.c.pairing_days), found.c.held == 1).where(found.c.since.is_not(None))


def _listed_since(source: Sources, timetable: Timetable, child: Any) -> Any:
    """Since when a child is on the register (the day in the class where no entry says so); NULL when it is not."""
    if all(timetable.rules(school=school).pairing_demand is not PairingDemand.REGISTER for school in timetable.schools):
        return sa.cast(sa.null(), sa.Date)
    listed = on_register(source, timetable.today, many=timetable.many).subquery("listed")
    since = sa.func.coalesce(sa.func.min(listed.c.opened_on), sa.func.min(listed.c.enrolled_on))
    return sa.select(since).where(listed.c.child_id == child.c.child_id).correlate_except(listed).scalar_subquery()


def _diaries(source: Sources, timetable: Timetable, _: list[Moment] | None) -> Select:
    child, rules = served(source, timetable), settings_values(timetable, "diary_settings")
    pairing, running = _supported(source, child, "diary_pairing")
    diary = source.all("diary", "diary_page")

    def of_pairings(column: Any) -> Any:
        return sa.select(column).where(*running).correlate_except(pairing).scalar_subquery()

    last = (
        sa.select(sa.func.max(diary.c.written_on))
        .where(diary.c.child_id == child.c.child_id, diary.c.written_on <= child.c.on_day)
        .correlate_except(diary)
        .scalar_subquery()
    )
    found = (
        sa.select(
            child,
            of_pairings(sa.func.min(pairing.c.from_on)).label("since"),
            of_pairings(sa.func.max(pairing.c.staff_id)).label("supporter_id"),
            last.label("last_on"),
            rules.c.diary_days,
        )
        .select_from(child)
        .join(rules, rules.c.school_id == child.c.school_id)
        .where(rules.c.diary_days > 0)
        .offset(0)
        .subquery("diary_keeping")
    )
    due_on = days_after(later_of(found.c.since, found.c.last_on, found.c.resumed_on), found.c.diary_days)
    kept = sa.and_(found.c.last_on.is_not(None), days_after(found.c.last_on, found.c.diary_days) >= found.c.on_day)
    return duty(found, found.c.since, due_on, kept, owner_id=found.c.supporter_id).where(found.c.since.is_not(None))


def _replies(source: Sources, timetable: Timetable, _: list[Moment] | None) -> Select:
    child, rules, journal = served(source, timetable), settings_values(timetable, "reply_settings"), source.all("journal")
    answered = sa.and_(journal.c.replied_on.is_not(None), journal.c.replied_on <= child.c.on_day)
    joined = child.join(journal, journal.c.child_id == child.c.child_id).join(rules, rules.c.school_id == child.c.school_id)
    due_on = days_after(journal.c.handed_in_on, rules.c.reply_days)
    rows = duty(child, journal.c.handed_in_on, due_on, answered, joined=joined)
    return rows.where(rules.c.reply_days > 0, *_made_lately(timetable, child, journal.c.handed_in_on))


# --- activities -------------------------------------------------------------------------------------------------------


def _came(source: Sources, child_id: Any, name: str) -> tuple[Any, list[Any]]:
    signed = source.all("attendance", name)
    return signed, [signed.c.child_id == child_id, signed.c.who == str(Attendee.CHILD)]


def _activities(source: Sources, timetable: Timetable, months: list[Moment] | None) -> Select:
    months = timetable.term_months if months is None else months
    if not months:
        return no_rows()
    due, rules = term_due(source, timetable, months), settings_values(timetable, "activity_settings")
    child = served(source, timetable)
    signed, own = _came(source, due.c.child_id, "joined")
    until = sa.case((due.c.ends_on < due.c.on_day, due.c.ends_on), else_=due.c.on_day)
    joined = (
        sa.select(sa.func.count(sa.distinct(signed.c.activity_id)))
        .where(*own, signed.c.came.is_(sa.true()), signed.c.attended_on.between(due.c.starts_on, until))
        .correlate_except(signed)
        .scalar_subquery()
    )
    rows = (
        sa.select(due, joined.label("joined"), rules.c.activities_a_term)
        .select_from(due)
        .join(child, child.c.child_id == due.c.child_id)
        .join(rules, rules.c.school_id == child.c.school_id)
        .where(rules.c.activities_a_term > 0)
        .offset(0)
        .subquery("joining")
    )
    return duty(rows, rows.c.starts_on, rows.c.ends_on, rows.c.joined >= rows.c.activities_a_term)


def _gatherings(source: Sources, timetable: Timetable, _: list[Moment] | None) -> Select:
    child, activity = served(source, timetable), source.all("activity")
    person, family = source.all("child", "invited"), source.all("family", "invited_family")
    listed = on_register(source, timetable.today, many=timetable.many).subquery("invited_register")
    signed, own = _came(source, child.c.child_id, "signed")
    held = (
        activity.c.kind_of == str(ActivityKind.HOLIDAY),
        activity.c.cancelled.is_(None),
        activity.c.held_on.between(timetable.on - _GATHERING_KEPT, timetable.on),
        activity.c.village == sa.func.coalesce(person.c.village, family.c.village),
    )
    met = exists_in(signed, *own, signed.c.activity_id == activity.c.id, signed.c.attended_on <= child.c.on_day)
    joined = (
        child.join(listed, listed.c.child_id == child.c.child_id)
        .join(person, person.c.id == child.c.child_id)
        .outerjoin(family, family.c.id == person.c.family_id)
        .join(activity, sa.and_(*held))
    )
    rows = duty(child, activity.c.held_on, activity.c.held_on, met, joined=joined, owner_id=activity.c.organiser_id)
    return rows.where(*_made_lately(timetable, child, activity.c.held_on))


# --- what was promised ------------------------------------------------------------------------------------------------


def _made_lately(timetable: Timetable, child: Any, day: Any) -> tuple[Any, ...]:
    """Conditions on the day on which something was begun: it has happened, not too long ago, and not before the file was reopened."""
    return (
        day.between(timetable.on - _KEPT, timetable.on),
        sa.or_(child.c.resumed_on.is_(None), day >= child.c.resumed_on),
    )


def keeper(source: Sources, child: Any, staff_id: Any) -> Any:
    """Who promised it, while they still look after the child or the whole school; NULL (the class teacher) when they no longer do."""
    pairing, running = _supported(source, child, "keeper_pairing")
    school_wide = (str(Role.COUNSELLOR), str(Role.LEADER))
    stays = in_service(source, staff_id, child.c.on_day, "keeper", lambda staff: staff.c.role.in_(school_wide))
    return sa.case((sa.or_(exists_in(pairing, pairing.c.staff_id == staff_id, *running), stays), staff_id), else_=sa.null())


def _promised(kind: str, happened: str, promised: str) -> Any:
    """The rule of a contact that ended with "again on …": met by a later contact of the same kind."""

    def select(source: Sources, timetable: Timetable, _: list[Moment] | None) -> Select:
        child, made, later = served(source, timetable), source.all(kind, "made"), source.all(kind, "later")
        again = exists_in(
            later,
            later.c.child_id == made.c.child_id,
            later.c.outcome == str(Outcome.DONE),
            later.c[happened] > made.c[happened],
            later.c[happened] <= child.c.on_day,
        )
        joined, owner = child.join(made, made.c.child_id == child.c.child_id), keeper(source, child, made.c.staff_id)
        rows = duty(child, made.c[happened], made.c[promised], again, joined=joined, owner_id=owner)
        return rows.where(made.c[promised].is_not(None), *_made_lately(timetable, child, made.c[happened]))

    return select


# --- difficulties -----------------------------------------------------------------------------------------------------


def _solved(row: Any, day: Any) -> sa.ColumnElement[bool]:
    return sa.and_(row.c.closed_on.is_not(None), row.c.closed_on <= day)


def _decided(row: Any, day: Any) -> sa.ColumnElement[bool]:
    return sa.and_(row.c.decided_on.is_not(None), row.c.decided_on <= day)


def _handed_up(row: Any, day: Any) -> sa.ColumnElement[bool]:
    return sa.and_(row.c.escalated_on.is_not(None), row.c.escalated_on <= day)


def _difficulties(source: Sources, timetable: Timetable, _: list[Moment] | None) -> Select:
    child, row = served(source, timetable), source.all("difficulty")
    day = child.c.on_day
    # while the branch has it, it is the branch's turn
    waits = sa.and_(_handed_up(row, day), ~_decided(row, day), ~_solved(row, day))
    joined = child.join(row, row.c.child_id == child.c.child_id)
    rows = duty(child, row.c.raised_on, row.c.due_on, _solved(row, day), joined=joined, excused=waits, owner_id=row.c.owner_id)
    return rows.where(row.c.raised_on <= day, sa.or_(~_solved(row, day), row.c.closed_on >= timetable.on - _KEPT))


def _decisions(source: Sources, timetable: Timetable, _: list[Moment] | None) -> Select:
    child, row = served(source, timetable), source.all("difficulty")
    day = child.c.on_day
    done = sa.or_(_decided(row, day), _solved(row, day))
    due_on = days_after(row.c.escalated_on, sa.literal(DECISION_DAYS, sa.Integer))
    rows = duty(child, row.c.escalated_on, due_on, done, joined=child.join(row, row.c.child_id == child.c.child_id))
    return rows.where(_handed_up(row, day), sa.or_(~done, row.c.escalated_on >= timetable.on - _KEPT))


CASEWORK: tuple[Rule, ...] = (
    Rule(
        "paired",
        Label("Paired with a supporter", "结对帮扶"),
        Label(
            "Every child whom the school's rules ask to be paired has a supporter who is still there, within the days that the rules give; a fellow pupil "
            "alone does not count.",
            "规则要求结对的孩子，在规定天数内有在岗的帮扶人；只与同学手拉手不算。",
        ),
        ((Pairing, "staff_id"), (Membership, "group")),
        _paired,
        whose=Whose.LEADERS,
    ),
    Rule(
        "growth_diary",
        Label("Growth diary", "成长日记"),
        Label(
            "Every child with a supporter has a page in the growth diary as often as the rules ask, counted from the last page.",
            "有帮扶人的孩子，按规定间隔至少有一篇成长日记，从上一篇算起。",
        ),
        ((Diary, "written_on"), (Pairing, "staff_id")),
        _diaries,
        done_by="diary",
    ),
    Rule(
        "journal_reply",
        Label("Journal answered", "周记回复"),
        Label("Every weekly journal is answered within the days that the rules give.", "每篇周记在规定天数内得到回复。"),
        ((Journal, "replied_on"),),
        _replies,
        done_by="journal",
    ),
    Rule(
        "activity",
        Label("Activities each term", "每学期参加活动"),
        Label(
            "Every child on the register takes part in as many activities a term as the rules ask; only signed-in children count.",
            "在册儿童每学期参加活动达到规定次数，以签到为准。",
        ),
        ((Attendance, "came"),),
        _activities,
        done_by="attendance",
    ),
    Rule(
        "gathering",
        Label("Holiday gathering", "假期集中签到"),
        Label(
            "For every holiday gathering of the child's village group it is written down whether the child came.",
            "本村组每次假期集中活动都记下孩子是否到场。",
        ),
        ((Attendance, "came"),),
        _gatherings,
        done_by="attendance",
    ),
    Rule(
        "talk_again",
        Label("Talk again", "谈心跟进"),
        Label(
            "A talk that ended with “look again on” is followed by another talk by that day.", "谈心时约定了跟进日期的，到期前再谈一次。"
        ),
        ((Talk, "follow_up_on"),),
        _promised("talk", "talked_on", "follow_up_on"),
        done_by="talk",
    ),
    Rule(
        "visit_again",
        Label("Visit again", "家访回访"),
        Label(
            "A visit that ended with “visit again on” is followed by another visit by that day.", "家访时约定了回访日期的，到期前再访一次。"
        ),
        ((HomeVisit, "revisit_on"),),
        _promised("home_visit", "visited_on", "revisit_on"),
        done_by="home_visit",
    ),
    *STUDY_RULES,
    Rule(
        "difficulty",
        Label("Difficulty solved", "困难办结"),
        Label(
            "Every difficulty is closed with an outcome by its date; while the branch has it, its owner waits.",
            "每项实际困难在期限内有结果；上报支部等待研究期间不计责任人逾期。",
        ),
        ((Difficulty, "due_on"),),
        _difficulties,
        done_by="difficulty",
    ),
    Rule(
        "decision",
        Label("Branch decides", "支部研究答复"),
        Label("What was handed up is decided within {days} days.", "上报支部的困难{days}天内研究决定。").format(days=DECISION_DAYS),
        ((Difficulty, "due_on"),),
        _decisions,
        done_by="difficulty",
        whose=Whose.LEADERS,
    ),
)
