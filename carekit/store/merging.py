"""Two files of one child made one, and two again exactly as they were.

Every version that a merge writes bears the moment of its transaction, as the `Merge` record does: by that moment undoing finds them all, whatever kinds
of record there are by then. The store moves what the actor may not read (talks, a child's own words): nothing of it is shown, and no approval lapses.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from carekit import clock
from carekit.access import Scope, grant_of
from carekit.errors import Denied, NotFound, ProgrammerError, UserError
from carekit.language import Label
from carekit.records import RECORDS, Child, Merge, Record
from carekit.store import audit
from carekit.store.merge_families import merge_families
from carekit.store.merge_plan import Change, MergePlan, drop_doubles, merge_cases, merge_child, merge_stays, move_references, references
from carekit.store.papers import Papers
from carekit.store.revision import Revision, to_revision
from carekit.store.schema import DRAFT, ENTITY, TABLES

_NOT_YOURS = Label(
    "Only the registrar and the leader make two files one; tell them which two.", "只有学籍管理员和学校领导能合并档案，请告诉他们是哪两份。"
)
_ONE_FILE = Label("This is one and the same file; choose another.", "两边是同一份档案，请另选一份。")
_UNDONE = Label("This merge is undone already.", "这次合并已经撤销过了。")
_MERGED_AGAIN = Label("One of the two files was merged once more later: undo that first.", "其中一份档案后来又合并过，请先撤销后一次合并。")
_MERGED, _SPLIT = Label("files made one", "档案合并"), Label("merge undone", "撤销档案合并")


@dataclass(frozen=True, slots=True)
class Double:
    """Two entries of one kind by one person on one day, one from each file: perhaps one and the same, which a person has to look at."""

    kind: str
    on: date
    by: str
    ids: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge did: how many records of each kind came to the kept file, and which may be there twice."""

    merge_id: str
    moved: dict[str, int]
    doubles: tuple[Double, ...]


@dataclass(frozen=True, slots=True)
class Unmerged:
    """What undoing gave back: how many records, and by kind those that were changed since the merge and keep that change."""

    restored: int
    changed: dict[str, int]


class Merging(Papers):
    """Making two files one, and undoing it."""

    def merge_counts(self, kept_id: str, merged_id: str) -> dict[str, int]:
        """How many records in use of each kind a merge would bring to the kept file; raises as `merge` does."""
        self._require_merging()
        with self._reading() as connection:
            self._two_files(connection, kept_id, merged_id)
            return _moved(MergePlan(connection, kept_id, merged_id, clock.today()))

    def merge(
        self, kept_id: str, merged_id: str, *, chosen: Mapping[str, Any] | None = None, stay_id: str | None = None, reason: str = ""
    ) -> Merged:
        """Bring everything of one child's file to another file of the same child, in one transaction.

        `chosen` says for fields of `Child` in which the two differ which value stays (the kept file's when left out); `stay_id` which present stay in a class
        holds. `Denied` for a role that does not keep every child's file, `NotFound` for a file that is not there (any more), `UserError` "one_file" and
        "two_classes" (both are in a class and nobody said which).
        """
        self._require_merging()
        with self._own_transaction() as connection:
            self._two_files(connection, kept_id, merged_id)
            plan = MergePlan(connection, kept_id, merged_id, clock.today())
            moved = _moved(plan)
            doubles = tuple(_doubles(plan))
            families = [plan.one(Child, one).record.family_id for one in (kept_id, merged_id)]
            merge_child(plan, chosen or {})
            merge_stays(plan, stay_id)
            merge_cases(plan)
            drop_doubles(plan)
            merge_families(plan, *families)
            move_references(plan)
            merge = Merge(kept_id=kept_id, merged_id=merged_id, merged_on=clock.today(), staff_id=self._by(), reason=reason or None)
            plan.made(merge)
            self._write(connection, list(plan.written()), _MERGED.text())
            self._copy_papers(connection, merged_id, kept_id)
            self._move_drafts(connection, merged_id, kept_id)
            audit.append(connection, self.actor, [audit.Entry("merge", Child.kind, kept_id, merged_id)], self._now())
        return Merged(merge.id, moved, doubles)

    def unmerge(self, merge_id: str, *, why: str) -> Unmerged:
        """Give both files back as they were before a merge.

        What nobody changed since stands exactly as before; what was changed since keeps that change and goes back to its own file. Raises as `merge` does,
        and `UserError` "undone" and "merged_again".
        """
        self._require_merging()
        with self._own_transaction() as connection:
            current = self._merge_of(connection, merge_id)
            merge, changed, moment = current.record, Counter[str](), self._made_at(connection, merge_id)
            back = [one for kind in RECORDS if kind != Merge.kind for one in _given_back(connection, kind, moment, changed)]
            self._write(connection, back, _SPLIT.text())
            self._withdraw_papers(connection, merge.kept_id, moment)
            undone = merge.model_copy(update={"undone_on": clock.today(), "undone_by": self._by(), "undone_why": why or None})
            self._write(connection, [Change(current, undone, False)], _SPLIT.text())
            audit.append(connection, self.actor, [audit.Entry("unmerge", Child.kind, merge.kept_id, merge.merged_id)], self._now())
        return Unmerged(len(back), dict(changed))

    # --- who may, and which files ---

    def _require_merging(self) -> None:
        grant = grant_of(self.actor, Child)
        if not (grant.writes and grant.scope is Scope.ALL):
            raise Denied(_NOT_YOURS)

    @contextmanager
    def _own_transaction(self) -> Iterator[sa.Connection]:
        """A transaction of its own: its moment is what tells its versions from all others."""
        if self._moment is not None:
            raise ProgrammerError("a merge stands in a transaction of its own")
        with self.transaction():
            assert self._connection is not None  # noqa: S101 - inside a transaction there is one
            yield self._connection

    def _two_files(self, connection: sa.Connection, kept_id: str, merged_id: str) -> None:
        if kept_id == merged_id:
            raise UserError(_ONE_FILE, code="one_file")
        if len(self._reachable(connection, Child, [kept_id, merged_id], writing=True)) != 2:
            raise NotFound

    def _by(self) -> str | None:
        """Who is named in the record; nobody for the console, which the log names."""
        return self.actor.staff_id if self.actor.role is not None else None

    def _merge_of(self, connection: sa.Connection, merge_id: str) -> Revision[Merge]:
        """A merge that stands and can be undone."""
        table = TABLES[Merge.kind]
        current = self._current(connection, Merge, merge_id)
        if current.record.undone_on is not None:
            raise UserError(_UNDONE, code="undone")
        both = (current.record.kept_id, current.record.merged_id)
        later = sa.select(table.c.id).where(
            table.c.superseded_at.is_(None),
            table.c.undone_on.is_(None),
            table.c.id.in_(sa.select(table.c.id).where(table.c.version == 1, table.c.recorded_at > self._made_at(connection, merge_id))),
            sa.or_(table.c.kept_id.in_(both), table.c.merged_id.in_(both)),
        )
        if connection.execute(later).first() is not None:
            raise UserError(_MERGED_AGAIN, code="merged_again")
        return current

    def _made_at(self, connection: sa.Connection, merge_id: str) -> datetime:
        """The moment of a merge, which is that of everything that it wrote."""
        table = TABLES[Merge.kind]
        moment: datetime = connection.execute(
            sa.select(table.c.recorded_at).where(table.c.id == merge_id, table.c.version == 1)
        ).scalar_one()
        return moment

    # --- writing ---

    def _write(self, connection: sa.Connection, changes: list[Change], reason: str) -> None:
        """One new version of each record, whoever may write its kind; each is a line of the log."""
        made = [one.record for one in changes if one.before is None]
        for record in made:
            connection.execute(ENTITY.insert(), [{"id": record.id, "kind": record.kind}])
            connection.execute(TABLES[record.kind].insert(), [self._version_row(record, 1, reason, withdrawn=False)])
        audit.append(connection, self.actor, [audit.Entry("add", record.kind, record.id) for record in made], self._now())
        for one in changes:
            if one.before is not None:
                self._supersede(connection, one.record, one.before, reason, "amend", _fields_changed(one), withdrawn=one.withdrawn)

    def _move_drafts(self, connection: sa.Connection, from_id: str, to_id: str) -> None:
        """Begun entries follow the child, but for those of which the person has begun the same for the kept file."""
        own = DRAFT.alias("own")
        both = sa.exists().where(own.c.staff_id == DRAFT.c.staff_id, own.c.kind == DRAFT.c.kind, own.c.child_id == to_id)
        connection.execute(DRAFT.update().where(DRAFT.c.child_id == from_id, ~both).values(child_id=to_id))


def _fields_changed(change: Change) -> str:
    assert change.before is not None  # noqa: S101
    before = change.before.record
    return ",".join(name for name in before.fields if getattr(before, name) != getattr(change.record, name))


def _moved(plan: MergePlan) -> dict[str, int]:
    """Records in use that refer to the file that goes, by kind."""
    found = {change.record.id: change.record.kind for _, change in references(plan, "child", plan.merged_id) if not change.withdrawn}
    return dict(Counter(kind for kind in RECORDS for one in found.values() if one == kind))


def _doubles(plan: MergePlan) -> Iterator[Double]:
    """Entries of both files of the same kind, day and person."""
    for record in RECORDS.values():
        if record.by is None or record.occurs is None or record.about != ("child_id",):
            continue
        own: dict[tuple[Any, Any], str] = {}
        for one in plan.in_use(record, "child_id", plan.kept_id):
            own[getattr(one.record, record.occurs), getattr(one.record, record.by)] = one.record.id
        for other in plan.in_use(record, "child_id", plan.merged_id):
            day, staff_id = getattr(other.record, record.occurs), getattr(other.record, record.by)
            if (day, staff_id) in own and day is not None and staff_id is not None:
                yield Double(record.kind, day, staff_id, (own[day, staff_id], other.record.id))


def _given_back(connection: sa.Connection, kind: str, moment: datetime, changed: Counter[str]) -> Iterator[Change]:
    """What a merge wrote of a kind, as it shall be again; `changed` counts what somebody changed since."""
    record, table = RECORDS[kind], TABLES[kind]
    touched = connection.execute(sa.select(table.c.id, table.c.version).where(table.c.recorded_at == moment)).all()
    for record_id, version in touched:
        rows = connection.execute(sa.select(table).where(table.c.id == record_id).order_by(table.c.version)).mappings().all()
        versions: dict[int, Revision[Record]] = {row["version"]: to_revision(record, row, frozenset()) for row in rows}
        written, current = versions[version], versions[max(versions)]
        before = versions.get(version - 1)
        if current.version != version:
            changed[kind] += 1
        if before is None:
            change = Change(current, current.record, True)
        else:
            change = Change(current, _without(before.record, written.record, current.record), _use(before, written, current))
        if change.is_one:
            yield change


def _without(before: Record, written: Record, current: Record) -> Record:
    """The current record with every field that the merge changed, and nobody since, as it was before."""
    back = {
        name: getattr(before, name)
        for name in before.fields
        if getattr(written, name) != getattr(before, name) and getattr(current, name) == getattr(written, name)
    }
    return current.model_copy(update=back)


def _use(before: Revision[Record], written: Revision[Record], current: Revision[Record]) -> bool:
    """Whether a record is out of use: as before the merge, unless somebody decided otherwise since."""
    return before.withdrawn if current.withdrawn == written.withdrawn else current.withdrawn
