"""What a row says of the family becomes members, absences and the care arrangement: facts, never a mark 留守."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from carekit.exchange.planning.household import FamilyBook, Person
from carekit.exchange.planning.known import Known
from carekit.exchange.planning.ledger import Ledger, Thing
from carekit.exchange.planning.matching import births_cover
from carekit.exchange.roster.rows import MemberFacts, RosterRow
from carekit.language import Label
from carekit.records import Absence, CareArrangement
from carekit.records.codes import FATHERS, MOTHERS, DatePrecision, LeftBehindSchool, ParentState, Relation

_DAY = timedelta(days=1)
#: How a problem is told: its code, the row that says something else, and the field.
Tell = Callable[[str, int | None, Label | None], None]
#: Fields that tell one person from another: two rows that disagree on them do not mean the same person.
_TELLING = frozenset({"name", "id_number", "relation"})
_UNTOLD = Label("Guardian ({name}; relation not told): {facts}", "监护人（{name}，关系未填）：{facts}")
_SIDES = {"father": Relation.FATHER, "mother": Relation.MOTHER}


class FamilyFacts:
    """Plans what rows say of families, for one day."""

    def __init__(self, known: Known, ledger: Ledger, book: FamilyBook, on: date) -> None:
        self._known, self._ledger, self._book, self._on = known, ledger, book, on

    def plan(self, row: RosterRow, child: Thing, family: Thing, unit: int, tell: Tell) -> list[Person]:
        """Members, absences and care arrangement of one row; gives the members that it speaks of."""
        self._state(family, row.family, unit, tell)
        people, care = [], dict(row.care)
        for facts in _parents_first(row):
            person = self._book.person(family, facts, unit)
            if person is None:
                self._untold(family, facts, care, unit, tell)
                continue
            if not person.fresh:
                self._member(person, facts, unit, tell)
            people.append(person)
        people += self._said_away(row, family, people, unit, tell)
        for person in people:
            if person.told is not None and str(person.thing.get("state") or "") != ParentState.DECEASED:
                self._absence(person, unit, tell)
        carer = next((person for person in people if person.role == "guardian"), None)
        if carer is not None or care:
            self._care(child, carer.thing if carer else None, care, unit, tell)
        return people

    def _state(self, thing: Thing, values: Mapping[str, Any], unit: int, tell: Tell) -> None:
        for name, other in self._ledger.state(thing, values, unit):
            code = "ROW_CONTRADICTS" if other == unit else "PERSON_DIFFERS" if name in _TELLING else "ROWS_CONTRADICT"
            tell(code, other, thing.record.fields[name].label)

    # --- members ---

    def _member(self, person: Person, facts: MemberFacts, unit: int, tell: Tell) -> None:
        values = {name: value for name, value in facts.values.items() if name != "relation"}
        values["relation"] = person.relation
        if person.role == "guardian":
            values.setdefault("guardian", True)
        phone = values.get("phone")
        if phone and "phone" in person.thing.said and person.thing.get("phone") != phone and not values.get("other_phone"):
            # One person with two phones, under two groups of columns or in the rows of two siblings: both are kept.
            values["other_phone"] = values.pop("phone")
        values.update(_told_age(person.thing, values))
        self._state(person.thing, values, unit, tell)

    def _untold(self, family: Thing, facts: MemberFacts, care: dict[str, Any], unit: int, tell: Tell) -> None:
        """A guardian of whom nobody says what they are to the child: who can be reached, and in words what else is told."""
        values = dict(facts.values)
        name, phone = values.pop("name", None), values.pop("phone", None)
        self._state(family, {"contact_name": name, "contact_phone": phone}, unit, tell)
        told = "，".join(
            str(getattr(v, "label", v)) for k, v in sorted(values.items()) if k != "guardian" and not isinstance(v, date | bool)
        )
        if told:
            note = _UNTOLD.zh.format(name=name or "", facts=told)
            care["note"] = "；".join(part for part in (str(care.get("note") or ""), note) if part)
        tell("RELATION_MISSING", None, None)

    # --- absences ---

    def _said_away(self, row: RosterRow, family: Thing, people: list[Person], unit: int, tell: Tell) -> list[Person]:
        """Parents whom the row says to be away without telling more, as far as it says which."""
        told = {
            side
            for side, relations in (("father", FATHERS), ("mother", MOTHERS))
            if any(p.told is not None and p.relation in relations for p in people)
        }
        said = set(row.away or ()) & set(_SIDES)
        if row.left_behind is LeftBehindSchool.BOTH and row.away is None:
            said = set(_SIDES)
        if row.left_behind is LeftBehindSchool.ONE and not (said | told) and not self._one_away(family):
            tell("WHO_IS_AWAY", None, None)
        found = []
        for side in sorted(said - told):
            person = self._book.person(family, MemberFacts(side, {}, {}), unit)
            if person is not None:
                person.thing.use(unit)
                found.append(person)
        return found

    def _one_away(self, family: Thing) -> bool:
        return any(self._current(person) for person in self._known.members[family.id] if person.get("relation") in (*FATHERS, *MOTHERS))

    def _current(self, person: Thing) -> list[Thing]:
        return [a for a in self._known.absences.get(person.id, ()) if a.get("until_on") is None or a.get("until_on") > self._on]

    def _absence(self, person: Person, unit: int, tell: Tell) -> None:
        facts = dict(person.told or {})
        known = self._known.absences[person.thing.id]
        current = self._current(person.thing)
        since = facts.get("from_on")
        if not current and since is not None:
            # The stay that the row tells of has ended since; the roster is older than the store.
            current = [absence for absence in known if absence.get("from_on") == since]
        if current:
            facts.update(precise_fields(current[-1], facts, "from_on", "from_precision"))
            self._state(current[-1], facts, unit, tell)
            return
        person.thing.use(unit)
        known.append(self._ledger.add(Absence, {"member_id": person.thing.id, **facts}, unit))

    # --- care ---

    def _care(self, child: Thing, carer: Thing | None, care: dict[str, Any], unit: int, tell: Tell) -> None:
        known = self._known.care[child.id]
        current = [c for c in known if c.get("until_on") is None or c.get("until_on") >= self._on]
        if carer is not None:
            carer.use(unit)
        if current and (carer is None or current[-1].get("carer_id") in (None, carer.id)):
            self._state(current[-1], {"carer_id": carer.id if carer else None, **care}, unit, tell)
            return
        values: dict[str, Any] = {"child_id": child.id, "carer_id": carer.id if carer else None, **care}
        if current:
            began = current[-1].get("from_on")
            self._state(current[-1], {"until_on": max(self._on - _DAY, began) if began else self._on - _DAY}, unit, tell)
            values.setdefault("from_on", self._on)
        known.append(self._ledger.add(CareArrangement, values, unit))


def _parents_first(row: RosterRow) -> list[MemberFacts]:
    """Parents before others, so that a guardian who is one of them is found by name."""
    return sorted(row.members, key=lambda facts: facts.role not in _SIDES)


def precise_fields(thing: Thing, values: Mapping[str, Any], day: str, precision: str) -> dict[str, Any]:
    """What becomes of a date and how exactly it is known: a less exact date never replaces a more exact one that it includes."""
    said = values.get(day)
    if said is None:
        return {}
    old, exact = thing.get(day), str(values.get(precision) or DatePrecision.DAY)
    known = str(thing.get(precision) or DatePrecision.DAY)
    if old is not None and (old, known) != (said, exact) and births_cover(said, exact, old, known):
        return {day: None, precision: None}
    return {day: said, precision: exact}


def _told_age(thing: Thing, values: Mapping[str, Any]) -> dict[str, Any]:
    """The age as told, with nothing said twice: an age told again on a later day that means the same birth year is no change."""
    age, on = values.get("stated_age"), values.get("stated_age_on")
    old_age, old_on = thing.get("stated_age"), thing.get("stated_age_on")
    if age is None or on is None or old_age is None or old_on is None or not isinstance(on, date):
        return {}
    drift = (on.year - int(age)) - (old_on.year - int(old_age))
    return {"stated_age": None, "stated_age_on": None} if drift == 0 else {}
