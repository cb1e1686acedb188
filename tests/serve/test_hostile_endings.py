"""A hostile client when logins end: what was open is shut, what was kept opens nothing, and passwords cannot be tried at will."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import websocket
from serving import Browserless, Served, closed, demo_login, demo_served, shut_out

from carekit.records import StaffMember
from carekit.records.codes import Role


@pytest.fixture(scope="module")
def served(sample_file: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """`carekit demo` on a copy of the sample school."""
    with demo_served(sample_file, tmp_path_factory.mktemp("ending")) as demo:
        yield demo


def _leave(served: Served, client: Browserless, how: str) -> float:
    """End a login in one of the ways; within how many seconds its pages must be gone."""
    match how:
        case "log out":
            assert client.post("logout").status == 302
            return 3
        case "disable":
            served.carekit("users", "disable", "demo-registrar")
            return 6
        case "reset":
            served.carekit("users", "reset", "demo-counsellor")
            return 6
        case _:
            desk, actor = served.desk(), served.actor(Role.COUNSELLOR)
            found = next(one for one in desk.find(StaffMember) if one.id == actor.staff_id)
            desk.amend(found.record.model_copy(update={"role": Role.SUPPORTER}), seen=found.version, reason="测试")
            return 6


@pytest.mark.parametrize("how", ["log out", "role", "disable", "reset"])
def test_when_a_login_ends_its_open_pages_end(served: Served, how: str) -> None:
    """Log-out, a changed role, a disabled or reset account: the open tab's socket closes, its kernel ends, its cookie opens nothing."""
    client = served.visit(Role.REGISTRAR if how == "disable" else Role.COUNSELLOR)
    kernel = client.open_app("case_history")
    socket = client.socket(kernel)
    cookies = client.cookies()
    seconds = _leave(served, client, how)
    assert closed(socket, seconds)
    old = Browserless(served.address)
    assert shut_out(old.ask("", Cookie=cookies)) and shut_out(old.ask(f"carekit/alive/{kernel}", Cookie=cookies))
    address = served.address.replace("http", "ws", 1) + f"api/kernels/{kernel}/channels?session_id=s"
    with pytest.raises(websocket.WebSocketException):
        websocket.create_connection(address, cookie=cookies, origin=served.address.rstrip("/"))
    if how == "role":
        _back(served)


def _back(served: Served) -> None:
    desk = served.desk()
    found = next(one for one in desk.find(StaffMember) if one.reason == "测试" and one.record.role is Role.SUPPORTER)
    desk.amend(found.record.model_copy(update={"role": Role.COUNSELLOR}), seen=found.version, reason="测试完")


def test_wrong_passwords_lock_out(served: Served) -> None:
    """After some wrong passwords even the right one waits, with the same words for a name that nobody has."""
    client = served.visit()
    name, password = demo_login(client.ask("login").text, Role.SUBJECT_TEACHER)
    for _ in range(8):
        client.post("login", username=name, password="wrong-password-1")
    locked = client.post("login", username=name, password=password)
    assert locked.status in {200, 401, 429} and not client.cookie("carekit_session")
    unknown = served.visit()
    unknown.ask("login")
    for _ in range(8):
        unknown.post("login", username="nobody-at-all", password="wrong-password-1")
    assert unknown.post("login", username="nobody-at-all", password="x").status == locked.status
