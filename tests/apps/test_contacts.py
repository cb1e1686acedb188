"""What is promised of the app contacts: every kind of quick entry, for each role, with several children, dates, drafts and own records."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from contacts_entering import boxes, contacts_village, enter, keep_draft, press
from village import TODAY, Village, village_in

from carekit.access import Actor, may_write
from carekit.apps.contacts import contacts
from carekit.apps.contacts_kinds import activity_options, children_for, quick_kinds, way_field
from carekit.apps.links import contacts_link
from carekit.apps.staff import staff_options
from carekit.errors import UserError
from carekit.fields import DoneDate, Shape, bare_type
from carekit.records import (
    RECORDS,
    Activity,
    Attendance,
    HomeVisit,
    Journal,
    ParentCall,
    Record,
    Score,
    StaffMember,
    Talk,
)
from carekit.records.codes import ActivityKind, Outcome, Role, VisitMode

KINDS = quick_kinds()
_DONE = next(mark for mark in bare_type(DoneDate)[2])


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    """The small school, with a supporter of one child and an activity held a week ago."""
    with contacts_village(tmp_path) as made:
        yield made


# --- every kind -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("record", KINDS, ids=lambda record: record.kind)
def test_every_kind_is_written_down_in_one_form(village: Village, record: type[Record]) -> None:
    """Kind, child, what, save: one record of the person's own, the acknowledgement names child and kind, and the form is ready for the next."""
    app, desk = contacts(village.desk("wang")), village.desk("wang")
    assert enter(app, village, record) == "saved"
    [saved] = desk.find(record)
    assert getattr(saved.record, record.about[0]) == village.children["elder"].id
    if record.by:
        assert getattr(saved.record, record.by) == village.staff["wang"].id
    assert "赵小禾" in app.notice.text and record.label.zh in app.notice.text
    assert app.entry.form is not None
    assert app.entry.form.values["fields"][record.about[0]] == []
    assert [row["kind"] for row in app.recent.table.rows] == [record.kind]  # type: ignore[union-attr]


@pytest.mark.parametrize("record", KINDS, ids=lambda record: record.kind)
def test_several_children_get_a_record_each_and_saving_twice_saves_once(village: Village, record: type[Record]) -> None:
    """Three children at once: three records; the same press again from a page that has not heard the answer adds none."""
    app, desk = contacts(village.desk("wang")), village.desk("wang")
    form = app.entry.choose(record.kind)
    chosen = [village.children[key].id for key in ("elder", "younger", "same_2")]
    filled, generation = boxes(village, record, **{record.about[0]: chosen}), form.generation
    assert press(form, generation, **filled)[0] == "saved"
    assert press(form, generation, **filled)[0] == "saved"
    assert sorted(getattr(one.record, record.about[0]) for one in desk.find(record)) == sorted(chosen)


def _done_dates() -> list[tuple[type[Record], str]]:
    marks = [(record, name) for record in KINDS for name in record.quick if record.fields[name].shape is Shape.DATE]
    return [(record, name) for record, name in marks if _DONE in record.model_fields[name].metadata or _DONE in _inner(record, name)]


def _inner(record: type[Record], name: str) -> tuple[Any, ...]:
    return tuple(bare_type(record.model_fields[name].annotation)[2])


@pytest.mark.parametrize(("record", "name"), _done_dates(), ids=lambda one: one if isinstance(one, str) else one.kind)
@pytest.mark.parametrize("day", ["2026-05-21", "2062-05-20"])
def test_a_date_to_come_is_refused_for_what_was_done(village: Village, record: type[Record], name: str, day: str) -> None:
    """Tomorrow, or 2062 typed for 2026: a sentence beside the box, nothing saved."""
    app, desk = contacts(village.desk("wang")), village.desk("wang")
    form = app.entry.choose(record.kind)
    state, problems = press(form, **boxes(village, record, **{record.about[0]: [village.children["elder"].id], name: day}))
    assert state == "invalid"
    assert any(problem["path"] == name and "不能晚于今天" in problem["text"] for problem in problems)
    assert not desk.find(record)


def test_there_are_dates_to_refuse() -> None:
    """Every kind of quick entry says on which day it was done, and that day is never to come."""
    assert {record for record, name in _done_dates() if name == record.occurs} == set(KINDS)


@pytest.mark.parametrize("record", KINDS, ids=lambda record: record.kind)
@pytest.mark.parametrize("value", ["", {"unreadable": True}, "0026-05-20"])
def test_a_cleared_or_half_typed_date_is_refused(village: Village, record: type[Record], value: Any) -> None:
    """No date, 31 February, a year of two digits: refused; neither today nor an old date is put in its place."""
    app, desk = contacts(village.desk("wang")), village.desk("wang")
    form = app.entry.choose(record.kind)
    filled = boxes(village, record, **{record.about[0]: [village.children["elder"].id], str(record.occurs): value})
    state, problems = press(form, **filled)
    assert (state, [problem["path"] for problem in problems]) == ("invalid", [record.occurs])
    assert not desk.find(record)


def test_planned_dates_are_taken_and_not_counted(village: Village) -> None:
    """A visit to come may be agreed; it is no visit that was made."""
    app = contacts(village.desk("wang"))
    assert enter(app, village, HomeVisit, outcome=str(Outcome.FAILED), reason="家里没人", revisit_on="2026-06-20") == "saved"
    assert app.recent is not None
    assert [(item[0], item[1]) for item in app.recent.counts.items] == [("家访", "0；未成功 1")]


def test_nobody_came_to_what_is_still_to_come(village: Village) -> None:
    """An activity planned for next week can be chosen, and a sign-in of today for it is refused in words."""
    planned = Activity(kind_of=ActivityKind.SHOW, title="六一演出", held_on=date(2026, 6, 1))
    village.console.add(planned)
    app = contacts(village.desk("wang"))
    assert enter(app, village, Attendance, activity_id=planned.id) == "refused"
    assert not village.console.find(Attendance)


@pytest.mark.parametrize("role", list(Role))
def test_a_role_is_offered_what_it_may_write_and_nothing_else(village: Village, role: Role) -> None:
    """The kinds on the page are those that the store would take; a kind that is asked for by its name alone is refused in words."""
    member = StaffMember(school_id=village.school.id, name="样人", role=role)
    village.console.add(member)
    desk = village.store.for_actor(Actor(member.id, role))
    app = contacts(desk)
    assert set(app.entry.kinds) == {record.kind for record in KINDS if may_write(desk.actor, record)}
    for record in KINDS:
        if record.kind not in app.entry.kinds:
            with pytest.raises(UserError, match="does not write"):
                app.entry.choose(record.kind)
            app.write(record.kind, None)
            assert "不能记" in app.notice.text
    assert (app.activities is None) is (not may_write(desk.actor, Activity))


def test_a_kind_that_is_declared_appears_by_itself(tmp_path: Path) -> None:
    """A new kind of record with boxes of quick entry is offered, saved and listed without any other change (a process of its own declares it)."""
    program = f"""
from typing import ClassVar
from carekit.records.base import RECORDS
import carekit.records
from carekit.fields import DoneDate, Id, NoteText, Privacy, field
from carekit.language import Label
from carekit.records import Area, Record

class Haircut(Record):
    kind: ClassVar[str] = "haircut"
    label: ClassVar[Label] = Label("Haircut", "理发")
    area: ClassVar[Area] = Area.CARE
    about: ClassVar[tuple[str, ...]] = ("child_id",)
    occurs: ClassVar[str | None] = "cut_on"
    by: ClassVar[str | None] = "staff_id"
    quick: ClassVar[tuple[str, ...]] = ("cut_on", "words")
    child_id: Id = field(Label("Child", "儿童"), Privacy.INTERNAL, ref="child")
    cut_on: DoneDate = field(Label("Date", "日期"), Privacy.INTERNAL)
    words: NoteText | None = field(Label("Words", "说明"), Privacy.SENSITIVE)
    staff_id: Id = field(Label("By", "记录人"), Privacy.INTERNAL, ref="staff_member")

from pathlib import Path
from village import village_in
from carekit.apps.contacts import contacts
with village_in(Path({str(tmp_path)!r})) as village:
    app = contacts(village.desk("wang"))
    form = app.entry.choose("haircut")
    fields = {{**form.values["fields"], "child_id": [village.children["elder"].id], "words": "短发"}}
    form.receive({{"type": "submit", "generation": form.generation, "n": 1, "values": {{"fields": fields, "parts": {{}}}}}})
    [row] = app.recent.table.rows
    print(form.state, len(village.console.find(Haircut)), row["kind"], row["said"])
"""
    here = Path(__file__).parent
    environment = {"PYTHONPATH": f"{here}:{here.parent}:{here.parents[1]}", "PATH": "", "PYTHONIOENCODING": "utf-8"}
    told = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, encoding="utf-8", env=environment)
    assert told.stdout.split() == ["saved", "1", "haircut", "短发"], told.stderr[-2000:]


# --- whose children, which choices --------------------------------------------------------------------------------------


def test_only_children_about_whom_the_person_may_write_are_offered(village: Village) -> None:
    """A class teacher's own class; a subject teacher's pupils for scores and nobody for care; a supporter's paired child."""
    own = {village.children[key].id for key in ("elder", "younger", "same_1", "same_2", "closed")}
    assert {one for one, _, _ in children_for(village.desk("wang"), Talk, TODAY)} == own
    assert {one for one, _, _ in children_for(village.desk("sun"), Score, TODAY)} == own
    assert children_for(village.desk("sun"), Talk, TODAY) == []
    assert [one for one, _, _ in children_for(village.desk("lin"), Talk, TODAY)] == [village.children["foreign"].id]
    app = contacts(village.desk("sun"))
    with pytest.raises(UserError, match="no child"):
        app.entry.choose(Talk.kind)


def test_a_forged_child_is_refused(village: Village) -> None:
    """An id of another class's child in the boxes is no choice, and nothing is saved."""
    app, desk = contacts(village.desk("wang")), village.console
    form = app.entry.choose(ParentCall.kind)
    state, problems = press(form, **boxes(village, ParentCall, child_id=[village.children["foreign"].id]))
    assert (state, [problem["path"] for problem in problems]) == ("invalid", ["child_id"])
    assert not desk.find(ParentCall)


def test_the_address_opens_the_form_with_the_child(village: Village) -> None:
    """A link from another page chooses kind and child; the day is today; a child of another class is answered as one that does not exist."""
    app = contacts(village.desk("wang"))
    app.write(ParentCall.kind, village.children["same_2"].id)
    assert app.entry.form is not None
    fields = app.entry.form.values["fields"]
    assert (fields["child_id"], fields["called_on"]) == ([village.children["same_2"].id], "2026-05-20")
    texts = []
    for child_id in (village.children["foreign"].id, "0" * 26):
        app.write(ParentCall.kind, child_id)
        texts.append(app.notice.text)
    assert len(set(texts)) == 1 and "没有这条记录" in texts[0]
    app.write(None, village.children["younger"].id)
    app.entry.buttons[Journal.kind].click()
    assert app.entry.form.values["fields"]["child_id"] == [village.children["younger"].id]
    link = contacts_link("talk", village.children["elder"].id)
    assert "contacts.ipynb?kind=talk&amp;child=" in link and "记谈心" in link


def test_staff_who_left_and_activities_called_off_are_not_offered(village: Village) -> None:
    """The companion of a visit is somebody in service on the day; an activity is one of the last 60 days or of the next 14, not called off."""
    gone = StaffMember(school_id=village.school.id, name="离样", role=Role.CLASS_TEACHER, until_on=TODAY - timedelta(days=1))
    days = {"long ago": -61, "past": -60, "soon": 14, "later": 15}
    made = {key: Activity(kind_of=ActivityKind.SHOW, title=key, held_on=TODAY + timedelta(days=n)) for key, n in days.items()}
    called_off = Activity(kind_of=ActivityKind.SHOW, title="off", held_on=TODAY, cancelled="下雨")
    village.console.add_all([gone, called_off, *made.values()])
    desk = village.desk("wang")
    assert gone.id not in {one for one, _, _ in staff_options(desk, TODAY)}
    assert {name for _, name, _ in staff_options(desk, TODAY, {Role.COUNSELLOR})} == {"何样"}
    assert [name for _, name, _ in activity_options(desk, TODAY)] == ["soon", "安全班会", "past"]


def test_an_old_record_keeps_the_companion_who_left(village: Village) -> None:
    """A visit with a companion who has left since is amended without losing him; he is not offered for new ones."""
    visit = HomeVisit(
        child_id=village.children["elder"].id,
        visited_on=date(2026, 4, 1),
        staff_id=village.staff["wang"].id,
        companion_id=village.staff["li"].id,
    )
    village.console.add(visit)
    village.console.amend(village.staff["li"].model_copy(update={"until_on": date(2026, 5, 1)}), seen=1)
    app = contacts(village.desk("wang"))
    assert app.recent is not None
    app.recent.amend("home_visit", visit.id)
    assert app.recent.form is not None
    assert press(app.recent.form, at_home="认真做家务。")[0] == "saved"
    [saved] = village.console.find(HomeVisit)
    assert (saved.version, saved.record.companion_id, saved.record.at_home) == (2, village.staff["li"].id, "认真做家务。")


# --- failed attempts, more boxes, drafts ----------------------------------------------------------------------------------


def test_a_failed_attempt_is_kept_as_such(village: Village) -> None:
    """Not done: asked why, told that it does not count, listed with way and reason, and counted apart from what was done."""
    app = contacts(village.desk("wang"))
    form = app.entry.choose(HomeVisit.kind)
    child = [village.children["elder"].id]
    assert press(form, child_id=child, outcome=str(Outcome.FAILED))[0] == "invalid"
    assert press(form, child_id=child, outcome=str(Outcome.FAILED), reason="家里没人", mode=str(VisitMode.ON_SITE))[0] == "saved"
    assert "不计入" in app.notice.text
    assert press(form, child_id=child, mode=str(VisitMode.PHONE))[0] == "saved"
    assert press(form, child_id=child, mode=str(VisitMode.VIDEO))[0] == "saved"
    assert app.recent is not None
    assert sorted(row["said"] for row in app.recent.table.rows) == ["实地 · 未成功 · 家里没人", "电话 · 已完成", "视频 · 已完成"]
    assert {row["failed"] for row in app.recent.table.rows if "未成功" in row["said"]} == {True}
    way = way_field(HomeVisit)
    assert way is not None and way.name == "mode"


def test_the_quick_boxes_come_first_and_all_others_are_behind_more(village: Village) -> None:
    """One form holds every box of the kind, so that nothing typed is lost when more boxes are opened."""
    app = contacts(village.desk("wang"))
    fields = app.entry.choose(Talk.kind).layout_json["fields"]
    names = [field["name"] for field in fields]
    assert tuple(names[1 : len(Talk.quick) + 1]) == Talk.quick
    assert {field["name"] for field in fields if field.get("more")} == {"part_of_day", "place", "child_states", "advice", "effect"}
    assert set(names) == set(Talk.fields) - {"id", "staff_id"}


def test_a_form_is_made_once_for_each_kind(village: Village) -> None:
    """Going from kind to kind and back makes no second form, and what stands in the first stays."""
    app = contacts(village.desk("wang"))
    first = app.entry.choose(Talk.kind)
    generation = first.generation
    assert app.entry.choose(Journal.kind) is not first
    assert app.entry.choose(Talk.kind) is first
    assert first.generation == generation
    assert [button.description for button in app.entry.buttons.values() if button.description.startswith("✓")] == ["✓ 谈心"]


def test_a_draft_of_each_kind_waits_and_is_gone_after_the_save(village: Village) -> None:
    """What was typed is offered on the next opening of that kind alone, and forgotten once it is saved."""
    app = contacts(village.desk("wang"))
    child = [village.children["elder"].id]
    keep_draft(app.entry.choose(ParentCall.kind), child_id=child, summary="妈妈说春节回来")
    again = contacts(village.desk("wang"))
    assert again.entry.choose(Talk.kind).draft_at is None
    form = again.entry.choose(ParentCall.kind)
    assert form.draft_at is not None
    form.receive({"type": "restore"})
    assert form.values["fields"]["summary"] == "妈妈说春节回来"
    assert press(form)[0] == "saved"
    assert contacts(village.desk("wang")).entry.choose(ParentCall.kind).draft_at is None


def test_the_page_works_on_postgresql(postgres_url: str) -> None:
    """Every select of the page, and saving, amending and signing in, on the database of large deployments."""
    with village_in(postgres_url) as village:
        held = Activity(kind_of=ActivityKind.HOLIDAY, title="集中活动", held_on=date(2026, 5, 13), village="清溪村1组")
        village.console.add(held)
        app = contacts(village.desk("wang"))
        for record in KINDS:
            assert enter(app, village, record) == "saved"
        assert app.recent is not None and app.activities is not None and app.journals is not None
        assert len(app.recent.table.rows) == len(KINDS)
        assert {item[0]: item[1] for item in app.recent.counts.items}["家访"] == "实地 1"
        app.activities.sign(held.id)
        assert len(app.activities.sign_in.list.rows_json) == 2
        app.activities.planner.other.value = "清溪村1组"
        app.activities.planner.first.value = app.activities.planner.last.value = date(2026, 7, 13)
        app.activities.planner.show_days()
        app.activities.planner.save()
        assert len(village.console.find(Activity)) == 2
        assert children_for(village.desk("sun"), Talk, TODAY) == []


def test_what_is_printed_names_nobody(village: Village) -> None:
    """The page and its parts show counts when printed."""
    app = contacts(village.desk("wang"))
    enter(app, village, Talk)
    assert repr(app) == "Contacts(样例小学 2026-05-20：可记 12 类，今天已记 1，待回复周记 0，本学期未参加活动 5)"
    printed = "".join(map(repr, (app.entry, app.recent, app.journals, app.activities)))
    assert "赵小禾" not in printed
    assert RECORDS["talk"] is Talk
