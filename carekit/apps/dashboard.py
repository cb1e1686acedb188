"""The app `dashboard`: who is covered and who is not, for the school's leaders and for each class teacher's own class.

Every figure is asked of the store anew at each refresh, for the day and the knowledge that the person chose, and says so: as of when,
as known when, over whom, by which definition. A bar or a row opens the children behind it.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Protocol

import ipywidgets

from carekit import clock
from carekit.apps.app_notice import APP_CLASS, AppNotice
from carekit.apps.dashboard_figures import Asked, overview
from carekit.apps.dashboard_parts import ComparePart, MissedPart, OverduePart, RatesPart, SituationPart
from carekit.apps.later import COUNTING, Later, kernel_later
from carekit.apps.session import open_desk
from carekit.errors import UserError
from carekit.language import Label
from carekit.records import Child
from carekit.store import Desk
from carekit.widgets import Notice

_ON, _KNOWN = Label("As of", "截止日期"), Label("As known", "按何时掌握的情况")
_NOW, _THEN = Label("now", "现在"), Label("on that day", "截止日当天")
_REFRESH = Label("Refresh", "刷新数字")
_WRONG_DAY = Label("Choose a day from 1 September 2000 to today.", "请选择2000年9月1日到今天之间的日期。")
_ASKED = Label("As of {on}, as known {known}, over {scope}.", "截至{on}，按{known}掌握的情况统计；范围：{scope}。")
_NOW_AT = Label("now ({at})", "现在（{at}）")
_EARLIEST = date(2000, 9, 1)


class Part(Protocol):
    """A part of the page: `notice` says what it is doing, `refresh` asks the store again and fills it."""

    notice: Notice

    def refresh(self, asked: Asked) -> None:
        """Ask again."""


class Dashboard(ipywidgets.VBox):  # type: ignore[misc]
    """The page. Its parts are filled anew at each refresh, never made anew.

    With `later` (call this when the page has been answered) the first figures show before the rest is counted.
    """

    def __init__(self, desk: Desk, later: Later | None = None) -> None:
        self._desk, self._later = desk, later
        self.day = ipywidgets.DatePicker(value=clock.today(), description=_ON.text(), style={"description_width": "initial"})
        self.known = ipywidgets.Dropdown(
            options=[(_NOW.text(), "now"), (_THEN.text(), "then")],
            description=_KNOWN.text(),
            style={"description_width": "initial"},
            layout={"height": "auto"},
        )
        again = ipywidgets.Button(description=_REFRESH.text(), button_style="primary")
        self.asked_line, self.notice = Notice(), AppNotice()
        self.missed, self.rates = MissedPart(desk), RatesPart(desk, self._choose_metric)
        self.compare, self.overdue, self.situation = ComparePart(desk), OverduePart(desk), SituationPart(desk)
        parts = (self.missed, self.rates, self.compare, self.overdue, self.situation)
        controls = ipywidgets.HBox([self.day, self.known, again], layout={"flex_flow": "row wrap"})
        controls.add_class("ck-noprint")
        super().__init__([controls, self.notice, self.asked_line, *(part.box for part in parts)])
        self.add_class(APP_CLASS)
        self._round = 0
        self.refresh()
        self.day.observe(lambda _: self.refresh(), names="value")
        self.known.observe(lambda _: self.refresh(), names="value")
        again.on_click(lambda _: self.refresh())

    def asked(self) -> Asked:
        """The day and the knowledge that the person chose (until its end it is the same as now); `UserError` for a day that cannot be meant."""
        on = self.day.value
        if not isinstance(on, date) or not _EARLIEST <= on <= clock.today():
            raise UserError(_WRONG_DAY, code="wrong_day")
        end = clock.start_of(on + timedelta(days=1))
        return Asked(on, end if self.known.value == "then" and end <= clock.now() else None)

    def refresh(self) -> None:
        """Ask the store for every figure again."""
        self.notice.clear()
        try:
            asked = self.asked()
        except UserError as wrong:
            self.notice.error(wrong.label)
            return
        known = _THEN if asked.known_at else _NOW_AT.format(at=f"{_school_now():%Y-%m-%d %H:%M}")
        self.asked_line.info(_ASKED.format(on=asked.on.isoformat(), known=known, scope=self._desk.reach(Child).label))
        self.missed.refresh(asked)
        self.rates.refresh(asked)
        self._round += 1
        for part in (self.compare, self.overdue, self.situation):
            part.notice.info(COUNTING)
        self._begin_filling(asked, self._round, [self.compare, self.overdue, self.situation])

    def _begin_filling(self, asked: Asked, count: int, parts: list[Part]) -> None:
        if self._later is None:
            self._fill(asked, count, parts)
        else:
            self._later(partial(self._fill, asked, count, parts))

    def _fill(self, asked: Asked, count: int, parts: list[Part]) -> None:
        """Fill parts one after another; a later refresh ends an earlier one. Between two parts the kernel answers its page."""
        for place, part in enumerate(parts):
            if count != self._round:
                return
            if self._later is not None and place:
                self._later(partial(self._fill, asked, count, parts[place:]))
                return
            part.refresh(asked)

    def _choose_metric(self, metric: str) -> None:
        self.compare.choose(metric)

    def text(self) -> str:
        """The rates as text, one a line: what is counted, numerator/denominator, per cent."""
        return "\n".join([repr(self), *(line.text() for line in overview(self.rates.figures))])

    def __repr__(self) -> str:
        day = self.day.value.isoformat() if isinstance(self.day.value, date) else "no day"
        return f"Dashboard({day}, {len(self.rates.figures)} rates, {self.missed.count} missed)"

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, str]:
        """The widget, and as plain text its figures, so that a notebook in git compares them."""
        bundle: dict[str, str] = super()._repr_mimebundle_(**kwargs)
        return {**bundle, "text/plain": self.text()}


def dashboard(desk: Desk | None = None) -> Dashboard:
    """The app for the person of this kernel (or of `desk`)."""
    return Dashboard(desk or open_desk()[0], kernel_later())


def _school_now() -> datetime:
    return clock.now() + timedelta(hours=8)
