"""The command line: JSON on standard output alone, one sentence for what a person did wrong, and the shapes that programs rely on."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from carekit.__main__ import app, main
from carekit.metrics import GROUPINGS, METRICS
from carekit.obligations import DUE_COLUMNS
from carekit.records import RECORDS
from carekit.serve.places import sample_data_folder

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command in English as a program would: exit code, standard output, standard error."""
    for name in [name for name in os.environ if name.startswith("CAREKIT_") and name != "CAREKIT_TEST_FOLDER"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CAREKIT_LANG", "en")
    monkeypatch.setattr("sys.stdin", io.StringIO())

    def command(*arguments: str) -> tuple[int, str, str]:
        try:
            main(arguments)
        except SystemExit as end:
            code = int(end.code or 0)
        else:
            code = 0
        out, err = capfdbinary.readouterr()
        return code, out.decode("utf-8"), err.decode("utf-8")

    return command


@pytest.fixture
def school(run: Run, sample_copy: Any, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The same, with the sample school as the store of the environment."""
    for name, value in sample_copy.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("CAREKIT_LANG", "en")
    return run


@pytest.mark.parametrize("by", list(GROUPINGS))
def test_metrics_by_every_grouping(school: Run, by: str) -> None:
    """A list of objects with exactly the promised names; ratio is numerator ÷ denominator, or null where nobody is counted."""
    code, out, _ = school(
        "metrics", "--json", "--by", by, "--metric", "talk_coverage" if "talk_coverage" in METRICS else next(iter(METRICS))
    )
    assert code == 0
    rows = json.loads(out)
    assert rows
    for row in rows:
        assert list(row) == ["metric", "definition", "on", "group", "numerator", "denominator", "ratio"]
        assert row["ratio"] == (row["numerator"] / row["denominator"] if row["denominator"] else None)


def test_metrics_as_of_a_past_day_for_people(school: Run) -> None:
    """Without --json nothing is on standard output; every rate stands in the table."""
    code, out, err = school("metrics", "--on", "2026-03-31", "--known-at", "2026-04-01")
    assert (code, out) == (0, "")
    assert all(metric.label.en.split()[0] in err for metric in METRICS.values())


def test_due_as_json(school: Run) -> None:
    """The columns of `carekit.obligations.due`, dates as ISO texts, states as codes."""
    code, out, _ = school("due", "--json")
    rows = json.loads(out)
    assert code == 0 and rows
    assert set(rows[0]) == set(DUE_COLUMNS)
    assert {row["state"] for row in rows} <= {"open", "overdue"}
    assert school("due")[1] == ""


@pytest.mark.parametrize("kind", list(RECORDS))
def test_export_of_every_kind(school: Run, kind: str) -> None:
    """One object per record under the declared field names."""
    code, out, _ = school("export", kind)
    assert code == 0
    for record in json.loads(out)[:5]:
        assert set(RECORDS[kind].fields) <= set(record)


def test_export_to_a_file(school: Run, tmp_path: Path) -> None:
    """CSV with BOM and a workbook; a folder that is none gets a sentence."""
    assert school("export", "school", "--format", "csv", "--out", str(tmp_path / "a.csv"))[0] == 0
    assert (tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert school("export", "school", "--format", "xlsx", "--out", str(tmp_path / "a.xlsx"))[0] == 0
    code, _, err = school("export", "school", "--out", str(tmp_path / "none" / "a.json"))
    assert code == 1 and "cannot be written" in err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["export", "nothing"], "no kind"),
        (["export", "school", "--format", "pdf"], "format"),
        (["metrics", "--on", "2026-13-01"], "Write the date"),
        (["metrics", "--metric", "nothing"], "no such rate"),
        (["due", "--known-at", "yesterday"], "Write the date"),
    ],
)
def test_a_wrong_value_gets_one_sentence(school: Run, arguments: list[str], told: str) -> None:
    """Exit code 1, a sentence on standard error, no traceback, nothing on standard output."""
    code, out, err = school(*arguments)
    assert (code, out) == (1, "")
    assert told in err and "Traceback" not in err


@pytest.mark.parametrize(
    "arguments", [["nothing"], ["metrics", "--by", "moon"], ["import", "roster"], ["import", "roster", "/no/such/file"]]
)
def test_wrong_usage_is_code_two(run: Run, arguments: list[str]) -> None:
    """What is called wrongly ends with 2, as every command line tool does."""
    assert run(*arguments)[0] == 2


def test_no_store_no_passphrase_and_wrong_keys_get_sentences(
    run: Run, sample_copy: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each says what is missing and what to do; none asks a question when nobody is there to answer."""
    assert "--sample" in run("due")[2]
    assert "CAREKIT_PASSPHRASE" in run("due", "--store", str(sample_copy.path))[2]
    (tmp_path / "bad.key").write_text("xyz", encoding="ascii")
    assert "not a key file" in run("due", "--store", str(sample_copy.path), "--key-file", str(tmp_path / "bad.key"))[2]
    monkeypatch.setenv("CAREKIT_KEY", "xyz")
    assert "64 hexadecimal" in run("due", "--store", str(sample_copy.path))[2]
    monkeypatch.setenv("CAREKIT_KEY", "00" * 32)
    assert "does not open" in run("due", "--store", str(sample_copy.path))[2]


ROSTER = "2025秋季留守儿童花名册.xlsx"


def test_a_school_from_nothing_to_its_first_backup(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """init, a dry run, the import, the import again, backup, restore, verify: what a school does in its first hour."""
    store, key = str(tmp_path / "school.carekit"), str(tmp_path / "school.key")
    monkeypatch.setenv("CAREKIT_TODAY", "2025-10-15")
    assert run("init", store, "--key-file", key, "--school", "样例小学")[0] == 0
    assert run("init", store, "--key-file", key)[0] == 1
    options = ("--store", store, "--key-file", key)
    roster = str(sample_data_folder() / ROSTER)
    held = tmp_path / "held.xlsx"
    code, out, _ = run("import", "roster", roster, "--dry-run", "--json", "--errors", str(held), *options)
    dry = json.loads(out)
    assert code == 0 and dry["new"] > 0
    assert list(dry) == ["rows", "new", "changed", "unchanged", "held_back", "blank", "not_data", "problems"]
    assert dry["rows"] == sum(dry[name] for name in ("new", "changed", "unchanged", "held_back", "blank", "not_data"))
    assert all(list(problem) == ["row", "column", "code", "message"] for problem in dry["problems"])
    assert held.exists() is (dry["held_back"] > 0)
    assert json.loads(run("export", "child", *options)[1]) == []
    assert run("import", "roster", roster, *options)[:2] == (0, "")
    children = json.loads(run("export", "child", *options)[1])
    assert len(children) >= dry["new"]
    again = json.loads(run("import", "roster", roster, "--json", *options)[1])
    assert (again["new"], again["changed"]) == (0, 0)
    backup, restored = str(tmp_path / "b.carekit"), str(tmp_path / "restored.carekit")
    counts = json.loads(run("backup", backup, "--json", *options)[1])["counts"]
    assert counts["child"] == len(children)
    assert run("backup", backup, *options)[0] == 1
    assert json.loads(run("restore", backup, restored, "--key-file", key, "--json")[1])["counts"] == counts
    assert json.loads(run("verify", "--json", "--store", restored, "--key-file", key)[1]) == {"sound": True, "faults": []}


def test_a_store_by_passphrase(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The passphrase of the environment makes and opens a store; another does not."""
    monkeypatch.setenv("CAREKIT_PASSPHRASE", "一句口令")
    store = str(tmp_path / "school.carekit")
    assert run("init", store)[0] == 0
    assert run("verify", "--store", store)[0] == 0
    monkeypatch.setenv("CAREKIT_PASSPHRASE", "另一句")
    code, _, err = run("verify", "--store", store)
    assert code == 1 and "does not open" in err


def test_a_wrong_file_gets_one_sentence(school: Run, tmp_path: Path) -> None:
    """A picture named .xlsx is refused in words."""
    wrong = tmp_path / "花名册.xlsx"
    wrong.write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 100)
    code, out, err = school("import", "roster", str(wrong))
    assert (code, out) == (1, "") and "Traceback" not in err and err.strip()


def test_notebooks_are_checked_and_tidied(run: Run, tmp_path: Path) -> None:
    """--check changes nothing and ends with 1 for an untidy notebook; tidy makes it tidy."""
    path = tmp_path / "n.ipynb"
    path.write_text(json.dumps({"cells": [], "metadata": {"widgets": {}}, "nbformat": 4, "nbformat_minor": 5}), encoding="utf-8")
    assert run("notebooks", "tidy", "--check", str(path))[0] == 1
    assert run("notebooks", "tidy", str(path))[0] == 0
    assert run("notebooks", "tidy", "--check", str(path))[0] == 0


def test_every_command_says_what_it_does() -> None:
    """Each command and group has a help text."""
    assert all(command.callback.__doc__ for command in app.registered_commands if command.callback)
    assert all(group.typer_instance.info.help for group in app.registered_groups if group.typer_instance)
