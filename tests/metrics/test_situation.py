"""The analysis of the children's situation: carekit.metrics.profile."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest
from schools import SmallSchool

from carekit.errors import Denied
from carekit.metrics import CATEGORIES, situation
from carekit.records.codes import Education, Frequency, Relation, Role, WorkArea
from carekit.store import Actor

NOV = date(2025, 11, 10)


def answers(frame: pd.DataFrame, category: str) -> dict[str, int]:
    """Children by answer, those with any."""
    rows = frame[(frame["category"] == category) & (frame["children"] > 0)]
    return dict(zip(rows["label"], rows["children"], strict=True))


def family(school: SmallSchool, name: str, *stays: dict[str, Any]) -> Any:
    """A child whose parents are away in the ways given."""
    child = school.add_child(name)
    for relation, stay in zip((Relation.FATHER, Relation.MOTHER), stays, strict=False):
        school.parent(child, relation, **{"away": True} | stay)
    return child


def test_the_farther_place_and_the_rarer_return_count(school: SmallSchool) -> None:
    """Of two parents away, the farther place of work and the rarer coming home describe the child; nothing known is unknown."""
    family(school, "安小样", {"work_area": WorkArea.COUNTY, "return_frequency": Frequency.YEARLY}, {"return_frequency": Frequency.MONTHLY})
    family(school, "常小样", {"work_area": WorkArea.PROVINCE, "return_frequency": Frequency.NEVER})
    family(school, "乐小样", {"work_area": None})
    frame = situation(school.desk, on=NOV)
    assert answers(frame, "work_area") == {"外省": 1, "省内县外": 1, "不详": 1}
    assert answers(frame, "return_frequency") == {"每年": 1, "从未": 1, "不详": 1}


def test_the_carer_of_the_day_counts(school: SmallSchool) -> None:
    """Who raises the child is told by the arrangement of the day, the latest when there are several; without one it is unknown."""
    one = family(school, "于小样", {})
    school.carer(one, Relation.MOTHERS_SISTER, until_on=date(2025, 10, 1))
    school.carer(one, Relation.FATHERS_MOTHER, from_on=date(2025, 10, 1), education=Education.NONE)
    two = family(school, "时小样", {})
    school.carer(two, Relation.MOTHERS_FATHER)
    school.carer(two, Relation.MOTHER, from_on=date(2025, 11, 1))
    school.carer(family(school, "傅小样", {}), Relation.NOT_KIN)
    family(school, "皮小样", {})
    assert answers(situation(school.desk, on=NOV), "raised_by") == {"（外）祖父母": 1, "父亲或母亲": 1, "其他人": 1, "不详": 1}
    assert answers(situation(school.desk, on=NOV), "carer_education") == {"文盲或半文盲": 1, "不详": 3}
    assert answers(situation(school.desk, on=date(2025, 9, 30)), "raised_by") == {"其他亲属": 1, "（外）祖父母": 1, "其他人": 1, "不详": 1}


def test_every_category_sums_to_the_children_left_behind(school: SmallSchool) -> None:
    """Each category counts every left-behind child once, and no other."""
    for name in ("卞小样", "齐小样"):
        school.left_behind(name)
    school.parent(school.add_child("康小样"))
    frame = situation(school.desk, on=NOV)
    assert set(frame["category"]) == set(CATEGORIES) and (frame["total"] == 2).all()
    assert (frame.groupby("category")["children"].sum() == 2).all()
    assert frame.groupby("category")["share"].sum().map(lambda share: abs(share - 1) < 1e-9).all()
    assert all("留守口径" in said for said in frame["definition"])


def test_without_children_there_are_no_shares(school: SmallSchool) -> None:
    """Every answer stands with 0 and no share."""
    frame = situation(school.desk, on=NOV)
    assert (frame["children"] == 0).all() and all(share is None for share in frame["share"])


def test_roles_without_the_facts_are_refused(school: SmallSchool) -> None:
    """A county officer gets no situation analysis."""
    with pytest.raises(Denied):
        situation(school.store.for_actor(Actor(school.add_staff("任样", Role.COUNTY_OFFICER).id, Role.COUNTY_OFFICER)), on=NOV)
