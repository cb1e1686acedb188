"""How a field of a record is described: its label, its privacy, what it refers to, and the types that fields share.

A record kind is a class derived from `Record`; each field is one line ``name: Type = field(Label, Privacy, ...)``.
Everything else (table, form, list, headings, export, history line, redaction, sample, reference) derives from it.
A field without a label or a privacy class is a `ProgrammerError` at import.
"""

from __future__ import annotations

import secrets
import time
import types
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import Annotated, Any, Self, Union, get_args, get_origin

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError, PydanticUndefined

from carekit import clock
from carekit.errors import ProgrammerError
from carekit.identifiers import is_phone, plain_number, plain_phone
from carekit.language import Label
from carekit.names import clean_text


class Privacy(IntEnum):
    """How private a field is, from what any staff member may see to what hardly anybody may."""

    OPEN = 0
    INTERNAL = 1
    PERSONAL = 2
    SENSITIVE = 3
    #: What a child wrote or drew: diary, journal. For those whom the child wrote it to, not for figures and lists.
    OWN_WORDS = 4
    RESTRICTED = 5

    @property
    def label(self) -> Label:
        """The name of the class."""
        return _PRIVACY_LABELS[self]


_PRIVACY_LABELS = {
    Privacy.OPEN: Label("open", "公开"),
    Privacy.INTERNAL: Label("internal", "内部"),
    Privacy.PERSONAL: Label("personal", "个人信息"),
    Privacy.SENSITIVE: Label("sensitive", "敏感"),
    Privacy.OWN_WORDS: Label("the child's own words", "孩子本人所写"),
    Privacy.RESTRICTED: Label("restricted", "限制"),
}


class CodeList(StrEnum):
    """A list of codes with labels; the value is the code of the standard named in the class's docstring.

    A member is written ``NAME = "code", "English", "中文"`` and may add other words that people use for it.
    """

    label: Label
    words: tuple[str, ...]

    def __new__(cls, code: str, en: str = "", zh: str = "", *words: str) -> Self:
        """A member from its code, its labels, and the other words for it; called with a code alone, the member of that code."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = Label(en, zh)
        member.words = (zh, *words)
        return member


def refuse(code: str, en: str, zh: str, *, name: str = "") -> PydanticCustomError:
    """The error that a validator raises: `code` for programs, one sentence for people in both languages.

    A check of several fields says by `name` beside which of them the sentence is to stand.
    """
    return PydanticCustomError(code, "{en}", {"en": en, "zh": zh, "name": name})


class LongText:
    """Marks a type whose text is written in a tall box and may run to many lines."""


# --- shared types -----------------------------------------------------------------------------------------------------

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
#: Two characters for each ten bits: an import makes a hundred thousand ids.
_PAIRS = tuple(first + second for first in _CROCKFORD for second in _CROCKFORD)
_SHIFTS = tuple(range(120, -1, -10))


def new_id() -> str:
    """A new id of 26 characters: 48 bits of milliseconds and 80 random bits (ULID), made before anything is saved."""
    number = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
    return "".join([_PAIRS[number >> shift & 1023] for shift in _SHIFTS])


def _clean(value: object) -> object:
    return clean_text(value) if isinstance(value, str) else value


def _past_day(value: date) -> date:
    if value > clock.today():
        raise refuse("future_date", "This date is still to come; enter the day it happened.", "日期不能晚于今天，请填实际发生的日期。")
    return _any_day(value)


def _any_day(value: date) -> date:
    if not 1900 < value.year < 2100:
        raise refuse("date_out_of_range", "Check the year of this date.", "年份不对，请核对这个日期。")
    return value


def _id_text(value: object) -> object:
    return plain_number(value) if isinstance(value, str) else value


def _decimal_text(value: object) -> object:
    return value.strip() if isinstance(value, str) else value


def _phone(value: str) -> str:
    number = plain_phone(value)
    if not is_phone(number):
        raise refuse(
            "phone_invalid",
            "Enter a mobile number of 11 digits, or a landline with its area code.",
            "请填11位手机号，或带区号的固定电话。",
        )
    return number


Id = Annotated[str, StringConstraints(pattern=r"^[0-9A-HJKMNP-TV-Z]{26}$")]
ShortText = Annotated[str, BeforeValidator(_clean), StringConstraints(min_length=1, max_length=200)]
#: A person's name; 72 characters as in the civil-affairs system.
PersonName = Annotated[str, BeforeValidator(_clean), StringConstraints(min_length=1, max_length=72)]
NoteText = Annotated[str, BeforeValidator(_clean), StringConstraints(min_length=1, max_length=100_000), LongText]
#: Kept as typed but for width, spaces and capitals; what is wrong with it is told by `identifiers.read_id_number`.
IdNumber = Annotated[str, BeforeValidator(_id_text), StringConstraints(min_length=5, max_length=24, pattern=r"^[0-9A-Z()]+$")]
Phone = Annotated[str, BeforeValidator(_clean), AfterValidator(_phone)]
#: The day on which something was done: never in the future.
DoneDate = Annotated[date, AfterValidator(_past_day)]
#: Any day, planned days included.
PlainDate = Annotated[date, AfterValidator(_any_day)]
Count = Annotated[int, Field(ge=0, le=100_000)]
#: A score or another number with at most two decimals, exact.
Points = Annotated[Decimal, BeforeValidator(_decimal_text), Field(ge=0, le=10_000, max_digits=7, decimal_places=2)]


# --- a declared field -------------------------------------------------------------------------------------------------


class Shape(StrEnum):
    """What a field holds, as tables, forms and files need to know it."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    DATE = "date"
    NUMBER = "number"
    DECIMAL = "decimal"
    YES_NO = "yes_no"
    CODE = "code"
    CODES = "codes"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One declared field.

    `ref` is the kind of record that the field's id points to; `needed` says that a child's file is not complete without
    it; `group` heads a part of the form; `hint` is help shown beside the input; `fill_down` allows an import to read a blank as "the same as above".
    """

    name: str
    label: Label
    privacy: Privacy
    shape: Shape
    required: bool
    codes: type[CodeList] | None = None
    ref: str | None = None
    needed: bool = False
    group: Label | None = None
    hint: Label | None = None
    fill_down: bool = False


def field(
    label: Label,
    privacy: Privacy,
    *,
    ref: str | None = None,
    needed: bool = False,
    group: Label | None = None,
    hint: Label | None = None,
    fill_down: bool = False,
    default: Any = PydanticUndefined,
    default_factory: Callable[[], Any] | None = None,
) -> Any:
    """Declare a field of a record; a field whose type allows None is optional and starts as None."""
    declared = {"label": label, "privacy": privacy, "ref": ref, "needed": needed, "group": group, "hint": hint, "fill_down": fill_down}
    extra: Any = {"carekit": declared}
    if default_factory:
        return Field(default_factory=default_factory, json_schema_extra=extra)
    return Field(default, json_schema_extra=extra)


def bare_type(annotation: Any) -> tuple[Any, bool, tuple[Any, ...]]:
    """The type without `Annotated` and None; whether None was allowed; the annotations that were taken off."""
    optional, marks = False, ()
    while True:
        if get_origin(annotation) is Annotated:
            annotation, *more = get_args(annotation)
            marks = (*marks, *more)
        elif get_origin(annotation) in (Union, types.UnionType):
            inner = [a for a in get_args(annotation) if a is not type(None)]
            if len(inner) != 1:
                raise ProgrammerError(f"a field has one type or one type and None, not {annotation!r}")
            optional, annotation = True, inner[0]
        else:
            return annotation, optional, marks


def _shape(plain: Any, marks: tuple[Any, ...], ref: str | None) -> tuple[Shape, type[CodeList] | None]:
    if ref:
        return Shape.REFERENCE, None
    if isinstance(plain, type) and issubclass(plain, CodeList):
        return Shape.CODE, plain
    if get_origin(plain) is tuple:
        return Shape.CODES, get_args(plain)[0]
    shapes = {
        str: Shape.LONG_TEXT if LongText in marks else Shape.TEXT,
        date: Shape.DATE,
        int: Shape.NUMBER,
        Decimal: Shape.DECIMAL,
        bool: Shape.YES_NO,
    }
    if plain not in shapes:
        raise ProgrammerError(f"no shape for a field of type {plain!r}")
    return shapes[plain], None


def read_spec(name: str, info: FieldInfo, annotation: Any) -> FieldSpec:
    """The declaration of one pydantic field; `ProgrammerError` when label or privacy is missing."""
    extra = info.json_schema_extra
    declared = extra.get("carekit") if isinstance(extra, dict) else None
    if not isinstance(declared, dict) or not isinstance(declared.get("label"), Label) or not isinstance(declared.get("privacy"), Privacy):
        raise ProgrammerError(f"field {name!r} needs a Label and a Privacy: declare it with field()")
    plain, optional, marks = bare_type(annotation)
    shape, codes = _shape(plain, (*marks, *info.metadata), declared["ref"])  # type: ignore[arg-type]
    if optional and info.is_required():
        info.default = None
    return FieldSpec(name=name, shape=shape, codes=codes, required=info.is_required(), **declared)  # type: ignore[arg-type]
