"""Revisions of records, what happens when two people change one, and the passage between records and rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Generic, TypeVar

from carekit.errors import UserError
from carekit.fields import Shape
from carekit.language import Label
from carekit.records import Record

R = TypeVar("R", bound=Record)
#: A row of a version table by column name.
Row = Mapping[Any, Any]


@dataclass(frozen=True, slots=True)
class Revision(Generic[R]):
    """One version of a record with who wrote it, when (UTC) and why.

    `superseded_at` is None for the current version; `redacted` names the fields that this reader may not see, which are
    None in `record` whatever the store holds.
    """

    record: R
    version: int
    recorded_at: datetime
    superseded_at: datetime | None
    recorded_by: str
    reason: str
    withdrawn: bool
    redacted: frozenset[str] = frozenset()

    @property
    def id(self) -> str:
        """The record's id."""
        return self.record.id

    def __repr__(self) -> str:
        return f"Revision({self.record!r}, version {self.version})"


class Conflict(UserError):
    """Somebody saved a newer version meanwhile: `base` is what the person had seen, `theirs` is in the store, `yours` was to be saved."""

    code = "conflict"

    def __init__(self, base: Revision[Any] | None, theirs: Revision[Any], yours: Record) -> None:
        super().__init__(
            Label(
                "Somebody changed this meanwhile. Look at both versions, choose, and save again; what you typed is kept.",
                "这条记录刚刚被别人改过。请对照两边的内容，选好后再保存；您填的内容还在。",
            )
        )
        self.base, self.theirs, self.yours = base, theirs, yours

    @property
    def changed_by_them(self) -> frozenset[str]:
        """Fields that the newer version changed."""
        return _changed(self.base.record, self.theirs.record) if self.base else frozenset(self.theirs.record.fields)

    @property
    def changed_by_you(self) -> frozenset[str]:
        """Fields that the refused save would change."""
        return _changed(self.base.record, self.yours) if self.base else frozenset(self.theirs.record.fields)

    @property
    def clashes(self) -> frozenset[str]:
        """Fields that both changed, to different values: a person must choose."""
        both = self.changed_by_them & self.changed_by_you
        return frozenset(name for name in both if getattr(self.theirs.record, name) != getattr(self.yours, name))

    def merged(self, choices: Mapping[str, Any]) -> Record:
        """Both changes in one record: theirs, with your changes, and for each clash the value in `choices`.

        To be saved with ``seen=conflict.theirs.version``. KeyError when a clash has no choice.
        """
        update = {name: getattr(self.yours, name) for name in self.changed_by_you - self.clashes}
        update |= {name: choices[name] for name in self.clashes}
        theirs: Record = self.theirs.record
        return theirs.model_copy(update=update)


def _changed(old: Record, new: Record) -> frozenset[str]:
    return frozenset(name for name in old.fields if getattr(old, name) != getattr(new, name))


# --- records and rows -------------------------------------------------------------------------------------------------


@cache
def _readers(record: type[Record]) -> tuple[tuple[str, Callable[[Any], Any] | None], ...]:
    def reader(name: str) -> Callable[[Any], Any] | None:
        spec = record.fields[name]
        if spec.shape is Shape.CODE and spec.codes:
            return spec.codes._value2member_map_.__getitem__
        if spec.shape is Shape.CODES and spec.codes:
            members = spec.codes._value2member_map_
            return lambda codes: tuple(members[code] for code in codes)
        return None

    return tuple((name, reader(name)) for name in record.fields)


def to_record(record: type[R], row: Row, hidden: frozenset[str] = frozenset()) -> R:
    """The record in a row of its table; `hidden` fields become None. Rows were checked when written and are not checked again."""
    values: dict[str, Any] = {}
    for name, read in _readers(record):
        value = None if name in hidden else row[name]
        values[name] = read(value) if read is not None and value is not None else value
    return record.model_construct(**values)


def to_row(record: Record) -> dict[str, Any]:
    """The columns of a record: its fields and what is derived from them."""
    row: dict[str, Any] = {}
    for name, spec in record.fields.items():
        value = getattr(record, name)
        row[name] = (
            [str(code) for code in value]
            if spec.shape is Shape.CODES
            else str(value)
            if spec.shape is Shape.CODE and value is not None
            else value
        )
    for name, derived in record.derived.items():
        row[name] = derived.compute(record)
    return row


def to_revision(record: type[R], row: Row, hidden: frozenset[str]) -> Revision[R]:
    """The revision in a row of a version table."""
    return Revision(
        to_record(record, row, hidden),
        row["version"],
        row["recorded_at"],
        row["superseded_at"],
        row["recorded_by"],
        row["change_reason"],
        row["withdrawn"],
        hidden,
    )
