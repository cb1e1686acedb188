"""Making a package: the records of a child's file and the account of its history, as far as the person who sends it may read them.

What goes along is declared with each kind of record (`Record.travels`) and each field (`Privacy`); no kind is named here. A kind of which any field is the
child's own words or restricted stays as a whole. References to other children, and the numbers that this school alone gives, stay too.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from carekit import clock
from carekit.access import Scope, may_write
from carekit.errors import Denied
from carekit.exchange.package.content import Account, Content, Row, Section, Stored, Value
from carekit.exchange.package.seal import mark_of, new_passphrase, seal
from carekit.fields import FieldSpec, Privacy, Shape
from carekit.history import Wording, records_of
from carekit.language import Label
from carekit.records import RECORDS, Child, Record, School, Transfer, Travel
from carekit.store import Desk, Revision

#: The highest privacy class that leaves the school.
LEAVES = Privacy.SENSITIVE
#: Numbers that a school gives for itself: at another school they would be another child's.
OWN_NUMBERS = frozenset({("child", "school_number"), ("child", "seat_number")})
_NOT_YOURS = Label("Packages are made by the registrar or a school leader.", "转学档案包由学籍管理员或学校领导制作。")


def travel_of(record: type[Record]) -> Travel:
    """How a kind goes along: as it declares, but not at all when any of its fields is more private than `LEAVES`, or when it is about no child."""
    if not record.about or any(spec.privacy > LEAVES for spec in record.fields.values()):
        return Travel.STAYS
    return record.travels


def goes(record: type[Record], spec: FieldSpec) -> bool:
    """Whether a field of a travelling kind goes along as a value of the record."""
    if spec.name == "id" or spec.privacy > LEAVES or (record.kind, spec.name) in OWN_NUMBERS:
        return False
    return spec.ref is None or travel_of(RECORDS[spec.ref]) is Travel.STORED


@dataclass(frozen=True, slots=True)
class Package:
    """A sealed file with its mark, and the passphrase to be told by phone, which is kept nowhere else."""

    data: bytes
    mark: str
    passphrase: str

    def __repr__(self) -> str:
        return f"Package({self.mark})"


def make_package(desk: Desk, transfer: Transfer) -> Package:
    """The package of a child who moves, sealed with a new passphrase; one line in the log says who made it, of whom, and how much is in it.

    Raises `Denied` for anybody but registrar and leader, `NotFound` for a child that is not theirs, `UserError` when it is too large.
    """
    _require_office(desk)
    content = content_of(desk, transfer.child_id, transfer.moved_on)
    passphrase = new_passphrase()
    data = seal(content.to_bytes(), passphrase)
    mark = mark_of(data)
    detail = {"package": mark, "records": len(content.records), "entries": content.account.count}
    desk.log("export", json.dumps(detail), kind=Child.kind, entity_id=transfer.child_id)
    return Package(data, mark, passphrase)


def account_for_paper(desk: Desk, child_id: str) -> Account:
    """The account alone, for a school without carekit; logged as an export. Raises as `make_package`."""
    _require_office(desk)
    account = content_of(desk, child_id, clock.today()).account
    desk.log("export", json.dumps({"account": "paper", "entries": account.count}), kind=Child.kind, entity_id=child_id)
    return account


def _require_office(desk: Desk) -> None:
    if not may_write(desk.actor, Transfer) or desk.reach(Transfer) is not Scope.ALL:
        desk.log("refused", "transfer package", kind=Child.kind)
        raise Denied(_NOT_YOURS)


def content_of(desk: Desk, child_id: str, moved_on: date) -> Content:
    """What the package of a child would hold. The read is logged; `NotFound` for a child that is not the reader's."""
    child = desk.get(Child, child_id)
    found = [one for _, one in records_of(desk, child, known_at=None) if travel_of(type(one.record)) is not Travel.STAYS]
    words = Wording(desk)
    words.learn(found)
    stored = [one for one in found if travel_of(type(one.record)) is Travel.STORED]
    keys = {one.id: f"{one.record.kind}-{number}" for number, one in enumerate(stored, 1)}
    schools = desk.find(School)
    account = Account(
        school=schools[0].record.name if schools else "",
        child=child.record.name,
        made_on=clock.today(),
        made_by=words.author(desk.actor.staff_id),
        sections=_sections(found, words),
    )
    return Content(
        moved_on=moved_on,
        class_name=_last_class(found, words),
        records=[Stored(kind=one.record.kind, key=keys[one.id], values=_values(one, keys)) for one in stored],
        account=account,
    )


# --- the records ------------------------------------------------------------------------------------------------------


def _values(revision: Revision[Any], keys: dict[str, str]) -> dict[str, Value]:
    """The filled fields that go along, as plain JSON; a reference to what does not go along is left out."""
    record, values = revision.record, {}
    for name, spec in record.fields.items():
        value = getattr(record, name)
        if value in (None, ()) or name in revision.redacted or not goes(type(record), spec):
            continue
        if spec.ref is None:
            values[name] = _plain(value)
        elif value in keys:
            values[name] = keys[value]
    return values


def _plain(value: Any) -> Value:
    if isinstance(value, tuple):
        return [str(one) for one in value]
    return value if isinstance(value, bool | int) else value.isoformat() if isinstance(value, date) else str(value)


def _last_class(found: Iterable[Revision[Any]], words: Wording) -> str:
    """The title of the class of the last stay."""
    stays = [one.record for one in found if one.record.kind == "enrolment"]
    last = max(stays, key=lambda stay: (stay.enrolled_on, stay.id), default=None)
    return words.of_reference("school_class", last.class_id) if last else ""


# --- the account ------------------------------------------------------------------------------------------------------


def _sections(found: Iterable[Revision[Any]], words: Wording) -> list[Section]:
    by_kind: dict[str, list[Row]] = defaultdict(list)
    for one in found:
        by_kind[one.record.kind].append(_row(one, words))
    return [
        Section(kind=kind, title=record.label.text(), rows=sorted(by_kind[kind], key=lambda row: (row.on is None, row.on or date.min)))
        for kind, record in RECORDS.items()
        if kind in by_kind
    ]


def _row(revision: Revision[Any], words: Wording) -> Row:
    record: Record = revision.record
    names = record.title_fields or tuple(name for name, spec in record.fields.items() if spec.ref and _is_told(spec))[:1]
    said = {name: text for name, spec in record.fields.items() if name not in revision.redacted and (text := _text(record, spec, words))}
    dates = {name: getattr(record, name) for name in (record.occurs, record.ends) if name and name not in revision.redacted}
    return Row(
        on=dates.get(record.occurs or ""),
        until=dates.get(record.ends or ""),
        title=" · ".join(said[name] for name in names if name in said),
        lines=[(record.fields[name].label.text(), text) for name, text in said.items() if name not in (*names, *dates)],
    )


def _is_told(spec: FieldSpec) -> bool:
    """Whether the account may say a field at all: nothing too private, no other child and no family by reference."""
    return spec.name != "id" and spec.privacy <= LEAVES and spec.ref not in ("child", "family")


def _text(record: Record, spec: FieldSpec, words: Wording) -> str:
    value = getattr(record, spec.name)
    if value is None or not _is_told(spec):
        return ""
    if spec.shape is Shape.REFERENCE:
        return words.of_reference(str(spec.ref), value)
    return f"{value:f}" if isinstance(value, Decimal) else words.of_value(spec, value)
