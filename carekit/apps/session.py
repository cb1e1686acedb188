"""Who sits at this page and on which store: what a notebook asks first.

The server that starts a kernel says so to the kernel itself, never in the page or on a command line:

* ``CAREKIT_STORE``  where the store is, ``CAREKIT_KEY`` its key (64 hexadecimal digits) or ``CAREKIT_PASSPHRASE``;
* ``CAREKIT_ACTOR``  the staff member's id and role, as the server's login has them; ``CAREKIT_LANG`` the language;
* ``QUERY_STRING``   what the address asked for, such as ``child=...`` (it never decides who the person is).

Who holds the key and opens a notebook without the server (``carekit lab``, a test) names a role in ``CAREKIT_AS`` instead: the person is then
the first staff member of that role.
"""

from __future__ import annotations

import os
import sys
import traceback
from functools import cache
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from IPython.core.getipython import get_ipython
from IPython.display import HTML, display

from carekit import clock
from carekit.errors import UserError
from carekit.language import Label
from carekit.names import name_sort_key
from carekit.records import Assignment, StaffMember
from carekit.records.codes import Duty, Role
from carekit.store import Actor, Desk, Store

STORE_VARIABLE = "CAREKIT_STORE"
KEY_VARIABLE = "CAREKIT_KEY"
PASSPHRASE_VARIABLE = "CAREKIT_PASSPHRASE"  # noqa: S105 - the name of a variable, not a secret
ACTOR_VARIABLE = "CAREKIT_ACTOR"
ROLE_VARIABLE = "CAREKIT_AS"

#: The roles that a demo person can have, in the order in which they are offered.
DEMO_ROLES = (
    Role.CLASS_TEACHER, Role.LEADER, Role.COUNSELLOR, Role.REGISTRAR, Role.SUBJECT_TEACHER, Role.SUPPORTER, Role.ADMINISTRATOR, Role.PARTNER,
    Role.COUNTY_OFFICER,
)  # fmt: skip


def demo_people(store: Store) -> dict[Role, StaffMember]:
    """The person of each role of `DEMO_ROLES`: the first by name; of class teachers the first who has a class today.

    A role that nobody has is left out.
    """
    desk = store.for_actor(Actor.console())
    today = clock.today()
    teaching = {
        assignment.record.staff_id
        for assignment in desk.find(Assignment, {"duty": Duty.CLASS_TEACHER})
        if assignment.record.from_on <= today and (assignment.record.until_on is None or today <= assignment.record.until_on)
    }
    people: dict[Role, StaffMember] = {}
    staff = [revision.record for revision in desk.find(StaffMember, {"role": list(DEMO_ROLES)})]
    for person in sorted(staff, key=lambda person: (name_sort_key(person.name), person.id)):
        left = person.until_on is not None and person.until_on < today
        if not left and (person.role is not Role.CLASS_TEACHER or person.id in teaching):
            people.setdefault(person.role, person)
    return people


def open_desk(usual: Role = Role.LEADER) -> tuple[Desk, StaffMember]:
    """The desk and the person of this kernel; `usual` is the role when neither a person nor a role was named.

    `UserError` when no store was named, when its key does not fit, or when the school has no such person.
    """
    say_user_errors()
    if os.environ.get(ACTOR_VARIABLE):
        keep_errors_here()
    store = _open_store(os.environ.get(STORE_VARIABLE, ""), os.environ.get(KEY_VARIABLE, ""), os.environ.get(PASSPHRASE_VARIABLE, ""))
    staff_id, _, code = os.environ.get(ACTOR_VARIABLE, "").partition(":")
    if staff_id:
        return _desk_of(store, staff_id, Role(code))
    role = role_named(os.environ.get(ROLE_VARIABLE, "")) or usual
    person = demo_people(store).get(role)
    if person is None:
        raise UserError(
            Label("The school has no {role} yet. Enter one among the staff first.", "学校还没有{role}，请先登记教职工。").format(role=role),
            code="no_person",
        )
    return store.for_actor(Actor(person.id, role)), person


def _desk_of(store: Store, staff_id: str, role: Role) -> tuple[Desk, StaffMember]:
    desk = store.for_actor(Actor(staff_id, role))
    person = next((found.record for found in desk.find(StaffMember, {"id": staff_id}) if found.record.role is role), None)
    if person is None:
        raise UserError(
            Label("Your place among the staff has changed. Log in again.", "您的教职工信息有变动，请重新登录。"), code="no_person"
        )
    return desk, person


def say_user_errors() -> None:
    """From now on a `UserError` that ends a cell is shown as its sentence, not as a traceback (outside a kernel: nothing changes)."""
    shell = get_ipython()
    if shell is not None:
        shell.set_custom_exc((UserError,), _say)  # type: ignore[no-untyped-call]


def keep_errors_here() -> None:
    """From now on any other error is told to the browser by its name alone; where it happened goes to the server's log, what it says nowhere.

    A traceback names folders of the machine, and an error's text may hold what somebody typed or what the person may not see.
    """
    shell: Any = get_ipython()
    if shell is None:
        return
    # the long forms read source files for each frame, a tenth of a second of processor that nobody sees
    shell.InteractiveTB.set_mode("Minimal")
    tell = shell._showtraceback

    def tell_name_only(kind: type[BaseException], error: BaseException, _: list[str]) -> None:
        if sys.__stderr__ is not None:
            frames = traceback.extract_tb(error.__traceback__)
            print(f"{kind.__name__}: " + " < ".join(f"{Path(f.filename).name}:{f.lineno}" for f in reversed(frames)), file=sys.__stderr__)
        tell(kind, "", [])

    shell._showtraceback = tell_name_only


def _say(shell: object, kind: type[UserError], error: UserError, trace: object, tb_offset: int | None = None) -> None:  # noqa: ARG001 - IPython's arguments
    display(HTML(f'<p role="alert">{escape(error.text())}</p>'))  # type: ignore[no-untyped-call]


def role_named(text: str) -> Role | None:
    """The role of `DEMO_ROLES` with this code, or None."""
    return next((role for role in DEMO_ROLES if role.value == text), None)


@cache
def _open_store(location: str, key: str, passphrase: str) -> Store:
    """One store for the life of the kernel, so that running a cell again does not open it again."""
    if not location:
        raise UserError(
            Label(
                "No store was named. Start this page with carekit demo, serve or lab.",
                "没有指定数据库，请用 carekit demo、serve 或 lab 打开本页。",
            ),
            code="no_store_named",
        )
    return Store.open(location, key=bytes.fromhex(key)) if key else Store.open(location, passphrase=passphrase)


def asked(name: str) -> str | None:
    """What the page's address asked for under `name`, such as ``child``; None when it did not. Not to be trusted: a desk decides."""
    return dict(parse_qsl(os.environ.get("QUERY_STRING", ""))).get(name)


def link_to(app: str, **query: str) -> str:
    """The address of another app (the name of its notebook), seen from a page."""
    return f"{app}.ipynb" + (f"?{urlencode(query)}" if query else "")
