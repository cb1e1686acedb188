"""Names, phones, identity numbers and pairs of parents as they stand in cells."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from roster_files import codes, csv, one, read_rows

from carekit.exchange.cells.people import (
    read_child_name,
    read_id_cell,
    read_local_number,
    read_member_name,
    read_other_document,
    read_phones,
    read_pupil_number,
    split_pair,
)
from carekit.identifiers import check_digit, is_phone
from carekit.records.codes import ParentState, Relation


@pytest.mark.parametrize(
    ("cell", "numbers", "faults"),
    [
        ("15400000001", ["15400000001"], ()), (15400000001.0, ["15400000001"], ()), ("+86 154-0000-0001", ["15400000001"], ()),
        ("１５４０００００００１", ["15400000001"], ()), ("15400000001、15400000002", ["15400000001", "15400000002"], ()),
        ("15400000001 15400000002", ["15400000001", "15400000002"], ()), ("1540000000115400000002", ["15400000001", "15400000002"], ()),
        ("0838-5123456转12", ["08385123456转12"], ()), ("(0838)5123456", ["08385123456"], ()), ("5123456", ["5123456"], ("PHONE_NO_AREA_CODE",)),
        ("612345", [], ("PHONE_SHORT",)), ("空号", [], ("PHONE_DEAD",)), ("15400000001(停机)", ["15400000001"], ("PHONE_DEAD",)),
        ("1540000001", [], ("PHONE_INVALID",)), ("无", [], ()), ("", [], ()), ("没记住", [], ("PHONE_INVALID",)), (8385123456.0, [], ("PHONE_INVALID",)),
    ],
)  # fmt: skip
def test_phones(cell: Any, numbers: list[str], faults: tuple[str, ...]) -> None:
    """Every number of a cell is plain and well formed; what is none is told."""
    read = read_phones(cell)
    assert [said.number for said in read.value or ()] == numbers
    assert read.faults == faults


@pytest.mark.parametrize(
    ("cell", "owners"),
    [
        ("15400000001(父)", ["父"]),
        ("父15400000001 母15400000002", ["父", "母"]),
        ("爸爸：15400000001；奶奶：15400000002", ["爸爸", "奶奶"]),
        ("15400000001 测试某", ["测试某"]),
    ],
)
def test_owners_of_phones(cell: str, owners: list[str]) -> None:
    """The word beside a number says whose it is."""
    assert [said.owner for said in read_phones(cell).value] == owners


@given(st.one_of(st.text(max_size=30), st.floats(), st.integers()))
def test_phones_of_any_cell_are_phones(cell: Any) -> None:
    """Nothing that is no phone number comes out of any cell."""
    assert all(is_phone(said.number) for said in read_phones(cell).value or ())


@given(st.dates(date(2008, 1, 1), date(2022, 12, 31)), st.integers(0, 999), st.integers(0, 17))
def test_identity_numbers(born: date, order: int, place: int) -> None:
    """A faultless number says its birth and sex; one wrong digit is told; as a number it is always damaged."""
    body = f"999999{born:%Y%m%d}{order:03}"
    number = body + check_digit(body)
    read = read_id_cell(number, pupil=True)
    assert (read.value.number, read.value.born_on, read.value.male, read.faults) == (number, born, order % 2 == 1, ())
    wrong = number[:place] + str((int(number[place]) + 1) % 10 if number[place] != "X" else 0) + number[place + 1 :]
    assert read_id_cell(wrong, pupil=True).faults != ()
    if number[17] != "X":
        for damaged in (float(number), int(number), f"{float(number):E}", f"{float(number):.5E}"):
            assert read_id_cell(damaged, pupil=True) == (None, ("ID_NUMERIC_DAMAGED",))


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        ("99999920160315002", "ID_LENGTH"), ("9999992016031500AB", "ID_CHARACTERS"), ("999999201802290038", "ID_DATE"), ("999999160315002", "ID_15_DIGITS"),
        ("同上", "DITTO_HERE"), ("9.99999E+17", "ID_NUMERIC_DAMAGED"), (True, "ID_NUMERIC_DAMAGED"),
    ],
)  # fmt: skip
def test_wrong_identity_numbers_give_nothing(cell: Any, fault: str) -> None:
    """A number that cannot be one is not kept."""
    assert read_id_cell(cell, pupil=True) == (None, (fault,))


def test_old_numbers_of_adults_are_written_anew() -> None:
    """Fifteen digits of a grandparent become eighteen; a wrong number of an adult is told and not kept."""
    read = read_id_cell("999999550315002", pupil=False)
    assert read.value.number.startswith("99999919550315002")
    assert read.faults == ("ID_15_CONVERTED",)
    assert read_id_cell("12345", pupil=False) == (None, ("MEMBER_ID_NOT_USED",))


def test_no_number_yet_is_nothing() -> None:
    """办理中 and the like say that there is no number."""
    assert [read_id_cell(text, pupil=True) for text in ("办理中", "未上户", "无", "")] == [(None, ())] * 4


def test_pupil_numbers() -> None:
    """G, J and L numbers are known; a number cell is damaged; one in the identity column is put right."""
    assert read_pupil_number("g999999201603150024").value == "G999999201603150024"
    assert read_pupil_number("L99999920160315ABCD").faults == ("PUPIL_NUMBER_FORM",)
    assert read_pupil_number(9.99e17).faults == ("ID_NUMERIC_DAMAGED",)
    row = one(csv("姓名,身份证号", "测试甲,G999999201603150024"))
    assert (row.child.get("id_number"), row.child["pupil_number"]) == (None, "G999999201603150024")
    assert codes(row) == {"ID_IS_PUPIL_NUMBER"}
    assert read_local_number("１２０３") == ("1203", ())
    assert read_local_number(1203.0) == ("1203", ("NUMBER_STORED",))
    assert read_local_number(6.2e19).faults == ("NUMBER_DAMAGED",)


def test_documents_that_are_no_identity_card() -> None:
    """The number of a birth certificate is kept without the rules of identity numbers."""
    row = one(csv("姓名,身份证件类型,身份证件号", "测试甲,出生医学证明,T510123456"))
    assert row.child["id_number"] == "T510123456"
    assert not row.held
    assert read_other_document("child", "中文").faults == ("ID_CHARACTERS",)


@pytest.mark.parametrize(
    ("cell", "name", "leaving", "faults"),
    [
        ("李 明", "李 明", None, ()), ("★测试甲", "测试甲", None, ("NAME_MARK",)), ("张某(转走)", "张某", "转走", ("LEAVING",)), ("测试甲（大）", "测试甲", None, ("NAME_BRACKET",)),
        ("赵\u200b小禾", "赵小禾", None, ("TEXT_CLEANED",)), ("买买提·艾力江", "买买提·艾力江", None, ()), ("张𠮷", "张𠮷", None, ()), ("Tom Smith", "Tom Smith", None, ()),
        ("以下为转入学生", "以下为转入学生", None, ("NAME_UNLIKELY",)),
    ],
)  # fmt: skip
def test_names_of_children(cell: str, name: str, leaving: str | None, faults: tuple[str, ...]) -> None:
    """Inner blanks stay; marks and brackets come off with a notice; what is no name is asked about."""
    read = read_child_name(cell)
    assert (read.value.name, read.value.leaving, read.faults) == (name, leaving, faults)


def test_names_that_are_none() -> None:
    """Numbers and dates are no names; too long a name is refused."""
    assert read_child_name(3.0).faults == ("NAME_NOT_TEXT",)
    assert read_child_name("测" * 73).faults == ("NAME_TOO_LONG",)
    assert read_child_name(" 　") == (None, ())


def test_a_dash_says_deceased_in_parents_cells_alone() -> None:
    """A dash in the name cell of a parent or grandparent means deceased, elsewhere nothing."""
    assert read_member_name("—", dash_means_deceased=True).value.state is ParentState.DECEASED
    assert read_member_name("—", dash_means_deceased=False).value is None
    assert read_member_name("测试父(已故)", dash_means_deceased=True).value.state is ParentState.DECEASED
    assert read_member_name("测试奶奶(奶奶)", dash_means_deceased=False).value.relation is Relation.FATHERS_MOTHER
    row = one(csv("姓名,父亲姓名,监护人,与儿童关系", "测试甲,—,—,"))
    assert [(m.role, m.values["state"]) for m in row.members] == [("father", ParentState.DECEASED)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("父:张三 母:李四", {"father": "张三", "mother": "李四"}), ("父亲张三，母亲李四", {"father": "张三", "mother": "李四"}), ("张三（父）李四（母）", {"father": "张三", "mother": "李四"}),
        ("张三/李四", ["张三", "李四"]), ("张三 李四", ["张三", "李四"]), ("李 明", ["李 明"]), ("张三", ["张三"]), ("母亲：李四", {"mother": "李四"}), ("", []),
    ],
)  # fmt: skip
def test_pairs_of_parents(text: str, said: object) -> None:
    """Father and mother in one cell, by their words or by their order."""
    assert split_pair(text) == said


def test_future_identity_number_by_a_day() -> None:
    """A number whose birth is tomorrow is held."""
    born = date(2026, 11, 25) + timedelta(days=1)
    body = f"999999{born:%Y%m%d}001"
    assert [row.held for row in read_rows(csv("姓名,身份证号", f"测试甲,{body + check_digit(body)}"))] == [True]
