"""`LeanPage`: an app's page, its head sent at once, the rest as it comes into being; it always ends, with a sentence when something failed."""

from __future__ import annotations

import asyncio
import os
from functools import cache
from pathlib import Path
from typing import Any

from jupyter_core.utils import ensure_async
from tornado import web
from tornado.iostream import StreamClosedError
from voila.tornado.handler import TornadoVoilaHandler

from carekit.errors import UserError
from carekit.language import Language
from carekit.serve.handlers import PageHandler
from carekit.serve.lean.assets import CODE, owner_of
from carekit.serve.lean.bundle import MORE, SCRIPT, STYLE, built, call_script, held
from carekit.serve.lean.policy import STOCK_POLICY, lean_policy
from carekit.serve.lean.rendering import NeedsStock, Rendering
from carekit.serve.lean.states import as_json
from carekit.serve.lean.still import TEMPLATES
from carekit.serve.lean.wording import WORDING, words
from carekit.serve.making import making
from carekit.serve.pages import Page
from carekit.serve.places import ASSETS_FOLDER
from carekit.serve.visitor import Visitor
from carekit.widgets.element import HELD_VARIABLE

#: So long, in seconds, the head waits for a kernel: one that is refused, or ready at once, is known by then.
_EARLY_SECONDS = 0.01
#: A page that takes longer says so now and then, because proxies cut a connection on which nothing moves.
_SILENCE_SECONDS = 15
#: What a page asks of the address: ``?page=stock`` is Voila's own page.
STOCK = "stock"


class LeanPage(PageHandler, TornadoVoilaHandler):  # type: ignore[misc]
    """The page of an app. Only the apps are pages: other files beside the notebooks are not served."""

    _left = False

    @web.authenticated
    async def get(self, path: str | None = None) -> None:
        """Check who asks for what, then send the page."""
        page = self._asked_for(path)
        # asking for the token sets the cookie with which the page, when it is left, may end its kernel
        token = self.xsrf_token.decode()
        if self.get_query_argument("page", "") == STOCK:
            self.set_header("Content-Security-Policy", STOCK_POLICY)
            await TornadoVoilaHandler.get(self, path)
            return
        self.set_header("Content-Security-Policy", lean_policy(self.request.host))
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        # a proxy must not collect what is sent early
        self.set_header("X-Accel-Buffering", "no")
        await self._send(page, token)

    def _asked_for(self, path: str | None) -> Page:
        pages: tuple[Page, ...] = self.settings["carekit"].serving.pages
        page = next((page for page in pages if path == f"{page.name}.ipynb"), None)
        if page is None:
            raise web.HTTPError(404)
        if isinstance(self.current_user, Visitor) and self.current_user.role not in page.roles:
            raise web.HTTPError(403)
        return page

    def on_connection_close(self) -> None:
        """The visitor left before the page was whole."""
        self._left = True
        super().on_connection_close()

    # --- the page in pieces ---

    async def _send(self, page: Page, token: str) -> None:
        starting = asyncio.ensure_future(self._start_kernel())
        await asyncio.wait({starting}, timeout=_EARLY_SECONDS)
        if starting.done() and (error := starting.exception()):
            self._refuse(error)
            return
        ck = self.page_facts(page.name)
        language = Language(ck["language"])
        kernel_id: str | None = None
        try:
            await self._piece(self._head(ck))
            kernel_id = await starting
            with making(kernel_id):
                await self._piece(self._config(kernel_id, token, language))
                await self._body(page, kernel_id, language)
        except NeedsStock:
            self.write(f'<script type="application/json" id="ck-stock">{as_json({"address": self._stock_address()})}</script>')
            await self._end_kernel(kernel_id)
        except StreamClosedError:
            self._left = True
        except Exception as error:  # noqa: BLE001 - the page must end, whatever happened while it was made
            self.log.error("the page %s was not finished: %s", page.name, type(error).__name__)  # noqa: TRY400 - a traceback may hold personal data
            self.write(TEMPLATES.get_template("lean/broken.html").render(ck=ck, sentence=_sentence(error, language)))
            await self._end_kernel(kernel_id)
        if self._left:
            await self._end_kernel(kernel_id or await _result(starting))
            return
        self.finish("</div></main>\n</body>\n</html>\n")

    async def _piece(self, html: str) -> None:
        if self._left:
            raise StreamClosedError
        self.write(html)
        await self.flush()

    def _head(self, ck: dict[str, Any]) -> str:
        return TEMPLATES.get_template("lean/head.html").render(
            ck=ck, base_style=_base_style(), script=self.base_url + built(SCRIPT).path, style=self.base_url + built(STYLE).path
        )

    def _config(self, kernel_id: str, token: str, language: Language) -> str:
        config = {
            "baseUrl": self.base_url,
            "kernelId": kernel_id,
            "xsrf": token,
            "stock": self._stock_address(),
            "more": self.base_url + built(MORE).path,
            "words": words(language),
        }
        return f'<script type="application/json" id="jupyter-config-data">{as_json(config)}</script>\n<script>{call_script()}</script>\n'

    async def _body(self, page: Page, kernel_id: str, language: Language) -> None:
        rendering = Rendering(
            Path(self.contents_manager.root_dir) / f"{page.name}.ipynb",
            self.kernel_manager.get_kernel(kernel_id),
            failed=WORDING["failed"].text(language),
            keep=lambda text, ending: self.base_url + CODE.keep(owner_of(self), text, ending),
            log=self.log,
        )
        pieces = rendering.pieces()
        try:
            while (piece := await self._next(pieces)) is not None:
                await self._piece(piece)
        finally:
            await pieces.aclose()

    async def _next(self, pieces: Any) -> str | None:
        """The next piece, or None at the end; while it takes long, the connection is kept in motion."""
        coming = asyncio.ensure_future(anext(pieces, None))
        try:
            while not (await asyncio.wait({coming}, timeout=_SILENCE_SECONDS))[0]:
                await self._piece("<!-- -->\n")
        except StreamClosedError:
            coming.cancel()
            await asyncio.wait({coming})
            raise
        return await coming

    def page_facts(self, name: str) -> dict[str, Any]:
        """What the header needs."""
        return self.page(name)

    def _stock_address(self) -> str:
        return f"{self.request.path}?{self.request.query}&page={STOCK}".replace("?&", "?")

    # --- its kernel ---

    async def _start_kernel(self) -> str:
        """A kernel for this visitor, told what was asked for and what the page holds."""
        variables = {
            "QUERY_STRING": str(self.request.query),
            "SCRIPT_NAME": str(self.request.path),
            "VOILA_BASE_URL": self.base_url,
            HELD_VARIABLE: held(),
        }
        kernels: Any = self.kernel_manager
        return str(await ensure_async(kernels.start_kernel(kernel_name="python3", path="", env=_surroundings() | variables)))

    async def _end_kernel(self, kernel_id: str | None) -> None:
        if kernel_id is not None and kernel_id in self.kernel_manager:
            await ensure_async(self.kernel_manager.shutdown_kernel(kernel_id, now=True))

    def _refuse(self, error: BaseException) -> None:
        """The page that says why there is no kernel."""
        if isinstance(error, web.HTTPError):
            raise error
        self.set_status(503)
        self.set_header("Retry-After", "60")
        self.log.error("no kernel for a page: %s", type(error).__name__)
        self.finish(self.draw("message.html", message=_sentence(error, self.language)))


async def _result(starting: asyncio.Future[str]) -> str | None:
    """What came of a start that nobody waits for any more."""
    try:
        return await starting
    except Exception:  # noqa: BLE001 - there is nobody to tell
        return None


def _sentence(error: BaseException, language: Language) -> str:
    return error.text(language) if isinstance(error, UserError) else WORDING["failed"].text(language)


def _surroundings() -> dict[str, str]:
    return dict(os.environ)


@cache
def _base_style() -> str:
    """The style of all pages, which stands in this one: the head is drawn before anything else is fetched."""
    return (ASSETS_FOLDER / "page.css").read_text(encoding="utf-8")
