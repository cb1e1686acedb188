"""Changes to live stores: carekit.migrations."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from carekit import migrations
from carekit.errors import ProgrammerError, UserError
from carekit.migrations import STEPS, Step, add_what_is_declared, fingerprint, migrate
from carekit.records import School
from carekit.store import Actor, Store, new_key
from carekit.store.engine import WRITE
from carekit.store.schema import METADATA, STORE_FACT
from carekit.store.store import declared


@pytest.fixture
def connection(tmp_path: Path) -> sa.Connection:  # type: ignore[misc]
    """A writing transaction on a new store."""
    store = Store.create(tmp_path / "s", key=new_key())
    store.for_actor(Actor.console()).add(School(name="样例小学"))
    with store.engine.connect().execution_options(**WRITE) as connection, connection.begin():
        yield connection
    store.close()


def test_a_store_that_is_up_to_date_is_left_alone(connection: sa.Connection) -> None:
    """Opening a store that has everything does nothing."""
    assert migrate(connection, METADATA, STORE_FACT) == []


def test_opening_a_store_that_is_up_to_date_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page's kernel opens its store while others write: it only reads, and what is declared is worked out once for all of a dialect."""
    key = new_key()
    Store.create(tmp_path / "s", key=key).close()

    def nothing(*_: object) -> list[str]:
        raise AssertionError("nothing is to be done")

    monkeypatch.setattr(migrations, "migrate", nothing)
    store = Store.open(tmp_path / "s", key=key)
    assert declared(sqlite.dialect()) == fingerprint(METADATA, store.engine.dialect)
    store.close()


def test_a_newly_declared_field_table_and_index_are_added(connection: sa.Connection) -> None:
    """A declaration that grew is carried into a live store, whose records stay."""
    connection.exec_driver_sql("DROP TABLE talk")
    connection.exec_driver_sql("DROP INDEX child_name_key")
    connection.exec_driver_sql("ALTER TABLE school DROP COLUMN township")
    connection.execute(STORE_FACT.delete().where(STORE_FACT.c.name == "schema"))
    assert migrate(connection, METADATA, STORE_FACT) == ["tables brought up to the declarations"]
    inspector = sa.inspect(connection)
    assert inspector.has_table("talk") and "township" in {c["name"] for c in inspector.get_columns("school")}
    assert "child_name_key" in {i["name"] for i in inspector.get_indexes("child")}
    assert connection.exec_driver_sql("SELECT name FROM school").scalar() == "样例小学"
    assert migrate(connection, METADATA, STORE_FACT) == []


def test_a_new_required_field_needs_a_step(connection: sa.Connection) -> None:
    """A required column cannot be added to a live store by itself: that crashes loudly."""
    grown = sa.MetaData()
    sa.Table("school", grown, sa.Column("id", sa.String), sa.Column("motto", sa.Text, nullable=False))
    with pytest.raises(ProgrammerError, match=r"school\.motto"):
        add_what_is_declared(connection, grown)


def test_steps_run_once_and_in_order(connection: sa.Connection) -> None:
    """Numbered steps run once each, in their order, and are remembered."""
    ran: list[int] = []
    steps = (*STEPS, *(Step(n, f"step {n}", lambda _, n=n: ran.append(n)) for n in (2, 3)))  # type: ignore[misc]
    assert migrate(connection, METADATA, STORE_FACT, steps) == ["step 2: step 2", "step 3: step 3"]
    assert migrate(connection, METADATA, STORE_FACT, steps) == [] and ran == [2, 3]


def test_a_store_of_a_newer_carekit_is_refused(connection: sa.Connection) -> None:
    """A store that knows steps which this carekit does not is not touched."""
    connection.execute(STORE_FACT.update().where(STORE_FACT.c.name == "step").values(value="99"))
    with pytest.raises(UserError, match="newer carekit"):
        migrate(connection, METADATA, STORE_FACT)


def test_steps_are_numbered_from_one() -> None:
    """The number of a step is its place, so that a store's step counts what ran."""
    assert [step.number for step in STEPS] == list(range(1, len(STEPS) + 1))


def test_the_fingerprint_tells_declarations_apart(connection: sa.Connection) -> None:
    """One more index is another fingerprint; the same declarations have the same."""
    first, second = sa.MetaData(), sa.MetaData()
    sa.Table("a", first, sa.Column("x", sa.Integer))
    sa.Table("a", second, sa.Column("x", sa.Integer, index=True))
    dialect = connection.dialect
    assert fingerprint(first, dialect) == fingerprint(first, dialect) != fingerprint(second, dialect)
    assert migrations.fingerprint(METADATA, dialect)
