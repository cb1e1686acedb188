"""Failed tries: a growing delay for a name, a looser one for an address, the same answer whether or not anybody has the name."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carekit import clock
from carekit.errors import UserError
from carekit.serve.accounts import Accounts, passwords
from carekit.serve.accounts.tries import NAME_LIMIT, SOURCE_LIMIT, Limit, Tries


@pytest.mark.parametrize("name", ["wang", "nobody"])
def test_the_delay_grows_and_refuses_the_right_password_too(door: Any, name: str) -> None:
    """Five tries are free, then a minute, doubled up to an hour; the sentences are the same for a name that nobody has."""
    waits = [door.log_in(name, "wrong").wait_seconds for _ in range(5)]
    assert waits == [0, 0, 0, 0, 60]
    for expected in (120, 240, 480, 960, 1920, 3600, 3600):
        locked = door.log_in(name, door.passwords.get(name, "right"))
        assert locked.session is None and locked.wait_seconds == waits[-1]
        door.after(waits[-1])
        waits.append(door.log_in(name, "wrong").wait_seconds)
        assert waits[-1] == expected


def test_the_answers_for_a_name_and_for_nobodys_are_equal(door: Any) -> None:
    """Try for try: the sentence, the seconds, and that there is no token."""
    for _ in range(7):
        assert door.log_in("wang", "wrong") == door.log_in("nobody", "wrong")


def test_after_the_delay_the_right_password_opens_and_the_count_begins_anew(door: Any) -> None:
    """A person who remembers at last is not punished for before."""
    for _ in range(5):
        door.log_in("wang", "wrong")
    door.after(60)
    door.enter("wang")
    assert [door.log_in("wang", "wrong").wait_seconds for _ in range(5)] == [0, 0, 0, 0, 60]


def test_a_delay_holds_in_every_server_and_over_a_restart(door: Any) -> None:
    """Another process on the store refuses too; a day without tries forgets them."""
    for _ in range(5):
        door.log_in("wang", "wrong")
    other = Accounts(door.school.store)
    with clock.at(door.moment):
        assert other.log_in("wang", door.passwords["wang"]).wait_seconds == 60
    other.close()
    door.after(86400)
    assert [door.log_in("wang", "wrong").wait_seconds for _ in range(4)] == [0, 0, 0, 0]


def test_many_at_once_get_no_further_than_a_few_in_turn(door: Any) -> None:
    """Twenty guesses at the same moment: five are looked at, the others refused; none of a name's tries is lost."""
    looked_at: list[int] = []
    with ThreadPoolExecutor(10) as pool:
        tries = [pool.submit(copy_context().run, door.log_in, "wang", "wrong") for _ in range(20)]
        looked_at = [one.result().wait_seconds for one in tries]
    assert looked_at.count(0) == 4
    with clock.at(door.moment):
        assert next(account.locked_until for account in door.accounts.list() if account.name == "wang") is not None


def test_an_address_that_tries_many_names_must_wait(door: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fifty wrong tries from one address, whatever the names, stop it; other addresses go on; right passwords count nothing."""
    monkeypatch.setattr(passwords, "matches", lambda kept, password: kept is not None and password == door.passwords["wang"])
    for _ in range(60):
        assert door.log_in("wang", source="192.0.2.1").session is not None
    for number in range(SOURCE_LIMIT.free):
        assert door.log_in(f"somebody{number}", "wrong", source="192.0.2.1").wait_seconds == 0
    assert door.log_in("wang", source="192.0.2.1").wait_seconds == SOURCE_LIMIT.first
    assert door.log_in("wang", source="192.0.2.2").session is not None
    door.after(SOURCE_LIMIT.first)
    assert door.log_in("wang", source="192.0.2.1").session is not None


def test_opening_an_account_again_takes_the_delay_off(door: Any) -> None:
    """`enable` is how an administrator lets somebody in at once."""
    for _ in range(5):
        door.log_in("wang", "wrong")
    door.accounts.enable("wang")
    door.enter("wang")


def test_changing_the_password_asks_for_the_present_one_and_counts(door: Any) -> None:
    """An open page of somebody else is no way to guess their password."""
    session = door.enter("wang")
    with clock.at(door.moment):
        codes = []
        for _ in range(6):
            with pytest.raises(UserError) as refused:
                door.accounts.change_password(session, "wrong", "another four words")
            codes.append(refused.value.code)
    assert codes == ["wrong_password"] * 4 + ["locked"] * 2


def test_one_network_of_ipv6_is_one_address() -> None:
    """A machine with billions of addresses has one counter; what is no address is counted as it is."""
    tries = Tries(b"k" * 32)
    assert tries.of_source("2001:db8::1") == tries.of_source("2001:db8::ffff%eth0") != tries.of_source("2001:db8:0:1::1")
    assert tries.of_source("192.0.2.1") != tries.of_source("192.0.2.2")
    assert tries.of_source("socket") != tries.of_source("other")


@given(failures=st.integers(0, 10**6))
def test_a_delay_never_shrinks_and_has_an_end(failures: int) -> None:
    """More failures never wait less, none longer than the most."""
    for limit in (NAME_LIMIT, SOURCE_LIMIT, Limit(1, 1, 1, 1)):
        assert limit.delay(failures) <= limit.delay(failures + 1) <= limit.most
        assert (limit.delay(failures) == 0) == (failures < limit.free)
