"""《2025秋季留守儿童花名册.xlsx》: a sheet a class with titles, two-level merged headings, merged cells, totals, notes and every kind of date."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from io import BytesIO
from typing import Any

import xlsxwriter

from carekit.records.codes import Boarding, Relation, Sex
from carekit.sample.dossiers import Dossier
from carekit.sample.plan import SCHOOL_NAME
from carekit.sample.roster_rows import (
    BLANK,
    CHANGED,
    HELD,
    NEW,
    NOT_DATA,
    UNCHANGED,
    Cell,
    Newcomer,
    Tally,
    date_form,
    id_form,
    phone_form,
    relation_word,
    repeatable,
    since_form,
)

NAME = "2025秋季留守儿童花名册.xlsx"
CREATED = datetime(2025, 9, 12, 8, 0, 0)  # noqa: DTZ001 - a workbook knows no time zones
_GRADE, _SHEETS = 4, "四"
#: Heading, and the headings under it when it is merged over several columns.
_HEADINGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("序号", ()), ("学生姓名", ()), ("性别", ()), ("出生年月", ()), ("身份证号", ()), ("班级", ()), ("村组", ()), ("是否住校", ()),
    ("父亲情况", ("姓名", "务工地点", "外出时间", "联系电话")), ("母亲情况", ("姓名", "务工地点", "外出时间", "联系电话")),
    ("监护人", ("姓名", "与儿童关系", "联系电话")), ("备注", ()),
)  # fmt: skip
_WIDTH = sum(len(below) or 1 for _, below in _HEADINGS)
_ID, _CLASS, _VILLAGE, _NAME, _BIRTH, _FATHER_PHONE, _FATHER_PLACE = 4, 5, 6, 1, 3, 11, 9
_NEWCOMERS = (
    Newcomer("贺晓棠", Sex.FEMALE, date(2016, 4, 2), "贺志强", "李秀芳", "张桂兰", Relation.FATHERS_MOTHER, "清溪村2组"),
    Newcomer("黎思齐", Sex.MALE, date(2015, 10, 19), "黎国平", "赵玉梅", "黎正山", Relation.FATHERS_FATHER, "石桥村5组"),
    Newcomer("易嘉禾", Sex.MALE, date(2016, 1, 28), "易建华", "周小琴", "周小琴", Relation.MOTHER, "双河村3组"),
    Newcomer("常语彤", Sex.FEMALE, date(2016, 7, 6), "常永福", "孙彩霞", "孙彩霞", Relation.MOTHER, "大坪村1组"),
)
_HELD_CHILD = Newcomer("武小川", Sex.MALE, date(2016, 3, 9), "武长林", "钱素英", "钱素英", Relation.MOTHER, "桃园村2组")


@dataclass(frozen=True, slots=True)
class _Line:
    """A child's cells and what becomes of the row."""

    cells: list[Cell]
    filled: str
    empty: str | None = None


def known_child(number: int, dossier: Dossier, changes: dict[int, Cell] | None = None) -> list[Cell]:
    """The cells of a child of the sample, in forms that vary with `number`."""
    child, carer = dossier.child, dossier.carer
    cells: list[Cell] = [
        None, child.name, "男" if child.sex is Sex.MALE else "女", date_form(number, child.birth_on or date(2016, 1, 1)), id_form(number, child.id_number),
        None, child.village, "是" if child.boarding is Boarding.BOARDER else "否",
    ]  # fmt: skip
    for key, parent in (("father", dossier.father), ("mother", dossier.mother)):
        absence = dossier.away.get(key)
        place = absence.work_place if absence else "在家"
        cells += [parent.name if parent else None, place, since_form(number, absence), phone_form(number, parent.phone if parent else None)]
    if carer:
        word = relation_word(carer.relation)
        cells += [carer.name, word, phone_form(number + 3, carer.phone, word)]
    cells.append(None)
    for column, value in (changes or {}).items():
        cells[column] = value
    return cells


def _new_child(order: int, child: Newcomer) -> list[Cell]:
    phone = f"1549{order:07}"
    return [
        None, child.name, "男" if child.sex is Sex.MALE else "女", date_form(order, child.born_on), child.number(400 + order), None, child.village, "否",
        child.father, "浙江省温州市", "2023.2", phone, child.mother, "在家" if child.carer == child.mother else "浙江省温州市", None, phone_form(1, f"1548{order:07}"),
        child.carer, relation_word(child.relation), phone_form(0, f"1548{order:07}" if child.carer == child.mother else f"1547{order:07}"), None,
    ]  # fmt: skip


def _lines(number: int, dossiers: list[Dossier]) -> list[_Line]:
    """The rows of the sheet of one class: mostly unchanged, some changed, one new, and what a right import holds back."""
    usual = [d for d in dossiers if repeatable(d) and "陈思雨" not in d.child.name][:14]
    lines = [_Line(known_child(place, dossier), UNCHANGED) for place, dossier in enumerate(usual[:-2])]
    first, second = usual[-2:]
    lines.append(_Line(known_child(3, first, {_FATHER_PHONE: f"15466{number:06}"}), CHANGED))
    lines.append(_Line(known_child(5, second, {_FATHER_PLACE: "陕西省西安市"}), CHANGED))
    lines.append(_Line(_new_child(number, _NEWCOMERS[number - 1]), NEW))
    return lines + _held(number, dossiers)


def _held(number: int, dossiers: list[Dossier]) -> list[_Line]:
    """The rows that nobody may guess at."""
    held = _new_child(20 + number, replace(_HELD_CHILD, name=f"武小{'川江河海'[number - 1]}"))
    if number == 1:
        one = next(d for d in dossiers if d.child.name == "陈思雨")
        return [_Line(known_child(1, one, {_ID: None}), HELD, NEW)]
    if number == 2:
        leaving = known_child(0, next(d for d in reversed(dossiers) if repeatable(d)))
        leaving[_NAME] = f"{leaving[_NAME]}（转走）"
        return [_Line([*held[:_ID], float(held[_ID][:17] + "0"), *held[_ID + 1 :]], HELD, HELD), _Line(leaving, HELD, HELD)]
    if number == 3:
        other = _new_child(30, replace(_HELD_CHILD, name="武小溪", sex=Sex.FEMALE))
        return [
            _Line([*held[:_BIRTH], "2015/13/01", *held[_BIRTH + 1 :]], HELD, HELD),
            _Line([*other[:_BIRTH], "15-3-1", None, *other[_ID + 1 :]], HELD, HELD),
        ]
    return [_Line([*held[:_ID], held[_ID][:17], *held[_ID + 1 :]], HELD, HELD)]


def write_workbook(everybody: list[Dossier]) -> tuple[bytes, Tally]:
    """The file's bytes, and what a right import says of its rows."""
    tally, target = Tally(), BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        book.set_properties({"title": "留守儿童花名册", "author": SCHOOL_NAME, "created": CREATED})
        formats = {
            "title": book.add_format({"bold": True, "font_size": 16, "align": "center"}),
            "head": book.add_format({"bold": True, "align": "center", "valign": "vcenter", "border": 1}),
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        }
        for number in range(1, 5):
            dossiers = [d for d in everybody if (d.school_class.grade, d.school_class.number) == (_GRADE, number)]
            _write_sheet(book.add_worksheet(f"{_SHEETS}({number})班"), formats, number, _lines(number, dossiers), tally)
        notes = book.add_worksheet("填表说明")
        for place, text in enumerate(("1. 每班一张表，由班主任填写。", "2. 身份证号请设为文本格式。", "3. 外出时间填到月。")):
            notes.write_string(place, 0, text)
    return target.getvalue(), tally


def _write_sheet(sheet: Any, formats: dict[str, Any], number: int, lines: list[_Line], tally: Tally) -> None:
    sheet.merge_range(0, 0, 0, _WIDTH - 1, f"{SCHOOL_NAME}2025年秋季留守儿童花名册", formats["title"])
    sheet.write_string(1, 0, "填报单位：（盖章）样例镇中心小学")
    sheet.write_string(1, 12, "填报日期：2025.9.12")
    _write_headings(sheet, formats["head"])
    for _ in range(4):
        tally.row(NOT_DATA)
    lines = sorted(lines, key=lambda line: str(line.cells[_VILLAGE]))
    for place, line in enumerate(lines):
        line.cells[0] = place + 1
        _write_row(sheet, formats["date"], 4 + place, line.cells)
        tally.row(line.filled, line.empty)
    last = 3 + len(lines)
    sheet.merge_range(4, _CLASS, last, _CLASS, f"{_SHEETS}（{number}）班" if number % 2 else f"{_SHEETS}年级{number}班", formats["head"])
    _write_villages(sheet, formats["head"], lines)
    for extra in (1, 2):
        sheet.write_number(last + extra, 0, len(lines) + extra)
        tally.row(BLANK)
    sheet.write_string(last + 3, 0, "合计")
    sheet.write_string(last + 3, 1, f"{len(lines)}人")
    sheet.write_string(last + 4, 0, "注：1.外出时间填年月；2.监护人填实际照看孩子的人。")
    sheet.write_string(last + 5, 0, "填表人：")
    sheet.write_string(last + 5, 6, "审核人：")
    for _ in range(3):
        tally.row(NOT_DATA)


def _write_headings(sheet: Any, head: Any) -> None:
    column = 0
    for text, below in _HEADINGS:
        if below:
            sheet.merge_range(2, column, 2, column + len(below) - 1, text, head)
            for place, leaf in enumerate(below):
                sheet.write_string(3, column + place, leaf, head)
        else:
            sheet.merge_range(2, column, 3, column, text, head)
        column += len(below) or 1


def _write_row(sheet: Any, day: Any, row: int, cells: list[Cell]) -> None:
    for column, value in enumerate(cells):
        if value is None or column in (_CLASS, _VILLAGE):
            continue
        if isinstance(value, date):
            sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), day)  # noqa: DTZ001
        elif isinstance(value, (int, float)):
            sheet.write_number(row, column, value)
        else:
            sheet.write_string(row, column, value)


def _write_villages(sheet: Any, head: Any, lines: list[_Line]) -> None:
    """Neighbours of one village group share a merged cell, or the lower ones say 同上 or 〃."""
    start = 0
    while start < len(lines):
        end = start
        while end + 1 < len(lines) and lines[end + 1].cells[_VILLAGE] == lines[start].cells[_VILLAGE]:
            end += 1
        if end > start and start % 2:
            sheet.merge_range(4 + start, _VILLAGE, 4 + end, _VILLAGE, lines[start].cells[_VILLAGE], head)
        else:
            for place in range(start, end + 1):
                sheet.write_string(4 + place, _VILLAGE, lines[start].cells[_VILLAGE] if place == start else ("同上", "〃")[place % 2])
        start = end + 1
