"""The parts of the dashboard: each has a `box` to show and `refresh(asked)`, which asks the store again and fills the same widgets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from typing import Any, ClassVar

import ipywidgets
import pandas as pd

from carekit.apps.dashboard_figures import Asked, Figure, missed_children, overdue_rows, rates, visible_metrics
from carekit.apps.links import app_link
from carekit.errors import UserError
from carekit.language import Label
from carekit.metrics import CATEGORIES, GROUPINGS, METRICS, children_behind, measure, situation
from carekit.obligations import RULES
from carekit.records import Child
from carekit.store import Desk
from carekit.widgets import Chart, Column, Facts, Notice, RecordTable, rate_bars, share_bars, trend_line
from carekit.widgets.table import Row

_NAME = Child.fields["name"]
_CLASS, _TEACHER = Column("class_name", Label("Class", "班级")), Column("teacher", Label("Class teacher", "班主任"))
_OPEN = Label("Open the file of {name}", "打开{name}的档案")
_DEFINITION = Label("Definition", "口径")


def heading(label: Label) -> ipywidgets.HTML:
    """The heading of a part of the page."""
    return ipywidgets.HTML(f'<h2 class="ck-part">{escape(label.text())}</h2>')


class ChildList:
    """A table of children, and beneath it the link to the file of the one that is chosen."""

    def __init__(self, columns: tuple[Any, ...], *, caption: Label, empty: Label, page_size: int = 10, searchable: bool = True) -> None:
        self.table = RecordTable(columns, caption=caption, on_select=self.choose, empty=empty, page_size=page_size, searchable=searchable)
        self.link = ipywidgets.HTML()
        self.box = ipywidgets.VBox([self.table, self.link])

    def set_rows(self, rows: list[Row] | pd.DataFrame, caption: Label) -> None:
        """Show other children."""
        self.table.caption = caption.text()
        self.table.set_rows(rows)
        self.link.value = ""

    def choose(self, row_id: str) -> None:
        """Offer the file of a child of the table; the page of the file asks the store whether it may be opened."""
        row: Mapping[str, Any] = next(row for row in self.table.rows if row["id"] == row_id)
        name = str(row.get("name") or row.get("child") or "")
        self.link.value = app_link(_OPEN.format(name=name), "case_history", child=str(row.get("child_id") or row_id))


class MissedPart:
    """Children whom nobody entered: left behind by the facts, and not on the register. Shown in red, first of all."""

    _SENTENCE = Label(
        "{count} child(ren) are left behind by the facts of the family and not on the school's register. Enter them now.",
        "有{count}名孩子按家庭情况属于留守儿童，却没有登记，请尽快建档。",
    )
    _CAPTION = Label("Children not yet registered", "应登记未登记的孩子")

    def __init__(self, desk: Desk) -> None:
        self._desk, self.count = desk, 0
        self.notice = Notice()
        self.children = ChildList((_NAME, _CLASS, _TEACHER), caption=self._CAPTION, empty=Label("None.", "没有。"), searchable=False)
        self.box = ipywidgets.VBox([self.notice, self.children.box])
        self.box.add_class("ck-missed")

    def refresh(self, asked: Asked) -> None:
        """Ask again."""
        rows = missed_children(self._desk, asked)
        self.count = len(rows)
        self.children.set_rows(list(rows), self._CAPTION)
        self.box.layout.display = None if rows else "none"
        self.notice.error(self._SENTENCE.format(count=len(rows))) if rows else self.notice.clear()


class RatesPart:
    """Every rate with numerator, denominator and definition; a row opens the comparison of that rate."""

    _CAPTION = Label("Counted, and by which definition (choose a row to compare classes)", "数字和口径（点选一行，看班级对比和名单）")

    def __init__(self, desk: Desk, on_choose: Callable[[str], None]) -> None:
        self._desk = desk
        self.figures: list[Figure] = []
        columns = (
            Column("label", Label("Rate", "项目")),
            Column(
                "percent",
                Label("Rate (counted / out of)", "比率（分子/分母）"),
                text=lambda row: f"{row['percent']}（{row['fraction']}）",
                sort=lambda row: row["ratio"],
                number=True,
            ),
            Column("definition", _DEFINITION),
        )
        self.table = RecordTable(columns, caption=self._CAPTION, on_select=on_choose, searchable=False)
        self.head = Facts(figures=True)
        self.box = ipywidgets.VBox([heading(Label("Rates", "各项比率")), self.head, self.table])

    def refresh(self, asked: Asked) -> None:
        """Ask again."""
        self.figures = rates(self._desk, asked)
        self.head.set_items([(f.label, f.percent, f"{f.numerator}/{f.denominator}") for f in self.figures])
        self.table.set_rows(
            [
                {
                    "id": f.metric,
                    "label": f.label,
                    "percent": f.percent,
                    "fraction": f"{f.numerator}/{f.denominator}",
                    "ratio": f.ratio,
                    "definition": f.definition,
                }
                for f in self.figures
            ]
        )


class ComparePart:
    """One rate by month and by groups side by side, and the children behind a bar, a point or the whole."""

    _METRIC, _BY = Label("Rate", "比率"), Label("Compare by", "分组")
    _TREND, _BARS = Label("{metric} by month", "{metric}：逐月"), Label("{metric} by {grouping}", "{metric}：按{grouping}")
    _BEHIND = Label("{metric}, {group}: {inside} counted, {outside} not", "{metric}（{group}）：达到{inside}人，没达到{outside}人")
    _COUNTED: ClassVar[dict[str, Label]] = {"True": Label("counted", "达到"), "False": Label("not counted", "没达到")}
    _WHOLE = Label("everybody", "全部")
    _EMPTY = Label("Nobody is counted here.", "这里没有应统计的孩子。")
    _SAID = Label("Definition: {definition}", "口径：{definition}")
    _NOTHING = Label("Your role sees none of the rates.", "您的角色没有可查看的比率。")

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._asked: Asked | None = None
        metrics = [(metric.label.text(), metric.name) for metric in visible_metrics(desk)]
        groupings = [(g.label.text(), g.name) for g in GROUPINGS.values() if g.name != "month"]
        usual = next((name for _, name in metrics if name == "talk_coverage"), metrics[0][1] if metrics else None)
        self.metric = ipywidgets.Dropdown(options=metrics, value=usual, description=self._METRIC.text(), layout={"height": "auto"})
        self.by = ipywidgets.Dropdown(options=groupings, value="class", description=self._BY.text(), layout={"height": "auto"})
        nothing = trend_line(_no_rates(), title=Label("", ""))
        self.notice, self.said = Notice(), Notice()
        self.trend = Chart(nothing, on_select=lambda fields: self.show_children("month", str(fields["group"])))
        self.bars = Chart(nothing, on_select=lambda fields: self.show_children(str(self.by.value), fields["group_id"]))
        counted = Column(
            "in_numerator",
            Label("Counted", "是否达到"),
            text=lambda row: self._COUNTED[str(row["in_numerator"])].text(),
            choices=self._COUNTED,
        )
        self.children = ChildList((_NAME, _CLASS, counted), caption=self._WHOLE, empty=self._EMPTY)
        controls = ipywidgets.HBox([self.metric, self.by], layout={"flex_flow": "row wrap"})
        self.box = ipywidgets.VBox(
            [heading(Label("Side by side", "班级对比与趋势")), controls, self.notice, self.said, self.bars, self.children.box, self.trend]
        )
        self.metric.observe(lambda _: self.draw(), names="value")
        self.by.observe(lambda _: self.draw_bars(), names="value")

    def choose(self, metric: str) -> None:
        """Compare another rate."""
        if metric in METRICS:
            self.metric.value = metric

    def refresh(self, asked: Asked) -> None:
        """Ask again."""
        self._asked = asked
        self.draw()

    def draw(self) -> None:
        """Draw the trend and the bars of the chosen rate."""
        if self._asked is None or self.metric.value is None:
            self.notice.info(self._NOTHING)
            return
        self.draw_bars()
        try:
            frame = measure(self._desk, self.metric.value, on=self._asked.on, known_at=self._asked.known_at, by="month")
        except UserError as refused:
            self.notice.error(refused.label)
            return
        title = self._TREND.format(metric=METRICS[self.metric.value].label)
        self.trend.set_chart(trend_line(frame, title=title), title)

    def draw_bars(self) -> None:
        """Draw the bars of the chosen rate and grouping, and list everybody behind them."""
        if self._asked is None or self.metric.value is None:
            return
        self.notice.clear()
        metric, grouping = METRICS[self.metric.value], GROUPINGS[self.by.value]
        try:
            frame = measure(self._desk, metric.name, on=self._asked.on, known_at=self._asked.known_at, by=grouping.name)
        except UserError as refused:
            self.notice.error(refused.label)
            return
        title = self._BARS.format(metric=metric.label, grouping=grouping.label)
        self.bars.set_chart(rate_bars(frame, title=title, group_label=grouping.label), title)
        definition = str(frame["definition"].iloc[0]) if len(frame) else metric.definition.text()
        self.said.info(self._SAID.format(definition=definition))
        self.show_children(grouping.name, None)

    def show_children(self, by: str, group: str | None) -> None:
        """List the children behind a bar (or point), or behind all of them; asked of the store, never of the page."""
        if self._asked is None or self.metric.value is None:
            return
        metric = METRICS[self.metric.value]
        try:
            frame = children_behind(self._desk, metric.name, on=self._asked.on, known_at=self._asked.known_at, by=by, group=group)
        except UserError as refused:
            self.notice.error(refused.label)
            return
        inside = int(frame["in_numerator"].sum())
        named = self._group_name(by, group)
        caption = self._BEHIND.format(metric=metric.label, group=named, inside=inside, outside=len(frame) - inside)
        self.children.set_rows(frame.rename(columns={"child_id": "id"}), caption)

    def _group_name(self, by: str, group: str | None) -> Label | str:
        if group is None:
            return self._WHOLE
        picks = self.trend.drawing.picks if by == "month" else self.bars.drawing.picks
        return next((str(pick["group"]) for pick in picks if pick.get("group_id", pick["group"]) == group), group)


class OverduePart:
    """Who is overdue, the latest first, with class and teacher."""

    _CAPTION = Label(
        "Overdue: {late} ({children} children); {open} more are open", "已逾期{late}项（{children}名孩子）；另有{open}项还没到期"
    )
    _EMPTY = Label("Nothing is overdue.", "没有逾期的事项。")

    def __init__(self, desk: Desk) -> None:
        self._desk, self.count = desk, 0
        choices = {name: rule.label for name, rule in RULES.items()}
        columns = (
            Column("child", _NAME.label),
            _CLASS,
            _TEACHER,
            Column("rule", Label("Duty", "事项"), text=lambda row: choices[str(row["rule"])].text(), choices=choices),
            Column("due_on", Label("Was due on", "应完成日期")),
            Column("days_late", Label("Days late", "逾期天数"), number=True),
        )
        self.children = ChildList(columns, caption=Label("Overdue", "已逾期"), empty=self._EMPTY)
        self.notice = Notice()
        self.box = ipywidgets.VBox([heading(Label("Overdue", "谁逾期了")), self.notice, self.children.box])

    def refresh(self, asked: Asked) -> None:
        """Ask again."""
        rows, others = overdue_rows(self._desk, asked)
        self.notice.clear()
        self.count = len(rows)
        caption = self._CAPTION.format(late=len(rows), children=len({row["child_id"] for row in rows}), open=others)
        self.children.set_rows(list(rows), caption)


class SituationPart:
    """The analysis of the situation: four questions, each with its unknowns (PRACTICES 4.1)."""

    _TITLE = Label("{question} ({total} left-behind children)", "{question}（留守儿童{total}人）")
    _SAID = Label("Definition: {definition}", "口径：{definition}")

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.notice = Notice()
        nothing = trend_line(_no_rates(), title=Label("", ""))
        self.charts = {name: Chart(nothing) for name in CATEGORIES}
        self.notes = {name: Notice() for name in CATEGORIES}
        pairs = [
            ipywidgets.VBox([self.charts[name], self.notes[name]], layout={"flex": "1 1 420px", "min_width": "0"}) for name in CATEGORIES
        ]
        self.box = ipywidgets.VBox(
            [
                heading(Label("The children's situation", "留守情况分析")),
                self.notice,
                ipywidgets.HBox(pairs, layout={"flex_flow": "row wrap"}),
            ]
        )

    def refresh(self, asked: Asked) -> None:
        """Ask again."""
        self.notice.clear()
        try:
            frame = situation(self._desk, on=asked.on, known_at=asked.known_at)
        except UserError as refused:
            self.notice.info(refused.label)
            return
        for name, rows in frame.groupby("category", sort=False):
            title = self._TITLE.format(question=CATEGORIES[str(name)].label, total=int(rows["total"].iloc[0]))
            self.charts[str(name)].set_chart(share_bars(rows, title=title), title)
            self.notes[str(name)].info(self._SAID.format(definition=str(rows["definition"].iloc[0])))


def _no_rates() -> pd.DataFrame:
    return pd.DataFrame(columns=["group", "numerator", "denominator"])
