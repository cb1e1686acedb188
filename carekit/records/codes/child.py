"""Codes of a child's own data: papers, health, schooling."""

from __future__ import annotations

from carekit.fields import CodeList


class Sex(CodeList):
    """GB/T 2261.1."""

    UNKNOWN = "0", "unknown", "未知"
    MALE = "1", "male", "男", "男性", "男生"
    FEMALE = "2", "female", "女", "女性", "女生"
    UNSTATED = "9", "not stated", "未说明"


class IdType(CodeList):
    """Kinds of identity document (national pupil register)."""

    ID_CARD = "1", "resident identity card", "居民身份证", "身份证"
    BIRTH_CERTIFICATE = "2", "birth certificate", "出生医学证明", "出生证明"
    HOUSEHOLD_REGISTER = "3", "household register", "户口簿", "户口本"
    PASSPORT = "4", "passport", "护照"
    RESIDENCE_PERMIT = "5", "residence permit (Hong Kong, Macao, Taiwan)", "港澳台居民居住证", "港澳台居住证"
    NONE = "9", "none", "无", "没有证件"


class Health(CodeList):
    """GB/T 2261.3, first digit and the kinds of disability."""

    GOOD = "1", "healthy or good", "健康或良好", "健康", "良好", "好"
    FAIR = "2", "fair or weak", "一般或较弱", "一般", "较弱", "体弱"
    CHRONIC = "3", "chronic illness", "有慢性病", "慢性病", "患病"
    SERIOUS = "4", "serious illness", "重特大疾病", "重病"
    DISABLED = "6", "disabled", "残疾", "有生理缺陷"
    SIGHT = "61", "sight disability", "视力残疾"
    HEARING = "62", "hearing disability", "听力残疾"
    SPEECH = "63", "speech disability", "言语残疾"
    LIMB = "64", "physical disability", "肢体残疾"
    INTELLECT = "65", "intellectual disability", "智力残疾"
    MENTAL = "66", "mental disability", "精神残疾"


class DisabilityKind(CodeList):
    """The kind in the number of a disability card."""

    SIGHT = "1", "sight", "视力"
    HEARING = "2", "hearing", "听力"
    SPEECH = "3", "speech", "言语"
    LIMB = "4", "physical", "肢体"
    INTELLECT = "5", "intellect", "智力"
    MENTAL = "6", "mental", "精神"
    MULTIPLE = "7", "multiple", "多重"


class DisabilityGrade(CodeList):
    """Grade of disability, 1 the most severe."""

    FIRST = "1", "grade 1", "一级", "1级"
    SECOND = "2", "grade 2", "二级", "2级"
    THIRD = "3", "grade 3", "三级", "3级"
    FOURTH = "4", "grade 4", "四级", "4级"


class Education(CodeList):
    """GB/T 4658-2006, first level."""

    POSTGRADUATE = "10", "postgraduate", "研究生", "硕士", "博士"
    BACHELOR = "20", "bachelor", "大学本科", "本科", "大学"
    COLLEGE = "30", "junior college", "大学专科", "专科", "大专"
    VOCATIONAL = "40", "secondary vocational", "中等职业教育", "中职", "中专", "技校", "职高"
    HIGH_SCHOOL = "60", "senior high school", "普通高中", "高中"
    MIDDLE_SCHOOL = "70", "junior high school", "初中"
    PRIMARY = "80", "primary school", "小学"
    NONE = "90", "little or no schooling", "文盲或半文盲", "文盲", "半文盲", "未上学", "没上过学", "未受教育"


class HukouKind(CodeList):
    """Kind of household registration (national pupil register)."""

    RURAL = "1", "agricultural", "农业户口", "农业", "农村", "农村户口", "农"
    URBAN = "2", "non-agricultural", "非农业户口", "非农业", "城镇", "城镇户口", "非农"


class LeftBehindSchool(CodeList):
    """是否留守儿童 of the national pupil register: derived at a date, never stored."""

    NONE = "0", "not left behind", "非留守儿童", "非留守", "否", "不是"
    ONE = "1", "one parent away", "单亲留守儿童", "单亲留守", "单留守", "一方外出"
    BOTH = "2", "both parents away", "双亲留守儿童", "双亲留守", "双留守", "双方外出"


class Schooling(CodeList):
    """就学情况 of the civil-affairs registration form."""

    KINDERGARTEN = "1", "kindergarten", "幼儿园"
    NOT_IN_KINDERGARTEN = "2", "not in kindergarten", "未入园"
    PRIMARY = "3", "primary school", "小学", "在读"
    MIDDLE = "4", "junior high school", "初中"
    HIGH = "5", "senior high school", "高中"
    VOCATIONAL = "6", "secondary vocational school", "中职"
    DROPPED_OUT = "7", "dropped out of compulsory school", "辍学"
    NOT_AT_SCHOOL = "8", "14 to 16, not at school", "不在学"


class Boarding(CodeList):
    """就读方式 of the national pupil register."""

    DAY = "1", "day pupil", "走读", "否"
    BOARDER = "2", "boarder", "住校", "寄宿", "住读", "是"


class EntryMode(CodeList):
    """入学方式 of the national pupil register."""

    NEARBY = "11", "nearest school", "就近入学"
    OTHER = "12", "other", "其他"


class TravelMode(CodeList):
    """上下学方式 of the national pupil register."""

    WALK = "1", "on foot", "步行"
    BICYCLE = "2", "bicycle, motorcycle, electric", "自行车", "自行车(含摩托、电动)", "电动车", "摩托车"
    PUBLIC = "3", "public transport", "公共交通", "公交车"
    PARENT = "4", "brought by parents", "家长接送"
    SCHOOL_BUS = "5", "school bus", "校车"
    OTHER = "9", "other", "其他"


class DatePrecision(CodeList):
    """How exactly a date is known; the stored date is the first day of the month or year."""

    DAY = "day", "exact day", "准确到日"
    MONTH = "month", "month only", "只知道年月"
    YEAR = "year", "year only", "只知道年份"
