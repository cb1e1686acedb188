"""Commands that show pages: demo, serve, lab."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

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


class DemoRole(StrEnum):
    """As whom the pages open."""

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
RoleOption = Annotated[DemoRole, typer.Option("--role", help=Label("As whom the pages open.", "以什么角色打开。").text())]


def demo(
    port: PortOption = DEFAULT_PORT,
    browser: BrowserOption = True,
    role: RoleOption = DemoRole.CLASS_TEACHER,
    store: Annotated[
        Path | None,
        typer.Option("--store", help=Label("Keep the demo school in this file.", "把演示学校存到此文件（再次打开时沿用）。").text()),
    ] = None,
) -> None:
    """Open the apps on a demo school, in an encrypted store of its own that is removed at the end unless --store keeps it."""
    with _demo_store(store) as opened:
        _serve(opened, port=port, browser=browser, role=role, demo=True)


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
    port: PortOption = DEFAULT_PORT,
    browser: BrowserOption = True,
    role: RoleOption = DemoRole.CLASS_TEACHER,
    store: StoreOption = None,
    key_file: KeyFileOption = None,
    sample: SampleOption = False,
) -> None:
    """Open the apps on a school's own store, on this machine only, as one person chosen by role."""
    with chosen_store(store, key_file, sample) as opened:
        _serve(opened, port=port, browser=browser, role=role, demo=sample)


def _serve(store: Store, *, port: int, browser: bool, role: DemoRole, demo: bool) -> None:
    def told(address: str) -> None:
        say(
            Label(
                "carekit is open at {address} on this machine. Press Ctrl+C to end it.",
                "系统已打开：{address}（只在本机）。按 Ctrl+C 结束。",
            ).format(address=address)
        )

    from carekit.serve.server import page_server  # noqa: PLC0415 - Jupyter takes seconds to import, and other commands do without

    page_server(store, port=port, browser=browser, demo=demo, usual=Role(role.value), told=told).start()


def lab(
    port: PortOption = 8888,
    browser: BrowserOption = True,
    role: RoleOption = DemoRole.COUNSELLOR,
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
