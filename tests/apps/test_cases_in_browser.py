"""Moves and closing in a real browser: proposed on a phone, sent back, changed, approved, reopened; another class, leaving and coming back."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from carekit.sample import SAMPLE_TODAY

playwright_api = pytest.importorskip("playwright.sync_api")
expect = playwright_api.expect
pytestmark = pytest.mark.browser
YESTERDAY = (SAMPLE_TODAY - timedelta(days=1)).isoformat()


def acknowledged(page: Any, words: str) -> None:
    """The acknowledgement is in view."""
    expect(page.locator(".ck-notice .ck-ok:visible").first).to_contain_text(words, timeout=20_000)


def shown_rows(page: Any) -> Any:
    """The rows of the lists that are shown."""
    return page.locator("tr:visible").filter(has=page.get_by_role("button"))


def step(page: Any, child: str, name: str) -> None:
    """Find a child in the list that is shown and press a button of its row."""
    page.get_by_label("搜索").locator("visible=true").first.fill(child)
    row = shown_rows(page).filter(has_text=child)
    row.get_by_role("button", name=name).first.click()


def save(page: Any, name: str) -> None:
    """Press the button that saves."""
    page.get_by_role("button", name=name).locator("visible=true").first.click()


def register_count(page: Any) -> int:
    """The figure of children on the register."""
    return int(page.locator(".ck-facts").first.inner_text().split("留守登记在册")[1].split()[0])


def propose_on_phone(phone: Any) -> str:
    """The class teacher proposes to take the first child off the register, explaining what is not met; gives the child's name."""
    row = shown_rows(phone).filter(has=phone.get_by_role("button", name="申请销号")).first
    child = str(row.get_by_role("rowheader").inner_text().strip())
    step(phone, child, "申请销号")
    phone.locator("[data-path=reason] select:visible").select_option(label="父母返乡满三个月")
    expect(phone.locator(".ck-criteria:visible")).to_contain_text("父母一方返家已满三个月", timeout=20_000)
    phone.locator("[data-path=closed_on] input:visible").fill(YESTERDAY)
    explain(phone, "父亲已回家照料")
    return child


def explain(page: Any, outcome: str) -> None:
    """Write the outcome and press Save twice: the first press says what is not met."""
    page.locator("[data-path=outcome] textarea:visible").fill(outcome)
    save(page, "提交申请")
    expect(page.get_by_text("再按一次保存").locator("visible=true")).to_be_visible(timeout=20_000)
    save(page, "提交申请")
    acknowledged(page, "等待领导审批")


def test_a_child_leaves_the_register_and_comes_back(open_page: Any) -> None:
    """The teacher proposes on a phone, the leader sends back, the teacher changes, the leader approves; off since the next day; the registrar reopens."""
    phone = open_page("cases", "class_teacher", width=390)
    before = register_count(phone)
    child = propose_on_phone(phone)
    assert register_count(phone) == before, "what is proposed changes nothing"
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    due = open_page("due", "leader")
    due.get_by_role("tab", name="我的待办").click()
    due.get_by_label("搜索").locator("visible=true").first.fill(child)
    expect(due.locator("tr:visible").filter(has_text=child).filter(has_text="销号结案审批").first).to_be_visible(timeout=20_000)
    leader = open_page("cases", "leader")
    step(leader, child, "审批")
    expect(leader.locator(".ck-criteria:visible")).to_be_visible(timeout=20_000)
    leader.locator("[data-path=returned_for] textarea:visible").fill("请先家访核实")
    save(leader, "退回修改")
    acknowledged(leader, "已退回")
    again = open_page("cases", "class_teacher", width=390)
    step(again, child, "修改申请")
    expect(again.get_by_text("请先家访核实").locator("visible=true").first).to_be_visible(timeout=20_000)
    explain(again, "已家访，父亲在家照料")
    chief = open_page("cases", "leader")
    step(chief, child, "审批")
    chief.get_by_role("button", name="批准").locator("visible=true").click()
    acknowledged(chief, "已批准")
    after = open_page("cases", "class_teacher")
    assert register_count(after) == before - 1
    registrar = open_page("cases", "registrar")
    step(registrar, child, "恢复")
    registrar.locator("[data-path=reopen_reason] input:visible").fill("父亲又外出务工")
    save(registrar, "保存恢复")
    acknowledged(registrar, "原来的记录保留")
    history = open_page("case_history", "class_teacher")
    history.get_by_role("textbox", name="查找孩子").fill(child)
    history.get_by_role("button", name="查找").click()
    expect(history.get_by_text("父亲又外出务工").first).to_be_visible(timeout=20_000)
    assert all(page.outside == [] for page in (phone, due, leader, again, chief, after, registrar, history))


def test_another_class_leaving_and_coming_back(open_page: Any) -> None:
    """The registrar moves a child to another class on a phone; another child leaves and comes back to a class under the same file."""
    page = open_page("cases", "registrar", width=390)
    page.get_by_role("button", name="变动", exact=True).click()
    rows = shown_rows(page).filter(has=page.get_by_role("button", name="调班"))
    expect(rows.first).to_be_visible(timeout=20_000)
    # by the birthday too: names repeat
    moved, gone = (rows.nth(n).get_by_role("rowheader").inner_text().strip() for n in (0, 1))
    step(page, moved, "调班")
    choose(page, "class_id", "二(1)班")
    save(page, "保存调班")
    acknowledged(page, "二(1)班")
    page.get_by_label("搜索").locator("visible=true").first.fill(moved)
    expect(shown_rows(page).filter(has_text=moved).filter(has_text="二(1)班").first).to_be_visible(timeout=20_000)
    step(page, gone, "离校")
    page.locator("[data-path=left_on] input:visible").fill(YESTERDAY)
    page.locator("[data-path=leaving] select:visible").select_option(label="转出")
    page.locator("[data-path=other_school] input:visible").fill("外县样例小学")
    note = page.get_by_label("交接说明").locator("visible=true")
    if note.count():
        note.fill("请继续每周通话")
        note.blur()
    save(page, "保存离校")
    acknowledged(page, "离校")
    step(page, gone, "返校")
    choose(page, "class_id", "一(1)班")
    save(page, "保存返校")
    acknowledged(page, "返校")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390 and page.outside == []


def choose(page: Any, field: str, words: str) -> None:
    """Choose in the picker of a field that is shown."""
    box = page.locator(f"[data-path={field}]").locator("visible=true").first
    select = box.locator("select")
    if select.count():
        select.first.select_option(label=re.compile(re.escape(words)))
        return
    box.get_by_role("combobox").first.click()
    box.get_by_role("option").filter(has_text=words).first.click()
