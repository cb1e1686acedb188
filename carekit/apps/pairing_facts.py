"""Who is paired with whom: the questions about groups and pairings, answered once for pages, due lists, dashboards and documents.

Everything is asked through a desk, for one day and one state of knowledge, so that an old table can be asked for again. A pairing runs from its first
day to the day before its last one: on the day on which it ends the supporter has no access any more and does not count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

import sqlalchemy as sa

from carekit import clock
from carekit.access import Scope, grant_of
from carekit.language import Label
from carekit.names import name_sort_key
from carekit.obligations import Timetable
from carekit.obligations.closures import shuts
from carekit.obligations.names import class_names, class_teachers
from carekit.records import Child, Pairing
from carekit.records.codes import PairingDemand, PairingEnd, PairingKind, Role, SupportGroup
from carekit.store import Desk

_ANOTHER_PUPIL = Label("a pupil of another class", "其他班同学")
_SOMEBODY = Label("somebody", "其他人员")
_PAIRING = (
    "id", "child_id", "kind_of", "staff_id", "peer_id", "from_on", "until_on", "promise", "duties", "agreed_on", "end_reason", "handover",
)  # fmt: skip
_STAFF = ("id", "name", "role", "post", "unit", "phone", "party_member", "from_on", "until_on", "withdrawn")


@dataclass(frozen=True, slots=True)
class SupportRules:
    """The school's rules on pairing that hold on a day: who is to be paired, in how many days, and how many children a supporter has at most."""

    demand: PairingDemand
    days: int
    load: int


@dataclass(frozen=True, slots=True, repr=False)
class Pupil:
    """A child in a class on the day: what the class was called then, its place in the order of classes, and its class teacher."""

    id: str
    name: str
    class_id: str
    class_name: str
    order: tuple[int, int, str]
    teacher: str


@dataclass(frozen=True, slots=True, repr=False)
class Supporter:
    """A staff member or helper from outside as a supporter; `serving` says whether they are still there on the day."""

    id: str
    name: str
    role: Role
    post: str | None
    unit: str | None
    phone: str | None
    party_member: bool | None
    serving: bool


@dataclass(frozen=True, slots=True, repr=False)
class Pair:
    """One pairing. `supporter` is a name: of a staff member, or of the fellow pupil; `runs` and `covered` hold for the day that was asked for.

    `covered` is False once the supporter has left: such a pairing runs on paper only. `handover` is None for whoever may not read it.
    """

    id: str
    child_id: str
    kind_of: PairingKind
    staff_id: str | None
    peer_id: str | None
    from_on: date
    until_on: date | None
    promise: str | None
    duties: str | None
    agreed_on: date | None
    end_reason: PairingEnd | None
    handover: str | None
    supporter: str
    runs: bool
    covered: bool


@dataclass(frozen=True, slots=True, repr=False)
class Load:
    """How many children a supporter has, each counted once, and how many they may have."""

    supporter: Supporter
    children: tuple[str, ...]
    cap: int

    @property
    def over(self) -> bool:
        """Whether there are more than the cap allows."""
        return len(self.children) > self.cap


@dataclass(frozen=True)
class PairingFacts:
    """What holds on the day `on` of the children inside the reader's scope.

    `pupils` are the children in a class whose pairings the reader sees, by id and in the order of classes and names; `names` also has those who left.
    `groups` gives the groups of each child, `pairs` every pairing ever, the earliest first; `whole` says that the reader sees all pairings of the
    school, without which a load is not known.
    """

    on: date
    rules: SupportRules
    whole: bool
    pupils: dict[str, Pupil]
    names: dict[str, str]
    groups: dict[str, frozenset[SupportGroup]]
    register: frozenset[str]
    supporters: dict[str, Supporter]
    pairs: tuple[Pair, ...] = field(repr=False)

    def __repr__(self) -> str:
        return f"PairingFacts({self.on}, {len(self.pupils)} children, {len(self.running)} pairings)"

    @cached_property
    def running(self) -> tuple[Pair, ...]:
        """The pairings that run on the day, those of children or supporters who have left included."""
        return tuple(pair for pair in self.pairs if pair.runs)

    @cached_property
    def by_child(self) -> dict[str, list[Pair]]:
        """The running pairings of each child."""
        return _by_child(self.running)

    @cached_property
    def paired(self) -> frozenset[str]:
        """The children in a class who have somebody; a child with two supporters is one child.

        A fellow pupil alone is nobody, as for the rule `paired` of what is due.
        """
        adults = (pair for pair in self.running if pair.covered and pair.kind_of is not PairingKind.PUPIL)
        return frozenset(pair.child_id for pair in adults if pair.child_id in self.pupils)

    @cached_property
    def demanded(self) -> frozenset[str]:
        """The children in a class who are to be paired by the school's rules."""
        wanted = {
            PairingDemand.KEY: {child for child, groups in self.groups.items() if SupportGroup.KEY in groups},
            PairingDemand.GROUPS: {child for child, groups in self.groups.items() if groups},
            PairingDemand.REGISTER: set(self.register),
            PairingDemand.NOBODY: set[str](),
        }[self.rules.demand]
        return frozenset(wanted & set(self.pupils))

    @property
    def without_anybody(self) -> list[Pupil]:
        """The children who are to be paired and have nobody, in the order of classes and names."""
        return [pupil for pupil in self.pupils.values() if pupil.id in self.demanded - self.paired]

    @cached_property
    def uncovered(self) -> tuple[Pair, ...]:
        """The pairings that somebody has to take over because the supporter left.

        Those that still run on paper, and the last one of a child in a class who has had nobody since (`PairingEnd.SUPPORTER_LEFT`).
        """
        found = [pair for pair in self.running if not pair.covered and pair.child_id in self.pupils]
        ended = _by_child(pair for pair in self.pairs if pair.until_on is not None and pair.until_on <= self.on)
        for child_id, pairs in ended.items():
            if child_id in self.pupils and child_id not in self.by_child:
                last_on = max(pair.until_on or date.min for pair in pairs)
                found += [p for p in pairs if p.until_on == last_on and p.end_reason is PairingEnd.SUPPORTER_LEFT]
        return tuple(found)

    @cached_property
    def of_children_who_left(self) -> tuple[Pair, ...]:
        """Pairings that run on although the child is in no class any more: to be ended."""
        return tuple(pair for pair in self.running if pair.child_id not in self.pupils)

    @cached_property
    def loads(self) -> list[Load]:
        """The load of each supporter among the staff who has a child or whose role it is to have some; the heaviest first."""
        children: dict[str, dict[str, None]] = defaultdict(dict)
        for pair in self.running:
            if pair.staff_id and pair.child_id in self.pupils:
                children[pair.staff_id][pair.child_id] = None
        helpers = [s.id for s in self.supporters.values() if s.role is Role.SUPPORTER and s.serving and self.whole]
        known = [self.supporters[one] for one in dict.fromkeys([*children, *helpers]) if one in self.supporters]
        loads = [Load(one, tuple(children.get(one.id, ())), self.rules.load) for one in known]
        return sorted(loads, key=lambda load: (-len(load.children), name_sort_key(load.supporter.name), load.supporter.id))

    @property
    def over_cap(self) -> list[Load]:
        """The supporters with more children than the rules allow; nobody when the reader does not see all pairings."""
        return [load for load in self.loads if load.over] if self.whole else []

    def former(self, child_id: str) -> list[Pair]:
        """The pairings of a child that have ended, the latest first, each with why it ended and what was handed over."""
        ended = [pair for pair in self.pairs if pair.child_id == child_id and pair.until_on is not None and pair.until_on <= self.on]
        return sorted(ended, key=lambda pair: (pair.until_on or date.min, pair.id), reverse=True)


def supporter_load(desk: Desk, on: date) -> SupportRules:
    """The rules on pairing in force on a day: the latest settings that hold by then, the usual ones where the school recorded none."""
    rules = Timetable.at(desk, on).rules()
    return SupportRules(rules.pairing_demand, rules.pairing_days, rules.supporter_load)


def pairing_facts(desk: Desk, on: date | None = None, known_at: datetime | None = None) -> PairingFacts:
    """The facts on a day (today when left out) as known at a moment (UTC; now when left out), of the children inside the reader's scope."""
    on = on or clock.today()
    with desk.snapshot():
        names, places = _child_names(desk, known_at)
        supporters = _supporters(desk, on, known_at)
        pupils = _pupils(desk, on, known_at, names, places)
        pairs = _pairs(desk, on, known_at, names, supporters)
        if not _sees_all_pairings(desk):
            mine = {pair.child_id for pair in pairs if pair.runs}
            pupils = {child_id: pupil for child_id, pupil in pupils.items() if child_id in mine}
        return PairingFacts(
            on=on,
            rules=supporter_load(desk, on),
            whole=desk.reach(Pairing) is Scope.ALL,
            pupils=pupils,
            names=names,
            groups=_groups(desk, on, known_at),
            register=_register(desk, on, known_at),
            supporters=supporters,
            pairs=pairs,
        )


def _sees_all_pairings(desk: Desk) -> bool:
    """Whether the reader sees the pairings of every child that they see at all; otherwise "nobody" would only mean "not yours to see"."""
    children, pairings = ({reach.scope for reach in grant_of(desk.actor, kind).reaches} for kind in (Child, Pairing))
    return children <= pairings


def _child_names(desk: Desk, known_at: datetime | None) -> tuple[dict[str, str], dict[str, str]]:
    """The names of the children by id, and by what they are sorted (kept with the name, unless the role sees no birthdays)."""
    child = desk.rows("child", known_at=known_at)
    rows = desk.tuples(sa.select(child.c.id, child.c.name, child.c.name_sort))
    return {one: name for one, name, _ in rows}, {one: place or name_sort_key(name) for one, name, place in rows}


def _pupils(desk: Desk, on: date, known_at: datetime | None, names: dict[str, str], places: dict[str, str]) -> dict[str, Pupil]:
    stay, klass = desk.rows("enrolment", known_at=known_at), desk.rows("school_class", known_at=known_at)
    select = (
        sa.select(stay.c.child_id, klass.c.id, klass.c.grade, klass.c.number)
        .join(klass, klass.c.id == stay.c.class_id)
        .where(stay.c.enrolled_on <= on, sa.or_(stay.c.left_on.is_(None), stay.c.left_on >= on))
        .order_by(stay.c.enrolled_on, stay.c.id)
    )
    called, teachers = class_names(desk, on, known_at), class_teachers(desk, on, known_at)
    found = {}
    for child_id, class_id, grade, number in desk.tuples(select):
        if child_id in names:
            order = (grade, number, places[child_id])
            teacher = teachers.get(class_id, ("", ""))[1]
            found[child_id] = Pupil(child_id, names[child_id], class_id, called.get(class_id, ""), order, teacher)
    return {pupil.id: pupil for pupil in sorted(found.values(), key=lambda pupil: (pupil.order, pupil.id))}


def _supporters(desk: Desk, on: date, known_at: datetime | None) -> dict[str, Supporter]:
    staff = desk.rows("staff_member", known_at=known_at, withdrawn=True)
    found = {}
    for one, name, role, post, unit, phone, party, from_on, until_on, withdrawn in desk.tuples(sa.select(*(staff.c[c] for c in _STAFF))):
        serving = not withdrawn and (from_on is None or from_on <= on) and (until_on is None or until_on >= on)
        found[one] = Supporter(one, name, Role(str(role)), post, unit, phone, party, serving)
    return found


def _pairs(desk: Desk, on: date, known_at: datetime | None, names: dict[str, str], supporters: dict[str, Supporter]) -> tuple[Pair, ...]:
    table = desk.rows("pairing", known_at=known_at)
    peers = _in_class(desk, on, known_at)
    pairs = []
    for row in desk.tuples(sa.select(*(table.c[name] for name in _PAIRING)).order_by(table.c.from_on, table.c.id)):
        one, child_id, kind_of, staff_id, peer_id, from_on, until_on, promise, duties, agreed_on, end_reason, handover = row
        if child_id not in names:
            continue
        helper = supporters.get(staff_id)
        if staff_id:
            supporter, there = helper.name if helper else _SOMEBODY.text(), helper is not None and helper.serving
        else:
            supporter, there = names.get(peer_id, _ANOTHER_PUPIL.text()), peer_id in peers
        pairs.append(
            Pair(
                one, child_id, PairingKind(str(kind_of)), staff_id, peer_id, from_on, until_on, promise, duties, agreed_on,
                PairingEnd(str(end_reason)) if end_reason else None, handover, supporter,
                runs=from_on <= on and (until_on is None or until_on > on), covered=there,
            )
        )  # fmt: skip
    return tuple(pairs)


def _in_class(desk: Desk, on: date, known_at: datetime | None) -> frozenset[str]:
    """Every child in a class on the day, by id alone: whether a fellow pupil is still there is asked also when that child is another's."""
    stay = desk.rows("enrolment", known_at=known_at, restrict=False)
    select = sa.select(stay.c.child_id).where(stay.c.enrolled_on <= on, sa.or_(stay.c.left_on.is_(None), stay.c.left_on >= on))
    return frozenset(child_id for (child_id,) in desk.tuples(select))


def _groups(desk: Desk, on: date, known_at: datetime | None) -> dict[str, frozenset[SupportGroup]]:
    member = desk.rows("membership", known_at=known_at)
    select = sa.select(member.c.child_id, member.c.group).where(
        member.c.from_on <= on, sa.or_(member.c.until_on.is_(None), member.c.until_on > on)
    )
    found: dict[str, set[SupportGroup]] = defaultdict(set)
    for child_id, group in desk.tuples(select):
        found[child_id].add(SupportGroup(str(group)))
    return {child_id: frozenset(groups) for child_id, groups in found.items()}


def _register(desk: Desk, on: date, known_at: datetime | None) -> frozenset[str]:
    """The children with a file in the register that is open on the day; the day of closing counts as open."""
    case, closure = desk.rows("case", known_at=known_at), desk.rows("closure", known_at=known_at)
    closed = sa.select(closure.c.case_id).where(shuts(closure, on))
    select = sa.select(case.c.child_id).where(case.c.opened_on <= on, case.c.id.not_in(closed))
    return frozenset(child_id for (child_id,) in desk.tuples(select))


def _by_child(pairs: Iterable[Pair]) -> dict[str, list[Pair]]:
    found: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        found[pair.child_id].append(pair)
    return dict(found)
