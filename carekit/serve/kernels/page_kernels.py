"""The kernels of all pages: who owns which, when they end, and one ready ahead for the next visitor."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections import deque
from collections.abc import Callable, Coroutine, Iterable
from contextvars import Context
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import zmq
import zmq.asyncio
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado.web import HTTPError
from traitlets import Float, Integer, default

from carekit.serve.kernels.activity import Activity
from carekit.serve.kernels.ear import Ear
from carekit.serve.kernels.forked import NotStarted, WarmProcess
from carekit.serve.kernels.page_kernel import PageKernel
from carekit.serve.kernels.room import FORKED_BYTES, ORDINARY_BYTES, ZMQ_SOCKETS, NoRoom, raise_file_limit, room_for
from carekit.serve.kernels.telling import environment, of_everybody, of_request
from carekit.serve.visitor import present_visitor

#: Set to anything, it makes every kernel an ordinary process, as on Windows.
NO_FORK_VARIABLE = "CAREKIT_NO_FORK"
#: At the limit, a kernel without a page makes room for a new one when its page has been gone for this many seconds.
_GONE_SECONDS = 60


def can_fork() -> bool:
    """Whether kernels are forked from a warm process here."""
    return sys.platform != "win32" and not os.environ.get(NO_FORK_VARIABLE)


@cache
def sockets_context() -> zmq.asyncio.Context:
    """The context of all sockets to kernels, with room for a school's. It lasts as long as the process.

    Jupyter makes one for each manager and destroys it when the manager is collected, by whatever thread that happens to be; there it waits for ever when a
    page's socket is still open.
    """
    context = zmq.asyncio.Context()
    context.set(zmq.MAX_SOCKETS, ZMQ_SOCKETS)
    return context


@dataclass(frozen=True, slots=True)
class Ownership:
    """Whose a kernel is: the account, and the login in which the page was opened."""

    account_id: str
    session_id: str


@dataclass(eq=False, slots=True)
class _Start:
    """A kernel on its way to its owner; `void` when the owner's login ends meanwhile, `owned` when it stands in the books."""

    owner: Ownership
    void: bool = False
    owned: bool = False


class PageKernels(AsyncMappingKernelManager):
    """Starts a kernel for the visitor of the request that is being answered, with what the server says about store and person.

    `parent` is the server: its `store` is what the kernels open. `prepare` is called once when the server's loop runs.
    """

    spares = Integer(1, config=True, help="How many kernels are ready ahead, with nothing of any visitor in them.")
    refill_seconds = Float(1.5, config=True, help="How long after a spare kernel was taken the next one is started.")
    most_kernels = Integer(config=True, help="How many kernels of visitors there may be; by default as many as there is memory for.")
    first_page_seconds = Integer(120, config=True, help="A kernel whose page never connects is ended after this many seconds.")
    cull_connected_timeout = Integer(
        4 * 3600, config=True, help="A kernel whose page is open, but not used, is ended after this many seconds."
    )

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        raise_file_limit()
        self.warm = WarmProcess() if can_fork() else None
        self._owners: dict[str, Ownership] = {}
        self._starting: set[_Start] = set()
        self._spares: deque[asyncio.Task[str]] = deque()
        #: Since when a kernel is without a page, and those that never had one.
        self._alone: dict[str, float] = {}
        self._unseen: set[str] = set()
        self._tasks: set[asyncio.Task[Any]] = set()

    @default("kernel_manager_class")
    def _kernel_manager_class_of_pages(self) -> str:
        return f"{PageKernel.__module__}.{PageKernel.__name__}"

    @default("most_kernels")
    def _most_kernels_default(self) -> int:
        return room_for(FORKED_BYTES if self.warm is not None else ORDINARY_BYTES)

    @default("context")
    def _context_of_the_process(self) -> zmq.asyncio.Context:
        return sockets_context()

    def prepare(self) -> None:
        """Start the warm process and the spare kernels, so that the first visitor finds them. Needs the running loop."""
        if self.warm is not None:
            self.warm.start()
            Context().run(self._refill)

    # --- starting ---

    async def start_kernel(self, *, kernel_id: str | None = None, path: Any = None, **kwargs: Any) -> str:  # type: ignore[override]
        """A kernel for the present visitor, who is bound to it when this returns; `env` in `kwargs` is Voila's and describes the request.

        `HTTPError` 403 when nobody has logged in or the login ends meanwhile, `NoRoom` at the limit. The kernel's id is never chosen by the caller.
        """
        server: Any = self.parent
        visitor = present_visitor()
        if visitor is None or kernel_id is not None:
            raise HTTPError(403)
        await self._make_room()
        start = _Start(Ownership(visitor.account_id, visitor.session_id))
        self._starting.add(start)
        told = environment(server.store, visitor) | of_request(kwargs.get("env") or {})
        folder = str(self.cwd_for_path(path or ""))
        try:
            # what a kernel's streams remember of the moment of its start must not be a request of somebody
            return str(await self._apart(self._start_for(start, folder, told)))
        finally:
            self._starting.discard(start)

    def _apart(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.get_running_loop().create_task(work, context=Context())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _start_for(self, start: _Start, folder: str, told: dict[str, str]) -> str:
        for _ in range(self.spares + 2 if self.warm is not None else 0):
            try:
                kernel_id = await self._spare()
                self._own(kernel_id, start)
                await self._bind(kernel_id, folder, told)
            except NotStarted as problem:
                self.log.warning("A forked kernel was lost before its visitor had it (%s); the next is tried.", problem)
            else:
                return await self._unless_void(start, kernel_id)
        kernel_id = await self._start_process(cwd=folder, env=of_everybody() | told)
        self._own(kernel_id, start)
        return await self._unless_void(start, kernel_id)

    async def _unless_void(self, start: _Start, kernel_id: str) -> str:
        """`HTTPError` 403 when the login for which the kernel was started has ended meanwhile."""
        if start.void:
            await self._end([kernel_id])
            raise HTTPError(403)
        return kernel_id

    async def _spare(self) -> str:
        """A kernel that belongs to nobody: one that is ready, one that is on its way, or a new one."""
        asyncio.get_running_loop().call_later(self.refill_seconds, self._refill)
        while self._spares:
            task = self._spares.popleft()
            kernel_id = await task
            if kernel_id in self:
                return kernel_id
        return await self._start_process(forked=True)

    async def _start_process(self, **kwargs: Any) -> str:
        kernel_id = self.new_kernel_id()
        try:
            return str(await super().start_kernel(kernel_id=kernel_id, **{"cwd": self.root_dir} | kwargs))
        finally:
            self._pending_kernels.pop(kernel_id, None)

    def _own(self, kernel_id: str, start: _Start) -> None:
        self._owners[kernel_id], start.owned = start.owner, True
        self._alone[kernel_id] = time.monotonic()
        self._unseen.add(kernel_id)

    async def _bind(self, kernel_id: str, folder: str, told: dict[str, str]) -> None:
        process = self._kernels[kernel_id].forked if kernel_id in self else None
        if process is None:
            raise NotStarted("it has ended")
        try:
            await process.hand_over(folder, told | {"VOILA_KERNEL_ID": kernel_id})
        except BaseException:
            self._apart(self._end([kernel_id]))
            raise

    def _refill(self) -> None:
        """Start what is missing of the spare kernels."""
        while len(self._spares) < self.spares:
            task = self._apart(self._start_process(forked=True))
            self._spares.append(task)
            task.add_done_callback(self._drop_failed)

    def _drop_failed(self, task: asyncio.Task[str]) -> None:
        if task.cancelled() or task.exception() is not None:
            self.log.warning("No kernel could be started ahead: %s", None if task.cancelled() else task.exception())
            if task in self._spares:
                self._spares.remove(task)

    async def _make_room(self) -> None:
        """`NoRoom` when there are as many kernels as there may be, and none of them has been left by its page."""
        if self._count() >= self.most_kernels:
            long_ago = time.monotonic() - _GONE_SECONDS
            left = sorted(
                (since, kernel_id) for kernel_id, since in self._alone.items() if since < long_ago and kernel_id not in self._unseen
            )
            await self._end([kernel_id for _, kernel_id in left[:1]])
        if self._count() >= self.most_kernels:
            raise NoRoom

    def _count(self) -> int:
        return len(self._owners) + sum(not start.owned for start in self._starting)

    # --- owners ---

    def owner_of(self, kernel_id: str) -> Ownership | None:
        """Whose a kernel is; None when it belongs to nobody or is not there."""
        return self._owners.get(kernel_id)

    def sessions(self) -> set[str]:
        """The logins that have a kernel, or one on its way."""
        return {owner.session_id for owner in (*self._owners.values(), *(start.owner for start in self._starting))}

    async def end_of_session(self, session_id: str) -> None:
        """End the kernels of a login at once, also those that are on their way to it."""
        await self._end_where(lambda owner: owner.session_id == session_id)

    async def end_of_account(self, account_id: str) -> None:
        """End the kernels of an account at once, also those that are on their way to it."""
        await self._end_where(lambda owner: owner.account_id == account_id)

    async def _end_where(self, whose: Callable[[Ownership], bool]) -> None:
        for start in self._starting:
            start.void = start.void or whose(start.owner)
        await self._end([kernel_id for kernel_id, owner in self._owners.items() if whose(owner)])

    # --- ending ---

    async def _end(self, kernel_ids: Iterable[str]) -> None:
        """End kernels at once. What one of them is saving is saved whole or not at all: the store sees to that."""
        await asyncio.gather(
            *(super(PageKernels, self).shutdown_kernel(kernel_id, now=True) for kernel_id in kernel_ids if kernel_id in self)
        )

    def remove_kernel(self, kernel_id: str) -> Any:
        """Take a kernel out of the books; every end of a kernel comes past here."""
        self._owners.pop(kernel_id, None)
        self._alone.pop(kernel_id, None)
        self._unseen.discard(kernel_id)
        return super().remove_kernel(kernel_id)

    def _handle_kernel_died(self, kernel_id: str) -> None:
        """A kernel has ended by itself: tidy up after it."""
        self.log.warning("A kernel has ended by itself: %s", kernel_id)
        self._apart(self._end([kernel_id]))

    async def shutdown_all(self, now: bool = True) -> None:  # type: ignore[override]  # noqa: ARG002 - always at once
        """End all kernels and the warm process; the server stops."""
        self._spares.clear()
        # a kernel that is just starting ends with the server, as its line does
        self._pending_kernels.clear()
        try:
            await self._end(list(self._kernels))
        finally:
            if self.warm is not None:
                self.warm.close()

    # --- idle ---

    def start_watching_activity(self, kernel_id: str) -> None:
        """Note when the kernel does something, as Jupyter does, at a fraction of its cost."""
        kernel: Any = self._kernels[kernel_id]
        kernel.reason, kernel.last_activity = "", datetime.now(UTC)
        kernel.ear = Ear(kernel.connect_iopub())
        kernel.ear.listen().on_recv(Activity(self, kernel).record)

    def stop_watching_activity(self, kernel_id: str) -> None:
        """The kernel ends: nobody listens to it any more."""
        ear: Ear | None = self._kernels[kernel_id].ear
        if ear is not None:
            ear.close()

    def notify_connect(self, kernel_id: str) -> None:
        """A page has connected to its kernel."""
        super().notify_connect(kernel_id)
        self._unseen.discard(kernel_id)
        self._alone.pop(kernel_id, None)

    def notify_disconnect(self, kernel_id: str) -> None:
        """A page has left its kernel, or lost it and may come back."""
        super().notify_disconnect(kernel_id)
        if kernel_id in self._owners and not self._kernel_connections.get(kernel_id):
            self._alone[kernel_id] = time.monotonic()

    async def cull_kernel_if_idle(self, kernel_id: str) -> None:
        """End a kernel that has ended, whose page never came, or whose page was left open; else as Jupyter does. A spare one waits."""
        kernel = self._kernels.get(kernel_id)
        if kernel is None or kernel_id not in self._owners:
            return
        if not await kernel.is_alive():
            kernel.tell_ended()
        elif kernel.execution_state != "busy" and (self._page_never_came(kernel_id) or self._page_forgotten(kernel_id)):
            self.log.warning("A kernel without use is ended: %s", kernel_id)
            await self._end([kernel_id])
        else:
            await super().cull_kernel_if_idle(kernel_id)

    def _page_never_came(self, kernel_id: str) -> bool:
        return kernel_id in self._unseen and time.monotonic() - self._alone[kernel_id] > self.first_page_seconds

    def _page_forgotten(self, kernel_id: str) -> bool:
        unused = datetime.now(UTC) - self._kernels[kernel_id].last_activity
        return bool(self._kernel_connections.get(kernel_id)) and unused > timedelta(seconds=self.cull_connected_timeout)
