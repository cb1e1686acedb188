"""A demo's logins: one account for each role that somebody in the school has, offered as buttons on the login page."""

from __future__ import annotations

import secrets

from carekit.access import GRANTS
from carekit.apps.session import DEMO_ROLES, demo_people
from carekit.language import Label
from carekit.serve.accounts import Accounts
from carekit.store import Store


def demo_logins(store: Store) -> tuple[tuple[Label, str, str, str], ...]:
    """Make (or make anew) an account for each role: the role in words, the person's name, the login name, the password of this run.

    Passwords are drawn anew at each start, so that a demo that is kept in a file has none that anybody knows.
    """
    accounts = Accounts(store)
    known = {account.name for account in accounts.list()}
    logins = []
    people = demo_people(store)
    for role in DEMO_ROLES:
        person = people.get(role)
        if person is None or not GRANTS[role]:
            continue
        name, password = f"demo-{role.value.replace('_', '-')}", secrets.token_urlsafe(12)
        first = accounts.reset(name) if name in known else accounts.add(name, person.id)[1]
        session = accounts.log_in(name, first).session
        if session is None:
            continue
        accounts.change_password(session, first, password)
        accounts.end(session.id)
        logins.append((role.label, person.name, name, password))
    return tuple(logins)
