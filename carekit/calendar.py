"""School years, terms, months and ages: pure functions of dates."""

from __future__ import annotations

import re
from datetime import date, timedelta


def read_days(text: str) -> frozenset[date]:
    """The days in a text of dates and ranges (``2025-10-01~2025-10-08, 2026-01-01``); ValueError when it cannot be read."""
    days: set[date] = set()
    for part in re.split(r"[\s,，、;；]+", text.strip()):
        if not part:
            continue
        first, _, last = part.replace("～", "~").partition("~")
        start, end = date.fromisoformat(first), date.fromisoformat(last or first)
        if end < start or (end - start).days > 366:
            raise ValueError("a range of days runs backwards or is longer than a year")
        days.update(start + timedelta(days=n) for n in range((end - start).days + 1))
    return frozenset(days)
