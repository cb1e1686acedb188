"""The server without a browser: what it answers, what it refuses, and what a kernel is told."""

from __future__ import annotations

import json
import re
import socket
from pathlib import Path
from typing import Any

import pytest
from serving import Browserless

from carekit.access import GRANTS
from carekit.apps.session import ACTOR_VARIABLE, KEY_VARIABLE, PASSPHRASE_VARIABLE, STORE_VARIABLE
from carekit.cli.certificate import self_signed
from carekit.errors import UserError
from carekit.language import Language
from carekit.records.codes import Role
from carekit.serve.accounts import Accounts
from carekit.serve.demo import demo_logins
from carekit.serve.kernels import OwnPython, environment, without_secrets
from carekit.serve.lab import lab_config, prepare_folder, without_outputs
from carekit.serve.lean import plain_policy
from carekit.serve.pages import PAGES
from carekit.serve.server import EXTENSIONS, Serving, own_address, page_server
from carekit.serve.visitor import Visitor
from carekit.store import Store
from carekit.widgets import STATIC_PATH, vega_bundle


@pytest.fixture
def store(sample_copy) -> Any:
    """An open copy of the sample school."""
    opened = Store.open(sample_copy.path, key=sample_copy.key)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def leader(served_school: str) -> Browserless:
    """A school leader who has logged in."""
    client = Browserless(served_school)
    assert client.log_in_as(Role.LEADER).status == 302
    return client


@pytest.mark.parametrize("language", list(Language))
def test_the_home_page_is_in_the_language_that_was_asked_for(leader: Browserless, language: Language) -> None:
    """`lang` is right and stays for the next page, the apps of the role are offered, what is due is counted, nothing is fetched from elsewhere."""
    answer = leader.ask(f"?lang={language}")
    assert answer.status == 200
    assert f'<html lang="{language}">' in answer.text and f'<html lang="{language}">' in leader.ask("").text
    assert answer.headers["content-security-policy"] == plain_policy()
    for page in PAGES:
        assert (f"{page.name}.ipynb" in answer.text) is (Role.LEADER in page.roles)
    assert answer.text.count('class="ckp-late"') >= 1
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//', answer.text)
    leader.ask("?lang=zh-CN")


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
def test_files_and_folders_are_not_served(leader: Browserless, path: str) -> None:
    """Anything that is no app answers 404 with one sentence and a way home."""
    answer = leader.ask(path)
    assert answer.status == 404
    assert "没有这个页面" in answer.text and "Traceback" not in answer.text


def test_assets_are_kept_for_good(leader: Browserless) -> None:
    """Own assets and Vega's bundle are compressed and marked as never changing; nothing outside the folders is given."""
    for name in (vega_bundle().name, "page.css"):
        headers = leader.ask(f"{STATIC_PATH}{name}", Accept_Encoding="gzip").headers
        assert "immutable" in headers["cache-control"] and headers["content-encoding"] == "gzip"
    for name in ("missing.js", "../server.py", "%2e%2e/server.py"):
        assert leader.ask(f"{STATIC_PATH}{name}").status in {403, 404}


def test_a_kernel_that_is_not_there_is_not_alive(leader: Browserless) -> None:
    """The page that asks learns that its kernel is gone."""
    assert leader.ask("carekit/alive/00000000-0000-0000-0000-000000000000").status == 404


def test_the_server_is_for_this_machine_unless_told(store: Store) -> None:
    """It listens on loopback, loads three extensions, drops restarts, and takes large uploads."""
    server = page_server(store, Serving(port=1, browser=False))
    assert server.ip == "127.0.0.1"
    assert server.voila_configuration.extension_allowlist == EXTENSIONS
    settings = server.init_settings()
    assert settings["websocket_max_message_size"] > 20 * 2**20 and settings["compress_response"]
    assert settings["xsrf_cookies"] and not settings["allow_unauthenticated_access"] and not settings["allow_remote_access"]
    assert "shutdown_request" not in server.kernel_manager.allowed_message_types
    assert (
        str(server.kernel_manager.kernel_spec_manager.get_kernel_spec("python3").argv[0]) == OwnPython().get_kernel_spec("python3").argv[0]
    )


def test_beyond_this_machine_only_encrypted(store: Store, tmp_path: Path) -> None:
    """Passwords never cross a network readable unless somebody says that it is trusted; a wrong certificate is said in words."""
    with pytest.raises(UserError) as caught:
        page_server(store, Serving(address="0.0.0.0"))
    assert caught.value.code == "no_encryption"
    with pytest.raises(UserError) as caught:
        page_server(store, Serving(certfile=tmp_path / "none.crt"))
    assert caught.value.code == "no_certificate"
    chain, key = self_signed(["127.0.0.1"])
    (tmp_path / "a.crt").write_bytes(chain)
    (tmp_path / "a.key").write_bytes(key)
    served = Serving(address="0.0.0.0", certfile=tmp_path / "a.crt", keyfile=tmp_path / "a.key")
    settings = page_server(store, served).init_settings()
    assert settings["xsrf_cookie_kwargs"]["secure"] and "Strict-Transport-Security" in settings["headers"]
    assert served.ssl_context() is not None
    with pytest.raises(UserError) as caught:
        Serving(certfile=tmp_path / "a.crt", keyfile=tmp_path / "a.crt").ssl_context()
    assert caught.value.code == "wrong_certificate"
    assert "a.key" not in repr(served)


@pytest.mark.parametrize(("address", "shown"), [("0.0.0.0", "10.0.0.7"), ("127.0.0.1", "127.0.0.1"), ("school.example", "school.example")])
def test_the_address_told_is_one_that_others_can_type(store: Store, monkeypatch: pytest.MonkeyPatch, address: str, shown: str) -> None:
    """Served everywhere, the machine's own address on the network is told; served here or at one address, that one."""
    monkeypatch.setattr("carekit.serve.server.own_address", lambda: "10.0.0.7")
    server = page_server(store, Serving(address=address, plain=True, browser=False))
    server.port = 8866
    assert server.address_shown == f"http://{shown}:8866/"


def test_a_machine_without_a_network_tells_its_own_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """No network is no reason not to start."""
    assert own_address().count(".") == 3

    class NoWay(socket.socket):
        def connect(self, _: Any) -> None:
            raise OSError

    monkeypatch.setattr("carekit.serve.server.socket.socket", NoWay)
    assert own_address() == "127.0.0.1"


def test_a_kernel_gets_the_key_from_the_server_only(store: Store) -> None:
    """Store, key, person and language are set; what this process holds otherwise is taken out first."""
    visitor = Visitor(username="a", staff_id="s" * 26, role=Role.LEADER, session_id="b", language=Language.EN)
    told = environment(store, visitor)
    assert told[STORE_VARIABLE] == store.location and bytes.fromhex(told[KEY_VARIABLE]) == store.key
    assert (told[ACTOR_VARIABLE], told["CAREKIT_LANG"]) == (f"{'s' * 26}:leader", "en")
    assert without_secrets({PASSPHRASE_VARIABLE: "x", KEY_VARIABLE: "y", "PATH": "z"}) == {"PATH": "z"}


def test_a_demo_has_a_login_for_each_role_that_sees_anything(store: Store, monkeypatch: pytest.MonkeyPatch, sample_copy) -> None:
    """Each has a person and a password, drawn anew at each start; the password opens a complete login of that role."""
    monkeypatch.setenv("CAREKIT_TODAY", sample_copy.environment()["CAREKIT_TODAY"])
    first, second = demo_logins(store), demo_logins(store)
    assert [login[:3] for login in first] == [login[:3] for login in second]
    assert not {login[3] for login in first} & {login[3] for login in second}
    assert len(second) == len([role for role in Role if GRANTS[role]])
    session = Accounts(store).log_in(second[0][2], second[0][3]).session
    assert session is not None and session.complete and session.role is Role.CLASS_TEACHER


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
