"""`Steps`: where a person stands in a task of several steps; icons and words are derived from explicit states."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import traitlets

from carekit.errors import ProgrammerError
from carekit.language import Label
from carekit.widgets.element import Element, Message, need_text, script, style


class StepState(StrEnum):
    """How far a step is."""

    TODO = "todo"
    READY = "ready"
    ACTIVE = "active"
    DONE = "done"
    FAILED = "failed"

    @property
    def icon(self) -> str:
        """The sign that stands for the state, beside its word."""
        return _ICONS[self]

    @property
    def label(self) -> Label:
        """The word for the state."""
        return _WORDS[self]

    @property
    def offers_button(self) -> bool:
        """Whether the step can be started (again) from here."""
        return self in (StepState.READY, StepState.FAILED)


_ICONS = {StepState.TODO: "○", StepState.READY: "◉", StepState.ACTIVE: "…", StepState.DONE: "✓", StepState.FAILED: "!"}
_WORDS = {
    StepState.TODO: Label("to come", "未开始"),
    StepState.READY: Label("ready", "可以开始"),
    StepState.ACTIVE: Label("in progress", "进行中"),
    StepState.DONE: Label("done", "已完成"),
    StepState.FAILED: Label("failed", "未成功"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its title, and the words of its button when it has one."""

    name: str
    title: Label
    button: Label | None = None


class Steps(Element):
    """A row of steps, such as choose file → check → approve → saved.

    `on_button(name)` is called when the button of a step is pressed that is ready or failed. `move` changes the state of a step; `note` is a sentence
    beneath it ("617 行，3 行有问题"). `start_over` sets all but the first to TODO and the first to READY.
    """

    _esm = script("steps.js")
    _css = style("steps.css")

    steps_json: traitlets.List[Any] = traitlets.List().tag(sync=True)
    title = traitlets.Unicode().tag(sync=True)

    def __init__(self, steps: Sequence[Step], *, title: Label | None = None, on_button: Callable[[str], object] | None = None) -> None:
        self.steps = {step.name: step for step in steps}
        if len(self.steps) != len(steps) or not steps:
            raise ProgrammerError("steps need different names, and at least one")
        self._on_button = on_button
        self.states: dict[str, StepState] = {}
        self.notes: dict[str, Label] = {}
        super().__init__(title=(title or Label("Steps", "步骤")).text())
        self.start_over()

    def start_over(self) -> None:
        """The first step is ready, all others are to come."""
        self.states = dict.fromkeys(self.steps, StepState.TODO)
        self.states[next(iter(self.steps))] = StepState.READY
        self.notes = {}
        self._show()

    def move(self, name: str, state: StepState, note: Label | None = None) -> None:
        """Move the step `name` to `state`, with a sentence beneath it; KeyError for a name that is no step."""
        self.move_all({name: state}, {name: note} if note else None)

    def move_all(self, states: Mapping[str, StepState], notes: Mapping[str, Label] | None = None) -> None:
        """Move several steps at once; a moved step without a note loses its former one."""
        for name, state in states.items():
            self.states[self.steps[name].name] = StepState(state)
            self.notes.pop(name, None)
        self.notes.update(notes or {})
        self._show()

    def finish(self, name: str, note: Label | None = None) -> None:
        """The step `name` is done, and the one behind it, if any, is ready."""
        names = list(self.steps)
        follower = names[names.index(name) + 1 :][:1]
        self.move_all({name: StepState.DONE} | dict.fromkeys(follower, StepState.READY), {name: note} if note else None)

    def handlers(self) -> dict[str, Callable[[Message, list[Any]], None]]:
        """A button was pressed."""
        return {"press": self._press}

    def _press(self, content: Message, _buffers: list[Any]) -> None:
        name = need_text(content, "step")
        step = self.steps.get(name)
        if step and step.button and self.states[name].offers_button and self._on_button:
            self._on_button(name)

    def _show(self) -> None:
        self.steps_json = [
            {
                "name": name,
                "title": step.title.text(),
                "state": str(self.states[name]),
                "word": self.states[name].label.text(),
                "icon": self.states[name].icon,
                "note": self.notes[name].text() if name in self.notes else "",
                "button": step.button.text() if step.button and self.states[name].offers_button else "",
            }
            for name, step in self.steps.items()
        ]

    def facts(self) -> str:
        """Each step with its state."""
        return ", ".join(f"{name} {state}" for name, state in self.states.items())
