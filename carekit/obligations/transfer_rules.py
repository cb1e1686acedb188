"""The rule of hand-overs: the other school's receipt for every child who has left with a file.

The child is no longer in a class here, so this rule starts from the hand-overs and from the stays that ended by moving to another school, each within the
reader's scope: the day of leaving still counts as in the class, afterwards only those see a row who see every child's file. A child of the register for whom
nobody wrote down a hand-over is thus in the list as well.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from carekit.language import Label
from carekit.obligations.casework import in_service
from carekit.obligations.day_arithmetic import days_after
from carekit.obligations.facts import Sources, exists_in, one_of
from carekit.obligations.register import class_by
from carekit.obligations.rule import Rule, Select, Whose, duty, flag
from carekit.obligations.timetable import Moment, Timetable, settings_values
from carekit.records import StaffMember, Transfer
from carekit.records.codes import LeavingReason, TransferDirection

#: How long a hand-over stays in the lists once its receipt has come; one without stays until it comes.
_KEPT = timedelta(days=366)
#: How long a child who left without a hand-over is asked for: half a year later the other school has made a file of its own.
_ASKED_FOR = timedelta(days=180)
#: How a stay ends when the child goes on at another school.
_MOVED = (str(LeavingReason.TRANSFERRED_OUT), str(LeavingReason.GRADUATED))


def _back(source: Sources, child_id: Any, moved_on: Any, on: Any) -> sa.ColumnElement[bool]:
    """Whether the child has come back to this school since: then the other school has nothing to confirm."""
    stay = source.all("enrolment", "later_stay")
    return exists_in(stay, stay.c.child_id == child_id, stay.c.enrolled_on > moved_on, stay.c.enrolled_on <= on)


def _handed_over(source: Sources, timetable: Timetable) -> Select:
    """The hand-overs of children who have left."""
    transfer, on = source.own("transfer"), sa.literal(timetable.on, sa.Date)
    confirmed = sa.and_(transfer.c.receipt_on.is_not(None), transfer.c.receipt_on <= on)
    owner = sa.case((in_service(source, transfer.c.staff_id, on, "dealing_staff"), transfer.c.staff_id), else_=sa.null())
    return sa.select(
        transfer.c.child_id,
        sa.type_coerce(class_by(source, transfer.c.child_id, transfer.c.moved_on, "left_stay"), sa.String).label("class_id"),
        transfer.c.moved_on,
        flag(confirmed).label("confirmed"),
        flag(_back(source, transfer.c.child_id, transfer.c.moved_on, on)).label("back"),
        sa.cast(owner, sa.String).label("owner_id"),
    ).where(
        transfer.c.direction == str(TransferDirection.OUT),
        transfer.c.moved_on <= on,
        sa.or_(~confirmed, transfer.c.moved_on >= timetable.on - _KEPT),
    )


def _without_hand_over(source: Sources, timetable: Timetable) -> Select:
    """The children who were on the register and left for another school lately, of whom no hand-over is written down."""
    stay, on = source.own("enrolment"), sa.literal(timetable.on, sa.Date)
    case, transfer = source.all("case", "left_case"), source.all("transfer", "any_transfer")
    handed_over = exists_in(
        transfer,
        transfer.c.child_id == stay.c.child_id,
        transfer.c.direction == str(TransferDirection.OUT),
        transfer.c.moved_on >= stay.c.enrolled_on,
    )
    nothing = sa.literal(0, sa.Integer)
    return sa.select(
        stay.c.child_id,
        stay.c.class_id,
        stay.c.left_on.label("moved_on"),
        nothing.label("confirmed"),
        nothing.label("back"),
        sa.cast(sa.null(), sa.String).label("owner_id"),
    ).where(
        one_of(stay.c.leaving, _MOVED),
        stay.c.left_on.between(timetable.on - _ASKED_FOR, timetable.on),
        exists_in(case, case.c.child_id == stay.c.child_id, case.c.opened_on <= stay.c.left_on),
        ~handed_over,
        ~_back(source, stay.c.child_id, stay.c.left_on, on),
    )


def _receipts(source: Sources, timetable: Timetable, _: list[Moment] | None) -> Select:
    rules, room = settings_values(timetable, "receipt_settings"), source.all("school_class", "left_class")
    parts = [
        part.offset(0).subquery(name)
        for name, part in (("handed_over", _handed_over(source, timetable)), ("not_handed_over", _without_hand_over(source, timetable)))
    ]
    left = sa.union_all(*(sa.select(part) for part in parts)).subquery("left_with_file")
    school = sa.func.coalesce(room.c.school_id, sa.literal(timetable.schools[0], sa.String))
    joined = left.outerjoin(room, room.c.id == left.c.class_id).join(rules, rules.c.school_id == school)
    due_on = days_after(left.c.moved_on, rules.c.receipt_days)
    rows = duty(left, left.c.moved_on, due_on, left.c.confirmed == 1, joined=joined, excused=left.c.back == 1, owner_id=left.c.owner_id)
    return rows.where(rules.c.receipt_days > 0)


TRANSFER_RULES: tuple[Rule, ...] = (
    Rule(
        "transfer_receipt",
        Label("Receipt of the other school", "转学回执"),
        Label(
            "The receipt of the other school has come within the days that the rules give, counted from the day of moving, for every child handed over and "
            "every child of the register who left for another school; a child who has come back needs none.",
            "办理转出（含升学）的孩子和登记过留守而转往外校的孩子，自转学之日起在规定天数内收到对方学校的回执；已转回本校的免计。",
        ),
        ((Transfer, "other_school"), (StaffMember, "name")),
        _receipts,
        done_by="transfer",
        whose=Whose.LEADERS,
    ),
)
