"""The page of double files: carekit.apps.duplicates and its parts (CASES 57, 61)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from village import TODAY, Village, village_in

from carekit import clock
from carekit.apps import duplicates as app_module
from carekit.apps.duplicates import Duplicates, duplicates
from carekit.apps.duplicates_facts import Side, pair_facts
from carekit.apps.session import ACTOR_VARIABLE
from carekit.errors import Denied, NotFound
from carekit.records import Child, Enrolment, Family, FamilyMember, Merge, NotSame, Talk
from carekit.records.codes import DatePrecision, Outcome, Relation, Sex, TalkTopic

LATER = TODAY + timedelta(days=2)
HELD = date(2026, 4, 15)
WRONG_ID = "999999201603150025"


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    """The small school, two days later with a second file of 赵小禾: another class, number and guardian, a blank filled, talks of which one stands in both."""
    with village_in(tmp_path) as made:
        elder, teacher = made.children["elder"], made.staff["wang"]
        made.console.add(
            Talk(child_id=elder.id, talked_on=HELD, staff_id=teacher.id, topic=TalkTopic.DAILY, outcome=Outcome.DONE, points="聊天")
        )
        with clock.at(LATER):
            family = Family(phone="15400000001")
            again = Child(
                name="赵小河",
                sex=Sex.MALE,
                born_on=elder.birth_on,
                family_id=family.id,
                pupil_number="L99999920160315",
                health="1",
                id_number=WRONG_ID,
            )
            grandmother = FamilyMember(family_id=family.id, name="样奶奶", relation=Relation.FATHERS_MOTHER, phone="15400000001")
            talks = [
                Talk(child_id=again.id, talked_on=day, staff_id=teacher.id, topic=TalkTopic.DAILY, outcome=Outcome.DONE, points="又聊")
                for day in (HELD, HELD + timedelta(days=1))
            ]
            made.console.add_all(
                [family, again, grandmother, Enrolment(child_id=again.id, class_id=made.fourth.id, enrolled_on=TODAY), *talks]
            )
            made.children["again"] = again
            yield made


@pytest.fixture
def page(village: Village) -> Duplicates:
    """The page of the registrar."""
    return Duplicates(village.desk("zhou"))


def shown(page: Duplicates) -> list[str]:
    """Which parts of the page are in sight."""
    return [name for name, part in page._parts.items() if part.layout.display != "none"]


def opened(page: Duplicates, village: Village, one: str = "elder", other: str = "again") -> Any:
    """The card of a pair of the list, opened as by its button."""
    row = next(
        row
        for row in page.table.rows
        if {village.children[one].id, village.children[other].id} == {row["pair"].first_id, row["pair"].second_id}
    )
    page.table.receive({"type": "action", "id": row["id"], "action": "compare"}, [])
    assert shown(page) == ["pair"]
    return page.card


def merged(page: Duplicates, village: Village) -> None:
    """The pair made one as a person does: the class chosen, asked, confirmed."""
    card = opened(page, village)
    card.room.value = card.room.options[0][1]
    card.merge_button.click()
    card.sure_button.click()


# --- the list ---------------------------------------------------------------------------------------------------------


def test_the_list_says_who_and_why(page: Duplicates, village: Village) -> None:
    """Every pair with both files told apart by class and birthday, why, and how sure; the figures count them, and nobody is named in a repr."""
    assert {row["name"] for row in page.table.rows} == {"赵小禾 / 赵小河", "张小雨"}
    row = next(row for row in page.table.rows if "/" in row["name"])
    assert (row["first"], row["second"]) == ("三(1)班，3月15日生", "四(2)班，3月15日生")
    assert "同音" in row["why"] and row["strength"] == "LIKELY"
    assert [item[:2] for item in page.figures.items] == [["疑似重复", "2"], ["基本确定", "0"], ["本学年已合并", "0"]]
    assert shown(page) == ["list"] and page.notice.tone == "info"
    assert "赵" not in repr(page) + repr(page.card) + repr(page.done) + repr(page.result) + repr(page.undo) and "疑似重复 2" in repr(page)


def test_without_a_pair_it_says_so(village: Village) -> None:
    """A school without doubles is told to look again after an import."""
    for key in ("again", "same_2"):
        village.console.withdraw(Child, village.children[key].id, seen=1, reason="重复")
    page = Duplicates(village.desk("zhou"))
    assert page.table.rows == [] and "没有发现" in page.notice.text


def test_others_are_told_whose_work_it_is(village: Village) -> None:
    """A class teacher who opens the address sees one sentence and no list (CASES 61)."""
    page = Duplicates(village.desk("wang"))
    assert shown(page) == [] and page.notice.tone == "error" and page.table.rows == [] and page.figures.items == []
    page.ask(village.children["elder"].id, village.children["again"].id)
    assert shown(page) == []
    with pytest.raises(Denied):
        pair_facts(village.desk("wang"), village.children["elder"].id, village.children["again"].id)


# --- two files side by side -------------------------------------------------------------------------------------------


def test_both_files_stand_side_by_side(page: Duplicates, village: Village) -> None:
    """The older on the left; name, numbers, class, family, register and the day of making of each; the read of both is logged."""
    card = opened(page, village)
    left, right = ({name: value for name, value, _ in card.heads[side].items} for side in Side)
    assert (left["姓名"], right["姓名"]) == ("赵小禾", "赵小河")
    assert (left["班级"], right["班级"]) == ("三(1)班", "四(2)班")
    assert (left["建档日期"], right["建档日期"]) == (TODAY.isoformat(), LATER.isoformat())
    assert left["留守登记"] == "留守登记中" and right["留守登记"] == "—" and "样奶奶" in left["家庭成员"]
    assert "末位" in right["身份证号"] and "末位" not in left["身份证号"]
    log = village.console.audit_lines()
    read = log[(log["action"] == "read") & (log["actor"] == village.staff["zhou"].id)]["entity_id"].tolist()
    assert {village.children["elder"].id, village.children["again"].id} <= set(read)


def test_clashes_are_asked_blanks_and_moves_are_told(page: Duplicates, village: Village) -> None:
    """What differs has a choice with both values; what is empty is said to be filled; what comes along is counted by kind."""
    card = opened(page, village)
    assert set(card.choices) == {"name", "id_number"}
    assert [text for text, _ in card.choices["name"].options] == ["左：赵小禾", "右：赵小河"]
    after = {name: value for name, value, _ in card.after.items}
    assert set(after["补上的空项"].split("、")) == {"学籍号", "健康状况"}
    assert "谈心2" in after["转到保留档案的记录"] and "并成一家" in after["两边的家庭"]


def sides(card: Any) -> dict[str, Side]:
    """What is chosen, by field."""
    return {name: radio.value for name, radio in card.choices.items()}


def test_the_other_file_may_be_kept(page: Duplicates, village: Village) -> None:
    """The switch turns the proposals round, but for what was chosen by hand and for what only one file knows well: a sound number and its name."""
    for key, seat in (("elder", "5"), ("again", "6")):
        village.console.amend(village.children[key].model_copy(update={"seat_number": seat}), seen=1)
    card = opened(page, village)
    known = {"id_number": Side.LEFT, "name": Side.LEFT}
    assert sides(card) == known | {"seat_number": Side.LEFT}
    card.keep.value = Side.RIGHT
    assert sides(card) == known | {"seat_number": Side.RIGHT}
    card.choices["seat_number"].value = Side.LEFT
    card.keep.value = Side.LEFT
    card.keep.value = Side.RIGHT
    assert sides(card) == known | {"seat_number": Side.LEFT}


def test_a_pupil_number_for_good_is_proposed(village: Village) -> None:
    """Beside one for the time being (L), whichever file is kept; of two of a sort the kept file's."""
    desk, foreign = village.desk("zhou"), village.children["foreign"]
    for number, proposed in (("L99999920160101", Side.LEFT), ("G999999201601010044", Side.RIGHT)):
        other = Child(name="钱小雨", pupil_number=number)
        village.console.add(other)
        assert pair_facts(desk, foreign.id, other.id).usual("pupil_number", Side.RIGHT) is proposed


def test_the_class_is_asked_for(page: Duplicates, village: Village) -> None:
    """In two classes at once nothing is proposed: without a choice nothing happens, with words that say what to do, and what was chosen stays."""
    card = opened(page, village)
    assert [text for text, _ in card.room.options] == ["左：三(1)班", "右：四(2)班"] and card.room.value is None
    card.choices["name"].value = Side.RIGHT
    card.merge_button.click()
    assert card.notice.tone == "error" and "班" in card.notice.text and card.sure.layout.display == "none"
    card.room.value = card.room.options[1][1]
    card.merge_button.click()
    assert card.notice.tone == "warn" and "赵小河" in card.notice.text and "撤销" in card.notice.text and card.sure.layout.display == ""
    card.cancel_button.click()
    assert card.sure.layout.display == "none" and page.desk.find(Merge) == []


def test_a_new_choice_is_asked_again(page: Duplicates, village: Village) -> None:
    """What was confirmed is what is done: a choice changed after the question takes the question away."""
    card = opened(page, village)
    card.room.value = card.room.options[0][1]
    card.merge_button.click()
    card.choices["name"].value = Side.RIGHT
    assert card.sure.layout.display == "none" and not card.notice.text


# --- made one ---------------------------------------------------------------------------------------------------------


def test_two_files_become_one(page: Duplicates, village: Village) -> None:
    """CASES 57: everything is moved, the chosen values stay, blanks are filled, the likely double is shown with kind, day and person, the way on is a link."""
    card = opened(page, village)
    card.choices["name"].value = Side.RIGHT
    card.room.value = card.room.options[1][1]
    card.reason.value = " 奶奶确认是同一个孩子 "
    card.merge_button.click()
    card.sure_button.click()
    elder = village.children["elder"]
    assert shown(page) == ["result"] and page.notice.tone == "ok" and "赵小河" in page.notice.text
    assert ["谈心", "2", ""] in page.result.moved.items
    (double,) = page.result.doubles.rows
    assert (double["kind"].zh, double["on"], double["by"]) == ("谈心", HELD, "王样") and page.result.look.tone == "warn"
    assert f"case_history.ipynb?child={elder.id}" in page.result.link.value
    kept = page.desk.get(Child, elder.id).record
    assert (kept.name, kept.id_number, kept.pupil_number) == ("赵小河", elder.id_number, "L99999920160315")
    assert len(village.console.find(Talk, {"child_id": elder.id})) == 3
    (merge,) = page.desk.find(Merge)
    assert (merge.record.kept_id, merge.record.reason, merge.record.staff_id) == (
        elder.id,
        "奶奶确认是同一个孩子",
        village.staff["zhou"].id,
    )
    stays = {stay.record.class_id: stay.record.left_on for stay in village.console.find(Enrolment, {"child_id": elder.id})}
    assert stays[village.fourth.id] is None and stays[village.third.id] is not None
    page.back.click()
    assert shown(page) == ["list"] and [row["name"] for row in page.table.rows] == ["张小雨"]
    assert page.figures.items[2][1] == "1"


def test_the_right_file_can_stay(page: Duplicates, village: Village) -> None:
    """With the switch on the right the later file is kept."""
    card = opened(page, village)
    card.keep.value = Side.RIGHT
    card.room.value = card.room.options[1][1]
    card.merge_button.click()
    card.sure_button.click()
    (merge,) = page.desk.find(Merge)
    assert (merge.record.kept_id, merge.record.merged_id) == (village.children["again"].id, village.children["elder"].id)


def test_a_file_changed_meanwhile_is_shown_again(page: Duplicates, village: Village) -> None:
    """Somebody amends one file between the question and the answer: nothing is merged, both are shown as they are now, choices stay."""
    card = opened(page, village)
    card.choices["name"].value = Side.RIGHT
    card.room.value = card.room.options[1][1]
    card.merge_button.click()
    other = village.children["again"]
    village.console.amend(other.model_copy(update={"id_number": None, "phone": "15400000099"}), seen=1)
    card.sure_button.click()
    assert card.notice.tone == "error" and "改过" in card.notice.text and page.desk.find(Merge) == []
    assert set(card.choices) == {"name"} and card.choices["name"].value is Side.RIGHT and card.room.value == card.room.options[1][1]
    card.merge_button.click()
    card.sure_button.click()
    assert len(page.desk.find(Merge)) == 1


def test_a_file_gone_meanwhile_is_told(page: Duplicates, village: Village) -> None:
    """Somebody else has merged the pair already: one sentence, nothing twice; switching sides says the same."""
    card = opened(page, village)
    village.console.withdraw(Child, village.children["again"].id, seen=1, reason="重复")
    card.room.value = card.room.options[0][1]
    card.merge_button.click()
    card.sure_button.click()
    assert card.notice.tone == "error" and card.notice.text == NotFound().text()
    card.keep.value = Side.RIGHT
    assert card.notice.text == NotFound().text()
    page.back.click()
    page.table.receive({"type": "action", "id": page.table.rows[0]["id"], "action": "compare"}, [])
    page._act("compare", "nothing")
    assert page.desk.find(Merge) == []


def test_a_long_reason_is_refused_before_anything_happens(page: Duplicates, village: Village) -> None:
    """More than the line holds: said, kept as typed, nothing merged or declared."""
    card = opened(page, village)
    card.room.value, card.reason.value, card.known.value = card.room.options[0][1], "长" * 201, "长" * 201
    card.merge_button.click()
    card.sure_button.click()
    assert "太长" in card.notice.text and card.reason.value == "长" * 201
    card.different_button.click()
    assert "太长" in card.notice.text and page.desk.find(Merge) == [] and page.desk.find(NotSame) == []


def test_one_class_and_no_difference_ask_nothing(page: Duplicates, village: Village) -> None:
    """Two files in one class that say the same: no class, no choice; the reason found is proposed as the reason of the merge."""
    card = opened(page, village, "same_1", "same_2")
    assert card.room.layout.display == "none" and set(card.choices) == {"village"}
    assert card.reason.value == "姓名和出生日期相同" and "姓名和出生日期相同" in card.why.text
    card.merge_button.click()
    card.sure_button.click()
    assert shown(page) == ["result"] and page.result.doubles.layout.display == "none" and not page.result.look.text


def test_how_exactly_a_birth_date_is_known_goes_with_the_date(village: Village) -> None:
    """The date of one file never gets the precision of the other; a child who has left is told with the day."""
    with clock.at(LATER):
        child = Child(name="孙远行", born_on=date(2015, 1, 1), born_precision=DatePrecision.YEAR, nation="01")
        village.console.add(child)
        facts = pair_facts(village.desk("zhou"), village.children["left"].id, child.id)
        assert facts.left.class_text == "四(2)班，2026-01-10离校" and facts.right.class_text is None
        assert [spec.name for spec in facts.clashes()] == ["born_on"]
        assert facts.chosen({"born_on": Side.RIGHT}) == {"born_on": date(2015, 1, 1), "born_precision": DatePrecision.YEAR}
        assert [label.zh for label in facts.filled(Side.LEFT)] == ["民族"] and not facts.two_classes
        with pytest.raises(NotFound):
            pair_facts(village.desk("zhou"), child.id, child.id)


# --- two children -----------------------------------------------------------------------------------------------------


def test_two_children_are_declared(page: Duplicates, village: Village) -> None:
    """Only with how it is known; then the pair leaves the list and stands in the list of those declared, from which it can come back."""
    card = opened(page, village, "same_1", "same_2")
    card.different_button.click()
    assert card.notice.tone == "error" and page.desk.find(NotSame) == []
    card.known.value = "问过家长，是堂兄弟"
    card.different_button.click()
    assert shown(page) == ["list"] and page.notice.tone == "ok" and len(page.table.rows) == 1
    (row,) = page.done.different.rows
    assert (row["reason"], row["by"], row["declared_on"]) == ("问过家长，是堂兄弟", "周样", LATER) and "张小雨" in row["first"]
    other = Duplicates(village.desk("zhou"))
    page.done.different.receive({"type": "action", "id": row["id"], "action": "again"}, [])
    assert page.notice.tone == "ok" and len(page.table.rows) == 2 and page.done.different.rows == []
    other.done.different.receive({"type": "action", "id": row["id"], "action": "again"}, [])
    assert other.notice.tone == "error"


# --- undone -----------------------------------------------------------------------------------------------------------


def test_a_merge_is_undone_with_a_reason(page: Duplicates, village: Village) -> None:
    """CASES 57: undoing asks why and once more; both files are as they were, and what was changed meanwhile is named."""
    before = {key: village.console.get(Child, village.children[key].id).record for key in ("elder", "again")}
    merged(page, village)
    talk = next(one for one in village.console.find(Talk, {"child_id": village.children["elder"].id}) if one.record.talked_on > HELD)
    village.console.amend(talk.record.model_copy(update={"points": "补记"}), seen=talk.version)
    page.back.click()
    (row,) = page.done.merges.rows
    assert (row["name"], row["by"], row["merged_on"]) == ("赵小禾", "周样", LATER)
    assert (row["kept"], row["merged"]) == ("三(1)班，3月15日生", f"赵小河（{LATER}建档）")
    page.done.merges.receive({"type": "action", "id": row["id"], "action": "undo"}, [])
    assert shown(page) == ["undo"] and "赵小禾" in page.undo.hint.text and "open" in repr(page.undo)
    page.undo.undo_button.click()
    assert page.undo.notice.tone == "error" and page.undo.sure.layout.display == "none"
    page.undo.reason.value = "是两个孩子"
    page.undo.undo_button.click()
    page.undo.cancel_button.click()
    assert page.desk.find(Merge)[0].record.undone_on is None
    page.undo.undo_button.click()
    page.undo.sure_button.click()
    assert shown(page) == ["list"] and page.notice.tone == "warn" and any("谈心" in line for line in page.notice.lines)
    assert {key: village.console.get(Child, village.children[key].id).record for key in before} == before
    assert len(page.table.rows) == 2 and page.figures.items[2][1] == "0"
    (row,) = page.done.merges.rows
    assert (
        row["undone_on"] == LATER
        and "是两个孩子" in page.done.merges.page["rows"][0]["cells"][-1]
        and page.done.merges.page["rows"][0]["actions"] == []
    )
    page.undo.sure_button.click()
    assert page.desk.find(Merge)[0].version == 2


def test_an_undo_without_changes_says_it_is_done(page: Duplicates, village: Village) -> None:
    """Nothing changed since: a plain success."""
    merged(page, village)
    page.done.refresh()
    page._open_undo(page.done.merges.rows[0])
    page.undo.reason.value = "点错了"
    page.undo.undo_button.click()
    page.undo.sure_button.click()
    assert page.notice.tone == "ok" and page.notice.lines == []


def test_a_later_merge_has_to_be_undone_first(page: Duplicates, village: Village) -> None:
    """The sentence of the store is shown, what was typed stays."""
    merged(page, village)
    third = Child(name="赵小禾", born_on=date(2016, 3, 15))
    village.console.add(third)
    page.refresh()
    page.open_pair(village.children["elder"].id, third.id)
    page.card.merge_button.click()
    page.card.sure_button.click()
    first = page.desk.find(Merge, {"merged_id": village.children["again"].id})[0]
    page._open_undo(next(row for row in page.done.merges.rows if row["id"] == first.id))
    page.undo.reason.value = "点错了"
    page.undo.undo_button.click()
    page.undo.sure_button.click()
    assert page.undo.notice.tone == "error" and "后一次" in page.undo.notice.text and page.undo.reason.value == "点错了"


def test_a_merge_of_last_year_is_not_of_this_year(page: Duplicates, village: Village) -> None:
    """The figure counts the school year; the list keeps all."""
    merged(page, village)
    with clock.at(date(2026, 9, 2)):
        later = Duplicates(village.desk("zhou"))
        assert later.merged == 0 and len(later.done.merges.rows) == 1


# --- by address -------------------------------------------------------------------------------------------------------


def test_an_address_opens_a_pair(village: Village, monkeypatch: Any) -> None:
    """``?child=…&other=…`` opens these two, found or not; one child alone opens what was found for it, or says that nothing was (CASES 61)."""
    elder, again, foreign = (village.children[key].id for key in ("elder", "again", "foreign"))

    def visited(query: str) -> Duplicates:
        monkeypatch.setenv("QUERY_STRING", query)
        monkeypatch.setattr(app_module, "open_desk", lambda _: (village.desk("zhou"), village.staff["zhou"]))
        monkeypatch.delenv(ACTOR_VARIABLE, raising=False)
        return duplicates()

    assert shown(visited("")) == ["list"]
    both = visited(f"child={again}&other={elder}")
    assert shown(both) == ["pair"] and both.card.pair is not None and both.card.pair.left.child.id == elder and "同音" in both.card.why.text
    assert "同音" in visited(f"child={elder}").card.why.text
    by_hand = visited(f"child={foreign}&other={elder}")
    assert shown(by_hand) == ["pair"] and "对照" in by_hand.card.why.text
    none = visited(f"child={foreign}")
    assert shown(none) == ["list"] and "没有发现" in none.notice.text
    wrong = visited(f"child={elder}&other=nobody")
    assert shown(wrong) == ["list"] and wrong.notice.tone == "error"
    assert shown(duplicates(village.desk("zhou"))) == ["list"]
