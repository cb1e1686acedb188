"""What a chart shows and how it looks: one theme, and a builder for each kind of figure that the apps draw.

A `Drawing` has the Vega-Lite specification and, beside it, the same figures as a table, so that nobody depends on seeing the picture.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from carekit.language import Label
from carekit.metrics import percent
from carekit.widgets.cells import NOTHING, cell_text, is_nothing

#: Faces with Simplified Chinese shapes on Linux, Windows and macOS; without a list an arbitrary face is taken.
FONTS = '"Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", "WenQuanYi Micro Hei", sans-serif'
#: Colours that people with colour blindness can tell apart (Okabe and Ito, 2008), the strongest on white first.
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
_UNKNOWN_COLOUR = "#9AA3AD"
_INK, _LINE = "#1f2933", "#d5dae0"
#: Height of a bar with the room around it, and width of a picture, in pixels.
_STEP, PICTURE_WIDTH = 30, 640

THEME: dict[str, Any] = {
    "background": "white",
    "font": FONTS,
    "padding": 4,
    "view": {"stroke": None},
    "title": {"anchor": "start", "fontSize": 15, "color": _INK, "offset": 10},
    "axis": {"labelFontSize": 13, "titleFontSize": 13, "titleFontWeight": "normal", "labelColor": _INK, "titleColor": _INK, "labelLimit": 140, "gridColor": _LINE,
             "domainColor": _LINE, "tickColor": _LINE},
    "legend": {"labelFontSize": 13, "titleFontSize": 13, "orient": "top", "labelLimit": 200},
    "text": {"fontSize": 13, "color": _INK},
    "range": {"category": list(PALETTE)},
}  # fmt: skip

_GROUP, _RATE, _COUNT, _OF = Label("Group", "分组"), Label("Rate", "比例"), Label("Counted", "分子"), Label("Out of", "分母")
_MONTH, _SERIES = Label("Month", "月份"), Label("Line", "类别")
_CHILDREN, _SHARE, _KIND = Label("Children", "人数"), Label("Share", "占比"), Label("Kind", "类别")
_UNKNOWN = Label("unknown", "不清楚")


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart and its figures: `spec` is Vega-Lite, `headings` and `rows` the same as a table of texts.

    `picks` has for each row the fields that a click on its mark gives (empty when nothing can be clicked); a mark says by ``row`` in its data which row it
    draws, or is found by these fields.
    """

    spec: Mapping[str, Any]
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    picks: tuple[Mapping[str, Any], ...] = ()

    def __repr__(self) -> str:
        return f"Drawing({len(self.rows)} rows)"


def themed(spec: Mapping[str, Any]) -> dict[str, Any]:
    """A specification with carekit's theme; what it sets itself stays."""
    return {"$schema": alt.SCHEMA_URL, **spec, "config": {**THEME, **spec.get("config", {})}}


@dataclass(frozen=True, slots=True)
class _Figure:
    """One bar or point: what names it, its length (None: nothing is drawn), its words, and what a click on it gives."""

    name: str
    ratio: float | None
    words: str
    cells: tuple[str, ...]
    pick: Mapping[str, Any]
    series: str = ""
    known: bool = True


def _rate(row: Mapping[Any, Any], name: str, pick: Mapping[str, Any], series: str = "") -> _Figure:
    if is_nothing(row["numerator"]) or is_nothing(row["denominator"]):  # withheld, because the group is too small
        return _Figure(name, None, NOTHING, (NOTHING, NOTHING, NOTHING), pick, series)
    top, bottom = int(row["numerator"]), int(row["denominator"])
    share = percent(top, bottom)
    words = f"{share}  {top}/{bottom}" if bottom else NOTHING
    return _Figure(name, top / bottom if bottom else None, words, (share, str(top), str(bottom)), pick, series)


def _share(name: str, children: Any, total: int, pick: Mapping[str, Any], known: bool) -> _Figure:
    if is_nothing(children):  # withheld, because the group is too small
        return _Figure(name, None, NOTHING, (NOTHING, NOTHING), pick, known=known)
    share = percent(int(children), total)
    return _Figure(
        name, int(children) / total if total else None, f"{int(children)}  {share}", (str(int(children)), share), pick, known=known
    )


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return value
    if is_nothing(value):
        return None
    return value if isinstance(value, (bool, int, float)) else str(value)


def rate_bars(frame: pd.DataFrame, *, title: Label, group_label: Label | None = None, words: Callable[[Any], str] | None = None) -> Drawing:
    """A bar for each group with its rate, ``n/N`` beside it; a group of 0/0, or one that is withheld, has no bar and "—".

    `frame`: columns ``group``, ``numerator``, ``denominator`` as `carekit.metrics.measure` gives them, one row per group in the order in which
    they are drawn; `words` writes a group's name (by default the value itself). A click gives ``group``, and ``group_id`` when there is one.
    """
    keys = [key for key in ("group", "group_id") if key in frame.columns]
    figures = [
        _rate(row, words(row["group"]) if words else cell_text(None, row["group"]), {key: _plain(row[key]) for key in keys})
        for row in frame.to_dict("records")
    ]
    name = (group_label or _GROUP).text()
    return _bars(figures, title, (name, _RATE.text(), _COUNT.text(), _OF.text()))


def share_bars(
    frame: pd.DataFrame, *, title: Label, words: Callable[[Any], str] | None = None, column: str = "code", unknown: Sequence[Any] = (None, "", "unknown")
) -> Drawing:  # fmt: skip
    """A bar for each answer with the number of children and their share; those of whom nothing is known stand last, in grey, and are counted.

    `frame`: one category of `carekit.metrics.situation`: columns `column`, ``children``, ``total`` (the sum of the children, when left out) and ``label``, unless
    `words` writes an answer. What is among `unknown` is not known. A click gives `column`.
    """
    total = int(frame["total"].iloc[0]) if "total" in frame.columns and len(frame) else int(frame["children"].sum())
    figures = []
    for row in frame.to_dict("records"):
        value = _plain(row[column])
        known = value not in unknown
        written = words(value) if words and known else cell_text(None, row.get("label", value))
        name = _UNKNOWN.text() if written == NOTHING else written
        figures.append(_share(name, row["children"], total, {column: value}, known))
    figures.sort(key=lambda figure: not figure.known)
    return _bars(figures, title, (_KIND.text(), _CHILDREN.text(), _SHARE.text()))


def _bars(figures: Sequence[_Figure], title: Label, headings: tuple[str, ...]) -> Drawing:
    data = _data(figures)
    # two groups may have one name: they are told apart by their place, and named by the axis
    names = json.dumps([figure.name for figure in figures])
    axis = alt.Axis(title=None, labelExpr=f"{names}[datum.value]", ticks=False, domain=False, labelPadding=8)
    y = alt.Y("row:O", axis=axis, title=headings[0])
    colour = alt.Color("known:N", legend=None, scale=alt.Scale(domain=[True, False], range=[PALETTE[0], _UNKNOWN_COLOUR]))
    longest = max([1.0, *(figure.ratio or 0 for figure in figures)])
    bars = alt.Chart(data).mark_bar(height=18, cursor="pointer").encode(
        y=y,
        x=alt.X("ratio:Q", scale=alt.Scale(domain=[0, longest]), axis=alt.Axis(format=".0%", tickCount=4, title=None)),
        color=colour,
        tooltip=[alt.Tooltip("name:N", title=headings[0]), alt.Tooltip("words:N", title=headings[1])],
    )  # fmt: skip
    texts = alt.Chart(data).mark_text(align="left", dx=6).encode(y=y, x=alt.value("width"), text="words:N")
    chart = alt.layer(bars, texts).properties(title=title.text(), width="container", height=alt.Step(_STEP))
    return _drawing(chart, headings, figures, tuple((figure.name, *figure.cells) for figure in figures))


def trend_line(frame: pd.DataFrame, *, title: Label, x: str = "group", series: str | None = None, x_label: Label | None = None) -> Drawing:
    """Rates by month, a line for each value of the column `series` (one line when left out); a month of 0/0 is a gap.

    `frame`: columns `x` (a text or date, in order), ``numerator``, ``denominator``. A click gives `x` (and `series`) as text.
    """
    figures = []
    for row in frame.to_dict("records"):
        name, line = cell_text(None, row[x]), cell_text(None, row[series]) if series else ""
        figures.append(_rate(row, name, {x: name, **({series: line} if series else {})}, line))
    several = len({figure.series for figure in figures}) > 1
    headings = ((x_label or _MONTH).text(), *((_SERIES.text(),) if series else ()), _RATE.text(), _COUNT.text(), _OF.text())
    tips = [alt.Tooltip("name:N", title=headings[0]), alt.Tooltip("words:N", title=_RATE.text())]
    longest = max([1.0, *(figure.ratio or 0 for figure in figures)])
    base = alt.Chart(_data(figures)).encode(
        x=alt.X("name:O", sort=None, axis=alt.Axis(title=None, labelAngle=0, labelOverlap=True)),
        y=alt.Y("ratio:Q", scale=alt.Scale(domain=[0, longest]), axis=alt.Axis(format=".0%", title=None, tickCount=5)),
        color=alt.Color("series:N", title=None, sort=None) if several else alt.value(PALETTE[0]),
        tooltip=[tips[0], alt.Tooltip("series:N", title=_SERIES.text()), tips[1]] if several else tips,
    )  # fmt: skip
    lines, points = base.mark_line(strokeWidth=2.5), base.mark_point(filled=True, size=70, opacity=1, cursor="pointer")
    chart = alt.layer(lines, points).properties(title=title.text(), width="container", height=240)
    rows = tuple((figure.name, *((figure.series,) if series else ()), *figure.cells) for figure in figures)
    return _drawing(chart, headings, figures, rows)


def _data(figures: Sequence[_Figure]) -> Any:
    values = [
        {"row": row, "name": one.name, "ratio": one.ratio, "words": one.words, "series": one.series, "known": one.known} for row, one in enumerate(figures)
    ]  # fmt: skip
    return alt.Data(values=values)  # type: ignore[no-untyped-call]


def _drawing(chart: alt.TopLevelMixin, headings: tuple[str, ...], figures: Sequence[_Figure], rows: tuple[tuple[str, ...], ...]) -> Drawing:
    spec: dict[str, Any] = chart.to_dict()
    spec = {**{key: value for key, value in spec.items() if key != "config"}, "autosize": {"type": "fit-x", "contains": "padding"}}
    return Drawing(themed(spec), headings, rows, tuple(figure.pick for figure in figures))


def drawing_of(
    chart: Drawing | alt.TopLevelMixin | Mapping[str, Any], fields: Sequence[str] = (), labels: Mapping[str, Label] | None = None
) -> Drawing:
    """Any altair chart or Vega-Lite specification as a `Drawing`: its table is the data that it carries.

    `fields` are those that a click gives; `labels` head the table's columns (fields without one are left out, all are shown when there are none).
    """
    if isinstance(chart, Drawing):
        return chart
    spec = themed(chart if isinstance(chart, Mapping) else {key: value for key, value in chart.to_dict().items() if key != "config"})
    values = _carried(spec)
    names = list(labels or dict.fromkeys(key for row in values for key in row))
    rows = tuple(tuple(cell_text(None, row.get(name)) for name in names) for row in values)
    headings = tuple((labels[name].text() if labels else name) for name in names)
    picks = tuple({name: row.get(name) for name in fields} for row in values) if fields else ()
    return Drawing(spec, headings, rows, picks)


def _carried(spec: Mapping[str, Any]) -> list[dict[str, Any]]:
    for values in spec.get("datasets", {}).values():
        if isinstance(values, list):
            return [row for row in values if isinstance(row, dict)]
    data = spec.get("data")
    values = data.get("values") if isinstance(data, dict) else None
    if isinstance(values, list):
        return [row for row in values if isinstance(row, dict)]
    return next((found for part in ("layer", "hconcat", "vconcat", "concat") for one in spec.get(part, []) if (found := _carried(one))), [])
