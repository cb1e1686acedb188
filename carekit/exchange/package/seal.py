"""The sealed file: nobody reads it without the passphrase, and what is not such a file is refused in one sentence.

Laid out as header, ciphertext, SHA-256 of both. The header says the format and what the key costs (scrypt), and is itself authenticated by AES-GCM.
The digest at the end tells a damaged file from a wrong passphrase, and its beginning is the mark that both schools compare on the phone.
"""

from __future__ import annotations

import secrets
import struct
import unicodedata
from dataclasses import dataclass
from hashlib import sha256
from typing import NoReturn

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from carekit.errors import UserError
from carekit.language import Label

#: The version of everything in the file: its layout and its content.
FORMAT = 1
#: The largest package, in bytes; what is in it is kept at the other school as an attachment, which may be as large as this and more.
PACKAGE_LIMIT = 8 * 1024 * 1024
_MAGIC = b"carekit transfer"
_SALT, _NONCE, _DIGEST, _KEY = 16, 12, 32, 32
#: magic, format, binary logarithm of n, r, p, salt, nonce
_HEADER = struct.Struct(f">{len(_MAGIC)}sHBBB{_SALT}s{_NONCE}s")
#: scrypt: 32 MiB and about a tenth of a second for each try.
_LOG_N, _R, _P = 15, 8, 1
#: What a file may ask for, so that a hostile one does not take a school's computer: at most 128 MiB and four passes.
_LOG_N_ALLOWED, _P_ALLOWED = range(14, 18), range(1, 5)
_GROUPS, _GROUP = 4, 4

_SENTENCES = {
    "not_a_package": Label(
        "This is not a hand-over file of carekit. Choose the file that the other school sent; its name ends in .carekit.",
        "这不是本系统的转学档案包，请选择对方学校发来的文件（文件名以 .carekit 结尾）。",
    ),
    "package_newer": Label(
        "This file was made by a newer carekit. Update carekit here, or ask the other school for paper.",
        "这个档案包由更新版本的系统制作，请先升级本校系统，或请对方改寄纸质档案。",
    ),
    "package_too_big": Label(
        "This hand-over file is larger than {limit} MB. Hand the history over on paper.",
        "转学档案包超过{limit}MB，请改用纸质材料移交。",
    ).format(limit=PACKAGE_LIMIT // 2**20),
    "package_damaged": Label(
        "This file is damaged. Ask the other school to make and send it again.", "档案包已损坏，请让对方学校重新制作并发送。"
    ),
    "wrong_passphrase": Label(
        "The passphrase does not fit this file. Ask the other school to tell it again, group by group.",
        "口令与这个档案包不符，请让对方学校逐组再报一遍。",
    ),
    "passphrase_length": Label(
        "The passphrase has {count} digits. Enter them all, spaces do not matter.", "口令共{count}位数字，请完整输入，空格多少没关系。"
    ).format(count=_GROUPS * _GROUP),
}


def refused(code: str) -> NoReturn:
    """Raise the `UserError` of one of the reasons why a file is not taken."""
    raise UserError(_SENTENCES[code], code=code)


def new_passphrase() -> str:
    """Sixteen random digits in four groups: 53 bits, told on the phone without misunderstanding and typed on any keyboard."""
    return " ".join(f"{secrets.randbelow(10**_GROUP):0{_GROUP}}" for _ in range(_GROUPS))


def _digits(passphrase: str) -> bytes:
    """The digits of a passphrase as somebody typed it: wide digits, spaces and dashes are no mistake."""
    digits = "".join(sign for sign in unicodedata.normalize("NFKC", passphrase) if sign in "0123456789")
    if len(digits) != _GROUPS * _GROUP:
        refused("passphrase_length")
    return digits.encode("ascii")


def _cipher(passphrase: str, salt: bytes, log_n: int, r: int, p: int) -> AESGCM:
    return AESGCM(Scrypt(salt=salt, length=_KEY, n=2**log_n, r=r, p=p).derive(_digits(passphrase)))


def seal(content: bytes, passphrase: str) -> bytes:
    """The file that holds `content`; `UserError` when it would be larger than `PACKAGE_LIMIT`."""
    salt, nonce = secrets.token_bytes(_SALT), secrets.token_bytes(_NONCE)
    header = _HEADER.pack(_MAGIC, FORMAT, _LOG_N, _R, _P, salt, nonce)
    body = header + _cipher(passphrase, salt, _LOG_N, _R, _P).encrypt(nonce, content, header)
    data = body + sha256(body).digest()
    if len(data) > PACKAGE_LIMIT:
        refused("package_too_big")
    return data


@dataclass(frozen=True, slots=True)
class SealedFile:
    """A file that is whole and of a known format, not opened yet; `mark` is what both schools compare."""

    header: bytes
    sealed: bytes
    mark: str

    @classmethod
    def read(cls, data: bytes) -> SealedFile:
        """Look at a file without the passphrase; `UserError` with one sentence for what cannot be opened at all."""
        if len(data) > PACKAGE_LIMIT:
            refused("package_too_big")
        if not data.startswith(_MAGIC):
            refused("not_a_package")
        if len(data) < _HEADER.size + _DIGEST:
            refused("package_damaged")
        body, digest = data[:-_DIGEST], data[-_DIGEST:]
        _, version, log_n, r, p, _, _ = _HEADER.unpack_from(body)
        whole = sha256(body).digest() == digest
        if whole and version > FORMAT:
            refused("package_newer")
        if not whole or version != FORMAT or log_n not in _LOG_N_ALLOWED or r != _R or p not in _P_ALLOWED:
            refused("package_damaged")
        return cls(body[: _HEADER.size], body[_HEADER.size :], mark_of(data))

    def open(self, passphrase: str) -> bytes:
        """What is in it; `UserError` when the passphrase does not fit."""
        _, _, log_n, r, p, salt, nonce = _HEADER.unpack(self.header)
        try:
            return _cipher(passphrase, salt, log_n, r, p).decrypt(nonce, self.sealed, self.header)
        except InvalidTag:
            refused("wrong_passphrase")

    def __repr__(self) -> str:
        return f"SealedFile({self.mark})"


def mark_of(data: bytes) -> str:
    """The mark of a file that `seal` made: the first eight characters of the SHA-256 of all before its end."""
    return data[-_DIGEST:].hex()[:8].upper()
