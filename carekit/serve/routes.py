"""Which address is answered by what: carekit's own pages, and of Voila's handlers only what its stock page needs, each behind the login."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jupyter_server.services.kernels.handlers import KernelHandler
from voila.shutdown_kernel_handler import VoilaShutdownKernelHandler
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from carekit.serve.handlers import Assets, HomePage, KernelAlive, KernelEnd, KernelFacts
from carekit.serve.identity import behind_login
from carekit.serve.lean import LeanPage, lean_handlers
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


def routes(server: CarekitVoila, voila: list[Route]) -> list[Route]:
    """All routes of the server; `voila` are those that Voila would have."""
    base = server.server_url
    folders = [str(ASSETS_FOLDER), str(static_folder())]
    own: list[Route] = [
        (base, HomePage),
        *lean_handlers(base),
        *((base + pattern.lstrip("/"), handler) for pattern, handler in LOGIN_HANDLERS),
        (rf"{base}{STATIC_PATH}(.*)", Assets, {"folders": folders, "open_names": LOGIN_ASSETS}),
        (rf"{base}carekit/alive/{_ID}", KernelAlive),
    ]
    return own + [_kept(route) for route in voila if not any(part in str(route[0]) for part in _LEFT_OUT) and route[0] != base]


#: What answers in place of a handler of Voila's.
_INSTEAD: dict[type, type] = {
    TornadoVoilaHandler: LeanPage,
    VoilaKernelWebsocketHandler: PageSocket,
    VoilaShutdownKernelHandler: KernelEnd,
    KernelHandler: KernelFacts,
}


def _kept(route: Route) -> Route:
    pattern, given, *rest = route
    # what carekit did not write may say of itself that it answers strangers, as Jupyter's handlers of files do
    return (pattern, _INSTEAD.get(given) or behind_login(given), *rest)
