"""The app pairing in a real browser: the registrar pairs, changes, prints and hands over; a class teacher puts a child into a group on a phone."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest

playwright_api = pytest.importorskip("playwright.sync_api")
expect = playwright_api.expect
pytestmark = pytest.mark.browser


def figure(page: Any, name: str) -> int:
    """The large figure of that name."""
    return int(page.locator(".ck-facts dt", has_text=name).locator("xpath=following-sibling::dd[1]").first.inner_text().split()[0])


def turn_to(page: Any, name: str) -> None:
    """Press a section's button."""
    page.locator("button.jupyter-button:visible", has_text=name).first.click()


def in_row(page: Any, child: str, word: str) -> None:
    """Press a button in the row of a child."""
    page.locator("tbody tr:visible", has_text=child).get_by_role("button", name=re.compile(f"^{word}")).first.click()


def said(page: Any, text: str) -> None:
    """The notice says a success with that text, within view."""
    told = page.locator(".ck-notice .ck-ok:visible")
    expect(told).to_contain_text(text, timeout=20_000)
    expect(told).to_be_in_viewport()


def choose(page: Any, box: str, typed: str) -> str:
    """Choose the last option of a picker that fits what was typed; gives its name."""
    picker = page.locator("input:visible").and_(page.get_by_role("combobox", name=box))
    picker.fill(typed)
    option = page.locator("[role=option]:visible").last
    name = str(option.inner_text()).split()[0]
    option.click()
    return name


def look_for(page: Any, name: str) -> None:
    """Type a name into the search of the list in sight."""
    page.get_by_role("searchbox", name="搜索").locator("visible=true").first.fill(name)


def make_key_child(page: Any) -> str:
    """Put a child whom the rules do not ask for among the key children; gives the name."""
    page.get_by_role("combobox", name="结对情况").select_option(label="不要求")
    expect(page.locator("tbody tr:visible", has_text="已结对")).to_have_count(0, timeout=20_000)
    child = str(page.locator("tbody tr:visible th").last.inner_text())
    in_row(page, child, "列入分类")  # the row by its child, because the filter may be answered meanwhile
    page.get_by_role("radiogroup", name="类别").get_by_text("重点帮扶对象").click()
    page.get_by_role("button", name="保存分类").click()
    said(page, f"{child}列入“重点帮扶对象”")
    page.get_by_role("combobox", name="结对情况").select_option(label="全部")
    return child


def pair(page: Any, child: str) -> str:
    """Pair a child with a supporter; gives the supporter's name."""
    in_row(page, child, "结对")
    page.get_by_role("combobox", name="结对类型").and_(page.locator("select:visible")).last.select_option(label="党员干部")
    supporter = choose(page, "帮扶人", "帮扶人")
    page.get_by_label("帮扶频次").and_(page.locator("input:visible")).fill("每周一次")
    page.get_by_role("button", name="保存结对").click()
    said(page, f"{child}与{supporter}结对")
    return supporter


def test_a_child_is_paired_changed_and_stands_in_the_table(open_page: Any, tmp_path: Path) -> None:
    """Key child, pairing, another supporter with a note: the figures move, the table has both sides, prints across and downloads."""
    page = open_page("pairing", "registrar")
    page.get_by_role("button", name=re.compile("^列入分类")).first.wait_for()
    demanded, paired = figure(page, "应结对"), figure(page, "已结对")
    child = make_key_child(page)
    assert figure(page, "应结对") == demanded + 1
    first = pair(page, child)
    assert figure(page, "已结对") == paired + 1

    page.get_by_role("textbox", name="搜索").or_(page.get_by_role("searchbox", name="搜索")).first.fill(child)
    in_row(page, child, "查看变更")
    in_row(page, first, "换人")
    second = choose(page, "帮扶人", "教师")
    page.get_by_label("交接说明").and_(page.locator("textarea:visible")).first.fill("孩子喜欢画画，周三去家里看看。")
    page.get_by_role("button", name="保存更换").click()
    said(page, f"{child}的帮扶人换成{second}")
    history = page.locator(".ck-table:visible", has_text="结对记录")
    expect(history).to_contain_text("更换帮扶人")
    expect(history).to_contain_text("孩子喜欢画画")

    turn_to(page, "对接表")
    look_for(page, child)
    row = page.locator(".ck-table:visible tbody tr", has_text=child)
    expect(row).to_contain_text(second)
    page.add_init_script("window.print = () => {}")
    page.get_by_role("button", name="打印对接表").click()
    paper = page.frame_locator("iframe")
    expect(paper.locator("h1")).to_have_text("党员干部与帮扶对象对接表")
    expect(paper.locator("tbody tr", has_text=child)).to_contain_text("每周一次")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="下载Excel表").click()
    waiting.value.save_as(tmp_path / "table.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO((tmp_path / "table.xlsx").read_bytes())).active
    assert sheet is not None
    assert any(child in [cell.value for cell in line] and second in [cell.value for cell in line] for line in sheet.iter_rows())
    assert page.outside == []


def test_somebody_leaves_and_the_children_are_listed(open_page: Any) -> None:
    """Hand over with two presses, nobody named: the child stands at the top of the list as uncovered until somebody takes over."""
    page = open_page("pairing", "registrar")
    page.get_by_role("button", name=re.compile("^列入分类")).first.wait_for()
    child = make_key_child(page)
    supporter = pair(page, child)
    uncovered = figure(page, "帮扶人离岗待接手")
    turn_to(page, "帮扶人")
    in_row(page, supporter, "离岗交接")
    page.get_by_label("交接说明").and_(page.locator("textarea:visible")).fill("请接着每周去一次。")
    page.get_by_role("button", name="办理离岗交接").click()
    expect(page.locator(".ck-notice .ck-warn:visible")).to_contain_text("列为“待接手”")
    page.get_by_role("button", name="确认办理").click()
    said(page, f"{supporter}于")
    assert figure(page, "帮扶人离岗待接手") > uncovered
    turn_to(page, "孩子")
    expect(page.locator("tbody tr:visible", has_text=child)).to_contain_text("帮扶人离岗，待接手")


def test_a_class_teacher_puts_a_child_into_a_group_on_a_phone(open_page: Any) -> None:
    """On a phone: no button to pair, a group is saved, nothing is wider than the screen."""
    page = open_page("pairing", "class_teacher", width=390)
    page.get_by_role("button", name=re.compile("^列入分类")).first.wait_for()
    expect(page.locator("tbody:visible").get_by_role("button", name=re.compile("^结对"))).to_have_count(0)
    expect(page.locator("button.jupyter-button:visible", has_text="离岗交接")).to_have_count(0)
    make_key_child(page)
    for section in ("帮扶人", "对接表", "孩子"):
        turn_to(page, section)
        page.wait_for_timeout(300)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
