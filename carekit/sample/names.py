"""Invented names, identity numbers and phone numbers, each given out once."""

from __future__ import annotations

from datetime import date

from carekit.identifiers import check_digit
from carekit.records.codes import Sex
from carekit.sample import words
from carekit.sample.dice import Dice
from carekit.sample.plan import REGION


class Names:
    """Hands out names, identity numbers (region 999999, which is nobody's) and phone numbers (prefix 154, which is not in use)."""

    def __init__(self, dice: Dice) -> None:
        self._dice = dice
        self._children: set[str] = set()
        self._numbers: set[str] = set()
        self._phones: set[str] = set()

    def reserve(self, *names: str) -> None:
        """Keep these names for special children: no other child gets one of them."""
        self._children.update(names)

    def child(self, dice: Dice, surname: str, sex: Sex) -> str:
        """A name that no other child has."""
        first, last = (words.BOY_FIRST, words.BOY_LAST) if sex is Sex.MALE else (words.GIRL_FIRST, words.GIRL_LAST)
        while True:
            one, two = dice.pick(first), dice.pick(last)
            name = surname + (two if dice.chance(0.08) else one + two)
            if one != two and name not in self._children:
                self._children.add(name)
                return name

    def adult(self, dice: Dice, *, woman: bool, surname: str | None = None, old: bool = False) -> str:
        """A grown-up's name; grown-ups may share names."""
        first, last = (words.WOMAN_FIRST, words.WOMAN_LAST) if woman else (words.MAN_FIRST, words.MAN_LAST)
        surname = surname or dice.pick(words.SURNAMES)
        one, two = dice.pick(first), dice.pick(last)
        return surname + (two if (old and dice.chance(0.1)) or one == two else one + two)

    def id_number(self, born_on: date, sex: Sex) -> str:
        """A well-formed identity number with the right check digit and sex digit."""
        while True:
            order = self._dice.number(1, 499) * 2 + (1 if sex is Sex.MALE else 0)
            first17 = f"{REGION}{born_on:%Y%m%d}{order % 1000:03}"
            if first17 not in self._numbers:
                self._numbers.add(first17)
                return first17 + check_digit(first17)

    def phone(self) -> str:
        """A phone number that nobody else has."""
        while True:
            number = f"154{self._dice.number(10_000_000, 99_999_999)}"
            if number not in self._phones:
                self._phones.add(number)
                return number
