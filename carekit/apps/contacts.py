"""The app `contacts`: everything that is done with a child day by day, written down in a minute on a phone.

Kinds of record are offered because they declare boxes of quick entry (`Record.quick`); none is named here but the journal and the activity, which
have work of their own.
"""

from __future__ import annotations

import ipywidgets as widgets

from carekit import clock
from carekit.access import may_write
from carekit.apps.app_notice import APP_CLASS, AppNotice
from carekit.apps.contacts_activities import Activities
from carekit.apps.contacts_entry import QuickEntry
from carekit.apps.contacts_journals import JournalReplies, replies
from carekit.apps.contacts_recent import RecentRecords
from carekit.apps.session import asked, open_desk
from carekit.apps.staff import school_name
from carekit.errors import UserError
from carekit.language import Label
from carekit.records import Activity
from carekit.records.codes import Role
from carekit.store import Desk
from carekit.widgets import Facts

_WRITE, _MINE, _JOURNALS, _ACTIVITIES = (
    Label("Write", "记一笔"),
    Label("Mine", "我的记录"),
    Label("Journals", "周记"),
    Label("Activities", "活动"),
)
_TODAY, _WAITING, _NOWHERE = (
    Label("Mine of today", "今天已记"),
    Label("Journals to answer", "待回复周记"),
    Label("In no activity this term", "本学期未参加活动"),
)
_HINT = Label("Choose what was done, then the child; a few words are enough.", "先点要记的事，再选孩子，写几个字就行。")
_PLAN = Label("Activities are planned and written down here.", "在这里安排和补记活动。")
_READ_ONLY = Label("Your role has nothing to write down here.", "您的角色不需要在这里记录。")
_FACTS = Label(
    "{school} {on}: {kinds} kinds, mine of today {today}, journals to answer {waiting}, in no activity {nowhere}",
    "{school} {on}：可记 {kinds} 类，今天已记 {today}，待回复周记 {waiting}，本学期未参加活动 {nowhere}",
)


class Contacts(widgets.VBox):  # type: ignore[misc]
    """The page: figures, and the parts that the person's role has to do with, as tabs; parts that it has not are None."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self._school = desk, school_name(desk)
        self.figures, self.notice = Facts(figures=True), AppNotice()
        self.entry = QuickEntry(desk, self._done, self.notice.error)
        writes = bool(self.entry.kinds)
        self.recent = RecentRecords(desk, self._done, self.notice.error) if writes else None
        self.journals = JournalReplies(desk, self._done, self.notice.error) if replies(desk) else None
        self.activities = Activities(desk, self._done, self.notice.error) if may_write(desk.actor, Activity) else None
        parts = [
            (self.entry if writes else None, _WRITE), (self.activities, _ACTIVITIES), (self.journals, _JOURNALS), (self.recent, _MINE),
        ]  # fmt: skip
        shown = [(part, title) for part, title in parts if part is not None]
        self.tabs = widgets.Tab([part for part, _ in shown])
        self.tabs.titles = tuple(title.text() for _, title in shown)
        super().__init__([self.figures, self.notice, *([self.tabs] if shown else [])])
        self.add_class(APP_CLASS)
        self._figures()
        self.notice.info(_HINT if writes else _PLAN if shown else _READ_ONLY)

    def __repr__(self) -> str:
        return f"Contacts({self.facts()})"

    @property
    def counts(self) -> dict[str, int]:
        """The figures of the page."""
        rows = self.recent.table.rows if self.recent else []
        return {
            "today": sum(row["day"] == clock.today() and not row["withdrawn"] for row in rows),
            "waiting": len(self.journals.table.rows) if self.journals else 0,
            "nowhere": len(self.activities.nowhere.rows) if self.activities else 0,
        }

    def facts(self) -> str:
        """School, day and the figures in one line."""
        return _FACTS.format(school=self._school, on=clock.today(), kinds=len(self.entry.kinds), **self.counts).text()

    def _figures(self) -> None:
        counts = self.counts
        items = [(_TODAY, counts["today"])] if self.recent else []
        items += [(_WAITING, counts["waiting"])] if self.journals else []
        self.figures.set_items([*items, (_NOWHERE, counts["nowhere"])] if self.activities else items)

    def refresh(self) -> None:
        """Ask the store again for lists and figures; forms stay as they are."""
        for part in (self.recent, self.journals, self.activities):
            if part is not None:
                part.refresh()
        self._figures()

    def write(self, kind: str | None, child_id: str | None) -> None:
        """Open quick entry for a kind and a child, as the page's address asks; what is not the person's is told in the notice."""
        try:
            if kind:
                self.entry.choose(kind, child_id)
            elif child_id:
                self.entry.remember(child_id)
        except UserError as error:
            self.notice.error(error.label)

    def _done(self, message: Label) -> None:
        self.refresh()
        self.notice.ok(message)


def contacts(desk: Desk | None = None) -> Contacts:
    """The app for the person of this kernel (or of `desk`); ``?kind=<kind>&child=<id>`` in the address opens that form with that child."""
    app = Contacts(desk or open_desk(Role.CLASS_TEACHER)[0])
    if desk is None:
        app.write(asked("kind"), asked("child"))
    return app
