"""How schools write things into rosters: dates, phones and numbers in every form, and rows whose fate on import is known."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from carekit.identifiers import check_digit
from carekit.records import Absence
from carekit.records.codes import DatePrecision, Relation, Sex
from carekit.sample.dossiers import Dossier
from carekit.sample.plan import REGION

#: A cell as it is written into a sheet: text, number or date; None is a blank.
Cell = Any
NEW, CHANGED, UNCHANGED, HELD, BLANK, NOT_DATA = "new", "changed", "unchanged", "held_back", "blank", "not_data"
_CHINESE = "〇一二三四五六七八九"
_EXCEL_DAY_ZERO = date(1899, 12, 30)


@dataclass(slots=True)
class Tally:
    """Counts, row by row, what a right import says: into the filled sample school, and into an empty one."""

    filled: dict[str, int] = field(default_factory=lambda: dict.fromkeys((NEW, CHANGED, UNCHANGED, HELD, BLANK, NOT_DATA), 0))
    empty: dict[str, int] = field(default_factory=lambda: dict.fromkeys((NEW, CHANGED, UNCHANGED, HELD, BLANK, NOT_DATA), 0))

    def row(self, filled: str, empty: str | None = None) -> None:
        """Count one row. In an empty school whatever is not held back for itself is new."""
        self.filled[filled] += 1
        self.empty[empty or (NEW if filled in (CHANGED, UNCHANGED) else filled)] += 1

    def expected(self) -> dict[str, dict[str, int]]:
        """The counts with the sum of all rows, for ``expected.json``."""
        return {name: {"rows": sum(counts.values()), **counts} for name, counts in (("filled", self.filled), ("empty", self.empty))}


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A child of whom the sample school has no file."""

    name: str
    sex: Sex
    born_on: date
    father: str
    mother: str
    carer: str
    relation: Relation
    village: str

    def number(self, order: int) -> str:
        """An identity number; `order` (1 to 499) makes it differ from the sample's own."""
        first17 = f"{REGION}{self.born_on:%Y%m%d}{order * 2 + (self.sex is Sex.MALE):03}"
        return first17 + check_digit(first17)


def date_form(form: int, day: date) -> Cell:
    """A birthday as somebody typed it: a date cell, dots, 年月日, eight digits, a serial number, hyphens, the month alone, Chinese digits."""
    forms: tuple[Cell, ...] = (
        day,
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y%m%d}",
        float((day - _EXCEL_DAY_ZERO).days),
        day.isoformat(),
        f"{day.year}/{day.month}",
        f"{''.join(_CHINESE[int(d)] for d in str(day.year))}年{_small(day.month)}月{_small(day.day)}日",
    )
    return forms[form % len(forms)]


def _small(number: int) -> str:
    """A number below 100 in Chinese."""
    tens, ones = divmod(number, 10)
    return ("" if tens < 2 else _CHINESE[tens]) + ("十" if tens else "") + (_CHINESE[ones] if ones or not tens else "")


def phone_form(form: int, number: str | None, owner: str = "") -> Cell:
    """A phone number as somebody typed it: plain, spaced, with hyphens, as a number, full width, with its owner."""
    if number is None:
        return None
    forms: tuple[Cell, ...] = (
        number,
        f"{number[:3]} {number[3:7]} {number[7:]}",
        f"{number[:3]}-{number[3:7]}-{number[7:]}",
        float(number),
        "".join(chr(ord(c) + 0xFEE0) for c in number),
        f"{number}（{owner}）" if owner else number,
    )
    return forms[form % len(forms)]


def id_form(form: int, number: str | None) -> Cell:
    """An identity number as text: plain, in groups, with an apostrophe in front, with a small x."""
    if number is None:
        return None
    return (number, f"{number[:6]} {number[6:14]} {number[14:]}", f"'{number}", number.lower())[form % 4]


def since_form(form: int, absence: Absence | None) -> Cell:
    """The beginning of an absence, as exactly as it is known."""
    day = absence.from_on if absence else None
    if absence is None or day is None:
        return None
    if absence.from_precision is DatePrecision.MONTH:
        return (f"{day.year}.{day.month}", f"{day.year}年{day.month}月")[form % 2]
    return (f"{day.year}.{day.month}.{day.day}", f"{day.year}年{day.month}月{day.day}日")[form % 2]


_WORDS = {
    Relation.FATHERS_FATHER: "爷爷", Relation.FATHERS_MOTHER: "奶奶", Relation.MOTHERS_FATHER: "外公", Relation.MOTHERS_MOTHER: "外婆",
    Relation.MOTHER: "母亲", Relation.FATHER: "父亲", Relation.FATHERS_SISTER: "姑姑", Relation.FATHERS_ELDER_BROTHER: "大伯", Relation.MOTHERS_SISTER: "小姨",
}  # fmt: skip


def relation_word(relation: Relation) -> str:
    """What people call somebody who is this to the child."""
    return _WORDS.get(relation, relation.label.zh)


def repeatable(dossier: Dossier) -> bool:
    """Whether a roster can say everything it asks for about this child as it stands, so that importing it changes nothing."""
    child, carer = dossier.child, dossier.carer
    full = child.id_number and child.boarding and child.village and child.nation and child.health and child.address and child.hukou_place
    known = dossier.plain and carer is not None and carer.guardian and carer.relation in _WORDS and carer.phone
    dated = all(absence.from_on and absence.work_place for absence in dossier.away.values())
    return bool(full and known and dated and dossier.on_register and dossier.away)
