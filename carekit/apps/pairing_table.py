"""党员干部与帮扶对象对接表 (PRACTICES 6.2): who helps whom, with both sides' contact details, on the screen, on paper and as a workbook.

The table holds for a day and can be asked for again: the pairings, classes and class teachers of that day, and on request what was written by then.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from html import escape
from typing import Any

import ipywidgets as widgets
import sqlalchemy as sa
import traitlets

from carekit import clock
from carekit.access import hidden_fields
from carekit.apps.contact_card import CardSheet
from carekit.apps.download import XLSX, Download, File
from carekit.apps.pairing_facts import Pair, PairingFacts, pairing_facts
from carekit.apps.staff import school_name, staff_name
from carekit.errors import UserError
from carekit.exchange.files.export_workbook import TextSheets
from carekit.language import Label, current_language
from carekit.names import name_sort_key
from carekit.obligations.lookup import lookup
from carekit.records import Child, Family, FamilyMember, Pairing, StaffMember
from carekit.store import Desk
from carekit.widgets import Column, Notice, RecordTable, cell_text
from carekit.widgets.element import Element, Message

TITLE = Label("Table of party members, cadres and the children they help", "党员干部与帮扶对象对接表")
_EARLIEST = date(2000, 9, 1)
_ON, _KNOWN = Label("As of", "截止日期"), Label("As known", "按何时掌握的情况")
_NOW, _THEN = Label("now", "现在"), Label("on that day", "截止日当天")
_WRONG_DAY = Label("Choose a day from 1 September 2000 to today.", "请选择2000年9月1日到今天之间的日期。")
_PRINT, _SAVE = Label("Print the table (landscape)", "打印对接表（横向）"), Label("Download as a workbook", "下载Excel表")
_HEADING = Label("{school}    as of {on}    filled in by {who}", "单位：{school}　　截止日期：{on}　　填表人：{who}")
_SIGNS = Label("Signature: ________    Seal", "填表人签字：________　　（盖章）")
_LEFT_OUT = Label(
    "{count} pairings are not in the table because the supporter or the child has left; settle them under “Children”.",
    "另有{count}对因帮扶人离岗或孩子离校未列入，请到“孩子”里办理。",
)


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of the table: its name in the rows, its heading, and the declared field whose privacy it has (`kind` and `field`)."""

    name: str
    label: Label
    kind: Any
    field: str


#: Both sides of the table, the supporter's first.
COLUMNS = (
    TableColumn("supporter", Label("Supporter", "帮扶人"), StaffMember, "name"),
    TableColumn("kind_of", Pairing.fields["kind_of"].label, Pairing, "kind_of"),
    TableColumn("unit", StaffMember.fields["unit"].label, StaffMember, "unit"),
    TableColumn("post", StaffMember.fields["post"].label, StaffMember, "post"),
    TableColumn("party_member", StaffMember.fields["party_member"].label, StaffMember, "party_member"),
    TableColumn("phone", Label("Supporter's phone", "帮扶人电话"), StaffMember, "phone"),
    TableColumn("child", Label("Child", "帮扶对象"), Child, "name"),
    TableColumn("class_name", Label("Class", "班级"), Child, "name"),
    TableColumn("teacher", Label("Class teacher", "班主任"), StaffMember, "name"),
    TableColumn("guardian", Label("Guardian", "监护人"), FamilyMember, "name"),
    TableColumn("guardian_phone", Label("Guardian's phone", "监护人电话"), FamilyMember, "phone"),
    TableColumn("address", Family.fields["address"].label, Family, "address"),
    TableColumn("duties", Pairing.fields["duties"].label, Pairing, "duties"),
    TableColumn("promise", Pairing.fields["promise"].label, Pairing, "promise"),
    TableColumn("from_on", Label("Since", "结对日期"), Pairing, "from_on"),
)


def table_columns(desk: Desk) -> list[TableColumn]:
    """The columns of which the reader's role may see anything."""
    return [one for one in COLUMNS if one.field not in hidden_fields(desk.actor, one.kind)]


def table_rows(desk: Desk, facts: PairingFacts, known_at: datetime | None = None) -> list[dict[str, Any]]:
    """The pairings of the table, by supporter and then in the order of classes: those that run on the day with a supporter who is there.

    Keys: id, kind_of, and the names of `COLUMNS`; None where nothing is known or the reader may not see it.
    """
    homes = _homes(desk, facts.on, known_at)
    school = school_name(desk)
    rows = []
    for pair in facts.running:
        pupil = facts.pupils.get(pair.child_id)
        if pupil is not None and pair.covered:
            rows.append((pair, pupil, homes.get(pair.child_id, {})))
    rows.sort(key=lambda row: (row[0].kind_of, name_sort_key(row[0].supporter), row[0].staff_id or row[0].peer_id or "", row[1].order))
    return [_row(pair, facts, school) | home for pair, _, home in rows]


def _row(pair: Pair, facts: PairingFacts, school: str) -> dict[str, Any]:
    pupil, helper = facts.pupils[pair.child_id], facts.supporters.get(pair.staff_id or "")
    peer = facts.pupils.get(pair.peer_id or "")
    return {
        "id": pair.id,
        "supporter": pair.supporter,
        "kind_of": str(pair.kind_of),
        "unit": (helper.unit or school) if helper else peer.class_name if peer else None,
        "post": (helper.post or helper.role.label.text()) if helper else None,
        "party_member": helper.party_member if helper else None,
        "phone": helper.phone if helper else None,
        "child": pupil.name,
        "class_name": pupil.class_name,
        "teacher": pupil.teacher or None,
        "duties": pair.duties,
        "promise": pair.promise,
        "from_on": pair.from_on,
    }


def _homes(desk: Desk, on: date, known_at: datetime | None) -> dict[str, dict[str, Any]]:
    """Guardian, guardian's phone and address of each child on a day: who raises the child, otherwise whoever is marked as guardian."""
    child, family = desk.rows("child", known_at=known_at), desk.rows("family", known_at=known_at)
    member, care = desk.rows("family_member", known_at=known_at), desk.rows("care_arrangement", known_at=known_at)
    lives = dict(desk.tuples(sa.select(family.c.id, family.c.address)))
    people: dict[str, tuple[Any, ...]] = {}
    marked: dict[str, str] = {}
    for one, family_id, name, phone, guardian in desk.tuples(
        sa.select(member.c.id, member.c.family_id, member.c.name, member.c.phone, member.c.guardian).order_by(member.c.id.desc())
    ):
        people[one] = (name, phone)
        if guardian:
            marked[family_id] = one
    cares = sa.select(care.c.child_id, care.c.carer_id).where(
        sa.or_(care.c.from_on.is_(None), care.c.from_on <= on), sa.or_(care.c.until_on.is_(None), care.c.until_on >= on)
    )
    carers = dict(desk.tuples(cares.order_by(care.c.from_on.is_not(None), care.c.from_on, care.c.id)))
    homes = {}
    for child_id, family_id, address in desk.tuples(sa.select(child.c.id, child.c.family_id, child.c.address)):
        name, phone = people.get(carers.get(child_id) or marked.get(family_id, ""), (None, None))
        homes[child_id] = {"guardian": name, "guardian_phone": phone, "address": lives.get(family_id) or address}
    return homes


class TableSheet(Element):
    """A button that prints the table by itself, on A4 across; what is printed is asked of the store at the press and logged as an export."""

    _esm = CardSheet._esm
    _css = CardSheet._css

    markup = traitlets.Unicode("").tag(sync=True)
    print_label = traitlets.Unicode("").tag(sync=True)

    def __init__(self, make: Callable[[], str | None]) -> None:
        self._make = make
        super().__init__(print_label=_PRINT.text(), markup="<span></span>")

    def handlers(self) -> dict[str, Callable[[Message, list[Any]], None]]:
        """The table is to be printed."""
        return {"print": self._print}

    def _print(self, _content: Message, _buffers: list[Any]) -> None:
        page = self._make()
        if page is not None:
            self.send({"type": "sheet", "page": page})

    def facts(self) -> str:
        """Nothing of the table."""
        return "offered"


_PAGE_STYLE = """
@page { size: A4 landscape; margin: 10mm; }
body { margin: 0; font: 11px/1.4 "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", "WenQuanYi Micro Hei", system-ui, sans-serif; color: #000; }
h1 { font-size: 18px; text-align: center; margin: 0 0 4px; } p { margin: 2px 0 6px; white-space: pre-wrap; }
table { border-collapse: collapse; width: 100%; } thead { display: table-header-group; } tr { break-inside: avoid; }
th, td { border: 1px solid #000; padding: 3px 4px; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th { text-align: center; white-space: nowrap; } td.n { white-space: nowrap; }
"""
#: Columns that stand in one line on paper: numbers and dates are not broken.
_WHOLE = frozenset({"supporter", "phone", "child", "class_name", "teacher", "guardian_phone", "from_on", "party_member", "guardian"})


def sheet_html(columns: Sequence[TableColumn], rows: Sequence[dict[str, Any]], heading: str) -> str:
    """The table as a page for the printer, complete in itself; whatever people typed is escaped, the heading row repeats on each sheet."""
    number = Label("No.", "序号").text()
    head = "".join(f"<th>{escape(text)}</th>" for text in (number, *(column.label.text() for column in columns)))
    body = []
    for place, row in enumerate(rows, 1):
        cells = (f"<td{' class=n' if c.name in _WHOLE else ''}>{escape(text_of(c, row)).replace(chr(10), '<br>')}</td>" for c in columns)
        body.append(f"<tr><td>{place}</td>{''.join(cells)}</tr>")
    title = escape(TITLE.text())
    return (
        f'<!doctype html><html lang="{current_language()}"><head><meta charset="utf-8"><title>{title}</title><style>{_PAGE_STYLE}</style></head>'
        f"<body><h1>{title}</h1><p>{escape(heading)}</p><table><thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table>"
        f"<p>{escape(_SIGNS.text())}</p></body></html>"
    )


def text_of(column: TableColumn, row: dict[str, Any]) -> str:
    """The text of a cell; nothing known is an empty cell, to be filled in by hand."""
    value = row.get(column.name)
    if value is None or value == "":
        return ""
    return cell_text(column.kind.fields[column.field] if column.name in ("kind_of", "party_member") else None, value)


def workbook(columns: Sequence[TableColumn], rows: Sequence[dict[str, Any]], heading: str) -> bytes:
    """The table as an XLSX workbook of texts: nothing in it is a formula, whatever it begins with."""
    sheets = TextSheets()
    sheets.begin(TITLE.text(), [column.label.text() for column in columns])
    for row in rows:
        sheets.add([row[c.name] if isinstance(row.get(c.name), date) else text_of(c, row) for c in columns])
    sheets.add([])
    sheets.add([heading])
    return sheets.close()


class ContactTable(widgets.VBox):  # type: ignore[misc]
    """The section 对接表: the day, the table with its search and filters, and what is printed or downloaded is what they leave."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._columns = desk, table_columns(desk)
        self.day = widgets.DatePicker(value=clock.today(), description=_ON.text(), style={"description_width": "initial"})
        self.known = widgets.Dropdown(
            options=[(_NOW.text(), "now"), (_THEN.text(), "then")],
            description=_KNOWN.text(),
            style={"description_width": "initial"},
            layout={"height": "auto"},
        )
        self.notice, self.heading = Notice(), Notice()
        self.table = RecordTable([_screen_column(column) for column in self._columns], caption=TITLE, page_size=50, empty=_NO_PAIRS)
        self.sheet, self.download = TableSheet(self._page), Download(self._file, _SAVE)
        self.download.layout.margin = "0 0 0 8px"
        controls = widgets.HBox([self.day, self.known], layout={"flex_flow": "row wrap"})
        takes = widgets.HBox([self.sheet, self.download], layout={"flex_flow": "row wrap", "align_items": "flex-start"})
        super().__init__([controls, self.notice, takes, self.heading, self.table])
        self.day.observe(lambda _: self.refresh(), names="value")
        self.known.observe(lambda _: self.refresh(), names="value")

    def __repr__(self) -> str:
        return f"ContactTable({len(self.table.rows)} rows)"

    def _asked(self) -> tuple[date, datetime | None]:
        on = self.day.value
        if not isinstance(on, date) or not _EARLIEST <= on <= clock.today():
            raise UserError(_WRONG_DAY, code="wrong_day")
        end = clock.start_of(on + timedelta(days=1))
        return on, end if self.known.value == "then" and end <= clock.now() else None

    def refresh(self) -> None:
        """Ask the store again for the day that was chosen."""
        self.notice.clear()
        try:
            on, known_at = self._asked()
        except UserError as wrong:
            self.notice.error(wrong.label)
            return
        facts = pairing_facts(self._desk, on, known_at)
        rows = table_rows(self._desk, facts, known_at)
        self.table.set_rows(rows)
        self.heading.info(Label(self._heading(on), self._heading(on)))
        if missing := len(facts.running) - len(rows):
            self.notice.warn(_LEFT_OUT.format(count=missing))

    def _heading(self, on: date) -> str:
        names = dict(lookup(self._desk, "school", ("id", "name")))
        school = next(iter(names.values()), "")
        return _HEADING.format(school=school, on=on.isoformat(), who=staff_name(self._desk, self._desk.actor.staff_id)).text()

    def _shown(self) -> tuple[list[dict[str, Any]], date]:
        """The rows that search and filters leave, asked anew: rights and pairings are those of the moment of the press."""
        on, _ = self._asked()
        self.refresh()
        by_id = {row["id"]: dict(row) for row in self.table.rows}
        return [by_id[one] for one in self.table.shown_ids], on

    def _page(self) -> str | None:
        try:
            rows, on = self._shown()
        except UserError as wrong:
            self.notice.error(wrong.label)
            return None
        self._desk.log("export", f"contact table on paper, {len(rows)} rows", kind=Pairing.kind)
        return sheet_html(self._columns, rows, self._heading(on))

    def _file(self) -> File:
        rows, on = self._shown()
        self._desk.log("export", f"contact table xlsx, {len(rows)} rows", kind=Pairing.kind)
        return f"{TITLE.text()} {on.isoformat()}.xlsx", workbook(self._columns, rows, self._heading(on)), XLSX


_NO_PAIRS = Label("Nobody was paired on this day.", "这一天没有结对。")


def _screen_column(column: TableColumn) -> Column:
    if column.name == "kind_of":
        return Column.of(Pairing.fields["kind_of"])
    return Column(column.name, column.label, text=lambda row: text_of(column, dict(row)))
