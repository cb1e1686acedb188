"""Where each hand-over stands on a day: what the rule of receipts says of those who left, beside those who came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from carekit import clock
from carekit.apps.staff import staff_name
from carekit.calendar import school_year, school_year_of
from carekit.language import Label, LabelledEnum
from carekit.obligations import State, obligations_frame
from carekit.obligations.names import child_names, class_names
from carekit.records import Enrolment, Transfer
from carekit.records.codes import LeavingReason, TransferDirection
from carekit.store import Desk, Revision

RULE = "transfer_receipt"
#: How a child leaves with a file for another school.
LEAVINGS = (LeavingReason.TRANSFERRED_OUT, LeavingReason.GRADUATED)


class Stage(LabelledEnum):
    """Where a hand-over stands."""

    LATE = Label("receipt overdue", "回执逾期")
    WAITING = Label("waiting for the receipt", "等待回执")
    PLANNED = Label("leaves later", "尚未离校")
    CONFIRMED = Label("receipt there", "已收回执")
    BACK = Label("has come back", "已转回")
    ARRIVED = Label("came here", "已转入")


_BY_STATE = {
    State.OVERDUE: Stage.LATE,
    State.OPEN: Stage.WAITING,
    State.PUT_OFF: Stage.WAITING,
    State.MET: Stage.CONFIRMED,
    State.EXCUSED: Stage.BACK,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """One hand-over on a day; `due_on` is the last day for the receipt, None when none is asked for, `late` the days after it."""

    revision: Revision[Transfer]
    child: str
    class_name: str
    staff: str
    stage: Stage
    due_on: date | None
    late: int

    @property
    def record(self) -> Transfer:
        """The hand-over."""
        return self.revision.record

    @property
    def out(self) -> bool:
        """Whether the child left."""
        return self.record.direction is TransferDirection.OUT

    def __repr__(self) -> str:
        return f"Standing({self.revision.id}, {self.stage.name})"


def standings(desk: Desk, on: date | None = None) -> list[Standing]:
    """The hand-overs of the reader's scope: overdue receipts first, then those that wait, then by day, the latest first."""
    on = on or clock.today()
    found = desk.find(Transfer)
    children = {one.record.child_id for one in found}
    names, rooms, asked = child_names(desk, children), _last_rooms(desk, children), _asked(desk, on)
    made = []
    for one in found:
        row = asked.get((one.record.child_id, one.record.moved_on)) if one.record.direction is TransferDirection.OUT else None
        stage = _BY_STATE[row["state"]] if row else _without_rule(one.record, on)
        made.append(
            Standing(
                one,
                names.get(one.record.child_id, ""),
                rooms.get((one.record.child_id, one.id), ""),
                staff_name(desk, one.record.staff_id),
                stage,
                row["due_on"] if row else None,
                int(row["days_late"]) if row else 0,
            )
        )
    order = {stage: min(place, 3) for place, stage in enumerate(Stage)}
    return sorted(made, key=lambda s: (order[s.stage], -s.late, -s.record.moved_on.toordinal(), s.revision.id))


def _asked(desk: Desk, on: date) -> dict[tuple[str, date], dict[Any, Any]]:
    """What the rule says of each child and day of moving."""
    rows = obligations_frame(desk, on, rule=RULE).to_dict("records")
    return {(row["child_id"], row["period_start"]): row for row in rows}


def _without_rule(record: Transfer, on: date) -> Stage:
    """Of what the rule does not ask for: came in, still to come, confirmed long ago, or the rule is off."""
    if record.direction is TransferDirection.IN:
        return Stage.ARRIVED
    if record.moved_on > on:
        return Stage.PLANNED
    return Stage.CONFIRMED if record.receipt_on is not None and record.receipt_on <= on else Stage.WAITING


def _last_rooms(desk: Desk, children: set[str]) -> dict[tuple[str, str], str]:
    """The class that a child left or came into, by child and hand-over."""
    titles = class_names(desk, clock.today())
    stays = [one.record for one in desk.find(Enrolment, {"child_id": sorted(children)})] if children else []
    found = {}
    for transfer in (one.record for one in desk.find(Transfer)):
        own = [stay for stay in stays if stay.child_id == transfer.child_id and stay.enrolled_on <= transfer.moved_on]
        last = max(own, key=lambda stay: (stay.enrolled_on, stay.id), default=None)
        found[transfer.child_id, transfer.id] = titles.get(last.class_id, "") if last else ""
    return found


def figures(found: list[Standing], on: date) -> dict[str, int]:
    """Receipts overdue, receipts awaited (overdue ones among them), and who left and came in the school year of a day."""
    year = school_year(school_year_of(on))
    of_year = [one for one in found if year.starts_on <= one.record.moved_on <= year.ends_on]
    return {
        "late": sum(one.stage is Stage.LATE for one in found),
        "waiting": sum(one.stage in (Stage.LATE, Stage.WAITING) for one in found),
        "out": len({one.record.child_id for one in of_year if one.out}),
        "came": len({one.record.child_id for one in of_year if not one.out}),
    }
