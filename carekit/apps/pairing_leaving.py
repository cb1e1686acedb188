"""When somebody leaves the school: what is still theirs, and the hand-over that ends it in one step (CASES 53).

Nothing of the past changes: entries keep their author, pairings and class duties keep their dates and get a last day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from carekit import clock
from carekit.apps.pairing_facts import PairingFacts, pairing_facts
from carekit.apps.staff import staff_options
from carekit.errors import NotFound, UserError
from carekit.language import Label
from carekit.obligations import RULES, due
from carekit.records import Assignment, Pairing, Plan, SchoolClass, StaffMember
from carekit.records.codes import PairingEnd, PairingKind
from carekit.store import Desk, Revision
from carekit.store.schema import DRAFT

_REASON = Label("left the school", "帮扶人离岗交接")
_NO_DAY = Label("Enter the last day.", "请填写离岗日期。")
_TOO_EARLY = Label("The last day is before the first one ({on}); correct it.", "离岗日期早于到岗日期（{on}），请改正。")
_NOTE_MISSING = Label("Write a few words for whoever takes over.", "请写几句交接说明，方便接手的人。")
_WRONG_SUCCESSOR = Label(
    "Choose successors who are in service on that day and are not the person who leaves.",
    "接手人当天须在岗，且不能是离岗人本人，请重新选择。",
)


@dataclass(frozen=True, slots=True, repr=False)
class Leaving:
    """What is still somebody's: running pairings (and later ones), open plans, what is due by rule, unfinished entries, class duties by class."""

    person: StaffMember
    pairings: tuple[Revision[Pairing], ...]
    plans: tuple[Plan, ...]
    due: tuple[tuple[Label, int], ...]
    drafts: int
    duties: tuple[tuple[Revision[Assignment], str], ...]

    @property
    def children(self) -> frozenset[str]:
        """The children paired with the person, each once."""
        return frozenset(one.record.child_id for one in self.pairings)


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What a hand-over did: children taken over, children left uncovered, class duties ended."""

    taken: int
    uncovered: int
    duties: int


def leaving_of(desk: Desk, staff_id: str, on: date) -> Leaving:
    """What is still a person's on the day `on` and after it; `NotFound` for nobody of the staff."""
    person = _person(desk, staff_id).record
    pairings = [one for one in desk.find(Pairing, {"staff_id": staff_id}) if one.record.until_on is None or one.record.until_on > on]
    plans = [one.record for one in desk.find(Plan, {"staff_id": staff_id})]
    open_plans = tuple(plan for plan in plans if plan.ended_on is None and plan.until_on >= on)
    frame = due(desk)
    rules = frame[frame["owner_id"] == staff_id]["rule"].value_counts()
    drafts = desk.tuples(sa.select(sa.func.count()).select_from(DRAFT).where(DRAFT.c.staff_id == staff_id))[0][0]
    names = {one.id: one.record.name for one in desk.find(SchoolClass)}
    duties = [one for one in desk.find(Assignment, {"staff_id": staff_id}) if one.record.until_on is None or one.record.until_on > on]
    return Leaving(
        person,
        tuple(pairings),
        open_plans,
        tuple((RULES[str(name)].label, int(count)) for name, count in rules.items()),
        int(drafts),
        tuple((one, names.get(one.record.class_id, "")) for one in duties),
    )


def hand_over(desk: Desk, staff_id: str, on: date | None, note: str, successors: Mapping[str, str]) -> HandedOver:
    """End a person's service with the day `on`, all or nothing.

    The last day is entered; pairings end on it (`PairingEnd.SUPPORTER_LEFT`) with the note; class duties end on it; `successors` (staff ids by the id of
    the pairing) begin on it, and a child without one stays listed as uncovered. What was to begin later is withdrawn. Raises `UserError` for a missing
    day or note and for a successor who is not there, `Denied` for a role that does not write pairings.
    """
    if on is None:
        raise UserError(_NO_DAY, code="day_missing")
    leaving = leaving_of(desk, staff_id, on)
    require_ready(leaving, on, note)
    chosen = {pairing: one for pairing, one in successors.items() if one}
    there = {one for one, _, _ in staff_options(desk, on)} - {staff_id}
    if set(chosen.values()) - there or set(chosen) - {one.id for one in leaving.pairings}:
        raise UserError(_WRONG_SUCCESSOR, code="wrong_successor")
    facts = pairing_facts(desk, max(on, clock.today()))
    with desk.transaction():
        for found in leaving.pairings:
            _end_pairing(desk, found, on, note.strip())
        begun = _begin(desk, leaving, on, chosen, facts)
        for duty, _ in leaving.duties:
            _end_duty(desk, duty, on)
        _end_service(desk, staff_id, on)
    return HandedOver(len(begun), len(leaving.children - begun), len(leaving.duties))


def require_ready(leaving: Leaving, on: date, note: str) -> None:
    """`UserError` for a last day before the first one, and for a missing note to whoever takes the children over."""
    if leaving.person.from_on and on < leaving.person.from_on:
        raise UserError(_TOO_EARLY.format(on=leaving.person.from_on), code="dates_reversed")
    if leaving.pairings and not note.strip():
        raise UserError(_NOTE_MISSING, code="handover_missing")


def _person(desk: Desk, staff_id: str) -> Revision[StaffMember]:
    found = desk.find(StaffMember, {"id": staff_id}, include_withdrawn=True)
    if not found:
        raise NotFound
    return found[0]


def _end_pairing(desk: Desk, found: Revision[Pairing], on: date, note: str) -> None:
    record = found.record
    if record.from_on > on:
        desk.withdraw(Pairing, record.id, seen=found.version, reason=_REASON.text())
        return
    handover = f"{record.handover}\n{note}" if record.handover and note not in record.handover else note
    update = {"until_on": on, "end_reason": PairingEnd.SUPPORTER_LEFT, "handover": handover}
    ended = Pairing.read({**{name: getattr(record, name) for name in record.fields}, **update})
    desk.amend(ended, seen=found.version, reason=_REASON.text())


def _begin(desk: Desk, leaving: Leaving, on: date, chosen: Mapping[str, str], facts: PairingFacts) -> frozenset[str]:
    """Begin the successors' pairings, one for each child and successor; returns the children who have somebody after it."""
    begun: dict[tuple[str, str], Pairing] = {}
    running = {(pair.child_id, pair.staff_id) for pair in facts.running}
    for found in leaving.pairings:
        old, successor = found.record, chosen.get(found.id)
        if successor is None or (old.child_id, successor) in begun:
            continue
        kind = old.kind_of
        if kind is PairingKind.PARTY_MEMBER and not facts.supporters[successor].party_member:
            kind = PairingKind.TEACHER
        begun[old.child_id, successor] = Pairing(
            child_id=old.child_id, kind_of=kind, staff_id=successor, from_on=on, promise=old.promise, duties=old.duties
        )
    # whoever is the child's supporter already goes on; a second pairing of the two would only count them twice
    desk.add_all([one for key, one in begun.items() if key not in running], _REASON.text())
    others = {pair.child_id for pair in facts.running if pair.covered and pair.staff_id != leaving.person.id}
    return frozenset(child for child, _ in begun) | (leaving.children & others)


def _end_duty(desk: Desk, found: Revision[Assignment], on: date) -> None:
    if found.record.from_on > on:
        desk.withdraw(Assignment, found.id, seen=found.version, reason=_REASON.text())
    else:
        desk.amend(found.record.model_copy(update={"until_on": on}), seen=found.version, reason=_REASON.text())


def _end_service(desk: Desk, staff_id: str, on: date) -> None:
    """Enter the last day, after which the login is refused and open ones end; an earlier last day stays."""
    found = _person(desk, staff_id)
    if not found.withdrawn and (found.record.until_on is None or found.record.until_on > on):
        desk.amend(found.record.model_copy(update={"until_on": on}), seen=found.version, reason=_REASON.text())
