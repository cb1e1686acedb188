"""The rules of closing: proposals decided, interventions looked at again, the child asked after once one is closed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from schools import SmallSchool

from carekit import clock
from carekit.obligations import State, obligations_frame
from carekit.records import Case, Child, Closure, Intervention, InterventionClosure, Pairing, StaffMember
from carekit.records.codes import InterventionEnd, LeavingReason, Outcome, PairingKind, Role, VisitMode

ON = date(2025, 11, 10)


def rows(school: SmallSchool, rule: str, on: date = ON) -> list[tuple[date, State, str]]:
    """What a rule asks for on a day: due date, state and whose it is."""
    frame = obligations_frame(school.desk, on, rule=rule)
    return list(zip(frame["due_on"], frame["state"], frame["owner"], strict=True))


def worked_with(school: SmallSchool, worker: str = "心样", **values: Any) -> tuple[Child, Intervention]:
    """A child with an intervention of a counsellor, open since 1 September."""
    child = school.add_child("孔小样")
    member = school.add_staff(worker, Role.COUNSELLOR)
    opened = {"opened_on": date(2025, 9, 1), "concern": "不愿说话", "aims": "愿意开口"}
    return child, school.save(Intervention(**opened | {"child_id": child.id, "worker_id": member.id} | values))


def close(school: SmallSchool, of: Intervention, closed_on: date, *, approved: bool = True, **values: Any) -> InterventionClosure:
    """A closing of an intervention, approved unless said otherwise."""
    leader = school.add_staff("校样", Role.LEADER)
    given = {"approved_by": leader.id, "approved_on": closed_on} if approved else {}
    made: InterventionClosure = school.save(
        InterventionClosure(
            intervention_id=of.id,
            closed_on=closed_on,
            proposed_by=of.worker_id,
            proposed_on=closed_on,
            reason=InterventionEnd.AIMS_REACHED,
            outcome="已愿意和老师说话",
            **given | values,
        )
    )
    return made


# --- proposals --------------------------------------------------------------------------------------------------------


@pytest.fixture
def proposed(school: SmallSchool) -> Closure:
    """A proposal of 王样 of 1 November to take a child off the register."""
    child = school.add_child("华小样")
    case = school.open_case(child)
    wang = school.staff["王样"]
    made: Closure = school.save(
        Closure(
            case_id=case.id,
            closed_on=date(2025, 10, 31),
            reason="1",
            outcome="父亲已回家",
            proposed_by=wang.id,
            proposed_on=date(2025, 11, 1),
        )
    )
    return made


def test_a_proposal_is_due_to_the_leaders(school: SmallSchool, proposed: Closure) -> None:
    """Open for seven days, overdue from the next day on, the leading group's; decided, it is done and later gone from the lists."""
    assert rows(school, "closure_decision", date(2025, 10, 31)) == []
    assert rows(school, "closure_decision", date(2025, 11, 8)) == [(date(2025, 11, 8), State.OPEN, "领导小组")]
    assert rows(school, "closure_decision", date(2025, 11, 9)) == [(date(2025, 11, 8), State.OVERDUE, "领导小组")]
    leader = school.add_staff("校样", Role.LEADER)
    school.desk.amend(proposed.model_copy(update={"approved_by": leader.id, "approved_on": date(2025, 11, 20)}), seen=1)
    assert rows(school, "closure_decision", date(2025, 11, 19))[0][1] is State.OVERDUE, "what happened later has not happened"
    assert rows(school, "closure_decision", date(2025, 11, 20))[0][1] is State.MET
    assert rows(school, "closure_decision", date(2026, 7, 1)) == []


def test_what_was_sent_back_is_not_the_leaders_turn(school: SmallSchool, proposed: Closure) -> None:
    """Sent back it waits for whoever proposed it; proposed again it is due again."""
    school.desk.amend(proposed.model_copy(update={"returned_for": "请先回访"}), seen=1)
    assert rows(school, "closure_decision") == []
    school.desk.amend(proposed.model_copy(update={"outcome": "已回访"}), seen=2)
    assert rows(school, "closure_decision")[0][:2] == (date(2025, 11, 8), State.OVERDUE)


def test_a_proposal_about_a_child_who_left_is_decided_too(school: SmallSchool, proposed: Closure) -> None:
    """Leaving is why most are taken off the register: the row stands under the last class."""
    child = school.desk.get(Child, school.desk.get(Case, proposed.case_id).record.child_id).record
    school.leave(child, date(2025, 10, 31), LeavingReason.TRANSFERRED_OUT)
    frame = obligations_frame(school.desk, ON, rule="closure_decision")
    assert list(zip(frame["child"], frame["class_name"], frame["state"], strict=True)) == [("华小样", "三(1)", State.OVERDUE)]


def test_a_proposal_without_its_day_counts_from_its_last_day(school: SmallSchool) -> None:
    """Nothing that waits is without a date; what stands on paper as approved asks nobody."""
    case = school.open_case(school.add_child("严小样"))
    school.close(case, date(2025, 10, 20), approved=False)
    school.close(school.open_case(school.add_child("金小样")), date(2025, 10, 20))
    assert rows(school, "closure_decision") == [(date(2025, 10, 27), State.OVERDUE, "领导小组")]


def test_a_proposal_to_close_an_intervention_is_due_too(school: SmallSchool) -> None:
    """Both kinds of closing are one list; a class teacher sees the own children's only, a registrar none."""
    child, of = worked_with(school)
    close(school, of, date(2025, 11, 1), approved=False)
    frame = obligations_frame(school.desk, ON, rule="closure_decision")
    assert list(zip(frame["child_id"], frame["due_on"], strict=True)) == [(child.id, date(2025, 11, 8))]
    with clock.at(ON):
        assert len(obligations_frame(school.desk_of("王样"), ON, rule="closure_decision")) == 1
        assert obligations_frame(school.desk_of("李样"), ON, rule="closure_decision").empty


# --- interventions ----------------------------------------------------------------------------------------------------


def test_an_open_intervention_is_looked_at_again(school: SmallSchool) -> None:
    """Due on the day set down for it, its worker's; a later day set down moves it; closed, nobody is reminded."""
    _, of = worked_with(school, review_on=date(2025, 11, 5))
    assert rows(school, "intervention_review") == [(date(2025, 11, 5), State.OVERDUE, "心样")]
    school.desk.amend(of.model_copy(update={"review_on": date(2025, 12, 5)}), seen=1)
    assert rows(school, "intervention_review") == [(date(2025, 12, 5), State.OPEN, "心样")]
    close(school, of, ON)
    assert rows(school, "intervention_review", ON - timedelta(days=1)) != [] and rows(school, "intervention_review") == []


def test_without_a_day_it_is_due_after_sixty(school: SmallSchool) -> None:
    """No intervention goes unseen for want of a date; a proposal to close it changes nothing."""
    _, of = worked_with(school)
    assert rows(school, "intervention_review") == [(date(2025, 10, 31), State.OVERDUE, "心样")]
    close(school, of, date(2025, 10, 1), approved=False)
    assert rows(school, "intervention_review") == [(date(2025, 10, 31), State.OVERDUE, "心样")]


def test_reopened_it_counts_anew(school: SmallSchool) -> None:
    """CASES 117: a reopened intervention has dates from its reopening on, none from before."""
    _, of = worked_with(school, review_on=date(2025, 9, 20))
    close(school, of, date(2025, 9, 25), reopened_on=date(2025, 11, 3), reopen_reason="又不说话了")
    assert rows(school, "intervention_review", date(2025, 10, 30)) == []
    assert rows(school, "intervention_review") == [(date(2026, 1, 2), State.OPEN, "心样")]
    assert rows(school, "intervention_follow_up") == []


def test_closing_the_file_does_not_end_an_intervention(school: SmallSchool) -> None:
    """Leaving the register and closing an intervention are two things: the open one is still looked at."""
    child, _ = worked_with(school, review_on=date(2025, 11, 5))
    school.close(school.open_case(child), date(2025, 10, 1))
    assert rows(school, "intervention_review")[0][1] is State.OVERDUE


def test_a_worker_who_left_hands_it_to_the_class_teacher(school: SmallSchool) -> None:
    """Whose duty it is is never somebody who is not there; a supporter keeps it while paired."""
    child, _ = worked_with(school, review_on=date(2025, 11, 5))
    worker = school.staff["心样"]
    school.desk.amend(worker.model_copy(update={"until_on": date(2025, 11, 1)}), seen=1)
    assert rows(school, "intervention_review")[0][2] == "王样"
    helper = school.add_staff("帮样", Role.SUPPORTER)
    school.save(Pairing(child_id=child.id, kind_of=PairingKind.TEACHER, staff_id=helper.id, from_on=date(2025, 9, 1)))
    school.save(
        Intervention(child_id=child.id, worker_id=helper.id, opened_on=date(2025, 9, 1), concern="作业", aims="能完成", review_on=ON)
    )
    assert {owner for _, _, owner in rows(school, "intervention_review")} == {"王样", "帮样"}


def test_a_child_who_left_is_not_looked_at(school: SmallSchool) -> None:
    """After the last day in a class nobody can look; another school does."""
    child, of = worked_with(school)
    close(school, of, date(2025, 9, 25))
    worked_with(school)
    school.leave(child, date(2025, 10, 10), LeavingReason.TRANSFERRED_OUT)
    assert rows(school, "intervention_follow_up") == []
    assert len(rows(school, "intervention_review")) == 1, "the other child's"


def test_the_child_is_asked_after_one_and_three_months(school: SmallSchool) -> None:
    """Two dates after the closing; a talk a week early or later meets them, a failed attempt or an earlier talk does not."""
    child, of = worked_with(school)
    close(school, of, date(2025, 9, 30))
    dates = [(date(2025, 10, 30), State.OVERDUE, "心样"), (date(2025, 12, 30), State.OPEN, "心样")]
    assert rows(school, "intervention_follow_up") == dates
    school.talk(child, date(2025, 10, 22))
    school.talk(child, date(2025, 10, 25), Outcome.FAILED)
    assert rows(school, "intervention_follow_up") == dates
    school.talk(child, date(2025, 10, 23))
    found = {day: state for day, state, _ in rows(school, "intervention_follow_up")}
    assert found == {date(2025, 10, 30): State.MET, date(2025, 12, 30): State.OPEN}
    school.visit(child, date(2025, 12, 29), VisitMode.PHONE)
    assert rows(school, "intervention_follow_up", date(2025, 12, 28))[-1][1] is State.OPEN, "what happened later has not happened"
    assert {state for _, state, _ in rows(school, "intervention_follow_up", date(2026, 1, 10))} == {State.MET}


def test_a_proposal_asks_for_no_follow_up(school: SmallSchool) -> None:
    """Only what is closed is followed, and not for ever."""
    _, of = worked_with(school)
    proposal = close(school, of, date(2025, 9, 30), approved=False)
    assert rows(school, "intervention_follow_up") == []
    leader: StaffMember = school.add_staff("校样", Role.LEADER)
    school.desk.amend(proposal.model_copy(update={"approved_by": leader.id, "approved_on": date(2025, 10, 2)}), seen=1)
    assert len(rows(school, "intervention_follow_up")) == 2
    assert rows(school, "intervention_follow_up", date(2026, 6, 30)) == []
