"""The kinds of record and their code lists: carekit.records."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from record_examples import one_of_each

from carekit.fields import CodeList, new_id
from carekit.problems import InvalidRecord
from carekit.records import RECORDS, Child, Closure, Enrolment, HomeVisit, Term, codes
from carekit.records.codes import Nation, Relation

CODE_LISTS = [value for value in vars(codes).values() if isinstance(value, type) and issubclass(value, CodeList) and value is not CodeList]


@pytest.mark.parametrize("codes_of", CODE_LISTS, ids=lambda c: c.__name__)
def test_every_code_list_is_whole(codes_of: type[CodeList]) -> None:
    """Every list names its source, has no word twice, and gives every code a label in both languages."""
    assert codes_of.__doc__
    words = [word for code in codes_of for word in code.words]
    assert len(words) == len(set(words)), "one word for two codes"
    assert all(code.label.en and code.label.zh and code.value for code in codes_of)


@pytest.mark.parametrize(
    ("code", "label"),
    [
        (Nation("01"), "汉族"),
        (Nation("30"), "土族"),
        (Nation("56"), "基诺族"),
        (Nation("36"), "毛南族"),
        (Relation("52"), "母亲"),
        (Relation("64"), "外祖母"),
        (Relation("90"), "姑母"),
    ],
)
def test_codes_have_the_numbers_of_their_standard(code: CodeList, label: str) -> None:
    """Spot checks against GB/T 3304 and GB/T 4761."""
    assert code.label.zh == label


def test_the_list_of_nations_is_complete() -> None:
    """56 nations, others, and foreign origin."""
    assert [code.value for code in Nation] == [f"{n:02}" for n in range(1, 57)] + ["97", "98"]


@pytest.mark.parametrize("kind", RECORDS)
def test_every_kind_reads_its_own_values(kind: str) -> None:
    """A full record of every kind, written out as text and read again, is the same record."""
    record = one_of_each()[kind]
    assert type(record).read(record.model_dump(mode="json")) == record


def test_the_birth_date_of_a_valid_number_rules() -> None:
    """The date in a valid identity number is the one that counts; the family's stays beside it; a doubtful number does not rule."""
    child = Child(name="测试甲", born_on=date(2016, 3, 1), id_number="999999201603150024")
    assert child.birth_on == date(2016, 3, 15) and child.born_on == date(2016, 3, 1)
    assert child.model_copy(update={"id_number": "999999201603150025"}).birth_on == date(2016, 3, 1)
    assert child.model_copy(update={"id_number": None}).birth_on == date(2016, 3, 1)
    assert Child(name="测试乙").birth_on is None


IDS = {"child_id": new_id(), "class_id": new_id(), "staff_id": new_id(), "case_id": new_id(), "school_id": new_id()}


@pytest.mark.parametrize(
    ("record", "values", "field", "code"),
    [
        (Enrolment, {"enrolled_on": "2025-09-01", "left_on": "2025-10-01"}, "leaving", "leaving_without_reason"),
        (Enrolment, {"enrolled_on": "2025-09-01", "left_on": "2025-08-01", "leaving": "3"}, "left_on", "dates_reversed"),
        (Closure, {"closed_on": "2025-09-01", "reason": "1", "reopened_on": "2025-08-01"}, "reopened_on", "dates_reversed"),
        (HomeVisit, {"visited_on": "2025-09-01", "outcome": "2"}, "reason", "reason_missing"),
        (
            Term,
            {"school_year": 2025, "number": "1", "starts_on": "2025-09-01", "ends_on": "2026-01-20", "closed_days": "国庆"},
            "closed_days",
            "days_unreadable",
        ),
        (Term, {"school_year": 2025, "number": "1", "starts_on": "2025-09-01", "ends_on": "2025-01-20"}, "ends_on", "dates_reversed"),
    ],
)
def test_checks_of_several_fields(record: Any, values: dict[str, Any], field: str, code: str) -> None:
    """What does not fit together is told beside the field to mend."""
    given = {name: value for name, value in IDS.items() if name in record.fields}
    with pytest.raises(InvalidRecord) as caught:
        record.read(given | values)
    assert [(p.field, p.code) for p in caught.value.problems] == [(field, code)]


def test_blanks_are_nothing_said() -> None:
    """Blank texts and empty lists count as not filled in, so that required fields are still asked for."""
    assert Child.read({"name": "测试甲", "phone": " ", "village": ""}).phone is None
    with pytest.raises(InvalidRecord):
        Child.read({"name": "  "})
