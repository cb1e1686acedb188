"""Papers and pictures attached to records: each is sealed by itself, so that it stays shut on either database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import sqlalchemy as sa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from carekit.access import Actor
from carekit.errors import NotFound, UserError
from carekit.fields import Privacy, new_id
from carekit.language import Label
from carekit.records import Record
from carekit.store import audit
from carekit.store.keys import subkey
from carekit.store.schema import ATTACHMENT
from carekit.store.writing import Writing

#: The largest paper or picture that can be attached, in bytes.
ATTACHMENT_LIMIT = 10 * 1024 * 1024
_NONCE = 12


@dataclass(frozen=True, slots=True)
class Attachment:
    """A paper or picture that belongs to a record; its bytes are fetched apart. `size` in bytes."""

    id: str
    entity_id: str
    name: str
    media_type: str
    size: int
    recorded_at: datetime
    recorded_by: str

    def __repr__(self) -> str:
        return f"Attachment({self.id}, {self.size} bytes)"


def paper_privacy(kind: type[Record]) -> Privacy:
    """How private the papers of a record are: they may hold anything, so as private as its most private part, SENSITIVE at least."""
    return max([Privacy.SENSITIVE, *(spec.privacy for spec in kind.fields.values())])


class Papers(Writing):
    """What one actor may do with the papers of records."""

    def __init__(self, engine: sa.Engine, actor: Actor, key: bytes) -> None:
        super().__init__(engine, actor)
        self._seal = AESGCM(subkey(key, "attachments"))

    def attach(self, kind: type[Record], record_id: str, name: str, content: bytes, media_type: str) -> Attachment:
        """Attach a paper or picture to a record; it is kept encrypted by itself, on either database.

        `UserError` when it is empty or larger than `ATTACHMENT_LIMIT`, `NotFound` and `Denied` as for amending the record.
        """
        if not 0 < len(content) <= ATTACHMENT_LIMIT:
            raise UserError(
                Label(
                    "The file is empty or larger than {limit} MB. Make it smaller and attach it again.",
                    "文件是空的，或超过{limit}MB，请缩小后再上传。",
                ).format(limit=ATTACHMENT_LIMIT // 2**20),
                code="attachment_size",
            )
        with self.transaction():
            assert self._connection is not None  # noqa: S101
            self._require_writing(kind)
            self._current(self._connection, kind, record_id)
            attachment = Attachment(new_id(), record_id, name, media_type, len(content), self._now(), self.actor.staff_id)
            self._keep_paper(self._connection, attachment, content)
            audit.append(self._connection, self.actor, [audit.Entry("attach", kind.kind, record_id)], self._now())
        return attachment

    def _keep_paper(self, connection: sa.Connection, attachment: Attachment, content: bytes) -> None:
        nonce = sha256(attachment.id.encode()).digest()[:_NONCE]
        row = {field: getattr(attachment, field) for field in Attachment.__slots__} | {
            "sha256": sha256(content).hexdigest(),
            "sealed": nonce + self._seal.encrypt(nonce, content, f"{attachment.id}:{attachment.entity_id}".encode()),
            "withdrawn": False,
        }
        connection.execute(ATTACHMENT.insert(), [row])

    def _open_paper(self, attachment_id: str, record_id: str, sealed: bytes) -> bytes:
        return self._seal.decrypt(sealed[:_NONCE], sealed[_NONCE:], f"{attachment_id}:{record_id}".encode())

    def _copy_papers(self, connection: sa.Connection, from_id: str, to_id: str) -> None:
        """Papers of one record kept with another too: they are sealed with the id of the record, so these are copies."""
        papers = connection.execute(sa.select(ATTACHMENT).where(ATTACHMENT.c.entity_id == from_id, ATTACHMENT.c.withdrawn.is_(sa.false())))
        for row in papers.all():
            copy = Attachment(new_id(), to_id, row.name, row.media_type, row.size, self._now(), row.recorded_by)
            self._keep_paper(connection, copy, self._open_paper(row.id, from_id, row.sealed))

    def _withdraw_papers(self, connection: sa.Connection, record_id: str, made_at: datetime) -> None:
        """Take the papers out of use that came to a record at a moment."""
        of_then = (ATTACHMENT.c.entity_id == record_id, ATTACHMENT.c.recorded_at == made_at)
        connection.execute(ATTACHMENT.update().where(*of_then).values(withdrawn=True))

    def attachments(self, kind: type[Record], record_id: str) -> list[Attachment]:
        """What is attached to a record, oldest first; empty when the actor does not see all of its fields."""
        with self._reading() as connection:
            if not self._reachable(connection, kind, [record_id], at=paper_privacy(kind)):
                return []
            columns = [ATTACHMENT.c[field] for field in Attachment.__slots__]
            select = sa.select(*columns).where(ATTACHMENT.c.entity_id == record_id, ATTACHMENT.c.withdrawn.is_(sa.false()))
            return [Attachment(*row) for row in connection.execute(select.order_by(ATTACHMENT.c.recorded_at, ATTACHMENT.c.id))]

    def attachment_bytes(self, kind: type[Record], record_id: str, attachment_id: str) -> bytes:
        """The bytes of one attachment, checked; `NotFound` when it is not there or not the actor's to see. The read is logged."""
        with self._writing() as connection:
            row = None
            if self._reachable(connection, kind, [record_id], at=paper_privacy(kind)):
                row = connection.execute(
                    sa.select(ATTACHMENT.c.sealed).where(
                        ATTACHMENT.c.id == attachment_id, ATTACHMENT.c.entity_id == record_id, ATTACHMENT.c.withdrawn.is_(sa.false())
                    )
                ).one_or_none()
            self._log(connection, audit.Entry("read" if row else "refused", kind.kind, record_id[:26], "attachment"))
        if row is None:
            raise NotFound
        return self._open_paper(attachment_id, record_id, row.sealed)
