"""How fields are declared: carekit.fields."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, ClassVar

import pytest
from pydantic import Field

from carekit import clock
from carekit.errors import ProgrammerError
from carekit.fields import CodeList, Privacy, Shape, ShortText, field, new_id
from carekit.language import Label
from carekit.problems import InvalidRecord
from carekit.records import RECORDS, Area, Record, Talk

LABEL = Label("Thing", "东西")


def _declare(**fields: Any) -> type[Record]:
    annotations = {name: annotation for name, (annotation, _) in fields.items()}
    values = {name: value for name, (_, value) in fields.items()}
    body = {
        "__module__": __name__,
        "__annotations__": {"kind": ClassVar[str], **annotations},
        "kind": "thing_" + new_id(),
        "label": LABEL,
        "area": Area.FILE,
    }
    return type("Thing", (Record,), body | values)


@pytest.fixture(autouse=True)
def _registry() -> Any:
    """What tests declare is taken out of the registry again."""
    before = dict(RECORDS)
    yield
    RECORDS.clear()
    RECORDS.update(before)


@pytest.mark.parametrize(
    "declared",
    [
        (str, Field()),
        (str, "default"),
        (str, Field(json_schema_extra={"carekit": {"label": LABEL}})),
        (str, Field(json_schema_extra={"carekit": {"privacy": Privacy.OPEN}})),
        (str, Field(json_schema_extra={"carekit": {"label": "东西", "privacy": Privacy.OPEN}})),
    ],
)
def test_a_field_without_label_or_privacy_is_an_error_at_import(declared: tuple[Any, Any]) -> None:
    """Privacy fails closed: what does not say how private it is cannot be declared."""
    with pytest.raises(ProgrammerError):
        _declare(name=declared)


@pytest.mark.parametrize("annotation", [bytes, str | int | None, dict[str, str]])
def test_a_type_without_a_shape_is_an_error_at_import(annotation: Any) -> None:
    """A field of a type that no table or form knows cannot be declared."""
    with pytest.raises(ProgrammerError):
        _declare(name=(annotation, field(LABEL, Privacy.OPEN)))


def test_a_reference_to_nothing_is_an_error_at_import() -> None:
    """A field that refers to a kind which is not declared before it cannot be declared; nor can two records of one kind."""
    with pytest.raises(ProgrammerError, match="nowhere"):
        _declare(name=(str, field(LABEL, Privacy.OPEN, ref="nowhere")))
    with pytest.raises(ProgrammerError, match="two records"):
        type("Again", (Record,), {"__module__": __name__, "__annotations__": {}, "kind": "talk", "label": LABEL, "area": Area.FILE})
    with pytest.raises(ProgrammerError, match="area"):
        type("Bare", (Record,), {"__module__": __name__, "__annotations__": {}, "kind": "bare", "label": LABEL})


def test_a_declared_field_is_known_by_its_shape() -> None:
    """Optional fields start as nothing said, and the shape follows from the type."""
    thing = _declare(name=(ShortText | None, field(LABEL, Privacy.OPEN)), count=(int, field(LABEL, Privacy.OPEN, default=3)))
    assert thing.fields["name"].shape is Shape.TEXT and not thing.fields["name"].required
    made = thing()
    assert made.name is None and made.count == 3  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", RECORDS)
def test_every_field_says_what_it_is(kind: str) -> None:
    """Every declared field of every kind has a label in both languages and a privacy class with a name."""
    record = RECORDS[kind]
    assert record.label.zh and record.label.en and record.__doc__
    for spec in record.fields.values():
        assert spec.label.zh and spec.label.en and spec.privacy.label.zh
        assert (spec.shape is Shape.REFERENCE) == (spec.ref is not None)
        assert (spec.codes is not None) == (spec.shape in (Shape.CODE, Shape.CODES))
    labels = [spec.label.zh for spec in record.fields.values()]
    assert len(set(labels)) == len(labels), "two fields of one record with the same heading"


@pytest.mark.parametrize("kind", RECORDS)
def test_a_record_shows_nothing_of_anybody(kind: str) -> None:
    """The repr and the text of a record of any kind are its class and id, nothing else."""
    from record_examples import one_of_each

    record = one_of_each()[kind]
    assert repr(record) == str(record) == f"{type(record).__name__}({record.id})"
    assert list(record.__repr_args__()) == []


def test_done_dates_are_not_in_the_future() -> None:
    """A talk dated tomorrow is refused, today's is not, and a year typed wrong is refused as well."""
    given = {"child_id": new_id(), "staff_id": new_id(), "points": "好"}
    with clock.at(date(2026, 3, 1)):
        Talk.read(given | {"talked_on": "2026-03-01"})
        for wrong, code in (
            (clock.today() + timedelta(days=1), "future_date"),
            (date(2062, 3, 1), "future_date"),
            (date(205, 3, 1), "date_out_of_range"),
        ):
            with pytest.raises(InvalidRecord) as caught:
                Talk.read(given | {"talked_on": wrong})
            assert caught.value.problems[0].code == code
        assert Talk.read(given | {"talked_on": "2026-03-01", "follow_up_on": "2026-04-01"}).follow_up_on == date(2026, 4, 1)


def test_ids_are_made_before_saving_and_sort_by_time() -> None:
    """Ids are 26 characters, all different, and later ones sort behind earlier ones to the millisecond."""
    ids = [new_id() for _ in range(1000)]
    assert len(set(ids)) == 1000 and all(len(i) == 26 for i in ids) and ids[0][:10] <= ids[-1][:10]


def test_codes_carry_their_words() -> None:
    """A code is its number, with a label and the words that people use for it."""

    class Colour(CodeList):
        """A list."""

        RED = "1", "red", "红", "红色"

    assert Colour.RED == "1" and Colour("1") is Colour.RED and Colour.RED.label.en == "red" and Colour.RED.words == ("红", "红色")
