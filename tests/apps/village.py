"""A small school for the tests of the apps: two classes, their teachers, a registrar, and children of every standing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from carekit import clock
from carekit.records import (
    Absence,
    Assignment,
    CareArrangement,
    Case,
    Child,
    Closure,
    Enrolment,
    Family,
    FamilyMember,
    Record,
    RuleSettings,
    School,
    SchoolClass,
    StaffMember,
    Term,
)
from carekit.records.codes import ClosureReason, Duty, LeavingReason, Relation, Role, Sex, TermNumber
from carekit.store import Actor, Desk, Store, new_key

TODAY = date(2026, 5, 20)
START = date(2025, 9, 1)


@dataclass
class Village:
    """The store, its people by key (`staff`, `children`, `members`), and desks for them."""

    store: Store
    console: Desk
    school: School
    third: SchoolClass
    fourth: SchoolClass
    staff: dict[str, StaffMember] = field(default_factory=dict)
    children: dict[str, Child] = field(default_factory=dict)
    members: dict[str, FamilyMember] = field(default_factory=dict)

    def desk(self, key: str) -> Desk:
        """The desk of a staff member in their role."""
        member = self.staff[key]
        return self.store.for_actor(Actor(member.id, member.role))


_STAFF = {"wang": Role.CLASS_TEACHER, "li": Role.CLASS_TEACHER, "zhou": Role.REGISTRAR, "he": Role.COUNSELLOR, "sun": Role.SUBJECT_TEACHER}
_NAMES = {"wang": "王样", "li": "李样", "zhou": "周样", "he": "何样", "sun": "孙样"}


def _children(village: Village, records: list[Record]) -> None:
    family, other = Family(village="清溪村1组", address="样例镇清溪村1组3号"), Family(phone="15400000077")
    grandmother = FamilyMember(family_id=family.id, name="样奶奶", relation=Relation.FATHERS_MOTHER, phone="15400000001")
    father = FamilyMember(family_id=family.id, name="赵大样", relation=Relation.FATHER, phone="15400000002")
    village.members |= {"grandmother": grandmother, "father": father}
    made = {
        "elder": Child(name="赵小禾", sex=Sex.MALE, family_id=family.id, id_number="999999201603150024", born_on=date(2016, 3, 15)),
        "younger": Child(name="赵小雨", sex=Sex.FEMALE, family_id=family.id, born_on=date(2017, 6, 2)),
        "same_1": Child(name="张小雨", born_on=date(2016, 12, 31), village="柏树村2组"),
        "same_2": Child(name="张小雨", born_on=date(2016, 12, 31), village="龙井村4组"),
        "foreign": Child(
            name="钱小雨", family_id=other.id, pupil_number="G999999201601010028", id_number="999999201601010028", born_on=date(2016, 1, 1)
        ),
        "left": Child(name="孙远行", born_on=date(2015, 1, 7), school_number="31501"),
        "closed": Child(name="欧阳晓棠", born_on=date(2016, 8, 8)),
    }
    village.children |= made
    classes = {"foreign": village.fourth, "left": village.fourth}
    records += [family, other, grandmother, father, *made.values()]
    for key, child in made.items():
        left = {"left_on": date(2026, 1, 10), "leaving": LeavingReason.TRANSFERRED_OUT} if key == "left" else {}
        records.append(Enrolment(child_id=child.id, class_id=classes.get(key, village.third).id, enrolled_on=START, **left))
    cases = {key: Case(child_id=made[key].id, opened_on=START) for key in ("elder", "younger", "foreign", "closed", "same_1")}
    records += [*cases.values(), Absence(member_id=father.id, from_on=date(2024, 2, 20), work_place="广东省")]
    records += [CareArrangement(child_id=made[key].id, carer_id=grandmother.id, from_on=START) for key in ("elder", "younger")]
    # as it stands on paper: who approved it there does not matter to the tests
    paper = {"reason": ClosureReason.PARENT_BACK, "approved_by": village.staff["zhou"].id}
    records.append(Closure(case_id=cases["closed"].id, closed_on=date(2026, 3, 2), **paper))


@contextmanager
def village_in(location: Path | str) -> Iterator[Village]:
    """The school in a new store in a folder, or in an empty PostgreSQL database, at noon of `TODAY`."""
    store = Store.create(location / "school.carekit" if isinstance(location, Path) else location, key=new_key())
    with clock.at(TODAY):
        school = School(name="样例小学")
        third = SchoolClass(school_id=school.id, school_year=2025, grade=3, number=1, name="三(1)班")
        fourth = SchoolClass(school_id=school.id, school_year=2025, grade=4, number=2, name="四(2)班")
        village = Village(store, store.for_actor(Actor.console()), school, third, fourth)
        village.staff |= {key: StaffMember(school_id=school.id, name=_NAMES[key], role=role) for key, role in _STAFF.items()}
        records: list[Record] = [school, third, fourth, *village.staff.values(), RuleSettings(school_id=school.id, from_on=START)]
        records += [
            Term(school_id=school.id, school_year=2025, number=TermNumber.FIRST, starts_on=START, ends_on=date(2026, 1, 30)),
            Term(school_id=school.id, school_year=2025, number=TermNumber.SECOND, starts_on=date(2026, 3, 2), ends_on=date(2026, 7, 10)),
        ]
        duties: list[tuple[str, SchoolClass, Duty]] = [("wang", third, Duty.CLASS_TEACHER), ("li", fourth, Duty.CLASS_TEACHER)]
        duties.append(("sun", third, Duty.SUBJECT_TEACHER))
        records += [Assignment(class_id=c.id, staff_id=village.staff[key].id, duty=duty, from_on=START) for key, c, duty in duties]
        _children(village, records)
        village.console.add_all(records)
        yield village
    store.close()


def box(**values: Any) -> dict[str, Any]:
    """What a form's page sends on Save: the boxes of its fields, and of its parts under ``parts``."""
    return {"fields": values, "parts": {}}
