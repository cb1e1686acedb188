"""The site in a real browser: logging in, two people at once, phones, and every way in which a page can lose what is behind it."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from serving import Served, demo_served

from carekit.records.codes import Role

sync_api = pytest.importorskip("playwright.sync_api")
psutil = pytest.importorskip("psutil")
expect = sync_api.expect
pytestmark = pytest.mark.browser

OPENED = 90_000


@pytest.fixture(scope="module")
def served(sample_file: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server of this module's own: its logins are ended and its kernels killed."""
    with demo_served(sample_file, tmp_path_factory.mktemp("site")) as demo:
        yield demo


@pytest.fixture
def visit(browser: Any, served: Served) -> Iterator[Callable[..., Any]]:
    """Opens a browser of somebody's own, logged in as a role when one is named; no request leaves the machine, no page has an error of its own."""
    contexts, outside, errors = [], [], []

    def one(role: Role | None = None, *, width: int = 1280, height: int = 900) -> Any:
        context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
        contexts.append(context)
        context.on(
            "request", lambda request: None if request.url.startswith((served.address, "data:", "blob:")) else outside.append(request.url)
        )
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(served.address)
        if role is not None:
            log_in(page, role)
        return page

    yield one
    for context in contexts:
        context.close()
    assert outside == []
    assert errors == []


def log_in(page: Any, role: Role) -> None:
    """Press the demo's button for a role."""
    page.locator(f'form:has(input[value="demo-{role.value.replace("_", "-")}"]) button').click()
    page.locator(".ckp-person").wait_for()


def open_app(page: Any, served: Served, name: str, query: str = "") -> None:
    """Open an app's page and wait until it is alive."""
    page.goto(f"{served.address}voila/render/{name}.ipynb{query}", wait_until="commit")
    page.locator(".ck-facts").first.wait_for(timeout=OPENED)


def test_from_login_to_an_app_in_another_language(visit: Callable[..., Any], served: Served) -> None:
    """Logging in, an app and a language by links; title, `lang` and person follow."""
    page = visit(Role.LEADER)
    expect(page.get_by_role("heading", name="今天要做")).to_be_visible()
    page.get_by_role("link", name="看板", exact=True).click()
    page.locator(".ck-facts").first.wait_for(timeout=OPENED)
    assert page.title() == "看板"
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    assert "学校领导" in page.locator(".ckp-person").inner_text()
    page.get_by_role("link", name="English").click()
    page.locator(".ck-facts").first.wait_for(timeout=OPENED)
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.title() == "Dashboard"


def test_a_page_that_one_may_not_see_yet_comes_after_the_login(visit: Callable[..., Any], served: Served) -> None:
    """An address opened without a login leads to the login page, and from there to what was asked for."""
    page = visit()
    page.goto(f"{served.address}voila/render/talks.ipynb")
    assert "/login" in page.url
    page.locator('form:has(input[value="demo-class-teacher"]) button').click()
    page.locator(".ck-facts").first.wait_for(timeout=OPENED)
    assert page.title() == "谈心"


def test_a_wrong_password_is_said_and_the_name_stays(visit: Callable[..., Any]) -> None:
    """One sentence, the name still there, the password not."""
    page = visit()
    page.get_by_label("登录名").fill("wanglaoshi")
    page.get_by_label("密码").fill("wrong-password")
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("alert").filter(visible=True)).to_be_visible()
    assert page.get_by_label("登录名").input_value() == "wanglaoshi"
    assert page.get_by_label("密码").input_value() == ""


def test_two_people_at_once_see_each_their_own(visit: Callable[..., Any], served: Served) -> None:
    """A class teacher and a leader have the same page open: the figures are those of their own scope."""
    teacher, leader = visit(Role.CLASS_TEACHER), visit(Role.LEADER)
    for page in (teacher, leader):
        open_app(page, served, "dashboard")
    own, school = (page.locator(".ck-facts").first.inner_text() for page in (teacher, leader))
    assert own != school
    assert "班主任" in teacher.locator(".ckp-person").inner_text() and "学校领导" in leader.locator(".ckp-person").inner_text()


@pytest.mark.parametrize("path", ["login", "", "password"])
def test_the_pages_fit_a_phone(visit: Callable[..., Any], served: Served, path: str) -> None:
    """Nothing is wider than a phone's screen, and what one touches is at least 40 pixels high."""
    page = visit(None if path == "login" else Role.CLASS_TEACHER, width=390, height=800)
    page.goto(served.address + path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    heights = page.evaluate(
        "[...document.querySelectorAll('main a, main button, main input:not([type=hidden])')].map(a => a.getBoundingClientRect().height)"
    )
    assert min(heights) >= 40


def test_logging_out_in_another_tab_is_said_in_this_one(visit: Callable[..., Any], served: Served) -> None:
    """The page of a login that has ended says so, keeps what was typed, and offers to log in."""
    page = visit(Role.CLASS_TEACHER)
    open_app(page, served, "talks")
    other = page.context.new_page()
    other.goto(served.address)
    other.get_by_role("button", name="退出").click()
    expect(page.locator("#ckp-lost")).to_be_visible(timeout=20_000)
    expect(page.locator("#ckp-lost")).to_contain_text("退出登录")
    expect(page.locator("#ckp-to-login")).to_be_visible()
    other.goto(f"{served.address}voila/render/talks.ipynb")
    assert "/login" in other.url


def test_a_disabled_account_loses_its_open_page(visit: Callable[..., Any], served: Served) -> None:
    """Within seconds of `carekit users disable`, from another process."""
    page = visit(Role.REGISTRAR)
    open_app(page, served, "intake")
    served.carekit("users", "disable", "demo-registrar")
    expect(page.locator("#ckp-lost")).to_be_visible(timeout=20_000)
    page.goto(served.address)
    assert "/login" in page.url
    served.carekit("users", "enable", "demo-registrar")


def _begin_a_talk(page: Any, which: int = 0) -> Any:
    """Write into the talk of one of the children who are due, and wait until the draft is kept; the box of what was said."""
    page.get_by_role("button", name="记录谈心").nth(which).click(timeout=30_000)
    box = page.get_by_role("textbox", name="过程要点")
    box.fill("家里来电话了，孩子很高兴。")
    expect(page.get_by_text("草稿已存")).to_be_visible(timeout=15_000)
    return box


def _kernel_processes(served: Served) -> list[Any]:
    """The kernels of a server: what its warm process has forked."""
    [server] = [one for one in psutil.process_iter(["cmdline"]) if {"demo", str(served.path)} <= set(one.info["cmdline"] or [])]
    [warm] = [one for one in server.children() if "carekit.serve.warm" in one.cmdline()]
    return list(warm.children())


@pytest.mark.skipif(sys.platform == "win32", reason="ends a process by a signal")
def test_a_kernel_killed_while_typing(visit: Callable[..., Any], served: Served) -> None:
    """When the kernel behind a page dies, a banner says so within seconds, what was typed stays, and the draft is there when it is opened again."""
    page = visit(Role.CLASS_TEACHER)
    open_app(page, served, "talks")
    box = _begin_a_talk(page)
    for process in _kernel_processes(served):
        process.kill()
    expect(page.locator("#ckp-lost")).to_be_visible(timeout=30_000)
    assert box.input_value() == "家里来电话了，孩子很高兴。"
    page.get_by_role("button", name="重新打开").click()
    page.locator(".ck-facts").first.wait_for(timeout=OPENED)
    expect(page.locator("#rendered_cells").get_by_text("有草稿").first).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="记录谈心").first.click()
    expect(page.get_by_text("有一份未完成的草稿")).to_be_visible(timeout=30_000)


def test_a_server_that_was_restarted(browser: Any, sample_file: Any, tmp_path: Path) -> None:
    """The page says that the server is gone; when it is back, the same login opens the page again."""
    with demo_served(sample_file, tmp_path) as demo:
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        page = context.new_page()
        page.goto(demo.address)
        log_in(page, Role.LEADER)
        open_app(page, demo, "dashboard")
    expect(page.locator("#ckp-lost")).to_be_visible(timeout=30_000)
    context.close()


def test_a_large_upload_works_and_a_larger_one_is_refused_in_words(visit: Callable[..., Any], served: Served, tmp_path: Path) -> None:
    """12 MB arrive and are read (and are no roster); 25 MB are refused with a sentence before they are sent."""
    page = visit(Role.REGISTRAR)
    open_app(page, served, "intake")
    page.get_by_role("tab", name="导入花名册").click()
    content = page.locator("#rendered_cells")
    chooser = content.locator('input[type="file"]').first
    chooser.wait_for(state="attached", timeout=30_000)
    text = "姓名,班级\n" + "测试甲,三(1)班\n" * 10
    (tmp_path / "large.csv").write_text(text + "备注" * 2_000_000, encoding="utf-8")
    chooser.set_input_files(tmp_path / "large.csv")
    expect(content.get_by_text("large.csv").first).to_be_visible(timeout=60_000)
    expect(content.get_by_text("表头").first).to_be_visible(timeout=60_000)
    (tmp_path / "larger.csv").write_bytes(b"x" * (25 * 2**20))
    chooser.set_input_files(tmp_path / "larger.csv")
    expect(content.get_by_text(re.compile("20.?MB")).first).to_be_visible(timeout=30_000)


def test_back_brings_the_page_and_the_draft(visit: Callable[..., Any], served: Served) -> None:
    """Leaving a page while writing and coming back by the back button: the draft is offered."""
    page = visit(Role.CLASS_TEACHER)
    open_app(page, served, "talks")
    _begin_a_talk(page, which=1)
    page.goto(served.address)
    page.go_back()
    page.locator(".ck-facts").first.wait_for(timeout=OPENED)
    expect(page.locator("#rendered_cells").get_by_text("有草稿").first).to_be_visible(timeout=30_000)
