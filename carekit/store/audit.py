"""The audit log: who read, wrote, exported or was refused what, when; append-only, each line chained to the one before by SHA-256.

Lines name kinds, ids and fields, never what stands in them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from carekit import clock
from carekit.access import Actor
from carekit.store.schema import AUDIT

_START = "0" * 64
_HASHED = ("seq", "at", "actor", "role", "action", "kind", "entity_id", "detail", "previous")


@dataclass(frozen=True, slots=True)
class Entry:
    """What a line says: an action (read, add, amend, withdraw, bring_back, export, refused, ...) on a record."""

    action: str
    kind: str = ""
    entity_id: str = ""
    detail: str = ""


def line_hash(values: dict[str, Any]) -> str:
    """The hash of a line, over all its other columns and the hash of the line before."""
    plain = [values[name].isoformat() if isinstance(values[name], datetime) else values[name] for name in _HASHED]
    return sha256(json.dumps(plain, ensure_ascii=True).encode()).hexdigest()


_LAST = sa.select(AUDIT.c.seq, AUDIT.c.at, AUDIT.c.hash).order_by(AUDIT.c.seq.desc()).limit(1)


def _last(connection: sa.Connection) -> tuple[int, datetime | None, str]:
    row = connection.execute(_LAST).one_or_none()
    return (row.seq, row.at, row.hash) if row else (0, None, _START)


_LAST_SEQ = sa.select(sa.func.max(AUDIT.c.seq))


def last_seq(connection: sa.Connection) -> int:
    """The number of the last line, 0 before the first: as long as it stays the same, nothing was written."""
    return int(connection.execute(_LAST_SEQ).scalar() or 0)


def next_moment(connection: sa.Connection) -> datetime:
    """The moment at which a transaction writes: now, but always later than anything written before, whatever the computer's clock says."""
    last_at = _last(connection)[1]
    now = clock.now()
    return now if last_at is None or now > last_at else last_at + timedelta(microseconds=1)


def append(connection: sa.Connection, actor: Actor, entries: Sequence[Entry], moment: datetime) -> None:
    """Add lines to the log inside a writing transaction."""
    seq, _, previous = _last(connection)
    rows = []
    for entry in entries:
        seq += 1
        row: dict[str, Any] = {
            "seq": seq, "at": moment, "actor": actor.staff_id, "role": actor.role or "", "action": entry.action, "kind": entry.kind,
            "entity_id": entry.entity_id, "detail": entry.detail, "previous": previous,
        }  # fmt: skip
        row["role"] = str(row["role"])
        row["hash"] = previous = line_hash(row)
        rows.append(row)
    if rows:
        connection.execute(AUDIT.insert(), rows)


def first_broken_line(lines: Iterable[Any]) -> int | None:
    """The number of the first line that does not continue the chain, or None when all do; `lines` are rows in order of seq."""
    previous, expected = _START, 1
    for line in lines:
        values = dict(line)
        if values["seq"] != expected or values["previous"] != previous or line_hash(values) != values["hash"]:
            return expected
        previous, expected = values["hash"], expected + 1
    return None
