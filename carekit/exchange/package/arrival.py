"""Reading a package: from a file and a passphrase to records with ids of this school, of which nothing is stored yet.

The sender is another school, or anybody who says so: every value is checked as if somebody had typed it, and what does not fit is left out and told.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeVar

from carekit.exchange.package.content import Account, Content, Stored
from carekit.exchange.package.leaving import goes, travel_of
from carekit.exchange.package.seal import FORMAT, SealedFile, refused
from carekit.fields import new_id
from carekit.language import Label
from carekit.problems import InvalidRecord
from carekit.records import RECORDS, Child, Family, Record, Travel

R = TypeVar("R", bound=Record)
_LEFT_OUT = Label("{kind}: {field}", "{kind}：{field}")
_WHOLE = Label("the whole entry", "整条")


@dataclass(frozen=True, slots=True)
class Arrived:
    """What came: `content` as it was sent, the records made of it, and what could not be read (`left_out`)."""

    mark: str
    content: Content
    records: tuple[Record, ...]
    left_out: tuple[Label, ...] = field(default=())

    @property
    def account(self) -> Account:
        """The history as text."""
        return self.content.account

    @property
    def child(self) -> Child:
        """The child that moves."""
        return self.of(Child)[0]

    @property
    def family(self) -> Family | None:
        """The child's family, when one came."""
        return next(iter(self.of(Family)), None)

    def of(self, kind: type[R]) -> list[R]:
        """The records of a kind."""
        return [one for one in self.records if isinstance(one, kind)]

    def __repr__(self) -> str:
        return f"Arrived({self.mark}, {len(self.records)} records)"


def open_package(sealed: SealedFile, passphrase: str) -> Arrived:
    """What is in a package. `UserError` with one sentence when the passphrase does not fit or the content is no child's file."""
    content = Content.of_bytes(sealed.open(passphrase))
    if content.format > FORMAT:
        refused("package_newer")
    reading = _Reading()
    for kind, record in RECORDS.items():
        for stored in content.records:
            if stored.kind == kind:
                reading.take(record, stored)
    records = tuple(reading.records)
    if sum(isinstance(one, Child) for one in records) != 1 or sum(isinstance(one, Family) for one in records) > 1:
        refused("package_damaged")
    return Arrived(sealed.mark, content, records, tuple(dict.fromkeys(reading.left_out)))


class _Reading:
    """Records made one after another, parents first, so that a key is known before something refers to it."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.left_out: list[Label] = []
        self._ids: dict[str, tuple[str, str]] = {}

    def take(self, record: type[Record], stored: Stored) -> None:
        """Make one record of what was sent; what does not fit its declaration is left out."""
        if travel_of(record) is not Travel.STORED or stored.key in self._ids:
            self._leave_out(record, _WHOLE)
            return
        values = self._values(record, stored)
        made = self._read(record, values)
        if made is not None:
            self.records.append(made)
            self._ids[stored.key] = (record.kind, made.id)

    def _values(self, record: type[Record], stored: Stored) -> dict[str, Any]:
        values: dict[str, Any] = {"id": new_id()}
        for name, value in stored.values.items():
            spec = record.fields.get(name)
            if spec is None or not goes(record, spec):
                self._leave_out(record, spec.label if spec else Label(name[:40], name[:40]))
            elif spec.ref is None:
                values[name] = value
            elif isinstance(value, str) and self._ids.get(value, ("", ""))[0] == spec.ref:
                values[name] = self._ids[value][1]
        return values

    def _read(self, record: type[Record], values: dict[str, Any]) -> Record | None:
        """The record, without the fields that are refused; None when it is none without them."""
        while True:
            try:
                made: Record = record.read(values)
            except InvalidRecord as wrong:
                refused_fields = {problem.field for problem in wrong.problems} & values.keys() - {"id"}
                if not refused_fields:
                    self._leave_out(record, _WHOLE)
                    return None
                for name in sorted(refused_fields):
                    self._leave_out(record, record.fields[name].label)
                    del values[name]
            else:
                return made

    def _leave_out(self, record: type[Record], what: Label) -> None:
        self.left_out.append(_LEFT_OUT.format(kind=record.label, field=what))
