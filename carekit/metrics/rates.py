"""The rates: each a select with one row per child, from which every grouping, trend and list of children derives.

Columns: child_id, class_id, numerator, denominator. Numerator and denominator are 1 or 0 a child (cells for 完整率), so that sums are counts of
distinct children and no join can multiply them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import sqlalchemy as sa

from carekit.calendar import latest_birth, school_year, school_year_of
from carekit.language import Label
from carekit.metrics.casework_rates import CASEWORK_RATES
from carekit.metrics.family_rates import FAMILY_RATES
from carekit.metrics.metric import Metric, Select, rate_rows
from carekit.obligations import DEFINITIONS, RULES, Sources, Timetable, left_behind
from carekit.obligations.facts import Needs, exists_in, one_of
from carekit.obligations.register import last_class
from carekit.obligations.rule import flag
from carekit.obligations.rules import file_rows
from carekit.records import Absence, Enrolment
from carekit.records.codes import EntryReason, LeavingReason

#: Entry to school and end of compulsory schooling, in years of age (义务教育法, article 11; nine years).
SCHOOL_AGE = (6, 16)

_GONE_ELSEWHERE = tuple(map(str, (LeavingReason.TRANSFERRED_OUT, LeavingReason.ABROAD, LeavingReason.DIED)))
_WENT_ON = tuple(map(str, (LeavingReason.GRADUATED, LeavingReason.PROMOTED)))
_CAME_NEW = tuple(map(str, (EntryReason.NEW, EntryReason.PROMOTED, EntryReason.REPEATED, EntryReason.TRANSFERRED_IN)))


def _left_behind(source: Sources, timetable: Timetable) -> Select:
    rows = left_behind(source.desk, timetable, source.known_at, ("local",)).subquery("definitions")
    return rate_rows(rows, flag(rows.c.local))


def _rule(name: str) -> Callable[[Sources, Timetable], Select]:
    def select(source: Sources, timetable: Timetable) -> Select:
        rows = RULES[name].select(source, timetable, None).subquery("duty")
        return rate_rows(rows, rows.c.met).where(rows.c.excused == 0)

    return select


def _cells(source: Sources, timetable: Timetable) -> Select:
    rows = file_rows(source, timetable).subquery("file")
    return rate_rows(rows, rows.c.filled, rows.c.needed)


def _talked(source: Sources, timetable: Timetable) -> Select:
    rows = RULES["monthly_talk"].select(source, timetable, timetable.last_month).subquery("duty")
    return rate_rows(rows, rows.c.met).where(rows.c.excused == 0)


def _attained(source: Sources, timetable: Timetable) -> Select:
    duty = RULES["monthly_talk"].select(source, timetable, timetable.term_months).subquery("duty")
    rows = (
        sa.select(
            duty.c.child_id,
            last_class(duty.c.period_start, duty.c.class_id).label("class_id"),
            sa.func.min(duty.c.met + duty.c.excused).label("attained"),
        )
        .group_by(duty.c.child_id)
        .subquery("attainment")
    )
    return rate_rows(rows, rows.c.attained)


# --- staying at school ------------------------------------------------------------------------------------------------


def _last_stay(source: Sources, since: date, on: date) -> tuple[Any, sa.ColumnElement[bool]]:
    """Enrolments, and the condition that one reaches into the time between two dates and is the child's last in it."""
    stay, later = source.own("enrolment"), source.all("enrolment", "later_stay")
    first, last = sa.literal(since, sa.Date), sa.literal(on, sa.Date)
    newer = sa.or_(later.c.enrolled_on > stay.c.enrolled_on, later.c.id > stay.c.id)

    def reaches(row: Any) -> sa.ColumnElement[bool]:
        return sa.or_(row.c.left_on.is_(None), row.c.left_on >= first)

    follows = exists_in(
        later, later.c.child_id == stay.c.child_id, later.c.enrolled_on.between(stay.c.enrolled_on, last), newer, reaches(later)
    )
    return stay, sa.and_(stay.c.enrolled_on <= last, reaches(stay), ~follows)


def _here(stay: Any, on: date) -> sa.ColumnElement[bool]:
    return sa.or_(stay.c.left_on.is_(None), stay.c.left_on >= sa.literal(on, sa.Date))


def _left_by(stay: Any, on: date, reasons: tuple[str, ...]) -> sa.ColumnElement[bool]:
    return sa.and_(stay.c.left_on.is_not(None), stay.c.left_on < sa.literal(on, sa.Date), one_of(stay.c.leaving, reasons))


def _retained(source: Sources, timetable: Timetable) -> Select:
    begin = school_year(school_year_of(timetable.on)).starts_on
    first = sa.literal(begin, sa.Date)
    stay, is_last = _last_stay(source, begin, timetable.on)
    part = source.all("enrolment", "stay_of_year")

    def counted(row: Any) -> sa.ColumnElement[bool]:
        return sa.or_(row.c.enrolled_on <= first, one_of(row.c.entry, _CAME_NEW))

    earlier = exists_in(
        part,
        part.c.child_id == stay.c.child_id,
        part.c.enrolled_on <= stay.c.enrolled_on,
        sa.or_(part.c.left_on.is_(None), part.c.left_on >= first),
        counted(part),
    )
    kept = sa.or_(_here(stay, timetable.on), _left_by(stay, timetable.on, _WENT_ON))
    belongs = sa.or_(counted(stay), earlier)
    return rate_rows(stay, flag(kept)).select_from(stay).where(is_last, belongs, ~_left_by(stay, timetable.on, _GONE_ELSEWHERE))


def _retained_six_years(source: Sources, timetable: Timetable) -> Select:
    stay, is_last = _last_stay(source, date(1990, 1, 1), timetable.on)
    taught = source.all("school_class")
    cohort = taught.c.school_year - taught.c.grade == school_year_of(timetable.on) - 6
    kept = sa.or_(_here(stay, timetable.on), _left_by(stay, timetable.on, _WENT_ON))
    return (
        rate_rows(stay, flag(kept))
        .select_from(stay)
        .join(taught, taught.c.id == stay.c.class_id)
        .where(is_last, cohort, ~_left_by(stay, timetable.on, _GONE_ELSEWHERE))
    )


def _enrolled(source: Sources, timetable: Timetable) -> Select:
    on, (first, end) = timetable.on, SCHOOL_AGE
    year = school_year_of(on)
    child, stay, later = source.own("child"), source.all("enrolment", "latest_stay"), source.all("enrolment", "later_stay")
    newer = sa.or_(later.c.enrolled_on > stay.c.enrolled_on, sa.and_(later.c.enrolled_on == stay.c.enrolled_on, later.c.id > stay.c.id))
    until = sa.literal(on, sa.Date)
    last = sa.and_(
        stay.c.child_id == child.c.id,
        stay.c.enrolled_on <= until,
        ~exists_in(later, later.c.child_id == child.c.id, later.c.enrolled_on <= until, newer),
    )
    case = source.all("case", "entry")
    entered = exists_in(case, case.c.child_id == child.c.id, case.c.opened_on <= until)
    of_age = sa.or_(
        child.c.birth_on.is_(None),
        sa.and_(
            child.c.birth_on <= sa.literal(latest_birth(first, date(year, 8, 31)), sa.Date),
            child.c.birth_on > sa.literal(latest_birth(end, on), sa.Date),
        ),
    )
    gone = sa.or_(*(_left_by(stay, on, reasons) for reasons in (_GONE_ELSEWHERE, (str(LeavingReason.GRADUATED),))))
    here = sa.and_(stay.c.id.is_not(None), _here(stay, on))
    return (
        sa.select(child.c.id.label("child_id"), stay.c.class_id, flag(here).label("numerator"), sa.literal(1).label("denominator"))
        .select_from(child)
        .outerjoin(stay, last)
        .where(of_age, sa.case((stay.c.id.is_(None), entered), else_=~gone))
    )


_ENROLMENT: Needs = ((Enrolment, "enrolled_on"),)

METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric(
            "left_behind_rate",
            Label("Left-behind rate", "留守率"),
            Label(
                f"Children left behind ÷ children enrolled on the day. {DEFINITIONS['local'].en}.",
                f"留守儿童数 ÷ 当日在校生数。{DEFINITIONS['local'].zh}。",
            ),
            ((Absence, "from_on"),),
            _left_behind,
        ),
        Metric(
            "file_rate",
            Label("File rate", "建档率"),
            RULES["file_complete"].definition,
            RULES["file_complete"].needs,
            _rule("file_complete"),
        ),
        Metric(
            "completeness",
            Label("Completeness", "完整率"),
            Label(
                "Filled needed cells ÷ needed cells, over the files of the file rate; a place of work is needed only where a parent is away.",
                "已填必填项数 ÷ 应填必填项数（按建档率的儿童）；有父母外出的才需填务工地点。",
            ),
            RULES["file_complete"].needs,
            _cells,
        ),
        Metric(
            "enrolment_rate",
            Label("Enrolment rate", "入学率"),
            Label(
                "Children enrolled on the day ÷ children of school age known to the school (six by 31 August before the school year, under 16; unknown age "
                "counts): all who are or were enrolled or are entered in the register, but those who graduated, moved to another school, went abroad or "
                "died. Suspended and dropped-out children count as not enrolled.",
                "当日在校 ÷ 学校掌握的学龄儿童（学年开始前8月31日满6周岁、不满16周岁，年龄不详计入）：曾在校或已登记留守的，毕业、转出、出国、死亡的除外；休学、辍学按未入学计。",
            ),
            _ENROLMENT,
            _enrolled,
        ),
        Metric(
            "retention_year",
            Label("Retention of the year", "年巩固率"),
            Label(
                "Children still enrolled on 31 August (before then: on the day; graduated counts as still enrolled) ÷ children enrolled on 1 September, plus "
                "newly come and transferred in, minus transferred out (also abroad) and died.",
                "学年末（未到8月31日按当日）仍在校（毕业视同在校） ÷（9月1日在校 + 新入学和转入 − 转出（含出国）− 死亡）。",
            ),
            _ENROLMENT,
            _retained,
        ),
        Metric(
            "retention_six_years",
            Label("Retention over six years", "六年巩固率"),
            Label(
                "Graduates of the year (before graduation: still enrolled) ÷ those who entered grade 1 five school years before, plus those who joined the "
                "cohort, minus transferred out (also abroad), died and moved to another cohort; as far as the school's own records reach.",
                "当年毕业生（毕业前按仍在校） ÷（六年前一年级招生 + 转入本届 − 转出（含出国）− 死亡 − 转到其他届）；以本校已有记录为限。",
            ),
            _ENROLMENT,
            _retained_six_years,
        ),
        Metric(
            "talk_coverage",
            Label("Talk coverage", "谈心覆盖率"),
            Label(
                "Different children with at least one talk held in the school month (in holidays: the last one) ÷ children whose talk is due in it; "
                "children excused for the whole month are left out.",
                "本教学月（假期取最近一个教学月）至少谈心一次的不同儿童 ÷ 当月应谈儿童；整月免计的不计入。",
            ),
            RULES["monthly_talk"].needs,
            _talked,
        ),
        Metric(
            "talk_attainment",
            Label("Talks attained", "谈心达标率"),
            Label(
                "Children whose talk was held or excused in every school month of the term so far ÷ children with a talk due in the term.",
                "本学期至今每个应谈月份都已谈心（或免计）的儿童 ÷ 本学期应谈儿童。",
            ),
            RULES["monthly_talk"].needs,
            _attained,
        ),
        Metric(
            "visit_rate", Label("Home-visit rate", "家访率"), RULES["home_visit"].definition, RULES["home_visit"].needs, _rule("home_visit")
        ),
        Metric(
            "contact_rate",
            Label("Weekly contact rate", "亲情联系达标率"),
            RULES["weekly_contact"].definition,
            RULES["weekly_contact"].needs,
            _rule("weekly_contact"),
        ),
        *FAMILY_RATES,
        *CASEWORK_RATES,
    )
}
