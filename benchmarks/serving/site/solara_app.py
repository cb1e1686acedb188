"""The dashboard in Solara."""

from __future__ import annotations

import board
import solara

frame = board.load()
category = solara.reactive(board.ALL)


@solara.component
def Page() -> None:  # noqa: N802 - Solara looks for this name
    """The page."""
    solara.HTML(tag="h1", unsafe_innerHTML="Dashboard")  # its Markdown would load a library for formulas
    solara.Select("Category", values=board.choices(frame), value=category)
    solara.HTML(tag="div", unsafe_innerHTML=board.html(frame, category.value))
