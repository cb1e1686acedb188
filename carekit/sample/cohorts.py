"""Drafts of ordinary pupils: which group of which cohort, from when until when, and who is whose brother or sister."""

from __future__ import annotations

from datetime import date

from carekit.records.codes import EntryReason, LeavingReason, Sex
from carekit.sample import words
from carekit.sample.dice import Dice
from carekit.sample.names import Names
from carekit.sample.plan import (
    FIRST_COHORT,
    INTAKE,
    THIS_YEAR,
    Household,
    Profile,
    Pupil,
    Span,
    groups_of,
)
from carekit.sample.school import school_days

_GRADUATES = 36
Group = tuple[int, int]


def ordinary_pupils(dice: Dice, profile: Profile, special: dict[Group, int]) -> list[Pupil]:
    """Everybody but the special children: those of today, the graduates of 2025, those who left on the way.

    `special` says how many places of each group the special children take.
    """
    groups = [(cohort, number) for cohort in range(FIRST_COHORT + 1, THIS_YEAR + 1) for number in groups_of(cohort)]
    size, rest = divmod(profile.pupils, len(groups))
    pupils = []
    for place, group in enumerate(groups):
        count = size + (place < rest) - special.get(group, 0)
        pupils += [_present(dice.branch(*group, n), group, n) for n in range(count)]
    for number in groups_of(FIRST_COHORT):
        pupils += [_graduate(dice.branch("graduate", number, n), number, n) for n in range(_GRADUATES)]
    for group in ((cohort, number) for cohort in range(FIRST_COHORT, THIS_YEAR + 1) for number in groups_of(cohort)):
        pupils += _leavers(dice.branch("leavers", *group), group)
    return pupils


def born_in_cohort(dice: Dice, cohort: int) -> date:
    """A birthday with which a child turns six by 31 August before the first grade."""
    return dice.day(date(cohort - 7, 9, 1), date(cohort - 6, 8, 31))


def _draft(dice: Dice, key: str, cohort: int, span: Span) -> Pupil:
    sex = Sex.MALE if dice.chance(0.52) else Sex.FEMALE
    return Pupil(key, "", sex, born_in_cohort(dice, cohort), [span])


def _present(dice: Dice, group: Group, place: int) -> Pupil:
    cohort, number = group
    span = Span(cohort, number, date(cohort, 9, 1))
    if dice.chance(0.09) and cohort < THIS_YEAR:
        day = dice.pick(school_days(date(max(cohort, 2020), 10, 8), date(2026, 4, 30)))
        span = Span(cohort, number, day, EntryReason.TRANSFERRED_IN, from_school=dice.pick(words.EARLIER_SCHOOLS))
    return _draft(dice, f"{cohort}-{number}-{place}", cohort, span)


def _graduate(dice: Dice, number: int, place: int) -> Pupil:
    span = Span(FIRST_COHORT, number, date(FIRST_COHORT, 9, 1), until_on=date(2025, 8, 31), leaving=LeavingReason.GRADUATED)
    return _draft(dice, f"{FIRST_COHORT}-{number}-{place}", FIRST_COHORT, span)


def _leavers(dice: Dice, group: Group) -> list[Pupil]:
    """About one child in two years leaves a group for another school."""
    cohort, number = group
    pupils = []
    for year in range(cohort, min(cohort + 6, THIS_YEAR + 1)):
        if not dice.chance(0.5):
            continue
        last = min(date(year + 1, 6, 30), date(2026, 5, 8))
        day = dice.pick(school_days(max(date(year, 9, 20), date(2020, 9, 20)), max(last, date(2020, 12, 1))))
        span = Span(
            cohort,
            number,
            date(cohort, 9, 1),
            until_on=day,
            leaving=LeavingReason.TRANSFERRED_OUT,
            to_school=dice.pick(words.LATER_SCHOOLS),
        )
        pupils.append(_draft(dice, f"{cohort}-{number}-left-{year}", cohort, span))
    return pupils


def known_to_kit(pupil: Pupil) -> bool:
    """Whether the child was still at the school when the kit came into use: of others only the stays are known."""
    return pupil.last_day is None or pupil.last_day > INTAKE


def into_households(dice: Dice, names: Names, pupils: list[Pupil]) -> list[Household]:
    """Put the pupils into families, some with brothers, sisters or a twin, and give everybody a name."""
    pool = dice.shuffled(pupils)
    households = []
    while pool:
        members = [pool.pop()]
        if known_to_kit(members[0]):
            other = _twin(members[0], pool) if dice.chance(0.012) else _sibling(members[0], pool) if dice.chance(0.17) else None
            if other is not None:
                members.append(pool.pop(other))
        members.sort(key=lambda pupil: pupil.born_on)
        own = dice.branch("household", members[0].key)
        surname = own.pick(words.SURNAMES)
        for pupil in members:
            pupil.name = names.child(own, surname, pupil.sex)
        village = f"{own.pick(words.VILLAGES)}{own.number(1, words.GROUPS)}组"
        households.append(Household(members[0].key, surname, village, own.number(1, 60), members, unknown=not known_to_kit(members[0])))
    return households


def _sibling(pupil: Pupil, pool: list[Pupil]) -> int | None:
    """The place in the pool of somebody born at least two cohorts away, of whom the kit knows as much."""
    for place in range(len(pool) - 1, max(-1, len(pool) - 80), -1):
        other = pool[place]
        if abs(other.spans[0].cohort - pupil.spans[0].cohort) >= 2 and known_to_kit(other):
            return place
    return None


def _twin(pupil: Pupil, pool: list[Pupil]) -> int | None:
    """The place in the pool of a classmate with the same stay, who is given the same birthday."""
    for place in range(len(pool) - 1, -1, -1):
        if pool[place].spans == pupil.spans and pupil.last_day in (None, date(2025, 8, 31)):
            pool[place].born_on = pupil.born_on
            return place
    return None
