"""For the tests of moves and closing: the small school with two leaders and a supporter, and what people do on the page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pairing_village import press, press_save, told
from village import START, TODAY, Village, village_in

from carekit.apps.cases import Cases
from carekit.apps.cases_facts import Standing
from carekit.records import Case, Closure, Enrolment, Pairing, StaffMember
from carekit.records.codes import PairingKind, Role
from carekit.store import Revision

__all__ = ["START", "TODAY", "Village", "press", "press_save", "told"]


@contextmanager
def cases_village(folder: Path) -> Iterator[Village]:
    """The small school with the leaders 方样 and 邓样 and the supporter 秦样."""
    with village_in(folder) as made:
        for key, name, role in (("fang", "方样", Role.LEADER), ("deng", "邓样", Role.LEADER), ("qin", "秦样", Role.SUPPORTER)):
            made.staff[key] = StaffMember(school_id=made.school.id, name=name, role=role)
        made.console.add_all([made.staff[key] for key in ("fang", "deng", "qin")])
        yield made


def page(village: Village, key: str) -> Cases:
    """The page as a person opens it."""
    return Cases(village.desk(key))


def case_of(village: Village, child: str) -> Revision[Case]:
    """A child's entry in the register."""
    return village.console.find(Case, {"child_id": village.children[child].id})[0]


def closures(village: Village, child: str) -> list[Closure]:
    """The closings of a child's entry."""
    return [one.record for one in village.console.find(Closure, {"case_id": case_of(village, child).id})]


def stays(village: Village, child: str) -> list[Enrolment]:
    """The stays of a child, the earliest first."""
    return [one.record for one in village.console.find(Enrolment, {"child_id": village.children[child].id})]


def standing(app: Cases, village: Village, child: str) -> Standing:
    """The line of a child in the register."""
    return next(one for one in app.register.found if one.record.child_id == village.children[child].id)


def offered_steps(app: Cases, village: Village, child: str) -> set[str]:
    """The buttons in a child's line of the register."""
    line = next(row for row in app.register.table.rows if row["standing"] is standing(app, village, child))
    return {name for name, action in app.register.table._actions.items() if action.when is None or action.when(line)}


def figures(app: Cases) -> dict[str, str]:
    """The large figures by name."""
    return {name: value for name, value, _ in app.figures.items}


def propose(village: Village, child: str, key: str = "wang", **boxes: Any) -> Cases:
    """Propose to take a child off the register, pressing Save as often as the page asks."""
    app = page(village, key)
    press(app.register.table, "propose", case_of(village, child).id)
    boxes = {"reason": "1", "closed_on": TODAY.isoformat(), "outcome": "父亲已回家三个月，能照料孩子。"} | boxes
    if press_save(app.register.propose.form, **boxes) == "refused":
        press_save(app.register.propose.form, **boxes)
    return app


def pair(village: Village, child: str, helper: str = "qin", **values: Any) -> Pairing:
    """A running pairing."""
    made = Pairing(
        child_id=village.children[child].id,
        kind_of=PairingKind.TEACHER,
        staff_id=village.staff[helper].id,
        **{"from_on": START, **values},
    )
    village.console.add(made)
    return made
