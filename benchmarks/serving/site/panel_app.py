"""The dashboard in Panel."""

from __future__ import annotations

import board
import panel as pn

pn.extension()
frame = pn.cache(board.load)()
category = pn.widgets.Select(name="Category", options=board.choices(frame))
pn.Column("# Dashboard", category, pn.pane.HTML(pn.bind(lambda chosen: board.html(frame, chosen), category))).servable()
