"""The rows of one list with their blanks filled where the roster's own habits allow it: merged cells, 同上, and blanks in classes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from carekit.exchange.cells.people import several
from carekit.exchange.cells.values import DITTO, text_of
from carekit.exchange.files.sheets import Cell, Sheet
from carekit.exchange.files.workbook_xml import letters_of
from carekit.exchange.roster.column_readers import DITTO_ALSO, FILL_DOWN, OWN
from carekit.exchange.roster.headings import ROLE_WORDS
from carekit.exchange.roster.layout import Table
from carekit.exchange.roster.row_kinds import Separator

#: Cells of these columns are cut along with the names when a row has several children.
_CUT = frozenset(
    "child.name child.born_on child.id_number child.pupil_number child.school_number child.seat_number child.sex child.age class".split()
)
#: A row with several children must have as many of these, when it has any.
_MUST_MATCH = frozenset("child.born_on child.id_number child.pupil_number".split())
_SEVERAL_NAMES = re.compile(r"[、，,/;；\n]|\S\s+和\s+\S")


@dataclass(slots=True)
class DataRow:
    """One child's cells: `row` counts from 0 in the sheet; `cells` stand in the order of the table's columns."""

    row: int
    cells: list[Cell]
    original: list[Cell]
    separator: Separator | None = None
    household: str | None = None
    problems: list[tuple[str, str]] = field(default_factory=list)


def heading_of(table: Table, position: int) -> str:
    """How a column is called to a person: its own heading, else its letter."""
    column = table.columns[position]
    return column.heading.rpartition(" / ")[2] or letters_of(column.index)


def fill(sheet: Sheet, table: Table, rows: list[DataRow]) -> None:
    """Fill merged cells, 同上 and blanks, in place."""
    by_row = {row.row: row for row in rows}
    _fill_merged(sheet, table, by_row)
    for position, column in enumerate(table.columns):
        if column.path in FILL_DOWN or column.path in DITTO_ALSO:
            _fill_column(rows, position, column.path or "", heading_of(table, position))


def _fill_merged(sheet: Sheet, table: Table, by_row: dict[int, DataRow]) -> None:
    place = {column.index: position for position, column in enumerate(table.columns) if column.path}
    for top, left, bottom, _ in sheet.merged:
        position = place.get(left)
        if position is None or bottom == top or top <= table.last or top >= len(sheet.rows):
            continue
        path = table.columns[position].path or ""
        if path in OWN:
            continue
        value = sheet.rows[top][left]
        shares_home = path.partition(".")[0] in ROLE_WORDS and path.endswith(".name")
        for number in range(top, min(bottom, len(sheet.rows) - 1) + 1):
            row = by_row.get(number)
            if row is None:
                continue
            if number > top and row.cells[position] == "":
                row.cells[position] = value
            if shares_home and row.household is None:
                row.household = f"{sheet.name}:{top}:{left}"


def _fill_column(rows: list[DataRow], position: int, path: str, heading: str) -> None:
    """Copy the cell above where the roster says "the same" or, in columns that allow it, leaves a blank."""
    said_each_time = _repeats(rows, position)
    above: Cell = ""
    block: object = rows[0].separator if rows else None
    for row in rows:
        if row.separator is not block:
            above, block = "", row.separator
        cell = row.cells[position]
        blank = isinstance(cell, str) and not cell.strip()
        ditto = isinstance(cell, str) and cell.strip() in DITTO
        if not blank and not ditto:
            above = cell
        elif above != "" and (ditto or path in FILL_DOWN):
            row.cells[position] = above
            if blank and said_each_time and path == "class":
                row.problems.append((heading, "CLASS_FROM_ABOVE"))
        elif ditto:
            row.cells[position] = ""
            row.problems.append((heading, "DITTO_ABOVE_BLANK"))


def _repeats(rows: list[DataRow], position: int) -> bool:
    """Whether the column writes the same thing again in the next row, so that a blank is no habit of "as above"."""
    return any(a.cells[position] == b.cells[position] != "" for a, b in pairwise(rows))


def cut(table: Table, rows: list[DataRow], sheet_name: str) -> list[DataRow]:
    """The rows, those with several children in the name cell (甲、乙) as one row for each child."""
    place = next((i for i, column in enumerate(table.columns) if column.path == "child.name"), None)
    if place is None:
        return rows
    found: list[DataRow] = []
    for row in rows:
        cell = row.cells[place]
        if isinstance(cell, str) and _SEVERAL_NAMES.search(cell) and "(" not in cell and "=" not in cell and "<" not in cell:
            found += _children(table, row, place, sheet_name)
        else:
            found.append(row)
    return found


def _children(table: Table, row: DataRow, place: int, sheet_name: str) -> list[DataRow]:
    names = several(str(row.cells[place]))
    if len(names) < 2:
        return [row]
    parts: dict[int, list[str]] = {}
    matched = False
    for position, column in enumerate(table.columns):
        if column.path not in _CUT:
            continue
        text = text_of(row.cells[position]).strip()
        pieces = several(text) if text else []
        if len(pieces) == len(names):
            parts[position] = pieces
            matched = matched or column.path in _MUST_MATCH
        elif pieces and (column.path in _MUST_MATCH or len(pieces) > 1):
            return _unclear(table, row, place)
    if not matched or any(len(name) > 8 for name in names):
        return _unclear(table, row, place)
    heading = heading_of(table, place)
    home = row.household or f"{sheet_name}:{row.row}"
    return [
        DataRow(
            row.row,
            [parts[i][number] if i in parts else cell for i, cell in enumerate(row.cells)],
            row.original,
            row.separator,
            home,
            [*row.problems, (heading, "SEVERAL_CHILDREN")],
        )
        for number in range(len(names))
    ]


def _unclear(table: Table, row: DataRow, place: int) -> list[DataRow]:
    row.problems.append((heading_of(table, place), "CHILDREN_UNCLEAR"))
    return [row]
