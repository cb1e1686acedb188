"""The pages in a real browser: nothing from outside, languages, phone, and a kernel that is lost."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")
psutil = pytest.importorskip("psutil")
pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Any, served_school: str) -> Iterator[Any]:
    """A page whose requests to anywhere else are noted."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    opened.outside = []
    opened.on(
        "request", lambda request: None if request.url.startswith((served_school, "blob:", "data:")) else opened.outside.append(request.url)
    )
    yield opened
    context.close()


def test_from_home_to_an_app_in_another_language(page: Any, served_school: str) -> None:
    """Choosing a person, an app and a language by links; title, `lang` and role follow; no request leaves the machine."""
    page.goto(served_school)
    page.get_by_role("link", name=re.compile("学校领导")).click()
    page.get_by_role("link", name="看板", exact=True).click(timeout=60_000)
    page.locator("#rendered_cells").wait_for(state="visible", timeout=120_000)
    assert page.title() == "看板"
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    assert "学校领导" in page.locator(".ckp-person").inner_text()
    page.get_by_role("link", name="English").click(timeout=60_000)
    page.locator("#rendered_cells").wait_for(state="visible", timeout=120_000)
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.title() == "Dashboard"
    assert page.outside == []


def test_the_home_page_fits_a_phone(page: Any, served_school: str) -> None:
    """Nothing is wider than a phone's screen, and what one touches is at least 40 pixels high."""
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(served_school)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    heights = page.evaluate("[...document.querySelectorAll('main a')].map(a => a.getBoundingClientRect().height)")
    assert min(heights) >= 40


@pytest.mark.skipif(sys.platform == "win32", reason="ends a process by a signal")
def test_a_lost_kernel_is_said_on_the_page(page: Any, served_school: str) -> None:
    """When the kernel behind a page dies, a banner says so within seconds and offers to open the page again."""
    page.goto(f"{served_school}voila/render/case_history.ipynb?as=counsellor", wait_until="commit")
    page.locator("#rendered_cells").wait_for(state="visible", timeout=120_000)
    kernel_id = page.evaluate("JSON.parse(document.getElementById('jupyter-config-data').textContent).kernelId")
    assert page.locator("#ckp-lost").is_hidden()
    [kernel] = [p for p in psutil.process_iter(["cmdline"]) if any(kernel_id in part for part in p.info["cmdline"] or [])]
    os.kill(kernel.pid, signal.SIGKILL)
    page.locator("#ckp-lost").wait_for(state="visible", timeout=60_000)
    assert page.get_by_role("button", name="重新打开").is_visible()
