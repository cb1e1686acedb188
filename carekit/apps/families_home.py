"""A parent comes home (返家登记), for one child or for brothers and sisters at once; who stays for good is not away any more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import ipywidgets as widgets

from carekit import clock
from carekit.access import may_write
from carekit.apps.contacts_kinds import children_for
from carekit.apps.families_entrust import Told
from carekit.errors import NotFound, UserError
from carekit.language import Label
from carekit.obligations.facts import PARENTS
from carekit.obligations.names import child_names
from carekit.records import Absence, Child, FamilyMember, Homecoming
from carekit.store import Desk
from carekit.widgets import Drafts, Entry, RecordForm, Saved, Tone

_BOXES = ("child_id", "returned_on", "relation", "left_on", "stays", "summary")
_AND = Label(", ", "、")
_END = Label("End the stay away in the file too (as “Stays for good” does)", "同时在档案里结束外出（“不再外出”选“是”的自动结束）")
_BOTH = Label(
    "Somebody who leaves again has not ended the stay away: empty “Leaves again on”, or say that they do not stay.",
    "还要再外出的，不能结束外出登记。请清空“再外出日期”，或不选“不再外出”和“同时结束外出”。",
)
_NOT_PARENT = Label("Choose who came home: a parent, or leave the box empty.", "返家登记只登记父母，请改选父母，或留空不选。")
_WHICH = Label("Two parents are away: choose who came home to stay.", "父母都在外，请选返家的是谁，再结束外出。")
_SAVED = Label("Saved: a parent of {names} came home on {on}.", "已保存：{names}的父母{on}返家。")
_ENDED = Label(
    "The stay away of {who} is ended in the file from {on} on; rules and figures follow.",
    "档案里{who}的外出已于{on}结束，留守认定和待办随之更新。",
)
_NONE_ENDED = Label(
    "No stay away was found that could be ended; look at the child's file.", "档案里没有找到要结束的外出登记，请到“建档与导入”核对。"
)
_CANNOT = Label(
    "Your role does not change the file: ask the class teacher or the registrar to end the stay away there.",
    "您的角色不能改档案，请班主任或学籍管理员在档案里结束外出。",
)
_REASON = Label("parent came home", "父母返家")


class HomeCard(widgets.VBox):  # type: ignore[misc]
    """The form of a homecoming; `begin` opens it with a child and its brothers and sisters chosen."""

    def __init__(self, desk: Desk, told: Told) -> None:
        self.desk, self._told = desk, told
        self.end = widgets.Checkbox(value=False, indent=False, description=_END.text(), layout={"width": "auto"})
        self.form = RecordForm(
            Homecoming,
            _BOXES,
            on_submit=self._save,
            hidden={"staff_id": desk.actor.staff_id},
            references={"child_id": []},
            several=("child_id",),
            title=Homecoming.label,
        )
        super().__init__([self.end, self.form])

    def __repr__(self) -> str:
        return "HomeCard()"

    def begin(self, child_id: str) -> None:
        """Open the form; `NotFound` for a child about whom the person does not write homecomings."""
        child = self.desk.get(Child, child_id)
        family = child.record.family_id
        same = {one.id for one in self.desk.find(Child, {"family_id": family})} if family else {child_id}
        options = [one for one in children_for(self.desk, Homecoming, clock.today()) if one[0] in same]
        if child_id not in {one for one, _, _ in options}:
            raise NotFound
        self.end.value = False
        self.form.start(
            {"child_id": [one for one, _, _ in options], "returned_on": clock.today()},
            references={"child_id": options},
            drafts=Drafts.in_store(self.desk, "homecoming_card", child_id),
        )

    def _save(self, entry: Entry) -> Saved:
        first: Homecoming = entry.record
        ends = bool(first.stays) or self.end.value
        ended = save_homecoming(self.desk, entry.records, ends=ends)
        names = child_names(self.desk, {one.child_id for one in entry.records})
        message = _SAVED.format(names=_AND.text().join(names[one.child_id] for one in entry.records), on=first.returned_on)
        lines, tone = [], Tone.OK
        if ended:
            lines = [_ENDED.format(who=_AND.text().join(ended), on=first.returned_on)]
        elif ends:
            lines, tone = [_NONE_ENDED if may_write(self.desk.actor, Absence) else _CANNOT], Tone.WARN
        self._told(message, tone, lines)
        return Saved(message)


def save_homecoming(desk: Desk, records: Sequence[Homecoming], *, ends: bool) -> list[str]:
    """Save a homecoming for each child; with `ends` also end the stays away of the parent who came (where nobody is named, of the only one away).

    Gives the names of those whose stay was ended. `UserError` when somebody who leaves again is said to stay, when it is no parent, or when of two
    parents away nobody says which.
    """
    first = records[0]
    if ends and first.left_on:
        raise UserError(_BOTH, code="stays_and_leaves")
    if first.relation is not None and str(first.relation) not in PARENTS:
        raise UserError(_NOT_PARENT, code="not_a_parent")
    with desk.transaction():
        desk.add_all(records)
        return _end_stays(desk, records) if ends and may_write(desk.actor, Absence) else []


def _end_stays(desk: Desk, records: Sequence[Homecoming]) -> list[str]:
    first = records[0]
    families = {one.record.family_id for one in desk.find(Child, {"id": [one.child_id for one in records]})} - {None}
    members = desk.find(FamilyMember, {"family_id": sorted(f for f in families if f)}) if families else []
    wanted = PARENTS if first.relation is None else (str(first.relation),)
    parents = {one.id: one.record.name for one in members if str(one.record.relation) in wanted}
    stays = [one for one in desk.find(Absence, {"member_id": sorted(parents)}) if _covers(one.record, first.returned_on)] if parents else []
    names = list(dict.fromkeys(parents[one.record.member_id] for one in stays))
    if first.relation is None and len({one.record.member_id for one in stays}) > 1:
        # who is still away must not be taken for being at home
        raise UserError(_WHICH, code="which_parent")
    for stay in stays:
        desk.amend(stay.record.model_copy(update={"until_on": first.returned_on}), seen=stay.version, reason=_REASON.text())
    return names


def _covers(stay: Absence, day: date) -> bool:
    return (stay.from_on is None or stay.from_on <= day) and (stay.until_on is None or stay.until_on > day)
