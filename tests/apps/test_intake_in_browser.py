"""The app intake in a real browser: a roster goes through to the end, and a file is opened and amended."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from carekit.serve.places import sample_data_folder

playwright_api = pytest.importorskip("playwright.sync_api")
expect = playwright_api.expect
pytestmark = pytest.mark.browser

ROSTER = "2025秋季留守儿童花名册.xlsx"
_NAMES = {"new": "新建", "changed": "有变化", "unchanged": "无变化", "held_back": "退回", "blank": "空行", "not_data": "表头和说明"}


def figures(page: Any) -> dict[str, int]:
    """Every large figure that is shown, by its name."""
    facts = page.locator(".ck-facts:visible")
    names, values = facts.locator("dt").all_inner_texts(), facts.locator("dd").all_inner_texts()
    return {name.strip(): int(value.split()[0]) for name, value in zip(names, values, strict=True)}


def test_a_roster_is_imported_to_the_end(open_page: Any, tmp_path: Path) -> None:
    """File, headings, result, save: the counts are those of the sample's list, nothing is saved before the approval, the rows given back are a file."""
    folder = sample_data_folder()
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))[ROSTER]["filled"]
    page = open_page("intake", "registrar")
    files = figures(page)["档案"]
    page.get_by_role("tab", name="导入花名册").click()
    page.locator("input[type=file]").set_input_files(folder / ROSTER)
    page.get_by_role("button", name="表头没问题").click(timeout=60_000)
    save = page.get_by_role("button", name="确认保存")
    expect(save).to_be_visible(timeout=60_000)
    shown = figures(page)
    assert {name: shown[word] for name, word in _NAMES.items()} == {name: expected[name] for name in _NAMES}
    assert shown["档案"] == files
    with page.expect_download() as download:
        page.get_by_role("button", name="下载退回的").click()
    download.value.save_as(tmp_path / "given-back.xlsx")
    assert (tmp_path / "given-back.xlsx").read_bytes().startswith(b"PK")
    save.click()
    told = page.locator(".ck-notice .ck-ok")
    expect(told).to_contain_text(f"新建档案{expected['new']}份", timeout=60_000)
    expect(told).to_be_in_viewport()
    # the acknowledgement and the figures come as two messages
    for _ in range(120):
        if figures(page)["档案"] != files:
            break
        page.wait_for_timeout(250)
    assert figures(page)["档案"] == files + expected["new"]
    assert page.outside == []


def test_a_wrong_file_gets_one_sentence(open_page: Any, tmp_path: Path) -> None:
    """A picture named .xlsx is refused in words, and the page takes another file."""
    wrong = tmp_path / "花名册.xlsx"
    wrong.write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 100)
    page = open_page("intake", "registrar")
    page.get_by_role("tab", name="导入花名册").click()
    page.locator("input[type=file]").set_input_files(wrong)
    expect(page.locator(".ck-notice .ck-error")).to_be_visible(timeout=30_000)
    page.locator("input[type=file]").set_input_files(sample_data_folder() / ROSTER)
    expect(page.get_by_role("button", name="表头没问题")).to_be_visible(timeout=60_000)


@pytest.mark.parametrize("width", [1280, 390])
def test_a_file_is_found_and_amended(open_page: Any, width: int) -> None:
    """By the first letters of the name; the change is acknowledged and is there when the file is opened again."""
    address = f"样例镇龙井村1组{width}号"
    for _ in range(2):
        page = open_page("intake", "registrar", width=width)
        query = page.locator("input[type=text]:visible").first
        query.fill("hzc")
        query.press("Enter")
        row = page.get_by_role("row").filter(has_text="何子辰").first
        row.get_by_role("button", name="打开档案").click(timeout=30_000)
        box = page.get_by_role("textbox", name="现居住地")
        expect(box).to_be_visible(timeout=30_000)
        if box.input_value() == address:
            return
        box.fill(address)
        page.get_by_role("button", name="保存档案").click()
        expect(page.locator(".ck-notice .ck-ok")).to_contain_text("何子辰", timeout=30_000)
    pytest.fail("the change is not there")
