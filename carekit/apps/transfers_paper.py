"""The papers of a hand-over: the list of what is handed over with the receipt slip to be cut off, and the receipt that is sent back."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import traitlets

from carekit import clock
from carekit.apps.contact_card import CardField, CardSheet, ContactCard
from carekit.apps.staff import school_name
from carekit.apps.transfers_facts import Standing
from carekit.exchange.package import Account
from carekit.language import Label, current_language
from carekit.records import Child, Transfer
from carekit.store import Desk
from carekit.widgets import Element
from carekit.widgets.element import Message

_LIST, _RECEIPT = Label("List of what is handed over", "转学（升学）档案移交清单"), Label("Receipt", "转学（升学）档案移交回执")
_WHO, _MOVE, _WHAT = Label("Pupil", "学生"), Label("Move", "转学情况"), Label("What is handed over", "移交内容")
_ENTRIES = Label("{count} entries", "{count}条")
_CLASS = Label("Class", "班级")
_FILE, _COUNT = Label("Content", "内容"), Label("Number", "数量")
_CUT = Label("cut here and send back", "沿此线剪下，填好盖章后寄回")
_SIGN = (Label("Handed over by (signature, seal)", "移交人签字（盖章）"), Label("Received by (signature, seal)", "接收人签字（盖章）"))
_DAY_LINE = Label("____-__-__", "______年____月____日")
_DATE_LINE = Label("Date: {day}", "日期：{day}").format(day=_DAY_LINE)
_TO = Label("To: {school}", "{school}：")
_SLIP = Label(
    "The file of your pupil {child} (leaving on {day}, mark of the package {mark}) has come here and is complete. We received it on:",
    "你校转来学生{child}（{day}转出）的档案已收到，档案包校验码 {mark}，经清点无误。收到日期：",
)
_BLANK = "________"
_BY = (Label("Receiving school (seal)", "接收学校（盖章）"), Label("Received by", "签收人"), Label("Phone", "联系电话"))
_STYLE = """
body { margin: 0; color: #000; background: #fff; font: 14px/1.7 "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", "WenQuanYi Micro Hei", system-ui, sans-serif; }
h1 { font-size: 20px; text-align: center; margin: 0; } .from { text-align: center; margin: 0 0 8px; color: #333; }
table { width: 100%; border-collapse: collapse; table-layout: fixed; margin: 0 0 8px; }
th, td { border: 1px solid #000; padding: 3px 8px; text-align: left; overflow-wrap: anywhere; } th { font-weight: 400; width: 17%; background: #f2f2f2; }
.what th, .what td { width: auto; } .signs { display: grid; grid-template-columns: 1fr 1fr; gap: 4px 24px; margin: 14px 0; } .signs p { margin: 0; min-height: 3.2em; }
.cut { border-top: 1px dashed #000; text-align: center; font-size: 12px; margin: 18px 0 10px; } .slip { break-inside: avoid; }
.slip p { margin: 4px 0; } .lines { display: grid; grid-template-columns: 1fr 1fr 1fr; gap: 16px; margin-top: 18px; }
@page { size: A4; margin: 16mm; }
"""


class Paper(Element):
    """A paper in the page with a button that prints it; `show` gives what stands in the page and how the printed page is made when asked for."""

    _esm = CardSheet._esm
    _css = CardSheet._css

    markup = traitlets.Unicode("").tag(sync=True)
    print_label = traitlets.Unicode("").tag(sync=True)

    def __init__(self) -> None:
        super().__init__()
        self._make: Callable[[], str] | None = None

    def show(self, markup: str, label: Label, make: Callable[[], str]) -> None:
        """Show markup that is escaped already."""
        self._make = make
        with self.hold_sync():
            self.markup, self.print_label = markup, label.text()

    def hide(self) -> None:
        """Show nothing."""
        self._make, self.markup = None, ""

    def handlers(self) -> dict[str, Callable[[Message, list[Any]], None]]:
        """The paper is to be printed."""
        return {"print": self._print}

    def _print(self, _content: Message, _buffers: list[Any]) -> None:
        if self._make is not None:
            self.send({"type": "sheet", "page": self._make()})

    def facts(self) -> str:
        """Whether a paper is shown."""
        return "one paper" if self._make else "no paper"


def hand_over_card(desk: Desk, standing: Standing, account: Account | None) -> ContactCard:
    """What stands on the papers of a hand-over: the pupil, the move, and how much of what is handed over. The read is logged; `NotFound` as for any read."""
    record, child = standing.record, desk.get(Child, standing.child_id).record
    who = (
        *(CardField(Child.fields[name].label, _text(getattr(child, name))) for name in ("name", "sex")),
        CardField(Child.fields["born_on"].label, _text(child.birth_on)),
        CardField(Child.fields["pupil_number"].label, _text(child.pupil_number)),
        CardField(_CLASS, standing.class_name),
    )
    names = ("moved_on", "other_school", "other_contact", "package_mark", "handed_over_on")
    move = (
        *(CardField(Transfer.fields[name].label, _text(getattr(record, name))) for name in names),
        CardField(Transfer.fields["staff_id"].label, standing.staff),
    )
    sections = account.sections if account else []
    what = tuple(CardField(Label(one.title, one.title), _ENTRIES.format(count=len(one.rows)).text()) for one in sections)
    parts = tuple((label, fields) for label, fields in ((_WHO, who), (_MOVE, move), (_WHAT, what)) if fields)
    return ContactCard(standing.child_id, clock.today(), school_name(desk), parts, _LIST if standing.out else _RECEIPT)


def _text(value: object) -> str:
    label = getattr(value, "label", None)
    return label.text() if isinstance(label, Label) else "" if value is None else str(value)


def hand_over_page(card: ContactCard, standing: Standing) -> str:
    """The printed page: list, signatures, and beneath a cut the slip for the other school's receipt."""
    head = f'<h1>{escape(_LIST.text())}</h1><p class="from">{escape(card.school)} · {card.on.isoformat()}</p>'
    facts = "".join(_table(fields) for label, fields in card.parts if label is not _WHAT)
    what = "".join(_what_table(fields) for label, fields in card.parts if label is _WHAT)
    signs = "".join(f"<p>{escape(sign.text())}：<br>{escape(_DATE_LINE.text())}</p>" for sign in _SIGN)
    slip = _slip(card.school, "", standing)
    return _page(_LIST, f'{head}{facts}{what}<div class="signs">{signs}</div><div class="cut">✂ {escape(_CUT.text())}</div>{slip}')


def receipt_page(standing: Standing, school: str) -> str:
    """The receipt of a child who came, addressed to the former school, to be signed and sent back."""
    return _page(_RECEIPT, _slip(standing.record.other_school, school, standing))


def _slip(to: str, receiver: str, standing: Standing) -> str:
    mark = standing.record.package_mark or _BLANK
    said = _SLIP.format(child=standing.child, day=standing.moved_on, mark=mark).text()
    by = "".join(f"<p>{escape(label.text())}：{escape(receiver) if number == 0 else ''}</p>" for number, label in enumerate(_BY))
    return (
        f'<section class="slip"><h1>{escape(_RECEIPT.text())}</h1><p>{escape(_TO.format(school=to).text())}</p>'
        f'<p>　　{escape(said)}{escape(_DAY_LINE.text())}</p><div class="lines">{by}</div></section>'
    )


def _table(fields: tuple[CardField, ...]) -> str:
    """Two facts a line."""
    cells = [f"<th>{escape(one.label.text())}</th><td>{escape(one.value)}</td>" for one in fields]
    cells += ["<th></th><td></td>"] * (len(cells) % 2)
    rows = "".join(f"<tr>{cells[at]}{cells[at + 1]}</tr>" for at in range(0, len(cells), 2))
    return f"<table>{rows}</table>"


def _what_table(fields: tuple[CardField, ...]) -> str:
    """What is handed over and how much of it, three kinds a line."""
    cells = [f"<td>{escape(one.label.text())}</td><td>{escape(one.value)}</td>" for one in fields]
    cells += ["<td></td><td></td>"] * (-len(cells) % 3)
    head = f"<th>{escape(_FILE.text())}</th><th>{escape(_COUNT.text())}</th>" * 3
    rows = "".join(f"<tr>{''.join(cells[at : at + 3])}</tr>" for at in range(0, len(cells), 3))
    return f'<table class="what"><tr>{head}</tr>{rows}</table>'


def _page(title: Label, body: str) -> str:
    head = f'<meta charset="utf-8"><title>{escape(title.text())}</title><style>{_STYLE}</style>'
    return f'<!doctype html><html lang="{current_language()}"><head>{head}</head><body>{body}</body></html>'
