"""What the sample's records say of each child enrolled on `SAMPLE_TODAY`, gathered for writing rosters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from carekit.records import Absence, CareArrangement, Case, Child, Closure, Enrolment, Family, FamilyMember, Record, SchoolClass
from carekit.records.codes import FATHERS, MOTHERS, LeftBehindSchool
from carekit.sample.households import LAST_CLEAR_START
from carekit.sample.plan import THIS_YEAR


@dataclass(slots=True)
class Dossier:
    """One child with class, family, members, who is away, who raises it, and whether it is on the register."""

    child: Child
    school_class: SchoolClass
    family: Family | None = None
    father: FamilyMember | None = None
    mother: FamilyMember | None = None
    carer: FamilyMember | None = None
    away: dict[str, Absence] = field(default_factory=dict)
    past: bool = False
    on_register: bool = False

    @property
    def claim(self) -> LeftBehindSchool:
        """是否留守儿童 as the pupil register has it: how many parents have been away for three months."""
        gone = sum(absence.from_on is not None and absence.from_on <= LAST_CLEAR_START for absence in self.away.values())
        return (LeftBehindSchool.NONE, LeftBehindSchool.ONE, LeftBehindSchool.BOTH)[gone]

    @property
    def plain(self) -> bool:
        """Whether father and mother are both known with name and phone, a usual start to repeat or to change in a roster."""
        return all(parent is not None and parent.phone for parent in (self.father, self.mother)) and not self.past


def dossiers(records: Iterable[Record]) -> list[Dossier]:
    """The children of this school year's classes who are still in them, in the order of their classes and of their ids."""
    by_kind: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        by_kind[record.kind].append(record)
    classes = {c.id: c for c in by_kind["school_class"] if isinstance(c, SchoolClass) and c.school_year == THIS_YEAR}
    children = {c.id: c for c in by_kind["child"] if isinstance(c, Child)}
    families = {f.id: f for f in by_kind["family"] if isinstance(f, Family)}
    members = {m.id: m for m in by_kind["family_member"] if isinstance(m, FamilyMember)}
    found: dict[str, Dossier] = {}
    for stay in by_kind["enrolment"]:
        if isinstance(stay, Enrolment) and stay.left_on is None and stay.class_id in classes:
            child = children[stay.child_id]
            found[child.id] = Dossier(child, classes[stay.class_id], families.get(child.family_id or ""))
    by_family: dict[str, list[Dossier]] = defaultdict(list)
    for dossier in found.values():
        if dossier.family:
            by_family[dossier.family.id].append(dossier)
    _add_members(members, by_family)
    _add_absences(by_kind["absence"], members, by_family)
    _add_care(by_kind, found, members)
    return sorted(found.values(), key=lambda d: (d.school_class.grade, d.school_class.number, d.child.id))


def _add_members(members: dict[str, FamilyMember], by_family: dict[str, list[Dossier]]) -> None:
    for member in members.values():
        for dossier in by_family.get(member.family_id, ()):
            if member.relation in FATHERS:
                dossier.father = member
            elif member.relation in MOTHERS:
                dossier.mother = member


def _add_absences(absences: list[Record], members: dict[str, FamilyMember], by_family: dict[str, list[Dossier]]) -> None:
    for absence in absences:
        if not isinstance(absence, Absence):
            continue
        member = members[absence.member_id]
        for dossier in by_family.get(member.family_id, ()):
            if absence.until_on is None:
                dossier.away["father" if member.relation in FATHERS else "mother"] = absence
            else:
                dossier.past = True


def _add_care(by_kind: dict[str, list[Record]], found: dict[str, Dossier], members: dict[str, FamilyMember]) -> None:
    for care in by_kind["care_arrangement"]:
        if isinstance(care, CareArrangement) and care.until_on is None and care.child_id in found and care.carer_id:
            found[care.child_id].carer = members[care.carer_id]
    closed = {c.case_id for c in by_kind["closure"] if isinstance(c, Closure) and c.in_force and c.reopened_on is None}
    for case in by_kind["case"]:
        if isinstance(case, Case) and case.child_id in found and case.id not in closed:
            found[case.child_id].on_register = True
