"""What the reader of workbooks does not tell: hidden rows, text struck through, numbers shown with leading zeros, and far cells.

The package of an .xlsx or .ods file is looked through as bytes with patterns, which costs a fraction of parsing it. A cell far
away from all others must be found before reading: the reader would ask for memory for every cell in between.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

from carekit.exchange.files.file_kinds import UnreadableFile, damaged_if_it_breaks

#: Cells in the rectangle around everything that is filled, blank ones included.
MOST_CELLS = 12_000_000

_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_ROW_NUMBER = re.compile(rb'\br="(\d+)"')
_WIDE = re.compile(rb' r="[A-Z]{3}[1-9]')
_CELL = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]+)(\d+)"[^>]*?(?<!/)>')
_ODS_REPEAT = re.compile(rb'<table:(table-cell|table-row)\b[^>]*?number-(?:columns|rows)-repeated="(\d+)"[^>]*>')


@dataclass(slots=True)
class Marks:
    """What a sheet shows beside its values; rows and columns count from 0."""

    hidden_rows: frozenset[int] = frozenset()
    struck_rows: frozenset[int] = frozenset()
    zeros: dict[tuple[int, int], int] = field(default_factory=dict)


def _attribute(element: ET.Element, name: str) -> str:
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def _elements(xml: bytes, name: str) -> list[ET.Element]:
    """The elements of that name; a document with its own entities is refused, for it may unfold without end."""
    if b"<!ENTITY" in xml:
        raise UnreadableFile("FILE_DAMAGED")
    root = ET.fromstring(xml)  # noqa: S314  no entities, and its size is bounded by the package's
    return [element for element in root.iter() if element.tag.rpartition("}")[2] == name]


def _sheet_files(package: zipfile.ZipFile) -> dict[str, str]:
    """The part of each sheet, by the sheet's name."""
    relations = {
        _attribute(e, "Id"): _attribute(e, "Target") for e in _elements(package.read("xl/_rels/workbook.xml.rels"), "Relationship")
    }
    found = {}
    for sheet in _elements(package.read("xl/workbook.xml"), "sheet"):
        target = relations.get(next((v for k, v in sheet.attrib.items() if k.endswith("}id")), ""), "")
        found[_attribute(sheet, "name")] = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
    return found


@dataclass(slots=True)
class _Styles:
    zeros: dict[int, int] = field(default_factory=dict)
    struck: set[int] = field(default_factory=set)


def _read_styles(package: zipfile.ZipFile) -> _Styles:
    """Which cell formats show a number as 00001203, and which strike text through."""
    styles = _Styles()
    if "xl/styles.xml" not in package.namelist():
        return styles
    xml = package.read("xl/styles.xml")
    if b"<strike" not in xml and not re.search(rb'formatCode="0{2,}', xml):
        return styles
    formats = {_attribute(e, "numFmtId"): _attribute(e, "formatCode") for e in _elements(xml, "numFmt")}
    fonts = [
        any(part.tag.endswith("}strike") and _attribute(part, "val") not in ("0", "false") for part in font)
        for group in _elements(xml, "fonts")
        for font in group
    ]
    for group in _elements(xml, "cellXfs"):
        for index, form in enumerate(group):
            code = formats.get(_attribute(form, "numFmtId"), "")
            if re.fullmatch("0{2,}", code):
                styles.zeros[index] = len(code)
            font = int(_attribute(form, "fontId") or 0)
            if font < len(fonts) and fonts[font]:
                styles.struck.add(index)
    return styles


def column_of(letters: str) -> int:
    """The column, from 0, that has these letters."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def letters_of(column: int) -> str:
    """The letters of a column counted from 0."""
    text, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text


def _refuse_far_cells(xml: bytes) -> None:
    last = _ROW_NUMBER.search(xml, xml.rfind(b"<row "))
    rows = int(last[1]) if last else 0
    if rows * 702 <= MOST_CELLS and not _WIDE.search(xml):
        return
    highest, widest = 0, 0
    for match in _CELL.finditer(xml):
        highest, widest = max(highest, int(match[2])), max(widest, column_of(match[1].decode()) + 1)
    if highest * widest > MOST_CELLS:
        raise UnreadableFile("CELL_FAR_AWAY")


def _cells_of_styles(xml: bytes, styles: set[int]) -> list[tuple[int, int, int]]:
    """Filled cells of these formats: row, column, format."""
    found = []
    for style in styles:
        for match in re.finditer(rb"<(?:\w+:)?c\b([^>]*\bs=\"%d\"[^>]*?)(?<!/)>" % style, xml):
            place = re.search(rb'\br="([A-Z]+)(\d+)"', match[1])
            if place:
                found.append((int(place[2]) - 1, column_of(place[1].decode()), style))
    return found


def _marks_of(xml: bytes, styles: _Styles) -> Marks:
    marks = Marks()
    if b'hidden="1"' in xml or b'hidden="true"' in xml:
        hidden = [m[1] for m in _ROW.finditer(xml) if b'hidden="1"' in m[1] or b'hidden="true"' in m[1]]
        marks.hidden_rows = frozenset(int(n[1]) - 1 for attributes in hidden if (n := _ROW_NUMBER.search(attributes)))
    if styles.zeros:
        marks.zeros = {(row, column): styles.zeros[style] for row, column, style in _cells_of_styles(xml, set(styles.zeros))}
    if styles.struck:
        marks.struck_rows = frozenset(row for row, _, _ in _cells_of_styles(xml, styles.struck))
    return marks


def read_marks(content: bytes) -> dict[str, Marks]:
    """The marks of each sheet of an .xlsx file by its name; raises `UnreadableFile` for a damaged package or a cell far away."""
    with damaged_if_it_breaks(), zipfile.ZipFile(io.BytesIO(content)) as package:
        styles = _read_styles(package)
        found = {}
        for name, part in _sheet_files(package).items():
            if part in package.namelist():
                xml = package.read(part)
                _refuse_far_cells(xml)
                found[name] = _marks_of(xml, styles)
        return found


def refuse_far_cells_of_ods(content: bytes) -> None:
    """Raise `UnreadableFile` when a filled cell or row of an .ods file is repeated beyond anything a roster holds."""
    with damaged_if_it_breaks(), zipfile.ZipFile(io.BytesIO(content)) as package:
        if "META-INF/manifest.xml" in package.namelist() and b"encryption-data" in package.read("META-INF/manifest.xml"):
            raise UnreadableFile("FILE_LOCKED")
        xml = package.read("content.xml")
    filled = (m for m in _ODS_REPEAT.finditer(xml) if m[1] == b"table-cell" and not m[0].endswith(b"/>") and b"value-type" in m[0])
    if any(int(match[2]) > 20_000 for match in filled):
        raise UnreadableFile("CELL_FAR_AWAY")
