"""Real difficulties in a real browser: raised and handed up on a phone, decided by the leader, answered back, found in the history."""

from __future__ import annotations

from typing import Any

import pytest

playwright_api = pytest.importorskip("playwright.sync_api")
expect = playwright_api.expect
pytestmark = pytest.mark.browser
WHAT = "上学路远，冬天走不动，想要一辆车"


def acknowledged(page: Any, words: str) -> None:
    """The acknowledgement is in view."""
    expect(page.locator(".ck-notice .ck-ok")).to_contain_text(words, timeout=20_000)


def step(page: Any, name: str) -> None:
    """Press a step of the difficulty that this test raised."""
    page.get_by_label("搜索").first.fill("冬天走不动")
    page.locator("tr").filter(has_text="冬天走不动").get_by_role("button", name=name).first.click()


def test_a_difficulty_goes_its_way(open_page: Any) -> None:
    """The class teacher raises it and hands it up on a phone, the leader decides, the teacher answers back; it stands in the child's history."""
    phone = open_page("difficulties", "class_teacher", width=390)
    phone.get_by_role("button", name="提出困难").click()
    box = phone.locator("[data-path=child_id] [role=combobox]")
    box.click()
    option = phone.locator("[data-path=child_id] [role=option]").first
    child = option.locator("span").inner_text()
    option.click()
    phone.locator("[data-path=kind_of] select:visible").select_option(label="安全与上下学")
    phone.get_by_role("textbox", name="困难情况").fill(WHAT)
    phone.get_by_role("button", name="保存").locator("visible=true").first.click()
    acknowledged(phone, "已保存")
    step(phone, "上报支部")
    phone.get_by_role("textbox", name="上报原因和请求").fill("请支部协调")
    phone.get_by_role("button", name="保存").locator("visible=true").first.click()
    acknowledged(phone, "已上报支部")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    board = open_page("difficulties", "leader")
    step(board, "研究决定")
    board.get_by_role("textbox", name="支部决定").fill("由党员轮流接送")
    board.get_by_role("button", name="保存").locator("visible=true").first.click()
    acknowledged(board, "支部决定")
    again = open_page("difficulties", "class_teacher", width=390)
    step(again, "办结")
    again.locator("[data-path=result]:visible").get_by_text("支部协调解决").first.click()
    again.get_by_role("textbox", name="结果和向家庭的答复").fill("已有人接送，家里放心")
    again.get_by_role("button", name="保存").locator("visible=true").first.click()
    acknowledged(again, "已办结")
    history = open_page("case_history", "class_teacher")
    history.get_by_role("textbox", name="查找孩子").fill(child)
    history.get_by_role("button", name="查找").click()
    expect(history.get_by_text(WHAT).first).to_be_visible(timeout=20_000)
    assert phone.outside == board.outside == again.outside == []
