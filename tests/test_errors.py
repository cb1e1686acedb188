"""Errors that people see, and errors that crash: carekit.errors and carekit.problems."""

from __future__ import annotations

import pytest

from carekit import errors
from carekit.errors import CarekitError, NotFound, ProgrammerError, UserError, WrongKey
from carekit.language import Label, Language
from carekit.problems import InvalidRecord, Problem
from carekit.records import Child, Talk


def test_an_error_speaks_the_persons_language() -> None:
    """A user error has one sentence in each language and a code for programs."""
    error = UserError(Label("Do this.", "请这样做。"), code="do_this")
    assert (error.text(Language.EN), error.text(Language.ZH_HANS), error.code, str(error)) == (
        "Do this.",
        "请这样做。",
        "do_this",
        "Do this.",
    )


@pytest.mark.parametrize("error", [NotFound(), WrongKey()])
def test_errors_also_are_what_python_calls_them(error: UserError) -> None:
    """Errors inherit ours and the matching builtin, and say what to do."""
    assert isinstance(error, CarekitError) and isinstance(error, ValueError) and error.label.zh
    assert isinstance(NotFound(), LookupError) and issubclass(ProgrammerError, TypeError) and not issubclass(ProgrammerError, UserError)


def test_the_tree_in_the_docstring_is_the_tree_in_the_code() -> None:
    """Every error class of the module stands in its docstring."""
    names = [name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, CarekitError)]
    assert all(name in (errors.__doc__ or "") for name in names)


def test_problems_stand_beside_their_fields_without_what_was_typed() -> None:
    """Each wrong field has one sentence in each language, and nothing of the entry is repeated."""
    with pytest.raises(InvalidRecord) as caught:
        Child.read(
            {
                "name": "赵" * 80,
                "phone": "12345",
                "born_on": "2016-02-31",
                "sex": "5",
                "only_child": "maybe",
                "distance": "far",
                "nickname": "小赵",
            }
        )
    problems = {p.field: p for p in caught.value.problems}
    assert set(problems) == {"name", "phone", "born_on", "sex", "only_child", "distance", "nickname"}
    assert problems["phone"].code == "phone_invalid" and "72" in problems["name"].label.zh
    assert "赵" not in caught.value.text() and "12345" not in caught.value.text() and "12345" not in str(caught.value)


def test_a_check_of_several_fields_names_the_field_to_mend() -> None:
    """A talk that took place without a word on it has its sentence beside the notes."""
    with pytest.raises(InvalidRecord) as caught:
        Talk.read({"child_id": "A" * 26, "staff_id": "B" * 26, "talked_on": "2026-03-01", "outcome": "1"})
    assert [(p.field, p.code) for p in caught.value.problems] == [("points", "points_missing")]


def test_an_unknown_field_is_named_as_it_is() -> None:
    """A problem with a field that has no label uses the field's name."""
    assert "nick" in InvalidRecord([Problem("nick", "x", Label("Check.", "请核对。"))]).text(Language.EN)
