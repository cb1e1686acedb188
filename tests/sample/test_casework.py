"""The sample's groups, pairings, contacts, plans and difficulties: what pages need to have something real to show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import TypeVar

import pytest

from carekit import clock
from carekit.apps.difficulties_facts import standings
from carekit.apps.pairing_facts import pairing_facts
from carekit.apps.plans_facts import plan_facts
from carekit.apps.session import demo_people
from carekit.obligations import RULES, State, obligations_frame
from carekit.records import (
    Activity,
    Assignment,
    Attendance,
    Case,
    Check,
    Child,
    Closure,
    Diary,
    Difficulty,
    Enrolment,
    Feedback,
    Illness,
    Journal,
    Membership,
    Pairing,
    ParentCall,
    Plan,
    PlanGoal,
    Record,
    Score,
    SelfCareCheck,
    Snooze,
    StaffMember,
)
from carekit.records.codes import (
    ActivityKind,
    Attendee,
    Boarding,
    DifficultyResult,
    Duty,
    Exam,
    Homework,
    Outcome,
    PairingEnd,
    PairingKind,
    PlanKind,
    Role,
    SupportGroup,
)
from carekit.sample import SAMPLE_TODAY, build_ledger
from carekit.sample.ledger import Act
from carekit.sample.school import school_days
from carekit.store import Actor, Store

R = TypeVar("R", bound=Record)
#: The kinds that a school day brings, to which no other day belongs.
_ON_SCHOOL_DAYS = (
    (ParentCall, "called_on"), (Diary, "written_on"), (Journal, "handed_in_on"), (Feedback, "told_on"), (Illness, "ill_on"), (SelfCareCheck, "checked_on"),
    (Score, "held_on"), (Check, "checked_on"), (Difficulty, "raised_on"), (Snooze, "from_on"),
)  # fmt: skip


class Care:
    """What the records say of the care for the children who are on the register today."""

    def __init__(self, records: list[Record]) -> None:
        self.records = records
        closed = {r.case_id for r in self.of(Closure) if r.approved_by and r.reopened_on is None}
        self.class_of = {s.child_id: s.class_id for s in self.of(Enrolment) if s.left_on is None}
        self.register = {r.child_id for r in self.of(Case) if r.id not in closed} & set(self.class_of)
        self.staff = {r.id: r for r in self.of(StaffMember)}
        self.here = {s.id for s in self.staff.values() if s.until_on is None or s.until_on >= SAMPLE_TODAY}
        self.open = [p for p in self.of(Pairing) if p.until_on is None]
        self.groups = {g: {m.child_id for m in self.of(Membership) if m.group is g and m.until_on is None} for g in SupportGroup}
        self.load = Counter(p.staff_id for p in self.open if p.staff_id)

    def of(self, kind: type[R]) -> list[R]:
        """The records of a kind."""
        return [r for r in self.records if isinstance(r, kind)]

    def teaches(self, staff_id: str, class_id: str) -> bool:
        """Whether somebody is class teacher of a class today."""
        return any(
            a.staff_id == staff_id and a.class_id == class_id and a.duty is Duty.CLASS_TEACHER and a.until_on is None
            for a in self.of(Assignment)
        )


@pytest.fixture(scope="module")
def care(records: list[Record]) -> Care:
    """The records, sorted for these tests."""
    return Care(records)


@pytest.fixture(scope="module")
def people(sample_store: Store) -> Iterator[dict[Role, StaffMember]]:
    """Who logs in when the sample is shown."""
    with clock.at(SAMPLE_TODAY):
        yield demo_people(sample_store)


# --- groups and pairings ---


def test_groups_have_their_size(care: Care) -> None:
    """Of the children on the register 12 % are especially poor and 8 % behind; 45 are key children; some dozens were in a group before."""
    share = {group: len(children) / len(care.register) for group, children in care.groups.items()}
    assert 0.11 < share[SupportGroup.POOR] < 0.13
    assert 0.07 < share[SupportGroup.LAGGING] < 0.09
    assert len(care.groups[SupportGroup.KEY]) == 45
    assert 24 <= len(care.groups[SupportGroup.LEFT_BEHIND]) <= 60
    assert all(children <= care.register for children in care.groups.values())
    assert sum(m.until_on is not None and bool(m.end_reason) for m in care.of(Membership)) >= 20


def test_six_key_children_have_nobody(care: Care) -> None:
    """Exactly six key children are in no running pairing of any kind."""
    assert len(care.groups[SupportGroup.KEY] - {p.child_id for p in care.open}) == 6


def test_two_pairings_of_a_supporter_who_left_were_forgotten(care: Care) -> None:
    """One supporter left in March; four pairings were handed over to others, two of key children run on and nobody else has those children."""
    gone = [s for s in care.staff.values() if s.until_on and s.until_on < SAMPLE_TODAY]
    assert [s.role for s in gone] == [Role.SUPPORTER]
    mine = [p for p in care.of(Pairing) if p.staff_id == gone[0].id]
    forgotten = [p for p in mine if p.until_on is None]
    assert len(forgotten) == 2
    assert {p.child_id for p in forgotten} <= care.groups[SupportGroup.KEY]
    assert not [p for p in care.open if p.child_id in {f.child_id for f in forgotten} and p.staff_id != gone[0].id]
    ended = [p for p in mine if p.until_on]
    assert len(ended) == 4 and all(p.end_reason is PairingEnd.SUPPORTER_LEFT and p.handover for p in ended)
    assert all(any(o.child_id == p.child_id and o.from_on > p.until_on for o in care.open) for p in ended if p.until_on)


def test_one_supporter_has_more_than_the_cap(care: Care) -> None:
    """Loads run from one to seven, and exactly one of those who are there is above the cap of six."""
    loads = sorted(load for staff, load in care.load.items() if staff in care.here)
    assert (loads[0], loads[-1], sum(load > 6 for load in loads)) == (1, 7, 1)


def test_every_kind_of_helper_occurs(care: Care) -> None:
    """Staff, party members, other pupils' parents, volunteers, pupils and partner units are paired; the kind fits the person."""
    kinds = Counter(p.kind_of for p in care.open)
    assert set(kinds) == set(PairingKind)
    assert 20 <= kinds[PairingKind.PUPIL] <= 30
    assert all(care.staff[p.staff_id].party_member for p in care.open if p.staff_id and p.kind_of is PairingKind.PARTY_MEMBER)
    roles = Counter(care.staff[p.staff_id].role for p in care.open if p.staff_id)
    assert set(roles) == {Role.SUPPORTER, Role.CLASS_TEACHER, Role.SUBJECT_TEACHER, Role.COUNSELLOR, Role.LEADER, Role.PARTNER}
    outside = [s for s in care.staff.values() if s.unit]
    assert Counter(s.role for s in outside) == {Role.SUPPORTER: 7, Role.PARTNER: 2}
    assert sum(bool(s.party_member) for s in care.staff.values()) / len(care.staff) == pytest.approx(1 / 3, abs=0.02)


def test_fellow_pupils_are_classmates_who_are_not_on_the_register(care: Care) -> None:
    """Hand in hand: the peer is in the same class today and not left behind, and nobody is peer twice."""
    pairs = [p for p in care.open if p.peer_id]
    assert len({p.peer_id for p in pairs}) == len(pairs)
    for pair in pairs:
        assert pair.peer_id not in care.register
        assert care.class_of[pair.peer_id or ""] == care.class_of[pair.child_id]


def test_pairings_ended_for_many_reasons(care: Care) -> None:
    """About twenty pairings are over, each with its reason; who was followed by another begins after the end, and nobody twice at once."""
    over = [p for p in care.of(Pairing) if p.until_on]
    assert 18 <= len(over) <= 24
    assert {p.end_reason for p in over} == set(PairingEnd) - {PairingEnd.OTHER}
    followed = [p for p in over if p.end_reason in (PairingEnd.CHANGED, PairingEnd.SUPPORTER_LEFT)]
    for pairing in followed:
        assert any(o.child_id == pairing.child_id and o.from_on > (pairing.until_on or SAMPLE_TODAY) for o in care.open)
    assert len({(p.child_id, p.staff_id, p.peer_id) for p in care.open}) == len(care.open)


def test_whoever_is_shown_has_children(care: Care, people: dict[Role, StaffMember]) -> None:
    """The supporter, the class teacher and the subject teacher of the demo have pairings with children of today, the class teacher with other classes too."""
    assert people[Role.SUPPORTER].unit is None
    mine = {role: [p.child_id for p in care.open if p.staff_id == people[role].id] for role in people}
    for role, least in ((Role.SUPPORTER, 3), (Role.CLASS_TEACHER, 2), (Role.SUBJECT_TEACHER, 2)):
        assert len(mine[role]) >= least
        assert set(mine[role]) <= care.register
    teacher = people[Role.CLASS_TEACHER].id
    own = [care.teaches(teacher, care.class_of[child]) for child in mine[Role.CLASS_TEACHER]]
    assert any(own) and not all(own)


def test_whoever_is_shown_sees_their_work(sample_store: Store, people: dict[Role, StaffMember]) -> None:
    """The desks of the demo's supporter, class and subject teacher find diaries, plans and difficulties, and never those of everybody."""
    console = sample_store.for_actor(Actor.console())
    with clock.at(SAMPLE_TODAY):
        for role in (Role.SUPPORTER, Role.CLASS_TEACHER, Role.SUBJECT_TEACHER):
            desk = sample_store.for_actor(Actor(people[role].id, role))
            assert 0 < len(desk.find(Diary)) < len(console.find(Diary))
        assert sample_store.for_actor(Actor(people[Role.SUPPORTER].id, Role.SUPPORTER)).find(Difficulty)
        assert len(sample_store.for_actor(Actor(people[Role.SUBJECT_TEACHER].id, Role.SUBJECT_TEACHER)).find(Plan)) >= 4
        assert sample_store.for_actor(Actor(people[Role.CLASS_TEACHER].id, Role.CLASS_TEACHER)).find(Journal)


# --- contacts and activities ---


def test_people_write_in_their_own_roles() -> None:
    """Supporters, subject teachers, the counsellor and leaders write themselves, not class teachers alone."""
    acts = build_ledger().acts
    role = {e.record.id: e.record.role for e in acts if isinstance(e.record, StaffMember)}
    written = Counter(role[e.by] for e in acts if e.by)
    assert {Role.SUPPORTER, Role.CLASS_TEACHER, Role.SUBJECT_TEACHER, Role.COUNSELLOR, Role.LEADER} == set(written)
    assert all(count >= 40 for count in written.values())


@pytest.mark.parametrize(("kind", "name"), _ON_SCHOOL_DAYS)
def test_work_is_done_on_school_days(care: Care, kind: type[Record], name: str) -> None:
    """What is done with children at school happens on days of teaching, none after the sample's last day."""
    taught = set(school_days(date(2024, 9, 1), SAMPLE_TODAY))
    days = [getattr(record, name) for record in care.of(kind)]
    assert {day for day in days if day} <= taught


def test_calls_are_weekly_for_some(care: Care) -> None:
    """In the last two months about a fifth of the children have calls nearly each week; some came to nothing."""
    lately = [c for c in care.of(ParentCall) if c.called_on >= date(2026, 3, 23)]
    weeks = Counter(c.child_id for c in lately)
    assert 0.17 < len(weeks) / len(care.register) < 0.22
    assert sum(count >= 6 for count in weeks.values()) / len(weeks) > 0.7
    assert 0.03 < sum(c.outcome is Outcome.FAILED for c in lately) / len(lately) < 0.12


def test_some_diaries_are_missing_lately(care: Care) -> None:
    """Most paired children have pages of this school year; of some who have had a page there has been none for more than thirty days."""
    last: dict[str, date] = {}
    for page in care.of(Diary):
        last[page.child_id] = max(last.get(page.child_id, page.written_on), page.written_on)
    paired = {p.child_id for p in care.open if p.staff_id in care.here}
    quiet = [child for child in paired if child in last and (SAMPLE_TODAY - last[child]).days > 30]
    assert len(paired & set(last)) / len(paired) > 0.9
    assert 5 <= len(quiet) < len(paired) / 2


def test_journals_of_two_classes(care: Care) -> None:
    """Two classes keep journals; most are answered, some wait for more than a week, some should be talked over."""
    journals = care.of(Journal)
    assert len({care.class_of[j.child_id] for j in journals if j.handed_in_on >= date(2026, 5, 1)}) == 2
    assert 0.85 < sum(j.replied_on is not None for j in journals) / len(journals) < 0.97
    assert any(j.replied_on is None and (SAMPLE_TODAY - j.handed_in_on).days > 7 for j in journals)
    assert any(j.needs_talk for j in journals)


def test_feedback_illness_and_boarders(care: Care) -> None:
    """Guardians are told in three terms; sixty illnesses, of some nobody was told and some are ill today; only boarders are checked, most each term."""
    assert {d.told_on.year * 10 + (d.told_on.month > 8) for d in care.of(Feedback)} >= {20250, 20251, 20260}
    ill = care.of(Illness)
    assert len(ill) == 60
    assert any(i.told is None for i in ill) and any(i.well_on is None and i.ill_on >= date(2026, 5, 11) for i in ill)
    boarders = {c.id for c in care.of(Child) if c.boarding is Boarding.BOARDER}
    checked = [c for c in care.of(SelfCareCheck) if c.checked_on >= date(2026, 3, 1)]
    assert {c.child_id for c in care.of(SelfCareCheck)} <= boarders
    assert 0.6 < len({c.child_id for c in checked}) / len(boarders & care.register) < 0.9


def test_activities_are_held_planned_and_called_off(care: Care) -> None:
    """About fifty activities of nearly every kind; some lie ahead and nobody has signed in to them; one was called off."""
    activities = care.of(Activity)
    assert 40 <= len(activities) <= 60
    assert len({a.kind_of for a in activities}) >= 10
    signed = Counter(a.activity_id for a in care.of(Attendance))
    for activity in activities:
        assert bool(signed[activity.id]) is (activity.held_on <= SAMPLE_TODAY and not activity.cancelled)
    assert sum(bool(a.cancelled) for a in activities) == 1
    assert sum(a.held_on > SAMPLE_TODAY for a in activities) >= 5
    assert all(a.attended_on == next(x.held_on for x in activities if x.id == a.activity_id) for a in care.of(Attendance))


def test_holiday_gatherings_every_three_days(care: Care) -> None:
    """In the winter holidays village groups met every three days but for the Spring Festival, and homework was looked at."""
    taught = set(school_days(date(2025, 9, 1), date(2026, 7, 10)))
    days: dict[str, list[date]] = {}
    for gathering in care.of(Activity):
        if gathering.kind_of is ActivityKind.HOLIDAY:
            assert gathering.held_on not in taught and gathering.village
            days.setdefault(gathering.village, []).append(gathering.held_on)
    assert len(days) == 3
    for found in days.values():
        assert all((day - min(found)).days % 3 == 0 for day in found if day < date(2026, 3, 1))
        assert max(found) > SAMPLE_TODAY
    assert {a.homework for a in care.of(Attendance)} == {None, *Homework}


def test_who_came(care: Care) -> None:
    """Children, guardians and supporters signed in, some stayed away with a reason, and some children were in nothing this term."""
    attendances = care.of(Attendance)
    assert {a.who for a in attendances} == set(Attendee)
    assert all(a.came or a.reason for a in attendances)
    assert all(a.name for a in attendances if a.who is not Attendee.CHILD)
    term = {a.child_id for a in attendances if a.came and a.who is Attendee.CHILD and a.attended_on >= date(2026, 3, 2)}
    assert 0.03 < len(care.register - term) / len(care.register) < 0.25
    keys = Counter((a.activity_id, a.child_id, a.who) for a in attendances)
    assert max(keys.values()) == 1


# --- plans ---


def test_plans_by_kind_and_author(care: Care) -> None:
    """Forty tutoring plans, mostly by subject teachers for a subject that they teach the child, and twelve individual ones."""
    plans = care.of(Plan)
    assert Counter(p.kind_of for p in plans) == {PlanKind.TUTORING: 40, PlanKind.INDIVIDUAL: 12}
    duties = {(a.staff_id, a.class_id): a.subject for a in care.of(Assignment) if a.subject}
    for plan in plans:
        if care.staff[plan.staff_id].role is Role.SUBJECT_TEACHER:
            assert plan.subject and duties[plan.staff_id, care.class_of[plan.child_id]] == plan.subject.label.zh


def test_every_approval_is_by_somebody_else() -> None:
    """In no version of a plan does its author approve it, each approval is written by the leader who gives it, and a later change takes it away."""
    acts = [e for e in build_ledger().acts if isinstance(e.record, Plan)]
    role = {e.record.id: e.record.role for e in build_ledger().acts if isinstance(e.record, StaffMember)}
    before: dict[str, Plan] = {}
    for entry in acts:
        plan = entry.record
        assert isinstance(plan, Plan)
        earlier = before.get(plan.id)
        if plan.approved_by and (earlier is None or earlier.approved_by is None):
            assert entry.act is Act.AMEND
            assert plan.approved_by == entry.by != plan.staff_id
            assert role[plan.approved_by] is Role.LEADER
        elif earlier:
            assert plan.approved_by is None
        before[plan.id] = plan


def test_plans_stand_at_every_point(care: Care) -> None:
    """Most are approved, some wait, some lack a goal for a weak area, some are over with a conclusion and some without."""
    plans, goals = care.of(Plan), care.of(PlanGoal)
    covered = {(g.plan_id, g.weak_area) for g in goals}
    unfinished = [p for p in plans if any((p.id, area) not in covered for area in p.weak_areas)]
    assert 3 <= len(unfinished) <= 6 and not any(p.approved_by for p in unfinished)
    assert sum(p.approved_by is not None for p in plans) / len(plans) > 0.7
    assert 3 <= sum(p.approved_by is None and p not in unfinished for p in plans) <= 8
    over = [p for p in plans if p.until_on < SAMPLE_TODAY]
    assert any(p.conclusion for p in over) and 3 <= sum(p.conclusion is None for p in over) <= 8
    assert all(any(g.plan_id == p.id for g in goals) for p in plans)


def test_checks_are_held_late_and_soon(care: Care) -> None:
    """Most checks were held; some are overdue, some due within two weeks; each finding has its result."""
    checks = care.of(Check)
    assert sum(c.checked_on is not None for c in checks) / len(checks) > 0.7
    assert sum(c.checked_on is None and c.due_on < SAMPLE_TODAY for c in checks) >= 5
    assert sum(c.checked_on is None and 0 <= (c.due_on - SAMPLE_TODAY).days <= 14 for c in checks) >= 5


def test_scores_rise_from_the_baseline(care: Care) -> None:
    """Each child with a plan has a baseline in three subjects; in the subject of the plan most have gained since; half points occur."""
    scores, plans = care.of(Score), care.of(Plan)
    helped = {p.child_id for p in plans}
    assert {s.child_id for s in scores} == helped
    baseline = {(s.child_id, s.subject): s for s in scores if s.exam is Exam.BASELINE}
    assert len(baseline) == 3 * len(helped)
    last = {(s.child_id, s.subject): s for s in sorted(scores, key=lambda s: s.held_on)}
    tutored = [(p.child_id, p.subject) for p in plans if p.subject and p.until_on > SAMPLE_TODAY]
    gains = [last[pair].points - baseline[pair].points for pair in tutored if pair in baseline]
    assert sum(gain > 0 for gain in gains) / len(gains) > 0.8
    assert any(gain <= 3 for gain in gains)
    assert any(s.points % 1 for s in scores) and {s.exam for s in scores} == {Exam.BASELINE, Exam.MONTHLY, Exam.MIDTERM, Exam.FINAL}


# --- difficulties ---


def test_difficulties_stand_at_every_point(care: Care) -> None:
    """About thirty: solved with each result, open in time, overdue, waiting for the branch, decided and not answered; each with an owner who is there."""
    found = care.of(Difficulty)
    assert 28 <= len(found) <= 34
    assert {d.result for d in found if d.closed_on} == set(DifficultyResult)
    running = [d for d in found if d.closed_on is None]
    assert sum(d.escalated_on is not None and d.decision is None for d in running) == 4
    assert sum(d.decision is not None for d in running) == 3
    assert sum(d.escalated_on is None and d.due_on < SAMPLE_TODAY for d in running) == 4
    assert sum(d.escalated_on is None and d.due_on >= SAMPLE_TODAY for d in running) == 6
    assert {d.owner_id for d in found} <= care.here
    assert {care.staff[d.owner_id].role for d in found} >= {Role.SUPPORTER, Role.CLASS_TEACHER, Role.SUBJECT_TEACHER}
    assert all(care.staff[d.decided_by].role is Role.LEADER for d in found if d.decided_by)


def test_what_is_put_off_is_due(care: Care, sample_store: Store) -> None:
    """Eight things are put off to a day after today; each names something that is due for the child, which therefore stands apart."""
    snoozes = care.of(Snooze)
    assert len(snoozes) == 8
    assert all(s.from_on <= SAMPLE_TODAY < s.until_on and s.rule in RULES for s in snoozes)
    frame = obligations_frame(sample_store.for_actor(Actor.console()), SAMPLE_TODAY)
    rows = {(row.rule, row.child_id, row.due_on): row.state for row in frame.itertuples()}
    assert {rows[s.rule, s.child_id, s.due_on] for s in snoozes} == {State.PUT_OFF}


def _late(store: Store, rule: str) -> set[tuple[str, date]]:
    """Child and date of everything that a rule calls overdue in the sample."""
    frame = obligations_frame(store.for_actor(Actor.console()), SAMPLE_TODAY, rule=rule)
    rows = zip(frame["child_id"], frame["due_on"], frame["state"], frame["put_off_until"], strict=True)
    return {(child, day) for child, day, state, until in rows if state is State.OVERDUE or (until is not None and day < SAMPLE_TODAY)}


def test_every_page_calls_late_what_the_rules_call_late(sample_store: Store) -> None:
    """Plans, pairings and difficulties: one answer on the page and in the list of what is due, for every child of the sample."""
    desk = sample_store.for_actor(Actor.console())
    with clock.at(SAMPLE_TODAY):
        checks = {(one.child_id, check.due_on) for one in plan_facts(desk, SAMPLE_TODAY) for check in one.overdue}
        assert checks and checks == _late(sample_store, "plan_check")
        difficulties = {(one.record.child_id, one.record.due_on) for one in standings(desk) if one.late}
        assert difficulties and difficulties == _late(sample_store, "difficulty")
        facts = pairing_facts(desk)
        frame = obligations_frame(desk, SAMPLE_TODAY, rule="paired")
        waiting = {child for child, state in zip(frame["child_id"], frame["state"], strict=True) if state is not State.MET}
        assert waiting and {pupil.id for pupil in facts.without_anybody} == waiting
