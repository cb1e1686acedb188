"""Which column of a roster holds what: one table of headings, filled up from the labels of the declared fields.

A canonical path is ``child.FIELD``, ``family.FIELD``, ``care.FIELD``, ``ROLE.FIELD`` or ``ROLE.absence.FIELD`` for a member of
the family, or one of the special paths below. A field that is newly declared is found by its label without a change here.

Matching order: normalised (half width, blanks, stars, 必填 and units taken off, Traditional to Simplified), then exact, then with
the group of a merged heading above (父亲 + 电话), then contained. Headings alone are converted, never values.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from opencc import OpenCC

from carekit.exchange.cells.numerals import arabic
from carekit.fields import Shape
from carekit.names import clean_text
from carekit.records import Absence, CareArrangement, Child, Family, FamilyMember

#: Headings of the child's own columns and of the row as a whole, in the words of real rosters.
SYNONYMS: dict[str, str] = {
    "serial": "序号 编号 序 号 No No. 顺序号",
    "given_back": "退回原因 原文件行",
    "child.name": "姓名 学生姓名 孩子姓名 儿童姓名 留守儿童姓名 幼儿姓名 名字 学生 儿童 留守学生姓名 学生名字 留守儿童 被监护人姓名",
    "child.sex": "性别 男/女 男女",
    "child.born_on": "出生日期 出生年月 出生年月日 生日 出生时间 出生",
    "child.age": "年龄 周岁 虚岁 实足年龄 年龄周岁 年龄虚岁",
    "child.nation": "民族 族别",
    "child.id_number": "身份证号 身份证号码 公民身份证号码 公民身份号码 证件号码 身份证件号 身份证件号码 身份证 证件号 居民身份证号",
    "child.id_type": "身份证件类型 证件类型 身份证类型",
    "child.pupil_number": "学籍号 全国学籍号 学籍号码 全国学籍编号 学籍编号",
    "child.local_pupil_number": "学籍辅号 省学籍号",
    "child.school_number": "学号 学生编号 学生号",
    "child.seat_number": "班内学号 座号 班内序号",
    "school": "学校 就读学校 所在学校 学校名称 就读学校名称 学校标识码",
    "class": "班级 年级班级 所在班级 班别 就读年级 年级 班 年级班 所在年级 班级名称 就读班级 年级(班) 年班 所属班级 年级/班级 所在年级班级 班号 就读年级班级",
    "class_teacher": "班主任 班主任姓名 班主任老师",
    "child.boarding": "是否住校 是否寄宿 是否学校寄宿 就读方式 住校 寄宿 住校生 是否住校生 是否寄宿生 走读/住校",
    "child.hukou_place": "户籍所在地 户口所在地 户籍地址 户籍地 户口所在地行政区划 户籍 户口地址 户籍所在地址",
    "child.hukou_kind": "户口性质 户口类别 户口类型 户籍性质 户籍类型",
    "child.address": "家庭住址 现住址 现居住地 居住地址 详细地址 住址 现居住地址 家庭详细住址 居住地 地址 家庭详细地址 详细住址",
    "child.home_address": "家庭地址",
    "child.birthplace": "出生地 出生地行政区划代码 出生地行政区划",
    "child.mailing_address": "通信地址 通讯地址",
    "village": "村组 村 社区 村(社区) 村社区 村/社区 所在村 村民小组 村(居) 行政村 自然村 村名 村(居)委会 所在村组 所属村",
    "household": "户号 户编号 家庭编号 户主 户主姓名 家庭户号",
    "left_behind": "是否留守儿童 留守类型 留守情况 单亲/双亲留守 是否留守 留守儿童类型 留守类别 单亲双亲留守 留守性质 单双留守",
    "away": "父母外出情况 谁外出 外出方 外出务工方 父母外出务工情况 外出情况 外出人员 外出人 父母外出 外出务工人员 外出务工人 外出者",
    "child.health": "健康状况 身体情况 身体状况 健康情况 学生身体状况",
    "child.disability": "残疾类别及等级 残疾类型 残疾类型及等级 残疾情况 残疾类别 残疾等级 残疾",
    "child.disability_card": "残疾证号 残疾人证号 残疾证号码",
    "family.assistance": "困境类别 贫困类型 资助情况 救助帮扶 帮扶类型 救助情况 特殊类型",
    "assistance.MINIMUM_LIVING": "是否低保 是否低保户 低保 低保户",
    "assistance.OUT_OF_POVERTY": "是否建档立卡 脱贫户 是否脱贫户 是否原建档立卡 建档立卡户 是否建档立卡户 建档立卡 原建档立卡户",
    "assistance.MONITORED": "监测户 是否监测户",
    "assistance.DESTITUTE": "是否特困供养 特困供养 是否特困",
    "family.type": "家庭类型 家庭情况 家庭结构 是否单亲 家庭状况",
    "family.phone": "家庭电话 家庭联系电话",
    "family.contact_name": "方便联系人 紧急联系人 方便联系人姓名",
    "family.contact_phone": "方便联系人电话 紧急联系人电话 方便联系电话",
    "care.state": "监护类型 监护情况 监护状况",
    "care.entrusted": "有无委托其他监护人 是否委托监护 有无委托照料人 父母外出有无委托照料人",
    "care.reason": "委托照料原因 委托原因",
    "both_away": "父母双方同时外出 父母双方是否同时外出 双方同时外出 父母是否同时外出 是否双亲外出 双亲是否外出 双亲外出 是否父母双方外出 父母双方外出 父母双方是否外出",
    "mentor": "帮扶教师 结对教师 帮扶人 包保责任人 帮教人 爱心妈妈 代理家长 帮扶老师 帮扶责任人 结对帮扶人",
    "risk": "风险等级 预警等级 四色 四色管理",
    "child.note": "备注 说明 其他 备注说明",
    "parent.pair": "父/母姓名 父母姓名 父母亲姓名 父亲/母亲姓名 父(母)姓名 父、母姓名 父母",
}  # fmt: skip

#: Headings of a family member's columns, without the word for the member: they stand behind 父亲, 母亲, 监护人 or under it.
MEMBER_SYNONYMS: dict[str, str] = {
    "name": "姓名 名字 名 名称",
    "phone": "电话 联系电话 联系方式 手机 手机号 手机号码 电话号码 联系号码 电话/手机 联系手机 手机电话 联系人电话",
    "relation": "与儿童关系 与被监护人关系 与学生关系 与留守儿童关系 与孩子关系 关系 称谓 与本人关系 与学生的关系 与儿童的关系 与其关系 亲属关系 与幼儿关系 与该生关系",
    "age": "年龄 周岁 岁数",
    "education": "文化程度 学历 文化 受教育程度",
    "health": "身体状况 健康状况 身体情况",
    "born_on": "出生日期 出生年月 出生年月日 生日",
    "id_number": "身份证号 身份证号码 公民身份证号码 公民身份号码 证件号码 身份证件号 身份证 身份证件号码",
    "address": "住址 现住址 家庭住址 居住地址 居住地 居住地地址 现居住地 地址",
    "hukou_place": "户口所在地 户籍所在地 户口所在地行政区划",
    "employer": "工作单位 单位",
    "work_place": "务工地点 当前务工地点 务工地 打工地点 外出地点 务工地址 打工地 外出务工地点 务工所在地 外出务工地 外出地 外出务工地址 务工省市 现务工地 工作地点 务工情况 去向",
    "absence.employer": "务工单位",
    "away_since": "外出时间 外出务工时间 外出年月 外出日期 留守时间 外出务工起始时间 外出起始时间 务工时间",
    "away": "是否外出 是否外出务工 是否务工 外出 外出务工",
    "absence.contact_frequency": "联系频率 多久联系一次 通话次数 联系次数 通话频率 联系情况",
    "absence.return_frequency": "返家频率 多久回家一次 返乡次数 回家次数 返乡频率 回家频率",
    "absence.last_returned_on": "回家时间 最近回家时间 最近返家时间",
    "capacity": "监护能力",
    "guardian": "是否监护人",
    "relation_note": "关系说明",
    "state": "状况 状态 是否健在",
}  # fmt: skip

#: Words that name a member of the family in headings.
ROLE_WORDS: dict[str, str] = {
    "father": "父亲 爸爸 父 爸",
    "mother": "母亲 妈妈 母 妈",
    "guardian": (
        "监护人 现监护人 实际监护人 临时监护人 委托监护人 受委托监护人 委托照料人 受委托照护人 代管人 第一监护人 照看人 看护人 抚养人 "
        "其他监护人 受委托人 法定监护人 照护人 现在监护人 主要照料人 照料人 委托照护人 受托人 监护人1 现由谁监护 由谁监护 由谁照顾 现由谁照顾 由谁照看 与谁生活 跟谁生活 现跟谁生活 现与谁生活 和谁一起生活 "
        "监护人及关系 监护人姓名及关系 监护人及与儿童关系 监护人姓名及与儿童关系 监护人(关系) 监护人/关系 监护人、关系"
    ),
    "father_father": "祖父 爷爷",
    "father_mother": "祖母 奶奶",
    "mother_father": "外祖父 外公 姥爷",
    "mother_mother": "外祖母 外婆 姥姥",
    "parent": "家长 父母 父母双方 父母亲",
    "member1": "成员1 家庭成员1 家庭成员或监护人1",
    "member2": "成员2 家庭成员2 家庭成员或监护人2",
    "member3": "成员3 家庭成员3",
    "member4": "成员4 家庭成员4",
}  # fmt: skip

_CHILD_WORDS = "留守儿童 学生本人 儿童 学生 孩子 幼儿 本人 被监护人 留守学生".split()
_GROUP_TAIL = re.compile("(的?(基本)?(情况|信息|资料)|一栏|栏)$")
#: Bare headings of members that go with the name column at their left; the others are the child's unless it has one already.
FOLLOWS_MEMBER = frozenset(
    "phone relation age education employer work_place away_since away health relation_note capacity guardian occupation post".split()
) | frozenset(path for path in MEMBER_SYNONYMS if path.startswith("absence."))

_UNITS = re.compile(
    r"\((必填|选填|必填项|全称|岁|周岁|米|元|公里|km|m|单位.*?|省市|省、市|镇村组|可多选|多选|单选|打√|√|是/否|是或否|有/无|年月日?|.*?格式.*?|如.*|例.*|填.*|写.*|请.*|\d+位|18位.*)\)",
    re.IGNORECASE,
)
_DROP = re.compile(r"[\s*★☆※:;。.,'\"“”]+")


@cache
def _simplifier() -> OpenCC:
    return OpenCC("t2s")


@lru_cache(maxsize=4096)
def plain_heading(text: str) -> str:
    """`text` as headings are compared: half width, Simplified, without blanks, stars, colons, units and notes on how to fill in."""
    text = unicodedata.normalize("NFKC", clean_text(text))
    if not text.isascii():
        text = str(_simplifier().convert(text)).replace("聯系", "联系").replace("连络", "联络")
    text = _DROP.sub("", text)
    text = _UNITS.sub("", text)
    return text.strip("_-|()") if text.count("(") != text.count(")") else text.strip("_-|")


def _table(words: dict[str, str]) -> dict[str, str]:
    return {plain_heading(word): path for path, line in words.items() for word in line.split()}


@cache
def _bare() -> dict[str, str]:
    """Every heading without a member's word, by its plain text."""
    found = _table(SYNONYMS)
    for root, record in (("child", Child), ("family", Family), ("care", CareArrangement)):
        for name, spec in record.fields.items():
            if name != "id" and spec.shape is not Shape.REFERENCE and not name.endswith("_precision"):
                label = plain_heading(spec.label.zh)
                found.setdefault(label, f"{root}.{name}")
                if spec.shape is Shape.YES_NO and label.startswith("是否"):
                    found.setdefault(label[2:], f"{root}.{name}")
    return found


@cache
def _of_members() -> dict[str, str]:
    found = _table(MEMBER_SYNONYMS)
    for prefix, record in (("", FamilyMember), ("absence.", Absence)):
        for name, spec in record.fields.items():
            if name != "id" and spec.shape is not Shape.REFERENCE and not name.endswith("_precision"):
                found.setdefault(plain_heading(spec.label.zh), prefix + name)
    return found


@cache
def _roles() -> tuple[tuple[str, str], ...]:
    """Member words with their roles, longest first."""
    return tuple(sorted(_table(ROLE_WORDS).items(), key=lambda pair: -len(pair[0])))


@lru_cache(maxsize=1024)
def role_of(text: str) -> str | None:
    """The member that a merged heading is about (父亲情况: father, 学生信息: child); None when it names nobody."""
    plain = plain_heading(text)
    plain = arabic(plain) if "成员" in plain else plain
    short = _GROUP_TAIL.sub("", plain)
    for word, role in _roles():
        if word in (plain, short):
            return role
    return "child" if short in _CHILD_WORDS or plain in _CHILD_WORDS else None


@lru_cache(maxsize=4096)
def match_heading(text: str) -> str | None:
    """The path of a heading by itself; ``?.FIELD`` when the columns beside it decide whose it is; None when it is unknown."""
    plain = plain_heading(text)
    if not plain or len(plain) > 40 or (plain.isascii() and plain not in _bare()):
        return None
    return _exact(plain) or _name_and_phone(plain) or _bracketed(plain) or _contained(plain)


_NAME_AND_PHONE = re.compile(r"(.+?)(?:姓名)?(?:[及和与、/]|姓名)(?:联系)?(?:电话|方式|手机)(?:号码?)?")


def _name_and_phone(plain: str) -> str | None:
    """A column with a member's name and phone together (家长姓名及电话) is one of names; phones are found behind them."""
    match = _NAME_AND_PHONE.fullmatch(plain)
    path = _exact(f"{match[1]}姓名") if match else None
    return path if path and path.endswith(".name") and not path.startswith("child.") else None


def _exact(plain: str) -> str | None:
    path = _bare().get(plain)
    if path:
        return "?.away_since" if plain == "留守时间" else path
    role = role_of(plain)
    if role and role != "child" and not _GROUP_TAIL.search(plain):
        return f"{role}.name"
    return _with_member_word(plain) or _of_child(plain) or _bare_member(plain)


def _bare_member(plain: str) -> str | None:
    field = _of_members().get(plain)
    return f"?.{field}" if field else None


def _with_member_word(plain: str) -> str | None:
    plain = arabic(plain) if "成员" in plain else plain
    for word, role in _roles():
        if plain.startswith(word) and len(plain) > len(word):
            rest = plain[len(word) :].lstrip("的-_/、")
            field = _of_members().get(rest)
            if field:
                return f"{role}.{field}"
    return None


def _of_child(plain: str) -> str | None:
    for word in _CHILD_WORDS:
        if plain.startswith(word):
            path = _bare().get(plain[len(word) :].lstrip("的"))
            if path:
                return path
    return None


def _bracketed(plain: str) -> str | None:
    """A heading with a word in brackets: the member's word (联系电话(父)), or an addition that changes nothing (家庭住址(到组))."""
    match = re.fullmatch(r"(.+?)\((.+?)\)(.*)", plain)
    if not match:
        return None
    base, inner = match[1] + match[3], match[2]
    role = role_of(inner)
    if role and role != "child" and base in _of_members():
        return f"{role}.{_of_members()[base]}"
    role = role_of(base)
    if role and role != "child" and inner in _of_members():
        return f"{role}.{_of_members()[inner]}"
    return _exact(base)


#: A heading that only contains one of these words is still told apart; the longest word decides.
_CONTAINED = (
    "身份证号 学籍号 出生日期 出生年月 家庭住址 现住址 健康状况 班主任 与儿童关系 监护人姓名 学生姓名 父亲姓名 母亲姓名 监护人电话 父亲电话 母亲电话 "
    "监护人联系电话 父亲联系电话 母亲联系电话 户籍所在地 务工地点 外出时间 监护类型 留守类型 是否留守 父亲务工地点 母亲务工地点 文化程度"
).split()
_OTHERS_WORD = re.compile("教师|老师|帮扶|校长|学校|村|医|派出所|儿童主任|银行|卡号|有效|复印|曾用|紧急|户主|照片|单位")


def _contained(plain: str) -> str | None:
    if _OTHERS_WORD.search(plain) or len(plain) > 16:
        return None
    found = max((word for word in _CONTAINED if word in plain), key=len, default=None)
    if found is None:
        return None
    before = plain[: plain.index(found)]
    role = next((role for word, role in _roles() if len(word) > 1 and word in before), None)
    if role:
        return with_role(role, found)
    return None if any(word in before for word in ("父", "母", "爷", "奶", "监护", "家长", "成员")) else _exact(found)


@lru_cache(maxsize=1024)
def topic_of(text: str) -> str | None:
    """The members' field that a group of columns is about (父母务工情况 over 父亲 | 母亲: work_place); None when it names none."""
    plain = plain_heading(text)
    for word in ("父母双方", "父母亲", "父母", "家长", "双亲"):
        plain = plain.removeprefix(word)
    return _of_members().get(plain)


@lru_cache(maxsize=4096)
def with_role(role: str, leaf: str) -> str | None:
    """The path of heading `leaf` under the group of `role`; None when no such field is known."""
    plain = plain_heading(leaf)
    if role == "child":
        path = match_heading(leaf)
        return path.replace("?.", "child.") if path else None
    field = _of_members().get(plain)
    if field:
        return f"{role}.{field}"
    full = _exact(plain)
    if full and full.startswith(("?.",)):
        return f"{role}.{full[2:]}"
    if full and full.partition(".")[0] in ROLE_WORDS:
        return full if full.startswith(role) or not full.endswith(".name") else f"{role}.name"
    bracketed = re.sub(r"\(.*?\)", "", plain)
    field = _of_members().get(bracketed)
    return f"{role}.{field}" if field else None
