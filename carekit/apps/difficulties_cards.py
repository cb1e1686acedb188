"""The steps of a difficulty, each a small form over the same record: raise, what was done, hand up, decide, pass on, close."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import ipywidgets as widgets

from carekit import clock
from carekit.access import APPROVERS, Actor
from carekit.apps.children import child_options
from carekit.apps.difficulties_facts import Stage, Standing, stage_of
from carekit.apps.staff import staff_name, staff_options, staff_with_former
from carekit.errors import UserError
from carekit.language import Label
from carekit.records import Child, Difficulty
from carekit.store import Conflict, Desk, Revision
from carekit.widgets import Drafts, Emphasis, Entry, RecordForm, Saved

#: Days that a new difficulty has, unless the person says otherwise.
USUAL_DAYS = timedelta(days=30)
_CHOOSE = Label("Choose a difficulty in the list first.", "请先在名单中选一项困难。")
_NOT_NOW = Label(
    "This step is not possible now: somebody has gone on meanwhile. Look at the list again.",
    "现在不能办这一步，可能别人刚办过，请再看看名单。",
)
_RAISED = Label("Saved: the difficulty has an owner and a date.", "已保存：这项困难有了责任人和期限。")
_REASON = Label("Why", "变更原因")
_REASON_MISSING = Label("Write above why owner or date change, then save.", "请在上面写明为什么换责任人或改期限，再保存。")
_ABOUT = Label("{child}: {what}", "{child}：{what}")


@dataclass(frozen=True, slots=True)
class Step:
    """A step: its words, the boxes of its form, the days on which it may be taken, what it sets by itself, and what is said afterwards."""

    name: str
    label: Label
    boxes: tuple[str, ...]
    stages: frozenset[Stage]
    sets: Callable[[Actor], dict[str, Any]]
    saved: Label
    #: Who may take it, beside those who may write the record at all; None: all of them.
    by: Callable[[Standing, Actor], bool] | None = None
    reasoned: bool = False
    emphasis: Emphasis = Emphasis.PLAIN

    def possible(self, standing: Standing, actor: Actor) -> bool:
        """Whether somebody can take the step now; the store decides once more when it is saved."""
        return standing.stage in self.stages and (self.by is None or self.by(standing, actor))


def _other_leader(standing: Standing, actor: Actor) -> bool:
    """Nobody decides their own request; who gave it away since then is told so by the store."""
    return actor.role in APPROVERS and actor.staff_id not in (standing.record.owner_id, standing.record.escalated_by)


def _owner_or_leader(standing: Standing, actor: Actor) -> bool:
    return actor.role in APPROVERS or actor.staff_id == standing.record.owner_id


_OPEN = frozenset({Stage.OWNER, Stage.OVERDUE})
STEPS: dict[str, Step] = {
    step.name: step
    for step in (
        Step(
            "decide",
            Label("Decide", "研究决定"),
            ("decision",),
            frozenset({Stage.WAITING}),
            lambda actor: {"decided_on": clock.today(), "decided_by": actor.staff_id},
            Label("Decided; its owner is to answer back.", "已记下支部决定，请责任人办理并答复。"),
            by=_other_leader,
            emphasis=Emphasis.PRIMARY,
        ),
        Step(
            "close",
            Label("Close", "办结"),
            ("result", "outcome"),
            _OPEN | {Stage.DECIDED},
            lambda _: {"closed_on": clock.today()},
            Label("Closed with its outcome.", "已办结，结果已记下。"),
            emphasis=Emphasis.PRIMARY,
        ),
        Step(
            "progress",
            Label("What was done", "记进展"),
            ("measures",),
            _OPEN | {Stage.WAITING, Stage.DECIDED},
            lambda _: {},
            Label("Saved what was done.", "已记下办理进展。"),
        ),
        Step(
            "escalate",
            Label("Hand up", "上报支部"),
            ("escalation",),
            _OPEN,
            lambda actor: {"escalated_on": clock.today(), "escalated_by": actor.staff_id},
            Label("Handed up to the branch; it is decided there.", "已上报支部，等待研究决定。"),
        ),
        Step(
            "pass_on",
            Label("Owner and date", "改责任人"),
            ("owner_id", "due_on", "measures"),
            _OPEN | {Stage.WAITING, Stage.DECIDED},
            lambda _: {},
            Label("Saved owner and date.", "已更新责任人和期限。"),
            by=_owner_or_leader,
            reasoned=True,
        ),
    )
}


class DifficultyCard(widgets.VBox):  # type: ignore[misc]
    """A new difficulty: `begin` opens the form, with a child chosen when one is named."""

    def __init__(self, desk: Desk, on_saved: Callable[[Label], object]) -> None:
        self.desk, self._on_saved = desk, on_saved
        self.form = RecordForm(
            Difficulty,
            ("child_id", "kind_of", "what", "owner_id", "due_on", "raised_on", "measures"),
            on_submit=self._save,
            title=Difficulty.label,
        )
        super().__init__([self.form])

    def __repr__(self) -> str:
        return "DifficultyCard()"

    def begin(self, child_id: str | None = None) -> None:
        """An empty entry of today with the person as owner, or the draft left behind; `NotFound` for a child outside the person's scope."""
        if child_id:
            self.desk.get(Child, child_id)
        today = clock.today()
        initial = {"child_id": child_id, "owner_id": self.desk.actor.staff_id, "raised_on": today, "due_on": today + USUAL_DAYS}
        references = {"child_id": child_options(self.desk, today), "owner_id": staff_options(self.desk, today)}
        self.form.start(initial, references=references, drafts=Drafts.in_store(self.desk, Difficulty.kind, ""))

    def _save(self, entry: Entry) -> Saved:
        self.desk.add(entry.record)
        self.desk.drop_draft(Difficulty.kind, "")
        self._on_saved(_RAISED)
        return Saved(_RAISED)


class StepCard(widgets.VBox):  # type: ignore[misc]
    """The form of one step, made once: `begin` opens it for a difficulty."""

    def __init__(self, desk: Desk, step: Step, on_saved: Callable[[Label], object]) -> None:
        self.desk, self.step, self._on_saved = desk, step, on_saved
        self._standing: Standing | None = None
        self._about = widgets.Label()
        self.form = RecordForm(
            Difficulty, step.boxes, on_submit=self._save, title=step.label, who=lambda staff_id: staff_name(desk, staff_id)
        )
        self.reason = widgets.Text(description=_REASON.text())
        # out of sight until it opens: a step that is refused shows no form
        super().__init__([self._about, *([self.reason] if step.reasoned else []), self.form], layout={"display": "none"})

    def __repr__(self) -> str:
        return f"StepCard({self.step.name})"

    def begin(self, standing: Standing) -> None:
        """Open the step; `UserError` when it is not possible for this difficulty now, `NotFound` outside the person's scope."""
        if not self.step.possible(standing, self.desk.actor):
            raise UserError(_NOT_NOW)
        revision = self.desk.get(Difficulty, standing.revision.id)
        self._standing, self.reason.value = standing, ""
        self._about.value = _ABOUT.format(child=standing.child, what=revision.record.what or "").text()
        owners = staff_with_former(self.desk, staff_options(self.desk, clock.today()), revision.record.owner_id)
        references = {"owner_id": owners} if "owner_id" in self.step.boxes else {}
        drafts = Drafts.in_store(self.desk, f"{self.step.name}:{revision.id[-20:]}", revision.record.child_id)
        self.form.start(revision, hidden=self.step.sets(self.desk.actor), references=references, drafts=drafts)

    def _save(self, entry: Entry) -> Saved:
        if self._standing is None or entry.seen is None:
            raise UserError(_CHOOSE)
        if self.step.reasoned and self._moves(entry.record, self._standing.record) and not self.reason.value.strip():
            raise UserError(_REASON_MISSING, code="reason_missing")
        revision = self._amend(entry.record, entry.seen)
        self._on_saved(self.step.saved)
        return Saved(self.step.saved, revision.version)

    @staticmethod
    def _moves(record: Difficulty, before: Difficulty) -> bool:
        return (record.owner_id, record.due_on) != (before.owner_id, before.due_on)

    def _amend(self, record: Difficulty, seen: int) -> Revision[Difficulty]:
        """Save; where somebody went on meanwhile so that the step is past, there is nothing to choose between: `UserError`."""
        try:
            return self.desk.amend(record, seen=seen, reason=self.reason.value.strip())
        except Conflict as conflict:
            if conflict.theirs.withdrawn or stage_of(conflict.theirs.record, clock.today()) not in self.step.stages:
                raise UserError(_NOT_NOW) from None
            raise
