"""What is promised of families that become two or one: whoever stays is untouched, every version is kept, nothing is half done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from families_village import care, families_village, press_save, row, rows_with, to_the_fourth_class
from village import TODAY, Village

from carekit.apps.contact_card import contact_card
from carekit.apps.families import families
from carekit.apps.families_split import alike_families, join_families, split_family
from carekit.errors import NotFound, UserError
from carekit.history import changes, history
from carekit.metrics import measure
from carekit.obligations import Timetable, left_behind
from carekit.records import Absence, CareArrangement, Child, Enrolment, Family, FamilyMember, Homecoming
from carekit.records.codes import Relation


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    """A school of its own."""
    with families_village(tmp_path) as built:
        yield built


def versions(village: Village, key: str) -> set[tuple[str, str, int]]:
    """Every version of everything that belongs to a child."""
    return {(one.kind, one.record_id, one.version) for one in changes(village.console, village.children[key].id)}


def family_of(village: Village, key: str) -> str:
    """The family of a child now."""
    family_id = village.console.find(Child, {"id": village.children[key].id})[0].record.family_id
    assert family_id is not None
    return family_id


def twin_child(village: Village, **grandmother: Any) -> Child:
    """A sister who was entered with a family of her own: the same grandmother, an uncle, and the father's stay away."""
    family = Family(village="清溪村1组")
    child = village.children["sister"] = Child(name="赵小穗", family_id=family.id)
    base = {"name": "样奶奶", "relation": Relation.FATHERS_MOTHER, "phone": "15400000001", "occupation": "务农"}
    own = FamilyMember(family_id=family.id, **base | grandmother)
    father = FamilyMember(family_id=family.id, name="赵大样", relation=Relation.FATHER)
    uncle = FamilyMember(family_id=family.id, name="样叔叔", relation=Relation.FATHERS_YOUNGER_BROTHER)
    stay = Enrolment(child_id=child.id, class_id=village.third.id, enrolled_on=date(2025, 9, 1))
    away = [Absence(member_id=father.id, from_on=day) for day in (date(2024, 2, 20), date(2025, 8, 1))]
    village.console.add_all(
        [family, child, own, father, uncle, stay, *away, CareArrangement(child_id=child.id, carer_id=own.id, from_on=date(2025, 9, 1))]
    )
    return child


# --- a family becomes two ---------------------------------------------------------------------------------------------


def test_the_younger_gets_a_family_of_her_own(village: Village) -> None:
    """With two presses: copies of mother and grandmother with phones and stays away; the elder's file has not one new version, both histories are whole."""
    elder, younger = village.children["elder"].id, village.children["younger"].id
    before, old = versions(village, "elder"), family_of(village, "elder")
    page = families(village.desk("wang"))
    page.ask(younger)
    page.buttons["split"].click()
    card = page.split
    assert [tick.description for tick in card.children_ticks.values() if tick.value] == ["赵小雨"]
    card.member_ticks[village.members["father"].id].value = False
    card.reason.value = "父母离异，妹妹随母亲和奶奶生活"
    card.split_button.click()
    assert "确认分户" in card.notice.text and family_of(village, "younger") == old
    card.split_button.click()
    assert "赵小雨已单独立户" in page.notice.text
    new = family_of(village, "younger")
    copies = {one.record.name: one.record for one in village.console.find(FamilyMember, {"family_id": new})}
    assert set(copies) == {"样奶奶", "孙大样"} and copies["样奶奶"].phone == "15400000001"
    assert care(village, "younger")[0].carer_id == copies["样奶奶"].id
    assert [one.record.work_place for one in village.console.find(Absence, {"member_id": copies["孙大样"].id})] == ["浙江省"]
    assert versions(village, "elder") == before and family_of(village, "elder") == old
    assert {one.kind for one in history(village.desk("wang"), younger)} >= {"absence", "care_arrangement", "family", "family_member"}
    (moved,) = [one for one in changes(village.desk("wang"), younger) if one.record_id == younger and one.version == 2]
    assert moved.reason == "父母离异，妹妹随母亲和奶奶生活" and moved.who == "王样"
    assert row(page, elder)["family"] is None and row(page, younger)["carer"] == "样奶奶（祖母）"
    assert contact_card(village.desk("wang"), younger).parts[1][1][0].value == ""
    facts = left_behind(village.console, Timetable.at(village.console, TODAY)).subquery()
    assert {elder, younger} <= {
        one for one, mca in village.console.tuples(facts.select().with_only_columns(facts.c.child_id, facts.c.mca)) if mca
    }


def test_after_the_split_a_phone_still_reaches_both(village: Village) -> None:
    """The grandmother stands in both families now: her phone, changed from one card, is changed in the other, and the page says so."""
    split_family(village.desk("wang"), [village.children["younger"].id], [village.members["grandmother"].id], "分开住")
    page = families(village.desk("wang"))
    page.check.begin(village.children["elder"].id)
    parts = rows_with(page.check.form, "people", village.members["grandmother"].id, phone="15400000099")
    assert press_save(page.check.form, parts) == "saved" and any("赵小雨" in line for line in page.notice.lines)
    (copy,) = village.console.find(FamilyMember, {"family_id": family_of(village, "younger")})
    assert copy.record.phone == "15400000099"


def test_a_homecoming_that_stays_with_the_elder_is_not_lost(village: Village) -> None:
    """What was written down with the elder is kept as the last visit home of the copies, so that the rate does not forget it."""
    for member in ("father", "mother"):
        (stay,) = village.console.find(Absence, {"member_id": village.members[member].id})
        village.console.amend(stay.record.model_copy(update={"from_on": date(2020, 1, 1)}), seen=1, reason="测试")
    visit = {"child_id": village.children["elder"].id, "returned_on": date(2026, 2, 10), "staff_id": village.staff["wang"].id}
    village.console.add_all([Homecoming(**visit), Homecoming(**visit | {"relation": Relation.MOTHER, "returned_on": date(2026, 3, 1)})])
    members = [one.id for one in village.members.values()]
    split_family(village.desk("wang"), [village.children["younger"].id], members, "分开住")
    copies = {one.id: one.record.name for one in village.console.find(FamilyMember, {"family_id": family_of(village, "younger")})}
    told = {
        copies[one.record.member_id]: one.record.last_returned_on for one in village.console.find(Absence, {"member_id": sorted(copies)})
    }
    assert told == {"赵大样": date(2026, 2, 10), "孙大样": date(2026, 3, 1)}
    assert list(measure(village.console, "homecoming_rate")["numerator"]) == [2]


def test_a_sibling_in_another_class_stays_where_it_is(village: Village) -> None:
    """The class teacher of the one who goes does not see the other child, whose family, carer and card are as before."""
    to_the_fourth_class(village, "elder")
    before = versions(village, "elder")
    split_family(village.desk("wang"), [village.children["younger"].id], [village.members["grandmother"].id], "分开住")
    assert versions(village, "elder") == before
    assert contact_card(village.desk("li"), village.children["elder"].id).parts[3][1][0].value == "样奶奶"
    assert contact_card(village.desk("wang"), village.children["younger"].id).parts[3][1][0].value == "样奶奶"


@pytest.mark.parametrize(
    ("children", "members", "reason", "code"),
    [
        (["younger"], ["grandmother"], " ", "reason_missing"),
        (["younger"], [], "分开住", "nobody_goes"),
        (["younger"], ["mother"], "分开住", "carer_stays"),
        (["elder", "younger"], ["grandmother"], "分开住", "nobody_stays"),
        (["same_1"], ["grandmother"], "分开住", "no_family"),
        ([], ["grandmother"], "分开住", "no_family"),
    ],
)
def test_what_cannot_be_split_is_refused(village: Village, children: list[str], members: list[str], reason: str, code: str) -> None:
    """Without a reason, without members, without the carer, with nobody left, without a family: one sentence, nothing saved."""
    with pytest.raises(UserError) as refused:
        split_family(
            village.desk("wang"), [village.children[one].id for one in children], [village.members[one].id for one in members], reason
        )
    assert refused.value.code == code and len(village.console.find(Family)) == 2


def test_a_child_of_another_class_is_not_split(village: Village) -> None:
    """Not the person's and not there are one answer."""
    with pytest.raises(NotFound):
        split_family(village.desk("wang"), [village.children["foreign"].id], [], "分开住")


def test_a_change_meanwhile_stops_the_split_whole(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    """When somebody saves the child in between, a sentence says so and no family was made."""
    desk, younger = village.desk("wang"), village.children["younger"]
    seen = desk.get

    def old(kind: Any, record_id: str) -> Any:
        revision = seen(kind, record_id)
        village.console.amend(younger.model_copy(update={"phone": "15400000044"}), seen=revision.version, reason="改")
        return revision

    monkeypatch.setattr(desk, "get", old)
    with pytest.raises(UserError) as refused:
        split_family(desk, [younger.id], [village.members["grandmother"].id], "分开住")
    assert refused.value.code == "meanwhile" and len(village.console.find(Family)) == 2


def test_the_buttons_ask_again_after_a_change_and_say_what_is_wrong(village: Village) -> None:
    """Another choice after the first press is asked about anew; a missing reason is told at once; nothing is done by one press."""
    page = families(village.desk("wang"))
    page.split.begin(village.children["younger"].id)
    card = page.split
    card.split_button.click()
    assert card.notice.tone == "error" and "原因" in card.notice.text
    card.reason.value = "分开住"
    card.split_button.click()
    assert card.split_button.description == "确认分户"
    card.member_ticks[village.members["father"].id].value = False
    card.split_button.click()
    assert card.notice.tone == "warn" and len(village.console.find(Family)) == 2
    assert repr(card) == "SplitCard(2 children, 3 members)"


# --- two families become one ------------------------------------------------------------------------------------------


def test_siblings_entered_as_two_families_become_one(village: Village) -> None:
    """The page finds the family in which the grandmother stands as well; joined, there is one grandmother, one father, and the uncle comes along."""
    sister = twin_child(village)
    elder = village.children["elder"].id
    page = families(village.desk("wang"))
    page.ask(elder)
    page.buttons["split"].click()
    card = page.split
    assert [one["name"] for one in card.alike.rows] == ["赵小穗"]
    card.alike.receive({"type": "action", "action": "join", "id": sister.id})
    assert card.notice.tone == "error" and "原因" in card.notice.text
    card.reason.value = "核实是亲姐妹"
    for _ in range(2):
        card.alike.receive({"type": "action", "action": "join", "id": sister.id})
    assert "赵小穗一家已并入" in page.notice.text
    family = family_of(village, "elder")
    assert family_of(village, "sister") == family and len(village.console.find(Family)) == 2
    members = {one.record.name: one.record for one in village.console.find(FamilyMember, {"family_id": family})}
    assert set(members) == {"样奶奶", "赵大样", "孙大样", "样叔叔"} and members["样奶奶"].occupation == "务农"
    assert care(village, "sister")[0].carer_id == village.members["grandmother"].id
    stays = [one.record.from_on for one in village.console.find(Absence, {"member_id": village.members["father"].id})]
    assert sorted(day for day in stays if day) == [date(2024, 2, 20), date(2025, 8, 1)]
    assert row(page, sister.id)["family"] == "与赵小禾、赵小雨同一家" and len(alike_families(village.desk("wang"), elder)) == 0
    assert any(one.reason == "核实是亲姐妹" for one in changes(village.desk("wang"), sister.id))


def test_where_the_two_differ_this_familys_value_stays_and_is_told(village: Village) -> None:
    """The same identity number with another phone: one grandmother, the phone of this family, and a line that asks to look."""
    number = "999999196203150028"
    grandmother = village.members["grandmother"]
    village.console.amend(grandmother.model_copy(update={"id_number": number}), seen=1, reason="补")
    sister = twin_child(village, id_number=number, name="样奶", phone="15400000055")
    lines = join_families(village.desk("wang"), village.children["elder"].id, sister.id, "亲姐妹")
    assert [line.zh for line in lines] == ["样奶奶的姓名、联系电话两处不同，保留了这一家的，请核对。"]
    assert village.console.find(FamilyMember, {"id": grandmother.id})[0].record.phone == "15400000001"


def test_two_numbers_are_two_people(village: Village) -> None:
    """The same name and relation with two identity numbers are two grandmothers, and both are kept."""
    grandmother = village.members["grandmother"]
    village.console.amend(grandmother.model_copy(update={"id_number": "999999196203150028"}), seen=1, reason="补")
    sister = twin_child(village, id_number="999999196304150021")
    assert join_families(village.desk("wang"), village.children["elder"].id, sister.id, "亲姐妹") == []
    names = [one.record.name for one in village.console.find(FamilyMember, {"family_id": family_of(village, "elder")})]
    assert names.count("样奶奶") == 2 and care(village, "sister")[0].carer_id not in (None, grandmother.id)


def test_a_child_is_chosen_by_name_where_nothing_is_alike(village: Village) -> None:
    """Where the page finds nobody, a child of the person's is chosen by name; what is no child is answered as not found."""
    sister = twin_child(village, name="奶奶", phone=None)
    page = families(village.desk("wang"))
    page.split.begin(village.children["elder"].id)
    card = page.split
    assert card.alike.rows == [] and len(card.other.options) == 4
    card.reason.value = "亲姐妹"
    card.other.value = "没有这个人"
    card.join_button.click()
    assert card.notice.tone == "error"
    card.other.value = next(one for one in card.other.options if one.startswith("赵小穗"))
    card.join_button.click()
    card.join_button.click()
    assert family_of(village, "sister") == family_of(village, "elder") and sister.name in page.notice.text


@pytest.mark.parametrize(
    ("other", "reason", "code"), [("younger", "亲姐妹", "one_family"), ("same_1", "亲姐妹", "no_family"), ("sister", "", "reason_missing")]
)
def test_what_cannot_be_joined_is_refused(village: Village, other: str, reason: str, code: str) -> None:
    """One family already, no family, no reason: one sentence, nothing saved."""
    twin_child(village)
    with pytest.raises(UserError) as refused:
        join_families(village.desk("wang"), village.children["elder"].id, village.children[other].id, reason)
    assert refused.value.code == code and len(village.console.find(Family)) == 3


def test_a_family_with_a_child_of_another_class_is_left_to_the_registrar(village: Village) -> None:
    """The class teacher does not pull a family away from a child of another class; the registrar joins them."""
    sister = twin_child(village)
    brother = Child(name="赵小麦", family_id=sister.family_id)
    village.console.add_all([brother, Enrolment(child_id=brother.id, class_id=village.fourth.id, enrolled_on=date(2025, 9, 1))])
    with pytest.raises(UserError) as refused:
        join_families(village.desk("wang"), village.children["elder"].id, sister.id, "亲姐妹")
    assert refused.value.code == "not_yours"
    join_families(village.desk("zhou"), village.children["elder"].id, sister.id, "亲姐妹")
    assert len(village.console.find(Child, {"family_id": family_of(village, "elder")})) == 4
