"""What speaks for closing: each criterion met, not met or not known, from facts alone and from a child's file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from cases_village import TODAY, Village, case_of, cases_village, pair

from carekit.apps.cases_child import file_facts, open_work
from carekit.apps.cases_criteria import (
    Answer,
    Criterion,
    EndFacts,
    FileFacts,
    OpenWork,
    ParentFacts,
    closure_criteria,
    criteria_html,
    intervention_criteria,
    unmet,
    work_criteria,
)
from carekit.errors import NotFound
from carekit.records import (
    Absence,
    Child,
    Enrolment,
    FamilyMember,
    Intervention,
    InterventionClosure,
    Plan,
    Transfer,
)
from carekit.records.codes import (
    Capacity,
    ClosureReason,
    Frequency,
    InterventionEnd,
    LeavingReason,
    ParentState,
    Relation,
    TransferDirection,
)

ON = date(2026, 5, 20)
MET, NOT, UNKNOWN = Answer.MET, Answer.NOT_MET, Answer.UNKNOWN
BACK = ParentFacts("父亲", home=True, able=True, back_on=date(2026, 2, 20))


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    """The small school."""
    with cases_village(tmp_path) as made:
        yield made


def own(reason: ClosureReason, **facts: Any) -> list[Answer]:
    """The answers of a reason's own criteria, without those on open work."""
    return [one.answer for one in closure_criteria(reason, FileFacts(ON, **facts))[:-4]]


@pytest.mark.parametrize(
    ("parents", "answers"),
    [
        ((BACK,), [MET, MET]),
        ((replace(BACK, back_on=date(2026, 2, 21)),), [NOT, MET]),
        ((replace(BACK, able=False),), [MET, NOT]),
        ((replace(BACK, able=None),), [MET, UNKNOWN]),
        ((replace(BACK, back_on=None),), [UNKNOWN, MET]),
        ((replace(BACK, home=None, able=None, back_on=None),), [UNKNOWN, UNKNOWN]),
        ((replace(BACK, home=False, able=False, back_on=date(2025, 1, 1)),), [NOT, NOT]),
        ((replace(BACK, home=False, able=False), BACK), [MET, MET]),
        ((), [UNKNOWN, UNKNOWN]),
    ],
)
def test_a_parent_is_back(parents: tuple[ParentFacts, ...], answers: list[Answer]) -> None:
    """Three months to the day; what nobody wrote down is not known, and never counts as met."""
    assert own(ClosureReason.PARENT_BACK, parents=parents, left_behind=False) == [*answers, MET]


@pytest.mark.parametrize(("left_behind", "answer"), [(True, NOT), (False, MET), (None, UNKNOWN)])
def test_left_behind_by_the_facts_is_asked(left_behind: bool | None, answer: Answer) -> None:
    """A child who still is left behind by the facts would stay on the list of what is due: it is said before closing."""
    assert own(ClosureReason.PARENT_BACK, left_behind=left_behind)[-1] is answer
    assert own(ClosureReason.WRONGLY_LISTED, ever_left_behind=left_behind) == [answer]


@pytest.mark.parametrize(
    ("born", "answer"),
    [(date(2010, 5, 20), MET), (date(2010, 5, 21), NOT), (None, UNKNOWN), (date(2027, 1, 1), UNKNOWN), (date(2010, 2, 28), MET)],
)
def test_sixteen(born: date | None, answer: Answer) -> None:
    """Sixteen on the birthday, not the day before."""
    assert own(ClosureReason.TURNED_16, birth_on=born) == [answer]


def test_leaving_the_school() -> None:
    """Each way of leaving asks for its own stay's end, a transfer and a graduation for the receipt too."""
    gone = {"left_on": date(2026, 5, 8)}
    assert own(ClosureReason.JOINED_PARENTS) == [NOT, NOT]
    assert own(ClosureReason.JOINED_PARENTS, **gone, other_school="外省样例小学") == [MET, MET]
    for reason, leaving, wrong in (
        (ClosureReason.GRADUATED, LeavingReason.GRADUATED, LeavingReason.TRANSFERRED_OUT),
        (ClosureReason.TRANSFERRED, LeavingReason.TRANSFERRED_OUT, LeavingReason.DROPPED_OUT),
        (ClosureReason.TRANSFERRED, LeavingReason.ABROAD, LeavingReason.SUSPENDED),
    ):
        assert own(reason, **gone, leaving=leaving, receipt_on=ON) == [MET, MET]
        assert own(reason, **gone, leaving=leaving) == [MET, NOT]
        assert own(reason, **gone, leaving=wrong) == [NOT, NOT] and own(reason) == [NOT, NOT]
    assert own(ClosureReason.DIED, **gone, leaving=LeavingReason.DIED) == [MET] and own(ClosureReason.DIED) == [NOT]


def test_every_reason_has_criteria_and_names_what_is_open() -> None:
    """No reason closes without being looked at; four kinds of work are asked for with each."""
    busy = FileFacts(ON, work=OpenWork(difficulties=1, pairings=2, plans=0, interventions=1))
    for reason in ClosureReason:
        criteria = closure_criteria(reason, busy)
        assert len(criteria) > 4 and [one.answer for one in criteria[-4:]] == [NOT, NOT, MET, NOT]
    assert "还有2项" in closure_criteria(ClosureReason.DIED, busy)[-3].detail
    assert bool(busy.work) and not OpenWork()


def test_every_end_of_an_intervention_has_criteria() -> None:
    """Aims reached, looked at, no open difficulty, child and guardian told; each reason its own."""
    facts = EndFacts(FileFacts(ON))
    for reason in InterventionEnd:
        assert intervention_criteria(reason, facts)
    done = EndFacts(FileFacts(ON), review_on=ON, child_told_on=ON, guardian_told_on=ON)
    assert unmet(intervention_criteria(InterventionEnd.AIMS_REACHED, done)) == []
    assert [one.answer for one in intervention_criteria(InterventionEnd.AIMS_REACHED, facts)] == [MET, UNKNOWN, MET, NOT, NOT]
    later = replace(done, review_on=date(2026, 5, 21), file=FileFacts(ON, work=OpenWork(difficulties=1)))
    assert [one.answer for one in intervention_criteria(InterventionEnd.OTHER, later)] == [NOT, NOT, MET, MET]
    moved = replace(done, file=FileFacts(ON, receipt_on=ON, left_on=ON, other_school="外省样例小学"))
    assert unmet(intervention_criteria(InterventionEnd.TRANSFERRED, moved)) == []
    assert unmet(intervention_criteria(InterventionEnd.CHILD_LEFT, moved)) == []


def test_what_is_shown_is_shown_letter_for_letter() -> None:
    """Names of schools are text on the page, never markup; sign, colour and words all say the answer."""
    shown = criteria_html([Criterion(work_criteria(OpenWork())[0].label, NOT, "<b>样例</b>")])
    assert "&lt;b&gt;样例" in shown and "✗" in shown and "未满足" in shown and criteria_html([]) == ""


# --- from a file ------------------------------------------------------------------------------------------------------


def test_a_file_tells_its_facts(village: Village) -> None:
    """The father is away, then back; a home visit every day is no absence; who has died is no parent at home."""
    child, desk = village.children["elder"].id, village.desk("wang")
    (father,) = file_facts(desk, child, ON).parents
    assert (father.home, father.able, father.back_on) == (False, False, None)
    assert file_facts(desk, child, ON).left_behind is None, "the household registration is not known"
    absence = village.console.find(Absence)[0]
    village.console.amend(absence.record.model_copy(update={"until_on": date(2026, 2, 1)}), seen=1)
    (father,) = file_facts(desk, child, ON).parents
    assert (father.home, father.able, father.back_on) == (True, None, date(2026, 2, 1))
    family = village.members["father"].family_id
    mother = FamilyMember(family_id=family, name="样妈妈", relation=Relation.MOTHER, capacity=Capacity.NONE, state=ParentState.UNKNOWN)
    aunt = FamilyMember(family_id=family, name="样爸爸", relation=Relation.STEPFATHER, state=ParentState.DECEASED)
    daily = Absence(member_id=mother.id, from_on=date(2026, 1, 1), return_frequency=Frequency.DAILY)
    village.console.add_all([mother, aunt, daily])
    told = {one.who: (one.home, one.able, one.back_on) for one in file_facts(desk, child, ON).parents}
    assert told["母亲"] == (None, False, None) and len(told) == 2
    village.console.amend(mother.model_copy(update={"state": ParentState.MISSING}), seen=1)
    assert {one.who: one.home for one in file_facts(desk, child, ON).parents}["母亲"] is False
    with pytest.raises(NotFound):
        file_facts(desk, village.children["foreign"].id, ON)


def test_wrongly_listed_is_judged_over_the_whole_time(village: Village) -> None:
    """Left behind at any time of the entry is not wrongly listed, be it over by now; unknown facts make it not known; no parents too."""
    child, desk, since = village.children["elder"], village.desk("wang"), case_of(village, "elder").record.opened_on
    full = {"hukou_kind": "1"}
    current = village.console.get(Child, child.id)
    village.console.amend(Child.read({**{n: getattr(current.record, n) for n in current.record.fields}, **full}), seen=current.version)
    absence = village.console.find(Absence)[0]
    village.console.amend(absence.record.model_copy(update={"until_on": date(2026, 1, 5)}), seen=1)
    facts = file_facts(desk, child.id, ON, since=since)
    assert (facts.left_behind, facts.ever_left_behind) == (False, True)
    assert file_facts(desk, child.id, ON, since=date(2026, 2, 1)).ever_left_behind is False
    nobody = file_facts(desk, village.children["same_1"].id, ON, since=since)
    assert (nobody.left_behind, nobody.ever_left_behind) == (None, None)
    moved = absence.record.model_copy(update={"from_on": None, "until_on": None})
    village.console.amend(moved, seen=2)
    assert file_facts(desk, child.id, ON, since=since).ever_left_behind is None, "since when is not known"


def test_where_a_child_went_and_the_receipt(village: Village) -> None:
    """The last stay that is over, and the last hand-over to another school with its receipt by the day."""
    child, desk = village.children["left"].id, village.desk("zhou")
    facts = file_facts(desk, child, ON)
    assert (facts.left_on, facts.leaving, facts.receipt_on) == (date(2026, 1, 10), LeavingReason.TRANSFERRED_OUT, None)
    assert file_facts(desk, child, date(2026, 1, 9)).left_on is None
    sent = {"child_id": child, "moved_on": date(2026, 1, 10), "other_school": "外省样例小学", "staff_id": village.staff["zhou"].id}
    village.console.add(Transfer(**sent, direction=TransferDirection.IN, receipt_on=date(2026, 1, 20)))
    village.console.add(Transfer(**sent, direction=TransferDirection.OUT, receipt_on=date(2026, 3, 1)))
    found = file_facts(desk, child, ON)
    assert (found.other_school, found.receipt_on) == ("外省样例小学", date(2026, 3, 1))
    assert file_facts(desk, child, date(2026, 2, 1)).receipt_on is None
    nowhere = village.console.add(Child(name="未编班")).record
    assert file_facts(desk, nowhere.id, ON).left_on is None


def test_open_work_is_what_still_runs(village: Village) -> None:
    """Ended plans, solved difficulties, closed interventions and former pairings are not open; reopened ones are."""
    child, desk = village.children["elder"].id, village.desk("wang")
    pair(village, "elder", from_on=date(2025, 9, 1), until_on=date(2026, 1, 1), end_reason="6")
    pair(village, "elder")
    worker = village.staff["wang"].id
    of = Intervention(child_id=child, opened_on=date(2026, 1, 5), worker_id=worker, concern="不说话", aims="开口")
    plan = {"child_id": child, "kind_of": "2", "from_on": date(2026, 3, 2), "staff_id": worker}
    village.console.add_all(
        [
            of,
            Plan.read({**plan, "until_on": date(2026, 7, 1)}),
            Plan.read({**plan, "until_on": date(2026, 4, 1)}),
        ]
    )
    assert open_work(desk, child, ON) == OpenWork(0, 1, 1, 1)
    end = {"intervention_id": of.id, "closed_on": date(2026, 3, 1), "proposed_by": worker, "reason": InterventionEnd.AIMS_REACHED}
    proposal = InterventionClosure(**end, outcome="开口了")
    village.console.add(proposal)
    assert open_work(desk, child, ON).interventions == 1
    approved = proposal.model_copy(update={"approved_by": village.staff["fang"].id})
    village.console.amend(approved, seen=1)
    assert open_work(desk, child, ON).interventions == 0
    again = approved.model_copy(update={"reopened_on": TODAY, "reopen_reason": "又不说话"})
    village.console.amend(again, seen=2)
    assert open_work(desk, child, ON).interventions == 1
    assert village.console.find(Enrolment, {"child_id": child})
