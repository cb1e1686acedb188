"""Voila with a pool of pages drawn ahead."""

from __future__ import annotations

from benchmarks.serving.servers import voila
from benchmarks.serving.servers.server import Server, Site

#: Pages drawn ahead: as many as come at once in the middle rounds.
POOL = 5


def command(site: Site) -> list[str]:
    """As `voila.command`, with the pool."""
    return [*voila.command(site), "--preheat_kernel=True", f"--pool_size={POOL}"]


# Voila fills the pool a second after a page was taken out of it.
SERVER = Server(name="preheated", title="Voila preheated", command=command, rest=1.5)
