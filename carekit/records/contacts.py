"""What is done with a child day by day beside talks and visits (PRACTICES 1.5 to 1.8, 4.2 to 4.4, 1.11): each kind one declaration."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from carekit.fields import DoneDate, Id, NoteText, PersonName, PlainDate, Privacy, ShortText, field, refuse
from carekit.language import Label
from carekit.records.base import Area, Record, in_order
from carekit.records.codes import (
    ActivityKind,
    Attendee,
    CallMode,
    CardState,
    Homework,
    Mood,
    Outcome,
    Relation,
    SelfCareSkill,
    Weather,
)

_CHILD = Label("Child", "儿童")
_BY = Label("Recorded by", "记录人")
_OUTCOME = Label("Outcome", "结果")


class ParentCall(Record):
    """A contact of a parent who is away with the child (亲情通话登记): at least weekly by law (未成年人保护法 §23)."""

    kind: ClassVar[str] = "parent_call"
    label: ClassVar[Label] = Label("Parent–child contact", "亲情联系")
    area: ClassVar[Area] = Area.CARE
    about: ClassVar[tuple[str, ...]] = ("child_id",)
    occurs: ClassVar[str | None] = "called_on"
    by: ClassVar[str | None] = "staff_id"
    title_fields: ClassVar[tuple[str, ...]] = ("mode", "relation", "outcome")
    quick: ClassVar[tuple[str, ...]] = ("called_on", "mode", "relation", "outcome", "reason", "minutes", "mood", "summary")

    child_id: Id = field(_CHILD, Privacy.INTERNAL, ref="child")
    called_on: DoneDate = field(Label("Date", "联系日期"), Privacy.INTERNAL)
    mode: CallMode = field(Label("How", "方式"), Privacy.INTERNAL, default=CallMode.VIDEO)
    relation: Relation | None = field(Label("With whom", "联系对象"), Privacy.PERSONAL)
    outcome: Outcome = field(_OUTCOME, Privacy.INTERNAL, default=Outcome.DONE)
    reason: ShortText | None = field(Label("Why it did not come about", "未联系上的原因"), Privacy.SENSITIVE)
    minutes: Annotated[int, Field(ge=0, le=600)] | None = field(Label("Minutes", "时长（分钟）"), Privacy.INTERNAL)
    mood: Mood | None = field(Label("Mood of the child", "孩子情绪"), Privacy.SENSITIVE)
    summary: NoteText | None = field(Label("In a few words", "内容摘要"), Privacy.SENSITIVE)
    staff_id: Id = field(Label("Teacher present", "见证教师"), Privacy.INTERNAL, ref="staff_member")

    @model_validator(mode="after")
    def _says_enough(self) -> ParentCall:
        if self.outcome is not Outcome.DONE and not self.reason:
            raise refuse("reason_missing", "Write why it did not come about.", "没有联系上，请写明原因。", name="reason")
        return self


class Homecoming(Record):
    """A parent who works away comes home (返家登记): which makes "how often" a fact and not a guess; for the whole family, whichever child it is kept with."""

    kind: ClassVar[str] = "homecoming"
    label: ClassVar[Label] = Label("Parent came home", "父母返家")
    area: ClassVar[Area] = Area.CARE
    about: ClassVar[tuple[str, ...]] = ("child_id",)
    occurs: ClassVar[str | None] = "returned_on"
    by: ClassVar[str | None] = "staff_id"
    title_fields: ClassVar[tuple[str, ...]] = ("relation",)
    quick: ClassVar[tuple[str, ...]] = ("returned_on", "relation", "left_on", "stays", "summary")

    child_id: Id = field(_CHILD, Privacy.INTERNAL, ref="child")
    returned_on: DoneDate = field(Label("Came home on", "返家日期"), Privacy.INTERNAL)
    relation: Relation | None = field(Label("Who", "返家的人"), Privacy.INTERNAL)
    left_on: PlainDate | None = field(Label("Leaves again on", "再外出日期"), Privacy.INTERNAL)
    stays: bool | None = field(Label("Stays for good", "不再外出"), Privacy.SENSITIVE)
    summary: NoteText | None = field(Label("In a few words", "情况摘要"), Privacy.SENSITIVE)
    staff_id: Id = field(_BY, Privacy.INTERNAL, ref="staff_member")

    @model_validator(mode="after")
    def _in_order(self) -> Homecoming:
        return in_order(self, "returned_on", "left_on")


class CardCheck(Record):
    """The contact card gone through with the family (联系卡核对): whether everybody on it can be reached today."""

    kind: ClassVar[str] = "card_check"
    label: ClassVar[Label] = Label("Contact card checked", "联系卡核对")
    area: ClassVar[Area] = Area.FILE
    about: ClassVar[tuple[str, ...]] = ("child_id",)
    occurs: ClassVar[str | None] = "checked_on"
    by: ClassVar[str | None] = "staff_id"
    title_fields: ClassVar[tuple[str, ...]] = ("state",)
    quick: ClassVar[tuple[str, ...]] = ("checked_on", "state", "note")

    child_id: Id = field(_CHILD, Privacy.INTERNAL, ref="child")
    checked_on: DoneDate = field(Label("Date", "核对日期"), Privacy.INTERNAL)
    state: CardState = field(Label("Result", "核对结果"), Privacy.INTERNAL, default=CardState.RIGHT)
    note: NoteText | None = field(Label("What was found", "核对情况"), Privacy.PERSONAL)
    staff_id: Id = field(_BY, Privacy.INTERNAL, ref="staff_member")


class Diary(Record):
    """A page of a child's growth diary (成长日记) with the supporter's answer; what the child wrote has a privacy class of its own."""

    kind: ClassVar[str] = "diary"
    label: ClassVar[Label] = Label("Growth diary", "成长日记")
    area: ClassVar[Area] = Area.CARE
    about: ClassVar[tuple[str, ...]] = ("child_id",)
    occurs: ClassVar[str | None] = "written_on"
    by: ClassVar[str | None] = "staff_id"
    title_fields: ClassVar[tuple[str, ...]] = ("title",)
    quick: ClassVar[tuple[str, ...]] = ("written_on", "mood", "weather", "title", "body", "answer")

    child_id: Id = field(_CHILD, Privacy.INTERNAL, ref="child")
    written_on: DoneDate = field(Label("Date", "日期"), Privacy.INTERNAL)
    weather: Weather | None = field(Label("Weather", "天气"), Privacy.OWN_WORDS)
    mood: Mood | None = field(Label("Mood", "心情"), Privacy.OWN_WORDS)
    title: ShortText | None = field(Label("Title", "标题"), Privacy.OWN_WORDS)
    body: NoteText = field(Label("What the child wrote", "孩子写的"), Privacy.OWN_WORDS)
    answer: NoteText | None = field(Label("A word to the child", "寄语"), Privacy.OWN_WORDS)
    staff_id: Id = field(_BY, Privacy.INTERNAL, ref="staff_member")


class Journal(Record):
    """A child's weekly journal (周记) and the teacher's reply (PRACTICES 4.4); a journal kept on paper is noted as read."""

    kind: ClassVar[str] = "journal"
    label: ClassVar[Label] = Label("Weekly journal", "周记")
    area: ClassVar[Area] = Area.CARE
    about: ClassVar[tuple[str, ...]] = ("child_id",)
    occurs: ClassVar[str | None] = "handed_in_on"
    by: ClassVar[str | None] = "staff_id"
    quick: ClassVar[tuple[str, ...]] = ("handed_in_on", "body", "reply", "replied_on", "needs_talk")

    child_id: Id = field(_CHILD, Privacy.INTERNAL, ref="child")
    handed_in_on: DoneDate = field(Label("Handed in on", "上交日期"), Privacy.INTERNAL)
    body: NoteText | None = field(
        Label("What the child wrote", "孩子写的"),
        Privacy.OWN_WORDS,
        hint=Label("May stay empty when the journal is on paper.", "纸质周记可以不录。"),
    )
    reply: NoteText | None = field(Label("Reply", "教师回复"), Privacy.OWN_WORDS)
    replied_on: DoneDate | None = field(Label("Replied on", "回复日期"), Privacy.INTERNAL)
    needs_talk: bool | None = field(Label("Should be talked over", "需要面谈"), Privacy.INTERNAL)
    staff_id: Id = field(_BY, Privacy.INTERNAL, ref="staff_member")

    @model_validator(mode="after")
    def _in_order(self) -> Journal:
        if self.reply and self.replied_on is None:
            raise refuse("replied_on_missing", "Enter the day of the reply.", "写了回复，请填回复日期。", name="replied_on")
        return in_order(self, "handed_in_on", "replied_on")


class Feedback(Record):
    """What was told to the guardian of how the child is (PRACTICES 1.7, 向监护人反馈), and what the guardian said."""

    kind: ClassVar[str] = "feedback"
    label: ClassVar[Label] = Label("Feedback to the guardian", "向监护人反馈")
    area: ClassVar[Area] = Area.CARE
    about: ClassVar[tuple[str, ...]] = ("child_id",)
    occurs: ClassVar[str | None] = "told_on"
    by: ClassVar[str | None] = "staff_id"
    title_fields: ClassVar[tuple[str, ...]] = ("mode", "outcome")
    quick: ClassVar[tuple[str, ...]] = ("told_on", "mode", "relation", "outcome", "reason", "content", "answer")

    child_id: Id = field(_CHILD, Privacy.INTERNAL, ref="child")
    told_on: DoneDate = field(Label("Date", "反馈日期"), Privacy.INTERNAL)
    mode: CallMode = field(Label("How", "方式"), Privacy.INTERNAL, default=CallMode.PHONE)
    relation: Relation | None = field(Label("To whom", "反馈对象"), Privacy.PERSONAL)
    outcome: Outcome = field(_OUTCOME, Privacy.INTERNAL, default=Outcome.DONE)
    reason: ShortText | None = field(Label("Why it did not come about", "未联系上的原因"), Privacy.SENSITIVE)
    content: NoteText | None = field(Label("What was told", "反馈内容"), Privacy.SENSITIVE)
    answer: NoteText | None = field(Label("What the guardian said", "监护人意见"), Privacy.SENSITIVE)
    staff_id: Id = field(_BY, Privacy.INTERNAL, ref="staff_member")

    @model_validator(mode="after")
    def _says_enough(self) -> Feedback:
        if self.outcome is not Outcome.DONE and not self.reason:
            raise refuse("reason_missing", "Write why it did not come about.", "没有联系上，请写明原因。", name="reason")
        if self.outcome is Outcome.DONE and not self.content:
            raise refuse("content_missing", "Write a few words on what was told.", "请简单写几句反馈内容。", name="content")
        return self


class Illness(Record):
    """An illness or injury at school, the treatment, and who was told when (PRACTICES 1.5)."""

    kind: ClassVar[str] = "illness"
    label: ClassVar[Label] = Label("Illness and treatment", "生病与就医")
    area: ClassVar[Area] = Area.CARE
    about: ClassVar[tuple[str, ...]] = ("child_id",)
    occurs: ClassVar[str | None] = "ill_on"
    ends: ClassVar[str | None] = "well_on"
    by: ClassVar[str | None] = "staff_id"
    title_fields: ClassVar[tuple[str, ...]] = ("complaint",)
    quick: ClassVar[tuple[str, ...]] = ("ill_on", "complaint", "treatment", "told", "told_on", "hospital", "well_on")

    child_id: Id = field(_CHILD, Privacy.INTERNAL, ref="child")
    ill_on: DoneDate = field(Label("Since", "发病日期"), Privacy.INTERNAL)
    complaint: ShortText = field(Label("What it is", "症状"), Privacy.SENSITIVE)
    treatment: NoteText | None = field(Label("Treatment and medicine", "处理和用药"), Privacy.SENSITIVE)
    hospital: ShortText | None = field(Label("Doctor or hospital", "就诊医院"), Privacy.SENSITIVE)
    told: Relation | None = field(Label("Who was told", "通知了谁"), Privacy.PERSONAL)
    told_on: DoneDate | None = field(Label("Told on", "通知日期"), Privacy.SENSITIVE)
    well_on: PlainDate | None = field(Label("Well again, back in class", "痊愈返校日期"), Privacy.SENSITIVE)
    staff_id: Id = field(_BY, Privacy.INTERNAL, ref="staff_member")

    @model_validator(mode="after")
    def _in_order(self) -> Illness:
        return in_order(self, "ill_on", "well_on")


class SelfCareCheck(Record):
    """What a boarder can do alone, ticked off, with notes on meals and boarding (PRACTICES 1.5)."""

    kind: ClassVar[str] = "self_care_check"
    label: ClassVar[Label] = Label("Boarder's self-care", "寄宿生自理检查")
    area: ClassVar[Area] = Area.CARE
    about: ClassVar[tuple[str, ...]] = ("child_id",)
    occurs: ClassVar[str | None] = "checked_on"
    by: ClassVar[str | None] = "staff_id"
    quick: ClassVar[tuple[str, ...]] = ("checked_on", "skills", "meals", "boarding")

    child_id: Id = field(_CHILD, Privacy.INTERNAL, ref="child")
    checked_on: DoneDate = field(Label("Date", "检查日期"), Privacy.INTERNAL)
    skills: tuple[SelfCareSkill, ...] = field(Label("Can do alone", "能独立做到"), Privacy.SENSITIVE, default=())
    meals: ShortText | None = field(Label("Meals", "饮食情况"), Privacy.SENSITIVE)
    boarding: NoteText | None = field(Label("Boarding", "住宿情况"), Privacy.SENSITIVE)
    staff_id: Id = field(_BY, Privacy.INTERNAL, ref="staff_member")


class Activity(Record):
    """A gathering or activity, planned or held: forum, class meeting, holiday gathering of a village group (PRACTICES 1.6, 1.8, 1.11, 4.3).

    It names no child; who came is written in `Attendance`.
    """

    kind: ClassVar[str] = "activity"
    label: ClassVar[Label] = Label("Activity", "活动")
    area: ClassVar[Area] = Area.PROGRAMME
    occurs: ClassVar[str | None] = "held_on"
    title_fields: ClassVar[tuple[str, ...]] = ("title", "held_on")

    kind_of: ActivityKind = field(Label("Kind", "活动类型"), Privacy.OPEN)
    title: ShortText = field(Label("Title", "主题"), Privacy.OPEN)
    held_on: PlainDate = field(Label("Date", "日期"), Privacy.OPEN)
    hours: ShortText | None = field(Label("Time", "时间"), Privacy.OPEN)
    place: ShortText | None = field(Label("Place", "地点"), Privacy.OPEN)
    village: ShortText | None = field(
        Label("Village group", "村组"), Privacy.OPEN, hint=Label("For gatherings in holidays.", "假期集中活动请填。")
    )
    class_id: Id | None = field(Label("Class", "班级"), Privacy.OPEN, ref="school_class")
    organiser_id: Id | None = field(Label("Organiser", "组织者"), Privacy.OPEN, ref="staff_member")
    content: NoteText | None = field(Label("Content", "内容"), Privacy.OPEN)
    effect: NoteText | None = field(Label("Effect", "效果"), Privacy.OPEN)
    cancelled: ShortText | None = field(Label("Called off because", "取消原因"), Privacy.OPEN)


class Attendance(Record):
    """That a child, its guardian or its supporter came to an activity or not (签到); homework where it was checked."""

    kind: ClassVar[str] = "attendance"
    label: ClassVar[Label] = Label("Sign-in", "活动签到")
    area: ClassVar[Area] = Area.CARE
    about: ClassVar[tuple[str, ...]] = ("child_id",)
    occurs: ClassVar[str | None] = "attended_on"
    by: ClassVar[str | None] = "staff_id"
    title_fields: ClassVar[tuple[str, ...]] = ("activity_id", "who", "came")
    quick: ClassVar[tuple[str, ...]] = ("activity_id", "attended_on", "who", "came", "name", "reason", "homework", "note")

    child_id: Id = field(_CHILD, Privacy.INTERNAL, ref="child")
    activity_id: Id = field(Label("Activity", "活动"), Privacy.INTERNAL, ref="activity")
    attended_on: DoneDate = field(Label("Date", "日期"), Privacy.INTERNAL)
    who: Attendee = field(Label("Who signs in", "签到人"), Privacy.INTERNAL, default=Attendee.CHILD)
    came: bool = field(Label("Came", "到场"), Privacy.INTERNAL, default=True)
    name: PersonName | None = field(Label("Name of guardian or supporter", "监护人或帮扶人姓名"), Privacy.PERSONAL)
    reason: ShortText | None = field(Label("Why not", "未到原因"), Privacy.SENSITIVE)
    homework: Homework | None = field(Label("Homework", "作业检查"), Privacy.INTERNAL)
    note: NoteText | None = field(Label("Note", "备注"), Privacy.SENSITIVE)
    staff_id: Id = field(_BY, Privacy.INTERNAL, ref="staff_member")
