"""The history that a child brought along from another school, for whoever reads the child's whole file: a table in the page, folded away."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets

from carekit.exchange.package import Account, account_of, details_text, when_text
from carekit.language import Label
from carekit.records import Transfer
from carekit.records.codes import TransferDirection
from carekit.store import Desk
from carekit.widgets import Column, RecordTable

JSON = "application/json"
CAME = Label("History from the former school", "转入前的经历")
ACCOUNT_COLUMNS = (
    Column("when", Label("When", "时间")),
    Column("kind", Label("What", "事项")),
    Column("title", Label("About", "要点")),
    Column("text", Label("Details", "内容")),
)
_FROM = Label("{school}: {kind}", "{school}：{kind}")


def account_rows(account: Account) -> list[dict[str, Any]]:
    """The entries of an account for a table, what has no date on top, then the latest first; every cell is text."""
    rows = [(section.title, row) for section in account.sections for row in section.rows]
    ordered = sorted(rows, key=lambda one: one[1].on.toordinal() if one[1].on else 10**7, reverse=True)
    return [
        {"id": str(number), "when": when_text(row), "kind": kind, "title": row.title, "text": details_text(row)}
        for number, (kind, row) in enumerate(ordered)
    ]


def came_account(desk: Desk, transfer_id: str) -> Account | None:
    """The history that came with a hand-over, out of its attachment; None when none came or it is not the reader's. The read is logged."""
    for attachment in desk.attachments(Transfer, transfer_id):
        if attachment.media_type == JSON:
            return account_of(desk.attachment_bytes(Transfer, transfer_id, attachment.id))
    return None


class CameAlong(widgets.VBox):  # type: ignore[misc]
    """What came along with one child; out of sight when nothing did, or when it is not the reader's."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.table = RecordTable(ACCOUNT_COLUMNS, caption=CAME, page_size=10)
        fold = widgets.Accordion([self.table], titles=(CAME.text(),))
        fold.add_class("ck-noprint")
        super().__init__([fold], layout={"display": "none", "width": "100%"})

    def __repr__(self) -> str:
        return f"CameAlong({len(self.table.rows)} entries)"

    def show(self, child_id: str) -> None:
        """Show what came with a child, of several schools the last one first."""
        found = self._desk.find(Transfer, {"child_id": child_id, "direction": TransferDirection.IN})
        accounts = [account for one in reversed(found) if (account := came_account(self._desk, one.id)) is not None]
        rows = [
            row | {"id": f"{number}-{row['id']}", "kind": _FROM.format(school=account.school, kind=row["kind"]).text()}
            for number, account in enumerate(accounts)
            for row in account_rows(account)
        ]
        self.table.set_rows(rows)
        self.layout.display = None if rows else "none"
