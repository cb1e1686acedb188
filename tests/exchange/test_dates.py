"""Dates of every spelling: read when they mean one day, refused when they could mean two."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from roster_files import TODAY, codes, read_rows, sheet_of

from carekit.exchange.cells.dates import read_away_since, read_date
from carekit.exchange.cells.numerals import arabic, numeral
from carekit.records.codes import DatePrecision

_DIGITS = "〇一二三四五六七八九"


def _chinese(number: int) -> str:
    """A number below 100 in Chinese."""
    if number < 10:
        return _DIGITS[number]
    tens, ones = divmod(number, 10)
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


_SPELLINGS = (
    "{y}-{m:02}-{d:02}", "{y}/{m}/{d}", "{y}.{m}.{d}", "{y}年{m}月{d}日", "{y}{m:02}{d:02}", "{y}年{m:02}月{d:02}", "{y}-{m}-{d} 00:00:00",
    "{y}/{m}/{d} 0:00", "{y}.{m:02}.{d:02}.", " {y} 年 {m} 月 {d} 日", "{y}、{m}、{d}", "{y}年{m}月{d}日生",
)  # fmt: skip


@given(st.dates(date(1930, 1, 1), date(2030, 12, 31)), st.sampled_from(_SPELLINGS))
def test_every_spelling_of_a_day_is_that_day(day: date, spelling: str) -> None:
    """A day written in any usual way is read as that day, in half and in full width."""
    text = spelling.format(y=day.year, m=day.month, d=day.day)
    wide = text.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789"})
    for cell in (text, wide):
        read = read_date(cell, pupil=True)
        assert (read.day, read.precision, read.fault) == (day, DatePrecision.DAY, None)


@given(st.dates(date(1930, 1, 1), date(2030, 12, 31)))
def test_chinese_numerals_and_serial_numbers(day: date) -> None:
    """二〇一六年三月十五日, the serial number of the day as a number, and a date cell are that day."""
    year = "".join(_DIGITS[int(c)] for c in str(day.year))
    for cell in (
        f"{year}年{_chinese(day.month)}月{_chinese(day.day)}日",
        float((day - date(1899, 12, 30)).days),
        day,
        datetime(day.year, day.month, day.day),
    ):
        assert read_date(cell, pupil=True).day == day


@given(st.integers(1, 99))
def test_numerals_up_to_99(number: int) -> None:
    """Chinese numerals are read back."""
    assert numeral(_chinese(number)) == number
    assert arabic(f"{_chinese(number)}班") == f"{number}班"


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("15-3-1", "DATE_AMBIGUOUS"), ("03/04/2015", "DATE_AMBIGUOUS"), ("25/04/2015", "DATE_AMBIGUOUS"), ("16.3", "DATE_AMBIGUOUS"),
        ("2015/13/01", "DATE_IMPOSSIBLE"), ("2015-02-30", "DATE_IMPOSSIBLE"), ("20151301", "DATE_IMPOSSIBLE"), ("2015.0.3", "DATE_IMPOSSIBLE"),
        ("42064", "DATE_SERIAL_TEXT"), (2016.1, "DATE_AS_NUMBER"), (12.0, "DATE_AS_NUMBER"), (-3.0, "DATE_AS_NUMBER"), (1e300, "DATE_AS_NUMBER"),
        ("农历三月初五", "DATE_LUNAR"), ("2016年腊月初八", "DATE_LUNAR"), ("春天", "DATE_UNREADABLE"), (True, "DATE_UNREADABLE"),
        (time(3, 4), "DATE_UNREADABLE"), (timedelta(days=2), "DATE_UNREADABLE"), ("", "DATE_UNREADABLE"),
    ],
)  # fmt: skip
def test_what_is_not_one_day_is_a_fault(cell: object, code: str) -> None:
    """No day is guessed."""
    read = read_date(cell, pupil=True)
    assert (read.day, read.fault) == (None, code)


def test_two_digit_years_are_of_this_century_for_pupils_alone() -> None:
    """16年3月 is 2016 for a pupil and unclear for a grandparent."""
    assert read_date("16年3月", pupil=True).day == date(2016, 3, 1)
    assert read_date("55年3月", pupil=False).fault == "DATE_AMBIGUOUS"


@given(st.one_of(st.text(max_size=12), st.floats(), st.integers(), st.booleans()))
def test_reading_never_raises_and_never_gives_an_old_epoch(cell: object) -> None:
    """Whatever stands in a cell gives a day or a fault; 1970-01-01 and 1900-01-01 only appear when they are written."""
    for read in (read_date(cell, pupil=True), read_away_since(cell, TODAY)):
        if read.day in (date(1970, 1, 1), date(1900, 1, 1)):
            assert "19" in str(cell) or isinstance(cell, (int, float)) or "一" in str(cell)


@pytest.mark.parametrize(
    ("cell", "day", "precision"),
    [
        ("3年", date(2023, 1, 1), DatePrecision.YEAR), ("五年", date(2021, 1, 1), DatePrecision.YEAR), ("1年多", date(2025, 1, 1), DatePrecision.YEAR),
        ("半年", date(2026, 5, 1), DatePrecision.MONTH), ("3个月", date(2026, 8, 1), DatePrecision.MONTH), ("2019", date(2019, 1, 1), DatePrecision.YEAR),
        ("2019年3月", date(2019, 3, 1), DatePrecision.MONTH), ("2018年至今", date(2018, 1, 1), DatePrecision.YEAR), ("2019.3-至今", date(2019, 3, 1), DatePrecision.MONTH),
        ("长期", None, DatePrecision.DAY), (2019.0, date(2019, 1, 1), DatePrecision.YEAR),
    ],
)  # fmt: skip
def test_away_since_is_a_date_or_a_length(cell: object, day: date | None, precision: DatePrecision) -> None:
    """A length counts back from today with the precision that it has."""
    read = read_away_since(cell, TODAY)
    assert (read.day, read.precision, read.fault) == (day, precision, None)


def test_a_length_that_may_be_a_year_is_not_guessed() -> None:
    """19年 may be nineteen years or 2019."""
    assert read_away_since("19年", TODAY).fault == "DATE_AMBIGUOUS"


def test_case_9_in_a_sheet() -> None:
    """The cases' zoo of dates: five forms are 1 March 2015, the others are held; no row gives 1970 or 1900."""
    cells: list[object] = [
        42064,
        "2015.3.1",
        "2015年3月1日",
        "20150301",
        date(2015, 3, 1).isoformat(),
        "2015/13/01",
        "15-3-1",
        "03/04/2015",
    ]
    rows = read_rows(sheet_of([["姓名", "出生日期"], *([f"测{c}", cell] for c, cell in zip("甲乙丙丁戊己庚辛", cells, strict=True))]))
    assert [row.child.get("born_on") for row in rows] == [date(2015, 3, 1)] * 5 + [None] * 3
    assert [row.held for row in rows] == [False] * 5 + [True] * 3


def test_lunar_dates_are_told_and_not_kept() -> None:
    """A lunar birth date is a notice; the row goes on without it."""
    (row,) = read_rows(sheet_of([["姓名", "出生日期"], ["测试甲", "农历2016年三月初五"]]))
    assert codes(row) == {"DATE_LUNAR"}
    assert not row.held
    assert "born_on" not in row.child
