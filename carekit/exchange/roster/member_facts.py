"""The family members of one row, from the values of its columns: names, phones, ages, and who is away where and since when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from carekit.exchange.cells.dates import DateRead, read_away_since
from carekit.exchange.cells.people import IdSaid, MemberName, PhoneSaid, names_in, read_member_name, split_pair
from carekit.exchange.cells.places import is_at_home, tells_no_place, work_area
from carekit.exchange.cells.values import BY_SHAPE, Value, accepted, find_code, plain_word, words_of, yes_or_no
from carekit.exchange.roster.context import Context
from carekit.exchange.roster.rows import MemberFacts
from carekit.records import RECORDS
from carekit.records.codes import FATHERS, MOTHERS, LeftBehindSchool, ParentState, Relation

#: What a member is to the child when only the heading says so.
ROLE_RELATIONS: dict[str, Relation] = {
    "father": Relation.FATHER,
    "mother": Relation.MOTHER,
    "parent": Relation.PARENT,
    "father_father": Relation.FATHERS_FATHER,
    "father_mother": Relation.FATHERS_MOTHER,
    "mother_father": Relation.MOTHERS_FATHER,
    "mother_mother": Relation.MOTHERS_MOTHER,
}
_PARENTS = ("father", "mother")
_NO_CARER = frozenset((Relation.SELF, Relation.SON, Relation.DAUGHTER, Relation.GRANDCHILD))


@dataclass(slots=True)
class Person:
    """One member while the row is being put together; `away` is None until something is said."""

    role: str
    values: dict[str, object] = field(default_factory=dict)
    absence: dict[str, object] | None = None
    at_home: bool = False
    notes: list[str] = field(default_factory=list)


class FamilyOfRow:
    """Puts the members of one row together; afterwards `family` has what belongs to no single member."""

    def __init__(self, context: Context, report: Any) -> None:
        self._context = context
        self._report = report
        self.people: dict[str, Person] = {}
        self.family: dict[str, object] = {}
        self.notes: list[str] = []

    def person(self, role: str) -> Person:
        """The member of that role, made when new."""
        found = self.people.get(role)
        if found is None:
            found = self.people[role] = Person(role)
        return found

    def member(self, role: str, said: Mapping[str, Any]) -> None:
        """Take the values of the columns of one role: by the name of the field, None where a cell says nothing."""
        person = self.person(role)
        for name, value in said.items():
            if value is None:
                continue
            taker = _TAKERS.get(name)
            if taker is not None:
                getattr(self, taker)(person, value)
            elif name.startswith("absence."):
                self._of_absence(person, name.removeprefix("absence."), value)
            else:
                person.values[name] = value

    # --- single columns ---

    def _name(self, person: Person, said: MemberName) -> None:
        parts = names_in(said.name) if said.name is not None else []
        if len(parts) > 1:
            for number, part in enumerate(parts, start=1):
                read = read_member_name(part, dash_means_deceased=False).value
                if read is not None:
                    self._name(person if number == 1 else self.person(f"{person.role}{number}"), read)
            return
        if said.name is not None:
            person.values["name"] = said.name
        if said.relation is not None and "relation" not in person.values and person.role not in ROLE_RELATIONS:
            person.values["relation"] = said.relation
        if said.state is not None:
            person.values["state"] = said.state
        if said.note:
            person.notes.append(said.note)
        if said.phones:
            self._phone(person, said.phones)

    def _relation(self, person: Person, relation: Relation) -> None:
        if relation in _NO_CARER:
            self._report(f"{person.role}.relation", "RELATION_NOT_A_CARER")
        else:
            person.values["relation"] = relation

    def _phone(self, person: Person, phones: tuple[PhoneSaid, ...]) -> None:
        own = phones
        if person.role in (*_PARENTS, "parent"):
            own = tuple(phone for phone in phones if not self._give_to_owner(person, phone))
        for phone in own:
            if "phone" not in person.values:
                person.values["phone"] = phone.number
            elif "other_phone" not in person.values:
                person.values["other_phone"] = phone.number
            else:
                self._report(f"{person.role}.phone", "PHONE_MORE")
            if phone.owner and find_code(Relation, phone.owner) not in (
                None,
                ROLE_RELATIONS.get(person.role),
                person.values.get("relation"),
            ):
                person.notes.append(f"{phone.number}：{phone.owner}")
                self._report(f"{person.role}.phone", "PHONE_OWNER")
            elif phone.owner and phone.owner != person.values.get("name") and find_code(Relation, phone.owner) is None:
                person.notes.append(f"{phone.number}：{phone.owner}")

    def _give_to_owner(self, person: Person, phone: PhoneSaid) -> bool:
        """Whether the word beside a number says that it is the other parent's; then it is given to that one."""
        relation = find_code(Relation, phone.owner) if phone.owner else None
        owner = "father" if relation in FATHERS else "mother" if relation in MOTHERS else None
        if owner is None or owner == person.role:
            return False
        self._phone(self.person(owner), (PhoneSaid(phone.number, None),))
        return True

    def _id_number(self, person: Person, said: IdSaid) -> None:
        if said.number:
            person.values["id_number"] = said.number

    def _age(self, person: Person, age: int) -> None:
        person.values["stated_age"] = age
        person.values["stated_age_on"] = self._context.told_on or self._context.today

    # --- being away ---

    def _away(self, person: Person, text: str) -> None:
        answer = yes_or_no(text)
        if answer is None and is_at_home(text):
            answer = False
        if answer is None:
            self._work_place(person, text)
        elif answer:
            person.absence = person.absence or {}
        else:
            person.at_home = True

    def _work_place(self, person: Person, text: str) -> None:
        if is_at_home(text):
            person.at_home = True
            return
        state = words_of(ParentState).get(plain_word(text))
        if state is not None:
            person.values.setdefault("state", state)
            return
        if tells_no_place(text):
            person.notes.append(text)
            self._report(f"{person.role}.work_place", "WORK_PLACE_NONE")
            return
        person.absence = person.absence or {}
        area = work_area(text, self._context.school_province)
        if area is not None:
            person.absence["work_area"] = area
        if area is None or text not in area.words:
            read = accepted("absence", "work_place", text, "TEXT_NOT_ACCEPTED")
            if read.faults:
                self._report(f"{person.role}.work_place", read.faults[0])
            else:
                person.absence["work_place"] = read.value

    def _away_since(self, person: Person, said: tuple[DateRead, str]) -> None:
        read, words = said
        if is_at_home(words):
            person.at_home = True
            return
        person.absence = person.absence or {}
        if read.day is not None and read.day.year > 1950 and read.day <= self._context.today:
            person.absence.update(from_on=read.day, from_precision=read.precision)
        elif read.day is not None or read.fault is not None:
            person.absence["note"] = words

    def _of_absence(self, person: Person, name: str, value: object) -> None:
        if isinstance(value, tuple):
            person.absence = (person.absence or {}) | {name: value[0], "from_precision": value[1]}
        else:
            person.absence = (person.absence or {}) | {name: value}

    def away(self, who: frozenset[str]) -> None:
        """Note who is said to be away in a column of its own."""
        for role in who:
            person = self.person(role)
            person.absence = person.absence if person.absence is not None else {}

    # --- columns of both parents ---

    def pair(self, text: str, *, ordered: bool) -> None:
        """Both parents' names in one cell; `ordered` says that the heading names father and mother in this order."""
        said = split_pair(text)
        if isinstance(said, dict):
            for role, name in said.items():
                self._named(role, name)
        elif len(said) == 2:
            self._named("father", said[0])
            self._named("mother", said[1])
            if not ordered:
                self._report("parent.name", "PAIR_ORDER")
        elif len(said) == 1:
            self._named("parent", said[0])
        elif said:
            self.notes.append(text)
            self._report("parent.name", "PAIR_UNCLEAR")

    def _named(self, role: str, name: str) -> None:
        read = read_member_name(name, dash_means_deceased=True).value
        if read is None:
            return
        if role == "parent" and read.relation in (*FATHERS, *MOTHERS):
            role = "father" if read.relation in FATHERS else "mother"
        self._name(self.person(role), read)

    def parents(self, name: str, label: str, value: Any, claim: object, away: frozenset[str] | None) -> None:
        """A value of a column that is about the parents together, given to whom its words or the other columns point at."""
        if name == "phone":
            self._parents_phone(value)
            return
        words = value[1] if name == "away_since" else str(value)
        said = split_pair(words)
        if isinstance(said, dict):
            targets = said
        elif len(said) == 2 and all(role in self.people for role in _PARENTS):
            targets = dict(zip(_PARENTS, said, strict=True))
        else:
            targets = dict.fromkeys(self._meant(label, claim, away), words)
        if not targets:
            self.notes.append(f"{label}：{words}")
            self._report(f"parent.{name}", "WHOSE_UNCLEAR")
        for role, part in targets.items():
            self._part(role, name, part, value)

    def _part(self, role: str, name: str, part: str, value: Any) -> None:
        person = self.person(role)
        if name == "work_place":
            self._work_place(person, part)
        elif name == "away":
            self._away(person, part)
        elif name == "away_since":
            whole = part == value[1]
            self._away_since(person, value if whole else (read_away_since(part, self._context.today), part))
        else:
            self._declared_part(person, name, part)

    def _declared_part(self, person: Person, name: str, part: str) -> None:
        """A field of one parent out of a cell about both."""
        from_absence = name.startswith("absence.")
        kind, field_name = ("absence", name.removeprefix("absence.")) if from_absence else ("family_member", name)
        read = read_declared(kind, field_name, part)
        if read.value is None:
            person.notes.append(part)
        elif from_absence:
            self._of_absence(person, field_name, read.value)
        elif isinstance(read.value, (str, int)) or read.value:
            person.values[field_name] = read.value

    def _meant(self, label: str, claim: object, away: frozenset[str] | None) -> tuple[str, ...]:
        """Which parents a value about "the parents" is about."""
        if "parent" in self.people:
            return ("parent",)
        if away:
            return tuple(sorted(away))
        named = tuple(
            role for role in _PARENTS if role in self.people and not self.people[role].at_home and "state" not in self.people[role].values
        )
        if len(named) == 1 or (named and claim is LeftBehindSchool.BOTH):
            return named
        if claim is LeftBehindSchool.BOTH or "父母" in label:
            return _PARENTS
        return ()

    def _parents_phone(self, phones: tuple[PhoneSaid, ...]) -> None:
        alone = self.people.get("parent")
        if alone is not None and len(self.people) == 1:
            self._phone(alone, phones)
            return
        rest = []
        for phone in phones:
            relation = find_code(Relation, phone.owner) if phone.owner else None
            role = "father" if relation in FATHERS else "mother" if relation in MOTHERS else None
            if role:
                self._phone(self.person(role), (PhoneSaid(phone.number, None),))
            else:
                rest.append(phone)
        named = [role for role in _PARENTS if role in self.people and "name" in self.people[role].values]
        if len(rest) == 2 and len(named) == 2 and not any(phone.owner for phone in rest):
            for role, phone in zip(named, rest, strict=True):
                self._phone(self.people[role], (phone,))
        else:
            self._family_phones(rest)

    def _family_phones(self, phones: list[PhoneSaid]) -> None:
        for phone in phones:
            if "phone" not in self.family:
                self.family["phone"] = phone.number
            elif "contact_phone" not in self.family:
                self.family["contact_phone"] = phone.number
                if phone.owner:
                    self.family["contact_name"] = phone.owner
                continue
            else:
                self._report("parent.phone", "PHONE_MORE")
            if phone.owner:
                self.notes.append(f"{phone.number}：{phone.owner}")

    # --- the end ---

    def facts(self) -> tuple[MemberFacts, ...]:
        """The members of whom something is said, fathers and mothers first, each with the relation that the row or the heading tells."""
        found = []
        for role, person in self.people.items():
            values = person.values
            if not values and person.absence is None:
                continue
            if person.notes:
                values["note"] = "；".join([*([str(values["note"])] if "note" in values else []), *person.notes])
            relation = ROLE_RELATIONS.get(role)
            if relation is not None:
                values.setdefault("relation", relation)
            elif "relation" not in values and role.startswith("guardian") and "name" in values:
                self._report(f"{role}.name", "GUARDIAN_RELATION_MISSING")
            if role.startswith("guardian"):
                values.setdefault("guardian", True)
            found.append(MemberFacts(role, values, person.absence))
        return tuple(found)


_TAKERS = {
    "name": "_name",
    "relation": "_relation",
    "phone": "_phone",
    "id_number": "_id_number",
    "age": "_age",
    "away": "_away",
    "work_place": "_work_place",
    "away_since": "_away_since",
}


def read_declared(kind: str, name: str, text: str) -> Value:
    """A text as the value of a declared field, by the reading of its shape."""
    spec = RECORDS[kind].fields.get("stated_age" if name == "age" else name)
    return BY_SHAPE[spec.shape](kind, spec, text) if spec is not None else Value()
