"""The facts of one child on which the criteria of closing rest, gathered through the reader's desk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import sqlalchemy as sa

from carekit.apps.cases_criteria import GROWN_UP, FileFacts, OpenWork, ParentFacts
from carekit.calendar import add_months
from carekit.obligations import Timetable, left_behind
from carekit.records import (
    Absence,
    Child,
    Difficulty,
    Enrolment,
    FamilyMember,
    Intervention,
    InterventionClosure,
    Pairing,
    Plan,
    RuleSettings,
    Transfer,
)
from carekit.records.codes import FATHERS, MOTHERS, Capacity, Frequency, LeftBehindSchool, ParentState, Relation, TransferDirection
from carekit.store import Desk

_PARENTS = (*FATHERS, *MOTHERS, Relation.PARENT)
_DAY = timedelta(days=1)


def file_facts(desk: Desk, child_id: str, on: date, *, since: date | None = None) -> FileFacts:
    """What is known of a child on a day; with `since`, also whether the child was left behind at any time from then on.

    `NotFound` for a child outside the reader's scope; the read is logged.
    """
    child = desk.get(Child, child_id).record
    with desk.snapshot():
        members = desk.find(FamilyMember, {"family_id": child.family_id}) if child.family_id else []
        parents = [one.record for one in members if one.record.relation in _PARENTS and one.record.state is not ParentState.DECEASED]
        found = desk.find(Absence, {"member_id": [one.id for one in parents]}) if parents else []
        absences = [one.record for one in found]
        stays = stays_of(desk, child_id)
        last = stays[-1] if stays else None
        gone = last if last is not None and last.left_on is not None and last.left_on <= on else None
        sent = _sent(desk, child_id)
        known = bool(parents)
        return FileFacts(
            on=on,
            birth_on=child.birth_on,
            parents=tuple(_parent(one, [a for a in absences if a.member_id == one.id], on) for one in parents),
            left_on=gone.left_on if gone else None,
            leaving=gone.leaving if gone else None,
            other_school=(gone.other_school if gone else None) or (sent.other_school if sent else None),
            receipt_on=sent.receipt_on if sent and sent.receipt_on and sent.receipt_on <= on else None,
            left_behind=_held(desk, child_id, [on]) if known else None,
            ever_left_behind=_held(desk, child_id, _days(desk, child, absences, stays, since, on)) if since and known else None,
            work=open_work(desk, child_id, on),
        )


def stays_of(desk: Desk, child_id: str) -> list[Enrolment]:
    """The stays of a child in classes, the earliest first."""
    return sorted((one.record for one in desk.find(Enrolment, {"child_id": child_id})), key=lambda stay: (stay.enrolled_on, stay.id))


def open_work(desk: Desk, child_id: str, on: date) -> OpenWork:
    """How much of a child is open on a day; what the reader does not see is not counted."""
    difficulties = [one.record for one in desk.find(Difficulty, {"child_id": child_id})]
    plans = [one.record for one in desk.find(Plan, {"child_id": child_id})]
    interventions = [one.record for one in desk.find(Intervention, {"child_id": child_id})]
    ends = desk.find(InterventionClosure, {"intervention_id": [one.id for one in interventions]}) if interventions else []
    over = {
        one.record.intervention_id
        for one in ends
        if one.record.in_force and (one.record.reopened_on is None or one.record.reopened_on > on)
    }
    return OpenWork(
        difficulties=sum(one.closed_on is None for one in difficulties),
        pairings=len(running_pairings(desk, child_id, on)),
        plans=sum(one.ended_on is None and one.until_on >= on for one in plans),
        interventions=len(interventions) - len(over),
    )


def running_pairings(desk: Desk, child_id: str, on: date) -> list[Pairing]:
    """The pairings of a child that run on a day or begin after it."""
    pairings = [one.record for one in desk.find(Pairing, {"child_id": child_id})]
    return [one for one in pairings if one.until_on is None or one.until_on > on]


def _sent(desk: Desk, child_id: str) -> Transfer | None:
    """The last hand-over of the file to another school."""
    found = [one.record for one in desk.find(Transfer, {"child_id": child_id}) if one.record.direction is TransferDirection.OUT]
    return max(found, key=lambda one: (one.moved_on, one.id), default=None)


def _parent(member: FamilyMember, absences: Sequence[Absence], on: date) -> ParentFacts:
    away = any(_covers(one, on) for one in absences)
    ends = [one.until_on for one in absences if one.until_on and one.until_on <= on]
    home = False if away else True if member.state is ParentState.PRESENT else None if member.state is ParentState.UNKNOWN else False
    able = None if member.capacity is None else member.capacity is not Capacity.NONE
    return ParentFacts(member.relation.label.text(), home, able if home is not False else False, max(ends, default=None))


def _covers(absence: Absence, on: date) -> bool:
    begun = absence.from_on is None or absence.from_on <= on
    return begun and (absence.until_on is None or absence.until_on > on) and absence.return_frequency is not Frequency.DAILY


# --- left behind by the facts -----------------------------------------------------------------------------------------


def _held(desk: Desk, child_id: str, days: Iterable[date]) -> bool | None:
    """Whether any definition of 留守 held on one of the days; None when only because something is not known, and for a child in no class on any of them."""
    seen = unclear = False
    for day in sorted(set(days)):
        select = left_behind(desk, Timetable.at(desk, day)).subquery("facts")
        for row in desk.frame(sa.select(select).where(select.c.child_id == child_id)).to_dict("records"):
            seen = True
            if row["mca"] or row["local"] or row["edu"] != LeftBehindSchool.NONE:
                if not (row["unknown_start"] or row["unknown_birth"] or row["unknown_hukou"]):
                    return True
                unclear = True
    return None if unclear or not seen else False


def _days(desk: Desk, child: Child, absences: Sequence[Absence], stays: Sequence[Enrolment], first: date, last: date) -> list[date]:
    """The days on which a definition must have held if it held on any from `first` to `last`.

    An absence only ever grows until its last day, so what matters are the last days: of each absence, stay in a class, set of rules, of the years
    before sixteen, and of the time itself.
    """
    ends = [last, *(one.until_on - _DAY for one in absences if one.until_on), *(stay.left_on for stay in stays if stay.left_on)]
    ends += [one.record.from_on - _DAY for one in desk.find(RuleSettings)]
    if child.birth_on:
        ends.append(add_months(child.birth_on, 12 * GROWN_UP) - _DAY)
    return [day for day in ends if first <= day <= last]
