"""A store: one school's (or county's) records in an encrypted SQLite file or in PostgreSQL."""

from __future__ import annotations

import hmac
import secrets
from pathlib import Path

import sqlalchemy as sa

from carekit import migrations
from carekit.access import Actor
from carekit.errors import UserError, WrongKey
from carekit.language import Label
from carekit.store import engine as engines
from carekit.store.desk import Desk
from carekit.store.keys import SALT_BYTES, check_value, derive_key
from carekit.store.schema import METADATA, STORE_FACT

_DECLARED: dict[str, str] = {}


def declared(dialect: sa.Dialect) -> str:
    """The fingerprint of the declared tables in a dialect, computed once in a process (60 ms): the process that forks pages' kernels does it for them."""
    if dialect.name not in _DECLARED:
        _DECLARED[dialect.name] = migrations.fingerprint(METADATA, dialect)
    return _DECLARED[dialect.name]


class Store:
    """An open store. Everything is read and written through a desk: ``store.for_actor(actor)``."""

    def __init__(self, engine: sa.Engine, key: bytes, salt: bytes, location: str) -> None:
        self.engine, self.key, self.salt, self.location = engine, key, salt, location

    def __repr__(self) -> str:
        return f"Store({self.engine.dialect.name})"

    @classmethod
    def create(cls, location: str | Path, *, passphrase: str | None = None, key: bytes | None = None, salt: bytes | None = None) -> Store:
        """Make a new store: a path makes an encrypted SQLite file, a ``postgresql://`` URL uses an empty database.

        Exactly one of `passphrase` and `key` (32 bytes); a copy of a store keeps its `salt` (16 bytes), so that its passphrase goes on
        fitting. `UserError` when there is a store already.
        """
        salt = salt or secrets.token_bytes(SALT_BYTES)
        if engines.is_postgres(location):
            return cls._open_postgres(str(location), passphrase, key, new_salt=salt)
        path = Path(location)
        if path.exists():
            raise UserError(
                Label(
                    "There is a file of this name already. Open it, or choose another name.", "已有同名文件，请直接打开它，或换一个文件名。"
                ),
                code="store_exists",
            )
        if not path.parent.is_dir():
            raise UserError(
                Label("The folder does not exist. Make it first or choose another.", "这个文件夹不存在，请先新建，或选择别的文件夹。"),
                code="no_folder",
            )
        return cls._open_file(path, passphrase, key, salt)

    @classmethod
    def open(cls, location: str | Path, *, passphrase: str | None = None, key: bytes | None = None) -> Store:
        """Open a store and bring it up to the present declarations. `WrongKey` when passphrase or key do not fit."""
        if engines.is_postgres(location):
            return cls._open_postgres(str(location), passphrase, key)
        if not Path(location).is_file():
            raise UserError(
                Label(
                    "There is no such store. Check the path, or make one with init.", "找不到这个数据库文件，请核对路径，或用 init 新建。"
                ),
                code="no_store",
            )
        return cls._open_file(Path(location), passphrase, key, engines.salt_of_file(Path(location)))

    @classmethod
    def _open_file(cls, path: Path, passphrase: str | None, key: bytes | None, salt: bytes) -> Store:
        key = key or derive_key(passphrase or "", salt)
        engine = engines.sqlite_engine(path, key, salt)
        try:
            return cls._ready(engine, key, salt, str(path))
        except BaseException:
            engine.dispose()
            raise

    @classmethod
    def _open_postgres(cls, url: str, passphrase: str | None, key: bytes | None, *, new_salt: bytes | None = None) -> Store:
        new = new_salt is not None
        engine = engines.postgres_engine(url)
        try:
            with engine.connect() as connection:
                exists = sa.inspect(connection).has_table(STORE_FACT.name)
                salt = connection.execute(sa.select(STORE_FACT.c.value).where(STORE_FACT.c.name == "salt")).scalar() if exists else None
        except sa.exc.OperationalError:
            engine.dispose()
            raise UserError(
                Label(
                    "The database does not answer. Check that PostgreSQL runs and that its address is right.",
                    "连不上数据库，请确认PostgreSQL已启动、地址无误。",
                ),
                code="no_database",
            ) from None
        if exists is new:
            engine.dispose()
            raise UserError(
                Label("There is a store in this database already. Open it.", "这个数据库里已经建过库，请直接打开。")
                if new
                else Label("There is no store in this database yet. Make one with init.", "这个数据库里还没有建库，请先用 init 新建。"),
                code="store_exists" if new else "no_store",
            )
        raw = new_salt or bytes.fromhex(salt or "")
        return cls._ready(engine, key or derive_key(passphrase or "", raw), raw, url)

    @classmethod
    def _ready(cls, engine: sa.Engine, key: bytes, salt: bytes, location: str) -> Store:
        # every page opens its store: one that is up to date is only read
        with engine.connect() as connection:
            known = migrations.facts_of(connection, STORE_FACT)
        if "key" in known and not hmac.compare_digest(known["key"], check_value(key)):
            raise WrongKey
        if not migrations.is_current(known, declared(engine.dialect)):
            with engine.connect().execution_options(**engines.WRITE) as connection, connection.begin():
                migrations.migrate(connection, METADATA, STORE_FACT)
                if "key" not in migrations.facts_of(connection, STORE_FACT):
                    facts = [{"name": "key", "value": check_value(key)}, {"name": "salt", "value": salt.hex()}]
                    connection.execute(STORE_FACT.insert(), facts)
        return cls(engine, key, salt, location)

    def for_actor(self, actor: Actor) -> Desk:
        """The desk of one actor; it is used by one thread at a time."""
        return Desk(self.engine, actor, self.key)

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()
