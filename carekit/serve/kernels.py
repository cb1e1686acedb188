"""Kernels of the pages: this Python and no other, and with the store and the person of the visit in their environment."""

from __future__ import annotations

import os
from typing import Any

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from traitlets import default

from carekit.apps.session import KEY_VARIABLE, PASSPHRASE_VARIABLE, ROLE_VARIABLE, STORE_VARIABLE
from carekit.serve.pages import Visit
from carekit.serve.places import IMPORT_FOLDER
from carekit.store import Store


class OwnPython(KernelSpecManager):
    """Offers one kernel: the Python that runs carekit, whatever kernels this user has installed elsewhere."""

    @default("kernel_dirs")
    def _kernel_dirs_default(self) -> list[str]:
        return []


class PageKernels(AsyncMappingKernelManager):
    """Starts the kernel of a page with what the server, not the address, says about store and person."""

    async def start_kernel(self, *, kernel_id: str | None = None, path: Any = None, **kwargs: Any) -> str:  # type: ignore[override]
        """Start a kernel; `env` in `kwargs` comes from Voila and holds the page's query string."""
        given = kwargs.get("env") or dict(os.environ)
        server: Any = self.parent
        visit = server.visit_of(given.get("QUERY_STRING", ""))
        kwargs["env"] = without_secrets(given) | environment(server.store, visit)
        return str(await super().start_kernel(kernel_id=kernel_id, path=path, **kwargs))


def without_secrets(variables: dict[str, str]) -> dict[str, str]:
    """The environment without what opens a store."""
    return {name: value for name, value in variables.items() if name not in {STORE_VARIABLE, KEY_VARIABLE, PASSPHRASE_VARIABLE}}


def environment(store: Store, visit: Visit | None) -> dict[str, str]:
    """What a kernel must know: store, key, person, language, and where to import carekit from.

    The key travels in the environment of the kernel's process, which other users of the machine cannot read; never in an argument.
    """
    variables = {STORE_VARIABLE: store.location, KEY_VARIABLE: store.key.hex(), "PYTHONUTF8": "1"}
    if "site-packages" not in IMPORT_FOLDER.parts:
        variables["PYTHONPATH"] = os.pathsep.join(filter(None, [str(IMPORT_FOLDER), os.environ.get("PYTHONPATH")]))
    if visit is not None:
        variables |= {ROLE_VARIABLE: visit.role.value, "CAREKIT_LANG": visit.language.value}
    return variables
