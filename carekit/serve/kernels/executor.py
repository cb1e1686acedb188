"""Runs the cells of a page in its kernel, without the waits that Jupyter puts before the first one."""

from __future__ import annotations

import asyncio
from queue import Empty
from typing import Any

from voila.execute import VoilaExecutor

#: How long, in seconds, the kernel may be silent before it is asked to say something.
_SILENCE = 0.5


class NoAnswer(RuntimeError):
    """The kernel has ended, or said nothing for as long as a start may take."""


class PageExecutor(VoilaExecutor):  # type: ignore[misc]
    """Begins as soon as the first message of the kernel has arrived.

    Jupyter's client asks the kernel who it is, waits for the answer, and then until nothing has arrived for 200 ms. A kernel of a page answers its channels
    before its visitor has it, and greets whoever listens to it: the greeting proves that no output can be missed.
    """

    async def async_start_new_kernel_client(self) -> Any:
        """The client, connected and listening. `NoAnswer` when the kernel has ended; its manager then tidies up after it."""
        client = self.kc = self.km.client()
        client.allow_stdin = False
        # no thread that listens to heartbeats: the manager of the kernel knows when it has ended
        client.start_channels(stdin=False, hb=False)
        try:
            async with asyncio.timeout(self.startup_timeout):
                await self._hear(client)
        except (TimeoutError, NoAnswer):
            client.stop_channels()
            raise NoAnswer("the kernel does not answer") from None
        return client

    async def _hear(self, client: Any) -> None:
        while True:
            try:
                await client.get_iopub_msg(timeout=_SILENCE)
            except Empty:
                if not await self.km.is_alive():
                    raise NoAnswer from None
                client.kernel_info()
            else:
                return
