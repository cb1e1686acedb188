"""The warm process and the kernels that it forks: they serve, share nothing of a visitor, and end with their server.

What runs in them is run here in forks of the test process, which is as near as a test can be and still see what is executed.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import signal
import socket
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NoReturn

import pytest
from kernels_at_hand import answer, opened, run, until

from carekit.errors import ProgrammerError
from carekit.serve.kernels import PageKernels
from carekit.serve.kernels.forked import WarmProcess
from carekit.serve.kernels.page_kernels import can_fork

pytestmark = pytest.mark.skipif(not can_fork(), reason="nothing is forked here")

if can_fork():
    from carekit.serve.warm import __main__ as warm
    from carekit.serve.warm import kernel as kernels
    from carekit.serve.warm import preparing


class Ended(BaseException):
    """In place of the end of the process."""


@pytest.fixture
def ending(monkeypatch: pytest.MonkeyPatch) -> None:
    """`os._exit` raises `Ended` with the code."""

    def end(code: int) -> NoReturn:
        raise Ended(code)

    monkeypatch.setattr(os, "_exit", end)


@pytest.fixture
def line() -> Iterator[tuple[socket.socket, Any]]:
    """The server's end of a line, and the kernel's as a `Line`."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, kernels.Line(theirs)


@contextmanager
def in_a_fork(work: Callable[[], None]) -> Iterator[int]:
    """Do `work` in a fork of this process, which counts for the coverage of the tests; its number."""
    gc.collect()
    process = os.fork()
    if process == 0:
        # what other tests left, such as sockets with threads that are not here, must not be tidied up in the fork
        gc.freeze()
        leave, os._exit = os._exit, _saving(os._exit)  # type: ignore[assignment]
        try:
            work()
            os._exit(0)
        except BaseException:  # noqa: BLE001 - a fork of the test must never go on as a second test process
            traceback.print_exc(file=sys.__stderr__)
            os._exit(1)
        finally:
            leave(1)
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(process, 0)


def _saving(leave: Callable[[int], NoReturn]) -> Callable[[int], NoReturn]:
    """The end of a process, with what coverage has seen in it saved first."""

    def end(code: int) -> NoReturn:
        with suppress(ImportError):
            import coverage

            if (seen := coverage.Coverage.current()) is not None:
                seen.stop()
                seen.save()
        leave(code)

    return end


def ends(process: int, seconds: float = 20) -> int:
    """Wait for the end of a child; its code, or minus the signal that ended it."""
    until_then = time.monotonic() + seconds
    while time.monotonic() < until_then:
        found, status = os.waitpid(process, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    raise AssertionError("the process did not end")


# --- the whole of it ---


def test_a_kernel_that_was_forked_runs_a_page() -> None:
    """The warm process forks a kernel that is bound, runs cells, shows widgets, catches what is printed, and ends with its line."""
    ours, theirs = socket.socketpair()
    process = WarmProcess()

    def be_warm() -> None:
        ours.close()
        sys.argv = ["warm", str(theirs.detach())]
        warm.main()

    async def work(pages: PageKernels) -> None:
        kernel_id = await opened(pages, QUERY_STRING="child=1")
        code = (
            "import asyncio, os, sys, ipywidgets, comm; await asyncio.sleep(0); shown = ipywidgets.HTML('x'); print(os.environ['QUERY_STRING'], shown.comm.comm_id in comm.get_comm_manager().comms); "
            "print(sys.argv, bool(get_ipython().kernel.shell_channel_thread), 'debugpy.server' in sys.modules)"
        )
        assert (await answer(pages, kernel_id, code)).split("\n")[:2] == ["child=1 True", "['kernel'] False False"]
        forked = pages.get_kernel(kernel_id).forked
        await asyncio.sleep(2.5)
        forked._line.close()
        await until(lambda: not _runs(forked.pid))

    with in_a_fork(be_warm) as pid:
        theirs.close()
        process._control = ours
        process._process = _Running(pid)  # type: ignore[assignment]
        with tempfile.TemporaryDirectory(prefix="ck") as folder:
            run(Path(folder), work, process)
        ours.close()
        assert ends(pid) == 0


class _Running:
    def __init__(self, pid: int) -> None:
        self.pid = pid

    def poll(self) -> None:
        """It runs."""


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_two_kernels_share_nothing_that_is_drawn_or_set() -> None:
    """A fresh kernel has the environment that it is given and no other, its own folder, and random numbers of its own."""
    drawn: list[tuple[float, ...]] = []
    for _ in range(2):
        reading, writing = os.pipe()

        def draw(writing: int = writing) -> None:
            import random

            import numpy as np

            kernels._make_fresh({"ONLY": "this"}, os.sep)
            assert dict(os.environ) == {"ONLY": "this"} and Path.cwd() == Path(os.sep) and sys.argv == ["kernel"]
            os.write(writing, json.dumps([random.random(), np.random.random()]).encode())

        with in_a_fork(draw) as pid:
            assert ends(pid) == 0
        drawn.append(tuple(json.loads(os.read(reading, 1000))))
        os.close(reading)
        os.close(writing)
    assert not set(drawn[0]) & set(drawn[1])


# --- forking ---


def test_each_order_is_one_kernel_until_the_server_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """One fork for each line that arrives; lines are closed in the warm process, so that only their kernel holds them."""
    ours, theirs = socket.socketpair()
    forked: list[int] = []
    monkeypatch.setattr(os, "fork", lambda: forked.append(1) or 4711)
    lines = [socket.socketpair() for _ in range(3)]
    for _, kernel_end in lines:
        socket.send_fds(ours, [b"k"], [kernel_end.fileno()])
        kernel_end.close()
    ours.close()
    with theirs:
        warm.fork_for(theirs, None)
    assert len(forked) == 3
    for server_end, _ in lines:
        with server_end:
            assert server_end.recv(1) == b""


def test_a_fork_that_fails_is_told_by_the_end_of_its_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Without memory for a kernel the warm process goes on, and says why."""

    def refuse() -> int:
        raise OSError(12, "Cannot allocate memory")

    monkeypatch.setattr(os, "fork", refuse)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        warm._fork(theirs, os.dup(theirs.fileno()), None)
    assert "Cannot allocate memory" in capsys.readouterr().err


def test_the_child_holds_its_own_line_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """A forked kernel closes the socket of the warm process: else it would keep it open when the server has gone."""
    became: list[socket.socket] = []

    def become(line: socket.socket, application: object) -> NoReturn:
        became.append(line)
        raise Ended

    monkeypatch.setattr(os, "fork", lambda: 0)
    monkeypatch.setattr(warm, "become_kernel", become)
    ours, theirs = socket.socketpair()
    with ours, pytest.raises(Ended):
        warm._fork(theirs, os.dup(theirs.fileno()), None)
    assert theirs.fileno() == -1
    became[0].close()


def test_a_broken_line_to_the_server_is_its_end() -> None:
    """Also a socket that fails counts as the end of the server."""
    ours, theirs = socket.socketpair()
    ours.close()
    theirs.close()
    warm.fork_for(theirs, None)


def test_the_end_of_the_server_is_noticed_while_importing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A warm process whose server ends before it has imported everything ends within a second or two."""
    ours, theirs = socket.socketpair()

    def be_warm() -> None:
        ours.close()
        sys.argv = ["warm", str(theirs.detach())]
        monkeypatch.setattr(warm, "prepare", lambda: time.sleep(60))
        warm.main()

    with in_a_fork(be_warm) as pid:
        theirs.close()
        time.sleep(0.2)
        assert _runs(pid)
        ours.send(b"k")
        ours.close()
        assert ends(pid, 5) == 0


def test_a_thread_before_the_fork_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """What starts a thread in the warm process is an error of the program: forks would lose it."""
    monkeypatch.setattr(preparing.threading, "active_count", lambda: 2)
    monkeypatch.setattr(preparing.PageApplication, "prepared", lambda: None)
    monkeypatch.setitem(sys.modules, "debugpy", None)
    with pytest.raises(ProgrammerError):
        preparing.prepare()


# --- the line ---


def test_a_line_gives_whole_messages(line: tuple[socket.socket, Any]) -> None:
    """Messages come one by one however they were cut on the way; half a message at the end is none."""
    ours, theirs = line
    ours.sendall('{"begin": 1}\n{"person": "王'.encode())
    ours.sendall('样"}\n{"half'.encode())
    ours.shutdown(socket.SHUT_WR)
    assert [theirs.receive(), theirs.receive(), theirs.receive()] == [{"begin": 1}, {"person": "王样"}, None]


def test_a_line_that_breaks_is_a_server_that_has_gone(line: tuple[socket.socket, Any], ending: None) -> None:
    """A server that is killed with something unread on the line is missed as well: reading says so, and writing ends the kernel."""
    ours, theirs = line
    theirs.send({"ready": True})
    ours.close()
    assert theirs.receive() is None
    with pytest.raises(Ended):
        theirs.send({"bound": True})


def test_listening_ends_the_process_with_the_line(line: tuple[socket.socket, Any], ending: None) -> None:
    """Persons are passed to the main thread, other messages are not; the end of the line, and any fault in reading, ends the process."""
    ours, theirs = line
    passed: list[Any] = []

    class Loop:
        def add_callback(self, *what: Any) -> None:
            passed.append(what)

    ours.sendall(b'{"person": {"folder": "x"}}\n{"other": 1}\nno message\n')
    take = passed.append
    with pytest.raises(Ended):
        kernels.listen(theirs, Loop(), take)
    ours.close()
    with pytest.raises(Ended):
        kernels.listen(theirs, Loop(), take)
    assert passed == [(take, {"folder": "x"})]


def test_a_kernel_takes_one_person_only(line: tuple[socket.socket, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The first person's variables and folder are set; a second person is refused and changes nothing."""
    monkeypatch.chdir(Path.cwd())
    monkeypatch.setenv("CAREKIT_ACTOR", "nobody")
    later: list[float] = []

    class Loop:
        def call_later(self, seconds: float, what: Any) -> None:
            later.append(seconds)
            assert what is kernels.give_back_memory

    ours, theirs = line
    hand_over = kernels.HandOver(theirs, Loop())
    hand_over.take({"environment": {"CAREKIT_ACTOR": "first:leader"}, "folder": str(tmp_path)})
    hand_over.take({"environment": {"CAREKIT_ACTOR": "second:leader"}, "folder": os.sep})
    assert ours.recv(1000).split(b"\n")[:2] == [b'{"bound": true}', b'{"bound": false}']
    assert os.environ["CAREKIT_ACTOR"] == "first:leader" and Path.cwd() == tmp_path and len(later) == 2


def test_a_kernel_that_cannot_start_ends(ending: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever happens while it starts, the process ends and does not go on as a second warm process; without a server it ends in peace."""
    monkeypatch.setattr(os, "setsid", lambda: None)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    ours, theirs = socket.socketpair()
    ours.sendall(b'{"no beginning": 1}\n')
    with pytest.raises(Ended, match="1"):
        kernels.become_kernel(theirs, None)
    ours.close()
    ours, theirs = socket.socketpair()
    ours.close()
    with pytest.raises(Ended, match="0"):
        kernels.become_kernel(theirs, None)
    theirs.close()


def test_memory_is_given_back_where_the_system_can(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asking the C library to give memory back is harmless, also where it does not know how."""
    kernels.give_back_memory()
    monkeypatch.setattr(kernels.ctypes, "CDLL", lambda _: object())
    kernels.give_back_memory()
