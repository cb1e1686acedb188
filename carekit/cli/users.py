"""Commands for accounts: who may log in to the server. A new password is printed once, alone on standard output."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer

from carekit import clock
from carekit.cli.opening import KeyFileOption, StoreOption, chosen_store
from carekit.cli.speaking import print_json, say, show_table, write_out
from carekit.errors import UserError
from carekit.language import Label
from carekit.names import same_name_key
from carekit.records import StaffMember
from carekit.serve.accounts import Account, Accounts
from carekit.store import Actor, Store

commands = typer.Typer(no_args_is_help=True, help=Label("Accounts: who may log in.", "账号：谁可以登录。").text())

Name = Annotated[str, typer.Argument(help=Label("The login name.", "登录名。").text())]
JsonOption = Annotated[bool, typer.Option("--json")]


@commands.command("add")
def add(
    name: Name,
    staff: Annotated[str | None, typer.Option("--staff", help=Label("The id of the staff member.", "教职工编号。").text())] = None,
    person: Annotated[
        str | None,
        typer.Option("--person", help=Label("The name of the staff member, instead of the id.", "教职工姓名，代替编号。").text()),
    ] = None,
    store: StoreOption = None,
    key_file: KeyFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make an account for a staff member, and print the one-time password to hand over."""
    with chosen_store(store, key_file) as opened, _accounts_of(opened) as accounts:
        account, password = accounts.add(name, _chosen_staff(opened, staff, person))
    _hand_over(account.name, password, as_json)


@commands.command("reset")
def reset(name: Name, store: StoreOption = None, key_file: KeyFileOption = None, as_json: JsonOption = False) -> None:
    """Print a new one-time password for somebody who forgot theirs; unlock the account, end its logins and its second factor."""
    with chosen_store(store, key_file) as opened, _accounts_of(opened) as accounts:
        password = accounts.reset(name)
    _hand_over(name, password, as_json)


@commands.command("disable")
def disable(name: Name, store: StoreOption = None, key_file: KeyFileOption = None) -> None:
    """Close an account; whoever is logged in with it is out at once."""
    with chosen_store(store, key_file) as opened, _accounts_of(opened) as accounts:
        accounts.disable(name)
    say(Label("The account {name} is closed.", "账号{name}已停用。").format(name=name))


@commands.command("enable")
def enable(name: Name, store: StoreOption = None, key_file: KeyFileOption = None) -> None:
    """Open a closed or locked account again, with the password that it had."""
    with chosen_store(store, key_file) as opened, _accounts_of(opened) as accounts:
        accounts.enable(name)
    say(Label("The account {name} is open again.", "账号{name}已恢复使用。").format(name=name))


@commands.command("list")
def list_accounts(store: StoreOption = None, key_file: KeyFileOption = None, as_json: JsonOption = False) -> None:
    """Every account: whose it is, and whether it is open."""
    with chosen_store(store, key_file) as opened, _accounts_of(opened) as accounts:
        found = accounts.list()
        people = {person.id: person for person in _staff(opened)}
    if as_json:
        print_json([asdict(account) | _holder(people.get(account.staff_id)) for account in found])
        return
    headings = (
        Label("Login name", "登录名"),
        Label("Person", "姓名"),
        Label("Role", "角色"),
        Label("State", "状态"),
        Label("Second factor", "两步验证"),
        Label("Last login", "上次登录"),
    )
    rows = []
    for account in found:
        holder = people.get(account.staff_id)
        second = Label("on", "已开启") if account.second_factor else None
        rows.append(
            (account.name, holder and holder.name, holder and holder.role.label, _state(account), second, _local(account.last_login_at))
        )
    show_table(headings, rows)


@contextmanager
def _accounts_of(store: Store) -> Iterator[Accounts]:
    with closing(Accounts(store)) as accounts:
        yield accounts


def _staff(store: Store) -> list[StaffMember]:
    return [revision.record for revision in store.for_actor(Actor.console()).find(StaffMember, {})]


def _chosen_staff(store: Store, staff: str | None, person: str | None) -> str:
    """The id of the person whom the options name. `UserError` when they name none, or more than one."""
    if (staff is None) == (person is None):
        raise UserError(
            Label("Say whose account it is: --person NAME, or --staff ID.", "请指明是谁的账号：--person 姓名，或 --staff 编号。"),
            code="no_person",
        )
    if person is None:
        return str(staff)
    today = clock.today()
    named = [
        member
        for member in _staff(store)
        if same_name_key(member.name) == same_name_key(person) and (member.until_on is None or member.until_on >= today)
    ]
    if len(named) == 1:
        return named[0].id
    if not named:
        raise UserError(
            Label(
                "No staff member of today has this name. Enter the person among the staff first.",
                "在职教职工里没有这个姓名，请先登记教职工。",
            ),
            code="no_staff",
        )
    raise UserError(
        Label(
            "Several staff members have this name. Give one of these ids with --staff: {ids}",
            "有多位教职工同名，请用 --staff 指定编号：{ids}",
        ).format(
            ids=Label(
                ", ".join(f"{member.id} ({member.role.label.en})" for member in named),
                "、".join(f"{member.id}（{member.role.label.zh}）" for member in named),
            )
        ),
        code="several_people",
    )


def _hand_over(name: str, password: str, as_json: bool) -> None:
    """The password on standard output, what to do with it on standard error."""
    if as_json:
        print_json({"name": name, "password": password})
    else:
        write_out(f"{password}\n".encode("ascii"))
    say(
        Label(
            "This is the one-time password of {name}, shown only now. Hand it over; at the first login it must be changed.",
            "这是{name}的一次性密码，只显示这一次。请当面交给本人，首次登录时必须修改。",
        ).format(name=name)
    )


def _holder(person: StaffMember | None) -> dict[str, object]:
    return {"person": person.name if person else None, "role": person.role.value if person else None}


def _state(account: Account) -> Label:
    if account.disabled:
        return Label("closed", "已停用")
    if account.locked_until is not None:
        return Label("locked until {time}", "锁定至{time}").format(time=_local(account.locked_until))
    return Label("first password", "未改初始密码") if account.must_change else Label("open", "正常")


def _local(moment: datetime | None) -> str | None:
    """A moment as the school's clocks show it."""
    return (moment + clock.SCHOOL_ZONE.utcoffset(None)).strftime("%Y-%m-%d %H:%M") if moment else None
