"""`FileDrop`: choose or drop a file; it comes in pieces small enough for the connection, with its size checked first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import traitlets

from carekit.errors import UserError
from carekit.language import Label
from carekit.widgets.element import Element, Message, WrongMessage, need_number, need_text, script, style

#: Bytes in one message: far below the 10 MB at which the server drops a message and all that follow.
PIECE = 512 * 1024
_TOO_LARGE = Label(
    "This file is larger than {limit}. Save it without pictures, or in two parts, and choose it again.",
    "文件超过{limit}，太大了。请删掉图片或分成两个文件后再选。",
)
_BROKEN = Label("The file did not arrive whole. Choose it again.", "文件没有传完整，请重新选择。")
_FAILED = Label(
    "The file could not be read: something went wrong here. Tell the administrator.", "文件没有读成：程序出了问题，请告诉管理员。"
)
_DONE = Label("Received.", "文件已收到。")
_WRONG_ENDING = Label("Choose a file of one of these kinds: {endings}.", "请选择这几种文件：{endings}。")


class FileDrop(Element):
    """A place to choose or drop one file of at most `limit` bytes.

    * `on_file(name, data)`: the whole file has come. It may raise `UserError` (shown), or return a `Label` to show.
    * `endings`: which files are offered (``(".xlsx", ".xls", ".ods", ".csv")``); others are refused in words.
    * `label`: what to choose; the same file chosen twice is sent twice.

    Another file may be chosen at any time: it takes the place of one that is on its way, and comes after one that is being read.
    """

    _esm = script("upload.js")
    _css = style("upload.css")
    wording: ClassVar[dict[str, Label]] = {
        "choose": Label("Choose a file", "选择文件"),
        "drop": Label("or drop it here", "或把文件拖到这里"),
        "limit": Label("at most {limit}", "不超过 {limit}"),
        "too_large": _TOO_LARGE,
        "empty": Label("This file is empty. Choose another one.", "这个文件是空的，请另选一个。"),
        "one": Label("Drop one file at a time.", "一次只能放一个文件。"),
        "wrong_ending": _WRONG_ENDING,
        "sending": Label("Sending {name}: {percent}%", "正在上传 {name}：{percent}%"),
        "reading": Label("Reading {name}…", "正在读取 {name}…"),
        "lost": Label("The file did not get through. Check the connection and choose it again.", "文件没有传上去，请检查网络后重新选择。"),
        "unreadable": Label(
            "The browser cannot read this file. Close it in other programs and choose it again.",
            "浏览器读不了这个文件，请先在别的程序里关闭它，再重新选择。",
        ),
    }

    label = traitlets.Unicode().tag(sync=True)
    limit = traitlets.Int().tag(sync=True)
    limit_text = traitlets.Unicode().tag(sync=True)
    endings = traitlets.List(traitlets.Unicode()).tag(sync=True)
    piece = traitlets.Int(PIECE).tag(sync=True)
    ack_seconds = traitlets.Float(30.0).tag(sync=True)

    def __init__(
        self,
        on_file: Callable[[str, bytes], Label | None],
        *,
        label: Label | None = None,
        endings: Sequence[str] = (),
        limit: int = 20 * 1024 * 1024,
    ) -> None:
        self._on_file = on_file
        self._coming: _Coming | None = None
        super().__init__(
            label=(label or Label("File", "文件")).text(),
            limit=limit,
            limit_text=f"{limit // 1024 // 1024} MB",
            endings=[one.lower() for one in endings],
        )

    def handlers(self) -> dict[str, Callable[[Message, list[Any]], None]]:
        """A file begins; a piece of it comes."""
        return {"begin": self._begin, "piece": self._piece}

    def _begin(self, content: Message, _buffers: list[Any]) -> None:
        n, name, size = need_number(content, "n", 1), need_text(content, "name", 300), need_number(content, "size", 1)
        self._coming = None
        if size > self.limit:
            self._refuse(n, _TOO_LARGE.format(limit=self.limit_text))
        elif self.endings and not name.lower().endswith(tuple(self.endings)):
            self._refuse(n, _WRONG_ENDING.format(endings=" ".join(self.endings)))
        else:
            self._coming = _Coming(n, name.replace("\\", "/").rsplit("/", 1)[-1], size)
            self.send({"type": "next", "n": n, "at": 0})

    def _piece(self, content: Message, buffers: list[Any]) -> None:
        coming = self._coming
        n, at = need_number(content, "n", 1), need_number(content, "at")
        if coming is None or coming.n != n or len(buffers) != 1:
            raise WrongMessage("piece")
        data = bytes(buffers[0])
        if at != len(coming.data) or not data or at + len(data) > coming.size:
            self._coming = None
            self._refuse(n, _BROKEN)
            return
        coming.data += data
        if len(coming.data) < coming.size:
            self.send({"type": "next", "n": n, "at": len(coming.data)})
            return
        self._coming = None
        self._take(coming)

    def _take(self, coming: _Coming) -> None:
        self.send({"type": "reading", "n": coming.n})
        try:
            said = self._on_file(coming.name, bytes(coming.data))
        except UserError as refused:
            self._refuse(coming.n, refused.label)
            return
        except Exception:
            self._refuse(coming.n, _FAILED)
            raise
        self.send({"type": "done", "n": coming.n, "text": (said if isinstance(said, Label) else _DONE).text()})

    def _refuse(self, n: int, sentence: Label) -> None:
        self.send({"type": "refused", "n": n, "text": sentence.text()})

    def facts(self) -> str:
        """The largest size."""
        return f"at most {self.limit_text}"


class _Coming:
    """A file of which a part has come."""

    def __init__(self, n: int, name: str, size: int) -> None:
        self.n, self.name, self.size, self.data = n, name, size, bytearray()
