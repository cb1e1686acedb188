"""Writes the activities of the school, those of the holidays by village group, and who came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from carekit.records import Activity, Attendance
from carekit.records.codes import ActivityKind, Attendee, Homework
from carekit.sample import phrases_gatherings as texts
from carekit.sample.circle import Circle, class_on, since
from carekit.sample.contacts import recorded_at
from carekit.sample.dice import Dice
from carekit.sample.kin import say, words_of
from carekit.sample.ledger import Ledger, moment_of
from carekit.sample.phrases_gatherings import PLANNED, Planned
from carekit.sample.plan import SAMPLE_TODAY, THIS_YEAR
from carekit.sample.population import carer_of
from carekit.sample.register import OnRegister
from carekit.sample.school import school_days

#: Gatherings of village groups every three days: in the winter holidays but for the Spring Festival, and the first ones planned for summer.
_WINTER = tuple(date(2026, 2, 3) + timedelta(days=3 * n) for n in range(9) if n not in (4, 5))
_SUMMER = tuple(date(2026, 7, 13) + timedelta(days=3 * n) for n in range(2))
_VILLAGE_GROUPS = 3
#: Children who are asked to nothing at all: of them some are in no activity of the term.
_LEFT_OUT = 0.06
_HOMEWORK = {Homework.DONE: 55.0, Homework.PARTLY: 30.0, Homework.NOT_DONE: 10.0}


@dataclass(slots=True)
class _Held:
    """An activity that took place, and who writes down who came."""

    activity: Activity
    staff_id: str
    teacher: bool = False
    families: bool = False


def write_gatherings(ledger: Ledger, circle: Circle, dice: Dice) -> None:
    """Write activities as they were planned and held; those after `SAMPLE_TODAY` are planned only."""
    asked = [entry for entry in circle.present if not dice.branch("left out", entry.written.pupil.key).chance(_LEFT_OUT)]
    grades = {each.id: each.grade for each in circle.frame.classes.values()}
    for plan in PLANNED:
        own = dice.branch(plan.title, plan.held_on)
        held = _write_planned(ledger, circle, plan)
        if held:
            invited = [entry for entry in asked if _invited(own, entry, plan, grades)]
            for entry in invited if plan.grades else own.shuffled(invited)[: plan.most]:
                _sign_in(ledger, circle, own, entry, held, came=0.93)
    _class_meetings(ledger, circle, dice.branch("meetings"), asked)
    _holidays(ledger, circle, dice.branch("holidays"))


def _invited(dice: Dice, entry: OnRegister, plan: Planned, grades: dict[str, int]) -> bool:
    known, class_id = since(entry), class_on(entry.written, plan.held_on)
    if known is None or known > plan.held_on or class_id is None:
        return False
    return (not plan.grades or grades[class_id] in plan.grades) and dice.chance(plan.share)


def _write_planned(ledger: Ledger, circle: Circle, plan: Planned) -> _Held | None:
    organiser = circle.frame.staff[plan.organiser]
    told = min(plan.held_on - timedelta(days=8), SAMPLE_TODAY - timedelta(days=5))
    activity = ledger.add(
        moment_of(told), Activity, f"{plan.title}-{plan.held_on}", kind_of=plan.kind, title=plan.title, held_on=plan.held_on, hours=plan.hours,
        place=plan.place, organiser_id=organiser.id, content=plan.content,
    )  # fmt: skip
    if plan.cancelled:
        ledger.amend(moment_of(plan.held_on), activity, "活动取消", cancelled=plan.cancelled)
        return None
    if plan.held_on > SAMPLE_TODAY:
        return None
    activity = ledger.amend(moment_of(plan.held_on), activity, "活动已举行", effect=plan.effect)
    return _Held(activity, organiser.id, families=plan.kind in (ActivityKind.FORUM, ActivityKind.TRAINING))


def _sign_in(ledger: Ledger, circle: Circle, dice: Dice, entry: OnRegister, held: _Held, *, came: float, homework: bool = False) -> None:
    """Whether the child came, and at forums its guardian and its supporter."""
    day = held.activity.held_on
    moment = recorded_at(day) if held.teacher else moment_of(day)
    by = circle.author(Attendance, held.staff_id, entry, moment) if held.teacher else None
    base: dict[str, Any] = {
        "child_id": entry.written.child.id, "activity_id": held.activity.id, "attended_on": day, "staff_id": held.staff_id,
    }  # fmt: skip
    there = dice.chance(came)
    words = words_of(dice, entry.written.household, entry.written.pupil, day)
    reasons = texts.ABSENT_IN_HOLIDAYS if homework else texts.ABSENT
    values: dict[str, Any] = {"came": there, "reason": None if there else say(dice, reasons, words)}
    if there and homework:
        small = circle.frame.grades.get(class_on(entry.written, SAMPLE_TODAY) or "", 6) <= 2
        done = dice.weighted(_HOMEWORK | {Homework.NONE: 30.0 if small else 0.0})
        values |= {"homework": done, "note": dice.pick(texts.HOMEWORK_NOTES[done]) if dice.chance(0.25) else None}
    key = f"{held.activity.id}-{entry.written.pupil.key}"
    ledger.add(moment, Attendance, key, by=by, **base, **values)
    if not held.families:
        return
    carer = carer_of(entry.written.household, entry.written.pupil, day)
    if carer and dice.chance(0.6):
        there = dice.chance(0.85)
        values = {"who": Attendee.GUARDIAN, "name": carer.name, "came": there, "reason": None if there else "农忙走不开"}
        ledger.add(moment, Attendance, f"{key}-guardian", by=by, **base, **values)
    for tie in circle.ties_of(entry, day)[:1]:
        ledger.add(moment, Attendance, f"{key}-supporter", by=by, **base, who=Attendee.SUPPORTER, name=tie.staff.name)


def _class_meetings(ledger: Ledger, circle: Circle, dice: Dice, asked: list[OnRegister]) -> None:
    """In some classes the class teacher writes the class meeting of the term down, with who was there."""
    classes = dice.shuffled([each for key, each in circle.frame.classes.items() if key[0] == THIS_YEAR])
    shown = circle.first_by_name(circle.class_teachers())
    classes.sort(key=lambda each: circle.frame.teacher_of(each.id, SAMPLE_TODAY) != shown.id)
    for place, each in enumerate(classes[:6]):
        day = dice.pick(school_days(date(2026, 3, 9), date(2026, 5, 15)))
        teacher, moment = circle.frame.teacher_of(each.id, day), recorded_at(day)
        title, content, effect = texts.CLASS_MEETINGS[place % len(texts.CLASS_MEETINGS)]
        activity = ledger.add(
            moment, Activity, f"{each.id}-{day}", by=teacher, kind_of=ActivityKind.CLASS_MEETING, title=title, held_on=day, hours="班会课", place="本班教室",
            class_id=each.id, organiser_id=teacher, content=content, effect=effect,
        )  # fmt: skip
        for entry in asked:
            if class_on(entry.written, day) == each.id and (since(entry) or SAMPLE_TODAY) <= day:
                _sign_in(ledger, circle, dice.branch(entry.written.pupil.key), entry, _Held(activity, teacher, teacher=True), came=0.96)


def _holidays(ledger: Ledger, circle: Circle, dice: Dice) -> None:
    """The children of a village group meet every three days of the holidays; their homework is looked at."""
    groups: dict[str, list[OnRegister]] = {}
    for entry in circle.present:
        groups.setdefault(entry.written.household.village, []).append(entry)
    largest = sorted(groups, key=lambda village: (-len(groups[village]), village))[:_VILLAGE_GROUPS]
    organisers = [circle.frame.staff[key] for key in ("supporter-1", "supporter-2", "helper-5")]
    for village, organiser in zip(largest, organisers, strict=True):
        for place, day in enumerate((*_WINTER, *_SUMMER)):
            title, content, effect = texts.HOLIDAYS[place % len(texts.HOLIDAYS)]
            held = day <= SAMPLE_TODAY
            activity = ledger.add(
                moment_of(day if held else SAMPLE_TODAY - timedelta(days=6)), Activity, f"{village}-{day}", kind_of=ActivityKind.HOLIDAY, title=title,
                held_on=day, hours="上午9点至11点", place=f"{village[:-2]}党群服务中心", village=village, organiser_id=organiser.id, content=content,
                effect=effect if held else None,
            )  # fmt: skip
            for entry in groups[village] if held else ():
                if (since(entry) or SAMPLE_TODAY) <= day:
                    _sign_in(
                        ledger,
                        circle,
                        dice.branch(day, entry.written.pupil.key),
                        entry,
                        _Held(activity, organiser.id),
                        came=0.82,
                        homework=True,
                    )
