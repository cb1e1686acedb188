"""Serves the benchmark's dashboard by carekit: ``carekit_site.py PORT FOLDER``, with a new encrypted store and ten accounts in FOLDER."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from carekit.records import School, StaffMember
from carekit.records.codes import Role
from carekit.serve.accounts import Accounts
from carekit.serve.server import Serving, page_server
from carekit.store import Actor, Store, new_key

#: As many people as have accounts; each may have logged in several times at once.
PEOPLE = 10


def main(port: int, folder: Path) -> None:
    """Make the store and serve until ended."""
    store = Store.create(folder / "school.carekit", key=new_key())
    school = School(name="样例小学")
    staff = [StaffMember(school_id=school.id, name=f"样例{chr(0x4E00 + number)}", role=Role.LEADER) for number in range(PEOPLE)]
    store.for_actor(Actor.console()).add_all([school, *staff])
    (folder / "people.json").write_text(json.dumps(logins(store, staff)), encoding="utf-8")
    page_server(store, Serving(port=port, browser=False, notebooks=folder)).start()


def logins(store: Store, staff: list[StaffMember]) -> list[tuple[str, str]]:
    """An account for each, its first password changed as at everybody's first login: login names and passwords."""
    accounts, made = Accounts(store), []
    for number, person in enumerate(staff):
        name, password = f"visitor{number}", f"three words of {chr(0x4E00 + number)} yard"
        _, first = accounts.add(name, person.id)
        session = accounts.log_in(name, first).session
        if session is None:
            raise RuntimeError("a new account cannot log in")
        accounts.change_password(session, first, password)
        accounts.end_all(session.account_id)
        made.append((name, password))
    return made


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
