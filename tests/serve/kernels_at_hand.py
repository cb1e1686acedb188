"""Kernels of pages in the process of a test, without a server around them: visitors, what a kernel answers, and waiting."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import traitlets
from jupyter_server.base.call_context import CallContext
from loops import in_a_loop
from traitlets.config import Config, LoggingConfigurable

from carekit.language import Language
from carekit.records.codes import Role
from carekit.serve.kernels import OwnPython, PageKernels
from carekit.serve.kernels.executor import PageExecutor
from carekit.serve.kernels.forked import WarmProcess
from carekit.serve.visitor import Visitor

#: A store that nobody opens: kernels are only told of it.
STORE = SimpleNamespace(location="school.carekit", key=bytes(range(32)))


class Server(LoggingConfigurable):
    """As much of the server as the kernels ask for."""

    store = traitlets.Any()
    root_dir = traitlets.Unicode()


def visitor(account: str = "account-a", session: str = "login-1", role: Role = Role.LEADER) -> Visitor:
    """Somebody who has logged in."""
    return Visitor(username=account, staff_id=f"staff-of-{account}", role=role, session_id=session, language=Language.EN)


@contextmanager
def asking(person: object | None) -> Iterator[None]:
    """A request of `person` is being answered."""
    before = CallContext.get(CallContext.JUPYTER_HANDLER)
    CallContext.set(CallContext.JUPYTER_HANDLER, SimpleNamespace(current_user=person))
    try:
        yield
    finally:
        CallContext.set(CallContext.JUPYTER_HANDLER, before)


def kernels_in(folder: Path, warm: WarmProcess | None = None, **traits: Any) -> PageKernels:
    """The kernels of a server in `folder`; with `warm` they are forked from that process. Needs a running loop."""
    settings = Config({"KernelManager": {"autorestart": False, "transport": "ipc"}})
    server = Server(store=STORE, root_dir=str(folder), config=settings)
    kernels = PageKernels(parent=server, connection_dir=str(folder), kernel_spec_manager=OwnPython(), **traits)
    if warm is not None:
        kernels.warm = warm
    return kernels


async def opened(kernels: PageKernels, person: Visitor | None = None, **env: str) -> str:
    """A kernel for `person`'s page, with `env` as Voila gives it; its id."""
    with asking(person or visitor()):
        return await kernels.start_kernel(kernel_name="python3", env=env)


async def answer(kernels: PageKernels, kernel_id: str, code: str) -> str:
    """What a cell prints in a kernel."""
    cell = nbformat.v4.new_code_cell(code)
    notebook = nbformat.v4.new_notebook(cells=[cell])
    executor = PageExecutor(notebook, km=kernels.get_kernel(kernel_id))
    executor.kc = await executor.async_start_new_kernel_client()
    try:
        ran = await executor.async_execute_cell(cell, 0, store_history=False)
    finally:
        stopped = executor.kc.stop_channels()
        if stopped is not None:
            await stopped
    return "".join(output.text for output in ran.outputs)


async def until(true: Callable[[], object], seconds: float = 20) -> None:
    """Wait for something; `AssertionError` when it does not come."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen"
        await asyncio.sleep(0.02)


async def ended(kernels: PageKernels) -> None:
    """End all kernels of a test and leave the warm process to the next one."""
    kernels.spares = 0
    for task in list(kernels._spares):
        await asyncio.wait({task})
    await kernels._end(list(kernels._kernels))
    while kernels._tasks:
        await asyncio.wait(kernels._tasks)


def run(folder: Path, work: Callable[[PageKernels], Awaitable[None]], warm: WarmProcess | None = None, **traits: Any) -> None:
    """Do `work` with the kernels of a server in `folder`, and end them."""

    async def all_of_it() -> None:
        kernels = kernels_in(folder, warm, **traits)
        try:
            await work(kernels)
        finally:
            await ended(kernels)

    in_a_loop(all_of_it())
