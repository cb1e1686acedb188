"""Accounts at the command line: the one-time password alone on standard output, sentences on standard error."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from carekit.__main__ import main
from carekit.records import School, StaffMember
from carekit.records.codes import Role
from carekit.serve.accounts import Accounts
from carekit.store import Actor, Store, new_key

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def store(tmp_path: Path) -> tuple[Path, bytes]:
    """A school with a leader, a partner unit and two teachers of one name."""
    path, key = tmp_path / "school.carekit", new_key()
    with closing(Store.create(path, key=key)) as made:
        school = School(name="样例小学")
        people = [("领样", Role.LEADER), ("王样", Role.CLASS_TEACHER), ("王样", Role.REGISTRAR), ("外样", Role.PARTNER)]
        made.for_actor(Actor.console()).add_all(
            [school, *(StaffMember(school_id=school.id, name=name, role=role) for name, role in people)]
        )
    return path, key


@pytest.fixture
def users(store: tuple[Path, bytes], capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `carekit users` in English on that school: exit code, standard output, standard error."""
    for name in [name for name in os.environ if name.startswith("CAREKIT_") and name != "CAREKIT_TEST_FOLDER"]:
        monkeypatch.delenv(name)
    for name, value in {"CAREKIT_LANG": "en", "CAREKIT_STORE": str(store[0]), "CAREKIT_KEY": store[1].hex(), "COLUMNS": "200"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.stdin", io.StringIO())

    def command(*arguments: str) -> tuple[int, str, str]:
        try:
            main(["users", *arguments])
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
        out, err = capfdbinary.readouterr()
        return code, out.decode("utf-8"), err.decode("utf-8")

    return command


def test_the_password_that_is_printed_opens_the_account(users: Run, store: tuple[Path, bytes]) -> None:
    """It stands alone on standard output; after a reset the new one opens and the old one does not."""
    code, first, told = users("add", "Leader", "--person", "领样")
    assert code == 0 and "shown only now" in told and first.strip() not in told
    second = json.loads(users("reset", "leader", "--json")[1])
    assert second["name"] == "leader"
    with closing(Store.open(store[0], key=store[1])) as opened, closing(Accounts(opened)) as accounts:
        assert accounts.log_in("leader", first.strip()).session is None
        assert accounts.log_in("leader", second["password"]).session is not None


def test_closing_opening_and_listing(users: Run, store: tuple[Path, bytes]) -> None:
    """The list says whose account it is and what state it is in; JSON has exactly the promised names and no secret."""
    users("add", "leader", "--person", "领样")
    assert "first password" in users("list")[2]
    assert users("disable", "leader")[0] == 0 and "closed" in users("list")[2]
    assert users("enable", "leader")[0] == 0
    with closing(Store.open(store[0], key=store[1])) as opened, closing(Accounts(opened)) as accounts:
        for _ in range(5):
            accounts.log_in("leader", "wrong")
    assert "locked until" in users("list")[2]
    code, out, _ = users("list", "--json")
    (row,) = json.loads(out)
    assert code == 0 and set(row) == {
        "id", "name", "staff_id", "disabled", "must_change", "second_factor", "recovery_codes", "locked_until", "last_login_at", "person", "role",
    }  # fmt: skip
    assert (row["name"], row["person"], row["role"], row["disabled"]) == ("leader", "领样", "leader", False)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["add", "wang", "--person", "王样"], "--staff"),
        (["add", "wang", "--person", "无样"], "No staff member"),
        (["add", "wang", "--staff", "nothing"], "no such staff member"),
        (["add", "wang"], "whose account"),
        (["add", "wang", "--person", "领样", "--staff", "x"], "whose account"),
        (["add", "w w", "--person", "领样"], "login name"),
        (["add", "partner", "--person", "外样"], "sees nothing"),
        (["reset", "nobody"], "users list"),
        (["reset", "\udcff"], "users list"),
        (["add", "\udcffx", "--person", "领样"], "login name"),
        (["disable", "nobody"], "users list"),
        (["enable", "nobody"], "users list"),
    ],
)
def test_what_is_wrong_gets_one_sentence(users: Run, arguments: list[str], told: str) -> None:
    """Exit code 1, nothing on standard output, and what to do next."""
    code, out, err = users(*arguments)
    assert (code, out) == (1, "") and told in err and "Traceback" not in err


def test_one_of_two_of_one_name_is_chosen_by_id(users: Run) -> None:
    """The sentence about two of one name gives the ids, and one of them is accepted."""
    told = users("add", "wang", "--person", "王样")[2]
    ids = [word for word in told.replace("\n", " ").split() if len(word) == 26 and word.isalnum()]
    assert len(ids) == 2
    assert users("add", "wang", "--staff", ids[1])[0] == 0
