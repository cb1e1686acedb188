"""The command that writes who may see and change what, made from the rules themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer

from carekit.access import Access, Scope, access_matrix
from carekit.cli.speaking import print_json, write_out
from carekit.language import Label, Language
from carekit.records import RECORDS, Record
from carekit.records.codes import Role

_INTRODUCTION = Label(
    "# Who may see and change what\n\nMade from the rules by `carekit access`; do not edit by hand. Own class: for as long as one is its class teacher; "
    "own pupils: for as long as one teaches them; paired: for as long as the pairing runs; own: what they asked for themselves. **R** reads, **W** reads and changes, – neither. No role reads what is outside its reach, and a field "
    "that it does not read is empty in lists, exports, history and searches.\n",
    "# 谁能看什么、改什么\n\n由 `carekit access` 从规则生成，请勿手改。“本班”指任班主任期间，“所教”指任课期间，“结对”指结对期间，“本人”指本人提出的申请。**R** 可看，**W** 可看可改，– 不可。",
)
_SHORT = {Scope.ALL: "", Scope.OWN_CLASS: " 本班", Scope.OWN_PUPILS: " 所教", Scope.PAIRED: " 结对", Scope.ASKED: " 本人", Scope.NONE: ""}


def access(
    as_json: Annotated[
        bool, typer.Option("--json", help=Label("One object per role, record and field.", "每个角色、记录、字段一条。").text())
    ] = False,
) -> None:
    """Who may see and change what: every role, every record, every field."""
    if as_json:
        print_json(
            [
                {
                    "role": one.role.value,
                    "kind": one.record.kind,
                    "field": one.field,
                    "scope": one.scope.name.lower(),
                    "reads": one.reads,
                    "writes": one.writes,
                }
                for one in access_matrix()
            ]
        )
        return
    write_out(access_document().encode("utf-8"))


def access_document() -> str:
    """The matrix as Markdown: a table for each kind of record, a row for each field, a column for each role."""
    cells: dict[tuple[str, str, Role], str] = {}
    for one in access_matrix():
        key = one.record.kind, one.field, one.role
        cells[key] = _join(cells.get(key, "–"), _cell(one))
    lines = [_INTRODUCTION.text(Language.EN)]
    for record in RECORDS.values():
        lines += _table(record, cells)
    return "\n".join(lines) + "\n"


def _join(before: str, cell: str) -> str:
    """What several reaches of one role grant of a field."""
    return before if cell == "–" else cell if before == "–" else f"{before} {cell}"


def _cell(one: Access) -> str:
    if not one.reads:
        return "–"
    return ("W" if one.writes else "R") + _SHORT[one.scope]


def _table(record: type[Record], cells: dict[tuple[str, str, Role], str]) -> Iterator[str]:
    yield f"\n## {record.label.en} {record.label.zh} (`{record.kind}`)\n"
    yield "| | privacy | " + " | ".join(f"{role.label.zh}" for role in Role) + " |"
    yield "|---|---|" + "---|" * len(Role)
    for name, spec in record.fields.items():
        row = " | ".join(cells[record.kind, name, role] for role in Role)
        yield f"| {spec.label.zh} `{name}` | {spec.privacy.name.lower()} | {row} |"
