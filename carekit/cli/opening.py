"""Which store a command works on: by `--store`, by `CAREKIT_STORE`, or the sample school in a store of its own for the time being."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from carekit import sample as sample_school
from carekit.apps.session import KEY_VARIABLE, PASSPHRASE_VARIABLE, STORE_VARIABLE
from carekit.cli.speaking import progress, say
from carekit.errors import UserError
from carekit.language import Label
from carekit.store import Actor, Desk, Store, new_key, read_key_file, write_key_file

_STORE_HELP = Label(
    "The store: a file, or a postgresql:// address. Else from CAREKIT_STORE.",
    "数据库：文件路径或 postgresql:// 地址；不写则取 CAREKIT_STORE。",
)
_KEY_HELP = Label("The store's key file, instead of a passphrase.", "密钥文件，用来代替口令。")
_SAMPLE_HELP = Label("Use the sample school, in a store that is removed afterwards.", "使用样例学校（临时数据库，用完即删）。")

StoreOption = Annotated[str | None, typer.Option("--store", envvar=STORE_VARIABLE, show_envvar=False, help=_STORE_HELP.text())]
KeyFileOption = Annotated[Path | None, typer.Option("--key-file", help=_KEY_HELP.text())]
SampleOption = Annotated[bool, typer.Option("--sample", help=_SAMPLE_HELP.text())]


@contextmanager
def chosen_store(store: str | None, key_file: Path | None, sample: bool = False) -> Iterator[Store]:
    """The store that a command's options name, closed at the end. `UserError` when they name none or it does not open."""
    if sample:
        with sample_store() as opened:
            yield opened
        return
    if not store:
        raise UserError(
            Label(
                "Say which store: --store FILE, CAREKIT_STORE, or --sample for the sample school.",
                "请指定数据库：--store 文件、CAREKIT_STORE，或用 --sample 使用样例学校。",
            ),
            code="no_store_named",
        )
    opened = open_store(absolute(store), key_file)
    try:
        yield opened
    finally:
        opened.close()


@contextmanager
def chosen_desk(store: str | None, key_file: Path | None, sample: bool = False) -> Iterator[Desk]:
    """The desk of the holder of the key, on the store that a command's options name."""
    with chosen_store(store, key_file, sample) as opened:
        yield opened.for_actor(Actor.console())


def absolute(store: str) -> str:
    """A file's path made absolute, so that a kernel in another folder finds it; an address as it is."""
    return store if "://" in store else str(Path(store).expanduser().resolve())


def open_store(location: str, key_file: Path | None) -> Store:
    """Open a store with its key file, with the key or passphrase in the environment, or with a passphrase asked for."""
    if key_file is not None:
        return Store.open(location, key=read_key_file(key_file))
    if key := os.environ.get(KEY_VARIABLE):
        return Store.open(location, key=key_of(key))
    return Store.open(location, passphrase=passphrase(confirm=False))


def key_of(text: str) -> bytes:
    """The key in `CAREKIT_KEY`. `UserError` when it is none."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise UserError(
            Label("CAREKIT_KEY must hold 64 hexadecimal digits.", "CAREKIT_KEY 应为64位十六进制字符。"), code="bad_key"
        ) from None


def passphrase(*, confirm: bool) -> str:
    """The passphrase from the environment, or asked for without showing it. `UserError` when there is nobody to ask."""
    given = os.environ.get(PASSPHRASE_VARIABLE)
    if given is not None:
        return given
    if not sys.stdin.isatty():
        raise UserError(
            Label(
                "The store needs its passphrase: set CAREKIT_PASSPHRASE or give --key-file.",
                "打开数据库需要口令：请设置 CAREKIT_PASSPHRASE，或用 --key-file 指定密钥文件。",
            ),
            code="no_passphrase",
        )
    words = Label("Passphrase", "口令").text()
    return str(typer.prompt(words, hide_input=True, confirmation_prompt=confirm, err=True))


@contextmanager
def sample_store(folder: Path | None = None) -> Iterator[Store]:
    """The sample school in an encrypted store: in a temporary folder that is removed, or in `folder`, where it stays.

    The clock is set to the sample's day, unless `CAREKIT_TODAY` says otherwise.
    """
    stand_on_the_sample_day()
    with tempfile.TemporaryDirectory(prefix="carekit-", ignore_cleanup_errors=True) as temporary:
        opened = make_sample((folder or Path(temporary)) / "sample.carekit")
        try:
            yield opened
        finally:
            opened.close()


def stand_on_the_sample_day() -> None:
    """Set the clock of this process and of the kernels that it starts to the sample's day, so that its last month is this month."""
    os.environ.setdefault("CAREKIT_TODAY", sample_school.SAMPLE_TODAY.isoformat())


def make_sample(path: Path, key_file: Path | None = None) -> Store:
    """A new encrypted store at `path` with the sample school in it and a key of its own, written to `key_file` when one is named."""
    key = new_key()
    store = Store.create(path, key=key)
    try:
        if key_file is not None:
            write_key_file(key_file, key)
        say(Label("Making the sample school; nobody in it is real.", "正在生成样例学校，人物全是虚构的。"))
        with progress(Label("Writing two school years", "写入两个学年的记录")) as report:
            sample_school.fill(store.for_actor(Actor.console()), desk_for=store.for_actor, progress=report)
    except BaseException:
        store.close()
        path.unlink(missing_ok=True)
        raise
    return store
