"""The rules of families: care entrusted in writing (未成年人保护法 §22, §23), and contact cards that are gone through again and again.

Both are for the children on the register. What is needed for the entrusting is declared once (`entrust_cells`): the rule counts it, and the page
says what of it is lacking.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from carekit.language import Label
from carekit.obligations.day_arithmetic import days_after, later_of
from carekit.obligations.facts import Parents, Sources, exists_in
from carekit.obligations.file_cells import Cell
from carekit.obligations.register import on_register
from carekit.obligations.rule import Rule, Select, duty, flag
from carekit.obligations.served import served
from carekit.obligations.timetable import Moment, Timetable, moment_values, settings_values
from carekit.records import Absence, CardCheck, CareArrangement, Case
from carekit.records.codes import Capacity, CardState, ParentState

#: What has to be done in writing or by hearing, each a field with its day (§22, §23).
ENTRUST_STEPS = ("child_heard_on", "agreement_on", "school_told_on", "village_told_on")
#: What the carer must be; one "no" bars somebody from being entrusted (§22).
ENTRUST_TICKS = ("no_harm_record", "no_addiction", "duty_kept", "otherwise_fit")
#: The cell that stands for the carer, who is living and able.
CARER = "carer"
#: Earlier than any arrangement: one without a beginning has always been there.
_EVER = date(1900, 1, 1)


def _listed(source: Sources, timetable: Timetable, name: str) -> tuple[Any, Any]:
    """The children on the register whose file is open: rows with child_id, class_id, school_id, on_day, resumed_on and `entered_on`, and their select."""
    child, stay = served(source, timetable, f"{name}_served"), source.all("enrolment", f"{name}_stay")
    listed = on_register(source, timetable.today, many=timetable.many).subquery(f"{name}_register")
    # not the present class: every September is a new one
    first = sa.select(sa.func.min(stay.c.enrolled_on)).where(stay.c.child_id == child.c.child_id).correlate_except(stay).scalar_subquery()
    entered = sa.func.coalesce(listed.c.opened_on, sa.type_coerce(first, sa.Date)).label("entered_on")
    joined = child.join(listed, listed.c.child_id == child.c.child_id)
    return sa.select(child, entered).select_from(joined).offset(0).subquery(f"{name}_listed"), settings_values(
        timetable, f"{name}_settings"
    )


# --- care entrusted in writing ----------------------------------------------------------------------------------------


def entrust_cells(care: Any, carer: Any, day: Any) -> list[Cell]:
    """Everything that an arrangement needs to be entrusted in writing by a day, as conditions on its row and that of its carer."""
    living = carer.c.state == str(ParentState.PRESENT)
    able = sa.or_(carer.c.capacity.is_(None), carer.c.capacity != str(Capacity.NONE))
    fields = CareArrangement.fields
    return [
        Cell(CARER, Label("An able carer", "有照护能力的照料人"), sa.and_(carer.c.id.is_not(None), living, able)),
        *(Cell(name, fields[name].label, sa.and_(care.c[name].is_not(None), care.c[name] <= day)) for name in ENTRUST_STEPS),
        *(Cell(name, fields[name].label, care.c[name].is_(sa.true())) for name in ENTRUST_TICKS),
    ]


def _present(source: Sources, child: Any) -> tuple[Any, sa.ColumnElement[bool]]:
    """The arrangement by which a child is cared for on the day: the last to begin of those that run and name a carer; the last day still counts."""
    care, later = source.all("care_arrangement", "present_care"), source.all("care_arrangement", "later_care")

    def runs(row: Any) -> sa.ColumnElement[bool]:
        begun = sa.or_(row.c.from_on.is_(None), row.c.from_on <= child.c.on_day)
        return sa.and_(row.c.carer_id.is_not(None), begun, sa.or_(row.c.until_on.is_(None), row.c.until_on >= child.c.on_day))

    def begins(row: Any) -> Any:
        return sa.func.coalesce(row.c.from_on, sa.literal(_EVER, sa.Date))

    newer = sa.or_(begins(later) > begins(care), sa.and_(begins(later) == begins(care), later.c.id > care.c.id))
    last = ~exists_in(later, later.c.child_id == care.c.child_id, runs(later), newer)
    return care, sa.and_(care.c.child_id == child.c.child_id, runs(care), last)


def entrusting(source: Sources, timetable: Timetable) -> Select:
    """One row per child whose care is to be entrusted: child_id, class_id, care_id (NULL without an arrangement), since, entrust_days, and 1 or 0 for each cell.

    That is a child on the register with no parent at home who can care. `since`: on the register, parents gone, arrangement begun, whatever is last.
    """
    child, rules = _listed(source, timetable, "entrusting")
    moment, person = moment_values(timetable.today, "entrust_day"), source.all("child", "entrusted_child")
    parents, (care, present) = Parents(source, person, moment), _present(source, child)
    carer = source.all("family_member", "entrusted_carer")
    since = later_of(child.c.entered_on, sa.type_coerce(parents.greatest("from_on"), sa.Date), care.c.from_on, child.c.resumed_on)
    cells = [flag(cell.filled).label(cell.name) for cell in entrust_cells(care, carer, child.c.on_day)]
    return (
        sa.select(child.c.child_id, child.c.class_id, care.c.id.label("care_id"), since.label("since"), rules.c.entrust_days, *cells)
        .select_from(child)
        .join(rules, rules.c.school_id == child.c.school_id)
        .join(moment, moment.c.school_id == child.c.school_id)
        .join(person, person.c.id == child.c.child_id)
        .outerjoin(care, present)
        .outerjoin(carer, carer.c.id == care.c.carer_id)
        .where(rules.c.entrust_days > 0, ~parents.home(able=True))
    )


def _entrusted(source: Sources, timetable: Timetable, _: list[Moment] | None) -> Select:
    found = entrusting(source, timetable).offset(0).subquery("to_be_entrusted")
    whole = sa.and_(*(found.c[name] == 1 for name in (CARER, *ENTRUST_STEPS, *ENTRUST_TICKS)))
    return duty(found, found.c.since, days_after(found.c.since, found.c.entrust_days), whole)


# --- contact cards ----------------------------------------------------------------------------------------------------


def _cards(source: Sources, timetable: Timetable, _: list[Moment] | None) -> Select:
    child, rules = _listed(source, timetable, "card")
    good, lost, better = (source.all("card_check", name) for name in ("good_check", "lost_check", "better_check"))

    def found_right(row: Any) -> tuple[Any, ...]:
        return row.c.child_id == child.c.child_id, row.c.state != str(CardState.UNREACHED), row.c.checked_on <= child.c.on_day

    after = sa.or_(better.c.checked_on > lost.c.checked_on, sa.and_(better.c.checked_on == lost.c.checked_on, better.c.id > lost.c.id))
    last = sa.select(sa.func.max(good.c.checked_on)).where(*found_right(good)).correlate_except(good).scalar_subquery()
    unreached = (
        sa.select(sa.func.min(lost.c.checked_on))
        .where(
            lost.c.child_id == child.c.child_id,
            lost.c.state == str(CardState.UNREACHED),
            lost.c.checked_on <= child.c.on_day,
            sa.or_(child.c.resumed_on.is_(None), lost.c.checked_on >= child.c.resumed_on),
            ~exists_in(better, *found_right(better), after),
        )
        .correlate_except(lost)
        .scalar_subquery()
    )
    rows = (
        sa.select(
            child, sa.type_coerce(last, sa.Date).label("last_on"), sa.type_coerce(unreached, sa.Date).label("lost_on"), rules.c.card_days
        )
        .select_from(child)
        .join(rules, rules.c.school_id == child.c.school_id)
        .where(rules.c.card_days > 0)
        .offset(0)
        .subquery("card_keeping")
    )
    usual = days_after(later_of(rows.c.entered_on, rows.c.last_on, rows.c.resumed_on), rows.c.card_days)
    # whoever cannot be reached is looked for now, not in half a year
    due_on = sa.case((sa.and_(rows.c.lost_on.is_not(None), rows.c.lost_on < usual), rows.c.lost_on), else_=usual)
    kept = sa.and_(rows.c.lost_on.is_(None), rows.c.last_on.is_not(None), days_after(rows.c.last_on, rows.c.card_days) >= rows.c.on_day)
    return duty(rows, later_of(rows.c.entered_on, rows.c.last_on), due_on, kept)


FAMILY_RULES: tuple[Rule, ...] = (
    Rule(
        "entrusted_care",
        Label("Care entrusted in writing", "委托照护手续"),
        Label(
            "Every child on the register with no parent at home who can care has a carer of today who is able and meets the law's four conditions, with the "
            "child heard, the agreement signed, and school and village told in writing, within the days that the rules give, counted from the day on the "
            "register, from which the parents are away or from which this carer cares, whatever is last (Protection of Minors Law, articles 22 and 23); "
            "another carer, another entrusting.",
            "在册且家中没有能照护的父母的孩子，现在的照料人有照护能力、四项条件都符合，已听取孩子意见、签订协议、书面告知学校和村(居)，"
            "自建档、父母外出或该照料人开始照料（取最晚）起在规定天数内办妥（《未成年人保护法》第二十二、二十三条）；换了照料人要重新办理。",
        ),
        ((CareArrangement, "agreement_on"), (Case, "opened_on"), (Absence, "from_on")),
        _entrusted,
    ),
    Rule(
        "contact_card",
        Label("Contact card checked", "联系卡核对"),
        Label(
            "The contact card of every child on the register is gone through with the family as often as the rules ask, counted from the last check that "
            "found everybody within reach; when somebody could not be reached, it stays due from that day until a check finds it right.",
            "在册儿童的联系卡按规定间隔与家人核对一次，从上一次核对有效算起；核对时有人联系不上的，从当天起一直应补，直到核对有效。",
        ),
        ((CardCheck, "state"), (Case, "opened_on"), (Absence, "from_on")),
        _cards,
        done_by="card_check",
    ),
)
