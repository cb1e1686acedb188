"""Small tables read whole: terms, rules, classes, staff."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from carekit.store import Desk

#: Selects of what is known now, by kind and columns; building one takes longer than a small table takes to read.
_SELECTS: dict[tuple[str, tuple[str, ...]], sa.Select[Any]] = {}


def lookup(desk: Desk, kind: str, names: tuple[str, ...], known_at: datetime | None = None) -> list[tuple[Any, ...]]:
    """Some columns of all rows of a kind that names no child, as known at a moment (UTC; now when None), in the order of those columns."""
    return desk.kept(("lookup", kind, names, known_at), lambda: _read(desk, kind, names, known_at))


def _read(desk: Desk, kind: str, names: tuple[str, ...], known_at: datetime | None) -> list[tuple[Any, ...]]:
    select = _SELECTS.get((kind, names)) if known_at is None else None
    if select is None:
        every: Any = desk.rows(kind, known_at=known_at, restrict=False).element
        select = every.with_only_columns(*(every.selected_columns[name] for name in names))
        if known_at is None:
            _SELECTS[kind, names] = select
    return desk.tuples(select)
