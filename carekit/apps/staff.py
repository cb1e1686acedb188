"""Names of staff and school for the pages."""

from __future__ import annotations

from carekit.language import Label
from carekit.records import School, StaffMember
from carekit.store import Desk

_CONSOLE = Label("command line", "系统（命令行）")
_SOMEBODY = Label("somebody", "其他人员")


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
