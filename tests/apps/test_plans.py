"""What is promised of the app plans: writing plans with goals, approval, checks, conclusions, lists, scope."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from plans_village import END, approve, hold, individual_plan, plan_of, plans_village, press_save, said_by
from village import TODAY, Village

from carekit import clock
from carekit.apps.plans import Plans, plans
from carekit.apps.plans_facts import PlanState, plan_facts
from carekit.errors import Denied, NotFound, UserError
from carekit.fields import new_id
from carekit.records import Check, Child, FamilyMember, Plan, PlanGoal
from carekit.records.codes import CheckResult, PlanKind, Subject, WeakArea
from carekit.store import Conflict

GOAL = {"weak_area": "04", "goal": "口算正确率到90%", "from_on": "2026-05-20", "until_on": "2026-06-20"}
HABIT = {"weak_area": "06", "goal": "作业当天完成", "from_on": "2026-05-20", "until_on": "2026-07-10", "who": "家长", "how_often": "每天"}


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    """The small school with leaders."""
    with plans_village(tmp_path) as made:
        yield made


def state(village: Village, plan_id: str) -> PlanState:
    """The state of a plan today, as the counsellor sees it."""
    return plan_facts(village.desk("he"), clock.today(), plan_id=plan_id)[0].state


def written(app: Plans, village: Village, *goals: dict[str, Any], child: str = "elder", **change: Any) -> str:
    """Write a new plan for arithmetic and habits with these goals; gives the form's state."""
    app.write(None)
    form = app.editor.new_form
    form.values["parts"]["goals"].clear()
    fields = {"child_id": village.children[child].id, "subject": str(Subject.MATHS), "weak_areas": ["04", "06"], "content": "口算"}
    return press_save(form, {"goals": list(goals)}, **fields | change)


# --- writing ----------------------------------------------------------------------------------------------------------


def test_a_plan_with_two_goals_is_saved_at_once(village: Village) -> None:
    """One save keeps the plan and its goals; complete, it waits for approval, and the lists show it."""
    app = plans(village.desk("sun"))
    assert written(app, village, GOAL, HABIT) == "saved"
    (plan,) = village.desk("sun").find(Plan)
    assert (plan.record.staff_id, plan.record.until_on, plan.record.check_days) == (village.staff["sun"].id, END, 30)
    assert {goal.record.weak_area for goal in village.desk("sun").find(PlanGoal)} == {WeakArea.ARITHMETIC, WeakArea.HABITS}
    assert app.notice.text == "已保存，计划等待审批。"
    assert [(row["name"], row["state"], row["next"]) for row in app.table.rows] == [("赵小禾", "WAITING", "2026-06-20前")]
    assert repr(app) == "Plans(样例小学 2026-05-20：计划 1，待审批 1，检查逾期 0，未完成 0，到期未总结 0)"


def test_an_unfinished_plan_is_saved_and_says_what_lacks(village: Village) -> None:
    """A weak area without a goal is no reason to lose what was written; the plan is shown as unfinished, by name of the area."""
    app = plans(village.desk("sun"))
    assert written(app, village, GOAL) == "saved"
    assert "“学习习惯”还没有目标" in app.notice.text
    assert [(row["why"], row["what"]) for row in app.todo.rows] == [("unfinished", "“学习习惯”还没有目标；未审批")]


@pytest.mark.parametrize(
    ("change", "goal", "said"),
    [
        ({"subject": ""}, GOAL, "选择学科"),
        ({"until_on": "2026-05-01"}, GOAL, "早于开始日期"),
        ({"child_id": ""}, GOAL, "请填写"),
        ({"check_days": "0"}, GOAL, "1"),
        ({}, GOAL | {"goal": ""}, "请填写"),
        ({}, GOAL | {"until_on": "2026-04-01"}, "早于开始日期"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_saved(village: Village, change: dict[str, Any], goal: dict[str, Any], said: str) -> None:
    """No subject, dates reversed, no child, an impossible interval, a goal without words: told beside the box, nothing is saved."""
    app = plans(village.desk("sun"))
    told = said_by(app.editor.new_form)
    assert written(app, village, goal, HABIT, **change) == "invalid"
    assert any(said in problem["text"] for problem in told[-1]["problems"])
    assert not village.console.find(Plan)
    assert not village.console.find(PlanGoal)


def test_the_counsellor_starts_with_an_individual_plan(village: Village) -> None:
    """The form of the counsellor is for an individual plan; a subject is then not asked for, the guardian's signature is."""
    app = plans(village.desk("he"))
    assert written(app, village, GOAL, HABIT, subject="", child="foreign") == "saved"
    (plan,) = village.desk("he").find(Plan)
    assert plan.record.kind_of is PlanKind.INDIVIDUAL
    assert app.table.rows[0]["missing"] == "监护人未签字；未审批"


def test_amending_keeps_versions_and_takes_out_goals(village: Village) -> None:
    """A goal that is taken out is withdrawn, a changed plan has a new version, and all of it can be read in the plan's sheet."""
    plan = plan_of(village, weak_areas=(WeakArea.ARITHMETIC, WeakArea.HABITS))
    app = plans(village.desk("sun"))
    app.amend(plan.id)
    app.editor.old_form.values["parts"]["goals"].pop()
    assert press_save(app.editor.old_form, content="改为竖式", weak_areas=["04"]) == "saved"
    assert len(village.desk("sun").find(PlanGoal)) == 1
    assert len(village.console.find(PlanGoal, include_withdrawn=True)) == 2
    assert [one.record.content for one in village.desk("sun").revisions(Plan, plan.id)] == [None, "改为竖式"]
    app.read(plan.id)
    assert any("竖式" in (row["text"] or "") for row in app.sheet.changes.rows)
    assert any("从计划中删去" in (row["reason"] or "") for row in app.sheet.changes.rows)


def test_two_pages_that_change_one_goal(village: Village) -> None:
    """The later page is told to open the plan again; the goal stays as the first page saved it."""
    plan = plan_of(village)
    first, second = plans(village.desk("sun")), plans(village.desk("wang"))
    for app in (first, second):
        app.amend(plan.id)
    first.editor.old_form.values["parts"]["goals"][0]["fields"]["goal"] = "甲写的"
    assert press_save(first.editor.old_form) == "saved"
    second.editor.old_form.values["parts"]["goals"][0]["fields"]["goal"] = "乙写的"
    assert press_save(second.editor.old_form) == "refused"
    assert [goal.record.goal for goal in village.console.find(PlanGoal)] == ["甲写的"]


def test_a_draft_of_a_plan_comes_back(village: Village) -> None:
    """What was typed and not saved is offered at the next opening, goals too."""
    app = plans(village.desk("sun"))
    app.write(None)
    form = app.editor.new_form
    values = {"fields": {**form.values["fields"], "content": "写了一半"}, "parts": {"goals": [{"key": "new-a", "fields": GOAL}]}}
    form.receive({"type": "draft", "generation": form.generation, "values": values})
    again = plans(village.desk("sun"))
    again.write(None)
    assert again.editor.new_form.draft_at
    again.editor.new_form.receive({"type": "restore"})
    assert again.editor.new_form.values["fields"]["content"] == "写了一半"
    assert again.editor.new_form.values["parts"]["goals"][0]["fields"]["goal"] == GOAL["goal"]


# --- approval ---------------------------------------------------------------------------------------------------------


def test_a_leader_approves_what_others_wrote(village: Village) -> None:
    """The plan stands among those waiting, with everything to read; approved, it runs and is waited for no more."""
    plan = individual_plan(village, from_on=TODAY)
    app = plans(village.desk("zheng"))
    assert [(row["name"], row["author"], row["missing"]) for row in app.waiting.rows] == [("赵小禾", "孙样", "监护人未签字；未审批")]
    app.waiting.receive({"type": "action", "action": "open", "id": plan.id})
    assert app.sheet.decision.layout.display == ""
    assert app.sheet.goals.rows[0]["goal"] == "口算又快又准"
    app.sheet.approve_button.click()
    assert "已审批通过" in app.notice.text
    saved = village.console.get(Plan, plan.id).record
    assert (saved.approved_by, saved.approved_on) == (village.staff["zheng"].id, TODAY)
    assert state(village, plan.id) is PlanState.RUNNING
    assert app.waiting.rows == []


def test_the_author_is_refused_and_another_leader_accepted(village: Village) -> None:
    """A leader's own plan offers no button, refuses a forged press by the store, and is approved by the other leader."""
    plan = plan_of(village, author="zheng")
    own = plans(village.desk("zheng"))
    own.read(plan.id)
    assert own.sheet.decision.layout.display == "none"
    assert "另一位领导" in own.sheet.notice.text
    own.sheet.approve_button.click()
    assert "另一位领导" in own.sheet.notice.text
    assert village.console.get(Plan, plan.id).record.approved_by is None
    other = plans(village.desk("wu"))
    other.read(plan.id)
    other.sheet.approve_button.click()
    assert village.console.get(Plan, plan.id).record.approved_by == village.staff["wu"].id


@pytest.mark.parametrize("key", ["sun", "wang", "he"])
def test_nobody_but_a_leader_decides(village: Village, key: str) -> None:
    """Teachers and counsellors see no button; pressed all the same it approves nothing and sends nothing back."""
    plan = plan_of(village, author="sun")
    app = plans(village.desk(key))
    app.read(plan.id)
    assert app.sheet.decision.layout.display == "none"
    app.sheet.approve_button.click()
    app.sheet.reason.value = "改"
    app.sheet.return_button.click()
    with pytest.raises(Denied):
        app.sheet.send_back()
    assert village.console.get(Plan, plan.id).version == 1


def test_a_change_takes_the_approval_away(village: Village) -> None:
    """Changed words, and a changed, added or removed goal, all need a new approval; the page says so; the approved version stays readable."""
    plan = plan_of(village)
    app = plans(village.desk("sun"))

    def changed(**fields: Any) -> None:
        approve(village, plan)
        app.amend(plan.id)
        assert "重新审批" in app.editor.notice.text
        rows = app.editor.old_form.values["parts"]["goals"]
        rows[0]["fields"].update(fields.pop("row", {}))
        assert press_save(app.editor.old_form, fields.pop("parts", None), **fields) == "saved"
        assert "已失效" in app.notice.text
        assert state(village, plan.id) is PlanState.WAITING

    changed(content="另一种内容")
    changed(row={"goal": "另一个目标"})
    changed(parts={"goals": [HABIT]})
    approvals = [one.record.approved_by is not None for one in village.console.revisions(Plan, plan.id)]
    assert approvals == [False, True, False, True, False, True, False]


def test_results_signature_and_conclusion_leave_the_approval(village: Village) -> None:
    """What is filled in once a plan is approved is no change of it: what came of a goal, the guardian's signature, a check, the end."""
    plan = plan_of(village, until_on=date(2026, 5, 19))
    approve(village, plan)
    app = plans(village.desk("sun"))
    app.amend(plan.id)
    app.editor.old_form.values["parts"]["goals"][0]["fields"]["result"] = str(CheckResult.REACHED)
    assert press_save(app.editor.old_form, guardian_name="样奶奶", guardian_signed_on="2026-05-19") == "saved"
    hold(village, plan, date(2026, 4, 2))
    app.conclude(plan.id)
    assert press_save(app.end.form, conclusion="口算已达标。") == "saved"
    saved = village.console.get(Plan, plan.id).record
    assert saved.approved_by == village.staff["zheng"].id
    assert state(village, plan.id) is PlanState.ENDED


def test_sending_back_keeps_the_reason(village: Village) -> None:
    """Without a reason nothing is sent back; with one the author sees it, and saving the plan again puts it among the waiting."""
    plan = plan_of(village)
    app = plans(village.desk("zheng"))
    app.read(plan.id)
    app.sheet.return_button.click()
    assert "退回原因" in app.sheet.notice.text
    app.sheet.reason.value = "目标要写出怎样算达到"
    app.sheet.return_button.click()
    assert state(village, plan.id) is PlanState.RETURNED
    author = plans(village.desk("sun"))
    assert [(row["why"], row["what"]) for row in author.todo.rows if row["why"] != "check"] == [("returned", "目标要写出怎样算达到")]
    author.todo.receive({"type": "action", "action": "amend", "id": f"returned:{plan.id}"})
    assert "目标要写出怎样算达到" in author.editor.notice.text
    author.editor.old_form.values["parts"]["goals"][0]["fields"]["goal"] = "一分钟口算30题，错不超过3题"
    assert press_save(author.editor.old_form) == "saved"
    assert state(village, plan.id) is PlanState.WAITING
    assert [one.record.returned_for for one in village.console.revisions(Plan, plan.id)] == [None, "目标要写出怎样算达到", None]


def test_what_changed_while_reading_is_not_approved(village: Village) -> None:
    """A goal that was changed after the leader opened the plan: refused, shown anew, and approved only then."""
    plan = plan_of(village)
    app = plans(village.desk("zheng"))
    app.read(plan.id)
    goal = village.desk("sun").find(PlanGoal)[0]
    village.desk("sun").amend(goal.record.model_copy(update={"goal": "换了目标"}), seen=goal.version)
    app.sheet.approve_button.click()
    assert "重新阅读" in app.sheet.notice.text
    assert app.sheet.goals.rows[0]["goal"] == "换了目标"
    assert village.console.get(Plan, plan.id).record.approved_by is None
    app.sheet.approve_button.click()
    assert village.console.get(Plan, plan.id).record.approved_by == village.staff["zheng"].id


def test_an_unfinished_plan_is_not_approved(village: Village) -> None:
    """It is not among the waiting ones, and a forged press is refused in words."""
    plan = plan_of(village, goals=())
    app = plans(village.desk("zheng"))
    assert app.waiting.rows == []
    app.read(plan.id)
    assert app.sheet.decision.layout.display == "none"
    with pytest.raises(UserError, match="unfinished"):
        app.sheet.approve()


# --- checks and ends --------------------------------------------------------------------------------------------------


def test_a_check_is_recorded_for_the_date_that_is_due(village: Village) -> None:
    """The earliest date that waits is filled in, today is the day of the check; saved, the next date is told and the reminder is gone."""
    plan = plan_of(village, from_on=date(2026, 4, 1))
    app = plans(village.desk("sun"))
    assert [row["why"] for row in app.todo.rows] == ["check"]
    app.todo.receive({"type": "action", "action": "check", "id": f"check:{plan.id}"})
    form = app.check.form
    assert (form.values["fields"]["due_on"], form.values["fields"]["checked_on"]) == ("2026-05-01", "2026-05-20")
    assert press_save(form) == "invalid", "a check without a result"
    assert press_save(form, checked_on="", result="") == "refused", "a check that was not held"
    assert press_save(form, checked_on="2026-05-20", result="2", finding="竖式还会错") == "saved"
    assert app.notice.text == "已保存：应于2026-05-01的检查。下次检查：2026-06-01。"
    assert app.todo.rows == []
    (check,) = village.desk("sun").find(Check)
    assert (check.record.staff_id, check.record.result) == (village.staff["sun"].id, CheckResult.PARTLY)


def test_a_planned_check_is_filled_in_not_made_twice(village: Village) -> None:
    """A check that was written down beforehand is amended when it is held."""
    plan = plan_of(village)
    entry = Check(plan_id=plan.id, due_on=date(2026, 4, 2), review=True)
    village.desk("sun").add(entry)
    app = plans(village.desk("sun"))
    app.record_check(plan.id)
    assert press_save(app.check.form, result="1") == "saved"
    (check,) = village.desk("sun").find(Check)
    assert (check.id, check.version, check.record.review, check.record.checked_on) == (entry.id, 2, True, TODAY)


def test_a_plan_ends_with_a_conclusion(village: Village) -> None:
    """Over without conclusion it stands in the list; a conclusion is asked for; early it needs the day; ended, nobody is reminded."""
    over, runs = plan_of(village, until_on=date(2026, 5, 15)), plan_of(village, "younger")
    app = plans(village.desk("sun"))
    assert {(row["name"], row["why"]) for row in app.todo.rows} == {("赵小禾", "over"), ("赵小雨", "check")}
    app.todo.receive({"type": "action", "action": "end", "id": f"over:{over.id}"})
    assert press_save(app.end.form) == "refused"
    assert press_save(app.end.form, conclusion="达到预期") == "saved"
    app.conclude(runs.id)
    assert app.end.form.values["fields"]["ended_on"] == "2026-05-20"
    assert press_save(app.end.form, ended_on="", conclusion="转学") == "refused"
    assert press_save(app.end.form, ended_on="2026-05-20", conclusion="转为语文辅导") == "saved"
    assert app.todo.rows == []
    assert {state(village, one.id) for one in (over, runs)} == {PlanState.ENDED}


# --- who sees what ----------------------------------------------------------------------------------------------------


def test_a_subject_teacher_sees_the_study_part_of_own_pupils(village: Village) -> None:
    """Plans of the classes taught, with names and nothing of the home; another class's child does not exist."""
    own, foreign = plan_of(village), plan_of(village, "foreign", "li")
    desk = village.desk("sun")
    app = plans(desk)
    assert [row["id"] for row in app.table.rows] == [own.id]
    child = desk.get(Child, village.children["elder"].id)
    assert (child.record.name, child.record.address, child.record.id_number) == ("赵小禾", None, None)
    assert desk.find(FamilyMember) == [] or all(one.record.phone is None for one in desk.find(FamilyMember))
    for act in (app.read, app.amend, app.record_check, app.conclude):
        with pytest.raises(NotFound):
            act(foreign.id)
    for act in (app.write, app.score, app.show_progress):
        with pytest.raises(NotFound):
            act(village.children["foreign"].id)
    app.table.receive({"type": "action", "action": "open", "id": foreign.id})
    assert app.sheet.shown is None
    told = said_by(app.editor.new_form)
    assert written(app, village, GOAL, child="foreign") == "invalid"
    assert told[-1]["problems"]


def test_a_supporter_sees_the_paired_child_only(village: Village) -> None:
    """The plan of the paired child is the supporter's to read and to check; the rest of the school is not there."""
    paired = plan_of(village, "foreign", "li")
    plan_of(village)
    app = plans(village.desk("feng"))
    assert [row["id"] for row in app.table.rows] == [paired.id]
    app.record_check(paired.id)
    assert press_save(app.check.form, result="1") == "saved"


def test_who_may_not_write_is_offered_nothing(village: Village) -> None:
    """The registrar sees that plans exist, no button to change one, and not what is sensitive; a plan is not called unfinished for that."""
    plan = plan_of(village)
    app = plans(village.desk("zhou"))
    assert app.toolbar.layout.display == "none"
    assert all(action[0] in ("open", "progress") for row in app.table.page["rows"] for action in row["actions"])
    assert app.table.rows[0]["state"] == "WAITING"
    app.read(plan.id)
    assert app.sheet.goals.rows[0]["goal"] is None
    with pytest.raises(UserError):
        village.desk("zhou").add(plan.model_copy(update={"id": new_id()}))


def test_the_same_plan_saved_twice_is_one(village: Village) -> None:
    """A double click makes one plan; the same id with other words is a conflict."""
    plan = plan_of(village)
    village.desk("sun").add(plan)
    with pytest.raises(Conflict):
        village.desk("sun").add(plan.model_copy(update={"content": "别的"}))
    assert len(village.console.find(Plan)) == 1


# --- progress ---------------------------------------------------------------------------------------------------------


def test_progress_shows_one_child(village: Village) -> None:
    """Scores, the phases of the plan and the checks of one child stand in one chart and in the table beside it, and nobody else's."""
    plan, _ = plan_of(village), plan_of(village, "younger", content="别人的")
    hold(village, plan, date(2026, 4, 2), date(2026, 4, 3))
    app = plans(village.desk("sun"))
    app.score(village.children["elder"].id)
    row = {"subject": "1", "points": "70.5", "full_points": "100"}
    fields = {"held_on": "2026-03-03", "exam": "1", "subject": "2", "points": "58.5", "full_points": "90"}
    assert press_save(app.one_child.form, {"more": [row]}, **fields) == "saved"
    app.show_progress(village.children["elder"].id)
    shown = {subject for subject, chart in app.progress.charts.items() if chart.layout.display == ""}
    assert shown == {Subject.CHINESE, Subject.MATHS}
    table = app.progress.charts[Subject.MATHS].rows
    assert [line[:3] for line in table] == [
        ["2026-03-02 至 2026-07-10", "计划阶段", "计算（未审批）：口算又快又准"],
        ["2026-03-03", "成绩", "摸底考试"],
        ["2026-04-03", "检查", "数学·学习辅导计划：部分达到"],
        ["2026-05-02", "检查", "数学·学习辅导计划：检查逾期"],
    ]
    assert table[1][3] == "58.5 / 90  65.0%"
    assert "younger" not in str(app.progress.charts[Subject.MATHS].spec)
    assert "别人的" not in str(app.progress.charts[Subject.MATHS].spec)


def test_progress_of_a_child_without_anything(village: Village) -> None:
    """No scores and no plans: a sentence, and no empty chart."""
    app = plans(village.desk("sun"))
    app.show_progress(village.children["same_1"].id)
    assert all(chart.layout.display == "none" for chart in app.progress.charts.values())
    assert "还没有成绩和计划" in app.progress.notice.text


def test_the_address_opens_a_child(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    """``?child=`` opens that child's progress; a child who is not the person's is refused in words."""
    monkeypatch.setattr("carekit.apps.plans.open_desk", lambda _: (village.desk("sun"), village.staff["sun"]))
    monkeypatch.setenv("QUERY_STRING", f"child={village.children['elder'].id}")
    assert plans().progress.child_id == village.children["elder"].id
    monkeypatch.setenv("QUERY_STRING", f"child={village.children['foreign'].id}")
    refused = plans()
    assert refused.progress.child_id is None
    assert "无权查看" in refused.notice.text
