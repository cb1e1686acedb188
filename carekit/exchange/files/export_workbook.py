"""The workbook of an export: labels as headings, text as text, and every text that is too long for a cell told and continued."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter

from carekit.exchange.files.cell_text import CELL_LIMIT, pieces, writable
from carekit.fields import FieldSpec
from carekit.language import Label

#: Rows of one sheet; XLSX allows 1,048,576.
SHEET_ROWS = 1_000_000
#: Characters that no sheet's name may have.
_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\]")
_CONTINUED = Label("continued", "续文")
_MARK = Label('… [continued in the sheet "{sheet}"]', "……【未完，其余见工作表“{sheet}”】")
_CONTINUED_HEADINGS = (Label("Sheet", "工作表"), Label("Row", "行"), Label("Column", "列"), Label("Part", "第几段"), Label("Text", "内容"))
_YES, _NO = Label("yes", "是"), Label("no", "否")
_ID_OF = Label("{label} (id)", "{label}（编号）")


class TextSheets:
    """A workbook of text cells that grows sheet by sheet and row by row; texts over the cell limit go on in a sheet of their own.

    Nothing is ever written as a formula or a link: each text is written as a text, whatever it begins with.
    """

    def __init__(self) -> None:
        self._buffer = io.BytesIO()
        self._book = xlsxwriter.Workbook(self._buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
        self._text = self._book.add_format({"num_format": "@"})
        self._bold = self._book.add_format({"num_format": "@", "bold": True})
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._long: list[tuple[str, int, str, int, str]] = []
        self._titles: set[str] = set()

    def begin(self, name: str, headings: Sequence[str]) -> None:
        """Begin a sheet; a name that no sheet may have is made one."""
        self._name, self._headings = name, headings
        self._title = self._free_title(name)
        self._sheet = self._book.add_worksheet(self._title)
        self._sheet.freeze_panes(1, 0)
        self._sheet.set_column(0, max(0, len(self._headings) - 1), 16, self._text)
        for column, heading in enumerate(self._headings):
            self._sheet.write_string(0, column, writable(heading), self._bold)
        self._row = 1

    def _free_title(self, name: str) -> str:
        plain = _NOT_IN_TITLES.sub(" ", writable(name)).strip("' ") or "1"
        title, number = plain[:31], 1
        while title.casefold() in self._titles:
            number += 1
            title = f"{plain[:27]} {number}"
        self._titles.add(title.casefold())
        return title

    def add(self, values: Sequence[Any]) -> None:
        """Write one row: texts, dates, whole numbers, or None for a blank."""
        if self._row > SHEET_ROWS:
            self.begin(self._name, self._headings)
        for column, value in enumerate(values):
            if value is None or value == "":
                continue
            if isinstance(value, date) and not isinstance(value, datetime) and value.year >= 1900:
                self._sheet.write_datetime(self._row, column, value, self._day)
            elif isinstance(value, int):
                self._sheet.write_number(self._row, column, value)
            else:
                self._sheet.write_string(self._row, column, self._fitting(writable(str(value)), column), self._text)
        self._row += 1

    def _fitting(self, text: str, column: int) -> str:
        if len(pieces(text)) == 1:
            return text
        mark = str(_MARK.format(sheet=_CONTINUED))
        first = pieces(text, CELL_LIMIT - len(mark))[0]
        rest = pieces(text[len(first) :])
        self._long += [(self._title, self._row + 1, self._headings[column], part, piece) for part, piece in enumerate(rest, start=2)]
        return first + mark

    def close(self) -> bytes:
        """The finished file."""
        if self._long:
            sheet = self._book.add_worksheet(self._free_title(str(_CONTINUED)))
            for column, label in enumerate(_CONTINUED_HEADINGS):
                sheet.write_string(0, column, str(label), self._bold)
            for row, (title, line, heading, part, piece) in enumerate(self._long, start=1):
                sheet.write_string(row, 0, title, self._text)
                sheet.write_number(row, 1, line)
                sheet.write_string(row, 2, writable(heading), self._text)
                sheet.write_number(row, 3, part)
                sheet.write_string(row, 4, piece, self._text)
        self._book.close()
        return self._buffer.getvalue()


def _shown(value: Any) -> Any:
    """A value as people read it: codes by their labels, several with a sign between them, yes and no in words."""
    if isinstance(value, tuple):
        return "、".join(str(_shown(item)) for item in value)
    if isinstance(value, bool):
        return str(_YES if value else _NO)
    label = getattr(value, "label", None)
    if isinstance(label, Label):
        return str(label)
    return value.isoformat(sep=" ", timespec="seconds") if isinstance(value, datetime) else value


def write_workbook(
    title: Label,
    columns: Sequence[FieldSpec],
    version: Mapping[str, Label],
    rows: Sequence[Mapping[str, Any]],
    titles: Mapping[str, str],
) -> bytes:
    """The rows under the labels of `columns`; a reference shows what it is called, its id stands in a column at the right."""
    readable = [spec for spec in columns if spec.name != "id"]
    ids = [spec for spec in columns if spec.ref or spec.name == "id"]
    headings = [str(spec.label) for spec in readable] + [str(label) for label in version.values()]
    headings += [str(_ID_OF.format(label=spec.label)) if spec.ref else str(spec.label) for spec in ids]
    sheets = TextSheets()
    sheets.begin(str(title), headings)
    for row in rows:
        cells = [titles.get(row.get(spec.name) or "", "") if spec.ref else _shown(row.get(spec.name)) for spec in readable]
        sheets.add([*cells, *(_shown(row[name]) for name in version), *(row.get(spec.name) for spec in ids)])
    return sheets.close()
