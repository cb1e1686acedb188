"""Accounts: made, reset and closed; logins that hold, and everything that ends one."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carekit import clock
from carekit.access import GRANTS
from carekit.errors import UserError
from carekit.fields import new_id
from carekit.records import StaffMember
from carekit.records.codes import Role
from carekit.serve.accounts import ABSOLUTE_SECONDS, IDLE_SECONDS, Accounts
from carekit.serve.accounts.sessions import TOUCH_SECONDS
from carekit.store import Store, backup, new_key, restore, verify
from carekit.store.schema import ACCOUNT, LOGIN, LOGIN_TRY, METADATA


def test_the_first_password_must_be_changed(door: Any) -> None:
    """The one-time password opens nothing but the change; after it the account is open, and the old password is none."""
    _, first = door.accounts.add("registrar", door.school.add_staff("册样", Role.REGISTRAR).id)
    login = door.log_in("registrar", first)
    assert login.session is not None and login.session.must_change and not login.session.complete
    with clock.at(door.moment):
        token = door.accounts.change_password(login.session, first, "another four words")
    assert door.session(login.token) is None
    session = door.session(token)
    assert session is not None and session.complete and session.id == login.session.id
    assert door.log_in("registrar", first).session is None
    assert door.log_in("registrar", "another four words").session is not None


@pytest.mark.parametrize("role", list(Role))
def test_every_role_that_sees_anything_can_have_an_account(door: Any, role: Role) -> None:
    """Who sees nothing gets a sentence instead of an account."""
    person = door.school.add_staff(f"样{role.value}", role)
    if GRANTS[role]:
        account, password = door.accounts.add(f"one.{role.value}", person.id)
        assert account.name == f"one.{role.value}" and account.must_change and len(password) == 14
    else:
        with pytest.raises(UserError, match="sees nothing"):
            door.accounts.add(f"one.{role.value}", person.id)


@pytest.mark.parametrize("name", ["a", "", "a b", "x" * 33, "a/b", "<b>", "wаng", "añb", "a\u200b", "。。", "a\udcff", "\ud800" * 9])
def test_what_is_no_login_name_is_refused(door: Any, name: str) -> None:
    """Blanks, signs, letters that look like others, and what is too short or too long."""
    with pytest.raises(UserError) as refused:
        door.accounts.add(name, door.school.add_staff("册样", Role.REGISTRAR).id)
    assert refused.value.code == "bad_name"


@pytest.mark.parametrize("typed", ["WANG", " wang ", "ｗａｎｇ", "Wang\u200b"])
def test_a_name_is_found_however_it_is_typed(door: Any, typed: str) -> None:
    """Capitals, full width and blanks around it do not count, neither at login nor when a name is given twice."""
    assert door.log_in(typed, door.passwords["wang"]).session is not None
    with pytest.raises(UserError) as refused:
        door.accounts.add(typed, door.school.add_staff("册样", Role.REGISTRAR).id)
    assert refused.value.code == "name_taken"


def test_a_chinese_login_name(door: Any) -> None:
    """A name in Chinese characters is a login name too."""
    door.add("张样", "张样", Role.COUNSELLOR)
    assert door.log_in("张样").session is not None


def test_an_account_belongs_to_one_staff_member_of_today(door: Any) -> None:
    """No second account for a person, none for who is unknown, withdrawn or has left; each gets its own sentence."""
    store, desk = door.school.store, door.school.desk
    gone = door.school.add_staff("去样", Role.REGISTRAR)
    desk.amend(gone.model_copy(update={"until_on": date(2026, 3, 3)}), seen=1, reason="离校")
    wrong = door.school.add_staff("误样", Role.REGISTRAR)
    desk.withdraw(StaffMember, wrong.id, seen=1, reason="误录")
    expected = {
        door.school.staff["王样"].id: "has_account", new_id(): "no_staff", "": "no_staff", door.school.school.id: "no_staff",
        wrong.id: "no_staff", gone.id: "has_left",
    }  # fmt: skip
    for staff_id, code in expected.items():
        with pytest.raises(UserError) as refused:
            door.accounts.add("somebody", staff_id)
        assert refused.value.code == code
    assert [account.name for account in Accounts(store).list()] == ["leader", "wang"]


@pytest.mark.parametrize("method", ["reset", "disable", "enable"])
def test_an_unknown_account_gets_a_sentence(door: Any, method: str) -> None:
    """The administrator is told that there is none and how to see all."""
    with pytest.raises(UserError, match="users list"):
        getattr(door.accounts, method)("nobody")


def test_disabling_ends_every_login_at_once_in_every_server(door: Any) -> None:
    """Also logins that another server process of the same store answers; enabling does not bring them back."""
    token, other = door.log_in("wang").token, Accounts(door.school.store)
    with clock.at(door.moment):
        assert other.session(token) is not None
        door.accounts.disable("wang")
        assert other.session(token) is None and door.session(token) is None
        assert door.log_in("wang").session is None
        door.accounts.enable("WANG")
        assert other.session(token) is None
    assert door.log_in("wang").session is not None
    other.close()


def test_a_closed_account_is_named_only_to_who_knows_its_password(door: Any) -> None:
    """With a wrong password the sentence is that of any wrong password."""
    door.accounts.disable("wang")
    closed, wrong, unknown = door.log_in("wang"), door.log_in("wang", "wrong"), door.log_in("nobody", "wrong")
    assert wrong == unknown and closed.problem != wrong.problem
    assert closed.session is None and "not open" in closed.problem.en


def test_a_reset_ends_logins_and_unlocks(door: Any) -> None:
    """The new password works at once, must be changed, and the old one is gone."""
    token = door.log_in("wang").token
    for _ in range(5):
        door.log_in("wang", "wrong")
    assert door.log_in("wang").wait_seconds
    with clock.at(door.moment):
        first = door.accounts.reset("wang")
    assert door.session(token) is None
    assert door.log_in("wang").session is None
    login = door.log_in("wang", first)
    assert login.session is not None and login.session.must_change


def test_a_login_ends_when_nobody_uses_it(door: Any) -> None:
    """Every request keeps it alive; half an hour without one ends it."""
    token = door.log_in("wang").token
    for _ in range(3):
        door.after(IDLE_SECONDS - TOUCH_SECONDS - 1)
        assert door.session(token) is not None
    door.settle()
    door.after(IDLE_SECONDS)
    assert door.session(token) is None


def test_a_login_ends_after_a_day_at_school_however_busy(door: Any) -> None:
    """Twelve hours after it began it has ended, though it was used every few minutes."""
    token, used = door.log_in("wang").token, 0
    while used + 1200 < ABSOLUTE_SECONDS:
        door.after(1200)
        used += 1200
        assert door.session(token) is not None
    door.after(ABSOLUTE_SECONDS - used)
    assert door.session(token) is None


def test_a_clock_that_was_set_back_ends_logins_and_keeps_nobody_out(door: Any) -> None:
    """A login or a delay from the future of a wrong clock does not hold for a year."""
    door.after(86400 * 365)
    token = door.log_in("wang").token
    for _ in range(7):
        door.log_in("leader", "wrong")
    door.after(-86400 * 365)
    assert door.session(token) is None
    assert door.log_in("leader").session is not None


def test_a_used_login_is_written_down_once_a_minute_only(door: Any) -> None:
    """Requests read; at most one a minute makes somebody write."""
    token = door.log_in("wang").token

    def seen() -> Any:
        door.settle()
        with door.accounts._reading() as connection:
            return connection.execute(LOGIN.select().where(LOGIN.c.ended_at.is_(None))).one().seen_at

    first = seen()
    door.after(TOUCH_SECONDS - 1)
    door.session(token)
    assert seen() == first
    door.after(1)
    door.session(token)
    assert seen() == first + timedelta(seconds=TOUCH_SECONDS)


@pytest.mark.parametrize(
    "change", [{"role": Role.SUBJECT_TEACHER}, {"until_on": date(2026, 3, 3)}, None], ids=["other role", "has left", "withdrawn"]
)
def test_a_login_ends_when_its_person_changes(door: Any, change: dict[str, Any] | None) -> None:
    """Another role, a last day that has passed, a withdrawn record: the next request is refused."""
    token, desk, wang = door.log_in("wang").token, door.school.desk, door.school.staff["王样"]
    if change is None:
        desk.withdraw(StaffMember, wang.id, seen=1, reason="误录")
    else:
        desk.amend(wang.model_copy(update=change), seen=1, reason="变动")
    assert door.session(token) is None
    again = door.log_in("wang")
    assert (again.session is not None) == (change is not None and "role" in change)
    if again.session is not None:
        assert again.session.role is Role.SUBJECT_TEACHER


def test_the_last_day_still_counts(door: Any) -> None:
    """On the day until which a person is at the school they can work."""
    token, wang = door.log_in("wang").token, door.school.staff["王样"]
    door.school.desk.amend(wang.model_copy(update={"until_on": date(2026, 3, 4), "post": "教师"}), seen=1, reason="离校")
    assert door.session(token) is not None


def test_a_token_is_new_at_every_login_and_nowhere_in_the_store(door: Any) -> None:
    """Nobody can plant a token, and whoever reads the tables cannot log in with what stands there."""
    first, second = door.log_in("wang"), door.log_in("wang")
    assert first.token != second.token and len(first.token) == 43
    with door.accounts._reading() as connection:
        kept = str(connection.execute(LOGIN.select()).all()) + str(connection.execute(ACCOUNT.select()).all())
    assert first.token not in kept and door.passwords["wang"] not in kept
    assert door.session(kept[:64]) is None and door.session("") is None


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(token=st.text(max_size=60))
def test_no_made_up_token_is_a_login(door: Any, token: str) -> None:
    """Whatever stands in a cookie, it opens nothing unless it was handed out."""
    assert door.session(token) is None


def test_log_out_here_and_everywhere(door: Any) -> None:
    """Logging out ends one login; everywhere ends the others of the account too, but nobody else's."""
    one, two, three, other = door.log_in("wang"), door.log_in("wang"), door.log_in("wang"), door.log_in("leader")
    door.accounts.end(one.session.id)
    door.accounts.end(one.session.id)
    assert [door.session(login.token) is not None for login in (one, two, three, other)] == [False, True, True, True]
    door.accounts.end_all(two.session.account_id, but=two.session.id)
    assert [door.session(login.token) is not None for login in (two, three, other)] == [True, False, True]
    door.accounts.end_all(two.session.account_id)
    assert door.session(two.token) is None
    assert [action for _, action, _ in door.lines()].count("logout") == 1


def test_which_logins_still_hold(door: Any) -> None:
    """What keeps a page open longer than a request asks for many logins at once; asking keeps none alive."""
    one, two = door.enter("wang"), door.enter("leader")
    with clock.at(door.moment):
        assert door.accounts.holding([one.id, two.id, "nothing"]) == {one.id, two.id}
        assert door.accounts.holding([]) == set()
        door.accounts.disable("leader")
        assert door.accounts.holding({one.id, two.id}) == {one.id}
    door.after(IDLE_SECONDS)
    with clock.at(door.moment):
        assert door.accounts.holding([one.id]) == set()


def test_old_logins_are_forgotten(door: Any) -> None:
    """The table of logins holds a day, not years."""
    door.enter("wang")
    door.after(ABSOLUTE_SECONDS + 1)
    door.enter("leader")
    with door.accounts._reading() as connection:
        assert len(connection.execute(LOGIN.select()).all()) == 1


def test_every_event_is_a_line_with_ids_only(door: Any) -> None:
    """Login, wrong password, logout, change, reset, closing and opening are in the log; names and passwords are nowhere in it."""
    account_id = next(account.id for account in door.accounts.list() if account.name == "wang")
    wang = door.school.staff["王样"].id
    before = len(door.lines())
    door.log_in("wang", "wrong-password")
    door.log_in("nobody-at-all", "wrong-password")
    session = door.enter("wang")
    door.accounts.end(session.id)
    door.accounts.reset("wang")
    door.accounts.disable("wang")
    door.accounts.enable("wang")
    assert door.lines()[before:] == [
        ("server", "login_refused", account_id),
        ("server", "login_refused", ""),
        (wang, "login", account_id),
        (wang, "logout", account_id),
        ("console", "account_reset", account_id),
        ("console", "account_disable", account_id),
        ("console", "account_enable", account_id),
    ]
    from carekit.store.schema import AUDIT

    with door.accounts._reading() as connection:
        log = str(connection.execute(AUDIT.select().where(AUDIT.c.kind == "account")).all())
    assert not any(word in log for word in ("wang", "nobody", "wrong", "王样", door.passwords["wang"]))
    assert verify(door.school.store) == ()


def test_nothing_about_accounts_shows_a_name_or_secret(door: Any) -> None:
    """A repr that strays into a log holds ids only."""
    login = door.log_in("leader")
    shown = repr([login, login.session, door.accounts.list(), door.accounts.begin_second_factor(login.session)])
    assert "name" not in shown and "wang" not in shown and login.token not in shown and "otpauth" not in shown


def test_a_backup_carries_accounts_from_either_database_into_either(door: Any, tmp_path: Path) -> None:
    """After a restore people log in with the passwords that they had, a delay goes on, and the copy is sound."""
    for _ in range(5):
        door.log_in("leader", "wrong")
    report = backup(door.school.store, tmp_path / "backup.carekit")
    assert report.counts["account"] == 2 and report.counts["login_try"] == 1 and report.counts["login"] >= 1
    restore(tmp_path / "backup.carekit", tmp_path / "new.carekit", key=door.school.store.key)
    copy = Store.open(tmp_path / "new.carekit", key=door.school.store.key)
    accounts = Accounts(copy)
    with clock.at(door.moment):
        assert accounts.log_in("wang", door.passwords["wang"]).session is not None
        assert accounts.log_in("leader", door.passwords["leader"]).wait_seconds
    assert verify(copy) == ()
    accounts.close()
    copy.close()


def test_a_store_from_before_there_were_accounts_gets_their_tables(location: str) -> None:
    """Opening it adds the tables; nobody has an account in it yet."""
    key = new_key()
    store = Store.create(location, key=key)
    with store.engine.connect().execution_options(carekit_write=True) as connection, connection.begin():
        for table in (LOGIN, ACCOUNT, LOGIN_TRY):
            table.drop(connection)
        connection.exec_driver_sql("UPDATE store_fact SET value = 'older' WHERE name = 'schema'")
    store.close()
    store = Store.open(location, key=key)
    assert Accounts(store).list() == []
    assert {"account", "login", "login_try"} <= set(METADATA.tables)
    store.close()
