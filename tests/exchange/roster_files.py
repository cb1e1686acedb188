"""Roster files made in memory, and short ways to read them; the day is 25 November 2026 and the school is in 四川."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import xlsxwriter

from carekit.exchange.roster.reading import read_roster
from carekit.exchange.roster.rows import RosterReading, RosterRow

TODAY = date(2026, 11, 25)


def xlsx(fill: Callable[[Any], None]) -> bytes:
    """A workbook that `fill` writes into."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    fill(book)
    book.close()
    return target.getvalue()


def sheet_of(
    rows: Sequence[Sequence[object]], *, merges: Sequence[tuple[int, int, int, int]] = (), name: str = "名单", hidden: bool = False
) -> bytes:
    """A workbook of one sheet; texts are written as text, numbers as numbers; `merges` from 0 (first row, first column, last row, last column)."""

    def fill(book: Any) -> None:
        sheet = book.add_worksheet(name)
        put(sheet, rows)
        for top, left, bottom, right in merges:
            value = rows[top][left] if top < len(rows) and left < len(rows[top]) else ""
            sheet.merge_range(top, left, bottom, right, value)
        if hidden:
            book.add_worksheet("空").activate()
            sheet.hide()

    return xlsx(fill)


def put(sheet: Any, rows: Sequence[Sequence[object]]) -> None:
    """Write rows with the type of each value."""
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(number, column, value)
            elif value is not None:
                sheet.write(number, column, value)


def csv(*lines: str) -> bytes:
    """A CSV file in UTF-8."""
    return "\n".join(lines).encode()


def read(content: bytes, name: str = "花名册.xlsx") -> RosterReading:
    """The reading, after the account of its rows has been checked."""
    reading = read_roster(content, name, school_province="四川省", today=TODAY)
    check_account(reading)
    return reading


def read_rows(content: bytes) -> list[RosterRow]:
    """The rows of a reading."""
    return list(read(content).rows)


def one(content: bytes) -> RosterRow:
    """The only row of a reading."""
    (row,) = read(content).rows
    return row


def codes(row: RosterRow) -> set[str]:
    """The codes of what is wrong with a row."""
    return {problem.code for problem in row.problems}


def check_account(reading: RosterReading) -> None:
    """Every row that was read is a child's, or skipped with a reason, or blank; none is two of these."""
    children = {(row.sheet, row.row) for row in reading.rows}
    skipped = {(row.sheet, row.row) for row in reading.skipped}
    assert not children & skipped
    assert len(skipped) == len(reading.skipped)
    assert reading.rows_read == len(children) + reading.blank + len(skipped)
