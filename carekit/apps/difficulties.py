"""The app `difficulties`: real difficulties of children from being seen to having an outcome, and the leading group's board."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ipywidgets as widgets

from carekit import clock
from carekit.access import may_write
from carekit.apps.app_notice import APP_CLASS, AppNotice
from carekit.apps.difficulties_cards import STEPS, DifficultyCard, StepCard
from carekit.apps.difficulties_facts import Stage, Standing, by_owner, crowded, figures, standings, this_term
from carekit.apps.session import asked, open_desk
from carekit.apps.staff import school_name
from carekit.errors import NotFound, UserError
from carekit.language import Label
from carekit.records import Difficulty
from carekit.records.codes import DifficultyResult, Role
from carekit.store import Desk
from carekit.widgets import Column, Facts, RecordTable, RowAction

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
        self.found: list[Standing] = []
        self.facts_box, self.notice = Facts(figures=True), AppNotice()
        self.card = DifficultyCard(desk, self._saved)
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
        self.refresh()
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
        role = self.desk.actor.role
        actions = [
            RowAction(step.name, step.label, step.emphasis, when=lambda row, step=step: step.possible(row["standing"], role))  # type: ignore[misc]
            for step in STEPS.values()
        ]
        return RecordTable(
            [
                Column("name", Label("Child", "儿童")),
                Column("class_name", Label("Class", "班级")),
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
                Column("owner", Label("Owner", "责任人")),
            ],
            caption=_LIST,
            empty=_NONE,
            actions=actions if self._writes else [],
            on_action=self._act,
            page_size=10,
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
            page_size=10,
        )

    def refresh(self) -> None:
        """Ask the store again."""
        self.found = standings(self.desk)
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
        "owner": _GONE.format(name=one.owner).text() if one.owner_left else one.owner,
        "decision": record.decision,
        "outcome": record.outcome,
        "standing": one,
    }


def difficulties(desk: Desk | None = None) -> Difficulties:
    """The app for the person of this kernel (or of `desk`); ``?child=<id>`` in the address opens a new entry for that child."""
    app = Difficulties(desk or open_desk(Role.LEADER)[0])
    child = asked("child") if desk is None else None
    if child:
        app.begin(child)
    return app
