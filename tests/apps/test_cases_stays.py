"""Another class, leaving, coming back, a whole class moved up: dated stays under one file (CASES 49)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from cases_village import START, TODAY, Village, cases_village, page, pair, press, press_save, stays, told

from carekit import clock
from carekit.apps.cases_stays import change_class, stay_lines
from carekit.apps.children import Standing, child_options, classes_on
from carekit.errors import NotFound, UserError
from carekit.history import history
from carekit.obligations import obligations_frame
from carekit.records import Enrolment, Pairing, SchoolClass
from carekit.records.codes import EntryReason, LeavingReason, PairingEnd


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    """The small school."""
    with cases_village(tmp_path) as made:
        yield made


def in_class(village: Village, on: date, key: str = "zhou") -> dict[str, str]:
    """The names of children and their classes on a day."""
    rooms = classes_on(village.desk(key), on)
    names = {child.id: child.name for child in village.children.values()}
    return {names[child]: room.name for child, room in rooms.items()}


def test_left_and_came_back(village: Village) -> None:
    """CASES 49: left on 10 January, back on 2 March in another class: two dated stays, absent in February, present from 2 March, no end on the present stay."""
    child = village.children["left"]
    assert stays(village, "left")[0].left_on == date(2026, 1, 10)
    with clock.at(date(2026, 3, 2)):
        app = page(village, "zhou")
        app.turn_to("moves")
        line = next(row for row in app.moves.table.rows if row["id"] == child.id)
        assert line["standing"] is Standing.LEFT
        press(app.moves.table, "return", child.id)
        form = app.moves.return_card.form
        assert press_save(form, class_id=village.third.id, enrolled_on="2026-01-10") == "invalid"
        assert press_save(form, class_id=village.third.id, enrolled_on="2026-03-02", other_school="外省样例小学") == "saved"
        assert "返校" in app.notice.text
    first, second = stays(village, "left")
    assert (first.enrolled_on, first.left_on, first.class_id) == (START, date(2026, 1, 10), village.fourth.id)
    assert (second.enrolled_on, second.left_on, second.leaving, second.entry) == (date(2026, 3, 2), None, None, EntryReason.RETURNED)
    assert in_class(village, date(2026, 1, 10))["孙远行"] == "四(2)班"
    assert "孙远行" not in in_class(village, date(2026, 2, 15)) and "孙远行" not in in_class(village, date(2026, 3, 1))
    assert in_class(village, date(2026, 3, 2))["孙远行"] == in_class(village, TODAY)["孙远行"] == "三(1)班"
    assert [one.date for one in history(village.console, child.id) if one.kind == "enrolment"] == [START, date(2026, 3, 2)]
    assert child.id in {one for one, _, _ in child_options(village.desk("wang"), TODAY)}
    with pytest.raises(NotFound):
        village.desk("li").get(type(child), child.id)
    village.console.add(_case(child.id))
    for on, there in ((date(2026, 2, 15), False), (date(2026, 3, 1), False), (date(2026, 3, 2), True)):
        frame = obligations_frame(village.console, on, rule="file_complete")
        assert (child.id in set(frame["child_id"])) is there
    frame = obligations_frame(village.console, TODAY, rule="monthly_talk")
    own = frame[frame["child_id"] == child.id]
    assert set(own["class_name"]) == {"三(1)班"} and min(own["period_start"]) == date(2026, 3, 1)


def _case(child_id: str) -> Any:
    from carekit.records import Case

    return Case(child_id=child_id, opened_on=START)


def test_another_class_from_a_day_on(village: Village) -> None:
    """The present stay ends the day before; on that day the old class still holds, on the next the new one; the teachers' access follows."""
    app = page(village, "fang")
    app.turn_to("moves")
    child = village.children["elder"].id
    press(app.moves.table, "move", child)
    form = app.moves.move.form
    assert village.third.id not in {one[0] for one in form.options[""]["class_id"]}
    assert press_save(form, class_id=village.fourth.id, enrolled_on=START.isoformat()) == "refused"
    assert press_save(form, class_id=village.fourth.id, enrolled_on="2026-05-20", note="家长要求") == "saved"
    first, second = stays(village, "elder")
    assert (first.left_on, first.leaving) == (date(2026, 5, 19), LeavingReason.MOVED_CLASS)
    assert (second.enrolled_on, second.entry, second.left_on, second.note) == (TODAY, EntryReason.MOVED_CLASS, None, "家长要求")
    assert in_class(village, date(2026, 5, 19))["赵小禾"] == "三(1)班" and in_class(village, TODAY)["赵小禾"] == "四(2)班"
    assert child in {one for one, _, _ in child_options(village.desk("li"), TODAY)}
    assert child not in {one for one, _, _ in child_options(village.desk("wang"), TODAY)}


def test_a_move_that_cannot_be_is_refused_whole(village: Village) -> None:
    """Into the own class, of a child in no class, into no class: nothing is saved, also of the other children."""
    desk, own = village.desk("zhou"), village.children
    before = village.console.find(Enrolment)
    for children, room in (
        (("elder",), village.third.id),
        (("foreign", "elder"), village.third.id),
        (("elder", "left"), village.fourth.id),
        (("elder",), "0" * 26),
    ):
        with pytest.raises(UserError):
            change_class(desk, [own[key].id for key in children], room, TODAY)
    assert [one.version for one in village.console.find(Enrolment)] == [one.version for one in before]
    app = page(village, "zhou")
    app.moves.act("move", "0" * 26)
    assert app.notice.tone == "error"


def test_leaving_shows_what_is_open_and_ends_the_pairings(village: Village) -> None:
    """Reason and day are asked for, a move inside the school is no leaving; with a running pairing a note; the pairing ends on the last day."""
    running = pair(village, "elder", handover="喜欢画画")
    app = page(village, "zhou")
    app.turn_to("moves")
    press(app.moves.table, "leave", village.children["elder"].id)
    card = app.moves.leave_card
    assert "没有进行中的结对：<b>未满足" in card.still.value and card.note.layout.display == ""
    assert press_save(card.form) == "invalid"
    assert press_save(card.form, left_on="2026-05-15", leaving="7") == "invalid"
    boxes = {"left_on": "2026-05-15", "leaving": "3", "other_school": "外省样例小学"}
    assert press_save(card.form, **boxes) == "refused" and "交接说明" in told(card.form)
    assert stays(village, "elder")[0].left_on is None
    card.note.value = "请继续每周通话"
    assert press_save(card.form, **boxes) == "saved" and "结束结对1个" in app.notice.text
    (stay,) = stays(village, "elder")
    assert (stay.left_on, stay.leaving, stay.other_school) == (date(2026, 5, 15), LeavingReason.TRANSFERRED_OUT, "外省样例小学")
    ended = village.console.get(Pairing, running.id).record
    assert (ended.until_on, ended.end_reason, ended.handover) == (date(2026, 5, 15), PairingEnd.CHILD_LEFT, "喜欢画画\n请继续每周通话")
    assert "赵小禾" not in in_class(village, TODAY)
    assert obligations_frame(village.console, TODAY, rule="file_complete")["child"].tolist().count("赵小禾") == 0


def test_leaving_without_anything_open_asks_for_no_note(village: Village) -> None:
    """One save, and who has left comes back only by a second stay."""
    app = page(village, "zhou")
    app.turn_to("moves")
    child = village.children["younger"].id
    press(app.moves.table, "leave", child)
    assert app.moves.leave_card.note.layout.display == "none"
    assert press_save(app.moves.leave_card.form, left_on="2026-05-15", leaving="4") == "saved"
    assert "结对" not in app.notice.text
    offered = {name for name, one in app.moves.table._actions.items() if one.when and one.when({"standing": Standing.LEFT})}
    assert offered == {"return"}
    press(app.moves.table, "return", child)
    village.console.add(Enrolment(child_id=child, class_id=village.third.id, enrolled_on=date(2026, 5, 18)))
    form = app.moves.return_card.form
    assert press_save(form, class_id=village.third.id, enrolled_on="2026-05-19") == "refused", "somebody else was quicker"


def test_a_line_that_somebody_changed_is_told(village: Village) -> None:
    """The stay of the list is not there any more: one sentence, no form."""
    app = page(village, "zhou")
    app.turn_to("moves")
    stay = village.console.find(Enrolment, {"child_id": village.children["elder"].id})[0]
    village.console.withdraw(Enrolment, stay.id, seen=1, reason="录错")
    press(app.moves.table, "leave", village.children["elder"].id)
    assert app.notice.tone == "error" and app.moves.leave_card.layout.display == "none"


def test_a_class_moves_up_and_some_stay_behind(village: Village) -> None:
    """Who is ticked goes on in next year's class from its first day, who is not stays; the present year is as it was."""
    app = page(village, "zhou")
    app.turn_to("moves")
    app.moves.begin_promotion()
    card = app.moves.promote
    assert "下一学年" in card.hint.value and card.list.layout.display == "none"
    next_third = SchoolClass(school_id=village.school.id, school_year=2026, grade=3, number=1, name="三(1)班")
    fourth = SchoolClass(school_id=village.school.id, school_year=2026, grade=4, number=1, name="四(1)班")
    village.console.add_all([next_third, fourth])
    app.moves.promote_button.click()
    assert card.first_day.value == date(2026, 9, 1)
    card.from_class.value = village.third.id
    children = [row["id"] for row in card.list.rows_json]
    assert len(children) == 5 and all(row["ticked"] for row in card.list.rows_json)
    marks = {one: {"ticked": one != village.children["closed"].id, "choice": "", "words": {}} for one in children}

    def save(n: int, marks: dict[str, Any]) -> str:
        card.list.receive({"type": "save", "n": n, "generation": card.list.generation, "marks": marks})
        return str(card.list.state)

    assert save(1, marks) == "refused", "no class chosen"
    card.to_class.value = fourth.id
    assert save(2, {one: {**mark, "ticked": False} for one, mark in marks.items()}) == "refused"
    assert save(3, marks) == "saved" and "4人" in app.notice.text and "1人留下" in app.notice.text
    first, second = stays(village, "elder")
    assert (first.left_on, first.leaving) == (date(2026, 8, 31), LeavingReason.PROMOTED)
    assert (second.enrolled_on, second.entry, second.class_id) == (date(2026, 9, 1), EntryReason.PROMOTED, fourth.id)
    assert len(stays(village, "closed")) == 1
    with clock.at(date(2026, 9, 1)):
        change_class(village.desk("zhou"), [village.children["closed"].id], next_third.id, date(2026, 9, 1))
        assert stays(village, "closed")[0].leaving is LeavingReason.REPEATED
        assert in_class(village, date(2026, 9, 1))["赵小禾"] == "四(1)班"
        assert {line.name: line.class_name for line in stay_lines(village.desk("zhou"))}["欧阳晓棠"] == "三(1)班"


def test_cards_without_a_child_save_nothing(village: Village) -> None:
    """A forged press on a card that nobody opened is answered with a sentence."""
    app = page(village, "zhou")
    before = len(village.console.find(Enrolment))
    assert press_save(app.moves.leave_card.form, left_on="2026-05-15", leaving="3") != "saved"
    for card in (app.moves.move, app.moves.return_card):
        assert press_save(card.form, class_id=village.third.id, enrolled_on="2026-05-15") != "saved"
        assert repr(card).endswith("()")
    assert len(village.console.find(Enrolment)) == before
    assert repr(app.moves.promote) == "PromoteCard(0 children)" and repr(app.moves.leave_card) == "LeaveCard()"
