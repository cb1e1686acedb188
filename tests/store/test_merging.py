"""Two files of one child made one, and two again: carekit.store.merging (CASES 57)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from cast import TODAY, Cast
from record_examples import example

from carekit import clock
from carekit.errors import Denied, NotFound, ProgrammerError, UserError
from carekit.metrics import children_behind
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
    Membership,
    Merge,
    Pairing,
    Plan,
    Record,
    StaffMember,
    Talk,
)
from carekit.records.codes import ClosureReason, LeavingReason, PairingKind, Relation, Role, Sex, SupportGroup
from carekit.store import Desk

START = date(2025, 9, 1)
Rows = dict[str, tuple[str, Any, bool]]


@pytest.fixture
def registrar(cast: Cast) -> Desk:
    """The desk of the school's registrar."""
    member = StaffMember(school_id=cast.school.id, name="周样", role=Role.REGISTRAR)
    cast.console.add(member)
    return cast.desk(member)


@pytest.fixture
def twin(cast: Cast) -> Child:
    """A second file of 赵小禾, in a family of its own, without a class."""
    family = Family(address="样例镇2组5号", phone="15400000009")
    child = Child(name="赵小禾", family_id=family.id, pupil_number="G999999201603150099", sex=Sex.FEMALE)
    cast.console.add_all([family, child])
    return child


def state(cast: Cast) -> Rows:
    """Every current record of the store with its content and whether it is in use, but for merges."""
    found: Rows = {}
    for kind, record in RECORDS.items():
        if kind != Merge.kind:
            for one in cast.console.find(record, include_withdrawn=True):
                found[one.id] = (kind, one.record, one.withdrawn)
    return found


def refuses(act: Callable[[], object], error: type[UserError], code: str = "") -> None:
    """The act is refused in that way."""
    with pytest.raises(error) as refused:
        act()
    assert not code or refused.value.code == code


def talk(child: Child, day: date, by: StaffMember, points: str = "聊了学习") -> Talk:
    """A talk that was held."""
    return Talk(child_id=child.id, talked_on=day, staff_id=by.id, points=points)


# --- every kind of record ---------------------------------------------------------------------------------------------


def of_every_kind(cast: Cast, child: Child, other: Child) -> list[Record]:
    """A record of every kind that says something of a child, made from the declarations."""
    staff = StaffMember(school_id=cast.school.id, name="吴样", role=Role.SUPPORTER)
    ids = {"child": child.id, "school": cast.school.id, "school_class": cast.third.id, "staff_member": staff.id}
    made: list[Record] = [staff]
    for kind, record in RECORDS.items():
        if kind in (*ids, "family", "family_member", Merge.kind):
            if kind == "family_member":
                family = Family()
                made += [family, member := FamilyMember(family_id=family.id, name="样爷", relation=Relation.FATHERS_FATHER)]
                ids |= {"family": family.id, "family_member": member.id}
            continue
        given = {name: other.id for name in ("peer_id", "second_id") if name in record.fields}
        one = example(record, ids, **given)
        ids[kind] = one.id
        if record.about or any(spec.ref in ("child", "activity") for spec in record.fields.values()) or kind == "activity":
            made.append(one)
    return made


def test_everything_of_the_file_comes_along_and_goes_back_exactly(cast: Cast, registrar: Desk, twin: Child) -> None:
    """A record of each kind: after merging nothing names the file that went, after undoing both files are as they were."""
    cast.console.add_all(of_every_kind(cast, twin, cast.yu))
    before = state(cast)
    done = registrar.merge(cast.he.id, twin.id)
    assert done.moved and set(done.moved) <= set(RECORDS)
    for kind, record in RECORDS.items():
        for name in (spec.name for spec in record.fields.values() if spec.ref == "child" and kind != Merge.kind):
            assert not cast.console.find(record, {name: twin.id}, include_withdrawn=True), (kind, name)
    assert cast.console.find(Child, {"id": twin.id}) == []
    undone = registrar.unmerge(done.merge_id, why="其实是两个孩子")
    assert undone.changed == {} and undone.restored >= sum(done.moved.values())
    assert state(cast) == before


def test_what_a_merge_would_bring_is_counted_first(cast: Cast, registrar: Desk, twin: Child) -> None:
    """The counts beforehand are those of the merge; what is out of use is not counted."""
    gone = talk(twin, TODAY, cast.wang)
    cast.console.add_all([talk(twin, TODAY, cast.wang), gone])
    cast.console.withdraw(Talk, gone.id, seen=1, reason="重复")
    assert registrar.merge_counts(cast.he.id, twin.id) == {"talk": 1} == registrar.merge(cast.he.id, twin.id).moved


# --- CASES 57 ---------------------------------------------------------------------------------------------------------


def test_two_files_of_one_child_are_made_one_and_undone(cast: Cast, registrar: Desk, twin: Child) -> None:
    """CASES 57: seven talks kept with the likely double flagged, March counted once, the photograph readable, undo exact, the log says it."""
    days = [date(2026, 3, day) for day in (2, 4, 6, 9)]
    aunt = FamilyMember(family_id=twin.family_id or "", name="测试姑姑", relation=Relation.FATHERS_SISTER)
    plan = Plan.read(
        {"child_id": twin.id, "subject": "1", "from_on": START, "until_on": TODAY, "staff_id": cast.wang.id},
    )
    pairing = Pairing(child_id=twin.id, kind_of=PairingKind.TEACHER, staff_id=cast.li.id, from_on=START)
    cast.console.add_all([talk(cast.he, day, cast.wang) for day in days])
    cast.console.add_all([aunt, plan, pairing, *(talk(twin, day, cast.wang) for day in (days[0], date(2026, 2, 2), date(2026, 2, 3)))])
    photo = cast.console.attach(Child, twin.id, "合影.jpg", b"photo", "image/jpeg")
    before = state(cast)

    done = registrar.merge(cast.he.id, twin.id, reason="同一个孩子两份档案")
    assert len(cast.console.find(Talk, {"child_id": cast.he.id})) == 7
    (double,) = done.doubles
    assert (double.kind, double.on, double.by) == ("talk", days[0], cast.wang.id) and len(set(double.ids)) == 2
    child = cast.console.get(Child, cast.he.id).record
    assert (child.pupil_number, child.id_number, child.sex) == (twin.pupil_number, cast.he.id_number, Sex.FEMALE)
    assert cast.console.get(FamilyMember, aunt.id).record.family_id == cast.family.id
    assert cast.console.get(Family, cast.family.id).record.phone == "15400000009"
    (copy,) = cast.console.attachments(Child, cast.he.id)
    assert copy.id != photo.id and cast.console.attachment_bytes(Child, cast.he.id, copy.id) == b"photo"
    assert len(cast.desk(cast.wang).find(Talk, {"child_id": cast.he.id})) == 7
    refuses(lambda: cast.console.get(Child, twin.id), NotFound)
    lines = cast.console.audit_lines()
    assert list(lines[lines["action"] == "merge"]["entity_id"]) == [cast.he.id]

    undone = registrar.unmerge(done.merge_id, why="弄错了")
    assert (undone.changed, state(cast)) == ({}, before)
    assert cast.console.attachments(Child, cast.he.id) == []
    assert [one.id for one in cast.console.attachments(Child, twin.id)] == [photo.id]
    merge = cast.console.get(Merge, done.merge_id).record
    assert (merge.undone_why, merge.undone_by) == ("弄错了", registrar.actor.staff_id)
    refuses(lambda: registrar.unmerge(done.merge_id, why="再来"), UserError, "undone")


def test_a_month_counts_the_child_once(cast: Cast, registrar: Desk, twin: Child) -> None:
    """CASES 57: both files were in the class and on the register; afterwards the rate has one child fewer and both talks."""
    cast.console.add_all([Enrolment(child_id=twin.id, class_id=cast.third.id, enrolled_on=START)])
    cast.console.add_all([Case(child_id=child.id, opened_on=START) for child in (cast.he, twin)])
    cast.console.add_all([talk(cast.he, date(2026, 3, 3), cast.wang), talk(twin, date(2026, 3, 4), cast.wang)])
    on = date(2026, 3, 31)
    with clock.at(on):
        ids = list(children_behind(registrar, "talk_coverage", on=on)["child_id"])
        assert {cast.he.id, twin.id} <= set(ids)
        registrar.merge(cast.he.id, twin.id)
        found = children_behind(registrar, "talk_coverage", on=on)
        assert list(found["child_id"]).count(cast.he.id) == 1 and twin.id not in list(found["child_id"])
        assert len(found) == len(ids) - 1


def test_numbers_and_names_that_give_way_are_kept(cast: Cast, registrar: Desk) -> None:
    """Of two numbers one stays where it was chosen, the other one is kept as another number; nothing is chosen that stands in neither file."""
    ours = cast.console.get(Child, cast.he.id)
    cast.console.amend(ours.record.model_copy(update={"born_on": date(2016, 3, 15)}), seen=1)
    other = Child(
        name="赵晓禾", born_on=date(2016, 3, 1), id_number="999999201603150040", pupil_number="G1", school_number="7", other_numbers="G0"
    )
    cast.console.add(other)
    refuses(lambda: registrar.merge(cast.he.id, other.id, chosen={"pupil_number": "G9"}), ProgrammerError)  # type: ignore[arg-type]
    registrar.merge(cast.he.id, other.id, chosen={"name": "赵晓禾", "id_number": other.id_number})
    child = cast.console.get(Child, cast.he.id).record
    assert (child.name, child.id_number, child.pupil_number, child.school_number) == ("赵晓禾", other.id_number, "G1", "7")
    assert child.born_on == date(2016, 3, 15)
    assert set((child.other_numbers or "").split("、")) == {"G0", cast.he.id_number, "赵小禾"}


# --- classes, register, support ---------------------------------------------------------------------------------------


def stays(cast: Cast, child: Child) -> list[tuple[str, date, date | None]]:
    """The stays of a child in use: class, first and last day."""
    found = [one.record for one in cast.console.find(Enrolment, {"child_id": child.id})]
    return [(one.class_id, one.enrolled_on, one.left_on) for one in found]


def enrol(cast: Cast, child: Child, room: Any, first: date, last: date | None = None) -> Enrolment:
    """A stay in a class."""
    stay = Enrolment(
        child_id=child.id, class_id=room.id, enrolled_on=first, left_on=last, leaving=LeavingReason.MOVED_CLASS if last else None
    )
    cast.console.add(stay)
    return stay


def test_stays_in_one_class_become_one(cast: Cast, registrar: Desk, twin: Child) -> None:
    """From the earlier first day to the later last day."""
    enrol(cast, twin, cast.third, date(2025, 8, 25))
    registrar.merge(cast.he.id, twin.id)
    assert stays(cast, cast.he) == [(cast.third.id, date(2025, 8, 25), None)]


def test_a_stay_that_goes_on_holds_against_one_that_ended(cast: Cast, registrar: Desk) -> None:
    """The child is in a class after the merge when it was in either file, and on no day in two classes."""
    one, other = Child(name="孙样"), Child(name="孙样")
    cast.console.add_all([one, other])
    enrol(cast, one, cast.third, START, date(2026, 1, 20))
    enrol(cast, other, cast.fourth, date(2025, 12, 1))
    enrol(cast, other, cast.third, date(2025, 10, 1), date(2026, 2, 1))
    registrar.merge(one.id, other.id)
    assert stays(cast, one) == [(cast.third.id, START, date(2025, 11, 30)), (cast.fourth.id, date(2025, 12, 1), None)]


def test_two_present_classes_are_asked_about(cast: Cast, registrar: Desk, twin: Child) -> None:
    """Nothing is guessed: without an answer nothing is merged; the class that was not chosen ends where the other begins."""
    there = enrol(cast, twin, cast.fourth, date(2026, 2, 20))
    refuses(lambda: registrar.merge(cast.he.id, twin.id), UserError, "two_classes")
    assert cast.console.get(Child, twin.id).record.id == twin.id
    done = registrar.merge(cast.he.id, twin.id, stay_id=there.id)
    assert stays(cast, cast.he) == [(cast.third.id, START, date(2026, 2, 19)), (cast.fourth.id, date(2026, 2, 20), None)]
    registrar.unmerge(done.merge_id, why="")
    (own,) = cast.console.find(Enrolment, {"child_id": cast.he.id})
    registrar.merge(cast.he.id, twin.id, stay_id=own.id)
    assert stays(cast, cast.he) == [(cast.third.id, START, None)]


def test_an_open_entry_is_never_closed_by_the_other_file(cast: Cast, registrar: Desk, twin: Child) -> None:
    """A missed child is the worst fault: kept closed and merged open gives an open entry since the earlier day, the old closure kept."""
    head = StaffMember(school_id=cast.school.id, name="郑校", role=Role.LEADER)
    case, other = Case(child_id=cast.he.id, opened_on=date(2025, 9, 20)), Case(child_id=twin.id, opened_on=date(2025, 9, 10), number="7号")
    closure = Closure(case_id=case.id, closed_on=date(2026, 1, 5), reason=ClosureReason.PARENT_BACK, approved_by=head.id)
    cast.console.add_all([head, case, other, closure])
    registrar.merge(cast.he.id, twin.id)
    (entry,) = cast.console.find(Case, {"child_id": cast.he.id})
    assert (entry.id, entry.record.opened_on, entry.record.number) == (case.id, date(2025, 9, 10), "7号")
    assert cast.console.get(Closure, closure.id).record.reopened_on == date(2026, 1, 5)


def test_two_closed_entries_stay_closed_and_two_numbers_are_kept(cast: Cast, registrar: Desk, twin: Child) -> None:
    """The merged file's entry and closure go out of use; its number is found with the child."""
    head = StaffMember(school_id=cast.school.id, name="郑校", role=Role.LEADER)
    cases = [Case(child_id=child.id, opened_on=START, number=number) for child, number in ((cast.he, "1号"), (twin, "2号"))]
    closures = [Closure(case_id=one.id, closed_on=TODAY, reason=ClosureReason.DIED, approved_by=head.id) for one in cases]
    cast.console.add_all([head, *cases, *closures])
    registrar.merge(cast.he.id, twin.id)
    assert [one.id for one in cast.console.find(Closure)] == [closures[0].id]
    assert cast.console.get(Closure, closures[0].id).record.reopened_on is None
    assert "2号" in (cast.console.get(Child, cast.he.id).record.other_numbers or "")


def test_what_lasts_is_kept_once(cast: Cast, registrar: Desk, twin: Child) -> None:
    """The same group and the same supporter over the same time stand once; a longer one and another one stay; a pairing of the two files ends."""
    groups = [
        Membership(child_id=cast.he.id, group=SupportGroup.POOR, from_on=START),
        Membership(child_id=twin.id, group=SupportGroup.POOR, from_on=TODAY),
        Membership(child_id=twin.id, group=SupportGroup.KEY, from_on=TODAY),
        Membership(child_id=twin.id, group=SupportGroup.POOR, from_on=START - timedelta(days=30), until_on=START),
    ]
    pairings = [
        Pairing(child_id=cast.he.id, kind_of=PairingKind.TEACHER, staff_id=cast.li.id, from_on=START),
        Pairing(child_id=twin.id, kind_of=PairingKind.TEACHER, staff_id=cast.li.id, from_on=START),
        Pairing(child_id=cast.he.id, kind_of=PairingKind.PUPIL, peer_id=twin.id, from_on=START),
        Pairing(child_id=cast.yu.id, kind_of=PairingKind.PUPIL, peer_id=twin.id, from_on=START),
    ]
    cast.console.add_all([*groups, *pairings])
    registrar.merge(cast.he.id, twin.id)
    assert {one.id for one in cast.console.find(Membership)} == {groups[0].id, groups[2].id, groups[3].id}
    assert {one.id for one in cast.console.find(Pairing)} == {pairings[0].id, pairings[3].id}
    assert cast.console.get(Pairing, pairings[3].id).record.peer_id == cast.he.id


# --- families ---------------------------------------------------------------------------------------------------------


def test_the_same_person_stands_once_and_siblings_keep_their_family(cast: Cast, registrar: Desk, twin: Child) -> None:
    """The grandmother of both files is one card with what both knew; an aunt is copied, because a brother still belongs to the old family."""
    old = twin.family_id or ""
    brother = Child(name="赵小苗", family_id=old)
    granny = FamilyMember(family_id=old, name="测试奶奶", relation=Relation.FATHERS_MOTHER, address="样例镇2组5号")
    aunt = FamilyMember(family_id=old, name="测试姑姑", relation=Relation.FATHERS_SISTER)
    own_stay = Absence(member_id=cast.grandmother.id, from_on=START)
    absences = [Absence(member_id=granny.id, from_on=START, work_place="样例市"), Absence(member_id=aunt.id, from_on=START)]
    cares = [CareArrangement(child_id=twin.id, carer_id=aunt.id, from_on=START), CareArrangement(child_id=brother.id, carer_id=aunt.id)]
    cast.console.add_all([brother, granny, aunt, own_stay, *absences, *cares])
    before = state(cast)
    done = registrar.merge(cast.he.id, twin.id)
    members = {one.record.name: one for one in cast.console.find(FamilyMember, {"family_id": cast.family.id})}
    assert set(members) == {"测试奶奶", "测试姑姑"}
    assert (members["测试奶奶"].record.phone, members["测试奶奶"].record.address) == ("15400000001", "样例镇2组5号")
    carer = cast.console.get(CareArrangement, cares[0].id).record.carer_id
    assert carer == members["测试姑姑"].id != aunt.id
    assert cast.console.get(CareArrangement, cares[1].id).record.carer_id == aunt.id
    assert len(cast.console.find(FamilyMember, {"family_id": old})) == 2
    assert cast.console.get(Absence, own_stay.id).record.work_place == "样例市"
    assert len(cast.console.find(Absence, {"member_id": carer})) == 1
    registrar.unmerge(done.merge_id, why="两个孩子")
    now = state(cast)
    made = set(now) - set(before)
    assert {key: now[key] for key in before} == before and all(now[key][2] for key in made)


def test_without_siblings_the_old_family_goes_out_of_use(cast: Cast, registrar: Desk, twin: Child) -> None:
    """Its members move or become one with those who are there already, told by the identity number first; their stays away come along."""
    old, number = twin.family_id or "", "999999195501010021"
    own = FamilyMember(family_id=cast.family.id, name="测爷", relation=Relation.GRANDPARENT, id_number=number)
    same = FamilyMember(family_id=old, name="测试爷爷", relation=Relation.FATHERS_FATHER, id_number=number)
    father = FamilyMember(family_id=old, name="测试爸爸", relation=Relation.FATHER)
    moves, double = Absence(member_id=same.id, from_on=START), Absence(member_id=father.id, from_on=START)
    cares = [
        CareArrangement(child_id=cast.he.id, carer_id=own.id, from_on=START),
        CareArrangement(child_id=twin.id, carer_id=same.id, from_on=START),
    ]
    known = Absence(member_id=cast.grandmother.id, from_on=START)
    vague = FamilyMember(family_id=old, name="测试奶奶", relation=Relation.FATHERS_MOTHER)
    unknown = Absence(member_id=vague.id)
    cast.console.add_all([own, same, father, moves, double, known, vague, unknown, *cares])
    cast.console.add(CareArrangement(child_id=twin.id, carer_id=father.id))
    before = state(cast)
    done = registrar.merge(cast.he.id, twin.id)
    assert cast.console.find(FamilyMember, {"family_id": old}) == [] == cast.console.find(Family, {"id": old})
    assert cast.console.get(FamilyMember, father.id).record.family_id == cast.family.id
    assert {one.record.member_id for one in cast.console.find(Absence)} == {own.id, father.id, cast.grandmother.id}
    assert {one.id for one in cast.console.find(CareArrangement, {"from_on": START})} == {cares[0].id}
    registrar.unmerge(done.merge_id, why="")
    assert state(cast) == before


def test_a_family_is_taken_over_where_the_kept_file_has_none(cast: Cast, registrar: Desk, twin: Child) -> None:
    """A blank like any other; files without families, or of one family, leave families alone."""
    registrar.merge(cast.yu.id, twin.id)
    assert cast.console.get(Child, cast.yu.id).record.family_id == twin.family_id
    sibling = Child(name="钱样", family_id=twin.family_id)
    cast.console.add(sibling)
    assert registrar.merge(cast.yu.id, sibling.id).moved == {}
    assert cast.console.get(Family, twin.family_id or "").record.phone == "15400000009"


# --- undoing ----------------------------------------------------------------------------------------------------------


def test_what_was_changed_since_keeps_the_change(cast: Cast, registrar: Desk, twin: Child) -> None:
    """It goes back to its own file with the newer words; what was written for the kept file since stays there; what was withdrawn since stays withdrawn."""
    words, gone = talk(twin, TODAY, cast.wang), talk(twin, TODAY, cast.li)
    cast.console.add_all([words, gone])
    done = registrar.merge(cast.he.id, twin.id)
    moved = cast.console.get(Talk, words.id)
    cast.console.amend(moved.record.model_copy(update={"points": "改过的要点"}), seen=moved.version)
    cast.console.withdraw(Talk, gone.id, seen=2, reason="记错了")
    later = talk(cast.he, TODAY, cast.wang)
    cast.console.add(later)
    child = cast.console.get(Child, cast.he.id)
    cast.console.amend(child.record.model_copy(update={"pupil_number": "G7", "sex": Sex.MALE}), seen=child.version)
    undone = registrar.unmerge(done.merge_id, why="两个孩子")
    assert undone.changed == {"child": 1, "talk": 2}
    assert cast.console.get(Child, cast.he.id).record.pupil_number == "G7"
    back = cast.console.get(Talk, words.id).record
    assert (back.child_id, back.points) == (twin.id, "改过的要点")
    assert cast.console.get(Talk, later.id).record.child_id == cast.he.id
    (still,) = cast.console.find(Talk, {"id": gone.id}, include_withdrawn=True)
    assert still.withdrawn and still.record.child_id == twin.id


def test_a_later_merge_is_undone_first(cast: Cast, registrar: Desk, twin: Child) -> None:
    """Merges are undone in the opposite order; then everything is as before."""
    before = state(cast)
    first = registrar.merge(cast.he.id, twin.id)
    second = registrar.merge(cast.yu.id, cast.he.id, stay_id=cast.console.find(Enrolment, {"child_id": cast.yu.id})[0].id)
    refuses(lambda: registrar.unmerge(first.merge_id, why=""), UserError, "merged_again")
    registrar.unmerge(second.merge_id, why="")
    registrar.unmerge(first.merge_id, why="")
    assert state(cast) == before


def test_approvals_stand(cast: Cast, registrar: Desk, twin: Child) -> None:
    """A plan that was approved is approved after the merge, though it names another file."""
    head = StaffMember(school_id=cast.school.id, name="郑校", role=Role.LEADER)
    plan = Plan.read(
        {
            "child_id": twin.id, "subject": "1", "from_on": START, "until_on": TODAY, "staff_id": cast.wang.id, "approved_by": head.id, "approved_on": TODAY,
        }
    )  # fmt: skip
    cast.console.add_all([head, plan])
    registrar.merge(cast.he.id, twin.id)
    assert cast.console.get(Plan, plan.id).record.approved_by == head.id


def test_begun_entries_follow_the_child(cast: Cast, registrar: Desk, twin: Child) -> None:
    """A draft about the file that goes is offered for the kept one, unless the person has begun the same there."""
    cast.console.save_draft("talk", twin.id, {"fields": {"points": "写了一半"}})
    cast.console.save_draft("diary", twin.id, {"fields": {"title": "甲"}})
    cast.console.save_draft("diary", cast.he.id, {"fields": {"title": "乙"}})
    registrar.merge(cast.he.id, twin.id)
    found = {(one.kind, one.child_id): one.content["fields"] for one in cast.console.drafts()}
    assert found == {("talk", cast.he.id): {"points": "写了一半"}, ("diary", cast.he.id): {"title": "乙"}}


# --- who may, and what is refused -------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.REGISTRAR, Role.LEADER)])
def test_only_who_keeps_every_file_makes_two_one(cast: Cast, twin: Child, role: Role) -> None:
    """Everybody else is told whom to tell, before anything is looked up, for merging and undoing alike."""
    desk = cast.desk(cast.wang, role)
    for act in (lambda: desk.merge(cast.he.id, twin.id), lambda: desk.merge_counts(cast.he.id, twin.id), lambda: desk.unmerge("x", why="")):
        refuses(act, Denied)


def test_files_that_are_not_there_are_refused(cast: Cast, registrar: Desk, twin: Child) -> None:
    """One file twice, a file that was merged already, one that never was, a merge that never was: nothing changes."""
    refuses(lambda: registrar.merge(cast.he.id, cast.he.id), UserError, "one_file")
    refuses(lambda: registrar.merge(cast.he.id, "0" * 26), NotFound)
    refuses(lambda: registrar.unmerge("0" * 26, why=""), NotFound)
    registrar.merge(cast.he.id, twin.id)
    refuses(lambda: registrar.merge(cast.yu.id, twin.id), NotFound)
    refuses(lambda: registrar.merge_counts(twin.id, cast.yu.id), NotFound)


def test_a_merge_is_all_or_nothing(cast: Cast, registrar: Desk, twin: Child) -> None:
    """It stands in a transaction of its own; one inside another is an error of the program."""
    before = state(cast)
    with pytest.raises(ProgrammerError), registrar.transaction():
        registrar.merge(cast.he.id, twin.id)
    assert state(cast) == before


def test_the_console_is_named_in_the_log_alone(cast: Cast, twin: Child) -> None:
    """The holder of the key is nobody of the school."""
    done = cast.console.merge(cast.he.id, twin.id)
    assert cast.console.get(Merge, done.merge_id).record.staff_id is None
    lines = cast.console.audit_lines()
    assert set(lines[lines["action"] == "merge"]["actor"]) == {"console"}
