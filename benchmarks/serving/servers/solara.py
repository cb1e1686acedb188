"""Solara in production mode."""

from __future__ import annotations

from benchmarks.serving.servers.server import Server, Site


def command(site: Site) -> list[str]:
    """Solara as its documentation says for production."""
    return [
        *(str(site.python), "-m", "solara", "run", "solara_app.py", "--production", "--no-open"),
        *("--host", "127.0.0.1", "--port", str(site.port)),
    ]


_CHANGE = """find => {
  const entry = find('.v-menu__content.menuable__content__active .v-list-item')[1];
  if (entry) { entry.click(); return true; }
  const field = find('.v-select .v-input__slot')[0];
  if (field && !find('.v-select--is-menu-active').length) field.click();
  return false;
}"""

SERVER = Server(
    name="solara",
    title="Solara",
    command=command,
    variables={"SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False"},
    change=_CHANGE,
    again=500,
)
