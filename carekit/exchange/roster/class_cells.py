"""The class of a row from its columns (年级, 班级 or both), from the line above its block, from the sheet's name or from the title."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from carekit.exchange.cells.values import NULL_WORDS, text_of
from carekit.exchange.files.sheets import Cell
from carekit.exchange.roster.class_names import damaged_class, only_number, read_class
from carekit.exchange.roster.headings import plain_heading
from carekit.exchange.roster.rows import ClassName
from carekit.names import clean_text


@dataclass(frozen=True, slots=True)
class ClassSaid:
    """A class, or why there is none: `candidates` go into the sentence of CLASS_DAMAGED."""

    school_class: ClassName | None = None
    fault: str | None = None
    candidates: tuple[tuple[int, int], ...] = ()
    number_only: int | None = None


def _is_grade_column(heading: str) -> bool:
    plain = plain_heading(heading)
    return "年级" in plain and "班" not in plain


def _whole(cell: Cell) -> int | None:
    """A small whole number, typed as a number or as text (3, "3", "三")."""
    text = clean_text(text_of(cell))
    if text.isascii() and text.isdigit() and len(text) <= 2:
        return int(text)
    return "〇一二三四五六七八九十".find(text) if len(text) == 1 and text in "一二三四五六七八九十" else None


def read_class_cells(cells: tuple[Cell, ...], headings: tuple[str, ...]) -> ClassSaid:
    """What the class columns of a row say together; a fault when a spreadsheet has damaged one of them."""
    grade: ClassName | None = None
    number: int | None = None
    text = ""
    for cell, heading in zip(cells, headings, strict=True):
        said = clean_text(text_of(cell))
        if not said or said in NULL_WORDS:
            continue
        text = f"{text}{said}"
        small = _whole(cell)
        if small is not None:
            if _is_grade_column(heading):
                grade = ClassName(small, None, None, said) if 1 <= small <= 9 else grade
            else:
                number = small
            continue
        made = read_class(said) if isinstance(cell, str) else None
        if made is not None and made.number is not None:
            return ClassSaid(made)
        if made is not None:
            grade = made
        elif isinstance(cell, str) and only_number(said) is not None:
            number = only_number(said)
        else:
            candidates = damaged_class(cell)
            if candidates or not isinstance(cell, str):
                return ClassSaid(fault="CLASS_DAMAGED", candidates=candidates)
            return ClassSaid(ClassName(None, None, None, said), "CLASS_UNKNOWN")
    return _together(grade, number, text)


def _together(grade: ClassName | None, number: int | None, text: str) -> ClassSaid:
    if grade is not None:
        if number and "班" not in text:
            text = f"{grade.grade}年级{number}班"
        return ClassSaid(replace(grade, number=number, text=text) if number else grade)
    return ClassSaid(number_only=number, fault="CLASS_UNCLEAR") if number else ClassSaid()


def settle(said: ClassSaid, default: ClassName | None, headed: bool) -> tuple[ClassName | None, str | None]:
    """The class of a row and a fault: the row's own words first, then `default` (block, sheet, title).

    `headed` says that the list has class columns at all, so that a row without a class is told.
    """
    if said.number_only is not None and default is not None and default.grade is not None:
        return replace(default, number=said.number_only, text=f"{default.grade}年级{said.number_only}班"), None
    if said.school_class is None and said.fault is None:
        return (default, None) if default is not None else (None, "CLASS_MISSING" if headed else None)
    made = said.school_class
    if made is not None and made.number is None and default is not None and default.number is not None and default.grade == made.grade:
        return default, said.fault
    if made is not None and made.grade is not None and default is not None and default.grade is not None:
        differs = made.grade != default.grade or (made.number is not None and default.number is not None and made.number != default.number)
        return made, "CLASS_CONFLICT" if differs else said.fault
    return made, said.fault


def candidates_text(candidates: tuple[tuple[int, int], ...]) -> str:
    """The classes that a damaged cell may have meant, as 三(1)班或三(10)班."""
    names = "〇一二三四五六七八九"
    return "或".join(f"{names[grade]}({number})班" for grade, number in candidates) or "?"


#: A class teacher's cell may have a phone or a bracket behind the name.
TEACHER_NAME = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff·]{2,8}")
