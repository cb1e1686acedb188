"""A store of each kind and a small named cast in it, for the tests of the store."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from cast import TODAY, Cast

from carekit import clock
from carekit.records import Assignment, Child, Enrolment, Family, FamilyMember, School, SchoolClass, StaffMember
from carekit.records.codes import Duty, Relation, Role
from carekit.store import Actor, Store, new_key


@pytest.fixture(autouse=True)
def _standing_clock() -> Iterator[None]:
    """Every test of the store happens at noon of one day."""
    with clock.at(TODAY):
        yield


@pytest.fixture
def store(location: str) -> Iterator[Store]:
    """An empty store of each kind."""
    opened = Store.create(location, key=new_key())
    yield opened
    opened.close()


@pytest.fixture
def cast(store: Store) -> Cast:
    """The named cast, saved."""
    school = School(name="样例小学")
    third = SchoolClass(school_id=school.id, school_year=2025, grade=3, number=1, name="三(1)班")
    fourth = SchoolClass(school_id=school.id, school_year=2025, grade=4, number=2, name="四(2)班")
    wang = StaffMember(school_id=school.id, name="王样", role=Role.CLASS_TEACHER)
    li = StaffMember(school_id=school.id, name="李样", role=Role.CLASS_TEACHER)
    family = Family(village="样例村1组")
    he = Child(name="赵小禾", family_id=family.id, id_number="999999201603150024")
    yu = Child(name="钱小雨")
    grandmother = FamilyMember(family_id=family.id, name="测试奶奶", relation=Relation.FATHERS_MOTHER, phone="15400000001")
    start = date(2025, 9, 1)
    console = store.for_actor(Actor.console())
    console.add_all(
        [school, third, fourth, wang, li, family, he, yu, grandmother]
        + [Enrolment(child_id=c.id, class_id=k.id, enrolled_on=start) for c, k in ((he, third), (yu, fourth))]
        + [Assignment(class_id=k.id, staff_id=s.id, duty=Duty.CLASS_TEACHER, from_on=start) for k, s in ((third, wang), (fourth, li))]
    )
    return Cast(store, console, school, third, fourth, wang, li, he, yu, family, grandmother)
