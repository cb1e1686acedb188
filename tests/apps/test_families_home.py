"""What is promised of homecomings in the app families: several siblings at once, stays away that end, the rate of parents who came home."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from families_village import families_village, figures, press_save, row, to_the_fourth_class, told
from village import TODAY, Village

from carekit.apps.contacts import contacts
from carekit.apps.families import families
from carekit.history import history
from carekit.metrics import children_behind, measure
from carekit.obligations import State, obligations_frame
from carekit.records import Absence, FamilyMember, Homecoming, Pairing
from carekit.records.codes import PairingKind, Relation


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    """A school of its own, in which both parents have been away for years."""
    with families_village(tmp_path) as built:
        amend_stay(built, "mother", from_on=date(2023, 1, 5))
        yield built


def amend_stay(village: Village, key: str, **values: Any) -> None:
    """Change a parent's stay away."""
    (stay,) = village.console.find(Absence, {"member_id": village.members[key].id})
    village.console.amend(stay.record.model_copy(update=values), seen=stay.version, reason="测试")


def until(village: Village, key: str) -> date | None:
    """When a parent's stay away ended."""
    return village.console.find(Absence, {"member_id": village.members[key].id})[0].record.until_on


def rate(village: Village) -> tuple[int, int]:
    """The rate of parents who came home, of the whole school."""
    (found,) = measure(village.console, "homecoming_rate").to_dict("records")
    return found["numerator"], found["denominator"]


# --- the rate ---------------------------------------------------------------------------------------------------------


def test_nobody_came_home(village: Village) -> None:
    """Two children with parents away for years of whom nobody knows: 0 of 2, both behind the figure, and "nobody knows" is said."""
    assert rate(village) == (0, 2)
    assert set(children_behind(village.console, "homecoming_rate")["name"]) == {"赵小禾", "赵小雨"}
    amend_stay(village, "mother", last_returned_on=date(2024, 2, 10))
    page = families(village.desk("wang"))
    assert figures(page)["一年没返家"] == "2" and row(page, village.children["elder"].id)["home"] == "2024-02-20前在家（27个月前外出）"
    for key in ("father", "mother"):
        amend_stay(village, key, from_on=None, last_returned_on=None)
    page.refresh()
    assert rate(village) == (0, 2) and row(page, village.children["elder"].id)["home"] == "没有登记"


@pytest.mark.parametrize(
    ("day", "relation", "counted"),
    [
        (date(2025, 5, 20), None, 2),
        (date(2025, 5, 19), None, 0),
        (date(2026, 2, 10), Relation.FATHER, 2),
        (date(2026, 2, 10), Relation.STEPMOTHER, 2),
        (date(2026, 2, 10), Relation.FATHERS_MOTHER, 0),
    ],
)
def test_a_homecoming_counts_for_the_whole_family_for_a_year(village: Village, day: date, relation: Relation | None, counted: int) -> None:
    """Kept with the elder it counts for the younger too, of a parent and of nobody else, to the day a year later."""
    record = Homecoming(child_id=village.children["elder"].id, returned_on=day, relation=relation, staff_id=village.staff["wang"].id)
    village.console.add(record)
    assert rate(village) == (counted, 2)


@pytest.mark.parametrize(
    ("values", "counted"),
    [
        ({"last_returned_on": date(2025, 10, 1)}, 2),
        ({"last_returned_on": date(2025, 5, 1)}, 0),
        ({"from_on": date(2025, 9, 1)}, 2),
        ({"from_on": date(2025, 5, 1)}, 0),
    ],
)
def test_the_file_counts_as_well(village: Village, values: dict[str, Any], counted: int) -> None:
    """What the file says of the last visit home, and a parent who was at home until less than a year ago."""
    amend_stay(village, "father", **values)
    assert rate(village) == (counted, 2)


def test_an_earlier_stay_that_ended_within_the_year_counts(village: Village) -> None:
    """Who came back in autumn and whose next stay has no known beginning was at home within the year."""
    amend_stay(village, "father", until_on=date(2025, 10, 1))
    assert rate(village) == (2, 2)
    village.console.add(Absence(member_id=village.members["father"].id))
    assert rate(village) == (2, 2)


def test_only_children_with_a_parent_away_are_counted(village: Village) -> None:
    """When both parents are back the children are in neither count; 0/0 has no ratio."""
    for key in ("father", "mother"):
        amend_stay(village, key, until_on=date(2026, 5, 1))
    assert rate(village) == (0, 0)
    assert list(measure(village.console, "homecoming_rate")["ratio"]) == [None]
    page = families(village.desk("wang"))
    assert row(page, village.children["elder"].id)["home"] == "父母没有外出"


# --- writing it down --------------------------------------------------------------------------------------------------


def test_a_homecoming_for_two_siblings_at_once(village: Village) -> None:
    """The form opens with both siblings chosen; one save writes it into both histories, and the figures follow."""
    elder, younger = village.children["elder"].id, village.children["younger"].id
    page = families(village.desk("wang"))
    page.ask(elder)
    page.buttons["home"].click()
    assert set(page.home.form.values["fields"]["child_id"]) == {elder, younger}
    assert (
        press_save(page.home.form, returned_on="2026-05-01", relation="51", left_on="2026-05-06", summary="劳动节回来住了五天") == "saved"
    )
    assert page.notice.text == "已保存：赵小禾、赵小雨的父母2026-05-01返家。" and page.notice.tone == "ok"
    for child in (elder, younger):
        assert [one.title for one in history(village.desk("wang"), child) if one.kind == "homecoming"] == ["父亲"]
    assert rate(village) == (2, 2) and figures(page)["一年没返家"] == "0"
    assert row(page, elder)["home"] == "2026-05-01（不到一个月）" and until(village, "father") is None


@pytest.mark.parametrize("asked", [False, True])
def test_who_stays_is_not_away_any_more(village: Village, asked: bool) -> None:
    """With “Stays for good”, or the tick beneath the form, that parent’s stay away ends in the same step; the entrusting is not asked for any more."""
    page = families(village.desk("wang"))
    page.home.begin(village.children["elder"].id)
    page.home.end.value = asked
    assert press_save(page.home.form, returned_on="2026-05-02", relation="52", stays=None if asked else True) == "saved"
    assert (until(village, "mother"), until(village, "father")) == (date(2026, 5, 2), None)
    assert "孙大样的外出已于2026-05-02结束" in page.notice.lines[0]
    frame = obligations_frame(village.console, rule="entrusted_care")
    assert village.children["elder"].id not in set(frame["child_id"])


def test_of_two_parents_away_one_has_to_be_named(village: Village) -> None:
    """Nobody is taken to be at home who is not: without a name nothing is saved when both are away; the only one away needs no name."""
    page = families(village.desk("wang"))
    page.home.begin(village.children["elder"].id)
    assert press_save(page.home.form, stays=True) == "refused" and "父母都在外" in told(page.home.form)
    assert village.console.find(Homecoming) == [] and until(village, "father") is None
    amend_stay(village, "mother", until_on=date(2026, 5, 1))
    assert press_save(page.home.form, stays=True) == "saved" and until(village, "father") == TODAY


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"relation": "51", "stays": True, "left_on": "2026-05-25"}, "还要再外出"),
        ({"relation": "62"}, "只登记父母"),
        ({"returned_on": "2026-05-21"}, ""),
        ({"child_id": []}, ""),
    ],
)
def test_what_cannot_be_is_refused(village: Village, change: dict[str, Any], words: str) -> None:
    """Who leaves again does not stay, a grandmother's visit is no homecoming, tomorrow has not come, nobody is no child: nothing is saved."""
    page = families(village.desk("wang"))
    page.home.begin(village.children["elder"].id)
    assert press_save(page.home.form, **change) in ("refused", "invalid")
    assert words in told(page.home.form) and village.console.find(Homecoming) == []


def test_no_stay_that_could_end_is_told(village: Village) -> None:
    """A stepfather of whom the file knows no stay away: the homecoming is kept, and the person is sent to the file."""
    page = families(village.desk("wang"))
    page.home.begin(village.children["elder"].id)
    assert press_save(page.home.form, relation="57", stays=True) == "saved"
    assert page.notice.tone == "warn" and "没有找到要结束的外出登记" in page.notice.lines[0]
    page.home.begin(village.children["same_1"].id)
    assert press_save(page.home.form, stays=True) == "saved" and page.notice.tone == "warn"


def test_the_counsellor_writes_it_down_and_does_not_change_the_file(village: Village) -> None:
    """A role that only reads the file keeps the homecoming and is told who ends the stay."""
    page = families(village.desk("he"))
    page.home.begin(village.children["elder"].id)
    assert press_save(page.home.form, relation="51", stays=True) == "saved"
    assert (
        "请班主任或学籍管理员" in page.notice.lines[0] and until(village, "father") is None and len(village.console.find(Homecoming)) == 2
    )


def test_quick_entry_writes_homecomings_and_checks_by_their_declaration(village: Village) -> None:
    """Both kinds are offered on the page of daily records and counted as any other."""
    page = contacts(village.desk("wang"))
    form = page.entry.choose("homecoming", village.children["elder"].id)
    assert press_save(form, returned_on="2026-05-10", relation="52") == "saved"
    assert rate(village) == (2, 2)
    form = page.entry.choose("card_check", village.children["elder"].id)
    assert press_save(form, checked_on="2026-05-10", state="1") == "saved"
    frame = obligations_frame(village.desk("wang"), rule="contact_card").set_index("child_id")
    assert frame["state"][village.children["elder"].id] is State.MET


def test_a_sibling_of_another_class_is_not_written_about(village: Village) -> None:
    """The elder's class teacher is offered the elder alone; the homecoming counts for the younger all the same."""
    to_the_fourth_class(village, "younger")
    page = families(village.desk("wang"))
    page.home.begin(village.children["elder"].id)
    assert page.home.form.values["fields"]["child_id"] == [village.children["elder"].id]
    assert press_save(page.home.form, relation="51") == "saved" and rate(village) == (2, 2)
    (rare,) = [one for one in families(village.desk("li")).found if one.child_id == village.children["younger"].id]
    assert not rare.home_rare and rare.home_on == TODAY


def test_a_paired_teacher_sees_and_does_not_change_the_file(village: Village) -> None:
    """A class teacher who is paired with a child of another class reads its family and writes homecomings; its file stays the other teacher's."""
    village.console.add(
        Pairing(
            child_id=village.children["elder"].id, kind_of=PairingKind.TEACHER, staff_id=village.staff["li"].id, from_on=date(2026, 3, 2)
        )
    )
    page = families(village.desk("li"))
    page.ask(village.children["elder"].id)
    assert page.child_id == village.children["elder"].id and len(village.desk("li").find(FamilyMember, {"name": "样奶奶"})) == 1
    assert {name for name, button in page.buttons.items() if button.layout.display == ""} == {"home"}
    for name in ("entrust", "carer", "check", "split"):
        page._act(name, village.children["elder"].id)
        assert page.notice.tone == "error" and page.one.layout.display == ""
    page.entrust.begin(village.children["elder"].id)
    assert press_save(page.entrust.form, no_addiction=True) == "refused"
    page._act("home", village.children["elder"].id)
    assert press_save(page.home.form, relation="51") == "saved"
