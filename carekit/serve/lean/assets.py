"""Assets of the lean page over HTTP: compressed once, kept by browsers for good; and code of widgets that are not carekit's."""

from __future__ import annotations

from collections import OrderedDict

from jupyter_server.base.handlers import JupyterHandler
from tornado import web

from carekit.serve.lean.bundle import LEAN_PATH, MORE, SCRIPT, STYLE, Asset, asset, built

#: At most so many texts of strange widgets are kept; who asks for a forgotten one sees the stock page.
_MOST = 200


class CodeStore:
    """Modules and styles of widgets that are not carekit's, kept as files because a strict page runs no code that stands in it.

    A text belongs to the account whose kernel sent it: nobody can place a script for somebody else.
    """

    def __init__(self) -> None:
        self._assets: OrderedDict[tuple[str, str], Asset] = OrderedDict()

    def keep(self, owner: str, text: str, ending: str) -> str:
        """Keep a text (`ending` is ``.js`` or ``.css``) for `owner`; gives its path behind the base url."""
        kept = asset(f"widget{ending}", text.encode())
        self._assets[owner, kept.digest] = kept
        self._assets.move_to_end((owner, kept.digest))
        while len(self._assets) > _MOST:
            self._assets.popitem(last=False)
        return kept.path

    def get(self, owner: str, digest: str) -> Asset | None:
        """The text of `owner` with this digest, or None."""
        return self._assets.get((owner, digest))


#: One for the server's process.
CODE = CodeStore()


class LeanAsset(JupyterHandler):
    """A file under its digest: scripts and style for whoever has logged in, other code only for its owner."""

    @web.authenticated
    def get(self, digest: str, name: str) -> None:
        """Send the smallest form that the browser takes."""
        found = built(name) if name in {SCRIPT, STYLE, MORE} else CODE.get(owner_of(self), digest)
        if found is None or found.digest != digest or found.name != name:
            raise web.HTTPError(404)
        accepted = {part.split(";")[0].strip() for part in self.request.headers.get("Accept-Encoding", "").split(",")}
        encoding = next(encoding for encoding in found.forms if not encoding or encoding in accepted)
        self.set_header("Content-Type", found.media_type)
        self.set_header("Cache-Control", "private, max-age=31536000, immutable")
        # said also when it is plain: the server's own compression, which says what the answer varies by, then leaves it alone
        self.set_header("Content-Encoding", encoding or "identity")
        self.finish(found.forms[encoding])

    def write_error(self, status_code: int, **_: object) -> None:
        """The status says all."""
        self.set_status(status_code)
        self.finish()


def owner_of(handler: JupyterHandler) -> str:
    """The account behind a request."""
    return str(getattr(handler.current_user, "username", ""))


ASSET_ROUTE = rf"{LEAN_PATH}([0-9a-f]{{16}})/([\w.-]+)"
