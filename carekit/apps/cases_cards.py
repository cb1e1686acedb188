"""The cards of closing: propose, decide, reopen. Each is made once and opened for one entry of the register or one intervention."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import ipywidgets as widgets

from carekit import clock
from carekit.apps.cases_closing import (
    Asked,
    Closing,
    approve,
    check_proposal,
    check_reopening,
    criteria_of,
    propose,
    send_back,
)
from carekit.apps.cases_criteria import Answer, criteria_html
from carekit.apps.cases_facts import Stage, Standing
from carekit.apps.staff import staff_name
from carekit.errors import UserError
from carekit.language import Label
from carekit.records import Intervention
from carekit.store import Desk
from carekit.widgets import Drafts, Entry, Facts, Notice, RecordForm, Saved

OnSaved = Callable[[Label], None]
_CHOOSE = Label("Choose a line of the list first.", "请先在名单里选一项。")
_PROPOSED = Label("Proposed for {name}; a leader decides.", "已提交{name}的申请，等待领导审批。")
_APPROVED = Label("Approved: {name}, last day {day}.", "已批准：{name}，最后一天是{day}。")
_WITH_PAIRINGS = Label(
    "Approved: {name}, last day {day}; {count} running pairings ended, because the child has left.",
    "已批准：{name}，最后一天是{day}；孩子已离校，结束进行中的结对{count}个。",
)
_SENT_BACK = Label("Sent back to {who}.", "已退回给{who}修改。")
_REOPENED = Label("Reopened for {name} from {day} on; the old closing is kept.", "{name}自{day}起恢复，原来的记录保留。")
_SENT_BACK_FOR = Label("Sent back: {why}", "退回意见：{why}")
_ABOUT, _IN_CLASS = Label("{name}, {room}", "{name}，{room}"), Label("in no class", "不在班级")
_DRAFT_KEY = "{name}:{id}"
_APPROVE, _BACK_TITLE = Label("Approve", "批准"), Label("Send back", "退回修改")
_UNMET = Label("{count} criteria are not met; read the outcome before you approve.", "有{count}项条件未满足，批准前请先看“结果”里的说明。")
_WHO, _STAGE = Label("Proposed by", "申请人"), Label("About", "对象")
_REVIEW = Label("Look again on", "下次评估日期")
_REVIEW_MISSING = Label("Enter the day on which it is looked at again, not a past one.", "请填写下次评估日期，不能早于今天。")


def about(one: Standing) -> str:
    """Who it is about, in one line."""
    return _ABOUT.format(name=one.child, room=one.class_name or _IN_CLASS.text()).text()


def _draft(desk: Desk, step: str, one: Standing) -> Drafts:
    return Drafts.in_store(desk, _DRAFT_KEY.format(name=step, id=one.subject.id[-20:]), one.record.child_id)


class ProposeCard(widgets.VBox):  # type: ignore[misc]
    """A proposal to close, new or to be changed, with the criteria of the reason chosen beside it."""

    def __init__(self, desk: Desk, closing: Closing, on_saved: OnSaved) -> None:
        self.desk, self.closing, self._on_saved = desk, closing, on_saved
        self.asked = Asked()
        self._one: Standing | None = None
        self._shown: object = None
        self.about, self.notice, self.criteria = widgets.Label(), Notice(), widgets.HTML()
        self.form = RecordForm(
            closing.record,
            closing.boxes,
            on_submit=self._save,
            who=lambda staff_id: staff_name(desk, staff_id),
            title=closing.propose,
            save_label=Label("Save proposal", "提交申请"),
        )
        super().__init__([self.about, self.notice, self.criteria, self.form])

    def __repr__(self) -> str:
        return f"ProposeCard({self.closing.name})"

    def begin(self, one: Standing) -> None:
        """Open it; what is proposed already is changed, and shows why it was sent back."""
        self._one, self._shown, today = one, None, clock.today()
        self.asked.forget()
        self.notice.clear()
        self.about.value = about(one)
        hidden: dict[str, Any] = {self.closing.parent: one.subject.id, "returned_for": None}
        initial: Any = one.proposal
        if one.proposal is None:
            initial = {"closed_on": today}
            hidden |= {"proposed_by": self.desk.actor.staff_id, "proposed_on": today}
        else:
            record = one.proposal.record
            # it waits anew from today once it was sent back
            hidden |= {"proposed_by": record.proposed_by or self.desk.actor.staff_id}
            hidden |= {"proposed_on": today if record.returned_for or record.proposed_on is None else record.proposed_on}
            if record.returned_for:
                self.notice.warn(_SENT_BACK_FOR.format(why=record.returned_for))
        self.form.start(initial, hidden=hidden, drafts=self._drafts(one))
        self.show_criteria(self.form.values["fields"])

    def _drafts(self, one: Standing) -> Drafts:
        """Drafts in the store; what is kept is also looked at, so that the criteria follow what is chosen."""
        stored = _draft(self.desk, f"{self.closing.name}_end", one)

        def save(content: dict[str, Any]) -> None:
            stored.save(content)
            self.show_criteria(content.get("fields", {}))

        return Drafts(save, stored.load, stored.drop)

    def show_criteria(self, boxes: Mapping[str, Any]) -> None:
        """The criteria of what stands in the boxes; nothing before a reason is chosen."""
        asked = tuple(boxes.get(name) for name in self.closing.boxes if name != "outcome")
        if self._one is not None and asked != self._shown:
            self._shown = asked
            self.criteria.value = criteria_html(self.closing.criteria(self.desk, self._one, boxes))

    def _save(self, entry: Entry) -> Saved:
        one, record = self._one, entry.record
        if one is None:
            raise UserError(_CHOOSE)
        check_proposal(one, record)
        boxes = {name: getattr(record, name) for name in self.closing.boxes}
        self.show_criteria(boxes)
        question = tuple(value for name, value in boxes.items() if name != "outcome")
        self.asked.check(self.closing.criteria(self.desk, one, boxes), question)
        revision = propose(self.desk, self.closing, one, record, entry.seen)
        _draft(self.desk, f"{self.closing.name}_end", one).drop()
        message = _PROPOSED.format(name=one.child)
        self._on_saved(message)
        return Saved(message, revision.version)


class DecideCard(widgets.VBox):  # type: ignore[misc]
    """What is proposed, its criteria, and the two answers: approve, or send back with a reason."""

    def __init__(self, desk: Desk, closing: Closing, on_saved: OnSaved) -> None:
        self.desk, self.closing, self._on_saved = desk, closing, on_saved
        self._one: Standing | None = None
        self.facts, self.criteria, self.notice = Facts(), widgets.HTML(), Notice()
        self.button = widgets.Button(description=_APPROVE.text(), button_style="primary", layout={"align_self": "flex-start"})
        self.button.on_click(lambda _: self.approve())
        self.form = RecordForm(
            closing.record,
            ("returned_for",),
            on_submit=self._send_back,
            who=lambda staff_id: staff_name(desk, staff_id),
            title=_BACK_TITLE,
            save_label=_BACK_TITLE,
        )
        super().__init__([self.facts, self.criteria, self.notice, self.button, self.form])

    def __repr__(self) -> str:
        return f"DecideCard({self.closing.name})"

    def begin(self, one: Standing) -> None:
        """Open it for what is proposed."""
        if one.proposal is None:
            raise UserError(_CHOOSE)
        self._one, record = one, one.proposal.record
        spec = record.fields
        said = [(spec[name].label, getattr(record, name)) for name in self.closing.boxes]
        who = staff_name(self.desk, record.proposed_by or one.proposal.recorded_by)
        self.facts.set_items([(_STAGE, about(one)), *said, (_WHO, who), (spec["proposed_on"].label, record.proposed_on)])
        criteria = criteria_of(self.desk, self.closing, one)
        self.criteria.value = criteria_html(criteria)
        lacking = sum(each.answer is Answer.NOT_MET for each in criteria)
        self.notice.clear()
        if lacking:
            self.notice.error(_UNMET.format(count=lacking))
        self.form.start(one.proposal, drafts=_draft(self.desk, f"{self.closing.name}_back", one))

    def approve(self) -> None:
        """Approve it; what is in the way is said beside the button."""
        one = self._one
        if one is None or one.proposal is None:
            return
        try:
            ended = approve(self.desk, one)
        except UserError as error:
            self.notice.error(error.label)
            return
        label = _WITH_PAIRINGS if ended else _APPROVED
        self._on_saved(label.format(name=one.child, day=one.proposal.record.closed_on, count=ended))

    def _send_back(self, entry: Entry) -> Saved:
        one = self._one
        if one is None or entry.seen is None:
            raise UserError(_CHOOSE)
        revision = send_back(self.desk, entry.record, entry.seen)
        _draft(self.desk, f"{self.closing.name}_back", one).drop()
        message = _SENT_BACK.format(who=staff_name(self.desk, entry.record.proposed_by or revision.recorded_by))
        self._on_saved(message)
        return Saved(message, revision.version)


class ReopenCard(widgets.VBox):  # type: ignore[misc]
    """A reopening: its day and why; an intervention is looked at again on a new day."""

    def __init__(self, desk: Desk, closing: Closing, on_saved: OnSaved) -> None:
        self.desk, self.closing, self._on_saved = desk, closing, on_saved
        self._one: Standing | None = None
        self.about = widgets.Label()
        self.review = widgets.DatePicker(description=_REVIEW.text(), style={"description_width": "initial"})
        self.form = RecordForm(
            closing.record,
            ("reopened_on", "reopen_reason"),
            on_submit=self._save,
            who=lambda staff_id: staff_name(desk, staff_id),
            title=Label("Reopen", "恢复"),
            save_label=Label("Save reopening", "保存恢复"),
        )
        super().__init__([self.about, *([self.review] if closing.record.kind == "intervention_closure" else []), self.form])

    def __repr__(self) -> str:
        return f"ReopenCard({self.closing.name})"

    def begin(self, one: Standing) -> None:
        """Open it for what is closed."""
        if one.closing is None or one.stage is not Stage.CLOSED:
            raise UserError(_CHOOSE)
        self._one, today = one, clock.today()
        self.about.value, self.review.value = about(one), None
        today_first = replace(one.closing, record=one.closing.record.model_copy(update={"reopened_on": today}))
        self.form.start(today_first, drafts=_draft(self.desk, f"{self.closing.name}_again", one))

    def _save(self, entry: Entry) -> Saved:
        one, record = self._one, entry.record
        if one is None or entry.seen is None:
            raise UserError(_CHOOSE)
        check_reopening(record)
        with self.desk.transaction():
            revision = self.desk.amend(record, seen=entry.seen, reason=record.reopen_reason)
            if isinstance(one.record, Intervention):
                self._look_again(one)
        _draft(self.desk, f"{self.closing.name}_again", one).drop()
        message = _REOPENED.format(name=one.child, day=record.reopened_on)
        self._on_saved(message)
        return Saved(message, revision.version)

    def _look_again(self, one: Standing) -> None:
        if self.review.value is None or self.review.value < clock.today():
            raise UserError(_REVIEW_MISSING, code="review_missing")
        current = self.desk.get(Intervention, one.subject.id)
        again = current.record.model_copy(update={"review_on": self.review.value})
        self.desk.amend(again, seen=current.version, reason=_REVIEW.text())
