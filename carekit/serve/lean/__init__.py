"""The lean page: an app's page that is in sight at once, with one small script instead of JupyterLab's.

* `LeanPage`      the handler of an app's page
* `lean_handlers` the routes of its assets
* `js/`           the sources of its script and style, `built/` what was made of them (see ``js/README.md``)
"""

from __future__ import annotations

from typing import Any

from carekit.serve.lean.assets import ASSET_ROUTE, LeanAsset
from carekit.serve.lean.page import LeanPage
from carekit.serve.lean.policy import STOCK_POLICY, plain_policy

__all__ = ["STOCK_POLICY", "LeanAsset", "LeanPage", "lean_handlers", "plain_policy"]


def lean_handlers(server_url: str) -> list[tuple[str, Any]]:
    """The routes of the lean page's assets behind `server_url`."""
    return [(rf"{server_url}{ASSET_ROUTE}", LeanAsset)]
