"""Steps, file drop, notices and facts without a browser, and what every widget of carekit keeps to."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from carekit import widgets
from carekit.errors import ProgrammerError, UserError
from carekit.language import Label
from carekit.records import Talk
from carekit.widgets import Element, Facts, FileDrop, Notice, Step, Steps, StepState, Tone, cell_text
from carekit.widgets.upload import PIECE

Listen = Callable[[Any], list[dict[str, Any]]]
FOLDER = Path(widgets.__file__).parent
ROSTER = [
    Step("choose", Label("Choose", "选择文件")),
    Step("check", Label("Check", "核对"), Label("Check it", "开始核对")),
    Step("save", Label("Save", "保存"), Label("Save it", "确认")),
]
KINDS = [one for one in vars(widgets).values() if inspect.isclass(one) and issubclass(one, Element) and one is not Element]


def test_all_that_is_exported_exists() -> None:
    """`__all__` is sorted as ruff sorts it and each name is there."""
    assert all(hasattr(widgets, name) for name in widgets.__all__)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_assets_are_files_without_markup_or_outside_addresses(kind: type[Element]) -> None:
    """The page of each widget writes text as text, asks nothing of other machines, and carries the shared styles."""
    code = str(kind._esm)
    assert "innerHTML" not in code
    assert "insertAdjacentHTML" not in code
    assert "http" not in code
    assert "http" not in str(kind._css)
    assert "--ck-ink" in str(kind._css)
    assert code.count("export default") == 1


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_text_that_a_page_asks_for_is_declared(kind: type[Element]) -> None:
    """Each `texts.name` in a page's module is among its widget's texts."""
    import re

    asked = set(re.findall(r"\btexts\.(\w+)", str(kind._esm)))
    assert asked <= set(kind.wording), asked - set(kind.wording)


def test_texts_follow_the_language(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page's texts and its language tag are those of the person."""
    for tag, word in (("zh-CN", "选择文件"), ("zh-TW", "選擇文件"), ("en", "Choose a file")):
        monkeypatch.setenv("CAREKIT_LANG", tag)
        drop = FileDrop(lambda *_: None)
        assert (drop.language, drop.texts["choose"]) == (tag, word)


# --- steps ------------------------------------------------------------------------------------------------------------


def test_steps_move_and_offer_buttons_by_their_state() -> None:
    """The first step is ready, finishing one readies the next, and only a ready or failed step has a button."""
    pressed: list[str] = []
    steps = Steps(ROSTER, on_button=pressed.append)
    steps.finish("choose", Label("x", "名册.xlsx"))
    assert [(one["state"], one["button"], one["note"]) for one in steps.steps_json] == [
        ("done", "", "名册.xlsx"), ("ready", "开始核对", ""), ("todo", "", ""),
    ]  # fmt: skip
    for name in ("choose", "check", "save", "nothing", 3):
        steps.receive({"type": "press", "step": name})
    assert pressed == ["check"]
    steps.move("check", StepState.ACTIVE)
    steps.receive({"type": "press", "step": "check"})
    steps.move("check", StepState.FAILED, Label("x", "读不懂"))
    steps.receive({"type": "press", "step": "check"})
    assert pressed == ["check", "check"]
    assert steps.steps_json[1]["note"] == "读不懂"
    steps.finish("save")
    assert repr(steps) == "Steps(choose done, check failed, save done)"
    steps.start_over()
    assert [one["state"] for one in steps.steps_json] == ["ready", "todo", "todo"]


def test_every_state_has_icon_and_word() -> None:
    """No state is told by colour alone."""
    assert len({state.icon for state in StepState}) == len({state.label.zh for state in StepState}) == len(StepState)


def test_steps_that_cannot_be_told_apart_are_a_mistake() -> None:
    """Steps need names of their own, and at least one; moving an unknown step crashes."""
    for wrong in ([], [ROSTER[0], ROSTER[0]]):
        with pytest.raises(ProgrammerError):
            Steps(wrong)
    with pytest.raises(KeyError):
        Steps(ROSTER).move("nothing", StepState.DONE)


# --- file drop --------------------------------------------------------------------------------------------------------


def bring(drop: FileDrop, data: bytes, n: int = 1, name: str = "名册.csv", piece: int = PIECE) -> None:
    """Send a file as the page does, in pieces."""
    drop.receive({"type": "begin", "n": n, "name": name, "size": len(data)})
    for at in range(0, len(data), piece):
        drop.receive({"type": "piece", "n": n, "at": at}, [memoryview(data[at : at + piece])])


def test_file_comes_whole_and_again(spoken: Listen) -> None:
    """A file in pieces is given whole under its bare name, as often as it is chosen, and asked for piece by piece."""
    got: list[tuple[str, bytes]] = []
    drop = FileDrop(lambda name, data: got.append((name, data)), endings=(".CSV",))
    said = spoken(drop)
    data = bytes(range(256)) * 10
    bring(drop, data, 1, "C:\\名单\\名册.csv", piece=1000)
    bring(drop, data, 2, piece=2560)
    assert got == [("名册.csv", data), ("名册.csv", data)]
    assert [(one["type"], one.get("at")) for one in said[:5]] == [
        ("next", 0),
        ("next", 1000),
        ("next", 2000),
        ("reading", None),
        ("done", None),
    ]


def test_file_that_is_refused_is_told_why(spoken: Listen) -> None:
    """Too large, of another kind, refused by the reader, and an error of the program are each told in words; a label from the app is shown."""
    answers: list[Any] = [UserError(Label("x", "不是花名册。")), RuntimeError("赵小禾"), Label("x", "读到 3 行。")]

    def read(_name: str, _data: bytes) -> Label:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    drop = FileDrop(read, endings=(".csv",), limit=1024 * 1024)
    said = spoken(drop)
    drop.receive({"type": "begin", "n": 1, "name": "a.csv", "size": 1024 * 1024 + 1})
    drop.receive({"type": "begin", "n": 2, "name": "a.exe", "size": 1})
    bring(drop, b"x", 3)
    with pytest.raises(RuntimeError):
        bring(drop, b"x", 4)
    bring(drop, b"x", 5)
    texts = [one["text"] for one in said if one["type"] in ("refused", "done")]
    assert [text[:6] for text in texts] == ["文件超过1 ", "请选择这几种", "不是花名册。", "文件没有读成", "读到 3 行"]
    assert repr(drop) == "FileDrop(at most 1 MB)"


def test_pieces_that_do_not_fit_are_refused(spoken: Listen) -> None:
    """A piece out of order, too long, empty, of another file or without bytes never makes a file."""
    drop = FileDrop(lambda *_: pytest.fail("file"))
    said = spoken(drop)
    for at, data in ((1, b"x"), (0, b"xyz"), (0, b"")):
        drop.receive({"type": "begin", "n": 1, "name": "a", "size": 2})
        drop.receive({"type": "piece", "n": 1, "at": at}, [data])
    drop.receive({"type": "piece", "n": 1, "at": 0}, [b"xy"])
    drop.receive({"type": "begin", "n": 2, "name": "a", "size": 2})
    drop.receive({"type": "piece", "n": 1, "at": 0}, [b"xy"])
    drop.receive({"type": "piece", "n": 2, "at": 0})
    drop.receive({"type": "begin", "n": 2, "name": 3, "size": 2})
    assert [one["type"] for one in said] == ["next", "refused"] * 3 + ["next"]


# --- notice, facts, cells ------------------------------------------------------------------------------------------------


def test_notice_changes_in_place() -> None:
    """Each tone sets text and lines; clearing takes all away."""
    notice = Notice(Label("x", "请注意"), Tone.WARN, ["一", Label("two", "二")])
    assert (notice.tone, notice.text, notice.lines) == ("warn", "请注意", ["一", "二"])
    for call, tone in ((notice.info, "info"), (notice.ok, "ok"), (notice.warn, "warn"), (notice.error, "error")):
        call(Label("x", "好"))
        assert (notice.tone, notice.text, notice.lines, repr(notice)) == (tone, "好", [], f"Notice({tone})")
    notice.clear()
    assert repr(notice) == "Notice(empty)"
    assert Notice().text == ""


def test_facts_are_texts() -> None:
    """Names may be labels, values anything that a cell holds, notes small print; nothing is a dash."""
    facts = Facts([(Label("Pupils", "在校生"), 900), ("比例", 0.5, "1/2"), ("电话", None, None)], title=Label("x", "概况"), figures=True)
    assert facts.items == [["在校生", "900", ""], ["比例", "0.5", "1/2"], ["电话", "—", ""]]
    facts.set_items([("a", True)], title=Label("y", "新"))
    assert (facts.items, facts.title, repr(facts)) == ([["a", "是", ""]], "新", "Facts(1 facts)")
    facts.set_items([])
    assert facts.title == "新"
    json.dumps(facts.items)


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "—"), ("", "—"), ([], "—"), (float("nan"), "—"), (pd.NaT, "—"), (pd.NA, "—"), (3.0, "3"), (0, "0"), (0.25, "0.25"), (False, "否"), (True, "是"),
     (datetime(2026, 3, 1, 16, 30), "2026-03-02 00:30"), (pd.Timestamp(2026, 3, 1).date(), "2026-03-01"), (Label("a", "甲"), "甲"), (["a", None], "a、—")],
)  # fmt: skip
def test_cell_text_of_plain_values(value: Any, text: str) -> None:
    """What says nothing is a dash, counts are whole, moments stand by the school's clock."""
    assert cell_text(None, value) == text


def test_cell_text_of_declared_fields() -> None:
    """Codes become words, an unknown code stays as it is, a day that pandas keeps as midnight is a day."""
    assert cell_text(Talk.fields["outcome"], "1") == "已完成"
    assert cell_text(Talk.fields["outcome"], "zz") == "zz"
    assert cell_text(Talk.fields["child_states"], ("1", "2")) == "平静、开朗"
    assert cell_text(Talk.fields["talked_on"], pd.Timestamp(2026, 3, 1)) == "2026-03-01"


def test_assets_lie_beside_their_modules() -> None:
    """Each script and style is a file of this package, so that the wheel carries it."""
    assert {path.suffix for path in FOLDER.iterdir() if path.is_file()} == {".py", ".js", ".css"}
