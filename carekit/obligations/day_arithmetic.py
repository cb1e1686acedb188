"""A day some days or months later, in a select: the one thing of dates in which the two databases differ."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction


class days_after(GenericFunction[Any]):  # noqa: N801 - a function of a select is written like one
    """The day so many whole days after a day (both columns or values); NULL when either is.

    For intervals that differ from row to row.
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


class months_after(GenericFunction[Any]):  # noqa: N801 - as above
    """The same day of the month so many months later, or that month's last day when it is shorter: as `calendar.add_months`, counted from the first day."""

    name = "months_after"
    type = sa.Date()
    inherit_cache = True


@compiles(months_after, "sqlite")
def _months_on_sqlite(element: months_after, compiler: Any, **options: Any) -> str:
    day, months = (compiler.process(clause, **options) for clause in element.clauses)
    # a day that the month lacks would run over into the next one
    return f"min(date({day}, '+' || ({months}) || ' months'), date({day}, 'start of month', '+' || ({months} + 1) || ' months', '-1 day'))"


@compiles(months_after, "postgresql")
def _months_on_postgresql(element: months_after, compiler: Any, **options: Any) -> str:
    day, months = (compiler.process(clause, **options) for clause in element.clauses)
    return f"CAST(CAST({day} AS DATE) + CAST({months} AS INTEGER) * INTERVAL '1 month' AS DATE)"


def later_of(first: Any, *others: Any) -> Any:
    """The later of several days, of which all but the first may be NULL."""
    latest = first
    for other in others:
        latest = sa.case((sa.and_(other.is_not(None), other > latest), other), else_=latest)
    return latest
