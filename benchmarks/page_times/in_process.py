"""A page's own work without server and browser: its notebook's cells in a process forked from a warm one (`warm`), as a page's kernel is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.page_times.schools import TODAY
from benchmarks.page_times.sites import STORE, School, role_of
from carekit.serve.kernels.telling import of_everybody
from carekit.serve.pages import Page

_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Work:
    """Milliseconds of one making of a page: processor time of its process, and time that went by."""

    processor: float
    wall: float


def can_fork() -> bool:
    """Whether a page's process can be forked here; nothing else begins with all imports done and no cache filled."""
    return hasattr(os, "fork")


class WarmProcess:
    """The warm process, asked from outside."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def work_of(self, page: Page, school: School) -> Work:
        """Make the page of a school once in a new process. RuntimeError when it fails."""
        ask: Any = self._process.stdin
        hear: Any = self._process.stdout
        ask.write(json.dumps({"page": page.name, "told": _told(page, school)}) + "\n")
        ask.flush()
        answer = json.loads(hear.readline() or "null")
        if answer is None:
            raise RuntimeError(f"the page {page.name} of the {school.name} school was not made")
        return Work(**answer)


@contextmanager
def warm_process() -> Iterator[WarmProcess]:
    """A warm process for as long as the block lasts."""
    command = [sys.executable, str(Path(__file__).with_name("warm.py"))]
    with subprocess.Popen(command, cwd=_ROOT, env=of_everybody(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield WarmProcess(process)


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
