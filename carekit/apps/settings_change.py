"""What would change is looked at before it is saved: a form whose Save shows old and new beside each other, and a card to confirm it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import ipywidgets as widgets

from carekit.apps.settings_words import ChangedLine
from carekit.apps.staff import staff_name
from carekit.errors import UserError
from carekit.language import Label
from carekit.records import Record
from carekit.store import Conflict, Desk, Revision
from carekit.widgets import Column, Drafts, Emphasis, Entry, Notice, RecordForm, RecordTable, RowAction, Tone

_CAPTION = Label("What changes", "将要变更的内容")
_NOTHING = Label("Nothing changes but that it is written down.", "数值没有变化，只是正式登记下来。")
_BACK = Label("Back, not yet", "返回，先不办")
_NOT_YET = Label(
    "Nothing is saved yet: look at what changes and confirm it.", "还没有保存：请核对将要变更的内容，再点确认。改好后按“核对变更”重新看。"
)
_CHECK = Label("Look at what changes", "核对变更")
_AMEND, _WITHDRAW, _TO_LIST = Label("Correct", "改正"), Label("Withdraw", "撤下"), Label("Back to the list", "返回列表")
_MEANWHILE = Label(
    "Somebody changed this just now. Look at the list and open it again.", "这条刚刚被别人改过，请看最新的列表，再重新打开办理。"
)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a save would do: `title` says from when, `lines` what changes, `warnings` what else follows from it, `confirm` stands on the button."""

    title: Label
    lines: Sequence[ChangedLine]
    confirm: Label
    saved: Label
    warnings: Sequence[Label] = field(default_factory=tuple)


class ConfirmCard(widgets.VBox):  # type: ignore[misc]
    """Old and new beside each other with a button to do it and one to leave it; `begin` shows it for something that is to be done."""

    def __init__(self, on_back: Callable[[], object]) -> None:
        self.notice = Notice()
        self.table = RecordTable(
            [Column("label", Label("Setting", "项目")), Column("before", Label("Now", "现在")), Column("after", Label("Then", "改为"))],
            caption=_CAPTION,
            empty=_NOTHING,
            searchable=False,
            page_size=50,
        )
        self.confirm, self.back = widgets.Button(button_style="primary"), widgets.Button(description=_BACK.text())
        for button in (self.confirm, self.back):
            button.layout = widgets.Layout(width="auto")
        self._act: Callable[[], object] | None = None
        self.confirm.on_click(lambda _: self.press())
        self.back.on_click(lambda _: on_back())
        buttons = widgets.HBox([self.confirm, self.back], layout={"flex_flow": "row wrap"})
        super().__init__([self.notice, self.table, buttons], layout={"display": "none"})

    def __repr__(self) -> str:
        return f"ConfirmCard({len(self.table.rows)} lines)"

    def begin(self, preview: Preview, act: Callable[[], object]) -> None:
        """Show what would happen; `act` does it."""
        self._act = act
        self.notice.say(preview.title, Tone.WARN if preview.warnings else Tone.INFO, preview.warnings)
        self.confirm.description = preview.confirm.text()
        self.table.set_rows(
            {"id": line.name, "label": line.label.text(), "before": line.before, "after": line.after} for line in preview.lines
        )

    def press(self) -> None:
        """Do it, once."""
        act, self._act = self._act, None
        if act is not None:
            act()


class Matter(ABC):
    """What a `CheckedPanel` is about: the records of one kind of one school, how they are told, and what a change of them does."""

    kind: ClassVar[type[Record]]
    boxes: ClassVar[tuple[str, ...]]
    new: ClassVar[Label]
    caption: ClassVar[Label]
    #: Why a record is amended or withdrawn here, for its history.
    reason: ClassVar[Label]

    def __init__(self, desk: Desk, school_id: str) -> None:
        self.desk, self.school_id = desk, school_id

    def revisions(self) -> list[Revision[Any]]:
        """The school's records of the kind, in the order of their dates."""
        return self.desk.find(self.kind, {"school_id": self.school_id})

    @abstractmethod
    def columns(self) -> list[Any]:
        """The columns of the list."""

    @abstractmethod
    def rows(self) -> list[dict[str, Any]]:
        """The rows of the list; `id` is that of the record."""

    @abstractmethod
    def blank(self) -> Mapping[str, Any]:
        """What the form of a new record begins with."""

    @abstractmethod
    def preview(self, record: Any, before: Any | None) -> Preview:
        """What saving `record` would do, in place of `before` or as a new one; `UserError` when it may not be saved."""

    @abstractmethod
    def preview_withdrawal(self, record: Any) -> Preview:
        """What taking a record out of use would do."""


class CheckedPanel(widgets.VBox):  # type: ignore[misc]
    """A list of records with a form over them, where every change is looked at before it is saved; `top` stands above the list."""

    def __init__(
        self,
        matter: Matter,
        on_saved: Callable[[Label], object],
        on_error: Callable[[Label], object],
        top: Sequence[widgets.Widget] = (),
    ) -> None:
        self.matter, self.desk, self._on_saved, self._on_error = matter, matter.desk, on_saved, on_error
        self._seen: Revision[Any] | None = None
        self.form = RecordForm(
            matter.kind,
            matter.boxes,
            on_submit=self._look,
            hidden={"school_id": matter.school_id},
            who=lambda staff_id: staff_name(self.desk, staff_id),
            save_label=_CHECK,
        )
        self.card = ConfirmCard(lambda: self._show(self._came_from))
        self.table = RecordTable(
            matter.columns(),
            caption=matter.caption,
            actions=[RowAction("amend", _AMEND), RowAction("withdraw", _WITHDRAW, Emphasis.DANGER)],
            on_action=lambda name, row_id: self._try(lambda: (self.amend if name == "amend" else self.withdraw)(row_id)),
            page_size=20,
            searchable=False,
        )
        self.new, self.back = self._button(matter.new, self.begin), self._button(_TO_LIST, self.show_list)
        self.new.button_style = "primary"
        self.lists = widgets.VBox([*top, self.new, self.table])
        self._came_from: widgets.Widget = self.lists
        super().__init__([self.back, self.form, self.card, self.lists])
        self.refresh()
        self.show_list()

    def __repr__(self) -> str:
        return f"CheckedPanel({self.matter.kind.kind}, {len(self.table.rows)})"

    def _button(self, label: Label, act: Callable[[], object]) -> widgets.Button:
        button = widgets.Button(description=label.text(), layout={"width": "auto", "align_self": "flex-start"})
        button.add_class("ck-noprint")
        button.on_click(lambda _: self._try(act))
        return button

    def _try(self, act: Callable[[], object]) -> None:
        try:
            act()
        except UserError as error:
            self._on_error(error.label)

    # --- lists and forms ----------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Ask the store again."""
        self.table.set_rows(self.matter.rows())

    def show_list(self) -> None:
        """The list again."""
        self._show(self.lists)

    def begin(self) -> None:
        """A form for a new record, filled as it usually begins, or the draft that was left."""
        self._seen = None
        self.form.start(self.matter.blank(), drafts=Drafts.in_store(self.desk, self.matter.kind.kind, ""))
        self._show(self.form)

    def amend(self, record_id: str) -> None:
        """The form of a record that is there; `NotFound` when it has gone."""
        self._seen = self.desk.get(self.matter.kind, record_id)
        self.form.start(self._seen)
        self._show(self.form)

    def withdraw(self, record_id: str) -> None:
        """What taking a record out of use would do, to be confirmed; `NotFound` when it has gone."""
        seen = self.desk.get(self.matter.kind, record_id)
        preview = self.matter.preview_withdrawal(seen.record)
        self._confirm(preview, lambda: self._withdraw(seen, preview), came_from=self.lists)

    def _confirm(self, preview: Preview, act: Callable[[], object], *, came_from: widgets.Widget) -> None:
        self._came_from = came_from
        self.card.begin(preview, lambda: self._try(act))
        self._show(self.card)

    def _show(self, part: widgets.Widget) -> None:
        for one in (self.form, self.card, self.lists):
            one.layout.display = "" if one is part else "none"
        self.back.layout.display = "" if part is self.form else "none"

    # --- saving -------------------------------------------------------------------------------------------------------

    def _look(self, entry: Entry) -> None:
        """Save was pressed: what it would do is shown. Always a `UserError`, as nothing is saved yet: the form keeps what it holds."""
        record = entry.record
        if self._seen is not None:
            present = self.desk.get(self.matter.kind, record.id)
            if present.version != entry.seen:
                raise Conflict(self._seen, present, record)
            self._seen = present
        preview = self.matter.preview(record, self._before())
        self._confirm(preview, lambda: self._save(record, preview), came_from=self.form)
        raise UserError(_NOT_YET, code="not_yet")

    def _before(self) -> Any | None:
        return self._seen.record if self._seen else None

    def _save(self, record: Any, preview: Preview) -> None:
        """Save what was looked at, if it may still be saved; else the form is there again with everything in it."""
        self._show(self.form)
        with self.desk.transaction():
            self.matter.preview(record, self._before())
            if self._seen is None:
                self.desk.add(record)
                self.desk.drop_draft(self.matter.kind.kind, "")
            else:
                self.desk.amend(record, seen=self._seen.version, reason=self.matter.reason.text())
        self._done(preview.saved)

    def _withdraw(self, seen: Revision[Any], preview: Preview) -> None:
        self.show_list()
        try:
            self.desk.withdraw(self.matter.kind, seen.id, seen=seen.version, reason=self.matter.reason.text())
        except Conflict:
            self.refresh()
            raise UserError(_MEANWHILE, code="changed_meanwhile") from None
        self._done(preview.saved)

    def _done(self, saved: Label) -> None:
        self.refresh()
        self.show_list()
        self._on_saved(saved)
