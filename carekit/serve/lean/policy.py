"""What a browser may load and run on a page: the second wall behind escaping, and behind "no request leaves the machine"."""

from __future__ import annotations

import re

_HOST = re.compile(r"[\w.-]+(:\d+)?|\[[0-9a-fA-F:]+\](:\d+)?")


def lean_policy(host: str) -> str:
    """The policy of the lean page: scripts are files of this server, nothing that stands in the page runs.

    `host` is the request's: older browsers do not count a websocket of the same host as 'self'.
    """
    sockets = f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
    return (
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
        f"connect-src 'self'{sockets}; frame-ancestors 'none'; object-src 'none'; base-uri 'self'; form-action 'self'"
    )


#: The policy of Voila's stock page: its scripts stand in the page, widgets come as blobs, and Vega compiles its expressions.
STOCK_POLICY = (
    "default-src 'self' data: blob:; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; "
    "connect-src 'self' ws://127.0.0.1:* ws://localhost:* data: blob:; frame-ancestors 'self'; form-action 'self'; base-uri 'self'"
)
