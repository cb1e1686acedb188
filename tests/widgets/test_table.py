"""`RecordTable` without a browser: what it shows, how it is asked, and that it cannot be asked for more."""

from __future__ import annotations

import json
import statistics
import time
from datetime import date
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from carekit.errors import ProgrammerError
from carekit.language import Label
from carekit.records import Child, Talk
from carekit.records.codes import Sex, TalkTopic
from carekit.widgets import Column, Emphasis, RecordTable, RowAction

CAPTION = Label("Children", "学生")
NAME, SEX = Child.fields["name"], Child.fields["sex"]
ROWS: list[dict[str, Any]] = [
    {"id": "a", "name": "赵小禾", "sex": Sex("2"), "talks": 2, "last": date(2026, 3, 1)},
    {"id": "b", "name": "单于明", "sex": "1", "talks": None, "last": None},
    {"id": "c", "name": "曾可", "sex": None, "talks": 10, "last": date(2025, 9, 1)},
]
COLUMNS = [NAME, SEX, Column("talks", Label("Talks", "次数"), number=True), Column("last", Label("Last", "最近"))]


def table(rows: Any = ROWS, **more: Any) -> RecordTable:
    """A table of three children."""
    return RecordTable(COLUMNS, rows, caption=CAPTION, **more)


def view(shown: RecordTable, **asked: Any) -> list[str]:
    """The ids on the page after the browser asked for another view."""
    shown.receive({"type": "view", "query": "", "sort": "", "ascending": True, "filters": {}, "page": 1, **asked})
    return [row["id"] for row in shown.page["rows"]]


def test_cells_are_words_and_dashes() -> None:
    """Codes are words, dates ISO, counts whole, and what is not known is a dash."""
    cells = {row["id"]: row["cells"] for row in table().page["rows"]}
    assert cells["a"] == ["赵小禾", "女", "2", "2026-03-01"]
    assert cells["b"] == ["单于明", "男", "—", "—"]
    assert table().page["count"] == 3


def test_frame_shows_what_mappings_show() -> None:
    """A pandas frame gives the same page: missing values are dashes, counts beside a missing one stay whole."""
    assert [row["cells"] for row in table(pd.DataFrame(ROWS)).page["rows"]] == [row["cells"] for row in table().page["rows"]]


@pytest.mark.parametrize(
    ("sort", "ascending", "ids"),
    [
        ("name", True, ["b", "c", "a"]), ("name", False, ["a", "c", "b"]),
        ("talks", True, ["a", "c", "b"]), ("talks", False, ["c", "a", "b"]),
        ("sex", True, ["b", "a", "c"]), ("last", True, ["c", "a", "b"]), ("", True, ["a", "b", "c"]),
    ],
)  # fmt: skip
def test_order_is_that_of_names_numbers_codes_and_dates(sort: str, ascending: bool, ids: list[str]) -> None:
    """Names stand by pinyin with surname readings (单 shan, 曾 zeng), numbers by size, codes as declared, the unknown last both ways."""
    assert view(table(), sort=sort, ascending=ascending) == ids


def test_columns_of_their_own_have_text_and_order() -> None:
    """A computed column is written and sorted by its own functions: class 10 behind class 2; lists and mixed values can be sorted."""
    rows = [{"id": str(n), "no": n, "topics": [TalkTopic(code)]} for n, code in ((10, "1"), (2, "2"))]
    columns = [
        Column("class", Label("Class", "班级"), text=lambda row: f"三({row['no']})班", sort=lambda row: (3, row["no"])),
        Column("topic", Label("Topic", "类型"), sort=lambda row: row["topics"][0]),
        Column.of(Talk.fields["child_states"]),
    ]
    shown = RecordTable(columns, rows, caption=CAPTION)
    assert view(shown, sort="class") == ["2", "10"]
    assert view(shown, sort="topic") == ["10", "2"]
    assert shown.page["rows"][0]["cells"] == ["三(10)班", "—", "—"]


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        ({"query": "zxh"}, ["a"]), ({"query": "syming"}, []), ({"query": "禾 女"}, ["a"]), ({"query": "2026-03"}, ["a"]), ({"query": "  "}, ["a", "b", "c"]),
        ({"filters": {"sex": "1"}}, ["b"]), ({"filters": {"sex": "1"}, "query": "赵"}, []),
    ],
)  # fmt: skip
def test_search_and_filters_narrow(asked: dict[str, Any], ids: list[str]) -> None:
    """Every word must fit a cell or the pinyin letters of a short one; a filter compares codes."""
    assert view(table(), **asked) == ids


def test_filter_of_several_codes_finds_each() -> None:
    """A field with several codes is found by any of them."""
    rows = [{"id": "a", "child_states": ("1", "2")}, {"id": "b", "child_states": ()}]
    shown = RecordTable([Talk.fields["child_states"]], rows, caption=CAPTION)
    assert view(shown, filters={"child_states": "2"}) == ["a"]


def test_pages_stay_within_bounds() -> None:
    """A page beyond the last shows the last; `shown_ids` has all that were found."""
    shown = table(page_size=2)
    assert view(shown, page=99) == ["c"]
    assert (shown.page["page"], shown.page["pages"]) == (2, 2)
    assert shown.shown_ids == ["a", "b", "c"]
    assert len(shown.rows) == 3


@pytest.mark.parametrize(
    "change",
    [{"query": 1}, {"query": "x" * 101}, {"sort": "nothing"}, {"ascending": 1}, {"filters": []}, {"filters": {"nothing": "1"}},
     {"filters": {"sex": "77"}}, {"filters": {"sex": ["1"]}}, {"page": 0}, {"page": "1"}, {"page": True}],
)  # fmt: skip
def test_views_that_no_page_asks_for_are_ignored(change: dict[str, Any]) -> None:
    """Unknown columns, codes and shapes change nothing."""
    shown = table()
    before = shown.page
    view(shown, **change)
    assert shown.page["rows"] == before["rows"]


def test_actions_and_choices_reach_python_for_known_rows_only() -> None:
    """A button is heard for a row that shows it, a choice for a row that is there; all else is ignored."""
    heard: list[Any] = []
    actions = [
        RowAction("open", Label("Open", "打开"), Emphasis.PRIMARY),
        RowAction("close", Label("Close", "关"), when=lambda row: row["talks"] == 2),
    ]
    shown = table(actions=actions, on_action=lambda name, row_id: heard.append((name, row_id)), on_select=heard.append)
    assert shown.page["rows"][0]["actions"] == [["open", "打开", "primary"], ["close", "关", "plain"]]
    assert shown.page["rows"][1]["actions"] == [["open", "打开", "primary"]]
    for name, row_id in (("open", "a"), ("close", "a"), ("close", "b"), ("open", "zzz"), ("nothing", "a")):
        shown.receive({"type": "action", "id": row_id, "action": name})
    for row_id in ("b", "zzz", 3, None):
        shown.receive({"type": "select", "id": row_id})
    assert heard == [("open", "a"), ("close", "a"), "b"]
    assert shown.selected == "b"


def test_table_without_callbacks_hears_nothing() -> None:
    """Rows cannot be chosen when nobody listens."""
    shown = table(actions=[RowAction("open", Label("Open", "打开"))])
    shown.receive({"type": "select", "id": "a"})
    shown.receive({"type": "action", "id": "a", "action": "open"})
    assert shown.selected is None
    assert not shown.selectable


def test_other_rows_come_in_place() -> None:
    """`set_rows` keeps search, order and widget; a chosen row that is gone is no longer chosen; unknown ids are never chosen."""
    shown = table(on_select=lambda _: None)
    view(shown, sort="talks", ascending=False)
    shown.selected = "c"
    shown.selected = "zzz"
    assert shown.selected is None
    shown.selected = "c"
    turn = shown.page["turn"]
    shown.set_rows(ROWS[:2])
    assert shown.selected is None
    assert [row["id"] for row in shown.page["rows"]] == ["a", "b"]
    assert shown.page["turn"] > turn
    shown.set_rows([])
    assert (shown.page["count"], shown.empty) == (0, "这里还没有记录。")


def test_two_columns_of_one_name_are_a_mistake() -> None:
    """A column is asked for by its name, so names differ."""
    with pytest.raises(ProgrammerError):
        RecordTable([NAME, NAME], [], caption=CAPTION)


def test_large_table_sends_one_small_page_and_no_more_widgets() -> None:
    """Of 2,000 rows the browser gets 25 in at most 10 KB; sixty views make no widget and do not become slower."""
    from ipywidgets.widgets.widget import _instances as living

    rows = [
        {"id": f"{n:026d}", "name": f"赵小{'禾雨明可'[n % 4]}{n}", "sex": "12"[n % 2], "talks": n, "last": date(2026, 1, 1)}
        for n in range(2000)
    ]
    shown = table(rows, actions=[RowAction("open", Label("Open", "打开"))])
    assert len(json.dumps(shown.page, ensure_ascii=False).encode()) < 10_000
    before = len(living)
    took = []
    for n in range(60):
        started = time.perf_counter()
        view(shown, query="xh"[: n % 3], sort=("name", "talks", "")[n % 3], ascending=bool(n % 2), page=n + 1)
        shown.set_rows(rows)
        took.append(time.perf_counter() - started)
    assert statistics.median(took[-15:]) < 4 * statistics.median(took[:15])
    assert len(living) == before
    assert repr(shown) == "RecordTable(2000 rows, 4 columns)"


@given(st.lists(st.none() | st.text(max_size=5) | st.integers(-5, 5) | st.booleans() | st.dates(), max_size=8), st.booleans())
def test_any_values_can_be_sorted(values: list[Any], ascending: bool) -> None:
    """A column of whatever values keeps every row, and the unknown ones last."""
    rows = [{"id": str(n), "x": value} for n, value in enumerate(values)]
    shown = RecordTable([Column("x", Label("x", "x"))], rows, caption=CAPTION)
    ids = view(shown, sort="x", ascending=ascending)
    assert sorted(ids, key=int) == [row["id"] for row in rows]
    known = [values[int(one)] not in (None, "") for one in ids]
    assert known == sorted(known, reverse=True)
