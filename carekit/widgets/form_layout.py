"""What a form's page needs to draw itself: the declared fields of a record as plain JSON, in the person's language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, get_args

from carekit.errors import ProgrammerError
from carekit.fields import FieldSpec, Phone, Shape, bare_type
from carekit.language import Label
from carekit.names import name_initials
from carekit.records import Record
from carekit.widgets.form_values import must_be_filled, to_browser

_FORMER = Label("as before (not in the list)", "保持原来的选择")
_MORE = Label("More boxes", "更多项目")


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a picker: `id` is what is saved, `text` what is read (a name), `detail` what tells two equal names apart.

    A good detail for a child is class and birthday: ``三(1)班，2016-03-05``.
    """

    id: str
    text: str
    detail: str = ""


OptionLike = Option | tuple[str, str] | tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Part:
    """A repeatable part of a form: a list of sub-records such as the members of a family.

    `hidden` values are the same for each of them and never reach the browser; `initial` rows are records (then unseen fields
    stay as they are) or mappings; at least `least` and at most `most` rows are taken. With `keeps` nobody is offered to take out rows that were there.
    """

    record: type[Record]
    fields: Sequence[str]
    label: Label
    hidden: Mapping[str, Any] = field(default_factory=dict)
    initial: Sequence[Record | Mapping[str, Any]] = ()
    references: Mapping[str, Sequence[OptionLike]] = field(default_factory=dict)
    least: int = 0
    most: int = 30
    blank: Mapping[str, Any] = field(default_factory=dict)
    keeps: bool = False


def options_of(given: Sequence[OptionLike]) -> list[Option]:
    """The options of a picker; two that look the same get the end of their id as a detail, so that nobody chooses blindly."""
    options = [one if isinstance(one, Option) else Option(*one) for one in given]
    if len({one.id for one in options}) != len(options):
        raise ProgrammerError("two options of a picker have the same id")
    alike = Counter((one.text, one.detail) for one in options)
    return [
        one if alike[one.text, one.detail] == 1 else Option(one.id, one.text, f"{one.detail} …{one.id[-5:]}".strip()) for one in options
    ]


def with_former(options: list[Option], value: object) -> list[Option]:
    """`options` with the value that a record already has, when it is not among them (a class of last year, a member who left)."""
    if not isinstance(value, str) or any(one.id == value for one in options):
        return options
    return [Option(value, _FORMER.text()), *options]


def options_as_json(options: Sequence[Option]) -> list[list[str]]:
    """Options as ``[id, text, detail, initials]``; a picker also finds a name by the initials of its pinyin."""
    return [[one.id, one.text, one.detail, name_initials(one.text)] for one in options]


def fields_as_json(
    record: type[Record], shown: Sequence[str], several: Sequence[str] = (), more: Collection[str] = ()
) -> list[dict[str, Any]]:
    """The declared fields `shown`, in that order, each with what its input needs; those in `more` are to be folded away."""
    unknown = [name for name in (*shown, *several, *more) if name not in record.fields]
    if unknown:
        raise ProgrammerError(f"record {record.__name__} has no fields {unknown}")
    drawn = [_field_as_json(record, record.fields[name], name in several) for name in shown]
    return [one | {"group": _MORE.text(), "more": True} if one["name"] in more else one for one in drawn]


def _field_as_json(record: type[Record], spec: FieldSpec, several: bool) -> dict[str, Any]:
    drawn: dict[str, Any] = {
        "name": spec.name,
        "label": spec.label.text(),
        "shape": str(spec.shape),
        "required": must_be_filled(record, spec) or several,
    }
    if spec.hint:
        drawn["hint"] = spec.hint.text()
    if spec.group:
        drawn["group"] = spec.group.text()
    if spec.codes:
        drawn["codes"] = [[str(code), code.label.text()] for code in spec.codes]
    if spec.needed:
        drawn["needed"] = True
    if several:
        drawn["several"] = True
    if spec.shape is Shape.TEXT and _is_phone(record, spec):
        drawn["keyboard"] = "tel"
    return drawn


def _is_phone(record: type[Record], spec: FieldSpec) -> bool:
    info = record.model_fields[spec.name]
    _, _, marks = bare_type(info.annotation)
    return set(get_args(Phone)[1:]) <= {*marks, *info.metadata}


def values_as_json(
    record: type[Record], shown: Sequence[str], given: Record | Mapping[str, Any] | None, several: Sequence[str] = ()
) -> dict[str, Any]:
    """What the boxes start with: the given value, else the default of the field."""
    values: dict[str, Any] = {}
    for name in shown:
        spec = record.fields[name]
        if name in several:
            values[name] = [str(one) for one in given.get(name, ())] if isinstance(given, Mapping) else []
            continue
        default = None if spec.required else record.model_fields[name].get_default(call_default_factory=True)
        value = getattr(given, name) if isinstance(given, Record) else (given or {}).get(name, default)
        values[name] = to_browser(spec, value)
    return values
