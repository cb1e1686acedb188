"""What the cells of one row must agree on, and what rows of one file must not share."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from carekit.exchange.cells.people import IdSaid
from carekit.exchange.roster.context import Context, Report, problem
from carekit.exchange.roster.rows import ClassName, MemberFacts, RosterRow, RowProblem
from carekit.identifiers import read_id_number
from carekit.names import same_name_key
from carekit.records.codes import DatePrecision, LeftBehindSchool, Sex

#: Ages at which a pupil is usual; RECORDS 4.1 (order of checks).
_USUAL = range(3, 21)
#: From this age on the date is taken for a mistake or for a parent's.
_ADULT = 26
#: So many children of different families with one number make it somebody else's.
_SHARED_BY = 5


def age_at(born: date, day: date) -> int:
    """Full years at a day; somebody born on 29 February turns a year older on 1 March."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def born_of(child: dict[str, object]) -> date | None:
    """The birth date that rules: that of a faultless identity number, else the list's."""
    number, told = child.get("id_number"), child.get("born_on")
    facts = read_id_number(number) if isinstance(number, str) else None
    if facts is not None and facts.born_on is not None and not facts.faults:
        return facts.born_on
    return told if isinstance(told, date) else None


def check_child(
    child: dict[str, object], at: Callable[[str], Any], school_class: ClassName | None, context: Context, report: Report
) -> None:
    """Name, identity number, birth date, sex, age and grade of one child against each other."""
    if "name" not in child and not any(
        p.code.startswith("NAME_") or (p.code == "DITTO_HERE" and p.column == report.heading("child.name")) for p in report.found
    ):
        report("child.name", "NAME_MISSING")
    identity = at("child.id_number")
    told, precision = child.get("born_on"), child.get("born_precision")
    by_number = identity.born_on if isinstance(identity, IdSaid) else None
    if isinstance(identity, IdSaid) and by_number is not None:
        _check_number(identity, by_number, child, context, report)
    if isinstance(told, date):
        if age_at(told, context.today) >= _ADULT:
            report("child.born_on", "BIRTH_IMPLAUSIBLE")
        elif age_at(told, context.today) not in _USUAL:
            report("child.born_on", "AGE_UNLIKELY")
        if by_number is not None and not _same_day(told, precision, by_number):
            report("child.born_on", "ID_BIRTH_CONFLICT")
    born = by_number if by_number is not None else told
    if isinstance(born, date):
        _check_age(born, precision if by_number is None else DatePrecision.DAY, at("child.age"), school_class, context, report)


def _check_number(identity: IdSaid, born: date, child: dict[str, object], context: Context, report: Report) -> None:
    if born > context.today:
        report("child.id_number", "ID_FUTURE")
    elif age_at(born, context.today) >= _ADULT:
        report("child.id_number", "ID_NOT_A_CHILD")
    elif age_at(born, context.today) not in _USUAL:
        report("child.id_number", "AGE_UNLIKELY")
    sex = child.get("sex")
    if sex in (Sex.MALE, Sex.FEMALE) and identity.male is not None and (sex is Sex.MALE) != identity.male:
        report("child.sex", "ID_SEX_CONFLICT")


def _same_day(told: date, precision: object, by_number: date) -> bool:
    if precision is DatePrecision.YEAR:
        return told.year == by_number.year
    if precision is DatePrecision.MONTH:
        return (told.year, told.month) == (by_number.year, by_number.month)
    return told == by_number


def _check_age(born: date, precision: object, told_age: object, school_class: ClassName | None, context: Context, report: Report) -> None:
    day = context.told_on or context.today
    if isinstance(told_age, int) and not -1 <= told_age - age_at(born, day) <= 2:
        report("child.age", "AGE_CONFLICT")
    if school_class is None or precision is DatePrecision.YEAR:
        return
    year = context.today.year - (context.today.month < 9)
    grade = school_class.grade or (year - school_class.cohort + 1 if school_class.cohort else None)
    if grade is not None and not grade + 5 <= age_at(born, date(year, 9, 1)) <= grade + 6:
        report("child.born_on" if report.heading("child.born_on") else "child.id_number", "AGE_FOR_GRADE")


def check_away(claim: object, away: frozenset[str] | None, members: Sequence[MemberFacts], report: Report) -> None:
    """What the list claims on being left behind against what it says on who is away."""
    gone = {facts.role for facts in members if facts.absence is not None and facts.role in ("father", "mother", "parent")} | set(away or ())
    nobody = away is not None and not away
    if (
        (claim is LeftBehindSchool.NONE and len(gone) > 0)
        or (claim in (LeftBehindSchool.ONE, LeftBehindSchool.BOTH, True) and nobody and not gone)
        or (claim is LeftBehindSchool.BOTH and away is not None and len(gone) == 1)
        or (claim is LeftBehindSchool.ONE and len(gone) == 2)
    ):
        report("left_behind", "LEFT_BEHIND_CONFLICT")


# --- rows against each other ------------------------------------------------------------------------------------------


def check_file(rows: list[RosterRow], headings: dict[str, dict[str, str]]) -> list[RosterRow]:
    """The rows, with what is wrong between them: the same child or number twice, one phone at many children.

    `headings` gives by sheet the heading of each path. Of two rows with one identity number the later is held back.
    """
    more: dict[int, list[RowProblem]] = defaultdict(list)

    def add(index: int, path: str, code: str) -> None:
        row = rows[index]
        more[index].append(problem(row.sheet, row.row, headings.get(row.sheet, {}).get(path, ""), code))

    _find_twice(rows, "id_number", "ID_TWICE", add)
    _find_twice(rows, "pupil_number", "PUPIL_NUMBER_TWICE", add)
    _find_same_children(rows, more, add)
    _find_shared_phones(rows, add)
    return [replace(row, problems=(*row.problems, *more[index])) if index in more else row for index, row in enumerate(rows)]


Add = Callable[[int, str, str], None]


def _find_twice(rows: list[RosterRow], name: str, code: str, add: Add) -> None:
    seen: set[object] = set()
    for index, row in enumerate(rows):
        number = row.child.get(name)
        if number is None:
            continue
        if number in seen:
            add(index, f"child.{name}", code)
        seen.add(number)


def _find_same_children(rows: list[RosterRow], more: dict[int, list[RowProblem]], add: Add) -> None:
    """Rows with one name: the same child again when class and birth agree and no number tells them apart, else a notice."""
    by_name: dict[str, list[int]] = defaultdict(list)
    for index, row in enumerate(rows):
        name = row.child.get("name")
        if isinstance(name, str):
            by_name[name if name.isascii() is False and " " not in name and "\u3000" not in name else same_name_key(name)].append(index)
    for indices in by_name.values():
        for position, index in enumerate(indices[1:], start=1):
            row = rows[index]
            if any(p.code in ("ID_TWICE", "PUPIL_NUMBER_TWICE") for p in more.get(index, ())):
                continue
            twins = [rows[other] for other in indices[:position]]
            add(index, "child.name", "CHILD_TWICE" if any(_indistinct(row, twin) for twin in twins) else "SAME_NAME")


def _indistinct(one: RosterRow, other: RosterRow) -> bool:
    for name in ("id_number", "pupil_number", "school_number", "sex", "born_on"):
        a, b = one.child.get(name), other.child.get(name)
        if a is not None and b is not None and a != b:
            return False
    a_class, b_class = one.school_class, other.school_class
    if a_class and b_class:
        return (a_class.grade, a_class.number, a_class.cohort) == (b_class.grade, b_class.number, b_class.cohort)
    return a_class is b_class


def _find_shared_phones(rows: list[RosterRow], add: Add) -> None:
    places: dict[object, list[tuple[int, str]]] = defaultdict(list)
    for index, row in enumerate(rows):
        told = {row.child.get("phone"): "child.phone", row.family.get("phone"): "family.phone"}
        for facts in row.members:
            told.setdefault(facts.values.get("phone"), f"{facts.role}.phone")
        for number, path in told.items():
            if number is not None:
                places[number].append((index, path))
    for found in places.values():
        if len(found) >= _SHARED_BY and len(Counter(rows[index].household or index for index, _ in found)) >= _SHARED_BY:
            for index, path in found:
                add(index, path, "PHONE_SHARED")
