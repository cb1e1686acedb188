"""Running the cells of a page: what the kernel says is read as it comes, each message once, with no more of it unpacked than a page needs."""

from __future__ import annotations

import asyncio
import json
from hmac import compare_digest
from typing import Any

from nbclient.exceptions import CellExecutionComplete, DeadKernelError

from carekit.serve.kernels.executor import NoAnswer, PageExecutor

#: How often, in seconds, a kernel that is silent is looked after.
_LOOK_SECONDS = 1.0
#: Where the parts of a message stand: its signature, then four JSON texts, then buffers.
_SIGNATURE, _HEADER, _PARENT, _METADATA, _CONTENT, _BUFFERS = range(6)


class CellRunner(PageExecutor):
    """Runs cells one after another in the kernel of `km` (a `PageKernel`) and keeps the states of their widgets.

    Jupyter's client looks at each message through several tasks and turns every text in its headers that looks like a date into one;
    a page has a hundred messages.
    """

    async def begin(self) -> None:
        """Listen, and be ready to ask. `NoAnswer` when the kernel has ended or says nothing."""
        self.kc = self.km.client()
        self.kc.shell_channel.start()
        try:
            async with asyncio.timeout(self.startup_timeout):
                await self._heard()
        except (TimeoutError, NoAnswer):
            self.kc.shell_channel.stop()
            raise NoAnswer("the kernel does not answer") from None
        self._listener = self.km.ear.listen()

    async def _heard(self) -> None:
        """Return when the kernel was heard. One that was forked ahead was, before anybody asked for it."""
        heard = self.km.ear.heard
        while not heard.is_set():
            try:
                await asyncio.wait_for(heard.wait(), _LOOK_SECONDS)
            except TimeoutError:
                if not await self.km.is_alive():
                    raise NoAnswer from None
                self.kc.kernel_info()

    def end(self, *, whole: bool) -> None:
        """Ask and hear no more. What the kernel says after this is for the browser of a page that is `whole`."""
        self.kc.shell_channel.stop()
        if whole:
            self.km.ear.keep(self._listener)
        else:
            self._listener.close()

    async def run_cell(self, cell: Any, place: int) -> bool:
        """Run a cell, put its outputs into it, and say whether it ended without an error. `DeadKernelError` when the kernel has ended."""
        request = self.kc.execute(cell.source, store_history=False, stop_on_error=True, allow_stdin=False)
        cell.outputs = []
        # a later cell may change what this one shows
        self.nb["cells"][place] = cell
        self.clear_before_next_output = False
        while True:
            message = await self._next_message()
            if message["parent_header"].get("msg_id") != request:
                # what a widget says by itself (a timer, a thread) belongs to no cell
                if message["msg_type"].startswith("comm"):
                    self.handle_comm_msg([], message, place)
                continue
            try:
                self.process_message(message, cell, place)
            except CellExecutionComplete:
                return not any(output["output_type"] == "error" for output in cell.outputs)

    def handle_comm_msg(self, outs: list[Any], msg: dict[str, Any], cell_index: int) -> None:
        """Nbclient's call: keep the state that a widget tells. A value that is told anew has no bytes of its old one, which nbclient would keep."""
        content = msg["content"]
        told, buffers = content["data"].get("state", {}), self.widget_buffers.get(content["comm_id"], {})
        for path in [path for path in buffers if path[0] in told]:
            del buffers[path]
        super().handle_comm_msg(outs, msg, cell_index)

    async def _next_message(self) -> dict[str, Any]:
        while (parts := await self._listener.next(_LOOK_SECONDS)) is None:
            if not await self.km.is_alive():
                raise DeadKernelError("the kernel has ended")
        return self._read(list(parts))

    def _read(self, parts: list[bytes]) -> dict[str, Any]:
        """A message with its parts unpacked. `ValueError` when it is not signed with the kernel's key."""
        session = self.kc.session
        _, parts = session.feed_identities(parts)
        if session.auth is not None and not compare_digest(parts[_SIGNATURE], session.sign(parts[_HEADER:_BUFFERS])):
            raise ValueError("a message that the kernel did not sign")
        header, parent, metadata, content = (json.loads(part) for part in parts[_HEADER:_BUFFERS])
        named = {"header": header, "parent_header": parent, "metadata": metadata, "content": content}
        return {
            **named,
            "msg_id": header["msg_id"],
            "msg_type": header["msg_type"],
            "buffers": [memoryview(part) for part in parts[_BUFFERS:]],
        }
