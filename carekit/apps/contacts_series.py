"""Holiday gatherings of the village groups: a series planned at once, its days shown before anything is saved, and the calendar of all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import ipywidgets as widgets
import sqlalchemy as sa

from carekit import clock
from carekit.errors import UserError
from carekit.language import Label
from carekit.records import Activity
from carekit.records.codes import ActivityKind
from carekit.store import Desk
from carekit.widgets import Column, RecordTable

#: Holiday gatherings of a village group are held every so many days (PRACTICES 4.3).
EVERY = 3
#: The most that are planned at once: more is a slip in one of the dates.
MOST = 60
_TITLE = Label("Plan a series of holiday gatherings", "排一批假期集中活动")
_NAME, _NAME_GIVEN = Label("Title", "主题"), Label("Holiday gathering", "假期集中活动")
_VILLAGE, _OTHER = Label("Village group", "村组"), Label("Another village group", "其他村组（名单里没有时填）")
_FROM, _UNTIL, _EVERY = Label("First day", "第一次"), Label("Last day at the latest", "最晚到"), Label("Every … days", "每隔几天")
_PLACE, _HOURS = Label("Place", "地点"), Label("Time", "时间（如：上午9点）")
_LOOK, _SAVE, _SAVE_N = Label("Show the days first", "先看日期"), Label("Save", "保存"), Label("Save {n} gatherings", "保存这 {n} 次")
_DAYS = Label("Days of the series; nothing is saved yet", "将要安排的日期（还没有保存）")
_WEEKDAYS = (
    Label("Mon", "周一"), Label("Tue", "周二"), Label("Wed", "周三"), Label("Thu", "周四"), Label("Fri", "周五"), Label("Sat", "周六"), Label("Sun", "周日"),
)  # fmt: skip
_THERE_IS_ONE, _NEW = Label("there is one already: left out", "这天已有安排，不再重复"), Label("new", "新安排")
_NO_VILLAGE = Label("Choose a village group, or write another one.", "请选择村组，或填写其他村组。")
_NO_DAYS = Label("Enter the first and the last day.", "请填第一次和最晚到的日期。")
_REVERSED = Label("The last day is before the first; correct one of them.", "“最晚到”早于“第一次”，请改正其中一个。")
_TOO_MANY = Label(
    "This would be {n} gatherings; at most {most} at once. Check the dates.", "这样会有{n}次，一次最多排{most}次，请核对日期。"
)
_ALL_THERE = Label("On all these days there is one already; nothing is left to plan.", "这些日期都已有安排，不需要再排。")
_LOOK_FIRST = Label("Look at the days first: press “show the days first”.", "请先点“先看日期”，核对后再保存。")
_SAVED = Label("Saved: {n} gatherings of {village}.", "已保存：{village}的{n}次集中活动。")
_NO_CHOICE = Label("— choose —", "— 请选择 —")
_CALENDAR, _NO_GATHERING = (
    Label("Calendar of holiday gatherings", "假期集中活动日历"),
    Label("No holiday gathering yet.", "还没有安排假期集中活动。"),
)
_GAP, _LONG_GAP = Label("{n} days", "{n} 天"), Label("{n} days (more than {every})", "{n} 天（超过{every}天）")


def weekday(day: date) -> str:
    """The day of the week in words."""
    return _WEEKDAYS[day.weekday()].text()


def days_of(first: date, last: date, every: int) -> list[date]:
    """The days from `first` to `last`, every so many; `UserError` when they run backwards or are too many."""
    if last < first:
        raise UserError(_REVERSED)
    count = (last - first).days // every + 1
    if count > MOST:
        raise UserError(_TOO_MANY.format(n=count, most=MOST))
    return [first + timedelta(days=every * n) for n in range(count)]


def villages(desk: Desk) -> list[str]:
    """The village groups of the person's children and of earlier activities, by name."""
    found: set[str] = set()
    for kind in ("child", "family", "activity"):
        rows = desk.rows(kind)
        found.update(row[0] for row in desk.tuples(sa.select(rows.c.village).where(rows.c.village.is_not(None)).distinct()))
    return sorted(found)


class SeriesPlanner(widgets.VBox):  # type: ignore[misc]
    """Village group, days, place and time; the days are shown, then saved all or none. `on_saved` and `on_error` are told what came of it."""

    def __init__(self, desk: Desk, on_saved: Callable[[Label], object], on_error: Callable[[Label], object]) -> None:
        self.desk, self._on_saved, self._on_error = desk, on_saved, on_error
        self.planned: list[Activity] = []
        wide = {"description_width": "9em"}
        self.village = widgets.Dropdown(options=self._villages(), description=_VILLAGE.text(), style=wide)
        self.other = widgets.Text(description=_OTHER.text(), style=wide)
        self.title = widgets.Text(value=_NAME_GIVEN.text(), description=_NAME.text(), style=wide)
        self.first = widgets.DatePicker(description=_FROM.text(), style=wide)
        self.last = widgets.DatePicker(description=_UNTIL.text(), style=wide)
        self.every = widgets.Dropdown(options=[(str(n), n) for n in range(1, 15)], value=EVERY, description=_EVERY.text(), style=wide)
        self.place = widgets.Text(description=_PLACE.text(), style=wide)
        self.hours = widgets.Text(description=_HOURS.text(), style=wide)
        self.boxes = (self.village, self.other, self.title, self.first, self.last, self.every, self.place, self.hours)
        for box in self.boxes:
            box.layout.width, box.layout.max_width, box.layout.height = "100%", "34em", "auto"
            box.observe(lambda _: self._forget(), names="value")
        self.look, self.save_button = (
            widgets.Button(description=_LOOK.text()),
            widgets.Button(description=_SAVE.text(), button_style="primary"),
        )
        self.look.on_click(lambda _: self._try(self.show_days))
        self.save_button.on_click(lambda _: self._try(self.save))
        self.days = RecordTable(
            [
                Activity.fields["held_on"],
                Column("weekday", Label("Weekday", "星期")),
                Column("note", Label("Note", "说明"), text=lambda row: (_THERE_IS_ONE if row["there"] else _NEW).text()),
            ],
            caption=_DAYS,
            searchable=False,
            page_size=MOST,
        )
        super().__init__([widgets.Label(_TITLE.text()), *self.boxes, self.look, self.days, self.save_button])
        self._forget()

    def __repr__(self) -> str:
        return f"SeriesPlanner({len(self.planned)} days)"

    def _villages(self) -> list[tuple[str, str]]:
        return [(_NO_CHOICE.text(), ""), *((name, name) for name in villages(self.desk))]

    def _try(self, what: Callable[[], object]) -> None:
        try:
            what()
        except UserError as error:
            self._on_error(error.label)

    def _forget(self) -> None:
        """What was shown does not hold any more once a box changes."""
        self.planned = []
        self.days.set_rows([])
        self.days.layout.display = self.save_button.layout.display = "none"

    def show_days(self) -> None:
        """Show the days that would be planned; those on which the village group meets already are left out. `UserError` says what is missing."""
        village = self.other.value.strip() or self.village.value
        if not village:
            raise UserError(_NO_VILLAGE)
        if self.first.value is None or self.last.value is None:
            raise UserError(_NO_DAYS)
        days = days_of(self.first.value, self.last.value, self.every.value)
        there = self._meets_on(village)
        self.planned = [self._gathering(village, day) for day in days if day not in there]
        self.days.set_rows([{"id": str(day), "held_on": day, "weekday": weekday(day), "there": day in there} for day in days])
        self.days.layout.display = ""
        if not self.planned:
            raise UserError(_ALL_THERE)
        self.save_button.description = _SAVE_N.format(n=len(self.planned)).text()
        self.save_button.layout.display = ""

    def _meets_on(self, village: str) -> set[date]:
        rows = self.desk.rows("activity")
        same = (rows.c.village == village, rows.c.kind_of == str(ActivityKind.HOLIDAY), rows.c.cancelled.is_(None))
        return {row[0] for row in self.desk.tuples(sa.select(rows.c.held_on).where(*same))}

    def _gathering(self, village: str, day: date) -> Activity:
        words = {"title": self.title.value or _NAME_GIVEN.text(), "hours": self.hours.value, "place": self.place.value, "village": village}
        made: Activity = Activity.read({"kind_of": ActivityKind.HOLIDAY, "held_on": day, "organiser_id": self.desk.actor.staff_id, **words})
        return made

    def save(self) -> None:
        """Save what was shown, all or nothing; the same days again change nothing."""
        if not self.planned:
            raise UserError(_LOOK_FIRST)
        message = _SAVED.format(n=len(self.planned), village=self.planned[0].village)
        self.desk.add_all(self.planned)
        self._forget()
        self.village.options = self._villages()
        self._on_saved(message)


# --- the calendar -----------------------------------------------------------------------------------------------------


def calendar_table() -> RecordTable:
    """The list of gatherings by date, one line each; filled by `calendar_rows`."""
    return RecordTable(
        [
            Activity.fields["held_on"],
            Column("weekday", Label("Weekday", "星期")),
            Activity.fields["village"],
            Activity.fields["place"],
            Activity.fields["hours"],
            Column("gap", Label("Since the last one", "距上次")),
            Column("came", Label("Came", "到场"), number=True),
        ],
        caption=_CALENDAR,
        empty=_NO_GATHERING,
        page_size=15,
    )


def calendar_rows(activities: Sequence[Activity], came: dict[str, int]) -> list[dict[str, Any]]:
    """The gatherings that were not called off, those of today and later first, then the past ones; with the days since the village group's last."""
    held = sorted(
        (one for one in activities if one.kind_of is ActivityKind.HOLIDAY and not one.cancelled), key=lambda one: (one.held_on, one.id)
    )
    last: dict[str, date] = {}
    rows = []
    for one in held:
        before = last.get(one.village or "")
        gap = (one.held_on - before).days if before else None
        last[one.village or ""] = one.held_on
        words = None if gap is None else (_LONG_GAP if gap > EVERY else _GAP).format(n=gap, every=EVERY).text()
        past = one.held_on < clock.today()
        line = {name: getattr(one, name) for name in ("id", "held_on", "village", "place", "hours")}
        rows.append({**line, "weekday": weekday(one.held_on), "gap": words, "came": came.get(one.id) if past or one.id in came else None})
    today = clock.today()
    return [row for row in rows if row["held_on"] >= today] + [row for row in reversed(rows) if row["held_on"] < today]
