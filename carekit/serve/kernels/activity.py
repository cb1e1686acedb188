"""When a kernel last did something, and whether it is busy: for ending kernels that nobody uses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from jupyter_client.session import DELIM

_TYPE = re.compile(rb'"msg_type": ?"(\w+)"')
_STATE = re.compile(rb'"execution_state": ?"(\w+)"')


class Activity:
    """Notes what the kernel `kernel` says; its manager `kernels` says which types of messages are a use of it (`track_message_type`).

    Jupyter unpacks every message whole, headers twice, and its dates; a page makes a hundred messages, and two words of each are enough. What a browser
    chooses in a header stands there as a JSON text, whose quotation marks are escaped.
    """

    def __init__(self, kernels: Any, kernel: Any) -> None:
        self._kernels, self._kernel = kernels, kernel

    def record(self, message: Sequence[bytes]) -> None:
        """Take one message from the kernel, in parts."""
        header, parent, _, content = message[message.index(DELIM) + 2 :][:4]
        kind, cause, kernel = _word(_TYPE, header), _word(_TYPE, parent), self._kernel
        tracked = self._kernels.track_message_type
        if tracked(kind) or tracked(cause) or kernel.execution_state == "busy":
            self._kernels.last_kernel_activity = kernel.last_activity = datetime.now(UTC)
        if kind == "status":
            state = _word(_STATE, content)
            if tracked(cause):
                kernel.execution_state = state
            elif kernel.execution_state == "starting" and state != "starting":
                kernel.execution_state = "idle"


def _word(pattern: re.Pattern[bytes], text: bytes) -> str | None:
    found = pattern.search(text)
    return found[1].decode() if found else None
