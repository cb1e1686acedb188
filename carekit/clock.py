"""What time it is: the one place that asks the computer.

Dates are dates of the school's time zone, Asia/Shanghai; moments are stored in UTC without a zone. Tests, samples and
notebooks set the clock by `CAREKIT_TODAY` or `at`, so that nothing depends on the day on which it runs.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta, timezone

#: China has one time zone and no summer time; a fixed offset needs no zone database, which Windows lacks.
SCHOOL_ZONE = timezone(timedelta(hours=8), "Asia/Shanghai")

_set: ContextVar[datetime | None] = ContextVar("_set", default=None)


def now() -> datetime:
    """This moment in UTC, without a zone, to the microsecond."""
    day = os.environ.get("CAREKIT_TODAY")
    real = real_now()
    if not day or _set.get() is not None:
        return real
    local = datetime.combine(date.fromisoformat(day), (real + timedelta(hours=8)).time())
    return local - timedelta(hours=8)


def real_now() -> datetime:
    """This moment in UTC whatever day `CAREKIT_TODAY` says: for time limits, and for codes that a telephone counts too."""
    return _set.get() or datetime.now(UTC).replace(tzinfo=None)


def today() -> date:
    """Today at the school."""
    return day_of(now())


def day_of(moment: datetime) -> date:
    """The school's date at a moment given in UTC."""
    return (moment + SCHOOL_ZONE.utcoffset(None)).date()


def start_of(day: date) -> datetime:
    """The moment, in UTC, at which `day` begins at the school."""
    return datetime(day.year, day.month, day.day, tzinfo=SCHOOL_ZONE).astimezone(UTC).replace(tzinfo=None)


@contextmanager
def at(moment: datetime | date) -> Iterator[None]:
    """Within the block the clock stands at `moment` (UTC), or at noon of a day at the school."""
    if not isinstance(moment, datetime):
        moment = start_of(moment) + timedelta(hours=12)
    token = _set.set(moment)
    try:
        yield
    finally:
        _set.reset(token)
