"""The server of the apps: Voila behind a login, with carekit's own pages, for one school's store."""

from __future__ import annotations

import logging
import socket
import ssl
import sys
import threading
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from tornado.ioloop import IOLoop, PeriodicCallback
from traitlets import default
from traitlets.config import Config
from voila.app import Voila

from carekit.access import Actor
from carekit.errors import UserError
from carekit.language import Label
from carekit.records import StaffMember
from carekit.serve.accounts import Accounts
from carekit.serve.handlers import NoSuchPage, PageHandler
from carekit.serve.identity import OwnKernels, StaffIdentity
from carekit.serve.kernels import OwnPython, PageKernels
from carekit.serve.lean import plain_policy
from carekit.serve.pages import PAGES, Page, language_links, page_links, words
from carekit.serve.places import ASSETS_FOLDER, DEFAULT_PORT, TEMPLATE_FOLDER, notebooks_folder
from carekit.serve.routes import routes
from carekit.serve.sockets import shut_out
from carekit.serve.visitor import Visitor
from carekit.store import Store
from carekit.widgets import STATIC_PATH, vega_bundle

#: Told the address at which the pages are open.
Told = Callable[[str], None]

#: The largest message from a browser, in bytes: an upload of 20 MB in base64, and room. Voila's own 10 MB loses larger files silently.
MESSAGE_LIMIT = 64 * 2**20
#: A kernel without any page is ended after this many seconds: a page that was closed without a word leaves one behind.
IDLE_SECONDS = 1800
#: The only JupyterLab extensions that a stock page loads; Voila would send every one that is installed.
EXTENSIONS = ["anywidget", "@jupyter-widgets/jupyterlab-manager", "@voila-dashboards/widgets-manager8"]
#: How often open pages are looked through for logins that have ended elsewhere, in milliseconds.
_LOOK_EVERY_MS = 2000
#: Addresses that only this machine reaches.
LOOPBACK = ("127.0.0.1", "localhost", "::1")
#: What stands for every address of this machine.
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - compared with what the administrator asked for
#: How many ports after the asked one are tried when it is taken.
_PORT_TRIES = 50


@dataclass(frozen=True, slots=True)
class Serving:
    """How a store is served.

    `address` is the network address to listen on; beyond this machine it needs TLS (`certfile`, `keyfile`) or a proxy that does it (`behind_proxy`: its
    forwarded protocol and address are believed) unless `plain` says that the network itself is trusted. `demo` says on the pages that nobody is real;
    `demo_logins` are offered as buttons on the login page: role in words, name, login name, password. `notebooks` is the folder of the apps' notebooks,
    `pages` what they are.
    """

    port: int = DEFAULT_PORT
    address: str = "127.0.0.1"
    browser: bool = True
    certfile: Path | None = None
    keyfile: Path | None = None
    behind_proxy: bool = False
    plain: bool = False
    demo: bool = False
    demo_logins: tuple[tuple[Label, str, str, str], ...] = ()
    notebooks: Path | None = None
    pages: tuple[Page, ...] = PAGES
    told: Told | None = None

    def __repr__(self) -> str:
        return f"Serving(port={self.port})"

    def check(self) -> None:
        """`UserError` when the pages would go over a network without encryption, or the certificate is not there."""
        for path in (self.certfile, self.keyfile):
            if path is not None and not path.is_file():
                raise UserError(
                    Label("The certificate or its key is not there. Check the path.", "找不到证书或密钥文件，请核对路径。"),
                    code="no_certificate",
                )
        if self.address not in LOOPBACK and not (self.certfile or self.behind_proxy or self.plain):
            raise UserError(
                Label(
                    "Without a certificate passwords would cross the network readable. Give --certfile, or --plain when the network is the school's own.",
                    "没有证书，密码会在网络上明文传输。请用 --certfile 指定证书；若只在校内可信网络使用，可加 --plain。",
                ),
                code="no_encryption",
            )

    def ssl_context(self) -> ssl.SSLContext | None:
        """The server's certificate, ready for use; None without one."""
        if self.certfile is None:
            return None
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        try:
            context.load_cert_chain(self.certfile, self.keyfile)
        except (ssl.SSLError, OSError):
            raise UserError(
                Label("The certificate and its key do not fit together.", "证书与密钥不匹配，请核对。"), code="wrong_certificate"
            ) from None
        return context


class CarekitVoila(Voila):  # type: ignore[misc]
    """Voila for one store: carekit's pages behind a login, nothing that is not an app, nothing from outside."""

    name = "carekit"

    def __init__(self, store: Store, serving: Serving, **traits: Any) -> None:
        super().__init__(**traits)
        self.store, self.serving, self.accounts = store, serving, Accounts(store)
        self._desk = store.for_actor(Actor.console())

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

    def listen(self) -> None:
        """Listen, tell the address as soon as it is open, and serve until interrupted."""
        server, context = self.serving, self.serving.ssl_context()
        for port in range(server.port, server.port + _PORT_TRIES):
            try:
                self.app.listen(port, server.address, ssl_options=context, xheaders=server.behind_proxy)
            except OSError:
                continue
            self.port = port
            break
        else:
            raise UserError(
                Label("No free port was found. Choose another with --port.", "没有空闲端口，请用 --port 换一个。"), code="no_port"
            )
        loop = IOLoop.current()
        self.ioloop = loop
        PeriodicCallback(lambda: shut_out(self.accounts, self.kernel_manager), _LOOK_EVERY_MS).start()
        loop.add_callback(self._opened)
        try:
            loop.start()
        except KeyboardInterrupt:
            pass
        finally:
            self.stop()

    async def _opened(self) -> None:
        self.kernel_manager.prepare()
        if self.serving.told is not None:
            self.serving.told(self.address_shown)
        if self.serving.browser:
            threading.Thread(target=webbrowser.open, args=(self.address_shown,), daemon=True).start()

    @property
    def address_shown(self) -> str:
        """The address of the home page, as a person types it: on the school's network when that is served."""
        host = self.serving.address
        if host in EVERYWHERE:
            host = own_address()
        elif host in LOOPBACK:
            host = "127.0.0.1"
        return f"{'https' if self.serving.certfile else 'http'}://{host}:{self.port}{self.base_url}"

    @property
    def demo_accounts(self) -> tuple[tuple[Label, str, str, str], ...]:
        """The logins that a demo offers as buttons; none for a school's own store."""
        return self.serving.demo_logins

    def init_settings(self) -> dict[str, Any]:
        """Voila's settings, with login, compression, a host check, and limits that fit this use."""
        settings: dict[str, Any] = super().init_settings()
        # A page may end its kernel by leaving, but not restart it: the new one would be empty.
        self.kernel_manager.allowed_message_types.remove("shutdown_request")
        return settings | {
            "carekit": self,
            "compress_response": True,
            "websocket_max_message_size": MESSAGE_LIMIT,
            # for this machine alone only its own names are answered, so that no web page can reach the server under a name of its own
            "allow_remote_access": self.serving.address not in LOOPBACK,
            "allow_unauthenticated_access": False,
            "xsrf_cookies": True,
            "xsrf_cookie_kwargs": {"samesite": "Lax", "secure": self.encrypted},
            "default_handler_class": NoSuchPage,
            "headers": {
                "Server": "carekit",
                "Content-Security-Policy": plain_policy(),
                "Referrer-Policy": "same-origin",
                "X-Content-Type-Options": "nosniff",
                "X-Frame-Options": "DENY",
                "Cross-Origin-Opener-Policy": "same-origin",
                **({"Strict-Transport-Security": "max-age=31536000"} if self.encrypted else {}),
            },
        }

    @property
    def encrypted(self) -> bool:
        """Whether browsers reach the pages by TLS, so that cookies may be bound to it."""
        return self.serving.certfile is not None or self.serving.behind_proxy

    def init_handlers(self) -> list[Any]:
        """Carekit's routes, and of Voila's only what its stock page needs."""
        return routes(self, super().init_handlers())

    def page_of(self, handler: PageHandler, *, current: str = "") -> dict[str, Any]:
        """What a template needs for the header and the fixed words, for the visitor and in the language of a request."""
        visitor, language = handler.visitor, handler.language
        pages = self.serving.pages
        return {
            "pages": page_links(pages, visitor.role if visitor else None, language, self.base_url, current),
            "languages": language_links(language, handler.request.path, handler.request.query if handler.request.method == "GET" else ""),
            "words": words(language),
            "language": language.value,
            "title": next((page.title.text(language) for page in pages if page.name == current), ""),
            "visitor": visitor is not None,
            "role": visitor.role.label.text(language) if visitor else "",
            "person": self._name(visitor) if visitor else "",
            "home": self.base_url,
            "assets": f"{self.base_url}{STATIC_PATH}",
            "version": _assets_version(),
            "base_url": self.base_url,
            "xsrf": handler.xsrf_token.decode(),
            "demo": self.serving.demo,
        }

    def _name(self, visitor: Visitor) -> str:
        found = self._desk.find(StaffMember, {"id": visitor.staff_id})
        return found[0].record.name if found else ""

    def refused(self, visitor: Visitor, what: str) -> None:
        """Write down that somebody tried what is not theirs."""
        self.store.for_actor(visitor.actor).log("refused", what)


def own_address() -> str:
    """This machine's address on its network; 127.0.0.1 when it is on none. Nothing is sent: the system only says which way it would."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        try:
            # a private address that need not be anybody's
            way.connect(("10.255.255.255", 1))
        except OSError:
            return "127.0.0.1"
        address: str = way.getsockname()[0]
        return address


def prepare_notebook(handler: Any, notebook: Any, cwd: str) -> Any:  # noqa: ARG001 - Voila names its arguments
    """Voila's hook before a kernel starts: what the page's template needs, in the notebook's metadata."""
    page = handler.page(handler.request.path.rsplit("/", 1)[-1].removesuffix(".ipynb"))
    notebook.metadata["carekit"] = page
    notebook.metadata["title"] = page["title"]
    return notebook


def _assets_version() -> str:
    """Changes when an asset changes, so that browsers fetch it anew."""
    return sha256(b"".join((ASSETS_FOLDER / name).read_bytes() for name in ("page.css", "page.js"))).hexdigest()[:12]


def page_server(store: Store, serving: Serving) -> CarekitVoila:
    """A server for `store`, ready for ``start()``, on the asked port or, when that is taken, one near it. `UserError` when it may not be served so."""
    serving.check()
    vega_bundle()
    server = CarekitVoila(store, serving)
    server.update_config(_config(serving))
    server.initialize([])
    # Jupyter makes each line of its log and throws it away at the end; hundreds for a page
    server.log.setLevel(server.log_level)
    return server


def _config(serving: Serving) -> Config:
    return Config(
        {
            "CarekitVoila": {
                "ip": serving.address,
                "port": serving.port,
                "open_browser": False,
                "root_dir": str(serving.notebooks or notebooks_folder()),
                "identity_provider_class": StaffIdentity,
                "authorizer_class": OwnKernels,
            },
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
            "MappingKernelManager": {"cull_idle_timeout": IDLE_SECONDS, "cull_interval": 60},
            # A restarted kernel is an empty one: the page must say that it is lost, not go on with nothing behind it.
            # Sockets in a closed folder: other users of the machine cannot listen, and no two kernels race for a port. Windows has none.
            "KernelManager": {"autorestart": False, "transport": "tcp" if sys.platform == "win32" else "ipc"},
            # A page of figures comes in one burst.
            "ZMQChannelsWebsocketConnection": {"limit_rate": False},
        }
    )


__all__ = ["EXTENSIONS", "MESSAGE_LIMIT", "CarekitVoila", "Serving", "page_server"]
