"""The rules of daily work, each case by case: carekit.obligations.casework, study_rules, served."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from schools import SmallSchool

from carekit import clock
from carekit.obligations import RULES, Sources, State, Timetable, due, obligations_frame
from carekit.obligations.day_arithmetic import days_after, later_of
from carekit.records import (
    Activity,
    Attendance,
    Check,
    Child,
    Diary,
    Difficulty,
    HomeVisit,
    Journal,
    Membership,
    Pairing,
    ParentCall,
    Plan,
    Snooze,
    StaffMember,
    Talk,
)
from carekit.records.codes import (
    ActivityKind,
    CheckResult,
    DifficultyKind,
    DifficultyResult,
    Outcome,
    PairingDemand,
    PairingEnd,
    PairingKind,
    Relation,
    Role,
    SnoozeReason,
    Subject,
    SupportGroup,
)
from carekit.store import Actor

#: The day of the figures: in the first term, with October behind it.
ON = date(2025, 11, 10)
SEPTEMBER = date(2025, 9, 1)


def states(school: SmallSchool, rule: str, on: date = ON) -> list[State]:
    """The states of a rule's rows, by due date."""
    frame = obligations_frame(school.desk, on, rule=rule)
    return list(frame.sort_values("due_on")["state"])


def days(school: SmallSchool, rule: str, on: date = ON) -> list[date]:
    """The due dates of a rule's rows, in order."""
    return sorted(obligations_frame(school.desk, on, rule=rule)["due_on"])


def key_child(school: SmallSchool, name: str = "谢小样", group: SupportGroup = SupportGroup.KEY, since: date = SEPTEMBER) -> Child:
    """A pupil in a group, by itself not left behind."""
    child = school.add_child(name)
    school.save(Membership(child_id=child.id, group=group, from_on=since))
    return child


def pair(school: SmallSchool, child: Child, name: str = "帮样", since: date = SEPTEMBER, **values: Any) -> Pairing:
    """A pairing with a supporter of that name."""
    staff = school.add_staff(name, Role.SUPPORTER)
    made: Pairing = school.save(
        Pairing(**{"child_id": child.id, "kind_of": PairingKind.TEACHER, "staff_id": staff.id, "from_on": since} | values)
    )
    return made


def plan(school: SmallSchool, child: Child, **values: Any) -> Plan:
    """A tutoring plan of the first term, checked every thirty days."""
    base = {
        "child_id": child.id,
        "subject": Subject.MATHS,
        "from_on": SEPTEMBER,
        "until_on": date(2026, 1, 20),
        "staff_id": school.staff["王样"].id,
    }
    made: Plan = school.save(Plan(**base | values))
    return made


# --- dates in selects -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "n", "later"), [(date(2026, 1, 31), 30, date(2026, 3, 2)), (date(2024, 2, 28), 1, date(2024, 2, 29)), (ON, 0, ON)]
)
def test_days_are_counted_alike_by_both_databases(school: SmallSchool, day: date, n: int, later: date) -> None:
    """So many whole days later, over the end of months and in leap years; of several days the latest, what is not known left out."""
    rows = sa.select(
        sa.literal(day, sa.Date).label("day"), sa.literal(n, sa.Integer).label("n"), sa.cast(sa.null(), sa.Date).label("none")
    ).subquery()
    select = sa.select(
        days_after(rows.c.day, rows.c.n), sa.type_coerce(later_of(rows.c.day, rows.c.none, days_after(rows.c.day, rows.c.n)), sa.Date)
    )
    assert school.desk.tuples(select) == [(later, later)]


# --- pairing ----------------------------------------------------------------------------------------------------------


def test_a_key_child_without_anybody_is_in_the_list(school: SmallSchool) -> None:
    """From the thirtieth day after becoming a key child it is overdue, and the duty is the leading group's; other groups are not asked for."""
    key_child(school)
    key_child(school, "邹小样", SupportGroup.POOR)
    frame = obligations_frame(school.desk, ON, rule="paired")
    assert list(frame["child"]) == ["谢小样"] and list(frame["due_on"]) == [date(2025, 10, 1)]
    assert (list(frame["owner"]), list(frame["owner_id"])) == (["领导小组"], [""])
    assert states(school, "paired", date(2025, 10, 1)) == [State.OPEN] and states(school, "paired") == [State.OVERDUE]


@pytest.mark.parametrize(
    ("demand", "asked"),
    [
        (PairingDemand.NOBODY, set()),
        (PairingDemand.GROUPS, {"谢小样", "邹小样"}),
        (PairingDemand.REGISTER, {"柏小样"}),
        (PairingDemand.KEY, {"谢小样"}),
    ],
)
def test_the_school_says_who_is_to_be_paired(school: SmallSchool, demand: PairingDemand, asked: set[str]) -> None:
    """Key children, children of any group, the whole register or nobody, from the day on which the rule holds."""
    key_child(school)
    key_child(school, "邹小样", SupportGroup.POOR)
    school.left_behind("柏小样")
    school.rules(SEPTEMBER, pairing_demand=demand, pairing_days=10)
    assert set(obligations_frame(school.desk, ON, rule="paired")["child"]) == asked


def test_only_an_adult_who_is_still_there_counts(school: SmallSchool) -> None:
    """A fellow pupil alone, a pairing that has ended, and a supporter who has left leave the child without anybody (case 53)."""
    child, peer = key_child(school), school.add_child("水小样")
    school.save(Pairing(child_id=child.id, kind_of=PairingKind.PUPIL, peer_id=peer.id, from_on=SEPTEMBER))
    assert states(school, "paired") == [State.OVERDUE]
    pair(school, child, until_on=ON, end_reason=PairingEnd.EXPIRED)
    assert states(school, "paired", ON - timedelta(days=1)) == [State.MET] and states(school, "paired") == [State.OVERDUE]
    pair(school, child, "离样")
    assert states(school, "paired") == [State.MET]
    leaver = school.staff["离样"]
    school.desk.amend(leaver.model_copy(update={"until_on": ON - timedelta(days=1)}), seen=1)
    assert states(school, "paired") == [State.OVERDUE]


def test_two_supporters_count_once(school: SmallSchool) -> None:
    """A child with two pairings and two groups is one child in the list (case 41)."""
    child = key_child(school)
    school.save(Membership(child_id=child.id, group=SupportGroup.KEY, from_on=date(2025, 10, 1)))
    pair(school, child)
    pair(school, child, "另样")
    assert states(school, "paired") == [State.MET] and len(states(school, "growth_diary")) == 1


# --- diaries and journals ---------------------------------------------------------------------------------------------


def test_a_diary_is_due_from_the_last_page_on(school: SmallSchool) -> None:
    """Without a page it is due thirty days after the pairing began, and the supporter's duty; each page begins the count anew."""
    child = school.add_child("谢小样")
    pair(school, child)
    assert (days(school, "growth_diary"), states(school, "growth_diary")) == ([date(2025, 10, 1)], [State.OVERDUE])
    assert list(obligations_frame(school.desk, ON, rule="growth_diary")["owner"]) == ["帮样"]
    school.save(Diary(child_id=child.id, written_on=date(2025, 10, 20), body="想家", staff_id=school.staff["帮样"].id))
    assert (days(school, "growth_diary"), states(school, "growth_diary")) == ([date(2025, 11, 19)], [State.MET])
    assert states(school, "growth_diary", date(2025, 10, 10)) == [State.OVERDUE]
    school.rules(SEPTEMBER, diary_days=0)
    assert states(school, "growth_diary") == []


def test_a_journal_wants_an_answer(school: SmallSchool) -> None:
    """Within seven days, by the class teacher; an answer dated later than the figure has not been given yet."""
    child = school.add_child("谢小样")
    school.save(Journal(child_id=child.id, handed_in_on=date(2025, 11, 1), staff_id=school.staff["王样"].id))
    school.save(
        Journal(
            child_id=child.id, handed_in_on=date(2025, 11, 5), reply="好", replied_on=date(2025, 11, 8), staff_id=school.staff["王样"].id
        )
    )
    assert states(school, "journal_reply") == [State.OVERDUE, State.MET]
    assert states(school, "journal_reply", date(2025, 11, 7)) == [State.OPEN, State.OPEN]
    assert set(obligations_frame(school.desk, ON, rule="journal_reply")["owner"]) == {"王样"}
    school.rules(SEPTEMBER, reply_days=0)
    assert states(school, "journal_reply") == []


# --- activities -------------------------------------------------------------------------------------------------------


def sign(school: SmallSchool, child: Child, activity: Activity, *, came: bool = True) -> Attendance:
    """A sign-in."""
    made: Attendance = school.save(
        Attendance(child_id=child.id, activity_id=activity.id, attended_on=activity.held_on, came=came, staff_id=school.staff["王样"].id)
    )
    return made


def test_who_is_in_no_activity_this_term_is_seen(school: SmallSchool) -> None:
    """Signed in and come counts, each activity once; not having come does not; next term begins anew."""
    child = school.left_behind("谢小样")
    school.rules(SEPTEMBER, activities_a_term=2)
    meeting = school.save(Activity(kind_of=ActivityKind.CLASS_MEETING, title="感恩", held_on=date(2025, 10, 15)))
    show = school.save(Activity(kind_of=ActivityKind.SHOW, title="歌咏", held_on=date(2025, 10, 30)))
    sign(school, child, meeting)
    sign(school, child, meeting)
    sign(school, child, show, came=False)
    assert states(school, "activity") == [State.OPEN]
    sign(school, child, show)
    assert states(school, "activity") == [State.MET] and states(school, "activity", date(2025, 10, 20)) == [State.OPEN]
    school.rules(date(2025, 10, 1), activities_a_term=0)
    assert states(school, "activity") == []


def test_without_school_months_no_activity_is_asked_for(school: SmallSchool) -> None:
    """Before a term has begun nobody is asked for activities."""
    school.left_behind("谢小样")
    select = RULES["activity"].select(Sources(school.desk), Timetable.at(school.desk, ON), [])
    assert school.desk.tuples(select) == []


def test_a_gathering_is_signed_in(school: SmallSchool) -> None:
    """For each child of the village group; come or not come is an answer, nothing written is none; called off and other villages ask nothing."""
    child = school.left_behind("谢小样", village="样例村1组")
    school.left_behind("邹小样", village="样例村2组")
    leader = school.add_staff("帮样", Role.SUPPORTER)
    held = [date(2025, 10, 3), date(2025, 10, 6)]
    gatherings = [
        school.save(Activity(kind_of=ActivityKind.HOLIDAY, title="作业", held_on=day, village="样例村1组", organiser_id=leader.id))
        for day in held
    ]
    school.save(Activity(kind_of=ActivityKind.HOLIDAY, title="取消", held_on=held[1], village="样例村1组", cancelled="下雨"))
    assert states(school, "gathering", date(2025, 10, 7)) == [State.OVERDUE, State.OVERDUE]
    assert states(school, "gathering", date(2025, 10, 3)) == [State.OPEN] and states(school, "gathering", date(2025, 10, 2)) == []
    sign(school, child, gatherings[0], came=False)
    frame = obligations_frame(school.desk, date(2025, 10, 7), rule="gathering")
    assert (list(frame.sort_values("due_on")["state"]), set(frame["owner"])) == ([State.MET, State.OVERDUE], {"帮样"})


# --- what was promised ------------------------------------------------------------------------------------------------


def test_a_promised_talk_is_due_until_there_was_another(school: SmallSchool) -> None:
    """“Look again on” is met by a later talk that was held, not by a failed attempt, and not by the talk itself."""
    child = school.add_child("谢小样")
    made = school.talk(child, date(2025, 10, 15))
    school.desk.amend(made.model_copy(update={"follow_up_on": date(2025, 10, 29)}), seen=1)
    assert states(school, "talk_again") == [State.OVERDUE]
    school.talk(child, date(2025, 10, 28), Outcome.FAILED)
    assert states(school, "talk_again") == [State.OVERDUE]
    school.talk(child, date(2025, 11, 3))
    assert states(school, "talk_again") == [State.MET] and states(school, "talk_again", date(2025, 11, 2)) == [State.OVERDUE]


def test_a_promised_visit_goes_to_who_still_looks_after_the_child(school: SmallSchool) -> None:
    """The supporter while paired, the counsellor always; else the class teacher."""
    child = school.add_child("谢小样")
    supporter, counsellor = school.add_staff("帮样", Role.SUPPORTER), school.add_staff("心样", Role.COUNSELLOR)
    pair(school, child, until_on=date(2025, 11, 1), end_reason=PairingEnd.EXPIRED)
    for member in (supporter, counsellor):
        school.save(HomeVisit(child_id=child.id, visited_on=date(2025, 10, 12), staff_id=member.id, revisit_on=date(2025, 10, 26)))
    for on, owners in ((date(2025, 10, 30), {"帮样", "心样"}), (ON, {"王样", "心样"})):
        assert set(obligations_frame(school.desk, on, rule="visit_again")["owner"]) == owners


def test_a_contact_on_record_meets_the_weekly_line(school: SmallSchool) -> None:
    """A contact since the beginning of last week that came about is as good as the family's word; a failed one is not."""
    child = school.add_child("孙小样")
    school.parent(child, Relation.FATHER, away=True)
    assert states(school, "weekly_contact") == [State.OVERDUE]
    base = {"child_id": child.id, "called_on": date(2025, 11, 4), "staff_id": school.staff["王样"].id}
    school.save(ParentCall(**base, outcome=Outcome.FAILED, reason="没人接"))
    assert states(school, "weekly_contact") == [State.OVERDUE]
    school.save(ParentCall(**base))
    assert states(school, "weekly_contact") == [State.MET] and states(school, "weekly_contact", date(2025, 11, 20)) == [State.OVERDUE]


# --- plans ------------------------------------------------------------------------------------------------------------


def test_a_running_plan_never_goes_unchecked(school: SmallSchool) -> None:
    """Dates come by the interval from the first day; a check meets the date it was due on or the next; one set down for another day stands beside."""
    child = school.add_child("谢小样")
    made = plan(school, child)
    assert days(school, "plan_check") == [date(2025, 10, 1), date(2025, 11, 1), date(2025, 12, 1)]
    assert states(school, "plan_check") == [State.OVERDUE, State.OVERDUE, State.OPEN]
    first = school.save(Check(plan_id=made.id, due_on=date(2025, 10, 8)))
    assert days(school, "plan_check") == [date(2025, 10, 1), date(2025, 10, 8), date(2025, 11, 1), date(2025, 12, 1)]
    school.desk.amend(first.model_copy(update={"checked_on": date(2025, 10, 9), "result": CheckResult.PARTLY}), seen=1)
    assert days(school, "plan_check") == [date(2025, 10, 1), date(2025, 11, 1), date(2025, 12, 1)]
    assert states(school, "plan_check") == [State.OVERDUE, State.MET, State.OPEN]
    assert states(school, "plan_check", date(2025, 10, 8)) == [State.OVERDUE, State.OPEN, State.OPEN]
    assert set(obligations_frame(school.desk, ON, rule="plan_check")["owner"]) == {"王样"}


@pytest.mark.parametrize(
    ("first", "check_days", "dates"),
    [
        (date(2026, 1, 31), 30, ["02-28", "03-31", "04-30", "05-31", "06-30", "07-31"]),
        (date(2026, 1, 30), 31, ["02-28", "03-30", "04-30", "05-30", "06-30", "07-30"]),
        (date(2026, 1, 31), 45, ["03-17", "05-01", "06-15", "07-30"]),
    ],
)
def test_check_dates_never_drift(school: SmallSchool, first: date, check_days: int, dates: list[str]) -> None:
    """Each is counted from the first day, on both databases, and the plan's page says the same (case 33)."""
    from carekit.apps.plans_facts import check_dates

    end = date(2026, 7, 31)
    plan(school, school.add_child("谢小样"), from_on=first, until_on=end, check_days=check_days)
    found = days(school, "plan_check", end)
    assert [f"{day:%m-%d}" for day in found] == dates and found == check_dates(first, end, check_days)


def test_the_end_of_a_plan_ends_its_checks_and_asks_for_a_conclusion(school: SmallSchool) -> None:
    """No check is due after the last day or after an early end; a plan that is over without a conclusion is overdue (case 117)."""
    child = school.add_child("谢小样")
    over = plan(school, child, until_on=date(2025, 9, 20))
    early = plan(school, child, subject=Subject.ENGLISH, ended_on=date(2025, 9, 15), conclusion="已跟上")
    school.save(Check(plan_id=early.id, due_on=date(2025, 10, 1)))
    assert states(school, "plan_check") == []
    assert states(school, "plan_conclusion") == [State.OVERDUE, State.MET]
    school.desk.amend(over.model_copy(update={"conclusion": "有进步"}), seen=1)
    assert states(school, "plan_conclusion") == [State.MET, State.MET]


# --- difficulties -----------------------------------------------------------------------------------------------------


def test_a_difficulty_has_an_owner_until_it_has_an_outcome(school: SmallSchool) -> None:
    """Overdue for its owner after its date; while the branch has it the owner waits and the branch is asked; closed it is met."""
    child = school.add_child("谢小样")
    owner, head = school.add_staff("帮样", Role.SUPPORTER), school.add_staff("校样", Role.LEADER)
    values: dict[str, Any] = {
        "child_id": child.id, "kind_of": DifficultyKind.HOUSING, "raised_on": date(2025, 9, 20), "what": "屋顶漏雨", "owner_id": owner.id,
        "due_on": date(2025, 10, 20),
    }  # fmt: skip
    made = school.save(Difficulty(**values))
    assert states(school, "difficulty") == [State.OVERDUE] and states(school, "decision") == []
    values |= {"escalated_on": date(2025, 10, 15), "escalation": "需要资金"}
    school.desk.amend(Difficulty(id=made.id, **values), seen=1)
    assert states(school, "difficulty") == [State.EXCUSED] and states(school, "decision") == [State.OVERDUE]
    assert days(school, "decision") == [date(2025, 10, 29)] and states(school, "difficulty", date(2025, 10, 14)) == [State.OPEN]
    values |= {"decided_on": date(2025, 11, 1), "decided_by": head.id, "decision": "党费支持"}
    school.desk.amend(Difficulty(id=made.id, **values), seen=2)
    assert states(school, "difficulty") == [State.OVERDUE] and states(school, "decision") == [State.MET]
    values |= {"closed_on": date(2025, 11, 5), "result": DifficultyResult.SOLVED_ABOVE, "outcome": "已修好"}
    school.desk.amend(Difficulty(id=made.id, **values), seen=3)
    assert states(school, "difficulty") == [State.MET] and states(school, "difficulty", date(2025, 11, 4)) == [State.OVERDUE]


# --- who is served ----------------------------------------------------------------------------------------------------


def _began_everything(school: SmallSchool, child: Child) -> None:
    """Something of every kind that can be due, all long overdue."""
    wang = school.staff["王样"].id
    key = Membership(child_id=child.id, group=SupportGroup.KEY, from_on=SEPTEMBER)
    talk = Talk(child_id=child.id, talked_on=date(2025, 9, 10), staff_id=wang, points="近况", follow_up_on=date(2025, 9, 20))
    visit = HomeVisit(child_id=child.id, visited_on=date(2025, 9, 10), staff_id=wang, revisit_on=date(2025, 9, 20))
    school.save(key, talk, visit, Journal(child_id=child.id, handed_in_on=date(2025, 9, 12), staff_id=wang))
    plan(school, child, until_on=date(2025, 11, 30))


@pytest.mark.parametrize("rule", ["paired", "journal_reply", "talk_again", "visit_again", "plan_check", "plan_conclusion"])
def test_a_closed_file_gets_no_reminder_and_a_reopened_one_begins_anew(school: SmallSchool, rule: str) -> None:
    """After closing nothing is due; after reopening nothing from before it comes back as overdue (case 117)."""
    child = school.left_behind("谢小样")
    case = next(r.record for r in school.desk.find(type(school.open_case(child)), {"child_id": child.id}))
    for other in school.desk.find(type(case), {"child_id": child.id}):
        if other.id != case.id:
            school.desk.withdraw(type(case), other.id, seen=1, reason="重复")
    _began_everything(school, child)
    assert states(school, rule)
    before = states(school, rule)
    proposal = school.close(case, date(2025, 10, 10), approved=False)
    assert states(school, rule) == before, "what is only proposed changes nothing"
    school.desk.withdraw(type(proposal), proposal.id, seen=1, reason="另行申请")
    closure = school.close(case, date(2025, 10, 10))
    assert states(school, rule) == [] and states(school, rule, date(2025, 10, 10)) != []
    school.desk.amend(closure.model_copy(update={"reopened_on": date(2025, 11, 3)}), seen=1)
    assert State.OVERDUE not in states(school, rule)


def test_a_child_who_left_gets_no_reminder(school: SmallSchool) -> None:
    """Enrolment decides: after the last day in a class nothing is due."""
    from carekit.records.codes import LeavingReason

    child = key_child(school)
    _began_everything(school, child)
    school.leave(child, date(2025, 10, 10), LeavingReason.TRANSFERRED_OUT)
    assert due(school.desk, ON).empty and not due(school.desk, date(2025, 10, 10)).empty


# --- putting off ------------------------------------------------------------------------------------------------------


def test_what_is_put_off_comes_back_and_counts_as_not_done(school: SmallSchool) -> None:
    """Until the day it stands apart with its reason; on the day it is back, as late as it is; another duty of the child is not touched."""
    child = key_child(school)
    wang = school.staff["王样"].id
    (due_on,) = days(school, "paired")
    base = {"child_id": child.id, "rule": "paired", "from_on": ON, "reason": SnoozeReason.AGREED, "staff_id": wang}
    school.save(Snooze(**base, due_on=due_on, until_on=ON + timedelta(days=7)))
    school.save(Snooze(**base | {"rule": "growth_diary"}, due_on=due_on, until_on=ON + timedelta(days=7)))
    frame = obligations_frame(school.desk, ON, rule="paired")
    assert list(frame["state"]) == [State.PUT_OFF] and list(frame["days_late"]) == [0]
    assert (list(frame["put_off_until"]), list(frame["put_off_because"])) == ([ON + timedelta(days=7)], ["已约定改期"])
    assert due(school.desk, ON).empty
    back = due(school.desk, ON + timedelta(days=7))
    assert list(back["state"]) == [State.OVERDUE] and list(back["days_late"]) == [(ON + timedelta(days=7) - due_on).days]
    assert states(school, "paired", ON - timedelta(days=1)) == [State.OVERDUE]


# --- whoever asks -----------------------------------------------------------------------------------------------------


def test_a_supporter_sees_what_is_due_for_paired_children_alone(school: SmallSchool) -> None:
    """Every rule through the eyes of a supporter: rows of paired children, of nobody else, and of nobody once the pairing has ended."""
    paired, other = school.left_behind("谢小样"), school.left_behind("邹小样", "四(2)")
    for child in (paired, other):
        _began_everything(school, child)
    with clock.at(ON):
        pair(school, paired)
        member = school.staff["帮样"]
        desk = school.store.for_actor(Actor(member.id, Role.SUPPORTER))
        assert set(obligations_frame(desk, ON)["child"]) == {"谢小样"}
        assert set(obligations_frame(desk, ON)["rule"]) >= {"monthly_talk", "growth_diary", "paired", "plan_check"}
    with clock.at(ON):
        (made,) = school.desk.find(Pairing)
        school.desk.amend(made.record.model_copy(update={"until_on": ON, "end_reason": PairingEnd.EXPIRED}), seen=1)
        assert obligations_frame(desk, ON).empty


def test_a_subject_teacher_is_not_told_of_pupils_who_are_not_paired(school: SmallSchool) -> None:
    """Of pupils a subject teacher is told the study part; diaries, journals and talks of a child only when paired with it."""
    from carekit.records import Assignment
    from carekit.records.codes import Duty

    child = school.left_behind("谢小样")
    _began_everything(school, child)
    with clock.at(ON):
        member = school.add_staff("任样", Role.SUBJECT_TEACHER)
        school.save(Assignment(class_id=school.classes["三(1)"].id, staff_id=member.id, duty=Duty.SUBJECT_TEACHER, from_on=SEPTEMBER))
        desk = school.store.for_actor(Actor(member.id, Role.SUBJECT_TEACHER))
        assert set(obligations_frame(desk, ON)["rule"]) == {"plan_check", "plan_conclusion"}
        pair(school, child, staff_id=member.id)
        assert set(obligations_frame(desk, ON)["rule"]) >= {"journal_reply", "talk_again", "monthly_talk"}


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_says_what_it_asks(rule: str) -> None:
    """A name and a definition in both languages, fields that it rests on, and a known kind of record that fulfils it, if any."""
    from carekit.records import RECORDS

    asked = RULES[rule]
    assert asked.label.zh and asked.label.en and asked.definition.zh and "{" not in asked.definition.en
    assert asked.needs and (not asked.done_by or asked.done_by in RECORDS)


def test_staff_in_many_schools_have_their_own_rules(school: SmallSchool) -> None:
    """Two schools of a county ask for different things of their own children."""
    from carekit.records import School, SchoolClass

    other = school.save(School(name="另一所小学"))
    school.classes["五(1)"] = school.save(SchoolClass(school_id=other.id, school_year=2025, grade=5, number=1, name="五(1)"))
    school.rules(SEPTEMBER, pairing_demand=PairingDemand.NOBODY)
    key_child(school)
    far = school.add_child("远小样", "五(1)")
    school.save(Membership(child_id=far.id, group=SupportGroup.KEY, from_on=SEPTEMBER))
    assert set(obligations_frame(school.desk, ON, rule="paired")["child"]) == {"远小样"}
    assert isinstance(school.staff["王样"], StaffMember)
