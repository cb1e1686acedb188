"""Rates, groups and the children behind them: carekit.metrics."""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from schools import WHOLE_FILE, SmallSchool

from carekit import clock
from carekit.errors import Denied, ProgrammerError
from carekit.metrics import GROUPINGS, MEASURE_COLUMNS, METRICS, children_behind, measure, percent
from carekit.records import (
    Activity,
    Assignment,
    Attendance,
    Case,
    Check,
    Child,
    Diary,
    Difficulty,
    Enrolment,
    Intervention,
    InterventionClosure,
    Journal,
    Membership,
    Pairing,
    Plan,
    SchoolClass,
)
from carekit.records.codes import (
    ActivityKind,
    CheckResult,
    DifficultyKind,
    Duty,
    EntryReason,
    Frequency,
    InterventionEnd,
    LeavingReason,
    Outcome,
    PairingKind,
    Relation,
    Role,
    Subject,
    SupportGroup,
    VisitMode,
)
from carekit.store import Actor

NOV = date(2025, 11, 10)
MARCH = date(2026, 3, 20)


def counts(school: SmallSchool, metric: str, on: date = NOV, **more: Any) -> tuple[int, int]:
    """Numerator and denominator of the school."""
    (row,) = measure(school.desk, metric, on=on, **more).itertuples()
    return row.numerator, row.denominator


def by_group(frame: pd.DataFrame) -> dict[str, tuple[int, int]]:
    """Numerator and denominator by group."""
    return {g: (n, d) for g, n, d in zip(frame["group"], frame["numerator"], frame["denominator"], strict=True)}


def test_visits_guardians_and_stays_away_never_multiply(school: SmallSchool) -> None:
    """One child with three visits, two guardians and two parents away, another without: 1 of 2 (case 41)."""
    visited = school.left_behind("曾小样")
    school.carer(visited, Relation.FATHERS_FATHER, guardian=True)
    for day in (3, 10, 17):
        school.visit(visited, date(2026, 3, day))
        school.talk(visited, date(2026, 3, day))
    school.left_behind("冯小样")
    assert [counts(school, metric, MARCH) for metric in ("visit_rate", "talk_coverage", "talk_attainment")] == [(1, 2)] * 3
    assert counts(school, "left_behind_rate", MARCH) == (2, 2)
    (ratio,) = measure(school.desk, "visit_rate", on=MARCH)["ratio"]
    assert ratio == 0.5


@pytest.mark.parametrize("metric", METRICS)
def test_nobody_counted_is_no_rate(school: SmallSchool, metric: str) -> None:
    """In a school without children every rate stands at 0/0 with no ratio, by every grouping (case 39)."""
    expected = {"school": ["样例小学"], "grade": ["三年级", "四年级"], "class": ["三(1)", "四(2)"], "teacher": ["王样", "李样"], "village": [],
                "month": ["2025-09", "2025-10", "2025-11"]}  # fmt: skip
    for by in GROUPINGS:
        frame = measure(school.desk, metric, on=NOV, by=by)
        assert tuple(frame.columns) == MEASURE_COLUMNS
        assert (frame["numerator"] == 0).all() and (frame["denominator"] == 0).all() and all(r is None for r in frame["ratio"])
        assert list(frame["group"]) == expected[by]
        assert children_behind(school.desk, metric, on=NOV, by=by).empty


def test_a_class_without_children_stands_beside_the_others(school: SmallSchool) -> None:
    """The empty class shows 0/0 and the others their counts (case 39)."""
    school.left_behind("程小样")
    frame = measure(school.desk, "left_behind_rate", on=NOV, by="class")
    assert by_group(frame) == {"三(1)": (1, 1), "四(2)": (0, 0)} and list(frame["ratio"]) == [1.0, None]


def test_the_children_behind_are_those_counted(school: SmallSchool) -> None:
    """For every rate, grouping and group, the list of children has as many as the figure counts (cells: those complete)."""
    _lively(school)
    for metric, by in product(METRICS, GROUPINGS):
        _same_children(school, metric, by)


def _same_children(school: SmallSchool, metric: str, by: str) -> None:
    for row in measure(school.desk, metric, on=NOV, by=by).itertuples():
        behind = children_behind(school.desk, metric, on=NOV, by=by, group=row.group_id)
        assert behind["child_id"].is_unique
        if metric != "completeness":
            assert (behind["in_numerator"].sum(), len(behind)) == (row.numerator, row.denominator)
        else:
            assert (len(behind) > 0) == (row.denominator > 0)


def _lively(school: SmallSchool) -> None:
    """Children of every sort: moved, gone, talked to, in two classes, with and without a village."""
    first = school.left_behind("黎小样", village="样例村1组", **WHOLE_FILE)
    school.talk(first, date(2025, 10, 9))
    school.talk(first, date(2025, 11, 9))
    school.talk(first, date(2025, 9, 9), Outcome.EXCUSED)
    school.visit(first, date(2025, 11, 3))
    moved = school.left_behind("莫小样", "四(2)", village="样例村2组")
    school.leave(moved, date(2025, 11, 3), LeavingReason.MOVED_CLASS)
    school.enrol(moved, "三(1)", date(2025, 11, 4), entry=EntryReason.MOVED_CLASS)
    gone = school.left_behind("龙小样", "四(2)")
    school.leave(gone, date(2025, 10, 31), LeavingReason.DROPPED_OUT)
    out = school.left_behind("万小样", "四(2)")
    school.leave(out, date(2025, 10, 31), LeavingReason.TRANSFERRED_OUT)
    home = school.add_child("段小样", "四(2)")
    school.parent(home)
    school.open_case(school.add_child("雷小样", None))
    _work_with(school, first, moved)


def _work_with(school: SmallSchool, first: Child, moved: Child) -> None:
    """What was done day by day: much with the first child, twice over where that must not count twice; little with the second."""
    start, wang, helper = date(2025, 9, 1), school.staff["王样"].id, school.add_staff("帮样", Role.SUPPORTER).id
    for child in (first, moved):
        school.save(Membership(child_id=child.id, group=SupportGroup.KEY, from_on=start))
        school.save(Journal(child_id=child.id, handed_in_on=date(2025, 10, 10), staff_id=wang))
    for staff_id in (wang, helper):
        school.save(Pairing(child_id=first.id, kind_of=PairingKind.TEACHER, staff_id=staff_id, from_on=start))
    school.save(Diary(child_id=first.id, written_on=date(2025, 10, 20), body="近况", staff_id=helper))
    school.save(Journal(child_id=first.id, handed_in_on=date(2025, 11, 1), reply="好", replied_on=date(2025, 11, 3), staff_id=wang))
    show = school.save(Activity(kind_of=ActivityKind.SHOW, title="歌咏", held_on=date(2025, 10, 30)))
    school.save(Attendance(child_id=first.id, activity_id=show.id, attended_on=show.held_on, staff_id=wang))
    plan = {"child_id": first.id, "from_on": start, "until_on": date(2026, 1, 20), "staff_id": wang}
    checked = school.save(Plan(**plan, subject=Subject.MATHS))
    school.save(Plan(**plan | {"child_id": moved.id}, subject=Subject.CHINESE, check_days=60))
    for month in (10, 11):
        school.save(Check(plan_id=checked.id, due_on=date(2025, month, 1), checked_on=date(2025, month, 2), result=CheckResult.PARTLY))
    for due_on in (date(2025, 10, 1), date(2025, 12, 1)):
        trouble = {"kind_of": DifficultyKind.STUDY, "what": "缺课", "raised_on": start, "owner_id": wang}
        school.save(Difficulty(child_id=first.id, due_on=due_on, **trouble))


def test_every_grouping_of_a_rate_sums_to_the_school(school: SmallSchool) -> None:
    """No child is lost or counted twice by grade, class, teacher or village."""
    _lively(school)
    for metric in METRICS:
        whole = counts(school, metric)
        for by in ("grade", "class", "teacher", "village"):
            frame = measure(school.desk, metric, on=NOV, by=by)
            assert (frame["numerator"].sum(), frame["denominator"].sum()) == whole, (metric, by)


def test_rates_of_a_lively_school(school: SmallSchool) -> None:
    """Each rate of a school with children of every sort, counted by hand."""
    _lively(school)
    assert {metric: counts(school, metric) for metric in METRICS} == {
        "left_behind_rate": (2, 3),
        "file_rate": (1, 2),
        # Eleven cells of the child and three of the family; of the second child's eleven only the name is filled.
        "completeness": (14 + 4, 28),
        "enrolment_rate": (3, 5),
        "retention_year": (3, 4),
        "retention_six_years": (0, 0),
        "talk_coverage": (1, 2),
        "talk_attainment": (1, 4),
        "visit_rate": (1, 4),
        "contact_rate": (2, 2),
        "entrusted_rate": (0, 2),
        "card_rate": (0, 2),
        "homecoming_rate": (0, 2),
        "met_at_all": (1, 4),
        "pairing_rate": (1, 2),
        "diary_rate": (1, 1),
        "activity_rate": (1, 2),
        # One child's older journal has no answer; the answered one does not make up for it.
        "reply_rate": (0, 2),
        "plan_check_rate": (1, 2),
        "difficulty_rate": (0, 1),
        "receipt_rate": (0, 0),
        "aims_rate": (0, 0),
    }


def test_a_rename_does_not_rewrite_the_past(school: SmallSchool) -> None:
    """After the new school year and a renaming, the report of June still says 三(1) and 王样 (case 51)."""
    june = date(2026, 6, 30)
    with clock.at(june):
        child = school.left_behind("侯小样")
    with clock.at(date(2026, 9, 3)):
        school.year = 2026
        school.add_class("四(1)", 4, 1, "李样")
        school.leave(child, date(2026, 8, 31), LeavingReason.PROMOTED)
        school.enrol(child, "四(1)", date(2026, 9, 1), entry=EntryReason.PROMOTED)
        old = school.classes["三(1)"]
        school.desk.amend(old.model_copy(update={"name": "三年级甲班"}), seen=1, reason="改名")
        for by, group in (("class", "三(1)"), ("teacher", "王样"), ("grade", "三年级")):
            assert by_group(measure(school.desk, "left_behind_rate", on=june, by=by))[group] == (1, 1)
            assert children_behind(school.desk, "left_behind_rate", on=june)["class_name"].tolist() == ["三(1)"]
        assert by_group(measure(school.desk, "left_behind_rate", by="class"))["四(1)"] == (1, 1)
        assert by_group(measure(school.desk, "left_behind_rate", by="teacher"))["李样"] == (1, 1)


def test_a_class_without_a_teacher_is_named_so(school: SmallSchool) -> None:
    """Children of a class without a class teacher, of no village and of no class have a group of their own."""
    school.add_class("五(1)", 5, 1, None)
    school.left_behind("孟小样", "五(1)")
    school.open_case(school.add_child("白小样", None))
    assert by_group(measure(school.desk, "left_behind_rate", on=NOV, by="teacher"))["未安排班主任"] == (1, 1)
    assert by_group(measure(school.desk, "left_behind_rate", on=NOV, by="village")) == {"未填村组": (1, 1)}
    for by in ("class", "grade"):
        assert by_group(measure(school.desk, "enrolment_rate", on=NOV, by=by))["未分班"] == (0, 1)


def test_talk_coverage_leaves_the_excused_out(school: SmallSchool) -> None:
    """A child excused for the month is not among those due; a child both excused and talked to is covered."""
    excused, both, missed = (school.left_behind(name) for name in ("秋小样", "江小样", "史小样"))
    school.talk(excused, date(2025, 11, 3), Outcome.EXCUSED)
    school.talk(both, date(2025, 11, 3), Outcome.EXCUSED)
    school.talk(both, date(2025, 11, 4))
    school.talk(missed, date(2025, 11, 4), Outcome.FAILED)
    assert counts(school, "talk_coverage") == (1, 2)
    behind = children_behind(school.desk, "talk_coverage", on=NOV)
    assert behind["name"].tolist() == ["史小样", "江小样"] and behind["in_numerator"].tolist() == [False, True]


def test_attainment_asks_for_every_month_so_far(school: SmallSchool) -> None:
    """Talked to in September and November but not in October is not attained; excused in October is."""
    missed, excused = school.left_behind("顾小样"), school.left_behind("侯小样")
    for child in (missed, excused):
        school.talk(child, date(2025, 9, 8))
        school.talk(child, date(2025, 11, 8))
    school.talk(excused, date(2025, 10, 8), Outcome.EXCUSED)
    assert counts(school, "talk_attainment") == (1, 2)
    assert counts(school, "talk_attainment", date(2025, 9, 30)) == (2, 2)


def test_months_show_the_trend(school: SmallSchool) -> None:
    """By month there is one figure a school month, each at its last day or at the day of the figure; the children of a month can be listed."""
    child = school.left_behind("邵小样")
    school.talk(child, date(2025, 10, 8))
    frame = measure(school.desk, "talk_coverage", on=NOV, by="month")
    assert by_group(frame) == {"2025-09": (0, 1), "2025-10": (1, 1), "2025-11": (0, 1)}
    assert children_behind(school.desk, "talk_coverage", on=NOV, by="month", group="2025-10")["in_numerator"].tolist() == [True]
    assert children_behind(school.desk, "talk_coverage", on=NOV, by="month", group="2026-02").empty


def test_phone_visits_are_no_home_visits(school: SmallSchool) -> None:
    """The home-visit rate counts visits on site only."""
    child = school.left_behind("汪小样")
    school.visit(child, date(2025, 11, 3), VisitMode.PHONE)
    assert counts(school, "visit_rate") == (0, 1)


def test_retention_takes_moves_into_account(school: SmallSchool) -> None:
    """Retained: stayed, came new, graduated; not: dropped out, suspended; left out: transferred out, abroad, died, back from suspension."""
    year_end = date(2026, 8, 31)
    leavings = {
        "甲": LeavingReason.TRANSFERRED_OUT, "乙": LeavingReason.DIED, "丙": LeavingReason.ABROAD, "丁": LeavingReason.DROPPED_OUT,
        "戊": LeavingReason.SUSPENDED, "己": LeavingReason.GRADUATED,
    }  # fmt: skip
    for name, leaving in leavings.items():
        school.leave(school.add_child(f"{name}小样"), date(2026, 7, 3), leaving)
    school.add_child("庚小样")
    for name, entry in (("辛", EntryReason.TRANSFERRED_IN), ("壬", EntryReason.RETURNED)):
        school.enrol(school.add_child(f"{name}小样", None), "三(1)", date(2026, 1, 5), entry=entry)
    lost = school.add_child("癸小样")
    school.leave(lost, date(2026, 3, 1), LeavingReason.MOVED_CLASS)
    assert counts(school, "retention_year", year_end) == (3, 6)
    assert counts(school, "retention_year", date(2026, 6, 1)) == (8, 9), "in June only the lost one is gone"
    behind = children_behind(school.desk, "retention_year", on=year_end)
    assert set(behind[~behind["in_numerator"]]["name"]) == {"丁小样", "戊小样", "癸小样"}


def test_retention_over_six_years_follows_the_cohort(school: SmallSchool) -> None:
    """Of those who entered grade 1 in 2020: graduated counts, dropped out in grade 3 does not, transferred out and repeaters are left out."""
    for year in range(2020, 2026):
        school.add_class(f"{year}届班", year - 2019, 9, None, year)
    school.add_class("六年后", 5, 9, None, 2025)

    def stays(name: str, last: int, leaving: LeavingReason | None, final: date | None = None) -> Any:
        child = school.add_child(name, None)
        for year in range(2020, last + 1):
            over = year == last
            end = (final if over else date(year + 1, 8, 31)) if leaving or not over else None
            school.enrol(child, f"{year}届班", date(year, 9, 1), end, (leaving if over else LeavingReason.PROMOTED) if end else None)
        return child

    stays("甲小样", 2025, LeavingReason.GRADUATED, date(2026, 7, 3))
    stays("乙小样", 2022, LeavingReason.DROPPED_OUT, date(2023, 3, 3))
    stays("丙小样", 2022, LeavingReason.TRANSFERRED_OUT, date(2023, 3, 3))
    repeater = stays("丁小样", 2023, LeavingReason.REPEATED, date(2024, 8, 31))
    school.enrol(repeater, "六年后", date(2025, 9, 1), entry=EntryReason.REPEATED)
    stays("戊小样", 2025, None)
    assert counts(school, "retention_six_years", date(2026, 8, 31)) == (2, 3)


@pytest.mark.parametrize(
    ("born", "counted"),
    [(date(2019, 8, 31), True), (date(2019, 9, 1), False), (date(2009, 11, 11), True), (date(2009, 11, 10), False), (None, True)],
)
def test_the_enrolment_rate_counts_children_of_school_age(school: SmallSchool, born: date | None, counted: bool) -> None:
    """Six by 31 August before the school year and under sixteen on the day; unknown counts."""
    school.add_child("费小样", born_on=born)
    assert counts(school, "enrolment_rate") == ((1, 1) if counted else (0, 0))


def test_children_gone_elsewhere_are_not_missing(school: SmallSchool) -> None:
    """Transferred, graduated and dead children leave the enrolment rate; dropped-out and suspended ones stay in it until they return."""
    for leaving in (
        LeavingReason.TRANSFERRED_OUT,
        LeavingReason.GRADUATED,
        LeavingReason.DIED,
        LeavingReason.DROPPED_OUT,
        LeavingReason.SUSPENDED,
    ):
        school.leave(school.add_child("岑小样"), date(2025, 10, 10), leaving)
    back = school.add_child("薛小样")
    school.leave(back, date(2025, 9, 10), LeavingReason.DROPPED_OUT)
    school.enrol(back, "四(2)", date(2025, 10, 13), entry=EntryReason.RETURNED)
    assert counts(school, "enrolment_rate") == (1, 3)
    assert counts(school, "enrolment_rate", date(2025, 9, 20)) == (5, 6)


def test_contact_of_a_known_frequency(school: SmallSchool) -> None:
    """One family in weekly contact, one monthly: 1 of 2."""
    for frequency in (Frequency.WEEKLY, Frequency.MONTHLY):
        school.parent(school.add_child("倪小样"), Relation.FATHER, away=True, contact_frequency=frequency)
    assert counts(school, "contact_rate") == (1, 2)


def test_a_figure_can_be_asked_again_as_it_was_known(school: SmallSchool) -> None:
    """A late talk and a withdrawn entry change the figure as known now, never the one as known then."""
    with clock.at(NOV):
        child, other = school.left_behind("汤小样"), school.left_behind("滕小样")
    then = clock.start_of(date(2025, 12, 1))
    with clock.at(date(2025, 12, 5)):
        school.talk(child, date(2025, 11, 5))
        (case,) = school.desk.find(Case, {"child_id": other.id})
        school.desk.withdraw(Case, case.record.id, seen=1, reason="登记错误")
        school.leave(other, date(2025, 9, 3), LeavingReason.TRANSFERRED_OUT)
    assert counts(school, "talk_coverage", known_at=then) == (0, 2)
    assert counts(school, "talk_coverage") == (1, 1)
    assert children_behind(school.desk, "talk_coverage", on=NOV, known_at=then)["in_numerator"].tolist() == [False, False]


def test_a_class_teacher_measures_the_own_class(school: SmallSchool) -> None:
    """Figures of a class teacher hold the own children and list the own class only."""
    with clock.at(NOV):
        school.left_behind("殷小样")
        school.left_behind("罗小样", "四(2)")
        desk = school.desk_of("王样")
        assert by_group(measure(desk, "left_behind_rate", by="class")) == {"三(1)": (1, 1)}
        assert by_group(measure(desk, "talk_coverage")) == {"样例小学": (0, 1)}
        assert children_behind(desk, "talk_coverage")["name"].tolist() == ["殷小样"]


def test_a_role_without_the_records_gets_no_figure(school: SmallSchool) -> None:
    """A county officer gets no talk figure and no list; a subject teacher none of pupils who are not paired with them."""
    pupil = school.left_behind("谢小样")
    member = school.add_staff("任样", Role.SUBJECT_TEACHER)
    school.save(Assignment(class_id=school.classes["三(1)"].id, staff_id=member.id, duty=Duty.SUBJECT_TEACHER, from_on=date(2025, 9, 1)))
    subject = school.store.for_actor(Actor(member.id, member.role))
    assert [r.record.name for r in subject.find(Child)] == ["谢小样"]
    assert measure(subject, "talk_coverage", on=NOV)["denominator"].sum() == 0 and children_behind(subject, "talk_coverage", on=NOV).empty
    school.save(Pairing(child_id=pupil.id, kind_of=PairingKind.TEACHER, staff_id=member.id, from_on=date(2025, 9, 1)))
    assert measure(subject, "talk_coverage", on=NOV)["denominator"].sum() == 1
    for role in (Role.COUNTY_OFFICER, Role.ADMINISTRATOR):
        desk = school.store.for_actor(Actor(school.add_staff(f"{role.label.zh}样", role).id, role))
        with pytest.raises(Denied):
            measure(desk, "talk_coverage", on=NOV)
        with pytest.raises(Denied):
            children_behind(desk, "left_behind_rate", on=NOV)


@pytest.mark.parametrize(("metric", "by"), [("happiness", "school"), ("file_rate", "planet")])
def test_unknown_names_are_mistakes_of_the_program(school: SmallSchool, metric: str, by: str) -> None:
    """A rate or grouping that does not exist crashes loudly."""
    with pytest.raises(ProgrammerError):
        measure(school.desk, metric, by=by)


@pytest.mark.parametrize("metric", METRICS)
def test_every_figure_states_its_definition(school: SmallSchool, metric: str) -> None:
    """The definition stands in the frame, with the rule of the date and what was assumed."""
    (said,) = measure(school.desk, metric, on=NOV)["definition"]
    assert "{" not in said and "暂按" in said
    assert METRICS[metric].name == metric and METRICS[metric].label.en


def test_figures_of_a_county_stand_by_school(school: SmallSchool) -> None:
    """Two schools in one store have a row each, and one without classes none."""
    other = school.save(type(school.school)(name="样例二小"))
    taught = school.save(SchoolClass(school_id=other.id, school_year=2025, grade=1, number=1, name="一(1)"))
    school.left_behind("毕小样")
    child = school.add_child("郝小样", None)
    school.save(Enrolment(child_id=child.id, class_id=taught.id, enrolled_on=date(2025, 9, 1)))
    assert by_group(measure(school.desk, "left_behind_rate", on=NOV)) == {"样例小学": (1, 1), "样例二小": (0, 1)}


def test_many_selects_are_kept_within_bounds(school: SmallSchool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The store of built selects forgets the oldest."""
    monkeypatch.setattr("carekit.metrics._KEPT", 1)
    school.left_behind("邬小样")
    assert [counts(school, name) for name in ("left_behind_rate", "contact_rate", "left_behind_rate")] == [(1, 1)] * 3


@pytest.mark.parametrize(
    ("top", "bottom", "text"),
    [(0, 0, "—"), (1, 2, "50.0%"), (547, 617, "88.7%"), (1, 16, "6.3%"), (1, 1, "100.0%"), (0, 3, "0.0%"), (1, 800, "0.1%")],
)
def test_percentages_are_rounded_half_up(top: int, bottom: int, text: str) -> None:
    """One decimal, halves up; nobody counted is a dash."""
    assert percent(top, bottom) == text


@given(st.integers(0, 10_000), st.integers(1, 10_000))
def test_a_percentage_is_near_the_ratio(top: int, bottom: int) -> None:
    """The printed percentage differs from the exact one by half a tenth at most."""
    assert abs(float(percent(top, bottom)[:-1]) - 100 * top / bottom) <= 0.05 + 1e-9


def test_seventy_five_birthdays_change_the_figure_overnight(school: SmallSchool) -> None:
    """Children who turn sixteen leave the school-age figure that very day, without any job, and the figure of the day before stays (case 29)."""
    children = [Child(name="同日样", born_on=date(2009, 11, 11)) for _ in range(75)]
    stays = [Enrolment(child_id=child.id, class_id=school.classes["三(1)"].id, enrolled_on=date(2025, 9, 1)) for child in children]
    school.save(*children, *stays)
    assert [counts(school, "enrolment_rate", day) for day in (NOV, date(2025, 11, 11))] == [(75, 75), (0, 0)]


def test_aims_of_interventions_are_counted_by_child(school: SmallSchool) -> None:
    """A child with two closed interventions, one without its aims, has not reached them; proposals, last year's and reopened ones do not count."""
    helper, leader = school.add_staff("心样", Role.COUNSELLOR), school.add_staff("校样", Role.LEADER)

    def closed(child: Child, day: date, reason: InterventionEnd, **values: Any) -> None:
        of = school.save(Intervention(child_id=child.id, opened_on=date(2025, 3, 3), worker_id=helper.id, concern="问题", aims="目标"))
        end = {"proposed_by": helper.id, "outcome": "结果", "approved_by": leader.id, "approved_on": day} | values
        school.save(InterventionClosure(intervention_id=of.id, closed_on=day, reason=reason, **end))

    assert counts(school, "aims_rate") == (0, 0)
    reached, missed, other = (school.add_child(name) for name in ("潘小样", "葛小样", "奚小样"))
    closed(reached, date(2025, 10, 8), InterventionEnd.AIMS_REACHED)
    closed(reached, date(2025, 10, 9), InterventionEnd.AIMS_REACHED)
    closed(missed, date(2025, 10, 8), InterventionEnd.AIMS_REACHED)
    closed(missed, date(2025, 10, 8), InterventionEnd.REFUSED)
    closed(other, date(2025, 10, 8), InterventionEnd.AIMS_REACHED, approved_by=None, approved_on=None)
    closed(other, date(2025, 6, 30), InterventionEnd.AIMS_REACHED)
    closed(other, date(2025, 10, 8), InterventionEnd.AIMS_REACHED, reopened_on=date(2025, 11, 1), reopen_reason="又来")
    assert counts(school, "aims_rate") == (1, 2) and counts(school, "aims_rate", date(2025, 10, 20)) == (2, 3)
