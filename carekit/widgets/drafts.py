"""Where a form keeps what is typed but not saved yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

Content = Mapping[str, Any]


class StoredDraft(Protocol):
    """A draft as the store gives it: what was typed, and when (UTC)."""

    @property
    def content(self) -> Any:
        """What a form had sent."""
        ...

    @property
    def saved_at(self) -> datetime:
        """When it was kept, in UTC."""
        ...


class DraftDesk(Protocol):
    """The part of `carekit.store.Desk` that keeps drafts."""

    def save_draft(self, kind: str, child_id: str, content: dict[str, Any], /) -> Any:
        """Keep a draft in place of the former one."""
        ...

    def draft(self, kind: str, child_id: str, /) -> StoredDraft | None:
        """The draft, if there is one."""
        ...

    def drop_draft(self, kind: str, child_id: str, /) -> Any:
        """Forget the draft."""
        ...


@dataclass(frozen=True, slots=True)
class Drafts:
    """The three things a form does with a draft: `save` its content (plain JSON), `load` content and moment (UTC), `drop` it."""

    save: Callable[[dict[str, Any]], object]
    load: Callable[[], tuple[Content, datetime] | None]
    drop: Callable[[], object]

    @classmethod
    def in_store(cls, desk: DraftDesk, kind: str, child_id: str) -> Drafts:
        """The draft of the desk's person for one kind of record and one child."""

        def load() -> tuple[Content, datetime] | None:
            draft = desk.draft(kind, child_id)
            return (draft.content, draft.saved_at) if draft else None

        return cls(
            save=lambda content: desk.save_draft(kind, child_id, content),
            load=load,
            drop=lambda: desk.drop_draft(kind, child_id),
        )
