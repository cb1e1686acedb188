"""The app `intake`: look whether a child has a file, make or amend one, or import the school's roster."""

from __future__ import annotations

from datetime import date

import ipywidgets as widgets
import sqlalchemy as sa

from carekit import clock
from carekit.apps.app_notice import APP_CLASS
from carekit.apps.intake_import import ImportPanel
from carekit.apps.intake_register import RegisterPanel
from carekit.apps.session import asked, open_desk
from carekit.apps.staff import school_name
from carekit.errors import UserError
from carekit.language import Label
from carekit.obligations import Timetable
from carekit.obligations.facts import Sources
from carekit.obligations.register import on_register
from carekit.records.codes import Role
from carekit.store import Desk
from carekit.widgets import Facts

_ONE, _ROSTER = Label("One child", "登记一名儿童"), Label("Roster import", "导入花名册")
_FILES, _ENROLLED, _REGISTER = Label("Files", "档案"), Label("Enrolled", "在读"), Label("Left behind, on the register", "留守登记")
_FACTS = Label(
    "{school} {on}: files {files}, enrolled {enrolled}, on the register {register}",
    "{school} {on}：档案 {files}，在读 {enrolled}，留守登记 {register}",
)


class Intake(widgets.VBox):  # type: ignore[misc]
    """The page: three figures, and two tabs; `counts` are files, children enrolled and on the register, inside the person's scope."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.on = desk, clock.today()
        self.counts: dict[str, int] = {}
        self._school = school_name(desk)
        self.figures = Facts(figures=True)
        self.register, self.roster = RegisterPanel(desk, self.refresh), ImportPanel(desk, self.refresh)
        self.tabs = widgets.Tab([self.register, self.roster])
        self.tabs.titles = (_ONE.text(), _ROSTER.text())
        super().__init__([self.figures, self.tabs])
        self.add_class(APP_CLASS)
        self.refresh()

    def __repr__(self) -> str:
        return f"Intake({self.facts()})"

    def facts(self) -> str:
        """School, day and the three figures in one line."""
        return _FACTS.format(school=self._school, on=self.on, **self.counts).text()

    def refresh(self) -> None:
        """Ask the store again for the figures."""
        self.counts = counts_of(self.desk, self.on)
        self.figures.set_items([(_FILES, self.counts["files"]), (_ENROLLED, self.counts["enrolled"]), (_REGISTER, self.counts["register"])])


def counts_of(desk: Desk, on: date) -> dict[str, int]:
    """How many children's files there are, how many of these children are enrolled on a day, and on the register."""
    child, stay = desk.rows("child"), desk.rows("enrolment")
    here = sa.and_(stay.c.enrolled_on <= on, sa.or_(stay.c.left_on.is_(None), stay.c.left_on >= on))
    timetable = Timetable.at(desk, on)
    register = on_register(Sources(desk, None), timetable.today, many=timetable.many).subquery("registered")
    selects = {
        "files": sa.select(sa.func.count()).select_from(child),
        "enrolled": sa.select(sa.func.count(sa.distinct(stay.c.child_id))).where(here),
        "register": sa.select(sa.func.count(sa.distinct(register.c.child_id))),
    }
    return {name: int(desk.tuples(select)[0][0]) for name, select in selects.items()}


def intake(desk: Desk | None = None) -> Intake:
    """The app for the person of this kernel (or of `desk`), with the child of the page's address opened when it names one."""
    app = Intake(desk or open_desk(Role.REGISTRAR)[0])
    child_id = asked("child") if desk is None else None
    if child_id:
        try:
            app.register.open_child(child_id)
        except UserError as error:
            app.register.notice.error(error.label)
    return app
