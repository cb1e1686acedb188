"""Logging in and out, choosing a password, and the second factor: the only pages that are there before a login is complete."""

from carekit.serve.handlers import PageHandler
from carekit.serve.login.entering import LoginPage, LogoutPage
from carekit.serve.login.password import PasswordPage
from carekit.serve.login.second_factor import SecondFactorPage

LOGIN_HANDLERS: list[tuple[str, type[PageHandler]]] = [
    ("/login", LoginPage),
    ("/logout", LogoutPage),
    ("/password", PasswordPage),
    ("/second-factor", SecondFactorPage),
]

__all__ = ["LOGIN_HANDLERS", "LoginPage", "LogoutPage", "PasswordPage", "SecondFactorPage"]
