"""School years, terms, months and ages: pure functions of dates.

A school year runs from 1 September to 31 August and is named by the year in which it begins. Ages are whole years (周岁): a
child born on 29 February turns a year older on 1 March in common years.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from carekit.language import Label

_DAY = timedelta(days=1)

#: A school month by default: a calendar month with at least so many school days.
SCHOOL_DAYS = 10


def read_days(text: str) -> frozenset[date]:
    """The days in a text of dates and ranges (``2025-10-01~2025-10-08, 2026-01-01``); ValueError when it cannot be read."""
    days: set[date] = set()
    for part in re.split(r"[\s,，、;；]+", text.strip()):
        if not part:
            continue
        first, _, last = part.replace("～", "~").partition("~")
        start, end = date.fromisoformat(first), date.fromisoformat(last or first)
        if end < start or (end - start).days > 366:
            raise ValueError("a range of days runs backwards or is longer than a year")
        days.update(start + timedelta(days=n) for n in range((end - start).days + 1))
    return frozenset(days)


# --- months and weeks -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of days; both ends belong to it."""

    starts_on: date
    ends_on: date

    def __contains__(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on

    def days(self) -> Iterator[date]:
        """Each day of the stretch, in order."""
        day = self.starts_on
        while day <= self.ends_on:
            yield day
            day += _DAY


def month_of(day: date) -> Span:
    """The calendar month of a day."""
    return Span(day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1]))


def week_of(day: date) -> Span:
    """The week of a day, Monday to Sunday."""
    monday = day - timedelta(days=day.weekday())
    return Span(monday, monday + timedelta(days=6))


def add_months(day: date, months: int) -> date:
    """The same day of the month so many months later (earlier when negative), or that month's last day when it is shorter.

    Count every due date from the first one (``add_months(start, n)``): counting each from the one before drifts from 31 to 28.
    """
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))


def months_between(first: date, last: date) -> int:
    """Whole months from `first` to `last`; 0 when `last` is not after `first`."""
    months = (last.year - first.year) * 12 + last.month - first.month
    return max(0, months - (add_months(first, months) > last))


def latest_start(last: date, months: int) -> date:
    """The latest day from which `months` whole months have passed at `last`: ``add_months(day, months) <= last``."""
    start = add_months(last, -months)
    while add_months(start + _DAY, months) <= last:
        start += _DAY
    return start


# --- ages -------------------------------------------------------------------------------------------------------------


def age_at(born_on: date, day: date) -> int:
    """Whole years of age on a day; born on 29 February, a year older on 1 March in common years. ValueError before birth."""
    if day < born_on:
        raise ValueError("not yet born on that day")
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def latest_birth(age: int, day: date) -> date:
    """The latest date of birth of whoever is `age` years old or older on a day."""
    year = day.year - age
    return date(year, day.month, min(day.day, monthrange(year, day.month)[1]))


@dataclass(frozen=True, slots=True)
class AgeBand:
    """Ages from `first` up to but not including `end`."""

    code: str
    label: Label
    first: int
    end: int


#: The bands of the civil-affairs summary; who turns 6 or 14 on the reference date belongs to the upper band, who is 16 to none.
AGE_BANDS = (
    AgeBand("0-5", Label("0 to 5", "0—5周岁"), 0, 6),
    AgeBand("6-13", Label("6 to 13", "6—13周岁"), 6, 14),
    AgeBand("14-15", Label("14 to under 16", "14—不满16周岁"), 14, 16),
)


def age_band(born_on: date, day: date) -> AgeBand | None:
    """The band of a child on a day; None for sixteen and over."""
    age = age_at(born_on, day)
    return next((band for band in AGE_BANDS if band.first <= age < band.end), None)


# --- school years and grades ------------------------------------------------------------------------------------------


def school_year_of(day: date) -> int:
    """The school year of a day, named by the year in which it begins."""
    return day.year if day.month >= 9 else day.year - 1


def school_year(year: int) -> Span:
    """1 September to 31 August."""
    return Span(date(year, 9, 1), date(year + 1, 8, 31))


def grade_of_cohort(cohort: int, year: int) -> int:
    """The grade in school year `year` of those who entered grade 1 in `cohort`; below 1 or above 9 when not at school then."""
    return year - cohort + 1


def expected_grade(born_on: date, year: int) -> int:
    """The grade in school year `year` of a child who entered when six years old by 31 August; below 1 when too young."""
    cohort = born_on.year + 6 + (born_on.month >= 9)
    return grade_of_cohort(cohort, year)


# --- terms ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TermDates:
    """A term: its dates, both ends included, and the days off within it. `assumed` when no dates were recorded."""

    school_year: int
    number: int
    starts_on: date
    ends_on: date
    closed: frozenset[date] = frozenset()
    assumed: bool = False

    @property
    def span(self) -> Span:
        """First to last day."""
        return Span(self.starts_on, self.ends_on)

    def is_school_day(self, day: date) -> bool:
        """Whether there is school on a day: a weekday of the term that is not a day off."""
        return day in self.span and day.weekday() < 5 and day not in self.closed


def usual_terms(year: int) -> tuple[TermDates, TermDates]:
    """The terms of a school year whose dates nobody recorded: 1 September to 20 January, 20 February to 5 July."""
    return (
        TermDates(year, 1, date(year, 9, 1), date(year + 1, 1, 20), assumed=True),
        TermDates(year, 2, date(year + 1, 2, 20), date(year + 1, 7, 5), assumed=True),
    )


def complete_terms(year: int, recorded: Iterable[TermDates]) -> tuple[TermDates, ...]:
    """The terms of a school year in order: those recorded, and the usual ones in place of those that are not."""
    known = {term.number: term for term in recorded if term.school_year == year}
    return tuple(known.get(usual.number, usual) for usual in usual_terms(year))


def term_of(day: date, terms: Iterable[TermDates]) -> TermDates | None:
    """The term of a day, or in holidays the last one that began before it; None before the first."""
    begun = [term for term in terms if term.starts_on <= day]
    return max(begun, key=lambda term: term.starts_on, default=None)


@dataclass(frozen=True, slots=True)
class SchoolMonth:
    """A calendar month with enough school days for the monthly duties, and the number of the term to which it counts."""

    span: Span
    term: int
    school_days: int


def month_days(terms: Iterable[TermDates]) -> list[SchoolMonth]:
    """Every calendar month with at least one school day, in order; it counts to the term with most of its school days."""
    return list(_month_days(tuple(terms)))


@lru_cache(maxsize=64)
def _month_days(terms: tuple[TermDates, ...]) -> tuple[SchoolMonth, ...]:
    counts: dict[date, dict[int, int]] = {}
    for term in terms:
        for day in term.span.days():
            if term.is_school_day(day):
                by_term = counts.setdefault(day.replace(day=1), {})
                by_term[term.number] = by_term.get(term.number, 0) + 1
    return tuple(
        SchoolMonth(month_of(first), max(by_term, key=lambda number: by_term[number]), sum(by_term.values()))
        for first, by_term in sorted(counts.items())
    )


def school_months(terms: Iterable[TermDates], least: int = SCHOOL_DAYS) -> list[SchoolMonth]:
    """The months with at least `least` school days, in order."""
    return [month for month in month_days(terms) if month.school_days >= least]
