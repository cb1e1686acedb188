"""What intake looks at before a child's file is saved: the identity number, and whether the child has a file already."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from carekit.apps.children import file_exists_elsewhere, telling_detail
from carekit.errors import UserError
from carekit.identifiers import IdFacts, read_id_number
from carekit.language import Label
from carekit.names import same_name_key
from carekit.problems import Problem
from carekit.records import Child, FamilyMember
from carekit.records.codes import IdType, Sex
from carekit.store import Desk

_TO_CHECK = Label("To be checked: {remark}", "待核实：{remark}")
_BORN = Label(
    "the identity number says born on {born}; the family's date {told} is kept beside it.",
    "身份证号上的出生日期是{born}，与所填的{told}不同；两个日期都会保留。",
)
_SEX = Label("the identity number says {sex}, the form says {told}.", "身份证号上的性别是{sex}，与所填的“{told}”不同。")
_SAYS = Label("By the identity number: born on {born}, {sex}.", "按身份证号：出生日期{born}，{sex}。")


# --- the identity number ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class IdReading:
    """What an identity number says beside what was entered.

    `refused` is why it cannot be one at all (None when it can); `remarks` are sentences for a person to check; `says` is what it tells of birth and sex, None
    when it tells nothing.
    """

    facts: IdFacts | None
    refused: Label | None
    remarks: tuple[Label, ...]
    says: Label | None


_NOTHING = IdReading(None, None, (), None)


def read_id(id_type: IdType | None, number: str | None, born_on: date | None = None, sex: Sex | None = None) -> IdReading:
    """What is to be said about an identity number while it is typed and when it is saved; other documents are not looked at."""
    if not number or id_type not in (None, IdType.ID_CARD):
        return _NOTHING
    facts = read_id_number(number)
    fatal = next((fault.label for fault in facts.faults if fault.fatal), None)
    if fatal or facts.born_on is None:
        return IdReading(facts, fatal, (), None)
    remarks = [_TO_CHECK.format(remark=fault.label) for fault in facts.faults]
    own_sex = Sex.MALE if facts.male else Sex.FEMALE
    if born_on and born_on != facts.born_on:
        remarks.append(_TO_CHECK.format(remark=_BORN.format(born=facts.born_on, told=born_on)))
    if sex in (Sex.MALE, Sex.FEMALE) and sex is not own_sex:
        remarks.append(_TO_CHECK.format(remark=_SEX.format(sex=own_sex, told=sex)))
    return IdReading(facts, None, tuple(remarks), _SAYS.format(born=facts.born_on, sex=own_sex))


def suggested_by_id(number: str) -> dict[str, Any]:
    """The fields of a child that a sound identity number fills: number, birth date and sex; empty for anything else."""
    facts = read_id_number(number)
    if facts.faults or facts.born_on is None:
        return {}
    return {"id_number": facts.number, "id_type": IdType.ID_CARD, "born_on": facts.born_on, "sex": Sex.MALE if facts.male else Sex.FEMALE}


def with_id_facts(child: Child) -> Child:
    """The child with birth date and sex taken from a sound identity number where the form left them empty; nothing given is changed."""
    if not child.id_number or child.id_type not in (None, IdType.ID_CARD):
        return child
    found = suggested_by_id(child.id_number)
    return child.model_copy(update={name: value for name, value in found.items() if getattr(child, name) is None})


def id_problem(child: Child) -> Problem | None:
    """Why the child's identity number cannot be saved, for the place beside its box."""
    refused = read_id(child.id_type, child.id_number).refused
    return Problem("id_number", "id_invalid", refused) if refused else None


def require_member_ids(members: tuple[FamilyMember, ...]) -> None:
    """`UserError` naming the place of the first member of a family whose identity number cannot be one."""
    for place, member in enumerate(members, 1):
        refused = read_id(member.id_type, member.id_number).refused
        if refused:
            raise UserError(
                Label("Family member {place}: {why}", "第{place}位家庭成员：{why}").format(place=place, why=refused), code="id_invalid"
            )


# --- whether there is a file already ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Twin:
    """A file that may be the same child's: `sure` when a number is the same; `text` names it, None (as `child_id`) outside the person's scope."""

    sure: bool
    text: str | None
    why: Label
    child_id: str | None = None


_SAME_NUMBER = Label("same identity or pupil number", "身份证号或学籍号相同")
_SAME_NAME = Label("same name and date of birth", "姓名和出生日期相同")


def twins_of(desk: Desk, child: Child) -> list[Twin]:
    """The files that may be of the same child, withdrawn ones included, the sure ones first; of foreign ones it is only told that there is one."""
    row, merge = desk.rows("child", withdrawn=True), desk.rows("merge")
    numbers: list[sa.ColumnElement[bool]] = []
    if child.id_number:
        numbers += [row.c.id_number == child.id_number, row.c.other_numbers.contains(child.id_number, autoescape=True)]
    if child.pupil_number:
        numbers += [row.c.pupil_number == child.pupil_number, row.c.other_numbers.contains(child.pupil_number, autoescape=True)]
    born = child.birth_on
    names = (
        sa.and_(row.c.name_key == same_name_key(child.name), sa.or_(row.c.birth_on == born, row.c.born_on == born)) if born else sa.false()
    )
    sure = sa.or_(sa.false(), *numbers)
    found = desk.tuples(
        sa.select(row.c.name, row.c.birth_on, sa.case((sure, 1), else_=0), row.c.id)
        .where(sa.or_(sure, names), row.c.id != child.id, row.c.id.not_in(sa.select(merge.c.merged_id).where(merge.c.undone_on.is_(None))))
        .order_by(row.c.id)
    )
    twins = [
        Twin(bool(same), f"{name}（{telling_detail(None, birth_on)}）", _SAME_NUMBER if same else _SAME_NAME, child_id)
        for name, birth_on, same, child_id in found
    ]
    if file_exists_elsewhere(desk, id_number=child.id_number, pupil_number=child.pupil_number):
        twins.append(Twin(True, None, _SAME_NUMBER))
    elif file_exists_elsewhere(desk, name=child.name, born_on=born):
        twins.append(Twin(False, None, _SAME_NAME))
    return sorted(twins, key=lambda twin: not twin.sure)
