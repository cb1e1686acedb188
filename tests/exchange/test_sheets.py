"""Files of every kind, and the sentences for those that are no roster."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet, OpenDocumentText
from odf.table import Table, TableCell, TableRow
from odf.text import P
from roster_files import codes, csv, put, read, read_rows, sheet_of, xlsx

from carekit.exchange.files.file_kinds import LARGEST_FILE, UNREADABLE, UnreadableFile, kind_of
from carekit.exchange.files.sheets import read_sheets
from carekit.exchange.files.workbook_xml import column_of, letters_of

_LINES = ("姓名,班级,备注", "测试甲,三(1)班,第一行", '王䶮𠮷,三(2)班,"有,逗号"')
_NAMES = ["测试甲", "王䶮𠮷"]


def _xls(rows: list[list[object]]) -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("名单")
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            sheet.write(number, column, value)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _ods(rows: list[list[str | float]]) -> bytes:
    book = OpenDocumentSpreadsheet()
    table = Table(name="名单")
    for row in rows:
        line = TableRow()
        for value in row:
            cell = TableCell(valuetype="float", value=value) if isinstance(value, float) else TableCell(valuetype="string")
            cell.addElement(P(text=str(value)))
            line.addElement(cell)
        table.addElement(line)
    book.spreadsheet.addElement(table)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _package(**parts: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name.replace("__", "/"), content)
    return target.getvalue()


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_text_tables_of_every_encoding_and_separator(encoding: str, mark: str, end: str) -> None:
    """UTF-8 with and without mark, UTF-16 and GB18030, with comma, semicolon or tab, all read the same (case 5)."""
    lines = ["姓名,班级", "测试甲,三(1)班", "王䶮𠮷,三(2)班"]
    content = end.join(line.replace(",", mark) for line in lines).encode(encoding)
    reading = read(content, "名单.csv")
    assert [row.child["name"] for row in reading.rows] == _NAMES
    assert reading.layouts[0].columns[0].path == "child.name"


def test_quoted_cells_hold_separators_and_lines() -> None:
    """A quoted cell keeps its comma and its line break, and counts as one row."""
    reading = read(csv(*_LINES, '测试丙,三(1)班,"两\n行"'))
    assert [row.child.get("note") for row in reading.rows] == ["第一行", "有,逗号", "两\n行"]
    assert reading.rows_read == 4


def test_an_apostrophe_that_export_put_before_a_formula_is_taken_off() -> None:
    """What an export made harmless comes back as the original text (case 83)."""
    assert read_rows(csv("姓名,备注", "测试甲,'=1+1"))[0].child["note"] == "=1+1"


def test_old_workbooks_under_any_name() -> None:
    """An .xls is read by its content, even when it is named .xlsx."""
    reading = read(_xls([["姓名", "身份证号"], ["测试甲", "999999201603150024"], ["测试乙", 999999201709020017]]), "名单.xlsx")
    assert reading.rows[0].child["id_number"] == "999999201603150024"
    assert codes(reading.rows[1]) == {"ID_NUMERIC_DAMAGED"}


def test_open_document_sheets() -> None:
    """An .ods is read by cell type."""
    reading = read(_ods([["姓名", "身份证号"], ["测试甲", "999999201603150024"], ["测试乙", 999999201709020017.0]]), "名单.ods")
    assert reading.rows[0].child["id_number"] == "999999201603150024"
    assert codes(reading.rows[1]) == {"ID_NUMERIC_DAMAGED"}


def _text_document() -> bytes:
    target = io.BytesIO()
    OpenDocumentText().save(target)
    return target.getvalue()


def _far() -> bytes:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet()
        put(sheet, [["姓名"], ["测试甲"]])
        sheet.write_string("XFD1048576", "x")

    return xlsx(fill)


def _bomb() -> bytes:
    return _package(**{"xl__worksheets__sheet1.xml": b" " * (401 * 1024 * 1024)})


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WRONG = {
    "FILE_EMPTY": bytes,
    "FILE_TOO_LARGE": lambda: b"PK" + bytes(LARGEST_FILE),
    "FILE_UNPACKS_TOO_LARGE": _bomb,
    "FILE_LOCKED": lambda: _OLE + bytes(512) + "EncryptedPackage".encode("utf-16-le") + bytes(512),
    "FILE_IS_HTML": "\ufeff<html xmlns:x='urn:schemas-microsoft-com:office:excel'><table><tr><td>姓名</td></tr></table></html>".encode,
    "FILE_IS_WORD": lambda: _package(word__document_xml=b"<w/>"),
    "FILE_IS_PDF": lambda: b"%PDF-1.7\n",
    "FILE_IS_PICTURE": lambda: b"\x89PNG\r\n\x1a\n" + bytes(64),
    "FILE_IS_ARCHIVE": lambda: _package(readme_txt=b"x"),
    "FILE_DAMAGED": lambda: sheet_of([["姓名"], ["测试甲"]])[:-200],
    "FILE_UNKNOWN": lambda: b"\x00\x01\x02\x03" * 64,
    "FILE_ENCODING": lambda: b"\x81\xff\x20\xfe" * 64,
    "CELL_FAR_AWAY": _far,
    "NO_HEADINGS": lambda: csv("1,2,3", "4,5,6"),
}


@pytest.mark.parametrize("code", UNREADABLE)
def test_wrong_files_get_one_sentence(code: str) -> None:
    """Every kind of wrong file has its own code and one Chinese sentence to act on, in both languages (case 13)."""
    with pytest.raises(UnreadableFile) as caught:
        read(_WRONG[code](), "名单.xls")
    assert caught.value.code == code
    assert caught.value.label.zh.endswith("。")
    assert caught.value.label.en.endswith(".")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (_OLE + bytes(512) + "WordDocument".encode("utf-16-le"), "FILE_IS_WORD"),
        (_OLE + bytes(600), "FILE_UNKNOWN"),
        (b"<table><tr><td>1</td></tr></table>", "FILE_IS_HTML"),
        (b"\xff\xd8\xff\xe0", "FILE_IS_PICTURE"),
        (b"Rar!\x1a\x07", "FILE_IS_ARCHIVE"),
        (b"{\\rtf1", "FILE_IS_WORD"),
        (b"<?xml version='1.0'?><a/>", "FILE_UNKNOWN"),
        (b"PK\x03\x04broken", "FILE_DAMAGED"),
    ],
)
def test_other_wrong_files(content: bytes, code: str) -> None:
    """Further kinds are told by their first bytes, never by the name."""
    with pytest.raises(UnreadableFile) as caught:
        kind_of(content)
    assert caught.value.code == code


def test_open_document_text_is_a_document() -> None:
    """An .odt is told to be a document, not a sheet."""
    with pytest.raises(UnreadableFile) as caught:
        kind_of(_text_document())
    assert caught.value.code == "FILE_IS_WORD"


def test_a_damaged_old_workbook_is_a_sentence() -> None:
    """An .xls cut in the middle gives a sentence, not a traceback."""
    content = _xls([["姓名"], ["测试甲"]])
    with pytest.raises(UnreadableFile):
        read_sheets(content[: len(content) // 2], "名单.xls")


def test_numbers_shown_with_zeros_are_read_as_shown() -> None:
    """A pupil's number that only its format pads is read as it is shown and told; mixed forms are told for the column (case 3)."""

    def fill(book: Any) -> None:
        sheet = book.add_worksheet()
        put(sheet, [["姓名", "学号"], ["测试甲"], ["测试乙", "00001204"], ["测试丙", 1205]])
        sheet.write_number(1, 1, 1203, book.add_format({"num_format": "00000000"}))

    reading = read(xlsx(fill))
    assert [row.child["school_number"] for row in reading.rows] == ["00001203", "00001204", "1205"]
    assert [codes(row) for row in reading.rows] == [{"ZEROS_SHOWN"}, set(), {"NUMBER_STORED"}]
    assert [p.code for p in reading.layouts[0].problems] == ["FORMS_MIXED"]


def test_letters_of_columns() -> None:
    """Column letters and numbers belong together."""
    assert [(letters_of(n), column_of(letters_of(n))) for n in (0, 25, 26, 701, 702, 16383)] == [
        ("A", 0), ("Z", 25), ("AA", 26), ("ZZ", 701), ("AAA", 702), ("XFD", 16383),
    ]  # fmt: skip
