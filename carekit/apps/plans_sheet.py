"""One plan with everything to read in one place: the plan, its goals, its checks, every version; for a leader, approval."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as widgets

from carekit import clock
from carekit.access import APPROVERS, may_write
from carekit.apps.plans_facts import PlanFacts, PlanState
from carekit.apps.plans_form import one_plan
from carekit.apps.plans_lists import missing_text, next_check_text, plan_title, planned_text
from carekit.errors import Denied, UserError
from carekit.history import Act, Wording, changes
from carekit.language import Label
from carekit.obligations.names import child_names
from carekit.records import Check, Plan, PlanGoal, Record
from carekit.store import Desk
from carekit.widgets import Column, Facts, Notice, RecordTable

_TITLE = Label("{name}: {plan}", "{name}：{plan}")
_STATE, _MISSING, _NEXT = Label("State", "状态"), Label("Missing", "还缺什么"), Label("Next check", "下次检查")
_GOALS, _NO_GOALS = Label("Goals and phases", "目标与阶段"), Label("There is no goal yet.", "还没有目标。")
_CHECKS, _NO_CHECKS = Label("Checks", "检查记录"), Label("No check is recorded yet.", "还没有检查记录。")
_CHANGES = Label("Who changed what (every version is kept)", "修改记录（每一版都保留）")
_APPROVE, _SEND_BACK = Label("Approve", "审批通过"), Label("Send back", "退回修改")
_REASON = Label("Reason", "退回原因")
_REASON_HINT = Label("What is to be changed", "写明要改什么，制定人会看到")
_REASON_MISSING = Label("Write what is to be changed, then send the plan back.", "请先写明退回原因，再点“退回修改”。")
_NOT_COMPLETE = Label(
    "The plan is unfinished ({missing}). Send it back, or wait until it is complete.",
    "计划还没完成（{missing}），请退回修改，完成后再审批。",
)
_NOT_WAITING = Label("This plan does not wait for approval any more.", "这份计划现在不在待审批状态。")
_CHANGED = Label(
    "The plan was changed while you were reading. Read it again, then decide.", "您阅读时计划被改过。已显示最新内容，请重新阅读后再决定。"
)
_APPROVED = Label("Approved: {plan}.", "已审批通过：{plan}。")
_SENT_BACK = Label("Sent back to the author: {plan}.", "已退回制定人修改：{plan}。")
_LEADERS = Label("Only a school leader sends a plan back.", "只有学校领导可以退回计划。")
_OWN = Label("You wrote this plan or changed it last; another leader has to approve it.", "这份计划由您制定或最后修改，请另一位领导审批。")
_REST, _DATES, _COMMA = Label("More", "其他内容"), Label("Checks due on", "应检查日期"), Label(", ", "、")
_LEFT_OUT = ("id", "child_id", "plan_id")

_CHANGE_COLUMNS = (
    Column("at", Label("When", "时间")),
    Column("who", Label("Who", "修改人")),
    Column("what", Label("What", "操作"), text=lambda row: Act[str(row["what"])].label.text()),
    Column("record", Label("Record", "记录")),
    Column("text", Label("Before → after", "修改前 → 修改后")),
    Column("reason", Label("Why", "原因")),
    Column("version", Label("Version", "版本"), number=True),
)

OnDecided = Callable[[Label], None]


#: What stands in columns of its own; the other fields of a row are told in one cell, each with its name.
_GOAL_COLUMNS, _CHECK_COLUMNS = ("weak_area", "goal"), ("due_on", "checked_on", "result")


def _columns(kind: type[Record], names: Sequence[str]) -> list[Column]:
    return [*(Column(name, kind.fields[name].label) for name in names), Column("rest", _REST)]


class PlanSheet(widgets.VBox):  # type: ignore[misc]
    """A plan to read; `show_plan` shows one, `on_decided` is told what a leader decided."""

    def __init__(self, desk: Desk, on_decided: OnDecided) -> None:
        self.desk, self._on_decided = desk, on_decided
        self.shown: PlanFacts | None = None
        self.facts = Facts()
        self.notice = Notice()
        self.goals = RecordTable(_columns(PlanGoal, _GOAL_COLUMNS), caption=_GOALS, empty=_NO_GOALS, searchable=False)
        self.checks = RecordTable(_columns(Check, _CHECK_COLUMNS), caption=_CHECKS, empty=_NO_CHECKS, searchable=False, page_size=12)
        self.changes = RecordTable(_CHANGE_COLUMNS, caption=_CHANGES, searchable=False, page_size=10)
        self.approve_button = widgets.Button(description=_APPROVE.text(), button_style="primary")
        self.return_button = widgets.Button(description=_SEND_BACK.text())
        self.reason = widgets.Textarea(
            description=_REASON.text(), placeholder=_REASON_HINT.text(), layout={"width": "100%"}, style={"description_width": "initial"}
        )
        self.approve_button.on_click(lambda _: self._decide(self.approve))
        self.return_button.on_click(lambda _: self._decide(self.send_back))
        self.decision = widgets.VBox(
            [self.reason, widgets.HBox([self.approve_button, self.return_button], layout={"flex_flow": "row wrap"})]
        )
        self.decision.add_class("ck-noprint")
        super().__init__([self.facts, self.goals, self.checks, self.notice, self.decision, self.changes])

    def __repr__(self) -> str:
        return f"PlanSheet({'a plan is open' if self.shown else 'no plan open'})"

    # --- reading ------------------------------------------------------------------------------------------------------

    def show_plan(self, plan_id: str) -> None:
        """Show a plan; `NotFound` outside the person's scope. The read is logged."""
        self.desk.get(Plan, plan_id)
        self.reason.value = ""
        self._show(one_plan(self.desk, plan_id))

    def _show(self, facts: PlanFacts) -> None:
        self.shown, words = facts, Wording(self.desk)
        words.learn([facts.plan, *facts.goals, *facts.checks])
        plan = facts.plan.record
        name = child_names(self.desk, {facts.child_id}).get(facts.child_id, "")
        items = [
            (_STATE, facts.state),
            (_MISSING, missing_text(facts) or None),
            (_NEXT, next_check_text(facts) or None),
            (_DATES, _dates_text(facts)),
        ]
        said = [(spec.label, words.of_value(spec, getattr(plan, key))) for key, spec in plan.fields.items() if key not in _LEFT_OUT]
        self.facts.set_items(
            [*items, *((label, text) for label, text in said if text)], title=_TITLE.format(name=name, plan=plan_title(plan))
        )
        self.goals.set_rows([_row(words, goal.record, _GOAL_COLUMNS) for goal in facts.goals])
        self.checks.set_rows([_row(words, check.record, _CHECK_COLUMNS) for check in facts.checks])
        self.changes.set_rows(self._versions(facts))
        self._offer_decision(facts)

    def _versions(self, facts: PlanFacts) -> list[dict[str, Any]]:
        """Every saving of the plan, its goals (those taken out too) and its checks."""
        kinds = {Plan.kind: {facts.id}, PlanGoal.kind: set(), Check.kind: {check.id for check in facts.checks}}
        goals = self.desk.find(PlanGoal, {"plan_id": facts.id}, include_withdrawn=True)
        kinds[PlanGoal.kind] = {goal.id for goal in goals}
        return [
            {
                "id": f"{change.record_id}-{change.version}",
                "at": change.at,
                "who": change.who,
                "what": change.what.name,
                "record": " · ".join(filter(None, (change.kind_label, change.title))),
                "text": "\n".join(f"{one.label}：{one.old or '—'} → {one.new or '—'}" for one in change.fields) or None,
                "reason": change.reason or None,
                "version": change.version,
            }
            for change in changes(self.desk, facts.child_id)
            if change.record_id in kinds.get(change.kind, ())
        ]

    # --- deciding -----------------------------------------------------------------------------------------------------

    def _offer_decision(self, facts: PlanFacts) -> None:
        approver = self.desk.actor.role in APPROVERS and bool(may_write(self.desk.actor, Plan))
        waits = approver and facts.state is PlanState.WAITING
        own = self.desk.actor.staff_id in (facts.plan.record.staff_id, self.desk.writer_of(facts.plan))
        self.decision.layout.display = "" if waits and not own else "none"
        if waits and own:
            self.notice.info(_OWN)
        else:
            self.notice.clear()

    def _decide(self, how: Callable[[], Label]) -> None:
        try:
            message = how()
        except UserError as error:
            self.notice.error(error.label)
            return
        self._on_decided(message)

    def approve(self) -> Label:
        """Approve the plan that is shown, as it is shown; `UserError` when it is unfinished or was changed meanwhile, `Denied` for one's own work."""
        with self.desk.transaction():
            plan = self._unchanged().plan
            approved = plan.record.model_copy(
                update={"approved_by": self.desk.actor.staff_id, "approved_on": clock.today(), "returned_for": None}
            )
            self.desk.amend(approved, seen=plan.version, reason=_APPROVE.text())
        return _APPROVED.format(plan=self.facts.title)

    def send_back(self) -> Label:
        """Send the plan that is shown back to its author; the reason stands in the plan until it is changed, and in its versions for ever.

        Raises `Denied` for anybody but a leader.
        """
        reason = self.reason.value.strip()
        if self.desk.actor.role not in APPROVERS:
            raise Denied(_LEADERS)
        if not reason:
            raise UserError(_REASON_MISSING, code="reason_missing")
        with self.desk.transaction():
            plan = self._unchanged().plan
            returned = Plan.read({**{name: getattr(plan.record, name) for name in Plan.fields}, "returned_for": reason})
            self.desk.amend(returned, seen=plan.version, reason=_SEND_BACK.text())
        return _SENT_BACK.format(plan=self.facts.title)

    def _unchanged(self) -> PlanFacts:
        """The plan as it is now, which is as it is shown; otherwise it is shown anew and refused."""
        if self.shown is None:
            raise UserError(_NOT_WAITING, code="not_waiting")
        now = one_plan(self.desk, self.shown.id)
        if _fingerprint(now) != _fingerprint(self.shown):
            self._show(now)
            raise UserError(_CHANGED, code="plan_changed")
        if now.state is PlanState.UNFINISHED:
            raise UserError(_NOT_COMPLETE.format(missing=missing_text(now)), code="plan_unfinished")
        if now.state is not PlanState.WAITING:
            raise UserError(_NOT_WAITING, code="not_waiting")
        return now


def _fingerprint(facts: PlanFacts) -> tuple[int, frozenset[tuple[str, int]]]:
    return facts.plan.version, frozenset((goal.id, goal.version) for goal in facts.goals)


def _row(words: Wording, record: Record, columns: Sequence[str]) -> dict[str, Any]:
    """The texts of the columns, and all that is filled in beside them in one cell, a line for each field."""
    said = {name: words.of_value(spec, getattr(record, name)) for name, spec in record.fields.items() if name not in _LEFT_OUT}
    rest = [f"{record.fields[name].label.text()}：{text}" for name, text in said.items() if text and name not in columns]
    return {"id": record.id, **{name: said[name] or None for name in columns}, "rest": "\n".join(rest) or None}


def _dates_text(facts: PlanFacts) -> str | None:
    """The dates on which checks are due, in one line, those that were held or are overdue said to be so."""
    return _COMMA.text().join(planned_text(one) for one in facts.planned) or None
