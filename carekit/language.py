"""The languages of the app and the one way in which every text shown to a person is declared.

A text stands once, in English and Simplified Chinese side by side, as a `Label`; Traditional Chinese is derived from the
Simplified text by OpenCC. What people typed (names above all) is never converted.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import Enum, StrEnum
from functools import cache
from typing import Any

from opencc import OpenCC


class Language(StrEnum):
    """A language in which the app can be shown; the value is its BCP 47 tag, as HTML wants it."""

    ZH_HANS = "zh-CN"
    ZH_HANT = "zh-TW"
    EN = "en"


def current_language() -> Language:
    """The language chosen by `CAREKIT_LANG` (a tag such as ``zh-CN``); Simplified Chinese unless said otherwise."""
    try:
        return Language(os.environ.get("CAREKIT_LANG", Language.ZH_HANS))
    except ValueError:
        return Language.ZH_HANS


@cache
def _to_traditional() -> Any:
    return OpenCC("s2t")


@dataclass(frozen=True, slots=True)
class Label:
    """A text in English and Simplified Chinese; ``{name}`` places are filled by `format`."""

    en: str
    zh: str

    def text(self, language: Language | None = None) -> str:
        """The text in `language` (the current one when left out)."""
        language = language or current_language()
        if language is Language.EN:
            return self.en
        return str(_to_traditional().convert(self.zh)) if language is Language.ZH_HANT else self.zh

    def format(self, **values: object) -> Label:
        """The same text with its places filled; a `Label` or a code among the values is put in in each language."""

        def side(language: Language) -> dict[str, object]:
            return {key: text_of(value, language) for key, value in values.items()}

        return Label(self.en.format(**side(Language.EN)), self.zh.format(**side(Language.ZH_HANS)))

    def __str__(self) -> str:
        return self.text()


class LabelledEnum(Enum):
    """An enumeration whose values are labels; what a member is called is its `label`."""

    @property
    def label(self) -> Label:
        """The member in words."""
        label: Label = self.value
        return label


def text_of(value: object, language: Language | None = None) -> object:
    """The text of a `Label`, or of a thing that has one as ``label``; anything else unchanged."""
    label = value if isinstance(value, Label) else getattr(value, "label", None)
    return label.text(language) if isinstance(label, Label) else value
