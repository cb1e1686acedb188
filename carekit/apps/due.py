"""The app `due`: what is due for me, the latest first, done or put off in place; for the leading group also by person and by class."""

from __future__ import annotations

from functools import partial
from html import escape
from typing import Any

import ipywidgets as widgets

from carekit import clock
from carekit.access import may_write
from carekit.apps.app_notice import APP_CLASS, AppNotice
from carekit.apps.contacts_entry import QuickEntry
from carekit.apps.download import Download
from carekit.apps.due_digest import Digest, digest
from carekit.apps.due_rows import PLACES, Duties, Horizon, duty_columns, shown
from carekit.apps.due_school import SchoolDuties
from carekit.apps.due_snooze import SnoozeCard, take_back
from carekit.apps.later import Later, kernel_later
from carekit.apps.links import app_link
from carekit.apps.session import open_desk
from carekit.apps.staff import school_name
from carekit.errors import UserError
from carekit.language import Label
from carekit.obligations import RULES, State
from carekit.records import Snooze, StaffMember
from carekit.records.codes import Role
from carekit.store import Desk
from carekit.widgets import Emphasis, Facts, RecordTable, RowAction

_LATE, _SOON, _PUT_OFF, _CHILDREN = (
    Label("Overdue", "已逾期"),
    Label("Due in a month", "一个月内到期"),
    Label("Put off", "已暂缓"),
    Label("Children", "涉及孩子"),
)
_MINE, _SEEN = Label("my duty", "我负责的"), Label("everything I may see", "我能看到的全部")
_WHOSE, _HOW_FAR = Label("Whose", "范围"), Label("How far", "时间")
_DO, _SNOOZE, _AGAIN = Label("Do it", "去办"), Label("Put off", "暂缓"), Label("Take back", "取消暂缓")
_NOTHING = Label("Nothing is due here. Thank you.", "这里没有到期的事，辛苦了。")
_HINT = Label("Press “Do it” and write it down at once.", "点“去办”，当场就能记下来。")
_LOOK = Label("Choose a person or a class to see what is behind the figures.", "点选责任人或班级，看具体事项。")
_GO = Label("{rule} for {name}: it is done on another page.", "{name}的{rule}要在另一个页面办理。")
_OPEN_PAGE = Label("Open the page", "打开页面办理")
_WRITE = Label("A few words are enough.", "写几个字就行，保存后名单会更新。")
_PAST = Label(
    "The period is over: write down what was really done in it, with its own date. What was not done then stays as missed.",
    "期限已过：当时办过的，请按实际日期补记；当时没有办的不能补，会一直记为未办。",
)
#: Rules whose period is over once and for all.
_BY_PERIOD = frozenset({"monthly_talk", "home_visit"})
_BACK = Label("Back to the list", "返回名单")
_DIGEST, _DIGEST_FILE = Label("Weekly digest", "待办周报"), Label("Save the digest as text", "下载周报（文本）")
_FILE = Label("digest-{day}.txt", "待办周报-{day}.txt")
_TAB_MINE, _TAB_SCHOOL = Label("My duties", "我的待办"), Label("Whole school", "全校情况")
_FACTS = Label(
    "{school} {on}: overdue {overdue}, due in a month {soon}, put off {put_off}, children {children}",
    "{school} {on}：已逾期 {overdue}，一个月内到期 {soon}，已暂缓 {put_off}，涉及孩子 {children}",
)
_AFTER = Label("{message} Overdue now: {overdue}.", "{message}现在逾期{overdue}件。")


class Due(widgets.VBox):  # type: ignore[misc]
    """The page; `duties` is everything due in the person's scope, `mine` what of it is theirs to do.

    With `later` (call this when the page has been answered) figures and lists show before the digest is written and it is counted whom nobody has met.
    """

    def __init__(self, desk: Desk, person: StaffMember, later: Later | None = None) -> None:
        self._later, self._round = later, 0
        self.desk, self.person, self._school = desk, person, school_name(desk)
        self.figures, self.notice, self.link = Facts(figures=True), AppNotice(), widgets.HTML()
        self.entry = QuickEntry(desk, self._done, self.notice.error)
        # which kind it is, the row says already
        self.entry.choice.layout.display = self.entry.question.layout.display = "none"
        self.snooze = SnoozeCard(desk, self._done)
        self.back = widgets.Button(description=_BACK.text())
        self.back.on_click(lambda _: self._show(None))
        self.whose = widgets.Dropdown(options=[(_MINE.text(), True), (_SEEN.text(), False)], description=_WHOSE.text())
        self.horizon = widgets.Dropdown(
            options=[(one.label.text(), one) for one in Horizon], value=Horizon.SOON, description=_HOW_FAR.text()
        )
        for box in (self.whose, self.horizon):
            box.observe(lambda _: self._list(), names="value")
        self.table, self.put_off = self._table(_TAB_MINE, waiting=True), self._table(_PUT_OFF, waiting=False)
        self.text, self.download = widgets.HTML(), Download(self._file, _DIGEST_FILE)
        filters = widgets.HBox([self.whose, self.horizon], layout={"flex_flow": "row wrap"})
        self.lists = widgets.VBox([filters, self.table, self.put_off, self.text, self.download])
        mine = widgets.VBox([self.back, self.link, self.snooze, self.entry, self.lists])
        self.school = SchoolDuties(desk) if person.role in (Role.LEADER, Role.REGISTRAR, Role.COUNSELLOR) else None
        super().__init__([self.figures, self.notice, self._tabs(mine)])
        self.add_class(APP_CLASS)
        self.refresh()
        self._show(None)
        if self.school is None:
            self.notice.info(_HINT if len(self.table.rows) else _NOTHING)
        else:
            self.notice.info(_LOOK)

    def _tabs(self, mine: widgets.Widget) -> widgets.Widget:
        if self.school is None:
            return mine
        tabs = widgets.Tab([self.school, mine])
        tabs.titles = (_TAB_SCHOOL.text(), _TAB_MINE.text())
        return tabs

    def __repr__(self) -> str:
        return f"Due({self.facts()})"

    def facts(self) -> str:
        """School, day and the four figures in one line."""
        return _FACTS.format(school=self._school, on=self.duties.on, **self._counts()).text()

    def _counts(self) -> dict[str, int]:
        """The figures on top: of the whole scope for those who look after the whole school, else of the person's own duties."""
        return (self.mine if self.school is None else self.duties).counts()

    # --- the lists ----------------------------------------------------------------------------------------------------

    def _table(self, caption: Label, *, waiting: bool) -> RecordTable:
        actions = [RowAction("do", _DO, Emphasis.PRIMARY, when=lambda row: self._place(row["row"]) is not None)] if waiting else []
        if may_write(self.desk.actor, Snooze):
            actions.append(RowAction("snooze", _SNOOZE) if waiting else RowAction("again", _AGAIN))
        return RecordTable(
            duty_columns(),
            caption=caption,
            empty=_NOTHING,
            actions=actions,
            on_action=self._act,
            page_size=10,
        )

    def refresh(self) -> None:
        """Ask the store again."""
        self.duties = Duties.of(self.desk, clock.today())
        self.mine = self.duties.of_person(self.person.id, self.person.role)
        counts = self._counts()
        labels = {"overdue": _LATE, "soon": _SOON, "put_off": _PUT_OFF, "children": _CHILDREN}
        self.figures.set_items([(label, counts[name]) for name, label in labels.items()])
        self._list()
        if self.school is not None:
            self.school.show(self.duties)
        self._digest: Digest | None = None
        self._round += 1
        rest = partial(self._fill_rest, self._round)
        if self._later is None:
            rest()
        else:
            self._later(rest)

    def _fill_rest(self, count: int) -> None:
        """What takes longer than the lists; a later refresh ends an earlier one."""
        if count == self._round:
            self.text.value = _as_html(self._written().text)
            if self.school is not None:
                self.school.show_missing(self.duties)

    def _written(self) -> Digest:
        """The digest of these duties, written once."""
        if self._digest is None:
            self._digest = digest(self.desk, self.person, self.duties.on, self.duties)
        return self._digest

    def _list(self) -> None:
        asked = self.mine if self.whose.value else self.duties
        self.table.set_rows(shown(asked.waiting(self.horizon.value), self.duties.on))
        away = shown(asked.in_state(State.PUT_OFF), self.duties.on)
        self.put_off.set_rows(away)
        self.put_off.layout.display = "" if away else "none"

    def _file(self) -> tuple[str, bytes, str]:
        return _FILE.format(day=self.duties.on).text(), self._written().text.encode("utf-8"), "text/plain"

    # --- doing --------------------------------------------------------------------------------------------------------

    def _place(self, row: dict[Any, Any]) -> str | None:
        """Where the person does what a row asks for: quick entry (a kind of record), another page (its name), or nowhere."""
        rule = RULES[row["rule"]]
        if row["rule"] in PLACES:
            return PLACES[row["rule"]][0]
        return rule.done_by if rule.done_by in self.entry.kinds else None

    def _act(self, name: str, row_id: str) -> None:
        rows = [*self.table.rows, *self.put_off.rows]
        row = next((one["row"] for one in rows if one["id"] == row_id), None)
        try:
            if row is None:
                return
            if name == "do":
                self.do(row)
            elif name == "snooze":
                self.snooze.begin(row)
                self._show(self.snooze)
            else:
                self._done(take_back(self.desk, row))
        except UserError as error:
            self.notice.error(error.label)

    def do(self, row: dict[Any, Any]) -> None:
        """Open what a row asks for: the form of quick entry with the child chosen, or a link to the page where it is done."""
        if row["rule"] in PLACES:
            app, with_child = PLACES[row["rule"]]
            self.notice.info(_GO.format(rule=RULES[row["rule"]].label, name=row["child"]))
            self.link.value = app_link(_OPEN_PAGE, app, **({"child": row["child_id"]} if with_child else {}))
            self._show(self.link)
        else:
            self.entry.choose(RULES[row["rule"]].done_by, row["child_id"])
            self.notice.info(_PAST if row["due_on"] < self.duties.on and row["rule"] in _BY_PERIOD else _WRITE)
            self._show(self.entry)

    def _done(self, message: Label) -> None:
        self.refresh()
        self._show(None)
        self.notice.ok(_AFTER.format(message=message, overdue=self.mine.counts()["overdue"]))

    def _show(self, part: widgets.Widget | None) -> None:
        """The lists, or one part in their place."""
        for one in (self.link, self.snooze, self.entry):
            one.layout.display = "" if one is part else "none"
        self.lists.layout.display = "" if part is None else "none"
        self.back.layout.display = "none" if part is None else ""


def _as_html(text: str) -> str:
    return f'<details class="ck-digest"><summary>{escape(_DIGEST.text())}</summary><pre style="white-space:pre-wrap">{escape(text)}</pre></details>'


def due(desk: Desk | None = None, person: StaffMember | None = None) -> Due:
    """The app for the person of this kernel (or of `desk`)."""
    if desk is None or person is None:
        desk, person = open_desk(Role.CLASS_TEACHER)
        return Due(desk, person, kernel_later())
    return Due(desk, person)
