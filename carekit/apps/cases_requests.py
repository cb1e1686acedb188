"""Asking for a file that one does not see, and answering it (CASES 61).

Whoever starts a file of a child who has one already is told no more than that there is one. Here they ask those who keep the files to reopen it or to move the
child; the request holds what was typed and nothing of the file.
"""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets
import sqlalchemy as sa

from carekit import clock
from carekit.access import Scope
from carekit.apps.cases_cards import OnSaved
from carekit.apps.cases_section import OnDone, OnError
from carekit.apps.children import Register, file_exists_elsewhere, search_children
from carekit.apps.links import app_link
from carekit.apps.staff import staff_name
from carekit.errors import NotFound, UserError
from carekit.identifiers import plain_number
from carekit.language import Label
from carekit.names import same_name_key
from carekit.problems import InvalidRecord, Problem
from carekit.records import Child, ReopenRequest
from carekit.store import Desk, Revision
from carekit.widgets import Column, Drafts, Emphasis, Entry, Facts, Notice, RecordForm, RecordTable, RowAction, Saved

_ASK, _WHY = Label("Ask for this file", "请求恢复档案"), Label("Why", "情况说明")
_WHY_HINT = Label("Such as: came back to class 3(1) today.", "如：今天回到三(1)班上课。")
_ASKED = Label(
    "Asked: registrar and leader see it on their page; the answer comes to “Moves and closing”.",
    "已提交：学籍管理员和学校领导会看到，答复在“学籍变动与结案”里查看。",
)
_ASKED_ALREADY = Label(
    "You have asked for this file already; the answer comes to “Moves and closing”.", "您已经申请过了，请在“学籍变动与结案”里看答复。"
)
_NOTHING_ELSEWHERE = Label("No such file exists elsewhere; save the new one.", "别处没有这份档案，可以直接保存新档案。")
_LIST, _NONE = Label("Requests for files", "恢复档案申请"), Label("Nobody has asked for a file.", "没有恢复档案的申请。")
_ANSWER, _BACK = Label("Answer", "答复"), Label("Back to the list", "返回名单")
_ANSWERED = Label("Answered; {who} reads it on the same page.", "已答复，{who}在本页就能看到。")
_ANSWER_MISSING = Label("Write what was done, or why not.", "请写明怎么办的，或为什么不办。")
_WAITING = Label("waiting", "待答复")
_WHAT_TO_DO = Label(
    "Reopen it under “Register”, or let the child return under “Moves”, then answer.",
    "先在“留守登记”里恢复，或在“变动”里办返校、调班，再来答复。",
)
_NO_MATCH = Label("No file fits any more.", "现在没有查到对应的档案。")
_CHOOSE = Label("Choose a line of the list first.", "请先在名单里选一项。")
_TYPED = ("name", "born_on", "id_number", "pupil_number", "note")


def ask_for_file(desk: Desk, child: Child, note: str = "") -> Revision[ReopenRequest]:
    """Ask for the file of the child who was typed; `UserError` when there is no such file elsewhere, or it was asked for and waits."""
    typed = {name: getattr(child, name) for name in ("id_number", "pupil_number", "name", "born_on")}
    by_name = file_exists_elsewhere(desk, name=child.name, born_on=child.birth_on)
    by_number = file_exists_elsewhere(desk, id_number=child.id_number, pupil_number=child.pupil_number)
    if not (by_name or by_number):
        raise UserError(_NOTHING_ELSEWHERE, code="no_such_file")
    request = ReopenRequest.read({**typed, "note": note, "asked_by": desk.actor.staff_id, "asked_on": clock.today()})
    for one in (each.record for each in desk.find(ReopenRequest, {"asked_by": desk.actor.staff_id, "answered_on": None})):
        if all(getattr(one, name) == getattr(request, name) for name in typed):
            raise UserError(_ASKED_ALREADY, code="asked_already")
    return desk.add(request)


class AskForFile(widgets.VBox):  # type: ignore[misc]
    """The offer beside the warning that a file exists elsewhere: out of sight until `offer`."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._child: Child | None = None
        self.note = widgets.Text(
            description=_WHY.text(),
            placeholder=_WHY_HINT.text(),
            style={"description_width": "initial"},
            layout={"width": "100%", "max_width": "560px"},
        )
        self.button = widgets.Button(description=_ASK.text(), layout={"align_self": "flex-start"})
        self.button.on_click(lambda _: self.ask())
        self.notice = Notice()
        super().__init__([self.note, self.button, self.notice])
        self.withdraw()

    def __repr__(self) -> str:
        return f"AskForFile({'offered' if self._child else 'not offered'})"

    def offer(self, child: Child) -> None:
        """Offer to ask for the file of the child who was typed."""
        self._child, self.note.value = child, ""
        self.notice.clear()
        self.layout.display = self.note.layout.display = self.button.layout.display = ""

    def withdraw(self) -> None:
        """Take the offer away."""
        self._child, self.layout.display = None, "none"

    def ask(self) -> None:
        """Save the request; what is in the way is said."""
        if self._child is None:
            return
        try:
            ask_for_file(self.desk, self._child, self.note.value)
        except UserError as error:
            self.notice.error(error.label)
            return
        self.notice.ok(_ASKED)
        self.note.layout.display = self.button.layout.display = "none"


# --- answering --------------------------------------------------------------------------------------------------------


def files_meant(desk: Desk, request: ReopenRequest) -> list[dict[str, Any]]:
    """The files of the answerer's scope that a request may mean: by a number, or by name and date of birth; rows as `search_children` gives them."""
    child = desk.rows("child", withdrawn=True)
    same = []
    if request.id_number:
        same.append(child.c.id_number == plain_number(request.id_number))
    if request.pupil_number:
        same.append(child.c.pupil_number == plain_number(request.pupil_number))
    if request.name and request.born_on:
        born = sa.or_(child.c.birth_on == request.born_on, child.c.born_on == request.born_on)
        same.append(sa.and_(child.c.name_key == same_name_key(request.name), born))
    ids = {row[0]: row[1] for row in desk.tuples(sa.select(child.c.id, child.c.name).where(sa.or_(*same)))}
    found: dict[str, dict[str, Any]] = {}
    for name in ids.values():
        rows: list[dict[str, Any]] = search_children(desk, name).to_dict("records")  # type: ignore[assignment]
        found |= {row["id"]: row for row in rows if row["id"] in ids}
    return list(found.values())


class AnswerCard(widgets.VBox):  # type: ignore[misc]
    """A request, the files that it may mean with links to them, and the answer."""

    def __init__(self, desk: Desk, on_saved: OnSaved) -> None:
        self.desk, self._on_saved = desk, on_saved
        self._found: Revision[ReopenRequest] | None = None
        self.facts, self.links, self.notice = Facts(), widgets.HTML(), Notice()
        self.form = RecordForm(
            ReopenRequest,
            ("answer",),
            on_submit=self._save,
            who=lambda staff_id: staff_name(desk, staff_id),
            title=_ANSWER,
            save_label=_ANSWER,
        )
        super().__init__([self.facts, self.notice, self.links, self.form])

    def __repr__(self) -> str:
        return "AnswerCard()"

    def begin(self, request_id: str) -> None:
        """Open it; `NotFound` outside the person's scope."""
        self._found = found = self.desk.get(ReopenRequest, request_id)
        record, spec = found.record, ReopenRequest.fields
        said = [(spec[name].label, getattr(record, name)) for name in _TYPED if getattr(record, name)]
        self.facts.set_items(
            [(spec["asked_by"].label, staff_name(self.desk, record.asked_by)), (spec["asked_on"].label, record.asked_on), *said]
        )
        files = files_meant(self.desk, record)
        self.links.value = " ".join(app_link(_file_label(row), "case_history", child=row["id"]) for row in files)
        self.notice.info(_WHAT_TO_DO if files else _NO_MATCH)
        answers = {"answered_by": self.desk.actor.staff_id, "answered_on": clock.today()}
        self.form.start(found, hidden=answers, drafts=Drafts.in_store(self.desk, f"answer:{found.id[-20:]}", ""))

    def _save(self, entry: Entry) -> Saved:
        record = entry.record
        if entry.seen is None or self._found is None:
            raise UserError(_CHOOSE)
        if not record.answer:
            names = {name: spec.label for name, spec in ReopenRequest.fields.items()}
            raise InvalidRecord([Problem("answer", "answer_missing", _ANSWER_MISSING)], names)
        revision = self.desk.amend(record, seen=entry.seen, reason=_ANSWER.text())
        self.desk.drop_draft(f"answer:{record.id[-20:]}", "")
        message = _ANSWERED.format(who=staff_name(self.desk, record.asked_by))
        self._on_saved(message)
        return Saved(message, revision.version)


def _file_label(row: dict[str, Any]) -> Label:
    """What a file is called on its link: name, class, where the child stands with school and register."""
    register = row["register"]
    parts = [row["name"], row["detail"], row["standing"].label.text(), "" if register is Register.NONE else register.label.text()]
    text = "，".join(part for part in parts if part)
    return Label(text, text)


class RequestSection(widgets.VBox):  # type: ignore[misc]
    """The requests: all for those who answer, the own ones for whoever asked."""

    def __init__(self, desk: Desk, on_done: OnDone, on_error: OnError) -> None:
        self.desk, self._on_error = desk, on_error
        self.answers = desk.reach(ReopenRequest) is Scope.ALL
        self.waiting = 0
        self.card = AnswerCard(desk, on_done)
        self.back = widgets.Button(description=_BACK.text(), layout={"align_self": "flex-start"})
        self.back.on_click(lambda _: self.show(None))
        open_ones = RowAction("answer", _ANSWER, Emphasis.PRIMARY, when=lambda row: row["answered_on"] is None)
        spec = ReopenRequest.fields
        self.table = RecordTable(
            [
                spec["name"],
                spec["born_on"],
                spec["id_number"],
                Column("who", spec["asked_by"].label),
                spec["asked_on"],
                spec["note"],
                Column("answer", spec["answer"].label, text=lambda row: row["answer"] or _WAITING.text()),
            ],
            caption=_LIST,
            empty=_NONE,
            actions=[open_ones] if self.answers else [],
            on_action=self.act,
            page_size=10,
        )
        super().__init__([self.back, self.card, self.table])
        self.show(None)

    def __repr__(self) -> str:
        return f"RequestSection({len(self.table.rows)} requests)"

    def refresh(self) -> None:
        """Ask the store again: what waits stands first."""
        found = [one.record for one in self.desk.find(ReopenRequest)]
        found.sort(key=lambda one: (one.answered_on is not None, -one.asked_on.toordinal(), one.id))
        self.waiting = sum(one.answered_on is None for one in found)
        names = {one: staff_name(self.desk, one) for one in {each.asked_by for each in found}}
        self.table.set_rows([{**{name: getattr(one, name) for name in one.fields}, "who": names[one.asked_by]} for one in found])

    def act(self, name: str, row_id: str) -> None:
        """Open the card of a request; what is in the way is said."""
        try:
            if name != "answer" or not self.answers:
                raise NotFound
            self.card.begin(row_id)
        except UserError as error:
            self._on_error(error.label)
            return
        self.show(self.card)

    def show(self, card: Any) -> None:
        """The list, or the card in its place."""
        self.card.layout.display = "" if card is not None else "none"
        self.back.layout.display = "" if card is not None else "none"
        self.table.layout.display = "" if card is None else "none"
