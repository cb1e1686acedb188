"""What time it is: carekit.clock."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from carekit import clock


def test_the_school_day_begins_at_midnight_in_china() -> None:
    """16:00 in UTC is midnight at the school: the day changes there and then."""
    assert clock.day_of(datetime(2026, 3, 1, 15, 59, 59)) == date(2026, 3, 1)
    assert clock.day_of(datetime(2026, 3, 1, 16, 0)) == date(2026, 3, 2)
    assert clock.start_of(date(2026, 3, 2)) == datetime(2026, 3, 1, 16, 0)


def test_the_clock_can_stand_still() -> None:
    """Within a block the clock stands at a moment or at noon of a day, and goes on afterwards."""
    with clock.at(date(2026, 3, 1)):
        assert clock.today() == date(2026, 3, 1) and clock.now() == datetime(2026, 3, 1, 4, 0)
        with clock.at(datetime(2020, 1, 1)):
            assert clock.today() == date(2020, 1, 1)
        assert clock.today() == date(2026, 3, 1)
    assert clock.now() > datetime(2026, 3, 1)


def test_the_day_can_be_set_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """A setting fixes the day while the time of day goes on; a wrong one is loud."""
    monkeypatch.setenv("CAREKIT_TODAY", "2026-05-20")
    assert clock.today() == date(2026, 5, 20) and clock.now() <= clock.now()
    monkeypatch.setenv("CAREKIT_TODAY", "20 May")
    with pytest.raises(ValueError, match="20 May"):
        clock.now()
