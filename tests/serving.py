"""A server for tests: started as a process of its own, awaited, and stopped."""

from __future__ import annotations

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path


def free_port() -> int:
    """A port of this machine that nobody listens on just now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@contextmanager
def serving(command: Sequence[str], environment: Mapping[str, str], folder: Path) -> Iterator[str]:
    """The address of a server from when it answers; `{port}` in the command becomes a free port, what the server says stands in `folder`/log."""
    port = free_port()
    with (folder / "log").open("a", encoding="utf-8") as log:
        process = subprocess.Popen(
            [part.replace("{port}", str(port)) for part in command],
            env={**os.environ, **environment},
            stdout=log,
            stderr=log,
            cwd=folder,
        )
    try:
        yield _when_ready(f"http://127.0.0.1:{port}/", process, folder / "log")
    finally:
        process.terminate()
        process.wait(30)


def _when_ready(address: str, process: subprocess.Popen[bytes], log: Path) -> str:
    for _ in range(600):
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(address + "favicon.ico", timeout=5):
                return address
        except urllib.error.HTTPError:
            return address
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"the server does not answer:\n{log.read_text(encoding='utf-8')[-4000:]}")
