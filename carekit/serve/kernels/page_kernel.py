"""One kernel of a page, as the server manages it."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jupyter_server.services.kernels.kernelmanager import ServerKernelManager
from traitlets import default

from carekit.serve.kernels.ear import Ear
from carekit.serve.kernels.forked import ForkedKernel, ForkedProvisioner

DEAD = "dead"


class PageKernel(ServerKernelManager):
    """Forked when its manager (`parent`) has a warm process, an ordinary process otherwise. It is never started again: it would be empty."""

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        #: Hears what the kernel says, from its start to its end.
        self.ear: Ear | None = None
        self._told: defaultdict[str, list[Callable[[], object]]] = defaultdict(list)

    @default("ip")
    def _ip_of_kernel(self) -> str:
        """Over `ipc` the beginning of the sockets' paths, which must be short: macOS allows 103 bytes, and its temporary folder takes 49."""
        if self.transport != "ipc":
            return "127.0.0.1"
        return str(Path(self.connection_file).parent / secrets.token_hex(4))

    async def start_kernel(self, *, forked: bool = False, **kwargs: Any) -> None:  # type: ignore[override]
        """Start the process."""
        if forked:
            provisioner = ForkedProvisioner(parent=self, kernel_id=kwargs["kernel_id"], kernel_spec=self.kernel_spec)
            kernels: Any = self.parent
            provisioner.warm = kernels.warm
            self.provisioner = provisioner
        await super().start_kernel(**kwargs)
        if self.forked is not None:
            self.forked.ended = self.tell_ended

    @property
    def forked(self) -> ForkedKernel | None:
        """The process, when it was forked and has not been ended."""
        process = getattr(self.provisioner, "process", None)
        return process if isinstance(process, ForkedKernel) else None

    def emit(self, schema_id: Any, data: Any) -> None:
        """Nobody listens to Jupyter's events here, and its list of what they may hold is read anew for each kernel."""

    def add_restart_callback(self, callback: Callable[[], object], event: str = "restart") -> None:
        """Remember whom to tell that the kernel has ended by itself (`event` is then "dead")."""
        self._told[event].append(callback)

    def remove_restart_callback(self, callback: Callable[[], object], event: str = "restart") -> None:
        """Forget one of them."""
        if callback in self._told[event]:
            self._told[event].remove(callback)

    def tell_ended(self) -> None:
        """Tell its pages and its manager that the kernel has ended, unless the server itself is ending it."""
        if not self.shutting_down:
            for callback in list(self._told[DEAD]):
                callback()
