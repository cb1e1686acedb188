"""Who is at the other end of a request: made by the server from the session cookie, never from anything else that a browser says."""

from __future__ import annotations

from dataclasses import dataclass, field

from jupyter_server.auth.identity import User
from jupyter_server.base.call_context import CallContext

from carekit.access import Actor
from carekit.language import Language, current_language
from carekit.records.codes import Role


@dataclass
class Visitor(User):
    """A person who has logged in, for the length of one request; `username` is the account's id, so that logs name nobody.

    `session_id` is the login that the request came with: what was opened with it ends when it ends.
    """

    staff_id: str = ""
    role: Role = Role.PARTNER
    session_id: str = ""
    language: Language = field(default_factory=current_language)

    @property
    def account_id(self) -> str:
        """The account that logged in."""
        return self.username

    @property
    def actor(self) -> Actor:
        """The person as the store knows them."""
        return Actor(self.staff_id, self.role)

    def fill_defaults(self) -> None:
        """Leave the names empty: Jupyter would fill them with the account's id."""

    def __repr__(self) -> str:
        return f"Visitor({self.username})"


def present_visitor() -> Visitor | None:
    """The visitor whose request is being answered, or None when the server acts by itself."""
    handler = CallContext.get(CallContext.JUPYTER_HANDLER)
    visitor = getattr(handler, "current_user", None)
    return visitor if isinstance(visitor, Visitor) else None
