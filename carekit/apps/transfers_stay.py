"""Into which class a child comes and on which day: the last step with a package, and all there is to say for a child who comes back without one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import ipywidgets as widgets

from carekit import clock
from carekit.apps.children import class_options
from carekit.apps.transfers_arrival import TakenIn, away_options, take_in
from carekit.calendar import school_year, school_year_of
from carekit.errors import UserError
from carekit.language import Label
from carekit.names import same_name_key
from carekit.records import Enrolment, SchoolClass
from carekit.records.codes import EntryReason
from carekit.store import Conflict, Desk
from carekit.widgets import Drafts, Entry, RecordForm, Saved

_STAY = Label("Class and day", "编班")
_BACK = Label("A child comes back without a package", "没有档案包：孩子转回本校")
_SAVE = Label("Save: take the child in", "确认转入并保存")
_YEAR = Label("school year {year}-{next}", "{year}—{next}学年")
_OTHER_YEAR = Label(
    "{day} is not in the school year of this class. Choose another class or day.", "{day}不在这个班级的学年内，请改选班级或日期。"
)
_MEANWHILE = Label("Somebody changed this file just now. Look at it, then save again.", "档案刚被别人改过，请核对后再保存一次。")


def _class_choices(desk: Desk) -> list[tuple[str, str, str]]:
    """The classes of this school year and the next, told apart by the year."""
    this = school_year_of(clock.today())
    return [
        (one, name, _YEAR.format(year=year, next=year + 1).text())
        for year in (this, this + 1)
        for one, name, _ in class_options(desk, year)
    ]


def _require_year(desk: Desk, stay: Enrolment) -> None:
    span = school_year(desk.get(SchoolClass, stay.class_id).record.school_year)
    if not span.starts_on <= stay.enrolled_on <= span.ends_on:
        raise UserError(_OTHER_YEAR.format(day=stay.enrolled_on), code="other_year")


class StayForm(widgets.VBox):  # type: ignore[misc]
    """The form of the new stay; `save(stay)` stores everything and gives the acknowledgement."""

    def __init__(self, desk: Desk, save: Callable[[Enrolment], Saved]) -> None:
        self.desk, self._save = desk, save
        self.form = RecordForm(
            Enrolment,
            ("class_id", "enrolled_on", "other_school", "note"),
            hidden={"child_id": None},
            on_submit=self._submit,
            title=_STAY,
            save_label=_SAVE,
            ack_seconds=15.0,
        )
        super().__init__([self.form])

    def __repr__(self) -> str:
        return "StayForm()"

    def begin(self, child_id: str, day: date, other_school: str, class_name: str) -> None:
        """The form for a child; a class of the same name as the former one is chosen where there is just one."""
        choices = _class_choices(self.desk)
        alike = [one for one, name, _ in choices if same_name_key(name) == same_name_key(class_name)]
        initial = {"class_id": alike[0] if len(alike) == 1 else None, "enrolled_on": day, "other_school": other_school or None}
        hidden = {"child_id": child_id, "entry": EntryReason.TRANSFERRED_IN}
        self.form.start(initial, hidden=hidden, references={"class_id": choices})

    def _submit(self, entry: Entry) -> Saved:
        _require_year(self.desk, entry.record)
        return self._save(entry.record)


class ReturnPanel(widgets.VBox):  # type: ignore[misc]
    """A child who comes back without a package: the old file is used as it is, a new stay begins."""

    def __init__(self, desk: Desk, on_taken: Callable[[TakenIn], object]) -> None:
        self.desk, self._on_taken = desk, on_taken
        self.form = RecordForm(
            Enrolment,
            ("child_id", "class_id", "enrolled_on", "other_school", "note"),
            hidden={"entry": EntryReason.TRANSFERRED_IN},
            on_submit=self._submit,
            title=_BACK,
            save_label=_SAVE,
            ack_seconds=15.0,
        )
        super().__init__([self.form])

    def __repr__(self) -> str:
        return "ReturnPanel()"

    def begin(self) -> None:
        """An empty form of today, or what was begun and not saved."""
        today = clock.today()
        references = {"child_id": away_options(self.desk, today), "class_id": _class_choices(self.desk)}
        self.form.start({"enrolled_on": today}, references=references, drafts=Drafts.in_store(self.desk, "transfer_back", ""))

    def _submit(self, entry: Entry) -> Saved:
        _require_year(self.desk, entry.record)
        try:
            taken = take_in(self.desk, None, entry.record, None, self.desk.actor.staff_id)
        except Conflict:
            raise UserError(_MEANWHILE) from None
        self.desk.drop_draft("transfer_back", "")
        self._on_taken(taken)
        return Saved()
