"""The matrix of roles, records and fields as it stands in the documentation."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from carekit.__main__ import main
from carekit.access import Scope, access_matrix
from carekit.cli.access import access_document
from carekit.records import RECORDS, Child
from carekit.records.codes import Role

_DOCUMENT = Path(__file__).parents[2] / "deploy" / "access.md"


def test_the_document_says_what_the_rules_say() -> None:
    """deploy/access.md is what `carekit access` writes today."""
    assert _DOCUMENT.read_text(encoding="utf-8") == access_document()


def test_the_matrix_is_whole() -> None:
    """Every role, every record and every field has one cell for each reach; who writes a field also reads it; nobody reaches without a scope."""
    cells = list(access_matrix())
    assert len(cells) == len({(c.role, c.record, c.field, c.scope) for c in cells})
    assert len({(c.role, c.record, c.field) for c in cells}) == len(Role) * sum(len(r.fields) for r in RECORDS.values())
    assert all(cell.reads or not cell.writes for cell in cells)
    assert all(cell.scope.name != "NONE" for cell in cells if cell.reads)


@pytest.mark.parametrize("role", [Role.PARTNER, Role.ADMINISTRATOR, Role.COUNTY_OFFICER])
def test_roles_without_children_read_no_child(role: Role) -> None:
    """Who looks after no child by duty reads no field of any record about a child."""
    assert not [cell.field for cell in access_matrix([role]) if cell.record.about and cell.reads]


def test_supporters_read_of_paired_children_alone() -> None:
    """Whatever a supporter reads about a child, it is by a pairing; a subject teacher's own pupils are seen less far than paired children."""
    assert {c.scope for c in access_matrix([Role.SUPPORTER]) if c.record.about and c.reads} == {Scope.PAIRED}
    seen = {c.scope: c.reads for c in access_matrix([Role.SUBJECT_TEACHER]) if c.record is Child and c.field == "phone"}
    assert seen == {Scope.OWN_PUPILS: False, Scope.PAIRED: True}


def test_the_matrix_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    """`carekit access --json` gives one object per cell."""
    with pytest.raises(SystemExit) as ended:
        main(["access", "--json"])
    assert ended.value.code == 0
    cells = json.loads(capsys.readouterr().out)
    assert {cell["role"] for cell in cells} == {role.value for role in Role}
    assert set(cells[0]) == {"role", "kind", "field", "scope", "reads", "writes"}
