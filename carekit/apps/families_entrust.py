"""Entrusting the care of a child in writing (委托照护), and another carer for one child alone (换照料人)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import ipywidgets as widgets

from carekit import clock
from carekit.apps.child_facts import care_on
from carekit.apps.families_facts import Entrust, entrustings, lacking_text
from carekit.apps.intake_checks import require_member_ids
from carekit.apps.staff import staff_name
from carekit.errors import NotFound, UserError
from carekit.fields import new_id
from carekit.language import Label
from carekit.obligations.family_rules import ENTRUST_STEPS, ENTRUST_TICKS
from carekit.records import CareArrangement, Child, Family, FamilyMember
from carekit.records.codes import ParentState
from carekit.store import Conflict, Desk, Revision
from carekit.widgets import Drafts, Entry, Part, RecordForm, Saved, Tone

#: Told what was saved: the sentence, how it stands, and further lines.
Told = Callable[[Label, Tone, Sequence[Label]], object]

_BOXES = (*ENTRUST_TICKS, "reason", *ENTRUST_STEPS, "note")
_NEW_MEMBER = ("relation", "name", "phone", "born_on", "id_number", "health", "occupation", "address")
_AND = Label(", ", "、")
_TITLE = Label("Entrust the care in writing", "办理委托照护")
_ABOUT = Label("{child} is cared for by {carer}.", "{child}现在由{carer}照料。")
_WHO_FIRST = Label("First say who cares for the child.", "还没有登记照料人，请先确定由谁照料。")
_WHOLE = Label("Saved: the care of {child} is entrusted in writing.", "已办妥：{child}的委托照护手续齐全。")
_LACKING = Label("Saved. Still lacking: {lacking}.", "已保存，还没办妥，还缺：{lacking}。")
_SAVED = Label("Saved.", "已保存。")
_BARRED = Label(
    "Saved, but this carer cannot be entrusted ({barred}). Choose another carer: press “Another carer”.",
    "已保存，但这位照料人不符合条件（{barred}），不能作为被委托人。请和家长商量另选照料人，再点“换照料人”。",
)
_UNFIT = Label(
    "Saved, but this carer is not able to care for the child. Choose another carer: press “Another carer”.",
    "已保存，但档案里这位照料人没有照护能力。请和家长商量另选照料人，再点“换照料人”。",
)
_LAW = Label(
    "Law on the Protection of Minors, article 22: who has harmed, abandoned or trafficked children, takes drugs, drinks or gambles, has long neglected a duty of "
    "care or is unfit otherwise must not be entrusted. If the child is in danger, report it at once.",
    "《未成年人保护法》第二十二条：曾实施性侵害、虐待、遗弃、拐卖、暴力伤害等，有吸毒、酗酒、赌博等恶习，曾拒不履行或长期怠于履行监护照护职责，"
    "或有其他不适宜情形的，不得作为被委托人。孩子有危险的，立即报告。",
)
_CHANGE = Label("Another carer", "换照料人")
_NEW_CARER = Label("Carer who is not in the file yet", "新照料人（家里还没有登记的）")
_CHOOSE_ONE = Label(
    "Choose the carer from the family, or add one below; one of the two, not both.", "请在家庭成员中选一位，或在下面添加一位，只填一处。"
)
_FROM_MISSING = Label("Enter since when this carer cares for the child.", "请填写从哪天起由这位照料。")
_SAME = Label("This is who cares for the child now; choose somebody else.", "现在就是这位在照料，请改选别人。")
_TOO_EARLY = Label("The present carer began on {on}; the change cannot be earlier.", "现在的照料人从{on}开始照料，换人的日期不能更早。")
_MEANWHILE = Label(
    "Somebody has changed the care of this child meanwhile. Go back to the list and open the child again.",
    "刚刚有人改过这个孩子的照护安排，请返回名单，重新打开再办。",
)
_CHANGED = Label(
    "Saved: {child} is cared for by {carer} from {on} on; brothers and sisters stay as they are. The entrusting begins anew.",
    "已保存：{child}从{on}起由{carer}照料，兄弟姐妹的安排不变。委托照护手续要重新办理。",
)
_REASON = Label("another carer", "换照料人")


def present_care(desk: Desk, child_id: str, on: date) -> Revision[CareArrangement] | None:
    """The arrangement by which a child is cared for on a day."""
    found = {one.id: one for one in desk.find(CareArrangement, {"child_id": child_id})}
    care = care_on([one.record for one in found.values()], on)
    return found[care.id] if care else None


def member_name(desk: Desk, member_id: str | None) -> str:
    """The name of a family member; "" for nobody and for whom the person does not see."""
    found = desk.find(FamilyMember, {"id": member_id}, include_withdrawn=True) if member_id else []
    return found[0].record.name if found else ""


class EntrustCard(widgets.VBox):  # type: ignore[misc]
    """The form of the notice for the present arrangement of a child; without one the page asks for a carer first (`begin` says so)."""

    def __init__(self, desk: Desk, told: Told) -> None:
        self.desk, self._told, self._child = desk, told, ""
        self.about = widgets.Label()
        self.form = RecordForm(CareArrangement, _BOXES, on_submit=self._save, who=lambda staff_id: staff_name(desk, staff_id), title=_TITLE)
        super().__init__([self.about, self.form])

    def __repr__(self) -> str:
        return "EntrustCard()"

    def begin(self, child_id: str) -> bool:
        """Open the notice; False when the child has no carer yet; `NotFound` outside the person's scope."""
        child = self.desk.get(Child, child_id)
        care = present_care(self.desk, child_id, clock.today())
        if care is None:
            return False
        self._child = child.record.name
        self.about.value = _ABOUT.format(child=self._child, carer=member_name(self.desk, care.record.carer_id)).text()
        self.form.start(care, drafts=Drafts.in_store(self.desk, f"entrust:{care.id[-18:]}", child_id))
        return True

    def _save(self, entry: Entry) -> Saved:
        if entry.seen is None:
            raise NotFound
        care: CareArrangement = entry.record
        barred = [CareArrangement.fields[name].label for name in ENTRUST_TICKS if getattr(care, name) is False]
        if care.agreement_on and not barred:
            care = care.model_copy(update={"entrusted": True})
        revision = self.desk.amend(care, seen=entry.seen)
        message, tone, lines = self._outcome(care.child_id, barred)
        self._told(message, tone, lines)
        return Saved(message, revision.version)

    def _outcome(self, child_id: str, barred: list[Label]) -> tuple[Label, Tone, Sequence[Label]]:
        """What the rule says now, and what to do."""
        if barred:
            return _BARRED.format(barred=_AND.text().join(one.text() for one in barred)), Tone.WARN, [_LAW]
        now = entrustings(self.desk, clock.today()).get(child_id)
        if now is None:
            return _SAVED, Tone.OK, []
        if now.stage is Entrust.NO_CARER:
            return _UNFIT, Tone.WARN, [_LAW]
        if now.lacking:
            return _LACKING.format(lacking=lacking_text(now.lacking)), Tone.WARN, []
        return _WHOLE.format(child=self._child), Tone.OK, []


class CarerCard(widgets.VBox):  # type: ignore[misc]
    """Another carer for one child: a member of the family, or somebody who is only just typed in."""

    def __init__(self, desk: Desk, told: Told) -> None:
        self.desk, self._told = desk, told
        self._of_family: dict[str, Any] = {}
        self._child: Revision[Child] | None = None
        self._care: Revision[CareArrangement] | None = None
        self.about = widgets.Label()
        self.form = RecordForm(
            CareArrangement,
            ("carer_id", "from_on", "reason"),
            on_submit=self._save,
            references={"carer_id": []},
            parts={"member": Part(FamilyMember, _NEW_MEMBER, _NEW_CARER, hidden=self._of_family, most=1)},
            title=_CHANGE,
        )
        super().__init__([self.about, self.form])

    def __repr__(self) -> str:
        return "CarerCard()"

    def begin(self, child_id: str) -> None:
        """Open the form for a child; `NotFound` outside the person's scope."""
        self._child, self._care = self.desk.get(Child, child_id), present_care(self.desk, child_id, clock.today())
        family_id = self._child.record.family_id
        self._of_family["family_id"] = family_id or new_id()
        members = [one.record for one in self.desk.find(FamilyMember, {"family_id": family_id})] if family_id else []
        living = [one for one in members if one.state is not ParentState.DECEASED]
        now = member_name(self.desk, self._care.record.carer_id) if self._care else ""
        about = _ABOUT.format(child=self._child.record.name, carer=now) if now else _WHO_FIRST
        self.about.value = about.text()
        self.form.start(
            {"from_on": clock.today()},
            hidden={"child_id": child_id},
            references={"carer_id": [(one.id, one.name, one.relation.label.text()) for one in living]},
            drafts=Drafts.in_store(self.desk, "carer", child_id),
        )

    def _save(self, entry: Entry) -> Saved:
        if self._child is None:
            raise NotFound
        new: CareArrangement = entry.record
        typed: tuple[FamilyMember, ...] = entry.parts["member"]
        if bool(new.carer_id) == bool(typed):
            raise UserError(_CHOOSE_ONE, code="one_carer")
        require_member_ids(typed)
        if typed:
            new = new.model_copy(update={"carer_id": typed[0].id})
        change_carer(self.desk, self._child, self._care, new, typed)
        name = typed[0].name if typed else member_name(self.desk, new.carer_id)
        message = _CHANGED.format(child=self._child.record.name, carer=name, on=new.from_on)
        self._told(message, Tone.OK, [])
        return Saved(message)


def change_carer(
    desk: Desk, child: Revision[Child], care: Revision[CareArrangement] | None, new: CareArrangement, typed: Sequence[FamilyMember] = ()
) -> None:
    """End the arrangement `care` of one child and begin `new`, in one step; `typed` are new members of the family (which is made when there is none).

    Raises `UserError` for the same carer, a missing or too early day, or when somebody changed the arrangement meanwhile.
    """
    if new.from_on is None:
        raise UserError(_FROM_MISSING, code="from_missing")
    if care is not None and care.record.carer_id == new.carer_id:
        raise UserError(_SAME, code="same_carer")
    if care is not None and care.record.from_on is not None and care.record.from_on > new.from_on:
        raise UserError(_TOO_EARLY.format(on=care.record.from_on), code="too_early")
    now = present_care(desk, child.id, clock.today())
    if (now.id if now else None) != (care.id if care else None):
        raise UserError(_MEANWHILE, code="meanwhile")
    with desk.transaction():
        if typed and child.record.family_id is None:
            family = Family(id=typed[0].family_id)
            desk.add(family)
            _amend(desk, child, family_id=family.id)
        if care is not None:
            _amend(desk, care, until_on=new.from_on)
        desk.add_all([*typed, new])


def _amend(desk: Desk, revision: Revision[Any], **values: Any) -> None:
    try:
        desk.amend(revision.record.model_copy(update=values), seen=revision.version, reason=_REASON.text())
    except Conflict:
        raise UserError(_MEANWHILE, code="meanwhile") from None
