"""Entering scores: several subjects of one child in one form, or one exam of a whole class from lines of text with a preview."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any

import ipywidgets as widgets

from carekit import clock
from carekit.apps.app_notice import AppNotice
from carekit.apps.children import child_options, classes_on
from carekit.apps.plans_scores_reading import (
    ExamPaper,
    LineState,
    Pupil,
    ScoreLine,
    list_of,
    pupils_of,
    read_lines,
    read_points,
    score_of,
)
from carekit.apps.staff import staff_name
from carekit.errors import UserError
from carekit.fields import new_id
from carekit.language import Label
from carekit.records import Child, Score
from carekit.records.codes import Exam, Subject
from carekit.store import Desk
from carekit.widgets import Column, Drafts, Entry, Part, RecordForm, RecordTable, Saved

ONE_FIELDS = ("child_id", "held_on", "exam", "subject", "points", "full_points", "note")
MORE_FIELDS = ("subject", "points", "full_points", "note")
#: Stand in the rows of further subjects until the form is saved: they are of the child and the day above.
_OF_NOBODY = {"child_id": "0" * 26, "held_on": date(2000, 1, 1)}
_CLASS_DRAFT = "class_scores"

_ONE, _SAVE_ONE, _AMEND = (
    Label("Scores of one child", "一个孩子的成绩"),
    Label("Save scores", "保存成绩"),
    Label("Correct a score", "改正成绩"),
)
_MORE = Label("Another subject", "其他学科")
_SAVED = Label("Saved: {n} score(s) of {name}.", "已保存：{name}的{n}科成绩。")
_CORRECTED = Label("Saved: the score is corrected; the earlier one is kept in the changes.", "已保存：成绩已改正，原来的保留在修改记录里。")
_TWICE = Label("{subject} stands here twice. Leave one.", "{subject}写了两次，请只留一个。")
_ALREADY = Label(
    "There is a score in {subject} of this exam on this day already ({points}). Correct that one on the child's progress page.",
    "{subject}这次考试已有成绩（{points}）。要改正，请到进步档案里点“改正”。",
)
_CLASS, _SUBJECT, _EXAM = Label("Class", "班级"), Score.fields["subject"].label, Score.fields["exam"].label
_DAY, _FULL = Score.fields["held_on"].label, Score.fields["full_points"].label
_LINES = Label(
    "One line for each child: name, then the points. Paste from a spreadsheet, or type.",
    "每行一个孩子：姓名后面填得分。可以从表格粘贴，也可以直接填。",
)
_LIST, _LOOK, _SAVE = (
    Label("Put in the class list", "填入全班名单"),
    Label("Look through", "核对"),
    Label("Save what is recognised", "保存已识别的成绩"),
)
_PREVIEW, _NONE = Label("What was recognised", "识别结果"), Label("Enter lines above, then press “Look through”.", "在上面填好后点“核对”。")
_COUNTS = Label(
    "Recognised {taken}, not recognised {wrong}, left blank {blank}. Nothing is saved yet.",
    "已识别{taken}人，未识别{wrong}行，未填{blank}人。还没有保存。",
)
_LOOK_FIRST = Label("Look through the lines first: what you entered has changed.", "内容有改动，请先点“核对”再保存。")
_LOOK_AGAIN = Label(
    "Somebody saved scores of this exam meanwhile. Look at the result below, then save again.",
    "这次考试刚有别人录入了成绩。请看下面的识别结果，再点保存。",
)
_NOTHING = Label("There is nothing to save. Enter the points after the names.", "没有可保存的成绩，请在姓名后面填得分。")
_SAVED_CLASS = Label("Saved: scores of {n} children.", "已保存{n}名孩子的成绩。")
_SAVED_SOME = Label(
    "Saved: scores of {n} children. {wrong} line(s) were not recognised and still stand below.",
    "已保存{n}名孩子的成绩。还有{wrong}行未识别，留在下面，请改正后再保存。",
)
_NO_CLASS = Label("There is no class with children of yours.", "您没有任教或带班的孩子。")
_WRONG_DAY = Label("Choose the day of the exam, not later than today.", "请选择考试日期，不能晚于今天。")
_CHOOSE, _NO_SUBJECT = Label("— choose —", "— 请选择 —"), Label("Choose the subject first.", "请先选择学科。")
_RESTORED = Label("What you entered last time and did not save is back.", "上次填了没有保存的内容已恢复，请核对后再保存。")
_WRONG_FULL = Label("Enter the full score as a number above 0, such as 100.", "满分请填大于0的数字，如100。")

OnSaved = Callable[[Label], None]


def saved_scores(desk: Desk, paper_of: tuple[Subject, Exam, date], child_ids: Sequence[str]) -> dict[str, Decimal]:
    """The scores of an exam on a day that are saved already, by child."""
    subject, exam, day = paper_of
    found = desk.find(Score, {"child_id": list(child_ids), "subject": subject, "exam": exam, "held_on": day})
    return {one.record.child_id: one.record.points for one in found}


class OneChildScores(widgets.VBox):  # type: ignore[misc]
    """Several subjects of one child; `begin_amending` corrects a saved score."""

    def __init__(self, desk: Desk, on_saved: OnSaved) -> None:
        self.desk, self._on_saved = desk, on_saved
        self._names: dict[str, str] = {}
        self.form = RecordForm(
            Score,
            ONE_FIELDS,
            on_submit=self._save,
            parts={"more": Part(Score, MORE_FIELDS, _MORE, hidden=_OF_NOBODY, most=len(Subject) - 1)},
            title=_ONE,
            save_label=_SAVE_ONE,
        )
        self.correction = RecordForm(
            Score, Score.quick, on_submit=self._correct, who=lambda staff_id: staff_name(desk, staff_id), title=_AMEND, save_label=_SAVE_ONE
        )
        super().__init__([self.form, self.correction])

    def __repr__(self) -> str:
        return "OneChildScores()"

    def begin(self, child_id: str | None = None) -> None:
        """An empty entry, for a child when one is named; `NotFound` for a child who is not the person's."""
        if child_id:
            self.desk.get(Child, child_id)
        options = child_options(self.desk, clock.today())
        self._names = {one: name for one, name, _ in options}
        initial = {"child_id": child_id, "held_on": clock.today(), "exam": Exam.UNIT}
        self.form.start(initial, references={"child_id": options}, drafts=Drafts.in_store(self.desk, Score.kind, ""))
        self._show(self.form)

    def begin_amending(self, score_id: str) -> None:
        """A saved score; `NotFound` outside the person's scope."""
        score = self.desk.get(Score, score_id)
        drafts = Drafts.in_store(self.desk, f"amend:{score_id}", score.record.child_id)
        self.correction.start(score, hidden={"child_id": score.record.child_id}, drafts=drafts)
        self._show(self.correction)

    def _show(self, form: RecordForm) -> None:
        for one in (self.form, self.correction):
            one.layout.display = "" if one is form else "none"

    def _save(self, entry: Entry) -> Saved:
        first: Score = entry.record
        above = {"child_id": first.child_id, "held_on": first.held_on, "exam": first.exam}
        scores = [first, *(one.model_copy(update=above) for one in entry.parts["more"])]
        subjects = [score.subject for score in scores]
        for subject in subjects:
            if subjects.count(subject) > 1:
                raise UserError(_TWICE.format(subject=subject), code="subject_twice")
        found = self.desk.find(Score, {"child_id": first.child_id, "exam": first.exam, "held_on": first.held_on, "subject": subjects})
        own = {score.id for score in scores}
        for other in (one.record for one in found if one.id not in own):
            raise UserError(_ALREADY.format(subject=other.subject, points=_plain(other.points)), code="score_there")
        self.desk.add_all(scores)
        self.desk.drop_draft(Score.kind, "")
        message = _SAVED.format(n=len(scores), name=self._names.get(first.child_id, ""))
        self._on_saved(message)
        return Saved(message)

    def _correct(self, entry: Entry) -> Saved:
        revision = self.desk.amend(entry.record, seen=entry.seen or 0)
        self.desk.drop_draft(f"amend:{revision.id}", revision.record.child_id)
        self._on_saved(_CORRECTED)
        return Saved(_CORRECTED, revision.version)


def _plain(points: Decimal) -> str:
    return f"{points.normalize():f}"


class ClassScores(widgets.VBox):  # type: ignore[misc]
    """One exam of a class: lines of text, a preview of what is recognised and what is not, and a save that takes the recognised ones."""

    def __init__(self, desk: Desk, on_saved: OnSaved) -> None:
        self.desk, self._on_saved = desk, on_saved
        self._pupils: dict[str, list[Pupil]] = {}
        self._looked: tuple[Any, ...] | None = None
        self._lines: list[ScoreLine] = []
        self._ids: dict[str, str] = {}
        self.notice = AppNotice()
        self.room = _dropdown(_CLASS, [])
        self.subject = _dropdown(_SUBJECT, [(_CHOOSE.text(), ""), *((one.label.text(), str(one)) for one in Subject)])
        self.exam = _dropdown(_EXAM, [(one.label.text(), str(one)) for one in Exam])
        self.exam.value = str(Exam.UNIT)
        self.day = widgets.DatePicker(description=_DAY.text(), style={"description_width": "initial"})
        self.full = widgets.Text(value="100", description=_FULL.text(), style={"description_width": "initial"})
        self.lines = widgets.Textarea(continuous_update=False, layout={"width": "100%", "height": "16em"})
        self.list_button, self.look_button = widgets.Button(description=_LIST.text()), widgets.Button(description=_LOOK.text())
        self.save_button = widgets.Button(description=_SAVE.text(), button_style="primary", disabled=True)
        self.preview = RecordTable(
            [
                Column("name", Label("Child", "儿童")),
                Column("points", Score.fields["points"].label, number=True),
                Column("state", Label("Result", "识别"), choices={one.name: one.label for one in LineState}, text=lambda row: row["said"]),
            ],
            caption=_PREVIEW,
            empty=_NONE,
            searchable=False,
            page_size=60,
        )
        self._listen()
        above = widgets.HBox([self.room, self.subject, self.exam, self.day, self.full], layout={"flex_flow": "row wrap"})
        buttons = widgets.HBox([self.list_button, self.look_button, self.save_button], layout={"flex_flow": "row wrap"})
        super().__init__([above, widgets.Label(_LINES.text()), self.lines, buttons, self.notice, self.preview])

    def __repr__(self) -> str:
        return f"ClassScores({len(self._lines)} lines)"

    def _listen(self) -> None:
        self.list_button.on_click(lambda _: self.notice.told(self.put_list))
        self.look_button.on_click(lambda _: self.notice.told(self.look))
        self.save_button.on_click(lambda _: self.notice.told(self.save))
        for box in (self.room, self.subject, self.exam, self.day, self.full, self.lines):
            box.observe(lambda _: self._changed(), names="value")

    def begin(self) -> None:
        """The classes of the person's children, and the lines that were left behind unsaved."""
        today = clock.today()
        rooms, children = classes_on(self.desk, today), child_options(self.desk, today)
        grouped: dict[str, list[tuple[str, str, str]]] = {}
        for one in children:
            grouped.setdefault(rooms[one[0]].id, []).append(one)
        names = {room.id: room.name for room in rooms.values()}
        self._pupils = {room_id: pupils_of(found) for room_id, found in grouped.items()}
        chosen = self.room.value if self.room.value in grouped else next(iter(grouped), None)
        self.room.options = [(names[room_id], room_id) for room_id in grouped]
        self.room.value = chosen
        self.day.value = self.day.value or today
        restored = self._restore()
        self._forget()
        if not grouped:
            self.notice.info(_NO_CLASS)
        elif restored:
            self.notice.info(_RESTORED)
        else:
            self.notice.clear()

    def _restore(self) -> bool:
        """Put back what was entered and not saved, with the exam it was for; gives whether there was any."""
        draft = self.desk.draft(_CLASS_DRAFT, "")
        if draft is None:
            self.lines.value = ""
            return False
        for box, name in ((self.room, "room"), (self.subject, "subject"), (self.exam, "exam")):
            if draft.content.get(name) in [value for _, value in box.options]:
                box.value = draft.content[name]
        self.full.value = str(draft.content.get("full", self.full.value))
        with suppress(ValueError):
            self.day.value = date.fromisoformat(str(draft.content.get("day", "")))
        self.lines.value = str(draft.content.get("lines", ""))
        return True

    def put_list(self) -> None:
        """Put a line for each child of the class that has none yet under what stands there."""
        present = {line.child_id for line in read_lines(self.lines.value, self._pupils.get(self.room.value, []), self._paper(), {})}
        wanted = [pupil for pupil in self._pupils.get(self.room.value, []) if pupil.child_id not in present]
        self.lines.value = "\n".join(filter(None, (self.lines.value.rstrip("\n"), list_of(wanted))))

    def look(self) -> None:
        """Show what each line says; nothing is saved. `UserError` for a day or a full score that cannot be."""
        paper, pupils = self._paper(), self._pupils.get(self.room.value, [])
        present = saved_scores(self.desk, (paper.subject, paper.exam, paper.held_on), [pupil.child_id for pupil in pupils])
        self._lines = read_lines(self.lines.value, pupils, paper, present)
        self._looked = self._entered()
        written = {pupil.child_id: pupil.written for pupil in pupils}
        self.preview.set_rows(
            [
                _preview_row(line, written)
                for line in sorted(self._lines, key=lambda one: one.state is not LineState.WRONG)
                if line.state is not LineState.BLANK
            ]
        )
        counts = {state: sum(line.state is state for line in self._lines) for state in LineState}
        self.save_button.disabled = not counts[LineState.TAKEN]
        said = _COUNTS.format(taken=counts[LineState.TAKEN], wrong=counts[LineState.WRONG], blank=counts[LineState.BLANK])
        if counts[LineState.WRONG]:
            self.notice.warn(said)
        else:
            self.notice.info(said)

    def save(self) -> None:
        """Save the lines that were recognised when they were looked through; the others stay. `UserError` when something was changed since."""
        if self._looked is None or self._looked != self._entered():
            raise UserError(_LOOK_FIRST, code="look_first")
        with self.desk.transaction():
            before = self._lines
            self.look()
            if before != self._lines:  # somebody saved scores of this exam meanwhile
                raise UserError(_LOOK_AGAIN, code="look_again")
            scores = self._scores()
            self.desk.add_all(scores)
        left = [line for line in self._lines if line.state is LineState.WRONG]
        self.lines.value = "\n".join(line.text for line in left)
        self._forget()
        if left:
            self.notice.warn(_SAVED_SOME.format(n=len(scores), wrong=len(left)))
        else:
            self.desk.drop_draft(_CLASS_DRAFT, "")
            self._on_saved(_SAVED_CLASS.format(n=len(scores)))

    def _scores(self) -> list[Score]:
        """The records of the lines that are recognised; with the same ids when Save is pressed again, so that nothing is saved twice."""
        paper = self._paper()
        taken = [(line.child_id, line.points) for line in self._lines if line.state is LineState.TAKEN]
        if not taken:
            raise UserError(_NOTHING, code="nothing_to_save")
        return [
            score_of(child_id, points, paper, self._ids.setdefault(child_id, new_id()))
            for child_id, points in taken
            if child_id is not None and points is not None
        ]

    def _paper(self) -> ExamPaper:
        if not isinstance(self.day.value, date) or self.day.value > clock.today():
            raise UserError(_WRONG_DAY, code="wrong_day")
        full = read_points(self.full.value)
        if not self.subject.value:
            raise UserError(_NO_SUBJECT, code="no_subject")
        if not full:
            raise UserError(_WRONG_FULL, code="wrong_full_points")
        return ExamPaper(Subject(self.subject.value), Exam(self.exam.value), self.day.value, full)

    def _entered(self) -> tuple[Any, ...]:
        return (self.room.value, self.subject.value, self.exam.value, self.day.value, self.full.value, self.lines.value)

    def _changed(self) -> None:
        """What was looked through counts no longer; the lines are kept as a draft."""
        self.save_button.disabled = self._looked is None or self._looked != self._entered()
        if self.lines.value.strip():
            names = ("room", "subject", "exam", "day", "full", "lines")
            self.desk.save_draft(_CLASS_DRAFT, "", {name: str(value or "") for name, value in zip(names, self._entered(), strict=True)})

    def _forget(self) -> None:
        self._looked, self._lines, self._ids = None, [], {}
        self.preview.set_rows([])
        self.save_button.disabled = True


def _dropdown(label: Label, options: Sequence[tuple[str, str]]) -> widgets.Dropdown:
    return widgets.Dropdown(options=options, description=label.text(), style={"description_width": "initial"}, layout={"height": "auto"})


def _preview_row(line: ScoreLine, written: dict[str, str]) -> dict[str, Any]:
    return {
        "id": str(line.number),
        "name": written.get(line.child_id or "", "") or line.text.strip(),
        "points": _plain(line.points) if line.points is not None else None,
        "state": line.state.name,
        "said": line.state.label.text() + (f"：{line.why.text()}" if line.why and line.state is LineState.WRONG else ""),
    }
