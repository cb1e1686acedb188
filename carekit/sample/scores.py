"""Writes the scores of the children who have plans: from the baseline exam on, in three subjects, with halves."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from carekit.records import Plan, Score
from carekit.records.codes import Exam, Subject
from carekit.sample.circle import Circle
from carekit.sample.contacts import recorded_at
from carekit.sample.dice import Dice
from carekit.sample.ledger import Ledger

EXAMS: tuple[tuple[Exam, date], ...] = (
    (Exam.BASELINE, date(2025, 9, 5)),
    (Exam.MONTHLY, date(2025, 10, 17)),
    (Exam.MIDTERM, date(2025, 11, 13)),
    (Exam.MONTHLY, date(2025, 12, 18)),
    (Exam.FINAL, date(2026, 1, 22)),
    (Exam.MONTHLY, date(2026, 3, 26)),
    (Exam.MIDTERM, date(2026, 4, 28)),
    (Exam.MONTHLY, date(2026, 5, 14)),
)
#: Half points that a subject with a plan gains from one exam to the next, not with every child, and one without.
_GAINS_WITH_PLAN, _GAIN = {4: 50.0, 2: 32.0, 0: 18.0}, 1


def write_scores(ledger: Ledger, circle: Circle, dice: Dice, plans: list[Plan]) -> None:
    """Three subjects and eight exams for each child with a plan; where a plan helps, the scores rise faster."""
    entries = {entry.written.child.id: entry for entry in circle.present}
    helped: dict[str, set[Subject]] = {}
    for plan in plans:
        helped.setdefault(plan.child_id, set()).update({plan.subject} if plan.subject else set())
    for child_id, subjects in helped.items():
        third = Subject.SCIENCE if Subject.SCIENCE in subjects else Subject.ENGLISH
        for subject in (Subject.CHINESE, Subject.MATHS, third):
            own = dice.branch(entries[child_id].written.pupil.key, subject)
            gain = own.weighted(_GAINS_WITH_PLAN) if subject in subjects else _GAIN
            halves = own.number(76, 120) if subject in subjects else own.number(100, 160)
            for exam, day in EXAMS:
                entry, teacher = entries[child_id], circle.teacher(entries[child_id], day)
                halves = max(40, min(196, halves + gain + own.number(-6, 6)))
                if teacher is None or (exam is not Exam.BASELINE and own.chance(0.03)):
                    continue
                moment = recorded_at(day)
                ledger.add(
                    moment, Score, f"{child_id}-{subject}-{day}", by=circle.author(Score, teacher, entry, moment), child_id=child_id, subject=subject,
                    exam=exam, held_on=day, points=Decimal(halves) / 2, full_points=Decimal(100),
                )  # fmt: skip
