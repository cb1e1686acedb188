"""Login names: short, typed the same on every keyboard, and never two that differ by width or capitals only."""

from __future__ import annotations

import re
import unicodedata

from carekit.errors import UserError
from carekit.language import Label
from carekit.names import clean_text

#: The longest login name, in characters.
LONGEST = 32
#: Letters without accents, digits, ``. _ -`` and Chinese characters; other scripts have letters that look like these.
_NAME = re.compile(r"[a-z0-9._\-\u3007\u3400-\u9fff\U00020000-\U0003ffff]{2,32}")


def plain_name(text: str) -> str:
    """A login name as it is kept and compared: half width, small letters, no blanks around it. What is too long to be a name is cut."""
    # a shell may hand over bytes that are no text (halves of characters); no database takes those, and no name has them
    text = text[: 4 * LONGEST].encode("utf-8", "replace").decode("utf-8")
    text = unicodedata.normalize("NFKC", clean_text(text))
    return unicodedata.normalize("NFKC", text.casefold())[: 4 * LONGEST]


def new_name(text: str) -> str:
    """`plain_name` of a name that is to be given; `UserError` when it cannot be one."""
    name = plain_name(text)
    if not _NAME.fullmatch(name):
        raise UserError(
            Label(
                "A login name has 2 to 32 letters, digits, Chinese characters, dots, dashes or underscores. Choose another.",
                "登录名应为2到32个字母、数字、汉字、点、横线或下划线，请换一个。",
            ),
            code="bad_name",
        )
    return name
