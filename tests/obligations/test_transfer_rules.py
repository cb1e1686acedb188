"""The rule of hand-overs, case by case: carekit.obligations.transfer_rules."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from schools import SmallSchool

from carekit import clock
from carekit.metrics import measure
from carekit.obligations import State, due, obligations_frame
from carekit.records import Child, School, SchoolClass, StaffMember, Transfer
from carekit.records.codes import EntryReason, LeavingReason, Role, TransferDirection
from carekit.store import Actor, Desk

LEFT = date(2026, 1, 9)
DUE = LEFT + timedelta(days=14)
RULE = "transfer_receipt"


def moved(school: SmallSchool, name: str = "远小样", on: date = LEFT, **values: Any) -> tuple[Child, Transfer]:
    """A child who left the class for another school on a day, handed over by the registrar."""
    child = school.add_child(name)
    school.leave(child, on, LeavingReason.TRANSFERRED_OUT)
    registrar = school.add_staff("周样", Role.REGISTRAR)
    base = {"child_id": child.id, "direction": TransferDirection.OUT, "moved_on": on, "other_school": "彼岸小学", "staff_id": registrar.id}
    saved: Transfer = school.save(Transfer(**base | values))
    return child, saved


def states(school: SmallSchool, on: date, desk: Desk | None = None) -> list[State]:
    """The states of the rule's rows at a date."""
    return list(obligations_frame(desk or school.desk, on, rule=RULE)["state"])


def desk_of(school: SmallSchool, member: StaffMember) -> Desk:
    """The desk of somebody in their role."""
    return school.store.for_actor(Actor(member.id, member.role))


def test_a_child_who_left_waits_for_the_receipt(school: SmallSchool) -> None:
    """Open until the last of fourteen days, overdue from the next, met from the day of the receipt; who dealt with it owns it."""
    child, transfer = moved(school)
    frame = obligations_frame(school.desk, DUE, rule=RULE)
    row = frame.iloc[0]
    assert len(frame) == 1 and (row["child"], row["class_name"], row["due_on"], row["owner"]) == (child.name, "三(1)", DUE, "周样")
    assert states(school, LEFT - timedelta(days=1)) == [] and states(school, DUE) == [State.OPEN]
    assert states(school, DUE + timedelta(days=1)) == [State.OVERDUE]
    school.desk.amend(transfer.model_copy(update={"receipt_on": date(2026, 2, 1), "receipt_by": "对样"}), seen=1)
    assert states(school, date(2026, 1, 31)) == [State.OVERDUE] and states(school, date(2026, 2, 1)) == [State.MET]


def test_one_without_receipt_never_drops_out(school: SmallSchool) -> None:
    """After years it is still overdue; one that was confirmed leaves the lists after a year; what came in is not asked for."""
    with clock.at(date(2028, 6, 1)):
        moved(school)
        moved(school, "达小样", receipt_on=DUE)
        moved(school, "来小样", direction=TransferDirection.IN)
        assert [*obligations_frame(school.desk, date(2028, 6, 1), rule=RULE)["child"]] == ["远小样"]
        assert states(school, LEFT + timedelta(days=366)).count(State.MET) == 1


def test_the_school_says_within_how_many_days(school: SmallSchool) -> None:
    """Another number of days, and none at all: then nothing is asked for."""
    moved(school)
    school.rules(date(2026, 1, 1), receipt_days=30)
    assert list(due(school.desk, DUE, rule=RULE)["due_on"]) == [LEFT + timedelta(days=30)]
    school.rules(date(2026, 2, 1), receipt_days=0)
    assert states(school, date(2026, 3, 1)) == []


def test_a_child_who_came_back_needs_none(school: SmallSchool) -> None:
    """From the first day of the new stay it is excused, also once the child has left again (CASES 49)."""
    child, _ = moved(school)
    school.enrol(child, "四(2)", date(2026, 3, 2), date(2026, 6, 1), LeavingReason.TRANSFERRED_OUT, EntryReason.TRANSFERRED_IN)
    assert states(school, date(2026, 3, 1)) == [State.OVERDUE]
    assert states(school, date(2026, 3, 2)) == states(school, date(2026, 6, 30)) == [State.EXCUSED]


def test_the_duty_goes_to_the_leaders_when_nobody_deals_with_it(school: SmallSchool) -> None:
    """On the last day in service it is still that person's, afterwards the leading group's."""
    moved(school)
    school.desk.amend(school.staff["周样"].model_copy(update={"until_on": DUE}), seen=1)
    owners = [obligations_frame(school.desk, on, rule=RULE).iloc[0]["owner"] for on in (DUE, DUE + timedelta(days=1))]
    assert owners == ["周样", "领导小组"]


def test_scope_holds_for_a_child_who_has_left(school: SmallSchool) -> None:
    """The class teacher sees the row on the day of leaving and not afterwards; registrar, leader and counsellor see it; a subject teacher never."""
    child, _ = moved(school)
    leader, counsellor = school.add_staff("校样", Role.LEADER), school.add_staff("何样", Role.COUNSELLOR)
    teacher, other = school.desk_of("王样"), school.desk_of("李样")
    with clock.at(LEFT):
        assert len(states(school, LEFT, teacher)) == 1 and states(school, LEFT, other) == []
    with clock.at(LEFT + timedelta(days=1)):
        assert states(school, LEFT, teacher) == []
        for member in (school.staff["周样"], leader, counsellor):
            frame = obligations_frame(desk_of(school, member), LEFT + timedelta(days=1), rule=RULE)
            assert list(frame["child_id"]) == [child.id]
    subject = school.add_staff("科样", Role.SUBJECT_TEACHER)
    assert states(school, DUE, desk_of(school, subject)) == []


def test_nobody_is_missed_for_want_of_a_class(school: SmallSchool) -> None:
    """A child who was handed over without any stay on record is in the list as well."""
    child = school.add_child("无班小样", None)
    staff = school.add_staff("周样", Role.REGISTRAR)
    school.save(Transfer(child_id=child.id, direction=TransferDirection.OUT, moved_on=LEFT, other_school="彼岸小学", staff_id=staff.id))
    frame = obligations_frame(school.desk, DUE, rule=RULE)
    assert list(frame["child"]) == ["无班小样"] and list(frame["class_name"]) == [""]


def test_a_child_of_the_register_without_hand_over_is_in_the_list(school: SmallSchool) -> None:
    """Who left for another school and was on the register is the leaders' duty until a hand-over is written down; other children are not asked for."""
    child = school.left_behind("漏小样")
    school.leave(child, LEFT, LeavingReason.GRADUATED)
    for name, leaving in (("升小样", LeavingReason.PROMOTED), ("辍小样", LeavingReason.DROPPED_OUT)):
        school.leave(school.left_behind(name), LEFT, leaving)
    school.leave(school.add_child("非小样"), LEFT, LeavingReason.TRANSFERRED_OUT)
    frame = obligations_frame(school.desk, DUE + timedelta(days=1), rule=RULE)
    assert frame[["child", "owner", "class_name", "period_start"]].to_numpy().tolist() == [["漏小样", "领导小组", "三(1)", LEFT]]
    assert states(school, LEFT - timedelta(days=1)) == [] and states(school, DUE) == [State.OPEN]
    assert len(states(school, LEFT + timedelta(days=180))) == 1 and states(school, LEFT + timedelta(days=181)) == []
    with clock.at(LEFT + timedelta(days=1)):
        assert states(school, LEFT + timedelta(days=1), school.desk_of("王样")) == []
    staff = school.add_staff("周样", Role.REGISTRAR)
    school.save(Transfer(child_id=child.id, direction=TransferDirection.OUT, moved_on=LEFT, other_school="彼岸中学", staff_id=staff.id))
    assert list(obligations_frame(school.desk, DUE, rule=RULE)["owner"]) == ["周样"]


def test_who_came_back_without_hand_over_is_not_asked_for(school: SmallSchool) -> None:
    """A second stay under the same file ends the question (CASES 49); before its first day it stands."""
    child = school.left_behind("回小样")
    school.leave(child, LEFT, LeavingReason.TRANSFERRED_OUT)
    school.enrol(child, "四(2)", date(2026, 3, 2), entry=EntryReason.RETURNED)
    assert states(school, date(2026, 3, 1)) == [State.OVERDUE] and states(school, date(2026, 3, 2)) == []


def test_each_school_has_its_own_days(school: SmallSchool) -> None:
    """In a store of two schools a row goes by the rules of the school that the child left."""
    other = school.save(School(name="另一小学"))
    school.classes["另一班"] = school.save(SchoolClass(school_id=other.id, school_year=2025, grade=3, number=1, name="另一班"))
    child = school.add_child("邻小样", "另一班")
    school.leave(child, LEFT, LeavingReason.GRADUATED)
    moved(school)
    staff = school.staff["周样"]
    school.save(Transfer(child_id=child.id, direction=TransferDirection.OUT, moved_on=LEFT, other_school="彼岸小学", staff_id=staff.id))
    school.rules(date(2025, 9, 1), receipt_days=7)
    found = dict(obligations_frame(school.desk, DUE, rule=RULE)[["child", "due_on"]].itertuples(index=False))
    assert found == {"远小样": LEFT + timedelta(days=7), "邻小样": DUE}


@pytest.mark.parametrize(("on", "rate"), [(DUE - timedelta(days=1), (1, 1)), (DUE, (1, 2))])
def test_the_rate_counts_children_asked_for(school: SmallSchool, on: date, rate: tuple[int, int]) -> None:
    """Children whose receipts have come, of those for whom one was asked by the day or came before it."""
    moved(school)
    moved(school, "达小样", receipt_on=LEFT)
    frame = measure(school.desk, "receipt_rate", on=on)
    assert (int(frame.iloc[0]["numerator"]), int(frame.iloc[0]["denominator"])) == rate
