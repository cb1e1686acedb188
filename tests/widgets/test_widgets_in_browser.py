"""What only a real browser shows: typing, an input method, a lost kernel, hostile text, a file in pieces."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from carekit.widgets import STATIC_PATH, vega_bundle

playwright_api = pytest.importorskip("playwright.sync_api")
expect = playwright_api.expect
expect.set_options(timeout=20_000)  # a busy machine answers late; what is never answered still fails
pytestmark = pytest.mark.browser

HOSTILE = '<img src=x onerror="window.hacked=1">'


@pytest.fixture(scope="module")
def loaded(browser: Any, served_notebook: str) -> Iterator[Any]:
    """A page of a 1280 pixel screen with every widget on it, without anything from outside this machine."""
    context = browser.new_context(viewport={"width": 1280, "height": 4000}, locale="zh-CN")
    page = context.new_page()
    page.route(lambda url: not url.startswith((served_notebook, "blob:", "data:")), lambda route: route.abort())
    page.route(f"**/{STATIC_PATH}vega-*.js", lambda route: route.fulfill(path=vega_bundle(), content_type="text/javascript"))
    page.goto(served_notebook, wait_until="commit")
    page.locator(".heard textarea").wait_for(timeout=180_000)
    page.locator(".ck-vega svg").wait_for(timeout=60_000)
    yield page
    context.close()


@pytest.fixture
def page(loaded: Any) -> Any:
    """The page, with an empty list of what Python heard so far to look behind."""
    return loaded


def heard(page: Any) -> str:
    """What Python was told, as it wrote it down."""
    return str(page.locator(".heard textarea").input_value())


def box(page: Any, form: str, name: str) -> Any:
    """The input of the field `name` in a form."""
    return page.locator(f".{form} [data-path$='{name}']").locator("input, textarea, select").first


def save(page: Any, form: str) -> None:
    """Press Save in a form."""
    page.locator(f".{form} .ck-save").click()


def wait_heard(page: Any, words: str) -> None:
    """Wait until Python has written `words` down."""
    expect(page.locator(".heard textarea")).to_have_value(re.compile(re.escape(words)))


def test_draft_is_offered_and_can_be_given_up(page: Any) -> None:
    """A draft of another day is offered; until the person chose, nothing overwrites it; given up, it is dropped."""
    offer = page.locator(".talk .ck-offer")
    expect(offer).to_contain_text("03-19 16:30")
    box(page, "talk", "points").fill("新的内容")
    expect(page.locator(".talk .ck-draft")).to_contain_text("请先选择恢复还是丢弃")
    assert "draft|" not in heard(page)
    offer.get_by_text("丢弃").click()
    wait_heard(page, "dropped")
    wait_heard(page, "draft|新的内容")
    expect(page.locator(".talk .ck-draft")).to_contain_text("草稿已存")


def test_children_of_one_name_are_told_apart_and_kept_by_id(page: Any) -> None:
    """Of twenty children of one name the two that were picked by their detail are saved, one record each, and Enter sends nothing."""
    picker = page.locator(".talk [role=combobox]")
    for detail in ("三(2)班", "三(5)班"):
        picker.fill(f"张小雨{detail}")
        page.locator(".talk [role=option]").first.click()
    expect(page.locator(".talk .ck-chip")).to_have_count(2)
    box(page, "talk", "talked_on").fill("2026-03-18")
    box(page, "talk", "place").fill("操场边")
    box(page, "talk", "place").press("Enter")
    expect(box(page, "talk", "place")).to_have_value("操场边")
    assert "saved" not in heard(page)
    save(page, "talk")
    wait_heard(page, "saved|[1, 4]|新的内容|操场边|2026-03-18")
    expect(page.locator(".talk .ck-saying")).to_have_text("已保存。")


def test_letters_of_an_unfinished_word_are_not_saved(page: Any) -> None:
    """Save pressed while the input method composes sends nothing and says so; once the word is chosen it is saved."""
    points = box(page, "talk", "points")
    points.fill("")
    points.click()
    method = page.context.new_cdp_session(page)
    method.send("Input.imeSetComposition", {"text": "nihao", "selectionStart": 5, "selectionEnd": 5})
    save(page, "talk")
    expect(page.locator(".talk .ck-saying")).to_contain_text("请先选字")
    expect(points).to_be_focused()
    assert "nihao" not in heard(page)
    points.fill("")
    method.send("Input.imeSetComposition", {"text": "ni", "selectionStart": 2, "selectionEnd": 2})
    method.send("Input.insertText", {"text": "你好"})
    expect(points).to_have_value("你好")
    save(page, "talk")
    wait_heard(page, "saved|[1, 4]|你好")
    assert "nihao" not in heard(page)


def test_pasted_text_is_in_what_is_saved_at_once(page: Any) -> None:
    """Text that got into the box without a key pressed, followed by Save at once, is saved."""
    box(page, "talk", "points").evaluate("node => { node.value = '粘贴的文字'; }")
    save(page, "talk")
    wait_heard(page, "saved|[1, 4]|粘贴的文字")


def test_wrong_boxes_are_named_and_the_first_is_focused(page: Any) -> None:
    """A cleared required date and a half-typed one are refused beside the box, which gets the cursor; the text stays."""
    date_box = box(page, "talk", "talked_on")
    date_box.fill("")
    save(page, "talk")
    expect(page.locator(".talk [data-path=talked_on] .ck-error")).to_contain_text("请填写此项")
    expect(date_box).to_be_focused()
    expect(date_box).to_have_attribute("aria-invalid", "true")
    date_box.press_sequentially("02")
    save(page, "talk")
    expect(page.locator(".talk [data-path=talked_on] .ck-error")).to_contain_text("日期没填完整")
    expect(page.locator(".talk .ck-summary a")).to_have_text("谈心日期：日期没填完整，或没有这一天，请重新填写。")
    date_box.fill("2026-03-18")


def test_refused_and_failed_saves_keep_the_text(page: Any) -> None:
    """A refusal shows its sentence, an error says that nothing was saved, without its words; the text stays."""
    for word, sentence in (("refuse", "这个月已经记过了。"), ("crash", "没有保存：程序出了问题")):
        box(page, "talk", "points").fill(word)
        save(page, "talk")
        expect(page.locator(".talk .ck-saying")).to_contain_text(sentence)
        expect(box(page, "talk", "points")).to_have_value(word)
    assert page.locator("text=Traceback").count() == 0


def test_conflict_is_chosen_field_by_field(page: Any) -> None:
    """Two changes of one field are shown with author and time; after the choice both people's changes are saved."""
    box(page, "amended", "points").fill("我改的要点")
    save(page, "amended")
    clash = page.locator(".amended .ck-clash")
    expect(clash).to_contain_text("王老师 2026-03-02 09:00")
    expect(clash).to_contain_text(HOSTILE)
    save(page, "amended")
    expect(page.locator(".amended .ck-saying")).to_contain_text("请每一项都选好")
    clash.get_by_text("用我的").click()
    save(page, "amended")
    wait_heard(page, "amend|2|我改的要点|操场")
    expect(box(page, "amended", "place")).to_have_value("操场")
    expect(clash).to_be_hidden()


def test_rows_of_a_part_have_errors_of_their_own(page: Any) -> None:
    """An empty row names each of its missing fields; a corrected one is saved with the record."""
    box(page, "family", "name").fill("赵小禾")
    page.locator(".family").get_by_text("添加家庭成员").click()
    save(page, "family")
    expect(page.locator(".family .ck-row .ck-error:not(:empty)")).to_have_count(2)
    row = page.locator(".family .ck-row")
    row.locator("[data-path$=name] input").fill("赵奶奶")
    row.locator("[data-path$=relation] select").select_option(index=3)
    save(page, "family")
    wait_heard(page, "child|赵小禾|['赵奶奶']")


def test_table_pages_searches_sorts_and_acts(page: Any) -> None:
    """Two thousand rows: a page at a time, found by a word or pinyin letters, sorted by a heading, buttons by row."""
    table = page.locator(".ck-table")
    expect(table.locator("tbody tr")).to_have_count(25)
    table.get_by_text("下一页").click()
    expect(table.locator(".ck-pager")).to_contain_text("第 2 / 80 页")
    table.locator("th", has_text="谈心次数").get_by_role("button").click()
    table.locator("th", has_text="谈心次数").get_by_role("button").click()
    expect(table.locator("th", has_text="谈心次数")).to_have_attribute("aria-sort", "descending")
    expect(table.locator("tbody tr").first).to_contain_text("1999")
    table.locator("input[type=search]").fill("wj")
    expect(table.locator(".ck-count")).to_contain_text("共 2000 条")
    expect(table.locator("tbody tr").first).to_contain_text("王九")
    table.get_by_role("button", name="打开 王九").first.click()
    wait_heard(page, "action|open|r1997")
    table.locator("tbody tr").first.press("Enter")
    wait_heard(page, "select|r1997")


def test_chart_click_reaches_python_and_its_figures_are_a_table(page: Any) -> None:
    """A click on a bar tells Python its group; the figures stand in a table, n of N, and 0/0 is a dash."""
    page.locator(".ck-chart .mark-rect path").first.click()
    wait_heard(page, f"pick|{HOSTILE}")
    page.locator(".ck-chart").get_by_text("看数字").click()
    expect(page.locator(".ck-chart tbody tr").nth(1)).to_contain_text("—")


def test_file_comes_in_pieces_twice_and_a_large_one_is_refused(page: Any) -> None:
    """A file of several pieces comes whole, the same file chosen again comes again, and one that is too large is not sent."""
    chooser = page.locator(".ck-upload input[type=file]")
    data = b"abc" + bytes(1_500_000)
    for times in (1, 2):
        chooser.set_input_files({"name": "名册.csv", "mimeType": "text/csv", "buffer": data})
        expect(page.locator(".heard textarea")).to_have_value(re.compile(rf"(file\|名册\.csv\|1500003\|b'abc'[\s\S]*){{{times}}}"))
        expect(page.locator(".ck-upload .ck-saying")).to_have_text("文件已收到。")
    chooser.set_input_files({"name": "大.csv", "mimeType": "text/csv", "buffer": bytes(3_000_001)})
    expect(page.locator(".ck-upload .ck-saying")).to_contain_text("太大了")


def test_a_file_chosen_before_the_answer_is_not_ignored(page: Any) -> None:
    """A file chosen while the former one is still being refused has its turn then; one chosen while another is on its way takes its place."""
    chooser = page.locator(".ck-upload input[type=file]")
    chooser.set_input_files({"name": "错.csv", "mimeType": "text/csv", "buffer": b"x"})
    wait_heard(page, "file|错.csv")
    chooser.set_input_files({"name": "对.csv", "mimeType": "text/csv", "buffer": b"xy"})
    wait_heard(page, "file|对.csv|2")
    expect(page.locator(".ck-upload .ck-saying")).to_have_text("文件已收到。")
    chooser.set_input_files({"name": "先.csv", "mimeType": "text/csv", "buffer": bytes(2_500_000)})
    chooser.set_input_files({"name": "后.csv", "mimeType": "text/csv", "buffer": b"xyz"})
    wait_heard(page, "file|后.csv|3")
    expect(page.locator(".ck-upload .ck-saying")).to_have_text("文件已收到。")
    expect(page.locator(".ck-upload progress")).to_be_hidden()


def test_hostile_text_stands_letter_for_letter(page: Any) -> None:
    """Markup in a name is shown as it was written in notice, facts, table and chart, and nothing of it runs."""
    table = page.locator(".ck-table")
    table.locator("input[type=search]").fill("onerror")
    for place in (".ck-notice", ".ck-facts", ".ck-table tbody", ".ck-chart tbody"):
        expect(page.locator(place)).to_contain_text(HOSTILE)
    assert page.evaluate("window.hacked") is None
    assert page.locator("img[src=x]").count() == 0


def test_nothing_is_wider_than_a_phone(page: Any) -> None:
    """At 390 pixels the page does not scroll sideways and buttons are large enough for a thumb."""
    page.set_viewport_size({"width": 390, "height": 4000})
    try:
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        for root in page.locator(".ck").all():
            assert root.evaluate("node => node.scrollWidth <= node.clientWidth + 1")
        assert page.locator(".talk .ck-save").bounding_box()["height"] >= 44
    finally:
        page.set_viewport_size({"width": 1280, "height": 4000})


def test_without_an_answer_the_page_says_that_nothing_was_saved(page: Any) -> None:
    """When the kernel is gone, Save says within its time limit that nothing was saved, keeps the text and can be pressed again."""
    page.evaluate("WebSocket.prototype.send = function () {}")
    box(page, "talk", "points").fill("没有网络")
    save(page, "talk")
    expect(page.locator(".talk .ck-save")).to_be_disabled()
    expect(page.locator(".talk .ck-saying")).to_contain_text("没有保存：2秒内没有收到回答")
    expect(box(page, "talk", "points")).to_have_value("没有网络")
    expect(page.locator(".talk .ck-save")).to_be_enabled()
