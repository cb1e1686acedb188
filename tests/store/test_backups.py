"""Backup, restore and verify: carekit.store.backups."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from cast import TODAY, Cast
from record_examples import one_of_each

from carekit import clock
from carekit.errors import UserError, WrongKey
from carekit.records import RECORDS, Child, Talk
from carekit.store import Actor, Store, backup, examine, new_key, restore, verify
from carekit.store.backups import _counts
from carekit.store.engine import WRITE
from carekit.store.schema import TABLES


def _everything(store: Store) -> dict[str, list[Any]]:
    with store.engine.connect() as connection:
        return {
            name: [tuple(row) for row in connection.execute(sa.select(table).order_by(table.c.id, table.c.version))]
            for name, table in TABLES.items()
        }


def test_a_backup_restores_everything(cast: Cast, tmp_path: Path) -> None:
    """Every version, draft, paper and id comes back from a backup, into a store that opens with the same key and goes on working."""
    desk = cast.desk(cast.wang)
    cast.console.amend(cast.grandmother.model_copy(update={"phone": "15400000009"}), seen=1)
    desk.save_draft("talk", cast.he.id, {"points": "张𠮷"})
    paper = desk.attach(Child, cast.he.id, "x.png", b"123", "image/png")
    made = backup(cast.store, tmp_path / "school.backup")
    assert made.sound and made.counts["child"] == 2 and made.counts["family_member"] == 2
    report = restore(tmp_path / "school.backup", tmp_path / "again.carekit", key=cast.store.key)
    assert report.sound and report.made_at == clock.now() and report.counts == made.counts
    again = Store.open(tmp_path / "again.carekit", key=cast.store.key)
    assert _everything(again) == _everything(cast.store)
    new = again.for_actor(desk.actor)
    assert new.attachment_bytes(Child, cast.he.id, paper.id) == b"123"
    assert new.draft("talk", cast.he.id) == desk.draft("talk", cast.he.id)
    new.add(Talk(child_id=cast.he.id, talked_on=TODAY, staff_id=cast.wang.id, points="好"))
    assert verify(again) == ()
    again.close()


def test_a_school_moves_from_a_file_to_postgres(tmp_path: Path, postgres_url: str) -> None:
    """A store in a file moves into PostgreSQL with equal counts and ids, and then takes a new record of every kind."""
    key = new_key()
    store = Store.create(tmp_path / "school.carekit", key=key)
    store.for_actor(Actor.console()).add_all(list(one_of_each().values()))
    backup(store, tmp_path / "school.backup")
    restore(tmp_path / "school.backup", postgres_url, key=key)
    moved = Store.open(postgres_url, key=key)
    assert _everything(moved) == _everything(store)
    moved.for_actor(Actor.console()).add_all(list(one_of_each().values()))
    assert verify(moved) == ()
    assert all(len(moved.for_actor(Actor.console()).find(record)) == 2 for record in RECORDS.values())
    moved.close()
    store.close()


def test_a_backup_keeps_the_passphrase(location: str, tmp_path: Path) -> None:
    """A backup opens and restores with the passphrase of its store, on either database."""
    store = Store.create(location, passphrase="样例口令")
    backup(store, tmp_path / "b")
    store.close()
    assert examine(tmp_path / "b", passphrase="样例口令").sound
    restore(tmp_path / "b", tmp_path / "again", passphrase="样例口令")
    Store.open(tmp_path / "again", passphrase="样例口令").close()
    with pytest.raises(WrongKey):
        restore(tmp_path / "b", tmp_path / "third", passphrase="别的口令")
    assert not (tmp_path / "third").exists()


def test_an_older_backup_is_never_overwritten(cast: Cast, tmp_path: Path) -> None:
    """A second backup under the same name is refused, also after the clock was set back."""
    backup(cast.store, tmp_path / "b")
    with clock.at(TODAY - timedelta(days=9)), pytest.raises(UserError) as caught:
        backup(cast.store, tmp_path / "b")
    assert caught.value.code == "backup_exists"


def test_a_backup_that_lacks_rows_is_thrown_away(cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When what was written does not match what was read, the backup is refused and its file is gone."""
    real = _counts
    monkeypatch.setattr("carekit.store.backups._counts", lambda connection: real(connection) | {"child": 1})
    with pytest.raises(UserError) as caught:
        backup(cast.store, tmp_path / "b")
    assert caught.value.code == "backup_unsound" and list(tmp_path.glob("b*")) == []


def test_only_a_backup_is_restored_and_only_into_an_empty_place(cast: Cast, tmp_path: Path) -> None:
    """A store that is no backup is not restored, and no store is overwritten by a restore."""
    Store.create(tmp_path / "store", key=cast.store.key).close()
    with pytest.raises(UserError) as no_backup:
        restore(tmp_path / "store", tmp_path / "x", key=cast.store.key)
    backup(cast.store, tmp_path / "b")
    with pytest.raises(UserError) as full:
        restore(tmp_path / "b", tmp_path / "store", key=cast.store.key)
    assert (no_backup.value.code, full.value.code) == ("not_a_backup", "store_exists")


def test_a_damaged_file_is_found(tmp_path: Path) -> None:
    """A store in whose file bytes were changed does not pass verification."""
    key, path = new_key(), tmp_path / "school.carekit"
    store = Store.create(path, key=key)
    store.for_actor(Actor.console()).add_all(list(one_of_each().values()))
    store.close()
    content = bytearray(path.read_bytes())
    content[-2000:-1990] = b"0123456789"
    path.write_bytes(bytes(content))
    opened = Store.open(path, key=key)
    assert any("damaged" in fault.en for fault in verify(opened))
    opened.close()


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM family_member WHERE version = 1",
        "UPDATE family_member SET superseded_at = recorded_at WHERE superseded_at IS NULL",
        "UPDATE entity SET kind = 'talk' WHERE kind = 'family_member'",
    ],
)
def test_a_broken_history_is_found(cast: Cast, statement: str) -> None:
    """A missing version, a record without a current version, and an id of another kind do not pass verification."""
    cast.console.amend(cast.grandmother.model_copy(update={"phone": "15400000009"}), seen=1)
    assert verify(cast.store) == ()
    with cast.store.engine.connect().execution_options(**WRITE) as connection, connection.begin():
        connection.exec_driver_sql(statement)
    assert any("family_member" in fault.en for fault in verify(cast.store))


def test_broken_references_and_a_broken_log_are_found(tmp_path: Path) -> None:
    """Rows that refer to nothing, and a log changed behind carekit's back, do not pass verification."""
    store = Store.create(tmp_path / "s", key=new_key())
    store.for_actor(Actor.console()).add_all(list(one_of_each().values()))
    raw = store.engine.raw_connection()
    raw.driver_connection.execute("PRAGMA foreign_keys = OFF")  # type: ignore[union-attr]
    raw.driver_connection.execute("UPDATE talk SET child_id = 'gone'")  # type: ignore[union-attr]
    raw.driver_connection.execute("DROP TRIGGER audit_no_update")  # type: ignore[union-attr]
    raw.driver_connection.execute("UPDATE audit SET actor = 'somebody' WHERE seq = 3")  # type: ignore[union-attr]
    raw.close()
    faults = [fault.en for fault in verify(store)]
    assert any("not there" in fault for fault in faults) and any("line 3" in fault for fault in faults)
    store.close()
