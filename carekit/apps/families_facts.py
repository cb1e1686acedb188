"""How the families of a person's children stand: who cares, what is lacking of the entrusting, when the card was checked, when a parent was at home.

What is due and what is lacking the rules say (`carekit.obligations.family_rules`, `carekit.metrics.family_rates`); here it is put beside the children.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from carekit import clock
from carekit.apps.child_facts import care_on
from carekit.apps.children import Room, classes_on
from carekit.calendar import months_between
from carekit.language import Label, LabelledEnum
from carekit.metrics import METRICS, children_behind
from carekit.metrics.family_rates import HOME_DAYS, homecomings
from carekit.names import name_sort_key
from carekit.obligations import RULES, Sources, State, Timetable, obligations_frame
from carekit.obligations.family_rules import CARER, ENTRUST_STEPS, ENTRUST_TICKS, entrusting
from carekit.obligations.names import child_names
from carekit.obligations.register import on_register
from carekit.obligations.rule import may_see
from carekit.records import CardCheck, CareArrangement, FamilyMember
from carekit.store import Desk

#: What of a family's members a list of many children needs.
_MEMBER = ("id", "family_id", "name", "relation")


class Entrust(LabelledEnum):
    """Where the entrusting of a child's care in writing stands."""

    BARRED = Label("carer not eligible", "照料人不符合条件")
    NO_CARER = Label("no carer who can", "没有能照护的人")
    LACKING = Label("unfinished", "手续不全")
    WHOLE = Label("done", "已办妥")
    NOT_ASKED = Label("not asked for", "不需要")


@dataclass(frozen=True, slots=True)
class Entrusting:
    """The entrusting of one child's care: what of the cells is lacking, and which conditions were answered with no."""

    care_id: str | None
    since: date
    lacking: tuple[str, ...]
    barred: tuple[str, ...] = ()

    @property
    def stage(self) -> Entrust:
        """Where it stands."""
        if self.barred:
            return Entrust.BARRED
        if CARER in self.lacking:
            return Entrust.NO_CARER
        return Entrust.LACKING if self.lacking else Entrust.WHOLE


@dataclass(frozen=True, slots=True)
class Standing:
    """How the family of one child stands on a day.

    `entrusting` is None where no entrusting is asked for; `card_due` and `entrust_due` are the days by which something is to be done, None when nothing
    is; `away` says that a parent is away, `home_on` when one was at home last (None: nobody knows), `home_rare` that this was not within a year;
    `counted` that the child is on the register or has a parent away.
    """

    child_id: str
    name: str
    room: Room | None
    family_id: str | None
    carer: str
    siblings: tuple[str, ...]
    entrusting: Entrusting | None
    entrust_due: date | None
    checked: tuple[date, Any] | None
    card_due: date | None
    away: bool
    home_on: date | None
    still_home: bool
    home_rare: bool
    counted: bool = True

    @property
    def stage(self) -> Entrust:
        """Where the entrusting stands."""
        return self.entrusting.stage if self.entrusting else Entrust.NOT_ASKED

    def months_since_home(self, on: date) -> int | None:
        """Whole months since a parent was at home."""
        return months_between(self.home_on, on) if self.home_on else None

    def __repr__(self) -> str:
        return f"Standing({self.child_id}, {self.stage.name})"


#: The steps in a word: a list of many children has no room for the names of the boxes.
STEP_LABELS = {
    CARER: Label("an able carer", "有照护能力的照料人"),
    "child_heard_on": Label("child heard", "听取孩子意见"),
    "agreement_on": Label("agreement", "签订协议"),
    "school_told_on": Label("school told", "书面告知学校"),
    "village_told_on": Label("village told", "书面告知村(居)"),
}
_TICKS = Label("all four conditions", "四项条件核验")
_AND = Label(", ", "、")


def lacking_text(names: Collection[str]) -> str:
    """What is lacking of an entrusting, in few words: all four conditions at once, or each by its name."""
    labels = [label for name, label in STEP_LABELS.items() if name in names]
    ticks = [name for name in ENTRUST_TICKS if name in names]
    labels += [_TICKS] if len(ticks) == len(ENTRUST_TICKS) else [CareArrangement.fields[name].label for name in ticks]
    return _AND.text().join(label.text() for label in labels)


# --- what is read -----------------------------------------------------------------------------------------------------


def entrustings(desk: Desk, on: date) -> dict[str, Entrusting]:
    """The children whose care is to be entrusted on a day, by id."""
    if not may_see(desk.actor, RULES["entrusted_care"].needs):
        return {}
    select = entrusting(Sources(desk, None, RULES["entrusted_care"].needs), Timetable.at(desk, on)).subquery("entrusting")
    names = (CARER, *ENTRUST_STEPS, *ENTRUST_TICKS)
    rows = desk.tuples(sa.select(select.c.child_id, select.c.care_id, select.c.since, *(select.c[name] for name in names)))
    found = {
        child: Entrusting(care, since, tuple(n for n, filled in zip(names, cells, strict=True) if not filled))
        for child, care, since, *cells in rows
    }
    open_ones = {one.care_id: child for child, one in found.items() if one.care_id and set(one.lacking) & set(ENTRUST_TICKS)}
    for care in _by_ids(desk, list(open_ones)):
        child = open_ones[care.id]
        barred = tuple(name for name in ENTRUST_TICKS if getattr(care, name) is False)
        found[child] = Entrusting(care.id, found[child].since, found[child].lacking, barred)
    return found


def _by_ids(desk: Desk, ids: list[str]) -> Iterator[CareArrangement]:
    for start in range(0, len(ids), 500):
        yield from (one.record for one in desk.find(CareArrangement, {"id": ids[start : start + 500]}))


def _due_days(desk: Desk, rule: str, on: date) -> dict[str, date]:
    """Until when a rule's duty is to be done, of the children for whom it is not: put off counts as not done."""
    if not may_see(desk.actor, RULES[rule].needs):
        return {}
    frame = obligations_frame(desk, on, rule=rule)
    waits = {State.OPEN, State.OVERDUE, State.PUT_OFF}
    return {child: day for child, day, state in zip(frame["child_id"], frame["due_on"], frame["state"], strict=True) if state in waits}


def _home_days(desk: Desk, on: date) -> dict[str, tuple[date | None, bool]]:
    """Of each child with a parent away, the last day on which one was at home, and whether that is known from the stay away alone."""
    needs = METRICS["homecoming_rate"].needs
    if not may_see(desk.actor, needs):
        return {}
    rows = homecomings(Sources(desk, None, needs), Timetable.at(desk, on)).subquery("homecomings")
    found: dict[str, tuple[date | None, bool]] = {}
    for child, *days in desk.tuples(sa.select(rows.c.child_id, *(rows.c[name] for name in HOME_DAYS))):
        known = [day for day in days if day is not None]
        last = max(known, default=None)
        found[child] = last, last is not None and last == days[-1] and last not in days[:-1]
    return found


def _rare(desk: Desk, on: date) -> set[str]:
    """The children to whom no parent came home within a year, as the rate counts them."""
    if not may_see(desk.actor, METRICS["homecoming_rate"].needs):
        return set()
    behind = children_behind(desk, "homecoming_rate", on=on)
    return {child for child, there in zip(behind["child_id"], behind["in_numerator"], strict=True) if not there}


def _registered(desk: Desk, on: date) -> set[str]:
    timetable = Timetable.at(desk, on)
    rows = on_register(Sources(desk), timetable.today, many=timetable.many).subquery("registered")
    return {row[0] for row in desk.tuples(sa.select(rows.c.child_id))}


def _checks(desk: Desk, on: date) -> dict[str, tuple[date, Any]]:
    """The last check of each child's card: its day and result."""
    rows = desk.rows("card_check")
    select = sa.select(rows.c.child_id, rows.c.checked_on, rows.c.state).where(rows.c.checked_on <= on)
    state = CardCheck.fields["state"].codes
    assert state is not None  # noqa: S101 - it is declared with codes
    return {child: (day, state(code)) for child, day, code in desk.tuples(select.order_by(rows.c.checked_on, rows.c.id)) if code}


def _carers(desk: Desk, on: date) -> dict[str, str]:
    """Who cares for each child on a day, by the child's id: the family member's."""
    rows = desk.rows("care_arrangement")
    names = ("id", "child_id", "carer_id", "from_on", "until_on")
    by_child: dict[str, list[CareArrangement]] = defaultdict(list)
    for values in desk.tuples(sa.select(*(rows.c[name] for name in names)).where(rows.c.carer_id.is_not(None))):
        # read from the store, so nothing has to be checked again
        by_child[values[1]].append(CareArrangement.model_construct(**dict(zip(names, values, strict=True))))
    return {child: care.carer_id for child, cares in by_child.items() if (care := care_on(cares, on)) and care.carer_id}


def _members(desk: Desk) -> dict[str, tuple[str, Any]]:
    """Name and relation of every family member of the scope, by id."""
    rows = desk.rows("family_member")
    codes = FamilyMember.fields["relation"].codes
    assert codes is not None  # noqa: S101 - it is declared with codes
    select = sa.select(*(rows.c[name] for name in _MEMBER))
    return {one: (name or "", codes(relation) if relation else None) for one, _, name, relation in desk.tuples(select)}


def _families(desk: Desk) -> dict[str, str]:
    """The family of each child of the scope."""
    rows = desk.rows("child")
    return dict(desk.tuples(sa.select(rows.c.id, rows.c.family_id).where(rows.c.family_id.is_not(None))))


_CARER = Label("{name} ({relation})", "{name}（{relation}）")


@dataclass(frozen=True, slots=True)
class _Known:
    """What was read of all children of the scope at once, by the child's id (people: by the member's); `counted` are on the register or have a parent away."""

    rooms: dict[str, Room]
    entrust: dict[str, Entrusting]
    home: dict[str, tuple[date | None, bool]]
    rare: set[str]
    due: dict[str, dict[str, date]]
    counted: set[str]
    checks: dict[str, tuple[date, Any]]
    carers: dict[str, str]
    people: dict[str, tuple[str, Any]]
    families: dict[str, str]
    names: dict[str, str]

    @classmethod
    def of(cls, desk: Desk, on: date) -> _Known:
        """One state of the store."""
        with desk.snapshot():
            rooms, families = classes_on(desk, on), _families(desk)
            entrust, home = entrustings(desk, on), _home_days(desk, on)
            return cls(
                rooms=rooms,
                entrust=entrust,
                home=home,
                rare=_rare(desk, on),
                due={rule: _due_days(desk, rule, on) for rule in ("entrusted_care", "contact_card")},
                counted=_registered(desk, on) | set(entrust) | set(home),
                checks=_checks(desk, on),
                carers=_carers(desk, on),
                people=_members(desk),
                families=families,
                names=child_names(desk, set(rooms) | set(families)),
            )

    def standing(self, child: str, family: Iterable[str]) -> Standing:
        """One child; `family` are the children of its family."""
        name, relation = self.people.get(self.carers.get(child, ""), ("", None))
        last, still = self.home.get(child, (None, False))
        return Standing(
            child_id=child,
            name=self.names[child],
            room=self.rooms.get(child),
            family_id=self.families.get(child),
            carer=_CARER.format(name=name, relation=relation).text() if relation else name,
            siblings=tuple(sorted((self.names[one] for one in family if one != child and one in self.names), key=name_sort_key)),
            entrusting=self.entrust.get(child),
            entrust_due=self.due["entrusted_care"].get(child),
            checked=self.checks.get(child),
            card_due=self.due["contact_card"].get(child),
            away=child in self.home,
            home_on=last,
            still_home=still,
            home_rare=child in self.rare,
            counted=child in self.counted,
        )


def standings(desk: Desk, on: date | None = None, *, everybody: bool = False) -> list[Standing]:
    """How the families stand of the children of the scope who are on the register or have a parent away (or of `everybody` at school).

    What is late comes first, then by class and name.
    """
    on = on or clock.today()
    known = _Known.of(desk, on)
    listed = set(known.rooms) | known.counted if everybody else known.counted
    alike: dict[str, list[str]] = defaultdict(list)
    for child, family in known.families.items():
        alike[family].append(child)
    made = [known.standing(child, alike.get(known.families.get(child, ""), ())) for child in listed & set(known.names)]
    return sorted(made, key=lambda one: _order(one, on))


def _order(one: Standing, on: date) -> tuple[Any, ...]:
    days = [day for day in (one.entrust_due, one.card_due) if day is not None]
    late = sum((on - day).days for day in days if day < on)
    room = one.room
    return (-late, min(days, default=date.max), room.grade if room else 99, room.number if room else 99, one.name, one.child_id)


def figures(found: Iterable[Standing], on: date) -> dict[str, int]:
    """Children whose care is to be entrusted and is not, cards to be checked by the day, children to whom no parent came home for a year."""
    rows = list(found)
    return {
        "entrust": sum(one.stage not in (Entrust.WHOLE, Entrust.NOT_ASKED) for one in rows),
        "cards": sum(one.card_due is not None and one.card_due <= on for one in rows),
        "rare": sum(one.home_rare for one in rows),
    }
