"""The pages of logging in as a telephone and a computer show them: nothing overflows, the cursor stands where one types, a slip can be seen."""

from __future__ import annotations

from base64 import b32decode
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from login_house import BETTER, GOOD, House

from carekit import clock
from carekit.records.codes import Role
from carekit.serve.accounts import codes

pytestmark = pytest.mark.browser

WIDTHS = (390, 1280)


@pytest.fixture
def page(browser: Any, house: House) -> Iterator[Any]:
    """A page of a browser that knows nobody; whatever the browser refuses to run or to load fails the test."""
    context = browser.new_context()
    opened, refused = context.new_page(), []
    # a status that says "wrong password" is no failure of the page
    opened.on("console", lambda message: refused.append(message.text) if "the server responded with a status" not in message.text else None)
    opened.on("pageerror", lambda error: refused.append(str(error)))
    yield opened
    context.close()
    assert refused == []


@pytest.fixture
def send(page: Any) -> Callable[..., None]:
    """Types into fields by their ids, and presses the form's button; then looks whether the answer fits a telephone and a computer."""

    def sent(**fields: str) -> None:
        for name, text in fields.items():
            page.fill(f"#{name}", text)
        with page.expect_navigation():
            page.locator(".ckp-sheet button").first.click()
        fits(page)

    return sent


def fits(page: Any) -> None:
    """Nothing stands beyond the right edge, and what one presses is large enough for a thumb."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    pressed = page.locator("main a, main button, main input:not([type=hidden])")
    heights = pressed.evaluate_all("all => all.map(one => one.getBoundingClientRect().height)")
    assert heights == [] or min(heights) >= 44


def focus(page: Any) -> str:
    """The id of the field in which one types."""
    return str(page.evaluate("document.activeElement.id"))


@pytest.mark.parametrize("language", ["zh-CN", "zh-TW", "en"])
def test_the_first_login_step_by_step(page: Any, house: House, send: Callable[..., None], language: str) -> None:
    """Wrong password, one-time password, passwords that differ, a password of one's own, home; after each step the cursor stands right."""
    name, first = house.person(Role.LEADER, first=True)
    page.goto(f"{house.server.address_shown}login?lang={language}")
    assert focus(page) == "username"
    send(username=name, password="wrong-password-1")
    assert focus(page) == "password" and page.input_value("#username") == name
    send(password=first)
    assert page.url.endswith("/password?next=%2F") and focus(page) == "old"
    send(old=first, new=GOOD, again=BETTER)
    assert page.locator("[aria-invalid]").get_attribute("id") == "again" and focus(page) == "old"
    border = page.locator("#again").evaluate("one => getComputedStyle(one).borderColor")
    assert border != page.locator("#new").evaluate("one => getComputedStyle(one).borderColor")
    send(old=first, new=GOOD, again=GOOD)
    assert page.url == house.server.address_shown
    page.goto(f"{house.server.address_shown}password")
    send(old=GOOD, new=BETTER, again=BETTER)
    assert page.get_by_role("status").is_visible() and page.locator("#old").count() == 0


def test_what_is_typed_can_be_looked_at(page: Any, house: House) -> None:
    """The box makes the passwords readable; when the form is sent they are passwords again, so that browsers keep them as such."""
    page.goto(f"{house.server.address_shown}login")
    page.fill("#password", "wrong-password-1")
    assert page.get_attribute("#password", "type") == "password"
    page.get_by_text("显示输入的内容").click()
    assert page.get_attribute("#password", "type") == "text" and page.input_value("#password") == "wrong-password-1"
    kind = page.evaluate(
        "() => { const form = document.getElementById('password').form; form.addEventListener('submit', (e) => e.preventDefault());"
        " form.elements.username.value = 'x'; form.requestSubmit(); return form.elements.password.type; }"
    )
    assert kind == "password"


def test_without_scripts_the_pages_work(browser: Any, house: House) -> None:
    """An old browser, or one that blocks scripts, logs in; the box that could do nothing is not shown."""
    name, password = house.person()
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{house.server.address_shown}login")
    assert not page.get_by_text("显示输入的内容").is_visible()
    page.fill("#username", name)
    page.fill("#password", password)
    page.click(".ckp-sheet button")
    page.wait_for_url(house.server.address_shown)
    context.close()


def test_the_second_factor_step_by_step(page: Any, house: House, send: Callable[..., None]) -> None:
    """Set up from the password page, asked for at login, turned off again; the picture is there and small enough for a telephone."""
    name, password = house.person(Role.LEADER)
    page.goto(f"{house.server.address_shown}login")
    send(username=name, password=password)
    page.goto(f"{house.server.address_shown}password")
    page.locator('.ckp-sheet a[href$="second-factor"]').click()
    send()
    box = page.locator(".ckp-qr svg").bounding_box()
    assert 180 <= box["width"] <= 390 and abs(box["width"] - box["height"]) < 2
    secret = b32decode(page.inner_text("code").replace(" ", ""))
    send(code="000000")
    assert focus(page) == "code"
    send(code=codes.code_at(secret, clock.real_now()))
    recovery = page.locator(".ckp-codes li").all_inner_texts()
    assert len(recovery) == codes.RECOVERY_CODES
    page.get_by_text("已抄好").click()
    page.locator(".ckp-logout button").click()
    send(username=name, password=password)
    assert focus(page) == "code"
    send(code="000000")
    send(code=recovery[0])
    page.goto(f"{house.server.address_shown}second-factor")
    send(password="wrong-password-1")
    assert focus(page) == "password"
    send(password=password)
    assert page.get_by_role("status").inner_text() == "两步验证已关闭。"
