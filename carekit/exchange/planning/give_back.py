"""The rows that were not imported, as a workbook with the reason beside each: to be corrected and imported again as it is.

The rows stand as they stood, under the same headings and in sheets of the same names. What a row took from the rows above (its
class, its village) or from the title (a list of left-behind children) is written into it, because those are not there any more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from carekit.exchange.files.export_workbook import TextSheets
from carekit.exchange.planning.outcome import ImportPlan, PlannedRow
from carekit.exchange.planning.placement import lists_left_behind
from carekit.exchange.roster.rows import RosterReading, RosterRow, Severity
from carekit.language import Label

#: Headings of the two columns that a held-back workbook has in front; reading a roster skips them.
REASON_HEADING = Label("Reason for giving back", "退回原因")
ROW_HEADING = Label("Row in the original file", "原文件行")
_CLASS_HEADING = Label("Class", "班级")
_LEFT_BEHIND_HEADING = Label("Left behind", "是否留守儿童")
_YES = Label("yes", "是")
_DITTO = frozenset({"", "同上", "〃", "″", '"', "同", "…", "......", "“", "”"})
_NOTHING = Label("Nothing was held back", "没有退回的行")


def held_back_workbook(plan: ImportPlan) -> bytes:
    """An XLSX file of the rows of `plan` that are held back, each with its reasons in plain words and its row in the original file.

    Every cell is text, nothing runs as a formula. Without such rows the file says so.
    """
    by_sheet: defaultdict[str, list[PlannedRow]] = defaultdict(list)
    for row in plan.held:
        by_sheet[row.sheet].append(row)
    book = TextSheets()
    for sheet, rows in by_sheet.items():
        filler = _Filler(plan.reading, sheet)
        book.begin(sheet, [REASON_HEADING.zh, ROW_HEADING.zh, *filler.headings])
        for row in rows:
            book.add([_reasons(row), str(row.row), *filler.cells(row.children[0])])
    if not by_sheet:
        book.begin(str(_NOTHING), [REASON_HEADING.zh])
    return book.close()


def _reasons(row: PlannedRow) -> str:
    told = [f"{p.column}：{p.label}" if p.column else str(p.label) for p in row.problems if p.severity is not Severity.WARN]
    return "\n".join(dict.fromkeys(told)) or "\n".join(dict.fromkeys(str(p.label) for p in row.problems))


class _Filler:
    """The cells of a sheet's rows with what they took from above written in."""

    def __init__(self, reading: RosterReading, sheet: str) -> None:
        layout = next((layout for layout in reading.layouts if layout.sheet == sheet), None)
        self.headings = list(reading.headings.get(sheet, ()))
        paths: Sequence[str | None] = [column.path for column in layout.columns] if layout else []
        self._places = {path: place for place, path in enumerate(paths[: len(self.headings)]) if path}
        if "class" not in self._places:
            self._places["class"] = len(self.headings)
            self.headings.append(_CLASS_HEADING.zh)
        self._mark = None
        if "left_behind" not in self._places and sheet in lists_left_behind(reading):
            self._mark = len(self.headings)
            self.headings.append(_LEFT_BEHIND_HEADING.zh)

    def cells(self, row: RosterRow) -> list[str]:
        """The row's cells as they stood, blanks and 同上 for class and village replaced by what they stand for."""
        cells = list(row.original[: len(self.headings)])
        cells += [""] * (len(self.headings) - len(cells))
        self._fill(cells, self._places["class"], row.school_class.text if row.school_class else None)
        self._fill(cells, self._mark, _YES.zh)
        self._fill(cells, self._places.get("village"), row.child.get("village") or row.family.get("village"))
        return cells

    @staticmethod
    def _fill(cells: list[str], place: int | None, meant: object) -> None:
        if place is not None and meant and cells[place].strip() in _DITTO:
            cells[place] = str(meant)
