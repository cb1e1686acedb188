"""What is due for whom: carekit.obligations."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest
from schools import WHOLE_FILE, SmallSchool

from carekit import clock
from carekit.errors import Denied, ProgrammerError
from carekit.fields import Shape
from carekit.obligations import DUE_COLUMNS, RULES, State, Timetable, due, obligations_frame
from carekit.problems import InvalidRecord
from carekit.records import Child, Enrolment, HomeVisit, School, SchoolClass, Talk, Term
from carekit.records.codes import (
    EntryReason,
    Frequency,
    LeavingReason,
    Outcome,
    ParentState,
    Relation,
    Role,
    TermNumber,
    VisitMode,
)
from carekit.store import Actor

NOV = date(2025, 11, 10)
#: The rules under which a left-behind child falls by itself; the others ask for what somebody began: a pairing, a plan, a promise.
BY_THE_CHILD = ("file_complete", "monthly_talk", "home_visit", "weekly_contact", "activity", "entrusted_care", "contact_card")


def months(frame: pd.DataFrame, child: Child) -> dict[int, State]:
    """State of each month's duty of a child."""
    rows = frame[frame["child_id"] == child.id]
    return {start.month: state for start, state in zip(rows["period_start"], rows["state"], strict=True)}


def talks(school: SmallSchool, on: date = NOV, **more: Any) -> pd.DataFrame:
    """The monthly talks at a date."""
    return obligations_frame(school.desk, on, rule="monthly_talk", **more)


def test_a_child_without_any_record_is_overdue(school: SmallSchool) -> None:
    """A left-behind child with no register entry and no talk is in the overdue list of every rule that the child falls under."""
    child = school.add_child("孙小样")
    school.parent(child, Relation.FATHER, away=True)
    frame = due(school.desk, NOV)
    assert set(frame["rule"]) == {*BY_THE_CHILD} and set(frame["child"]) == {"孙小样"}
    overdue = frame[frame["state"] == State.OVERDUE]
    assert set(overdue["rule"]) == {"file_complete", "monthly_talk", "weekly_contact", "entrusted_care"}
    assert list(frame["days_late"]) == sorted(frame["days_late"], reverse=True)
    assert set(frame["teacher"]) == {"王样"} and set(frame["class_name"]) == {"三(1)"}


def test_a_child_who_is_not_left_behind_is_due_nothing(school: SmallSchool) -> None:
    """Neither entered nor left behind by the facts: no duty."""
    child = school.add_child("周小样")
    school.parent(child)
    assert due(school.desk, NOV).empty
    assert tuple(due(school.desk, NOV).columns) == DUE_COLUMNS


def test_a_talk_is_met_only_by_one_that_was_held_in_the_month(school: SmallSchool) -> None:
    """A failed attempt does not meet, an absence with a reason excuses, a held talk meets; open until the last day, overdue from the next."""
    child = school.left_behind("吴小样")
    school.talk(child, date(2025, 9, 30))
    school.talk(child, date(2025, 10, 8), Outcome.FAILED)
    assert months(talks(school, date(2025, 10, 31)), child) == {9: State.MET, 10: State.OPEN}
    assert months(talks(school, date(2025, 11, 1)), child) == {9: State.MET, 10: State.OVERDUE, 11: State.OPEN}
    school.talk(child, date(2025, 10, 31), Outcome.EXCUSED)
    assert months(talks(school), child)[10] is State.EXCUSED
    school.talk(child, date(2025, 10, 9))
    assert months(talks(school), child)[10] is State.MET


def test_what_is_dated_after_the_day_has_not_happened(school: SmallSchool) -> None:
    """Asked for a past date, a later talk, closing or leaving changes nothing."""
    child = school.left_behind("郑小样")
    school.talk(child, date(2025, 11, 12))
    school.close(school.open_case(child), date(2025, 11, 12))
    school.leave(child, date(2025, 11, 12), LeavingReason.TRANSFERRED_OUT)
    assert months(talks(school), child)[11] is State.OPEN


@pytest.mark.parametrize(("first", "is_due"), [(date(2025, 10, 17), True), (date(2025, 10, 18), False)])
def test_fifteen_days_on_the_register_make_a_talk_due(school: SmallSchool, first: date, is_due: bool) -> None:
    """From 17 to 31 October are fifteen days, from the 18th fourteen."""
    child = school.add_child("王小样")
    school.open_case(child, first)
    assert (10 in months(talks(school), child)) is is_due


@pytest.mark.parametrize(("closed", "is_due"), [(date(2025, 10, 15), True), (date(2025, 10, 14), False)])
def test_the_day_of_closing_counts(school: SmallSchool, closed: date, is_due: bool) -> None:
    """Closed on the fifteenth, the month has fifteen days (case 43)."""
    child = school.add_child("冯小样")
    school.close(school.open_case(child), closed)
    assert (10 in months(talks(school), child)) is is_due


@pytest.mark.parametrize(("left", "is_due"), [(date(2025, 10, 15), True), (date(2025, 10, 14), False)])
def test_the_day_of_leaving_counts(school: SmallSchool, left: date, is_due: bool) -> None:
    """Left on the fifteenth, the month has fifteen days; the months after it have none."""
    child = school.left_behind("陈小样")
    school.leave(child, left, LeavingReason.TRANSFERRED_OUT)
    found = months(talks(school), child)
    assert (10 in found) is is_due and 11 not in found


@pytest.mark.parametrize(("reopened", "is_due"), [(date(2025, 10, 21), True), (date(2025, 10, 22), False)])
def test_days_between_closing_and_reopening_do_not_count(school: SmallSchool, reopened: date, is_due: bool) -> None:
    """Closed on the 4th (4 days) and open again from the 21st (11 days) are fifteen days; reopened on the 22nd fourteen."""
    child = school.add_child("褚小样")
    school.close(school.open_case(child), date(2025, 10, 4), reopened)
    found = months(talks(school), child)
    assert (10 in found) is is_due and 11 in found
    assert 10 not in months(talks(school, date(2025, 10, 20)), child), "on the 20th it was still closed"


def test_days_left_behind_by_the_facts_count_like_days_on_the_register(school: SmallSchool) -> None:
    """Without an entry, a father long away until the 16th makes October due, until the 15th it does not."""
    longer, shorter = school.add_child("卫小样"), school.add_child("蒋小样")
    for child, back in ((longer, date(2025, 10, 16)), (shorter, date(2025, 10, 15))):
        school.parent(child, Relation.FATHER, away=True, until_on=back)
        school.parent(child, Relation.MOTHER)
    assert set(months(talks(school), longer)) == {9, 10} and set(months(talks(school), shorter)) == {9}


def test_a_child_who_changes_class_is_one_child_in_the_class_of_the_last_day(school: SmallSchool) -> None:
    """Moved in the middle of October, the child's days in both classes add up and October belongs to the new class."""
    child = school.left_behind("沈小样")
    school.leave(child, date(2025, 10, 14), LeavingReason.MOVED_CLASS)
    school.enrol(child, "四(2)", date(2025, 10, 15), entry=EntryReason.MOVED_CLASS)
    frame = talks(school).sort_values("period_start")
    assert list(frame["class_name"]) == ["三(1)", "四(2)", "四(2)"]
    assert list(obligations_frame(school.desk, NOV, rule="home_visit")["class_name"]) == ["四(2)"]


def test_february_with_two_classes_of_fourteen_days_is_due(school: SmallSchool) -> None:
    """Fourteen days in each of two classes are twenty-eight days."""
    school.add_terms((2, date(2026, 2, 1), date(2026, 7, 5), None))
    child = school.left_behind("韩小样")
    school.leave(child, date(2026, 2, 14), LeavingReason.MOVED_CLASS)
    school.enrol(child, "四(2)", date(2026, 2, 15), entry=EntryReason.MOVED_CLASS)
    assert months(talks(school, date(2026, 2, 28)), child) == {2: State.OPEN}


def test_a_child_who_left_and_came_back_has_no_duty_between(school: SmallSchool) -> None:
    """Left on 10 January, back in another class on 2 March: due in March in the new class, neither January nor February (case 49)."""
    school.add_terms((2, date(2026, 2, 2), date(2026, 7, 5), None))
    child = school.left_behind("杨小样")
    school.leave(child, date(2026, 1, 10), LeavingReason.TRANSFERRED_OUT)
    school.enrol(child, "四(2)", date(2026, 3, 2), entry=EntryReason.TRANSFERRED_IN)
    # nothing for the child, but somebody has to hand the file over: a duty of the leading group
    between = due(school.desk, date(2026, 2, 20))
    assert between[["rule", "owner"]].to_numpy().tolist() == [["transfer_receipt", "领导小组"]]
    assert due(school.desk_of("王样"), date(2026, 2, 20)).empty
    march = talks(school, date(2026, 3, 31))
    assert months(march, child) == {3: State.OPEN} and list(march["class_name"]) == ["四(2)"]
    assert set(months(talks(school, date(2026, 1, 31)), child)) == {9, 10, 11, 12}


def test_two_enrolments_begun_on_one_day_count_once(school: SmallSchool) -> None:
    """A child entered in two classes from the same day is due one talk a month."""
    child = school.left_behind("朱小样")
    school.enrol(child, "四(2)", date(2025, 9, 1))
    assert len(talks(school)) == 3


def test_holidays_pause_talks(school: SmallSchool) -> None:
    """In February and in summer no new talk is due; the last term's missed ones are still shown."""
    school.left_behind("秦小样")
    assert {d.month for d in talks(school, date(2026, 2, 10))["period_start"]} == {9, 10, 11, 12, 1}
    assert {d.month for d in talks(school, date(2026, 8, 20))["period_start"]} == {3, 4, 5, 6}
    school.add_terms((1, date(2025, 9, 3), date(2026, 1, 20), None))
    assert obligations_frame(school.desk, date(2025, 9, 1), rule="monthly_talk").empty
    assert obligations_frame(school.desk, date(2025, 9, 1), rule="home_visit").empty


def test_a_month_keeps_the_rules_of_its_own_time(school: SmallSchool) -> None:
    """Rules changed in November do not change what was due in October (settings hold from their date)."""
    child = school.add_child("尤小样")
    school.open_case(child, date(2025, 10, 20))
    school.rules(date(2025, 9, 1), register_days=12)
    school.rules(date(2025, 11, 1), register_days=31, school_days=10)
    assert set(months(talks(school), child)) == {10}
    assert Timetable.at(school.desk, NOV).rules(date(2025, 10, 31)).register_days == 12
    assert not Timetable.at(school.desk, NOV).rules(date(2025, 8, 1)).stated


def test_what_is_assumed_is_said(school: SmallSchool) -> None:
    """Without term dates and rules the usual ones are taken and said; once entered, nothing is said."""
    assert len(Timetable.at(school.desk, NOV).assumptions) == 2
    school.add_terms((1, date(2025, 9, 1), date(2026, 1, 16), None), (2, date(2026, 3, 2), date(2026, 7, 3), None))
    school.rules(date(2025, 9, 1))
    assert Timetable.at(school.desk, NOV).assumptions == []


def test_a_visit_is_met_on_site_only(school: SmallSchool) -> None:
    """Phone and video visits do not count, nor do failed ones; one visit on site in the term does, and it is of its term only."""
    child = school.left_behind("许小样")
    school.visit(child, date(2025, 9, 20), VisitMode.PHONE)
    school.visit(child, date(2025, 9, 21), outcome=Outcome.FAILED)

    def state(on: date) -> State:
        (found,) = obligations_frame(school.desk, on, rule="home_visit")["state"]
        assert isinstance(found, State)
        return found

    assert state(NOV) is State.OPEN and state(date(2026, 1, 21)) is State.OVERDUE
    school.visit(child, date(2025, 11, 8))
    assert state(date(2025, 11, 7)) is State.OPEN and state(NOV) is State.MET and state(date(2026, 3, 1)) is State.OPEN


def test_weekly_contact_needs_one_parent_in_touch_every_week(school: SmallSchool) -> None:
    """Daily and weekly meet, monthly and unknown do not; a parent at home, back, or home every evening asks for nothing."""
    frequencies = {"何小样": Frequency.DAILY, "吕小样": Frequency.WEEKLY, "施小样": Frequency.MONTHLY, "张小样": None}
    for name, frequency in frequencies.items():
        child = school.add_child(name)
        school.parent(child, Relation.MOTHER, away=True)
        school.parent(child, Relation.FATHER, away=True, contact_frequency=frequency)
    for relation, absence in (
        (Relation.FATHER, {}),
        (Relation.MOTHER, {"until_on": NOV}),
        (Relation.STEPFATHER, {"return_frequency": Frequency.DAILY}),
    ):
        school.parent(school.add_child("孔小样"), relation, **absence)
    dead = school.add_child("曹小样")
    school.parent(dead, Relation.FATHER, away=True, state=ParentState.DECEASED)
    frame = obligations_frame(school.desk, NOV, rule="weekly_contact")
    assert {c: s is State.MET for c, s in zip(frame["child"], frame["state"], strict=True)} == {
        "何小样": True, "吕小样": True, "施小样": False, "张小样": False
    }  # fmt: skip
    assert set(frame["due_on"]) == {date(2025, 11, 9)}


def test_a_file_is_complete_when_every_needed_cell_is_filled(school: SmallSchool) -> None:
    """Register entry, the child's cells, a parent, a carer with a phone and the place of work: each missing one makes the file incomplete."""
    whole = school.left_behind("严小样", **WHOLE_FILE)

    def is_complete(child: Child) -> bool:
        frame = obligations_frame(school.desk, NOV, rule="file_complete")
        return bool((frame[frame["child_id"] == child.id]["state"] == State.MET).all())

    assert is_complete(whole)
    for name in WHOLE_FILE:
        lacking = school.left_behind(
            "华小样", **{k: v for k, v in WHOLE_FILE.items() if k not in (name, "id_number" if name == "born_on" else name)}
        )
        assert not is_complete(lacking), name
    no_phone, no_place, no_entry = (school.add_child("金小样", **WHOLE_FILE) for _ in range(3))
    for child in (no_phone, no_place, no_entry):
        school.parent(
            child, away=True, work_place=None if child is no_place else "外省样例市", phone="15400000088", guardian=child is not no_phone
        )
    school.open_case(no_phone)
    school.open_case(no_place)
    assert [is_complete(child) for child in (no_phone, no_place, no_entry)] == [False, False, False]
    school.open_case(no_entry)
    assert is_complete(no_entry)


def test_a_file_is_due_from_the_day_the_child_came_or_was_entered(school: SmallSchool) -> None:
    """The later of the two days counts; the day after it is overdue."""
    entered, enrolled = school.add_child("魏小样"), school.left_behind("陶小样", enrolled_on=date(2025, 10, 8))
    school.open_case(entered, date(2025, 11, 7))
    frame = due(school.desk, NOV, rule="file_complete")
    assert {c: (d, n) for c, d, n in zip(frame["child_id"], frame["due_on"], frame["days_late"], strict=True)} == {
        entered.id: (date(2025, 11, 7), 3), enrolled.id: (date(2025, 10, 8), 33)
    }  # fmt: skip


@pytest.mark.parametrize(
    ("on", "on_register"), [(date(2026, 3, 14), True), (date(2026, 3, 15), True), (date(2026, 3, 16), False), (date(2026, 4, 1), True)]
)
def test_a_closed_child_leaves_the_counts_the_day_after(school: SmallSchool, on: date, on_register: bool) -> None:
    """Closed on 15 March: on the register on the 15th, not on the 16th; reopened on 1 April, on it again (case 43)."""
    child = school.add_child("姜小样")
    school.close(school.open_case(child), date(2026, 3, 15), date(2026, 4, 1))
    assert (not obligations_frame(school.desk, on, rule="file_complete").empty) is on_register


def test_a_proposal_takes_no_child_off_the_register(school: SmallSchool) -> None:
    """Until it is approved a closure changes nothing: the child stays due and on the register; approved, it counts from its own last day."""
    child, on = school.add_child("孔小样"), date(2025, 12, 1)
    closure = school.close(school.open_case(child), date(2025, 10, 4), approved=False)
    assert set(months(talks(school, on), child)) >= {10, 11}
    assert not obligations_frame(school.desk, on, rule="file_complete").empty
    school.desk.amend(closure.model_copy(update={"approved_by": school.add_staff("校样", Role.LEADER).id}), seen=1)
    assert not {10, 11} & set(months(talks(school, on), child))
    assert obligations_frame(school.desk, on, rule="file_complete").empty


def test_work_done_before_closing_still_counts(school: SmallSchool) -> None:
    """A talk in March before the closing on the 15th is met work in April's look at March (case 43)."""
    child = school.add_child("戚小样")
    school.talk(child, date(2026, 3, 5))
    school.close(school.open_case(child), date(2026, 3, 15))
    assert months(talks(school, date(2026, 4, 20)), child) == {3: State.MET}


def test_a_teacher_sees_the_own_class_only(school: SmallSchool) -> None:
    """The list of a class teacher holds the own children; roles that may not see the records behind a rule get no such rows, or a refusal."""
    with clock.at(NOV):
        school.left_behind("谢小样")
        school.left_behind("邹小样", "四(2)")
        assert set(due(school.desk_of("王样"))["child"]) == {"谢小样"}
        subject = school.store.for_actor(Actor(school.add_staff("任样", Role.SUBJECT_TEACHER).id, Role.SUBJECT_TEACHER))
        assert due(subject).empty and due(subject, rule="monthly_talk").empty
        officer = school.store.for_actor(Actor(school.add_staff("县样", Role.COUNTY_OFFICER).id, Role.COUNTY_OFFICER))
        assert due(officer).empty
        with pytest.raises(Denied):
            due(officer, rule="monthly_talk")


def test_an_unknown_rule_is_a_mistake_of_the_program(school: SmallSchool) -> None:
    """Rules are named in code only."""
    with pytest.raises(ProgrammerError):
        due(school.desk, NOV, rule="yearly_talk")


def test_the_same_question_has_the_same_answer_whatever_was_amended(school: SmallSchool) -> None:
    """As known before a late entry, the list is as it was; as known now, the talk counts."""
    with clock.at(NOV):
        child = school.left_behind("喻小样")
    before = clock.start_of(date(2025, 11, 20))
    with clock.at(date(2025, 12, 1)):
        school.talk(child, date(2025, 10, 15))
    assert months(talks(school, NOV, known_at=before), child)[10] is State.OVERDUE
    assert months(talks(school), child)[10] is State.MET


def test_a_withdrawn_record_counts_nowhere(school: SmallSchool) -> None:
    """A talk taken back no longer meets the month."""
    child = school.left_behind("柏小样")
    talk = school.talk(child, date(2025, 10, 15))
    school.desk.withdraw(Talk, talk.id, seen=1, reason="写错了")
    assert months(talks(school), child)[10] is State.OVERDUE


def test_each_school_of_a_county_has_its_own_terms(school: SmallSchool) -> None:
    """With two schools in one store each child follows the terms of its own school."""
    school.left_behind("水小样")
    other = school.save(School(name="样例二小"))
    taught = school.save(SchoolClass(school_id=other.id, school_year=2025, grade=1, number=1, name="一(1)"))
    child = school.add_child("窦小样", None)
    school.save(Enrolment(child_id=child.id, class_id=taught.id, enrolled_on=date(2025, 9, 1)))
    school.open_case(child)
    school.save(Term(school_id=other.id, school_year=2025, number=TermNumber.FIRST, starts_on=date(2025, 10, 1), ends_on=date(2026, 1, 10)))
    frame = talks(school)
    assert {c: sorted(d.month for d in rows["period_start"]) for c, rows in frame.groupby("child")} == {
        "水小样": [9, 10, 11],
        "窦小样": [10, 11],
    }
    assert len(obligations_frame(school.desk, NOV, rule="file_complete")) == 2


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.name)
def test_every_rule_says_what_it_counts(rule: Any) -> None:
    """Each rule has its name, label and 口径 in both languages."""
    assert RULES[rule.name] is rule
    assert rule.label.zh and rule.definition.zh and rule.definition.en and rule.needs


def test_the_states_have_words() -> None:
    """Every state can be shown."""
    assert {state.label.zh for state in State} == {"已完成", "免计", "待办", "已逾期", "已暂缓"}


def test_there_are_no_undated_talks_and_visits(school: SmallSchool) -> None:
    """A talk or visit without a date, or dated tomorrow, is refused, so that totals and months always agree (cases 31 and 45)."""
    child, staff = school.add_child("云小样"), school.staff["王样"]
    for record, day in ((Talk, "talked_on"), (HomeVisit, "visited_on")):
        for value in (None, "大约春天", date(2026, 9, 1), date(2062, 5, 1)):
            with pytest.raises(InvalidRecord):
                record.read({"child_id": child.id, "staff_id": staff.id, "points": "聊了近况", day: value})


def test_a_planned_date_is_no_work_done(school: SmallSchool) -> None:
    """A visit planned again for later does not meet the next term's duty (case 31)."""
    child = school.left_behind("奕小样")
    visit = school.visit(child, date(2025, 11, 3))
    school.desk.amend(visit.model_copy(update={"revisit_on": date(2026, 9, 9)}), seen=1, reason="回访")
    states = obligations_frame(school.desk, date(2026, 8, 31), rule="home_visit")
    assert states["state"].tolist() == [State.OVERDUE] and states["due_on"].tolist() == [date(2026, 7, 5)]


def test_a_needed_cell_is_empty_in_one_way_only() -> None:
    """No needed field of a child holds several codes: an empty list would count as filled."""
    assert all(spec.shape is not Shape.CODES for spec in Child.fields.values() if spec.needed)
