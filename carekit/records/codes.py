"""Code lists of the national standards and of the official forms, with their own numbers.

Import goes by label, never by a foreign system's number: systems disagree on 0 and 1 for the same word.
"""

from __future__ import annotations

from carekit.fields import CodeList


class Sex(CodeList):
    """GB/T 2261.1."""

    UNKNOWN = "0", "unknown", "未知"
    MALE = "1", "male", "男", "男性", "男生"
    FEMALE = "2", "female", "女", "女性", "女生"
    UNSTATED = "9", "not stated", "未说明"


_NATIONS = (
    "汉 蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 高山 拉祜 水 东乡 纳西 景颇 柯尔克孜 土 "
    "达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米 塔吉克 怒 乌孜别克 俄罗斯 鄂温克 德昂 保安 裕固 京 塔塔尔 独龙 鄂伦春 赫哲 门巴 珞巴 基诺"
).split()
_NATIONS_EN = (
    "Han Mongol Hui Tibetan Uyghur Miao Yi Zhuang Buyei Korean Manchu Dong Yao Bai Tujia Hani Kazakh Dai Li Lisu Va She Gaoshan Lahu Sui "
    "Dongxiang Naxi Jingpo Kirgiz Tu Daur Mulao Qiang Blang Salar Maonan Gelao Xibe Achang Pumi Tajik Nu Uzbek Russian Ewenki De'ang "
    "Bonan Yugur Gin Tatar Derung Oroqen Hezhen Monba Lhoba Jino"
).split()
_OLD_NATION_NAMES = {"毛南": ("毛难族", "毛难"), "德昂": ("崩龙族", "崩龙")}
Nation = CodeList(  # type: ignore[call-overload]
    "Nation",
    {
        f"N{number:02}": (f"{number:02}", en, f"{zh}族", zh, *_OLD_NATION_NAMES.get(zh, ()))
        for number, (en, zh) in enumerate(zip(_NATIONS_EN, _NATIONS, strict=True), start=1)
    }
    | {"OTHER": ("97", "other", "其他"), "FOREIGN": ("98", "foreign origin, Chinese citizen", "外国血统中国籍人士")},
    module=__name__,
)
Nation.__doc__ = "GB/T 3304."


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


class Relation(CodeList):
    """GB/T 4761-2008: what a person is to the child, with the words that people use."""

    SELF = "01", "self", "本人"
    HOUSEHOLDER = "02", "householder", "户主"
    SPOUSE = "10", "spouse", "配偶"
    SON = "20", "son", "子"
    DAUGHTER = "30", "daughter", "女"
    GRANDCHILD = "40", "grandchild", "孙子女"
    PARENT = "50", "parent", "父母", "家长"
    FATHER = "51", "father", "父亲", "父", "爸爸", "爸", "父子", "父女"
    MOTHER = "52", "mother", "母亲", "母", "妈妈", "妈", "母子", "母女"
    STEPFATHER = "57", "step- or adoptive father", "继父或养父", "继父", "养父"
    STEPMOTHER = "58", "step- or adoptive mother", "继母或养母", "继母", "养母"
    GRANDPARENT = "60", "grandparent", "祖父母或外祖父母", "祖父母", "外祖父母", "祖辈", "爷孙", "隔代"
    FATHERS_FATHER = "61", "father's father", "祖父", "爷爷", "公公", "阿公", "祖孙"
    FATHERS_MOTHER = "62", "father's mother", "祖母", "奶奶", "婆婆", "阿嬷", "阿婆"
    MOTHERS_FATHER = "63", "mother's father", "外祖父", "外公", "姥爷", "家公"
    MOTHERS_MOTHER = "64", "mother's mother", "外祖母", "外婆", "姥姥", "家婆"
    GREAT_GRANDFATHER = "66", "great-grandfather", "曾祖父", "太爷爷"
    GREAT_GRANDMOTHER = "67", "great-grandmother", "曾祖母", "太奶奶"
    SIBLING = "70", "sibling", "兄弟姐妹"
    ELDER_BROTHER = "71", "elder brother", "兄", "哥哥", "哥"
    ELDER_BROTHERS_WIFE = "72", "elder brother's wife", "嫂", "嫂子", "嫂嫂"
    YOUNGER_BROTHER = "73", "younger brother", "弟", "弟弟"
    ELDER_SISTER = "75", "elder sister", "姐", "姐姐"
    ELDER_SISTERS_HUSBAND = "76", "elder sister's husband", "姐夫"
    YOUNGER_SISTER = "77", "younger sister", "妹", "妹妹"
    FATHERS_ELDER_BROTHER = "81", "father's elder brother", "伯父", "大伯", "伯伯"
    FATHERS_ELDER_BROTHERS_WIFE = "82", "father's elder brother's wife", "伯母", "大妈", "大娘"
    FATHERS_YOUNGER_BROTHER = "83", "father's younger brother", "叔父", "叔叔", "叔", "幺爸"
    FATHERS_YOUNGER_BROTHERS_WIFE = "84", "father's younger brother's wife", "婶母", "婶婶", "婶"
    MOTHERS_BROTHER = "85", "mother's brother", "舅父", "舅舅", "舅"
    MOTHERS_BROTHERS_WIFE = "86", "mother's brother's wife", "舅母", "舅妈"
    MOTHERS_SISTERS_HUSBAND = "87", "mother's sister's husband", "姨父", "姨夫"
    MOTHERS_SISTER = "88", "mother's sister", "姨母", "姨妈", "小姨", "大姨", "姨"
    FATHERS_SISTERS_HUSBAND = "89", "father's sister's husband", "姑父", "姑夫"
    FATHERS_SISTER = "90", "father's sister", "姑母", "姑姑", "姑妈", "姑"
    PATERNAL_COUSIN = "91", "cousin with the same surname", "堂兄弟姐妹", "堂哥", "堂姐"
    COUSIN = "92", "cousin with another surname", "表兄弟姐妹", "表哥", "表姐"
    OTHER_KIN = "97", "other relative", "其他亲属", "亲戚", "亲属"
    NOT_KIN = "99", "not a relative", "非亲属", "邻居", "托管", "老师", "其他"


GRANDPARENTS = (
    Relation.GRANDPARENT, Relation.FATHERS_FATHER, Relation.FATHERS_MOTHER, Relation.MOTHERS_FATHER, Relation.MOTHERS_MOTHER,
)  # fmt: skip
FATHERS = (Relation.FATHER, Relation.STEPFATHER)
MOTHERS = (Relation.MOTHER, Relation.STEPMOTHER)


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


class ParentState(CodeList):
    """Where a family member's life stands, as far as it bears on care."""

    PRESENT = "1", "living", "正常", "健在"
    DECEASED = "2", "deceased", "去世", "已故", "死亡", "病故", "已去世"
    MISSING = "3", "no contact for six months or more", "失联", "失踪", "下落不明"
    IN_CUSTODY = "4", "in custody", "服刑或强制戒毒", "服刑", "强制戒毒"
    UNKNOWN = "9", "unknown", "不详"


class Capacity(CodeList):
    """监护能力: whether a person can care for the child."""

    FULL = "1", "able", "有监护能力", "有"
    LIMITED = "2", "not fully able", "监护能力不足", "不足"
    NONE = "3", "unable", "无监护能力", "无"


class WorkArea(CodeList):
    """How far away a parent works."""

    TOWNSHIP = "1", "in this township", "本乡镇"
    COUNTY = "2", "in this county", "县内乡外", "本县", "县内"
    PROVINCE = "3", "elsewhere in this province", "省内县外", "省内"
    OTHER_PROVINCE = "4", "in another province", "外省", "省外", "跨省"
    ABROAD = "5", "abroad", "境外", "国外"


class Frequency(CodeList):
    """How often something happens (RECORDS: categories of 返家频率 and 联系频率), most often first."""

    DAILY = "1", "daily", "每天", "天天"
    WEEKLY = "2", "weekly", "每周", "一周一次", "每周一次"
    FORTNIGHTLY = "3", "every two weeks", "每两周", "半月", "半个月一次"
    MONTHLY = "4", "monthly", "每月", "一月一次", "每月一次"
    QUARTERLY = "5", "every three months", "每季度", "每季"
    HALF_YEARLY = "6", "twice a year", "每半年", "半年", "半年一次", "一年两次"
    YEARLY = "7", "once a year", "每年", "一年", "一年一次", "过年回家", "春节"
    RARER = "8", "less than once a year", "一年以上", "几年一次", "两年一次"
    NEVER = "9", "never", "从未", "从不", "不联系"


class FamilyType(CodeList):
    """家庭类型: how the family is made up, whoever works away."""

    WHOLE = "1", "both parents", "双亲家庭", "完整", "正常", "健全", "普通", "双亲"
    DIVORCED = "2", "divorced", "离异", "离婚", "父母离异"
    WIDOWED = "3", "widowed", "丧偶"
    REMARRIED = "4", "remarried", "重组家庭", "重组", "再婚"
    SINGLE = "5", "single parent", "单亲家庭", "单亲"
    ORPHAN = "6", "orphan", "孤儿"
    UNCARED = "7", "de facto without care", "事实无人抚养"
    OTHER = "9", "other", "其他"


class IncomeSource(CodeList):
    """家庭经济来源 of the civil-affairs registration form."""

    WAGES = "1", "wages from work away", "打工收入", "务工", "打工"
    FARMING = "2", "farming", "种养殖业", "务农", "种植", "养殖"
    STATE = "3", "state aid", "政府救助"
    KIN = "4", "help of kin and friends", "亲朋接济"
    OTHER = "9", "other", "其他"


class Assistance(CodeList):
    """救助帮扶 of the civil-affairs registration form, with the poverty marks of rosters."""

    MINIMUM_LIVING = "1", "minimum living allowance", "低保", "低保户"
    TEMPORARY = "2", "temporary relief", "临时救助"
    MEDICAL = "3", "medical relief", "医疗救助"
    HOUSING = "4", "housing relief", "住房救助"
    OUT_OF_POVERTY = "5", "household lifted out of poverty", "脱贫户", "建档立卡", "原建档立卡", "建档立卡户"
    MONITORED = "6", "monitored household", "监测户", "边缘易致贫户"
    DESTITUTE = "7", "state support for the destitute", "特困供养", "特困", "五保"
    LOW_INCOME = "8", "low-income household", "低收入家庭", "低保边缘户"
    OTHER = "9", "other", "其他"


class GuardianshipState(CodeList):
    """监护类型 of the civil-affairs registration form."""

    NONE = "1", "no guardian", "无人监护", "独居"
    PARENT_UNABLE = "2", "father or mother unable", "父或母无监护能力"
    CARER_WEAK = "3", "entrusted carer not fully able", "受委托监护人监护能力不足", "监护能力不足"
    FAIR = "4", "care fair", "监护情况一般", "一般"
    GOOD = "5", "care good", "监护情况较好", "较好"


class TalkMode(CodeList):
    """方式 of the talk record card."""

    FACE = "1", "face to face", "面谈"
    PHONE = "2", "phone", "电话"
    VIDEO = "3", "video", "视频"
    WRITTEN = "4", "in writing", "书面"


class VisitMode(CodeList):
    """方式 of the home-visit record; only a visit on site counts in the home-visit rate."""

    ON_SITE = "1", "on site", "实地"
    PHONE = "2", "phone", "电话"
    VIDEO = "3", "video", "视频"


class TalkTopic(CodeList):
    """类型 of the talk record card."""

    DAILY = "1", "daily life", "日常"
    STUDY = "2", "study", "学业"
    MIND = "3", "feelings", "心理"
    CONDUCT = "4", "conduct", "行为"
    HOME = "5", "home and school", "家校"


class ChildState(CodeList):
    """学生状态 of the talk record card."""

    CALM = "1", "calm", "平静"
    CHEERFUL = "2", "cheerful", "开朗"
    TENSE = "3", "tense", "紧张"
    SILENT = "4", "silent", "沉默"
    RESISTANT = "5", "resistant", "抵触"
    SAD = "6", "sad", "低落"
    TEARFUL = "7", "in tears", "哭泣"
    OTHER = "9", "other", "其他"


class Outcome(CodeList):
    """Whether a planned contact took place."""

    DONE = "1", "done", "已完成"
    FAILED = "2", "tried, did not take place", "未成功"
    EXCUSED = "3", "away the whole period", "整期不在校"


class PartOfDay(CodeList):
    """时段."""

    MORNING = "1", "morning", "上午"
    NOON = "2", "noon", "中午"
    AFTERNOON = "3", "afternoon", "下午"
    EVENING = "4", "evening", "晚上"


class TermNumber(CodeList):
    """Terms of a school year."""

    FIRST = "1", "first (autumn) term", "第一学期", "秋季学期"
    SECOND = "2", "second (spring) term", "第二学期", "春季学期"


class Role(CodeList):
    """What a staff member does in the kit, which decides what they may see."""

    REGISTRAR = "registrar", "registrar", "学籍管理员"
    CLASS_TEACHER = "class_teacher", "class teacher", "班主任"
    SUBJECT_TEACHER = "subject_teacher", "subject teacher", "任课教师"
    SUPPORTER = "supporter", "supporter", "帮扶人"
    COUNSELLOR = "counsellor", "counsellor", "心理教师"
    LEADER = "leader", "school leader", "学校领导", "校长", "领导小组"
    PARTNER = "partner", "partner unit", "帮扶单位"
    COUNTY_OFFICER = "county_officer", "county officer", "县级主管"
    ADMINISTRATOR = "administrator", "administrator", "系统管理员"


class Duty(CodeList):
    """What a staff member does for a class."""

    CLASS_TEACHER = "1", "class teacher", "班主任"
    SUBJECT_TEACHER = "2", "subject teacher", "任课教师"


class EntryReason(CodeList):
    """How a stay in a class began."""

    NEW = "1", "newly enrolled", "招生"
    PROMOTED = "2", "moved up", "升级"
    TRANSFERRED_IN = "3", "transferred in", "转入"
    RETURNED = "4", "returned", "复学"
    MOVED_CLASS = "5", "changed class", "校内转班"
    REPEATED = "6", "repeats the grade", "留级"


class LeavingReason(CodeList):
    """How a stay in a class ended."""

    PROMOTED = "1", "moved up", "升级"
    GRADUATED = "2", "graduated", "毕业"
    TRANSFERRED_OUT = "3", "transferred out", "转出"
    SUSPENDED = "4", "suspended study", "休学"
    DROPPED_OUT = "5", "dropped out", "辍学"
    DIED = "6", "died", "死亡"
    MOVED_CLASS = "7", "changed class", "校内转班"
    ABROAD = "8", "went abroad", "出国"
    REPEATED = "9", "repeats the grade", "留级"


class CaseSource(CodeList):
    """How a child came onto the register of left-behind children."""

    ROSTER = "1", "roster", "花名册导入"
    TEACHER = "2", "class teacher", "班主任登记"
    FAMILY = "3", "told by the family", "家长告知"
    VILLAGE = "4", "told by the village", "村(居)告知"
    TRANSFER = "5", "transferred in with a file", "转入移交"
    OTHER = "9", "other", "其他"


class ClosureReason(CodeList):
    """Why a child leaves the register of left-behind children."""

    PARENT_BACK = "1", "a parent is back for three months or more", "父母返乡满三个月"
    JOINED_PARENTS = "2", "joined the parents elsewhere", "随父母外出"
    TURNED_16 = "3", "turned sixteen", "年满十六周岁"
    GRADUATED = "4", "graduated", "毕业"
    TRANSFERRED = "5", "transferred to another school", "转学"
    DIED = "6", "died", "死亡"
    WRONGLY_LISTED = "7", "listed by mistake", "登记错误"


class LegalBasis(CodeList):
    """Why data may be kept (personal information protection law, articles 13 and 31)."""

    DUTY = "1", "statutory duty", "法定职责"
    CONSENT = "2", "guardian's consent", "监护人同意"
    EMERGENCY = "3", "emergency", "紧急情况"


class ConsentPurpose(CodeList):
    """What a guardian consents to."""

    FILE = "1", "keeping the child's file", "建立档案"
    PHOTO = "2", "photographs", "影像拍摄"
    SCREENING = "3", "psychological screening", "心理测评"
    REFERRAL = "4", "referral outside the school", "校外转介"
    PUBLICITY = "5", "publication", "公开宣传"


class ConsentAnswer(CodeList):
    """What the signer answered."""

    GIVEN = "1", "given", "同意"
    REFUSED = "2", "refused", "不同意"


class SignerBasis(CodeList):
    """On what ground somebody signs for the child."""

    FATHER = "1", "father", "父亲"
    MOTHER = "2", "mother", "母亲"
    LEGAL_GUARDIAN = "3", "other legal guardian", "其他法定监护人"
    WRITTEN_MANDATE = "4", "written mandate of a parent", "父母书面授权"


class AwayRule(CodeList):
    """Whose absence makes a child left behind by the school's own definition."""

    ANY = "any", "one parent or both", "父母一方或双方"
    BOTH = "both", "both parents", "父母双方"
