"""Writes what guardians were told, who was ill, and what boarders can do alone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from carekit import clock
from carekit.records import Feedback, Illness, SelfCareCheck
from carekit.records.codes import Boarding, CallMode, Outcome, SelfCareSkill, TermNumber
from carekit.sample import phrases_daybook as texts
from carekit.sample.circle import Circle, since, written_at
from carekit.sample.contacts import recorded_at
from carekit.sample.dice import Dice
from carekit.sample.kin import say, words_of
from carekit.sample.ledger import Ledger
from carekit.sample.plan import SAMPLE_TODAY
from carekit.sample.population import carer_of
from carekit.sample.register import OnRegister
from carekit.sample.school import TERMS, school_days

_ILLNESSES = 60
#: Share of children whose guardian was told, paired and others, and of boarders looked at, by school year and term.
_SHARES = {
    (2024, TermNumber.SECOND): (0.3, 0.03, 0.35), (2025, TermNumber.FIRST): (0.9, 0.28, 0.95), (2025, TermNumber.SECOND): (0.65, 0.16, 0.75),
}  # fmt: skip


def write_wellbeing(ledger: Ledger, circle: Circle, dice: Dice) -> None:
    """Feedback and checks of boarders term by term, and the illnesses of the school year."""
    for year, number, starts, ends, _ in TERMS:
        if (year, number) not in _SHARES:
            continue
        paired, others, boarders = _SHARES[year, number]
        days = school_days(date.fromisoformat(starts) + timedelta(days=12), min(date.fromisoformat(ends), SAMPLE_TODAY))
        for entry in circle.present:
            own, known = dice.branch(year, number, entry.written.pupil.key), since(entry)
            open_days = [day for day in days if known and day > known]
            if not open_days:
                continue
            if own.chance(paired if circle.ties_of(entry, open_days[-1]) else others):
                _write_feedback(ledger, circle, own, entry, own.pick(open_days), f"{year}-{number}")
            if entry.written.child.boarding is Boarding.BOARDER and own.chance(boarders):
                _write_check(ledger, circle, own, entry, own.pick(open_days), f"{year}-{number}")
    _write_illnesses(ledger, circle, dice.branch("ill"))


def _write_feedback(ledger: Ledger, circle: Circle, dice: Dice, entry: OnRegister, day: date, term: str) -> None:
    ties = circle.ties_of(entry, day)
    staff = ties[0].staff.id if ties and dice.chance(0.6) else circle.teacher(entry, day)
    if staff is None:
        return
    carer = carer_of(entry.written.household, entry.written.pupil, day)
    mode = dice.weighted({CallMode.PHONE: 70.0, CallMode.VIDEO: 12.0, CallMode.MESSAGE: 16.0, CallMode.LETTER: 2.0})
    values: dict[str, Any] = {"mode": mode, "relation": carer.relation if carer else None}
    if dice.chance(0.05):
        values |= {"outcome": Outcome.FAILED, "reason": dice.pick(texts.FEEDBACK_FAILED[mode])}
    else:
        words = words_of(dice, entry.written.household, entry.written.pupil, day)
        told = [text for text, months in texts.FEEDBACKS if not months or day.month in months]
        values |= {"content": say(dice, told, words), "answer": say(dice, texts.FEEDBACK_ANSWERS, words) if dice.chance(0.8) else None}
    moment = written_at(circle, staff, day)
    by = circle.author(Feedback, staff, entry, moment)
    ledger.add(
        moment, Feedback, f"{entry.written.pupil.key}-{term}", by=by, child_id=entry.written.child.id, told_on=day, staff_id=staff, **values
    )


def _write_check(ledger: Ledger, circle: Circle, dice: Dice, entry: OnRegister, day: date, term: str) -> None:
    teacher = circle.teacher(entry, day)
    if teacher is None:
        return
    share = min(0.95, 0.5 + 0.08 * (day.year - entry.written.child.born_on.year - 6 if entry.written.child.born_on else 2))
    skills = tuple(skill for skill in SelfCareSkill if dice.chance(share))
    moment, words = recorded_at(day), words_of(dice, entry.written.household, entry.written.pupil, day)
    ledger.add(
        moment, SelfCareCheck, f"{entry.written.pupil.key}-{term}", by=circle.author(SelfCareCheck, teacher, entry, moment),
        child_id=entry.written.child.id, checked_on=day, skills=skills, meals=dice.pick(texts.MEALS) if dice.chance(0.8) else None,
        boarding=say(dice, texts.BOARDINGS, words) if dice.chance(0.7) else None, staff_id=teacher,
    )  # fmt: skip


def _write_illnesses(ledger: Ledger, circle: Circle, dice: Dice) -> None:
    """Most in the present school year; the last ones are not well yet, and of some nobody at home was told."""
    days = [*school_days(date(2025, 3, 3), date(2025, 6, 20))[::9], *school_days(date(2025, 9, 8), SAMPLE_TODAY)]
    chosen = sorted([dice.pick(days) for _ in range(_ILLNESSES - 3)] + list(days[-3:]))
    for place, day in enumerate(chosen):
        entry = dice.pick(circle.present)
        teacher, known = circle.teacher(entry, day), since(entry)
        while teacher is None or known is None or known > day:
            entry = dice.pick(circle.present)
            teacher, known = circle.teacher(entry, day), since(entry)
        carer = carer_of(entry.written.household, entry.written.pupil, day)
        complaint, treatment, hospital, length, says_told = dice.pick([each for each in texts.ILLNESSES if carer or not each[4]])
        well = day + timedelta(days=length)
        told = carer is not None and (dice.chance(0.75) or says_told)
        moment = recorded_at(day)
        again = clock.day_of(moment) >= well
        illness = ledger.add(
            moment, Illness, f"{place}-{day}", by=circle.author(Illness, teacher, entry, moment), child_id=entry.written.child.id, ill_on=day,
            complaint=complaint, treatment=treatment, hospital=hospital, told=carer.relation if carer and told else None,
            told_on=day if told else None, well_on=well if again else None, staff_id=teacher,
        )  # fmt: skip
        if not again and well <= SAMPLE_TODAY and dice.chance(0.95):
            back = recorded_at(next(iter(school_days(well, SAMPLE_TODAY)), SAMPLE_TODAY))
            ledger.amend(back, illness, "已返校", by=circle.author(Illness, teacher, entry, back), well_on=well)
