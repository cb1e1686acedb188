"""What making two files one must not lose, open or forge: carekit.store.merging at its edges (CASES 57)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from cast import TODAY, Cast

from carekit.errors import Denied, NotFound, UserError
from carekit.records import (
    RECORDS,
    Absence,
    CareArrangement,
    Child,
    Enrolment,
    Family,
    FamilyMember,
    Merge,
    Plan,
    Record,
    StaffMember,
    Talk,
)
from carekit.records.codes import DatePrecision, PlanKind, Relation, Role, Subject
from carekit.store import Desk

START = date(2025, 9, 1)
LONG_AGO = date(2023, 2, 10)


@pytest.fixture
def registrar(cast: Cast) -> Desk:
    """The desk of the school's registrar."""
    member = StaffMember(school_id=cast.school.id, name="周样", role=Role.REGISTRAR)
    cast.console.add(member)
    return cast.desk(member)


@pytest.fixture
def head(cast: Cast) -> Desk:
    """The desk of the school's only leader."""
    member = StaffMember(school_id=cast.school.id, name="郑校", role=Role.LEADER)
    cast.console.add(member)
    return cast.desk(member)


@pytest.fixture
def twin(cast: Cast) -> Child:
    """A second file of 赵小禾, in a family of its own, without a class."""
    family = Family()
    child = Child(name="赵小禾", family_id=family.id)
    cast.console.add_all([family, child])
    return child


def state(cast: Cast) -> dict[str, tuple[Any, bool]]:
    """Every current record of the store with its content and whether it is in use, but for merges."""
    kinds = [record for kind, record in RECORDS.items() if kind != Merge.kind]
    return {one.id: (one.record, one.withdrawn) for kind in kinds for one in cast.console.find(kind, include_withdrawn=True)}


def now(cast: Cast, record: Record) -> Any:
    """A record as it stands."""
    return cast.console.get(type(record), record.id).record


def father(child: Child, **values: Any) -> FamilyMember:
    """The father of a child, the same person in both files."""
    return FamilyMember(family_id=child.family_id or "", name="赵大样", relation=Relation.FATHER, **values)


# --- nobody is taken for cared for, or at home, because of the other file ---------------------------------------------


@pytest.mark.parametrize("since", [None, LONG_AGO])
def test_a_parent_who_is_still_away_by_one_file_is_away(cast: Cast, registrar: Desk, twin: Child, since: date | None) -> None:
    """The kept file says that the father came back, the other one that he is away: the open stay is kept, or the child would be left behind unseen."""
    own, other = father(cast.he), father(twin)
    back = Absence(member_id=own.id, from_on=LONG_AGO, until_on=START)
    away = Absence(member_id=other.id, from_on=since)
    cast.console.add_all([own, other, back, away])
    before = state(cast)
    done = registrar.merge(cast.he.id, twin.id)
    assert [one.id for one in cast.console.find(Absence, {"member_id": own.id, "until_on": None})] == [away.id]
    registrar.unmerge(done.merge_id, why="")
    assert state(cast) == before


def test_the_known_beginning_of_a_stay_away_is_kept(cast: Cast, registrar: Desk, twin: Child) -> None:
    """Both files have the father away, the kept one not since when: one stay, with the beginning and how exactly it is known."""
    own, other = father(cast.he), father(twin)
    vague = Absence(member_id=own.id)
    known = Absence(member_id=other.id, from_on=date(2024, 3, 1), from_precision=DatePrecision.MONTH)
    cast.console.add_all([own, other, vague, known])
    registrar.merge(cast.he.id, twin.id)
    (only,) = cast.console.find(Absence, {"member_id": own.id})
    assert (only.id, only.record.from_on, only.record.from_precision) == (vague.id, date(2024, 3, 1), DatePrecision.MONTH)


def test_whoever_raises_the_child_by_one_file_still_does(cast: Cast, registrar: Desk, twin: Child) -> None:
    """An arrangement that goes on is not taken out of use for one that has ended."""
    granny = FamilyMember(family_id=twin.family_id or "", name="测试奶奶", relation=Relation.FATHERS_MOTHER)
    ended = CareArrangement(child_id=cast.he.id, carer_id=cast.grandmother.id, from_on=START, until_on=TODAY)
    goes_on = CareArrangement(child_id=twin.id, carer_id=granny.id, from_on=START)
    cast.console.add_all([granny, ended, goes_on])
    registrar.merge(cast.he.id, twin.id)
    (care,) = cast.console.find(CareArrangement, {"child_id": cast.he.id, "until_on": None})
    assert care.record.carer_id == cast.grandmother.id


def test_a_second_phone_of_a_guardian_is_kept(cast: Cast, registrar: Desk, twin: Child) -> None:
    """Whose phone differs in the two files is reached under both; a third number stands in the note."""
    own, other = father(cast.he, phone="15400000021"), father(twin, phone="15400000022", other_phone="15400000023")
    cast.console.add_all([own, other])
    registrar.merge(cast.he.id, twin.id)
    card = now(cast, own)
    assert (card.phone, card.other_phone) == ("15400000021", "15400000022")
    assert "15400000023" in (card.note or "")


def test_a_cousin_raised_by_the_same_person_keeps_the_carer(cast: Cast, registrar: Desk, twin: Child) -> None:
    """Whoever refers to a card that becomes one with another refers to the one that stays, also a child of another family."""
    granny = FamilyMember(family_id=twin.family_id or "", name="测试奶奶", relation=Relation.FATHERS_MOTHER)
    cousin = CareArrangement(child_id=cast.yu.id, carer_id=granny.id, from_on=START)
    cast.console.add_all([granny, cousin])
    before = state(cast)
    done = registrar.merge(cast.he.id, twin.id)
    assert now(cast, cousin).carer_id == cast.grandmother.id
    registrar.unmerge(done.merge_id, why="")
    assert state(cast) == before


def test_a_plan_that_names_the_other_file_as_helper_is_kept(cast: Cast, registrar: Desk, twin: Child) -> None:
    """A child cannot help itself: the plan stands without the helper, and comes back with it."""
    plan = Plan(
        child_id=twin.id, helper_id=cast.he.id, kind_of=PlanKind.TUTORING, subject=Subject("1"), from_on=START, until_on=TODAY, staff_id=cast.wang.id
    )  # fmt: skip
    cast.console.add(plan)
    before = state(cast)
    done = registrar.merge(cast.he.id, twin.id)
    assert (now(cast, plan).child_id, now(cast, plan).helper_id) == (cast.he.id, None)
    registrar.unmerge(done.merge_id, why="")
    assert state(cast) == before


def test_how_long_a_document_is_valid_goes_with_its_number(cast: Cast, registrar: Desk, twin: Child) -> None:
    """The end of another document is not put beside the number that stays; without a number both come along."""
    seen = cast.console.get(Child, twin.id)
    cast.console.amend(seen.record.model_copy(update={"id_number": "999999201603150040", "id_valid_until": date(2030, 1, 1)}), seen=1)
    registrar.merge(cast.he.id, twin.id)
    assert now(cast, cast.he).id_valid_until is None
    registrar.merge(cast.yu.id, cast.he.id, stay_id=cast.console.find(Enrolment, {"child_id": cast.yu.id})[0].id)
    assert now(cast, cast.yu).id_number == cast.he.id_number


# --- nobody's own work is approved by them ----------------------------------------------------------------------------


def waiting(cast: Cast, child: Child) -> Plan:
    """A plan of the class teacher that waits for approval."""
    plan = Plan(child_id=child.id, subject=Subject("1"), from_on=START, until_on=TODAY, staff_id=cast.wang.id)
    cast.console.add(plan)
    return plan


def approves(desk: Desk, plan: Plan) -> None:
    """The person approves the plan as it stands."""
    seen = desk.get(Plan, plan.id)
    desk.amend(seen.record.model_copy(update={"approved_by": desk.actor.staff_id, "approved_on": TODAY}), seen=seen.version)


def test_whoever_merges_does_not_become_the_author(cast: Cast, head: Desk, twin: Child) -> None:
    """The only leader makes two files one and still approves the teacher's plan that came along, also after undoing."""
    plan, other = waiting(cast, twin), waiting(cast, twin)
    done = head.merge(cast.he.id, twin.id)
    approves(head, plan)
    head.unmerge(done.merge_id, why="")
    approves(head, other)
    assert now(cast, other).approved_by == head.actor.staff_id


def test_a_merge_does_not_hide_whose_work_it_is(cast: Cast, head: Desk, registrar: Desk, twin: Child) -> None:
    """A leader who wrote the plan last does not approve it after somebody else has merged."""
    plan = waiting(cast, twin)
    seen = head.get(Plan, plan.id)
    head.amend(seen.record.model_copy(update={"times": "每周二"}), seen=seen.version)
    registrar.merge(cast.he.id, twin.id)
    with pytest.raises(Denied):
        approves(head, plan)


# --- what a merge wrote is the store's --------------------------------------------------------------------------------


def test_a_merged_file_comes_back_by_undoing_alone(cast: Cast, registrar: Desk, twin: Child) -> None:
    """Bringing back one file would leave it empty beside the other: refused with what to do; after undoing it may be withdrawn and brought back."""
    done = registrar.merge(cast.he.id, twin.id)
    with pytest.raises(UserError) as refused:
        registrar.bring_back(Child, twin.id, reason="误并")
    assert refused.value.code == "merged"
    with pytest.raises(NotFound):
        cast.desk(cast.li).bring_back(Child, twin.id, reason="误并")
    registrar.unmerge(done.merge_id, why="")
    registrar.withdraw(Child, twin.id, seen=cast.console.get(Child, twin.id).version, reason="停用")
    assert not registrar.bring_back(Child, twin.id, reason="恢复").withdrawn


@pytest.mark.parametrize("role", [Role.CLASS_TEACHER, Role.REGISTRAR, Role.LEADER])
def test_nobody_writes_down_a_merge_that_was_none(cast: Cast, registrar: Desk, twin: Child, role: Role) -> None:
    """The trace of a merge is written by the store alone: nobody adds one, or marks one as undone."""
    desk = cast.desk(cast.wang, role)
    with pytest.raises(Denied):
        desk.add(Merge(kept_id=cast.he.id, merged_id=cast.he.id, merged_on=TODAY))
    registrar.merge(cast.he.id, twin.id)
    (merge,) = desk.find(Merge)
    with pytest.raises(Denied):
        desk.amend(merge.record.model_copy(update={"undone_on": TODAY}), seen=1)


def test_a_form_of_the_other_file_is_not_offered_for_the_kept_one(cast: Cast, registrar: Desk, twin: Child) -> None:
    """What was typed into the file that goes waits there; it would overwrite the kept child's name and numbers."""
    registrar.save_draft("child", twin.id, {"fields": {"name": "赵小合"}})
    done = registrar.merge(cast.he.id, twin.id)
    assert registrar.drafts() == []
    registrar.unmerge(done.merge_id, why="")
    assert [(one.kind, one.child_id) for one in registrar.drafts()] == [("child", twin.id)]


# --- undoing ----------------------------------------------------------------------------------------------------------


def test_what_another_merge_wrote_and_gave_back_is_no_change(cast: Cast, registrar: Desk, twin: Child) -> None:
    """Undoing a later merge first leaves nothing that somebody changed since the earlier one."""
    talk = Talk(child_id=twin.id, talked_on=TODAY, staff_id=cast.wang.id, points="聊了近况")
    cast.console.add(talk)
    first = registrar.merge(cast.he.id, twin.id)
    second = registrar.merge(cast.yu.id, cast.he.id, stay_id=cast.console.find(Enrolment, {"child_id": cast.yu.id})[0].id)
    registrar.unmerge(second.merge_id, why="")
    assert registrar.unmerge(first.merge_id, why="").changed == {}


def test_a_copied_card_that_somebody_changed_stays(cast: Cast, registrar: Desk, twin: Child) -> None:
    """An uncle was copied, because a brother keeps his card; a phone entered since is not lost by undoing, and it is told."""
    old = twin.family_id or ""
    uncle = FamilyMember(family_id=old, name="赵二样", relation=Relation.FATHERS_SISTERS_HUSBAND)
    aunt = FamilyMember(family_id=old, name="赵三样", relation=Relation.FATHERS_SISTER)
    cast.console.add_all([Child(name="赵小苗", family_id=old), uncle, aunt])
    done = registrar.merge(cast.he.id, twin.id)
    copies = {one.record.name: one for one in cast.console.find(FamilyMember, {"family_id": cast.family.id})}
    copy = copies["赵二样"]
    cast.console.amend(copy.record.model_copy(update={"phone": "15400000031"}), seen=copy.version)
    assert registrar.unmerge(done.merge_id, why="").changed == {"family_member": 1}
    assert now(cast, copy.record).phone == "15400000031"
    assert not cast.console.find(FamilyMember, {"id": copies["赵三样"].id})


def test_a_copied_card_about_which_something_was_written_since_stays(cast: Cast, registrar: Desk, twin: Child) -> None:
    """The father was copied with his stay away, because a brother keeps his card; what was written down of him since does not lose him by undoing."""
    old = twin.family_id or ""
    away = FamilyMember(family_id=old, name="赵大样", relation=Relation.FATHER)
    mother = FamilyMember(family_id=old, name="钱样", relation=Relation.MOTHER)
    both = [Absence(member_id=one.id, from_on=START) for one in (away, mother)]
    cast.console.add_all([Child(name="赵小苗", family_id=old), away, mother, *both])
    before = state(cast)
    done = registrar.merge(cast.he.id, twin.id)
    copies = {one.record.name: one.id for one in cast.console.find(FamilyMember, {"family_id": cast.family.id})}
    (copied,) = cast.console.find(Absence, {"member_id": copies["钱样"]})
    cast.console.amend(copied.record.model_copy(update={"work_place": "广东省"}), seen=1)
    later = Absence(member_id=copies["赵大样"], from_on=TODAY)
    cast.console.add(later)
    assert registrar.unmerge(done.merge_id, why="").changed == {"family_member": 2, "absence": 1}
    in_use = {one.record.name for one in cast.console.find(FamilyMember, {"family_id": cast.family.id})}
    assert in_use == {"测试奶奶", "赵大样", "钱样"}
    assert {one.id for one in cast.console.find(Absence, {"member_id": list(copies.values())})} == {copied.id, later.id}
    assert {key: state(cast)[key] for key in before} == before


def test_who_can_be_reached_goes_with_the_number(cast: Cast, registrar: Desk, twin: Child) -> None:
    """Two households with other phones and other contacts: the kept one's stand, the others are read in the note, each with its name."""
    own, other = cast.console.get(Family, cast.family.id), cast.console.get(Family, twin.family_id or "")
    cast.console.amend(own.record.model_copy(update={"phone": "15400000041", "contact_name": "样姨", "note": "住得远"}), seen=1)
    values = {"phone": "15400000042", "contact_name": "样舅", "contact_phone": "15400000043", "note": "有狗"}
    cast.console.amend(other.record.model_copy(update=values), seen=1)
    registrar.merge(cast.he.id, twin.id)
    home = now(cast, cast.family)
    assert (home.phone, home.contact_name, home.contact_phone) == ("15400000041", "样姨", None)
    assert home.note == "住得远\n有狗\n另有电话：15400000042、样舅 15400000043"


def test_the_number_chosen_brings_what_belongs_to_it(cast: Cast, registrar: Desk, twin: Child) -> None:
    """The other file's identity number is chosen: until when it is valid comes with it, and nothing stays of the former document."""
    seen = cast.console.get(Child, cast.he.id)
    cast.console.amend(seen.record.model_copy(update={"id_valid_until": date(2030, 1, 1)}), seen=1)
    other = cast.console.get(Child, twin.id)
    cast.console.amend(other.record.model_copy(update={"id_number": "999999201603150040"}), seen=1)
    registrar.merge(cast.he.id, twin.id, chosen={"id_number": "999999201603150040"})
    assert (now(cast, cast.he).id_number, now(cast, cast.he).id_valid_until) == ("999999201603150040", None)


def test_a_begun_change_goes_back_with_its_record(cast: Cast, registrar: Desk, twin: Child) -> None:
    """What somebody began to change in a talk is offered for that talk before and after undoing; an entry begun for the kept file stays there."""
    words = Talk(child_id=twin.id, talked_on=TODAY, staff_id=cast.wang.id, points="聊了近况")
    cast.console.add(words)
    cast.console.save_draft(f"amend:{words.id}", twin.id, {"fields": {"points": "改到一半"}})
    done = registrar.merge(cast.he.id, twin.id)
    cast.console.save_draft("talk", cast.he.id, {"fields": {"points": "新的"}})
    assert {one.child_id for one in cast.console.drafts()} == {cast.he.id}
    registrar.unmerge(done.merge_id, why="")
    assert {one.kind: one.child_id for one in cast.console.drafts()} == {f"amend:{words.id}": twin.id, "talk": cast.he.id}


def test_both_files_can_be_made_one_again(cast: Cast, registrar: Desk, twin: Child) -> None:
    """Merged, undone, and merged the other way round: exact each time."""
    talk = Talk(child_id=twin.id, talked_on=TODAY - timedelta(days=3), staff_id=cast.wang.id, points="聊了近况")
    cast.console.add(talk)
    before = state(cast)
    registrar.unmerge(registrar.merge(cast.he.id, twin.id).merge_id, why="")
    again = registrar.merge(twin.id, cast.he.id)
    assert now(cast, talk).child_id == twin.id
    registrar.unmerge(again.merge_id, why="")
    assert state(cast) == before
