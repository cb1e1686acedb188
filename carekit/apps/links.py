"""Links from one app to another, as HTML whose words are escaped."""

from __future__ import annotations

from html import escape

from carekit.apps.session import link_to
from carekit.language import Label
from carekit.records import RECORDS

_STYLE = (
    "display:inline-block;padding:6px 14px;border:1px solid #0b5cad;border-radius:6px;color:#0b5cad;text-decoration:none;font-size:15px"
)

_WRITE_DOWN, _WRITE_KIND = Label("Write down", "记一笔"), Label("Write down: {kind}", "记{kind}")


def app_link(words: Label, app: str, **query: str) -> str:
    """A link that looks like a button and opens the app `app` (the name of its notebook) as the same person; not printed."""
    return f'<a class="ck-link ck-noprint" style="{_STYLE}" href="{escape(link_to(app, **query))}">{escape(words.text())}</a>'


def contacts_link(kind: str | None, child_id: str) -> str:
    """A link to quick entry with the child chosen and, when one is named, the kind of record; the page there asks the store whether it may be."""
    words = _WRITE_KIND.format(kind=RECORDS[kind].label) if kind else _WRITE_DOWN
    return app_link(words, "contacts", **({"kind": kind} if kind else {}), child=child_id)
