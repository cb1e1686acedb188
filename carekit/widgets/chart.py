"""`Chart`: a Vega-Lite chart with its figures as a table beside it; Vega itself is served by this machine, once, as a file."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, ClassVar

import traitlets
import vl_convert

from carekit.language import Label
from carekit.widgets.chart_drawing import Drawing, drawing_of
from carekit.widgets.chart_pictures import AnyChart
from carekit.widgets.element import Element, Message, WrongMessage, script, style

#: Under which path, behind the server's base url, the server offers the files of `static_folder`.
STATIC_PATH = "carekit/static/"
_BUNDLE_NAME = f"vega-{version('vl-convert-python')}.js"


def static_folder() -> Path:
    """The folder that the server offers at `STATIC_PATH`: this user's cache, made when missing."""
    if sys.platform == "win32":
        root = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        root = Path.home() / "Library" / "Caches"
    else:
        root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = root / "carekit" / "static"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def vega_bundle() -> Path:
    """The file with Vega, Vega-Lite and vega-embed (0.9 MB), in `static_folder`; built when it is not there yet, which takes seconds.

    The server calls this when it starts. Two processes may build at once: each writes a file of its own and puts it in place whole.
    """
    bundle = static_folder() / _BUNDLE_NAME
    if not bundle.is_file():
        text = vl_convert.javascript_bundle("export { vegaEmbed };")
        handle, name = tempfile.mkstemp(dir=bundle.parent, suffix=".tmp")
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        try:
            Path(name).replace(bundle)
        except PermissionError:  # Windows: another process has just put it there and is reading it
            Path(name).unlink()
            if not bundle.is_file():
                raise
    return bundle


class Chart(Element):
    """A chart that can be clicked, read as a table, and printed.

    * `chart`: a `Drawing` (from `rate_bars`, `trend_line`, `share_bars`), an altair chart or a Vega-Lite dict.
    * `on_select(fields)`: called with the fields of the mark that was clicked (or of the table row whose button was pressed); `selected` holds them, or None.
    * `select_fields`: for an altair chart or dict, which fields of the data a click gives; a `Drawing` knows them itself.
    * `labels`: for an altair chart or dict, the headings of the table; fields without one are left out.
    * `description`: a sentence that says what the chart shows, for people who do not see it.

    `set_chart` draws another chart in place. When Vega cannot be loaded, the table is shown.
    """

    _esm = script("chart.js")
    _css = style("chart.css")
    wording: ClassVar[dict[str, Label]] = {
        "figures": Label("Show the figures", "看数字"),
        "hide": Label("Hide the figures", "收起数字"),
        "failed": Label("The chart could not be drawn; here are its figures.", "图没有画出来，下面是数字。"),
        "drawing": Label("Drawing…", "正在画图…"),
        "pick": Label("Show", "查看"),
        "empty": Label("There are no figures yet.", "还没有数字。"),
    }

    spec = traitlets.Dict().tag(sync=True)
    headings: traitlets.List[Any] = traitlets.List().tag(sync=True)
    rows: traitlets.List[Any] = traitlets.List().tag(sync=True)
    picks: traitlets.List[Any] = traitlets.List().tag(sync=True)
    description = traitlets.Unicode("").tag(sync=True)
    script_path = traitlets.Unicode(STATIC_PATH + _BUNDLE_NAME).tag(sync=True)
    selected: traitlets.Dict[Any, Any] = traitlets.Dict(None, allow_none=True)

    def __init__(
        self,
        chart: AnyChart,
        *,
        on_select: Callable[[dict[str, Any]], object] | None = None,
        select_fields: Sequence[str] = (),
        labels: Mapping[str, Label] | None = None,
        description: Label | None = None,
    ) -> None:
        self._on_select, self._fields, self._labels = on_select, tuple(select_fields), labels
        super().__init__()
        self.set_chart(chart, description)

    def set_chart(self, chart: AnyChart, description: Label | None = None) -> None:
        """Draw another chart in place; nothing is selected then."""
        drawing = drawing_of(chart, self._fields, self._labels)
        self.drawing: Drawing = drawing
        with self.hold_sync():
            self.spec = dict(drawing.spec)
            self.headings, self.rows = list(drawing.headings), [list(row) for row in drawing.rows]
            self.picks = [dict(pick) for pick in drawing.picks] if self._on_select else []
            self.description = description.text() if description else self.description
        self.set_trait("selected", None)

    def handlers(self) -> dict[str, Callable[[Message, list[Any]], None]]:
        """A mark or a row was chosen."""
        return {"select": self._select}

    def _select(self, content: Message, _buffers: list[Any]) -> None:
        fields = content.get("fields")
        if not isinstance(fields, dict):
            raise WrongMessage("fields")
        # only what the chart shows can be chosen; the browser may say anything
        if fields not in self.picks:
            return
        self.selected = fields
        if self._on_select is not None:
            self._on_select(fields)

    def facts(self) -> str:
        """Number of rows behind the chart."""
        return f"{len(self.rows)} rows"
