"""The pages as declared, and what a visit carries."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carekit.apps.session import DEMO_ROLES
from carekit.language import Language
from carekit.records.codes import Role
from carekit.serve.pages import LAB_ONLY, PAGES, WORDING, language_links, page_links, words
from carekit.serve.places import notebooks_folder, sample_data_folder


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_page_has_a_notebook_and_words(page) -> None:
    """Each page is a notebook that exists, is titled in both languages, and is the work of at least one demo role."""
    assert (notebooks_folder() / f"{page.name}.ipynb").is_file()
    assert page.title.en and page.title.zh and page.purpose.en and page.purpose.zh
    assert page.roles & set(DEMO_ROLES)


def test_every_notebook_is_a_page() -> None:
    """No notebook lies there that neither a page shows nor JupyterLab is for; and no page shows one of the latter."""
    assert {path.stem for path in notebooks_folder().glob("*.ipynb")} == {page.name for page in PAGES} | LAB_ONLY
    assert not LAB_ONLY & {page.name for page in PAGES}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("language", list(Language))
def test_links_are_those_of_the_role(role: Role, language: Language) -> None:
    """A role is offered its own pages in its language, the present one marked; a stranger none."""
    links = page_links(PAGES, role, language, "/", "case_history")
    assert [link["name"] for link in links] == [page.name for page in PAGES if role in page.roles]
    assert [link["name"] for link in links if link["current"]] == [
        name for name in ("case_history",) if any(link["name"] == name for link in links)
    ]
    assert all(link["title"] and link["purpose"] for link in links)
    assert page_links(PAGES, None, language, "/") == []


@given(st.text(max_size=60))
def test_the_language_switch_keeps_what_the_address_asks_for(query: str) -> None:
    """Whatever stands in the address stays there, but for the language."""
    kept = [pair for pair in parse_qsl(query) if pair[0] != "lang"]
    for link in language_links(Language.EN, "/voila/render/talks.ipynb", query):
        asked = parse_qsl(urlsplit(str(link["address"])).query)
        assert asked == [*kept, ("lang", link["tag"])]
        assert str(link["address"]).startswith("/voila/render/talks.ipynb?")


def test_words_are_complete() -> None:
    """Every fixed word exists in every language."""
    for language in Language:
        assert all(words(language).values())
    assert all(label.en != label.zh for label in WORDING.values())


def test_sample_data_travels() -> None:
    """The sample rosters are found beside the notebooks."""
    assert sample_data_folder().is_dir()
