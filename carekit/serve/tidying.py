"""Notebooks for git: run on the sample school, and tidied so that a second run gives the same bytes.

Tidy keeps what a test compares: execution counts, cell ids, plain texts and streams. It drops what changes with every run or
belongs to one machine: widget states, timings, the language's version, and all richer forms of an output.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

from carekit.serve.kernels import OwnPython, environment
from carekit.store import Store

#: What nbval compares of an output, and all that stays of it.
KEPT_FORM = "text/plain"
_KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


def tidied(text: str) -> str:
    """A notebook's file content, tidied; tidying again changes nothing."""
    notebook = nbformat.reads(text, as_version=4)
    notebook.metadata = nbformat.from_dict({"kernelspec": _KERNEL} | {k: v for k, v in notebook.metadata.items() if k == "title"})
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict({name: value for name, value in cell.metadata.items() if name == "tags" and value})
        if cell.cell_type == "code":
            cell.outputs = [kept for output in cell.outputs if (kept := _tidied_output(output)) is not None]
    return str(nbformat.writes(notebook)) + "\n"


def _tidied_output(output: Any) -> Any:
    """One output with its plain text alone; None when nothing of it is plain text."""
    if output.output_type not in {"display_data", "execute_result"}:
        return output
    text = output.data.get(KEPT_FORM)
    if text is None:
        return None
    output.data = nbformat.from_dict({KEPT_FORM: text})
    output.metadata = nbformat.from_dict({})
    return output


def run_notebook(path: Path, store: Store) -> None:
    """Run a notebook in place on a store, as the usual person of each app and in Simplified Chinese, then tidy it."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}}, timeout=300)
    manager = client.create_kernel_manager()
    manager.kernel_spec_manager = OwnPython()
    client.execute(env={**os.environ, **environment(store, None), "CAREKIT_LANG": "zh-CN"})
    path.write_text(tidied(nbformat.writes(notebook)), encoding="utf-8", newline="\n")
