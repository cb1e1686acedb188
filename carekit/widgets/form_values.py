"""Between a record and what a browser holds: plain JSON values out, checked values in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from carekit.fields import FieldSpec, Shape
from carekit.language import Label
from carekit.problems import Problem
from carekit.records import Record

#: What the browser sends for a box that shows something which is no value: a date of 31 February, letters that no choice was made from.
UNREADABLE = {"unreadable": True}
#: Longest text that is taken from a box, in characters; the records' own limits are tighter and give a sentence.
LONGEST_TEXT = 200_000

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MISSING = Label("Fill in this field.", "请填写此项。")
_BAD_DAY = Label("This date is not complete or does not exist; enter it again.", "日期没填完整，或没有这一天，请重新填写。")
_BAD_YEAR = Label("Check the year of this date.", "年份不对，请核对这个日期。")
_BAD_CHOICE = Label("Choose from the list again.", "请从列表中重新选择。")
_NOT_CHOSEN = Label(
    "Choose a line of the list that appears; what was typed alone is no choice.", "请在下面列出的名单中点选一个，只输入文字不算选定。"
)
_BAD_VALUE = Label("This could not be read; enter it again.", "这一项没有读懂，请重新填写。")


class WrongValue(ValueError):
    """What a box holds is not a value of its field; `problem` says what to do."""

    def __init__(self, spec: FieldSpec, code: str, label: Label) -> None:
        super().__init__(code)
        self.problem = Problem(spec.name, code, label)


def to_browser(spec: FieldSpec, value: object) -> object:
    """`value` of a field as JSON: dates as ISO text, codes as their values, numbers as text (so that a box can hold them)."""
    if value is None:
        return [] if spec.shape is Shape.CODES else None
    if isinstance(value, date):
        return value.isoformat()
    if spec.shape is Shape.CODES and isinstance(value, (list, tuple)):
        return [str(code) for code in value]
    if spec.shape is Shape.YES_NO:
        return value if isinstance(value, bool) else None
    return str(value)


def from_browser(spec: FieldSpec, raw: object, ids: Collection[str] = (), several: bool = False) -> Any:
    """The value in a box, ready for `Record.read`; None when the box is empty.

    `ids` are those that a reference may take; with `several` a list of them is given. Raises `WrongValue`.
    """
    if raw == UNREADABLE and spec.shape is Shape.REFERENCE:
        raise WrongValue(spec, "not_chosen", _NOT_CHOSEN)
    if several:
        return _chosen(spec, raw, ids)
    if spec.shape is Shape.YES_NO:
        if raw is not None and not isinstance(raw, bool):
            raise WrongValue(spec, "wrong_value", _BAD_VALUE)
        return raw
    if spec.shape is Shape.CODES:
        if not isinstance(raw, list) or not all(isinstance(code, str) for code in raw):
            raise WrongValue(spec, "wrong_value", _BAD_VALUE)
        return tuple(dict.fromkeys(raw))
    if spec.shape is Shape.DATE and raw == UNREADABLE:
        raise WrongValue(spec, "date_unreadable", _BAD_DAY)
    if raw is None or raw == "":
        return None
    if not isinstance(raw, str) or len(raw) > LONGEST_TEXT:
        raise WrongValue(spec, "wrong_value", _BAD_VALUE)
    return _from_text(spec, raw, ids)


def _from_text(spec: FieldSpec, raw: str, ids: Collection[str]) -> Any:
    if spec.shape is Shape.DATE:
        return _day(spec, raw)
    if spec.shape is Shape.REFERENCE and raw not in ids:
        raise WrongValue(spec, "not_in_list", _BAD_CHOICE)
    # people type full-width digits with a Chinese keyboard
    return unicodedata.normalize("NFKC", raw).strip() if spec.shape in (Shape.NUMBER, Shape.DECIMAL) else raw


def _day(spec: FieldSpec, raw: str) -> date:
    if not _DAY.fullmatch(raw):
        raise WrongValue(spec, "date_unreadable", _BAD_DAY)
    try:
        day = date.fromisoformat(raw)
    except ValueError:
        raise WrongValue(spec, "date_unreadable", _BAD_DAY) from None
    if not 1900 < day.year < 2100:
        raise WrongValue(spec, "date_out_of_range", _BAD_YEAR)
    return day


def _chosen(spec: FieldSpec, raw: object, ids: Collection[str]) -> tuple[str, ...]:
    if not isinstance(raw, list) or not all(isinstance(one, str) and one in ids for one in raw):
        raise WrongValue(spec, "not_in_list", _BAD_CHOICE)
    return tuple(dict.fromkeys(raw))


def must_be_filled(record: type[Record], spec: FieldSpec) -> bool:
    """Whether the box of a field may not be left empty: it is required, or it has a default that is not "nothing said".

    A box with such a default starts with it; when a person empties it, the default must not come back unseen.
    """
    return spec.required or record.model_fields[spec.name].get_default() not in (None, ())


def read_boxes(
    record: type[Record],
    raw: Mapping[str, object],
    shown: Collection[str],
    ids: Mapping[str, Collection[str]],
    several: Collection[str] = (),
) -> tuple[dict[str, Any], list[Problem]]:
    """The values in the boxes of the `shown` fields and what is wrong with them; other names in `raw` are ignored."""
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for name in shown:
        spec = record.fields[name]
        try:
            values[name] = from_browser(spec, raw.get(name, [] if spec.shape is Shape.CODES else None), ids.get(name, ()), name in several)
        except WrongValue as wrong:
            problems.append(wrong.problem)
            continue
        empty = values[name] in (None, ()) or (isinstance(values[name], str) and not values[name].strip())
        if empty and must_be_filled(record, spec):
            problems.append(Problem(name, "missing", _MISSING))
    return values, problems
