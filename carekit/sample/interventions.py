"""Writes the interventions of the school: open, proposed to be closed, closed, and reopened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from carekit.records import Intervention, InterventionClosure
from carekit.records.codes import InterventionEnd, Role
from carekit.sample import phrases_family as texts
from carekit.sample.circle import Circle, since, written_at
from carekit.sample.dice import Dice
from carekit.sample.kin import fitting, words_of
from carekit.sample.ledger import Ledger, moment_of
from carekit.sample.plan import SAMPLE_TODAY
from carekit.sample.register import OnRegister
from carekit.sample.school import school_days


@dataclass(frozen=True, slots=True)
class _Course:
    """How an intervention goes, in days before `SAMPLE_TODAY`: opened, next look (negative: ahead), proposed, approved, reopened."""

    opened: int
    review: int
    proposed: int | None = None
    approved: int | None = None
    reopened: int | None = None
    end: InterventionEnd = InterventionEnd.AIMS_REACHED
    sent_back: bool = False


_COURSES = (
    _Course(24, -10), _Course(75, 6), _Course(110, -25), _Course(160, 9, proposed=8), _Course(150, 20, proposed=16, sent_back=True),
    _Course(230, 120, proposed=110, approved=106), _Course(210, 100, proposed=90, approved=87, end=InterventionEnd.TRANSFERRED),
    _Course(245, 140, proposed=120, approved=116, reopened=40),
)  # fmt: skip


def write_interventions(ledger: Ledger, circle: Circle, dice: Dice, key: list[OnRegister]) -> None:
    """A handful, of key children, by the counsellor and class teachers; a leader approves their ends."""
    pool = [entry for entry in key if (known := since(entry)) and known < date(2025, 9, 1)]
    for place, course in enumerate(_COURSES):
        _write(ledger, circle, dice.branch(place), pool[place], course, place)


def _day(ago: int) -> date:
    return school_days(date(2025, 3, 3), SAMPLE_TODAY - timedelta(days=ago))[-1]


def _write(ledger: Ledger, circle: Circle, dice: Dice, entry: OnRegister, course: _Course, place: int) -> None:
    opened = _day(course.opened)
    teacher = circle.teacher(entry, SAMPLE_TODAY)
    worker = teacher if place % 2 and teacher else circle.frame.staff["counsellor"].id
    words = words_of(dice, entry.written.household, entry.written.pupil, opened)
    choice = fitting(texts.INTERVENTIONS, words)
    concern, aims, measures, outcome = (text.format_map(words) for text in choice[place % len(choice)])

    def by(day: date) -> dict[str, Any]:
        moment = written_at(circle, worker, day) if circle.role_of(worker) is Role.CLASS_TEACHER else moment_of(day, 16)
        return {"moment": moment, "by": circle.author(Intervention, worker, entry, moment)}

    intervention = ledger.add(
        kind=Intervention, key=f"{entry.written.pupil.key}", child_id=entry.written.child.id, number=f"GA{opened.year}-{place + 1:03}", opened_on=opened,
        worker_id=worker, concern=concern, aims=aims, measures=measures, review_on=SAMPLE_TODAY - timedelta(days=course.review), **by(opened),
    )  # fmt: skip
    if course.proposed is None:
        return
    day, leader = _day(course.proposed), circle.frame.staff["moral"].id
    closure = ledger.add(
        kind=InterventionClosure, key=f"{entry.written.pupil.key}", intervention_id=intervention.id, closed_on=day, proposed_by=worker, proposed_on=day, reason=course.end,
        outcome=outcome if course.end is InterventionEnd.AIMS_REACHED else texts.ENDED[course.end],
        child_told_on=None if course.sent_back else day, guardian_told_on=day, **by(day),
    )  # fmt: skip
    if course.sent_back:
        ledger.amend(moment_of(day + timedelta(days=2), 16, 45), closure, "退回", by=leader, returned_for=texts.SENT_BACK)
    if course.approved is not None:
        approved = _day(course.approved)
        closure = ledger.amend(moment_of(approved, 16, 45), closure, "审批结案", by=leader, approved_by=leader, approved_on=approved)
    if course.reopened is not None:
        again = _day(course.reopened)
        ledger.amend(record=closure, reason="重启个案", reopened_on=again, reopen_reason=texts.REOPENED, **by(again))
