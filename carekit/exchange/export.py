"""Export of one kind of record: what the person may see, in a file that a program or a spreadsheet opens.

JSON and CSV carry the declared field names and the codes, so that programs read them; XLSX carries the labels, so that people
do. Rows are in order of the children's names. Every export leaves one line in the audit log.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from carekit.access import Scope, grant_of, hidden_fields
from carekit.errors import Denied, UserError
from carekit.exchange.files.cell_text import neutralised, writable
from carekit.exchange.files.export_workbook import write_workbook
from carekit.fields import FieldSpec, Shape
from carekit.language import Label
from carekit.names import name_sort_key
from carekit.records import RECORDS, Child, Record
from carekit.store import Desk, Revision

#: What every exported record says of its version beside its fields.
VERSION_FIELDS: dict[str, Label] = {
    "version": Label("Version", "版本"),
    "recorded_at": Label("Saved at (UTC)", "保存时间（UTC）"),
    "recorded_by": Label("Saved by", "保存人"),
}


@dataclass(frozen=True, slots=True)
class Table:
    """What goes into a file: `columns` (the visible fields), one mapping of plain values a record, and what ids are called.

    `titles` gives the readable name of each id that a reference field holds, as far as the person may see it.
    """

    record: type[Record]
    columns: tuple[FieldSpec, ...]
    rows: Sequence[dict[str, Any]]
    titles: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file that records are exported to."""

    label: Label
    media_type: str
    write: Callable[[Table], bytes]


def _plain(value: Any) -> Any:
    """A field's value as JSON holds it: codes as codes, dates as ISO texts."""
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, str):
        return writable(str(value))
    return value


def write_json(table: Table) -> bytes:
    """An array of objects, one a record, UTF-8."""
    rows = [{name: _plain(value) for name, value in row.items()} for row in table.rows]
    return json.dumps(rows, ensure_ascii=False, indent=1).encode("utf-8")


def _csv_cell(value: Any) -> str:
    plain = _plain(value)
    if plain is None:
        return ""
    if isinstance(plain, bool):
        return "true" if plain else "false"
    return neutralised(";".join(plain) if isinstance(plain, list) else str(plain))


def write_csv(table: Table) -> bytes:
    """One line a record under the declared field names; UTF-8 with BOM, so that Excel and WPS show Chinese right.

    Several codes in one field stand with semicolons between them. Formula-like texts get an apostrophe (see `cell_text`).
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    names = [spec.name for spec in table.columns]
    writer.writerow([*names, *VERSION_FIELDS])
    writer.writerows([_csv_cell(row.get(name)) for name in (*names, *VERSION_FIELDS)] for row in table.rows)
    return out.getvalue().encode("utf-8-sig")


def write_xlsx(table: Table) -> bytes:
    """A workbook under the labels, with readable codes, dates and names of who is referred to; ids at the right."""
    return write_workbook(table.record.label, table.columns, VERSION_FIELDS, table.rows, table.titles)


#: Every format by its file ending.
FORMATS: dict[str, Format] = {
    "json": Format(Label("JSON", "JSON"), "application/json", write_json),
    "csv": Format(Label("CSV", "CSV"), "text/csv", write_csv),
    "xlsx": Format(Label("Excel workbook", "Excel工作簿"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write_xlsx),
}


def export_records(
    desk: Desk, kind: str, file_format: str = "json", *, where: Mapping[str, Any] | None = None, known_at: datetime | None = None
) -> bytes:
    """The records of a kind that the person at `desk` may see, as a file; `where` narrows them as in `desk.find`.

    Raises `UserError` for a kind or format that does not exist and `Denied` when the role does not see this kind at all.
    """
    record, writer = _chosen(kind, RECORDS, _KINDS), _chosen(file_format, FORMATS, _FORMATS)
    if grant_of(desk.actor, record).scope is Scope.NONE:
        raise Denied(
            Label("Your role does not see this kind of record, so there is nothing to export.", "您的角色不能查看这类记录，无法导出。")
        )
    revisions = _in_order(desk, record, desk.find(record, dict(where or {}), known_at=known_at))
    hidden = hidden_fields(desk.actor, record)
    columns = tuple(spec for name, spec in record.fields.items() if name not in hidden)
    rows = [_row(revision, columns) for revision in revisions]
    titles = _titles(desk, columns, rows, known_at) if file_format == "xlsx" else {}
    content: bytes = writer.write(Table(record, columns, rows, titles))
    detail = {"format": file_format, "where": _told(record, where or {}), "rows": len(rows)}
    desk.log("export", json.dumps(detail, ensure_ascii=False, default=str), kind=kind)
    return content


_KINDS = Label("There is no kind of record called that. Choose one of: {choices}.", "没有这种记录。可以选：{choices}。")
_FORMATS = Label("There is no file format called that. Choose one of: {choices}.", "没有这种文件格式。可以选：{choices}。")


def _chosen(name: str, registry: Mapping[str, Any], sentence: Label) -> Any:
    if name not in registry:
        raise UserError(sentence.format(choices=", ".join(registry)), code="unknown_choice")
    return registry[name]


def _row(revision: Revision[Any], columns: Sequence[FieldSpec]) -> dict[str, Any]:
    record = revision.record
    row = {spec.name: getattr(record, spec.name) for spec in columns if spec.name not in revision.redacted}
    return row | {name: getattr(revision, name) for name in VERSION_FIELDS}


def _told(record: type[Record], where: Mapping[str, Any]) -> dict[str, Any]:
    """The filter for the log: ids, codes and dates as they are, free texts not shown."""
    texts = (Shape.TEXT, Shape.LONG_TEXT)
    return {
        name: "…" if name in record.fields and name != "id" and record.fields[name].shape in texts else value
        for name, value in where.items()
    }


def _in_order(desk: Desk, record: type[Record], revisions: list[Revision[Any]]) -> list[Revision[Any]]:
    """By the name of the child (or of the person) that a record is about, then by date, then by id."""
    names: dict[str, str] = {}
    if record.about[:1] == ("child_id",):
        names = {found.record.id: name_sort_key(found.record.name) for found in desk.find(Child, {})}

    def place(revision: Revision[Any]) -> tuple[str, date, str]:
        one = revision.record
        name = names.get(getattr(one, "child_id", ""), "") or name_sort_key(getattr(one, "name", None) or "")
        day = getattr(one, record.occurs, None) if record.occurs else None
        return name, day or date.min, one.id

    return sorted(revisions, key=place)


def _titles(desk: Desk, columns: Sequence[FieldSpec], rows: Sequence[dict[str, Any]], known_at: datetime | None) -> dict[str, str]:
    """What the ids in `rows` are called, one select for each kind that is referred to."""
    titles: dict[str, str] = {}
    for kind in sorted({spec.ref for spec in columns if spec.ref}):
        record = RECORDS[kind]
        if not record.title_fields or grant_of(desk.actor, record).scope is Scope.NONE:
            continue
        wanted = {row.get(spec.name) for spec in columns if spec.ref == kind for row in rows}
        for found in desk.find(record, {}, known_at=known_at):
            if found.record.id in wanted:
                titles[found.record.id] = _title(found)
    return titles


def _title(revision: Revision[Any]) -> str:
    shown = (getattr(revision.record, name) for name in revision.record.title_fields if name not in revision.redacted)
    return " ".join(str(getattr(value, "label", value)) for value in shown if value is not None)
