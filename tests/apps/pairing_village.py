"""For the tests of pairing: the small school with helpers and a key child, and what a person does on the page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

from village import Village, village_in

from carekit.apps.pairing import PairingPage
from carekit.records import Membership, Pairing, StaffMember
from carekit.records.codes import PairingKind, Role, SupportGroup
from carekit.widgets import RecordForm, RecordTable

_numbers = count(1)
SPRING = date(2026, 3, 2)


@contextmanager
def pairing_village(folder: Path) -> Iterator[Village]:
    """The small school with two helpers, a leader, and 赵小禾 among the key children."""
    with village_in(folder) as made:
        for key, name in (("qin", "秦样"), ("lu", "陆样")):
            made.staff[key] = StaffMember(
                school_id=made.school.id,
                name=name,
                role=Role.SUPPORTER,
                unit="样例镇政府",
                post="干事",
                party_member=True,
                phone="15400000055",
            )
        made.staff["fang"] = StaffMember(school_id=made.school.id, name="方样", role=Role.LEADER)
        made.console.add_all([made.staff[key] for key in ("qin", "lu", "fang")])
        made.console.add(Membership(child_id=made.children["elder"].id, group=SupportGroup.KEY, from_on=SPRING))
        yield made


def pair(village: Village, child: str, helper: str, from_on: date = SPRING, **values: Any) -> Pairing:
    """A pairing that was saved earlier."""
    values.setdefault("kind_of", PairingKind.PARTY_MEMBER)
    made = Pairing(child_id=village.children[child].id, staff_id=village.staff[helper].id, from_on=from_on, **values)
    village.console.add(made)
    return made


def press_save(form: RecordForm, **change: Any) -> str:
    """Press Save on what the form shows, changed; gives the form's state."""
    values = {"fields": {**form.values["fields"], **change}, "parts": {}}
    form.receive({"type": "submit", "generation": form.generation, "n": next(_numbers), "values": values})
    return str(form.state)


def told(form: RecordForm) -> str:
    """The sentence with which the form answered the last press."""
    assert form._answered is not None
    return str(form._answered[1]["text"])


def press(table: RecordTable, action: str, row_id: str) -> None:
    """Press a button of a row."""
    table.receive({"type": "action", "action": action, "id": row_id})


def offered(form: RecordForm, name: str) -> set[str]:
    """The ids that a picker of a form offers."""
    return {option[0] for option in form.options[""][name]}


def figures(page: PairingPage) -> dict[str, str]:
    """The large figures by name."""
    return {name: value for name, value, _ in page.figures.items}
