"""My recent records: the person's own entries of every kind, to be amended or taken back; every version is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import ipywidgets as widgets
import sqlalchemy as sa

from carekit import clock
from carekit.apps.contacts_kinds import (
    child_field,
    offered_kinds,
    other_fields,
    outcome_of,
    quick_kinds,
    references_for,
    said_of,
    way_field,
)
from carekit.apps.staff import staff_name
from carekit.errors import UserError
from carekit.fields import FieldSpec
from carekit.history import Wording
from carekit.language import Label
from carekit.obligations import Timetable
from carekit.obligations.names import child_names
from carekit.records import RECORDS, Record
from carekit.records.codes import Outcome
from carekit.store import Desk, Revision
from carekit.widgets import Column, Drafts, Entry, Facts, RecordForm, RecordTable, RowAction, Saved

#: How many of the last entries are shown.
MOST = 50
_CAPTION = Label("My recent records", "我最近的记录")
_EMPTY = Label(
    "You have not written anything down yet. What is about children who are no longer yours is kept, but not shown here.",
    "您还没有记录。已不归您负责的孩子的记录都保留着，但不在这里显示。",
)
_THIS_TERM = Label("Written by me this term", "本学期我记的")
_DONE_FAILED = Label("{done}; not successful {failed}", "{done}；未成功 {failed}")
_WAY = Label("{way} {n}", "{way} {n}")
_AND = Label(", ", "、")
_IN_USE, _TAKEN_BACK = Label("in use", "有效"), Label("taken back", "已撤下")
_CHANGED = Label("changed {n} times", "改过{n}次")
_AMENDED = Label("Saved: the record is changed; the earlier version is kept.", "已保存：记录已修改，原来的内容保留在修改记录里。")
_WITHDRAWN = Label("The record is taken back; it is kept and can be brought back.", "这条记录已撤下，内容仍保留，可以在列表里恢复。")
_BACK_AGAIN = Label("The record counts again.", "这条记录已恢复。")
_BACK, _WITHDRAW = Label("Back to the list", "返回列表"), Label("Take this record back", "撤下这条记录")
_REASON = Label("Why (such as: wrong child)", "撤下原因（如：记错了孩子）")
_NO_REASON = Label("Write in a few words why the record is taken back.", "请先写撤下原因，再点“撤下这条记录”。")
_AMEND_TITLE = Label("Amend: {kind}, {name}", "修改：{name}的{kind}")

OnDone = Callable[[Label], object]


class RecentRecords(widgets.VBox):  # type: ignore[misc]
    """The list of the last own entries, and the form of the one that is being amended; `on_done` and `on_error` are told what came of it."""

    def __init__(self, desk: Desk, on_done: OnDone, on_error: OnDone) -> None:
        self.desk, self._on_done, self._on_error = desk, on_done, on_error
        self._forms: dict[str, RecordForm] = {}
        self.opened: Revision[Any] | None = None
        self.table = self._table()
        self.counts = Facts()
        self.back, self.withdraw_button = widgets.Button(description=_BACK.text()), widgets.Button(description=_WITHDRAW.text())
        self.back.on_click(lambda _: self.show_list())
        self.withdraw_button.on_click(lambda _: self._try(self.withdraw))
        self.reason = widgets.Text(placeholder=_REASON.text(), layout={"width": "auto", "flex": "1 1 16em"})
        self.about = widgets.Label()
        self._taking_back = widgets.HBox([self.reason, self.withdraw_button], layout={"flex_flow": "row wrap", "grid_gap": "8px"})
        self._holder = widgets.VBox([])
        self.card = widgets.VBox([self.back, self.about, self._holder, self._taking_back])
        super().__init__([self.table, self.counts, self.card])
        self.refresh()
        self.show_list()

    def __repr__(self) -> str:
        return f"RecentRecords({len(self.table.rows)} rows)"

    def _table(self) -> RecordTable:
        kinds = {record.kind: record.label for record in quick_kinds()}
        return RecordTable(
            [
                Column("name", Label("Child", "儿童")),
                Column("kind", Label("Kind", "类别"), text=lambda row: kinds[row["kind"]].text(), choices=kinds),
                Column("day", Label("Date", "日期")),
                Column("said", Label("What", "内容")),
                Column("state", Label("State", "状态"), text=lambda row: row["state_text"]),
            ],
            caption=_CAPTION,
            empty=_EMPTY,
            actions=[
                RowAction("amend", Label("Amend", "修改"), when=lambda row: row["writes"] and not row["withdrawn"]),
                RowAction("bring_back", Label("Bring back", "恢复"), when=lambda row: row["writes"] and row["withdrawn"]),
            ],
            on_action=lambda name, row_id: self._try(lambda: getattr(self, name)(*row_id.split(":"))),
            page_size=10,
        )

    def _try(self, what: Callable[[], object]) -> None:
        try:
            what()
        except UserError as error:
            self._on_error(error.label)

    # --- the list -----------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Ask the store again."""
        self.table.set_rows(own_rows(self.desk))
        self.counts.set_items(term_counts(self.desk), title=_THIS_TERM)

    def show_list(self) -> None:
        """The list in place of the form."""
        self.opened = None
        self.card.layout.display, self.table.layout.display, self.counts.layout.display = "none", "", ""

    # --- one record ---------------------------------------------------------------------------------------------------

    def amend(self, kind: str, record_id: str) -> None:
        """Open a record with all its boxes; `NotFound` when it is not about a child of the person's."""
        record = RECORDS[kind]
        revision = self.desk.get(record, record_id)
        child_id = getattr(revision.record, child_field(record))
        fields = other_fields(self.desk, record)
        if kind not in self._forms:
            self._forms[kind] = RecordForm(
                record,
                fields,
                on_submit=self._save,
                hidden={child_field(record): child_id},
                who=lambda staff_id: staff_name(self.desk, staff_id),
            )
            self._holder.children = tuple(self._forms.values())
        form = self._forms[kind]
        fixed = {name: getattr(revision.record, name) for name in (child_field(record), record.by) if name}
        drafts = Drafts.in_store(self.desk, f"amend:{record_id}", child_id)
        form.start(revision, hidden=fixed, references=references_for(self.desk, record, fields, clock.today()), drafts=drafts)
        self.opened, self.reason.value = revision, ""
        name = child_names(self.desk, {child_id}).get(child_id, "")
        self.about.value = _AMEND_TITLE.format(kind=record.label, name=name).text()
        for one, made in self._forms.items():
            made.layout.display = "" if one == kind else "none"
        self.card.layout.display, self.table.layout.display, self.counts.layout.display = "", "none", "none"

    @property
    def form(self) -> RecordForm | None:
        """The form of the record that is open."""
        return self._forms[self.opened.record.kind] if self.opened else None

    def _save(self, entry: Entry) -> Saved:
        assert entry.seen is not None  # noqa: S101 - the form was started with a revision
        revision = self.desk.amend(entry.record, seen=entry.seen)
        self.opened = revision
        self.refresh()
        self._on_done(_AMENDED)
        return Saved(_AMENDED, revision.version)

    def withdraw(self) -> None:
        """Take the open record out of use; the reason is asked for."""
        if self.opened is None:
            return
        if not self.reason.value.strip():
            raise UserError(_NO_REASON)
        self.desk.withdraw(type(self.opened.record), self.opened.id, seen=self.opened.version, reason=self.reason.value.strip())
        self.refresh()
        self.show_list()
        self._on_done(_WITHDRAWN)

    def bring_back(self, kind: str, record_id: str) -> None:
        """Put a record that was taken back into use again."""
        self.desk.bring_back(RECORDS[kind], record_id, reason=_BACK_AGAIN.zh)
        self.refresh()
        self._on_done(_BACK_AGAIN)


# --- what the person wrote --------------------------------------------------------------------------------------------


def _mine(desk: Desk, record: type[Record], rows: sa.Subquery) -> sa.ColumnElement[bool]:
    return rows.c[record.by or "recorded_by"] == desk.actor.staff_id


def own_rows(desk: Desk) -> list[dict[str, Any]]:
    """The entries that the person wrote last over all kinds of quick entry, by their dates; about children who are theirs today only."""
    found: list[tuple[Any, str, str]] = []
    for record in quick_kinds():
        rows = desk.rows(record.kind, withdrawn=True)
        select = (
            sa.select(rows.c.recorded_at, rows.c.id).where(_mine(desk, record, rows)).order_by(rows.c.recorded_at.desc(), rows.c.id.desc())
        )
        found += [(at, one, record.kind) for at, one in desk.tuples(select.limit(MOST))]
    latest = sorted(found, reverse=True)[:MOST]
    revisions = {one.id: one for one in _fetched(desk, latest)}
    words = Wording(desk)
    words.learn(revisions.values())
    names = child_names(desk, {getattr(one.record, child_field(type(one.record))) for one in revisions.values()})
    writes = {record.kind for record in offered_kinds(desk)}
    listed = [_row(revisions[one], words, names, kind in writes) for _, one, kind in latest if one in revisions]
    return sorted(listed, key=_day, reverse=True)


def _fetched(desk: Desk, latest: list[tuple[Any, str, str]]) -> list[Revision[Any]]:
    kinds = {kind for _, _, kind in latest}
    by_kind = {kind: [one for _, one, other in latest if other == kind] for kind in kinds}
    return [one for kind, ids in by_kind.items() for one in desk.find(RECORDS[kind], {"id": ids}, include_withdrawn=True)]


def _row(revision: Revision[Any], words: Wording, names: dict[str, str], writes: bool) -> dict[str, Any]:
    record = revision.record
    changed = revision.version - 1
    state = _TAKEN_BACK if revision.withdrawn else _CHANGED.format(n=changed) if changed else _IN_USE
    return {
        "id": f"{record.kind}:{revision.id}",
        "kind": record.kind,
        "name": names.get(getattr(record, child_field(type(record))), ""),
        "day": getattr(record, record.occurs) if record.occurs else None,
        "said": said_of(words, revision),
        "state": state.en,
        "state_text": state.text(),
        "failed": outcome_of(record) not in (None, Outcome.DONE),
        "withdrawn": revision.withdrawn,
        "writes": writes,
    }


def term_counts(desk: Desk) -> list[tuple[Label, str]]:
    """How much of each kind the person did this term: ways counted apart (on site, by phone, by video), failed attempts beside what was done."""
    today = clock.today()
    term = Timetable.at(desk, today).term()
    items = []
    for record in quick_kinds():
        if not record.occurs:
            continue
        rows = desk.rows(record.kind)
        outcome = next((s for s in record.fields.values() if s.codes is Outcome), None)
        way = way_field(record)
        columns = [rows.c[s.name] for s in (way, outcome) if s]
        select = sa.select(*columns, sa.func.count()).where(_mine(desk, record, rows), rows.c[record.occurs] <= today)
        select = select.group_by(*columns) if columns else select
        if term:
            select = select.where(rows.c[record.occurs] >= term.starts_on)
        counted = [_apart(row, way, outcome) for row in desk.tuples(select) if row[-1]]
        if counted:
            items.append((record.label, _counted(way, counted)))
    return items


def _apart(row: tuple[Any, ...], way: FieldSpec | None, outcome: FieldSpec | None) -> tuple[str, bool, int]:
    """One line of the count: the code of the way ("" without one), whether it was done, and how many."""
    done = outcome is None or row[-2] == str(Outcome.DONE)
    return (str(row[0]) if way else "", done, int(row[-1]))


def _counted(way: FieldSpec | None, counted: list[tuple[str, bool, int]]) -> str:
    failed = sum(n for _, done, n in counted if not done)
    of = {code: sum(n for other, done, n in counted if done and other == code) for code, _, _ in counted}
    if way is not None and way.codes is not None:
        text = _AND.text().join(_WAY.format(way=code.label, n=of[str(code)]).text() for code in way.codes if of.get(str(code)))
    else:
        text = str(sum(of.values()))
    return _DONE_FAILED.format(done=text or "0", failed=failed).text() if failed else text


def _day(row: dict[str, Any]) -> date:
    day = row["day"]
    return day if isinstance(day, date) else date.min
