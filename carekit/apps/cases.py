"""The app `cases`: moves between classes and schools, the register of left-behind children, interventions; closed by approval, reopened with a reason."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets

from carekit import clock
from carekit.access import APPROVERS, Scope, may_write
from carekit.apps.app_notice import APP_CLASS, AppNotice
from carekit.apps.cases_facts import figures, intervention_standings, register_standings
from carekit.apps.cases_interventions import InterventionSection
from carekit.apps.cases_moving import MovingSection
from carekit.apps.cases_requests import RequestSection
from carekit.apps.cases_section import RegisterSection
from carekit.apps.session import asked, open_desk
from carekit.apps.staff import school_name
from carekit.language import Label
from carekit.records import Closure, Enrolment, Intervention, ReopenRequest
from carekit.records.codes import Role
from carekit.store import Desk
from carekit.widgets import Facts

_SECTIONS = {
    "register": Label("Register", "留守登记"),
    "interventions": Label("Interventions", "帮扶个案"),
    "moves": Label("Moves", "变动"),
    "requests": Label("Requests", "档案申请"),
}
_HINTS = {
    "register": Label(
        "What is proposed takes no child off the register before a leader has approved it.",
        "提出销号申请后，孩子仍在册；领导批准后，从销号日期的次日起不再在册。",
    ),
    "interventions": Label(
        "Its worker proposes to close an intervention, somebody else approves; afterwards the child is asked after at one and three months.",
        "个案由负责人申请结案，另一人审批；结案后满一个月、三个月各回访一次。",
    ),
    "moves": Label("Find the child, then choose what changes; earlier stays are kept.", "找到孩子，再选要办的变动；以前的在班记录都保留。"),
    "requests": Label("Teachers ask here for files that they do not see.", "老师看不到的档案在这里申请和答复。"),
}
_TO_DECIDE = Label("{count} proposals wait for a decision; they stand first.", "有{count}项申请待审批，排在名单最前面。")
_SENT_BACK = Label("{count} proposals were sent back; look at them again.", "有{count}项申请被退回，请看退回意见后修改。")
_REGISTER, _GONE = Label("On the register", "留守登记在册"), Label("of these in no class: {count}", "其中已不在班级 {count}")
_WAITING, _CLOSED = Label("Waiting for approval", "待审批"), Label("Taken off this school year", "本学年销号")
_OPEN, _LATE = Label("Interventions", "在办个案"), Label("overdue review: {count}", "评估逾期 {count}")
_REQUESTS = Label("Requests for files", "档案申请待答复")
_FACTS = Label(
    "{school} {on}: on the register {register}, waiting {waiting}, closed {closed}, interventions {interventions}",
    "{school} {on}：在册 {register}，待审批 {waiting}，本学年销号 {closed}，在办个案 {interventions}",
)


class Cases(widgets.VBox):  # type: ignore[misc]
    """The page; `register`, `interventions`, `moves` and `requests` are its sections, of which each person sees those that are their work."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self._school = desk, school_name(desk)
        self.counts: dict[str, int] = {}
        self.figures, self.notice = Facts(figures=True), AppNotice()
        self.register = RegisterSection(desk, self._saved, self.notice.error)
        self.interventions = InterventionSection(desk, self._saved, self.notice.error)
        self.moves = MovingSection(desk, self._saved, self.notice.error)
        self.requests = RequestSection(desk, self._saved, self.notice.error)
        self.sections: dict[str, Any] = {
            "register": self.register,
            "interventions": self.interventions,
            "moves": self.moves,
            "requests": self.requests,
        }
        self.open_to = [name for name, allowed in self._allowed().items() if allowed]
        self.section = self.open_to[0] if self.open_to else ""
        self.tabs = {name: widgets.Button(description=_SECTIONS[name].text()) for name in self.open_to}
        for name, button in self.tabs.items():
            button.on_click(lambda _, name=name: self.turn_to(name))
        self.menu = widgets.HBox([*self.tabs.values()], layout={"flex_flow": "row wrap", "margin": "10px 0 4px 0"})
        self.menu.add_class("ck-noprint")
        super().__init__([self.figures, self.menu, self.notice, *(self.sections[name] for name in self.open_to)])
        self.add_class(APP_CLASS)
        self.refresh()
        self.turn_to(self.section)

    def _allowed(self) -> dict[str, bool]:
        """What is this person's work: a section in which one can do nothing is not shown."""
        desk = self.desk
        return {
            "register": bool(may_write(desk.actor, Closure)),
            "interventions": bool(may_write(desk.actor, Intervention)),
            "moves": bool(may_write(desk.actor, Enrolment)) and desk.reach(Enrolment) is Scope.ALL,
            "requests": bool(may_write(desk.actor, ReopenRequest)),
        }

    def __repr__(self) -> str:
        return f"Cases({self.facts()})"

    def facts(self) -> str:
        """School, day and the figures in one line."""
        return _FACTS.format(school=self._school, on=clock.today(), **self.counts).text()

    def refresh(self) -> None:
        """Ask the store again."""
        register, interventions = register_standings(self.desk), intervention_standings(self.desk)
        self.counts = figures(register, interventions, clock.today())
        counts = self.counts
        items: list[tuple[Any, ...]] = []
        if "register" in self.open_to:
            self.register.set_found(register)
            items += [
                (_REGISTER, counts["register"], _GONE.format(count=counts["gone"]) if counts["gone"] else None),
                (_CLOSED, counts["closed"]),
            ]
        items.append((_WAITING, counts["waiting"]))
        if "interventions" in self.open_to:
            self.interventions.set_found(interventions)
            items.append((_OPEN, counts["interventions"], _LATE.format(count=counts["late"]) if counts["late"] else None))
        if "requests" in self.open_to:
            self.requests.refresh()
            items.append((_REQUESTS, self.requests.waiting))
        if self.section == "moves":
            self.moves.refresh()
        self.figures.set_items(items)

    def turn_to(self, name: str) -> None:
        """Show a section; one that is not this person's work is not shown."""
        if name not in self.open_to:
            return
        self.section = name
        if name == "moves":
            self.moves.refresh()
        for one in self.open_to:
            self.sections[one].layout.display = "" if one == name else "none"
            self.tabs[one].button_style = "primary" if one == name else ""
        self.sections[name].show(None)
        self.notice.info(self._hint())

    def _hint(self) -> Label:
        if self.section in ("register", "interventions"):
            if self.desk.actor.role in APPROVERS and self.counts["waiting"]:
                return _TO_DECIDE.format(count=self.counts["waiting"])
            if self.counts["returned"]:
                return _SENT_BACK.format(count=self.counts["returned"])
        return _HINTS[self.section]

    def _saved(self, message: Label) -> None:
        self.refresh()
        self.sections[self.section].show(None)
        self.notice.ok(message)

    def ask(self, child_id: str) -> None:
        """Begin an intervention of the child of an address; one answer for a child who is not the person's and for none."""
        if "interventions" in self.open_to:
            self.turn_to("interventions")
            self.interventions.begin(child_id)


def cases(desk: Desk | None = None) -> Cases:
    """The app for the person of this kernel (or of `desk`); ``?child=<id>`` in the address begins an intervention of that child."""
    app = Cases(desk or open_desk(Role.LEADER)[0])
    child = asked("child") if desk is None else None
    if child:
        app.ask(child)
    return app
