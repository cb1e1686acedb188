"""Charts without a browser: their figures, what a click may say, pictures, and the file with Vega."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import altair as alt
import pandas as pd
import pytest
import vl_convert

from carekit.language import Label
from carekit.widgets import STATIC_PATH, Chart, chart_png, chart_svg, rate_bars, share_bars, static_folder, trend_line, vega_bundle
from carekit.widgets import chart as chart_module

TITLE = Label("Covered", "谈心覆盖率")
HOSTILE = "\"]; alert(1)//\u2028<b>'"
RATES = pd.DataFrame(
    [
        {"group": "三(1)班", "group_id": "c1", "numerator": 28, "denominator": 30, "ratio": 28 / 30},
        {"group": HOSTILE, "group_id": "c2", "numerator": 0, "denominator": 0, "ratio": None},
        {"group": "三(1)班", "group_id": "c3", "numerator": None, "denominator": None, "ratio": None},
    ]
)
SHARES = pd.DataFrame(
    [
        {"code": "", "label": "不清楚", "children": 43, "total": 617, "share": 43 / 617},
        {"code": "61", "label": "祖父母", "children": 274, "total": 617, "share": 274 / 617},
        {"code": "51", "label": "父亲", "children": 300, "total": 617, "share": 300 / 617},
    ]
)


def test_rate_bars_show_both_counts_and_dashes() -> None:
    """Rates are rounded half up beside n/N; 0/0 and a withheld group are dashes without a bar; a click gives the group and its id."""
    drawing = rate_bars(RATES, title=TITLE, group_label=Label("Class", "班级"))
    assert drawing.headings == ("班级", "比例", "分子", "分母")
    assert drawing.rows == (("三(1)班", "93.3%", "28", "30"), (HOSTILE, "—", "0", "0"), ("三(1)班", "—", "—", "—"))
    assert drawing.picks[0] == {"group": "三(1)班", "group_id": "c1"}
    assert "93.3%  28/30" in json.dumps(drawing.spec)
    assert repr(drawing) == "Drawing(3 rows)"


def test_groups_may_be_numbers_days_or_nothing() -> None:
    """A group that is no text is written as a cell is, and a click gives it in a form that JSON holds."""
    groups = [3, date(2026, 3, 1), None, True]
    frame = pd.DataFrame({"group": pd.Series(groups, dtype=object), "numerator": 1, "denominator": 2})
    drawing = rate_bars(frame, title=TITLE)
    assert [row[0] for row in drawing.rows] == ["3", "2026-03-01", "—", "是"]
    assert [pick["group"] for pick in drawing.picks] == [3, "2026-03-01", None, True]
    assert [row[0] for row in rate_bars(frame, title=TITLE, words=lambda group: f"组{group}").rows][:1] == ["组3"]


def test_share_bars_count_the_unknown_last() -> None:
    """Those of whom nothing is known are a bar of their own, at the end, and count into the whole."""
    drawing = share_bars(SHARES, title=TITLE)
    assert [row[0] for row in drawing.rows] == ["祖父母", "父亲", "不清楚"]
    assert drawing.rows[0] == ("祖父母", "274", "44.4%")
    assert drawing.picks[2] == {"code": ""}
    bare = share_bars(SHARES[["code", "children", "share"]], title=TITLE, words=lambda code: {"61": "祖辈", "51": "父亲"}[code])
    assert [row[0] for row in bare.rows] == ["祖辈", "父亲", "不清楚"]
    withheld = share_bars(SHARES.assign(children=[None, 274, 300]), title=TITLE)
    assert withheld.rows[2] == ("不清楚", "—", "—")


def test_trend_line_has_gaps_and_lines() -> None:
    """A month of 0/0 is a dash in the table; several lines are named."""
    frame = pd.DataFrame(
        [
            {"month": m, "grade": g, "numerator": n, "denominator": 4, "ratio": n / 4}
            for g in ("一", "二")
            for m, n in (("2025-09", 1), ("2025-10", 4))
        ]
    )
    drawing = trend_line(frame, title=TITLE, x="month", series="grade")
    assert drawing.rows[0] == ("2025-09", "一", "25.0%", "1", "4")
    assert drawing.picks[3] == {"month": "2025-10", "grade": "二"}
    single = trend_line(RATES, title=TITLE)
    assert single.rows[1][1:] == ("—", "0", "0")


@pytest.mark.parametrize(
    "drawing",
    [rate_bars(RATES, title=TITLE), share_bars(SHARES, title=TITLE), trend_line(RATES, title=TITLE), rate_bars(RATES[:0], title=TITLE)],
)
def test_every_drawing_is_a_picture(drawing: Any) -> None:
    """Each kind of drawing, an empty one too, becomes the same PNG twice and an SVG, with hostile text as text."""
    png = chart_png(drawing)
    assert png.startswith(b"\x89PNG")
    assert png == chart_png(drawing)
    svg = chart_svg(drawing)
    assert "Noto Sans CJK SC" in svg
    assert "<b>" not in svg


def test_click_reaches_python_only_for_what_is_shown() -> None:
    """A click gives the fields of a row of the chart; anything else that a browser says is ignored."""
    heard: list[Any] = []
    chart = Chart(rate_bars(RATES, title=TITLE), on_select=heard.append, description=Label("x", "说明"))
    for fields in ({"group": "三(1)班", "group_id": "c3"}, {"group": "三(9)班", "group_id": "c1"}, {}, None, [], "c1"):
        chart.receive({"type": "select", "fields": fields})
    assert heard == [{"group": "三(1)班", "group_id": "c3"}]
    assert chart.selected == heard[0]
    chart.set_chart(share_bars(SHARES, title=TITLE))
    assert chart.selected is None
    assert repr(chart) == "Chart(3 rows)"
    silent = Chart(rate_bars(RATES, title=TITLE))
    silent.receive({"type": "select", "fields": {"group": "三(1)班", "group_id": "c3"}})
    assert silent.selected is None


def test_any_altair_chart_and_spec_has_a_table() -> None:
    """An altair chart, a dict with data, layers with data and one without any are shown with the data that they carry."""
    frame = pd.DataFrame([{"班": "一", "n": 1}, {"班": "二", "n": None}])
    chart = Chart(
        alt.Chart(frame).mark_bar().encode(x="n:Q", y="班:N"),
        select_fields=["班"],
        labels={"班": Label("Class", "班级"), "n": Label("n", "人数")},
        on_select=lambda _: None,
    )
    assert (chart.headings, chart.rows) == (["班级", "人数"], [["一", "1"], ["二", "—"]])
    assert chart.picks == [{"班": "一"}, {"班": "二"}]
    values = {"values": [{"a": 1}]}
    for spec in ({"data": values, "mark": "bar"}, {"layer": [{"mark": "bar"}, {"data": values, "mark": "bar"}]}):
        assert Chart(spec).rows == [["1"]]
    assert Chart({"mark": "bar"}).rows == []
    assert Chart({"mark": "bar"}).spec["config"]["font"].startswith('"Noto Sans CJK SC"')


def test_bundle_is_built_once_and_put_in_place_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file with Vega is made in the user's cache under the version's name, once, and no half-written file is left."""
    built: list[str] = []
    monkeypatch.setattr(chart_module, "static_folder", lambda: tmp_path)
    monkeypatch.setattr(vl_convert, "javascript_bundle", lambda snippet: built.append(snippet) or "export {}; // 维加")
    first, second = vega_bundle(), vega_bundle()
    assert first == second
    assert built == ["export { vegaEmbed };"]
    assert [file.name for file in tmp_path.iterdir()] == [first.name]
    assert Chart({"mark": "bar"}).script_path == STATIC_PATH + first.name
    assert first.read_text(encoding="utf-8").endswith("维加")


def test_bundle_that_another_process_made_first_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On Windows a file that another process just put there and reads cannot be replaced: then it is used; without it the error is told."""

    def busy(_self: Path, target: Path) -> None:
        if there:
            target.write_text("theirs", encoding="utf-8")
        raise PermissionError

    monkeypatch.setattr(chart_module, "static_folder", lambda: tmp_path)
    monkeypatch.setattr(vl_convert, "javascript_bundle", lambda _: "mine")
    monkeypatch.setattr(Path, "replace", busy)
    there = False
    with pytest.raises(PermissionError):
        vega_bundle()
    there = True
    assert vega_bundle().read_text(encoding="utf-8") == "theirs"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(("platform", "part"), [("linux", "xdg"), ("darwin", "Library"), ("win32", "local")])
def test_cache_is_the_users_own_on_each_system(platform: str, part: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Linux, macOS and Windows each have their folder for such files; it is made when missing."""
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    folder = static_folder()
    assert folder.is_dir()
    assert part in folder.parts
