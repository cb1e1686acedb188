"""How a value is written where it is read, not edited: in a table's cell, on a timeline, in a conflict."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from carekit.clock import SCHOOL_ZONE
from carekit.fields import CodeList, FieldSpec, Shape
from carekit.language import Label, text_of

#: What stands where there is nothing: never an empty cell, which could be a cell that was not loaded.
NOTHING = "—"
_YES, _NO = Label("yes", "是"), Label("no", "否")
_LIST = Label(", ", "、")


def cell_text(spec: FieldSpec | None, value: Any) -> str:
    """`value` as text in the person's language; codes become their words by the declaration `spec`, None becomes `NOTHING`."""
    if is_nothing(value):
        return NOTHING
    if spec is not None and spec.codes is not None:
        if spec.shape is Shape.CODES:
            return _LIST.text().join(_code_text(spec.codes, one) for one in value)
        return _code_text(spec.codes, value)
    if isinstance(value, bool):
        return (_YES if value else _NO).text()
    if isinstance(value, datetime) and spec is not None and spec.shape is Shape.DATE:
        return value.date().isoformat()
    if isinstance(value, datetime):
        return school_time(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return _LIST.text().join(str(text_of(one)) for one in value)
    return str(text_of(value))


def school_time(moment: datetime) -> datetime:
    """A moment given in UTC without a zone, by the clock of the school."""
    return moment.replace(tzinfo=UTC).astimezone(SCHOOL_ZONE)


def is_nothing(value: Any) -> bool:
    """Whether a value says nothing: None, an empty text or list, or the missing values that a pandas frame holds."""
    if value is None or (isinstance(value, (str, list, tuple)) and not value):
        return True
    # NaN and NaT alone differ from themselves; pandas.NA refuses to compare
    return type(value).__name__ == "NAType" or (not isinstance(value, (str, list, tuple)) and bool(value != value))


def _code_text(codes: type[CodeList], value: Any) -> str:
    try:
        return codes(str(value)).label.text()
    except ValueError:
        return str(value)


def search_text(row: Mapping[str, str]) -> str:
    """The words of a row's cells, in one text without capitals, in which a search looks."""
    return "\n".join(row.values()).casefold()
