"""The section 离岗交接 of the app `pairing`: choose who leaves, see what is still theirs, name successors, and end it with two presses."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any

import ipywidgets as widgets

from carekit import clock
from carekit.apps.pairing_facts import PairingFacts, pairing_facts
from carekit.apps.pairing_leaving import Leaving, hand_over, leaving_of, require_ready
from carekit.apps.staff import staff_name, staff_options, staff_with_former
from carekit.errors import UserError
from carekit.language import Label
from carekit.records import Pairing
from carekit.store import Desk
from carekit.widgets import Column, Emphasis, Facts, Notice, RecordTable, RowAction

#: Drafts are kept for each person who leaves.
_DRAFT = "leaving:"
_WIDE = {"description_width": "initial"}
_WHO, _DAY = Label("Who leaves", "离岗的人"), Label("Last day", "离岗日期")
_NOTE = Label("Hand-over note", "交接说明")
_NOTE_HINT = Label("How the children are now and what has to go on.", "写给接手的人：孩子们现在怎样、要接着做什么。")
_SUCCESSOR, _ALL = Label("Successor", "接手人"), Label("All to this successor", "全部交给此人")
_CHOOSE, _LATER = Label("choose…", "请选择"), Label("uncovered for now", "暂无人接手")
_DO, _SURE = Label("Hand over", "办理离岗交接"), Label("Yes, hand over", "确认办理")
_CHOOSE_PERSON = Label("Choose who leaves.", "请先选择离岗的人。")
_CHOOSE_SUCCESSOR = Label("Choose a successor first.", "请先选择接手人。")
_ASK = Label("{name} leaves on {on}. Press “Yes, hand over” to do it.", "{name}将于{on}离岗。请核对下面的安排，没有问题就点“确认办理”。")
_TAKEN = Label(
    "{taken} of {count} children have a successor; {left} will be listed as uncovered.",
    "{count}名孩子中{taken}名有人接手，{left}名列为“待接手”。",
)
_OVER = Label("{name} would have {count} children, above {cap}.", "{name}将帮扶{count}人，超过每人最多{cap}人的规定。")
_CLASSES = Label("These classes need another teacher: {classes}.", "这些班级要另行安排教师：{classes}。")
_LOGIN = Label("From the day after it the account cannot log in.", "自次日起，此人的账号不能再登录。")
_DONE = Label(
    "Saved: {name} leaves on {on}; {taken} children have a successor, {left} are uncovered, {duties} class duties ended.",
    "已办理：{name}于{on}离岗；{taken}名孩子有人接手，{left}名待接手，结束任班{duties}项。",
)
_RESTORED = Label("The hand-over that you had begun is here again.", "上次没办完的离岗交接已恢复，可以接着办。")
_AND = Label(", ", "、")


class HandOver(widgets.VBox):  # type: ignore[misc]
    """The section; `on_done` is told what was saved. Unfinished choices are kept as a draft."""

    def __init__(self, desk: Desk, on_done: Callable[[Label], None]) -> None:
        self._desk, self._on_done = desk, on_done
        self.leaving: Leaving | None = None
        self.successors: dict[str, str] = {}
        self._sure, self._filling = False, False
        self.notice, self.summary = Notice(), Facts(title=Label("Still theirs", "名下未了的工作"))
        self.person = widgets.Dropdown(options=[(_CHOOSE.text(), "")], description=_WHO.text(), style=_WIDE, layout={"height": "auto"})
        self.day = widgets.DatePicker(value=clock.today(), description=_DAY.text(), style=_WIDE)
        self.note = widgets.Textarea(
            description=_NOTE.text(), placeholder=_NOTE_HINT.text(), rows=4, style=_WIDE, layout={"width": "100%", "max_width": "760px"}
        )
        self.successor = widgets.Dropdown(
            options=[(_CHOOSE.text(), "")], description=_SUCCESSOR.text(), style=_WIDE, layout={"height": "auto"}
        )
        self.all_button, self.do_button = (
            widgets.Button(description=_ALL.text()),
            widgets.Button(description=_DO.text(), button_style="primary", layout={"align_self": "flex-start"}),
        )
        self.table = self._children_table()
        choose = widgets.HBox([self.person, self.day], layout={"flex_flow": "row wrap"})
        assign = widgets.HBox([self.successor, self.all_button], layout={"flex_flow": "row wrap"})
        self.details = widgets.VBox([self.summary, self.note, assign, self.table])
        super().__init__([choose, self.details, self.notice, self.do_button])
        self.person.observe(lambda _: self._chosen(), names="value")
        self.day.observe(lambda _: self._day_chosen(), names="value")
        self.note.observe(lambda _: self._changed(), names="value")
        self.all_button.on_click(lambda _: self._assign_all())
        self.do_button.on_click(lambda _: self._do())

    def _children_table(self) -> RecordTable:
        return RecordTable(
            [
                Column("name", Label("Child", "孩子")),
                Column("class_name", Label("Class", "班级")),
                Column("kind_of", Pairing.fields["kind_of"].label, spec=Pairing.fields["kind_of"]),
                Column("others", Label("Other supporters", "其他帮扶人")),
                Column("successor", _SUCCESSOR),
            ],
            caption=Label("Paired children", "结对的孩子"),
            empty=Label("No child is paired with this person.", "此人没有结对的孩子。"),
            actions=[
                RowAction("assign", Label("To the successor chosen", "交给所选接手人"), Emphasis.PRIMARY),
                RowAction("clear", Label("Leave uncovered", "暂不安排"), when=lambda row: bool(row["chosen"])),
            ],
            on_action=self._act,
        )

    def __repr__(self) -> str:
        return f"HandOver({len(self.table.rows)} pairings)"

    # --- choosing -----------------------------------------------------------------------------------------------------

    def begin(self, staff_id: str = "") -> None:
        """The section for a person, or for the hand-over that was begun last and not finished, or for nobody yet."""
        begun = [draft.kind.removeprefix(_DRAFT) for draft in self._desk.drafts() if draft.kind.startswith(_DRAFT)]
        people = staff_options(self._desk, clock.today())
        for load in pairing_facts(self._desk).loads:
            people = staff_with_former(self._desk, people, load.supporter.id) if load.children else people
        known = {one for one, _, _ in people}
        chosen = next((one for one in (staff_id, *begun) if one in known), "")
        self.notice.clear()
        self._filling = True
        self.person.options = [(_CHOOSE.text(), ""), *((f"{name}（{detail}）", one) for one, name, detail in people)]
        self.person.value = chosen
        self._filling = False
        self._chosen()

    def _chosen(self) -> None:
        """Another person: what is still theirs, and what was begun for them."""
        if self._filling:
            return
        draft = self._desk.draft(_DRAFT + self.person.value, "") if self.person.value else None
        content: dict[str, Any] = draft.content if draft else {}
        self._filling = True
        self.day.value = date.fromisoformat(content["day"]) if content.get("day") else clock.today()
        self.note.value = content.get("note") or ""
        self._filling = False
        self.notice.clear()
        self._read(content.get("successors") or {})
        if draft and self.leaving:
            self.notice.info(_RESTORED)

    def _read(self, successors: Mapping[str, str]) -> None:
        """Ask the store what is still the person's on the day; successors who are not there on it are dropped."""
        staff_id, on = self.person.value, self.day.value
        try:
            self.leaving = leaving_of(self._desk, staff_id, on) if staff_id and isinstance(on, date) else None
        except UserError as wrong:
            self.leaving = None
            self.notice.error(wrong.label)
        people = staff_options(self._desk, on) if isinstance(on, date) else []
        self._filling = True
        self.successor.options = [(_CHOOSE.text(), ""), *((f"{name}（{detail}）", one) for one, name, detail in people if one != staff_id)]
        self._filling = False
        mine = {one.id for one in self.leaving.pairings} if self.leaving else set()
        self.successors = {one: to for one, to in successors.items() if one in mine and to in self._successor_names()}
        self._ask_again()
        self._fill()

    def _day_chosen(self) -> None:
        if not self._filling:
            self._read(self.successors)
            self._changed()

    def _successor_names(self) -> dict[str, str]:
        return {one: text for text, one in self.successor.options if one}

    def _fill(self) -> None:
        self.details.layout.display = "" if self.leaving else "none"
        self.do_button.disabled, self.do_button.layout.display = self.leaving is None, "" if self.leaving else "none"
        if self.leaving is None:
            self.table.set_rows([])
            return
        leaving, facts = self.leaving, pairing_facts(self._desk)
        self.summary.set_items(
            [
                (Label("Paired children", "结对的孩子"), len(leaving.children)),
                (Label("Open plans", "未完成的计划"), len(leaving.plans)),
                (Label("Due now", "到期的工作"), _AND.text().join(f"{label} {count}" for label, count in leaving.due) or 0),
                (Label("Unfinished entries", "没保存的草稿"), leaving.drafts),
                (Label("Class duties", "任班"), _AND.text().join(_duty_text(*one) for one in leaving.duties) or 0),
            ]
        )
        self.table.set_rows([self._row(one.record, facts) for one in leaving.pairings])

    def _row(self, pairing: Pairing, facts: PairingFacts) -> dict[str, Any]:
        pupil, chosen = facts.pupils.get(pairing.child_id), self.successors.get(pairing.id)
        others = [p.supporter for p in facts.by_child.get(pairing.child_id, []) if p.staff_id != pairing.staff_id and p.covered]
        return {
            "id": pairing.id,
            "name": facts.names.get(pairing.child_id, ""),
            "class_name": pupil.class_name if pupil else None,
            "kind_of": pairing.kind_of,
            "others": _AND.text().join(others),
            "chosen": chosen,
            "successor": staff_name(self._desk, chosen) if chosen else _LATER.text(),
        }

    def _ask_again(self) -> None:
        self._sure, self.do_button.description = False, _DO.text()

    def _changed(self) -> None:
        """Another choice: ask again before anything is done, and keep it as a draft."""
        if self._filling:
            return
        self._ask_again()
        if self.leaving is not None:
            on = self.day.value.isoformat() if isinstance(self.day.value, date) else None
            content = {"day": on, "note": self.note.value, "successors": dict(self.successors)}
            self._desk.save_draft(_DRAFT + self.leaving.person.id, "", content)

    # --- successors ---------------------------------------------------------------------------------------------------

    def _act(self, name: str, pairing_id: str) -> None:
        if name == "clear":
            self.successors.pop(pairing_id, None)
        else:
            self._assign([pairing_id])
        self._fill()
        self._changed()

    def _assign_all(self) -> None:
        self._assign([row["id"] for row in self.table.rows])
        self._fill()
        self._changed()

    def _assign(self, pairing_ids: Collection[str]) -> None:
        if not self.successor.value:
            self.notice.warn(_CHOOSE_SUCCESSOR)
            return
        self.notice.clear()
        self.successors |= dict.fromkeys(pairing_ids, self.successor.value)

    # --- doing it -----------------------------------------------------------------------------------------------------

    def _do(self) -> None:
        if self.leaving is None:
            self.notice.warn(_CHOOSE_PERSON)
            return
        leaving, name, on = self.leaving, self.leaving.person.name, self.day.value
        try:
            if not self._sure:
                require_ready(leaving, on, self.note.value)
                self._sure, self.do_button.description = True, _SURE.text()
                self.notice.warn(_ASK.format(name=name, on=on), self._consequences(leaving))
                return
            done = hand_over(self._desk, leaving.person.id, on, self.note.value, self.successors)
        except UserError as wrong:
            self._ask_again()
            self.notice.error(wrong.label)
            return
        self._desk.drop_draft(_DRAFT + leaving.person.id, "")
        self.begin()
        self._on_done(_DONE.format(name=name, on=on, taken=done.taken, left=done.uncovered, duties=done.duties))

    def _consequences(self, leaving: Leaving) -> list[Label]:
        facts = pairing_facts(self._desk)
        taken = {one.record.child_id for one in leaving.pairings if one.id in self.successors}
        lines = [_TAKEN.format(taken=len(taken), count=len(leaving.children), left=len(leaving.children) - len(taken))]
        for one in dict.fromkeys(self.successors.values()):
            theirs = {p.child_id for p in facts.running if p.staff_id == one and p.child_id in facts.pupils}
            theirs |= {pair.record.child_id for pair in leaving.pairings if self.successors.get(pair.id) == one}
            if len(theirs) > facts.rules.load:
                lines.append(_OVER.format(name=staff_name(self._desk, one), count=len(theirs), cap=facts.rules.load))
        if leaving.duties:
            lines.append(_CLASSES.format(classes=_AND.text().join(_duty_text(*duty) for duty in leaving.duties)))
        return [*lines, _LOGIN]


def _duty_text(duty: Any, class_name: str) -> str:
    return f"{class_name} {duty.record.duty.label}"
