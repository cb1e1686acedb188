"""A page's own work without server and browser: its notebook's cells in a process forked from one that has imported all, as a page's kernel is."""

from __future__ import annotations

import gc
import json
import multiprocessing
import os
import pkgutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from multiprocessing.connection import Connection
from typing import Any

from sqlalchemy.dialects import sqlite

from benchmarks.page_times.schools import TODAY
from benchmarks.page_times.sites import STORE, School, role_of
from carekit import apps
from carekit.serve.pages import Page
from carekit.serve.places import notebooks_folder
from carekit.store.store import declared


@dataclass(frozen=True, slots=True)
class Work:
    """Milliseconds of one making of a page: processor time of its process, and time that went by."""

    processor: float
    wall: float


def can_fork() -> bool:
    """Whether a page's process can be forked here; nothing else begins with all imports done and no cache filled."""
    return "fork" in multiprocessing.get_all_start_methods()


def import_apps() -> None:
    """What the server's warm process has done before a page is asked for (`carekit.serve.warm.preparing`)."""
    for module in pkgutil.iter_modules(apps.__path__, "carekit.apps."):
        import_module(module.name)
    declared(sqlite.dialect())
    gc.collect()
    gc.freeze()


def work_of(page: Page, school: School) -> Work:
    """Make the page of a school once in a new process. RuntimeError when it fails."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_make, args=(page, school, theirs))
    process.start()
    theirs.close()
    try:
        made: Work = ours.recv()
    except EOFError:
        raise RuntimeError(f"the page {page.name} of the {school.name} school was not made") from None
    finally:
        process.join()
    return made


def _make(page: Page, school: School, told: Connection) -> None:
    cells, names = list(_cells(page)), dict[str, Any]()
    os.environ |= _told(page, school)
    wall, processor = time.perf_counter(), time.process_time()
    for cell in cells:
        exec(cell, names)
    told.send(Work(1000 * (time.process_time() - processor), 1000 * (time.perf_counter() - wall)))


def _cells(page: Page) -> Iterator[Any]:
    path = notebooks_folder() / f"{page.name}.ipynb"
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            yield compile("".join(cell["source"]), str(path), "exec")


def _told(page: Page, school: School) -> dict[str, str]:
    """What the server tells the kernel of a page."""
    role = role_of(page)
    return {
        "CAREKIT_STORE": str(school.folder / STORE),
        "CAREKIT_KEY": school.key.hex(),
        "CAREKIT_ACTOR": f"{school.people[role]}:{role.value}",
        "CAREKIT_LANG": "zh-CN",
        "CAREKIT_TODAY": TODAY.isoformat(),
    }
