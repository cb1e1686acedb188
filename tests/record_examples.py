"""A valid record of any kind, made from its declaration, for tests that loop over all kinds."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from carekit.fields import FieldSpec, Shape
from carekit.records import RECORDS, Record

DAY = date(2026, 1, 5)
#: Values for the fields whose types ask for more than their shape tells.
_SPECIAL: dict[str, Any] = {
    "phone": "15400000001", "other_phone": "15400000002", "contact_phone": "15400000003", "duty_phone": "15400000004",
    "police_phone": "15400000005", "village_worker_phone": "15400000006", "id_number": "999999201603150024", "code": "9999999999",
    "region": "999999", "area_code": "0999", "postcode": "999999", "school_year": 2025, "grade": 3, "number": 2, "closed_days": "2025-10-01~2025-10-08",
    "points": "87.5", "full_points": "100", "check_days": 30, "supporter_load": 6, "stated_age": 63, "left_behind_months": 3, "register_days": 15, "school_days": 10, "distance": 800,
}  # fmt: skip


#: Fields that a valid record of the kind leaves empty when the first code of each list is chosen and all references of a kind are one.
_LEFT_OUT = {("pairing", "peer_id"), ("plan", "helper_id"), ("plan", "approved_by")}


def _value(record: type[Record], spec: FieldSpec, position: int) -> Any:
    if spec.shape is Shape.CODE and spec.codes:
        return next(iter(spec.codes))
    if spec.shape is Shape.CODES and spec.codes:
        return tuple(spec.codes)[:2]
    if spec.name in _SPECIAL and not (spec.shape is Shape.TEXT and isinstance(_SPECIAL[spec.name], int)):
        return _SPECIAL[spec.name]
    values = {Shape.DATE: DAY + timedelta(days=position), Shape.YES_NO: True, Shape.NUMBER: 1, Shape.LONG_TEXT: "张𠮷说：<b>好</b>\n=1+1"}
    return values.get(spec.shape, f"样{spec.label.zh}")


def example(record: type[Record], ids: dict[str, str], **given: Any) -> Record:
    """A valid record with every field filled; `ids` has an id for each kind that it may refer to."""
    values = {}
    for position, spec in enumerate(record.fields.values()):
        if spec.name != "id" and (record.kind, spec.name) not in _LEFT_OUT:
            values[spec.name] = ids[spec.ref] if spec.ref else _value(record, spec, position)
    return record.read(values | given)


def one_of_each() -> dict[str, Record]:
    """A valid record of every kind, each referring to those before it."""
    ids: dict[str, str] = {}
    made: dict[str, Record] = {}
    for kind, record in RECORDS.items():
        made[kind] = example(record, ids)
        ids[kind] = made[kind].id
    return made
