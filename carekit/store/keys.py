"""The key of a store: from a passphrase by Argon2id, from a key file, and what is derived from it.

The passphrase costs time once, when the store is opened; connections then use the raw key. The salt of an SQLite store is
the first 16 bytes of its file (where SQLCipher keeps its own), of a PostgreSQL store a row of ``store_fact``.
"""

from __future__ import annotations

import hmac
import os
import secrets
from hashlib import sha256
from pathlib import Path

from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from carekit.errors import UserError
from carekit.language import Label

KEY_BYTES = 32
SALT_BYTES = 16


def new_key() -> bytes:
    """A new random key of 32 bytes."""
    return secrets.token_bytes(KEY_BYTES)


def derive_key(passphrase: str, salt: bytes) -> bytes:
    """The key of 32 bytes that belongs to a passphrase (Argon2id of RFC 9106, second recommended option: 64 MiB, 3 passes, 4 lanes)."""
    if not passphrase.strip():
        raise UserError(
            Label("Enter a passphrase; an empty one protects nothing.", "请输入口令，空口令起不到保护作用。"), code="no_passphrase"
        )
    return hash_secret_raw(
        passphrase.encode("utf-8"), salt, time_cost=3, memory_cost=65536, parallelism=4, hash_len=KEY_BYTES, type=Type.ID
    )


def subkey(key: bytes, purpose: str) -> bytes:
    """A key of 32 bytes for one purpose, derived from the store's key (HKDF-SHA256)."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=f"carekit:{purpose}".encode()).derive(key)


def check_value(key: bytes) -> str:
    """A text that tells whether a key is the right one without giving it away."""
    return hmac.new(subkey(key, "check"), b"carekit", sha256).hexdigest()


def read_key_file(path: Path) -> bytes:
    """The key in a key file: 64 hexadecimal digits. `UserError` when the file holds anything else."""
    try:
        key = bytes.fromhex(path.read_text("ascii").strip())
    except (OSError, ValueError, UnicodeDecodeError):
        key = b""
    if len(key) != KEY_BYTES:
        raise UserError(
            Label(
                "This is not a key file: it must hold 64 hexadecimal digits. Choose the file made with the store.",
                "这不是密钥文件（应为64位十六进制字符），请选择建库时生成的密钥文件。",
            ),
            code="bad_key_file",
        )
    return key


def write_key_file(path: Path, key: bytes) -> None:
    """Write a new key file that only its owner can read; `FileExistsError` when there is one already."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(key.hex() + "\n")
