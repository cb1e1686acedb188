"""Interventions: work with one child on one concern, from its opening to its approved end (MZ/T 094 个案工作).

Ending an intervention does not take the child off the register of left-behind children, nor the other way round: that is `Closure`.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import model_validator

from carekit.fields import DoneDate, Id, NoteText, PlainDate, Privacy, ShortText, field, refuse
from carekit.language import Label
from carekit.records.base import PROPOSED, Approval, Area, Record, in_order
from carekit.records.codes import InterventionEnd

_TOLD = Label("Told", "告知")


class Intervention(Record):
    """Work with a child on one concern, by one worker who answers for it."""

    kind: ClassVar[str] = "intervention"
    label: ClassVar[Label] = Label("Intervention", "帮扶个案")
    area: ClassVar[Area] = Area.HARDSHIP
    about: ClassVar[tuple[str, ...]] = ("child_id",)
    occurs: ClassVar[str | None] = "opened_on"
    by: ClassVar[str | None] = "worker_id"
    title_fields: ClassVar[tuple[str, ...]] = ("number",)

    child_id: Id = field(Label("Child", "儿童"), Privacy.INTERNAL, ref="child")
    number: ShortText | None = field(Label("Number", "个案编号"), Privacy.INTERNAL)
    opened_on: DoneDate = field(Label("Opened on", "开案日期"), Privacy.INTERNAL)
    worker_id: Id = field(Label("Case worker", "个案负责人"), Privacy.INTERNAL, ref="staff_member")
    concern: NoteText = field(Label("The concern", "主要问题"), Privacy.SENSITIVE)
    aims: NoteText = field(Label("What is to be reached", "帮扶目标"), Privacy.SENSITIVE)
    measures: NoteText | None = field(Label("What is done", "帮扶措施"), Privacy.SENSITIVE)
    review_on: PlainDate | None = field(Label("Look again on", "评估日期"), Privacy.INTERNAL)

    @model_validator(mode="after")
    def _in_order(self) -> Intervention:
        return in_order(self, "opened_on", "review_on")


class InterventionClosure(Record):
    """The end of an intervention: proposed by the worker, in force once somebody else has approved it; reopening keeps it."""

    kind: ClassVar[str] = "intervention_closure"
    label: ClassVar[Label] = Label("Intervention closed", "个案结案")
    area: ClassVar[Area] = Area.HARDSHIP
    about: ClassVar[tuple[str, ...]] = ("intervention_id", "child_id")
    occurs: ClassVar[str | None] = "closed_on"
    ends: ClassVar[str | None] = "reopened_on"
    title_fields: ClassVar[tuple[str, ...]] = ("reason",)
    approval: ClassVar[Approval | None] = Approval(
        "approved_by",
        "approved_on",
        ("proposed_by",),
        afterwards=("reopened_on", "reopen_reason"),
        asked=("proposed_on", "proposed_by"),
        pending=PROPOSED,
    )

    intervention_id: Id = field(Label("Intervention", "帮扶个案"), Privacy.INTERNAL, ref="intervention")
    closed_on: DoneDate = field(Label("Last day", "结案日期"), Privacy.INTERNAL)
    proposed_by: Id = field(Label("Proposed by", "申请人"), Privacy.INTERNAL, ref="staff_member")
    proposed_on: DoneDate | None = field(Label("Proposed on", "申请日期"), Privacy.INTERNAL)
    reason: InterventionEnd = field(Label("Why it ends", "结案原因"), Privacy.INTERNAL)
    outcome: NoteText = field(Label("Outcome", "结案评估"), Privacy.SENSITIVE)
    child_told_on: DoneDate | None = field(Label("Child told on", "告知儿童日期"), Privacy.INTERNAL, group=_TOLD)
    guardian_told_on: DoneDate | None = field(Label("Guardian told on", "告知监护人日期"), Privacy.INTERNAL, group=_TOLD)
    returned_for: NoteText | None = field(Label("Sent back because", "退回意见"), Privacy.SENSITIVE)
    approved_by: Id | None = field(Label("Approved by", "审批人"), Privacy.INTERNAL, ref="staff_member")
    approved_on: DoneDate | None = field(Label("Approved on", "审批日期"), Privacy.INTERNAL)
    reopened_on: DoneDate | None = field(Label("Reopened", "重启日期"), Privacy.INTERNAL)
    reopen_reason: ShortText | None = field(Label("Why reopened", "重启原因"), Privacy.SENSITIVE)

    @property
    def in_force(self) -> bool:
        """Whether it is approved; what is only proposed ends nothing."""
        return self.approved_by is not None

    @model_validator(mode="after")
    def _says_enough(self) -> InterventionClosure:
        if self.reopened_on and not self.reopen_reason:
            raise refuse("reopen_reason_missing", "Write why it is reopened.", "请写明重启原因。", name="reopen_reason")
        return in_order(self, "closed_on", "reopened_on")
