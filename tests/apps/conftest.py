"""For the browser tests of the apps: the pages of the sample school, served as to a school, and a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from carekit.records.codes import Role

OpenPage = Callable[..., Any]


@pytest.fixture
def open_page(browser: Any, served_school: str, logged_in: Callable[[Role], Any]) -> Iterator[OpenPage]:
    """Opens an app as a role (`open_page("talks", "class_teacher")`) and waits until it shows; at the end no page had an error of its own.

    Requests to anywhere but the server are noted in ``page.outside`` and refused.
    """
    contexts, errors = [], []

    def open_one(app: str, role: str, *, width: int = 1280, height: int = 900) -> Any:
        size = {"width": width, "height": height}
        context = browser.new_context(viewport=size, locale="zh-CN", accept_downloads=True, storage_state=logged_in(Role(role)))
        contexts.append(context)
        page = context.new_page()
        page.outside = []
        page.on("pageerror", lambda error: errors.append(str(error)))

        def refuse(route: Any) -> None:
            page.outside.append(route.request.url)
            route.abort()

        page.route(lambda url: not url.startswith((served_school, "blob:", "data:")), refuse)
        page.goto(f"{served_school}voila/render/{app}.ipynb", wait_until="commit")
        page.locator(".ck-facts").first.wait_for(timeout=90_000)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert errors == []
