"""A child comes from another school: what of a package is new here, what differs from the old file of a child who returns, and saving it all or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

import sqlalchemy as sa

from carekit import clock
from carekit.apps.children import Register, child_options, register_states, telling_detail
from carekit.apps.intake_checks import Twin, id_problem, require_member_ids, twins_of, with_id_facts
from carekit.apps.intake_file import OpenFile, open_file
from carekit.apps.transfers_came import JSON
from carekit.errors import UserError
from carekit.exchange.package import Arrived, SealedFile, open_package
from carekit.language import Label
from carekit.names import same_name_key
from carekit.obligations import Timetable, left_behind
from carekit.problems import InvalidRecord
from carekit.records import Absence, CareArrangement, Case, Child, Enrolment, FamilyMember, Record, Transfer
from carekit.records.codes import CaseSource, LeftBehindSchool, TransferDirection
from carekit.store import Desk, Revision

R = TypeVar("R", bound=Record)
_REASON = Label("came from another school", "自其他学校转入")
_FILE_NAME = "{mark}.json"
_LONGEST_SCHOOL = 200
_KNOWN = Label(
    "The package with the mark {mark} was taken in already, on {day}. Nothing was saved again.",
    "校验码为{mark}的档案包已于{day}办理过转入，没有重复保存。",
)
_STILL_HERE = Label(
    "This child is still in a class here on {day}. Choose a later day, or end that stay first.",
    "这个孩子{day}还在本校班级里，请改选日期，或先办理离班。",
)
_LATER_STAY = Label("This child is entered in a class after {day} already. Check the day.", "这个孩子在{day}之后已有在班记录，请核对日期。")
_UNDECIDED = Label("Choose for each fact that differs which one holds.", "还有不一致的内容没有选定，请逐项选择以哪边为准。")
_WITHDRAWN = Label(
    "This child's old file is withdrawn. Bring it back first, then take the package in.", "这个孩子的原档案已撤下，请先恢复，再办理转入。"
)
_SECOND_FILE = Label(
    "This child has a file here already (same number). Use the old file.", "这个孩子在本校已有档案（证件号或学籍号相同），请使用原档案。"
)
_ELSEWHERE = Label(
    "There is a file of this child that you may not see. Ask the school leader.", "本校已有这个孩子的档案，但您无权查看，请找学校领导。"
)


@dataclass(frozen=True, slots=True)
class Difference:
    """A fact that the old file and the package tell differently."""

    kind: type[Record]
    record_id: str
    field: str
    whose: str
    ours: Any
    theirs: Any

    @property
    def key(self) -> str:
        """What tells it from the others of a list."""
        return f"{self.record_id}|{self.field}"

    def __repr__(self) -> str:
        return f"Difference({self.kind.kind}, {self.field})"


@dataclass(slots=True)
class Joining:
    """What a package adds to an old file: new records, blanks to be filled, and what differs (`chosen`: True takes the package's)."""

    old: OpenFile
    added: list[Record] = field(default_factory=list)
    filled: dict[str, dict[str, Any]] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)
    chosen: dict[str, bool] = field(default_factory=dict)

    @property
    def undecided(self) -> list[Difference]:
        """What nobody has chosen yet."""
        return [one for one in self.differences if one.key not in self.chosen]

    def changes(self) -> dict[str, dict[str, Any]]:
        """By record, the fields that change: blanks filled and facts taken from the package."""
        changed = {record_id: dict(values) for record_id, values in self.filled.items()}
        for one in self.differences:
            if self.chosen.get(one.key):
                changed.setdefault(one.record_id, {})[one.field] = one.theirs
        return changed

    def __repr__(self) -> str:
        return f"Joining({len(self.added)} added, {len(self.differences)} differ)"


# --- reading ----------------------------------------------------------------------------------------------------------


def read_arrived(desk: Desk, data: bytes, passphrase: str) -> Arrived:
    """What is in a package; `UserError` when it cannot be opened, was taken in before, or has an identity number that cannot be one."""
    sealed = SealedFile.read(data)
    require_new(desk, sealed.mark)
    arrived = open_package(sealed, passphrase)
    problem = id_problem(arrived.child)
    if problem:
        raise InvalidRecord([problem], {"id_number": Child.fields["id_number"].label})
    require_member_ids(tuple(arrived.of(FamilyMember)))
    return arrived


def require_new(desk: Desk, mark: str) -> None:
    """`UserError` when the package with this mark was taken in before."""
    for one in desk.find(Transfer, {"package_mark": mark, "direction": TransferDirection.IN}):
        raise UserError(_KNOWN.format(mark=mark, day=one.record.moved_on), code="package_known")


def old_files(desk: Desk, arrived: Arrived) -> list[Twin]:
    """The files that may be of the same child, the sure ones first."""
    return twins_of(desk, arrived.child)


# --- joining an old file ----------------------------------------------------------------------------------------------


def join(desk: Desk, arrived: Arrived, child_id: str) -> Joining:
    """Compare a package with an old file. The read is logged; `NotFound` outside the person's scope, `UserError` for a file that is withdrawn."""
    if any(one.withdrawn for one in desk.find(Child, {"id": child_id}, include_withdrawn=True)):
        raise UserError(_WITHDRAWN, code="file_withdrawn")
    joining = Joining(open_file(desk, child_id))
    old, ids = joining.old, {arrived.child.id: child_id}
    family = arrived.family
    if family is not None and old.family is not None:
        ids[family.id] = old.family.id
        _compare(joining, old.family, family)
    elif family is not None:
        joining.added.append(family)
        joining.filled[child_id] = {"family_id": family.id}
    _compare(joining, old.child, arrived.child)
    for kind, present in ((FamilyMember, old.members), (Absence, old.absences), (CareArrangement, old.cares)):
        _match(joining, [_turned(one, ids) for one in arrived.of(kind)], present, ids)
    return joining


def _turned(record: R, ids: Mapping[str, str]) -> R:
    """The record with its references turned to what is kept here."""
    refs = [name for name, spec in record.fields.items() if spec.ref]
    return record.model_copy(update={name: ids.get(getattr(record, name), getattr(record, name)) for name in refs})


def _match(joining: Joining, came: list[Record], present: list[Revision[Any]], ids: dict[str, str]) -> None:
    """Records that tell of the same thing are compared, the others added."""
    there = {_identity(one.record): one for one in present}
    for record in came:
        known = there.get(_identity(record))
        if known is None:
            joining.added.append(record)
        else:
            ids[record.id] = known.id
            _compare(joining, known, record)


def _identity(record: Record) -> tuple[Any, ...]:
    """What makes two records tell of one thing: the person and relation, who is away or cares, and since when."""
    if isinstance(record, FamilyMember):
        return (same_name_key(record.name), record.relation)
    whom = record.member_id if isinstance(record, Absence) else getattr(record, "carer_id", None)
    return (whom, getattr(record, "from_on", None))


def _compare(joining: Joining, known: Revision[Any], came: Record) -> None:
    for name, spec in came.fields.items():
        ours, theirs = getattr(known.record, name), getattr(came, name)
        if name == "id" or spec.ref or name in known.redacted or theirs in (None, ()) or ours == theirs:
            continue
        if ours in (None, ()):
            joining.filled.setdefault(known.id, {})[name] = theirs
        elif theirs != type(came).model_fields[name].default:
            # what a form starts with is no statement of anybody
            whose = str(getattr(known.record, "name", "") or came.label.text())
            joining.differences.append(Difference(type(came), known.id, name, whose, ours, theirs))


# --- saving -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What was saved: the child, the hand-over, and whether this put the child on the register (`opened`) or found it `closed` there."""

    child: Revision[Child]
    transfer: Revision[Transfer]
    opened: bool
    closed: bool


def take_in(desk: Desk, arrived: Arrived | None, stay: Enrolment, joining: Joining | None, staff_id: str) -> TakenIn:
    """Save a child who comes: a new file, or the old one with what the package adds, and the new stay in a class.

    Without a package (`arrived` None) the old file is used as it is and `stay` names the child. All or nothing. `UserError` when the package was taken in before, when
    a difference is undecided, when there is a file already that is not used, or when the child is in a class on the day.
    """
    with desk.transaction():
        if arrived is not None:
            require_new(desk, arrived.mark)
            stay = _save_file(desk, arrived, stay, joining)
        _require_away(desk, stay)
        desk.add(stay, _REASON.text())
        transfer = desk.add(_transfer(arrived, stay, staff_id), _REASON.text())
        if arrived is not None:
            name = _FILE_NAME.format(mark=arrived.mark)
            desk.attach(Transfer, transfer.id, name, arrived.account.model_dump_json().encode(), JSON)
        opened, closed = _register(desk, stay)
        child = desk.get(Child, stay.child_id)
    return TakenIn(child, transfer, opened, closed)


def _save_file(desk: Desk, arrived: Arrived, stay: Enrolment, joining: Joining | None) -> Enrolment:
    """Save the records of a package; the stay of the child whose file it is now."""
    if joining is None:
        sure = [twin for twin in old_files(desk, arrived) if twin.sure]
        if sure:
            raise UserError(_SECOND_FILE if any(twin.child_id for twin in sure) else _ELSEWHERE, code="second_file")
        desk.add_all([with_id_facts(one) if isinstance(one, Child) else one for one in arrived.records], _REASON.text())
        return stay.model_copy(update={"child_id": arrived.child.id})
    if joining.undecided:
        raise UserError(_UNDECIDED, code="undecided")
    old = joining.old
    desk.add_all(joining.added, _REASON.text())
    revisions: list[Revision[Any]] = [old.child, *old.members, *old.absences, *old.cares, *([old.family] if old.family else [])]
    changes = joining.changes()
    for one in revisions:
        if one.id in changes:
            desk.amend(one.record.model_copy(update=changes[one.id]), seen=one.version, reason=_REASON.text())
    return stay.model_copy(update={"child_id": old.child.id})


def _require_away(desk: Desk, stay: Enrolment) -> None:
    for one in desk.find(Enrolment, {"child_id": stay.child_id}):
        if one.record.enrolled_on >= stay.enrolled_on:
            raise UserError(_LATER_STAY.format(day=stay.enrolled_on), code="later_stay")
        if one.record.left_on is None or one.record.left_on >= stay.enrolled_on:
            raise UserError(_STILL_HERE.format(day=stay.enrolled_on), code="still_here")


def _transfer(arrived: Arrived | None, stay: Enrolment, staff_id: str) -> Transfer:
    return Transfer(
        child_id=stay.child_id,
        direction=TransferDirection.IN,
        moved_on=stay.enrolled_on,
        # whoever sealed the package may have written anything as the name of a school
        other_school=stay.other_school or (arrived.account.school[:_LONGEST_SCHOOL].strip() if arrived else "") or "—",
        package_mark=arrived.mark if arrived else None,
        handed_over_on=clock.today() if arrived else None,
        staff_id=staff_id,
    )


def _register(desk: Desk, stay: Enrolment) -> tuple[bool, bool]:
    """Put a child whom the facts make left behind on its first day onto the register; a closed entry is left to a person to reopen."""
    facts = left_behind(desk, Timetable.at(desk, stay.enrolled_on)).subquery("facts")
    by_any = sa.or_(facts.c.mca, facts.c.local, facts.c.edu != str(LeftBehindSchool.NONE))
    if not desk.tuples(sa.select(facts.c.child_id).where(facts.c.child_id == stay.child_id, by_any)):
        return False, False
    if not desk.find(Case, {"child_id": stay.child_id}):
        desk.add(Case(child_id=stay.child_id, opened_on=min(stay.enrolled_on, clock.today()), source=CaseSource.TRANSFER), _REASON.text())
        return True, False
    return False, register_states(desk, [stay.child_id]).get(stay.child_id) is Register.CLOSED


def away_options(desk: Desk, on: date) -> list[tuple[str, str, str]]:
    """The children with a file who are in no class on a day: whom one comes back to without a package."""
    here = {child for child, _, _ in child_options(desk, on)}
    return [(one.id, one.record.name, telling_detail(None, one.record.birth_on)) for one in desk.find(Child) if one.id not in here]
