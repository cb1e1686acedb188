"""One child's whole file as intake reads and saves it: child, family, its members, who is away, who raises the child, the class.

Everything is saved in one transaction. What two people changed at the same time is kept from both where they changed different
fields; where they clash, the person is told before anything is saved.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import sqlalchemy as sa

from carekit import clock
from carekit.apps.staff import staff_name
from carekit.errors import UserError
from carekit.language import Label
from carekit.obligations import Timetable, left_behind
from carekit.records import Absence, CareArrangement, Case, Child, Closure, Enrolment, Family, FamilyMember, Record
from carekit.records.codes import CaseSource, LeftBehindSchool, Role
from carekit.store import Conflict, Desk, Revision
from carekit.widgets import cell_text

R = TypeVar("R", bound=Record)
_THEIRS = Label("{who} changed “{field}” of {record} to: {value}", "{who}刚把{record}的“{field}”改成：{value}")
_THEY_WITHDREW = Label("{who} took {record} out of the file.", "{who}刚把{record}从档案中删除了。")
_TAKEN_OUT = Label("taken out in the form of the child's file", "在儿童档案表中删除")


@dataclass(frozen=True, slots=True, repr=False)
class ChildFile:
    """The records of one child's file as the form gives them; `stay` is the new child's place in a class."""

    child: Child
    family: Family
    members: tuple[FamilyMember, ...] = ()
    absences: tuple[Absence, ...] = ()
    cares: tuple[CareArrangement, ...] = ()
    stay: Enrolment | None = None

    def records(self) -> list[Record]:
        """All of them."""
        return [self.family, self.child, *self.members, *self.absences, *self.cares, *([self.stay] if self.stay else [])]

    def __repr__(self) -> str:
        return f"ChildFile({self.child.id})"


@dataclass(slots=True, repr=False)
class OpenFile:
    """A saved file as a person opened it: its revisions, and by id the version that they have seen of each."""

    child: Revision[Child]
    family: Revision[Family] | None
    members: list[Revision[FamilyMember]]
    absences: list[Revision[Absence]]
    cares: list[Revision[CareArrangement]]
    seen: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """What is shown is seen."""
        shown: list[Revision[Any]] = [self.child, *self.members, *self.absences, *self.cares, *([self.family] if self.family else [])]
        self.seen = {revision.id: revision.version for revision in shown}

    def __repr__(self) -> str:
        return f"OpenFile({self.child.id})"


def open_file(desk: Desk, child_id: str) -> OpenFile:
    """The file of a child inside the person's scope; `NotFound` otherwise. The read is logged."""
    child = desk.get(Child, child_id)
    family_id = child.record.family_id
    family = next(iter(desk.find(Family, {"id": family_id})), None) if family_id else None
    members, absences = family_of(desk, family_id)
    return OpenFile(child, family, members, absences, desk.find(CareArrangement, {"child_id": child_id}))


def family_of(desk: Desk, family_id: str | None) -> tuple[list[Revision[FamilyMember]], list[Revision[Absence]]]:
    """The members of a family, and their stays away."""
    if not family_id:
        return [], []
    members = desk.find(FamilyMember, {"family_id": family_id})
    return members, desk.find(Absence, {"member_id": [member.id for member in members]}) if members else []


# --- saving -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SavedFile:
    """What was saved: the child's revision, and whether this put the child on the register (`opened`) or found it `closed` there."""

    child: Revision[Child]
    opened: bool = False
    closed: bool = False
    kept_theirs: bool = False


def save_new(desk: Desk, file: ChildFile, known: OpenFile | None = None) -> SavedFile:
    """Save a new child's file, all of it or nothing; `known` holds the brother's or sister's family that it joins, already saved.

    A child whom the facts make left behind comes onto the register. Raises what the store raises.
    """
    seen = known.seen if known is not None else {}
    with desk.transaction():
        desk.add_all([record for record in file.records() if record.id not in seen])
        kept = amend_all(desk, [record for record in file.records() if record.id in seen], seen)
        opened, closed = _register(desk, file.child.id)
        return SavedFile(desk.find(Child, {"id": file.child.id})[0], opened, closed, kept)


def save_amended(desk: Desk, opened: OpenFile, file: ChildFile, *, seen: int, removed: Iterable[str] = ()) -> SavedFile:
    """Save what changed in a file, all of it or nothing; `removed` are ids of rows that were taken out of the form.

    `Conflict` when the child itself was changed meanwhile (the form asks field by field), `PartClash` for the other records. Open the file again
    before the next save.
    """
    others = [record for record in file.records() if record.id != file.child.id]
    with desk.transaction():
        desk.add_all([record for record in others if record.id not in opened.seen])
        child = desk.amend(file.child, seen=seen)
        kept = amend_all(desk, [record for record in others if record.id in opened.seen], opened.seen)
        _withdraw_all(desk, opened, frozenset(removed))
        registered, closed = _register(desk, file.child.id)
    return SavedFile(child, registered, closed, kept)


class PartClash(UserError):
    """Somebody changed the same field of a family record meanwhile; `conflict` has both versions, nothing was saved."""

    code = "part_clash"

    def __init__(self, conflict: Conflict) -> None:
        super().__init__(
            Label(
                "Not saved: somebody changed the same field meanwhile, see above. Enter the right value and press Save again.",
                "没有保存：有一项刚被别人改过，见上方说明。请填好正确的内容，再点一次“保存”。",
            )
        )
        self.conflict = conflict


def clash_lines(desk: Desk, clash: PartClash) -> list[Label]:
    """What the other person saved, field by field, for whoever has to decide."""
    conflict = clash.conflict
    theirs = conflict.theirs.record
    who, record = staff_name(desk, conflict.theirs.recorded_by), getattr(theirs, "name", None) or theirs.label.text()
    if conflict.theirs.withdrawn:
        return [_THEY_WITHDREW.format(who=who, record=record)]
    return [
        _THEIRS.format(who=who, record=record, field=theirs.fields[name].label, value=cell_text(theirs.fields[name], getattr(theirs, name)))
        for name in theirs.fields
        if name in conflict.clashes
    ]


def amend_all(desk: Desk, records: Sequence[Record], seen: dict[str, int], reason: str = "") -> bool:
    """Save each record that changed; True when another person's changes to other fields were kept beside.

    `PartClash` where two people changed the same field; `seen` then holds the newer version, so that saving again is the person's choice.
    """
    kept = False
    for record in records:
        try:
            desk.amend(record, seen=seen[record.id], reason=reason)
        except Conflict as conflict:
            if conflict.clashes or conflict.theirs.withdrawn:
                # the person sees both values now; saving again is their choice
                seen[record.id] = conflict.theirs.version
                raise PartClash(conflict) from None
            desk.amend(conflict.merged({}), seen=conflict.theirs.version, reason=reason)
            kept = True
    return kept


def _withdraw_all(desk: Desk, opened: OpenFile, removed: frozenset[str]) -> None:
    gone: list[tuple[type[Record], Revision[Any]]] = []
    gone += [(Absence, one) for one in opened.absences if one.id in removed or one.record.member_id in removed]
    gone += [(CareArrangement, one) for one in opened.cares if one.id in removed]
    gone += [(FamilyMember, one) for one in opened.members if one.id in removed]
    for kind, revision in gone:
        desk.withdraw(kind, revision.id, seen=opened.seen[revision.id], reason=_TAKEN_OUT.text())


# --- the register -----------------------------------------------------------------------------------------------------


def is_left_behind(desk: Desk, child_id: str) -> bool:
    """Whether the saved facts make an enrolled child left behind today, by any of the three definitions."""
    facts = left_behind(desk, Timetable.at(desk, clock.today())).subquery("facts")
    by_any = sa.or_(facts.c.mca, facts.c.local, facts.c.edu != str(LeftBehindSchool.NONE))
    return bool(desk.tuples(sa.select(facts.c.child_id).where(facts.c.child_id == child_id, by_any)))


def _register(desk: Desk, child_id: str) -> tuple[bool, bool]:
    """Put a child whom the facts make left behind onto the register; a closed entry is left to a person to reopen."""
    if not is_left_behind(desk, child_id):
        return False, False
    cases = desk.find(Case, {"child_id": child_id})
    if not cases:
        source = CaseSource.TEACHER if desk.actor.role is Role.CLASS_TEACHER else CaseSource.OTHER
        desk.add(Case(child_id=child_id, opened_on=clock.today(), source=source))
        return True, False
    closures = [one.record for one in desk.find(Closure, {"case_id": [case.id for case in cases]})]
    return False, any(closure.in_force and closure.reopened_on is None for closure in closures)
