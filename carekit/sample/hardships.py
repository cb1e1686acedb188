"""Writes the real difficulties from being seen to having an outcome, and what was put off for some days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from carekit.records import Difficulty, HomeVisit, Snooze, Talk
from carekit.records.codes import DifficultyKind, DifficultyResult, Outcome, Role, SnoozeReason, VisitMode
from carekit.sample import phrases_support as texts
from carekit.sample.circle import Circle, Tie, class_on, since, written_at
from carekit.sample.contacts import recorded_at
from carekit.sample.dice import Dice
from carekit.sample.kin import fitting, say, words_of
from carekit.sample.ledger import Ledger, moment_of
from carekit.sample.plan import SAMPLE_TODAY
from carekit.sample.register import OnRegister
from carekit.sample.school import school_days


@dataclass(frozen=True, slots=True)
class _Course:
    """How a difficulty goes: days before `SAMPLE_TODAY` on which it was seen, handed up, decided and closed, and days that were given for it."""

    seen: int
    given: int
    up: int | None = None
    decided: int | None = None
    closed: int | None = None
    result: DifficultyResult = DifficultyResult.SOLVED


_R = DifficultyResult
_COURSES = (
    # solved by the owner, relieved, or explained
    _Course(245, 30, closed=222), _Course(230, 30, closed=204), _Course(211, 21, closed=195), _Course(190, 30, closed=150), _Course(170, 30, closed=145),
    _Course(128, 30, closed=112), _Course(70, 30, closed=48), _Course(60, 21, closed=44), _Course(64, 30, closed=30, result=_R.RELIEVED),
    _Course(160, 45, closed=120, result=_R.RELIEVED), _Course(140, 30, closed=112, result=_R.NOT_SOLVED),
    # solved with the branch
    _Course(220, 60, 200, 190, 168, _R.SOLVED_ABOVE), _Course(180, 60, 160, 150, 125, _R.SOLVED_ABOVE), _Course(76, 45, 66, 57, 36, _R.SOLVED_ABOVE),
    # open in time
    _Course(20, 30), _Course(14, 30), _Course(12, 21), _Course(8, 30), _Course(5, 14), _Course(2, 30),
    # overdue
    _Course(65, 30), _Course(48, 21), _Course(40, 30), _Course(34, 30),
    # handed up and waiting
    _Course(44, 60, 30), _Course(30, 45, 16), _Course(25, 45, 9), _Course(13, 30, 5),
    # decided, the family has no answer yet
    _Course(62, 45, 50, 28), _Course(41, 45, 33, 14), _Course(33, 45, 21, 7),
)  # fmt: skip
#: Reasons of what is put off today: rule, how many.
_SNOOZES = (("monthly_talk", 5), ("home_visit", 3))


def write_hardships(ledger: Ledger, circle: Circle, dice: Dice, wanted: list[OnRegister]) -> None:
    """Write the difficulties of the children of `wanted`, first those of the supporter who is shown, and the snoozes of class teachers."""
    kinds = list(texts.DIFFICULTIES)
    known = [entry for entry in dice.shuffled(wanted) if (day := since(entry)) and day < date(2025, 9, 1)]
    shown = circle.frame.staff["supporter-1"]
    pool = sorted(known, key=lambda entry: all(tie.staff is not shown for tie in circle.ties_of(entry)))
    for place, course in enumerate(dice.shuffled(_COURSES)):
        entry = next((each for each in pool if _supporters(circle, each, _day(course.seen))), pool[0])
        pool.remove(entry)
        _write(ledger, circle, dice.branch(place), entry, kinds[place % len(kinds)], course)
    _write_snoozes(ledger, circle, dice.branch("snoozes"))


def _day(ago: int) -> date:
    """The last school day that is so many days ago or more."""
    day = SAMPLE_TODAY - timedelta(days=ago)
    return school_days(date(2025, 3, 3), day)[-1]


def _write(ledger: Ledger, circle: Circle, dice: Dice, entry: OnRegister, kind: DifficultyKind, course: _Course) -> None:
    seen = _day(course.seen)
    words = words_of(dice, entry.written.household, entry.written.pupil, seen)
    known = dice.pick(fitting(texts.DIFFICULTIES[kind], words))
    what, measures, asked, decision, outcome = (text.format_map(words) for text in known)
    owner = _owner(circle, dice, entry, seen)
    role = circle.role_of(owner)

    def by(day: date) -> dict[str, Any]:
        moment = recorded_at(day) if role is Role.CLASS_TEACHER or day >= date(2026, 3, 1) else written_at(circle, owner, day)
        return {"moment": moment, "by": circle.author(Difficulty, owner, entry, moment)}

    record = ledger.add(
        kind=Difficulty, key=f"{entry.written.pupil.key}-{seen}-{kind}", child_id=entry.written.child.id, kind_of=kind, raised_on=seen, what=what,
        owner_id=owner, due_on=SAMPLE_TODAY - timedelta(days=course.seen - course.given), measures=measures if dice.chance(0.7) else None, **by(seen),
    )  # fmt: skip
    if course.up is not None:
        up = _day(course.up)
        record = ledger.amend(
            record=record, reason="上报支部", escalated_on=up, escalated_by=owner, escalation=asked, measures=measures, **by(up)
        )
    if course.decided is not None:
        leader, day = circle.frame.staff[dice.pick(("head", "deputy", "moral"))].id, _day(course.decided)
        record = ledger.amend(
            moment_of(day + timedelta(days=min(2, 4 - day.weekday())), 16, 40), record, "支部研究", by=leader, decided_on=day, decided_by=leader,
            decision=decision,
        )  # fmt: skip
    if course.closed is not None:
        day = _day(course.closed)
        text = outcome if course.result is not _R.NOT_SOLVED else "多方联系暂时无法解决，已当面向家庭说明，学校继续关注。"
        ledger.amend(record=record, reason="办结", closed_on=day, result=course.result, outcome=text, measures=measures, **by(day))


def _supporters(circle: Circle, entry: OnRegister, day: date) -> list[Tie]:
    """Those paired with the child on the day and today who are not class teachers and can write themselves."""
    ties = [tie for tie in circle.ties_of(entry, day) if tie.runs_on(SAMPLE_TODAY)]
    return [tie for tie in ties if tie.staff.role not in (Role.PARTNER, Role.CLASS_TEACHER)]


def _owner(circle: Circle, dice: Dice, entry: OnRegister, day: date) -> str:
    """The supporter mostly, where there is one; else the class teacher."""
    ties, teacher = _supporters(circle, entry, day), circle.teacher(entry, day)
    if ties and (dice.chance(0.75) or teacher is None):
        return ties[0].staff.id
    return teacher or circle.frame.staff["moral"].id


def _write_snoozes(ledger: Ledger, circle: Circle, dice: Dice) -> None:
    """Talks of April that were missed and visits of this term, each put off by the class teacher to one of the next days."""
    april = _talked_in(ledger, date(2026, 4, 1))
    late = [entry for entry in circle.present if entry.written.child.id not in april and (since(entry) or SAMPLE_TODAY) < date(2026, 4, 1)]
    visited = {
        each.record.child_id
        for each in ledger.acts
        if isinstance(each.record, HomeVisit) and each.record.mode is VisitMode.ON_SITE and each.record.visited_on >= date(2026, 3, 2)
    }
    others = [
        entry
        for entry in dice.shuffled(circle.present)
        if entry not in late and entry.written.child.id not in visited and (since(entry) or SAMPLE_TODAY) < date(2026, 3, 1)
    ]
    for (rule, count), pool, due in zip(_SNOOZES, (dice.shuffled(late), others), (date(2026, 4, 30), date(2026, 7, 10)), strict=True):
        for entry in pool[:count]:
            day = dice.pick(school_days(date(2026, 5, 11), SAMPLE_TODAY))
            teacher = circle.teacher(entry, day)
            if teacher is None or class_on(entry.written, SAMPLE_TODAY) is None:
                continue
            moment, reason = recorded_at(day), dice.pick(tuple(SnoozeReason))
            words = words_of(dice, entry.written.household, entry.written.pupil, day)
            ledger.add(
                moment, Snooze, f"{entry.written.pupil.key}-{rule}", by=circle.author(Snooze, teacher, entry, moment), child_id=entry.written.child.id,
                rule=rule, due_on=due, from_on=day, until_on=dice.day(SAMPLE_TODAY + timedelta(days=1), day + timedelta(days=14)),
                reason=reason, note=say(dice, texts.SNOOZED[reason], words) if dice.chance(0.6) else None, staff_id=teacher,
            )  # fmt: skip


def _talked_in(ledger: Ledger, month: date) -> set[str]:
    talks: Iterable[Talk] = (each.record for each in ledger.acts if isinstance(each.record, Talk))
    return {
        t.child_id for t in talks if t.outcome is not Outcome.FAILED and (t.talked_on.year, t.talked_on.month) == (month.year, month.month)
    }
