"""What the app `contacts` needs to know of the kinds of record: which are offered to a person, about whom, with which choices.

Nothing here names a kind: a kind is offered because it declares boxes of quick entry (`Record.quick`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from carekit import clock
from carekit.access import hidden_fields, may_write
from carekit.apps.children import child_options, class_options
from carekit.apps.staff import staff_options
from carekit.calendar import school_year_of
from carekit.fields import FieldSpec, Privacy, Shape
from carekit.history import Wording
from carekit.records import RECORDS, Record
from carekit.records.codes import Outcome
from carekit.store import Desk
from carekit.store.scope import in_scope

Options = list[tuple[str, str, str]]
#: Days around today in which an activity is held that can be chosen.
ACTIVITY_BEFORE, ACTIVITY_AFTER = timedelta(days=60), timedelta(days=14)
_MOST_OPTIONS = 200
_SHORT = 24


# --- kinds and fields -------------------------------------------------------------------------------------------------


def quick_kinds() -> list[type[Record]]:
    """Every kind of quick entry: it names its boxes and is about one child by a field of its own, in the order of declaration."""
    return [record for record in RECORDS.values() if record.quick and record.about and record.fields[record.about[0]].ref == "child"]


def offered_kinds(desk: Desk) -> list[type[Record]]:
    """The kinds of quick entry that the person's role may write."""
    return [record for record in quick_kinds() if may_write(desk.actor, record)]


def child_field(record: type[Record]) -> str:
    """The field that says about whom a record of the kind is."""
    return record.about[0]


def quick_fields(desk: Desk, record: type[Record]) -> tuple[str, ...]:
    """The boxes of quick entry that the role may read, in order."""
    unseen = hidden_fields(desk.actor, record)
    return tuple(name for name in record.quick if name not in unseen)


def other_fields(desk: Desk, record: type[Record]) -> tuple[str, ...]:
    """Every box of a kind that the role may read, but the child and who did it: those of quick entry first."""
    first = quick_fields(desk, record)
    left_out = {"id", child_field(record), record.by, *first, *hidden_fields(desk.actor, record)}
    return (*first, *(name for name in record.fields if name not in left_out))


def outcome_of(record: Record) -> Outcome | None:
    """The outcome of what was done, for kinds that can fail."""
    name = next((name for name, spec in record.fields.items() if spec.codes is Outcome), None)
    return getattr(record, name) if name else None


def way_field(record: type[Record]) -> FieldSpec | None:
    """The field by which entries of a kind are counted apart (a visit on site, by phone, by video): the first code of its title that is no outcome."""
    specs = (record.fields[name] for name in record.title_fields)
    return next((s for s in specs if s.shape is Shape.CODE and s.codes is not Outcome and s.privacy <= Privacy.INTERNAL), None)


def said_of(words: Wording, revision: Any) -> str:
    """A record in a list, in few words: its title, why it did not take place, the beginning of its text.

    What a child wrote is for those to whom it was written, not for lists: it is never told here.
    """
    record = revision.record
    listed = [name for name in record.title_fields if record.fields[name].privacy <= Privacy.SENSITIVE]
    texts = [words.of_value(record.fields[name], getattr(record, name)) for name in listed if name not in revision.redacted]
    failed = outcome_of(record) not in (None, Outcome.DONE)
    for name in record.quick:
        spec, value = record.fields[name], getattr(record, name)
        if (
            name in listed
            or spec.privacy > Privacy.SENSITIVE
            or not isinstance(value, str)
            or spec.shape not in (Shape.TEXT, Shape.LONG_TEXT)
        ):
            continue
        if value and (spec.shape is Shape.LONG_TEXT or failed):
            texts.append(value if len(value) <= _SHORT else f"{value[:_SHORT]}…")
            break
    return " · ".join(text for text in texts if text)


# --- choices ----------------------------------------------------------------------------------------------------------


def children_for(desk: Desk, record: type[Record], on: date) -> Options:
    """The children about whom the person may write a record of the kind, as a picker offers them."""
    own = writable_children(desk, record)
    return [one for one in child_options(desk, on) if one[0] in own]


def writable_children(desk: Desk, record: type[Record]) -> frozenset[str]:
    """The children about whom the person may write a record of the kind, by id.

    A role may read of more children than it writes about: a subject teacher writes care records of paired children alone.
    """
    child, step = desk.rows("child"), child_field(record)
    about = sa.select(child.c.id.label(step)).subquery()
    needed = max(spec.privacy for spec in record.fields.values() if spec.required or spec.name == "id")
    inside = in_scope(desk.actor, record, about, clock.today(), at=needed, writing=True)
    return frozenset(row[0] for row in desk.tuples(sa.select(about.c[step]).where(inside)))


def activity_options(desk: Desk, on: date) -> Options:
    """Activities held in the last 60 days or planned within 14, the newest first; those called off are not offered."""
    activity = desk.rows("activity")
    select = (
        sa.select(activity.c.id, activity.c.title, activity.c.held_on, activity.c.village)
        .where(activity.c.cancelled.is_(None), activity.c.held_on.between(on - ACTIVITY_BEFORE, on + ACTIVITY_AFTER))
        .order_by(activity.c.held_on.desc(), activity.c.id)
    )
    return [(one, title, " ".join(filter(None, (day.isoformat(), village)))) for one, title, day, village in desk.tuples(select)]


_CHOICES: Mapping[str, Callable[[Desk, date], Options]] = {
    "child": child_options,
    "staff_member": staff_options,
    "activity": activity_options,
    "school_class": lambda desk, on: class_options(desk, school_year_of(on)),
}


def references_for(desk: Desk, record: type[Record], names: Iterable[str], on: date) -> dict[str, Options]:
    """The choices of every reference among the fields `names`: what fits today's work, by the kind that it refers to."""
    refs = {name: str(record.fields[name].ref) for name in names if record.fields[name].ref}
    return {name: _CHOICES[ref](desk, on) if ref in _CHOICES else _any_of(desk, RECORDS[ref]) for name, ref in refs.items()}


def _any_of(desk: Desk, record: type[Record]) -> Options:
    """Records of a kind for which there is no picker yet, by their titles, the last ones first."""
    found: Sequence[Any] = desk.find(record)[-_MOST_OPTIONS:][::-1]
    words = Wording(desk)
    words.learn(found)
    days = [str(getattr(one.record, record.occurs)) if record.occurs else "" for one in found]
    return [(one.id, words.title(one) or str(record.label), day) for one, day in zip(found, days, strict=True)]
