"""A desk: everything that one person reads and writes, with their drafts and the papers attached to records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from carekit import clock
from carekit.errors import NotFound
from carekit.records import RECORDS
from carekit.store.merging import Merging
from carekit.store.schema import DRAFT


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry that was begun and not yet saved; `content` is what stood in the form."""

    kind: str
    child_id: str
    content: dict[str, Any]
    saved_at: datetime

    def __repr__(self) -> str:
        return f"Draft({self.kind})"


class Desk(Merging):
    """One person's reading and writing of a store; made by `Store.for_actor`."""

    def save_draft(self, kind: str, child_id: str, content: dict[str, Any]) -> Draft:
        """Keep what stands in a form, one draft per person, kind and child ("" when no child is chosen yet)."""
        draft = Draft(kind, child_id, content, clock.now())
        with self._writing() as connection:
            self._require_child(connection, child_id)
            connection.execute(DRAFT.delete().where(*self._draft_key(kind, child_id)))
            connection.execute(
                DRAFT.insert(),
                [{"staff_id": self.actor.staff_id, "kind": kind, "child_id": child_id, "saved_at": draft.saved_at, "content": content}],
            )
        return draft

    def draft(self, kind: str, child_id: str) -> Draft | None:
        """The person's own draft, or None; also None once the child is no longer theirs."""
        return next((draft for draft in self.drafts() if (draft.kind, draft.child_id) == (kind, child_id)), None)

    def drafts(self) -> list[Draft]:
        """The person's own drafts about children who are still theirs, the newest first."""
        with self._reading() as connection:
            rows = connection.execute(
                sa.select(DRAFT).where(DRAFT.c.staff_id == self.actor.staff_id).order_by(DRAFT.c.saved_at.desc(), DRAFT.c.kind)
            ).all()
            own = self._reachable(connection, RECORDS["child"], [row.child_id for row in rows if row.child_id])
        return [Draft(row.kind, row.child_id, row.content, row.saved_at) for row in rows if not row.child_id or row.child_id in own]

    def drop_draft(self, kind: str, child_id: str) -> None:
        """Forget a draft, because it was saved or given up; no draft is no error."""
        with self._writing() as connection:
            connection.execute(DRAFT.delete().where(*self._draft_key(kind, child_id)))

    def _draft_key(self, kind: str, child_id: str) -> tuple[sa.ColumnElement[bool], ...]:
        return (DRAFT.c.staff_id == self.actor.staff_id, DRAFT.c.kind == kind, DRAFT.c.child_id == child_id)

    def _require_child(self, connection: sa.Connection, child_id: str) -> None:
        if child_id and not self._reachable(connection, RECORDS["child"], [child_id]):
            raise NotFound
