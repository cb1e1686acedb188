"""The sample school, built once, and a store filled with it once for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from carekit.records import Record
from carekit.sample import build_sample, fill
from carekit.store import Actor, Store


@pytest.fixture(scope="session")
def records() -> list[Record]:
    """The sample's records as they stand on its last day."""
    return build_sample()


@pytest.fixture(scope="session")
def sample_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store with the whole sample, its talks written by the class teachers; not to be written to."""
    store = Store.create(tmp_path_factory.mktemp("sample") / "sample.db", passphrase="a passphrase for tests")
    fill(store.for_actor(Actor.console()), desk_for=store.for_actor)
    yield store
    store.close()
