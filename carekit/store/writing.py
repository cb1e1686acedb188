"""Writing through a desk: all or nothing, every version kept, no silent overwriting, nothing outside the actor's scope."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa

from carekit import clock
from carekit.access import Actor, may_write
from carekit.errors import Denied, NotFound, ProgrammerError
from carekit.fields import Privacy
from carekit.language import Label
from carekit.records import RECORDS, Record
from carekit.store import audit
from carekit.store.approval import approve, touches_approval, without_approval
from carekit.store.reading import Reading
from carekit.store.revision import Conflict, Revision, to_revision, to_row
from carekit.store.schema import ENTITY, TABLES
from carekit.store.scope import in_scope

R = TypeVar("R", bound=Record)
#: How many ids go into one IN list.
_CHUNK = 500
_OUTSIDE = Label(
    "This would not be among your own children. Put the child into your class in the same step, or ask the registrar.",
    "保存后它不在您的名单里。请同时把孩子编入您的班级，或请学籍管理员登记。",
)
_PART_CHANGED = Label("what was approved with it was changed", "同时审批的内容有修改")


class Writing(Reading):
    """What one actor may change in a store."""

    def __init__(self, engine: sa.Engine, actor: Actor) -> None:
        super().__init__(engine, actor)
        self._moment: datetime | None = None
        #: Ids made in the open transaction, by kind.
        self._made: dict[str, set[str]] = defaultdict(set)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything in the block is saved together or not at all; blocks may stand inside one another."""
        if self._connection is not None:
            yield
            return
        with self._writing() as connection:
            self._made.clear()
            self._moment = audit.next_moment(connection)
            try:
                yield
                self._check_made(connection)
            finally:
                self._moment = None
                self._made.clear()

    def _now(self) -> datetime:
        if self._moment is None:
            raise ProgrammerError("writing happens inside transaction()")
        return self._moment

    # --- adding ---

    def add(self, record: R, reason: str = "") -> Revision[R]:
        """Save a new record. The same record again (a double click) is answered with what was saved the first time.

        Raises `Denied` when the role does not write this kind, `NotFound` when it refers to something outside the actor's scope,
        `Conflict` when another content was saved under this id.
        """
        with self.transaction():
            return self.add_all([record], reason)[0]

    def add_all(self, records: Sequence[R], reason: str = "") -> list[Revision[R]]:
        """Save new records, all or nothing, in any order; returns their revisions in the order given."""
        with self.transaction():
            assert self._connection is not None  # noqa: S101 - inside a transaction there is one
            connection = self._connection
            kinds: dict[str, list[R]] = defaultdict(list)
            for record in records:
                kinds[record.kind].append(record)
            for kind in kinds:
                self._require_writing(RECORDS[kind])
            present = self._present(connection, [record.id for record in records])
            entries = []
            for kind in (k for k in RECORDS if k in kinds):
                fresh = [approve(self.actor, record) for record in kinds[kind] if record.id not in present]
                self._check_references(connection, kinds[kind])
                self._insert(connection, kind, fresh, reason)
                self._lapse(connection, [(record, None) for record in fresh])
                entries += [audit.Entry("add", kind, record.id, reason) for record in fresh]
            audit.append(connection, self.actor, entries, self._now())
            return [self._saved_before(connection, r) if r.id in present else self._new_revision(r, reason) for r in records]

    def _new_revision(self, record: R, reason: str) -> Revision[R]:
        return Revision(record, 1, self._now(), None, self.actor.staff_id, reason, False)

    def _saved_before(self, connection: sa.Connection, record: R) -> Revision[R]:
        table = TABLES[record.kind]
        row = connection.execute(sa.select(table).where(table.c.id == record.id, table.c.superseded_at.is_(None))).mappings().one_or_none()
        if row is None or not self._reachable(connection, type(record), [record.id], withdrawn=True):
            raise NotFound
        saved = to_revision(type(record), row, frozenset())
        if saved.record != record or saved.withdrawn:
            raise Conflict(None, saved, record)
        return saved

    def _present(self, connection: sa.Connection, ids: Sequence[str]) -> set[str]:
        if len(set(ids)) != len(ids):
            raise ProgrammerError("one id stands twice among the records to add")
        found: set[str] = set()
        for chunk in _chunks(ids):
            found.update(connection.execute(sa.select(ENTITY.c.id).where(ENTITY.c.id.in_(chunk))).scalars())
        return found

    def _insert(self, connection: sa.Connection, kind: str, records: Sequence[Record], reason: str) -> None:
        if not records:
            return
        connection.execute(ENTITY.insert(), [{"id": record.id, "kind": kind} for record in records])
        connection.execute(TABLES[kind].insert(), [self._version_row(record, 1, reason, withdrawn=False) for record in records])
        self._made[kind].update(record.id for record in records)

    def _version_row(self, record: Record, version: int, reason: str, *, withdrawn: bool) -> dict[str, Any]:
        return to_row(record) | {
            "version": version,
            "recorded_at": self._now(),
            "superseded_at": None,
            "recorded_by": self.actor.staff_id,
            "change_reason": reason,
            "withdrawn": withdrawn,
        }

    # --- changing ---

    def amend(self, record: R, *, seen: int, reason: str = "") -> Revision[R]:
        """Save a new version of a record of which the person had seen version `seen`.

        Fields that the actor may not read keep what the store holds. Nothing changed: no new version. Raises `Conflict` when there is a newer
        version, `NotFound` outside the actor's scope, `Denied` when the role does not write this kind.
        """
        with self.transaction():
            assert self._connection is not None  # noqa: S101
            connection = self._connection
            self._require_writing(type(record))
            current = self._current(connection, type(record), record.id)
            kept = {name: getattr(current.record, name) for name in self._unseen(connection, type(record), record.id)}
            record = record.model_copy(update=kept)
            if current.version != seen or current.withdrawn:
                base = self._version(connection, type(record), record.id, seen)
                raise Conflict(base, current, record)
            if record == current.record:
                return current
            self._check_references(connection, [record], before=current.record)
            record = approve(self.actor, record, self._versions_for_approval(connection, current))
            changed = ",".join(name for name in record.fields if getattr(record, name) != getattr(current.record, name))
            self._lapse(connection, [(record, current.record)])
            return self._supersede(connection, record, current, reason, "amend", changed)

    def withdraw(self, kind: type[R], record_id: str, *, seen: int, reason: str) -> Revision[R]:
        """Take a record out of use, with a reason; nothing is deleted and `bring_back` undoes it. Raises as `amend` does."""
        with self.transaction():
            assert self._connection is not None  # noqa: S101
            self._require_writing(kind)
            current = self._current(self._connection, kind, record_id)
            if current.version != seen or current.withdrawn:
                raise Conflict(self._version(self._connection, kind, record_id, seen), current, current.record)
            self._lapse(self._connection, [(current.record, None)])
            return self._supersede(self._connection, current.record, current, reason, "withdraw", "", withdrawn=True)

    def bring_back(self, kind: type[R], record_id: str, *, reason: str) -> Revision[R]:
        """Put a withdrawn record into use again as it was; a record in use stays as it is."""
        with self.transaction():
            assert self._connection is not None  # noqa: S101
            self._require_writing(kind)
            current = self._current(self._connection, kind, record_id)
            if not current.withdrawn:
                return current
            self._lapse(self._connection, [(current.record, None)])
            return self._supersede(self._connection, current.record, current, reason, "bring_back", "")

    def _supersede(
        self, connection: sa.Connection, record: R, current: Revision[R], reason: str, action: str, detail: str, *, withdrawn: bool = False
    ) -> Revision[R]:
        table = TABLES[record.kind]
        connection.execute(table.update().where(table.c.id == record.id, table.c.superseded_at.is_(None)).values(superseded_at=self._now()))
        connection.execute(table.insert(), [self._version_row(record, current.version + 1, reason, withdrawn=withdrawn)])
        audit.append(connection, self.actor, [audit.Entry(action, record.kind, record.id, detail)], self._now())
        return Revision(record, current.version + 1, self._now(), None, self.actor.staff_id, reason, withdrawn)

    def _lapse(self, connection: sa.Connection, changed: Sequence[tuple[Record, Record | None]]) -> None:
        """Take away the approval of what these records (as they are now and were) are part of; the console enters what stands on paper."""
        for record, before in changed:
            if self.actor.role is None or record.part_of is None or not touches_approval(record, before):
                continue
            name = record.part_of.field
            whole = RECORDS[record.fields[name].ref or ""]
            for owner in {getattr(one, name) for one in (record, before) if one is not None}:
                table = TABLES[whole.kind]
                row = connection.execute(sa.select(table).where(table.c.id == owner, table.c.superseded_at.is_(None))).mappings().one()
                current = to_revision(whole, row, frozenset())
                if (lapsed := without_approval(current.record)) != current.record:
                    self._supersede(connection, lapsed, current, _PART_CHANGED.text(), "amend", "approval")

    def _current(self, connection: sa.Connection, kind: type[R], record_id: str) -> Revision[R]:
        table = TABLES[kind.kind]
        row = (
            connection.execute(
                sa.select(table).where(
                    table.c.id == record_id,
                    table.c.superseded_at.is_(None),
                    sa.or_(table.c.id.in_(self._made[kind.kind]), in_scope(self.actor, kind, table, clock.today(), writing=True)),
                )
            )
            .mappings()
            .one_or_none()
        )
        if row is None:
            raise NotFound
        return to_revision(kind, row, frozenset())

    def _unseen(self, connection: sa.Connection, kind: type[Record], record_id: str) -> frozenset[str]:
        """The fields of one record that the actor does not see; of one made in this transaction, those of no record."""
        table, sight = TABLES[kind.kind], self._sight(kind)
        select = sa.select(table.c.id, *sight.levels()).where(table.c.id == record_id, table.c.superseded_at.is_(None))
        return sight.hidden if record_id in self._made[kind.kind] else sight.of_row(connection.execute(select).mappings().one())

    def _version(self, connection: sa.Connection, kind: type[R], record_id: str, version: int) -> Revision[R] | None:
        table = TABLES[kind.kind]
        row = connection.execute(sa.select(table).where(table.c.id == record_id, table.c.version == version)).mappings().one_or_none()
        return to_revision(kind, row, frozenset()) if row else None

    def _versions_for_approval(self, connection: sa.Connection, current: Revision[R]) -> list[Revision[R]]:
        """The versions that tell whose work a record is, the oldest first: all where it is asked for first, otherwise the present one."""
        record = current.record
        if record.approval is None or record.approval.asked is None:
            return [current]
        table = TABLES[record.kind]
        rows = connection.execute(sa.select(table).where(table.c.id == record.id).order_by(table.c.version)).mappings()
        return [to_revision(type(record), row, frozenset()) for row in rows]

    # --- what may be written ---

    def _require_writing(self, kind: type[Record]) -> None:
        decision = may_write(self.actor, kind)
        if not decision:
            raise Denied(decision.why)

    def _reachable(
        self,
        connection: sa.Connection,
        kind: type[Record],
        ids: Iterable[str],
        *,
        withdrawn: bool = False,
        writing: bool = False,
        at: Privacy = Privacy.OPEN,
    ) -> set[str]:
        """Those of the ids that are records of the kind inside the actor's scope; withdrawn ones only when asked for.

        With `writing` those that the actor may also change, with `at` those that they read up to that class.
        """
        table = TABLES[kind.kind]
        states = (False, True) if withdrawn else (False,)
        found: set[str] = set()
        for chunk in _chunks(list(ids)):
            select = sa.select(table.c.id).where(
                table.c.id.in_(chunk),
                table.c.superseded_at.is_(None),
                table.c.withdrawn.in_(states),
                in_scope(self.actor, kind, table, clock.today(), writing=writing, at=at),
            )
            found.update(connection.execute(select).scalars())
        return found

    def _check_references(self, connection: sa.Connection, records: Sequence[Record], before: Record | None = None) -> None:
        """Every id that the records newly refer to exists, is of the right kind, and was inside the actor's scope already or made just now."""
        wanted: dict[str, set[str]] = defaultdict(set)
        for record in records:
            for name, spec in record.fields.items():
                value = getattr(record, name)
                if spec.ref and value is not None and (before is None or getattr(before, name) != value):
                    wanted[spec.ref].add(value)
        for kind, ids in wanted.items():
            missing = ids - self._made[kind]
            if missing - self._reachable(connection, RECORDS[kind], missing):
                raise NotFound

    def _check_made(self, connection: sa.Connection) -> None:
        """What a transaction made is inside the actor's scope at its end: nobody makes a file that they cannot see."""
        for kind, ids in self._made.items():
            if ids - self._reachable(connection, RECORDS[kind], ids, withdrawn=True, writing=True):
                raise Denied(_OUTSIDE)


def _chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), _CHUNK):
        yield ids[start : start + _CHUNK]
