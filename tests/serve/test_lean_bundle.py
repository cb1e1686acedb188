"""The built script and style of the lean page: built from what is there now, small, and holding every widget of carekit."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

import carekit.apps
import carekit.widgets
from carekit.errors import ProgrammerError
from carekit.serve.lean import bundle
from carekit.serve.lean.states import MODULES
from carekit.widgets import Element, Facts
from carekit.widgets.element import HELD_VARIABLE, text_key

SOURCES = bundle.FOLDER / "js"
#: All of script and style, compressed, in bytes.
LARGEST = 200_000


def elements() -> list[type[Element]]:
    """Every widget class that carekit defines."""
    for package in (carekit.widgets, carekit.apps):
        for module in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
            importlib.import_module(module.name)
    found, waiting = [], [Element]
    while waiting:
        for one in waiting.pop().__subclasses__():
            # a widget that was made is of a class of its own, which traitlets derives
            if (
                one.__module__.startswith("carekit.")
                and "_esm" in {name for base in one.__mro__ for name in vars(base)}
                and one not in found
            ):
                found.append(one)
            waiting.append(one)
    return found


def test_nobody_forgot_to_build() -> None:
    """What the build reads has not changed since; else: npm ci && npm run build in carekit/serve/lean/js."""
    assert bundle.sources_digest() == bundle.manifest()["sources"]


def test_the_build_gives_the_same_bytes(tmp_path: Path) -> None:
    """Built anew, script, style and manifest are what is committed, and the compressed forms hold the same."""
    node = shutil.which("node")
    if node is None or not (SOURCES / "node_modules").is_dir():
        pytest.skip("no Node or no packages here")
    subprocess.run([node, "build.mjs", str(tmp_path)], cwd=SOURCES, check=True, capture_output=True)
    for name in (bundle.SCRIPT, bundle.STYLE, "manifest.json"):
        assert (tmp_path / name).read_bytes() == (bundle.BUILT / name).read_bytes(), name
    for name in (bundle.SCRIPT, bundle.STYLE):
        program = "process.stdout.write(require('zlib').brotliDecompressSync(require('fs').readFileSync(process.argv[1])))"
        unpacked = subprocess.run([node, "-e", program, str(bundle.BUILT / f"{name}.br")], check=True, capture_output=True).stdout
        assert unpacked == (bundle.BUILT / name).read_bytes()


@pytest.mark.parametrize("element", elements(), ids=lambda one: one.__name__)
def test_every_widget_of_carekit_is_in_the_bundle(element: Any) -> None:
    """Module and style of each widget class are held under the key that Python computes."""
    manifest = bundle.manifest()
    assert text_key(str(element._esm)) in manifest["modules"].values()
    assert not hasattr(element, "_css") or text_key(str(element._css)) in manifest["styles"].values()


def test_the_bundle_is_small() -> None:
    """Script and style together are at most 200 KB as they travel."""
    assert sum(len(bundle.built(name).forms["br"]) for name in (bundle.SCRIPT, bundle.STYLE)) <= LARGEST


def test_the_lock_file_names_no_registry() -> None:
    """Packages are pinned by digest, and no address from which they came is written down."""
    lock = json.loads((SOURCES / "package-lock.json").read_text(encoding="utf-8"))
    packages = [package for path, package in lock["packages"].items() if path]
    assert packages and all("resolved" not in package for package in packages)
    assert all("integrity" in package for package in packages)
    assert not re.search(r"registry\.|/npm/", json.dumps({path: {**p, "funding": 0} for path, p in lock["packages"].items()}))


def test_script_and_server_know_the_same_modules() -> None:
    """What the server takes for drawable the script can draw, and the other way round."""
    text = (SOURCES / "src" / "manager.js").read_text(encoding="utf-8")
    table, more = (re.search(rf"^const {name} = [{{\[](.*)[}}\]];$", text, re.MULTILINE) for name in ("MODULES", "MORE"))
    assert table is not None and more is not None
    held = {quoted or plain for quoted, plain in re.findall(r'(?:"([^"]+)"|(\w+)): \w+', table[1])}
    assert held | set(re.findall(r'"([^"]+)"', more[1])) == MODULES


def test_a_page_that_holds_a_widget_is_sent_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a lean page a widget's state holds keys instead of 20 KB of text; anywhere else the texts, as JupyterLab needs them."""
    assert len(Facts().get_state()["_esm"]) > 1000
    monkeypatch.setenv(HELD_VARIABLE, bundle.held())
    state = Facts().get_state()
    assert state["_esm"] == text_key(Facts._esm) and state["_css"] == ""
    assert (state["_model_module"], state["_view_name"]) == ("carekit", "ElementView")
    monkeypatch.setenv(HELD_VARIABLE, text_key(Facts._esm))
    assert Facts().get_state()["_model_module"] == "anywidget"


def test_a_widget_that_the_page_does_not_hold_is_sent_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """A school's own widget, or one that changed since the build, works as any anywidget."""

    class Own(Element):
        _esm = "export default { render() {} }"

    monkeypatch.setenv(HELD_VARIABLE, bundle.held())
    assert Own().get_state()["_esm"] == Own._esm


def test_what_was_not_built_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A missing bundle is a programmer's mistake that says where to look."""
    monkeypatch.setattr(bundle, "BUILT", tmp_path)
    with pytest.raises(ProgrammerError, match=r"README"):
        bundle.built.__wrapped__("lean.js")
