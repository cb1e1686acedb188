"""The case book's failures of dates, ages and counts, tried as the book tries them (CASES 27 to 47 and 119; the others stand with their pages)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from schools import SmallSchool

from carekit import clock
from carekit.apps.due_digest import digests
from carekit.calendar import AGE_BANDS, add_months, age_at, age_band, month_of, school_year, school_year_of
from carekit.exchange.roster import row_checks
from carekit.metrics import METRICS, children_behind, measure, percent
from carekit.obligations import State, obligations_frame
from carekit.problems import InvalidRecord
from carekit.records import Check, Child, Enrolment, HomeVisit, Membership, Pairing, Plan, Talk
from carekit.records.codes import PairingKind, PlanKind, Role, Subject, SupportGroup
from carekit.store import Actor

LEAP = date(2016, 2, 29)


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (LEAP, date(2024, 2, 29), 8), (LEAP, date(2026, 2, 27), 9), (LEAP, date(2026, 2, 28), 9), (LEAP, date(2026, 3, 1), 10),
        (date(2015, 3, 1), date(2024, 2, 29), 8),
    ],
)  # fmt: skip
def test_ages_around_29_february(born: date, day: date, age: int) -> None:
    """CASES 27: born on 29 February one turns older on 1 March in common years; the roster's check goes by the same rule."""
    assert age_at(born, day) == row_checks.age_at(born, day) == age


def test_a_birthday_is_in_one_month() -> None:
    """CASES 27: of the months of 2026 exactly one makes the child of 29 February a year older."""
    older = [
        number
        for number in range(1, 13)
        if age_at(LEAP, month_of(date(2026, number, 1)).ends_on) > age_at(LEAP, date(2026, number, 1) - timedelta(days=1))
    ]
    assert older == [3]


def test_seventy_five_ages_are_never_stale(school: SmallSchool) -> None:
    """CASES 29: seventy-five children turn sixteen without any job; what was reported for last June stays the same a year later."""
    children = [Child(name="同日样", born_on=date(2010, 6, 16)) for _ in range(75)]
    stays = [Enrolment(child_id=child.id, class_id=school.classes["三(1)"].id, enrolled_on=date(2025, 9, 1)) for child in children]
    school.save(*children, *stays)

    def at_school_age(on: date) -> int:
        (row,) = measure(school.desk, "enrolment_rate", on=on).itertuples()
        return int(row.denominator)

    assert [at_school_age(day) for day in (date(2026, 6, 15), date(2026, 6, 16))] == [75, 0]
    assert len(children_behind(school.desk, "enrolment_rate", on=date(2026, 6, 15))) == 75
    with clock.at(date(2027, 6, 15)):
        assert at_school_age(date(2026, 6, 15)) == 75


def test_what_is_done_is_never_in_the_future(school: SmallSchool) -> None:
    """CASES 31: born tomorrow, a talk tomorrow, a visit in 2062, back before away: refused with the reason; a check planned for next month is allowed, and not held."""
    child, staff = school.add_child("云小样"), school.staff["王样"]
    tomorrow = clock.today() + timedelta(days=1)
    base = {"child_id": child.id, "staff_id": staff.id, "points": "聊了近况"}
    for record, given in (
        (Child, {"name": "明日样", "born_on": tomorrow}), (Talk, base | {"talked_on": tomorrow}), (HomeVisit, base | {"visited_on": date(2062, 3, 1)}),
        (Enrolment, {"child_id": child.id, "class_id": school.classes["三(1)"].id, "enrolled_on": date(2026, 3, 2), "left_on": date(2026, 3, 1), "leaving": "3"}),
    ):  # fmt: skip
        with pytest.raises(InvalidRecord) as refused:
            record.read({name: value for name, value in given.items() if name in record.fields})
        assert refused.value.problems and all(problem.label.zh for problem in refused.value.problems)
    plan = school.save(
        Plan(child_id=child.id, kind_of=PlanKind.TUTORING, subject=Subject.MATHS, from_on=date(2026, 8, 1), until_on=date(2026, 12, 1), check_days=45, staff_id=staff.id)
    )  # fmt: skip
    planned = school.save(Check(plan_id=plan.id, due_on=add_months(clock.today(), 1)))
    frame = obligations_frame(school.desk, rule="plan_check")
    assert planned.checked_on is None and State.MET not in set(frame["state"])


def test_a_school_year_has_one_march(school: SmallSchool) -> None:
    """CASES 35: of five events three are of the school year, its March is that of 2026, 1 September is of the next year, and the class is that of the year."""
    days = [date(2025, 8, 31), date(2025, 9, 1), date(2026, 3, 15), date(2026, 8, 31), date(2026, 9, 1)]
    assert [school_year_of(day) for day in days] == [2024, 2025, 2025, 2025, 2026]
    year = school_year(2025)
    assert [year.starts_on <= day <= year.ends_on for day in days] == [False, True, True, True, False]
    child = school.left_behind("年小样")
    for day in days[:3]:
        school.talk(child, day)
    months = {
        row.group: (row.numerator, row.denominator)
        for row in measure(school.desk, "talk_coverage", on=date(2026, 6, 30), by="month").itertuples()
    }
    assert (months["2026-03"], months["2025-09"], months["2026-04"]) == ((1, 1), (1, 1), (0, 1))
    assert [name for name in months if name.endswith("-03")] == ["2026-03"]
    assert set(children_behind(school.desk, "talk_coverage", on=date(2026, 3, 31))["class_name"]) == {"三(1)"}


@pytest.mark.parametrize("typed", ["2026-02-31", "", "26-1-31"])
def test_a_date_box_never_saves_another_day(school: SmallSchool, typed: str) -> None:
    """CASES 37: 31 February, a cleared box and a year of two digits are refused; no day of before and no today stands in."""
    child = school.add_child("历小样")
    with pytest.raises(InvalidRecord) as refused:
        HomeVisit.read({"child_id": child.id, "staff_id": school.staff["王样"].id, "visited_on": typed})
    assert {problem.field for problem in refused.value.problems} == {"visited_on"}


def test_nobody_is_no_rate(school: SmallSchool) -> None:
    """CASES 39: in classes without children, before anybody joined, every rate is 0 of 0 and "—", and left out of every sum."""
    for metric in METRICS:
        rows = list(measure(school.desk, metric, on=date(2025, 9, 1), by="class").itertuples())
        assert {(row.numerator, row.denominator, row.ratio) for row in rows} == {(0, 0, None)}, metric
    assert percent(0, 0) == "—"


def test_rows_are_never_counted_for_children(school: SmallSchool) -> None:
    """CASES 41: three visits in March, two guardians, two pairings and two groups of one child of two: 1 of 2, and head counts of 2 everywhere."""
    first, second = (school.left_behind(name) for name in ("甲小样", "乙小样"))
    school.carer(first)
    for day in (3, 10, 17):
        school.visit(first, date(2026, 3, day))
    for name in ("戊样", "己样"):
        supporter = school.add_staff(name, Role.SUPPORTER)
        school.save(Pairing(child_id=first.id, kind_of=PairingKind.TEACHER, staff_id=supporter.id, from_on=date(2025, 9, 1)))
    for group in (SupportGroup.POOR, SupportGroup.KEY):
        school.save(Membership(child_id=first.id, group=group, from_on=date(2025, 9, 1)))
    (row,) = measure(school.desk, "visit_rate", on=date(2026, 3, 31)).itertuples()
    assert (row.numerator, row.denominator) == (1, 2)
    for metric in ("left_behind_rate", "file_rate", "talk_coverage", "contact_rate"):
        behind = children_behind(school.desk, metric, on=date(2026, 3, 31))
        assert sorted(behind["child_id"]) == sorted((first.id, second.id)), metric
    paired = children_behind(school.desk, "pairing_rate", on=date(2026, 3, 31))
    assert list(paired["child_id"]) == [first.id]


def test_a_closed_file_leaves_counts_and_caseload(school: SmallSchool) -> None:
    """CASES 43: closed on 15 March, active on the 14th and the 15th, not on the 16th; the talk of March stays done in April's look; the teacher's load drops at once."""
    child = school.add_child("姜小样")
    school.talk(child, date(2026, 3, 5))
    school.close(school.open_case(child), date(2026, 3, 15))

    def load(on: date) -> int:
        frame = obligations_frame(school.desk, on, rule="file_complete")
        return list(frame["owner"]).count("王样")

    assert [load(date(2026, 3, day)) for day in (14, 15, 16)] == [1, 1, 0]
    months = {
        row.group: (row.numerator, row.denominator)
        for row in measure(school.desk, "talk_coverage", on=date(2026, 4, 20), by="month").itertuples()
    }
    assert (months["2026-03"], months["2026-04"]) == ((1, 1), (0, 0))


def test_no_visit_is_without_a_date(school: SmallSchool) -> None:
    """CASES 45: of ten visits those without a date or with "about spring" are refused at once and asked for again, so that months and totals hold the same ones."""
    child, staff = school.left_behind("云小样"), school.staff["王样"]
    base = {"child_id": child.id, "staff_id": staff.id}
    school.save(*(HomeVisit.read(base | {"visited_on": date(2026, 3, day)}) for day in range(2, 9)))
    for value in (None, "", "大约春天"):
        with pytest.raises(InvalidRecord) as refused:
            HomeVisit.read(base | {"visited_on": value})
        assert [problem.field for problem in refused.value.problems] == ["visited_on"]
    found = [revision.record.visited_on for revision in school.desk.find(HomeVisit)]
    assert len(found) == sum(day.month == 3 for day in found) == 7


def test_age_bands_on_a_reference_date() -> None:
    """CASES 47: turning 6 and 14 on the day belongs to the upper band, sixteen on it to none; bands and sixteen make the whole, whenever it is asked."""
    day = date(2026, 8, 31)
    born = {
        date(2020, 8, 31): "6-13", date(2020, 9, 1): "0-5", date(2012, 8, 31): "14-15", date(2010, 8, 31): None, date(2010, 9, 1): "14-15",
    }  # fmt: skip
    for asked in (day, date(2027, 3, 1)):
        with clock.at(asked):
            found = {birth: band.code if (band := age_band(birth, day)) else None for birth in born}
            assert found == born
    counts = [sum(code == band.code for code in born.values()) for band in AGE_BANDS]
    assert sum(counts) + sum(code is None for code in born.values()) == len(born)


def test_reminders_rest_in_holidays_and_catch_up_once(school: SmallSchool) -> None:
    """CASES 119: no talk is due for the Spring Festival; a digest that was not asked for during three days names what came due once; one recipient does not stop the rest."""
    child = school.left_behind("节小样")
    supporter = school.add_staff("无电样", Role.SUPPORTER)
    school.save(Pairing(child_id=child.id, kind_of=PairingKind.TEACHER, staff_id=supporter.id, from_on=date(2025, 9, 1)))
    assert supporter.phone is None
    festival = obligations_frame(school.desk, date(2026, 2, 17), rule="monthly_talk")
    assert not [day for day in festival["period_start"] if (day.year, day.month) == (2026, 2)]
    missed = date(2026, 4, 2)
    with clock.at(missed):
        texts = {one.name: one.text for one in digests(school.store)}
        again = {one.name: one.text for one in digests(school.store)}
    assert texts == again and set(texts) >= {"王样", "无电样"}
    rows = obligations_frame(school.store.for_actor(Actor.console()), missed, rule="monthly_talk")
    keys = list(zip(rows["child_id"], rows["due_on"], strict=True))
    assert len(keys) == len(set(keys)) and (child.id, date(2026, 3, 31)) in keys
