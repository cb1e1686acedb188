"""`AppNotice`: the notice of an app, which also brings the style of Jupyter's own buttons and boxes inside it."""

from __future__ import annotations

from pathlib import Path

from carekit.widgets import Notice
from carekit.widgets.element import style

#: The class of an app's outermost box, within which `app_notice.css` applies.
APP_CLASS = "ck-app"


class AppNotice(Notice):
    """A `Notice` that makes Jupyter's buttons, boxes and tabs within an element of class `APP_CLASS` fit the other widgets."""

    _css = style("notice.css") + "\n" + (Path(__file__).parent / "app_notice.css").read_text(encoding="utf-8")
