"""Recording a check of a plan, its due date taken from the schedule, and ending a plan with a conclusion."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import ipywidgets as widgets

from carekit import clock
from carekit.apps.app_notice import AppNotice
from carekit.apps.plans_facts import PlannedCheck
from carekit.apps.plans_form import one_plan
from carekit.apps.plans_lists import planned_text
from carekit.apps.staff import staff_name
from carekit.errors import NotFound, UserError
from carekit.language import Label
from carekit.records import Check, Plan
from carekit.store import Desk
from carekit.widgets import Drafts, Entry, RecordForm, Saved

CHECK_FIELDS = ("due_on", "checked_on", "result", "finding", "adjustment", "review", "guardian_name")
END_FIELDS = ("ended_on", "conclusion")

_CHECK, _END = Label("Record a check", "记录检查"), Label("End the plan", "结束计划、写总结")
_SAVE_CHECK, _SAVE_END = Label("Save check", "保存检查"), Label("Save conclusion", "保存总结")
_SCHEDULE = Label("Checks of this plan: {days}", "这份计划的检查日期：{days}")
_NO_SCHEDULE = Label(
    "No check is due until the plan ends; you may record one all the same.", "到计划结束前没有应检查的日期，需要时也可以记录。"
)
_SAVED = Label("Saved: the check due on {day}.", "已保存：应于{day}的检查。")
_NEXT = Label("{message} The next one is due on {day}.", "{message}下次检查：{day}。")
_NOT_HELD = Label("Enter the day of the check and what it found.", "请填检查日期和结论。")
_ENDED = Label("Saved: the plan has ended. Nobody is reminded of its checks any more.", "已保存：计划已结束，不再提醒检查。")
_CONCLUDE = Label("Write how the plan ended: what was reached, and what goes on.", "请写总结：达到了什么，哪些还要继续。")
_STILL_RUNS = Label(
    "The plan runs until {day}. Enter the day on which it ends, or wait for that day.",
    "计划到{day}才结束。要提前结束，请填提前结束日期。",
)
_EARLY = Label(
    "The plan runs until {day}. With a day of ending it ends early, and nobody is reminded of its checks any more.",
    "计划原定{day}结束。填了提前结束日期，计划就此结束，不再提醒检查。",
)
_COMMA = Label(", ", "、")

OnSaved = Callable[[Label, str], None]


class CheckCard(widgets.VBox):  # type: ignore[misc]
    """A check of a plan: `begin` opens the card for the next date that is due; `on_saved` is told the sentence and the plan's id."""

    def __init__(self, desk: Desk, on_saved: OnSaved) -> None:
        self.desk, self._on_saved = desk, on_saved
        self._plan_id: str | None = None
        self._draft = ("", "")
        self.notice = AppNotice()
        self.form = RecordForm(
            Check,
            CHECK_FIELDS,
            on_submit=self._save,
            who=lambda staff_id: staff_name(desk, staff_id),
            title=_CHECK,
            save_label=_SAVE_CHECK,
        )
        super().__init__([self.notice, self.form])

    def __repr__(self) -> str:
        return "CheckCard()"

    def begin(self, plan_id: str) -> None:
        """The card of the next check of a plan, dated today; `NotFound` outside the person's scope."""
        plan, today = self.desk.get(Plan, plan_id), clock.today()
        facts = one_plan(self.desk, plan_id)
        self._plan_id, self._draft = plan_id, (f"check:{plan_id}", plan.record.child_id)
        following = facts.next_check or PlannedCheck(today)
        hidden = {"plan_id": plan_id, "staff_id": self.desk.actor.staff_id}
        drafts = Drafts.in_store(self.desk, *self._draft)
        if following.entry is not None:
            entry = following.entry
            self.form.start(replace(entry, record=entry.record.model_copy(update={"checked_on": today})), hidden=hidden, drafts=drafts)
        else:
            self.form.start({"due_on": following.due_on, "checked_on": today}, hidden=hidden, drafts=drafts)
        if facts.planned:
            self.notice.info(_SCHEDULE.format(days=_COMMA.text().join(map(planned_text, facts.planned))))
        else:
            self.notice.info(_NO_SCHEDULE)

    def _save(self, entry: Entry) -> Saved:
        check = entry.record
        if self._plan_id is None:
            raise NotFound
        if check.checked_on is None:
            raise UserError(_NOT_HELD, code="check_not_held")
        revision = self.desk.add(check) if entry.seen is None else self.desk.amend(check, seen=entry.seen)
        self.desk.drop_draft(*self._draft)
        message = _SAVED.format(day=check.due_on.isoformat())
        following = one_plan(self.desk, check.plan_id).next_check
        if following is not None:
            message = _NEXT.format(message=message, day=following.due_on.isoformat())
        self._on_saved(message, check.plan_id)
        return Saved(message, revision.version)


class EndCard(widgets.VBox):  # type: ignore[misc]
    """The end of a plan and its conclusion; early when it still runs."""

    def __init__(self, desk: Desk, on_saved: OnSaved) -> None:
        self.desk, self._on_saved = desk, on_saved
        self._draft = ("", "")
        self.notice = AppNotice()
        self.form = RecordForm(
            Plan, END_FIELDS, on_submit=self._save, who=lambda staff_id: staff_name(desk, staff_id), title=_END, save_label=_SAVE_END
        )
        super().__init__([self.notice, self.form])

    def __repr__(self) -> str:
        return "EndCard()"

    def begin(self, plan_id: str) -> None:
        """The card of a plan, with today as its end when it still runs; `NotFound` outside the person's scope."""
        plan = self.desk.get(Plan, plan_id)
        runs = clock.today() <= plan.record.until_on and plan.record.ended_on is None
        started = replace(plan, record=plan.record.model_copy(update={"ended_on": clock.today()})) if runs else plan
        self._draft = (f"end:{plan_id}", plan.record.child_id)
        self.form.start(started, hidden={}, drafts=Drafts.in_store(self.desk, *self._draft))
        self.notice.info(_EARLY.format(day=plan.record.until_on.isoformat()) if runs else _CONCLUDE)

    def _save(self, entry: Entry) -> Saved:
        plan = entry.record
        if entry.seen is None:
            raise NotFound
        if not plan.conclusion:
            raise UserError(_CONCLUDE, code="conclusion_missing")
        if plan.ended_on is None and clock.today() <= plan.until_on:
            raise UserError(_STILL_RUNS.format(day=plan.until_on.isoformat()), code="plan_still_runs")
        revision = self.desk.amend(plan, seen=entry.seen)
        self.desk.drop_draft(*self._draft)
        self._on_saved(_ENDED, plan.id)
        return Saved(_ENDED, revision.version)
