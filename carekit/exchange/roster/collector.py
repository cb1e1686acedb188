"""The garbage collector paused while very many small objects are made at once."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """No search for cycles while a roster is read or a plan grows: hundreds of thousands of new objects and no cycle.

    The search would cost a third of the time of reading and half of that of planning.
    """
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()
