"""Class names in every spelling that rosters use, as grade and number or as year of entry and number."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime

from carekit.exchange.cells.numerals import numeral
from carekit.exchange.roster.rows import ClassName

_N = "(\\d{1,2}|[一二三四五六七八九十]{1,3})"
_GRADE = "([1-9]|[一二三四五六七八九])"
#: Each pattern gives grade and number; 32班 is in none, for it may be the class 32 of any grade.
_BY_GRADE = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:小学|小)?{_GRADE}年级\(?{_N}\)?班?级?",
        rf"(?:小学|小)?{_GRADE}年{_N}班",
        rf"(?:小学|小)?{_GRADE}\({_N}\)班?",
        rf"小?{_GRADE}[.．·、/-]{_N}班",
        rf"小?{_GRADE}-{_N}",
        rf"小?([一二三四五六七八九]){_N}班?",
        r"([1-9])0([1-9])班",
        r"([1-9])(1\d|20)班",
    )
)
_ONLY_GRADE = re.compile(rf"(?:小学|小)?{_GRADE}年级?|小([一二三四五六])")
_MIDDLE = re.compile(rf"初([一二三])(?:年级)?(?:\(?{_N}\)?班?)?")
_COHORT = re.compile(rf"(20\d\d|\d\d)级\(?{_N}?\)?班?")
_ONLY_NUMBER = re.compile(rf"\(?{_N}\)?班")
_IN_SENTENCE = re.compile(
    rf"(?<!\d)(?:{_GRADE}年级?\(?{_N}\)?班|{_GRADE}\({_N}\)班?|[一二三四五六七八九]{_N}班|20\d\d级\(?{_N}\)?班|{_GRADE}年级)"
)


def plain_class_text(text: str) -> str:
    """`text` in half width without spaces."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).replace("【", "(").replace("】", ")").replace("[", "(").replace("]", ")")
    return re.sub(r"[\s\u200b\ufeff'―—–]+", lambda m: "-" if m[0] in "―—–" else "", text)


def read_class(text: str) -> ClassName | None:
    """The class that `text` names as a whole; None when it is no class name or could be two."""
    plain = plain_class_text(text)
    for pattern in _BY_GRADE:
        match = pattern.fullmatch(plain)
        if match:
            return _made(numeral(match[1]), numeral(match[2]), text)
    match = _COHORT.fullmatch(plain)
    if match:
        year = int(match[1]) if len(match[1]) == 4 else 2000 + int(match[1])
        return ClassName(None, numeral(match[2]) if match[2] else None, year, text)
    match = _MIDDLE.fullmatch(plain)
    if match:
        return ClassName(6 + (numeral(match[1]) or 0), numeral(match[2]) if match[2] else None, None, text)
    match = _ONLY_GRADE.fullmatch(plain)
    return ClassName(numeral(match[1] or match[2]), None, None, text) if match else None


def _made(grade: int | None, number: int | None, text: str) -> ClassName | None:
    if grade is None or not number or not 1 <= grade <= 9 or not 1 <= number <= 60:
        return None
    return ClassName(grade, number, None, text)


def only_number(text: str) -> int | None:
    """The number of a class named without its grade (2班, (2)班)."""
    match = _ONLY_NUMBER.fullmatch(plain_class_text(text))
    return numeral(match[1]) if match else None


def class_inside(text: str) -> ClassName | None:
    """The class named somewhere in a title or in a sheet's name (样例小学三年级2班花名册); None when there is none or several."""
    plain = plain_class_text(text)
    found = {(made.grade, made.number, made.cohort): made for m in _IN_SENTENCE.finditer(plain) if (made := read_class(m[0]))}
    return next(iter(found.values())) if len(found) == 1 else None


def damaged_class(cell: object) -> tuple[tuple[int, int], ...]:
    """The classes that a cell may have meant before a spreadsheet made it a date or a number (3-2, 3.10, 302); empty when none."""
    if isinstance(cell, (date, datetime)):
        pairs = [(cell.month, cell.day)]
    elif isinstance(cell, (int, float)) and not isinstance(cell, bool):
        pairs = _of_number(repr(float(cell)))
    elif isinstance(cell, str) and re.fullmatch(r"\d\.\d{1,2}|\d{3}", cell.strip()):
        pairs = _of_number(cell.strip())
    else:
        return ()
    return tuple((grade, number) for grade, number in pairs if 1 <= grade <= 9 and 1 <= number <= 60)


def _of_number(text: str) -> list[tuple[int, int]]:
    whole, _, rest = text.partition(".")
    if rest in ("", "0") and re.fullmatch(r"\d{3}", whole):
        return [(int(whole[0]), int(whole[1:]))]
    if re.fullmatch(r"\d", whole) and re.fullmatch(r"[1-9]\d?|0[1-9]", rest):
        return [(int(whole), int(rest)), *([(int(whole), int(rest) * 10)] if len(rest) == 1 else [])][: 2 if rest in "12345" else 1]
    return []
