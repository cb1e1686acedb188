"""The rows of the dashboard: made by a seeded generator, the same on every machine; nobody in them is real."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random

COUNT = 20_000
CATEGORIES = ("Attendance", "Behaviour", "Counselling", "Health", "Meals", "Nursing", "Special needs", "Transport")
STATES = ("open", "closed", "waiting")
COLUMNS = ("id", "date", "school", "grade", "category", "status", "hours", "amount", "note")

Row = tuple[int, str, str, int, str, str, float, float, str]


def rows(count: int = COUNT, seed: int = 7) -> Iterator[Row]:
    """So many rows, one at a time, in the order of `COLUMNS`; hours up to 8, amounts up to 500."""
    rnd = Random(seed)
    for number in range(count):
        yield (
            number,
            f"2026-{rnd.randint(1, 12):02}-{rnd.randint(1, 28):02}",
            f"School {rnd.randint(1, 12)}",
            rnd.randint(1, 12),
            rnd.choice(CATEGORIES),
            rnd.choice(STATES),
            round(rnd.random() * 8, 2),
            round(rnd.random() * 500, 2),
            f"note {rnd.randint(1, 999)}",
        )


def write_rows(path: Path) -> None:
    """Write all rows as a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(rows())


@cache
def first_figure(category: str | None = None) -> str:
    """What the dashboard's first figure must say: how many rows there are of a category, or of all."""
    return f"{sum(category in {None, row[4]} for row in rows()):,}"
