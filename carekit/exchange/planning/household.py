"""Whose family a row speaks of: brothers and sisters share one, and its members are known again by relation and name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from carekit.exchange.planning.known import Known
from carekit.exchange.planning.ledger import Ledger, Thing, code_of
from carekit.exchange.roster.rows import MemberFacts, RosterRow
from carekit.names import same_name_key
from carekit.records import Family, FamilyMember
from carekit.records.codes import FATHERS, MOTHERS, LeftBehindSchool, Relation

#: What the groups of columns of a roster say of a member's relation to the child.
ROLE_RELATIONS: dict[str, Relation] = {
    "father": Relation.FATHER,
    "mother": Relation.MOTHER,
    "father_father": Relation.FATHERS_FATHER,
    "father_mother": Relation.FATHERS_MOTHER,
    "mother_father": Relation.MOTHERS_FATHER,
    "mother_mother": Relation.MOTHERS_MOTHER,
}
#: Relations that one family has once, so that another name is a correction and not another person.
_ONCE = frozenset(
    {Relation.FATHER, Relation.MOTHER, Relation.FATHERS_FATHER, Relation.FATHERS_MOTHER, Relation.MOTHERS_FATHER, Relation.MOTHERS_MOTHER}
)
#: Words that say less than a father's or a grandmother's; they never replace those.
_VAGUE = frozenset({Relation.PARENT, Relation.GRANDPARENT, Relation.OTHER_KIN, Relation.NOT_KIN})
_SIDE: dict[str, str] = {Relation.FATHER: "f", Relation.MOTHER: "m"}
_UNNAMED = "（姓名未填）"


@dataclass(frozen=True, slots=True, repr=False)
class Person:
    """A member of the family that a row speaks of.

    `told` is what the row says of this person's absence (None: nothing); `fresh` says that the person was planned just now, with all
    that the row says.
    """

    role: str
    relation: Relation
    thing: Thing
    told: Mapping[str, object] | None
    fresh: bool = False


def relation_of(facts: MemberFacts) -> Relation | None:
    """What a member is to the child: as the row says, else by the columns that it came from."""
    said = facts.values.get("relation")
    if isinstance(said, Relation):
        return said
    return code_of(Relation, str(said)) if said else ROLE_RELATIONS.get(facts.role)


def unnamed(relation: Relation) -> str:
    """What a member is called of whom only the relation is known, until the name is filled in."""
    return relation.label.zh + _UNNAMED


def _parents(row: RosterRow) -> tuple[str | None, str | None]:
    """The names of father and mother in a row, as keys."""
    names: dict[str, str] = {}
    for facts in row.members:
        relation, name = relation_of(facts), facts.values.get("name")
        side = "father" if relation is Relation.FATHER else "mother" if relation is Relation.MOTHER else None
        if side and name:
            names.setdefault(side, same_name_key(str(name)))
    return names.get("father"), names.get("mother")


class FamilyBook:
    """Finds or plans the family of each child in a file."""

    def __init__(self, known: Known, ledger: Ledger) -> None:
        self._known, self._ledger = known, ledger
        self._households: dict[str, Thing] = {}
        self._by_parents: defaultdict[tuple[str, str], list[Thing]] | None = None
        self._addresses: defaultdict[str, set[str]] = defaultdict(set)

    def note_household(self, row: RosterRow, child: Thing) -> None:
        """A household of the file is that of a child whose family the store knows."""
        family = self._known.families.get(child.get("family_id") or "")
        if row.household is not None and family is not None:
            self._households.setdefault(row.household, family)

    def family_of(self, row: RosterRow, child: Thing, unit: int) -> tuple[Thing | None, bool]:
        """The family of a child, and whether it is shared with a brother or sister found just now; None when nothing is known of one."""
        family = self._known.families.get(child.get("family_id") or "")
        if family is not None:
            if family.withdrawn and not family.back:
                self._ledger.bring_back(family, unit)
            family.use(unit)
            return family, False
        away = row.away or row.left_behind is LeftBehindSchool.BOTH
        if not (row.members or row.family or row.household or away):
            return None, False
        found = self._of_household(row) or self._of_siblings(row)
        family = found or self._ledger.add(Family, {}, unit)
        family.use(unit)
        self._known.families[family.id] = family
        if row.household is not None:
            self._households.setdefault(row.household, family)
        self._ledger.state(child, {"family_id": family.id}, unit)
        self._note(family, row)
        return family, found is not None

    # --- brothers and sisters ---

    def _of_household(self, row: RosterRow) -> Thing | None:
        family = self._households.get(row.household) if row.household is not None else None
        return family if family is not None and not self._clash(family, row) else None

    def _of_siblings(self, row: RosterRow) -> Thing | None:
        """The one family with the same parents' names and the same phone, or both parents' names and the same address."""
        father, mother = _parents(row)
        if not (father or mother):
            return None
        index = self._index()
        named = [key for key in (("f", father), ("m", mother)) if key[1]]
        found = {family.id: family for family in index.get((named[0][0], named[0][1] or ""), ())}
        phones, address = _phones_of_row(row), _address_of_row(row)
        alike = [
            family
            for family in found.values()
            if not self._clash(family, row)
            and (
                phones & self._phones(family)
                or (father and mother and self._both(family) and address and address in self._addresses[family.id])
            )
        ]
        return alike[0] if len(alike) == 1 else None

    def _index(self) -> defaultdict[tuple[str, str], list[Thing]]:
        if self._by_parents is None:
            self._by_parents = defaultdict(list)
            for family_id, members in self._known.members.items():
                family = self._known.families.get(family_id)
                if family is not None and not family.withdrawn:
                    for member in members:
                        side = _SIDE.get(str(member.values.get("relation")))
                        if side:
                            self._by_parents[side, same_name_key(member.values["name"])].append(family)
            for child in self._known.children:
                values = child.thing.values if child.thing else {}
                if values.get("family_id") and values.get("address"):
                    self._addresses[values["family_id"]].add(same_name_key(values["address"]))
            for family in self._known.families.values():
                if family.values.get("address"):
                    self._addresses[family.id].add(same_name_key(family.values["address"]))
        return self._by_parents

    def _note(self, family: Thing, row: RosterRow) -> None:
        """Remember the parents and the address that a row gives a family, for rows further down."""
        index = self._index()
        for side, name in zip("fm", _parents(row), strict=True):
            if name and family not in index[side, name]:
                index[side, name].append(family)
        address = _address_of_row(row)
        if address:
            self._addresses[family.id].add(address)

    def _names(self, family: Thing, relations: tuple[Relation, ...]) -> set[str]:
        return {
            same_name_key(member.get("name"))
            for member in self._known.members.get(family.id, ())
            if member.get("relation") in relations and not member.get("name").endswith(_UNNAMED)
        }

    def _both(self, family: Thing) -> bool:
        return bool(self._names(family, FATHERS)) and bool(self._names(family, MOTHERS))

    def _clash(self, family: Thing, row: RosterRow) -> bool:
        """Whether the family has a father or mother of another name than the row says."""
        return any(
            bool(name and (names := self._names(family, relations)) and name not in names)
            for name, relations in zip(_parents(row), (FATHERS, MOTHERS), strict=True)
        )

    def _phones(self, family: Thing) -> set[str]:
        phones = {member.get(field) for member in self._known.members.get(family.id, ()) for field in ("phone", "other_phone")}
        return {str(phone) for phone in phones | {family.get("phone"), family.get("contact_phone")} if phone}

    # --- members ---

    def person(self, family: Thing, facts: MemberFacts, unit: int) -> Person | None:
        """The member of the family whom a row speaks of, planned as a new one when the family has none such.

        None when the row does not say what the person is to the child and no member has that name.
        """
        relation, name = relation_of(facts), facts.values.get("name")
        people = self._known.members[family.id]
        found = self._find(people, relation, str(name) if name else None)
        if found is None:
            if relation is None:
                return None
            values = {"family_id": family.id, **facts.values, "name": name or unnamed(relation), "relation": relation}
            if facts.role == "guardian":
                values.setdefault("guardian", True)
            found = self._ledger.add(FamilyMember, values, unit)
            people.append(found)
            return Person(facts.role, relation, found, facts.absence, fresh=True)
        known_relation = code_of(Relation, found.get("relation"))
        if relation is None or (relation in _VAGUE and known_relation not in _VAGUE):
            relation = known_relation
        return Person(facts.role, relation, found, facts.absence)

    @staticmethod
    def _find(people: list[Thing], relation: Relation | None, name: str | None) -> Thing | None:
        if name is not None:
            key: Any = None
            for person in people:
                known = person.get("name")
                if known != name:
                    key = key or same_name_key(name)
                    if same_name_key(known) != key:
                        continue
                return person
        if relation is None:
            return None
        related = [person for person in people if person.get("relation") == relation]
        if name is None or relation in _ONCE:
            return related[0] if len(related) == 1 else None
        return next((person for person in related if person.get("name").endswith(_UNNAMED)), None)


def _phones_of_row(row: RosterRow) -> set[str]:
    found = {facts.values.get(field) for facts in row.members for field in ("phone", "other_phone")}
    return {str(phone) for phone in found | {row.family.get("phone"), row.family.get("contact_phone")} if phone}


def _address_of_row(row: RosterRow) -> str | None:
    address = row.family.get("address") or row.child.get("address")
    return same_name_key(str(address)) if address else None
