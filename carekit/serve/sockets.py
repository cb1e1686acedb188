"""The socket between a page and its kernel: open for the length of the login, and only for the messages of widgets."""

from __future__ import annotations

import asyncio
import time
from typing import Any, ClassVar

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from tornado.web import HTTPError
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from carekit.serve.accounts import Accounts
from carekit.serve.identity import SESSION_COOKIE, is_own_kernel
from carekit.serve.making import made

#: For how many seconds a login that held is taken to hold still; who is shut out elsewhere loses an open page within that time.
HELD_SECONDS = 1.0
#: WebSocket close code "policy violation": the page asks to log in again and does not try to reconnect.
LOGIN_ENDED = 1008


class PageConnection(ZMQChannelsWebsocketConnection):
    """A socket's way to its kernel, without what Jupyter asks of kernels that it does not know.

    The kernel is this Python's own, so its protocol is known. The first socket of a page goes on listening where the making of the page ended, so
    that the browser hears everything that its page does not hold. Widgets use two of Jupyter's four channels.
    """

    async def prepare(self) -> None:
        """Take the kernel's key."""
        self.session.key = self.kernel_manager.session.key

    async def take_over(self) -> None:
        """Close an earlier socket of the same page, which the server may not have missed yet."""
        await self._register_session()

    def create_stream(self) -> None:
        """Listen to the kernel, and connect to its other channel. 404 when it is just ending."""
        ear = self.kernel_manager.ear
        if ear is None:
            raise HTTPError(404)
        shell = self.kernel_manager.connect_shell(identity=self.session.bsession)
        shell.channel = "shell"
        self.channels = {"iopub": ear.go_on(), "shell": shell}

    def nudge(self) -> asyncio.Future[None]:
        """Done: who has a page of a kernel has heard it."""
        heard: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heard.set_result(None)
        return heard


class PageSocket(VoilaKernelWebsocketHandler):  # type: ignore[misc]
    """A page's socket. It is closed when its login ends, whoever ends it, and passes no message after that."""

    open_ones: ClassVar[set[PageSocket]] = set()
    #: The way to the kernel; None once the socket is shut.
    connection: Any
    _connected = False

    @property
    def kernel_websocket_connection_class(self) -> type[PageConnection]:
        """How this socket reaches its kernel."""
        return PageConnection

    async def pre_get(self) -> None:
        """404 for a kernel that is not there or not this login's own: one answer for both."""
        if not is_own_kernel(self, self.current_user, self.kernel_id) or self.kernel_id not in self.kernel_manager:
            raise HTTPError(404)
        await super().pre_get()

    async def open(self, kernel_id: str) -> None:
        """Remember the socket, and send small messages at once: several of them answer each click. The browser may write before the page is whole."""
        self._held_at = time.monotonic()
        PageSocket.open_ones.add(self)
        self.set_nodelay(True)
        await made(kernel_id)
        if self in PageSocket.open_ones and kernel_id in self.kernel_manager:
            self._connected = True
            await self.connection.take_over()
            await super().open(kernel_id)
        else:
            self.close()

    def on_message(self, ws_message: str | bytes) -> None:
        """Pass a message on while the login holds; a message is a sign of life of the person."""
        if time.monotonic() - self._held_at > HELD_SECONDS and not self._holds():
            self.shut()
        if self.connection is not None:
            super().on_message(ws_message)

    def _holds(self) -> bool:
        self._held_at = time.monotonic()
        session = self.settings["carekit"].accounts.session(self.get_cookie(SESSION_COOKIE, ""))
        visitor: Any = self.current_user
        return session is not None and session.complete and session.id == visitor.session_id

    def shut(self) -> None:
        """Close the socket because its login has ended."""
        PageSocket.open_ones.discard(self)
        connection, self.connection = self.connection, None
        if connection is not None and self._connected:
            connection.disconnect()
        self.close(LOGIN_ENDED, "login")

    def on_close(self) -> None:
        """Forget the socket."""
        PageSocket.open_ones.discard(self)
        if self.connection is not None and self._connected:
            super().on_close()


async def shut_out(accounts: Accounts, kernels: Any) -> None:
    """Close the sockets of logins that have ended since the last look, and end their kernels.

    Called every few seconds, and at once by whatever on this server ends logins.
    """
    present = {socket.current_user.session_id for socket in PageSocket.open_ones if socket.settings["carekit"].accounts is accounts}
    present |= kernels.sessions()
    holding = await asyncio.to_thread(accounts.holding, present)
    await asyncio.gather(*(end_session(kernels, session_id) for session_id in present - holding))


async def end_session(kernels: Any, session_id: str) -> None:
    """A login has ended: close its pages' sockets and end their kernels at once."""
    for socket in list(PageSocket.open_ones):
        if socket.current_user.session_id == session_id:
            socket.shut()
    await kernels.end_of_session(session_id)
