"""What the pages say about one child today: class, class teacher, family, who raises them, brothers and sisters.

Everything is read through a desk, so that each answer holds what the reader may see and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from carekit import clock
from carekit.access import hidden_fields
from carekit.calendar import age_at
from carekit.records import Assignment, CareArrangement, Child, Enrolment, Family, FamilyMember, Pairing, Record, SchoolClass, StaffMember
from carekit.records.codes import FATHERS, MOTHERS, Duty, Relation
from carekit.store import Desk, Revision

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class ChildFacts:
    """One child on one day: `member_of` relations are records of the family; None or () where nothing is known or may be seen."""

    child: Revision[Child]
    on: date
    room: SchoolClass | None
    teachers: tuple[StaffMember, ...]
    supporters: tuple[StaffMember, ...]
    family: Family | None
    members: tuple[FamilyMember, ...]
    carer: FamilyMember | None
    care: CareArrangement | None = None

    @property
    def age(self) -> int | None:
        """Age in whole years on the day, None when the date of birth is not known."""
        born = self.child.record.birth_on
        return age_at(born, self.on) if born and born <= self.on else None

    @property
    def father(self) -> FamilyMember | None:
        """The father, or who stands in his place."""
        return self._parent(FATHERS)

    @property
    def mother(self) -> FamilyMember | None:
        """The mother, or who stands in her place."""
        return self._parent(MOTHERS)

    def _parent(self, relations: tuple[Relation, ...]) -> FamilyMember | None:
        return next((m for relation in relations for m in self.members if m.relation == relation), None)

    @property
    def guardian(self) -> FamilyMember | None:
        """Who raises the child; otherwise the person marked as guardian, somebody other than the parents first."""
        parents = (*FATHERS, *MOTHERS)
        marked = sorted((m for m in self.members if m.guardian), key=lambda m: m.relation in parents)
        return self.carer or next(iter(marked), None)

    def __repr__(self) -> str:
        return f"ChildFacts({self.child.id})"


def child_facts(desk: Desk, child_id: str, *, on: date | None = None) -> ChildFacts:
    """The facts about a child on a day (today when left out). The read is logged; `NotFound` as for any read."""
    child = desk.get(Child, child_id)
    day = on or clock.today()
    room = class_on(desk, child_id, day)
    family_id = child.record.family_id
    family = _one(desk, Family, {"id": family_id}) if family_id else None
    members = tuple(r.record for r in desk.find(FamilyMember, {"family_id": family_id})) if family_id else ()
    care = _care(desk, child_id, day)
    return ChildFacts(
        child=child,
        on=day,
        room=room,
        teachers=class_teachers(desk, room.id, day) if room else (),
        supporters=supporters(desk, child_id, day),
        family=family,
        members=members,
        carer=_carer(desk, care, members),
        care=care,
    )


def class_on(desk: Desk, child_id: str, day: date) -> SchoolClass | None:
    """The class that a child is in on a day; the day of leaving still counts; the later stay where two overlap."""
    stays = [r.record for r in desk.find(Enrolment, {"child_id": child_id})]
    here = [s for s in stays if s.enrolled_on <= day and (s.left_on is None or s.left_on >= day)]
    if not here:
        return None
    return _one(desk, SchoolClass, {"id": max(here, key=lambda s: (s.enrolled_on, s.id)).class_id})


def class_teachers(desk: Desk, class_id: str, day: date) -> tuple[StaffMember, ...]:
    """The class teachers of a class on a day, who began first first."""
    duties = [r.record for r in desk.find(Assignment, {"class_id": class_id, "duty": Duty.CLASS_TEACHER})]
    here = [d.staff_id for d in duties if d.from_on <= day and (d.until_on is None or d.until_on >= day)]
    found = {r.id: r.record for r in desk.find(StaffMember, {"id": here})} if here else {}
    return tuple(found[i] for i in dict.fromkeys(here) if i in found)


def supporters(desk: Desk, child_id: str, day: date) -> tuple[StaffMember, ...]:
    """The adults whom a child is paired with on a day and who are still there, who began first first; on its last day a pairing has ended."""
    if hidden_fields(desk.actor, Pairing) & {"child_id", "staff_id"}:
        return ()
    found = [r.record for r in desk.find(Pairing, {"child_id": child_id})]
    here = [p.staff_id for p in found if p.staff_id and p.from_on <= day and (p.until_on is None or p.until_on > day)]
    staff = {r.id: r.record for r in desk.find(StaffMember, {"id": here})} if here else {}
    there = {i: one for i, one in staff.items() if one.until_on is None or one.until_on >= day}
    return tuple(there[i] for i in dict.fromkeys(here) if i in there)


def siblings(desk: Desk, child: Revision[Child]) -> list[Revision[Child]]:
    """The other children of the family that the reader may see, in the order of names."""
    family_id = child.record.family_id
    return [r for r in desk.find(Child, {"family_id": family_id}) if r.id != child.id] if family_id else []


def _one(desk: Desk, record: type[R], where: dict[str, Any]) -> R | None:
    return next((r.record for r in desk.find(record, where)), None)


def _care(desk: Desk, child_id: str, day: date) -> CareArrangement | None:
    if hidden_fields(desk.actor, CareArrangement) & {"carer_id", "from_on", "until_on"}:
        return None
    return care_on([r.record for r in desk.find(CareArrangement, {"child_id": child_id})], day)


def _carer(desk: Desk, care: CareArrangement | None, members: tuple[FamilyMember, ...]) -> FamilyMember | None:
    if care is None:
        return None
    return next((m for m in members if m.id == care.carer_id), None) or _one(desk, FamilyMember, {"id": care.carer_id})


def care_on(cares: Iterable[CareArrangement], day: date) -> CareArrangement | None:
    """Of a child's arrangements the one by which it is cared for on a day: the last to begin of those that run and name a carer.

    The last day still counts. The rule of entrusted care chooses in the same way.
    """
    here = [c for c in cares if c.carer_id and (c.from_on is None or c.from_on <= day) and (c.until_on is None or c.until_on >= day)]
    return max(here, key=lambda c: (c.from_on or date.min, c.id), default=None)
