"""Texts that people typed, and names above all: cleaned without changing what was meant, compared, and put in order.

One order of names holds everywhere, on both databases and in exports: by the pinyin of each character (surnames by
their own readings), then by code point. A character without a known reading sorts behind all others.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any

from pypinyin import Style, lazy_pinyin

#: Surnames whose reading differs from the usual one of the character (or characters).
SURNAME_READINGS = {
    "单": "shan", "曾": "zeng", "仇": "qiu", "区": "ou", "解": "xie", "查": "zha", "任": "ren", "朴": "piao", "盖": "ge",
    "折": "she", "乐": "yue", "翟": "zhai", "洗": "xian", "冼": "xian", "繁": "po", "秘": "bi", "重": "chong", "么": "yao",
    "宓": "mi", "员": "yun", "钭": "tou", "覃": "qin", "尉": "wei", "黑": "he", "华": "hua", "缪": "miao", "牟": "mu",
    "褚": "chu", "幺": "yao", "逄": "pang", "祭": "zhai", "种": "chong", "尉迟": "yu chi", "万俟": "mo qi", "长孙": "zhang sun",
    "单于": "chan yu", "澹台": "tan tai", "令狐": "ling hu", "欧阳": "ou yang", "上官": "shang guan", "司马": "si ma",
}  # fmt: skip

_SPACES = re.compile(r"[^\S\n\t]")
_MIDDLE_DOTS = re.compile(r"[·•・‧∙⋅．.]")
#: Letters that combine with what stands before or join what stands around them are kept: ZWJ and ZWNJ are not dropped inside.
_INVISIBLE = frozenset("\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff\u00ad")


#: What cleaning touches: control and invisible characters, and blanks other than the plain one.
_UNCLEAN = re.compile(
    f"[\\x00-\\x08\\x0b-\\x1f\\x7f-\\xa0{''.join(sorted(_INVISIBLE))}\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]"
)


def clean_text(text: str) -> str:
    """`text` without control and invisible characters and without blanks at its ends; every other character unchanged.

    No-break and ideographic spaces become plain spaces; new lines and tabs stay.
    """
    if text.isprintable():
        # no control, no invisible character and no blank but the plain one: nothing to clean inside
        return text.strip()
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = (c for c in text if c in "\n\t" or (c not in _INVISIBLE and unicodedata.category(c) != "Cc"))
    return _SPACES.sub(" ", "".join(kept)).strip()


def holds_invisible(text: str) -> bool:
    """Whether `clean_text` would take characters out of the inside of `text` (so that a notice can say so)."""
    return any(c not in "\n\t\r" and (c in _INVISIBLE or unicodedata.category(c) == "Cc") for c in text)


def same_name_key(name: str) -> str:
    """What two spellings of one name share: half width, no spaces, no invisible characters, one kind of middle dot."""
    text = unicodedata.normalize("NFKC", clean_text(name))
    return _MIDDLE_DOTS.sub("·", "".join(text.split())).casefold()


@lru_cache(maxsize=65536)
def readings(name: str) -> tuple[str, ...]:
    """The pinyin of each character, lower case without tones; characters without a reading stand for themselves."""
    name = same_name_key(name)
    for length in (2, 1):
        special = SURNAME_READINGS.get(name[:length])
        if special and len(name) >= length:
            return (*special.split(), *_plain_readings(name[length:]))
    return _plain_readings(name)


def _letters(text: str) -> Any:
    return list(text)


def _plain_readings(text: str) -> tuple[str, ...]:
    if not text:
        return ()
    # what has no reading is given back letter by letter
    return tuple(lazy_pinyin(text, style=Style.NORMAL, errors=_letters))


def name_sort_key(name: str) -> str:
    """A text whose code-point order is the documented order of names."""
    parts = [part if part.isascii() else f"~{part}" for part in readings(name)]
    return " ".join(parts) + " | " + same_name_key(name)


def name_initials(name: str) -> str:
    """The first letters of each character's pinyin, as people type them to find a name (赵小禾: zxh)."""
    return "".join(part[:1] for part in readings(name))
