from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from roster_examples import child_of, id_number, import_rows, plan_rows, row

from carekit.exchange import Outcome, apply_plan
from carekit.exchange.planning.matching import REASONS, Identity, births_agree, births_cover, contradict, same_in_file
from carekit.language import Language
from carekit.records import Child, Enrolment, School, SchoolClass
from carekit.records.codes import DatePrecision, EntryReason, LeavingReason, Sex
from carekit.store import Actor, Desk

BORN = date(2016, 3, 15)
ID = id_number(BORN, 1)
OTHER_ID = id_number(BORN, 3)


def _codes(desk: Desk, *rows: Any) -> list[set[str]]:
    return [{p.code for p in planned.problems} for planned in plan_rows(desk, *rows).rows]


@pytest.mark.parametrize("written", ["赵小禾", "赵 小禾", "赵　小禾", "赵小禾\u200b"])
def test_spellings_meet_one_child(desk: Desk, written: str) -> None:
    """Spaces, full-width spaces and invisible characters in a name lead to the same child, and the stored spelling stays."""
    import_rows(desk, row(2, "赵小禾", child={"id_number": ID}))
    plan = plan_rows(desk, row(2, written))
    assert plan.counts["unchanged"] == 1


@pytest.mark.parametrize("number", [ID.lower(), ID])
def test_identity_number_finds_the_child(desk: Desk, number: str) -> None:
    """The identity number finds the child whatever class the row names, and a new class is shown as a change."""
    import_rows(desk, row(2, "赵小禾", child={"id_number": ID}))
    plan = plan_rows(desk, row(2, "赵小禾", child={"id_number": number.upper()}, class_number=2))
    assert plan.counts["changed"] == 1
    assert plan.counts["new"] == 0


def test_another_name_under_the_number_is_held_back(desk: Desk) -> None:
    """A number that the store has under another name holds the row back and tells class and birth date, never the number."""
    import_rows(desk, row(2, "赵小禾", child={"id_number": ID}))
    plan = plan_rows(desk, row(2, "钱小苗", child={"id_number": ID}))
    (planned,) = plan.held
    (problem,) = planned.problems
    text = problem.label.text(Language.ZH_HANS)
    assert problem.code == "NAME_DIFFERS"
    assert "三(1)班" in text and "2016-03-15" in text and ID not in text


def test_a_former_name_under_the_number_is_the_same_child(desk: Desk) -> None:
    """A child whose former name the row still uses is found by the number."""
    import_rows(desk, row(2, "赵小禾", child={"id_number": ID, "former_name": "赵大禾"}))
    assert plan_rows(desk, row(2, "赵大禾", child={"id_number": ID})).counts["held_back"] == 0


def test_pupil_number_finds_the_child(desk: Desk) -> None:
    """The national pupil number finds the child when there is no identity number."""
    import_rows(desk, row(2, "赵小禾", child={"pupil_number": f"G{ID}"}))
    assert plan_rows(desk, row(2, "赵小禾", child={"pupil_number": f"G{ID}"}, grade=None)).counts["unchanged"] == 1


def test_school_number_finds_the_child(desk: Desk) -> None:
    """The school's own number with the same name finds the child though the class is another (case 3)."""
    import_rows(desk, row(2, "赵小禾", child={"school_number": "00001203"}))
    assert plan_rows(desk, row(2, "赵小禾", child={"school_number": "00001203"}, class_number=2)).counts["changed"] == 1


def test_a_short_number_of_another_class_is_no_match(desk: Desk) -> None:
    """A seat number such as 12 does not make children of two classes one."""
    import_rows(desk, row(2, "赵小禾", child={"school_number": "12"}))
    assert plan_rows(desk, row(2, "赵小禾", child={"school_number": "12"}, class_number=2)).counts["held_back"] == 1


def test_name_and_birth_date_find_the_child(desk: Desk) -> None:
    """Name and birth date find the child; an identity number that the store lacks is added."""
    import_rows(desk, row(2, "赵小禾", child={"born_on": BORN}))
    plan = plan_rows(desk, row(2, "赵小禾", child={"born_on": BORN, "id_number": ID}))
    assert {(c.field.en, c.new.en) for c in plan.changes} == {("Identity number", ID)}


def test_a_name_alone_never_decides_between_two(desk: Desk) -> None:
    """Two children of one name in two classes, a row with neither number nor class: held back with both told (case 21)."""
    import_rows(
        desk,
        row(2, "张小雨", child={"id_number": ID}),
        row(3, "张小雨", child={"id_number": id_number(date(2015, 5, 5), 2)}, class_number=2),
    )
    (planned,) = plan_rows(desk, row(2, "张小雨", grade=None)).rows
    assert planned.outcome is Outcome.HELD_BACK
    (problem,) = planned.problems
    assert problem.code == "CHILD_AMBIGUOUS"
    assert "2016-03-15" in problem.label.zh and "2015-05-05" in problem.label.zh


def test_name_and_class_find_the_child(desk: Desk) -> None:
    """Of two children of one name the row means the one in its class."""
    import_rows(
        desk,
        row(2, "张小雨", child={"id_number": ID}),
        row(3, "张小雨", child={"id_number": id_number(date(2015, 5, 5), 2)}, class_number=2),
    )
    plan = plan_rows(desk, row(2, "张小雨", class_number=2, child={"phone": "15400000001"}))
    (planned,) = plan.rows
    assert planned.outcome is Outcome.CHANGED
    assert child_of(desk, planned.child_ids[0]).id_number == id_number(date(2015, 5, 5), 2)


def test_two_of_one_name_and_birthday_in_one_class_are_not_guessed(desk: Desk) -> None:
    """Two of one name in one class, born the same day: a row without a number is held back."""
    import_rows(desk, row(2, "张小雨", child={"id_number": ID}), row(3, "张小雨", child={"id_number": OTHER_ID}))
    assert _codes(desk, row(2, "张小雨", child={"born_on": BORN})) == [{"CHILD_AMBIGUOUS"}]


def test_what_contradicts_is_another_child(desk: Desk) -> None:
    """Another birth date or another sex makes a child of the same name a new one."""
    import_rows(desk, row(2, "赵小禾", child={"born_on": BORN, "sex": Sex.FEMALE}))
    assert plan_rows(desk, row(2, "赵小禾", child={"born_on": date(2017, 1, 1)})).counts["new"] == 1
    assert plan_rows(desk, row(2, "赵小禾", child={"sex": Sex.MALE})).counts["new"] == 1


def test_same_name_and_birth_with_another_number_is_held_back(desk: Desk) -> None:
    """The same name and birth date under another identity number is neither merged nor doubled in silence."""
    import_rows(desk, row(2, "赵小禾", child={"id_number": ID}))
    assert _codes(desk, row(2, "赵小禾", child={"id_number": OTHER_ID})) == [{"ID_DIFFERS"}]


def test_a_namesake_in_another_class_is_not_guessed(desk: Desk) -> None:
    """A row with a name and a class only, while the one child of that name is in another class, is held back."""
    import_rows(desk, row(2, "赵小禾", child={"born_on": BORN}))
    assert _codes(desk, row(2, "赵小禾", class_number=2)) == [{"CHILD_UNCERTAIN"}]


def test_a_file_without_classes_imports_again(desk: Desk) -> None:
    """A file that has names only makes nobody twice when it is imported again."""
    import_rows(desk, row(2, "赵小禾", grade=None))
    plan = plan_rows(desk, row(2, "赵小禾", grade=None))
    assert plan.counts["unchanged"] == 1
    assert {p.code for p in plan.problems} == {"NAME_ALONE"}


def test_a_faulty_number_does_not_replace_a_good_one(desk: Desk) -> None:
    """A number with a wrong check digit is kept when it is all there is, finds its child again, and never replaces a faultless one."""
    wrong = ID[:17] + ("0" if ID[17] != "0" else "1")
    import_rows(desk, row(2, "赵小禾", child={"id_number": ID, "born_on": BORN}), row(3, "钱小苗", child={"id_number": wrong}))
    assert _codes(desk, row(2, "赵小禾", child={"id_number": wrong, "born_on": BORN}), row(3, "钱小苗", child={"id_number": wrong}))[0] == {
        "NAME_DIFFERS"
    }
    other = OTHER_ID[:17] + ("0" if OTHER_ID[17] != "0" else "1")
    assert _codes(desk, row(2, "赵小禾", child={"id_number": other, "born_on": BORN})) == [{"ID_WORSE"}]


def test_many_children_without_numbers(desk: Desk) -> None:
    """No identity number at all is allowed, for as many children as there are."""
    assert import_rows(desk, *(row(n, f"赵{n}") for n in range(2, 12))).counts["new"] == 10


def test_a_withdrawn_file_is_brought_back(desk: Desk) -> None:
    """A child whose file was withdrawn gets the old file back and no second one (case 107)."""
    import_rows(desk, row(2, "赵小禾", child={"id_number": ID}))
    (found,) = desk.find(Child)
    desk.withdraw(Child, found.id, seen=found.version, reason="mistake")
    plan = plan_rows(desk, row(2, "赵小禾", child={"id_number": ID, "phone": "15400000001"}))
    assert plan.counts["changed"] == 1
    apply_plan(desk, plan, reason="again")
    (back,) = desk.find(Child)
    assert (back.id, back.withdrawn, back.record.phone) == (found.id, False, "15400000001")
    assert plan_rows(desk, row(2, "赵小禾", child={"id_number": ID, "phone": "15400000001"})).counts["unchanged"] == 1


def test_a_roster_meets_the_file_that_two_were_made_into(desk: Desk) -> None:
    """CASES 57: a row with either pupil number means the same child, changes nothing, and never brings back the file that went."""
    import_rows(desk, row(2, "赵小禾", child={"pupil_number": "G1"}))
    import_rows(desk, row(2, "赵晓禾", child={"pupil_number": "G2"}))
    kept, merged = (next(one.id for one in desk.find(Child) if one.record.name == name) for name in ("赵小禾", "赵晓禾"))
    done = desk.merge(kept, merged, stay_id=desk.find(Enrolment, {"child_id": kept})[0].id)
    for name, number in (("赵小禾", "G1"), ("赵小禾", "G2")):
        plan = plan_rows(desk, row(2, name, child={"pupil_number": number}))
        assert (plan.counts["unchanged"], plan.counts["new"]) == (1, 0)
    assert _codes(desk, row(2, "赵晓禾", child={"pupil_number": "G2"})) == [{"NAME_DIFFERS"}]
    desk.unmerge(done.merge_id, why="两个孩子")
    assert plan_rows(desk, row(2, "赵晓禾", child={"pupil_number": "G2"})).counts["unchanged"] == 1


def test_a_child_who_left_returns_to_the_same_file(desk: Desk) -> None:
    """A child who left the school and stands in the roster again has a second stay under the same file."""
    import_rows(desk, row(2, "赵小禾", child={"id_number": ID}))
    (stay,) = desk.find(Enrolment)
    left = stay.record.model_copy(update={"left_on": date(2025, 9, 10), "leaving": LeavingReason.TRANSFERRED_OUT})
    desk.amend(left, seen=stay.version)
    result = import_rows(desk, row(2, "赵小禾", child={"id_number": ID}))
    assert result.counts["changed"] == 1
    assert [r.record.entry for r in desk.find(Enrolment)] == [EntryReason.NEW, EntryReason.TRANSFERRED_IN]
    assert len(desk.find(Child)) == 1


def test_a_file_of_somebody_elses_child_is_not_doubled(desk: Desk) -> None:
    """A class teacher who imports a child of another class is told that there is a file, and nothing of what it holds (case 61)."""
    from carekit.records import Assignment, StaffMember
    from carekit.records.codes import Duty, Role

    import_rows(desk, row(2, "赵小禾", child={"id_number": ID}, class_number=2), row(3, "钱小苗"))
    school = desk.find(School)[0].record
    own = next(r.record for r in desk.find(SchoolClass) if r.record.number == 1)
    teacher = StaffMember(school_id=school.id, name="王样", role=Role.CLASS_TEACHER)
    desk.add_all([teacher, Assignment(class_id=own.id, staff_id=teacher.id, duty=Duty.CLASS_TEACHER, from_on=date(2025, 9, 1))])
    theirs = _desk_of(desk, Actor(teacher.id, Role.CLASS_TEACHER))
    plan = plan_rows(theirs, row(2, "赵小禾", child={"id_number": ID}), row(3, "钱小苗"))
    assert [r.outcome for r in plan.rows] == [Outcome.HELD_BACK, Outcome.UNCHANGED]
    (problem,) = plan.rows[0].problems
    assert problem.code == "OUT_OF_SCOPE"
    assert "2016" not in problem.label.zh


def _desk_of(desk: Desk, actor: Actor) -> Desk:
    return Desk(desk._engine, actor, bytes(32))


# --- within one file ---


def test_two_rows_that_cannot_be_told_apart_are_both_held_back(desk: Desk) -> None:
    """Two rows of one name and class without numbers or birth dates: neither is saved, each names the other."""
    plan = plan_rows(desk, row(2, "张小雨"), row(3, "张小雨"))
    assert [{p.code for p in r.problems} for r in plan.rows] == [{"SAME_IN_FILE"}, {"SAME_IN_FILE"}]


def test_two_rows_of_one_name_in_two_classes_are_two_children(desk: Desk) -> None:
    """Two rows of one name in two classes make two children, and importing again finds both."""
    rows = row(2, "张小雨"), row(3, "张小雨", class_number=2)
    assert import_rows(desk, *rows).counts["new"] == 2
    assert plan_rows(desk, *rows).counts["unchanged"] == 2


DATES = st.dates(date(2010, 1, 1), date(2020, 12, 31))
IDENTITIES = st.builds(
    Identity,
    name_key=st.just("张小雨"),
    born_on=st.none() | DATES,
    precision=st.sampled_from([str(p) for p in DatePrecision]),
    sex=st.sampled_from([None, "1", "2"]),
    id_number=st.none() | st.builds(id_number, DATES, st.integers(1, 9)),
)


@given(IDENTITIES, IDENTITIES)
def test_comparing_has_no_direction(a: Identity, b: Identity) -> None:
    """Whether two may be one child does not depend on which of them is asked about first."""
    assert contradict(a, b) == contradict(b, a)
    assert births_agree(a, b) == births_agree(b, a)
    assert not contradict(a, a)


@given(DATES, DATES, st.sampled_from(list(DatePrecision)), st.sampled_from(list(DatePrecision)))
def test_a_date_that_covers_another_agrees_with_it(rough: date, exact: date, as_rough: str, as_exact: str) -> None:
    """A rougher date that includes a more exact one never contradicts it."""
    if births_cover(rough, as_rough, exact, as_exact):
        assert births_agree(Identity("x", born_on=rough, precision=str(as_rough)), Identity("x", born_on=exact, precision=str(as_exact)))


@given(st.lists(IDENTITIES, max_size=8))
def test_rows_left_alone_are_told_apart(rows: list[Identity]) -> None:
    """Rows of one file that are not held back contradict one another in every pair."""
    numbered = dict(enumerate(rows))
    same = same_in_file(numbered)
    free = [r for n, r in numbered.items() if n not in same]
    assert all(contradict(a, b) for n, a in enumerate(free) for b in free[n + 1 :])


def test_every_reason_is_a_full_sentence_in_both_languages() -> None:
    """Each reason for holding back says in both languages what to do, ending as a sentence."""
    for label in REASONS.values():
        assert label.en.endswith(".") and label.zh.endswith("。")
