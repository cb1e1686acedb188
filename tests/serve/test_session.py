"""Who sits at a page, and on which store."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from carekit import clock
from carekit.apps import session
from carekit.errors import UserError, WrongKey
from carekit.records import StaffMember
from carekit.records.codes import Role
from carekit.sample import SAMPLE_TODAY
from carekit.store import Actor, Store


@pytest.fixture
def kernel(sample_copy, monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """This process as the kernel of a page on the sample school."""
    for name, value in sample_copy.environment().items():
        monkeypatch.setenv(name, value)
    for name in (session.ROLE_VARIABLE, session.ACTOR_VARIABLE):
        monkeypatch.delenv(name, raising=False)
    session._open_store.cache_clear()
    yield monkeypatch
    session._open_store.cache_clear()


@pytest.mark.parametrize("role", session.DEMO_ROLES)
def test_the_person_has_the_role(kernel: pytest.MonkeyPatch, role: Role) -> None:
    """The desk acts as the person that is shown, in the role that the server named."""
    kernel.setenv(session.ROLE_VARIABLE, role.value)
    desk, person = session.open_desk()
    assert (person.role, desk.actor) == (role, Actor(person.id, role))


def test_the_usual_role_and_one_store(kernel: pytest.MonkeyPatch) -> None:
    """Without a named role the app's usual one is taken; a cell run again uses the same open store."""
    first, person = session.open_desk(Role.COUNSELLOR)
    again, _ = session.open_desk(Role.COUNSELLOR)
    assert person.role is Role.COUNSELLOR
    assert first._engine is again._engine


def test_a_class_teacher_has_a_class(sample_copy) -> None:
    """The demo's class teacher has a class today, and the choice is the same each time."""
    store = Store.open(sample_copy.path, key=sample_copy.key)
    with clock.at(SAMPLE_TODAY):
        people = session.demo_people(store)
        assert people == session.demo_people(store)
        assert set(people) == set(session.DEMO_ROLES)
        from carekit.records import Child

        assert store.for_actor(Actor(people[Role.CLASS_TEACHER].id, Role.CLASS_TEACHER)).find(Child)
    store.close()


def test_nobody_of_the_role_is_said_in_words(kernel: pytest.MonkeyPatch, sample_copy) -> None:
    """A school without a leader gets a sentence, not a traceback."""
    store = Store.open(sample_copy.path, key=sample_copy.key)
    desk = store.for_actor(Actor.console())
    for found in desk.find(StaffMember, {"role": Role.LEADER}):
        desk.amend(found.record.model_copy(update={"role": Role.PARTNER}), seen=found.version, reason="测试")
    store.close()
    with pytest.raises(UserError) as caught:
        session.open_desk(Role.LEADER)
    assert caught.value.code == "no_person"


def test_no_store_and_a_wrong_key_are_said_in_words(kernel: pytest.MonkeyPatch) -> None:
    """Both are user errors."""
    kernel.setenv(session.KEY_VARIABLE, "00" * 32)
    with pytest.raises(WrongKey):
        session.open_desk()
    kernel.setenv(session.STORE_VARIABLE, "")
    with pytest.raises(UserError):
        session.open_desk()


def test_links_and_questions_of_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """A link to another app carries what it asks and nothing about the person; the other side reads it."""
    link = session.link_to("case_history", child="孩子 1")
    assert link.startswith("case_history.ipynb?child=") and session.link_to("talks") == "talks.ipynb"
    monkeypatch.setenv("QUERY_STRING", link.split("?")[1])
    assert session.asked("child") == "孩子 1"
    assert session.asked("nothing") is None


def test_the_person_whom_the_server_names(kernel: pytest.MonkeyPatch, sample_copy) -> None:
    """The server's person and role are taken, whatever role stands elsewhere; a role that is not theirs any more is refused."""
    store = Store.open(sample_copy.path, key=sample_copy.key)
    person = session.demo_people(store)[Role.REGISTRAR]
    store.close()
    kernel.setenv(session.ROLE_VARIABLE, "leader")
    kernel.setenv(session.ACTOR_VARIABLE, f"{person.id}:registrar")
    desk, found = session.open_desk()
    assert (desk.actor, found.id) == (Actor(person.id, Role.REGISTRAR), person.id)
    for wrong in (f"{person.id}:leader", f"{'0' * 26}:leader"):
        kernel.setenv(session.ACTOR_VARIABLE, wrong)
        with pytest.raises(UserError) as caught:
            session.open_desk()
        assert caught.value.code == "no_person"


def test_a_user_error_in_a_cell_is_a_sentence(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """In a kernel a UserError ends a cell with its sentence, escaped, and without a traceback."""
    from IPython.core.interactiveshell import InteractiveShell

    shown: list[object] = []
    shell = InteractiveShell()
    monkeypatch.setattr(session, "get_ipython", lambda: shell)
    monkeypatch.setattr(session, "display", shown.append)
    session.say_user_errors()
    shell.run_cell("from carekit.errors import UserError\nfrom carekit.language import Label\nraise UserError(Label('<b>', '<b>错'))")
    assert "Traceback" not in capsys.readouterr().out
    assert "&lt;b&gt;" in shown[0].data


def test_another_error_is_told_by_its_name_alone(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    """Behind the server an error's text and frames reach no browser; the log says which error and where, and nothing of its text."""
    from IPython.core.interactiveshell import InteractiveShell

    told: list[tuple[str, str, list[str]]] = []
    shell = InteractiveShell()
    monkeypatch.setattr(shell, "_showtraceback", lambda kind, error, lines: told.append((kind.__name__, str(error), lines)), raising=False)
    monkeypatch.setattr(session, "get_ipython", lambda: shell)
    session.keep_errors_here()
    shell.run_cell("def read(name):\n    raise ValueError('no place for ' + name)\nread('赵小禾')")
    assert told == [("ValueError", "", [])]
    heard = capfd.readouterr()
    assert "赵小禾" not in heard.out + heard.err
    assert "ValueError" in heard.err and ":2" in heard.err
    monkeypatch.setattr(session, "get_ipython", lambda: None)
    session.keep_errors_here()
