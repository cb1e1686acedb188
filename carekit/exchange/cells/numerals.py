"""Chinese numerals from 1 to 99 and the digits of years, as they stand in class names and dates."""

from __future__ import annotations

import re

_DIGITS = {c: n for n, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "Ｏ": 0, "◯": 0, "两": 2, "廿": 2, "O": 0, "o": 0}
_NUMERAL = re.compile("[〇零○◯一二三四五六七八九十两廿]+")


def numeral(text: str) -> int | None:
    """The number that a Chinese or Arabic numeral from 0 to 99 says (二十三, 十二, 7); None when it is none."""
    if text.isascii():
        return int(text) if text.isdigit() and len(text) <= 2 else None
    if "十" in text:
        tens, _, ones = text.partition("十")
        high = _DIGITS.get(tens, -1) if tens else 1
        low = _DIGITS.get(ones, -1) if ones else 0
        return high * 10 + low if high > 0 and low >= 0 else None
    if len(text) == 2 and text[0] == "廿":
        return 20 + _DIGITS.get(text[1], 0)
    if len(text) > 2 or any(c not in _DIGITS for c in text):
        return None
    return int("".join(str(_DIGITS[c]) for c in text)) if text else None


def arabic(text: str) -> str:
    """`text` with every Chinese numeral in Arabic digits; years digit by digit (二〇一六年三月十五日: 2016年3月15日)."""

    def one(match: re.Match[str]) -> str:
        run = match[0]
        if "十" not in run and len(run) > 1:
            return "".join(str(_DIGITS[c]) for c in run)
        value = numeral(run)
        return run if value is None else str(value)

    return _NUMERAL.sub(one, text)
