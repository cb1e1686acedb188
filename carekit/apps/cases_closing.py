"""Closing and reopening, the same way for the register and for interventions: proposed with an outcome, decided by somebody else, reopened with a reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from carekit import clock
from carekit.apps.cases_child import file_facts, running_pairings, stays_of
from carekit.apps.cases_criteria import Criterion, EndFacts, closure_criteria, intervention_criteria, unmet
from carekit.apps.cases_facts import Stage, Standing, may_decide
from carekit.errors import UserError
from carekit.language import Label
from carekit.problems import InvalidRecord, Problem
from carekit.records import Closure, InterventionClosure, Pairing, Record
from carekit.records.codes import ClosureReason, InterventionEnd, PairingEnd
from carekit.store import Conflict, Desk, Revision

_ALREADY = Label("This is proposed or closed already; look at the list again.", "已经有人申请或办结了，请再看看名单。")
_NOT_NOW = Label(
    "This step is not possible now: somebody has gone on meanwhile. Look at the list again.",
    "现在不能办这一步，可能别人刚办过，请再看看名单。",
)
_OUTCOME = Label("Nothing is closed without an outcome: write it down.", "没有结果不能申请，请写明结果。")
_TOO_EARLY = Label("The last day is before the day of opening ({day}); correct it.", "早于建档（开案）日期{day}，请改正。")
_NO_REASON = Label("Write why it is sent back.", "请写明退回意见。")
_REOPENED_ON, _REOPEN_WHY = Label("Enter the day of reopening.", "请填写恢复日期。"), Label("Write why it is reopened.", "请写明恢复原因。")
_UNMET = Label(
    "Not saved yet. Not met: {what}. Explain it in the outcome, then press Save once more.",
    "还没有保存。这些条件没有满足：{what}。请在结果里写明原因，再按一次保存。",
)
_AND = Label("; ", "；")
_APPROVED = Label("approved", "审批通过")
_CHILD_LEFT = Label("closed after the child left", "孩子离校，销号时结束")


@dataclass(frozen=True, slots=True)
class Closing:
    """One kind of closing: its record, the field of what it closes, the boxes of a proposal, its criteria, and its words."""

    name: str
    record: type[Record]
    parent: str
    boxes: tuple[str, ...]
    criteria: Callable[[Desk, Standing, Mapping[str, Any]], list[Criterion]]
    propose: Label
    stages: Mapping[Stage, Label]


def _closure_criteria(desk: Desk, one: Standing, boxes: Mapping[str, Any]) -> list[Criterion]:
    reason = _code(ClosureReason, boxes.get("reason"))
    if reason is None:
        return []
    on = _date(boxes.get("closed_on")) or clock.today()
    since = one.record.opened_on if reason is ClosureReason.WRONGLY_LISTED else None
    return closure_criteria(reason, file_facts(desk, one.record.child_id, on, since=since))


def _end_criteria(desk: Desk, one: Standing, boxes: Mapping[str, Any]) -> list[Criterion]:
    reason = _code(InterventionEnd, boxes.get("reason"))
    if reason is None:
        return []
    on = _date(boxes.get("closed_on")) or clock.today()
    told = {name: _date(boxes.get(name)) for name in ("child_told_on", "guardian_told_on")}
    return intervention_criteria(reason, EndFacts(file_facts(desk, one.record.child_id, on), one.record.review_on, **told))


def _code(codes: Any, value: Any) -> Any:
    """The code that stands in a box, or None."""
    return codes(str(value)) if value and str(value) in set(codes) else None


def _date(value: Any) -> date | None:
    """The day that stands in a box, or None."""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


REGISTER = Closing(
    "register",
    Closure,
    "case_id",
    ("reason", "closed_on", "outcome"),
    _closure_criteria,
    Label("Propose to take off the register", "申请销号"),
    {
        Stage.OPEN: Label("on the register", "在册"),
        Stage.PROPOSED: Label("closure proposed", "销号待审批"),
        Stage.RETURNED: Label("sent back", "申请已退回"),
        Stage.CLOSED: Label("closed", "已销号"),
    },
)
INTERVENTION = Closing(
    "intervention",
    InterventionClosure,
    "intervention_id",
    ("reason", "closed_on", "outcome", "child_told_on", "guardian_told_on"),
    _end_criteria,
    Label("Propose to close the intervention", "申请结案"),
    {
        Stage.OPEN: Label("open", "在办"),
        Stage.PROPOSED: Label("closing proposed", "结案待审批"),
        Stage.RETURNED: Label("sent back", "申请已退回"),
        Stage.CLOSED: Label("closed", "已结案"),
    },
)


def criteria_of(desk: Desk, closing: Closing, one: Standing) -> list[Criterion]:
    """The criteria of what is proposed, for whoever decides."""
    if one.proposal is None:
        return []
    record = one.proposal.record
    return closing.criteria(desk, one, {name: getattr(record, name) for name in closing.boxes})


# --- proposing --------------------------------------------------------------------------------------------------------


class Asked:
    """Asks once before a proposal of which a criterion is not met is saved: the same reason and day pressed again goes through."""

    def __init__(self) -> None:
        self._asked: object = None

    def check(self, criteria: list[Criterion], question: object) -> None:
        """`UserError` the first time that something is not met."""
        lacking = unmet(criteria)
        if lacking and self._asked != question:
            self._asked = question
            what = [one.label for one in lacking]
            told = Label(_AND.en.join(one.en for one in what), _AND.zh.join(one.zh for one in what))
            raise UserError(_UNMET.format(what=told), code="criteria_unmet")

    def forget(self) -> None:
        """Ask again: another proposal was begun."""
        self._asked = None


def check_proposal(one: Standing, record: Any) -> None:
    """`InvalidRecord` for a proposal without an outcome, or with a last day before the opening."""
    problems = []
    if not record.outcome:
        problems.append(Problem("outcome", "outcome_missing", _OUTCOME))
    if record.closed_on < one.record.opened_on:
        problems.append(Problem("closed_on", "dates_reversed", _TOO_EARLY.format(day=one.record.opened_on)))
    _refuse(record, problems)


def _refuse(record: Record, problems: list[Problem]) -> None:
    if problems:
        raise InvalidRecord(problems, {name: spec.label for name, spec in record.fields.items()})


def propose(desk: Desk, closing: Closing, one: Standing, record: Any, seen: int | None) -> Revision[Any]:
    """Save a proposal, new or changed; `UserError` when there is one already or it is closed."""
    if seen is not None:
        return desk.amend(record, seen=seen)
    others = [each.record for each in desk.find(closing.record, {closing.parent: one.subject.id}) if each.id != record.id]
    if any(not each.in_force or each.reopened_on is None for each in others):  # type: ignore[attr-defined]
        raise UserError(_ALREADY, code="proposed_already")
    return desk.add(record)


def take_back(desk: Desk, one: Standing, reason: str) -> None:
    """Withdraw a proposal that is not decided."""
    proposal = _undecided(one)
    desk.withdraw(type(proposal.record), proposal.id, seen=proposal.version, reason=reason)


# --- deciding ---------------------------------------------------------------------------------------------------------


def approve(desk: Desk, one: Standing) -> int:
    """Approve what is proposed, in one's own name; gives the number of pairings that ended with it.

    When the child has left the school, running pairings end with it: nobody is left there to be supported. `UserError` when somebody changed the proposal
    meanwhile or it is one's own work.
    """
    proposal = _undecided(one)
    if not may_decide(one, desk):
        raise UserError(_NOT_NOW)
    update = {"approved_by": desk.actor.staff_id, "approved_on": clock.today(), "returned_for": None}
    try:
        with desk.transaction():
            desk.amend(proposal.record.model_copy(update=update), seen=proposal.version, reason=_APPROVED.text())
            return _end_with(desk, one) if isinstance(proposal.record, Closure) else 0
    except Conflict:
        raise UserError(_NOT_NOW) from None


def _end_with(desk: Desk, one: Standing) -> int:
    today, child_id = clock.today(), one.record.child_id
    if any(stay.left_on is None or stay.left_on >= today for stay in stays_of(desk, child_id)):
        return 0
    return end_pairings(desk, child_id, today, "", _CHILD_LEFT)


def end_pairings(desk: Desk, child_id: str, on: date, note: str, reason: Label) -> int:
    """End the running pairings of a child who left the school with a day; what was to begin later is withdrawn. Gives their number."""
    running = {one.id for one in running_pairings(desk, child_id, on)}
    for found in desk.find(Pairing, {"id": sorted(running)}) if running else []:
        record = found.record
        if record.from_on > on:
            desk.withdraw(Pairing, record.id, seen=found.version, reason=reason.text())
            continue
        handover = "\n".join(filter(None, (record.handover, note.strip()))) or None
        update = {"until_on": on, "end_reason": PairingEnd.CHILD_LEFT, "handover": handover}
        desk.amend(record.model_copy(update=update), seen=found.version, reason=reason.text())
    return len(running)


def send_back(desk: Desk, record: Any, seen: int) -> Revision[Any]:
    """Send a proposal back with the reason, which stands beside it."""
    if not record.returned_for:
        _refuse(record, [Problem("returned_for", "reason_missing", _NO_REASON)])
    return desk.amend(record, seen=seen, reason=record.returned_for)


def _undecided(one: Standing) -> Revision[Any]:
    if one.proposal is None or one.stage not in (Stage.PROPOSED, Stage.RETURNED):
        raise UserError(_NOT_NOW)
    return one.proposal


# --- reopening --------------------------------------------------------------------------------------------------------


def check_reopening(record: Any) -> None:
    """`InvalidRecord` for a reopening without its day or reason."""
    problems = []
    if record.reopened_on is None:
        problems.append(Problem("reopened_on", "date_missing", _REOPENED_ON))
    if not record.reopen_reason:
        problems.append(Problem("reopen_reason", "reason_missing", _REOPEN_WHY))
    _refuse(record, problems)
