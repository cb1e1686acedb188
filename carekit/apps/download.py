"""`Download`: a button that saves a file which is made only when it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import traitlets

from carekit.errors import UserError
from carekit.language import Label
from carekit.widgets import Element
from carekit.widgets.element import script, style

#: Name, bytes and media type of a file.
File = tuple[str, bytes, str]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_NOT_MADE = Label("The file was not made: something went wrong here. Tell the administrator.", "文件没有做成：程序出了问题，请告诉管理员。")


class Download(Element):
    """A button labelled by `offer`, hidden without a label; `make` gives the file each time it is pressed.

    Nothing of the file is held in the page, and `make` asks the store anew, so that rights are checked at the moment of the press.
    """

    _esm = script() + "\n" + (Path(__file__).parent / "download.js").read_text(encoding="utf-8")
    _css = style("steps.css")
    wording: ClassVar[dict[str, Label]] = {
        "making": Label("Making the file…", "正在生成文件…"),
        "saved": Label("Saved as {name}.", "已下载：{name}"),
        "lost": Label("No answer. Press again, or reload the page.", "没有回应，请再点一次，或刷新页面。"),
    }

    label = traitlets.Unicode("").tag(sync=True)

    def __init__(self, make: Callable[[], File], label: Label | None = None) -> None:
        self._make = make
        super().__init__(label=label.text() if label else "")

    def offer(self, label: Label | None) -> None:
        """Show the button with another label, or hide it."""
        self.label = label.text() if label else ""

    def handlers(self) -> dict[str, Callable[[Any, list[Any]], None]]:
        """The button was pressed."""
        return {"ask": self._ask}

    def _ask(self, _content: Any, _buffers: list[Any]) -> None:
        if not self.label:
            return
        try:
            name, content, media_type = self._make()
        except UserError as error:
            self.send({"type": "refused", "text": error.text()})
            return
        except Exception:
            self.send({"type": "refused", "text": _NOT_MADE.text()})
            raise
        self.send({"type": "file", "name": name, "media_type": media_type}, buffers=[content])

    def facts(self) -> str:
        """Whether there is something to download."""
        return "offered" if self.label else "hidden"
