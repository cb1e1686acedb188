"""The pieces behind the kernels of pages: what is told, how much room there is, the line to a kernel, and running cells."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest
import zmq
from hypothesis import given
from hypothesis import strategies as st
from kernels_at_hand import STORE, visitor
from loops import in_a_loop

from carekit.apps.session import KEY_VARIABLE, PASSPHRASE_VARIABLE, ROLE_VARIABLE, STORE_VARIABLE
from carekit.errors import UserError
from carekit.language import Language
from carekit.records.codes import Role
from carekit.serve.kernels import NoRoom, PageKernels, environment, executor, forked, room, telling, without_secrets
from carekit.serve.kernels.page_kernel import PageKernel
from carekit.serve.kernels.page_kernels import can_fork
from carekit.serve.kernels.room import ZMQ_SOCKETS
from carekit.serve.kernels.telling import ACTOR_VARIABLE, of_everybody, of_request
from carekit.widgets.element import HELD_VARIABLE

#: Names of variables as servers have them, each with a secret in it.
SECRETS = [
    KEY_VARIABLE, PASSPHRASE_VARIABLE, STORE_VARIABLE, ACTOR_VARIABLE, ROLE_VARIABLE, "PGPASSWORD", "AWS_SECRET_ACCESS_KEY", "DATABASE_URL",
    "JUPYTER_TOKEN", "GITHUB_TOKEN", "MY_SECRET", "SSH_AUTH_SOCK", "LD_PRELOAD", "VOILA_REQUEST_URL", "QUERY_STRING",
]  # fmt: skip

only_posix = pytest.mark.skipif(not can_fork(), reason="sockets of this kind are for forked kernels")


# --- what is told ---


@pytest.mark.parametrize("name", SECRETS)
def test_no_secret_of_the_server_reaches_a_kernel(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """What may be a secret, or somebody else's request, is not in the environment with which kernels begin."""
    monkeypatch.setenv(name, "s3cret")
    assert name not in of_everybody() and "s3cret" not in str(of_everybody())
    assert name not in without_secrets({name: "s3cret"})


@given(st.dictionaries(st.text(min_size=1), st.text()))
def test_only_named_variables_pass(variables: dict[str, str]) -> None:
    """Whatever stands in the server's environment: only what is named passes, unchanged."""
    kept = without_secrets(variables)
    assert kept.items() <= variables.items()
    assert all(name.upper() in telling._KEPT or name.upper().startswith(telling._KEPT_BEGINNINGS) for name in kept)


def test_what_a_system_needs_passes() -> None:
    """Paths, language, time zone and Python's own variables are kept, in whatever case Windows writes them."""
    needed = {"Path": "p", "SystemRoot": "r", "LC_ALL": "C", "TZ": "Asia/Shanghai", "PYTHONPATH": "x", "CAREKIT_TODAY": "2026-05-20"}
    assert without_secrets(needed) == needed


def test_a_request_tells_its_address_and_nothing_else() -> None:
    """Of what Voila gives, the address and what the page holds pass; nobody becomes somebody by it."""
    given_ = {"QUERY_STRING": "a=b", HELD_VARIABLE: "x", ACTOR_VARIABLE: "boss:leader", KEY_VARIABLE: "00", "HTTP_COOKIE": "c", "PATH": "p"}
    assert of_request(given_) == {"QUERY_STRING": "a=b", HELD_VARIABLE: "x"}


def test_a_visitor_and_a_role_are_told_differently() -> None:
    """A visitor is told as the person that the login has; who only names a role is told as a role; nobody as neither."""
    told = environment(STORE, visitor("a", role=Role.COUNSELLOR))
    assert told[ACTOR_VARIABLE] == "staff-of-a:counsellor" and ROLE_VARIABLE not in told
    told = environment(STORE, SimpleNamespace(role=Role.LEADER, language=Language.EN))
    assert (told[ROLE_VARIABLE], told["CAREKIT_LANG"]) == ("leader", "en") and ACTOR_VARIABLE not in told
    told = environment(STORE, None)
    assert (told[STORE_VARIABLE], told[KEY_VARIABLE]) == (STORE.location, STORE.key.hex())
    assert not {ROLE_VARIABLE, ACTOR_VARIABLE, "CAREKIT_LANG"} & set(told)


def test_the_password_of_a_database_goes_to_its_kernels_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Libpq's variables pass when the store is a PostgreSQL database, and not when it is a file."""
    monkeypatch.setenv("PGPASSWORD", "s3cret")
    assert "PGPASSWORD" not in environment(STORE, None)
    assert environment(SimpleNamespace(location="postgresql://db/school", key=b"k"), None)["PGPASSWORD"] == "s3cret"


def test_an_installed_carekit_needs_no_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """From a checkout kernels are told where carekit lies, before what the path has already; an installed one is found by itself."""
    monkeypatch.setenv("PYTHONPATH", "other")
    assert of_everybody()["PYTHONPATH"].endswith("other") and of_everybody()["PYTHONPATH"] != "other"
    monkeypatch.setattr(telling, "IMPORT_FOLDER", tmp_path / "site-packages")
    assert "PYTHONPATH" not in environment(STORE, None)


# --- room ---


@pytest.mark.parametrize(("free", "kernels"), [(0, room.FEWEST), (2**30, 13), (2**50, room.MOST)])
def test_room_follows_the_memory(monkeypatch: pytest.MonkeyPatch, free: int, kernels: int) -> None:
    """As many kernels as fit beside what the machine needs, at least a few, at most what the server can hold."""
    monkeypatch.setattr(room.psutil, "virtual_memory", lambda: SimpleNamespace(available=free))
    assert room.room_for(48 * 2**20) == kernels


def test_no_room_is_said_in_words() -> None:
    """The visitor learns what to do, in each language."""
    full = NoRoom()
    assert isinstance(full, UserError) and full.code == "no_room"
    assert len({full.text(language) for language in Language}) == len(Language)


@pytest.mark.parametrize(
    ("soft", "hard", "then"), [(1024, 4096, (4096, 4096)), (1024, -1, (room._FILES, -1)), (-1, -1, None), (room._FILES, -1, None)]
)
def test_files_are_allowed_as_far_as_the_system_does(monkeypatch: pytest.MonkeyPatch, soft: int, hard: int, then: object) -> None:
    """The limit of open files is raised to what many pages need or to the hard limit, and never lowered."""
    resource = pytest.importorskip("resource")
    said: list[object] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: (soft, hard))
    monkeypatch.setattr(resource, "setrlimit", lambda _, limits: said.append(limits))
    room.raise_file_limit()
    assert said == ([then] if then else [])


def test_windows_has_no_limit_of_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """There nothing is asked for, and no kernel is forked."""
    monkeypatch.setattr(room.sys, "platform", "win32")
    room.raise_file_limit()
    assert not can_fork()


# --- running cells ---


class _SilentClient:
    """A client that never hears anything."""

    allow_stdin = True

    def __init__(self) -> None:
        self.stopped, self.asked = False, 0

    def start_channels(self, **_: object) -> None:
        """Listen."""

    def stop_channels(self) -> None:
        """Listen no more."""
        self.stopped = True

    def kernel_info(self) -> None:
        """Ask the kernel to say something."""
        self.asked += 1

    async def get_iopub_msg(self, **_: object) -> None:
        """Nothing comes."""
        await asyncio.sleep(0)
        raise executor.Empty


@pytest.mark.parametrize("alive", [True, False])
def test_a_kernel_that_is_dead_or_silent_gives_no_answer(monkeypatch: pytest.MonkeyPatch, alive: bool) -> None:
    """A kernel that has ended is noticed at once, one that says nothing when a start may not take longer; the client is closed."""

    async def is_alive() -> bool:
        return alive

    client = _SilentClient()
    manager = SimpleNamespace(client=lambda: client, is_alive=is_alive)
    runs = executor.PageExecutor(nbformat.v4.new_notebook(), startup_timeout=1)
    runs.km = manager
    with pytest.raises(executor.NoAnswer):
        in_a_loop(runs.async_start_new_kernel_client())
    assert client.stopped and not client.allow_stdin and bool(client.asked) is alive


# --- a forked kernel, as the server sees it ---


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    """The server's and the kernel's end of a line."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def answering(theirs: socket.socket, *messages: object) -> None:
    """The kernel says all of this."""
    theirs.sendall(b"".join(json.dumps(message).encode() + b"\n" for message in messages))


@only_posix
def test_a_start_without_an_answer_is_given_up(ends: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel that told its number and then nothing is killed, and its line closed."""
    ours, theirs = ends
    monkeypatch.setattr(forked, "START_SECONDS", 0.05)
    killed: list[object] = []
    monkeypatch.setattr(forked.os, "kill", lambda *what: killed.append(what[0]))
    answering(theirs, {"process": 4711})

    async def begin() -> None:
        with pytest.raises(forked.NotStarted):
            await forked.ForkedKernel(ours).begin("file", "folder", {})
        await asyncio.sleep(0.01)

    in_a_loop(begin())
    assert killed == [4711]
    assert json.loads(theirs.makefile().readline())["begin"] == {"connection": "file", "folder": "folder", "environment": {}}


@only_posix
def test_a_line_that_ends_is_a_kernel_that_has_ended(ends: tuple[socket.socket, socket.socket]) -> None:
    """Before it says its number: not started. Afterwards: `ended` is called once, `poll` and `wait` say 0, and no signal is sent."""
    ours, theirs = ends
    answering(theirs, {"process": 4711}, {"ready": True})
    told: list[int] = []

    async def begin() -> forked.ForkedKernel:
        kernel = forked.ForkedKernel(ours)
        await kernel.begin("file", "folder", {})
        kernel.ended = lambda: told.append(1)
        assert kernel.poll() is None
        with pytest.raises(subprocess.TimeoutExpired):
            kernel.wait(0.01)
        theirs.close()
        assert kernel.poll() == 0
        await asyncio.sleep(0.05)
        return kernel

    kernel = in_a_loop(begin())
    assert (told, kernel.wait(), kernel.poll()) == ([1], 0, 0)
    kernel.kill()
    lost, gone = socket.socketpair()
    gone.close()

    async def never() -> None:
        with pytest.raises(forked.NotStarted):
            await forked.ForkedKernel(lost).begin("file", "folder", {})

    in_a_loop(never())


@only_posix
def test_a_line_that_fails_is_a_kernel_that_has_ended(ends: tuple[socket.socket, socket.socket]) -> None:
    """A socket that cannot be asked any more says that the process has ended."""
    kernel = forked.ForkedKernel(ends[0])
    ends[0].close()
    assert kernel.poll() == 0


@only_posix
def test_a_warm_process_that_never_works_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it cannot run, visitors do not wait for its imports again and again; one kernel that comes proves that it can."""
    warm = forked.WarmProcess()
    started: list[int] = []

    def start(*_: object, **__: object) -> SimpleNamespace:
        started.append(1)
        return SimpleNamespace(pid=4711, poll=lambda: 1, kill=int, wait=int)

    monkeypatch.setattr(forked.subprocess, "Popen", start)

    async def ask(times: int) -> None:
        for _ in range(times):
            with pytest.raises(forked.NotStarted):
                await warm.kernel("file", "folder")

    in_a_loop(ask(5))
    assert len(started) == forked.BARREN_STARTS

    async def begin(*_: object) -> None:
        """It answers."""

    warm = forked.WarmProcess()
    with monkeypatch.context() as patch:
        patch.setattr(forked.socket, "send_fds", lambda *_: None)
        patch.setattr(forked.ForkedKernel, "begin", begin)
        for _ in range(forked.BARREN_STARTS + 1):
            in_a_loop(warm.kernel("file", "folder"))
    warm.close()


@only_posix
def test_without_a_warm_process_no_kernel_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A warm process that has ended is started again by the next kernel; when it ends under the request, the kernel has not started."""
    warm = forked.WarmProcess()
    assert warm.pid is None
    warm.close()
    started: list[Any] = []

    def start(*_: object, **options: Any) -> SimpleNamespace:
        started.append(options)
        return SimpleNamespace(pid=4711, poll=lambda: None, kill=int, wait=int)

    monkeypatch.setattr(forked.subprocess, "Popen", start)

    async def ask() -> None:
        with pytest.raises(forked.NotStarted):
            await warm.kernel("file", "folder")

    in_a_loop(ask())
    assert warm.pid == 4711 and len(started) == 1
    warm.start()
    assert len(started) == 1 and KEY_VARIABLE not in started[0]["env"]
    warm.close()
    assert warm.pid is None


def test_sockets_on_ports_are_of_this_machine() -> None:
    """Where there are no sockets in folders, kernels listen on loopback."""
    assert PageKernel(transport="tcp").ip == "127.0.0.1"


def test_a_manager_that_is_collected_waits_for_no_socket() -> None:
    """Somebody else's open socket must not hold up whatever thread the collector runs in, and there is room for a school's sockets."""
    first, second = PageKernels(), PageKernels()
    left_open = first.context.socket(zmq.DEALER)
    left_open.connect("inproc://nobody")
    assert first.context is second.context and first.context.get(zmq.MAX_SOCKETS) == ZMQ_SOCKETS
    first.__del__()
    assert not second.context.closed
    left_open.close(linger=0)
