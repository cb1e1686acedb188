"""The sample school itself: terms, classes, staff, and who was class teacher of which class when."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache

from carekit.calendar import read_days
from carekit.records import Assignment, RuleSettings, School, SchoolClass, StaffMember, Term
from carekit.records.codes import AwayRule, Duty, Role, Sex, TermNumber
from carekit.sample.dice import Dice
from carekit.sample.ledger import Ledger, moment_of
from carekit.sample.names import Names
from carekit.sample.plan import (
    COUNTY,
    FIRST_CARE_YEAR,
    FIRST_COHORT,
    INTAKE,
    PROVINCE,
    REGION,
    SCHOOL_NAME,
    THIS_YEAR,
    TOWNSHIP,
    grade_of,
    groups_of,
)

#: School year, term, first day, last day, days off: as a county sets them each year.
TERMS: tuple[tuple[int, TermNumber, str, str, str], ...] = (
    (2020, TermNumber.FIRST, "2020-09-01", "2021-01-22", "2020-10-01~2020-10-08，2021-01-01~2021-01-03"),
    (2020, TermNumber.SECOND, "2021-03-01", "2021-07-09", "2021-04-03~2021-04-05，2021-05-01~2021-05-05，2021-06-12~2021-06-14"),
    (2021, TermNumber.FIRST, "2021-09-01", "2022-01-14", "2021-09-19~2021-09-21，2021-10-01~2021-10-07，2022-01-01~2022-01-03"),
    (2021, TermNumber.SECOND, "2022-02-21", "2022-07-08", "2022-04-03~2022-04-05，2022-04-30~2022-05-04，2022-06-03~2022-06-05"),
    (2022, TermNumber.FIRST, "2022-09-01", "2023-01-13", "2022-09-10~2022-09-12，2022-10-01~2022-10-07，2022-12-31~2023-01-02"),
    (2022, TermNumber.SECOND, "2023-02-13", "2023-07-07", "2023-04-05，2023-04-29~2023-05-03，2023-06-22~2023-06-24"),
    (2023, TermNumber.FIRST, "2023-09-01", "2024-01-26", "2023-09-29~2023-10-06，2023-12-30~2024-01-01"),
    (2023, TermNumber.SECOND, "2024-02-26", "2024-07-05", "2024-04-04~2024-04-06，2024-05-01~2024-05-05，2024-06-08~2024-06-10"),
    (2024, TermNumber.FIRST, "2024-09-02", "2025-01-17", "2024-09-15~2024-09-17，2024-10-01~2024-10-07，2025-01-01"),
    (2024, TermNumber.SECOND, "2025-02-17", "2025-07-04", "2025-04-04~2025-04-06，2025-05-01~2025-05-05，2025-05-31~2025-06-02"),
    (2025, TermNumber.FIRST, "2025-09-01", "2026-01-30", "2025-10-01~2025-10-08，2026-01-01~2026-01-03"),
    (2025, TermNumber.SECOND, "2026-03-02", "2026-07-10", "2026-04-04~2026-04-06，2026-05-01~2026-05-05，2026-06-19~2026-06-21"),
)
_DIGITS = "一二三四五六"
#: Cohort, number, and the day from which another teacher (a spare one) leads the class; back again on the last day given.
_CHANGES: tuple[tuple[int, int, int, date, date | None], ...] = (
    (2020, 4, 1, date(2025, 2, 17), None),
    (2022, 2, 2, date(2025, 11, 3), date(2026, 3, 2)),
    (2023, 1, 3, date(2026, 3, 2), None),
    (2024, 3, 4, date(2025, 10, 13), None),
)
_OFFICE: tuple[tuple[str, Role, str], ...] = (
    ("head", Role.LEADER, "校长"),
    ("deputy", Role.LEADER, "副校长"),
    ("moral", Role.LEADER, "德育主任"),
    ("registrar", Role.REGISTRAR, "学籍管理员"),
    ("counsellor", Role.COUNSELLOR, "心理教师"),
    ("administrator", Role.ADMINISTRATOR, "信息管理员"),
    ("supporter-1", Role.SUPPORTER, "党支部书记"),
    ("supporter-2", Role.SUPPORTER, "少先队辅导员"),
    ("partner", Role.PARTNER, "帮扶单位联络员"),
    ("county", Role.COUNTY_OFFICER, "县教育局干事"),
)
#: Two teachers of one name: a spare class teacher and a subject teacher.
_SAME_NAME = {"spare-3": "王晓梅", "subject-4": "王晓梅"}
SUBJECTS = ("数学", "英语", "科学", "体育")
SET_UP = moment_of(INTAKE - timedelta(days=2), 9)
ROLL_OVER = moment_of(date(2025, 8, 29), 9)


@dataclass(slots=True)
class Frame:
    """The school as the other parts of the sample need it."""

    school: School
    classes: dict[tuple[int, int, int], SchoolClass] = field(default_factory=dict)
    staff: dict[str, StaffMember] = field(default_factory=dict)
    leads: dict[str, list[tuple[date, str]]] = field(default_factory=dict)
    #: The grade of each class by its id.
    grades: dict[str, int] = field(default_factory=dict)

    def class_of(self, cohort: int, number: int, year: int) -> SchoolClass:
        """The class of a cohort's group in a school year."""
        return self.classes[year, grade_of(cohort, year), number]

    def teacher_of(self, class_id: str, day: date) -> str:
        """The id of the class teacher on a day."""
        return [staff for since, staff in self.leads[class_id] if since <= day][-1]


@cache
def _all_school_days() -> tuple[date, ...]:
    days: list[date] = []
    for _, _, starts, ends, closed in TERMS:
        start, end, off = date.fromisoformat(starts), date.fromisoformat(ends), read_days(closed)
        days += [day for day in (start + timedelta(days=n) for n in range((end - start).days + 1)) if day.weekday() < 5 and day not in off]
    return tuple(days)


def school_days(first: date, last: date) -> tuple[date, ...]:
    """The days of teaching from `first` to `last`: Monday to Friday within the terms, without the days off."""
    days = _all_school_days()
    return days[bisect_left(days, first) : bisect_right(days, last)]


def build_school(ledger: Ledger, dice: Dice, names: Names) -> Frame:
    """Write the school, its terms, rules, staff, classes and class duties; returns what the rest refers to."""
    school = ledger.add(
        SET_UP, School, "school", name=SCHOOL_NAME, code="9" * 10, region=REGION, province=PROVINCE, city="样例市", county=COUNTY, township=TOWNSHIP,
        address=f"{COUNTY}{TOWNSHIP}学府路1号", area_code="0840", duty_phone=names.phone(), police_phone=names.phone(), village_worker_phone=names.phone(),
    )  # fmt: skip
    frame = Frame(school)
    for year, term, starts, ends, closed in TERMS:
        ledger.add(
            _set_up_of(year),
            Term,
            f"{year}-{term}",
            school_id=school.id,
            school_year=year,
            number=term,
            starts_on=starts,
            ends_on=ends,
            closed_days=closed,
        )
    ledger.add(
        SET_UP, RuleSettings, "2020", school_id=school.id, from_on=date(2020, 9, 1), left_behind_who=AwayRule.ANY, left_behind_months=3,
        register_days=15, school_days=10, note="学校留守儿童工作领导小组会议通过。",
    )  # fmt: skip
    _hire(ledger, frame, dice.branch("staff"), names)
    for year in range(FIRST_COHORT, THIS_YEAR + 1):
        for cohort in range(max(FIRST_COHORT, year - 5), year + 1):
            for number in groups_of(cohort):
                _open_class(ledger, frame, cohort, number, year)
    return frame


def _set_up_of(year: int) -> datetime:
    return SET_UP if year <= FIRST_CARE_YEAR else ROLL_OVER


def _hire(ledger: Ledger, frame: Frame, dice: Dice, names: Names) -> None:
    posts = [*_OFFICE]
    posts += [(f"lead-{slot}-{number}", Role.CLASS_TEACHER, "班主任") for slot in range(6) for number in range(1, 5)]
    posts += [(f"spare-{n}", Role.CLASS_TEACHER, "班主任") for n in range(1, 5)]
    posts += [(f"subject-{n}", Role.SUBJECT_TEACHER, f"{SUBJECTS[n % 4]}教师") for n in range(12)]
    for key, role, post in posts:
        woman = dice.chance(0.65) or key in _SAME_NAME
        moment = ROLL_OVER if key == "lead-0-4" else SET_UP
        frame.staff[key] = ledger.add(
            moment, StaffMember, key, school_id=frame.school.id, name=_SAME_NAME.get(key) or names.adult(dice, woman=woman),
            sex=Sex.FEMALE if woman else Sex.MALE, role=role, post=post, phone=names.phone(), party_member=dice.chance(0.3),
            from_on=date(2025, 8, 29) if key == "lead-0-4" else date(dice.number(2005, 2019), 9, 1),
        )  # fmt: skip


def _open_class(ledger: Ledger, frame: Frame, cohort: int, number: int, year: int) -> None:
    grade, moment = grade_of(cohort, year), _set_up_of(year)
    key = f"{year}-{grade}-{number}"
    opened = ledger.add(
        moment,
        SchoolClass,
        key,
        school_id=frame.school.id,
        school_year=year,
        grade=grade,
        number=number,
        name=f"{_DIGITS[grade - 1]}({number})班",
    )
    frame.classes[year, grade, number] = opened
    frame.grades[opened.id] = grade
    leads = [(date(year, 9, 1), frame.staff[f"lead-{(cohort - FIRST_COHORT) % 6}-{number}"].id)]
    for changed_cohort, changed_number, spare, since, back in _CHANGES:
        ends = date(year + 1, 8, 31)
        if (changed_cohort, changed_number) == (cohort, number) and since <= ends:
            substitute, usual = frame.staff[f"spare-{spare}"].id, leads[0][1]
            leads = [(leads[0][0], substitute)] if since < date(year, 9, 1) else [*leads, (since, substitute)]
            leads += [(back, usual)] if back else []
    frame.leads[opened.id] = leads
    _assign(ledger, opened, leads, key, moment)
    if year >= FIRST_CARE_YEAR:
        subject = (cohort * 4 + number) % 12
        _one_duty(
            ledger, opened, frame.staff[f"subject-{subject}"].id, f"{key}-subject", moment, date(year, 9, 1), None, SUBJECTS[subject % 4]
        )


def _assign(ledger: Ledger, opened: SchoolClass, leads: list[tuple[date, str]], key: str, moment: datetime) -> None:
    for place, (since, staff) in enumerate(leads):
        until = leads[place + 1][0] - timedelta(days=1) if place + 1 < len(leads) else None
        told = moment if place == 0 else moment_of(since, 8)
        _one_duty(ledger, opened, staff, f"{key}-{place}", told, since, until, None)


def _one_duty(
    ledger: Ledger, opened: SchoolClass, staff: str, key: str, moment: datetime, since: date, until: date | None, subject: str | None
) -> None:
    """Write a class duty without its end, and the end when it came; duties of years long gone are written whole."""
    year_ends = date(opened.school_year + 1, 8, 31)
    until = until or (year_ends if opened.school_year < THIS_YEAR else None)
    whole = until is not None and until < INTAKE
    duty = ledger.add(
        moment, Assignment, key, class_id=opened.id, staff_id=staff, duty=Duty.SUBJECT_TEACHER if subject else Duty.CLASS_TEACHER, subject=subject,
        from_on=since, until_on=until if whole else None,
    )  # fmt: skip
    if until and not whole:
        ledger.amend(max(moment_of(until, 12), moment), duty, "任班结束", until_on=until)
