"""The servers that are compared: each is one module that says how it is started, where the page is, and how its filter is changed."""

from __future__ import annotations

from benchmarks.serving.servers import carekit, panel, preheated, solara, streamlit, voila
from benchmarks.serving.servers.server import Server, Site

#: Every server by name, carekit first.
SERVERS: dict[str, Server] = {
    each.name: each for each in (carekit.SERVER, voila.SERVER, preheated.SERVER, streamlit.SERVER, solara.SERVER, panel.SERVER)
}

__all__ = ["SERVERS", "Server", "Site"]
