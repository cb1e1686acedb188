"""What is promised of the facts about plans: check dates, states, what is missing, reminders, progress."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plans_village import END, START, approve, hold, individual_plan, plan_of, plans_village
from village import TODAY, Village

from carekit.apps.plans_facts import PlanFacts, PlanState, check_dates, gain, plan_facts, progress_of
from carekit.apps.plans_lists import overview
from carekit.records import Case, Check, Closure, Enrolment, Plan, PlanGoal, Score
from carekit.records.codes import Exam, LeavingReason, Subject, WeakArea


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    """The small school with leaders."""
    with plans_village(tmp_path) as made:
        yield made


def facts(village: Village, plan: Plan, on: date = TODAY, key: str = "sun") -> PlanFacts:
    """The facts of one plan on a day."""
    return plan_facts(village.desk(key), on, plan_id=plan.id)[0]


def words(found: PlanFacts) -> list[str]:
    """What a plan lacks, in Chinese."""
    return [label.zh for label in found.missing]


# --- check dates ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (date(2026, 1, 31), [(2, 28), (3, 31), (4, 30), (5, 31), (6, 30), (7, 31)]),
        (date(2026, 1, 30), [(2, 28), (3, 30), (4, 30), (5, 30), (6, 30), (7, 30)]),
        (date(2028, 1, 31), [(2, 29), (3, 31), (4, 30), (5, 31), (6, 30), (7, 31)]),
    ],
)
@pytest.mark.parametrize("days", [28, 29, 30, 31])
def test_monthly_checks_never_drift(start: date, expected: list[tuple[int, int]], days: int) -> None:
    """CASES 33: counted from the first day, a monthly check of the 31st comes back to the 31st after February."""
    assert check_dates(start, date(start.year, 7, 31), days) == [date(start.year, month, day) for month, day in expected]


@pytest.mark.parametrize("days", [1, 7, 14, 27, 32, 90])
def test_other_intervals_are_days(days: int) -> None:
    """Any other interval is that many days, and the last day of the plan is among the dates when it falls on one."""
    last = START + timedelta(days=days * 3)
    assert check_dates(START, last, days) == [START + timedelta(days=days * n) for n in (1, 2, 3)]
    assert len(check_dates(START, last - timedelta(days=1), days)) == 2


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 800), st.integers(1, 366))
def test_dates_rise_within_the_plan(start: date, length: int, days: int) -> None:
    """Whatever the interval, dates rise and lie after the first day and not after the last."""
    end = start + timedelta(days=length)
    dates = check_dates(start, end, days)
    assert dates == sorted(set(dates))
    assert all(start < day <= end for day in dates)


# --- states -----------------------------------------------------------------------------------------------------------


def test_a_plan_goes_through_its_states(village: Village) -> None:
    """Complete and unapproved it waits; approved it is ready, runs, needs a check, runs again; past its end it lacks a conclusion until it has one."""
    plan = plan_of(village)
    assert facts(village, plan).state is PlanState.WAITING
    assert words(facts(village, plan)) == ["未审批"]
    approve(village, plan, on=date(2026, 2, 26))
    assert facts(village, plan, date(2026, 3, 1)).state is PlanState.READY
    assert facts(village, plan, date(2026, 4, 2)).state is PlanState.RUNNING, "on the day itself it is not overdue yet"
    assert facts(village, plan, date(2026, 4, 3)).state is PlanState.NEEDS_CHECK
    hold(village, plan, date(2026, 4, 2), date(2026, 4, 8))
    assert facts(village, plan, date(2026, 4, 7)).state is PlanState.NEEDS_CHECK, "not held yet on that day"
    assert facts(village, plan, date(2026, 4, 8)).state is PlanState.RUNNING
    assert facts(village, plan, END).state is PlanState.NEEDS_CHECK
    over = facts(village, plan, END + timedelta(days=1))
    assert (over.state, words(over)) == (PlanState.OVER, ["未写总结"])


def test_a_weak_area_without_goal_is_named(village: Village) -> None:
    """A plan is unfinished while any weak area has no goal, and says which; one with a goal for each is not."""
    plan = plan_of(village, weak_areas=(WeakArea.ARITHMETIC, WeakArea.HABITS, WeakArea.READING), goals=(WeakArea.HABITS,))
    found = facts(village, plan)
    assert found.state is PlanState.UNFINISHED
    assert found.bare_areas == (WeakArea.ARITHMETIC, WeakArea.READING)
    assert words(found) == ["“计算”还没有目标", "“阅读”还没有目标", "未审批"]
    goal = {"plan_id": plan.id, "from_on": START, "until_on": END, "goal": "会读"}
    village.desk("sun").add_all([PlanGoal(weak_area=area, **goal) for area in found.bare_areas])
    assert facts(village, plan).state is PlanState.WAITING


@pytest.mark.parametrize(
    ("areas", "goals", "said"),
    [
        ((), (), ["还没有选薄弱方面", "还没有写目标"]),
        ((), (WeakArea.READING,), ["还没有选薄弱方面"]),
        ((WeakArea.READING,), (), ["还没有写目标"]),
    ],
)
def test_nothing_to_work_on_is_unfinished(
    village: Village, areas: tuple[WeakArea, ...], goals: tuple[WeakArea, ...], said: list[str]
) -> None:
    """No weak area, or no goal at all, is unfinished and says so."""
    found = facts(village, plan_of(village, weak_areas=areas, goals=goals))
    assert (found.state, words(found)[:-1]) == (PlanState.UNFINISHED, said)


def test_an_individual_plan_wants_the_guardians_signature(village: Village) -> None:
    """It is missing for an individual plan and not asked for in a tutoring plan; it does not hold the approval back."""
    plan = individual_plan(village)
    assert words(facts(village, plan)) == ["监护人未签字", "未审批"]
    assert facts(village, plan).state is PlanState.WAITING
    signed = individual_plan(village, "younger", guardian_name="样奶奶", guardian_signed_on=START)
    assert words(facts(village, signed)) == ["未审批"]
    assert "监护人未签字" not in words(facts(village, plan_of(village)))


# --- reminders --------------------------------------------------------------------------------------------------------


def test_held_checks_meet_their_dates(village: Village) -> None:
    """A late check meets the date it was due on and not the next; one due on another day meets the date that follows it."""
    plan = plan_of(village)
    approve(village, plan)
    late, odd = hold(village, plan, date(2026, 4, 2), date(2026, 5, 4)), hold(village, plan, date(2026, 4, 20))
    found = facts(village, plan)
    met = {one.due_on: one.held.id for one in found.planned if one.held}
    assert met == {date(2026, 4, 2): late.id, date(2026, 5, 2): odd.id}
    assert not found.overdue
    assert found.next_check is not None
    assert found.next_check.due_on == date(2026, 6, 2)
    assert found.due_and_held == (2, 2)


def test_every_missed_check_is_overdue(village: Village) -> None:
    """With no check at all each date before today is overdue, and the next check is the earliest of them."""
    plan = plan_of(village)
    found = facts(village, plan)
    assert [one.due_on for one in found.overdue] == [date(2026, 4, 2), date(2026, 5, 2)]
    assert found.next_check == found.overdue[0]
    assert found.due_and_held == (2, 0)


def test_a_check_written_down_beforehand_is_due_as_well(village: Village) -> None:
    """A review that was planned for a day of its own stands among the dates, is overdue after it, and is met when it is held."""
    plan = plan_of(village)
    village.desk("sun").add(Check(plan_id=plan.id, due_on=date(2026, 5, 11), review=True))
    found = facts(village, plan)
    assert [one.due_on for one in found.overdue] == [date(2026, 4, 2), date(2026, 5, 2), date(2026, 5, 11)]
    assert found.overdue[-1].entry is not None


def test_the_end_of_a_plan_stops_reminders(village: Village) -> None:
    """CASES 117: past its end, or ended early, no check is overdue and none is next, however many were missed."""
    plan, early = plan_of(village), plan_of(village, "younger")
    desk = village.desk("sun")
    desk.amend(early.model_copy(update={"ended_on": date(2026, 4, 30), "conclusion": "已转为语文辅导。"}), seen=1)
    over = facts(village, plan, END + timedelta(days=30))
    assert (over.overdue, over.next_check, over.state) == ((), None, PlanState.OVER)
    ended = facts(village, early)
    assert (ended.overdue, ended.next_check, ended.state) == ((), None, PlanState.ENDED)
    assert [one.due_on for one in ended.planned] == [date(2026, 4, 2)]
    assert words(ended) == []


def test_closed_children_are_not_reminded_of_and_reopened_ones_start_anew(village: Village) -> None:
    """CASES 117: closed, nothing is overdue; reopened, only dates after the reopening are."""
    plan = plan_of(village, "closed", from_on=date(2025, 9, 30))
    assert not facts(village, plan).overdue, "closed on 2 March"
    closure = village.console.find(Closure)[0]
    with_proposal = plan_of(village, "elder", from_on=date(2025, 9, 30))
    late = facts(village, with_proposal).overdue
    village.console.add(
        Closure(case_id=village.console.find(Case, {"child_id": with_proposal.child_id})[0].id, closed_on=date(2026, 3, 2), reason="1")
    )
    assert facts(village, with_proposal).overdue == late, "what is only proposed changes nothing"
    village.console.amend(closure.record.model_copy(update={"reopened_on": date(2026, 4, 20)}), seen=closure.version)
    dates = [one.due_on for one in facts(village, plan).overdue]
    assert [day for day in dates if day > date(2026, 3, 2)] == [date(2026, 4, 30)]


def test_a_child_who_left_is_not_reminded_of(village: Village) -> None:
    """Whoever is in no class any more has no check overdue; those who see the file still see the plan."""
    plan = plan_of(village, "elder")
    stay = next(one for one in village.console.find(Enrolment) if one.record.child_id == village.children["elder"].id)
    village.console.amend(
        stay.record.model_copy(update={"left_on": date(2026, 5, 8), "leaving": LeavingReason.TRANSFERRED_OUT}), seen=stay.version
    )
    assert not facts(village, plan, key="he").overdue
    assert plan_facts(village.desk("sun"), TODAY, plan_id=plan.id) == []


def test_a_closing_of_a_child_who_was_never_on_the_register_is_no_matter(village: Village) -> None:
    """A child who is not left behind may have a plan, with its checks."""
    assert len(facts(village, plan_of(village, "same_2")).overdue) == 2


def test_what_was_known_then_is_told_again(village: Village) -> None:
    """Asked with the moment before a change, the plan stands as it did."""
    plan = plan_of(village)
    before = village.console.get(Plan, plan.id).recorded_at
    approve(village, plan)
    assert plan_facts(village.desk("sun"), TODAY, plan_id=plan.id, known_at=before)[0].plan.record.approved_by is None


def test_no_plans_are_no_rate(village: Village) -> None:
    """CASES 39: with no plan every count is 0 and the rate of checks is "—" of 0 / 0."""
    seen = overview(village.desk("sun"))
    assert set(seen.counts.values()) == {0}
    name, value, note = seen.figures()[-1]
    assert (name.zh, value, note.zh) == ("检查完成率", "—", "0 / 0")


# --- progress ---------------------------------------------------------------------------------------------------------


def test_progress_is_told_from_the_baseline(village: Village) -> None:
    """Shares of the full points in the order of days, half points exact, the baseline first on its day, later scores not before their day."""
    child = village.children["elder"].id

    def score(on: date, points: str, exam: Exam = Exam.UNIT, full: str = "100", subject: Subject = Subject.MATHS) -> Score:
        return Score(child_id=child, subject=subject, exam=exam, held_on=on, points=Decimal(points), full_points=Decimal(full))

    scores = [
        score(date(2026, 4, 20), "58.5", Exam.MIDTERM, "90"), score(date(2026, 3, 3), "40"), score(date(2026, 3, 3), "52", Exam.BASELINE),
        score(date(2026, 5, 4), "0", full="0"), score(TODAY, "7", full="10", subject=Subject.CHINESE),
    ]  # fmt: skip
    village.desk("sun").add_all(scores)
    found = progress_of(village.desk("sun"), child, TODAY)
    maths = found[Subject.MATHS]
    assert [(one.exam, one.share) for one in maths] == [(Exam.BASELINE, 0.52), (Exam.UNIT, 0.4), (Exam.MIDTERM, 0.65), (Exam.UNIT, None)]
    assert gain(maths) == pytest.approx(0.13)
    assert gain(found[Subject.CHINESE]) is None
    assert list(progress_of(village.desk("sun"), child, date(2026, 4, 1))) == [Subject.MATHS]
    assert progress_of(village.desk("li"), child, TODAY) == {}, "another class"
    assert progress_of(village.desk("zhou"), child, TODAY) == {}, "the registrar does not see points"
