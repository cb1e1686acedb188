"""Requests beside Voila's own: the home page, assets, whether a kernel is alive, and pages that do not exist."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from jupyter_core.utils import ensure_async
from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.base.handlers import JupyterHandler
from tornado import web

from carekit.language import Language
from carekit.serve.identity import is_own_kernel, keep_language, language_of
from carekit.serve.pages import WORDING
from carekit.serve.today import due_today
from carekit.serve.visitor import Visitor


class PageHandler(JupyterHandler):
    """A page of the server's own, drawn from a template in the language of the visit."""

    @property
    def visitor(self) -> Visitor | None:
        """Who has logged in; None on pages that are open to everybody."""
        user = self.current_user
        return user if isinstance(user, Visitor) else None

    @property
    def language(self) -> Language:
        """The language of the request."""
        return language_of(self)

    def page(self, current: str = "") -> dict[str, Any]:
        """What a template needs for the header and the fixed words (`CarekitVoila.page_of`)."""
        page: dict[str, Any] = self.settings["carekit"].page_of(self, current=current)
        return page

    def draw(self, template: str, **values: Any) -> str:
        """The page `template` with the header of the visit."""
        keep_language(self)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        return str(self.settings["voila_jinja2_env"].get_template(template).render(ck=self.page(), xsrf=self.xsrf_form_html(), **values))

    def write_error(self, status_code: int, **_: Any) -> None:
        """One sentence, never a traceback; the error itself is in the server's log."""
        name = {403: "forbidden", 404: "missing"}.get(status_code, "failed")
        self.finish(self.draw("message.html", message=WORDING[name].text(self.language)))


class HomePage(PageHandler):
    """What this person has to do today, and the apps that are their work."""

    @web.authenticated
    async def get(self) -> None:
        """Draw the page; counting what is due does not hold up other visitors."""
        carekit, visitor = self.settings["carekit"], self.visitor
        assert visitor is not None  # noqa: S101 - authenticated
        due = await asyncio.to_thread(due_today, carekit.store, visitor.actor)
        own = {page.name for page in carekit.serving.pages if visitor.role in page.roles}
        lines = [
            {
                "label": line.label.text(self.language),
                "address": line.address(self.base_url, own),
                "overdue": line.overdue,
                "open": line.open,
            }
            for line in due or ()
        ]
        self.finish(self.draw("home.html", due=lines, asked=due is not None))


class NoSuchPage(PageHandler):
    """Whatever no other handler answers: to people who have logged in, that there is no such page; to others, the login page."""

    async def prepare(self) -> None:  # type: ignore[override]
        """Answer at once."""
        await super().prepare()
        if not self._finished:
            raise web.HTTPError(404)


class KernelAlive(JupyterHandler):
    """Whether the kernel behind a page still runs: 204 when it does, 404 when not, 403 when the login has ended."""

    @allow_unauthenticated
    async def get(self, kernel_id: str) -> None:
        """Look at the process itself: a kernel that died and was not missed still has its id."""
        visitor = self.current_user
        if not isinstance(visitor, Visitor):
            raise web.HTTPError(403)
        if not is_own_kernel(self, visitor, kernel_id) or kernel_id not in self.kernel_manager:
            raise web.HTTPError(404)
        if not await ensure_async(self.kernel_manager.get_kernel(kernel_id).is_alive()):
            raise web.HTTPError(404)
        self.set_status(204)

    def write_error(self, status_code: int, **_: Any) -> None:
        """The status says all."""
        self.set_status(status_code)
        self.finish()


class KernelEnd(JupyterHandler):
    """A page that is left ends its kernel."""

    @web.authenticated
    async def post(self, kernel_id: str) -> None:
        """End it when it is the visitor's own."""
        if not is_own_kernel(self, self.current_user, kernel_id) or kernel_id not in self.kernel_manager:
            raise web.HTTPError(404)
        await ensure_async(self.kernel_manager.shutdown_kernel(kernel_id))
        self.set_status(204)

    def write_error(self, status_code: int, **_: Any) -> None:
        """The status says all."""
        self.set_status(status_code)
        self.finish()


class KernelFacts(JupyterHandler):
    """What Voila's stock page asks about its kernel before it connects."""

    @web.authenticated
    async def get(self, kernel_id: str) -> None:
        """Id and name of the visitor's own kernel."""
        if not is_own_kernel(self, self.current_user, kernel_id) or kernel_id not in self.kernel_manager:
            raise web.HTTPError(404)
        self.finish({"id": kernel_id, "name": "python3"})


class Assets(web.StaticFileHandler):
    """Files of the pages and widgets, from the first of several folders that has one.

    A name with its version in it (or in ``?v=``) never changes, so browsers keep it for good. Those in `open_names` belong to the login page;
    all others ask for a login. None: all are open (JupyterLab on one's own machine).
    """

    def initialize(self, folders: list[str], open_names: frozenset[str] | None) -> None:  # type: ignore[override]
        """Take the folders, in order of precedence."""
        super().initialize(path=folders[0])
        self.folders, self.open_names = folders, open_names

    def prepare(self) -> None:
        """403 without a login for what does not belong to the login page."""
        if (
            self.open_names is not None
            and self.path_args[0] not in self.open_names
            and self.settings["identity_provider"].get_user(self) is None
        ):
            raise web.HTTPError(403)

    def parse_url_path(self, url_path: str) -> str:
        """Choose the folder by the name that is asked for."""
        name = super().parse_url_path(url_path)
        for folder in self.folders:
            self.root = folder
            if Path(self.get_absolute_path(folder, name)).is_file():
                break
        return name

    def get_cache_time(self, path: str, modified: Any, mime_type: str) -> int:
        """For good."""
        return self.CACHE_MAX_AGE

    def set_extra_headers(self, path: str) -> None:
        """Tell the browser not even to ask again."""
        self.set_header("Cache-Control", f"private, max-age={self.CACHE_MAX_AGE}, immutable")
        self.set_header("X-Content-Type-Options", "nosniff")
