"""The app case_history without a browser: finding, opening, what is shown to whom."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import ipywidgets
import pytest
from village import TODAY, Village, village_in

from carekit import clock
from carekit.apps import session
from carekit.apps.case_history import CaseHistory, case_history
from carekit.apps.case_summary import case_summary
from carekit.apps.contact_card import sheet_html
from carekit.errors import NotFound
from carekit.records import Absence, Child, Enrolment, FamilyMember, Talk
from carekit.records.codes import TalkTopic

HOSTILE = "<img src=x onerror=alert(1)>&lt;"


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    """A school of its own."""
    with village_in(tmp_path) as built:
        yield built


@pytest.fixture
def page(village: Village) -> CaseHistory:
    """The page of the class teacher of the third grade."""
    return CaseHistory(village.desk("wang"))


def names(app: CaseHistory) -> list[str]:
    """The names in the list, in order."""
    return [str(row["name"]) for row in app.results.rows]


def fact(app: CaseHistory, name: str) -> str:
    """One fact at the head of the file."""
    return next(value for label, value, _ in app.header.items if label == name)


@pytest.mark.parametrize("typed", ["赵小禾", "zxh", "999999201603150024", "15400000001"])
def test_a_child_is_found_by_name_initials_number_and_phone(page: CaseHistory, village: Village, typed: str) -> None:
    """Whatever the teacher knows of a child finds the child; a single match is opened at once."""
    page.search(typed)
    assert village.children["elder"].id in [row["id"] for row in page.results.rows]
    if len(page.results.rows) == 1:
        assert page.child_id == village.children["elder"].id


def test_at_first_all_own_children_are_listed(page: CaseHistory) -> None:
    """The page opens with the children of the own class and nobody else's, and no file open."""
    assert len(names(page)) == 5
    assert "钱小雨" not in names(page)
    assert page.child_id is None
    assert repr(page) == "CaseHistory(5 children, no file open)"


def test_children_of_one_name_are_told_apart_and_the_chosen_one_opens(page: CaseHistory, village: Village) -> None:
    """Two of one name and birthday stand with what tells them apart; choosing the second opens the second."""
    page.search("张小雨")
    assert sorted(str(row["detail"]).split("，")[-1] for row in page.results.rows) == ["柏树村2组", "龙井村4组"]
    page.results.receive({"type": "select", "id": village.children["same_2"].id})
    assert page.child_id == village.children["same_2"].id


def test_the_head_says_class_age_definitions_and_what_is_missing(page: CaseHistory, village: Village) -> None:
    """The head of a file holds age, class, class teacher, register, the three definitions with their words, and the missing cells."""
    page.open_child(village.children["elder"].id)
    assert fact(page, "年龄") == "10周岁（2016-03-15生）"
    assert (fact(page, "班级"), fact(page, "班主任")) == ("三(1)班", "王样")
    assert fact(page, "本校留守登记") == "2025-09-01起在册"
    assert fact(page, "留守（学籍口径）") == "单亲留守儿童"
    notes = {label: note for label, _, note in page.header.items}
    assert "不满16周岁" in notes["留守（民政口径）"]
    assert "民族" in notes["还缺的资料"]
    assert "姓名" not in notes["还缺的资料"]


def test_an_open_file_shows_timeline_card_siblings_and_changes(page: CaseHistory, village: Village) -> None:
    """One page holds everything: events, contact card, the sister with a way to her file, who changed what."""
    member = village.members["grandmother"]
    village.desk("wang").amend(member.model_copy(update={"phone": "15400000009"}), seen=1, reason="换号")
    page.open_child(village.children["elder"].id)
    kinds = {kind for kind, _, _ in page.timeline.kinds}
    assert {"enrolment", "case", "absence", "care_arrangement", "family_member"} <= kinds
    assert "15400000009" in page.card.markup
    assert [row["name"] for row in page.siblings.rows] == ["赵小雨"]
    change = page.changes.rows[0]
    assert (change["who"], change["reason"], change["version"]) == ("王样", "换号", 2)
    assert change["text"] == "联系电话：15400000001 → 15400000009"
    page.siblings.receive({"type": "select", "id": village.children["younger"].id})
    assert page.child_id == village.children["younger"].id


def test_one_answer_for_not_yours_and_not_there(page: CaseHistory, village: Village) -> None:
    """Another class's child and no child give the same sentence, and nothing of a file is shown."""
    sentences = []
    for wanted in (village.children["foreign"].id, "0" * 26, "<script>"):
        page.open_child(wanted)
        sentences.append(page.notice.text)
        assert page.child_id is None
        assert page.file.layout.display == "none"
    assert len(set(sentences)) == 1


def test_a_forged_choice_is_not_opened(page: CaseHistory, village: Village) -> None:
    """A row that the list does not hold cannot be chosen, whatever the browser says."""
    page.results.receive({"type": "select", "id": village.children["foreign"].id})
    assert page.child_id is None


def test_the_address_opens_a_child_if_the_store_allows(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    """``?child=`` opens an own child, and says the one sentence for another's."""
    monkeypatch.setattr("carekit.apps.case_history.open_desk", lambda: (village.desk("wang"), village.staff["wang"]))
    for key, opened in (("elder", True), ("foreign", False)):
        monkeypatch.setenv("QUERY_STRING", f"child={village.children[key].id}")
        app = case_history()
        assert (app.child_id == village.children[key].id) is opened
        assert bool(app.notice.text) is not opened
    assert session.asked("child") == village.children["foreign"].id


def test_a_child_left_behind_but_not_registered_is_told(page: CaseHistory, village: Village) -> None:
    """The file of a child who is left behind by the facts and not registered says so at its top."""
    child, father = village.children["same_2"], village.members["father"]
    village.console.amend(child.model_copy(update={"family_id": village.children["elder"].family_id}), seen=1, reason="查明是兄妹")
    page.open_child(child.id)
    assert "请尽快登记" in page.notice.text
    [away] = village.console.find(Absence, {"member_id": father.id})
    village.console.amend(away.record.model_copy(update={"until_on": TODAY}), seen=1, reason="返乡")
    page.open_child(child.id)
    assert page.notice.text == ""


def test_a_registrar_sees_that_talks_exist_and_not_what_was_said(village: Village) -> None:
    """The file of a registrar shows a talk as restricted, without its words, in the timeline and among the changes."""
    secret = "孩子说夜里害怕"
    talk = Talk(child_id=village.children["elder"].id, talked_on=TODAY, staff_id=village.staff["wang"].id, points=secret)
    village.desk("wang").add(talk)
    village.desk("wang").amend(talk.model_copy(update={"points": secret + "。"}), seen=1, reason="补字")
    app = CaseHistory(village.desk("zhou"))
    app.open_child(village.children["elder"].id)
    assert "talk" in {kind for kind, _, _ in app.timeline.kinds}
    shown = str(app.timeline.years) + str(app.changes.page) + str(app.header.items) + app.card.markup
    assert secret not in shown
    assert "改动了您不能查看的内容" in str(app.changes.page)


def test_a_subject_teacher_opens_a_file_without_what_is_private(village: Village) -> None:
    """A role that may not see phones, addresses or absences gets the page without them, and no error."""
    app = CaseHistory(village.desk("sun"))
    app.open_child(village.children["elder"].id)
    assert app.child_id == village.children["elder"].id
    shown = str(app.timeline.years) + str(app.changes.page) + str(app.header.items) + app.card.markup
    assert "15400000001" not in shown
    assert "999999201603150024" not in shown
    assert "广东省" not in shown


def test_hostile_text_is_shown_letter_for_letter(page: CaseHistory, village: Village) -> None:
    """A name that looks like a page's code is text everywhere: escaped where the page takes HTML, unchanged where it takes text."""
    elder = village.children["elder"]
    village.console.amend(elder.model_copy(update={"name": HOSTILE}), seen=1, reason="测试")
    page.open_child(elder.id)
    assert fact(page, "姓名") == HOSTILE
    assert HOSTILE not in page.card.markup + page.links.value
    assert "&lt;img src=x onerror=alert(1)&gt;&amp;lt;" in page.card.markup


def test_a_withdrawn_file_says_what_to_do(page: CaseHistory, village: Village) -> None:
    """A withdrawn file is found, marked, and not opened; the sentence says who can bring it back."""
    elder = village.children["elder"]
    village.console.withdraw(Child, elder.id, seen=1, reason="重复建档")
    page.search("赵小禾")
    if page.results.rows:
        page.choose(elder.id)
        assert "撤下" in page.notice.text
    assert page.child_id is None


def test_nobody_found_is_a_sentence(page: CaseHistory) -> None:
    """A search without an answer says what to try next."""
    page.search("不存在的人")
    assert page.results.rows == []
    assert "没有找到" in page.results.empty


def test_another_day_another_age(village: Village) -> None:
    """Age and class are those of today, whatever day that is."""
    with clock.at(TODAY.replace(year=2027)):
        app = CaseHistory(village.desk("zhou"))
        app.open_child(village.children["elder"].id)
        assert fact(app, "年龄").startswith("11周岁")


def test_opening_many_files_makes_no_new_widgets(page: CaseHistory, village: Village) -> None:
    """The widgets of the page are filled anew for each child, so that a long day of use does not slow the page down."""
    page.open_child(village.children["elder"].id)
    made: list[object] = []
    ipywidgets.Widget.on_widget_constructed(made.append)
    try:
        for _ in range(5):
            page.open_child(village.children["younger"].id)
            page.open_child(village.children["elder"].id)
    finally:
        ipywidgets.Widget.on_widget_constructed(None)
    assert made == []


def test_a_child_without_family_or_class_opens(page: CaseHistory, village: Village) -> None:
    """A bare file opens with its gaps shown, not with an error."""
    bare = Child(name="新来的")
    village.console.add_all([bare])
    app = CaseHistory(village.desk("zhou"))
    app.open_child(bare.id)
    assert app.child_id == bare.id
    assert fact(app, "班级") == "今天不在任何班级"
    assert app.siblings.rows == []
    assert {Enrolment.kind, FamilyMember.kind}.isdisjoint({kind for kind, _, _ in app.timeline.kinds})


# --- the case summary -------------------------------------------------------------------------------------------------


def _summary(village: Village, who: str) -> tuple[dict[str, dict[str, str]], str]:
    """The summary of the elder child as somebody sees it: values by part and label, and the paper as HTML."""
    elder = village.children["elder"]
    staff_id = village.staff["wang"].id
    if not village.console.find(Talk, {"child_id": elder.id}):
        village.console.add(Talk(child_id=elder.id, talked_on=TODAY, staff_id=staff_id, points=f"想妈妈{HOSTILE}", topic=TalkTopic.MIND))
    card = case_summary(village.desk(who), elder.id)
    return {part.zh: {f.label.zh: f.value for f in fields} for part, fields in card.parts}, sheet_html([card])


def test_the_summary_counts_the_work_and_marks_the_blanks(village: Village) -> None:
    """Who, the family, each kind of work of this school year with how often and when last, what is missing and room to write by hand."""
    parts, html = _summary(village, "wang")
    assert parts["本学年工作记录"]["谈心"] == "1次，最近2026-05-20：心理 · 已完成" and parts["本学年工作记录"]["家访"] == "没有记录"
    assert parts["资料中还缺（请补填）"] and not any(parts["资料中还缺（请补填）"].values())
    assert "评估结论" in parts["综合评估（手填）"] and not any(parts["综合评估（手填）"].values())
    assert html.count("________") >= 4 and "个案情况摘要" in html and HOSTILE not in html


def test_a_summary_tells_a_role_no_more_than_the_history(village: Village) -> None:
    """A registrar's summary says that a talk took place and nothing of it; to another class teacher the child does not exist."""
    parts, html = _summary(village, "zhou")
    assert parts["本学年工作记录"]["谈心"] == "1次，最近2026-05-20：已完成" and "想妈妈" not in html and "心理" not in html
    with pytest.raises(NotFound):
        case_summary(village.desk("li"), village.children["elder"].id)


def test_the_summary_is_printed_as_it_is_now_and_logged(village: Village, page: CaseHistory) -> None:
    """The paper is made anew for the printer and leaves a line in the log, as an export does."""
    page.open_child(village.children["elder"].id)
    assert "个案情况摘要" in page.summary.markup and "个案情况摘要" not in page.card.markup
    page.summary.receive({"type": "print"}, [])
    lines = village.console.audit_lines()
    assert list(lines[lines["action"] == "export"]["detail"]) == ["case_summary 1"]
