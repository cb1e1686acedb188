"""Headings: the synonyms of the records study, the templates of the pupil register and of civil affairs, groups and neighbours."""

from __future__ import annotations

import pytest
from roster_files import csv, read, sheet_of

from carekit.exchange.roster.headings import MEMBER_SYNONYMS, ROLE_WORDS, SYNONYMS, match_heading, plain_heading, role_of, with_role
from carekit.fields import Shape
from carekit.records import Absence, CareArrangement, Child, Family, FamilyMember

#: RECORDS 5.1, path by path; ``?`` is decided by the neighbour.
_STUDY = {
    "child.name": "姓名 学生姓名 孩子姓名 儿童姓名 留守儿童姓名 幼儿姓名 名字",
    "child.sex": "性别 男/女",
    "child.born_on": "出生日期 出生年月 出生年月日 生日",
    "child.age": "年龄 周岁 虚岁",
    "child.nation": "民族 族别",
    "child.id_number": "身份证号 身份证号码 公民身份证号码 公民身份号码 证件号码 身份证件号 身份证",
    "child.pupil_number": "学籍号 全国学籍号",
    "child.local_pupil_number": "学籍辅号",
    "child.school_number": "学号",
    "child.seat_number": "班内学号",
    "school": "学校 就读学校 所在学校",
    "class": "班级 年级 年级班级 所在班级 班别 就读年级",
    "class_teacher": "班主任 班主任姓名",
    "child.boarding": "是否住校 是否寄宿 是否学校寄宿 就读方式",
    "child.hukou_place": "户籍所在地 户口所在地 户籍地址",
    "child.hukou_kind": "户口性质 户口类别",
    "child.address": "家庭住址 现住址 现居住地 居住地址 详细地址 住址",
    "village": "村组 村(社区) 所在村 村民小组",
    "father.name": "父亲姓名 父亲 爸爸",
    "mother.name": "母亲姓名 母亲 妈妈",
    "parent.name": "家长姓名 家长",
    "parent.pair": "父母姓名",
    "father.phone": "父亲电话 父亲联系电话 父手机",
    "mother.phone": "母亲电话 母亲联系电话 母手机",
    "parent.phone": "家长电话 家长联系方式",
    "father.work_place": "父亲务工地点 父亲外出地点",
    "parent.work_place": "父母务工地址",
    "away": "父母外出情况 谁外出 外出方",
    "left_behind": "是否留守儿童 留守类型 留守情况 单亲/双亲留守",
    "guardian.name": (
        "监护人 监护人姓名 现监护人 实际监护人 临时监护人 委托监护人 受委托监护人 委托照料人 受委托照护人 代管人 第一监护人 照看人"
    ),
    "guardian.phone": "监护人电话 监护人联系电话 受委托监护人电话",
    "guardian.age": "监护人年龄",
    "guardian.health": "监护人身体状况",
    "?.relation": "与儿童关系 与被监护人关系 与学生关系 与留守儿童关系 与孩子关系 关系 称谓",
    "?.work_place": "务工地 打工地点 外出地点 当前务工地点",
    "?.away_since": "外出时间 外出务工时间 留守时间",
    "?.education": "文化程度 学历",
    "?.absence.contact_frequency": "联系频率 多久联系一次 通话次数",
    "?.absence.return_frequency": "返家频率 多久回家一次 返乡次数 回家次数",
    "child.health": "健康状况 身体情况 身体状况",
    "child.disability": "残疾类别及等级 残疾类型",
    "child.disability_card": "残疾证号",
    "assistance.MINIMUM_LIVING": "是否低保",
    "assistance.OUT_OF_POVERTY": "是否建档立卡 脱贫户",
    "assistance.MONITORED": "监测户",
    "family.assistance": "贫困类型 困境类别 资助情况",
    "family.type": "家庭类型 家庭情况 家庭结构 是否单亲",
    "mentor": "帮扶教师 结对教师 帮扶人 包保责任人 帮教人 爱心妈妈 代理家长",
    "risk": "风险等级 预警等级 四色",
    "care.state": "监护情况 监护类型",
    "child.note": "备注 说明 其他",
}


@pytest.mark.parametrize(("path", "heading"), [(path, heading) for path, line in _STUDY.items() for heading in line.split()])
def test_every_heading_of_the_study_is_known(path: str, heading: str) -> None:
    """Each synonym has the path that the records study gives it."""
    assert match_heading(heading) == path


@pytest.mark.parametrize("decorated", ["★{}（必填）", "{} ", " {}\n", "*{}", "{}：", "{}\u00a0", "{}(必填)"])
def test_decorations_do_not_matter(decorated: str) -> None:
    """Stars, blanks, colons and 必填 change nothing."""
    assert match_heading(decorated.format("身份证号")) == "child.id_number"


@pytest.mark.parametrize("record", [Child, Family, CareArrangement])
def test_every_declared_field_is_importable_by_its_label(record: type[Child]) -> None:
    """A field that is declared is found by its Chinese label, without a change in the importer."""
    for name, spec in record.fields.items():
        if name == "id" or spec.shape is Shape.REFERENCE or name.endswith("_precision"):
            continue
        assert match_heading(spec.label.zh) is not None, name


@pytest.mark.parametrize("role", ROLE_WORDS)
def test_every_field_of_a_member_is_importable_behind_its_word(role: str) -> None:
    """Under the word of each member, every declared field of members and of being away is found."""
    for record in (FamilyMember, Absence):
        for name, spec in record.fields.items():
            if name == "id" or spec.shape is Shape.REFERENCE or name.endswith("_precision") or name in ("stated_age", "stated_age_on"):
                continue
            assert (with_role(role, spec.label.zh) or "").startswith(f"{role}."), (role, name)


def test_no_heading_stands_twice_in_the_tables() -> None:
    """One heading has one meaning."""
    for table in (SYNONYMS, MEMBER_SYNONYMS, ROLE_WORDS):
        words = [(plain_heading(word), path) for path, line in table.items() for word in line.split()]
        meanings: dict[str, str] = {}
        for word, path in words:
            assert meanings.setdefault(word, path) == path, word


def test_groups_name_members() -> None:
    """A merged heading is about a member, the child, or nobody."""
    assert [role_of(t) for t in ("父亲情况", "监护人信息", "母亲基本情况", "学生基本信息", "家庭成员一", "备注")] == [
        "father", "guardian", "mother", "child", "member1", None,
    ]  # fmt: skip


def test_neighbours_decide_bare_headings() -> None:
    """联系电话 beside a member's name is that member's; beside both parents' names it is theirs; else the child's."""

    def paths(line: str) -> list[str | None]:
        return [c.path for c in read(csv(line, ",".join("x" for _ in line.split(",")))).layouts[0].columns]

    assert paths("姓名,班级,父亲姓名,联系电话,母亲姓名,联系电话,身份证号")[2:] == [
        "father.name", "father.phone", "mother.name", "mother.phone", "child.id_number",
    ]  # fmt: skip
    assert paths("姓名,性别,联系电话,家庭地址") == ["child.name", "child.sex", "child.phone", "child.address"]
    assert paths("姓名,班级,父亲姓名,母亲姓名,务工地点,外出时间,联系电话,监护人姓名,与儿童关系,年龄,文化程度,身体状况,电话")[2:] == [
        "father.name", "mother.name", "parent.work_place", "parent.away_since", "parent.phone",
        "guardian.name", "guardian.relation", "guardian.age", "guardian.education", "guardian.health", "guardian.phone",
    ]  # fmt: skip
    assert paths("学生姓名,班级,姓名,与学生关系,电话")[2:] == ["guardian.name", "guardian.relation", "guardian.phone"]
    assert paths("姓名,身份证号,监护人,身份证号")[2:] == ["guardian.name", "guardian.id_number"]


#: Columns of the import template of the national pupil register in their order (RECORDS 2.3), without the members'.
_REGISTER = (
    "学校标识码 姓名 性别 出生日期 出生地行政区划代码 籍贯 民族 国籍/地区 身份证件类型 港澳台侨外 健康状况 政治面貌 身份证件号 户口性质 户口所在地行政区划 班号 "
    "入学年月 入学方式 就读方式 现住址 通信地址 家庭地址 联系电话 邮政编码 是否独生子女 是否受过学前教育 是否留守儿童 是否需要申请资助 是否享受一补 是否孤儿 "
    "是否烈士或优抚子女 上下学距离 上下学方式 是否需要乘坐校车 曾用名 身份证件有效期 血型 特长 学籍辅号 班内学号 学生来源 电子信箱 主页地址 残疾类型 "
    "是否由政府购买学位 随班就读"
).split()
_MEMBER = "姓名 关系 关系说明 现住址 户口所在地行政区划 联系电话 是否监护人 身份证件类型 身份证件号 民族 工作单位 职务".split()


@pytest.mark.parametrize("flat", [True, False])
def test_the_template_of_the_pupil_register_is_read_whole(flat: bool) -> None:
    """Every column of the register's template has a path, with members in flat headings or under merged ones."""
    if flat:
        rows = [[*_REGISTER, *(f"成员{n}{m}" for n in (1, 2) for m in _MEMBER), "是否进城务工人员随迁子女"]]
        merges = []
    else:
        at = len(_REGISTER)
        top = [*_REGISTER, "成员1", *[""] * 11, "成员2", *[""] * 11, "是否进城务工人员随迁子女"]
        rows = [top, [*[""] * at, *_MEMBER, *_MEMBER, ""]]
        merges = [(0, at, 0, at + 11), (0, at + 12, 0, at + 23)]
    width = len(rows[0])
    rows.append(["测试甲" if i == 1 else "" for i in range(width)])
    (layout,) = read(sheet_of(rows, merges=merges)).layouts
    assert [c.heading for c in layout.columns if c.path is None] == []
    paths = [c.path for c in layout.columns]
    assert len(set(paths)) == len(paths)
    assert {
        "member1.relation",
        "member2.post",
        "member1.guardian",
        "child.migrant",
        "child.home_address",
        "left_behind",
        "child.inclusive_class",
    } <= set(paths)


#: Blanks of the civil-affairs form (RECORDS 2.1).
_CIVIL = (
    "姓名 性别 民族 出生日期 公民身份证号码 是否登记户口 户籍所在地 现居住地 身体情况 残疾类别及等级 患病类型 是否学校寄宿 就学情况 "
    "祖父姓名 祖父出生日期 祖母姓名 祖母出生日期 外祖父姓名 外祖父出生日期 外祖母姓名 外祖母出生日期 "
    "父亲姓名 父亲出生日期 父亲当前务工地点 父亲联系电话 父亲公民身份证号码 母亲姓名 母亲出生日期 母亲当前务工地点 母亲联系电话 母亲公民身份证号码 "
    "父母双方同时外出 有无委托其他监护人 委托监护人姓名 委托监护人电话 委托监护人身份证号 与被监护人关系 委托监护人居住地地址 监护类型 家庭经济来源 救助帮扶"
).split()


def test_the_form_of_civil_affairs_is_read_whole() -> None:
    """Every blank of the civil-affairs form has a path."""
    (layout,) = read(sheet_of([_CIVIL, ["测试甲", *[""] * (len(_CIVIL) - 1)]])).layouts
    assert [c.heading for c in layout.columns if c.path is None] == []
    assert len({c.path for c in layout.columns}) == len(_CIVIL)
