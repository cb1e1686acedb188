"""What the browser tests look at: each widget with invented children; what Python hears is written into the box `heard`."""

import time
from datetime import date, datetime

import ipywidgets
import pandas as pd
from IPython.display import display

from carekit.errors import UserError
from carekit.fields import new_id
from carekit.language import Label
from carekit.records import Child, FamilyMember, Talk
from carekit.store import Conflict, Revision
from carekit.widgets import Chart, Column, Drafts, Facts, FileDrop, Notice, Part, RecordForm, RecordTable, RowAction, Tone, rate_bars

HOSTILE = '<img src=x onerror="window.hacked=1">'
heard = ipywidgets.Textarea(layout={"width": "100%", "height": "200px"})
heard.add_class("heard")


def hear(*words):
    """Write down what Python was told."""
    heard.value += "|".join(str(word) for word in words) + "\n"


children = [(new_id(), "张小雨", f"三({n % 9 + 1})班，2016-0{n % 9 + 1}-05") for n in range(20)]
ids = {child_id: number for number, (child_id, _, _) in enumerate(children)}


def save(entry):
    """Refuse, fail or save a talk, as its words ask."""
    points = entry.record.points
    if points == "refuse":
        raise UserError(Label("No.", "这个月已经记过了。"))
    if points == "crash":
        raise RuntimeError(points)
    hear("saved", [ids[record.child_id] for record in entry.records], points, entry.record.place, entry.record.talked_on)


kept = {}
drafts = Drafts(
    save=lambda content: (kept.update(content), hear("draft", content["fields"]["points"])),
    load=lambda: ({"fields": {"points": "从前的草稿"}, "parts": {}}, datetime(2026, 3, 19, 8, 30)),
    drop=lambda: hear("dropped"),
)
talk = RecordForm(
    Talk,
    ("child_id", "talked_on", "outcome", "reason", "points", "place"),
    hidden={"staff_id": new_id()},
    references={"child_id": children},
    several=["child_id"],
    on_submit=save,
    drafts=drafts,
    ack_seconds=2,
)
talk.add_class("talk")

moment = datetime(2026, 3, 2, 1, 0)
mine = Talk(child_id=new_id(), staff_id=new_id(), talked_on=date(2026, 3, 1), points="原来的要点")
first = Revision(mine, 1, moment, moment, "s", "", False)
newer = Revision(mine.model_copy(update={"points": HOSTILE, "place": "操场"}), 2, moment, None, "s", "", False)


def amend(entry):
    """Clash once, then save."""
    hear("amend", entry.seen, entry.record.points, entry.record.place)
    if entry.seen == 1:
        raise Conflict(first, newer, entry.record)


amended = RecordForm(Talk, ("points", "place"), initial=first, on_submit=amend, who=lambda _: "王老师")
amended.add_class("amended")

family = RecordForm(
    Child,
    ("name", "sex"),
    parts={"members": Part(FamilyMember, ("name", "relation", "phone"), Label("Member", "家庭成员"), hidden={"family_id": new_id()})},
    on_submit=lambda entry: hear("child", entry.record.name, [one.name for one in entry.parts["members"]]),
)
family.add_class("family")

rows = [
    {"id": f"r{n}", "name": HOSTILE if n == 3 else f"王{'一二三四五六七八九'[n % 9]}", "sex": "12"[n % 2], "talks": n} for n in range(2000)
]
table = RecordTable(
    [Child.fields["name"], Child.fields["sex"], Column("talks", Label("Talks", "谈心次数"), number=True)],
    rows,
    caption=Label("Children", "我的学生"),
    actions=[RowAction("open", Label("Open", "打开"))],
    on_select=lambda row_id: hear("select", row_id),
    on_action=lambda name, row_id: hear("action", name, row_id),
)

figures = pd.DataFrame(
    [
        {"group": HOSTILE, "numerator": 28, "denominator": 30, "ratio": 28 / 30},
        {"group": "三(2)班", "numerator": 0, "denominator": 0, "ratio": None},
    ]
)
chart = Chart(rate_bars(figures, title=Label("Rate", "谈心覆盖率")), on_select=lambda fields: hear("pick", fields["group"]))


def take(name, data):
    """Tell of a file; one named as wrong is refused a moment after an app would have told so."""
    hear("file", name, len(data), data[:3])
    if name.startswith("错"):
        time.sleep(1)
        raise UserError(Label("x", "不是名册。"))


drop = FileDrop(take, endings=(".csv",), limit=3_000_000)
notice = Notice(Label("x", HOSTILE), Tone.WARN)
facts = Facts([("姓名", HOSTILE), ("电话", None)])
display(ipywidgets.VBox([notice, facts, talk, amended, family, table, chart, drop, heard]))
