"""Who may write what about whom, and when: as the store will ask when the sample is filled by its people themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from carekit import clock
from carekit.access import Actor, Scope, grant_of, may_write
from carekit.names import name_sort_key
from carekit.records import Assignment, Pairing, Record, StaffMember
from carekit.records.codes import Role
from carekit.sample.contacts import recorded_at
from carekit.sample.ledger import Ledger, moment_of
from carekit.sample.people import Written
from carekit.sample.plan import SAMPLE_TODAY, THIS_YEAR
from carekit.sample.register import OnRegister
from carekit.sample.school import Frame


@dataclass(slots=True)
class Tie:
    """A child paired with somebody of the staff or from outside."""

    entry: OnRegister
    staff: StaffMember
    pairing: Pairing

    def runs_on(self, day: date) -> bool:
        """Whether the pairing holds on a day and the supporter is still there; the day of its end does not count."""
        ends = [end for end in (self.pairing.until_on, self.staff.until_on) if end]
        return self.pairing.from_on <= day and all(day < end for end in ends)


@dataclass(slots=True)
class Circle:
    """The children of the sample and the people around them."""

    frame: Frame
    everybody: list[Written]
    register: list[OnRegister]
    #: Class by subject teacher.
    taught: dict[str, str]
    ties: list[Tie] = field(default_factory=list)

    @property
    def present(self) -> list[OnRegister]:
        """The children who are on the register and in a class on `SAMPLE_TODAY`."""
        return [entry for entry in self.register if entry.written.pupil.current and since(entry) is not None]

    def author(self, kind: type[Record], staff_id: str, entry: OnRegister, moment: datetime) -> str | None:
        """The staff member, if they may write such a record about the child at the moment; else None: the office writes it for them."""
        actor = Actor(staff_id, self.role_of(staff_id))
        if not may_write(actor, kind):
            return None
        scopes = [reach.scope for reach in grant_of(actor, kind).reaches if reach.writes]
        return staff_id if any(self._reaches(scope, staff_id, entry, clock.day_of(moment)) for scope in scopes) else None

    def _reaches(self, scope: Scope, staff_id: str, entry: OnRegister, day: date) -> bool:
        if scope in (Scope.ALL, Scope.NONE):
            return scope is Scope.ALL
        if scope is Scope.PAIRED:
            return any(tie.entry is entry and tie.staff.id == staff_id and tie.runs_on(day) for tie in self.ties)
        class_id = class_on(entry.written, day)
        if class_id is None:
            return False
        return staff_id == (self.frame.teacher_of(class_id, day) if scope is Scope.OWN_CLASS else self.taught.get(class_id))

    def role_of(self, staff_id: str) -> Role:
        """The role of somebody of the staff."""
        return next(member.role for member in self.frame.staff.values() if member.id == staff_id)

    def teacher(self, entry: OnRegister, day: date) -> str | None:
        """The class teacher of a child on a day."""
        class_id = class_on(entry.written, day)
        return self.frame.teacher_of(class_id, day) if class_id else None

    def ties_of(self, entry: OnRegister, day: date = SAMPLE_TODAY) -> list[Tie]:
        """The pairings of a child that hold on a day."""
        return [tie for tie in self.ties if tie.entry is entry and tie.runs_on(day)]

    def first_by_name(self, members: Iterable[StaffMember]) -> StaffMember:
        """Of these people the one who logs in when the sample is shown."""
        return min(members, key=lambda member: (name_sort_key(member.name), member.id))

    def class_teachers(self) -> list[StaffMember]:
        """The class teachers who have a class on `SAMPLE_TODAY`."""
        leads = {self.frame.teacher_of(each.id, SAMPLE_TODAY) for key, each in self.frame.classes.items() if key[0] == THIS_YEAR}
        return [member for member in self.frame.staff.values() if member.id in leads]


def circle_of(ledger: Ledger, frame: Frame, everybody: list[Written], register: list[OnRegister]) -> Circle:
    """The circle before anybody is paired."""
    duties = [entry.record for entry in ledger.acts if isinstance(entry.record, Assignment)]
    return Circle(frame, everybody, register, {duty.class_id: duty.staff_id for duty in duties if duty.subject})


def class_on(written: Written, day: date) -> str | None:
    """The class in which a child is on a day."""
    for stay in written.stays:
        if stay.enrolled_on <= day and (stay.left_on is None or day <= stay.left_on):
            return stay.class_id
    return None


def since(entry: OnRegister) -> date | None:
    """The day from which a child has been at the school and on the register without a break; None when it is not today."""
    if entry.gaps and entry.gaps[-1][1] is None:
        return None
    opened = entry.gaps[-1][1] if entry.gaps else None
    span = entry.written.pupil.spans[-1]
    return max(opened or entry.case.opened_on, span.from_on)


def month_end(day: date) -> datetime:
    """When a supporter writes what happened in the month of a day: on its last weekday, never after `SAMPLE_TODAY`."""
    last = date(day.year + day.month // 12, day.month % 12 + 1, 1) - timedelta(days=1)
    last -= timedelta(days=max(0, last.weekday() - 4))
    return moment_of(min(max(last, day), SAMPLE_TODAY), 17)


def written_at(circle: Circle, staff_id: str, day: date) -> datetime:
    """When somebody writes what they did on a day: class teachers with their other cards, everybody else at the end of the month."""
    return recorded_at(day) if circle.role_of(staff_id) is Role.CLASS_TEACHER else month_end(day)
