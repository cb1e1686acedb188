"""The analysis of the left-behind children's situation (PRACTICES 4.1).

Where the parents work, how often they come home, who raises the child, what schooling the carer had: each with the unknown shown, each summing to
the same children.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd
import sqlalchemy as sa

from carekit import clock
from carekit.language import Label
from carekit.obligations import Sources, Timetable, left_behind
from carekit.obligations.facts import Needs, Parents
from carekit.obligations.rule import require_sight
from carekit.obligations.timetable import moment_values
from carekit.records import Absence, CareArrangement, FamilyMember
from carekit.records.codes import FATHERS, GRANDPARENTS, MOTHERS, Education, Frequency, Relation, WorkArea
from carekit.store import Desk

UNKNOWN = ""
_UNKNOWN_LABEL = Label("unknown", "不详")
_LONG_AGO = date(1900, 1, 1)

#: Who raises a child, as the published analyses divide it.
CARERS: dict[str, tuple[Label, tuple[Relation, ...]]] = {
    "parent": (Label("a parent", "父亲或母亲"), (*FATHERS, *MOTHERS, Relation.PARENT)),
    "grandparents": (Label("grandparents", "（外）祖父母"), GRANDPARENTS),
    "kin": (
        Label("other kin", "其他亲属"),
        tuple(r for r in Relation if Relation.GREAT_GRANDFATHER <= r <= Relation.OTHER_KIN),
    ),
    "others": (Label("others", "其他人"), (Relation.NOT_KIN,)),
}


@dataclass(frozen=True, slots=True)
class Category:
    """One question of the analysis: what is asked (with how it is counted), the answers in order, and the column that answers it for a child."""

    name: str
    label: Label
    definition: Label
    answers: dict[str, Label]
    column: Callable[[Sources, Any, Any], Any]


def _farthest(source: Sources, child: Any, moment: Any) -> Any:
    return Parents(source, child, moment).greatest("work_area")


def _rarest(source: Sources, child: Any, moment: Any) -> Any:
    return Parents(source, child, moment).greatest("return_frequency")


def _carer(source: Sources, child: Any, moment: Any, name: str) -> Any:
    care, carer = source.all("care_arrangement", "care_now"), source.all("family_member", "carer_now")
    return (
        sa.select(carer.c[name])
        .select_from(care)
        .join(carer, carer.c.id == care.c.carer_id)
        .where(
            care.c.child_id == child.c.id,
            sa.or_(care.c.from_on.is_(None), care.c.from_on <= moment.c.begun_by),
            sa.or_(care.c.until_on.is_(None), care.c.until_on > moment.c.begun_by),
        )
        .order_by(sa.func.coalesce(care.c.from_on, sa.literal(_LONG_AGO, sa.Date)).desc(), care.c.id.desc())
        .limit(1)
        .correlate_except(care, carer)
        .scalar_subquery()
    )


def _raised_by(source: Sources, child: Any, moment: Any) -> Any:
    relation = _carer(source, child, moment, "relation")
    return sa.case({str(code): name for name, (_, codes) in CARERS.items() for code in codes}, value=relation, else_=UNKNOWN)


def _schooling(source: Sources, child: Any, moment: Any) -> Any:
    return _carer(source, child, moment, "education")


def _answers(codes: Any) -> dict[str, Label]:
    return {str(code): code.label for code in codes}


CATEGORIES: dict[str, Category] = {
    category.name: category
    for category in (
        Category(
            "work_area",
            Label("Where the parents work", "父母务工地"),
            Label("the farthest place of work of the parents who are away", "按外出父母中务工地最远的一方统计"),
            _answers(WorkArea),
            _farthest,
        ),
        Category(
            "return_frequency",
            Label("How often they come home", "父母返家频率"),
            Label("of the parents who are away, the one who comes home most rarely", "按外出父母中返家最少的一方统计"),
            _answers(Frequency),
            _rarest,
        ),
        Category(
            "raised_by",
            Label("Who raises the child", "主要照料人"),
            Label("the carer on the day", "按当日的主要照料人统计"),
            {name: label for name, (label, _) in CARERS.items()},
            _raised_by,
        ),
        Category(
            "carer_education",
            Label("Schooling of the carer", "照料人文化程度"),
            Label("of the carer on the day", "按当日主要照料人的文化程度统计"),
            _answers(Education),
            _schooling,
        ),
    )
}

_NEEDS: Needs = ((Absence, "work_area"), (FamilyMember, "education"), (CareArrangement, "carer_id"))


def situation(desk: Desk, *, on: date | None = None, known_at: datetime | None = None) -> pd.DataFrame:
    """The situation of the children left behind by the school's own definition at a date.

    Columns: category, category_label, definition, on, code ("" for unknown), label, children, total, share (None when there are no children). Every answer
    has a row, also without children, and the rows of a category sum to the total. Raises `Denied` when the role does not see the facts.
    """
    require_sight(desk.actor, _NEEDS)
    on = on or clock.today()
    with desk.snapshot():
        timetable, source = Timetable.at(desk, on, known_at), Sources(desk, known_at)
        rule = timetable.rules().label
        rows = [
            (each.name, each.label.text(), _said(each, rule).text(), on, *counted)
            for each in CATEGORIES.values()
            for counted in _count(source, timetable, each)
        ]
    columns = ["category", "category_label", "definition", "on", "code", "label", "children", "total", "share"]
    frame = pd.DataFrame(rows, columns=columns)
    frame["share"] = frame["share"].astype(object).where(frame["share"].notna(), None)
    return frame


def _said(category: Category, rule: Label) -> Label:
    place = Label("{category}; left behind: {rule}", "{category}；留守口径：{rule}")
    return place.format(category=category.definition, rule=rule)


def _count(source: Sources, timetable: Timetable, category: Category) -> list[tuple[str, str, int, int, float | None]]:
    lb = left_behind(source.desk, timetable, source.known_at, ("local",)).subquery("definitions")
    child = source.all("child", "profiled")
    moment = moment_values(timetable.today[:1], "profile_day")
    answer = sa.func.coalesce(category.column(source, child, moment), UNKNOWN)
    each = (
        sa.select(lb.c.child_id, answer.label("code"))
        .select_from(lb)
        .join(child, child.c.id == lb.c.child_id)
        .join(moment, sa.true())
        .where(lb.c.local)
        .offset(0)
        .subquery("answered")
    )
    found = {code: int(n) for code, n in source.desk.tuples(sa.select(each.c.code, sa.func.count()).group_by(each.c.code))}
    total = sum(found.values())
    answers = {**category.answers, UNKNOWN: _UNKNOWN_LABEL}
    return [(code, label.text(), n := found.get(code, 0), total, n / total if total else None) for code, label in answers.items()]
