"""The app `pairing`: groups and pairings of the children, the load of the supporters, the table 对接表, and the hand-over when somebody leaves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from carekit.access import may_write
from carekit.apps.app_notice import APP_CLASS, AppNotice
from carekit.apps.pairing_cards import ChangeCard, GroupCard, GroupEnd, PairCard, PairingAmendment
from carekit.apps.pairing_facts import PairingFacts, pairing_facts
from carekit.apps.pairing_handover import HandOver
from carekit.apps.pairing_lists import ChildPanel, ChildrenList, SupportersList
from carekit.apps.pairing_table import ContactTable
from carekit.apps.session import asked, open_desk
from carekit.apps.staff import school_name
from carekit.errors import UserError
from carekit.language import Label
from carekit.records import Membership, Pairing
from carekit.records.codes import Role
from carekit.store import Desk
from carekit.widgets import Facts

_PAIRED, _DEMANDED = Label("Paired", "已结对"), Label("To be paired", "应结对")
_NOBODY, _OVER = Label("Without anybody", "无人帮扶"), Label("Over the cap", "超过人数上限")
_UNCOVERED = Label("Uncovered: supporter left", "帮扶人离岗待接手")
_OF_DEMANDED = Label("of those to be paired {done} / {all}", "应结对的 {done} / {all}")
_DEMAND = Label("by the rules: {who}", "口径：{who}")
_CAP = Label("at most {cap} each", "每人最多 {cap} 人")
_SECTIONS = {
    "children": Label("Children", "孩子"),
    "supporters": Label("Supporters", "帮扶人"),
    "table": Label("Contact table", "对接表"),
    "leaving": Label("Somebody leaves", "离岗交接"),
}
_BACK = Label("Back", "返回")
_HINT = Label("Choose a child to pair, or look at the supporters and the table.", "选一个孩子结对或查看，也可以切换到帮扶人、对接表。")
_HINTS = {
    "supporters": Label("Who has room for one more child stands with a bar that is not full.", "条形没满的帮扶人还可以再帮扶孩子。"),
    "table": Label(
        "What the search and the filter leave is what is printed and downloaded.",
        "打印和下载的就是下面筛选后的名单；可改截止日期，重印以前的表。",
    ),
    "leaving": Label(
        "Choose who leaves, name a successor for each child, then hand over. What was written stays under their name.",
        "选择离岗的人，给每个孩子指定接手人，再办理；以前写的记录仍署本人姓名。",
    ),
}
_ALL_PAIRED = Label("Every child who is to be paired has somebody.", "应结对的孩子都有人帮扶了。")
_TO_DO = Label("{n} children wait for a supporter; they stand at the top of the list.", "还有{n}名孩子在等帮扶人，排在名单最前面。")
_READ_ONLY = Label(
    "Your role sees the pairings; registrar and leader change them.", "您的角色可以查看结对情况，结对由学籍管理员和学校领导安排。"
)
_GROUPS_ONLY = Label(
    "You can put the children of your class into groups; registrar and leader arrange the pairings.",
    "您可以把本班孩子列入帮扶分类；结对由学籍管理员和学校领导安排，这里可以查看。",
)
_FACTS = Label(
    "{school} {on}: to be paired {demanded}, paired {paired}, without anybody {nobody}",
    "{school} {on}：应结对 {demanded}，已结对 {paired}，无人帮扶 {nobody}",
)


class PairingPage(widgets.VBox):  # type: ignore[misc]
    """The page; `facts` holds what it shows, `notice` what it says."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self._writes = desk, bool(may_write(desk.actor, Pairing))
        self._school = school_name(desk)
        self.facts: PairingFacts
        self.figures, self.notice = Facts(figures=True), AppNotice()
        self.children_list, self.supporters = ChildrenList(desk, self._act), SupportersList(desk, self._act)
        self.panel, self.contact_table = ChildPanel(desk, self._act), ContactTable(desk)
        self.pair_card, self.change_card = PairCard(desk, self._saved), ChangeCard(desk, self._saved)
        self.end_card = PairingAmendment(desk, self._saved, ending=True)
        self.amend_card = PairingAmendment(desk, self._saved, ending=False)
        self.group_card, self.group_end = GroupCard(desk, self._saved), GroupEnd(desk, self._saved)
        self.hand_over = HandOver(desk, self._saved)
        self._sections: dict[str, widgets.Widget] = {
            "children": self.children_list,
            "supporters": self.supporters,
            "table": self.contact_table,
            "leaving": self.hand_over,
        }
        self._cards = (self.panel, self.pair_card, self.change_card, self.end_card, self.amend_card, self.group_card, self.group_end)
        self.section = "children"
        self._shown: widgets.Widget | None = None
        self.tabs = {name: widgets.Button(description=label.text()) for name, label in _SECTIONS.items()}
        for name, button in self.tabs.items():
            button.on_click(lambda _, name=name: self.turn_to(name))
        self.tabs["leaving"].layout.display = "" if self._writes else "none"
        self.back = widgets.Button(description=_BACK.text(), layout={"align_self": "flex-start"})
        self.back.on_click(lambda _: self._go_back())
        self.menu = widgets.HBox([*self.tabs.values()], layout={"flex_flow": "row wrap", "margin": "10px 0 4px 0"})
        for control in (self.menu, self.back):
            control.add_class("ck-noprint")
        super().__init__([self.figures, self.menu, self.notice, self.back, *self._cards, *self._sections.values()])
        self.add_class(APP_CLASS)
        self.refresh()
        self._show(None)
        self.notice.info(self._hint())

    def __repr__(self) -> str:
        return f"PairingPage({self.text()})"

    def text(self) -> str:
        """School, day and three figures in one line."""
        counts = {"demanded": len(self.facts.demanded), "paired": len(self.facts.paired), "nobody": len(self.facts.without_anybody)}
        return _FACTS.format(school=self._school, on=self.facts.on, **counts).text()

    # --- what is shown ------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Ask the store again for figures and lists."""
        self.facts = facts = pairing_facts(self.desk)
        demanded, done = len(facts.demanded), len(facts.demanded & facts.paired)
        uncovered = {pair.child_id for pair in facts.uncovered}
        items: list[tuple[Any, ...]] = [
            (_DEMANDED, demanded, _DEMAND.format(who=facts.rules.demand.label)),
            (_PAIRED, len(facts.paired), _OF_DEMANDED.format(done=done, all=demanded)),
            (_NOBODY, len(facts.without_anybody)),
            (_UNCOVERED, len(uncovered)),
        ]
        if facts.whole:
            items.append((_OVER, len(facts.over_cap), _CAP.format(cap=facts.rules.load)))
        self.figures.set_items(items)
        self.children_list.show(facts)
        self.supporters.show(facts)
        if self.section == "table":
            self.contact_table.refresh()

    def turn_to(self, name: str) -> None:
        """Show a section; the hand-over only to those who may do it."""
        if name == "leaving" and not self._writes:
            return
        self.section = name
        if name == "table":
            self.contact_table.refresh()
        if name == "leaving":
            self.hand_over.begin()
        self._show(None)
        self.notice.info(self._hint())

    def _hint(self) -> Label:
        if self.section in _HINTS and (self._writes or self.section == "table"):
            return _HINTS[self.section]
        if not self._writes:
            return _GROUPS_ONLY if may_write(self.desk.actor, Membership) else _READ_ONLY
        waiting = {pupil.id for pupil in self.facts.without_anybody} | {pair.child_id for pair in self.facts.uncovered}
        if waiting:
            return _TO_DO.format(n=len(waiting))
        return _ALL_PAIRED if self.facts.demanded else _HINT

    def _show(self, card: widgets.Widget | None) -> None:
        """The section, or one card in its place."""
        self._shown = card
        for one in self._cards:
            one.layout.display = "" if one is card else "none"
        for name, section in self._sections.items():
            section.layout.display = "" if card is None and name == self.section else "none"
            self.tabs[name].button_style = "primary" if name == self.section else ""
        self.back.layout.display = "none" if card is None else ""
        if card is not None:
            self.notice.clear()

    def _go_back(self) -> None:
        """From a card about an open child to that child, otherwise to the section."""
        if self._shown is not self.panel and self.panel.child_id:
            self._show(self.panel)
            return
        self.panel.child_id = None
        self._show(None)

    # --- what is done -------------------------------------------------------------------------------------------------

    def _act(self, name: str, row_id: str) -> None:
        actions: dict[str, Callable[[str], None]] = {
            "open": self.open_child,
            "pair": lambda one: self._begin(self.pair_card, one),
            "free": lambda one: self._begin(self.pair_card, one),
            "also": lambda one: self._begin(self.pair_card, one),
            "pair_with": self._pair_with,
            "group": lambda one: self._begin(self.group_card, one),
            "change": lambda one: self._begin(self.change_card, one),
            "end": lambda one: self._begin(self.end_card, one),
            "amend": lambda one: self._begin(self.amend_card, one),
            "take_out": lambda one: self._begin(self.group_end, one),
            "leave": self._leave,
        }
        try:
            actions[name](row_id)
        except UserError as error:
            self.notice.error(error.label)

    def open_child(self, child_id: str) -> None:
        """Show one child's pairings and groups; `NotFound` when the child is not the person's."""
        self.panel.begin(child_id, self.facts)
        self._show(self.panel)

    def _begin(self, card: Any, row_id: str) -> None:
        card.begin(row_id)
        self._show(card)

    def _pair_with(self, staff_id: str) -> None:
        self.pair_card.begin(staff_id=staff_id)
        self._show(self.pair_card)

    def _leave(self, staff_id: str) -> None:
        self.section = "leaving"
        self.hand_over.begin(staff_id)
        self._show(None)
        self.notice.info(self._hint())

    def _saved(self, message: Label) -> None:
        self.refresh()
        child_id = self.panel.child_id
        if child_id:
            self.panel.show(child_id, self.facts)
        self._show(self.panel if child_id else None)
        self.notice.ok(message)


def pairing(desk: Desk | None = None) -> PairingPage:
    """The app for the person of this kernel (or of `desk`), with the child of the page's address opened when it names one."""
    page = PairingPage(desk or open_desk(Role.REGISTRAR)[0])
    child_id = asked("child") if desk is None else None
    if child_id:
        page._act("open", child_id)
    return page
