"""The contact card gone through with the family (联系卡核对): its people and phones to be put right, and the check itself, in one step.

A family member stands once for all brothers and sisters; the same person in another family of the person's children is put right as well.
"""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets

from carekit import clock
from carekit.apps.contacts_kinds import children_for
from carekit.apps.families_entrust import Told
from carekit.apps.families_phones import PHONES, save_check
from carekit.apps.intake_file import OpenFile, PartClash, clash_lines, open_file
from carekit.errors import NotFound, UserError
from carekit.fields import new_id
from carekit.language import Label
from carekit.obligations.names import child_names
from carekit.records import CardCheck, Child, Family, FamilyMember
from carekit.records.codes import CardState
from carekit.store import Desk
from carekit.widgets import Drafts, Entry, Notice, Part, RecordForm, Saved, Tone

_AND = Label(", ", "、")
_TITLE = Label("Go through the contact card", "核对联系卡")
_SAVE = Label("Save the check", "保存核对")
_PEOPLE, _HOME = Label("On the card", "联系卡上的人"), Label("Home", "家庭")
_ABOUT = Label(
    "{child}: call every number. Put right what is wrong; it is changed for brothers and sisters as well.",
    "{child}：逐个拨打核对，有变化的直接改，兄弟姐妹的卡一起改好。",
)
_ALSO = Label("Count it for {names} as well", "{names}的卡也一并算核对过")
_NOT_HERE = Label(
    "Nobody is taken off the card here; do that in the child's file (“Files and import”).",
    "这里不删除家庭成员，请到“建档与导入”打开档案修改。",
)
_RIGHT = Label("Saved: the card of {names} is right.", "已保存：{names}的联系卡全部有效。")
_CHANGED = Label("Saved: the card of {names} is put right.", "已保存：{names}的联系卡已更正。")
_UNREACHED = Label(
    "Saved: somebody on the card of {names} cannot be reached; it stays due.", "已保存：{names}的联系卡上有人联系不上，继续列为待核对。"
)


class CheckCard(widgets.VBox):  # type: ignore[misc]
    """The card of one child with its phones as boxes; `begin` opens it."""

    def __init__(self, desk: Desk, told: Told) -> None:
        self.desk, self._told, self.notice = desk, told, Notice()
        self._of_family: dict[str, Any] = {}
        self._opened: OpenFile | None = None
        self._others: list[tuple[str, str]] = []
        self.about, self.also = widgets.Label(), widgets.Checkbox(value=False, indent=False, layout={"width": "auto"})
        self.form = RecordForm(
            CardCheck,
            ("checked_on", "state", "note"),
            on_submit=self._save,
            hidden={"staff_id": desk.actor.staff_id},
            parts={
                "people": Part(FamilyMember, ("relation", "name", *PHONES), _PEOPLE, hidden=self._of_family, most=12, keeps=True),
                "home": Part(Family, ("phone", "contact_name", "contact_phone"), _HOME, least=1, most=1, keeps=True),
            },
            title=_TITLE,
            save_label=_SAVE,
        )
        super().__init__([self.about, self.also, self.notice, self.form])

    def __repr__(self) -> str:
        return "CheckCard()"

    def begin(self, child_id: str) -> None:
        """Open the card of a child as it is now; `NotFound` outside the person's scope. The read is logged."""
        opened = self._opened = open_file(self.desk, child_id)
        self.notice.clear()
        family_id = opened.child.record.family_id or new_id()
        self._of_family["family_id"] = family_id
        writable = {one: name for one, name, _ in children_for(self.desk, CardCheck, clock.today())}
        same = self.desk.find(Child, {"family_id": family_id})
        self._others = [(one.id, writable[one.id]) for one in same if one.id in writable and one.id != child_id]
        self.also.value, self.also.description = False, _ALSO.format(names=_AND.text().join(name for _, name in self._others)).text()
        self.also.layout.display = "" if self._others else "none"
        self.about.value = _ABOUT.format(child=opened.child.record.name).text()
        self.form.start(
            {"checked_on": clock.today(), "state": CardState.RIGHT},
            hidden={"child_id": child_id, "staff_id": self.desk.actor.staff_id},
            parts={
                "people": [one.record for one in opened.members],
                "home": [opened.family.record if opened.family else {"id": family_id}],
            },
            drafts=Drafts.in_store(self.desk, "card_check_card", child_id),
        )

    def _save(self, entry: Entry) -> Saved:
        if self._opened is None:
            raise NotFound
        if entry.removed.get("people"):
            raise UserError(_NOT_HERE, code="not_here")
        check: CardCheck = entry.record
        people, (home,) = entry.parts["people"], entry.parts["home"]
        others = [one for one, _ in self._others] if self.also.value else []
        try:
            saved = save_check(self.desk, self._opened, check, people, home, others)
        except PartClash as clash:
            self.notice.warn(clash.label, clash_lines(self.desk, clash))
            raise
        names = child_names(self.desk, {check.child_id, *others})
        sentence = {CardState.RIGHT: _RIGHT, CardState.CHANGED: _CHANGED, CardState.UNREACHED: _UNREACHED}[saved.state]
        message = sentence.format(names=_AND.text().join(names.get(one, "") for one in (check.child_id, *others)))
        tone = Tone.WARN if saved.state is CardState.UNREACHED else Tone.OK
        self._told(message, tone, saved.lines)
        return Saved(message)
