"""A file that somebody does not see: warned of, asked for, answered (CASES 61)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from cases_village import TODAY, Village, cases_village, figures, page, press, press_save

from carekit.apps.cases_requests import ask_for_file
from carekit.apps.intake_register import RegisterPanel
from carekit.errors import UserError
from carekit.records import Child, ReopenRequest, Talk

SECRET = "孩子说想家"


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    """The small school; something was said about the child of the other class."""
    with cases_village(tmp_path) as made:
        made.console.add(Talk(child_id=made.children["left"].id, talked_on=date(2025, 12, 1), staff_id=made.staff["li"].id, points=SECRET))
        yield made


def start_file(village: Village, **boxes: Any) -> RegisterPanel:
    """A teacher without access to the old class starts a new file and presses Save."""
    panel = RegisterPanel(village.desk("wang"), lambda: None)
    panel.search(str(boxes.get("id_number") or boxes["name"]))
    panel.begin_new()
    form = panel.new_form
    parts = {name: [{"key": row["key"], "fields": dict(row["fields"])} for row in rows] for name, rows in form.values["parts"].items()}
    parts["members"] = []
    parts["stay"][0]["fields"]["enrolled_on"] = TODAY.isoformat()
    fields = {**form.values["fields"], **boxes}
    form.receive({"type": "submit", "generation": form.generation, "n": 1, "values": {"fields": fields, "parts": parts}})
    return panel


@pytest.mark.parametrize(
    ("child", "boxes"),
    [
        ("foreign", {"name": "钱小语", "id_number": "999999201601010028"}),
        ("foreign", {"name": "钱小雨", "born_on": "2016-01-01"}),
        ("left", {"name": "孙远行", "born_on": "2015-01-07"}),
    ],
)
def test_who_starts_a_second_file_is_warned_and_can_ask(village: Village, child: str, boxes: dict[str, Any]) -> None:
    """CASES 61: by the same number, then by name and birth date only: warned before saving, without content, and the request reaches those who answer."""
    panel = start_file(village, **boxes)
    assert panel.new_form.state == "refused" and len(village.console.find(Child)) == 7
    told = panel.notice.text + "".join(panel.notice.lines)
    assert SECRET not in told and "四(2)" not in told and "已有" in told
    offer = panel.ask_for_file
    assert offer.layout.display == "" and repr(offer) == "AskForFile(offered)"
    offer.note.value = "今天回到三(1)班上课"
    offer.button.click()
    assert offer.notice.tone == "ok" and offer.button.layout.display == "none"
    (request,) = (one.record for one in village.console.find(ReopenRequest))
    assert (request.asked_by, request.asked_on, request.note) == (village.staff["wang"].id, TODAY, "今天回到三(1)班上课")
    assert village.children[child].id not in request.model_dump_json()
    teacher = page(village, "wang")
    teacher.turn_to("requests")
    assert [row["who"] for row in teacher.requests.table.rows] == ["王样"] and not teacher.requests.table._actions
    assert page(village, "li").requests.table.rows == []
    registrar = page(village, "zhou")
    registrar.turn_to("requests")
    assert figures(registrar)["档案申请待答复"] == "1"
    press(registrar.requests.table, "answer", request.id)
    assert village.children[child].id in registrar.requests.card.links.value
    assert village.children[child].name in registrar.requests.card.links.value
    assert press_save(registrar.requests.card.form) == "invalid"
    assert press_save(registrar.requests.card.form, answer="已办返校，编入三(1)班") == "saved"
    answered = village.console.get(ReopenRequest, request.id).record
    assert (answered.answered_by, answered.answered_on) == (village.staff["zhou"].id, TODAY)
    assert figures(registrar)["档案申请待答复"] == "0"
    teacher.refresh()
    assert teacher.requests.table.rows[0]["answer"] == "已办返校，编入三(1)班"


def test_an_offer_goes_with_its_warning(village: Village) -> None:
    """Another search takes the offer away; without an offer nothing is asked; one's own child needs no asking."""
    panel = start_file(village, name="钱小雨", born_on="2016-01-01")
    panel.search("赵小禾")
    assert panel.ask_for_file.layout.display == "none"
    panel.ask_for_file.ask()
    assert village.console.find(ReopenRequest) == []
    own = start_file(village, name="欧阳晓棠", born_on="2016-08-08")
    assert own.new_form.state == "refused" and own.ask_for_file.layout.display == "none"


def test_nothing_is_asked_twice_or_in_vain(village: Village) -> None:
    """The same request that waits is not made again; a child of whom there is no file elsewhere cannot be asked for."""
    panel = start_file(village, name="钱小雨", born_on="2016-01-01")
    panel.ask_for_file.button.click()
    again = start_file(village, name="钱小雨", born_on="2016-01-01")
    again.ask_for_file.button.click()
    assert again.ask_for_file.notice.tone == "error" and len(village.console.find(ReopenRequest)) == 1
    other = start_file(village, name="孙远行", born_on="2015-01-07")
    other.ask_for_file.button.click()
    assert len(village.console.find(ReopenRequest)) == 2
    with pytest.raises(UserError):
        ask_for_file(village.desk("wang"), Child(name="无此人", born_on=date(2016, 1, 1)))
    with pytest.raises(UserError):
        ask_for_file(village.desk("wang"), village.children["elder"])


def test_forged_presses_are_answered(village: Village) -> None:
    """Who asked does not answer; an id that is not there gets a sentence; a request by pupil number finds its file, a vanished file is told."""
    ask = {"asked_by": village.staff["wang"].id, "asked_on": TODAY}
    found = village.console.add(ReopenRequest(**ask, pupil_number="G999999201601010028")).record
    gone = village.console.add(ReopenRequest(**ask, name="无此人", born_on=date(2016, 1, 1))).record
    teacher, leader = page(village, "wang"), page(village, "fang")
    teacher.requests.act("answer", found.id)
    assert teacher.notice.tone == "error"
    leader.requests.act("answer", "0" * 26)
    assert leader.notice.tone == "error"
    assert press_save(leader.requests.card.form, answer="好") != "saved"
    leader.requests.act("answer", found.id)
    assert village.children["foreign"].id in leader.requests.card.links.value
    leader.requests.act("answer", gone.id)
    assert leader.requests.card.links.value == "" and "没有查到" in leader.requests.card.notice.text
    leader.requests.back.click()
    assert leader.requests.table.layout.display == "" and repr(leader.requests.card) == "AnswerCard()"
