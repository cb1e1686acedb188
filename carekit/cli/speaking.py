"""How the command line speaks: to people on standard error, in their language; JSON alone on standard output."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from carekit.errors import UserError
from carekit.language import Label

Report = Callable[[int, int], None]


def console() -> Console:
    """Where people read. Made anew each time, so that it follows a redirected standard error."""
    return Console(stderr=True, highlight=False, emoji=False)


def say(label: Label) -> None:
    """One sentence to the person; what stands in it is never read as markup."""
    console().print(label.text(), markup=False)


def show_table(headings: Sequence[Label], rows: Sequence[Sequence[object]], *, most: int = 40) -> None:
    """A table for people: at most `most` rows, then how many there are beyond them."""
    table = Table(*(heading.text() for heading in headings), show_edge=False)
    for row in rows[:most]:
        table.add_row(*(_cell(value) for value in row))
    console().print(table, markup=False)
    if len(rows) > most:
        say(Label("… and {more} more.", "……还有{more}行。").format(more=len(rows) - most))


def _cell(value: object) -> str:
    if value is None or value is pd.NaT or (isinstance(value, float) and value != value):  # noqa: PLR0124 - only NaN is unlike itself
        return "—"
    return str(getattr(value, "label", value)).replace("[", r"\[")


def print_json(value: object) -> None:
    """`value` as JSON on standard output, UTF-8 whatever the terminal's own encoding is."""
    write_out((json.dumps(value, ensure_ascii=False, indent=1, default=_plain) + "\n").encode("utf-8"))


def write_out(content: bytes) -> None:
    """Bytes to standard output."""
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def _plain(value: object) -> object:
    """Dates as ISO texts, codes and states by their code, numbers of pandas as numbers, labels in the current language."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.name.lower()
    if isinstance(value, Label):
        return value.text()
    if hasattr(value, "item"):
        return value.item()
    raise TypeError(f"{type(value).__name__} has no JSON form")


def records_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame as objects; a missing figure is None, not NaN."""
    return [
        {str(name): None if pd.api.types.is_scalar(value) and pd.isna(value) else value for name, value in row.items()}
        for row in frame.to_dict("records")
    ]


@contextmanager
def progress(label: Label) -> Iterator[Report]:
    """A progress bar for a person who waits; nothing when nobody watches. Call what it gives with how many are done and of how many."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console(), transient=True) as bar:
        task = bar.add_task(label.text(), total=None)

        def report(done: int, of: int) -> None:
            bar.update(task, completed=done, total=of)

        yield report


def write_new_file(path: Path, content: bytes) -> None:
    """Write `content`, which may name people, to `path`; a new file is readable by its owner only. `UserError` when it cannot be written there."""
    try:
        path.touch(mode=0o600)
        path.write_bytes(content)
    except OSError:
        raise UserError(
            Label(
                "The file {name} cannot be written. Close it if it is open, or choose another folder.",
                "文件{name}写不进去。如果正开着请先关闭，或换一个文件夹。",
            ).format(name=path.name),
            code="cannot_write",
        ) from None
