"""The app dashboard without a browser: figures, their definitions, and the children behind them, inside the viewer's scope."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from village import TODAY, Village, village_in

from carekit import clock
from carekit.apps.dashboard import Dashboard, dashboard
from carekit.metrics import METRICS, children_behind, measure
from carekit.records import Case, Child, Talk
from carekit.records.codes import Role
from carekit.store import Actor


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    """A school of its own."""
    with village_in(tmp_path) as built:
        yield built


def leader(village: Village) -> Dashboard:
    """The leader's page."""
    return Dashboard(village.store.for_actor(Actor(village.staff["zhou"].id, Role.LEADER)))


def talk(village: Village, key: str, day: date = TODAY) -> Talk:
    """A talk held with a child."""
    return Talk(child_id=village.children[key].id, talked_on=day, staff_id=village.staff["wang"].id, points="聊了近况")


@pytest.mark.parametrize("metric", list(METRICS))
def test_every_rate_stands_with_both_counts_and_its_definition(village: Village, metric: str) -> None:
    """Each rate's row agrees with what `measure` says, and carries the definition it was counted by."""
    app = leader(village)
    frame = measure(village.console, metric, on=TODAY)
    row = next(row for row in app.rates.table.rows if row["id"] == metric)
    assert row["fraction"] == f"{frame['numerator'].sum()}/{frame['denominator'].sum()}"
    assert row["definition"] == frame["definition"].iloc[0]


def test_the_text_in_the_notebook_is_the_figures(village: Village) -> None:
    """What nbval compares are the figures themselves; the widget goes along."""
    app = leader(village)
    bundle = app._repr_mimebundle_()
    assert bundle["text/plain"].splitlines()[0] == repr(app)
    assert [line.split("：")[0] for line in bundle["text/plain"].splitlines()[1:]] == [m.label.zh for m in METRICS.values()]
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert not any(child.name in bundle["text/plain"] for child in village.children.values())


def test_a_refresh_counts_again(village: Village) -> None:
    """A talk recorded meanwhile is in the figures after a refresh, not before."""
    app = leader(village)
    before = {f.metric: f.numerator for f in app.rates.figures}["talk_coverage"]
    village.desk("wang").add(talk(village, "elder"))
    assert {f.metric: f.numerator for f in app.rates.figures}["talk_coverage"] == before
    app.refresh()
    assert {f.metric: f.numerator for f in app.rates.figures}["talk_coverage"] == before + 1


def test_the_first_figures_do_not_wait_for_the_rest(village: Village) -> None:
    """In a kernel the rates stand at once, the other parts follow one by one, and a new refresh ends the old one."""
    waiting: list[Callable[[], None]] = []
    app = Dashboard(village.desk("wang"), waiting.append)
    assert len(app.rates.figures) == len(METRICS)
    assert app.compare.bars.rows == []
    assert "正在统计" in app.situation.notice.text
    stale = waiting.pop()
    app.refresh()
    stale()
    assert app.compare.bars.rows == []
    while waiting:
        waiting.pop()()
    assert app.compare.bars.rows != []
    assert app.overdue.count > 0
    assert app.situation.notice.text == ""


def test_three_talks_are_one_child(village: Village) -> None:
    """Coverage counts different children, so three talks with one child count once."""
    for day in (18, 19, 20):
        village.desk("wang").add(talk(village, "elder", date(2026, 5, day)))
    app = leader(village)
    app.compare.show_children("school", None)
    inside = [row["name"] for row in app.compare.children.table.rows if row["in_numerator"]]
    assert inside == ["赵小禾"]


def test_a_click_on_a_bar_lists_the_children_behind_it(village: Village) -> None:
    """A bar opens exactly the children counted in it, those not reached first, with the counts in the heading."""
    village.desk("wang").add(talk(village, "elder"))
    app = leader(village)
    pick = next(pick for pick in app.compare.bars.picks if pick["group"] == "三(1)班")
    app.compare.bars.receive({"type": "select", "fields": pick})
    frame = children_behind(village.console, "talk_coverage", on=TODAY, by="class", group=village.third.id)
    rows = app.compare.children.table.rows
    assert [row["id"] for row in rows] == list(frame["child_id"])
    assert [bool(row["in_numerator"]) for row in rows] == sorted(bool(row["in_numerator"]) for row in rows)
    assert "三(1)班" in app.compare.children.table.caption
    assert "达到1人" in app.compare.children.table.caption


def test_a_point_of_the_trend_opens_its_month(village: Village) -> None:
    """A point of the line opens the children of that month."""
    village.desk("wang").add(talk(village, "younger", date(2026, 4, 15)))
    app = leader(village)
    app.compare.trend.receive({"type": "select", "fields": {"group": "2026-04"}})
    assert "2026-04" in app.compare.children.table.caption
    assert [row["name"] for row in app.compare.children.table.rows if row["in_numerator"]] == ["赵小雨"]


def test_a_forged_group_opens_nothing(village: Village) -> None:
    """Only what the chart shows can be clicked, whatever the browser says."""
    app = leader(village)
    caption = app.compare.children.table.caption
    app.compare.bars.receive({"type": "select", "fields": {"group": "x", "group_id": "x"}})
    assert app.compare.children.table.caption == caption


def test_choosing_a_rate_compares_it(village: Village) -> None:
    """A row of the rates draws that rate; every grouping and rate can be drawn."""
    app = leader(village)
    app.rates.table.receive({"type": "select", "id": "visit_rate"})
    assert app.compare.metric.value == "visit_rate"
    for grouping in ("school", "grade", "class", "teacher", "village"):
        app.compare.by.value = grouping
        assert app.compare.notice.text == ""
        assert len(app.compare.bars.rows) >= 1
    assert METRICS["visit_rate"].label.zh in app.compare.bars.description


def test_a_class_teacher_sees_the_own_class_only(village: Village) -> None:
    """The figures, bars and names of a class teacher are those of the own class."""
    app = Dashboard(village.desk("wang"))
    shown = str(app.compare.children.table.rows) + str(app.overdue.children.table.rows) + str(app.missed.children.table.rows)
    assert village.children["foreign"].id not in shown
    assert "钱小雨" not in shown
    assert [pick["group"] for pick in app.compare.bars.picks] == ["三(1)班"]
    assert "本班" in app.asked_line.text


@pytest.mark.parametrize("key", ["zhou", "he", "sun"])
def test_every_role_gets_a_page_without_what_it_may_not_see(village: Village, key: str) -> None:
    """Rates that rest on records beyond the role are left out or said to be refused in a sentence; the page stands."""
    app = Dashboard(village.desk(key))
    assert app.notice.text == ""
    assert {f.metric for f in app.rates.figures} == {
        name for name, _ in ((m.name, m) for m in METRICS.values()) if _allowed(village, key, name)
    }


def _allowed(village: Village, key: str, metric: str) -> bool:
    try:
        measure(village.desk(key), metric, on=TODAY)
    except ValueError:
        return False
    return True


def test_missed_children_stand_on_top_in_red(village: Village) -> None:
    """A child left behind by the facts and not on the register is named first of all, with class and teacher; with nobody missed the box is gone."""
    app = leader(village)
    assert (app.missed.count, app.missed.box.layout.display) == (0, "none")
    child = village.children["same_2"]
    village.console.amend(child.model_copy(update={"family_id": village.children["elder"].family_id}), seen=1, reason="查明是兄妹")
    app.refresh()
    assert [(row["name"], row["class_name"], row["teacher"]) for row in app.missed.children.table.rows] == [("张小雨", "三(1)班", "王样")]
    assert (app.missed.notice.tone, app.missed.box.layout.display) == ("error", None)
    village.console.add(Case(child_id=child.id, opened_on=TODAY))
    app.refresh()
    assert app.missed.count == 0


def test_the_overdue_come_latest_first_with_class_and_teacher(village: Village) -> None:
    """Who is overdue stands by lateness, with class and teacher; what is only open is counted apart."""
    app = leader(village)
    rows = app.overdue.children.table.rows
    late = [int(row["days_late"]) for row in rows]
    assert late == sorted(late, reverse=True)
    assert min(late) > 0
    assert {row["teacher"] for row in rows} <= {"王样", "李样"}
    assert app.overdue.count == len(rows)
    assert f"已逾期{len(rows)}项" in app.overdue.children.table.caption


def test_a_chosen_child_has_a_link_to_the_file(village: Village) -> None:
    """Choosing a child offers the way to the file, with the name escaped."""
    hostile = village.children["elder"].model_copy(update={"name": "<b>赵</b>"})
    village.console.amend(hostile, seen=1, reason="测试")
    app = leader(village)
    app.compare.children.table.receive({"type": "select", "id": hostile.id})
    link = app.compare.children.link.value
    assert f"case_history.ipynb?child={hostile.id}" in link
    assert "&lt;b&gt;赵&lt;/b&gt;" in link


def test_an_earlier_day_as_known_then_and_as_known_now(village: Village) -> None:
    """A talk of April written in May is in April's figure as known now and not as known then."""
    with clock.at(date(2026, 4, 20)):
        village.desk("wang").add(talk(village, "younger", date(2026, 4, 15)))
    village.desk("wang").add(talk(village, "elder", date(2026, 4, 16)))
    app = leader(village)
    app.day.value = date(2026, 4, 20)
    now = {f.metric: f.numerator for f in app.rates.figures}["talk_coverage"]
    app.known.value = "then"
    # the village itself was written in May: in April nobody was known of, and 0/0 is a dash
    then = {f.metric: (f.numerator, f.percent) for f in app.rates.figures}["talk_coverage"]
    assert now == 2
    assert then == (0, "—")
    assert "截止日当天" in app.asked_line.text


@pytest.mark.parametrize("day", [None, date(2026, 5, 21), date(5, 5, 20)])
def test_a_day_that_cannot_be_meant_is_a_sentence(village: Village, day: date | None) -> None:
    """No day, a day to come or the year 5 give a sentence; the figures stay as they were."""
    app = leader(village)
    figures = app.rates.figures
    app.day.value = day
    assert "请选择" in app.notice.text
    assert app.rates.figures == figures


def test_before_the_school_began_every_rate_is_a_dash(village: Village) -> None:
    """On a day on which nobody was there, 0/0 is "—", never 0 % or 100 %."""
    app = leader(village)
    app.day.value = date(2015, 9, 10)
    assert {f.percent for f in app.rates.figures} == {"—"}
    assert {row[1] for row in app.compare.bars.rows} <= {"—"}


def test_the_situation_sums_to_the_left_behind_children(village: Village) -> None:
    """Each of the four questions, with its unknowns, sums to the same children, and states how it was counted."""
    app = leader(village)
    totals = {name: sum(int(row[1]) for row in chart.rows) for name, chart in app.situation.charts.items()}
    assert len(totals) == 4
    assert set(totals.values()) == {2}
    assert all("留守口径" in note.text for note in app.situation.notes.values())


def test_the_dashboard_is_that_of_the_person(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    """`dashboard()` counts over the scope of whoever is logged in."""
    monkeypatch.setattr("carekit.apps.dashboard.open_desk", lambda: (village.desk("li"), village.staff["li"]))
    app = dashboard()
    assert [pick["group"] for pick in app.compare.bars.picks] == ["四(2)班"]


def test_an_empty_school_has_a_page(village: Village) -> None:
    """With every child withdrawn the page stands, with dashes."""
    for child in village.console.find(Child):
        village.console.withdraw(Child, child.id, seen=1, reason="测试")
    app = leader(village)
    assert app.notice.text == ""
