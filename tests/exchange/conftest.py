"""A store of each kind to import into, on one standing day."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from roster_examples import ON

from carekit import clock
from carekit.store import Actor, Desk, Store, new_key


@pytest.fixture(params=["sqlite", "postgres"])
def both_desks(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    """The console's desk at an empty store of each kind, at noon of `ON`."""
    location = str(tmp_path / "school.carekit") if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    with clock.at(ON):
        store = Store.create(location, key=new_key())
        yield store.for_actor(Actor.console())
        store.close()


@pytest.fixture
def exchange_store(tmp_path: Path) -> Iterator[Store]:
    """An empty encrypted store, at noon of `ON`."""
    with clock.at(ON):
        store = Store.create(tmp_path / "school.carekit", key=new_key())
        yield store
        store.close()


@pytest.fixture
def desk(exchange_store: Store) -> Desk:
    """The console's desk at an empty store."""
    return exchange_store.for_actor(Actor.console())
