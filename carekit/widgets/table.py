"""`RecordTable`: a paged table whose rows stay in the kernel; the browser gets one page of text cells at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar

import pandas as pd
import traitlets

from carekit.errors import ProgrammerError
from carekit.fields import FieldSpec, Shape
from carekit.language import Label
from carekit.widgets.cells import NOTHING, cell_text, is_nothing
from carekit.widgets.element import Element, Message, WrongMessage, need_number, need_text, script, style
from carekit.widgets.table_order import SortKey, found_by, sort_key

Row = Mapping[str, Any]

_SEARCH_LIMIT = 100


class Emphasis(StrEnum):
    """How a button looks."""

    PLAIN = "plain"
    PRIMARY = "primary"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Column:
    """A column that no single declared field gives.

    `name` is the key in the rows; `text` writes the cell from the whole row (by default the value as text, None as "—");
    `sort` gives what the column is sorted by, from the whole row (by default names by pinyin, other values by themselves); `choices` makes a
    filter: the column's values and their words. `number` aligns to the right. `spec` is the declared field behind it, when there is one.
    """

    name: str
    label: Label
    text: Callable[[Row], str] | None = None
    sort: Callable[[Row], Any] | None = None
    choices: Mapping[str, Label] | None = None
    number: bool = False
    spec: FieldSpec | None = None

    @classmethod
    def of(cls, spec: FieldSpec, *, text: Callable[[Row], str] | None = None) -> Column:
        """The column of a declared field; a field with codes gets a filter."""
        choices = {str(code): code.label for code in spec.codes} if spec.codes else None
        return cls(spec.name, spec.label, text=text, choices=choices, number=spec.shape in (Shape.NUMBER, Shape.DECIMAL), spec=spec)

    def cell(self, row: Row) -> str:
        """The text of the cell in `row`."""
        return (self.text(row) if self.text else cell_text(self.spec, row.get(self.name))) or NOTHING


@dataclass(frozen=True, slots=True)
class RowAction:
    """A button in each row for which `when` holds (in every row, when left out)."""

    name: str
    label: Label
    emphasis: Emphasis = Emphasis.PLAIN
    when: Callable[[Row], bool] | None = None


class RecordTable(Element):
    """A table of rows (mappings, or a pandas frame by `set_rows`), each with an id under the key `row_id`.

    * `columns`: declared fields (`Child.fields["name"]`) and `Column`s, in order; the first names the row.
    * `caption`: what the table shows; `empty`: the sentence when there are no rows.
    * `actions`: buttons in each row; `on_action(name, row_id)` is called only for a known row and an action allowed there.
    * `on_select(row_id)`: a row was chosen; the `selected` trait holds its id (None for none) and may be set from Python. Without `on_select`
      rows cannot be chosen.
    * `page_size`: rows per page.

    A cell is text and is shown letter for letter. `set_rows` replaces the rows in place: search, order and filters stay.
    """

    _esm = script("table.js")
    _css = style("table.css")
    wording: ClassVar[dict[str, Label]] = {
        "search": Label("Search", "搜索"),
        "search_hint": Label("name, pinyin letters, class…", "姓名、拼音首字母、班级等"),
        "all": Label("all", "全部"),
        "count": Label("{count} in all", "共 {count} 条"),
        "found": Label("{count} of {all}", "找到 {count} 条，共 {all} 条"),
        "page": Label("page {page} of {pages}", "第 {page} / {pages} 页"),
        "first": Label("First", "首页"),
        "previous": Label("Previous", "上一页"),
        "next": Label("Next", "下一页"),
        "last": Label("Last", "末页"),
        "nothing_found": Label("Nothing fits. Change the search or the filters.", "没有符合条件的记录，请修改搜索或筛选条件。"),
        "reset": Label("Clear search and filters", "清除搜索和筛选"),
        "sort_by": Label("Sort by", "排序"),
        "unsorted": Label("as given", "默认顺序"),
        "actions": Label("Actions", "操作"),
        "lost": Label("No answer. Reload the page.", "没有回应，请刷新页面后再试。"),
    }

    columns_json: traitlets.List[Any] = traitlets.List().tag(sync=True)
    caption = traitlets.Unicode().tag(sync=True)
    empty = traitlets.Unicode().tag(sync=True)
    page = traitlets.Dict().tag(sync=True)
    selectable = traitlets.Bool(False).tag(sync=True)
    searchable = traitlets.Bool(True).tag(sync=True)
    selected = traitlets.Unicode(None, allow_none=True).tag(sync=True)

    def __init__(
        self,
        columns: Sequence[Column | FieldSpec],
        rows: pd.DataFrame | Iterable[Row] = (),
        *,
        caption: Label,
        row_id: str = "id",
        actions: Sequence[RowAction] = (),
        on_action: Callable[[str, str], object] | None = None,
        on_select: Callable[[str], object] | None = None,
        empty: Label | None = None,
        page_size: int = 25,
        searchable: bool = True,
    ) -> None:
        self.columns = tuple(one if isinstance(one, Column) else Column.of(one) for one in columns)
        self._by_name = {column.name: column for column in self.columns}
        if len(self._by_name) != len(self.columns):
            raise ProgrammerError("two columns of a table have the same name")
        self._row_id, self._page_size = row_id, page_size
        self._actions = {action.name: action for action in actions}
        self._on_action, self._on_select = on_action, on_select
        self._query, self._sort, self._filters, self._page_number = "", ("", True), dict[str, str](), 1
        self._turn = 0
        self._rows: dict[str, Row] = {}
        self._found_in: dict[str, str] = {}
        super().__init__(
            caption=caption.text(),
            empty=(empty or Label("There is nothing here yet.", "这里还没有记录。")).text(),
            columns_json=[_column_as_json(column) for column in self.columns],
            selectable=on_select is not None,
            searchable=searchable,
        )
        self.set_rows(rows)

    # --- for apps -----------------------------------------------------------------------------------------------------

    def set_rows(self, rows: pd.DataFrame | Iterable[Row]) -> None:
        """Show other rows: mappings, or a frame with one column per key. A chosen row that is gone is no longer chosen."""
        given: Iterable[Any] = rows.to_dict("records") if isinstance(rows, pd.DataFrame) else rows
        by_id: dict[str, Row] = {}
        for row in given:
            by_id[str(row[self._row_id])] = row
        self._rows, self._found_in = by_id, {}
        if self.selected not in by_id:
            self.selected = None
        self._turn_to(self._page_number)

    @property
    def rows(self) -> list[Row]:
        """Every row, in the order in which they were given."""
        return list(self._rows.values())

    @property
    def shown_ids(self) -> list[str]:
        """The ids of the rows that search and filters leave, in their order."""
        return self._ordered(self._filtered())

    @traitlets.validate("selected")
    def _known(self, proposal: Any) -> str | None:
        return proposal["value"] if proposal["value"] in self._rows else None

    # --- what the browser asks ------------------------------------------------------------------------------------------

    def handlers(self) -> dict[str, Callable[[Message, list[Any]], None]]:
        """Another view of the rows, a row chosen, a button pressed."""
        return {"view": self._view, "select": self._select, "action": self._act}

    def _view(self, content: Message, _buffers: list[Any]) -> None:
        query = need_text(content, "query", _SEARCH_LIMIT)
        sort = need_text(content, "sort")
        ascending, filters = content.get("ascending"), content.get("filters")
        if (sort and sort not in self._by_name) or not isinstance(ascending, bool) or not isinstance(filters, dict):
            raise WrongMessage("view")
        for name, value in filters.items():
            if name not in self._by_name or not isinstance(value, str) or value not in (self._by_name[name].choices or {}):
                raise WrongMessage("filters")
        self._query, self._sort, self._filters = query, (sort, ascending), dict(filters)
        self._turn_to(need_number(content, "page", 1))

    def _select(self, content: Message, _buffers: list[Any]) -> None:
        row_id = need_text(content, "id")
        if row_id not in self._rows or self._on_select is None:
            return
        self.selected = row_id
        self._on_select(row_id)

    def _act(self, content: Message, _buffers: list[Any]) -> None:
        row_id, name = need_text(content, "id"), need_text(content, "action")
        action = self._actions.get(name)
        if action is None or row_id not in self._rows or self._on_action is None:
            return
        if action.when is None or action.when(self._rows[row_id]):
            self._on_action(name, row_id)

    # --- the page -----------------------------------------------------------------------------------------------------

    def _filtered(self) -> list[str]:
        words = self._query.casefold().split()
        return [
            row_id
            for row_id, row in self._rows.items()
            if all(_fits(row.get(name), value) for name, value in self._filters.items())
            and all(word in self._words(row_id) for word in words)
        ]

    def _words(self, row_id: str) -> str:
        if row_id not in self._found_in:
            self._found_in[row_id] = found_by([column.cell(self._rows[row_id]) for column in self.columns])
        return self._found_in[row_id]

    def _ordered(self, ids: list[str]) -> list[str]:
        name, ascending = self._sort
        column = self._by_name.get(name)
        if column is None:
            return ids
        keys: dict[str, SortKey | None] = {row_id: self._key(column, row_id) for row_id in ids}
        known = [row_id for row_id in ids if keys[row_id] is not None]
        known.sort(key=lambda row_id: keys[row_id] or (0, ""), reverse=not ascending)
        # what is not known stands last in both directions
        return known + [row_id for row_id in ids if keys[row_id] is None]

    def _key(self, column: Column, row_id: str) -> SortKey | None:
        row = self._rows[row_id]
        return sort_key(column.sort(row) if column.sort else row.get(column.name), column.spec)

    def _turn_to(self, number: int) -> None:
        ids = self.shown_ids
        pages = max(1, -(-len(ids) // self._page_size))
        self._page_number = min(max(1, number), pages)
        first = (self._page_number - 1) * self._page_size
        self._turn += 1
        self.page = {
            "turn": self._turn,  # tells the browser that its question was answered, also by the same rows
            "rows": [self._row_as_json(row_id) for row_id in ids[first : first + self._page_size]],
            "count": len(ids),
            "all": len(self._rows),
            "page": self._page_number,
            "pages": pages,
            "query": self._query,
            "sort": self._sort[0],
            "ascending": self._sort[1],
            "filters": self._filters,
        }

    def _row_as_json(self, row_id: str) -> dict[str, Any]:
        row = self._rows[row_id]
        buttons = [
            [action.name, action.label.text(), str(action.emphasis)]
            for action in self._actions.values()
            if action.when is None or action.when(row)
        ]
        return {"id": row_id, "cells": [column.cell(row) for column in self.columns], "actions": buttons}

    def facts(self) -> str:
        """Number of rows and columns."""
        return f"{len(self._rows)} rows, {len(self.columns)} columns"


def _column_as_json(column: Column) -> dict[str, Any]:
    choices = [[value, label.text()] for value, label in (column.choices or {}).items()]
    return {"name": column.name, "label": column.label.text(), "number": column.number, "choices": choices}


def _fits(value: Any, wanted: str) -> bool:
    if is_nothing(value):
        return False
    return wanted in [str(one) for one in value] if isinstance(value, (list, tuple)) else str(value) == wanted
