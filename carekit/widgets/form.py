"""`RecordForm`: one widget that draws a whole form from the declarations of a record and saves only with an acknowledgement."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

import traitlets

from carekit.clock import now
from carekit.errors import ProgrammerError, UserError
from carekit.fields import Shape
from carekit.language import Label
from carekit.problems import InvalidRecord
from carekit.records import Record
from carekit.store import Conflict, Revision
from carekit.widgets.cells import school_time
from carekit.widgets.drafts import Drafts
from carekit.widgets.element import Element, Message, WrongMessage, need_number, script, style
from carekit.widgets.form_conflict import clashes_as_json, resolve
from carekit.widgets.form_layout import Option, OptionLike, Part, fields_as_json, options_as_json, options_of, values_as_json, with_former
from carekit.widgets.form_reading import Boxes, FormProblems, Given, PlacedProblem, Read, Reading, placed
from carekit.widgets.form_texts import DRAFT_KEPT, DRAFT_NOT_KEPT, FORM_TEXTS, NOT_SAVED, OUTDATED, SAVED, problems_sentence


@dataclass(frozen=True, slots=True)
class Entry:
    """What a person entered and pressed Save on, checked.

    `records` has one record, or one for each choice of a `several` field (one talk with two siblings: two records), always with
    the same ids when the same form is saved again, so that saving twice is harmless. `parts` holds the records of each part and
    `removed` the ids of rows that were there at the start and were taken out. `seen` is the version that the person had before
    them: None for a new record, otherwise what `Desk.amend` wants (after a resolved conflict it is the newer version).
    """

    records: tuple[Any, ...]
    parts: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    removed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    seen: int | None = None

    @property
    def record(self) -> Any:
        """The record; of several the first."""
        return self.records[0]

    def __repr__(self) -> str:
        return f"Entry({len(self.records)} records, {len(self.parts)} parts)"


@dataclass(frozen=True, slots=True)
class Saved:
    """What `on_submit` may return: a sentence for the person, and the version that now is the newest (for the next save)."""

    message: Label | None = None
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class _Press:
    """A press on Save: for which filling of the form (`generation`), its number, and what stood in the boxes."""

    generation: int
    n: int
    boxes: Boxes

    def repeats(self, former: _Press, generation: int) -> bool:
        """Whether this is `former` once more: the same message, or the same boxes from a page that has not heard the answer."""
        return self.boxes == former.boxes and self.generation == former.generation and (self.n == former.n or self.generation != generation)


Answer = Saved | Revision[Any] | Label | None


class RecordForm(Element):
    """A form for one record of the class `record`, drawn from its declarations.

    * `fields`: names of the fields to show, in that order (all but the id and the hidden ones when left out).
    * `initial`: what the boxes start with: a mapping, or a `Record` or `Revision` to amend (unseen fields then stay as they are, and the
      revision's version becomes `Entry.seen`).
    * `hidden`: fixed values that never reach the browser, such as ``{"staff_id": me}``.
    * `references`: for each reference field shown, its options ``(id, text, detail)``; an id that is not among them is refused.
    * `several`: reference fields in which several may be chosen; `on_submit` then gets one record for each (at most one such field).
    * `more`: fields that stand together under a heading at the end, folded away until the person opens it or one of them holds something.
    * `parts`: repeatable parts, ``{"members": Part(FamilyMember, ("name", "relation"), Label(...))}``; a tuple is taken as a Part's arguments.
    * `on_submit(entry: Entry)`: saves. What it returns (`Saved`, `Revision`, `Label` or None) is the acknowledgement. It may raise
      `UserError` (its sentence is shown, the text stays), `InvalidRecord` (beside the fields) or `Conflict` (the person chooses field by
      field and saves again). Any other error is shown as "not saved", logged without its words, and passes through `receive`.
    * `drafts`: where unfinished text is kept (`Drafts.in_store(desk, kind, child_id)`); a draft that is there is offered at the start and
      dropped after a save.
    * `who`: names the author of the other version in a conflict, from the staff id.
    * `title`: heading above the form; `save_label`: the button's text.
    * `clear_after_save`: start a new, empty entry (new ids) after each save; otherwise the form keeps amending what was saved.
    * `ack_seconds`: how long the page waits for the acknowledgement before it says that nothing was saved.

    The form is updated in place by `start` (another record) and `set_options`; make one form per page, never one per child.
    `state` is one of ``editing saved invalid refused conflict failed``, `last_entry` the last one that was saved.
    """

    _esm = script("form_inputs.js", "form.js")
    _css = style("form.css")
    wording: ClassVar[dict[str, Label]] = FORM_TEXTS

    layout_json = traitlets.Dict().tag(sync=True)
    options = traitlets.Dict().tag(sync=True)
    values = traitlets.Dict().tag(sync=True)
    generation = traitlets.Int(0).tag(sync=True)
    draft_at = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    keeps_drafts = traitlets.Bool(False).tag(sync=True)
    ack_seconds = traitlets.Float(8.0).tag(sync=True)
    state = traitlets.Unicode("editing")

    def __init__(
        self,
        record: type[Record],
        fields: Sequence[str] | None = None,
        *,
        on_submit: Callable[[Entry], Answer],
        initial: Given | Revision[Any] = None,
        hidden: Mapping[str, Any] | None = None,
        references: Mapping[str, Sequence[OptionLike]] | None = None,
        several: Collection[str] = (),
        more: Collection[str] = (),
        parts: Mapping[str, Part | tuple[Any, ...]] | None = None,
        drafts: Drafts | None = None,
        who: Callable[[str], str] | None = None,
        title: Label | None = None,
        save_label: Label | None = None,
        clear_after_save: bool = False,
        ack_seconds: float = 8.0,
    ) -> None:
        self.record = record
        self._several = tuple(several)
        if len(self._several) > 1:
            raise ProgrammerError("only one field of a form can take several choices")
        self._on_submit, self._who, self._clear = on_submit, who, clear_after_save
        self._parts = {name: part if isinstance(part, Part) else Part(*part) for name, part in (parts or {}).items()}
        self._hidden = dict(hidden or {})
        self._conflict: Conflict | None = None
        self._answered: tuple[_Press, dict[str, Any]] | None = None
        self._draft: Mapping[str, Any] | None = None
        self._shown = tuple(fields) if fields is not None else tuple(n for n in record.fields if n != "id" and n not in self._hidden)
        self.last_entry: Entry | None = None
        super().__init__(ack_seconds=ack_seconds, layout_json=self._layout(title, save_label, more))
        self.start(initial, references=references or {}, drafts=drafts)

    # --- for apps -----------------------------------------------------------------------------------------------------

    def start(
        self,
        initial: Given | Revision[Any] = None,
        *,
        hidden: Mapping[str, Any] | None = None,
        references: Mapping[str, Sequence[OptionLike]] | None = None,
        parts: Mapping[str, Sequence[Record | Mapping[str, Any]]] | None = None,
        drafts: Drafts | None = None,
    ) -> Self:
        """Begin another entry in the same form: new ids, boxes filled from `initial`, what was typed before is gone.

        `hidden` and `references` replace the former ones when given; `parts` gives the rows that each part starts with;
        `drafts` is where this entry's unfinished text is kept (nowhere, when left out).
        """
        self._seen = initial.version if isinstance(initial, Revision) else None
        self._initial = initial.record if isinstance(initial, Revision) else initial
        self._hidden = self._hidden if hidden is None else dict(hidden)
        if references is not None:
            self._references = {name: options_of(options) for name, options in references.items()}
        self._rows = {name: (parts or {}).get(name, part.initial) for name, part in self._parts.items()}
        self._drafts = drafts
        self._begin(self._initial)
        return self

    def set_options(self, name: str, options: Sequence[OptionLike]) -> None:
        """Give the reference field `name` other options; what was chosen stays when it is still among them."""
        self._references = {**self._references, name: options_of(options)}
        self.options = self._options_json()

    def show(self, sentence: Label, *, good: bool = True) -> None:
        """Show a sentence in the form's bar, for what happened outside of a save."""
        self.send({"type": "say", "text": sentence.text(), "good": good})

    def _layout(self, title: Label | None, save_label: Label | None, more: Collection[str]) -> dict[str, Any]:
        parts = [
            {
                "name": name,
                "label": part.label.text(),
                "fields": fields_as_json(part.record, part.fields),
                "blank": values_as_json(part.record, part.fields, part.blank),
                "least": part.least,
                "most": part.most,
                "keeps": part.keeps,
            }
            for name, part in self._parts.items()
        ]
        return {
            "title": title.text() if title else "",
            "save": save_label.text() if save_label else "",
            "fields": fields_as_json(self.record, self._shown, self._several, more),
            "parts": parts,
        }

    # --- filling ------------------------------------------------------------------------------------------------------

    def _new_reading(self) -> Reading:
        return Reading(self.record, self._shown, self._several, self._hidden, self._initial, self._parts, self._rows)

    def _begin(self, record: Given) -> None:
        self._reading = self._new_reading()
        self._conflict, self._answered = None, None
        draft = self._drafts.load() if self._drafts else None
        self._draft = draft[0] if draft else None
        with self.hold_sync():
            self.options = self._options_json()
            self.draft_at = school_time(draft[1]).strftime("%m-%d %H:%M") if draft else None
            self.keeps_drafts = self._drafts is not None
            self._fill(self._start_boxes(record))
        self.state = "editing"

    def _fill(self, boxes: Boxes) -> None:
        self.values = boxes.as_json()
        self.generation += 1

    def _start_boxes(self, record: Given) -> Boxes:
        parts = {
            name: [
                (key, values_as_json(part.record, part.fields, row))
                for key, row in zip(self._reading.row_keys[name], self._rows[name], strict=True)
            ]
            for name, part in self._parts.items()
        }
        return Boxes(values_as_json(self.record, self._shown, record, self._several), parts)

    def _options(self) -> dict[str, dict[str, list[Option]]]:
        """The options of each reference field that is shown, by part ("" for the record itself)."""
        own = {name: self._references.get(name, []) for name in self._shown if self.record.fields[name].shape is Shape.REFERENCE}
        values = values_as_json(self.record, self._shown, self._initial, self._several)
        options = {"": {name: with_former(given, values[name]) for name, given in own.items()}}
        for part_name, part in self._parts.items():
            options[part_name] = {name: options_of(given) for name, given in part.references.items() if name in part.fields}
        return options

    def _options_json(self) -> dict[str, Any]:
        return {part: {name: options_as_json(given) for name, given in fields.items()} for part, fields in self._options().items()}

    # --- messages -----------------------------------------------------------------------------------------------------

    def handlers(self) -> dict[str, Callable[[Message, list[Any]], None]]:
        """Save, keep a draft, bring a draft back, give it up."""
        return {"submit": self._submit, "draft": self._keep_draft, "restore": self._restore_draft, "discard": self._discard_draft}

    def _submit(self, content: Message, _buffers: list[Any]) -> None:
        n = need_number(content, "n", 1)
        choices = content.get("choices") or {}
        if not isinstance(choices, Mapping):
            raise WrongMessage("choices")
        press = _Press(need_number(content, "generation"), n, self._own(Boxes.of(content.get("values"))))
        if self._answered and press.repeats(self._answered[0], self.generation):
            self._answer_again(press, self._answered[1])
        elif press.generation != self.generation:
            # the page still shows another entry than this one: what it holds must not be saved under the new one
            self.send({"type": "ack", "n": n, "state": "refused", "text": OUTDATED.text()})
        else:
            self._answer(press, choices)

    def _answer(self, press: _Press, choices: Mapping[str, Any]) -> None:
        try:
            answer = self._save(press.boxes, choices)
        except Exception:
            # the person must hear at once that nothing was saved; the error itself goes on to the log and to tests
            self._reply(press, {"state": "failed", "text": NOT_SAVED.text()})
            raise
        self._reply(press, answer)

    def _reply(self, press: _Press, answer: dict[str, Any]) -> None:
        self.state = answer["state"]
        self._answered = (press, answer)
        self.send({"type": "ack", "n": press.n, **answer})

    def _answer_again(self, press: _Press, answer: dict[str, Any]) -> None:
        self.send_state(["options", "values", "generation", "draft_at", "keeps_drafts"])
        self.send({"type": "ack", "n": press.n, **answer})

    def _save(self, boxes: Boxes, choices: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to a press on Save: its ``state`` and ``text``, and what else the page needs to show."""
        generation = self.generation
        try:
            read = self._reading.read(boxes, self._options())
            entry = self._entry(read, choices)
            saved = _as_saved(self._on_submit(entry))
        except FormProblems as wrong:
            return _invalid(wrong.problems)
        except InvalidRecord as wrong:
            return _invalid(placed(self.record, wrong.problems))
        except Conflict as conflict:
            return self._ask(conflict)
        except UserError as refused:
            return {"state": "refused", "text": refused.text()}
        self.last_entry = entry
        answer = {"state": "saved", "text": (saved.message or SAVED).text()}
        if self.generation == generation:  # unless the app has begun another entry
            answer |= self._go_on(entry, boxes, saved)
        return answer

    def _entry(self, read: Read, choices: Mapping[str, Any]) -> Entry:
        if self._conflict is None:
            return Entry(read.records, read.parts, read.removed, self._seen)
        merged = resolve(self._conflict, read.records[0], choices)
        return Entry((merged, *read.records[1:]), read.parts, read.removed, self._conflict.theirs.version)

    def _ask(self, conflict: Conflict) -> dict[str, Any]:
        self._conflict = conflict
        texts = {name: {one.id: f"{one.text} {one.detail}".strip() for one in given} for name, given in self._options()[""].items()}
        return {"state": "conflict", "text": conflict.text(), "conflict": clashes_as_json(conflict, texts, self._who)}

    def _go_on(self, entry: Entry, boxes: Boxes, saved: Saved) -> dict[str, Any]:
        """After a save: the form is empty again, or amends what was saved from now on and shows it as it was saved."""
        if self._drafts is not None:
            self._drafts.drop()
        self._conflict = None
        if self._clear:
            self._begin(self._initial)
            return {}
        self._draft, self.draft_at = None, None
        self._seen = self._seen if saved.seen is None else saved.seen
        if self._several:  # the same choices saved again are the same records
            return {}
        self._initial, self._rows = entry.record, dict(entry.parts)
        self._reading = self._new_reading()
        rekeyed = {
            name: {key: row.id for (key, _), row in zip(boxes.parts.get(name, []), rows, strict=True)} for name, rows in entry.parts.items()
        }
        return {"values": self._start_boxes(self._initial).as_json(), "keys": rekeyed}

    # --- drafts -------------------------------------------------------------------------------------------------------

    def _keep_draft(self, content: Message, _buffers: list[Any]) -> None:
        boxes = self._own(Boxes.of(content.get("values")))
        if self._drafts is None or need_number(content, "generation") != self.generation:
            return
        try:
            self._drafts.save(boxes.as_json())
        except Exception as error:
            self.send({"type": "draft", "kept": False, "text": error.text() if isinstance(error, UserError) else DRAFT_NOT_KEPT.text()})
            if not isinstance(error, UserError):
                raise
            return
        self.send({"type": "draft", "kept": True, "text": DRAFT_KEPT.format(at=school_time(now()).strftime("%H:%M")).text()})

    def _restore_draft(self, _content: Message, _buffers: list[Any]) -> None:
        if self._draft is None:
            return
        start = self._start_boxes(self._initial)
        draft = self._own(Boxes.of(self._draft))
        with self.hold_sync():
            self.draft_at, self._draft = None, None
            self._fill(Boxes({**start.fields, **draft.fields}, {**start.parts, **draft.parts}))

    def _discard_draft(self, _content: Message, _buffers: list[Any]) -> None:
        if self._drafts is not None and self._draft is not None:
            self._drafts.drop()
        self._draft, self.draft_at = None, None

    def _own(self, boxes: Boxes) -> Boxes:
        """Only the boxes that this form shows."""
        parts = {
            name: [(key, {n: value for n, value in row.items() if n in self._parts[name].fields}) for key, row in rows]
            for name, rows in boxes.parts.items()
            if name in self._parts
        }
        return Boxes({name: value for name, value in boxes.fields.items() if name in self._shown}, parts)

    def facts(self) -> str:
        """Kind of record, number of fields and parts."""
        return f"{self.record.kind}, {len(self._shown)} fields" + (f", parts {', '.join(self._parts)}" if self._parts else "")


def _invalid(problems: Sequence[PlacedProblem]) -> dict[str, Any]:
    return {"state": "invalid", "text": problems_sentence(len(problems)).text(), "problems": [problem.as_json() for problem in problems]}


def _as_saved(answer: Answer) -> Saved:
    if isinstance(answer, Revision):
        return Saved(seen=answer.version)
    return Saved(answer) if isinstance(answer, Label) else answer or Saved()
