"""A small school on each kind of database for the tests of what is due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from schools import SmallSchool

from carekit import clock
from carekit.store import Store, new_key


@pytest.fixture(autouse=True)
def _standing_clock() -> Iterator[None]:
    """Everything is written at the end of the school year; figures are asked for earlier dates."""
    with clock.at(date(2026, 8, 31)):
        yield


@pytest.fixture(params=["sqlite", "postgres"])
def school(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SmallSchool]:
    """An empty small school in an encrypted file and in PostgreSQL."""
    location = str(tmp_path / "school.carekit") if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    store = Store.create(location, key=new_key())
    with clock.at(date(2025, 9, 1)):
        made = SmallSchool(store)
    yield made
    store.close()
