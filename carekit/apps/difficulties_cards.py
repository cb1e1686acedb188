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
from carekit.apps.difficulties_facts import Stage, Standing
from carekit.apps.staff import staff_name, staff_options, staff_with_former
from carekit.errors import UserError
from carekit.language import Label
from carekit.records import Difficulty
from carekit.records.codes import Role
from carekit.store import Desk
from carekit.widgets import Drafts, Emphasis, Entry, RecordForm, Saved

#: Days that a new difficulty has, unless the person says otherwise.
USUAL_DAYS = timedelta(days=30)
_CHOOSE = Label("Choose a difficulty in the list first.", "请先在名单中选一项困难。")
_NOT_NOW = Label(
    "This step is not possible now: somebody has gone on meanwhile. Look at the list again.",
    "现在不能办这一步，可能别人刚办过，请再看看名单。",
)
_RAISED = Label("Saved: the difficulty has an owner and a date.", "已保存：这项困难有了责任人和期限。")
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
    leaders: bool = False
    emphasis: Emphasis = Emphasis.PLAIN

    def possible(self, standing: Standing, role: Role | None) -> bool:
        """Whether the step can be taken now by a role; the store decides once more when it is saved."""
        return standing.stage in self.stages and (not self.leaders or role in APPROVERS)


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
            leaders=True,
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
            _OPEN | {Stage.DECIDED},
            lambda _: {},
            Label("Saved owner and date.", "已更新责任人和期限。"),
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
        """An empty entry of today with the person as owner, or the draft left behind."""
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
        super().__init__([self._about, self.form])

    def __repr__(self) -> str:
        return f"StepCard({self.step.name})"

    def begin(self, standing: Standing) -> None:
        """Open the step; `UserError` when it is not possible for this difficulty now, `NotFound` outside the person's scope."""
        if not self.step.possible(standing, self.desk.actor.role):
            raise UserError(_NOT_NOW)
        revision = self.desk.get(Difficulty, standing.revision.id)
        self._standing = standing
        self._about.value = _ABOUT.format(child=standing.child, what=revision.record.what or "").text()
        owners = staff_with_former(self.desk, staff_options(self.desk, clock.today()), revision.record.owner_id)
        references = {"owner_id": owners} if "owner_id" in self.step.boxes else {}
        drafts = Drafts.in_store(self.desk, f"{self.step.name}:{revision.id[-20:]}", revision.record.child_id)
        self.form.start(revision, hidden=self.step.sets(self.desk.actor), references=references, drafts=drafts)

    def _save(self, entry: Entry) -> Saved:
        if self._standing is None or entry.seen is None:
            raise UserError(_CHOOSE)
        revision = self.desk.amend(entry.record, seen=entry.seen)
        self._on_saved(self.step.saved)
        return Saved(self.step.saved, revision.version)
