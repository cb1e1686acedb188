"""Texts and names: carekit.names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carekit.names import clean_text, holds_invisible, name_initials, name_sort_key, readings, same_name_key


@pytest.mark.parametrize("typed", ["赵小禾", "赵 小禾", "赵　小禾", "赵小禾\u200b", "\ufeff赵小禾 ", "赵\u00a0小禾"])
def test_spellings_of_one_name_meet(typed: str) -> None:
    """Blanks of any width and invisible characters do not make another name."""
    assert same_name_key(typed) == same_name_key("赵小禾")


def test_middle_dots_of_minority_names_meet() -> None:
    """The several dots that keyboards offer are one."""
    assert len({same_name_key(f"阿依{dot}样例") for dot in "·•・.．"}) == 1


def test_cleaning_keeps_what_was_meant() -> None:
    """Inner blanks, new lines and rare characters stay; control and invisible characters and outer blanks go."""
    assert clean_text("  李 明\x0b\x16\r\n张𠮷\u200b ") == "李 明\n张𠮷"
    assert clean_text(" plain ") == "plain"
    assert holds_invisible("a\x0bb") and not holds_invisible("张𠮷\n")


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    """Cleaning is final, and leaves nothing that it would take out."""
    once = clean_text(text)
    assert clean_text(once) == once and not holds_invisible(once)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("单小雨", "shan xiao yu"),
        ("曾一", "zeng yi"),
        ("欧阳样", "ou yang yang"),
        ("尉迟样", "yu chi yang"),
        ("Tom", "t o m"),
        ("解样", "xie yang"),
    ],
)
def test_surnames_have_their_own_readings(name: str, expected: str) -> None:
    """Surnames are read as surnames, double ones too."""
    assert " ".join(readings(name)) == expected


def test_names_are_in_the_documented_order() -> None:
    """Pinyin first, characters without a reading last, and equal readings in a fixed order."""
    names = ["𠮷样", "赵样", "钱样", "孙样", "李样", "阿样", "Tom"]
    assert sorted(names, key=name_sort_key) == ["阿样", "李样", "钱样", "孙样", "Tom", "赵样", "𠮷样"]
    assert name_sort_key("李 样") == name_sort_key("李样") != name_sort_key("里样")


def test_initials_are_what_people_type() -> None:
    """A name is found by the first letters of its pinyin."""
    assert name_initials("赵小禾") == "zxh" and name_initials("曾样") == "zy" and name_initials("") == ""


@given(st.text(min_size=1, max_size=8))
def test_any_text_has_a_place_in_the_order(name: str) -> None:
    """Whatever somebody is called, sorting and searching do not fail."""
    assert isinstance(name_sort_key(name), str) and len(name_initials(name)) <= len(same_name_key(name)) + 2


def test_every_character_is_cleaned_or_kept_for_itself() -> None:
    """Over all of Unicode, the quick look at a text misses no character that cleaning takes out or changes."""
    for number in range(0x110000):
        if not 0xD800 <= number <= 0xDFFF:
            middle = clean_text(f"一{chr(number)}一")[1:-1]
            kept = middle == chr(number)
            assert kept or middle in ("", " ", "\n"), hex(number)
            assert kept or holds_invisible(chr(number)) or chr(number).isspace(), hex(number)
