"""Charts as pictures for Word files and print, made without a browser."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import vl_convert

from carekit.widgets.chart_drawing import PICTURE_WIDTH, Drawing, drawing_of

AnyChart = Drawing | alt.TopLevelMixin | Mapping[str, Any]


def chart_png(chart: AnyChart, *, scale: float = 2.0, width: int = PICTURE_WIDTH) -> bytes:
    """The chart as PNG, `width` pixels wide times `scale`; the same chart gives the same bytes."""
    return bytes(vl_convert.vegalite_to_png(_fixed(chart, width), scale=scale, allowed_base_urls=[]))


def chart_svg(chart: AnyChart, *, width: int = PICTURE_WIDTH) -> str:
    """The chart as SVG text, `width` pixels wide."""
    return str(vl_convert.vegalite_to_svg(_fixed(chart, width), allowed_base_urls=[]))


def _fixed(chart: AnyChart, width: int) -> dict[str, Any]:
    spec = dict(drawing_of(chart).spec)
    if spec.get("width") == "container":
        spec["width"] = width
    return spec
