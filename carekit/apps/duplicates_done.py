"""What the page `duplicates` shows of what was done: what a merge moved, the list of merges, undoing one, and the pairs declared to be two children."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets as widgets

from carekit.apps.duplicates_facts import different_rows, kinds_told, merge_rows, told_files
from carekit.apps.duplicates_pair import button, short_text
from carekit.apps.links import app_link
from carekit.apps.staff import staff_name
from carekit.errors import UserError
from carekit.language import Label
from carekit.records import RECORDS, NotSame
from carekit.store import Desk
from carekit.store.merging import Double, Merged
from carekit.widgets import Column, Facts, Notice, RecordTable, RowAction

_MERGED = Label("Made one: {name} ({detail})", "已合并：{name}（{detail}）")
_MOVED = Label("What came along", "转来的记录")
_DOUBLES = Label("Perhaps written down twice: please look", "可能记了两遍，请核对")
_LOOK = Label(
    "Two entries of one day by one person: look at them in the child's history; who wrote them takes the superfluous one out.",
    "同一天、同一人记了两条：请打开个案核对，多余的一条请记录人撤下。",
)
_KIND, _DAY, _WHO = Label("Kind", "记录"), Label("Day", "日期"), Label("By whom", "记录人")
_HISTORY = Label("Open the child's history", "打开孩子的个案")
_LIST = Label("Merges done", "合并记录")
_UNDO, _UNDO_SURE, _NOT_YET = Label("Undo the merge", "撤销合并"), Label("Yes, undo it", "确认撤销"), Label("Not yet", "先不撤销")
_UNDO_HINT = Label(
    "“{name}” becomes two files again, as they were before {day}. Write down why.",
    "“{name}”将重新分成两份档案，恢复到{day}合并前的样子。请写明撤销理由。",
)
_UNDO_ASK = Label(
    "Both files come back; what was changed since the merge keeps that change. Press “Yes, undo it”.",
    "两份档案都会恢复；合并后改过的记录保留改动，只退回原来的档案。没有问题就点“确认撤销”。",
)
_WHY_UNDONE = Label("Why it is undone", "撤销理由")
_NO_REASON = Label("Write down why the merge is undone, then go on.", "请先写明撤销理由。")
_UNDONE = Label("Undone: there are two files again; {count} records were given back.", "已撤销：又是两份档案，退回{count}条记录。")
_UNDONE_BY = Label("undone on {day}: {why}", "{day}已撤销：{why}")
_STANDS = Label("stands", "有效")
_CHANGED_SINCE = Label(
    "{kind}: {count} changed since the merge. They keep that change and went back to their own file; please look at them.",
    "{kind}：有{count}条合并后改过，保留改后的内容，已退回原来的档案，请核对。",
)
_DIFFERENT = Label("Confirmed as two children", "已确认不是同一个孩子")
_AGAIN = Label("Propose again", "重新提示")
_TAKEN_BACK = Label("taken back on the page of duplicates", "在重复档案页撤回")
_PROPOSED_AGAIN = Label("Taken back: the two files are proposed again.", "已撤回，这两份档案会重新提示。")


class MergedCard(widgets.VBox):  # type: ignore[misc]
    """What a merge did: what came along, what may stand there twice, and the way to the child's history."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.moved, self.look = Facts(title=_MOVED), Notice()
        self.doubles = RecordTable([Column("kind", _KIND), Column("on", _DAY), Column("by", _WHO)], caption=_DOUBLES, searchable=False)
        self.link = widgets.HTML("")
        super().__init__([self.moved, self.look, self.doubles, self.link])

    def __repr__(self) -> str:
        return f"MergedCard({len(self.doubles.rows)} doubles)"

    def show(self, kept_id: str, done: Merged) -> Label:
        """Fill the card; gives the sentence that says it was done."""
        self.moved.set_items(kinds_told(done.moved) or [(_MOVED, 0)])
        self.doubles.set_rows([self._double(place, one) for place, one in enumerate(done.doubles)])
        self.doubles.layout.display = "" if done.doubles else "none"
        if done.doubles:
            self.look.warn(_LOOK)
        else:
            self.look.clear()
        self.link.value = app_link(_HISTORY, "case_history", child=kept_id)
        name, detail = told_files(self._desk, [kept_id])[kept_id]
        return _MERGED.format(name=name, detail=detail)

    def _double(self, place: int, one: Double) -> dict[str, Any]:
        return {"id": str(place), "kind": RECORDS[one.kind].label, "on": one.on, "by": staff_name(self._desk, one.by)}


class UndoCard(widgets.VBox):  # type: ignore[misc]
    """Undoing a merge: the reason first, then a second press; `on_done` is told the sentence and what kept a later change."""

    def __init__(self, desk: Desk, on_done: Callable[[Label, list[Label]], None]) -> None:
        self._desk, self._on_done = desk, on_done
        self.merge_id: str | None = None
        self.hint, self.notice = Notice(), Notice()
        self.reason = widgets.Text(
            description=_WHY_UNDONE.text(),
            style={"description_width": "initial"},
            layout={"width": "100%", "max_width": "760px", "margin": "2px 0"},
        )
        self.undo_button, self.sure_button, self.cancel_button = button(_UNDO, "primary"), button(_UNDO_SURE, "primary"), button(_NOT_YET)
        self.sure = widgets.HBox([self.sure_button, self.cancel_button], layout={"flex_flow": "row wrap"})
        super().__init__([self.hint, self.reason, self.undo_button, self.notice, self.sure])
        self.undo_button.on_click(lambda _: self.notice.told(self._ask))
        self.sure_button.on_click(lambda _: self.notice.told(self._undo))
        self.cancel_button.on_click(lambda _: self._ask_again())
        self._ask_again()

    def __repr__(self) -> str:
        return f"UndoCard({'open' if self.merge_id else 'closed'})"

    def begin(self, row: Mapping[str, Any]) -> None:
        """Open the card for a merge of the list."""
        self.merge_id, self.reason.value = row["id"], ""
        self.hint.info(_UNDO_HINT.format(name=row["name"], day=row["merged_on"]))
        self._ask_again()

    def _ask_again(self) -> None:
        self.sure.layout.display, self.undo_button.layout.display = "none", ""
        self.notice.clear()

    def _why(self) -> str:
        why = short_text(self.reason.value)
        if not why:
            raise UserError(_NO_REASON, code="reason_missing")
        return why

    def _ask(self) -> None:
        self._why()
        self.notice.warn(_UNDO_ASK)
        self.sure.layout.display, self.undo_button.layout.display = "", "none"

    def _undo(self) -> None:
        if self.merge_id is None:
            return
        undone = self._desk.unmerge(self.merge_id, why=self._why())
        self.merge_id = None
        changed = [_CHANGED_SINCE.format(kind=kind, count=count) for kind, count in kinds_told(undone.changed)]
        self._on_done(_UNDONE.format(count=undone.restored), changed)


class DoneLists(widgets.VBox):  # type: ignore[misc]
    """The merges done and the pairs declared different; `on_undo` and `on_again` are given the row whose button was pressed."""

    def __init__(self, desk: Desk, on_undo: Callable[[Mapping[str, Any]], None], on_again: Callable[[Mapping[str, Any]], None]) -> None:
        self._desk = desk
        self.merges = RecordTable(
            [
                Column("name", Label("Child", "孩子")),
                Column("kept", Label("Kept file", "保留的档案")),
                Column("merged", Label("File that went into it", "并入的档案")),
                Column("merged_on", Label("Merged on", "合并日期")),
                Column("by", Label("By whom", "经办人")),
                Column("reason", Label("Why", "理由")),
                Column("state", Label("State", "状态"), text=_state),
            ],
            caption=_LIST,
            actions=[RowAction("undo", _UNDO, when=lambda row: row["undone_on"] is None)],
            on_action=lambda _, row_id: on_undo(self._row(self.merges, row_id)),
            page_size=10,
            searchable=False,
        )
        self.different = RecordTable(
            [
                Column("first", Label("One child", "一个孩子")),
                Column("second", Label("The other child", "另一个孩子")),
                Column("reason", NotSame.fields["reason"].label),
                Column("declared_on", NotSame.fields["declared_on"].label),
                Column("by", NotSame.fields["staff_id"].label),
            ],
            caption=_DIFFERENT,
            actions=[RowAction("again", _AGAIN)],
            on_action=lambda _, row_id: on_again(self._row(self.different, row_id)),
            page_size=10,
            searchable=False,
        )
        super().__init__([self.merges, self.different])

    def __repr__(self) -> str:
        return f"DoneLists({len(self.merges.rows)} merges, {len(self.different.rows)} pairs)"

    def refresh(self) -> None:
        """Ask the store again; a list of nothing is not shown."""
        self.merges.set_rows(merge_rows(self._desk))
        self.different.set_rows(different_rows(self._desk))
        for table in (self.merges, self.different):
            table.layout.display = "" if table.rows else "none"

    @staticmethod
    def _row(table: RecordTable, row_id: str) -> Mapping[str, Any]:
        return next(row for row in table.rows if row["id"] == row_id)

    def take_back(self, row: Mapping[str, Any]) -> Label:
        """Take it back that two files are of two children; gives the sentence that says so. Raises as `Desk.withdraw` does."""
        self._desk.withdraw(NotSame, row["id"], seen=row["version"], reason=_TAKEN_BACK.text())
        return _PROPOSED_AGAIN


def _state(row: Mapping[str, Any]) -> str:
    return (_STANDS if row["undone_on"] is None else _UNDONE_BY.format(day=row["undone_on"], why=row["undone_why"] or "")).text()
