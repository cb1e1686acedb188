"""Whose talk is due this month: one line a child, from the obligations that every other figure uses."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from carekit import clock
from carekit.apps.children import child_options
from carekit.language import Label
from carekit.obligations import State, obligations_frame
from carekit.records.codes import Outcome
from carekit.store import Desk

_RULE = "monthly_talk"
_DONE = Label("✓ done {day}", "✓ 已谈（{day}）")
_MET = Label("✓ done", "✓ 已谈")
_EXCUSED = Label("✓ excused", "✓ 免计（整月不在校）")
_OPEN = Label("to do by {day}", "待谈，{day}前")
_NOT_DUE = Label("not due this month", "本月不用谈")
_MISSED = Label("missed: {months}", "漏谈{months}月")
_FOLLOW = Label("look again on {day}", "{day}跟进")
_FOLLOW_PAST = Label("look again since {day}", "{day}应跟进，已过")
_SEMICOLON = Label("; ", "；")
_AND = Label(", ", "、")


@dataclass(frozen=True, slots=True)
class ChildMonth:
    """One child this month: `state` None when no talk is due; `missed` are the earlier months of the term that passed without a talk.

    `done_on` is the last talk of the month that took place; `follow_up_on` a day agreed for looking again, on or after which no talk took place yet.
    """

    child_id: str
    name: str
    detail: str
    state: State | None
    due_on: date | None
    missed: tuple[date, ...]
    done_on: date | None
    follow_up_on: date | None

    def __repr__(self) -> str:
        return f"ChildMonth({self.child_id})"

    @property
    def waits(self) -> bool:
        """Whether the talk of this month is still to be held."""
        return self.state in (State.OPEN, State.OVERDUE)

    @property
    def state_text(self) -> str:
        """This month in words."""
        if self.state is State.MET:
            return (_DONE.format(day=_day(self.done_on)) if self.done_on else _MET).text()
        if self.state is State.EXCUSED:
            return _EXCUSED.text()
        return _OPEN.format(day=_day(self.due_on)).text() if self.waits and self.due_on else _NOT_DUE.text()

    def reminder(self, on: date) -> str:
        """The months without a talk and the day of looking again, past ones said to be past, in one line."""
        parts = [_MISSED.format(months=_AND.text().join(str(day.month) for day in self.missed))] if self.missed else []
        if self.follow_up_on:
            parts.append((_FOLLOW_PAST if self.follow_up_on < on else _FOLLOW).format(day=_day(self.follow_up_on)))
        return _SEMICOLON.text().join(part.text() for part in parts)

    def rank(self) -> tuple[int, int]:
        """First who has missed months and waits, then who waits, then who only missed earlier ones, then the rest."""
        return (0 if self.waits else 1 if self.missed and self.state is None else 2, -len(self.missed))


@dataclass(frozen=True, slots=True)
class Month:
    """A person's children this month, those to talk to first."""

    on: date
    lines: tuple[ChildMonth, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many talks are due this month, held, and still to be held, and how many children are excused; due = done + open."""
        of = Counter(line.state for line in self.lines)
        waiting = of[State.OPEN] + of[State.OVERDUE]
        return {"due": of[State.MET] + waiting, "done": of[State.MET], "open": waiting, "excused": of[State.EXCUSED]}

    def __repr__(self) -> str:
        return f"Month({self.on}, {self.counts})"


def month_of(desk: Desk, on: date | None = None) -> Month:
    """The present month for the children of the desk's scope; `Denied` for a role that does not see talks."""
    on = on or clock.today()
    frame = obligations_frame(desk, on, rule=_RULE)
    present: dict[str, tuple[State, date]] = {}
    missed: dict[str, list[date]] = defaultdict(list)
    for child_id, start, due_on, state in zip(frame["child_id"], frame["period_start"], frame["due_on"], frame["state"], strict=True):
        if start <= on <= due_on:
            present[child_id] = (state, due_on)
        elif state is State.OVERDUE:
            missed[child_id].append(start)
    options = child_options(desk, on)
    details = {child_id: detail for child_id, _, detail in options}
    names = dict(zip(frame["child_id"], frame["child"], strict=True))
    order = {child_id: place for place, (child_id, _, _) in enumerate(options)}
    held, follow_ups = _held(desk, on), _follow_ups(desk)
    lines = []
    for child_id in sorted({*present, *missed}, key=lambda one: order.get(one, len(order))):
        state, due_on = present.get(child_id, (None, None))
        lines.append(
            ChildMonth(
                child_id,
                names[child_id],
                details.get(child_id, ""),
                state,
                due_on,
                tuple(sorted(missed[child_id])),
                held.get(child_id),
                follow_ups.get(child_id),
            )
        )
    return Month(on, tuple(sorted(lines, key=ChildMonth.rank)))


def _held(desk: Desk, on: date) -> dict[str, date]:
    """The last talk of the month that took place, by child."""
    talk = desk.rows("talk")
    select = (
        sa.select(talk.c.child_id, sa.func.max(talk.c.talked_on))
        .where(talk.c.outcome == str(Outcome.DONE), talk.c.talked_on >= on.replace(day=1), talk.c.talked_on <= on)
        .group_by(talk.c.child_id)
    )
    return {row[0]: row[1] for row in desk.tuples(select)}


def _follow_ups(desk: Desk) -> dict[str, date]:
    """The earliest day agreed for looking again since which no talk took place, by child."""
    talk, later = desk.rows("talk"), desk.rows("talk").alias("later_talk")
    kept = sa.exists().where(
        later.c.child_id == talk.c.child_id,
        later.c.outcome == str(Outcome.DONE),
        later.c.talked_on >= talk.c.follow_up_on,
        later.c.id != talk.c.id,
    )
    select = (
        sa.select(talk.c.child_id, sa.func.min(talk.c.follow_up_on))
        .where(talk.c.follow_up_on.is_not(None), ~kept)
        .group_by(talk.c.child_id)
    )
    return {row[0]: row[1] for row in desk.tuples(select)}


def _day(day: date | None) -> str:
    return f"{day.month}-{day.day:02}" if day else ""
