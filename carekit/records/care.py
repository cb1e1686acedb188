"""What the school does for a child: stays in classes, the register of left-behind children, talks and home visits."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from pydantic import model_validator

from carekit.fields import DoneDate, Id, NoteText, PersonName, PlainDate, Privacy, ShortText, field, refuse
from carekit.language import Label
from carekit.records.base import PROPOSED, Approval, Area, Record, in_order
from carekit.records.codes import (
    CaseSource,
    ChildState,
    ClosureReason,
    EntryReason,
    GuardianshipState,
    LeavingReason,
    Outcome,
    PartOfDay,
    Relation,
    TalkMode,
    TalkTopic,
    VisitMode,
)

_CHILD = Label("Child", "儿童")
_NOTE = Label("Note", "备注")
_OUTCOME = Label("Outcome", "结果")


class Enrolment(Record):
    """A stay of a child in a class; the day of leaving still counts. A child who comes back has a second one."""

    kind: ClassVar[str] = "enrolment"
    label: ClassVar[Label] = Label("Enrolment", "在班记录")
    area: ClassVar[Area] = Area.FILE
    about: ClassVar[tuple[str, ...]] = ("child_id",)
    occurs: ClassVar[str | None] = "enrolled_on"
    ends: ClassVar[str | None] = "left_on"

    child_id: Id = field(_CHILD, Privacy.INTERNAL, ref="child")
    class_id: Id = field(Label("Class", "班级"), Privacy.INTERNAL, ref="school_class", needed=True)
    enrolled_on: PlainDate = field(Label("In the class since", "入班日期"), Privacy.INTERNAL)
    entry: EntryReason = field(Label("Came by", "入班方式"), Privacy.INTERNAL, default=EntryReason.NEW)
    left_on: PlainDate | None = field(Label("Last day in the class", "离班日期"), Privacy.INTERNAL)
    leaving: LeavingReason | None = field(Label("Left by", "离班原因"), Privacy.INTERNAL)
    other_school: ShortText | None = field(Label("From or to which school", "转自或转往学校"), Privacy.PERSONAL)
    note: NoteText | None = field(_NOTE, Privacy.PERSONAL)

    @model_validator(mode="after")
    def _in_order(self) -> Enrolment:
        if self.left_on is not None and self.leaving is None:
            raise refuse("leaving_without_reason", "Say why the child left the class.", "填了离班日期，请选择离班原因。", name="leaving")
        return in_order(self, "enrolled_on", "left_on")


class Case(Record):
    """A child's place on the school's register of left-behind children; reopening keeps the number."""

    kind: ClassVar[str] = "case"
    label: ClassVar[Label] = Label("Left-behind register", "留守登记")
    area: ClassVar[Area] = Area.FILE
    about: ClassVar[tuple[str, ...]] = ("child_id",)
    occurs: ClassVar[str | None] = "opened_on"
    title_fields: ClassVar[tuple[str, ...]] = ("number",)

    child_id: Id = field(_CHILD, Privacy.INTERNAL, ref="child")
    number: ShortText | None = field(Label("File number", "档案号"), Privacy.INTERNAL)
    opened_on: DoneDate = field(Label("On the register since", "建档日期"), Privacy.INTERNAL)
    source: CaseSource = field(Label("Known from", "来源"), Privacy.INTERNAL, default=CaseSource.OTHER)
    note: NoteText | None = field(_NOTE, Privacy.SENSITIVE)


class Closure(Record):
    """The leaving of the register: proposed with its outcome, in force once somebody else has approved it; the day itself still counts as on the register.

    Reopening sets `reopened_on` and keeps the closure.
    """

    kind: ClassVar[str] = "closure"
    label: ClassVar[Label] = Label("Closure", "销号")
    area: ClassVar[Area] = Area.FILE
    about: ClassVar[tuple[str, ...]] = ("case_id", "child_id")
    occurs: ClassVar[str | None] = "closed_on"
    ends: ClassVar[str | None] = "reopened_on"
    approval: ClassVar[Approval | None] = Approval(
        "approved_by",
        "approved_on",
        ("proposed_by",),
        afterwards=("reopened_on", "reopen_reason"),
        asked=("proposed_on", "proposed_by"),
        pending=PROPOSED,
    )

    case_id: Id = field(Label("Register entry", "留守登记"), Privacy.INTERNAL, ref="case")
    closed_on: DoneDate = field(Label("Last day on the register", "销号日期"), Privacy.INTERNAL)
    reason: ClosureReason = field(Label("Reason", "销号原因"), Privacy.SENSITIVE)
    outcome: NoteText | None = field(_OUTCOME, Privacy.SENSITIVE)
    proposed_by: Id | None = field(Label("Proposed by", "申请人"), Privacy.INTERNAL, ref="staff_member")
    proposed_on: DoneDate | None = field(Label("Proposed on", "申请日期"), Privacy.INTERNAL)
    returned_for: NoteText | None = field(Label("Sent back because", "退回意见"), Privacy.SENSITIVE)
    approved_by: Id | None = field(Label("Approved by", "审批人"), Privacy.INTERNAL, ref="staff_member")
    approved_on: DoneDate | None = field(Label("Approved on", "审批日期"), Privacy.INTERNAL)
    reopened_on: DoneDate | None = field(Label("Reopened", "恢复日期"), Privacy.INTERNAL)
    reopen_reason: ShortText | None = field(Label("Why reopened", "恢复原因"), Privacy.SENSITIVE)

    @property
    def in_force(self) -> bool:
        """Whether it is approved; what is only proposed takes no child off the register."""
        return self.approved_by is not None

    def shuts(self, day: date) -> bool:
        """Whether the child is off the register on a day because of it; its last day still counts as on it."""
        return self.in_force and self.closed_on < day and (self.reopened_on is None or self.reopened_on > day)

    @model_validator(mode="after")
    def _in_order(self) -> Closure:
        return in_order(self, "closed_on", "reopened_on")


class Talk(Record):
    """A talk with a child (谈心谈话记录卡); only one that took place meets the monthly duty.

    "Away the whole period" with a reason excuses the month of its date.
    """

    kind: ClassVar[str] = "talk"
    label: ClassVar[Label] = Label("Talk", "谈心")
    area: ClassVar[Area] = Area.CARE
    about: ClassVar[tuple[str, ...]] = ("child_id",)
    occurs: ClassVar[str | None] = "talked_on"
    by: ClassVar[str | None] = "staff_id"
    title_fields: ClassVar[tuple[str, ...]] = ("topic", "outcome")
    quick: ClassVar[tuple[str, ...]] = ("talked_on", "mode", "topic", "outcome", "reason", "points", "follow_up_on")

    child_id: Id = field(_CHILD, Privacy.INTERNAL, ref="child")
    talked_on: DoneDate = field(Label("Date", "谈心日期"), Privacy.INTERNAL)
    part_of_day: PartOfDay | None = field(Label("Time of day", "时段"), Privacy.INTERNAL)
    place: ShortText | None = field(Label("Place", "地点"), Privacy.SENSITIVE)
    staff_id: Id = field(Label("Talked by", "谈话人"), Privacy.INTERNAL, ref="staff_member")
    mode: TalkMode = field(Label("How", "方式"), Privacy.INTERNAL, default=TalkMode.FACE)
    topic: TalkTopic = field(Label("About", "类型"), Privacy.SENSITIVE, default=TalkTopic.DAILY)
    outcome: Outcome = field(_OUTCOME, Privacy.INTERNAL, default=Outcome.DONE)
    reason: ShortText | None = field(Label("Occasion, or why it did not take place", "缘由（未谈成请写原因）"), Privacy.SENSITIVE)
    points: NoteText | None = field(
        Label("What was said", "过程要点"), Privacy.SENSITIVE, hint=Label("Facts and the child's own words.", "写事实和孩子的原话。")
    )
    child_states: tuple[ChildState, ...] = field(Label("How the child was", "学生状态"), Privacy.SENSITIVE, default=())
    advice: NoteText | None = field(Label("Advice and agreement", "建议与约定"), Privacy.SENSITIVE)
    effect: NoteText | None = field(Label("Effect", "效果与反馈"), Privacy.SENSITIVE)
    follow_up_on: PlainDate | None = field(Label("Look again on", "跟进日期"), Privacy.INTERNAL)

    @model_validator(mode="after")
    def _says_enough(self) -> Talk:
        if self.outcome is not Outcome.DONE and not self.reason:
            raise refuse("reason_missing", "Write why the talk did not take place.", "没有谈成，请写明原因。", name="reason")
        if self.outcome is Outcome.DONE and not self.points:
            raise refuse("points_missing", "Write a few words on what was said.", "请简单写几句谈话要点。", name="points")
        return self


class HomeVisit(Record):
    """A visit to the child's home (家访记录); visits on site, by phone and by video are counted apart."""

    kind: ClassVar[str] = "home_visit"
    label: ClassVar[Label] = Label("Home visit", "家访")
    area: ClassVar[Area] = Area.CARE
    about: ClassVar[tuple[str, ...]] = ("child_id",)
    occurs: ClassVar[str | None] = "visited_on"
    by: ClassVar[str | None] = "staff_id"
    title_fields: ClassVar[tuple[str, ...]] = ("mode", "outcome")
    quick: ClassVar[tuple[str, ...]] = (
        "visited_on", "mode", "outcome", "reason", "companion_id", "met_relation", "met_name", "guardianship", "at_home", "hazards", "measures",
        "revisit_on",
    )  # fmt: skip

    child_id: Id = field(_CHILD, Privacy.INTERNAL, ref="child")
    visited_on: DoneDate = field(Label("Date", "家访日期"), Privacy.INTERNAL)
    part_of_day: PartOfDay | None = field(Label("Time of day", "时段"), Privacy.INTERNAL)
    staff_id: Id = field(Label("Visited by", "家访教师"), Privacy.INTERNAL, ref="staff_member")
    companion_id: Id | None = field(Label("Together with", "同行教师"), Privacy.INTERNAL, ref="staff_member")
    mode: VisitMode = field(Label("How", "方式"), Privacy.INTERNAL, default=VisitMode.ON_SITE)
    outcome: Outcome = field(_OUTCOME, Privacy.INTERNAL, default=Outcome.DONE)
    reason: ShortText | None = field(Label("Why it did not take place", "未成功原因"), Privacy.SENSITIVE)
    met_name: PersonName | None = field(Label("Who was met", "受访人"), Privacy.PERSONAL)
    met_relation: Relation | None = field(Label("Relation to the child", "受访人与儿童关系"), Privacy.PERSONAL)
    address: ShortText | None = field(Label("Address", "家访地址"), Privacy.PERSONAL)
    family_situation: NoteText | None = field(Label("Family and work away", "家庭成员与务工情况"), Privacy.SENSITIVE)
    living: NoteText | None = field(Label("Home, means, place to study", "居住、经济与学习环境"), Privacy.SENSITIVE)
    at_home: NoteText | None = field(Label("The child at home", "在家表现"), Privacy.SENSITIVE)
    at_school: NoteText | None = field(Label("Told of the child at school", "在校表现反馈"), Privacy.SENSITIVE)
    guardianship: GuardianshipState | None = field(Label("State of guardianship", "监护情况"), Privacy.SENSITIVE)
    hazards: NoteText | None = field(Label("Dangers", "安全隐患"), Privacy.SENSITIVE)
    opinion: NoteText | None = field(Label("The family's opinion", "家长意见"), Privacy.SENSITIVE)
    measures: NoteText | None = field(Label("Problems and measures", "问题与措施"), Privacy.SENSITIVE)
    revisit_on: PlainDate | None = field(Label("Visit again on", "回访日期"), Privacy.INTERNAL)
    photo_consent: bool | None = field(Label("Photographs agreed", "同意拍照"), Privacy.PERSONAL)

    @model_validator(mode="after")
    def _says_enough(self) -> HomeVisit:
        if self.outcome is not Outcome.DONE and not self.reason:
            raise refuse("reason_missing", "Write why the visit did not take place.", "没有访成，请写明原因。", name="reason")
        return self
