"""A day some days later, in a select: the one thing of dates in which the two databases differ."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction


class days_after(GenericFunction[Any]):  # noqa: N801 - a function of a select is written like one
    """The day so many whole days after a day (both columns or values); NULL when either is.

    For intervals that differ from row to row. Months are never counted so: they come in from `carekit.calendar`, from the first day on.
    """

    name = "days_after"
    type = sa.Date()
    inherit_cache = True


@compiles(days_after, "sqlite")
def _on_sqlite(element: days_after, compiler: Any, **options: Any) -> str:
    day, days = (compiler.process(clause, **options) for clause in element.clauses)
    return f"date({day}, '+' || ({days}) || ' days')"


@compiles(days_after, "postgresql")
def _on_postgresql(element: days_after, compiler: Any, **options: Any) -> str:
    day, days = (compiler.process(clause, **options) for clause in element.clauses)
    return f"(CAST({day} AS DATE) + CAST({days} AS INTEGER))"


def later_of(first: Any, *others: Any) -> Any:
    """The later of several days, of which all but the first may be NULL."""
    latest = first
    for other in others:
        latest = sa.case((sa.and_(other.is_not(None), other > latest), other), else_=latest)
    return latest
