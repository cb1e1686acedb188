"""The command that brings in a school's staff, and gives each an account."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from carekit import clock
from carekit.access import GRANTS
from carekit.cli.opening import KeyFileOption, SampleOption, StoreOption, chosen_store
from carekit.cli.speaking import print_json, say, show_table, write_new_file
from carekit.errors import UserError
from carekit.exchange import Outcome
from carekit.exchange.files.export_workbook import TextSheets
from carekit.exchange.staff import StaffPlan, apply_staff, plan_staff
from carekit.language import Label
from carekit.names import readings
from carekit.records import StaffMember
from carekit.serve.accounts import Accounts
from carekit.store import Actor, Store

_HEADINGS = (Label("Name", "姓名"), Label("Role", "角色"), Label("Login name", "登录名"), Label("First password", "初始密码"))


def staff(
    file: Annotated[
        Path, typer.Argument(help=Label("xlsx, xls, ods or csv.", "xlsx、xls、ods 或 csv 文件。").text(), exists=True, dir_okay=False)
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=Label("Show what would happen and save nothing.", "只看结果，不保存。").text())
    ] = False,
    passwords: Annotated[
        Path | None,
        typer.Option(
            "--passwords",
            help=Label("Make accounts and write their first passwords to this workbook.", "开通账号，并把初始密码写入此表格。").text(),
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help=Label("Counts and problems as JSON.", "以 JSON 输出结果。").text())] = False,
    store: StoreOption = None,
    key_file: KeyFileOption = None,
    sample: SampleOption = False,
) -> None:
    """Import a list of staff: name, role, and the class of class teachers and subject teachers."""
    if passwords is not None and passwords.exists():
        raise UserError(
            Label("There is a file of this name already; choose another for the passwords.", "已有同名文件，请给密码表换一个文件名。"),
            code="file_exists",
        )
    with chosen_store(store, key_file, sample) as opened:
        desk = opened.for_actor(Actor.console())
        plan = plan_staff(desk, file)
        made: list[tuple[str, str, str, str]] = []
        if not dry_run:
            apply_staff(desk, plan, reason=f"导入教职工名单 {clock.today().isoformat()}")
            made = accounts_for(opened, plan) if passwords is not None else []
    if passwords is not None and made:
        write_new_file(passwords, _workbook(made))
    _tell(plan, len(made), passwords, as_json=as_json, dry_run=dry_run)


def accounts_for(store: Store, plan: StaffPlan) -> list[tuple[str, str, str, str]]:
    """Make an account for everybody of a list who has none and whose role sees anything: name, role, login name, one-time password."""
    made = []
    with closing(Accounts(store)) as accounts:
        existing = accounts.list()
        taken, served = {account.name for account in existing}, {account.staff_id for account in existing}
        for row in plan.rows:
            person = row.person
            if person is None or row.outcome is Outcome.HELD_BACK or person.id in served or not GRANTS[person.role]:
                continue
            account, password = accounts.add(_free_name(row.login or _letters(person), taken), person.id)
            taken.add(account.name)
            made.append((person.name, person.role.label.text(), account.name, password))
    return made


def _letters(person: StaffMember) -> str:
    """A name in pinyin, as people type it; the name itself where that gives nothing."""
    text = "".join(readings(person.name)).lower()
    return text if text.isascii() and text.isalnum() else person.name


def _free_name(wished: str, taken: Iterable[str]) -> str:
    """`wished`, with a number behind it when somebody has it."""
    names, number, name = set(taken), 1, wished.casefold()
    while name in names:
        number += 1
        name = f"{wished.casefold()}{number}"
    return name


def _workbook(made: Iterable[tuple[str, str, str, str]]) -> bytes:
    book = TextSheets()
    book.begin(Label("Accounts", "账号").text(), [heading.text() for heading in _HEADINGS])
    for row in made:
        book.add(list(row))
    return book.close()


def _tell(plan: StaffPlan, made: int, passwords: Path | None, *, as_json: bool, dry_run: bool) -> None:
    held = [row for row in plan.rows if row.reason is not None]
    if as_json:
        problems = [{"row": row.row, "message": row.reason.text()} for row in held if row.reason]
        print_json({**plan.counts, "accounts": made, "problems": problems})
        return
    counts = plan.counts
    show_table([outcome.label for outcome in Outcome], [[counts[outcome.name.lower()] for outcome in Outcome]])
    if held:
        show_table((Label("Row", "行"), Label("Reason", "原因")), [(row.row, row.reason) for row in held])
    if passwords is not None and made:
        say(
            Label(
                "{n} accounts; their first passwords are in {name}. Hand out each line, then delete the file.",
                "开通了{n}个账号，初始密码在{name}。请逐人发放，发完即删除该文件。",
            ).format(n=made, name=passwords.name)
        )
    say(Label("Nothing was saved (dry run).", "只是试算，没有保存。") if dry_run else Label("Saved.", "已保存。"))
