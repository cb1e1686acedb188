"""The command that makes a certificate for a school without one of its own: enough to keep passwords off the network."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated

import typer
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from carekit.cli.speaking import say
from carekit.errors import UserError
from carekit.language import Label

#: How long a certificate holds: browsers accept no longer one from a person, and a school sets it up once a year.
VALID_DAYS = 397


def certificate(
    names: Annotated[
        list[str],
        typer.Argument(
            metavar="NAME...",
            help=Label(
                "By which names or addresses the server is reached, such as 192.168.1.10.", "访问服务器用的名称或地址，如 192.168.1.10。"
            ).text(),
        ),
    ],
    folder: Annotated[
        Path,
        typer.Option(
            "--folder", help=Label("Where carekit.crt and carekit.key are written.", "carekit.crt 和 carekit.key 写到哪里。").text()
        ),
    ] = Path(),
) -> None:
    """Make a certificate and its key for `carekit serve --certfile carekit.crt --keyfile carekit.key`."""
    certfile, keyfile = folder / "carekit.crt", folder / "carekit.key"
    if certfile.exists() or keyfile.exists():
        raise UserError(
            Label("There is a certificate in this folder already. Choose another folder.", "该文件夹里已有证书，请换一个文件夹。"),
            code="certificate_exists",
        )
    if not folder.is_dir():
        raise UserError(Label("The folder does not exist. Make it first.", "这个文件夹不存在，请先新建。"), code="no_folder")
    chain, key = self_signed(names)
    keyfile.touch(mode=0o600)
    keyfile.write_bytes(key)
    certfile.write_bytes(chain)
    say(
        Label(
            "Written: {cert} and {key}. Browsers warn once that they do not know it; check the fingerprint {print} and accept it.",
            "已写入 {cert} 和 {key}。浏览器首次会提示不认识此证书，核对指纹 {print} 后选择信任。",
        ).format(cert=certfile.name, key=keyfile.name, print=fingerprint(chain))
    )


def self_signed(names: list[str]) -> tuple[bytes, bytes]:
    """A certificate for some host names and addresses, and its key, both PEM; a year and a month from today (RFC 5280)."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0][:64])])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=VALID_DAYS))
        .add_extension(x509.SubjectAlternativeName([_name(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return made.public_bytes(serialization.Encoding.PEM), pem


def fingerprint(certificate_pem: bytes) -> str:
    """The SHA-256 fingerprint as browsers show it."""
    return x509.load_pem_x509_certificate(certificate_pem).fingerprint(hashes.SHA256()).hex(":").upper()


def _name(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(text))
    except ValueError:
        try:
            return x509.DNSName(text)
        except ValueError:
            raise UserError(
                Label("{name} is no host name or address.", "“{name}”不是主机名或地址，请用如 192.168.1.10 的地址。").format(name=text),
                code="bad_name",
            ) from None
