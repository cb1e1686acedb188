"""The second factor: the code at login, and turning it on and off."""

from __future__ import annotations

import asyncio
from typing import Any

import segno
from jupyter_server.auth.decorator import allow_unauthenticated

from carekit.errors import Denied, UserError
from carekit.language import Label
from carekit.serve.accounts import SECOND_FACTOR_ROLES, Login, Session
from carekit.serve.login.page import LoginHandler
from carekit.serve.login.wording import WORDING
from carekit.serve.pages import WORDING as PAGE_WORDING

#: From so few recovery codes on the page says how to get new ones.
_FEW = 3
_CODE_CUT = 40


class SecondFactorPage(LoginHandler):
    """What a login that needs a code must give; for a complete one of some roles, the settings."""

    @allow_unauthenticated
    async def get(self) -> None:
        """Show what this login needs: a code, or the settings. Changes nothing."""
        session = await self.present()
        if session is None:
            self.redirect(f"{self.base_url}login")
        elif session.needs_code:
            self._code_form()
        elif session.must_change:
            self.redirect(self.next_step(session))
        else:
            await self._settings(session)

    @allow_unauthenticated
    async def post(self) -> None:
        """Give the code, or begin, confirm or turn off the second factor."""
        session = await self.present()
        if session is None:
            self.log_in_again()
        elif session.needs_code:
            await self._give_code(session)
        elif session.must_change:
            self.redirect(self.next_step(session))
        else:
            await self._change(session)

    async def _change(self, session: Session) -> None:
        wanted = {"begin": self._begin, "off": self._turn_off}.get(self.get_body_argument("do", ""), self._confirm)
        try:
            await wanted(session)
        except UserError as error:
            if error.code == "logged_out":
                self.log_in_again()
            else:
                await self._settings(session, error)

    @property
    def _code(self) -> str:
        return str(self.get_body_argument("code", ""))[:_CODE_CUT]

    async def _give_code(self, session: Session) -> None:
        login: Login = await self.in_a_thread(self.accounts.give_code, session, self._code)
        if login.session is None:
            self._code_form(status=self.wait(login.wait_seconds), problem=login.problem)
            return
        self.give_cookie(login.token)
        self.redirect(self.next_step(login.session))

    async def _begin(self, session: Session) -> None:
        await self.in_a_thread(self.accounts.begin_second_factor, session)
        self.redirect(f"{self.base_url}second-factor")

    async def _confirm(self, session: Session) -> None:
        recovery = await self.in_a_thread(self.accounts.confirm_second_factor, session, self._code)
        await self.shut_out()
        self.show("second_factor.html", state="recovery", recovery=recovery)

    async def _turn_off(self, session: Session) -> None:
        await self.in_a_thread(self.accounts.drop_second_factor, session, self.typed_secret("password"))
        self.redirect(f"{self.base_url}second-factor?off=1")

    def _code_form(self, *, status: int = 200, problem: Label | None = None) -> None:
        self.show("second_factor.html", status=status, problem=problem, state="code")

    async def _settings(self, session: Session, error: UserError | None = None) -> None:
        if session.role not in SECOND_FACTOR_ROLES or isinstance(error, Denied):
            self.set_status(403)
            self.finish(self.draw("message.html", message=PAGE_WORDING["forbidden"].text(self.language)))
            return
        self.show(
            "second_factor.html",
            status=self.status_of(error) if error else 200,
            problem=error.label if error else None,
            **await asyncio.to_thread(self._state_of, session),
        )

    def _state_of(self, session: Session) -> dict[str, Any]:
        """What the settings show: that it is on, what is to be scanned, or how to begin."""
        account = self.accounts.account_of(session)
        if account.second_factor:
            left = WORDING["codes_left"].format(left=account.recovery_codes).text(self.language)
            return {"state": "on", "name": account.name, "left": left, "few": account.recovery_codes <= _FEW}
        begun = self.accounts.begun_second_factor(session)
        if begun is None:
            return {"state": "off", "just_off": bool(self.get_query_argument("off", ""))}
        title = WORDING["factor"].text(self.language)
        return {
            "state": "begun",
            "uri": begun.uri,
            "secret": " ".join(begun.secret[start : start + 4] for start in range(0, len(begun.secret), 4)),
            "qr": segno.make(begun.uri, micro=False).svg_inline(omitsize=True, border=4, title=title, light="#fff"),
        }
