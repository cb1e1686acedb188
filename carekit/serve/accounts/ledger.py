"""Transactions on the tables of accounts, and the lines that they leave in the store's log: ids, never names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from carekit.access import Actor
from carekit.records.codes import Role
from carekit.store import Store, audit
from carekit.store import engine as engines
from carekit.store.schema import TABLES
from carekit.store.scope import current

#: Who acts before anybody has logged in.
SERVER = Actor("server", None)

#: Staff members as they are today.
STAFF = TABLES["staff_member"].alias("account_holder")
IS_STAFF = current(STAFF)


class Ledger:
    """Reads and writes the accounts of one store."""

    def __init__(self, store: Store) -> None:
        self.store = store

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        with self.store.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        with self.store.engine.connect().execution_options(**engines.WRITE) as connection, connection.begin():
            yield connection

    def _log(self, connection: sa.Connection, actor: Actor, action: str, account_id: str, detail: str = "") -> None:
        audit.append(connection, actor, [audit.Entry(action, "account", account_id, detail)], audit.next_moment(connection))


def actor_of(holder: Any) -> Actor:
    """The person of a session, or of a row with its `staff_id` and `role`, as the log names them."""
    return Actor(holder.staff_id, Role(holder.role))
