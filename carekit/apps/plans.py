"""The app `plans`: plans of the person's children, their checks and conclusions, scores, progress, and a leader's approval."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from carekit import clock
from carekit.access import APPROVERS, may_write
from carekit.apps.app_notice import APP_CLASS, AppNotice
from carekit.apps.plans_checks import CheckCard, EndCard
from carekit.apps.plans_form import PlanEditor
from carekit.apps.plans_lists import (
    Overview,
    authors_of,
    overview,
    plan_rows,
    plans_table,
    todo_rows,
    todo_table,
    waiting_rows,
    waiting_table,
)
from carekit.apps.plans_progress import ProgressPage
from carekit.apps.plans_scores import ClassScores, OneChildScores
from carekit.apps.plans_sheet import PlanSheet
from carekit.apps.session import asked, open_desk
from carekit.apps.staff import school_name
from carekit.errors import UserError
from carekit.language import Label
from carekit.records import Plan, StaffMember
from carekit.records.codes import Role
from carekit.store import Desk
from carekit.widgets import Facts

_NEW, _ONE, _CLASS = Label("New plan", "新建计划"), Label("Scores of one child", "录入一人成绩"), Label("Scores of a class", "录入全班成绩")
_BACK = Label("Back to the list", "返回列表")
_AMEND, _CHECK = Label("Amend", "修改计划"), Label("Record a check", "记检查")
_END, _PROGRESS = Label("End, conclude", "结束并写总结"), Label("Progress", "进步档案")
_NEW_FOR, _SCORE_FOR = Label("New plan for this child", "给这个孩子建计划"), Label("Enter scores", "录入成绩")
_HINT = Label("Plans that need something stand first.", "需要处理的排在前面。点“查看”可修改、写总结。")
_LEADER_HINT = Label("{n} plan(s) wait for your approval.", "有{n}份计划等待审批。")
_FACTS = Label(
    "{school} {on}: plans {plans}, waiting {waiting}, checks overdue {overdue}, unfinished {unfinished}, over without conclusion {over}",
    "{school} {on}：计划 {plans}，待审批 {waiting}，检查逾期 {overdue}，未完成 {unfinished}，到期未总结 {over}",
)


class Plans(widgets.VBox):  # type: ignore[misc]
    """The page; `seen` holds what its lists show, `notice` what it says."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self._writes = desk, bool(may_write(desk.actor, Plan))
        self._approves = desk.actor.role in APPROVERS
        self.seen = Overview(clock.today(), (), {}, {})
        self._school = school_name(desk)
        #: Whose progress is shown again once scores are saved.
        self._scores_of: str | None = None
        self.figures, self.notice = Facts(figures=True), AppNotice()
        self.editor, self.check, self.end = PlanEditor(desk, self._saved), CheckCard(desk, self._saved), EndCard(desk, self._saved)
        self.sheet = PlanSheet(desk, self._decided)
        self.one_child, self.whole_class = OneChildScores(desk, self._scored), ClassScores(desk, self._scored)
        self.progress = ProgressPage(desk, lambda score_id: self._try(lambda: self.correct(score_id)))
        self.todo, self.table = todo_table(self._act, writes=self._writes), plans_table(self._act, writes=self._writes)
        self.waiting = waiting_table(self._act)
        self._make_bars()
        self._views: tuple[widgets.Widget, ...] = (
            self.editor, self.check, self.end, self.sheet, self.one_child, self.whole_class, self.progress,
        )  # fmt: skip
        lists = [*([self.waiting] if self._approves else []), self.todo, self.table]
        self.lists = widgets.VBox([self.toolbar, *lists], layout={"width": "100%"})
        super().__init__([self.figures, self.notice, self.back_bar, *self._views, self.lists])
        self.add_class(APP_CLASS)
        self.refresh()
        self._show(None)
        self._hint()

    def __repr__(self) -> str:
        return f"Plans({self.summary()})"

    def summary(self) -> str:
        """School, day and the counts in one line."""
        return _FACTS.format(school=self._school, on=self.seen.on, **self.seen.counts).text()

    # --- buttons ------------------------------------------------------------------------------------------------------

    def _make_bars(self) -> None:
        self.buttons = {
            "new": self._button(_NEW, lambda: self.write(None), "primary"),
            "one": self._button(_ONE, lambda: self.score(None)),
            "class": self._button(_CLASS, self.score_class),
            "back": self._button(_BACK, self._go_back),
            "amend": self._button(_AMEND, lambda: self.amend(self._opened())),
            "check": self._button(_CHECK, lambda: self.record_check(self._opened())),
            "end": self._button(_END, lambda: self.conclude(self._opened())),
            "progress": self._button(_PROGRESS, lambda: self.show_progress(self.sheet.shown.child_id if self.sheet.shown else "")),
            "new_for": self._button(_NEW_FOR, lambda: self.write(self.progress.child_id)),
            "score_for": self._button(_SCORE_FOR, lambda: self.score(self.progress.child_id)),
        }
        self.toolbar = _bar([self.buttons[name] for name in ("new", "one", "class")])
        self.toolbar.layout.display = "" if self._writes else "none"
        self.back_bar = _bar([self.buttons[name] for name in ("back", "amend", "check", "end", "progress", "new_for", "score_for")])

    def _button(self, label: Label, act: Callable[[], object], style: str = "") -> widgets.Button:
        button = widgets.Button(description=label.text(), button_style=style)
        button.on_click(lambda _: self._try(act))
        return button

    def _try(self, act: Callable[[], object]) -> None:
        try:
            act()
        except UserError as error:
            self.notice.error(error.label)

    def _opened(self) -> str:
        return self.sheet.shown.id if self.sheet.shown else ""

    def _act(self, name: str, row_id: str) -> None:
        """A button of a row: rows of things to do are named by why and plan."""
        plan_id = row_id.rpartition(":")[2]
        acts: dict[str, Callable[[str], None]] = {
            "open": self.read, "amend": self.amend, "check": self.record_check, "end": self.conclude, "progress": self._progress_of_plan,
        }  # fmt: skip
        self._try(lambda: acts[name](plan_id))

    # --- views --------------------------------------------------------------------------------------------------------

    def read(self, plan_id: str) -> None:
        """Read a plan; `NotFound` outside the person's scope, as for all of these."""
        self.sheet.show_plan(plan_id)
        self._show(self.sheet)

    def write(self, child_id: str | None) -> None:
        """A new plan, for a child when one is named."""
        self.editor.begin(child_id)
        self._show(self.editor)

    def amend(self, plan_id: str) -> None:
        """Amend a plan and its goals."""
        self.editor.begin_amending(plan_id)
        self._show(self.editor)

    def record_check(self, plan_id: str) -> None:
        """Record the next check of a plan."""
        self.check.begin(plan_id)
        self._show(self.check)

    def conclude(self, plan_id: str) -> None:
        """End a plan with a conclusion."""
        self.end.begin(plan_id)
        self._show(self.end)

    def score(self, child_id: str | None) -> None:
        """Scores of one child."""
        self.one_child.begin(child_id)
        self._scores_of = child_id
        self._show(self.one_child)

    def correct(self, score_id: str) -> None:
        """Correct a saved score."""
        self.one_child.begin_amending(score_id)
        self._scores_of = self.progress.child_id
        self._show(self.one_child)

    def score_class(self) -> None:
        """Scores of a whole class."""
        self.whole_class.begin()
        self._scores_of = None
        self._show(self.whole_class)

    def show_progress(self, child_id: str) -> None:
        """The progress of a child."""
        self.progress.show_child(child_id, shown=lambda: self._show(self.progress))

    def _progress_of_plan(self, plan_id: str) -> None:
        self.show_progress(next((one.child_id for one in self.seen.plans if one.id == plan_id), ""))

    def _show(self, view: widgets.Widget | None) -> None:
        """The lists, or one view in their place, with the buttons that belong to it."""
        for one in self._views:
            one.layout.display = "" if one is view else "none"
        self.lists.layout.display = "" if view is None else "none"
        self.figures.layout.display = "" if view is None else "none"
        self.back_bar.layout.display = "none" if view is None else ""
        shown = self.sheet.shown
        open_plan = view is self.sheet and self._writes and shown is not None and not shown.closed
        unconcluded = view is self.sheet and self._writes and shown is not None and (not shown.closed or not shown.plan.record.conclusion)
        offered = {
            "amend": open_plan, "check": open_plan, "end": unconcluded, "progress": view is self.sheet,
            "new_for": view is self.progress and self._writes, "score_for": view is self.progress and self._writes,
        }  # fmt: skip
        for name, shows in offered.items():
            self.buttons[name].layout.display = "" if shows else "none"
        if view is not None:
            self.notice.clear()

    def _go_back(self) -> None:
        self.refresh()
        self._show(None)
        self._hint()

    # --- after a save -------------------------------------------------------------------------------------------------

    def _saved(self, message: Label, plan_id: str) -> None:
        del plan_id
        self._done(message)

    def _decided(self, message: Label) -> None:
        self._done(message)

    def _scored(self, message: Label) -> None:
        """Back to the child's progress when the scores were entered from there, else to the lists."""
        child_id = self._scores_of
        self._done(message)
        if child_id:
            self.show_progress(child_id)
            self.notice.ok(message)

    def _done(self, message: Label) -> None:
        self.refresh()
        self._show(None)
        self.notice.ok(message)

    def refresh(self) -> None:
        """Ask the store again for everything that the lists show."""
        try:
            self.seen = overview(self.desk)
        except UserError as error:
            self.notice.error(error.label)
            return
        self.figures.set_items(self.seen.figures())
        self.table.set_rows(plan_rows(self.seen))
        self.todo.set_rows(todo_rows(self.seen))
        if self._approves:
            staff = self.desk.find(StaffMember, {"id": sorted(authors_of(self.seen.plans))}, include_withdrawn=True)
            self.waiting.set_rows(waiting_rows(self.seen, {one.id: one.record.name for one in staff}))

    def _hint(self) -> None:
        waiting = len(self.waiting.rows) if self._approves else 0
        if waiting:
            self.notice.info(_LEADER_HINT.format(n=waiting))
        elif self.seen.plans:
            self.notice.info(_HINT)
        else:
            self.notice.clear()


def _bar(buttons: list[Any]) -> widgets.HBox:
    bar = widgets.HBox(buttons, layout={"flex_flow": "row wrap"})
    bar.add_class("ck-noprint")
    return bar


def plans(desk: Desk | None = None) -> Plans:
    """The app for the person of this kernel (or of `desk`); ``?child=<id>`` in the page's address opens that child's progress, if the store allows it."""
    app = Plans(desk or open_desk(Role.SUBJECT_TEACHER)[0])
    child_id = asked("child") if desk is None else None
    if child_id:
        app._try(lambda: app.show_progress(child_id))
    return app
