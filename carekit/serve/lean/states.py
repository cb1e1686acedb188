"""The states of a page's widgets, as they travel in it: only what it can draw, with code as addresses."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

#: Modules whose widgets the lean page draws: the same as in js/src/manager.js.
MODULES = frozenset({"@jupyter-widgets/base", "@jupyter-widgets/controls", "@jupyter-widgets/output", "anywidget", "carekit"})
ANYWIDGET = "anywidget"
_CODE = {"_esm": ".js", "_css": ".css"}

#: States by model id, in nbformat's form: model_name, model_module, model_module_version, state, buffers.
States = dict[str, dict[str, Any]]
#: Keeps a text with an ending as a file and gives its address.
Keep = Callable[[str, str], str]


def states_of(widget_state: Mapping[str, dict[str, Any]], buffers: Mapping[str, Mapping[Any, dict[str, Any]]]) -> States:
    """The states that an executor (nbclient's `NotebookClient`) has seen; comms of other kinds have no model and are left out."""
    return {
        model_id: {
            "model_name": state["_model_name"],
            "model_module": state["_model_module"],
            "model_module_version": state["_model_module_version"],
            "state": _without_defaults(state),
            "buffers": list(buffers.get(model_id, {}).values()),
        }
        for model_id, state in widget_state.items()
        if "_model_name" in state
    }


def _without_defaults(state: dict[str, Any]) -> dict[str, Any]:
    """A Layout has forty values, nearly all of them the browser's own None."""
    if state["_model_name"] != "LayoutModel":
        return dict(state)
    return {name: value for name, value in state.items() if value is not None}


def strangers(states: States) -> set[str]:
    """Modules among the states that the lean page does not know: it cannot draw this page."""
    return {str(one["model_module"]) for one in states.values()} - MODULES


def with_code_as_files(states: States, keep: Keep) -> States:
    """The same states with the modules and large styles of other people's anywidgets replaced by addresses: no code runs from the page itself."""
    return {model_id: _with_code_as_files(one, keep) if one["model_module"] == ANYWIDGET else one for model_id, one in states.items()}


def _with_code_as_files(one: dict[str, Any], keep: Keep) -> dict[str, Any]:
    state = dict(one["state"])
    for name, ending in _CODE.items():
        text = state.get(name)
        if isinstance(text, str) and text and not text.startswith(("http://", "https://")):
            state[name] = keep(text, ending)
    return {**one, "state": state}


def as_json(value: Any) -> str:
    """JSON that can stand in a script element: no text in it can end the element."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
