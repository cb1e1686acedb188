"""The words of the lean page that other pages do not have."""

from __future__ import annotations

from collections.abc import Mapping

from carekit.language import Label, Language

WORDING: Mapping[str, Label] = {
    "reconnecting": Label(
        "The connection is interrupted; it is being made again. What you typed stays here.", "网络断了一下，正在重新连接。您填的内容还在。"
    ),
    "lost": Label(
        "The connection to carekit is lost. What you have not saved is kept as a draft where there is one; open the page again.",
        "与系统的连接已断开。没有保存的内容如有草稿会保留，请重新打开本页。",
    ),
    "login_again": Label(
        "Your login has ended. Copy what you have not saved, then log in again.", "登录已失效。请先复制没保存的内容，再重新登录。"
    ),
    "unsure": Label(
        "The connection was interrupted while something was being sent. Check whether it arrived; if not, do it again.",
        "刚才网络断了一下，最后一步可能没有成功。请看一看，没成功就再做一次。",
    ),
    "failed": Label(
        "Something went wrong. Open the page again; if that does not help, restart carekit.",
        "出了点问题，请重新打开本页；还不行就重启系统。",
    ),
    "stock": Label("Something here needs another view of this page. Open it again.", "有内容要换一种方式显示，请重新打开。"),
}


def words(language: Language) -> dict[str, str]:
    """The words in one language."""
    return {name: label.text(language) for name, label in WORDING.items()}
