"""Leaving the register: proposed, sent back, approved by somebody else, reopened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from cases_village import (
    TODAY,
    Village,
    case_of,
    cases_village,
    closures,
    figures,
    offered_steps,
    page,
    pair,
    press,
    press_save,
    propose,
    standing,
    told,
)

from carekit import clock
from carekit.apps.cases import Cases
from carekit.apps.cases_closing import REGISTER, approve, criteria_of, take_back
from carekit.apps.cases_facts import Stage
from carekit.apps.child_facts import child_facts
from carekit.apps.child_header import register_state
from carekit.apps.children import Register, register_states
from carekit.apps.pairing_facts import pairing_facts
from carekit.errors import Denied, UserError
from carekit.history import history
from carekit.obligations import due
from carekit.records import Absence, Closure, Difficulty, Enrolment, FamilyMember, Pairing
from carekit.records.codes import Capacity, DifficultyKind, LeavingReason, PairingEnd

NEXT = TODAY + timedelta(days=1)


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    """The small school."""
    with cases_village(tmp_path) as made:
        yield made


def father_is_back(village: Village, on: date = date(2026, 1, 5)) -> None:
    """赵小禾's father is at home since a day and able to care."""
    found = village.console.find(Absence)[0]
    village.console.amend(found.record.model_copy(update={"until_on": on}), seen=found.version)
    father = village.console.get(FamilyMember, village.members["father"].id)
    village.console.amend(father.record.model_copy(update={"capacity": Capacity.FULL}), seen=father.version)


def test_it_goes_its_way(village: Village) -> None:
    """The teacher proposes, a leader sends back, the teacher amends, the leader approves; the child is off from the next day on and no sooner."""
    father_is_back(village)
    child = village.children["elder"].id
    app = propose(village, "elder")
    assert app.notice.tone == "ok" and standing(app, village, "elder").stage is Stage.PROPOSED
    assert figures(app)["待审批"] == "1" and not closures(village, "elder")[0].in_force
    leader = page(village, "fang")
    assert "待审批" in leader.notice.text and leader.register.table.rows[0]["name"] == "赵小禾"
    press(leader.register.table, "decide", case_of(village, "elder").id)
    assert press_save(leader.register.decide.form) == "invalid", "sent back with nothing said"
    assert press_save(leader.register.decide.form, returned_for="请先家访核实") == "saved"
    teacher = page(village, "wang")
    assert standing(teacher, village, "elder").stage is Stage.RETURNED and "退回" in teacher.notice.text
    press(teacher.register.table, "change", case_of(village, "elder").id)
    assert "请先家访核实" in teacher.register.propose.notice.text
    assert press_save(teacher.register.propose.form, outcome="已家访，父亲在家") == "saved"
    leader.refresh()
    press(leader.register.table, "decide", case_of(village, "elder").id)
    leader.register.decide.approve()
    assert leader.notice.tone == "ok"
    (closed,) = closures(village, "elder")
    assert (closed.approved_by, closed.approved_on, closed.returned_for) == (village.staff["fang"].id, TODAY, None)
    assert closed.proposed_by == village.staff["wang"].id
    assert child in set(due(village.console, TODAY, rule="file_complete")["child_id"])
    with clock.at(NEXT):
        assert child not in set(due(village.console, rule="file_complete")["child_id"])
        assert register_states(village.console, [child]) == {child: Register.CLOSED}
        after = page(village, "wang")
        assert figures(after)["留守登记在册"] == str(int(figures(app)["留守登记在册"]) - 1)
        assert standing(after, village, "elder").stage is Stage.CLOSED


def test_a_proposal_changes_nothing(village: Village) -> None:
    """Everywhere the child still is on the register: list, header, groups to be paired, history, which says that it waits."""
    before = pairing_facts(village.console, NEXT).register
    propose(village, "elder", closed_on="2026-05-01")
    child, desk = village.children["elder"].id, village.desk("wang")
    with clock.at(NEXT):
        assert register_states(desk, [child]) == {child: Register.ON}
        assert register_state(desk, child_facts(desk, child))[0]
        assert pairing_facts(village.console, NEXT).register == before
        (event,) = [one for one in history(desk, child) if one.kind == "closure"]
        assert "待审批" in event.title
        assert child in set(due(village.console, rule="file_complete")["child_id"])


def test_without_an_outcome_nothing_is_proposed(village: Village) -> None:
    """The outcome is asked for beside its box, and a last day before the opening too; what was typed stays."""
    app = page(village, "wang")
    press(app.register.table, "propose", case_of(village, "elder").id)
    assert press_save(app.register.propose.form, reason="1", outcome="") == "invalid"
    assert press_save(app.register.propose.form, reason="1", outcome="好", closed_on="2025-08-01") == "invalid"
    assert closures(village, "elder") == []


def test_what_is_not_met_is_said_and_forbids_nothing(village: Village) -> None:
    """The father is away: the first press says what is not met, the second saves, the leader sees it in red."""
    app = page(village, "wang")
    press(app.register.table, "propose", case_of(village, "elder").id)
    form = app.register.propose.form
    assert app.register.propose.criteria.value == ""
    boxes = {**form.values["fields"], "reason": "1"}
    form.receive({"type": "draft", "generation": form.generation, "values": {"fields": boxes, "parts": {}}})
    assert "父母一方返家已满三个月：<b>未满足" in app.register.propose.criteria.value
    assert press_save(form, reason="1", outcome="母亲在家照料") == "refused" and "返家" in told(form)
    assert closures(village, "elder") == []
    assert press_save(form, reason="1", outcome="母亲在家照料") == "saved"
    leader = page(village, "fang")
    press(leader.register.table, "decide", case_of(village, "elder").id)
    assert leader.register.decide.notice.tone == "error" and "#b42318" in leader.register.decide.criteria.value


def test_nobody_decides_on_their_own_proposal(village: Village) -> None:
    """A leader who proposed it is offered no decision and gets none; a second leader decides; a teacher never does."""
    app = propose(village, "elder", "fang")
    assert "decide" not in offered_steps(app, village, "elder")
    with pytest.raises(UserError):
        approve(village.desk("fang"), standing(app, village, "elder"))
    assert "decide" not in offered_steps(page(village, "wang"), village, "elder")
    found = village.console.find(Closure, {"proposed_by": village.staff["fang"].id})[0]
    with pytest.raises(Denied):
        village.desk("fang").amend(found.record.model_copy(update={"approved_by": village.staff["fang"].id}), seen=1)
    other = page(village, "deng")
    assert "decide" in offered_steps(other, village, "elder")
    assert approve(other.desk, standing(other, village, "elder")) == 0
    assert closures(village, "elder")[0].in_force


def test_steps_that_somebody_else_took_are_told(village: Village) -> None:
    """Two leaders decide at once, a proposal is changed meanwhile, a second one is made: each is told, nothing is decided twice."""
    propose(village, "elder")
    first, second = page(village, "fang"), page(village, "deng")
    for app in (first, second):
        press(app.register.table, "decide", case_of(village, "elder").id)
    stale = page(village, "li")
    first.register.decide.approve()
    second.register.decide.approve()
    assert second.register.decide.notice.tone == "error"
    assert closures(village, "elder")[0].approved_by == village.staff["fang"].id
    registrar = page(village, "zhou")
    assert "propose" not in offered_steps(registrar, village, "elder")
    press(registrar.register.table, "propose", case_of(village, "elder").id)
    registrar.register.act("propose", "0" * 26)
    assert registrar.notice.tone == "error" and stale.register.found


def test_two_proposals_at_once_are_one(village: Village) -> None:
    """Two people open the form; the second is told that somebody proposed it already."""
    one, other = page(village, "wang"), page(village, "zhou")
    for app in (one, other):
        press(app.register.table, "propose", case_of(village, "younger").id)
    boxes = {"reason": "7", "outcome": "核实后登记有误"}
    for _ in range(2):
        state = press_save(one.register.propose.form, **boxes)
    assert state == "saved"
    for _ in range(2):
        state = press_save(other.register.propose.form, **boxes)
    assert state == "refused" and "已经有人" in told(other.register.propose.form) and len(closures(village, "younger")) == 1


def test_a_proposal_is_taken_back(village: Village) -> None:
    """Whoever proposed it takes it back, another teacher cannot; it stays in the history of changes."""
    propose(village, "elder")
    app = page(village, "wang")
    assert offered_steps(app, village, "elder") == {"change", "take_back"}
    assert offered_steps(page(village, "zhou"), village, "elder") == {"change", "take_back"}, "the registrar puts it right"
    press(app.register.table, "take_back", case_of(village, "elder").id)
    assert app.notice.tone == "ok" and closures(village, "elder") == []
    assert len(village.console.find(Closure, include_withdrawn=True)) == 2
    assert offered_steps(page(village, "wang"), village, "elder") == {"propose"}


def test_reopening_keeps_the_closing(village: Village) -> None:
    """Reopened with a reason from a day on; the old closing stands as it was approved; reminders count from the reopening."""
    app = page(village, "zhou")
    assert offered_steps(app, village, "closed") == {"reopen"}
    press(app.register.table, "reopen", case_of(village, "closed").id)
    assert press_save(app.register.reopen.form, reopen_reason="") == "invalid"
    assert press_save(app.register.reopen.form, reopen_reason="母亲又外出", reopened_on="") == "invalid"
    assert press_save(app.register.reopen.form, reopen_reason="母亲又外出", reopened_on=TODAY.isoformat()) == "saved"
    (closed,) = closures(village, "closed")
    assert (closed.in_force, closed.reopened_on, closed.reopen_reason) == (True, TODAY, "母亲又外出")
    assert standing(app, village, "closed").stage is Stage.OPEN and offered_steps(app, village, "closed") == {"propose"}
    again = propose(village, "closed")
    assert len(closures(village, "closed")) == 2 and again.notice.tone == "ok"


def test_a_child_who_left_ends_its_pairings_on_approval(village: Village) -> None:
    """Only when the child is gone: otherwise the page lists what is open and leaves it to people."""
    stay, gone = pair(village, "elder"), pair(village, "foreign")
    later = pair(village, "foreign", from_on=date(2026, 6, 1))
    village.console.add(
        Difficulty(
            child_id=village.children["elder"].id, kind_of=DifficultyKind("1"), raised_on=date(2026, 5, 1), what="缺书桌",
            owner_id=village.staff["wang"].id, due_on=date(2026, 6, 1),
        )
    )  # fmt: skip
    found = village.console.find(Enrolment, {"child_id": village.children["foreign"].id})[0]
    left = {"left_on": date(2026, 5, 8), "leaving": LeavingReason.TRANSFERRED_OUT}
    village.console.amend(found.record.model_copy(update=left), seen=1)
    propose(village, "elder")
    propose(village, "foreign", "zhou", reason="5", outcome="已转学")
    leader = page(village, "fang")
    press(leader.register.table, "decide", case_of(village, "elder").id)
    assert "没有进行中的结对：<b>未满足" in leader.register.decide.criteria.value
    assert "没有未办结的困难：<b>未满足" in leader.register.decide.criteria.value
    leader.register.decide.approve()
    assert village.console.get(Pairing, stay.id).record.until_on is None
    press(leader.register.table, "decide", case_of(village, "foreign").id)
    leader.register.decide.approve()
    ended = village.console.get(Pairing, gone.id).record
    assert (ended.until_on, ended.end_reason) == (TODAY, PairingEnd.CHILD_LEFT) and "结束进行中的结对2个" in leader.notice.text
    assert later.id not in {one.id for one in village.console.find(Pairing)}, "what was to begin later is withdrawn"


def test_everybody_sees_what_is_their_work(village: Village) -> None:
    """Sections and lines by role; a section that is not one's work cannot be turned to; another class's children are not there."""
    assert page(village, "wang").open_to == ["register", "interventions", "requests"]
    assert page(village, "zhou").open_to == ["register", "moves", "requests"]
    assert page(village, "fang").open_to == ["register", "interventions", "moves", "requests"]
    assert page(village, "he").open_to == page(village, "qin").open_to == ["interventions"]
    teacher = page(village, "li")
    assert {one.child for one in teacher.register.found} == {"钱小雨"}
    teacher.turn_to("moves")
    assert teacher.section == "register" and teacher.tabs.keys() == {"register", "interventions", "requests"}
    for name in teacher.open_to:
        teacher.turn_to(name)
        assert teacher.section == name and teacher.notice.text
    with pytest.raises(UserError):
        village.desk("li").add(
            Closure(
                case_id=case_of(village, "elder").id, closed_on=TODAY, reason="1", proposed_by=village.staff["li"].id, proposed_on=TODAY
            )
        )


def test_a_paired_child_of_another_class_is_read_only(village: Village) -> None:
    """A class teacher reads the register entry of a child paired with her and proposes nothing about it."""
    pair(village, "foreign", "wang")
    app = page(village, "wang")
    assert standing(app, village, "foreign").mine is False and offered_steps(app, village, "foreign") == set()


def test_the_page_tells_itself_in_one_line(village: Village) -> None:
    """The line that the notebook prints; the app opened for a desk."""
    from carekit.apps.cases import cases

    app = cases(village.desk("fang"))
    assert isinstance(app, Cases) and repr(app) == "Cases(样例小学 2026-05-20：在册 4，待审批 0，本学年销号 1，在办个案 0)"
    for part in (app.register, app.interventions, app.moves, app.requests, app.register.propose, app.register.decide, app.register.reopen):
        assert repr(part).startswith(type(part).__name__)
    app.register.decide.approve()
    app.register.show(app.register.propose)
    assert app.register.list.layout.display == "none"
    app.register.back.click()
    assert app.register.list.layout.display == ""


def test_what_is_not_there_is_not_decided(village: Village) -> None:
    """A step on a line without a proposal, and a day that is none in a draft: a sentence or nothing, never an error of the program."""
    app = page(village, "fang")
    one = standing(app, village, "elder")
    assert criteria_of(app.desk, REGISTER, one) == []
    for act in (lambda: approve(app.desk, one), lambda: take_back(app.desk, one, "撤回")):
        with pytest.raises(UserError):
            act()
    for card in (app.register.decide, app.register.reopen):
        with pytest.raises(UserError):
            card.begin(one)
    app.register.propose.begin(one)
    app.register.propose.show_criteria({"reason": "1", "closed_on": "2026-13-45"})
    assert "父母一方返家" in app.register.propose.criteria.value
    app.register.propose.show_criteria({"reason": "没有这个", "closed_on": 7})
    assert app.register.propose.criteria.value == ""


def test_a_proposal_that_changed_meanwhile_is_looked_at_again(village: Village) -> None:
    """The leader saw another outcome than the one that stands there now: nothing is approved."""
    propose(village, "elder")
    leader = page(village, "fang")
    press(leader.register.table, "decide", case_of(village, "elder").id)
    teacher = page(village, "wang")
    press(teacher.register.table, "change", case_of(village, "elder").id)
    for _ in range(2):
        state = press_save(teacher.register.propose.form, outcome="改写的结果")
    assert state == "saved"
    leader.register.decide.approve()
    assert leader.register.decide.notice.tone == "error" and not closures(village, "elder")[0].in_force
