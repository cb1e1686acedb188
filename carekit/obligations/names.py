"""What classes, teachers and children are called at a date: last year's report keeps last year's names."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from carekit import clock
from carekit.obligations.lookup import lookup
from carekit.records.codes import Duty
from carekit.store import Desk


def names_then(desk: Desk, on: date, known_at: datetime | None = None) -> dict[str, str]:
    """Names of the classes, by id, as they were written by the end of the day `on`; nothing for a day that is not over."""
    end = clock.start_of(on + timedelta(days=1))
    return dict(lookup(desk, "school_class", ("id", "name"), end)) if end <= (known_at or clock.now()) else {}


def class_names(desk: Desk, on: date, known_at: datetime | None = None) -> dict[str, str]:
    """Names of all classes by id: as they were written by the end of the day `on`; of classes entered later, as known now (at `known_at`)."""
    return dict(lookup(desk, "school_class", ("id", "name"), known_at)) | names_then(desk, on, known_at)


def class_teachers(desk: Desk, on: date, known_at: datetime | None = None) -> dict[str, tuple[str, str]]:
    """The class teacher of each class at a date as (id, name); the last one to begin when there are several."""
    columns = ("from_on", "id", "class_id", "staff_id", "until_on", "duty")
    staff: dict[str, str] = dict(lookup(desk, "staff_member", ("id", "name"), known_at))
    duties = sorted(lookup(desk, "assignment", columns, known_at), key=lambda row: row[:2])
    return {
        class_id: (staff_id, staff[staff_id])
        for from_on, _, class_id, staff_id, until_on, duty in duties
        if duty == Duty.CLASS_TEACHER and from_on <= on and (until_on is None or until_on > on) and staff_id in staff
    }


def child_names(desk: Desk, ids: Collection[str], known_at: datetime | None = None) -> dict[str, str]:
    """Names of the children that the reader may see, by id."""
    rows = desk.rows("child", known_at=known_at)
    select = sa.select(rows.c.id, rows.c.name)
    chunks = [list(ids)[start : start + 10_000] for start in range(0, len(ids), 10_000)]
    return {row[0]: row[1] for chunk in chunks for row in desk.tuples(select.where(rows.c.id.in_(chunk)))}
