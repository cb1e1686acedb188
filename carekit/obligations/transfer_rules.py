"""The rule of hand-overs: the other school's receipt for every child who has left with a file.

The child is no longer in a class here, so this rule starts from the hand-overs themselves, within the reader's scope: the day of leaving still counts as in
the class, afterwards only those see a row who see every child's file.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from carekit.language import Label
from carekit.obligations.day_arithmetic import days_after
from carekit.obligations.facts import Sources, exists_in
from carekit.obligations.register import last_class
from carekit.obligations.rule import Rule, Select, Whose, duty
from carekit.obligations.timetable import Moment, Timetable, settings_values
from carekit.records import StaffMember, Transfer
from carekit.records.codes import TransferDirection

#: How long a hand-over stays in the lists once its receipt has come; one without stays until it comes.
_KEPT = timedelta(days=366)


def _last_class(source: Sources, transfer: Any) -> Any:
    """The class that a child was in last by the day of moving; NULL when it was in none."""
    stay = source.all("enrolment", "left_stay")
    return (
        sa.select(last_class(stay.c.enrolled_on, stay.c.class_id))
        .where(stay.c.child_id == transfer.c.child_id, stay.c.enrolled_on <= transfer.c.moved_on)
        .correlate_except(stay)
        .scalar_subquery()
    )


def _back(source: Sources, transfer: Any, on: Any) -> sa.ColumnElement[bool]:
    """Whether the child has come back to this school since: then the other school has nothing to confirm."""
    stay = source.all("enrolment", "later_stay")
    own = stay.c.child_id == transfer.c.child_id
    return exists_in(stay, own, stay.c.enrolled_on > transfer.c.moved_on, stay.c.enrolled_on <= on)


def _still_here(source: Sources, staff_id: Any, on: Any) -> sa.ColumnElement[bool]:
    staff = source.all("staff_member", "dealing_staff")
    return exists_in(staff, staff.c.id == staff_id, sa.or_(staff.c.until_on.is_(None), staff.c.until_on >= on))


def _receipts(source: Sources, timetable: Timetable, _: list[Moment] | None) -> Select:
    transfer, rules, room = source.own("transfer"), settings_values(timetable, "receipt_settings"), source.all("school_class", "left_class")
    on = sa.literal(timetable.on, sa.Date)
    confirmed = sa.and_(transfer.c.receipt_on.is_not(None), transfer.c.receipt_on <= on)
    owner = sa.case((_still_here(source, transfer.c.staff_id, on), transfer.c.staff_id), else_=sa.null())
    left = (
        sa.select(
            transfer.c.child_id,
            _last_class(source, transfer).label("class_id"),
            transfer.c.moved_on,
            sa.case((confirmed, 1), else_=0).label("confirmed"),
            sa.case((_back(source, transfer, on), 1), else_=0).label("back"),
            owner.label("owner"),
        )
        .where(
            transfer.c.direction == str(TransferDirection.OUT),
            transfer.c.moved_on <= on,
            sa.or_(~confirmed, transfer.c.moved_on >= timetable.on - _KEPT),
        )
        .offset(0)
        .subquery("left_with_file")
    )
    school = sa.func.coalesce(room.c.school_id, sa.literal(timetable.schools[0], sa.String))
    joined = left.outerjoin(room, room.c.id == left.c.class_id).join(rules, rules.c.school_id == school)
    due_on = days_after(left.c.moved_on, rules.c.receipt_days)
    rows = duty(left, left.c.moved_on, due_on, left.c.confirmed == 1, joined=joined, excused=left.c.back == 1, owner_id=left.c.owner)
    return rows.where(rules.c.receipt_days > 0)


TRANSFER_RULES: tuple[Rule, ...] = (
    Rule(
        "transfer_receipt",
        Label("Receipt of the other school", "转学回执"),
        Label(
            "The receipt of the other school has come within the days that the rules give, counted from the day of moving; a child who has come back needs none.",
            "转出（含升学）的孩子，自转学之日起在规定天数内收到对方学校的回执；已转回本校的免计。",
        ),
        ((Transfer, "other_school"), (StaffMember, "name")),
        _receipts,
        done_by="transfer",
        whose=Whose.LEADERS,
    ),
)
