"""Passwords: which are refused, and that what is kept opens for the same password only."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carekit.serve.accounts import passwords

typed = st.text(st.characters(), max_size=40)


@settings(max_examples=15, deadline=None)
@given(password=typed, other=typed)
def test_a_password_opens_what_was_kept_of_it_and_another_does_not(password: str, other: str) -> None:
    """Whatever is typed: also nothing, signs of any script, and halves of characters."""
    kept = passwords.hashed(password)
    assert passwords.matches(kept, password)
    assert passwords.matches(kept, other) is (passwords._bytes(other) == passwords._bytes(password))


def test_nobody_has_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an account, or with something that is no hash, nothing matches; a hash is looked at all the same."""
    assert not passwords.matches(None, "anything") and not passwords.matches("no hash", "anything")


def test_full_width_digits_are_digits() -> None:
    """A Chinese keyboard in full width types the same password."""
    assert passwords.matches(passwords.hashed("ｔｈｒｅｅ　words１"), "three words1")


def test_what_is_too_long_is_no_prefix() -> None:
    """The longest password and one character more are two passwords."""
    kept = passwords.hashed("x" * passwords.LONGEST)
    assert not passwords.matches(kept, "x" * (passwords.LONGEST + 1))


def test_what_is_kept_is_argon2id_of_todays_parameters() -> None:
    """19 MiB, two passes, one lane; other parameters are renewed."""
    kept = passwords.hashed("three plain words")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$") and not passwords.outdated(kept)
    assert passwords.outdated(kept.replace("t=2", "t=1"))


@pytest.mark.parametrize(
    "password",
    ["", "short", "九个字的密码太短了", "1234567890", "0987654321", "23456789012345", "aaaaaaaaaaaa", "abababababab", "Woaini1314520", "PASSWORD-123",
     "qwertyuiop", "abcdefghijkl", "zhangsan123", "ZhangSan2026", "x" * 257, "!!!!!!!!!!!!"],
)  # fmt: skip
def test_what_is_guessed_first_is_refused(password: str) -> None:
    """Short, common, counted, one pattern, or the login name with a number behind it."""
    assert passwords.fault_of(password, "zhangsan") is not None


@pytest.mark.parametrize("password", ["three plain words", "操场边有三棵老槐树真好", "zhangsan likes rice soup", "xh62-dh7e-6m5t"])
def test_words_are_a_password(password: str) -> None:
    """No capitals or signs are asked for."""
    assert passwords.fault_of(password, "zhangsan") is None


def test_one_time_passwords_are_readable_and_never_the_same() -> None:
    """No letter that looks like a digit, and no two alike."""
    made = {passwords.one_time_password() for _ in range(200)}
    assert len(made) == 200 and not set("".join(made)) & set("l1o0iI")
