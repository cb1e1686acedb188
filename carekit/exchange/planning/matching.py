"""Which child of the store a row of a roster speaks of: by number, by name and birth date, by name and class, or nobody can tell.

A name alone never decides when two children could be meant, and what contradicts (another identity number, birth date, sex)
never counts as the same child. When in doubt the row is held back with the children who could be meant, told by class and birth date.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from carekit.exchange.planning.ledger import Thing, code_of
from carekit.exchange.roster.rows import RosterRow
from carekit.identifiers import IdFacts, read_id_number, several
from carekit.language import Label
from carekit.names import same_name_key
from carekit.records.codes import DatePrecision, Sex

#: A school number of so many characters is the pupil's in the whole school; a shorter one may be a seat number, told anew in each class.
_TELLING_NUMBER = 4

#: Grade and number of a class.
ClassKey = tuple[int, int]

REASONS: dict[str, Label] = {
    "CHILD_AMBIGUOUS": Label(
        "More than one child could be meant: {who}. Add the identity number or the birth date and import this row again.",
        "可能是下面不止一个孩子：{who}。请补上身份证号或出生日期，再导入这一行。",
    ),
    "CHILD_UNCERTAIN": Label(
        "There is a child of this name already ({who}), and this row does not say whether it is the same. Add the identity number or the birth date.",
        "库里已有同名孩子（{who}），这一行看不出是不是同一个。请补上身份证号或出生日期。",
    ),
    "NAME_DIFFERS": Label(
        "This number belongs to a child of another name ({who}). Check name and number against the household register.",
        "这个号码在库里登记的是另一个名字的孩子（{who}）。请对照户口簿核对姓名和号码。",
    ),
    "ID_DIFFERS": Label(
        "A child of the same name and birth date has another identity number ({who}). Check the number; if these are two children, enter this one by form.",
        "库里有同名同出生日期、但身份证号不同的孩子（{who}）。请核对身份证号；如果确实是两个孩子，请用表单新建。",
    ),
    "SAME_IN_FILE": Label(
        "Row {who} of this file may be the same child. Keep one row, or add identity numbers or birth dates to both.",
        "与本文件第{who}行可能是同一个孩子。请只留一行，或给两行都补上身份证号或出生日期。",
    ),
    "OUT_OF_SCOPE": Label(
        "There is a file for this child already, which is not yours to see. Ask the registrar to put the child into your class.",
        "这个孩子已有档案，但不在您的名单里。请联系学籍管理员把孩子转到您的班级。",
    ),
}
_NAME_ALONE = Label(
    "Matched by the name alone, because only one child has it; please check that it is the same child.",
    "只凭姓名对上了库里唯一的同名孩子，请核对是不是同一个。",
)
_NO_CLASS = Label("no class", "未编班")
_NO_BIRTH = Label("birth date unknown", "出生日期不详")
_WHO = Label("{place}, {born}", "{place}，{born}")
_CHINESE = "零一二三四五六七八九"
_CLASS = Label("class {grade}-{number}", "{zh}({number})班")


@dataclass(slots=True, repr=False)
class Identity:
    """What tells one child from another, from a row or from the store."""

    name_key: str
    former_key: str | None = None
    id_number: str | None = None
    born_on: date | None = None
    precision: str = DatePrecision.DAY
    sex: str | None = None
    pupil_number: str | None = None
    school_number: str | None = None
    #: Numbers under which the child was also filed, since two files were made one.
    others: frozenset[str] = frozenset()
    #: The class that the row names, or the classes that the child is in or moves up to.
    classes: tuple[ClassKey, ...] = ()
    thing: Thing | None = None
    in_scope: bool = True
    _usable: bool | None = field(default=None)

    @property
    def id_usable(self) -> bool:
        """Whether the identity number has no fault at all."""
        if self._usable is None:
            self._usable = bool(self.id_number) and not read_id_number(self.id_number or "").faults
        return self._usable


@dataclass(frozen=True, slots=True, repr=False)
class Match:
    """Who is meant: `child`, or nobody known (a new child), or `code` and `candidates` when nobody can tell.

    `doubt` is told beside a match that a person should look at.
    """

    child: Identity | None = None
    code: str | None = None
    candidates: tuple[Identity, ...] = ()
    doubt: Label | None = None

    @property
    def reason(self) -> Label | None:
        """The sentence for a row that is held back."""
        return None if self.code is None else REASONS[self.code].format(who=_told(self.candidates))


def identity_of_row(row: RosterRow, school_class: ClassKey | None) -> Identity:
    """What a row says of who is meant; the birth date of a faultless identity number rules."""
    child = row.child
    number = child.get("id_number")
    facts: IdFacts | None = read_id_number(str(number)) if number else None
    usable = facts is not None and not facts.faults
    born = facts.born_on if facts is not None and usable else child.get("born_on")
    precision = DatePrecision.DAY if usable else child.get("born_precision") or DatePrecision.DAY
    former = child.get("former_name")
    return Identity(
        name_key=same_name_key(str(child.get("name") or "")),
        former_key=same_name_key(str(former)) if former else None,
        id_number=facts.number if facts else None,
        born_on=born if isinstance(born, date) else None,
        precision=str(precision),
        sex=_sex(child.get("sex")),
        pupil_number=_text(child.get("pupil_number")),
        school_number=_text(child.get("school_number")),
        classes=(school_class,) if school_class else (),
        _usable=usable,
    )


def identity_of_child(thing: Thing, classes: tuple[ClassKey, ...], in_scope: bool) -> Identity:
    """What the store says of a child; `thing.values` has the derived columns `name_key` and `birth_on` too."""
    values = thing.values
    born = values.get("birth_on")
    from_id = born is not None and born != values.get("born_on")
    former = values.get("former_name")
    return Identity(
        name_key=values["name_key"],
        former_key=same_name_key(former) if former else None,
        id_number=values.get("id_number"),
        born_on=born,
        precision=str(DatePrecision.DAY) if from_id else str(values.get("born_precision") or DatePrecision.DAY),
        sex=_sex(values.get("sex")),
        pupil_number=values.get("pupil_number"),
        school_number=values.get("school_number"),
        others=frozenset(several(values.get("other_numbers"))),
        classes=classes,
        thing=thing,
        in_scope=in_scope,
    )


def _sex(value: Any) -> str | None:
    return str(value) if value in (Sex.MALE, Sex.FEMALE) else None


def _text(value: Any) -> str | None:
    return str(value) if value else None


def births_agree(a: Identity, b: Identity) -> bool | None:
    """Whether two birth dates can be one, as exactly as both are known; None when one is not known."""
    if a.born_on is None or b.born_on is None:
        return None
    if a.born_on == b.born_on:
        return True
    known = (a.precision, b.precision)
    if DatePrecision.YEAR in known:
        return a.born_on.year == b.born_on.year
    return DatePrecision.MONTH in known and (a.born_on.year, a.born_on.month) == (b.born_on.year, b.born_on.month)


def births_cover(rough: date, rough_precision: str, exact: date, exact_precision: str) -> bool:
    """Whether a date known as roughly or more roughly than another says nothing that the other does not say."""
    order = (DatePrecision.DAY, DatePrecision.MONTH, DatePrecision.YEAR)
    length = {DatePrecision.DAY: 3, DatePrecision.MONTH: 2, DatePrecision.YEAR: 1}[code_of(DatePrecision, rough_precision)]
    as_rough = order.index(code_of(DatePrecision, rough_precision)) >= order.index(code_of(DatePrecision, exact_precision))
    return as_rough and (rough.year, rough.month, rough.day)[:length] == (exact.year, exact.month, exact.day)[:length]


def ids_contradict(a: Identity, b: Identity) -> bool:
    """Whether both have a faultless identity number and the numbers differ; a faulty number waits for a person and contradicts nothing."""
    return _differ(a, b, a.id_number, b.id_number) and a.id_usable and b.id_usable


def _differ(a: Identity, b: Identity, number: str | None, other: str | None) -> bool:
    """Whether two numbers are of two children: both known, and neither is one under which the other child was also filed."""
    return number is not None and other is not None and number != other and number not in b.others and other not in a.others


def contradict(a: Identity, b: Identity) -> bool:
    """Whether two of the same name cannot be one child."""
    return (
        ids_contradict(a, b)
        or births_agree(a, b) is False
        or (a.sex is not None and b.sex is not None and a.sex != b.sex)
        or _differ(a, b, a.pupil_number, b.pupil_number)
    )


class ChildIndex:
    """Children of the store, found by what a row says of them."""

    def __init__(self, children: Iterable[Identity]) -> None:
        self._by_id: defaultdict[str, list[Identity]] = defaultdict(list)
        self._by_pupil: defaultdict[str, list[Identity]] = defaultdict(list)
        self._by_name: defaultdict[str, list[Identity]] = defaultdict(list)
        for child in children:
            self._by_name[child.name_key].append(child)
            if child.id_number:
                self._by_id[child.id_number].append(child)
            if child.pupil_number:
                self._by_pupil[child.pupil_number].append(child)
            for number in child.others:
                self._by_id[number].append(child)
                self._by_pupil[number].append(child)

    def match(self, row: Identity, *, weakly: bool = True) -> Match:
        """The child that a row means; `weakly` False wants a number or the birth date beside the name."""
        for index, number in ((self._by_id, row.id_number), (self._by_pupil, row.pupil_number)):
            found = index.get(number) if number else None
            if found:
                return _by_number(row, found)
        namesakes = self._by_name.get(row.name_key)
        if not namesakes:
            return Match()
        possible = [child for child in namesakes if not contradict(row, child)]
        if row.school_number:
            numbered = [child for child in possible if child.school_number == row.school_number]
            telling = len(row.school_number) >= _TELLING_NUMBER or not row.classes
            if len(numbered) == 1 and (telling or set(row.classes) & set(numbered[0].classes)):
                return Match(numbered[0])
        return _by_birth(row, namesakes, possible) or (_by_class(row, possible) if weakly else Match())


def _by_number(row: Identity, found: Sequence[Identity]) -> Match:
    named = [child for child in found if row.name_key in (child.name_key, child.former_key) or row.former_key == child.name_key]
    if len(named) == 1:
        return Match(named[0])
    return Match(code="CHILD_AMBIGUOUS" if named else "NAME_DIFFERS", candidates=tuple(named or found))


def _by_birth(row: Identity, namesakes: Sequence[Identity], possible: Sequence[Identity]) -> Match | None:
    dated = [child for child in possible if births_agree(row, child)]
    if len(dated) > 1:
        dated = [child for child in dated if set(row.classes) & set(child.classes)] or dated
    if dated:
        return Match(dated[0]) if len(dated) == 1 else Match(code="CHILD_AMBIGUOUS", candidates=tuple(dated))
    other_id = tuple(child for child in namesakes if births_agree(row, child) and ids_contradict(row, child))
    return Match(code="ID_DIFFERS", candidates=other_id) if other_id else None


def _by_class(row: Identity, possible: Sequence[Identity]) -> Match:
    if not possible:
        return Match()
    here = [child for child in possible if set(row.classes) & set(child.classes)]
    if len(here) == 1:
        return Match(here[0])
    if not row.classes and len(possible) == 1:
        return Match(possible[0], doubt=_NAME_ALONE)
    candidates = tuple(here or possible)
    return Match(code="CHILD_AMBIGUOUS" if len(candidates) > 1 else "CHILD_UNCERTAIN", candidates=candidates)


def same_in_file(rows: Mapping[int, Identity]) -> dict[int, int]:
    """Rows of one file that may be one child: the number of a row to the number of another such row.

    Two of one name are told apart by what contradicts, or by the class.
    """
    by_name: defaultdict[str, list[int]] = defaultdict(list)
    for number, row in rows.items():
        by_name[row.name_key].append(number)
    return {
        number: other
        for numbers in by_name.values()
        if len(numbers) > 1
        for number in numbers
        if (other := next((n for n in numbers if n != number and _may_be_one(rows[number], rows[n])), None)) is not None
    }


def _may_be_one(a: Identity, b: Identity) -> bool:
    if a.id_number and a.id_number == b.id_number:
        return True
    return not contradict(a, b) and not (a.classes and b.classes and a.classes != b.classes)


def class_label(key: ClassKey) -> Label:
    """A class as people call it."""
    grade, number = key
    return Label(_CLASS.en.format(grade=grade, number=number), _CLASS.zh.format(zh=_CHINESE[grade], number=number))


def _told(candidates: Sequence[Identity]) -> Label:
    """Children told by class and birth date, at most five; those outside the person's scope are only counted as such."""
    shown = [_WHO.format(place=class_label(c.classes[0]) if c.classes else _NO_CLASS, born=_born(c)) for c in candidates[:5] if c.in_scope]
    if not shown:
        return Label("not among your children", "不在您的名单里")
    return Label("; ".join(label.en for label in shown), "；".join(label.zh for label in shown))


def _born(child: Identity) -> Label:
    if child.born_on is None:
        return _NO_BIRTH
    text = child.born_on.isoformat()
    cut = {DatePrecision.YEAR: 4, DatePrecision.MONTH: 7}.get(code_of(DatePrecision, child.precision), 10)
    return Label(text[:cut], text[:cut])
