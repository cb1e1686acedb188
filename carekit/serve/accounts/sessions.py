"""Logins that hold: asked at every request, so that whatever ends one ends it at once, in every tab and in every server of the store."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from carekit import clock
from carekit.fields import new_id
from carekit.records.codes import Role
from carekit.serve.accounts.ledger import IS_STAFF, SERVER, STAFF, Ledger, actor_of
from carekit.serve.accounts.model import ABSOLUTE_SECONDS, IDLE_SECONDS, Session
from carekit.serve.accounts.tries import CLOCK_SKEW
from carekit.store import Store
from carekit.store.schema import ACCOUNT, LOGIN

#: How often, at most, it is written down that a login is still used.
TOUCH_SECONDS = 60
_TOKEN_BYTES = 32


def new_token() -> str:
    """A cookie's value: 256 random bits, which nobody guesses."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def token_hash(token: str) -> str:
    """What is kept of a token; random as it is, it needs no slow hash."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


class Sessions(Ledger):
    """Begins, checks and ends logins."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        # one thread writes down who is still there: no request waits for the disk, or for another writer, because of it
        self._toucher = ThreadPoolExecutor(1, thread_name_prefix="carekit-touch")
        self._touching: set[str] = set()

    def session(self, token: str) -> Session | None:
        """The login of a cookie's value, or None: unknown, ended, unused or old for too long, account disabled, person gone or of another role."""
        with self._reading() as connection:
            row = connection.execute(_holding().where(LOGIN.c.token_hash == token_hash(token))).one_or_none()
        if row is None:
            return None
        if abs(clock.real_now() - row.seen_at) >= timedelta(seconds=TOUCH_SECONDS) and row.id not in self._touching:
            self._touching.add(row.id)
            self._toucher.submit(self._touch, row.id, clock.real_now())
        return Session(row.id, row.account_id, row.staff_id, Role(row.role), row.must_change, row.needs_code)

    def holding(self, session_ids: Collection[str]) -> set[str]:
        """Those of some logins that still hold; asking is no use of them. For whoever keeps something open longer than a request."""
        if not session_ids:
            return set()
        with self._reading() as connection:
            return set(connection.execute(_holding().where(LOGIN.c.id.in_(sorted(session_ids)))).scalars())

    def end(self, session_id: str) -> None:
        """Log out; nothing happens when the login has ended already."""
        with self._writing() as connection:
            row = connection.execute(_whose(LOGIN.c.id == session_id)).one_or_none()
            if row is not None:
                self._end_where(connection, LOGIN.c.id == session_id)
                self._log(connection, actor_of(row), "logout", row.account_id)

    def end_all(self, account_id: str, *, but: str | None = None) -> None:
        """Log out everywhere; `but` is the session that goes on."""
        with self._writing() as connection:
            ended = self._end_others(connection, account_id, but)
            self._log(connection, SERVER, "logout_everywhere", account_id, f"{ended} logins")

    def close(self) -> None:
        """Write down what is still to be written."""
        self._toucher.shutdown()

    def _begin(self, connection: sa.Connection, account: Any, *, needs_code: bool) -> tuple[Session, str]:
        """A new login with a new token, whatever cookie the browser came with; logins too old to hold are forgotten."""
        now = clock.real_now()
        connection.execute(LOGIN.delete().where(LOGIN.c.made_at < now - timedelta(seconds=ABSOLUTE_SECONDS)))
        token, role = new_token(), Role(account.role)
        session = Session(new_id(), account.id, account.staff_id, role, account.must_change, needs_code)
        connection.execute(
            LOGIN.insert(),
            [
                {
                    "id": session.id, "token_hash": token_hash(token), "account_id": account.id, "role": role.value, "needs_code": needs_code,
                    "made_at": now, "seen_at": now, "ended_at": None,
                }
            ],
        )  # fmt: skip
        return session, token

    def _renew(self, connection: sa.Connection, session_id: str, **values: Any) -> str:
        """Give a login a new token, because it may do more from now on."""
        token = new_token()
        connection.execute(LOGIN.update().where(LOGIN.c.id == session_id).values(token_hash=token_hash(token), **values))
        return token

    def _end_others(self, connection: sa.Connection, account_id: str, but: str | None) -> int:
        return self._end_where(connection, LOGIN.c.account_id == account_id, *([LOGIN.c.id != but] if but else []))

    def _end_where(self, connection: sa.Connection, *where: sa.ColumnElement[bool]) -> int:
        return connection.execute(LOGIN.update().where(LOGIN.c.ended_at.is_(None), *where).values(ended_at=clock.real_now())).rowcount

    def _touch(self, session_id: str, seen_at: datetime) -> None:
        try:
            with self._writing() as connection:
                connection.execute(LOGIN.update().where(LOGIN.c.id == session_id).values(seen_at=seen_at))
        finally:
            self._touching.discard(session_id)


def _whose(condition: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return (
        sa.select(LOGIN.c.account_id, LOGIN.c.role, ACCOUNT.c.staff_id)
        .join(ACCOUNT, ACCOUNT.c.id == LOGIN.c.account_id)
        .where(LOGIN.c.ended_at.is_(None), condition)
    )


def _holding() -> sa.Select[Any]:
    """Logins that hold at this moment. A login from the future is one from before the computer's clock was set back: it has ended."""
    now = clock.real_now()
    return (
        sa.select(
            LOGIN.c.id, LOGIN.c.account_id, LOGIN.c.role, LOGIN.c.needs_code, LOGIN.c.seen_at, ACCOUNT.c.staff_id, ACCOUNT.c.must_change
        )
        .join(ACCOUNT, ACCOUNT.c.id == LOGIN.c.account_id)
        .join(STAFF, STAFF.c.id == ACCOUNT.c.staff_id)
        .where(
            LOGIN.c.ended_at.is_(None),
            LOGIN.c.seen_at > now - timedelta(seconds=IDLE_SECONDS),
            LOGIN.c.seen_at < now + CLOCK_SKEW,
            LOGIN.c.made_at > now - timedelta(seconds=ABSOLUTE_SECONDS),
            ACCOUNT.c.disabled.is_(sa.false()),
            IS_STAFF,
            STAFF.c.role == LOGIN.c.role,
            sa.or_(STAFF.c.until_on.is_(None), STAFF.c.until_on >= clock.today()),
        )
    )
