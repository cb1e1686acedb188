"""The section 分户与并户 of the app `families`: tick who goes along, say why, and do it with two presses."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import ipywidgets as widgets

from carekit import clock
from carekit.apps.child_facts import care_on
from carekit.apps.children import child_options
from carekit.apps.contacts_kinds import children_for
from carekit.apps.families_entrust import Told
from carekit.apps.families_split import alike_families, join_families, split_family
from carekit.errors import UserError
from carekit.language import Label
from carekit.names import name_sort_key
from carekit.obligations.facts import PARENTS
from carekit.records import CareArrangement, Child, FamilyMember
from carekit.store import Desk, Revision
from carekit.widgets import Column, Emphasis, Notice, RecordTable, RowAction, Tone

_WIDE = {"description_width": "initial"}
_AND = Label(", ", "、")
_SPLIT_TITLE = Label("A family of their own", "分户：单独立一户")
_CHILDREN = Label("Which children leave the present family", "哪些孩子分出去")
_MEMBERS = Label("Who goes along (copied; whoever stays keeps the old entry)", "谁跟着一起（复制一份，原来的家庭不变）")
_MEMBER = Label("{name} ({relation})", "{name}（{relation}）")
_REASON, _REASON_HINT = Label("Why", "原因"), Label("for example: moved to the aunt in town", "例如：父母离异，妹妹随母亲生活")
_SPLIT, _SPLIT_SURE = Label("Split the family", "办理分户"), Label("Yes, split", "确认分户")
_ASK = Label(
    "{names} get a family of their own with {members}. Press “Yes, split” to do it.",
    "{names}将单独立户，带走{members}。核对无误就点“确认分户”。",
)
_SPLIT_DONE = Label(
    "Saved: {names} are a family of their own now; the file of who stays is untouched.",
    "已办理：{names}已单独立户，留下的孩子档案不变，以前的记录都保留。",
)
_JOIN_TITLE = Label("Brothers and sisters who are entered as two families", "并户：兄弟姐妹登记成了两家")
_ALIKE = Label("Families in which the same person stands", "另一家里有同一个人（身份证号相同，或姓名和电话相同）")
_NOBODY_ALIKE = Label("Nobody of this family was found in another one.", "没有发现这家的人还登记在别的家庭里。")
_OTHER = Label("Another child", "其他孩子")
_NONE = Label("choose…", "请选择")
_JOIN, _JOIN_SURE = Label("Join the families", "并入这一家"), Label("Press once more", "再点一次确认")
_JOIN_ASK = Label(
    "The family of {name} is to come into this one. Press the same button again to do it.",
    "{name}一家将并入这个家庭。核对无误，再点一次同一个按钮。",
)
_JOIN_DONE = Label("Saved: {name} belongs to this family now.", "已办理：{name}一家已并入，以前的记录都保留。")


class SplitCard(widgets.VBox):  # type: ignore[misc]
    """Both ways for one child's family; `begin` opens them."""

    def __init__(self, desk: Desk, told: Told) -> None:
        self.desk, self._told = desk, told
        self._child: Revision[Child] | None = None
        self._sure: tuple[object, ...] = ()
        self.children_ticks: dict[str, widgets.Checkbox] = {}
        self.member_ticks: dict[str, widgets.Checkbox] = {}
        self.notice = Notice()
        self._children_box, self._members_box = widgets.VBox([]), widgets.VBox([])
        self.reason = widgets.Text(
            description=_REASON.text(), placeholder=_REASON_HINT.text(), style=_WIDE, layout={"width": "100%", "max_width": "760px"}
        )
        self.split_button = self._button(_SPLIT, self._split)
        self.alike = RecordTable(
            [Column("name", Label("Child", "孩子")), Column("detail", Label("Class and birthday", "班级和生日"))],
            caption=_ALIKE,
            empty=_NOBODY_ALIKE,
            searchable=False,
            actions=[RowAction("join", _JOIN, Emphasis.PRIMARY)],
            on_action=lambda _, child_id: self._join(child_id),
        )
        self.other = widgets.Combobox(options=(), description=_OTHER.text(), style=_WIDE, ensure_option=False)
        self.join_button = self._button(_JOIN, lambda: self._join(self._options.get(self.other.value, "")))
        self._options: dict[str, str] = {}
        super().__init__(
            [
                widgets.HTML(_heading(_SPLIT_TITLE)), widgets.Label(_CHILDREN.text()), self._children_box, widgets.Label(_MEMBERS.text()),
                self._members_box, self.reason, self.notice, self.split_button, widgets.HTML(_heading(_JOIN_TITLE)), self.alike,
                widgets.HBox([self.other, self.join_button], layout={"flex_flow": "row wrap"}),
            ]
        )  # fmt: skip

    def __repr__(self) -> str:
        return f"SplitCard({len(self.children_ticks)} children, {len(self.member_ticks)} members)"

    @staticmethod
    def _button(label: Label, act: Callable[[], None]) -> widgets.Button:
        button = widgets.Button(description=label.text(), layout={"width": "auto", "align_self": "flex-start"})
        button.on_click(lambda _: act())
        return button

    def begin(self, child_id: str) -> None:
        """Open both for a child; `NotFound` outside the person's scope."""
        child = self._child = self.desk.get(Child, child_id)
        family_id, today = child.record.family_id, clock.today()
        siblings = self.desk.find(Child, {"family_id": family_id}) if family_id else [child]
        writable = {one for one, _, _ in children_for(self.desk, Child, today)}
        members = [one.record for one in self.desk.find(FamilyMember, {"family_id": family_id})] if family_id else []
        care = care_on([one.record for one in self.desk.find(CareArrangement, {"child_id": child_id})], today)
        carer = care.carer_id if care else None
        self.children_ticks = {
            one.id: _tick(one.record.name, on=one.id == child_id) for one in siblings if one.id in writable or one.id == child_id
        }
        self.member_ticks = {
            one.id: _tick(_MEMBER.format(name=one.name, relation=one.relation).text(), on=one.id == carer or str(one.relation) in PARENTS)
            for one in members
        }
        self._children_box.children, self._members_box.children = tuple(self.children_ticks.values()), tuple(self.member_ticks.values())
        self.reason.value = ""
        self.alike.set_rows(
            [{"id": one.id, "name": one.record.name, "detail": self._detail(one.id)} for one in alike_families(self.desk, child_id)]
        )
        self._options = {
            f"{name}（{detail}）": one
            for one, name, detail in child_options(self.desk, today)
            if one in writable and one not in self.children_ticks
        }
        self.other.options, self.other.value = tuple(sorted(self._options, key=name_sort_key)), ""
        self._ask_again()

    def _detail(self, child_id: str) -> str:
        return next((detail for one, _, detail in child_options(self.desk, clock.today()) if one == child_id), "")

    def _ask_again(self) -> None:
        self._sure = ()
        self.split_button.description, self.join_button.description = _SPLIT.text(), _JOIN.text()
        self.notice.clear()

    # --- doing it -----------------------------------------------------------------------------------------------------

    def _chosen(self, ticks: dict[str, widgets.Checkbox]) -> list[str]:
        return [one for one, tick in ticks.items() if tick.value]

    def _names(self, ticks: dict[str, widgets.Checkbox]) -> str:
        return _AND.text().join(tick.description for tick in ticks.values() if tick.value)

    def _split(self) -> None:
        children, members = self._chosen(self.children_ticks), self._chosen(self.member_ticks)
        question = ("split", *children, *members, self.reason.value)
        names = self._names(self.children_ticks)
        if self._sure != question and children and members and self.reason.value.strip():
            self._sure, self.split_button.description = question, _SPLIT_SURE.text()
            self.notice.warn(_ASK.format(names=names, members=self._names(self.member_ticks)))
            return
        try:
            split_family(self.desk, children, members, self.reason.value)
        except UserError as wrong:
            self._ask_again()
            self.notice.error(wrong.label)
            return
        self._finish(_SPLIT_DONE.format(names=names), [])

    def _join(self, other_id: str) -> None:
        if self._child is None:
            return
        question = ("join", other_id, self.reason.value)
        try:
            other = self.desk.get(Child, other_id)
            if self._sure != question and self.reason.value.strip():
                self._sure, self.join_button.description = question, _JOIN_SURE.text()
                self.notice.warn(_JOIN_ASK.format(name=other.record.name))
                return
            lines = join_families(self.desk, self._child.id, other_id, self.reason.value)
        except UserError as wrong:
            self._ask_again()
            self.notice.error(wrong.label)
            return
        self._finish(_JOIN_DONE.format(name=other.record.name), lines)

    def _finish(self, message: Label, lines: Sequence[Label]) -> None:
        self._ask_again()
        self._told(message, Tone.WARN if lines else Tone.OK, lines)


def _heading(label: Label) -> str:
    return f"<h3>{label.text()}</h3>"


def _tick(text: str, *, on: bool) -> widgets.Checkbox:
    return widgets.Checkbox(value=on, description=text, indent=False, layout={"width": "auto"})
