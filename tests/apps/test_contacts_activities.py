"""What is promised of activities in the app contacts: planning, sign-in as a checklist, series of gatherings, and who came to none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from village import TODAY, Village, village_in

from carekit import clock
from carekit.apps.contacts import contacts
from carekit.apps.contacts_activities import Activities
from carekit.apps.contacts_series import MOST, calendar_rows, days_of
from carekit.apps.contacts_signin import sign_in_id
from carekit.errors import NotFound, UserError
from carekit.fields import new_id
from carekit.records import Activity, Attendance
from carekit.records.codes import ActivityKind, Attendee, Homework
from carekit.store import Desk

_numbers = count(1)


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    """The small school."""
    with village_in(tmp_path) as made:
        yield made


def activity(school: Village, /, **values: Any) -> Activity:
    """An activity of yesterday, saved."""
    made = Activity(**{"kind_of": ActivityKind.FORUM, "title": "座谈会", "held_on": TODAY - timedelta(days=1), **values})
    school.console.add(made)
    return made


def part(village: Village, key: str = "wang") -> Activities:
    """The section of activities of one person's page."""
    found = contacts(village.desk(key)).activities
    assert found is not None
    return found


def save(section: Activities, **marks: dict[str, Any]) -> tuple[str, str]:
    """Press “save sign-in” with these marks by child id, the others as they are shown; gives state and sentence."""
    shown = {row["id"]: {name: row[name] for name in ("ticked", "choice", "words")} for row in section.sign_in.list.rows_json}
    sent: list[Any] = []
    section.sign_in.list.send = lambda message, buffers=None: sent.append(message)  # noqa: ARG005
    merged = {child_id: {**mark, **marks.get(child_id, {})} for child_id, mark in shown.items()}
    section.sign_in.list.receive({"type": "save", "generation": section.sign_in.list.generation, "n": next(_numbers), "marks": merged})
    return sent[-1]["state"], sent[-1]["text"]


def signed(desk: Desk, who: Attendee = Attendee.CHILD) -> dict[str, bool]:
    """Who came, by child."""
    return {one.record.child_id: one.record.came for one in desk.find(Attendance) if one.record.who is who}


# --- planning and writing down --------------------------------------------------------------------------------------------


def test_an_activity_is_written_down_and_amended(village: Village) -> None:
    """One form plans, writes down and calls off; the list tells which it is, and planned ones are not counted as held."""
    section = part(village)
    section.write()
    values = {**section.form.values["fields"], "kind_of": "04", "title": "书画展", "held_on": "2026-06-01"}

    def press(**change: Any) -> str:
        fields = {**values, **change}
        section.form.receive(
            {"type": "submit", "generation": section.form.generation, "n": next(_numbers), "values": {"fields": fields, "parts": {}}}
        )
        return str(section.form.state)

    assert press(title="") == "invalid"
    assert press() == "saved"
    assert [(row["title"], row["state"], row["organiser"], row["came"]) for row in section.table.rows] == [
        ("书画展", "planned", "王样", None)
    ]
    assert press(cancelled="下雨") == "saved"
    assert [row["state"] for row in section.table.rows] == ["cancelled"]
    [saved] = village.console.find(Activity)
    assert (saved.version, saved.record.cancelled) == (2, "下雨")


def test_a_registrar_plans_and_does_not_sign_in(village: Village) -> None:
    """Who may write activities and not sign-ins has the one and not the other; a forged press is refused by the store."""
    held = activity(village, class_id=village.third.id)
    section = part(village, "zhou")
    assert section.writes and not section.signs
    section.table.receive({"type": "action", "action": "sign", "id": held.id})
    assert section.sign_in.activity is None
    section.sign(held.id)
    assert section.sign_in.list.rows_json == []


# --- sign-in --------------------------------------------------------------------------------------------------------------


def test_sign_in_writes_one_record_a_child(village: Village) -> None:
    """Ticked children came, the others of the class did not; the acknowledgement counts both, and saving again changes nothing."""
    held, desk = activity(village, class_id=village.third.id), village.desk("wang")
    section = part(village)
    section.table.receive({"type": "action", "action": "sign", "id": held.id})
    own = {village.children[key].id for key in ("elder", "younger", "same_1", "same_2", "closed")}
    assert {row["id"] for row in section.sign_in.list.rows_json} == own
    elder, younger = village.children["elder"].id, village.children["younger"].id
    assert save(section, **{elder: {"ticked": True}, younger: {"ticked": True}}) == ("saved", "已保存：到场 2 人，未到 3 人。")
    assert signed(desk) == {one: one in (elder, younger) for one in own}
    section.sign(held.id)
    assert save(section)[0] == "saved"
    assert {one.version for one in desk.find(Attendance)} == {1}
    assert [row["came"] for row in section.table.rows] == [2]
    assert {row["id"] for row in section.nowhere.rows} == own - {elder, younger}


def test_a_tick_changed_later_amends(village: Village) -> None:
    """Who was taken for absent and came late is one record with two versions, not two records."""
    held, desk = activity(village, class_id=village.third.id), village.desk("wang")
    section, elder = part(village), village.children["elder"].id
    section.sign(held.id)
    save(section, **{elder: {"ticked": False, "words": {"reason": "生病", "guardian": "", "supporter": ""}}})
    section.sign(held.id)
    save(section, **{elder: {"ticked": True}})
    [one] = desk.find(Attendance, {"child_id": elder})
    assert (one.version, one.record.came, one.record.reason, one.record.attended_on) == (2, True, None, held.held_on)


def test_guardians_and_supporters_sign_in_by_name(village: Village) -> None:
    """A name is a guardian who came; a name that is taken away again is one who did not."""
    held, desk = activity(village, class_id=village.third.id), village.desk("wang")
    section, elder = part(village), village.children["elder"].id
    section.sign(held.id)
    words = {"guardian": "样奶奶", "supporter": "林样", "reason": ""}
    save(section, **{elder: {"ticked": True, "words": words}})
    assert signed(desk, Attendee.GUARDIAN) == signed(desk, Attendee.SUPPORTER) == {elder: True}
    section.sign(held.id)
    [row] = [row for row in section.sign_in.list.rows_json if row["id"] == elder]
    assert row["words"] == words
    save(section, **{elder: {"words": {**words, "guardian": ""}}})
    assert signed(desk, Attendee.GUARDIAN) == {elder: False}


def test_homework_is_checked_at_holiday_gatherings(village: Village) -> None:
    """A gathering of a village group is for its children, and has a state of homework for each; other activities have none."""
    held = activity(village, kind_of=ActivityKind.HOLIDAY, village="清溪村1组")
    section = part(village)
    section.sign(held.id)
    siblings = {village.children[key].id for key in ("elder", "younger")}
    assert {row["id"] for row in section.sign_in.list.rows_json} == siblings
    assert len(section.sign_in.list.layout_json["codes"]) == len(Homework)
    elder = village.children["elder"].id
    save(section, **{elder: {"ticked": True, "choice": str(Homework.PARTLY)}})
    [one] = village.console.find(Attendance, {"child_id": elder})
    assert one.record.homework is Homework.PARTLY
    section.sign(activity(village, title="班会", class_id=village.third.id).id)
    assert section.sign_in.list.layout_json["codes"] == []


def test_an_activity_for_all_writes_only_who_came(village: Village) -> None:
    """Who is not ticked at an activity of nobody in particular was not expected and gets no record; once signed in, unticking amends."""
    held, desk = activity(village), village.desk("he")
    section, elder = part(village, "he"), village.children["elder"].id
    section.sign(held.id)
    save(section, **{elder: {"ticked": True}})
    assert signed(desk) == {elder: True}
    section.sign(held.id)
    save(section, **{elder: {"ticked": False}})
    assert signed(desk) == {elder: False}


def test_children_of_others_may_come_along(village: Village) -> None:
    """Children for whom an activity was not are shown on request; unticked ones of them get no record."""
    held = activity(village, village="柏树村2组")
    section = part(village)
    section.sign(held.id)
    assert [row["id"] for row in section.sign_in.list.rows_json] == [village.children["same_1"].id]
    section.sign_in.everyone.value = True
    elder = village.children["elder"].id
    save(section, **{elder: {"ticked": True}})
    assert signed(village.desk("wang")) == {elder: True, village.children["same_1"].id: False}
    section.sign(held.id)
    assert {row["id"] for row in section.sign_in.list.rows_json} == {elder, village.children["same_1"].id}


def test_nobody_signs_in_for_another_class(village: Village) -> None:
    """The list of another class's activity is empty, a forged id in the marks writes nothing, and nothing is said of those children."""
    held = activity(village, class_id=village.fourth.id)
    section = part(village)
    section.sign(held.id)
    assert section.sign_in.list.rows_json == []
    assert "没有您的孩子" in section.sign_in.hint.value
    mark = {"ticked": True, "choice": "", "words": {}}
    section.sign_in.list.receive(
        {"type": "save", "generation": section.sign_in.list.generation, "n": 1, "marks": {village.children["foreign"].id: mark}}
    )
    assert not village.console.find(Attendance)


@pytest.mark.parametrize(("change", "word"), [({"held_on": TODAY + timedelta(days=1)}, "还没到"), ({"cancelled": "下雨"}, "已取消")])
def test_what_was_not_held_is_not_signed_in(village: Village, change: dict[str, Any], word: str) -> None:
    """An activity to come, or one called off: a sentence, no list."""
    held = activity(village, **change)
    with pytest.raises(UserError) as refused:
        part(village).sign(held.id)
    assert word in refused.value.text()
    with pytest.raises(NotFound):
        part(village).sign(new_id())


def test_two_who_sign_in_at_once_are_told(village: Village) -> None:
    """The second to save hears that somebody else changed it; pressed again, what they see is saved, in the same records."""
    held = activity(village, class_id=village.third.id)
    first, second, elder = part(village), part(village, "he"), village.children["elder"].id
    first.sign(held.id)
    second.sign(held.id)
    assert save(first, **{elder: {"ticked": True}})[0] == "saved"
    state, sentence = save(second, **{elder: {"ticked": False}})
    assert (state, "刚刚有别人改过" in sentence) == ("refused", True)
    assert signed(village.console)[elder] is True
    assert save(second, **{elder: {"ticked": False}})[0] == "saved"
    assert signed(village.console)[elder] is False
    assert len(village.console.find(Attendance, {"child_id": elder})) == 1


def test_ticks_survive_the_page(village: Village) -> None:
    """What was ticked and not saved is there when the sign-in is opened again, and gone from the drafts after the save."""
    held, elder = activity(village, class_id=village.third.id), village.children["elder"].id
    section = part(village)
    section.sign(held.id)
    marks = {elder: {"ticked": True, "choice": "", "words": {}}}
    section.sign_in.list.receive({"type": "draft", "generation": section.sign_in.list.generation, "marks": marks})
    again = part(village)
    again.sign(held.id)
    assert again.sign_in.list.restored
    assert [row["id"] for row in again.sign_in.list.rows_json if row["ticked"]] == [elder]
    assert save(again)[0] == "saved"
    assert signed(village.console)[elder] is True
    again.sign(held.id)
    assert not again.sign_in.list.restored


@pytest.mark.parametrize("message", [{"marks": []}, {"marks": {"x": 1}}, {"marks": {"ticked": "yes"}}, {"n": 0, "marks": {}}, {}])
def test_a_message_of_the_wrong_shape_is_ignored(village: Village, message: dict[str, Any]) -> None:
    """Nothing is written and nothing breaks."""
    section = part(village)
    section.sign(activity(village, class_id=village.third.id).id)
    elder = village.children["elder"].id
    if isinstance(message.get("marks"), dict) and "ticked" in message["marks"]:
        message = {"marks": {elder: message["marks"]}}
    if message.get("marks") == {"x": 1}:
        message = {"marks": {elder: 1}}
    section.sign_in.list.receive({"type": "save", "generation": section.sign_in.list.generation, "n": 1, **message})
    assert not village.console.find(Attendance)


def test_the_id_of_a_sign_in_is_an_id_like_any_other() -> None:
    """It is the same for the same three, different for any other, and has the form of every id."""
    one = sign_in_id("A" * 26, "B" * 26, Attendee.CHILD)
    assert one == sign_in_id("A" * 26, "B" * 26, Attendee.CHILD)
    assert one != sign_in_id("A" * 26, "B" * 26, Attendee.GUARDIAN)
    assert Activity.read({"id": one, "kind_of": "01", "title": "x", "held_on": TODAY}).id == one


# --- series of gatherings -------------------------------------------------------------------------------------------------


def test_a_series_is_shown_before_it_is_saved(village: Village) -> None:
    """Every three days from the first on, those of the village group that are planned already left out; saved all at once."""
    activity(village, kind_of=ActivityKind.HOLIDAY, village="清溪村1组", held_on=date(2026, 7, 16))
    section = part(village)
    planner = section.planner
    planner.village.value, planner.place.value, planner.hours.value = "清溪村1组", "村委会", "上午9点"
    planner.first.value, planner.last.value = date(2026, 7, 13), date(2026, 7, 24)
    planner.look.click()
    assert [(row["held_on"].day, row["there"]) for row in planner.days.rows] == [(13, False), (16, True), (19, False), (22, False)]
    assert len(village.console.find(Activity)) == 1
    planner.save_button.click()
    planner.save_button.click()
    found = [one.record for one in village.console.find(Activity)]
    assert [one.held_on.day for one in found] == [13, 16, 19, 22]
    assert {(one.place, one.hours, one.organiser_id) for one in found if one.place} == {("村委会", "上午9点", village.staff["wang"].id)}
    assert [row["gap"] for row in section.calendar.rows] == [None, "3 天", "3 天", "3 天"]


def test_a_change_after_looking_asks_to_look_again(village: Village) -> None:
    """What was shown is what is saved: after another date is chosen the days have to be shown anew."""
    planner = part(village).planner
    planner.other.value = "新村"
    planner.first.value, planner.last.value = date(2026, 7, 13), date(2026, 7, 16)
    planner.look.click()
    planner.last.value = date(2026, 7, 30)
    assert planner.days.rows == []
    with pytest.raises(UserError, match="days first"):
        planner.save()


@pytest.mark.parametrize(
    ("village_group", "first", "last", "word"),
    [
        ("", date(2026, 7, 13), date(2026, 7, 16), "选择村组"),
        ("新村", None, date(2026, 7, 16), "请填"),
        ("新村", date(2026, 7, 16), date(2026, 7, 13), "早于"),
        ("新村", date(2026, 7, 16), date(2062, 7, 16), "最多"),
    ],
)
def test_what_is_missing_in_a_series_is_told(village: Village, village_group: str, first: date | None, last: date, word: str) -> None:
    """No village group, a cleared date, dates that run backwards, a year mistyped: a sentence, nothing planned."""
    app = contacts(village.desk("wang"))
    assert app.activities is not None
    planner = app.activities.planner
    planner.other.value, planner.first.value, planner.last.value = village_group, first, last
    planner.look.click()
    assert word in app.notice.text
    assert not village.console.find(Activity)


def test_days_are_counted_from_the_first() -> None:
    """Both ends may be days of the series; at most sixty at once."""
    assert days_of(date(2026, 7, 1), date(2026, 7, 7), 3) == [date(2026, 7, 1), date(2026, 7, 4), date(2026, 7, 7)]
    assert len(days_of(date(2026, 1, 1), date(2026, 1, 1) + timedelta(days=MOST - 1), 1)) == MOST
    with pytest.raises(UserError):
        days_of(date(2026, 1, 1), date(2026, 1, 1) + timedelta(days=MOST), 1)


def test_the_calendar_tells_when_a_village_group_waits_too_long() -> None:
    """More than three days since the group's last gathering is said; those called off and other activities do not count."""

    def made(day: int, village: str = "甲组", **values: Any) -> Activity:
        return Activity(**{"kind_of": ActivityKind.HOLIDAY, "title": "集中", "held_on": date(2026, 7, day), "village": village, **values})

    with clock.at(date(2026, 7, 1)):
        rows = calendar_rows([made(13), made(14, "乙组"), made(16, cancelled="下雨"), made(19), made(15, kind_of=ActivityKind.SPORT)], {})
    assert [(row["held_on"].day, row["gap"]) for row in rows if row["village"] == "甲组"] == [(13, None), (19, "6 天（超过3天）")]


def test_only_a_child_who_came_has_been_in_an_activity(village: Village) -> None:
    """A planned activity, an absence, or one of last term leaves the child in the list; the list is of the own children only."""
    section = part(village)
    names = {row["id"] for row in section.nowhere.rows}
    assert names == {village.children[key].id for key in ("elder", "younger", "same_1", "same_2", "closed")}
    old = activity(village, held_on=date(2026, 1, 9))
    plain = {"activity_id": old.id, "staff_id": village.staff["wang"].id}
    village.console.add_all(
        [
            Attendance(child_id=village.children["elder"].id, attended_on=date(2026, 1, 9), **plain),
            Attendance(child_id=village.children["younger"].id, attended_on=TODAY, came=False, **plain),
            Attendance(child_id=village.children["same_1"].id, attended_on=TODAY, **plain),
        ]
    )
    section.refresh()
    assert {row["id"] for row in section.nowhere.rows} == names - {village.children["same_1"].id}
