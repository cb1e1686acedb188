"""Codes of the school's work: roles, terms, stays, the register, talks and visits."""

from __future__ import annotations

from carekit.fields import CodeList


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
    SUPPORTER = "supporter", "supporter", "帮扶人", "帮扶教师", "代理家长", "党员"
    COUNSELLOR = "counsellor", "counsellor", "心理教师", "心理老师", "心理辅导员"
    LEADER = "leader", "school leader", "学校领导", "校长", "领导小组"
    PARTNER = "partner", "partner unit", "帮扶单位", "志愿者组长"
    COUNTY_OFFICER = "county_officer", "county officer", "县级主管", "县教育局", "民政"
    ADMINISTRATOR = "administrator", "administrator", "系统管理员", "管理员"


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


class TransferDirection(CodeList):
    """Whether a child's papers come from another school or go to it."""

    IN = "1", "from another school", "转入"
    OUT = "2", "to another school", "转出（含升学）"


class AwayRule(CodeList):
    """Whose absence makes a child left behind by the school's own definition."""

    ANY = "any", "one parent or both", "父母一方或双方"
    BOTH = "both", "both parents", "父母双方"


class PairingDemand(CodeList):
    """Which children the school wants to be paired with somebody."""

    KEY = "key", "key children", "重点帮扶对象"
    GROUPS = "groups", "children of any group", "各类帮扶对象"
    REGISTER = "register", "every child on the register", "全部在册留守儿童"
    NOBODY = "nobody", "nobody", "不要求"
