"""What a person waits for: from asking for a page until its first figures stand on the screen, by Chromium, with the server as schools run it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from benchmarks.page_times import sites
from benchmarks.page_times.schools import TODAY
from benchmarks.page_times.sites import ROLES, School, role_of
from benchmarks.serving.running import Running, running
from benchmarks.serving.servers import carekit
from benchmarks.serving.servers.server import Server, Site
from benchmarks.serving.visits import chromium
from carekit.serve.pages import Page

#: Seconds until a page must have shown its figures.
_LIMIT = 60
#: Notes when the first figure is laid out, then when it was painted, in milliseconds since the page was asked for.
_PROBE = """(() => {
  if (window.top !== window) return;
  const timer = setInterval(() => {
    const figure = document.querySelector('.ck-facts .ck-value');
    if (!figure || !figure.getClientRects().length || !figure.textContent.trim()) return;
    clearInterval(timer);
    requestAnimationFrame(() => requestAnimationFrame(() => { window.carekitFigures = performance.now(); }));
  }, 5);
})();"""


def _command(site: Site) -> list[str]:
    return [sys.executable, str(Path(sites.__file__)), str(site.port), str(site.folder)]


_SERVER = Server(
    name="carekit", title="carekit", command=_command, variables={"CAREKIT_TODAY": TODAY.isoformat(), "CAREKIT_LANG": "zh-CN"}, rest=2.0
)


async def visit_all(schools: Sequence[School], pages: Sequence[Page], rounds: int) -> dict[tuple[str, str], list[float]]:
    """Milliseconds until the figures of each page of each school, by page and school: visited in turn, after one visit that fills the browser's cache."""
    times: dict[tuple[str, str], list[float]] = {(page.name, school.name): [] for page in pages for school in schools}
    async with AsyncExitStack() as stack:
        browser = await stack.enter_async_context(chromium())
        servers = [await stack.enter_async_context(running(_SERVER, Path(sys.executable), school.folder)) for school in schools]
        visitors = {
            (school.name, role): await _visitor(browser, server.site, n)
            for school, server in zip(schools, servers, strict=True)
            for n, role in enumerate(ROLES)
        }
        for page in pages:
            for turn in range(rounds + 1):
                for school, server in zip(schools, servers, strict=True):
                    figure = await _visit(visitors[school.name, role_of(page)], server, page)
                    if turn:
                        times[page.name, school.name].append(figure)
    return times


async def _visitor(browser: Any, site: Site, number: int) -> Any:
    """A browser's context in which the person of a role has logged in."""
    context = await browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN")
    await context.add_init_script(_PROBE)
    await carekit.log_in(context, site, number)
    return context


async def _visit(context: Any, server: Running, asked: Page) -> float:
    """Open a page once, with a kernel ready as for anybody who comes alone, and leave it."""
    await asyncio.sleep(server.server.rest)
    page = await context.new_page()
    try:
        await page.goto(f"{server.site.address}/voila/render/{asked.name}.ipynb", wait_until="commit", timeout=_LIMIT * 1000)
        await page.wait_for_function("() => window.carekitFigures", timeout=_LIMIT * 1000, polling=20)
        figures: float = await page.evaluate("() => window.carekitFigures")
        await page.goto("about:blank")
    finally:
        await page.close()
    return figures
