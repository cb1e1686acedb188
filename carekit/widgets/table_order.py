"""How the rows of a table are found and put in order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from carekit.fields import CodeList, FieldSpec
from carekit.names import name_initials, name_sort_key
from carekit.widgets.cells import NOTHING, is_nothing

#: Numbers before texts, so that a column that holds both can be sorted.
SortKey = tuple[float, str]

#: Longest text of which pinyin letters are searched: names, classes and villages, not notes.
_NAME_LENGTH = 20


def sort_key(value: Any, spec: FieldSpec | None = None) -> SortKey | None:
    """Where a value stands in its column: numbers and dates by size, codes in their declared order, texts as names are ordered; None when unknown."""
    if is_nothing(value):
        return None
    if spec is not None and spec.codes is not None:
        codes = [str(code) for code in spec.codes]
        first = str(value[0] if isinstance(value, (list, tuple)) else value)
        return (codes.index(first) if first in codes else len(codes), first)
    if isinstance(value, CodeList):
        return (list(type(value)).index(value), "")
    if isinstance(value, (bool, int, float)):
        return (float(value), "")
    if isinstance(value, (date, datetime)):
        return (0.0, value.isoformat())
    if isinstance(value, (list, tuple)):
        return (0.0, " ".join(_part(one) for one in value))
    return (0.0, name_sort_key(str(value)))


def _part(value: Any) -> str:
    # numbers inside a tuple key are padded, so that class 10 stands behind class 2
    return f"{value:020.6f}" if isinstance(value, (int, float)) else name_sort_key(str(value))


def found_by(cells: Sequence[str]) -> str:
    """What a search looks through: the cells of a row and the pinyin letters of the short ones (赵小禾: zxh)."""
    letters = [name_initials(cell) for cell in cells if cell != NOTHING and len(cell) <= _NAME_LENGTH and not cell.isascii()]
    return "\n".join([*cells, *letters]).casefold()
