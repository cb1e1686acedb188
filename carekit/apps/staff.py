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


def staff_name(desk: Desk, staff_id: str) -> str:
    """The name of a staff member by id; the command line and whoever the reader does not see have words of their own."""
    if staff_id == "console":
        return _CONSOLE.text()
    found = desk.find(StaffMember, {"id": staff_id}, include_withdrawn=True)
    return found[0].record.name if found else _SOMEBODY.text()


def staff_options(desk: Desk, on: date, roles: Collection[Role] | None = None) -> list[tuple[str, str, str]]:
    """The staff in service on a day (of some roles, when given) for a picker, as (id, name, detail), by name; who has left is not offered."""
    found = [one.record for one in desk.find(StaffMember)]
    there = [
        one
        for one in found
        if (one.from_on is None or one.from_on <= on)
        and (one.until_on is None or on <= one.until_on)
        and (roles is None or one.role in roles)
    ]
    return [(one.id, one.name, one.role.label.text()) for one in sorted(there, key=lambda one: (name_sort_key(one.name), one.id))]


def school_name(desk: Desk) -> str:
    """The name of the school, of several the first; "" before it is entered."""
    schools = desk.find(School)
    return schools[0].record.name if schools else ""
