"""What is wrong with an entry, field by field, in the person's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from carekit.errors import UserError
from carekit.language import Label

_TOO_SHORT = Label("Write at least {min_length} character(s).", "至少写{min_length}个字。")
_TOO_LONG = Label("Shorten this to {max_length} characters.", "太长了，请缩短到{max_length}个字以内。")
#: Sentences for pydantic's kinds of error; the places are filled from the error's context.
_SENTENCES = {
    "missing": Label("Fill in this field.", "请填写此项。"),
    "string_too_short": _TOO_SHORT,
    "string_too_long": _TOO_LONG,
    "too_short": _TOO_SHORT,
    "too_long": _TOO_LONG,
    "string_pattern_mismatch": Label("This has characters that do not belong here; check it.", "含有不该出现的字符，请核对。"),
    "string_type": Label("Write this as text.", "请填写文字。"),
    "enum": Label("Choose one of the list.", "请从列表中选择。"),
    "date_type": Label("Choose a date.", "请选择日期。"),
    "date_parsing": Label("This day does not exist; choose a date.", "没有这一天，请重新选择日期。"),
    "date_from_datetime_parsing": Label("This day does not exist; choose a date.", "没有这一天，请重新选择日期。"),
    "int_type": Label("Enter a whole number.", "请填写整数。"),
    "int_parsing": Label("Enter a whole number.", "请填写整数。"),
    "int_from_float": Label("Enter a whole number.", "请填写整数。"),
    "decimal_type": Label("Enter a number.", "请填写数字。"),
    "decimal_parsing": Label("Enter a number.", "请填写数字。"),
    "decimal_max_places": Label("Enter at most {decimal_places} decimals.", "最多保留{decimal_places}位小数。"),
    "decimal_max_digits": Label("This number is too long; check it.", "数字太长，请核对。"),
    "decimal_whole_digits": Label("This number is too long; check it.", "数字太长，请核对。"),
    "finite_number": Label("Enter a number.", "请填写数字。"),
    "greater_than_equal": Label("Enter {ge} or more.", "不能小于{ge}。"),
    "less_than_equal": Label("Enter {le} or less.", "不能大于{le}。"),
    "bool_type": Label("Choose yes or no.", "请选择是或否。"),
    "bool_parsing": Label("Choose yes or no.", "请选择是或否。"),
    "tuple_type": Label("Choose from the list.", "请从列表中选择。"),
    "extra_forbidden": Label("This field does not belong here.", "这里没有此项。"),
}
_OTHER = Label("Check this field.", "请核对此项。")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one field: `field` is its declared name, `code` a word for programs."""

    field: str
    code: str
    label: Label


class InvalidRecord(UserError):
    """An entry has fields that are wrong or missing; `problems` has a sentence for each."""

    code = "invalid"

    def __init__(self, problems: Sequence[Problem], names: Mapping[str, Label] | None = None) -> None:
        names = names or {}
        listed = [(names.get(p.field, Label(p.field, p.field)), p.label) for p in problems]
        super().__init__(
            Label(
                " ".join(f"{name.en}: {label.en}" for name, label in listed),
                "".join(f"{name.zh}：{label.zh}" for name, label in listed),
            )
        )
        self.problems = tuple(problems)


def problems_of(error: ValidationError) -> list[Problem]:
    """The problems in pydantic's error, one per field, the first of each; what was typed is left out."""
    found: dict[str, Problem] = {}
    for item in error.errors(include_input=False, include_url=False):
        context = item.get("ctx", {})
        name = str(item["loc"][0]) if item["loc"] else context.get("name", "")
        if "zh" in context and "en" in context:
            label = Label(context["en"], context["zh"])
        else:
            label = _SENTENCES.get(item["type"], _OTHER).format(**context)
        found.setdefault(name, Problem(name, item["type"], label))
    return list(found.values())
