"""Reading through a desk: scope in every query, hidden fields taken out, reads of a child's file logged."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import pandas as pd
import sqlalchemy as sa

from carekit import clock
from carekit.access import Actor, Decision, Scope, grant_of, lowest, may_read
from carekit.errors import Denied, NotFound, ProgrammerError, UserError
from carekit.fields import Privacy
from carekit.language import Label
from carekit.records import RECORDS, Record
from carekit.store import audit
from carekit.store.engine import WRITE
from carekit.store.revision import Revision, to_revision
from carekit.store.schema import AUDIT, TABLES
from carekit.store.scope import scopes_of
from carekit.store.sight import Sight

R = TypeVar("R", bound=Record)
T = TypeVar("T")
#: What was read of each open store since the last line of its log, by question.
_KEPT: WeakKeyDictionary[sa.Engine, tuple[int, dict[Hashable, Any]]] = WeakKeyDictionary()
_MOST_KEPT = 500
Where = Mapping[str, Any]


class Reading:
    """What one actor may read of a store."""

    def __init__(self, engine: sa.Engine, actor: Actor) -> None:
        self._engine = engine
        self.actor = actor
        self._connection: sa.Connection | None = None
        self._snapshot: sa.Connection | None = None
        self._answers: dict[Hashable, Any] | None = None

    # --- connections ---

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        """The connection of the open transaction or snapshot, or one of its own for a single read."""
        if (opened := self._connection or self._snapshot) is not None:
            yield opened
            return
        with self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        """The connection of the open transaction, or a transaction of its own that ends with the block."""
        if self._connection is not None:
            yield self._connection
            return
        try:
            with self._engine.connect().execution_options(**WRITE) as connection, connection.begin():
                self._connection = connection
                try:
                    yield connection
                finally:
                    self._connection = None
        except sa.exc.OperationalError as error:
            if "locked" not in str(error.orig) and "lock timeout" not in str(error.orig):
                raise
            raise UserError(
                Label(
                    "Somebody else is saving just now. Wait a moment and save again; what you typed is kept.",
                    "别人正在保存，请稍等片刻再保存一次，您填的内容还在。",
                ),
                code="busy",
            ) from None

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """One state of the store for several reads: the parts of a figure belong together, and small tables are read once (`kept`).

        Nothing that is saved after it began is seen in it; inside another snapshot or a transaction it is that one.
        """
        if self._connection is not None or self._snapshot is not None:
            yield
            return
        with self._engine.connect() as connection, connection.begin():
            self._snapshot = connection
            try:
                yield
            finally:
                self._snapshot = self._answers = None

    def kept(self, question: Hashable, read: Callable[[], T]) -> T:
        """The answer that was read to the same question since anything was last written to the store's log, or read now; not to be changed.

        Only within a snapshot, of which alone can be said that nothing was written since; `question` says everything that the answer depends
        on, the reader too when it does.
        """
        if self._snapshot is None or self._connection is not None:
            return read()
        if self._answers is None:
            self._answers = self._kept_since(audit.last_seq(self._snapshot))
        if question not in self._answers:
            self._answers[question] = read()
        found: T = self._answers[question]
        return found

    def _kept_since(self, last: int) -> dict[Hashable, Any]:
        seq, answers = _KEPT.get(self._engine, (-1, {}))
        if seq != last or len(answers) > _MOST_KEPT:
            answers = {}
            _KEPT[self._engine] = (last, answers)
        return answers

    # --- selects ---

    def rows(
        self,
        kind: str,
        *,
        known_at: datetime | None = None,
        restrict: bool = True,
        withdrawn: bool = False,
        needs: Iterable[tuple[type[Record], Privacy]] = (),
    ) -> sa.Subquery:
        """The rows of a kind as they were known at a moment (UTC; now when left out), to select from.

        With `restrict` (always, but for counts that name nobody) only rows inside the actor's scope, and nothing but NULL in the fields that
        the actor may not read; with `needs` only rows about children of whom the actor also reads these kinds up to these classes. Withdrawn records
        are left out unless `withdrawn`.
        """
        table, sight = TABLES[kind], self._sight(RECORDS[kind])
        select = sa.select(*(sight.column(column) if restrict else column for column in table.c)).where(self._known(table, known_at))
        if restrict:
            select = select.where(sight.near(needs))
        if not withdrawn:
            select = select.where(table.c.withdrawn.is_(sa.false()))
        return select.subquery(kind)

    def _sight(self, record: type[Record]) -> Sight:
        return Sight(self.actor, record, TABLES[record.kind], clock.today())

    @staticmethod
    def _known(table: sa.Table, known_at: datetime | None) -> sa.ColumnElement[bool]:
        if known_at is None:
            return table.c.superseded_at.is_(None)
        return sa.and_(table.c.recorded_at <= known_at, sa.or_(table.c.superseded_at.is_(None), table.c.superseded_at > known_at))

    def frame(self, select: sa.Select[Any] | sa.CompoundSelect[Any]) -> pd.DataFrame:
        """The rows of a select as a frame: columns named as selected, dates as `datetime.date`, nothing guessed."""
        with self._reading() as connection:
            result = connection.execute(select)
            return pd.DataFrame(result.all(), columns=list(result.keys()))

    def tuples(self, select: sa.Select[Any] | sa.CompoundSelect[Any]) -> list[tuple[Any, ...]]:
        """The rows of a select as plain tuples, values as the declarations type them: for comparing many records at once."""
        with self._reading() as connection:
            return [tuple(row) for row in connection.execute(select).all()]

    # --- records ---

    def get(self, record: type[R], record_id: str, *, known_at: datetime | None = None) -> Revision[R]:
        """The record with this id, as known at a moment; the read of a child's file is logged.

        Raises `NotFound` when there is none, when it was withdrawn, and when it is outside the actor's scope: one answer for all.
        """
        with self._writing() as connection:
            found = self._one(connection, record, record_id, known_at)
            outcome = "read" if found else "refused"
            if record.about:
                self._log(connection, audit.Entry(outcome, record.kind, record_id if len(record_id) <= 26 else ""))
        if found is None:
            raise NotFound
        return found

    def _one(self, connection: sa.Connection, record: type[R], record_id: str, known_at: datetime | None = None) -> Revision[R] | None:
        table, sight = TABLES[record.kind], self._sight(record)
        select = sa.select(table, *sight.levels()).where(
            table.c.id == record_id, self._known(table, known_at), table.c.withdrawn.is_(sa.false()), sight.reaches()
        )
        row = connection.execute(select).mappings().one_or_none()
        return to_revision(record, row, sight.of_row(row)) if row else None

    def find(
        self, record: type[R], where: Where | None = None, *, known_at: datetime | None = None, include_withdrawn: bool = False
    ) -> list[Revision[R]]:
        """The records of a kind inside the actor's scope, children in the order of names, others by date and id.

        `where` maps fields (or derived columns) to a value, to None, or to a collection of values. Raises `Denied` for a condition on a
        field that the actor may not read: asking is reading.
        """
        table, sight = TABLES[record.kind], self._sight(record)
        least = self._check_condition(record, where or {}, sight)
        select = sa.select(table, *sight.levels()).where(
            self._known(table, known_at), sight.reaches(least), *(_matches(table.c[name], value) for name, value in (where or {}).items())
        )
        if not include_withdrawn:
            select = select.where(table.c.withdrawn.is_(sa.false()))
        order = "name_sort" if "name_sort" in record.derived else record.occurs
        select = select.order_by(*([table.c[order]] if order else []), table.c.id)
        with self._reading() as connection:
            return [to_revision(record, row, sight.of_row(row)) for row in connection.execute(select).mappings()]

    def _check_condition(self, record: type[Record], where: Where, sight: Sight) -> Privacy:
        """The class up to which the actor must see a record to be answered about it: asking is reading."""
        least = Privacy.OPEN
        for name in where:
            if name not in record.fields and name not in record.derived:
                raise ProgrammerError(f"{record.kind} has no field {name!r}")
            level = sight.level_of(name)
            if level is None:
                raise Denied(
                    Label(
                        "Your role does not see the field {field}, so it cannot search by it.",
                        "您的角色不能查看“{field}”，也不能按它查找。",
                    ).format(field=record.fields[name].label if name in record.fields else Label(name, name))
                )
            least = max(least, level)
        return least

    def revisions(self, record: type[R], record_id: str) -> list[Revision[R]]:
        """Every version of one record, the oldest first, withdrawn ones included; `NotFound` outside the actor's scope."""
        table, sight = TABLES[record.kind], self._sight(record)
        with self._writing() as connection:
            reachable = (
                connection.execute(
                    sa.select(table.c.id, *sight.levels()).where(table.c.id == record_id, table.c.superseded_at.is_(None), sight.reaches())
                )
                .mappings()
                .first()
            )
            if record.about:
                self._log(connection, audit.Entry("read" if reachable else "refused", record.kind, record_id[:26], "history"))
            rows = (
                connection.execute(sa.select(table).where(table.c.id == record_id).order_by(table.c.version)).mappings().all()
                if reachable
                else []
            )
        if reachable is None:
            raise NotFound
        return [to_revision(record, row, sight.of_row(reachable)) for row in rows]

    def why(self, record: type[Record], record_id: str, field: str) -> Decision:
        """Whether the actor may read a field of a record, and why."""
        table, sight = TABLES[record.kind], self._sight(record)
        with self._reading() as connection:
            inside = (
                connection.execute(
                    sa.select(table.c.id, *sight.levels()).where(table.c.id == record_id, table.c.superseded_at.is_(None), sight.reaches())
                )
                .mappings()
                .first()
            )
        unseen = inside is not None and field in sight.of_row(inside)
        return may_read(self.actor, record, field, in_scope=inside is not None, at=lowest(self.actor, record) if unseen else None)

    def level(self, record: type[Record], record_id: str) -> Privacy:
        """The highest privacy class that the actor reads of one record; OPEN when it is outside their scope."""
        table, sight = TABLES[record.kind], self._sight(record)
        classes = sorted({reach.reads for reach in grant_of(self.actor, record).reaches})
        select = sa.select(*(sight.reaches(each).label(str(int(each))) for each in classes))
        with self._reading() as connection:
            row = connection.execute(select.where(table.c.id == record_id, table.c.superseded_at.is_(None))).first()
        return max([Privacy.OPEN, *(each for each, seen in zip(classes, row or (), strict=False) if seen)])

    # --- the log ---

    def log(self, action: str, detail: str = "", *, kind: str = "", entity_id: str = "") -> None:
        """Add a line to the audit log (an export, a refusal); `detail` names filters and counts, never what stands in a record."""
        with self._writing() as connection:
            self._log(connection, audit.Entry(action, kind, entity_id, detail))

    def audit_lines(self) -> pd.DataFrame:
        """The audit log, oldest line first, as a frame; `Denied` to all but leader, administrator and the console."""
        if self.actor.role is not None and str(self.actor.role) not in ("leader", "administrator"):
            self.log("refused", "audit log")
            raise Denied(Label("The log is open to the leader and the administrator only.", "只有学校领导和系统管理员可以查看日志。"))
        return self.frame(sa.select(AUDIT).order_by(AUDIT.c.seq))

    def _log(self, connection: sa.Connection, *entries: audit.Entry) -> None:
        audit.append(connection, self.actor, entries, audit.next_moment(connection))

    def scopes_of(self, needs: Iterable[tuple[type[Record], str]]) -> frozenset[frozenset[Scope]]:
        """The scopes within which the actor reads all of some fields: for those with the same ones, `rows` gives rows about the same children."""
        return frozenset(scopes_of(self.actor, record, record.fields[name].privacy) for record, name in needs)

    def reach(self, record: type[Record]) -> Scope:
        """How far the actor reaches for a kind of record."""
        return grant_of(self.actor, record).scope


def _matches(column: sa.ColumnElement[Any], value: Any) -> sa.ColumnElement[bool]:
    if value is None:
        return column.is_(None)
    if isinstance(value, Collection) and not isinstance(value, str):
        return column.in_([str(v) if isinstance(v, str) else v for v in value])
    return column == (str(value) if isinstance(value, str) else value)
