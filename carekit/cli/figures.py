"""Commands that answer with figures and lists: metrics, due, digest."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from carekit import clock
from carekit.apps.due_digest import digests
from carekit.cli.opening import KeyFileOption, SampleOption, StoreOption, chosen_desk, chosen_store
from carekit.cli.speaking import print_json, records_of, say, show_table, write_new_file, write_out
from carekit.errors import UserError
from carekit.language import Label
from carekit.metrics import METRICS, measure, percent
from carekit.obligations import due as whats_due

#: What `metrics --json` gives of each figure.
SHOWN = ("metric", "definition", "on", "group", "numerator", "denominator", "ratio")


class Grouping(StrEnum):
    """By what a rate can be broken down."""

    SCHOOL = "school"
    GRADE = "grade"
    CLASS = "class"
    TEACHER = "teacher"
    VILLAGE = "village"
    MONTH = "month"


OnOption = Annotated[
    str | None,
    typer.Option(
        "--on",
        metavar="DATE",
        help=Label("As of this day (2026-05-20); today when left out.", "截至哪一天（如2026-05-20），不写为今天。").text(),
    ),
]
KnownOption = Annotated[
    str | None,
    typer.Option(
        "--known-at",
        metavar="DATE",
        help=Label("As it was known at the end of this day; now when left out.", "按哪一天为止已录入的记录计算，不写为现在。").text(),
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help=Label("As JSON on standard output.", "以 JSON 输出。").text())]


def day_of(text: str | None) -> date | None:
    """The day that an option names. `UserError` when it is none."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UserError(Label("Write the date as 2026-05-20.", "日期请写成2026-05-20的样子。"), code="bad_date") from None


def end_of(text: str | None) -> datetime | None:
    """The last moment (UTC) of the school's day that an option names."""
    day = day_of(text)
    return clock.start_of(day + timedelta(days=1)) - timedelta(microseconds=1) if day else None


def metrics(
    on: OnOption = None,
    known_at: KnownOption = None,
    by: Annotated[Grouping, typer.Option("--by", help=Label("By what to break down.", "按什么分组。").text())] = Grouping.SCHOOL,
    metric: Annotated[
        list[str] | None,
        typer.Option(
            "--metric",
            help=Label("Only this rate; can be repeated: {names}", "只算这一项，可重复：{names}").format(names=", ".join(METRICS)).text(),
        ),
    ] = None,
    as_json: JsonOption = False,
    store: StoreOption = None,
    key_file: KeyFileOption = None,
    sample: SampleOption = False,
) -> None:
    """Rates with numerator, denominator and definition, as of any day, as known then or now."""
    for name in metric or ():
        if name not in METRICS:
            raise UserError(
                Label("There is no such rate. Choose one of: {names}.", "没有这个指标。可以选：{names}。").format(names=", ".join(METRICS)),
                code="unknown_choice",
            )
    day, known = day_of(on), end_of(known_at)
    with chosen_desk(store, key_file, sample) as desk, desk.snapshot():
        frame = pd.concat([measure(desk, name, on=day, known_at=known, by=by.value) for name in metric or METRICS], ignore_index=True)
    if as_json:
        print_json(records_of(frame[list(SHOWN)]))
        return
    headings = (
        Label("Rate", "指标"),
        Label("Group", "分组"),
        Label("Numerator", "分子"),
        Label("Denominator", "分母"),
        Label("Ratio", "比率"),
    )
    rows = frame[["metric", "group", "numerator", "denominator"]].itertuples(index=False, name=None)
    show_table(headings, [(METRICS[name].label, group, top, bottom, percent(top, bottom)) for name, group, top, bottom in rows], most=400)


def due(
    on: OnOption = None,
    known_at: KnownOption = None,
    as_json: JsonOption = False,
    store: StoreOption = None,
    key_file: KeyFileOption = None,
    sample: SampleOption = False,
) -> None:
    """What is due or overdue, for which child, since when, and whose it is."""
    day, known = day_of(on), end_of(known_at)
    with chosen_desk(store, key_file, sample) as desk:
        frame = whats_due(desk, on=day, known_at=known)
    if as_json:
        print_json(records_of(frame))
        return
    headings = (
        Label("Duty", "事项"),
        Label("Child", "学生"),
        Label("Class", "班级"),
        Label("Whose", "责任人"),
        Label("Due", "截止"),
        Label("State", "状态"),
    )
    show_table(
        headings, list(frame[["rule", "child", "class_name", "owner", "due_on", "state"]].itertuples(index=False, name=None)), most=100
    )


def digest(
    person: Annotated[
        str | None, typer.Option("--person", help=Label("Only this member of staff, by name.", "只要这一位，写姓名。").text())
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option(
            "--out", help=Label("Write a text file for each person into this folder.", "每人一个文本文件，写到这个文件夹。").text()
        ),
    ] = None,
    on: OnOption = None,
    as_json: JsonOption = False,
    store: StoreOption = None,
    key_file: KeyFileOption = None,
    sample: SampleOption = False,
) -> None:
    """The weekly digest of everybody for whom something waits: what is overdue, due this week and put off, each in their own scope."""
    with chosen_store(store, key_file, sample) as opened:
        found = [one for one in digests(opened, day_of(on)) if person in (None, one.name)]
    if person is not None and not found:
        raise UserError(
            Label("Nothing waits for {name}, or nobody is called that.", "{name}没有待办，或没有这位教职工。").format(name=person),
            code="no_digest",
        )
    if as_json:
        print_json([{"staff_id": one.staff_id, "name": one.name, "title": one.title, "parts": dict(one.parts)} for one in found])
    elif folder is None:
        write_out("\n".join(one.text for one in found).encode("utf-8"))
    else:
        for one in found:
            write_new_file(folder / f"{one.name}-{one.staff_id[-6:]}.txt", one.text.encode("utf-8"))
        say(Label("Wrote {count} digests.", "已写出{count}份周报。").format(count=len(found)))
