"""The small school for the tests of the app families: a leader, a supporter of a child of another class, and how a person presses its buttons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

from village import Village, village_in

from carekit.apps.families import Families
from carekit.records import Absence, CareArrangement, Enrolment, FamilyMember, StaffMember
from carekit.records.codes import Relation, Role
from carekit.widgets import RecordForm

_numbers = count(1)
#: Everything that an arrangement needs but the carer.
TICKS = dict.fromkeys(("no_harm_record", "no_addiction", "duty_kept", "otherwise_fit"), True)
STEPS = dict.fromkeys(("child_heard_on", "agreement_on", "school_told_on", "village_told_on"), "2026-05-18")


@contextmanager
def families_village(location: Path | str) -> Iterator[Village]:
    """The small school with a leader; the mother of the two siblings is away as their father is, since the autumn."""
    with village_in(location) as made:
        made.staff["qian"] = StaffMember(school_id=made.school.id, name="钱样", role=Role.LEADER)
        family = made.children["elder"].family_id
        assert family is not None
        mother = made.members["mother"] = FamilyMember(family_id=family, name="孙大样", relation=Relation.MOTHER, phone="15400000003")
        away = Absence(member_id=mother.id, from_on=date(2025, 10, 8), work_place="浙江省")
        made.console.add_all([made.staff["qian"], mother, away])
        yield made


def press_save(form: RecordForm, parts: Mapping[str, Sequence[Mapping[str, Any]]] | None = None, **change: Any) -> str:
    """Press Save on what the form shows, changed; gives the form's state."""
    values = {"fields": {**form.values["fields"], **change}, "parts": form.values["parts"] if parts is None else parts}
    form.receive({"type": "submit", "generation": form.generation, "n": next(_numbers), "values": values})
    return str(form.state)


def rows_with(form: RecordForm, part: str, key: str, **change: Any) -> dict[str, list[dict[str, Any]]]:
    """The parts of a form as they are shown, with the boxes of one row changed; a new key is a new row."""
    rows = [dict(row) for row in form.values["parts"][part]]
    for row in rows:
        if row["key"] == key:
            row["fields"] = {**row["fields"], **change}
    if key not in {row["key"] for row in rows}:
        rows.append({"key": key, "fields": change})
    return {**form.values["parts"], part: rows}


def told(form: RecordForm) -> str:
    """The sentence with which the form answered the last press."""
    assert form._answered is not None
    return str(form._answered[1]["text"])


def row(page: Families, child_id: str) -> Mapping[str, Any]:
    """The row of a child in the list."""
    return next(one for one in page.table.rows if one["id"] == child_id)


def figures(page: Families) -> dict[str, str]:
    """The large figures by name."""
    return {name: value for name, value, _ in page.figures.items}


def care(village: Village, key: str) -> list[CareArrangement]:
    """The arrangements of a child, in the order in which they began."""
    found = [one.record for one in village.console.find(CareArrangement, {"child_id": village.children[key].id})]
    return sorted(found, key=lambda one: one.from_on or date.min)


def to_the_fourth_class(village: Village, key: str) -> None:
    """The child goes to the other class and teacher."""
    (stay,) = village.console.find(Enrolment, {"child_id": village.children[key].id})
    village.console.amend(stay.record.model_copy(update={"class_id": village.fourth.id}), seen=1, reason="换班")
