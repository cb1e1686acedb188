"""Running the cells of a page: what the kernel says is read as it comes, each message once, with no more of it unpacked than a page needs."""

from __future__ import annotations

import asyncio
import json
from hmac import compare_digest
from queue import Empty
from typing import Any

import zmq
from nbclient.exceptions import CellExecutionComplete, DeadKernelError

from carekit.serve.kernels.executor import NoAnswer, PageExecutor

#: How often, in seconds, a kernel that is silent is looked after.
_LOOK_SECONDS = 1.0
#: How long, in seconds, a kernel may be silent to a new listener before it is asked to say something: at first, and at most.
FIRST_SILENCE, LONGEST_SILENCE = 0.02, 0.5
#: Where the parts of a message stand: its signature, then four JSON texts, then buffers.
_SIGNATURE, _HEADER, _PARENT, _METADATA, _CONTENT, _BUFFERS = range(6)


class CellRunner(PageExecutor):
    """Runs cells one after another and keeps the states of their widgets.

    Jupyter's client looks at each message through several tasks and turns every text in its headers that looks like a date into one;
    a page has a hundred messages.
    """

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
                continue
            try:
                self.process_message(message, cell, place)
            except CellExecutionComplete:
                return not any(output["output_type"] == "error" for output in cell.outputs)

    async def _hear(self, client: Any) -> None:
        """Return when the kernel was heard. It greets its first listener only, and that is the server, which watches whether it is in use."""
        silence = FIRST_SILENCE
        while True:
            try:
                await client.get_iopub_msg(timeout=silence)
            except Empty:
                if not await self.km.is_alive():
                    raise NoAnswer from None
                client.kernel_info()
                silence = min(2 * silence, LONGEST_SILENCE)
            else:
                return

    async def _next_message(self) -> dict[str, Any]:
        socket = self.kc.iopub_channel.socket
        # many come in one burst: no waiting while there are more
        at_once = socket.recv_multipart(zmq.NOBLOCK)
        return self._read(await self._awaited(socket) if isinstance(at_once.exception(), zmq.Again) else at_once.result())

    async def _awaited(self, socket: Any) -> Any:
        coming = socket.recv_multipart()
        try:
            while not (await asyncio.wait({coming}, timeout=_LOOK_SECONDS))[0]:
                if not await self.km.is_alive():
                    raise DeadKernelError("the kernel has ended")
            return coming.result()
        finally:
            coming.cancel()

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
