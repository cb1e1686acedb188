"""What counts as a use of a kernel, read from its messages."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from jupyter_client.session import Session

from carekit.serve.kernels.activity import Activity

SESSION = Session(key=b"key")
UNTRACKED = {"status", "comm_info_request", "kernel_info_request"}


def kernel(state: str = "idle") -> Any:
    """A kernel as its manager keeps it."""
    return SimpleNamespace(execution_state=state, last_activity=None)


def heard(one: Any, kind: str, cause: str, content: dict[str, Any], username: str = "") -> None:
    """Let a message arrive that `cause` brought about."""
    parent = SESSION.msg_header(cause) | {"username": username}
    message = SESSION.msg(kind, content=content, parent={"header": parent})
    kernels = SimpleNamespace(track_message_type=lambda name: name not in UNTRACKED, last_kernel_activity=None)
    Activity(kernels, one).record([b"topic", *SESSION.serialize(message)])
    assert kernels.last_kernel_activity == one.last_activity


@pytest.mark.parametrize(
    ("state", "kind", "cause", "content", "after", "used"),
    [
        ("idle", "status", "comm_msg", {"execution_state": "busy"}, "busy", True),
        ("busy", "status", "comm_msg", {"execution_state": "idle"}, "idle", True),
        ("idle", "comm_msg", "comm_msg", {"data": {"execution_state": "no state"}}, "idle", True),
        ("idle", "status", "kernel_info_request", {"execution_state": "busy"}, "idle", False),
        ("starting", "status", "kernel_info_request", {"execution_state": "busy"}, "idle", False),
        ("starting", "status", "kernel_info_request", {"execution_state": "starting"}, "starting", False),
        ("busy", "status", "kernel_info_request", {"execution_state": "idle"}, "busy", True),
    ],
)
def test_what_counts_as_use(state: str, kind: str, cause: str, content: dict[str, Any], after: str, used: bool) -> None:
    """What a person or a cell causes is a use, and so is anything of a busy kernel; questions about the kernel are none and change no state."""
    one = kernel(state)
    heard(one, kind, cause, content)
    assert one.execution_state == after and (one.last_activity is not None) is used


def test_what_a_browser_writes_into_a_header_deceives_nobody() -> None:
    """A name that looks like the type of a message stays a name."""
    one = kernel()
    heard(one, "status", "kernel_info_request", {"execution_state": "busy"}, username='x", "msg_type": "comm_msg')
    assert one.execution_state == "idle" and one.last_activity is None
