"""Import everything once, then fork a kernel for each byte that the server sends, until the server is gone."""

from __future__ import annotations

import gc
import os
import select
import signal
import socket
import sys

from carekit.serve.warm.application import PageApplication
from carekit.serve.warm.kernel import become_kernel
from carekit.serve.warm.preparing import prepare

#: How often, in seconds, it is looked whether the server is still there, while this process is busy importing.
_LOOK_SECONDS = 0.5


def main() -> None:
    """Serve the socket whose descriptor is the only argument."""
    server = socket.socket(fileno=int(sys.argv[1]))
    # the system then buries kernels that have ended; nobody here asks how they ended
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    _end_with(server)
    application = prepare()
    signal.setitimer(signal.ITIMER_REAL, 0)
    # Objects of before the fork are never looked at by a child's garbage collector, which would copy their pages.
    gc.collect()
    gc.freeze()
    fork_for(server, application)
    os._exit(0)


def _end_with(server: socket.socket) -> None:
    """Until the timer is stopped, end this process when the server has gone: imports take seconds, in which it would not notice."""
    signal.signal(signal.SIGALRM, lambda *_: has_gone(server) and os._exit(0))
    signal.setitimer(signal.ITIMER_REAL, _LOOK_SECONDS, _LOOK_SECONDS)


def has_gone(server: socket.socket) -> bool:
    """Whether the other end of the socket is closed, whatever was said before."""
    look = select.poll()
    look.register(server, 0)
    return any(event & (select.POLLHUP | select.POLLERR) for _, event in look.poll(0))


def fork_for(server: socket.socket, application: PageApplication) -> None:
    """Fork a kernel for each line that arrives; return when the server has gone."""
    while True:
        try:
            order, lines, _, _ = socket.recv_fds(server, 1, 1)
        except OSError:
            return
        if not order:
            return
        for line in lines:
            _fork(server, line, application)


def _fork(server: socket.socket, line: int, application: PageApplication) -> None:
    try:
        child = os.fork()
    except OSError as problem:
        # no process or no memory left: the server sees the line end and says so to the visitor
        sys.stderr.write(f"carekit: no kernel could be forked ({problem.strerror})\n")
    else:
        if child == 0:
            server.close()
            become_kernel(socket.socket(fileno=line), application)
    os.close(line)


if __name__ == "__main__":
    main()
