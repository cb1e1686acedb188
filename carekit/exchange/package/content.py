"""What is inside a package: who sends it, the records of the file by declared field names, and the account of the child's history as text.

Nothing in it is an id of the sending school's store, and nothing in it is markup: whoever shows it makes the markup.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError

from carekit.exchange.package.seal import FORMAT, refused
from carekit.names import clean_text

Value = str | bool | int | list[str] | None
_Word = Annotated[str, BeforeValidator(lambda text: clean_text(text) if isinstance(text, str) else text), StringConstraints(max_length=300)]
_Text = Annotated[
    str, BeforeValidator(lambda text: clean_text(text) if isinstance(text, str) else text), StringConstraints(max_length=200_000)
]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    def __repr_args__(self) -> list[tuple[str | None, object]]:
        """Nothing: all of it is about a child."""
        return []


class Stored(_Part):
    """One record of the file: its kind, a key within the package, and its values by declared field name; references name keys."""

    kind: _Word
    key: _Word
    values: dict[str, Value]


class Row(_Part):
    """One entry of the account: when, what, and its filled fields as (label, text)."""

    on: Annotated[date | None, Field(strict=False)] = None
    until: Annotated[date | None, Field(strict=False)] = None
    title: _Text = ""
    lines: list[tuple[_Word, _Text]] = []


class Section(_Part):
    """All entries of one kind of record, in the sender's words."""

    kind: _Word
    title: _Word
    rows: list[Row]


class Account(_Part):
    """The child's history at the sending school as the person who sent it may read it."""

    school: _Word
    child: _Word
    made_on: Annotated[date, Field(strict=False)]
    made_by: _Word
    sections: list[Section]

    @property
    def count(self) -> int:
        """How many entries it has."""
        return sum(len(section.rows) for section in self.sections)


class Content(_Part):
    """Everything in a package: when the child leaves, by what, out of which class, the records and the account."""

    format: int = FORMAT
    moved_on: Annotated[date, Field(strict=False)]
    class_name: _Word = ""
    records: Annotated[list[Stored], Field(max_length=500)]
    account: Account

    def to_bytes(self) -> bytes:
        """As JSON in UTF-8."""
        return self.model_dump_json().encode("utf-8")

    @classmethod
    def of_bytes(cls, data: bytes) -> Content:
        """Read what `to_bytes` gave; `UserError` for anything else, whoever sealed it."""
        try:
            return cls.model_validate_json(data)
        except ValidationError:
            refused("package_damaged")


def account_of(data: bytes) -> Account:
    """The account out of an attachment that holds it alone (`Account.model_dump_json`); `UserError` for anything else."""
    try:
        return Account.model_validate_json(data)
    except ValidationError:
        refused("package_damaged")
