"""What an import is going to write: every record that a file speaks of, what each row says of it, and the finished writes.

A row may speak of a record that other rows speak of too (a sibling's mother). So nothing is written where it is said: each
saying is noted with the row that said it, and `Ledger.settle` makes checked records from the sayings of the rows that are saved.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar, cast

from pydantic import ValidationError

from carekit.fields import CodeList, Shape, new_id
from carekit.names import same_name_key
from carekit.problems import InvalidRecord
from carekit.records import Record

#: Fields that hold a person's name: two spellings with the same letters are one name, and the stored spelling stays.
_NAMES = frozenset({"name", "former_name", "contact_name"})


C = TypeVar("C", bound=CodeList)


def code_of(codes: type[C], value: object) -> C:
    """The code of a list that a stored or read value is; KeyError for any other value."""
    return cast("C", codes._value2member_map_[str(value)])


class Thing:
    """One record as the plan sees it: `values` as far as the store holds them (version 1 and above), or a new record (version 0).

    `pending` has the fields that rows give another value than the store; `said` the first row (by its number in the plan) that says
    anything of a field, `more` the further rows that say the same. `users` are all rows that speak of the record or rely on it.
    """

    __slots__ = ("back", "id", "more", "pending", "record", "said", "users", "values", "version", "withdrawn", "write")

    def __init__(self, record: type[Record], record_id: str, version: int, values: dict[str, Any], withdrawn: bool = False) -> None:
        self.record, self.id, self.version, self.values, self.withdrawn = record, record_id, version, values, withdrawn
        self.pending: dict[str, Any] = {}
        self.said: dict[str, int] = {}
        self.more: dict[str, list[int]] | None = None
        self.users: list[int] = []
        #: Whether a withdrawn record is to be brought back.
        self.back = False
        self.write: Write | None = None

    def get(self, name: str) -> Any:
        """The value of a field as it will be after the import."""
        return self.pending[name] if name in self.pending else self.values.get(name)

    def use(self, unit: int) -> None:
        """Note that a row relies on this record."""
        if not self.users or self.users[-1] != unit:
            self.users.append(unit)

    def sayers(self, name: str) -> tuple[int, ...]:
        """The rows that say the value of a field, in the order of the file."""
        first = self.said.get(name)
        return () if first is None else (first, *(self.more.get(name, ()) if self.more else ()))

    def say_too(self, name: str, unit: int) -> None:
        """Note a further row that says the same of a field."""
        if self.said[name] != unit:
            self.more = {} if self.more is None else self.more
            self.more.setdefault(name, []).append(unit)

    def __repr__(self) -> str:
        return f"Thing({self.record.kind}, {self.id})"


@dataclass(frozen=True, slots=True, repr=False)
class FieldChange:
    """One field of one record before and after; typed values."""

    field: str
    old: Any
    new: Any
    unit: int


class Write(NamedTuple):
    """A finished write: `record` is checked. `seen` is the stored version (0: a new record); `back` brings a withdrawn record back first.

    `unit` is the first row that causes the write, `units` are all rows that rely on it.
    """

    record: Record
    seen: int
    back: bool
    changes: tuple[FieldChange, ...]
    unit: int
    units: tuple[int, ...]

    def __repr__(self) -> str:
        return f"Write({self.record!r})"


def same(name: str, old: Any, new: Any) -> bool:
    """Whether a field that holds `old` already says what `new` says; several codes are contained in more codes."""
    if old == new:
        return True
    if old is None:
        return False
    if isinstance(new, tuple):
        return set(map(str, new)) <= set(map(str, old))
    return name in _NAMES and same_name_key(old) == same_name_key(new)


class Ledger:
    """All records that the file speaks of. `held` are the rows (by number) that are not saved, with what is wrong."""

    def __init__(self) -> None:
        self.touched: dict[str, Thing] = {}
        self.held: dict[int, list[InvalidRecord]] = {}

    def add(self, record: type[Record], values: Mapping[str, Any], unit: int) -> Thing:
        """A record that the store does not have."""
        thing = Thing(record, new_id(), 0, {})
        self.touched[thing.id] = thing
        thing.users.append(unit)
        thing.pending = {name: value for name, value in values.items() if value is not None and value != ()}
        thing.said = dict.fromkeys(thing.pending, unit)
        return thing

    def state(self, thing: Thing, values: Mapping[str, Any], unit: int) -> tuple[tuple[str, int], ...]:
        """Note what a row says of a record; blanks say nothing.

        Gives each field of which a row, mostly an earlier one, says something else, with that row; what was said first stands.
        """
        others: tuple[tuple[str, int], ...] = ()
        thing.use(unit)
        said, pending, stored, new = thing.said, thing.pending, thing.values, thing.version == 0
        for name, value in values.items():
            if value is None or value == ():
                continue
            if name not in said:
                said[name] = unit
                if new:
                    pending[name] = value
                elif not same(name, stored.get(name), value):
                    pending[name] = _joined(stored.get(name), value)
                    self.touched[thing.id] = thing
                continue
            now = thing.get(name)
            if same(name, now, value):
                thing.say_too(name, unit)
            elif isinstance(value, tuple):
                pending[name] = _joined(now, value)
                thing.say_too(name, unit)
                self.touched[thing.id] = thing
            else:
                others = (*others, (name, said[name]))
        return others

    def bring_back(self, thing: Thing, unit: int) -> None:
        """Plan that a withdrawn record is used again."""
        thing.back = True
        thing.use(unit)
        self.touched[thing.id] = thing

    # --- finishing ---

    def settle(self, stored: Mapping[str, Record], held: set[int]) -> None:
        """Make the writes of all rows but those in `held`, checked; rows whose records are not valid are added to it.

        `stored` has the full stored record of each touched record that the store has. Sets `Thing.write`.
        """
        waiting: Iterable[Thing] = list(self.touched.values())
        while waiting:
            fresh: set[int] = set()
            for thing in waiting:
                try:
                    thing.write = _write(thing, stored, held)
                except InvalidRecord as error:
                    thing.write = None
                    for unit in _blamed(thing, error, held):
                        fresh.add(unit)
                        self.held.setdefault(unit, []).append(error)
            held |= fresh
            waiting = [thing for thing in self.touched.values() if not fresh.isdisjoint(thing.users)] if fresh else []

    def writes(self) -> list[Write]:
        """The finished writes."""
        return [thing.write for thing in self.touched.values() if thing.write is not None]


def _blamed(thing: Thing, error: InvalidRecord, held: set[int]) -> set[int]:
    """The rows that said what is not valid; all that rely on the record when it lacks something."""
    said = {unit for problem in error.problems for unit in thing.sayers(problem.field)}
    return (said - held) or (set(thing.users) - held)


def _joined(old: Any, new: Any) -> Any:
    """Several codes are added to those that are there already; any other value takes the place of the old one."""
    if not isinstance(new, tuple) or not old:
        return new
    return (*old, *(code for code in new if str(code) not in set(map(str, old))))


def _live(thing: Thing, held: set[int]) -> dict[str, Any]:
    """The new values that rows which are saved give.

    What makes a new record the record it is (its name, what it belongs to) stays as long as any row relies on it, whoever said it first.
    """
    if not held or held.isdisjoint(thing.said.values()):
        return thing.pending
    fields, new = thing.record.fields, thing.version == 0
    return {
        name: value
        for name, value in thing.pending.items()
        if not held.issuperset(thing.sayers(name)) or (new and (fields[name].required or fields[name].ref))
    }


def _checked(record: type[Record], values: dict[str, Any]) -> Record:
    """The record of these values, none of them blank. Raises `InvalidRecord`."""
    try:
        return record.model_validate(values)
    except ValidationError:
        return cast("Record", record.read(values))


def _write(thing: Thing, stored: Mapping[str, Record], held: set[int]) -> Write | None:
    users = tuple(unit for unit in thing.users if unit not in held) if held else tuple(thing.users)
    if not users:
        return None
    live = _live(thing, held)
    if thing.version == 0:
        return Write(_checked(thing.record, {**live, "id": thing.id}), 0, False, (), users[0], users)
    base = stored[thing.id]
    given = {name: getattr(base, name) for name in thing.record.fields}
    record = thing.record.read(given | live)
    changes = tuple(
        FieldChange(name, given[name], getattr(record, name), next(unit for unit in thing.sayers(name) if unit not in held))
        for name in live
        if not _equal(thing.record, name, given[name], getattr(record, name))
    )
    if not changes and not thing.back:
        return None
    changed = {change.field for change in changes}
    record = record.model_copy(update={name: value for name, value in given.items() if name not in changed})
    unit = users[0] if thing.back else min(change.unit for change in changes)
    return Write(record, thing.version, thing.back, changes, unit, users)


def _equal(record: type[Record], name: str, old: Any, new: Any) -> bool:
    return bool(record.fields[name].shape is not Shape.CODES and same(name, old, new)) or old == new
