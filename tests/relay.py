"""A line between a browser and a server that a test can cut and mend, and that can keep websockets waiting."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

#: How the request for a kernel's websocket begins.
_SOCKET = b"GET /api/kernels/"


class Relay:
    """Passes bytes on to the server at `target`; `address` is its own. What opens a websocket is passed on when `sockets` is set."""

    def __init__(self, target: str) -> None:
        parts = urlsplit(target)
        self._target = (parts.hostname, parts.port)
        self._open = True
        self.sockets = threading.Event()
        self.sockets.set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        server = asyncio.run_coroutine_threadsafe(asyncio.start_server(self._serve, "127.0.0.1", 0), self._loop).result(10)
        self.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._open:
            writer.transport.abort()
            return
        there, back = await asyncio.open_connection(*self._target)
        both = {writer, back}
        self._writers |= both
        await asyncio.gather(self._pass(reader, back), self._pass(there, writer), return_exceptions=True)
        self._writers -= both

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while piece := await reader.read(65536):
                if piece.startswith(_SOCKET):
                    await asyncio.to_thread(self.sockets.wait)
                writer.write(piece)
                await writer.drain()
        writer.close()

    def _abort(self) -> None:
        for writer in list(self._writers):
            writer.transport.abort()

    async def _end(self) -> None:
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def cut(self) -> None:
        """Break every connection and accept none."""
        self._open = False
        self._loop.call_soon_threadsafe(self._abort)

    def mend(self) -> None:
        """Accept connections again."""
        self._open = True

    def stop(self) -> None:
        """End."""
        self.sockets.set()
        self.cut()
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)


@contextmanager
def relayed(target: str) -> Iterator[Relay]:
    """A relay for the length of a block."""
    relay = Relay(target)
    yield relay
    relay.stop()
