"""Each page in a school of 1,500 children and 30,000 contacts against the same school without a child: until its first figures are visible.

Both schools are asked in turn in one run, each page several times, in the role whose work it is. Two tables are printed: what a person waits for (Chromium,
the server as schools run it, a kernel that is ready), and the page's own work (its notebook in a process forked after all imports, with nothing kept from
before) in processor time of that process, which other work on the machine blurs little, and which tells where the time of the first table goes. Only the
ratios count; a page above the goal for what a person waits is marked.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from benchmarks.page_times.in_process import can_fork, warm_process
from benchmarks.page_times.schools import CONTACTS
from benchmarks.page_times.sites import School, make, pages, role_of
from carekit.serve.pages import Page

CHILDREN, QUICK_CHILDREN = 1_500, 60
ROUNDS, QUICK_ROUNDS = 7, 1
GOAL = 1.5
_NEEDED = ("playwright", "psutil")
Times = Mapping[tuple[str, str], Sequence[float]]


def run(quick: bool = False, names: list[str] | None = None) -> None:
    """Print both tables, for all pages or those that are named; a sentence in place of one that cannot be measured here."""
    chosen, rounds = pages(names), QUICK_ROUNDS if quick else ROUNDS
    with _schools(QUICK_CHILDREN if quick else CHILDREN) as schools:
        if can_fork():
            print("the page's own work, processor ms (wall ms)", flush=True)
            _print_work(schools, chosen, rounds)
        else:
            print("The page's own work is not measured: processes cannot be forked here.")
        missing = [name for name in _NEEDED if find_spec(name) is None]
        if missing:
            print(f"Install {' and '.join(missing)} to measure with a browser: python -m pip install 'carekit[test]'")
            return
        from benchmarks.page_times.in_browser import visit_all  # noqa: PLC0415 - needs the packages just looked for

        try:
            times = asyncio.run(visit_all(schools, chosen, rounds))
        except RuntimeError as problem:
            print(problem)
            return
        print("until the first figures are visible, ms", flush=True)
        for page in chosen:
            print(_line(page, times, statistics.median, goal=GOAL))


@contextmanager
def _schools(children: int) -> Iterator[list[School]]:
    with tempfile.TemporaryDirectory(prefix="carekit-bench-", ignore_cleanup_errors=True) as folder:
        schools = [make(name, Path(folder) / name, count) for name, count in (("empty", 0), ("full", children))]
        print(f"{children:,} children, {children * CONTACTS:,} contacts", flush=True)
        yield schools


def _print_work(schools: list[School], chosen: list[Page], rounds: int) -> None:
    with warm_process() as warm:
        for page in chosen:
            processor: dict[tuple[str, str], list[float]] = {(page.name, school.name): [] for school in schools}
            wall: dict[tuple[str, str], list[float]] = {(page.name, school.name): [] for school in schools}
            for _ in range(rounds):
                for school in schools:
                    work = warm.work_of(page, school)
                    processor[page.name, school.name].append(work.processor)
                    wall[page.name, school.name].append(work.wall)
            # the fastest: what other processes do to the caches only ever adds
            print(f"{_line(page, processor, min)}  ({min(wall[page.name, 'empty']):.0f}, {min(wall[page.name, 'full']):.0f})", flush=True)


def _line(page: Page, times: Times, middle: Callable[[Sequence[float]], float], *, goal: float = float("inf")) -> str:
    """A page's line: empty, full, and their ratio, marked when it is above a goal."""
    empty, full = (middle(times[page.name, name]) for name in ("empty", "full"))
    mark = "" if full <= goal * empty else "  *"
    return f"  {page.name:<14} {role_of(page).value:<14} empty {empty:7.0f}  full {full:7.0f}  ratio {full / empty:5.2f}{mark}"


if __name__ == "__main__":
    run(quick=True)
