"""Text tables: UTF-8 with or without a byte-order mark, UTF-16 with one, GB18030; separated by comma, semicolon or tab."""

from __future__ import annotations

import codecs
import csv
import io

from carekit.exchange.files.file_kinds import UnreadableFile

_DELIMITERS = ",\t;，；|"


def decode(content: bytes) -> str:
    """The text of a file; raises `UnreadableFile` (FILE_ENCODING) when it is none of the known encodings."""
    encodings = ["utf-8-sig", "gb18030"]
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        # GB18030 gives a meaning to nearly every pair of bytes; private-use characters betray another encoding.
        if encoding != "gb18030" or _plausible(text):
            return text
    raise UnreadableFile("FILE_ENCODING")


def _plausible(text: str) -> bool:
    odd = sum(1 for c in text if "\ue000" <= c <= "\uf8ff" or c == "\x80" or (c < " " and c not in "\r\n\t"))
    return odd * 20 <= len(text)


def _delimiter(text: str) -> str:
    """The separator that cuts the first lines most evenly into most cells."""
    lines = [line for line in text[:20000].splitlines()[:40] if line.strip()]
    best, best_score = ",", 0
    for mark in _DELIMITERS:
        counts = sorted(line.count(mark) for line in lines)
        score = counts[len(counts) // 2] * 4 + counts[-1] if counts else 0
        if score > best_score:
            best, best_score = mark, score
    return best


#: Characters in one cell; what is longer is no cell.
LARGEST_CELL = 100_000


def read_delimited(content: bytes) -> list[list[str]]:
    """The rows of a text table, each as wide as its line says.

    A quotation mark that stands alone (people write it for "the same as above") must not swallow the lines behind it: where marks do not
    pair up, or where every line is whole without them, they are plain characters.
    """
    text = decode(content)
    csv.field_size_limit(LARGEST_CELL)
    mark = _delimiter(text)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True))
    except csv.Error:
        return _without_quoting(text, mark)
    widths = [line.count(mark) + 1 for line in text.splitlines() if line.strip()]
    whole = len(set(widths)) == 1 and widths != [len(row) for row in rows if row]
    return _without_quoting(text, mark) if whole else rows


def _without_quoting(text: str, mark: str) -> list[list[str]]:
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=mark, quoting=csv.QUOTE_NONE))
    except csv.Error:
        raise UnreadableFile("FILE_DAMAGED") from None
    return [[_unquoted(cell) for cell in row] for row in rows]


def _unquoted(cell: str) -> str:
    if len(cell) > 1 and cell[0] == cell[-1] == '"':
        return cell[1:-1].replace('""', '"')
    return cell
