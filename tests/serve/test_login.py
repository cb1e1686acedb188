"""The login page: who gets in, who waits, where one goes on, and what a browser is told."""

from __future__ import annotations

import re
import threading
import urllib.parse
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from login_house import BETTER, GOOD, House, after, alert, closed, field_of, house_in
from serving import Browserless

from carekit import clock
from carekit.records.codes import Role
from carekit.serve.accounts import ABSOLUTE_SECONDS, IDLE_SECONDS, passwords, proving
from carekit.serve.accounts.tries import Limit
from carekit.serve.login import LOGIN_HANDLERS
from carekit.store.schema import LOGIN

# --- who gets in ---


def test_name_and_password_open_the_home_page(house: House, teacher: str) -> None:
    """The answer to the form is a redirect, so that loading anew sends no password again; a second look at the login page goes on at once."""
    client = house.visit()
    assert client.ask("").headers["location"].startswith("/login?next=")
    answer = client.log_in(teacher, GOOD)
    assert (answer.status, answer.headers["location"], answer.text) == (302, "/", "")
    assert client.ask("").status == 200
    again = client.ask("login?next=/?x")
    assert (again.status, again.headers["location"]) == (302, "/?x")


def test_a_wrong_name_and_a_wrong_password_get_one_answer(house: House, teacher: str) -> None:
    """Nobody learns who has an account: status and text are the same but for the name, which is not lost; the password is nowhere."""
    answers = []
    for name in (teacher, "nobody-at-all"):
        client = house.visit()
        answer = client.log_in(name, "wrong-password-1")
        assert f'value="{name}"' in field_of(answer, "username")
        assert "wrong-password-1" not in answer.text and not client.cookie("carekit_session")
        # the token against forged forms looks different each time that it is written
        text = re.sub(r'name="_xsrf" value="[^"]*"', "", answer.text.replace(name, ""))
        answers.append((answer.status, text, sorted(answer.headers)))
    assert answers[0] == answers[1]
    assert answers[0][0] == 401 and "retry-after" not in answers[0][2]


def test_what_was_wrong_is_said_where_the_cursor_stands(house: House, teacher: str) -> None:
    """After a wrong password its field is empty, has the focus, and is tied to the sentence, which a screen reader reads at once."""
    answer = house.visit().log_in(teacher, "wrong-password-1")
    assert "登录名或密码不对" in alert(answer)
    password = field_of(answer, "password")
    assert "autofocus" in password and 'aria-describedby="problem"' in password and 'aria-invalid="true"' in password
    assert "value=" not in password and "autofocus" not in field_of(answer, "username")


@pytest.mark.parametrize("typed", [" {} ", "\u3000{}\u3000", "{}\u200b", "\ufeff{}", "{}\t"])
def test_blanks_and_invisible_signs_around_a_name_do_not_count(house: House, teacher: str, typed: str) -> None:
    """Whatever a keyboard or a copied message puts around it, it is the same name; capitals and full width too."""
    assert house.visit().log_in(typed.format(teacher.upper()), GOOD).status == 302
    assert house.visit().log_in("".join(chr(ord(c) + 0xFEE0) for c in teacher), GOOD).status == 302


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "\x00",
        "'; drop table account; --",
        '"><script>alert(1)</script>',
        "é" * 300,
        "\U0001f600",
        "a" * 10**5,
        "ﷺ" * 40,
        "\u202eadmin",
    ],
)
def test_odd_names_are_wrong_names(house: House, name: str) -> None:
    """Nothing that can be typed as a name breaks the page or runs in it."""
    answer = house.visit().log_in(name, GOOD)
    assert answer.status == 401 and alert(answer)
    assert "<script>alert" not in answer.text and len(answer.text) < 20_000


def test_bytes_that_are_no_text_are_refused(house: House) -> None:
    """A form that is not UTF-8 gets a sentence, not a crash."""
    client = house.visit()
    client.ask("login")
    answer = client.ask(f"login?_xsrf={client.cookie('_xsrf')}", data=None, method="POST", Content_Type="application/x-www-form-urlencoded")
    assert answer.status == 401
    answer = client.ask(f"login?_xsrf={client.cookie('_xsrf')}&next=%FF")
    assert answer.status == 400 and "Traceback" not in answer.text


def test_blanks_of_a_password_count(house: House) -> None:
    """A password is taken as it was typed: a blank at its ends belongs to it."""
    name, first = house.person(first=True)
    client = house.enter(name, first)
    assert client.post("password", old=first, new=BETTER, again=BETTER).status == 302
    assert house.visit().log_in(name, BETTER.strip()).status == 401
    assert house.visit().log_in(name, BETTER).status == 302


def test_a_closed_account_is_told_so(house: House) -> None:
    """Who knows the password learns that the account is closed and whom to ask."""
    name, password = house.person()
    house.accounts.disable(name)
    answer = house.visit().log_in(name, password)
    assert answer.status == 401 and "已停用" in alert(answer)


# --- who waits ---


@pytest.mark.parametrize("exists", [True, False])
def test_wrong_tries_make_wait_longer_and_longer(house: House, monkeypatch: pytest.MonkeyPatch, exists: bool) -> None:
    """Five are free; then the page says in words how long to wait and tells machines the seconds, also when the password is right, also for no one."""
    name = house.person()[0] if exists else "nobody-here"
    client = house.visit()
    first = [client.log_in(name, "wrong-password-1").status for _ in range(5)]
    assert first == [401, 401, 401, 401, 429]
    locked = client.log_in(name, GOOD)
    assert locked.status == 429 and not client.cookie("carekit_session")
    assert 0 < int(locked.headers["retry-after"]) <= 60 and "请等1分钟再试" in alert(locked)
    after(monkeypatch, 61)
    again = client.log_in(name, "wrong-password-1")
    assert (again.status, again.headers["retry-after"]) == (429, "120") and "请等2分钟" in alert(again)
    after(monkeypatch, 119)
    assert client.log_in(name, GOOD).headers["retry-after"] == "1"
    after(monkeypatch, 2)
    assert client.log_in(name, GOOD).status == (302 if exists else 429)


def test_one_address_cannot_try_name_after_name(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wrong tries at many names count for the address they come from, whatever a header says about it; then everybody there waits a while."""
    monkeypatch.setattr(proving, "SOURCE_LIMIT", Limit(free=3, first=60, most=900, forgotten=3600))
    name, password = house.person()
    for number in range(3):
        client = house.visit()
        client.ask("login")
        fields = {"username": f"guess{number}", "password": "wrong-password-1", "_xsrf": client.cookie("_xsrf")}
        assert client.ask("login", fields, X_Forwarded_For=f"203.0.113.{number}", X_Real_IP=f"203.0.113.{number}").status == 401
    answer = house.visit().log_in(name, password)
    assert answer.status == 429 and 0 < int(answer.headers["retry-after"]) <= 60 and "请等1分钟" in alert(answer)
    after(monkeypatch, 61)
    assert house.visit().log_in(name, password).status == 302


def test_a_slow_look_at_a_password_holds_nobody_up(house: House, teacher: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """While passwords are looked at, and the store is written to, the server answers everybody else."""
    looked, go_on = threading.Event(), threading.Event()

    def slow(*_: Any) -> bool:
        looked.set()
        return go_on.wait(30)

    monkeypatch.setattr(passwords, "matches", slow)
    other = house.visit()
    with ThreadPoolExecutor(1) as apart:
        answer = apart.submit(house.visit().log_in, teacher, GOOD)
        assert looked.wait(10)
        assert other.ask("login").status == 200 and not answer.done()
        go_on.set()
        assert answer.result(30).status == 302


def test_a_whole_school_logs_in_at_eight(house: House) -> None:
    """Many at once all get in, each as themselves."""
    people = [house.person() for _ in range(6)]
    with ThreadPoolExecutor(12) as at_once:
        answers = list(at_once.map(lambda person: house.visit().log_in(*person).status, people * 3))
    assert answers == [302] * 18


# --- where one goes on ---


@pytest.mark.parametrize(
    "wanted",
    ["//evil.example/", "///evil.example", "//[", "https://evil.example/", "http:/evil.example", "\\\\evil.example", "/\\evil.example", "/\t/evil.example",
     "javascript:alert(1)", "evil.example", " //evil.example", "/logout", "/logout?x", "/\r\nSet-Cookie: a=b", "/页", "", "/\x00"],
)  # fmt: skip
@pytest.mark.parametrize("method", ["get", "post"])
def test_the_way_on_leads_nowhere_else(house: House, teacher: str, wanted: str, method: str) -> None:
    """Another site, a script, a broken address, or out again: home instead, whether one has just logged in or had before."""
    client = house.visit()
    client.ask("login")
    answer = client.post("login", username=teacher, password=GOOD, next=wanted)
    if method == "get":
        answer = client.ask(f"login?{urllib.parse.urlencode({'next': wanted})}")
    assert answer.status == 302 and answer.headers["location"] == "/"


def test_the_way_on_leads_to_what_was_asked_for(house: House, teacher: str) -> None:
    """The page that sent somebody to the login page comes next, with its query, over a wrong try."""
    client = house.visit()
    path = "voila/render/talks.ipynb?child=1&lang=en"
    page = client.ask(client.ask(path).headers["location"])
    wanted = field_of(page, "next").split('value="')[1].split('"')[0].replace("&amp;", "&")
    assert wanted == f"/{path}"
    wrong = client.post("login", username=teacher, password="wrong-password-1", next=wanted)
    assert field_of(wrong, "next") == field_of(page, "next")
    assert client.post("login", username=teacher, password=GOOD, next=wanted).headers["location"] == f"/{path}"


# --- what a browser holds ---


def test_the_cookie_is_out_of_reach_and_new_each_time(house: House, teacher: str) -> None:
    """No script reads it, no other site sends it, it ends with the browser; one that was planted is not taken over."""
    client = house.visit()
    client.ask("login")
    planted = "x" * 43
    answer = client.ask(
        "login",
        {"username": teacher, "password": GOOD, "_xsrf": client.cookie("_xsrf")},
        Cookie=f"_xsrf={client.cookie('_xsrf')}; carekit_session={planted}",
    )
    [cookie] = [line for line in answer.cookies if line.startswith("carekit_session=")]
    parts = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert parts == {"httponly", "path=/", "samesite=lax"} and planted not in cookie
    assert house.accounts.session(planted) is None
    first = client.cookie("carekit_session")
    client.log_in(teacher, GOOD)
    assert client.cookie("carekit_session") not in {"", first, planted} and not house.token_holds(client, first)


def test_another_person_at_the_same_browser_ends_the_login_before(house: House, teacher: str) -> None:
    """Two at one computer: the first one's login ends with its pages when the second logs in, and not when the second fails to."""
    other, password = house.person()
    client = house.enter(teacher)
    kernel, first = client.open_app("case_history"), client.cookie("carekit_session")
    assert client.log_in(other, "wrong-password-1").status == 401
    assert house.token_holds(client, first)
    assert client.log_in(other, password).status == 302
    assert not house.token_holds(client, first) and house.token_holds(client)
    assert kernel not in house.server.kernel_manager


@pytest.mark.parametrize("path", [pattern.lstrip("/") for pattern, _ in LOGIN_HANDLERS])
def test_a_form_from_elsewhere_is_refused_with_what_to_do(house: House, teacher: str, path: str) -> None:
    """Without the page's own token no form of these is taken, logged in or not, so that nobody is logged in as somebody else unawares."""
    client = house.enter(teacher)
    before = house.rows()
    for browser in (client, house.visit()):
        answer = browser.ask(path, data={"username": teacher, "password": GOOD, "old": GOOD, "do": "begin"})
        assert answer.status == 403 and "重新打开本页" in answer.text
        assert not any(line.startswith("carekit_session=") for line in answer.cookies)
    foreign = client.ask(path, data={"username": teacher, "password": GOOD, "_xsrf": client.cookie("_xsrf")}, Origin="http://evil.example")
    assert foreign.status in {403, 404}
    assert house.rows() == before and house.token_holds(client)


def test_looking_at_the_pages_changes_nothing(house: House) -> None:
    """No page of these writes anything by being opened, whoever opens it: a link or a prefetching browser does no harm."""
    name, password = house.person(Role.LEADER)
    client = house.enter(name, password)
    before = house.rows()
    for path in ("login", "logout", "password", "second-factor", "password?saved=1", "second-factor?off=1", "second-factor?do=begin"):
        assert client.ask(path).status in {200, 302, 405}
        house.visit().ask(path)
    assert house.rows() == before


# --- when a login ends ---


@pytest.mark.parametrize("how", ["unused", "old"])
def test_a_login_that_was_left_alone_ends_and_the_page_says_so(house: House, teacher: str, how: str) -> None:
    """Half an hour unused or twelve hours old: the next request leads to the login page, which says why; forms do the same."""
    client = house.enter(teacher)
    moment = clock.real_now() - timedelta(seconds=IDLE_SECONDS if how == "unused" else ABSOLUTE_SECONDS)
    column = "seen_at" if how == "unused" else "made_at"
    with house.school.store.engine.begin() as connection:
        connection.execute(LOGIN.update().where(LOGIN.c.ended_at.is_(None)).values({column: moment}))
    answer = client.ask("")
    assert answer.status == 302
    page = client.ask(answer.headers["location"])
    assert "登录已失效" in page.text and 'role="status"' in page.text
    for path in ("password", "second-factor"):
        assert client.ask(path).headers["location"] == "/login"
        form = client.post(path, old=GOOD, new=BETTER, again=BETTER)
        assert form.status == 403 and "登录已失效" in alert(form) and f'action="/{path}"' not in form.text
    assert "登录已失效" not in house.visit().ask("login").text


@pytest.mark.parametrize("everywhere", [False, True])
def test_logging_out_closes_the_open_pages_at_once(house: House, everywhere: bool) -> None:
    """Sockets and kernels of the login are gone when the answer comes; everywhere: those of the person's other browsers too, never another's."""
    name, password = house.person()
    here, there, other = house.enter(name, password), house.enter(name, password), house.enter(house.person()[0])
    kernels = [client.open_app("case_history") for client in (here, there, other)]
    sockets = [client.socket(kernel) for client, kernel in zip((here, there, other), kernels, strict=True)]
    token = here.cookie("carekit_session")
    answer = here.post("logout", **({"everywhere": "1"} if everywhere else {}))
    assert (answer.status, answer.headers["location"]) == (302, "/login") and not here.cookie("carekit_session")
    assert [kernel in house.server.kernel_manager for kernel in kernels] == [False, not everywhere, True]
    assert closed(sockets[0]) and closed(sockets[1], 1) is everywhere and not closed(sockets[2], 1)
    assert not house.token_holds(here, token) and house.token_holds(there) is not everywhere and house.token_holds(other)
    for client in (there, other):
        client.post("logout")
    assert here.post("logout").headers["location"] == "/login"


# --- under TLS ---


def test_under_tls_cookies_never_cross_the_network_readable(tmp_path: Any) -> None:
    """With the certificate that `carekit certificate` makes, login works and both cookies are bound to TLS."""
    import ssl
    import urllib.request

    import serving

    from carekit.cli.certificate import self_signed

    chain, key = self_signed(["127.0.0.1"])
    (tmp_path / "a.crt").write_bytes(chain)
    (tmp_path / "a.key").write_bytes(key)
    with house_in(tmp_path, certfile=tmp_path / "a.crt", keyfile=tmp_path / "a.key") as house:
        client = Browserless(house.server.address_shown)
        assert client.address.startswith("https://")
        client._opener = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=str(tmp_path / "a.crt"))),
            urllib.request.HTTPCookieProcessor(client.jar),
            serving._NoRedirect,
        )
        page = client.ask("login")
        assert "secure" in page.cookies[0].lower() and page.headers["strict-transport-security"]
        name, password = house.person()
        answer = client.log_in(name, password)
        assert answer.status == 302
        [cookie] = [line.lower() for line in answer.cookies if line.startswith("carekit_session=")]
        assert all(part in cookie for part in ("httponly", "secure", "samesite=lax"))
        assert client.ask("").status == 200


def test_behind_a_proxy_that_does_tls_cookies_are_bound_to_it(tmp_path: Any) -> None:
    """The proxy's word about the protocol is not needed for that, and its word about the address is believed."""
    with house_in(tmp_path, behind_proxy=True) as house:
        name, password = house.person()
        client = house.visit()
        [xsrf] = [cookie.split(";")[0] for cookie in client.ask("login").cookies if cookie.startswith("_xsrf=")]
        for protocol in ({}, {"X_Forwarded_Proto": "https"}):
            fields = {"username": name, "password": password, "_xsrf": xsrf.partition("=")[2].strip('"')}
            answer = house.visit().ask("login", fields, Cookie=xsrf, **protocol)
            assert answer.status == 302
            assert ["secure" in cookie.lower() for cookie in answer.cookies if cookie.startswith("carekit_session=")] == [True]
