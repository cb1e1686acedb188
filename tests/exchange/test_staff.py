"""A list of staff read, compared with the store and saved: carekit.exchange.staff."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carekit import clock
from carekit.errors import UserError
from carekit.exchange import Outcome
from carekit.exchange.files.file_kinds import UnreadableFile
from carekit.exchange.staff import apply_staff, plan_staff
from carekit.records import Assignment, School, SchoolClass, StaffMember
from carekit.records.codes import Duty, Role
from carekit.store import Actor, Desk, Store, new_key

TODAY = date(2026, 3, 2)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A school with two classes and nobody in it."""
    with clock.at(TODAY):
        store = Store.create(tmp_path_factory.mktemp("staff") / "s.carekit", key=new_key())
        desk = store.for_actor(Actor.console())
        school = School(name="样例小学")
        classes = [SchoolClass(school_id=school.id, school_year=2025, grade=3, number=n, name=f"三({n})班") for n in (1, 2)]
        desk.add_all([school, *classes])
        yield desk
        store.close()


def listed(folder: Path, *lines: str, headings: str = "姓名,角色,班级,电话") -> Path:
    """A list of staff as a CSV file."""
    path = folder / "教职工.csv"
    path.write_text("\n".join(["样例小学教职工名单", "", headings, *lines]), encoding="utf-8")
    return path


def test_a_list_makes_people_and_duties_once(desk: Desk, tmp_path: Path) -> None:
    """New people with their class from today on; the same list again changes nothing; a new role is a change."""
    file = listed(tmp_path, "甲样,班主任,三(1)班,15400000001", "", "乙样,校长,,", "丙样,心理教师,无,")
    plan = plan_staff(desk, file)
    assert plan.counts == {"rows": 7, "new": 3, "changed": 0, "unchanged": 0, "held_back": 0, "blank": 1, "not_data": 3}
    apply_staff(desk, plan)
    people = {found.record.name: found.record for found in desk.find(StaffMember)}
    assert {name: person.role for name, person in people.items()} == {
        "甲样": Role.CLASS_TEACHER,
        "乙样": Role.LEADER,
        "丙样": Role.COUNSELLOR,
    }
    [duty] = [found.record for found in desk.find(Assignment)]
    assert (duty.staff_id, duty.duty, duty.from_on) == (people["甲样"].id, Duty.CLASS_TEACHER, TODAY)
    assert plan_staff(desk, file).counts["unchanged"] == 3
    changed = plan_staff(desk, listed(tmp_path, "丙样,领导小组,,", "甲样,班主任,三年级2班,"))
    assert [row.outcome for row in changed.rows] == [Outcome.CHANGED, Outcome.CHANGED]
    apply_staff(desk, changed)
    assert desk.find(StaffMember, {"name": "丙样"})[0].record.role is Role.LEADER
    assert desk.find(StaffMember, {"name": "甲样"})[0].record.phone == "15400000001"
    assert len(desk.find(Assignment)) == 2


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (",班主任,三(1)班,", "缺姓名"),
        ("丁样,门卫,,", "角色"),
        ("丁样,,,", "角色"),
        ("丁样,班主任,向日葵班,", "看不懂班级"),
        ("丁样,班主任,四(9)班,", "没有“四(9)班”"),
        ("丁样,校长,三(1)班,", "只有班主任"),
        ("丁样,校长,,1540000", "电话"),
    ],
)
def test_what_cannot_be_taken_is_held_back_with_its_reason(desk: Desk, tmp_path: Path, line: str, words: str) -> None:
    """Each wrong row gets one sentence and saves nothing."""
    plan = plan_staff(desk, listed(tmp_path, line))
    assert plan.rows[0].outcome is Outcome.HELD_BACK
    assert words in plan.rows[0].reason.zh
    before = len(desk.find(StaffMember))
    apply_staff(desk, plan)
    assert len(desk.find(StaffMember)) == before


def test_two_people_of_one_name_need_their_phones(desk: Desk, tmp_path: Path) -> None:
    """A name alone never decides between two people, in the list or in the store."""
    twice = plan_staff(desk, listed(tmp_path, "戊样,帮扶人,,", "戊样,任课教师,,"))
    assert {row.outcome for row in twice.rows} == {Outcome.HELD_BACK}
    apart = listed(tmp_path, "戊样,帮扶人,,15400000011", "戊样,任课教师,三(2)班,15400000012")
    apply_staff(desk, plan_staff(desk, apart))
    assert plan_staff(desk, apart).counts["unchanged"] == 2
    assert plan_staff(desk, listed(tmp_path, "戊样,帮扶人,,")).rows[0].outcome is Outcome.HELD_BACK


def test_what_is_no_list_is_said_in_words(desk: Desk, tmp_path: Path) -> None:
    """A file without the two headings, and one that is no table at all."""
    with pytest.raises(UserError):
        plan_staff(desk, listed(tmp_path, "甲,乙", headings="品名,数量"))
    broken = tmp_path / "x.xlsx"
    broken.write_bytes(b"%PDF-1.7 nothing")
    with pytest.raises(UnreadableFile):
        plan_staff(desk, broken)


def test_a_store_without_a_school_is_said_in_words(tmp_path: Path) -> None:
    """The school comes first."""
    store = Store.create(tmp_path / "empty.carekit", key=new_key())
    with pytest.raises(UserError):
        plan_staff(store.for_actor(Actor.console()), listed(tmp_path, "甲样,校长,,"))
    store.close()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    cells=st.lists(st.tuples(*[st.sampled_from(["", "甲样", "班主任", "三(1)班", "15400000001", "无", "=1+1", "校长"])] * 4), max_size=12)
)
def test_every_row_is_accounted_for(desk: Desk, tmp_path: Path, cells: list[tuple[str, ...]]) -> None:
    """Rows read = new + changed + unchanged + held back + blank + headings and notes, whatever stands in them."""
    plan = plan_staff(desk, listed(tmp_path, *(",".join(row) for row in cells)))
    counts = plan.counts
    assert counts["rows"] == sum(counts[name] for name in ("new", "changed", "unchanged", "held_back", "blank", "not_data"))
    assert len(plan.rows) + plan.blank <= len(cells)
