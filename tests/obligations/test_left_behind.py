"""The three derived definitions of 留守: carekit.obligations.facts."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from schools import SmallSchool

from carekit.obligations import DEFINITIONS, Timetable, left_behind
from carekit.records import Absence
from carekit.records.codes import AwayRule, Capacity, Frequency, HukouKind, ParentState, Relation

ON = date(2025, 11, 10)
FATHER, MOTHER = Relation.FATHER, Relation.MOTHER


def derived(school: SmallSchool, on: date = ON) -> dict[str, Any]:
    """The one child's row."""
    frame = school.desk.frame(left_behind(school.desk, Timetable.at(school.desk, on)))
    return dict(frame.iloc[0])


def answers(school: SmallSchool, on: date = ON) -> tuple[bool, str, bool]:
    """mca, edu and local of the one child."""
    row = derived(school, on)
    return bool(row["mca"]), str(row["edu"]), bool(row["local"])


LONG: dict[str, Any] = {"away": True}
CASES: dict[str, tuple[list[tuple[Relation, dict[str, Any]]], tuple[bool, str, bool]]] = {
    "both away": ([(FATHER, LONG), (MOTHER, LONG)], (True, "2", True)),
    "one away, the other at home": ([(FATHER, LONG), (MOTHER, {})], (False, "1", True)),
    "one away, the other unable": ([(FATHER, LONG), (MOTHER, {"capacity": Capacity.NONE})], (True, "1", True)),
    "one away, the other weak": ([(FATHER, LONG), (MOTHER, {"capacity": Capacity.LIMITED})], (False, "1", True)),
    "one away, the other dead": ([(FATHER, LONG), (MOTHER, {"state": ParentState.DECEASED})], (True, "1", True)),
    "one away, the other missing": ([(FATHER, LONG), (MOTHER, {"state": ParentState.MISSING})], (True, "1", True)),
    "one away, the other in custody": ([(FATHER, LONG), (MOTHER, {"state": ParentState.IN_CUSTODY})], (True, "1", True)),
    "one away, the other unknown": ([(FATHER, LONG), (MOTHER, {"state": ParentState.UNKNOWN})], (True, "1", True)),
    "one away, the other not recorded": ([(FATHER, LONG)], (True, "1", True)),
    "both away, one of them just now": ([(FATHER, LONG), (MOTHER, {"from_on": date(2025, 11, 1)})], (True, "1", True)),
    "both away just now": ([(FATHER, {"from_on": ON}), (MOTHER, {"from_on": ON})], (True, "0", False)),
    "away, since when is not known": ([(FATHER, {"from_on": None}), (MOTHER, {"from_on": None})], (True, "2", True)),
    "nobody away": ([(FATHER, {}), (MOTHER, {})], (False, "0", False)),
    "home every evening": ([(FATHER, {"return_frequency": Frequency.DAILY}), (MOTHER, {})], (False, "0", False)),
    "a dead parent is not away": ([(FATHER, LONG | {"state": ParentState.DECEASED}), (MOTHER, {})], (False, "0", False)),
    "a grandfather away": ([(Relation.FATHERS_FATHER, LONG), (FATHER, {})], (False, "0", False)),
    "no family recorded": ([], (False, "0", False)),
}


@pytest.mark.parametrize("name", CASES)
def test_the_three_definitions(school: SmallSchool, name: str) -> None:
    """Each constellation of a family gives the stated answer of each definition."""
    members, expected = CASES[name]
    child = school.add_child("苏小样")
    for relation, facts in members:
        school.parent(child, relation, **facts)
    assert answers(school) == expected


@pytest.mark.parametrize(
    ("since", "expected"),
    [(date(2025, 8, 9), (False, "1", True)), (date(2025, 8, 10), (False, "0", True)), (date(2025, 8, 11), (False, "0", False))],
)
def test_three_months_to_the_day(school: SmallSchool, since: date, expected: tuple[bool, str, bool]) -> None:
    """On 10 November three months are full since 10 August, and more than three since the 9th."""
    child = school.add_child("潘小样")
    school.parent(child, FATHER, from_on=since)
    school.parent(child, MOTHER)
    assert answers(school) == expected


def test_the_day_of_coming_back_is_no_day_away(school: SmallSchool) -> None:
    """Back on 10 November, the father was last away on the 9th."""
    child = school.add_child("葛小样")
    school.parent(child, FATHER, away=True, until_on=ON)
    school.parent(child, MOTHER)
    assert [answers(school, on)[2] for on in (date(2025, 11, 9), ON)] == [True, False]


def test_several_stays_away_of_one_parent_count_as_one_parent(school: SmallSchool) -> None:
    """A father with two stays away at once is one parent away, since the earlier day."""
    child = school.add_child("奚小样")
    father = school.parent(child, FATHER, away=True)
    school.parent(child, MOTHER)
    school.save(Absence(member_id=father.id, from_on=date(2025, 11, 1)))
    assert answers(school) == (False, "1", True)


@pytest.mark.parametrize(
    ("who", "months", "expected"),
    [(AwayRule.ANY, 0, True), (AwayRule.ANY, 3, False), (AwayRule.BOTH, 0, True), (AwayRule.BOTH, 6, False)],
)
def test_the_schools_own_definition_is_a_setting(school: SmallSchool, who: AwayRule, months: int, expected: bool) -> None:
    """Who must be away and for how long comes from the rules of the date."""
    child = school.add_child("范小样")
    school.parent(child, FATHER, from_on=date(2025, 10, 1))
    school.parent(child, MOTHER, from_on=date(2025, 10, 1))
    school.rules(date(2025, 9, 1), left_behind_who=who, left_behind_months=months)
    assert answers(school)[2] is expected


def test_both_parents_means_that_none_is_at_home(school: SmallSchool) -> None:
    """Under "both parents", one at home makes the child not left behind, whatever that one's ability."""
    child = school.add_child("彭小样")
    school.parent(child, FATHER, away=True)
    school.parent(child, MOTHER, capacity=Capacity.NONE)
    school.rules(date(2025, 9, 1), left_behind_who=AwayRule.BOTH)
    assert answers(school) == (True, "1", False)


@pytest.mark.parametrize(
    ("fields", "mca"),
    [
        ({"born_on": date(2009, 11, 10)}, False),
        ({"born_on": date(2009, 11, 11)}, True),
        ({"hukou_kind": HukouKind.URBAN}, False),
        ({"hukou_kind": HukouKind.RURAL}, True),
        ({}, True),
    ],
)
def test_age_and_registration_bear_on_civil_affairs_only(school: SmallSchool, fields: dict[str, Any], mca: bool) -> None:
    """Sixteen on the day or urban is not counted by civil affairs; unknown is counted and shown as unknown."""
    child = school.add_child("鲁小样", **fields)
    school.parent(child, FATHER, away=True)
    school.parent(child, MOTHER, away=True)
    row = derived(school)
    assert answers(school) == (mca, "2", True)
    assert bool(row["unknown_birth"]) is ("born_on" not in fields) and bool(row["unknown_hukou"]) is ("hukou_kind" not in fields)


def test_the_facts_stand_beside_the_answers(school: SmallSchool) -> None:
    """The row says who is away, who is able at home, and whether a beginning is unknown."""
    child = school.add_child("韦小样")
    school.parent(child, FATHER, away=True, from_on=None)
    school.parent(child, MOTHER)
    row = derived(school)
    assert [bool(row[name]) for name in ("father_away", "mother_away", "able_home", "unknown_start")] == [True, False, True, True]


def test_one_row_for_each_child_enrolled_on_the_day(school: SmallSchool) -> None:
    """Children who have left, or have not come yet, have no row; two stays give one."""
    school.add_child("昌小样", enrolled_on=date(2025, 11, 11))
    school.add_child("马小样", None)
    child = school.add_child("苗小样")
    school.enrol(child, "四(2)", date(2025, 10, 1))
    frame = school.desk.frame(left_behind(school.desk, Timetable.at(school.desk, ON)))
    assert list(frame["child_id"]) == [child.id] and list(frame["class_id"]) == [school.classes["四(2)"].id]


@pytest.mark.parametrize("name", DEFINITIONS)
def test_definitions_are_said_in_both_languages(name: str) -> None:
    """Each 口径 can be printed."""
    assert DEFINITIONS[name].zh and DEFINITIONS[name].en
