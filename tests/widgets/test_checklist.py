"""What is promised of the checklist: what is ticked is what is saved, for the people of the list alone, and every end is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from carekit.errors import UserError
from carekit.language import Label
from carekit.records.codes import Homework
from carekit.widgets import Checklist, CheckRow, Drafts, Mark

ROWS = [CheckRow("a", "张小雨", "三(1)班"), CheckRow("b", "张小雨", "四(2)班", Mark(True, "1", {"why": "病"}))]


class Heard:
    """A checklist with what its app and its page heard."""

    def __init__(self, error: Exception | None = None, drafts: Drafts | None = None) -> None:
        self.saved: list[Mapping[str, Mark]] = []
        self.sent: list[dict[str, Any]] = []
        self.error = error
        self.list = Checklist(
            tick=Label("came", "到场"), words={"why": Label("Why", "原因")}, on_save=self._save, save_label=Label("Save", "保存")
        )
        self.list.send = lambda message, buffers=None: self.sent.append(message)  # noqa: ARG005
        self.list.start(ROWS, caption=Label("Who", "名单"), codes=Homework, codes_label=Label("Homework", "作业"), drafts=drafts)

    def _save(self, marks: Mapping[str, Mark]) -> Label | None:
        if self.error:
            raise self.error
        self.saved.append(marks)
        return None

    def press(self, marks: object, generation: int | None = None) -> None:
        """Press Save with these marks."""
        generation = self.list.generation if generation is None else generation
        self.list.receive({"type": "save", "n": 1, "generation": generation, "marks": marks})


def mark(**values: Any) -> dict[str, Any]:
    """A mark as the page sends it."""
    return {"ticked": False, "choice": "", "words": {}, **values}


def test_what_is_ticked_is_saved_and_strangers_are_left_out() -> None:
    """People who are not in the list are never handed on; who is missing in the message stays as shown."""
    heard = Heard()
    heard.press({"a": mark(ticked=True, choice="2", words={"why": "晚到", "other": "x"}), "z": mark(ticked=True)})
    assert heard.saved == [{"a": Mark(True, "2", {"why": "晚到"}), "b": ROWS[1].mark}]
    assert (heard.sent[-1]["state"], heard.list.state) == ("saved", "saved")


@pytest.mark.parametrize(
    "marks",
    [None, [], {"a": None}, {"a": mark(ticked=1)}, {"a": mark(choice="x")}, {"a": mark(choice=None)}, {"a": mark(words=[])}, {"a": mark(words={"why": 3})}, {"a": mark(words={"why": "x" * 201})}],
)  # fmt: skip
def test_a_message_of_the_wrong_shape_saves_nothing(marks: object) -> None:
    """A code that is not offered, a text that is too long, anything that no page sends: ignored."""
    heard = Heard()
    heard.press(marks)
    assert (heard.saved, heard.sent) == ([], [])


def test_a_refusal_and_a_crash_are_told() -> None:
    """A sentence of the app is shown; any other error is told as “not saved” and goes on."""
    refused = Heard(UserError(Label("No.", "不行。")))
    refused.press({})
    assert (refused.sent[-1]["state"], refused.sent[-1]["text"]) == ("refused", "不行。")
    crashed = Heard(RuntimeError("secret"))
    with pytest.raises(RuntimeError):
        crashed.press({})
    assert crashed.sent[-1]["state"] == "failed" and "secret" not in crashed.sent[-1]["text"]


def test_a_page_that_shows_an_older_list_is_refused() -> None:
    """Ticks of a list that was replaced meanwhile are never saved under the new one."""
    heard = Heard()
    heard.press({"a": mark(ticked=True)}, generation=0)
    assert (heard.saved, heard.sent[-1]["state"]) == ([], "refused")


def test_drafts_come_back_and_go_after_the_save() -> None:
    """Ticks that were kept are there when the list is filled again; one that does not fit the list any more is as good as none."""
    kept: dict[str, Any] = {}
    drafts = Drafts(kept.update, lambda: (kept, None) if kept else None, kept.clear)  # type: ignore[arg-type, return-value]
    heard = Heard(drafts=drafts)
    assert not heard.list.restored
    heard.list.receive({"type": "draft", "generation": heard.list.generation, "marks": {"a": mark(ticked=True)}})
    assert [row["ticked"] for row in Heard(drafts=drafts).list.rows_json] == [True, True]
    heard.press({})
    assert kept == {}
    kept["marks"] = {"a": mark(choice="no such code")}
    assert not Heard(drafts=drafts).list.restored


def test_what_is_printed_names_nobody() -> None:
    """Numbers only."""
    assert repr(Heard().list) == "Checklist(2 rows)"
    assert "张" not in repr(ROWS) + repr(ROWS[1].mark)
