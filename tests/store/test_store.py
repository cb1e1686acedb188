"""Making and opening stores: carekit.store.store, engine and keys."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from carekit.access import Actor
from carekit.errors import UserError, WrongKey
from carekit.records import School
from carekit.store import Store, new_key, read_key_file, write_key_file
from carekit.store.engine import is_postgres
from carekit.store.schema import STORE_FACT


def test_a_store_opens_with_its_passphrase_and_no_other(location: str) -> None:
    """The passphrase that made a store opens it again, with everything in it; another does not."""
    made = Store.create(location, passphrase="样例 口令")
    made.for_actor(Actor.console()).add(School(name="样例小学"))
    made.close()
    with pytest.raises(WrongKey):
        Store.open(location, passphrase="样例 口令 ")
    opened = Store.open(location, passphrase="样例 口令")
    assert len(opened.for_actor(Actor.console()).find(School)) == 1
    assert opened.key == made.key and "口令" not in repr(opened)
    opened.close()


def test_a_store_opens_with_its_key_and_no_other(location: str) -> None:
    """The same holds for a raw key."""
    key = new_key()
    Store.create(location, key=key).close()
    Store.open(location, key=key).close()
    with pytest.raises(WrongKey):
        Store.open(location, key=new_key())


def test_a_store_is_not_made_twice(location: str) -> None:
    """Where a store is already, none is made, and the old one is untouched."""
    key = new_key()
    Store.create(location, key=key).close()
    with pytest.raises(UserError) as caught:
        Store.create(location, key=new_key())
    assert caught.value.code == "store_exists"
    Store.open(location, key=key).close()


@pytest.mark.parametrize("passphrase", ["", "  ", None])
def test_an_empty_passphrase_is_refused(location: str, passphrase: str | None) -> None:
    """A store is never made with an empty passphrase."""
    with pytest.raises(UserError, match="passphrase"):
        Store.create(location, passphrase=passphrase)


def test_nothing_readable_lies_in_the_file(tmp_path: Path) -> None:
    """The file of a store shows neither that it is SQLite nor what is in it, also in its write-ahead log."""
    path = tmp_path / "school.carekit"
    store = Store.create(path, key=new_key())
    store.for_actor(Actor.console()).add(School(name="Sample School Name"))
    for file in tmp_path.iterdir():
        content = file.read_bytes()
        assert b"SQLite format" not in content and b"Sample School" not in content and b"CREATE TABLE" not in content
    store.close()


@pytest.mark.parametrize("content", [b"", b"short", b"this is some other file, of some length, that was chosen by mistake" * 100])
def test_another_file_is_no_store(tmp_path: Path, content: bytes) -> None:
    """A file of another kind is refused in words, whatever its length."""
    path = tmp_path / "other.bin"
    path.write_bytes(content)
    with pytest.raises(UserError):
        Store.open(path, passphrase="样例口令")


def test_a_missing_store_and_a_missing_folder_are_told(tmp_path: Path) -> None:
    """Opening what is not there, and making a store in a folder that is not there, say so."""
    with pytest.raises(UserError) as missing:
        Store.open(tmp_path / "none", key=new_key())
    with pytest.raises(UserError) as folder:
        Store.create(tmp_path / "none" / "school", key=new_key())
    assert (missing.value.code, folder.value.code) == ("no_store", "no_folder")


def test_an_empty_database_is_no_store_yet(postgres_url: str) -> None:
    """A PostgreSQL database without a store says that one must be made first."""
    with pytest.raises(UserError) as caught:
        Store.open(postgres_url, passphrase="样例口令")
    assert caught.value.code == "no_store"


def test_a_database_that_does_not_answer_is_told() -> None:
    """An address at which nothing listens gives one sentence, not a traceback."""
    with pytest.raises(UserError) as caught:
        Store.open("postgresql://nobody@127.0.0.1:9/none", passphrase="样例口令")
    assert caught.value.code == "no_database"


def test_other_database_errors_stay_loud(monkeypatch: pytest.MonkeyPatch, location: str) -> None:
    """An error while opening that has nothing to do with the key is not taken for a wrong key."""
    from carekit import migrations

    def fail(*_: object) -> None:
        raise sa.exc.DatabaseError("", {}, Exception("disk full"))

    monkeypatch.setattr(migrations, "migrate", fail)
    with pytest.raises(sa.exc.DatabaseError, match="disk full"):
        Store.create(location, key=new_key())


def test_key_files_are_read_back_private_and_never_overwritten(tmp_path: Path) -> None:
    """A key file gives back its key, is closed to others where the system knows that, and is not written over."""
    path, key = tmp_path / "school.key", new_key()
    write_key_file(path, key)
    assert read_key_file(path) == key
    assert path.stat().st_mode & 0o077 == 0 or __import__("os").name == "nt"
    with pytest.raises(FileExistsError):
        write_key_file(path, key)


@pytest.mark.parametrize("content", [b"", b"abc", b"zz" * 32, "密钥".encode()])
def test_a_wrong_key_file_is_told(tmp_path: Path, content: bytes) -> None:
    """A file that holds no key is refused in words."""
    path = tmp_path / "wrong.key"
    path.write_bytes(content)
    with pytest.raises(UserError) as caught:
        read_key_file(path)
    assert caught.value.code == "bad_key_file"


def test_locations_tell_files_from_databases() -> None:
    """A location is a PostgreSQL address by its scheme; everything else is a path, Windows paths too."""
    assert is_postgres("postgresql://a/b") and is_postgres("postgres://a/b")
    assert not is_postgres("C:\\学校\\数据.carekit") and not is_postgres(Path("postgresql.carekit"))


def test_the_facts_of_a_store_give_no_key_away(location: str) -> None:
    """What a store keeps about its key is not the key."""
    key = new_key()
    store = Store.create(location, key=key)
    with store.engine.connect() as connection:
        values = " ".join(connection.execute(sa.select(STORE_FACT.c.value)).scalars())
    assert key.hex() not in values
    store.close()


def test_a_locked_file_is_not_taken_for_a_wrong_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While another process holds the file, opening waits and then says that it is locked, never that the key is wrong."""
    from sqlcipher3 import dbapi2

    from carekit.store import engine as engines

    key, path = new_key(), tmp_path / "school.carekit"
    Store.create(path, key=key).close()

    class Locked:
        def execute(self, statement: str) -> None:
            if "journal_mode" in statement:
                raise dbapi2.OperationalError("database is locked")

        def close(self) -> None:
            pass

    monkeypatch.setattr(engines.sqlcipher, "connect", lambda *_, **__: Locked())
    with pytest.raises(sa.exc.OperationalError, match="locked"):
        Store.open(path, key=key)
