"""Forms with a label before each blank (姓名 | 测试甲 | 性别 | 女): one child to a form, as one row of a list."""

from __future__ import annotations

from dataclasses import dataclass

from carekit.exchange.files.sheets import Cell, Sheet
from carekit.exchange.roster.headings import ROLE_WORDS, match_heading, plain_heading, role_of, with_role
from carekit.exchange.roster.layout import Column, Table, resolve, text_of_cell
from carekit.records.codes import Relation

_RELATION_WORDS = frozenset(word for relation in Relation for word in relation.words)
#: Words that are values far more often than labels on a form.
_VALUES = _RELATION_WORDS | {"是", "否", "其他", "小学", "残疾", "低保"}
#: So many labels side by side are the headings of a list.
_LABELS_OF_A_LIST = 6
#: Sheets with more rows are lists.
_MOST_ROWS = 600


@dataclass(slots=True)
class Card:
    """One form: the row (from 0) of the child's name, the rows it covers, its labels as columns and its values as one row of cells."""

    row: int
    rows: range
    table: Table
    cells: list[Cell]


def _label(cell: Cell) -> str | None:
    text = text_of_cell(cell) if isinstance(cell, str) else ""
    if not text or plain_heading(text) in _VALUES:
        return None
    return text if match_heading(text) is not None else None


def find_cards(sheet: Sheet) -> list[Card]:
    """The forms on a sheet, one under the other; empty when it holds none.

    A sheet of forms has labels in at least three rows, or in one row by turns with their values.
    """
    if len(sheet.rows) > _MOST_ROWS:
        return []
    rows = sheet.rows
    names = [
        (number, column)
        for number, row in enumerate(rows)
        for column, cell in enumerate(row)
        if isinstance(cell, str)
        and len(cell) < 20
        and match_heading(cell) == "child.name"
        and _role_at_left(sheet, number, column) in (None, "child")
    ]
    if not names:
        return []
    starts = sorted({number for number, _ in names})
    if len(starts) != len(names) or len({column for _, column in names}) > 1:
        return []
    if any(_heads_a_list(rows[start]) for start in starts):
        return []
    labelled = sum(1 for row in rows if any(_label(cell) for cell in row if isinstance(cell, str) and len(cell) < 20))
    if labelled < 3 * len(starts):
        return []
    ends = [*starts[1:], len(sheet.rows)]
    cards = [_read_card(sheet, start, end) for start, end in zip(starts, ends, strict=True)]
    return cards if all(card is not None for card in cards) else []  # type: ignore[return-value]


def _heads_a_list(row: list[Cell]) -> bool:
    """Whether so many labels stand side by side that they head columns: on a form a value or a blank follows each label."""
    run = longest = 0
    for cell in row:
        run = run + 1 if _label(cell) else 0
        longest = max(longest, run)
    return longest >= _LABELS_OF_A_LIST


def _role_at_left(sheet: Sheet, row: int, column: int) -> str | None:
    """The member that a cell at the left, merged downward or of the same row, names for this row."""
    for left in range(column - 1, -1, -1):
        for top, first, bottom, last in sheet.merged:
            if first <= left <= last and top <= row <= bottom:
                role = role_of(text_of_cell(sheet.rows[top][first]))
                if role:
                    return role
        text = text_of_cell(sheet.rows[row][left])
        role = role_of(text) if text else None
        if role and left + 1 < len(sheet.rows[row]):
            return role
        if text and match_heading(text):
            return None
    return None


def _read_card(sheet: Sheet, start: int, end: int) -> Card | None:
    columns: list[Column] = []
    cells: list[Cell] = []
    for number in range(start, end):
        _read_line(sheet, number, columns, cells)
    paths = {column.path for column in columns}
    if len(columns) < 3 or "child.name" not in paths:
        return None
    resolve(columns)
    return Card(start, range(start, end), Table(columns, start, start), cells)


def _read_line(sheet: Sheet, number: int, columns: list[Column], cells: list[Cell]) -> None:
    """The labels of one row with the cell that follows each."""
    row = sheet.rows[number]
    role: str | None = None
    column = 0
    while column < len(row):
        text = text_of_cell(row[column])
        named = role_of(text) if text else None
        if named and named != "child" and _follows_label(sheet, number, column):
            role = named
        elif text and (label := _label(row[column])):
            role = role or _role_at_left(sheet, number, column)
            path = (with_role(role, label) if role in ROLE_WORDS else None) or match_heading(label)
            place, value = _value_after(sheet, number, column)
            inherited = role in ROLE_WORDS and path is not None and path.startswith(f"{role}.") and path != match_heading(label)
            heading = f"{ROLE_WORDS[role or ''].split()[0]} / {text}" if inherited else text
            columns.append(Column(len(columns), heading, path))
            cells.append(value)
            column = place
        column += 1


def _follows_label(sheet: Sheet, number: int, column: int) -> bool:
    """Whether the next filled cell of the row is a label, so that a member's word heads the row and is no label itself."""
    for cell in sheet.rows[number][column + 1 :]:
        text = text_of_cell(cell)
        if text:
            return _label(cell) is not None and (role_of(text) is None)
    return False


def _value_after(sheet: Sheet, number: int, column: int) -> tuple[int, Cell]:
    """The column and content of the value that belongs to the label: the next filled cell, unless that is a label too."""
    row = sheet.rows[number]
    for place in range(column + 1, len(row)):
        cell = row[place]
        if cell == "" or (isinstance(cell, str) and not cell.strip()):
            continue
        if _label(cell) is not None:
            return place - 1, ""
        return place, cell
    return len(row), ""
