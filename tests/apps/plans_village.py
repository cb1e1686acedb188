"""The village of the app tests with two leaders, a supporter, and plans made by hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

from village import Village, village_in

from carekit.records import Check, Pairing, Plan, PlanGoal, StaffMember
from carekit.records.codes import CheckResult, PairingKind, PlanKind, Role, Subject, WeakArea
from carekit.widgets import RecordForm

_numbers = count(1)
START, END = date(2026, 3, 2), date(2026, 7, 10)


@contextmanager
def plans_village(location: Path) -> Iterator[Village]:
    """The village with the leaders 郑样 and 吴样, and 冯样 paired with a child of 四(2)班."""
    with village_in(location) as village:
        people = {"zheng": ("郑样", Role.LEADER), "wu": ("吴样", Role.LEADER), "feng": ("冯样", Role.SUPPORTER)}
        village.staff |= {key: StaffMember(school_id=village.school.id, name=name, role=role) for key, (name, role) in people.items()}
        pairing = Pairing(
            kind_of=PairingKind.TEACHER,
            child_id=village.children["foreign"].id,
            staff_id=village.staff["feng"].id,
            from_on=date(2025, 9, 1),
        )
        village.console.add_all([*(village.staff[key] for key in people), pairing])
        yield village


def plan_of(
    village: Village, child: str = "elder", author: str = "sun", *, goals: tuple[WeakArea, ...] | None = None, **fields: Any
) -> Plan:
    """A plan saved by its author, from 2 March to 10 July, with a goal for each weak area unless said otherwise."""
    values: dict[str, Any] = {
        "child_id": village.children[child].id, "staff_id": village.staff[author].id, "subject": Subject.MATHS, "from_on": START, "until_on": END,
        "weak_areas": (WeakArea.ARITHMETIC,),
    }  # fmt: skip
    plan = Plan(**values | fields)
    areas = plan.weak_areas if goals is None else goals
    made = [PlanGoal(plan_id=plan.id, weak_area=area, from_on=plan.from_on, until_on=plan.until_on, goal="口算又快又准") for area in areas]
    village.desk(author).add_all([plan, *made])
    return plan


def individual_plan(village: Village, child: str = "elder", author: str = "sun", **fields: Any) -> Plan:
    """An individual education plan about conduct."""
    return plan_of(village, child, author, kind_of=PlanKind.INDIVIDUAL, subject=None, weak_areas=(WeakArea.CONDUCT,), **fields)


def approve(village: Village, plan: Plan, leader: str = "zheng", on: date = START) -> None:
    """A leader approves a plan as the store holds it."""
    desk = village.desk(leader)
    found = desk.get(Plan, plan.id)
    desk.amend(found.record.model_copy(update={"approved_by": village.staff[leader].id, "approved_on": on}), seen=found.version)


def hold(village: Village, plan: Plan, due_on: date, checked_on: date | None = None, author: str = "sun") -> Check:
    """A check of a plan that was held."""
    check = Check(
        plan_id=plan.id, due_on=due_on, checked_on=checked_on or due_on, result=CheckResult.PARTLY, staff_id=village.staff[author].id
    )
    village.desk(author).add(check)
    return check


def press_save(form: RecordForm, parts: dict[str, list[dict[str, Any]]] | None = None, **change: Any) -> str:
    """Press Save on what the form shows, changed; `parts` are further rows beside those that stand there. Gives the form's state."""
    shown = {name: [dict(row) for row in rows] for name, rows in form.values.get("parts", {}).items()}
    for name, rows in (parts or {}).items():
        shown[name] = [*shown.get(name, []), *({"key": f"new-{next(_numbers)}", "fields": row} for row in rows)]
    values = {"fields": {**form.values["fields"], **change}, "parts": shown}
    form.receive({"type": "submit", "generation": form.generation, "n": next(_numbers), "values": values})
    return str(form.state)


def said_by(form: RecordForm) -> list[dict[str, Any]]:
    """From now on what the form tells its page, in a list."""
    sent: list[dict[str, Any]] = []
    form.send = lambda message, buffers=None: sent.append(message)  # noqa: ARG005
    return sent
