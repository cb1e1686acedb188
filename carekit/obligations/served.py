"""For whom the daily work is due: every pupil of the day but those whose file was closed.

Groups, pairings, plans and difficulties also concern pupils who are not left behind, so these rules start from the enrolment and not from the
register. A closed file ends its reminders; after a reopening nothing from before it comes back as overdue (`resumed_on`).
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from carekit.obligations.closures import in_force, shuts
from carekit.obligations.facts import Sources, exists_in, stays_in
from carekit.obligations.timetable import Timetable, moment_values


def served(source: Sources, timetable: Timetable, name: str = "served") -> sa.Subquery:
    """One row per child of the reader's scope: child_id, class_id, school_id, on_day, resumed_on (NULL when never reopened)."""
    rows = source.shared("every_served", timetable, select=lambda: _served(source, timetable))
    return sa.select(rows).subquery(name)


def _served(source: Sources, timetable: Timetable) -> sa.Select[Any]:
    moment, stay = moment_values(timetable.today, "served_day"), source.own("enrolment")
    case, closure = source.all("case", "served_case"), source.all("closure", "served_closure")
    begun = sa.and_(case.c.child_id == stay.c.child_id, case.c.opened_on <= moment.c.on_day)
    shut = exists_in(closure, closure.c.case_id == case.c.id, shuts(closure, moment.c.on_day))
    return (
        sa.select(stay.c.child_id, stay.c.class_id, moment.c.school_id, moment.c.on_day, _resumed(source, stay, moment).label("resumed_on"))
        .select_from(stay)
        .join(moment, stays_in(source, stay, moment, many=timetable.many))
        .where(sa.or_(~exists_in(case, begun), exists_in(case, begun, ~shut)))
    )


def _resumed(source: Sources, stay: Any, moment: Any) -> Any:
    """The last day on which a file of the child was reopened."""
    case, closure = source.all("case", "resumed_case"), source.all("closure", "resumed_closure")
    return (
        sa.select(sa.func.max(closure.c.reopened_on))
        .where(
            case.c.child_id == stay.c.child_id, closure.c.case_id == case.c.id, in_force(closure), closure.c.reopened_on <= moment.c.on_day
        )
        .correlate_except(case, closure)
        .scalar_subquery()
    )
