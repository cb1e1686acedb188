"""`carekit certificate`: a certificate that a server can use."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from carekit.__main__ import main
from carekit.cli.certificate import fingerprint, self_signed
from carekit.errors import UserError


def _run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["certificate", *arguments])
    return int(ended.value.code or 0)


def test_the_certificate_and_its_key_fit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """TLS takes them; the fingerprint is told; the key is closed to others; a second run overwrites nothing."""
    assert _run("192.168.1.10", "carekit.school", "--folder", str(tmp_path)) == 0
    told = capsys.readouterr().err.replace("\n", "")
    assert fingerprint((tmp_path / "carekit.crt").read_bytes())[:20] in told
    ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(tmp_path / "carekit.crt", tmp_path / "carekit.key")
    before = (tmp_path / "carekit.key").read_bytes()
    assert _run("192.168.1.10", "--folder", str(tmp_path)) == 1
    assert (tmp_path / "carekit.key").read_bytes() == before


def test_wrong_input_is_said_in_words(tmp_path: Path) -> None:
    """A folder that is not there and a name that no host can have end with a sentence, and nothing is written."""
    assert _run("a.school", "--folder", str(tmp_path / "missing")) == 1
    with pytest.raises(UserError):
        self_signed(["学校"])
    assert list(tmp_path.iterdir()) == []
