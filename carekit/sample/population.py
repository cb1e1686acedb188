"""The whole population in drafts: the special families, then ordinary ones that bring every figure to its exact value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from carekit.records.codes import GRANDPARENTS, ClosureReason, Education, WorkArea
from carekit.sample.cast import build_cast, places_taken
from carekit.sample.cohorts import into_households, ordinary_pupils
from carekit.sample.dice import Dice
from carekit.sample.households import Situation, add_new_trip, add_past_trip, choose_carer, left_behind, settle, settle_at_home
from carekit.sample.names import Names
from carekit.sample.plan import SAMPLE_TODAY, ClosurePlan, Household, Person, Profile, Pupil

_ORDER = (WorkArea.TOWNSHIP, WorkArea.COUNTY, WorkArea.PROVINCE, WorkArea.OTHER_PROVINCE, WorkArea.ABROAD)
#: Among today's children of whom nobody is away: families back after years, still on the register, just gone, unknown.
_BACK, _BACK_LATELY, _JUST_GONE, _UNKNOWN, _AGAIN = 24, 5, 6, 7, 4


def carer_of(household: Household, pupil: Pupil, day: date = SAMPLE_TODAY) -> Person | None:
    """Who raises the child on a day, None when not known."""
    for care in household.cares:
        if (not care.only or pupil.key in care.only) and care.since <= day and (care.until is None or care.until > day):
            return household.people[care.who] if care.who else None
    return None


def farthest(household: Household, day: date = SAMPLE_TODAY) -> WorkArea | None:
    """The farthest area in which somebody of the family works on a day, None when not known."""
    areas = [trip.area for trip in household.trips if trip.area and (trip.until is None or trip.until > day)]
    return max(areas, key=_ORDER.index, default=None)


def tally(households: list[Household]) -> Profile:
    """The figures of these families, counted from their drafts."""
    today = [(h, pupil) for h in households for pupil in h.pupils if pupil.current]
    behind = [(h, pupil) for h, pupil in today if left_behind(h)]
    carers = [carer_of(h, pupil) for h, pupil in behind]
    return Profile(
        len(today),
        len(behind),
        sum(farthest(h) is WorkArea.OTHER_PROVINCE for h, _ in behind),
        sum(carer is not None and carer.relation in GRANDPARENTS for carer in carers),
        sum(carer is not None and carer.education is Education.NONE for carer in carers),
    )


def build_population(dice: Dice, names: Names, profile: Profile) -> list[Household]:
    """All families, so that the children enrolled on `SAMPLE_TODAY` have exactly the figures of `profile`."""
    cast = build_cast(dice.branch("cast"), names)
    pupils = ordinary_pupils(dice.branch("cohorts"), profile, dict(places_taken(cast)))
    ordinary = into_households(dice.branch("households"), names, pupils)
    done = tally(cast)
    rest = Profile(
        profile.pupils - done.pupils,
        profile.left_behind - done.left_behind,
        profile.other_province - done.other_province,
        profile.grandparent - done.grandparent,
        profile.no_schooling - done.no_schooling,
    )
    today = [h for h in ordinary if h.weight]
    behind = _take(dice.branch("behind"), today, rest.left_behind)
    keys = {h.key for h in behind}
    _settle_left_behind(dice.branch("away"), names, behind, rest)
    _settle_others(dice.branch("home"), names, [h for h in today if h.key not in keys])
    _settle_gone(dice.branch("gone"), names, [h for h in ordinary if not h.weight and not h.unknown])
    households = cast + ordinary
    if tally(households) != profile:
        raise AssertionError("the drafts miss the figures of the profile")
    return households


def _take(dice: Dice, households: list[Household], children: int) -> list[Household]:
    """Families drawn at random that together have exactly this many children today; families of one fill the last places."""
    taken, left = [], children
    for household in dice.shuffled(households):
        if household.weight <= left:
            taken.append(household)
            left -= household.weight
    if left:
        raise ValueError("no choice of families has this many children")
    return taken


def _settle_left_behind(dice: Dice, names: Names, households: list[Household], rest: Profile) -> None:
    raised = {h.key for h in _take(dice.branch("grandparent"), households, rest.grandparent)}
    facts = {h.key: choose_carer(dice.branch("carer", h.key), grandparent=h.key in raised) for h in households}
    far = {h.key for h in _take(dice.branch("far"), households, rest.other_province)}
    near = [h for h in households if h.key not in far]
    areas: dict[str, WorkArea | None] = {h.key: WorkArea.OTHER_PROVINCE for h in households}
    weights: dict[WorkArea | None, float] = {
        WorkArea.PROVINCE: 60.0, WorkArea.COUNTY: 22.0, WorkArea.TOWNSHIP: 4.0, WorkArea.ABROAD: 8.0, None: 6.0,
    }  # fmt: skip
    areas |= {h.key: dice.branch("near", h.key).weighted(weights) for h in near}
    with_carer = [h for h in households if facts[h.key].carer]
    by_grandparents = [h for h in with_carer if h.key in raised]
    share = min(rest.no_schooling, rest.grandparent) * 4 // 5
    unschooled = {h.key for h in _take(dice.branch("unschooled"), by_grandparents, share)}
    others = [h for h in with_carer if h.key not in raised]
    unschooled |= {h.key for h in _take(dice.branch("unschooled-others"), others, rest.no_schooling - share)}
    for household in households:
        fact = replace(facts[household.key], area=areas[household.key], no_schooling=household.key in unschooled)
        settle(dice.branch("settle", household.key), names, household, fact)
    _come_and_go(dice.branch("again"), [h for h in households if _single(h) and _since_2024(h)][:_AGAIN])


def _single(household: Household) -> bool:
    """One child, at the school since before the kit came into use."""
    return len(household.pupils) == 1 and household.pupils[0].spans[0].from_on < date(2024, 9, 2)


def _since_2024(household: Household) -> bool:
    return all(trip.since is not None and date(2025, 7, 1) < trip.since < date(2026, 1, 1) for trip in household.trips)


def _come_and_go(dice: Dice, households: list[Household]) -> None:
    """Children whose parent was back for a year: closed, then reopened with the new absence."""
    for household in households:
        back, again = dice.day(date(2024, 10, 8), date(2024, 12, 20)), household.trips[0].since
        if again is None:
            continue
        household.trips.insert(0, replace(household.trips[0], since=date(2022, 2, 14), until=back, month_only=False))
        closed, reopened = _months_later(back, 3), _months_later(again, 3)
        household.pupils[0].closures.append(ClosurePlan(closed, ClosureReason.PARENT_BACK, reopened))


def _months_later(day: date, months: int) -> date:
    month = day.month - 1 + months
    return date(day.year + month // 12, month % 12 + 1, min(day.day, 28))


def _settle_others(dice: Dice, names: Names, households: list[Household]) -> None:
    """Today's children of whom nobody is away, or not for three months yet."""
    singles = [h for h in dice.shuffled(households) if _single(h)]
    parts: tuple[tuple[int, Callable[[Dice, Household], None]], ...] = (
        (_BACK, _back_for_long), (_BACK_LATELY, _back_lately), (_JUST_GONE, add_new_trip), (_UNKNOWN, _not_known),
    )  # fmt: skip
    for household in households:
        settle_at_home(dice.branch("settle", household.key), names, household)
    for count, change in parts:
        for household in singles[:count]:
            change(dice.branch("change", household.key), household)
        singles = singles[count:]


def _back_for_long(dice: Dice, household: Household) -> None:
    back = dice.day(date(2024, 11, 1), date(2026, 1, 20))
    add_past_trip(dice, household, back)
    household.pupils[0].closures.append(ClosurePlan(_months_later(back, 3), ClosureReason.PARENT_BACK))


def _back_lately(dice: Dice, household: Household) -> None:
    add_past_trip(dice, household, dice.day(date(2026, 3, 20), date(2026, 5, 10)))


def _not_known(_dice: Dice, household: Household) -> None:
    """A family of which the school knows nothing yet."""
    household.people, household.trips, household.cares, household.type, household.unknown = {}, [], [], None, True


def _settle_gone(dice: Dice, names: Names, households: list[Household]) -> None:
    """Families whose children have all left since the kit came into use."""
    for household in households:
        own = dice.branch(household.key)
        if own.chance(0.66):
            facts: Situation = choose_carer(own, grandparent=own.chance(0.45))
            settle(
                own,
                names,
                household,
                replace(facts, area=WorkArea.OTHER_PROVINCE),
                since=date(own.number(2018, 2023), 2, own.number(15, 28)),
            )
        else:
            settle_at_home(own, names, household)
