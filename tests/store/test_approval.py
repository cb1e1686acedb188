"""Nobody approves their own work: carekit.store.approval."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from cast import TODAY, Cast

from carekit.errors import Denied
from carekit.problems import InvalidRecord
from carekit.records import Case, Closure, Pairing, Plan, PlanGoal, StaffMember
from carekit.records.codes import CheckResult, ClosureReason, PairingKind, Role, Subject, WeakArea
from carekit.store import Revision


def plan(cast: Cast, **values: Any) -> Plan:
    """A tutoring plan of 王样 for 赵小禾."""
    made: Plan = Plan.read(
        {
            "child_id": cast.he.id,
            "subject": Subject.MATHS,
            "from_on": TODAY,
            "until_on": TODAY + timedelta(days=90),
            "staff_id": cast.wang.id,
        }
        | values
    )
    return made


def leader(cast: Cast, name: str) -> StaffMember:
    """A leader of the school."""
    made: StaffMember = cast.console.add(StaffMember(school_id=cast.school.id, name=name, role=Role.LEADER)).record
    return made


def approved(saved: Revision[Plan], by: StaffMember) -> Plan:
    """The plan with an approval."""
    return saved.record.model_copy(update={"approved_by": by.id, "approved_on": TODAY})


def test_a_leader_approves_in_their_own_name(cast: Cast) -> None:
    """A plan of a teacher is approved by a leader, entered by that leader alone; a teacher approves nothing."""
    saved = cast.desk(cast.wang).add(plan(cast))
    head, deputy = leader(cast, "赵校"), leader(cast, "钱校")
    for member, role in ((cast.wang, Role.CLASS_TEACHER), (deputy, Role.LEADER)):
        with pytest.raises(Denied) as refused:
            cast.desk(member, role).amend(approved(saved, head), seen=1)
        assert "领导" in refused.value.text()
    assert cast.desk(head).amend(approved(saved, head), seen=1).record.approved_by == head.id


def test_nobody_approves_what_they_wrote_themselves(cast: Cast) -> None:
    """A leader does not approve the own plan, nor one of which they wrote the last version, nor in the form itself."""
    head = leader(cast, "赵校")
    own = cast.desk(head).add(plan(cast, staff_id=head.id))
    with pytest.raises(Denied) as refused:
        cast.desk(head).amend(approved(own, head), seen=1)
    assert "另一位" in refused.value.text()
    written = cast.desk(head).add(plan(cast))
    with pytest.raises(Denied):
        cast.desk(head).amend(approved(written, head), seen=1)
    with pytest.raises(Denied):
        cast.desk(cast.wang).add(plan(cast, approved_by=head.id, approved_on=TODAY))
    with pytest.raises(InvalidRecord):
        plan(cast, approved_by=cast.wang.id)


def test_an_approval_lapses_when_the_plan_changes(cast: Cast) -> None:
    """Approved was what stood there: a later change takes the approval away, the earlier version keeps it."""
    teacher, head = cast.desk(cast.wang), leader(cast, "赵校")
    teacher.add(plan(cast, id="P" * 26))
    cast.desk(head).amend(approved(teacher.get(Plan, "P" * 26), head), seen=1)
    changed = teacher.amend(teacher.get(Plan, "P" * 26).record.model_copy(update={"content": "每周两次"}), seen=2)
    assert changed.record.approved_by is None and changed.record.approved_on is None
    assert [r.record.approved_by for r in teacher.revisions(Plan, "P" * 26)] == [None, head.id, None]


def test_a_closure_keeps_its_approval_when_it_is_reopened(cast: Cast) -> None:
    """The old closure is kept as it was approved; the console enters what stands on paper."""
    head = leader(cast, "赵校")
    case = cast.console.add(Case(child_id=cast.he.id, opened_on=date(2025, 9, 1))).record
    closure = Closure(case_id=case.id, closed_on=date(2026, 1, 5), reason=ClosureReason.PARENT_BACK, approved_by=head.id)
    cast.console.add(closure)
    reopened = cast.desk(cast.wang).amend(closure.model_copy(update={"reopened_on": TODAY}), seen=1)
    assert reopened.record.approved_by == head.id


def test_kinds_without_approval_are_saved_as_they_are(cast: Cast) -> None:
    """A kind that declares no approval is not touched."""
    saved = cast.console.add(Pairing(child_id=cast.he.id, kind_of=PairingKind.TEACHER, staff_id=cast.wang.id, from_on=TODAY))
    assert saved.record.staff_id == cast.wang.id


def goal_of(plan_id: str, **values: Any) -> PlanGoal:
    """A goal of a plan."""
    made: PlanGoal = PlanGoal.read(
        {"plan_id": plan_id, "weak_area": next(iter(WeakArea)), "from_on": TODAY, "until_on": TODAY, "goal": "会背乘法口诀"} | values
    )
    return made


def test_an_approval_lapses_when_a_goal_changes_in_whatever_program(cast: Cast) -> None:
    """Goals are approved with their plan: adding, rewriting and taking one out each end the approval; writing down what came of it does not."""
    teacher, head = cast.desk(cast.wang), leader(cast, "赵校")
    saved = teacher.add(plan(cast))
    goal = teacher.add(goal_of(saved.id))

    def approve_again() -> None:
        now = teacher.get(Plan, saved.id)
        cast.desk(head).amend(approved(now, head), seen=now.version)

    def stands() -> bool:
        return teacher.get(Plan, saved.id).record.approved_by == head.id

    approve_again()
    after = teacher.amend(goal.record.model_copy(update={"result": next(iter(CheckResult))}), seen=1)
    assert stands()
    after = teacher.amend(after.record.model_copy(update={"goal": "会背九九表"}), seen=after.version)
    assert not stands()
    approve_again()
    teacher.add(goal_of(saved.id))
    assert not stands()
    approve_again()
    teacher.withdraw(PlanGoal, goal.id, seen=after.version, reason="不要了")
    assert not stands()
    approve_again()
    teacher.bring_back(PlanGoal, goal.id, reason="还要")
    assert not stands()


def test_the_console_enters_goals_of_an_approved_plan(cast: Cast) -> None:
    """What stands on paper is entered as it stands: an import does not take approvals away."""
    head = leader(cast, "赵校")
    saved = cast.console.add(plan(cast, approved_by=head.id, approved_on=TODAY))
    cast.console.add(goal_of(saved.id))
    assert cast.console.get(Plan, saved.id).record.approved_by == head.id


def test_a_goal_moved_to_another_plan_ends_both_approvals(cast: Cast) -> None:
    """Neither plan is what was approved any more."""
    teacher, head = cast.desk(cast.wang), leader(cast, "赵校")
    plans = [teacher.add(plan(cast)) for _ in range(2)]
    goal = teacher.add(goal_of(plans[0].id))
    for one in plans:
        cast.desk(head).amend(approved(one, head), seen=1)
    teacher.amend(goal.record.model_copy(update={"plan_id": plans[1].id}), seen=1)
    assert [teacher.get(Plan, one.id).record.approved_by for one in plans] == [None, None]
