"""Texts on their way into a spreadsheet or a CSV file: no formula runs, no character breaks the file, nothing is cut in silence.

In a CSV file a text that a spreadsheet would take for a formula gets one apostrophe in front; `restored` takes it away
again, so that an exported file imports with the original texts. In an XLSX file such a text is a text cell as it is.
"""

from __future__ import annotations

import re

#: A cell of XLSX holds this many UTF-16 units, which is what spreadsheets count.
CELL_LIMIT = 32_767

#: What makes Excel, WPS or LibreOffice read a CSV cell as a formula (OWASP, "CSV injection", with the full-width forms).
_STARTS = "=+\\-@\t\r\n＝＋－＠"
_FORMULA = re.compile(f"'*[{_STARTS}]")
_NEUTRALISED = re.compile(f"'+[{_STARTS}]")
#: Code points that XML 1.0 does not allow, and halves of characters that no encoding can write.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def neutralised(text: str) -> str:
    """`text` as it may stand in a CSV cell: with an apostrophe in front when it would be taken for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def restored(text: str) -> str:
    """The original of a text that `neutralised` made; any other text unchanged."""
    return text[1:] if _NEUTRALISED.match(text) else text


def writable(text: str) -> str:
    """`text` with every character that a file cannot hold replaced by U+FFFD."""
    return _ILLEGAL.sub("\ufffd", text)


def _units(text: str) -> int:
    return len(text) + sum(1 for c in text if c > "\uffff")


def pieces(text: str, limit: int = CELL_LIMIT) -> list[str]:
    """`text` in parts of at most `limit` UTF-16 units, no character cut in two; one part when it fits."""
    if len(text) * 2 <= limit or _units(text) <= limit:
        return [text]
    parts, start, used = [], 0, 0
    for place, character in enumerate(text):
        size = 2 if character > "\uffff" else 1
        if used + size > limit:
            parts.append(text[start:place])
            start, used = place, 0
        used += size
    return [*parts, text[start:]]
