"""What is promised of the pages as a whole: addresses that name a child, buttons in tables, downloads, words instead of tracebacks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from village import Village, village_in

from carekit import language
from carekit.apps import intake as intake_app
from carekit.apps import talks as talks_app
from carekit.apps.download import XLSX, Download, File
from carekit.apps.intake import Intake, intake
from carekit.apps.intake_import import ImportPanel
from carekit.apps.staff import school_name, staff_name
from carekit.apps.talks import Talks, talks
from carekit.errors import UserError
from carekit.exchange.roster.reading import PROGRESS_FROM
from carekit.language import Label
from carekit.widgets import Element


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    """The small school."""
    with village_in(tmp_path) as made:
        yield made


def messages_of(widget: Element) -> list[tuple[Any, list[Any]]]:
    """The list in which the widget's messages to its page are written down from now on."""
    sent: list[tuple[Any, list[Any]]] = []

    def send(message: Any, buffers: Any = ()) -> None:
        sent.append((message, list(buffers)))

    widget.send = send
    return sent


def test_the_notebook_shows_the_same_line_each_time(village: Village) -> None:
    """The text beside the page names school, day and figures, and nobody."""
    assert repr(intake(village.desk("zhou"))) == "Intake(样例小学 2026-05-20：档案 7，在读 6，留守登记 4)"
    assert repr(talks(village.desk("li"))) == "Talks(样例小学 2026-05-20：本月应谈 1，已谈 0，未谈 1)"


@pytest.mark.parametrize("lang", ["zh-TW", "en"])
def test_the_pages_speak_other_languages(village: Village, monkeypatch: pytest.MonkeyPatch, lang: str) -> None:
    """Both apps build in Traditional Chinese and English, in words of that language."""
    monkeypatch.setenv("CAREKIT_LANG", lang)
    assert str(language.current_language()) == lang
    told = repr(intake(village.desk("zhou"))) + repr(talks(village.desk("wang")))
    assert ("檔案" in told and "談" in told) if lang == "zh-TW" else ("files" in told and "due this month" in told)


def test_an_address_opens_the_child_it_names(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    """A link from a child's page leads to the form; a foreign child's id gives one sentence and nothing of the child."""
    wang = village.desk("wang")
    for module in (intake_app, talks_app):
        monkeypatch.setattr(module, "open_desk", lambda _role: (wang, village.staff["wang"]))
    monkeypatch.setenv("QUERY_STRING", f"child={village.children['elder'].id}")
    assert intake().register.old_form.values["fields"]["name"] == "赵小禾"
    assert talks().card.child_id == village.children["elder"].id
    monkeypatch.setenv("QUERY_STRING", f"child={village.children['foreign'].id}")
    page, talk_page = intake(), talks()
    assert "无权查看" in page.register.notice.text and "钱小雨" not in str(page.register.old_form.values)
    assert "无权查看" in talk_page.notice.text


def test_the_buttons_of_found_children_open_the_forms(village: Village) -> None:
    """Open and add-a-sibling work from the list; a withdrawn or foreign child's button does nothing, told in words."""
    panel, elder = intake(village.desk("wang")).register, village.children["elder"]
    panel.search("赵小禾")
    panel.found.receive({"type": "action", "action": "sibling", "id": elder.id})
    assert panel.new_form.layout.display == ""
    panel.search("赵小禾")
    panel.found.receive({"type": "action", "action": "open", "id": elder.id})
    assert (panel.old_form.layout.display, panel.new_form.layout.display) == ("", "none")
    panel._act("open", village.children["foreign"].id)
    assert "无权查看" in panel.notice.text


def test_the_tables_and_buttons_of_talks_answer(village: Village) -> None:
    """Going back shows the list again; a talk that is not there is told in words."""
    app: Talks = talks(village.desk("wang"))
    app.record(village.children["elder"].id)
    app.back.click()
    assert app.children_table.layout.display == ""
    app._act("amend", "0" * 26)
    assert "没有这条记录" in app.notice.text


def test_a_download_is_made_when_it_is_asked_for(village: Village) -> None:
    """Hidden it gives nothing; a refusal is told in words; the file comes as bytes beside the message, never in a trait."""
    calls: list[str] = []

    def make() -> File:
        calls.append("made")
        if len(calls) > 1:
            raise UserError(Label("Not now.", "现在不行。"))
        return "名单.xlsx", b"PK", XLSX

    button = Download(make)
    sent = messages_of(button)
    button.receive({"type": "ask"})
    assert (calls, sent, repr(button)) == ([], [], "Download(hidden)")
    button.offer(Label("Download", "下载"))
    button.receive({"type": "ask"})
    button.receive({"type": "ask"})
    assert sent[0] == ({"type": "file", "name": "名单.xlsx", "media_type": XLSX}, [b"PK"])
    assert sent[1][0] == {"type": "refused", "text": "现在不行。"}
    button._make = lambda: 1 / 0  # type: ignore[assignment, return-value]
    with pytest.raises(ZeroDivisionError):
        button.receive({"type": "ask"})
    assert "管理员" in sent[2][0]["text"]


def test_progress_is_told_for_long_files_only(village: Village) -> None:
    """The step says how many rows are done; a short file is silent."""
    panel = ImportPanel(village.desk("zhou"), lambda: None)
    tell = panel._progress("file")
    tell(10, 20)
    assert not panel.steps.notes
    tell(1000, PROGRESS_FROM + 1)
    assert panel.steps.notes["file"].zh == "1,000 / 2,001 行"


def test_a_busy_store_is_told_and_the_button_works_again(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    """A refusal while comparing is one sentence; the button is not left dead."""
    panel = ImportPanel(village.desk("he"), lambda: None)
    panel.take_file("花名册.csv", "班级,姓名\n三(1)班,李新来\n".encode())
    panel.check_button.click()
    assert panel.notice.tone == "error"
    assert not panel.check_button.disabled


def test_names_of_staff_and_school(village: Village) -> None:
    """A staff member by name, the command line and the unknown in words of their own."""
    desk = village.desk("wang")
    assert staff_name(desk, village.staff["li"].id) == "李样"
    assert staff_name(desk, "console") == "系统（命令行）"
    assert staff_name(desk, "0" * 26) == "其他人员"
    assert school_name(desk) == "样例小学"
    assert isinstance(intake(desk), Intake)
