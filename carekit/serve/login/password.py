"""Choosing a password of one's own."""

from __future__ import annotations

import asyncio

from jupyter_server.auth.decorator import allow_unauthenticated

from carekit.errors import UserError
from carekit.serve.accounts import SECOND_FACTOR_ROLES, Session
from carekit.serve.login.page import LoginHandler
from carekit.serve.login.wording import WORDING

#: Which field of the form a refusal is about, by its code.
_FIELDS = {"wrong_password": "old", "locked": "old", "bad_password": "new", "differ": "again"}


class PasswordPage(LoginHandler):
    """Changing the password, at the first login or at will."""

    @allow_unauthenticated
    async def get(self) -> None:
        """Show the form, or that the password is changed."""
        session = await self.present()
        if session is None:
            self.redirect(f"{self.base_url}login")
        elif session.needs_code:
            self.redirect(self.next_step(session))
        else:
            await self._form(session)

    @allow_unauthenticated
    async def post(self) -> None:
        """Change the password; this login goes on under a new token, all others end at once with their pages."""
        session = await self.present()
        if session is None or session.needs_code:
            self.log_in_again()
            return
        old, new = self.typed_secret("old"), self.typed_secret("new")
        if new != self.typed_secret("again"):
            await self._form(session, UserError(WORDING["differ"], code="differ"))
            return
        try:
            token = await self.in_a_thread(self.accounts.change_password, session, old, new)
        except UserError as error:
            if error.code == "logged_out":
                self.log_in_again()
            else:
                await self._form(session, error)
            return
        self.give_cookie(token)
        await self.shut_out()
        # a page of its own says so: the answer to a form, loaded anew, would send the form again
        self.redirect(self.own_path() if session.must_change else f"{self.base_url}password?saved=1")

    async def _form(self, session: Session, error: UserError | None = None) -> None:
        account = await asyncio.to_thread(self.accounts.account_of, session)
        self.show(
            "password.html",
            status=self.status_of(error) if error else 200,
            problem=error.label if error else None,
            wrong=_FIELDS.get(error.code, "") if error else "",
            name=account.name,
            done=not error and bool(self.get_query_argument("saved", "")),
            must=session.must_change,
            factor=session.complete and session.role in SECOND_FACTOR_ROLES,
        )
