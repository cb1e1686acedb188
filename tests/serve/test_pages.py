"""The pages as declared, and what a visit carries."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carekit.apps.session import DEMO_ROLES
from carekit.language import Language
from carekit.records.codes import Role
from carekit.serve.pages import PAGES, WORDING, Visit, links, read_visit
from carekit.serve.places import notebooks_folder, sample_data_folder


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_page_has_a_notebook_and_words(page) -> None:
    """Each page is a notebook that exists, is titled in both languages, and is the work of at least one demo role."""
    assert (notebooks_folder() / f"{page.name}.ipynb").is_file()
    assert page.title.en and page.title.zh and page.purpose.en and page.purpose.zh
    assert page.roles & set(DEMO_ROLES)


def test_every_notebook_is_a_page() -> None:
    """No notebook lies there that no page shows."""
    assert {path.stem for path in notebooks_folder().glob("*.ipynb")} == {page.name for page in PAGES}


@given(st.text(max_size=60))
def test_any_query_gives_a_visit(query: str) -> None:
    """Whatever stands in the address, the visit is a known role in a known language."""
    visit = read_visit(query, Role.LEADER)
    assert visit.role in DEMO_ROLES
    assert visit.language in Language


def test_roles_outside_the_demo_are_not_taken() -> None:
    """The address cannot make somebody an administrator."""
    assert read_visit("as=administrator", Role.CLASS_TEACHER).role is Role.CLASS_TEACHER


@pytest.mark.parametrize("role", DEMO_ROLES)
@pytest.mark.parametrize("language", list(Language))
def test_links_carry_the_visit(role: Role, language: Language) -> None:
    """Every link keeps person and language, the switch changes the language alone and keeps what else was asked for."""
    header = links(Visit(role, language), "/", "case_history", "as=x&lang=y&child=abc")
    assert header["pages"]
    for page in header["pages"]:
        asked = parse_qs(urlsplit(page["address"]).query)
        assert asked == {"as": [role.value], "lang": [language.value]}
    assert [entry["current"] for entry in header["pages"]].count(True) == 1
    for entry in header["languages"]:
        asked = parse_qs(urlsplit(entry["address"]).query)
        assert asked == {"as": [role.value], "lang": [entry["tag"]], "child": ["abc"]}


def test_words_are_complete() -> None:
    """Every fixed word exists in every language."""
    for language in Language:
        assert all(Visit(Role.LEADER, language).words().values())
    assert all(label.en != label.zh for label in WORDING.values())


def test_sample_data_travels() -> None:
    """The sample rosters are found beside the notebooks."""
    assert sample_data_folder().is_dir()
