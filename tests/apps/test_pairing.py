"""What is promised of the app pairing: pairing several children, the cap, changing the supporter in one step, groups, and who may see and do what."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from pairing_village import SPRING, figures, offered, pair, pairing_village, press, press_save, told
from village import START, TODAY, Village

from carekit import clock
from carekit.apps.pairing import pairing
from carekit.apps.pairing_facts import pairing_facts, supporter_load
from carekit.apps.pairing_lists import PairState, load_bar
from carekit.apps.staff import staff_options
from carekit.errors import Denied, NotFound
from carekit.obligations import State, obligations_frame
from carekit.records import Child, Enrolment, Membership, Pairing, RuleSettings
from carekit.records.codes import LeavingReason, PairingDemand, PairingEnd, PairingKind, Role, SupportGroup


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    """The small school with two helpers, a leader, and 赵小禾 among the key children."""
    with pairing_village(tmp_path) as made:
        yield made


# --- pairing ----------------------------------------------------------------------------------------------------------


def test_several_children_are_paired_with_one_supporter_at_once(village: Village) -> None:
    """One save makes a pairing for each child chosen, the figures move, and the supporter sees them from then on."""
    page = pairing(village.desk("zhou"))
    assert (figures(page)["应结对"], figures(page)["无人帮扶"]) == ("1", "1")
    elder, younger = village.children["elder"].id, village.children["younger"].id
    press(page.children_list, "pair", elder)
    state = press_save(page.pair_card.form, child_id=[elder, younger], kind_of="2", staff_id=village.staff["qin"].id, promise="每周一次")
    assert state == "saved"
    assert (figures(page)["已结对"], figures(page)["无人帮扶"]) == ("2", "0")
    assert "赵小禾、赵小雨" in page.notice.text and "秦样" in page.notice.text
    assert {one.id for one in village.desk("qin").find(Child)} == {elder, younger}
    assert repr(page) == "PairingPage(样例小学 2026-05-20：应结对 1，已结对 2，无人帮扶 0)"


def test_the_same_press_twice_pairs_once(village: Village) -> None:
    """A double click on Save leaves one pairing."""
    page = pairing(village.desk("zhou"))
    page.pair_card.begin(village.children["elder"].id)
    form = page.pair_card.form
    values = {"fields": {**form.values["fields"], "kind_of": "1", "staff_id": village.staff["sun"].id}, "parts": {}}
    message = {"type": "submit", "generation": form.generation, "n": 9001, "values": values}
    form.receive(message)
    form.receive(message)
    assert len(village.console.find(Pairing)) == 1


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"kind_of": "1", "staff_id": None}, "请选择帮扶人"),
        ({"kind_of": "5"}, "请选择结对的同学"),
        ({"kind_of": "1", "staff_id": "0" * 26}, ""),
        ({"kind_of": "1", "child_id": []}, ""),
    ],
    ids=["no supporter", "no fellow pupil", "forged supporter", "no child"],
)
def test_what_is_wrong_is_said_and_nothing_saved(village: Village, change: dict[str, Any], word: str) -> None:
    """A missing or forged choice is refused beside its box; nothing is saved."""
    page = pairing(village.desk("zhou"))
    page.pair_card.begin(village.children["elder"].id)
    assert press_save(page.pair_card.form, **change) == "invalid"
    assert word in str(page.pair_card.form._answered)
    assert village.console.find(Pairing) == []


def test_a_fellow_pupil_and_a_supporter_are_not_both_taken(village: Village) -> None:
    """手拉手 names a fellow pupil alone; with a supporter beside it the form asks which of the two is meant."""
    page = pairing(village.desk("zhou"))
    page.pair_card.begin(village.children["elder"].id)
    both = {"kind_of": "5", "peer_id": village.children["foreign"].id, "staff_id": village.staff["qin"].id}
    assert press_save(page.pair_card.form, **both) == "refused"
    assert press_save(page.pair_card.form, **{**both, "staff_id": None}) == "saved"
    facts = pairing_facts(village.desk("zhou"))
    assert [(one.supporter, one.kind_of) for one in facts.running] == [("钱小雨", PairingKind.PUPIL)]


def test_nobody_is_paired_twice_with_the_same_child(village: Village) -> None:
    """The same supporter for the same child again is refused with a sentence; another supporter is not."""
    pair(village, "elder", "qin")
    page = pairing(village.desk("zhou"))
    page.pair_card.begin(village.children["elder"].id)
    assert press_save(page.pair_card.form, kind_of="1", staff_id=village.staff["qin"].id) == "refused"
    assert "赵小禾已经和秦样结对" in told(page.pair_card.form)
    assert press_save(page.pair_card.form, kind_of="1", staff_id=village.staff["lu"].id) == "saved"


def test_the_cap_warns_and_a_second_press_goes_through(village: Village) -> None:
    """Above the cap the first press is refused with both numbers; the same choice again is saved; another choice is asked anew."""
    village.console.add(RuleSettings(school_id=village.school.id, from_on=SPRING, supporter_load=1))
    pair(village, "elder", "qin")
    page = pairing(village.desk("fang"))
    assert figures(page)["超过人数上限"] == "0"
    form = page.pair_card.form
    page.pair_card.begin(village.children["younger"].id)
    choice = {"kind_of": "2", "staff_id": village.staff["qin"].id}
    assert press_save(form, **choice) == "refused"
    assert "秦样将帮扶2人，超过每人最多1人" in told(form)
    more = [village.children["younger"].id, village.children["same_1"].id]
    assert press_save(form, **choice, child_id=more) == "refused"
    assert press_save(form, **choice, child_id=more) == "saved"
    assert (figures(page)["超过人数上限"], len(page.facts.over_cap[0].children)) == ("1", 3)


def test_a_load_is_told_by_signs_and_figures() -> None:
    """The bar fills up to the cap, is marked above it, and stays short for a high cap."""
    assert load_bar(3, 6) == "■■■□□□ 3/6" and load_bar(7, 6) == "■■■■■■▲ 7/6" and load_bar(0, 60) == "□□□□□□□□□□ 0/60"


def test_settings_hold_from_their_day(village: Village) -> None:
    """The cap of a day is that of the latest settings by then; before any the declared default."""
    village.console.add(RuleSettings(school_id=village.school.id, from_on=SPRING, supporter_load=3, pairing_demand=PairingDemand.REGISTER))
    desk = village.desk("zhou")
    assert [supporter_load(desk, day).load for day in (date(2025, 8, 1), START, SPRING)] == [6, 6, 3]
    assert supporter_load(desk, SPRING).demand is PairingDemand.REGISTER


@pytest.mark.parametrize(
    ("demand", "names"),
    [
        (PairingDemand.KEY, {"赵小禾"}),
        (PairingDemand.GROUPS, {"赵小禾", "钱小雨"}),
        (PairingDemand.REGISTER, {"赵小禾", "赵小雨", "钱小雨", "张小雨"}),
        (PairingDemand.NOBODY, set()),
    ],
)
def test_who_is_to_be_paired_follows_the_demand(village: Village, demand: PairingDemand, names: set[str]) -> None:
    """Key children, children of any group, or all on the register: each without a supporter is listed, a closed file and a child who left are not."""
    village.console.add(RuleSettings(school_id=village.school.id, from_on=SPRING, pairing_demand=demand))
    village.console.add(Membership(child_id=village.children["foreign"].id, group=SupportGroup.LAGGING, from_on=SPRING))
    village.console.add(Membership(child_id=village.children["left"].id, group=SupportGroup.POOR, from_on=SPRING))
    facts = pairing_facts(village.desk("zhou"))
    assert {pupil.name for pupil in facts.without_anybody} == names


def test_a_child_with_two_supporters_counts_once_everywhere(village: Village) -> None:
    """One child, two supporters: one child paired, one row in the list, one child in each load, two rows in the table of pairings."""
    pair(village, "elder", "qin")
    pair(village, "elder", "lu")
    pair(village, "elder", "qin", date(2025, 10, 1), until_on=date(2026, 1, 1), end_reason=PairingEnd.EXPIRED)
    page = pairing(village.desk("zhou"))
    assert (figures(page)["已结对"], figures(page)["无人帮扶"], figures(page)["帮扶人离岗待接手"]) == ("1", "0", "0")
    assert [row["name"] for row in page.children_list.rows].count("赵小禾") == 1
    assert sorted(len(load.children) for load in page.facts.loads) == [1, 1]
    page.turn_to("table")
    assert len(page.contact_table.table.rows) == 2


# --- changing and ending ----------------------------------------------------------------------------------------------


def test_the_supporter_is_changed_in_one_step(village: Village) -> None:
    """The former pairing ends with reason and note on the day on which the new one begins; access moves with it at once."""
    old = pair(village, "elder", "qin", promise="每周一次")
    page = pairing(village.desk("zhou"))
    press(page.children_list, "open", old.child_id)
    press(page.panel.pairings, "change", old.id)
    form = page.change_card.form
    assert village.staff["qin"].id not in offered(form, "staff_id")
    assert form.values["fields"]["promise"] == "每周一次"
    assert press_save(form, staff_id=village.staff["lu"].id, handover="孩子喜欢画画，周三去家里。") == "saved"
    ended, begun = village.console.find(Pairing)
    assert (ended.record.until_on, ended.record.end_reason, begun.record.from_on) == (TODAY, PairingEnd.CHANGED, TODAY)
    assert (begun.record.staff_id, begun.record.end_reason, begun.record.handover) == (village.staff["lu"].id, None, None)
    assert ended.recorded_at == begun.recorded_at
    assert village.desk("qin").find(Child) == [] and len(village.desk("lu").find(Child)) == 1
    former = page.facts.former(old.child_id)
    assert [(one.supporter, one.end_reason, one.handover) for one in former] == [("秦样", PairingEnd.CHANGED, "孩子喜欢画画，周三去家里。")]
    assert [row["supporter"] for row in page.panel.pairings.rows] == ["陆样", "秦样"]


def test_a_change_without_a_note_saves_nothing(village: Village) -> None:
    """Without the hand-over note, or with a day before the former pairing began, neither half is saved."""
    old = pair(village, "elder", "qin")
    page = pairing(village.desk("zhou"))
    page.change_card.begin(old.id)
    form = page.change_card.form
    assert press_save(form, staff_id=village.staff["lu"].id) == "invalid"
    assert press_save(form, staff_id=village.staff["lu"].id, handover="好", from_on="2026-02-01") == "refused"
    assert [one.version for one in village.console.find(Pairing)] == [1]


def test_one_of_two_equal_pairings_can_be_ended(village: Village) -> None:
    """Where the same pairing was entered twice, ending one of them is not refused because of the other."""
    pair(village, "elder", "qin")
    twice = pair(village, "elder", "qin")
    page = pairing(village.desk("zhou"))
    page.end_card.begin(twice.id)
    assert press_save(page.end_card.form, end_reason="9") == "saved"
    page.amend_card.begin(pair(village, "elder", "lu").id)
    assert press_save(page.amend_card.form, staff_id=village.staff["qin"].id) == "refused"


def test_two_people_changing_one_pairing_do_not_overwrite_each_other(village: Village) -> None:
    """The second of two changes begun on the same pairing is a conflict; nothing of it is saved."""
    old = pair(village, "elder", "qin")
    first, second = pairing(village.desk("zhou")), pairing(village.desk("fang"))
    first.change_card.begin(old.id)
    second.change_card.begin(old.id)
    assert press_save(first.change_card.form, staff_id=village.staff["lu"].id, handover="好") == "saved"
    assert press_save(second.change_card.form, staff_id=village.staff["sun"].id, handover="好") == "conflict"
    assert len(village.console.find(Pairing)) == 2


def test_access_ends_on_the_day_on_which_the_pairing_ends(village: Village) -> None:
    """A supporter sees the child from the first day to the day before the last; on the day of the end there is no access any more."""
    old = pair(village, "elder", "qin", TODAY)
    with clock.at(TODAY - timedelta(days=1)):
        assert village.desk("qin").find(Child) == []
    assert len(village.desk("qin").find(Child)) == 1
    page = pairing(village.desk("zhou"))
    page.panel.begin(old.child_id, page.facts)
    press(page.panel.pairings, "end", old.id)
    assert page.end_card.form.values["fields"]["until_on"] == TODAY.isoformat()
    assert press_save(page.end_card.form, end_reason="4") == "saved"
    assert village.desk("qin").find(Child) == [] and village.desk("qin").find(Pairing) == []
    with pytest.raises(NotFound):
        village.desk("qin").get(Pairing, old.id)
    assert (figures(page)["已结对"], figures(page)["无人帮扶"]) == ("0", "1")
    theirs = pairing(village.desk("qin"))
    assert theirs.children_list.rows == [] and theirs.supporters.rows == []


# --- groups -----------------------------------------------------------------------------------------------------------


def test_a_class_teacher_puts_own_children_into_groups_and_arranges_no_pairing(village: Village) -> None:
    """The class teacher's list has the own class, with groups to write and pairings to read; a forged press changes nothing."""
    pair(village, "foreign", "wang")
    page = pairing(village.desk("wang"))
    names = {row["name"] for row in page.children_list.rows}
    assert "赵小禾" in names and "钱小雨" in names and "孙远行" not in names
    elder, foreign = village.children["elder"].id, village.children["foreign"].id
    press(page.children_list, "pair", elder)
    assert page.pair_card.layout.display == "none"
    press(page.children_list, "group", foreign)
    assert page.group_card.layout.display == "none"
    press(page.children_list, "group", elder)
    assert press_save(page.group_card.form, group="1", reason="低保家庭") == "saved"
    row = next(row for row in page.children_list.rows if row["id"] == elder)
    assert (row["group"], row["key"]) == (["1"], ["key"])
    page.turn_to("leaving")
    assert page.section == "children" and page.tabs["leaving"].layout.display == "none"
    with pytest.raises(Denied):
        village.desk("wang").add(Pairing(child_id=elder, kind_of=PairingKind.TEACHER, staff_id=village.staff["wang"].id, from_on=TODAY))


def test_a_child_is_in_several_groups_and_in_each_once(village: Village) -> None:
    """A second group is added; the same group again is refused by name."""
    page = pairing(village.desk("zhou"))
    elder = village.children["elder"].id
    page.group_card.begin(elder)
    assert press_save(page.group_card.form, group="9") == "refused"
    assert "赵小禾已经在“重点帮扶对象”里" in told(page.group_card.form)
    assert press_save(page.group_card.form, group="3") == "saved"
    assert page.facts.groups[elder] == {SupportGroup.KEY, SupportGroup.LAGGING}


def test_taken_out_of_a_group_the_time_in_it_is_kept(village: Village) -> None:
    """From the day of leaving the group the child is not demanded any more; the day before still says so."""
    elder = village.children["elder"].id
    page = pairing(village.desk("wang"))
    page.panel.begin(elder, page.facts)
    press(page.panel.groups, "take_out", page.panel.groups.rows[0]["id"])
    assert press_save(page.group_end.form, end_reason="家庭情况好转") == "saved"
    assert page.facts.demanded == frozenset()
    assert pairing_facts(village.desk("wang"), TODAY - timedelta(days=1)).demanded == {elder}


def test_a_supporter_sees_the_own_children_and_changes_nothing(village: Village) -> None:
    """The supporter's page has the paired child alone, with its other supporters, and no button but to look."""
    pair(village, "elder", "qin")
    pair(village, "elder", "lu")
    pair(village, "younger", "lu")
    page = pairing(village.desk("qin"))
    assert [row["name"] for row in page.children_list.rows] == ["赵小禾"]
    assert {row["name"] for row in page.supporters.rows} == {"秦样", "陆样"}
    assert all([action[0] for action in row["actions"]] == ["open"] for row in page.children_list.page["rows"])
    assert "超过人数上限" not in figures(page)
    with pytest.raises(NotFound):
        page.panel.begin(village.children["younger"].id, page.facts)


def test_a_subject_teacher_does_not_take_not_seen_for_nobody(village: Village) -> None:
    """Pupils whose pairings the reader may not see are not listed as without anybody."""
    pair(village, "elder", "qin")
    page = pairing(village.desk("sun"))
    assert page.children_list.rows == [] and figures(page)["无人帮扶"] == "0"


# --- pickers ----------------------------------------------------------------------------------------------------------


def test_case_55_the_departed_are_not_offered_and_old_records_keep_them(village: Village) -> None:
    """CASES 55: after a staff member and a child have left, no picker offers them; the old pairing still shows both and is saved without losing them."""
    old = pair(village, "elder", "qin")
    peer = Pairing(
        child_id=village.children["younger"].id, kind_of=PairingKind.PUPIL, peer_id=village.children["foreign"].id, from_on=SPRING
    )
    village.console.add(peer)
    yesterday = TODAY - timedelta(days=1)
    village.console.amend(village.staff["qin"].model_copy(update={"until_on": yesterday}), seen=1)
    stay = village.console.find(Enrolment, {"child_id": village.children["foreign"].id})[0]
    gone = stay.record.model_copy(update={"left_on": yesterday, "leaving": LeavingReason.TRANSFERRED_OUT})
    village.console.amend(gone, seen=1)

    page = pairing(village.desk("zhou"))
    qin, foreign = village.staff["qin"].id, village.children["foreign"].id
    assert qin not in {one for one, _, _ in staff_options(village.desk("zhou"), TODAY)}
    assert qin in {one for one, _, _ in staff_options(village.desk("zhou"), yesterday)}
    page.pair_card.begin(village.children["younger"].id)
    assert qin not in offered(page.pair_card.form, "staff_id")
    assert not {foreign, village.children["left"].id} & (offered(page.pair_card.form, "child_id") | offered(page.pair_card.form, "peer_id"))
    assert press_save(page.pair_card.form, kind_of="2", staff_id=qin) == "invalid"

    page.amend_card.begin(old.id)
    assert [option[1:3] for option in page.amend_card.form.options[""]["staff_id"] if option[0] == qin] == [["秦样", "已离岗"]]
    assert press_save(page.amend_card.form, promise="每月两次") == "saved"
    saved = village.console.get(Pairing, old.id).record
    assert (saved.staff_id, saved.promise) == (qin, "每月两次")
    page.amend_card.begin(peer.id)
    assert [option[1:3] for option in page.amend_card.form.options[""]["peer_id"] if option[0] == foreign] == [["钱小雨", "已离校"]]
    assert press_save(page.amend_card.form, promise="课间") == "saved"
    assert village.console.get(Pairing, peer.id).record.peer_id == foreign


def test_staff_options_say_post_and_unit_and_can_be_narrowed(village: Village) -> None:
    """A picker of staff tells who somebody is, and offers some roles alone when asked."""
    options = staff_options(village.desk("zhou"), TODAY, {Role.SUPPORTER})
    assert [(name, detail) for _, name, detail in options] == [("陆样", "帮扶人，干事，样例镇政府"), ("秦样", "帮扶人，干事，样例镇政府")]


def test_a_child_who_left_with_a_pairing_that_runs_is_shown_to_be_ended(village: Village) -> None:
    """A child who left does not count as paired or in a load, stands in the list to be ended, and cannot be paired anew."""
    pair(village, "left", "qin")
    page = pairing(village.desk("zhou"))
    row = next(row for row in page.children_list.rows if row["name"] == "孙远行")
    assert row["state"] == PairState.LEFT.name
    assert figures(page)["已结对"] == "0"
    assert [len(load.children) for load in page.facts.loads] == [0, 0]
    press(page.children_list, "also", row["id"])
    assert page.pair_card.layout.display == "none"


def test_the_page_and_the_list_of_what_is_due_agree(village: Village) -> None:
    """Who has nobody is answered alike: a fellow pupil alone, an ended pairing and a supporter who left do not count (rule 2 of the design)."""
    elder, younger = village.children["elder"].id, village.children["younger"].id
    for child in (elder, younger):
        village.console.add(Membership(child_id=child, group=SupportGroup.KEY, from_on=START))
    village.console.add(Pairing(child_id=elder, kind_of=PairingKind.PUPIL, peer_id=younger, from_on=START))
    village.console.add(Pairing(child_id=younger, kind_of=PairingKind.TEACHER, staff_id=village.staff["sun"].id, from_on=START))
    facts = pairing_facts(village.console)
    assert elder in {pupil.id for pupil in facts.without_anybody} and younger in facts.paired
    frame = obligations_frame(village.console, rule="paired")
    unmet = {child for child, state in zip(frame["child_id"], frame["state"], strict=True) if state is not State.MET}
    assert {pupil.id for pupil in facts.without_anybody} == unmet and set(frame["child_id"]) == facts.demanded
