"""Import everything once, then fork a kernel for each byte that the server sends, until the server is gone."""

from __future__ import annotations

import gc
import os
import signal
import socket
import sys

from carekit.serve.warm.application import PageApplication
from carekit.serve.warm.kernel import become_kernel
from carekit.serve.warm.preparing import prepare


def main() -> None:
    """Serve the socket whose descriptor is the only argument."""
    server = socket.socket(fileno=int(sys.argv[1]))
    # the system then buries kernels that have ended; nobody here asks how they ended
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    application = prepare()
    # Objects of before the fork are never looked at by a child's garbage collector, which would copy their pages.
    gc.collect()
    gc.freeze()
    fork_for(server, application)
    os._exit(0)


def fork_for(server: socket.socket, application: PageApplication) -> None:
    """Fork a kernel for each line that arrives; return when the server has gone."""
    while True:
        order, lines, _, _ = socket.recv_fds(server, 1, 1)
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
