"""The leading group's view of what is due: by person and by class, the rows behind, who was met by nobody, who is in no activity."""

from __future__ import annotations

import ipywidgets as widgets

from carekit.apps.due_rows import Duties, Horizon, Part, duty_columns, shown
from carekit.apps.later import COUNTING
from carekit.language import Label
from carekit.store import Desk
from carekit.widgets import Column, RecordTable

_BY = {Part.PERSON: Label("By person", "按责任人"), Part.CLASS: Label("By class", "按班级")}
_WHO = {Part.PERSON: Label("Person", "责任人"), Part.CLASS: Label("Class", "班级")}
_BEHIND = Label("Behind the line that is chosen", "点选上面一行，看具体事项")
_NOT_CHOSEN = Label("Choose a line above.", "请点选上面的一行。")
_UNMET = Label("Met by nobody this term: neither a talk nor a home visit", "本学期还没有人见过的孩子（没有谈心也没有家访）")
_IDLE = Label("In no activity this term", "本学期参加活动不足的孩子")
_ALL_MET, _ALL_IN = Label("Everybody has been met.", "每个孩子都有人见过。"), Label("Everybody took part.", "每个孩子都参加了。")


class SchoolDuties(widgets.VBox):  # type: ignore[misc]
    """Who has done what and who has not, over the scope of the person at the desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._duties: Duties | None = None
        self._part = Part.PERSON
        self.tables = {part: self._summary(part) for part in Part}
        self.behind = RecordTable(
            duty_columns(),
            caption=_BEHIND,
            empty=_NOT_CHOSEN,
        )
        columns = [Column("name", Label("Child", "儿童")), Column("class_name", Label("Class", "班级"))]
        self.unmet = RecordTable(columns, caption=_UNMET, empty=_ALL_MET, page_size=10)
        self.idle = RecordTable(columns, caption=_IDLE, empty=_ALL_IN, page_size=10)
        super().__init__([self.unmet, *self.tables.values(), self.behind, self.idle])

    def __repr__(self) -> str:
        return f"SchoolDuties({len(self.tables[Part.PERSON].rows)} people, {len(self.tables[Part.CLASS].rows)} classes)"

    def _summary(self, part: Part) -> RecordTable:
        numbers = {
            "asked": Label("Asked", "应办"),
            "done": Label("Done", "已办"),
            "late": Label("Overdue", "逾期"),
            "latest": Label("Latest (days)", "最久逾期（天）"),
            "children": Label("Children waiting", "涉及孩子"),
            "put_off": Label("Put off", "暂缓"),
        }
        return RecordTable(
            [Column("name", _WHO[part]), *(Column(name, label, number=True) for name, label in numbers.items())],
            caption=_BY[part],
            on_select=lambda line: self.choose(part, line),
            page_size=10,
        )

    def show(self, duties: Duties) -> None:
        """Show what is due now; the line that was chosen stays chosen. `show_missing` follows."""
        self._duties = duties
        for part, table in self.tables.items():
            table.set_rows(duties.by(part))
        chosen = self.tables[self._part].selected
        self.behind.set_rows(shown(duties.of_line(self._part, chosen).waiting(Horizon.SOON), duties.on) if chosen else [])
        for table in (self.unmet, self.idle):
            # an empty list must not say that nobody is missing before they are counted
            table.empty = COUNTING.text()
            table.set_rows([])

    def show_missing(self, duties: Duties) -> None:
        """Show who was met by nobody and who is in no activity."""
        for table, metric, none in ((self.unmet, "met_at_all", _ALL_MET), (self.idle, "activity_rate", _ALL_IN)):
            table.empty = none.text()
            table.set_rows(duties.missing_in(self._desk, metric))

    def choose(self, part: Part, line_id: str) -> None:
        """Show the rows behind a line."""
        if self._duties is not None:
            self._part = part
            self.behind.set_rows(shown(self._duties.of_line(part, line_id).waiting(Horizon.SOON), self._duties.on))
