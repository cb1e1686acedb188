"""Commands for the notebooks in git: run them on the sample school, and tidy them (see `carekit.serve.tidying`)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from carekit.cli.opening import sample_store
from carekit.cli.speaking import say
from carekit.language import Label
from carekit.serve.places import notebooks_folder

commands = typer.Typer(no_args_is_help=True, help=Label("Notebooks for git.", "整理随代码保存的笔记本。").text())

Files = Annotated[
    list[Path] | None, typer.Argument(help=Label("Notebooks; all of carekit's own when left out.", "笔记本文件；不写则为全部。").text())
]


@commands.command("tidy")
def tidy(
    files: Files = None,
    check: Annotated[
        bool, typer.Option("--check", help=Label("Change nothing; exit code 1 when one is not tidy.", "只检查，不改动。").text())
    ] = False,
) -> None:
    """Tidy notebooks after a run."""
    from carekit.serve.tidying import tidied  # noqa: PLC0415 - Jupyter takes seconds to import, and other commands do without

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
    from carekit.serve.tidying import run_notebook  # noqa: PLC0415 - Jupyter takes seconds to import, and other commands do without

    with sample_store() as store:
        for path in files or sorted(notebooks_folder().glob("*.ipynb")):
            run_notebook(path, store)
            say(Label("Ran {name}", "已运行{name}").format(name=path.name))
