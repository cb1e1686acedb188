"""The app plans in a real browser: a subject teacher writes a plan on a phone, a leader approves it, a check and scores follow."""

from __future__ import annotations

import re
from typing import Any

import pytest

playwright_api = pytest.importorskip("playwright.sync_api")
expect = playwright_api.expect
pytestmark = pytest.mark.browser

PHONE = 390


def told(page: Any, text: str) -> None:
    """The page's notice says so, where it can be seen."""
    notice = page.locator(".ck-notice .ck-ok:visible").first
    expect(notice).to_contain_text(text, timeout=15_000)
    expect(notice).to_be_in_viewport()


def fits(page: Any) -> bool:
    """Whether nothing stands out of the screen to the right."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def choose_child(page: Any) -> str:
    """Choose the first child whom the picker of the form offers; gives the name."""
    form = page.get_by_role("form", name="新建计划")
    form.get_by_role("combobox", name="儿童").click()
    option = form.get_by_role("option").and_(page.locator(":visible")).first
    name = str(option.inner_text()).split()[0]
    option.click()
    return name


def write_plan(page: Any) -> str:
    """A plan in mathematics for habits and arithmetic, with a goal for each; gives the child's name."""
    page.get_by_role("button", name="新建计划").click()
    name = choose_child(page)
    form = page.get_by_role("form", name="新建计划")
    form.get_by_label("学科").select_option(label="数学")
    form.get_by_role("checkbox", name="计算").check()
    form.get_by_role("checkbox", name="学习习惯").check()
    form.get_by_role("button", name="添加目标").click()
    goals = form.get_by_role("group", name="目标（阶段）")
    for place, (area, goal) in enumerate((("计算", "口算正确率到90%"), ("学习习惯", "作业当天完成"))):
        row = goals.nth(place)
        row.get_by_label("薄弱方面").select_option(label=area)
        row.get_by_label("目标（预期效果）").fill(goal)
    assert fits(page)
    form.get_by_role("button", name="保存计划").click()
    told(page, "等待审批")
    return name


def row_of(page: Any, name: str, *, table: str = "帮扶计划") -> Any:
    """The row of a child in a table."""
    return page.get_by_role("table", name=table).get_by_role("row").filter(has_text=name).first


def test_from_the_plan_to_its_progress(open_page: Any) -> None:
    """Two goals on a phone, approval by a leader, a check, scores with a half point: the chart shows, and nothing leaves the server."""
    page = open_page("plans", "subject_teacher", width=PHONE)
    name = write_plan(page)
    expect(row_of(page, name)).to_contain_text("待审批")

    leader = open_page("plans", "leader", width=PHONE)
    row_of(leader, name, table="待审批的计划").get_by_role("button", name="阅读并审批").click()
    expect(leader.get_by_text("作业当天完成").first).to_be_visible()
    assert fits(leader)
    leader.get_by_role("button", name="审批通过").click()
    told(leader, "已审批通过")

    page.reload()
    row_of(page, name).wait_for(timeout=60_000)
    expect(row_of(page, name)).to_contain_text("执行中")
    row_of(page, name).get_by_role("button", name="记检查").click()
    check = page.get_by_role("form", name="记录检查")
    check.get_by_label("部分达到").check()
    check.get_by_role("textbox", name="检查情况").fill("口算快了，竖式还会错")
    check.get_by_role("button", name="保存检查").click()
    told(page, "已保存")

    row_of(page, name).get_by_role("button", name="进步档案").click()
    page.get_by_role("button", name="录入成绩", exact=True).click()
    form = page.get_by_role("form", name="一个孩子的成绩")
    form.get_by_label("学科").first.select_option(label="数学")
    form.get_by_label("得分").first.fill("58.5")
    form.get_by_role("button", name="保存成绩").click()
    told(page, "1科成绩")
    chart = page.locator(".ck-chart:visible").first
    expect(chart.locator("svg, canvas").first).to_be_visible(timeout=30_000)
    chart.get_by_role("button", name="看数字").click()
    expect(chart.get_by_role("table")).to_contain_text("58.5 / 100")
    expect(chart.get_by_role("table")).to_contain_text("作业当天完成")
    expect(chart.get_by_role("table")).to_contain_text("部分达到")
    assert fits(page)
    assert page.outside == []
    assert leader.outside == []


def test_scores_of_a_class_are_looked_through(open_page: Any) -> None:
    """The class list is put in, a half point and a word are typed: the one is recognised, the other given back, and only the one is saved."""
    page = open_page("plans", "subject_teacher")
    page.get_by_role("button", name="录入全班成绩").click()
    page.get_by_label("学科").and_(page.locator("select:visible")).first.select_option(label="语文")
    page.get_by_role("button", name="填入全班名单").click()
    box = page.locator(".widget-textarea textarea:visible").first
    expect(box).to_have_value(re.compile(r"\t\n"), timeout=15_000)
    lines = box.input_value().splitlines()
    box.fill("\n".join([f"{lines[0]}85.5", f"{lines[1]}缺考", *lines[2:]]))
    page.get_by_role("button", name="核对", exact=True).click()
    preview = page.get_by_role("table", name="识别结果")
    expect(preview).to_contain_text("85.5", timeout=15_000)
    expect(preview).to_contain_text("不是分数")
    page.get_by_role("button", name="保存已识别的成绩").click()
    expect(page.get_by_text("已保存1名孩子的成绩。还有1行未识别").first).to_be_visible(timeout=15_000)
    expect(box).to_have_value(f"{lines[1]}缺考")
