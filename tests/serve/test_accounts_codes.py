"""The second factor: turned on with a first code, asked for at login, each code once, recovery codes for a lost telephone."""

from __future__ import annotations

from base64 import b32decode
from datetime import timedelta
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag

from carekit import clock
from carekit.errors import Denied, UserError
from carekit.serve.accounts import codes, passwords
from carekit.store.schema import ACCOUNT


def turn_on(door: Any, name: str = "leader") -> tuple[bytes, list[str]]:
    """The secret and the recovery codes of an account whose second factor is on from now."""
    session = door.enter(name)
    with clock.at(door.moment):
        begun = door.accounts.begin_second_factor(session)
        secret = b32decode(begun.secret)
        assert door.accounts.begin_second_factor(session) == begun and begun.uri.startswith("otpauth://totp/carekit")
        recovery = door.accounts.confirm_second_factor(session, codes.code_at(secret, door.moment))
    return secret, recovery


def test_a_login_needs_the_code_and_gets_a_new_token(door: Any) -> None:
    """The password alone opens nothing; with the code the login goes on under another token."""
    secret, _ = turn_on(door)
    door.after(30)
    login = door.log_in("leader")
    assert login.session.needs_code and not login.session.complete
    with clock.at(door.moment):
        given = door.accounts.give_code(login.session, codes.code_at(secret, door.moment))
    assert given.session.complete and door.session(login.token) is None and door.session(given.token).complete


def test_a_code_is_good_once_and_a_step_around(door: Any) -> None:
    """The same code again is refused, one of a clock half a minute off is taken, an older one never after a newer."""
    secret, _ = turn_on(door)
    assert door.log_in("leader", code=codes.code_at(secret, door.moment)).session is None
    door.after(60)
    newer, older = (codes.code_at(secret, door.moment + timedelta(seconds=ahead)) for ahead in (30, 0))
    assert door.log_in("leader", code=newer).session is not None
    assert door.log_in("leader", code=older).session is None
    door.after(90)
    assert door.log_in("leader", code="".join(chr(ord(c) + 0xFEE0) for c in codes.code_at(secret, door.moment))).session is not None
    door.after(600)
    assert door.log_in("leader", code=codes.code_at(secret, door.moment.replace(hour=5))).session is None


def test_a_recovery_code_is_good_once(door: Any) -> None:
    """Each opens one login, dashes or not; the account says how many are left."""
    _, recovery = turn_on(door)
    assert len(set(recovery)) == codes.RECOVERY_CODES
    assert door.log_in("leader", code=recovery[0].replace("-", " ")).session is not None
    assert door.log_in("leader", code=recovery[0]).session is None
    left = next(account for account in door.accounts.list() if account.name == "leader")
    assert left.second_factor and left.recovery_codes == codes.RECOVERY_CODES - 1


def test_wrong_codes_are_counted_over_logins(door: Any) -> None:
    """Who knows the password gets five tries at the code, also with a fresh login for each; the right one is refused then too."""
    secret, _ = turn_on(door)
    door.after(30)
    waits = [door.log_in("leader", code="000000").wait_seconds for _ in range(5)]
    assert waits == [0, 0, 0, 0, 60]
    assert door.log_in("leader", code=codes.code_at(secret, door.moment)).wait_seconds == 60
    door.after(60)
    assert door.log_in("leader", code=codes.code_at(secret, door.moment)).session is not None


def test_the_secret_is_sealed_for_its_account(door: Any) -> None:
    """Neither the secret nor a recovery code stands in the tables, and a sealed secret opens for no other account."""
    secret, recovery = turn_on(door)
    with door.accounts._reading() as connection:
        rows = connection.execute(ACCOUNT.select()).all()
    sealed = next(row for row in rows if row.sealed_secret)
    assert secret not in bytes(sealed.sealed_secret) and recovery[0].replace("-", "") not in str(rows)
    assert door.accounts._factor.unseal(sealed.sealed_secret, sealed.id) == secret
    with pytest.raises(InvalidTag):
        door.accounts._factor.unseal(sealed.sealed_secret, next(row.id for row in rows if row.id != sealed.id))


def test_turning_it_on_and_off(door: Any) -> None:
    """A wrong first code turns nothing on; off needs the password; a reset takes it off; a teacher has none."""
    with pytest.raises(Denied):
        door.accounts.begin_second_factor(door.enter("wang"))
    session = door.enter("leader")
    with clock.at(door.moment):
        with pytest.raises(UserError):
            door.accounts.confirm_second_factor(session, "123456")
        door.accounts.begin_second_factor(session)
        with pytest.raises(UserError):
            door.accounts.confirm_second_factor(session, "12345")
    assert door.log_in("leader").session.complete
    secret, _ = turn_on(door)
    door.after(30)
    session = door.log_in("leader", code=codes.code_at(secret, door.moment)).session
    with clock.at(door.moment):
        with pytest.raises(UserError):
            door.accounts.begin_second_factor(session)
        with pytest.raises(UserError):
            door.accounts.drop_second_factor(session, "wrong")
        door.accounts.drop_second_factor(session, door.passwords["leader"])
    assert door.log_in("leader").session.complete
    turn_on(door)
    first = door.accounts.reset("leader")
    assert not door.log_in("leader", first).session.needs_code


def test_without_a_second_factor_no_code_is_right(door: Any) -> None:
    """A login that needs no code gains nothing by giving one, and cannot be asked about a secret that is not there."""
    session = door.enter("leader")
    with clock.at(door.moment):
        assert door.accounts.begun_second_factor(session) is None
        assert door.accounts.give_code(session, "000000").session is None
        begun = door.accounts.begin_second_factor(session)
        assert door.accounts.begun_second_factor(session) == begun
        assert door.accounts.give_code(session, codes.code_at(b32decode(begun.secret), door.moment)).session is None


def test_what_was_begun_in_a_login_before_is_forgotten(door: Any) -> None:
    """A secret that somebody looked at and left is not turned on by the next login; a refusal says whether to begin or that it is on."""
    session = door.enter("leader")
    with clock.at(door.moment):
        begun = door.accounts.begin_second_factor(session)
        code = codes.code_at(b32decode(begun.secret), door.moment)
        other = door.enter("leader")
        for one in (session, other):
            with pytest.raises(UserError, match="Begin again"):
                door.accounts.confirm_second_factor(one, code)
        secret = b32decode(door.accounts.begin_second_factor(other).secret)
        door.accounts.confirm_second_factor(other, codes.code_at(secret, door.moment))
        with pytest.raises(UserError, match="on already"):
            door.accounts.confirm_second_factor(other, code)


def test_half_a_login_changes_nothing(door: Any) -> None:
    """Without the code neither the password nor the second factor can be changed, and a login that ended takes no code."""
    secret, _ = turn_on(door)
    door.after(30)
    login = door.log_in("leader")
    with clock.at(door.moment):
        with pytest.raises(UserError):
            door.accounts.change_password(login.session, door.passwords["leader"], "another four words")
        with pytest.raises(UserError):
            door.accounts.drop_second_factor(login.session, door.passwords["leader"])
        door.accounts.end(login.session.id)
        assert door.accounts.give_code(login.session, codes.code_at(secret, door.moment)).session is None


@pytest.mark.parametrize("work", ["change", "begin", "confirm", "drop"])
def test_a_reset_has_the_last_word(door: Any, monkeypatch: pytest.MonkeyPatch, work: str) -> None:
    """The administrator resets an account while its password or code is looked at: what was on its way is not done any more."""
    first: list[str] = []

    def reset_then(result: Any) -> Any:
        def instead(*_: Any, **__: Any) -> Any:
            first.append(door.accounts.reset("leader"))
            return result

        return instead

    if work == "drop":
        secret, _ = turn_on(door)
        door.after(30)
    with clock.at(door.moment):
        session = door.log_in("leader", code=codes.code_at(secret, door.moment) if work == "drop" else None).session
        if work == "confirm":
            secret = b32decode(door.accounts.begin_second_factor(session).secret)
        acts = {
            "change": (passwords, "fault_of", None, lambda: door.accounts.change_password(session, door.passwords["leader"], "another four words")),
            "begin": (codes, "new_secret", b"x" * 20, lambda: door.accounts.begin_second_factor(session)),
            "confirm": (codes, "new_recovery_codes", [], lambda: door.accounts.confirm_second_factor(session, codes.code_at(secret, door.moment))),
            "drop": (passwords, "matches", True, lambda: door.accounts.drop_second_factor(session, door.passwords["leader"])),
        }  # fmt: skip
        where, what, result, act = acts[work]
        with monkeypatch.context() as patched:
            patched.setattr(where, what, reset_then(result))
            with pytest.raises(UserError) as refused:
                act()
        assert refused.value.code == "logged_out"
        login = door.log_in("leader", first[0])
    assert login.session.must_change and not login.session.needs_code
    assert door.log_in("leader").session is None
