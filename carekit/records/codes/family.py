"""Codes of families: relations, work away, care, consent."""

from __future__ import annotations

from carekit.fields import CodeList


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
    GRANDPARENT = "60", "grandparent", "祖父母或外祖父母", "祖父母", "外祖父母", "祖辈", "爷孙", "祖孙", "隔代"
    FATHERS_FATHER = "61", "father's father", "祖父", "爷爷", "公公", "阿公"
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
