"""What the pages of logging in share: the login of the cookie, complete or not, the words, and where to go on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from urllib.parse import urlencode

from carekit.errors import UserError
from carekit.language import Label
from carekit.serve.accounts import Accounts, Session, TooManyTries
from carekit.serve.accounts.passwords import PARALLEL
from carekit.serve.handlers import PageHandler
from carekit.serve.identity import SESSION_COOKIE
from carekit.serve.login.wording import WORDING, words
from carekit.serve.sockets import shut_out

#: Passwords are looked at in threads of their own, no more at once than there is room for: others' pages need the threads of the loop.
_THREADS = ThreadPoolExecutor(PARALLEL, thread_name_prefix="carekit-login")
#: What a person types is cut at these lengths, in characters, before anything looks at it; a password of the second length is too long anyway.
_NAME_CUT, _PASSWORD_CUT, _PATH_CUT = 200, 1000, 2000


class LoginHandler(PageHandler):
    """A page that is there before a login is complete."""

    @property
    def accounts(self) -> Accounts:
        """The store's accounts."""
        accounts: Accounts = self.settings["carekit"].accounts
        return accounts

    async def present(self) -> Session | None:
        """The login of the cookie, also one that still needs a password or a code."""
        token = self.get_cookie(SESSION_COOKIE, "")
        return await asyncio.to_thread(self.accounts.session, token) if token else None

    async def in_a_thread(self, work: Callable[..., Any], *args: Any, **named: Any) -> Any:
        """Do what looks at a password or writes to the store beside other requests."""
        return await asyncio.get_running_loop().run_in_executor(_THREADS, partial(work, *args, **named))

    async def shut_out(self) -> None:
        """Close the pages of logins that have just ended, in whatever browser they are open, and end their kernels."""
        await shut_out(self.accounts, self.kernel_manager)

    # --- what was typed ---

    def typed_name(self) -> str:
        """The login name as it was typed."""
        return str(self.get_body_argument("username", ""))[:_NAME_CUT]

    def typed_secret(self, name: str) -> str:
        """A password as it was typed, with the blanks at its ends."""
        return str(self.get_body_argument(name, "", strip=False))[:_PASSWORD_CUT]

    @property
    def asked(self) -> str:
        """Where this person wanted to go before they had to log in."""
        return str(self.get_argument("next", ""))[:_PATH_CUT]

    # --- where to go on ---

    def own_path(self) -> str:
        """Where to go on: a path of this server that was asked for, else the home page. Never another site, and never out again."""
        asked = self.asked
        plain = asked.startswith(self.base_url) and not asked.startswith("//") and "\\" not in asked
        if plain and asked.isascii() and asked.isprintable() and asked.partition("?")[0] != f"{self.base_url}logout":
            return asked
        return str(self.base_url)

    def next_step(self, session: Session) -> str:
        """The page that this login needs next: code, password, or what was asked for."""
        for needed, name in ((session.needs_code, "second-factor"), (session.must_change, "password")):
            if needed:
                return f"{self.base_url}{name}?{urlencode({'next': self.own_path()})}"
        return self.own_path()

    # --- what is answered ---

    def give_cookie(self, token: str) -> None:
        """Hand the login to this browser, out of reach of scripts and, under TLS, of the open network."""
        secure = self.request.protocol == "https" or self.settings["carekit"].encrypted
        self.set_cookie(SESSION_COOKIE, token, path=self.base_url, httponly=True, samesite="Lax", secure=secure)

    def show(self, template: str, *, problem: Label | None = None, status: int = 200, **values: Any) -> None:
        """Send a page with its words, and with what went wrong in one sentence."""
        self.set_status(status)
        told = problem.text(self.language) if problem else ""
        self.finish(self.draw(template, w=words(self.language), problem=told, asked=self.asked, **values))

    def wait(self, seconds: int) -> int:
        """The status of a refusal: 429, with the seconds to wait as its header, or 401 when there is nothing to wait for."""
        if not seconds:
            return 401
        self.set_header("Retry-After", str(seconds))
        return 429

    def status_of(self, error: UserError) -> int:
        """The status of an answer that says in words what was wrong."""
        return self.wait(error.wait_seconds) if isinstance(error, TooManyTries) else 400

    def login_form(self, *, status: int = 200, problem: Label | None = None, note: Label | None = None, name: str = "") -> None:
        """Send the login page, with a demo's buttons where there are any."""
        demo = [
            {"role": role.text(self.language), "person": person, "name": login, "password": password}
            for role, person, login, password in self.settings["carekit"].demo_accounts
        ]
        told = note.text(self.language) if note else ""
        self.show("login.html", status=status, problem=problem, note=told, name=name, demo=demo)

    def log_in_again(self) -> None:
        """Answer a form whose login has ended meanwhile."""
        self.login_form(status=403, problem=WORDING["ended"])

    def write_error(self, status_code: int, **info: Any) -> None:
        """A form without the token against forged requests is, for its person, a page that was left open; say what to do."""
        if status_code == 403 and self.request.method == "POST":
            back = self.base_url if self.request.path == f"{self.base_url}logout" else self.request.path
            self.finish(self.draw("stale.html", told=WORDING["stale"].text(self.language), back=back))
        else:
            super().write_error(status_code, **info)
