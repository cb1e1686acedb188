"""What is promised of the app families: who stands in its list, care entrusted in writing, another carer, the paper, and who may see and do what."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from families_village import STEPS, TICKS, care, families_village, figures, press_save, row, rows_with, told
from village import TODAY, Village

from carekit.access import may_write
from carekit.apps.child_facts import child_facts
from carekit.apps.due import due
from carekit.apps.families import families
from carekit.apps.families_facts import Entrust, entrustings, standings
from carekit.apps.families_paper import entrust_paper
from carekit.errors import NotFound
from carekit.history import history
from carekit.metrics import measure
from carekit.obligations import State, obligations_frame
from carekit.records import Absence, CareArrangement, Child, Enrolment, FamilyMember, RuleSettings
from carekit.records.codes import Capacity, LeavingReason, ParentState, Relation


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    """A school of its own."""
    with families_village(tmp_path) as built:
        yield built


def stages(village: Village, key: str = "elder") -> list[State]:
    """Where the duty of entrusting stands for a child."""
    frame = obligations_frame(village.console, TODAY, rule="entrusted_care")
    return [s for child, s in zip(frame["child_id"], frame["state"], strict=True) if child == village.children[key].id]


# --- the list ---------------------------------------------------------------------------------------------------------


def test_the_list_holds_the_register_and_says_what_is_lacking(village: Village) -> None:
    """Children on the register stand in it with carer, brothers and sisters, every missing step in words, and how late it is."""
    page = families(village.desk("wang"))
    elder = row(page, village.children["elder"].id)
    assert (elder["carer"], elder["family"]) == ("样奶奶（祖母）", "与赵小雨同一家")
    assert elder["entrust"] == "还缺：听取孩子意见、签订协议、书面告知学校、书面告知村(居)、四项条件核验（逾期194天）"
    assert elder["card"] == "还没核对过（逾期81天）" and elder["home"] == "2025-10-08前在家（7个月前外出）"
    assert figures(page) == {"委托照护没办妥": "3", "待核对联系卡": "3", "一年没返家": "0"}
    assert {one["name"] for one in page.table.rows} == {"赵小禾", "赵小雨", "张小雨"}
    assert repr(page) == "Families(样例小学 2026-05-20：委托照护没办妥 3，待核对联系卡 3，一年没返家 0)"


def test_everybody_can_be_shown(village: Village) -> None:
    """The tick shows the pupils who are not on the register as well; the figures stay those of the register."""
    page = families(village.desk("wang"))
    before = figures(page)
    page.everybody.value = True
    assert len(page.table.rows) == 5 and figures(page) == before
    assert row(page, village.children["same_2"].id)["entrust"] == "不需要"


def test_the_page_and_the_card_name_the_same_carer_as_the_rule(village: Village) -> None:
    """Of several arrangements the list, the contact card and the rule choose the same one."""
    elder, family = village.children["elder"], village.children["elder"].family_id
    aunt = FamilyMember(family_id=family, name="样姑姑", relation=Relation.FATHERS_SISTER)
    later = CareArrangement(child_id=elder.id, carer_id=aunt.id, from_on=date(2026, 3, 1))
    over = CareArrangement(
        child_id=elder.id, carer_id=village.members["grandmother"].id, from_on=date(2026, 4, 1), until_on=date(2026, 5, 1)
    )
    village.console.add_all([aunt, later, over])
    assert entrustings(village.console, TODAY)[elder.id].care_id == later.id
    facts = child_facts(village.console, elder.id)
    assert (facts.care, facts.carer) == (later, aunt)
    assert next(one.carer for one in standings(village.console) if one.child_id == elder.id) == "样姑姑（姑母）"


def test_a_child_of_another_class_is_not_found(village: Village) -> None:
    """The address and every action answer alike for a child of another class and for none."""
    page = families(village.desk("wang"))
    for wanted in (village.children["foreign"].id, "0" * 26):
        page.ask(wanted)
        assert page.notice.tone == "error" and page.child_id is None
        for card in (page.entrust, page.carer, page.check, page.home, page.split):
            with pytest.raises(NotFound):
                card.begin(wanted)


@pytest.mark.parametrize(
    ("who", "buttons"),
    [
        ("wang", {"entrust", "carer", "check", "home", "split"}),
        ("zhou", {"entrust", "carer", "check", "split"}),
        ("qian", {"entrust", "carer", "check", "split"}),
        ("he", {"home"}),
    ],
)
def test_each_role_is_offered_what_it_may_write(village: Village, who: str, buttons: set[str]) -> None:
    """The counsellor reads the file and writes down homecomings; registrar and leader do everything in the file."""
    page = families(village.desk(who))
    page.ask(village.children["elder"].id)
    assert set(page.buttons) == buttons and page.child_id == village.children["elder"].id
    assert len(page.family.members.rows) == 3
    shown = {one["id"]: {action[0] for action in one["actions"]} for one in page.table.page["rows"]}
    offered = {"open", "entrust", "check"} if may_write(village.desk(who).actor, CareArrangement) else {"open"}
    assert shown[village.children["elder"].id] == offered


def test_back_leads_from_a_form_to_the_child_and_from_there_to_the_list(village: Village) -> None:
    """One step at a time, so that a form that was opened by mistake does not lose the child."""
    page = families(village.desk("wang"))
    page.table.receive({"type": "action", "action": "open", "id": village.children["elder"].id})
    page.buttons["home"].click()
    assert (page.home.layout.display, page.one.layout.display, page.lists.layout.display) == ("", "none", "none")
    page.back.click()
    assert (page.one.layout.display, page.child_id) == ("", village.children["elder"].id)
    page.back.click()
    assert (page.lists.layout.display, page.child_id, page.back.layout.display) == ("", None, "none")
    for part in (page.entrust, page.carer, page.check, page.home, page.split, page.family):
        assert "样" not in repr(part)


def test_the_address_opens_a_child(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    """``?child=`` opens that family for the person of the kernel."""
    monkeypatch.setattr("carekit.apps.families.open_desk", lambda _: (village.desk("wang"), village.staff["wang"]))
    monkeypatch.setenv("QUERY_STRING", f"child={village.children['younger'].id}")
    assert families().child_id == village.children["younger"].id
    monkeypatch.delenv("QUERY_STRING")
    assert families().child_id is None


def test_nothing_is_saved_in_a_form_that_no_child_opened(village: Village) -> None:
    """A message that comes before a child was opened is answered as not found."""
    page = families(village.desk("wang"))
    for form in (page.entrust.form, page.carer.form, page.check.form):
        assert press_save(form, {"member": [], "people": [], "home": [{"key": "new-1", "fields": {}}]}) in ("refused", "invalid")
    assert village.console.find(CareArrangement)[0].version == 1


def test_rules_that_are_off_ask_for_nothing(village: Village) -> None:
    """With both rules off the list stays, and asks for nothing."""
    village.console.add(RuleSettings(school_id=village.school.id, from_on=date(2026, 1, 1), entrust_days=0, card_days=0))
    page = families(village.desk("wang"))
    assert figures(page)["委托照护没办妥"] == "0" and figures(page)["待核对联系卡"] == "0" and len(page.table.rows) == 3
    assert row(page, village.children["elder"].id)["entrust"] == "不需要"


# --- entrusting -------------------------------------------------------------------------------------------------------


def test_care_is_entrusted_step_by_step(village: Village) -> None:
    """The form says what is still lacking after each save; whole, the duty is met, counted in the rate, and stands in the history."""
    elder = village.children["elder"].id
    page = families(village.desk("wang"))
    page.table.receive({"type": "action", "action": "entrust", "id": elder})
    assert "样奶奶" in page.entrust.about.value
    assert press_save(page.entrust.form, **TICKS, child_heard_on="2026-05-18", reason="父母都在外地务工") == "saved"
    assert page.notice.text == "已保存，还没办妥，还缺：签订协议、书面告知学校、书面告知村(居)。" and page.notice.tone == "warn"
    assert stages(village) == [State.OVERDUE]
    page.do_entrust(elder)
    assert press_save(page.entrust.form, **STEPS) == "saved"
    assert page.notice.text == "已办妥：赵小禾的委托照护手续齐全。"
    assert stages(village) == [State.MET] and care(village, "elder")[0].entrusted is True
    assert figures(page)["委托照护没办妥"] == "2" and row(page, elder)["entrust"] == "已办妥"
    (rate,) = measure(village.desk("wang"), "entrusted_rate").to_dict("records")
    assert (rate["numerator"], rate["denominator"]) == (1, 3)
    (event,) = [one for one in history(village.desk("wang"), elder) if one.kind == "care_arrangement"]
    assert dict(event.lines)["委托照护协议签订日期"] == "2026-05-18" and event.who == "王样"


@pytest.mark.parametrize("tick", sorted(TICKS))
def test_a_no_bars_the_carer_and_says_what_to_do(village: Village, tick: str) -> None:
    """One condition answered with no: saved, unfinished, the law is quoted, and the way out is named."""
    elder = village.children["elder"].id
    page = families(village.desk("wang"))
    page.do_entrust(elder)
    assert press_save(page.entrust.form, **TICKS | STEPS | {tick: False}) == "saved"
    label = CareArrangement.fields[tick].label.zh
    assert label in page.notice.text and "换照料人" in page.notice.text and "第二十二条" in page.notice.lines[0]
    assert page.notice.tone == "warn" and stages(village) == [State.OVERDUE] and care(village, "elder")[0].entrusted is None
    assert row(page, elder)["entrust"].startswith(f"不符合：{label}") and row(page, elder)["stage"] == Entrust.BARRED.name


def test_a_carer_who_cannot_care_is_told(village: Village) -> None:
    """When the file says that the carer is unable, everything else does not make it whole."""
    grandmother = village.members["grandmother"]
    village.console.amend(grandmother.model_copy(update={"capacity": Capacity.NONE}), seen=1, reason="生病")
    page = families(village.desk("wang"))
    page.do_entrust(village.children["elder"].id)
    assert press_save(page.entrust.form, **TICKS | STEPS) == "saved"
    assert "没有照护能力" in page.notice.text and stages(village) == [State.OVERDUE]
    assert row(page, village.children["elder"].id)["entrust"].startswith("没有登记能照护的人")


def test_with_a_parent_at_home_only_the_saving_is_told(village: Village) -> None:
    """Where the rule asks for nothing the form can be used all the same, and says no more than that it saved."""
    (stay,) = village.console.find(Absence, {"member_id": village.members["mother"].id})
    village.console.amend(stay.record.model_copy(update={"until_on": date(2026, 5, 1)}), seen=1, reason="返乡")
    page = families(village.desk("wang"))
    page.do_entrust(village.children["elder"].id)
    assert press_save(page.entrust.form, reason="父亲外出") == "saved" and page.notice.text == "已保存。"


def test_dates_that_have_not_come_are_refused(village: Village) -> None:
    """An agreement of tomorrow is not signed; nothing is saved and what was typed stays."""
    page = families(village.desk("wang"))
    page.do_entrust(village.children["elder"].id)
    assert press_save(page.entrust.form, agreement_on="2026-05-21") == "invalid"
    assert care(village, "elder")[0].agreement_on is None


def test_a_child_without_a_carer_first_gets_one(village: Village) -> None:
    """The notice opens the form of a carer; a grandmother typed in there makes the family, and then the notice opens for her."""
    bare = village.children["same_1"].id
    page = families(village.desk("wang"))
    page.do_entrust(bare)
    assert page.carer.layout.display == "" and "还没有登记照料人" in page.notice.text
    assert press_save(page.carer.form) == "refused" and "只填一处" in told(page.carer.form)
    parts = rows_with(page.carer.form, "member", "new-1", relation="62", name="张奶奶", phone="15400000051")
    assert press_save(page.carer.form, parts) == "saved"
    (child,) = village.console.find(Child, {"id": bare})
    (member,) = village.console.find(FamilyMember, {"family_id": child.record.family_id})
    assert care(village, "same_1")[0].carer_id == member.id and "张奶奶" in page.notice.text
    page.do_entrust(bare)
    assert "张奶奶" in page.entrust.about.value


# --- another carer ----------------------------------------------------------------------------------------------------


def test_another_carer_ends_the_first_arrangement_of_this_child_alone(village: Village) -> None:
    """The change is one step for the younger alone; the elder's arrangement has no new version, and the entrusting begins anew."""
    elder, younger = village.children["elder"].id, village.children["younger"].id
    page = families(village.desk("wang"))
    page.ask(younger)
    page.buttons["carer"].click()
    parts = rows_with(page.carer.form, "member", "new-1", relation="90", name="样姑姑", phone="15400000031")
    assert press_save(page.carer.form, parts, from_on="2026-05-20", reason="奶奶住院") == "saved"
    first, second = care(village, "younger")
    assert (first.until_on, second.from_on, second.reason) == (TODAY, TODAY, "奶奶住院")
    assert row(page, younger)["carer"] == "样姑姑（姑母）" and row(page, elder)["carer"] == "样奶奶（祖母）"
    assert [one.version for one in village.console.find(CareArrangement, {"child_id": elder})] == [1]
    assert stages(village, "younger") == [State.OPEN] and stages(village) == [State.OVERDUE]


def test_what_does_not_fit_is_refused_and_nothing_changes(village: Village) -> None:
    """The same carer, both a chosen and a typed one, no day, or one before the present arrangement: one sentence, nothing saved."""
    younger, grandmother = village.children["younger"].id, village.members["grandmother"].id
    page = families(village.desk("wang"))
    page.carer.begin(younger)
    new = rows_with(page.carer.form, "member", "new-1", relation="90", name="样姑姑")
    wrong: list[tuple[Any, dict[str, Any], str]] = [
        (None, {"carer_id": grandmother}, "现在就是这位"),
        (new, {"carer_id": grandmother}, "只填一处"),
        (new, {"from_on": None}, "从哪天起"),
        (new, {"from_on": "2025-08-01"}, "从2025-09-01开始"),
        (rows_with(page.carer.form, "member", "new-1", relation="90", name="样姑姑", id_number="99"), {}, "第1位"),
    ]
    for parts, change, words in wrong:
        assert press_save(page.carer.form, parts, **change) in ("refused", "invalid")
        assert words in told(page.carer.form) or words == "第1位"
    assert len(care(village, "younger")) == 1
    dead = village.members["father"]
    village.console.amend(dead.model_copy(update={"state": ParentState.DECEASED}), seen=1, reason="去世")
    page.carer.begin(younger)
    assert dead.id not in {option[0] for option in page.carer.form.options[""]["carer_id"]}


def test_two_people_do_not_change_the_carer_twice(village: Village) -> None:
    """What somebody else changed meanwhile is not overwritten: a sentence says to open the child again."""
    younger, mother = village.children["younger"].id, village.members["mother"].id
    page, other = families(village.desk("wang")), families(village.desk("zhou"))
    page.carer.begin(younger)
    other.carer.begin(younger)
    assert press_save(other.carer.form, carer_id=mother) == "saved"
    assert press_save(page.carer.form, carer_id=village.members["father"].id) == "refused" and "刚刚有人改过" in told(page.carer.form)
    page.carer.begin(younger)
    now = next(one for one in village.console.find(CareArrangement, {"child_id": younger}) if one.record.carer_id == mother)
    village.console.amend(now.record.model_copy(update={"note": "补记"}), seen=1, reason="补记")
    assert press_save(page.carer.form, carer_id=village.members["father"].id) == "refused"
    assert len(care(village, "younger")) == 2


# --- the paper --------------------------------------------------------------------------------------------------------


def test_the_paper_has_what_is_known_and_lines_for_the_rest(village: Village) -> None:
    """Both parents who are away, the carer, the conditions and days with blanks, the law's words, and three places to sign."""
    page = families(village.desk("wang"))
    page.do_entrust(village.children["elder"].id)
    press_save(page.entrust.form, no_harm_record=True, no_addiction=False, agreement_on="2026-05-18", reason="父母都在外地务工")
    paper = entrust_paper(village.desk("wang"), village.children["elder"].id)
    parts = [(label.zh, {f.label.zh: f.value for f in fields}) for label, fields in paper.parts]
    assert [label for label, _ in parts] == [
        "孩子", "外出人（委托人）", "外出人（委托人）", "被委托人（照料人）", "被委托人条件核验（未成年人保护法第二十二条）", "办理情况", "承诺", "签字确认",
    ]  # fmt: skip
    assert {parts[1][1]["姓名"], parts[2][1]["姓名"]} == {"赵大样", "孙大样"} and parts[1][1]["外出原因"] == ""
    assert (parts[3][1]["姓名"], parts[3][1]["联系电话"], parts[3][1]["委托照料原因"]) == ("样奶奶", "15400000001", "父母都在外地务工")
    assert list(parts[4][1].values()) == ["符合", "不符合", "", ""]
    assert parts[5][1]["签订协议"] == "2026-05-18" and parts[5][1]["书面告知学校"] == ""
    assert "每周至少" in parts[6][1]["父母"] and list(parts[7][1].values()) == ["", "", ""]
    assert "外出告知暨委托照护确认书" in page.paper.markup and page.paper.markup.count("________") == len(paper.blanks)


def test_the_paper_of_a_child_of_whom_nothing_is_known(village: Village) -> None:
    """A child without family prints as lines to write on; printing is logged as an export."""
    page = families(village.desk("wang"))
    page.ask(village.children["same_1"].id)
    paper = entrust_paper(village.desk("wang"), village.children["same_1"].id)
    assert len(paper.parts) == 7 and len(paper.blanks) > 20
    page.paper.receive({"type": "print"})
    assert list(village.console.audit_lines().query("action == 'export'").detail) == ["entrusted_care 1"]


# --- from what is due -------------------------------------------------------------------------------------------------


def test_what_is_due_leads_to_the_page_and_to_quick_entry(village: Village) -> None:
    """The duty of entrusting opens this page at the child, that of the card the form of quick entry; done there, it is out of the list."""
    elder = village.children["elder"].id
    page = due(village.desk("wang"), village.staff["wang"])
    mine = {(one["row"]["rule"], one["row"]["child_id"]): one["id"] for one in page.table.rows}
    page.table.receive({"type": "action", "action": "do", "id": mine["entrusted_care", elder]})
    assert f"families.ipynb?child={elder}" in page.link.value
    page.table.receive({"type": "action", "action": "do", "id": mine["contact_card", elder]})
    assert page.entry.kind == "card_check" and page.entry.form is not None
    assert press_save(page.entry.form, state="1") == "saved"
    assert ("contact_card", elder) not in {(one["row"]["rule"], one["row"]["child_id"]) for one in page.table.rows}


def test_a_closed_file_and_a_child_who_left_are_not_in_the_list(village: Village) -> None:
    """Nobody is asked for the care of a child who is not at school any more or whose file is closed."""
    elder = village.children["elder"].id
    (stay,) = village.console.find(Enrolment, {"child_id": elder})
    village.console.amend(
        stay.record.model_copy(update={"left_on": date(2026, 5, 1), "leaving": LeavingReason.TRANSFERRED_OUT}), seen=1, reason="转出"
    )
    page = families(village.desk("zhou"))
    assert elder not in {one["id"] for one in page.table.rows} and village.children["closed"].id not in {
        one["id"] for one in page.table.rows
    }
    page.ask(elder)
    assert page.notice.tone == "error" and page.child_id is None
