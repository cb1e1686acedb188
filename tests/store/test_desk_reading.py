"""What a person sees, and what they do not: carekit.store.reading."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from cast import TODAY, Cast
from record_examples import one_of_each

from carekit import clock
from carekit.access import GRANTS, Grant, Scope
from carekit.errors import Denied, NotFound, ProgrammerError
from carekit.fields import Privacy
from carekit.records import RECORDS, Area, Assignment, Child, Enrolment, Family, FamilyMember, SchoolClass, StaffMember, Talk
from carekit.records.codes import Role
from carekit.store import Actor, Store
from carekit.store.schema import TABLES


def test_not_yours_and_not_there_get_one_answer(cast: Cast) -> None:
    """For every kind about a child, a foreign id and made-up ids are refused with the same words."""
    cast.console.add_all(list(one_of_each().values()))
    own = {cast.he.id, cast.family.id, cast.grandmother.id, *(r.id for r in cast.desk(cast.wang).find(Enrolment))}
    for record in (record for record in RECORDS.values() if record.about):
        foreign = next(r.id for r in cast.console.find(record) if r.id not in own)
        words = set()
        for record_id in (foreign, "0" * 26, "'; drop table child; --"):
            with pytest.raises(NotFound) as caught:
                cast.desk(cast.wang).get(record, record_id)
            words.add(caught.value.text())
        assert len(words) == 1


@pytest.mark.parametrize("role", Role)
def test_every_way_of_reading_gives_a_role_the_same(store: Store, role: Role) -> None:
    """For every role and kind, get, find, selects and the history show the same records with the same fields hidden."""
    console = store.for_actor(Actor.console())
    made = one_of_each()
    console.add_all(list(made.values()))
    desk = store.for_actor(Actor("S" * 26, role))
    for kind, record in RECORDS.items():
        grant = GRANTS[role].get(record.area)
        found, frame = desk.find(record), desk.frame(sa.select(desk.rows(kind)))
        expected = 1 if grant and grant.scope is Scope.ALL else 0
        assert len(found) == len(frame) == expected
        if not expected or grant is None:
            with pytest.raises(NotFound):
                desk.revisions(record, console.find(record)[0].id)
            continue
        hidden = {name for name, spec in record.fields.items() if spec.privacy > grant.reads}
        assert found[0].redacted == hidden
        for seen in (found[0], desk.get(record, found[0].id), desk.revisions(record, found[0].id)[0]):
            assert all(getattr(seen.record, name) is None for name in hidden)
            assert all(getattr(seen.record, name) == getattr(made[kind], name) for name in record.fields.keys() - hidden)
        assert all(frame[name].isna().all() for name in hidden)


def test_searching_by_a_hidden_field_is_refused(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who may not read a field may not find by it either, nor by what is derived from it."""
    registrar = cast.desk(cast.wang, Role.REGISTRAR)
    with pytest.raises(Denied):
        registrar.find(Talk, {"points": "聊了近况"})
    hidden = {Area.FILE: Grant(Scope.ALL, Privacy.INTERNAL)}
    monkeypatch.setitem(GRANTS, Role.SUBJECT_TEACHER, hidden)
    for name in ("id_number", "birth_on"):
        with pytest.raises(Denied):
            cast.desk(cast.wang, Role.SUBJECT_TEACHER).find(Child, {name: "999999201603150024"})
    with pytest.raises(ProgrammerError):
        cast.console.find(Child, {"no_such_field": 1})


def test_conditions_take_values_lists_and_nothing(cast: Cast) -> None:
    """A condition is a value, a list of values, or None for fields in which nothing is said."""
    names = lambda where: [r.record.name for r in cast.console.find(Child, where)]  # noqa: E731 - three calls, one line each
    assert names({"name": "赵小禾"}) == ["赵小禾"]
    assert names({"id": [cast.he.id, cast.yu.id]}) == ["钱小雨", "赵小禾"]
    assert names({"family_id": None}) == ["钱小雨"]


def test_names_come_in_pinyin_order_on_both_databases(store: Store) -> None:
    """Children are listed by the documented order of names, rare characters and Latin letters in fixed places."""
    desk = store.for_actor(Actor.console())
    desk.add_all([Child(name=name) for name in ("赵一", "钱一", "孙一", "李一", "阿一", "𠮷一", "Tom", "单一", "曾一")])
    assert [r.record.name for r in desk.find(Child)] == ["阿一", "李一", "钱一", "单一", "孙一", "Tom", "曾一", "赵一", "𠮷一"]


def test_what_was_known_then_can_be_asked_now(cast: Cast) -> None:
    """A record, a list and a select as known at an earlier moment give what was written by then."""
    before = clock.now() + timedelta(hours=1)
    with clock.at(TODAY + timedelta(days=5)):
        cast.console.amend(cast.he.model_copy(update={"name": "赵小和"}), seen=1, reason="更正")
        cast.console.withdraw(Child, cast.yu.id, seen=1, reason="误建")
    assert cast.console.get(Child, cast.he.id, known_at=before).record.name == "赵小禾"
    assert [r.record.name for r in cast.console.find(Child, known_at=before)] == ["钱小雨", "赵小禾"]
    assert len(cast.console.frame(sa.select(cast.console.rows("child", known_at=before)))) == 2
    assert [r.record.name for r in cast.console.find(Child)] == ["赵小和"]
    assert len(cast.console.frame(sa.select(cast.console.rows("child", withdrawn=True)))) == 2


def test_counts_that_name_nobody_may_reach_beyond_the_scope(cast: Cast) -> None:
    """A select without restriction sees all rows: for counts, and for the warning that a file exists elsewhere."""
    unrestricted = cast.desk(cast.wang).rows("child", restrict=False)
    assert len(cast.desk(cast.wang).tuples(sa.select(unrestricted.c.id))) == 2


def test_reads_of_a_childs_file_are_logged_and_refusals_too(cast: Cast) -> None:
    """Opening a child, its history, or being refused leaves a line with who and which, and nothing of what stands there."""
    desk = cast.desk(cast.wang)
    desk.get(Child, cast.he.id)
    desk.revisions(Child, cast.he.id)
    with pytest.raises(NotFound):
        desk.get(Child, cast.yu.id)
    lines = cast.console.audit_lines()
    mine = lines[lines.actor == cast.wang.id]
    assert list(zip(mine.action, mine.entity_id, strict=True)) == [("read", cast.he.id), ("read", cast.he.id), ("refused", cast.yu.id)]
    assert "赵小禾" not in lines.to_csv() and "999999201603150024" not in lines.to_csv()


def test_the_log_is_for_leader_and_administrator(cast: Cast) -> None:
    """A teacher is refused the log, and that is logged; the administrator reads it."""
    with pytest.raises(Denied):
        cast.desk(cast.wang).audit_lines()
    assert "refused" in set(cast.desk(cast.wang, Role.ADMINISTRATOR).audit_lines().action)


def test_a_former_teacher_no_longer_reads_the_talks(cast: Cast) -> None:
    """When a child moves to another class, the new teacher sees all talks and the former one none, not even by old id or draft."""
    talk = cast.desk(cast.wang).add(Talk(child_id=cast.he.id, talked_on=TODAY, staff_id=cast.wang.id, points="旧事"))
    cast.desk(cast.wang).save_draft("talk", cast.he.id, {"points": "草稿"})
    [stay] = cast.console.find(Enrolment, {"child_id": cast.he.id})
    with cast.console.transaction():
        cast.console.amend(stay.record.model_copy(update={"left_on": TODAY, "leaving": "7"}), seen=1)
        cast.console.add(Enrolment(child_id=cast.he.id, class_id=cast.fourth.id, enrolled_on=TODAY + timedelta(days=1), entry="5"))
    with clock.at(TODAY + timedelta(days=1)):
        former, new = cast.desk(cast.wang), cast.desk(cast.li)
        assert former.find(Talk) == [] and former.draft("talk", cast.he.id) is None
        with pytest.raises(NotFound):
            former.get(Talk, talk.id)
        assert [r.record.points for r in new.find(Talk)] == ["旧事"]


def test_a_decision_says_why(cast: Cast) -> None:
    """For any field of any record the desk tells whether it may be read, and why or why not."""
    desk = cast.desk(cast.wang)
    assert desk.why(Child, cast.he.id, "id_number")
    assert not desk.why(Child, cast.yu.id, "id_number")
    assert "班主任" in desk.why(Child, cast.yu.id, "id_number").why.zh
    assert not cast.desk(cast.wang, Role.SUBJECT_TEACHER).why(Child, cast.he.id, "id_number")
    assert desk.reach(Child) is Scope.OWN_CLASS


def test_subject_teachers_see_the_pupils_they_teach(cast: Cast) -> None:
    """An assignment as subject teacher opens the names of that class's pupils and no more."""
    cast.console.add(Assignment(class_id=cast.fourth.id, staff_id=cast.wang.id, duty="2", from_on=TODAY))
    found = cast.desk(cast.wang, Role.SUBJECT_TEACHER).find(Child)
    assert [r.record.name for r in found] == ["钱小雨"] and found[0].record.id_number is None


def test_families_of_own_children_are_in_scope(cast: Cast) -> None:
    """A class teacher sees the family and its members through the own child, another teacher does not."""
    assert [r.record.name for r in cast.desk(cast.wang).find(FamilyMember)] == ["测试奶奶"]
    assert cast.desk(cast.li).find(FamilyMember) == [] and cast.desk(cast.li).find(Family) == []
    assert len(cast.desk(cast.li).find(StaffMember)) == 2


def test_the_tables_hold_what_is_declared() -> None:
    """Every declared field and derived column of every kind is a column of its table."""
    for kind, record in RECORDS.items():
        assert {*record.fields, *record.derived} <= set(TABLES[kind].c.keys())


def test_a_snapshot_reads_one_state_and_nothing_is_kept_beyond_a_write(cast: Cast, store: Store) -> None:
    """Within a snapshot a later save is not seen; an answer is kept until anybody writes; in a transaction every read is made anew."""
    desk, other, asked = cast.desk(cast.wang), store.for_actor(Actor.console()), []

    def names() -> list[str]:
        def read() -> list[str]:
            asked.append(1)
            return sorted(row[0] for row in desk.tuples(sa.select(desk.rows("school_class", restrict=False).c.name)))

        return desk.kept("names of classes", read)

    with desk.snapshot():
        before = names()
        with desk.snapshot():
            assert names() == before
        other.add(SchoolClass(school_id=cast.school.id, school_year=2025, grade=5, number=1, name="五(1)班"))
        assert names() == before
    with desk.snapshot():
        assert names() == sorted([*before, "五(1)班"])
    assert len(asked) == 2
    with desk.snapshot():
        names()
    assert len(asked) == 2
    with other.transaction(), desk.snapshot():
        pass
    with desk.transaction(), desk.snapshot():
        names()
    names()
    assert len(asked) == 4


def test_fields_that_are_seen_of_the_same_children(cast: Cast) -> None:
    """A leader sees everything of everybody, a class teacher the files of the own class and of those paired with, a subject teacher only of the latter."""
    leader = cast.desk(cast.wang, Role.LEADER)
    assert leader.scopes_of(((Talk, "outcome"),)) == leader.scopes_of(((Child, "health"), (Talk, "points"))) == {frozenset({Scope.ALL})}
    teacher = cast.desk(cast.wang)
    assert teacher.scopes_of(((Child, "health"),)) == {frozenset({Scope.OWN_CLASS, Scope.PAIRED})}
    assert cast.desk(cast.wang, Role.SUBJECT_TEACHER).scopes_of(((Child, "health"),)) == {frozenset({Scope.PAIRED})}
