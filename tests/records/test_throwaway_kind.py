"""Adding a kind of record touches one place: a class declared here, in a process of its own, is a table, a form, a list, a history, an export."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_PROGRAM = """
import sys
from datetime import date
from typing import ClassVar

from carekit.fields import DoneDate, Id, NoteText, Privacy, field
from carekit.language import Label
from carekit.records import Area, Assignment, Child, Enrolment, Record, School, SchoolClass, StaffMember


class Umbrella(Record):
    kind: ClassVar[str] = "umbrella"
    label: ClassVar[Label] = Label("Umbrella", "借伞")
    area: ClassVar[Area] = Area.CARE
    about: ClassVar[tuple[str, ...]] = ("child_id",)
    occurs: ClassVar[str | None] = "lent_on"
    by: ClassVar[str | None] = "staff_id"
    title_fields: ClassVar[tuple[str, ...]] = ("staff_id",)
    quick: ClassVar[tuple[str, ...]] = ("lent_on", "why")

    child_id: Id = field(Label("Child", "儿童"), Privacy.INTERNAL, ref="child")
    lent_on: DoneDate = field(Label("Lent on", "借出日期"), Privacy.INTERNAL)
    why: NoteText | None = field(Label("Why", "原因"), Privacy.SENSITIVE)
    staff_id: Id = field(Label("Lent by", "经手人"), Privacy.INTERNAL, ref="staff_member")


from carekit.access import access_matrix
from carekit.apps.contacts import Contacts
from carekit.exchange.export import FORMATS, export_records
from carekit.history import case_frame, history
from carekit.records.codes import Duty, Role
from carekit.store import Actor, Store, new_key
from carekit.widgets import RecordForm, RecordTable, Timeline

store = Store.create(sys.argv[1], key=new_key())
console, day = store.for_actor(Actor.console()), date(2025, 9, 1)
school = School(name="样例小学")
room = SchoolClass(school_id=school.id, school_year=2025, grade=3, number=1, name="三(1)")
wang, zhou = (
    StaffMember(school_id=school.id, name=name, role=role) for name, role in (("王样", Role.CLASS_TEACHER), ("周样", Role.REGISTRAR))
)
child = Child(name="赵小禾")
duty = Assignment(class_id=room.id, staff_id=wang.id, duty=Duty.CLASS_TEACHER, from_on=day)
console.add_all([school, room, wang, zhou, child, Enrolment(child_id=child.id, class_id=room.id, enrolled_on=day), duty])
teacher, registrar = (store.for_actor(Actor(member.id, member.role)) for member in (wang, zhou))

# quick entry offers it, its form saves it, and it stands in the person's own records
page = Contacts(teacher)
form = page.entry.choose("umbrella", child.id)
values = form.values["fields"] | {"why": "下雨没带伞"}
form.receive({"type": "submit", "n": 1, "generation": form.generation, "values": {"fields": values, "parts": {}}}, [])
(saved,) = teacher.find(Umbrella)
assert saved.record.staff_id == wang.id and len(page.recent.table.rows) == 1

# a form of all fields, a list from the declared fields, a timeline, a frame
references = {"child_id": [(child.id, child.name, "")], "staff_id": [(wang.id, wang.name, "")]}
assert set(RecordForm(Umbrella, on_submit=lambda entry: None, initial=saved, references=references).values["fields"]) == set(Umbrella.fields) - {"id"}
row = {"id": saved.id, "lent_on": saved.record.lent_on, "why": saved.record.why}
assert RecordTable([Umbrella.fields["lent_on"], Umbrella.fields["why"]], [row], caption=Umbrella.label).rows
events = [event for event in history(teacher, child.id) if event.kind == "umbrella"]
assert [(event.kind_label, event.title, dict(event.lines)["原因"]) for event in events] == [("借伞", "王样", "下雨没带伞")], events
assert "umbrella" in Timeline(events).kinds[0] and "umbrella" in set(case_frame(teacher, child.id)["kind"])

# exported in every format, and hidden from a role that may not read it, everywhere alike
assert all(export_records(teacher, "umbrella", name) for name in FORMATS)
assert "下雨" in export_records(teacher, "umbrella", "json").decode() and "下雨" not in export_records(registrar, "umbrella", "json").decode()
(seen,) = registrar.find(Umbrella)
assert seen.record.why is None and "why" in seen.redacted
assert [event.restricted for event in history(registrar, child.id) if event.kind == "umbrella"] == [True]
assert {cell.reads for cell in access_matrix([Role.REGISTRAR]) if cell.record is Umbrella and cell.field == "why"} == {False}
assert registrar.level(Umbrella, saved.id) is Privacy.INTERNAL
store.close()
print("whole")
"""


def test_a_kind_declared_in_one_place_is_everywhere(tmp_path: Path) -> None:
    """Table, form, list, quick entry, timeline, frame, every export, and redaction follow from the declaration alone."""
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, str(tmp_path / "school.carekit")], capture_output=True, encoding="utf-8", check=False
    )
    assert done.stdout.strip() == "whole", done.stderr[-2000:]
