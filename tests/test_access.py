"""Who may see and do what: carekit.access."""

from __future__ import annotations

import pytest

from carekit.access import GRANTS, Actor, Grant, Scope, grant_of, hidden_fields, highest, may_read, may_write
from carekit.errors import ProgrammerError
from carekit.fields import Privacy
from carekit.records import RECORDS, Area, Child, School, Talk
from carekit.records.codes import Role

ANNA = "A" * 26


@pytest.mark.parametrize("role", Role)
def test_every_role_stands_in_the_table(role: Role) -> None:
    """No role is forgotten: each has its line, even when it grants nothing."""
    assert role in GRANTS


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("kind", RECORDS)
def test_a_field_above_the_grant_is_never_read(role: Role, kind: str) -> None:
    """For every role, kind and field: allowed exactly when in scope, granted, and not more private than granted."""
    actor, record = Actor(ANNA, role), RECORDS[kind]
    grant = grant_of(actor, record)
    for name, spec in record.fields.items():
        expected = grant.scope is not Scope.NONE and spec.privacy <= highest(actor, record)
        decision = may_read(actor, record, name, in_scope=True)
        assert bool(decision) is expected and decision.why.zh
        assert not may_read(actor, record, name, in_scope=False)
        assert (name in hidden_fields(actor, record)) is (spec.privacy > highest(actor, record))


def test_an_area_that_is_not_named_grants_nothing() -> None:
    """Access fails closed: what the table does not name is refused."""
    partner = Actor(ANNA, Role.PARTNER)
    assert grant_of(partner, Child) == Grant(Scope.NONE, Privacy.OPEN)
    assert not may_read(partner, Child, "name", in_scope=True) and not may_write(partner, Child)


@pytest.mark.parametrize(
    ("role", "area"),
    [(Role.PARTNER, Area.FILE), (Role.COUNTY_OFFICER, Area.FILE), (Role.ADMINISTRATOR, Area.FILE), (Role.ADMINISTRATOR, Area.CARE)],
)
def test_roles_without_children_see_no_child(role: Role, area: Area) -> None:
    """Partner, county officer and administrator have no line that opens a child's file."""
    assert area not in GRANTS[role]


def test_counselling_is_for_the_counsellor() -> None:
    """Only the counsellor reads restricted fields."""
    roles = {role for role, areas in GRANTS.items() for grant in areas.values() if grant.reads is Privacy.RESTRICTED}
    assert roles == {Role.COUNSELLOR}


def test_the_registrar_sees_that_a_talk_was_and_not_what_was_said() -> None:
    """The registrar reads date and outcome of a talk, no notes."""
    registrar = Actor(ANNA, Role.REGISTRAR)
    assert may_read(registrar, Talk, "talked_on", in_scope=True) and not may_read(registrar, Talk, "points", in_scope=True)


def test_writing_says_who_to_ask() -> None:
    """Who may not write is told so in words, who may is told why."""
    assert may_write(Actor(ANNA, Role.REGISTRAR), Child)
    refused = may_write(Actor(ANNA, Role.SUBJECT_TEACHER), Child)
    assert not refused and "学籍管理员" in refused.why.zh


def test_the_console_may_do_everything_and_nobody_else_acts_without_a_role() -> None:
    """The holder of the key is one actor of its own; a staff member without a role is a mistake of the program."""
    assert may_write(Actor.console(), Child) and hidden_fields(Actor.console(), Talk) == frozenset()
    with pytest.raises(ProgrammerError):
        grant_of(Actor(ANNA, None), School)


@pytest.mark.parametrize("scope", Scope)
def test_every_scope_has_a_name(scope: Scope) -> None:
    """Every scope can be told to a person."""
    assert scope.label.zh and scope.label.en
