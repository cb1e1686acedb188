"""Where each entry of the register and each intervention stands on a day: open, proposed to be closed, sent back, closed; and what one may do with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from carekit import clock
from carekit.access import APPROVERS, grant_of, may_write
from carekit.apps.children import class_options, classes_on
from carekit.calendar import school_year, school_year_of
from carekit.language import Label, LabelledEnum
from carekit.names import name_sort_key
from carekit.obligations.names import child_names
from carekit.records import Case, Closure, Intervention, InterventionClosure, Record, StaffMember
from carekit.records.codes import Role
from carekit.store import Desk, Revision


class Stage(LabelledEnum):
    """Where something that can be closed stands."""

    OPEN = Label("open", "进行中")
    PROPOSED = Label("proposed, waiting for approval", "待审批")
    RETURNED = Label("sent back", "已退回")
    CLOSED = Label("closed", "已结")


@dataclass(frozen=True, slots=True, repr=False)
class Standing:
    """One entry of the register or one intervention on the day `on`, with its closings, the earliest first.

    `class_name` is "" for a child in no class; `mine` says that the reader may write about the child; `worker_left` that the case worker is not there.
    """

    subject: Revision[Any]
    closures: tuple[Revision[Any], ...]
    on: date
    child: str
    class_id: str
    class_name: str
    mine: bool
    worker: str = ""
    worker_left: bool = False

    @property
    def record(self) -> Any:
        """The entry of the register, or the intervention."""
        return self.subject.record

    @property
    def proposal(self) -> Revision[Any] | None:
        """What is proposed and not approved: the latest."""
        return next((one for one in reversed(self.closures) if not one.record.in_force), None)

    @property
    def closing(self) -> Revision[Any] | None:
        """The closing that holds: approved and not reopened by the day."""
        held = (one for one in reversed(self.closures) if one.record.in_force)
        return next((one for one in held if one.record.reopened_on is None or one.record.reopened_on > self.on), None)

    @property
    def stage(self) -> Stage:
        """Where it stands."""
        if self.closing is not None:
            return Stage.CLOSED
        if self.proposal is None:
            return Stage.OPEN
        return Stage.RETURNED if self.proposal.record.returned_for else Stage.PROPOSED

    @property
    def late(self) -> bool:
        """Whether the day on which an intervention was to be looked at again is over."""
        review_on = getattr(self.record, "review_on", None)
        return self.closing is None and review_on is not None and review_on < self.on

    def __repr__(self) -> str:
        return f"Standing({self.subject.id}, {self.stage.name})"


def register_standings(desk: Desk, on: date | None = None) -> list[Standing]:
    """The entries of the register inside the reader's scope: what waits first, closed ones last, then by class and name."""
    return _standings(desk, Case, Closure, "case_id", on or clock.today())


def intervention_standings(desk: Desk, on: date | None = None) -> list[Standing]:
    """The interventions inside the reader's scope, in the same order."""
    return _standings(desk, Intervention, InterventionClosure, "intervention_id", on or clock.today())


def _standings(desk: Desk, subject: type[Record], closing: type[Record], parent: str, on: date) -> list[Standing]:
    with desk.snapshot():
        subjects = [one for one in desk.find(subject) if getattr(one.record, "opened_on") <= on]  # noqa: B009 - two kinds have it
        closures: dict[str, list[Revision[Any]]] = defaultdict(list)
        for one in desk.find(closing):
            closures[getattr(one.record, parent)].append(one)
        names = child_names(desk, {getattr(one.record, "child_id") for one in subjects})  # noqa: B009
        rooms, writes = classes_on(desk, on), own_classes(desk, closing)
        staff = {one.id: one.record for one in desk.find(StaffMember, include_withdrawn=True)} if subject is Intervention else {}
    made = []
    for one in subjects:
        child_id = getattr(one.record, "child_id")  # noqa: B009
        room, worker = rooms.get(child_id), staff.get(getattr(one.record, "worker_id", ""))
        made.append(
            Standing(
                one,
                tuple(closures[one.id]),
                on,
                names.get(child_id, ""),
                room.id if room else "",
                room.name if room else "",
                writes is None or (room is not None and room.id in writes),
                worker.name if worker else "",
                worker is not None and worker.until_on is not None and worker.until_on < on,
            )
        )
    waiting = {Stage.PROPOSED: 0, Stage.RETURNED: 1, Stage.OPEN: 2, Stage.CLOSED: 3}
    return sorted(made, key=lambda s: (waiting[s.stage], not s.late, s.class_name, name_sort_key(s.child), s.subject.id))


def own_classes(desk: Desk, record: type[Record]) -> frozenset[str] | None:
    """The classes of whose children the reader may write records of a kind; None for all that they see, empty for a role that writes none."""
    if not may_write(desk.actor, record):
        return frozenset()
    if all(reach.writes for reach in grant_of(desk.actor, record).reaches):
        return None
    return frozenset(one for one, _, _ in class_options(desk, school_year_of(clock.today())))


def figures(register: Sequence[Standing], interventions: Sequence[Standing], on: date) -> dict[str, int]:
    """On the register (and of these in no class), waiting for a decision, closed this school year, interventions open and to be looked at."""
    begun = school_year(school_year_of(on)).starts_on
    here = [one for one in register if one.stage is not Stage.CLOSED]
    return {
        "register": len(here),
        "gone": sum(not one.class_name for one in here),
        "waiting": sum(one.stage is Stage.PROPOSED for one in (*register, *interventions)),
        "returned": sum(one.stage is Stage.RETURNED for one in (*register, *interventions)),
        "closed": sum(one.closing is not None and one.closing.record.closed_on >= begun for one in register),
        "interventions": sum(one.stage is not Stage.CLOSED for one in interventions),
        "late": sum(one.late for one in interventions),
    }


# --- what one may do --------------------------------------------------------------------------------------------------


def may_propose(one: Standing, desk: Desk) -> bool:
    """Nothing is proposed yet; of an intervention its worker proposes, or whoever may write when the worker has left."""
    if one.stage is not Stage.OPEN or not one.mine:
        return False
    return one.record.kind != Intervention.kind or one.worker_left or one.record.worker_id == desk.actor.staff_id


def may_change(one: Standing, desk: Desk) -> bool:
    """Whoever proposed it changes it or takes it back, and the registrar, while it is not decided."""
    proposal = one.proposal if one.stage in (Stage.PROPOSED, Stage.RETURNED) else None
    if proposal is None or not one.mine:
        return False
    return proposal.record.proposed_by == desk.actor.staff_id or (
        desk.actor.role is Role.REGISTRAR and bool(may_write(desk.actor, type(proposal.record)))
    )


def may_decide(one: Standing, desk: Desk) -> bool:
    """A leader decides, never on their own work; the store decides once more when it is saved."""
    proposal = one.proposal if one.stage is Stage.PROPOSED else None
    if proposal is None or desk.actor.role not in APPROVERS:
        return False
    authors = {proposal.record.proposed_by, desk.writer_of(proposal), getattr(one.record, "worker_id", None)}
    return desk.actor.staff_id not in authors


def may_reopen(one: Standing, desk: Desk) -> bool:  # noqa: ARG001 - one shape for all that one may do
    """What is closed is reopened by whoever may write about the child."""
    return one.stage is Stage.CLOSED and one.mine
