"""Where notebooks, sample data and page assets lie, in a checkout and inside an installed wheel, and where the pages are served."""

from __future__ import annotations

from pathlib import Path

from carekit.errors import ProgrammerError

_PACKAGE = Path(__file__).parents[1]

#: Templates and assets of the pages.
TEMPLATE_FOLDER = Path(__file__).parent / "template"
ASSETS_FOLDER = Path(__file__).parent / "static"
#: The port of the pages, unless another is asked for.
DEFAULT_PORT = 8866
#: What Python needs on its path to import this carekit.
IMPORT_FOLDER = _PACKAGE.parent


def notebooks_folder() -> Path:
    """The folder with one notebook per app."""
    return _travelling("notebooks")


def sample_data_folder() -> Path:
    """The folder with the sample rosters."""
    return _travelling("sample-data")


def _travelling(name: str) -> Path:
    """A folder that lies beside the package in a checkout and inside it in a wheel."""
    for place in (_PACKAGE / "_bundled" / name, _PACKAGE.parent / name):
        if place.is_dir():
            return place
    raise ProgrammerError(f"this installation of carekit lacks its folder {name}")
