"""The progress of one child in one subject (进步档案): scores as a line, the phases of plans as bars beneath it, and checks as marks.

It shows one child and has no place for another: progress is told against the child's own baseline, never as a rank.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import altair as alt

from carekit.language import Label
from carekit.widgets.cells import NOTHING
from carekit.widgets.chart_drawing import PALETTE, Drawing, themed

#: Heights in pixels: of 0 to 100 %, and of a row of bars or marks beneath.
_PLOT, _ROW = 200, 26
_BAR, _INK = "#cfe3f3", "#1f2933"
#: Room left and right of the first and last day; a longer time than this many days is written in months.
_MARGIN, _LONG = timedelta(days=10), 300
_LEGEND = Label(
    "◆ baseline   ● score   ✓ check held   △ check overdue   bar: phase of a plan", "◆ 摸底　● 成绩　✓ 已检查　△ 检查逾期　色条：计划阶段"
)
_DATE, _WHAT, _CONTENT, _SCORE = Label("Date", "日期"), Label("What", "类别"), Label("Content", "内容"), Label("Score", "成绩")
_EXAM, _PHASE, _CHECK = Label("score", "成绩"), Label("phase", "计划阶段"), Label("check", "检查")
_RANGE = Label("{first} to {last}", "{first} 至 {last}")


@dataclass(frozen=True, slots=True)
class ProgressScore:
    """A score: the day, its share of the full points (0 to 1; None: not drawn), the exam, the points in words, and whether it is the baseline."""

    on: date
    share: float | None
    exam: str
    words: str
    baseline: bool = False


@dataclass(frozen=True, slots=True)
class ProgressPhase:
    """A phase of a plan, both days included: `name` is written on its bar, `words` say what is expected."""

    from_on: date
    until_on: date
    name: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class ProgressCheck:
    """A check: held, or overdue."""

    on: date
    words: str
    held: bool = True


def progress_chart(
    scores: Sequence[ProgressScore], phases: Sequence[ProgressPhase] = (), checks: Sequence[ProgressCheck] = (), *, title: Label
) -> Drawing:
    """The chart of one child in one subject, and all of it as a table by date."""
    rows = _rows_of(phases)
    depth = (1 if checks else 0) + (max(rows, default=-1) + 1)
    unit = _ROW / _PLOT
    layers = [*_line(scores, -depth * unit - 0.04)]
    if phases:
        layers += _bars(phases, rows, unit, 1 if checks else 0, _days(scores, phases, checks))
    if checks:
        layers.append(_marks(checks, -0.5 * unit))
    first, last = _days(scores, phases, checks)
    form = "%Y-%m" if (last - first).days > _LONG else "%m-%d"
    domain = [first.isoformat(), last.isoformat()]
    scale = alt.Scale(type="utc", domain=domain, nice=False)
    axis = alt.Axis(format=form, labelOverlap=True, title=None, labelAngle=0, tickCount=6, grid=False)
    chart = alt.layer(*layers).encode(x=alt.X("on:T", scale=scale, axis=axis))
    chart = chart.properties(
        title=alt.TitleParams(title.text(), subtitle=_LEGEND.text(), subtitleFontSize=12), width="container", height=_PLOT + depth * _ROW
    )
    chart = chart.resolve_scale(color="independent")
    spec: dict[str, Any] = {key: value for key, value in chart.to_dict().items() if key != "config"}
    headings = tuple(one.text() for one in (_DATE, _WHAT, _CONTENT, _SCORE))
    return Drawing(themed({**spec, "autosize": {"type": "fit-x", "contains": "padding"}}), headings, _table(scores, phases, checks))


def _days(scores: Sequence[ProgressScore], phases: Sequence[ProgressPhase], checks: Sequence[ProgressCheck]) -> tuple[date, date]:
    """The first and the last day of the chart."""
    days = [*(one.on for one in scores), *(one.on for one in checks), *(day for one in phases for day in (one.from_on, one.until_on))]
    days = days or [date(2000, 1, 1)]
    return min(days) - _MARGIN, max(days) + _MARGIN


def _rows_of(phases: Sequence[ProgressPhase]) -> list[int]:
    """The row of each bar: the first one that is free on its days."""
    ends: list[date] = []
    rows = []
    for phase in phases:
        row = next((place for place, end in enumerate(ends) if end < phase.from_on), len(ends))
        ends[row:] = [phase.until_on, *ends[row + 1 :]]
        rows.append(row)
    return rows


def _data(values: list[dict[str, Any]]) -> Any:
    return alt.Data(values=values)  # type: ignore[no-untyped-call]


def _line(scores: Sequence[ProgressScore], floor: float) -> list[Any]:
    drawn = [one for one in scores if one.share is not None]
    values = [
        {
            "on": one.on.isoformat(), "share": one.share, "exam": one.exam, "words": one.words, "baseline": one.baseline,
            "said": f"{one.share:.0%}" if one.share is not None and (one.baseline or one is drawn[-1]) else "",
        }
        for one in drawn
    ]  # fmt: skip
    y = alt.Y(
        "share:Q",
        scale=alt.Scale(domain=[floor, 1.06], nice=False, zero=False),
        axis=alt.Axis(format=".0%", values=[0, 0.2, 0.4, 0.6, 0.8, 1], title=None),
    )
    base = alt.Chart(_data(values)).encode(
        y=y,
        tooltip=[
            alt.Tooltip("utcyearmonthdate(on):T", title=_DATE.text(), format="%Y-%m-%d"),
            alt.Tooltip("exam:N", title=_WHAT.text()),
            alt.Tooltip("words:N", title=_SCORE.text()),
        ],
    )
    return [
        base.mark_line(strokeWidth=2.5, color=PALETTE[0]),
        base.mark_point(filled=True, opacity=1).encode(
            shape=alt.Shape("baseline:N", legend=None, scale=alt.Scale(domain=[False, True], range=["circle", "diamond"])),
            size=alt.Size("baseline:N", legend=None, scale=alt.Scale(domain=[False, True], range=[70, 170])),
            color=alt.Color("baseline:N", legend=None, scale=alt.Scale(domain=[False, True], range=[PALETTE[0], PALETTE[1]])),
        ),
        base.mark_text(dy=-13).encode(text="said:N"),
    ]


def _bars(phases: Sequence[ProgressPhase], rows: Sequence[int], unit: float, shift: int, days: tuple[date, date]) -> list[Any]:
    middle = days[0] + (days[1] - days[0]) / 2
    values: list[dict[str, Any]] = []
    for phase, row in zip(phases, rows, strict=True):
        top = -(row + shift) * unit
        values.append(
            {
                "on": phase.from_on.isoformat(), "until": (phase.until_on + timedelta(days=1)).isoformat(), "top": top - 0.1 * unit,
                "foot": top - 0.9 * unit, "middle": top - 0.5 * unit, "name": phase.name, "words": phase.words, "span": _span(phase),
                "early": phase.from_on <= middle,
            }
        )  # fmt: skip
    base = alt.Chart(_data(values)).encode(
        tooltip=[alt.Tooltip("span:N", title=_DATE.text()), alt.Tooltip("name:N", title=_PHASE.text()), alt.Tooltip("words:N", title=_CONTENT.text())]
    )  # fmt: skip
    bars = base.mark_rect(color=_BAR, cornerRadius=3).encode(x2="until:T", y="top:Q", y2="foot:Q")
    # a bar that begins late has its name before its end, so that the name stays inside the picture
    left = base.transform_filter("datum.early").mark_text(align="left", dx=5, color=_INK).encode(y="middle:Q", text="name:N")
    right = base.transform_filter("!datum.early").mark_text(align="right", dx=-5, color=_INK)
    return [bars, left, right.encode(x="until:T", y="middle:Q", text="name:N")]


def _marks(checks: Sequence[ProgressCheck], y: float) -> Any:
    values: list[dict[str, Any]] = [
        {"on": one.on.isoformat(), "y": y, "words": one.words, "sign": "✓" if one.held else "△", "held": one.held} for one in checks
    ]
    return (
        alt.Chart(_data(values))
        .mark_text(fontWeight="bold", fontSize=15)
        .encode(
            y="y:Q",
            text="sign:N",
            color=alt.Color("held:N", legend=None, scale=alt.Scale(domain=[True, False], range=[PALETTE[2], PALETTE[1]])),
            tooltip=[
                alt.Tooltip("utcyearmonthdate(on):T", title=_DATE.text(), format="%Y-%m-%d"),
                alt.Tooltip("words:N", title=_CHECK.text()),
            ],
        )
    )


def _span(phase: ProgressPhase) -> str:
    return _RANGE.format(first=phase.from_on.isoformat(), last=phase.until_on.isoformat()).text()


def _table(
    scores: Sequence[ProgressScore], phases: Sequence[ProgressPhase], checks: Sequence[ProgressCheck]
) -> tuple[tuple[str, ...], ...]:
    lines: list[tuple[date, tuple[str, ...]]] = []
    lines += [(one.on, (one.on.isoformat(), _EXAM.text(), one.exam, one.words)) for one in scores]
    lines += [(one.from_on, (_span(one), _PHASE.text(), "：".join(filter(None, (one.name, one.words))), NOTHING)) for one in phases]
    lines += [(one.on, (one.on.isoformat(), _CHECK.text(), one.words, NOTHING)) for one in checks]
    return tuple(cells for _, cells in sorted(lines, key=lambda line: line[0]))
