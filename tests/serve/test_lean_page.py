"""The lean page as a server sends it: early, whole, and with an end whatever fails."""

from __future__ import annotations

import gzip
import http.client
import json
import re
import sys
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from serving import Browserless, serving

from carekit.records.codes import Role
from carekit.serve.kernels import NoRoom
from carekit.serve.lean.bundle import MORE, SCRIPT, STYLE, built
from carekit.serve.lean.policy import STOCK_POLICY, lean_policy
from carekit.serve.lean.wording import WORDING

HERE = Path(__file__).parent


@contextmanager
def lean_served(folder: Path, most: int) -> Iterator[str]:
    """The address of a server of `lean_pages.py` with room for `most` pages."""
    with serving(
        [sys.executable, str(HERE / "lean_pages.py"), "{port}", str(most)], {"PYTHONPATH": str(HERE.parents[1])}, folder
    ) as address:
        yield address


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with room."""
    with lean_served(tmp_path_factory.mktemp("lean"), 30) as served:
        yield served


@pytest.fixture(scope="module")
def leader(address: str) -> Browserless:
    """Somebody who has logged in there."""
    client = Browserless(address)
    assert client.log_in_as(Role.LEADER).status == 302
    return client


def block(text: str, name: str) -> Any:
    """The JSON of a block of the page; None when it is not there."""
    found = re.search(rf'<script type="application/json" id="{name}">(.*?)</script>', text, re.DOTALL)
    return json.loads(found[1]) if found else None


# --- without a browser ---


def test_a_page_is_whole_and_runs_nothing_that_stands_in_it(leader: Browserless) -> None:
    """Title, figures and states are in the page; its policy runs files of this server and the script that it knows by its digest, and it has no others."""
    answer = leader.ask("voila/render/widgets.ipynb")
    assert answer.status == 200 and answer.text.rstrip().endswith("</html>")
    host = leader.address.split("/")[2]
    assert answer.headers["content-security-policy"] == lean_policy(host)
    assert answer.headers["cache-control"] == "no-store"
    assert "<title>widgets</title>" in answer.text and ">41</span>" in answer.text and "测试24" in answer.text
    own = re.findall(r"<script>(.*?)</script>", answer.text, re.DOTALL)
    assert [b64encode(sha256(script.encode()).digest()).decode() for script in own] == re.findall(r"'sha256-([^']+)'", lean_policy(host))
    assert all("src=" in tag or "application/json" in tag or tag == "<script>" for tag in re.findall(r"<script[^>]*>", answer.text))
    assert not re.search(r"\son\w+=", re.sub(r"<script.*?</script>", "", answer.text, flags=re.DOTALL))
    config = block(answer.text, "jupyter-config-data")
    assert config["baseUrl"] == "/" and len(config["kernelId"]) == 36 and config["words"]["lost"]


def test_what_a_widget_says_between_cells_is_in_the_page(leader: Browserless) -> None:
    """A change that no cell caused, while a later one ran, is in the states and in the figures that are read without a script."""
    text = leader.ask("voila/render/alone.ipynb").text
    assert "said between cells" in [one["state"].get("value") for one in block(text, "ck-states").values()]
    assert ">said between cells</div>" in text and "said behind the page" not in text.split("</main>")[0].split("ck-states")[0]


def test_states_name_what_the_page_holds(leader: Browserless) -> None:
    """Carekit's widgets are keys, a strange one's code is an address that its owner alone gets."""
    states = block(leader.ask("voila/render/widgets.ipynb").text, "ck-states")
    modules = {one["model_module"] for one in states.values()}
    assert modules == {"@jupyter-widgets/base", "@jupyter-widgets/controls", "@jupyter-widgets/output", "anywidget", "carekit"}
    [counter] = [one["state"] for one in states.values() if one["model_module"] == "anywidget"]
    code = leader.ask(counter["_esm"])
    assert code.status == 200 and "counted" in code.text and "private" in code.headers["cache-control"]
    assert Browserless(leader.address).ask(counter["_esm"]).status == 302
    assert max(len(json.dumps(one)) for one in states.values()) < 6000


def test_the_head_comes_before_the_cells_have_run(leader: Browserless) -> None:
    """Header and script are sent at once, the kernel's id as soon as there is one, outputs when they are there."""
    connection = http.client.HTTPConnection(leader.address.split("/")[2], timeout=60)
    began = time.monotonic()
    connection.request("GET", "/voila/render/slow.ipynb", headers={"Cookie": leader.cookies()})
    response = connection.getresponse()
    text, seen = "", {}
    while piece := response.read1():
        text += piece.decode()
        for mark in ("</header>", "jupyter-config-data", "<h1", "slept"):
            if mark in text:
                seen.setdefault(mark, time.monotonic() - began)
    assert list(seen) == ["</header>", "jupyter-config-data", "<h1", "slept"]
    assert seen["slept"] - seen["<h1"] > 2


def test_nothing_waits_for_a_pause(leader: Browserless) -> None:
    """From the kernel's id to the first words of the page there is no fixed wait: the shortest of three is less than the half second that one would take."""

    def wait() -> float:
        connection = http.client.HTTPConnection(leader.address.split("/")[2], timeout=60)
        connection.request("GET", "/voila/render/forms.ipynb", headers={"Cookie": leader.cookies()})
        response = connection.getresponse()
        text, seen = "", {}
        while piece := response.read1():
            text += piece.decode()
            for mark in ("jupyter-config-data", "<h1"):
                if mark in text:
                    seen.setdefault(mark, time.monotonic())
        return float(seen["<h1"] - seen["jupyter-config-data"])

    assert min(wait() for _ in range(3)) < 0.4


def test_each_form_of_output(leader: Browserless) -> None:
    """Prose, printed text, HTML, pictures and plain text, escaped where it is text, and as a later cell has left it; no warnings."""
    text = leader.ask("voila/render/forms.ipynb").text
    assert all(part in text for part in ("Forms of output</h1>", "a &amp; b", "<em>emphasis</em>", "<svg", "&lt;plain&gt;"))
    assert "a warning" not in text and "shown at last" in text and "shown at first" not in text


def test_an_error_in_a_cell_is_one_sentence(leader: Browserless) -> None:
    """The page ends with it; neither the error's words nor what would have come after it is shown, nor are they in the log."""
    answer = leader.ask("voila/render/failing.ipynb")
    assert WORDING["failed"].text() in answer.text and answer.text.rstrip().endswith("</html>")
    assert "测试甲" not in answer.text and "ValueError" not in answer.text and "never reached" not in answer.text


def test_a_kernel_that_dies_ends_the_page(leader: Browserless) -> None:
    """The response ends with a sentence and a way to open the page again."""
    answer = leader.ask("voila/render/dying.ipynb")
    assert "Dying</h1>" in answer.text and 'role="alert"' in answer.text and answer.text.rstrip().endswith("</html>")


def test_a_strange_module_leads_to_the_stock_page(leader: Browserless) -> None:
    """The page names the stock page and ends its kernel; the stock page has its own, looser policy."""
    answer = leader.ask("voila/render/strange.ipynb?child=x")
    assert block(answer.text, "ck-stock") == {"address": "/voila/render/strange.ipynb?child=x&page=stock"}
    assert block(answer.text, "ck-states") is None
    kernel_id = block(answer.text, "jupyter-config-data")["kernelId"]
    assert leader.ask(f"carekit/alive/{kernel_id}").status == 404
    stock = leader.ask("voila/render/strange.ipynb?page=stock")
    assert stock.status == 200 and stock.headers["content-security-policy"] == STOCK_POLICY and "voila.js" in stock.text


@pytest.mark.parametrize(("path", "status"), [("nothing.ipynb", 404), ("../lean.carekit", 404), ("closed.ipynb", 403)])
def test_what_is_no_page_of_this_person(leader: Browserless, path: str, status: int) -> None:
    """It is refused with its status before anything is sent."""
    assert leader.ask(f"voila/render/{path}").status == status


def test_a_page_needs_a_login(address: str) -> None:
    """Without one there is only the way to the login page."""
    assert Browserless(address).ask("voila/render/widgets.ipynb").status == 302


@pytest.mark.parametrize("name", [SCRIPT, STYLE, MORE])
@pytest.mark.parametrize("encoding", ["br, gzip", "gzip", "", "x"])
def test_script_and_style_are_kept_for_good(leader: Browserless, name: str, encoding: str) -> None:
    """Under their digest they come compressed as the browser likes, for good; under any other address, or without a login, not at all."""
    connection = http.client.HTTPConnection(leader.address.split("/")[2], timeout=30)
    connection.request("GET", f"/{built(name).path}", headers={"Accept-Encoding": encoding, "Cookie": leader.cookies()})
    response = connection.getresponse()
    body = response.read()
    used = response.headers["Content-Encoding"]
    assert "immutable" in response.headers["Cache-Control"] and response.headers["Vary"] == "Accept-Encoding"
    assert used == (encoding.split(",", maxsplit=1)[0] if encoding not in {"", "x"} else "identity")
    plain = {"br": lambda: built(name).forms[""], "gzip": lambda: gzip.decompress(body), "identity": lambda: body}[used]()
    assert plain == built(name).forms[""]
    assert leader.ask(f"carekit/lean/{'0' * 16}/{name}").status == 404
    assert Browserless(leader.address).ask(built(name).path).status == 302


def test_no_room_is_said_with_its_status(tmp_path: Path) -> None:
    """The page that is one too many is a sentence with status 503, not a page that never ends; the others live on."""
    with lean_served(tmp_path, 1) as address:
        client = Browserless(address)
        client.log_in_as(Role.LEADER)
        kernel_id = client.open_app("widgets")
        socket = client.socket(kernel_id)
        answer = client.ask("voila/render/widgets.ipynb")
        assert answer.status == 503 and NoRoom().text() in answer.text and answer.headers["retry-after"]
        assert client.ask(f"carekit/alive/{kernel_id}").status == 204
        socket.close()


def test_who_leaves_early_leaves_no_kernel(leader: Browserless) -> None:
    """A browser that goes away while the cells run: the kernel is ended."""
    connection = http.client.HTTPConnection(leader.address.split("/")[2], timeout=60)
    connection.request("GET", "/voila/render/slow.ipynb", headers={"Cookie": leader.cookies()})
    response = connection.getresponse()
    text = ""
    while "jupyter-config-data" not in text or "</script>" not in text.rsplit("jupyter-config-data", maxsplit=1)[-1]:
        text += response.read1().decode()
    response.close()
    connection.close()
    kernel_id = block(text, "jupyter-config-data")["kernelId"]
    ended = time.monotonic() + 15
    while leader.ask(f"carekit/alive/{kernel_id}").status == 204:
        assert time.monotonic() < ended
        time.sleep(0.3)
