"""Which cells a child's file needs, and how many of them are filled: for 建档率 and 完整率.

The cells of the child itself are those declared ``needed``; three more stand in the family's records, as the contact card asks
(PRACTICES 1.1): a parent, somebody who cares for the child with a phone, and the place of work of every parent who is away.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from carekit.language import Label
from carekit.obligations.facts import PARENTS, Parents, Sources, exists_in, is_away, one_of
from carekit.records import Child
from carekit.records.codes import ParentState

_Yes = sa.ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Cell:
    """One needed cell: `filled` says whether it is, `needed` whether this child's file needs it (None: always)."""

    name: str
    label: Label
    filled: _Yes
    needed: _Yes | None = None


def _child_cells(child: Any) -> list[Cell]:
    cells = []
    for name, spec in Child.fields.items():
        if not spec.needed:
            continue
        column = child.c.birth_on if name == "born_on" else child.c[name]
        cells.append(Cell(name, spec.label, column.is_not(None)))
    return cells


def cells(source: Sources, child: Any, moment: Any) -> list[Cell]:
    """Every needed cell of a child's file at a moment, as conditions on a row of the child."""
    parent, carer = source.all("family_member", "file_parent"), source.all("family_member", "file_carer")
    care, member, absence = (
        source.all("care_arrangement", "file_care"),
        source.all("family_member", "file_away"),
        source.all("absence", "file_absence"),
    )
    reached = sa.or_(carer.c.phone.is_not(None), carer.c.other_phone.is_not(None))
    by_family = exists_in(carer, carer.c.family_id == child.c.family_id, reached, carer.c.guardian.is_(sa.true()))
    by_care = exists_in(
        (care, carer),
        care.c.child_id == child.c.id,
        carer.c.id == care.c.carer_id,
        reached,
        sa.or_(care.c.from_on.is_(None), care.c.from_on <= moment.c.begun_by),
        sa.or_(care.c.until_on.is_(None), care.c.until_on > moment.c.begun_by),
    )
    without_place = exists_in(
        (member, absence),
        member.c.family_id == child.c.family_id,
        one_of(member.c.relation, PARENTS),
        member.c.state != str(ParentState.DECEASED),
        absence.c.member_id == member.c.id,
        is_away(absence, moment),
        absence.c.work_place.is_(None),
    )
    return [
        *_child_cells(child),
        Cell(
            "parent",
            Label("A parent", "父亲或母亲"),
            exists_in(parent, parent.c.family_id == child.c.family_id, one_of(parent.c.relation, PARENTS)),
        ),
        Cell("carer_phone", Label("A guardian or carer with a phone", "监护人或照料人及电话"), sa.or_(by_family, by_care)),
        Cell(
            "work_place",
            Label("Place of work of the parents who are away", "外出父母的务工地点"),
            ~without_place,
            Parents(source, child, moment).away(),
        ),
    ]


def count_cells(all_cells: list[Cell]) -> tuple[sa.ColumnElement[int], sa.ColumnElement[int]]:
    """How many cells are needed, and how many of those are filled."""
    always = [cell for cell in all_cells if cell.needed is None]
    needed: Any = sa.literal(len(always), sa.Integer)
    filled: Any = sa.literal(0, sa.Integer)
    for cell in all_cells:
        if cell.needed is None:
            filled = filled + sa.case((cell.filled, 1), else_=0)
        else:
            needed = needed + sa.case((cell.needed, 1), else_=0)
            filled = filled + sa.case((sa.and_(cell.needed, cell.filled), 1), else_=0)
    return needed, filled
