"""A small named cast for tests of access: two classes, a teacher and a child each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from carekit.records import Child, Family, FamilyMember, School, SchoolClass, StaffMember
from carekit.records.codes import Role
from carekit.store import Actor, Desk, Store

TODAY = date(2026, 3, 16)


@dataclass
class Cast:
    """Two classes with a teacher and a child each; He's grandmother raises him."""

    store: Store
    console: Desk
    school: School
    third: SchoolClass
    fourth: SchoolClass
    wang: StaffMember
    li: StaffMember
    he: Child
    yu: Child
    family: Family
    grandmother: FamilyMember

    def desk(self, member: StaffMember, role: Role | None = None) -> Desk:
        """The desk of a staff member."""
        return self.store.for_actor(Actor(member.id, role or member.role))
