"""A small school for tests: a named cast is built one child at a time through a desk, as the school's own people would."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from itertools import count
from typing import Any

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
    HomeVisit,
    Record,
    RuleSettings,
    School,
    SchoolClass,
    StaffMember,
    Talk,
    Term,
)
from carekit.records.codes import (
    Boarding,
    ClosureReason,
    Duty,
    EntryReason,
    Frequency,
    Health,
    HukouKind,
    LeavingReason,
    Nation,
    Outcome,
    Relation,
    Role,
    Schooling,
    Sex,
    TermNumber,
    VisitMode,
    WorkArea,
)
from carekit.store import Actor, Desk, Store

#: What makes a child's own part of the file complete.
WHOLE_FILE: dict[str, Any] = {
    "sex": Sex.FEMALE,
    "born_on": date(2016, 5, 6),
    "nation": Nation("01"),
    "id_number": "999999201605060029",
    "hukou_kind": HukouKind.RURAL,
    "hukou_place": "样例县样例镇",
    "address": "样例村1组",
    "health": Health.GOOD,
    "schooling": Schooling.PRIMARY,
    "boarding": Boarding.DAY,
}


@dataclass
class SmallSchool:
    """One school of the school year 2025 with the classes 三(1) and 四(2) of 王样 and 李样, empty until children are added."""

    store: Store
    year: int = 2025
    school: School = field(default_factory=lambda: School(name="样例小学"))
    desk: Desk = field(init=False)
    classes: dict[str, SchoolClass] = field(default_factory=dict)
    staff: dict[str, StaffMember] = field(default_factory=dict)
    _phones: Any = field(default_factory=lambda: count(15400000001))

    def __post_init__(self) -> None:
        self.desk = self.store.for_actor(Actor.console())
        self.save(self.school)
        self.add_class("三(1)", 3, 1, "王样")
        self.add_class("四(2)", 4, 2, "李样")

    def save(self, *records: Record) -> Any:
        """Save records and give back the first."""
        self.desk.add_all(list(records))
        return records[0]

    def desk_of(self, teacher: str) -> Desk:
        """The desk of a class teacher by name."""
        member = self.staff[teacher]
        return self.store.for_actor(Actor(member.id, member.role))

    def add_staff(self, name: str, role: Role = Role.CLASS_TEACHER) -> StaffMember:
        """A member of staff, made once a name."""
        if name not in self.staff:
            self.staff[name] = self.save(StaffMember(school_id=self.school.id, name=name, role=role))
        return self.staff[name]

    def add_class(self, name: str, grade: int, number: int, teacher: str | None, year: int | None = None) -> SchoolClass:
        """A class with its class teacher for the school year."""
        year = year or self.year
        made = self.save(SchoolClass(school_id=self.school.id, school_year=year, grade=grade, number=number, name=name))
        self.classes[name] = made
        if teacher:
            member = self.add_staff(teacher)
            self.save(
                Assignment(
                    class_id=made.id, staff_id=member.id, duty=Duty.CLASS_TEACHER, from_on=date(year, 9, 1), until_on=date(year + 1, 9, 1)
                )
            )
        return made

    def add_terms(self, *terms: tuple[int, date, date, str | None]) -> None:
        """Term dates as (number, first day, last day, days off) of the school year."""
        for number, first, last, closed in terms:
            self.save(
                Term(
                    school_id=self.school.id, school_year=self.year, number=TermNumber(str(number)), starts_on=first, ends_on=last,
                    closed_days=closed,
                )
            )  # fmt: skip

    def rules(self, from_on: date, **values: Any) -> RuleSettings:
        """Rules that hold from a day."""
        rules: RuleSettings = self.save(RuleSettings(school_id=self.school.id, from_on=from_on, **values))
        return rules

    def add_child(
        self, name: str, school_class: str | None = "三(1)", *, enrolled_on: date | None = None, family: bool = True, **fields: Any
    ) -> Child:
        """A child with a family of its own, enrolled from 1 September unless said otherwise; `school_class` None leaves it without a class."""
        if family and "family_id" not in fields:
            fields["family_id"] = self.save(Family()).id
        child = self.save(Child(name=name, **fields))
        if school_class:
            self.enrol(child, school_class, enrolled_on or date(self.year, 9, 1))
        return child

    def enrol(
        self,
        child: Child,
        school_class: str,
        enrolled_on: date,
        left_on: date | None = None,
        leaving: LeavingReason | None = None,
        entry: EntryReason = EntryReason.NEW,
    ) -> Enrolment:
        """A stay in a class."""
        class_id = self.classes[school_class].id
        stay: Enrolment = self.save(
            Enrolment(child_id=child.id, class_id=class_id, enrolled_on=enrolled_on, left_on=left_on, leaving=leaving, entry=entry)
        )
        return stay

    def stay_of(self, child: Child) -> Enrolment:
        """The latest stay of a child."""
        return max((found.record for found in self.desk.find(Enrolment, {"child_id": child.id})), key=lambda stay: stay.enrolled_on)

    def leave(self, child: Child, left_on: date, leaving: LeavingReason) -> None:
        """End the latest stay of a child."""
        stay = self.stay_of(child)
        self.desk.amend(stay.model_copy(update={"left_on": left_on, "leaving": leaving}), seen=1, reason="离班")

    def parent(self, child: Child, relation: Relation = Relation.FATHER, *, away: bool = False, **fields: Any) -> FamilyMember:
        """A family member of a child; `away` and the fields of an absence make an absence, working in another province."""
        absence = {name: fields.pop(name) for name in list(fields) if name in Absence.fields and name not in FamilyMember.fields}
        member: FamilyMember = self.save(
            FamilyMember(family_id=child.family_id, name=f"家长{relation.label.zh}", relation=relation, **fields)
        )
        if away or absence:
            self.save(Absence(**{"member_id": member.id, "from_on": date(2024, 3, 1), "work_area": WorkArea.OTHER_PROVINCE} | absence))
        return member

    def carer(self, child: Child, relation: Relation = Relation.FATHERS_MOTHER, **fields: Any) -> FamilyMember:
        """Somebody who raises the child, with a phone."""
        fields.setdefault("phone", str(next(self._phones)))
        dates = {name: fields.pop(name) for name in ("from_on", "until_on") if name in fields}
        member: FamilyMember = self.save(FamilyMember(family_id=child.family_id, name="样例照料人", relation=relation, **fields))
        self.save(CareArrangement(child_id=child.id, carer_id=member.id, **dates))
        return member

    def open_case(self, child: Child, opened_on: date | None = None) -> Case:
        """An entry in the register of left-behind children, from before the school year unless said otherwise."""
        case: Case = self.save(Case(child_id=child.id, opened_on=opened_on or date(self.year, 3, 1)))
        return case

    def close(self, case: Case, closed_on: date, reopened_on: date | None = None, *, approved: bool = True) -> Closure:
        """A closing of the file, approved unless said otherwise."""
        leader = self.add_staff("校样", Role.LEADER).id if approved else None
        closure: Closure = self.save(
            Closure(case_id=case.id, closed_on=closed_on, reason=ClosureReason.PARENT_BACK, approved_by=leader, reopened_on=reopened_on)
        )
        return closure

    def left_behind(self, name: str, school_class: str = "三(1)", **fields: Any) -> Child:
        """A child on the register whose parents are both away for long, raised by a grandmother."""
        child = self.add_child(name, school_class, **fields)
        self.parent(child, Relation.FATHER, away=True, contact_frequency=Frequency.WEEKLY, work_place="外省样例市")
        self.parent(child, Relation.MOTHER, away=True, work_place="外省样例市")
        self.carer(child)
        self.open_case(child)
        return child

    def talk(self, child: Child, day: date, outcome: Outcome = Outcome.DONE) -> Talk:
        """A talk, held unless said otherwise."""
        made: Talk = self.save(
            Talk(child_id=child.id, talked_on=day, staff_id=self.staff["王样"].id, outcome=outcome, points="聊了近况", reason="原因")
        )
        return made

    def visit(self, child: Child, day: date, mode: VisitMode = VisitMode.ON_SITE, outcome: Outcome = Outcome.DONE) -> HomeVisit:
        """A home visit, on site and done unless said otherwise."""
        made: HomeVisit = self.save(
            HomeVisit(child_id=child.id, visited_on=day, staff_id=self.staff["王样"].id, mode=mode, outcome=outcome, reason="原因")
        )
        return made
