"""The notebook of a page: its cells, read once for each change of the file."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import nbformat

_VERSION = 4


def cells_of(path: Path) -> list[Any]:
    """Fresh copies of the cells of the notebook at `path`, code without outputs. `FileNotFoundError` when there is none."""
    return [nbformat.from_dict(dict(cell)) for cell in _cells(path, path.stat().st_mtime_ns)]


@lru_cache(maxsize=32)
def _cells(path: Path, _changed: int) -> tuple[dict[str, Any], ...]:
    notebook = nbformat.read(path, as_version=_VERSION)
    cells = []
    for cell in notebook.cells:
        plain = {"cell_type": cell.cell_type, "id": cell.get("id", ""), "source": cell.source, "metadata": {}}
        if cell.cell_type == "code":
            plain |= {"outputs": [], "execution_count": None}
        cells.append(plain)
    return tuple(cells)
