"""The page of what is due in a real browser: done, put off, and looked at by the leader."""

from __future__ import annotations

from typing import Any

import pytest

playwright_api = pytest.importorskip("playwright.sync_api")
expect = playwright_api.expect
pytestmark = pytest.mark.browser


def figure(page: Any, name: str) -> int:
    """The large figure of that name."""
    return int(page.locator(".ck-facts dt", has_text=name).locator("xpath=following-sibling::dd[1]").first.inner_text().split()[0])


@pytest.mark.parametrize("width", [390, 1280])
def test_a_talk_is_done_from_the_list(open_page: Any, width: int) -> None:
    """The teacher looks for talks of this month, presses “Do it”, writes a few words and saves: one less is due, and the list is back."""
    page = open_page("due", "class_teacher", width=width)
    page.get_by_label("搜索").first.fill("还有")
    page.get_by_label("事项").first.select_option(label="每月谈心")
    waiting = figure(page, "一个月内到期")
    page.get_by_role("button", name="去办").first.click()
    points = page.get_by_role("textbox", name="过程要点")
    points.fill("聊了最近的作业，情绪平稳。")
    page.get_by_role("button", name="保存").first.click()
    told = page.locator(".ck-notice .ck-ok")
    expect(told).to_contain_text("已保存", timeout=20_000)
    expect(points).to_be_hidden()
    expect(page.get_by_role("button", name="去办").first).to_be_visible()
    assert figure(page, "一个月内到期") == waiting - 1 and page.outside == []


def test_something_is_put_off_and_taken_back(open_page: Any) -> None:
    """A day and a reason are asked for; it then stands apart with both, and comes back by one press."""
    page = open_page("due", "class_teacher", width=390)
    late, away = figure(page, "已逾期"), figure(page, "已暂缓")
    page.get_by_role("button", name="暂缓").first.click()
    page.get_by_label("暂缓原因").select_option(label="家里没人")
    page.get_by_role("button", name="确定暂缓").click()
    expect(page.locator(".ck-notice .ck-ok")).to_contain_text("已暂缓到", timeout=20_000)
    assert (figure(page, "已逾期"), figure(page, "已暂缓")) == (late - 1, away + 1)
    page.get_by_role("button", name="取消暂缓").first.click()
    expect(page.locator(".ck-notice .ck-ok")).to_contain_text("已恢复提醒", timeout=20_000)
    assert figure(page, "已暂缓") == away


@pytest.mark.parametrize("width", [390, 1280])
def test_the_leader_sees_who_has_not(open_page: Any, width: int) -> None:
    """By person with what was asked, done and overdue; the rows behind a person; children whom nobody has met; nothing runs over the edge."""
    page = open_page("due", "leader", width=width)
    expect(page.get_by_text("本学期还没有人见过的孩子", exact=False).first).to_be_visible(timeout=20_000)
    page.locator("table").filter(has=page.locator("caption", has_text="按责任人")).locator("tbody tr").first.click()
    expect(page.get_by_text("请点选上面的一行。")).to_be_hidden(timeout=20_000)
    assert page.evaluate("document.documentElement.scrollWidth") <= width and page.outside == []


def test_the_home_page_leads_to_what_is_due(open_page: Any, browser: Any) -> None:
    """Each line of “to do today” goes to a page on which it is done."""
    page = open_page("due", "class_teacher")
    page.get_by_role("link", name="首页").or_(page.get_by_role("link", name="留守儿童关爱")).first.click()
    page.get_by_role("link", name="建档", exact=False).last.wait_for()
    assert page.locator('main a[href*="due.ipynb"]').count() >= 1
