"""Identity numbers and phones: carekit.identifiers."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carekit.identifiers import IdFault, check_digit, is_phone, is_pupil_number, plain_number, plain_phone, read_id_number

SAMPLES = [
    ("999999201603150024", date(2016, 3, 15), False),
    ("999999201709020017", date(2017, 9, 2), True),
    ("999999201511200047", date(2015, 11, 20), False),
    ("99999920140831007X", date(2014, 8, 31), True),
    ("999999201612310069", date(2016, 12, 31), False),
]


@pytest.mark.parametrize(("number", "born", "male"), SAMPLES)
def test_a_valid_number_tells_birth_date_and_sex(number: str, born: date, male: bool) -> None:
    """The published samples are valid and say who they belong to."""
    facts = read_id_number(number)
    assert (facts.number, facts.born_on, facts.male, facts.faults) == (number, born, male, ())


@pytest.mark.parametrize(
    "typed",
    [
        "99999920140831007x",
        "９９９９９９２０１４０８３１００７Ｘ",
        "999999 20140831 007X",
        "'99999920140831007X",
        "99999920140831007X\u200b",
        "999999-20140831-007X",
    ],
)
def test_spellings_of_one_number_meet(typed: str) -> None:
    """Small x, full width, spaces, an apostrophe, hyphens and invisible characters make no other number."""
    assert read_id_number(typed).number == "99999920140831007X"


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("990101150301001", IdFault.LENGTH_15),
        ("9999992016031500", IdFault.LENGTH),
        ("", IdFault.LENGTH),
        ("99999920160315002Z", IdFault.CHARACTERS),
        ("9999992016031X0024", IdFault.CHARACTERS),
        ("999999201802290038", IdFault.DATE),
        ("999999201603150025", IdFault.CHECK_DIGIT),
        ("990101201503010011", IdFault.CHECK_DIGIT),
    ],
)
def test_what_is_wrong_is_named(typed: str, fault: IdFault) -> None:
    """Each fault is told, and those that make a number unusable leave no birth date behind."""
    facts = read_id_number(typed)
    assert fault in facts.faults and fault.label.zh
    assert (facts.born_on is None) is fault.fatal


def test_an_unknown_region_is_a_warning() -> None:
    """A region that is not on the list asks for a look and keeps the facts."""
    number = "00010120160315002"
    facts = read_id_number(number + check_digit(number))
    assert facts.faults == (IdFault.REGION,) and facts.born_on == date(2016, 3, 15)


@given(st.sampled_from([sample[0] for sample in SAMPLES]), st.integers(0, 17), st.sampled_from("0123456789"))
def test_every_single_wrong_digit_is_found(number: str, place: int, digit: str) -> None:
    """ISO 7064 finds any one digit that was mistyped."""
    if number[place] != digit:
        assert read_id_number(number[:place] + digit + number[place + 1 :]).faults


@given(st.text(max_size=30))
def test_any_text_is_answered(text: str) -> None:
    """Whatever stands in the field, an answer comes and not an error."""
    facts = read_id_number(text)
    assert facts.faults or facts.born_on
    assert plain_number(plain_number(text)) == plain_number(text) or not text.isascii()


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("+86 154 0000 0001", "15400000001"),
        ("0086-15400000001", "15400000001"),
        ("8615400000001", "15400000001"),
        ("１５４００００００１１", "15400000011"),
        ("0838-5123456", "08385123456"),
    ],
)
def test_phones_are_stored_plain(typed: str, number: str) -> None:
    """Prefixes, blanks, hyphens and full width are taken off."""
    assert plain_phone(typed) == number and is_phone(number)


@pytest.mark.parametrize("number", ["1540000000", "154000000011", "12000000000", "123456", "", "电话", "0838"])
def test_what_is_no_phone_is_refused(number: str) -> None:
    """Too short, too long, or of an unknown kind: no phone."""
    assert not is_phone(number)


@pytest.mark.parametrize("number", ["5123456", "08385123456", "05385123456转12"])
def test_landlines_are_phones(number: str) -> None:
    """Landlines with or without area code, and with an extension, are phones."""
    assert is_phone(number)


def test_pupil_numbers_have_nineteen_characters() -> None:
    """G and J hold an identity number, L holds none and is not checked."""
    assert is_pupil_number("G999999201603150024") and is_pupil_number("J999999201603150025")
    assert is_pupil_number("L999999201613990024")
    assert not is_pupil_number("G999999201613150024") and not is_pupil_number("999999201603150024") and not is_pupil_number("G123")
