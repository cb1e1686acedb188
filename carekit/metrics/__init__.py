"""Rates by any grouping, the children behind them, and the analysis of the children's situation, as pandas frames.

Every figure is aggregated in the database and carries its date, its definition (口径) and both counts. 0/0 has no ratio and is written "—".
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pandas as pd
import sqlalchemy as sa

from carekit import clock
from carekit.errors import ProgrammerError
from carekit.metrics.groups import GROUPINGS, Group, Grouping, groups_of
from carekit.metrics.metric import Metric
from carekit.metrics.profile import CATEGORIES, situation
from carekit.metrics.rates import METRICS
from carekit.obligations import Sources, Timetable
from carekit.obligations.names import child_names, class_names
from carekit.obligations.rule import require_sight
from carekit.store import Desk

__all__ = ["CATEGORIES", "GROUPINGS", "MEASURE_COLUMNS", "METRICS", "Metric", "children_behind", "measure", "percent", "situation"]

#: Columns of `measure`.
MEASURE_COLUMNS = ("metric", "definition", "on", "group", "group_id", "numerator", "denominator", "ratio")


def percent(numerator: int, denominator: int) -> str:
    """A rate as it is printed: one decimal, rounded half up; "—" when nobody is counted."""
    if not denominator:
        return "—"
    return f"{(Decimal(100 * numerator) / Decimal(denominator)).quantize(Decimal('0.1'), ROUND_HALF_UP)}%"


def _find(metric: str, by: str) -> tuple[Metric, Grouping]:
    if metric not in METRICS or by not in GROUPINGS:
        raise ProgrammerError(f"there is no rate {metric!r} by {by!r}")
    return METRICS[metric], GROUPINGS[by]


def _months(timetable: Timetable) -> dict[str, date]:
    """The day at which the figure of each school month is taken: its last day, or the day of the figure."""
    return {f"{m.starts_on:%Y-%m}": m.begun_by for m in sorted(timetable.year_months, key=lambda m: m.starts_on)}


def measure(desk: Desk, metric: str, *, on: date | None = None, known_at: datetime | None = None, by: str = "school") -> pd.DataFrame:
    """A rate at a date (today when left out), as known at a moment (UTC; now when left out), one row per group (columns `MEASURE_COLUMNS`).

    `by` is one of `GROUPINGS`; by month there is a row for each school month of the school year, at its last day. Groups in which nobody is counted
    stand with 0/0 and the ratio None. Raises `Denied` when the reader's role does not see what the rate rests on.
    """
    rate, grouping = _find(metric, by)
    require_sight(desk.actor, rate.needs)
    on = on or clock.today()
    with desk.snapshot():
        timetable = Timetable.at(desk, on, known_at)
        definition = rate.defined(timetable).text()
        if by == "month":
            counted = [(Group(key, key), *_total(desk, rate, day, known_at)) for key, day in _months(timetable).items()]
        else:
            counted = _counted(desk, rate, timetable, known_at, grouping)
    rows = [(metric, definition, on, group.label, group.id, top, bottom) for group, top, bottom in counted]
    frame = pd.DataFrame(rows, columns=list(MEASURE_COLUMNS[:-1]))
    frame["ratio"] = pd.Series([top / bottom if bottom else None for _, top, bottom in counted], dtype=object)
    return frame


_SELECTS: OrderedDict[tuple[object, ...], Any] = OrderedDict()
_KEPT = 256


def _kept(key: tuple[object, ...], build: Callable[[], Any]) -> Any:
    """What was built for the same question before, or is built now: that takes longer than a small school takes to count."""
    built = _SELECTS.pop(key, None)
    if built is None:
        built = build()
    _SELECTS[key] = built
    if len(_SELECTS) > _KEPT:
        _SELECTS.popitem(last=False)
    return built


def _question(desk: Desk, rate: Metric, timetable: Timetable, known_at: datetime | None) -> tuple[object, ...]:
    """Everything on which the select of a rate depends: the reader's scope among it, by the day on which it is asked."""
    return (rate.name, desk.actor, known_at, clock.today(), timetable.signature)


def _per_child(desk: Desk, rate: Metric, timetable: Timetable, known_at: datetime | None) -> Any:
    key = _question(desk, rate, timetable, known_at)
    return _kept(key, lambda: rate.select(Sources(desk, known_at, rate.needs), timetable).subquery("per_child"))


def _by_key(desk: Desk, rate: Metric, timetable: Timetable, known_at: datetime | None, grouping: Grouping) -> Any:
    """Class (or village), numerator and denominator of each group."""

    def build() -> sa.Select[Any]:
        rows = _per_child(desk, rate, timetable, known_at)
        key, joined = _key(Sources(desk, known_at), rows, grouping)
        return sa.select(key, sa.func.sum(rows.c.numerator), sa.func.sum(rows.c.denominator)).select_from(joined).group_by(key)

    return _kept((*_question(desk, rate, timetable, known_at), grouping.by_village), build)


def _total(desk: Desk, rate: Metric, on: date, known_at: datetime | None) -> tuple[int, int]:
    rows = _per_child(desk, rate, Timetable.at(desk, on, known_at), known_at)
    ((top, bottom),) = desk.tuples(sa.select(sa.func.sum(rows.c.numerator), sa.func.sum(rows.c.denominator)))
    return int(top or 0), int(bottom or 0)


def _key(source: Sources, rows: Any, grouping: Grouping) -> tuple[Any, Any]:
    """The column to group by, and the rows it is selected from."""
    if not grouping.by_village:
        return rows.c.class_id, rows
    child, family = source.all("child", "group_child"), source.all("family", "group_family")
    joined = rows.join(child, child.c.id == rows.c.child_id).outerjoin(family, family.c.id == child.c.family_id)
    return sa.func.coalesce(child.c.village, family.c.village), joined


def _counted(desk: Desk, rate: Metric, timetable: Timetable, known_at: datetime | None, grouping: Grouping) -> list[tuple[Group, int, int]]:
    select = _by_key(desk, rate, timetable, known_at, grouping)
    found = [(each, int(top), int(bottom)) for each, top, bottom in desk.tuples(select)]
    groups = groups_of(desk, timetable, known_at, grouping, [each for each, _, _ in found])
    sums: dict[Group, list[int]] = {group: [0, 0] for group in groups.listed}
    for each, top, bottom in found:
        total = sums.setdefault(groups.of(each), [0, 0])
        total[0] += top
        total[1] += bottom
    return [(group, top, bottom) for group, (top, bottom) in sums.items()]


def children_behind(
    desk: Desk,
    metric: str,
    *,
    on: date | None = None,
    known_at: datetime | None = None,
    by: str = "school",
    group: str | None = None,
) -> pd.DataFrame:
    """The children counted in a rate: columns child_id, name, class_id, class_name, in_numerator; those who break it come first.

    `group` is a `group_id` of `measure` by the same grouping; without it, all groups. A child who is in no group counts in none.
    """
    rate, grouping = _find(metric, by)
    require_sight(desk.actor, rate.needs)
    on = on or clock.today()
    with desk.snapshot():
        if by == "month" and group is not None:
            months = _months(Timetable.at(desk, on, known_at))
            if group not in months:
                return _listed(desk, [], on, known_at)
            on = months[group]
        timetable, source = Timetable.at(desk, on, known_at), Sources(desk, known_at)
        rows = _per_child(desk, rate, timetable, known_at)
        key, joined = _key(source, rows, grouping)
        columns = (rows.c.child_id, rows.c.class_id, rows.c.numerator, rows.c.denominator, key.label("group_key"))
        found = desk.tuples(sa.select(*columns).select_from(joined))
        if group is not None and by != "month":
            groups = groups_of(desk, timetable, known_at, grouping, {row[4] for row in found})
            found = [row for row in found if groups.of(row[4]).id == group]
        return _listed(desk, found, on, known_at)


def _listed(desk: Desk, found: Iterable[tuple[Any, ...]], on: date, known_at: datetime | None) -> pd.DataFrame:
    rows = list(found)
    names, classes = child_names(desk, {row[0] for row in rows}, known_at), class_names(desk, on, known_at)
    behind = [
        (child, names.get(child, ""), class_id, classes.get(class_id, ""), bool(top >= bottom)) for child, class_id, top, bottom, _ in rows
    ]
    behind.sort(key=lambda row: (row[4], row[3], row[1], row[0]))
    return pd.DataFrame(behind, columns=["child_id", "name", "class_id", "class_name", "in_numerator"])
