"""Draws and ids that are the same everywhere."""

from __future__ import annotations

import re
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from carekit.sample.dice import Dice, stable_id


def test_draws_are_those_written_down() -> None:
    """The same path gives the same draws on every machine and Python version."""
    dice = Dice("a school")
    assert [dice.number(1, 100) for _ in range(6)] == [39, 67, 18, 98, 100, 62]


def test_a_branch_does_not_depend_on_what_was_drawn_before() -> None:
    """A branch gives the same draws wherever its parent stands."""
    early, late = Dice("x"), Dice("x")
    late.number(1, 6)
    assert [early.branch("a", 1).number(1, 1000)] == [late.branch("a", 1).number(1, 1000)]
    assert early.branch("a").number(1, 10**9) != early.branch("b").number(1, 10**9)


@given(st.text(max_size=8), st.integers(-50, 50), st.integers(0, 80))
def test_numbers_stay_within_their_bounds(path: str, low: int, width: int) -> None:
    """A drawn number is between the two bounds, both included."""
    dice = Dice(path)
    assert all(low <= dice.number(low, low + width) <= low + width for _ in range(20))


@given(st.lists(st.integers(), max_size=30))
def test_shuffling_loses_nothing(things: list[int]) -> None:
    """A shuffled list has the same things."""
    assert sorted(Dice("s").shuffled(things)) == sorted(things)


@given(st.sampled_from([0.0, 0.25, 1.0]))
def test_a_thing_without_weight_is_never_drawn(weight: float) -> None:
    """Only things with a weight above zero are drawn."""
    dice = Dice("w")
    assert {dice.weighted({"never": 0.0, "always": weight + 0.1}) for _ in range(50)} == {"always"}


def test_ids_have_the_shape_of_new_ids_and_rise_with_the_day() -> None:
    """A stable id has 26 characters of Crockford's alphabet, sorts by its day and differs by name and seed."""
    first, second = stable_id(1, date(2024, 9, 1), "child", "a"), stable_id(1, date(2024, 9, 2), "child", "a")
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{26}", first)
    assert first < second
    assert first != stable_id(2, date(2024, 9, 1), "child", "a") != stable_id(2, date(2024, 9, 1), "child", "b")
