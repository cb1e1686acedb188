"""The script and the style of the lean page as they were built, and which modules and styles of widgets they hold."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from carekit.errors import ProgrammerError

FOLDER = Path(__file__).parent
BUILT = FOLDER / "built"
#: Where, behind the base url, assets of pages stand; each under its digest, so that browsers keep it for good.
LEAN_PATH = "carekit/lean/"
SCRIPT, STYLE = "lean.js", "lean.css"
#: What few pages show; their script asks for it when it meets one of its widgets.
MORE = "more.js"
_MEDIA_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of a page in the forms in which it travels: by name of the encoding, best first, the plain one (``""``) last."""

    name: str
    digest: str
    forms: dict[str, bytes]

    @property
    def path(self) -> str:
        """Its address behind the base url."""
        return f"{LEAN_PATH}{self.digest}/{self.name}"

    @property
    def media_type(self) -> str:
        """What it is, for the browser."""
        return _MEDIA_TYPES[Path(self.name).suffix]


def asset(name: str, content: bytes, brotli: bytes | None = None) -> Asset:
    """An asset of these bytes; `brotli` holds the same in that encoding, where somebody made it."""
    forms = {"br": brotli} if brotli else {}
    # the level that costs little: only old browsers and plain http ask for gzip
    forms |= {"gzip": gzip.compress(content, 6, mtime=0), "": content}
    return Asset(name, sha256(content).hexdigest()[:16], forms)


@cache
def built(name: str) -> Asset:
    """`SCRIPT`, `STYLE` or `MORE` as it was built. `ProgrammerError` when it was not."""
    try:
        return asset(name, (BUILT / name).read_bytes(), (BUILT / f"{name}.br").read_bytes())
    except FileNotFoundError:
        raise ProgrammerError(f"{name} was not built; see carekit/serve/lean/js/README.md") from None


@cache
def call_script() -> str:
    """The few lines of script that stand in each page and open its socket. `ProgrammerError` when they were not built."""
    try:
        return (BUILT / "call.js").read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        raise ProgrammerError("call.js was not built; see carekit/serve/lean/js/README.md") from None


@cache
def manifest() -> dict[str, Any]:
    """What the build noted: `sources`, a digest of all that it read, and `modules` and `styles`, the key of each text by its name."""
    noted: dict[str, Any] = json.loads((BUILT / "manifest.json").read_text(encoding="utf-8"))
    return noted


@cache
def held() -> str:
    """The keys of all modules and styles in the bundle, as `HELD_VARIABLE` names them."""
    return " ".join([*manifest()["modules"].values(), *manifest()["styles"].values()])


def sources_digest() -> str:
    """The digest of what the build reads, as `js/build.mjs` computes it; it differs from the manifest's when something changed since."""
    sources = FOLDER / "js"
    elements = json.loads((sources / "elements.json").read_text(encoding="utf-8"))
    own = ["build.mjs", "elements.json", "package.json", "package-lock.json", *(f"src/{path.name}" for path in (sources / "src").iterdir())]
    widgets = {file for kind in ("modules", "styles") for files in elements[kind].values() for file in files}
    paths = [*(sources / name for name in sorted(own)), *(FOLDER.parents[1] / name for name in sorted(widgets))]
    return sha256("\0".join(path.read_text(encoding="utf-8") for path in paths).encode()).hexdigest()
