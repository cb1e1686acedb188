"""The server without a browser: what it answers, what it refuses, and what a kernel is told."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from typing import Any

import pytest

from carekit.apps.session import KEY_VARIABLE, PASSPHRASE_VARIABLE, STORE_VARIABLE
from carekit.language import Language
from carekit.records.codes import Role
from carekit.serve.kernels import OwnPython, environment, without_secrets
from carekit.serve.lab import lab_config, prepare_folder, without_outputs
from carekit.serve.pages import PAGES, Visit
from carekit.serve.server import CONTENT_POLICY, EXTENSIONS, page_server
from carekit.store import Store
from carekit.widgets import STATIC_PATH, vega_bundle


def answer(address: str, **headers: str) -> tuple[int, dict[str, str], str]:
    """Status, headers and text of an answer."""
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=60) as response:
            return response.status, dict(response.headers), response.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), error.read().decode("utf-8", "replace")


@pytest.fixture
def store(sample_copy) -> Any:
    """An open copy of the sample school."""
    opened = Store.open(sample_copy.path, key=sample_copy.key)
    yield opened
    opened.close()


@pytest.mark.parametrize("language", list(Language))
def test_the_home_page_is_in_the_language_of_the_visit(served_school: str, language: Language) -> None:
    """`lang` is right, the apps of the role are offered, nothing is fetched from elsewhere."""
    status, headers, text = answer(f"{served_school}?as=leader&lang={language}")
    assert status == 200
    assert f'<html lang="{language}">' in text
    assert headers["Content-Security-Policy"] == CONTENT_POLICY
    for page in PAGES:
        assert (f"{page.name}.ipynb" in text) is (Role.LEADER in page.roles)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', text)


@pytest.mark.parametrize(
    "path",
    [
        "nothing",
        "voila/files/intake.ipynb",
        "voila/tree/",
        "voila/api/contents/",
        "voila/render/nothing.ipynb",
        "voila/render/../pyproject.toml",
    ],
)
def test_files_and_folders_are_not_served(served_school: str, path: str) -> None:
    """Anything that is no app answers 404 with one sentence and a way home."""
    status, _, text = answer(served_school + path)
    assert status == 404
    assert "没有这个页面" in text and "Traceback" not in text


def test_only_names_of_this_machine_are_answered(served_school: str) -> None:
    """A page that reaches the server under another name (DNS rebinding) gets nothing."""
    assert answer(served_school, Host="evil.example:80")[0] == 403


def test_assets_are_kept_for_good(served_school: str) -> None:
    """Own assets and Vega's bundle are compressed and marked as never changing; nothing outside the folders is given."""
    for name in (vega_bundle().name, "page.css"):
        status, headers, _ = answer(f"{served_school}{STATIC_PATH}{name}", **{"Accept-Encoding": "gzip"})
        assert status == 200
        assert "immutable" in headers["Cache-Control"] and headers["Content-Encoding"] == "gzip"
    for name in ("missing.js", "../server.py", "%2e%2e/server.py"):
        assert answer(f"{served_school}{STATIC_PATH}{name}")[0] in {403, 404}


def test_a_kernel_that_is_not_there_is_not_alive(served_school: str) -> None:
    """The page that asks learns that its kernel is gone."""
    assert answer(f"{served_school}carekit/alive/00000000-0000-0000-0000-000000000000")[0] == 404


def test_the_server_is_for_this_machine(store: Store) -> None:
    """It listens on loopback, loads three extensions, drops restarts, and takes large uploads."""
    server = page_server(store, port=1, browser=False)
    assert server.ip == "127.0.0.1"
    assert server.voila_configuration.extension_allowlist == EXTENSIONS
    settings = server.init_settings()
    assert settings["websocket_max_message_size"] > 20 * 2**20 and settings["compress_response"]
    assert "shutdown_request" not in server.kernel_manager.allowed_message_types
    assert (
        str(server.kernel_manager.kernel_spec_manager.get_kernel_spec("python3").argv[0]) == OwnPython().get_kernel_spec("python3").argv[0]
    )


def test_a_kernel_gets_the_key_in_its_environment_only(store: Store) -> None:
    """Store, key, role and language are set; what this process holds otherwise is taken out first."""
    told = environment(store, Visit(Role.LEADER, Language.EN))
    assert told[STORE_VARIABLE] == store.location and bytes.fromhex(told[KEY_VARIABLE]) == store.key
    assert (told["CAREKIT_AS"], told["CAREKIT_LANG"]) == ("leader", "en")
    assert without_secrets({PASSPHRASE_VARIABLE: "x", KEY_VARIABLE: "y", "PATH": "z"}) == {"PATH": "z"}


def test_choices_name_a_person_for_each_role(store: Store, monkeypatch: pytest.MonkeyPatch, sample_copy) -> None:
    """Each role of the demo has a name and an address of its own."""
    monkeypatch.setenv("CAREKIT_TODAY", sample_copy.environment()["CAREKIT_TODAY"])
    choices = page_server(store, port=1, browser=False, demo=True).choices(Visit(Role.LEADER, Language.ZH_HANS))
    assert all(choice["name"] for choice in choices)
    assert len({choice["address"] for choice in choices}) == len(choices)
    assert [choice["current"] for choice in choices].count(True) == 1


def test_lab_stays_on_this_machine_and_saves_no_child(tmp_path) -> None:
    """JupyterLab listens on loopback, asks nobody for news, copies the notebooks once, and saves no outputs or widget states."""
    prepare_folder(tmp_path / "work")
    (tmp_path / "work" / "intake.ipynb").write_text("mine", encoding="utf-8")
    prepare_folder(tmp_path / "work")
    assert (tmp_path / "work" / "intake.ipynb").read_text(encoding="utf-8") == "mine"
    config = lab_config(tmp_path / "work", port=1, browser=False)
    assert config.ServerApp.ip == "127.0.0.1" and config.LabApp.news_url is None
    cells = [{"cell_type": "code", "outputs": [{"text": "赵小禾"}], "execution_count": 3}, {"cell_type": "markdown", "source": ""}]
    model = {"type": "notebook", "content": {"metadata": {"widgets": {"s": "赵小禾"}}, "cells": cells}}
    without_outputs(model, path="x")
    assert "赵小禾" not in json.dumps(model, ensure_ascii=False)
    without_outputs({"type": "file", "content": "x"})
