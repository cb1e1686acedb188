"""The log is append-only and chained: carekit.store.audit."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from cast import Cast

from carekit.records import Child
from carekit.store.audit import first_broken_line
from carekit.store.engine import WRITE
from carekit.store.schema import AUDIT


def _lines(cast: Cast) -> list[dict[str, Any]]:
    with cast.store.engine.connect() as connection:
        return [dict(row) for row in connection.execute(sa.select(AUDIT).order_by(AUDIT.c.seq)).mappings()]


@pytest.mark.parametrize("column", ["at", "actor", "role", "action", "kind", "entity_id", "detail", "previous", "hash"])
def test_a_change_to_any_column_of_a_line_is_found(cast: Cast, column: str) -> None:
    """Whatever is changed in a line of the log, the chain breaks at that line."""
    lines = _lines(cast)
    assert first_broken_line(lines) is None
    value = lines[3][column]
    lines[3][column] = value.replace(hour=1) if column == "at" else f"{value}x"
    assert first_broken_line(lines) == 4


def test_a_missing_line_is_found(cast: Cast) -> None:
    """A line taken out of the middle breaks the chain where it stood."""
    lines = _lines(cast)
    assert first_broken_line(lines[:4] + lines[5:]) == 5
    assert first_broken_line([]) is None


@pytest.mark.parametrize("statement", ["UPDATE audit SET actor = 'x'", "DELETE FROM audit"])
def test_the_database_refuses_to_change_or_delete_lines(cast: Cast, statement: str) -> None:
    """Both databases refuse to change or delete a line of the log, even outside carekit's own code."""
    with (
        pytest.raises(sa.exc.DatabaseError, match="append-only"),
        cast.store.engine.connect().execution_options(**WRITE) as connection,
        connection.begin(),
    ):
        connection.exec_driver_sql(statement)


def test_writes_name_fields_and_never_values(cast: Cast) -> None:
    """A changed phone leaves a line that names the field, not the number."""
    cast.console.amend(cast.he.model_copy(update={"phone": "15400000008"}), seen=1, reason="换号")
    last = cast.console.audit_lines().iloc[-1]
    assert (last.action, last.entity_id, last.detail) == ("amend", cast.he.id, "phone")
    cast.console.log("export", "child csv 2 rows", kind=Child.kind)
    assert cast.console.audit_lines().iloc[-1].action == "export"
