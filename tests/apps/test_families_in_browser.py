"""Families in a real browser: on a phone the class teacher entrusts care, checks a card and notes a homecoming, and finds all of it where it belongs."""

from __future__ import annotations

import re
from typing import Any

import pytest

playwright_api = pytest.importorskip("playwright.sync_api")
expect = playwright_api.expect
pytestmark = pytest.mark.browser
WORDS = "五一回来住了三天，孩子很高兴"
#: What a row says when no parent has been home for a year or longer.
A_YEAR_AGO = re.compile(r"（(1[2-9]|[2-9]\d)个月前）")


def acknowledged(page: Any, words: str) -> None:
    """What was saved is in view."""
    expect(page.locator(".ck-notice").get_by_text(words).first).to_be_visible(timeout=20_000)


def press(page: Any, name: str) -> None:
    """Press the button of that name that is in view."""
    page.get_by_role("button", name=name, exact=True).locator("visible=true").first.click()


def answer(page: Any, field: str, words: str) -> None:
    """Choose one of the answers that stand beside one another."""
    page.locator(f"[data-path={field}]:visible").get_by_text(words, exact=True).first.click()


def figure(page: Any, name: str) -> int:
    """A large figure of the page."""
    card = page.locator(".ck-facts").first.locator("div").filter(has=page.get_by_text(name, exact=True)).last
    expect(card).to_be_visible(timeout=20_000)
    found = re.search(r"\d+$", card.inner_text().strip())
    assert found, card.inner_text()
    return int(found.group(0))


def name_of(row: Any) -> str:
    """The child of a row."""
    return str(row.locator("th, td").first.inner_text().strip())


def stands_in_history(history: Any, child: str, told: tuple[str, ...]) -> None:
    """The history of a child has these words."""
    history.get_by_role("textbox", name="查找孩子").fill(child)
    history.get_by_role("button", name="查找").click()
    for words in told:
        expect(history.get_by_text(words).locator("visible=true").first).to_be_visible(timeout=20_000)


def gone_from_due(due: Any, rule: str, child: str, other: str) -> None:
    """What was done is no longer listed; what another child still waits for is."""
    listed = due.locator("tr").filter(has_text=rule)
    due.get_by_label("搜索").first.fill(other)
    expect(listed.first).to_be_visible(timeout=20_000)
    due.get_by_label("搜索").first.fill(child)
    expect(listed).to_have_count(0, timeout=20_000)


def open_row(row: Any, button: str) -> str:
    """Press a button of a row; the name of its child."""
    child = name_of(row)
    row.get_by_role("button", name=button).click()
    return child


def entrust(page: Any) -> None:
    """Tick the four conditions and enter the four days."""
    for field in ("no_harm_record", "no_addiction", "duty_kept", "otherwise_fit"):
        answer(page, field, "是")
    for field in ("child_heard_on", "agreement_on", "school_told_on", "village_told_on"):
        page.locator(f"[data-path={field}] input:visible").fill("2026-05-19")
    press(page, "保存")


def rate(page: Any, name: str) -> str:
    """The counts of a rate on the dashboard."""
    card = page.locator(".ck-facts div").filter(has=page.get_by_text(name, exact=True)).last
    expect(card).to_be_visible(timeout=30_000)
    found = re.search(r"(\d[\d,]*)\s*/\s*(\d[\d,]*)", card.inner_text())
    assert found, card.inner_text()
    return found.group(0)


def test_care_card_and_homecoming_of_a_child(open_page: Any) -> None:
    """Each is done in a minute on a phone, stands in the child's history, moves its rate on the dashboard, and is out of what is due."""
    before = open_page("dashboard", "class_teacher")
    names = ("委托照护签订率", "联系卡核对率", "近一年返家率")
    counts = {name: rate(before, name) for name in names}
    phone = open_page("families", "class_teacher", width=390)
    page_figures = {name: figure(phone, name) for name in ("委托照护没办妥", "待核对联系卡", "一年没返家")}
    rows = phone.locator("tr")
    to_check = rows.filter(has=phone.get_by_role("button", name="核对联系卡"))
    waits = {"还缺": name_of(rows.filter(has_text="还缺").nth(1)), "逾期": name_of(to_check.nth(1))}
    entrusted = open_row(rows.filter(has_text="还缺").first, "办理委托照护")
    entrust(phone)
    acknowledged(phone, f"已办妥：{entrusted}的委托照护手续齐全。")
    press(phone, "返回名单")
    checked = open_row(to_check.first, "核对联系卡")
    people = phone.get_by_role("region", name="联系卡上的人")
    expect(people.get_by_role("button", name="删除这一项").first).to_be_hidden()
    people.get_by_role("textbox", name="联系电话").first.fill("15400009876")
    press(phone, "保存核对")
    acknowledged(phone, f"已保存：{checked}的联系卡已更正。")
    expect(phone.get_by_text("15400009876").first).to_be_visible()
    press(phone, "返回名单")
    visited = open_row(rows.filter(has_text=A_YEAR_AGO).first, "打开")
    press(phone, "返家登记")
    phone.locator("[data-path=returned_on] input:visible").fill("2026-05-01")
    phone.locator("[data-path=relation] select:visible").select_option(label="母亲")
    phone.get_by_role("textbox", name="情况摘要").locator("visible=true").fill(WORDS)
    press(phone, "保存")
    acknowledged(phone, "2026-05-01返家")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    press(phone, "返回名单")
    for name, count in page_figures.items():
        assert figure(phone, name) < count
    for child, told in ((visited, (WORDS,)), (checked, ("联系卡核对", "15400009876")), (entrusted, ("委托照护协议签订日期",))):
        stands_in_history(open_page("case_history", "class_teacher"), child, told)
    due = open_page("due", "class_teacher")
    gone_from_due(due, "委托照护手续", entrusted, waits["还缺"])
    gone_from_due(due, "联系卡核对", checked, waits["逾期"])
    after = open_page("dashboard", "class_teacher")
    for name in names:
        assert rate(after, name) != counts[name], name
    assert phone.outside == due.outside == after.outside == []
