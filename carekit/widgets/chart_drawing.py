"""What a chart shows and how it looks: one theme, and a builder for each kind of figure that the apps draw.

A `Drawing` has the Vega-Lite specification and, beside it, the same figures as a table, so that nobody depends on seeing the picture.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import altair as alt
import pandas as pd

from carekit.language import Label
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

    `picks` has for each row the fields that a click on it gives (empty when nothing can be clicked).
    """

    spec: Mapping[str, Any]
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    picks: tuple[Mapping[str, Any], ...] = ()

    def __repr__(self) -> str:
        return f"Drawing({len(self.rows)} rows)"


def percent(ratio: float | None) -> str:
    """A ratio as a percentage with one decimal, rounded half up (RECORDS.md 3); "—" when there is none."""
    if is_nothing(ratio):
        return NOTHING
    tenths = (Decimal(repr(float(ratio or 0))) * 100).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    return f"{tenths}%"


def fraction(numerator: Any, denominator: Any) -> str:
    """``n/N``, "—" when nobody is counted in."""
    return f"{int(numerator)}/{int(denominator)}" if not is_nothing(denominator) and int(denominator) else NOTHING


def themed(spec: Mapping[str, Any]) -> dict[str, Any]:
    """A specification with carekit's theme; what it sets itself stays."""
    return {"$schema": alt.SCHEMA_URL, **spec, "config": {**THEME, **spec.get("config", {})}}


def rate_bars(frame: pd.DataFrame, *, title: Label, group_label: Label | None = None, words: Callable[[Any], str] | None = None) -> Drawing:
    """A bar for each group with its rate, ``n/N`` beside it; a group of 0/0 has no bar and "—".

    `frame`: columns ``group``, ``numerator``, ``denominator``, ``ratio`` (0 to 1), one row per group in the order in which they are drawn; `words` writes
    a group's name (by default the value itself). A click gives ``group``.
    """
    rows = [_rate_row(row, words) for row in frame.to_dict("records")]
    name = (group_label or _GROUP).text()
    spec = _bars(rows, title, name, alt.Color(value=PALETTE[0]), domain=[0, max([1.0, *(row["ratio"] or 0 for row in rows)])])
    table = tuple((row["name"], percent(row["ratio"]), str(row["numerator"]), str(row["denominator"])) for row in rows)
    return Drawing(spec, (name, _RATE.text(), _COUNT.text(), _OF.text()), table, tuple({"group": row["group"]} for row in rows))


def _rate_row(row: Mapping[Any, Any], words: Callable[[Any], str] | None) -> dict[str, Any]:
    ratio = None if is_nothing(row["ratio"]) else float(row["ratio"])
    numerator, denominator = int(row["numerator"]), int(row["denominator"])
    figure = NOTHING if ratio is None else f"{percent(ratio)}  {fraction(numerator, denominator)}"
    group = None if is_nothing(row["group"]) else row["group"]
    return {
        "group": group if group is None or isinstance(group, (int, float, bool)) else str(group),
        "name": words(row["group"]) if words else cell_text(None, row["group"]),
        "ratio": ratio, "numerator": numerator, "denominator": denominator, "figure": figure,
    }  # fmt: skip


def _bars(rows: Sequence[Mapping[str, Any]], title: Label, name: str, colour: alt.Color, domain: Sequence[float]) -> dict[str, Any]:
    data = _data([{**row, "order": number} for number, row in enumerate(rows)])
    # two groups may have one name: rows are told apart by their place, and named by the axis
    names = [row["name"] for row in rows]
    axis = alt.Axis(title=None, labelExpr=f"{names!r}[datum.value]" if names else "''", ticks=False, domain=False, labelPadding=8)
    y = alt.Y("order:O", axis=axis, title=name)
    bars = alt.Chart(data).mark_bar(height=18, cursor="pointer").encode(
        y=y,
        x=alt.X("ratio:Q", scale=alt.Scale(domain=list(domain)), axis=alt.Axis(format=".0%", tickCount=4, title=None)),
        color=colour,
        tooltip=[alt.Tooltip("name:N", title=name), alt.Tooltip("figure:N", title=_RATE.text())],
    )  # fmt: skip
    figures = alt.Chart(data).mark_text(align="left", dx=6).encode(y=y, x=alt.value("width"), text="figure:N")
    chart = alt.layer(bars, figures).properties(title=title.text(), width="container", height=alt.Step(_STEP))
    return _finished(chart)


def _data(rows: Sequence[Mapping[str, Any]]) -> Any:
    return alt.Data(values=list(rows))  # type: ignore[no-untyped-call]


def _finished(chart: alt.TopLevelMixin) -> dict[str, Any]:
    spec: dict[str, Any] = chart.to_dict()
    return themed({**{key: value for key, value in spec.items() if key != "config"}, "autosize": {"type": "fit-x", "contains": "padding"}})


def trend_line(frame: pd.DataFrame, *, title: Label, x: str = "group", series: str | None = None, x_label: Label | None = None) -> Drawing:
    """Rates by month, a line for each value of the column `series` (one line when left out); a month of 0/0 is a gap.

    `frame`: columns `x` (a text or date, in order), ``numerator``, ``denominator``, ``ratio``. A click gives `x` (and `series`) as text.
    """
    rows = [
        {
            **_rate_row({**row, "group": row[x]}, None),
            "x": cell_text(None, row[x]),
            "series": cell_text(None, row[series]) if series else "",
        }
        for row in frame.to_dict("records")
    ]
    several = len({row["series"] for row in rows}) > 1
    data = _data(rows)
    base = alt.Chart(data).encode(
        x=alt.X("x:O", sort=None, axis=alt.Axis(title=None, labelAngle=0, labelOverlap=True)),
        y=alt.Y("ratio:Q", scale=alt.Scale(domain=[0, max([1.0, *(row["ratio"] or 0 for row in rows)])]), axis=alt.Axis(format=".0%", title=None, tickCount=5)),
        color=alt.Color("series:N", title=None) if several else alt.value(PALETTE[0]),
        tooltip=[alt.Tooltip("x:N", title=(x_label or _MONTH).text()), alt.Tooltip("series:N", title=_SERIES.text()), alt.Tooltip("figure:N", title=_RATE.text())][:: 1 if several else 2],
    )  # fmt: skip
    lines = base.mark_line(strokeWidth=2.5)
    points = base.mark_point(filled=True, size=70, cursor="pointer")
    spec = _finished(alt.layer(lines, points).properties(title=title.text(), width="container", height=240))
    named = [((row["x"],) + ((row["series"],) if series else ()), row) for row in rows]
    headings = ((x_label or _MONTH).text(), *((_SERIES.text(),) if series else ()), _RATE.text(), _COUNT.text(), _OF.text())
    table = tuple((*first, percent(row["ratio"]), str(row["numerator"]), str(row["denominator"])) for first, row in named)
    picks = tuple({x: row["x"], **({series: row["series"]} if series else {})} for row in rows)
    return Drawing(spec, headings, table, picks)


def share_bars(
    frame: pd.DataFrame, *, title: Label, words: Callable[[Any], str] | None = None, column: str = "code", unknown: Sequence[Any] = (None, "", "unknown")
) -> Drawing:  # fmt: skip
    """A bar for each answer with the number of children and their share; those of whom nothing is known stand last, in grey, and are counted.

    `frame`: columns `column`, ``children``, ``share`` (0 to 1; None when nobody is counted in), one row per answer. `words` writes an answer; what is among
    `unknown` is written as unknown. A click gives `column`.
    """
    rows: list[dict[str, Any]] = []
    for row in frame.to_dict("records"):
        value = None if is_nothing(row[column]) else row[column]
        known = value not in unknown
        share = None if is_nothing(row["share"]) else float(row["share"])
        name = (words(value) if words else cell_text(None, value)) if known else _UNKNOWN.text()
        figure = f"{int(row['children'])}  {percent(share)}"
        rows.append(
            {
                "code": None if value is None else str(value),
                "name": name,
                "ratio": share,
                "children": int(row["children"]),
                "figure": figure,
                "known": known,
            }
        )
    rows.sort(key=lambda row: not row["known"])
    colour = alt.Color("known:N", legend=None, scale=alt.Scale(domain=[True, False], range=[PALETTE[0], _UNKNOWN_COLOUR]))
    spec = _bars(rows, title, _KIND.text(), colour, domain=[0, 1])
    table = tuple((row["name"], str(row["children"]), percent(row["ratio"])) for row in rows)
    return Drawing(spec, (_KIND.text(), _CHILDREN.text(), _SHARE.text()), table, tuple({column: row["code"]} for row in rows))


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
