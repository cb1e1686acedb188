"""What is promised of the app talks: who is due, the record card, drafts, brothers and sisters, amendments, scope."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from village import TODAY, Village, village_in

from carekit import clock
from carekit.apps.talks import Talks, talks
from carekit.errors import NotFound
from carekit.records import Talk
from carekit.records.codes import Outcome
from carekit.widgets import RecordForm

_numbers = count(1)


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    """The small school."""
    with village_in(tmp_path) as made:
        yield made


def press_save(form: RecordForm, **change: Any) -> str:
    """Press Save on what the form shows, changed; gives the form's state."""
    form.receive(
        {
            "type": "submit",
            "generation": form.generation,
            "n": next(_numbers),
            "values": {"fields": {**form.values["fields"], **change}, "parts": {}},
        }
    )
    return str(form.state)


def states(app: Talks) -> dict[str, str]:
    """The text of this month by child."""
    return {line.name: line.state_text for line in app.month.lines}


def test_the_month_starts_from_the_children(village: Village) -> None:
    """Every child on the register of the own class is due, with no talk recorded at all; missed months are told."""
    app = talks(village.desk("wang"))
    assert app.month.counts == {"due": 3, "done": 0, "open": 3, "excused": 0}
    assert {line.name for line in app.month.lines} == {"赵小禾", "赵小雨", "张小雨"}
    assert app.month.lines[0].reminder(TODAY) == "漏谈3、4月"
    assert repr(app) == "Talks(样例小学 2026-05-20：本月应谈 3，已谈 0，未谈 3)"


def test_a_saved_talk_moves_the_figures_at_once(village: Village) -> None:
    """After the acknowledgement the child stands below with a tick, and the three figures agree."""
    app = talks(village.desk("wang"))
    elder = village.children["elder"]
    app.children_table.receive({"type": "action", "action": "record", "id": elder.id})
    assert press_save(app.card.form, points="想妈妈，约好每周打电话。", follow_up_on="2026-06-10") == "saved"
    assert app.month.counts == {"due": 3, "done": 1, "open": 2, "excused": 0}
    assert app.month.lines[-1].child_id == elder.id
    assert app.month.lines[-1].state_text == "✓ 已谈（5-20）"
    assert app.month.lines[-1].follow_up_on == date(2026, 6, 10)
    assert "已谈1" in app.notice.text and "赵小禾" in app.notice.text
    saved = village.desk("wang").find(Talk, {"child_id": elder.id})[0].record
    assert (saved.staff_id, saved.talked_on) == (village.staff["wang"].id, TODAY)


def test_one_talk_with_two_siblings_makes_two_records(village: Village) -> None:
    """The brother or sister of the same family is offered beside the card; ticked, each child has a record of their own."""
    app, desk = talks(village.desk("wang")), village.desk("wang")
    app.record(village.children["elder"].id)
    assert [tick.description for tick in app.card.ticks if tick.layout.display != "none"] == ["赵小雨（三(1)班，6月2日生）"]
    app.card.ticks[0].value = True
    assert press_save(app.card.form, points="一起聊了暑假安排。") == "saved"
    found = {one.record.child_id: one.id for one in desk.find(Talk)}
    assert set(found) == {village.children["elder"].id, village.children["younger"].id}
    assert len(set(found.values())) == 2
    assert app.month.counts["done"] == 2


def test_several_children_can_be_chosen_at_once(village: Village) -> None:
    """A talk with a group makes one record for each child, and a ticked sibling who was also chosen gets only one."""
    app, desk = talks(village.desk("wang")), village.desk("wang")
    chosen = [village.children[key].id for key in ("elder", "younger", "same_1")]
    app.record(chosen[0])
    app.card.ticks[0].value = True
    assert press_save(app.card.form, child_id=chosen, points="小组谈心。") == "saved"
    assert sorted(one.record.child_id for one in desk.find(Talk)) == sorted(chosen)


def test_choosing_the_second_of_two_same_names_records_the_second(village: Village) -> None:
    """Two children of one name: the record carries the chosen one."""
    app, desk = talks(village.desk("wang")), village.desk("wang")
    app.record(village.children["same_2"].id)
    assert press_save(app.card.form, points="聊得很好。") == "saved"
    assert [one.record.child_id for one in desk.find(Talk)] == [village.children["same_2"].id]


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"talked_on": "2026-05-21", "points": "x"}, "晚于今天"),
        ({"talked_on": "", "points": "x"}, "请填写"),
        ({"talked_on": {"unreadable": True}, "points": "x"}, "没有这一天"),
        ({"talked_on": "0005-05-20", "points": "x"}, "年份"),
        ({"outcome": "2"}, "没有谈成"),
        ({"outcome": "3"}, "没有谈成"),
        ({}, "要点"),
        ({"points": "x", "child_id": []}, "请填写"),
    ],
)
def test_what_is_wrong_is_told_beside_the_box(village: Village, change: dict[str, Any], word: str) -> None:
    """A future, cleared or impossible date, a failed talk without a reason, no words at all, no child: refused in words, nothing saved."""
    app, desk = talks(village.desk("wang")), village.desk("wang")
    app.record(village.children["elder"].id)
    sent: list[Any] = []
    app.card.form.send = lambda message, buffers=None: sent.append(message)  # noqa: ARG005
    assert press_save(app.card.form, **change) == "invalid"
    assert any(word in problem["text"] for problem in sent[-1]["problems"])
    assert not desk.find(Talk)


def test_a_failed_attempt_does_not_meet_and_an_absence_excuses(village: Village) -> None:
    """Tried in vain: still to do. Away the whole month with a reason: excused, and taken out of the figure."""
    app = talks(village.desk("wang"))
    app.record(village.children["elder"].id)
    assert press_save(app.card.form, outcome=str(Outcome.FAILED), reason="请假回家") == "saved"
    assert app.month.counts == {"due": 3, "done": 0, "open": 3, "excused": 0}
    app.record(village.children["younger"].id)
    assert press_save(app.card.form, outcome=str(Outcome.EXCUSED), reason="随父母去外地，整月不在校") == "saved"
    assert app.month.counts == {"due": 2, "done": 0, "open": 2, "excused": 1}
    assert states(app)["赵小雨"] == "✓ 免计（整月不在校）"


def test_nobody_records_a_talk_for_a_foreign_child(village: Village) -> None:
    """Whatever a page sends, the app and the store refuse; not yours and not there are one answer, in words."""
    app, desk = talks(village.desk("wang")), village.desk("wang")
    foreign = village.children["foreign"]
    for child_id in (foreign.id, "0" * 26):
        with pytest.raises(NotFound):
            app.record(child_id)
    app.record(village.children["elder"].id)
    assert press_save(app.card.form, child_id=[foreign.id], points="x") == "invalid"
    with pytest.raises(NotFound):
        desk.add(Talk(child_id=foreign.id, staff_id=village.staff["wang"].id, talked_on=TODAY, points="x"))
    assert not village.console.find(Talk)


def test_a_draft_comes_back_with_its_child_and_ticks(village: Village) -> None:
    """What was typed is offered to its author at the next opening, is marked in the list, and is gone once saved."""
    app, elder = talks(village.desk("wang")), village.children["elder"]
    app.record(elder.id)
    app.card.ticks[0].value = True
    app.card.form.receive(
        {
            "type": "draft",
            "generation": app.card.form.generation,
            "values": {"fields": {**app.card.form.values["fields"], "points": "写了一半"}, "parts": {}},
        }
    )
    again = talks(village.desk("wang"))
    assert [row["name"] for row in again.children_table.rows if "草稿" in row["reminder"]] == ["赵小禾"]
    again.record(elder.id)
    assert again.card.form.draft_at
    assert again.card.ticks[0].value
    again.card.form.receive({"type": "restore"})
    assert again.card.form.values["fields"]["points"] == "写了一半"
    assert press_save(again.card.form) == "saved"
    assert village.desk("wang").drafts() == []
    assert not talks(village.desk("li")).desk.drafts(), "a draft is its author's alone"


def test_giving_a_draft_up_takes_the_ticks_away(village: Village) -> None:
    """Nobody is recorded because of a draft that was thrown away."""
    app, elder = talks(village.desk("wang")), village.children["elder"]
    app.record(elder.id)
    app.card.ticks[0].value = True
    app.card.form.receive(
        {"type": "draft", "generation": app.card.form.generation, "values": {"fields": app.card.form.values["fields"], "parts": {}}}
    )
    app.record(elder.id)
    app.card.form.receive({"type": "discard"})
    assert not app.card.ticks[0].value


def test_an_amended_talk_keeps_every_version(village: Village) -> None:
    """The own list offers the talk; the change is a new version, the child and the speaker stay."""
    app, desk = talks(village.desk("wang")), village.desk("wang")
    app.record(village.children["elder"].id)
    press_save(app.card.form, points="原来的话")
    talk_id = app.own_table.rows[0]["id"]
    app.own_table.receive({"type": "action", "action": "amend", "id": talk_id})
    assert press_save(app.amendment.form, points="改过的话") == "saved"
    assert [one.record.points for one in desk.revisions(Talk, talk_id)] == ["原来的话", "改过的话"]
    assert {one.record.child_id for one in desk.revisions(Talk, talk_id)} == {village.children["elder"].id}
    assert app.own_table.rows[0]["changed"] == 1


def test_two_pages_amend_one_talk(village: Village) -> None:
    """The later page is asked field by field, and saves what was chosen."""
    first = talks(village.desk("wang"))
    first.record(village.children["elder"].id)
    press_save(first.card.form, points="原来的话")
    second, talk_id = talks(village.desk("wang")), first.own_table.rows[0]["id"]
    first.amend(talk_id)
    second.amend(talk_id)
    assert press_save(first.amendment.form, points="甲改的") == "saved"
    assert press_save(second.amendment.form, points="乙改的") == "conflict"
    form = second.amendment.form
    values = {"fields": {**form.values["fields"], "points": "乙改的"}, "parts": {}}
    form.receive({"type": "submit", "generation": form.generation, "n": next(_numbers), "values": values, "choices": {"points": "mine"}})
    assert village.desk("wang").get(Talk, talk_id).record.points == "乙改的"


def test_who_may_not_record_sees_the_figures_only(village: Village) -> None:
    """The registrar sees whether talks were held; there is no button to record one, and none by a forged message."""
    app = talks(village.desk("zhou"))
    assert app.month.counts["due"] == 4
    assert all(not row["actions"] for row in app.children_table.page["rows"])
    app.children_table.receive({"type": "action", "action": "record", "id": village.children["elder"].id})
    assert app.card.layout.display == "none"


def test_in_the_holidays_nothing_is_due(village: Village) -> None:
    """In August the page says so instead of blaming anybody for this month."""
    with clock.at(date(2026, 8, 10)):
        app = talks(village.desk("wang"))
        assert app.month.counts["due"] == 0
        assert "假期" in app.notice.text
