"""demo, serve, lab and sample: which store they open and how, without a server being started."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from carekit.__main__ import main
from carekit.cli import opening
from carekit.records import School
from carekit.records.codes import Role
from carekit.serve.server import Serving
from carekit.store import Actor, Store


class Served:
    """Takes the place of a server: remembers how it was asked for, and whether the store could be read."""

    def __init__(self) -> None:
        self.asked: dict[str, Any] = {}

    def __call__(self, store: Store, *serving: Any, **asked: Any) -> Served:
        """Be asked for: the pages with a `Serving`, JupyterLab with a folder and names."""
        for served in serving:
            if isinstance(served, Serving):
                asked |= {field.name: getattr(served, field.name) for field in fields(served)}
        self.asked = {**asked, "location": store.location, "schools": len(store.for_actor(Actor.console()).find(School))}
        return self

    def start(self) -> None:
        """Say that the pages are open, as the server does."""
        self.asked["told"]("http://127.0.0.1:1/")


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch, sample_file: Any) -> Served:
    """No server and no waiting: the sample school comes as a copy of the one that this run has made."""
    fake = Served()
    monkeypatch.setattr("carekit.serve.server.page_server", fake)
    monkeypatch.setattr("carekit.serve.lab.run_lab", fake)
    monkeypatch.setenv("CAREKIT_TODAY", sample_file.environment()["CAREKIT_TODAY"])

    def ready_made(path: Any, key_file: Any = None) -> Store:
        if key_file is not None:
            opening.write_key_file(key_file, sample_file.key)
        copy = sample_file.copied(path.parent)
        copy.path.replace(path)
        return Store.open(path, key=sample_file.key)

    monkeypatch.setattr("carekit.cli.opening.make_sample", ready_made)
    monkeypatch.setattr("carekit.cli.serving.make_sample", ready_made)
    monkeypatch.setattr("carekit.cli.keeping.make_sample", ready_made)
    return fake


def run(*arguments: str) -> int:
    """The exit code of a command."""
    with pytest.raises(SystemExit) as end:
        main(arguments)
    return int(end.value.code or 0)


def test_demo_opens_a_school_that_is_gone_afterwards(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    """The demo says where it is open, and its store is removed."""
    assert run("demo", "--no-browser", "--port", "9999") == 0
    assert served.asked["demo"] and served.asked["schools"] == 1
    assert (served.asked["port"], served.asked["browser"], served.asked["address"]) == (9999, False, "127.0.0.1")
    assert Role.LEADER.label in [login[0] for login in served.asked["demo_logins"]]
    assert not Path(served.asked["location"]).exists()
    assert "127.0.0.1:1" in capsys.readouterr().err


def test_demo_keeps_a_school_when_told(served: Served, tmp_path: Any) -> None:
    """With --store the school stays, encrypted, with its key beside it, and is opened again."""
    store = tmp_path / "demo.carekit"
    assert run("demo", "--no-browser", "--store", str(store)) == 0
    assert store.exists() and not store.read_bytes().startswith(b"SQLite")
    assert run("demo", "--no-browser", "--store", str(store)) == 0
    assert served.asked["location"] == str(store)


def test_serve_and_lab_open_the_chosen_store(served: Served, sample_copy: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """Both take the store of the environment; a school's own store is no demo."""
    for name, value in sample_copy.environment().items():
        monkeypatch.setenv(name, value)
    assert run("serve", "--no-browser") == 0
    assert served.asked["location"] == str(sample_copy.path)
    assert not served.asked["demo"] and not served.asked["demo_logins"]
    assert run("serve", "--sample", "--no-browser") == 0
    assert served.asked["demo"]
    assert run("lab", "--no-browser", "--folder", str(tmp_path / "lab")) == 0
    assert served.asked["role"] is Role.COUNSELLOR


def test_sample_writes_a_store_and_its_key_once(served: Served, tmp_path: Any) -> None:
    """The key file lies beside the store and is never overwritten."""
    store = tmp_path / "s.carekit"
    assert run("sample", str(store)) == 0
    key = opening.read_key_file(tmp_path / "s.carekit.key")
    Store.open(store, key=key).close()
    assert run("sample", str(store)) == 1
    assert opening.read_key_file(tmp_path / "s.carekit.key") == key


def test_an_interrupted_sample_leaves_no_half_store(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the sample cannot be written, no file of it stays."""

    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("carekit.sample.fill", broken)
    with pytest.raises(RuntimeError):
        opening.make_sample(tmp_path / "s.carekit")
    assert not (tmp_path / "s.carekit").exists()


def test_a_passphrase_is_asked_for_where_somebody_sits(monkeypatch: pytest.MonkeyPatch) -> None:
    """At a terminal the passphrase is asked for, twice when a store is made."""
    asked: list[dict[str, Any]] = []

    def prompt(*_: Any, **options: Any) -> str:
        asked.append(options)
        return "口令"

    monkeypatch.delenv("CAREKIT_PASSPHRASE", raising=False)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("typer.prompt", prompt)
    assert opening.passphrase(confirm=True) == "口令"
    assert asked == [{"hide_input": True, "confirmation_prompt": True, "err": True}]
