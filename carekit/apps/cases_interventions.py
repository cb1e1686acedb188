"""The section 帮扶个案 of the app `cases`: open an intervention, look at it again, close it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import ipywidgets as widgets

from carekit import clock
from carekit.access import may_write
from carekit.apps.cases_cards import OnSaved, about
from carekit.apps.cases_closing import INTERVENTION
from carekit.apps.cases_facts import Stage, Standing
from carekit.apps.cases_section import ClosingSection, OnDone, OnError
from carekit.apps.children import child_options
from carekit.apps.staff import staff_name, staff_options, staff_with_former
from carekit.errors import UserError
from carekit.language import Label
from carekit.obligations.names import child_names
from carekit.problems import InvalidRecord, Problem
from carekit.records import Child, Intervention
from carekit.store import Desk
from carekit.widgets import Column, Drafts, Emphasis, Entry, RecordForm, RowAction, Saved

#: Days until the first look, unless the person says otherwise.
USUAL_DAYS = timedelta(days=30)
_CHOOSE = Label("Choose a line of the list first.", "请先在名单里选一项。")
_OPEN, _REVIEW = Label("Open an intervention", "开案"), Label("Look again", "评估")
_OPENED = Label("Saved: {name} has an intervention, looked at again on {day}.", "已保存：{name}的个案已开，{day}前评估。")
_REVIEWED = Label("Saved: looked at; the next time is {day}.", "已保存评估，下次评估日期：{day}。")
_REVIEW_MISSING = Label("Enter when it is looked at again, not a past day.", "请填写下次评估日期，不能早于今天。")
_WORKER_LEFT = Label("{name} (has left)", "{name}（已离岗）")
_LATE = Label("{day}, overdue", "{day}（已逾期）")
_LIST = Label("Interventions", "帮扶个案")
_NONE = Label("No intervention is written down here.", "这里还没有帮扶个案。")


def check_review(record: Intervention) -> None:
    """`InvalidRecord` for an open intervention that nobody looks at again."""
    if record.review_on is None or record.review_on < clock.today():
        names = {name: spec.label for name, spec in Intervention.fields.items()}
        raise InvalidRecord([Problem("review_on", "review_missing", _REVIEW_MISSING)], names)


class OpenCard(widgets.VBox):  # type: ignore[misc]
    """A new intervention, its worker being whoever opens it unless said otherwise."""

    def __init__(self, desk: Desk, on_saved: OnSaved) -> None:
        self.desk, self._on_saved = desk, on_saved
        self.form = RecordForm(
            Intervention,
            ("child_id", "concern", "aims", "measures", "worker_id", "opened_on", "review_on", "number"),
            on_submit=self._save,
            title=_OPEN,
            save_label=Label("Save intervention", "保存个案"),
        )
        super().__init__([self.form])

    def __repr__(self) -> str:
        return "OpenCard()"

    def begin(self, child_id: str | None = None) -> None:
        """An empty entry of today; `NotFound` for a child outside the person's scope."""
        if child_id:
            self.desk.get(Child, child_id)
        today = clock.today()
        start = {"child_id": child_id, "worker_id": self.desk.actor.staff_id, "opened_on": today, "review_on": today + USUAL_DAYS}
        references = {"child_id": child_options(self.desk, today), "worker_id": staff_options(self.desk, today)}
        self.form.start(start, references=references, drafts=Drafts.in_store(self.desk, Intervention.kind, ""))

    def _save(self, entry: Entry) -> Saved:
        record: Intervention = entry.record
        check_review(record)
        self.desk.add(record)
        self.desk.drop_draft(Intervention.kind, "")
        name = child_names(self.desk, {record.child_id}).get(record.child_id, "")
        message = _OPENED.format(name=name, day=record.review_on)
        self._on_saved(message)
        return Saved(message)


class ReviewCard(widgets.VBox):  # type: ignore[misc]
    """An open intervention looked at again: what is done, who answers for it, and when the next look is."""

    def __init__(self, desk: Desk, on_saved: OnSaved) -> None:
        self.desk, self._on_saved = desk, on_saved
        self.about = widgets.Label()
        self.form = RecordForm(
            Intervention,
            ("concern", "aims", "measures", "worker_id", "review_on"),
            on_submit=self._save,
            who=lambda staff_id: staff_name(desk, staff_id),
            title=_REVIEW,
            save_label=Label("Save review", "保存评估"),
        )
        super().__init__([self.about, self.form])

    def __repr__(self) -> str:
        return "ReviewCard()"

    def begin(self, one: Standing) -> None:
        """Open it for an intervention as it was saved."""
        found = self.desk.get(Intervention, one.subject.id)
        self.about.value = about(one)
        workers = staff_with_former(self.desk, staff_options(self.desk, clock.today()), found.record.worker_id)
        drafts = Drafts.in_store(self.desk, f"review:{found.id[-20:]}", found.record.child_id)
        self.form.start(found, references={"worker_id": workers}, drafts=drafts)

    def _save(self, entry: Entry) -> Saved:
        record: Intervention = entry.record
        if entry.seen is None:
            raise UserError(_CHOOSE)
        check_review(record)
        revision = self.desk.amend(record, seen=entry.seen, reason=_REVIEW.text())
        self.desk.drop_draft(f"review:{record.id[-20:]}", record.child_id)
        message = _REVIEWED.format(day=record.review_on)
        self._on_saved(message)
        return Saved(message, revision.version)


class InterventionSection(ClosingSection):
    """The interventions of the person's scope."""

    def __init__(self, desk: Desk, on_done: OnDone, on_error: OnError) -> None:
        self.open_card, self.review_card = OpenCard(desk, on_done), ReviewCard(desk, on_done)
        self.open_button = widgets.Button(description=_OPEN.text(), button_style="primary", layout={"align_self": "flex-start"})
        self.open_button.on_click(lambda _: self.begin())
        self.open_button.layout.display = "" if may_write(desk.actor, Intervention) else "none"
        super().__init__(
            desk,
            INTERVENTION,
            caption=_LIST,
            empty=_NONE,
            on_done=on_done,
            on_error=on_error,
            columns=[
                Column("concern", Intervention.fields["concern"].label),
                Column("worker", Intervention.fields["worker_id"].label),
                Column("review", Intervention.fields["review_on"].label, sort=lambda row: row["standing"].record.review_on),
            ],
            actions=[RowAction("review", _REVIEW, Emphasis.PRIMARY, when=lambda row: _is_open(row["standing"]))],
            cards=[self.open_card, self.review_card],
            above=[self.open_button],
        )

    def row(self, one: Standing) -> dict[str, Any]:
        """A line of the list, with concern, worker and next look."""
        day = one.record.review_on
        return super().row(one) | {
            "concern": one.record.concern,
            "worker": _WORKER_LEFT.format(name=one.worker).text() if one.worker_left else one.worker,
            "review": None if day is None or one.stage is Stage.CLOSED else _LATE.format(day=day).text() if one.late else day,
        }

    def step(self, name: str, one: Standing) -> None:
        """Open the card of a step."""
        if name != "review":
            super().step(name, one)
            return
        self.review_card.begin(one)
        self.show(self.review_card)

    def begin(self, child_id: str | None = None) -> None:
        """Open the form of a new intervention; what is in the way is said."""
        try:
            self.open_card.begin(child_id)
        except UserError as error:
            self._on_error(error.label)
            return
        self.show(self.open_card)


def _is_open(one: Standing) -> bool:
    """Whether it can be looked at again by this person."""
    return one.stage is not Stage.CLOSED and one.mine
