"""The app `talks`: whose talk is due this month, the record card, and the person's own talks."""

from __future__ import annotations

from datetime import date
from typing import Any

import ipywidgets as widgets

from carekit import clock
from carekit.access import may_write
from carekit.apps.app_notice import APP_CLASS, AppNotice
from carekit.apps.session import asked, open_desk
from carekit.apps.staff import school_name
from carekit.apps.talks_card import TalkAmendment, TalkCard
from carekit.apps.talks_month import ChildMonth, Month, month_of
from carekit.errors import UserError
from carekit.language import Label
from carekit.obligations.names import child_names
from carekit.records import Talk
from carekit.records.codes import Role
from carekit.store import Desk
from carekit.widgets import Column, Emphasis, Facts, RecordTable, RowAction

_DUE, _HELD, _OPEN, _EXCUSED = Label("Due this month", "本月应谈"), Label("Held", "已谈"), Label("To do", "未谈"), Label("Excused", "免计")
_CHOOSE = Label("Choose a child and press “Record a talk”.", "选一个孩子，点“记录谈心”。")
_ALL_DONE = Label("All talks of this month are held. Well done.", "本月的谈心都完成了，辛苦了！")
_HOLIDAY = Label("No talk is due this month (holidays).", "本月是假期，不要求谈心；需要时也可以记录。")
_READ_ONLY = Label(
    "Your role sees whether talks were held; class teachers and counsellors record them.",
    "您的角色只能查看是否谈过，谈心由班主任和心理教师记录。",
)
_SAVED_SO_FAR = Label("{message} This month: {done} of {due} held.", "{message}本月应谈{due}，已谈{done}，未谈{open}。")
_FACTS = Label("{school} {on}: due this month {due}, held {done}, to do {open}", "{school} {on}：本月应谈 {due}，已谈 {done}，未谈 {open}")
_BACK = Label("Back to the list", "返回名单")
_DRAFT = Label("draft waits", "有草稿")
_SEMICOLON = Label("; ", "；")
_OF_TIMES = Label("{n} times", "{n} 次")
_RECENT_LIMIT = 200


class Talks(widgets.VBox):  # type: ignore[misc]
    """The page of a class teacher or counsellor; `month` holds what it shows, `notice` what it says."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self._records = desk, bool(may_write(desk.actor, Talk))
        self.month: Month = Month(clock.today(), ())
        self._school = school_name(desk)
        self.figures = Facts(figures=True)
        self.notice = AppNotice()
        self.card = TalkCard(desk, self._saved)
        self.amendment = TalkAmendment(desk, self._amended)
        self.back = widgets.Button(description=_BACK.text())
        self.back.on_click(lambda _: self._show_list())
        self.children_table, self.own_table = self._children_table(), self._own_table()
        super().__init__([self.figures, self.notice, self.back, self.card, self.amendment, self.children_table, self.own_table])
        self.add_class(APP_CLASS)
        self.refresh()
        self._show_list()
        if self._records:
            self.notice.info(self._hint())
        else:
            self.notice.info(_READ_ONLY)

    def __repr__(self) -> str:
        return f"Talks({self.facts()})"

    def facts(self) -> str:
        """School, day and the three figures in one line."""
        return _FACTS.format(school=self._school, on=self.month.on, **self.month.counts).text()

    # --- the lists ----------------------------------------------------------------------------------------------------

    def _children_table(self) -> RecordTable:
        return RecordTable(
            [
                Column("name", Label("Child", "儿童")),
                Column("detail", Label("Class and birthday", "班级和生日")),
                Column(
                    "state", Label("This month", "本月"), choices={"open": _OPEN, "done": _HELD}, text=lambda row: row["line"].state_text
                ),
                Column("reminder", Label("Reminder", "提醒")),
            ],
            caption=Label("Children to talk to", "谈心名单"),
            empty=Label("No child of yours is on the register of left-behind children.", "您的名单里没有留守登记的孩子。"),
            actions=[
                RowAction("record", Label("Record a talk", "记录谈心"), Emphasis.PRIMARY, when=lambda row: row["line"].waits),
                RowAction("again", Label("Another talk", "再记一次"), when=lambda row: not row["line"].waits),
            ]
            if self._records
            else [],
            on_action=self._act,
        )

    def _own_table(self) -> RecordTable:
        return RecordTable(
            [
                Column("name", Label("Child", "儿童")),
                Talk.fields["talked_on"],
                Talk.fields["topic"],
                Talk.fields["outcome"],
                Talk.fields["follow_up_on"],
                Column(
                    "changed",
                    Label("Changed", "修改"),
                    text=lambda row: _OF_TIMES.format(n=row["changed"]).text() if row["changed"] else "",
                ),
            ],
            caption=Label("My recent talks", "我最近的谈心"),
            empty=Label("You have not recorded a talk yet.", "您还没有记录过谈心。"),
            actions=[RowAction("amend", Label("Amend", "修改"))] if self._records else [],
            on_action=self._act,
            page_size=10,
        )

    def refresh(self) -> None:
        """Ask the store again for figures, children and own talks."""
        try:
            self.month = month_of(self.desk)
        except UserError as error:
            self.notice.error(error.label)
        counts = self.month.counts
        items: list[tuple[Any, ...]] = [(_DUE, counts["due"]), (_HELD, counts["done"]), (_OPEN, counts["open"])]
        self.figures.set_items([*items, (_EXCUSED, counts["excused"])] if counts["excused"] else items)
        drafts = {draft.child_id for draft in self.desk.drafts() if draft.kind == Talk.kind}
        self.children_table.set_rows([_child_row(line, self.month.on, drafts) for line in self.month.lines])
        self.own_table.set_rows(self._own_rows())

    def _own_rows(self) -> list[dict[str, Any]]:
        talks = self.desk.find(Talk, {"staff_id": self.desk.actor.staff_id})
        latest = sorted(talks, key=lambda one: (one.record.talked_on, one.recorded_at, one.id), reverse=True)[:_RECENT_LIMIT]
        names = child_names(self.desk, {one.record.child_id for one in latest})
        return [
            {
                "id": one.id,
                "name": names.get(one.record.child_id, ""),
                "changed": one.version - 1,
                **{name: getattr(one.record, name) for name in ("talked_on", "topic", "outcome", "follow_up_on")},
            }
            for one in latest
        ]

    # --- the card -----------------------------------------------------------------------------------------------------

    def _act(self, name: str, row_id: str) -> None:
        try:
            if name == "amend":
                self.amend(row_id)
            else:
                self.record(row_id)
        except UserError as error:
            self.notice.error(error.label)

    def record(self, child_id: str) -> None:
        """Open the card for a child; `NotFound` when it is not the person's."""
        self.card.begin(child_id)
        self._show(self.card)

    def amend(self, talk_id: str) -> None:
        """Open a saved talk to amend it; `NotFound` when it is not about a child of the person's."""
        self.amendment.begin(talk_id)
        self._show(self.amendment)

    def _saved(self, message: Label) -> None:
        self.refresh()
        self._show_list()
        self.notice.ok(_SAVED_SO_FAR.format(message=message, **self.month.counts))

    def _amended(self, message: Label) -> None:
        self.refresh()
        self.notice.ok(message)

    def _hint(self) -> Label:
        counts = self.month.counts
        if not counts["due"]:
            return _CHOOSE if self.month.lines and counts["excused"] else _HOLIDAY
        return _CHOOSE if counts["open"] else _ALL_DONE

    def _show_list(self) -> None:
        self._show(None)

    def _show(self, card: widgets.Widget | None) -> None:
        """The lists, or one card in their place."""
        for one in (self.card, self.amendment):
            one.layout.display = "" if one is card else "none"
        for one in (self.children_table, self.own_table):
            one.layout.display = "" if card is None else "none"
        self.back.layout.display = "none" if card is None else ""
        if card is not None:
            self.notice.clear()


def _child_row(line: ChildMonth, on: date, drafts: set[str]) -> dict[str, Any]:
    reminders = [line.reminder(on), _DRAFT.text() if line.child_id in drafts else ""]
    return {
        "id": line.child_id,
        "line": line,
        "name": line.name,
        "detail": line.detail,
        "state": "open" if line.waits else "done",
        "reminder": _SEMICOLON.text().join(filter(None, reminders)),
    }


def talks(desk: Desk | None = None) -> Talks:
    """The app for the person of this kernel (or of `desk`), with the child of the page's address opened when it names one."""
    app = Talks(desk or open_desk(Role.CLASS_TEACHER)[0])
    child_id = asked("child") if desk is None else None
    if child_id:
        app._act("record", child_id)
    return app
