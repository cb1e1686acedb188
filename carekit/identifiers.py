"""Identity numbers, pupil numbers and phone numbers of China: how they are written and what can be wrong with them.

Rules: resident identity number GB 11643-1999 with the check digit of ISO 7064 MOD 11-2; national pupil number (学籍号) of
nineteen characters, G or J with an identity number behind it, L without a check digit.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from carekit.language import Label, LabelledEnum

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
#: First two digits of region codes (GB/T 2260), with 81 to 83 for residence permits of Hong Kong, Macao and Taiwan people.
_PROVINCES = frozenset("11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83".split())
#: Region 999999 belongs to nobody: samples and tests use it.
_SAMPLE_REGION = "999999"
#: Spaces, quotes and hyphens that people or programs put into numbers; invisible characters go with `unicodedata`.
_NOISE = re.compile(r"[\s'`‘’´\-‐-―－]")


class IdFault(LabelledEnum):
    """What is wrong with an identity number. The first four make it unusable; the others ask a person to look."""

    LENGTH_15 = Label(
        "An identity number of 15 digits is no longer valid; enter the one of 18 from the household register.",
        "15位身份证号早已停用，请按户口簿填写18位号码。",
    )
    LENGTH = Label("An identity number has 18 characters; this one has more or fewer.", "身份证号应为18位，这个位数不对，请核对。")
    CHARACTERS = Label("An identity number is 17 digits and a digit or X; check it.", "身份证号应为17位数字加1位数字或X，请核对。")
    DATE = Label("The birth date in the identity number does not exist; check it.", "身份证号里的出生日期不存在，请核对。")
    CHECK_DIGIT = Label(
        "The last character of the identity number does not fit the others; check it against the household register.",
        "身份证号末位校验不符，请对照户口簿核对。",
    )
    REGION = Label(
        "The identity number begins with an unknown region; check its first two digits.",
        "身份证号开头的地区代码不认识，请核对前两位。",
    )

    @property
    def fatal(self) -> bool:
        """Whether the number cannot be an identity number at all."""
        return self in (IdFault.LENGTH_15, IdFault.LENGTH, IdFault.CHARACTERS, IdFault.DATE)


@dataclass(frozen=True, slots=True)
class IdFacts:
    """What an identity number says of itself: `born_on` and `male` are None when it is unusable."""

    number: str
    born_on: date | None
    male: bool | None
    faults: tuple[IdFault, ...]


def plain_number(text: str) -> str:
    """`text` in half width, without spaces, quotes, hyphens and invisible characters, letters in capitals."""
    if text.isascii() and text.isalnum():
        return text.upper()
    text = unicodedata.normalize("NFKC", text)
    text = "".join(c for c in text if unicodedata.category(c) not in ("Cf", "Cc"))
    return _NOISE.sub("", text).upper()


#: What stands between several numbers or names of one child in one box.
_BETWEEN = "、"


def several(text: str | None) -> list[str]:
    """The numbers and names that stand together in one text (`Child.other_numbers`), in their order."""
    return [one for one in (text or "").split(_BETWEEN) if one]


def joined(numbers: Iterable[str]) -> str | None:
    """Numbers and names as one text, each once; None without any."""
    return _BETWEEN.join(dict.fromkeys(numbers)) or None


def check_digit(first17: str) -> str:
    """The last character of the identity number that begins with these 17 digits (ISO 7064 MOD 11-2)."""
    return _CHECK[sum(int(d) * w for d, w in zip(first17, _WEIGHTS, strict=True)) % 11]


def read_id_number(text: str) -> IdFacts:
    """What the identity number in `text` says, and what is wrong with it; never raises."""
    number = plain_number(text)
    if len(number) == 15 and number.isdigit():
        return IdFacts(number, None, None, (IdFault.LENGTH_15,))
    if len(number) != 18:
        return IdFacts(number, None, None, (IdFault.LENGTH,))
    if not (number[:17].isdigit() and number.isascii() and (number[17].isdigit() or number[17] == "X")):
        return IdFacts(number, None, None, (IdFault.CHARACTERS,))
    try:
        born_on = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return IdFacts(number, None, None, (IdFault.DATE,))
    faults = []
    if check_digit(number[:17]) != number[17]:
        faults.append(IdFault.CHECK_DIGIT)
    if number[:2] not in _PROVINCES and number[:6] != _SAMPLE_REGION:
        faults.append(IdFault.REGION)
    return IdFacts(number, born_on, int(number[16]) % 2 == 1, tuple(faults))


_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"(0\d{2,3})?[2-9]\d{6,7}(转\d{1,6})?")


def plain_phone(text: str) -> str:
    """A phone number in half width without spaces, hyphens and the prefix of China (+86, 0086, 86)."""
    number = plain_number(text)
    return re.sub(r"^(\+86|0086|86(?=1[3-9]\d{9}$))", "", number)


def is_phone(number: str) -> bool:
    """Whether a plain number is a mobile number (11 digits) or a landline of 7 or 8 digits, with or without area code."""
    return bool(_MOBILE.fullmatch(number) or _LANDLINE.fullmatch(number))


def is_pupil_number(number: str) -> bool:
    """Whether a plain text is a national pupil number: G, J or L and 18 characters; G and J hold a well-formed ID body."""
    if not re.fullmatch(r"[GJL]\d{17}[\dX]", number):
        return False
    return number[0] == "L" or read_id_number(number[1:]).born_on is not None
