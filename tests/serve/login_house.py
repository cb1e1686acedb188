"""A school's own server inside the test process, and people with accounts who come to its login page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import websocket
from schools import SmallSchool
from serving import Answer, Browserless, served_here

from carekit import clock
from carekit.records.codes import Role
from carekit.serve.accounts import Accounts
from carekit.store import Store, new_key
from carekit.store.schema import ACCOUNT, LOGIN, LOGIN_TRY

#: A password that nothing is said against, and another.
GOOD, BETTER = "three plain words 3", " another four words "


@dataclass
class House:
    """A served school. Each test adds the people that it needs, so that none sees what another left."""

    school: SmallSchool
    server: Any
    _numbers: Any = field(default_factory=count)

    @property
    def accounts(self) -> Accounts:
        """The accounts as the server has them."""
        return self.server.accounts

    def person(self, role: Role = Role.CLASS_TEACHER, *, first: bool = False) -> tuple[str, str]:
        """Login name and password of a new person; with `first` the password that must be changed."""
        number = next(self._numbers)
        name = f"person{number}"
        _, given = self.accounts.add(name, self.school.add_staff(f"样{number}", role).id)
        if first:
            return name, given
        session = self.accounts.log_in(name, given).session
        assert session is not None
        self.accounts.change_password(session, given, GOOD)
        self.accounts.end_all(session.account_id)
        return name, GOOD

    def visit(self) -> Browserless:
        """A browser without cookies."""
        return Browserless(self.server.address_shown)

    def enter(self, name: str, password: str = GOOD) -> Browserless:
        """A browser in which somebody has logged in."""
        client = self.visit()
        assert client.log_in(name, password).status == 302
        return client

    def token_holds(self, client: Browserless, token: str | None = None) -> bool:
        """Whether the login of a browser, or of a token that it had, opens the home page."""
        cookies = f"carekit_session={token}" if token else client.cookies()
        return Browserless(self.server.address_shown).ask("", Cookie=cookies).status == 200

    def rows(self) -> dict[str, Any]:
        """All about accounts that stands in the store, but when a login was last used."""
        with self.school.store.engine.connect() as connection:
            held = {table.name: sorted(map(repr, connection.execute(table.select()).mappings())) for table in (ACCOUNT, LOGIN, LOGIN_TRY)}
        return {name: [re.sub(r"'seen_at': [^)]*\)", "", row) for row in rows] for name, rows in held.items()}


@contextmanager
def house_in(folder: Path, **how: Any) -> Iterator[House]:
    """A small school in `folder`, served; `how` are fields of `Serving`."""
    store = Store.create(folder / "school.carekit", key=new_key())
    with served_here(store, **how) as server:
        yield House(SmallSchool(store), server)
    store.close()


def alert(answer: Answer) -> str:
    """What a page says is wrong, "" when nothing is."""
    found = re.search(r'role="alert" id="problem">([^<]*)<', answer.text)
    return found[1] if found else ""


def field_of(answer: Answer, name: str) -> str:
    """The tag of a field of a form."""
    found = re.search(rf'<input[^>]*\bname="{name}"[^>]*>', answer.text)
    assert found, f"no field {name}"
    return found[0]


def title_of(answer: Answer) -> str:
    """The title of a page."""
    found = re.search(r"<title>([^<]*)</title>", answer.text)
    assert found
    return found[1]


def after(monkeypatch: pytest.MonkeyPatch, seconds: float) -> datetime:
    """Let time pass for the server, which is in this process; the moment (UTC) at which its clock stands from now."""
    moment = clock.real_now() + timedelta(seconds=seconds)
    monkeypatch.setattr(clock, "real_now", lambda: moment)
    return moment


def closed(socket: Any, seconds: float = 10) -> bool:
    """Whether the server closes a socket within some seconds."""
    socket.settimeout(seconds)
    try:
        while socket.recv_data(control_frame=True)[0] != websocket.ABNF.OPCODE_CLOSE:
            pass
    except websocket.WebSocketTimeoutException:
        return False
    except (websocket.WebSocketConnectionClosedException, OSError):
        pass
    return True
