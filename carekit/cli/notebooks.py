"""Commands for the notebooks in git: run them on the sample school, and tidy them so that a run twice gives the same bytes.

Tidy keeps what a test compares: execution counts, cell ids, plain texts and streams. It drops what changes with every run or
belongs to one machine: widget states, timings, the language's version, and all richer forms of an output.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import nbformat
import typer
from nbclient import NotebookClient

from carekit.cli.opening import sample_store
from carekit.cli.speaking import say
from carekit.language import Label
from carekit.serve.kernels import OwnPython, environment
from carekit.serve.places import notebooks_folder

commands = typer.Typer(no_args_is_help=True, help=Label("Notebooks for git.", "整理随代码保存的笔记本。").text())

#: What nbval compares of an output, and all that stays of it.
KEPT_FORM = "text/plain"
_KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}

Files = Annotated[
    list[Path] | None, typer.Argument(help=Label("Notebooks; all of carekit's own when left out.", "笔记本文件；不写则为全部。").text())
]


def tidied(text: str) -> str:
    """A notebook's file content, tidied; tidying again changes nothing."""
    notebook = nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]
    notebook.metadata = nbformat.from_dict({"kernelspec": _KERNEL} | {k: v for k, v in notebook.metadata.items() if k == "title"})
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict({name: value for name, value in cell.metadata.items() if name == "tags" and value})
        if cell.cell_type == "code":
            cell.outputs = [kept for output in cell.outputs if (kept := _tidied_output(output)) is not None]
    return str(nbformat.writes(notebook)) + "\n"  # type: ignore[no-untyped-call]


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


@commands.command("tidy")
def tidy(
    files: Files = None,
    check: Annotated[
        bool, typer.Option("--check", help=Label("Change nothing; exit code 1 when one is not tidy.", "只检查，不改动。").text())
    ] = False,
) -> None:
    """Tidy notebooks after a run."""
    untidy = 0
    for path in files or sorted(notebooks_folder().glob("*.ipynb")):
        before = path.read_text(encoding="utf-8")
        after = tidied(before)
        if after != before:
            untidy += 1
            say(
                Label("Not tidy: {name}" if check else "Tidied: {name}", "未整理：{name}" if check else "已整理：{name}").format(
                    name=path.name
                )
            )
            if not check:
                path.write_text(after, encoding="utf-8", newline="\n")
    if check and untidy:
        raise typer.Exit(1)


@commands.command("run")
def run(files: Files = None) -> None:
    """Run notebooks on the sample school, on its day, then tidy them."""
    with sample_store() as store:
        for path in files or sorted(notebooks_folder().glob("*.ipynb")):
            notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
            client = NotebookClient(notebook, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}}, timeout=300)
            client.create_kernel_manager()
            client.km.kernel_spec_manager = OwnPython()
            client.execute(env=kernel_variables(store))
            path.write_text(tidied(nbformat.writes(notebook)), encoding="utf-8", newline="\n")  # type: ignore[no-untyped-call]
            say(Label("Ran {name}", "已运行{name}").format(name=path.name))


def kernel_variables(store: Any) -> dict[str, str]:
    """The environment of a notebook's kernel: this process's, and the store."""
    return {**os.environ, **environment(store, None), "CAREKIT_LANG": "zh-CN"}
