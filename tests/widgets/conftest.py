"""Widgets without a browser (messages are handed to them and theirs are written down), and a Voila page with a real browser."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from serving import serving

from carekit.widgets import Element


@pytest.fixture
def spoken(monkeypatch: pytest.MonkeyPatch) -> Callable[[Element], list[dict[str, Any]]]:
    """Gives the list in which a widget's messages to its page are written down from now on."""

    def listen(widget: Element) -> list[dict[str, Any]]:
        messages: list[dict[str, Any]] = []
        monkeypatch.setattr(widget, "send", lambda content, _buffers=None: messages.append(content))
        return messages

    return listen


@pytest.fixture(scope="module")
def served_notebook(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address at which Voila shows `widgets_shown.py`, the notebook of this folder's browser tests."""
    folder = tmp_path_factory.mktemp("notebook")
    source = Path(__file__).with_name("widgets_shown.py").read_text(encoding="utf-8")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, folder / "shown.ipynb")
    root = str(Path(__file__).parents[2])
    environment = {"PYTHONPATH": root, "JUPYTER_DATA_DIR": str(folder / "data"), "CAREKIT_TODAY": "2026-03-20"}
    command = [sys.executable, "-m", "voila", str(folder / "shown.ipynb"), "--no-browser", "--port={port}", "--Voila.ip=127.0.0.1"]
    with serving(command, environment, folder) as address:
        yield address
