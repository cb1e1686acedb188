"""All rules asked in one statement answer as each rule by itself: carekit.obligations, `Sources.shared`."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest
from schools import SmallSchool

from carekit import clock
from carekit.apps.session import demo_people
from carekit.obligations import RULES, Sources, Timetable, obligations_frame
from carekit.obligations.register import months_on_register
from carekit.obligations.rule import may_see
from carekit.records import HomeVisit, Journal, Membership, Pairing, Plan, RuleSettings, Talk
from carekit.records.codes import Outcome, PairingDemand, PairingKind, Role, Subject, SupportGroup
from carekit.sample import SAMPLE_TODAY
from carekit.store import Actor, Desk, Store

NOV = date(2025, 11, 10)


def one_by_one(desk: Desk, on: date) -> list[tuple[Any, ...]]:
    """What each rule answers by itself, in the order of the whole."""
    names = [name for name, rule in RULES.items() if may_see(desk.actor, rule.needs)]
    frame = pd.concat([obligations_frame(desk, on, rule=name) for name in names])
    return sorted(map(tuple, frame.itertuples(index=False)), key=str)


def together(desk: Desk, on: date) -> list[tuple[Any, ...]]:
    """What all rules answer at once."""
    return sorted(map(tuple, obligations_frame(desk, on).itertuples(index=False)), key=str)


def test_on_both_databases(school: SmallSchool) -> None:
    """Children on the register, key children, plans, journals and promises: every row of every rule, for the console and for a class teacher who is also paired."""
    for name, room in (("谢小样", "三(1)"), ("柏小样", "四(2)")):
        child = school.left_behind(name, room)
        teacher = school.staff["王样"].id
        school.save(
            Membership(child_id=child.id, group=SupportGroup.KEY, from_on=date(2025, 9, 1)),
            Pairing(child_id=child.id, staff_id=teacher, kind_of=PairingKind.TEACHER, from_on=date(2025, 9, 5)),
            Journal(child_id=child.id, handed_in_on=date(2025, 11, 3), staff_id=teacher),
            Plan(
                child_id=child.id,
                staff_id=teacher,
                subject=Subject.MATHS,
                from_on=date(2025, 9, 8),
                until_on=date(2026, 1, 9),
                check_days=30,
            ),
            Talk(child_id=child.id, staff_id=teacher, talked_on=date(2025, 10, 8), points="聊", follow_up_on=date(2025, 11, 20)),
            HomeVisit(
                child_id=child.id,
                staff_id=teacher,
                visited_on=date(2025, 10, 9),
                outcome=Outcome.FAILED,
                reason="没人",
                revisit_on=date(2025, 11, 9),
            ),
        )
    school.add_child("钱小样")
    school.save(RuleSettings(school_id=school.school.id, from_on=date(2025, 9, 1), pairing_demand=PairingDemand.REGISTER))
    for desk in (school.desk, school.desk_of("王样")):
        rows = together(desk, NOV)
        assert rows == one_by_one(desk, NOV) and len({row[0] for row in rows}) >= 9


@pytest.mark.parametrize("role", [Role.LEADER, Role.CLASS_TEACHER, Role.COUNSELLOR, Role.SUPPORTER, Role.SUBJECT_TEACHER, Role.REGISTRAR])
def test_in_the_sample_school(sample_copy: Any, role: Role) -> None:
    """For each role that has something due, today and in the holidays."""
    store = Store.open(sample_copy.path, key=sample_copy.key)
    try:
        with clock.at(SAMPLE_TODAY):
            person = demo_people(store)[role]
            desk = store.for_actor(Actor(person.id, role))
            for on in (SAMPLE_TODAY, date(2026, 2, 10)):
                assert together(desk, on) == one_by_one(desk, on)
    finally:
        store.close()


def test_other_months_are_another_list(school: SmallSchool) -> None:
    """In one statement two lists of months stand under two names, and the same list twice under one."""
    timetable, source = Timetable.at(school.desk, NOV), Sources(school.desk, together=True)
    months = timetable.term_months
    lists = {months_on_register(source, chosen, many=False).get_final_froms()[0].name for chosen in (months, months[:1], months)}
    assert lists == {"month_on_register", "month_on_register_1"}
