"""Writes the plans: tutoring by subject and class teachers, individual plans, their goals, checks and approvals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from carekit.calendar import add_months
from carekit.records import Check, Plan, PlanGoal
from carekit.records.codes import Boarding, CheckResult, PlanKind, Role, Subject, WeakArea
from carekit.sample import phrases_study as texts
from carekit.sample.circle import Circle, class_on, since, written_at
from carekit.sample.dice import Dice
from carekit.sample.kin import Words, say, words_of
from carekit.sample.ledger import Ledger, moment_of
from carekit.sample.plan import SAMPLE_TODAY
from carekit.sample.population import carer_of
from carekit.sample.register import OnRegister
from carekit.sample.school import school_days

_TAUGHT = {"数学": Subject.MATHS, "英语": Subject.ENGLISH, "科学": Subject.SCIENCE}
#: Days between checks, which count as a calendar month.
_MONTHLY = 30
_BY_SUBJECT_TEACHER, _BY_CLASS_TEACHER, _INDIVIDUAL = 36, 4, 12


@dataclass(frozen=True, slots=True)
class _Shape:
    """How a plan stands: its days, whether a leader approved it, whether each weak area has a goal, whether it was concluded."""

    from_on: date
    until_on: date
    approved: bool = True
    finished: bool = True
    concluded: bool = False


_YEAR = _Shape(date(2025, 9, 22), date(2026, 6, 26))
_AUTUMN = _Shape(date(2025, 9, 22), date(2026, 1, 23), concluded=True)
_AUTUMN_OPEN = _Shape(date(2025, 9, 22), date(2026, 1, 23))
_SPRING = _Shape(date(2026, 3, 9), date(2026, 6, 26))
_SPRING_OVER = _Shape(date(2026, 3, 9), date(2026, 5, 8))
_WAITING = _Shape(date(2026, 4, 20), date(2026, 7, 3), approved=False)
_NEW = _Shape(date(2026, 5, 11), date(2026, 7, 3), approved=False)
_UNFINISHED = _Shape(date(2026, 4, 27), date(2026, 7, 3), approved=False, finished=False)
_TUTORING = (
    *[_YEAR] * 11, *[_AUTUMN] * 8, *[_AUTUMN_OPEN] * 2, *[_SPRING] * 10, *[_SPRING_OVER] * 2, *[_WAITING] * 2, *[_NEW] * 2, *[_UNFINISHED] * 3,
)  # fmt: skip
_PERSONAL = (*[_YEAR] * 5, _AUTUMN, _AUTUMN_OPEN, *[_SPRING] * 2, _SPRING_OVER, _WAITING, _UNFINISHED)


def write_plans(ledger: Ledger, circle: Circle, dice: Dice, key: list[OnRegister], lagging: list[OnRegister]) -> list[Plan]:
    """Write all plans with what belongs to them; returns them as they stand."""
    plans = []
    shapes = dice.shuffled(_TUTORING)
    for place, (entry, subject, author) in enumerate(_tutored(circle, dice, lagging)):
        plans.append(_Writer(ledger, circle, dice.branch("tutoring", place), entry, author, shapes[place]).write(subject))
    long = [entry for entry in key if (known := since(entry)) and known < date(2025, 9, 1)]
    for place, (entry, shape) in enumerate(zip(long, _PERSONAL, strict=False)):
        own = dice.branch("personal", place)
        teacher = circle.teacher(entry, SAMPLE_TODAY)
        author = circle.frame.staff["counsellor"].id if place % 3 == 2 or teacher is None else teacher
        plans.append(_Writer(ledger, circle, own, entry, author, shape).write(None))
    return plans


def _tutored(circle: Circle, dice: Dice, lagging: list[OnRegister]) -> list[tuple[OnRegister, Subject, str]]:
    """Child, subject and author of each tutoring plan; every subject teacher who tutors has some, the one who is shown more than others."""
    classes = {each.id: each for each in circle.frame.classes.values()}
    teachers = [
        member for member in circle.frame.staff.values() if member.role is Role.SUBJECT_TEACHER and (member.post or "")[:2] in _TAUGHT
    ]
    shown = circle.first_by_name(teachers)
    teachers.sort(key=lambda member: member is not shown)
    first = [*lagging, *(entry for entry in dice.shuffled(circle.present) if entry not in lagging)]
    pool = [entry for entry in first if (known := since(entry)) and known < date(2025, 9, 8)]
    found: list[tuple[OnRegister, Subject, str]] = []
    for place in range(_BY_SUBJECT_TEACHER):
        teacher = teachers[place % len(teachers)]
        entry = next(each for each in pool if circle.taught.get(class_on(each.written, SAMPLE_TODAY) or "") == teacher.id)
        pool.remove(entry)
        found.append((entry, _TAUGHT[(teacher.post or "")[:2]], teacher.id))
    for entry in [each for each in pool if classes[class_on(each.written, SAMPLE_TODAY) or ""].grade >= 3][:_BY_CLASS_TEACHER]:
        author = circle.teacher(entry, SAMPLE_TODAY)
        assert author is not None  # noqa: S101 - the child is in a class today
        found.append((entry, Subject.CHINESE, author))
    return found


@dataclass(slots=True)
class _Writer:
    """Writes one plan from its first day to where it stands today."""

    ledger: Ledger
    circle: Circle
    dice: Dice
    entry: OnRegister
    author: str
    shape: _Shape

    def write(self, subject: Subject | None) -> Plan:
        shape, dice, child = self.shape, self.dice, self.entry.written.child
        areas = texts.WEAK_IN[subject] if subject else tuple(dice.shuffled(texts.INDIVIDUAL))
        weak = tuple(sorted(areas[: dice.number(2, 3)]))
        carer = carer_of(self.entry.written.household, self.entry.written.pupil, shape.from_on)
        words = self._words(shape.from_on)
        partners = texts.PARTNERS_OF_BOARDERS if child.boarding is Boarding.BOARDER else texts.PARTNERS
        signed = carer is not None and (subject is None or dice.chance(0.5)) and shape.finished
        moment = written_at(self.circle, self.author, shape.from_on)
        by = self.circle.author(Plan, self.author, self.entry, moment)
        plan = self.ledger.add(
            moment, Plan, f"{child.id}-{subject}-{shape.from_on}", by=by, child_id=child.id, kind_of=PlanKind.TUTORING if subject else PlanKind.INDIVIDUAL,
            subject=subject, from_on=shape.from_on, until_on=shape.until_on, weak_areas=weak,
            assessment=say(dice, texts.ASSESSMENTS[subject] if subject else texts.ASSESSMENTS_INDIVIDUAL[areas[0]], words),
            content=dice.pick(texts.CONTENTS[subject]) if subject else None, times=dice.pick(texts.TIMES), helper_id=self._helper() if subject else None,
            partners=dice.pick(partners) if subject is None else None, check_days=_MONTHLY, staff_id=self.author,
            guardian_name=carer.name if carer and signed else None, guardian_signed_on=shape.from_on if signed else None,
        )  # fmt: skip
        for area in weak if shape.finished else weak[1:]:
            self._write_goals(plan, area)
        if shape.approved:
            plan = self._approve(plan, shape.from_on + timedelta(days=dice.number(2, 6)))
        self._write_checks(plan)
        return self._conclude(plan) if shape.concluded else plan

    def _words(self, day: date) -> Words:
        return words_of(self.dice, self.entry.written.household, self.entry.written.pupil, day)

    def _by(self, day: date) -> dict[str, Any]:
        moment = written_at(self.circle, self.author, day)
        return {"moment": moment, "by": self.circle.author(Plan, self.author, self.entry, moment)}

    def _helper(self) -> str | None:
        """A classmate who helps with learning."""
        class_id = class_on(self.entry.written, SAMPLE_TODAY)
        mates = [
            written
            for written in self.circle.everybody
            if written is not self.entry.written and written.pupil.current and not written.pupil.special
            and class_on(written, SAMPLE_TODAY) == class_id and class_on(written, self.shape.from_on) == class_id
        ]  # fmt: skip
        return self.dice.pick(mates).child.id if self.dice.chance(0.7) else None

    def _approve(self, plan: Plan, day: date) -> Plan:
        """Approved by a leader, whose own work it never is."""
        leader = self.circle.frame.staff[self.dice.pick(("head", "deputy", "moral"))].id
        day = next(iter(school_days(day, SAMPLE_TODAY)), SAMPLE_TODAY)
        return self.ledger.amend(moment_of(day, 16, 20), plan, "审批", by=leader, approved_by=leader, approved_on=day)

    def _write_goals(self, plan: Plan, area: WeakArea) -> None:
        """One phase or two for a weak area; of those that are over it is said what came of them."""
        middle = plan.from_on + (plan.until_on - plan.from_on) / 2
        phases = (
            [(plan.from_on, plan.until_on)]
            if self.dice.chance(0.65)
            else [(plan.from_on, middle), (middle + timedelta(days=1), plan.until_on)]
        )
        for place, (starts, ends) in enumerate(phases):
            goal, measures = texts.GOALS[area][place]
            who = ("制定人", "班主任", "照料人配合", *(("制定人和学习帮手",) if plan.helper_id else ()))
            written = self.ledger.add(
                key=f"{plan.id}-{area}-{place}", kind=PlanGoal, plan_id=plan.id, weak_area=area, from_on=starts, until_on=ends, goal=f"{goal}。",
                measures=f"{measures}。", who=self.dice.pick(who), how_often=self.dice.pick(("每天", "每周两次", "每周一次")),
                **self._by(plan.from_on),
            )  # fmt: skip
            if ends < SAMPLE_TODAY and self.dice.chance(0.85):
                last, result = school_days(starts, ends)[-1], self._result()
                self.ledger.amend(
                    record=written,
                    reason="阶段小结",
                    result=result,
                    effect=self.dice.pick(texts.FINDINGS[plan.subject][result]),
                    **self._by(last),
                )

    def _result(self) -> CheckResult:
        return self.dice.weighted({CheckResult.REACHED: 42.0, CheckResult.PARTLY: 45.0, CheckResult.NOT_REACHED: 13.0})

    def _write_checks(self, plan: Plan) -> None:
        """The checks of each month: each is planned when the one before was held; some of the last were not held in time."""
        days = [day for n in range(1, 12) if (day := add_months(plan.from_on, n)) <= plan.until_on]
        planned = plan.from_on
        for place, due in enumerate(days):
            last = place == len(days) - 1
            if planned > SAMPLE_TODAY:
                return
            check = self.ledger.add(
                key=f"{plan.id}-{due}", kind=Check, plan_id=plan.id, due_on=due, review=last, **self._by(planned)
            )  # fmt: skip
            held = next(iter(school_days(due + timedelta(days=self.dice.number(-3, 3)), SAMPLE_TODAY)), None)
            missed = due > date(2026, 4, 1) and self.dice.chance(0.25)
            if held is None or missed or (last and not self.shape.concluded and plan.until_on < SAMPLE_TODAY):
                return
            result = self._result()
            changes: dict[str, Any] = {}
            if result is not CheckResult.REACHED:
                changes["adjustment"] = say(self.dice, texts.ADJUSTMENTS[plan.subject], self._words(held))
            self.ledger.amend(
                record=check, reason="检查", checked_on=held, result=result, finding=self.dice.pick(texts.FINDINGS[plan.subject][result]),
                staff_id=self.author, **changes, **self._by(held),
            )  # fmt: skip
            planned = held

    def _conclude(self, plan: Plan) -> Plan:
        """The author writes how it ended, whereupon the approval lapses and a leader gives it anew."""
        day = next(iter(school_days(plan.until_on, SAMPLE_TODAY)))
        plan = self.ledger.amend(
            record=plan,
            reason="期满总结",
            conclusion=self.dice.pick(texts.CONCLUSIONS[plan.subject is not None]),
            approved_by=None,
            approved_on=None,
            **self._by(day),
        )
        return self._approve(plan, day + timedelta(days=4))
