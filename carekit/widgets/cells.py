"""How a value is written where it is read, not edited: in a table's cell, on a timeline, in a conflict."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pandas as pd

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
    if isinstance(value, (list, tuple)):
        return _LIST.text().join(cell_text(spec, one) for one in value)
    if spec is not None and spec.codes is not None:
        return _code_text(spec.codes, value)
    if isinstance(value, bool):
        return (_YES if value else _NO).text()
    if isinstance(value, date):
        return _day_text(spec, value)
    if isinstance(value, float) and value.is_integer():  # pandas turns counts into floats beside a missing one
        return str(int(value))
    return str(text_of(value))


def _day_text(spec: FieldSpec | None, value: date) -> str:
    if not isinstance(value, datetime):
        return value.isoformat()
    if spec is not None and spec.shape is Shape.DATE:  # pandas keeps a day as its midnight
        return value.date().isoformat()
    return school_time(value).strftime("%Y-%m-%d %H:%M")


def school_time(moment: datetime) -> datetime:
    """A moment given in UTC without a zone, by the clock of the school."""
    return moment.replace(tzinfo=UTC).astimezone(SCHOOL_ZONE)


def is_nothing(value: Any) -> bool:
    """Whether a value says nothing: None, an empty text or list, or the missing values that a pandas frame holds."""
    if isinstance(value, (str, list, tuple)):
        return not value
    return value is None or bool(pd.isna(value))


def _code_text(codes: type[CodeList], value: Any) -> str:
    try:
        return codes(str(value)).label.text()
    except ValueError:
        return str(value)
