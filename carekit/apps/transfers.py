"""The app `transfers`: children who leave for another school and who come from one, each with the file, the papers and the receipt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ipywidgets as widgets

from carekit import clock
from carekit.access import Scope, may_write
from carekit.apps.app_notice import APP_CLASS, AppNotice
from carekit.apps.session import asked, open_desk
from carekit.apps.staff import school_name
from carekit.apps.transfers_arrival import TakenIn
from carekit.apps.transfers_card import TransferCard
from carekit.apps.transfers_facts import Stage, Standing, figures, standings
from carekit.apps.transfers_in import ArrivingPanel, told
from carekit.apps.transfers_leaving import Left
from carekit.apps.transfers_out import LeavingPanel, ReceiptPanel
from carekit.apps.transfers_stay import ReturnPanel
from carekit.errors import NotFound, UserError
from carekit.language import Label
from carekit.records import Transfer
from carekit.records.codes import Role
from carekit.store import Desk
from carekit.widgets import Column, Emphasis, Facts, RecordTable, RowAction, Tone

_OUT, _IN, _RETURN, _BACK = (
    Label("A child leaves", "登记转出"),
    Label("Take in with a package", "凭档案包转入"),
    Label("Comes back without a package", "无档案包转回"),
    Label("Back to the list", "返回名单"),
)
_MISSING, _LATE, _WAITING, _GONE, _CAME = (
    Label("Left, not handed over", "离校未移交"),
    Label("Receipts overdue", "回执逾期"),
    Label("Waiting for receipts", "等待回执"),
    Label("Left this school year", "本学年转出"),
    Label("Came this school year", "本学年转入"),
)
_LIST, _NONE = Label("Hand-overs", "转学移交台账"), Label("No hand-over is written down yet.", "还没有登记转学移交。")
_HINT = Label(
    "A child who leaves takes the file along; it is handed over when the other school has confirmed it.",
    "孩子转学，档案要跟着走；收到对方回执，移交才算完成。",
)
_WARN = Label(
    "{count} children of the register left and nobody handed the file over: write the hand-over down.",
    "有{count}名登记过的留守儿童已离校，档案还没有移交，请尽快办理。",
)
_OPEN, _RECEIPT, _HAND_OVER = Label("Open", "打开"), Label("Receipt came", "收到回执"), Label("Hand over", "办移交")
_LATE_DAYS, _UNTIL = Label("{days} days late ({day})", "逾期{days}天（{day}）"), Label("by {day}", "{day}前")
_FACTS = Label(
    "{school} {on}: not handed over {missing}, receipts overdue {late}, waiting {waiting}, left {out}, came {came}",
    "{school} {on}：离校未移交 {missing}，回执逾期 {late}，等待回执 {waiting}，本学年转出 {out}，转入 {came}",
)


class Transfers(widgets.VBox):  # type: ignore[misc]
    """The page; `found` holds what it shows."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self._school = desk, school_name(desk)
        self._office = bool(may_write(desk.actor, Transfer)) and desk.reach(Transfer) is Scope.ALL
        self.found: list[Standing] = standings(desk)
        self.facts_box, self.notice = Facts(figures=True), AppNotice()
        self.leaving, self.receipt = LeavingPanel(desk, self._left), ReceiptPanel(desk, self._saved)
        self.arriving, self.returning = ArrivingPanel(desk, self._taken), ReturnPanel(desk, self._returned)
        self.card = TransferCard(desk, self._made)
        self.out_button = self._button(_OUT, self.begin_leaving, primary=True)
        self.in_button, self.return_button = self._button(_IN, self.begin_arriving, primary=True), self._button(_RETURN, self.begin_return)
        self.back = self._button(_BACK, self.show_list)
        self.table = self._table()
        self._bar = widgets.HBox([self.out_button, self.in_button, self.return_button], layout={"flex_flow": "row wrap"})
        self.lists = widgets.VBox([self._bar, self.table])
        self._cards: list[Any] = [self.leaving, self.arriving, self.returning, self.receipt, self.card]
        super().__init__([self.facts_box, self.notice, self.back, *self._cards, self.lists])
        self.add_class(APP_CLASS)
        self._bar.layout.display = "" if self._office else "none"
        self.refresh()
        self.show_list()

    def _button(self, label: Label, act: Any, *, primary: bool = False) -> widgets.Button:
        button = widgets.Button(
            description=label.text(), button_style="primary" if primary else "", layout={"width": "auto", "align_self": "flex-start"}
        )
        button.add_class("ck-noprint")
        button.on_click(lambda _: self._try(act))
        return button

    def __repr__(self) -> str:
        return f"Transfers({self.facts()})"

    def facts(self) -> str:
        """School, day and the figures in one line."""
        return _FACTS.format(school=self._school, on=clock.today(), **figures(self.found, clock.today())).text()

    # --- the list -----------------------------------------------------------------------------------------------------

    def _table(self) -> RecordTable:
        actions = [
            RowAction("leave", _HAND_OVER, Emphasis.PRIMARY, when=lambda row: row["standing"].revision is None),
            RowAction("receipt", _RECEIPT, Emphasis.PRIMARY, when=lambda row: _awaits(row["standing"])),
            RowAction("open", _OPEN, when=lambda row: row["standing"].revision is not None),
        ]
        return RecordTable(
            [
                Column("name", Label("Child", "儿童")),
                Column("class_name", Label("Class", "班级")),
                Transfer.fields["direction"],
                Transfer.fields["moved_on"],
                Transfer.fields["other_school"],
                Column("stage", Label("State", "状态"), text=_stage_text, choices={s.name: s.label for s in Stage}),
                Column("when", Label("Receipt", "回执")),
                Column("mark", Transfer.fields["package_mark"].label),
                Column("staff", Transfer.fields["staff_id"].label),
            ],
            caption=_LIST,
            empty=_NONE,
            actions=actions if self._office else [],
            on_action=self._act,
            page_size=20,
        )

    def refresh(self) -> None:
        """Ask the store again."""
        self.found = standings(self.desk)
        counts = figures(self.found, clock.today())
        shown = ((_MISSING, "missing"), (_LATE, "late"), (_WAITING, "waiting"), (_GONE, "out"), (_CAME, "came"))
        self.facts_box.set_items([(label, counts[name]) for label, name in shown])
        self.table.set_rows([_row(one) for one in self.found])

    def _hint(self) -> None:
        missing = figures(self.found, clock.today())["missing"]
        if missing:
            self.notice.warn(_WARN.format(count=missing))
        else:
            self.notice.info(_HINT)

    def _act(self, name: str, row_id: str) -> None:
        self._try(lambda: self.take(name, row_id))

    def _try(self, act: Any) -> None:
        # what was said of the former step is no longer true
        self.notice.clear()
        try:
            act()
        except UserError as error:
            self.notice.error(error.label)

    def take(self, name: str, row_id: str) -> None:
        """Do something with a line of the list; `NotFound` for one that is not there."""
        standing = next((one for one in self.found if one.id == row_id), None)
        if standing is None:
            raise NotFound
        if name == "leave":
            self.leaving.begin(standing.child_id, standing.moved_on)
            self._show(self.leaving)
        elif name == "receipt":
            self.receipt.begin(standing)
            self._show(self.receipt)
        else:
            self.card.begin(standing)
            self._show(self.card)

    # --- the ways in and out ------------------------------------------------------------------------------------------

    def begin_leaving(self, child_id: str | None = None) -> None:
        """The form of a child who leaves."""
        self.leaving.begin(child_id)
        self._show(self.leaving)

    def begin_arriving(self) -> None:
        """The steps of a child who comes with a package."""
        self.arriving.start_over()
        self._show(self.arriving)

    def begin_return(self) -> None:
        """The form of a child who comes back without one."""
        self.returning.begin()
        self._show(self.returning)

    def ask(self, child_id: str) -> None:
        """Open what waits for the child of an address; one answer for a child who is not the person's and for none."""
        waiting = [one for one in self.found if one.child_id == child_id and (one.revision is None or _awaits(one))]
        if waiting and self._office:
            self._act("leave" if waiting[0].revision is None else "receipt", waiting[0].id)
        else:
            self._try(lambda: self.begin_leaving(child_id))

    def _left(self, message: Label, left: Left) -> None:
        self._saved(message)
        if len(left.transfers) == 1:
            self.take("open", left.transfers[0].id)

    def _made(self, transfer_id: str) -> Standing | None:
        self.refresh()
        return next((one for one in self.found if one.id == transfer_id), None)

    def _taken(self, message: Label, lines: list[Label], taken: TakenIn) -> None:
        self.refresh()
        self.take("open", taken.transfer.id)
        self.notice.say(message, Tone.WARN if taken.closed else Tone.OK, lines)

    def _returned(self, taken: TakenIn) -> None:
        message, lines = told(taken, receipt=False)
        self.refresh()
        self.show_list()
        self.notice.say(message, Tone.WARN if taken.closed else Tone.OK, lines)

    def _saved(self, message: Label) -> None:
        self.refresh()
        self.show_list()
        self.notice.ok(message)

    def show_list(self) -> None:
        """The list again, with what is to be done first."""
        self._show(None)
        self._hint()

    def _show(self, part: widgets.Widget | None) -> None:
        for one in self._cards:
            one.layout.display = "" if one is part else "none"
        self.lists.layout.display = "" if part is None else "none"
        self.back.layout.display = "none" if part is None else ""


def _awaits(standing: Standing) -> bool:
    return standing.revision is not None and standing.out and standing.revision.record.receipt_on is None


def _stage_text(row: Mapping[str, Any]) -> str:
    return str(row["standing"].stage.label.text())


def _row(one: Standing) -> dict[str, Any]:
    record = one.revision.record if one.revision else None
    due = _LATE_DAYS.format(days=one.late, day=one.due_on) if one.late else _UNTIL.format(day=one.due_on) if one.due_on else None
    return {
        "id": one.id,
        "name": one.child,
        "class_name": one.class_name,
        "direction": record.direction if record else None,
        "moved_on": one.moved_on,
        "other_school": record.other_school if record else None,
        "stage": one.stage.name,
        "when": record.receipt_on
        if record and record.receipt_on
        else due
        if one.stage in (Stage.LATE, Stage.WAITING, Stage.MISSING)
        else None,
        "mark": record.package_mark if record else None,
        "staff": one.staff,
        "standing": one,
    }


def transfers(desk: Desk | None = None) -> Transfers:
    """The app for the person of this kernel (or of `desk`); ``?child=<id>`` in the address opens what waits for that child."""
    app = Transfers(desk or open_desk(Role.REGISTRAR)[0])
    child = asked("child") if desk is None else None
    if child:
        app.ask(child)
    return app
