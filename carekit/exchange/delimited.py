"""Text tables: UTF-8 with or without a byte-order mark, UTF-16 with one, GB18030; separated by comma, semicolon or tab."""

from __future__ import annotations

import codecs
import csv
import io

from carekit.exchange.file_kinds import UnreadableFile

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


def read_delimited(content: bytes) -> list[list[str]]:
    """The rows of a text table, each as wide as its line says."""
    text = decode(content)
    csv.field_size_limit(LARGEST_CELL)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)))
    except csv.Error:
        raise UnreadableFile("FILE_DAMAGED") from None


#: Characters in one cell; a quotation mark that is never closed swallows the rest of a file.
LARGEST_CELL = 100_000
