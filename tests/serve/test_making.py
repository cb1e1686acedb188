"""A page in the making: who waits for it goes on when it is whole, whatever became of it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from loops import in_a_loop

from carekit.serve.making import made, making


def test_nobody_waits_for_a_page_that_is_not_being_made() -> None:
    """A kernel whose page is whole, or that is unknown, holds up nobody."""
    in_a_loop(asyncio.wait_for(made("unknown"), 1))


@pytest.mark.parametrize("fails", [False, True])
def test_who_waits_goes_on_at_the_end(fails: bool) -> None:
    """Also when the page could not be made; another page's end changes nothing."""

    async def story() -> list[Any]:
        said: list[Any] = []

        async def wait() -> None:
            await made("a")
            said.append("went on")

        waiting = None
        try:
            with making("a"):
                waiting = asyncio.ensure_future(wait())
                with making("b"):
                    await asyncio.sleep(0)
                await asyncio.sleep(0)
                said.append("whole")
                said += [1 / 0] if fails else []
        except ZeroDivisionError:
            said.append("failed")
        assert waiting is not None
        await waiting
        await asyncio.wait_for(made("a"), 1)
        return said

    assert in_a_loop(story()) == ["whole", *(["failed"] if fails else []), "went on"]
