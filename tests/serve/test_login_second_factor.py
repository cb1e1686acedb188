"""The second factor on its page: set up with a telephone, asked for at login, lost, and turned off."""

from __future__ import annotations

import re
from base64 import b32decode
from datetime import datetime
from typing import Any

import pytest
from login_house import GOOD, House, after, alert, closed, field_of
from serving import Answer, Browserless

from carekit import clock
from carekit.records.codes import Role
from carekit.serve.accounts import codes
from carekit.serve.accounts.tries import NAME_LIMIT
from carekit.serve.login import second_factor


def secret_of(page: Answer) -> bytes:
    """The secret that a page shows to be typed into the app."""
    found = re.search(r"<code>([A-Z2-7 ]+)</code>", page.text)
    assert found
    return b32decode(found[1].replace(" ", ""))


def turned_on(house: House, role: Role = Role.LEADER) -> tuple[str, Browserless, bytes, list[str]]:
    """A person whose second factor has just been turned on: name, browser, secret, recovery codes."""
    name, password = house.person(role)
    client = house.enter(name, password)
    assert client.post("second-factor", do="begin").headers["location"] == "/second-factor"
    secret = secret_of(client.ask("second-factor"))
    page = client.post("second-factor", do="confirm", code=codes.code_at(secret, clock.real_now()))
    recovery = re.findall(r"<li>(\d{5}-\d{5})</li>", page.text)
    assert page.status == 200 and len(recovery) == codes.RECOVERY_CODES
    return name, client, secret, recovery


def half_in(house: House, name: str, path: str = "/") -> Browserless:
    """A browser that has given the password, and is asked for the code."""
    client = house.visit()
    client.ask("login")
    answer = client.post("login", username=name, password=GOOD, next=path)
    assert answer.headers["location"].startswith("/second-factor?next=")
    return client


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Moves the server's clock; a code that was used is not taken twice, so that tests must wait for the next."""

    def move(seconds: float = 60) -> datetime:
        return after(monkeypatch, seconds)

    move(0)
    return move


@pytest.mark.parametrize("role", [Role.LEADER, Role.COUNSELLOR, Role.ADMINISTRATOR])
def test_it_is_set_up_and_asked_for(house: House, later: Any, role: Role) -> None:
    """Scan or type, confirm, write the recovery codes down; from then on the password alone opens nothing but the question for the code."""
    name, client, secret, _ = turned_on(house, role)
    assert client.ask("").status == 200
    half = half_in(house, name, "/?x")
    token = half.cookie("carekit_session")
    for path in ("", "password", "voila/render/dashboard.ipynb"):
        answer = half.ask(path)
        assert answer.status == 302 and answer.headers["location"].startswith(("/login?next=", "/second-factor?next="))
    assert half.post("password", old=GOOD, new="another four words", again="another four words").status == 403
    page = half.ask("second-factor?next=/?x")
    code = field_of(page, "code")
    assert all(part in code for part in ('inputmode="numeric"', 'autocomplete="one-time-code"', "autofocus", "required"))
    assert 'for="code"' in page.text and "恢复码" in page.text and 'action="/logout"' in page.text
    answer = half.post("second-factor", code=codes.code_at(secret, later()), next="/?x")
    assert (answer.status, answer.headers["location"]) == (302, "/?x")
    assert half.ask("").status == 200
    assert half.cookie("carekit_session") != token and not house.token_holds(half, token)


def test_what_is_scanned_is_what_is_typed(house: House) -> None:
    """The picture is drawn in the page itself, nothing is fetched for it; the same secret stands in words and in the link for this telephone."""
    client = house.enter(*house.person(Role.LEADER))
    assert "<svg" not in client.ask("second-factor").text
    client.post("second-factor", do="begin")
    page = client.ask("second-factor")
    assert page.text.count("<svg") == 1 and "<script" not in page.text.split("<main")[1]
    plain = re.sub(r"\s", "", re.search(r"<code>([^<]*)<", page.text)[1])
    assert f"secret={plain}" in page.text and 'href="otpauth://totp/carekit' in page.text
    assert secret_of(client.ask("second-factor")) == secret_of(page)


def test_turning_it_on_ends_other_logins(house: House) -> None:
    """Whoever got in with the password alone before is out, with the pages that were open."""
    name, password = house.person(Role.LEADER)
    here, there = house.enter(name, password), house.enter(name, password)
    kernel = there.open_app("case_history")
    socket = there.socket(kernel)
    here.post("second-factor", do="begin")
    secret = secret_of(here.ask("second-factor"))
    assert here.post("second-factor", do="confirm", code=codes.code_at(secret, clock.real_now())).status == 200
    assert closed(socket) and kernel not in house.server.kernel_manager and not house.token_holds(there)


def test_a_wrong_first_code_turns_nothing_on(house: House) -> None:
    """The picture stays, the sentence says what to do, and the next login needs no code; what is sent twice or out of turn gets a sentence."""
    name, password = house.person(Role.LEADER)
    client = house.enter(name, password)
    early = client.post("second-factor", do="confirm", code="123456")
    assert early.status == 400 and "中断" in alert(early)
    client.post("second-factor", do="begin")
    wrong = client.post("second-factor", do="confirm", code="abc")
    assert wrong.status == 400 and "验证码不对" in alert(wrong) and "<svg" in wrong.text and "autofocus" in field_of(wrong, "code")
    assert house.visit().log_in(name, password).headers["location"] == "/"
    client.post("second-factor", do="begin")
    code = codes.code_at(secret_of(client.ask("second-factor")), clock.real_now())
    assert client.post("second-factor", do="confirm", code=code).status == 200
    for do in ("confirm", "begin"):
        twice = client.post("second-factor", do=do, code=code)
        assert twice.status == 400 and "已经开启" in alert(twice) and 'value="off"' in twice.text


def test_a_code_is_good_once(house: House, later: Any) -> None:
    """Who looked over the shoulder cannot use the code again, not even at once, nor the one with which it was turned on."""
    name, _, secret, _ = turned_on(house)
    used = half_in(house, name).post("second-factor", code=codes.code_at(secret, clock.real_now()))
    assert used.status == 401 and "验证码不对" in alert(used)
    code = codes.code_at(secret, later())
    assert half_in(house, name).post("second-factor", code=f" {code[:3]} {code[3:]} ").status == 302
    assert half_in(house, name).post("second-factor", code=code).status == 401


@pytest.mark.parametrize("code", ["", "000000", "abcdef", "1" * 1000, "１２３", "\x00", "²³¹²³¹", "-1"])
def test_a_wrong_code_opens_nothing(house: House, later: Any, code: str) -> None:
    """Whatever is typed, it is a wrong code, and the field asks again."""
    name, *_ = turned_on(house)
    later()
    half = half_in(house, name)
    answer = half.post("second-factor", code=code)
    assert answer.status == 401 and "aria-invalid" in field_of(answer, "code") and "value=" not in field_of(answer, "code")
    assert not house.token_holds(half)


def test_wrong_codes_make_wait(house: House, later: Any) -> None:
    """Five tries, counted over fresh logins too; then 429 with the seconds and in words, also for the right code."""
    name, _, secret, _ = turned_on(house)
    later()
    answers = [half_in(house, name).post("second-factor", code="000000") for _ in range(NAME_LIMIT.free)]
    assert [answer.status for answer in answers] == [401] * 4 + [429]
    assert answers[-1].headers["retry-after"] == "60" and "请等1分钟" in alert(answers[-1])
    half = half_in(house, name)
    locked = half.post("second-factor", code=codes.code_at(secret, clock.real_now()))
    assert locked.status == 429 and locked.headers["retry-after"] == "60" and "恢复码" in alert(locked)
    assert half.post("second-factor", code=codes.code_at(secret, later(61))).status == 302


def test_a_recovery_code_opens_one_login(house: House, later: Any) -> None:
    """For a lost telephone, with or without its dash; the settings say how many are left, and how to get new ones before they run out."""
    name, client, _, recovery = turned_on(house)
    later()
    assert "还剩8个恢复码" in client.ask("second-factor").text
    assert half_in(house, name).post("second-factor", code=recovery[0]).status == 302
    assert half_in(house, name).post("second-factor", code=recovery[0]).status == 401
    assert half_in(house, name).post("second-factor", code=recovery[1].replace("-", "")).status == 302
    page = client.ask("second-factor").text
    assert "还剩6个恢复码" in page and "快用完了" not in page
    for code in recovery[2:5]:
        assert half_in(house, name).post("second-factor", code=code).status == 302
    assert f"还剩{second_factor._FEW}个恢复码" in client.ask("second-factor").text and "快用完了" in client.ask("second-factor").text
    assert not any(code in client.ask("second-factor").text for code in recovery)


def test_it_is_turned_off_with_the_password_only(house: House, later: Any) -> None:
    """An open page is not enough; afterwards the password alone opens again, and it can be set up anew with another secret."""
    name, client, secret, _ = turned_on(house)
    wrong = client.post("second-factor", do="off", password="wrong-password-1")
    assert wrong.status == 400 and "现在的密码不对" in alert(wrong) and "autofocus" in field_of(wrong, "password")
    tries = [client.post("second-factor", do="off", password="wrong-password-1") for _ in range(4)]
    assert tries[-1].status == 429 and tries[-1].headers["retry-after"] == "60"
    later(61)
    answer = client.post("second-factor", do="off", password=GOOD)
    assert (answer.status, answer.headers["location"]) == (302, "/second-factor?off=1")
    assert 'role="status">两步验证已关闭' in client.ask("second-factor?off=1").text
    assert house.visit().log_in(name, GOOD).headers["location"] == "/"
    client = house.enter(name)
    client.post("second-factor", do="begin")
    assert secret_of(client.ask("second-factor")) != secret


def test_a_lost_telephone_without_codes_is_the_administrators_work(house: House, later: Any) -> None:
    """After a reset the new password opens the change of password, and no code is asked for."""
    name, client, *_ = turned_on(house)
    first = house.accounts.reset(name)
    assert not house.token_holds(client)
    later()
    assert house.visit().log_in(name, first).headers["location"].startswith("/password?")


def test_a_login_that_ends_meanwhile_is_told_so(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the look at the cookie and the work somebody ended the login: the login page says so, and nothing is changed."""
    name, password = house.person(Role.LEADER)
    begun = house.enter(name, password)
    begun.post("second-factor", do="begin")
    ended = house.accounts.session(begun.cookie("carekit_session"))
    assert ended is not None
    house.accounts.end(ended.id)
    monkeypatch.setattr(house.accounts, "session", lambda _: ended)
    before = house.rows()
    for path, fields in (
        ("second-factor", {"do": "begin"}),
        ("second-factor", {"do": "confirm", "code": "123456"}),
        ("second-factor", {"do": "off", "password": GOOD}),
        ("password", {"old": GOOD, "new": "another four words", "again": "another four words"}),
    ):
        answer = begun.post(path, **fields)
        assert answer.status == 403 and "登录已失效" in alert(answer)
    assert house.rows() == before
