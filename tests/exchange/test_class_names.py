"""Class names in every spelling, and the classes that a spreadsheet has damaged."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from roster_files import codes, csv, one, read_rows, sheet_of

from carekit.exchange.roster.class_names import class_inside, damaged_class, only_number, read_class
from carekit.exchange.roster.rows import ClassName

_HAN = "〇一二三四五六七八九"
_SPELLINGS = (
    "{h}年级{n}班", "{h}年级({n})班", "{h}({n})班", "{h}（{n}）班", "{h}{n}班", "{g}.{n}班", "{g}-{n}", "{h}年{n}班", "{h}年级{c}班", "小{h}({n})",
    "{g}年级{n}班", "{g}({n})班", "{g}年{n}班", " {h} （ {n} ） 班 ", "小学{h}年级{n}班", "{h}年级（{n}）班", "{h}({c})班", "{h}年{c}班", "{h}年级{n}",
)  # fmt: skip


def _han(number: int) -> str:
    return _HAN[number] if number < 10 else ("" if number < 20 else _HAN[number // 10]) + "十" + (_HAN[number % 10] if number % 10 else "")


@given(st.integers(1, 6), st.integers(1, 20), st.sampled_from(_SPELLINGS))
def test_every_spelling_gives_grade_and_number(grade: int, number: int, spelling: str) -> None:
    """All spellings of the records study are read, in half and in full width."""
    text = spelling.format(g=grade, h=_HAN[grade], n=number, c=_han(number))
    wide = text.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789()-."})
    for name in (text, wide):
        made = read_class(name)
        assert made is not None, name
        assert (made.grade, made.number, made.cohort, made.text) == (grade, number, None, name)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("302班", (3, 2, None)), ("312班", (3, 12, None)), ("2023级2班", (None, 2, 2023)), ("23级(2)班", (None, 2, 2023)), ("三年级", (3, None, None)),
        ("初一(3)班", (7, 3, None)), ("七年级1班", (7, 1, None)), ("小三", (3, None, None)),
    ],
)  # fmt: skip
def test_other_names_of_classes(text: str, expected: tuple[int | None, int | None, int | None]) -> None:
    """Door numbers, years of entry and lone grades are read for what they say."""
    made = read_class(text)
    assert made is not None
    assert (made.grade, made.number, made.cohort) == expected


@pytest.mark.parametrize(
    "text", ["302", "3.1", "32班", "复式班", "教学点", "学前班", "2班", "三(0)班", "三(99)班", "向日葵班", "2023届2班", "", "三班二"]
)
def test_what_is_no_full_name_is_not_guessed(text: str) -> None:
    """Names without a grade, of other kinds, or that could be two, are not read."""
    assert read_class(text) is None


@given(st.text(max_size=12))
def test_any_text_is_read_or_not(text: str) -> None:
    """No text breaks the reading, and what is read has a plausible grade and number."""
    made = read_class(text)
    if made is not None:
        assert made.grade is None or 1 <= made.grade <= 9
        assert made.number is None or 1 <= made.number <= 60


def test_damaged_cells_name_their_candidates() -> None:
    """What a spreadsheet made of a class gives back what it may have been."""
    assert damaged_class(date(2026, 3, 2)) == ((3, 2),)
    assert damaged_class(3.1) == ((3, 1), (3, 10))
    assert damaged_class(3.12) == ((3, 12),)
    assert damaged_class(302.0) == ((3, 2),)
    assert damaged_class("3.1") == ((3, 1), (3, 10))
    assert damaged_class(True) == damaged_class("三(2)班") == ()


def test_class_inside_a_title() -> None:
    """A title names a class when it names one alone."""
    made = class_inside("样例小学三年级2班留守儿童花名册(2025年秋)")
    assert made is not None
    assert (made.grade, made.number) == (3, 2)
    assert class_inside("样例小学留守儿童花名册(2025年秋)") is None
    assert class_inside("三(1)班和三(2)班名单") is None
    assert only_number("（2）班") == 2


def test_grade_and_class_in_two_columns() -> None:
    """年级 and 班级 together make the class, whatever their types."""
    rows = read_rows(
        sheet_of(
            [
                ["姓名", "年级", "班级"],
                ["测试甲", "三年级", "2班"],
                ["测试乙", 3, 2],
                ["测试丙", "三", "（2）班"],
                ["测试丁", "三年级", "三(2)班"],
            ]
        )
    )
    assert [(r.school_class.grade, r.school_class.number) for r in rows if r.school_class] == [(3, 2)] * 4


def test_a_class_without_its_grade() -> None:
    """2班 is held, unless the sheet's name or the title gives the grade."""
    assert codes(one(csv("姓名,班级", "测试甲,2班"))) == {"CLASS_UNCLEAR"}
    row = one(sheet_of([["姓名", "班级"], ["测试甲", "2班"]], name="三年级"))
    assert row.school_class is not None
    assert (row.school_class.grade, row.school_class.number, row.held) == (3, 2, False)


def test_a_class_against_its_sheet() -> None:
    """The row's own class rules over the sheet's name, with a notice."""
    row = one(sheet_of([["姓名", "班级"], ["测试甲", "三(2)班"]], name="三(1)班"))
    assert codes(row) == {"CLASS_CONFLICT"}
    assert row.school_class == ClassName(3, 2, None, "三(2)班")


def test_unknown_and_missing_classes() -> None:
    """A class of another kind is asked about with its text kept; a missing one is told; neither is held."""
    other, missing = read_rows(csv("姓名,班级,性别", "测试甲,复式班,女", "测试乙,无,女"))
    assert codes(other) == {"CLASS_UNKNOWN"}
    assert other.school_class == ClassName(None, None, None, "复式班")
    assert codes(missing) == {"CLASS_MISSING"}
    assert not other.held
    assert not missing.held


def test_a_blank_class_where_each_row_says_its_own_is_told() -> None:
    """Where the roster repeats the class in each row, a blank is filled from above with a notice."""
    rows = read_rows(csv("姓名,班级", "测试甲,三(2)班", "测试乙,三(2)班", "测试丙,"))
    assert codes(rows[2]) == {"CLASS_FROM_ABOVE"}
    assert rows[2].school_class == rows[1].school_class
