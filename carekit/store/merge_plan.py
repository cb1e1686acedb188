"""What changes when two files of one child are made one: worked out in memory from the current rows, then written as one version each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from pydantic import ValidationError

from carekit.errors import ProgrammerError, UserError
from carekit.fields import new_id
from carekit.identifiers import joined, several
from carekit.language import Label
from carekit.names import same_name_key
from carekit.records import RECORDS, Case, Child, Closure, Enrolment, Membership, Merge, Pairing, Record
from carekit.records.codes import LeavingReason
from carekit.store.revision import Revision, to_revision
from carekit.store.schema import TABLES

_DAY = timedelta(days=1)
_TWO_CLASSES = Label(
    "The two files stand in different classes: choose the class in which the child is.", "两份档案在不同班级，请选择孩子现在所在的班级。"
)
_REOPENED = Label("made one with a file that is still open", "与仍在册的档案合并")
#: What a file that goes into another keeps of itself in `Child.other_numbers`, so that a search still finds it.
KEPT_AS_OTHER = ("id_number", "pupil_number", "local_pupil_number", "school_number", "former_name")
#: What says something of another field, and comes from the same file as it does.
_GOES_WITH = {"born_precision": "born_on", "id_type": "id_number", "id_valid_until": "id_number"}
#: By which fields a record of a kind that lasts some time says the same as another one of the same child.
_SAME_WHILE: dict[str, tuple[str, ...]] = {"membership": ("group",), "pairing": ("kind_of", "staff_id", "peer_id")}


@dataclass(slots=True, repr=False)
class Change:
    """A record as it was (None: made by the merge), and as it shall be."""

    before: Revision[Any] | None
    record: Any
    withdrawn: bool

    @property
    def is_one(self) -> bool:
        """Whether anything changes at all."""
        return self.before is None or self.before.record != self.record or self.before.withdrawn != self.withdrawn


@dataclass(slots=True, repr=False)
class MergePlan:
    """The records that a merge touches, by id; read when first asked for."""

    connection: sa.Connection
    kept_id: str
    merged_id: str
    on: date
    changes: dict[str, Change] = field(default_factory=dict)

    # --- reading ---

    def load(self, kind: str, condition: Any) -> list[Change]:
        """The current records of a kind under a condition on its table, withdrawn ones too, as they shall be by now."""
        table = TABLES[kind]
        select = sa.select(table).where(table.c.superseded_at.is_(None), condition(table)).order_by(table.c.id)
        found = []
        for row in self.connection.execute(select).mappings().all():
            if row["id"] not in self.changes:
                revision = to_revision(RECORDS[kind], row, frozenset())
                self.changes[row["id"]] = Change(revision, revision.record, revision.withdrawn)
            found.append(self.changes[row["id"]])
        return found

    def one(self, kind: type[Record], record_id: str) -> Change:
        """One record."""
        (found,) = self.load(kind.kind, lambda table: table.c.id == record_id)
        return found

    def in_use(self, kind: type[Record], name: str, value: str) -> list[Change]:
        """The records in use whose field has a value."""
        return [one for one in self.load(kind.kind, lambda table: table.c[name] == value) if not one.withdrawn]

    def made(self, record: Record) -> Change:
        """A record that the merge makes."""
        self.changes[record.id] = change = Change(None, record, False)
        return change

    def written(self) -> Iterator[Change]:
        """What is to be written, parents before those that refer to them."""
        for kind in RECORDS:
            yield from (one for one in self.changes.values() if one.record.kind == kind and one.is_one)


def put(change: Change, **values: Any) -> None:
    """Give fields of a record other values."""
    change.record = change.record.model_copy(update=values)


def fill_blanks(change: Change, other: Record, *, but: tuple[str, ...] = ()) -> None:
    """Take over what another record says where this one says nothing."""
    found = {
        name: getattr(other, name)
        for name in change.record.fields
        if name not in ("id", *but) and getattr(change.record, name) in (None, ()) and getattr(other, name) not in (None, ())
    }
    put(change, **found)


def copied(record: Record, **values: Any) -> Record:
    """The same said in a record of its own."""
    return record.model_copy(update={"id": new_id(), **values})


# --- the child's own fields -------------------------------------------------------------------------------------------


def merge_child(plan: MergePlan, chosen: Mapping[str, Any]) -> None:
    """Blanks filled, clashes as they were chosen; numbers and names that give way are kept as other ones; the other file is taken out of use."""
    kept, merged = plan.one(Child, plan.kept_id), plan.one(Child, plan.merged_id)
    ours, theirs = kept.record, merged.record
    for name, value in chosen.items():
        if name not in Child.fields or value not in (getattr(ours, name), getattr(theirs, name)):
            raise ProgrammerError(f"{name} is chosen as it stands in neither file")
    others = [*several(ours.other_numbers), *several(theirs.other_numbers)]
    fill_blanks(kept, theirs, but=("other_numbers", *(name for name, lead in _GOES_WITH.items() if _differ(ours, theirs, lead))))
    for name, lead in _GOES_WITH.items():
        if lead in chosen and chosen[lead] != getattr(ours, lead):
            put(kept, **{name: getattr(theirs, name)})
        elif getattr(ours, lead) is None and getattr(theirs, lead) is not None:
            put(kept, **{name: getattr(theirs, name) or getattr(ours, name)})
    put(kept, **chosen)
    others += [value for name in KEPT_AS_OTHER for value in (getattr(ours, name), getattr(theirs, name)) if value]
    others += [one.name for one in (ours, theirs) if same_name_key(one.name) != same_name_key(kept.record.name)]
    present = {getattr(kept.record, name) for name in KEPT_AS_OTHER}
    others = [one for one in dict.fromkeys(others) if one not in present]
    put(kept, other_numbers=joined(others))
    merged.withdrawn = True


def _differ(one: Record, other: Record, name: str) -> bool:
    return getattr(one, name) is not None and getattr(one, name) != getattr(other, name)


# --- everything that refers to the child ------------------------------------------------------------------------------


def references(plan: MergePlan, target: str, value: str) -> Iterator[tuple[str, Change]]:
    """Every record, withdrawn ones too, that refers to a child or member, with the field; merges themselves keep saying which two files they were."""
    for kind, record in RECORDS.items():
        for name, spec in record.fields.items():
            if spec.ref == target and kind != Merge.kind:
                for change in plan.load(kind, lambda table, name=name: table.c[name] == value):
                    yield name, change


def move_references(plan: MergePlan) -> None:
    """Put the kept child into every field that names the other one.

    What would then name one child twice does without the second name (a plan whose helper it was), or is taken out of use (a pairing of the two).
    """
    for name, change in list(references(plan, "child", plan.merged_id)):
        fields = change.record.fields.values()
        twice = next((one.name for one in fields if one.ref == "child" and getattr(change.record, one.name) == plan.kept_id), None)
        if twice is None:
            put(change, **{name: plan.kept_id})
            continue
        whose, second = (name, twice) if name in change.record.about else (twice, name)
        alone = change.record.model_copy(update={whose: plan.kept_id, second: None})
        if _is_valid(alone):
            change.record = alone
        else:
            put(change, **{whose: plan.kept_id, second: plan.merged_id})
            change.withdrawn = True


def _is_valid(record: Record) -> bool:
    try:
        type(record).model_validate({name: getattr(record, name) for name in record.fields})
    except ValidationError:
        return False
    return True


def _covers(outer: Record, inner: Record, starts: str, ends: str) -> bool:
    last, own_last = getattr(outer, ends), getattr(inner, ends)
    return getattr(outer, starts) <= getattr(inner, starts) and (last is None or (own_last is not None and own_last <= last))


def drop_doubles(plan: MergePlan) -> None:
    """Take what lasts some time out of use where the kept file says the same of all of that time; what says more stays."""
    for kind in (Membership, Pairing):
        same, ends = _SAME_WHILE[kind.kind], kind.ends or ""
        rows = plan.in_use(kind, "child_id", plan.merged_id)
        for own in plan.in_use(kind, "child_id", plan.kept_id):
            for other in rows:
                alike = all(getattr(own.record, name) == getattr(other.record, name) for name in same)
                if alike and _covers(own.record, other.record, "from_on", ends):
                    other.withdrawn = True


# --- stays in classes -------------------------------------------------------------------------------------------------


def _at_once(one: Change, other: Change) -> bool:
    """Whether two stays in use have a day in common."""
    a, b = one.record, other.record
    common = (a.left_on is None or b.enrolled_on <= a.left_on) and (b.left_on is None or a.enrolled_on <= b.left_on)
    return common and not (one.withdrawn or other.withdrawn)


def merge_stays(plan: MergePlan, stay_id: str | None) -> None:
    """One class a day: stays in one class become one; of two classes at a time the one that goes on holds, the chosen one of two, in the past the kept file's.

    `UserError` "two_classes" when both files are in a class at present and nobody said which.
    """
    kept, others = plan.in_use(Enrolment, "child_id", plan.kept_id), plan.in_use(Enrolment, "child_id", plan.merged_id)
    pairs = [(own, other) for other in others for own in kept]
    for own, other in pairs:
        if _at_once(own, other) and own.record.class_id == other.record.class_id:
            _join(own, other)
    for own, other in pairs:
        if not _at_once(own, other):
            continue
        if _goes_on(own) and _goes_on(other) and stay_id not in (own.record.id, other.record.id):
            raise UserError(_TWO_CLASSES, code="two_classes")
        # where only one goes on it holds, or the child would be in no class at all
        holds = stay_id == other.record.id if _goes_on(own) else _goes_on(other)
        wins, yields = (other, own) if holds else (own, other)
        _give_way(yields, wins.record)


def _goes_on(stay: Change) -> bool:
    return stay.record.left_on is None


def _join(own: Change, other: Change) -> None:
    first, second = own.record, other.record
    if second.enrolled_on < first.enrolled_on:
        put(own, enrolled_on=second.enrolled_on, entry=second.entry, other_school=second.other_school or first.other_school)
    if first.left_on is not None and (second.left_on is None or second.left_on > first.left_on):
        put(own, left_on=second.left_on, leaving=second.leaving)
    other.withdrawn = True


def _give_way(change: Change, other: Enrolment) -> None:
    """End a stay the day before the other one begins; nothing of it is left when it began no earlier."""
    if change.record.enrolled_on >= other.enrolled_on:
        change.withdrawn = True
    else:
        put(change, left_on=other.enrolled_on - _DAY, leaving=LeavingReason.MOVED_CLASS)


# --- the register -----------------------------------------------------------------------------------------------------


def merge_cases(plan: MergePlan) -> None:
    """One entry on the register, since the earlier day; it is open when either was: no child is lost to a closure of the other file."""
    kept, others = plan.in_use(Case, "child_id", plan.kept_id), plan.in_use(Case, "child_id", plan.merged_id)
    if not kept or not others:
        return
    entry = kept[0]
    still_on = [one for one in others if not _closures(plan, one)]
    for closure in _closures(plan, entry) if still_on else []:
        since = max(closure.record.closed_on, min(one.record.opened_on for one in still_on))
        put(closure, reopened_on=since, reopen_reason=_REOPENED.text())
    put(entry, opened_on=min(one.record.opened_on for one in (entry, *others)))
    numbers = [one.record.number for one in others if one.record.number and one.record.number != entry.record.number]
    if entry.record.number is None and numbers:
        put(entry, number=numbers.pop(0))
    if numbers:
        child = plan.one(Child, plan.kept_id)
        put(child, other_numbers=joined([*several(child.record.other_numbers), *numbers]))
    for one in others:
        one.withdrawn = True
        for closure in plan.in_use(Closure, "case_id", one.record.id):
            closure.withdrawn = True


def _closures(plan: MergePlan, case: Change) -> list[Change]:
    """The closures by which an entry is closed now."""
    return [one for one in plan.in_use(Closure, "case_id", case.record.id) if one.record.in_force and one.record.reopened_on is None]
