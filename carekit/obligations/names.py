"""What classes, teachers and children are called at a date: last year's report keeps last year's names."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from carekit import clock
from carekit.records.codes import Duty
from carekit.store import Desk


def class_names(desk: Desk, on: date, known_at: datetime | None = None) -> dict[str, str]:
    """Names of all classes by id: as they were written by the end of the day `on`; of classes entered later, as known now (at `known_at`)."""
    moments: list[datetime | None] = [known_at]
    end = clock.start_of(on + timedelta(days=1))
    if end <= (known_at or clock.now()):
        moments.append(end)
    names: dict[str, str] = {}
    for moment in moments:
        rows = desk.rows("school_class", known_at=moment, restrict=False)
        names.update((row[0], row[1]) for row in desk.tuples(sa.select(rows.c.id, rows.c.name)))
    return names


def class_teachers(desk: Desk, on: date, known_at: datetime | None = None) -> dict[str, tuple[str, str]]:
    """The class teacher of each class at a date as (id, name); the last one to begin when there are several."""
    duty = desk.rows("assignment", known_at=known_at, restrict=False)
    staff = desk.rows("staff_member", known_at=known_at, restrict=False)
    select = (
        sa.select(duty.c.class_id, staff.c.id, staff.c.name)
        .join(staff, staff.c.id == duty.c.staff_id)
        .where(duty.c.duty == str(Duty.CLASS_TEACHER), duty.c.from_on <= on, sa.or_(duty.c.until_on.is_(None), duty.c.until_on > on))
        .order_by(duty.c.from_on, duty.c.id)
    )
    return {class_id: (staff_id, name) for class_id, staff_id, name in desk.tuples(select)}


def child_names(desk: Desk, ids: Collection[str], known_at: datetime | None = None) -> dict[str, str]:
    """Names of the children that the reader may see, by id."""
    rows = desk.rows("child", known_at=known_at)
    select = sa.select(rows.c.id, rows.c.name)
    chunks = [list(ids)[start : start + 10_000] for start in range(0, len(ids), 10_000)]
    return {row[0]: row[1] for chunk in chunks for row in desk.tuples(select.where(rows.c.id.in_(chunk)))}
