"""The terms of a school: first and last day, days off, and what they make of school days and months, on which everything due rests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from carekit import clock
from carekit.apps.settings_change import Matter, Preview
from carekit.apps.settings_words import ChangedLine, changed_fields
from carekit.calendar import TermDates, complete_terms, month_days, read_days, school_year_of
from carekit.errors import UserError
from carekit.language import Label
from carekit.obligations import Timetable
from carekit.records import Term
from carekit.records.codes import TermNumber
from carekit.widgets import Column

_DAY = timedelta(days=1)
_NAME = Label("{year}-{next}, {number}", "{year}—{next}学年{number}")
_TWICE = Label("{term} is written down already: correct that one.", "{term}已经登记，请改正那一条。")
_OVERLAP = Label("This overlaps with {term} ({first} to {last}). Check the dates.", "与{term}（{first}至{last}）重叠，请核对日期。")
_ORDER = Label("The first term comes before the second one. Check number and dates.", "第一学期应在第二学期之前，请核对学期和日期。")
_OTHER_YEAR = Label(
    "The terms of the school year {year}-{next} lie between August {year} and August {next}. Check the school year and the dates.",
    "{year}—{next}学年的学期应在{year}年8月到{next}年8月之间，请核对学年和日期。",
)
_NO_SCHOOL = Label(
    "There is no school day left in this term. Check the dates and the days off.", "这个学期里没有一天上课，请核对起止和放假日期。"
)
_SAME = Label("Nothing is changed.", "没有改动。")
_TITLE, _CORRECT, _WITHDRAW = (
    Label("{term} is written down. Not saved yet.", "登记{term}，请核对，还没有保存。"),
    Label("{term} is corrected. Not saved yet.", "改正{term}，请核对，还没有保存。"),
    Label("{term} is withdrawn; the usual dates stand in for it. Not done yet.", "撤下{term}，改按常用日期计算，请核对，还没有撤下。"),
)
_PAST = Label(
    "{days} days that are over become school days or days off: talks and visits of those months are judged anew, and figures of the past change.",
    "有{days}个已过去的日子由放假改为上课，或由上课改为放假：那几个月的谈心、家访会重新计算，过去的数字会变。",
)
_OUTSIDE = Label("{days} days off lie outside the term and change nothing.", "有{days}天放假日期不在这个学期内，不起作用，请核对。")
_CONFIRM, _CONFIRM_PAST, _CONFIRM_WITHDRAW = (
    Label("Confirm and save", "确认保存"),
    Label("Confirm: figures of the past change", "确认保存，过去的数字会变"),
    Label("Confirm: withdraw", "确认撤下"),
)
_SAVED, _WITHDRAWN = Label("Saved: {term}.", "已保存：{term}。"), Label("{term} is withdrawn.", "已撤下{term}。")
_SCHOOL_DAYS, _MONTHS = Label("School days", "上课天数"), Label("School months", "教学月")
_MONTH, _COMMA = Label("{month}", "{month}月"), Label(", ", "、")
#: A term may begin before the school year does, at the end of August.
_EARLIEST = (8, 1)


def term_name(record: Term) -> Label:
    """Which term of which school year."""
    return _NAME.format(year=record.school_year, next=record.school_year + 1, number=record.number.label)


def term_dates(record: Term) -> TermDates:
    """A term as the calendar counts with it."""
    return TermDates(record.school_year, int(record.number), record.starts_on, record.ends_on, read_days(record.closed_days or ""))


class TermsMatter(Matter):
    """The terms of a school."""

    kind = Term
    boxes = ("school_year", "number", "starts_on", "ends_on", "closed_days")
    new = Label("Add a term", "登记学期")
    caption = Label("Terms", "学期和放假日期")
    reason = Label("terms", "学期设置")

    def columns(self) -> list[Any]:
        """Dates, and what they make of school days and months."""
        return [
            Column("name", Label("Term", "学期")),
            Term.fields["starts_on"],
            Term.fields["ends_on"],
            Column("days", _SCHOOL_DAYS, number=True),
            Column("months", _MONTHS),
            Term.fields["closed_days"],
        ]

    def rows(self) -> list[dict[str, Any]]:
        """The latest first."""
        records = [one.record for one in self.revisions()]
        rows = []
        for record in sorted(records, key=lambda one: one.starts_on, reverse=True):
            year = complete_terms(record.school_year, map(term_dates, records))
            rows.append(
                {
                    "id": record.id,
                    "name": term_name(record).text(),
                    "starts_on": record.starts_on,
                    "ends_on": record.ends_on,
                    "days": _count(term_dates(record)),
                    "months": self._months(year, int(record.number)),
                    "closed_days": record.closed_days,
                }
            )
        return rows

    def blank(self) -> Mapping[str, Any]:
        """The first term of this school year, or of the next, that is not written down."""
        known = {(one.record.school_year, one.record.number) for one in self.revisions()}
        this = school_year_of(clock.today())
        free = ((year, number) for year in (this, this + 1) for number in TermNumber if (year, number) not in known)
        year, number = next(free, (this + 1, None))
        return {"school_year": year, "number": number}

    def _months(self, terms: Iterable[TermDates], number: int) -> str:
        """The months that count for the monthly duties, by the rules of each month's last day."""
        timetable = Timetable.at(self.desk, clock.today())
        found = [
            _MONTH.format(month=month.span.starts_on.month).text()
            for month in month_days(terms)
            if month.term == number and month.school_days >= timetable.rules(month.span.ends_on, self.school_id).school_days
        ]
        return _COMMA.text().join(found)

    # --- what a change does -------------------------------------------------------------------------------------------

    def preview(self, record: Term, before: Term | None) -> Preview:
        """What changes, and what follows from it; `UserError` for a term that cannot be, beside the others."""
        others = [one.record for one in self.revisions() if one.id != record.id]
        _refuse(record, others)
        lines = changed_fields(Term, self.boxes, before, record)
        if not lines:
            raise UserError(_SAME, code="term_same")
        old = [*others, before] if before else others
        warnings = self._past(old, [*others, record])
        outside = sum(day not in term_dates(record).span for day in read_days(record.closed_days or ""))
        title = _CORRECT if before else _TITLE
        return Preview(
            title.format(term=term_name(record)),
            [*lines, *self._counts(record, old, [*others, record])],
            _CONFIRM_PAST if warnings else _CONFIRM,
            _SAVED.format(term=term_name(record)),
            [*warnings, *([_OUTSIDE.format(days=outside)] if outside else [])],
        )

    def preview_withdrawal(self, record: Term) -> Preview:
        """What the usual dates change when they stand in."""
        before = [one.record for one in self.revisions()]
        others = [one for one in before if one.id != record.id]
        return Preview(
            _WITHDRAW.format(term=term_name(record)),
            self._counts(record, before, others),
            _CONFIRM_WITHDRAW,
            _WITHDRAWN.format(term=term_name(record)),
            self._past(before, others),
        )

    def _counts(self, record: Term, before: list[Term], after: list[Term]) -> list[ChangedLine]:
        """School days and months of the term before and after; the usual dates stand in for a term that nobody wrote down."""
        texts = []
        for records in (before, after):
            year = complete_terms(record.school_year, map(term_dates, records))
            term = year[int(record.number) - 1]
            texts.append((str(_count(term)), self._months(year, term.number)))
        (days_before, months_before), (days_after, months_after) = texts
        return [
            ChangedLine("days", _SCHOOL_DAYS, days_before, days_after),
            ChangedLine("months", _MONTHS, months_before, months_after),
        ]

    def _past(self, before: list[Term], after: list[Term]) -> list[Label]:
        """How many days that are over were school days and are none any more, or the other way round."""
        today = clock.today()
        years = {one.school_year for one in (*before, *after)}
        was, becomes = ({day for year in years for day in _school_days(year, records) if day < today} for records in (before, after))
        changed = len(was ^ becomes)
        return [_PAST.format(days=changed)] if changed else []


def _refuse(record: Term, others: list[Term]) -> None:
    """`UserError` for a term that cannot be, beside the others."""
    year = record.school_year
    first, last = date(year, *_EARLIEST), date(year + 1, 8, 31)
    if not (first <= record.starts_on <= last and record.ends_on <= last):
        raise UserError(_OTHER_YEAR.format(year=year, next=year + 1), code="other_year")
    for other in others:
        if (other.school_year, other.number) == (year, record.number):
            raise UserError(_TWICE.format(term=term_name(other)), code="term_twice")
        if other.starts_on <= record.ends_on and record.starts_on <= other.ends_on:
            raise UserError(_OVERLAP.format(term=term_name(other), first=other.starts_on, last=other.ends_on), code="terms_overlap")
        if other.school_year == year and (other.number < record.number) != (other.starts_on < record.starts_on):
            raise UserError(_ORDER, code="terms_order")
    if not _count(term_dates(record)):
        raise UserError(_NO_SCHOOL, code="no_school_days")


def _count(term: TermDates) -> int:
    return sum(term.is_school_day(day) for day in term.span.days())


def _school_days(year: int, records: Iterable[Term]) -> set[date]:
    return {day for term in complete_terms(year, map(term_dates, records)) for day in term.span.days() if term.is_school_day(day)}
