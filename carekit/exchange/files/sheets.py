"""A file as sheets of cells, each cell of the type that the file gives it: text, number, yes/no, date or time.

The type of a cell is what tells an identity number that was typed as text from one that a spreadsheet has damaged, so no
cell is turned into text here. Blank rows below and blank columns beside the last filled cell are left out; so the used
range ends with the last cell that holds something (a blank formatted down to row 1,048,576 does not count).
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
    XmlError,
    ZipError,
    load_workbook,
)

from carekit.exchange.files.cell_text import restored
from carekit.exchange.files.delimited import read_delimited
from carekit.exchange.files.file_kinds import UnreadableFile, damaged_if_it_breaks, kind_of
from carekit.exchange.files.workbook_xml import Marks, read_marks, refuse_far_cells_of_ods

#: What a cell holds; "" for a blank one.
Cell = str | float | int | bool | date | datetime | time | timedelta

#: Cells of one sheet, blank ones included: more than this is no roster.
MOST_CELLS = 12_000_000


@dataclass(slots=True, repr=False)
class Sheet:
    """One sheet: `rows` are its rows from the first of the file, all of one width.

    `merged` are ranges (first row, first column, last row, last column) from 0. `hidden_rows` and `struck_rows` (text struck through) are rows from 0;
    `zeros` gives, for a number that is only shown with leading zeros, the width at which it is shown.
    """

    name: str
    rows: list[list[Cell]]
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden: bool = False
    marks: Marks = field(default_factory=Marks)

    @property
    def width(self) -> int:
        """The number of columns."""
        return len(self.rows[0]) if self.rows else 0


def read_sheets(content: bytes, file_name: str) -> list[Sheet]:
    """The sheets of a file; raises `UnreadableFile` for what is no table."""
    kind = kind_of(content)
    if kind == "text":
        name = file_name.replace("\\", "/").rpartition("/")[2].rpartition(".")[0] or "CSV"
        rows: list[list[Cell]] = [[restored(cell) if cell[:1] == "'" else cell for cell in row] for row in read_delimited(content)]
        return [Sheet(name, _trimmed(rows))]
    marks = read_marks(content) if kind == "xlsx" else {}
    if kind == "ods":
        refuse_far_cells_of_ods(content)
    try:
        with damaged_if_it_breaks():
            book = load_workbook(io.BytesIO(content))
            return [_read(book, index, marks) for index in range(len(book.sheets_metadata)) if _is_sheet(book, index)]
    except PasswordError:
        raise UnreadableFile("FILE_LOCKED") from None
    except (CalamineError, ZipError, XmlError):
        raise UnreadableFile("FILE_DAMAGED") from None
    except BaseException as error:
        # A panic inside the reader's Rust code arrives as an exception of its own, beside `Exception`.
        if type(error).__name__ == "PanicException":
            raise UnreadableFile("FILE_DAMAGED") from None
        raise


def _is_sheet(book: CalamineWorkbook, index: int) -> bool:
    return book.sheets_metadata[index].typ == SheetTypeEnum.WorkSheet


def _read(book: CalamineWorkbook, index: int, marks: dict[str, Marks]) -> Sheet:
    meta = book.sheets_metadata[index]
    sheet = book.get_sheet_by_index(index)
    end = sheet.end or (-1, -1)
    if (end[0] + 1) * (end[1] + 1) > MOST_CELLS:
        raise UnreadableFile("CELL_FAR_AWAY")
    merged = [(a[0], a[1], b[0], b[1]) for a, b in sheet.merged_cell_ranges or ()]
    rows = _trimmed(sheet.to_python(skip_empty_area=False))
    hidden = meta.visible != SheetVisibleEnum.Visible
    return Sheet(meta.name, rows, merged, hidden, marks.get(meta.name) or Marks())


def _is_blank(cell: Cell) -> bool:
    return isinstance(cell, str) and not cell.strip()


def _trimmed(rows: list[list[Cell]]) -> list[list[Cell]]:
    """The rows without blank ones at the end and blank columns at the right, all of one width."""
    while rows and all(_is_blank(cell) for cell in rows[-1]):
        rows.pop()
    width = max((len(row) for row in rows), default=0)
    for row in rows:
        if len(row) < width:
            row.extend([""] * (width - len(row)))
    used = width
    while used and all(_is_blank(row[used - 1]) for row in rows):
        used -= 1
    if used < width:
        for row in rows:
            del row[used:]
    return rows
