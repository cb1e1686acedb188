"""《学籍导出模板.xlsx》: the columns of the national pupil register's import template, with names instead of codes and two family members a child."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO

import xlsxwriter

from carekit.records import FamilyMember
from carekit.records.codes import Relation, Sex
from carekit.sample.dossiers import Dossier
from carekit.sample.plan import SCHOOL_NAME
from carekit.sample.roster_rows import CHANGED, HELD, NEW, NOT_DATA, UNCHANGED, Cell, Newcomer, Tally, relation_word

NAME = "学籍导出模板.xlsx"
#: A workbook knows no time zones.
_CREATED = datetime(2025, 9, 20, 8, 0, 0)  # noqa: DTZ001
_GRADE, _COHORT = 1, 2025
_OWN = (
    "学校标识码 姓名 性别 出生日期 出生地行政区划代码 籍贯 民族 国籍/地区 身份证件类型 港澳台侨外 健康状况 政治面貌 身份证件号 户口性质 户口所在地行政区划 班号 "
    "入学年月 入学方式 就读方式 现住址 通信地址 家庭地址 联系电话 邮政编码 是否独生子女 是否受过学前教育 是否留守儿童 是否需要申请资助 是否享受一补 是否孤儿 "
    "是否烈士或优抚子女 上下学距离 上下学方式 是否需要乘坐校车 曾用名 身份证件有效期 血型 特长 学籍辅号 班内学号 学生来源 电子信箱 主页地址 残疾类型 是否由政府购买学位 随班就读"
).split()
_MEMBER = "姓名 关系 关系说明 现住址 户口所在地行政区划 联系电话 是否监护人 身份证件类型 身份证件号 民族 工作单位 职务".split()
HEADINGS: tuple[str, ...] = (*_OWN, *(f"成员{n}{heading}" for n in (1, 2) for heading in _MEMBER), "是否进城务工人员随迁子女")
_NEWCOMERS = (
    Newcomer("孟一诺", Sex.FEMALE, date(2019, 2, 18), "孟繁林", "吕春花", "吕春花", Relation.MOTHER, "青山村2组"),
    Newcomer("秦浩川", Sex.MALE, date(2018, 12, 7), "秦大勇", "史玉兰", "史玉兰", Relation.MOTHER, "大坪村4组"),
    Newcomer("顾小禾", Sex.FEMALE, date(2019, 6, 21), "顾文生", "侯秀梅", "侯秀梅", Relation.MOTHER, "红星社区1组"),
)
_DAMAGED = Newcomer("邵子恒", Sex.MALE, date(2019, 4, 4), "邵建平", "万淑珍", "万淑珍", Relation.MOTHER, "石桥村2组")


def _yes(value: bool | None) -> Cell:
    return None if value is None else "是" if value else "否"


def _known(dossier: Dossier) -> dict[str, Cell]:
    """What the register's export says of a child of the sample: no more than its file says already."""
    child = dossier.child
    cells: dict[str, Cell] = {
        "学校标识码": "9" * 10, "姓名": child.name, "性别": "男" if child.sex is Sex.MALE else "女", "出生日期": f"{child.born_on:%Y%m%d}",
        "民族": child.nation.label.zh if child.nation else None, "身份证件类型": child.id_type.label.zh if child.id_type else None,
        "健康状况": child.health.label.zh if child.health else None, "身份证件号": child.id_number,
        "户口性质": child.hukou_kind.label.zh if child.hukou_kind else None, "户口所在地行政区划": child.hukou_place,
        "班号": f"{_COHORT}级{dossier.school_class.number}班", "入学年月": f"{child.entered_on:%Y%m}", "入学方式": child.entry_mode.label.zh if child.entry_mode else None,
        "就读方式": child.boarding.label.zh if child.boarding else None, "现住址": child.address, "是否独生子女": _yes(child.only_child),
        "是否受过学前教育": _yes(child.preschool), "是否留守儿童": dossier.claim.label.zh, "是否孤儿": _yes(child.orphan),
        "上下学距离": None if child.distance is None else float(child.distance), "上下学方式": child.travel_mode.label.zh if child.travel_mode else None, "特长": child.talent,
    }  # fmt: skip
    for place, parent in enumerate((dossier.father, dossier.mother), start=1):
        if parent is not None:
            cells |= _member(place, parent)
    return cells


def _member(place: int, parent: FamilyMember) -> dict[str, Cell]:
    return {
        f"成员{place}姓名": parent.name,
        f"成员{place}关系": parent.relation.label.zh,
        f"成员{place}联系电话": parent.phone,
        f"成员{place}是否监护人": _yes(parent.guardian),
    }


def _new(order: int, child: Newcomer) -> dict[str, Cell]:
    cells: dict[str, Cell] = {
        "学校标识码": "9" * 10, "姓名": child.name, "性别": "男" if child.sex is Sex.MALE else "女", "出生日期": f"{child.born_on:%Y%m%d}", "民族": "汉族",
        "国籍/地区": "中国", "身份证件类型": "居民身份证", "健康状况": "健康或良好", "身份证件号": child.number(450 + order), "户口性质": "农业户口",
        "户口所在地行政区划": "四川省样例县", "班号": f"{_COHORT}级{1 + order % 2}班", "入学年月": "202509", "入学方式": "就近入学", "就读方式": "走读",
        "现住址": f"样例县样例镇{child.village}6号", "是否独生子女": "否", "是否受过学前教育": "是", "是否留守儿童": "单亲留守儿童", "是否孤儿": "否",
        "成员1姓名": child.father, "成员1关系": relation_word(Relation.FATHER), "成员1联系电话": f"1543{order:07}", "成员1是否监护人": "是",
        "成员2姓名": child.mother, "成员2关系": relation_word(Relation.MOTHER), "成员2联系电话": f"1542{order:07}", "成员2是否监护人": "是",
    }  # fmt: skip
    return cells


def _repeats(dossier: Dossier) -> bool:
    """Whether the register can say all this of the child without adding anything to its file."""
    return dossier.plain and bool(dossier.child.id_number) and dossier.on_register is (dossier.claim != "0")


def write_register_export(everybody: list[Dossier]) -> tuple[bytes, Tally]:
    """The file's bytes, and what a right import says of its rows."""
    tally = Tally()
    rows: list[tuple[dict[str, Cell], str, str | None]] = []
    for number in (1, 2):
        usual = [d for d in everybody if (d.school_class.grade, d.school_class.number) == (_GRADE, number) and _repeats(d)]
        for place, dossier in enumerate(usual[:20]):
            told = _known(dossier)
            if number == 1 and place % 3 == 0:
                rows.append((told | {"国籍/地区": "中国", "政治面貌": "群众"}, CHANGED, None))
            else:
                rows.append((told, UNCHANGED, None))
        if number == 2:
            rows.append((_known(usual[20]) | {"姓名": "顾小雨"}, HELD, NEW))
    rows += [(_new(order, child), NEW, None) for order, child in enumerate(_NEWCOMERS)]
    damaged = _new(7, _DAMAGED)
    rows.append((damaged | {"身份证件号": float(str(damaged["身份证件号"])[:17] + "0")}, HELD, HELD))
    target = BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        book.set_properties({"title": "学籍信息", "author": SCHOOL_NAME, "created": _CREATED})
        sheet = book.add_worksheet("学生基本信息")
        for column, heading in enumerate(HEADINGS):
            sheet.write_string(0, column, heading)
        tally.row(NOT_DATA)
        for place, (cells, filled, empty) in enumerate(rows, start=1):
            for column, heading in enumerate(HEADINGS):
                value = cells.get(heading)
                if isinstance(value, float):
                    sheet.write_number(place, column, value)
                elif value is not None:
                    sheet.write_string(place, column, value)
            tally.row(filled, empty)
    return target.getvalue(), tally
