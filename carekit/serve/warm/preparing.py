"""What the warm process does once, so that no kernel has to: imports."""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys
import threading

from sqlalchemy.dialects import sqlite

from carekit import apps
from carekit.errors import ProgrammerError
from carekit.serve.warm.application import PageApplication
from carekit.store.store import declared

#: Beside what the apps import themselves: what Jupyter imports when a kernel starts or runs its first cells.
_ALSO = (
    "IPython.core.completer IPython.core.logger altair carekit.metrics faulthandler ipykernel.ipkernel ipykernel.kernelapp ipykernel.zmqshell "
    "narwhals._interchange.dataframe numpy.random pandas.core.methods.to_dict pandas.io.formats.html tornado.platform.asyncio"
).split()


def prepare() -> PageApplication:
    """Import what the apps need and make what kernels share. `ProgrammerError` when something of it has started a thread: a fork would lose it."""
    # nobody debugs the kernel of a page; each would load the debugger for itself, which takes 10 MB and 80 ms
    sys.modules["debugpy"] = None  # type: ignore[assignment]
    for name in (*_ALSO, *(module.name for module in pkgutil.iter_modules(apps.__path__, "carekit.apps."))):
        importlib.import_module(name)
    declared(sqlite.dialect())
    application = PageApplication.prepared()
    if threading.active_count() != 1 or _threads() > 1:
        raise ProgrammerError("something that the warm process imports has started a thread")
    return application


def _threads() -> int:
    """The threads of this process as the system counts them; 0 where it cannot be asked."""
    folder = f"/proc/{os.getpid()}/task"
    return len(os.listdir(folder)) if sys.platform == "linux" else 0  # noqa: PTH208 - a count, no paths
