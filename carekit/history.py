"""One child's events from every kind of record, in order, and who changed what when.

Nothing here knows a kind by name but the child's own: the records that belong to a child are found by following each kind's
`about` chain, placed by its `occurs` and `ends`, and named by its `title_fields`; a new kind of record appears by being declared.
Both functions read through a desk, so scope and privacy are the store's; what the reader may not see is said to exist and no more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import pandas as pd

from carekit.access import hidden_fields
from carekit.fields import FieldSpec, Shape
from carekit.language import Label, LabelledEnum
from carekit.records import RECORDS, Child, Record, StaffMember
from carekit.store import Desk, Revision

#: The field `Event.date` takes the name of its own type inside the class.
Day = date

_UNSEEN = Label("not shown to your role", "您的角色不能查看")
_NOT_SHOWN = Label("Not shown to you", "限制查看")
_YES, _NO = Label("yes", "是"), Label("no", "否")
_CONSOLE = Label("command line", "系统（命令行）")
_SOMEBODY = Label("somebody", "其他人员")
_AND = Label(", ", "、")


class Act(LabelledEnum):
    """What was done with a record."""

    ADDED = Label("added", "新增")
    AMENDED = Label("changed", "修改")
    WITHDRAWN = Label("withdrawn", "撤下")
    BROUGHT_BACK = Label("brought back", "恢复")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a child or is known about them, in the words of the current language.

    `date` is None for what has no date; `ended_on` is when it ended. `lines` are the filled fields, (label, value) each; `restricted` says that
    there are fields which this reader may not see. `who` wrote the version shown, `version` of record `record_id`.
    """

    date: date | None
    kind: str
    kind_label: str
    title: str
    lines: tuple[tuple[str, str], ...]
    who: str
    record_id: str
    version: int
    restricted: bool
    ended_on: Day | None = None

    def __repr__(self) -> str:
        return f"Event({self.kind}, {self.record_id}, version {self.version})"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field before and after, as text; "" where nothing stood."""

    field: str
    label: str
    old: str
    new: str

    def __repr__(self) -> str:
        return f"FieldChange({self.field})"


@dataclass(frozen=True, slots=True)
class Change:
    """One saving of one record: what was done by whom, when (UTC) and why, and the fields that became different.

    `restricted` says that fields changed which this reader may not see, or may have.
    """

    at: datetime
    who: str
    what: Act
    kind: str
    kind_label: str
    title: str
    fields: tuple[FieldChange, ...]
    reason: str
    record_id: str
    version: int
    restricted: bool

    def __repr__(self) -> str:
        return f"Change({self.kind}, {self.record_id}, version {self.version})"


def history(desk: Desk, child_id: str, *, known_at: datetime | None = None) -> list[Event]:
    """The events of a child's life at school, the oldest first and those without a date last.

    With `known_at` (UTC) as they were known at that moment. The read is logged. Raises `NotFound` for a child that does not exist or is
    not the reader's: one answer for both.
    """
    child = desk.get(Child, child_id, known_at=known_at)
    words = Wording(desk, known_at)
    found = list(records_of(desk, child, known_at=known_at))
    words.learn(revision for _, revision in found)
    order = {kind: place for place, kind in enumerate(RECORDS)}
    events = [_event(kind, revision, words) for kind, revision in found]
    return sorted(events, key=lambda e: (e.date is None, e.date or date.min, order[e.kind], e.record_id))


def changes(desk: Desk, child_id: str) -> list[Change]:
    """Every saving of every record that is about a child, the newest first, withdrawn records included.

    The read is logged. Raises `NotFound` as `history` does.
    """
    child = desk.get(Child, child_id)
    found = list(records_of(desk, child, known_at=None, withdrawn=True))
    words = Wording(desk)
    chains: list[list[Revision[Any]]] = []
    with desk.transaction():
        for kind, revision in found:
            single = revision.version == 1 and not revision.withdrawn
            chains.append([revision] if single else desk.revisions(RECORDS[kind], revision.id))
    words.learn(revision for chain in chains for revision in chain)
    listed = [change for chain in chains for change in _chain_changes(chain, words)]
    return sorted(listed, key=lambda c: (c.at, c.record_id), reverse=True)


def case_frame(desk: Desk, child_id: str, *, known_at: datetime | None = None) -> pd.DataFrame:
    """A child's events as a frame, for JupyterLab: date, ended_on, kind, title, text (the lines joined), who, record_id, version, restricted.

    Raises `NotFound` as `history` does.
    """
    rows = [
        {
            "date": event.date,
            "ended_on": event.ended_on,
            "kind": event.kind,
            "title": event.title,
            "text": "\n".join(f"{label}：{value}" for label, value in event.lines),
            "who": event.who,
            "record_id": event.record_id,
            "version": event.version,
            "restricted": event.restricted,
        }
        for event in history(desk, child_id, known_at=known_at)
    ]
    return pd.DataFrame(rows, columns=["date", "ended_on", "kind", "title", "text", "who", "record_id", "version", "restricted"])


# --- which records are about a child ----------------------------------------------------------------------------------


def records_of(
    desk: Desk, child: Revision[Child], *, known_at: datetime | None, withdrawn: bool = False
) -> Iterator[tuple[str, Revision[Any]]]:
    """Every record whose `about` chain leads to the child or to the child's family, kind by kind, parents first."""
    ids: dict[str, set[str]] = defaultdict(set)
    ids["child"] = {child.id}
    if child.record.family_id:
        ids["family"] = {child.record.family_id}
    for kind, record in RECORDS.items():
        if not record.about:
            continue
        step = record.about[0]
        target = kind if step == "id" else record.fields[step].ref
        wanted = ids[str(target)]
        # Whose record it is may itself be hidden from a role: then the child's history does not tell it either.
        if not wanted or step in hidden_fields(desk.actor, record):
            continue
        for revision in desk.find(record, {step: sorted(wanted)}, known_at=known_at, include_withdrawn=withdrawn):
            ids[kind].add(revision.id)
            yield kind, revision


# --- words ------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Wording:
    """Puts what stands in records into words: codes by their labels, references by the titles of what they point to.

    Each record referred to is fetched once, through the desk: what the reader may not see has no title.
    """

    desk: Desk
    known_at: datetime | None = None
    _titles: dict[tuple[str, str], str] = field(default_factory=dict)

    def learn(self, revisions: Iterable[Revision[Any]]) -> None:
        """Fetch at once the titles of everything that the records refer to, and of who wrote them."""
        wanted: dict[str, set[str]] = defaultdict(set)
        for revision in revisions:
            wanted[StaffMember.kind].add(revision.recorded_by)
            for name, spec in revision.record.fields.items():
                if spec.ref and getattr(revision.record, name):
                    wanted[spec.ref].add(getattr(revision.record, name))
        for kind, ids in wanted.items():
            self._fetch(kind, {i for i in ids if (kind, i) not in self._titles})

    def _fetch(self, kind: str, ids: set[str]) -> None:
        self._titles.update({(kind, i): "" for i in ids})
        if ids:
            for revision in self.desk.find(RECORDS[kind], {"id": sorted(ids)}, known_at=self.known_at, include_withdrawn=True):
                # what has no title of its own is still there to see
                self._titles[kind, revision.id] = self.title(revision) or revision.record.label.text()

    def of_reference(self, kind: str, record_id: str) -> str:
        """The title of a record, "" when the reader does not see it."""
        if (kind, record_id) not in self._titles:
            self._fetch(kind, {record_id})
        return self._titles[kind, record_id]

    def author(self, staff_id: str) -> str:
        """Who wrote a version."""
        if staff_id == "console":
            return _CONSOLE.text()
        return self.of_reference(StaffMember.kind, staff_id) or _SOMEBODY.text()

    def of_value(self, spec: FieldSpec, value: Any) -> str:
        """One field's value as text; "" for nothing."""
        if value is None or value == ():
            return ""
        if spec.shape is Shape.REFERENCE:
            return self.of_reference(str(spec.ref), value) or f"（{_UNSEEN.text()}）"
        if spec.shape is Shape.YES_NO:
            return (_YES if value else _NO).text()
        if spec.shape is Shape.CODE:
            return str(value.label.text())
        if spec.shape is Shape.CODES:
            return _AND.text().join(code.label.text() for code in value)
        return value.isoformat() if isinstance(value, date) else str(value)

    def title(self, revision: Revision[Any]) -> str:
        """What tells a record from another of its kind: its title fields, or what it refers to beside whose it is."""
        record = revision.record
        names = record.title_fields or [name for name, spec in record.fields.items() if spec.ref and name not in _whose(record)][:1]
        texts = (self.of_value(record.fields[name], getattr(record, name)) for name in names if name not in revision.redacted)
        return " · ".join(text for text in (*texts, self._pending(revision)) if text)

    @staticmethod
    def _pending(revision: Revision[Any]) -> str:
        """That a record does not hold yet, for the kinds that hold only once they are approved."""
        approval = revision.record.approval
        waits = approval is not None and approval.by not in revision.redacted and getattr(revision.record, approval.by) is None
        return approval.pending.text() if approval is not None and approval.pending and waits else ""

    def lines(self, revision: Revision[Any]) -> tuple[tuple[str, str], ...]:
        """The filled fields of a record as (label, value), and in one line the names of those that the reader may not see.

        What an event says by itself (dates, title, whose it is) is not said again; a second child (a fellow pupil, a helper) is.
        """
        record = revision.record
        said = {"id", record.occurs, record.ends, *record.title_fields, *_whose(record)}
        lines = []
        for name, spec in record.fields.items():
            text = "" if name in said else self.of_value(spec, getattr(record, name))
            if text:
                lines.append((spec.label.text(), text))
        if revision.redacted:
            hidden = [spec.label.text() for name, spec in record.fields.items() if name in revision.redacted]
            lines.append((_NOT_SHOWN.text(), _AND.text().join(hidden)))
        return tuple(lines)


def _whose(record: Record) -> frozenset[str]:
    """The fields that say whose record it is: the child or family that its `about` chain begins with, and a child's family."""
    return frozenset(name for name, spec in record.fields.items() if spec.ref == "family" or (spec.ref == "child" and name in record.about))


def _event(kind: str, revision: Revision[Any], words: Wording) -> Event:
    record = revision.record
    return Event(
        date=getattr(record, record.occurs) if record.occurs else None,
        kind=kind,
        kind_label=record.label.text(),
        title=words.title(revision),
        lines=words.lines(revision),
        who=words.author(revision.recorded_by),
        record_id=revision.id,
        version=revision.version,
        restricted=bool(revision.redacted),
        ended_on=getattr(record, record.ends) if record.ends else None,
    )


def _chain_changes(chain: list[Revision[Any]], words: Wording) -> Iterator[Change]:
    """One change per version; `chain` holds the versions of one record, the oldest first."""
    before: Revision[Any] | None = None
    for revision in chain:
        fields = _differences(before.record, revision.record, words) if before else ()
        yield Change(
            at=revision.recorded_at,
            who=words.author(revision.recorded_by),
            what=_what(before, revision),
            kind=revision.record.kind,
            kind_label=revision.record.label.text(),
            title=words.title(revision),
            fields=fields,
            reason=revision.reason,
            record_id=revision.id,
            version=revision.version,
            restricted=bool(revision.redacted) and before is not None and before.withdrawn == revision.withdrawn,
        )
        before = revision


def _what(before: Revision[Any] | None, after: Revision[Any]) -> Act:
    if before is None:
        return Act.ADDED
    if before.withdrawn != after.withdrawn:
        return Act.WITHDRAWN if after.withdrawn else Act.BROUGHT_BACK
    return Act.AMENDED


def _differences(old: Record, new: Record, words: Wording) -> tuple[FieldChange, ...]:
    return tuple(
        FieldChange(name, spec.label.text(), words.of_value(spec, getattr(old, name)), words.of_value(spec, getattr(new, name)))
        for name, spec in new.fields.items()
        if getattr(old, name) != getattr(new, name)
    )
