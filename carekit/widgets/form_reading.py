"""Reads what a form sends: the boxes of the record and of each part, checked by the records' own rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from carekit.fields import FieldSpec, new_id
from carekit.language import Label
from carekit.problems import InvalidRecord, Problem
from carekit.records import Record
from carekit.widgets.element import WrongMessage
from carekit.widgets.form_layout import Option, Part
from carekit.widgets.form_values import read_boxes

_TOO_FEW = Label("Add at least {least}.", "至少填写{least}项。")
_TOO_MANY = Label("At most {most} are possible here.", "最多填写{most}项。")
_CHOOSE = Label("Choose at least one.", "请至少选择一个。")
_PLACE = Label("{part} {number}: {field}", "{part}{number}：{field}")

Given = Record | Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class PlacedProblem:
    """One wrong box: `path` is where it stands (``name`` or ``members/<row>/name``), `name` what the summary calls it."""

    path: str
    name: Label
    sentence: Label

    def as_json(self) -> dict[str, str]:
        """For the browser, in the person's language."""
        return {"path": self.path, "name": self.name.text(), "text": self.sentence.text()}


class FormProblems(ValueError):
    """Boxes that are wrong or missing, in the order of the form."""

    def __init__(self, problems: Sequence[PlacedProblem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = tuple(problems)


@dataclass(slots=True)
class Read:
    """The records that a form holds; `removed` are ids of rows that were there at the start."""

    records: tuple[Any, ...]
    parts: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    removed: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(slots=True)
class Boxes:
    """What stands in the boxes of a form as the browser sends it: JSON values by field, and rows of each part with their keys."""

    fields: dict[str, Any]
    parts: dict[str, list[tuple[str, dict[str, Any]]]]

    @classmethod
    def of(cls, raw: object) -> Boxes:
        """Raises `WrongMessage` when `raw` does not have the shape that a form sends."""
        if not isinstance(raw, Mapping) or not isinstance(raw.get("fields"), Mapping) or not isinstance(raw.get("parts", {}), Mapping):
            raise WrongMessage("values")
        parts = {str(name): [_row(one) for one in _list(rows)] for name, rows in raw.get("parts", {}).items()}
        return cls(dict(raw["fields"]), parts)

    def as_json(self) -> dict[str, Any]:
        """The same, to be kept as a draft or sent to the browser."""
        return {"fields": self.fields, "parts": {n: [{"key": key, "fields": row} for key, row in rows] for n, rows in self.parts.items()}}


def _list(rows: object) -> list[Any]:
    if not isinstance(rows, list) or len(rows) > 1000:
        raise WrongMessage("rows")
    return rows


def _row(raw: object) -> tuple[str, dict[str, Any]]:
    if not isinstance(raw, Mapping) or not isinstance(raw.get("key"), str) or not isinstance(raw.get("fields"), Mapping):
        raise WrongMessage("row")
    return raw["key"][:60], dict(raw["fields"])


class Reading:
    """How one entry is read: which boxes there are, what is fixed, and which ids its records have.

    Ids are made once for each record of the entry, so that the same entry read twice gives the same records.
    """

    def __init__(
        self, record: type[Record], shown: Sequence[str], several: Sequence[str], hidden: Mapping[str, Any], initial: Given,
        parts: Mapping[str, Part], rows: Mapping[str, Sequence[Record | Mapping[str, Any]]],
    ) -> None:  # fmt: skip
        self.record, self.shown, self.several, self.parts = record, tuple(shown), tuple(several), dict(parts)
        self.fixed = {**_unseen(record, initial, shown), **{name: value for name, value in hidden.items() if name not in shown}}
        self._ids: dict[tuple[str, str], str] = {}
        self._own_id = str(self.fixed.pop("id", None) or new_id())
        self._former: dict[str, dict[str, dict[str, Any]]] = {name: {} for name in parts}
        self.row_keys: dict[str, list[str]] = {name: [] for name in parts}
        for name, part in parts.items():
            for row in rows.get(name, ()):
                unseen = _unseen(part.record, row, part.fields)
                key = str(unseen.pop("id", None) or new_id())
                self._ids[name, key] = key
                self._former[name][key] = unseen
                self.row_keys[name].append(key)

    def read(self, boxes: Boxes, ids: Mapping[str, Mapping[str, Sequence[Option]]]) -> Read:
        """The records in the boxes; `ids` are the options of references, by part ("" for the record itself). Raises `FormProblems`."""
        problems: list[PlacedProblem] = []
        read = Read(self._main(boxes, ids.get("", {}), problems))
        for name, part in self.parts.items():
            rows = boxes.parts.get(name, [])
            read.parts[name] = tuple(self._rows(name, part, rows, ids.get(name, {}), problems))
            kept = {key for key, _ in rows}
            read.removed[name] = tuple(key for key in self.row_keys[name] if key not in kept)
        if problems:
            raise FormProblems(problems)
        return read

    def _main(self, boxes: Boxes, options: Mapping[str, Sequence[Option]], problems: list[PlacedProblem]) -> tuple[Any, ...]:
        allowed = {name: {one.id for one in given} for name, given in options.items()}
        values, wrong = read_boxes(self.record, boxes.fields, self.shown, allowed, self.several)
        chosen: Sequence[str] = [""]
        for name in self.several:
            chosen = values.pop(name, ()) or ()
            if not chosen and all(one.field != name for one in wrong):
                wrong.append(Problem(name, "missing", _CHOOSE))
        found: dict[str, Problem] = {}
        records: list[Any] = []
        for choice in chosen or [""]:
            own = {**self.fixed, **values, "id": self._id_of("", choice) if choice else self._own_id}
            own |= {name: choice for name in self.several if choice}
            record = _read(self.record, own, wrong, found, skip=self.several if not chosen else ())
            records += [record] if record is not None else []
        problems += [_placed(self.record.fields, problem) for problem in _in_order(self.shown, found)]
        return tuple(records)

    def _rows(
        self, name: str, part: Part, rows: Sequence[tuple[str, dict[str, Any]]], options: Mapping[str, Sequence[Option]], problems: list[PlacedProblem]
    ) -> list[Any]:  # fmt: skip
        if not part.least <= len(rows) <= part.most:
            sentence = _TOO_FEW.format(least=part.least) if len(rows) < part.least else _TOO_MANY.format(most=part.most)
            problems.append(PlacedProblem(name, part.label, sentence))
            return []
        allowed = {field_name: {one.id for one in given} for field_name, given in options.items()}
        records = []
        for number, (key, raw) in enumerate(rows, 1):
            values, wrong = read_boxes(part.record, raw, part.fields, allowed)
            found: dict[str, Problem] = {}
            own = {**self._former[name].get(key, {}), **part.hidden, **values, "id": self._id_of(name, key)}
            record = _read(part.record, own, wrong, found)
            records += [record] if record is not None else []
            problems += [
                _placed(part.record.fields, problem, (name, key), (part.label, number)) for problem in _in_order(part.fields, found)
            ]
        return records

    def _id_of(self, part: str, key: str) -> str:
        # a key from the browser never becomes an id: only rows that were there at the start keep theirs
        return self._ids.setdefault((part, key), new_id())


def _unseen(record: type[Record], given: Given, shown: Sequence[str]) -> dict[str, Any]:
    """The values of `given` that no box shows; they stay as they are."""
    if isinstance(given, Record):
        return {name: getattr(given, name) for name in record.fields if name not in shown}
    return {name: value for name, value in (given or {}).items() if name not in shown}


def _read(
    record: type[Record], values: dict[str, Any], wrong: Sequence[Problem], found: dict[str, Problem], skip: Sequence[str] = ()
) -> Any:  # fmt: skip
    """The record, or None when something is wrong; the first problem of each field goes to `found`."""
    for problem in wrong:
        found.setdefault(problem.field, problem)
    try:
        made = record.read(values)
    except InvalidRecord as invalid:
        for problem in invalid.problems:
            if problem.field not in skip:
                found.setdefault(problem.field, problem)
        return None
    return None if found else made


def _in_order(shown: Sequence[str], found: Mapping[str, Problem]) -> list[Problem]:
    return [found[name] for name in (*shown, *(n for n in found if n not in shown)) if name in found]


def _placed(
    specs: Mapping[str, FieldSpec], problem: Problem, row: tuple[str, str] | None = None, part: tuple[Label, int] | None = None
) -> PlacedProblem:
    spec = specs.get(problem.field)
    name = spec.label if spec else Label("", "")
    if row is None or part is None:
        return PlacedProblem(problem.field, name, problem.label)
    return PlacedProblem(f"{row[0]}/{row[1]}/{problem.field}", _PLACE.format(part=part[0], number=part[1], field=name), problem.label)


def placed(record: type[Record], problems: Sequence[Problem]) -> list[PlacedProblem]:
    """Problems that the saving found, beside the fields of the record."""
    return [_placed(record.fields, problem) for problem in problems]
