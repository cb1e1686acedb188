"""Notebooks for git: tidy keeps what a test compares and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from carekit.serve.places import notebooks_folder
from carekit.serve.tidying import run_notebook, tidied
from carekit.store import Store


def after_a_run() -> str:
    """A notebook as a run leaves it: widget states, timings, rich outputs."""
    outputs = [
        new_output("stream", text="9 children\n"),
        new_output("execute_result", {"text/plain": "Table(9)", "text/html": "<p>张三</p>"}, execution_count=3),
        new_output("display_data", {"image/png": "AAAA"}),
        new_output("error", ename="E", evalue="v", traceback=[]),
    ]
    cell = new_code_cell("1", execution_count=3, outputs=outputs, metadata={"execution": {"iopub.status.busy": "2026"}, "tags": ["nbval"]})
    notebook = new_notebook(cells=[new_markdown_cell("# 题"), cell])
    notebook.metadata.update(
        {"title": "题", "widgets": {"state": "赵小禾"}, "language_info": {"version": "3.11.7"}, "kernelspec": {"name": "mine"}}
    )
    return nbformat.writes(notebook)


def test_tidy_keeps_what_is_compared() -> None:
    """Execution count, cell ids, plain texts, streams, errors, tags and title stay; everything else goes."""
    text = tidied(after_a_run())
    notebook = json.loads(text)
    assert notebook["metadata"] == {
        "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        "title": "题",
    }
    code = notebook["cells"][1]
    assert code["execution_count"] == 3 and code["id"] and code["metadata"] == {"tags": ["nbval"]}
    assert [output["output_type"] for output in code["outputs"]] == ["stream", "execute_result", "error"]
    assert list(code["outputs"][1]["data"]) == ["text/plain"]
    assert "赵小禾" not in text and "张三" not in text


def test_tidy_twice_changes_nothing() -> None:
    """The second tidying gives the same bytes."""
    once = tidied(after_a_run())
    assert tidied(once) == once


@pytest.mark.parametrize("path", sorted(notebooks_folder().glob("*.ipynb")), ids=lambda path: path.stem)
def test_shipped_notebooks_are_tidy(path: Path) -> None:
    """What lies in git is what `carekit notebooks tidy` gives."""
    text = path.read_text(encoding="utf-8")
    assert tidied(text) == text


def test_a_notebook_is_run_and_tidied(sample_copy, tmp_path: Path) -> None:
    """Run on a store, a notebook has its counts and texts, and nothing of this machine."""
    path = tmp_path / "one.ipynb"
    source = "from carekit.apps.session import open_desk\ndesk, person = open_desk()\nprint(person.role.label.zh)"
    nbformat.write(new_notebook(cells=[new_code_cell(source)]), path)
    store = Store.open(sample_copy.path, key=sample_copy.key)
    run_notebook(path, store)
    store.close()
    [cell] = json.loads(path.read_text(encoding="utf-8"))["cells"]
    assert cell["execution_count"] == 1
    assert "".join(cell["outputs"][0]["text"]) == "学校领导\n"
    assert str(tmp_path) not in path.read_text(encoding="utf-8")
