"""The accounts of a store: who has one, and what the administrator does with it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from carekit import clock
from carekit.access import GRANTS, Actor
from carekit.errors import UserError
from carekit.fields import new_id
from carekit.language import Label
from carekit.records.codes import Role
from carekit.serve.accounts import passwords
from carekit.serve.accounts.ledger import IS_STAFF, STAFF
from carekit.serve.accounts.model import Account, Session
from carekit.serve.accounts.names import new_name, plain_name
from carekit.serve.accounts.proving import Proving
from carekit.serve.accounts.tries import NAME_LIMIT
from carekit.store.schema import ACCOUNT

_CONSOLE = Actor.console()


def _error(code: str, en: str, zh: str) -> UserError:
    return UserError(Label(en, zh), code=code)


class Accounts(Proving):
    """All about logging in to one store, for any number of servers and commands at once; every change is a line of the store's log.

    Methods that look at a password take tens of milliseconds: a server calls them in a thread.
    """

    def add(self, name: str, staff_id: str) -> tuple[Account, str]:
        """An account for a staff member, and the one-time password to hand over.

        `UserError` when the name is taken or none, when the person has an account, has left, is unknown, or has a role that sees nothing.
        """
        name, password = new_name(name), passwords.one_time_password()
        kept = passwords.hashed(password)
        with self._writing() as connection:
            self._require_holder(connection, staff_id)
            self._require_free(connection, name, staff_id)
            account_id = new_id()
            row = {
                "id": account_id, "name": name, "staff_id": staff_id, "password_hash": kept, "must_change": True, "disabled": False,
                "recovery_hashes": [],
            }  # fmt: skip
            connection.execute(ACCOUNT.insert(), [row])
            self._log(connection, _CONSOLE, "account_add", account_id, f"staff {staff_id}")
            return self._read(connection, connection.execute(_rows(ACCOUNT.c.name == name)).one()), password

    def reset(self, name: str) -> str:
        """A new one-time password for somebody who forgot theirs: delays and the second factor are taken off, all logins end."""
        password = passwords.one_time_password()
        kept = passwords.hashed(password)
        with self._writing() as connection:
            account_id = self._known(connection, name)
            connection.execute(ACCOUNT.update().where(ACCOUNT.c.id == account_id).values(password_hash=kept, must_change=True))
            self._without_second_factor(connection, account_id)
            self._unlock(connection, name, account_id)
            self._end_others(connection, account_id, None)
            self._log(connection, _CONSOLE, "account_reset", account_id)
        return password

    def disable(self, name: str) -> None:
        """Close an account; all its logins end at once."""
        with self._writing() as connection:
            account_id = self._known(connection, name)
            connection.execute(ACCOUNT.update().where(ACCOUNT.c.id == account_id).values(disabled=True))
            self._end_others(connection, account_id, None)
            self._log(connection, _CONSOLE, "account_disable", account_id)

    def enable(self, name: str) -> None:
        """Open a closed account again, with the password that it had, and take delays off."""
        with self._writing() as connection:
            account_id = self._known(connection, name)
            connection.execute(ACCOUNT.update().where(ACCOUNT.c.id == account_id).values(disabled=False))
            self._unlock(connection, name, account_id)
            self._log(connection, _CONSOLE, "account_enable", account_id)

    def account_of(self, session: Session) -> Account:
        """The account of a login."""
        with self._reading() as connection:
            return self._read(connection, connection.execute(_rows(ACCOUNT.c.id == session.account_id)).one())

    def list(self) -> list[Account]:
        """Every account, in order of names."""
        with self._reading() as connection:
            return [self._read(connection, row) for row in connection.execute(_rows()).all()]

    def _read(self, connection: sa.Connection, row: Any) -> Account:
        now = clock.real_now()
        until: list[datetime] = []
        for tried in (self._tries.of_name(row.name), self._tries.of_codes(row.id)):
            locked = self._tries.locked_until(connection, tried, NAME_LIMIT, now)
            until += [locked] if locked else []
        return Account(
            id=row.id,
            name=row.name,
            staff_id=row.staff_id,
            disabled=row.disabled,
            must_change=row.must_change,
            second_factor=row.sealed_secret is not None,
            recovery_codes=len(row.recovery_hashes),
            locked_until=max(until, default=None),
            last_login_at=row.last_login_at,
        )

    def _known(self, connection: sa.Connection, name: str) -> str:
        """The id of an account by its name. `UserError` when there is none."""
        account_id = connection.execute(sa.select(ACCOUNT.c.id).where(ACCOUNT.c.name == plain_name(name))).scalar()
        if account_id is None:
            raise _error(
                "no_account",
                "There is no account of this name. carekit users list shows all.",
                "没有这个登录名，可用 carekit users list 查看全部账号。",
            )
        return str(account_id)

    def _unlock(self, connection: sa.Connection, name: str, account_id: str) -> None:
        self._tries.forget(connection, self._tries.of_name(plain_name(name)))
        self._tries.forget(connection, self._tries.of_codes(account_id))

    def _require_free(self, connection: sa.Connection, name: str, staff_id: str) -> None:
        """`UserError` when the name is taken or the person has an account."""
        if connection.execute(_rows(ACCOUNT.c.name == name)).first():
            raise _error("name_taken", "This login name is taken. Choose another.", "这个登录名已有人用，请换一个。")
        if connection.execute(_rows(ACCOUNT.c.staff_id == staff_id)).first():
            raise _error(
                "has_account",
                "This person has an account already. carekit users list shows it.",
                "此人已有账号，可用 carekit users list 查看。",
            )

    def _require_holder(self, connection: sa.Connection, staff_id: str) -> None:
        """`UserError` unless this is a staff member of today whose role sees anything."""
        staff = connection.execute(sa.select(STAFF.c.role, STAFF.c.until_on).where(STAFF.c.id == staff_id, IS_STAFF)).one_or_none()
        if staff is None:
            raise _error(
                "no_staff", "There is no such staff member. Enter the person among the staff first.", "没有这位教职工，请先登记教职工。"
            )
        if staff.until_on is not None and staff.until_on < clock.today():
            raise _error(
                "has_left",
                "This person has left the school. Correct the last day first if that is wrong.",
                "此人已离校，不能开账号；如离校日期有误，请先更正。",
            )
        if not GRANTS[Role(staff.role)]:
            raise _error(
                "sees_nothing",
                "The role of this person sees nothing in carekit. Give the person another role first.",
                "此人的角色不能查看任何内容，请先改为合适的角色再开账号。",
            )


def _rows(*where: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return sa.select(ACCOUNT).where(*where).order_by(ACCOUNT.c.name)
