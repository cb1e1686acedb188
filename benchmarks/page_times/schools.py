"""Two schools that differ in one thing: the same staff, classes, terms and rules, without a child and with many who have been cared for all year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from carekit import clock
from carekit.calendar import TermDates, usual_terms
from carekit.records import (
    Absence,
    Activity,
    Assignment,
    Attendance,
    CareArrangement,
    Case,
    Child,
    Closure,
    Diary,
    Difficulty,
    Enrolment,
    Family,
    FamilyMember,
    HomeVisit,
    Journal,
    Membership,
    Pairing,
    ParentCall,
    Plan,
    Record,
    RuleSettings,
    School,
    SchoolClass,
    StaffMember,
    Talk,
    Term,
)
from carekit.records.codes import (
    ActivityKind,
    ClosureReason,
    DifficultyKind,
    Duty,
    Frequency,
    HukouKind,
    Outcome,
    PairingKind,
    Relation,
    Role,
    Sex,
    Subject,
    SupportGroup,
    TermNumber,
)
from carekit.store import Store
from carekit.store.revision import to_row
from carekit.store.schema import ENTITY, TABLES

#: The day on which the pages are opened, in the second term.
TODAY = date(2026, 5, 20)
YEAR = 2025
START = date(2025, 9, 1)
CLASSES, LEADERS, SUBJECT_TEACHERS = 36, 2, 12
#: Records of contacts of each child in the school year.
CONTACTS = 20
_SURNAMES, _GIVEN = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨", "禾苗春夏秋冬明亮文武安康平和乐天雨雪"
_WRITTEN = {
    "version": 1, "recorded_at": clock.start_of(START), "superseded_at": None, "recorded_by": "console", "change_reason": "", "withdrawn": False,
}  # fmt: skip


class Frame:
    """The school itself: its records, and who and what the children's records refer to."""

    def __init__(self) -> None:
        self.school = School(name="样例小学")
        self.terms = usual_terms(YEAR)
        self.classes = [
            SchoolClass(
                school_id=self.school.id,
                school_year=YEAR,
                grade=n // 6 + 1,
                number=n % 6 + 1,
                name=f"{'一二三四五六'[n // 6]}({n % 6 + 1})班",
            )
            for n in range(CLASSES)
        ]
        roles = {
            Role.LEADER: LEADERS,
            Role.CLASS_TEACHER: CLASSES,
            Role.SUBJECT_TEACHER: SUBJECT_TEACHERS,
            Role.REGISTRAR: 1,
            Role.COUNSELLOR: 1,
        }
        self.staff = {role: [self._hired(role, n) for n in range(count)] for role, count in roles.items()}
        self.activities = [
            Activity(kind_of=ActivityKind.CLASS_MEETING, title="主题班会", held_on=date(2026, 3, 10) + timedelta(days=n), class_id=room.id)
            for n, room in enumerate(self.classes)
        ]

    def _hired(self, role: Role, number: int) -> StaffMember:
        return StaffMember(school_id=self.school.id, name=_name(number + 7 * len(role)), role=role, from_on=START)

    def records(self) -> Iterator[Record]:
        """Everything but the children."""
        yield self.school
        yield RuleSettings(school_id=self.school.id, from_on=START)
        for term in self.terms:
            yield _term(self.school, term)
        yield from self.classes
        for people in self.staff.values():
            yield from people
        for teacher, room in zip(self.staff[Role.CLASS_TEACHER], self.classes, strict=True):
            yield Assignment(class_id=room.id, staff_id=teacher.id, duty=Duty.CLASS_TEACHER, from_on=START)
        yield from self.activities


def _term(school: School, dates: TermDates) -> Term:
    return Term(
        school_id=school.id, school_year=YEAR, number=TermNumber(str(dates.number)), starts_on=dates.starts_on, ends_on=dates.ends_on
    )


def _name(number: int) -> str:
    surname, rest = number % len(_SURNAMES), number // len(_SURNAMES)
    return _SURNAMES[surname] + _GIVEN[rest % len(_GIVEN)] + _GIVEN[rest // len(_GIVEN) % len(_GIVEN)]


# --- one child --------------------------------------------------------------------------------------------------------


def child_records(frame: Frame, number: int, rnd: Random) -> Iterator[Record]:
    """All records of one child, parents before those that refer to them: three of five are left behind, one of ten a key child."""
    place = number % CLASSES
    teacher = frame.staff[Role.CLASS_TEACHER][place].id
    village = f"{'清溪柏树龙井石桥'[number % 4 * 2 : number % 4 * 2 + 2]}村"
    family = Family(village=village, address=f"{village}{number}号")
    child = Child(
        name=_name(number), sex=Sex(str(number % 2 + 1)), family_id=family.id, village=village, hukou_kind=HukouKind.RURAL,
        born_on=date(2019 - place // 6, 1, 1) + timedelta(days=number % 240),
    )  # fmt: skip
    yield from (family, child, Enrolment(child_id=child.id, class_id=frame.classes[place].id, enrolled_on=START))
    members = [
        FamilyMember(family_id=family.id, name="样例", relation=relation, phone=f"154{number:08}")
        for relation in (Relation.FATHER, Relation.MOTHER, Relation.FATHERS_MOTHER)
    ]
    yield from members
    if number % 5 < 3:
        yield from _left_behind(child, members, number)
    if number % 10 == 0:
        yield Membership(child_id=child.id, group=SupportGroup.KEY, from_on=START)
        yield Pairing(child_id=child.id, staff_id=teacher, kind_of=PairingKind.TEACHER, from_on=START)
    if number % 20 == 0:
        yield Plan(
            child_id=child.id, staff_id=teacher, subject=Subject.MATHS, from_on=date(2026, 3, 2), until_on=date(2026, 7, 3), check_days=30
        )
    if number % 25 == 0:
        raised = date(2026, 3, 2) + timedelta(days=number % 60)
        yield Difficulty(
            child_id=child.id,
            owner_id=teacher,
            kind_of=DifficultyKind.LIVING,
            what="想要一张书桌",
            raised_on=raised,
            due_on=raised + timedelta(30),
        )
    yield from _contacts(frame, child, teacher, place, rnd)


def _left_behind(child: Child, members: list[FamilyMember], number: int) -> Iterator[Record]:
    for parent in members[: number % 2 + 1]:
        yield Absence(
            member_id=parent.id,
            from_on=date(2024, 3, 1),
            work_place="外省",
            contact_frequency=Frequency.WEEKLY if number % 4 else Frequency.RARER,
        )
    yield CareArrangement(child_id=child.id, carer_id=members[2].id, from_on=date(2024, 3, 1))
    case = Case(child_id=child.id, opened_on=date(2025, 3, 1))
    yield case
    if number % 60 == 1:
        yield Closure(case_id=case.id, closed_on=date(2026, 1, 5), reason=ClosureReason.PARENT_BACK)


def _contacts(frame: Frame, child: Child, teacher: str, place: int, rnd: Random) -> Iterator[Record]:
    """`CONTACTS` records of what was done with a child in the school year."""

    def day() -> date:
        return START + timedelta(days=rnd.randrange((TODAY - START).days))

    for n in range(8):
        done = n or rnd.random() < 0.5
        words: dict[str, Any] = {"points": "聊了近况"} if done else {"outcome": Outcome.FAILED, "reason": "请假"}
        yield Talk(
            child_id=child.id,
            talked_on=day(),
            staff_id=teacher,
            follow_up_on=TODAY + timedelta(rnd.randrange(30)) if n == 1 else None,
            **words,
        )
    yield from (HomeVisit(child_id=child.id, visited_on=day(), staff_id=teacher) for _ in range(2))
    yield from (ParentCall(child_id=child.id, called_on=day(), staff_id=teacher, minutes=10) for _ in range(5))
    yield from (Diary(child_id=child.id, written_on=day(), staff_id=teacher, body="今天下雨") for _ in range(2))
    for _ in range(2):
        handed_in = day()
        yield Journal(child_id=child.id, handed_in_on=handed_in, staff_id=teacher, replied_on=handed_in if rnd.random() < 0.8 else None)
    meeting = frame.activities[place]
    yield Attendance(child_id=child.id, activity_id=meeting.id, attended_on=meeting.held_on, came=rnd.random() < 0.9, staff_id=teacher)


# --- into a store -----------------------------------------------------------------------------------------------------


def fill(store: Store, frame: Frame, children: int) -> None:
    """Write the school with so many children, by bulk insert: the records are checked, their references are right by construction."""
    rnd = Random(1)
    _insert(store, frame.records())
    for first in range(0, children, 250):
        _insert(store, (record for n in range(first, min(first + 250, children)) for record in child_records(frame, n, rnd)))


def _insert(store: Store, records: Iterable[Record]) -> None:
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for record in records:
        rows[record.kind].append(_WRITTEN | to_row(record))
    with store.engine.begin() as connection:
        for kind, each in rows.items():
            connection.execute(ENTITY.insert(), [{"id": row["id"], "kind": kind} for row in each])
            connection.execute(TABLES[kind].insert(), each)
