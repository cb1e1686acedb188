"""Hearing a kernel: one socket for each, open from its start, for everybody who wants to know what it says."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

#: A message as it came: its parts.
Parts = Sequence[bytes]


class Ear:
    """Passes what a kernel says on `stream` (a `ZMQStream` on its iopub channel) to all who listen.

    Jupyter opens such a socket for each listener. A kernel greets only the first of them, so that every later one must wait until it has proof that it
    misses nothing, and a page that is being made cannot pass its place on to its browser.
    """

    def __init__(self, stream: Any) -> None:
        self._stream, self._listeners = stream, list[Listener]()
        #: Set when the kernel was heard for the first time.
        self.heard = asyncio.Event()
        self._kept: Listener | None = None
        stream.on_recv(self._hear)

    def _hear(self, message: Parts) -> None:
        self.heard.set()
        for listener in tuple(self._listeners):
            listener.take(message)

    def listen(self) -> Listener:
        """A new listener, who hears everything from now on."""
        listener = Listener(self._listeners)
        self._listeners.append(listener)
        return listener

    def keep(self, listener: Listener) -> None:
        """Keep the place of a listener who has heard enough, for the one who goes on from there."""
        self._kept = listener

    def go_on(self) -> Listener:
        """The listener that was kept, with what was said since; a new one when there is none, or somebody has taken it."""
        kept, self._kept = self._kept, None
        return kept if kept is not None and not kept.closed() else self.listen()

    def close(self) -> None:
        """The kernel ends."""
        for listener in tuple(self._listeners):
            listener.close()
        if not self._stream.closed():
            self._stream.close()


class Listener:
    """One place at an ear: messages wait here until they are taken. For Jupyter's sockets it is the `ZMQStream` of a channel."""

    #: As Jupyter's sockets name it to the browser.
    channel = "iopub"

    def __init__(self, listeners: list[Listener]) -> None:
        self._listeners = listeners
        self._waiting: deque[Parts] = deque()
        self._call: Callable[[Parts], object] | None = None
        self._asked: asyncio.Future[None] | None = None
        self._open = True

    def take(self, message: Parts) -> None:
        """The ear's call: the kernel said something."""
        if self._call is not None:
            self._call(message)
            return
        self._waiting.append(message)
        if self._asked is not None and not self._asked.done():
            self._asked.set_result(None)

    async def next(self, seconds: float) -> Parts | None:
        """The next message, or None when there is none for so long."""
        if not self._waiting:
            self._asked = asyncio.get_running_loop().create_future()
            await asyncio.wait({self._asked}, timeout=seconds)
            self._asked = None
        return self._waiting.popleft() if self._waiting else None

    def on_recv(self, call: Callable[[Parts], object] | None) -> None:
        """From now on call this with each message, at first with those that wait; None: they wait again."""
        self._call = call
        while self._waiting and self._call is not None:
            self._call(self._waiting.popleft())

    def on_recv_stream(self, call: Callable[[Any, Parts], object]) -> None:
        """The same, for a call that also wants to know who was listening."""
        self.on_recv(lambda message: call(self, message))

    def stop_on_recv(self) -> None:
        """Messages wait again."""
        self.on_recv(None)

    @property
    def socket(self) -> SimpleNamespace:
        """What Jupyter asks before it closes a channel: whether its socket is `closed`."""
        return SimpleNamespace(closed=self.closed())

    def flush(self) -> None:
        """What Jupyter asks before it says itself that the kernel has ended: that all be told. Nothing waits behind a call."""

    def closed(self) -> bool:
        """Whether it listens no longer."""
        return not self._open

    def close(self) -> None:
        """Listen no longer."""
        self._open = False
        self._call = None
        self._waiting.clear()
        if self in self._listeners:
            self._listeners.remove(self)
