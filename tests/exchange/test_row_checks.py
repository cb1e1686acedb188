"""Cells of one row and rows of one file against each other, and the table of what can be wrong."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from roster_files import codes, csv, one, read, read_rows, sheet_of

import carekit.exchange
from carekit.exchange.roster.faults import FAULTS
from carekit.exchange.roster.rows import Severity


@pytest.mark.parametrize("code", FAULTS)
def test_every_fault_is_a_sentence_in_both_languages(code: str) -> None:
    """Each code is a stable word with a full sentence in Chinese and in English."""
    label = FAULTS[code].label
    assert re.fullmatch(r"[A-Z0-9_]+", code)
    assert label.zh.endswith("。")
    assert label.en.endswith(".")
    assert isinstance(FAULTS[code].severity, Severity)


def test_every_fault_is_raised_somewhere() -> None:
    """No code is declared that no reader gives, and none is given that is not declared."""
    folder = Path(carekit.exchange.__file__).parent
    words = {
        node.value
        for path in folder.rglob("*.py")
        if path.name != "faults.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert set(FAULTS) <= words


def test_birth_dates_that_differ_are_both_kept() -> None:
    """The list's date and the number's date differ: a notice, and both stay."""
    row = one(csv("姓名,出生日期,身份证号", "测试甲,2016-03-16,999999201603150024"))
    assert codes(row) == {"ID_BIRTH_CONFLICT"}
    assert (str(row.child["born_on"]), row.child["id_number"]) == ("2016-03-16", "999999201603150024")
    assert codes(one(csv("姓名,出生日期,身份证号", "测试甲,2016年3月,999999201603150024"))) == set()


def test_ages_that_are_unlikely() -> None:
    """A very young pupil is told, an adult is held: it may be a parent's number."""
    assert codes(one(csv("姓名,出生日期", "测试甲,2025-01-01"))) == {"AGE_UNLIKELY"}
    assert codes(one(csv("姓名,出生日期", "测试甲,1985-01-01"))) == {"BIRTH_IMPLAUSIBLE"}
    assert one(csv("姓名,出生日期", "测试甲,1970-01-01")).held
    assert "ID_NOT_A_CHILD" in codes(one(csv("姓名,身份证号", "测试甲,999999198503150026")))


def test_age_against_grade_and_against_birth() -> None:
    """An age far from that of the grade is told; a nominal age (虚岁) is not a conflict, a wrong one is."""
    assert codes(one(csv("姓名,班级,出生日期", "测试甲,三(1)班,2018-03-15"))) == set()
    assert codes(one(csv("姓名,班级,出生日期", "测试甲,三(1)班,2014-03-15"))) == {"AGE_FOR_GRADE"}
    assert codes(one(csv("姓名,年龄,出生日期", "测试甲,11岁,2017-03-15"))) == set()
    assert codes(one(csv("姓名,年龄,出生日期", "测试甲,14,2017-03-15"))) == {"AGE_CONFLICT"}


def test_three_like_numbers_are_told_beside_their_rows() -> None:
    """A pupil number twice holds the later row."""
    rows = read_rows(csv("姓名,学籍号", "测试甲,G999999201603150024", "测试乙,G999999201603150024"))
    assert [row.held for row in rows] == [False, True]
    assert "PUPIL_NUMBER_TWICE" in codes(rows[1])


def test_problems_say_sheet_row_and_column() -> None:
    """A problem names the sheet, the row as the file counts it, and the heading as it stands."""
    (problem,) = one(sheet_of([["名单"], ["学生姓名", "身份证\n号码"], ["测试甲", 999999201603150024]], name="三班")).problems
    assert (problem.sheet, problem.row, problem.column) == ("三班", 3, "身份证\n号码")
    assert "999999" not in problem.label.zh


def test_ages_are_told_once_for_their_column() -> None:
    """A column of nominal ages is told as such, one without birth dates as not kept; both once."""
    nominal = read(csv("姓名,年龄,出生日期", *(f"测{c},{age},2017-03-15" for c, age in zip("甲乙丙", (10, 11, 9), strict=True))))
    assert [p.code for p in nominal.layouts[0].problems] == ["AGE_NOMINAL"]
    assert [p.code for p in read(csv("姓名,年龄", "测试甲,9", "测试乙,10")).layouts[0].problems] == ["AGE_NOT_USED"]


def test_a_lone_sentence_among_the_rows_is_held() -> None:
    """A line that is no child and fits nothing else is held back, not dropped and not made a child."""
    rows = read_rows(csv("姓名,班级", "测试甲,三(1)班", "以下为本学期转入的学生,"))
    assert [row.held for row in rows] == [False, True]
    assert "ROW_UNCLEAR" in codes(rows[1])
