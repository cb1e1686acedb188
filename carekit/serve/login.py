"""Logging in and out, choosing a password, and the second factor: the only pages that are there before a login is complete."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

import segno
from jupyter_server.auth.decorator import allow_unauthenticated
from tornado.web import HTTPError

from carekit.errors import UserError
from carekit.language import Label
from carekit.serve.accounts import SECOND_FACTOR_ROLES, Accounts, Login, Session
from carekit.serve.handlers import PageHandler
from carekit.serve.identity import SESSION_COOKIE
from carekit.serve.sockets import end_session

#: So many passwords are looked at at once; each takes tens of megabytes for a moment.
_AT_ONCE = asyncio.Semaphore(4)

WORDING = {
    "login": Label("Log in", "登录"),
    "name": Label("Login name", "登录名"),
    "password": Label("Password", "密码"),
    "demo_title": Label("Or look around as", "或者直接以下列身份体验"),
    "choose": Label("Choose a password of your own", "请设置自己的密码"),
    "change": Label("Change the password", "修改密码"),
    "old": Label("Present password", "当前密码"),
    "new": Label("New password, 10 characters or more", "新密码，至少10个字符"),
    "again": Label("New password once more", "再输一遍新密码"),
    "differ": Label("The two new passwords differ. Type them again.", "两次输入的新密码不一致，请重新输入。"),
    "save": Label("Save", "保存"),
    "saved": Label("The password is changed; all other logins have ended.", "密码已修改，其他设备上的登录已全部退出。"),
    "everywhere": Label("Log out everywhere", "退出所有设备"),
    "factor": Label("Second factor", "两步验证"),
    "give_code": Label("Code of the authenticator app, or a recovery code", "验证器上的数字，或一个恢复码"),
    "scan": Label(
        "Scan this with an authenticator app, or type the secret, then type the code that it shows.",
        "用验证器应用扫描二维码（或手工输入密钥），再输入它显示的数字。",
    ),
    "secret": Label("Secret", "密钥"),
    "code": Label("Code", "验证码"),
    "turn_on": Label("Turn on", "开启"),
    "turn_off": Label("Turn off", "关闭"),
    "is_on": Label("The second factor is on.", "两步验证已开启。"),
    "recovery": Label(
        "Write these recovery codes down; each opens one login when the phone is lost. They are shown only now.",
        "请抄下这些恢复码，手机丢了时每个可用一次。只显示这一次。",
    ),
    "go_on": Label("Go on", "继续"),
}


class _LoginPage(PageHandler):
    """What the pages of logging in share: the login of the cookie, complete or not, and the words."""

    @property
    def accounts(self) -> Accounts:
        """The store's accounts."""
        accounts: Accounts = self.settings["carekit"].accounts
        return accounts

    @property
    def session(self) -> Session | None:
        """The login of the cookie, also one that still needs a password or a code."""
        token = self.get_cookie(SESSION_COOKIE, "")
        return self.accounts.session(token) if token else None

    def need_session(self) -> Session:
        """The login of the cookie; 403 without one."""
        session = self.session
        if session is None:
            raise HTTPError(403)
        return session

    def show(self, template: str, *, status: int = 200, **values: Any) -> None:
        """Send a page with its words."""
        self.set_status(status)
        self.finish(self.draw(template, w={name: label.text(self.language) for name, label in WORDING.items()}, **values))

    def give_cookie(self, token: str) -> None:
        """Hand the login to this browser, out of reach of scripts."""
        secure = self.request.protocol == "https"
        self.set_cookie(SESSION_COOKIE, token, path=self.base_url, httponly=True, samesite="Lax", secure=secure)

    def own_path(self, asked: str) -> str:
        """Where to go on: a path of this server that was asked for, else the home page. Never another site."""
        parts = urlsplit(asked)
        plain = (
            not parts.scheme and not parts.netloc and asked.startswith(self.base_url) and not asked.startswith("//") and "\\" not in asked
        )
        return asked if plain and asked.isprintable() else self.base_url

    def next_step(self, session: Session, asked: str) -> str:
        """The page that this login needs next: code, password, or what was asked for."""
        path = self.own_path(asked)
        for needed, name in ((session.needs_code, "second-factor"), (session.must_change, "password")):
            if needed:
                return f"{self.base_url}{name}?{urlencode({'next': path})}"
        return path

    async def in_a_thread(self, work: Callable[..., Any], *args: Any, **named: Any) -> Any:
        """Do what takes long (a password is looked at) beside other requests, and not too often at once."""
        async with _AT_ONCE:
            return await asyncio.to_thread(work, *args, **named)


class LoginPage(_LoginPage):
    """The login page."""

    @allow_unauthenticated
    async def get(self) -> None:
        """Show it; who has logged in already goes on."""
        session, asked = self.session, self.get_query_argument("next", "")
        if session is not None:
            self.redirect(self.next_step(session, asked))
            return
        self._form(asked=asked)

    @allow_unauthenticated
    async def post(self) -> None:
        """Try a name and a password."""
        name, asked = self.get_body_argument("username", "")[:200], self.get_body_argument("next", "")
        password = self.get_body_argument("password", "", strip=False)[:1000]
        login: Login = await self.in_a_thread(self.accounts.log_in, name, password, source=self.request.remote_ip or "")
        if login.session is None:
            self._form(status=429 if login.wait_seconds else 401, problem=login.problem, name=name, asked=asked)
            return
        self.give_cookie(login.token)
        self.redirect(self.next_step(login.session, asked))

    def _form(self, *, status: int = 200, problem: Label | None = None, name: str = "", asked: str = "") -> None:
        demo = [
            {"role": role.text(self.language), "person": person, "name": login, "password": password}
            for role, person, login, password in self.settings["carekit"].demo_accounts
        ]
        self.show("login.html", status=status, problem=problem.text(self.language) if problem else "", name=name, asked=asked, demo=demo)


class LogoutPage(_LoginPage):
    """Logging out, here or everywhere."""

    @allow_unauthenticated
    async def post(self) -> None:
        """End the login with all its open pages, then show the login page."""
        session = self.session
        if session is not None:
            if self.get_body_argument("everywhere", ""):
                self.accounts.end_all(session.account_id)
            else:
                self.accounts.end(session.id)
            await end_session(self.kernel_manager, session.id)
        self.clear_cookie(SESSION_COOKIE, path=self.base_url)
        self.redirect(f"{self.base_url}login")


class PasswordPage(_LoginPage):
    """Choosing a password of one's own."""

    @allow_unauthenticated
    async def get(self) -> None:
        """Show the form."""
        if self.session is None:
            self.redirect(f"{self.base_url}login")
            return
        self._form(self.need_session())

    @allow_unauthenticated
    async def post(self) -> None:
        """Change the password; this login goes on, all others end."""
        session, asked = self.need_session(), self.get_body_argument("next", "")
        old, new, again = (self.get_body_argument(name, "", strip=False)[:1000] for name in ("old", "new", "again"))
        if new != again:
            self._form(session, problem=WORDING["differ"])
            return
        try:
            token = await self.in_a_thread(self.accounts.change_password, session, old, new)
        except UserError as error:
            self._form(session, problem=error.label)
            return
        self.give_cookie(token)
        if session.must_change:
            self.redirect(self.own_path(asked))
            return
        self._form(session, done=True)

    def _form(self, session: Session, *, problem: Label | None = None, done: bool = False) -> None:
        self.show(
            "password.html",
            status=400 if problem else 200,
            problem=problem.text(self.language) if problem else "",
            done=done,
            must=session.must_change,
            asked=self.get_argument("next", ""),
            factor=session.complete and session.role in SECOND_FACTOR_ROLES,
        )


class SecondFactorPage(_LoginPage):
    """The code at login, and turning the second factor on and off."""

    @allow_unauthenticated
    async def get(self) -> None:
        """Show what this login needs: a code, or the settings."""
        if self.session is None:
            self.redirect(f"{self.base_url}login")
            return
        self._form(self.need_session())

    @allow_unauthenticated
    async def post(self) -> None:
        """Give the code, or turn the factor on or off."""
        session = self.need_session()
        code = self.get_body_argument("code", "")[:40]
        try:
            if session.needs_code:
                login: Login = await self.in_a_thread(self.accounts.give_code, session, code)
                if login.session is None:
                    self._form(session, problem=login.problem)
                    return
                self.give_cookie(login.token)
                self.redirect(self.next_step(login.session, self.get_body_argument("next", "")))
            elif self.get_body_argument("off", ""):
                password = self.get_body_argument("password", "", strip=False)[:1000]
                await self.in_a_thread(self.accounts.drop_second_factor, session, password)
                self._form(session)
            else:
                codes = await self.in_a_thread(self.accounts.confirm_second_factor, session, code)
                self._form(session, recovery=codes)
        except UserError as error:
            self._form(session, problem=error.label)

    def _form(self, session: Session, *, problem: Label | None = None, recovery: list[str] | None = None) -> None:
        values: dict[str, Any] = {"needs_code": session.needs_code, "recovery": recovery or [], "asked": self.get_argument("next", "")}
        if not session.needs_code and not recovery:
            if session.role not in SECOND_FACTOR_ROLES or not session.complete:
                raise HTTPError(403)
            values["is_on"] = self.accounts.account_of(session).second_factor
            if not values["is_on"]:
                begun = self.accounts.begin_second_factor(session)
                values["secret"] = " ".join(begun.secret[start : start + 4] for start in range(0, len(begun.secret), 4))
                values["qr"] = segno.make(begun.uri, micro=False).svg_inline(scale=5, title=WORDING["factor"].text(self.language))
        self.show("second_factor.html", status=400 if problem else 200, problem=problem.text(self.language) if problem else "", **values)


LOGIN_HANDLERS: list[tuple[str, type[PageHandler]]] = [
    ("/login", LoginPage),
    ("/logout", LogoutPage),
    ("/password", PasswordPage),
    ("/second-factor", SecondFactorPage),
]
