"""The app `difficulties`: real difficulties of children from being seen to having an outcome, and the leading group's board."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import ipywidgets as widgets

from carekit import clock
from carekit.access import Scope, may_write
from carekit.apps.app_notice import APP_CLASS, AppNotice
from carekit.apps.difficulties_cards import STEPS, DifficultyCard, StepCard
from carekit.apps.difficulties_facts import Stage, Standing, by_owner, crowded, figures, standings, this_term
from carekit.apps.session import asked, open_desk
from carekit.apps.staff import school_name
from carekit.errors import NotFound, UserError
from carekit.language import Label
from carekit.names import name_sort_key
from carekit.records import Difficulty
from carekit.records.codes import DifficultyResult, Role
from carekit.store import Desk
from carekit.widgets import Column, Facts, RecordTable, RowAction, Tone

_OPEN, _LATE, _WAITING, _OLDEST, _CLOSED = (
    Label("Open", "未办结"),
    Label("Overdue", "已逾期"),
    Label("Waiting for the branch", "待支部研究"),
    Label("Oldest waits (days)", "最久等待（天）"),
    Label("Closed this term", "本学期办结"),
)
_RAISE, _BACK, _SHOW_CLOSED = (
    Label("Raise a difficulty", "提出困难"),
    Label("Back to the list", "返回名单"),
    Label("Show closed ones too", "也看已办结的"),
)
_LIST, _BOARD = Label("Difficulties", "实际困难台账"), Label("By owner: who has done what", "按责任人：谁办了、谁没办")
_NONE = Label("No difficulty is written down here.", "这里还没有登记困难。")
_HINT = Label("Choose one or two real difficulties a child and solve them.", "每个孩子选一两项实际困难，真正解决。")
_CROWDED = Label(
    "{count} children have more than two open difficulties; choose one or two and solve these first.",
    "有{count}名孩子未办结的困难超过两项，请先选一两项真正解决。",
)
_LEFT = Label(
    "The owner of {count} open difficulties has left the school: give them another owner.",
    "有{count}项未办结困难的责任人已离校，请另定责任人。",
)
_CHILD_CROWDED = Label(
    "This child now has {count} open difficulties; choose one or two and solve these first.",
    "这名孩子现有{count}项未办结的困难，请先选一两项真正解决。",
)
#: Rows at once: the own list is read on a phone; the board is printed, and paper shows the rows of the page alone.
_PAGE_OF_OWN, _PAGE_OF_SCHOOL = 10, 50
_DAYS, _LATE_DAYS, _WAITS = (
    Label("{days} days", "{days}天"),
    Label("{days} days late", "逾期{days}天"),
    Label("waits {days} days", "已等{days}天"),
)
_GONE = Label("{name} (has left)", "{name}（已离校）")
_SAID = Label("{label}: {text}", "{label}：{text}")
_RESULT = Label("{result} {count}", "{result}{count}")
_FACTS = Label(
    "{school} {on}: open {open}, overdue {late}, waiting for the branch {waiting}, closed this term {closed}",
    "{school} {on}：未办结 {open}，已逾期 {late}，待支部研究 {waiting}，本学期办结 {closed}",
)


class Difficulties(widgets.VBox):  # type: ignore[misc]
    """The page; `found` holds what it shows."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self._school, self._writes = desk, school_name(desk), bool(may_write(desk.actor, Difficulty))
        self.found: list[Standing] = standings(desk)
        self.facts_box, self.notice = Facts(figures=True), AppNotice()
        self.card = DifficultyCard(desk, self._raised)
        self.steps: dict[str, StepCard] = {}
        self.holder = widgets.VBox([])
        self.raise_button, self.back = self._button(_RAISE, self.begin), self._button(_BACK, self.show_list)
        self.closed = widgets.Checkbox(value=False, description=_SHOW_CLOSED.text(), indent=False)
        self.closed.add_class("ck-noprint")
        self.closed.observe(lambda _: self._fill(), names="value")
        self.table, self.board = self._table(), self._board()
        self.lists = widgets.VBox([self.raise_button, self.closed, self.table, self.board])
        super().__init__([self.facts_box, self.notice, self.back, self.card, self.holder, self.lists])
        self.add_class(APP_CLASS)
        self._tell()
        self.show_list()
        self._hint()

    @staticmethod
    def _button(label: Label, act: Any) -> widgets.Button:
        button = widgets.Button(
            description=label.text(),
            button_style="primary" if label is _RAISE else "",
            layout={"width": "auto", "align_self": "flex-start"},
        )
        button.add_class("ck-noprint")
        button.on_click(lambda _: act())
        return button

    def __repr__(self) -> str:
        return f"Difficulties({self.facts()})"

    def facts(self) -> str:
        """School, day and the figures in one line."""
        counts = figures(self.found, this_term(self.desk, clock.today())[0])
        return _FACTS.format(
            school=self._school, on=clock.today(), **{name: counts[name] for name in ("open", "late", "waiting", "closed")}
        ).text()

    # --- lists --------------------------------------------------------------------------------------------------------

    def _table(self) -> RecordTable:
        actor = self.desk.actor
        actions = [
            RowAction(step.name, step.label, step.emphasis, when=lambda row, step=step: step.possible(row["standing"], actor))  # type: ignore[misc]
            for step in STEPS.values()
        ]
        return RecordTable(
            [
                Column("name", Label("Child", "儿童")),
                Column("class_name", Label("Class", "班级"), choices=_names(one.class_name for one in self.found)),
                Difficulty.fields["kind_of"],
                Difficulty.fields["what"],
                Column(
                    "stage",
                    Label("Stage", "进展"),
                    text=lambda row: row["standing"].stage.label.text(),
                    choices={s.name: s.label for s in Stage},
                ),
                Column("age", Label("Age", "已历时"), text=lambda row: _DAYS.format(days=row["age"]).text(), number=True),
                Column("when", Label("When", "期限")),
                Column("owner", Label("Owner", "责任人"), choices=_names(_owner(one) for one in self.found)),
            ],
            caption=_LIST,
            empty=_NONE,
            actions=actions if self._writes else [],
            on_action=self._act,
            page_size=_PAGE_OF_SCHOOL if self.desk.reach(Difficulty) is Scope.ALL else _PAGE_OF_OWN,
        )

    @staticmethod
    def _board() -> RecordTable:
        numbers = {
            "open": _OPEN,
            "late": _LATE,
            "still": Label("No movement for two weeks", "两周无进展"),
            "closed": _CLOSED,
        }
        return RecordTable(
            [Column("name", Label("Owner", "责任人")), *(Column(name, label, number=True) for name, label in numbers.items())],
            caption=_BOARD,
            empty=_NONE,
            page_size=_PAGE_OF_SCHOOL,
        )

    def refresh(self) -> None:
        """Ask the store again."""
        self.found = standings(self.desk)
        self._tell()

    def _tell(self) -> None:
        """Figures, board and list of what was found."""
        since = this_term(self.desk, clock.today())[0]
        counts = figures(self.found, since)
        results = "、".join(
            _RESULT.format(result=DifficultyResult(str(result)), count=count).text()
            for result, count in counts["results"].items()
            if result
        )
        items: list[tuple[Any, ...]] = [(_OPEN, counts["open"]), (_LATE, counts["late"]), (_WAITING, counts["waiting"])]
        if counts["oldest"] is not None:
            items.append((_OLDEST, counts["oldest"]))
        self.facts_box.set_items([*items, (_CLOSED, counts["closed"], results)])
        self.board.set_rows(by_owner(self.found, since))
        self._fill()

    def _fill(self) -> None:
        self.table.set_rows([_row(one) for one in self.found if self.closed.value or one.stage is not Stage.CLOSED])

    def _hint(self) -> None:
        left, many = sum(one.owner_left for one in self.found), crowded(self.found)
        if left:
            self.notice.warn(_LEFT.format(count=left))
        elif many:
            self.notice.warn(_CROWDED.format(count=len(many)))
        else:
            self.notice.info(_HINT)

    # --- steps --------------------------------------------------------------------------------------------------------

    def begin(self, child_id: str | None = None) -> None:
        """Open the form of a new difficulty."""
        self.card.begin(child_id)
        self._show(self.card)

    def _act(self, name: str, row_id: str) -> None:
        try:
            standing = next((one for one in self.found if one.revision.id == row_id), None)
            if standing is None:
                raise NotFound
            self.take(name, standing)
        except UserError as error:
            self.notice.error(error.label)

    def take(self, name: str, standing: Standing) -> StepCard:
        """Open a step for a difficulty; its form is made when it is first needed."""
        if name not in self.steps:
            self.steps[name] = StepCard(self.desk, STEPS[name], self._saved)
            self.holder.children = tuple(self.steps.values())
        self.steps[name].begin(standing)
        self._show(self.steps[name])
        return self.steps[name]

    def ask(self, child_id: str) -> None:
        """Open a new entry for the child of an address; one answer for a child who is not the person's and for none."""
        try:
            self.begin(child_id)
        except UserError as error:
            self.notice.error(error.label)

    def _raised(self, message: Label) -> None:
        before = crowded(self.found)
        self._saved(message)
        more = [count for child, count in crowded(self.found).items() if count > before.get(child, 0)]
        if more:
            self.notice.say(message, Tone.OK, [_CHILD_CROWDED.format(count=more[0])])

    def _saved(self, message: Label) -> None:
        self.refresh()
        self.show_list()
        self.notice.ok(message)

    def show_list(self) -> None:
        """The lists again."""
        self._show(None)

    def _show(self, part: widgets.Widget | None) -> None:
        cards: list[Any] = [self.card, *self.steps.values()]
        for one in cards:
            one.layout.display = "" if one is part else "none"
        self.lists.layout.display = "" if part is None else "none"
        self.back.layout.display = "none" if part is None else ""
        self.raise_button.layout.display = "" if self._writes else "none"


def _told(row: Mapping[str, Any]) -> str:
    """The difficulty, and under it what was decided and what came of it."""
    said = [_SAID.format(label=Difficulty.fields[name].label, text=row[name]).text() for name in ("decision", "outcome") if row[name]]
    return "\n".join([*([row["what"]] if row["what"] else []), *said])


def _owner(one: Standing) -> str:
    return _GONE.format(name=one.owner).text() if one.owner_left else one.owner


def _names(texts: Iterable[str]) -> dict[str, Label]:
    """A filter of what stands in a column when the page opens."""
    return {text: Label(text, text) for text in sorted(set(texts), key=name_sort_key) if text}


def _row(one: Standing) -> dict[str, Any]:
    record = one.record
    when = (
        _LATE_DAYS.format(days=one.late) if one.late else _WAITS.format(days=one.waiting) if one.stage is Stage.WAITING else record.due_on
    )
    return {
        "id": one.revision.id,
        "name": one.child,
        "class_name": one.class_name,
        "kind_of": record.kind_of,
        "what": record.what,
        "stage": one.stage.name,
        "age": one.age,
        "when": when,
        "owner": _owner(one),
        "decision": record.decision,
        "outcome": record.outcome,
        "standing": one,
    }


def difficulties(desk: Desk | None = None) -> Difficulties:
    """The app for the person of this kernel (or of `desk`); ``?child=<id>`` in the address opens a new entry for that child."""
    app = Difficulties(desk or open_desk(Role.LEADER)[0])
    child = asked("child") if desk is None else None
    if child:
        app.ask(child)
    return app
