"""The benchmarks' own parts, without a server: the rows, what the driver needs of each server, the table."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from benchmarks import page_times
from benchmarks.page_times import schools, sites
from benchmarks.serving import peers, rows
from benchmarks.serving.accounting import Tree
from benchmarks.serving.rounds import Results
from benchmarks.serving.servers import SERVERS, Site
from benchmarks.serving.table import markdown, measures
from carekit import clock
from carekit.obligations import obligations_frame
from carekit.records import Attendance, Child, Diary, HomeVisit, Journal, ParentCall, Talk
from carekit.records.codes import Role
from carekit.store import Actor

FIGURE = "figure 1 cold"


def test_rows_are_the_same_every_time() -> None:
    """Two runs make the same rows, and another seed others; the categories share them out."""
    made = list(rows.rows())
    assert made == list(rows.rows()) and len(made) == rows.COUNT
    assert made[:100] != list(rows.rows(100, seed=8))
    assert made[0] == (0, "2026-06-05", "School 7", 11, "Attendance", "open", 6.57, 47.07, "note 597")
    assert rows.first_figure() == "20,000"
    assert sum(int(rows.first_figure(category).replace(",", "")) for category in rows.CATEGORIES) == rows.COUNT


def test_the_filters_first_entry_is_the_first_category() -> None:
    """The driver chooses the first entry after "all" and expects that category's figure."""
    assert min(rows.CATEGORIES) == rows.CATEGORIES[0]


@pytest.mark.parametrize("name", SERVERS)
def test_each_server_says_what_the_driver_needs(name: str, tmp_path: Path) -> None:
    """Its name, a command on the asked port, a page, how figures are found and the filter changed."""
    server = SERVERS[name]
    site = Site(tmp_path, Path("python"), 12345)
    assert server.name == name and server.title
    assert any("12345" in part for part in server.command(site))
    assert server.page.startswith("/") and server.figure.startswith(".")
    assert server.find.startswith("selector =>") and server.change.startswith("find =>")
    assert server.again > 0 and server.rest >= 0


def test_the_site_holds_an_app_for_each_server(tmp_path: Path) -> None:
    """The dashboard's notebook, the peers' apps, their rows, and the HTML that they share."""
    peers.fill_site(tmp_path)
    names = {path.name for path in tmp_path.iterdir()}
    assert {"board.py", "rows.csv", "dashboard.ipynb", "panel_app.py", "solara_app.py", "streamlit_app.py"} <= names
    with (tmp_path / "rows.csv").open(encoding="utf-8") as file:
        assert sum(1 for _ in file) == rows.COUNT + 1


def test_peers_have_exact_versions_from_no_named_place() -> None:
    """Every line that is no remark is a name and one version."""
    lines = [line for line in peers.REQUIREMENTS.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert all(line.count("==") == 1 and "/" not in line for line in lines)
    assert {"voila", "streamlit", "solara", "panel"} <= {line.partition("==")[0] for line in lines}


def results(ours: float, **others: float) -> Results:
    """One figure for each server, and nothing else."""
    made = Results()
    for name, figure in {"carekit": ours, **others}.items():
        made.note(name, FIGURE, figure)
    return made


def row(made: Results) -> str:
    """The line of the figure."""
    table = markdown(made, ("carekit", "voila", "panel"), measures((1,), 100))
    return next(line for line in table.splitlines() if "figures in the page" in line)


def test_the_table_marks_a_missed_goal() -> None:
    """At half of the fastest peer the goal is reached, above it is marked; the ratios are those to the fastest and to plain Voila."""
    assert row(results(300, voila=1800, panel=600)).endswith("| 0.50 | 0.17 | ≤ 0.50 of the fastest peer | yes |")
    assert row(results(301, voila=1800, panel=600)).endswith("| ≤ 0.50 of the fastest peer | **missed** |")


def test_what_was_not_measured_is_no_success() -> None:
    """Without carekit's figure, or without a peer's, nothing was reached; the middle one of several counts."""
    assert row(results(300)).endswith("not measured |")
    made = Results()
    made.note("voila", FIGURE, 3, 1, 2)
    assert row(made).endswith("not measured |")
    assert made.middle("voila", FIGURE) == 2


def test_errors_are_a_missed_goal() -> None:
    """One error among a hundred visitors is marked."""
    made = Results()
    made.note("carekit", "load errors 100", 1)
    assert "**missed**" in markdown(made, ("carekit",), measures((1,), 100))


def test_a_failed_visit_is_a_missed_goal() -> None:
    """Medians of the visits that came through say nothing when some did not: the line is marked."""
    made = results(100, voila=1800, panel=600)
    made.fault("carekit", "1 cold", "nothing came")
    assert "**1 failed**" in row(made)


@pytest.mark.skipif(sys.platform == "win32", reason="children are counted by their parent on Linux and macOS only")
def test_processor_time_of_ended_children_is_counted() -> None:
    """What a child used is in the account after it has ended."""
    import subprocess

    work = "import time\nuntil = time.process_time() + 0.3\nwhile time.process_time() < until: pass"
    parent = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {work!r}])\nprint('done', flush=True)\nsys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", parent], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        tree = Tree(process.pid)
        assert process.stdout is not None and process.stdin is not None
        process.stdout.readline()
        assert tree.processor() >= 0.3
        process.stdin.close()


def test_a_full_school_has_its_children_and_contacts(tmp_path: Path) -> None:
    """The school of the page times: so many children with so many contacts each, rows that the desk reads, work that is due, and a login for each role."""
    school = sites.make("full", tmp_path / "full", 40)
    store = school.open()
    try:
        desk = store.for_actor(Actor(school.people[Role.LEADER], Role.LEADER))
        with clock.at(schools.TODAY):
            kinds = (Talk, HomeVisit, ParentCall, Diary, Journal, Attendance)
            assert len(desk.find(Child)) == 40 and sum(len(desk.find(kind)) for kind in kinds) == 40 * schools.CONTACTS
            assert {"monthly_talk", "growth_diary", "journal_reply", "plan_check"} <= set(obligations_frame(desk)["rule"])
    finally:
        store.close()
    assert len(json.loads((school.folder / sites.PEOPLE).read_text(encoding="utf-8"))) == len(sites.ROLES)


def test_each_page_is_opened_by_somebody_whose_work_it_is() -> None:
    """The leader where it is theirs, else another; named pages alone when some are named."""
    assert all(sites.role_of(page) in page.roles for page in sites.pages())
    assert [page.name for page in sites.pages(["due", "talks"])] == ["due", "talks"]
    assert [sites.role_of(page) for page in sites.pages(["due", "talks"])] == [Role.LEADER, Role.CLASS_TEACHER]


def test_a_page_above_the_goal_is_marked() -> None:
    """At one and a half times the empty school's time a page is within the goal, above it is marked; the chosen middle counts."""
    (page,) = sites.pages(["due"])
    at, above = ({("due", "empty"): [100.0, 110], ("due", "full"): [full, 500]} for full in (150.0, 151.0))
    assert page_times._line(page, at, min, goal=page_times.GOAL).endswith("ratio  1.50")
    assert page_times._line(page, above, min, goal=page_times.GOAL).endswith("*")
    assert not page_times._line(page, above, min).endswith("*")
