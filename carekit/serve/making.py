"""Pages that are being made: until one is whole, its kernel has nothing to say to its browser that is not in the page itself."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

#: By kernel id, set when the page is whole or given up.
_MAKING: dict[str, asyncio.Event] = {}


@contextmanager
def making(kernel_id: str) -> Iterator[None]:
    """The page of a kernel is made in this block."""
    done = _MAKING[kernel_id] = asyncio.Event()
    try:
        yield
    finally:
        _MAKING.pop(kernel_id, None)
        done.set()


async def made(kernel_id: str) -> None:
    """Return when the page of a kernel is whole; at once when none is being made."""
    done = _MAKING.get(kernel_id)
    if done is not None:
        await done.wait()
