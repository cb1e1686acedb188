"""What a check of a contact card saves: the phones that were put right, wherever the same person stands, and the check itself, all or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from carekit import clock
from carekit.apps.intake_file import OpenFile, amend_all
from carekit.errors import UserError
from carekit.fields import new_id
from carekit.language import Label
from carekit.names import same_name_key
from carekit.records import CardCheck, Child, Family, FamilyMember
from carekit.records.codes import CardState
from carekit.store import Desk, Revision
from carekit.store.scope import in_scope

#: The boxes of a family member that a card is called by.
PHONES = ("phone", "other_phone")
_AND = Label(", ", "、")
_NOTE_MISSING = Label(
    "Write who cannot be reached; the card stays due until they are.", "请写明谁联系不上；联系上之前，这张卡一直列为待核对。"
)
_FOR_ALL = Label("{who}: the new phone stands on the card of {names} too.", "{who}的新电话，{names}的联系卡上也已改好。")
_ELSEWHERE = Label(
    "{who} stands in another family too (child: {names}); the phone was changed there as well.",
    "{who}也登记在另一家（孩子：{names}），那边的电话一并改好了。",
)
_KEPT = Label(
    "Somebody else changed other things of this family meanwhile; both changes are kept.",
    "刚有别人改过这家的其他内容，两边的修改都保留了。",
)
_REASON = Label("contact card gone through", "核对联系卡")


@dataclass(frozen=True, slots=True)
class SavedCheck:
    """What was saved: the result of the check, and what else a person should know."""

    state: CardState
    lines: tuple[Label, ...]

    def __repr__(self) -> str:
        return f"SavedCheck({self.state.name})"


def save_check(
    desk: Desk, opened: OpenFile, check: CardCheck, people: Sequence[FamilyMember], home: Family, others: Sequence[str] = ()
) -> SavedCheck:
    """Save a check of the card that was opened, with its people and the home as they stand now; `others` are brothers and sisters checked with it.

    Something that was put right makes a check "put right". Raises `UserError` when somebody is out of reach and nobody is named, `PartClash` when two people
    changed the same box.
    """
    if check.state is CardState.UNREACHED and not check.note:
        raise UserError(_NOTE_MISSING, code="note_missing")
    before = {one.id: one.record for one in opened.members}
    changed = [one for one in people if one != before.get(one.id)]
    rehomed = home != (opened.family.record if opened.family else Family(id=home.id))
    if check.state is CardState.RIGHT and (changed or rehomed):
        check = check.model_copy(update={"state": CardState.CHANGED})
    with desk.transaction():
        if opened.family is None and (changed or rehomed):
            desk.add(home)
            desk.amend(opened.child.record.model_copy(update={"family_id": home.id}), seen=opened.child.version, reason=_REASON.text())
        kept = amend_all(
            desk, [*(one for one in people if one.id in before), *([home] if opened.family else [])], opened.seen, _REASON.text()
        )
        desk.add_all([one for one in people if one.id not in before], _REASON.text())
        lines = [line for one in changed if one.id in before for line in _everywhere(desk, opened, before[one.id], one)]
        desk.add_all([check, *(check.model_copy(update={"id": new_id(), "child_id": child_id}) for child_id in others)])
    return SavedCheck(check.state, (*lines, *([_KEPT] if kept else [])))


def _everywhere(desk: Desk, opened: OpenFile, was: FamilyMember, now: FamilyMember) -> list[Label]:
    """Put the new phones of a person right wherever else they stand, and say for whom they changed."""
    if all(getattr(was, name) == getattr(now, name) for name in PHONES):
        return []
    lines = []
    siblings = [one.record.name for one in desk.find(Child, {"family_id": was.family_id}) if one.id != opened.child.id]
    if siblings:
        lines.append(_FOR_ALL.format(who=now.name, names=_AND.text().join(siblings)))
    for twin in same_person(desk, was):
        amended = _with_phones(twin.record, was, now)
        if amended != twin.record:
            desk.amend(amended, seen=twin.version, reason=_REASON.text())
            names = [one.record.name for one in desk.find(Child, {"family_id": twin.record.family_id})]
            lines.append(_ELSEWHERE.format(who=now.name, names=_AND.text().join(names)))
    return lines


def same_person(desk: Desk, member: FamilyMember) -> list[Revision[FamilyMember]]:
    """The entries of the same person in other families that the reader may change: the same identity number, or the same name and phone."""
    rows = desk.rows("family_member")
    phones = [phone for phone in (member.phone, member.other_phone) if phone]
    alike: list[sa.ColumnElement[bool]] = [rows.c[name].in_(phones) for name in PHONES] if phones else []
    if member.id_number:
        alike.append(rows.c.id_number == member.id_number)
    if not alike:
        return []
    own = in_scope(desk.actor, FamilyMember, rows, clock.today(), writing=True)
    select = sa.select(rows.c.id, rows.c.name, rows.c.id_number).where(sa.or_(*alike), own, rows.c.family_id != member.family_id)
    same = [
        one
        for one, name, number in desk.tuples(select)
        if (number and number == member.id_number)
        or (_agree(number, member.id_number) and same_name_key(name) == same_name_key(member.name))
    ]
    return desk.find(FamilyMember, {"id": same}) if same else []


def _agree(one: str | None, other: str | None) -> bool:
    """Whether two identity numbers may be of one person: two different ones are not."""
    return not one or not other or one == other


def _with_phones(twin: FamilyMember, was: FamilyMember, now: FamilyMember) -> FamilyMember:
    update: dict[str, str | None] = {}
    for name in PHONES:
        old, new = getattr(was, name), getattr(now, name)
        if old == new:
            continue
        places = [place for place in PHONES if old and getattr(twin, place) == old]
        if not places and new and was.id_number and was.id_number == twin.id_number:
            places = [name]
        update |= dict.fromkeys(places, new)
    return twin.model_copy(update=update)
