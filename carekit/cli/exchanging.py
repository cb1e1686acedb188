"""Commands that bring records in and out: import roster, export."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from carekit import clock
from carekit.cli.opening import KeyFileOption, SampleOption, StoreOption, chosen_desk
from carekit.cli.speaking import print_json, progress, say, show_table, write_new_file, write_out
from carekit.exchange import FORMATS, ImportPlan, apply_plan, export_records, held_back_workbook, plan_import, read_roster
from carekit.language import Label
from carekit.records import RECORDS, School

importing = typer.Typer(no_args_is_help=True, help=Label("Bring records in.", "导入。").text())

_COUNTS = {
    "rows": Label("Rows read", "读到"),
    "new": Label("New", "新建"),
    "changed": Label("Changed", "有变化"),
    "unchanged": Label("Unchanged", "无变化"),
    "held_back": Label("Held back", "退回"),
    "blank": Label("Blank", "空行"),
    "not_data": Label("Headings and notes", "标题和说明行"),
}


@importing.command("roster")
def roster(
    file: Annotated[
        Path, typer.Argument(help=Label("xlsx, xls, ods or csv.", "xlsx、xls、ods 或 csv 文件。").text(), exists=True, dir_okay=False)
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=Label("Show what would happen and save nothing.", "只看结果，不保存。").text())
    ] = False,
    errors: Annotated[
        Path | None,
        typer.Option(
            "--errors", help=Label("Write held-back rows, with their reasons, to this workbook.", "把退回的行连同原因写入此表格。").text()
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help=Label("Counts and problems as JSON.", "以 JSON 输出结果。").text())] = False,
    school_year: Annotated[
        int | None,
        typer.Option("--school-year", help=Label("First year of the roster's school year.", "花名册所属学年的起始年份。").text()),
    ] = None,
    store: StoreOption = None,
    key_file: KeyFileOption = None,
    sample: SampleOption = False,
) -> None:
    """Import a school's roster: every row is new, changed, unchanged, held back with its reason, blank, or no data."""
    with chosen_desk(store, key_file, sample) as desk:
        with progress(Label("Reading", "读取")) as report:
            province = next((school.record.province for school in desk.find(School)), None)
            reading = read_roster(file, file.name, progress=report, school_province=province)
        with progress(Label("Comparing", "比对")) as report:
            plan = plan_import(desk, reading, school_year=school_year, progress=report)
        if not as_json:
            _show(plan)
        if not dry_run:
            plan = apply_plan(desk, plan, reason=f"导入花名册 {clock.today().isoformat()}").plan
    if errors is not None and plan.held:
        write_new_file(errors, held_back_workbook(plan))
        say(
            Label(
                "The held-back rows are in {name}: correct them there and import that file.", "退回的行在{name}，改好后再导入这个文件。"
            ).format(name=errors.name)
        )
    if as_json:
        problems = [{"row": p.row, "column": p.column, "code": p.code, "message": p.label.text()} for p in plan.problems]
        print_json({**plan.counts, "problems": problems})
    else:
        say(Label("Nothing was saved (dry run).", "只是试算，没有保存。") if dry_run else Label("Saved.", "已保存。"))


def _show(plan: ImportPlan) -> None:
    """The result for a person: the account of rows, what changes field by field, and what is wrong."""
    show_table(list(_COUNTS.values()), [[plan.counts[name] for name in _COUNTS]])
    if plan.changes:
        changes = [(change.row, change.record, change.field, change.old, change.new) for change in plan.changes]
        show_table(
            (Label("Row", "行"), Label("What", "内容"), Label("Field", "项目"), Label("Before", "原来"), Label("After", "改为")), changes
        )
    if plan.problems:
        problems = [(p.sheet, p.row, p.column, p.severity, p.label) for p in plan.problems]
        show_table(
            (Label("Sheet", "工作表"), Label("Row", "行"), Label("Column", "列"), Label("Result", "处理"), Label("Reason", "原因")),
            problems,
        )


def export(
    kind: Annotated[str, typer.Argument(help=Label("One of: {kinds}", "可选：{kinds}").format(kinds=", ".join(RECORDS)).text())],
    file_format: Annotated[
        str, typer.Option("--format", help=Label("One of: {formats}", "可选：{formats}").format(formats=", ".join(FORMATS)).text())
    ] = "json",
    out: Annotated[
        Path | None, typer.Option("--out", help=Label("A file; standard output when left out.", "写入文件；不写则输出到标准输出。").text())
    ] = None,
    store: StoreOption = None,
    key_file: KeyFileOption = None,
    sample: SampleOption = False,
) -> None:
    """Export all records of a kind, one object or line per record under the declared field names."""
    with chosen_desk(store, key_file, sample) as desk:
        content = export_records(desk, kind, file_format)
    if out is None:
        write_out(content if content.endswith(b"\n") else content + b"\n")
    else:
        write_new_file(out, content)
        say(Label("Written to {name}.", "已写入{name}。").format(name=out.name))
