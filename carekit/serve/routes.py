"""Which address is answered by what: carekit's own pages, and of Voila's handlers only what its stock page needs, each behind the login."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.services.kernels.handlers import KernelHandler
from tornado.web import HTTPError
from voila.shutdown_kernel_handler import VoilaShutdownKernelHandler
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from carekit.serve.handlers import Assets, HomePage, KernelAlive, KernelEnd, KernelFacts, PageHandler
from carekit.serve.identity import behind_login
from carekit.serve.login import LOGIN_HANDLERS
from carekit.serve.places import ASSETS_FOLDER
from carekit.serve.sockets import PageSocket
from carekit.widgets import STATIC_PATH, static_folder

if TYPE_CHECKING:
    from carekit.serve.server import CarekitVoila

Route = tuple[Any, ...]

#: The files of the login page, the only ones that are given without a login.
LOGIN_ASSETS = frozenset({"page.css", "page.js"})
#: Parts of Voila that would show files or folders, or would answer questions about other people's kernels.
_LEFT_OUT = ("/voila/files/", "/voila/tree", "/voila/api/contents", "/voila/query/", "/voila/execution/", "/login", "/logout", "/api/me")
_ID = r"(?P<kernel_id>\w+-\w+-\w+-\w+-\w+)"


def content_policy(*, stock: bool = False) -> str:
    """What a page may load: the second wall behind "no request leaves the machine".

    Voila's stock page keeps scripts in the page, loads widgets as blobs and compiles expressions; carekit's own pages do none of it.
    """
    script = "'self' 'unsafe-inline' 'unsafe-eval' blob:" if stock else "'self'"
    # `self` covers the socket in browsers since 2022; the older ones of the school need it named, and know no host here
    return (
        f"default-src 'self'; script-src {script}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
        "connect-src 'self' ws: wss:; object-src 'none'; frame-ancestors 'none'; form-action 'self'; base-uri 'self'"
    )


class PageRequest(TornadoVoilaHandler, PageHandler):  # type: ignore[misc]
    """An app's page. Only the apps are pages: other files beside the notebooks are not served."""

    async def get(self, path: str | None = None) -> None:
        """Refuse what is no app of this role before a kernel is started, then let Voila draw the page."""
        page = next((page for page in self.settings["carekit"].serving.pages if path == f"{page.name}.ipynb"), None)
        if page is None:
            raise HTTPError(404)
        if self.visitor is None or self.visitor.role not in page.roles:
            raise HTTPError(403)
        self.set_header("Content-Security-Policy", content_policy(stock=True))
        # asking for the token sets the cookie with which the page, when it is left, may end its kernel
        self.xsrf_token  # noqa: B018
        await super().get(path)


def routes(server: CarekitVoila, voila: list[Route]) -> list[Route]:
    """All routes of the server; `voila` are those that Voila would have."""
    base = server.server_url
    folders = [str(ASSETS_FOLDER), str(static_folder())]
    own: list[Route] = [
        (base, HomePage),
        *((base + pattern.lstrip("/"), handler) for pattern, handler in LOGIN_HANDLERS),
        (rf"{base}{STATIC_PATH}(.*)", Assets, {"folders": folders, "open_names": LOGIN_ASSETS}),
        (rf"{base}carekit/alive/{_ID}", KernelAlive),
    ]
    return own + [_kept(route) for route in voila if not any(part in str(route[0]) for part in _LEFT_OUT) and route[0] != base]


#: What answers in place of a handler of Voila's.
_INSTEAD: dict[type, type] = {
    TornadoVoilaHandler: PageRequest,
    VoilaKernelWebsocketHandler: PageSocket,
    VoilaShutdownKernelHandler: KernelEnd,
    KernelHandler: KernelFacts,
}


def _kept(route: Route) -> Route:
    pattern, handler, *rest = route
    handler = _INSTEAD.get(handler, handler)
    if not issubclass(handler, JupyterHandler):
        handler = behind_login(handler)
    return (pattern, handler, *rest)
