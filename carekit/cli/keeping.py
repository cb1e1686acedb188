"""Commands that make and keep a store: init, backup, restore, verify, sample."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from carekit import store as stores
from carekit.cli.opening import KeyFileOption, SampleOption, StoreOption, absolute, chosen_store, make_sample, passphrase
from carekit.cli.speaking import print_json, say, show_table
from carekit.errors import UserError
from carekit.language import Label
from carekit.records import RECORDS, School, StaffMember
from carekit.records.codes import Role
from carekit.store import Actor, BackupReport, Store, new_key, read_key_file, write_key_file

#: Who a new school has at once, so that somebody can begin: the roles that keep files, and the leader.
_FIRST_STAFF = (Role.REGISTRAR, Role.COUNSELLOR, Role.LEADER)


def init(
    store: Annotated[
        str,
        typer.Argument(
            help=Label("A new file, or the address of an empty PostgreSQL database.", "新文件名，或空的 PostgreSQL 数据库地址。").text()
        ),
    ],
    school: Annotated[str, typer.Option("--school", help=Label("The school's name.", "学校名称。").text())] = "本校",
    key_file: Annotated[
        Path | None,
        typer.Option(
            "--key-file",
            help=Label("Write a new key to this file instead of asking for a passphrase.", "生成密钥并写入此文件，代替口令。").text(),
        ),
    ] = None,
) -> None:
    """Make a new encrypted store with a school and its first staff."""
    if key_file is not None and key_file.exists():
        raise UserError(
            Label("There is a key file of this name already; choose another name.", "已有同名密钥文件，请换一个文件名。"), code="key_exists"
        )
    key = new_key() if key_file is not None else None
    opened = Store.create(absolute(store), key=key, passphrase=None if key else passphrase(confirm=True))
    try:
        if key_file is not None and key is not None:
            write_key_file(key_file, key)
        place = School(name=school)
        staff = [StaffMember(school_id=place.id, name=role.label.zh, role=role) for role in _FIRST_STAFF]
        opened.for_actor(Actor.console()).add_all([place, *staff], reason="init")
    finally:
        opened.close()
    say(
        Label(
            "The store is made. Keep its passphrase or key file apart from it: without it nobody can open the store.",
            "数据库已建好。请把口令或密钥文件另外保管好，丢了谁也打不开。",
        )
    )


def backup(
    to: Annotated[Path, typer.Argument(help=Label("A new file for the backup.", "备份文件名（新文件）。").text())],
    store: StoreOption = None,
    key_file: KeyFileOption = None,
    sample: SampleOption = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Write an encrypted backup while others go on working, and check it by reading it again."""
    with chosen_store(store, key_file, sample) as opened:
        _tell(stores.backup(opened, to), as_json)


def restore(
    backup_file: Annotated[Path, typer.Argument(help=Label("The backup.", "备份文件。").text(), exists=True, dir_okay=False)],
    store: Annotated[
        str,
        typer.Argument(
            help=Label(
                "Where the new store goes: a new file, or an empty PostgreSQL database.", "恢复到：新文件，或空的 PostgreSQL 数据库。"
            ).text()
        ),
    ],
    key_file: KeyFileOption = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Make a new store from a backup, and say from when it is and what it holds."""
    key = read_key_file(key_file) if key_file is not None else None
    _tell(stores.restore(backup_file, absolute(store), key=key, passphrase=None if key else passphrase(confirm=False)), as_json)


def verify(
    store: StoreOption = None,
    key_file: KeyFileOption = None,
    sample: SampleOption = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Check a store: pages, references, versions, and the chain of its log. Exit code 1 when something is wrong."""
    with chosen_store(store, key_file, sample) as opened:
        faults = stores.verify(opened)
    if as_json:
        print_json({"sound": not faults, "faults": [fault.text() for fault in faults]})
    for fault in faults:
        say(fault)
    if faults:
        raise typer.Exit(1)
    say(Label("The store is sound.", "数据库完好。"))


def sample(
    store: Annotated[Path, typer.Argument(help=Label("A new file.", "新文件名。").text())],
    key_file: Annotated[
        Path | None,
        typer.Option(
            "--key-file", help=Label("Where its key goes; beside the store when left out.", "密钥写到哪里；不写则放在数据库旁边。").text()
        ),
    ] = None,
) -> None:
    """Make a store with the sample school in it, to try things on."""
    path = Path(absolute(str(store)))
    key_path = key_file or path.with_name(path.name + ".key")
    if key_path.exists():
        raise UserError(
            Label("There is a key file of this name already; choose another name.", "已有同名密钥文件，请换一个文件名。"), code="key_exists"
        )
    make_sample(path, key_path).close()
    say(Label("Made {store}, with its key in {key}.", "已生成{store}，密钥在{key}。").format(store=path.name, key=key_path.name))


def _tell(report: BackupReport, as_json: bool) -> None:
    made = report.made_at.isoformat(timespec="seconds") if report.made_at else None
    if as_json:
        print_json({"path": report.path, "made_at": made, "counts": report.counts, "faults": [fault.text() for fault in report.faults]})
    rows = [(RECORDS[name].label if name in RECORDS else name, count) for name, count in report.counts.items() if count]
    show_table((Label("What", "内容"), Label("Rows", "行数")), rows)
    for fault in report.faults:
        say(fault)
    if report.faults:
        raise typer.Exit(1)
    say(Label("Done: as of {made} UTC, checked.", "完成，数据截至{made}（UTC），已核对。").format(made=made))
