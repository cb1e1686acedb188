"""Who decides a request, and what the page offers beyond the way a difficulty usually goes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from schools import SmallSchool
from test_difficulties import ON, child, desk, now, raised, school, take

from carekit import clock
from carekit.apps.difficulties import Difficulties
from carekit.apps.difficulties_cards import STEPS
from carekit.apps.difficulties_facts import Stage, crowded, stage_of
from carekit.errors import Denied
from carekit.records import Difficulty
from carekit.records.codes import Role

__all__ = ["school"]  # the fixture
UP = {"escalated_on": date(2025, 10, 5), "escalation": "请研究"}


def decision(school: SmallSchool) -> dict[str, Any]:
    """What a leader enters who decides."""
    return {"decision": "同意", "decided_on": ON, "decided_by": school.staff["校样"].id}


def change(school: SmallSchool, who: str, record: Difficulty, **values: Any) -> None:
    """Amend the newest version directly, as a forged page would."""
    newest = school.desk.get(Difficulty, record.id)
    desk(school, who).amend(newest.record.model_copy(update=values), seen=newest.version)


# --- nobody decides their own request ---------------------------------------------------------------------------------


@pytest.mark.parametrize("give", [("owner_id",), ("owner_id", "escalated_by"), ("escalated_by",)])
def test_a_request_is_not_given_away_while_it_is_decided(school: SmallSchool, give: tuple[str, ...]) -> None:
    """The leader whose request it is puts another name in the same save: refused, nothing is decided."""
    own = raised(school, "校样", **UP)
    with pytest.raises(Denied):
        change(school, "校样", own, **dict.fromkeys(give, school.staff["帮样"].id), **decision(school))
    assert now(school, own).decision is None


def test_a_request_given_away_before_stays_ones_own(school: SmallSchool) -> None:
    """Who owned it while it waited does not decide it later, though another is its owner by then; a second leader does."""
    record = raised(school, **UP)
    change(school, "校样", record, owner_id=school.staff["校样"].id)
    change(school, "校样", record, owner_id=school.staff["帮样"].id)
    board = Difficulties(desk(school, "校样"))
    take(board, "decide", record, decision="同意")
    assert board.steps["decide"].form.state == "refused" and now(school, record).decision is None
    deputy = Difficulties(desk(school, "副样"))
    take(deputy, "decide", record, decision="同意")
    assert now(school, record).decided_by == school.staff["副样"].id


def test_who_owned_it_before_it_was_handed_up_may_decide(school: SmallSchool) -> None:
    """A leader passed it on, and the new owner handed it up: that is the new owner's request."""
    record = raised(school, "校样")
    change(school, "校样", record, owner_id=school.staff["帮样"].id)
    take(Difficulties(desk(school, "帮样")), "escalate", record, escalation="请支部研究")
    take(Difficulties(desk(school, "校样")), "decide", record, decision="同意")
    assert now(school, record).decided_by == school.staff["校样"].id


@pytest.mark.parametrize("name", [None, "帮样"])
def test_it_is_handed_up_in_ones_own_name(school: SmallSchool, name: str | None) -> None:
    """Nobody hands up without a name or in another's, and the name stays as long as the request stands."""
    by = school.staff[name].id if name else None
    record = raised(school)
    with pytest.raises(Denied):
        change(school, "校样", record, **UP, escalated_by=by)
    change(school, "校样", record, **UP, escalated_by=school.staff["校样"].id)
    with pytest.raises(Denied):
        change(school, "校样", record, escalated_by=by)


def test_one_entered_from_paper_without_a_name_is_no_way_round(school: SmallSchool) -> None:
    """The key's holder enters a request without a name; who is its owner does not decide it, another leader does."""
    record = Difficulty.read(raised(school).model_dump() | {"id": "D" * 26, "owner_id": school.staff["校样"].id} | UP)
    school.desk.add(record)
    with pytest.raises(Denied):
        change(school, "校样", record, **decision(school))
    change(school, "副样", record, **decision(school) | {"decided_by": school.staff["副样"].id})
    assert stage_of(now(school, record), ON) is Stage.DECIDED


@pytest.mark.parametrize(
    "values", [{"decision": "改成别的"}, {"decided_on": date(2025, 11, 9)}, {"decision": None, "decided_on": None, "decided_by": None}]
)
def test_what_was_decided_is_not_rewritten_by_its_owner(school: SmallSchool, values: dict[str, Any]) -> None:
    """The owner answers back and closes, and leaves the branch's decision as it is; its leader may put a word right."""
    record = raised(school, **UP)
    change(school, "校样", record, **decision(school))
    with pytest.raises(Denied):
        change(school, "帮样", record, **values)
    change(school, "校样", record, decision="同意，下周办")
    change(school, "帮样", record, closed_on=ON, result="2", outcome="已办好")
    assert now(school, record).decision == "同意，下周办"


def test_a_day_alone_is_no_decision(school: SmallSchool) -> None:
    """An owner who enters a day of deciding does not move it past the branch."""
    record = raised(school, **UP)
    with pytest.raises(Denied):
        change(school, "帮样", record, decided_on=ON)
    assert stage_of(now(school, record), ON) is Stage.WAITING


# --- what the page offers ---------------------------------------------------------------------------------------------


def test_deciding_is_offered_to_other_leaders_only(school: SmallSchool) -> None:
    """The leader who owns it or handed it up has no button for it; the other one has."""
    raised(school, "校样", **UP)
    own, other = Difficulties(desk(school, "校样")), Difficulties(desk(school, "副样"))
    offered: Callable[[Difficulties], bool] = lambda app: STEPS["decide"].possible(app.found[0], app.desk.actor)  # noqa: E731
    assert (offered(own), offered(other)) == (False, True)


def test_a_waiting_one_whose_owner_left_gets_another(school: SmallSchool) -> None:
    """While the branch has it, its owner leaves the school: a leader gives it another owner, and it waits on."""
    record = raised(school, **UP)
    school.desk.amend(school.staff["帮样"].model_copy(update={"until_on": ON - timedelta(days=1)}), seen=1)
    app = Difficulties(desk(school, "校样"))
    take(app, "pass_on", record, owner_id=school.staff["王样"].id, reason="责任人已离校")
    assert now(school, record).owner_id == school.staff["王样"].id
    assert [(one.stage, one.owner_left) for one in app.found] == [(Stage.WAITING, False)]


def test_two_leaders_decide_at_once(school: SmallSchool) -> None:
    """The second hears that somebody has gone on; no words of the one stand under the name of the other."""
    record = raised(school, **UP)
    first, second = Difficulties(desk(school, "校样")), Difficulties(desk(school, "副样"))
    first._act("decide", record.id)
    take(second, "decide", record, decision="副样的决定")
    form = first.steps["decide"].form
    values = {"fields": {"decision": "校样的决定"}, "parts": {}}
    form.receive({"type": "submit", "n": 1, "generation": form.generation, "values": values}, [])
    saved = now(school, record)
    assert form.state == "refused" and (saved.decision, saved.decided_by) == ("副样的决定", school.staff["副样"].id)


def test_the_third_is_hinted_at_when_it_is_saved(school: SmallSchool) -> None:
    """The acknowledgement of a third open difficulty says to choose; that of a second does not."""
    raised(school)
    app = Difficulties(desk(school, "帮样"))
    for count in (2, 3):
        app.begin(child(school).id)
        form = app.card.form
        boxes = form.values["fields"] | {"kind_of": "5", "what": f"第{count}项"}
        form.receive({"type": "submit", "n": 1, "generation": form.generation, "values": {"fields": boxes, "parts": {}}}, [])
        assert app.notice.tone == "ok" and bool(app.notice.lines) is (count == 3)
    assert crowded(app.found) == {child(school).id: 3}


def test_the_board_is_filtered_by_class_owner_and_kind(school: SmallSchool) -> None:
    """The filters leave exactly the rows of a class, of an owner, of a kind."""
    raised(school)
    raised(school, "李样", child_id=child(school, "柏小样").id, kind_of="5")
    app = Difficulties(desk(school, "校样"))
    for name, value in (("class_name", "四(2)"), ("owner", "李样"), ("kind_of", "5")):
        app.table.receive({"type": "view", "query": "", "sort": "", "ascending": True, "filters": {name: value}, "page": 1}, [])
        assert [row["name"] for row in app.table.rows if row["id"] in app.table.shown_ids] == ["柏小样"]


def test_an_address_with_a_foreign_child_opens_nothing(school: SmallSchool) -> None:
    """A child of another class and a child who does not exist get one answer, and no form."""
    app = Difficulties(desk(school, "李样"))
    told = []
    for asked in (child(school).id, "0" * 26):
        app.ask(asked)
        told.append((app.notice.tone, app.notice.text, app.card.layout.display))
    assert told[0] == told[1] and told[0][0] == "error" and told[0][2] == "none"


def test_a_counsellor_does_not_pass_on(school: SmallSchool) -> None:
    """Owners are changed by the owner or a leader; a counsellor's forged press is answered with a sentence."""
    record = raised(school)
    school.add_staff("心样", Role.COUNSELLOR)
    app = Difficulties(desk(school, "心样"))
    app._act("pass_on", record.id)
    assert app.notice.tone == "error" and app.steps["pass_on"].layout.display == "none"
    with clock.at(ON):
        assert now(school, record).owner_id == school.staff["帮样"].id
