"""The app `families`: who cares for each child, care entrusted in writing, contact cards, parents coming home, families that split or join."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as widgets

from carekit import clock
from carekit.access import may_write
from carekit.apps.app_notice import APP_CLASS, AppNotice
from carekit.apps.child_facts import child_facts
from carekit.apps.contact_card import CardSheet
from carekit.apps.contacts_kinds import writable_children
from carekit.apps.families_check import CheckCard
from carekit.apps.families_entrust import CarerCard, EntrustCard
from carekit.apps.families_facts import Standing, figures, standings
from carekit.apps.families_home import HomeCard
from carekit.apps.families_lists import FamilyFacts, families_table, rows_of
from carekit.apps.families_paper import PRINT, TITLE, entrust_paper
from carekit.apps.families_split_card import SplitCard
from carekit.apps.links import app_link
from carekit.apps.session import asked, open_desk
from carekit.apps.staff import school_name
from carekit.errors import NotFound, UserError
from carekit.language import Label
from carekit.records import CardCheck, CareArrangement, Child, Homecoming, Record
from carekit.records.codes import Role
from carekit.store import Desk
from carekit.widgets import Facts, Tone

_ENTRUST, _CARDS, _RARE = (
    Label("Care not entrusted in writing", "委托照护没办妥"),
    Label("Cards to check", "待核对联系卡"),
    Label("No parent home for a year", "一年没返家"),
)
_BACK, _HISTORY = Label("Back to the list", "返回名单"), Label("File and history", "个案和联系卡")
_EVERYBODY = Label("Show all pupils", "显示全部学生")
_HINT = Label(
    "Open a child, then do what is lacking; everything of the family stands there.", "点开一个孩子，缺什么办什么，一家的事都在里面。"
)
_FIRST_CARER = Label(
    "{name} has no carer in the file yet: choose or add one, then entrust the care.",
    "{name}还没有登记照料人：先选一位或添加一位，再办委托照护。",
)
_FACTS = Label(
    "{school} {on}: care not entrusted {entrust}, cards to check {cards}, no parent home for a year {rare}",
    "{school} {on}：委托照护没办妥 {entrust}，待核对联系卡 {cards}，一年没返家 {rare}",
)
#: What is done for one child, in the order of its buttons, and the kind of record that one has to be allowed to write for it.
_ACTIONS: dict[str, tuple[Label, type[Record]]] = {
    "entrust": (Label("Entrust the care", "办理委托照护"), CareArrangement),
    "carer": (Label("Another carer", "换照料人"), CareArrangement),
    "check": (Label("Check the contact card", "核对联系卡"), CardCheck),
    "home": (Label("Parent came home", "返家登记"), Homecoming),
    "split": (Label("Split or join", "分户、并户"), Child),
}


class Families(widgets.VBox):  # type: ignore[misc]
    """The page: a list of children with how their families stand, and one child's family with what can be done for it."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self._school = desk, school_name(desk)
        self.child_id: str | None = None
        self._all: dict[str, Standing] = {}
        self._writable: dict[type[Record], frozenset[str]] = {}
        self.found: list[Standing] = standings(desk)
        self.figures, self.notice = Facts(figures=True), AppNotice()
        self.entrust, self.carer = EntrustCard(desk, self._told), CarerCard(desk, self._told)
        self.check, self.home, self.split = CheckCard(desk, self._told), HomeCard(desk, self._told), SplitCard(desk, self._told)
        self.everybody = widgets.Checkbox(value=False, description=_EVERYBODY.text(), indent=False)
        self.everybody.observe(lambda _: self.refresh(), names="value")
        self.table = families_table(self.found, self._act)
        self.lists = widgets.VBox([self.everybody, self.table])
        self.link, self.paper = widgets.HTML(), CardSheet(desk, entrust_paper, PRINT, "entrusted_care")
        self.buttons = {name: self._button(label, name) for name, (label, kind) in _ACTIONS.items() if may_write(desk.actor, kind)}
        self.bar = widgets.HBox([*self.buttons.values(), self.link], layout={"flex_flow": "row wrap"})
        self.bar.add_class("ck-noprint")
        self.family = FamilyFacts(desk, self.bar)
        self.one = widgets.VBox([self.family, self._folded()])
        self.back = widgets.Button(description=_BACK.text(), layout={"width": "auto", "align_self": "flex-start"})
        self.back.add_class("ck-noprint")
        self.back.on_click(lambda _: self._go_back())
        self._cards: tuple[Any, ...] = (self.entrust, self.carer, self.check, self.home, self.split)
        super().__init__([self.figures, self.notice, self.back, self.one, *self._cards, self.lists])
        self.add_class(APP_CLASS)
        self._fill(self.found)
        self._show(None)
        self.notice.info(_HINT)

    def _button(self, label: Label, name: str) -> widgets.Button:
        button = widgets.Button(description=label.text(), layout={"width": "auto"})
        button.on_click(lambda _: self._act(name, self.child_id or ""))
        return button

    def _folded(self) -> widgets.Accordion:
        """The paper of leaving and entrusting, folded away until somebody wants it."""
        fold = widgets.Accordion([self.paper], titles=(TITLE.text(),))
        fold.add_class("ck-noprint")
        return fold

    def __repr__(self) -> str:
        return f"Families({self.facts()})"

    def facts(self) -> str:
        """School, day and the figures in one line."""
        on = clock.today()
        return _FACTS.format(school=self._school, on=on, **figures(self.found, on)).text()

    # --- what is shown ------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Ask the store again."""
        self._fill(standings(self.desk, everybody=self.everybody.value))

    def _fill(self, shown: list[Standing]) -> None:
        on = clock.today()
        self.found = [one for one in shown if one.counted] if self.everybody.value else shown
        counts = figures(self.found, on)
        self.figures.set_items([(_ENTRUST, counts["entrust"]), (_CARDS, counts["cards"]), (_RARE, counts["rare"])])
        self._all = {one.child_id: one for one in shown}
        self._writable = {kind: writable_children(self.desk, kind) for _, kind in _ACTIONS.values() if may_write(self.desk.actor, kind)}
        self.table.set_rows(rows_of(shown, on, self._writable.get(CareArrangement, frozenset())))

    def open_child(self, child_id: str) -> None:
        """Show the family of a child; `NotFound` outside the person's scope. The read is logged."""
        facts = child_facts(self.desk, child_id)
        if child_id not in self._all:
            self._all |= {one.child_id: one for one in standings(self.desk, everybody=True)}
        if child_id not in self._all:
            raise NotFound
        self.child_id = child_id
        self.family.show(self._all[child_id], clock.today())
        self.paper.show(facts)
        for name, button in self.buttons.items():
            button.layout.display = "" if child_id in self._writable[_ACTIONS[name][1]] else "none"
        self.link.value = app_link(_HISTORY, "case_history", child=child_id)
        self._show(self.one)

    def _act(self, name: str, child_id: str) -> None:
        acts: dict[str, Callable[[str], object]] = {
            "open": self._open, "entrust": self.do_entrust, "carer": self._do(self.carer), "check": self._do(self.check),
            "home": self._do(self.home), "split": self._do(self.split),
        }  # fmt: skip
        try:
            if name in _ACTIONS and child_id not in self._writable.get(_ACTIONS[name][1], ()):
                raise NotFound
            acts[name](child_id)
        except UserError as error:
            self.notice.error(error.label)

    def _open(self, child_id: str) -> None:
        self.open_child(child_id)
        self.notice.clear()

    def _do(self, card: Any) -> Callable[[str], object]:
        def begin(child_id: str) -> None:
            card.begin(child_id)
            self.child_id = child_id
            self.notice.clear()
            self._show(card)

        return begin

    def do_entrust(self, child_id: str) -> None:
        """The notice of entrusting, or first the form of a carer where the child has none."""
        if self.entrust.begin(child_id):
            self.child_id = child_id
            self.notice.clear()
            self._show(self.entrust)
            return
        self._do(self.carer)(child_id)
        self.notice.info(_FIRST_CARER.format(name=self.desk.get(Child, child_id).record.name))

    def ask(self, child_id: str) -> None:
        """Open the child of an address; one answer for a child who is not the person's and for none."""
        self._act("open", child_id)

    def _told(self, message: Label, tone: Tone, lines: Sequence[Label]) -> None:
        """After a save: the child's family as it stands now, and what was saved."""
        self.refresh()
        if self.child_id is not None:
            self.open_child(self.child_id)
        self.notice.say(message, tone, lines)

    def _go_back(self) -> None:
        """From a form to the child, from the child to the list."""
        if self.one.layout.display == "none" and self.child_id is not None:
            self._act("open", self.child_id)
            return
        self.child_id = None
        self._show(None)
        self.notice.info(_HINT)

    def _show(self, part: widgets.Widget | None) -> None:
        for one in (self.one, *self._cards):
            one.layout.display = "" if one is part else "none"
        self.lists.layout.display = self.figures.layout.display = "" if part is None else "none"
        self.back.layout.display = "none" if part is None else ""


def families(desk: Desk | None = None) -> Families:
    """The app for the person of this kernel (or of `desk`); ``?child=<id>`` in the address opens that child's family."""
    app = Families(desk or open_desk(Role.CLASS_TEACHER)[0])
    child = asked("child") if desk is None else None
    if child:
        app.ask(child)
    return app
