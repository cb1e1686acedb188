"""What the sample is to look like: its figures, its dates, and the drafts from which its records are written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from carekit.records.codes import (
    Capacity,
    ClosureReason,
    Education,
    EntryReason,
    FamilyType,
    Frequency,
    GuardianshipState,
    LeavingReason,
    ParentState,
    Relation,
    Sex,
    WorkArea,
)

#: The day on which the sample stands: second term of the school year 2025/26.
SAMPLE_TODAY = date(2026, 5, 20)
SEED = 20260520
#: School years by the year in which they begin. Care is recorded from the year 2024/25 on; stays go back to the first cohort's first day.
FIRST_COHORT, FIRST_CARE_YEAR, THIS_YEAR = 2019, 2024, 2025
#: The day on which the school began to use the kit: what was known then is recorded on it.
INTAKE = date(2024, 8, 28)
SCHOOL_NAME, REGION, PROVINCE, COUNTY, TOWNSHIP = "样例镇中心小学", "999999", "四川省", "样例县", "样例镇"


@dataclass(frozen=True, slots=True)
class Profile:
    """How many children of each kind are enrolled on `SAMPLE_TODAY`.

    The four figures are the smallest whole numbers that give the shares of a published school profile (PRACTICES, row 4.1): parents in
    another province, raised by grandparents, carer with little or no schooling. Only the generator knows them; the shares
    themselves are written nowhere and come out of the records.
    """

    pupils: int = 904
    left_behind: int = 617
    other_province: int = 547
    grandparent: int = 274
    no_schooling: int = 254


@dataclass(frozen=True, slots=True)
class Span:
    """A child's time in one group of one cohort, over one school year or several."""

    cohort: int
    number: int
    from_on: date
    entry: EntryReason = EntryReason.NEW
    until_on: date | None = None
    leaving: LeavingReason | None = None
    from_school: str | None = None
    to_school: str | None = None


@dataclass(slots=True)
class Person:
    """A draft of a family member."""

    relation: Relation
    name: str
    phone: str | None = None
    education: Education | None = None
    state: ParentState = ParentState.PRESENT
    capacity: Capacity | None = None
    age: int | None = None
    occupation: str | None = None
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Trip:
    """A draft of an absence: `who` is a key of `Household.people`."""

    who: str
    since: date | None
    area: WorkArea | None
    place: str | None
    returns: Frequency | None
    contact: Frequency | None
    until: date | None = None
    month_only: bool = False


@dataclass(slots=True)
class Care:
    """A draft of a care arrangement: `who` is a key of `Household.people`; `only` names the children it holds for (all when empty)."""

    who: str | None
    since: date
    until: date | None = None
    state: GuardianshipState | None = None
    only: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClosurePlan:
    """A leaving of the register that is planned for a child."""

    closed_on: date
    reason: ClosureReason
    reopened_on: date | None = None


@dataclass(slots=True)
class Pupil:
    """A draft of a child: `key` names it for good; `special` marks what the rest of the sample leaves alone."""

    key: str
    name: str
    sex: Sex
    born_on: date
    spans: list[Span]
    id_number: str | None = None
    extra: dict[str, Any] = field(default_factory=dict)
    closures: list[ClosurePlan] = field(default_factory=list)
    no_case: bool = False
    special: bool = False

    @property
    def current(self) -> bool:
        """Whether the child is enrolled on `SAMPLE_TODAY`."""
        return self.spans[-1].until_on is None

    @property
    def last_day(self) -> date | None:
        """The last day at the school, None while enrolled."""
        return self.spans[-1].until_on


@dataclass(slots=True)
class Household:
    """A draft of a family with its children at the school."""

    key: str
    surname: str
    village: str
    house: int
    pupils: list[Pupil]
    people: dict[str, Person] = field(default_factory=dict)
    trips: list[Trip] = field(default_factory=list)
    cares: list[Care] = field(default_factory=list)
    type: FamilyType | None = None
    extra: dict[str, Any] = field(default_factory=dict)
    unknown: bool = False

    @property
    def weight(self) -> int:
        """How many of its children are enrolled on `SAMPLE_TODAY`."""
        return sum(pupil.current for pupil in self.pupils)


def grade_of(cohort: int, year: int) -> int:
    """The grade of a cohort (named by the year of its first grade) in a school year."""
    return year - cohort + 1


def year_of(day: date) -> int:
    """The school year of a day, by the year in which it begins."""
    return day.year if day.month >= 9 else day.year - 1


def groups_of(cohort: int) -> range:
    """The numbers of a cohort's classes."""
    return range(1, 4) if cohort == FIRST_COHORT else range(1, 5)
