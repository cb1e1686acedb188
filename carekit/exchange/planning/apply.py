"""Saving an import plan: all rows that are still good in one transaction, or nothing at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from carekit.exchange.planning.known import changed_since
from carekit.exchange.planning.ledger import Thing, Write
from carekit.exchange.planning.matching import contradict, identity_of_child
from carekit.exchange.planning.outcome import ImportPlan, Outcome, told
from carekit.exchange.planning.reasons import sentence
from carekit.exchange.roster.rows import Severity
from carekit.records import Absence, CareArrangement, Case, Child, Closure, Enrolment, Family, FamilyMember, Record
from carekit.store import Desk


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What was saved. `plan` has the final outcome of every row; `saved` counts the records that were written."""

    plan: ImportPlan
    saved: int

    @property
    def counts(self) -> dict[str, int]:
        """Rows read, and what became of them."""
        return self.plan.counts


def apply_plan(desk: Desk, plan: ImportPlan, *, reason: str) -> ImportResult:
    """Save a plan in one transaction: every good row, or nothing when something goes wrong on the way.

    A row whose child somebody changed after the plan was made is given back instead of saved. Raises `Denied`, `NotFound` and
    `UserError` (busy) as a desk's own writing does; then nothing is saved.
    """
    with desk.transaction():
        stale = _stale_rows(desk, plan)
        writes = [write for write in plan.writes if not stale.issuperset(write.units)] if stale else list(plan.writes)
        desk.add_all([write.record for write in writes if not write.seen], reason=reason)
        for write in writes:
            if write.seen:
                _amend(desk, write, reason)
        counts = plan.counts
        desk.log("import", ", ".join(f"{name} {count}" for name, count in counts.items()), kind=Child.kind)
    return ImportResult(_given_back(plan, stale, tuple(writes)), len(writes))


def _amend(desk: Desk, write: Write, reason: str) -> None:
    seen = write.seen
    if write.back:
        seen = desk.bring_back(type(write.record), write.record.id, reason=reason).version
    if write.changes:
        desk.amend(write.record, seen=seen, reason=reason)


def _stale_rows(desk: Desk, plan: ImportPlan) -> set[int]:
    """Rows that rely on what was changed since the plan was made, or whose new child somebody has entered meanwhile."""
    changed = changed_since(desk, plan.since)
    if not any(changed.values()):
        return set()
    touched = {found for ids in changed.values() for found in ids}
    stale = {
        unit
        for write in plan.writes
        if write.record.id in touched or not touched.isdisjoint(_referred(write.record))
        for unit in write.units
    }
    return stale | _entered_meanwhile(desk, plan, changed)


def _referred(record: Record) -> set[str]:
    """Ids of the child's file that a record refers to; that a class was changed is no matter."""
    return {getattr(record, name) for name, spec in record.fields.items() if spec.ref in _FILE}


_FILE = frozenset(record.kind for record in (Child, Family, FamilyMember, Absence, CareArrangement, Enrolment, Case, Closure))


def _entered_meanwhile(desk: Desk, plan: ImportPlan, changed: Mapping[type[Record], set[str]]) -> set[int]:
    names = {who.name_key for found in plan.newcomers.values() for who in found}
    if not names or not changed[Child]:
        return set()
    fresh = [r for r in desk.find(Child, {"id": sorted(changed[Child])}) if r.version == 1]
    entered = []
    for revision in fresh:
        child = revision.record
        derived = {name: of.compute(child) for name, of in Child.derived.items()}
        values = {name: getattr(child, name) for name in Child.fields} | derived
        entered.append(identity_of_child(Thing(Child, child.id, 1, values), (), True))
    return {
        unit
        for unit, found in plan.newcomers.items()
        for who in found
        for child in entered
        if (who.id_number and who.id_number == child.id_number) or (who.name_key == child.name_key and not contradict(who, child))
    }


def _given_back(plan: ImportPlan, stale: set[int], writes: tuple[Write, ...]) -> ImportPlan:
    if not stale:
        return plan
    rows = list(plan.rows)
    for unit in stale:
        row = rows[unit]
        if row.outcome is not Outcome.HELD_BACK:
            rows[unit] = row.held_for(told(row.children[0], "CHANGED_MEANWHILE", sentence("CHANGED_MEANWHILE"), Severity.HOLD))
    return replace(plan, rows=tuple(rows), writes=writes)
