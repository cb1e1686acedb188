"""What the store knows, loaded once for a whole import: a few selects, then dictionaries.

Only the columns that the file speaks of are read, so that comparing ten thousand rows costs little.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from carekit import clock
from carekit.access import Scope
from carekit.exchange.planning.ledger import Thing
from carekit.exchange.planning.matching import ChildIndex, ClassKey, Identity, identity_of_child
from carekit.exchange.roster.rows import RosterRow
from carekit.records import (
    Absence,
    CareArrangement,
    Case,
    Child,
    Closure,
    Enrolment,
    Family,
    FamilyMember,
    Merge,
    Record,
    SchoolClass,
)
from carekit.records.codes import LeavingReason
from carekit.store import Desk
from carekit.store.schema import AUDIT

#: Fields that matching and planning read whatever the file says.
_BASE: dict[type[Record], tuple[str, ...]] = {
    Child: (
        "name",
        "former_name",
        "sex",
        "born_on",
        "born_precision",
        "id_number",
        "pupil_number",
        "school_number",
        "family_id",
        "other_numbers",
    ),
    Family: ("address", "phone", "contact_name", "contact_phone"),
    FamilyMember: ("family_id", "name", "relation", "guardian", "state", "phone", "other_phone", "id_number"),
    Absence: ("member_id", "from_on", "from_precision", "until_on", "work_area"),
    CareArrangement: ("child_id", "carer_id", "from_on", "until_on"),
    Enrolment: ("child_id", "class_id", "enrolled_on", "left_on", "leaving"),
    Case: ("child_id",),
    Closure: ("case_id", "reopened_on"),
    SchoolClass: ("school_id", "school_year", "grade", "number"),
}
#: Kinds whose newer versions mean that somebody changed a child's file, with the field that leads towards the child.
FILE_KINDS: tuple[tuple[type[Record], str], ...] = (
    (Child, "id"),
    (Family, "id"),
    (FamilyMember, "family_id"),
    (Absence, "member_id"),
    (CareArrangement, "child_id"),
    (Enrolment, "child_id"),
    (Case, "child_id"),
    (Closure, "case_id"),
)
_IN_LIST = 5_000


def wanted_fields(rows: Iterable[RosterRow]) -> dict[type[Record], set[str]]:
    """The fields that a file speaks of, by kind."""
    wanted: dict[type[Record], set[str]] = {kind: set(names) for kind, names in _BASE.items()}
    child, family, care = wanted[Child], wanted[Family], wanted[CareArrangement]
    member, absence = wanted[FamilyMember], wanted[Absence]
    care.add("note")
    for row in rows:
        child.update(row.child)
        family.update(row.family)
        care.update(row.care)
        for facts in row.members:
            member.update(facts.values)
            if facts.absence:
                absence.update(facts.absence)
    return wanted


@dataclass(frozen=True, slots=True)
class Stay:
    """A stay of a child in a class: the record and the class's school year, grade and number."""

    thing: Thing
    year: int
    key: ClassKey

    def holds_on(self, day: date) -> bool:
        """Whether the child is still in the class that day; the day of leaving counts."""
        left = self.thing.get("left_on")
        return left is None or left >= day


class Known:
    """The records of a store that an import compares with; `since` is the moment of the last change that they hold."""

    def __init__(self, desk: Desk, rows: Collection[RosterRow], on: date, year: int) -> None:
        self._desk, self._wanted = desk, wanted_fields(rows)
        self.since = last_moment(desk)
        self._classes = self._load(SchoolClass)
        self.stays = self._stays()
        self.families = {thing.id: thing for thing in self._load(Family, withdrawn=True)}
        self.members = self._by(FamilyMember, "family_id")
        self.absences = self._by(Absence, "member_id")
        self.care = self._by(CareArrangement, "child_id")
        self.cases = self._by(Case, "child_id")
        self.closed_cases = {
            t.values["case_id"] for t in self._load(Closure) if t.values["reopened_on"] is None or t.values["reopened_on"] > on
        }
        self.children = self._children(on, year)
        self.active = ChildIndex(child for child in self.children if child.thing is not None and not child.thing.withdrawn)
        # a file that went into another one is never brought back by a roster
        merged = self._merged()
        self.withdrawn = ChildIndex(c for c in self.children if c.thing is not None and c.thing.withdrawn and c.thing.id not in merged)

    def _load(self, record: type[Record], *, withdrawn: bool = False, restrict: bool = True, derived: tuple[str, ...] = ()) -> list[Thing]:
        rows = self._desk.rows(record.kind, restrict=restrict, withdrawn=withdrawn)
        names = (*(name for name in record.fields if name in self._wanted[record] and name != "id"), *derived)
        select = sa.select(rows.c.id, rows.c.version, rows.c.withdrawn, *(rows.c[name] for name in names))
        return [Thing(record, row[0], row[1], dict(zip(names, row[3:], strict=True)), row[2]) for row in self._desk.tuples(select)]

    def _by(self, record: type[Record], field: str) -> defaultdict[str, list[Thing]]:
        grouped: defaultdict[str, list[Thing]] = defaultdict(list)
        for thing in self._load(record):
            grouped[thing.values[field]].append(thing)
        return grouped

    def _stays(self) -> defaultdict[str, list[Stay]]:
        classes = {thing.id: thing.values for thing in self._classes}
        stays: defaultdict[str, list[Stay]] = defaultdict(list)
        for thing in self._load(Enrolment):
            of = classes.get(thing.values["class_id"])
            if of is not None:
                stays[thing.values["child_id"]].append(Stay(thing, of["school_year"], (of["grade"], of["number"])))
        return stays

    def _children(self, on: date, year: int) -> list[Identity]:
        """Every child of the store, those outside the person's scope too: only so is no second file made for one of them."""
        scope = None
        if self._desk.reach(Child) is not Scope.ALL:
            scope = {row[0] for row in self._desk.tuples(sa.select(self._desk.rows("child", withdrawn=True).c.id))}
        loaded = self._load(Child, withdrawn=True, restrict=False, derived=("birth_on", "name_key"))
        return [identity_of_child(thing, self._classes_of(thing.id, on, year), scope is None or thing.id in scope) for thing in loaded]

    def _merged(self) -> set[str]:
        merge = self._desk.rows(Merge.kind, restrict=False)
        return {row[0] for row in self._desk.tuples(sa.select(merge.c.merged_id).where(merge.c.undone_on.is_(None)))}

    def _classes_of(self, child_id: str, on: date, year: int) -> tuple[ClassKey, ...]:
        """Where to look for a child in a roster of a school year: the class of that year, and the one that last year's class moves up to."""
        stays = self.stays.get(child_id)
        if not stays:
            return ()
        if len(stays) == 1 and stays[0].year == year and stays[0].thing.values["left_on"] is None:
            return (stays[0].key,)
        keys = [stay.key for stay in stays if stay.year == year and stay.holds_on(on)]
        moved_up = (None, LeavingReason.PROMOTED)
        keys += [(s.key[0] + 1, s.key[1]) for s in stays if s.year == year - 1 and s.thing.values["leaving"] in moved_up and not keys]
        return tuple(dict.fromkeys(keys))

    def classes(self) -> list[Thing]:
        """Every class of every school year."""
        return self._classes

    def stored(self, things: Iterable[Thing]) -> dict[str, Record]:
        """The full stored record of each thing that the store has, by id."""
        wanted: defaultdict[type[Record], list[str]] = defaultdict(list)
        for thing in things:
            if thing.version:
                wanted[thing.record].append(thing.id)
        found: dict[str, Record] = {}
        for record, ids in wanted.items():
            for start in range(0, len(ids), _IN_LIST):
                chunk = ids[start : start + _IN_LIST]
                found |= {r.id: r.record for r in self._desk.find(record, {"id": chunk}, include_withdrawn=True)}
        return found


def last_moment(desk: Desk) -> datetime:
    """The moment of the last line of the audit log, which every write appends to."""
    rows = desk.tuples(sa.select(AUDIT.c.at).order_by(AUDIT.c.seq.desc()).limit(1))
    return max((row[0] for row in rows), default=clock.start_of(date(1970, 1, 1)))


def changed_since(desk: Desk, moment: datetime) -> Mapping[type[Record], set[str]]:
    """By kind, the ids of what was changed after `moment`, as the field in `FILE_KINDS` leads to the child or family."""
    changed: dict[type[Record], set[str]] = {}
    for record, field in FILE_KINDS:
        rows = desk.rows(record.kind, restrict=False, withdrawn=True)
        select = sa.select(rows.c[field], rows.c.id).where(rows.c.recorded_at > moment)
        changed[record] = {value for row in desk.tuples(select) for value in row}
    return changed
