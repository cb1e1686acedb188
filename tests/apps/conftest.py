"""For the browser tests of the apps: the pages of the sample school, served as to a school, and a real browser."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest

_CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
_CHROMIUM_ARGS = (
    "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync --disable-quic --no-first-run"
).split()
OpenPage = Callable[..., Any]


@pytest.fixture(scope="session")
def served_school(sample_file: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of `carekit serve` on a copy of the sample school."""
    folder = tmp_path_factory.mktemp("served")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, **sample_file.copied(folder).environment()}
    command = [sys.executable, "-m", "carekit", "serve", "--no-browser", "--port", str(port)]
    with (folder / "log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=folder)
    try:
        yield _when_ready(f"http://127.0.0.1:{port}/", process)
    finally:
        process.terminate()
        process.wait(30)


def _when_ready(address: str, process: subprocess.Popen[bytes]) -> str:
    for _ in range(600):
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(address, timeout=5):
                return address
        except urllib.error.HTTPError:
            return address
        except OSError:
            time.sleep(0.2)
    pytest.fail("the pages were not served")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A Chromium of this machine; the tests are skipped where there is none, unless CAREKIT_REQUIRE_BROWSER is set."""
    from playwright.sync_api import sync_playwright

    path = os.environ.get("CAREKIT_CHROMIUM") or next((found for name in _CHROMIUM_NAMES if (found := shutil.which(name))), None)
    if path is None and not os.environ.get("CAREKIT_REQUIRE_BROWSER"):
        pytest.skip("there is no Chromium here")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=_CHROMIUM_ARGS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Any, served_school: str) -> Iterator[OpenPage]:
    """Opens an app as a role (`open_page("talks", "class_teacher")`) and waits until it shows; at the end no page had an error of its own.

    Requests to anywhere but the server are noted in ``page.outside`` and refused.
    """
    contexts, errors = [], []

    def open_one(app: str, role: str, *, width: int = 1280, height: int = 900) -> Any:
        context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN", accept_downloads=True)
        contexts.append(context)
        page = context.new_page()
        page.outside = []
        page.on("pageerror", lambda error: errors.append(str(error)))

        def refuse(route: Any) -> None:
            page.outside.append(route.request.url)
            route.abort()

        page.route(lambda url: not url.startswith((served_school, "blob:", "data:")), refuse)
        page.goto(f"{served_school}voila/render/{app}.ipynb?as={role}", wait_until="commit")
        page.locator(".ck-facts").first.wait_for(timeout=90_000)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert errors == []
