"""The contact card: whom to call, blanks to write on, whole on paper, and nothing that the reader may not see."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from village import START, TODAY, Village, village_in

from carekit.apps.child_facts import child_facts
from carekit.apps.contact_card import BLANK, CardSheet, ContactCard, card_html, contact_card, contact_cards, sheet_html
from carekit.errors import NotFound
from carekit.records import Absence, CareArrangement, Child, FamilyMember
from carekit.records.codes import ParentState, Relation


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    """A school of its own."""
    with village_in(tmp_path) as built:
        yield built


def part(card: ContactCard, name: str) -> dict[str, str]:
    """The fields of one part of the card."""
    return next({f.label.zh: f.value for f in fields} for label, fields in card.parts if label.zh.startswith(name))


def test_the_card_holds_whom_to_call(village: Village) -> None:
    """Child, parents with phone and place of work, carer with relation and phone, class teacher."""
    card = contact_card(village.desk("wang"), village.children["elder"].id)
    assert part(card, "学生") | {"家庭电话": ""} == {
        "姓名": "赵小禾", "性别": "男", "出生日期": "2016-03-15", "班级": "三(1)班", "家庭电话": "", "家庭地址": "样例镇清溪村1组3号",
    }  # fmt: skip
    assert part(card, "父亲") == {"姓名": "赵大样", "联系电话": "15400000002", "务工单位": "", "务工地址": "广东省"}
    carer = part(card, "监护人")
    assert (carer["姓名"], carer["与儿童关系"], carer["联系电话"]) == ("样奶奶", "祖母", "15400000001")
    assert part(card, "学校")["班主任"] == "王样"


def test_what_is_not_known_is_a_line_to_write_on(village: Village) -> None:
    """A mother of whom nothing is known leaves lines to fill in by hand."""
    card = contact_card(village.desk("wang"), village.children["elder"].id)
    assert set(part(card, "母亲").values()) == {""}
    assert card_html(card).count(BLANK) == len(card.blanks) > 4


def test_a_parent_who_died_leaves_no_line_to_fill_in_and_no_reason(village: Village) -> None:
    """A card is carried about: it does not say that a parent died, and asks for no phone of theirs."""
    father = village.members["father"]
    village.console.amend(father.model_copy(update={"state": ParentState.DECEASED, "phone": None}), seen=1, reason="去世")
    [away] = village.console.find(Absence, {"member_id": father.id})
    village.console.withdraw(Absence, away.id, seen=1, reason="去世")
    card = contact_card(village.desk("wang"), village.children["elder"].id)
    assert part(card, "父亲")["联系电话"] == "—"
    assert "去世" not in card_html(card)


def test_an_aunt_for_one_child_leaves_the_brothers_card_alone(village: Village) -> None:
    """One grandmother for both; when the younger moves to an aunt, only the younger's card changes."""
    family = village.children["elder"].family_id
    aunt = FamilyMember(family_id=family, name="样姑姑", relation=Relation.FATHERS_SISTER, phone="15400000031")
    [care] = village.console.find(CareArrangement, {"child_id": village.children["younger"].id})
    village.console.amend(care.record.model_copy(update={"until_on": date(2026, 4, 30)}), seen=1, reason="改由姑姑照料")
    moved = CareArrangement(child_id=village.children["younger"].id, carer_id=aunt.id, from_on=date(2026, 5, 1))
    village.console.add_all([aunt, moved])
    cards = contact_cards(village.desk("wang"), [village.children[key].id for key in ("elder", "younger")])
    assert [part(card, "监护人")["姓名"] for card in cards] == ["样奶奶", "样姑姑"]


def test_a_card_of_another_class_is_refused(village: Village) -> None:
    """The store answers for the card as for the file: not yours is the same as not there."""
    for wanted in (village.children["foreign"].id, "0" * 26):
        with pytest.raises(NotFound):
            contact_card(village.desk("wang"), wanted)


def test_what_the_role_does_not_see_is_said_to_be_hidden(village: Village) -> None:
    """A subject teacher's card says that phones are not for this role; a blank would say that nobody knows them."""
    card = contact_card(village.desk("sun"), village.children["elder"].id)
    assert part(card, "父亲")["联系电话"] == "（您的角色不能查看）"
    assert "15400000002" not in card_html(card)


def test_ages_told_once_grow_with_the_years(village: Village) -> None:
    """A grandmother who said 60 a year ago is 61 on the card."""
    grandmother = village.members["grandmother"]
    told = grandmother.model_copy(update={"stated_age": 60, "stated_age_on": date(2025, 5, 20)})
    village.console.amend(told, seen=1, reason="补年龄")
    assert part(contact_card(village.desk("wang"), village.children["elder"].id), "监护人")["年龄"] == "61岁"


def test_the_sheet_for_the_printer_is_whole_and_escaped(village: Village) -> None:
    """The page for the printer fetches nothing, keeps each card on one page, and shows hostile text letter for letter."""
    elder = village.children["elder"]
    village.console.amend(elder.model_copy(update={"name": "<script>1</script>"}), seen=1, reason="测试")
    page = sheet_html(contact_cards(village.desk("wang"), [elder.id, village.children["younger"].id]))
    assert page.count('<section class="ck-card">') == 2
    assert "&lt;script&gt;1&lt;/script&gt;" in page
    assert "<script" not in page
    assert "break-inside: avoid" in page
    assert "http" not in page


def test_printing_asks_the_store_again_and_is_logged(village: Village) -> None:
    """A print holds what the store holds now, and leaves one line in the log; without an open file nothing is printed."""
    desk, elder = village.desk("wang"), village.children["elder"]
    sheet, sent = CardSheet(desk), []
    sheet.send = sent.append
    sheet.receive({"type": "print"})
    assert sent == []
    sheet.show(child_facts(desk, elder.id))
    village.console.amend(elder.model_copy(update={"village": "清溪村9组", "address": "新地址8号"}), seen=1, reason="搬家")
    [family] = village.console.find(type(elder), {"id": elder.id})
    sheet.receive({"type": "print"})
    assert family.record.address == "新地址8号"
    assert sent[0]["type"] == "sheet"
    lines = village.console.audit_lines().query("action == 'export'")
    assert list(zip(lines.actor, lines.entity_id, lines.detail, strict=True)) == [(village.staff["wang"].id, elder.id, "contact_card 1")]
    sheet.show(None)
    assert (sheet.markup, repr(sheet)) == ("", "CardSheet(no card)")


def test_a_child_without_family_has_a_card_of_lines(village: Village) -> None:
    """A card of a child of whom only the name is known prints, with lines for the rest."""
    bare = Child(name="新来的")
    village.console.add(bare)
    card = contact_card(village.desk("zhou"), bare.id)
    assert part(card, "学生")["姓名"] == "新来的"
    assert card.on == TODAY
    assert card.on > START
    assert "新来的" not in repr(card)
