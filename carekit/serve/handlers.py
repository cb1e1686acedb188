"""Requests beside Voila's own: the home page, assets, whether a kernel is alive, and pages that do not exist."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jupyter_core.utils import ensure_async
from jupyter_server.base.handlers import JupyterHandler
from tornado import web

from carekit.serve.pages import WORDING, Visit


class PageHandler(JupyterHandler):
    """A page of the server's own, drawn from a template in the language of the visit."""

    @property
    def visit(self) -> Visit:
        """The visit that the address describes."""
        visit: Visit = self.settings["carekit"].visit_of(self.request.query)
        return visit

    def draw(self, template: str, **values: Any) -> str:
        """The page `template` with the header of the visit."""
        carekit = self.settings["carekit"]
        page = carekit.page_of(self.visit, query=self.request.query)
        return str(self.settings["voila_jinja2_env"].get_template(template).render(ck=page, **values))

    def write_error(self, status_code: int, **_: Any) -> None:
        """One sentence, never a traceback; the error itself is in the server's log."""
        self.set_header("Content-Type", "text/html; charset=utf-8")
        label = WORDING["missing" if status_code == 404 else "failed"]
        self.finish(self.draw("message.html", message=label.text(self.visit.language)))


class HomePage(PageHandler):
    """The apps that are this person's work, and in the demo the persons to choose from."""

    @web.authenticated
    async def get(self) -> None:
        """Draw the page."""
        carekit = self.settings["carekit"]
        self.set_header("Cache-Control", "no-store")
        self.finish(self.draw("home.html", people=carekit.choices(self.visit)))


class NoSuchPage(PageHandler):
    """Whatever no other handler answers."""

    async def prepare(self) -> None:  # type: ignore[override]
        """Answer at once."""
        await super().prepare()
        raise web.HTTPError(404)


class KernelAlive(JupyterHandler):
    """Whether the kernel behind a page still runs: 204 when it does, 404 when not. Asked by the page every few seconds."""

    @web.authenticated
    async def get(self, kernel_id: str) -> None:
        """Look at the process itself: a kernel that died and was not missed still has its id."""
        if kernel_id not in self.kernel_manager or not await ensure_async(self.kernel_manager.get_kernel(kernel_id).is_alive()):
            raise web.HTTPError(404)
        self.set_status(204)

    def write_error(self, status_code: int, **_: Any) -> None:
        """The status says all."""
        self.set_status(status_code)
        self.finish()


class Assets(web.StaticFileHandler):
    """Files of the pages and widgets, from the first of several folders that has one.

    A name with its version in it (or in ``?v=``) never changes, so browsers keep it for good.
    """

    def initialize(self, folders: list[str]) -> None:  # type: ignore[override]
        """Take the folders, in order of precedence."""
        super().initialize(path=folders[0])
        self.folders = folders

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
        self.set_header("Cache-Control", f"public, max-age={self.CACHE_MAX_AGE}, immutable")
