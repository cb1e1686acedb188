"""What a reading knows while it goes through a file: the day, the school's province, the sheet, and how problems are made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from carekit.exchange.faults import FAULTS
from carekit.exchange.rows import RowProblem


@dataclass(frozen=True, slots=True)
class Context:
    """The same for a whole file but for `sheet` and `told_on` (the day on which the sheet says that it was filled in)."""

    today: date
    school_province: str | None
    sheet: str = ""
    told_on: date | None = None


def problem(sheet: str, row: int, column: str, code: str, **places: object) -> RowProblem:
    """The problem of one code at one place; `places` fill the sentence."""
    fault = FAULTS[code]
    return RowProblem(sheet, row, column, code, fault.label.format(**places) if places else fault.label, fault.severity)
