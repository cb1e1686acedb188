"""Putting off what is due, with a reason and a day on which it comes back; and taking that back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import ipywidgets as widgets

from carekit import clock
from carekit.errors import NotFound, UserError
from carekit.language import Label
from carekit.obligations import RULES
from carekit.records import Snooze
from carekit.store import Desk
from carekit.widgets import Entry, RecordForm, Saved

_TITLE, _SAVE = Label("Put off", "暂缓办理"), Label("Put off", "确定暂缓")
_ABOUT = Label("{rule} for {name}, due on {day}", "{name}的{rule}，应于{day}前办理")
_SAVED = Label("Put off until {day}: {rule} for {name}. It comes back on that day.", "已暂缓到{day}：{name}的{rule}。到那天会再提醒。")
_BACK = Label("It is in the list again: {rule} for {name}.", "已恢复提醒：{name}的{rule}。")
_CHOOSE = Label("Choose something in the list first.", "请先在名单中选一项。")
_WITHDRAWN = Label("taken back", "取消暂缓")
_USUAL = timedelta(days=3)


class SnoozeCard(widgets.VBox):  # type: ignore[misc]
    """A small form: until when and why; `begin` opens it for a row of what is due, `on_saved` is told the acknowledgement."""

    def __init__(self, desk: Desk, on_saved: Callable[[Label], object]) -> None:
        self.desk, self._on_saved = desk, on_saved
        self._row: Mapping[Any, Any] | None = None
        self._about = widgets.Label()
        self.form = RecordForm(
            Snooze,
            ("until_on", "reason", "note"),
            on_submit=self._save,
            hidden={"staff_id": desk.actor.staff_id},
            title=_TITLE,
            save_label=_SAVE,
        )
        super().__init__([self._about, self.form])

    def __repr__(self) -> str:
        return "SnoozeCard()"

    def begin(self, row: Mapping[Any, Any]) -> None:
        """Open the form for a row of `obligations_frame`."""
        self._row, today = row, clock.today()
        self._about.value = _ABOUT.format(rule=RULES[row["rule"]].label, name=row["child"], day=row["due_on"]).text()
        fixed = {"child_id": row["child_id"], "rule": row["rule"], "due_on": row["due_on"], "from_on": today}
        self.form.start({"until_on": today + _USUAL}, hidden=fixed | {"staff_id": self.desk.actor.staff_id})

    def _save(self, entry: Entry) -> Saved:
        if self._row is None:
            raise UserError(_CHOOSE)
        self.desk.add(entry.record)
        message = _SAVED.format(day=entry.record.until_on, rule=RULES[self._row["rule"]].label, name=self._row["child"])
        self._on_saved(message)
        return Saved(message)


def take_back(desk: Desk, row: Mapping[Any, Any]) -> Label:
    """Withdraw what puts a row off, so that it is in the list again. `NotFound` when it is put off no longer or not the person's to change."""
    key = {"child_id": row["child_id"], "rule": row["rule"], "due_on": row["due_on"]}
    running = [one for one in desk.find(Snooze, key) if one.record.until_on > clock.today()]
    if not running:
        raise NotFound
    with desk.transaction():
        for one in running:
            desk.withdraw(Snooze, one.id, seen=one.version, reason=_WITHDRAWN.text())
    return _BACK.format(rule=RULES[row["rule"]].label, name=row["child"])
