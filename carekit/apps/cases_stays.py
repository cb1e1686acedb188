"""Stays in classes: another class, leaving, coming back, a whole class moved up. Each is two dated stays or one more under the same file (CASES 49).

Nothing is overwritten: the stay that ends keeps its days and gets a last one, and the next one begins the day after it or later.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from carekit import clock
from carekit.apps.cases_child import stays_of
from carekit.apps.cases_closing import end_pairings
from carekit.apps.children import Standing, telling_detail
from carekit.errors import NotFound, UserError
from carekit.language import Label
from carekit.names import name_sort_key
from carekit.problems import InvalidRecord, Problem
from carekit.records import Enrolment, SchoolClass
from carekit.records.codes import EntryReason, LeavingReason
from carekit.store import Desk, Revision

_DAY = timedelta(days=1)
#: How a stay ends for a child who stays at the school: not a way of leaving it.
INSIDE = frozenset({LeavingReason.PROMOTED, LeavingReason.MOVED_CLASS, LeavingReason.REPEATED})
_ENTRIES = {
    LeavingReason.MOVED_CLASS: EntryReason.MOVED_CLASS,
    LeavingReason.PROMOTED: EntryReason.PROMOTED,
    LeavingReason.REPEATED: EntryReason.REPEATED,
}
_NOT_IN_CLASS = Label(
    "This child is in no class on that day. Look at the list again; who left comes back by “Returns”.",
    "孩子当天不在任何班级，请再看看名单。已离校的请办“返校”。",
)
_SAME_CLASS = Label("The child is in this class already; choose another.", "孩子已在这个班，请另选班级。")
_TOO_EARLY = Label("The present stay began on {day}; the new one begins later.", "现在的在班记录从{day}开始，新班的日期要晚于这一天。")
_STILL_HERE = Label("The child is in a class until {day}; a second stay begins later.", "孩子在{day}以前仍在班，请把日期改到这之后。")
_HERE = Label("The child is in a class; move it instead.", "孩子现在在班，请办“调班”。")
_NO_REASON = Label("Say why the child leaves.", "请选择离校原因。")
_NOT_LEAVING = Label(
    "This is no way of leaving the school; use “Another class” or “Move up”.", "这不是离校原因；校内变动请办“调班”或“整班升级”。"
)
_DAY_MISSING = Label("Enter the last day at the school.", "请填写在校最后一天。")
_NOTE_MISSING = Label("Write a few words on what has to go on: something is still open.", "还有没办完的工作，请写几句交接说明。")
_MOVED, _LEFT, _BACK = Label("another class", "调班"), Label("left the school", "离校"), Label("came back", "返校")


@dataclass(frozen=True, slots=True, repr=False)
class StayLine:
    """A child's last stay in a class on the day: who, the class, since when and until when, and where the child stands."""

    child_id: str
    name: str
    detail: str
    class_id: str
    class_name: str
    enrolled_on: date
    left_on: date | None
    leaving: LeavingReason | None
    standing: Standing


def stay_lines(desk: Desk, on: date | None = None) -> list[StayLine]:
    """The last stay of every child of the scope that had begun by a day, in the order of classes and names; those who left come last."""
    on = on or clock.today()
    stay, child, room = desk.rows("enrolment"), desk.rows("child"), desk.rows("school_class")
    select = (
        sa.select(
            child.c.id, child.c.name, child.c.birth_on, room.c.id, room.c.name, room.c.grade, room.c.number, stay.c.enrolled_on, stay.c.left_on,
            stay.c.leaving,
        )
        .select_from(stay)
        .join(child, child.c.id == stay.c.child_id)
        .join(room, room.c.id == stay.c.class_id)
        .where(stay.c.enrolled_on <= on)
        .order_by(stay.c.enrolled_on, stay.c.id)
    )  # fmt: skip
    last: dict[str, tuple[tuple[object, ...], StayLine]] = {}
    for child_id, name, birth_on, class_id, class_name, grade, number, enrolled_on, left_on, leaving in desk.tuples(select):
        gone = left_on is not None and left_on < on
        line = StayLine(
            child_id,
            name,
            telling_detail(class_name, birth_on),
            class_id,
            class_name,
            enrolled_on,
            left_on,
            LeavingReason(str(leaving)) if leaving else None,
            Standing.LEFT if gone else Standing.ENROLLED,
        )
        last[child_id] = (gone, grade, number, name_sort_key(name), child_id), line
    return [line for _, line in sorted(last.values(), key=lambda pair: pair[0])]


def class_of(desk: Desk, class_id: str) -> SchoolClass:
    """A class by id; `NotFound` for none."""
    found = desk.find(SchoolClass, {"id": class_id})
    if not found:
        raise NotFound
    return found[0].record


# --- another class ----------------------------------------------------------------------------------------------------


def change_class(desk: Desk, child_ids: Collection[str], class_id: str, first_day: date, note: str | None = None) -> int:
    """Children go on in another class from `first_day` on, all or nothing; gives their number.

    The present stay ends the day before, as a move, a promotion or a repeated grade by what the two classes are. `UserError` for a child who is in no class
    then, in that class already, or came into the present one later.
    """
    target = class_of(desk, class_id)
    with desk.transaction():
        for child_id in child_ids:
            present = _present(desk, child_id, first_day - _DAY)
            before = class_of(desk, present.record.class_id)
            if before.id == target.id:
                raise UserError(_SAME_CLASS, code="same_class")
            leaving = _leaving(before, target)
            _end(desk, present, first_day - _DAY, leaving, _MOVED)
            desk.add(
                Enrolment(child_id=child_id, class_id=target.id, enrolled_on=first_day, entry=_ENTRIES[leaving], note=note), _MOVED.text()
            )
    return len(child_ids)


def _leaving(before: SchoolClass, after: SchoolClass) -> LeavingReason:
    """How one class ends for whoever goes on in the other."""
    if after.school_year == before.school_year:
        return LeavingReason.MOVED_CLASS
    return LeavingReason.PROMOTED if after.grade > before.grade else LeavingReason.REPEATED


def _present(desk: Desk, child_id: str, on: date) -> Revision[Enrolment]:
    """The stay of a child on a day that has no end yet; `UserError` for none and for one that begins after that day."""
    found = [one for one in desk.find(Enrolment, {"child_id": child_id}) if one.record.left_on is None]
    if not found:
        raise UserError(_NOT_IN_CLASS, code="not_in_class")
    present = max(found, key=lambda one: (one.record.enrolled_on, one.id))
    if present.record.enrolled_on > on:
        raise UserError(_TOO_EARLY.format(day=present.record.enrolled_on), code="dates_reversed")
    return present


def _end(desk: Desk, stay: Revision[Enrolment], on: date, leaving: LeavingReason, reason: Label) -> None:
    desk.amend(stay.record.model_copy(update={"left_on": on, "leaving": leaving}), seen=stay.version, reason=reason.text())


# --- leaving and coming back ------------------------------------------------------------------------------------------


def check_leaving(record: Enrolment) -> None:
    """`InvalidRecord` for a leaving without day or reason, or with a reason that is no leaving."""
    problems = []
    if record.left_on is None:
        problems.append(Problem("left_on", "date_missing", _DAY_MISSING))
    if record.leaving is None or record.leaving in INSIDE:
        problems.append(Problem("leaving", "reason_wrong", _NOT_LEAVING if record.leaving else _NO_REASON))
    _refuse(problems)


def _refuse(problems: Sequence[Problem]) -> None:
    if problems:
        raise InvalidRecord(list(problems), {name: spec.label for name, spec in Enrolment.fields.items()})


def leave(desk: Desk, record: Enrolment, seen: int, note: str, *, needs_note: bool) -> int:
    """A child leaves the school: the stay gets its last day, running pairings end on it with the note; gives the number of these.

    All or nothing. `UserError` without a note although something is open (`needs_note`).
    """
    check_leaving(record)
    assert record.left_on is not None  # noqa: S101 - checked just now
    if needs_note and not note.strip():
        raise UserError(_NOTE_MISSING, code="handover_missing")
    with desk.transaction():
        desk.amend(record, seen=seen, reason=_LEFT.text())
        return end_pairings(desk, record.child_id, record.left_on, note, _LEFT)


def come_back(desk: Desk, record: Enrolment) -> Revision[Enrolment]:
    """A second stay under the same file, from a day after the last one on; `UserError` for a child who is still in a class then."""
    stays = stays_of(desk, record.child_id)
    if any(stay.left_on is None for stay in stays):
        raise UserError(_HERE, code="in_class")
    last = max((stay.left_on for stay in stays if stay.left_on), default=None)
    if last is not None and record.enrolled_on <= last:
        problem = Problem("enrolled_on", "dates_reversed", _STILL_HERE.format(day=last))
        _refuse([problem])
    return desk.add(record, _BACK.text())
