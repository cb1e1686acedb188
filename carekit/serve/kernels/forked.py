"""The server's side of the warm process: asking for a kernel, and the process of a kernel that was forked."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from carekit.errors import CarekitError
from carekit.serve.kernels.telling import of_everybody

#: How long, in seconds, a kernel may take to start, the imports of a warm process that is just starting included.
START_SECONDS = 60

#: A warm process that has been started so often without a single kernel does not work here, and is not tried again.
BARREN_STARTS = 3


class NotStarted(CarekitError):
    """A kernel was asked for and did not come: its process or the warm process has ended."""


class ForkedKernel(asyncio.Protocol):
    """The process of a forked kernel, with what Jupyter asks of `subprocess.Popen`, and the line to it.

    It is no child of the server, which therefore cannot wait for it; the end of its line is the end of the process. How it ended is not known:
    `returncode` is 0 from then on.
    """

    stdin = stdout = stderr = None

    def __init__(self, end: socket.socket) -> None:
        self.pid = 0
        self.returncode: int | None = None
        #: Called once, when the process has ended.
        self.ended: Callable[[], object] | None = None
        self._end, self._heard = end, b""
        self._answers: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()

    async def begin(self, connection: str, folder: str, environment: dict[str, str]) -> None:
        """Say where the kernel shall work and wait until it answers its channels. `NotStarted` when it does not."""
        self._line, _ = await asyncio.get_running_loop().create_unix_connection(lambda: self, sock=self._end)
        try:
            self._send({"begin": {"connection": connection, "folder": folder, "environment": environment}})
            self.pid = int((await self._answer())["process"])
            await self._answer()
        except BaseException:
            if self.pid:
                self.kill()
            self._line.close()
            raise

    async def hand_over(self, folder: str, environment: dict[str, str]) -> None:
        """Give the kernel to a person, once and for all. `NotStarted` when it has ended, or was given to somebody before."""
        self._send({"person": {"folder": folder, "environment": environment}})
        if not (await self._answer())["bound"]:
            raise NotStarted("the kernel has an owner already")

    def _send(self, message: dict[str, Any]) -> None:
        self._line.write(json.dumps(message).encode() + b"\n")

    async def _answer(self) -> dict[str, Any]:
        try:
            answer = await asyncio.wait_for(self._answers.get(), START_SECONDS)
        except TimeoutError:
            raise NotStarted("the kernel does not answer") from None
        if answer is None:
            raise NotStarted("the kernel's process has ended")
        return answer

    def data_received(self, data: bytes) -> None:
        """Asyncio's call: the kernel says something."""
        *texts, self._heard = (self._heard + data).split(b"\n")
        for text in texts:
            self._answers.put_nowait(json.loads(text))

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """Asyncio's call: the line has ended, and the process with it."""
        self.returncode = 0
        self._answers.put_nowait(None)
        if self.ended is not None:
            self.ended()

    def poll(self) -> int | None:
        """0 when the process has ended, else None."""
        if self.returncode is None:
            try:
                over = self._end.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
            except BlockingIOError:
                over = False
            except OSError:
                over = True
            self.returncode = 0 if over else None
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait until the process has ended; `subprocess.TimeoutExpired` when it has not after `timeout` seconds."""
        end = None if timeout is None else time.monotonic() + timeout
        while self.poll() is None:
            if end is not None and time.monotonic() > end:
                raise subprocess.TimeoutExpired("kernel", timeout or 0)
            time.sleep(0.01)
        return 0

    def send_signal(self, number: int) -> None:
        """Send a signal, unless the process has ended: its number may be another's by then."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask the process to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the process."""
        self.send_signal(signal.SIGKILL)


class WarmProcess:
    """The process that holds the imports. It is started by the first kernel or by `start`, and again when it has ended."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._barren = 0

    @property
    def pid(self) -> int | None:
        """The number of the process; None while there is none."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def start(self) -> None:
        """Start the process unless it runs. Returns at once; kernels that are asked for meanwhile wait for its imports.

        `NotStarted` when it has ended several times before there was a kernel: visitors would wait for its imports in vain.
        """
        if self.pid is not None:
            return
        if self._barren == BARREN_STARTS:
            raise NotStarted("the warm process does not work here")
        self._barren += 1
        self.close()
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - this Python, this package
                [sys.executable, "-m", "carekit.serve.warm", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                env=of_everybody(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,
            )

    async def kernel(self, connection: str, folder: str) -> ForkedKernel:
        """A new kernel that answers on `connection` (the path of a connection file) and belongs to nobody. `NotStarted` when there comes none."""
        self.start()
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                socket.send_fds(self._control, [b"k"], [theirs.fileno()])  # type: ignore[arg-type]
            except OSError:
                ours.close()
                raise NotStarted("the warm process has ended") from None
        kernel = ForkedKernel(ours)
        await kernel.begin(connection, folder, of_everybody())
        self._barren = 0
        return kernel

    def close(self) -> None:
        """End the process. Kernels go on: they end with the server, or when it ends them."""
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._process = self._control = None


class ForkedProvisioner(LocalProvisioner):
    """Starts a kernel by asking the warm process for it."""

    warm: WarmProcess

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:  # noqa: ARG002 - Jupyter's signature
        """Fork a kernel that belongs to nobody yet; the command of the kernel spec is not run. `NotStarted` when none comes."""
        folder = str(kwargs.get("cwd") or os.getcwd())  # noqa: PTH109 - what a process would get
        manager: Any = self.parent
        process: Any = await self.warm.kernel(manager.connection_file, folder)
        self.process, self.pid, self.pgid = process, process.pid, process.pid
        self.cwd = folder
        return self.connection_info

    async def send_signal(self, signum: int) -> None:
        """Send a signal to the kernel and what it started, unless it has ended."""
        if self.process is not None and self.process.poll() is None:
            await super().send_signal(signum)
