"""The section 变动 of the app `cases`: another class, leaving, coming back, and a whole class moved up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import ipywidgets as widgets

from carekit import clock
from carekit.apps.cases_cards import OnSaved
from carekit.apps.cases_child import open_work
from carekit.apps.cases_criteria import OpenWork, criteria_html, work_criteria
from carekit.apps.cases_section import OnDone, OnError
from carekit.apps.cases_stays import StayLine, change_class, come_back, leave, stay_lines
from carekit.apps.children import Standing, class_options
from carekit.apps.staff import staff_name
from carekit.calendar import school_year, school_year_of
from carekit.errors import NotFound, UserError
from carekit.language import Label
from carekit.names import name_sort_key
from carekit.records import Enrolment
from carekit.records.codes import EntryReason
from carekit.store import Desk, Revision
from carekit.widgets import Checklist, CheckRow, Column, Drafts, Emphasis, Entry, Mark, RecordForm, RecordTable, RowAction, Saved

_WIDE = {"description_width": "initial"}
_BEFORE = Label("Before the child leaves", "离校前要办结或移交的事")
_CHOOSE = Label("Choose a child of the list first.", "请先在名单里选一个孩子。")
_BACK = Label("Back to the list", "返回名单")
_LIST, _NONE = Label("Children and their classes", "学生和班级"), Label("No child is in a class.", "没有在班的学生。")
_MOVE, _LEAVE, _RETURN = Label("Another class", "调班"), Label("Leaves the school", "离校"), Label("Returns", "返校（复学）")
_PROMOTE = Label("Move a class up", "整班升级")
_MOVED = Label("Saved: {name} is in {room} from {day} on.", "已保存：{name}自{day}起在{room}。")
_LEFT = Label("Saved: {name} leaves; the last day is {day}.", "已保存：{name}离校，在校最后一天是{day}。")
_LEFT_PAIRED = Label(
    "Saved: {name} leaves; the last day is {day}, {count} pairings end on it.",
    "已保存：{name}离校，在校最后一天是{day}，结束结对{count}个。",
)
_CAME = Label("Saved: {name} is back, in {room} from {day} on.", "已保存：{name}返校，自{day}起在{room}。")
_NOTE = Label("Hand-over note", "交接说明")
_NOTE_HINT = Label("What has to go on, and who knows the child.", "写给接手的人：孩子现在怎样、要接着做什么。")
_FROM, _TO, _FIRST = Label("Class", "现在的班"), Label("Goes on in", "升入班级"), Label("First day there", "新班第一天")
_STAYS_ON = Label("goes on", "升入新班")
_SAVE_ALL = Label("Save", "保存升级")
_UNTICK = Label("Who stays behind is not ticked", "留下的不打勾")
_NO_NEXT = Label(
    "There is no class of the next school year yet; it is made in the settings first.", "还没有下一学年的班级，请先在学校设置里建好。"
)
_NOBODY = Label("Tick at least one child.", "请至少勾选一名孩子。")
_ALL_MOVED = Label(
    "Saved: {count} children are in {room} from {day} on; {left} stay behind.", "已保存：{count}人自{day}起在{room}，{left}人留下。"
)
_CHOOSE_BOTH = Label("Choose both classes and the day first.", "请先选好两个班和日期。")
_PLEASE = Label("choose…", "请选择")
_YEAR = Label("school year {year}", "{year}学年")
_SINCE, _UNTIL = Label("In the class since", "入班日期"), Label("Last day", "离班日期")


def _rooms(desk: Desk) -> list[tuple[str, str, str]]:
    """The classes of this school year and the next one, for a picker."""
    year = school_year_of(clock.today())
    next_year = _YEAR.format(year=year + 1).text()
    return [*class_options(desk, year), *((one, name, next_year) for one, name, _ in class_options(desk, year + 1))]


def _room_name(desk: Desk, class_id: str) -> str:
    return next((name for one, name, _ in _rooms(desk) if one == class_id), "")


class MoveCard(widgets.VBox):  # type: ignore[misc]
    """Another class from a day on."""

    def __init__(self, desk: Desk, on_saved: OnSaved) -> None:
        self.desk, self._on_saved = desk, on_saved
        self._line: StayLine | None = None
        self.about = widgets.Label()
        self.form = RecordForm(
            Enrolment,
            ("class_id", "enrolled_on", "note"),
            on_submit=self._save,
            title=_MOVE,
            save_label=Label("Save change of class", "保存调班"),
        )
        super().__init__([self.about, self.form])

    def __repr__(self) -> str:
        return "MoveCard()"

    def begin(self, line: StayLine) -> None:
        """Open it for a child in a class."""
        self._line, self.about.value = line, f"{line.name} {line.detail}"
        drafts = Drafts.in_store(self.desk, "move", line.child_id)
        rooms = [one for one in _rooms(self.desk) if one[0] != line.class_id]
        self.form.start({"enrolled_on": clock.today()}, hidden={"child_id": line.child_id}, references={"class_id": rooms}, drafts=drafts)

    def _save(self, entry: Entry) -> Saved:
        line, asked = self._line, entry.record
        if line is None:
            raise UserError(_CHOOSE)
        change_class(self.desk, [line.child_id], asked.class_id, asked.enrolled_on, asked.note)
        self.desk.drop_draft("move", line.child_id)
        message = _MOVED.format(name=line.name, room=_room_name(self.desk, asked.class_id), day=asked.enrolled_on)
        self._on_saved(message)
        return Saved(message)


class LeaveCard(widgets.VBox):  # type: ignore[misc]
    """Leaving: the last day, why and where to; what is still open of the child stands beside it."""

    def __init__(self, desk: Desk, on_saved: OnSaved) -> None:
        self.desk, self._on_saved = desk, on_saved
        self._line: StayLine | None = None
        self.work = OpenWork()
        self.about, self.still = widgets.Label(), widgets.HTML()
        self.note = widgets.Textarea(
            description=_NOTE.text(), placeholder=_NOTE_HINT.text(), rows=3, style=_WIDE, layout={"width": "100%", "max_width": "760px"}
        )
        self.form = RecordForm(
            Enrolment,
            ("left_on", "leaving", "other_school", "note"),
            on_submit=self._save,
            who=lambda staff_id: staff_name(desk, staff_id),
            title=_LEAVE,
            save_label=Label("Save leaving", "保存离校"),
        )
        super().__init__([self.about, self.still, self.note, self.form])

    def __repr__(self) -> str:
        return "LeaveCard()"

    def begin(self, line: StayLine) -> None:
        """Open it for a child in a class."""
        stay = _present(self.desk, line)
        self._line, self.about.value, self.note.value = line, f"{line.name} {line.detail}", ""
        self.work = open_work(self.desk, line.child_id, clock.today())
        self.still.value = criteria_html(work_criteria(self.work), _BEFORE)
        self.note.layout.display = "" if self.work.pairings else "none"
        self.form.start(stay, drafts=Drafts.in_store(self.desk, "leave", line.child_id))

    def _save(self, entry: Entry) -> Saved:
        line, record = self._line, entry.record
        if line is None or entry.seen is None:
            raise UserError(_CHOOSE)
        ended = leave(self.desk, record, entry.seen, self.note.value, needs_note=bool(self.work.pairings))
        self.desk.drop_draft("leave", line.child_id)
        message = (_LEFT_PAIRED if ended else _LEFT).format(name=line.name, day=record.left_on, count=ended)
        self._on_saved(message)
        return Saved(message)


class ReturnCard(widgets.VBox):  # type: ignore[misc]
    """Coming back: a second stay under the same file."""

    def __init__(self, desk: Desk, on_saved: OnSaved) -> None:
        self.desk, self._on_saved = desk, on_saved
        self._line: StayLine | None = None
        self.about = widgets.Label()
        self.form = RecordForm(
            Enrolment,
            ("class_id", "enrolled_on", "other_school", "note"),
            on_submit=self._save,
            title=_RETURN,
            save_label=Label("Save return", "保存返校"),
        )
        super().__init__([self.about, self.form])

    def __repr__(self) -> str:
        return "ReturnCard()"

    def begin(self, line: StayLine) -> None:
        """Open it for a child who has left."""
        self._line, self.about.value = line, f"{line.name} {line.detail}"
        self.form.start(
            {"enrolled_on": clock.today()},
            hidden={"child_id": line.child_id, "entry": EntryReason.RETURNED},
            references={"class_id": _rooms(self.desk)},
            drafts=Drafts.in_store(self.desk, "return", line.child_id),
        )

    def _save(self, entry: Entry) -> Saved:
        line, record = self._line, entry.record
        if line is None:
            raise UserError(_CHOOSE)
        come_back(self.desk, record)
        self.desk.drop_draft("return", line.child_id)
        message = _CAME.format(name=line.name, room=_room_name(self.desk, record.class_id), day=record.enrolled_on)
        self._on_saved(message)
        return Saved(message)


def _present(desk: Desk, line: StayLine) -> Revision[Enrolment]:
    """The stay of a line as it was saved."""
    where = {"child_id": line.child_id, "class_id": line.class_id, "enrolled_on": line.enrolled_on}
    found = desk.find(Enrolment, where)
    if not found:
        raise NotFound
    return found[-1]


def _until(row: Mapping[str, Any]) -> str:
    """The last day of a stay with how it ended; "" while it goes on."""
    reason = row["leaving"].label.text() if row["leaving"] else ""
    return " ".join(filter(None, (row["until"].isoformat() if row["until"] else "", reason)))


class PromoteCard(widgets.VBox):  # type: ignore[misc]
    """A whole class goes on in next year's class; who stays behind is not ticked."""

    def __init__(self, desk: Desk, on_saved: OnSaved) -> None:
        self.desk, self._on_saved = desk, on_saved
        self._lines: list[StayLine] = []
        please = [(_PLEASE.text(), "")]
        self.from_class = widgets.Dropdown(options=please, description=_FROM.text(), style=_WIDE, layout={"height": "auto"})
        self.to_class = widgets.Dropdown(options=please, description=_TO.text(), style=_WIDE, layout={"height": "auto"})
        self.first_day = widgets.DatePicker(description=_FIRST.text(), style=_WIDE)
        self.hint = widgets.Label()
        self.list = Checklist(tick=_STAYS_ON, words={}, on_save=self._save, save_label=_SAVE_ALL)
        choose = widgets.HBox([self.from_class, self.to_class, self.first_day], layout={"flex_flow": "row wrap"})
        super().__init__([self.hint, choose, self.list])
        self.from_class.observe(lambda _: self._fill(), names="value")

    def __repr__(self) -> str:
        return f"PromoteCard({len(self._lines)} children)"

    def begin(self, lines: list[StayLine]) -> None:
        """Open it with this year's and next year's classes."""
        year, please = school_year_of(clock.today()), (_PLEASE.text(), "")
        self._lines = [line for line in lines if line.standing is Standing.ENROLLED]
        rooms = class_options(self.desk, year + 1)
        self.hint.value = (_UNTICK if rooms else _NO_NEXT).text()
        self.from_class.options = [please, *((name, one) for one, name, _ in class_options(self.desk, year))]
        self.to_class.options = [please, *((name, one) for one, name, _ in rooms)]
        self.from_class.value = self.to_class.value = ""
        self.first_day.value = school_year(year).ends_on + timedelta(days=1)
        self._fill()

    def _fill(self) -> None:
        """The children of the class chosen, all ticked."""
        own = [line for line in self._lines if line.class_id == self.from_class.value]
        rows = [CheckRow(line.child_id, line.name, line.detail, Mark(ticked=True)) for line in own]
        self.list.start(rows, caption=_PROMOTE)
        self.list.layout.display = "" if rows else "none"

    def _save(self, marks: Mapping[str, Mark]) -> Label:
        day, class_id = self.first_day.value, self.to_class.value
        if day is None or not class_id:
            raise UserError(_CHOOSE_BOTH, code="class_missing")
        going = [child_id for child_id, mark in marks.items() if mark.ticked]
        if not going:
            raise UserError(_NOBODY, code="nobody")
        change_class(self.desk, going, class_id, day)
        message = _ALL_MOVED.format(count=len(going), room=_room_name(self.desk, class_id), day=day, left=len(marks) - len(going))
        self._on_saved(message)
        return message


class MovingSection(widgets.VBox):  # type: ignore[misc]
    """The children with their last stay, and the cards of its changes; for those who keep the files of all children."""

    def __init__(self, desk: Desk, on_done: OnDone, on_error: OnError) -> None:
        self.desk, self._on_error = desk, on_error
        self.found: dict[str, StayLine] = {}
        self.move, self.leave_card, self.return_card = MoveCard(desk, on_done), LeaveCard(desk, on_done), ReturnCard(desk, on_done)
        self.promote = PromoteCard(desk, on_done)
        self._cards: tuple[Any, ...] = (self.move, self.leave_card, self.return_card, self.promote)
        self.back = widgets.Button(description=_BACK.text(), layout={"align_self": "flex-start"})
        self.back.on_click(lambda _: self.show(None))
        self.promote_button = widgets.Button(description=_PROMOTE.text(), layout={"align_self": "flex-start"})
        self.promote_button.on_click(lambda _: self.begin_promotion())
        self.table = self._table()
        self.list = widgets.VBox([self.promote_button, self.table])
        super().__init__([self.back, *self._cards, self.list])
        self.show(None)

    def __repr__(self) -> str:
        return f"MovingSection({len(self.found)} children)"

    def _table(self) -> RecordTable:
        def stands(standing: Standing) -> Any:
            return lambda row: row["standing"] is standing

        return RecordTable(
            [
                Column("name", Label("Child", "儿童"), sort=lambda row: name_sort_key(row["name"])),
                Column("detail", Label("Class and birthday", "班级和生日")),
                Column(
                    "where",
                    Label("At school", "在校情况"),
                    text=lambda row: row["standing"].label.text(),
                    choices={one.name: one.label for one in (Standing.ENROLLED, Standing.LEFT)},
                ),
                Column("since", _SINCE),
                Column("until", _UNTIL, text=_until),
            ],
            caption=_LIST,
            empty=_NONE,
            actions=[
                RowAction("move", _MOVE, when=stands(Standing.ENROLLED)),
                RowAction("leave", _LEAVE, when=stands(Standing.ENROLLED)),
                RowAction("return", _RETURN, Emphasis.PRIMARY, when=stands(Standing.LEFT)),
            ],
            on_action=self.act,
            page_size=10,
        )

    def refresh(self) -> None:
        """Ask the store again."""
        self.found = {line.child_id: line for line in stay_lines(self.desk)}
        self.table.set_rows(
            [
                {
                    "id": line.child_id,
                    "name": line.name,
                    "detail": line.detail,
                    "where": line.standing.name,
                    "standing": line.standing,
                    "since": line.enrolled_on,
                    "until": line.left_on,
                    "leaving": line.leaving,
                }
                for line in self.found.values()
            ]
        )

    def act(self, name: str, row_id: str) -> None:
        """Open the card of a step; what is in the way is said."""
        cards: dict[str, Any] = {"move": self.move, "leave": self.leave_card, "return": self.return_card}
        try:
            if row_id not in self.found:
                raise NotFound
            cards[name].begin(self.found[row_id])
        except UserError as error:
            self._on_error(error.label)
            return
        self.show(cards[name])

    def begin_promotion(self) -> None:
        """Open the card of a whole class."""
        self.promote.begin(list(self.found.values()))
        self.show(self.promote)

    def show(self, card: Any) -> None:
        """The list, or one card in its place."""
        for one in self._cards:
            one.layout.display = "" if one is card else "none"
        self.list.layout.display = "" if card is None else "none"
        self.back.layout.display = "none" if card is None else ""
