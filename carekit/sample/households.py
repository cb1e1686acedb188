"""Drafts of families: who belongs to them, who works away, who raises the children."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from carekit.records.codes import (
    Capacity,
    Education,
    FamilyType,
    Frequency,
    GuardianshipState,
    ParentState,
    Relation,
    WorkArea,
)
from carekit.sample import words
from carekit.sample.dice import Dice
from carekit.sample.names import Names
from carekit.sample.plan import SAMPLE_TODAY, Care, Household, Person, Trip

#: Away for three months on `SAMPLE_TODAY` with room to spare, so that no counting of months disputes it.
LAST_CLEAR_START = date(2026, 1, 31)
_RELATIONS = {
    "father": Relation.FATHER,
    "mother": Relation.MOTHER,
    "stepmother": Relation.STEPMOTHER,
    "grandfather": Relation.FATHERS_FATHER,
    "grandmother": Relation.FATHERS_MOTHER,
    "mothers_father": Relation.MOTHERS_FATHER,
    "mothers_mother": Relation.MOTHERS_MOTHER,
    "aunt": Relation.FATHERS_SISTER,
    "uncle": Relation.FATHERS_ELDER_BROTHER,
    "mothers_sister": Relation.MOTHERS_SISTER,
    "neighbour": Relation.NOT_KIN,
    "sister": Relation.ELDER_SISTER,
}
_OWN_SURNAME = frozenset({"father", "grandfather", "aunt", "uncle", "sister"})
_WOMEN = frozenset({"mother", "stepmother", "grandmother", "mothers_mother", "aunt", "mothers_sister", "neighbour", "sister"})
_GRAND = {"grandmother": 46.0, "grandfather": 27.0, "mothers_mother": 15.0, "mothers_father": 8.0}
_OTHER_KIN = {"aunt": 34.0, "uncle": 30.0, "mothers_sister": 22.0, "neighbour": 8.0, "sister": 6.0}
_AGES = {"grand": (55, 76), "parent": (28, 45), "sister": (19, 24)}


@dataclass(frozen=True, slots=True)
class Situation:
    """What decides a family's draft: who is away, how far at most, who raises the children, with little or no schooling or not."""

    away: tuple[str, ...]
    area: WorkArea | None
    carer: str | None
    no_schooling: bool
    kind: FamilyType = FamilyType.WHOLE


def choose_carer(dice: Dice, *, grandparent: bool) -> Situation:
    """A family with somebody away, its carer a grandparent or not; how far away and the carer's schooling are decided later."""
    if grandparent:
        carer = dice.weighted(_GRAND)
        away = dice.weighted({("father", "mother"): 78.0, ("father",): 14.0, ("mother",): 8.0})
        kind = (
            FamilyType.WHOLE
            if len(away) == 2
            else dice.weighted({FamilyType.DIVORCED: 60.0, FamilyType.WHOLE: 30.0, FamilyType.WIDOWED: 10.0})
        )
        return Situation(away, None, carer, False, kind)
    kind = FamilyType.REMARRIED if dice.chance(0.03) else FamilyType.WHOLE
    shape = dice.weighted({"mother": 71.0, "father": 11.0, "kin": 15.0, "unknown": 3.0})
    if shape == "mother":
        return Situation(("father",), None, "stepmother" if kind is FamilyType.REMARRIED else "mother", False, kind)
    if shape == "father":
        return Situation(("mother",), None, "father", False, FamilyType.WHOLE)
    return Situation(("father", "mother"), None, dice.weighted(_OTHER_KIN) if shape == "kin" else None, False, FamilyType.WHOLE)


def person(dice: Dice, names: Names, household: Household, role: str) -> Person:
    """A draft of somebody of this family."""
    ages = _AGES["grand" if role in _GRAND else "sister" if role == "sister" else "parent"]
    surname = household.surname if role in _OWN_SURNAME else None
    name = names.adult(dice, woman=role in _WOMEN, surname=surname, old=role in _GRAND)
    grand = role in _GRAND
    education = dice.weighted({Education.PRIMARY: 62.0, Education.MIDDLE_SCHOOL: 38.0} if grand else _PARENT_SCHOOLING)
    return Person(
        _RELATIONS[role],
        name,
        phone=names.phone() if dice.chance(0.93) else None,
        education=education if dice.chance(0.95) else None,
        capacity=dice.weighted({Capacity.FULL: 72.0, Capacity.LIMITED: 28.0} if grand else {Capacity.FULL: 96.0, Capacity.LIMITED: 4.0}),
        age=dice.number(*ages),
        occupation=dice.pick(words.HOME_TRADES) if grand or role not in ("father", "mother") else dice.pick(words.TRADES),
    )


_PARENT_SCHOOLING = {
    Education.PRIMARY: 18.0, Education.MIDDLE_SCHOOL: 58.0, Education.HIGH_SCHOOL: 12.0, Education.VOCATIONAL: 8.0, Education.COLLEGE: 4.0,
}  # fmt: skip


def parents(dice: Dice, names: Names, household: Household, kind: FamilyType) -> None:
    """Father and mother, as far as the family has them."""
    household.type = kind
    second = "stepmother" if kind is FamilyType.REMARRIED else "mother"
    for role in ("father", second):
        household.people[role] = person(dice, names, household, role)
        household.people[role].extra["guardian"] = True


def settle(dice: Dice, names: Names, household: Household, facts: Situation, *, since: date | None = None) -> None:
    """Fill a family's draft with people, absences and care by these facts; `since` is the first day away (drawn when left out)."""
    away = tuple("stepmother" if facts.kind is FamilyType.REMARRIED and role == "mother" else role for role in facts.away)
    parents(dice, names, household, facts.kind)
    _who_stayed(household, facts, away)
    since = since or _first_day_away(dice, household)
    for role in away:
        household.trips.append(_trip(dice, role, facts.area, since, household.trips))
    if facts.carer is None:
        return
    if facts.carer not in household.people:
        household.people[facts.carer] = person(dice, names, household, facts.carer)
    carer = household.people[facts.carer]
    if facts.no_schooling:
        carer.education = Education.NONE
    carer.extra["guardian"] = carer.extra.get("guardian", facts.carer in _GRAND and len(away) == 2)
    state = dice.weighted({GuardianshipState.GOOD: 45.0, GuardianshipState.FAIR: 45.0, GuardianshipState.CARER_WEAK: 10.0})
    state = GuardianshipState.CARER_WEAK if carer.capacity is Capacity.LIMITED else state
    _care(dice, names, household, facts.carer, since, state)


def _who_stayed(household: Household, facts: Situation, away: tuple[str, ...]) -> None:
    """Say of the parent who is not away why they do not raise the child, when somebody else does."""
    for role in ("father", "mother"):
        if role in away or role == facts.carer or role not in household.people or facts.carer is None:
            continue
        stayed = household.people[role]
        if facts.kind is FamilyType.WIDOWED:
            stayed.state, stayed.phone, stayed.capacity = ParentState.DECEASED, None, None
            stayed.extra["guardian"] = False
        elif facts.kind is FamilyType.DIVORCED:
            stayed.state, stayed.phone, stayed.capacity = ParentState.UNKNOWN, None, None
            stayed.extra["guardian"] = False
        else:
            stayed.capacity, stayed.occupation = Capacity.NONE, None


def _first_day_away(dice: Dice, household: Household) -> date:
    """Mostly some years ago after a Spring Festival; for some families during the two years that the kit has seen."""
    if dice.chance(0.13):
        return dice.day(date(2024, 11, 1), LAST_CLEAR_START)
    eldest = min(pupil.born_on for pupil in household.pupils)
    year = dice.number(max(2014, eldest.year + 1), 2024)
    return dice.day(date(year, 2, 10), date(year, 3, 10)) if dice.chance(0.6) else dice.day(date(year, 1, 5), date(year, 8, 20))


def _trip(dice: Dice, role: str, area: WorkArea | None, since: date, others: list[Trip]) -> Trip:
    """One parent's absence; the second parent mostly works at the same place, never farther than the first."""
    if others and others[0].until is None and dice.chance(0.8):
        first = others[0]
        returns = first.returns if dice.chance(0.9) else draw_returns(dice, area)
        return Trip(role, since, first.area, first.place, returns, _contact(dice), month_only=first.month_only)
    if others and area is WorkArea.OTHER_PROVINCE and dice.chance(0.3):
        area = WorkArea.PROVINCE
    month_only = dice.chance(0.35)
    place = dice.pick(words.WORK_PLACES[area]) if area else None
    return Trip(
        role, since.replace(day=1) if month_only else since, area, place, draw_returns(dice, area), _contact(dice), month_only=month_only
    )


def draw_returns(dice: Dice, area: WorkArea | None) -> Frequency | None:
    """How often a parent comes home; from another province mostly at Spring Festival and in summer."""
    if dice.chance(0.02):
        return None
    if area in (WorkArea.TOWNSHIP, WorkArea.COUNTY):
        return dice.weighted({Frequency.WEEKLY: 40.0, Frequency.FORTNIGHTLY: 25.0, Frequency.MONTHLY: 35.0})
    if area is WorkArea.PROVINCE:
        return dice.weighted({Frequency.MONTHLY: 30.0, Frequency.QUARTERLY: 40.0, Frequency.HALF_YEARLY: 30.0})
    weights = {Frequency.QUARTERLY: 13.0, Frequency.HALF_YEARLY: 36.0, Frequency.YEARLY: 42.0, Frequency.RARER: 8.0, Frequency.NEVER: 1.0}
    return dice.weighted(weights)


def _contact(dice: Dice) -> Frequency | None:
    weights = {
        Frequency.DAILY: 12.0, Frequency.WEEKLY: 55.0, Frequency.FORTNIGHTLY: 15.0, Frequency.MONTHLY: 12.0, Frequency.QUARTERLY: 2.0, Frequency.NEVER: 0.5,
    }  # fmt: skip
    return dice.weighted(weights) if dice.chance(0.96) else None


def _care(dice: Dice, names: Names, household: Household, carer: str, since: date, state: GuardianshipState) -> None:
    """The present arrangement, and for some families an earlier carer whose arrangement ended."""
    changed = max(since, date(2024, 9, 1)) + timedelta(days=dice.number(60, 400))
    if carer in _GRAND and changed < date(2026, 4, 20) and dice.chance(0.09):
        earlier = dice.pick([role for role in (*_GRAND, "aunt") if role != carer])
        household.people[earlier] = person(dice, names, household, earlier)
        household.cares.append(Care(earlier, since, until=changed, state=state))
        household.cares.append(Care(carer, changed + timedelta(days=1), state=state))
        return
    household.cares.append(Care(carer, since, state=state))


def settle_at_home(dice: Dice, names: Names, household: Household) -> None:
    """A family of which nobody works away now: most always so, some back after years away, a few just gone."""
    kind = dice.weighted({FamilyType.WHOLE: 84.0, FamilyType.DIVORCED: 7.0, FamilyType.SINGLE: 5.0, FamilyType.WIDOWED: 4.0})
    parents(dice, names, household, kind)
    for role in ("father", "mother"):
        household.people[role].occupation = dice.pick(words.HOME_TRADES)
    if kind is FamilyType.WIDOWED:
        gone = household.people["father"]
        gone.state, gone.phone, gone.capacity = ParentState.DECEASED, None, None
    elif kind is not FamilyType.WHOLE:
        household.people.pop(dice.pick(("father", "mother")))
    present = [role for role, member in household.people.items() if member.state is ParentState.PRESENT]
    if dice.chance(0.6):
        eldest = min(pupil.born_on for pupil in household.pupils)
        household.cares.append(Care(present[-1], eldest, state=GuardianshipState.GOOD))


def _living(household: Household) -> str:
    return next(role for role, member in household.people.items() if member.state is ParentState.PRESENT)


def add_past_trip(dice: Dice, household: Household, until: date) -> None:
    """An absence that ended on `until`; the other parent was at home."""
    role = _living(household)
    area = dice.weighted({WorkArea.OTHER_PROVINCE: 80.0, WorkArea.PROVINCE: 20.0})
    since = until - timedelta(days=dice.number(400, 1500))
    trip = _trip(dice, role, area, since, [])
    trip.until = until
    household.trips.append(trip)


def add_new_trip(dice: Dice, household: Household) -> None:
    """An absence that began in March of this year and has not lasted three months: not left behind yet."""
    trip = _trip(dice, _living(household), WorkArea.OTHER_PROVINCE, dice.day(date(2026, 3, 5), date(2026, 4, 10)), [])
    trip.since, trip.month_only = trip.since if trip.since and trip.since.day > 1 else date(2026, 3, 12), False
    household.trips.append(trip)


def left_behind(household: Household, day: date = SAMPLE_TODAY) -> bool:
    """Whether somebody of the family's parents is away on `day` and has been for three months (with room to spare)."""
    return any(
        trip.since is not None and trip.since <= LAST_CLEAR_START and (trip.until is None or trip.until > day) for trip in household.trips
    )
