"""进步档案 of one child: a chart for each subject from the baseline on, the phases of the plans beneath, and every score in a table.

It reads the records of this child alone: nobody is compared with anybody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import ipywidgets as widgets

from carekit import clock
from carekit.access import may_write
from carekit.apps.children import child_options
from carekit.apps.plans_facts import PlanFacts, PlanState, ScorePoint, gain, is_approved, plan_facts, progress_of
from carekit.apps.plans_lists import plan_title
from carekit.language import Label
from carekit.records import Child, Score
from carekit.records.codes import Subject
from carekit.store import Desk
from carekit.widgets import (
    NOTHING,
    Chart,
    Column,
    Drawing,
    Facts,
    Notice,
    ProgressCheck,
    ProgressPhase,
    ProgressScore,
    RecordTable,
    RowAction,
    progress_chart,
)

_TITLE = Label("Progress of {name}", "{name}的进步档案")
_DETAIL, _AS_OF, _PLANS = Label("Class and birthday", "班级和生日"), Label("As of", "截至"), Label("Plans", "帮扶计划")
_FROM_TO = Label("{first} → {last} ({change} points of per cent)", "{first} → {last}（{change}个百分点）")
_ONE = Label("{first} (only one score)", "{first}（只有一次成绩）")
_PLAN_STATE = Label("{plan}: {state}", "{plan}（{state}）")
_NOT_APPROVED = Label("{name} (not approved)", "{name}（未审批）")
_OVERDUE = Label("check overdue", "检查逾期")
_NO_SUBJECT = Label("Plans", "帮扶计划")
_EMPTY = Label("There are neither scores nor plans of this child yet.", "这个孩子还没有成绩和计划。")
_CHART = Label(
    "Scores of one child in per cent of the full score over time, with the phases of the plans and the checks.",
    "一个孩子的得分率随时间的变化，下面是计划阶段和检查。",
)
_SCORES, _NO_SCORES = Label("Scores", "成绩"), Label("There is no score yet.", "还没有成绩。")
_SHARE, _CORRECT = Label("Per cent", "得分率"), Label("Correct", "改正")
_COLON, _SEMICOLON = Label(": ", "："), Label("; ", "；")


class ProgressPage(widgets.VBox):  # type: ignore[misc]
    """The progress of one child; `show_child` fills the same widgets for another. `on_correct(score_id)` is asked for when a score is to be corrected."""

    def __init__(self, desk: Desk, on_correct: Callable[[str], object]) -> None:
        self.desk = desk
        self.child_id: str | None = None
        self.facts, self.notice = Facts(), Notice()
        #: Made when first needed and kept: a page that shows no progress does not load what draws charts.
        self.charts: dict[Subject | None, Chart] = {}
        self.chart_box = widgets.VBox(layout={"width": "100%"})
        self.scores = RecordTable(
            [
                Score.fields["held_on"],
                Score.fields["subject"],
                Score.fields["exam"],
                Score.fields["points"],
                Score.fields["full_points"],
                Column("share", _SHARE, number=True),
            ],
            caption=_SCORES,
            empty=_NO_SCORES,
            actions=[RowAction("correct", _CORRECT)] if may_write(desk.actor, Score) else [],
            on_action=lambda _, score_id: on_correct(score_id),
            searchable=False,
        )
        super().__init__([self.facts, self.notice, self.chart_box, self.scores])

    def __repr__(self) -> str:
        return f"ProgressPage({len(self.scores.rows)} scores)"

    def show_child(self, child_id: str, shown: Callable[[], object] = lambda: None) -> None:
        """Show a child; `NotFound` when it is not the person's. The read is logged.

        `shown` is called once the child may be shown and before the charts are drawn: a chart has no width while its page is hidden.
        """
        child, today = self.desk.get(Child, child_id), clock.today()
        self.child_id = child_id
        with self.desk.snapshot():
            series, plans = progress_of(self.desk, child_id, today), plan_facts(self.desk, today, child_id=child_id)
            detail = next((text for one, _, text in child_options(self.desk, today) if one == child_id), None)
        items: list[tuple[Any, ...]] = [(_DETAIL, detail), (_AS_OF, today)]
        items += [(subject.label, _from_to(points)) for subject, points in series.items()]
        if plans:
            said = [_PLAN_STATE.format(plan=plan_title(one.plan.record), state=one.state).text() for one in plans]
            items.append((_PLANS, _SEMICOLON.text().join(said)))
        self.facts.set_items(items, title=_TITLE.format(name=child.record.name))
        self.scores.set_rows([_score_row(subject, point) for subject, points in series.items() for point in reversed(points)])
        if series or plans:
            self.notice.clear()
        else:
            self.notice.info(_EMPTY)
        shown()
        self._draw(series, plans)

    def _draw(self, series: dict[Subject, tuple[ScorePoint, ...]], plans: Sequence[PlanFacts]) -> None:
        """A chart for each subject with scores or a plan; plans of no subject stand under each, or alone when there is none."""
        of_subject = {subject for one in plans if (subject := one.plan.record.subject) is not None}
        drawn: set[Subject | None] = {subject for subject in Subject if subject in series or subject in of_subject}
        if plans and not drawn:
            drawn.add(None)
        for subject, chart in self.charts.items():
            chart.layout.display = "" if subject in drawn else "none"
        for subject in (one for one in (*Subject, None) if one in drawn):
            own = [one for one in plans if one.plan.record.subject in (subject, None)]
            scores = [_drawn_score(point) for point in (series.get(subject, ()) if subject else ())]
            phases = sorted((phase for one in own for phase in _phases(one)), key=lambda phase: (phase.from_on, phase.until_on))
            checks = [check for one in own for check in _checks(one)]
            self._show_chart(subject, progress_chart(scores, phases, checks, title=subject.label if subject else _NO_SUBJECT))

    def _show_chart(self, subject: Subject | None, drawing: Drawing) -> None:
        if subject in self.charts:
            self.charts[subject].set_chart(drawing)
            return
        self.charts[subject] = Chart(drawing, description=_CHART)
        self.chart_box.children = [self.charts[one] for one in (*Subject, None) if one in self.charts]


def _percent(share: float | None) -> str:
    return NOTHING if share is None else f"{share * 100:.1f}%"


def _plain(point: ScorePoint) -> str:
    return f"{point.points.normalize():f} / {point.full_points.normalize():f}"


def _from_to(points: Sequence[ScorePoint]) -> str:
    """From which share to which, counted from the baseline exam."""
    start = next((one for one in points if one.baseline and one.share is not None), points[0])
    change = gain(points)
    if change is None:
        return _ONE.format(first=_percent(start.share)).text()
    return _FROM_TO.format(first=_percent(start.share), last=_percent(points[-1].share), change=f"{change * 100:+.1f}").text()


def _score_row(subject: Subject, point: ScorePoint) -> dict[str, Any]:
    return {
        "id": point.score_id,
        "held_on": point.on,
        "subject": subject,
        "exam": point.exam,
        "points": f"{point.points.normalize():f}",
        "full_points": f"{point.full_points.normalize():f}",
        "share": _percent(point.share),
    }


def _drawn_score(point: ScorePoint) -> ProgressScore:
    return ProgressScore(point.on, point.share, point.exam.label.text(), f"{_plain(point)}  {_percent(point.share)}", point.baseline)


def _phases(facts: PlanFacts) -> Iterator[ProgressPhase]:
    """The goals of a plan as bars, or the plan itself when it has none; cut off where it ended early."""
    plan = facts.plan.record
    end = plan.ended_on or plan.until_on
    waits = facts.state is not PlanState.ENDED and facts.state is not PlanState.OVER and not is_approved(plan, facts.on)

    def named(name: str) -> str:
        return _NOT_APPROVED.format(name=name).text() if waits else name

    if not facts.goals:
        yield ProgressPhase(plan.from_on, max(plan.from_on, min(plan.until_on, end)), named(plan_title(plan)))
    for goal in (one.record for one in facts.goals):
        if goal.from_on <= end:
            area = goal.weak_area.label.text() if goal.weak_area else plan_title(plan)
            result = f"（{goal.result.label.text()}）" if goal.result else ""
            yield ProgressPhase(goal.from_on, min(goal.until_on, max(end, goal.from_on)), named(area) + result, goal.goal or "")


def _checks(facts: PlanFacts) -> Iterator[ProgressCheck]:
    """The checks of a plan that were held, and those that are overdue."""
    title = plan_title(facts.plan.record)
    for check in (one.record for one in facts.checks):
        if check.checked_on is not None and check.checked_on <= facts.on:
            result = check.result.label.text() if check.result else ""
            yield ProgressCheck(check.checked_on, _COLON.text().join(filter(None, (title, result, check.finding))))
    for one in facts.overdue:
        yield ProgressCheck(one.due_on, _COLON.text().join((title, _OVERDUE.text())), held=False)
