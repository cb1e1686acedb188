"""What is known of plans on a day: their states, what they lack, their check dates, and a child's scores from the baseline on.

Every screen, list and figure about plans asks these functions, so that all of them agree. Reading goes through a desk; nothing is written.

When a check is due (`check_dates`): every so many days counted from the plan's first day, never from the check before. From 28 to 31 days a month is
meant: then the day of the month is that of the first day, or the month's last day where it is shorter (31 January, 28 February, 31 March).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

import sqlalchemy as sa

from carekit.apps.children import classes_on
from carekit.calendar import Span, add_months
from carekit.language import Label, LabelledEnum
from carekit.obligations.closures import in_force
from carekit.obligations.study_rules import MONTH_DAYS
from carekit.records import Check, Plan, PlanGoal, Score
from carekit.records.codes import Exam, PlanKind, Subject, WeakArea
from carekit.store import Desk, Revision

_NO_AREA = Label("no weak area is chosen", "还没有选薄弱方面")
_NO_GOAL = Label("there is no goal yet", "还没有写目标")
_BARE_AREA = Label("no goal for: {area}", "“{area}”还没有目标")
_NOT_SIGNED = Label("the guardian has not signed", "监护人未签字")
_NOT_APPROVED = Label("not approved", "未审批")
_RETURNED = Label("sent back", "已退回，待修改")
_NO_CONCLUSION = Label("no conclusion", "未写总结")


class PlanState(LabelledEnum):
    """Where a plan stands on a day; the first that fits, in this order but for the last two, which go before all."""

    UNFINISHED = Label("unfinished", "未完成")
    RETURNED = Label("sent back", "退回修改")
    WAITING = Label("waiting for approval", "待审批")
    READY = Label("approved, not begun", "已审批，未开始")
    NEEDS_CHECK = Label("check overdue", "检查逾期")
    RUNNING = Label("running", "执行中")
    OVER = Label("over without conclusion", "到期未总结")
    ENDED = Label("ended", "已结束")


@dataclass(frozen=True, slots=True)
class PlannedCheck:
    """A day on which a check is due: `held` is the check that met it, `entry` one that was written down beforehand and not held yet."""

    due_on: date
    held: Revision[Check] | None = None
    entry: Revision[Check] | None = None
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """A plan with its goals and checks, and what follows from them on the day `on`.

    `bare_areas` are the weak areas without a goal; `missing` says everything that the plan lacks, in words; `planned` are its check dates up to its end.
    """

    on: date
    plan: Revision[Plan]
    goals: tuple[Revision[PlanGoal], ...]
    checks: tuple[Revision[Check], ...]
    state: PlanState
    bare_areas: tuple[WeakArea, ...]
    missing: tuple[Label, ...]
    planned: tuple[PlannedCheck, ...]

    @property
    def id(self) -> str:
        """The plan's id."""
        return self.plan.id

    @property
    def child_id(self) -> str:
        """Whose plan it is."""
        return self.plan.record.child_id

    @property
    def closed(self) -> bool:
        """Whether its end was reached, with or without a conclusion: then nobody is reminded of its checks."""
        return self.state in (PlanState.OVER, PlanState.ENDED)

    @property
    def overdue(self) -> tuple[PlannedCheck, ...]:
        """The checks that should have been held by now."""
        return tuple(one for one in self.planned if one.overdue)

    @property
    def next_check(self) -> PlannedCheck | None:
        """The earliest check still to be held, an overdue one first; None once the plan's end was reached."""
        if self.closed:
            return None
        return next((one for one in self.planned if not one.held and (one.overdue or one.due_on >= self.on)), None)

    @property
    def due_and_held(self) -> tuple[int, int]:
        """How many checks were due before today or are held already, and how many of these are held."""
        held = sum(one.held is not None for one in self.planned)
        return held + len(self.overdue), held

    def __repr__(self) -> str:
        return f"PlanFacts({self.id}, {self.state.name})"


# --- check dates ------------------------------------------------------------------------------------------------------


def check_dates(from_on: date, until_on: date, check_days: int) -> list[date]:
    """The days on which checks are due after the first day up to the last one, each counted from the first."""
    dates: list[date] = []
    while True:
        n = len(dates) + 1
        due_on = add_months(from_on, n) if check_days in MONTH_DAYS else from_on + timedelta(days=n * check_days)
        if due_on > until_on:
            return dates
        dates.append(due_on)


def planned_checks(plan: Plan, checks: Sequence[Revision[Check]], on: date, pauses: Sequence[Span] = ()) -> tuple[PlannedCheck, ...]:
    """The check dates of a plan, which of them were met by the day `on`, and which are overdue (from the day after).

    A check that was held meets the date it was due on, or the next date when it was due on another day. Checks written down beforehand add
    their own dates. An early end takes away what was due later; at the plan's end, and for dates within `pauses`, nothing is overdue any more.
    """
    end = min(plan.until_on, plan.ended_on or plan.until_on)
    held = [one for one in checks if one.record.checked_on is not None and one.record.checked_on <= on]
    ahead = {one.record.due_on: one for one in checks if one.record.checked_on is None and plan.from_on <= one.record.due_on <= end}
    dates = sorted({*check_dates(plan.from_on, end, plan.check_days), *ahead})
    met = _met(dates, held)
    reached = on > plan.until_on or (plan.ended_on is not None and plan.ended_on <= on)
    paused = reached or any(on in pause for pause in pauses)
    return tuple(
        PlannedCheck(
            day,
            met.get(day),
            ahead.get(day),
            overdue=day < on and day not in met and not paused and not any(day in pause for pause in pauses),
        )
        for day in dates
    )


def _met(dates: Sequence[date], held: Sequence[Revision[Check]]) -> dict[date, Revision[Check]]:
    met: dict[date, Revision[Check]] = {}
    for check in sorted(held, key=lambda one: (one.record.due_on not in dates, one.record.due_on, one.id)):
        place = bisect_left(dates, check.record.due_on)
        if place < len(dates):
            met.setdefault(dates[place], check)
    return met


# --- states -----------------------------------------------------------------------------------------------------------


def plan_facts(
    desk: Desk, on: date, *, child_id: str | None = None, plan_id: str | None = None, known_at: datetime | None = None
) -> list[PlanFacts]:
    """The plans that the desk sees, of one child or one alone when asked for, by their first day; as known at a moment (now when left out).

    Nobody is reminded of checks for a child who is in no class on that day, or whose register entry is closed; dates between closing and reopening are
    never overdue.
    """
    where = {name: value for name, value in (("child_id", child_id), ("id", plan_id)) if value is not None}
    with desk.snapshot():
        plans = desk.find(Plan, where, known_at=known_at)
        if not plans:
            return []
        chosen = {"plan_id": [plan.id for plan in plans]} if where else None
        goals, checks = defaultdict(list), defaultdict(list)
        for goal in desk.find(PlanGoal, chosen, known_at=known_at):
            goals[goal.record.plan_id].append(goal)
        for check in desk.find(Check, chosen, known_at=known_at):
            checks[check.record.plan_id].append(check)
        pauses, present = _pauses(desk, on, known_at), classes_on(desk, on).keys()
    away = (Span(on, on),)
    return [
        facts_of(plan, goals[plan.id], checks[plan.id], on, pauses.get(child, ()) if (child := plan.record.child_id) in present else away)
        for plan in plans
    ]


def facts_of(
    plan: Revision[Plan], goals: Sequence[Revision[PlanGoal]], checks: Sequence[Revision[Check]], on: date, pauses: Sequence[Span] = ()
) -> PlanFacts:
    """What follows on a day from a plan, its goals and its checks."""
    bare = bare_areas(plan.record, [goal.record for goal in goals])
    lacking = [] if "weak_areas" in plan.redacted else unfinished(plan.record, [goal.record for goal in goals])
    planned = planned_checks(plan.record, checks, on, pauses)
    state = _state(plan.record, on, bool(lacking), any(one.overdue for one in planned))
    return PlanFacts(on, plan, tuple(goals), tuple(checks), state, bare, tuple(_missing(plan.record, state, lacking)), planned)


def bare_areas(plan: Plan, goals: Sequence[PlanGoal]) -> tuple[WeakArea, ...]:
    """The weak areas for which there is no goal."""
    served = {goal.weak_area for goal in goals}
    return tuple(area for area in plan.weak_areas or () if area not in served)


def unfinished(plan: Plan, goals: Sequence[PlanGoal]) -> list[Label]:
    """Why a plan is unfinished, in words: no weak area, no goal, or weak areas without one; empty when it is not."""
    if not plan.weak_areas:
        return [_NO_AREA] if goals else [_NO_AREA, _NO_GOAL]
    if not goals:
        return [_NO_GOAL]
    return [_BARE_AREA.format(area=area) for area in bare_areas(plan, goals)]


def is_approved(plan: Plan, on: date) -> bool:
    """Whether somebody else had approved the plan by a day."""
    return plan.approved_by is not None and (plan.approved_on is None or plan.approved_on <= on)


def _state(plan: Plan, on: date, lacking: bool, overdue: bool) -> PlanState:
    if plan.ended_on is not None and plan.ended_on <= on:
        return PlanState.ENDED
    if on > plan.until_on:
        return PlanState.ENDED if plan.conclusion else PlanState.OVER
    if lacking:
        return PlanState.UNFINISHED
    if not is_approved(plan, on):
        return PlanState.RETURNED if plan.returned_for else PlanState.WAITING
    if on < plan.from_on:
        return PlanState.READY
    return PlanState.NEEDS_CHECK if overdue else PlanState.RUNNING


def _missing(plan: Plan, state: PlanState, lacking: Sequence[Label]) -> list[Label]:
    if state is PlanState.ENDED:
        return []
    missing = [*([_NO_CONCLUSION] if state is PlanState.OVER else []), *lacking]
    if plan.kind_of is PlanKind.INDIVIDUAL and not (plan.guardian_name or plan.guardian_signed_on):
        missing.append(_NOT_SIGNED)
    if plan.approved_by is None:
        missing.append(_RETURNED if plan.returned_for else _NOT_APPROVED)
    return missing


def _pauses(desk: Desk, on: date, known_at: datetime | None) -> Mapping[str, Sequence[Span]]:
    """For each child the days after a closing of the register entry up to the day before its reopening, or before another entry was opened."""
    case, closure = desk.rows("case", known_at=known_at), desk.rows("closure", known_at=known_at)
    opened: dict[str, list[date]] = defaultdict(list)
    for child_id, opened_on in desk.tuples(sa.select(case.c.child_id, case.c.opened_on)):
        opened[child_id].append(opened_on)
    select = sa.select(case.c.child_id, closure.c.closed_on, closure.c.reopened_on).join(case, case.c.id == closure.c.case_id)
    pauses: dict[str, list[Span]] = defaultdict(list)
    for child_id, closed_on, reopened_on in desk.tuples(select.where(in_force(closure), closure.c.closed_on < on)):
        again = min((day for day in (reopened_on, *opened[child_id]) if day is not None and day > closed_on), default=date.max)
        pauses[child_id].append(Span(closed_on + timedelta(days=1), again - timedelta(days=1)))
    return pauses


# --- scores -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ScorePoint:
    """One score of a child: `share` is the share of the full points, None out of 0."""

    score_id: str
    on: date
    exam: Exam
    points: Decimal
    full_points: Decimal

    @property
    def baseline(self) -> bool:
        """Whether progress is told from this exam on."""
        return self.exam is Exam.BASELINE

    @property
    def share(self) -> float | None:
        """Points as a share of the full points, from 0 to 1."""
        return float(self.points / self.full_points) if self.full_points else None

    def __repr__(self) -> str:
        return f"ScorePoint({self.score_id})"


def progress_of(desk: Desk, child_id: str, on: date, *, known_at: datetime | None = None) -> dict[Subject, tuple[ScorePoint, ...]]:
    """The scores of one child up to a day by subject, in the order of days and on one day the baseline exam first; subjects as declared.

    Scores of which the reader does not see the points are left out.
    """
    found: dict[Subject, list[ScorePoint]] = {subject: [] for subject in Subject}
    for revision in desk.find(Score, {"child_id": child_id}, known_at=known_at):
        score = revision.record
        if score.held_on <= on and not {"points", "full_points"} & revision.redacted:
            found[score.subject].append(ScorePoint(score.id, score.held_on, score.exam, score.points, score.full_points))
    return {
        subject: tuple(sorted(points, key=lambda one: (one.on, not one.baseline, one.score_id)))
        for subject, points in found.items()
        if points
    }


def gain(points: Sequence[ScorePoint]) -> float | None:
    """By how much the share of the last score differs from that of the first baseline exam (without one: of the first score); None for fewer than two."""
    told = [one for one in points if one.share is not None]
    start = next((place for place, one in enumerate(told) if one.baseline), 0)
    if len(told) - start < 2:
        return None
    first, last = told[start].share, told[-1].share
    return None if first is None or last is None else last - first
