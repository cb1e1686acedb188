"""A role's scope as a condition of a query.

The condition follows each kind's `about` chain to a child or family and asks whether that is among the actor's own today.
Access ends on the very day on which an assignment or a pairing ends; the day of a child's leaving still counts as a day in the class.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache, lru_cache
from typing import Any

import sqlalchemy as sa

from carekit.access import Actor, Scope, grant_of
from carekit.fields import Privacy
from carekit.records import RECORDS, Record
from carekit.records.codes import Duty
from carekit.store.schema import TABLES

#: The duty that opens the children of a class, by scope.
_DUTY = {Scope.OWN_CLASS: Duty.CLASS_TEACHER, Scope.OWN_PUPILS: Duty.SUBJECT_TEACHER}
#: How many conditions are kept: a person's, for all kinds and scopes, several times over.
_MOST_KEPT = 1024


@cache
def _own(table: sa.Table) -> sa.FromClause:
    """The table as a scope's own selects name it, made once: an alias costs more than the query that uses it."""
    return table.alias(f"own_{table.name}")


def current(table: sa.FromClause) -> sa.ColumnElement[bool]:
    """Rows that nothing supersedes and that are not withdrawn."""
    return sa.and_(table.c.superseded_at.is_(None), table.c.withdrawn.is_(sa.false()))


def _own_children(actor: Actor, duty: Duty, today: date) -> sa.Select[Any]:
    enrolment, assignment = _own(TABLES["enrolment"]), _own(TABLES["assignment"])
    return (
        sa.select(enrolment.c.child_id)
        .join(assignment, assignment.c.class_id == enrolment.c.class_id)
        .where(
            current(enrolment),
            current(assignment),
            assignment.c.staff_id == actor.staff_id,
            assignment.c.duty == str(duty),
            assignment.c.from_on <= today,
            sa.or_(assignment.c.until_on.is_(None), assignment.c.until_on > today),
            enrolment.c.enrolled_on <= today,
            sa.or_(enrolment.c.left_on.is_(None), enrolment.c.left_on >= today),
        )
        .correlate(None)
    )


def _paired_children(actor: Actor, today: date) -> sa.Select[Any]:
    pairing = _own(TABLES["pairing"])
    return (
        sa.select(pairing.c.child_id)
        .where(
            current(pairing),
            pairing.c.staff_id == actor.staff_id,
            pairing.c.from_on <= today,
            sa.or_(pairing.c.until_on.is_(None), pairing.c.until_on > today),
        )
        .correlate(None)
    )


def _children(actor: Actor, scope: Scope, today: date) -> sa.Select[Any]:
    """The children that a scope reaches, by id."""
    return _paired_children(actor, today) if scope is Scope.PAIRED else _own_children(actor, _DUTY[scope], today)


def _among_own(record: type[Record], table: sa.FromClause, about: tuple[str, ...], children: sa.Select[Any]) -> sa.ColumnElement[bool]:
    step = about[0]
    target = record.kind if step == "id" else record.fields[step].ref
    column = table.c[step]
    if target == "child":
        return column.in_(children)
    if target == "family":
        child = _own(TABLES["child"])
        families = sa.select(child.c.family_id).where(current(child), child.c.id.in_(children), child.c.family_id.is_not(None))
        return column.in_(families.correlate(None))
    assert target is not None  # noqa: S101 - records are checked when they are declared
    parent = _own(TABLES[target])
    parents = sa.select(parent.c.id).where(current(parent), _among_own(RECORDS[target], parent, about[1:], children))
    return column.in_(parents.correlate(None))


def scopes_of(actor: Actor, record: type[Record], at: Privacy = Privacy.OPEN, *, writing: bool = False) -> frozenset[Scope]:
    """The scopes within which the actor reads a kind up to a class at least (and writes it); empty for none."""
    reaches = grant_of(actor, record).reaches
    found = {reach.scope for reach in reaches if reach.reads >= at and (reach.writes or not writing)} - {Scope.NONE}
    return frozenset({Scope.ALL}) if Scope.ALL in found else frozenset(found)


@lru_cache(maxsize=_MOST_KEPT)
def within(actor: Actor, record: type[Record], table: sa.FromClause, today: date, scopes: frozenset[Scope]) -> sa.ColumnElement[bool]:
    """The condition under which a row of `record`'s table (or an alias of it) is about a child within one of the scopes.

    It is kept, as it says nothing that changes: what was assigned or paired meanwhile is read by the query that it stands in.
    """
    if Scope.ALL in scopes:
        return sa.true()
    if not scopes or not record.about:
        return sa.false()
    ordered = sorted(scopes, key=lambda scope: scope.name)
    return sa.or_(*(_among_own(record, table, record.about, _children(actor, scope, today)) for scope in ordered))


def in_scope(
    actor: Actor, record: type[Record], table: sa.FromClause, today: date, *, at: Privacy = Privacy.OPEN, writing: bool = False
) -> sa.ColumnElement[bool]:
    """The condition under which a row of `record`'s table (or an alias of it) is inside the actor's scope.

    `at`: where they read up to this class at least; `writing`: where they also write.
    """
    return within(actor, record, table, today, scopes_of(actor, record, at, writing=writing))


def narrowest(asked: Iterable[frozenset[Scope]]) -> list[frozenset[Scope]]:
    """Of several sets of scopes that all have to hold, those that the others do not imply."""
    sets = set(asked)
    return sorted(
        (one for one in sets if not any(_implied(one, by) for by in sets if by != one)), key=lambda one: sorted(s.name for s in one)
    )


def _implied(one: frozenset[Scope], by: frozenset[Scope]) -> bool:
    return Scope.ALL in one or by < one
