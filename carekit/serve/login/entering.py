"""Logging in and out."""

from __future__ import annotations

from jupyter_server.auth.decorator import allow_unauthenticated

from carekit.serve.accounts import Login
from carekit.serve.identity import SESSION_COOKIE
from carekit.serve.login.page import LoginHandler
from carekit.serve.login.wording import WORDING


class LoginPage(LoginHandler):
    """The login page."""

    @allow_unauthenticated
    async def get(self) -> None:
        """Show it; who has logged in already goes on, and whose login has ended is told so."""
        session = await self.present()
        if session is not None:
            self.redirect(self.next_step(session))
            return
        self.login_form(note=WORDING["ended"] if self.get_cookie(SESSION_COOKIE) else None)

    @allow_unauthenticated
    async def post(self) -> None:
        """Try a name and a password. Whoever was logged in with this browser before is out: the cookie is one person's only."""
        name, before = self.typed_name(), await self.present()
        source = self.request.remote_ip or ""
        login: Login = await self.in_a_thread(self.accounts.log_in, name, self.typed_secret("password"), source=source)
        if login.session is None:
            self.login_form(status=self.wait(login.wait_seconds), problem=login.problem, name=name)
            return
        self.give_cookie(login.token)
        if before is not None:
            await self.in_a_thread(self.accounts.end, before.id)
            await self.shut_out()
        self.redirect(self.next_step(login.session))


class LogoutPage(LoginHandler):
    """Logging out, here or everywhere."""

    @allow_unauthenticated
    async def post(self) -> None:
        """End the login, or all of this person's, with all open pages; then show the login page."""
        session = await self.present()
        if session is not None:
            if self.get_body_argument("everywhere", ""):
                await self.in_a_thread(self.accounts.end_all, session.account_id)
            else:
                await self.in_a_thread(self.accounts.end, session.id)
            await self.shut_out()
        self.clear_cookie(SESSION_COOKIE, path=self.base_url)
        self.redirect(f"{self.base_url}login")
