"""What is promised of the own records and of journals in the app contacts: amended, taken back, answered, and hidden from who is no longer in charge."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from contacts_entering import contacts_village, enter, keep_draft, press
from village import TODAY, Village

from carekit.apps.contacts import contacts
from carekit.apps.contacts_kinds import quick_kinds
from carekit.errors import NotFound, UserError
from carekit.fields import DoneDate, bare_type
from carekit.records import (
    Assignment,
    Journal,
    Pairing,
    ParentCall,
    SelfCareCheck,
    Talk,
)
from carekit.records.codes import PairingKind
from carekit.store import Desk

KINDS = quick_kinds()
_DONE = next(mark for mark in bare_type(DoneDate)[2])


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    """The small school, with a supporter of one child and an activity held a week ago."""
    with contacts_village(tmp_path) as made:
        yield made


# --- own records ----------------------------------------------------------------------------------------------------------


def test_own_records_can_be_amended_and_taken_back(village: Village) -> None:
    """Every version is kept; taking back asks for a reason, and can be undone."""
    app, desk = contacts(village.desk("wang")), village.desk("wang")
    enter(app, village, SelfCareCheck)
    assert app.recent is not None
    [row] = app.recent.table.rows
    app.recent.table.receive({"type": "action", "action": "amend", "id": row["id"]})
    assert app.recent.form is not None
    assert press(app.recent.form, meals="吃得香")[0] == "saved"
    app.recent.withdraw_button.click()
    assert "原因" in app.notice.text
    app.recent.reason.value = "记错了孩子"
    app.recent.withdraw_button.click()
    assert not desk.find(SelfCareCheck)
    assert [(row["withdrawn"], row["state_text"]) for row in app.recent.table.rows] == [(True, "已撤下")]
    app.recent.table.receive({"type": "action", "action": "bring_back", "id": row["id"]})
    [saved] = desk.find(SelfCareCheck)
    assert saved.record.meals == "吃得香"
    assert [one.version for one in desk.revisions(SelfCareCheck, saved.id)] == [1, 2, 3, 4]


def test_two_who_amend_one_record_are_told(village: Village) -> None:
    """Somebody else changed it meanwhile: the person chooses, and nothing is overwritten in silence."""
    app = contacts(village.desk("wang"))
    enter(app, village, Talk, points="第一次写的")
    assert app.recent is not None
    kind, talk_id = app.recent.table.rows[0]["id"].split(":")
    app.recent.amend(kind, talk_id)
    [talk] = village.console.find(Talk)
    village.desk("he").amend(talk.record.model_copy(update={"points": "心理教师写的"}), seen=1)
    assert app.recent.form is not None
    assert press(app.recent.form, points="班主任写的")[0] == "conflict"
    assert village.console.find(Talk)[0].record.points == "心理教师写的"


def _hand_over(village: Village) -> None:
    """The third class goes from 王 to 李 today."""
    [duty] = village.console.find(Assignment, {"staff_id": village.staff["wang"].id})
    village.console.amend(duty.record.model_copy(update={"until_on": TODAY}), seen=1)
    village.console.add(Assignment(class_id=village.third.id, staff_id=village.staff["li"].id, duty=duty.record.duty, from_on=TODAY))


def test_who_is_no_longer_in_charge_sees_nothing_of_the_entries(village: Village) -> None:
    """Own list, open list, old link and old draft hold nothing of a child who has gone to another teacher; that teacher sees all of it."""
    desk: Desk = village.desk("wang")
    app = contacts(desk)
    for points in ("第一次谈心", "第二次谈心", "第三次谈心"):
        enter(app, village, Talk, points=points)
    keep_draft(app.entry.choose(Talk.kind), child_id=[village.children["elder"].id], points="没写完的秘密")
    assert app.recent is not None
    row_id = app.recent.table.rows[0]["id"]
    _hand_over(village)
    app.recent.table.receive({"type": "action", "action": "amend", "id": row_id})
    assert app.recent.opened is None and "没有这条记录" in app.notice.text
    later = contacts(desk)
    assert later.recent is not None
    assert later.recent.table.rows == []
    assert later.recent.counts.items == []
    with pytest.raises(UserError):
        later.entry.choose(Talk.kind, village.children["elder"].id)
    assert len(village.desk("li").find(Talk)) == 3
    # back in charge of somebody else only: the draft about the former child is not shown
    village.console.add(
        Pairing(child_id=village.children["foreign"].id, kind_of=PairingKind.TEACHER, staff_id=village.staff["wang"].id, from_on=TODAY)
    )
    assert contacts(desk).entry.choose(Talk.kind).draft_at is None


def test_the_last_fifty_are_shown(village: Village) -> None:
    """Of many own entries those written last are listed, by date; entries of others never."""
    records = [
        ParentCall(child_id=village.children["elder"].id, called_on=date(2026, 3, 2) + timedelta(days=n), staff_id=village.staff["wang"].id)
        for n in range(60)
    ]
    for record in records:
        village.console.add(record)
    village.console.add(ParentCall(child_id=village.children["elder"].id, called_on=TODAY, staff_id=village.staff["he"].id))
    app = contacts(village.desk("wang"))
    assert app.recent is not None
    assert [row["day"] for row in app.recent.table.rows] == [one.called_on for one in reversed(records[10:])]


# --- journals -------------------------------------------------------------------------------------------------------------


def test_a_journal_is_answered_in_place(village: Village) -> None:
    """Own children's journals wait with the oldest first; the reply amends the journal, today is filled in, and it waits no more."""
    wang, desk = village.staff["wang"], village.desk("wang")
    for key, day in (("younger", date(2026, 5, 18)), ("elder", date(2026, 5, 11)), ("foreign", date(2026, 5, 11))):
        village.console.add(Journal(child_id=village.children[key].id, handed_in_on=day, body="想爸爸", staff_id=wang.id))
    app = contacts(desk)
    assert app.journals is not None
    assert [(row["name"], row["days"]) for row in app.journals.table.rows] == [("赵小禾", 9), ("赵小雨", 2)]
    assert "想爸爸" not in str(app.journals.table.get_state())
    app.journals.table.receive({"type": "action", "action": "reply", "id": app.journals.table.rows[0]["id"]})
    assert press(app.journals.form, reply="周末我们一起给爸爸打电话。")[0] == "saved"
    [answered] = desk.find(Journal, {"child_id": village.children["elder"].id})
    assert (answered.version, answered.record.replied_on, answered.record.body) == (2, TODAY, "想爸爸")
    assert app.counts["waiting"] == 1
    assert "赵小禾" in app.notice.text


@pytest.mark.parametrize(
    "change", [{"reply": "好", "replied_on": ""}, {"reply": "好", "replied_on": "2026-05-21"}, {"reply": "", "replied_on": ""}]
)
def test_a_reply_needs_its_day(village: Village, change: dict[str, str]) -> None:
    """A reply without a day, on a day to come, or no reply at all: refused, and the journal goes on waiting."""
    journal = Journal(child_id=village.children["elder"].id, handed_in_on=date(2026, 5, 11), staff_id=village.staff["wang"].id)
    village.console.add(journal)
    app = contacts(village.desk("wang"))
    assert app.journals is not None
    app.journals.begin(journal.id)
    assert press(app.journals.form, **change)[0] in ("invalid", "refused")
    assert village.console.find(Journal)[0].version == 1


def test_another_classes_journal_is_not_opened(village: Village) -> None:
    """A forged id is answered as one that does not exist; a role that does not read what children write has no such list."""
    journal = Journal(child_id=village.children["foreign"].id, handed_in_on=date(2026, 5, 11), staff_id=village.staff["li"].id)
    village.console.add(journal)
    app = contacts(village.desk("wang"))
    assert app.journals is not None
    with pytest.raises(NotFound):
        app.journals.begin(journal.id)
    assert contacts(village.desk("zhou")).journals is None
