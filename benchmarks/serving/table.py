"""The table: a line for each measure with its goal, a column for each server, all medians of one run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from benchmarks.serving.rounds import Results
from benchmarks.serving.servers import SERVERS

OURS, PLAIN = "carekit", "voila"


class Against(Enum):
    """What a goal is compared with."""

    FASTEST = "of the fastest peer"
    PLAIN = "of plain Voila"
    NOTHING = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """A line of the table; `goal` is the most that carekit may need, as a share of what it is measured `against`, or as it is."""

    key: str
    title: str
    goal: float | None = None
    against: Against = Against.NOTHING
    digits: int = 0


def measures(visitors: Sequence[int], load: int) -> list[Measure]:
    """All lines for these numbers of visitors at once."""
    lines = []
    for number in visitors:
        for cache in ("cold", "warm"):
            who = f"{number} at once, {cache} cache" if number > 1 else f"one visitor, {cache} cache"
            lines += [
                Measure(f"figure {number} {cache}", f"{who}: figures in the page, ms", 0.5, Against.FASTEST),
                Measure(f"answered {number} {cache}", f"{who}: filter has answered, ms", 0.5, Against.FASTEST),
                Measure(f"filter {number} {cache}", f"{who}: the filter alone, ms"),
                Measure(f"processor {number} {cache}", f"{who}: processor per visit, ms", 1 / 6, Against.PLAIN),
            ]
    lines += [
        Measure("requests", "first visit: requests", 4),
        Measure("kilobytes", "first visit: KB over the wire", 250),
        Measure("memory", "each further visitor: MB (PSS)", 25, digits=1),
    ]
    for number in dict.fromkeys((20, load)):
        if number:
            lines += [
                Measure(f"load figure {number}", f"{number} at once without a browser: figures, ms"),
                Measure(f"load filter {number}", f"{number} at once without a browser: filter has answered, ms"),
                Measure(f"load processor {number}", f"{number} at once without a browser: processor per visit, ms"),
                Measure(f"load errors {number}", f"{number} at once without a browser: errors", 0),
            ]
    return lines


#: What a reader of the table must know.
NOTES = """All figures are medians of one run in which the servers were visited in turn on the same machine; only ratios count. Visits are by Chromium, which shares the
processor with the servers: with 20 pages at once most of the time is the browser's own. Visits without a browser speak Jupyter's protocol, so only
carekit and Voila have them. Processor time is that of all of a server's processes from before the visit until they are at rest again after the page was left, with
kernels that ended and pools that were filled again. carekit's visitors are logged in before the visit is measured."""


def markdown(results: Results, names: Sequence[str], lines: Sequence[Measure]) -> str:
    """The table as Markdown; a goal that was missed is marked, and a line without any figure left out."""
    head = ["", *(SERVERS[name].title for name in names), "to the fastest peer", "to plain Voila", "goal", "reached"]
    rows = [_row(results, names, measure) for measure in lines if any(results.middle(name, measure.key) is not None for name in names)]
    return "\n".join(_line(cells) for cells in (head, ["---", *["---:"] * (len(names) + 2), "---", "---"], *rows))


def _row(results: Results, names: Sequence[str], measure: Measure) -> list[str]:
    figures = {name: results.middle(name, measure.key) for name in names}
    ours = figures.get(OURS)
    peers = [figure for name, figure in figures.items() if name != OURS and figure is not None]
    fastest, plain = min(peers, default=None), figures.get(PLAIN)
    cells = [measure.title, *(_figure(figure, measure.digits) for figure in figures.values()), _ratio(ours, fastest), _ratio(ours, plain)]
    if measure.goal is None:
        return [*cells, "", ""]
    # medians of the visits that came through say nothing about those that did not
    if failed := results.faults.get((OURS, measure.key.partition(" ")[2]), 0):
        return [*cells, _goal(measure), f"**{failed} failed**"]
    whole = {Against.FASTEST: fastest, Against.PLAIN: plain, Against.NOTHING: 1.0}[measure.against]
    if ours is None or whole is None:
        return [*cells, _goal(measure), "not measured"]
    return [*cells, _goal(measure), "yes" if ours <= measure.goal * whole else "**missed**"]


def _goal(measure: Measure) -> str:
    if measure.against is Against.NOTHING:
        return f"≤ {measure.goal:g}"
    return f"≤ {measure.goal:.2f} {measure.against.value}"


def _figure(figure: float | None, digits: int) -> str:
    return "" if figure is None else f"{figure:,.{digits}f}"


def _ratio(ours: float | None, other: float | None) -> str:
    """Empty where the other needs nothing that can be measured, as the memory of a visitor who has no process of their own."""
    return f"{ours / other:.2f}" if ours is not None and other is not None and other > 0.5 else ""


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
