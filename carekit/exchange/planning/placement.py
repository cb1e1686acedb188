"""Where a roster puts children: their classes and stays, and the register of left-behind children."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from carekit.calendar import grade_of_cohort, latest_start, school_year
from carekit.exchange.planning.known import Known, Stay
from carekit.exchange.planning.ledger import Ledger, Thing, code_of
from carekit.exchange.planning.matching import ClassKey, class_label
from carekit.exchange.roster.rows import ClassName, RosterReading
from carekit.language import Label
from carekit.records import Case, Enrolment, RuleSettings, School, SchoolClass
from carekit.records.codes import (
    FATHERS,
    MOTHERS,
    AwayRule,
    CaseSource,
    EntryReason,
    LeavingReason,
    LeftBehindSchool,
    ParentState,
    Relation,
    WorkArea,
)

_DAY = timedelta(days=1)
#: A longer text above a list is an instruction, not its title.
_TITLE_LENGTH = 40
_SCHOOL = Label("this school", "本校")
#: How a child comes back to a class, by how the last stay ended; anything else is a return.
_RETURNS = {
    LeavingReason.TRANSFERRED_OUT: EntryReason.TRANSFERRED_IN,
    LeavingReason.ABROAD: EntryReason.TRANSFERRED_IN,
    LeavingReason.PROMOTED: EntryReason.PROMOTED,
    LeavingReason.MOVED_CLASS: EntryReason.MOVED_CLASS,
    LeavingReason.REPEATED: EntryReason.REPEATED,
}


class ClassBook:
    """The classes of one school in one school year, and those that the file adds to them."""

    def __init__(self, known: Known, ledger: Ledger, school_id: str | None, year: int, names: Iterable[ClassName], may_add: bool) -> None:
        self._ledger, self._school_id, self.year, self._may_add = ledger, school_id, year, may_add
        self._new_school: Thing | None = None
        self._classes: dict[ClassKey, Thing] = {
            (t.values["grade"], t.values["number"]): t
            for t in known.classes()
            if t.values["school_id"] == school_id and t.values["school_year"] == year
        }
        self.added: list[ClassKey] = []
        numbers: dict[int, set[int]] = {}
        for grade, number in self._classes:
            numbers.setdefault(grade, set()).add(number)
        for name in names:
            named = self._grade(name)
            if named is not None and name.number is not None:
                numbers.setdefault(named, set()).add(name.number)
        self._numbers = numbers

    def _grade(self, name: ClassName) -> int | None:
        grade = name.grade if name.grade is not None else grade_of_cohort(name.cohort, self.year) if name.cohort is not None else None
        return grade if grade is not None and 1 <= grade <= 9 else None

    def key(self, name: ClassName | None) -> ClassKey | None:
        """Grade and number of the class that is meant; None when that cannot be told.

        A grade without a number means its only class; in a grade without classes it makes class 1.
        """
        grade = self._grade(name) if name is not None else None
        if name is None or grade is None:
            return None
        if name.number is not None:
            return grade, name.number
        numbers = self._numbers.get(grade, {1})
        return (grade, next(iter(numbers))) if len(numbers) == 1 else None

    def thing(self, key: ClassKey, unit: int) -> Thing | None:
        """The class, planned as a new one when the school does not have it; None when the person may not add classes."""
        found = self._classes.get(key)
        if found is not None:
            if found.version == 0:
                found.use(unit)
                self._school(unit)
            return found
        if not self._may_add:
            return None
        grade, number = key
        values = {"school_id": self._school(unit), "school_year": self.year, "grade": grade, "number": number, "name": class_label(key).zh}
        self._classes[key] = made = self._ledger.add(SchoolClass, values, unit)
        self.added.append(key)
        return made

    def _school(self, unit: int) -> str:
        """The school's id; a store without a school gets one, whose name is put right in the settings."""
        if self._school_id is not None:
            return self._school_id
        if self._new_school is None:
            self._new_school = self._ledger.add(School, {"name": _SCHOOL.zh}, unit)
        self._new_school.use(unit)
        return self._new_school.id


class Placement:
    """Plans stays in classes and places on the register of left-behind children for one day."""

    def __init__(self, known: Known, ledger: Ledger, book: ClassBook, rules: RuleSettings | None, on: date) -> None:
        self._known, self._ledger, self._book, self._on = known, ledger, book, on
        self._who = rules.left_behind_who if rules else AwayRule.ANY
        self._months = rules.left_behind_months if rules else 3
        self._year = school_year(book.year)

    # --- stays ---

    def place(self, child: Thing, key: ClassKey, school_class: Thing, entered_on: object, unit: int) -> str | None:
        """Put a child into a class from when the file says. Gives the code of a problem, or None.

        The same class changes nothing; another class ends the old stay and begins a new one; a child who left begins a new stay.
        """
        stays = self._known.stays.get(child.id, [])
        open_stays = [stay for stay in stays if stay.holds_on(self._on)]
        if any(stay.thing.get("class_id") == school_class.id for stay in open_stays):
            return None
        if any(stay.year > self._book.year for stay in stays):
            return "ROSTER_OLDER"
        if any(stay.thing.get("leaving") == LeavingReason.DIED for stay in stays):
            return "CHILD_DIED"
        entry, begins = self._entry(stays, open_stays, key, entered_on)
        for stay in open_stays:
            self._end(stay, entry, begins, unit)
        values = {"child_id": child.id, "class_id": school_class.id, "enrolled_on": begins, "entry": entry}
        made = self._ledger.add(Enrolment, values, unit)
        self._known.stays[child.id] = [*stays, Stay(made, self._book.year, key)]
        return None

    def _entry(self, stays: list[Stay], open_stays: list[Stay], key: ClassKey, entered_on: object) -> tuple[EntryReason, date]:
        start = self._year.starts_on
        if not stays:
            later = isinstance(entered_on, date) and start < entered_on <= self._on
            return EntryReason.NEW, entered_on if later and isinstance(entered_on, date) else start
        if any(stay.year == self._book.year for stay in open_stays):
            return EntryReason.MOVED_CLASS, self._on
        if open_stays:
            return (EntryReason.REPEATED if open_stays[-1].key[0] == key[0] else EntryReason.PROMOTED), start
        last = max(stays, key=lambda stay: stay.thing.get("left_on") or date.min)
        entry = _RETURNS.get(code_of(LeavingReason, last.thing.get("leaving") or LeavingReason.SUSPENDED), EntryReason.RETURNED)
        left = last.thing.get("left_on") or date.min
        moved_up = entry in (EntryReason.PROMOTED, EntryReason.REPEATED) and last.year == self._book.year - 1
        return (
            entry if moved_up or entry is EntryReason.TRANSFERRED_IN else EntryReason.RETURNED
        ), start if moved_up and left < start else self._on

    def _end(self, stay: Stay, entry: EntryReason, begins: date, unit: int) -> None:
        leaving = {EntryReason.MOVED_CLASS: LeavingReason.MOVED_CLASS, EntryReason.REPEATED: LeavingReason.REPEATED}.get(
            entry, LeavingReason.PROMOTED
        )
        last = max(stay.thing.get("enrolled_on"), begins - _DAY)
        self._ledger.state(stay.thing, {"left_on": last, "leaving": leaving}, unit)

    # --- the register ---

    def left_behind(
        self, claim: LeftBehindSchool | None, parents: Iterable[tuple[Relation, ParentState, dict[str, object] | None]]
    ) -> bool:
        """Whether a row makes a child left behind: by what it claims, else by the school's rule on what it says of the parents.

        `parents` are relation, state and absence as far as the row tells them; a parent who left at an unknown date counts as away long enough.
        """
        if claim is not None:
            return claim is not LeftBehindSchool.NONE
        away, gone = set(), set()
        for relation, state, absence in parents:
            side = "father" if relation in FATHERS else "mother" if relation in MOTHERS else None
            if side and absence is not None and self._long_enough(absence):
                away.add(side)
            if side and state in (ParentState.DECEASED, ParentState.MISSING, ParentState.IN_CUSTODY):
                gone.add(side)
        return bool(away) and (self._who is AwayRule.ANY or len(away | gone) == 2)

    def _long_enough(self, absence: dict[str, object]) -> bool:
        if absence.get("work_area") == WorkArea.TOWNSHIP:
            return False
        since, until = absence.get("from_on"), absence.get("until_on")
        if isinstance(until, date) and until <= self._on:
            return False
        return not isinstance(since, date) or since <= latest_start(self._on, self._months)

    def register(self, child: Thing, left_behind: bool, claim: LeftBehindSchool | None, unit: int) -> str | None:
        """Put a left-behind child on the register. Gives the code of something a person should look at, or None."""
        cases = self._known.cases.get(child.id, [])
        is_open = any(case.id not in self._known.closed_cases for case in cases)
        if not left_behind:
            return "STILL_REGISTERED" if is_open and claim is LeftBehindSchool.NONE else None
        if is_open:
            return None
        if cases:
            return "CASE_CLOSED"
        values = {"child_id": child.id, "opened_on": self._on, "source": CaseSource.ROSTER}
        self._known.cases[child.id] = [self._ledger.add(Case, values, unit)]
        return None


def lists_left_behind(reading: RosterReading) -> frozenset[str]:
    """The sheets that list left-behind children only: so say the file's name, the sheet's, a title, or the heading above the names."""
    named = _only_left_behind(reading.file_name)
    return frozenset(
        layout.sheet
        for layout in reading.layouts
        if layout.kind != "unused"
        and (
            named
            or _only_left_behind(layout.sheet)
            or any(_only_left_behind(title) for title in layout.titles if len(title) <= _TITLE_LENGTH)
            or any(column.path == "child.name" and "留守" in column.heading for column in layout.columns)
        )
    )


def _only_left_behind(text: str) -> bool:
    """Whether a name or title means left-behind children alone (and not a list of all pupils that tells them apart)."""
    return "留守" in text and not any(word in text for word in ("非留守", "是否留守", "全校学生", "全体学生"))
