"""Accounts: who may log in, and what a login allows. Used by the server and by the command line; knows nothing of HTTP."""

from carekit.serve.accounts.accounts import Accounts
from carekit.serve.accounts.model import (
    ABSOLUTE_SECONDS,
    IDLE_SECONDS,
    SECOND_FACTOR_ROLES,
    Account,
    Enrolment,
    Login,
    Session,
    TooManyTries,
)

__all__ = [
    "ABSOLUTE_SECONDS",
    "IDLE_SECONDS",
    "SECOND_FACTOR_ROLES",
    "Account",
    "Accounts",
    "Enrolment",
    "Login",
    "Session",
    "TooManyTries",
]
