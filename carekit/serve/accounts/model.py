"""What accounts are made of, and how long a login holds. Nothing here shows a name, a token or a secret in its repr."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from carekit.errors import UserError
from carekit.language import Label
from carekit.records.codes import Role

#: A login ends after so many seconds without a request: the length of a break, after which a page left open is anybody's.
IDLE_SECONDS = 30 * 60
#: A login ends so many seconds after it began, used or not: longer than a day at school, shorter than until the next morning.
ABSOLUTE_SECONDS = 12 * 3600
#: Who may protect their account with codes of an authenticator app: those who see every child, and who manages the system.
SECOND_FACTOR_ROLES = frozenset({Role.LEADER, Role.COUNSELLOR, Role.ADMINISTRATOR})


@dataclass(frozen=True, slots=True)
class Account:
    """A login name of a staff member. `locked_until` and `last_login_at` in UTC; `recovery_codes` counts those not yet used."""

    id: str
    name: str
    staff_id: str
    disabled: bool
    must_change: bool
    second_factor: bool
    recovery_codes: int
    locked_until: datetime | None
    last_login_at: datetime | None

    def __repr__(self) -> str:
        return f"Account({self.id})"


@dataclass(frozen=True, slots=True)
class Session:
    """A login that holds. Until the password is changed (`must_change`) and the code given (`needs_code`) it opens nothing else."""

    id: str
    account_id: str
    staff_id: str
    role: Role
    must_change: bool
    needs_code: bool

    @property
    def complete(self) -> bool:
        """Whether it opens the apps."""
        return not (self.must_change or self.needs_code)


@dataclass(frozen=True, slots=True)
class Login:
    """What came of a try to log in: a session and the value of its cookie, or a sentence and how long to wait (seconds, 0: not at all)."""

    session: Session | None = None
    token: str = ""
    problem: Label | None = None
    wait_seconds: int = 0

    def __repr__(self) -> str:
        return f"Login({self.session})"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A second factor that was begun: the secret in base32, and the address that an authenticator app reads from a QR code."""

    secret: str
    uri: str

    def __repr__(self) -> str:
        return "Enrolment()"


class TooManyTries(UserError):
    """So many wrong passwords that nothing is looked at for `wait_seconds`, not even the right one."""

    code = "locked"

    def __init__(self, label: Label, wait_seconds: int) -> None:
        super().__init__(label)
        self.wait_seconds = wait_seconds
