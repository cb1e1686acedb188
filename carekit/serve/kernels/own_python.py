"""The one kernel that is offered: the Python that runs carekit."""

from __future__ import annotations

from jupyter_client.kernelspec import KernelSpecManager
from traitlets import default


class OwnPython(KernelSpecManager):
    """Offers one kernel: the Python that runs carekit, whatever kernels this user has installed elsewhere."""

    @default("kernel_dirs")
    def _kernel_dirs_default(self) -> list[str]:
        return []
