"""How many kernels this machine has room for, and the limits of the system that would end sooner."""

from __future__ import annotations

import sys

import psutil  # type: ignore[import-untyped]

from carekit.errors import UserError
from carekit.language import Label

#: What one more page takes of memory, in bytes, as measured of the apps on the sample school (32 to 70 MB forked): a forked kernel shares the
#: imports, an ordinary one has its own.
FORKED_BYTES = 48 * 2**20
ORDINARY_BYTES = 210 * 2**20
#: What the server, its warm process and the rest of the machine keep for themselves.
_KEPT_BYTES = 400 * 2**20
#: However small or large a machine is.
FEWEST, MOST = 5, 500
#: Open files of the server: about 20 for each page, and room.
_FILES = 20 * MOST + 1000
#: Sockets that ZeroMQ may hold for all kernels together; its usual 1023 end at about 100 pages.
ZMQ_SOCKETS = 60_000


class NoRoom(UserError):
    """As many pages are open as this machine can hold."""

    code = "no_room"

    def __init__(self) -> None:
        super().__init__(
            Label(
                "Too many pages are open on this server just now. Close pages that you do not need, wait a minute and try again.",
                "现在打开的页面太多，服务器忙不过来。请先关掉不用的页面，过一分钟再试。",
            )
        )


def room_for(each: int) -> int:
    """For how many kernels of `each` bytes there is memory now, beside what the machine needs otherwise."""
    free = int(psutil.virtual_memory().available) - _KEPT_BYTES
    return max(FEWEST, min(MOST, free // each))


def raise_file_limit() -> None:
    """Let this process open as many files as many pages need, as far as the system allows. Windows has no such limit."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - there is none on Windows

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
