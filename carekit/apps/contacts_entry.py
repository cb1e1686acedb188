"""Quick entry: choose what was done, with whom and when, a few words, save; the form is then ready for the next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets as widgets

from carekit import clock
from carekit.apps.contacts_kinds import (
    Options,
    child_field,
    children_for,
    offered_kinds,
    other_fields,
    outcome_of,
    quick_fields,
    references_for,
)
from carekit.errors import NotFound, UserError
from carekit.language import Label
from carekit.records import Activity, Child, Record
from carekit.records.codes import Outcome
from carekit.store import Desk
from carekit.widgets import Drafts, Entry, RecordForm, Saved

_WHAT = Label("What do you write down?", "要记什么？先点一项：")
_CHOSEN = Label("✓ {kind}", "✓ {kind}")
_SAVED = Label("Saved: {kind} for {names}. Ready for the next one.", "已保存：{names}的{kind}。可以接着记下一条。")
_FAILED = Label(
    "Saved as not done: {kind} for {names}. It does not count as done.",
    "已记下：{names}的{kind}没有成功，不计入完成次数。可以接着记下一条。",
)
_NOT_OFFERED = Label("Your role does not write this down; choose one of those offered.", "您的角色不能记这一项，请从列出的项目中选择。")
_NOBODY = Label(
    "There is no child about whom you may write this. Ask the registrar whether your class or pairing is entered.",
    "您的名单里还没有可以记这一项的孩子，请联系学籍管理员核对任班或结对。",
)
_NOT_HELD = Label(
    "This activity is held on {day}; enter that day or a later one, once it was held.",
    "这次活动是{day}举行的，请在举行之后再记，日期不能早于这一天。",
)
_AND = Label(", ", "、")

OnTold = Callable[[Label], object]


class QuickEntry(widgets.VBox):  # type: ignore[misc]
    """One button a kind, and the form of the kind that was chosen; each form is made once, when it is first chosen.

    `form` is the form in sight, None before anything was chosen. `on_saved` is told the acknowledgement of the store, `on_error` why nothing opened.
    """

    def __init__(self, desk: Desk, on_saved: OnTold, on_error: OnTold) -> None:
        self.desk, self._on_saved, self._on_error = desk, on_saved, on_error
        self._child: str | None = None
        self.kinds = {record.kind: record for record in offered_kinds(desk)}
        self._forms: dict[str, RecordForm] = {}
        self._names: dict[str, dict[str, str]] = {}
        self.kind: str | None = None
        self.buttons = {kind: self._button(kind) for kind in self.kinds}
        self.choice = widgets.HBox(list(self.buttons.values()))
        self.choice.add_class("ck-kinds")
        self._holder = widgets.VBox([])
        self.question = widgets.Label(_WHAT.text())
        super().__init__([self.question, self.choice, self._holder])
        self._mark()

    def __repr__(self) -> str:
        return f"QuickEntry({len(self.kinds)} kinds)"

    def _button(self, kind: str) -> widgets.Button:
        button = widgets.Button()
        button.on_click(lambda _: self._pressed(kind))
        return button

    def _pressed(self, kind: str) -> None:
        try:
            self.choose(kind, self._child)
        except UserError as error:
            self._on_error(error.label)

    def _mark(self) -> None:
        """Show which kind is chosen, by a sign and not by colour alone, and its form."""
        for kind, button in self.buttons.items():
            label = self.kinds[kind].label
            button.description = (_CHOSEN.format(kind=label) if kind == self.kind else label).text()
            button.button_style = "primary" if kind == self.kind else ""
        for kind, form in self._forms.items():
            form.layout.display = "" if kind == self.kind else "none"

    @property
    def form(self) -> RecordForm | None:
        """The form in sight."""
        return self._forms.get(self.kind or "")

    def remember(self, child_id: str) -> None:
        """Choose a child first: the next kind that is pressed opens with it. `NotFound` outside the person's scope."""
        self.desk.get(Child, child_id)
        self._child = child_id

    def choose(self, kind: str, child_id: str | None = None) -> RecordForm:
        """Open the form of a kind, with a child chosen when one is named; what was typed into a form before stays.

        `UserError` for a kind that the role does not write, `NotFound` for a child about whom the person may not write it.
        """
        record = self.kinds.get(kind)
        if record is None:
            raise UserError(_NOT_OFFERED)
        options = children_for(self.desk, record, clock.today())
        if not options:
            raise UserError(_NOBODY)
        if child_id is not None and child_id not in {one for one, _, _ in options}:
            raise NotFound
        fresh = kind not in self._forms
        if fresh:
            self._forms[kind] = self._make(record)
        if fresh or child_id is not None:
            self._begin(record, options, child_id)
        self.kind, self._child = kind, None
        self._mark()
        # last, so that two forms never stand on the page at once
        self._holder.children = tuple(self._forms.values())
        return self._forms[kind]

    def _make(self, record: type[Record]) -> RecordForm:
        fields = other_fields(self.desk, record)
        return RecordForm(
            record,
            (child_field(record), *fields),
            on_submit=lambda entry: self._save(record, entry),
            hidden={record.by: self.desk.actor.staff_id} if record.by else {},
            several=(child_field(record),),
            more=fields[len(quick_fields(self.desk, record)) :],
            title=record.label,
        )

    def _begin(self, record: type[Record], options: Options, child_id: str | None = None) -> None:
        """An empty entry of today, or the draft that was left behind."""
        self._names[record.kind] = {one: name for one, name, _ in options}
        initial: dict[str, Any] = {child_field(record): [child_id] if child_id else []}
        if record.occurs:
            initial[record.occurs] = clock.today()
        others = references_for(self.desk, record, other_fields(self.desk, record), clock.today())
        self._forms[record.kind].start(initial, references={child_field(record): options, **others}, drafts=self._drafts(record))

    def _drafts(self, record: type[Record]) -> Drafts:
        """The draft of the kind in the store; one about a child who is no longer the person's is not shown again."""
        stored = Drafts.in_store(self.desk, record.kind, "")
        names = self._names[record.kind]

        def load() -> Any:
            found = stored.load()
            return found if found and _about(found[0], child_field(record)) <= set(names) else None

        return Drafts(stored.save, load, stored.drop)

    def _save(self, record: type[Record], entry: Entry) -> Saved:
        _held_by_then(self.desk, entry.record)
        revisions = self.desk.add_all(entry.records)
        self.desk.drop_draft(record.kind, "")
        names = self._names[record.kind]
        told = _AND.text().join(names.get(getattr(one.record, child_field(record)), "") for one in revisions)
        sentence = _SAVED if outcome_of(entry.record) in (None, Outcome.DONE) else _FAILED
        message = sentence.format(kind=record.label, names=told)
        self._begin(record, children_for(self.desk, record, clock.today()))
        self._on_saved(message)
        return Saved(message)


def _held_by_then(desk: Desk, record: Record) -> None:
    """`UserError` when something is written down as done at an activity that is held only later: what is planned is not done."""
    named = [getattr(record, name) for name, spec in record.fields.items() if spec.ref == Activity.kind]
    day = getattr(record, record.occurs) if record.occurs else None
    for activity in desk.find(Activity, {"id": [one for one in named if one]}):
        if day is not None and day < activity.record.held_on:
            raise UserError(_NOT_HELD.format(day=activity.record.held_on))


def _about(content: Mapping[str, Any], name: str) -> set[str]:
    """The children whom a draft names."""
    fields = content.get("fields")
    chosen = fields.get(name) if isinstance(fields, Mapping) else None
    return {one for one in chosen if isinstance(one, str)} if isinstance(chosen, list) else set()
