"""What the warm process does once, so that no kernel has to: imports."""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys
import threading

from carekit import apps
from carekit.errors import ProgrammerError

#: Beside what the apps import themselves.
_ALSO = ("ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.zmqshell", "carekit.metrics", "altair", "IPython.core.completer")


def prepare() -> None:
    """Import what the apps need. `ProgrammerError` when something of it has started a thread: a fork would lose it."""
    for name in (*_ALSO, *(module.name for module in pkgutil.iter_modules(apps.__path__, "carekit.apps."))):
        importlib.import_module(name)
    if threading.active_count() != 1 or _threads() > 1:
        raise ProgrammerError("something that the warm process imports has started a thread")


def _threads() -> int:
    """The threads of this process as the system counts them; 0 where it cannot be asked."""
    folder = f"/proc/{os.getpid()}/task"
    return len(os.listdir(folder)) if sys.platform == "linux" else 0  # noqa: PTH208 - a count, no paths
