"""What is promised of contact cards in the app families: phones changed once for all, checks that count, and CASES 59 whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from families_village import families_village, figures, press_save, row, rows_with, to_the_fourth_class, told
from village import TODAY, Village

from carekit import clock
from carekit.apps.contact_card import ContactCard, contact_card, sheet_html
from carekit.apps.families import families
from carekit.history import changes, history
from carekit.obligations import State, obligations_frame
from carekit.records import CardCheck, Child, Family, FamilyMember
from carekit.records.codes import CardState, Relation


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    """A school of its own."""
    with families_village(tmp_path) as built:
        yield built


def part(card: ContactCard, name: str) -> dict[str, str]:
    """The fields of one part of a card."""
    return next({f.label.zh: f.value for f in fields} for label, fields in card.parts if label.zh.startswith(name))


def state(village: Village, key: str) -> State:
    """Where the duty of the card stands for a child."""
    frame = obligations_frame(village.console, clock.today(), rule="contact_card")
    return next(s for child, s in zip(frame["child_id"], frame["state"], strict=True) if child == village.children[key].id)


def twin(village: Village, **values: Any) -> FamilyMember:
    """The grandmother once more, in a family of 钱小雨, with values of her own."""
    base = {"name": "样奶奶", "relation": Relation.FATHERS_MOTHER, "phone": "15400000001"}
    made = FamilyMember(family_id=village.children["foreign"].family_id, **base | values)
    village.console.add(made)
    return made


def phone_of(village: Village, member: FamilyMember) -> str | None:
    """The phone of a family member now."""
    return village.console.find(FamilyMember, {"id": member.id})[0].record.phone


# --- CASES 59 ---------------------------------------------------------------------------------------------------------


def test_two_siblings_and_one_grandmother(village: Village) -> None:
    """CASES 59: her phone changed from the elder's file reaches both and says who changed it; the younger's move to an aunt touches the younger alone."""
    elder, younger = village.children["elder"].id, village.children["younger"].id
    grandmother = village.members["grandmother"]
    page = families(village.desk("wang"))
    page.ask(elder)
    page.buttons["check"].click()
    parts = rows_with(page.check.form, "people", grandmother.id, phone="15400000099")
    assert press_save(page.check.form, parts) == "saved"
    assert page.notice.text == "已保存：赵小禾的联系卡已更正。" and page.notice.lines == ["样奶奶的新电话，赵小雨的联系卡上也已改好。"]
    for child in (elder, younger):
        assert part(contact_card(village.desk("wang"), child), "监护人")["联系电话"] == "15400000099"
        (change,) = [one for one in changes(village.desk("wang"), child) if one.record_id == grandmother.id and one.version == 2]
        assert (change.who, change.reason) == ("王样", "核对联系卡")
        assert [(one.label, one.old, one.new) for one in change.fields] == [("联系电话", "15400000001", "15400000099")]
    assert len(village.console.find(FamilyMember, {"name": "样奶奶"})) == 1
    page.ask(younger)
    page.buttons["carer"].click()
    parts = rows_with(page.carer.form, "member", "new-1", relation="90", name="样姑姑", phone="15400000031")
    assert press_save(page.carer.form, parts) == "saved"
    cards = {child: contact_card(village.desk("wang"), child) for child in (elder, younger)}
    assert [part(cards[child], "监护人")["姓名"] for child in (elder, younger)] == ["样奶奶", "样姑姑"]
    assert part(cards[younger], "监护人")["联系电话"] == "15400000031" and part(cards[elder], "监护人")["联系电话"] == "15400000099"
    sheet = sheet_html(cards.values())
    assert sheet.count("样姑姑") == 1 and sheet.count("样奶奶") == 1 and sheet.count("15400000099") == 1
    assert {one.version for one in changes(village.desk("wang"), elder) if one.kind == "care_arrangement"} == {1}


def test_a_sibling_in_another_class_has_the_new_phone_too(village: Village) -> None:
    """The elder's class teacher changes the phone; the younger's, who never opened it, prints the new one."""
    to_the_fourth_class(village, "younger")
    page = families(village.desk("wang"))
    page.check.begin(village.children["elder"].id)
    assert page.check.also.layout.display == "none"
    parts = rows_with(page.check.form, "people", village.members["grandmother"].id, phone="15400000099")
    assert press_save(page.check.form, parts) == "saved"
    assert part(contact_card(village.desk("li"), village.children["younger"].id), "监护人")["联系电话"] == "15400000099"


# --- the same person elsewhere ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("own", "theirs", "reached"),
    [
        ({}, {}, True),
        ({}, {"name": "样 奶奶"}, True),
        ({}, {"name": "别的奶奶"}, False),
        ({}, {"phone": "15400000055"}, False),
        ({}, {"phone": None, "other_phone": "15400000001"}, False),
        ({"id_number": "999999196203150028"}, {"id_number": "999999196203150028", "name": "奶奶", "phone": "15400000055"}, True),
        ({"id_number": "999999196203150028"}, {"id_number": "999999196304150021"}, False),
    ],
    ids=["name and phone", "a blank in the name", "another name", "another phone", "as other phone", "same number", "another number"],
)
def test_the_same_person_in_another_family_is_changed_too(
    village: Village, own: dict[str, Any], theirs: dict[str, Any], reached: bool
) -> None:
    """By the identity number, or by name and old phone; somebody else of the same name or phone is left alone; the page says so."""
    grandmother = village.members["grandmother"]
    village.console.amend(grandmother.model_copy(update=own), seen=1, reason="补身份证号")
    other = twin(village, **theirs)
    page = families(village.desk("zhou"))
    page.check.begin(village.children["elder"].id)
    parts = rows_with(page.check.form, "people", grandmother.id, phone="15400000099")
    assert press_save(page.check.form, parts) == "saved"
    assert (phone_of(village, other) == "15400000099") is reached
    assert any("钱小雨" in line for line in page.notice.lines) is (reached or theirs.get("other_phone") is not None)


def test_a_number_that_is_dead_is_taken_off_both(village: Village) -> None:
    """An emptied phone is emptied where the very same number stands, and a second phone is found there as well."""
    grandmother = village.members["grandmother"]
    village.console.amend(
        grandmother.model_copy(update={"id_number": "999999196203150028", "other_phone": "15400000008"}), seen=1, reason="补"
    )
    other = twin(village, id_number="999999196203150028", phone="15400000008", other_phone="15400000001")
    page = families(village.desk("zhou"))
    page.check.begin(village.children["elder"].id)
    parts = rows_with(page.check.form, "people", grandmother.id, phone=None, other_phone="15400000007")
    assert press_save(page.check.form, parts) == "saved"
    (now,) = village.console.find(FamilyMember, {"id": other.id})
    assert (now.record.phone, now.record.other_phone) == ("15400000007", None)


def test_outside_the_persons_children_nothing_is_changed_or_told(village: Village) -> None:
    """A class teacher changes the card of the own children alone, and does not learn that the person stands elsewhere."""
    other = twin(village)
    page = families(village.desk("wang"))
    page.check.begin(village.children["elder"].id)
    parts = rows_with(page.check.form, "people", village.members["grandmother"].id, phone="15400000099")
    assert press_save(page.check.form, parts) == "saved"
    assert phone_of(village, other) == "15400000001" and "钱小雨" not in " ".join(page.notice.lines)


# --- checks -----------------------------------------------------------------------------------------------------------


def test_a_check_of_a_card_that_is_right(village: Village) -> None:
    """Nothing changed: "all right"; brothers and sisters count with it when ticked; it is out of what is due and stands in the history."""
    elder, younger = village.children["elder"].id, village.children["younger"].id
    page = families(village.desk("wang"))
    page.table.receive({"type": "action", "action": "check", "id": elder})
    assert "赵小雨" in page.check.also.description
    page.check.also.value = True
    assert press_save(page.check.form) == "saved"
    assert page.notice.text == "已保存：赵小禾、赵小雨的联系卡全部有效。" and page.notice.tone == "ok"
    assert state(village, "elder") is state(village, "younger") is State.MET and figures(page)["待核对联系卡"] == "1"
    assert row(page, younger)["card"] == "2026-05-20 全部有效"
    assert [one.title for one in history(village.desk("wang"), younger) if one.kind == "card_check"] == ["全部有效"]
    assert part(contact_card(village.desk("wang"), elder), "学校")["联系卡最近核对"] == "2026-05-20"


def test_somebody_out_of_reach_has_to_be_named_and_keeps_it_due(village: Village) -> None:
    """Without a word who it is nothing is saved; with it the check is kept, a phone is put right all the same, and the card stays due."""
    page = families(village.desk("wang"))
    page.check.begin(village.children["elder"].id)
    unreached = str(CardState.UNREACHED)
    assert press_save(page.check.form, state=unreached) == "refused" and "请写明谁联系不上" in told(page.check.form)
    assert village.console.find(CardCheck) == []
    parts = rows_with(page.check.form, "people", village.members["father"].id, phone="15400000098")
    assert press_save(page.check.form, parts, state=unreached, note="母亲电话停机") == "saved"
    assert page.notice.tone == "warn" and "继续列为待核对" in page.notice.text
    assert state(village, "elder") is State.OVERDUE and phone_of(village, village.members["father"]) == "15400000098"
    assert part(contact_card(village.desk("wang"), village.children["elder"].id), "学校")["联系卡最近核对"] == ""


def test_a_check_begins_anew_after_half_a_year(village: Village) -> None:
    """What is right today is due again in autumn."""
    page = families(village.desk("wang"))
    page.check.begin(village.children["elder"].id)
    assert press_save(page.check.form) == "saved"
    for day, expected in ((16, State.MET), (17, State.OVERDUE)):
        with clock.at(TODAY.replace(month=11, day=day)):
            assert state(village, "elder") is expected


def test_people_are_added_and_not_taken_off(village: Village) -> None:
    """A neighbour who can be called is added on the card; taking somebody off is refused, and nothing of it is saved."""
    page = families(village.desk("wang"))
    page.check.begin(village.children["elder"].id)
    parts = rows_with(page.check.form, "people", "new-1", relation="97", name="样邻居", phone="15400000061")
    gone = {**parts, "people": [one for one in parts["people"] if one["key"] != village.members["father"].id]}
    assert press_save(page.check.form, gone) == "refused" and "建档与导入" in told(page.check.form)
    assert village.console.find(FamilyMember, {"name": "样邻居"}) == []
    assert press_save(page.check.form, parts) == "saved" and "已更正" in page.notice.text
    (neighbour,) = village.console.find(FamilyMember, {"name": "样邻居"})
    assert neighbour.record.family_id == village.children["elder"].family_id


def test_a_child_without_a_family_gets_one_on_the_card(village: Village) -> None:
    """The first phone that is written down makes the family; a check that finds nothing to write down makes none."""
    bare = village.children["same_1"].id
    page = families(village.desk("wang"))
    page.check.begin(bare)
    assert press_save(page.check.form, note="没有资料") == "saved"
    assert village.console.find(Child, {"id": bare})[0].record.family_id is None
    page.check.begin(bare)
    parts = rows_with(page.check.form, "people", "new-1", relation="62", name="张奶奶", phone="15400000051")
    assert press_save(page.check.form, parts) == "saved"
    family_id = village.console.find(Child, {"id": bare})[0].record.family_id
    assert family_id is not None and part(contact_card(village.desk("wang"), bare), "学生")["姓名"] == "张小雨"
    assert [one.record.name for one in village.console.find(FamilyMember, {"family_id": family_id})] == ["张奶奶"]


def test_the_home_is_put_right_as_well(village: Village) -> None:
    """The home's phone and who can be reached stand in the same form."""
    page = families(village.desk("wang"))
    page.check.begin(village.children["elder"].id)
    key = page.check.form.values["parts"]["home"][0]["key"]
    assert press_save(page.check.form, rows_with(page.check.form, "home", key, phone="15400000071", contact_name="样邻居")) == "saved"
    (family,) = village.console.find(Family, {"id": village.children["elder"].family_id})
    assert (family.record.phone, family.record.contact_name) == ("15400000071", "样邻居") and "已更正" in page.notice.text


def test_two_people_who_change_the_same_phone(village: Village) -> None:
    """Other boxes are kept from both, and it is said; the same box is asked about, and saving again is the person's choice."""
    grandmother = village.members["grandmother"]
    page = families(village.desk("wang"))
    page.check.begin(village.children["elder"].id)
    village.console.amend(grandmother.model_copy(update={"occupation": "务农"}), seen=1, reason="补")
    parts = rows_with(page.check.form, "people", grandmother.id, phone="15400000099")
    assert press_save(page.check.form, parts) == "saved" and "两边的修改都保留" in " ".join(page.notice.lines)
    (now,) = village.console.find(FamilyMember, {"id": grandmother.id})
    assert (now.record.phone, now.record.occupation) == ("15400000099", "务农")
    page.check.begin(village.children["elder"].id)
    village.console.amend(now.record.model_copy(update={"phone": "15400000077"}), seen=3, reason="改")
    parts = rows_with(page.check.form, "people", grandmother.id, phone="15400000066")
    assert press_save(page.check.form, parts) == "refused" and phone_of(village, grandmother) == "15400000077"
    assert "15400000077" in " ".join(page.check.notice.lines)
    assert press_save(page.check.form, parts) == "saved" and phone_of(village, grandmother) == "15400000066"
