"""`Timeline` without a browser: order, headings, and what stays hidden."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from datetime import date as day_type

from carekit.language import Label
from carekit.widgets import TermSpan, Timeline


@dataclass
class Happened:
    """An event as `carekit.history` gives it, as far as a timeline reads it."""

    date: day_type | None
    kind: str = "talk"
    kind_label: str = "谈心"
    title: str = "日常"
    lines: tuple[tuple[str, str], ...] = (("要点", "好"),)
    who: str = "王老师"
    restricted: bool = False
    ended_on: day_type | None = None


FIRST_TERM = TermSpan(Label("First term", "第一学期"), date(2025, 9, 1), date(2026, 1, 20))
EVENTS = [
    Happened(date(2025, 8, 31)),
    Happened(date(2026, 3, 1), kind="home_visit", kind_label="家访", ended_on=date(2026, 3, 2)),
    Happened(None),
    Happened(date(2025, 9, 1), lines=(), title="", restricted=True),
]


def test_newest_stands_first_under_year_and_term() -> None:
    """A school year begins on 1 September; days of no term stand in the year without one; what has no date stands last."""
    years = Timeline(EVENTS, terms=[FIRST_TERM]).years
    assert [year["label"] for year in years] == ["2025–2026学年", "2024–2025学年", "没有日期"]
    assert [(part["label"], [event["date"] for event in part["events"]]) for part in years[0]["parts"]] == [
        ("", ["2026-03-01"]),
        ("第一学期", ["2025-09-01"]),
    ]
    assert years[0]["parts"][0]["events"][0]["ended"] == "2026-03-02"


def test_restricted_event_says_that_it_exists_and_no_more() -> None:
    """Of a restricted event without lines the page gets date, kind and author only."""
    event = Timeline([EVENTS[3]]).years[0]["parts"][0]["events"][0]
    assert event["restricted"]
    assert (event["title"], event["lines"]) == ("", [])


def test_events_are_replaced_in_place() -> None:
    """`set_events` shows others, and other terms, in the same widget; kinds are counted for the filter."""
    timeline = Timeline(EVENTS, caption=Label("Card", "赵小禾"))
    assert timeline.kinds == [["home_visit", "家访", 1], ["talk", "谈心", 3]]
    timeline.set_events([EVENTS[3]], terms=[FIRST_TERM])
    assert timeline.years[0]["parts"][0]["label"] == "第一学期"
    assert repr(timeline) == "Timeline(1 events, 1 kinds)"
    json.dumps(timeline.years)
