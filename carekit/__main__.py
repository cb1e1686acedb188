"""The command line of carekit: ``carekit`` or ``python -m carekit``. The commands are in `carekit.cli`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer

from carekit.cli import access, certificate, exchanging, figures, keeping, notebooks, serving, staff, users
from carekit.cli.speaking import console, say
from carekit.errors import UserError
from carekit.language import Label

app = typer.Typer(
    name="carekit",
    help=Label("Case management for primary schools with left-behind children.", "小学留守儿童个案管理。").text(),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

for command in (
    serving.demo,
    keeping.init,
    serving.serve,
    serving.lab,
    exchanging.export,
    figures.metrics,
    figures.due,
    figures.digest,
    keeping.backup,
    keeping.restore,
    keeping.verify,
    keeping.sample,
    access.access,
    certificate.certificate,
):
    app.command()(command)
exchanging.importing.command("staff")(staff.staff)
app.add_typer(exchanging.importing, name="import")
app.add_typer(users.commands, name="users")
app.add_typer(notebooks.commands, name="notebooks")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and exit: 0 when it was done, 1 with one sentence when it could not be, 2 when it was called wrongly."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # a Windows console of another code page must not stop a command for a rare character in a name
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        app(args=list(arguments) if arguments is not None else None)
    except UserError as error:
        say(error.label)
        sys.exit(1)
    except KeyboardInterrupt:
        console().print()
        sys.exit(130)


if __name__ == "__main__":
    main()
