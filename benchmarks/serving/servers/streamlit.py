"""Streamlit, with the settings of a server that is no development machine."""

from __future__ import annotations

from benchmarks.serving.servers.server import Server, Site


def command(site: Site) -> list[str]:
    """Streamlit without watching files and without statistics."""
    return [
        *(str(site.python), "-m", "streamlit", "run", "streamlit_app.py", f"--server.port={site.port}", "--server.address=127.0.0.1"),
        *("--server.headless=true", "--server.fileWatcherType=none", "--browser.gatherUsageStats=false"),
    ]


# The list opens by the button beside the field; its entries come a moment later. Both react to the click of an assistive technology.
_CHANGE = """find => {
  const entry = find('[role=option]')[1];
  if (entry) { entry.click(); return true; }
  const button = find('[data-testid=stSelectbox] button[aria-haspopup=listbox][aria-expanded=false]')[0];
  if (button && !button.carekitAsked) {
    button.carekitAsked = true;
    setTimeout(() => { button.carekitAsked = false; }, 500);
    button.click();
  }
  return false;
}"""

SERVER = Server(name="streamlit", title="Streamlit", command=command, change=_CHANGE, again=500)
