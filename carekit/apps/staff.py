"""Names of staff and school for the pages."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from carekit.language import Label
from carekit.names import name_sort_key
from carekit.records import School, StaffMember
from carekit.records.codes import Role
from carekit.store import Desk

_CONSOLE = Label("command line", "系统（命令行）")
_SOMEBODY = Label("somebody", "其他人员")
_LEFT = Label("has left", "已离岗")
_COMMA = Label(", ", "，")


def staff_name(desk: Desk, staff_id: str) -> str:
    """The name of a staff member by id; the command line and whoever the reader does not see have words of their own."""
    if staff_id == "console":
        return _CONSOLE.text()
    found = desk.find(StaffMember, {"id": staff_id}, include_withdrawn=True)
    return found[0].record.name if found else _SOMEBODY.text()


def school_name(desk: Desk) -> str:
    """The name of the school, of several the first; "" before it is entered."""
    schools = desk.find(School)
    return schools[0].record.name if schools else ""


def staff_options(desk: Desk, on: date, roles: Collection[Role] | None = None) -> list[tuple[str, str, str]]:
    """The people a picker offers for new work: those in service on the day `on` (the last day included), of some `roles` or of any.

    Each is (id, name, telling detail: role, post and unit), in the order of names. Who has left or is withdrawn is not among them; a record that names
    one keeps that name by `staff_with_former`.
    """
    people = [one.record for one in desk.find(StaffMember)]
    there = [p for p in people if (p.from_on is None or p.from_on <= on) and (p.until_on is None or p.until_on >= on)]
    chosen = sorted((p for p in there if roles is None or p.role in roles), key=lambda p: (name_sort_key(p.name), p.id))
    return [(person.id, person.name, staff_detail(person.role, person.post, person.unit)) for person in chosen]


def staff_with_former(desk: Desk, options: list[tuple[str, str, str]], staff_id: str | None) -> list[tuple[str, str, str]]:
    """`options` with the person whom a saved record names, marked as having left, when they are not among them."""
    if staff_id is None or any(one == staff_id for one, _, _ in options):
        return options
    return [(staff_id, staff_name(desk, staff_id), _LEFT.text()), *options]


def staff_detail(role: Role, post: str | None, unit: str | None) -> str:
    """What somebody is, in one line: role, post and unit, each said once."""
    return _COMMA.text().join(dict.fromkeys(filter(None, (role.label.text(), post, unit))))
