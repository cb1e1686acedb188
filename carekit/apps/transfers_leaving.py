"""A child leaves for another school: the hand-over is written down, the stay in the class and the pairings end on the day, all or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from carekit import clock
from carekit.apps.children import child_options, telling_detail
from carekit.errors import UserError
from carekit.exchange.package import Package, make_package
from carekit.language import Label
from carekit.obligations.names import class_names
from carekit.records import Child, Enrolment, Pairing, Transfer
from carekit.records.codes import LeavingReason, PairingEnd, TransferDirection
from carekit.store import Desk, Revision

#: How a child leaves for another school.
LEAVINGS = (LeavingReason.TRANSFERRED_OUT, LeavingReason.GRADUATED)
#: Who left longer ago without a hand-over is not offered any more.
_LATELY = timedelta(days=366)
_REASON = Label("left for another school", "转往其他学校")
_PACKAGED = Label("package made", "制作档案包")
_NOT_HERE = Label(
    "{child} is in no class on {day}. Check the day, or the child's file.", "{child}在{day}不在任何班级，请核对日期或孩子的在班记录。"
)
_STAYS_ON = Label(
    "{child} is entered in a class after {day} as well. Correct the file first.", "{child}在{day}之后还有在班记录，请先改正。"
)
_TWICE = Label("The leaving of {child} on {day} is written down already.", "{child}{day}的转出已经登记过了。")
_LEFT = Label("has left: {detail}", "已离校，未办移交：{detail}")


@dataclass(frozen=True, slots=True)
class Left:
    """What was done: the hand-overs, and how many pairings ended."""

    transfers: tuple[Revision[Transfer], ...]
    pairings: int


def leaver_options(desk: Desk, on: date) -> list[tuple[str, str, str]]:
    """Whom a hand-over can be written down for: the children in a class, and those who left for another school within a year and have none yet."""
    enrolled = child_options(desk, on)
    here = {child for child, _, _ in enrolled} | {one.record.child_id for one in desk.find(Transfer, {"direction": TransferDirection.OUT})}
    stays = [one.record for one in desk.find(Enrolment, {"leaving": list(LEAVINGS)})]
    gone = {stay.child_id: stay for stay in stays if stay.left_on and stay.left_on >= on - _LATELY and stay.child_id not in here}
    rooms = class_names(desk, on)
    people = [one.record for one in desk.find(Child, {"id": sorted(gone)})] if gone else []
    details = {child.id: telling_detail(rooms.get(gone[child.id].class_id), child.birth_on) for child in people}
    return [*enrolled, *((child.id, child.name, _LEFT.format(detail=details[child.id]).text()) for child in people)]


def leave(desk: Desk, transfers: Sequence[Transfer], leaving: LeavingReason) -> Left:
    """Write down that children leave with their files. `UserError` for a child who is in no class on the day or stays on after it; nothing is saved then."""
    pairings, saved = 0, []
    with desk.transaction():
        for transfer in transfers:
            name = desk.get(Child, transfer.child_id).record.name
            _end_stay(desk, transfer, leaving, Label(name, name))
            pairings += _end_pairings(desk, transfer)
            saved.append(desk.add(transfer, _REASON.text()))
    return Left(tuple(saved), pairings)


def _end_stay(desk: Desk, transfer: Transfer, leaving: LeavingReason, child: Label) -> None:
    stays = desk.find(Enrolment, {"child_id": transfer.child_id})
    day = transfer.moved_on
    last = max(stays, key=lambda one: (one.record.enrolled_on, one.id), default=None)
    others = desk.find(Transfer, {"child_id": transfer.child_id, "moved_on": day, "direction": TransferDirection.OUT})
    if any(one.id != transfer.id for one in others):
        raise UserError(_TWICE.format(child=child, day=day), code="left_already")
    if last is not None and last.record.enrolled_on > day:
        raise UserError(_STAYS_ON.format(child=child, day=day), code="stays_on")
    if last is None or (last.record.left_on is not None and last.record.left_on < day and last.record.leaving not in LEAVINGS):
        raise UserError(_NOT_HERE.format(child=child, day=day), code="not_enrolled")
    gone = last.record.left_on is not None and last.record.left_on <= day and last.record.leaving in LEAVINGS
    # a stay that says where the child came from keeps saying so; where it went stands in the hand-over
    changed: dict[str, Any] = {"other_school": last.record.other_school or transfer.other_school}
    if not gone:
        changed |= {"left_on": day, "leaving": leaving}
    desk.amend(last.record.model_copy(update=changed), seen=last.version, reason=_REASON.text())


def _end_pairings(desk: Desk, transfer: Transfer) -> int:
    """End what still runs: whoever helped the child here no longer sees the file."""
    running = [
        one
        for one in desk.find(Pairing, {"child_id": transfer.child_id})
        if one.record.until_on is None or one.record.until_on > transfer.moved_on
    ]
    for one in running:
        ended = {"until_on": max(transfer.moved_on, one.record.from_on), "end_reason": one.record.end_reason or PairingEnd.CHILD_LEFT}
        desk.amend(one.record.model_copy(update=ended), seen=one.version, reason=_REASON.text())
    return len(running)


def package_of(desk: Desk, transfer_id: str) -> tuple[Package, Revision[Transfer]]:
    """A new package of a hand-over, whose mark and day are written into it; an earlier package keeps its own passphrase and mark.

    `NotFound` outside the person's scope, `Denied` for other roles.
    """
    with desk.transaction():
        found = desk.get(Transfer, transfer_id)
        package = make_package(desk, found.record)
        changed = {"package_mark": package.mark, "handed_over_on": found.record.handed_over_on or clock.today()}
        return package, desk.amend(found.record.model_copy(update=changed), seen=found.version, reason=_PACKAGED.text())
