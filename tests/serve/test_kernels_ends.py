"""No process outlives its server, and where nothing is forked kernels are as they are everywhere else."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from kernels_at_hand import STORE, answer, kernels_in, opened, run, visitor
from loops import in_a_loop

from carekit.apps.session import KEY_VARIABLE, STORE_VARIABLE
from carekit.records.codes import Role
from carekit.serve.kernels import Ownership, PageKernels
from carekit.serve.kernels.page_kernels import NO_FORK_VARIABLE, can_fork
from carekit.serve.kernels.telling import ACTOR_VARIABLE
from carekit.serve.places import IMPORT_FOLDER

only_posix = pytest.mark.skipif(not can_fork(), reason="nothing is forked here")

#: A server with a page, or two: it says what it has, and waits.
SERVER = """
import asyncio, sys
from pathlib import Path
from kernels_at_hand import kernels_in, opened, visitor

async def serve():
    kernels = kernels_in(Path(sys.argv[1]))
    kernels.prepare()
    print("prepared", flush=True)
    for name in sys.argv[2:]:
        await opened(kernels, visitor(name))
        print(name, flush=True)
    await asyncio.sleep(600)

asyncio.run(serve())
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder near the root: sockets have short paths only."""
    with tempfile.TemporaryDirectory(prefix="ck") as name:
        yield Path(name)


@pytest.fixture
def served(folder: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start a server as a process of its own, with some variables, and wait until it has said a word."""
    started: list[subprocess.Popen[str]] = []

    def start(*people: str, said: str, **variables: str) -> subprocess.Popen[str]:
        path = os.pathsep.join(map(str, [IMPORT_FOLDER, *Path(__file__).parents[:2]]))
        environment = {**os.environ, "PYTHONPATH": path, **variables}
        process = subprocess.Popen(
            [sys.executable, "-c", SERVER, str(folder), *people], stdout=subprocess.PIPE, encoding="utf-8", env=environment
        )
        started.append(process)
        assert process.stdout is not None
        while process.stdout.readline().strip() != said:
            assert process.poll() is None
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def gone(processes: list[psutil.Process], seconds: float) -> list[psutil.Process]:
    """Those that are still there after so many seconds."""
    end = time.monotonic() + seconds
    while (left := [process for process in processes if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]) and (
        time.monotonic() < end
    ):
        time.sleep(0.05)
    return left


@only_posix
@pytest.mark.parametrize("people", [(), ("a", "b")], ids=["importing", "two pages"])
def test_nothing_is_left_of_a_server_that_is_killed(served: Callable[..., subprocess.Popen[str]], people: tuple[str, ...]) -> None:
    """After SIGKILL the warm process and every kernel end, also when the warm process is still importing."""
    process = served(*people, said=(*("prepared",), *people)[-1])
    time.sleep(1)
    tree = psutil.Process(process.pid).children(recursive=True)
    assert len(tree) >= 1 + len(people)
    process.kill()
    process.wait()
    assert gone(tree, 15) == []


def test_nothing_is_left_without_forks(served: Callable[..., subprocess.Popen[str]]) -> None:
    """An ordinary kernel, too, ends with a server that is killed."""
    process = served("a", said="a", **{NO_FORK_VARIABLE: "1"})
    tree = psutil.Process(process.pid).children(recursive=True)
    assert len(tree) == 1
    process.kill()
    process.wait()
    assert gone(tree, 15) == []


@only_posix
def test_a_server_that_stops_leaves_nothing(folder: Path) -> None:
    """A warm process that dies is started anew, and kernels go on; `shutdown_all` ends them, those on their way and the warm process; ending twice is harmless."""
    before = set(psutil.Process().children(recursive=True))  # other tests of this process have servers of their own

    async def work() -> None:
        kernels = kernels_in(folder)
        kernels.prepare()
        first = await opened(kernels)
        psutil.Process(kernels.warm.pid).kill()
        kernels._spares.clear()
        second = await opened(kernels, visitor("b"))
        assert (await answer(kernels, first, "print(1)") + await answer(kernels, second, "print(2)")).split() == ["1", "2"]
        assert kernels.get_kernel(second).forked is not None
        tree = set(psutil.Process().children(recursive=True)) - before
        kernels._refill()
        await asyncio.sleep(0)
        await kernels.shutdown_all()
        assert not kernels._owners and kernels.warm.pid is None
        assert await asyncio.to_thread(gone, [process for process in tree if "warm" in " ".join(_command(process))], 10) == []
        await kernels.shutdown_all()

    in_a_loop(work())


def _command(process: psutil.Process) -> list[str]:
    try:
        return list(process.cmdline())
    except psutil.Error:
        return []


# --- without forks ---


@pytest.fixture
def unforked(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows."""
    monkeypatch.setenv(NO_FORK_VARIABLE, "1")
    monkeypatch.setenv("SCHOOL_DATABASE_PASSWORD", "s3cret")
    assert not can_fork()


def test_an_ordinary_kernel_is_bound_from_its_start(unforked: None, folder: Path) -> None:
    """It knows what a forked one knows, nothing of the server's secrets, belongs to its visitor, and ends with the login; none waits ahead."""

    async def work(kernels: PageKernels) -> None:
        assert kernels.warm is None
        kernels.prepare()
        assert not kernels._spares and kernels.most_kernels >= 5
        kernel_id = await opened(kernels, visitor("a", "login-1", Role.COUNSELLOR), QUERY_STRING="child=1", CAREKIT_ACTOR="boss:leader")
        told = json.loads(await answer(kernels, kernel_id, "import json, os; print(json.dumps(dict(os.environ)))"))
        assert (told[STORE_VARIABLE], told[KEY_VARIABLE]) == (STORE.location, STORE.key.hex())
        assert (told[ACTOR_VARIABLE], told["QUERY_STRING"]) == ("staff-of-a:counsellor", "child=1")
        assert "SCHOOL_DATABASE_PASSWORD" not in told
        assert kernels.owner_of(kernel_id) == Ownership("a", "login-1")
        process = psutil.Process(kernels.get_kernel(kernel_id).provisioner.pid)
        assert KEY_VARIABLE not in " ".join(process.cmdline()) and STORE.key.hex() not in " ".join(process.cmdline())
        await kernels.end_of_session("login-1")
        assert await asyncio.to_thread(gone, [process], 10) == [] and kernel_id not in kernels

    run(folder, work)


def test_an_ordinary_kernel_that_dies_is_found(unforked: None, folder: Path) -> None:
    """Its page is told at the next look, and it leaves the books."""

    async def work(kernels: PageKernels) -> None:
        kernel_id = await opened(kernels)
        kernel, told = kernels.get_kernel(kernel_id), []
        kernel.add_restart_callback(lambda: told.append(1), "dead")
        kernels.start_watching_activity(kernel_id)
        process = psutil.Process(kernel.provisioner.pid)
        process.kill()
        assert await asyncio.to_thread(gone, [process], 10) == []
        await kernels.cull_kernel_if_idle(kernel_id)
        assert told

    run(folder, work)


#: What a page can see of its kernel.
SEEN = """
import json, os, sys, ipywidgets, comm, IPython
shown = ipywidgets.HTML("x")
print(json.dumps([sorted(name for name in os.environ if name.startswith(("CAREKIT", "VOILA", "QUERY", "TERM", "MPL"))), sys.argv[1:2] and 0,
    type(get_ipython()).__name__, len(comm.get_comm_manager().comms), sorted(get_ipython().user_ns), __name__,
    type(sys.stdout).__name__, sys.path[:1], sys.flags.utf8_mode or sys.getfilesystemencoding()]))
"""


@only_posix
def test_forked_and_ordinary_kernels_look_alike(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page sees no difference: variables of its surroundings, shell, widgets, names, streams, path, coding."""
    seen: list[object] = []

    async def work(kernels: PageKernels) -> None:
        kernel_id = await opened(kernels, QUERY_STRING="a=b", VOILA_KERNEL_ID="x")
        told = json.loads(await answer(kernels, kernel_id, SEEN))
        told[0] = [name for name in told[0] if name != "VOILA_KERNEL_ID"]
        seen.append(told)
        if kernels.warm is not None:
            kernels.warm.close()

    run(folder, work)
    monkeypatch.setenv(NO_FORK_VARIABLE, "1")
    run(folder, work)
    seen[0][1] = seen[1][1]  # the arguments of a process are its own
    assert seen[0] == seen[1]
