"""What a server costs: processor time and memory of the whole tree of its processes.

Processor time is counted without control groups, from the operating system's own accounts of each process. Of processes that have ended, their
parent's account of ended children is taken where it is kept (they were waited for), else what they had used when last seen: per parent
whichever is more. `Tree.processor` must therefore be asked just before something ends; the driver does so before it closes a page. What is
lost at most is what an unwaited process does between the last look and its end.

Memory is the proportional set size (a page shared by n processes counts 1/n in each), which only Linux tells.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil

_Key = tuple[int, float]


class Tree:
    """A process and all that it started, also what has ended or was handed to another parent since."""

    def __init__(self, pid: int) -> None:
        self._root = psutil.Process(pid)
        self._known: dict[_Key, psutil.Process] = {}
        self._parent: dict[_Key, _Key] = {}
        self._own: dict[_Key, float] = {}
        self._ended_children: dict[_Key, float] = {}
        self.look()

    def look(self) -> list[psutil.Process]:
        """Note what every process has used by now, and give those that live."""
        for process in [self._root, *self._known.values()]:
            self._find_children(process)
        living = []
        for key, process in self._known.items():
            try:
                times = process.cpu_times()
            except psutil.Error:
                continue
            self._own[key] = times.user + times.system
            self._ended_children[key] = getattr(times, "children_user", 0.0) + getattr(times, "children_system", 0.0)
            living.append(process)
        return living

    def _find_children(self, process: psutil.Process) -> None:
        self._known.setdefault(_key(process), process)
        try:
            children = process.children(recursive=True)
        except psutil.Error:
            return
        for child in children:
            if _key(child) not in self._known:
                self._known[_key(child)] = child
                try:
                    parent = child.parent()
                except psutil.Error:
                    parent = None
                self._parent[_key(child)] = _key(parent or process)

    def processor(self) -> float:
        """Seconds that the tree has used since it began."""
        living = {_key(process) for process in self.look()}
        children: dict[_Key, list[_Key]] = {}
        for child, parent in self._parent.items():
            children.setdefault(parent, []).append(child)

        def used(key: _Key) -> float:
            alive = sum(used(child) for child in children.get(key, []) if child in living)
            ended = sum(used(child) for child in children.get(key, []) if child not in living)
            return self._own.get(key, 0.0) + alive + max(ended, self._ended_children.get(key, 0.0))

        return used(_key(self._root))

    def memory(self) -> float | None:
        """Proportional set size of all living processes in MB (2**20 bytes); None where the system does not tell."""
        if not sys.platform.startswith("linux"):
            return None
        return sum(_proportional(process.pid) for process in self.look())

    def end(self) -> None:
        """End every process of the tree, forcibly those that do not go in five seconds."""
        living = self.look()
        for process in living:
            _quietly(process.terminate)
        for process in psutil.wait_procs(living, timeout=5)[1]:
            _quietly(process.kill)


def _key(process: psutil.Process) -> _Key:
    # numbers of processes are used again; with the moment of the start they are unique
    return process.pid, process.create_time()


def _proportional(pid: int) -> float:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")) / 1024


def _quietly(end: Callable[[], None]) -> None:
    with suppress(psutil.Error):
        end()
