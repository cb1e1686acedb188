"""What an import plan says: what becomes of every row, which fields change, and why rows are held back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import pandas as pd

from carekit.errors import ProgrammerError
from carekit.exchange.planning.ledger import FieldChange, Write, code_of
from carekit.exchange.planning.matching import ClassKey, Identity
from carekit.exchange.roster.rows import RosterReading, RosterRow, RowProblem, Severity
from carekit.fields import FieldSpec
from carekit.language import Label, LabelledEnum
from carekit.records import Record


class Outcome(LabelledEnum):
    """What becomes of a row of the file."""

    NEW = Label("new", "新建")
    CHANGED = Label("changed", "有变化")
    UNCHANGED = Label("unchanged", "无变化")
    HELD_BACK = Label("held back", "退回")


#: Which outcome a row with two children takes: the weightiest.
WEIGHT = {Outcome.HELD_BACK: 3, Outcome.NEW: 2, Outcome.CHANGED: 1, Outcome.UNCHANGED: 0}


@dataclass(frozen=True, slots=True, repr=False)
class Change:
    """One field that the import changes, for approval: whose file, which record, which field, before and after, in words."""

    sheet: str
    row: int
    child: str
    record: Label
    field: Label
    old: Label
    new: Label


@dataclass(frozen=True, slots=True, repr=False)
class PlannedRow:
    """What becomes of one row of the file. `children` are the rows read from it: one, or two of one household.

    `child_ids` has the id of each child's file, "" where the row is held back; `problems` are those of the reading and of the comparison.
    """

    sheet: str
    row: int
    outcome: Outcome
    children: tuple[RosterRow, ...]
    child_ids: tuple[str, ...]
    problems: tuple[RowProblem, ...]

    @property
    def names(self) -> str:
        """The names of the children in the row, as the file writes them."""
        return "、".join(str(child.child.get("name") or "") for child in self.children)

    def held_for(self, problem: RowProblem) -> PlannedRow:
        """The same row held back for one more reason."""
        return replace(self, outcome=Outcome.HELD_BACK, child_ids=tuple("" for _ in self.child_ids), problems=(*self.problems, problem))


@dataclass(frozen=True, slots=True, repr=False)
class ImportPlan:
    """An import that is worked out and not saved. `rows` are all rows of the file that hold children, in its order.

    `writes` are the checked records to save; `since` the moment up to which the store was known; `newcomers` what tells each new child,
    by the number of the row in `rows`.
    """

    reading: RosterReading
    rows: tuple[PlannedRow, ...]
    writes: tuple[Write, ...]
    since: datetime
    newcomers: dict[int, tuple[Identity, ...]]
    new_classes: tuple[ClassKey, ...]
    on: date
    school_year: int

    def __post_init__(self) -> None:
        counts = self.counts
        if counts["rows"] != sum(counts[name] for name in ("new", "changed", "unchanged", "held_back", "blank", "not_data")):
            raise ProgrammerError("the import does not account for every row that was read")

    def __repr__(self) -> str:
        return f"ImportPlan({self.counts})"

    @property
    def counts(self) -> dict[str, int]:
        """Rows read, and what became of them: rows = new + changed + unchanged + held_back + blank + not_data."""
        of = Counter(row.outcome for row in self.rows)
        return {
            "rows": self.reading.rows_read,
            "new": of[Outcome.NEW],
            "changed": of[Outcome.CHANGED],
            "unchanged": of[Outcome.UNCHANGED],
            "held_back": of[Outcome.HELD_BACK],
            "blank": self.reading.blank,
            "not_data": len(self.reading.skipped),
        }

    @property
    def held(self) -> tuple[PlannedRow, ...]:
        """The rows that are given back."""
        return tuple(row for row in self.rows if row.outcome is Outcome.HELD_BACK)

    @property
    def problems(self) -> tuple[RowProblem, ...]:
        """What is wrong with sheets and columns, then with each row in the order of the file."""
        sheets = tuple(problem for layout in self.reading.layouts for problem in layout.problems)
        return sheets + tuple(problem for row in self.rows for problem in row.problems)

    @property
    def changes(self) -> tuple[Change, ...]:
        """What changes in files that the store has already, field by field."""
        return tuple(self._changes())

    def _changes(self) -> Iterator[Change]:
        for write in self.writes:
            row = self.rows[write.unit]
            if write.back:
                yield Change(row.sheet, row.row, row.names, write.record.label, _FILE, _WITHDRAWN, _BACK)
            for change in write.changes:
                yield self._told(row, write.record, change)
            if not write.seen and row.outcome is Outcome.CHANGED:
                yield Change(row.sheet, row.row, row.names, write.record.label, _ENTRY, _NOTHING, summary(write.record))

    def _told(self, row: PlannedRow, record: Record, change: FieldChange) -> Change:
        spec = record.fields[change.field]
        return Change(row.sheet, row.row, row.names, record.label, spec.label, shown(spec, change.old), shown(spec, change.new))

    def frame(self) -> pd.DataFrame:
        """One line a row of the file: sheet, row, child, outcome, and what changes or is wrong, for a table on a page."""
        details: dict[tuple[str, int], list[str]] = {}
        for change in self._changes():
            details.setdefault((change.sheet, change.row), []).append(f"{change.field}：{change.old} → {change.new}")
        lines = [
            (
                row.sheet,
                row.row,
                row.names,
                str(row.outcome.label),
                "；".join([*details.get((row.sheet, row.row), ()), *(str(p.label) for p in row.problems)]),
            )
            for row in self.rows
        ]
        return pd.DataFrame(lines, columns=["sheet", "row", "child", "outcome", "detail"])

    def as_json(self) -> dict[str, Any]:
        """The counts and problems as the command line prints them."""
        problems = [
            {
                "row": p.row,
                "column": p.column,
                "code": p.code,
                "message": str(p.label),
                "sheet": p.sheet,
                "severity": p.severity.name.lower(),
            }
            for p in self.problems
        ]
        return {**self.counts, "problems": problems}


_FILE = Label("File", "档案")
_WITHDRAWN = Label("withdrawn", "已停用")
_BACK = Label("brought back", "恢复使用")
_ENTRY = Label("New entry", "新增")
_NOTHING = Label("—", "—")
_YES, _NO = Label("yes", "是"), Label("no", "否")


def shown(spec: FieldSpec, value: Any) -> Label:
    """A value in words; "—" for nothing. What a reference points to is not told, only that it is another."""
    if value is None or value == ():
        return _NOTHING
    if isinstance(value, bool):
        return _YES if value else _NO
    if isinstance(value, tuple):
        parts = [shown(spec, item) for item in value]
        return Label(", ".join(part.en for part in parts), "、".join(part.zh for part in parts))
    if spec.codes is not None:
        return code_of(spec.codes, value).label
    if spec.ref:
        return Label("another", "已更换")
    return Label(str(value), str(value))


def summary(record: Record) -> Label:
    """A new record in a few words: its filled fields other than ids, at most four."""
    specs = [spec for name, spec in record.fields.items() if name != "id" and not spec.ref and getattr(record, name) not in (None, ())]
    parts = [shown(spec, getattr(record, spec.name)) for spec in specs[:4]]
    return Label(", ".join(part.en for part in parts) or "yes", "，".join(part.zh for part in parts) or "是")


def told(row: RosterRow, code: str, label: Label, severity: Severity, column: str = "") -> RowProblem:
    """A problem of a row found by comparing it with the store."""
    return RowProblem(row.sheet, row.row, column, code, label, severity)
