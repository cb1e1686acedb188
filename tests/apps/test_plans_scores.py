"""What is promised of entering scores: one child with several subjects, a class from lines of text, half points, wrong input, nothing guessed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from plans_village import plans_village, press_save, said_by
from village import TODAY, Village

from carekit.apps.plans import Plans, plans
from carekit.apps.plans_scores_reading import ExamPaper, LineState, list_of, pupils_of, read_lines, read_points
from carekit.records import Score
from carekit.records.codes import Exam, Subject

PAPER = ExamPaper(Subject.MATHS, Exam.BASELINE, TODAY, Decimal(100))
CHILDREN = [
    ("A" * 26, "赵小禾", "三(1)班"),
    ("B" * 26, "欧阳晓棠", "三(1)班"),
    ("C" * 26, "张小雨", "三(1)班，12月31日生"),
    ("D" * 26, "张小雨", "三(1)班，2月1日生"),
]


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    """The small school with leaders."""
    with plans_village(tmp_path) as made:
        yield made


def read(text: str, present: dict[str, Decimal] | None = None) -> list[tuple[LineState, str | None, str]]:
    """State, first letter of the child and points (or the reason) of each line."""
    lines = read_lines(text, pupils_of(CHILDREN), PAPER, present or {})
    return [(one.state, one.child_id and one.child_id[0], str(one.points or (one.why.zh if one.why else ""))) for one in lines]


# --- reading lines ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "child", "points"),
    [
        ("赵小禾\t85.5", "A", "85.5"),
        ("赵小禾 85.5", "A", "85.5"),
        ("赵 小禾，８５．５", "A", "85.5"),
        ("赵小禾：85.5分", "A", "85.5"),
        ("  赵小禾\t 85.5 \t", "A", "85.5"),
        ("欧阳晓棠,100", "B", "100"),
        ("张小雨（三(1)班 2月1日生）\t60", "D", "60"),
    ],
)
def test_a_line_is_read_as_people_write_it(line: str, child: str, points: str) -> None:
    """Tab, blank, comma or colon; full-width digits, spaces in a name, 分 after the number: the same child and the same half point."""
    assert read(line) == [(LineState.TAKEN, child, points)]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("赵小和\t85", "没有这个名字"),
        ("张小雨\t85", "重名"),
        ("赵小禾\t缺考", "不是分数"),
        ("赵小禾\t八十", "不是分数"),
        ("赵小禾\t-3", "不是分数"),
        ("赵小禾\t1e2", "不是分数"),
        ("赵小禾\t100.5", "高于满分"),
        ("赵小禾\t85.555", "小数"),
        ("85", "没有这个名字"),
    ],
)
def test_what_is_not_plain_is_given_back(line: str, why: str) -> None:
    """An unknown or shared name, letters, a minus, more than the full score, too many decimals: not recognised, and why."""
    ((state, _, said),) = read(line)
    assert state is LineState.WRONG
    assert why in said


def test_a_child_twice_or_saved_already_is_not_taken() -> None:
    """Two lines of one child are both given back; so is a child whose score of this exam is there already, by its points."""
    found = read("赵小禾 80\n欧阳晓棠 70\n赵小禾 90")
    assert [state for state, _, _ in found] == [LineState.WRONG, LineState.TAKEN, LineState.WRONG]
    assert read("赵小禾 80", {"A" * 26: Decimal("77.50")}) == [(LineState.WRONG, "A", "这次考试已有成绩：77.5")]


def test_the_class_list_is_read_back_as_blank() -> None:
    """The list that is put in names every child so that it is found again, two of one name too, and no line has a score yet."""
    found = read(list_of(pupils_of(CHILDREN)))
    assert [(state, child) for state, child, _ in found] == [(LineState.BLANK, one) for one in "ABCD"]
    assert [
        child for _, child, _ in read("\n".join(f"{line}6{n}" for n, line in enumerate(list_of(pupils_of(CHILDREN)).splitlines())))
    ] == list("ABCD")


@pytest.mark.parametrize("typed", ["", "abc", "1.", ".5", "1,5", "NaN", "Infinity", "9" * 5000 + "x"])
def test_points_are_plain_numbers(typed: str) -> None:
    """Anything but digits with one point is no number."""
    assert read_points(typed) is None


# --- a class ----------------------------------------------------------------------------------------------------------


def class_of(village: Village, key: str = "sun") -> Plans:
    """The page of a teacher with the entry of a class opened, for a unit test in mathematics."""
    app = plans(village.desk(key))
    app.score_class()
    app.whole_class.subject.value = str(Subject.MATHS)
    return app


def scores(village: Village) -> dict[str, Decimal]:
    """Every saved score by the child's name."""
    names = {child.id: child.name for child in village.children.values()}
    return {names[one.record.child_id]: one.record.points for one in village.console.find(Score)}


def test_a_class_is_entered_with_a_preview(village: Village) -> None:
    """Looking through saves nothing and names what is not recognised; saving takes the good lines and leaves the others to be put right."""
    app = class_of(village)
    box = app.whole_class
    assert [label for label, _ in box.room.options] == ["三(1)班"]
    box.lines.value = "赵小禾\t85.5\n赵小雨\t101\n欧阳晓棠\t缺考\n钱小雨\t60"
    assert box.save_button.disabled
    box.look_button.click()
    assert not village.console.find(Score)
    assert "已识别1人，未识别3行" in box.notice.text
    assert [row["state"] for row in box.preview.rows] == ["WRONG", "WRONG", "WRONG", "TAKEN"]
    box.save_button.click()
    assert scores(village) == {"赵小禾": Decimal("85.5")}
    assert box.lines.value == "赵小雨\t101\n欧阳晓棠\t缺考\n钱小雨\t60"
    box.lines.value = "赵小雨\t91"
    box.look_button.click()
    box.save_button.click()
    assert scores(village) == {"赵小禾": Decimal("85.5"), "赵小雨": Decimal(91)}
    assert app.notice.text == "已保存1名孩子的成绩。"
    assert village.desk("sun").drafts() == []


def test_what_was_changed_is_looked_through_first(village: Village) -> None:
    """After a look the text, the subject or the full score is changed: nothing is saved, also by a forged press, until it is looked through again."""
    app = class_of(village)
    box = app.whole_class
    box.lines.value = "赵小禾 85"
    box.look_button.click()
    box.full.value = "120"
    assert box.save_button.disabled
    box.save_button.click()
    assert not village.console.find(Score)
    assert "先点“核对”" in box.notice.text


def test_two_teachers_enter_one_exam(village: Village) -> None:
    """Whoever saves second is shown what is there already, and no child has two scores of one exam."""
    first, second = class_of(village), class_of(village, "wang")
    for app, points in ((first, "85"), (second, "58")):
        app.whole_class.lines.value = f"赵小禾 {points}"
        app.whole_class.look_button.click()
    first.whole_class.save_button.click()
    second.whole_class.save_button.click()
    assert "刚有别人录入" in second.whole_class.notice.text
    assert "已有成绩：85" in second.whole_class.preview.rows[0]["said"]
    assert scores(village) == {"赵小禾": Decimal(85)}


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [("subject", "", "选择学科"), ("full", "0", "满分"), ("full", "一百", "满分"), ("day", date(2026, 5, 21), "不能晚于今天"), ("day", None, "考试日期")],
)  # fmt: skip
def test_an_impossible_exam_is_refused(village: Village, name: str, value: Any, said: str) -> None:
    """No subject, a full score of nothing or in words, no day or one still to come: told, nothing is looked through."""
    box = class_of(village).whole_class
    box.lines.value = "赵小禾 85"
    getattr(box, name).value = value
    box.look_button.click()
    assert said in box.notice.text
    box.save_button.click()
    assert not village.console.find(Score)


def test_what_was_typed_for_a_class_comes_back(village: Village) -> None:
    """Lines that were not saved are there at the next opening, with the exam they were for."""
    box = class_of(village).whole_class
    box.exam.value = str(Exam.MIDTERM)
    box.lines.value = "赵小禾 85"
    again = plans(village.desk("sun"))
    again.score_class()
    assert (again.whole_class.lines.value, again.whole_class.exam.value, again.whole_class.subject.value) == ("赵小禾 85", "3", "2")
    assert "已恢复" in again.whole_class.notice.text


def test_the_class_list_is_put_in_once(village: Village) -> None:
    """The list adds only children who have no line yet; the two of one name are written apart."""
    box = class_of(village).whole_class
    box.lines.value = "赵小禾 85"
    box.list_button.click()
    box.list_button.click()
    lines = box.lines.value.splitlines()
    assert len(lines) == len(set(lines)) == 5
    assert sum(line.startswith("张小雨（") for line in lines) == 2


# --- one child --------------------------------------------------------------------------------------------------------

FIRST = {"held_on": "2026-05-18", "exam": "2", "subject": "2", "points": "58.5", "full_points": "100"}


def enter(app: Plans, village: Village, *more: dict[str, str], **change: str) -> str:
    """Scores of 赵小禾 in mathematics and more subjects; gives the form's state."""
    app.score(village.children["elder"].id)
    return press_save(app.one_child.form, {"more": list(more)}, **FIRST | change)


def test_several_subjects_of_one_child(village: Village) -> None:
    """One save makes a score for each subject, of the same child, exam and day, half points exact, and shows the child's progress."""
    app = plans(village.desk("sun"))
    assert enter(app, village, {"subject": "1", "points": "90.5", "full_points": "120"}) == "saved"
    found = [one.record for one in village.console.find(Score)]
    assert {(one.subject, one.points, one.full_points) for one in found} == {
        (Subject.MATHS, Decimal("58.5"), Decimal(100)), (Subject.CHINESE, Decimal("90.5"), Decimal(120)),
    }  # fmt: skip
    assert {(one.child_id, one.exam, one.held_on) for one in found} == {(village.children["elder"].id, Exam.MONTHLY, date(2026, 5, 18))}
    assert app.progress.child_id == village.children["elder"].id
    assert "2科成绩" in app.notice.text


@pytest.mark.parametrize(
    ("change", "said"),
    [({"points": "100.5"}, "高于满分"), ({"points": "八十"}, "数"), ({"points": "-1"}, "0"), ({"held_on": "2026-05-21"}, "晚于今天"), ({"points": ""}, "请填写")],
)  # fmt: skip
def test_a_wrong_score_is_told_beside_its_box(village: Village, change: dict[str, str], said: str) -> None:
    """Above the full score, letters, below nothing, a day to come, none at all: told beside the box, and nothing is saved, further subjects neither."""
    app = plans(village.desk("sun"))
    told = said_by(app.one_child.form)
    assert enter(app, village, {"subject": "1", "points": "90", "full_points": "100"}, **change) == "invalid"
    assert any(said in problem["text"] for problem in told[-1]["problems"])
    assert not village.console.find(Score)


def test_one_exam_has_one_score_of_a_subject(village: Village) -> None:
    """A subject twice in one entry, or saved before, is refused in words."""
    app = plans(village.desk("sun"))
    assert enter(app, village, {"subject": "2", "points": "90", "full_points": "100"}) == "refused"
    assert enter(app, village) == "saved"
    assert enter(app, village, points="60") == "refused"
    assert len(village.console.find(Score)) == 1


def test_a_score_is_corrected_and_kept(village: Village) -> None:
    """The correction is a new version, the child stays, and the wrong score remains readable."""
    app = plans(village.desk("sun"))
    enter(app, village)
    score_id = app.progress.scores.rows[0]["id"]
    app.progress.scores.receive({"type": "action", "action": "correct", "id": score_id})
    assert press_save(app.one_child.correction, points="85.5") == "saved"
    assert [str(one.record.points) for one in village.console.revisions(Score, score_id)] == ["58.5", "85.5"]
    assert app.progress.scores.rows[0]["share"] == "85.5%"
    assert app.progress.layout.display == ""
