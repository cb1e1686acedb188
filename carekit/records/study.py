"""Plans for a child, their goals and checks, and scores (PRACTICES 1.4, 1.9, 4.5)."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from carekit.fields import DoneDate, Id, NoteText, PersonName, PlainDate, Points, Privacy, ShortText, field, refuse
from carekit.language import Label
from carekit.records.base import Approval, Area, PartOf, Record, in_order
from carekit.records.codes import CheckResult, Exam, PlanKind, Subject, WeakArea

_CHILD = Label("Child", "儿童")
_PLAN = Label("Plan", "计划")


class Plan(Record):
    """A tutoring plan in a subject, or an individual education plan; its goals and phases stand in `PlanGoal`, its reviews in `Check`."""

    kind: ClassVar[str] = "plan"
    label: ClassVar[Label] = Label("Plan", "帮扶计划")
    area: ClassVar[Area] = Area.STUDY
    about: ClassVar[tuple[str, ...]] = ("child_id",)
    occurs: ClassVar[str | None] = "from_on"
    ends: ClassVar[str | None] = "until_on"
    by: ClassVar[str | None] = "staff_id"
    title_fields: ClassVar[tuple[str, ...]] = ("kind_of", "subject")
    approval: ClassVar[Approval | None] = Approval(
        "approved_by", "approved_on", ("staff_id",), afterwards=("guardian_name", "guardian_signed_on", "ended_on", "conclusion")
    )

    child_id: Id = field(_CHILD, Privacy.INTERNAL, ref="child")
    kind_of: PlanKind = field(Label("Kind of plan", "计划类型"), Privacy.INTERNAL, default=PlanKind.TUTORING)
    subject: Subject | None = field(Label("Subject", "学科"), Privacy.INTERNAL)
    from_on: PlainDate = field(Label("From", "开始日期"), Privacy.INTERNAL)
    until_on: PlainDate = field(Label("Until", "结束日期"), Privacy.INTERNAL)
    weak_areas: tuple[WeakArea, ...] = field(Label("Weak areas", "薄弱方面"), Privacy.SENSITIVE, default=())
    assessment: NoteText | None = field(Label("Assessment and causes", "现状评估与成因"), Privacy.SENSITIVE)
    content: NoteText | None = field(Label("Content", "辅导内容"), Privacy.SENSITIVE)
    times: ShortText | None = field(
        Label("Times", "辅导时间"), Privacy.INTERNAL, hint=Label("Such as: Tuesday, 4 pm.", "如：每周二、四放学后。")
    )
    helper_id: Id | None = field(Label("Learning helper", "学习帮手"), Privacy.INTERNAL, ref="child")
    partners: ShortText | None = field(Label("Together with", "协同方"), Privacy.SENSITIVE)
    check_days: Annotated[int, Field(ge=1, le=366)] = field(
        Label("Check every … days", "每隔几天检查一次"),
        Privacy.INTERNAL,
        default=30,
        hint=Label("28 to 31 means every month, on the day of the month of the start.", "填28—31表示每月一次，按开始那天的日子算。"),
    )
    staff_id: Id = field(Label("Author", "制定人"), Privacy.INTERNAL, ref="staff_member")
    guardian_name: PersonName | None = field(Label("Signed by guardian", "监护人签字"), Privacy.PERSONAL)
    guardian_signed_on: DoneDate | None = field(Label("Guardian signed on", "监护人签字日期"), Privacy.PERSONAL)
    approved_by: Id | None = field(Label("Approved by", "审批人"), Privacy.INTERNAL, ref="staff_member")
    approved_on: DoneDate | None = field(Label("Approved on", "审批日期"), Privacy.INTERNAL)
    returned_for: NoteText | None = field(Label("Sent back because", "退回原因"), Privacy.SENSITIVE)
    ended_on: DoneDate | None = field(Label("Ended early on", "提前结束日期"), Privacy.INTERNAL)
    conclusion: NoteText | None = field(Label("Conclusion", "总结"), Privacy.SENSITIVE)

    @model_validator(mode="after")
    def _fits_together(self) -> Plan:
        if self.kind_of is PlanKind.TUTORING and self.subject is None:
            raise refuse("subject_missing", "Choose the subject.", "请选择学科。", name="subject")
        if self.helper_id == self.child_id:
            raise refuse("helper_is_child", "Choose another pupil as helper.", "学习帮手请选另一位同学。", name="helper_id")
        if self.approved_by == self.staff_id:
            raise refuse(
                "own_approval", "Somebody else has to approve the plan.", "不能审批自己制定的计划，请由他人审批。", name="approved_by"
            )
        if self.ended_on is not None and not self.conclusion:
            raise refuse("conclusion_missing", "Write how it ended.", "提前结束请写明情况。", name="conclusion")
        return in_order(in_order(self, "from_on", "until_on"), "from_on", "ended_on")


class PlanGoal(Record):
    """A goal of a plan for one weak area, or a phase: what is done by whom and how often, the effect expected and what came of it."""

    kind: ClassVar[str] = "plan_goal"
    label: ClassVar[Label] = Label("Goal or phase", "目标与阶段")
    area: ClassVar[Area] = Area.STUDY
    about: ClassVar[tuple[str, ...]] = ("plan_id", "child_id")
    occurs: ClassVar[str | None] = "from_on"
    ends: ClassVar[str | None] = "until_on"
    title_fields: ClassVar[tuple[str, ...]] = ("weak_area", "goal")
    part_of: ClassVar[PartOf | None] = PartOf("plan_id", ("result", "effect"))

    plan_id: Id = field(_PLAN, Privacy.INTERNAL, ref="plan")
    weak_area: WeakArea = field(Label("Weak area", "薄弱方面"), Privacy.SENSITIVE)
    from_on: PlainDate = field(Label("From", "开始日期"), Privacy.INTERNAL)
    until_on: PlainDate = field(Label("Until", "结束日期"), Privacy.INTERNAL)
    goal: NoteText = field(Label("Goal, effect expected", "目标（预期效果）"), Privacy.SENSITIVE)
    measures: NoteText | None = field(Label("Measures", "措施"), Privacy.SENSITIVE)
    who: ShortText | None = field(Label("Who", "负责人"), Privacy.INTERNAL)
    how_often: ShortText | None = field(Label("How often", "频次"), Privacy.INTERNAL)
    result: CheckResult | None = field(Label("Result", "达成情况"), Privacy.SENSITIVE)
    effect: NoteText | None = field(Label("What came of it", "实际效果"), Privacy.SENSITIVE)

    @model_validator(mode="after")
    def _in_order(self) -> PlanGoal:
        return in_order(self, "from_on", "until_on")


class Check(Record):
    """A check or review of a plan: the day it is due, and once it is held what it found."""

    kind: ClassVar[str] = "check"
    label: ClassVar[Label] = Label("Check", "检查评估")
    area: ClassVar[Area] = Area.STUDY
    about: ClassVar[tuple[str, ...]] = ("plan_id", "child_id")
    occurs: ClassVar[str | None] = "due_on"
    by: ClassVar[str | None] = "staff_id"
    title_fields: ClassVar[tuple[str, ...]] = ("review", "result")

    plan_id: Id = field(_PLAN, Privacy.INTERNAL, ref="plan")
    due_on: PlainDate = field(Label("Due on", "应检查日期"), Privacy.INTERNAL)
    review: bool = field(Label("Review of the whole plan", "整体评审"), Privacy.INTERNAL, default=False)
    checked_on: DoneDate | None = field(Label("Checked on", "检查日期"), Privacy.INTERNAL)
    result: CheckResult | None = field(Label("Result", "结论"), Privacy.SENSITIVE)
    finding: NoteText | None = field(Label("What was found", "检查情况"), Privacy.SENSITIVE)
    adjustment: NoteText | None = field(Label("What changes", "调整措施"), Privacy.SENSITIVE)
    guardian_name: PersonName | None = field(Label("Signed by guardian", "监护人签字"), Privacy.PERSONAL)
    staff_id: Id | None = field(Label("Checked by", "检查人"), Privacy.INTERNAL, ref="staff_member")

    @model_validator(mode="after")
    def _says_enough(self) -> Check:
        if self.checked_on is not None and self.result is None:
            raise refuse("result_missing", "Choose what the check found.", "请选择检查结论。", name="result")
        if self.checked_on is None and (self.result is not None or self.finding):
            raise refuse("checked_on_missing", "Enter the day of the check.", "填了检查情况，请填检查日期。", name="checked_on")
        return self


class Score(Record):
    """A child's score in an exam; progress is told from the baseline exam (摸底考试) on, for the child alone and never as a rank."""

    kind: ClassVar[str] = "score"
    label: ClassVar[Label] = Label("Score", "成绩")
    area: ClassVar[Area] = Area.STUDY
    about: ClassVar[tuple[str, ...]] = ("child_id",)
    occurs: ClassVar[str | None] = "held_on"
    title_fields: ClassVar[tuple[str, ...]] = ("subject", "exam", "points")
    quick: ClassVar[tuple[str, ...]] = ("held_on", "subject", "exam", "points", "full_points", "note")

    child_id: Id = field(_CHILD, Privacy.INTERNAL, ref="child")
    subject: Subject = field(Label("Subject", "学科"), Privacy.INTERNAL)
    exam: Exam = field(Label("Exam", "考试"), Privacy.INTERNAL, default=Exam.UNIT)
    held_on: DoneDate = field(Label("Date", "考试日期"), Privacy.INTERNAL)
    points: Points = field(Label("Score", "得分"), Privacy.SENSITIVE)
    full_points: Points = field(Label("Out of", "满分"), Privacy.SENSITIVE, default=Decimal(100))
    note: ShortText | None = field(Label("Note", "备注"), Privacy.SENSITIVE)

    @model_validator(mode="after")
    def _within(self) -> Score:
        if self.points > self.full_points:
            raise refuse("points_too_many", "The score is above the full score; check both.", "得分高于满分，请核对。", name="points")
        return self
