"""Interventions: opened, looked at again, proposed to be closed by the worker, approved by somebody else, reopened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from cases_village import TODAY, Village, cases_village, figures, page, pair, press, press_save, told

from carekit.apps.cases import Cases
from carekit.apps.cases_facts import Stage
from carekit.errors import Denied, NotFound
from carekit.history import history
from carekit.obligations import State, obligations_frame
from carekit.records import Intervention, InterventionClosure, StaffMember
from carekit.records.codes import InterventionEnd

SOON = TODAY + timedelta(days=30)


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    """The small school."""
    with cases_village(tmp_path) as made:
        yield made


def opened(village: Village, child: str = "elder", worker: str = "he", **values: Any) -> Intervention:
    """An intervention that was opened earlier."""
    given = {"opened_on": date(2026, 3, 2), "concern": "不愿说话", "aims": "愿意开口", "review_on": date(2026, 5, 10)}
    made = Intervention(**given | {"child_id": village.children[child].id, "worker_id": village.staff[worker].id} | values)
    village.console.add(made)
    return made


def shown(village: Village, key: str) -> Cases:
    """The page with the interventions, as a person opens it."""
    app = page(village, key)
    app.turn_to("interventions")
    return app


def steps(app: Cases, record: Intervention) -> set[str]:
    """The buttons in a line."""
    line = next(row for row in app.interventions.table.rows if row["id"] == record.id)
    return {name for name, one in app.interventions.table._actions.items() if one.when is None or one.when(line)}


def propose(village: Village, record: Intervention, key: str = "he", **boxes: Any) -> str:
    """Propose to close it, pressing Save as often as the page asks; gives the form's state."""
    app = shown(village, key)
    press(app.interventions.table, "propose", record.id)
    given = {"reason": "1", "outcome": "已愿意和老师说话", "child_told_on": "2026-05-18", "guardian_told_on": "2026-05-19"} | boxes
    for _ in range(2):
        state = press_save(app.interventions.propose.form, **given)
        if state == "saved":
            break
    return state


def closing(village: Village) -> InterventionClosure:
    """The one closing that there is."""
    return village.console.find(InterventionClosure)[0].record


def test_an_intervention_is_opened_with_its_next_look(village: Village) -> None:
    """The counsellor opens it; without a day for the next look it is not saved; it stands in list, history and what is due."""
    app = shown(village, "he")
    app.interventions.open_button.click()
    form = app.interventions.open_card.form
    boxes = {"child_id": village.children["elder"].id, "concern": "不愿说话", "aims": "愿意开口"}
    assert press_save(form, **boxes, review_on="") == "invalid" and press_save(form, **boxes, review_on="2026-05-19") == "invalid"
    assert press_save(form, **boxes, review_on=SOON.isoformat()) == "saved" and "赵小禾" in app.notice.text
    (line,) = app.interventions.table.rows
    assert (line["name"], line["worker"], line["review"], line["stage"]) == ("赵小禾", "何样", SOON, "OPEN")
    assert figures(app)["在办个案"] == "1"
    frame = obligations_frame(village.console, TODAY, rule="intervention_review")
    assert list(zip(frame["owner"], frame["due_on"], frame["state"], strict=True)) == [("何样", SOON, State.OPEN)]
    assert "intervention" in {one.kind for one in history(village.desk("he"), village.children["elder"].id)}


def test_a_review_sets_down_the_next(village: Village) -> None:
    """Overdue it is told; looked at with a later day it is not any more; the day of the past is refused."""
    record = opened(village)
    app = shown(village, "he")
    assert app.interventions.table.rows[0]["review"] == "2026-05-10（已逾期）"
    assert "评估逾期 1" in {note for _, _, note in app.figures.items}
    press(app.interventions.table, "review", record.id)
    assert press_save(app.interventions.review_card.form, measures="每周谈一次") == "invalid"
    assert press_save(app.interventions.review_card.form, measures="每周谈一次", review_on=SOON.isoformat()) == "saved"
    assert app.interventions.table.rows[0]["review"] == SOON
    (frame,) = obligations_frame(village.console, TODAY, rule="intervention_review")["state"]
    assert frame is State.OPEN


def test_closing_goes_its_way(village: Village) -> None:
    """Proposed by the worker with outcome and criteria, approved by a leader; then two dates of asking after the child."""
    record = opened(village)
    assert propose(village, record) == "saved"
    leader = shown(village, "fang")
    assert steps(leader, record) == {"decide", "review"}
    press(leader.interventions.table, "decide", record.id)
    shown_criteria = leader.interventions.decide.criteria.value
    assert "未满足" not in shown_criteria and "已告知监护人：<b>已满足" in shown_criteria
    leader.interventions.decide.approve()
    assert closing(village).approved_by == village.staff["fang"].id and leader.notice.tone == "ok"
    assert leader.interventions.found[0].stage is Stage.CLOSED and steps(leader, record) == {"reopen"}
    frame = obligations_frame(village.console, TODAY, rule="intervention_follow_up")
    assert list(frame["due_on"]) == [date(2026, 6, 20), date(2026, 8, 20)] and set(frame["owner"]) == {"何样"}
    assert obligations_frame(village.console, TODAY, rule="intervention_review").empty


def test_only_the_worker_proposes_and_never_approves(village: Village) -> None:
    """Another teacher is offered nothing; a leader who is the worker proposes and another leader approves; who left is followed by others."""
    record = opened(village, worker="fang")
    assert "propose" not in steps(shown(village, "he"), record)
    assert propose(village, record, "fang", child_told_on="", guardian_told_on="") == "saved"
    assert "decide" not in steps(shown(village, "fang"), record) and "decide" in steps(shown(village, "deng"), record)
    own = closing(village).model_copy(update={"approved_by": village.staff["fang"].id})
    with pytest.raises(Denied):
        village.desk("fang").amend(own, seen=1)
    other = opened(village, "younger", worker="qin")
    leaver = village.console.get(StaffMember, village.staff["qin"].id)
    village.console.amend(leaver.record.model_copy(update={"until_on": TODAY - timedelta(days=1)}), seen=1)
    app = shown(village, "he")
    assert "propose" in steps(app, other)
    line = next(row for row in app.interventions.table.rows if row["id"] == other.id)
    assert line["worker"] == "秦样（已离岗）"
    press(app.interventions.table, "review", other.id)
    assert village.staff["qin"].id in {one[0] for one in app.interventions.review_card.form.options[""]["worker_id"]}


def test_what_is_not_met_is_explained(village: Village) -> None:
    """Nobody was told and the review is still to come: the first press says so, the second saves."""
    record = opened(village, review_on=SOON)
    app = shown(village, "he")
    press(app.interventions.table, "propose", record.id)
    boxes = {"reason": "3", "outcome": "家长不再需要", "closed_on": TODAY.isoformat()}
    assert press_save(app.interventions.propose.form, **boxes) == "refused" and "已告知孩子" in told(app.interventions.propose.form)
    assert press_save(app.interventions.propose.form, **boxes) == "saved"
    assert closing(village).reason is InterventionEnd.REFUSED


def test_sent_back_and_changed(village: Village) -> None:
    """The leader sends it back, the worker reads why, changes it, and it waits anew."""
    record = opened(village)
    propose(village, record)
    leader = shown(village, "fang")
    press(leader.interventions.table, "decide", record.id)
    assert press_save(leader.interventions.decide.form, returned_for="请写清孩子现在的情况") == "saved"
    worker = shown(village, "he")
    assert "退回" in worker.notice.text and steps(worker, record) == {"review", "change", "take_back"}
    press(worker.interventions.table, "change", record.id)
    for _ in range(2):
        state = press_save(worker.interventions.propose.form, outcome="课上愿意发言，和同学来往多了")
    assert state == "saved" and worker.interventions.found[0].stage is Stage.PROPOSED


def test_reopening_keeps_the_closing_and_sets_the_next_look(village: Village) -> None:
    """Asks why and when it is looked at again; the old closing stays; there are no dates from before."""
    record = opened(village)
    propose(village, record)
    leader = shown(village, "fang")
    press(leader.interventions.table, "decide", record.id)
    leader.interventions.decide.approve()
    press(leader.interventions.table, "reopen", record.id)
    card = leader.interventions.reopen
    assert press_save(card.form, reopen_reason="又不说话了") == "refused" and closing(village).reopened_on is None
    card.review.value = SOON
    assert press_save(card.form, reopen_reason="又不说话了") == "saved"
    closed = closing(village)
    assert (closed.in_force, closed.reopened_on, closed.outcome) == (True, TODAY, "已愿意和老师说话")
    assert leader.interventions.found[0].stage is Stage.OPEN
    frame = obligations_frame(village.console, TODAY, rule="intervention_review")
    assert list(zip(frame["due_on"], frame["state"], strict=True)) == [(SOON, State.OPEN)]
    assert obligations_frame(village.console, TODAY, rule="intervention_follow_up").empty


def test_scope_holds(village: Village) -> None:
    """A supporter works with the paired child only; another class's teacher sees nothing and is told nothing."""
    record = opened(village, worker="qin")
    pair(village, "elder")
    helper = shown(village, "qin")
    assert [row["id"] for row in helper.interventions.table.rows] == [record.id] and "propose" in steps(helper, record)
    stranger = shown(village, "li")
    assert stranger.interventions.table.rows == []
    with pytest.raises(NotFound):
        stranger.desk.get(Intervention, record.id)
    stranger.ask(village.children["elder"].id)
    assert stranger.notice.tone == "error" and stranger.interventions.open_card.layout.display == "none"
    teacher = page(village, "wang")
    teacher.ask(village.children["elder"].id)
    assert teacher.section == "interventions" and teacher.interventions.open_card.layout.display == ""
    registrar = page(village, "zhou")
    registrar.ask(village.children["elder"].id)
    assert registrar.section == "register"


def test_cards_without_a_line_save_nothing(village: Village) -> None:
    """A forged press on a card that nobody opened is answered with a sentence."""
    app = shown(village, "fang")
    section = app.interventions
    for form, boxes in (
        (section.propose.form, {"reason": "1", "outcome": "好"}),
        (section.decide.form, {"returned_for": "请补充"}),
        (section.reopen.form, {"reopen_reason": "原因"}),
        (section.review_card.form, {"concern": "问题", "aims": "目标", "review_on": SOON.isoformat()}),
    ):
        assert press_save(form, **boxes) != "saved"
    assert village.console.find(InterventionClosure) == [] and village.console.find(Intervention) == []
    assert repr(section.open_card) == "OpenCard()" and repr(section.review_card) == "ReviewCard()"
