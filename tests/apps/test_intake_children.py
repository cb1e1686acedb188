"""What is promised of finding children: carekit.apps.children."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from village import TODAY, Village, village_in

from carekit.apps.children import Register, Standing, child_options, class_options, file_exists_elsewhere, search_children
from carekit.apps.intake import counts_of
from carekit.apps.intake_checks import twins_of
from carekit.apps.talks_month import month_of
from carekit.records import Child


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    """The small school."""
    with village_in(tmp_path) as made:
        yield made


def test_a_picker_tells_two_children_of_one_name_apart(village: Village) -> None:
    """Name, class and birthday; where all are alike the village group too, so that no two lines look the same."""
    options = child_options(village.desk("wang"), TODAY)
    assert len({(text, detail) for _, text, detail in options}) == len(options)
    details = {one: detail for one, _, detail in options}
    assert details[village.children["elder"].id] == "三(1)班，3月15日生"
    assert details[village.children["same_2"].id].endswith("龙井村4组")


def test_a_picker_offers_the_own_enrolled_children_only(village: Village) -> None:
    """A class teacher is offered the own class; who has left is not offered for new work."""
    own = {one for one, _, _ in child_options(village.desk("wang"), TODAY)}
    assert own == {village.children[key].id for key in ("elder", "younger", "same_1", "same_2", "closed")}
    everyone = {one for one, _, _ in child_options(village.desk("zhou"), TODAY)}
    assert everyone == {child.id for key, child in village.children.items() if key != "left"}


def test_a_role_that_may_not_see_birthdays_gets_none(village: Village) -> None:
    """The subject teacher's picker names the class, never the day of birth."""
    options = child_options(village.desk("sun"), TODAY)
    assert options
    assert not any("月" in detail or "生日" in detail for _, _, detail in options)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("赵小禾", "elder"),
        (" 小 禾 ", "elder"),
        ("zxh", "elder"),
        ("zhaoxiaohe", "elder"),
        ("zhao xiao", "elder"),
        ("OYXT", "closed"),
        ("999999201603150024", "elder"),
        ("９９９９９９２０１６０３１５００２４", "elder"),
        ("150024", "elder"),
        ("G999999201601010028", "foreign"),
        ("31501", "left"),
        ("15400000001", "elder"),
        ("154 0000 0077", "foreign"),
        ("0077", "foreign"),
    ],
)
def test_a_child_is_found_by_whatever_people_know(village: Village, typed: str, key: str) -> None:
    """Name or part, pinyin, initials, numbers or their ends, and any phone of the family lead to the child."""
    found = search_children(village.desk("zhou"), typed)
    assert village.children[key].id in set(found["id"])


@pytest.mark.parametrize("typed", ["", "   ", "%", "_", "'; drop table child; --", "999", "没有此人"])
def test_what_means_nobody_finds_nobody(village: Village, typed: str) -> None:
    """Blanks, signs with a meaning in SQL, and three digits give no rows."""
    assert search_children(village.desk("zhou"), typed).empty


def test_left_closed_and_withdrawn_children_are_found_and_marked(village: Village) -> None:
    """Nobody makes a second file because the first one looks gone."""
    desk = village.desk("zhou")
    same = desk.get(Child, village.children["same_1"].id)
    desk.withdraw(Child, same.id, seen=same.version, reason="重复登记")
    found = search_children(desk, "孙远行").iloc[0]
    assert (found["standing"], found["register"]) == (Standing.LEFT, Register.NONE)
    assert search_children(desk, "欧阳").iloc[0]["register"] is Register.CLOSED
    states = dict(search_children(desk, "张小雨")[["id", "standing"]].itertuples(index=False))
    assert states[same.id] is Standing.WITHDRAWN


def test_a_search_stays_inside_the_scope(village: Village) -> None:
    """A class teacher finds no child of another class, by no number either."""
    for typed in ("钱小雨", "999999201601010028", "15400000077", "孙远行"):
        assert search_children(village.desk("wang"), typed).empty


def test_a_role_cannot_search_by_what_it_may_not_read(village: Village) -> None:
    """The subject teacher finds a pupil by name but not by identity number or phone."""
    desk = village.desk("sun")
    assert not search_children(desk, "赵小禾").empty
    assert search_children(desk, "150024").empty
    assert search_children(desk, "15400000001").empty


def test_outside_the_scope_only_existence_is_told(village: Village) -> None:
    """A same number, or same name and birth date together, is told as yes or no; a name alone is not."""
    desk = village.desk("wang")
    assert file_exists_elsewhere(desk, id_number="999999201601010028") is True
    assert file_exists_elsewhere(desk, name="钱小雨", born_on=date(2016, 1, 1)) is True
    assert file_exists_elsewhere(desk, name="钱小雨") is False
    assert file_exists_elsewhere(desk, id_number="999999201603150024") is False, "an own child is shown by the search, not told of"
    assert file_exists_elsewhere(village.desk("sun"), id_number="999999201601010028") is False, "the role makes no files"


def test_asking_whether_a_file_exists_is_logged(village: Village) -> None:
    """The log tells that the question was asked, not what was typed."""
    file_exists_elsewhere(village.desk("wang"), id_number="999999201601010028")
    last = village.console.audit_lines().iloc[-1]
    assert last["action"] == "check"
    assert "9999" not in last["detail"]


def test_a_class_teacher_is_offered_the_own_class(village: Village) -> None:
    """The registrar chooses among all classes, the class teacher puts children into the own one."""
    assert [text for _, text, _ in class_options(village.desk("zhou"), 2025)] == ["三(1)班", "四(2)班"]
    assert [text for _, text, _ in class_options(village.desk("li"), 2025)] == ["四(2)班"]


def test_postgresql_answers_alike(tmp_path: Path, postgres_url: str) -> None:
    """Search, pickers, the existence check, the month of talks and the figures are the same on both databases."""

    def answers(location: Path | str) -> list[object]:
        with village_in(location) as made:
            registrar, teacher = made.desk("zhou"), made.desk("wang")
            found = [
                sorted(search_children(registrar, typed)["name"])
                for typed in ("zxy", "zhaoxiao", "小雨", "0077", "150024", "100%", "31501")
            ]
            options = [(name, detail) for _, name, detail in child_options(teacher, TODAY)]
            exists = file_exists_elsewhere(teacher, name="钱小雨", born_on=date(2016, 1, 1))
            return [found, options, exists, month_of(teacher).counts, counts_of(registrar, TODAY)]

    assert answers(tmp_path) == answers(postgres_url)


def test_both_numbers_of_a_merged_child_find_the_one_file(village: Village) -> None:
    """CASES 57: by either number and either name the search shows the file that is kept, and the one that went no more; intake warns by either number."""
    desk = village.desk("zhou")
    kept = village.children["elder"]
    merged = Child(name="赵晓荷", pupil_number="G999999201603150777", id_number="999999201603150040")
    desk.add(merged)
    done = desk.merge(kept.id, merged.id)
    for typed in ("G999999201603150777", "999999201603150040", "赵晓荷", "999999201603150024"):
        assert list(search_children(desk, typed)["id"]) == [kept.id]
    for number in ({"pupil_number": merged.pupil_number}, {"id_number": merged.id_number}):
        (twin,) = twins_of(desk, Child(name="赵样", **number))
        assert twin.sure and "赵小禾" in (twin.text or "")
        assert file_exists_elsewhere(village.desk("li"), **number)
    desk.unmerge(done.merge_id, why="两个孩子")
    assert list(search_children(desk, "赵晓荷")["id"]) == [merged.id]
