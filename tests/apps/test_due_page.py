"""The page of what is due: carekit.apps.due and its parts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from schools import SmallSchool

from carekit import clock
from carekit.apps.due import Due
from carekit.apps.due_digest import digest, digests
from carekit.apps.due_rows import PLACES, Duties, Horizon, Part
from carekit.errors import NotFound
from carekit.obligations import RULES, State
from carekit.records import RECORDS, Child, Difficulty, Pairing, Snooze, StaffMember, Talk
from carekit.records.codes import DifficultyKind, PairingKind, Role
from carekit.serve.pages import PAGES
from carekit.store import Actor, Store, new_key

ON = date(2025, 11, 10)


@pytest.fixture
def school(tmp_path: Any) -> Any:
    """A small school on 10 November: two left-behind children in 三(1), one in 四(2), and a leader; nobody has been met."""
    store = Store.create(tmp_path / "school.carekit", key=new_key())
    with clock.at(date(2025, 9, 1)):
        made = SmallSchool(store)
    with clock.at(ON):
        for name, room in (("谢小样", "三(1)"), ("邹小样", "三(1)"), ("柏小样", "四(2)")):
            made.left_behind(name, room)
        made.add_staff("校样", Role.LEADER)
        yield made
    store.close()


def page(school: SmallSchool, name: str) -> Due:
    """The page of a member of staff."""
    member = school.staff[name]
    return Due(school.store.for_actor(Actor(member.id, member.role)), member)


def child(school: SmallSchool, name: str) -> Child:
    """A child by name."""
    found: Child = school.desk.find(Child, {"name": name})[0].record
    return found


def names(rows: Any) -> set[str]:
    """The children in rows of a table."""
    return {row["name"] for row in rows}


def row_of(app: Due, rule: str, name: str) -> dict[str, Any]:
    """The first row of a rule and a child in the list."""
    return next(row for row in app.table.rows if row["rule"] == rule and row["name"] == name)


# --- the own list -----------------------------------------------------------------------------------------------------


def test_the_list_is_ordered_by_how_late(school: SmallSchool) -> None:
    """What is longest overdue stands first, and only children of the own class stand there."""
    app = page(school, "王样")
    assert names(app.table.rows) == {"谢小样", "邹小样"}
    late = [row["row"]["days_late"] for row in app.table.rows]
    assert late == sorted(late, reverse=True) and late[0] > 0
    assert "Due(" in repr(app) and "谢小样" not in repr(app)


def test_a_child_without_any_record_is_in_the_list(school: SmallSchool) -> None:
    """Rules start from the children: one of whom nobody has written anything is overdue (rule 1 of the design)."""
    blank = school.add_child("空小样")
    school.parent(blank, away=True)
    assert ("空小样", "monthly_talk") in {(row["name"], row["rule"]) for row in page(school, "王样").table.rows}


def test_horizons_and_reach(school: SmallSchool) -> None:
    """Overdue only, two weeks, or the whole term; the own duties or everything that one may see."""
    app = page(school, "王样")
    counts = {}
    for horizon in Horizon:
        app.horizon.value = horizon
        counts[horizon] = len(app.table.rows)
    assert counts[Horizon.LATE] < counts[Horizon.SOON] <= counts[Horizon.ALL] and counts[Horizon.LATE] > 0
    supporter = school.add_staff("帮样", Role.SUPPORTER)
    school.save(Pairing(child_id=child(school, "柏小样").id, kind_of=PairingKind.TEACHER, staff_id=supporter.id, from_on=date(2025, 9, 1)))
    theirs = page(school, "帮样")
    assert {row["rule"] for row in theirs.table.rows} == {"growth_diary"}
    theirs.whose.value = False
    assert {"growth_diary", "monthly_talk"} <= {row["rule"] for row in theirs.table.rows} and names(theirs.table.rows) == {"柏小样"}


def test_doing_opens_the_form_with_the_child_and_saving_takes_the_row_away(school: SmallSchool) -> None:
    """“Do it” on this month's talk opens its form with that child; when it is saved the row is gone and the figure smaller."""
    app = page(school, "王样")
    row = next(r for r in app.table.rows if r["rule"] == "monthly_talk" and r["row"]["due_on"] == date(2025, 11, 30))
    before = len(app.table.rows)
    app.table._on_action("do", row["id"])
    form = app.entry.form
    assert form is not None and form.values["fields"]["child_id"] == [row["row"]["child_id"]] and app.lists.layout.display == "none"
    member = school.staff["王样"]
    app.desk.add(Talk(child_id=row["row"]["child_id"], talked_on=ON, staff_id=member.id, points="近况"))
    app.refresh()
    assert len(app.table.rows) == before - 1 and row["id"] not in {r["id"] for r in app.table.rows}


def test_what_is_over_is_said_to_be_over(school: SmallSchool) -> None:
    """A talk missed in a month that is past cannot be made up for: the page says what may be written down."""
    app = page(school, "王样")
    row = next(r for r in app.table.rows if r["rule"] == "monthly_talk" and r["row"]["state"] is State.OVERDUE)
    app.table._on_action("do", row["id"])
    assert "不能补" in app.notice.text


def test_what_is_done_elsewhere_has_a_link(school: SmallSchool) -> None:
    """A file is completed on its own page: the link goes there with the child; the list comes back by one press."""
    app = page(school, "王样")
    row = row_of(app, "file_complete", "谢小样")
    app.table._on_action("do", row["id"])
    assert f"intake.ipynb?child={row['row']['child_id']}" in app.link.value and app.link.layout.display == ""
    app.back.click()
    assert app.lists.layout.display == "" and app.link.layout.display == "none"


def test_forged_rows_do_nothing(school: SmallSchool) -> None:
    """A message about a row that is not in the list opens nothing."""
    app = page(school, "王样")
    app._act("do", "monthly_talk|nobody|2025-11-30|1")
    app._act("again", app.table.rows[0]["id"])
    assert app.lists.layout.display == "" and app.notice.tone == "error"


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_a_place_where_it_is_done(rule: str) -> None:
    """By quick entry of a kind of record, or on a page that exists: nobody is told of a duty without being told where to do it."""
    pages = {one.name for one in PAGES} | {"pairing", "plans", "difficulties"}
    if rule in PLACES:
        assert PLACES[rule][0] in pages
    else:
        assert RECORDS[RULES[rule].done_by].quick


# --- putting off ------------------------------------------------------------------------------------------------------


def put_off(app: Due, row: dict[str, Any], days: int = 3) -> None:
    """Put a row off as the form would."""
    app._act("snooze", row["id"])
    values = app.snooze.form.values["fields"] | {"until_on": (ON + timedelta(days=days)).isoformat(), "reason": "3"}
    app.snooze.form.receive(
        {"type": "submit", "n": 1, "generation": app.snooze.form.generation, "values": {"fields": values, "parts": {}}}, []
    )


def test_putting_off_moves_a_row_apart_and_taking_back_returns_it(school: SmallSchool) -> None:
    """A reason and a day are asked for; the row stands apart with both, counts as not done, and comes back when that is taken back."""
    app = page(school, "王样")
    row = (
        row_of(app, "home_visit", "谢小样")
        if any(r["rule"] == "home_visit" for r in app.table.rows)
        else row_of(app, "monthly_talk", "谢小样")
    )
    overdue = app.mine.counts()["overdue"]
    put_off(app, row)
    assert row["id"] not in {r["id"] for r in app.table.rows} and [r["name"] for r in app.put_off.rows] == ["谢小样"]
    assert "家里没人" in app.put_off.rows[0]["when"] and app.put_off.layout.display == "" and app.mine.counts()["overdue"] == overdue - 1
    (saved,) = school.desk.find(Snooze)
    assert saved.record.staff_id == school.staff["王样"].id and saved.recorded_by == school.staff["王样"].id
    app._act("again", app.put_off.rows[0]["id"])
    assert row["id"] in {r["id"] for r in app.table.rows} and app.put_off.layout.display == "none"
    assert school.desk.find(Snooze, include_withdrawn=True)[0].withdrawn


def test_nothing_is_put_off_for_long(school: SmallSchool) -> None:
    """More than fourteen days are refused with a sentence, and nothing is saved."""
    app = page(school, "王样")
    put_off(app, app.table.rows[0], days=15)
    assert app.snooze.form.state == "invalid" and not school.desk.find(Snooze)


def test_taking_back_what_is_not_put_off(school: SmallSchool) -> None:
    """Somebody else took it back meanwhile: one sentence, no crash."""
    from carekit.apps.due_snooze import take_back

    app = page(school, "王样")
    with pytest.raises(NotFound):
        take_back(app.desk, app.table.rows[0]["row"])


# --- the whole school -------------------------------------------------------------------------------------------------


def test_the_leader_sees_by_person_and_by_class_who_has_done_what(school: SmallSchool) -> None:
    """Each line counts what was asked and done; the rows behind a line are those that still wait; the sums are the same both ways."""
    app = page(school, "校样")
    school_part = app.school
    assert school_part is not None
    people, rooms = (school_part.tables[part].rows for part in Part)
    assert {row["name"] for row in people} >= {"王样", "李样"} and {row["name"] for row in rooms} == {"三(1)", "四(2)"}
    for name in ("asked", "done", "late"):
        assert sum(row[name] for row in people) == sum(row[name] for row in rooms)
    wang = next(row for row in people if row["name"] == "王样")
    school_part.choose(Part.PERSON, wang["id"])
    assert names(school_part.behind.rows) == {"谢小样", "邹小样"} and {row["owner"] for row in school_part.behind.rows} == {"王样"}
    assert sum(row["row"]["state"] is State.OVERDUE for row in school_part.behind.rows) == wang["late"]


def test_the_leader_sees_who_was_met_by_nobody(school: SmallSchool) -> None:
    """All three at first; a talk takes one off the list, a failed attempt does not; activities are counted apart."""
    app = page(school, "校样")
    assert app.school is not None
    assert names(app.school.unmet.rows) == {"谢小样", "邹小样", "柏小样"} == names(app.school.idle.rows)
    school.talk(child(school, "谢小样"), ON)
    from carekit.records.codes import Outcome

    school.talk(child(school, "邹小样"), ON, Outcome.FAILED)
    app.refresh()
    assert names(app.school.unmet.rows) == {"邹小样", "柏小样"}


def test_a_class_without_a_teacher_is_nobodys_and_seen(school: SmallSchool) -> None:
    """Duties of a class that has no class teacher stand under “nobody” in the leader's view: none is lost (case 53)."""
    school.add_class("五(1)", 5, 1, None)
    school.left_behind("孤小样", "五(1)")
    app = page(school, "校样")
    assert app.school is not None
    line = next(row for row in app.school.tables[Part.PERSON].rows if row["name"] == "无责任人")
    app.school.choose(Part.PERSON, line["id"])
    assert names(app.school.behind.rows) == {"孤小样"}


def test_what_the_branch_has_to_decide_is_every_leaders_duty(school: SmallSchool) -> None:
    """A difficulty that was handed up stands in each leader's own list, and in no teacher's."""
    values: dict[str, Any] = {"kind_of": DifficultyKind.MONEY, "raised_on": date(2025, 9, 5), "what": "缺学费", "due_on": date(2025, 10, 1)}
    values |= {"owner_id": school.staff["王样"].id, "escalated_on": date(2025, 10, 1), "escalation": "请支部研究"}
    school.save(Difficulty(child_id=child(school, "谢小样").id, **values))
    assert [row["rule"] for row in page(school, "校样").table.rows] == ["decision"]
    assert "decision" not in {row["rule"] for row in page(school, "王样").table.rows}


# --- the digest -------------------------------------------------------------------------------------------------------


def test_the_digest_says_what_waits_for_one_person(school: SmallSchool) -> None:
    """Rule by rule with names and classes: overdue, this week, put off; nobody from another class."""
    app = page(school, "王样")
    text = app._digest.text
    assert "王样：待办周报（2025-11-10 至 2025-11-16）" in text and "每月谈心" in text and "谢小样（三(1)）" in text
    assert "柏小样" not in text and text in app.text.value.replace("&#x27;", "'") and app._file()[1].decode() == text


def test_the_leaders_digest_sums_the_school(school: SmallSchool) -> None:
    """Done of asked, rule by rule, who is most overdue, and who has been met by nobody, with names."""
    text = page(school, "校样")._digest.text
    assert "全校情况" in text and "逾期较多" in text and "还没有人见过的孩子（3）" in text and "柏小样（四(2)）" in text


def test_digests_are_the_same_twice_and_go_to_nobody_who_left(school: SmallSchool) -> None:
    """Asked for twice there are the same texts; who has left gets none, and who has nothing to do gets none (case 119)."""
    first, second = ([one.text for one in digests(school.store)] for _ in range(2))
    assert first == second and len(first) == 3
    wang = school.staff["王样"]
    school.desk.amend(wang.model_copy(update={"until_on": ON - timedelta(days=1)}), seen=1)
    assert {one.name for one in digests(school.store)} == {"李样", "校样"}
    assert repr(next(digests(school.store))).startswith("Digest(")


def test_holidays_ask_for_no_talks(school: SmallSchool) -> None:
    """In the summer holidays the digest of the next school year's first days before term names no monthly talk (case 119)."""
    with clock.at(date(2026, 8, 20)):
        rows = Duties.of(school.desk, date(2026, 8, 20)).frame
        assert not [
            1 for rule, start in zip(rows["rule"], rows["period_start"], strict=True) if rule == "monthly_talk" and start.month == 8
        ]


def test_a_person_with_nothing_to_do_is_thanked(school: SmallSchool) -> None:
    """The digest of somebody for whom nothing waits says so."""
    supporter: StaffMember = school.add_staff("闲样", Role.SUPPORTER)
    found = digest(school.store.for_actor(Actor(supporter.id, Role.SUPPORTER)), supporter)
    assert found.empty and "没有到期的事" in found.text
    assert page(school, "闲样").notice.text.startswith("这里没有到期的事")


def test_first_figures_come_before_the_rest(school: SmallSchool) -> None:
    """In a kernel the figures and lists stand at once; digest and missing children follow, say until then that they are counted, and the last refresh wins."""
    waiting: list[Any] = []
    member = school.staff["校样"]
    app = Due(school.store.for_actor(Actor(member.id, member.role)), member, waiting.append)
    assert app.school is not None and len(app.school.tables[Part.PERSON].rows) == 2
    assert app.text.value == "" and app.school.unmet.empty == app.school.idle.empty == "正在统计，请稍候…"
    name, content, _ = app._file()
    assert "全校情况" in content.decode() and name.endswith(".txt")
    app.refresh()
    first, second = waiting
    first()
    assert app.text.value == "" and len(app.school.unmet.rows) == 0
    second()
    assert "全校情况" in app.text.value and len(app.school.unmet.rows) == 3
    assert app.school.unmet.empty == "每个孩子都有人见过。"
