"""The rules of families, case by case: care entrusted in writing, contact cards gone through."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from schools import SmallSchool

from carekit.obligations import RULES, Sources, State, Timetable, due, obligations_frame
from carekit.obligations.family_rules import CARER, ENTRUST_STEPS, ENTRUST_TICKS, entrusting
from carekit.records import CardCheck, CareArrangement, Child, FamilyMember
from carekit.records.codes import Capacity, CardState, LeavingReason, ParentState, Relation

#: The day of the figures, and the first day of school.
ON, SEPTEMBER = date(2025, 11, 10), date(2025, 9, 1)
#: What makes an arrangement entrusted in writing.
WHOLE: dict[str, Any] = {**dict.fromkeys(ENTRUST_STEPS, date(2025, 9, 10)), **dict.fromkeys(ENTRUST_TICKS, True)}


def states(school: SmallSchool, rule: str, on: date = ON) -> list[State]:
    """The states of a rule's rows."""
    return list(obligations_frame(school.desk, on, rule=rule)["state"])


def days(school: SmallSchool, rule: str, on: date = ON) -> list[date]:
    """The due dates of a rule's rows, in order."""
    return sorted(obligations_frame(school.desk, on, rule=rule)["due_on"])


def care_of(school: SmallSchool, child: Child) -> Any:
    """The last arrangement of a child, as the store has it."""
    return school.desk.find(CareArrangement, {"child_id": child.id})[-1]


def amend(school: SmallSchool, revision: Any, **values: Any) -> None:
    """Change a record."""
    school.desk.amend(revision.record.model_copy(update=values), seen=revision.version, reason="测试")


def check(school: SmallSchool, child: Child, day: date, state: CardState = CardState.RIGHT) -> None:
    """A contact card gone through."""
    school.save(CardCheck(child_id=child.id, checked_on=day, state=state, note="核对", staff_id=school.staff["王样"].id))


# --- care entrusted in writing ----------------------------------------------------------------------------------------


def test_a_child_with_nobody_at_home_needs_its_care_entrusted(school: SmallSchool) -> None:
    """Due thirty days after the last of: on the register, parents gone, arrangement begun; met by the last step, from its day on."""
    child = school.left_behind("柏小样")
    assert days(school, "entrusted_care") == [date(2025, 3, 31)] and states(school, "entrusted_care") == [State.OVERDUE]
    amend(school, care_of(school, child), from_on=date(2025, 10, 20))
    assert days(school, "entrusted_care") == [date(2025, 11, 19)] and states(school, "entrusted_care") == [State.OPEN]
    amend(school, care_of(school, child), **WHOLE | {"village_told_on": date(2025, 11, 8)})
    assert states(school, "entrusted_care") == [State.MET]
    assert states(school, "entrusted_care", date(2025, 11, 7)) == [State.OPEN]


@pytest.mark.parametrize("lacking", [*ENTRUST_STEPS, *ENTRUST_TICKS])
@pytest.mark.parametrize("answer", [None, False])
def test_one_thing_lacking_leaves_it_due(school: SmallSchool, lacking: str, answer: bool | None) -> None:
    """Each step and each condition counts, unanswered as well as answered with no; the page's cells name the very one."""
    child = school.left_behind("柏小样")
    amend(school, care_of(school, child), **WHOLE | {lacking: None if lacking in ENTRUST_STEPS else answer})
    assert states(school, "entrusted_care") == [State.OVERDUE]
    rows = entrusting(Sources(school.desk), Timetable.at(school.desk, ON)).subquery()
    (row,) = school.desk.frame(sa.select(rows)).to_dict("records")
    assert [name for name in (CARER, *ENTRUST_STEPS, *ENTRUST_TICKS) if not row[name]] == [lacking]
    assert row["care_id"] == care_of(school, child).id


@pytest.mark.parametrize("fact", [{"capacity": Capacity.NONE}, {"state": ParentState.DECEASED}])
def test_a_carer_who_cannot_care_any_more_is_no_carer(school: SmallSchool, fact: dict[str, Any]) -> None:
    """When the grandmother dies or cannot care, the entrusting that was whole is due again at once."""
    child = school.left_behind("柏小样")
    amend(school, care_of(school, child), **WHOLE)
    assert states(school, "entrusted_care") == [State.MET]
    (carer,) = school.desk.find(FamilyMember, {"id": care_of(school, child).record.carer_id})
    amend(school, carer, **fact)
    assert states(school, "entrusted_care") == [State.OVERDUE]


def test_another_carer_is_another_entrusting(school: SmallSchool) -> None:
    """What was agreed with the grandmother does not hold for the aunt, on the very day of the change already, and the days run anew."""
    child = school.left_behind("柏小样")
    amend(school, care_of(school, child), **WHOLE, until_on=date(2025, 11, 1))
    school.carer(child, Relation.FATHERS_SISTER, from_on=date(2025, 11, 1))
    assert states(school, "entrusted_care", date(2025, 10, 31)) == [State.MET]
    assert states(school, "entrusted_care", date(2025, 11, 1)) == [State.OPEN]
    assert days(school, "entrusted_care") == [date(2025, 12, 1)]


def test_of_two_arrangements_of_one_day_the_later_entry_counts(school: SmallSchool) -> None:
    """A second arrangement that begins on the same day stands for the first, and one without a carer stands for none."""
    child = school.left_behind("柏小样")
    amend(school, care_of(school, child), **WHOLE, from_on=SEPTEMBER)
    school.save(CareArrangement(child_id=child.id, from_on=SEPTEMBER))
    assert states(school, "entrusted_care") == [State.MET]
    school.carer(child, Relation.FATHERS_SISTER, from_on=SEPTEMBER)
    assert states(school, "entrusted_care") == [State.OVERDUE]


def test_a_child_without_any_arrangement_is_due(school: SmallSchool) -> None:
    """No arrangement, or one that has ended, leaves it due from the day on the register; so does a child of whom no parent is recorded."""
    child = school.left_behind("柏小样")
    amend(school, care_of(school, child), **WHOLE, until_on=date(2025, 10, 1))
    school.open_case(school.add_child("梁小样", family=False), date(2025, 10, 20))
    assert days(school, "entrusted_care") == [date(2025, 3, 31), date(2025, 11, 19)]


def test_a_parent_at_home_needs_no_entrusting(school: SmallSchool) -> None:
    """One parent away and the other at home and able: nothing is due; unable: it is, from the day on which the one left."""
    child = school.add_child("柏小样")
    school.parent(child, away=True, from_on=date(2025, 10, 1))
    mother = school.parent(child, Relation.MOTHER)
    school.open_case(child)
    assert states(school, "entrusted_care") == []
    (revision,) = school.desk.find(FamilyMember, {"id": mother.id})
    amend(school, revision, capacity=Capacity.NONE)
    assert days(school, "entrusted_care") == [date(2025, 10, 31)]


def test_an_entry_that_lacks_counts_from_the_first_class(school: SmallSchool) -> None:
    """A left-behind child without an entry in the register is due from its first day at school, and no September makes that day new."""
    child = school.add_child("柏小样", enrolled_on=date(2024, 9, 1))
    school.parent(child, away=True)
    school.parent(child, Relation.MOTHER, away=True)
    school.leave(child, date(2025, 8, 31), LeavingReason.PROMOTED)
    school.enrol(child, "三(1)", SEPTEMBER)
    assert days(school, "entrusted_care") == [date(2024, 10, 1)]
    assert days(school, "contact_card") == [date(2025, 2, 28)]


def test_the_rules_can_be_off(school: SmallSchool) -> None:
    """With 0 days nothing is asked for, from the day on which the settings hold; before it was."""
    school.left_behind("柏小样")
    school.rules(date(2025, 10, 1), entrust_days=0, card_days=0)
    for rule in ("entrusted_care", "contact_card"):
        assert states(school, rule) == []
        assert states(school, rule, date(2025, 9, 20)) == [State.OVERDUE]


# --- contact cards ----------------------------------------------------------------------------------------------------


def test_a_card_that_nobody_ever_checked_is_in_the_list(school: SmallSchool) -> None:
    """Due half a year after the day on the register; the class teacher's duty, done by quick entry."""
    school.left_behind("柏小样")
    frame = due(school.desk, ON, rule="contact_card")
    assert (list(frame["due_on"]), list(frame["owner"]), list(frame["days_late"])) == ([date(2025, 8, 28)], ["王样"], [74])
    assert RULES["contact_card"].done_by == "card_check"


@pytest.mark.parametrize("state", [CardState.RIGHT, CardState.CHANGED])
def test_a_check_holds_for_half_a_year(school: SmallSchool, state: CardState) -> None:
    """Right or put right, the card is met to the last day of the interval and due again on that day; what is checked later has not happened."""
    child = school.left_behind("柏小样")
    check(school, child, date(2025, 10, 8), state)
    assert states(school, "contact_card", date(2025, 10, 7)) == [State.OVERDUE]
    assert states(school, "contact_card") == [State.MET] and states(school, "contact_card", date(2026, 4, 6)) == [State.MET]
    assert days(school, "contact_card") == [date(2026, 4, 6)]
    assert states(school, "contact_card", date(2026, 4, 7)) == [State.OVERDUE]


def test_somebody_out_of_reach_keeps_the_card_due(school: SmallSchool) -> None:
    """From the day on which somebody could not be reached, until a check finds everybody; another attempt moves nothing."""
    child = school.left_behind("柏小样")
    check(school, child, date(2025, 10, 8))
    check(school, child, date(2025, 10, 20), CardState.UNREACHED)
    check(school, child, date(2025, 10, 25), CardState.UNREACHED)
    assert days(school, "contact_card") == [date(2025, 10, 20)] and states(school, "contact_card") == [State.OVERDUE]
    check(school, child, date(2025, 10, 25), CardState.CHANGED)
    assert days(school, "contact_card") == [date(2026, 4, 23)] and states(school, "contact_card") == [State.MET]


def test_a_first_check_without_an_answer_does_not_put_the_card_off(school: SmallSchool) -> None:
    """A card that is late already stays as late as it was."""
    child = school.left_behind("柏小样")
    check(school, child, date(2025, 11, 1), CardState.UNREACHED)
    assert days(school, "contact_card") == [date(2025, 8, 28)]


def test_reopening_begins_anew(school: SmallSchool) -> None:
    """A closed file asks for nothing; reopened, both rules count from that day, and what was out of reach before is not held against it."""
    child = school.left_behind("柏小样")
    check(school, child, date(2025, 9, 20), CardState.UNREACHED)
    (case,) = school.desk.find(type(school.open_case(school.add_child("梁小样"))), {"child_id": child.id})
    school.close(case.record, date(2025, 9, 25), date(2025, 10, 30))
    frame = obligations_frame(school.desk, date(2025, 10, 10))
    assert set(frame[frame["child"] == "柏小样"]["rule"]) & {"entrusted_care", "contact_card"} == set()
    frame = obligations_frame(school.desk, ON)
    own = frame[frame["child"] == "柏小样"].set_index("rule")["due_on"]
    assert (own["entrusted_care"], own["contact_card"]) == (date(2025, 11, 29), date(2026, 4, 28))


def test_only_children_on_the_register_are_asked_for(school: SmallSchool) -> None:
    """A pupil who is not left behind has neither duty."""
    child = school.add_child("梁小样")
    school.parent(child)
    assert [states(school, rule) for rule in ("entrusted_care", "contact_card")] == [[], []]
