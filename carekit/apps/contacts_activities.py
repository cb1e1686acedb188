"""Activities: planned and held ones, writing one down, sign-in, series of holiday gatherings, and the children who came to none this term."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import ipywidgets as widgets
import sqlalchemy as sa

from carekit import clock
from carekit.access import may_write
from carekit.apps.children import child_options
from carekit.apps.contacts_kinds import references_for
from carekit.apps.contacts_series import SeriesPlanner, calendar_rows, calendar_table
from carekit.apps.contacts_signin import SignIn
from carekit.apps.staff import staff_name
from carekit.calendar import school_year, school_year_of
from carekit.errors import UserError
from carekit.history import Wording
from carekit.language import Label
from carekit.obligations import Timetable
from carekit.records import Activity, Attendance
from carekit.records.codes import Attendee
from carekit.store import Desk, Revision
from carekit.widgets import Column, Drafts, Emphasis, Entry, RecordForm, RecordTable, RowAction, Saved

_BOXES = ("kind_of", "title", "held_on", "hours", "place", "class_id", "village", "organiser_id")
_MORE = ("content", "effect", "cancelled")
_NEW, _SERIES, _BACK = (
    Label("Plan or write down an activity", "安排或补记活动"),
    Label("Series of holiday gatherings", "排假期集中活动"),
    Label("Back", "返回"),
)
_LIST, _CALENDAR, _NOBODY = Label("List", "活动列表"), Label("Holiday calendar", "假期日历"), Label("In none yet", "未参加的孩子")
_CAPTION, _NONE = Label("Activities of this school year", "本学年的活动"), Label("No activity yet.", "还没有活动。")
_FORM, _SAVE = Label("Activity", "活动"), Label("Save activity", "保存活动")
_SAVED = Label("Saved: {title}, {day}.", "已保存：{title}（{day}）。")
_PLANNED, _HELD, _CANCELLED = Label("planned", "计划"), Label("held", "已举行"), Label("called off", "已取消")
_STATES = {"planned": _PLANNED, "held": _HELD, "cancelled": _CANCELLED}
_ALL = Label("all", "全体")
_NOWHERE = Label("Children who came to no activity this term", "本学期还没参加过活动的孩子")
_EVERYBODY_CAME = Label("Every child of yours has come to an activity this term.", "您的孩子本学期都参加过活动。")

_SOON = timedelta(days=7)

Told = Callable[[Label], object]


class Activities(widgets.VBox):  # type: ignore[misc]
    """The section of activities; `on_done` and `on_error` are told what came of what the person did."""

    def __init__(self, desk: Desk, on_done: Told, on_error: Told) -> None:
        self.desk, self._on_done, self._on_error = desk, on_done, on_error
        self.writes, self.signs = bool(may_write(desk.actor, Activity)), bool(may_write(desk.actor, Attendance))
        self.new, self.series_button, self.back = (
            widgets.Button(description=_NEW.text(), button_style="primary"), widgets.Button(description=_SERIES.text()), widgets.Button(description=_BACK.text()),
        )  # fmt: skip
        self.new.on_click(lambda _: self._try(self.write))
        self.series_button.on_click(lambda _: self.plan_series())
        self.back.on_click(lambda _: self.show_lists())
        self.table, self.calendar, self.nowhere = self._table(), calendar_table(), self._nowhere_table()
        self.form = RecordForm(
            Activity,
            (*_BOXES, *_MORE),
            on_submit=self._save,
            more=_MORE,
            title=_FORM,
            save_label=_SAVE,
            who=lambda one: staff_name(desk, one),
        )
        self.sign_in = SignIn(desk, self._told)
        self.planner: SeriesPlanner = SeriesPlanner(desk, self._told, on_error)
        self._buttons = widgets.HBox([self.new, self.series_button], layout={"flex_flow": "row wrap", "grid_gap": "8px"})
        self._views = {"list": (_LIST, self.table), "calendar": (_CALENDAR, self.calendar), "nowhere": (_NOBODY, self.nowhere)}
        self._view = "list"
        self.view_buttons = {name: self._view_button(name) for name in self._views}
        self._choice = widgets.HBox(list(self.view_buttons.values()))
        self._choice.add_class("ck-kinds")
        self._cards: list[widgets.Widget] = [self.form, self.sign_in, self.planner]
        super().__init__([self._buttons, self._choice, *(table for _, table in self._views.values()), self.back, *self._cards])
        self.refresh()
        self.show_lists()

    def __repr__(self) -> str:
        return f"Activities({len(self.table.rows)} activities, {len(self.nowhere.rows)} children in none)"

    def _table(self) -> RecordTable:
        actions = (
            [RowAction("sign", Label("Sign in", "签到"), Emphasis.PRIMARY, when=lambda row: row["state"] == "held")] if self.signs else []
        )
        actions += [RowAction("amend", Label("Amend", "修改"))] if self.writes else []
        return RecordTable(
            [
                Activity.fields["title"],
                Activity.fields["held_on"],
                Activity.fields["kind_of"],
                Activity.fields["place"],
                Column("for", Label("For", "对象")),
                Column("organiser", Activity.fields["organiser_id"].label),
                Column("state", Label("State", "状态"), text=lambda row: _STATES[row["state"]].text(), choices=_STATES),
                Column("came", Label("Children who came", "到场孩子"), number=True),
            ],
            caption=_CAPTION,
            empty=_NONE,
            actions=actions,
            on_action=lambda name, row_id: self._try(lambda: getattr(self, name)(row_id)),
            page_size=10,
        )

    @staticmethod
    def _nowhere_table() -> RecordTable:
        columns = [Column("name", Label("Child", "儿童")), Column("detail", Label("Class and birthday", "班级和生日"))]
        return RecordTable(columns, caption=_NOWHERE, empty=_EVERYBODY_CAME, page_size=10, searchable=False)

    def _try(self, what: Callable[[], object]) -> None:
        try:
            what()
        except UserError as error:
            self._on_error(error.label)

    # --- lists --------------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Ask the store again."""
        found, came = activities_of_year(self.desk), came_to(self.desk)
        words = Wording(self.desk)
        words.learn(found)
        self.table.set_rows([_row(one, words, came) for one in found])
        gatherings = calendar_rows([one.record for one in found], came)
        self.calendar.set_rows(gatherings)
        self.nowhere.set_rows(in_no_activity(self.desk))

    def _view_button(self, name: str) -> widgets.Button:
        button = widgets.Button()
        button.on_click(lambda _: self.view(name))
        return button

    def view(self, name: str) -> None:
        """Show one of the lists: ``list``, ``calendar`` or ``nowhere``."""
        self._view = name
        self._show(None)

    def show_lists(self) -> None:
        """The list that was in sight in place of whatever was open."""
        self._show(None)

    def _show(self, card: widgets.Widget | None) -> None:
        for one in self._cards:
            one.layout.display = "" if one is card else "none"
        for name, (label, table) in self._views.items():
            chosen = name == self._view
            table.layout.display = "" if card is None and chosen else "none"
            self.view_buttons[name].description = f"✓ {label}" if chosen else label.text()
        self.back.layout.display = "none" if card is None else ""
        self._choice.layout.display = "" if card is None else "none"
        self._buttons.layout.display = "" if card is None and self.writes else "none"

    def _told(self, message: Label) -> None:
        self.refresh()
        self._on_done(message)

    def plan_series(self) -> None:
        """Open the planner of a series of holiday gatherings."""
        self._show(self.planner)

    # --- one activity -------------------------------------------------------------------------------------------------

    def write(self) -> None:
        """An empty activity of today, to be planned or written down."""
        initial = {"held_on": clock.today(), "organiser_id": self.desk.actor.staff_id}
        self.form.start(initial, references=self._references(), drafts=Drafts.in_store(self.desk, Activity.kind, ""))
        self._show(self.form)

    def amend(self, activity_id: str) -> None:
        """Open an activity to change it or call it off; `NotFound` when there is none."""
        activity = self.desk.get(Activity, activity_id)
        self.form.start(activity, references=self._references(), drafts=Drafts.in_store(self.desk, f"amend:{activity_id}", ""))
        self._show(self.form)

    def _references(self) -> dict[str, Any]:
        return references_for(self.desk, Activity, _BOXES, clock.today())

    def _save(self, entry: Entry) -> Saved:
        revision = self.desk.add(entry.record) if entry.seen is None else self.desk.amend(entry.record, seen=entry.seen)
        message = _SAVED.format(title=revision.record.title, day=revision.record.held_on)
        self._told(message)
        return Saved(message, revision.version)

    def sign(self, activity_id: str) -> None:
        """Open the sign-in of an activity."""
        self.sign_in.begin(activity_id)
        self._show(self.sign_in)


# --- rows -------------------------------------------------------------------------------------------------------------


def activities_of_year(desk: Desk) -> list[Revision[Activity]]:
    """The activities of this school year: those of today and the week to come, then the past ones, the newest first, then what is planned later."""
    today = clock.today()
    span = school_year(school_year_of(today))
    found = [one for one in desk.find(Activity) if one.record.held_on in span]
    soon = [one for one in found if today <= one.record.held_on <= today + _SOON]
    past = [one for one in reversed(found) if one.record.held_on < today]
    return [*soon, *past, *(one for one in found if one.record.held_on > today + _SOON)]


def came_to(desk: Desk) -> dict[str, int]:
    """How many children came to each activity, of those that the person sees."""
    rows = desk.rows("attendance")
    select = (
        sa.select(rows.c.activity_id, sa.func.count(sa.distinct(rows.c.child_id)))
        .where(rows.c.came.is_(sa.true()), rows.c.who == str(Attendee.CHILD))
        .group_by(rows.c.activity_id)
    )
    return {activity_id: int(count) for activity_id, count in desk.tuples(select)}


def in_no_activity(desk: Desk) -> list[dict[str, str]]:
    """The person's children who came to no activity this term (in holidays: the last one); what is only planned does not count."""
    today = clock.today()
    term, rows = Timetable.at(desk, today).term(), desk.rows("attendance")
    select = sa.select(rows.c.child_id).where(rows.c.came.is_(sa.true()), rows.c.who == str(Attendee.CHILD), rows.c.attended_on <= today)
    if term:
        select = select.where(rows.c.attended_on >= term.starts_on)
    came = {row[0] for row in desk.tuples(select)}
    return [{"id": one, "name": name, "detail": detail} for one, name, detail in child_options(desk, today) if one not in came]


def _row(activity: Revision[Activity], words: Wording, came: dict[str, int]) -> dict[str, Any]:
    record = activity.record
    state = "cancelled" if record.cancelled else "planned" if record.held_on > clock.today() else "held"
    return {
        **{name: getattr(record, name) for name in ("id", "title", "held_on", "kind_of", "place")},
        "for": words.of_value(Activity.fields["class_id"], record.class_id) or record.village or _ALL.text(),
        "organiser": words.of_value(Activity.fields["organiser_id"], record.organiser_id),
        "state": state,
        "came": came.get(record.id, 0) if state == "held" else None,
    }
