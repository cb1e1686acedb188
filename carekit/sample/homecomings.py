"""Writes when parents came home, and when contact cards were gone through with the family."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from carekit.records import Absence, CardCheck, Homecoming
from carekit.records.codes import CardState, Frequency, Relation
from carekit.sample import phrases_family as texts
from carekit.sample.circle import Circle, since
from carekit.sample.contacts import recorded_at
from carekit.sample.dice import Dice
from carekit.sample.kin import say, word_for, words_of
from carekit.sample.ledger import Ledger, moment_of
from carekit.sample.plan import SAMPLE_TODAY, Trip
from carekit.sample.register import OnRegister
from carekit.sample.school import school_days


@dataclass(frozen=True, slots=True)
class _Season:
    """Days on which parents come home: first and last day, how long they stay, when the teacher writes it, and what share of families is asked."""

    name: str
    first: date
    last: date
    days: tuple[int, int]
    written: date
    asked: float
    who: frozenset[Frequency]


_OFTEN = frozenset({Frequency.WEEKLY, Frequency.FORTNIGHTLY, Frequency.MONTHLY})
_QUARTERLY = _OFTEN | {Frequency.QUARTERLY}
_HALF_YEARLY = _QUARTERLY | {Frequency.HALF_YEARLY}
_YEARLY = _HALF_YEARLY | {Frequency.YEARLY}
_SEASONS = (
    _Season("春节", date(2025, 1, 18), date(2025, 1, 27), (12, 26), date(2025, 2, 28), 0.45, _YEARLY),
    _Season("暑假", date(2025, 7, 8), date(2025, 7, 28), (5, 20), date(2025, 9, 12), 0.4, _HALF_YEARLY),
    _Season("国庆", date(2025, 9, 30), date(2025, 10, 2), (3, 7), date(2025, 10, 17), 0.5, _QUARTERLY),
    _Season("春节", date(2026, 2, 6), date(2026, 2, 15), (12, 28), date(2026, 3, 6), 0.62, _YEARLY),
    _Season("五一", date(2026, 4, 30), date(2026, 5, 2), (3, 6), date(2026, 5, 15), 0.5, _QUARTERLY),
)


def write_homecomings(ledger: Ledger, circle: Circle, dice: Dice) -> None:
    """For each family the homecomings of the last two school years, kept with its eldest child on the register, and the last one in the absence itself."""
    eldest: dict[str, OnRegister] = {}
    for entry in circle.present:
        known = eldest.setdefault(entry.written.household.key, entry)
        if entry.written.pupil.born_on < known.written.pupil.born_on:
            eldest[entry.written.household.key] = entry
    absences = {act.record.id: act.record for act in ledger.acts if isinstance(act.record, Absence)}
    by_member = {absence.member_id: absence for absence in absences.values() if absence.until_on is None}
    for entry in eldest.values():
        for trip in entry.written.household.trips:
            came = _write_trip(ledger, circle, dice.branch(entry.written.pupil.key, trip.who), entry, trip)
            absence = by_member.get(entry.written.members[trip.who].id)
            if came and trip.until is None and absence is not None:
                written = max(season.written for season in _SEASONS if season.first <= came)
                ledger.amend(moment_of(written, 16), absence, "登记返家", last_returned_on=came)


def _write_trip(ledger: Ledger, circle: Circle, dice: Dice, entry: OnRegister, trip: Trip) -> date | None:
    """The homecomings of one absence; returns the last one."""
    last, known = None, since(entry)
    asked = dice.branch("asked").chance(0.9)
    for season in _SEASONS:
        own = dice.branch(season.name, season.first)
        day = own.day(season.first, season.last)
        away = (trip.since is None or trip.since < season.first - timedelta(days=20)) and (
            trip.until is None or trip.until > season.written
        )
        if not (away and asked and trip.returns in season.who and own.chance(season.asked) and known and known <= season.written):
            continue
        values: dict[str, Any] = {
            "left_on": day + timedelta(days=own.number(*season.days)),
            "summary": _summary(own, entry, trip, season.name, day),
        }
        if _write(ledger, circle, entry, trip.who, day, season.written, values):
            last = day
    if trip.until and trip.until >= date(2025, 9, 1) and known and known <= trip.until:
        written = recorded_at(trip.until + timedelta(days=3))
        values = {"stays": True, "summary": dice.pick(texts.STAYS)}
        _write(ledger, circle, entry, trip.who, trip.until, max(written.date(), trip.until + timedelta(days=3)), values)
    return last


def _summary(dice: Dice, entry: OnRegister, trip: Trip, name: str, day: date) -> str | None:
    words = words_of(dice, entry.written.household, entry.written.pupil, day) | {
        "parent": word_for(entry.written.household.people[trip.who].relation), "feast": name,
    }  # fmt: skip
    return say(dice, texts.HOMECOMINGS, words) if dice.chance(0.4) else None


def _write(ledger: Ledger, circle: Circle, entry: OnRegister, who: str, day: date, written: date, values: dict[str, Any]) -> bool:
    teacher = circle.teacher(entry, written)
    if teacher is None or written > SAMPLE_TODAY:
        return False
    moment = moment_of(written, 16)
    relation: Relation = entry.written.household.people[who].relation
    ledger.add(
        moment, Homecoming, f"{entry.written.pupil.key}-{who}-{day}", by=circle.author(Homecoming, teacher, entry, moment),
        child_id=entry.written.child.id, returned_on=day, relation=relation, staff_id=teacher, **values,
    )  # fmt: skip
    return True


#: When cards are gone through, by term: first and last day, and for which share of the children.
_ROUNDS = (
    (date(2025, 3, 3), date(2025, 4, 18), 0.5), (date(2025, 9, 8), date(2025, 10, 31), 0.9), (date(2026, 3, 9), date(2026, 4, 30), 0.78),
)  # fmt: skip
_STATES = {CardState.RIGHT: 85.0, CardState.CHANGED: 11.0, CardState.UNREACHED: 4.0}


def write_card_checks(ledger: Ledger, circle: Circle, dice: Dice) -> None:
    """Most cards each term; somebody whom nobody could reach is mostly found some weeks later."""
    for first, last, share in _ROUNDS:
        for entry in circle.present:
            own, known = dice.branch(first, entry.written.pupil.key), since(entry)
            days = school_days(max(first, known or last), last)
            if not days or not own.chance(share):
                continue
            day, state = own.pick(days), own.weighted(_STATES)
            _write_check(ledger, circle, own, entry, day, state)
            again = school_days(day + timedelta(days=own.number(7, 25)), SAMPLE_TODAY)
            if state is CardState.UNREACHED and again and own.chance(0.55):
                _write_check(ledger, circle, own, entry, again[0], CardState.CHANGED)


def _write_check(ledger: Ledger, circle: Circle, dice: Dice, entry: OnRegister, day: date, state: CardState) -> None:
    teacher = circle.teacher(entry, day)
    if teacher is None:
        return
    moment = recorded_at(day)
    words = words_of(dice, entry.written.household, entry.written.pupil, day)
    note = say(dice, texts.CARD_NOTES[state], words) if state is not CardState.RIGHT or dice.chance(0.2) else None
    ledger.add(
        moment, CardCheck, f"{entry.written.pupil.key}-{day}", by=circle.author(CardCheck, teacher, entry, moment), child_id=entry.written.child.id,
        checked_on=day, state=state, note=note, staff_id=teacher,
    )  # fmt: skip
