"""What the pages of logging in say and how: languages, titles, labels, and what a demo offers."""

from __future__ import annotations

from typing import Any

import pytest
from login_house import BETTER, GOOD, House, field_of, house_in, title_of

from carekit.language import Label, Language
from carekit.records.codes import Role
from carekit.serve.login.wording import WORDING


def test_fields_are_known_to_browsers_and_keyboards(house: House) -> None:
    """Password managers fill the form, telephones do not begin a name with a capital, every field has a label, nothing is in the address."""
    page = house.visit().ask("login")
    name = field_of(page, "username")
    for attribute in ('autocomplete="username"', 'autocapitalize="none"', 'spellcheck="false"', "required", "autofocus"):
        assert attribute in name
    assert 'autocomplete="current-password"' in field_of(page, "password") and 'type="password"' in field_of(page, "password")
    assert 'for="username"' in page.text and 'for="password"' in page.text
    assert page.text.count("<form") == page.text.count('method="post"') == 1
    assert page.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("language", list(Language))
def test_every_page_speaks_the_language_that_was_asked_for(house: House, language: Language) -> None:
    """Titles, texts and sentences about what was wrong are in one language, which stays; each title says which page it is."""
    name, first = house.person(Role.LEADER, first=True)
    client, kit = house.visit(), Label("Care for left-behind children", "留守儿童关爱").text(language)

    def said(answer: Any, *words: str) -> None:
        assert f'<html lang="{language}">' in answer.text
        assert title_of(answer) == f"{WORDING[words[0]].text(language)} · {kit}"
        for word in words:
            assert WORDING[word].text(language).split("{")[0] in answer.text

    said(client.ask(f"login?lang={language}"), "login", "name", "password", "forgot")
    said(client.log_in(name, "wrong-password-1"), "login")
    client.log_in(name, first)
    said(client.ask("password"), "choose", "given", "rule")
    said(client.post("password", old=first, new=GOOD, again=BETTER), "choose", "differ")
    assert client.post("password", old=first, new=GOOD, again=GOOD).status == 302
    said(client.ask("password?saved=1"), "change", "saved", "everywhere")
    said(client.ask("second-factor"), "factor", "off_now", "begin")
    client.post("second-factor", do="begin")
    said(client.ask("second-factor"), "factor", "scan", "then_code")


def test_every_word_is_on_a_page_and_in_three_languages() -> None:
    """No label is empty, and the Chinese ones hold no English sentence."""
    for label in WORDING.values():
        assert all(label.text(language).strip() for language in Language)
        assert any("\u4e00" <= c <= "\u9fff" for c in label.zh)


def test_a_school_has_no_buttons_for_demo_people(house: House) -> None:
    """Only a demo hands out logins."""
    assert "ckp-demo" not in house.visit().ask("login").text


def test_a_demo_offers_its_people(tmp_path: Any) -> None:
    """Each button is a form of its own with name and password; the words say that nobody is real."""
    with house_in(tmp_path, demo=True) as demo:
        name, password = demo.person(Role.LEADER)
        object.__setattr__(demo.server.serving, "demo_logins", ((Role.LEADER.label, "样", name, password),))
        page = demo.visit().ask("login")
        assert page.text.count("<form") == 2 and f'value="{name}"' in page.text and "虚构" in page.text
        assert demo.visit().log_in(name, password).status == 302
