"""The tables of a store, derived from the declared records.

One table a kind: every version of a record is a row, with who wrote it, when and why, beside the typed fields; the current
row is the one that nothing supersedes. Ids live once in ``entity``, so references are real foreign keys.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from carekit.fields import FieldSpec, Shape
from carekit.records import RECORDS, Record

METADATA = sa.MetaData()

#: Text that is sorted and compared by code point on both databases.
CODE_POINT_TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")


class Hundredths(sa.TypeDecorator[Decimal]):
    """A number with two decimals, kept as a whole number of hundredths: exact on both databases."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: sa.Dialect) -> int | None:  # noqa: ARG002 - SQLAlchemy's arguments
        """Into the database."""
        return None if value is None else int(value * 100)

    def process_result_value(self, value: int | None, dialect: sa.Dialect) -> Decimal | None:  # noqa: ARG002
        """Out of the database."""
        return None if value is None else Decimal(value) / 100


_TYPES: dict[Shape, Any] = {
    Shape.TEXT: CODE_POINT_TEXT,
    Shape.LONG_TEXT: sa.Text(),
    Shape.DATE: sa.Date(),
    Shape.NUMBER: sa.Integer(),
    Shape.DECIMAL: Hundredths(),
    Shape.YES_NO: sa.Boolean(),
    Shape.CODE: sa.String(32),
    Shape.CODES: sa.JSON(),
    Shape.REFERENCE: sa.String(26),
}

#: Columns of every version table beside the declared fields.
VERSION_COLUMNS = ("id", "version", "recorded_at", "superseded_at", "recorded_by", "change_reason", "withdrawn")

#: Columns that are searched, by kind: an index each over current rows.
_SEARCHED = {"child": ("id_number", "name_key", "name_initials", "name_sort", "school_number", "pupil_number"), "family_member": ("phone",)}

ENTITY = sa.Table("entity", METADATA, sa.Column("id", sa.String(26), primary_key=True), sa.Column("kind", sa.String(32), nullable=False))


def _field_column(spec: FieldSpec) -> sa.Column[Any]:
    column_type = _TYPES[spec.shape]
    if spec.ref:
        return sa.Column(spec.name, column_type, sa.ForeignKey("entity.id"), nullable=not spec.required)
    return sa.Column(spec.name, column_type, nullable=not spec.required)


def _index(record: type[Record], table: sa.Table) -> None:
    """Make the indexes of a version table.

    One current row an id, and current rows by what is searched. References (with the day on which the record occurs) are indexed over all
    versions: figures as they were known at an earlier moment go by them too, and took half a minute without.
    """
    current = table.c.superseded_at.is_(None)
    here: dict[str, Any] = {"sqlite_where": current, "postgresql_where": current}
    sa.Index(f"{record.kind}_current", table.c.id, unique=True, **here)
    for name in _SEARCHED.get(record.kind, ()):
        sa.Index(f"{record.kind}_{name}", table.c[name], **here)
    for spec in record.fields.values():
        if spec.ref:
            dated = [table.c[record.occurs]] if record.occurs and spec.ref in ("child", "family_member") else []
            sa.Index(f"{record.kind}_{spec.name}", table.c[spec.name], *dated)


def _version_table(record: type[Record]) -> sa.Table:
    columns: list[Any] = [
        sa.Column("id", sa.String(26), sa.ForeignKey("entity.id"), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("recorded_at", sa.DateTime, nullable=False),
        sa.Column("superseded_at", sa.DateTime),
        sa.Column("recorded_by", sa.String(26), nullable=False),
        sa.Column("change_reason", sa.Text, nullable=False),
        sa.Column("withdrawn", sa.Boolean, nullable=False),
    ]
    columns += [_field_column(spec) for name, spec in record.fields.items() if name != "id"]
    columns += [sa.Column(name, _TYPES[derived.shape]) for name, derived in record.derived.items()]
    table = sa.Table(record.kind, METADATA, *columns)
    _index(record, table)
    return table


#: The version table of each kind of record.
TABLES: dict[str, sa.Table] = {kind: _version_table(record) for kind, record in RECORDS.items()}

AUDIT = sa.Table(
    "audit",
    METADATA,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("actor", sa.String(26), nullable=False),
    sa.Column("role", sa.String(32), nullable=False),
    sa.Column("action", sa.String(32), nullable=False),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("entity_id", sa.String(26), nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("previous", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
)

DRAFT = sa.Table(
    "draft",
    METADATA,
    sa.Column("staff_id", sa.String(26), primary_key=True),
    sa.Column("kind", sa.String(32), primary_key=True),
    sa.Column("child_id", sa.String(26), primary_key=True),
    sa.Column("saved_at", sa.DateTime, nullable=False),
    sa.Column("content", sa.JSON, nullable=False),
)

ATTACHMENT = sa.Table(
    "attachment",
    METADATA,
    sa.Column("id", sa.String(26), primary_key=True),
    sa.Column("entity_id", sa.String(26), sa.ForeignKey("entity.id"), nullable=False, index=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("media_type", sa.String(127), nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("recorded_at", sa.DateTime, nullable=False),
    sa.Column("recorded_by", sa.String(26), nullable=False),
    sa.Column("withdrawn", sa.Boolean, nullable=False),
)

#: Who may log in: a name and a password hash for a staff member. The secret of the second factor is sealed with a key of its own, because
#: PostgreSQL keeps its tables in the clear; recovery codes and tokens are kept as hashes only.
ACCOUNT = sa.Table(
    "account",
    METADATA,
    sa.Column("id", sa.String(26), primary_key=True),
    sa.Column("name", CODE_POINT_TEXT, nullable=False, unique=True),
    sa.Column("staff_id", sa.String(26), sa.ForeignKey("entity.id"), nullable=False, unique=True),
    sa.Column("password_hash", sa.String(255), nullable=False),
    sa.Column("must_change", sa.Boolean, nullable=False),
    sa.Column("disabled", sa.Boolean, nullable=False),
    sa.Column("last_login_at", sa.DateTime),
    sa.Column("sealed_secret", sa.LargeBinary),
    sa.Column("pending_secret", sa.LargeBinary),
    sa.Column("last_step", sa.BigInteger),
    sa.Column("recovery_hashes", sa.JSON, nullable=False),
)

#: Logins that may still hold; the log says what happened in older ones. `role` is the role at login: a changed one ends the login.
LOGIN = sa.Table(
    "login",
    METADATA,
    sa.Column("id", sa.String(26), primary_key=True),
    sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("account_id", sa.String(26), sa.ForeignKey("account.id"), nullable=False, index=True),
    sa.Column("role", sa.String(32), nullable=False),
    sa.Column("needs_code", sa.Boolean, nullable=False),
    sa.Column("made_at", sa.DateTime, nullable=False),
    sa.Column("seen_at", sa.DateTime, nullable=False),
    sa.Column("ended_at", sa.DateTime),
)

#: Failed tries, by a keyed hash of the name, address or account that they were made with: also for names that nobody has.
LOGIN_TRY = sa.Table(
    "login_try",
    METADATA,
    sa.Column("tried", sa.String(64), primary_key=True),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("last_at", sa.DateTime, nullable=False, index=True),
)

#: Facts of the store itself: schema version, salt, check value of the key.
STORE_FACT = sa.Table(
    "store_fact", METADATA, sa.Column("name", sa.String(32), primary_key=True), sa.Column("value", sa.Text, nullable=False)
)
