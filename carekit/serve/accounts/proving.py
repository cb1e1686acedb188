"""Logging in, the second factor, and a person's own password: whatever proves who somebody is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from carekit import clock
from carekit.errors import Denied, UserError
from carekit.language import Label
from carekit.serve.accounts import codes, passwords
from carekit.serve.accounts.ledger import IS_STAFF, SERVER, STAFF, actor_of
from carekit.serve.accounts.model import SECOND_FACTOR_ROLES, Enrolment, Login, Session, TooManyTries
from carekit.serve.accounts.names import plain_name
from carekit.serve.accounts.sessions import Sessions
from carekit.serve.accounts.tries import NAME_LIMIT, SOURCE_LIMIT, Tries
from carekit.store import Store
from carekit.store.schema import ACCOUNT, LOGIN

_WRONG = Label("The login name or the password is not right. Check both and try again.", "登录名或密码不对，请核对后再试。")
_WRONG_CODE = Label("The code is not right. Take the one that the app shows now.", "验证码不对，请输入手机上现在显示的验证码。")
_WRONG_PASSWORD = Label("The present password is not right. Type it again.", "现在的密码不对，请重新输入。")
_WAIT = Label(
    "Too many wrong tries. Wait {minutes} min and try again; if you forgot the password, ask the administrator for a new one.",
    "错误次数太多，请等{minutes}分钟再试。忘了密码，请找系统管理员重置。",
)
_WAIT_CODE = Label(
    "Too many wrong codes. Wait {minutes} min and try again; if the phone is lost, use a recovery code then, or ask the administrator.",
    "验证码错误次数太多，请等{minutes}分钟再试。手机丢了，可改用恢复码，或请系统管理员重置。",
)
_CLOSED = Label("This account is not open any more. Ask the administrator.", "这个账号已停用，请联系系统管理员。")
_ENDED = Label("You are logged out. Log in again.", "您已退出登录，请重新登录。")
_NOT_BEGUN = Label("Setting up the second factor was interrupted. Begin again.", "两步验证的设置中断了，请重新开始。")
_ON_ALREADY = Label("The second factor is on already.", "两步验证已经开启。")


class Proving(Sessions):
    """Checks what people know and have, and counts what is wrong."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self._tries, self._factor = Tries(store.key), codes.SecondFactor(store.key)

    def log_in(self, name: str, password: str, *, code: str | None = None, source: str = "") -> Login:
        """A try to log in from an address (`source`), with a code or, when the account asks for one, a session that still needs it.

        The answer, and the time that it takes, are the same for a wrong password and for a name that nobody has; while a delay runs,
        nothing is looked at, so that the right password is refused too.
        """
        name = plain_name(name)
        wait = self._wait(name, source)
        if not wait:
            with self._writing() as connection:
                # others may have tried since
                wait = self._tries.wait(connection, self._tries.of_name(name), NAME_LIMIT, clock.real_now())
                delay = wait or self._tries.count(connection, self._tries.of_name(name), NAME_LIMIT, clock.real_now())
                account = _account(connection, ACCOUNT.c.name == name)
        if wait:
            return _refused(wait)
        right = passwords.matches(account.password_hash if account else None, password)
        renewed = passwords.hashed(password) if right and passwords.outdated(account.password_hash) else None
        with self._writing() as connection:
            now_kept = _account(connection, ACCOUNT.c.name == name)
            if not right or now_kept is None or now_kept.password_hash != account.password_hash:
                return self._failed(connection, account.id if account else "", source, delay)
            login = self._opened(connection, now_kept, renewed)
        if login.session is None or not login.session.needs_code or code is None:
            return login
        proved = self.give_code(login.session, code)
        if proved.session is None:
            self.end(login.session.id)
        return proved

    def give_code(self, session: Session, code: str) -> Login:
        """The second step of a login: a code of the app or a recovery code. The session goes on with a new token and needs no code."""
        with self._writing() as connection:
            now, tried = clock.real_now(), self._tries.of_codes(session.account_id)
            if wait := self._tries.wait(connection, tried, NAME_LIMIT, now):
                return _refused(wait, _WAIT_CODE)
            account = _account(connection, ACCOUNT.c.id == session.account_id)
            if account is None or not _is_open(connection, session):
                return Login(problem=_ENDED)
            if not self._take_code(connection, account, code, now):
                delay = self._tries.count(connection, tried, NAME_LIMIT, now)
                self._log(connection, actor_of(session), "code_locked" if delay else "code_refused", account.id)
                return _refused(delay, _WAIT_CODE) if delay else Login(problem=_WRONG_CODE)
            self._tries.forget(connection, tried)
            token = self._renew(connection, session.id, needs_code=False)
            self._log(connection, actor_of(session), "code_given", account.id)
        return Login(Session(session.id, account.id, session.staff_id, session.role, session.must_change, needs_code=False), token)

    def change_password(self, session: Session, old: str, new: str) -> str:
        """Change the person's own password; all other logins of the account end, this one goes on with the new token that is returned.

        `UserError` when the old one is wrong or the new one is refused; wrong tries count as they do at login (`TooManyTries`).
        """
        account = self._account_of(session, complete=False)
        self._prove(session, account, old)
        fault = passwords.fault_of(new, account.name)
        if fault is None and passwords.matches(account.password_hash, new):
            fault = Label("The new password must differ from the present one.", "新密码不能和现在的一样，请换一个。")
        if fault is not None:
            raise UserError(fault, code="bad_password")
        kept = passwords.hashed(new)
        with self._writing() as connection:
            _require_open(connection, session)
            connection.execute(ACCOUNT.update().where(ACCOUNT.c.id == account.id).values(password_hash=kept, must_change=False))
            self._end_others(connection, account.id, session.id)
            self._log(connection, actor_of(session), "password", account.id)
            return self._renew(connection, session.id)

    def begin_second_factor(self, session: Session) -> Enrolment:
        """A secret for the person's authenticator app; the same one until it is confirmed or the person logs in anew.

        `Denied` for a role whose accounts have no second factor, `UserError` when there is one already.
        """
        account = self._account_of(session)
        if session.role not in SECOND_FACTOR_ROLES:
            raise Denied(Label("Your role has no second factor.", "您的角色不使用两步验证。"))
        if account.sealed_secret is not None:
            raise UserError(_ON_ALREADY, code="has_second_factor")
        if account.pending_secret is not None:
            return self._enrolment(account)
        secret = codes.new_secret()
        with self._writing() as connection:
            _require_open(connection, session)
            sealed = self._factor.seal(secret, account.id)
            connection.execute(ACCOUNT.update().where(ACCOUNT.c.id == account.id).values(pending_secret=sealed))
        return codes.enrolment(secret, account.name)

    def begun_second_factor(self, session: Session) -> Enrolment | None:
        """What `begin_second_factor` gave and nobody has confirmed yet, to show it again; changes nothing."""
        account = self._account_of(session)
        return self._enrolment(account) if account.pending_secret is not None else None

    def confirm_second_factor(self, session: Session, code: str) -> list[str]:
        """Turn the second factor on with a first code of the app; returns the recovery codes, which are shown only now.

        All other logins of the account end. `UserError` when the code is wrong or nothing was begun.
        """
        account = self._account_of(session)
        if account.pending_secret is None:
            # sent twice, or begun in a login before this one
            raise UserError(_ON_ALREADY if account.sealed_secret is not None else _NOT_BEGUN, code="nothing_begun")
        step = codes.step_of(self._factor.unseal(account.pending_secret, account.id), code, clock.real_now(), None)
        if step is None:
            raise UserError(_WRONG_CODE, code="wrong_code")
        recovery = codes.new_recovery_codes()
        values = {
            "sealed_secret": account.pending_secret,
            "pending_secret": None,
            "last_step": step,
            "recovery_hashes": [self._factor.recovery_hash(one, account.id) for one in recovery],
        }
        with self._writing() as connection:
            _require_open(connection, session)
            connection.execute(ACCOUNT.update().where(ACCOUNT.c.id == account.id).values(values))
            self._end_others(connection, account.id, session.id)
            self._log(connection, actor_of(session), "second_factor_on", account.id)
        return recovery

    def drop_second_factor(self, session: Session, password: str) -> None:
        """Turn the second factor off; `UserError` when the password is wrong."""
        account = self._account_of(session)
        self._prove(session, account, password)
        with self._writing() as connection:
            _require_open(connection, session)
            self._without_second_factor(connection, account.id)
            self._log(connection, actor_of(session), "second_factor_off", account.id)

    def _wait(self, name: str, source: str) -> int:
        """Seconds that a name or an address must still wait."""
        with self._reading() as connection:
            wait = self._tries.wait(connection, self._tries.of_name(name), NAME_LIMIT, clock.real_now())
            if source:
                wait = max(wait, self._tries.wait(connection, self._tries.of_source(source), SOURCE_LIMIT, clock.real_now()))
        return wait

    def _failed(self, connection: sa.Connection, account_id: str, source: str, delay: int) -> Login:
        if source:
            self._tries.count(connection, self._tries.of_source(source), SOURCE_LIMIT, clock.real_now())
        self._log(connection, SERVER, "login_locked" if delay else "login_refused", account_id)
        return _refused(delay) if delay else Login(problem=_WRONG)

    def _opened(self, connection: sa.Connection, account: Any, renewed: str | None) -> Login:
        """The password was right: a session, unless the account or its person has no access any more."""
        self._tries.forget(connection, self._tries.of_name(account.name))
        left = account.until_on is not None and account.until_on < clock.today()
        if account.disabled or account.role is None or left:
            self._log(connection, SERVER, "login_closed", account.id)
            return Login(problem=_CLOSED)
        values = {"last_login_at": clock.real_now(), "pending_secret": None} | ({"password_hash": renewed} if renewed else {})
        connection.execute(ACCOUNT.update().where(ACCOUNT.c.id == account.id).values(values))
        session, token = self._begin(connection, account, needs_code=account.sealed_secret is not None)
        self._log(connection, actor_of(account), "login", account.id)
        return Login(session, token)

    def _take_code(self, connection: sa.Connection, account: Any, code: str, now: datetime) -> bool:
        """Whether a code is right; then it is used up."""
        where = ACCOUNT.c.id == account.id
        if account.sealed_secret is None:
            return False
        step = codes.step_of(self._factor.unseal(account.sealed_secret, account.id), code, now, account.last_step)
        if step is not None:
            connection.execute(ACCOUNT.update().where(where).values(last_step=step))
            return True
        used = self._factor.recovery_hash(code, account.id)
        if used not in account.recovery_hashes:
            return False
        left = [kept for kept in account.recovery_hashes if kept != used]
        connection.execute(ACCOUNT.update().where(where).values(recovery_hashes=left))
        self._log(connection, SERVER, "recovery_code", account.id, f"{len(left)} left")
        return True

    def _enrolment(self, account: Any) -> Enrolment:
        return codes.enrolment(self._factor.unseal(account.pending_secret, account.id), account.name)

    def _without_second_factor(self, connection: sa.Connection, account_id: str) -> None:
        values: dict[str, Any] = {"sealed_secret": None, "pending_secret": None, "last_step": None, "recovery_hashes": []}
        connection.execute(ACCOUNT.update().where(ACCOUNT.c.id == account_id).values(values))

    def _account_of(self, session: Session, *, complete: bool = True) -> Any:
        """The row of the session's account; `UserError` when the login has ended or (`complete`) does not open anything yet."""
        with self._reading() as connection:
            account = _account(connection, ACCOUNT.c.id == session.account_id)
            if account is None or not _is_open(connection, session) or session.needs_code or (complete and session.must_change):
                raise UserError(_ENDED, code="logged_out")
        return account

    def _prove(self, session: Session, account: Any, password: str) -> None:
        """Ask for the password again; `UserError` when it is wrong, or tried too often. An open page is no proof of who sits before it."""
        tried = self._tries.of_name(account.name)
        with self._writing() as connection:
            wait = self._tries.wait(connection, tried, NAME_LIMIT, clock.real_now())
            delay = wait or self._tries.count(connection, tried, NAME_LIMIT, clock.real_now())
        if wait:
            raise TooManyTries(_wait_label(wait), wait)
        right = passwords.matches(account.password_hash, password)
        with self._writing() as connection:
            if right:
                self._tries.forget(connection, tried)
            else:
                self._log(connection, actor_of(session), "login_locked" if delay else "login_refused", account.id)
        if not right and delay:
            raise TooManyTries(_wait_label(delay), delay)
        if not right:
            raise UserError(_WRONG_PASSWORD, code="wrong_password")


def _account(connection: sa.Connection, condition: sa.ColumnElement[bool]) -> Any:
    """An account with its person's role and last day (role None when there is no such person any more), or None."""
    joined = ACCOUNT.outerjoin(STAFF, sa.and_(STAFF.c.id == ACCOUNT.c.staff_id, IS_STAFF))
    return connection.execute(sa.select(ACCOUNT, STAFF.c.role, STAFF.c.until_on).select_from(joined).where(condition)).one_or_none()


def _is_open(connection: sa.Connection, session: Session) -> bool:
    return connection.execute(sa.select(LOGIN.c.id).where(LOGIN.c.id == session.id, LOGIN.c.ended_at.is_(None))).one_or_none() is not None


def _require_open(connection: sa.Connection, session: Session) -> None:
    """`UserError` when the login has ended while a password was looked at: whoever ended it, by a reset say, has the last word."""
    if not _is_open(connection, session):
        raise UserError(_ENDED, code="logged_out")


def _wait_label(seconds: int, label: Label = _WAIT) -> Label:
    return label.format(minutes=-(-seconds // 60))


def _refused(seconds: int, label: Label = _WAIT) -> Login:
    return Login(problem=_wait_label(seconds, label), wait_seconds=seconds)
