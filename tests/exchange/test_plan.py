from __future__ import annotations

import logging
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from roster_examples import ON, SHEET, child_of, father, id_number, import_rows, member, plan_rows, problem, reading, row

from carekit import clock
from carekit.errors import Denied, ProgrammerError, UserError
from carekit.exchange import ImportPlan, Outcome, Severity, apply_plan, plan_import
from carekit.exchange.planning.reasons import SENTENCES
from carekit.exchange.roster.rows import RosterRow
from carekit.records import (
    RECORDS,
    Absence,
    CareArrangement,
    Case,
    Child,
    Closure,
    Enrolment,
    Family,
    FamilyMember,
    RuleSettings,
    School,
    SchoolClass,
    StaffMember,
)
from carekit.records.codes import (
    Assistance,
    AwayRule,
    CaseSource,
    ClosureReason,
    DatePrecision,
    EntryReason,
    GuardianshipState,
    LeavingReason,
    LeftBehindSchool,
    Relation,
    Role,
    WorkArea,
)
from carekit.store import Actor, Desk
from carekit.store.schema import TABLES

HE_ID, MIAO_ID = id_number(date(2016, 3, 15), 1), id_number(date(2018, 6, 1), 2)
BOTH, ONE, NOT = LeftBehindSchool.BOTH, LeftBehindSchool.ONE, LeftBehindSchool.NONE


def _he(number: int = 2, phone: str = "15400000001", **more: Any) -> RosterRow:
    """A full row: both parents, a grandmother as guardian, the father away."""
    return row(
        number, "赵小禾", father("赵强", phone=phone, away={"work_area": WorkArea.OTHER_PROVINCE, "from_on": date(2023, 2, 1)}), member("mother", "钱丽"),
        member("guardian", "测试奶奶", relation=Relation.FATHERS_MOTHER, phone="15400000002"),
        **({"child": {"id_number": HE_ID}, "left_behind": ONE, "care": {"state": GuardianshipState.GOOD}, "family": {"address": "样例村1组"}} | more),
    )  # fmt: skip


def _miao(number: int = 3, **more: Any) -> RosterRow:
    """The younger sister of the child in `_he`."""
    sister = _he(number, **({"child": {"id_number": MIAO_ID}, "grade": 1} | more))
    return replace(sister, child=sister.child | {"name": "赵小苗"})


def _all(desk: Desk) -> dict[str, int]:
    """How many versions of each kind the store has."""
    return {kind: desk.tuples(sa.select(sa.func.count()).select_from(table))[0][0] for kind, table in TABLES.items()}


def _told(plan: ImportPlan) -> list[str]:
    return [p.code for p in plan.problems]


# --- the account of rows ---


def test_a_file_makes_files_and_again_changes_nothing(both_desks: Desk) -> None:
    """A full file makes children, families, members, absences, care, cases and stays; the same file again changes nothing (case 15)."""
    rows = _he(), _miao(), row(4, "孙一", left_behind=BOTH, class_number=2), row(5, "李二", left_behind=NOT, grade=2)
    first = import_rows(both_desks, *rows)
    assert first.counts["new"] == 4
    before = _all(both_desks)
    plan = plan_rows(both_desks, *rows)
    assert plan.counts == {"rows": 4, "new": 0, "changed": 0, "unchanged": 4, "held_back": 0, "blank": 0, "not_data": 0}
    assert plan.writes == ()
    apply_plan(both_desks, plan, reason="again")
    assert _all(both_desks) == before


def test_one_phone_changed_is_one_change(both_desks: Desk) -> None:
    """Fifty rows twice, then with one phone changed: fifty unchanged, then one changed field in one file, shown before saving (case 15)."""

    def rows(phone: str) -> list[RosterRow]:
        return [
            row(
                n,
                f"赵{n}",
                father(f"赵{n}父", phone=phone if n == 9 else f"154000001{n:02}"),
                child={"id_number": id_number(date(2015, 1, 1), n)},
            )
            for n in range(2, 52)
        ]

    import_rows(both_desks, *rows("15400000109"))
    assert plan_rows(both_desks, *rows("15400000109")).counts["unchanged"] == 50
    plan = plan_rows(both_desks, *reversed(rows("15400000999")))
    assert (plan.counts["changed"], plan.counts["unchanged"]) == (1, 49)
    (change,) = plan.changes
    assert (change.child, change.field.zh, change.old.zh, change.new.zh) == ("赵9", "联系电话", "15400000109", "15400000999")
    assert import_rows(both_desks, *rows("15400000999")).saved == 1


def test_planning_saves_nothing(desk: Desk) -> None:
    """A plan leaves the store as it was."""
    before = _all(desk)
    plan = plan_rows(desk, _he())
    assert plan.writes
    assert _all(desk) == before


def test_held_rows_of_the_reading_stay_held(desk: Desk) -> None:
    """What the reading holds back or asks about is held back; what only wants a look is saved."""
    plan = plan_rows(
        desk,
        row(2, "赵一", problems=(problem(2, Severity.HOLD),)),
        row(3, "赵二", problems=(problem(3, Severity.ASK),)),
        row(4, "赵三", problems=(problem(4, Severity.WARN),)),
        row(5, "赵四", problems=(problem(5, Severity.ASK, "WHOSE_UNCLEAR"),)),
    )
    assert [r.outcome for r in plan.rows] == [Outcome.HELD_BACK, Outcome.HELD_BACK, Outcome.NEW, Outcome.NEW]


def test_a_person_may_accept_a_row_that_is_asked_about(desk: Desk) -> None:
    """A row that a person accepts is saved as it was read, a leaving mark included."""
    asked = row(2, "赵一", problems=(problem(2, Severity.ASK, "LEAVING"),), leaving="转走")
    assert plan_rows(desk, asked).counts["held_back"] == 1
    assert plan_rows(desk, asked, accepted=[(SHEET, 2)]).counts["new"] == 1


def test_a_leaving_mark_is_for_a_person_to_decide(desk: Desk) -> None:
    """A row with 转走 behind the name is held back and makes nobody."""
    plan = plan_rows(desk, row(2, "赵一", leaving="转走"))
    assert _told(plan) == ["LEAVING"] and plan.writes == ()


def test_a_row_with_two_children_is_one_row(desk: Desk) -> None:
    """Two children in one row count as one row with the weightiest outcome; when one is held back, neither is saved."""
    two = row(2, "赵小禾", household="2"), row(2, "赵小苗", household="2", grade=1)
    assert plan_rows(desk, *two).counts["new"] == 1
    held = plan_rows(desk, two[0], replace(two[1], problems=(problem(2, Severity.HOLD),)))
    assert held.counts["held_back"] == 1 and held.writes == ()
    import_rows(desk, two[0])
    assert plan_rows(desk, *two).counts == {"rows": 1, "new": 1, "changed": 0, "unchanged": 0, "held_back": 0, "blank": 0, "not_data": 0}


def test_a_plan_that_loses_a_row_is_refused(desk: Desk) -> None:
    """A plan whose rows do not add up to the rows read cannot be made."""
    plan = plan_rows(desk, row(2, "赵一"))
    with pytest.raises(ProgrammerError):
        replace(plan, rows=())


NAMES = st.sampled_from(["赵一", "赵二", "赵 一", "钱一"])
ROWS = st.lists(
    st.tuples(
        NAMES,
        st.sampled_from([None, 1, 2]),
        st.none() | st.integers(1, 3),
        st.none() | st.sampled_from([date(2016, 1, 1), date(2016, 2, 2)]),
        st.sampled_from([None, ONE, BOTH, NOT]),
        st.sampled_from([None, "A", "B"]),
        st.none() | st.sampled_from([Severity.HOLD, Severity.ASK, Severity.WARN]),
        st.integers(2, 6),
    ),
    max_size=7,
)


def _made(number: int, drawn: tuple[Any, ...]) -> RosterRow:
    name, class_number, order, born, claim, household, severity, _ = drawn
    child = {"id_number": id_number(date(2016, 1, 1), order) if order else None, "born_on": born}
    problems = (problem(number, severity),) if severity else ()
    parents = (father("赵父", phone="15400000001", away={}),) if order else ()
    return row(
        number,
        name,
        *parents,
        child=child,
        grade=3 if class_number else None,
        class_number=class_number,
        left_behind=claim,
        household=household,
        problems=problems,
    )


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS, st.integers(0, 3))
def test_every_row_is_accounted_for_and_saving_settles_it(exchange_store: Any, drawn: list[tuple[Any, ...]], blank: int) -> None:
    """Whatever a file holds: rows read = new + changed + unchanged + held back + blank, and what was saved is unchanged the next time."""
    desk = exchange_store.for_actor(Actor.console())
    rows = [_made(d[-1], d) for d in sorted(drawn, key=lambda d: d[-1])]
    file = reading(*rows, blank=blank)
    plan = plan_import(desk, file, on=ON)
    counts = plan.counts
    assert counts["rows"] == counts["new"] + counts["changed"] + counts["unchanged"] + counts["held_back"] + blank
    apply_plan(desk, plan, reason="roster")
    again = plan_import(desk, file, on=ON)
    saved = {(r.sheet, r.row) for r in plan.rows if r.outcome is not Outcome.HELD_BACK}
    assert {r.outcome for r in again.rows if (r.sheet, r.row) in saved} <= {Outcome.UNCHANGED}
    assert again.counts["new"] == again.counts["changed"] == 0


# --- values ---


def test_blanks_never_overwrite(desk: Desk) -> None:
    """A column that a later file leaves blank changes nothing."""
    import_rows(desk, _he(child={"id_number": HE_ID, "phone": "15400000003"}))
    plan = plan_rows(desk, _he(child={"id_number": HE_ID, "phone": None}, family={}, care={}))
    assert plan.counts["unchanged"] == 1


def test_several_codes_are_added_to_those_that_are_there(desk: Desk) -> None:
    """A poverty mark in a new file is added; the marks that the store has stay."""
    import_rows(desk, _he(family={"assistance": (Assistance.MINIMUM_LIVING,)}))
    plan = plan_rows(desk, _he(family={"assistance": (Assistance.OUT_OF_POVERTY,)}))
    (change,) = plan.changes
    assert (change.old.zh, change.new.zh) == ("低保", "低保、脱贫户")
    apply_plan(desk, plan, reason="r")
    assert plan_rows(desk, _he(family={"assistance": (Assistance.MINIMUM_LIVING,)})).counts["unchanged"] == 1


def test_a_rough_date_does_not_replace_an_exact_one(desk: Desk) -> None:
    """Year and month of birth after the full date change nothing; the full date after year and month is a change."""
    month = {"born_on": date(2016, 3, 1), "born_precision": DatePrecision.MONTH}
    import_rows(desk, row(2, "赵一", child=month))
    assert plan_rows(desk, row(2, "赵一", child={"born_on": date(2016, 3, 15)})).counts["changed"] == 1
    import_rows(desk, row(2, "赵一", child={"born_on": date(2016, 3, 15)}))
    assert plan_rows(desk, row(2, "赵一", child=month)).counts["unchanged"] == 1
    (child,) = desk.find(Child)
    assert (child.record.born_on, child.record.born_precision) == (date(2016, 3, 15), DatePrecision.DAY)


def test_what_no_record_accepts_is_held_back_before_saving(desk: Desk) -> None:
    """A value that the declared field refuses holds its row back with the field's sentence; other rows are saved."""
    plan = plan_rows(desk, row(2, "赵一", child={"phone": "123"}), row(3, "钱二"))
    assert [r.outcome for r in plan.rows] == [Outcome.HELD_BACK, Outcome.NEW]
    (found,) = plan.problems
    assert found.code == "INVALID" and "联系电话" in found.label.zh
    assert apply_plan(desk, plan, reason="r").counts["new"] == 1


def test_a_bad_value_holds_only_the_row_that_says_it(desk: Desk) -> None:
    """A sister's row is saved although the brother's row has a bad value of their mother."""
    bad = _he()
    bad = replace(bad, members=(*bad.members[:1], member("mother", "钱丽", id_number="1"), *bad.members[2:]))
    plan = plan_rows(desk, bad, _miao())
    assert [r.outcome for r in plan.rows] == [Outcome.HELD_BACK, Outcome.NEW]
    apply_plan(desk, plan, reason="r")
    assert plan_rows(desk, _miao()).counts["unchanged"] == 1


# --- families ---


def test_brothers_and_sisters_share_a_family(desk: Desk) -> None:
    """The same parents and the same phone make one family: one father, one absence, in one file or in two."""
    import_rows(desk, _he())
    plan = plan_rows(desk, _he(), _miao())
    assert _told(plan) == ["SIBLING"]
    apply_plan(desk, plan, reason="r")
    assert len({c.record.family_id for c in desk.find(Child)}) == len(desk.find(Family)) == 1
    assert (len(desk.find(FamilyMember)), len(desk.find(Absence)), len(desk.find(CareArrangement))) == (3, 1, 2)


def test_a_household_of_the_file_is_a_family(desk: Desk) -> None:
    """Rows of one household share a family; a cousin in it, whose father has another name, has a family of their own."""
    import_rows(
        desk, row(2, "赵一", father("赵强"), household="7"), row(3, "赵二", household="7"), row(4, "赵三", father("赵刚"), household="7")
    )
    families = {c.record.name: c.record.family_id for c in desk.find(Child)}
    assert families["赵一"] == families["赵二"] != families["赵三"]


def test_a_shared_phone_alone_makes_no_family(desk: Desk) -> None:
    """Children who only share a number (a teacher's, a shop's) or a grandmother stay in families of their own."""
    grandmother = member("guardian", "测试奶奶", relation=Relation.FATHERS_MOTHER, phone="15400000009")
    import_rows(desk, row(2, "赵一", father("赵强"), grandmother), row(3, "钱二", father("钱刚"), grandmother), row(4, "孙三", grandmother))
    assert len(desk.find(Family)) == 3


def test_a_guardians_phone_changed_in_both_rows_is_one_change(desk: Desk) -> None:
    """Two siblings' rows with the mother's new phone change one record once."""
    rows = [replace(r, members=(*r.members[:1], member("mother", "钱丽", phone="15400000005"), *r.members[2:])) for r in (_he(), _miao())]
    import_rows(desk, _he(), _miao())
    plan = plan_rows(desk, *rows)
    assert len(plan.changes) == 1
    assert [r.outcome for r in plan.rows] == [Outcome.CHANGED, Outcome.UNCHANGED]


def test_two_phones_of_one_person_are_both_kept(desk: Desk) -> None:
    """A father who is the guardian too, with another phone there, has both phones; so has one whose second child's row differs."""
    guardian = member("guardian", "赵强", relation=Relation.FATHER, phone="15400000008")
    import_rows(desk, row(2, "赵一", father("赵强", phone="15400000001"), guardian))
    (person,) = desk.find(FamilyMember)
    assert (person.record.phone, person.record.other_phone, person.record.guardian) == ("15400000001", "15400000008", True)
    assert plan_rows(desk, row(2, "赵一", father("赵强", phone="15400000001"), guardian)).counts["unchanged"] == 1


def test_a_parent_without_a_name_is_known_by_relation(desk: Desk) -> None:
    """A father of whom only the absence is told is kept as 父亲（姓名未填）; the name that comes later is a change."""
    import_rows(desk, row(2, "赵一", father("", away={})))
    (person,) = desk.find(FamilyMember)
    assert person.record.name == "父亲（姓名未填）"
    plan = plan_rows(desk, row(2, "赵一", father("赵强", away={})))
    (change,) = plan.changes
    assert (change.old.zh, change.new.zh) == ("父亲（姓名未填）", "赵强")


def test_a_guardian_without_relation_is_who_can_be_reached(desk: Desk) -> None:
    """A guardian whose relation nobody tells is kept as contact, what else is told as a note; no relation is invented."""
    from carekit.records.codes import Education

    rows = row(2, "赵一", member("guardian", "李某", phone="15400000003", education=Education.PRIMARY))
    assert _told(plan_rows(desk, rows)) == ["RELATION_MISSING"]
    import_rows(desk, rows)
    (family,), (care,) = desk.find(Family), desk.find(CareArrangement)
    assert (family.record.contact_name, family.record.contact_phone) == ("李某", "15400000003")
    assert "小学" in (care.record.note or "") and desk.find(FamilyMember) == []
    assert plan_rows(desk, rows).counts["unchanged"] == 1


def test_another_guardian_ends_one_arrangement_and_begins_another(desk: Desk) -> None:
    """When the roster names another guardian, the old care arrangement ends the day before and a new one begins."""
    import_rows(desk, _he())
    changed = _he()
    other = member("guardian", "测试外婆", relation=Relation.MOTHERS_MOTHER)
    result = import_rows(desk, replace(changed, members=(*changed.members[:2], other)))
    assert result.counts["changed"] == 1
    ended = {r.record.until_on for r in desk.find(CareArrangement)}
    assert ended == {None, date(2025, 9, 19)}


# --- absences, classes, the register ---


def test_what_is_told_of_absence_becomes_facts(desk: Desk) -> None:
    """Away parents become absences with what is told of them; 双亲留守 alone makes both parents away since an unknown day."""
    import_rows(desk, row(2, "赵一", left_behind=BOTH), row(3, "钱二", father("钱父", away={"work_place": "广东省"}), left_behind=ONE))
    found = sorted((a.record.work_place or "", a.record.from_on) for a in desk.find(Absence))
    assert found == [("", None), ("", None), ("广东省", None)]


def test_one_away_without_saying_who_is_asked_about(desk: Desk) -> None:
    """单亲留守 without saying which parent puts the child on the register and makes no absence up."""
    plan = plan_rows(desk, row(2, "赵一", left_behind=ONE))
    assert _told(plan) == ["WHO_IS_AWAY"]
    apply_plan(desk, plan, reason="r")
    assert (len(desk.find(Case)), desk.find(Absence)) == (1, [])


def test_a_later_date_of_the_same_absence_is_a_change(desk: Desk) -> None:
    """A corrected date of leaving home changes the absence and makes no second one."""
    import_rows(desk, _he())
    corrected = _he()
    away = replace(corrected.members[0], absence={"from_on": date(2024, 2, 1), "from_precision": DatePrecision.MONTH})
    result = import_rows(desk, replace(corrected, members=(away, *corrected.members[1:])))
    assert result.counts["changed"] == 1
    (absence,) = desk.find(Absence)
    assert (absence.record.from_on, absence.record.from_precision) == (date(2024, 2, 1), DatePrecision.MONTH)


def test_an_ended_absence_does_not_begin_again(desk: Desk) -> None:
    """A roster that is older than a parent's return does not make the parent away again."""
    import_rows(desk, _he())
    (absence,) = desk.find(Absence)
    desk.amend(absence.record.model_copy(update={"until_on": date(2025, 9, 15)}), seen=absence.version)
    assert plan_rows(desk, _he()).counts["unchanged"] == 1


@pytest.mark.parametrize(
    ("claim", "away", "opened"),
    [
        (BOTH, None, True),
        (ONE, None, True),
        (NOT, None, False),
        (NOT, {"work_area": WorkArea.OTHER_PROVINCE}, False),
        (None, {"work_area": WorkArea.OTHER_PROVINCE}, True),
        (None, {"work_area": WorkArea.TOWNSHIP}, False),
        (None, {"from_on": date(2025, 8, 20)}, False),
        (None, {"from_on": date(2025, 6, 20)}, True),
        (None, None, False),
    ],
)
def test_who_comes_onto_the_register(desk: Desk, claim: LeftBehindSchool | None, away: dict[str, object] | None, opened: bool) -> None:
    """The claim decides; without one the facts by the school's rule; 非留守 and a parent near home or away for a month open no case."""
    import_rows(desk, row(2, "赵一", father("赵强", away=away), left_behind=claim))
    assert [(c.record.opened_on, c.record.source) for c in desk.find(Case)] == ([(ON, CaseSource.ROSTER)] if opened else [])


def test_the_schools_rule_decides_on_facts(desk: Desk) -> None:
    """Where the school counts both parents away only, one parent away opens no case."""
    import_rows(desk, row(2, "钱二"))
    school = desk.find(School)[0].record
    desk.add(RuleSettings(school_id=school.id, from_on=date(2025, 9, 1), left_behind_who=AwayRule.BOTH))
    import_rows(desk, row(3, "赵一", father("赵强", away={})), row(4, "孙三", father("孙父", away={}), member("mother", "孙母", {})))
    assert len(desk.find(Case)) == 1


@pytest.mark.parametrize("name", ["留守儿童花名册.xlsx", "三年级名单.xlsx"])
def test_a_file_of_left_behind_children_says_so_by_its_name(desk: Desk, name: str) -> None:
    """Every child of a file called 留守儿童花名册 comes onto the register, except one whom it calls 非留守."""
    apply_plan(desk, plan_import(desk, reading(row(2, "赵一"), row(3, "钱二", left_behind=NOT), file_name=name), on=ON), reason="r")
    assert len(desk.find(Case)) == ("留守" in name)


def test_left_behind_of_an_untold_kind_is_on_the_register(desk: Desk) -> None:
    """是 under 是否留守儿童 puts the child on the register although nobody says who is away."""
    import_rows(desk, row(2, "赵一", problems=(problem(2, Severity.WARN, "LEFT_BEHIND_KIND_MISSING"),)))
    assert len(desk.find(Case)) == 1


def test_a_closed_case_is_not_reopened_by_a_roster(desk: Desk) -> None:
    """A child who was taken off the register is told about, and nothing changes; a closure that is only proposed is none."""
    import_rows(desk, _he())
    leader = desk.add(StaffMember(school_id=desk.find(School)[0].id, name="校样", role=Role.LEADER)).record
    proposed = desk.add(Closure(case_id=desk.find(Case)[0].id, closed_on=ON, reason=ClosureReason.PARENT_BACK)).record
    with clock.at(date(2025, 9, 25)):
        assert "CASE_CLOSED" not in _told(plan_rows(desk, _he(), on=date(2025, 9, 25)))
        desk.amend(proposed.model_copy(update={"approved_by": leader.id}), seen=1)
        plan = plan_rows(desk, _he(), on=date(2025, 9, 25))
    assert (_told(plan), plan.counts["unchanged"]) == (["CASE_CLOSED"], 1)


def test_not_left_behind_any_more_is_for_a_person_to_close(desk: Desk) -> None:
    """非留守 for a child on the register changes nothing and is told."""
    import_rows(desk, _he())
    plan = plan_rows(desk, row(2, "赵小禾", child={"id_number": HE_ID}, left_behind=NOT))
    assert (_told(plan), plan.counts["unchanged"]) == (["STILL_REGISTERED"], 1)


def test_classes_are_found_or_planned(desk: Desk) -> None:
    """A class of the school year is found by grade and number in every spelling; a missing one is planned; stays begin on 1 September."""
    plan = plan_rows(desk, row(2, "赵一"), row(3, "钱二"), row(4, "孙三", class_number=None, grade=5))
    assert plan.new_classes == ((3, 1), (5, 1))
    apply_plan(desk, plan, reason="r")
    assert sorted(c.record.name for c in desk.find(SchoolClass)) == ["三(1)班", "五(1)班"]
    assert {s.record.enrolled_on for s in desk.find(Enrolment)} == {date(2025, 9, 1)}
    assert plan_rows(desk, row(4, "孙三", class_number=None, grade=5)).counts["unchanged"] == 1


def test_a_grade_with_two_classes_is_not_guessed(desk: Desk) -> None:
    """三年级 where the file or the school has 三(1)班 and 三(2)班 is held back."""
    plan = plan_rows(desk, row(2, "赵一"), row(3, "钱二", class_number=2), row(4, "孙三", class_number=None))
    assert [r.outcome for r in plan.rows] == [Outcome.NEW, Outcome.NEW, Outcome.HELD_BACK]
    assert _told(plan) == ["CLASS_UNCLEAR"]


def test_moving_class_ends_one_stay_and_begins_another(desk: Desk) -> None:
    """Another class of the same year: the old stay ends the day before by moving, the new one begins; shown for approval."""
    import_rows(desk, _he())
    plan = plan_rows(desk, _he(class_number=2))
    assert plan.counts["changed"] == 1
    apply_plan(desk, plan, reason="r")
    old, new = (s.record for s in desk.find(Enrolment))
    assert (old.left_on, old.leaving, new.enrolled_on, new.entry) == (
        date(2025, 9, 19),
        LeavingReason.MOVED_CLASS,
        ON,
        EntryReason.MOVED_CLASS,
    )


def test_a_new_school_year_promotes(desk: Desk) -> None:
    """Next year's roster ends the stay on 31 August by moving up; a child in the same grade again repeats it."""
    import_rows(desk, _he(), row(9, "孙三", child={"id_number": id_number(date(2016, 1, 1), 5)}))
    day = date(2026, 9, 20)
    with clock.at(day):
        import_rows(desk, _he(grade=4), row(9, "孙三", child={"id_number": id_number(date(2016, 1, 1), 5)}), on=day)
    stays = {(s.record.enrolled_on, s.record.entry, s.record.left_on, s.record.leaving) for s in desk.find(Enrolment)}
    assert stays == {
        (date(2025, 9, 1), EntryReason.NEW, date(2026, 8, 31), LeavingReason.PROMOTED),
        (date(2025, 9, 1), EntryReason.NEW, date(2026, 8, 31), LeavingReason.REPEATED),
        (date(2026, 9, 1), EntryReason.PROMOTED, None, None),
        (date(2026, 9, 1), EntryReason.REPEATED, None, None),
    }


def test_an_older_roster_moves_nobody_back(desk: Desk) -> None:
    """Last year's roster, imported for its own year, is held back for a child who is in a later class."""
    import_rows(desk, _he())
    assert _told(plan_rows(desk, _he(grade=2), school_year=2024)) == ["ROSTER_OLDER"]


def test_an_unknown_teacher_is_named_once_and_not_made(desk: Desk) -> None:
    """A class teacher who is no staff member is told once a class, and nobody is made staff."""
    plan = plan_rows(desk, row(2, "赵一", class_teacher="王样"), row(3, "钱二", class_teacher="王样"))
    assert _told(plan) == ["TEACHER_UNKNOWN"]
    apply_plan(desk, plan, reason="r")
    assert desk.find(StaffMember) == []
    desk.add(StaffMember(school_id=desk.find(School)[0].id, name="王样", role=Role.CLASS_TEACHER))
    assert _told(plan_rows(desk, row(2, "赵一", class_teacher="王 样"))) == []


# --- saving ---


def test_a_row_changed_meanwhile_is_given_back(both_desks: Desk) -> None:
    """Somebody saves a child between planning and saving: that row is given back, the others are saved, nobody's change is lost."""
    import_rows(both_desks, _he(), row(9, "孙三", child={"id_number": id_number(date(2016, 1, 1), 5)}))
    plan = plan_rows(
        both_desks, _he(phone="15400000077"), row(9, "孙三", child={"id_number": id_number(date(2016, 1, 1), 5), "phone": "15400000078"})
    )
    (father_now,) = both_desks.find(FamilyMember, {"relation": Relation.FATHER})
    both_desks.amend(father_now.record.model_copy(update={"phone": "15400000099"}), seen=father_now.version)
    result = apply_plan(both_desks, plan, reason="r")
    assert [r.outcome for r in result.plan.rows] == [Outcome.HELD_BACK, Outcome.CHANGED]
    assert [p.code for p in result.plan.held[0].problems] == ["CHANGED_MEANWHILE"]
    assert both_desks.find(FamilyMember, {"relation": Relation.FATHER})[0].record.phone == "15400000099"


def test_a_child_entered_meanwhile_is_not_doubled(both_desks: Desk) -> None:
    """Somebody enters the same child by form between planning and saving: the row is given back and there is one file."""
    plan = plan_rows(both_desks, row(2, "赵小禾", child={"id_number": HE_ID}), row(3, "钱二"))
    both_desks.add(Child(name="赵小禾", id_number=HE_ID))
    result = apply_plan(both_desks, plan, reason="r")
    assert (result.counts["new"], result.counts["held_back"]) == (1, 1)
    assert len(both_desks.find(Child, {"id_number": HE_ID})) == 1


def test_a_plan_applied_twice_makes_nobody_twice(desk: Desk) -> None:
    """A double click on save saves once."""
    plan = plan_rows(desk, _he())
    apply_plan(desk, plan, reason="r")
    assert apply_plan(desk, plan, reason="r").counts["held_back"] == 1
    assert len(desk.find(Child)) == 1


def test_an_error_on_the_way_saves_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """When saving fails at the last step, the store has nothing of the import."""
    plan = plan_rows(desk, _he(), _miao())

    def broken(*_: Any, **__: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(desk, "log", broken)
    with pytest.raises(OSError, match="disk full"):
        apply_plan(desk, plan, reason="r")
    assert all(desk.find(record) == [] for record in RECORDS.values())


def test_the_reason_and_the_counts_are_kept(desk: Desk) -> None:
    """Every record says why it was saved, and one line of the log counts the import without naming anybody."""
    import_rows(desk, _he())
    assert desk.find(Child)[0].reason == "roster"
    (line,) = [
        detail
        for action, detail in desk.tuples(sa.select(sa.column("action"), sa.column("detail")).select_from(sa.text("audit")))
        if action == "import"
    ]
    assert "new 1" in line and "赵" not in line


def test_only_those_who_may_write_files_import(exchange_store: Any) -> None:
    """A role that does not write children's files gets one sentence before anything is compared."""
    with pytest.raises(Denied):
        plan_import(exchange_store.for_actor(Actor("0" * 26, Role.COUNSELLOR)), reading(row(2, "赵一")), on=ON)


def test_several_schools_ask_which(desk: Desk) -> None:
    """In a store of several schools the person says whose roster it is."""
    first, second = School(name="甲校"), School(name="乙校")
    desk.add_all([first, second])
    with pytest.raises(UserError):
        plan_rows(desk, row(2, "赵一"))
    import_rows(desk, row(2, "赵一"), school_id=second.id)
    assert desk.find(SchoolClass)[0].record.school_id == second.id


def test_progress_is_told_to_the_end(desk: Desk) -> None:
    """Progress starts at nothing done, never runs backwards and ends at all rows."""
    steps: list[tuple[int, int]] = []
    plan_rows(desk, *(row(n, f"赵{n}") for n in range(2, 1202)), progress=lambda done, of: steps.append((done, of)))
    assert steps[0] == (0, 1200) and steps[-1] == (1200, 1200) and steps == sorted(steps)


def test_the_plan_as_json_and_as_a_table(desk: Desk) -> None:
    """The command line's object has every count and each problem with row, column, code and message; the table has a line a row."""
    plan = plan_rows(desk, row(2, "赵一", leaving="转走"), row(3, "钱二"))
    told = plan.as_json()
    assert {"rows", "new", "changed", "unchanged", "held_back", "blank", "not_data", "problems"} <= told.keys()
    assert {"row", "column", "code", "message"} <= told["problems"][0].keys()
    assert list(plan.frame()["outcome"]) == ["退回", "新建"]


def test_nothing_shows_what_a_file_says_of_somebody(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """Neither the representation of a plan nor the log of a program holds a name."""
    with caplog.at_level(logging.DEBUG):
        plan = plan_rows(desk, _he())
    assert "赵" not in repr(plan) + repr(plan.rows) + repr(plan.writes) + caplog.text


def test_every_sentence_is_whole_in_both_languages() -> None:
    """Each sentence of the comparison ends as a sentence in both languages."""
    for label in SENTENCES.values():
        assert label.en.endswith(".") and label.zh.endswith("。")


def test_the_saved_child_has_what_the_row_said(desk: Desk) -> None:
    """A rare character, a middle dot and every field of the row arrive as they were read."""
    result = import_rows(desk, row(2, "阿依古丽·买买提𠮷", child={"village": "样例村", "note": "=1+1"}))
    child = child_of(desk, result.plan.rows[0].child_ids[0])
    assert (child.name, child.village, child.note) == ("阿依古丽·买买提𠮷", "样例村", "=1+1")
