"""`Notice`, a message that screen readers announce, and `Facts`, a list of figures or facts with their names."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any

import traitlets

from carekit.errors import UserError
from carekit.language import Label
from carekit.widgets.cells import cell_text
from carekit.widgets.element import Element, script, style


class Tone(StrEnum):
    """What a notice is: a hint, a success, a warning, an error."""

    INFO = "info"
    OK = "ok"
    WARN = "warn"
    ERROR = "error"


class Notice(Element):
    """A message that stays in its place and changes: `info`, `ok`, `warn` and `error` set it, `clear` takes it away.

    Hints and successes are announced politely (role status), warnings and errors at once (role alert).
    """

    _esm = script("notice.js")
    _css = style("notice.css")

    tone = traitlets.Unicode(str(Tone.INFO)).tag(sync=True)
    text = traitlets.Unicode("").tag(sync=True)
    lines = traitlets.List(traitlets.Unicode()).tag(sync=True)

    def __init__(self, sentence: Label | None = None, tone: Tone = Tone.INFO, lines: Iterable[Label | str] = ()) -> None:
        super().__init__()
        if sentence is not None:
            self.say(sentence, tone, lines)

    def say(self, sentence: Label, tone: Tone = Tone.INFO, lines: Iterable[Label | str] = ()) -> None:
        """Show `sentence`, with further `lines` beneath it."""
        with self.hold_sync():
            self.tone, self.text, self.lines = str(tone), sentence.text(), [str(line) for line in lines]

    def info(self, sentence: Label) -> None:
        """Show a hint."""
        self.say(sentence, Tone.INFO)

    def ok(self, sentence: Label) -> None:
        """Show that something was done."""
        self.say(sentence, Tone.OK)

    def warn(self, sentence: Label, lines: Iterable[Label | str] = ()) -> None:
        """Show what needs attention."""
        self.say(sentence, Tone.WARN, lines)

    def error(self, sentence: Label, lines: Iterable[Label | str] = ()) -> None:
        """Show what went wrong and what to do next."""
        self.say(sentence, Tone.ERROR, lines)

    def told(self, act: Callable[[], object]) -> None:
        """Do something, and say here what the person did wrong; whatever else goes wrong is the program's."""
        try:
            act()
        except UserError as error:
            self.error(error.label)

    def clear(self) -> None:
        """Show nothing."""
        with self.hold_sync():
            self.text, self.lines = "", []

    def facts(self) -> str:
        """The tone, or that nothing is shown."""
        return self.tone if self.text else "empty"


class Facts(Element):
    """Facts with their names, as a list (`figures=False`) or as a row of large figures (`figures=True`).

    `items` are ``(name, value)`` or ``(name, value, note)``: names are `Label`s or texts, values anything that a table's cell can hold
    (None is "—"), notes small print such as ``274 / 617``.
    """

    _esm = script("facts.js")
    _css = style("facts.css")

    title = traitlets.Unicode("").tag(sync=True)
    items: traitlets.List[Any] = traitlets.List().tag(sync=True)
    figures = traitlets.Bool(False).tag(sync=True)

    def __init__(self, items: Iterable[tuple[Any, ...]] = (), *, title: Label | None = None, figures: bool = False) -> None:
        super().__init__(title=title.text() if title else "", figures=figures)
        self.set_items(items)

    def set_items(self, items: Iterable[tuple[Any, ...]], title: Label | None = None) -> None:
        """Show other facts (and another title, when given) in place."""
        shown = [[str(name), cell_text(None, value), str(note[0]) if note and note[0] is not None else ""] for name, value, *note in items]
        with self.hold_sync():
            self.items = shown
            self.title = title.text() if title else self.title

    def facts(self) -> str:
        """The number of facts."""
        return f"{len(self.items)} facts"
