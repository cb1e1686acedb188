"""Changes to live stores.

What the declarations add (a table, an optional column, an index) is added to a live store when it is opened, without a
migration written by hand; any other change is a numbered step in `STEPS`, run once, in order, in one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy.schema import CreateColumn, CreateIndex, CreateTable

from carekit.errors import ProgrammerError, UserError
from carekit.language import Label


@dataclass(frozen=True, slots=True)
class Step:
    """A change that declarations alone cannot express; `apply` runs inside the opening transaction."""

    number: int
    why: str
    apply: Callable[[sa.Connection], None]


def _protect_audit(connection: sa.Connection) -> None:
    """No line of the audit log can be changed or deleted, not even by a mistake in carekit itself."""
    if connection.dialect.name == "sqlite":
        for action in ("UPDATE", "DELETE"):
            connection.exec_driver_sql(
                f"CREATE TRIGGER audit_no_{action.lower()} BEFORE {action} ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
            )
        return
    connection.exec_driver_sql(
        "CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$"
    )
    connection.exec_driver_sql(
        "CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()"
    )


STEPS: tuple[Step, ...] = (Step(1, "the audit log is append-only", _protect_audit),)


def fingerprint(metadata: sa.MetaData, dialect: sa.Dialect) -> str:
    """A text that changes whenever the declared tables do."""
    parts = []
    for table in metadata.sorted_tables:
        parts.append(str(CreateTable(table).compile(dialect=dialect)))
        parts += sorted(str(CreateIndex(index).compile(dialect=dialect)) for index in table.indexes)
    return sha256("\n".join(parts).encode()).hexdigest()


def is_current(known: Mapping[str, str], declared: str, steps: tuple[Step, ...] = STEPS) -> bool:
    """Whether a store with these facts (by name) has all that is declared (`fingerprint`) and the last step."""
    return known.get("schema") == declared and known.get("step") == str(len(steps))


def add_what_is_declared(connection: sa.Connection, metadata: sa.MetaData) -> None:
    """Create missing tables, optional columns and indexes; `ProgrammerError` for a required column, which needs a step of its own."""
    inspector = sa.inspect(connection)
    present = set(inspector.get_table_names())
    for table in metadata.sorted_tables:
        if table.name not in present:
            table.create(connection)
            continue
        columns = {column["name"] for column in inspector.get_columns(table.name)}
        for column in table.columns:
            if column.name in columns:
                continue
            if not column.nullable:
                raise ProgrammerError(f"{table.name}.{column.name} is required: a live store needs a migration step for it")
            clause = CreateColumn(column).compile(dialect=connection.dialect)
            connection.exec_driver_sql(f"ALTER TABLE {connection.dialect.identifier_preparer.format_table(table)} ADD COLUMN {clause}")
        indexes = {index["name"] for index in inspector.get_indexes(table.name)}
        for index in table.indexes:
            if index.name not in indexes:
                index.create(connection)


def facts_of(connection: sa.Connection, fact: sa.Table) -> dict[str, str]:
    """What a store says of itself, by name; empty when it is new."""
    if not sa.inspect(connection).has_table(fact.name):
        return {}
    return {row.name: row.value for row in connection.execute(sa.select(fact.c.name, fact.c.value))}


def migrate(connection: sa.Connection, metadata: sa.MetaData, fact: sa.Table, steps: tuple[Step, ...] = STEPS) -> list[str]:
    """Bring a store up to the declarations and the last step; returns what was done, in words.

    `fact` is the table of facts (name, value). `UserError` when the store was written by a newer carekit.
    """
    declared = fingerprint(metadata, connection.dialect)
    known = facts_of(connection, fact)
    step_done = int(known.get("step", "0"))
    if step_done > len(steps):
        raise UserError(
            Label(
                "This store was written by a newer carekit. Install that version or a later one.",
                "这个数据库由更新版本的carekit写成，请安装同样或更新的版本。",
            ),
            code="newer_store",
        )
    done = []
    if known.get("schema") != declared:
        add_what_is_declared(connection, metadata)
        done.append("tables brought up to the declarations")
    for step in steps[step_done:]:
        step.apply(connection)
        done.append(f"step {step.number}: {step.why}")
    if done:
        connection.execute(fact.delete().where(fact.c.name.in_(["schema", "step"])))
        connection.execute(fact.insert(), [{"name": "schema", "value": declared}, {"name": "step", "value": str(len(steps))}])
    return done
