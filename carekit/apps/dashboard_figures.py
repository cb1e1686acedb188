"""What the dashboard asks of the store: rates, missed children, children behind a figure, duties overdue; as rows to show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from carekit.language import Label
from carekit.metrics import METRICS, Metric, measure, percent
from carekit.obligations import Sources, State, Timetable, due
from carekit.obligations.names import child_names, class_names, class_teachers
from carekit.obligations.register import on_register
from carekit.obligations.rule import may_see
from carekit.obligations.rules import RULES
from carekit.store import Desk

_LINE = Label("{name}: {numerator}/{denominator} {percent}", "{name}：{numerator}/{denominator} {percent}")


@dataclass(frozen=True, slots=True)
class Asked:
    """For which day a figure is asked, and as known at which moment (UTC; None: now)."""

    on: date
    known_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A rate of the whole scope, with its definition and both counts."""

    metric: str
    label: Label
    definition: str
    numerator: int
    denominator: int

    @property
    def percent(self) -> str:
        """The rate with one decimal; "—" for 0/0."""
        return percent(self.numerator, self.denominator)

    @property
    def ratio(self) -> float | None:
        """The rate from 0 to 1, None for 0/0."""
        return self.numerator / self.denominator if self.denominator else None


def visible_metrics(desk: Desk) -> list[Metric]:
    """The rates whose records the reader's role may see."""
    return [metric for metric in METRICS.values() if may_see(desk.actor, metric.needs)]


def rates(desk: Desk, asked: Asked) -> list[Figure]:
    """Every rate that the reader may see, over their whole scope."""
    figures = []
    with desk.snapshot():
        for metric in visible_metrics(desk):
            frame = measure(desk, metric.name, on=asked.on, known_at=asked.known_at)
            definition = str(frame["definition"].iloc[0]) if len(frame) else metric.definition.text()
            figures.append(Figure(metric.name, metric.label, definition, int(frame["numerator"].sum()), int(frame["denominator"].sum())))
    return figures


def overview(figures: Iterable[Figure]) -> list[Label]:
    """Each rate as one line of text."""
    return [_LINE.format(name=f.label, numerator=f.numerator, denominator=f.denominator, percent=f.percent) for f in figures]


def missed_children(desk: Desk, asked: Asked) -> list[dict[str, Any]]:
    """Children enrolled on the day who are left behind by the facts and not on the register: id, name, class_name, teacher; by class and name.

    Empty for a role that may not see the facts.
    """
    if not may_see(desk.actor, RULES["file_complete"].needs):
        return []
    with desk.snapshot():
        timetable = Timetable.at(desk, asked.on, asked.known_at)
        entered = on_register(Sources(desk, asked.known_at), timetable.today, many=timetable.many).subquery("entered")
        found = desk.tuples(sa.select(entered.c.child_id, entered.c.class_id).where(entered.c.opened_on.is_(None)))
        names = child_names(desk, [row[0] for row in found], asked.known_at)
        classes, teachers = class_names(desk, asked.on, asked.known_at), class_teachers(desk, asked.on, asked.known_at)
    rows = [
        {"id": child, "name": names.get(child, ""), "class_name": classes.get(room, ""), "teacher": teachers.get(room, ("", ""))[1]}
        for child, room in found
    ]
    return sorted(rows, key=lambda row: (row["class_name"], row["name"], row["id"]))


def overdue_rows(desk: Desk, asked: Asked) -> tuple[list[dict[str, Any]], int]:
    """The duties overdue on the day, the latest first, as rows to show; and how many more are open and not yet due."""
    frame = due(desk, asked.on, asked.known_at)
    late = frame[[state is State.OVERDUE for state in frame["state"]]]
    rows: Sequence[dict[Any, Any]] = late.to_dict("records")
    return [{**row, "id": f"{row['rule']}:{row['child_id']}:{row['period_start']}"} for row in rows], len(frame) - len(late)
