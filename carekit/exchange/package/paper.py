"""The account as a page that is complete in itself: no script, nothing fetched, every word escaped; to be read anywhere and printed."""

from __future__ import annotations

from html import escape

from carekit.exchange.package.content import Account, Row, Section
from carekit.language import Label, current_language

_TITLE = Label("Account of a pupil who moves", "转学档案摘要")
_FROM = Label("{school}, {day}, made by {name}", "{school} · {day} · 经办人 {name}")
_SCOPE = Label(
    "As far as the person who made it may read it. What the child wrote and restricted notes stay at the former school; ask there if needed.",
    "本摘要按经办人可查看的范围列出。孩子本人所写和限制查看的记录不随档案转出，确有需要请与转出学校联系。",
)
_DATE, _WHAT, _DETAILS = Label("Date", "日期"), Label("What", "事项"), Label("Details", "内容")
_UNTIL = Label("{on} to {until}", "{on} 至 {until}")
_LINE = Label("{label}: {text}", "{label}：{text}")
_STYLE = """
body { margin: 0 auto; max-width: 900px; padding: 12px; color: #111; background: #fff;
  font: 15px/1.6 "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", "WenQuanYi Micro Hei", system-ui, sans-serif; }
h1 { font-size: 21px; text-align: center; margin: 0 0 4px; } h2 { font-size: 16px; margin: 16px 0 4px; break-after: avoid; }
p { margin: 2px 0; } .from { text-align: center; color: #444; } .scope { color: #444; font-size: 13px; }
table { width: 100%; border-collapse: collapse; table-layout: fixed; } th, td { border: 1px solid #556; padding: 3px 6px; text-align: left;
  vertical-align: top; overflow-wrap: anywhere; } th { background: #eef1f4; } th:first-child { width: 7.5em; } th:nth-child(2) { width: 30%; }
tr { break-inside: avoid; } thead { break-after: avoid; }
@media print { body { max-width: none; padding: 0; font-size: 12px; } @page { size: A4; margin: 14mm; } }
"""


def when_text(row: Row) -> str:
    """The day of an entry, or from when until when; "" without a date."""
    on, until = (day.isoformat() if day else "" for day in (row.on, row.until))
    return _UNTIL.format(on=on, until=until).text() if until else on


def details_text(row: Row) -> str:
    """The filled fields of an entry, a line each."""
    return "\n".join(_LINE.format(label=label, text=text).text() for label, text in row.lines)


def account_html(account: Account) -> str:
    """The page, in the current language but for what the account itself says."""
    head = f"<h1>{escape(_TITLE.text())}：{escape(account.child)}</h1>"
    sender = _FROM.format(school=account.school, day=account.made_on, name=account.made_by).text()
    body = f'{head}<p class="from">{escape(sender)}</p><p class="scope">{escape(_SCOPE.text())}</p>'
    body += "".join(map(_section_html, account.sections))
    meta = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(_TITLE.text())}</title>'
    return f'<!doctype html><html lang="{current_language()}"><head>{meta}<style>{_STYLE}</style></head><body>{body}</body></html>'


def _section_html(section: Section) -> str:
    names = "".join(f"<th>{escape(label.text())}</th>" for label in (_DATE, _WHAT, _DETAILS))
    return f"<h2>{escape(section.title)}（{len(section.rows)}）</h2><table><thead><tr>{names}</tr></thead>{''.join(map(_row_html, section.rows))}</table>"


def _row_html(row: Row) -> str:
    details = "<br>".join(escape(line) for line in details_text(row).split("\n"))
    return f"<tr><td>{escape(when_text(row))}</td><td>{escape(row.title)}</td><td>{details}</td></tr>"
