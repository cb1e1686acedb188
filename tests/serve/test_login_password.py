"""The page on which people choose their password: before anything else at the first login, and later at will."""

from __future__ import annotations

import pytest
from login_house import BETTER, GOOD, House, alert, closed, field_of

from carekit.records.codes import Role


def test_the_first_password_opens_nothing_but_its_change(house: House) -> None:
    """Until it is changed every page leads back to the change, nothing else answers, and one can only leave."""
    name, first = house.person(Role.LEADER, first=True)
    client = house.visit()
    client.ask("login")
    answer = client.post("login", username=name, password=first, next="/voila/render/dashboard.ipynb")
    assert answer.headers["location"] == "/password?next=%2Fvoila%2Frender%2Fdashboard.ipynb"
    for path in ("", "voila/render/dashboard.ipynb", "login", "second-factor"):
        answer = client.ask(path)
        assert answer.status == 302 and answer.headers["location"].startswith(("/login?next=", "/password?next="))
    for path in ("carekit/static/vega.js", "api/kernels", "carekit/alive/00000000-0000-4000-8000-000000000000"):
        assert client.ask(path).status in {302, 403, 404}
    assert client.post("second-factor", do="begin").headers["location"] == "/password?next=%2F"
    page = client.ask("password?next=/voila/render/dashboard.ipynb")
    assert "请设置自己的密码" in page.text and "退出所有设备" not in page.text
    assert page.text.count('action="/logout"') == 1
    answer = client.post("password", old=first, new=GOOD, again=GOOD, next="/voila/render/dashboard.ipynb")
    assert (answer.status, answer.headers["location"]) == (302, "/voila/render/dashboard.ipynb")
    assert client.ask("").status == 200
    assert house.visit().log_in(name, first).status == 401


@pytest.mark.parametrize(
    ("old", "new", "again", "told", "field"),
    [
        (None, GOOD, BETTER, "不一致", "again"),
        (None, "short", "short", "10到256个字符", "new"),
        (None, "", "", "10到256个字符", "new"),
        (None, "x" * 2000, "x" * 2000, "10到256个字符", "new"),
        (None, "1234567890", "1234567890", "太常见", "new"),
        (None, "{name}-123", "{name}-123", "太像", "new"),
        (None, "{first}", "{first}", "不能和现在的一样", "new"),
        ("wrong-password-1", GOOD, GOOD, "现在的密码不对", "old"),
        ("", GOOD, GOOD, "现在的密码不对", "old"),
    ],
)
def test_what_is_wrong_with_a_new_password_is_said_at_its_field(
    house: House, old: str | None, new: str, again: str, told: str, field: str
) -> None:
    """One sentence, the field that it is about is marked, no password comes back in the page, and the old one stays good."""
    name, first = house.person(first=True)
    client = house.enter(name, first)
    new, again = (text.format(name=name, first=first) for text in (new, again))
    answer = client.post("password", old=first if old is None else old, new=new, again=again, next="/?x")
    assert answer.status == 400 and told in alert(answer)
    marked = [one for one in ("old", "new", "again") if "aria-invalid" in field_of(answer, one)]
    assert marked == [field] and "problem" in field_of(answer, field).split("aria-describedby")[1]
    assert "autofocus" in field_of(answer, "old")
    for one in ("old", "new", "again"):
        assert "value=" not in field_of(answer, one)
    assert 'value="/?x"' in field_of(answer, "next")
    assert house.visit().log_in(name, first).status == 302


def test_wrong_tries_at_the_present_password_wait_too(house: House) -> None:
    """An open page is no place to guess the password: five tries, then 429 with the seconds."""
    client = house.enter(*house.person())
    tries = [client.post("password", old="wrong-password-1", new=BETTER, again=BETTER) for _ in range(6)]
    assert [answer.status for answer in tries] == [400, 400, 400, 400, 429, 429]
    assert "retry-after" not in tries[3].headers and tries[4].headers["retry-after"] == "60" and "请等1分钟" in alert(tries[4])
    assert client.post("password", old=GOOD, new=BETTER, again=BETTER).status == 429


def test_a_change_ends_all_other_logins_with_their_pages_and_renews_this_one(house: House) -> None:
    """Whoever knew the old password is out at once; this page goes on under a token that nobody could have copied before."""
    name, password = house.person()
    here, there = house.enter(name, password), house.enter(name, password)
    kernel, mine = there.open_app("case_history"), here.open_app("case_history")
    socket, token = there.socket(kernel), here.cookie("carekit_session")
    answer = here.post("password", old=GOOD, new=BETTER, again=BETTER)
    assert (answer.status, answer.headers["location"]) == (302, "/password?saved=1")
    assert kernel not in house.server.kernel_manager and mine in house.server.kernel_manager
    assert closed(socket) and not house.token_holds(there)
    assert here.cookie("carekit_session") != token and not house.token_holds(here, token)
    page = here.ask("password?saved=1")
    assert page.status == 200 and 'role="status">密码已修改' in page.text
    assert here.ask(f"carekit/alive/{mine}").status == 204
    here.post("logout")


def test_fields_are_known_to_password_managers(house: House, teacher: str) -> None:
    """The name stands in the form, so that the new password is kept under it; the rule belongs to the field that it is about."""
    page = house.enter(teacher).ask("password")
    assert 'autocomplete="username"' in field_of(page, "username") and f'value="{teacher}"' in field_of(page, "username")
    assert 'autocomplete="current-password"' in field_of(page, "old")
    for name in ("new", "again"):
        assert 'autocomplete="new-password"' in field_of(page, name) and 'minlength="10"' in field_of(page, name)
    assert 'aria-describedby="rule"' in field_of(page, "new") and 'id="rule"' in page.text
    assert all(f'<label for="{name}">' in page.text for name in ("old", "new", "again"))


@pytest.mark.parametrize("role", list(Role))
def test_the_second_factor_is_offered_to_those_who_may_have_it(house: House, role: Role) -> None:
    """Leader, counsellor and administrator find the link; all others would find a refusal."""
    if role is Role.PARTNER:
        return
    client = house.enter(*house.person(role))
    offered = "/second-factor" in client.ask("password").text
    assert offered == (role in {Role.LEADER, Role.COUNSELLOR, Role.ADMINISTRATOR})
    assert client.ask("second-factor").status == (200 if offered else 403)
    assert client.post("second-factor", do="begin").status == (302 if offered else 403)
