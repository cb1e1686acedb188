"""Voila as it comes: one Python per page, its own page."""

from __future__ import annotations

from benchmarks.serving.servers.server import Server, Site


def command(site: Site) -> list[str]:
    """Voila on the notebook.

    Only what a Voila alone would load in a page is allowed: the extensions of the peers in the same environment would slow it down.
    """
    allowed = '["@jupyter-widgets/jupyterlab-manager","@voila-dashboards/widgets-manager8"]'
    return [
        *(str(site.python), "-m", "voila", "dashboard.ipynb", "--no-browser", f"--port={site.port}", "--Voila.ip=127.0.0.1"),
        f"--VoilaConfiguration.extension_allowlist={allowed}",
    ]


SERVER = Server(name="voila", title="Voila", command=command)
