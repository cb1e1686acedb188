"""The lean page in a real browser: every kind of widget works, and whatever is lost between page and kernel is mended or said."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from relay import relayed
from serving import serving

from carekit.serve.lean.wording import WORDING

sync_api = pytest.importorskip("playwright.sync_api")
expect = sync_api.expect
pytestmark = pytest.mark.browser

HERE = Path(__file__).parent
SHOWN = 60_000
#: Script, style, page and everything else of a first visit without charts, in bytes and requests (issue 4).
MOST_BYTES, MOST_REQUESTS = 250_000, 4
#: What a browser or the page itself notes when a test breaks something on purpose.
MEANT = ("Failed to load resource", "WebSocket connection to")


def meant(text: str) -> bool:
    """Whether an error in the console is what a test is about."""
    return any(one in text for one in MEANT)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of the pages of `lean_pages.py`."""
    command = [sys.executable, str(HERE / "lean_pages.py"), "{port}", "30"]
    with serving(command, {"PYTHONPATH": str(HERE.parents[1])}, tmp_path_factory.mktemp("lean")) as served:
        yield served


@pytest.fixture
def visit(browser: Any, address: str) -> Iterator[Callable[..., Any]]:
    """Opens a page as somebody who has logged in, and waits until it is alive; at the end nothing was asked of anybody else, and no page had an error."""
    contexts, outside, errors = [], [], []

    def one(name: str, *, live: bool = True, width: int = 1280, through: str = address) -> Any:
        context = browser.new_context(viewport={"width": width, "height": 900}, locale="zh-CN")
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{through}login")
        page.locator('form:has(input[value="demo-leader"]) button').click()
        page.locator(".ckp-person").wait_for()
        page.asked, page.sent = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("websocket", lambda socket: page.asked.append(socket.url))
        page.on("websocket", lambda socket: socket.on("framesent", lambda frame: page.sent.extend([frame])))
        page.on("request", lambda request: request.url.startswith((through, "data:", "blob:")) or outside.append(request.url))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" and not meant(message.text) else None)
        page.goto(f"{through}voila/render/{name}.ipynb", wait_until="commit")
        if live:
            page.locator("html[data-page=live]").wait_for(timeout=SHOWN)
        return page

    yield one
    for context in contexts:
        context.close()
    assert outside == []
    assert errors == []


def asked_for_states(page: Any) -> bool:
    """Whether the page asked the kernel for every widget's state."""
    return any(b"request_states" in frame for frame in page.sent)


def banner(page: Any) -> Any:
    """The banner that says what is wrong."""
    return page.locator("#ckp-lost")


# --- widgets ---


def test_a_first_visit_is_small(visit: Callable[..., Any]) -> None:
    """At most four requests, the socket included, and 250 KB."""
    page = visit("widgets")
    entries = page.evaluate(
        "[...performance.getEntriesByType('resource'), ...performance.getEntriesByType('navigation')].map((entry) => entry.transferSize)"
    )
    # the module of an anywidget, and the script that draws such
    widgets_of_others = 2
    assert len(page.asked) - widgets_of_others <= MOST_REQUESTS, page.asked
    assert sum(entries) <= MOST_BYTES


def test_carekits_widgets_and_jupyters_speak_with_python(visit: Callable[..., Any]) -> None:
    """A button, a text, a table's next page, tabs: what Python answers is shown."""
    page = visit("widgets")
    page.get_by_role("button", name="add one").click()
    expect(page.locator(".ck-facts")).to_contain_text("42")
    page.get_by_label("text").fill("汉字")
    page.get_by_label("text").press("Enter")
    expect(page.get_by_text("heard 汉字")).to_be_visible()
    page.get_by_role("button", name="下一页").click()
    expect(page.get_by_text("测试25", exact=True)).to_be_visible()
    expect(page.get_by_text("second sheet")).to_be_hidden()
    page.get_by_text("two", exact=True).click()
    expect(page.get_by_text("second sheet")).to_be_visible()
    expect(page.get_by_text("first sheet")).to_be_hidden()


def test_an_anywidget_of_somebody_else_works_from_a_file(visit: Callable[..., Any]) -> None:
    """Its module comes from an address of this server, since the page's policy runs nothing that stands in it; its state is kept by Python."""
    page = visit("widgets")
    page.get_by_role("button", name="counted 3").click()
    expect(page.get_by_role("button", name="counted 4")).to_be_visible()
    assert [url for url in page.asked if url.endswith("/widget.js")]


def test_rare_controls_come_in_a_script_of_their_own(visit: Callable[..., Any]) -> None:
    """A slider, a number and a colour are drawn and speak with Python; a page without such widgets does not load that script."""
    page = visit("rare")
    expect(page.locator(".noUi-handle")).to_be_visible()
    expect(page.get_by_text("30", exact=True)).to_be_visible()
    page.get_by_label("number").fill("7")
    page.get_by_label("number").press("Enter")
    expect(page.get_by_text("heard 7")).to_be_visible()
    assert page.get_by_label("colour").first.input_value() == "#aabbcc"
    assert [url for url in page.asked if url.endswith("/more.js")]
    assert not [url for url in visit("early").asked if url.endswith("/more.js")]


def test_output_widgets_hold_what_callbacks_print_and_draw(visit: Callable[..., Any]) -> None:
    """Text and widgets appear in the Output widget that Python named."""
    page = visit("widgets")
    page.get_by_role("button", name="print").click()
    expect(page.get_by_text("printed add one")).to_be_visible()
    expect(page.locator("i", has_text="drawn inside")).to_be_visible()


def test_an_error_in_a_callback_is_said(visit: Callable[..., Any]) -> None:
    """A click that failed in Python does not vanish silently, and its words stay there."""
    page = visit("widgets")
    page.get_by_role("button", name="fail").click()
    expect(banner(page)).to_contain_text(WORDING["failed"].text()[:8])
    assert "测试甲" not in page.content()


def test_figures_stand_in_the_page_before_any_script(browser: Any, address: str, visit: Callable[..., Any]) -> None:
    """With scripts forbidden, figures and names can still be read."""
    state = visit("widgets").context.storage_state()
    context = browser.new_context(java_script_enabled=False, storage_state=state)
    page = context.new_page()
    page.goto(f"{address}voila/render/widgets.ipynb")
    assert page.locator(".ck-value", has_text="41").is_visible() and page.get_by_text("测试24", exact=True).is_visible()
    assert page.locator("#loading").is_hidden()
    context.close()


def test_the_page_fits_a_phone_and_paper(visit: Callable[..., Any]) -> None:
    """Nothing is wider than a phone's screen; the print button prints, and paper has neither header nor buttons."""
    page = visit("widgets", width=390)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.set_viewport_size({"width": 1280, "height": 900})
    page.evaluate("window.print = () => { document.body.dataset.printed = 'yes'; }")
    page.get_by_role("button", name="打印").click()
    assert page.locator("body[data-printed]").count() == 1
    page.emulate_media(media="print")
    assert page.locator(".ckp-head").is_hidden() and page.locator(".ck-facts").is_visible()


def test_a_long_page_is_printed_whole(visit: Callable[..., Any]) -> None:
    """On as many sheets as it needs, not on one."""
    printed = visit("long").pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) >= 6


# --- the way to the stock page ---


def test_a_strange_module_opens_the_stock_page(visit: Callable[..., Any], address: str) -> None:
    """By itself, when the state of the page shows it."""
    page = visit("strange", live=False)
    page.wait_for_url("**/strange.ipynb?page=stock", timeout=SHOWN)


def test_code_that_comes_late_offers_the_stock_page(visit: Callable[..., Any]) -> None:
    """A widget that a callback makes with code of its own: the page says so and its button leads on."""
    page = visit("late")
    page.get_by_role("button", name="make").click()
    expect(banner(page)).to_contain_text(WORDING["stock"].text()[:8])
    page.locator("#ckp-again").click()
    page.wait_for_url("**/late.ipynb?page=stock", timeout=SHOWN)


# --- before the socket is open ---


def act_early(page: Any) -> None:
    """What a quick person does as soon as the page is drawn."""
    page.locator("html[data-page=drawn]").wait_for(timeout=SHOWN)
    page.get_by_role("button", name="first").click()
    page.get_by_label("choice").select_option("丙")
    for text in ("a", "ab"):
        page.get_by_label("text").fill(text)
        page.get_by_label("text").press("Enter")
    page.get_by_role("button", name="second").click()
    page.get_by_label("text").fill("abc")
    page.get_by_label("text").press("Enter")
    page.get_by_label("box").check()
    page.get_by_role("button", name="下一页").click()
    page.get_by_label("idle").fill("half a w")


def check_early(page: Any) -> None:
    """All of it has come to Python once, in order, and nothing on the page was set back."""
    expect(page.locator(".ck-facts")).to_have_text(re.compile("heard *first 丙 a ab second abc True$"))
    expect(page.get_by_text("测试25", exact=True)).to_be_visible()
    assert page.get_by_label("text").input_value() == "abc"
    assert page.get_by_label("choice").input_value() == "丙"
    assert page.get_by_label("box").is_checked()
    assert page.get_by_label("idle").input_value() == "half a w"
    expect(banner(page)).to_be_hidden()


def test_what_is_done_before_the_socket_is_open_comes_once_and_in_order(visit: Callable[..., Any], address: str) -> None:
    """Clicks, choices and texts of the first seconds wait for the socket; what comes from Python then sets nothing back, not even half a word."""
    with relayed(address) as line:
        line.sockets.clear()
        page = visit("early", through=line.address, live=False)
        act_early(page)
        line.sockets.set()
        page.locator("html[data-page=live]").wait_for(timeout=SHOWN)
        check_early(page)


def test_a_socket_that_opens_at_the_second_try_loses_nothing(visit: Callable[..., Any], address: str) -> None:
    """The line is cut before it was ever open: what was done meanwhile still comes once, in order."""
    with relayed(address) as line:
        line.sockets.clear()
        page = visit("early", through=line.address, live=False)
        act_early(page)
        line.cut()
        expect(banner(page)).to_contain_text(WORDING["reconnecting"].text()[:5], timeout=20_000)
        line.sockets.set()
        line.mend()
        page.locator("html[data-page=live]").wait_for(timeout=SHOWN)
        check_early(page)


def test_a_line_that_is_cut_at_once_comes_back_alive(visit: Callable[..., Any], address: str) -> None:
    """A line that breaks as soon as it is open, before the page knows the kernel's states: the page becomes alive when it is mended."""
    with relayed(address) as line:
        line.sockets.clear()
        page = visit("early", through=line.address, live=False)
        page.locator("html[data-page=drawn]").wait_for(timeout=SHOWN)
        line.sockets.set()
        page.locator("html[data-connection=open]").wait_for(timeout=SHOWN)
        line.cut()
        time.sleep(1)
        line.mend()
        page.locator("html[data-page=live]").wait_for(timeout=SHOWN)
        page.get_by_role("button", name="first").click()
        expect(page.locator(".ck-facts")).to_contain_text("first")


def test_what_python_says_before_the_socket_is_open_is_shown(visit: Callable[..., Any], address: str) -> None:
    """A change behind the page's end waits for the browser, which asks for no states: they stand in the page."""
    with relayed(address) as line:
        line.sockets.clear()
        page = visit("alone", through=line.address, live=False)
        page.locator("html[data-page=drawn]").wait_for(timeout=SHOWN)
        expect(page.get_by_text("said between cells")).to_be_visible()
        time.sleep(2)
        expect(page.get_by_text("said behind the page")).to_have_count(0)
        line.sockets.set()
        expect(page.get_by_text("said behind the page")).to_be_visible()
        assert not asked_for_states(page)


# --- what is lost ---


def test_a_lost_connection_comes_back_and_a_click_is_done_once(visit: Callable[..., Any], address: str) -> None:
    """While the line is cut a banner says so and a click waits; when it is mended the click is done, once, and the banner goes."""
    with relayed(address) as line:
        page = visit("widgets", through=line.address)
        # what the page still fetches for later is not what this is about
        page.wait_for_load_state("networkidle")
        line.cut()
        expect(banner(page)).to_contain_text(WORDING["reconnecting"].text()[:5], timeout=20_000)
        page.get_by_role("button", name="add one").click()
        expect(page.locator(".ck-facts")).to_contain_text("41")
        line.mend()
        expect(page.locator(".ck-facts")).to_contain_text("42", timeout=30_000)
        expect(banner(page)).to_be_hidden()
        page.get_by_role("button", name="add one").click()
        expect(page.locator(".ck-facts")).to_contain_text("43")
        page.get_by_label("text").fill("wieder da")
        page.get_by_label("text").press("Enter")
        expect(page.get_by_text("heard wieder da")).to_be_visible()


def test_what_python_did_meanwhile_is_shown_afterwards(visit: Callable[..., Any], address: str) -> None:
    """A change that the kernel made while the line was cut, for whatever reason, is there when it is mended."""
    with relayed(address) as line:
        page = visit("widgets", through=line.address)
        page.get_by_role("button", name="add later").click()
        line.cut()
        expect(banner(page)).to_be_visible(timeout=20_000)
        time.sleep(3)
        assert not asked_for_states(page)
        line.mend()
        expect(page.locator(".ck-facts")).to_contain_text("42", timeout=30_000)
        assert asked_for_states(page)


def test_a_kernel_that_ends_is_said_and_the_text_stays(visit: Callable[..., Any], address: str) -> None:
    """At the next touch the banner says so within seconds, what was typed stays, and its button opens the page again."""
    page = visit("widgets")
    page.get_by_label("text").fill("noch nicht gesendet")
    kernel_id = page.evaluate("JSON.parse(document.getElementById('jupyter-config-data').textContent).kernelId")
    page.evaluate(
        "([id, token]) => fetch(`/voila/api/shutdown/${id}`, { method: 'POST', headers: { 'X-XSRFToken': token } })",
        [kernel_id, page.evaluate("JSON.parse(document.getElementById('jupyter-config-data').textContent).xsrf")],
    )
    page.get_by_role("button", name="add one").click()
    expect(banner(page)).to_contain_text(WORDING["lost"].text()[:6], timeout=20_000)
    assert page.get_by_label("text").input_value() == "noch nicht gesendet"
    page.get_by_role("button", name="重新打开").click()
    page.locator("html[data-page=live]").wait_for(timeout=SHOWN)
    expect(banner(page)).to_be_hidden()


def test_a_page_that_is_left_ends_its_kernel(visit: Callable[..., Any], address: str) -> None:
    """By a message of its own when it is left, for any reason; back opens it anew."""
    page = visit("widgets")
    kernel_id = page.evaluate("JSON.parse(document.getElementById('jupyter-config-data').textContent).kernelId")
    page.goto(address)
    alive = "(id) => fetch(`/carekit/alive/${id}`).then((answer) => answer.status)"
    until = time.monotonic() + 10
    while page.evaluate(alive, kernel_id) == 204 and time.monotonic() < until:
        time.sleep(0.2)
    assert page.evaluate(alive, kernel_id) == 404
    page.go_back()
    page.locator("html[data-page=live]").wait_for(timeout=SHOWN)
    page.get_by_role("button", name="add one").click()
    expect(page.locator(".ck-facts")).to_contain_text("42")


def test_a_login_that_ended_is_said(visit: Callable[..., Any], address: str) -> None:
    """Logging out in another tab: the page says so and offers the login; what was typed stays."""
    page = visit("widgets")
    page.get_by_label("text").fill("noch da")
    other = page.context.new_page()
    other.goto(address)
    other.get_by_role("button", name="退出").click()
    expect(banner(page)).to_contain_text(WORDING["login_again"].text()[:6], timeout=20_000)
    expect(page.locator("#ckp-to-login")).to_be_visible()
    assert page.get_by_label("text").input_value() == "noch da"


def test_a_page_whose_cells_fail_says_so(visit: Callable[..., Any]) -> None:
    """One sentence, and the page is not alive for nothing."""
    page = visit("failing")
    expect(page.get_by_role("alert").filter(has_text=WORDING["failed"].text())).to_be_visible()


def test_a_kernel_that_dies_while_the_page_is_made(visit: Callable[..., Any]) -> None:
    """A sentence in the page, a way to open it again, no error of the script."""
    page = visit("dying", live=False)
    expect(page.locator("main [role=alert]")).to_be_visible(timeout=SHOWN)
