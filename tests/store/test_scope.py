"""A scope as a condition: made once for a question, and never tied to the query that it stands in."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from carekit.access import Actor, Scope
from carekit.records import RECORDS
from carekit.records.codes import Role
from carekit.store import scope
from carekit.store.schema import TABLES
from carekit.store.scope import in_scope, within

TODAY = date(2026, 3, 20)
ACTOR = Actor("0" * 26, Role.CLASS_TEACHER)
OWN = frozenset({Scope.OWN_CLASS, Scope.PAIRED})


def test_a_condition_is_made_once_for_a_question() -> None:
    """The same person, kind, day and scopes get the condition that was made; another day, person or set of scopes another one."""
    kind, table = RECORDS["talk"], TABLES["talk"]
    first = within(ACTOR, kind, table, TODAY, OWN)
    assert within(Actor("0" * 26, Role.CLASS_TEACHER), kind, table, TODAY, OWN) is first
    others = (
        within(ACTOR, kind, table, date(2026, 3, 21), OWN),
        within(Actor("1" * 26, Role.CLASS_TEACHER), kind, table, TODAY, OWN),
        within(ACTOR, kind, table, TODAY, frozenset({Scope.PAIRED})),
    )
    assert all(other is not first for other in others)
    assert len({str(each.compile(compile_kwargs={"literal_binds": True})) for each in (first, *others)}) == 4


def test_own_selects_have_their_own_rows() -> None:
    """A query over the very alias that a scope reads, or over several kinds at once, leaves the scope's selects whole: each keeps its own FROM."""
    for kind in ("enrolment", "child", "absence", "pairing"):
        table = scope._own(TABLES[kind])
        select = sa.select(table.c.id).where(in_scope(ACTOR, RECORDS[kind], table, TODAY))
        text = str(select.compile()).replace("\n", " ")
        inner = text.split("WHERE", 1)[1]
        assert "FROM enrolment AS own_enrolment" in inner, kind
        assert "FROM pairing AS own_pairing" in inner, kind
