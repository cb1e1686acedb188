"""`Timeline`: what happened to one child, newest first, under the headings of school years and terms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Protocol

import traitlets

from carekit.language import Label
from carekit.widgets.element import Element, script, style

_YEAR_BEGINS = (9, 1)
_UNDATED = Label("Without a date", "没有日期")
_YEAR = Label("School year {first}–{last}", "{first}–{last}学年")


class EventLike(Protocol):
    """What a timeline reads of an event; `carekit.history.Event` fits.

    `lines` are pairs (label, value); of a `restricted` event they hold at most what this person may see.
    """

    @property
    def date(self) -> date | None: ...  # noqa: D102
    @property
    def kind(self) -> str: ...  # noqa: D102
    @property
    def kind_label(self) -> str: ...  # noqa: D102
    @property
    def title(self) -> str: ...  # noqa: D102
    @property
    def lines(self) -> Sequence[tuple[str, str]]: ...  # noqa: D102
    @property
    def who(self) -> str: ...  # noqa: D102
    @property
    def restricted(self) -> bool: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class TermSpan:
    """A term by its dates (both count), with the words that head it."""

    label: Label
    first: date
    last: date


class Timeline(Element):
    """The events of one child.

    * `events`: `carekit.history.Event` or anything alike, in any order; those without a date stand last.
    * `terms`: terms that head parts of a school year; a year without terms has one part.
    * `open_years`: how many of the newest school years are unfolded at the start; all are when printed.
    * `caption`: what the timeline shows.

    A restricted event shows that it exists; lines it still has are those that the reader may see. `set_events` replaces all in place.
    """

    _esm = script("timeline.js")
    _css = style("timeline.css")
    wording: ClassVar[dict[str, Label]] = {
        "all": Label("All", "全部"),
        "filter": Label("Show", "显示"),
        "when": Label("Term", "学期"),
        "when_all": Label("All terms", "全部学期"),
        "restricted": Label("There is an entry; its content is restricted.", "有记录，内容受限"),
        "partly": Label("Part of this entry is restricted.", "部分内容受限"),
        "more": Label("Show all", "展开"),
        "less": Label("Show less", "收起"),
        "print": Label("Print", "打印"),
        "count": Label("{count} entries", "共 {count} 条"),
        "empty": Label("Nothing has been written down yet.", "还没有任何记录。"),
        "until": Label("until {day}", "至 {day}"),
    }

    caption = traitlets.Unicode().tag(sync=True)
    years: traitlets.List[Any] = traitlets.List().tag(sync=True)
    kinds: traitlets.List[Any] = traitlets.List().tag(sync=True)
    open_years = traitlets.Int(1).tag(sync=True)

    def __init__(
        self, events: Iterable[EventLike] = (), *, caption: Label | None = None, terms: Sequence[TermSpan] = (), open_years: int = 1
    ) -> None:  # fmt: skip
        self._terms = tuple(terms)
        self._count = 0
        super().__init__(caption=(caption or Label("Timeline", "成长记录")).text(), open_years=open_years)
        self.set_events(events)

    def set_events(self, events: Iterable[EventLike], terms: Sequence[TermSpan] | None = None) -> None:
        """Show other events (and terms, when given) in place."""
        self._terms = self._terms if terms is None else tuple(terms)
        ordered = sorted(events, key=lambda event: event.date or date.min, reverse=True)
        self._count = len(ordered)
        kinds: dict[str, list[Any]] = {}
        for event in ordered:
            kinds.setdefault(event.kind, [event.kind, event.kind_label, 0])[2] += 1
        with self.hold_sync():
            self.kinds = list(kinds.values())
            self.years = self._grouped(ordered)

    def _grouped(self, events: Sequence[EventLike]) -> list[dict[str, Any]]:
        years: dict[str, dict[str, list[dict[str, Any]]]] = {}
        for event in events:
            parts = years.setdefault(_year_of(event.date), {})
            parts.setdefault(self._term_of(event.date), []).append(_event_as_json(event))
        return [
            {"label": year, "parts": [{"label": term, "events": listed} for term, listed in parts.items()]}
            for year, parts in years.items()
        ]  # fmt: skip

    def _term_of(self, day: date | None) -> str:
        return next((term.label.text() for term in self._terms if day and term.first <= day <= term.last), "")

    def facts(self) -> str:
        """Number of events and kinds."""
        return f"{self._count} events, {len(self.kinds)} kinds"


def _year_of(day: date | None) -> str:
    if day is None:
        return _UNDATED.text()
    first = day.year if (day.month, day.day) >= _YEAR_BEGINS else day.year - 1
    return _YEAR.format(first=first, last=first + 1).text()


def _event_as_json(event: EventLike) -> dict[str, Any]:
    ended = getattr(event, "ended_on", None)
    return {
        "date": event.date.isoformat() if event.date else "",
        "ended": ended.isoformat() if isinstance(ended, date) else "",
        "kind": event.kind,
        "kind_label": event.kind_label,
        "title": event.title,
        "lines": [[str(label), str(value)] for label, value in event.lines],
        "who": event.who,
        "restricted": event.restricted,
    }
