"""The app `case_history`: find a child, then everything that is known of the child on one page.

One set of widgets serves every child that is opened: they are filled anew, never made anew. Each opening asks the store, which logs it
and refuses what is not the reader's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import ipywidgets

from carekit import clock
from carekit.apps.app_notice import APP_CLASS, AppNotice
from carekit.apps.case_summary import PRINT, TITLE, case_summary
from carekit.apps.child_facts import ChildFacts, child_facts, class_on, siblings
from carekit.apps.child_header import header
from carekit.apps.children import Register, Standing, child_options, register_states, search_children, telling_detail
from carekit.apps.contact_card import CardSheet
from carekit.apps.links import app_link, contacts_link
from carekit.apps.session import asked, open_desk
from carekit.apps.transfers_came import CameAlong
from carekit.errors import UserError
from carekit.history import Act, Change, Event, changes, history
from carekit.language import Label
from carekit.records import Child, Term
from carekit.records.codes import TermNumber
from carekit.store import Desk, Revision
from carekit.widgets import Column, Facts, RecordTable, TermSpan, Timeline

_FIND = Label("Find a child", "查找孩子")
_HINT = Label("Name, pinyin letters, identity number or phone", "姓名、拼音首字母、身份证号或电话")
_SEARCH, _BACK = Label("Search", "查找"), Label("Back to the list", "返回名单")
_LIST = Label("Children", "孩子名单")
_NONE = Label(
    "Nobody was found. Check what you typed, or try the first letters of the pinyin.", "没有找到。请核对输入，或改用拼音首字母再试。"
)
_WITHDRAWN = Label("This file was withdrawn. The registrar can bring it back.", "这份档案已撤下，请学籍管理员恢复后再查看。")
_UNREGISTERED = Label(
    "Left behind by the facts of the family and not on the register. Register the child now.",
    "按家庭情况属于留守儿童，但没有登记，请尽快登记。",
)
_YOURS = Label("Children you may look up", "可查看的孩子")
_FILE, _CARE = Label("File of {name}", "{name}的档案"), Label("Timeline", "成长记录")
_SIBLINGS = Label("Brothers and sisters at the school (choose one to open the file)", "在校兄弟姐妹（点选可打开档案）")
_CHANGES, _NO_CHANGES = Label("Who changed what", "修改记录"), Label("Nothing has been changed yet.", "还没有修改过。")
_AMEND = Label("Amend the file", "修改档案和联系方式")
_BLANK = Label("nothing", "空")
_HIDDEN = Label("what you may not see was changed", "改动了您不能查看的内容")
_VERSION = Label("{who}, version {version}", "{who}，第{version}版")
_TERM = Label("{year}: {term}", "{year}学年{term}")
_APART = Label("{detail}, {village}", "{detail}，{village}")
_ADDED_ALONE = Label("first entry", "首次登记")

_COLUMNS = (
    Child.fields["name"],
    Column("detail", Label("Class, birthday", "班级、生日")),
    Column("standing", Label("At school", "在校情况")),
    Column("register", Label("Register", "留守登记")),
    Column("how", Label("Found by", "匹配项")),
)
_CHANGE_COLUMNS = (
    Column("at", Label("When", "时间")),
    Column("who", Label("Who", "修改人")),
    Column(
        "what", Label("What", "操作"), text=lambda row: Act[str(row["what"])].label.text(), choices={act.name: act.label for act in Act}
    ),
    Column("record", Label("Record", "记录")),
    Column("text", Label("Before → after", "修改前 → 修改后")),
    Column("reason", Label("Why", "原因")),
    Column("version", Label("Version", "版本"), number=True),
)


class CaseHistory(ipywidgets.VBox):  # type: ignore[misc]
    """The page: a search with its list, and the file of the child that is open."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.child_id: str | None = None
        self.search_box = ipywidgets.Text(
            placeholder=_HINT.text(), description=_FIND.text(), continuous_update=False, layout={"flex": "1 1 auto", "max_width": "560px"}
        )
        self.search_box.add_class("ck-find")
        self.search_box.add_class("ck-noprint")
        search, back = ipywidgets.Button(description=_SEARCH.text(), button_style="primary"), ipywidgets.Button(description=_BACK.text())
        for control in (search, back):
            control.add_class("ck-noprint")
        self.notice = AppNotice()
        self.results = RecordTable(_COLUMNS, caption=_LIST, on_select=self.choose, searchable=False, empty=_NONE)
        self.count = Facts()
        self.header, self.links, self.card = Facts(), ipywidgets.HTML(), CardSheet(desk)
        self.summary = CardSheet(desk, case_summary, PRINT, "case_summary")
        self.siblings = RecordTable(_COLUMNS[:2], caption=_SIBLINGS, on_select=self.choose, searchable=False)
        self.came = CameAlong(desk)
        self.timeline = Timeline(caption=_CARE, terms=_term_spans(desk))
        self.changes = RecordTable(_CHANGE_COLUMNS, caption=_CHANGES, empty=_NO_CHANGES, page_size=10, searchable=False)
        self.file = ipywidgets.VBox(
            [back, self.header, self.links, self.siblings, self.card, self._folded(), self.timeline, self.came, self.changes],
            layout={"display": "none", "width": "100%"},
        )
        super().__init__(
            [self.count, ipywidgets.HBox([self.search_box, search], layout={"flex_flow": "row wrap"}), self.notice, self.results, self.file]
        )
        self.add_class(APP_CLASS)
        self.search_box.observe(lambda _: self.search(self.search_box.value), names="value")
        search.on_click(lambda _: self.search(self.search_box.value))
        back.on_click(lambda _: self.close_file())
        self.search("")
        self.count.set_items([(_YOURS, len(self.results.rows))])

    def _folded(self) -> ipywidgets.Accordion:
        """The case summary, folded away until somebody wants it."""
        fold = ipywidgets.Accordion([self.summary], titles=(TITLE.text(),))
        fold.add_class("ck-noprint")
        return fold

    # --- finding ---

    def search(self, text: str) -> None:
        """List the children that `text` may mean, or all of one's own for none; a single one is opened."""
        self.notice.clear()
        try:
            rows = _found(self._desk, text) if text.strip() else _own(self._desk)
        except UserError as refused:
            self.notice.error(refused.label)
            return
        self.results.set_rows(rows)
        self.close_file()
        if text.strip() and len(rows) == 1 and not rows[0]["withdrawn"]:
            self.open_child(rows[0]["id"])

    def choose(self, child_id: str) -> None:
        """Open a child of a list."""
        row: Mapping[str, Any] = next((r for r in self.results.rows if r["id"] == child_id), {})
        if row.get("withdrawn"):
            self.notice.warn(_WITHDRAWN)
        else:
            self.open_child(child_id)

    def close_file(self) -> None:
        """Go back to the list."""
        self.child_id = None
        self.file.layout.display, self.results.layout.display = "none", None
        self.results.selected = None

    # --- the file ---

    def open_child(self, child_id: str) -> None:
        """Show the file of a child; for one that is not the reader's or does not exist, one and the same sentence."""
        try:
            events, changed = history(self._desk, child_id), changes(self._desk, child_id)
            facts = child_facts(self._desk, child_id)
        except UserError as refused:
            self.close_file()
            self.notice.error(refused.label)
            return
        self.notice.clear()
        self.child_id = child_id
        self._show(facts, events, changed)
        self.results.layout.display, self.file.layout.display = "none", None

    def _show(self, facts: ChildFacts, events: list[Event], changed: list[Change]) -> None:
        child = facts.child.record
        head = header(self._desk, facts)
        self.header.set_items(head.items, title=_FILE.format(name=child.name))
        if head.unregistered:
            self.notice.warn(_UNREGISTERED)
        self.links.value = f"{app_link(_AMEND, 'intake', child=child.id)} {contacts_link(None, child.id)}"
        self.card.show(facts)
        self.summary.show(facts)
        self._show_siblings(facts)
        self.came.show(child.id)
        self.timeline.set_events(map(_with_version, events))
        self.changes.set_rows([_change_row(change) for change in changed])

    def _show_siblings(self, facts: ChildFacts) -> None:
        others = siblings(self._desk, facts.child)
        self.siblings.set_rows([{"id": r.id, "name": r.record.name, "detail": _detail(self._desk, r, facts.on)} for r in others])
        self.siblings.layout.display = None if others else "none"

    def __repr__(self) -> str:
        return f"CaseHistory({len(self.results.rows)} children, {'a file is open' if self.child_id else 'no file open'})"


def case_history(desk: Desk | None = None) -> CaseHistory:
    """The app for the person of this kernel (or of `desk`); ``?child=<id>`` in the address opens that child, if the store allows it."""
    app = CaseHistory(desk or open_desk()[0])
    wanted = asked("child")
    if wanted:
        app.open_child(wanted)
    return app


# --- rows -------------------------------------------------------------------------------------------------------------


def _own(desk: Desk) -> list[dict[str, Any]]:
    options = child_options(desk, clock.today())
    registers = register_states(desk, [child_id for child_id, _, _ in options])
    shown = {"standing": Standing.ENROLLED, "how": None, "withdrawn": False}
    return [
        {"id": child_id, "name": name, "detail": detail, "register": registers.get(child_id), **shown} for child_id, name, detail in options
    ]


def _found(desk: Desk, text: str) -> list[dict[str, Any]]:
    frame = search_children(desk, text)
    alike = frame.duplicated(["name", "detail"], keep=False)
    ids = [str(one) for one in frame.loc[alike, "id"]]
    # of one name, class and birthday: the village group tells them apart
    villages = {r.id: r.record.village for r in desk.find(Child, {"id": ids})} if ids else {}
    rows: list[dict[str, Any]] = frame.to_dict("records")  # type: ignore[assignment]
    for row in rows:
        row["register"] = None if row["register"] is Register.NONE else row["register"]
        if village := villages.get(row["id"]):
            row["detail"] = _APART.format(detail=row["detail"], village=village).text()
    return rows


def _detail(desk: Desk, child: Revision[Child], on: date) -> str:
    room = class_on(desk, child.id, on)
    return telling_detail(room.name if room else None, child.record.birth_on, birth_known="born_on" not in child.redacted)


def _term_spans(desk: Desk) -> list[TermSpan]:
    terms = [r.record for r in desk.find(Term)]
    return [
        TermSpan(_TERM.format(year=t.school_year, term=TermNumber(t.number)), t.starts_on, t.ends_on)
        for t in sorted(terms, key=lambda t: t.starts_on)
    ]


def _with_version(event: Event) -> Event:
    return replace(event, who=_VERSION.format(who=event.who, version=event.version).text())


def _change_row(change: Change) -> dict[str, Any]:
    parts = [f"{f.label}：{f.old or _BLANK.text()} → {f.new or _BLANK.text()}" for f in change.fields]
    if change.restricted:
        parts.append(_HIDDEN.text())
    return {
        "id": f"{change.record_id}-{change.version}",
        "at": change.at,
        "who": change.who,
        "what": change.what.name,
        "record": " · ".join(part for part in (change.kind_label, change.title) if part),
        "text": "\n".join(parts) or (_ADDED_ALONE.text() if change.version == 1 else None),
        "reason": change.reason or None,
        "version": change.version,
    }
