"""What the old file and the package tell differently: one line a fact, and for each the person says which holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from carekit.apps.transfers_arrival import Difference, Joining
from carekit.language import Label
from carekit.widgets import Column, Emphasis, RecordTable, RowAction, cell_text

_CAPTION = Label("Told differently: which holds?", "两边不一致的内容：以哪边为准？")
_NONE = Label("Nothing differs; what is blank in the old file is filled.", "没有不一致的内容，原档案空着的会自动补上。")
_OURS, _THEIRS, _CHOSEN = Label("In the old file", "本校原档案"), Label("In the package", "档案包"), Label("Chosen", "选定")
_KEEP, _TAKE = Label("Keep ours", "用本校的"), Label("Take theirs", "用转来的")
_ALL_OURS, _ALL_THEIRS = Label("All as in the old file", "全部用本校的"), Label("All as in the package", "全部用转来的")
_NOT_YET = Label("not chosen yet", "未选定")
_OF = Label("{whose}: {field}", "{whose}：{field}")


class DifferencesTable(widgets.VBox):  # type: ignore[misc]
    """The lines with their buttons; `decide(key, theirs)` is told each choice."""

    def __init__(self, decide: Callable[[str, bool], object]) -> None:
        self._decide = decide
        self._joining: Joining | None = None
        self.table = RecordTable(
            [Column("field", Label("Fact", "项目")), Column("ours", _OURS), Column("theirs", _THEIRS), Column("chosen", _CHOSEN)],
            caption=_CAPTION,
            empty=_NONE,
            actions=[RowAction("ours", _KEEP), RowAction("theirs", _TAKE, Emphasis.PRIMARY)],
            on_action=lambda name, key: decide(key, name == "theirs"),
            searchable=False,
            page_size=15,
        )
        buttons = [widgets.Button(description=label.text(), layout={"width": "auto"}) for label in (_ALL_OURS, _ALL_THEIRS)]
        self.all_ours, self.all_theirs = buttons
        self.all_ours.on_click(lambda _: self._all(theirs=False))
        self.all_theirs.on_click(lambda _: self._all(theirs=True))
        self._bar = widgets.HBox(buttons, layout={"flex_flow": "row wrap"})
        super().__init__([self.table, self._bar])

    def __repr__(self) -> str:
        return f"DifferencesTable({len(self.table.rows)} differ)"

    def show(self, joining: Joining | None) -> None:
        """Show what differs, or nothing when no old file is used."""
        self._joining = joining
        self.layout.display = "" if joining is not None else "none"
        differences = joining.differences if joining is not None else []
        self.table.set_rows([_row(one, joining) for one in differences])
        self._bar.layout.display = "" if len(differences) > 1 else "none"

    def _all(self, *, theirs: bool) -> None:
        for one in self._joining.undecided if self._joining is not None else []:
            self._decide(one.key, theirs)


def _row(one: Difference, joining: Joining | None) -> dict[str, Any]:
    spec = one.kind.fields[one.field]
    chosen = joining.chosen.get(one.key) if joining is not None else None
    return {
        "id": one.key,
        "field": _OF.format(whose=one.whose, field=spec.label),
        "ours": cell_text(spec, one.ours),
        "theirs": cell_text(spec, one.theirs),
        "chosen": _NOT_YET if chosen is None else _THEIRS if chosen else _OURS,
    }
