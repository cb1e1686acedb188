"""Connections to the two kinds of database, an encrypted SQLite file and PostgreSQL, behind one SQLAlchemy engine.

A connection with the execution option ``carekit_write`` begins by taking the write lock, so that a read followed by a write in
one transaction cannot be overtaken.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlcipher3 import dbapi2 as sqlcipher

from carekit.errors import UserError, WrongKey
from carekit.language import Label
from carekit.store.keys import SALT_BYTES

#: How long, in seconds, a connection waits for another that is writing.
BUSY_SECONDS = 20
#: What a connection may keep of the file in memory, in kilobytes; a small school never fills it.
CACHE_KILOBYTES = 65536
#: Any number: the PostgreSQL advisory lock that writers of one database take in turn.
_WRITE_LOCK = 7_215_001

WRITE = {"carekit_write": True}


def is_postgres(location: str | Path) -> bool:
    """Whether a store's location is a PostgreSQL URL rather than a file."""
    return str(location).startswith(("postgresql:", "postgresql+psycopg:", "postgres:"))


def salt_of_file(path: Path) -> bytes:
    """The salt of an SQLite store: the first 16 bytes of its file. `UserError` when the file is shorter."""
    with path.open("rb") as file:
        salt = file.read(SALT_BYTES)
    if len(salt) != SALT_BYTES:
        raise not_a_store()
    return salt


def not_a_store() -> UserError:
    """The error for a file that is no store."""
    return UserError(
        Label(
            "This file is not a carekit store. Choose the store's file, or make a new one with init.",
            "这个文件不是carekit数据库，请选择正确的文件，或用 init 新建。",
        ),
        code="not_a_store",
    )


def sqlite_engine(path: Path, key: bytes, salt: bytes) -> sa.Engine:
    """An engine on one encrypted SQLite file, opened with its raw key (no key stretching per connection)."""

    def connect() -> Any:
        connection = sqlcipher.connect(str(path), timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            connection.execute(f"PRAGMA key = \"x'{key.hex()}{salt.hex()}'\"")
            connection.execute("PRAGMA cipher_log_level = NONE")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA temp_store = MEMORY")
            # decrypted pages are kept, or figures over a large school decrypt the same ones again and again
            connection.execute(f"PRAGMA cache_size = -{CACHE_KILOBYTES}")
        except sqlcipher.DatabaseError as error:
            connection.close()
            if "locked" in str(error):
                raise
            raise WrongKey from None
        return connection

    engine = sa.create_engine("sqlite://", module=sqlcipher, creator=connect, poolclass=sa.QueuePool)

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("carekit_write") else "BEGIN")

    return engine


def postgres_engine(url: str) -> sa.Engine:
    """An engine on PostgreSQL; readers see one state for the length of a transaction, writers take turns."""
    engine = sa.create_engine(
        sa.make_url(url).set(drivername="postgresql+psycopg"), connect_args={"connect_timeout": BUSY_SECONDS}, pool_pre_ping=True
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        if connection.get_execution_options().get("carekit_write"):
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{BUSY_SECONDS}s'")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITE_LOCK})")
        else:
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")

    return engine
