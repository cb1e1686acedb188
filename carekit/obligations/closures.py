"""When a closure takes a child off the register: once it is approved, from the day after its last day until it is reopened.

The same is said of one closure by `Closure.in_force` and `Closure.shuts`. What is only proposed changes nothing: a child who is taken off too early is
missed, one who stays on too long is asked after once more.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa


def in_force(closure: Any) -> sa.ColumnElement[bool]:
    """Whether a row of a closure (of the register, of an intervention) is approved."""
    is_approved: sa.ColumnElement[bool] = closure.c.approved_by.is_not(None)
    return is_approved


def shuts(closure: Any, day: Any) -> sa.ColumnElement[bool]:
    """Whether a closure holds on a day: the last day itself and the day of the reopening are not shut."""
    return sa.and_(in_force(closure), closure.c.closed_on < day, not_reopened(closure, day))


def not_reopened(closure: Any, day: Any) -> sa.ColumnElement[bool]:
    """Whether nothing was reopened by a day."""
    return sa.or_(closure.c.reopened_on.is_(None), closure.c.reopened_on > day)
