"""The lists of the app `plans`: figures, what is to be done, plans waiting for approval, and all plans of the person's scope."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from carekit import clock
from carekit.apps.children import child_options
from carekit.apps.plans_facts import PlanFacts, PlannedCheck, PlanState, plan_facts
from carekit.language import Label
from carekit.metrics import percent
from carekit.obligations.names import child_names
from carekit.records import Child, Plan
from carekit.store import Desk
from carekit.widgets import Column, Emphasis, RecordTable, RowAction

_OF_SUBJECT = Label("{subject}, {kind}", "{subject}·{kind}")
_SEMICOLON, _COMMA = Label("; ", "；"), Label(", ", "、")
_SINCE, _BY = Label("was due on {day}", "应于{day}检查，已逾期"), Label("by {day}", "{day}前")
_WAS_HELD, _IS_OVERDUE = Label("{day} (held)", "{day}（已检查）"), Label("{day} (overdue)", "{day}（逾期）")
_IS_DUE = Label("{day}", "{day}")
_ENDED_ON = Label("over since {day}", "{day}已到期")
_PLANS, _RUNNING, _WAITING = (
    Label("Plans", "计划"),
    Label("running: {running}", "执行中 {running}"),
    Label("Waiting for approval", "待审批"),
)
_OVERDUE, _UNFINISHED, _NOT_CONCLUDED = (
    Label("Checks overdue", "检查逾期"),
    Label("Unfinished", "未完成"),
    Label("Over, no conclusion", "到期未总结"),
)
_HELD, _NOTE = Label("Checks held", "检查完成率"), Label("{held} / {due}", "{held} / {due}")

#: What is to be done, by why: an unfinished plan, one that was sent back, an overdue check, a plan that is over without conclusion.
TO_DO = {
    "unfinished": Label("unfinished", "计划未完成"),
    "returned": Label("sent back", "退回待修改"),
    "check": Label("check overdue", "检查逾期"),
    "over": Label("over without conclusion", "到期未总结"),
}
_WHY = {PlanState.UNFINISHED: "unfinished", PlanState.RETURNED: "returned", PlanState.OVER: "over"}


@dataclass(frozen=True, slots=True)
class Overview:
    """The plans of a desk on a day, with names and classes of their children."""

    on: date
    plans: tuple[PlanFacts, ...]
    names: dict[str, str]
    details: dict[str, str]

    def of(self, *states: PlanState) -> list[PlanFacts]:
        """The plans in one of these states."""
        return [one for one in self.plans if one.state in states]

    @property
    def counts(self) -> dict[str, int]:
        """How many plans are not ended yet, run, wait, are unfinished (or were sent back), have overdue checks, are over without conclusion; checks due and held."""
        due = [one.due_and_held for one in self.plans]
        return {
            "plans": sum(one.state is not PlanState.ENDED for one in self.plans),
            "running": len(self.of(PlanState.RUNNING, PlanState.NEEDS_CHECK)),
            "waiting": len(self.of(PlanState.WAITING)),
            "unfinished": len(self.of(PlanState.UNFINISHED, PlanState.RETURNED)),
            "overdue": sum(bool(one.overdue) for one in self.plans),
            "over": len(self.of(PlanState.OVER)),
            "due": sum(one for one, _ in due),
            "held": sum(one for _, one in due),
        }

    def figures(self) -> list[tuple[Any, ...]]:
        """The figures on top: names, values and notes."""
        counts = self.counts
        return [
            (_PLANS, counts["plans"], _RUNNING.format(**counts)),
            (_WAITING, counts["waiting"]),
            (_UNFINISHED, counts["unfinished"]),
            (_OVERDUE, counts["overdue"]),
            (_NOT_CONCLUDED, counts["over"]),
            (_HELD, percent(counts["held"], counts["due"]), _NOTE.format(**counts)),
        ]

    def __repr__(self) -> str:
        return f"Overview({self.on}, {len(self.plans)} plans)"


def overview(desk: Desk, on: date | None = None) -> Overview:
    """Every plan that the desk sees, today or on a day."""
    on = on or clock.today()
    plans = tuple(plan_facts(desk, on))
    details = {child_id: detail for child_id, _, detail in child_options(desk, on)}
    return Overview(on, plans, child_names(desk, {one.child_id for one in plans}), details)


def plan_title(plan: Plan) -> str:
    """What a plan is called: its subject and kind."""
    if plan.subject is None:
        return plan.kind_of.label.text()
    return _OF_SUBJECT.format(subject=plan.subject.label, kind=plan.kind_of.label).text()


def missing_text(facts: PlanFacts) -> str:
    """What a plan lacks, in one line; "" when it lacks nothing."""
    return _SEMICOLON.text().join(label.text() for label in facts.missing)


def next_check_text(facts: PlanFacts) -> str:
    """When the next check is due, and since when an overdue one is."""
    following = facts.next_check
    if following is None:
        return ""
    return (_SINCE if following.overdue else _BY).format(day=following.due_on.isoformat()).text()


def planned_text(one: PlannedCheck) -> str:
    """A day on which a check is due, and whether it was held or is overdue."""
    label = _WAS_HELD if one.held else _IS_OVERDUE if one.overdue else _IS_DUE
    return label.format(day=one.due_on.isoformat()).text()


# --- tables -----------------------------------------------------------------------------------------------------------

_NAME = Child.fields["name"]
_DETAIL = Column("detail", Label("Class and birthday", "班级和生日"))
_PLAN = Column("plan", Label("Plan", "计划"))
OnAction = Callable[[str, str], object]


def plans_table(on_action: OnAction, *, writes: bool) -> RecordTable:
    """All plans of the scope with state, next check and what is missing."""
    return RecordTable(
        [
            _NAME,
            _DETAIL,
            _PLAN,
            Column(
                "state",
                Label("State", "状态"),
                choices={state.name: state.label for state in PlanState},
                text=lambda row: PlanState[row["state"]].label.text(),
            ),
            Column("next", Label("Next check", "下次检查"), sort=lambda row: row["next_on"]),
            Column("missing", Label("Missing", "还缺什么")),
            Column("until_on", Label("Until", "结束日期")),
        ],
        caption=Label("Plans", "帮扶计划"),
        empty=Label("There is no plan yet. Press “New plan”.", "还没有计划，点“新建计划”开始。"),
        actions=[
            RowAction("open", Label("Open", "查看")),
            RowAction("progress", Label("Progress", "进步档案")),
            *([RowAction("check", Label("Record a check", "记检查"), when=lambda row: row["checkable"])] if writes else []),
        ],
        on_action=on_action,
        page_size=15,
    )


def todo_table(on_action: OnAction, *, writes: bool) -> RecordTable:
    """What is overdue or unfinished, one line for each thing to do."""
    actions = [
        RowAction("check", Label("Record a check", "记检查"), Emphasis.PRIMARY, when=lambda row: row["why"] == "check"),
        RowAction("end", Label("Write the conclusion", "写总结"), Emphasis.PRIMARY, when=lambda row: row["why"] == "over"),
        RowAction("amend", Label("Complete it", "补充完整"), Emphasis.PRIMARY, when=lambda row: row["why"] in ("unfinished", "returned")),
    ]
    return RecordTable(
        [_NAME, _PLAN, Column("why", Label("To do", "待办"), choices=TO_DO, text=lambda row: TO_DO[row["why"]].text()), Column("what", Label("What", "说明"))],
        caption=Label("Overdue and unfinished", "逾期和未完成"),
        empty=Label("Nothing is overdue. Thank you.", "没有逾期或未完成的计划，辛苦了。"),
        actions=actions if writes else [],
        on_action=on_action,
        page_size=10,
        searchable=False,
    )  # fmt: skip


def waiting_table(on_action: OnAction) -> RecordTable:
    """Plans that wait for a leader."""
    return RecordTable(
        [
            _NAME,
            _PLAN,
            Column("author", Label("Author", "制定人")),
            Column("span", Label("Time", "起止")),
            Column("missing", Label("Missing", "还缺什么")),
        ],
        caption=Label("Plans waiting for approval", "待审批的计划"),
        empty=Label("No plan is waiting.", "没有待审批的计划。"),
        actions=[RowAction("open", Label("Read and approve", "阅读并审批"), Emphasis.PRIMARY)],
        on_action=on_action,
        page_size=10,
        searchable=False,
    )


def plan_rows(seen: Overview) -> list[dict[str, Any]]:
    """The rows of `plans_table`, those that need something first."""
    order = {state: place for place, state in enumerate(PlanState)}
    plans = sorted(seen.plans, key=lambda one: (one.state is PlanState.ENDED, not one.overdue, order[one.state]))
    return [
        {
            **_row(seen, one),
            "state": one.state.name,
            "next": next_check_text(one),
            "next_on": one.next_check.due_on if one.next_check else None,
            "missing": missing_text(one),
            "until_on": one.plan.record.ended_on or one.plan.record.until_on,
            "checkable": not one.closed and one.plan.record.from_on <= seen.on,
        }
        for one in plans
    ]


def todo_rows(seen: Overview) -> list[dict[str, Any]]:
    """The rows of `todo_table`: a plan with an overdue check that is also unfinished stands twice."""
    rows: list[dict[str, Any]] = []
    for one in seen.plans:
        if one.overdue:
            days = _COMMA.text().join(check.due_on.isoformat() for check in one.overdue)
            rows.append({**_row(seen, one), "id": f"check:{one.id}", "why": "check", "what": _SINCE.format(day=days).text()})
        if why := _WHY.get(one.state):
            rows.append({**_row(seen, one), "id": f"{why}:{one.id}", "why": why, "what": _what(one)})
    order = list(TO_DO)
    return sorted(rows, key=lambda row: -order.index(row["why"]))


def _what(facts: PlanFacts) -> str:
    plan = facts.plan.record
    if facts.state is PlanState.OVER:
        return _ENDED_ON.format(day=plan.until_on.isoformat()).text()
    return plan.returned_for if facts.state is PlanState.RETURNED and plan.returned_for else missing_text(facts)


def waiting_rows(seen: Overview, authors: dict[str, str]) -> list[dict[str, Any]]:
    """The rows of `waiting_table`, the plan that begins first before the others; `authors` are names by staff id."""
    rows: list[dict[str, Any]] = []
    for one in seen.of(PlanState.WAITING):
        plan = one.plan.record
        span = f"{plan.from_on.isoformat()}—{plan.until_on.isoformat()}"
        rows.append({**_row(seen, one), "author": authors.get(plan.staff_id, ""), "span": span, "missing": missing_text(one)})
    return rows


def _row(seen: Overview, facts: PlanFacts) -> dict[str, Any]:
    child_id = facts.child_id
    return {
        "id": facts.id,
        "child_id": child_id,
        "name": seen.names.get(child_id, ""),
        "detail": seen.details.get(child_id, ""),
        "plan": plan_title(facts.plan.record),
    }


def authors_of(plans: Iterable[PlanFacts]) -> set[str]:
    """The staff ids of those who wrote plans."""
    return {one.plan.record.staff_id for one in plans}
