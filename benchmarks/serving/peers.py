"""The peers' own environment, made once per list of versions in the user's cache folder, and the folder from which all servers serve."""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from hashlib import sha256
from pathlib import Path

from platformdirs import user_cache_path

from benchmarks.serving.rows import write_rows

_HERE = Path(__file__).parent
#: What the peers need, at exact versions.
REQUIREMENTS = _HERE / "peers.txt"


def peers_python() -> Path:
    """The Python of the peers, installed now when it was not before; CalledProcessError when that fails."""
    state = sha256(REQUIREMENTS.read_bytes() + sys.version.encode()).hexdigest()[:12]
    folder = user_cache_path("carekit-benchmarks") / f"peers-{state}"
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    whole = folder / "whole"
    if not whole.exists():
        print(f"installing the peers into {folder}", flush=True)
        venv.create(folder, clear=True, with_pip=True)
        subprocess.run([str(python), "-m", "pip", "install", "-qq", "--requirement", str(REQUIREMENTS)], check=True)
        whole.touch()
    return python


def fill_site(folder: Path) -> None:
    """Put the apps and their rows into an empty folder."""
    for source in (_HERE / "site").iterdir():
        if source.is_file():
            shutil.copyfile(source, folder / source.name)
    write_rows(folder / "rows.csv")
