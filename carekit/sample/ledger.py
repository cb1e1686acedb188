"""The order in which the sample's records were written: who wrote what, when, and what was put right later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any, TypeVar

from carekit import clock
from carekit.records import RECORDS, Record
from carekit.sample.dice import stable_id
from carekit.sample.plan import FIRST_CARE_YEAR, SAMPLE_TODAY

R = TypeVar("R", bound=Record)
_KIND_ORDER = {kind: place for place, kind in enumerate(RECORDS)}


class Act(Enum):
    """What was done with a record."""

    ADD = "add"
    AMEND = "amend"
    WITHDRAW = "withdraw"
    BRING_BACK = "bring_back"


@dataclass(frozen=True, slots=True)
class Entry:
    """One act at a moment (UTC): the record as it was then, by which staff member (None: the registrar's intake), and why."""

    moment: datetime
    act: Act
    record: Record
    by: str | None
    reason: str


def moment_of(day: date, hour: int = 17, minute: int = 0) -> datetime:
    """The moment, in UTC, of a time of day at the school."""
    return clock.start_of(day) + timedelta(hours=hour, minutes=minute)


def desk_day(moment: datetime) -> datetime:
    """When the office writes what it learnt at `moment`: on the Friday of that week, at the latest on the sample's last day.

    Before the school year 2024/25 begins, everything is written at once.
    """
    day = clock.day_of(moment)
    if day < date(FIRST_CARE_YEAR, 9, 1):
        return moment
    return min(moment_of(day + timedelta(days=(4 - day.weekday()) % 7), 16), moment_of(SAMPLE_TODAY, 16))


class Ledger:
    """Collects the acts and knows the present state of every record."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        #: The acts in the order in which they were thought of; `entries` puts them in the order of their moments.
        self.acts: list[Entry] = []
        self._current: dict[str, Record] = {}
        #: When each record was first written, and when and by whom its newest version was.
        self._added_at: dict[str, datetime] = {}
        self._written: dict[str, tuple[datetime, str | None]] = {}
        self._withdrawn: set[str] = set()

    def add(self, moment: datetime, kind: type[R], key: str, *, by: str | None = None, **values: Any) -> R:
        """Write a new record; its id follows from `key`, which is unique among records of this kind.

        The office (`by` None) writes on its desk day; nothing is written before what it refers to.
        """
        record = kind(id=stable_id(self.seed, clock.day_of(moment), kind.kind, key), **values)
        if record.id in self._current:
            raise ValueError(f"two sample records of kind {kind.kind} with one key")
        parents = [getattr(record, name) for name, spec in kind.fields.items() if spec.ref]
        moment = max([moment if by else desk_day(moment), *(self._added_at[parent] for parent in parents if parent)])
        self._write(Entry(moment, Act.ADD, record, by, ""))
        return record

    def amend(self, moment: datetime, record: R, reason: str, *, by: str | None = None, **changes: Any) -> R:
        """Write a new version of a record with some fields changed; returns it."""
        latest = self.latest(record)
        changed = type(record).model_validate({**{name: getattr(latest, name) for name in type(record).fields}, **changes})
        self._write(Entry(self._later(moment, record, by), Act.AMEND, changed, by, reason))
        return changed

    def withdraw(self, moment: datetime, record: Record, reason: str, *, by: str | None = None) -> None:
        """Take a record back; it stays readable in the history."""
        self._withdrawn.add(record.id)
        self._write(Entry(self._later(moment, record, by), Act.WITHDRAW, self.latest(record), by, reason))

    def bring_back(self, moment: datetime, record: Record, reason: str, *, by: str | None = None) -> None:
        """Undo a withdrawal."""
        self._withdrawn.discard(record.id)
        self._write(Entry(self._later(moment, record, by), Act.BRING_BACK, self.latest(record), by, reason))

    def _later(self, moment: datetime, record: Record, by: str | None) -> datetime:
        """When a change is written: not before the version it changes, and in an act of its own when somebody else wrote that one."""
        last, author = self._written[record.id]
        return max(moment if by else desk_day(moment), last if author == by else last + timedelta(minutes=1))

    def latest(self, record: R) -> R:
        """The newest version of a record."""
        found: Any = self._current[record.id]
        return found  # type: ignore[no-any-return]

    def _write(self, entry: Entry) -> None:
        self._current[entry.record.id] = entry.record
        self._added_at.setdefault(entry.record.id, entry.moment)
        self._written[entry.record.id] = entry.moment, entry.by
        self.acts.append(entry)

    def entries(self) -> list[Entry]:
        """All acts by moment; within a moment first the intake, then author by author, new records before changes, parents before children."""
        return sorted(self.acts, key=lambda entry: (entry.moment, entry.by or "", entry.act is not Act.ADD, _KIND_ORDER[entry.record.kind]))

    def records(self) -> list[Record]:
        """Every record as it stands at the end, without the withdrawn ones, parents before children."""
        kept = (record for record in self._current.values() if record.id not in self._withdrawn)
        return sorted(kept, key=lambda record: _KIND_ORDER[record.kind])
