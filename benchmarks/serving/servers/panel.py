"""Panel, run once at its start so that no visitor pays for imports."""

from __future__ import annotations

from benchmarks.serving.servers.server import IN_SHADOWS, Server, Site


def command(site: Site) -> list[str]:
    """Panel on one app."""
    return [
        *(str(site.python), "-m", "panel", "serve", "panel_app.py", "--address", "127.0.0.1", "--port", str(site.port), "--warm"),
        *("--allow-websocket-origin", f"127.0.0.1:{site.port}"),
    ]


SERVER = Server(name="panel", title="Panel", command=command, page="/panel_app", find=IN_SHADOWS)
