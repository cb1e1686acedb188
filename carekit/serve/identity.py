"""Who may reach what on the server: the login behind a request, and the kernels that are this person's own.

Every handler asks for a login unless it says otherwise itself; what shows files goes through `behind_login`.
"""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

from jupyter_server.auth.authorizer import Authorizer
from jupyter_server.auth.identity import IdentityProvider
from tornado.web import HTTPError, RequestHandler

from carekit.language import Language, current_language
from carekit.serve.visitor import Visitor

#: The cookie that holds the login's token. Nothing but a script-proof cookie ever carries it.
SESSION_COOKIE = "carekit_session"
#: The cookie that holds the language of this browser.
LANGUAGE_COOKIE = "carekit_lang"


def language_of(handler: RequestHandler) -> Language:
    """The language of a request: what its address asks for, else what this browser asked for before, else the server's."""
    for told in (handler.get_query_argument("lang", ""), handler.get_cookie(LANGUAGE_COOKIE, "")):
        try:
            return Language(told or "")
        except ValueError:
            continue
    return current_language()


def keep_language(handler: RequestHandler) -> None:
    """Remember a language that the address asks for."""
    if handler.get_query_argument("lang", ""):
        path = handler.settings.get("base_url", "/")
        handler.set_cookie(LANGUAGE_COOKIE, language_of(handler).value, path=path, httponly=True, samesite="Lax", expires_days=365)


class StaffIdentity(IdentityProvider):
    """Takes the visitor from the session cookie and from nothing else: no token in the address, nobody anonymous."""

    @property
    def auth_enabled(self) -> bool:
        """Always."""
        return True

    def get_user(self, handler: RequestHandler) -> Visitor | None:
        """The person whose login the request came with; None without one that holds and is complete (password changed, code given)."""
        known = getattr(handler, "_jupyter_current_user", None)
        if isinstance(known, Visitor):
            return known
        token = handler.get_cookie(SESSION_COOKIE, "")
        session = handler.settings["carekit"].accounts.session(token) if token else None
        if session is None or not session.complete:
            return None
        return Visitor(
            username=session.account_id,
            staff_id=session.staff_id,
            role=session.role,
            session_id=session.id,
            language=language_of(handler),
        )

    def get_handlers(self) -> list[tuple[str, object]]:
        """None: carekit has a login page of its own, and tells nobody over the network who is logged in."""
        return []

    def is_token_authenticated(self, handler: RequestHandler) -> bool:  # noqa: ARG002 - Jupyter's signature
        """Never: so that the origin of every request is checked."""
        return False

    def should_check_origin(self, handler: RequestHandler) -> bool:  # noqa: ARG002 - Jupyter's signature
        """Always."""
        return True


class OwnKernels(Authorizer):
    """Lets a visitor reach the kernels that were started in the same login, and nothing else of Jupyter's."""

    def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool:  # noqa: ARG002 - Jupyter's signature
        """Whether the kernel named in the address is the visitor's own."""
        if resource != "kernels" or not isinstance(user, Visitor):
            return False
        kernel_id = handler.path_kwargs.get("kernel_id") or next(iter(handler.path_args), "")
        return is_own_kernel(handler, user, str(kernel_id))


def is_own_kernel(handler: Any, visitor: Visitor, kernel_id: str) -> bool:
    """Whether a kernel was started in the visitor's present login. A refused try is logged; "not yours" and "not there" get one answer."""
    owner = handler.kernel_manager.owner_of(kernel_id)
    if owner is not None and (owner.account_id, owner.session_id) == (visitor.account_id, visitor.session_id):
        return True
    handler.settings["carekit"].refused(visitor, "kernel")
    return False


class _LoginRequired(RequestHandler):
    """A handler that answers only to people who have logged in."""

    def prepare(self) -> Awaitable[None] | None:
        """403 without a login, before anything is looked for."""
        if self.settings["identity_provider"].get_user(self) is None:
            raise HTTPError(403)
        return super().prepare()


_GUARDED: dict[type[RequestHandler], type[RequestHandler]] = {}


def behind_login(handler: type[RequestHandler]) -> type[RequestHandler]:
    """A handler that does not ask for a login (tornado's, Jupyter's and Voila's handlers of files), made to ask for one."""
    if handler not in _GUARDED:
        _GUARDED[handler] = type(f"{handler.__name__}BehindLogin", (_LoginRequired, handler), {})
    return _GUARDED[handler]
