"""What a freshly forked process does to become the kernel of one page."""

from __future__ import annotations

import ctypes
import json
import os
import random
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np
from tornado.ioloop import IOLoop

from carekit.serve.warm.application import PageApplication

#: When, in seconds after the hand-over, a page has been drawn: a quick one, and one that counts much or on a busy machine.
_TRIM_AFTER = (2, 20)


def become_kernel(line: socket.socket, application: PageApplication) -> NoReturn:
    """Run a kernel of the prepared `application` on `line` and end the process. What the warm process would do at its own end (atexit, buffers) is never done here."""
    code = 1
    try:
        os.setsid()
        for number in (signal.SIGCHLD, signal.SIGINT, signal.SIGTERM, signal.SIGALRM):
            signal.signal(number, signal.SIG_DFL)
        _run(Line(line), application)
        code = 0
    except BaseException:  # noqa: BLE001 - whatever happened, this process must not go on as a second warm process
        traceback.print_exc(file=sys.__stderr__)
    finally:
        os._exit(code)


class Line:
    """The kernel's end of the line to its server: messages are JSON objects, one a line of text."""

    def __init__(self, end: socket.socket) -> None:
        self._end, self._text = end, end.makefile("r", encoding="utf-8")

    def receive(self) -> dict[str, Any] | None:
        """Wait for the next message; None when the server has gone, also in the middle of a message."""
        try:
            text = self._text.readline()
        except OSError:
            # so a line ends, too, whose other end was closed with something unread in it
            return None
        return json.loads(text) if text.endswith("\n") else None

    def send(self, message: dict[str, Any]) -> None:
        """Tell the server; one that has gone is told nothing."""
        try:
            self._end.sendall(json.dumps(message).encode() + b"\n")
        except OSError:
            os._exit(0)


class HandOver:
    """Takes the variables of one person, in the main thread, and never of a second one."""

    def __init__(self, line: Line, loop: IOLoop) -> None:
        self._line, self._loop, self._taken = line, loop, False

    def take(self, person: dict[str, Any]) -> None:
        """Set the variables of the person and say that they are set."""
        if not self._taken:
            self._taken = True
            os.environ.update(person["environment"])
            os.chdir(person["folder"])
            self._line.send({"bound": True})
            for seconds in _TRIM_AFTER:
                self._loop.call_later(seconds, give_back_memory)
        else:
            self._line.send({"bound": False})


def give_back_memory() -> None:
    """Return to the system what drawing the page needed and does not need any more; glibc keeps it otherwise. About 3 MB, 1 ms."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def listen(line: Line, loop: IOLoop, take: Callable[[dict[str, Any]], None]) -> None:
    """Pass messages on to the main thread; when the server has gone, end the process, even one that is busy."""
    try:
        while (message := line.receive()) is not None:
            if "person" in message:
                loop.add_callback(take, message["person"])
    finally:
        # whatever ended the listening: a kernel that nobody can end any more must not stay
        os._exit(0)


def _run(line: Line, application: PageApplication) -> None:
    message = line.receive()
    if message is None:
        return
    begin = message["begin"]
    line.send({"process": os.getpid()})
    _make_fresh(begin["environment"], begin["folder"])
    application.open(begin["connection"])
    loop = IOLoop.current()
    loop.add_callback(line.send, {"ready": True})
    threading.Thread(target=listen, args=(line, loop, HandOver(line, loop).take), name="line", daemon=True).start()
    application.start()


def _make_fresh(environment: dict[str, str], folder: str) -> None:
    """Nothing of the warm process that two kernels must not share: environment, folder, time zone, random numbers."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    time.tzset()
    random.seed()
    np.random.seed()
    sys.argv = ["kernel"]


__all__ = ["HandOver", "Line", "become_kernel", "give_back_memory", "listen"]
