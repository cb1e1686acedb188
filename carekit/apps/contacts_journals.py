"""Journals that wait for the teacher's reply, and the reply in place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import ipywidgets as widgets

from carekit import clock
from carekit.access import hidden_fields, may_write
from carekit.apps.children import child_options
from carekit.apps.staff import staff_name
from carekit.errors import UserError
from carekit.language import Label
from carekit.obligations.names import child_names
from carekit.records import Journal
from carekit.store import Desk, Revision
from carekit.widgets import Column, Drafts, Emphasis, Entry, RecordForm, RecordTable, RowAction, Saved

_FIELDS = ("body", "reply", "replied_on", "needs_talk")
_CAPTION = Label("Journals that wait for a reply", "等待回复的周记")
_NONE = Label("Every journal has its reply. Thank you.", "周记都回复了，辛苦了！")
_BACK, _TITLE = Label("Back to the list", "返回列表"), Label("Reply to the journal of {name}, {day}", "回复{name} {day} 的周记")
_SAVED = Label("Saved: the reply to {name}.", "已保存：给{name}的回复。")
_EMPTY_REPLY = Label("Write a reply, or at least the day on which it was written on paper.", "请写回复；在纸上回复的，请填回复日期。")
_WAITS = Label("{n} days", "{n} 天")


def replies(desk: Desk) -> bool:
    """Whether the person's role reads and answers what children write."""
    return bool(may_write(desk.actor, Journal)) and "reply" not in hidden_fields(desk.actor, Journal)


def waiting(desk: Desk) -> list[Revision[Journal]]:
    """The journals without a reply, of the person's scope, the oldest first."""
    return desk.find(Journal, {"reply": None, "replied_on": None}) if replies(desk) else []


class JournalReplies(widgets.VBox):  # type: ignore[misc]
    """The list of journals that wait, and the form in which one is answered; `on_done` and `on_error` are told what came of it."""

    def __init__(self, desk: Desk, on_done: Callable[[Label], object], on_error: Callable[[Label], object]) -> None:
        self.desk, self._on_done, self._on_error = desk, on_done, on_error
        self._name = ""
        self.table = RecordTable(
            [
                Column("name", Label("Child", "儿童")),
                Column("detail", Label("Class and birthday", "班级和生日")),
                Journal.fields["handed_in_on"],
                Column("days", Label("Waits", "已等"), text=lambda row: _WAITS.format(n=row["days"]).text()),
            ],
            caption=_CAPTION,
            empty=_NONE,
            actions=[RowAction("reply", Label("Reply", "回复"), Emphasis.PRIMARY)],
            on_action=lambda _, row_id: self._open(row_id),
            searchable=False,
        )
        self.form = RecordForm(Journal, _FIELDS, on_submit=self._save, hidden={}, who=lambda staff_id: staff_name(desk, staff_id))
        self.about, self.back = widgets.Label(), widgets.Button(description=_BACK.text())
        self.back.on_click(lambda _: self.show_list())
        self.card = widgets.VBox([self.back, self.about, self.form])
        super().__init__([self.table, self.card])
        self.refresh()
        self.show_list()

    def __repr__(self) -> str:
        return f"JournalReplies({len(self.table.rows)} rows)"

    def refresh(self) -> None:
        """Ask the store again which journals wait."""
        found, today = waiting(self.desk), clock.today()
        names = child_names(self.desk, {one.record.child_id for one in found})
        details = {child_id: detail for child_id, _, detail in child_options(self.desk, today)}
        self.table.set_rows([_row(one, names, details, (today - one.record.handed_in_on).days) for one in found])

    def show_list(self) -> None:
        """The list in place of the form."""
        self.card.layout.display, self.table.layout.display = "none", ""

    def _open(self, journal_id: str) -> None:
        try:
            self.begin(journal_id)
        except UserError as error:
            self._on_error(error.label)

    def begin(self, journal_id: str) -> None:
        """Open a journal to answer it, the day of the reply filled in; `NotFound` outside the person's scope."""
        journal = self.desk.get(Journal, journal_id)
        child_id = journal.record.child_id
        self._name = child_names(self.desk, {child_id}).get(child_id, "")
        today = replace(journal, record=journal.record.model_copy(update={"replied_on": clock.today()}))
        self.form.start(today, drafts=Drafts.in_store(self.desk, f"reply:{journal_id}", child_id))
        self.about.value = _TITLE.format(name=self._name, day=journal.record.handed_in_on).text()
        self.card.layout.display, self.table.layout.display = "", "none"

    def _save(self, entry: Entry) -> Saved:
        if not entry.record.reply and not entry.record.replied_on:
            raise UserError(_EMPTY_REPLY)
        assert entry.seen is not None  # noqa: S101 - the form was started with a revision
        revision = self.desk.amend(entry.record, seen=entry.seen)
        message = _SAVED.format(name=self._name)
        self.refresh()
        self.show_list()
        self._on_done(message)
        return Saved(message, revision.version)


def _row(journal: Revision[Journal], names: dict[str, str], details: dict[str, str], days: int) -> dict[str, Any]:
    child_id = journal.record.child_id
    return {
        "id": journal.id,
        "name": names.get(child_id, ""),
        "detail": details.get(child_id, ""),
        "handed_in_on": journal.record.handed_in_on,
        "days": days,
    }
