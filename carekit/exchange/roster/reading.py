"""Reading a roster: a file of any usual kind becomes typed rows, and every row of it is accounted for.

The used range of a sheet ends with its last filled cell; all rows above that are counted, blank ones included. Whatever is no
heading, title, total, note or separator is a child's row, and is held back when it cannot be understood.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from carekit import clock
from carekit.exchange.cells.dates import read_date
from carekit.exchange.cells.values import text_of
from carekit.exchange.files.file_kinds import LARGEST_FILE, UnreadableFile
from carekit.exchange.files.sheets import Sheet, read_sheets
from carekit.exchange.files.workbook_xml import letters_of
from carekit.exchange.roster.assembly import Assembler
from carekit.exchange.roster.cards import Card, find_cards
from carekit.exchange.roster.class_names import class_inside
from carekit.exchange.roster.collector import collector_paused
from carekit.exchange.roster.column_readers import NOT_KEPT
from carekit.exchange.roster.context import Context, problem
from carekit.exchange.roster.headings import match_heading, plain_heading
from carekit.exchange.roster.layout import Column, HeadingBlock, Table, find_headings
from carekit.exchange.roster.row_checks import check_file
from carekit.exchange.roster.row_kinds import TEACHER, RowKinds, Separator
from carekit.exchange.roster.rows import SKIP_REASONS, ColumnLayout, RosterReading, RosterRow, RowProblem, SheetLayout, SkippedRow
from carekit.exchange.roster.table_rows import DataRow, cut, fill, heading_of

#: Files with more rows than this report their progress.
PROGRESS_FROM = 2000

Progress = Callable[[int, int], None]
_TOLD_ON = re.compile(r"(?:填[表报]|统计|制表|截止)(?:日期|时间)\s*[:：]?\s*(\S+?日|[\d.\-/年月]+)")


def read_roster(
    source: bytes | Path, file_name: str, *, progress: Progress | None = None, school_province: str | None = None, today: date | None = None
) -> RosterReading:
    """Read a roster from bytes or a path; `today` is what ages and lengths of absence count from.

    `progress` is called with rows done and rows in all while a file of more than 2,000 rows is read. Raises `UnreadableFile` with
    one sentence for what is no roster.
    """
    today = today or clock.today()
    # The types of the fields ask the clock what is still to come: they must mean the same day.
    with collector_paused(), clock.at(today):
        return _read(_content(source), file_name, progress, Context(today, school_province))


def _read(content: bytes, file_name: str, progress: Progress | None, context: Context) -> RosterReading:
    sheets = read_sheets(content, file_name)
    total = sum(len(sheet.rows) for sheet in sheets)
    meter = _Meter(progress if total > PROGRESS_FROM else None, total)
    parts = [_read_sheet(sheet, context, meter) for sheet in sheets if sheet.rows]
    used = [part for part in parts if part.layout.kind != "unused"]
    if not used:
        raise UnreadableFile("NO_HEADINGS")
    headings = {part.layout.sheet: part.by_path for part in used}
    rows = check_file([row for part in used for row in part.rows], headings)
    meter.finish()
    return RosterReading(
        file_name=file_name,
        layouts=tuple(part.layout for part in parts),
        rows=tuple(rows),
        skipped=tuple(skipped for part in used for skipped in part.skipped),
        rows_read=sum(part.rows_read for part in used),
        blank=sum(part.blank for part in used),
        headings={part.layout.sheet: part.headings for part in used},
    )


def _content(source: bytes | Path) -> bytes:
    if isinstance(source, bytes):
        return source
    if source.stat().st_size > LARGEST_FILE:
        raise UnreadableFile("FILE_TOO_LARGE")
    return source.read_bytes()


class _Meter:
    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress, self._total, self._done = progress, total, 0

    def add(self, rows: int) -> None:
        if self._progress is not None and rows:
            self._done = min(self._done + rows, self._total)
            self._progress(self._done, self._total)

    def finish(self) -> None:
        if self._progress is not None and self._done < self._total:
            self._progress(self._total, self._total)


@dataclass(slots=True)
class _Part:
    """What one sheet gave."""

    layout: SheetLayout
    rows: list[RosterRow] = field(default_factory=list)
    skipped: list[SkippedRow] = field(default_factory=list)
    rows_read: int = 0
    blank: int = 0
    headings: tuple[str, ...] = ()
    by_path: dict[str, str] = field(default_factory=dict)

    def skip(self, row: int, reason: str) -> None:
        """Note that row `row` (from 0) holds no child."""
        if reason == "blank":
            self.blank += 1
        else:
            self.skipped.append(SkippedRow(self.layout.sheet, row + 1, reason, SKIP_REASONS[reason]))


def _read_sheet(sheet: Sheet, context: Context, meter: _Meter) -> _Part:
    cards = find_cards(sheet)
    if cards:
        return _read_cards(sheet, cards, context, meter)
    block = find_headings(sheet)
    if block is None:
        filled = any(cell != "" for row in sheet.rows for cell in row)
        problems = (problem(sheet.name, 0, "", "SHEET_NOT_USED"),) if filled else ()
        return _Part(SheetLayout(sheet.name, (0, 0), (), None, "unused", sheet.hidden, problems))
    return _read_list(sheet, block, context, meter)


# --- lists ------------------------------------------------------------------------------------------------------------


def _read_list(sheet: Sheet, block: HeadingBlock, context: Context, meter: _Meter) -> _Part:
    titles = [text_of(cell).strip() for row in sheet.rows[: block.first] for cell in row if cell != ""]
    context = replace(context, sheet=sheet.name, told_on=_told_on(titles), class_teacher=_teacher(titles))
    class_of_sheet = class_inside(sheet.name)
    class_of_title = next((made for text in titles if (made := class_inside(text))), None)
    problems = [problem(sheet.name, 0, "", "SHEET_HIDDEN")] if sheet.hidden else []
    part = _Part(SheetLayout(sheet.name, (block.first + 1, block.last + 1), (), class_of_sheet, "list", sheet.hidden))
    part.rows_read = len(sheet.rows)
    data = _sort_rows(sheet, block, part, frozenset(titles))
    columns: list[ColumnLayout] = []
    for table in block.tables:
        rows = cut(table, _filled_rows(sheet, table, data), sheet.name)
        assembler = Assembler(sheet, table, rows, context, class_of_sheet or class_of_title)
        part.rows += assembler.rows(meter.add)
        problems += _column_problems(sheet, table, rows) + assembler.column_faults
        columns += [ColumnLayout(letters_of(c.index), c.heading, None if c.path in NOT_KEPT else c.path) for c in table.columns]
        for position, column in enumerate(table.columns):
            part.by_path.setdefault(column.path or "", heading_of(table, position))
    part.rows.sort(key=lambda row: row.row)
    if class_of_sheet is None and class_of_title is not None and not any(c.path == "class" for t in block.tables for c in t.columns):
        problems.append(problem(sheet.name, 0, "", "CLASS_FROM_TITLE"))
    part.layout = replace(part.layout, columns=tuple(columns), problems=tuple(problems), titles=tuple(titles))
    part.headings = tuple(_heading_alone(column) for column in block.tables[0].columns)
    return part


def _heading_alone(column: Column) -> str:
    """The heading in one cell, as short as still tells what the column holds."""
    levels = column.heading.split(" / ")
    for count in range(1, len(levels) + 1):
        text = "".join(levels[-count:])
        if column.path is not None and match_heading(text) == column.path:
            return text
    return levels[-1] if column.path is None or match_heading(levels[-1]) is not None else "".join(levels)


def _teacher(titles: list[str]) -> str | None:
    """The class teacher whom a line above the headings names."""
    return next((match[1] for title in titles if (match := TEACHER.search(title))), None)


def _told_on(titles: list[str]) -> date | None:
    """The day on which the sheet says that it was filled in."""
    for title in titles:
        match = _TOLD_ON.search(title)
        if match:
            return read_date(match[1], pupil=False).day
    return None


def _sort_rows(sheet: Sheet, block: HeadingBlock, part: _Part, titles: frozenset[str]) -> list[tuple[int, Separator | None]]:
    """The numbers of the children's rows, each with the line that names its class; all others are skipped with their reason."""
    columns = [column for table in block.tables for column in table.columns]
    kinds = RowKinds(
        table=block.tables[0],
        titles=titles,
        headings={c.index: frozenset(plain_heading(text) for text in (*c.heading.split(" / "), c.heading)) for c in columns if c.heading},
        raw_headings={c.index: frozenset((*c.heading.split(" / "), c.heading)) for c in columns if c.heading},
        serials=frozenset(c.index for c in columns if c.path in ("serial", "school", "given_back")),
        name_columns=frozenset(c.index for c in columns if c.path == "child.name"),
    )
    for number in range(block.last + 1):
        blank = all(not text_of(cell).strip() for cell in sheet.rows[number])
        part.skip(number, "blank" if blank else "title" if number < block.first else "heading")
    found: list[tuple[int, Separator | None]] = []
    for number in range(block.last + 1, len(sheet.rows)):
        kind = kinds.kind(sheet.rows[number], number - block.last - 1)
        if kind == "child":
            found.append((number, kinds.separator))
        else:
            part.skip(number, kind)
    return found


def _filled_rows(sheet: Sheet, table: Table, data: list[tuple[int, Separator | None]]) -> list[DataRow]:
    """The rows of one table that hold something in it (beside another table a row may be blank here)."""
    places = [column.index for column in table.columns]
    whole = places == list(range(sheet.width))
    serials = {i for i, column in enumerate(table.columns) if column.path in ("serial", "school")}
    rows = []
    for number, separator in data:
        line = sheet.rows[number]
        cells = list(line) if whole else [line[place] for place in places]
        if whole or any(cell != "" and i not in serials and text_of(cell).strip() for i, cell in enumerate(cells)):
            rows.append(DataRow(number, cells, line if whole else list(cells), separator))
    fill(sheet, table, rows)
    return rows


def _column_problems(sheet: Sheet, table: Table, rows: list[DataRow]) -> list[RowProblem]:
    """A notice for each column that holds something and is not imported."""
    found = []
    headings = [column.heading for column in table.columns]
    for position, column in enumerate(table.columns):
        if column.path is not None and column.path not in NOT_KEPT:
            continue
        if any(row.cells[position] != "" and text_of(row.cells[position]).strip() for row in rows):
            code = "COLUMN_TWICE" if column.heading and headings.index(column.heading) < position else "COLUMN_NOT_IMPORTED"
            found.append(problem(sheet.name, 0, heading_of(table, position), code))
    return found


# --- cards ------------------------------------------------------------------------------------------------------------


def _read_cards(sheet: Sheet, cards: list[Card], context: Context, meter: _Meter) -> _Part:
    class_of_sheet = class_inside(sheet.name)
    problems = [problem(sheet.name, 0, "", "SHEET_HIDDEN")] if sheet.hidden else []
    part = _Part(SheetLayout(sheet.name, (0, 0), (), class_of_sheet, "card", sheet.hidden))
    part.rows_read = len(sheet.rows)
    titles = [text_of(cell).strip() for row in sheet.rows[: cards[0].row] for cell in row if cell != ""]
    context = replace(context, sheet=sheet.name, told_on=_told_on(titles))
    default = class_of_sheet or next((made for text in titles if (made := class_inside(text))), None)
    for card in cards:
        row = DataRow(card.row, list(card.cells), list(card.cells))
        assembler = Assembler(sheet, card.table, cut(card.table, [row], sheet.name), context, default)
        part.rows += assembler.rows(meter.add)
        problems += _column_problems(sheet, card.table, [row])
        for position, column in enumerate(card.table.columns):
            part.by_path.setdefault(column.path or "", heading_of(card.table, position))
    children = {card.row for card in cards}
    for number, line in enumerate(sheet.rows):
        if number not in children:
            blank = all(not text_of(cell).strip() for cell in line)
            part.skip(number, "blank" if blank else "title" if number < cards[0].row else "card")
    columns = cards[0].table.columns
    part.layout = replace(
        part.layout,
        columns=tuple(ColumnLayout(letters_of(c.index), c.heading, c.path) for c in columns),
        problems=tuple(problems),
        titles=tuple(titles),
    )
    part.headings = tuple(_heading_alone(column) for column in columns)
    return part
