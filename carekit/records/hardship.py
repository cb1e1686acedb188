"""Real difficulties of a child, from being seen to having an outcome (PRACTICES 6.3), and what is put off for some days."""

from __future__ import annotations

from typing import ClassVar

from pydantic import model_validator

from carekit.fields import DoneDate, Id, NoteText, PlainDate, Privacy, ShortText, field, refuse
from carekit.language import Label
from carekit.records.base import Approval, Area, Record, Travel, in_order
from carekit.records.codes import DifficultyKind, DifficultyResult, SnoozeReason

_CHILD = Label("Child", "儿童")
_ABOVE = Label("The branch", "支部协调")
_END = Label("Outcome", "办结")


class Difficulty(Record):
    """A real difficulty of a child: always with an owner and a date; closed only with an outcome.

    What one person cannot solve goes up to the branch (`escalated_on`), is decided there (`decision`), and is answered back (`closed_on`).
    """

    kind: ClassVar[str] = "difficulty"
    label: ClassVar[Label] = Label("Difficulty", "实际困难")
    area: ClassVar[Area] = Area.HARDSHIP
    about: ClassVar[tuple[str, ...]] = ("child_id",)
    occurs: ClassVar[str | None] = "raised_on"
    ends: ClassVar[str | None] = "closed_on"
    title_fields: ClassVar[tuple[str, ...]] = ("kind_of", "result")
    approval: ClassVar[Approval | None] = Approval(
        "decided_by",
        "decided_on",
        ("owner_id", "escalated_by"),
        lapses=False,
        writer=False,
        asked=("escalated_on", "escalated_by"),
        what=("decision",),
    )

    child_id: Id = field(_CHILD, Privacy.INTERNAL, ref="child")
    kind_of: DifficultyKind = field(Label("About", "困难类别"), Privacy.SENSITIVE)
    raised_on: DoneDate = field(Label("Seen on", "提出日期"), Privacy.INTERNAL)
    what: NoteText = field(Label("The difficulty", "困难情况"), Privacy.SENSITIVE)
    owner_id: Id = field(Label("Owner", "责任人"), Privacy.INTERNAL, ref="staff_member")
    due_on: PlainDate = field(Label("To be solved by", "办理期限"), Privacy.INTERNAL)
    measures: NoteText | None = field(Label("What was done", "已采取的办法"), Privacy.SENSITIVE)
    escalated_on: DoneDate | None = field(Label("Handed up on", "上报支部日期"), Privacy.INTERNAL, group=_ABOVE)
    escalated_by: Id | None = field(Label("Handed up by", "上报人"), Privacy.INTERNAL, ref="staff_member", group=_ABOVE)
    escalation: NoteText | None = field(Label("Why, what is asked for", "上报原因和请求"), Privacy.SENSITIVE, group=_ABOVE)
    decided_on: DoneDate | None = field(Label("Decided on", "支部研究日期"), Privacy.INTERNAL, group=_ABOVE)
    decided_by: Id | None = field(Label("Decided by", "研究决定人"), Privacy.INTERNAL, ref="staff_member", group=_ABOVE)
    decision: NoteText | None = field(Label("Decision", "支部决定"), Privacy.SENSITIVE, group=_ABOVE)
    closed_on: DoneDate | None = field(Label("Closed on", "办结日期"), Privacy.INTERNAL, group=_END)
    result: DifficultyResult | None = field(Label("Result", "办理结果"), Privacy.INTERNAL, group=_END)
    outcome: NoteText | None = field(Label("Outcome, told to the family", "结果和向家庭的答复"), Privacy.SENSITIVE, group=_END)

    @model_validator(mode="after")
    def _goes_its_way(self) -> Difficulty:
        if self.escalated_on and not self.escalation:
            raise refuse(
                "escalation_missing", "Write why it is handed up and what is asked for.", "请写明上报原因和请求。", name="escalation"
            )
        if self.decision and not self.escalated_on:
            raise refuse(
                "not_escalated", "Only what was handed up is decided; enter that day.", "还没有上报，请先填上报日期。", name="escalated_on"
            )
        if self.decision and not (self.decided_on and self.decided_by):
            raise refuse("decided_on_missing", "Enter who decided and when.", "请填研究决定人和日期。", name="decided_on")
        if self.escalated_on and self.closed_on and not self.decision:
            raise refuse("not_decided", "It was handed up and is not decided yet.", "已上报支部，研究决定后才能办结。", name="decision")
        if self.closed_on and not (self.result and self.outcome):
            raise refuse(
                "outcome_missing",
                "Nothing is closed without an outcome: write it down.",
                "没有结果不能办结，请写明办理结果。",
                name="outcome",
            )
        if (self.result or self.outcome) and not self.closed_on:
            raise refuse("closed_on_missing", "Enter the day on which it was closed.", "写了结果，请填办结日期。", name="closed_on")
        for first, last in (
            ("raised_on", "due_on"),
            ("raised_on", "escalated_on"),
            ("escalated_on", "decided_on"),
            ("raised_on", "closed_on"),
        ):
            in_order(self, first, last)
        return self


class Snooze(Record):
    """Something due that is put off until a day, with the reason; it counts as not done all the same, and comes back on that day."""

    kind: ClassVar[str] = "snooze"
    label: ClassVar[Label] = Label("Put off", "暂缓")
    area: ClassVar[Area] = Area.HARDSHIP
    about: ClassVar[tuple[str, ...]] = ("child_id",)
    occurs: ClassVar[str | None] = "from_on"
    ends: ClassVar[str | None] = "until_on"
    by: ClassVar[str | None] = "staff_id"
    title_fields: ClassVar[tuple[str, ...]] = ("reason",)
    travels: ClassVar[Travel] = Travel.STAYS

    child_id: Id = field(_CHILD, Privacy.INTERNAL, ref="child")
    rule: ShortText = field(Label("What is due", "应办事项"), Privacy.INTERNAL)
    due_on: PlainDate = field(Label("Was due on", "原应办日期"), Privacy.INTERNAL)
    from_on: DoneDate = field(Label("Put off on", "暂缓日期"), Privacy.INTERNAL)
    until_on: PlainDate = field(Label("Until", "暂缓到"), Privacy.INTERNAL)
    reason: SnoozeReason = field(Label("Why", "暂缓原因"), Privacy.INTERNAL)
    note: ShortText | None = field(Label("Note", "说明"), Privacy.SENSITIVE)
    staff_id: Id = field(Label("Put off by", "办理人"), Privacy.INTERNAL, ref="staff_member")

    @model_validator(mode="after")
    def _not_for_long(self) -> Snooze:
        in_order(self, "from_on", "until_on")
        if (self.until_on - self.from_on).days > LONGEST_SNOOZE:
            raise refuse(
                "snooze_too_long",
                f"Put it off by at most {LONGEST_SNOOZE} days.",
                f"最多暂缓{LONGEST_SNOOZE}天，到期会再提醒。",
                name="until_on",
            )
        return self


#: Days for which something may be put off at a time.
LONGEST_SNOOZE = 14
