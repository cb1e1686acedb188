"""What an import shows: the headings as they were understood, the account of all rows, and the rows by what becomes of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ipywidgets as widgets

from carekit.exchange import ImportPlan, Outcome, PlannedRow, RosterReading, Severity
from carekit.exchange.roster.headings import MEMBER_SYNONYMS, ROLE_WORDS, SYNONYMS
from carekit.exchange.roster.rows import SheetLayout
from carekit.fields import FieldSpec
from carekit.language import Label
from carekit.records import Absence, CareArrangement, Child, Family, FamilyMember
from carekit.widgets import Column, Emphasis, RecordTable, RowAction

_NOT_IMPORTED = Label("not imported", "不导入")
_SERIAL = Label("serial number (not kept)", "序号（不保存）")
_ROWS = Label("{sheet} (rows {first} to {last})", "{sheet}（第{first}—{last}行）")
_ROW = Label("{sheet} (row {first})", "{sheet}（第{first}行）")
_CARD = Label("{sheet} (card)", "{sheet}（登记卡）")
_HIDDEN = Label("{sheet}, hidden sheet", "{sheet}，隐藏工作表")
_UNUSED = Label("Sheet “{sheet}” has no list of children and is left out.", "工作表“{sheet}”里没有名单，不导入。")
_UNKNOWN = Label("Columns that are not imported: {columns}", "不导入的列：{columns}")
_ACCOUNT = Label(
    "{rows} rows read = {new} new + {changed} changed + {unchanged} unchanged + {held_back} given back + {blank} blank + {not_data} headings and notes",
    "共读{rows}行 = 新建{new} + 有变化{changed} + 无变化{unchanged} + 退回{held_back} + 空行{blank} + 表头和说明{not_data}",
)
_AND = Label(", ", "、")
_COUNTED = {
    "rows": Label("Rows read", "读到的行"),
    "new": Label("New", "新建"),
    "changed": Label("Changed", "有变化"),
    "unchanged": Label("Unchanged", "无变化"),
    "held_back": Label("Given back", "退回"),
    "blank": Label("Blank", "空行"),
    "not_data": Label("Headings and notes", "表头和说明"),
}
_SHEET, _LINE = Label("Sheet", "工作表"), Label("Row", "行")
_CHILD = Label("Child", "儿童")
#: Words for the special paths that no declared field gives.
_SPECIAL = {"class": Label("class", "班级"), "class_teacher": Label("class teacher", "班主任"), "village": Label("village group", "村组")}


# --- the headings -----------------------------------------------------------------------------------------------------


def heading_table() -> RecordTable:
    """The table of columns and what each is taken for."""
    return RecordTable(
        [
            Column("sheet", _SHEET),
            Column("letter", Label("Column", "列")),
            Column("heading", Label("Heading in the file", "文件里的表头")),
            Column("meaning", Label("Taken for", "识别为")),
        ],
        caption=Label("Headings found", "找到的表头"),
        page_size=50,
        searchable=False,
    )


def heading_rows(reading: RosterReading) -> list[dict[str, Any]]:
    """One row a column; sheets of the same headings are told together, columns that are not imported come first."""
    alike: dict[Any, list[SheetLayout]] = {}
    for layout in reading.layouts:
        if layout.kind != "unused":
            alike.setdefault((layout.kind, layout.heading_rows, layout.columns), []).append(layout)
    rows = []
    for number, layouts in enumerate(alike.values()):
        sheets = _AND.text().join(_HIDDEN.format(sheet=one.sheet).text() if one.hidden else one.sheet for one in layouts)
        for column in sorted(layouts[0].columns, key=lambda one: one.path is not None):
            if column.heading or column.path:
                place = {"id": f"{number}:{column.letter}", "sheet": _sheet(sheets, layouts[0]), "letter": column.letter}
                rows.append({**place, "heading": column.heading, "meaning": path_label(column.path)})
    return rows


def heading_warnings(reading: RosterReading) -> list[str]:
    """What a person should know of sheets and columns before they approve: left-out sheets, unknown columns, and the reading's own remarks."""
    lines = []
    for layout in reading.layouts:
        if layout.kind == "unused":
            lines.append(_UNUSED.format(sheet=layout.sheet).text())
            continue
        unknown = [column.heading for column in layout.columns if column.heading and column.path is None]
        if unknown:
            lines.append(_UNKNOWN.format(columns=_AND.text().join(unknown)).text())
        lines += [f"{problem.column}：{problem.label}" if problem.column else str(problem.label) for problem in layout.problems]
    return list(dict.fromkeys(lines))


def _sheet(sheets: str, layout: SheetLayout) -> str:
    first, last = layout.heading_rows
    sentence = _CARD if layout.kind == "card" else _ROW if first == last else _ROWS
    return sentence.format(sheet=sheets, first=first, last=last).text()


def path_label(path: str | None) -> str:
    """What a column is taken for, in words: the declared field, with the member of the family in front."""
    if path is None:
        return _NOT_IMPORTED.text()
    if path == "serial":
        return _SERIAL.text()
    if path in _SPECIAL:
        return _SPECIAL[path].text()
    root, _, rest = path.partition(".")
    kinds: Mapping[str, Mapping[str, FieldSpec]] = {"child": Child.fields, "family": Family.fields, "care": CareArrangement.fields}
    spec = kinds.get(root, {}).get(rest)
    if spec:
        return f"{_CHILD.text()}：{spec.label.text()}" if root == "child" else spec.label.text()
    if root in ROLE_WORDS and path not in SYNONYMS:
        member = FamilyMember.fields.get(rest) or Absence.fields.get(rest.removeprefix("absence."))
        return f"{_first(ROLE_WORDS, root)}：{member.label.text() if member else _first(MEMBER_SYNONYMS, rest)}"
    return _first(SYNONYMS, path)


def _first(words: Mapping[str, str], path: str) -> str:
    return words.get(path, path.rpartition(".")[2]).split()[0]


# --- the result -------------------------------------------------------------------------------------------------------


def account_of(counts: Mapping[str, int]) -> tuple[list[tuple[Label, int]], Label]:
    """The counts as figures, and the line that adds them up to the rows that were read."""
    return [(label, counts[name]) for name, label in _COUNTED.items()], _ACCOUNT.format(**counts)


class ResultTables(widgets.VBox):  # type: ignore[misc]
    """Rows given back with their reasons, fields that change, new children, and what to look at; `on_accept(sheet, row)` takes a doubtful row in."""

    def __init__(self, on_accept: Callable[[str, int], None]) -> None:
        self._on_accept = on_accept
        self._rows: dict[str, PlannedRow] = {}
        place = [Column("sheet", _SHEET), Column("row", _LINE, number=True), Column("child", _CHILD)]
        told = [Column("column", Label("Column", "列")), Column("reason", Label("Reason", "原因"))]
        self.held = RecordTable(
            [*place, *told],
            caption=Label("Rows given back", "退回的行"),
            empty=Label("No row is given back.", "没有退回的行。"),
            actions=[RowAction("accept", Label("Import all the same", "照样导入"), Emphasis.PLAIN, when=lambda row: bool(row["doubtful"]))],
            on_action=lambda _, key: self._accept(key),
        )
        changed = [
            Column("field", Label("What changes", "修改项")),
            Column("old", Label("Before", "原来")),
            Column("new", Label("After", "改为")),
        ]
        self.changed = RecordTable(
            [*place, *changed],
            caption=Label("What changes, field by field", "逐项修改"),
            empty=Label("No file changes.", "没有档案被修改。"),
        )
        self.new = RecordTable(
            [*place, Column("class", Label("Class", "班级"))],
            caption=Label("New files", "新建的档案"),
            empty=Label("No new file.", "没有新建的档案。"),
        )
        self.remarks = RecordTable(
            [*place, *told],
            caption=Label("Imported, to be checked", "会导入，但请核对"),
            empty=Label("Nothing to check.", "没有需要核对的。"),
        )
        super().__init__([self.held, self.changed, self.new, self.remarks])

    def __repr__(self) -> str:
        return f"ResultTables({len(self.held.rows)} held, {len(self.changed.rows)} changed, {len(self.new.rows)} new)"

    def fill(self, plan: ImportPlan) -> None:
        """Show another plan."""
        self._rows = {f"{number}": row for number, row in enumerate(plan.rows)}
        self.held.set_rows(self._problem_rows(lambda row: row.outcome is Outcome.HELD_BACK))
        self.remarks.set_rows(self._problem_rows(lambda row: row.outcome is not Outcome.HELD_BACK))
        self.changed.set_rows(
            {
                "id": number,
                "sheet": one.sheet,
                "row": one.row,
                "child": one.child,
                "field": f"{one.record}：{one.field}",
                "old": one.old,
                "new": one.new,
            }
            for number, one in enumerate(plan.changes)
        )
        self.new.set_rows(
            {"id": key, **_place(row), "class": _classes(row)} for key, row in self._rows.items() if row.outcome is Outcome.NEW
        )
        for table in (self.held, self.changed, self.remarks):
            table.layout.display = "" if table.rows else "none"

    def _problem_rows(self, wanted: Callable[[PlannedRow], bool]) -> list[dict[str, Any]]:
        lines = []
        for key, row in self._rows.items():
            if not wanted(row):
                continue
            doubtful = row.outcome is Outcome.HELD_BACK and all(problem.severity is not Severity.HOLD for problem in row.problems)
            for number, problem in enumerate(row.problems):
                first = {"id": f"{key}.{number}", "doubtful": doubtful and number == 0}
                lines.append({**first, **_place(row), "column": problem.column, "reason": problem.label})
        return lines

    def _accept(self, key: str) -> None:
        row = self._rows[key.partition(".")[0]]
        self._on_accept(row.sheet, row.row)


def _place(row: PlannedRow) -> dict[str, Any]:
    return {"sheet": row.sheet, "row": row.row, "child": row.names}


def _classes(row: PlannedRow) -> str:
    names: Sequence[str] = [child.school_class.text for child in row.children if child.school_class]
    return _AND.text().join(dict.fromkeys(names))
