"""Draws that give the same result on every machine, Python version and day.

Only `random.Random.random` is used: its sequence for a given integer seed is the one that Python promises to keep. Every
part of the sample draws from a branch of its own, so that a change in one part leaves the others as they were.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TypeVar

T = TypeVar("T")
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS = [one + two for one in _CROCKFORD for two in _CROCKFORD]
_EPOCH = date(1970, 1, 1)


def _digest(text: str, size: int) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8"), digest_size=size).digest(), "big")


class Dice:
    """A stream of draws named by `path`; `branch` gives an independent one."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._random = random.Random(_digest(path, 16)).random  # noqa: S311 - nothing secret is drawn

    def branch(self, *names: object) -> Dice:
        """The stream of this path with `names` behind it, wherever this stream stands."""
        return Dice("/".join((self._path, *map(str, names))))

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return self._random() < probability

    def number(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + int(self._random() * (high - low + 1))

    def pick(self, things: Sequence[T]) -> T:
        """One of `things`, each as likely as the others."""
        return things[int(self._random() * len(things))]

    def weighted(self, weights: dict[T, float]) -> T:
        """One key, with a probability in proportion to its weight."""
        left = self._random() * sum(weights.values())
        for thing, weight in weights.items():
            left -= weight
            if left < 0:
                return thing
        return next(reversed(weights))

    def shuffled(self, things: Sequence[T]) -> list[T]:
        """`things` in a random order (Fisher and Yates)."""
        result = list(things)
        for last in range(len(result) - 1, 0, -1):
            other = self.number(0, last)
            result[last], result[other] = result[other], result[last]
        return result

    def day(self, first: date, last: date) -> date:
        """A day from `first` to `last`, both included."""
        return first + timedelta(days=self.number(0, (last - first).days))


def stable_id(seed: int, day: date, *names: object) -> str:
    """An id of the shape of `fields.new_id`: the milliseconds of `day`, then 80 bits that depend on seed and names alone."""
    milliseconds = (day - _EPOCH).days * 86_400_000
    number = milliseconds << 80 | _digest("/".join(("id", str(seed), *map(str, names))), 10)
    return "".join([_PAIRS[number >> shift & 1023] for shift in range(120, -1, -10)])
