"""What a pairing opens, to whom and for how long: carekit.store.sight, carekit.store.scope."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from cast import TODAY, Cast

from carekit import clock
from carekit.errors import Denied, NotFound
from carekit.fields import Privacy
from carekit.records import Assignment, Child, Diary, FamilyMember, Membership, Pairing, Talk
from carekit.records.codes import Duty, PairingEnd, PairingKind, Role, SupportGroup
from carekit.store import Desk

START = date(2025, 9, 1)


def pair(cast: Cast, child: Child, until_on: date | None = None) -> Pairing:
    """王样 paired with a child."""
    ended = {"until_on": until_on, "end_reason": PairingEnd.EXPIRED} if until_on else {}
    made: Pairing = cast.console.add(
        Pairing(child_id=child.id, kind_of=PairingKind.TEACHER, staff_id=cast.wang.id, from_on=START, **ended)
    ).record
    return made


def names(desk: Desk) -> list[str]:
    """The children that a desk sees."""
    return [r.record.name for r in desk.find(Child)]


def test_a_supporter_sees_paired_children_while_the_pairing_runs(cast: Cast) -> None:
    """Nobody before it, the whole file but what is restricted during it, nobody from the day on which it ends."""
    supporter = cast.desk(cast.wang, Role.SUPPORTER)
    assert names(supporter) == []
    pair(cast, cast.he, until_on=TODAY + timedelta(days=1))
    assert names(supporter) == ["赵小禾"] and supporter.get(Child, cast.he.id).record.id_number
    assert [r.record.phone for r in supporter.find(FamilyMember)] == ["15400000001"]
    with clock.at(TODAY + timedelta(days=1)):
        assert names(supporter) == [] and supporter.find(FamilyMember) == []
        with pytest.raises(NotFound):
            supporter.get(Child, cast.he.id)


def test_a_class_teacher_sees_own_class_and_paired_children(cast: Cast) -> None:
    """A teacher paired with a child of another class sees both; the other child's file is not theirs to change, a talk with it is."""
    teacher = cast.desk(cast.wang)
    assert names(teacher) == ["赵小禾"]
    pair(cast, cast.yu)
    assert names(teacher) == ["钱小雨", "赵小禾"]
    yu = teacher.get(Child, cast.yu.id)
    with pytest.raises(NotFound):
        teacher.amend(yu.record.model_copy(update={"village": "样例村2组"}), seen=yu.version)
    with pytest.raises(Denied):
        teacher.add(Membership(child_id=cast.yu.id, group=SupportGroup.POOR, from_on=TODAY))
    teacher.add(Talk(child_id=cast.yu.id, talked_on=TODAY, staff_id=cast.wang.id, points="近况"))
    teacher.add(Membership(child_id=cast.he.id, group=SupportGroup.POOR, from_on=TODAY))


def test_a_subject_teacher_sees_more_of_paired_children_than_of_pupils(cast: Cast) -> None:
    """In lists, selects, searches, single reads and versions alike: of a pupil the name and the class, of a paired child the file."""
    cast.console.add(Assignment(class_id=cast.fourth.id, staff_id=cast.wang.id, duty=Duty.SUBJECT_TEACHER, from_on=START))
    cast.console.amend(cast.yu.model_copy(update={"phone": "15400000009"}), seen=1)
    cast.console.amend(cast.he.model_copy(update={"phone": "15400000008"}), seen=1)
    pair(cast, cast.he)
    subject = cast.desk(cast.wang, Role.SUBJECT_TEACHER)
    assert {r.record.name: r.record.phone for r in subject.find(Child)} == {"钱小雨": None, "赵小禾": "15400000008"}
    rows = subject.rows("child")
    assert dict(subject.tuples(sa.select(rows.c.name, rows.c.phone))) == {"钱小雨": None, "赵小禾": "15400000008"}
    assert dict(subject.tuples(sa.select(rows.c.name, rows.c.birth_on))) == {"钱小雨": None, "赵小禾": date(2016, 3, 15)}
    near = subject.rows("child", needs=[(Child, Privacy.SENSITIVE)])
    assert subject.tuples(sa.select(near.c.name)) == [("赵小禾",)]
    for phone, found in (("15400000009", []), ("15400000008", ["赵小禾"])):
        assert [r.record.name for r in subject.find(Child, {"phone": phone})] == found
    assert "phone" in subject.get(Child, cast.yu.id).redacted and "phone" not in subject.get(Child, cast.he.id).redacted
    assert [r.record.phone for r in subject.revisions(Child, cast.yu.id)] == [None, None]
    assert [r.record.phone for r in subject.revisions(Child, cast.he.id)] == [None, "15400000008"]
    assert subject.why(Child, cast.he.id, "phone") and not subject.why(Child, cast.yu.id, "phone")
    levels = [subject.level(Child, child.id) for child in (cast.he, cast.yu)]
    assert levels == [Privacy.SENSITIVE, Privacy.INTERNAL] and subject.level(Child, "0" * 26) is Privacy.OPEN


def test_only_for_whom_it_was_written_do_a_childs_own_words_stand(cast: Cast) -> None:
    """What a child wrote is read by class teacher, supporter and counsellor; leader and registrar learn that it exists; who cannot read it cannot write it."""
    page = cast.console.add(Diary(child_id=cast.he.id, written_on=TODAY, body="我想妈妈", staff_id=cast.wang.id)).record
    pair(cast, cast.he)
    for role in (Role.CLASS_TEACHER, Role.SUPPORTER, Role.SUBJECT_TEACHER, Role.COUNSELLOR):
        assert cast.desk(cast.wang, role).get(Diary, page.id).record.body == "我想妈妈"
    for role in (Role.LEADER, Role.REGISTRAR):
        seen = cast.desk(cast.wang, role).get(Diary, page.id)
        assert seen.record.body is None and "body" in seen.redacted
        with pytest.raises(Denied):
            cast.desk(cast.wang, role).add(Diary(child_id=cast.he.id, written_on=TODAY, body="代写", staff_id=cast.wang.id))


def test_supporters_do_not_pair_themselves(cast: Cast) -> None:
    """A pairing opens a file: only registrar and leader write it, so that nobody gives themselves access or lengthens it."""
    made = pair(cast, cast.he, until_on=TODAY + timedelta(days=1))
    for role in (Role.SUPPORTER, Role.CLASS_TEACHER, Role.SUBJECT_TEACHER, Role.COUNSELLOR):
        desk = cast.desk(cast.wang, role)
        with pytest.raises(Denied):
            desk.add(Pairing(child_id=cast.he.id, kind_of=PairingKind.TEACHER, staff_id=cast.wang.id, from_on=TODAY))
        with pytest.raises(Denied):
            desk.amend(made.model_copy(update={"until_on": None, "end_reason": None}), seen=1)


def test_a_paired_teacher_keeps_what_they_do_not_see(cast: Cast) -> None:
    """Amending what one sees in part leaves the rest as the store holds it, also when the scope differs from child to child."""
    from carekit import access
    from carekit.access import Grant, Scope
    from carekit.records import Area

    grant = Grant(Scope.OWN_CLASS, Privacy.INTERNAL, writes=True, also=Grant(Scope.PAIRED, Privacy.SENSITIVE, writes=True))
    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(access.GRANTS[Role.CLASS_TEACHER], Area.FILE, grant)
        desk = cast.desk(cast.wang)
        seen = desk.get(Child, cast.he.id)
        assert "id_number" in seen.redacted
        desk.amend(seen.record.model_copy(update={"village": "样例村3组"}), seen=1)
        pair(cast, cast.yu)
        yu = desk.get(Child, cast.yu.id)
        desk.amend(yu.record.model_copy(update={"phone": "15400000007"}), seen=1)
    assert cast.console.get(Child, cast.he.id).record.id_number == "999999201603150024"
    assert cast.console.get(Child, cast.yu.id).record.phone == "15400000007"
