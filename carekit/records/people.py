"""Children and their families: the fields of the official registration form, of the pupil register and of the contact card.

Sources: 《农村留守儿童基本情况登记表》 (civil affairs, 2016), the import template of the national pupil register, school contact cards.
Whether a child is left behind is never stored: who is away, since when and where is.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints, model_validator

from carekit.fields import Count, DoneDate, Id, IdNumber, NoteText, PersonName, Phone, PlainDate, Privacy, Shape, ShortText, field
from carekit.identifiers import read_id_number
from carekit.language import Label
from carekit.names import name_initials, name_sort_key, same_name_key
from carekit.records.base import Area, Derived, Record, Travel, in_order
from carekit.records.codes import (
    Assistance,
    Boarding,
    Capacity,
    ConsentAnswer,
    ConsentPurpose,
    DatePrecision,
    DisabilityGrade,
    DisabilityKind,
    Education,
    EntryMode,
    FamilyType,
    Frequency,
    GuardianshipState,
    Health,
    HukouKind,
    IdType,
    IncomeSource,
    LegalBasis,
    Nation,
    ParentState,
    Relation,
    Schooling,
    Sex,
    SignerBasis,
    TravelMode,
    WorkArea,
)

_WHO = Label("The child", "儿童")
_PAPERS = Label("Papers", "证件与户籍")
_HOME = Label("Home and contact", "住址与联系")
_HEALTH = Label("Health", "健康")
_STUDY = Label("School", "就学")
_REGISTER = Label("Pupil register", "学籍信息")
_NOTE = Label("Note", "备注")


class Family(Record):
    """A family; brothers and sisters share it, so that a guardian's phone is changed once for all."""

    kind: ClassVar[str] = "family"
    label: ClassVar[Label] = Label("Family", "家庭")
    area: ClassVar[Area] = Area.FILE
    about: ClassVar[tuple[str, ...]] = ("id",)
    travels: ClassVar[Travel] = Travel.STORED

    type: FamilyType | None = field(Label("Family type", "家庭类型"), Privacy.SENSITIVE)
    address: ShortText | None = field(Label("Home address", "家庭地址"), Privacy.PERSONAL)
    village: ShortText | None = field(Label("Village group", "村组"), Privacy.INTERNAL, fill_down=True)
    phone: Phone | None = field(Label("Home phone", "家庭电话"), Privacy.PERSONAL)
    contact_name: PersonName | None = field(Label("Who can be reached", "方便联系人"), Privacy.PERSONAL)
    contact_phone: Phone | None = field(Label("Phone of who can be reached", "方便联系人电话"), Privacy.PERSONAL)
    income_sources: tuple[IncomeSource, ...] = field(Label("Sources of income", "家庭经济来源"), Privacy.SENSITIVE, default=())
    assistance: tuple[Assistance, ...] = field(Label("Assistance", "救助帮扶"), Privacy.SENSITIVE, default=())
    note: NoteText | None = field(_NOTE, Privacy.SENSITIVE)


class Child(Record):
    """A pupil of the school, left behind or not."""

    kind: ClassVar[str] = "child"
    label: ClassVar[Label] = Label("Child", "儿童")
    area: ClassVar[Area] = Area.FILE
    about: ClassVar[tuple[str, ...]] = ("id",)
    travels: ClassVar[Travel] = Travel.STORED
    title_fields: ClassVar[tuple[str, ...]] = ("name",)
    derived: ClassVar[dict[str, Derived]] = {
        "birth_on": Derived(Shape.DATE, lambda child: child.birth_on),
        "name_key": Derived(Shape.TEXT, lambda child: same_name_key(child.name)),
        "name_sort": Derived(Shape.TEXT, lambda child: name_sort_key(child.name)),
        "name_initials": Derived(Shape.TEXT, lambda child: name_initials(child.name)),
    }

    name: PersonName = field(Label("Name", "姓名"), Privacy.INTERNAL, needed=True, group=_WHO)
    former_name: PersonName | None = field(Label("Former name", "曾用名"), Privacy.PERSONAL, group=_WHO)
    sex: Sex | None = field(Label("Sex", "性别"), Privacy.INTERNAL, needed=True, group=_WHO)
    born_on: DoneDate | None = field(Label("Date of birth", "出生日期"), Privacy.PERSONAL, needed=True, group=_WHO)
    born_precision: DatePrecision = field(
        Label("Date of birth known", "出生日期准确到"), Privacy.PERSONAL, group=_WHO, default=DatePrecision.DAY
    )
    nation: Nation | None = field(Label("Nationality group", "民族"), Privacy.PERSONAL, needed=True, group=_WHO)
    family_id: Id | None = field(Label("Family", "家庭"), Privacy.INTERNAL, ref="family", group=_WHO)

    id_type: IdType | None = field(Label("Kind of document", "身份证件类型"), Privacy.PERSONAL, group=_PAPERS)
    id_number: IdNumber | None = field(Label("Identity number", "身份证号"), Privacy.PERSONAL, needed=True, group=_PAPERS)
    id_valid_until: PlainDate | None = field(Label("Document valid until", "身份证件有效期"), Privacy.PERSONAL, group=_PAPERS)
    pupil_number: ShortText | None = field(Label("National pupil number", "学籍号"), Privacy.PERSONAL, group=_PAPERS)
    other_numbers: NoteText | None = field(
        Label("Other numbers and names", "曾用号码和姓名"),
        Privacy.PERSONAL,
        group=_PAPERS,
        hint=Label("Numbers under which the child was also filed; found by the search.", "曾用过的学籍号、身份证号等，查找时也能查到。"),
    )
    hukou_registered: bool | None = field(Label("In a household register", "是否登记户口"), Privacy.PERSONAL, group=_PAPERS)
    hukou_kind: HukouKind | None = field(Label("Household registration", "户口性质"), Privacy.PERSONAL, needed=True, group=_PAPERS)
    hukou_place: ShortText | None = field(
        Label("Place of household registration", "户籍所在地"), Privacy.PERSONAL, needed=True, group=_PAPERS
    )

    address: ShortText | None = field(Label("Lives at", "现居住地"), Privacy.PERSONAL, needed=True, group=_HOME)
    village: ShortText | None = field(Label("Village group", "村组"), Privacy.INTERNAL, group=_HOME, fill_down=True)
    phone: Phone | None = field(Label("Phone", "联系电话"), Privacy.PERSONAL, group=_HOME)

    health: Health | None = field(Label("Health", "健康状况"), Privacy.SENSITIVE, needed=True, group=_HEALTH)
    disability_kind: DisabilityKind | None = field(Label("Kind of disability", "残疾类别"), Privacy.SENSITIVE, group=_HEALTH)
    disability_grade: DisabilityGrade | None = field(Label("Grade of disability", "残疾等级"), Privacy.SENSITIVE, group=_HEALTH)
    disability_card: ShortText | None = field(Label("Disability card", "残疾人证号"), Privacy.SENSITIVE, group=_HEALTH)
    illness: ShortText | None = field(Label("Illness", "患病类型"), Privacy.SENSITIVE, group=_HEALTH)

    schooling: Schooling | None = field(Label("Schooling", "就学情况"), Privacy.INTERNAL, needed=True, group=_STUDY)
    boarding: Boarding | None = field(Label("Day pupil or boarder", "就读方式"), Privacy.INTERNAL, needed=True, group=_STUDY)
    school_number: ShortText | None = field(Label("School's own number", "学号"), Privacy.INTERNAL, group=_STUDY)
    entered_on: PlainDate | None = field(Label("Entered school", "入学年月"), Privacy.INTERNAL, group=_STUDY)

    nationality: ShortText | None = field(Label("Nationality or region", "国籍/地区"), Privacy.PERSONAL, group=_REGISTER)
    birthplace: ShortText | None = field(Label("Place of birth", "出生地"), Privacy.PERSONAL, group=_REGISTER)
    native_place: ShortText | None = field(Label("Native place", "籍贯"), Privacy.PERSONAL, group=_REGISTER)
    overseas_status: ShortText | None = field(Label("Hong Kong, Macao, Taiwan, overseas", "港澳台侨外"), Privacy.PERSONAL, group=_REGISTER)
    political_status: ShortText | None = field(Label("Political status", "政治面貌"), Privacy.PERSONAL, group=_REGISTER)
    local_pupil_number: ShortText | None = field(Label("Provincial pupil number", "学籍辅号"), Privacy.PERSONAL, group=_REGISTER)
    seat_number: ShortText | None = field(Label("Number in class", "班内学号"), Privacy.INTERNAL, group=_REGISTER)
    entry_mode: EntryMode | None = field(Label("Way of entry", "入学方式"), Privacy.INTERNAL, group=_REGISTER)
    pupil_source: ShortText | None = field(Label("Comes from", "学生来源"), Privacy.INTERNAL, group=_REGISTER)
    mailing_address: ShortText | None = field(Label("Mailing address", "通信地址"), Privacy.PERSONAL, group=_REGISTER)
    home_address: ShortText | None = field(Label("Home address in the register", "家庭地址"), Privacy.PERSONAL, group=_REGISTER)
    postcode: Annotated[str, StringConstraints(pattern=r"^\d{6}$")] | None = field(
        Label("Postcode", "邮政编码"), Privacy.PERSONAL, group=_REGISTER
    )
    email: ShortText | None = field(Label("E-mail", "电子信箱"), Privacy.PERSONAL, group=_REGISTER)
    homepage: ShortText | None = field(Label("Home page", "主页地址"), Privacy.PERSONAL, group=_REGISTER)
    only_child: bool | None = field(Label("Only child", "是否独生子女"), Privacy.PERSONAL, group=_REGISTER)
    preschool: bool | None = field(Label("Went to preschool", "是否受过学前教育"), Privacy.INTERNAL, group=_REGISTER)
    needs_aid: bool | None = field(Label("Applies for aid", "是否需要申请资助"), Privacy.SENSITIVE, group=_REGISTER)
    receives_allowance: bool | None = field(Label("Receives the boarding allowance", "是否享受一补"), Privacy.SENSITIVE, group=_REGISTER)
    orphan: bool | None = field(Label("Orphan", "是否孤儿"), Privacy.SENSITIVE, group=_REGISTER)
    martyrs_child: bool | None = field(
        Label("Child of a martyr or entitled family", "是否烈士或优抚子女"), Privacy.SENSITIVE, group=_REGISTER
    )
    migrant: bool | None = field(Label("Moved with working parents", "是否进城务工人员随迁子女"), Privacy.SENSITIVE, group=_REGISTER)
    distance: Count | None = field(Label("Way to school (metres)", "上下学距离（米）"), Privacy.PERSONAL, group=_REGISTER)
    travel_mode: TravelMode | None = field(Label("Way of travel", "上下学方式"), Privacy.PERSONAL, group=_REGISTER)
    needs_school_bus: bool | None = field(Label("Needs the school bus", "是否需要乘坐校车"), Privacy.PERSONAL, group=_REGISTER)
    blood_type: ShortText | None = field(Label("Blood group", "血型"), Privacy.SENSITIVE, group=_REGISTER)
    talent: ShortText | None = field(Label("Talents", "特长"), Privacy.INTERNAL, group=_REGISTER)
    government_place: bool | None = field(Label("Place bought by government", "是否由政府购买学位"), Privacy.INTERNAL, group=_REGISTER)
    inclusive_class: bool | None = field(Label("Special needs in an ordinary class", "是否随班就读"), Privacy.SENSITIVE, group=_REGISTER)
    note: NoteText | None = field(_NOTE, Privacy.SENSITIVE, group=_REGISTER)

    @property
    def birth_on(self) -> date | None:
        """The date of birth that rules: that of a usable identity number, else the family's."""
        facts = read_id_number(self.id_number) if self.id_number else None
        return facts.born_on if facts and facts.born_on and not facts.faults else self.born_on


class FamilyMember(Record):
    """A parent, grandparent, carer or other person of a family; `relation` is what they are to its children."""

    kind: ClassVar[str] = "family_member"
    label: ClassVar[Label] = Label("Family member", "家庭成员")
    area: ClassVar[Area] = Area.FILE
    about: ClassVar[tuple[str, ...]] = ("family_id",)
    travels: ClassVar[Travel] = Travel.STORED
    title_fields: ClassVar[tuple[str, ...]] = ("name", "relation")

    family_id: Id = field(Label("Family", "家庭"), Privacy.INTERNAL, ref="family")
    name: PersonName = field(Label("Name", "姓名"), Privacy.PERSONAL)
    relation: Relation = field(Label("Relation to the child", "与儿童关系"), Privacy.PERSONAL)
    relation_note: ShortText | None = field(Label("Relation in words", "关系说明"), Privacy.PERSONAL)
    guardian: bool | None = field(Label("Guardian", "是否监护人"), Privacy.PERSONAL)
    state: ParentState = field(Label("State", "状况"), Privacy.SENSITIVE, default=ParentState.PRESENT)
    capacity: Capacity | None = field(Label("Ability to care", "监护能力"), Privacy.SENSITIVE)
    phone: Phone | None = field(Label("Phone", "联系电话"), Privacy.PERSONAL)
    other_phone: Phone | None = field(Label("Other phone", "其他电话"), Privacy.PERSONAL)
    born_on: DoneDate | None = field(Label("Date of birth", "出生日期"), Privacy.PERSONAL)
    stated_age: Annotated[int, Field(ge=0, le=120)] | None = field(Label("Age as told", "年龄（自报）"), Privacy.PERSONAL)
    stated_age_on: DoneDate | None = field(Label("Age told on", "年龄填报日期"), Privacy.PERSONAL)
    id_type: IdType | None = field(Label("Kind of document", "身份证件类型"), Privacy.PERSONAL)
    id_number: IdNumber | None = field(Label("Identity number", "身份证号"), Privacy.PERSONAL)
    nation: Nation | None = field(Label("Nationality group", "民族"), Privacy.PERSONAL)
    education: Education | None = field(Label("Education", "文化程度"), Privacy.SENSITIVE)
    health: Health | None = field(Label("Health", "身体状况"), Privacy.SENSITIVE)
    occupation: ShortText | None = field(Label("Occupation", "职业"), Privacy.PERSONAL)
    employer: ShortText | None = field(Label("Work unit", "工作单位"), Privacy.PERSONAL)
    post: ShortText | None = field(Label("Post", "职务"), Privacy.PERSONAL)
    address: ShortText | None = field(Label("Lives at", "现住址"), Privacy.PERSONAL)
    hukou_place: ShortText | None = field(Label("Place of household registration", "户口所在地"), Privacy.PERSONAL)
    note: NoteText | None = field(_NOTE, Privacy.SENSITIVE)


class Absence(Record):
    """A stay of a family member away from home to work: the facts from which every definition of 留守 is derived."""

    kind: ClassVar[str] = "absence"
    label: ClassVar[Label] = Label("Working away", "外出务工")
    area: ClassVar[Area] = Area.FILE
    about: ClassVar[tuple[str, ...]] = ("member_id", "family_id")
    travels: ClassVar[Travel] = Travel.STORED
    occurs: ClassVar[str | None] = "from_on"
    ends: ClassVar[str | None] = "until_on"

    member_id: Id = field(Label("Who is away", "外出人"), Privacy.PERSONAL, ref="family_member")
    from_on: PlainDate | None = field(
        Label("Away since", "外出时间"), Privacy.SENSITIVE, hint=Label("Leave empty when not known.", "不清楚可以不填。")
    )
    from_precision: DatePrecision = field(Label("Away since known", "外出时间准确到"), Privacy.SENSITIVE, default=DatePrecision.DAY)
    until_on: PlainDate | None = field(Label("Back since", "返乡日期"), Privacy.SENSITIVE)
    expected_until_on: PlainDate | None = field(Label("Expected back", "预计返乡"), Privacy.SENSITIVE)
    work_area: WorkArea | None = field(Label("How far away", "务工地范围"), Privacy.SENSITIVE)
    work_place: ShortText | None = field(Label("Place of work (province, city)", "务工地点（省市）"), Privacy.SENSITIVE)
    employer: ShortText | None = field(Label("Work unit", "务工单位"), Privacy.SENSITIVE)
    reason: ShortText | None = field(Label("Reason", "外出原因"), Privacy.SENSITIVE)
    contact_frequency: Frequency | None = field(Label("Contact with the child", "联系频率"), Privacy.SENSITIVE)
    return_frequency: Frequency | None = field(Label("Comes home", "返家频率"), Privacy.SENSITIVE)
    last_returned_on: DoneDate | None = field(Label("Last came home", "最近返家日期"), Privacy.SENSITIVE)
    note: NoteText | None = field(_NOTE, Privacy.SENSITIVE)

    @model_validator(mode="after")
    def _in_order(self) -> Absence:
        return in_order(self, "from_on", "until_on")


class CareArrangement(Record):
    """Who raises the child, from when until when, and the entrusting of care that the law asks for (未成年人保护法 §22, §23)."""

    kind: ClassVar[str] = "care_arrangement"
    label: ClassVar[Label] = Label("Care arrangement", "照护安排")
    area: ClassVar[Area] = Area.FILE
    about: ClassVar[tuple[str, ...]] = ("child_id",)
    travels: ClassVar[Travel] = Travel.STORED
    occurs: ClassVar[str | None] = "from_on"
    ends: ClassVar[str | None] = "until_on"

    child_id: Id = field(Label("Child", "儿童"), Privacy.INTERNAL, ref="child")
    carer_id: Id | None = field(Label("Carer", "主要照料人"), Privacy.PERSONAL, ref="family_member")
    from_on: PlainDate | None = field(Label("Since", "开始日期"), Privacy.PERSONAL)
    until_on: PlainDate | None = field(Label("Until", "结束日期"), Privacy.PERSONAL)
    state: GuardianshipState | None = field(Label("State of guardianship", "监护类型"), Privacy.SENSITIVE)
    entrusted: bool | None = field(Label("Entrusted to another guardian", "有无委托其他监护人"), Privacy.SENSITIVE)
    reason: ShortText | None = field(Label("Reason for entrusting", "委托照料原因"), Privacy.SENSITIVE)
    school_told_on: DoneDate | None = field(Label("School told in writing", "书面告知学校日期"), Privacy.SENSITIVE)
    village_told_on: DoneDate | None = field(Label("Village told in writing", "书面告知村(居)日期"), Privacy.SENSITIVE)
    agreement_on: DoneDate | None = field(Label("Agreement signed", "委托照护协议签订日期"), Privacy.SENSITIVE)
    child_heard_on: DoneDate | None = field(Label("Child heard", "听取儿童意见日期"), Privacy.SENSITIVE)
    no_harm_record: bool | None = field(Label("No record of abuse or violence", "无虐待、遗弃、暴力等记录"), Privacy.SENSITIVE)
    no_addiction: bool | None = field(Label("No drugs, drinking or gambling", "无吸毒、酗酒、赌博恶习"), Privacy.SENSITIVE)
    duty_kept: bool | None = field(Label("Has not neglected care", "无长期怠于履行照护职责"), Privacy.SENSITIVE)
    otherwise_fit: bool | None = field(Label("Otherwise fit", "无其他不适宜情形"), Privacy.SENSITIVE)
    note: NoteText | None = field(_NOTE, Privacy.SENSITIVE)

    @model_validator(mode="after")
    def _in_order(self) -> CareArrangement:
        return in_order(self, "from_on", "until_on")


class Consent(Record):
    """A guardian's answer to one purpose of keeping data, and the ground on which data is kept without it."""

    kind: ClassVar[str] = "consent"
    label: ClassVar[Label] = Label("Consent", "知情同意")
    area: ClassVar[Area] = Area.FILE
    about: ClassVar[tuple[str, ...]] = ("child_id",)
    occurs: ClassVar[str | None] = "signed_on"
    title_fields: ClassVar[tuple[str, ...]] = ("purpose", "answer")

    child_id: Id = field(Label("Child", "儿童"), Privacy.INTERNAL, ref="child")
    purpose: ConsentPurpose = field(Label("Purpose", "用途"), Privacy.INTERNAL)
    basis: LegalBasis = field(Label("Legal basis", "处理依据"), Privacy.INTERNAL)
    answer: ConsentAnswer | None = field(Label("Answer", "意见"), Privacy.PERSONAL)
    signed_on: DoneDate = field(Label("Date", "签署日期"), Privacy.PERSONAL)
    valid_until: PlainDate | None = field(Label("Valid until", "有效期至"), Privacy.PERSONAL)
    revoked_on: DoneDate | None = field(Label("Taken back", "撤回日期"), Privacy.PERSONAL)
    signer: PersonName | None = field(Label("Signed by", "签署人"), Privacy.PERSONAL)
    signer_basis: SignerBasis | None = field(Label("Signs as", "签署人身份"), Privacy.PERSONAL)
    child_heard_on: DoneDate | None = field(Label("Child told and heard", "告知并听取儿童意见日期"), Privacy.PERSONAL)
    notice: NoteText | None = field(
        Label("What was told", "告知内容"),
        Privacy.PERSONAL,
        hint=Label(
            "Purpose, way and extent, where and how long kept, what happens then, security, what refusal means, how to complain or correct.",
            "目的、方式和范围、存放地点和期限、到期处理、安全措施、拒绝的后果、投诉和更正渠道。",
        ),
    )
    evidence: ShortText | None = field(
        Label("Evidence", "凭据"),
        Privacy.PERSONAL,
        hint=Label("Paper file number, voice or video message.", "纸质档案号、语音或视频留存。"),
    )
