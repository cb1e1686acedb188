"""Who needs help most and who helps: the groups that a child belongs to, and the pairings (PRACTICES 1.7, 4.2, 6.1, 6.2)."""

from __future__ import annotations

from typing import ClassVar

from pydantic import model_validator

from carekit.fields import DoneDate, Id, NoteText, PlainDate, Privacy, ShortText, field, refuse
from carekit.language import Label
from carekit.records.base import Area, Record, in_order
from carekit.records.codes import PairingEnd, PairingKind, SupportGroup

_CHILD = Label("Child", "儿童")


class Membership(Record):
    """A child's time in a group (特困, 留守, 后进) or among the key children; a child can be in several at once."""

    kind: ClassVar[str] = "membership"
    label: ClassVar[Label] = Label("Group", "帮扶分类")
    area: ClassVar[Area] = Area.FILE
    about: ClassVar[tuple[str, ...]] = ("child_id",)
    occurs: ClassVar[str | None] = "from_on"
    ends: ClassVar[str | None] = "until_on"
    title_fields: ClassVar[tuple[str, ...]] = ("group",)

    child_id: Id = field(_CHILD, Privacy.INTERNAL, ref="child")
    group: SupportGroup = field(Label("Group", "类别"), Privacy.SENSITIVE)
    from_on: PlainDate = field(Label("Since", "列入日期"), Privacy.SENSITIVE)
    until_on: PlainDate | None = field(Label("Until", "退出日期"), Privacy.SENSITIVE)
    reason: NoteText | None = field(Label("Why", "列入理由"), Privacy.SENSITIVE)
    end_reason: ShortText | None = field(Label("Why it ended", "退出原因"), Privacy.SENSITIVE)

    @model_validator(mode="after")
    def _in_order(self) -> Membership:
        return in_order(self, "from_on", "until_on")


class Pairing(Record):
    """A child paired with a helper, from when until when (结对帮扶卡, 责任书); the helper's access ends on the day it ends.

    A fellow pupil is named by `peer_id`, everybody else by `staff_id` (helpers from outside stand among the staff, with their unit).
    """

    kind: ClassVar[str] = "pairing"
    label: ClassVar[Label] = Label("Pairing", "结对帮扶")
    area: ClassVar[Area] = Area.SUPPORT
    about: ClassVar[tuple[str, ...]] = ("child_id",)
    occurs: ClassVar[str | None] = "from_on"
    ends: ClassVar[str | None] = "until_on"
    title_fields: ClassVar[tuple[str, ...]] = ("kind_of", "staff_id")

    child_id: Id = field(_CHILD, Privacy.INTERNAL, ref="child")
    kind_of: PairingKind = field(Label("Kind", "结对类型"), Privacy.INTERNAL)
    staff_id: Id | None = field(Label("Supporter", "帮扶人"), Privacy.INTERNAL, ref="staff_member")
    peer_id: Id | None = field(
        Label("Fellow pupil", "结对同学"), Privacy.INTERNAL, ref="child", hint=Label("For pupil with pupil only.", "学生手拉手时填写。")
    )
    from_on: PlainDate = field(Label("From", "开始日期"), Privacy.INTERNAL)
    until_on: PlainDate | None = field(Label("Until", "结束日期"), Privacy.INTERNAL)
    promise: ShortText | None = field(
        Label("How often", "帮扶频次"), Privacy.INTERNAL, hint=Label("Such as: once a week.", "如：每周一次。")
    )
    duties: NoteText | None = field(Label("Duties", "帮扶内容"), Privacy.INTERNAL)
    agreed_on: DoneDate | None = field(Label("Agreement signed", "责任书签订日期"), Privacy.INTERNAL)
    end_reason: PairingEnd | None = field(Label("Why it ends", "终止原因"), Privacy.INTERNAL)
    handover: NoteText | None = field(
        Label("Hand-over note", "交接说明"),
        Privacy.SENSITIVE,
        hint=Label("What the next supporter has to know.", "写给接手的人：孩子现在怎样、要接着做什么。"),
    )

    @model_validator(mode="after")
    def _names_the_helper(self) -> Pairing:
        if self.kind_of is PairingKind.PUPIL and not self.peer_id:
            raise refuse("peer_missing", "Choose the fellow pupil.", "请选择结对的同学。", name="peer_id")
        if self.kind_of is not PairingKind.PUPIL and not self.staff_id:
            raise refuse("supporter_missing", "Choose the supporter.", "请选择帮扶人。", name="staff_id")
        if self.peer_id == self.child_id:
            raise refuse(
                "peer_is_child", "A child cannot be paired with itself; choose another.", "不能和自己结对，请另选同学。", name="peer_id"
            )
        if self.until_on is not None and self.end_reason is None:
            raise refuse("end_reason_missing", "Say why the pairing ends.", "填了结束日期，请选择终止原因。", name="end_reason")
        if self.end_reason in (PairingEnd.CHANGED, PairingEnd.SUPPORTER_LEFT) and not self.handover:
            raise refuse(
                "handover_missing", "Write a few words for whoever takes over.", "请写几句交接说明，方便接手的人。", name="handover"
            )
        return in_order(self, "from_on", "until_on")
