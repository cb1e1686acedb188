"""Visitors at once without a browser, for what speaks Jupyter's protocol: a hundred browsers would be busier than the server on two cores.

A visitor asks for the page, attaches to its kernel, asks for the widgets' states until the figure is among them, changes the filter, and waits for the
other figure: all that a page does, but drawing it.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
import uuid
from collections.abc import AsyncIterator, Sequence
from typing import Any

from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from benchmarks.serving.rounds import Results
from benchmarks.serving.rows import CATEGORIES, first_figure
from benchmarks.serving.running import Running
from benchmarks.serving.servers import carekit

#: Seconds until a visit must be over.
_LIMIT = 120
_KERNEL = re.compile(r'kernel_?id"?\s*[:=]\s*"?([0-9a-f]{8}-[0-9a-f-]{27})', re.IGNORECASE)
#: Servers that speak Jupyter's protocol.
SPEAKERS = ("carekit", "voila", "preheated")


async def run_load(running: Running, visitors: int, results: Results) -> None:
    """So many visitors at once; how long until the figure and until the filter answers, and how many failed."""
    AsyncHTTPClient.configure(None, max_clients=1000)
    name = running.server.name
    logins = [await _cookies(running, number) for number in range(visitors)]
    before = await running.settled()
    came = await asyncio.gather(*(_visit(running, cookies) for cookies in logins), return_exceptions=True)
    running.tree.look()
    failed = 0
    for seen, cookies in zip(came, logins, strict=True):
        if isinstance(seen, BaseException):
            failed += 1
            results.fault(name, f"{visitors} without a browser", repr(seen))
            continue
        figure, answered, socket, kernel = seen
        results.note(name, f"load figure {visitors}", figure)
        results.note(name, f"load filter {visitors}", answered)
        socket.close()
        await _end(running, kernel, cookies)
    results.note(name, f"load errors {visitors}", failed)
    results.note(name, f"load processor {visitors}", (await running.settled() - before) / visitors * 1000)


async def _cookies(running: Running, number: int) -> dict[str, str]:
    return await carekit.cookies_of(running.site, number) if running.server.name == "carekit" else {}


async def _visit(running: Running, cookies: dict[str, str]) -> tuple[float, float, WebSocketClientConnection, str]:
    """One visit: milliseconds until the figure and until the other figure, the open socket, and the kernel."""
    began = time.perf_counter()
    headers = {"Cookie": carekit.header(cookies), "Origin": running.site.address, "Accept-Encoding": "gzip"}
    request = HTTPRequest(running.address, headers=headers, request_timeout=_LIMIT, connect_timeout=_LIMIT)
    page = (await AsyncHTTPClient().fetch(request)).body.decode()
    kernel = _KERNEL.search(page)
    if kernel is None:
        raise RuntimeError("the page names no kernel")
    address = f"{running.site.address.replace('http', 'ws', 1)}/api/kernels/{kernel[1]}/channels?session_id={uuid.uuid4().hex}"
    socket = await websocket_connect(
        HTTPRequest(address, headers=headers, request_timeout=_LIMIT, connect_timeout=_LIMIT), max_message_size=2**26
    )
    async with asyncio.timeout(_LIMIT):
        control = uuid.uuid4().hex
        await socket.write_message(_message("comm_open", {"comm_id": control, "target_name": "jupyter.widget.control", "data": {}}))
        await socket.write_message(_message("comm_msg", {"comm_id": control, "data": {"method": "request_states"}}))
        async for content in _comm_messages(socket):
            if states := content["data"].get("states"):
                break
        shown = _model(states, "HTMLModel")
        if first_figure() not in states[shown]["state"]["value"]:
            raise RuntimeError("the figure is another")
        figure = time.perf_counter()
        change = {"method": "update", "state": {"index": 1}, "buffer_paths": []}
        await socket.write_message(_message("comm_msg", {"comm_id": _model(states, "DropdownModel"), "data": change}))
        async for content in _comm_messages(socket):
            if content["comm_id"] == shown and first_figure(CATEGORIES[0]) in content["data"].get("state", {}).get("value", ""):
                break
    return (figure - began) * 1000, (time.perf_counter() - began) * 1000, socket, kernel[1]


async def _end(running: Running, kernel: str, cookies: dict[str, str]) -> None:
    """Leave the page: its kernel ends, as when a browser goes."""
    cookies = cookies if "_xsrf" in cookies else cookies | {"_xsrf": "none"}
    headers = {"Cookie": carekit.header(cookies), "X-XSRFToken": cookies["_xsrf"], "Origin": running.site.address}
    address = f"{running.site.address}/voila/api/shutdown/{kernel}"
    await AsyncHTTPClient().fetch(address, method="POST", body="", headers=headers, raise_error=False, request_timeout=_LIMIT)


def _model(states: dict[str, Any], name: str) -> str:
    """The one model of a kind (of text, the one with the figures)."""
    found = [
        key for key, model in states.items() if model["model_name"] == name and ("figure" in str(model["state"].get("value", "figure")))
    ]
    if len(found) != 1:
        raise RuntimeError(f"{len(found)} models are {name}")
    return found[0]


def _message(kind: str, content: dict[str, Any]) -> str:
    header = {"msg_id": uuid.uuid4().hex, "msg_type": kind, "username": "", "session": uuid.uuid4().hex, "version": "5.3"}
    header["date"] = "2026-01-01T00:00:00Z"
    metadata = {"version": "1.0.0"} if kind == "comm_open" else {}
    return json.dumps({"channel": "shell", "header": header, "parent_header": {}, "metadata": metadata, "content": content})


async def _comm_messages(socket: WebSocketClientConnection) -> AsyncIterator[dict[str, Any]]:
    while (text := await socket.read_message()) is not None:
        message = json.loads(_first_part(text))
        if message["header"]["msg_type"] == "comm_msg":
            yield message["content"]
    raise RuntimeError("the server closed the socket")


def _first_part(message: str | bytes) -> str | bytes:
    """The JSON part of a message; one with buffers begins with the places of its parts."""
    if isinstance(message, str):
        return message
    parts = int.from_bytes(message[:4], "big")
    places: Sequence[int] = [int.from_bytes(message[4 + 4 * part : 8 + 4 * part], "big") for part in range(parts)]
    return message[places[0] : places[1]] if parts > 1 else message[places[0] :]
