"""Where each hand-over stands on a day: what the rule of receipts says of those who left, beside those who came."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from carekit import clock
from carekit.apps.staff import staff_name
from carekit.calendar import school_year, school_year_of
from carekit.errors import NotFound
from carekit.language import Label, LabelledEnum
from carekit.obligations import State, obligations_frame
from carekit.obligations.names import child_names, class_names
from carekit.records import Enrolment, Transfer
from carekit.records.codes import TransferDirection
from carekit.store import Desk, Revision

RULE = "transfer_receipt"


class Stage(LabelledEnum):
    """Where a hand-over stands."""

    MISSING = Label("left, not handed over", "已离校，未办移交")
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
    """One hand-over on a day, or a child who left without one (`revision` None).

    `due_on` is the last day for the receipt, None when none is asked for, `late` the days after it.
    """

    revision: Revision[Transfer] | None
    child_id: str
    moved_on: date
    child: str
    class_name: str
    staff: str
    stage: Stage
    due_on: date | None = None
    late: int = 0

    @property
    def id(self) -> str:
        """What tells it from the others of a list."""
        return self.revision.id if self.revision else f"{self.child_id}|{self.moved_on}"

    @property
    def record(self) -> Transfer:
        """The hand-over; `NotFound` where none is written down."""
        if self.revision is None:
            raise NotFound
        return self.revision.record

    @property
    def out(self) -> bool:
        """Whether the child left."""
        return self.revision is None or self.revision.record.direction is TransferDirection.OUT

    def __repr__(self) -> str:
        return f"Standing({self.id}, {self.stage.name})"


def standings(desk: Desk, on: date | None = None) -> list[Standing]:
    """The hand-overs of the reader's scope and the children who left without one: what is overdue first, then what waits, then the latest first."""
    on = on or clock.today()
    found = desk.find(Transfer)
    children = {one.record.child_id for one in found}
    names, rooms = child_names(desk, children), _rooms(desk, children, on)
    asked = {(row["child_id"], row["period_start"]): row for row in obligations_frame(desk, on, rule=RULE).to_dict("records")}
    made = []
    for one in found:
        record = one.record
        row = asked.pop((record.child_id, record.moved_on), None) if record.direction is TransferDirection.OUT else None
        stage = _BY_STATE[row["state"]] if row else _without_rule(record, on)
        late = (row["due_on"], int(row["days_late"])) if row else (None, 0)
        room = _room(rooms.get(record.child_id, []), record.moved_on)
        made.append(
            Standing(
                one, record.child_id, record.moved_on, names.get(record.child_id, ""), room, staff_name(desk, record.staff_id), stage, *late
            )
        )
    made += [_missing(child_id, day, row) for (child_id, day), row in asked.items()]
    order = {stage: min(place, list(Stage).index(Stage.PLANNED)) for place, stage in enumerate(Stage)}
    return sorted(made, key=lambda one: (order[one.stage], -one.late, -one.moved_on.toordinal(), one.id))


def _missing(child_id: str, day: date, row: dict[Any, Any]) -> Standing:
    return Standing(None, child_id, day, row["child"], row["class_name"], row["owner"], Stage.MISSING, row["due_on"], int(row["days_late"]))


def _without_rule(record: Transfer, on: date) -> Stage:
    """Of what the rule does not ask for: came in, still to come, confirmed long ago, or the rule is off."""
    if record.direction is TransferDirection.IN:
        return Stage.ARRIVED
    if record.moved_on > on:
        return Stage.PLANNED
    return Stage.CONFIRMED if record.receipt_on is not None and record.receipt_on <= on else Stage.WAITING


def _rooms(desk: Desk, children: set[str], on: date) -> dict[str, list[tuple[date, str]]]:
    """The classes of children with their first days, by child, in order."""
    titles, rooms = class_names(desk, on), defaultdict(list)
    for one in desk.find(Enrolment, {"child_id": sorted(children)}) if children else []:
        rooms[one.record.child_id].append((one.record.enrolled_on, titles.get(one.record.class_id, "")))
    return rooms


def _room(stays: list[tuple[date, str]], day: date) -> str:
    """The class that a child left or came into on a day."""
    return next((title for begun, title in reversed(stays) if begun <= day), "")


def figures(found: list[Standing], on: date) -> dict[str, int]:
    """Without a hand-over, receipts overdue, receipts awaited (overdue ones among them), and who left and came in the school year of a day."""
    year = school_year(school_year_of(on))
    of_year = [one for one in found if year.starts_on <= one.moved_on <= year.ends_on]
    return {
        "missing": sum(one.stage is Stage.MISSING for one in found),
        "late": sum(one.stage is Stage.LATE for one in found),
        "waiting": sum(one.stage in (Stage.LATE, Stage.WAITING) for one in found),
        "out": len({one.child_id for one in of_year if one.out}),
        "came": len({one.child_id for one in of_year if not one.out}),
    }
