"""The app dashboard in a real browser: figures, charts, and a click on a bar that shows the children."""

from __future__ import annotations

import re
from typing import Any

import pytest

playwright_api = pytest.importorskip("playwright.sync_api")
expect = playwright_api.expect
pytestmark = pytest.mark.browser


def test_a_click_on_a_bar_shows_the_children_behind_it(open_page: Any) -> None:
    """The first bar of the comparison opens its class: the heading names it and every child listed is of it."""
    page = open_page("dashboard", "leader")
    bars = page.locator(".ck-chart", has_text="谈心覆盖率").first
    bar = bars.locator(".mark-rect path, .mark-bar path").first
    bar.wait_for(timeout=60_000)
    everybody = page.get_by_text(re.compile(r"谈心覆盖率（全部）：达到\d+人"))
    expect(everybody).to_be_visible(timeout=30_000)
    bar.click()
    caption = page.get_by_text(re.compile(r"谈心覆盖率（一\(1\)班）：达到\d+人，没达到\d+人"))
    expect(caption).to_be_visible(timeout=20_000)
    rows = caption.locator("xpath=ancestor::table").locator("tbody tr")
    assert all("一(1)班" in text for text in rows.all_inner_texts())
    rows.first.click()
    expect(page.get_by_role("link", name=re.compile("打开.+的档案"))).to_be_visible(timeout=20_000)
    assert page.outside == []


@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_stands_with_its_figures(open_page: Any, width: int) -> None:
    """The sample school's figures, the missed children in red, four charts of the situation; no wider than the screen, no traceback."""
    page = open_page("dashboard", "leader", width=width)
    expect(page.locator(".ck-facts dd", has_text="68.3%").first).to_be_visible()
    expect(page.get_by_role("alert").filter(has_text="却没有登记")).to_be_visible()
    expect(page.get_by_text("留守儿童617人").first).to_be_visible(timeout=60_000)
    assert "Traceback" not in page.content()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.outside == []


def test_another_day_gives_other_figures(open_page: Any) -> None:
    """The figures follow the day that is chosen, and a day to come is refused in a sentence."""
    page = open_page("dashboard", "leader")
    day = page.locator("input[type=date]")
    day.fill("2025-06-20")
    day.blur()
    expect(page.get_by_text("截至2025-06-20")).to_be_visible(timeout=60_000)
    expect(page.locator(".ck-facts dd").first).not_to_contain_text("68.3%", timeout=60_000)
    day.fill("2027-01-01")
    day.blur()
    expect(page.get_by_text("请选择2000年9月1日到今天之间的日期")).to_be_visible(timeout=60_000)
