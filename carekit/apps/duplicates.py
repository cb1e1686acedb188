"""The app `duplicates`: files that may be two of one child, made one, or declared those of two; and merges undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import ipywidgets as widgets

from carekit import clock
from carekit.apps.app_notice import APP_CLASS, AppNotice
from carekit.apps.duplicates_done import DoneLists, MergedCard, UndoCard
from carekit.apps.duplicates_facts import merged_this_year, pair_rows
from carekit.apps.duplicates_finding import Pair, Reason, Strength, find_pairs, may_merge, require_merging
from carekit.apps.duplicates_pair import PairCard, button
from carekit.apps.session import asked, open_desk
from carekit.apps.staff import school_name
from carekit.language import Label
from carekit.records.codes import Role
from carekit.store import Desk
from carekit.store.merging import Merged
from carekit.widgets import Column, Emphasis, Facts, RecordTable, RowAction, Tone

_SUSPECTED, _SURE, _MERGED = (
    Label("Suspected pairs", "疑似重复"),
    Label("Nearly sure", "基本确定"),
    Label("Merged this school year", "本学年已合并"),
)
_PAIRS = Label("Files that may be of one child", "可能是同一个孩子的档案")
_NONE = Label("No two files look like one child's.", "没有发现疑似重复的档案。")
_COMPARE, _BACK = Label("Compare", "打开对照"), Label("Back to the list", "返回名单")
_HINT = Label(
    "Open a pair, look at both files, then make them one or say that they are two children.",
    "打开一对，对照两边，再合并，或记下不是同一个孩子。",
)
_CLEAN = Label("No two files look like one child's; look here again after an import.", "没有发现疑似重复的档案；导入花名册后请再来看看。")
_NOT_FOUND_FOR = Label("No second file was found for this child.", "没有发现这个孩子的第二份档案。")
_FACTS = Label(
    "{school} {on}: suspected pairs {pairs}, nearly sure {sure}, merged this school year {merged}",
    "{school} {on}：疑似重复 {pairs}，基本确定 {sure}，本学年已合并 {merged}",
)


class Duplicates(widgets.VBox):  # type: ignore[misc]
    """The page; `pairs` holds what was found."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self._school = desk, school_name(desk)
        self.pairs: list[Pair] = []
        self.merged = 0
        self.figures, self.notice = Facts(figures=True), AppNotice()
        self.back = button(_BACK)
        self.back.on_click(lambda _: self.show_list())
        self.card = PairCard(desk, self._after_merge, self._saved)
        self.result = MergedCard(desk)
        self.undo = UndoCard(desk, self._after_undo)
        self.done = DoneLists(desk, self._open_undo, self._take_back)
        self.table = self._table()
        self.lists = widgets.VBox([self.table, self.done])
        self._parts: dict[str, widgets.Widget] = {"list": self.lists, "pair": self.card, "result": self.result, "undo": self.undo}
        super().__init__([self.figures, self.notice, self.back, *self._parts.values()])
        self.add_class(APP_CLASS)
        if may_merge(desk):
            self.refresh()
            self.show_list()
        else:
            self._show(None)
            self.notice.told(lambda: require_merging(desk))

    def __repr__(self) -> str:
        return f"Duplicates({self.text()})"

    def text(self) -> str:
        """School, day and the figures in one line."""
        return _FACTS.format(
            school=self._school, on=clock.today(), pairs=len(self.pairs), sure=self._sure_count(), merged=self.merged
        ).text()

    def _sure_count(self) -> int:
        return sum(pair.strength is Strength.SURE for pair in self.pairs)

    def _table(self) -> RecordTable:
        return RecordTable(
            [
                Column("name", Label("Child", "孩子")),
                Column("first", Label("File made first", "先建的档案")),
                Column("second", Label("File made later", "后建的档案")),
                Column("why", Label("Why", "为什么提示")),
                Column(
                    "strength",
                    Label("How sure", "把握"),
                    text=lambda row: row["pair"].strength.label.text(),
                    sort=lambda row: row["pair"].strength.rank,
                    choices={one.name: one.label for one in Strength},
                ),
            ],
            caption=_PAIRS,
            empty=_NONE,
            actions=[RowAction("compare", _COMPARE, Emphasis.PRIMARY)],
            on_action=self._act,
            page_size=20,
        )

    # --- what is shown ------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Look for pairs again and ask the store for what was done."""
        self.pairs = find_pairs(self.desk)
        self.table.set_rows(pair_rows(self.desk, self.pairs))
        self.done.refresh()
        self.merged = merged_this_year(self.done.merges.rows)
        self.figures.set_items([(_SUSPECTED, len(self.pairs)), (_SURE, self._sure_count()), (_MERGED, self.merged)])

    def show_list(self) -> None:
        """The lists again."""
        self._show("list")
        self.notice.info(_HINT if self.pairs else _CLEAN)

    def _show(self, name: str | None) -> None:
        for part, widget in self._parts.items():
            widget.layout.display = "" if part == name else "none"
        self.back.layout.display = "none" if name in ("list", None) else ""

    # --- what is done -------------------------------------------------------------------------------------------------

    def _act(self, _name: str, row_id: str) -> None:
        pair = next((one for one in self.pairs if one.id == row_id), None)
        if pair is not None:
            self.open_pair(pair.first_id, pair.second_id, pair.reasons)

    def open_pair(self, one_id: str, other_id: str, reasons: Sequence[Reason] = ()) -> None:
        """Show two files side by side; in words when one of them is not there (any more)."""
        self.notice.clear()

        def open_it() -> None:
            self.card.begin(one_id, other_id, reasons)
            self._show("pair")

        self.notice.told(open_it)

    def ask(self, child_id: str, other_id: str | None) -> None:
        """Open the pair of an address; with one child named, the pair that speaks most for it."""
        if not may_merge(self.desk):
            return
        wanted = {child_id} if other_id is None else {child_id, other_id}
        found = next((one for one in self.pairs if wanted <= {one.first_id, one.second_id}), None)
        if found is not None:
            self.open_pair(found.first_id, found.second_id, found.reasons)
        elif other_id is not None:
            self.open_pair(child_id, other_id)
        else:
            self.notice.info(_NOT_FOUND_FOR)

    def _after_merge(self, kept_id: str, done: Merged) -> None:
        self.refresh()
        sentence = self.result.show(kept_id, done)
        self._show("result")
        self.notice.ok(sentence)

    def _open_undo(self, row: Mapping[str, Any]) -> None:
        self.notice.clear()
        self.undo.begin(row)
        self._show("undo")

    def _take_back(self, row: Mapping[str, Any]) -> None:
        def take_back() -> None:
            self._saved(self.done.take_back(row))

        self.notice.told(take_back)

    def _after_undo(self, sentence: Label, changed: list[Label]) -> None:
        self._saved(sentence)
        if changed:
            self.notice.say(sentence, Tone.WARN, changed)

    def _saved(self, message: Label) -> None:
        self.refresh()
        self._show("list")
        self.notice.ok(message)


def duplicates(desk: Desk | None = None) -> Duplicates:
    """The app for the person of this kernel (or of `desk`); ``?child=<id>&other=<id>`` in the address opens these two files."""
    app = Duplicates(desk or open_desk(Role.REGISTRAR)[0])
    child = asked("child") if desk is None else None
    if child:
        app.ask(child, asked("other"))
    return app
