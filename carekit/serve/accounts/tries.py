"""Failed tries and the growing delay after them, kept in the store: for all of its servers, and over a restart.

A try is counted before the password is looked at and taken back when it was right, so that a hundred at once get no further than a
few one after the other. What was tried is kept as a keyed hash, so that the table names nobody, and also holds for names that nobody has.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address, ip_network
from math import ceil

import sqlalchemy as sa

from carekit.store.keys import subkey
from carekit.store.schema import LOGIN_TRY

#: Two servers' clocks may differ by so much; a moment further ahead means that the computer's clock was set back.
CLOCK_SKEW = timedelta(minutes=5)
_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """How many tries are free, and the delay after: `first` seconds, doubled with each further one, `most` at most.

    After `forgotten` seconds without a try the count begins anew.
    """

    free: int
    first: int
    most: int
    forgotten: int

    def delay(self, failures: int) -> int:
        """Seconds to wait after so many failures."""
        if failures < self.free:
            return 0
        return int(min(self.first * 2 ** min(failures - self.free, 30), self.most))


#: For one name, and for the codes of one account: some thirty guesses a day.
NAME_LIMIT = Limit(free=5, first=60, most=3600, forgotten=86400)
#: For one address: looser, because a whole school may come from one.
SOURCE_LIMIT = Limit(free=50, first=60, most=900, forgotten=3600)


class Tries:
    """The counters of one store; used inside the caller's transaction."""

    def __init__(self, key: bytes) -> None:
        self._key = subkey(key, "login tries")

    def of_name(self, name: str) -> str:
        """What is counted for a login name, given or not."""
        return self._hash(f"name:{name}")

    def of_codes(self, account_id: str) -> str:
        """What is counted for the codes of an account."""
        return self._hash(f"codes:{account_id}")

    def of_source(self, source: str) -> str:
        """What is counted for an address; of IPv6 the network, because one machine has many addresses in it."""
        try:
            address = ip_address(source.partition("%")[0])
        except ValueError:
            return self._hash(f"source:{source}")
        network = ip_network((address, 64 if address.version == 6 else 32), strict=False)
        return self._hash(f"source:{network}")

    def failures(self, connection: sa.Connection, tried: str, limit: Limit, now: datetime) -> tuple[int, datetime | None]:
        """How many tries failed, and when the last; none when that was long ago, or lies ahead because the clock was set back."""
        row = connection.execute(sa.select(LOGIN_TRY.c.failures, LOGIN_TRY.c.last_at).where(LOGIN_TRY.c.tried == tried)).one_or_none()
        if row is None or not now - timedelta(seconds=limit.forgotten) < row.last_at <= now + CLOCK_SKEW:
            return 0, None
        return row.failures, row.last_at

    def locked_until(self, connection: sa.Connection, tried: str, limit: Limit, now: datetime) -> datetime | None:
        """Until when nothing is accepted, or None."""
        failures, last_at = self.failures(connection, tried, limit, now)
        until = last_at and last_at + timedelta(seconds=limit.delay(failures))
        return until if until and until > now else None

    def wait(self, connection: sa.Connection, tried: str, limit: Limit, now: datetime) -> int:
        """Seconds until the next try is accepted, 0 when it is at once."""
        until = self.locked_until(connection, tried, limit, now)
        return ceil((until - now).total_seconds()) if until else 0

    def count(self, connection: sa.Connection, tried: str, limit: Limit, now: datetime) -> int:
        """Count a try; the seconds of delay if it fails."""
        failures = self.failures(connection, tried, limit, now)[0] + 1
        self.forget(connection, tried)
        connection.execute(LOGIN_TRY.delete().where(LOGIN_TRY.c.last_at < now - _KEPT))
        connection.execute(LOGIN_TRY.insert(), [{"tried": tried, "failures": failures, "last_at": now}])
        return limit.delay(failures)

    def forget(self, connection: sa.Connection, tried: str) -> None:
        """Begin anew."""
        connection.execute(LOGIN_TRY.delete().where(LOGIN_TRY.c.tried == tried))

    def _hash(self, text: str) -> str:
        return hmac.new(self._key, text.encode("utf-8", "surrogatepass"), sha256).hexdigest()
