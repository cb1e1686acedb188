"""Frames for JupyterLab in the own scope: carekit.apps.explore."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from village import TODAY, Village, village_in

from carekit.apps.explore import explore
from carekit.errors import NotFound, UserError
from carekit.history import history
from carekit.records import Diary, Talk
from carekit.records.codes import TalkTopic


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    """A school of its own, with a talk and a page of a diary."""
    with village_in(tmp_path) as built:
        elder, wang = built.children["elder"], built.staff["wang"]
        built.console.add(Talk(child_id=elder.id, talked_on=TODAY, staff_id=wang.id, points="近况", topic=TalkTopic.MIND))
        built.console.add(Diary(child_id=elder.id, written_on=TODAY, body="想妈妈", staff_id=wang.id))
        yield built


def test_the_counsellor_has_every_history_as_a_frame(village: Village) -> None:
    """The same events as the page shows, by id or by name, with codes in words; nothing of it in the repr."""
    cases = explore(village.desk("he"))
    elder = village.children["elder"]
    frame = cases.history(elder.id)
    assert len(frame) == len(history(village.desk("he"), elder.id)) and {"talk", "diary"} <= set(frame["kind"])
    assert list(cases.records("talk")["topic"]) == ["心理"] and list(cases.records("diary")["body"]) == ["想妈妈"]
    assert cases.history("赵小禾").equals(frame) and "赵" not in repr(cases)


def test_a_class_teacher_has_the_own_class_alone(village: Village) -> None:
    """Frames hold what the person may see: children of the own class, no record of another's, and no history of another child."""
    cases = explore(village.desk("li"))
    assert "赵小禾" not in set(cases.children()["name"]) and cases.records("talk").empty
    with pytest.raises(NotFound):
        cases.history(village.children["elder"].id)
    with pytest.raises(UserError):
        cases.history("赵小禾")


def test_what_a_role_does_not_see_is_empty_in_its_frames(village: Village) -> None:
    """The registrar's frame of talks says that there was one, not what it was about; of a diary not a word."""
    cases = explore(village.desk("zhou"))
    assert list(cases.records("talk")["topic"]) == [""] and list(cases.records("diary")["body"]) == [None]


def test_wrong_names_are_told_in_words(village: Village) -> None:
    """A kind that does not exist and a name that two children have are sentences that say what to do."""
    cases = explore(village.desk("he"))
    with pytest.raises(UserError) as refused:
        cases.records("talks")
    assert "talk" in refused.value.text()
    assert not cases.due().empty and set(cases.due()["child"]) <= set(cases.children()["name"])


def test_each_question_leaves_a_line_in_the_log(village: Village) -> None:
    """Who looked at which kind, and at how many rows."""
    cases = explore(village.desk("he"))
    cases.children(), cases.records("talk")
    details = list(village.console.audit_lines()["detail"])
    assert details[-1] == "explore talk 1" and details[-2].startswith("explore children")
