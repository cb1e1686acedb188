"""Cells by the shape of their field: choices, ticks, yes and no, numbers, texts."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from roster_files import codes, csv, one, read_rows, sheet_of

from carekit.exchange.cells.values import (
    BY_SHAPE,
    adapter,
    find_code,
    hides_something,
    read_code,
    read_codes,
    read_number,
    read_text,
    read_yes_no,
    ticked_options,
)
from carekit.fields import CodeList, Shape
from carekit.records import RECORDS, CareArrangement, Child, Family, FamilyMember
from carekit.records.codes import (
    Assistance,
    Boarding,
    DisabilityGrade,
    DisabilityKind,
    Education,
    FamilyType,
    GuardianshipState,
    Health,
    IncomeSource,
    LeftBehindSchool,
    Nation,
    Relation,
    Sex,
)

_ROSTER_KINDS = ("child", "family", "family_member", "absence", "care_arrangement")
_FIELDS = [
    (kind, name)
    for kind in _ROSTER_KINDS
    for name, spec in RECORDS[kind].fields.items()
    if name != "id" and spec.shape is not Shape.REFERENCE
]


@pytest.mark.parametrize(("kind", "name"), _FIELDS)
@settings(max_examples=20, deadline=None)
@given(cell=st.one_of(st.text(max_size=12), st.floats(), st.integers(-10, 10**20), st.booleans(), st.dates()))
def test_every_value_passes_the_type_of_its_field(kind: str, name: str, cell: Any) -> None:
    """Whatever a cell holds, what is read can be saved in its field."""
    spec = RECORDS[kind].fields[name]
    read = BY_SHAPE[spec.shape](kind, spec, cell)
    value = read.value[0] if isinstance(read.value, tuple) and spec.shape is Shape.DATE else read.value
    if value is not None:
        assert adapter(kind, name).validate_python(value) == value


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, name in _FIELDS if RECORDS[kind].fields[name].shape is Shape.CODE])
def test_every_word_of_every_list_is_read(kind: str, name: str) -> None:
    """Each word that a list declares is its member; its number never is."""
    spec = RECORDS[kind].fields[name]
    assert spec.codes is not None
    seen: dict[str, CodeList] = {}
    for member in spec.codes:
        for word in member.words:
            assert read_code(kind, spec, word).value == seen.setdefault(word, member)
    assert read_code(kind, spec, 1.0).faults == ("CODE_BY_NUMBER",)
    assert read_code(kind, spec, "1").value is None


def test_choices_in_other_words() -> None:
    """A text that is mostly one word of a list is that choice; one that denies or compares is not."""
    assert find_code(Education, "初中毕业") is Education.MIDDLE_SCHOOL
    assert find_code(Nation, "汉") == find_code(Nation, "汉族")
    assert find_code(Education, "非初中") is None
    assert find_code(Education, "初中以上") is None
    assert find_code(Relation, "嬢嬢") is None


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("(√)一般 ( )较好", ["一般"]), ("（ ）一般（√）较好", ["较好"]), ("□是 ☑否", ["否"]), ("■是 □否", ["是"]), ("一般√ 较好", ["一般"]), ("√一般 较好", ["一般"]),
        ("(√)打工收入 ( )种养殖业 (√)其他", ["打工收入", "其他"]), ("( )一般 ( )较好", []), ("一般", None),
    ],
)  # fmt: skip
def test_ticked_options(text: str, options: list[str] | None) -> None:
    """The ticked options of a cell, whatever the tick looks like."""
    assert ticked_options(text) == options


def test_ticks_in_fields() -> None:
    """Ticks choose one, several, yes or no; several where one is wanted is told."""
    state, income = CareArrangement.fields["state"], Family.fields["income_sources"]
    assert read_code("care_arrangement", state, "(√)一般 ( )较好").value is GuardianshipState.FAIR
    assert read_code("care_arrangement", state, "(√)一般 (√)较好").faults == ("CODE_SEVERAL",)
    assert read_code("care_arrangement", state, "( )一般 ( )较好").value is None
    assert read_codes("family", income, "(√)打工收入 ( )种养殖业 (√)其他").value == (IncomeSource.WAGES, IncomeSource.OTHER)
    assert read_codes("family", income, "务工、养殖").value == (IncomeSource.WAGES, IncomeSource.FARMING)
    assert read_code("child", Child.fields["boarding"], "√").value is Boarding.BOARDER


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("是", True),
        ("有", True),
        ("√", True),
        ("☑", True),
        ("1", True),
        (1.0, True),
        (True, True),
        ("否", False),
        ("无", False),
        ("0", False),
        (0.0, False),
        ("", None),
        ("不详", None),
    ],
)
def test_yes_and_no(cell: Any, value: bool | None) -> None:
    """Words, ticks and digits say yes or no in a yes-or-no column."""
    assert read_yes_no("child", Child.fields["only_child"], cell).value is value


def test_unclear_yes_and_no_is_told() -> None:
    """What is neither is told and not kept."""
    assert read_yes_no("child", Child.fields["only_child"], "也许").faults == ("YES_NO_UNCLEAR",)


def test_numbers_with_units() -> None:
    """A distance has units, an age 岁; other things are told."""
    distance, age = Child.fields["distance"], FamilyMember.fields["stated_age"]
    assert [read_number("child", distance, c).value for c in ("500米", "1.5公里", "约2里", 300.0, "８００")] == [500, 1500, 1000, 300, 800]
    assert [read_number("family_member", age, c).value for c in ("65岁", 65.0, "65")] == [65, 65, 65]
    assert read_number("family_member", age, "六十多").faults == ("NUMBER_UNREADABLE",)
    assert read_number("family_member", age, "165").faults == ("NUMBER_UNREADABLE",)


def test_texts() -> None:
    """Texts are cleaned at the ends in silence and inside with a notice; long numbers are damaged; dates are told."""
    note = Child.fields["note"]
    assert read_text("child", note, "\t=1+1 ").value == "=1+1"
    assert read_text("child", note, "备\u200b注").faults == ("TEXT_CLEANED",)
    assert read_text("child", note, "备注\u200b").faults == ()
    assert read_text("child", note, 6.2e18).faults == ("NUMBER_DAMAGED",)
    assert read_text("child", note, 33.0).value == "33"
    assert read_text("child", note, date(2020, 1, 2)) == ("2020-01-02", ("TEXT_FROM_DATE",))
    assert read_text("child", Child.fields["address"], "x" * 201).faults == ("TEXT_NOT_ACCEPTED",)
    assert not hides_something("赵　小禾\u200b")


def test_nulls_are_nothing() -> None:
    """无, 暂无, 不详, a dash and the like are nothing said."""
    row = one(csv("姓名,户籍所在地,民族,残疾证号,健康状况", "测试甲,暂无,不详,/,—"))
    assert row.child == {"name": "测试甲"}
    assert row.problems == ()


def test_same_as_above_outside_its_columns_is_held() -> None:
    """同上 in an address, a name or a phone is held with its reason."""
    for heading in ("家庭住址", "健康状况", "父亲电话", "身份证号", "出生日期", "民族"):
        row = read_rows(csv(f"姓名,{heading}", "测试甲,", "测试乙,同上"))[1]
        assert codes(row) == {"DITTO_HERE"}, heading
        assert row.held


def test_sex_and_left_behind_never_by_number() -> None:
    """Numbers are told and not kept, as systems number differently."""
    row = one(csv("姓名,性别,是否留守儿童", "测试甲,1,2"))
    assert "sex" not in row.child
    assert row.left_behind is None
    assert [p.code for p in row.problems] == ["CODE_BY_NUMBER", "CODE_BY_NUMBER"]
    assert one(csv("姓名,性别", "测试甲,女生")).child["sex"] is Sex.FEMALE


@pytest.mark.parametrize(
    ("text", "claim", "fault"),
    [
        ("双亲留守儿童", LeftBehindSchool.BOTH, None), ("单亲", LeftBehindSchool.ONE, None), ("非留守儿童", LeftBehindSchool.NONE, None), ("否", LeftBehindSchool.NONE, None),
        ("是", None, "LEFT_BEHIND_KIND_MISSING"), ("√", None, "LEFT_BEHIND_KIND_MISSING"), ("双留守", LeftBehindSchool.BOTH, None), ("孤儿", None, "CODE_UNKNOWN"),
    ],
)  # fmt: skip
def test_the_claim_of_being_left_behind(text: str, claim: LeftBehindSchool | None, fault: str | None) -> None:
    """The claim is read by its words and kept beside the facts."""
    row = one(csv("姓名,班级,留守类型", f"测试甲,三(1)班,{text}"))
    assert row.left_behind is claim
    assert codes(row) == ({fault} if fault else set())


def test_poverty_and_family_columns() -> None:
    """Columns of one kind of aid add up; 是否单亲 is a family type and no claim of being left behind."""
    row = one(csv("姓名,是否低保,是否建档立卡,贫困类型,是否单亲", "测试甲,是,否,监测户,是"))
    assert set(row.family["assistance"]) == {Assistance.MINIMUM_LIVING, Assistance.MONITORED}  # type: ignore[call-overload]
    assert row.family["type"] is FamilyType.SINGLE
    assert row.left_behind is None


def test_disability_and_illness() -> None:
    """Kind and grade come out of one cell; an illness by name is kept as such."""
    row = one(csv("姓名,残疾类别及等级,健康状况", "测试甲,肢体三级,残疾"))
    assert (row.child["disability_kind"], row.child["disability_grade"], row.child["health"]) == (
        DisabilityKind.LIMB,
        DisabilityGrade.THIRD,
        Health.DISABLED,
    )
    ill = one(csv("姓名,健康状况", "测试甲,先天性心脏病"))
    assert ill.child["illness"] == "先天性心脏病"


def test_types_of_cells_decide_not_their_texts() -> None:
    """A tick, a one and a true are not the same cell, even in one column."""
    rows = read_rows(sheet_of([["姓名", "是否独生子女", "学号"], ["测试甲", True, 1], ["测试乙", 1, "1"], ["测试丙", "1", True]]))
    assert [row.child.get("only_child") for row in rows] == [True] * 3
    assert "NUMBER_STORED" in codes(rows[0])
    assert "NUMBER_STORED" not in codes(rows[1])
