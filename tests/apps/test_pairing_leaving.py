"""What is promised when somebody leaves the school: nothing stays tied to a dead account, and nothing of the past is lost (CASES 53)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from pairing_village import figures, press
from village import TODAY, Village, village_in

from carekit import clock
from carekit.apps.pairing import pairing
from carekit.apps.pairing_facts import pairing_facts
from carekit.apps.pairing_leaving import hand_over, leaving_of
from carekit.errors import Denied, NotFound, UserError
from carekit.records import Assignment, Child, Pairing, Plan, StaffMember, Talk
from carekit.records.codes import Duty, PairingEnd, PairingKind, Role, Subject
from carekit.serve.accounts import Accounts

SPRING = date(2026, 3, 2)
_CHILDREN = ("elder", "younger", "same_1", "same_2", "foreign")


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    """王样 as in CASES 53: five paired children, two open plans, talks that are due, one draft, a class, and a talk of the past."""
    with village_in(tmp_path) as made:
        made.staff["qin"] = StaffMember(school_id=made.school.id, name="秦样", role=Role.SUPPORTER)
        made.console.add(made.staff["qin"])
        wang = made.staff["wang"].id
        made.console.add_all(
            [
                Pairing(child_id=made.children[key].id, kind_of=PairingKind.PARTY_MEMBER, staff_id=wang, from_on=SPRING, promise="每周一次")
                for key in _CHILDREN
            ]
        )
        made.console.add_all(
            [
                Plan(
                    child_id=made.children[key].id, subject=Subject("1"), from_on=SPRING, until_on=date(2026, 7, 1), staff_id=wang,
                )
                for key in ("elder", "younger")
            ]
        )  # fmt: skip
        made.desk("wang").add(Talk(child_id=made.children["elder"].id, talked_on=date(2026, 5, 6), staff_id=wang, points="聊了近况"))
        made.desk("wang").save_draft(Talk.kind, made.children["younger"].id, {"fields": {}, "parts": {}})
        yield made


def pairing_ids(village: Village) -> dict[str, str]:
    """The running pairings of 王样: the pairing's id by the child's key."""
    keys = {child.id: key for key, child in village.children.items()}
    return {keys[one.record.child_id]: one.id for one in village.console.find(Pairing, {"staff_id": village.staff["wang"].id})}


def test_case_53_what_is_still_theirs_is_listed_first(village: Village) -> None:
    """CASES 53: the hand-over names five children, two plans, the talks that are due, the draft and the class before anything is done."""
    leaving = leaving_of(village.desk("zhou"), village.staff["wang"].id, TODAY)
    assert (len(leaving.children), len(leaving.plans), leaving.drafts) == (5, 2, 1)
    assert {label.zh: count for label, count in leaving.due}["每月谈心"] == 8  # of three children: March, April, and May but for one
    assert [(name, str(duty.record.duty.label)) for duty, name in leaving.duties] == [("三(1)班", "班主任")]


def test_case_53_the_hand_over_is_done_through_the_page(village: Village) -> None:
    """CASES 53: two presses; some children have a successor, the others are listed as uncovered until somebody takes over; past entries keep the author."""
    page = pairing(village.desk("zhou"))
    wang, qin = village.staff["wang"].id, village.staff["qin"].id
    ids = pairing_ids(village)
    press(page.supporters, "leave", wang)
    step = page.hand_over
    assert (page.section, step.person.value, len(step.table.rows)) == ("leaving", wang, 5)
    assert wang not in {one for _, one in step.successor.options}
    step.note.value = "孩子们都熟悉周三的约定。"
    step.successor.value = qin
    for key in ("elder", "younger", "same_1"):
        press(step.table, "assign", ids[key])
    step.do_button.click()
    assert village.console.find(StaffMember, {"id": wang})[0].record.until_on is None, "one press saves nothing"
    assert "5名孩子中3名有人接手，2名列为“待接手”" in "".join(step.notice.lines)
    step.do_button.click()

    assert village.console.find(StaffMember, {"id": wang})[0].record.until_on == TODAY
    ended = [one.record for one in village.console.find(Pairing, {"staff_id": wang})]
    assert {(one.until_on, one.end_reason, one.handover) for one in ended} == {
        (TODAY, PairingEnd.SUPPORTER_LEFT, "孩子们都熟悉周三的约定。")
    }
    assert {(one.record.from_on, one.record.promise) for one in village.console.find(Pairing, {"staff_id": qin})} == {(TODAY, "每周一次")}
    assert village.console.find(Assignment, {"staff_id": wang})[0].record.until_on == TODAY
    assert [one.record.staff_id for one in village.console.find(Talk)] == [wang]
    assert len(village.desk("qin").find(Child)) == 3 and village.desk("wang").find(Child) == []
    assert {page.facts.names[pair.child_id] for pair in page.facts.uncovered} == {"张小雨", "钱小雨"}
    assert (figures(page)["帮扶人离岗待接手"], figures(page)["已结对"]) == ("2", "3")
    assert [row["state"] for row in page.children_list.rows][:2] == ["UNCOVERED", "UNCOVERED"]
    assert "王样" in page.notice.text and "3名孩子有人接手，2名待接手" in page.notice.text

    village.console.add(
        Pairing(child_id=village.children["foreign"].id, kind_of=PairingKind.TEACHER, staff_id=village.staff["li"].id, from_on=TODAY)
    )
    page.refresh()
    assert figures(page)["帮扶人离岗待接手"] == "1"


def test_case_53_the_account_does_not_outlive_the_last_day(village: Village) -> None:
    """CASES 53: on the last day the person can still log in; from the next day on the login is refused and the open one has ended, in every tab."""
    accounts = Accounts(village.store)
    _, password = accounts.add("wangyang", village.staff["wang"].id)
    login = accounts.log_in("wangyang", password)
    assert login.session is not None
    hand_over(village.desk("zhou"), village.staff["wang"].id, TODAY, "已交接", {})
    assert accounts.session(login.token) is not None
    with clock.at(TODAY + timedelta(days=1)):
        assert accounts.session(login.token) is None
        assert accounts.log_in("wangyang", password).session is None
    accounts.close()


def test_all_or_nothing(village: Village) -> None:
    """A successor who is not there, or is the person, refuses the whole hand-over; so do a missing note and a missing day."""
    desk, wang, ids = village.desk("zhou"), village.staff["wang"].id, pairing_ids(village)
    village.console.amend(village.staff["qin"].model_copy(update={"until_on": SPRING}), seen=1)
    wrong: list[tuple[date | None, str, dict[str, str]]] = [
        (TODAY, "好", {ids["elder"]: village.staff["qin"].id}),
        (TODAY, "好", {ids["elder"]: wang}),
        (TODAY, "好", {"0" * 26: village.staff["li"].id}),
        (TODAY, " ", {}),
        (None, "好", {}),
    ]
    for on, note, successors in wrong:
        with pytest.raises(UserError):
            hand_over(desk, wang, on, note, successors)
    assert {one.version for one in village.console.find(Pairing)} == {1}
    assert village.console.find(StaffMember, {"id": wang})[0].version == 1
    with pytest.raises(NotFound):
        hand_over(desk, "0" * 26, TODAY, "好", {})


@pytest.mark.parametrize("key", ["li", "he", "sun", "qin"])
def test_only_registrar_and_leader_hand_over(village: Village, key: str) -> None:
    """Whoever does not write pairings is refused, and nothing is saved."""
    desk = village.desk(key)
    with pytest.raises(Denied):
        hand_over(desk, village.staff["wang"].id, TODAY, "好", {})
    assert village.console.find(StaffMember, {"id": village.staff["wang"].id})[0].record.until_on is None


def test_a_supporter_who_left_without_a_hand_over_is_found(village: Village) -> None:
    """A last day entered elsewhere, or a withdrawn staff member, leaves pairings that run on paper: they are uncovered, and can still be handed over."""
    wang = village.staff["wang"]
    village.console.amend(wang.model_copy(update={"until_on": TODAY - timedelta(days=1)}), seen=1)
    facts = pairing_facts(village.desk("zhou"))
    assert (len(facts.uncovered), len(facts.paired)) == (5, 0)
    page = pairing(village.desk("zhou"))
    page.turn_to("leaving")
    assert wang.id in {one for _, one in page.hand_over.person.options}
    ids = pairing_ids(village)
    done = hand_over(village.desk("zhou"), wang.id, TODAY, "已交接", {ids[key]: village.staff["li"].id for key in _CHILDREN})
    assert (done.taken, done.uncovered) == (5, 0)
    assert pairing_facts(village.desk("zhou")).uncovered == ()
    assert village.console.find(StaffMember, {"id": wang.id})[0].record.until_on == TODAY - timedelta(days=1)

    village.console.withdraw(StaffMember, village.staff["li"].id, seen=1, reason="登记错了")
    assert len(pairing_facts(village.desk("zhou")).uncovered) == 5


def test_whoever_helps_the_child_already_is_not_paired_twice(village: Village) -> None:
    """A successor who is the child's supporter already simply goes on; a child with another supporter is not uncovered."""
    qin = village.staff["qin"].id
    for key in ("elder", "younger"):
        child = village.children[key].id
        village.console.add(Pairing(child_id=child, kind_of=PairingKind.VOLUNTEER, staff_id=qin, from_on=SPRING))
    ids = pairing_ids(village)
    done = hand_over(village.desk("zhou"), village.staff["wang"].id, TODAY, "已交接", {ids["elder"]: qin})
    assert (done.taken, done.uncovered) == (2, 3)
    assert len(village.console.find(Pairing, {"staff_id": qin})) == 2
    assert {pair.child_id for pair in pairing_facts(village.desk("zhou")).uncovered} == {
        village.children[key].id for key in ("same_1", "same_2", "foreign")
    }


def test_what_was_to_begin_later_is_withdrawn(village: Village) -> None:
    """A pairing and a class duty that begin after the last day do not begin at all."""
    wang = village.staff["wang"].id
    later = Pairing(child_id=village.children["closed"].id, kind_of=PairingKind.TEACHER, staff_id=wang, from_on=TODAY + timedelta(days=30))
    duty = Assignment(class_id=village.fourth.id, staff_id=wang, duty=Duty.SUBJECT_TEACHER, from_on=TODAY + timedelta(days=30))
    village.console.add_all([later, duty])
    hand_over(village.desk("zhou"), wang, TODAY, "已交接", {})
    assert later.id not in {one.id for one in village.console.find(Pairing)}
    assert duty.id not in {one.id for one in village.console.find(Assignment)}


def test_a_missing_note_is_told_at_the_first_press(village: Village) -> None:
    """Without a note the first press says what is missing and does not ask for a second one."""
    page = pairing(village.desk("zhou"))
    press(page.supporters, "leave", village.staff["wang"].id)
    page.hand_over.do_button.click()
    page.hand_over.do_button.click()
    assert "请写几句交接说明" in page.hand_over.notice.text
    assert village.console.find(StaffMember, {"id": village.staff["wang"].id})[0].record.until_on is None


def test_a_hand_over_begun_is_there_again(village: Village) -> None:
    """Note and successors that were chosen and not saved are there when the page is opened again, and gone once it is done."""
    page = pairing(village.desk("zhou"))
    page.turn_to("leaving")
    step, ids = page.hand_over, pairing_ids(village)
    step.person.value = village.staff["wang"].id
    step.note.value = "写到一半"
    step.successor.value = village.staff["li"].id
    press(step.table, "assign", ids["elder"])
    again = pairing(village.desk("zhou"))
    again.turn_to("leaving")
    assert (again.hand_over.person.value, again.hand_over.note.value) == (village.staff["wang"].id, "写到一半")
    assert again.hand_over.successors == {ids["elder"]: village.staff["li"].id}
    again.hand_over.do_button.click()
    again.hand_over.do_button.click()
    assert [draft for draft in village.desk("zhou").drafts() if draft.kind.startswith("leaving")] == []
    assert again.hand_over.person.value == ""
