"""Dates as a school counts them: carekit.calendar."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carekit import calendar as cal
from carekit.calendar import TermDates, add_months, age_at

DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2016, 2, 29), date(2024, 2, 29), 8),
        (date(2016, 2, 29), date(2026, 2, 27), 9),
        (date(2016, 2, 29), date(2026, 2, 28), 9),
        (date(2016, 2, 29), date(2026, 3, 1), 10),
        (date(2015, 3, 1), date(2024, 2, 29), 8),
    ],
)
def test_a_child_of_29_february_turns_older_on_1_march(born: date, day: date, age: int) -> None:
    """The written rule of ages gives the right age around 29 February (case 27)."""
    assert age_at(born, day) == age


def test_nobody_has_an_age_before_birth() -> None:
    """Asking for an age before birth is an error and no negative number (case 31)."""
    with pytest.raises(ValueError, match="not yet born"):
        age_at(date(2026, 1, 2), date(2026, 1, 1))


@given(DAYS, st.integers(0, 80))
def test_the_latest_birth_is_the_edge_of_an_age(day: date, age: int) -> None:
    """Who is born by that day has the age, who is born a day later has not."""
    if day.year - age < 1950:
        return
    edge = cal.latest_birth(age, day)
    assert age_at(edge, day) >= age
    if edge < day:
        assert age_at(edge + timedelta(days=1), day) < age


@given(DAYS, st.integers(-1, 20_000))
def test_ages_grow_one_by_one_and_only_once_a_year(born: date, days: int) -> None:
    """From one day to the next an age stays or grows by one, and it grows on one day of a year."""
    day = born + timedelta(days=max(days, 0))
    assert age_at(born, day + timedelta(days=1)) - age_at(born, day) in (0, 1)
    birthdays = [d for d in cal.school_year(2025).days() if d > born and age_at(born, d) > age_at(born, d - timedelta(days=1))]
    assert len(birthdays) <= 1


@pytest.mark.parametrize(
    ("start", "days"),
    [
        (date(2026, 1, 31), ["01-31", "02-28", "03-31", "04-30", "05-31", "06-30", "07-31"]),
        (date(2026, 1, 30), ["01-30", "02-28", "03-30", "04-30", "05-30", "06-30", "07-30"]),
        (date(2028, 1, 31), ["01-31", "02-29", "03-31"]),
    ],
)
def test_monthly_dates_do_not_drift(start: date, days: list[str]) -> None:
    """Counted from the first date, a monthly date comes back to the 31st after February (case 33)."""
    assert [f"{add_months(start, n):%m-%d}" for n in range(len(days))] == days


@given(DAYS, st.integers(0, 60))
def test_whole_months_are_those_that_can_be_added(day: date, months: int) -> None:
    """Months between two dates are the inverse of adding months."""
    assert cal.months_between(day, add_months(day, months)) == months
    assert cal.months_between(add_months(day, months + 1), day) == 0
    assert add_months(add_months(day, 1), -1) <= day


@given(DAYS, st.integers(0, 24))
def test_the_latest_start_is_the_edge_of_so_many_months(day: date, months: int) -> None:
    """Who left by that day has been away so many whole months, who left a day later has not."""
    start = cal.latest_start(day, months)
    assert add_months(start, months) <= day < add_months(start + timedelta(days=1), months)


@pytest.mark.parametrize(
    ("born", "band"),
    [
        (date(2020, 8, 31), "6-13"),
        (date(2020, 9, 1), "0-5"),
        (date(2012, 8, 31), "14-15"),
        (date(2010, 8, 31), None),
        (date(2010, 9, 1), "14-15"),
    ],
)
def test_age_bands_at_their_edges(born: date, band: str | None) -> None:
    """At the reference date 6 and 14 belong to the upper band and 16 to none (case 47)."""
    found = cal.age_band(born, date(2026, 8, 31))
    assert (found.code if found else None) == band


@given(st.lists(st.dates(date(2008, 1, 1), date(2026, 8, 31)), max_size=40))
def test_age_bands_add_up(born: list[date]) -> None:
    """Every child under sixteen is in exactly one band."""
    day = date(2026, 8, 31)
    by_band = [sum(band.first <= age_at(b, day) < band.end for b in born) for band in cal.AGE_BANDS]
    assert sum(by_band) == sum(age_at(b, day) < 16 for b in born) == sum(cal.age_band(b, day) is not None for b in born)


def test_a_school_year_holds_both_its_ends() -> None:
    """31 August belongs to the old year, 1 September to the new one, and March is of the second calendar year (case 35)."""
    year = cal.school_year(2025)
    events = [date(2025, 8, 31), date(2025, 9, 1), date(2026, 3, 15), date(2026, 8, 31), date(2026, 9, 1)]
    assert [day in year for day in events] == [False, True, True, True, False]
    assert [cal.school_year_of(day) for day in events] == [2024, 2025, 2025, 2025, 2026]
    assert [m.span.starts_on for m in cal.school_months(cal.usual_terms(2025)) if m.span.starts_on.month == 3] == [date(2026, 3, 1)]


@given(DAYS)
def test_every_day_is_in_exactly_one_school_year_month_and_week(day: date) -> None:
    """School years, months and weeks divide the days without gap or overlap."""
    assert [day in cal.school_year(y) for y in range(day.year - 2, day.year + 2)].count(True) == 1
    assert day in cal.school_year(cal.school_year_of(day))
    assert day in cal.month_of(day) and cal.month_of(day).ends_on + timedelta(days=1) == add_months(day.replace(day=1), 1)
    week = cal.week_of(day)
    assert day in week and week.starts_on.weekday() == 0 and len(list(week.days())) == 7


def test_months_with_too_few_school_days_are_no_school_months() -> None:
    """With the usual terms February, July and August ask for no talk."""
    months = [m.span.starts_on.month for m in cal.school_months(cal.usual_terms(2025))]
    assert months == [9, 10, 11, 12, 1, 3, 4, 5, 6]


def test_days_off_are_no_school_days() -> None:
    """A month loses its duty when too many of its days are off."""
    term = TermDates(2025, 1, date(2025, 9, 1), date(2025, 10, 31), cal.read_days("2025-10-01~2025-10-17"))
    assert [(m.span.starts_on.month, m.school_days) for m in cal.month_days([term])] == [(9, 22), (10, 10)]
    assert len(cal.school_months([term], 11)) == 1


def test_terms_recorded_replace_the_usual_ones() -> None:
    """What is recorded for one term holds; the other one is assumed and says so; other years are not mixed in."""
    recorded = TermDates(2025, 2, date(2026, 3, 2), date(2026, 7, 10))
    terms = cal.complete_terms(2025, [recorded, TermDates(2024, 1, date(2024, 9, 2), date(2025, 1, 10))])
    assert [t.assumed for t in terms] == [True, False] and terms[1] == recorded


@pytest.mark.parametrize(
    ("day", "number"),
    [(date(2025, 8, 31), None), (date(2025, 9, 1), 1), (date(2026, 2, 1), 1), (date(2026, 2, 20), 2), (date(2026, 8, 1), 2)],
)
def test_holidays_belong_to_the_term_before(day: date, number: int | None) -> None:
    """In holidays the last term stands; before the first day there is none."""
    term = cal.term_of(day, cal.usual_terms(2025))
    assert (term.number if term else None) == number


def test_grades_follow_the_cohort_and_the_birthday() -> None:
    """Six by 31 August enters grade 1 that year, a day younger a year later; the cohort moves up a grade a year."""
    assert cal.expected_grade(date(2019, 8, 31), 2025) == 1
    assert cal.expected_grade(date(2019, 9, 1), 2025) == 0
    assert [cal.grade_of_cohort(2022, year) for year in (2022, 2025)] == [1, 4]


@pytest.mark.parametrize("text", ["2025-10-08~2025-10-01", "昨天", "2025-01-01~2027-01-01"])
def test_days_that_cannot_be_read_are_refused(text: str) -> None:
    """A range that runs backwards, is no date, or is longer than a year is an error."""
    with pytest.raises(ValueError, match=r"range|isoformat"):
        cal.read_days(text)


def test_days_are_read_as_people_write_them() -> None:
    """Commas, full-width marks and ranges are understood; nothing gives no days."""
    assert cal.read_days("2025-10-01～2025-10-03，2026-01-01、2026-01-02") == {
        *(date(2025, 10, d) for d in (1, 2, 3)), date(2026, 1, 1), date(2026, 1, 2)
    }  # fmt: skip
    assert cal.read_days("") == frozenset()
