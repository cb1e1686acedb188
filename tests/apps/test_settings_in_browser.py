"""The page of rules in a real browser: begun from tomorrow and from today by the leader, followed by what is due, and taken back; and the way between pages."""

from __future__ import annotations

from typing import Any

import pytest

playwright_api = pytest.importorskip("playwright.sync_api")
expect = playwright_api.expect
pytestmark = pytest.mark.browser
#: The day of the sample school, and the next one.
TODAY, TOMORROW = "2026-05-20", "2026-05-21"


def waiting(open_page: Any) -> int:
    """Everything overdue or due within a month, as the leader's page of what is due says."""
    page = open_page("due", "leader")
    names = ("已逾期", "一个月内到期")
    boxes = [page.locator(".ck-facts dt", has_text=name).locator("xpath=following-sibling::dd[1]").first for name in names]
    return sum(int(one.inner_text().split()[0]) for one in boxes)


def begin(page: Any, day: str, **boxes: str) -> None:
    """Begin new rules from a day: fill the form, look at what changes, confirm it."""
    page.get_by_role("button", name="另立新规则").click()
    page.locator("[data-path=from_on] input").first.fill(day)
    for name, value in boxes.items():
        page.locator(f"[data-path={name}] input").fill(value)
    page.get_by_role("button", name="核对变更").click()
    expect(page.get_by_role("table").filter(has_text="将要变更的内容")).to_contain_text("成长日记", timeout=20_000)
    page.get_by_role("button", name=f"确认，自{day}起执行").click()
    expect(page.locator(".ck-notice .ck-ok").first).to_contain_text(f"自{day}起执行新规则", timeout=20_000)


def withdraw(page: Any, day: str) -> None:
    """Take the rules of a day out of use again."""
    page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=day)).get_by_role("button", name="撤下").click()
    page.get_by_role("button", name="确认撤下").click()
    expect(page.locator(".ck-notice .ck-ok").first).to_contain_text(f"已撤下自{day}起", timeout=20_000)


def test_rules_begin_on_their_day_and_not_before(open_page: Any) -> None:
    """From tomorrow on nothing of today's list changes; from today on diaries are not asked for any more; withdrawn, all is as before."""
    before = waiting(open_page)
    page = open_page("settings", "leader")
    begin(page, TOMORROW, diary_days="0", card_days="90")
    try:
        assert waiting(open_page) == before
        begin(page, TODAY, diary_days="0")
        try:
            assert waiting(open_page) < before
            expect(page.get_by_role("row").filter(has_text=TOMORROW).first).to_contain_text("待执行")
        finally:
            withdraw(page, TODAY)
    finally:
        withdraw(page, TOMORROW)
    assert waiting(open_page) == before and page.outside == []


@pytest.mark.parametrize("width", [390, 1280])
def test_the_administrator_sees_terms_and_school(open_page: Any, width: int) -> None:
    """Terms with their school months; an overlapping one is refused in words; the phone on duty stands in the school's form; nothing runs over the edge."""
    page = open_page("settings", "administrator", width=width)
    page.get_by_role("tab", name="学期和放假").click()
    page.get_by_role("button", name="登记学期").click()
    for name, value in (("starts_on", "2026-07-01"), ("ends_on", "2027-01-22")):
        page.locator(f"[data-path={name}] input").first.fill(value)
    page.get_by_role("button", name="核对变更").locator("visible=true").click()
    expect(page.get_by_text("学年的学期应在").first).to_be_visible(timeout=20_000)
    page.get_by_role("tab", name="学校信息").click()
    assert page.get_by_role("textbox", name="学校值班电话").input_value().startswith("154")
    assert page.evaluate("document.documentElement.scrollWidth") <= width and page.outside == []


def test_every_page_is_found_on_a_phone(open_page: Any) -> None:
    """The pages stand behind one box that says where one is; unfolded all of them are on the screen, and one tap goes there."""
    page = open_page("settings", "leader", width=390, height=700)
    link = page.get_by_role("navigation", name="页面").get_by_role("link", name="看板", exact=True)
    expect(link).to_be_hidden()
    expect(page.locator(".ckp-fold")).to_contain_text("规则设置")
    page.locator(".ckp-unfold").press("Space")
    links = page.locator(".ckp-pages a")
    assert links.count() > 8
    for one in links.all():
        expect(one).to_be_in_viewport()
    link.click()
    page.locator(".ckp-fold").get_by_text("看板").wait_for()


def test_every_page_is_in_sight_on_a_screen(open_page: Any) -> None:
    """At 1280 pixels all links of a leader stand within the head, who one is above them."""
    page = open_page("settings", "leader")
    for one in page.locator(".ckp-pages a").all():
        expect(one).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    assert page.locator(".ckp-head").bounding_box()["height"] < 140
