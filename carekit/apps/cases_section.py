"""A section of the app `cases`: the list of what can be closed, with the cards of its steps in place of the list while one is open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as widgets

from carekit.apps.cases_cards import DecideCard, ProposeCard, ReopenCard
from carekit.apps.cases_closing import REGISTER, Closing, take_back
from carekit.apps.cases_facts import Stage, Standing, may_change, may_decide, may_propose, may_reopen
from carekit.errors import NotFound, UserError
from carekit.language import Label
from carekit.names import name_sort_key
from carekit.records import Case
from carekit.store import Desk
from carekit.widgets import Column, Emphasis, RecordTable, RowAction

OnDone = Callable[[Label], None]
OnError = Callable[[Label], None]
_PAGE = 10
_BACK = Label("Back to the list", "返回名单")
_GONE = Label("in no class", "不在班级")
_TAKEN_BACK = Label("The proposal for {name} is taken back.", "{name}的申请已撤回。")
_TAKE_BACK_WHY = Label("taken back by whoever proposed it", "申请人撤回")
_DECIDE, _CHANGE, _TAKE_BACK, _REOPEN = (
    Label("Decide", "审批"),
    Label("Change proposal", "修改申请"),
    Label("Take back", "撤回申请"),
    Label("Reopen", "恢复"),
)
_CAPTION, _NOBODY = Label("Register of left-behind children", "留守登记"), Label("Nobody is on the register.", "还没有留守登记。")
_SAID = Label("{what} ({day})", "{what}（{day}）")


def stage_text(closing: Closing, one: Standing) -> str:
    """Where it stands, in words, with the day and the reason of what is proposed or closed."""
    label = closing.stages[one.stage]
    end = one.closing if one.stage is Stage.CLOSED else one.proposal
    if end is None:
        return label.text()
    record = end.record
    day = record.closed_on.isoformat()
    reason = "" if record.reason is None else record.reason.label.text()
    return _SAID.format(what=label, day=f"{reason} {day}".strip()).text()


class ClosingSection(widgets.VBox):  # type: ignore[misc]
    """The list of one kind (`closing`) and its cards; `on_done` is told what was saved, `on_error` what is in the way.

    `columns` and `actions` are further ones of the kind; `act` does what a further action asks for.
    """

    def __init__(
        self,
        desk: Desk,
        closing: Closing,
        *,
        caption: Label,
        empty: Label,
        on_done: OnDone,
        on_error: OnError,
        columns: Sequence[Column] = (),
        actions: Sequence[RowAction] = (),
        cards: Sequence[widgets.Widget] = (),
        above: Sequence[widgets.Widget] = (),
    ) -> None:
        self.desk, self.closing, self._on_done, self._on_error = desk, closing, on_done, on_error
        self.found: list[Standing] = []
        self.propose, self.decide = ProposeCard(desk, closing, on_done), DecideCard(desk, closing, on_done)
        self.reopen = ReopenCard(desk, closing, on_done)
        self._cards: tuple[Any, ...] = (self.propose, self.decide, self.reopen, *cards)
        self.back = widgets.Button(description=_BACK.text(), layout={"align_self": "flex-start"})
        self.back.on_click(lambda _: self.show(None))
        self.table = self._table(caption, empty, columns, actions)
        self.list = widgets.VBox([*above, self.table])
        super().__init__([self.back, *self._cards, self.list])
        self.show(None)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.closing.name}, {len(self.found)} lines)"

    def _table(self, caption: Label, empty: Label, columns: Sequence[Column], actions: Sequence[RowAction]) -> RecordTable:
        def when(allowed: Callable[[Standing, Desk], bool]) -> Callable[[Any], bool]:
            return lambda row: allowed(row["standing"], self.desk)

        stages = {stage.name: self.closing.stages[stage] for stage in Stage}
        return RecordTable(
            [
                Column("name", Label("Child", "儿童"), sort=lambda row: name_sort_key(row["name"])),
                Column("class_name", Label("Class", "班级"), text=lambda row: row["class_name"] or _GONE.text()),
                *columns,
                Column("stage", Label("Stage", "状态"), text=lambda row: stage_text(self.closing, row["standing"]), choices=stages),
            ],
            caption=caption,
            empty=empty,
            actions=[
                RowAction("decide", _DECIDE, Emphasis.PRIMARY, when=when(may_decide)),
                *actions,
                RowAction("propose", self.closing.propose, when=when(may_propose)),
                RowAction("change", _CHANGE, when=when(may_change)),
                RowAction("take_back", _TAKE_BACK, when=when(may_change)),
                RowAction("reopen", _REOPEN, when=when(may_reopen)),
            ],
            on_action=self.act,
            page_size=_PAGE,
        )

    def set_found(self, found: list[Standing]) -> None:
        """Show other lines."""
        self.found = found
        self.table.set_rows([self.row(one) for one in found])

    def row(self, one: Standing) -> dict[str, Any]:
        """A line of the list."""
        return {
            "id": one.subject.id,
            "name": one.child,
            "class_name": one.class_name,
            "stage": one.stage.name,
            "standing": one,
        }

    def standing(self, row_id: str) -> Standing:
        """The line with an id; `NotFound` when there is none."""
        found = next((one for one in self.found if one.subject.id == row_id), None)
        if found is None:
            raise NotFound
        return found

    def act(self, name: str, row_id: str) -> None:
        """Do what a button of a row asks for; what is in the way is said."""
        try:
            self.step(name, self.standing(row_id))
        except UserError as error:
            self._on_error(error.label)

    def step(self, name: str, one: Standing) -> None:
        """Open the card of a step, or take a proposal back at once."""
        if name == "take_back":
            take_back(self.desk, one, _TAKE_BACK_WHY.text())
            self._on_done(_TAKEN_BACK.format(name=one.child))
            return
        cards: dict[str, Any] = {"propose": self.propose, "change": self.propose, "decide": self.decide, "reopen": self.reopen}
        card = cards[name]
        card.begin(one)
        self.show(card)

    def show(self, card: Any) -> None:
        """The list, or one card in its place."""
        for one in self._cards:
            one.layout.display = "" if one is card else "none"
        self.list.layout.display = "" if card is None else "none"
        self.back.layout.display = "none" if card is None else ""


class RegisterSection(ClosingSection):
    """The entries of the register inside the person's scope."""

    def __init__(self, desk: Desk, on_done: OnDone, on_error: OnError) -> None:
        super().__init__(
            desk,
            REGISTER,
            caption=_CAPTION,
            empty=_NOBODY,
            on_done=on_done,
            on_error=on_error,
            columns=[Column("number", Case.fields["number"].label), Column("opened", Case.fields["opened_on"].label)],
        )

    def row(self, one: Standing) -> dict[str, Any]:
        """A line of the list, with number and day of opening."""
        return super().row(one) | {"number": one.record.number, "opened": one.record.opened_on}
