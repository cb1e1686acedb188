"""Passwords: how they are kept, which are refused, and the one-time ones that are handed out.

Kept by Argon2id with 19 MiB, 2 passes and 1 lane: the first choice of OWASP's Password Storage Cheat Sheet for servers that must not run
out of memory. On an old school server that is some tens of milliseconds and, with `PARALLEL` at once, at most 76 MiB, also when a
whole school logs in at eight o'clock. A hash of other parameters is renewed at the next login.
"""

from __future__ import annotations

import secrets
import unicodedata
from functools import cache
from itertools import pairwise
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from carekit.language import Label

#: The shortest and the longest password, in characters. Short ones are the only ones that guessing at the lock's pace could reach.
SHORTEST, LONGEST = 10, 256
#: How many passwords are checked at once; others wait.
PARALLEL = 4
#: Fewer different characters than this are a pattern, not a password.
_FEWEST_DIFFERENT = 5
#: So many characters beside the login name make a password of its own.
_FEWEST_BESIDE_NAME = 8
#: Small letters and digits that nobody confuses on paper.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"

_HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
_ROOM = BoundedSemaphore(PARALLEL)

#: Ten characters and more that lists of leaked Chinese and English passwords begin with, compared without blanks, dots and dashes.
_COMMON = frozenset(
    (
        "1234567890 0123456789 0987654321 1234567891 12345678910 123456789a a123456789 1234567890a abc1234567 abcd123456 abcde12345 "
        "qwertyuiop qwerty1234 qwerty12345 qwerty123456 1q2w3e4r5t 1qaz2wsx3edc qazwsxedcrfv asdfghjkl1 zxcvbnm123 qq123456789 wang123456 "
        "password12 password123 password1234 passw0rd123 iloveyou123 woaini1314 woaini520 woaini1314520 5201314520 1314520520 "
        "admin123456 administrator root123456 letmein123 welcome123 changeme123 xuexiao123 laoshi1234 laoshi123456 woshilaoshi mima123456 "
        "test123456 teacher123 teacher1234 carekit123 carekit1234 1qaz2wsx3e 112233445566 123123123123 147258369 1472583690"
    ).split()
)


def hashed(password: str) -> str:
    """What is kept of a password."""
    with _ROOM:
        return _HASHER.hash(_bytes(password))


def matches(kept: str | None, password: str) -> bool:
    """Whether `password` is the one kept; takes as long when there is no account (`kept` None) as when it is wrong."""
    # made before it is needed, else the first name that nobody has would take longer than a wrong password
    nobodys = _nobodys()
    with _ROOM:
        try:
            _HASHER.verify(kept or nobodys, _bytes(password))
        except (VerifyMismatchError, InvalidHashError):
            return False
    return kept is not None


def outdated(kept: str) -> bool:
    """Whether what is kept was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(kept)


def one_time_password() -> str:
    """A random password to be handed over on paper and changed at once: three groups of four, 59 bits."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(3))


def fault_of(password: str, name: str) -> Label | None:
    """Why a new password is refused, in one sentence, or None.

    Length counts, as NIST SP 800-63B says, and no rule asks for capitals or signs, which people satisfy by predictable ones.
    """
    text = unicodedata.normalize("NFKC", password)
    plain = "".join(c for c in text.casefold() if c.isalnum())
    if not SHORTEST <= len(text) <= LONGEST:
        return Label(
            "The new password needs {least} to {most} characters. Three words are easy to remember.",
            "新密码要{least}到{most}个字符。用三个不相干的词，好记又安全。",
        ).format(least=SHORTEST, most=LONGEST)
    if name in text.casefold() and len(text.casefold().replace(name, "")) < _FEWEST_BESIDE_NAME:
        return Label("The new password is little more than the login name. Choose another.", "新密码和登录名太像，请换一个。")
    if plain in _COMMON or len(set(plain)) < _FEWEST_DIFFERENT or _counts_on(plain):
        return Label("This password is among the first that are guessed. Choose another.", "这个密码太常见，容易被猜到，请换一个。")
    return None


def _counts_on(text: str) -> bool:
    """Whether each character follows the one before it (or comes before it) by one: 23456789..., zyxwvuts..."""
    steps = {(ord(b) - ord(a)) % 10 if a.isdecimal() and b.isdecimal() else ord(b) - ord(a) for a, b in pairwise(text)}
    return steps <= {1} or steps <= {9} or steps <= {-1}


def _bytes(password: str) -> bytes:
    """What is hashed: one form for what two keyboards type; what is too long to be a password is cut, one character behind the longest."""
    return unicodedata.normalize("NFKC", password[: LONGEST + 1]).encode("utf-8", "surrogatepass")


@cache
def _nobodys() -> str:
    """A hash that no password fits."""
    return _HASHER.hash(secrets.token_bytes(32))
