"""Backup, restore and verify: online, encrypted, counted after writing.

A backup is itself an encrypted SQLite store with the same key, filled row by row from one consistent read of the live store,
whichever database that is; so a backup of either restores into either, with every version, id, draft, paper and line of the log.
(A plain copy of an SQLite file in WAL mode lacks the newest rows.)
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from carekit import clock
from carekit.access import Actor
from carekit.errors import UserError
from carekit.language import Label
from carekit.store import audit
from carekit.store import engine as engines
from carekit.store.schema import AUDIT, ENTITY, METADATA, STORE_FACT, TABLES
from carekit.store.store import Store

_BATCH = 2000
_MADE_AT = "backup_made_at"


@dataclass(frozen=True, slots=True)
class BackupReport:
    """What a backup holds: when it was made (UTC), rows per table, and what is wrong with it (empty when nothing is)."""

    path: str
    made_at: datetime | None
    counts: dict[str, int]
    faults: tuple[Label, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


def backup(store: Store, path: Path) -> BackupReport:
    """Write a backup to a new file, while others go on working, and verify it by reading it again.

    `UserError` when the file exists or when what was written does not match what was read; then the file is removed.
    """
    if path.exists():
        raise UserError(
            Label(
                "There is a file of this name already; choose another name, so that no backup is overwritten.",
                "已有同名文件。为免覆盖旧备份，请换一个文件名。",
            ),
            code="backup_exists",
        )
    unfinished = path.with_name(path.name + ".part")
    unfinished.unlink(missing_ok=True)
    target = Store.create(unfinished, key=store.key, salt=store.salt)
    try:
        with store.engine.connect() as source, source.begin():
            counts = _copy(source, target.engine)
        _note(target.engine, _MADE_AT, clock.now().isoformat())
    finally:
        target.close()
    report = examine(unfinished, key=store.key)
    if report.faults or any(report.counts[name] != count for name, count in counts.items()):
        unfinished.unlink()
        raise UserError(
            Label(
                "The backup does not hold what the store holds and was thrown away. Check the free space and try again.",
                "备份内容与数据库不一致，已作废。请检查磁盘空间后重试。",
            ),
            code="backup_unsound",
        )
    unfinished.replace(path)
    store.for_actor(Actor.console()).log("backup", f"{sum(counts.values())} rows")
    return BackupReport(str(path), report.made_at, report.counts, ())


def examine(path: Path, *, passphrase: str | None = None, key: bytes | None = None) -> BackupReport:
    """What a backup file holds and whether it is sound; an old one is brought up to the present declarations.

    `WrongKey` when neither passphrase nor key fits.
    """
    opened = Store.open(path, passphrase=passphrase, key=key)
    try:
        faults = verify(opened)
        with opened.engine.connect() as connection:
            made = connection.execute(sa.select(STORE_FACT.c.value).where(STORE_FACT.c.name == _MADE_AT)).scalar()
            return BackupReport(str(path), datetime.fromisoformat(made) if made else None, _counts(connection), faults)
    finally:
        opened.close()


def restore(path: Path, location: str | Path, *, passphrase: str | None = None, key: bytes | None = None) -> BackupReport:
    """Make a new store at `location` (a new file, or an empty PostgreSQL database) from a backup; returns its date and counts.

    `UserError` when the backup is not sound, when it is no backup, or when there is a store at `location` already.
    """
    report = examine(path, passphrase=passphrase, key=key)
    if report.made_at is None or report.faults:
        raise UserError(
            Label("This file is not a sound backup. Choose another backup.", "这个文件不是完好的备份，请另选一个备份文件。"),
            code="not_a_backup",
        )
    with (
        closing(Store.open(path, passphrase=passphrase, key=key)) as source,
        closing(Store.create(location, key=source.key, salt=source.salt)) as target,
    ):
        with source.engine.connect() as connection, connection.begin():
            _copy(connection, target.engine)
        faults = verify(target)
        target.for_actor(Actor.console()).log("restore", f"backup of {report.made_at.isoformat()}")
    return BackupReport(str(location), report.made_at, report.counts, faults)


def verify(store: Store) -> tuple[Label, ...]:
    """What is wrong with a store: damaged pages, broken references, two current versions, gaps in versions, a broken audit chain."""
    faults: list[Label] = []
    with store.engine.connect() as connection, connection.begin():
        if connection.dialect.name == "sqlite":
            if (
                connection.exec_driver_sql("PRAGMA cipher_integrity_check").first()
                or connection.exec_driver_sql("PRAGMA quick_check").scalar() != "ok"
            ):
                # nothing else can be read of such a file for certain
                return (Label("The file is damaged; restore the last backup.", "数据库文件已损坏，请用最近的备份恢复。"),)
            if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                faults.append(Label("Some records refer to records that are not there.", "有记录引用了不存在的记录。"))
        faults += [_fault(kind, broken) for kind in TABLES if (broken := _broken_ids(connection, kind))]
        lines = connection.execution_options(yield_per=_BATCH).execute(sa.select(AUDIT).order_by(AUDIT.c.seq)).mappings()
        if (line := audit.first_broken_line(lines)) is not None:
            faults.append(Label("The log was changed at line {line}.", "日志从第{line}行起被改动过。").format(line=line))
    return tuple(faults)


def _fault(kind: str, broken: int) -> Label:
    return Label("{count} record(s) of kind {kind} have a broken history.", "{kind} 有{count}条记录的历史不完整。").format(
        kind=kind, count=broken
    )


def _broken_ids(connection: sa.Connection, kind: str) -> int:
    """How many ids of a kind do not have versions 1 to n, the last of them current and all others not, or are not entities of that kind."""
    table = TABLES[kind]
    grouped = (
        sa.select(
            table.c.id,
            sa.func.count().label("versions"),
            sa.func.max(table.c.version).label("last"),
            sa.func.sum(sa.case((table.c.superseded_at.is_(None), 1), else_=0)).label("current"),
            sa.func.max(sa.case((table.c.superseded_at.is_(None), table.c.version), else_=0)).label("current_version"),
        )
        .group_by(table.c.id)
        .subquery()
    )
    wrong = sa.or_(
        grouped.c.versions != grouped.c.last,
        grouped.c.current != 1,
        grouped.c.current_version != grouped.c.last,
        ENTITY.c.kind.is_distinct_from(kind),
    )
    select = sa.select(sa.func.count()).select_from(grouped.outerjoin(ENTITY, ENTITY.c.id == grouped.c.id)).where(wrong)
    return int(connection.execute(select).scalar_one())


def _copied_tables() -> list[sa.Table]:
    return [table for table in METADATA.sorted_tables if table is not STORE_FACT]


def _counts(connection: sa.Connection) -> dict[str, int]:
    return {table.name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() for table in _copied_tables()}


def _copy(source: sa.Connection, target: sa.Engine) -> dict[str, int]:
    counts: dict[str, int] = {}
    with target.connect().execution_options(**engines.WRITE) as connection, connection.begin():
        for table in _copied_tables():
            counts[table.name] = 0
            result = source.execution_options(yield_per=_BATCH).execute(sa.select(table)).mappings()
            for batch in result.partitions(_BATCH):
                rows: list[dict[str, Any]] = [dict(row) for row in batch]
                connection.execute(table.insert(), rows)
                counts[table.name] += len(rows)
    return counts


def _note(engine: sa.Engine, name: str, value: str) -> None:
    with engine.connect().execution_options(**engines.WRITE) as connection, connection.begin():
        connection.execute(STORE_FACT.insert(), [{"name": name, "value": value}])
