"""Writing a plan: one form with its goals, new or amended; every version is kept, and a change takes an approval away."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import ipywidgets as widgets

from carekit import clock
from carekit.apps.app_notice import AppNotice
from carekit.apps.children import child_options
from carekit.apps.plans_facts import PlanFacts, is_approved, plan_facts, unfinished
from carekit.apps.staff import staff_name
from carekit.calendar import TermDates, add_months, term_of
from carekit.errors import NotFound, UserError
from carekit.fields import new_id
from carekit.language import Label
from carekit.records import Child, Plan, PlanGoal, Term
from carekit.records.codes import PlanKind, Role
from carekit.store import Conflict, Desk
from carekit.widgets import Drafts, Entry, Part, RecordForm, Saved

PLAN_FIELDS = (
    "kind_of", "subject", "from_on", "until_on", "times", "weak_areas", "assessment", "content", "helper_id", "partners", "check_days",
    "guardian_name", "guardian_signed_on",
)  # fmt: skip
GOAL_FIELDS = ("weak_area", "goal", "from_on", "until_on", "measures", "who", "how_often")
#: What came of a goal; writing it down is no change of the plan that was approved.
RESULT_FIELDS = PlanGoal.part_of.outcome if PlanGoal.part_of else ()
_MOST_GOALS = 20
#: How long a plan runs when no term is under way.
_USUAL_MONTHS = 3

_NEW, _AMEND = Label("New plan", "新建计划"), Label("Amend the plan", "修改计划")
_SAVE, _SAVE_CHANGE = Label("Save plan", "保存计划"), Label("Save change", "保存修改")
_GOALS = Label("Goal or phase", "目标（阶段）")
_HINT = Label(
    "Write a goal for every weak area. A plan that is complete waits for a leader's approval.",
    "每个薄弱方面至少写一个目标。填写完整后，计划自动进入待审批。",
)
_LAPSES = Label(
    "This plan is approved. When you change what was planned, it has to be approved again; signature and results may be added freely.",
    "这份计划已审批。改动计划内容后需要重新审批；补监护人签字、填达成情况不影响审批。",
)
_RETURNED = Label("A leader sent this plan back: {reason}", "领导退回了这份计划，原因：{reason}")
_SAVED_UNFINISHED = Label("Saved, still unfinished: {missing}.", "已保存，但计划还没完成：{missing}。")
_SAVED_WAITING = Label("Saved. The plan waits for approval.", "已保存，计划等待审批。")
_SAVED_LAPSED = Label(
    "Saved. The approval has lapsed, because the plan was changed; it waits for approval again. The earlier version is kept.",
    "已保存。因为改动了计划，原来的审批已失效，现在等待重新审批；原来的内容保留在修改记录里。",
)
_SAVED_APPROVED = Label("Saved. The plan stays approved.", "已保存，审批仍然有效。")
_SAVED_RESULT = Label("Saved.", "已保存。")
_GOAL_CHANGED = Label(
    "Somebody changed a goal of this plan meanwhile. Open the plan again; what you typed is kept as a draft.",
    "计划的目标刚刚被别人改过。请重新打开这份计划再改；您填的内容已存为草稿。",
)
_GOAL_REMOVED = Label("taken out of the plan", "从计划中删去")
_SEMICOLON = Label("; ", "；")

OnSaved = Callable[[Label, str], None]


class PlanEditor(widgets.VBox):  # type: ignore[misc]
    """The form of a plan: `begin` opens an empty one, `begin_amending` a saved one; `on_saved` is told the sentence and the plan's id."""

    def __init__(self, desk: Desk, on_saved: OnSaved) -> None:
        self.desk, self._on_saved = desk, on_saved
        self.opened: PlanFacts | None = None
        self._of_plan: dict[str, Any] = {}
        #: The days with which a goal starts that is added.
        self._usual = {"from_on": clock.today(), "until_on": usual_end(desk, clock.today())}
        self._draft = (Plan.kind, "")
        self.notice = AppNotice()
        self.new_form = self._form(("child_id", *PLAN_FIELDS), GOAL_FIELDS, self._save_new, _NEW, _SAVE)
        self.old_form = self._form(PLAN_FIELDS, (*GOAL_FIELDS, *RESULT_FIELDS), self._save_old, _AMEND, _SAVE_CHANGE)
        super().__init__([self.notice, self.new_form, self.old_form])

    def __repr__(self) -> str:
        return f"PlanEditor({'amending' if self.opened else 'new'})"

    def _form(
        self, fields: Sequence[str], goal_fields: Sequence[str], save: Callable[[Entry], Saved], title: Label, save_label: Label
    ) -> RecordForm:
        return RecordForm(
            Plan,
            fields,
            on_submit=save,
            hidden={"staff_id": self.desk.actor.staff_id},
            parts={"goals": Part(PlanGoal, goal_fields, _GOALS, hidden=self._of_plan, most=_MOST_GOALS, blank=self._usual)},
            who=lambda staff_id: staff_name(self.desk, staff_id),
            title=title,
            save_label=save_label,
        )

    # --- opening ------------------------------------------------------------------------------------------------------

    def begin(self, child_id: str | None = None) -> None:
        """An empty plan, for a child when one is named, or the draft left behind; `NotFound` for a child who is not the person's."""
        if child_id:
            self.desk.get(Child, child_id)
        self.opened, plan_id, today = None, new_id(), clock.today()
        kind = PlanKind.INDIVIDUAL if self.desk.actor.role is Role.COUNSELLOR else PlanKind.TUTORING
        until_on = usual_end(self.desk, today)
        self._of_plan["plan_id"] = plan_id
        self.new_form.start(
            {"id": plan_id, "child_id": child_id, "kind_of": kind, "from_on": today, "until_on": until_on},
            references=self._references(),
            parts={"goals": [{"from_on": today, "until_on": until_on}]},
            drafts=self._drafts(Plan.kind, ""),
        )
        self.notice.info(_HINT)
        self._show(self.new_form)

    def begin_amending(self, plan_id: str) -> None:
        """A saved plan with its goals; `NotFound` outside the person's scope."""
        plan = self.desk.get(Plan, plan_id)
        facts = one_plan(self.desk, plan_id)
        self.opened = facts
        self._of_plan["plan_id"] = plan_id
        fixed = {"staff_id": plan.record.staff_id, "child_id": plan.record.child_id, "returned_for": None}
        self.old_form.start(
            facts.plan,
            hidden=fixed,
            references=self._references(),
            parts={"goals": [goal.record for goal in facts.goals]},
            drafts=self._drafts(f"amend:{plan_id}", plan.record.child_id),
        )
        if is_approved(facts.plan.record, facts.on):
            self.notice.warn(_LAPSES)
        elif facts.plan.record.returned_for:
            self.notice.warn(_RETURNED.format(reason=facts.plan.record.returned_for))
        else:
            self.notice.info(_HINT)
        self._show(self.old_form)

    def _references(self) -> Mapping[str, Sequence[tuple[str, str, str]]]:
        children = child_options(self.desk, clock.today())
        return {"child_id": children, "helper_id": children}

    def _drafts(self, kind: str, child_id: str) -> Drafts:
        self._draft = (kind, child_id)
        return Drafts.in_store(self.desk, kind, child_id)

    def _show(self, form: RecordForm) -> None:
        for one in (self.new_form, self.old_form):
            one.layout.display = "" if one is form else "none"

    # --- saving -------------------------------------------------------------------------------------------------------

    def _save_new(self, entry: Entry) -> Saved:
        plan, goals = entry.record, entry.parts["goals"]
        self.desk.add_all([plan, *goals])
        self.desk.drop_draft(*self._draft)
        message = saved_message(plan, goals, approved=False, lapsed=False)
        self._on_saved(message, plan.id)
        return Saved(message)

    def _save_old(self, entry: Entry) -> Saved:
        if entry.seen is None or self.opened is None:
            raise NotFound
        plan, approved = entry.record, is_approved(self.opened.plan.record, self.opened.on)
        goals, removed = entry.parts["goals"], entry.removed.get("goals", ())
        replanned = goals_replanned([goal.record for goal in self.opened.goals], goals)
        with self.desk.transaction():
            # the plan first: a changed goal takes its approval away, which is a version of its own
            plan = plan.model_copy(update={"approved_by": None, "approved_on": None}) if replanned else plan
            revision = self.desk.amend(plan, seen=entry.seen)
            self._save_goals(goals, removed)
        self.desk.drop_draft(*self._draft)
        message = saved_message(revision.record, goals, approved=approved, lapsed=approved and revision.record.approved_by is None)
        self._on_saved(message, plan.id)
        return Saved(message, revision.version)

    def _save_goals(self, goals: Sequence[PlanGoal], removed: Sequence[str]) -> None:
        """Save the rows of the form against what was opened; `UserError` when somebody else changed one of them meanwhile."""
        before = {goal.id: goal for goal in self.opened.goals} if self.opened else {}
        try:
            for goal in goals:
                if goal.id in before:
                    self.desk.amend(goal, seen=before[goal.id].version)
            self.desk.add_all([goal for goal in goals if goal.id not in before])
            for goal_id in removed:
                self.desk.withdraw(PlanGoal, goal_id, seen=before[goal_id].version, reason=_GOAL_REMOVED.text())
        except Conflict:
            raise UserError(_GOAL_CHANGED, code="goal_changed") from None


def one_plan(desk: Desk, plan_id: str) -> PlanFacts:
    """The facts of one plan today; `NotFound` outside the person's scope."""
    found = plan_facts(desk, clock.today(), plan_id=plan_id)
    if not found:
        raise NotFound
    return found[0]


def goals_replanned(before: Sequence[PlanGoal], after: Sequence[PlanGoal]) -> bool:
    """Whether goals were added, taken out or planned otherwise; what came of them does not count."""
    nothing = dict.fromkeys(RESULT_FIELDS)
    planned = {goal.id: goal.model_copy(update=nothing) for goal in before}
    return planned != {goal.id: goal.model_copy(update=nothing) for goal in after}


def saved_message(plan: Plan, goals: Sequence[PlanGoal], *, approved: bool, lapsed: bool) -> Label:
    """What a person is told after saving a plan: where it stands now."""
    if plan.ended_on is not None or plan.conclusion:
        return _SAVED_RESULT
    if lacking := unfinished(plan, goals):
        joined = Label(_SEMICOLON.en.join(one.en for one in lacking), _SEMICOLON.zh.join(one.zh for one in lacking))
        return _SAVED_UNFINISHED.format(missing=joined)
    if lapsed:
        return _SAVED_LAPSED
    return _SAVED_APPROVED if approved else _SAVED_WAITING


def usual_end(desk: Desk, on: date) -> date:
    """When a plan that begins on a day usually ends: with the term, or after three months when none is under way."""
    terms = [
        TermDates(term.school_year, int(term.number), term.starts_on, term.ends_on) for term in (found.record for found in desk.find(Term))
    ]
    term = term_of(on, terms)
    return term.ends_on if term and term.ends_on > on else add_months(on, _USUAL_MONTHS)
