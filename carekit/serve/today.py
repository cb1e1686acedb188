"""What the home page says first: how much of this person's work is due, by the rules that every other screen uses."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from carekit.access import Actor
from carekit.language import Label
from carekit.obligations import RULES, State, due
from carekit.obligations.rule import may_see
from carekit.serve.pages import page_address
from carekit.store import Store

#: On which page one does what a rule asks for; every other rule is done in the list of what is due.
_PAGES = {"monthly_talk": "talks"}
_LIST = "due"


@dataclass(frozen=True, slots=True)
class DueLine:
    """One rule: for how many children it is overdue, and for how many still open."""

    rule: str
    label: Label
    overdue: int
    open: int

    def address(self, base_url: str, own: Collection[str]) -> str:
        """The page on which one does it, or sees who has not; `own` are the names of the visitor's pages. Empty when none of them shows it."""
        found = next((name for name in (_PAGES.get(self.rule), _LIST) if name in own), None)
        return page_address(base_url, found) if found else ""


def due_today(store: Store, actor: Actor) -> list[DueLine] | None:
    """What is due in the actor's scope today, rule by rule, the most overdue first; None for a role that sees no rule at all."""
    desk = store.for_actor(actor)
    if not any(may_see(actor, rule.needs) for rule in RULES.values()):
        return None
    frame = due(desk)
    lines = []
    for name, rows in frame.groupby("rule"):
        late = sum(state is State.OVERDUE for state in rows["state"])
        lines.append(DueLine(str(name), RULES[str(name)].label, late, len(rows) - late))
    return sorted(lines, key=lambda line: (-line.overdue, -line.open))
