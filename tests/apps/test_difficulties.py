"""The page of real difficulties: carekit.apps.difficulties and its parts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from schools import SmallSchool

from carekit import clock
from carekit.apps.difficulties import Difficulties
from carekit.apps.difficulties_cards import STEPS
from carekit.apps.difficulties_facts import Stage, by_owner, crowded, figures, stage_of, standings
from carekit.errors import Denied, NotFound, UserError
from carekit.obligations import State, obligations_frame
from carekit.problems import InvalidRecord
from carekit.records import Child, Difficulty, Pairing
from carekit.records.codes import DifficultyKind, DifficultyResult, PairingKind, Role
from carekit.store import Actor, Desk, Store, new_key

ON = date(2025, 11, 10)
RAISED = date(2025, 10, 1)


@pytest.fixture
def school(tmp_path: Any) -> Any:
    """A small school on 10 November with a child in each class, a supporter of the first, and two leaders."""
    store = Store.create(tmp_path / "school.carekit", key=new_key())
    with clock.at(date(2025, 9, 1)):
        made = SmallSchool(store)
        for name, room in (("谢小样", "三(1)"), ("柏小样", "四(2)")):
            made.left_behind(name, room)
        for name in ("校样", "副样"):
            made.add_staff(name, Role.LEADER)
        helper = made.add_staff("帮样", Role.SUPPORTER)
        made.save(Pairing(child_id=child(made).id, kind_of=PairingKind.PARTY_MEMBER, staff_id=helper.id, from_on=date(2025, 9, 1)))
    with clock.at(ON):
        yield made
    store.close()


def child(school: SmallSchool, name: str = "谢小样") -> Child:
    """A child by name."""
    found: Child = school.desk.find(Child, {"name": name})[0].record
    return found


def desk(school: SmallSchool, name: str) -> Desk:
    """The desk of a member of staff in their role."""
    member = school.staff[name]
    return school.store.for_actor(Actor(member.id, member.role))


def raised(school: SmallSchool, owner: str = "帮样", **values: Any) -> Difficulty:
    """A difficulty of the first child, written by its owner."""
    base = {
        "child_id": child(school).id,
        "kind_of": DifficultyKind.HOUSING,
        "raised_on": RAISED,
        "what": "屋顶漏雨",
        "due_on": date(2025, 12, 1),
    }
    if values.get("escalated_on"):
        base["escalated_by"] = school.staff[owner].id
    record = Difficulty.read(base | {"owner_id": school.staff[owner].id} | values)
    saved: Difficulty = desk(school, owner).add(record).record
    return saved


def take(app: Difficulties, step: str, record: Difficulty, **boxes: Any) -> None:
    """Open a step from the list and press Save with these boxes; `reason` is typed above the form."""
    app._act(step, record.id)
    if "reason" in boxes:
        app.steps[step].reason.value = boxes.pop("reason")
    form = app.steps[step].form
    values = form.values["fields"] | boxes
    form.receive({"type": "submit", "n": 1, "generation": form.generation, "values": {"fields": values, "parts": {}}}, [])


def now(school: SmallSchool, record: Difficulty) -> Difficulty:
    """The difficulty as it stands in the store."""
    found: Difficulty = school.desk.get(Difficulty, record.id).record
    return found


# --- the way it goes --------------------------------------------------------------------------------------------------


def test_one_is_raised_with_an_owner_and_a_date(school: SmallSchool) -> None:
    """The form starts with the person as owner and thirty days; what is saved stands in the list with its age."""
    app = Difficulties(desk(school, "帮样"))
    app.begin(child(school).id)
    fields = app.card.form.values["fields"]
    assert (fields["owner_id"], fields["due_on"]) == (school.staff["帮样"].id, "2025-12-10")
    boxes = fields | {"kind_of": "5", "what": "缺学习用品"}
    app.card.form.receive({"type": "submit", "n": 1, "generation": app.card.form.generation, "values": {"fields": boxes, "parts": {}}}, [])
    assert [row["what"] for row in app.table.rows] == ["缺学习用品"] and app.notice.tone == "ok"
    assert "Difficulties(" in repr(app) and "谢" not in repr(app)


def test_it_is_solved_by_the_owner(school: SmallSchool) -> None:
    """Progress is written down, then it is closed with a result and an outcome; closed ones leave the list and count for the term."""
    record, app = raised(school), Difficulties(desk(school, "帮样"))
    take(app, "progress", record, measures="联系村里")
    take(app, "close", record, result="1", outcome="已修好，家里满意")
    saved = now(school, record)
    assert (saved.measures, saved.closed_on, saved.result) == ("联系村里", ON, DifficultyResult.SOLVED)
    assert app.table.rows == [] and figures(app.found, date(2025, 9, 1))["closed"] == 1
    app.closed.value = True
    assert [row["outcome"] for row in app.table.rows] == ["已修好，家里满意"]


def test_it_goes_up_is_decided_there_and_answered_back(school: SmallSchool) -> None:
    """The owner hands it up, a leader decides in their own name, the owner answers back and closes; each step is a version."""
    record, app = raised(school), Difficulties(desk(school, "帮样"))
    take(app, "escalate", record, escalation="需要两千元")
    assert stage_of(now(school, record), ON) is Stage.WAITING and now(school, record).escalated_by == school.staff["帮样"].id
    with clock.at(ON + timedelta(days=3)):
        board = Difficulties(desk(school, "校样"))
        assert board.table.rows[0]["when"].text() == "已等3天"
        take(board, "decide", record, decision="党费支持")
        assert (now(school, record).decided_by, now(school, record).decided_on) == (school.staff["校样"].id, ON + timedelta(days=3))
        app.refresh()
        take(app, "close", record, result="2", outcome="已修好")
    assert [r.version for r in school.desk.revisions(Difficulty, record.id)] == [1, 2, 3, 4]


def test_nothing_closes_without_an_outcome(school: SmallSchool) -> None:
    """The form says what is missing, and nothing is saved."""
    record, app = raised(school), Difficulties(desk(school, "帮样"))
    take(app, "close", record, result="1")
    assert app.steps["close"].form.state == "invalid" and now(school, record).closed_on is None


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"decision": "同意", "decided_on": ON}, "escalated_on"),
        ({"escalated_on": ON}, "escalation"),
        ({"escalated_on": ON, "escalation": "请研究", "decision": "同意"}, "decided_on"),
        ({"escalated_on": ON, "escalation": "请研究", "closed_on": ON, "result": "1", "outcome": "好了"}, "decision"),
        ({"closed_on": ON}, "outcome"),
        ({"outcome": "好了"}, "closed_on"),
        ({"due_on": RAISED - timedelta(days=1)}, "due_on"),
        ({"owner_id": None}, "owner_id"),
        ({"due_on": None}, "due_on"),
        ({"raised_on": ON + timedelta(days=1)}, "raised_on"),
    ],
)
def test_no_step_is_jumped(school: SmallSchool, values: dict[str, Any], field: str) -> None:
    """Every jump is refused beside the box to mend: decided without being handed up, closed undecided, without outcome, owner or date."""
    with pytest.raises(InvalidRecord) as refused:
        raised(school, **values)
    assert field in {problem.field for problem in refused.value.problems}


def test_nobody_decides_their_own_request(school: SmallSchool) -> None:
    """Not the leader who owns it, not the leader who handed it up, not a teacher; another leader does."""
    own = raised(school, owner="校样")
    boss = Difficulties(desk(school, "校样"))
    take(boss, "escalate", own, escalation="请支部研究")
    boss._act("decide", own.id)
    assert now(school, own).decided_on is None and boss.notice.tone == "error" and boss.steps["decide"].layout.display == "none"
    other = raised(school)
    boss.refresh()
    take(boss, "escalate", other, escalation="请支部研究")
    boss._act("decide", other.id)
    assert now(school, other).decided_on is None and boss.steps["decide"].layout.display == "none"
    deputy = Difficulties(desk(school, "副样"))
    for record in (own, other):
        take(deputy, "decide", record, decision="同意")
        assert now(school, record).decided_by == school.staff["副样"].id
    forged = now(school, other).model_copy(update={"decided_by": school.staff["校样"].id})
    with pytest.raises(Denied):
        desk(school, "帮样").amend(forged, seen=3)


def test_only_possible_steps_are_offered_and_taken(school: SmallSchool) -> None:
    """For each stage and role the buttons are those that can be pressed; a forged press is answered with a sentence."""
    record, app = raised(school), Difficulties(desk(school, "帮样"))

    def offered(page: Difficulties) -> set[str]:
        return {name for name, step in STEPS.items() if step.possible(page.found[0], page.desk.actor)}

    assert offered(app) == {"close", "progress", "escalate", "pass_on"}
    with pytest.raises(UserError):
        app.take("decide", app.found[0])
    take(app, "escalate", record, escalation="请支部研究")
    assert offered(app) == {"progress", "pass_on"} and offered(Difficulties(desk(school, "校样"))) == {"decide", "progress", "pass_on"}
    assert offered(Difficulties(desk(school, "王样"))) == {"progress"}
    app._act("close", record.id)
    app._act("close", "0" * 26)
    assert app.notice.tone == "error" and now(school, record).closed_on is None


def test_another_owner_and_another_date(school: SmallSchool) -> None:
    """It is passed on with a new date and a reason, not without one; the earlier owner stands in the versions, and who has left is not offered."""
    record, app = raised(school), Difficulties(desk(school, "校样"))
    leaver = school.staff["李样"]
    school.desk.amend(leaver.model_copy(update={"until_on": ON - timedelta(days=1)}), seen=1)
    app._act("pass_on", record.id)
    offered = {option["id"] if isinstance(option, dict) else option[0] for option in app.steps["pass_on"].form.options[""]["owner_id"]}
    assert school.staff["王样"].id in offered and leaver.id not in offered
    take(app, "pass_on", record, owner_id=school.staff["王样"].id, due_on="2025-12-20")
    assert app.steps["pass_on"].form.state == "refused" and now(school, record).owner_id == school.staff["帮样"].id
    take(app, "pass_on", record, owner_id=school.staff["王样"].id, due_on="2025-12-20", reason="帮样外出学习")
    saved = now(school, record)
    assert (saved.owner_id, saved.due_on) == (school.staff["王样"].id, date(2025, 12, 20))
    versions = school.desk.revisions(Difficulty, record.id)
    assert [(r.record.owner_id, r.reason) for r in versions] == [(school.staff["帮样"].id, ""), (school.staff["王样"].id, "帮样外出学习")]


# --- the board --------------------------------------------------------------------------------------------------------


def test_stages_agree_with_what_is_due(school: SmallSchool) -> None:
    """The page and the list of what is due never disagree on what is late (rule 2 of the design)."""
    raised(school)
    raised(school, due_on=date(2025, 11, 1))
    handed = {"escalated_on": date(2025, 10, 5), "escalation": "请研究"}
    raised(school, due_on=date(2025, 11, 1), **handed)
    frame = obligations_frame(school.desk, ON, rule="difficulty")
    late = {day for day, state in zip(frame["due_on"], frame["state"], strict=True) if state is State.OVERDUE}
    found = standings(school.desk)
    assert sorted(one.record.due_on for one in found if one.late) == sorted(late) == [date(2025, 11, 1)]
    assert [one.late for one in found] == [9, 0, 0] and {one.stage for one in found} == {Stage.OVERDUE, Stage.WAITING, Stage.OWNER}
    assert [one.age for one in found] == [40, 40, 40]


def test_the_board_counts_what_the_list_shows(school: SmallSchool) -> None:
    """Figures, list and the lines by owner are one count; nothing to count is no crash; the oldest that waits is told in days."""
    empty = figures([], ON)
    assert (empty["open"], empty["oldest"], by_owner([], ON)) == (0, None, [])
    raised(school)
    raised(school, owner="王样", due_on=date(2025, 10, 20))
    raised(school, escalated_on=date(2025, 10, 10), escalation="请研究")
    closed = {"closed_on": date(2025, 10, 20), "result": "1", "outcome": "好了"}
    raised(school, **closed)
    app = Difficulties(desk(school, "校样"))
    counts = figures(app.found, date(2025, 9, 1))
    assert (counts["open"], counts["late"], counts["waiting"], counts["oldest"], counts["closed"]) == (3, 1, 1, 31, 1)
    assert len(app.table.rows) == counts["open"] and sum(row["open"] for row in app.board.rows) == counts["open"]
    assert {row["name"]: (row["open"], row["late"], row["closed"]) for row in app.board.rows} == {"王样": (1, 1, 0), "帮样": (2, 0, 1)}


def test_standing_still_is_seen(school: SmallSchool) -> None:
    """An open difficulty without a new version for more than two weeks stands still; a note moves it."""
    record = raised(school)
    with clock.at(ON + timedelta(days=15)):
        (one,) = standings(school.desk)
        assert one.still and by_owner([one], ON)[0]["still"] == 1
        app = Difficulties(desk(school, "帮样"))
        take(app, "progress", record, measures="已联系")
        assert not app.found[0].still


def test_an_owner_who_left_is_told(school: SmallSchool) -> None:
    """Nothing is open without an owner: one whose owner has left the school stands first, and the page says so (case 53)."""
    raised(school, owner="王样", due_on=date(2025, 10, 20))
    raised(school)
    helper = school.staff["帮样"]
    school.desk.amend(helper.model_copy(update={"until_on": ON - timedelta(days=1)}), seen=1)
    app = Difficulties(desk(school, "校样"))
    assert app.table.rows[0]["owner"] == "帮样（已离校）" and app.notice.tone == "warn" and "另定责任人" in app.notice.text


def test_more_than_two_are_hinted_at_not_forbidden(school: SmallSchool) -> None:
    """One or two real difficulties a child: a third is saved, and the page says to choose."""
    for _ in range(2):
        raised(school)
    assert crowded(standings(school.desk)) == {}
    raised(school)
    app = Difficulties(desk(school, "帮样"))
    assert crowded(app.found) == {child(school).id: 3} and "超过两项" in app.notice.text


def test_who_is_not_in_charge_sees_and_does_nothing(school: SmallSchool) -> None:
    """Another class's teacher sees no row, gets the one answer for a foreign id, and cannot write about the child."""
    record = raised(school)
    stranger = Difficulties(desk(school, "李样"))
    assert stranger.table.rows == []
    with pytest.raises(NotFound):
        stranger.desk.get(Difficulty, record.id)
    with pytest.raises(NotFound):
        stranger.desk.add(record.model_copy(update={"id": "D" * 26, "owner_id": school.staff["李样"].id}))
    registrar = school.add_staff("籍样", Role.REGISTRAR)
    reader = Difficulties(school.store.for_actor(Actor(registrar.id, Role.REGISTRAR)))
    assert reader.table.rows[0]["what"] is None and reader.raise_button.layout.display == "none"
