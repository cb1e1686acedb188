"""Commands that show pages: demo, serve, lab."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from carekit.cli.opening import (
    KeyFileOption,
    SampleOption,
    StoreOption,
    absolute,
    chosen_store,
    make_sample,
    sample_store,
    stand_on_the_sample_day,
)
from carekit.cli.speaking import say
from carekit.language import Label
from carekit.records.codes import Role
from carekit.serve.places import DEFAULT_PORT
from carekit.store import Store, read_key_file


class LabRole(StrEnum):
    """As whom JupyterLab opens."""

    CLASS_TEACHER = Role.CLASS_TEACHER.value
    REGISTRAR = Role.REGISTRAR.value
    COUNSELLOR = Role.COUNSELLOR.value
    LEADER = Role.LEADER.value


PortOption = Annotated[
    int,
    typer.Option(
        "--port", min=1, max=65535, help=Label("A free port near it is taken when it is not free.", "端口；被占用时自动换一个。").text()
    ),
]
BrowserOption = Annotated[bool, typer.Option("--browser/--no-browser", help=Label("Open the browser.", "是否打开浏览器。").text())]
RoleOption = Annotated[LabRole, typer.Option("--role", help=Label("As whom the notebooks open.", "以什么角色打开。").text())]
AddressOption = Annotated[
    str,
    typer.Option(
        "--address",
        help=Label(
            "The network address to listen on: 0.0.0.0 for the whole school network.", "监听的网络地址；0.0.0.0 表示全校网络可访问。"
        ).text(),
    ),
]
CertificateOption = Annotated[
    Path | None,
    typer.Option("--certfile", help=Label("The server's certificate (PEM), for https.", "服务器证书（PEM），用于 https。").text()),
]
KeyOption = Annotated[
    Path | None,
    typer.Option("--keyfile", help=Label("The certificate's key, when it is a file of its own.", "证书的私钥文件（单独存放时）。").text()),
]
ProxyOption = Annotated[
    bool, typer.Option("--behind-proxy", help=Label("A proxy on this machine does https.", "由本机的代理负责 https。").text())
]
PlainOption = Annotated[
    bool,
    typer.Option("--plain", help=Label("Without https, on a network that the school trusts.", "不用 https，只在校内可信网络使用。").text()),
]


def demo(
    port: PortOption = DEFAULT_PORT,
    browser: BrowserOption = True,
    store: Annotated[
        Path | None,
        typer.Option("--store", help=Label("Keep the demo school in this file.", "把演示学校存到此文件（再次打开时沿用）。").text()),
    ] = None,
) -> None:
    """Open the apps on a demo school with one person to log in as for each role; the store is removed at the end unless --store keeps it."""
    with _demo_store(store) as opened:
        _serve(opened, demo=True, port=port, browser=browser)


@contextmanager
def _demo_store(store: Path | None) -> Iterator[Store]:
    """A demo store: temporary, or kept in a file with its key beside it."""
    stand_on_the_sample_day()
    if store is None:
        with sample_store() as opened:
            yield opened
        return
    path = Path(absolute(str(store)))
    key_path = path.with_name(path.name + ".key")
    opened = Store.open(path, key=read_key_file(key_path)) if path.exists() else make_sample(path, key_path)
    try:
        yield opened
    finally:
        opened.close()


def serve(
    school: Annotated[
        str | None,
        typer.Argument(
            metavar="STORE", help=Label("The store; else --store or CAREKIT_STORE.", "数据库；不写则用 --store 或 CAREKIT_STORE。").text()
        ),
    ] = None,
    port: PortOption = DEFAULT_PORT,
    address: AddressOption = "127.0.0.1",
    browser: BrowserOption = True,
    certfile: CertificateOption = None,
    keyfile: KeyOption = None,
    behind_proxy: ProxyOption = False,
    plain: PlainOption = False,
    store: StoreOption = None,
    key_file: KeyFileOption = None,
    sample: SampleOption = False,
) -> None:
    """Open the apps on a school's own store to everybody who has an account (`carekit users`), on this machine or the school's network."""
    with chosen_store(school or store, key_file, sample) as opened:
        _serve(
            opened,
            demo=sample,
            port=port,
            address=address,
            browser=browser,
            certfile=certfile,
            keyfile=keyfile,
            behind_proxy=behind_proxy,
            plain=plain,
        )


def _serve(store: Store, *, demo: bool, **options: Any) -> None:
    def told(address: str) -> None:
        say(
            Label("carekit is open at {address}. Press Ctrl+C to end it.", "系统已打开：{address}。按 Ctrl+C 结束。").format(
                address=address
            )
        )

    # Jupyter takes seconds to import, and other commands do without
    from carekit.serve.demo import demo_logins  # noqa: PLC0415
    from carekit.serve.server import Serving, page_server  # noqa: PLC0415

    logins = demo_logins(store) if demo else ()
    page_server(store, Serving(demo=demo, demo_logins=logins, told=told, **options)).start()


def lab(
    port: PortOption = 8888,
    browser: BrowserOption = True,
    role: RoleOption = LabRole.COUNSELLOR,
    folder: Annotated[
        Path,
        typer.Option(
            "--folder",
            help=Label("The working folder; the notebooks are copied into it once.", "工作文件夹，首次会把笔记本复制进去。").text(),
        ),
    ] = Path("carekit-lab"),
    store: StoreOption = None,
    key_file: KeyFileOption = None,
    sample: SampleOption = False,
) -> None:
    """Open JupyterLab on a store, on this machine only, with copies of the notebooks in a working folder."""
    from carekit.serve.lab import run_lab  # noqa: PLC0415 - Jupyter takes seconds to import, and other commands do without

    with chosen_store(store, key_file, sample) as opened:
        run_lab(opened, folder, port=port, browser=browser, role=Role(role.value))
