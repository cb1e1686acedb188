"""Servers as processes: started, awaited, asked what they cost, ended."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tornado.httpclient import AsyncHTTPClient

from benchmarks.serving.accounting import Tree
from benchmarks.serving.servers import Server, Site

_ROOT = Path(__file__).parents[2]
#: Variables of the surroundings that would lead a server to other packages or settings.
_STRANGE = ("PYTHON", "JUPYTER", "VIRTUAL_ENV", "STREAMLIT", "SOLARA", "PANEL", "BOKEH", "CAREKIT")
#: Seconds until a server must answer.
_START_LIMIT = 120


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers."""

    server: Server
    site: Site
    tree: Tree

    @property
    def address(self) -> str:
        """Where the dashboard is."""
        return self.site.address + self.server.page

    async def settled(self) -> float:
        """Processor seconds used until now, once it works no longer: after its rest, less than 5 ms in 0.3 s, or after 10 s."""
        await asyncio.sleep(self.server.rest)
        used = self.tree.processor()
        for _ in range(33):
            await asyncio.sleep(0.3)
            before, used = used, self.tree.processor()
            if used - before < 0.02:
                break
        return used


@asynccontextmanager
async def running(server: Server, python: Path, folder: Path) -> AsyncIterator[Running]:
    """The server from when it answers; what it says is in `folder`/NAME.log. RuntimeError with the end of that when it does not answer."""
    site = Site(folder, python, free_port())
    process = _started(server, site)
    tree = Tree(process.pid)
    try:
        if not await _answers(site, process):
            raise RuntimeError(
                f"{server.title} does not answer:\n{_log(server, site).read_text(encoding='utf-8', errors='replace')[-4000:]}"
            )
        yield Running(server, site, tree)
    finally:
        tree.end()
        process.wait()


@asynccontextmanager
async def all_running(servers: Sequence[Server], python: Path, folder: Path) -> AsyncIterator[list[Running]]:
    """Several servers, each in a folder of its own name that is filled already."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(running(server, python, folder / server.name)) for server in servers]


def surroundings(server: Server, site: Site) -> dict[str, str]:
    """The environment of a server: that of the benchmark without what leads elsewhere, and with the site's folder to import from."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_STRANGE)}
    path = os.pathsep.join([str(site.python.parent), kept.get("PATH", "")])
    modules = os.pathsep.join([str(site.folder), str(_ROOT)]) if server.name == "carekit" else str(site.folder)
    return kept | {"PATH": path, "PYTHONPATH": modules, "PYTHONUTF8": "1", "JUPYTER_PREFER_ENV_PATH": "1"} | dict(server.variables)


def free_port() -> int:
    """A port of this machine that nobody listens on just now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _log(server: Server, site: Site) -> Path:
    return site.folder / f"{server.name}.log"


def _started(server: Server, site: Site) -> subprocess.Popen[bytes]:
    with _log(server, site).open("wb") as log:
        return subprocess.Popen(
            server.command(site), cwd=site.folder, env=surroundings(server, site), stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )


async def _answers(site: Site, process: subprocess.Popen[bytes]) -> bool:
    """Wait until something is answered; False when the process ends before, or nothing comes within the limit."""
    client, until = AsyncHTTPClient(), time.monotonic() + _START_LIMIT
    while time.monotonic() < until and process.poll() is None:
        try:
            await client.fetch(f"{site.address}/favicon.ico", raise_error=False, request_timeout=5)
        except OSError:
            await asyncio.sleep(0.2)
        else:
            return True
    return False
