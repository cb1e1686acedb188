"""An import worked out before anything is saved: each row of a roster compared with the store.

`plan_import` saves nothing. It says for every row whether it makes a new file, changes one, changes nothing or goes back to the
school with a reason, and holds the checked records that `carekit.exchange.planning.apply.apply_plan` saves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date

from carekit import clock
from carekit.access import may_write
from carekit.calendar import school_year_of
from carekit.errors import Denied, UserError
from carekit.exchange.planning.family_facts import FamilyFacts, precise_fields
from carekit.exchange.planning.household import FamilyBook
from carekit.exchange.planning.known import Known
from carekit.exchange.planning.ledger import Ledger, Thing, code_of
from carekit.exchange.planning.matching import REASONS, ClassKey, Identity, Match, identity_of_row, same_in_file
from carekit.exchange.planning.outcome import WEIGHT, ImportPlan, Outcome, PlannedRow, told
from carekit.exchange.planning.placement import ClassBook, Placement, lists_left_behind
from carekit.exchange.planning.reasons import HOLDING, REPEATED, SAVED_IN_DOUBT, SENTENCES, sentence
from carekit.exchange.roster.collector import collector_paused
from carekit.exchange.roster.rows import RosterReading, RosterRow, RowProblem, Severity
from carekit.identifiers import several
from carekit.language import Label
from carekit.names import same_name_key
from carekit.records import Child, RuleSettings, School, SchoolClass, StaffMember
from carekit.records.codes import LeftBehindSchool, ParentState
from carekit.store import Desk

#: How many rows are planned between two reports of progress.
_STEP = 500
Progress = Callable[[int, int], None]


@dataclass(slots=True)
class _Entry:
    """One child of one row while the plan is made."""

    row: RosterRow
    unit: int
    school_class: ClassKey | None = None
    who: Identity | None = None
    match: Match = field(default_factory=Match)
    child: Thing | None = None


def plan_import(
    desk: Desk,
    reading: RosterReading,
    *,
    school_year: int | None = None,
    on: date | None = None,
    school_id: str | None = None,
    accepted: Collection[tuple[str, int]] = (),
    progress: Progress | None = None,
) -> ImportPlan:
    """Compare every row of a roster with the store; nothing is saved.

    The roster is that of `school_year` (the year in which it begins) and holds on the day `on`; both are today's when left out.
    `accepted` are rows (sheet, row) of which a person decided that they are saved although something in them is unclear: what is unclear
    stays out. `progress` is told (rows done, rows in all). Raises `Denied` when the role may not write children's files, `UserError` when there are several
    schools and `school_id` does not say which is meant.
    """
    allowed = may_write(desk.actor, Child)
    if not allowed:
        raise Denied(allowed.why)
    on = on or clock.today()
    year = school_year if school_year is not None else school_year_of(on)
    with collector_paused():
        return _Planner(desk, reading, on, year, school_id, frozenset(accepted)).plan(progress or _silent)


class _Planner:
    def __init__(
        self, desk: Desk, reading: RosterReading, on: date, year: int, school_id: str | None, accepted: frozenset[tuple[str, int]]
    ) -> None:
        self._desk, self._reading, self._on, self._year = desk, reading, on, year
        self._ledger, self._accepted = Ledger(), accepted
        units: dict[tuple[str, int], int] = {}
        self._entries = [_Entry(row, units.setdefault((row.sheet, row.row), len(units))) for row in reading.rows]
        self._keys = list(units)
        self._problems: defaultdict[int, list[RowProblem]] = defaultdict(list)
        self._held: set[int] = set()
        for entry in self._entries:
            asked = any(p.severity is Severity.ASK and p.code not in SAVED_IN_DOUBT for p in entry.row.problems)
            if entry.row.held or (asked and self._keys[entry.unit] not in accepted):
                self._held.add(entry.unit)
            self._problems[entry.unit] += [p for p in entry.row.problems if p not in self._problems[entry.unit]]
        self._known = Known(desk, reading.rows, on, year)
        names = {entry.row.school_class for entry in self._entries if entry.row.school_class is not None}
        school = _school(desk, school_id)
        may_add = bool(may_write(desk.actor, SchoolClass))
        self._classes = ClassBook(self._known, self._ledger, school, year, names, may_add)
        self._families = FamilyBook(self._known, self._ledger)
        self._facts = FamilyFacts(self._known, self._ledger, self._families, on)
        self._placement = Placement(self._known, self._ledger, self._classes, _rules(desk, school, on), on)
        self._listed = lists_left_behind(reading)
        self._newcomers: defaultdict[int, list[Identity]] = defaultdict(list)

    def plan(self, progress: Progress) -> ImportPlan:
        """The whole plan."""
        self._match()
        for number, entry in enumerate(self._entries):
            if number % _STEP == 0:
                progress(number, len(self._entries))
            if entry.unit not in self._held:
                self._plan(entry)
        self._check_teachers()
        self._ledger.settle(self._known.stored(self._ledger.touched.values()), self._held)
        for unit, errors in self._ledger.held.items():
            row = next(entry.row for entry in self._entries if entry.unit == unit)
            self._problems[unit] += [told(row, "INVALID", error.label, Severity.HOLD) for error in errors]
        progress(len(self._entries), len(self._entries))
        return self._finished()

    # --- who is meant ---

    def _match(self) -> None:
        rows: dict[int, Identity] = {}
        for number, entry in enumerate(self._entries):
            entry.school_class = self._classes.key(entry.row.school_class)
            entry.who = identity_of_row(entry.row, entry.school_class)
            if not any(p.code in REPEATED for p in entry.row.problems):
                rows[number] = entry.who
        for number, other in same_in_file(rows).items():
            self._tell(self._entries[number], "SAME_IN_FILE", REASONS["SAME_IN_FILE"].format(who=self._entries[other].row.row))
        taken: dict[str, _Entry] = {}
        for entry in self._entries:
            if entry.unit not in self._held:
                self._match_one(entry, taken)
        for entry in self._entries:
            if entry.unit not in self._held and entry.child is not None:
                self._families.note_household(entry.row, entry.child)

    def _match_one(self, entry: _Entry, taken: dict[str, _Entry]) -> None:
        row, who = entry.row, entry.who
        assert who is not None  # noqa: S101 - set for every entry just before
        if row.leaving is not None and self._keys[entry.unit] not in self._accepted:
            self._tell(entry, "LEAVING")
        if row.school_class is not None and entry.school_class is None:
            self._tell(entry, "CLASS_UNCLEAR")
        match = self._known.active.match(who)
        if match.child is None and match.code is None:
            match = self._known.withdrawn.match(who, weakly=False)
        entry.match, child = match, match.child
        if match.reason is not None and match.code is not None:
            self._tell(entry, match.code, match.reason)
        elif child is not None and not child.in_scope:
            self._tell(entry, "OUT_OF_SCOPE", REASONS["OUT_OF_SCOPE"])
        elif child is not None and child.thing is not None:
            if child.thing.id in taken:
                other = taken[child.thing.id]
                for one, two in ((entry, other), (other, entry)):
                    self._tell(one, "SAME_IN_FILE", REASONS["SAME_IN_FILE"].format(who=two.row.row))
            elif who.id_number and who.id_number != child.id_number and child.id_usable and not who.id_usable:
                self._tell(entry, "ID_WORSE")
            else:
                taken[child.thing.id], entry.child = entry, child.thing

    # --- what a row says ---

    def _plan(self, entry: _Entry) -> None:
        row, unit, child = entry.row, entry.unit, entry.child
        if entry.match.doubt is not None:
            self._tell(entry, "NAME_ALONE", entry.match.doubt)
        if child is None:
            assert entry.who is not None  # noqa: S101
            child = entry.child = self._ledger.add(Child, row.child, unit)
            self._newcomers[unit].append(entry.who)
        else:
            if child.withdrawn:
                self._ledger.bring_back(child, unit)
                self._tell(entry, "BROUGHT_BACK")
            others = several(child.get("other_numbers"))
            said = {name: value for name, value in row.child.items() if value not in others}
            self._ledger.state(child, {**said, **precise_fields(child, row.child, "born_on", "born_precision")}, unit)

        def tell(code: str, other: int | None, name: Label | None) -> None:
            line = self._keys[other][1] if other is not None else ""
            if code != "RELATION_MISSING" or not any(p.code == "GUARDIAN_RELATION_MISSING" for p in row.problems):
                self._tell(entry, code, SENTENCES[code].format(row=line, field=name or ""))

        family, shared = self._families.family_of(row, child, unit)
        people = self._facts.plan(row, child, family, unit, tell) if family is not None else []
        if family is None and row.left_behind is LeftBehindSchool.ONE:
            self._tell(entry, "WHO_IS_AWAY")
        if shared:
            self._tell(entry, "SIBLING")
        self._place(entry, child, unit)
        parents = (
            (p.relation, code_of(ParentState, p.thing.get("state") or ParentState.PRESENT), dict(p.told) if p.told is not None else None)
            for p in people
        )
        left_behind = self._placement.left_behind(row.left_behind, parents) or (row.left_behind is None and self._said_left_behind(row))
        code = self._placement.register(child, left_behind, row.left_behind, unit)
        if code is not None:
            self._tell(entry, code)

    def _said_left_behind(self, row: RosterRow) -> bool:
        """Whether the row says 留守 without saying which kind, or stands in a list of left-behind children."""
        return row.sheet in self._listed or any(p.code == "LEFT_BEHIND_KIND_MISSING" for p in row.problems)

    def _place(self, entry: _Entry, child: Thing, unit: int) -> None:
        key = entry.school_class
        if key is None:
            return
        school_class = self._classes.thing(key, unit)
        if school_class is None:
            self._tell(entry, "CLASS_UNKNOWN")
            return
        code = self._placement.place(child, key, school_class, entry.row.child.get("entered_on"), unit)
        if code is not None:
            self._tell(entry, code)

    def _check_teachers(self) -> None:
        """Class teachers whom the school does not have are named once a class; nobody is made staff by a roster."""
        named = {(entry.school_class, entry.row.class_teacher): entry for entry in reversed(self._entries) if entry.row.class_teacher}
        if not named:
            return
        staff = {same_name_key(found.record.name) for found in self._desk.find(StaffMember)}
        for (_, teacher), entry in named.items():
            if same_name_key(teacher or "") not in staff:
                self._tell(entry, "TEACHER_UNKNOWN")

    def _tell(self, entry: _Entry, code: str, label: Label | None = None) -> None:
        severity = Severity.HOLD if code in HOLDING or code in REASONS else Severity.WARN
        if severity is Severity.HOLD:
            self._held.add(entry.unit)
        problem = told(entry.row, code, label or sentence(code), severity)
        if problem not in self._problems[entry.unit]:
            self._problems[entry.unit].append(problem)

    # --- what becomes of it ---

    def _finished(self) -> ImportPlan:
        writes = self._ledger.writes()
        changed = {write.unit for write in writes if write.record.kind not in ("school", "school_class")}
        by_unit: defaultdict[int, list[_Entry]] = defaultdict(list)
        for entry in self._entries:
            by_unit[entry.unit].append(entry)
        return ImportPlan(
            reading=self._reading,
            rows=tuple(self._row(unit, by_unit[unit], unit in changed) for unit in range(len(self._keys))),
            writes=tuple(writes),
            since=self._known.since,
            newcomers={unit: tuple(found) for unit, found in self._newcomers.items() if unit not in self._held},
            new_classes=tuple(self._classes.added),
            on=self._on,
            school_year=self._year,
        )

    def _row(self, unit: int, entries: list[_Entry], changed: bool) -> PlannedRow:
        held = unit in self._held

        def outcome(entry: _Entry) -> Outcome:
            if held or entry.child is None:
                return Outcome.HELD_BACK
            return Outcome.NEW if entry.child.version == 0 else Outcome.CHANGED if changed else Outcome.UNCHANGED

        sheet, row = self._keys[unit]
        return PlannedRow(
            sheet=sheet,
            row=row,
            outcome=max((outcome(entry) for entry in entries), key=WEIGHT.__getitem__),
            children=tuple(entry.row for entry in entries),
            child_ids=tuple("" if held or entry.child is None else entry.child.id for entry in entries),
            problems=tuple(self._problems[unit]),
        )


def _silent(_done: int, _of: int) -> None:
    """No report of progress."""


def _school(desk: Desk, school_id: str | None) -> str | None:
    """The school that a roster is of: the one named, else the person's own, else the only one; None when the store has none yet."""
    schools = [found.id for found in desk.find(School)]
    if school_id is not None:
        return school_id
    own = [found.record.school_id for found in desk.find(StaffMember, {"id": desk.actor.staff_id})]
    if own or len(schools) < 2:
        return next(iter(own or schools), None)
    raise UserError(
        Label("There are several schools in this store. Say whose roster this is.", "库里有几所学校，请先选择这份名单属于哪所学校。"),
        code="which_school",
    )


def _rules(desk: Desk, school_id: str | None, on: date) -> RuleSettings | None:
    found = [r.record for r in desk.find(RuleSettings) if r.record.school_id == school_id and r.record.from_on <= on]
    return max(found, key=lambda rules: rules.from_on, default=None)
