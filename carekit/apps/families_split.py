"""A family becomes two (分户), and two become one (并户): every version stays where it was, nothing of the other children's files is touched."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from carekit import clock
from carekit.apps.child_facts import care_on
from carekit.apps.families_phones import PHONES
from carekit.errors import UserError
from carekit.fields import new_id
from carekit.language import Label
from carekit.names import same_name_key
from carekit.obligations.facts import PARENTS
from carekit.records import Absence, CareArrangement, Child, Family, FamilyMember, Homecoming
from carekit.store import Conflict, Desk, Revision

_AND = Label(", ", "、")
_REASON_MISSING = Label("Write why, in a few words.", "请写几个字说明原因。")
_NO_FAMILY = Label("This child has no family in the file yet.", "这个孩子的档案里还没有家庭，请先到“建档与导入”填写。")
_NOBODY_STAYS = Label(
    "No child would stay with the present family; change the members in the file instead.",
    "没有孩子留在原来的家庭，不用分户；家庭成员有变化的，请到“建档与导入”修改。",
)
_NOBODY_GOES = Label("Tick who belongs to the new family.", "请勾选跟孩子一起走的家庭成员。")
_CARER_STAYS = Label(
    "{carer} cares for {child} and has to go along; or change the carer first.", "{carer}正在照料{child}，请一并勾选，或先“换照料人”。"
)
_ONE_FAMILY = Label("These children are of one family already.", "他们已经在同一个家庭里。")
_NOT_YOURS = Label(
    "The other family has children who are not among yours; ask the registrar to join the two.",
    "那一家还有不在您名单里的孩子，请学籍管理员办理并户。",
)
_MEANWHILE = Label(
    "Somebody has changed one of these families meanwhile. Open the child again.", "刚刚有人改过其中一家的资料，请重新打开再办。"
)
_DIFFER = Label("{who}: {fields} differ; what this family has was kept.", "{who}的{fields}两处不同，保留了这一家的，请核对。")


@dataclass(frozen=True, slots=True)
class Split:
    """The new family, and how many members went along."""

    family_id: str
    members: int


def split_family(desk: Desk, child_ids: Sequence[str], member_ids: Collection[str], reason: str) -> Split:
    """Children of one family get a family of their own, with copies of the members that go along and of their stays away.

    Their arrangements point to the copies; the file of who stays is untouched. `UserError` without a reason, without members, when no child stays or when
    the present carer stays behind; `NotFound` outside the person's scope.
    """
    children = [desk.get(Child, child_id) for child_id in child_ids]
    family_id = children[0].record.family_id if children else None
    if family_id is None or any(one.record.family_id != family_id for one in children):
        raise UserError(_NO_FAMILY, code="no_family")
    going = [one.record for one in desk.find(FamilyMember, {"family_id": family_id}) if one.id in member_ids]
    if not reason.strip():
        raise UserError(_REASON_MISSING, code="reason_missing")
    if not going:
        raise UserError(_NOBODY_GOES, code="nobody_goes")
    if not _count_children(desk, family_id) - len(children):
        raise UserError(_NOBODY_STAYS, code="nobody_stays")
    cares = desk.find(CareArrangement, {"child_id": list(child_ids)})
    _require_carers(desk, children, cares, going)
    (family,) = desk.find(Family, {"id": family_id})
    new = family.record.model_copy(update={"id": new_id()})
    copies = {one.id: one.model_copy(update={"id": new_id(), "family_id": new.id}) for one in going}
    with desk.transaction():
        stays = _copied_stays(desk, copies, family_id, child_ids)
        desk.add_all([new, *copies.values(), *stays], reason)
        _amend_all(desk, children, reason, family_id=lambda _: new.id)
        _amend_all(desk, [c for c in cares if c.record.carer_id in copies], reason, carer_id=lambda care: copies[care.carer_id].id)
    return Split(new.id, len(copies))


def _count_children(desk: Desk, family_id: str) -> int:
    """How many children a family has, those of other classes too: a number, no names."""
    rows = desk.rows("child", restrict=False)
    return int(desk.tuples(sa.select(sa.func.count()).select_from(rows).where(rows.c.family_id == family_id))[0][0])


def _require_carers(
    desk: Desk, children: Iterable[Revision[Child]], cares: list[Revision[CareArrangement]], going: list[FamilyMember]
) -> None:
    there = {one.id for one in going}
    for child in children:
        care = care_on([c.record for c in cares if c.record.child_id == child.id], clock.today())
        carer = desk.find(FamilyMember, {"id": care.carer_id, "family_id": child.record.family_id}) if care else []
        if carer and carer[0].id not in there:
            raise UserError(_CARER_STAYS.format(carer=carer[0].record.name, child=child.record.name), code="carer_stays")


def _copied_stays(desk: Desk, copies: dict[str, FamilyMember], family_id: str, leaving: Sequence[str]) -> list[Absence]:
    """The stays away of the copied members; a homecoming that stays with a brother or sister is kept as the last visit home."""
    siblings = [one.id for one in desk.find(Child, {"family_id": family_id}) if one.id not in leaving]
    seen = desk.find(Homecoming, {"child_id": siblings}) if siblings else []
    made = []
    for stay in desk.find(Absence, {"member_id": sorted(copies)}):
        copy = copies[stay.record.member_id]
        relation = str(copy.relation)
        visits = [
            v.record.returned_on for v in seen if str(v.record.relation) == relation or (v.record.relation is None and relation in PARENTS)
        ]
        told = [day for day in (*visits, stay.record.last_returned_on) if day is not None]
        update = {"id": new_id(), "member_id": copy.id, "last_returned_on": max(told, default=None)}
        made.append(stay.record.model_copy(update=update))
    return made


def _amend_all(desk: Desk, revisions: Iterable[Revision[Any]], reason: str, **values: Any) -> None:
    """Save changed fields, each worked out from the record; `UserError` when somebody changed one of the records meanwhile."""
    for one in revisions:
        try:
            update = {name: value(one.record) for name, value in values.items()}
            desk.amend(one.record.model_copy(update=update), seen=one.version, reason=reason)
        except Conflict:
            raise UserError(_MEANWHILE, code="meanwhile") from None


# --- two families become one ------------------------------------------------------------------------------------------


def alike_families(desk: Desk, child_id: str) -> list[Revision[Child]]:
    """Children of other families in which a member of this child's family seems to stand as well: the same identity number, or name and phone."""
    family_id = desk.get(Child, child_id).record.family_id
    own = [one.record for one in desk.find(FamilyMember, {"family_id": family_id})] if family_id else []
    rows = desk.rows("family_member")
    numbers = [one.id_number for one in own if one.id_number]
    phones = [phone for one in own for phone in (one.phone, one.other_phone) if phone]
    either = [rows.c.id_number.in_(numbers), *(rows.c[name].in_(phones) for name in PHONES)]
    select = sa.select(rows.c.family_id, rows.c.name, rows.c.id_number).where(sa.or_(*either), rows.c.family_id != family_id)
    names = {same_name_key(one.name) for one in own}
    found = {family for family, name, number in desk.tuples(select) if number in numbers or same_name_key(name) in names}
    return desk.find(Child, {"family_id": sorted(found)}) if found else []


def join_families(desk: Desk, child_id: str, other_id: str, reason: str) -> list[Label]:
    """The children of the other child's family come into the family of `child_id`; who stands in both becomes one, everybody else comes along.

    Blanks of those who become one are filled; where they differ, this family's values stay, and a line for the person says so. `UserError` without a
    reason, when they are one family already, or when the other family has children whom the person may not change.
    """
    child, other = desk.get(Child, child_id), desk.get(Child, other_id)
    kept_id, gone_id = child.record.family_id, other.record.family_id
    if kept_id is None or gone_id is None:
        raise UserError(_NO_FAMILY, code="no_family")
    if kept_id == gone_id:
        raise UserError(_ONE_FAMILY, code="one_family")
    if not reason.strip():
        raise UserError(_REASON_MISSING, code="reason_missing")
    moving = desk.find(Child, {"family_id": gone_id})
    if len(moving) != _count_children(desk, gone_id):
        raise UserError(_NOT_YOURS, code="not_yours")
    kept, coming = (desk.find(FamilyMember, {"family_id": family}) for family in (kept_id, gone_id))
    same = {theirs.id: ours for theirs in coming for ours in kept if _same(ours.record, theirs.record)}
    with desk.transaction():
        lines = [line for one in coming if one.id in same for line in _fill(desk, same[one.id], one, reason)]
        _amend_all(desk, [one for one in coming if one.id not in same], reason, family_id=lambda _: kept_id)
        _move_stays(desk, same, reason)
        cares = desk.find(CareArrangement, {"child_id": [one.id for one in moving]})
        _amend_all(desk, [c for c in cares if c.record.carer_id in same], reason, carer_id=lambda care: same[care.carer_id].id)
        for one in (one for one in coming if one.id in same):
            desk.withdraw(FamilyMember, one.id, seen=one.version, reason=reason)
        for family in desk.find(Family, {"id": gone_id}):
            desk.withdraw(Family, family.id, seen=family.version, reason=reason)
        _amend_all(desk, moving, reason, family_id=lambda _: kept_id)
    return lines


def _same(ours: FamilyMember, theirs: FamilyMember) -> bool:
    if ours.id_number and theirs.id_number:
        return ours.id_number == theirs.id_number
    return same_name_key(ours.name) == same_name_key(theirs.name) and ours.relation == theirs.relation


def _fill(desk: Desk, ours: Revision[FamilyMember], theirs: Revision[FamilyMember], reason: str) -> list[Label]:
    names = [name for name in FamilyMember.fields if name not in ("id", "family_id")]
    mine, other = ours.record, theirs.record
    blanks = {name: getattr(other, name) for name in names if getattr(mine, name) is None and getattr(other, name) is not None}
    differ = [
        name for name in names if getattr(other, name) is not None and name not in blanks and getattr(mine, name) != getattr(other, name)
    ]
    _amend_all(desk, [ours], reason, **{name: lambda _, value=value: value for name, value in blanks.items()})
    said = _AND.text().join(FamilyMember.fields[name].label.text() for name in differ)
    return [_DIFFER.format(who=mine.name, fields=said)] if differ else []


def _move_stays(desk: Desk, same: dict[str, Revision[FamilyMember]], reason: str) -> None:
    """The stays away of those who become one: what stands twice is withdrawn, the rest comes along."""
    if not same:
        return
    known = {(one.record.member_id, one.record.from_on) for one in desk.find(Absence, {"member_id": [one.id for one in same.values()]})}
    for stay in desk.find(Absence, {"member_id": sorted(same)}):
        ours = same[stay.record.member_id].id
        if (ours, stay.record.from_on) in known:
            desk.withdraw(Absence, stay.id, seen=stay.version, reason=reason)
        else:
            _amend_all(desk, [stay], reason, member_id=lambda _, ours=ours: ours)
