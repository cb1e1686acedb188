"""《三年级留守儿童信息统计.csv》: GB18030, headings in Traditional characters, class separators, 虚岁, both parents in one cell, two children in one row."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from io import StringIO

from carekit.records.codes import Relation, Sex
from carekit.sample.dossiers import Dossier
from carekit.sample.roster_rows import CHANGED, HELD, NEW, NOT_DATA, UNCHANGED, Newcomer, Tally, date_form, relation_word, repeatable

NAME = "三年级留守儿童信息统计.csv"
GRADE = 3
_HEADINGS = (
    "序號", "學生姓名", "性別", "出生日期", "虛歲", "身份證號", "民族", "家長姓名", "外出務工地點", "家長電話", "監護人", "與兒童關係", "聯繫電話", "家庭住址", "健康狀況",
)  # fmt: skip
_BIRTH, _ID, _PARENTS_PHONE, _GUARDIAN_PHONE, _HEALTH = 3, 5, 9, 12, 14
_TWINS = Newcomer("龚心月", Sex.FEMALE, date(2017, 3, 8), "龚长安", "廖春梅", "龚世昌", Relation.FATHERS_FATHER, "龙井村2组")
_TWIN = replace(_TWINS, name="龚心禾")
_NEW = Newcomer("雷子墨", Sex.MALE, date(2016, 11, 23), "雷光荣", "段小英", "段小英", Relation.MOTHER, "马鞍村4组")
_HELD = Newcomer("江小舟", Sex.MALE, date(2017, 5, 30), "江大海", "方素兰", "方素兰", Relation.MOTHER, "柏树村8组")
_ADDRESS = "样例县样例镇"

Line = tuple[list[str], str, str | None]


def _known(number: int, dossier: Dossier) -> list[str]:
    child, father, mother, carer = dossier.child, dossier.father, dossier.mother, dossier.carer
    if father is None or mother is None or carer is None:
        raise ValueError("only children with both parents and a carer stand in this roster")
    places = [f"{word}：{absence.work_place}" for key, word in (("father", "父"), ("mother", "母")) if (absence := dossier.away.get(key))]
    born = child.born_on or date(2017, 1, 1)
    return [
        str(number), child.name, "男" if child.sex is Sex.MALE else "女", _text_date(number, born), str(2026 - born.year + 1), child.id_number or "",
        child.nation.label.zh if child.nation else "", f"父：{father.name} 母：{mother.name}", " ".join(places), f"{father.phone}(父) {mother.phone}(母)",
        carer.name, relation_word(carer.relation), carer.phone or "", child.address or "", child.health.label.zh if child.health else "",
    ]  # fmt: skip


def _text_date(number: int, born: date) -> str:
    form = date_form((1, 2, 3, 5, 6, 7)[number % 6], born)
    return str(form)


def _new(number: int, order: int, child: Newcomer) -> list[str]:
    father, mother = f"1546{order:07}", f"1545{order:07}"
    away = "父：广东省东莞市" if child.carer == child.mother else "父：广东省东莞市 母：广东省东莞市"
    return [
        str(number), child.name, "男" if child.sex is Sex.MALE else "女", f"{child.born_on:%Y.%m.%d}", str(2026 - child.born_on.year + 1), child.number(430 + order), "汉",
        f"父：{child.father} 母：{child.mother}", away, f"{father}(父) {mother}(母)", child.carer, relation_word(child.relation),
        mother if child.carer == child.mother else f"1544{order:07}", f"{_ADDRESS}{child.village}9号", "健康",
    ]  # fmt: skip


def _two_in_one_row(number: int) -> list[str]:
    cells = _new(number, 51, _TWINS)
    cells[1], cells[2] = f"{_TWINS.name}、{_TWIN.name}", "女、女"
    cells[_BIRTH], cells[_ID] = "2017.3.8、2017.3.8", f"{_TWINS.number(481)}、{_TWIN.number(482)}"
    cells[4] = "10"
    return cells


def _class_lines(number: int, dossiers: list[Dossier], start: int) -> list[Line]:
    usual = [d for d in dossiers if repeatable(d)][:9]
    lines: list[Line] = [(_known(start + place, dossier), UNCHANGED, None) for place, dossier in enumerate(usual)]
    if number == 1:
        lines[-1] = (_with(lines[-1][0], _HEALTH, "有慢性病"), CHANGED, None)
        lines.append((_new(start + len(lines), 52, _NEW), NEW, None))
        lines.append((_with(_new(start + len(lines), 53, _HELD), _ID, "9.99999E+17"), HELD, HELD))
    elif number == 2:
        lines[-1] = (_with(lines[-1][0], _PARENTS_PHONE, "15433300001(父) 15433300002(母)"), CHANGED, None)
        lines.append((_two_in_one_row(start + len(lines)), NEW, None))
        unclear = _new(start + len(lines), 54, replace(_HELD, name="江小帆、江小航"))
        lines.append((unclear, HELD, HELD))
    elif number == 3:
        other = _known(start + len(lines), [d for d in dossiers if repeatable(d)][9])
        lines.append((_with(other, 1, "江月明"), HELD, NEW))
    return lines


def _with(cells: list[str], column: int, value: str) -> list[str]:
    return [*cells[:column], value, *cells[column + 1 :]]


def write_csv(everybody: list[Dossier], teachers: dict[int, str]) -> tuple[bytes, Tally]:
    """The file's bytes, and what a right import says of its rows; `teachers` are the class teachers' names by class number."""
    tally, target = Tally(), StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    width = len(_HEADINGS)

    def line(*cells: str) -> None:
        writer.writerow([*cells, *[""] * (width - len(cells))])
        tally.row(NOT_DATA)

    line("樣例鎮中心小學三年級留守兒童信息統計")
    line("統計日期：2026年3月20日")
    line(*_HEADINGS)
    line(*(str(place + 1) for place in range(width)))
    start = 1
    for number in range(1, 4):
        line(f"三年级{number}班 班主任：{teachers[number]}")
        if number == 3:
            line(*_HEADINGS)
        dossiers = [d for d in everybody if (d.school_class.grade, d.school_class.number) == (GRADE, number)]
        lines = _class_lines(number, dossiers, start)
        for cells, filled, empty in lines:
            writer.writerow(cells)
            tally.row(filled, empty)
        start += len(lines)
        line("小计", f"{len(lines)}行")
    line("注：一家有两个孩子的写在一行。")
    return target.getvalue().encode("gb18030"), tally
