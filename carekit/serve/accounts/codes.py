"""The second factor: codes of an authenticator app (TOTP, RFC 6238: SHA-1, 30 seconds, 6 digits, as every app has it) and recovery codes.

The secret is sealed with a key derived from the store's, on either database; recovery codes are kept as keyed hashes.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import b32encode
from datetime import UTC, datetime
from hashlib import sha256

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from carekit.serve.accounts.model import Enrolment
from carekit.store.keys import subkey

#: How many recovery codes are given, each good for once. They are digits, so that a telephone's number keys can type them.
RECOVERY_CODES = 8
_RECOVERY_DIGITS = 10
_STEP = 30
_DIGITS = 6
_NONCE = 12
#: A telephone's clock may be one step off.
_WINDOW = (-1, 0, 1)


class SecondFactor:
    """Seals, checks and hashes with the keys of one store."""

    def __init__(self, key: bytes) -> None:
        self._seal = AESGCM(subkey(key, "second factor"))
        self._key = subkey(key, "recovery codes")

    def seal(self, secret: bytes, account_id: str) -> bytes:
        """The secret as it is kept; it opens for this account only."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._seal.encrypt(nonce, secret, account_id.encode())

    def unseal(self, sealed: bytes, account_id: str) -> bytes:
        """The secret; `cryptography.exceptions.InvalidTag` when it was changed or belongs to another account."""
        return self._seal.decrypt(sealed[:_NONCE], sealed[_NONCE:], account_id.encode())

    def recovery_hash(self, code: str, account_id: str) -> str:
        """What is kept of a recovery code."""
        return hmac.new(self._key, f"{account_id}:{plain_code(code)}".encode(), sha256).hexdigest()


def new_secret() -> bytes:
    """A secret of 160 bits, as RFC 4226 wants it."""
    return secrets.token_bytes(20)


def new_recovery_codes() -> list[str]:
    """Fresh recovery codes, as they are shown: ``12345-67890``."""
    numbers = [f"{secrets.randbelow(10**_RECOVERY_DIGITS):0{_RECOVERY_DIGITS}d}" for _ in range(RECOVERY_CODES)]
    return [f"{number[:5]}-{number[5:]}" for number in numbers]


def enrolment(secret: bytes, name: str) -> Enrolment:
    """The secret as a person types it and as a QR code holds it."""
    return Enrolment(b32encode(secret).decode("ascii"), _totp(secret).get_provisioning_uri(name, "carekit"))


def code_at(secret: bytes, moment: datetime) -> str:
    """The code that an authenticator app shows at a moment (UTC)."""
    return _code(secret, _step(moment))


def step_of(secret: bytes, code: str, moment: datetime, last_step: int | None) -> int | None:
    """The step whose code this is, or None; steps up to `last_step`, whose codes were used or passed over, are refused."""
    given = plain_code(code).encode()
    steps = [_step(moment) + away for away in _WINDOW]
    fitting = [step for step in steps if hmac.compare_digest(_code(secret, step).encode(), given)]
    return next((step for step in fitting if last_step is None or step > last_step), None)


def plain_code(code: str) -> str:
    """The digits of what was typed: blanks and dashes do not count, full-width digits are digits."""
    return "".join(str(int(c)) for c in code[:64] if c.isdecimal())


def _step(moment: datetime) -> int:
    return int(moment.replace(tzinfo=UTC).timestamp()) // _STEP


def _code(secret: bytes, step: int) -> str:
    return _totp(secret).generate(max(step, 0) * _STEP).decode("ascii")


def _totp(secret: bytes) -> TOTP:
    return TOTP(secret, _DIGITS, SHA1(), _STEP)  # noqa: S303 - RFC 6238 with SHA-1 is what authenticator apps understand
