"""`Checklist`: people to tick off in one go, with a choice and a few words beside each, saved only with an acknowledgement."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import traitlets

from carekit.clock import now
from carekit.errors import UserError
from carekit.fields import CodeList
from carekit.language import Label
from carekit.store import Conflict
from carekit.widgets.cells import school_time
from carekit.widgets.drafts import Drafts
from carekit.widgets.element import Element, Message, WrongMessage, need_number, script, style
from carekit.widgets.form_texts import DRAFT_KEPT, DRAFT_NOT_KEPT, FORM_TEXTS, NOT_SAVED, OUTDATED, SAVED

_LONGEST_WORDS = 200


@dataclass(frozen=True, slots=True)
class Mark:
    """What stands beside one person: the tick, the code chosen ("" for none), and words by the name of their box."""

    ticked: bool = False
    choice: str = ""
    words: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Mark({self.ticked})"

    def as_json(self) -> dict[str, Any]:
        """For the browser and for a draft."""
        return {"ticked": self.ticked, "choice": self.choice, "words": dict(self.words)}


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One person of the list; `detail` tells two of one name apart."""

    id: str
    name: str
    detail: str
    mark: Mark = Mark()

    def __repr__(self) -> str:
        return f"CheckRow({self.id})"


class Checklist(Element):
    """A list of people to tick off.

    * `caption`: heading above the list; `tick`: what a tick means ("came").
    * `words`: boxes for a few words beside each person, by name; they stand behind a button unless `start` opens them.
    * `on_save(marks)`: what stands beside each person, by row id. What it returns is the acknowledgement; it may raise `UserError` (its sentence
      is shown, the ticks stay). `Conflict` is told in the same way: saving again then saves what the person sees.

    `start` fills the list anew in the same widget; make one for a page.
    """

    _esm = script("checklist.js")
    _css = style("checklist.css")
    wording: ClassVar[dict[str, Label]] = {
        **{name: FORM_TEXTS[name] for name in ("saving", "lost", "unsaved", "composing")},
        "search": Label("Find a name", "按姓名查找"),
        "count": Label("{ticked} of {all}", "已勾 {ticked} / {all}"),
        "all": Label("Tick all", "全部打勾"),
        "none": Label("Clear all", "全部清除"),
        "more": Label("More", "更多"),
        "restored": Label(
            "Ticks that were not saved have been brought back. Look them over, then save.", "已恢复上次没保存的勾选，请核对后保存。"
        ),
    }

    layout_json = traitlets.Dict().tag(sync=True)
    rows_json: traitlets.List[Any] = traitlets.List().tag(sync=True)
    generation = traitlets.Int(0).tag(sync=True)
    restored = traitlets.Bool(False).tag(sync=True)
    keeps_drafts = traitlets.Bool(False).tag(sync=True)
    ack_seconds = traitlets.Float(8.0).tag(sync=True)
    state = traitlets.Unicode("editing")

    def __init__(
        self,
        *,
        tick: Label,
        words: Mapping[str, Label],
        on_save: Callable[[Mapping[str, Mark]], Label | None],
        save_label: Label,
        ack_seconds: float = 8.0,
    ) -> None:
        self._on_save, self._words, self._tick, self._save_label = on_save, dict(words), tick, save_label
        self._rows: dict[str, CheckRow] = {}
        self._codes: frozenset[str] = frozenset()
        self._drafts: Drafts | None = None
        super().__init__(ack_seconds=ack_seconds)

    def start(
        self,
        rows: Sequence[CheckRow],
        *,
        caption: Label,
        codes: type[CodeList] | None = None,
        codes_label: Label | None = None,
        open_words: Collection[str] = (),
        drafts: Drafts | None = None,
    ) -> None:
        """Show other people; `codes` is the choice offered beside each, `open_words` the boxes that stand open, `drafts` where ticks are kept."""
        self._rows = {row.id: row for row in rows}
        self._codes = frozenset(str(code) for code in codes) if codes else frozenset()
        self._drafts = drafts
        kept = self._kept()
        with self.hold_sync():
            self.layout_json = {
                "caption": caption.text(),
                "tick": self._tick.text(),
                "save": self._save_label.text(),
                "codes": [[str(code), code.label.text()] for code in codes] if codes else [],
                "codes_label": codes_label.text() if codes_label else "",
                "words": [[name, label.text()] for name, label in self._words.items()],
                "open": list(open_words),
            }
            self.rows_json = [
                {"id": row.id, "name": row.name, "detail": row.detail, **kept.get(row.id, row.mark).as_json()} for row in rows
            ]
            self.restored, self.keeps_drafts = bool(kept), drafts is not None
            self.generation += 1
        self.state = "editing"

    def _kept(self) -> dict[str, Mark]:
        """The marks of a draft; one that does not fit the list any more is as good as none."""
        draft = self._drafts.load() if self._drafts else None
        try:
            return self._marks_of(draft[0].get("marks")) if draft else {}
        except WrongMessage:
            return {}

    # --- messages -----------------------------------------------------------------------------------------------------

    def handlers(self) -> dict[str, Callable[[Message, list[Any]], None]]:
        """Save, and keep a draft."""
        return {"save": self._save, "draft": self._keep}

    def _save(self, content: Message, _buffers: list[Any]) -> None:
        n = need_number(content, "n", 1)
        marks = self._marks_of(content.get("marks"))
        if need_number(content, "generation") != self.generation:
            self._answer(n, "refused", OUTDATED)
            return
        try:
            message = self._on_save({row_id: marks.get(row_id, row.mark) for row_id, row in self._rows.items()})
        except (UserError, Conflict) as refused:
            self._answer(n, "refused", refused.label)
            return
        except Exception:
            # the person must hear at once that nothing was saved; the error itself goes on to the log and to tests
            self._answer(n, "failed", NOT_SAVED)
            raise
        if self._drafts is not None:
            self._drafts.drop()
        self._answer(n, "saved", message or SAVED)

    def _answer(self, n: int, state: str, sentence: Label) -> None:
        self.state = state
        self.send({"type": "ack", "n": n, "state": state, "text": sentence.text()})

    def _keep(self, content: Message, _buffers: list[Any]) -> None:
        marks = self._marks_of(content.get("marks"))
        if self._drafts is None or need_number(content, "generation") != self.generation:
            return
        try:
            self._drafts.save({"marks": {row_id: mark.as_json() for row_id, mark in marks.items()}})
        except UserError:
            self.send({"type": "draft", "text": DRAFT_NOT_KEPT.text()})
            return
        self.send({"type": "draft", "text": DRAFT_KEPT.format(at=school_time(now()).strftime("%H:%M")).text()})

    def _marks_of(self, raw: object) -> dict[str, Mark]:
        """The marks of the people of this list; anybody else in a message is left out. `WrongMessage` for another shape."""
        if not isinstance(raw, Mapping):
            raise WrongMessage("marks")
        return {row_id: self._mark_of(raw[row_id]) for row_id in self._rows if row_id in raw}

    def _mark_of(self, raw: object) -> Mark:
        if not isinstance(raw, Mapping) or not isinstance(raw.get("ticked"), bool) or not isinstance(raw.get("words"), Mapping):
            raise WrongMessage("mark")
        choice = raw.get("choice", "")
        if choice not in self._codes and choice != "":
            raise WrongMessage("choice")
        words = {name: raw["words"].get(name, "") for name in self._words}
        if any(not isinstance(text, str) or len(text) > _LONGEST_WORDS for text in words.values()):
            raise WrongMessage("words")
        return Mark(raw["ticked"], choice, words)

    def facts(self) -> str:
        """Number of people."""
        return f"{len(self._rows)} rows"
