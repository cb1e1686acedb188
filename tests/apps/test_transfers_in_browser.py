"""Hand-overs in a real browser: a child leaves with a package, the receipt comes, the child comes back with the package to the old file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

playwright_api = pytest.importorskip("playwright.sync_api")
expect = playwright_api.expect
pytestmark = pytest.mark.browser
SCHOOL = "彼岸镇中心小学"


def acknowledged(page: Any, words: str) -> None:
    """The acknowledgement is in view."""
    expect(page.locator(".ck-notice .ck-ok:visible")).to_contain_text(words, timeout=30_000)


def save(page: Any, name: str = "保存") -> None:
    """Press the button of the form that is open."""
    page.get_by_role("button", name=name, exact=True).locator("visible=true").first.click()


def leaves(page: Any) -> str:
    """Write down that a child left two days ago, another one at each width, since the school is the same; its name."""
    place = 4 if page.viewport_size["width"] > 640 else 9
    page.get_by_role("button", name="登记转出").click()
    page.locator("[data-path=child_id] [role=combobox]:visible").click()
    option = page.locator("[data-path=child_id] [role=option]:visible").nth(place)
    child: str = option.locator("span").first.inner_text()
    option.click()
    page.locator("[data-path=moved_on] input:visible").fill("2026-05-18")
    page.get_by_role("textbox", name="对方学校").locator("visible=true").fill(SCHOOL)
    save(page)
    acknowledged(page, "已登记1名学生转出")
    return child


def downloaded(page: Any, button: str, folder: Path) -> Path:
    """The file that a button gives, under its own name."""
    with page.expect_download() as coming:
        page.get_by_role("button", name=button).click()
    path = folder / coming.value.suggested_filename
    coming.value.save_as(path)
    return path


def confirmed(page: Any) -> None:
    """Enter the receipt of the hand-over."""
    page.get_by_role("button", name="返回名单").click()
    row = page.locator("tr:visible").filter(has_text=SCHOOL).first
    expect(row).to_contain_text("等待回执")
    row.get_by_role("button", name="收到回执").click()
    page.locator("[data-path=receipt_on] input:visible").fill("2026-05-20")
    page.get_by_role("textbox", name="回执签收人").fill("林样")
    save(page)
    acknowledged(page, "对方学校已确认收到")


def comes_back(phone: Any, file: Path, mark: str, passphrase: str) -> None:
    """Take the package in: a wrong passphrase first, then the right one, the old file offered, and a class two days later."""
    phone.get_by_role("button", name="凭档案包转入").click()
    phone.locator("input[type=file]").set_input_files(file)
    expect(phone.get_by_text(f"校验码 {mark}").first).to_be_visible(timeout=20_000)
    box = phone.get_by_placeholder("0000 0000 0000 0000")
    for typed, answer in (("1111 1111 1111 1111", "口令与这个档案包不符"), (passphrase, "转入前的经历")):
        box.fill(typed)
        phone.get_by_role("button", name="打开", exact=True).locator("visible=true").click()
        expect(phone.get_by_text(answer).first).to_be_visible(timeout=20_000)
    assert "原档案" in phone.get_by_label("使用的档案").locator("option:checked").inner_text()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    phone.locator("[data-path=enrolled_on] input:visible").fill("2026-05-20")
    save(phone, "确认转入并保存")


def test_a_child_leaves_and_comes_back(open_page: Any, tmp_path: Path) -> None:
    """The registrar writes the leaving down, downloads the package and tells the passphrase; the receipt comes; the child comes back, taken in on a phone."""
    page = open_page("transfers", "registrar")
    child = leaves(page)
    file = downloaded(page, "制作并下载档案包", tmp_path)
    mark = file.stem.removeprefix("转学档案-")
    told = page.locator(".ck-notice:visible").filter(has_text="口令")
    expect(told).to_contain_text(mark, timeout=20_000)
    passphrase = told.inner_text().split("　")[1].split("\n")[0].strip()
    copy = downloaded(page, "下载可读摘要", tmp_path)
    assert child in copy.read_text(encoding="utf-8") and child.encode() not in file.read_bytes()
    confirmed(page)
    phone = open_page("transfers", "registrar", width=390)
    comes_back(phone, file, mark, passphrase)
    acknowledged(phone, f"{child}自2026-05-20起编入班级")
    history = open_page("case_history", "registrar")
    history.get_by_role("textbox", name="查找孩子").fill(child)
    history.get_by_role("button", name="查找").click()
    expect(history.get_by_text("转入前的经历").first).to_be_visible(timeout=20_000)
    assert page.outside == phone.outside == history.outside == []
