"""Files on their way: handed over between schools, two files of one child made one."""

from __future__ import annotations

from typing import ClassVar

from pydantic import model_validator

from carekit.fields import DoneDate, Id, NoteText, PersonName, PlainDate, Privacy, ShortText, field
from carekit.language import Label
from carekit.records.base import Area, Record, Travel, in_order
from carekit.records.codes import TransferDirection

_CHILD = Label("Child", "儿童")


class Transfer(Record):
    """The hand-over of a child's file from or to another school, until the other school has confirmed it (转学、升学移交).

    `package_mark` is the mark printed by both schools, so that they can tell on the phone that they have the same package.
    """

    kind: ClassVar[str] = "transfer"
    label: ClassVar[Label] = Label("Hand-over between schools", "转学移交")
    area: ClassVar[Area] = Area.FILE
    about: ClassVar[tuple[str, ...]] = ("child_id",)
    occurs: ClassVar[str | None] = "moved_on"
    title_fields: ClassVar[tuple[str, ...]] = ("direction", "other_school")
    #: Whom to reach at other schools is nobody else's; from and to which school a child moved stands in the enrolments.
    travels: ClassVar[Travel] = Travel.STAYS

    child_id: Id = field(_CHILD, Privacy.INTERNAL, ref="child")
    direction: TransferDirection = field(Label("Direction", "转入或转出"), Privacy.INTERNAL)
    moved_on: PlainDate = field(Label("Moves on", "转学日期"), Privacy.INTERNAL)
    other_school: ShortText = field(Label("The other school", "对方学校"), Privacy.PERSONAL)
    other_contact: ShortText | None = field(Label("Whom to reach there", "对方联系人和电话"), Privacy.PERSONAL)
    package_mark: ShortText | None = field(Label("Mark of the package", "档案包校验码"), Privacy.INTERNAL)
    handed_over_on: DoneDate | None = field(Label("Handed over on", "移交日期"), Privacy.INTERNAL)
    receipt_on: DoneDate | None = field(Label("Receipt of", "回执日期"), Privacy.INTERNAL)
    receipt_by: PersonName | None = field(Label("Receipt signed by", "回执签收人"), Privacy.PERSONAL)
    staff_id: Id = field(Label("Dealt with by", "经办人"), Privacy.INTERNAL, ref="staff_member")
    note: NoteText | None = field(Label("Note", "备注"), Privacy.SENSITIVE)

    @model_validator(mode="after")
    def _in_order(self) -> Transfer:
        return in_order(self, "handed_over_on", "receipt_on")


class Merge(Record):
    """Two files of one child made one: everything of `merged_id` stands with `kept_id` since then; undone, both are as they were."""

    kind: ClassVar[str] = "merge"
    label: ClassVar[Label] = Label("Files made one", "档案合并")
    area: ClassVar[Area] = Area.FILE
    about: ClassVar[tuple[str, ...]] = ("kept_id",)
    occurs: ClassVar[str | None] = "merged_on"
    travels: ClassVar[Travel] = Travel.STAYS

    kept_id: Id = field(Label("File that is kept", "保留的档案"), Privacy.INTERNAL, ref="child")
    merged_id: Id = field(Label("File that goes into it", "并入的档案"), Privacy.INTERNAL, ref="child")
    merged_on: DoneDate = field(Label("Date", "合并日期"), Privacy.INTERNAL)
    staff_id: Id | None = field(Label("Dealt with by", "经办人"), Privacy.INTERNAL, ref="staff_member")
    reason: ShortText | None = field(Label("Why", "合并理由"), Privacy.INTERNAL)
    undone_on: DoneDate | None = field(Label("Undone on", "撤销合并日期"), Privacy.INTERNAL)
    undone_by: Id | None = field(Label("Undone by", "撤销经办人"), Privacy.INTERNAL, ref="staff_member")
    undone_why: ShortText | None = field(Label("Why undone", "撤销理由"), Privacy.INTERNAL)

    @model_validator(mode="after")
    def _in_order(self) -> Merge:
        return in_order(self, "merged_on", "undone_on")
