"""`carekit import staff`: people, class duties and accounts from one list."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from carekit.__main__ import main
from carekit.exchange.files.sheets import read_sheets
from carekit.serve.accounts import Accounts
from carekit.store import Store


def _run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    return int(ended.value.code or 0)


@pytest.fixture
def school(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new store and a list of staff, in this folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CAREKIT_STORE", str(tmp_path / "s.carekit"))
    monkeypatch.setenv("CAREKIT_PASSPHRASE", "样例口令")
    assert _run("init", "s.carekit", "--school", "样例小学") == 0
    lines = ["姓名,角色,登录名", "王样,班主任,", "王样样,校长,Head", "=1+1,门卫,", "李样,帮扶单位,", "汪样,心理教师,"]
    (tmp_path / "staff.csv").write_text("\n".join(lines), encoding="utf-8")
    return tmp_path


def test_everybody_gets_an_account_once(school: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Login names are wished for or in pinyin, never taken twice; the passwords stand in a workbook of the owner's alone and open a login; again makes none."""
    assert _run("import", "staff", "staff.csv", "--passwords", "p.xlsx", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["new"], told["held_back"], told["accounts"]) == (4, 1, 3)
    assert [problem["row"] for problem in told["problems"]] == [4]
    assert sys.platform == "win32" or (school / "p.xlsx").stat().st_mode & 0o077 == 0
    rows = read_sheets((school / "p.xlsx").read_bytes(), "p.xlsx")[0].rows
    assert [row[2] for row in rows[1:]] == ["wangyang", "head", "wangyang2"]
    store = Store.open(school / "s.carekit", passphrase="样例口令")
    session = Accounts(store).log_in(str(rows[1][2]), str(rows[1][3])).session
    store.close()
    assert session is not None and session.must_change
    assert _run("import", "staff", "staff.csv", "--passwords", "p.xlsx") == 1
    assert _run("import", "staff", "staff.csv", "--passwords", "again.xlsx") == 0
    assert not (school / "again.xlsx").exists()


def test_a_dry_run_saves_nothing(school: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same counts, nobody new, no accounts, no passwords."""
    assert _run("import", "staff", "staff.csv", "--dry-run", "--passwords", "p.xlsx") == 0
    assert "没有保存" in capsys.readouterr().err
    assert not (school / "p.xlsx").exists()
    assert _run("users", "list", "--json") == 0
    assert json.loads(capsys.readouterr().out) == []
