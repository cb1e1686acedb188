"""The schools to be visited: a folder each with a store, its key, and a login for each role whose pages are opened."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.page_times.schools import TODAY, Frame, fill
from carekit import clock
from carekit.records import StaffMember
from carekit.records.codes import Role
from carekit.serve.accounts import Accounts
from carekit.serve.pages import PAGES, Page
from carekit.store import Store, new_key, read_key_file, write_key_file

STORE, KEY, PEOPLE = "school.carekit", "school.key", "people.json"
#: Whose page is opened where several may: the leader sees the whole school.
ROLES = (Role.LEADER, Role.CLASS_TEACHER)


def role_of(page: Page) -> Role:
    """The role in which a page is opened: the leader where it is a leader's work, else the class teacher, else any that has it."""
    return next((role for role in ROLES if role in page.roles), min(page.roles))


@dataclass(frozen=True, slots=True)
class School:
    """A store that is filled and closed: its folder, and the staff id of the person of each role of `ROLES`."""

    name: str
    folder: Path
    people: dict[Role, str]

    @property
    def key(self) -> bytes:
        """The key of its store."""
        return read_key_file(self.folder / KEY)

    def open(self) -> Store:
        """The store."""
        return Store.open(self.folder / STORE, key=self.key)


def make(name: str, folder: Path, children: int) -> School:
    """Make a school with so many children in a new folder; `people.json` there holds login name and password of each role, in the order of `ROLES`."""
    folder.mkdir()
    key = new_key()
    write_key_file(folder / KEY, key)
    with clock.at(TODAY):
        store, frame = Store.create(folder / STORE, key=key), Frame()
        fill(store, frame, children)
        people = [frame.staff[role][0] for role in ROLES]
        (folder / PEOPLE).write_text(json.dumps([_login(Accounts(store), person) for person in people]), encoding="utf-8")
        with store.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        store.close()
    return School(name, folder, {person.role: person.id for person in people})


def _login(accounts: Accounts, person: StaffMember) -> tuple[str, str]:
    name, password = f"visitor-{person.role.value.replace('_', '-')}", "three words of blue yard"
    _, first = accounts.add(name, person.id)
    session = accounts.log_in(name, first).session
    if session is None:
        raise RuntimeError("a new account cannot log in")
    accounts.change_password(session, first, password)
    accounts.end_all(session.account_id)
    return name, password


def serve(port: int, folder: Path) -> None:
    """Serve the school in a folder until ended."""
    from carekit.serve.server import Serving, page_server  # noqa: PLC0415 - the process that only measures in itself needs no server

    store = Store.open(folder / STORE, key=read_key_file(folder / KEY))
    page_server(store, Serving(port=port, browser=False)).start()


def pages(names: list[str] | None = None) -> list[Page]:
    """The pages that are opened, all of them unless some are named."""
    chosen: Callable[[Page], bool] = (lambda page: page.name in names) if names else (lambda _: True)
    return [page for page in PAGES if chosen(page)]


if __name__ == "__main__":
    serve(int(sys.argv[1]), Path(sys.argv[2]))
