"""Visits by Chromium: when the figures stand in the page, when the filter has answered, what came over the wire.

A small script of ours runs in each page from its first moment and looks every 5 ms: it notes when the four figures are there and laid out,
changes the filter as soon as it can be changed, and notes when the first figure is another. All times are milliseconds since the page was asked for.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Error, async_playwright

from benchmarks.serving.rows import CATEGORIES, first_figure
from benchmarks.serving.running import Running

_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
_ARGUMENTS = [
    *"--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync --disable-quic --no-first-run".split(),
    # pages that are not in front work as fast as the one that is, and no page waits for an address outside this machine
    *"--disable-renderer-backgrounding --disable-backgrounding-occluded-windows --disable-background-timer-throttling".split(),
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
#: Seconds until a visit must be over.
_LIMIT = 60

_PROBE = """(() => {
  if (window.top !== window) return;
  const find = (%(find)s), change = (%(change)s), state = window.carekitBench = { tries: 0 };
  let last = -Infinity;
  const timer = setInterval(() => {
    const now = performance.now(), figures = find('%(figure)s');
    const text = figures.length === 4 && figures[0].getClientRects().length ? figures[0].textContent.trim() : '';
    if (!text) return;
    if (!state.figure) {
      state.figure = now;
      state.first = text;
      requestAnimationFrame(() => requestAnimationFrame(() => { state.painted = performance.now(); }));
    } else if (text !== state.first) {
      state.answered = now;
      state.second = text;
      clearInterval(timer);
      return;
    }
    if (now - last >= %(again)d || state.tries === 0) {
      if (change(find)) { last = now; state.tries += 1; state.changed ??= now; }
    }
  }, 5);
})();"""

_OVER = "() => window.carekitBench && window.carekitBench.answered && window.carekitBench.painted"


@dataclass(frozen=True, slots=True)
class Visit:
    """Milliseconds from asking for the page: figures in it, painted, filter changed, filter answered."""

    figure: float
    painted: float
    changed: float
    answered: float


@asynccontextmanager
async def chromium() -> AsyncIterator[Any]:
    """A browser of this machine; RuntimeError where there is none."""
    path = os.environ.get("CAREKIT_CHROMIUM") or next((found for name in _NAMES if (found := shutil.which(name))), None)
    if path is None:
        raise RuntimeError("The benchmark needs Chromium: install it, or name it in CAREKIT_CHROMIUM.")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        yield browser
        await browser.close()


async def newcomer(browser: Any, running: Running, number: int) -> Any:
    """A context with an empty cache whose visitor has logged in where there is a login."""
    context = await browser.new_context(viewport={"width": 1200, "height": 900})
    server = running.server
    probe = _PROBE % {"find": server.find, "change": server.change, "figure": server.figure, "again": server.again}
    await context.add_init_script(probe)
    await server.log_in(context, running.site, number)
    return context


async def visit(context: Any, running: Running) -> tuple[Visit, Any]:
    """Visit once; the page stays open. RuntimeError when a figure is wrong or nothing comes within the limit."""
    page = await context.new_page()
    try:
        await page.goto(running.address, wait_until="commit", timeout=_LIMIT * 1000)
        await page.wait_for_function(_OVER, timeout=_LIMIT * 1000, polling=50)
        state = await page.evaluate("() => window.carekitBench")
    except Error as error:
        await page.close()
        raise RuntimeError(f"{running.server.title} did not show its figures: {str(error).splitlines()[0]}") from None
    if (state["first"], state["second"]) != (first_figure(), first_figure(CATEGORIES[0])):
        raise RuntimeError(f"{running.server.title} showed {state['first']}, then {state['second']}")
    return Visit(state["figure"], state["painted"], state["changed"], state["answered"]), page


async def leave(page: Any) -> None:
    """Go to another page first, as a person does: some servers end what belongs to a page only then."""
    await page.goto("about:blank")
    await page.close()


async def wire(context: Any, running: Running) -> tuple[int, float]:
    """Requests and kilobytes (1,000 bytes, as they came, headers and socket messages with them) of a visit, until half a second after it."""
    page = await context.new_page()
    session = await context.new_cdp_session(page)
    await session.send("Network.enable")
    asked: set[str] = set()
    sizes: list[float] = []

    def on_request(event: Any) -> None:
        if event["request"]["url"].startswith("http"):
            asked.add(f"{event['requestId']}{event['request']['url']}")

    session.on("Network.requestWillBeSent", on_request)
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    for way in ("Sent", "Received"):
        session.on(f"Network.webSocketFrame{way}", lambda event: sizes.append(_frame_bytes(event["response"])))
    await page.goto(running.address, wait_until="commit", timeout=_LIMIT * 1000)
    await page.wait_for_function(_OVER, timeout=_LIMIT * 1000)
    await asyncio.sleep(0.5)
    await leave(page)
    return len(asked), sum(sizes) / 1000


def _frame_bytes(response: Any) -> float:
    # the browser gives binary messages in base64
    size = len(response["payloadData"])
    return size * 3 / 4 if response["opcode"] == 2 else size
