"""Writes the sample into a store in the order and at the moments in which a school would have written it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from itertools import groupby

from carekit import clock
from carekit.records import Record, StaffMember
from carekit.sample.building import build_ledger
from carekit.sample.ledger import Act, Entry
from carekit.sample.plan import SEED
from carekit.store import Actor, Desk

#: Told after each batch: how many of the acts are written, and how many there are.
Progress = Callable[[int, int], None]
DeskFor = Callable[[Actor], Desk]


def fill(desk: Desk, *, desk_for: DeskFor | None = None, progress: Progress | None = None, seed: int = SEED) -> int:
    """Write the whole sample school through `desk`, which may write everything (`Actor.console`); returns how many acts.

    Each batch is written with the clock at its moment, so that what was known when can be asked. With `desk_for` (``store.for_actor``)
    what people did is written by themselves, each in their own role, and carries their names as authors.
    """
    entries = build_ledger(seed).entries()
    roles = {entry.record.id: entry.record.role for entry in entries if isinstance(entry.record, StaffMember)}
    versions: dict[str, int] = defaultdict(int)
    desks: dict[str, Desk] = {}
    done = 0
    for (moment, author), group in groupby(entries, key=lambda entry: (entry.moment, entry.by if desk_for else None)):
        batch = list(group)
        if author and desk_for and author not in desks:
            desks[author] = desk_for(Actor(author, roles[author]))
        with clock.at(moment):
            _write(desks[author] if author and desk_for else desk, batch, versions)
        done += len(batch)
        if progress:
            progress(done, len(entries))
    return done


def _write(desk: Desk, batch: list[Entry], versions: dict[str, int]) -> None:
    """One moment of one author: what is new in one transaction, then what changed."""
    added: dict[str, list[Record]] = defaultdict(list)
    for entry in batch:
        if entry.act is Act.ADD:
            added[entry.reason].append(entry.record)
            versions[entry.record.id] = 1
    with desk.transaction():
        for reason, records in added.items():
            desk.add_all(records, reason=reason)
    changes = [entry for entry in batch if entry.act is not Act.ADD]
    if changes:
        with desk.transaction():
            for entry in changes:
                _change(desk, entry, versions)


def _change(desk: Desk, entry: Entry, versions: dict[str, int]) -> None:
    record, seen = entry.record, versions[entry.record.id]
    if entry.act is Act.AMEND:
        desk.amend(record, seen=seen, reason=entry.reason)
    elif entry.act is Act.WITHDRAW:
        desk.withdraw(type(record), record.id, seen=seen, reason=entry.reason)
    else:
        desk.bring_back(type(record), record.id, reason=entry.reason)
    versions[record.id] += 1
