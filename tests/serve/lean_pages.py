"""A server of pages that try the lean page: `python lean_pages.py PORT MOST_KERNELS` serves them on a new store, for `test_lean_page.py`."""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
from traitlets.config import Config

from carekit.access import Actor
from carekit.language import Label
from carekit.records import School, StaffMember
from carekit.records.codes import Role
from carekit.serve.demo import demo_logins
from carekit.serve.pages import Page
from carekit.serve.server import Serving, page_server
from carekit.store import Store, new_key

_WIDGETS = """
import asyncio
import anywidget
import ipywidgets
import traitlets
from IPython.display import display
from carekit.language import Label
from carekit.widgets import Column, Facts, Notice, RecordTable

class Counter(anywidget.AnyWidget):
    _esm = '''
export default { render({ model, el }) {
  const button = document.createElement("button");
  const draw = () => { button.textContent = "counted " + model.get("count"); };
  button.onclick = () => { model.set("count", model.get("count") + 1); model.save_changes(); };
  model.on("change:count", draw);
  draw();
  el.append(button);
} };
'''
    count = traitlets.Int(3).tag(sync=True)

facts = Facts([("counted", 41)], figures=True)
table = RecordTable([Column("name", Label("Name", "姓名"))], [{"id": str(n), "name": f"测试{n}"} for n in range(60)], caption=Label("Names", "名单"))
text = ipywidgets.Text(description="text", continuous_update=False)
said = ipywidgets.HTML()
pressed = ipywidgets.Button(description="add one")
fails = ipywidgets.Button(description="fail")
later = ipywidgets.Button(description="add later")
into = ipywidgets.Button(description="print")
output = ipywidgets.Output()
tab = ipywidgets.Tab([ipywidgets.HTML("<b>first sheet</b>"), ipywidgets.HTML("<b>second sheet</b>")], titles=["one", "two"])

def add(_):
    facts.set_items([("counted", int(facts.items[0][1]) + 1)])

def fail(_):
    raise RuntimeError("测试甲 is in this error")

def write(_):
    with output:
        print("printed", pressed.description)
        display(ipywidgets.HTML("<i>drawn inside</i>"))

text.observe(lambda change: setattr(said, "value", f"<b>heard {change['new']}</b>"), names="value")
pressed.on_click(add)
later.on_click(lambda _: asyncio.get_running_loop().call_later(2.5, add, None))
fails.on_click(fail)
into.on_click(write)
shown = ipywidgets.VBox([facts, Notice(Label("Hint", "提示")), table, text, said, pressed, later, fails, into, output, tab, Counter()])
"""

#: Writes down in the kernel, in order, whatever a page says, and shows it in the end.
_EARLY = """
import ipywidgets
from carekit.language import Label
from carekit.widgets import Column, Facts, RecordTable

heard = []
log = Facts([("heard", "")], figures=True)
text = ipywidgets.Text(description="text", continuous_update=False)
choice = ipywidgets.Dropdown(description="choice", options=["甲", "乙", "丙"])
box = ipywidgets.Checkbox(description="box")
first, second = (ipywidgets.Button(description=name) for name in ("first", "second"))
rows = [{"id": str(n), "name": f"测试{n}"} for n in range(60)]
table = RecordTable([Column("name", Label("Name", "姓名"))], rows, caption=Label("Names", "名单"))
idle = ipywidgets.Text(description="idle", continuous_update=False)

def hear(what):
    heard.append(str(what))
    log.set_items([("heard", " ".join(heard))])

for one in (text, choice, box):
    one.observe(lambda change: hear(change["new"]), names="value")
for one in (first, second):
    one.on_click(lambda button: hear(button.description))
ipywidgets.VBox([log, first, second, text, choice, box, table, idle])
"""

#: Controls that few pages show.
_RARE = """
import ipywidgets

slide = ipywidgets.IntSlider(description="slide", value=30)
number = ipywidgets.IntText(description="number")
colour = ipywidgets.ColorPicker(description="colour", value="#aabbcc")
said = ipywidgets.HTML()
number.observe(lambda change: setattr(said, "value", f"heard {change['new']}"), "value")
ipywidgets.VBox([slide, number, colour, said])
"""

#: Widgets that change without being asked: while a later cell runs, and when the page is whole.
_ALONE = """
import asyncio
import ipywidgets

between, after = ipywidgets.HTML("nothing yet"), ipywidgets.HTML("nothing yet")
loop = asyncio.get_running_loop()
timers = [
    loop.call_later(0.2, between.set_trait, "value", "said between cells"),
    loop.call_later(1.5, after.set_trait, "value", "said behind the page"),
]
"""

_STRANGER = """
import ipywidgets
import traitlets

class Stranger(ipywidgets.DOMWidget):
    _model_module = traitlets.Unicode("a-strange-module").tag(sync=True)
    _model_name = traitlets.Unicode("StrangeModel").tag(sync=True)

Stranger()
"""

_LATE = """
import anywidget
import ipywidgets

button = ipywidgets.Button(description="make")
box = ipywidgets.VBox([button])

def make(_):
    class New(anywidget.AnyWidget):
        _esm = "export default {}"
    box.children = [button, New()]

button.on_click(make)
box
"""

#: Cells by the name of the page; what begins with # is prose.
NOTEBOOKS = {
    "widgets": ["# Widgets", _WIDGETS, "shown"],
    "forms": [
        "# Forms of output",
        "import sys\nprint('a & b')\nprint('a warning', file=sys.stderr)",
        "from IPython.display import HTML, SVG, display\ndisplay(HTML('<em>emphasis</em>'))\ndisplay(SVG('<svg xmlns=\"http://www.w3.org/2000/svg\"/>'))",
        "'<plain>'",
        "handle = display('shown at first', display_id='changed')",
        "handle.update('shown at last')",
    ],
    "failing": ["# Failing", "raise ValueError('测试甲 is in this error')", "print('never reached')"],
    "dying": ["# Dying", "import os\nos._exit(1)"],
    "strange": ["# Strange", _STRANGER],
    "late": ["# Late", _LATE],
    "early": ["# Early", _EARLY],
    "rare": ["# Rare", _RARE],
    "alone": ["# Alone", _ALONE, "await asyncio.sleep(0.5)", "ipywidgets.VBox([between, after])"],
    "long": ["# Long", "from IPython.display import HTML\nHTML(''.join(f'<p>line {n}</p>' for n in range(200)))"],
    "slow": ["# Slow", "import time\ntime.sleep(4)\nprint('slept')"],
}  # fmt: skip


def pages() -> tuple[Page, ...]:
    """A page for leaders for each notebook, and `closed`, which is for somebody else."""
    roles = {**dict.fromkeys(NOTEBOOKS, Role.LEADER), "closed": Role.REGISTRAR}
    return tuple(Page(name, Label(name, name), Label(name, name), frozenset({role})) for name, role in roles.items())


def write_notebooks(folder: Path) -> None:
    """Write the notebooks into a folder."""
    folder.mkdir(exist_ok=True)
    for name, cells in NOTEBOOKS.items():
        made = [nbformat.v4.new_markdown_cell(text) if text.startswith("#") else nbformat.v4.new_code_cell(text) for text in cells]
        notebook = nbformat.v4.new_notebook(cells=made)
        notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(notebook, folder / f"{name}.ipynb")


def main(port: int, most: int) -> None:
    """Serve until ended."""
    folder = Path.cwd()
    write_notebooks(folder / "notebooks")
    store = Store.create(folder / "lean.carekit", key=new_key())
    school = School(name="测试小学")
    store.for_actor(Actor.console()).add_all([school, StaffMember(school_id=school.id, name="测试校长", role=Role.LEADER)])
    serving = Serving(
        port=port, browser=False, demo=True, demo_logins=demo_logins(store), notebooks=folder / "notebooks", pages=pages(), told=print
    )
    server = page_server(store, serving)
    server.update_config(Config({"PageKernels": {"most_kernels": most}}))
    server.start()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
