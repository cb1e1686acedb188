"""What the tests of accounts and of the login pages share: a school whose people can log in, with and without a server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from login_house import House, house_in
from schools import SmallSchool

from carekit import clock
from carekit.records.codes import Role
from carekit.serve.accounts import Accounts, Login, Session
from carekit.store.schema import LOGIN_TRY

#: A morning at school, in UTC.
MORNING = datetime(2026, 3, 4, 0, 0, 0)
#: A password that nothing is said against.
GOOD = "three plain words 3"


@dataclass
class Door:
    """A school's accounts, and a clock that stands until it is moved."""

    school: SmallSchool
    accounts: Accounts
    moment: datetime = MORNING
    passwords: dict[str, str] = field(default_factory=dict)

    def after(self, seconds: float) -> None:
        """Let time pass; what waits to be written down is written."""
        self.settle()
        self.moment += timedelta(seconds=seconds)

    def settle(self) -> None:
        """Wait until everything that the accounts write beside requests is written."""
        self.accounts._toucher.submit(int).result()

    def log_in(self, name: str, password: str | None = None, **how: Any) -> Login:
        """A try to log in, with the right password unless another is given."""
        with clock.at(self.moment):
            return self.accounts.log_in(name, self.passwords.get(name, "") if password is None else password, **how)

    def enter(self, name: str) -> Session:
        """A login that must succeed."""
        login = self.log_in(name)
        assert login.session is not None and login.problem is None
        return login.session

    def session(self, token: str) -> Session | None:
        """The session of a token now."""
        with clock.at(self.moment):
            return self.accounts.session(token)

    def lines(self) -> list[tuple[str, str, str]]:
        """Who, what and on which account, of every line of the log about accounts."""
        from carekit.store.schema import AUDIT

        with self.accounts._reading() as connection:
            rows = connection.execute(AUDIT.select().where(AUDIT.c.kind == "account").order_by(AUDIT.c.seq)).all()
        return [(row.actor, row.action, row.entity_id) for row in rows]

    def add(self, name: str, person: str, role: Role) -> str:
        """An account whose first password has been changed; its id."""
        with clock.at(self.moment):
            account, first = self.accounts.add(name, self.school.add_staff(person, role).id)
            login = self.accounts.log_in(name, first)
            assert login.session is not None
            self.accounts.change_password(login.session, first, GOOD)
            self.accounts.end_all(account.id)
        self.passwords[name] = GOOD
        return account.id


@pytest.fixture
def door(school: SmallSchool) -> Iterator[Door]:
    """The accounts ``leader`` and ``wang`` (a class teacher) of the small school, in each kind of store."""
    with closing(Accounts(school.store)) as accounts, clock.at(date(2026, 3, 4)):
        made = Door(school, accounts)
        made.add("leader", "领样", Role.LEADER)
        made.add("wang", "王样", Role.CLASS_TEACHER)
        yield made


@pytest.fixture(scope="module")
def served_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A school's own server in this process, which is no demo; a test asks for `house`."""
    with house_in(tmp_path_factory.mktemp("house")) as made:
        yield made


@pytest.fixture
def house(served_house: House) -> Iterator[House]:
    """The served school. All tests come from one address: what one tried in vain does not make the next wait."""
    yield served_house
    with served_house.school.store.engine.begin() as connection:
        connection.execute(LOGIN_TRY.delete())


@pytest.fixture(scope="module")
def teacher(served_house: House) -> str:
    """The login name of a class teacher with the password `login_house.GOOD`; no test changes it."""
    return served_house.person()[0]
