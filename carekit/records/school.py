"""The school: its years and classes, its people, its rules, and who was in which class when."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints, field_validator, model_validator

from carekit.calendar import read_days
from carekit.fields import Id, NoteText, PersonName, Phone, PlainDate, Privacy, ShortText, field, refuse
from carekit.language import Label
from carekit.records.base import Area, Record, in_order
from carekit.records.codes import AwayRule, Duty, PairingDemand, Role, Sex, TermNumber

SchoolYear = Annotated[int, Field(ge=1990, le=2100)]
Grade = Annotated[int, Field(ge=1, le=9)]
_FROM = Label("From", "开始日期")
_UNTIL = Label("Until", "结束日期")
_NOTE = Label("Note", "备注")


class School(Record):
    """A school, with what its contact cards print."""

    kind: ClassVar[str] = "school"
    label: ClassVar[Label] = Label("School", "学校")
    area: ClassVar[Area] = Area.SCHOOL
    title_fields: ClassVar[tuple[str, ...]] = ("name",)

    name: ShortText = field(Label("Name", "学校名称"), Privacy.OPEN)
    code: Annotated[str, StringConstraints(pattern=r"^\d{10}$")] | None = field(Label("School code", "学校标识码"), Privacy.OPEN)
    region: Annotated[str, StringConstraints(pattern=r"^\d{6}$")] | None = field(Label("Region code", "行政区划代码"), Privacy.OPEN)
    province: ShortText | None = field(Label("Province", "所在省份"), Privacy.OPEN)
    city: ShortText | None = field(Label("City", "所在市"), Privacy.OPEN)
    county: ShortText | None = field(Label("County", "所在县"), Privacy.OPEN)
    township: ShortText | None = field(Label("Township", "所在乡镇"), Privacy.OPEN)
    address: ShortText | None = field(Label("Address", "学校地址"), Privacy.OPEN)
    area_code: Annotated[str, StringConstraints(pattern=r"^0\d{2,3}$")] | None = field(Label("Phone area code", "电话区号"), Privacy.OPEN)
    duty_phone: Phone | None = field(Label("Phone on duty", "学校值班电话"), Privacy.OPEN)
    police_phone: Phone | None = field(Label("Police station", "派出所电话"), Privacy.OPEN)
    village_worker_phone: Phone | None = field(Label("Village child worker", "村(居)儿童主任电话"), Privacy.OPEN)


class Term(Record):
    """A term of a school year; its dates are set by the county each year. `school_year` is the year in which it begins."""

    kind: ClassVar[str] = "term"
    label: ClassVar[Label] = Label("Term", "学期")
    area: ClassVar[Area] = Area.SCHOOL
    title_fields: ClassVar[tuple[str, ...]] = ("school_year", "number")

    school_id: Id = field(Label("School", "学校"), Privacy.OPEN, ref="school")
    school_year: SchoolYear = field(Label("School year (its first year)", "学年（起始年份）"), Privacy.OPEN)
    number: TermNumber = field(Label("Term", "学期"), Privacy.OPEN)
    starts_on: PlainDate = field(Label("First day", "开学日期"), Privacy.OPEN)
    ends_on: PlainDate = field(Label("Last day", "结束日期"), Privacy.OPEN)
    closed_days: NoteText | None = field(
        Label("Days off", "放假日期"),
        Privacy.OPEN,
        hint=Label("Dates or ranges: 2025-10-01~2025-10-08, 2026-01-01", "写日期或起止：2025-10-01~2025-10-08，2026-01-01"),
    )

    @field_validator("closed_days")
    @classmethod
    def _days_can_be_read(cls, value: str | None) -> str | None:
        try:
            read_days(value or "")
        except ValueError:
            raise refuse(
                "days_unreadable",
                "Write dates as 2025-10-01 and ranges as 2025-10-01~2025-10-08.",
                "请写成2025-10-01，一段写成2025-10-01~2025-10-08。",
            ) from None
        return value

    @model_validator(mode="after")
    def _in_order(self) -> Term:
        return in_order(self, "starts_on", "ends_on")


class SchoolClass(Record):
    """A class of one school year; next year's class is another record, so that old reports keep their names."""

    kind: ClassVar[str] = "school_class"
    label: ClassVar[Label] = Label("Class", "班级")
    area: ClassVar[Area] = Area.SCHOOL
    title_fields: ClassVar[tuple[str, ...]] = ("name",)

    school_id: Id = field(Label("School", "学校"), Privacy.OPEN, ref="school")
    school_year: SchoolYear = field(Label("School year (its first year)", "学年（起始年份）"), Privacy.OPEN)
    grade: Grade = field(Label("Grade", "年级"), Privacy.OPEN)
    number: Annotated[int, Field(ge=1, le=60)] = field(Label("Class number", "班号"), Privacy.OPEN)
    name: ShortText = field(Label("Name", "班级名称"), Privacy.OPEN)


class StaffMember(Record):
    """Somebody who works with the children: the school's own staff, and helpers from outside with the unit that they come from."""

    kind: ClassVar[str] = "staff_member"
    label: ClassVar[Label] = Label("Staff member", "教职工")
    area: ClassVar[Area] = Area.SCHOOL
    title_fields: ClassVar[tuple[str, ...]] = ("name",)

    school_id: Id = field(Label("School", "学校"), Privacy.OPEN, ref="school")
    name: PersonName = field(Label("Name", "姓名"), Privacy.OPEN)
    sex: Sex | None = field(Label("Sex", "性别"), Privacy.INTERNAL)
    role: Role = field(Label("Role", "角色"), Privacy.OPEN)
    post: ShortText | None = field(Label("Post", "职务"), Privacy.OPEN)
    unit: ShortText | None = field(Label("Work unit", "工作单位"), Privacy.OPEN, hint=Label("For helpers from outside.", "校外人员请填。"))
    phone: Phone | None = field(Label("Phone", "联系电话"), Privacy.INTERNAL)
    party_member: bool | None = field(Label("Party member", "是否党员"), Privacy.INTERNAL)
    from_on: PlainDate | None = field(_FROM, Privacy.OPEN)
    until_on: PlainDate | None = field(_UNTIL, Privacy.OPEN)


class Assignment(Record):
    """Who is class teacher or subject teacher of a class, from when until when; access ends on the day it ends."""

    kind: ClassVar[str] = "assignment"
    label: ClassVar[Label] = Label("Class duty", "任班安排")
    area: ClassVar[Area] = Area.SCHOOL
    occurs: ClassVar[str | None] = "from_on"
    ends: ClassVar[str | None] = "until_on"

    class_id: Id = field(Label("Class", "班级"), Privacy.OPEN, ref="school_class")
    staff_id: Id = field(Label("Staff member", "教职工"), Privacy.OPEN, ref="staff_member")
    duty: Duty = field(Label("Duty", "职责"), Privacy.OPEN)
    subject: ShortText | None = field(Label("Subject", "任教学科"), Privacy.OPEN)
    from_on: PlainDate = field(_FROM, Privacy.OPEN)
    until_on: PlainDate | None = field(_UNTIL, Privacy.OPEN)


class RuleSettings(Record):
    """The school's rules and definitions, from a date on; a figure for an older date uses the older settings."""

    kind: ClassVar[str] = "rule_settings"
    label: ClassVar[Label] = Label("Rules", "规则设置")
    area: ClassVar[Area] = Area.SCHOOL
    occurs: ClassVar[str | None] = "from_on"

    school_id: Id = field(Label("School", "学校"), Privacy.OPEN, ref="school")
    from_on: PlainDate = field(Label("Holds from", "自何日起执行"), Privacy.OPEN)
    left_behind_who: AwayRule = field(Label("Left behind when away", "留守认定：外出的是"), Privacy.OPEN, default=AwayRule.ANY)
    left_behind_months: Annotated[int, Field(ge=0, le=12)] = field(Label("Months away", "留守认定：外出满几个月"), Privacy.OPEN, default=3)
    register_days: Annotated[int, Field(ge=1, le=31)] = field(
        Label("Days on the register that make a talk due", "当月在册满几天应谈心"), Privacy.OPEN, default=15
    )
    school_days: Annotated[int, Field(ge=1, le=23)] = field(
        Label("School days that make a school month", "满几个上课日算一个教学月"), Privacy.OPEN, default=10
    )
    pairing_demand: PairingDemand = field(Label("Who is to be paired", "应结对的孩子"), Privacy.OPEN, default=PairingDemand.KEY)
    pairing_days: Annotated[int, Field(ge=0, le=366)] = field(Label("Days until paired", "几天内结对"), Privacy.OPEN, default=30)
    supporter_load: Annotated[int, Field(ge=1, le=60)] = field(
        Label("Children per supporter at most", "每名帮扶人最多帮扶几人"), Privacy.OPEN, default=6
    )
    diary_days: Annotated[int, Field(ge=0, le=366)] = field(
        Label("A diary page every … days (0: not asked for)", "成长日记每隔几天一篇（0为不要求）"), Privacy.OPEN, default=30
    )
    reply_days: Annotated[int, Field(ge=0, le=366)] = field(
        Label("Journal answered within … days (0: not asked for)", "周记几天内回复（0为不要求）"), Privacy.OPEN, default=7
    )
    activities_a_term: Annotated[int, Field(ge=0, le=60)] = field(
        Label("Activities a term for each child", "每名孩子每学期至少参加几次活动"), Privacy.OPEN, default=1
    )
    card_days: Annotated[int, Field(ge=0, le=366)] = field(
        Label("Contact card checked every … days (0: not asked for)", "联系卡每隔几天核对一次（0为不要求）"), Privacy.OPEN, default=180
    )
    entrust_days: Annotated[int, Field(ge=0, le=366)] = field(
        Label("Days until care is entrusted in writing (0: not asked for)", "委托照护几天内办妥书面手续（0为不要求）"),
        Privacy.OPEN,
        default=30,
    )
    receipt_days: Annotated[int, Field(ge=0, le=366)] = field(
        Label("Days until the other school's receipt (0: not asked for)", "转出后几天内收到回执（0为不要求）"), Privacy.OPEN, default=14
    )
    note: NoteText | None = field(_NOTE, Privacy.OPEN)
