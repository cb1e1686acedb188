"""The weekly digest: what waits for one person, as a text that can be read aloud, printed or sent by hand. Nothing is sent by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import pandas as pd

from carekit import clock
from carekit.apps.due_rows import Duties, Part
from carekit.calendar import week_of
from carekit.language import Label
from carekit.names import name_sort_key
from carekit.obligations import RULES, State
from carekit.records import StaffMember
from carekit.records.codes import Role
from carekit.store import Actor, Desk, Store

_TITLE = Label("{name}: to do, week of {first} to {last}", "{name}：待办周报（{first} 至 {last}）")
_NOTHING = Label("Nothing is due this week. Thank you.", "本周没有到期的事，辛苦了。")
_LATE, _WEEK, _PUT_OFF = Label("Overdue", "已逾期"), Label("Due this week", "本周到期"), Label("Put off", "已暂缓")
_LINE = Label("{rule} ({count}): {names}", "{rule}（{count}）：{names}")
_MORE = Label("{names} and {more} more", "{names}等{more}人")
_PERSON, _AND = Label("{name} ({room})", "{name}（{room}）"), Label(", ", "、")
_SCHOOL = Label("The whole school", "全校情况")
_SUM = Label("{rule}: done {done} of {asked}, {late} overdue", "{rule}：应办{asked}，已办{done}，逾期{late}")
_OWNERS = Label("Most overdue: {names}", "逾期较多：{names}")
_OWNER = Label("{name} {late}", "{name}{late}件")
_UNMET = Label("Met by nobody this term ({count}): {names}", "本学期还没有人见过的孩子（{count}）：{names}")
_IDLE = Label("In no activity this term: {count} children", "本学期还没有参加活动的孩子：{count}人")
#: As many names stand in one line; the page has them all.
_NAMES = 12


@dataclass(frozen=True, slots=True)
class Digest:
    """The digest of one person: heading, and lines grouped under headings ("" for none)."""

    staff_id: str
    name: str
    title: str
    parts: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def empty(self) -> bool:
        """Whether nothing waits."""
        return not self.parts

    @property
    def text(self) -> str:
        """All of it as plain text."""
        lines = [self.title]
        for heading, listed in self.parts:
            lines += ["", *([heading] if heading else []), *(f"· {line}" for line in listed)]
        return "\n".join([*lines, *(["", _NOTHING.text()] if self.empty else [])]) + "\n"

    def __repr__(self) -> str:
        return f"Digest({len(self.parts)} parts)"


def digest(desk: Desk, person: StaffMember, on: date | None = None, duties: Duties | None = None) -> Digest:
    """What waits for the person at the desk in the week of a day (this week when left out); leaders also get the sum of the school."""
    on = on or clock.today()
    everything = duties or Duties.of(desk, on)
    own, week = everything.of_person(person.id, person.role), week_of(on)
    soon = own.in_state(State.OPEN)
    soon = soon[soon["due_on"] <= week.ends_on]
    parts = [
        (_LATE.text(), tuple(_by_rule(own.in_state(State.OVERDUE)))),
        (_WEEK.text(), tuple(_by_rule(soon))),
        (_PUT_OFF.text(), tuple(_by_rule(own.in_state(State.PUT_OFF)))),
    ]
    if person.role is Role.LEADER:
        parts.append((_SCHOOL.text(), tuple(_of_school(desk, everything))))
    title = _TITLE.format(name=person.name, first=week.starts_on, last=week.ends_on).text()
    return Digest(person.id, person.name, title, tuple((heading, lines) for heading, lines in parts if lines))


def digests(store: Store, on: date | None = None) -> Iterator[Digest]:
    """The digest of everybody in service for whom something waits, each through their own desk and in their own scope.

    Asked for twice it is the same twice; who has left, and who has nothing to do, gets none.
    """
    on = on or clock.today()
    staff = [one.record for one in store.for_actor(Actor.console()).find(StaffMember)]
    there = [one for one in staff if (one.from_on is None or one.from_on <= on) and (one.until_on is None or on <= one.until_on)]
    for person in sorted(there, key=lambda one: (name_sort_key(one.name), one.id)):
        found = digest(store.for_actor(Actor(person.id, person.role)), person, on)
        if not found.empty:
            yield found


def _by_rule(rows: pd.DataFrame) -> Iterator[str]:
    for rule in RULES:
        of_rule = rows[rows["rule"] == rule]
        if len(of_rule):
            people = dict(zip(of_rule["child_id"], zip(of_rule["child"], of_rule["class_name"], strict=True), strict=True))
            yield _LINE.format(rule=RULES[rule].label, count=len(of_rule), names=_names(people.values())).text()


def _names(people: Iterable[tuple[str, str]]) -> str:
    words = [_PERSON.format(name=name, room=room).text() for name, room in people]
    listed = _AND.text().join(words[:_NAMES])
    return _MORE.format(names=listed, more=len(words)).text() if len(words) > _NAMES else listed


def _of_school(desk: Desk, everything: Duties) -> Iterator[str]:
    by_rule = everything.tallies("rule")
    for rule in RULES:
        tally = by_rule.get((rule,))
        if tally is not None and tally.asked:
            yield _SUM.format(rule=RULES[rule].label, asked=tally.asked, done=tally.done, late=tally.late).text()
    owners = [line for line in everything.by(Part.PERSON) if line["late"]][:5]
    if owners:
        yield _OWNERS.format(names=_AND.text().join(_OWNER.format(name=one["name"], late=one["late"]).text() for one in owners)).text()
    unmet, idle = (everything.missing_in(desk, metric) for metric in ("met_at_all", "activity_rate"))
    if unmet:
        yield _UNMET.format(count=len(unmet), names=_names((one["name"], one["class_name"]) for one in unmet)).text()
    if idle:
        yield _IDLE.format(count=len(idle)).text()
