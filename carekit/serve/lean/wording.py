"""The words that the script of the lean page says."""

from __future__ import annotations

from collections.abc import Mapping

from carekit.language import Label, Language
from carekit.serve.pages import WORDING as PAGE_WORDING

#: Those of all pages, and the lean page's own.
WORDING: Mapping[str, Label] = {
    **{name: PAGE_WORDING[name] for name in ("lost", "reconnecting", "login_again", "failed")},
    "unsure": Label(
        "The connection was interrupted while something was being sent. Check whether it arrived; if not, do it again.",
        "刚才网络断了一下，最后一步可能没有成功。请看一看，没成功就再做一次。",
    ),
    "stock": Label("Something here needs another view of this page. Open it again.", "有内容要换一种方式显示，请重新打开。"),
}


def words(language: Language) -> dict[str, str]:
    """The words in one language."""
    return {name: label.text(language) for name, label in WORDING.items()}
