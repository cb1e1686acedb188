"""What every widget of carekit is: assets in files of their own, texts in the person's language, and messages that are checked.

A widget speaks with its page by custom messages alone. State set by the browser is dropped, a message of the wrong shape is
ignored, and an error in a callback is logged by its type and place only, because its words could hold personal data.
"""

from __future__ import annotations

import logging
import os
import traceback
from collections.abc import Callable, Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar

import anywidget
import traitlets

from carekit.language import Label, current_language

logger = logging.getLogger("carekit.widgets")

#: The environment variable in which the server of a page names the modules and styles that the page's own script holds (`text_key`), with spaces.
HELD_VARIABLE = "VOILA_PAGE_HOLDS"
_FOLDER = Path(__file__).parent
Message = Mapping[str, Any]


@cache
def script(*names: str) -> str:
    """The module of a widget: what all widgets share (`dom.js`), then the files `names`."""
    return "\n".join(_read(name) for name in ("dom.js", *names))


@cache
def style(name: str) -> str:
    """The style of a widget: the shared colours, sizes and fonts (`tokens.css`), then the file `name`."""
    return _read("tokens.css") + "\n" + _read(name)


def _read(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


@cache
def text_key(text: str) -> str:
    """The name by which a page's script knows a module or style that it holds: 16 hexadecimal digits of its SHA-256."""
    return sha256(text.encode()).hexdigest()[:16]


def names_held(module: str, css: str) -> dict[str, str]:
    """The traits of a widget whose module and style the page holds: their names instead of 20 KB of text. Empty when it does not hold both."""
    held = os.environ.get(HELD_VARIABLE, "").split()
    if text_key(module) not in held or (css and text_key(css) not in held):
        return {}
    names = {"_model_module": "carekit", "_model_name": "ElementModel", "_view_module": "carekit", "_view_name": "ElementView"}
    return {**names, "_esm": text_key(module), **({"_css": ""} if css else {})}


class WrongMessage(ValueError):
    """A message from the browser does not have the shape that this widget's page sends; it is ignored."""


class Element(anywidget.AnyWidget):
    """A widget of carekit.

    Class attribute `wording`: the fixed texts of its page by name. Subclasses name the messages that they take in `handlers`.
    """

    wording: ClassVar[dict[str, Label]] = {}

    texts = traitlets.Dict().tag(sync=True)
    language = traitlets.Unicode().tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        super().__init__(
            texts={name: label.text() for name, label in self.wording.items()},
            language=str(current_language()),
            **names_held(str(getattr(self, "_esm", "")), str(getattr(self, "_css", ""))),
            **traits,
        )

    def handlers(self) -> dict[str, Callable[[Message, list[Any]], None]]:
        """What is done with a message, by its ``type``."""
        return {}

    def receive(self, content: object, buffers: list[Any] | None = None) -> None:
        """Do what a message from the browser asks; what does not have the right shape is ignored.

        Errors of the app's own callbacks pass through, so that tests see them.
        """
        kind = content.get("type") if isinstance(content, dict) else None
        handler = self.handlers().get(kind) if isinstance(kind, str) else None
        if handler is None or not isinstance(content, dict):
            return
        try:
            handler(content, list(buffers or []))
        except WrongMessage:
            logger.warning("%s ignored a message of the wrong shape", type(self).__name__)

    def _handle_custom_msg(self, content: object, buffers: list[Any]) -> None:
        try:
            self.receive(content, buffers)
        except Exception as error:  # noqa: BLE001 - the page must live on, whatever an app's callback raises
            place = traceback.extract_tb(error.__traceback__)[-1]
            # the words of the error stay out of the log: they may hold what somebody typed about a child
            logger.error("%s: %s at %s:%s", type(self).__name__, type(error).__name__, Path(place.filename).name, place.lineno)  # noqa: TRY400

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """State from the browser is dropped: everything that a page may ask comes as a checked message."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.facts()})"

    def facts(self) -> str:
        """What tells this widget in a notebook's output: kinds and counts, never a person."""
        return ""


def need_text(content: Message, name: str, longest: int = 200) -> str:
    """The text `name` of a message; `WrongMessage` when it is no text or longer than `longest` characters."""
    value = content.get(name)
    if not isinstance(value, str) or len(value) > longest:
        raise WrongMessage(name)
    return value


def need_number(content: Message, name: str, least: int = 0, most: int = 2**53) -> int:
    """The whole number `name` of a message; `WrongMessage` when it is none or not between `least` and `most`."""
    value = content.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise WrongMessage(name)
    return value
