"""The parts of a lean page without a server: cells as HTML, states as JSON, figures without a script, code as files."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from carekit.language import Label
from carekit.serve.lean.assets import _MOST, CodeStore
from carekit.serve.lean.bundle import held
from carekit.serve.lean.notebook import cells_of
from carekit.serve.lean.outputs import VIEW, cell_html, needs_stock
from carekit.serve.lean.policy import lean_policy, plain_policy
from carekit.serve.lean.states import as_json, states_of, strangers, with_code_as_files
from carekit.serve.lean.still import Stills
from carekit.widgets import Column, Facts, Notice, RecordTable, Tone
from carekit.widgets.element import HELD_VARIABLE

HOSTILE = '</script><img src=x onerror="window.hacked=1">'
V4: Any = nbformat.v4


def drawn(*outputs: Any) -> str:
    """A code cell with these outputs as HTML."""
    cell = V4.new_code_cell("x", outputs=list(outputs))
    return str(cell_html(cell, "It failed.", lambda model_id: Markup("<b>{}</b>").format(model_id)))


def test_each_form_of_output_is_drawn() -> None:
    """Text is escaped, HTML and pictures are as Python made them, markdown is prose, a widget is a place with what can be read already."""
    assert "a &lt;b&gt;" in drawn(V4.new_output("stream", name="stdout", text="a <b>"))
    assert drawn(V4.new_output("stream", name="stderr", text="warning")) == '<section class="ckl-cell"></section>\n'
    assert "<em>x</em>" in drawn(V4.new_output("display_data", data={"text/html": "<em>x</em>", "text/plain": "no"}))
    assert "<svg/>" in drawn(V4.new_output("display_data", data={"image/svg+xml": "<svg/>"}))
    picture = drawn(V4.new_output("display_data", data={"image/png": "QUJD\n", "text/plain": '"quoted"'}))
    assert 'src="data:image/png;base64,QUJD"' in picture and "&#34;quoted&#34;" in picture
    assert "<strong>x</strong>" in drawn(V4.new_output("display_data", data={"text/markdown": "**x**"}))
    assert "&lt;plain&gt;" in drawn(V4.new_output("execute_result", data={"text/plain": "<plain>"}))
    widget = drawn(V4.new_output("display_data", data={VIEW: {"model_id": 'm"1'}, "text/plain": "no"}))
    assert 'data-model="m&#34;1" inert><b>m&#34;1</b>' in widget


def test_an_error_is_one_sentence() -> None:
    """Neither the words nor the traceback of an error reach the page."""
    text = drawn(V4.new_output("error", ename="ValueError", evalue="测试甲", traceback=["测试甲 in line 3"]))
    assert "It failed." in text and "测试甲" not in text and "ValueError" not in text


def test_prose_and_silent_cells() -> None:
    """Markdown has no anchors; a code cell without outputs leaves nothing."""
    assert str(cell_html(V4.new_markdown_cell("# 标题"), "", Markup)).count("标题") == 1
    assert cell_html(V4.new_code_cell("x = 1"), "", Markup) == ""
    assert cell_html(V4.new_raw_cell("raw"), "", Markup) == ""


@pytest.mark.parametrize(
    ("data", "needed"),
    [
        ({"text/plain": "x"}, False),
        ({"application/vnd.plotly.v1+json": {}, "text/plain": "Figure"}, True),
        ({"application/vnd.plotly.v1+json": {}, "text/html": "<p>"}, False),
        ({"text/html": "<div></div><SCRIPT>x</SCRIPT>"}, True),
        ({VIEW: {"model_id": "m"}, "application/x": "1"}, False),
    ],
)
def test_what_only_the_stock_page_draws(data: dict[str, Any], needed: bool) -> None:
    """Forms that the lean page has not, and HTML that runs a script, lead to the stock page."""
    assert needs_stock(V4.new_output("display_data", data=data)) is needed


def test_a_stream_needs_no_stock_page() -> None:
    """What was printed is drawn anywhere."""
    assert not needs_stock(V4.new_output("stream", name="stdout", text="<script>"))


@given(st.text() | st.sampled_from([HOSTILE, "<!--<script>", "\u2028"]))
def test_states_stand_safely_in_the_page(text: str) -> None:
    """No text can end the script element it stands in, and it is read back as it was."""
    made = as_json({"value": text})
    assert "<" not in made and json.loads(made) == {"value": text}


def model(name: str, module: str = "carekit", **state: Any) -> dict[str, Any]:
    """A state as a kernel sends it."""
    return {"_model_name": name, "_model_module": module, "_model_module_version": "1", **state}


def test_states_hold_what_the_page_needs() -> None:
    """Comms without a model are left out, a layout's defaults too, buffers are kept."""
    buffer = {"path": ["data"], "encoding": "base64", "data": "QQ=="}
    states = states_of(
        {"a": model("X", none=None), "l": model("LayoutModel", width="1px", height=None), "control": {"method": "x"}},
        {"a": {("data",): buffer}},
    )
    assert set(states) == {"a", "l"}
    assert states["a"]["state"]["none"] is None and states["a"]["buffers"] == [buffer]
    assert "height" not in states["l"]["state"] and states["l"]["state"]["width"] == "1px"


def test_strange_modules_are_named() -> None:
    """A widget of a module that the script does not know is found before the page is sent."""
    assert strangers(states_of({"a": model("X"), "b": model("Y", "bqplot")}, {})) == {"bqplot"}


def test_code_becomes_files_of_its_owner() -> None:
    """Modules and styles of other people's widgets are addresses in the page, given only to whose kernel sent them; carekit's keys stay."""
    store = CodeStore()
    states = states_of(
        {"a": model("AnyModel", "anywidget", _esm="export default {}", _css="", n=1), "c": model("ElementModel", _esm="0" * 16)}, {}
    )
    changed = with_code_as_files(states, lambda text, ending: "/" + store.keep("mine", text, ending))
    address = changed["a"]["state"]["_esm"]
    digest = address.split("/")[-2]
    assert address.endswith("/widget.js") and changed["a"]["state"]["_css"] == ""
    assert changed["c"]["state"]["_esm"] == "0" * 16
    found = store.get("mine", digest)
    assert found is not None and found.forms[""] == b"export default {}"
    assert store.get("another", digest) is None
    assert states["a"]["state"]["_esm"] == "export default {}"


def test_an_address_of_a_module_stays() -> None:
    """A widget whose module is an address already is left alone; the page's policy decides about it."""
    states = states_of({"a": model("AnyModel", "anywidget", _esm="https://localhost/x.js")}, {})
    assert with_code_as_files(states, lambda *_: "changed") == states


def test_kept_code_has_an_end() -> None:
    """Only so many texts are kept; the oldest go first."""
    store = CodeStore()
    paths = [store.keep("mine", str(number), ".js") for number in range(_MOST + 1)]
    assert store.get("mine", paths[0].split("/")[-2]) is None
    assert store.get("mine", paths[-1].split("/")[-2]) is not None


# --- figures without a script ---


@pytest.fixture(autouse=True)
def _lean(monkeypatch: pytest.MonkeyPatch) -> None:
    """Widgets are made as in the kernel of a lean page."""
    monkeypatch.setenv(HELD_VARIABLE, held())


def still(widget: Any, box: str = "VBoxModel", **layout: Any) -> str:
    """A widget of carekit in a box, as HTML."""
    boxed = model(
        box, "@jupyter-widgets/controls", children=["IPY_MODEL_w"], layout="IPY_MODEL_l", _dom_classes=["ck-app"], selected_index=0
    )
    states = states_of({"box": boxed, "w": widget.get_state(), "l": model("LayoutModel", **layout)}, {})
    return str(Stills(states).html("box"))


@pytest.mark.parametrize("box", ["VBoxModel", "HBoxModel", "BoxModel", "TabModel"])
def test_figures_are_readable_without_a_script(box: str) -> None:
    """Names, values and notes stand in the page, in any box."""
    text = still(Facts([("留守率", "68.3%", "617/904")], figures=True, title=Label("Rates", "比率")), box)
    assert all(part in text for part in ("留守率", "68.3%", "617/904", "ck-figures"))


def test_a_table_is_readable_without_a_script() -> None:
    """The first page of the rows, with their headings and how many there are in all."""
    columns = [Column("name", Label("Name", "姓名")), Column("n", Label("Number", "数"))]
    rows = [{"id": str(n), "name": f"测试{n}", "n": n} for n in range(60)]
    text = still(RecordTable(columns, rows, caption=Label("Names", "名单")))
    assert text.count('<tr role="row">') == 26 and "测试24" in text and "测试25" not in text and "60" in text
    assert "<tbody" not in still(RecordTable(columns, caption=Label("Names", "名单")))


def test_a_notice_is_readable_without_a_script() -> None:
    """Its sentence and lines; an empty one leaves nothing."""
    text = still(Notice(Label("Careful", "请注意"), Tone.WARN, ["一", "二"]))
    assert all(part in text for part in ("ck-warn", "<li>二</li>"))
    assert "ck-notice" not in still(Notice())


@pytest.mark.parametrize("make", [lambda: Facts([(HOSTILE, HOSTILE, HOSTILE)]), lambda: Notice(Label(HOSTILE, HOSTILE), lines=[HOSTILE])])
def test_what_people_typed_is_text_without_a_script_too(make: Any) -> None:
    """A name that looks like markup is shown letter for letter."""
    text = still(make())
    assert "<img" not in text and "&lt;img" in text


def test_a_hostile_cell_is_text() -> None:
    """So is a cell of a table."""
    text = still(RecordTable([Column("name", Label("Name", "姓名"))], [{"id": "1", "name": HOSTILE}], caption=Label(HOSTILE, HOSTILE)))
    assert "<img" not in text and "&lt;img" in text


def test_what_is_hidden_or_unknown_is_left_out() -> None:
    """Hidden boxes, closed sheets, widgets of which nothing can be read, circles: nothing, and no error."""
    assert still(Facts([("a", 1)]), display="none") == ""
    assert Stills({}).html("nothing") == ""
    tab = model("TabModel", children=["IPY_MODEL_tab"], selected_index=None)
    assert Stills(states_of({"tab": tab}, {})).html("tab") == ""
    circle = model("VBoxModel", children=["IPY_MODEL_circle"])
    assert Stills(states_of({"circle": circle}, {})).html("circle") == ""
    assert Stills(states_of({"b": model("ButtonModel", description="x")}, {})).html("b") == ""
    assert Stills(states_of({"h": model("HTMLModel", value="<b>x</b>")}, {})).html("h").count("<b>x</b>") == 1


# --- around the page ---


def test_a_notebook_is_read_anew_when_it_changes(tmp_path: Path) -> None:
    """Cells come without outputs and as copies of their own; a changed file is seen."""
    path = tmp_path / "a.ipynb"
    notebook = V4.new_notebook(cells=[V4.new_code_cell("1", outputs=[V4.new_output("stream", text="old")]), V4.new_markdown_cell("m")])
    nbformat.write(notebook, path)
    first = cells_of(path)
    assert first[0].outputs == [] and first[1].source == "m"
    first[0].outputs.append("mine")
    assert cells_of(path)[0].outputs == []
    notebook.cells[0].source = "22"
    nbformat.write(notebook, path)
    assert cells_of(path)[0].source == "22"


@pytest.mark.parametrize("host", ["school.local:8866", "127.0.0.1", "[::1]:80"])
def test_the_policy_names_the_websocket_of_the_host(host: str) -> None:
    """Old browsers need it; of what stands in a page one script is run, and on pages without widgets none."""
    policy = dict(part.strip().split(" ", 1) for part in lean_policy(host).split(";"))
    assert policy["connect-src"] == f"'self' ws://{host} wss://{host}"
    assert re.fullmatch(r"'self' 'sha256-[A-Za-z0-9+/]{43}='", policy["script-src"]) and "script-src 'self';" in plain_policy()
    assert policy["frame-ancestors"] == policy["object-src"] == "'none'"


@pytest.mark.parametrize("host", ["a; script-src *", "a b", "", "a'"])
def test_a_forged_host_changes_no_policy(host: str) -> None:
    """A host that is none is left out."""
    assert lean_policy(host).count("script-src") == 1 and "ws:" not in lean_policy(host)
