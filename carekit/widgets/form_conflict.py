"""Two people changed one record: what the form shows of both versions, and the record that the person's choices make."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from carekit.fields import FieldSpec, Shape
from carekit.records import Record
from carekit.store import Conflict
from carekit.widgets.cells import cell_text, school_time

MINE, THEIRS = "mine", "theirs"


def clashes_as_json(conflict: Conflict, option_texts: Mapping[str, Mapping[str, str]], who: Callable[[str], str] | None) -> dict[str, Any]:
    """What the form shows: author and time of the other version, and both values of each field that both changed."""
    theirs = conflict.theirs
    names = [name for name in theirs.record.fields if name in conflict.clashes]
    return {
        "who": who(theirs.recorded_by) if who else "",
        "at": school_time(theirs.recorded_at).strftime("%Y-%m-%d %H:%M"),
        "fields": [
            {
                "name": name,
                "label": theirs.record.fields[name].label.text(),
                MINE: _shown(conflict.yours, name, option_texts),
                THEIRS: _shown(theirs.record, name, option_texts),
            }
            for name in names
        ],
    }


def _shown(record: Record, name: str, option_texts: Mapping[str, Mapping[str, str]]) -> str:
    spec: FieldSpec = record.fields[name]
    value = getattr(record, name)
    if spec.shape is Shape.REFERENCE and value is not None:
        return option_texts.get(name, {}).get(value, cell_text(spec, None))
    return cell_text(spec, value)


def resolve(conflict: Conflict, yours: Record, choices: Mapping[str, object]) -> Record:
    """Both changes in one record, each clash as the person chose (`MINE` or `THEIRS`); raises `Conflict` when a choice is missing.

    `yours` is what the form holds now, which may differ from what was refused.
    """
    current = Conflict(conflict.base, conflict.theirs, yours)
    picked: dict[str, Any] = {}
    for name in current.clashes:
        if choices.get(name) not in (MINE, THEIRS):
            raise current
        picked[name] = getattr(yours if choices[name] == MINE else conflict.theirs.record, name)
    return current.merged(picked)
