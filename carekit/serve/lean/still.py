"""Figures and tables as plain HTML, drawn from the widgets' states: they are in sight before any script has run.

What is drawn here cannot be used yet and is replaced as a whole by the live widgets. Widgets of which nothing can be read are left out.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from carekit.serve.lean.bundle import manifest
from carekit.serve.lean.states import States
from carekit.serve.places import TEMPLATE_FOLDER

#: One for the server: each template is compiled once.
TEMPLATES = Environment(loader=FileSystemLoader(TEMPLATE_FOLDER), autoescape=True, trim_blocks=True, lstrip_blocks=True)
_REFERENCE = "IPY_MODEL_"
#: Boxes by the class that Jupyter's own view gives them.
_BOXES = {"VBoxModel": "widget-vbox", "HBoxModel": "widget-hbox", "BoxModel": "widget-box"}
_DEEPEST = 20


class Stills:
    """Draws the widgets of one page."""

    def __init__(self, states: States) -> None:
        self._states = states

    def html(self, model_id: str, depth: int = 0) -> Markup:
        """The widget as HTML, with what is in it; empty when there is nothing to read."""
        one = self._states.get(model_id)
        if one is None or depth > _DEEPEST or self._hidden(one["state"]):
            return Markup()
        state, name = one["state"], str(one["model_name"])
        if name in _BOXES:
            return self._box(_BOXES[name], state, depth)
        if name == "TabModel":
            return self._tab(state, depth)
        if name == "HTMLModel":
            # Python code made it and escapes what it shows; the live widget shows it in the same way
            return Markup('<div class="widget-html-content">{}</div>').format(Markup(state.get("value", "")))  # noqa: S704
        if name == "ElementModel":
            return _element(_element_names().get(str(state.get("_esm")), ""), state)
        return Markup()

    def _hidden(self, state: dict[str, Any]) -> bool:
        layout = self._states.get(str(state.get("layout", "")).removeprefix(_REFERENCE), {}).get("state", {})
        return bool(layout.get("display") == "none" or layout.get("visibility") == "hidden")

    def _box(self, kind: str, state: dict[str, Any], depth: int) -> Markup:
        inner = Markup().join(self.html(child.removeprefix(_REFERENCE), depth + 1) for child in state.get("children", []))
        classes = " ".join(["widget-container", kind, *map(str, state.get("_dom_classes", []))])
        return Markup('<div class="{}">{}</div>').format(classes, inner) if inner else Markup()

    def _tab(self, state: dict[str, Any], depth: int) -> Markup:
        chosen, children = state.get("selected_index"), state.get("children", [])
        if not isinstance(chosen, int) or not 0 <= chosen < len(children):
            return Markup()
        return self.html(children[chosen].removeprefix(_REFERENCE), depth + 1)


@cache
def _element_names() -> dict[str, str]:
    return {key: name for name, key in manifest()["modules"].items()}


def _element(name: str, state: dict[str, Any]) -> Markup:
    macro = getattr(_macros(), f"still_{name}", None)
    return Markup(macro(state)) if macro is not None else Markup()  # noqa: S704 - an escaping template made it


@cache
def _macros() -> Any:
    return TEMPLATES.get_template("lean/still.html").module
