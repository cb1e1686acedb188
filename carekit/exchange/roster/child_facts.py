"""The child's own fields of one row, where one cell says more than one field: names with notes, dates with precision, phones with owners."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from carekit.exchange.cells.people import ChildName, IdSaid, PhoneSaid
from carekit.exchange.roster.context import Report

#: Gives the value of the column with a path in this row, or None.
At = Callable[[str], Any]

#: Columns whose values are unfolded here or elsewhere and not copied as they are.
UNFOLDED = frozenset(
    "child.name child.born_on child.id_number child.phone child.age child.health child.disability child.disability_kind child.disability_grade "
    "family.phone family.contact_phone family.contact_name".split()
)
_DICTS = ("child.health", "child.disability", "child.disability_kind", "child.disability_grade")


def unfold(at: At, child: dict[str, object], family: dict[str, object], report: Report) -> str | None:
    """Put the unfolded fields into `child` and `family`; gives the word behind the name that says that the child has left."""
    leaving = None
    notes: list[str] = []
    said = at("child.name")
    if isinstance(said, ChildName):
        child["name"], leaving = said.name, said.leaving
        notes += [said.note] if said.note else []
    born = at("child.born_on")
    if born is not None:
        child["born_on"], child["born_precision"] = born
    identity = at("child.id_number")
    if isinstance(identity, IdSaid):
        if identity.number:
            child["id_number"] = identity.number
        if identity.pupil_number:
            child.setdefault("pupil_number", identity.pupil_number)
    for path in _DICTS:
        child.update(at(path) or {})
    village = at("village")
    if village is not None:
        child["village"] = village
    contact = at("family.contact_name")
    if contact is not None:
        family["contact_name"] = contact
    notes += _phones(at, child, family, report)
    add_note(child, notes)
    return leaving


def _phones(at: At, child: dict[str, object], family: dict[str, object], report: Report) -> list[str]:
    notes: list[str] = []
    for path, target in (("family.contact_phone", family), ("family.phone", family), ("child.phone", child)):
        phones: tuple[PhoneSaid, ...] = at(path) or ()
        name = path.partition(".")[2]
        for phone in phones:
            if name not in target:
                target[name] = phone.number
            elif "contact_phone" not in family:
                family["contact_phone"] = phone.number
                if phone.owner:
                    family.setdefault("contact_name", phone.owner)
                continue
            else:
                report(path, "PHONE_MORE")
                continue
            if phone.owner and phone.owner not in (child.get("name"), family.get("contact_name")):
                notes.append(f"{phone.number}：{phone.owner}")
                report(path, "PHONE_OWNER")
    return notes


def add_note(target: dict[str, object], notes: list[str]) -> None:
    """Put words into the note of a record, behind what stands there; nothing is said twice."""
    if not notes:
        return
    parts = [str(target["note"])] if target.get("note") else []
    parts += [note for note in notes if note not in parts]
    target["note"] = "；".join(parts)[:100_000]
