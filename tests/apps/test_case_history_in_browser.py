"""The app case_history in a real browser: a child is found by the first letters of the pinyin, and the file opens."""

from __future__ import annotations

from typing import Any

import pytest

from carekit.names import name_initials

playwright_api = pytest.importorskip("playwright.sync_api")
expect = playwright_api.expect
pytestmark = pytest.mark.browser


def open_by_initials(page: Any) -> str:
    """Find the first child of the list by initials and open the file; returns the name."""
    name = str(page.locator(".ck-table tbody tr").first.locator("th, td").first.inner_text()).strip()
    page.locator(".ck-find input").fill(name_initials(name))
    page.get_by_role("button", name="查找").click()
    heading = page.get_by_text(f"{name}的档案")
    row = page.locator(".ck-table tbody tr", has_text=name).first
    expect(heading.or_(row).first).to_be_visible(timeout=20_000)
    if not heading.is_visible():
        row.click()
    expect(heading).to_be_visible(timeout=20_000)
    return name


@pytest.mark.parametrize("width", [1280, 390])
def test_a_child_is_found_by_initials_and_the_file_opens(open_page: Any, width: int) -> None:
    """Letters, search, file: definitions, timeline, contact card and changes stand on one page; a kind filters the timeline."""
    page = open_page("case_history", "class_teacher", width=width)
    name = open_by_initials(page)
    timeline = page.locator(".ck-timeline")
    expect(timeline).to_be_visible()
    expect(page.get_by_text("民政口径：").first).to_be_visible()
    expect(page.locator(".ck-card").first).to_contain_text(name)
    expect(page.get_by_text("修改记录", exact=True)).to_be_visible()
    timeline.get_by_role("button", name="在班记录").click()
    expect(timeline.get_by_text("入班方式").first).to_be_visible()
    expect(timeline.get_by_text("谈话人")).to_have_count(0)
    width_needed = page.evaluate("document.documentElement.scrollWidth")
    assert width_needed <= width
    assert page.outside == []


def test_the_contact_card_is_printed_by_itself(open_page: Any) -> None:
    """The button prints a page with the card alone; the card stands whole on it."""
    page = open_page("case_history", "class_teacher")
    page.evaluate("window.printed = []")
    name = open_by_initials(page)
    # a browser without a window has no printer: the frame's print() is watched instead
    page.evaluate(
        """() => new MutationObserver((changes) => changes.forEach((change) => change.addedNodes.forEach((node) => {
            if (node.tagName === 'IFRAME') { window.printed.push(node.srcdoc); document.body.dataset.printed = window.printed.length; }
        }))).observe(document.body, {childList: true})"""
    )
    page.get_by_role("button", name="打印联系卡").click()
    expect(page.locator("body")).to_have_attribute("data-printed", "1", timeout=20_000)
    sheet = page.evaluate("window.printed[0]")
    assert sheet.count('<section class="ck-card">') == 1
    assert name in sheet
    assert "http" not in sheet


def test_another_persons_child_in_the_address_is_refused_in_a_sentence(open_page: Any, served_school: str) -> None:
    """An id in the address that is not the teacher's gives the one sentence, and no file."""
    page = open_page("case_history", "class_teacher")
    page.goto(f"{served_school}voila/render/case_history.ipynb?child={'0' * 26}", wait_until="commit")
    expect(page.get_by_text("没有这条记录，或者您无权查看")).to_be_visible(timeout=90_000)
    expect(page.locator(".ck-card")).to_have_count(0)
