"""Double files in a real browser: two files made by a roster become one, and two again, on a computer and on a phone (CASES 57, 61)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

playwright_api = pytest.importorskip("playwright.sync_api")
expect = playwright_api.expect
pytestmark = pytest.mark.browser
_HEADINGS = "姓名,性别,出生日期,班级,现居住地,联系电话"


def import_two(page: Any, folder: Path, heard: str, written: str) -> None:
    """A roster with one child twice, once as the name was heard and in another class: the import cannot know and makes two files."""
    roster = folder / "花名册.csv"
    rows = (f"{written},男,2016-04-05,三(1)班,样例镇龙井村1组8号,", f"{heard},男,2016-04-05,三(2)班,样例镇龙井村1组6号,15400000066")
    roster.write_text("\n".join((_HEADINGS, *rows)), encoding="utf-8-sig")
    page.get_by_role("tab", name="导入花名册").click()
    page.locator("input[type=file]").set_input_files(roster)
    page.get_by_role("button", name="表头没问题").click(timeout=60_000)
    page.get_by_role("button", name="确认保存").click(timeout=60_000)
    expect(page.locator(".ck-notice .ck-ok")).to_contain_text("新建档案2份", timeout=60_000)


def figure(page: Any, name: str) -> int:
    """A figure of the page by its name."""
    return int(page.locator(".ck-facts.ck-figures div").filter(has_text=name).locator("dd").first.inner_text().split()[0])


def button(page: Any, name: str) -> Any:
    """The button that is in sight."""
    return page.get_by_role("button", name=name, exact=True).locator("visible=true").first


def done(page: Any, words: str) -> None:
    """The acknowledgement is there."""
    expect(page.locator(".ck-notice .ck-ok").filter(has_text=words)).to_be_visible(timeout=30_000)


@pytest.mark.parametrize(("width", "written", "heard"), [(1280, "重小样", "重晓样"), (390, "叠大样", "叠达样")])
def test_two_files_become_one_and_two_again(open_page: Any, tmp_path: Path, width: int, written: str, heard: str) -> None:
    """The pair is in the list with why; both files stand there; class and name are chosen, asked, merged; the history opens; undone with a reason."""
    import_two(open_page("intake", "registrar", width=width), tmp_path, heard, written)
    page = open_page("duplicates", "registrar", width=width)
    before = figure(page, "本学年已合并")
    row = page.get_by_role("row").filter(has_text=heard)
    expect(row).to_contain_text("姓名同音")
    row.get_by_role("button", name="打开对照").click()
    expect(page.get_by_text("左边：先建的档案")).to_be_visible(timeout=30_000)
    left, right = page.locator(".ck-facts:visible").filter(has_text="建档日期").all()
    assert (left.bounding_box()["y"] == right.bounding_box()["y"]) is (width > 640)
    # one import made both at the same moment: either may stand on the left
    page.get_by_role("radio", name=re.compile(heard)).check()
    button(page, "合并这两份档案…").click()
    expect(page.locator(".ck-notice .ck-error")).to_contain_text("哪个班")
    page.get_by_role("radio", name=re.compile(r"三\(2\)班")).check()
    button(page, "合并这两份档案…").click()
    expect(page.locator(".ck-notice .ck-warn").locator("visible=true")).to_contain_text(f"姓名留“{heard}”")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    button(page, "确认合并").click()
    done(page, f"已合并：{heard}")
    assert figure(page, "本学年已合并") == before + 1
    page.get_by_role("link", name="打开孩子的个案").click()
    expect(page.get_by_text(heard).first).to_be_visible(timeout=60_000)
    page.go_back()
    merge = page.get_by_role("row").filter(has_text=heard)
    expect(merge).to_contain_text("有效", timeout=60_000)
    merge.get_by_role("button", name="撤销合并").click()
    button(page, "撤销合并").click()
    expect(page.locator(".ck-notice .ck-error")).to_contain_text("理由")
    page.get_by_role("textbox", name="撤销理由").fill("是两个孩子")
    button(page, "撤销合并").click()
    button(page, "确认撤销").click()
    done(page, "已撤销")
    assert figure(page, "本学年已合并") == before
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("row").filter(has_text=heard).get_by_role("button", name="打开对照").click()
    page.get_by_role("textbox", name="怎么知道的").fill("问过家长，是双胞胎")
    button(page, "不是同一个孩子").click()
    done(page, "以后不再提示")
    expect(page.get_by_role("row").filter(has_text=heard).filter(has_text="打开对照")).to_have_count(0)
    assert page.outside == []


def test_the_page_is_not_for_a_class_teacher(open_page: Any) -> None:
    """It is not in the teacher's menu (what the address answers is told by the page: CASES 61)."""
    page = open_page("contacts", "class_teacher")
    expect(page.get_by_role("link", name="待办")).to_have_count(1)
    expect(page.get_by_role("link", name="重复档案")).to_have_count(0)
