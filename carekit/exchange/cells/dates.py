"""Dates as rosters write them. What could mean two days is never guessed: it is a fault with a sentence of its own."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from carekit.exchange.cells.numerals import arabic
from carekit.records.codes import DatePrecision

#: Day 0 of serial numbers in the 1900 system; right for every day from 1 March 1900.
_SERIAL_ZERO = date(1899, 12, 30)
#: Serial numbers that can be a person's birth or a year away: 1920 to 2100.
_SERIALS = range(7306, 73051)

_LUNAR = re.compile("农历|阴历|旧历|腊月|正月|冬月|闰|初[一二三四五六七八九十]|廿")
_ISO = re.compile(r"(\d{4})\s*[-./年、\\]\s*(\d{1,2})\s*(?:[-./月、\\]\s*(?:(\d{1,2})\s*[日号]?)?)?")
_YEAR = re.compile(r"(\d{4})\s*年?")
_SHORT_YEAR = re.compile(r"(\d{2})年(\d{1,2})月(?:(\d{1,2})[日号]?)?")
_TWO_WAYS = re.compile(r"\d{1,2}\s*[-./\\]\s*\d{1,2}\s*[-./\\]\s*\d{1,4}")
_CLOCK = re.compile(r"[T\s]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(\s*[AP]M|Z)?$")
_TAIL = re.compile(r"(出?生|[左右许约前后]+|起|开始|至今|以来|[-—~]+(今|现在)?|到(今|现在))+$")


@dataclass(frozen=True, slots=True)
class DateRead:
    """What a cell says as a date: `day` is the first of the month or year when only that is known.

    `fault` is None or a code of `carekit.exchange.roster.faults`: DATE_UNREADABLE, DATE_IMPOSSIBLE, DATE_AMBIGUOUS, DATE_SERIAL_TEXT,
    DATE_AS_NUMBER, DATE_LUNAR.
    """

    day: date | None
    precision: DatePrecision = DatePrecision.DAY
    fault: str | None = None


def _fault(code: str) -> DateRead:
    return DateRead(None, fault=code)


def _whole(year: int, month: int | None, day: int | None) -> DateRead:
    precision = DatePrecision.DAY if day else DatePrecision.MONTH if month else DatePrecision.YEAR
    try:
        return DateRead(date(year, month or 1, day or 1), precision)
    except ValueError:
        return _fault("DATE_IMPOSSIBLE")


def read_date(cell: object, *, pupil: bool) -> DateRead:
    """What `cell` says; `pupil` lets a year of two digits with 年 (16年3月) be read as 20YY. Never raises."""
    if isinstance(cell, datetime):
        return DateRead(cell.date())
    if isinstance(cell, date):
        return DateRead(cell)
    if isinstance(cell, (bool, time, timedelta)):
        return _fault("DATE_UNREADABLE")
    if isinstance(cell, (int, float)):
        return _number(float(cell))
    return _text(str(cell), pupil)


def _number(value: float) -> DateRead:
    if value in (int(value), int(value) + 0.5) if abs(value) < 1e9 else False:
        whole = int(value)
        if whole in _SERIALS:
            return DateRead(_SERIAL_ZERO + timedelta(days=whole))
        if 19000101 <= whole <= 21001231:
            return _whole(whole // 10000, whole // 100 % 100 or 99, whole % 100 or 99)
        if 190001 <= whole <= 210012:
            return _whole(whole // 100, whole % 100 or 99, None)
        if 1900 <= whole <= 2100 and value == whole:
            return _whole(whole, None, None)
    # 2016.3 was typed as a number; 2016.1 may have been 2016.10, which looks the same.
    month = re.fullmatch(r"(\d{4})\.(0\d|1[12]|[2-9])", repr(value))
    if month and 1900 <= int(month[1]) <= 2100:
        return _whole(int(month[1]), int(month[2]), None)
    return _fault("DATE_AS_NUMBER")


def _text(text: str, pupil: bool) -> DateRead:
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
        if _LUNAR.search(text):
            return _fault("DATE_LUNAR")
        text = arabic(text)
    text = _CLOCK.sub("", text.strip().strip("'’‘。,，;；"))
    text = _TAIL.sub("", text.strip().rstrip("."))
    text = re.sub(r"[—–−－~]", "-", text)
    if text.isdigit():
        return _digits(text)
    match = _ISO.fullmatch(text)
    if match:
        return (
            _whole(int(match[1]), int(match[2]) or 99, int(match[3]) if match[3] else None)
            if match[3] != "0"
            else _fault("DATE_IMPOSSIBLE")
        )
    match = _SHORT_YEAR.fullmatch(text)
    if match and pupil:
        return _whole(2000 + int(match[1]), int(match[2]) or 99, int(match[3]) if match[3] else None)
    match = _YEAR.fullmatch(text)
    if match:
        return _whole(int(match[1]), None, None)
    if _TWO_WAYS.fullmatch(text) or _SHORT_YEAR.fullmatch(text) or re.fullmatch(r"\d{2}\s*[-./]\s*\d{1,2}|\d{2}年", text):
        return _fault("DATE_AMBIGUOUS")
    return _fault("DATE_UNREADABLE")


def _digits(text: str) -> DateRead:
    if len(text) == 8:
        return _whole(int(text[:4]), int(text[4:6]) or 99, int(text[6:]) or 99)
    if len(text) == 6 and 1900 <= int(text[:4]) <= 2100:
        return _whole(int(text[:4]), int(text[4:]) or 99, None)
    if len(text) == 4 and 1900 <= int(text) <= 2100:
        return _whole(int(text), None, None)
    return _fault("DATE_SERIAL_TEXT" if len(text) == 5 else "DATE_UNREADABLE" if len(text) > 6 else "DATE_AMBIGUOUS")


# --- how long somebody has been away ----------------------------------------------------------------------------------

_LENGTH_YEARS = re.compile(r"(?:约|大约|近|快)?(\d{1,2}(?:\.5)?)\s*年(半)?(?:多|余|以上|左右|了)*")
_LENGTH_MONTHS = re.compile(r"(?:约|大约|近|快)?(\d{1,2})\s*个?月(?:多|余|以上|左右|了)*")
_NO_START = re.compile("长期|常年|一直|多年|数年|是|外出")


def read_away_since(cell: object, today: date) -> DateRead:
    """The beginning of an absence: a date, or a length (3年, 半年, 5个月) counted back from `today`.

    A length in years gives the first of January with the precision of a year; in months the first of the month. A `DateRead`
    without a day and without a fault says "away, since when is not told" (长期).
    """
    if not isinstance(cell, str):
        return read_date(cell, pupil=False)
    text = arabic(unicodedata.normalize("NFKC", cell).strip())
    if _NO_START.fullmatch(text):
        return DateRead(None)
    if text in ("半年", "半年多", "半年以上"):
        return _months_back(6, today)
    match = _LENGTH_MONTHS.fullmatch(text)
    if match and (int(match[1]) > 12 or "个" in text):
        return _months_back(int(match[1]), today)
    match = _LENGTH_YEARS.fullmatch(text)
    # 19年 may be nineteen years or the year 2019.
    if match and float(match[1]) <= 12:
        return _whole(today.year - int(float(match[1])), None, None)
    return read_date(text, pupil=False)


def _months_back(months: int, today: date) -> DateRead:
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    return DateRead(date(year, month + 1, 1), DatePrecision.MONTH)
