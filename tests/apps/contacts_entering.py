"""How a person at the app contacts enters something, for its tests: the small school, filled boxes, a press on Save."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

from record_examples import example
from village import TODAY, Village, village_in

from carekit.apps.contacts import Contacts
from carekit.fields import Shape
from carekit.records import Activity, Pairing, Record, StaffMember
from carekit.records.codes import ActivityKind, PairingKind, Role
from carekit.widgets import RecordForm

_numbers = count(1)


@contextmanager
def contacts_village(location: Path | str) -> Iterator[Village]:
    """The small school, with a supporter of one child and an activity held a week ago."""
    with village_in(location) as made:
        made.staff["lin"] = StaffMember(school_id=made.school.id, name="林样", role=Role.SUPPORTER)
        made.console.add_all(
            [
                made.staff["lin"],
                Pairing(
                    child_id=made.children["foreign"].id,
                    kind_of=PairingKind.TEACHER,
                    staff_id=made.staff["lin"].id,
                    from_on=date(2026, 3, 2),
                ),
                Activity(kind_of=ActivityKind.CLASS_MEETING, title="安全班会", held_on=date(2026, 5, 13), class_id=made.third.id),
            ]
        )
        yield made


def ids(village: Village) -> dict[str, str]:
    """An id for each kind that a record of quick entry may refer to."""
    activity = village.console.find(Activity)[0]
    return {"child": village.children["elder"].id, "staff_member": village.staff["wang"].id, "activity": activity.id}


def boxes(village: Village, record: type[Record], **change: Any) -> dict[str, Any]:
    """What a person puts into the boxes of a kind: every box of quick entry filled, dates of today."""
    made = example(record, ids(village), **{name: TODAY for name, spec in record.fields.items() if spec.shape is Shape.DATE})
    filled: dict[str, Any] = {}
    for name in record.quick:
        value = getattr(made, name)
        filled[name] = [str(one) for one in value] if isinstance(value, tuple) else value if isinstance(value, bool) else str(value)
    return filled | change


def press(form: RecordForm, generation: int | None = None, **change: Any) -> tuple[str, list[dict[str, Any]]]:
    """Press Save on what the form shows, changed; gives the form's answer: its state and its problems."""
    sent: list[Any] = []
    form.send = lambda message, buffers=None: sent.append(message)  # noqa: ARG005
    values = {"fields": {**form.values["fields"], **change}, "parts": {}}
    form.receive(
        {"type": "submit", "generation": form.generation if generation is None else generation, "n": next(_numbers), "values": values}
    )
    [answer] = [message for message in sent if message["type"] == "ack"]
    return answer["state"], answer.get("problems", [])


def enter(app: Contacts, village: Village, record: type[Record], *children: str, **change: Any) -> str:
    """Choose a kind, fill its boxes for some children, save; gives the form's state."""
    form = app.entry.choose(record.kind)
    chosen = [village.children[key].id for key in children or ("elder",)]
    return press(form, **{**boxes(village, record), record.about[0]: chosen, **change})[0]


def keep_draft(form: RecordForm, **fields: Any) -> None:
    """Type and wait: the page sends a draft."""
    form.receive({"type": "draft", "generation": form.generation, "values": {"fields": fields, "parts": {}}})
