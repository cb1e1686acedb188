"""What a browser may load and run on a page: the second wall behind escaping, and behind "no request leaves the machine"."""

from __future__ import annotations

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256

from carekit.serve.lean.bundle import call_script

_HOST = re.compile(r"[\w.-]+(:\d+)?|\[[0-9a-fA-F:]+\](:\d+)?")


def lean_policy(host: str) -> str:
    """The policy of the lean page: of what stands in the page nothing runs but `call_script`, known by its digest.

    `host` is the request's: older browsers do not count a websocket of the same host as 'self'.
    """
    sockets = f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
    return _policy(f" '{_call_digest()}'", sockets)


def plain_policy() -> str:
    """The policy of every page without widgets: nothing but files of this server."""
    return _policy("", "")


def _policy(scripts: str, connections: str) -> str:
    return (
        f"default-src 'self'; script-src 'self'{scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
        f"connect-src 'self'{connections}; frame-ancestors 'none'; object-src 'none'; base-uri 'self'; form-action 'self'"
    )


@cache
def _call_digest() -> str:
    return f"sha256-{b64encode(sha256(call_script().encode()).digest()).decode()}"


#: The policy of Voila's stock page: its scripts stand in the page, widgets come as blobs, and Vega compiles its expressions.
STOCK_POLICY = (
    "default-src 'self' data: blob:; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; "
    "connect-src 'self' ws://127.0.0.1:* ws://localhost:* data: blob:; frame-ancestors 'self'; form-action 'self'; base-uri 'self'"
)
