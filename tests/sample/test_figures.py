"""The sample's figures, counted here from its records alone, without the code that computes figures for the apps."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date

import pytest

from carekit.records import Absence, CareArrangement, Case, Child, Closure, Enrolment, FamilyMember, Record, Talk
from carekit.records.codes import FATHERS, GRANDPARENTS, MOTHERS, Education, Frequency, Outcome, ParentState, WorkArea

TODAY = date(2026, 5, 20)
THREE_MONTHS_AGO = date(2026, 2, 20)
_FAR = [WorkArea.TOWNSHIP, WorkArea.COUNTY, WorkArea.PROVINCE, WorkArea.OTHER_PROVINCE, WorkArea.ABROAD]


class Facts:
    """What the records say of the children enrolled today."""

    def __init__(self, records: list[Record]) -> None:
        self.children = {r.id: r for r in records if isinstance(r, Child)}
        self.members = {r.id: r for r in records if isinstance(r, FamilyMember)}
        stays = [r for r in records if isinstance(r, Enrolment)]
        self.enrolled = {s.child_id for s in stays if s.enrolled_on <= TODAY and (s.left_on is None or s.left_on >= TODAY)}
        self.away: dict[str, list[Absence]] = defaultdict(list)
        for absence in (r for r in records if isinstance(r, Absence)):
            member = self.members[absence.member_id]
            now = absence.until_on is None or absence.until_on > TODAY
            if now and member.relation in (*FATHERS, *MOTHERS) and member.state is ParentState.PRESENT:
                self.away[member.family_id].append(absence)
        self.left_behind = sorted(child for child in self.enrolled if self._behind(child))
        self.carer: dict[str, FamilyMember] = {}
        for care in (r for r in records if isinstance(r, CareArrangement)):
            if care.from_on and care.from_on <= TODAY and (care.until_on is None or care.until_on > TODAY) and care.carer_id:
                assert care.child_id not in self.carer, "two carers at once"
                self.carer[care.child_id] = self.members[care.carer_id]

    def absences(self, child: str) -> list[Absence]:
        """Who is away today of a child's parents."""
        return self.away.get(self.children[child].family_id or "", [])

    def _behind(self, child: str) -> bool:
        return any(a.from_on is not None and a.from_on <= THREE_MONTHS_AGO for a in self.absences(child))


@pytest.fixture(scope="module")
def facts(records: list[Record]) -> Facts:
    """The facts of the whole sample."""
    return Facts(records)


def test_the_published_profile_is_met_exactly(facts: Facts) -> None:
    """Of 617 left-behind children 547 have parents in another province, 274 are raised by grandparents, 254 by somebody with little or no schooling."""
    far = [max((a.work_area for a in facts.absences(c) if a.work_area), key=_FAR.index, default=None) for c in facts.left_behind]
    carers = [facts.carer.get(c) for c in facts.left_behind]
    assert len(facts.enrolled) == 904
    assert len(facts.left_behind) == 617
    assert far.count(WorkArea.OTHER_PROVINCE) == 547
    assert sum(carer is not None and carer.relation in GRANDPARENTS for carer in carers) == 274
    assert sum(carer is not None and carer.education is Education.NONE for carer in carers) == 254


def test_no_start_is_near_the_limit_of_three_months(facts: Facts) -> None:
    """Whether somebody has been away for three months does not hang on how months are counted."""
    starts = [a.from_on for absences in facts.away.values() for a in absences if a.from_on]
    assert not [day for day in starts if date(2026, 2, 1) <= day < date(2026, 3, 1)]
    assert [day for day in starts if day >= date(2026, 3, 1)], "some are away for less than three months"


def test_most_parents_come_home_at_most_twice_a_year(facts: Facts) -> None:
    """For most left-behind children every parent away comes home twice a year or less often."""
    rare = {Frequency.HALF_YEARLY, Frequency.YEARLY, Frequency.RARER, Frequency.NEVER}
    seldom = sum(all(a.return_frequency in rare for a in facts.absences(child)) for child in facts.left_behind)
    assert seldom / len(facts.left_behind) > 0.5


def test_some_facts_are_unknown(facts: Facts) -> None:
    """The situation of some left-behind children is not known in part, and of some others nothing is known."""
    assert any(child not in facts.carer for child in facts.left_behind)
    assert any(a.work_area is None for child in facts.left_behind for a in facts.absences(child))
    assert any(a.return_frequency is None for child in facts.left_behind for a in facts.absences(child))
    assert any(carer.education is None for carer in facts.carer.values())
    assert any(facts.children[child].family_id is None for child in facts.enrolled)


def _open(records: list[Record]) -> set[str]:
    closed = {r.case_id for r in records if isinstance(r, Closure) and r.approved_by and r.reopened_on is None}
    return {r.child_id for r in records if isinstance(r, Case) and r.id not in closed}


def test_all_but_a_few_left_behind_children_are_on_the_register(records: list[Record], facts: Facts) -> None:
    """Three to five left-behind children are not on the register yet, and a few on it have a parent back."""
    registered = _open(records)
    assert 3 <= len(set(facts.left_behind) - registered) <= 5
    assert 1 <= len((registered & facts.enrolled) - set(facts.left_behind)) <= 12


def _coverage(records: list[Record], month: tuple[int, int]) -> dict[str, tuple[int, int]]:
    """By class of today: children on the register with a talk in a month, and children on the register."""
    talked = {
        r.child_id for r in records if isinstance(r, Talk) and r.outcome is Outcome.DONE and (r.talked_on.year, r.talked_on.month) == month
    }
    day = date(*month, 25)
    stays = [r for r in records if isinstance(r, Enrolment) and r.enrolled_on < date(*month, 1) and (r.left_on is None or r.left_on >= day)]
    opened = {r.child_id: r.opened_on for r in records if isinstance(r, Case)}
    due = {s.child_id: s.class_id for s in stays if opened.get(s.child_id, day) < date(*month, 1) and s.child_id in _open(records)}
    return {c: (sum(k == c and child in talked for child, k in due.items()), n) for c, n in Counter(due.values()).items()}


@pytest.mark.parametrize("month", [(2024, 10), (2025, 3), (2025, 12), (2026, 4)])
def test_most_children_are_talked_with_each_month(records: list[Record], month: tuple[int, int]) -> None:
    """Of the children on the register 83 to 95 % had a talk in a month, and the classes differ."""
    classes = _coverage(records, month)
    done, due = sum(n for n, _ in classes.values()), sum(n for _, n in classes.values())
    assert 0.83 < done / due < 0.95
    assert len({done / due for done, due in classes.values()}) > 5


def test_one_class_teacher_did_nothing_in_march(records: list[Record]) -> None:
    """In March 2026 exactly one class has no talk at all."""
    assert [done for done, _ in _coverage(records, (2026, 3)).values()].count(0) == 1
