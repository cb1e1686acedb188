"""What is due, as a person or the leading group looks at it: frames from `carekit.obligations` cut and counted, nothing judged anew."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum
from typing import Any

import pandas as pd

from carekit.language import Label, LabelledEnum
from carekit.metrics import METRICS, children_behind
from carekit.obligations import RULES, State, Whose, obligations_frame
from carekit.obligations.rule import may_see
from carekit.records.codes import Role
from carekit.store import Desk
from carekit.widgets import Column

#: How far ahead the usual list looks.
AHEAD = timedelta(days=31)
#: On which page one does what a rule asks for, where quick entry does not: the app and whether its address takes a child.
PLACES: dict[str, tuple[str, bool]] = {
    "file_complete": ("intake", True),
    "entrusted_care": ("families", True),
    "paired": ("pairing", False),
    "plan_check": ("plans", True),
    "plan_conclusion": ("plans", True),
    "difficulty": ("difficulties", False),
    "decision": ("difficulties", False),
    "journal_reply": ("contacts", False),
    "closure_decision": ("cases", False),
    "intervention_review": ("cases", False),
    "transfer_receipt": ("transfers", True),
}
NOBODY = Label("nobody", "无责任人")
_LATE = Label("{days} days late ({day})", "逾期{days}天（{day}）")
_TODAY, _LEFT = Label("today", "今天到期"), Label("in {days} days ({day})", "还有{days}天（{day}）")
_UNTIL = Label("put off until {day}: {why}", "暂缓到{day}（{why}）")


class Horizon(LabelledEnum):
    """How far a list looks."""

    LATE = Label("overdue only", "只看逾期")
    SOON = Label("overdue and the next month", "逾期和一个月内")
    ALL = Label("everything of this term", "本学期全部")


class Part(Enum):
    """By what the leading group looks at the work."""

    PERSON = "owner"
    CLASS = "class_name"


@dataclass(slots=True)
class Tally:
    """What was asked by a day, what of it is done, what is late and how late at most, what is put off, and the children who wait."""

    asked: int = 0
    done: int = 0
    late: int = 0
    latest: int = 0
    put_off: int = 0
    children: set[str] = field(default_factory=set)

    def add(self, state: State, *, fallen_due: bool, count: int) -> None:
        """Count so many rows of one state, whose day has come or not."""
        self.done += count * (state is State.MET)
        self.asked += count * (state is State.MET or (fallen_due and state is not State.EXCUSED))
        self.put_off += count * (state is State.PUT_OFF)
        self.late += count * (state is State.OVERDUE)


@dataclass(frozen=True, slots=True)
class Duties:
    """Everything due in a person's scope on a day: `frame` as `obligations_frame` gives it."""

    on: date
    frame: pd.DataFrame
    _missing: dict[str, list[dict[str, Any]]] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, desk: Desk, on: date) -> Duties:
        """Asked of the store now."""
        return cls(on, obligations_frame(desk, on))

    def of_person(self, staff_id: str, role: Role | None) -> Duties:
        """The rows that are a person's duty; what belongs to the leading group belongs to each of its members."""
        own = [
            owner == staff_id or (role is Role.LEADER and not owner and RULES[rule].whose is Whose.LEADERS)
            for owner, rule in zip(self.frame["owner_id"], self.frame["rule"], strict=True)
        ]
        return Duties(self.on, _where(self.frame, own))

    def waiting(self, horizon: Horizon = Horizon.ALL) -> pd.DataFrame:
        """What is still to be done, the latest first."""
        states = {State.OVERDUE} if horizon is Horizon.LATE else {State.OVERDUE, State.OPEN}
        last = self.on + AHEAD if horizon is Horizon.SOON else date.max
        keep = [state in states and day <= last for state, day in zip(self.frame["state"], self.frame["due_on"], strict=True)]
        return _where(self.frame, keep)

    def in_state(self, state: State) -> pd.DataFrame:
        """The rows in one state."""
        return _where(self.frame, [each is state for each in self.frame["state"]])

    def counts(self) -> dict[str, int]:
        """Overdue, due within a month, put off, and the children who wait."""
        late, soon, put_off, last = 0, 0, 0, self.on + AHEAD
        children = set()
        for state, day, child in zip(self.frame["state"], self.frame["due_on"], self.frame["child_id"], strict=True):
            put_off += state is State.PUT_OFF
            if state in (State.OVERDUE, State.OPEN) and day <= last:
                late += state is State.OVERDUE
                soon += state is State.OPEN
                children.add(child)
        return {"overdue": late, "soon": soon, "put_off": put_off, "children": len(children)}

    def tallies(self, *columns: str) -> dict[tuple[Any, ...], Tally]:
        """What was asked, done and late by the values of some columns; of a large school most rows are alike, and are counted together."""
        found: dict[tuple[Any, ...], Tally] = {}
        fallen_due = [day <= self.on for day in self.frame["due_on"]]
        keys = [self.frame[name] for name in columns]
        for (*key, state, come), count in Counter(zip(*keys, self.frame["state"], fallen_due, strict=True)).items():
            found.setdefault(tuple(key), Tally()).add(state, fallen_due=come, count=count)
        late = self.in_state(State.OVERDUE)
        for *key, days, child in zip(*(late[name] for name in columns), late["days_late"], late["child_id"], strict=True):
            tally = found[tuple(key)]
            tally.latest = max(tally.latest, days)
            tally.children.add(child)
        return found

    def by(self, part: Part) -> list[dict[str, Any]]:
        """One line for each person or class: what was asked by the day, what of it is done, what is late and how late at most; the latest first.

        `id` is the owner's id or the class; "" is nobody, or the leading group.
        """
        key = "owner_id" if part is Part.PERSON else "class_name"
        lines = [
            {
                "id": f"{one}|{name}",
                "name": str(name) or NOBODY.text(),
                "asked": tally.asked,
                "done": tally.done,
                "late": tally.late,
                "latest": tally.latest if tally.late else None,
                "children": len(tally.children),
                "put_off": tally.put_off,
            }
            for (one, name), tally in self.tallies(key, part.value).items()
        ]
        return sorted(lines, key=lambda line: (-line["late"], -(line["latest"] or 0), line["name"]))

    def of_line(self, part: Part, line_id: str) -> Duties:
        """The rows behind a line of `by`."""
        one, _, name = line_id.partition("|")
        key = "owner_id" if part is Part.PERSON else "class_name"
        return Duties(self.on, self.frame[(self.frame[key] == one) & (self.frame[part.value] == name)])

    def missing_in(self, desk: Desk, metric: str) -> list[dict[str, Any]]:
        """The children whom a rate lacks on the day (not met at all, in no activity): id, name, class_name; empty for a role that does not see it.

        Asked of the store once for these duties.
        """
        if not may_see(desk.actor, METRICS[metric].needs):
            return []
        if metric not in self._missing:
            self._missing[metric] = _missing_in(desk, metric, self.on)
        return self._missing[metric]


def _where(frame: pd.DataFrame, keep: list[bool]) -> pd.DataFrame:
    """The rows for which something holds; a bare list would be taken for columns when it is empty."""
    return frame[pd.Series(keep, index=frame.index, dtype=bool)]


def when(row: dict[Any, Any], on: date) -> str:
    """How late a row is, or how much time is left; of what is put off until when and why."""
    if row["state"] is State.PUT_OFF:
        return _UNTIL.format(day=row["put_off_until"], why=row["put_off_because"]).text()
    if row["state"] is State.OVERDUE:
        return _LATE.format(days=row["days_late"], day=row["due_on"]).text()
    days = (row["due_on"] - on).days
    return _TODAY.text() if days == 0 else _LEFT.format(days=days, day=row["due_on"]).text()


def shown(frame: pd.DataFrame, on: date) -> list[dict[str, Any]]:
    """Rows for a table: id, name (of the child), class_name, rule, due_on, when, late, owner, and the row behind."""
    rows: list[dict[Any, Any]] = frame.to_dict("records")
    alike: dict[str, int] = {}
    found = []
    for row in rows:
        key = f"{row['rule']}|{row['child_id']}|{row['due_on']}"
        alike[key] = alike.get(key, 0) + 1
        found.append(
            {
                "id": f"{key}|{alike[key]}",
                "name": row["child"],
                "class_name": row["class_name"],
                "rule": row["rule"],
                "due_on": row["due_on"],
                "when": when(row, on),
                "owner": row["owner"] or NOBODY.text(),
                "row": row,
            }
        )
    return found


def duty_columns() -> list[Column]:
    """The columns of a table of what `shown` gives."""
    return [
        Column("name", Label("Child", "儿童")),
        Column("class_name", Label("Class", "班级")),
        Column(
            "rule",
            Label("What", "事项"),
            text=lambda row: RULES[str(row["rule"])].label.text(),
            choices={name: rule.label for name, rule in RULES.items()},
        ),
        Column("when", Label("When", "期限"), sort=lambda row: (row["row"]["due_on"],)),
        Column("owner", Label("Whose", "责任人")),
    ]


def _missing_in(desk: Desk, metric: str, on: date) -> list[dict[str, Any]]:
    behind = children_behind(desk, metric, on=on)
    return [
        {"id": child, "name": name, "class_name": room}
        for child, name, room, there in zip(behind["child_id"], behind["name"], behind["class_name"], behind["in_numerator"], strict=True)
        if not there
    ]
