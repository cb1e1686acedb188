"""Importing a roster in steps: choose the file, approve the headings, look at what would happen, save, with nothing saved before approval."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from carekit import clock
from carekit.access import may_write
from carekit.apps.download import XLSX, Download, File
from carekit.apps.intake_import_tables import ResultTables, account_of, heading_rows, heading_table, heading_warnings
from carekit.calendar import school_year_of
from carekit.errors import UserError
from carekit.exchange import ImportPlan, RosterReading, apply_plan, held_back_workbook, plan_import
from carekit.exchange.roster.reading import PROGRESS_FROM, read_roster
from carekit.language import Label
from carekit.records import Child, School
from carekit.store import Desk
from carekit.widgets import Facts, FileDrop, Notice, Step, Steps, StepState

_ENDINGS = (".xlsx", ".xlsm", ".xls", ".ods", ".csv", ".txt")
_START = Label(
    "Choose the roster as the school keeps it; titles above the headings and one sheet per class are fine. Nothing is saved before you approve it.",
    "直接选学校的花名册即可，表头上方有标题、每班一个工作表都可以。您确认之前不会保存任何内容。",
)
_READ = Label("{name}: {rows} rows read.", "{name}：读到{rows}行。")
_HEADINGS = Label(
    "Are the headings understood rightly? What is marked “not imported” stays out.", "请核对表头认得对不对；标“不导入”的列不会进系统。"
)
_PROGRESS = Label("{done} of {all} rows", "{done} / {all} 行")
_NOTHING = Label("There is nothing to save: every row is unchanged or given back.", "没有需要保存的内容：各行都没有变化或被退回。")
_LOOK = Label("Look at what would happen, then press “Save”.", "请看清下面将要做的事，再点“确认保存”。")
_APPROVE = Label("Save: {new} new, {changed} changed", "确认保存：新建{new}，修改{changed}")
_SAVED = Label(
    "Saved: {new} new files, {changed} changed, {held_back} rows given back.",
    "已保存：新建档案{new}份，修改{changed}份，退回{held_back}行。",
)
_DOWNLOAD = Label("Download the {n} rows given back, with reasons", "下载退回的{n}行（附原因，改好可再导入）")
_FILE_NAME = Label("given-back {day}.xlsx", "退回的行 {day}.xlsx")
_REASON = Label("roster import", "花名册导入")
_MAY_NOT = Label("Your role does not import rosters; the registrar does.", "您的角色不能导入花名册，请找学籍管理员。")
_OF_YEAR = Label("The roster is of", "名单学年")
_YEAR = Label("School year {year}-{next}", "{year}—{next}学年")


_STEPS = [
    Step("file", Label("Choose the file", "选择文件")),
    Step("headings", Label("Check the headings", "核对表头")),
    Step("result", Label("Look at the result", "查看结果")),
    Step("saved", Label("Saved", "保存完成")),
]


class ImportPanel(widgets.VBox):  # type: ignore[misc]
    """Four steps; `reading` and `plan` are what is known so far, `on_change` is told after a save."""

    def __init__(self, desk: Desk, on_change: Callable[[], None]) -> None:
        self.desk, self._on_change = desk, on_change
        self.reading: RosterReading | None = None
        self.plan: ImportPlan | None = None
        self._accepted: set[tuple[str, int]] = set()
        self.steps = Steps(_STEPS, title=Label("Roster import", "导入花名册"))
        self.notice = Notice(_START)
        self.drop = FileDrop(self.take_file, label=Label("Roster", "花名册文件"), endings=_ENDINGS)
        year = school_year_of(clock.today())
        years = [(_YEAR.format(year=one, next=one + 1).text(), one) for one in (year, year - 1)]
        self.year = widgets.Dropdown(options=years, value=year, description=_OF_YEAR.text(), style={"description_width": "initial"})
        self.headings = heading_table()
        self.check_button = self._button(
            Label("The headings are right: compare with the files", "表头没问题，开始核对"), self.compare, primary=True
        )
        self.figures = Facts(figures=True)
        self.account = widgets.Label()
        self.tables = ResultTables(self.accept)
        self.download = Download(self._held_back_file)
        self.save_button = self._button(_APPROVE.format(new=0, changed=0), self.save, primary=True)
        self.again_button = self._button(Label("Another file", "换一个文件"), self.start_over)
        wrap = widgets.Layout(flex_flow="row wrap")
        self._check_bar = widgets.HBox([self.year, self.check_button], layout=wrap)
        self._stages = {
            "file": [self.drop],
            "headings": [self._check_bar, self.again_button, self.headings],
            "result": [self.figures, self.account, self.save_button, self.download, self.again_button, self.tables],
            "saved": [self.figures, self.account, self.download, self.again_button],
        }
        self._staged = [
            self.drop, self._check_bar, self.figures, self.account, self.save_button, self.download, self.again_button, self.headings, self.tables,
        ]  # fmt: skip
        super().__init__([self.steps, self.notice, *self._staged], layout=widgets.Layout(align_items="stretch"))
        self._show("file")
        if not may_write(desk.actor, Child):
            self.notice.warn(_MAY_NOT)
            self.drop.layout.display = "none"

    def __repr__(self) -> str:
        return f"ImportPanel({self.plan.counts})" if self.plan else "ImportPanel()"

    def _button(self, label: Label, press: Callable[[], None], *, primary: bool = False) -> widgets.Button:
        button = widgets.Button(
            description=label.text(), button_style="primary" if primary else "", layout={"width": "auto", "align_self": "flex-start"}
        )

        def pressed(_: Any) -> None:
            button.disabled = True
            try:
                press()
            except UserError as error:
                self.notice.error(error.label)
            finally:
                button.disabled = False

        button.on_click(pressed)
        return button

    # --- the steps ----------------------------------------------------------------------------------------------------

    def start_over(self) -> None:
        """Back to choosing a file; nothing of the former one is kept."""
        self.reading, self.plan, self._accepted = None, None, set()
        self.steps.start_over()
        self.notice.info(_START)
        self._show("file")

    def take_file(self, name: str, content: bytes) -> Label:
        """Read a file and show how its headings were understood; `UserError` with one sentence for what is no roster."""
        self.start_over()
        province = next((one.record.province for one in self.desk.find(School)), None)
        self.steps.move("file", StepState.ACTIVE)
        try:
            self.reading = read_roster(content, name, progress=self._progress("file"), school_province=province)
        except UserError as error:
            self.steps.move("file", StepState.FAILED)
            self.notice.error(error.label)
            raise
        said = _READ.format(name=name, rows=self.reading.rows_read)
        self.steps.finish("file", said)
        self.headings.set_rows(heading_rows(self.reading))
        warnings = heading_warnings(self.reading)
        self.notice.warn(_HEADINGS, warnings) if warnings else self.notice.info(_HEADINGS)
        self._show("headings")
        return said

    def compare(self) -> None:
        """Compare the rows with the store and show what would happen."""
        if self.reading is None:
            return
        self.steps.finish("headings")
        self.steps.move("result", StepState.ACTIVE)
        try:
            self.plan = plan_import(
                self.desk, self.reading, school_year=self.year.value, accepted=self._accepted, progress=self._progress("result")
            )
        except UserError:
            self.steps.move("result", StepState.FAILED)
            raise
        self.steps.move("result", StepState.READY)
        self._show_plan(self.plan)
        counts = self.plan.counts
        something = bool(counts["new"] + counts["changed"])
        self.notice.info(_LOOK if something else _NOTHING)
        self._show("result")
        self.save_button.layout.display = "" if something else "none"
        self.save_button.description = _APPROVE.format(**counts).text()

    def accept(self, sheet: str, row: int) -> None:
        """Take a row in although something in it is unclear; what is unclear stays out."""
        self._accepted.add((sheet, row))
        try:
            self.compare()
        except UserError as error:
            self.notice.error(error.label)

    def save(self) -> None:
        """Save what was approved, all of it or nothing, and say what the store has now."""
        if self.plan is None or self.steps.states["saved"] is StepState.DONE:
            return
        self.steps.move("saved", StepState.ACTIVE)
        try:
            result = apply_plan(self.desk, self.plan, reason=_REASON.text())
        except UserError:
            self.steps.move("saved", StepState.FAILED)
            raise
        self.plan = result.plan
        self._show_plan(result.plan)
        said = _SAVED.format(**result.counts)
        self.steps.finish("result")
        self.steps.finish("saved", said)
        self.notice.ok(said)
        self._show("saved")
        self._on_change()

    # --- what is shown ------------------------------------------------------------------------------------------------

    def _progress(self, step: str) -> Callable[[int, int], None]:
        def tell(done: int, total: int) -> None:
            if total > PROGRESS_FROM:
                self.steps.move(step, StepState.ACTIVE, _PROGRESS.format(done=f"{done:,}", all=f"{total:,}"))

        return tell

    def _show_plan(self, plan: ImportPlan) -> None:
        items, sentence = account_of(plan.counts)
        self.figures.set_items(items)
        self.account.value = sentence.text()
        self.tables.fill(plan)
        held = plan.counts["held_back"]
        self.download.offer(_DOWNLOAD.format(n=held) if held else None)

    def _held_back_file(self) -> File:
        if self.plan is None:
            raise UserError(_START)
        content = held_back_workbook(self.plan)
        self.desk.log("export", f"rows given back: {self.plan.counts['held_back']}", kind=Child.kind)
        return _FILE_NAME.format(day=clock.today()).text(), content, XLSX

    def _show(self, stage: str) -> None:
        for one in self._staged:
            one.layout.display = "" if one in self._stages[stage] else "none"
