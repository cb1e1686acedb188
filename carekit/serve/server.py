"""The server of the apps: Voila with carekit's own pages, on this machine only."""

from __future__ import annotations

import logging
import sys
import threading
import webbrowser
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

from tornado.ioloop import IOLoop
from tornado.web import HTTPError
from traitlets import default
from traitlets.config import Config
from voila.app import Voila
from voila.tornado.handler import TornadoVoilaHandler

from carekit.apps.session import DEMO_ROLES, demo_people
from carekit.records.codes import Role
from carekit.serve.handlers import Assets, HomePage, KernelAlive, NoSuchPage
from carekit.serve.kernels import OwnPython, PageKernels
from carekit.serve.lean import LeanPage, lean_handlers
from carekit.serve.pages import PAGES, Visit, links, read_visit
from carekit.serve.places import ASSETS_FOLDER, DEFAULT_PORT, TEMPLATE_FOLDER, notebooks_folder
from carekit.store import Store
from carekit.widgets import STATIC_PATH, static_folder, vega_bundle

#: Told the address at which the pages are open.
Told = Callable[[str], None]

#: The largest message from a browser, in bytes: an upload of 20 MB in base64, and room. Voila's own 10 MB loses larger files silently.
MESSAGE_LIMIT = 64 * 2**20
#: A kernel without any page is ended after this many seconds: a page that was closed without a word leaves one behind.
IDLE_SECONDS = 1800
#: The only JupyterLab extensions that a page loads; Voila would send every one that is installed.
EXTENSIONS = ["anywidget", "@jupyter-widgets/jupyterlab-manager", "@voila-dashboards/widgets-manager8"]
#: Parts of Voila that would show files or folders.
_LEFT_OUT = ("/voila/files/", "/voila/tree", "/voila/api/contents")

#: The second wall behind "no request leaves the machine": the browser refuses any other address.
#: Voila's scripts stand in the page, widgets come as blobs, and Vega compiles its expressions.
CONTENT_POLICY = (
    "default-src 'self' data: blob:; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; "
    "connect-src 'self' ws://127.0.0.1:* ws://localhost:* data: blob:; frame-ancestors 'self'; form-action 'self'; base-uri 'self'"
)


class PageRequest(TornadoVoilaHandler):  # type: ignore[misc]
    """An app's page. Only the apps are pages: other files beside the notebooks are not served."""

    async def get(self, path: str | None = None) -> None:
        """Refuse what is no app before a kernel is started, then let Voila draw the page."""
        if path not in {f"{page.name}.ipynb" for page in PAGES}:
            raise HTTPError(404)
        # asking for the token sets the cookie with which the page, when it is left, may end its kernel
        self.xsrf_token  # noqa: B018
        await super().get(path)

    write_error = NoSuchPage.write_error
    draw = NoSuchPage.draw
    visit = NoSuchPage.visit


class CarekitVoila(Voila):  # type: ignore[misc]
    """Voila for one store: carekit's pages, one demo person by role, nothing that is not an app, nothing from outside."""

    name = "carekit"

    def __init__(self, store: Store, *, demo: bool, usual: Role, told: Told | None = None, **traits: Any) -> None:
        super().__init__(**traits)
        self.store, self.demo, self.usual, self.told = store, demo, usual, told

    @default("config_file_paths")
    def _config_file_paths_default(self) -> list[str]:
        # Voila reads settings from the folder in which it is started; carekit's pages depend on none.
        return []

    @default("log_level")
    def _default_log_level(self) -> int:
        return logging.WARNING

    def setup_template_dirs(self) -> None:
        """Put carekit's templates before Voila's."""
        super().setup_template_dirs()
        voila: Any = self
        voila.template_paths = [str(TEMPLATE_FOLDER), *voila.template_paths]

    def start(self) -> None:
        """Listen and serve until interrupted; tell the address as soon as it is open."""
        if self.told is not None:
            told = self.told
            IOLoop.current().add_callback(lambda: told(self.display_url))
        super().start()

    def launch_browser(self) -> None:
        """Open the home page. Voila's way goes through a file whose style sheet lies in another network."""
        threading.Thread(target=webbrowser.open, args=(self.connection_url,), daemon=True).start()

    def init_settings(self) -> dict[str, Any]:
        """Voila's settings, with compression, a host check, and limits that fit this use."""
        settings: dict[str, Any] = super().init_settings()
        # A page may end its kernel by leaving, but not restart it: the new one would be empty.
        self.kernel_manager.allowed_message_types.remove("shutdown_request")
        return settings | {
            "carekit": self,
            "compress_response": True,
            "websocket_max_message_size": MESSAGE_LIMIT,
            # only names of this machine are answered, so that no web page can reach the server under a name of its own
            "allow_remote_access": False,
            "default_handler_class": NoSuchPage,
            "headers": {"Content-Security-Policy": CONTENT_POLICY, "Referrer-Policy": "same-origin"},
        }

    def init_handlers(self) -> list[Any]:
        """Voila's handlers without those that show files, and carekit's own."""
        folders = [str(ASSETS_FOLDER), str(static_folder())]
        own = [
            (self.server_url, HomePage),
            *lean_handlers(self.server_url),
            (rf"{self.server_url}{STATIC_PATH}(.*)", Assets, {"folders": folders}),
            (rf"{self.server_url}carekit/alive/(\w+-\w+-\w+-\w+-\w+)", KernelAlive),
        ]
        kept = [
            (handler[0], LeanPage, *handler[2:]) if handler[1] is TornadoVoilaHandler else handler
            for handler in super().init_handlers()
            if not any(part in handler[0] for part in _LEFT_OUT) and handler[0] != self.server_url
        ]
        return own + kept

    def visit_of(self, query: str) -> Visit:
        """The visit that a query string describes."""
        return read_visit(query, self.usual)

    def page_of(self, visit: Visit, *, current: str = "", query: str = "") -> dict[str, Any]:
        """What a template needs for the header and the fixed words."""
        person = demo_people(self.store).get(visit.role)
        title = next((page.title.text(visit.language) for page in PAGES if page.name == current), "")
        return {
            **links(visit, self.base_url, current, query),
            "words": visit.words(),
            "language": visit.language.value,
            "title": title,
            "role": visit.role.label.text(visit.language),
            "person": person.name if person else "",
            "home": visit.address(self.base_url),
            "assets": f"{self.base_url}{STATIC_PATH}",
            "version": _assets_version(),
            "base_url": self.base_url,
            "demo": self.demo,
        }

    def choices(self, visit: Visit) -> list[dict[str, Any]]:
        """The persons to choose from: one for each role, with their address."""
        people = demo_people(self.store)
        return [
            {
                "role": role.label.text(visit.language),
                "name": people[role].name if role in people else "",
                "address": Visit(role, visit.language).address(self.base_url),
                "current": role is visit.role,
            }
            for role in DEMO_ROLES
        ]


def prepare_notebook(handler: PageRequest, notebook: Any, cwd: str) -> Any:  # noqa: ARG001 - Voila names its arguments
    """Voila's hook before a kernel starts: what the page's template needs, in the notebook's metadata."""
    name = handler.request.path.rsplit("/", 1)[-1].removesuffix(".ipynb")
    page = handler.settings["carekit"].page_of(handler.visit, current=name, query=handler.request.query)
    notebook.metadata["carekit"] = page
    notebook.metadata["title"] = page["title"]
    return notebook


def _assets_version() -> str:
    """Changes when an asset changes, so that browsers fetch it anew."""
    return sha256(b"".join(path.read_bytes() for path in sorted(ASSETS_FOLDER.iterdir()))).hexdigest()[:12]


def page_server(
    store: Store,
    *,
    port: int = DEFAULT_PORT,
    browser: bool = True,
    demo: bool = False,
    usual: Role = Role.CLASS_TEACHER,
    notebooks: Path | None = None,
    told: Told | None = None,
) -> CarekitVoila:
    """A server for `store`, ready for ``start()``. It listens on 127.0.0.1 only, on `port` or, when that is taken, one near it.

    `demo` says on the pages that nobody is real; `usual` is as whom they open; `notebooks` is the folder with the apps' notebooks, carekit's
    own when left out; `told` is called with the address once it is open.
    """
    vega_bundle()
    server = CarekitVoila(store, demo=demo, usual=usual, told=told)
    server.update_config(_config(port, browser, notebooks or notebooks_folder()))
    server.initialize([])
    return server


def _config(port: int, browser: bool, notebooks: Path) -> Config:
    return Config(
        {
            "CarekitVoila": {"ip": "127.0.0.1", "port": port, "open_browser": browser, "root_dir": str(notebooks)},
            "VoilaConfiguration": {
                "template": "lab",
                "theme": "light",
                "allow_template_override": "NO",
                "allow_theme_override": "NO",
                "extension_allowlist": EXTENSIONS,
                "prelaunch_hook": prepare_notebook,
                "multi_kernel_manager_class": PageKernels,
                "kernel_spec_manager_class": OwnPython,
            },
            "MappingKernelManager": {"cull_idle_timeout": IDLE_SECONDS, "cull_interval": 60, "cull_connected": False},
            # A restarted kernel is an empty one: the page must say that it is lost, not go on with nothing behind it.
            # Sockets in a closed folder: other users of the machine cannot listen, and no two kernels race for a port. Windows has none.
            "KernelManager": {"autorestart": False, "transport": "tcp" if sys.platform == "win32" else "ipc"},
            # A page of figures comes in one burst.
            "ZMQChannelsWebsocketConnection": {"limit_rate": False},
        }
    )


__all__ = ["CONTENT_POLICY", "MESSAGE_LIMIT", "CarekitVoila", "page_server"]
