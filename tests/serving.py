"""A server for tests, started as a process of its own, awaited, and stopped; and somebody who speaks with it without a browser."""

from __future__ import annotations

import asyncio
import http.cookiejar
import json
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import coverage
import websocket
from tornado.ioloop import IOLoop

from carekit.access import Actor
from carekit.records.codes import Role
from carekit.store import Desk, Store, write_key_file

PROJECT = Path(__file__).parents[1]


def free_port() -> int:
    """A port of this machine that nobody listens on just now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@contextmanager
def serving(command: Sequence[str], environment: Mapping[str, str], folder: Path) -> Iterator[str]:
    """The address of a server from when it answers; `{port}` in the command becomes a free port, what the server says stands in `folder`/log."""
    port = free_port()
    with (folder / "log").open("a", encoding="utf-8") as log:
        process = subprocess.Popen(
            [part.replace("{port}", str(port)) for part in command],
            env={**os.environ, **environment, **_measured()},
            stdout=log,
            stderr=log,
            cwd=folder,
        )
    try:
        yield _when_ready(f"http://127.0.0.1:{port}/", process, folder / "log")
    finally:
        process.terminate()
        process.wait(30)


def _measured() -> dict[str, str]:
    """What makes a server measure its coverage, when this process does; it is saved when the server is told to end (`sigterm`)."""
    if coverage.Coverage.current() is None:
        return {}
    return {"COVERAGE_PROCESS_START": str(PROJECT / "pyproject.toml"), "COVERAGE_FILE": str(PROJECT / ".coverage")}


@dataclass
class Served:
    """A served sample school and its store, to look into from behind."""

    address: str
    path: Path
    key: bytes

    def visit(self, role: Role | None = None) -> Browserless:
        """Somebody at the server, logged in as a role when one is named."""
        client = Browserless(self.address)
        if role is not None:
            assert client.log_in_as(role).status == 302
        return client

    def desk(self, actor: Actor | None = None) -> Desk:
        """The store from behind."""
        return Store.open(self.path, key=self.key).for_actor(actor or Actor.console())

    def actor(self, role: Role) -> Actor:
        """Who logged in last in a role."""
        lines = self.desk().audit_lines()
        return Actor(lines[(lines["action"] == "login") & (lines["role"] == role.value)]["actor"].iloc[-1], role)

    def carekit(self, *arguments: str) -> None:
        """A command of the administrator, in a process of its own."""
        environment = {**os.environ, "CAREKIT_STORE": str(self.path), "CAREKIT_KEY": self.key.hex()}
        subprocess.run([sys.executable, "-m", "carekit", *arguments], check=True, env=environment, capture_output=True)


@contextmanager
def demo_served(sample_file: Any, folder: Path, *options: str) -> Iterator[Served]:
    """`carekit demo` on a copy of the sample school in `folder`."""
    sample = sample_file.copied(folder)
    write_key_file(sample.path.with_name(sample.path.name + ".key"), sample.key)
    command = [sys.executable, "-m", "carekit", "demo", "--no-browser", "--port", "{port}", "--store", str(sample.path), *options]
    environment = {name: value for name, value in sample.environment().items() if name not in {"CAREKIT_STORE", "CAREKIT_KEY"}}
    with serving(command, environment, folder) as address:
        yield Served(address, sample.path, sample.key)


def _when_ready(address: str, process: subprocess.Popen[bytes], log: Path) -> str:
    for _ in range(600):
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(address + "favicon.ico", timeout=5):
                return address
        except urllib.error.HTTPError:
            return address
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"the server does not answer:\n{log.read_text(encoding='utf-8')[-4000:]}")


@dataclass(frozen=True)
class Answer:
    """Status, headers (names in lower case) and text of an answer."""

    status: int
    headers: dict[str, str]
    text: str
    cookies: tuple[str, ...] = ()


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


class Browserless:
    """A person, or somebody hostile, who speaks HTTP and websockets by hand: cookies are kept, redirects are shown and not followed."""

    def __init__(self, address: str) -> None:
        self.address, self.jar = address, http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar), _NoRedirect)

    def ask(self, path: str, data: Mapping[str, str] | None = None, method: str | None = None, **headers: str) -> Answer:
        """An answer; `data` is sent as a form."""
        body = urllib.parse.urlencode(data).encode() if data is not None else None
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(urllib.parse.urljoin(self.address, path), data=body, headers=named, method=method)
        try:
            with self._opener.open(request, timeout=60) as response:
                return _answer(response)
        except urllib.error.HTTPError as error:
            return _answer(error)

    def post(self, path: str, **fields: str) -> Answer:
        """A form sent with the token against forged requests, as a page of the server would."""
        return self.ask(path, {**fields, "_xsrf": self.cookie("_xsrf")})

    def cookie(self, name: str) -> str:
        """The value of a cookie, "" without one."""
        return next((str(cookie.value) for cookie in self.jar if cookie.name == name), "")

    def log_in_as(self, role: Role) -> Answer:
        """Log in by the demo's button for a role."""
        return self.log_in(*demo_login(self.ask("login").text, role))

    def log_in(self, name: str, password: str) -> Answer:
        """Log in with name and password."""
        self.ask("login")
        return self.post("login", username=name, password=password)

    def open_app(self, name: str, query: str = "") -> str:
        """Open an app's page; the id of its kernel."""
        answer = self.ask(f"voila/render/{name}.ipynb{query}")
        found = re.search(r'"kernel(?:Id)?": ?"([0-9a-f-]{36})"', answer.text)
        assert found, f"no page: {answer.status}"
        return found[1]

    def cookies(self) -> str:
        """All cookies as a header."""
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.jar)

    def socket(self, kernel_id: str, **options: Any) -> websocket.WebSocket:
        """The socket of a kernel, as a page opens it; raises when the server refuses it."""
        address = self.address.replace("http", "ws", 1) + f"api/kernels/{kernel_id}/channels?session_id=s"
        return websocket.create_connection(address, cookie=self.cookies(), timeout=30, **{"origin": self.address.rstrip("/"), **options})


def _answer(response: Any) -> Answer:
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(response.status, headers, response.read().decode("utf-8", "replace"), tuple(response.headers.get_all("Set-Cookie") or ()))


def demo_login(page: str, role: Role) -> tuple[str, str]:
    """Name and password behind the demo's button for a role on the login page."""
    name = f"demo-{role.value.replace('_', '-')}"
    form = next(part for part in page.split("<form") if f'value="{name}"' in part)
    found = re.search(r'name="password" value="([^"]+)"', form) or re.search(r'value="([^"]+)" name="password"', form)
    assert found
    return name, found[1]


def say(socket: websocket.WebSocket, kind: str, content: Mapping[str, Any], channel: str = "shell") -> str:
    """Send a kernel message of the old text protocol, as widgets' pages do; its id."""
    msg_id = uuid.uuid4().hex
    header = {"msg_id": msg_id, "msg_type": kind, "username": "", "session": "s", "date": "2026-01-01T00:00:00Z", "version": "5.3"}
    socket.send(
        json.dumps({"header": header, "parent_header": {}, "metadata": {"version": "1.0.0"}, "content": dict(content), "channel": channel})
    )
    return msg_id


def hear(socket: websocket.WebSocket, seconds: float = 2.0) -> list[dict[str, Any]]:
    """Everything that a socket says until it has been silent for so many seconds, binary messages by their JSON parts."""
    heard: list[dict[str, Any]] = []
    socket.settimeout(seconds)
    while True:
        try:
            message = socket.recv()
        except (websocket.WebSocketTimeoutException, websocket.WebSocketConnectionClosedException, ConnectionError):
            return heard
        if isinstance(message, bytes):
            # the number of parts and where each begins, 32 bits each; the first part is the message, the others are its buffers
            count, *starts = struct.unpack_from(f">{1 + struct.unpack_from('>I', message)[0]}I", message)
            message = message[starts[0] : starts[1] if count > 1 else None].decode("utf-8")
        if message:
            heard.append(json.loads(message))


def shut_out(answer: Answer) -> bool:
    """Whether an answer gives nothing but the way to the login page."""
    return answer.status in {403, 404} or (answer.status == 302 and "/login" in answer.headers["location"])


def closed(socket: websocket.WebSocket, seconds: float) -> bool:
    """Whether the server closes a socket within so many seconds."""
    until = time.monotonic() + seconds
    socket.settimeout(0.3)
    while time.monotonic() < until:
        try:
            if socket.recv_frame().opcode == websocket.ABNF.OPCODE_CLOSE:
                return True
        except websocket.WebSocketTimeoutException:
            continue
        except (websocket.WebSocketException, OSError):
            return True
    return False


@contextmanager
def served_here(store: Store, **how: Any) -> Iterator[Any]:
    """The server of a store inside this process, in a thread with a loop of its own, so that coverage sees it and a test may move its clock.

    `how` are fields of `Serving`. Yields the `CarekitVoila`; its `address_shown` answers. Kernels are processes of their own here too.
    """
    from carekit.serve.server import Serving, page_server

    opened, failed = threading.Event(), []
    before = signal.getsignal(signal.SIGTERM)
    server = page_server(store, Serving(**{"port": free_port(), "browser": False, "told": lambda _: opened.set()} | how))
    # Voila takes the signal for itself, and only a process of its own should
    signal.signal(signal.SIGTERM, before)

    def run() -> None:
        asyncio.set_event_loop(asyncio.new_event_loop())
        try:
            server.start()
        except BaseException as problem:
            failed.append(problem)
            raise
        finally:
            opened.set()
            # close what the server still listens on and wait for what is under way, as the end of a process would
            loop = asyncio.get_event_loop()
            rest = asyncio.all_tasks(loop)
            for task in rest:
                task.cancel()
            loop.run_until_complete(asyncio.gather(*rest, return_exceptions=True))
            IOLoop.current().close(all_fds=True)

    thread = threading.Thread(target=run, name="carekit-server")
    thread.start()
    try:
        assert opened.wait(60) and not failed, failed
        yield server
    finally:
        server.ioloop.add_callback(server.ioloop.stop)
        thread.join(60)
        server.accounts.close()
        assert not thread.is_alive()
