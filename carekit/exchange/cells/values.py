"""A cell's value as the type of its field: one reading per shape of field, and special ones for a few fields.

Nothing is guessed. What cannot be read is a fault: fatal for what tells one child from another, else a notice, and then
nothing is stored. Every value has passed the type of its field, so that saving it cannot fail.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Annotated, Any, NamedTuple, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from carekit.exchange.cells.dates import read_date
from carekit.exchange.files.sheets import Cell
from carekit.fields import CodeList, FieldSpec, Shape
from carekit.names import clean_text, holds_invisible
from carekit.records import RECORDS
from carekit.records.codes import DatePrecision


class Value(NamedTuple):
    """What a cell says: a typed value or None, and the codes of what is wrong."""

    value: Any = None
    faults: tuple[str, ...] = ()


NOTHING = Value()

#: Cells that say that nothing is known. A dash in the cell of a parent's name says more: see `cells.people`.
NULL_WORDS = frozenset(
    "无 没有 暂无 不详 未知 不清楚 不知道 空 无。 - -- --- — —— ― － – / // ／ \\ * ** x X × N/A n/a NA na null None #N/A 待补 待填 未填 未提供 略".split()
)
DITTO = frozenset("同上 〃 ″ \" ” “ '' ″″ 同 ... … ″〃 ↑ 上同 同前".split())

_SCIENTIFIC = re.compile(r"[+-]?\d+(\.\d+)?[eE]\+?\d{2}")
_TICKS = "√✓✔☑☒■●▲VvＶ"
_TICKED = re.compile(rf"[(（\[【]\s*[{_TICKS}]\s*[)）\]】]|[{_TICKS}]")
_EMPTY_BOX = re.compile(r"[(（\[【]\s*[)）\]】]|[□○◯]")
_OPTION = re.compile(
    rf"(?P<box>[(（\[【]\s*[{_TICKS}]?\s*[)）\]】]\s*|[□☐☑☒■○●]\s*|(?<![^\s、，,;；])[√✓✔])(?P<word>[^\s(（\[【□☐☑☒■√✓✔○●、,，;；]+)"
)


def text_of(cell: Cell) -> str:
    """A cell as text, a whole number without its decimal point; what a person would read."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    return str(cell)


_EDGES = " \t\r\n\u3000\u00a0\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff\u00ad"


def hides_something(text: str) -> bool:
    """Whether invisible or control characters stand inside a text (those at its ends mean nothing)."""
    return not text.isprintable() and holds_invisible(text.strip(_EDGES))


def is_scientific(text: str) -> bool:
    """Whether a text is a number that a spreadsheet has shortened (9.99999E+17)."""
    return bool(_SCIENTIFIC.fullmatch(text.strip()))


@cache
def adapter(kind: str, name: str) -> TypeAdapter[Any]:
    """What checks a value against the declared type of a field."""
    info = RECORDS[kind].model_fields[name]
    annotation: Any = info.annotation
    return TypeAdapter(Annotated[annotation, *info.metadata] if info.metadata else annotation)


def accepted(kind: str, name: str, value: object, fault: str) -> Value:
    """The value as the field's type makes it, or `fault`."""
    try:
        return Value(adapter(kind, name).validate_python(value))
    except ValidationError:
        return Value(None, (fault,))


# --- one reading per shape --------------------------------------------------------------------------------------------


def read_text(kind: str, spec: FieldSpec, cell: Cell) -> Value:
    """A text, cleaned; numbers as whole numbers, dates as text with a notice."""
    if isinstance(cell, float) and abs(cell) >= 1e15:
        return Value(None, ("NUMBER_DAMAGED",))
    text = text_of(cell)
    faults: tuple[str, ...] = ()
    if isinstance(cell, (date, time, timedelta)):
        faults = ("TEXT_FROM_DATE",)
    elif hides_something(text):
        faults = ("TEXT_CLEANED",)
    text = clean_text(text)
    if not text or text in NULL_WORDS:
        return NOTHING
    read = accepted(kind, spec.name, text, "TEXT_NOT_ACCEPTED")
    return Value(read.value, (*read.faults, *faults))


def read_day(kind: str, spec: FieldSpec, cell: Cell, *, strict: bool = False, pupil: bool = False) -> Value:
    """A date, with its precision as a pair when the field keeps one; `strict` makes what is unclear fatal."""
    if isinstance(cell, str) and clean_text(cell) in NULL_WORDS:
        return NOTHING
    read = read_date(clean_text(cell) if isinstance(cell, str) else cell, pupil=pupil)
    if read.fault:
        return Value(None, (read.fault if strict or read.fault == "DATE_LUNAR" else "DATE_NOT_USED",))
    checked = accepted(kind, spec.name, read.day, "DATE_FUTURE" if strict else "DATE_NOT_USED")
    if checked.faults:
        return checked
    if f"{spec.name.removesuffix('_on')}_precision" in RECORDS[kind].fields:
        return Value((checked.value, read.precision))
    if read.precision is DatePrecision.YEAR:
        return Value(None, ("DATE_NOT_USED",))
    return Value(checked.value, ("DATE_MONTH_ONLY",) if read.precision is DatePrecision.MONTH and spec.name == "born_on" else ())


_METRES = {"米": 1, "m": 1, "M": 1, "公里": 1000, "千米": 1000, "km": 1000, "KM": 1000, "里": 500, "华里": 500}
_NUMBER = re.compile(r"约?(\d+(?:\.\d+)?)\s*([^\d\s]*)左?右?")


def read_number(kind: str, spec: FieldSpec, cell: Cell) -> Value:
    """A whole number; a distance may have a unit, an age 岁."""
    if isinstance(cell, (date, time, timedelta, bool)):
        return Value(None, ("NUMBER_UNREADABLE",))
    text = unicodedata.normalize("NFKC", clean_text(text_of(cell)))
    if not text or text in NULL_WORDS:
        return NOTHING
    match = _NUMBER.fullmatch(text)
    unit = match[2] if match else ""
    if match is None or (unit and unit not in _METRES and unit not in ("岁", "周岁", "虚岁")):
        return Value(None, ("NUMBER_UNREADABLE",))
    number = float(match[1]) * _METRES.get(unit, 1)
    return accepted(kind, spec.name, int(number) if number == int(number) else number, "NUMBER_UNREADABLE")


_YES = frozenset("是 有 对 Y y YES Yes yes 1 T √ ✓ ✔ V v ☑ ■ 需要 享受 已 已登记 同意 TRUE True true 属于 住校 受过 参加".split())
_NO = frozenset(
    "否 不是 无 没有 N n NO No no 0 F × x X ☒ □ 不需要 不享受 未 未登记 没 非 不 FALSE False false 不属于 - — —— / 未享受 未受过".split()
)


def yes_or_no(cell: Cell) -> bool | None:
    """Whether a cell says yes or no; None when it says neither."""
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, (int, float)):
        return {1.0: True, 0.0: False}.get(float(cell))
    text = unicodedata.normalize("NFKC", clean_text(text_of(cell))).strip("。.")
    if text in _YES or text in _NO:
        return text in _YES
    picked = ticked_options(text)
    if picked is not None and len(picked) == 1:
        return yes_or_no(picked[0])
    return None


def read_yes_no(_kind: str, _spec: FieldSpec, cell: Cell) -> Value:
    """Yes or no; in such a column 无 and a dash are a no only when they are words for it, blank is nothing said."""
    answer = yes_or_no(cell)
    if answer is not None:
        return Value(answer)
    text = clean_text(text_of(cell))
    return NOTHING if not text or text in NULL_WORDS else Value(None, ("YES_NO_UNCLEAR",))


def ticked_options(text: str) -> list[str] | None:
    """The options that are ticked in a cell such as ``(√)一般 ( )较好`` or ``□是 ☑否`` or ``一般√``; None when the cell has no boxes."""
    if not (_EMPTY_BOX.search(text) or _TICKED.search(text)):
        return None
    found = list(_OPTION.finditer(text))
    if found:
        return [m["word"].strip("。.") for m in found if re.search(f"[{_TICKS}☑☒■√●]", m["box"])]
    after = re.findall(rf"([^\s{_TICKS}(（□]+)\s*[(（]?[{_TICKS}][)）]?", text)
    return after or None


Code = TypeVar("Code", bound=CodeList)


@cache
def _words(codes: type[CodeList]) -> dict[str, CodeList]:
    found: dict[str, CodeList] = {}
    for member in codes:
        for word in member.words:
            found.setdefault(plain_word(word), member)
    return found


def words_of(codes: type[Code]) -> dict[str, Code]:
    """The members of a list by every word that people use for them, in half width without blanks."""
    return cast("dict[str, Code]", _words(codes))


def plain_word(text: str) -> str:
    """`text` in half width without blanks and end marks."""
    return re.sub(r"[\s。.，,;；]+", "", unicodedata.normalize("NFKC", clean_text(text)))


_NEGATION = re.compile("[不未非无没]|以上|以下")


def find_code(codes: type[Code], text: str) -> Code | None:
    """The member that `text` names: by a whole word, else by the one word that makes up most of the text (初中毕业)."""
    plain = plain_word(text)
    words = words_of(codes)
    found = words.get(plain) or words.get(re.sub(r"\(.*?\)", "", plain))
    if found is not None or len(plain) < 3:
        return found
    inside = [word for word in words if len(word) > 1 and word in plain]
    longest = max(inside, key=len, default="")
    members = {words[word] for word in inside if word not in longest or word == longest}
    rest = plain.replace(longest, "", 1) if longest else plain
    return words[longest] if len(members) == 1 and len(longest) * 2 >= len(plain) and not _NEGATION.search(rest) else None


def read_code(_kind: str, spec: FieldSpec, cell: Cell) -> Value:
    """One choice, by its words alone: numbers mean different things in different systems."""
    codes = spec.codes
    if codes is None:
        return NOTHING
    if isinstance(cell, bool) or not isinstance(cell, str):
        found = find_code(codes, text_of(cell)) if isinstance(cell, bool) else None
        return Value(found) if found else Value(None, ("CODE_BY_NUMBER",))
    text = clean_text(cell)
    found = find_code(codes, text)
    if found is not None:
        return Value(found)
    if not text or text in NULL_WORDS:
        return NOTHING
    if plain_word(text).isdigit():
        return Value(None, ("CODE_BY_NUMBER",))
    picked = ticked_options(text)
    if picked is not None:
        members = {member for word in picked if (member := find_code(codes, word)) is not None}
        if len(members) == 1:
            return Value(members.pop())
        return Value(None, ("CODE_SEVERAL",)) if len(members) > 1 else (NOTHING if not picked else Value(None, ("CODE_UNKNOWN",)))
    answer = yes_or_no(text)
    by_answer = find_code(codes, "是" if answer else "否") if answer is not None else None
    return Value(by_answer) if by_answer else Value(None, ("CODE_UNKNOWN",))


def read_codes(_kind: str, spec: FieldSpec, cell: Cell) -> Value:
    """Several choices, ticked or listed."""
    codes = spec.codes
    if codes is None or not isinstance(cell, str):
        return Value(None, ("CODE_BY_NUMBER",))
    text = clean_text(cell)
    if not text or text in NULL_WORDS or yes_or_no(text) is False:
        return NOTHING
    picked = ticked_options(text)
    parts = picked if picked is not None else [part for part in re.split(r"[、，,;；/\s+]+", text) if part]
    found, unknown = [], False
    for part in parts:
        member = find_code(codes, part)
        if member is None:
            unknown = True
        elif member not in found:
            found.append(member)
    return Value(tuple(found) or None, ("CODE_UNKNOWN",) if unknown else ())


Reader = Callable[[str, FieldSpec, Cell], Value]

BY_SHAPE: dict[Shape, Reader] = {
    Shape.TEXT: read_text,
    Shape.LONG_TEXT: read_text,
    Shape.DATE: read_day,
    Shape.NUMBER: read_number,
    Shape.DECIMAL: read_number,
    Shape.YES_NO: read_yes_no,
    Shape.CODE: read_code,
    Shape.CODES: read_codes,
}
