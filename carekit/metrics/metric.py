"""What a rate is: its 口径, the fields that it rests on, and a select with one row per child."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from carekit.language import Label
from carekit.obligations import RULES, Sources, Timetable
from carekit.obligations.facts import Needs

Select = sa.Select[Any]


@dataclass(frozen=True, slots=True)
class Metric:
    """A rate: its 口径 in words, the fields it rests on, and its select (one row per child)."""

    name: str
    label: Label
    definition: Label
    needs: Needs
    select: Callable[[Sources, Timetable], Select]

    def defined(self, timetable: Timetable) -> Label:
        """The definition with the rules of the date filled in, and what was assumed."""
        label = self.definition.format(rule=timetable.rules().label)
        for note in timetable.assumptions:
            label = Label(f"{label.en} {note.en}", f"{label.zh}{note.zh}")
        return label


def rate_rows(rows: Any, numerator: Any, denominator: Any = None) -> Select:
    """The select of a rate from rows with child_id and class_id; without a denominator each child counts once."""
    whole = sa.literal(1) if denominator is None else denominator
    return sa.select(rows.c.child_id, rows.c.class_id, numerator.label("numerator"), whole.label("denominator"))


def each_met(rule: str) -> Callable[[Sources, Timetable], Select]:
    """The children of a rule that asks one thing of each."""

    def select(source: Sources, timetable: Timetable) -> Select:
        rows = RULES[rule].select(source, timetable, None).subquery("duty")
        return rate_rows(rows, rows.c.met)

    return select


def of_rule(name: str, rule: str, label: Label, select: Callable[[Sources, Timetable], Select]) -> Metric:
    """The rate of a rule: its definition is the rule's, and so is what it rests on."""
    definition = RULES[rule].definition
    return Metric(name, label, definition, RULES[rule].needs, select)
