"""Writes the drafts of families and children as records, at the moments at which the school would have learnt of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from carekit.records import Absence, CareArrangement, Child, Enrolment, Family, FamilyMember
from carekit.records.codes import (
    Assistance,
    Boarding,
    DatePrecision,
    EntryMode,
    EntryReason,
    FamilyType,
    Health,
    HukouKind,
    IdType,
    IncomeSource,
    LeavingReason,
    Nation,
    Schooling,
    TravelMode,
)
from carekit.sample import words
from carekit.sample.dice import Dice
from carekit.sample.ledger import Ledger, moment_of
from carekit.sample.names import Names
from carekit.sample.plan import (
    COUNTY,
    INTAKE,
    PROVINCE,
    REGION,
    THIS_YEAR,
    TOWNSHIP,
    Care,
    Household,
    Pupil,
    Span,
    grade_of,
    year_of,
)
from carekit.sample.school import Frame

#: A shop's phone that several families give because they have none of their own.
SHOP_PHONE = "15400008888"
#: Since then families are asked to entrust care in writing.
_PAPERS_SINCE = date(2023, 9, 1)
#: Fields of a complete file that are often still blank.
_OFTEN_BLANK = ("hukou_place", "health", "address", "boarding", "nation")


@dataclass(slots=True)
class Written:
    """The records of one child, as the care part needs them."""

    pupil: Pupil
    household: Household
    child: Child
    family: Family | None
    members: dict[str, FamilyMember]
    stays: list[Enrolment] = field(default_factory=list)
    known_on: date = INTAKE


def known_on(pupil: Pupil) -> date:
    """The day on which the child came into the kit."""
    first = pupil.spans[0].from_on
    return max(INTAKE, first + timedelta(days=2))


def write_household(ledger: Ledger, frame: Frame, dice: Dice, names: Names, household: Household) -> list[Written]:
    """Write a family, its members, who is away, its children with their stays, and who raises them."""
    moment = moment_of(min(known_on(pupil) for pupil in household.pupils), 10)
    family = None if household.unknown and dice.chance(0.6) else _family(ledger, dice, household, moment)
    members = {role: _member(ledger, dice, household, role, family, moment) for role in household.people} if family else {}
    for place, trip in enumerate(household.trips):
        known = max(moment, moment_of(trip.since + timedelta(days=6))) if trip.since else moment
        absence = ledger.add(
            known, Absence, f"{household.key}-{place}", member_id=members[trip.who].id, from_on=trip.since,
            from_precision=DatePrecision.MONTH if trip.month_only else DatePrecision.DAY, work_area=trip.area, work_place=trip.place, reason="务工",
            return_frequency=trip.returns, contact_frequency=trip.contact, until_on=trip.until if trip.until and moment_of(trip.until) < known else None,
            last_returned_on=dice.day(date(2024, 1, 28), date(2024, 2, 24)) if trip.since and trip.since.year < 2024 and dice.chance(0.6) else None,
        )  # fmt: skip
        if trip.until and absence.until_on is None:
            ledger.amend(moment_of(trip.until + timedelta(days=4)), absence, "已返乡", until_on=trip.until)
    return [_write_child(ledger, frame, dice.branch(pupil.key), names, household, pupil, family, members) for pupil in household.pupils]


def _address(household: Household) -> str:
    return f"{COUNTY}{TOWNSHIP}{household.village}{household.house}号"


def _family(ledger: Ledger, dice: Dice, household: Household, moment: datetime) -> Family:
    away = any(trip.until is None for trip in household.trips)
    aid = (Assistance.MINIMUM_LIVING, Assistance.OUT_OF_POVERTY, Assistance.MONITORED, Assistance.LOW_INCOME)
    contact = next((care.who for care in household.cares if care.who), None)
    person = household.people.get(contact) if contact else None
    values: dict[str, Any] = {
        "type": household.type,
        "address": _address(household),
        "village": household.village,
        "contact_name": person.name if person else None,
        "contact_phone": person.phone if person else None,
        "income_sources": (IncomeSource.WAGES, *((IncomeSource.FARMING,) if dice.chance(0.4) else ())) if away else (IncomeSource.FARMING,),
        "assistance": (dice.pick(aid),) if dice.chance(0.14) else (),
    }
    return ledger.add(moment, Family, household.key, **values)


def _member(ledger: Ledger, dice: Dice, household: Household, role: str, family: Family | None, moment: datetime) -> FamilyMember:
    person = household.people[role]
    assert family is not None  # noqa: S101 - members are written for families only
    raises = any(care.who == role for care in household.cares)
    if raises and person.phone and dice.chance(0.018):
        person.phone = SHOP_PHONE
    values: dict[str, Any] = {
        "family_id": family.id,
        "name": person.name,
        "relation": person.relation,
        "guardian": person.extra.get("guardian"),
        "state": person.state,
        "capacity": person.capacity,
        "phone": person.phone,
        "education": person.education,
        "occupation": person.occupation,
        "stated_age": person.age if raises else None,
        "stated_age_on": moment.date() if raises and person.age else None,
        "health": dice.weighted({Health.GOOD: 60.0, Health.FAIR: 28.0, Health.CHRONIC: 12.0}) if raises and dice.chance(0.85) else None,
        "address": _address(household) if raises else None,
    }
    return ledger.add(moment, FamilyMember, f"{household.key}-{role}", **values)


def _write_child(
    ledger: Ledger,
    frame: Frame,
    dice: Dice,
    names: Names,
    household: Household,
    pupil: Pupil,
    family: Family | None,
    members: dict[str, FamilyMember],
) -> Written:
    day = known_on(pupil)
    moment = moment_of(day, 10)
    values = _child_values(dice, names, household, pupil, family)
    child = ledger.add(moment, Child, pupil.key, **values)
    written = Written(pupil, household, child, family, members, known_on=day)
    for span in pupil.spans:
        written.stays += _write_stays(ledger, frame, child, span)
    for place, care in enumerate(household.cares):
        if not care.only or pupil.key in care.only:
            _write_care(ledger, dice, written, care, place)
    if pupil.spans[-1].leaving is LeavingReason.DROPPED_OUT and pupil.last_day:
        ledger.amend(moment_of(pupil.last_day + timedelta(days=7)), child, "已向教育主管部门书面报告", schooling=Schooling.DROPPED_OUT)
    return written


def _child_values(dice: Dice, names: Names, household: Household, pupil: Pupil, family: Family | None) -> dict[str, Any]:
    cohort = pupil.spans[0].cohort
    number = pupil.id_number
    if number is None and pupil.extra.get("id_type") is None:
        number = names.id_number(pupil.born_on, pupil.sex)
    values: dict[str, Any] = {
        "name": pupil.name,
        "sex": pupil.sex,
        "born_on": pupil.born_on,
        "school_number": f"{cohort}{dice.number(0, 9)}{_sequence(pupil.key):04}",
        "entered_on": pupil.spans[0].from_on,
    }
    if household.unknown and pupil.last_day and pupil.last_day < INTAKE:
        return values
    values |= {
        "family_id": family.id if family else None,
        "nation": Nation("01" if dice.chance(0.97) else dice.pick(("07", "33", "15"))),
        "id_type": IdType.ID_CARD,
        "id_number": number,
        "pupil_number": f"G{number}" if number else f"L{REGION}{pupil.born_on:%Y%m%d}{dice.number(1000, 9999)}",
        "hukou_registered": True,
        "hukou_kind": HukouKind.RURAL if dice.chance(0.94) else HukouKind.URBAN,
        "hukou_place": f"{PROVINCE}{COUNTY}{TOWNSHIP}{household.village}",
        "address": _address(household),
        "village": household.village,
        "health": dice.weighted({Health.GOOD: 93.0, Health.FAIR: 4.0, Health.CHRONIC: 2.0, Health.HEARING: 0.5, Health.LIMB: 0.5}),
        "schooling": Schooling.PRIMARY,
        "boarding": Boarding.BOARDER if dice.chance(0.22) else Boarding.DAY,
        "entry_mode": EntryMode.NEARBY,
        "only_child": len(household.pupils) == 1 and dice.chance(0.3),
        "preschool": dice.chance(0.9),
        "travel_mode": dice.weighted({TravelMode.WALK: 45.0, TravelMode.BICYCLE: 25.0, TravelMode.PUBLIC: 15.0, TravelMode.PARENT: 15.0}),
        "distance": dice.number(2, 60) * 100,
        "talent": dice.pick(words.TALENTS) if dice.chance(0.2) else None,
        "orphan": False if household.type is not FamilyType.UNCARED else None,
    }
    if not pupil.special and dice.chance(0.07):
        values |= dict.fromkeys(dice.shuffled(_OFTEN_BLANK)[: dice.number(1, 2)])
    return values | pupil.extra


def _sequence(key: str) -> int:
    """A number of four digits that follows from the child's key."""
    return sum((place + 7) * ord(letter) * 31 for place, letter in enumerate(key)) % 10_000


def _write_stays(ledger: Ledger, frame: Frame, child: Child, span: Span) -> list[Enrolment]:
    """One stay a school year; the stay is written when it begins, its end when it ends."""
    stays = []
    last_year = min(year_of(span.until_on) if span.until_on else THIS_YEAR, span.cohort + 5)
    for year in range(year_of(span.from_on), last_year + 1):
        first, final = year == year_of(span.from_on), year == last_year
        starts = span.from_on if first else date(year, 9, 1)
        ends = span.until_on if final else date(year + 1, 8, 31)
        leaving = span.leaving if final else LeavingReason.PROMOTED
        moment = moment_of(max(INTAKE, starts), 11)
        over = ends is not None and ends < INTAKE
        school = (span.from_school if first else None) or (span.to_school if final else None)
        stay = ledger.add(
            moment, Enrolment, f"{child.id}-{starts}", child_id=child.id, class_id=frame.class_of(span.cohort, span.number, year).id, enrolled_on=starts,
            entry=span.entry if first else EntryReason.PROMOTED, left_on=ends if over else None, leaving=leaving if over else None,
            other_school=school if over or first else None,
        )  # fmt: skip
        if ends is not None and not over:
            stay = ledger.amend(moment_of(ends, 12), stay, "离班", left_on=ends, leaving=leaving, other_school=school or stay.other_school)
        stays.append(stay)
        if grade_of(span.cohort, year) > 6:
            raise ValueError("a cohort stays six years")
    return stays


def _write_care(ledger: Ledger, dice: Dice, written: Written, care: Care, place: int) -> None:
    known = max(written.known_on, care.since + timedelta(days=3))
    entrusted = any(trip.until is None for trip in written.household.trips) and care.who not in ("father", "mother", "stepmother")
    over = care.until is not None and care.until < known
    papers = _papers(dice.branch("papers"), care, known) if entrusted and care.who and known > _PAPERS_SINCE else {}
    arrangement = ledger.add(
        moment_of(known, 15), CareArrangement, f"{written.pupil.key}-{place}", child_id=written.child.id, carer_id=written.members[care.who].id if care.who else None,
        from_on=care.since, until_on=care.until if over else None, state=care.state, entrusted=entrusted, reason="父母外出务工" if entrusted else None,
        **papers,
    )  # fmt: skip
    if care.until and not over:
        ledger.amend(moment_of(care.until + timedelta(days=1), 15), arrangement, "照料人变更", until_on=care.until)


def _papers(dice: Dice, care: Care, known: date) -> dict[str, Any]:
    """What the law asks for when care is entrusted: done in most families, in part in some, not at all in a few; now and then a carer does not fit."""
    told = dice.day(max(care.since, _PAPERS_SINCE), known)
    steps: dict[str, Any] = {
        "school_told_on": told, "village_told_on": told, "agreement_on": told, "child_heard_on": told, "no_harm_record": True, "no_addiction": True,
        "duty_kept": True, "otherwise_fit": True,
    }  # fmt: skip
    whole = dice.weighted({"whole": 74.0, "in part": 18.0, "nothing": 8.0})
    if whole == "nothing":
        return {}
    if whole == "in part":
        lacking = dice.shuffled(("village_told_on", "agreement_on", "child_heard_on", "otherwise_fit"))[: dice.number(1, 2)]
        return {name: value for name, value in steps.items() if name not in lacking}
    return steps | ({dice.pick(("no_addiction", "duty_kept")): False} if dice.chance(0.012) else {})
