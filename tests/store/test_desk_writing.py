"""What is saved, and what is refused: carekit.store.writing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from cast import TODAY, Cast
from record_examples import one_of_each

from carekit import clock
from carekit.errors import Denied, NotFound, ProgrammerError
from carekit.records import Assignment, Child, Enrolment, Family, FamilyMember, Record, Talk
from carekit.records.codes import Role
from carekit.store import Actor, Conflict, Store, verify


def test_every_kind_comes_back_as_it_was_saved(store: Store) -> None:
    """A record of any kind, with rare characters and hostile text, is read back equal to what was saved."""
    desk = store.for_actor(Actor.console())
    records = one_of_each()
    desk.add_all(list(records.values()))
    for record in records.values():
        found = desk.get(type(record), record.id)
        assert found.record == record
        assert (found.version, found.recorded_by, found.superseded_at, found.withdrawn) == (1, "console", None, False)


def test_parents_may_stand_behind_their_children(store: Store) -> None:
    """Records are saved in one call in whatever order they are given."""
    desk = store.for_actor(Actor.console())
    records = list(one_of_each().values())
    assert [r.record for r in desk.add_all(records[::-1])] == records[::-1]
    assert verify(store) == ()


def test_a_double_click_saves_once(cast: Cast) -> None:
    """The same record added again is answered with the first saving, and stands once."""
    talk = Talk(child_id=cast.he.id, talked_on=TODAY, staff_id=cast.wang.id, points="聊了近况")
    first, second = cast.desk(cast.wang).add(talk), cast.desk(cast.wang).add(talk)
    assert first.record == second.record and second.version == 1
    assert len(cast.console.find(Talk)) == 1


def test_another_content_under_a_used_id_is_a_conflict(cast: Cast) -> None:
    """An id that holds something else already is never overwritten by adding."""
    with pytest.raises(Conflict):
        cast.console.add(cast.he.model_copy(update={"name": "另一人"}))
    assert cast.console.get(Child, cast.he.id).record.name == "赵小禾"


def test_one_id_twice_in_a_call_is_a_mistake_of_the_program(cast: Cast) -> None:
    """Two records with one id in the same call crash loudly."""
    with pytest.raises(ProgrammerError):
        cast.console.add_all([Family(id=cast.family.id[:-1] + "0"), Family(id=cast.family.id[:-1] + "0")])


def test_amending_keeps_every_version_with_who_when_and_why(cast: Cast) -> None:
    """An amendment adds a version; the older one stays, closed at the moment of the newer."""
    seen = cast.console.get(FamilyMember, cast.grandmother.id)
    with clock.at(TODAY + timedelta(days=1)):
        cast.console.amend(seen.record.model_copy(update={"phone": "15400000009"}), seen=1, reason="换号")
    old, new = cast.console.revisions(FamilyMember, cast.grandmother.id)
    assert (old.record.phone, new.record.phone) == ("15400000001", "15400000009")
    assert old.superseded_at == new.recorded_at and (new.version, new.reason, new.recorded_by) == (2, "换号", "console")


def test_amending_without_a_change_makes_no_version(cast: Cast) -> None:
    """Saving a form as it was opened leaves the history as it is."""
    assert cast.console.amend(cast.he, seen=1).version == 1


def test_the_second_of_two_editors_is_told(cast: Cast) -> None:
    """A save on top of a version that was not seen is refused with base, theirs and yours, and both changes can be kept."""
    cast.console.amend(cast.he.model_copy(update={"phone": "15400000008"}), seen=1)
    yours = cast.he.model_copy(update={"address": "样例村1组8号"})
    with pytest.raises(Conflict) as caught:
        cast.console.amend(yours, seen=1)
    conflict = caught.value
    assert conflict.changed_by_them == {"phone"} and conflict.changed_by_you == {"address"} and not conflict.clashes
    cast.console.amend(conflict.merged({}), seen=conflict.theirs.version)
    saved = cast.console.get(Child, cast.he.id).record
    assert (saved.phone, saved.address) == ("15400000008", "样例村1组8号")


def test_a_clash_needs_a_choice(cast: Cast) -> None:
    """A field that both editors changed takes the value that a person chose, and no other."""
    cast.console.amend(cast.he.model_copy(update={"phone": "15400000008"}), seen=1)
    with pytest.raises(Conflict) as caught:
        cast.console.amend(cast.he.model_copy(update={"phone": "15400000007"}), seen=1)
    assert caught.value.clashes == {"phone"}
    with pytest.raises(KeyError):
        caught.value.merged({})
    assert caught.value.merged({"phone": "15400000007"}).phone == "15400000007"  # type: ignore[attr-defined]


def test_a_withdrawal_is_not_undone_by_an_open_form(cast: Cast) -> None:
    """Who edits a record that was withdrawn meanwhile is told so; the record stays withdrawn until it is brought back."""
    cast.console.withdraw(FamilyMember, cast.grandmother.id, seen=1, reason="重复")
    with pytest.raises(Conflict):
        cast.console.amend(cast.grandmother.model_copy(update={"phone": "15400000009"}), seen=1)
    with pytest.raises(NotFound):
        cast.console.get(FamilyMember, cast.grandmother.id)
    assert cast.console.find(FamilyMember, include_withdrawn=True)[0].withdrawn
    cast.console.bring_back(FamilyMember, cast.grandmother.id, reason="误删")
    assert cast.console.get(FamilyMember, cast.grandmother.id).version == 3
    assert cast.console.bring_back(FamilyMember, cast.grandmother.id, reason="又点一次").version == 3


def test_withdrawing_needs_the_version_that_was_seen(cast: Cast) -> None:
    """Nobody withdraws a version that they have not seen."""
    with pytest.raises(Conflict):
        cast.console.withdraw(Child, cast.he.id, seen=2, reason="")


def test_withdrawing_a_guardian_leaves_the_child(cast: Cast) -> None:
    """Taking a guardian, or a whole family, out of use removes no child and leaves nothing broken."""
    cast.console.withdraw(FamilyMember, cast.grandmother.id, seen=1, reason="搬走")
    cast.console.withdraw(Family, cast.family.id, seen=1, reason="误建")
    assert cast.console.get(Child, cast.he.id).record.family_id == cast.family.id
    assert verify(cast.store) == ()


def test_the_id_of_a_withdrawn_child_can_be_used_again(cast: Cast) -> None:
    """A child entered by mistake and withdrawn does not block a new file with the same identity number."""
    cast.console.withdraw(Child, cast.he.id, seen=1, reason="误建")
    new = Child(name="赵小禾", id_number=cast.he.id_number)
    cast.console.add(new)
    assert [r.id for r in cast.console.find(Child, {"id_number": cast.he.id_number})] == [new.id]


def test_all_or_nothing(cast: Cast) -> None:
    """When one of several records is refused, none of them is saved."""
    good = Talk(child_id=cast.he.id, talked_on=TODAY, staff_id=cast.wang.id, points="好")
    bad = Talk(child_id="0" * 26, talked_on=TODAY, staff_id=cast.wang.id, points="好")
    with pytest.raises(NotFound):
        cast.console.add_all([good, bad])
    assert cast.console.find(Talk) == []


def test_an_error_inside_a_transaction_undoes_all_of_it(cast: Cast) -> None:
    """A transaction that ends in an error leaves the store as it was."""

    def fail_half_way() -> None:
        with cast.console.transaction():
            cast.console.amend(cast.he.model_copy(update={"phone": "15400000008"}), seen=1)
            cast.console.add(Family(village="样例村2组"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    assert cast.console.get(Child, cast.he.id).version == 1 and len(cast.console.find(Family)) == 1


@pytest.mark.parametrize("target", ["nothing", "another kind"])
def test_a_reference_must_lead_to_a_record_of_its_kind(cast: Cast, target: str) -> None:
    """A talk with a child that is not there, or with what is no child, is refused."""
    child_id = "0" * 26 if target == "nothing" else cast.family.id
    with pytest.raises(NotFound):
        cast.console.add(Talk(child_id=child_id, talked_on=TODAY, staff_id=cast.wang.id, points="好"))


def test_the_database_itself_refuses_orphans(cast: Cast) -> None:
    """Even past carekit's own check, both databases refuse a row that refers to nothing."""
    from carekit.store.engine import WRITE
    from carekit.store.schema import ENTITY, TABLES

    row = {"id": "A" * 26, "version": 1, "recorded_at": clock.now(), "recorded_by": "x", "change_reason": "", "withdrawn": False}
    stay = row | {"child_id": "B" * 26, "class_id": cast.third.id, "enrolled_on": TODAY, "entry": "1"}

    def insert() -> None:
        with cast.store.engine.connect().execution_options(**WRITE) as connection, connection.begin():
            connection.execute(ENTITY.insert(), [{"id": "A" * 26, "kind": "enrolment"}])
            connection.execute(TABLES["enrolment"].insert(), [stay])

    with pytest.raises(sa.exc.IntegrityError):
        insert()


def test_a_clock_set_back_changes_no_order(cast: Cast) -> None:
    """When the computer's clock is set back, later entries still come later, and the newest version wins."""
    with clock.at(TODAY - timedelta(days=2)):
        cast.console.amend(cast.he.model_copy(update={"phone": "15400000008"}), seen=1)
        cast.console.amend(cast.console.get(Child, cast.he.id).record.model_copy(update={"phone": "15400000007"}), seen=2)
    moments = [r.recorded_at for r in cast.console.revisions(Child, cast.he.id)]
    assert moments == sorted(set(moments))
    assert cast.console.get(Child, cast.he.id).record.phone == "15400000007"


# --- who may write ---


def test_a_teacher_writes_about_own_children_only(cast: Cast) -> None:
    """A class teacher's talk with a child of another class is refused like one with a child that does not exist."""
    desk = cast.desk(cast.wang)
    desk.add(Talk(child_id=cast.he.id, talked_on=TODAY, staff_id=cast.wang.id, points="好"))
    for child_id in (cast.yu.id, "0" * 26):
        with pytest.raises(NotFound):
            desk.add(Talk(child_id=child_id, talked_on=TODAY, staff_id=cast.wang.id, points="好"))
    with pytest.raises(NotFound):
        desk.amend(cast.yu.model_copy(update={"phone": "15400000008"}), seen=1)


@pytest.mark.parametrize("way", ["enrol", "family", "assignment"])
def test_nobody_writes_themselves_into_a_larger_scope(cast: Cast, way: str) -> None:
    """A teacher cannot reach another class's child by enrolling it, by joining its family, or by an assignment of their own."""
    desk = cast.desk(cast.li)
    attempts: dict[str, list[Record]] = {
        "enrol": [Enrolment(child_id=cast.he.id, class_id=cast.fourth.id, enrolled_on=TODAY)],
        "family": [
            new := Child(name="新生", family_id=cast.family.id),
            Enrolment(child_id=new.id, class_id=cast.fourth.id, enrolled_on=TODAY),
        ],
        "assignment": [Assignment(class_id=cast.third.id, staff_id=cast.li.id, duty="1", from_on=TODAY)],
    }
    with pytest.raises((NotFound, Denied)):
        desk.add_all(attempts[way])
    assert [r.record.name for r in desk.find(Child)] == ["钱小雨"]


def test_a_teacher_makes_a_file_only_within_the_own_class(cast: Cast) -> None:
    """A new child comes with its place in the teacher's class; alone, or in another class, it is refused."""
    desk = cast.desk(cast.wang)
    new = Child(name="新生")
    with pytest.raises(Denied):
        desk.add(new)
    with pytest.raises(Denied):
        desk.add_all([new, Enrolment(child_id=new.id, class_id=cast.fourth.id, enrolled_on=TODAY)])
    desk.add_all([new, Enrolment(child_id=new.id, class_id=cast.third.id, enrolled_on=TODAY)])
    assert {r.record.name for r in desk.find(Child)} == {"赵小禾", "新生"}


@pytest.mark.parametrize("role", [Role.SUBJECT_TEACHER, Role.SUPPORTER, Role.PARTNER, Role.COUNTY_OFFICER, Role.ADMINISTRATOR])
def test_roles_that_keep_no_files_write_none(cast: Cast, role: Role) -> None:
    """Roles without the right to write children's files are refused in words."""
    with pytest.raises(Denied):
        cast.desk(cast.wang, role).add(Child(name="新生"))


def test_fields_that_a_person_may_not_see_survive_their_saving(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """An amendment by somebody who does not see a field keeps what the store holds in it."""
    from carekit import access
    from carekit.access import Grant, Scope
    from carekit.fields import Privacy
    from carekit.records import Area

    monkeypatch.setitem(access.GRANTS[Role.CLASS_TEACHER], Area.FILE, Grant(Scope.OWN_CLASS, Privacy.INTERNAL, writes=True))
    desk = cast.desk(cast.wang)
    seen = desk.get(Child, cast.he.id)
    assert seen.record.id_number is None and "id_number" in seen.redacted
    desk.amend(seen.record.model_copy(update={"village": "样例村3组"}), seen=1)
    saved = cast.console.get(Child, cast.he.id).record
    assert (saved.id_number, saved.village) == ("999999201603150024", "样例村3组")


def test_writing_outside_a_transaction_is_a_mistake_of_the_program(cast: Cast) -> None:
    """The moment of writing exists only inside a transaction."""
    with pytest.raises(ProgrammerError):
        cast.console._now()


def test_a_busy_store_says_so_in_words(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer that waits too long for another is told to try again; any other database error stays loud."""
    from carekit.errors import UserError

    with pytest.raises(UserError, match="saving just now"), cast.console.transaction():
        raise sa.exc.OperationalError("", {}, Exception("database is locked"))
    with pytest.raises(sa.exc.OperationalError), cast.console.transaction():
        raise sa.exc.OperationalError("", {}, Exception("disk I/O error"))


def test_access_ends_on_the_day_an_assignment_ends(cast: Cast) -> None:
    """On the day on which a class teacher's assignment ends, the children and the teacher's own talks are out of reach."""
    desk = cast.desk(cast.wang)
    desk.add(Talk(child_id=cast.he.id, talked_on=TODAY, staff_id=cast.wang.id, points="好"))
    [assignment] = cast.console.find(Assignment, {"staff_id": cast.wang.id})
    cast.console.amend(assignment.record.model_copy(update={"until_on": TODAY}), seen=1)
    assert desk.find(Child) == [] and desk.find(Talk) == []
    with clock.at(TODAY - timedelta(days=1)):
        assert len(desk.find(Child)) == 1


def test_the_day_of_leaving_still_counts_as_a_day_in_the_class(cast: Cast) -> None:
    """On a child's last day in the class its teacher still sees it, on the next day no more."""
    [stay] = cast.console.find(Enrolment, {"child_id": cast.he.id})
    cast.console.amend(stay.record.model_copy(update={"left_on": TODAY, "leaving": "3"}), seen=1)
    assert len(cast.desk(cast.wang).find(Child)) == 1
    with clock.at(TODAY + timedelta(days=1)):
        assert cast.desk(cast.wang).find(Child) == []


def test_a_date_before_the_store_knows_nothing(cast: Cast) -> None:
    """Asked what was known before anything was written, the store knows nothing."""
    assert cast.console.find(Child, known_at=clock.start_of(date(2020, 1, 1))) == []


def test_an_id_of_another_kind_of_record_is_not_added(cast: Cast) -> None:
    """Who adds a record under an id that belongs to something else is told no more than that there is nothing of theirs."""
    with pytest.raises(NotFound):
        cast.console.add(Family(id=cast.he.id))


def test_a_revision_shows_nothing_of_anybody(cast: Cast) -> None:
    """The repr of a revision is its record's kind and id, and its version."""
    assert repr(cast.console.get(Child, cast.he.id)) == f"Revision(Child({cast.he.id}), version 1)"
