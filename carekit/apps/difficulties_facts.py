"""Where each difficulty stands on a day, how old and how late it is, and who has done what: for the owner's list and the leading group's board."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from carekit import clock
from carekit.apps.children import classes_on
from carekit.language import Label, LabelledEnum
from carekit.obligations import Timetable
from carekit.obligations.names import child_names
from carekit.records import Difficulty, StaffMember
from carekit.store import Desk, Revision

#: A school solves one or two real difficulties of a child at a time (PRACTICES 6.3); more is a hint, never forbidden.
USUAL = 2
#: Without a new version for so long an open difficulty counts as standing still.
STILL = timedelta(days=14)


class Stage(LabelledEnum):
    """Where a difficulty stands."""

    OWNER = Label("with its owner", "责任人办理中")
    OVERDUE = Label("overdue", "已逾期")
    WAITING = Label("handed up, waiting for the decision", "已上报，待支部研究")
    DECIDED = Label("decided, to be answered back", "已研究，待办结答复")
    CLOSED = Label("closed", "已办结")


@dataclass(frozen=True, slots=True)
class Standing:
    """One difficulty on a day: `age` in days since it was raised (to its closing), `waiting` days since it was handed up and not decided."""

    revision: Revision[Difficulty]
    on: date
    stage: Stage
    child: str
    class_name: str
    owner: str
    owner_left: bool
    still: bool

    @property
    def record(self) -> Difficulty:
        """The difficulty."""
        return self.revision.record

    @property
    def age(self) -> int:
        """Days since it was raised, or that it took."""
        return ((self.record.closed_on or self.on) - self.record.raised_on).days

    @property
    def late(self) -> int:
        """Days after its date; 0 in time, closed, or while the branch has it."""
        late = self.stage in (Stage.OVERDUE, Stage.DECIDED) and self.record.due_on < self.on
        return (self.on - self.record.due_on).days if late else 0

    @property
    def waiting(self) -> int:
        """Days since it was handed up, while the decision is awaited."""
        return (self.on - self.record.escalated_on).days if self.stage is Stage.WAITING and self.record.escalated_on else 0

    def __repr__(self) -> str:
        return f"Standing({self.revision.id}, {self.stage.name})"


def stage_of(record: Difficulty, on: date) -> Stage:
    """Where a difficulty stands on a day: what happened later has not happened."""
    if record.closed_on is not None and record.closed_on <= on:
        return Stage.CLOSED
    if record.escalated_on is not None and record.escalated_on <= on:
        return Stage.DECIDED if record.decided_on is not None and record.decided_on <= on else Stage.WAITING
    return Stage.OWNER if on <= record.due_on else Stage.OVERDUE


def standings(desk: Desk, on: date | None = None) -> list[Standing]:
    """The difficulties of the reader's scope that were raised by a day (today when left out), the latest first, then the oldest; closed ones last."""
    on = on or clock.today()
    found = [one for one in desk.find(Difficulty) if one.record.raised_on <= on]
    children = {one.record.child_id for one in found}
    names, rooms = child_names(desk, children), {child_id: room.name for child_id, room in classes_on(desk, on).items()}
    staff = {one.id: one.record for one in desk.find(StaffMember, include_withdrawn=True)}
    made = [_standing(one, on, names, rooms, staff) for one in found]
    return sorted(made, key=lambda s: (s.stage is Stage.CLOSED, not s.owner_left, -s.late, -s.waiting, -s.age, s.record.id))


def _standing(
    revision: Revision[Difficulty], on: date, names: dict[str, str], rooms: dict[str, str], staff: dict[str, StaffMember]
) -> Standing:
    record = revision.record
    owner, stage = staff.get(record.owner_id), stage_of(record, on)
    left = stage is not Stage.CLOSED and owner is not None and owner.until_on is not None and owner.until_on < on
    still = stage is not Stage.CLOSED and _day(revision.recorded_at) < on - STILL
    return Standing(
        revision, on, stage, names.get(record.child_id, ""), rooms.get(record.child_id, ""), owner.name if owner else "", left, still
    )


def _day(moment: datetime) -> date:
    return clock.day_of(moment)


def crowded(found: Iterable[Standing]) -> dict[str, int]:
    """The children with more open difficulties than are solved at a time, and how many each has, by id."""
    counts = Counter(one.record.child_id for one in found if one.stage is not Stage.CLOSED)
    return {child: count for child, count in counts.items() if count > USUAL}


def this_term(desk: Desk, on: date) -> tuple[date, date]:
    """The days of the term of a day; in holidays those of the last one, before the first the day alone."""
    term = Timetable.at(desk, on).term()
    return (term.starts_on, term.ends_on) if term else (on, on)


def figures(found: list[Standing], since: date) -> dict[str, Any]:
    """Open, overdue, waiting for a decision, the oldest of these in days (None for none), closed since a day, and of these by result."""
    waiting = [one for one in found if one.stage is Stage.WAITING]
    closed = [one for one in found if one.stage is Stage.CLOSED and one.record.closed_on is not None and one.record.closed_on >= since]
    return {
        "open": sum(one.stage is not Stage.CLOSED for one in found),
        "late": sum(one.late > 0 for one in found),
        "waiting": len(waiting),
        "oldest": max((one.waiting for one in waiting), default=None),
        "closed": len(closed),
        "results": Counter(one.record.result for one in closed),
    }


def by_owner(found: list[Standing], since: date) -> list[dict[str, Any]]:
    """Who has done what and who has not (PRACTICES 6.4): a line for each owner with open, late, standing still and closed since a day."""
    lines: dict[str, list[Standing]] = defaultdict(list)
    for one in found:
        lines[one.record.owner_id].append(one)
    rows = [
        {
            "id": owner_id,
            "name": own[0].owner,
            "open": sum(one.stage is not Stage.CLOSED for one in own),
            "late": sum(one.late > 0 for one in own),
            "still": sum(one.still for one in own),
            "closed": sum(one.stage is Stage.CLOSED and (one.record.closed_on or since) >= since for one in own),
        }
        for owner_id, own in lines.items()
    ]
    return sorted(rows, key=lambda row: (-row["late"], -row["open"], row["name"]))
