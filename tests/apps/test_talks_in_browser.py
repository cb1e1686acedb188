"""The app talks in a real browser: a class teacher records a talk and sees the figures move."""

from __future__ import annotations

from typing import Any

import pytest

playwright_api = pytest.importorskip("playwright.sync_api")
expect = playwright_api.expect
pytestmark = pytest.mark.browser


def figure(page: Any, name: str) -> int:
    """The large figure of that name."""
    return int(page.locator(".ck-facts dt", has_text=name).locator("xpath=following-sibling::dd[1]").first.inner_text().split()[0])


@pytest.mark.parametrize("width", [1280, 390])
def test_a_talk_is_recorded_and_the_figures_move(open_page: Any, width: int) -> None:
    """Choose a child, write, save: the acknowledgement is in view, one more is held, one less to do; on a phone as on a computer."""
    page = open_page("talks", "class_teacher", width=width)
    page.get_by_role("button", name="记录谈心").first.wait_for()
    held, to_do = figure(page, "已谈"), figure(page, "未谈")
    page.get_by_role("button", name="记录谈心").first.click()
    points = page.get_by_role("textbox", name="过程要点")
    points.fill("最近想妈妈，约好每周日晚上视频。")
    expect(page.get_by_text("草稿已存")).to_be_visible(timeout=15_000)
    page.get_by_role("button", name="保存谈心").click()
    told = page.locator(".ck-notice .ck-ok")
    expect(told).to_contain_text("已保存", timeout=15_000)
    expect(told).to_be_in_viewport()
    expect(points).to_be_hidden()
    assert (figure(page, "已谈"), figure(page, "未谈")) == (held + 1, to_do - 1)
    assert page.outside == []


def test_a_draft_survives_the_page(open_page: Any) -> None:
    """What was typed and not saved is offered when the page is opened again, and is there letter for letter."""
    typed = "写到一半 <b>突然</b> 停电 & 断网"
    page = open_page("talks", "class_teacher")
    button = page.get_by_role("button", name="记录谈心").last
    child = button.locator("xpath=ancestor::tr").locator("td, th").first.inner_text()
    button.click()
    page.get_by_role("textbox", name="过程要点").fill(typed)
    expect(page.get_by_text("草稿已存")).to_be_visible(timeout=15_000)
    page.close()
    again = open_page("talks", "class_teacher")
    row = again.get_by_role("row").filter(has_text=child).first
    expect(row).to_contain_text("草稿")
    row.get_by_role("button").first.click()
    again.get_by_role("button", name="恢复").first.click()
    expect(again.get_by_role("textbox", name="过程要点")).to_have_value(typed)
