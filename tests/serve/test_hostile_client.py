"""A hostile client with raw HTTP and websockets: nothing of it shows or changes what the person may not (SERVING, Identity; CASES 71-79)."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
import websocket
from serving import Browserless, Served, closed, demo_login, demo_served, hear, say, shut_out

from carekit.records import Assignment, Child, Talk
from carekit.records.codes import Role
from carekit.sample import SAMPLE_TODAY as TODAY
from carekit.serve.pages import LAB_ONLY, PAGES

NO_KERNEL = "00000000-0000-4000-8000-000000000000"
#: What Jupyter, Voila and carekit could answer, whether or not there is a handler: none of it without a login.
PATHS = (
    "", "voila/render/talks.ipynb", "voila/render/dashboard.ipynb?token=x", "voila/render/talks.ipynb?as=leader", "password", "second-factor",
    "api", "api/me", "api/status", "api/contents", "api/kernels", f"api/kernels/{NO_KERNEL}", f"api/kernels/{NO_KERNEL}/channels", "api/kernelspecs",
    "api/sessions", "api/terminals", "api/spec.yaml", "files/talks.ipynb", "view/talks.ipynb", "nbconvert/html/talks.ipynb", "lab", "tree", "metrics",
    "voila/files/x.svg", "voila/files/x.png", "voila/files/talks.ipynb", "voila/tree/", "voila/api/contents/", f"voila/query/{NO_KERNEL}",
    f"voila/execution/{NO_KERNEL}", "voila/static/voila.js", "voila/static/main.js", "voila/templates/lab/static/voila.js", "voila/labextensions/x.js",
    "voila/api/themes/@jupyterlab/theme-light-extension/index.css", f"carekit/alive/{NO_KERNEL}", "carekit/static/../server.py", "static/style/index.css",
    "carekit/static/%2e%2e/server.py", "nothing",
)  # fmt: skip


@pytest.fixture(scope="module")
def served(sample_file: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """`carekit demo` on a copy of the sample school."""
    with demo_served(sample_file, tmp_path_factory.mktemp("hostile")) as demo:
        yield demo


@pytest.fixture(scope="module")
def teacher(served: Served) -> Browserless:
    """A class teacher who has logged in."""
    return served.visit(Role.CLASS_TEACHER)


@pytest.fixture(scope="module")
def page(teacher: Browserless) -> str:
    """The kernel of the teacher's open page."""
    return teacher.open_app("talks")


# --- without a login ---


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "PUT"])
def test_nothing_without_login(served: Served, path: str, method: str) -> None:
    """Every path answers a stranger with the login page or a refusal, whatever the method."""
    assert shut_out(served.visit().ask(path, data={} if method != "GET" else None, method=method)) or method in {"PUT", "DELETE"}
    assert served.visit().ask(path, method=method).status not in {200, 201, 204}


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "token x"},
        {"Cookie": "carekit_session=x"},
        {"Cookie": "carekit_session="},
        {"Cookie": 'username-127-0-0-1-8866="2|1:0|10:0|4:user|8:YWRtaW4=|x"'},
        {"X_Forwarded_User": "leader", "Remote_User": "leader", "X_Carekit_Actor": "x:leader"},
    ],
)
def test_no_forged_credentials(served: Served, headers: dict[str, str]) -> None:
    """Tokens, made-up cookies, Jupyter's own cookies and headers of a proxy log nobody in."""
    assert shut_out(served.visit().ask("voila/render/talks.ipynb?token=x", **headers))


def test_only_the_login_page_and_its_own_files_are_open(served: Served) -> None:
    """A stranger gets the login page and its style; every answer carries the strict headers."""
    answer = served.visit().ask("login")
    assert answer.status == 200 and "password" in answer.text
    for name in ("page.css", "page.js"):
        assert served.visit().ask(f"carekit/static/{name}").status == 200
    policy = answer.headers["content-security-policy"]
    script = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert script == "script-src 'self'"
    assert "frame-ancestors 'none'" in policy and "object-src 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff" and answer.headers["x-frame-options"] == "DENY"
    assert not [
        part
        for part in answer.text.split("<script")[1:]
        if "src=" not in part.split(">")[0] and "application/json" not in part.split(">")[0]
    ]


def test_the_cookie_of_a_login_is_out_of_reach(served: Served) -> None:
    """The session cookie is HttpOnly and SameSite, and new at each login whatever cookie the browser came with."""
    client = served.visit()
    answer = client.log_in_as(Role.LEADER)
    [cookie] = [line for line in answer.cookies if line.startswith("carekit_session=")]
    assert "httponly" in cookie.lower() and "samesite=lax" in cookie.lower()
    first = client.cookie("carekit_session")
    name, password = demo_login(served.visit().ask("login").text, Role.LEADER)
    assert client.post("login", username=name, password=password).status == 302
    assert client.cookie("carekit_session") != first


def test_another_host_or_origin_reaches_nothing(served: Served, teacher: Browserless, page: str) -> None:
    """A web page elsewhere (DNS rebinding, a foreign origin) gets neither pages nor sockets."""
    assert teacher.ask("", Host="evil.example").status == 403
    with pytest.raises(websocket.WebSocketBadStatusException):
        teacher.socket(page, origin="http://evil.example")


@pytest.mark.parametrize("path", ["logout", "password", "login", f"voila/api/shutdown/{NO_KERNEL}"])
def test_a_form_from_elsewhere_does_nothing(served: Served, teacher: Browserless, path: str) -> None:
    """Without the token that only the server's own pages hold, no form is taken."""
    assert teacher.ask(path, data={"username": "x", "password": "y"}).status == 403
    assert teacher.ask("").status == 200


def test_the_way_back_after_login_leads_nowhere_else(served: Served) -> None:
    """`next` never leads to another site."""
    for target in ("//evil.example/", "https://evil.example/", "\\\\evil.example", "/\\evil.example", "javascript:alert(1)"):
        client = served.visit()
        name, password = demo_login(client.ask("login").text, Role.LEADER)
        answer = client.post("login", username=name, password=password, next=target)
        assert answer.status == 302
        assert "evil" not in answer.headers["location"] and "javascript" not in answer.headers["location"]


# --- another person's kernel ---


def test_nobody_reaches_the_kernel_of_another(served: Served, page: str) -> None:
    """Attaching, asking and ending fail for others, for the same person in another login, and look like a kernel that is not there."""
    for stranger in (served.visit(), served.visit(Role.LEADER), served.visit(Role.CLASS_TEACHER)):
        with pytest.raises(websocket.WebSocketBadStatusException) as refused:
            stranger.socket(page)
        with pytest.raises(websocket.WebSocketBadStatusException) as missing:
            stranger.socket(NO_KERNEL)
        assert refused.value.status_code == missing.value.status_code
        for path in ("carekit/alive/{}", "api/kernels/{}"):
            theirs, nobodys = stranger.ask(path.format(page)), stranger.ask(path.format(NO_KERNEL))
            assert (theirs.status, len(theirs.text)) == (nobodys.status, len(nobodys.text))
        assert stranger.post(f"voila/api/shutdown/{page}").status in {302, 403, 404}


def test_a_refused_try_is_logged(served: Served, page: str) -> None:
    """The try to reach another's kernel stands in the log, with who tried, and without a name."""
    leader = served.visit(Role.LEADER)
    with pytest.raises(websocket.WebSocketBadStatusException):
        leader.socket(page)
    lines = served.desk().audit_lines()
    assert ((lines["action"] == "refused") & (lines["role"] == "leader") & (lines["detail"] == "kernel")).any()


def test_the_owner_still_has_it(teacher: Browserless, page: str) -> None:
    """After all that the page of its owner lives on."""
    assert teacher.ask(f"carekit/alive/{page}").status == 204


# --- identity ---


def _names_of(desk: Any) -> set[str]:
    return {found.record.name for found in desk.find(Child)}


def _states(socket: websocket.WebSocket) -> dict[str, Any]:
    """The state of every widget of a kernel, shown or not: what anybody at the page can ask for."""
    comm = "c" * 32
    say(socket, "comm_open", {"comm_id": comm, "target_name": "jupyter.widget.control", "data": {}})
    say(socket, "comm_msg", {"comm_id": comm, "data": {"method": "request_states"}})
    for message in hear(socket, 4):
        data = message.get("content", {}).get("data", {})
        if isinstance(data, dict) and data.get("method") == "update_states":
            return dict(data["states"])
    raise AssertionError("no states")


@pytest.mark.parametrize("app", ["talks", "case_history", "dashboard", "intake"])
def test_widget_state_holds_nothing_of_other_children_and_no_secret(served: Served, teacher: Browserless, app: str) -> None:
    """All widget state of a class teacher's page, asked with a forged query, names no child outside the class, and neither key nor token."""
    forged = f"?as=leader&CAREKIT_AS=leader&CAREKIT_ACTOR=console:&lang=zh-CN&child={'0' * 26}"
    kernel = teacher.open_app(app, forged)
    socket = teacher.socket(kernel)
    text = json.dumps(_states(socket), ensure_ascii=False)
    socket.close()
    own = _names_of(served.desk(served.actor(Role.CLASS_TEACHER)))
    others = _names_of(served.desk()) - own
    assert len(others) > 500
    assert not [name for name in others if name in text]
    for secret in (served.key.hex(), teacher.cookie("carekit_session"), "CAREKIT_KEY", str(served.path)):
        assert secret not in text


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("execute_request", {"code": "1", "silent": False, "store_history": False, "user_expressions": {"x": "1"}, "allow_stdin": False}),
        ("inspect_request", {"code": "print", "cursor_pos": 3, "detail_level": 1}),
        ("complete_request", {"code": "impo", "cursor_pos": 4}),
        ("history_request", {"hist_access_type": "tail", "n": 10, "raw": True, "output": False}),
        ("is_complete_request", {"code": "1"}),
        ("debug_request", {"type": "request", "command": "debugInfo", "seq": 1}),
        ("create_subshell_request", {}),
        ("shutdown_request", {"restart": True}),
        ("interrupt_request", {}),
        ("input_reply", {"value": "x"}),
    ],
)
@pytest.mark.parametrize("channel", ["shell", "control", "stdin"])
def test_only_widget_messages_reach_a_kernel(teacher: Browserless, page: str, kind: str, content: dict[str, Any], channel: str) -> None:
    """Code, questions about code, debugging, restarts: dropped, unanswered, and the kernel lives on."""
    socket = teacher.socket(page)
    sent = say(socket, kind, content, channel)
    assert not [m for m in hear(socket, 0.4) if m.get("parent_header", {}).get("msg_id") == sent]
    socket.close()
    assert teacher.ask(f"carekit/alive/{page}").status == 204


def test_any_message_to_any_widget_changes_nothing_of_others(served: Served, teacher: Browserless) -> None:
    """Every button pressed, every state set and every question asked, with the ids of children of other classes: refused by the store."""
    console = served.desk()
    own = {found.id for found in served.desk(served.actor(Role.CLASS_TEACHER)).find(Child)}
    foreign = next(found.record for found in console.find(Child) if found.id not in own)
    before = _talks_of(served)
    kernel = teacher.open_app("talks", f"?child={foreign.id}")
    socket = teacher.socket(kernel)
    states = _states(socket)
    for model, state in states.items():
        for message in _attacks(foreign.id):
            say(socket, "comm_msg", {"comm_id": model, "data": {"method": "custom", "content": message}})
        for name in list(state["state"])[:40]:
            say(socket, "comm_msg", {"comm_id": model, "data": {"method": "update", "state": {name: foreign.id}, "buffer_paths": []}})
    heard = json.dumps(hear(socket, 6), ensure_ascii=False)
    again = json.dumps(_states(socket), ensure_ascii=False)
    socket.close()
    assert foreign.name not in heard + again
    assert "Traceback" not in heard
    after = _talks_of(served)
    assert {talk for talk in after if talk[1] not in own} == {talk for talk in before if talk[1] not in own}
    assert teacher.ask(f"carekit/alive/{kernel}").status == 204


def test_a_class_that_was_handed_over_is_gone(served: Served, teacher: Browserless) -> None:
    """From the day after the duty ends the former class teacher's pages name no child of the class, whatever the address asks for (CASES 75).

    Whom the teacher is paired with stays in sight by that.
    """
    console, actor = served.desk(), served.actor(Role.CLASS_TEACHER)
    own = list(served.desk(actor).find(Child))
    duties = [
        duty
        for duty in console.find(Assignment, {"staff_id": actor.staff_id})
        if duty.record.until_on is None or duty.record.until_on >= TODAY
    ]
    assert own and duties
    ended = [
        console.amend(duty.record.model_copy(update={"until_on": TODAY - timedelta(days=1)}), seen=duty.version, reason="测试")
        for duty in duties
    ]
    paired = {child.id for child in served.desk(actor).find(Child)}
    own = [child for child in own if child.id not in paired]
    try:
        for app in ("talks", "case_history", "dashboard"):
            socket = teacher.socket(teacher.open_app(app, f"?child={own[0].id}"))
            text = json.dumps(_states(socket), ensure_ascii=False)
            socket.close()
            assert not [child.record.name for child in own if child.record.name in text]
    finally:
        for before, now in zip(duties, ended, strict=True):
            console.amend(before.record, seen=now.version, reason="测试完")


def _attacks(child_id: str) -> list[dict[str, Any]]:
    values = {
        "child_id": child_id,
        "talked_on": "2026-05-19",
        "staff_id": child_id,
        "mode": "1",
        "topic": "1",
        "outcome": "1",
        "points": "x",
    }
    parts = {"": [{"id": child_id, "values": values}], "talk": [values], "child": [{"id": child_id}]}
    messages: list[dict[str, Any]] = [
        {"type": "submit", "n": 1, "generation": generation, "values": shape, "choices": {}}
        for generation in (0, 1, 2)
        for shape in (values, parts)
    ]
    messages += [{"type": "draft", "values": values, "generation": 1}, {"type": "restore"}, {"type": "discard"}]
    messages += [{"type": "view", "query": "", "sort": "", "ascending": True, "filters": {}, "page": 10**6}]
    messages += [
        {"type": kind, "id": child_id, "row": child_id, "key": child_id, "action": "open", "name": "open"} for kind in ("select", "action")
    ]
    messages += [{"type": "select", "fields": {"child_id": child_id, "class_id": child_id}}, {"type": "press", "step": child_id}]
    messages += [
        {"type": "begin", "n": 1, "name": "x.xlsx", "size": 10},
        {"type": "ask"},
        {"type": "print"},
        {"type": None},
        {"event": "click"},
    ]
    return messages


def _talks_of(served: Served) -> set[tuple[str, str, int]]:
    return {(talk.id, talk.record.child_id, talk.version) for talk in served.desk().find(Talk, include_withdrawn=True)}


def test_a_widget_that_the_browser_invents_harms_nobody(teacher: Browserless, page: str) -> None:
    """Comms opened by the browser, for widgets and for targets that are not there, leave the kernel alive."""
    socket = teacher.socket(page)
    for target, module, model in (
        ("jupyter.widget", "anywidget", "AnyModel"),
        ("jupyter.widget", "@jupyter-widgets/controls", "ButtonModel"),
        ("jupyter.widget", "os", "system"),
        ("nothing", "x", "y"),
    ):
        state = {"_model_module": module, "_model_name": model, "_model_module_version": "*", "_view_module": module, "_view_name": "x"}
        say(socket, "comm_open", {"comm_id": os.urandom(16).hex(), "target_name": target, "data": {"state": state, "buffer_paths": []}})
    socket.send("no json")
    socket.send_binary(b"\xff" * 64)
    hear(socket, 1)
    socket.close()
    assert teacher.ask(f"carekit/alive/{page}").status == 204


def test_a_message_beyond_the_limit_ends_its_socket_only(teacher: Browserless, page: str) -> None:
    """Too much at once closes that socket; the page can connect again."""
    socket = teacher.socket(page)
    with suppress(OSError, websocket.WebSocketException):
        socket.send("x" * (70 * 2**20))
    assert closed(socket, 20)
    again = teacher.socket(page)
    say(again, "kernel_info_request", {})
    assert hear(again, 2)
    again.close()


@pytest.mark.parametrize("role", [Role.SUPPORTER, Role.ADMINISTRATOR, Role.COUNTY_OFFICER])
def test_a_role_without_the_page_gets_none(served: Served, role: Role) -> None:
    """The address of a page that is not the role's work opens nothing, and no kernel is started for it."""
    client = served.visit(role)
    assert client.ask("").status == 200
    closed_pages = [page.name for page in PAGES if role not in page.roles]
    assert {"talks", "dashboard", "intake"} <= set(closed_pages)
    for app in (*closed_pages, *LAB_ONLY):
        assert client.ask(f"voila/render/{app}.ipynb").status in {403, 404}
    assert all(client.ask(f"voila/render/{app}.ipynb").status == 403 for app in closed_pages)
