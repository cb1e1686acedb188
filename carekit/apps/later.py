"""What a page works out once its first figures are in sight."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from IPython import get_ipython

from carekit.language import Label

#: Takes something to be done, and does it when the page has been answered.
Later = Callable[[Callable[[], None]], object]
#: What stands until then in the place of what is not counted yet.
COUNTING = Label("Counting…", "正在统计，请稍候…")
#: Seconds between two parts, in which the kernel answers the page.
_BREATH = 0.02


def kernel_later() -> Later | None:
    """How to do something once this kernel has answered its page; None outside a kernel."""
    if getattr(get_ipython(), "kernel", None) is None:
        return None
    loop = asyncio.get_running_loop()
    return lambda call: loop.call_later(_BREATH, call)
