"""When duties fall due: the terms and rules that hold at a date, made into the periods that a select takes in.

Months and terms enter every select as a short list of rows, so that neither a calendar table nor a database's own date
arithmetic is needed, and one figure reads the rules of its own date.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any

import sqlalchemy as sa

from carekit.calendar import (
    Span,
    TermDates,
    complete_terms,
    latest_birth,
    latest_start,
    read_days,
    school_months,
    school_year_of,
    term_of,
)
from carekit.language import Label
from carekit.obligations.lookup import lookup
from carekit.records import RuleSettings
from carekit.records.codes import AwayRule, PairingDemand
from carekit.store import Desk

_DAY = timedelta(days=1)
#: 学籍口径: away to work for more than three months.
REGISTER_MONTHS = 3
#: 民政口径: under sixteen.
GROWN_UP = 16


@dataclass(frozen=True, slots=True)
class Rules:
    """A school's rules at a date; `stated` is False when the school recorded none and the usual ones stand in."""

    left_behind_who: AwayRule
    left_behind_months: int
    register_days: int
    school_days: int
    pairing_demand: PairingDemand
    pairing_days: int
    supporter_load: int
    diary_days: int
    reply_days: int
    activities_a_term: int
    card_days: int
    entrust_days: int
    receipt_days: int
    stated: bool = False

    @property
    def label(self) -> Label:
        """The school's own definition of 留守, in words."""
        who = self.left_behind_who.label
        if not self.left_behind_months:
            return Label("{who} away to work", "{who}外出务工").format(who=who)
        return Label("{who} away to work for {n} months or more", "{who}外出务工满{n}个月").format(who=who, n=self.left_behind_months)


@dataclass(frozen=True, slots=True)
class Moment:
    """A day or a period at which facts hold, with every date that a comparison needs.

    `on_day` is the day of the figure. `begun_by`: what begins later has not begun. `settled_on`: what ends on that day or later has not ended within the period.
    `away_by`, `back_after`: an absence counts that began by the one and did not end by the other, so that it covers the rule's days; `local_by` and
    `register_by`: from then at the latest it is as long as the school's and the pupil register's definition ask; `grown_by`: who was born by then is
    sixteen; `both` is 1 when the school's definition asks that both parents are away.
    """

    school_id: str
    starts_on: date
    ends_on: date
    on_day: date
    term: int
    last_day: int
    begun_by: date
    settled_on: date
    least_days: int
    away_by: date
    back_after: date
    local_by: date
    register_by: date
    grown_by: date
    both: int
    term_starts_on: date
    term_ends_on: date


def _moment(school_id: str, span: Span, term: TermDates | None, on: date, rules: Rules, least: int) -> Moment:
    away_by = min(span.ends_on - timedelta(days=least - 1), on)
    return Moment(
        school_id=school_id,
        starts_on=span.starts_on,
        ends_on=span.ends_on,
        on_day=on,
        term=term.number if term else 0,
        last_day=span.ends_on.day,
        begun_by=min(span.ends_on, on),
        settled_on=min(span.ends_on, on + _DAY),
        least_days=least,
        away_by=away_by,
        back_after=min(span.starts_on + timedelta(days=least - 1), on),
        local_by=latest_start(away_by, rules.left_behind_months),
        register_by=latest_start(away_by - _DAY, REGISTER_MONTHS),
        grown_by=latest_birth(GROWN_UP, span.starts_on),
        both=int(rules.left_behind_who is AwayRule.BOTH),
        term_starts_on=term.starts_on if term else span.starts_on,
        term_ends_on=term.ends_on if term else span.ends_on,
    )


_COLUMN_TYPES: dict[str, Any] = {"str": sa.String, "date": sa.Date, "int": sa.Integer}


def moment_values(moments: list[Moment], name_of_list: str) -> sa.CTE:
    """The moments as a short list of rows with a column for each of their dates; the same list for the same moments and name.

    In one statement a name stands for one list.
    """
    return _moment_values(tuple(moments), name_of_list)


@lru_cache(maxsize=64)
def _moment_values(moments: tuple[Moment, ...], name_of_list: str) -> sa.CTE:
    types = {f.name: _COLUMN_TYPES[str(f.type)] for f in fields(Moment)}
    # A union of rows and not VALUES: SQLAlchemy keeps the compiled text of a select only when it can tell values from text.
    rows = [sa.select(*(sa.literal(getattr(moment, name), kind).label(name) for name, kind in types.items())) for moment in moments]
    return (sa.union_all(*rows) if len(rows) > 1 else rows[0]).cte(name_of_list)


class Timetable:
    """The terms, rules and periods of the school (or of each school of the store) at a date, as known at a moment."""

    @classmethod
    def at(cls, desk: Desk, on: date, known_at: datetime | None = None) -> Timetable:
        """The timetable of a date; within a snapshot the one that was made before, as long as nothing was written."""
        return desk.kept(("timetable", on, known_at), lambda: cls(desk, on, known_at))

    def __init__(self, desk: Desk, on: date, known_at: datetime | None = None) -> None:
        self.on = on
        self._terms = self._read_terms(desk, known_at)
        self._rules = self._read_rules(desk, known_at)
        ids = sorted(row[0] for row in lookup(desk, "school", ("id",), known_at))
        #: More than one school, each with its own terms: then every class is joined with its school's periods.
        self.many = len(ids) > 1
        self.schools = ids or [""]

    @staticmethod
    def _read_terms(desk: Desk, known_at: datetime | None) -> list[tuple[str, TermDates]]:
        columns = ("starts_on", "id", "school_id", "school_year", "number", "ends_on", "closed_days")
        return [
            (school, TermDates(year, int(number), starts, ends, read_days(closed or "")))
            for starts, _, school, year, number, ends, closed in sorted(lookup(desk, "term", columns, known_at), key=_by_date)
        ]

    @staticmethod
    def _read_rules(desk: Desk, known_at: datetime | None) -> list[tuple[str, date, Rules]]:
        columns = ("from_on", "id", "school_id", *_SETTINGS)
        return [
            (school, from_on, _rules(values))
            for from_on, _, school, *values in sorted(lookup(desk, "rule_settings", columns, known_at), key=_by_date)
        ]

    def rules(self, day: date | None = None, school: str | None = None) -> Rules:
        """The rules of a school (the first one when left out) that hold on a day (`on` when left out)."""
        school, day = school or self.schools[0], day or self.on
        held = [rules for owner, from_on, rules in self._rules if owner == school and from_on <= day]
        return held[-1] if held else _USUAL

    def terms(self, school: str | None = None) -> tuple[TermDates, ...]:
        """The terms of the school year of `on`; usual dates (``assumed``) in place of those that nobody recorded."""
        school = school or self.schools[0]
        return complete_terms(school_year_of(self.on), [term for owner, term in self._terms if owner == school])

    def term(self, school: str | None = None) -> TermDates | None:
        """The term of `on`, or in holidays the last one of the school year; None before the first day of school."""
        return term_of(self.on, self.terms(school))

    def _months(self, school: str) -> list[Moment]:
        terms, moments = self.terms(school), []
        by_number = {term.number: term for term in terms}
        for month in school_months(terms, least=1):
            rules = self.rules(min(month.span.ends_on, self.on), school)
            if month.span.starts_on <= self.on and month.school_days >= rules.school_days:
                moments.append(_moment(school, month.span, by_number[month.term], self.on, rules, rules.register_days))
        return moments

    @cached_property
    def year_months(self) -> list[Moment]:
        """The school months of the school year that have begun by `on`, of every school."""
        return [moment for school in self.schools for moment in self._months(school)]

    @cached_property
    def term_months(self) -> list[Moment]:
        """The school months of the present term (in holidays the last one) that have begun by `on`."""
        return [m for m in self.year_months if (term := self.term(m.school_id)) is not None and m.term == term.number]

    @cached_property
    def last_month(self) -> list[Moment]:
        """The school month of `on`, or in holidays the last one of the school year before it."""
        latest = {m.school_id: m for m in self.year_months}
        return list(latest.values())

    @cached_property
    def today(self) -> list[Moment]:
        """The day `on` itself as a moment, for every school."""
        day = Span(self.on, self.on)
        return [_moment(school, day, None, self.on, self.rules(school=school), 1) for school in self.schools]

    @cached_property
    def signature(self) -> tuple[object, ...]:
        """Everything of the timetable that a select depends on."""
        terms = tuple(self.term(school) for school in self.schools)
        rules = tuple(self.rules(school=school) for school in self.schools)
        return (self.on, self.many, terms, rules, tuple(self.today), tuple(self.year_months))

    @property
    def assumptions(self) -> list[Label]:
        """What was taken for granted because the school recorded nothing: said beside every figure that rests on it."""
        said = []
        if any(term.assumed for school in self.schools for term in self.terms(school)):
            said.append(
                Label(
                    "Term dates are not entered; the usual ones (1 Sep-20 Jan, 20 Feb-5 Jul) were taken.",
                    "未录入学期起止日期，暂按9月1日—1月20日、2月20日—7月5日计算。",
                )
            )
        if not all(self.rules(school=school).stated for school in self.schools):
            said.append(Label("Rules are not entered; the usual ones were taken.", "未录入规则设置，暂按默认规则计算。"))
        return said


def _by_date(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return row[:2]


#: The settings of a school, as `RuleSettings` declares them.
_SETTINGS = tuple(f.name for f in fields(Rules) if f.name != "stated")
_CODES: dict[str, Any] = {"left_behind_who": AwayRule, "pairing_demand": PairingDemand}


def _default(name: str) -> Any:
    return RuleSettings.model_fields[name].default


def _rules(values: list[Any]) -> Rules:
    """The rules as a school recorded them; a setting that is newer than the record has its usual value."""
    given = {name: _default(name) if value is None else value for name, value in zip(_SETTINGS, values, strict=True)}
    return Rules(**{name: _CODES[name](value) if name in _CODES else value for name, value in given.items()}, stated=True)


_USUAL = Rules(**{name: _default(name) for name in _SETTINGS})


def settings_values(timetable: Timetable, name_of_list: str) -> sa.CTE:
    """The numbers of each school's rules at the day of the figure as a short list: school_id, `demand` and the days that rules count."""
    rows = []
    for school in timetable.schools:
        rules = timetable.rules(school=school)
        numbers = {name: getattr(rules, name) for name in _SETTINGS if name not in _CODES}
        rows.append(
            sa.select(
                sa.literal(school, sa.String).label("school_id"),
                sa.literal(str(rules.pairing_demand), sa.String).label("demand"),
                *(sa.literal(number, sa.Integer).label(name) for name, number in numbers.items()),
            )
        )
    return (sa.union_all(*rows) if len(rows) > 1 else rows[0]).cte(name_of_list)
