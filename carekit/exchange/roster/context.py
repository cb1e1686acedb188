"""What a reading knows while it goes through a file: the day, the school's province, the sheet, and how problems are made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from carekit.exchange.roster.faults import FAULTS
from carekit.exchange.roster.rows import RowProblem


@dataclass(frozen=True, slots=True)
class Context:
    """The same for a whole file but for `sheet` and `told_on` (the day on which the sheet says that it was filled in)."""

    today: date
    school_province: str | None
    sheet: str = ""
    told_on: date | None = None
    class_teacher: str | None = None


def problem(sheet: str, row: int, column: str, code: str, **places: object) -> RowProblem:
    """The problem of one code at one place; `places` fill the sentence."""
    fault = FAULTS[code]
    return RowProblem(sheet, row, column, code, fault.label.format(**places) if places else fault.label, fault.severity)


class Report:
    """Collects what is wrong with one row: called with the path of the column concerned ("" for the row) and a code."""

    __slots__ = ("_headings", "_row", "_sheet", "found")

    def __init__(self, sheet: str, row: int, headings: Mapping[str, str], found: list[RowProblem]) -> None:
        self._sheet, self._row, self._headings, self.found = sheet, row, headings, found

    def heading(self, path: str) -> str:
        """The heading of the column with this path, empty when there is none."""
        return self._headings.get(path, "")

    def __call__(self, path: str, code: str, **places: object) -> None:
        """Add the problem `code` unless it is there already."""
        made = problem(self._sheet, self._row, self._headings.get(path, ""), code, **places)
        if made not in self.found:
            self.found.append(made)
