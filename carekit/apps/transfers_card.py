"""One hand-over with everything to do about it: the package to download, the papers to print, the history that goes along or came."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from carekit.apps.contact_card import card_html
from carekit.apps.download import Download, File
from carekit.apps.staff import school_name
from carekit.apps.transfers_came import ACCOUNT_COLUMNS, CAME, account_rows, came_account
from carekit.apps.transfers_facts import Standing
from carekit.apps.transfers_leaving import package_of
from carekit.apps.transfers_paper import Paper, hand_over_card, hand_over_page, receipt_page
from carekit.errors import UserError
from carekit.exchange.package import Account, account_for_paper, account_html, content_of
from carekit.language import Label
from carekit.records import Child, Transfer
from carekit.store import Desk
from carekit.widgets import Facts, Notice, RecordTable, Tone

_CHOOSE = Label("Choose a hand-over in the list first.", "请先在名单中选一项。")
_PACKAGE = Label("Make and download the package (for a school with carekit)", "制作并下载档案包（对方也用本系统）")
_READABLE = Label("Download a readable copy (for other schools)", "下载可读摘要（对方没有本系统）")
_READABLE_HINT = Label(
    "The readable copy is not sealed: hand it over in person or in a closed envelope, never by chat.",
    "可读摘要没有加密，请当面移交或密封递送，不要用聊天软件发送。",
)
_NAME = Label("transfer-{mark}.carekit", "转学档案-{mark}.carekit")
_READABLE_NAME = Label("account of {child} {day}.html", "转学档案摘要-{child}-{day}.html")
_MEDIA, _HTML = "application/octet-stream", "text/html"
_MADE = Label("Package {mark} is made. Its passphrase is:　{passphrase}", "档案包已制作，校验码 {mark}，口令：　{passphrase}")
_TELL = (
    Label(
        "Send the file, and tell the passphrase by phone only. It is shown once; if it is lost, make the package again.",
        "文件发给对方学校，口令只在电话里告知。口令只显示这一次，忘了就重新制作。",
    ),
    Label("Compare the mark with the other school on the phone.", "请在电话里和对方核对校验码。"),
)
_PRINT_LIST = Label("Print the list with the receipt slip", "打印移交清单和回执")
_PRINT_RECEIPT = Label("Print the receipt for the other school", "打印给对方学校的回执")
_HISTORY = Label("History that goes along", "随档案移交的经历")
_NO_HISTORY = Label("No history came along.", "没有随档案转来的经历。")
_STAGE, _DUE = Label("State", "状态"), Label("Receipt by", "回执期限")
_TITLE = Label("{child}: {direction}", "{child}：{direction}")
_TOLD = ("moved_on", "other_school", "other_contact", "package_mark", "handed_over_on", "receipt_on", "receipt_by", "note")


class TransferCard(widgets.VBox):  # type: ignore[misc]
    """The card; `begin` shows a hand-over; `on_made` is told the hand-over of which a package was made and gives it as it stands then."""

    def __init__(self, desk: Desk, on_made: Callable[[str], Standing | None]) -> None:
        self.desk, self._on_made = desk, on_made
        self.standing: Standing | None = None
        self._account: Account | None = None
        self.facts, self.notice, self.paper, self.hint = Facts(), Notice(), Paper(), Notice()
        self.package, self.readable = Download(self._package), Download(self._readable)
        self.history = RecordTable(ACCOUNT_COLUMNS, caption=_HISTORY, empty=_NO_HISTORY, page_size=10)
        super().__init__([self.facts, self.package, self.notice, self.paper, self.readable, self.hint, self.history])

    def __repr__(self) -> str:
        return f"TransferCard({'a hand-over is open' if self.standing else 'none is open'})"

    def begin(self, standing: Standing) -> None:
        """Show a hand-over; `NotFound` outside the person's scope or where none is written down. The reads are logged."""
        record = standing.record
        account = (
            content_of(self.desk, standing.child_id, record.moved_on).account if standing.out else came_account(self.desk, standing.id)
        )
        self.standing, self._account = standing, account
        self._fill(standing)
        self.package.offer(_PACKAGE if standing.out else None)
        self.readable.offer(_READABLE if standing.out else None)
        self.notice.clear()
        if standing.out:
            self.hint.info(_READABLE_HINT)
        else:
            self.hint.clear()
        self.history.caption = (_HISTORY if standing.out else CAME).text()
        self.history.set_rows(account_rows(account) if account else [])

    def _fill(self, standing: Standing) -> None:
        record = standing.record
        items: list[tuple[Any, ...]] = [(_STAGE, standing.stage), *([(_DUE, standing.due_on)] if standing.due_on else [])]
        items += [(Transfer.fields[name].label, getattr(record, name)) for name in _TOLD if getattr(record, name) is not None]
        self.facts.set_items(items, title=_TITLE.format(child=standing.child, direction=record.direction))

        card = hand_over_card(self.desk, standing, self._account)
        self.paper.show(card_html(card), _PRINT_LIST if standing.out else _PRINT_RECEIPT, self._printed)

    def _printed(self) -> str:
        if self.standing is None:
            raise UserError(_CHOOSE)
        shown = self.standing
        if shown.out:
            page, what = hand_over_page(hand_over_card(self.desk, shown, self._account), shown), "hand-over list"
        else:
            page, what = receipt_page(shown, school_name(self.desk)), "receipt"
        self.desk.log("export", f"{what} 1", kind=Child.kind, entity_id=shown.child_id)
        return page

    # --- files --------------------------------------------------------------------------------------------------------

    def _package(self) -> File:
        if self.standing is None:
            raise UserError(_CHOOSE)
        package, revision = package_of(self.desk, self.standing.id)
        fresh = self._on_made(revision.id)
        if fresh is not None:
            self.standing = fresh
            self._fill(fresh)
        self.notice.say(_MADE.format(mark=package.mark, passphrase=package.passphrase), Tone.WARN, _TELL)
        return _NAME.format(mark=package.mark).text(), package.data, _MEDIA

    def _readable(self) -> File:
        if self.standing is None:
            raise UserError(_CHOOSE)
        account = account_for_paper(self.desk, self.standing.child_id)
        name = _READABLE_NAME.format(child=_file_name(account.child), day=account.made_on).text()
        return name, account_html(account).encode("utf-8"), _HTML


def _file_name(text: str) -> str:
    """A name without what a file's name cannot hold."""
    return "".join(sign for sign in text if sign.isalnum() or sign in "·-_")[:40]
