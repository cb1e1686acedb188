"""Writes what teachers did: monthly talks and the home visits of each term, with everything that is missed in real schools."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from carekit import clock
from carekit.records import HomeVisit, Talk
from carekit.records.codes import Boarding, GuardianshipState, Outcome, PartOfDay, TalkMode, VisitMode
from carekit.sample import phrases
from carekit.sample.dice import Dice
from carekit.sample.kin import words_of
from carekit.sample.ledger import Ledger, moment_of
from carekit.sample.plan import FIRST_CARE_YEAR, SAMPLE_TODAY, Household, year_of
from carekit.sample.population import carer_of
from carekit.sample.register import OnRegister
from carekit.sample.school import TERMS, Frame, school_days

#: The class teacher of this group did not talk with anybody in this month.
SILENT_GROUP, SILENT_MONTH = (2021, 3), (2026, 3)

#: The days of one month or term on which a child could have been met, each with the class it was in.
_Days = list[tuple[date, str]]


def _months() -> list[tuple[date, ...]]:
    days = school_days(date(FIRST_CARE_YEAR, 9, 1), SAMPLE_TODAY)
    return [tuple(month) for _, month in groupby(days, key=lambda day: (day.year, day.month))]


def _days_of(entry: OnRegister, days: tuple[date, ...]) -> _Days:
    return [
        (day, class_id)
        for first, last, class_id in entry.periods()
        if first <= days[-1] and last >= days[0]
        for day in days[bisect_left(days, first) : bisect_right(days, last)]
    ]


#: From here on teachers write their cards each Friday; before, they wrote them all at the end of the month.
_WEEKLY_FROM = date(2026, 3, 1)


def recorded_at(day: date) -> datetime:
    """When a teacher writes the card of a contact of this day; nothing is written after `SAMPLE_TODAY`."""
    if day >= _WEEKLY_FROM:
        last = day + timedelta(days=4 - day.weekday())
    else:
        last = date(day.year + day.month // 12, day.month % 12 + 1, 1) - timedelta(days=1)
        last -= timedelta(days=max(0, last.weekday() - 4))
    return moment_of(min(last, SAMPLE_TODAY), 17)


def author_of(frame: Frame, entry: OnRegister, teacher: str, moment: datetime) -> str | None:
    """The teacher, if the child is still in their class when the card is written: else the office writes it for them."""
    day = clock.day_of(moment)
    for stay in entry.written.stays:
        if stay.enrolled_on <= day and (stay.left_on is None or day <= stay.left_on):
            return teacher if frame.teacher_of(stay.class_id, day) == teacher else None
    return None


def write_talks(ledger: Ledger, frame: Frame, dice: Dice, register: list[OnRegister]) -> list[Talk]:
    """One talk a month for most children on the register; returns those that took place."""
    silent = frame.class_of(*SILENT_GROUP, year_of(date(*SILENT_MONTH, 1))).id
    talks: list[Talk] = []
    for month in _months():
        year, number = month[0].year, month[0].month
        if len(month) < 8:
            continue
        for entry in register:
            days = _days_of(entry, month)
            if len(days) < 5:
                continue
            own = dice.branch(year, number, entry.written.pupil.key)
            day, class_id = own.pick(days)
            if class_id == silent and (year, number) == SILENT_MONTH:
                continue
            zeal = dice.branch("zeal", class_id).number(86, 96) + dice.branch("busy", class_id, number).number(-4, 3)
            share = 0.6 if (year, number) == (2026, 5) else 1.0
            talks += _one_month(ledger, frame, own, entry, days, (day, class_id), zeal / 100 * share)
    return talks


def _one_month(
    ledger: Ledger, frame: Frame, dice: Dice, entry: OnRegister, days: _Days, chosen: tuple[date, str], share: float
) -> list[Talk]:
    written, day = entry.written, chosen[0]
    key = f"{written.pupil.key}-{day:%Y%m}"
    base: dict[str, Any] = {"child_id": written.child.id, "staff_id": frame.teacher_of(chosen[1], day)}
    if dice.chance(0.006):
        _write_talk(ledger, frame, entry, f"{key}-e", day, base | {"outcome": Outcome.EXCUSED, "reason": dice.pick(phrases.EXCUSED)})
        return []
    if not dice.chance(share):
        if dice.chance(0.3):
            _write_talk(ledger, frame, entry, f"{key}-f", day, base | {"outcome": Outcome.FAILED, "reason": dice.pick(phrases.FAILED)})
        return []
    if dice.chance(0.03) and day > days[0][0]:
        earlier, class_id = dice.pick([d for d in days if d[0] < day])
        first = base | {"staff_id": frame.teacher_of(class_id, earlier)}
        _write_talk(ledger, frame, entry, f"{key}-f", earlier, first | {"outcome": Outcome.FAILED, "reason": dice.pick(phrases.FAILED)})
    topic, states = phrases.draw_topic(dice), phrases.draw_states(dice)
    mode = TalkMode.FACE if dice.chance(0.95) else dice.pick((TalkMode.PHONE, TalkMode.VIDEO, TalkMode.WRITTEN))
    words = words_of(dice, written.household, written.pupil, day)
    done = base | {
        "topic": topic,
        "part_of_day": dice.weighted({PartOfDay.NOON: 35.0, PartOfDay.AFTERNOON: 45.0, PartOfDay.MORNING: 18.0, PartOfDay.EVENING: 2.0}),
        "place": phrases.talk_place(dice, mode),
        "mode": mode,
        "child_states": states,
        "follow_up_on": day + timedelta(days=14) if dice.chance(0.12) else None,
        **phrases.talk_texts(dice, topic, states, words, frame.grades[chosen[1]]),
    }
    talks = [_write_talk(ledger, frame, entry, key, day, done)]
    if dice.chance(0.03):
        again = {"points": "回访上次约定，孩子说做到了。", "topic": topic, "place": dice.pick(phrases.PLACES)}
        later = [d for d in days if d[0] > day]
        if later:
            second, class_id = dice.pick(later)
            talks.append(
                _write_talk(ledger, frame, entry, f"{key}-2", second, base | again | {"staff_id": frame.teacher_of(class_id, second)})
            )
    return talks


def _write_talk(ledger: Ledger, frame: Frame, entry: OnRegister, key: str, day: date, values: dict[str, Any]) -> Talk:
    moment = recorded_at(day)
    return ledger.add(moment, Talk, key, by=author_of(frame, entry, values["staff_id"], moment), talked_on=day, **values)


def write_visits(ledger: Ledger, frame: Frame, dice: Dice, register: list[OnRegister]) -> list[HomeVisit]:
    """A visit each term for most children on the register: at home, by phone or video; some came to nothing."""
    visits = []
    for year, number, starts, ends, _ in TERMS:
        if year < FIRST_CARE_YEAR:
            continue
        days = school_days(date.fromisoformat(starts), min(date.fromisoformat(ends), SAMPLE_TODAY))
        share = 0.84 if date.fromisoformat(ends) < SAMPLE_TODAY else 0.52
        for entry in register:
            open_days = _days_of(entry, days[8:])
            own = dice.branch(year, number, entry.written.pupil.key)
            if len(open_days) > 15 and own.chance(share):
                visits.append(_one_visit(ledger, frame, own, entry, own.pick(open_days), f"{year}-{number}"))
    return visits


def _one_visit(ledger: Ledger, frame: Frame, dice: Dice, entry: OnRegister, chosen: tuple[date, str], term: str) -> HomeVisit:
    written, household, day = entry.written, entry.written.household, chosen[0]
    teacher = frame.teacher_of(chosen[1], day)
    mode = dice.weighted({VisitMode.ON_SITE: 83.0, VisitMode.PHONE: 12.0, VisitMode.VIDEO: 5.0})
    values: dict[str, Any] = {
        "child_id": written.child.id,
        "visited_on": day,
        "staff_id": teacher,
        "mode": mode,
        "part_of_day": PartOfDay.EVENING,
    }
    if dice.chance(0.04):
        values |= {"outcome": Outcome.FAILED, "reason": dice.pick(phrases.VISIT_FAILED[mode])}
    else:
        carer = carer_of(household, written.pupil, day)
        on_site = mode is VisitMode.ON_SITE
        values |= {
            "met_name": carer.name if carer else None,
            "met_relation": carer.relation if carer else None,
            "address": f"{household.village}{household.house}号" if on_site else None,
            "companion_id": frame.staff[f"subject-{dice.number(0, 11)}"].id if on_site else None,
            "guardianship": dice.weighted({GuardianshipState.GOOD: 50.0, GuardianshipState.FAIR: 44.0, GuardianshipState.CARER_WEAK: 6.0}),
            "photo_consent": dice.chance(0.6) if on_site else None,
            "revisit_on": day + timedelta(days=30) if dice.chance(0.1) else None,
            **phrases.visit_texts(
                dice,
                mode,
                words_of(dice, household, written.pupil, day),
                _work(household, day),
                boards=written.child.boarding is Boarding.BOARDER,
            ),
        }
    moment = recorded_at(day)
    return ledger.add(moment, HomeVisit, f"{written.pupil.key}-{term}", by=author_of(frame, entry, teacher, moment), **values)


def _work(household: Household, day: date) -> str:
    away = [t for t in household.trips if (t.since is None or t.since <= day) and (t.until is None or t.until > day)]
    words = {"father": "父亲", "mother": "母亲", "stepmother": "继母"}
    return "，".join(f"{words.get(trip.who, '家人')}在{trip.place or '外地'}务工" for trip in away) + "。" if away else "家人均在本地。"
