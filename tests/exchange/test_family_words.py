"""Words of the family where a place or a name is asked for: nothing is invented from them."""

from __future__ import annotations

from datetime import date

import pytest

from carekit.exchange import read_roster
from carekit.records.codes import Relation


def _row(heading: str, cells: str) -> object:
    text = f"班级,姓名,{heading}\n三(2)班,测试甲,{cells}\n"
    [row] = read_roster(text.encode(), "样例.csv", school_province="四川省", today=date(2026, 5, 20)).rows
    return row


@pytest.mark.parametrize("word", ["离异", "改嫁", "已离婚", "（再婚）", "离家出走"])
def test_a_word_of_the_family_makes_nobody_absent(word: str) -> None:
    """A place-of-work cell that says 离异 or the like notes the word, tells it, and invents no stay away."""
    row = _row("母亲姓名,母亲务工地点", f"测试母,{word}")
    [mother] = row.members  # type: ignore[attr-defined]
    assert mother.absence is None and word in mother.values["note"]
    assert [(p.column, p.code) for p in row.problems] == [("母亲务工地点", "WORK_PLACE_NONE")]  # type: ignore[attr-defined]


@pytest.mark.parametrize(("heading", "cell"), [("监护人及关系", "周样（爷爷）"), ("监护人姓名及关系", "周样(爷爷)")])
def test_guardian_and_relation_share_a_cell(heading: str, cell: str) -> None:
    """A column that holds the guardian's name and the relation gives both."""
    [guardian] = _row(heading, cell).members  # type: ignore[attr-defined]
    assert (guardian.values["name"], guardian.values["relation"]) == ("周样", Relation.FATHERS_FATHER)


def test_a_word_for_any_grandparent_is_no_grandfather() -> None:
    """祖孙 says that a grandparent raises the child, not which one."""
    [guardian] = _row("监护人,与儿童关系", "李样,祖孙").members  # type: ignore[attr-defined]
    assert guardian.values["relation"] is Relation.GRANDPARENT
