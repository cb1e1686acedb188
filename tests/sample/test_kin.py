"""The sample's families and files on their way: homecomings, contact cards, entrusted care, hand-overs, proposals, interventions, double files."""

from __future__ import annotations

from collections import Counter
from datetime import date

from carekit import names
from carekit.records import (
    Absence,
    CardCheck,
    CareArrangement,
    Case,
    Child,
    Closure,
    Enrolment,
    FamilyMember,
    Homecoming,
    Intervention,
    InterventionClosure,
    Record,
    StaffMember,
    Talk,
    Transfer,
)
from carekit.records.codes import CardState, EntryReason, Frequency, LeavingReason, Role, TransferDirection
from carekit.sample import SAMPLE_TODAY

_RARE = {Frequency.RARER, Frequency.NEVER, None}


def _of(records: list[Record], kind: type[Record]) -> list:  # type: ignore[type-arg]
    return [r for r in records if isinstance(r, kind)]


def test_homecomings_are_those_of_the_absences(records: list[Record]) -> None:
    """Who comes home each year or more often is written with a parent who is away; the last day stands in the absence; most came at the Spring Festival."""
    children = {c.id: c for c in _of(records, Child)}
    members = {(m.family_id, m.relation): m.id for m in _of(records, FamilyMember)}
    absences = {a.member_id: a for a in sorted(_of(records, Absence), key=lambda a: (a.until_on is None, a.until_on))}
    came: dict[str, date] = {}
    for home in _of(records, Homecoming):
        member = members[children[home.child_id].family_id, home.relation]
        if not home.stays:
            assert absences[member].return_frequency not in _RARE
            assert home.left_on is not None and home.returned_on < home.left_on
            if absences[member].until_on is None:
                came[member] = max(home.returned_on, came.get(member, home.returned_on))
    assert len(came) > 300
    assert all(absences[member].last_returned_on == day for member, day in came.items())
    months = Counter((h.returned_on.year, h.returned_on.month) for h in _of(records, Homecoming))
    assert months.most_common(1)[0][0] == (2026, 2)
    assert sum(bool(h.stays) for h in _of(records, Homecoming)) >= 4


def test_some_cards_are_stale_and_somebody_is_not_found(records: list[Record]) -> None:
    """Most cards were gone through this term, some not for half a year or never; somebody could not be reached, a few not to this day."""
    here = {s.child_id for s in _of(records, Enrolment) if s.left_on is None}
    register = here & {c.child_id for c in _of(records, Case)}
    last: dict[str, CardCheck] = {}
    for check in sorted(_of(records, CardCheck), key=lambda c: c.checked_on):
        last[check.child_id] = check
        assert check.note or check.state is CardState.RIGHT
    fresh = [c for c in last.values() if c.checked_on >= date(2026, 3, 1)]
    assert 0.65 < len(fresh) / len(register) < 0.85
    assert sum((SAMPLE_TODAY - c.checked_on).days > 180 for c in last.values()) + len(register - set(last)) > 50
    assert 5 <= sum(c.state is CardState.UNREACHED for c in last.values()) <= 40


def test_most_care_is_entrusted_in_writing(records: list[Record]) -> None:
    """Of the children whom somebody else than a parent raises, seven in ten have everything in writing, some lack a part, some everything; a few carers do not fit."""
    steps = ("school_told_on", "village_told_on", "agreement_on", "child_heard_on")
    ticks = ("no_harm_record", "no_addiction", "duty_kept", "otherwise_fit")
    care = [c for c in _of(records, CareArrangement) if c.entrusted and c.until_on is None]
    whole = [c for c in care if all(getattr(c, name) for name in (*steps, *ticks))]
    nothing = [c for c in care if not any(getattr(c, name) for name in steps)]
    assert 0.62 < len(whole) / len(care) < 0.8
    assert 10 < len(nothing) < len(care) / 5
    assert 1 <= sum(any(getattr(c, name) is False for name in ticks) for c in care) <= 12
    assert not any(c.agreement_on for c in _of(records, CareArrangement) if not c.entrusted)


def test_every_transfer_is_handed_over(records: list[Record]) -> None:
    """Each stay that began or ended by a transfer since the kit is in use has its hand-over on that day; most have a receipt, a few wait."""
    found = {(t.child_id, t.direction, t.moved_on): t for t in _of(records, Transfer)}
    stays = [s for s in _of(records, Enrolment) if s.enrolled_on > date(2024, 9, 30)]
    came = [s for s in stays if s.entry is EntryReason.TRANSFERRED_IN]
    left = [s for s in _of(records, Enrolment) if s.leaving is LeavingReason.TRANSFERRED_OUT and s.left_on > date(2024, 8, 28)]
    assert all((s.child_id, TransferDirection.IN, s.enrolled_on) in found for s in came)
    assert all((s.child_id, TransferDirection.OUT, s.left_on) in found for s in left)
    assert came and left
    waiting = [t for t in found.values() if t.receipt_on is None]
    assert 3 <= len(waiting) < len(found) / 6
    assert {t.direction for t in waiting} == set(TransferDirection)


def test_closures_are_approved_by_somebody_else_or_wait(records: list[Record]) -> None:
    """Every closure was proposed; two wait for approval and one was sent back, of children who are still there; the others are approved by a leader."""
    staff = {s.id: s for s in _of(records, StaffMember)}
    here = {s.child_id for s in _of(records, Enrolment) if s.left_on is None}
    cases = {c.id: c.child_id for c in _of(records, Case)}
    closures = _of(records, Closure)
    pending = [c for c in closures if c.approved_by is None]
    assert (len(pending), sum(c.returned_for is not None for c in pending)) == (3, 1)
    assert {cases[c.case_id] for c in pending} <= here
    for closure in closures:
        assert closure.proposed_by and closure.outcome
        if closure.approved_by:
            assert closure.approved_by != closure.proposed_by and staff[closure.approved_by].role is Role.LEADER
            assert closure.approved_on >= closure.closed_on and (closure.reopened_on is None or closure.reopen_reason)


def test_interventions_stand_at_every_point(records: list[Record]) -> None:
    """Open in time and overdue, proposed, sent back, closed, reopened; whoever approved is not the worker."""
    interventions = {i.id: i for i in _of(records, Intervention)}
    closures = _of(records, InterventionClosure)
    assert len(interventions) == 8 and len({i.number for i in interventions.values()}) == 8
    running = set(interventions) - {c.intervention_id for c in closures}
    assert sum(interventions[i].review_on < SAMPLE_TODAY for i in running) == 1 and len(running) == 3
    assert sum(c.approved_by is None and c.returned_for is None for c in closures) == 1
    assert sum(c.approved_by is None and c.returned_for is not None for c in closures) == 1
    assert sum(c.approved_by is not None and c.reopened_on is None for c in closures) == 2
    assert sum(c.reopened_on is not None and c.approved_by is not None for c in closures) == 1
    assert all(c.approved_by != interventions[c.intervention_id].worker_id == c.proposed_by for c in closures)


def test_two_children_have_two_files(records: list[Record]) -> None:
    """A child who came back was entered anew: same birthday and village, name equal or by its sound, another pupil number, talks in both; one file is of today."""
    children = [c for c in _of(records, Child) if c.family_id]
    talks = Counter(t.child_id for t in _of(records, Talk))
    here = {s.child_id for s in _of(records, Enrolment) if s.left_on is None}
    old = [
        c
        for c in children
        if c.id not in here and c.id_number is None and (c.pupil_number or "").startswith("L") and c.entered_on == date(2024, 9, 2)
    ]
    assert len(old) == 2
    alike = 0
    for file in old:
        pinyin = names.name_sort_key(file.name)
        twins = [c for c in children if c.id in here and c.born_on == file.born_on and c.village == file.village]
        (now,) = [
            c for c in twins if names.name_sort_key(c.name).split() == pinyin.split() or c.name == file.name or c.name[0] == file.name[0]
        ]
        assert now.pupil_number != file.pupil_number and talks[file.id] == 3 and talks[now.id] > 0
        alike += now.name == file.name
    assert alike == 1
