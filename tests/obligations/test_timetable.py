"""The rules of a date in words: carekit.obligations.timetable."""

from __future__ import annotations

from dataclasses import replace

import pytest

from carekit.obligations.timetable import _USUAL
from carekit.records.codes import AwayRule


@pytest.mark.parametrize(
    ("who", "months", "zh"),
    [(AwayRule.ANY, 0, "父母一方或双方外出务工"), (AwayRule.BOTH, 6, "父母双方外出务工满6个月")],
)
def test_the_schools_own_definition_is_told_in_words(who: AwayRule, months: int, zh: str) -> None:
    """Who must be away, and for how long when a length is asked for."""
    assert replace(_USUAL, left_behind_who=who, left_behind_months=months).label.zh == zh
