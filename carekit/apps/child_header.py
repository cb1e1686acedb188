"""The facts at the head of a child's file: who, which class, whether left behind by which definition, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from carekit.apps.child_facts import ChildFacts
from carekit.language import Label
from carekit.obligations import DEFINITIONS, RULES, Sources, Timetable, left_behind
from carekit.obligations.file_cells import cells
from carekit.obligations.rule import may_see
from carekit.obligations.timetable import moment_values
from carekit.records import Case, Child, Closure
from carekit.records.codes import LeftBehindSchool
from carekit.store import Desk

_AGE, _YEARS = Label("Age", "年龄"), Label("{age} (born {day})", "{age}周岁（{day}生）")
_CLASS, _NO_CLASS = Label("Class", "班级"), Label("in no class today", "今天不在任何班级")
_SUPPORTER = Label("Supporter", "帮扶人")
_TEACHER, _REGISTER = Label("Class teacher", "班主任"), Label("School's register", "本校留守登记")
_SINCE, _CLOSED = Label("on it since {day}", "{day}起在册"), Label("closed on {day}", "{day}已销号")
_NEVER = Label("not on the register", "未登记")
_MISSING, _NOTHING = Label("Still missing", "还缺的资料"), Label("nothing", "不缺")
_COUNT = Label("{count} field(s)", "{count}项")
_YES, _NO, _NOT_HERE = Label("yes", "是"), Label("no", "不是"), Label("not enrolled today", "今天不在校，不作判断")
_SAVED = Label("Left behind, {name}", "留守（{name}）")
_NAMES = {"mca": Label("civil affairs", "民政口径"), "edu": Label("pupil register", "学籍口径"), "local": Label("school", "本校口径")}
_UNKNOWN = Label("not known: {facts}", "不详：{facts}")
_UNKNOWNS = {
    "unknown_start": Label("since when away", "外出时间"),
    "unknown_birth": Label("date of birth", "出生日期"),
    "unknown_hukou": Label("household registration", "户口性质"),
}
_AND = Label(", ", "、")

Item = tuple[Label, object] | tuple[Label, object, str]


@dataclass(frozen=True, slots=True)
class Header:
    """What stands at the head of a file: `items` for `Facts`; `unregistered` when the child is left behind by the facts and not registered."""

    items: tuple[Item, ...]
    unregistered: bool = False


def header(desk: Desk, facts: ChildFacts) -> Header:
    """The head of a file, with what the reader may see: who, which class, left behind by which definition, what is missing."""
    child = facts.child.record
    born = child.birth_on
    items: list[Item] = [
        (Child.fields["name"].label, child.name),
        (Child.fields["sex"].label, child.sex),
        (_AGE, _YEARS.format(age=facts.age, day=born) if born and facts.age is not None else None),
        (_CLASS, facts.room.name if facts.room else _NO_CLASS),
        (_TEACHER, _AND.text().join(t.name for t in facts.teachers) or None),
        (_SUPPORTER, _AND.text().join(t.name for t in facts.supporters) or None),
    ]
    if "health" in facts.child.redacted or not may_see(desk.actor, RULES["file_complete"].needs):
        return Header(tuple(items))
    registered, state = register_state(desk, facts)
    items.append((_REGISTER, state))
    defined, left_behind_by_one = definition_items(desk, facts)
    missing = missing_cells(desk, facts)
    told = _COUNT.format(count=len(missing)) if missing else _NOTHING
    items += [*defined, (_MISSING, told, _AND.text().join(label.text() for label in missing))]
    return Header(tuple(items), unregistered=left_behind_by_one and not registered)


def register_state(desk: Desk, facts: ChildFacts) -> tuple[bool, Label]:
    """Whether the child is on the school's own register on the day, and in words; the day of closing still counts as on it."""
    cases = [r.record for r in desk.find(Case, {"child_id": facts.child.id}) if r.record.opened_on <= facts.on]
    if not cases:
        return False, _NEVER
    case = max(cases, key=lambda c: (c.opened_on, c.id))
    closed = [c.closed_on for c in (r.record for r in desk.find(Closure, {"case_id": case.id})) if c.shuts(facts.on)]
    return (False, _CLOSED.format(day=max(closed))) if closed else (True, _SINCE.format(day=case.opened_on))


def definition_items(desk: Desk, facts: ChildFacts) -> tuple[list[Item], bool]:
    """Whether the child is left behind on the day by each of the three definitions, with its words and what is not known; whether by any."""
    timetable = Timetable.at(desk, facts.on)
    select = left_behind(desk, timetable)
    rows = desk.frame(select.where(select.selected_columns.child_id == facts.child.id)).to_dict("records")
    row: dict[Any, Any] = rows[0] if rows else {}
    unknown = [label.text() for name, label in _UNKNOWNS.items() if row.get(name)]
    items: list[Item] = []
    for name, definition in DEFINITIONS.items():
        words = definition.format(rule=timetable.rules().label).text()
        note = f"{words}　{_UNKNOWN.format(facts=_AND.text().join(unknown)).text()}" if unknown else words
        items.append((_SAVED.format(name=_NAMES[name]), _answer(name, row), note))
    return items, bool(row) and (bool(row["mca"]) or bool(row["local"]) or row["edu"] != LeftBehindSchool.NONE)


def _answer(name: str, row: dict[Any, Any]) -> Label:
    if not row:
        return _NOT_HERE
    if name == "edu":
        return LeftBehindSchool(str(row["edu"])).label
    return _YES if row[name] else _NO


def missing_cells(desk: Desk, facts: ChildFacts) -> list[Label]:
    """The cells that the file needs and that are empty, by the rule that decides whether a file is complete."""
    source, timetable = Sources(desk), Timetable.at(desk, facts.on)
    moment, child = moment_values(timetable.today[:1], "file_day"), source.own("child")
    needed = cells(source, child, moment)
    columns = [sa.case((sa.and_(sa.true() if c.needed is None else c.needed, ~c.filled), 1), else_=0) for c in needed]
    rows = desk.tuples(sa.select(*columns).select_from(child.join(moment, sa.true())).where(child.c.id == facts.child.id))
    return [cell.label for cell, empty in zip(needed, rows[0], strict=True) if empty] if rows else []
