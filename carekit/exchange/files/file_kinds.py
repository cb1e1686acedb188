"""What kind of file was given, told by its first bytes and never by its name; wrong kinds get one sentence to act on."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from xml.etree.ElementTree import ParseError

from carekit.errors import UserError
from carekit.language import Label

#: The largest file that is read, in bytes.
LARGEST_FILE = 20 * 1024 * 1024
#: The most that a workbook may unpack to, in bytes; a real roster of 100,000 rows stays well below.
LARGEST_UNPACKED = 400 * 1024 * 1024

_SAVE_AS = "请在WPS或Excel里打开，另存为“.xlsx”后再导入。"
_SAVE_AS_EN = "Open it in WPS or Excel, save it as .xlsx and import that."

#: Why a file cannot be read: code and sentence.
UNREADABLE: dict[str, Label] = {
    "FILE_EMPTY": Label("This file is empty (0 bytes). Export or copy it again.", "这是一个空文件（0字节）。请重新导出或重新复制后再导入。"),
    "FILE_TOO_LARGE": Label(
        "The file is larger than 20 MB. Delete pictures and sheets that are not needed, or split it.",
        "文件超过20MB。请删掉图片和用不到的工作表，或拆成几个文件后再导入。",
    ),
    "FILE_UNPACKS_TOO_LARGE": Label(
        "The workbook is far too large inside. Copy the list into a new workbook and import that.",
        "这个工作簿展开后太大。请把名单复制到新建的工作簿里，保存后再导入。",
    ),
    "FILE_LOCKED": Label(
        "The workbook is locked with a password. Open it, remove the password, save it and import it again.",
        "这个工作簿设了打开密码。请先打开并取消密码，保存后再导入。",
    ),
    "FILE_IS_HTML": Label(
        f"This is a web page that only bears the name of a workbook. {_SAVE_AS_EN}", f"这其实是网页文件，只是改了扩展名。{_SAVE_AS}"
    ),
    "FILE_IS_WORD": Label(
        "This is a Word document. Copy its table into a workbook, save that as .xlsx and import it.",
        "这是Word文档。请把里面的表格复制到Excel，另存为“.xlsx”后再导入。",
    ),
    "FILE_IS_PDF": Label(
        "This is a PDF. Ask for the original workbook, or type the list into one.", "这是PDF文件，读不出表格。请向对方要原始的Excel表，或录入Excel后再导入。"
    ),
    "FILE_IS_PICTURE": Label(
        "This is a picture. Type the list into a workbook and import that.", "这是图片，读不出名单。请把名单录入Excel后再导入。"
    ),
    "FILE_IS_ARCHIVE": Label(
        "This is a packed archive. Unpack it and import the workbook that is in it.", "这是压缩包。请先解压，再导入里面的表格文件。"
    ),
    "FILE_DAMAGED": Label(
        f"The workbook is damaged and cannot be read. {_SAVE_AS_EN}", f"文件已损坏，读不出来。{_SAVE_AS}"
    ),
    "FILE_UNKNOWN": Label(
        "This is not a workbook that can be read. Use .xlsx, .xls, .ods or .csv.", "认不出这个文件。请使用“.xlsx”“.xls”“.ods”或“.csv”格式的名单。"
    ),
    "FILE_ENCODING": Label(
        f"The characters of this text file cannot be read. {_SAVE_AS_EN}", f"认不出这个文本文件的文字编码。{_SAVE_AS}"
    ),
    "CELL_FAR_AWAY": Label(
        "Something stands in a cell very far from the list. Copy the list into a new workbook and import that.",
        "有单元格远远离开了名单。请把名单复制到新建的工作簿里，保存后再导入。",
    ),
    "NO_HEADINGS": Label(
        "No headings were found. The list needs a row of headings with 姓名 (name) and, for example, 班级 (class), 身份证号 or 性别.",
        "没有找到表头。名单需要一行表头，其中要有“姓名”，并有“班级”“性别”“身份证号”等列。请补上表头后再导入。",
    ),
}  # fmt: skip


class UnreadableFile(UserError):
    """The file is not a roster that can be read; `code` is a key of `UNREADABLE`, `label` says what to do."""

    def __init__(self, code: str) -> None:
        super().__init__(UNREADABLE[code], code=code)


#: What the standard library raises over a package whose bytes are wrong.
_BROKEN = (
    zipfile.BadZipFile, zlib.error, struct.error, ParseError, EOFError, OSError, ValueError, KeyError, IndexError, RuntimeError, NotImplementedError,
)  # fmt: skip


@contextmanager
def damaged_if_it_breaks() -> Iterator[None]:
    """Within the block, what breaks over wrong bytes becomes `UnreadableFile` (FILE_DAMAGED); an `UnreadableFile` goes on as it is."""
    try:
        yield
    except UnreadableFile:
        raise
    except _BROKEN:
        raise UnreadableFile("FILE_DAMAGED") from None


_PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
_ARCHIVES = (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def kind_of(content: bytes) -> str:
    """``"xlsx"``, ``"xls"``, ``"ods"`` or ``"text"``; raises `UnreadableFile` for everything else."""
    if not content:
        raise UnreadableFile("FILE_EMPTY")
    if len(content) > LARGEST_FILE:
        raise UnreadableFile("FILE_TOO_LARGE")
    if content.startswith(b"PK"):
        return _kind_of_package(content)
    if content.startswith(_OLE):
        return _kind_of_ole(content)
    if content.startswith(b"%PDF"):
        raise UnreadableFile("FILE_IS_PDF")
    if content.startswith(_PICTURES) or content[8:12] == b"WEBP":
        raise UnreadableFile("FILE_IS_PICTURE")
    if content.startswith(_ARCHIVES):
        raise UnreadableFile("FILE_IS_ARCHIVE")
    if content.startswith(b"{\\rtf"):
        raise UnreadableFile("FILE_IS_WORD")
    return _kind_of_text(content)


def _kind_of_package(content: bytes) -> str:
    with damaged_if_it_breaks(), zipfile.ZipFile(io.BytesIO(content)) as package:
        names = {info.filename.replace("\\", "/") for info in package.infolist()}
        unpacked = sum(info.file_size for info in package.infolist())
        media = package.read("mimetype")[:100] if "mimetype" in names else b""
    if unpacked > LARGEST_UNPACKED:
        raise UnreadableFile("FILE_UNPACKS_TOO_LARGE")
    if any(name.startswith("xl/") for name in names):
        return "xlsx"
    if any(name.startswith("word/") for name in names) or b"opendocument.text" in media:
        raise UnreadableFile("FILE_IS_WORD")
    if b"opendocument.spreadsheet" in media:
        return "ods"
    raise UnreadableFile("FILE_IS_ARCHIVE")


def _kind_of_ole(content: bytes) -> str:
    def holds(stream: str) -> bool:
        return stream.encode("utf-16-le") in content

    if holds("EncryptedPackage"):
        raise UnreadableFile("FILE_LOCKED")
    if holds("WordDocument"):
        raise UnreadableFile("FILE_IS_WORD")
    if holds("Workbook") or holds("Book"):
        return "xls"
    raise UnreadableFile("FILE_UNKNOWN")


def _kind_of_text(content: bytes) -> str:
    head = content[:4096].lstrip(b"\xef\xbb\xbf").lstrip().lower()
    if (
        head.startswith((b"<!doctype html", b"<html", b"<table", b"<head", b"<meta", b"<style"))
        or b"<html" in head
        or b"<table" in head[:512]
    ):
        raise UnreadableFile("FILE_IS_HTML")
    if head.startswith(b"<?xml"):
        raise UnreadableFile("FILE_UNKNOWN")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "text"
    if b"\x00" in content[:4096]:
        raise UnreadableFile("FILE_UNKNOWN")
    return "text"
