"""What reading a roster gives: rows with typed facts, what is wrong with each, and an account of every row that was read.

These are the shapes between reading a file (`carekit.exchange.roster.reading`) and saving it; nothing here touches a store.
No `repr` shows what a file says about somebody, so that rows may appear in tracebacks.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from carekit.language import Label, LabelledEnum
from carekit.records.codes import LeftBehindSchool


class Severity(LabelledEnum):
    """What becomes of a row with this problem."""

    #: The row is not saved; it goes back to the school with the reason.
    HOLD = Label("held back", "暂不导入")
    #: The row can be saved, but a person must decide what was meant.
    ASK = Label("please decide", "请确认")
    #: The row is saved; a person should look at it.
    WARN = Label("please check", "请核对")


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One thing wrong with one row of a sheet.

    `row` is the row's number in the file, from 1 (0 for what concerns a whole column or sheet); `column` the heading as it stands in the file, else the column's
    letter, else empty; `code` a stable word for programs; `label` says what is wrong and what to do, without the cell's text.
    """

    sheet: str
    row: int
    column: str
    code: str
    label: Label
    severity: Severity


@dataclass(frozen=True, slots=True, repr=False)
class MemberFacts:
    """What a row says about one member of the family.

    `role` is the group of columns that it came from ("father", "mother", "guardian", "father_father", "member1" ...).
    `values` has fields of `FamilyMember` by name, already typed. `absence` has fields of `Absence`: None when the row says
    nothing of it, empty when the person is said to be away and nothing more is known.
    """

    role: str
    values: dict[str, object]
    absence: dict[str, object] | None = None

    def __repr__(self) -> str:
        """The role alone."""
        return f"MemberFacts({self.role})"


@dataclass(frozen=True, slots=True)
class ClassName:
    """A class as a roster names it: by grade and number, or by the year of entry and number (2023级2班).

    `number` is None for the only class of a grade; `text` is what the cell or the sheet's name says.
    """

    grade: int | None
    number: int | None
    cohort: int | None
    text: str


@dataclass(frozen=True, slots=True, repr=False)
class RosterRow:
    """One child as one row (or card) of a file tells it; a row with two children gives two of these.

    `child`, `family`, `care` have typed fields of `Child`, `Family`, `CareArrangement` (without ids). `left_behind` is what
    the sheet claims, never stored as such; `away` says who is told to be away (None: nothing told). `leaving` is a word such as
    转走 found in brackets behind the name. Rows with the same `household` (not None) are one household within this file.
    `original` has the row's cells as they stood, for giving the row back.
    """

    sheet: str
    row: int
    child: dict[str, object]
    family: dict[str, object]
    members: tuple[MemberFacts, ...]
    care: dict[str, object]
    school_class: ClassName | None
    class_teacher: str | None
    left_behind: LeftBehindSchool | None
    away: frozenset[str] | None
    leaving: str | None
    household: str | None
    problems: tuple[RowProblem, ...]
    original: tuple[str, ...]

    @property
    def held(self) -> bool:
        """Whether a problem keeps this row from being saved."""
        return any(problem.severity is Severity.HOLD for problem in self.problems)

    def __repr__(self) -> str:
        """Sheet and row alone."""
        return f"RosterRow({self.sheet!r}, {self.row})"


@dataclass(frozen=True, slots=True)
class SkippedRow:
    """A row that holds no child: `reason_code` is one of the keys of `SKIP_REASONS`, `label` its sentence."""

    sheet: str
    row: int
    reason_code: str
    label: Label


#: Why a row makes no child. "blank" is counted by `RosterReading.blank` and not listed row by row.
SKIP_REASONS: dict[str, Label] = {
    "title": Label("Title or lines above the headings", "标题或表头上方的说明"),
    "heading": Label("Headings", "表头"),
    "column_numbers": Label("Numbers of the columns", "列号"),
    "subheading": Label("Headings repeated on a printed page", "分页重复的表头"),
    "class_separator": Label("Line that names a class", "班级分隔行"),
    "total": Label("Total", "合计行"),
    "note": Label("Note below the list", "表下的说明"),
    "signature": Label("Signature line", "签名行"),
    "card": Label("Another line of the same card", "同一张卡片的其他行"),
    "unused_sheet": Label("Sheet without a list of children", "没有名单的工作表"),
    "blank": Label("Blank", "空行"),
}


@dataclass(frozen=True, slots=True)
class ColumnLayout:
    """One column as it was understood: `path` is a canonical path such as ``child.name``, None when it is not imported."""

    letter: str
    heading: str
    path: str | None


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """How one sheet was understood, shown for approval before anything is saved.

    `heading_rows` are the first and last row of the headings, from 1; (0, 0) for a card. `kind` is "list", "card" or
    "unused". `class_from_sheet_name` is the class that the sheet's name gives to its rows. `hidden` says that the sheet is hidden.
    `problems` concern whole columns or the sheet; `titles` are the texts above the headings.
    """

    sheet: str
    heading_rows: tuple[int, int]
    columns: tuple[ColumnLayout, ...]
    class_from_sheet_name: ClassName | None = None
    kind: str = "list"
    hidden: bool = False
    problems: tuple[RowProblem, ...] = ()
    titles: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, repr=False)
class RosterReading:
    """A whole file: every row of its used sheets is a child's, or in `skipped`, or counted in `blank`.

    ``rows_read == distinct (sheet, row) in rows + blank + len(skipped)``. `headings` gives, by sheet, the heading texts that
    stand above `RosterRow.original`, cell by cell.
    """

    file_name: str
    layouts: tuple[SheetLayout, ...]
    rows: tuple[RosterRow, ...]
    skipped: tuple[SkippedRow, ...]
    rows_read: int
    blank: int
    headings: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def problems(self) -> tuple[RowProblem, ...]:
        """What is wrong with sheets, columns and rows, in the order of the file."""
        sheets = tuple(problem for layout in self.layouts for problem in layout.problems)
        return sheets + tuple(problem for row in self.rows for problem in row.problems)

    def __repr__(self) -> str:
        """Counts alone."""
        return f"RosterReading({len(self.rows)} rows, {len(self.skipped)} skipped, {self.blank} blank)"
