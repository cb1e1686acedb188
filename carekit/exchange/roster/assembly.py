"""Rows of cells become rows of facts: every column is read once per distinct cell, then the rows are put together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from carekit.exchange.cells.people import read_other_document
from carekit.exchange.cells.values import NOTHING, Value, text_of
from carekit.exchange.files.sheets import Cell, Sheet
from carekit.exchange.roster.child_facts import UNFOLDED, add_note, unfold
from carekit.exchange.roster.class_cells import ClassSaid, candidates_text, read_class_cells, settle
from carekit.exchange.roster.column_readers import KIND_OF_ROOT, NOT_KEPT, Read, reader_of
from carekit.exchange.roster.context import Context, Report, problem
from carekit.exchange.roster.headings import ROLE_WORDS
from carekit.exchange.roster.layout import Table
from carekit.exchange.roster.member_facts import FamilyOfRow
from carekit.exchange.roster.row_checks import age_at, born_of, check_away, check_child
from carekit.exchange.roster.rows import ClassName, RosterRow, RowProblem
from carekit.exchange.roster.table_rows import DataRow, heading_of
from carekit.records.codes import IdType, LeftBehindSchool

_NUMBERS = frozenset(
    ("child.school_number", "child.local_pupil_number", "child.seat_number", "child.pupil_number", "child.disability_card")
)
_ID_CARDS = (None, IdType.ID_CARD, IdType.HOUSEHOLD_REGISTER, IdType.RESIDENCE_PERMIT, IdType.NONE)
_NO_READING = NOT_KEPT | {"class", "serial", "school", "given_back"}
_TICK = 1000

#: The values of one column, row by row.
Values = list[Any]


class Assembler:
    """Reads the columns of one table and puts its rows together; `column_faults` has what concerns whole columns."""

    def __init__(self, sheet: Sheet, table: Table, rows: list[DataRow], context: Context, default_class: ClassName | None) -> None:
        self._sheet, self._table, self._rows, self._context = sheet, table, rows, context
        self._default = default_class
        self._problems: dict[int, list[RowProblem]] = defaultdict(list)
        self._headings: dict[str, str] = {}
        for position, column in enumerate(table.columns):
            if column.path:
                self._headings.setdefault(column.path, heading_of(table, position))
        self._values: dict[str, Values] = {}
        self._classes: list[ClassSaid] = []
        self.column_faults: list[RowProblem] = []

    def rows(self, tick: Callable[[int], None]) -> list[RosterRow]:
        """The rows; `tick` is called with the number of rows done since the last call."""
        self._show_zeros()
        self._read_classes()
        for position, column in enumerate(self._table.columns):
            if column.path and column.path not in _NO_READING and column.path not in self._values:
                self._values[column.path] = self._read_column(position, column.path, column.heading)
        self._read_other_documents()
        plan = _Plan(self._values)
        found = []
        for index, row in enumerate(self._rows):
            found.append(self._row(index, row, plan))
            if index % _TICK == _TICK - 1:
                tick(_TICK)
        tick(len(self._rows) % _TICK)
        self._judge_ages(found)
        return found

    def _judge_ages(self, rows: list[RosterRow]) -> None:
        """Ages are not kept: tell so once for the column, and tell when they are nominal ones (虚岁)."""
        ages = self._values.get("child.age")
        if ages is None or not any(age is not None for age in ages):
            return
        pairs = [(age, born_of(row.child)) for age, row in zip(ages, rows, strict=True) if age is not None]
        known = [age - age_at(born, self._context.told_on or self._context.today) for age, born in pairs if born is not None]
        nominal = sum(1 for more in known if more in (1, 2))
        if known and nominal * 2 > len(known):
            self.column_faults.append(problem(self._sheet.name, 0, self._headings["child.age"], "AGE_NOMINAL"))
        if len(known) < len(pairs):
            self.column_faults.append(problem(self._sheet.name, 0, self._headings["child.age"], "AGE_NOT_USED"))

    # --- columns ---

    def _read_column(self, position: int, path: str, heading: str) -> Values:
        cells = [row.cells[position] for row in self._rows]
        values = _read_all(reader_of(path, heading, self._context), cells)
        name = heading_of(self._table, position)
        for index, value in enumerate(values):
            if value[1]:
                self._note(index, name, value[1])
        if path in _NUMBERS and len({isinstance(cell, str) for cell in cells if cell != ""}) > 1:
            self.column_faults.append(problem(self._sheet.name, 0, name, "FORMS_MIXED"))
        return [value[0] for value in values]

    def _note(self, index: int, heading: str, codes: tuple[str, ...]) -> None:
        row = self._rows[index].row + 1
        self._problems[index] += [problem(self._sheet.name, row, heading, code) for code in codes]

    def _show_zeros(self) -> None:
        """Numbers that are shown with leading zeros by their format are read as they are shown."""
        zeros = self._sheet.marks.zeros
        if not zeros:
            return
        for position, column in enumerate(self._table.columns):
            if column.path not in _NUMBERS:
                continue
            for index, row in enumerate(self._rows):
                width, cell = zeros.get((row.row, column.index)), row.cells[position]
                if width and isinstance(cell, float) and 0 <= cell < 1e15:
                    row.cells[position] = text_of(cell).zfill(width)
                    self._note(index, heading_of(self._table, position), ("ZEROS_SHOWN",))

    def _read_other_documents(self) -> None:
        """Numbers of birth certificates and passports are no identity numbers: the faults of those are taken back."""
        kinds = self._values.get("child.id_type")
        place = next((i for i, column in enumerate(self._table.columns) if column.path == "child.id_number"), None)
        if kinds is None or place is None:
            return
        heading = heading_of(self._table, place)
        for index, kind in enumerate(kinds):
            if kind in _ID_CARDS:
                continue
            self._problems[index] = [p for p in self._problems[index] if p.column != heading or not p.code.startswith("ID_")]
            read = read_other_document("child", self._rows[index].cells[place])
            self._values["child.id_number"][index] = read.value
            self._note(index, heading, read.faults)

    def _read_classes(self) -> None:
        places = [i for i, column in enumerate(self._table.columns) if column.path == "class"]
        headings = tuple(heading_of(self._table, i) for i in places)
        known: dict[tuple[Any, ...], ClassSaid] = {}
        for row in self._rows:
            cells: tuple[Cell, ...] = tuple(row.cells[i] for i in places)
            key = (*cells, *(type(cell) for cell in cells))
            said = known.get(key)
            if said is None:
                said = known[key] = read_class_cells(cells, headings)
            self._classes.append(said)

    # --- rows ---

    def _row(self, index: int, row: DataRow, plan: _Plan) -> RosterRow:
        sheet, number = self._sheet.name, row.row + 1
        problems = self._problems.pop(index, [])
        report = Report(sheet, number, self._headings, problems)
        problems += [problem(sheet, number, heading, code) for heading, code in row.problems]

        def at(path: str) -> Any:
            values = self._values.get(path)
            return values[index] if values else None

        child, family, care = (
            {name: values[index] for name, values in columns if values[index] is not None}
            for columns in (plan.child, plan.family, plan.care)
        )
        leaving = unfold(at, child, family, report)
        school_class = self._class_of(index, row, report)
        claim, away = at("left_behind"), at("away") if at("away") is not None else at("both_away")
        people = self._people(index, plan, claim, away, report)
        members = people.facts()
        family = {**people.family, **family}
        _add_assistance(family, [values[index] for values in plan.assistance])
        add_note(family, people.notes)
        check_child(child, at, school_class, self._context, report)
        check_away(claim, away, members, report)
        self._check_whole(row, report)
        return RosterRow(
            sheet=sheet,
            row=number,
            child=child,
            family=family,
            members=members,
            care=care,
            school_class=school_class,
            class_teacher=at("class_teacher") or self._teacher_around(row),
            left_behind=claim if isinstance(claim, LeftBehindSchool) else None,
            away=away,
            leaving=leaving,
            household=f"户:{at('household')}" if at("household") else row.household,
            problems=tuple(problems),
            original=tuple(cell if type(cell) is str else text_of(cell) for cell in row.original),
        )

    def _teacher_around(self, row: DataRow) -> Any:
        """The class teacher named above the rows of a class, or at the head of the sheet."""
        return row.separator.teacher if row.separator else self._context.class_teacher

    def _check_whole(self, row: DataRow, report: Report) -> None:
        """What the look of the row says: hidden, struck through, or a lone line that is no name."""
        if row.row in self._sheet.marks.hidden_rows:
            report("", "ROW_HIDDEN")
        if row.row in self._sheet.marks.struck_rows:
            report("", "ROW_STRUCK")
        if any(p.code == "NAME_UNLIKELY" for p in report.found) and sum(1 for cell in row.original if cell != "") <= 1:
            report("", "ROW_UNCLEAR")

    def _class_of(self, index: int, row: DataRow, report: Report) -> ClassName | None:
        said = self._classes[index]
        default = row.separator.school_class if row.separator else self._default
        made, fault = settle(said, default, "class" in self._headings)
        if fault == "CLASS_DAMAGED":
            report("class", fault, candidates=candidates_text(said.candidates))
        elif fault:
            report("class", fault)
        return made

    def _people(self, index: int, plan: _Plan, claim: object, away: frozenset[str] | None, report: Report) -> FamilyOfRow:
        people = FamilyOfRow(self._context, report)
        for path, ordered in (("parent.pair", True), ("parent.name", False)):
            values = self._values.get(path)
            if values and values[index] is not None:
                people.pair(values[index], ordered=ordered)
        for role, columns in plan.members:
            said = {name: values[index] for name, values in columns if values[index] is not None}
            if said:
                people.member(role, said)
        if away:
            people.away(away)
        for name, values in plan.parents:
            if values[index] is not None:
                people.parents(name, self._headings.get(f"parent.{name}", ""), values[index], claim, away)
        return people


class _Plan:
    """The columns of a table sorted by what they are put into."""

    def __init__(self, values: dict[str, Values]) -> None:
        self.child: list[tuple[str, Values]] = []
        self.family: list[tuple[str, Values]] = []
        self.care: list[tuple[str, Values]] = []
        self.parents: list[tuple[str, Values]] = []
        self.assistance: list[Values] = []
        members: dict[str, list[tuple[str, Values]]] = defaultdict(list)
        for path, column in values.items():
            root, _, name = path.partition(".")
            if root == "assistance":
                self.assistance.append(column)
            elif root == "parent":
                if name not in ("pair", "name"):
                    self.parents.append((name, column))
            elif root in ROLE_WORDS:
                members[root].append((name, column))
            elif root in KIND_OF_ROOT and path not in UNFOLDED:
                getattr(self, root).append((name, column))
        #: The name first: what stands in brackets behind it gives way to the columns.
        self.members = [(role, sorted(columns, key=lambda c: c[0] != "name")) for role, columns in members.items()]


def _read_all(read: Read, cells: list[Cell]) -> list[Value]:
    """Every cell's value, each distinct text read once."""
    known: dict[Any, Value] = {"": NOTHING}
    found = []
    for cell in cells:
        # True, 1 and 1.0 are one key to a dict but not one value to a reader.
        key = cell if type(cell) is str else (type(cell), cell)
        value = known.get(key)
        if value is None:
            value = known[key] = read(cell)
        found.append(value)
    return found


def _add_assistance(family: dict[str, object], more: list[object]) -> None:
    listed = family.get("assistance")
    found = [*(listed if isinstance(listed, tuple) else ()), *(one for one in more if one is not None)]
    if found:
        family["assistance"] = tuple(dict.fromkeys(found))
