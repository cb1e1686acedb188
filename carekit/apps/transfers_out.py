"""The form of a child who leaves for another school (of several at once, when a class graduates), and the form of the receipt."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as widgets

from carekit import clock
from carekit.apps.staff import staff_name
from carekit.apps.transfers_facts import Standing
from carekit.apps.transfers_leaving import LEAVINGS, Left, leave, leaver_options
from carekit.errors import NotFound, UserError
from carekit.language import Label
from carekit.records import Child, Transfer
from carekit.records.codes import LeavingReason, TransferDirection
from carekit.store import Conflict, Desk
from carekit.widgets import Drafts, Entry, RecordForm, Saved

_HOW = Label("Leaves by", "离校方式")
_FORM = Label("A child leaves for another school", "登记转出")
_MOVED_MEANWHILE = Label(
    "Somebody changed the file of one of these children just now. Look at it, then save again.",
    "有孩子的档案刚被别人改过，请核对后再保存一次。",
)
_LEFT = Label(
    "Saved: {count} left. Hand over the file now; the receipt is awaited.", "已登记{count}名学生转出，请接着移交档案，并等待对方回执。"
)
_PAIRINGS = Label("{count} pairings ended with it.", "同时结束结对{count}项。")
_BOTH = Label("{first} {second}", "{first}{second}")
_RECEIPT = Label("Receipt of the other school", "收到回执")
_RECEIPT_MISSING = Label("Enter the day of the receipt and who signed it.", "请填写回执日期和签收人。")
_CONFIRMED = Label("Saved: the other school has confirmed.", "已保存：对方学校已确认收到。")
_CHOOSE = Label("Choose a hand-over in the list first.", "请先在名单中选一项。")
_ABOUT = Label("{child}, to {school}", "{child} → {school}")
_DRAFT = "transfer_out"


class LeavingPanel(widgets.VBox):  # type: ignore[misc]
    """The form; `on_saved` is told what was saved and in what words."""

    def __init__(self, desk: Desk, on_saved: Callable[[Label, Left], object]) -> None:
        self.desk, self._on_saved = desk, on_saved
        self.how = widgets.Dropdown(
            options=[(one.label.text(), one.value) for one in LEAVINGS], description=_HOW.text(), style={"description_width": "initial"}
        )
        self.form = RecordForm(
            Transfer,
            ("child_id", "moved_on", "other_school", "other_contact", "handed_over_on", "note"),
            hidden={"direction": TransferDirection.OUT, "staff_id": desk.actor.staff_id},
            several=("child_id",),
            on_submit=self._save,
            title=_FORM,
            ack_seconds=15.0,
        )
        super().__init__([self.how, self.form])

    def __repr__(self) -> str:
        return "LeavingPanel()"

    def begin(self, child_id: str | None = None, moved_on: object = None) -> None:
        """An empty form of today, or what was begun and not saved; `NotFound` for a child outside the person's scope."""
        if child_id:
            self.desk.get(Child, child_id)
        options = leaver_options(self.desk, clock.today())
        if child_id and child_id not in {one for one, _, _ in options}:
            raise NotFound
        initial = {"child_id": [child_id] if child_id else [], "moved_on": moved_on or clock.today()}
        self.form.start(initial, references={"child_id": options}, drafts=Drafts.in_store(self.desk, _DRAFT, ""))

    def _save(self, entry: Entry) -> Saved:
        try:
            left = leave(self.desk, entry.records, LeavingReason(self.how.value))
        except Conflict:
            raise UserError(_MOVED_MEANWHILE) from None
        self.desk.drop_draft(_DRAFT, "")
        message = _LEFT.format(count=len(left.transfers))
        if left.pairings:
            message = _BOTH.format(first=message, second=_PAIRINGS.format(count=left.pairings))
        self._on_saved(message, left)
        return Saved(message)


class ReceiptPanel(widgets.VBox):  # type: ignore[misc]
    """The form of the receipt; `on_saved` is told the words."""

    def __init__(self, desk: Desk, on_saved: Callable[[Label], object]) -> None:
        self.desk, self._on_saved = desk, on_saved
        self._about = widgets.Label()
        self.form = RecordForm(
            Transfer,
            ("receipt_on", "receipt_by", "handed_over_on", "note"),
            on_submit=self._save,
            title=_RECEIPT,
            who=lambda staff_id: staff_name(desk, staff_id),
        )
        super().__init__([self._about, self.form])

    def __repr__(self) -> str:
        return "ReceiptPanel()"

    def begin(self, standing: Standing) -> None:
        """The receipt of a hand-over; `NotFound` outside the person's scope or where none is written down."""
        revision = self.desk.get(Transfer, standing.id if standing.revision else "")
        self._about.value = _ABOUT.format(child=standing.child, school=revision.record.other_school).text()
        self.form.start(revision, drafts=Drafts.in_store(self.desk, f"receipt:{revision.id[-20:]}", standing.child_id))

    def _save(self, entry: Entry) -> Saved:
        if entry.seen is None:
            raise UserError(_CHOOSE)
        record: Transfer = entry.record
        if record.receipt_on is None or record.receipt_by is None:
            raise UserError(_RECEIPT_MISSING, code="receipt_missing")
        revision = self.desk.amend(record, seen=entry.seen)
        self._on_saved(_CONFIRMED)
        return Saved(_CONFIRMED, revision.version)
