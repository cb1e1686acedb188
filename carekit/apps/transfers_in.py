"""Taking a child in, in steps: choose the package, open it with the passphrase, look at what comes, choose class and day; nothing is stored before the end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from carekit import clock
from carekit.apps.intake_checks import Twin, read_id
from carekit.apps.transfers_arrival import Joining, TakenIn, join, old_files, read_arrived, require_new, take_in
from carekit.apps.transfers_came import ACCOUNT_COLUMNS, account_rows
from carekit.apps.transfers_differences import DifferencesTable
from carekit.apps.transfers_stay import StayForm
from carekit.errors import UserError
from carekit.exchange.package import PACKAGE_LIMIT, Arrived, SealedFile
from carekit.language import Label
from carekit.records import Enrolment, Record
from carekit.store import Conflict, Desk
from carekit.widgets import Column, Facts, FileDrop, Notice, RecordTable, Saved, Step, Steps, StepState, cell_text

_STEPS = [
    Step("file", Label("Choose the package", "选择档案包")),
    Step("open", Label("Open it", "输入口令打开")),
    Step("look", Label("Look at what comes", "核对内容")),
    Step("saved", Label("Class and day, save", "编班并保存")),
]
_START = Label(
    "Choose the package that the former school sent. Nothing is saved before you have looked at it and chosen class and day.",
    "请选择转出学校发来的档案包。核对内容、选好班级和日期之前，不会保存任何东西。",
)
_MARK = Label(
    "Mark {mark}. Compare it with the former school on the phone and have the passphrase told.",
    "校验码 {mark}。请打电话与转出学校核对校验码，并请对方告知口令。",
)
_ITS_MARK = Label("Mark {mark}", "校验码 {mark}")
_PASSPHRASE, _OPEN, _AGAIN = Label("Passphrase", "口令"), Label("Open", "打开"), Label("Another package", "换一个档案包")
_CHOOSE = Label("Choose a package first.", "请先选择档案包。")
_LOOK = Label("Look at what comes, then choose class and day below.", "请核对下面的内容，再在下方选择班级和日期。")
_TWINS = Label(
    "This child has a file here, or may have one. Say below which file is to be used.",
    "本校已有或可能已有这个孩子的档案，请在下方选择用哪份档案。",
)
_WHICH, _ASK, _NEW = (
    Label("File", "使用的档案"),
    Label("choose…", "请选择"),
    Label("another child: make a new file", "不是同一个孩子，新建档案"),
)
_OLD = Label("the old file: {text} ({why})", "原档案：{text}（{why}）")
_NOT_CHOSEN = Label("Say first which file is to be used.", "请先选择使用哪份档案。")
_MEANWHILE = Label(
    "Somebody changed the old file just now. Choose the package again to compare anew.", "原档案刚被别人改过，请重新选择档案包再核对。"
)
_LEFT_OUT = Label("Could not be read and stays out: {what}", "没有读懂、不导入：{what}")
_COMES, _HISTORY = Label("Comes into the file", "转入档案的内容"), Label("History from the former school", "转入前的经历（作为附件保存）")
_FROM, _SENT, _CLASS, _COUNT = (
    Label("From", "转出学校"),
    Label("Leaves there on", "转出日期"),
    Label("Class there", "原班级"),
    Label("Entries of history", "经历条数"),
)
_TITLE = Label("Package {mark}: {child}", "档案包 {mark}：{child}")
_SAVED = Label("Saved: {child} is in the class from {day}.", "已保存：{child}自{day}起编入班级。")
_REGISTERED = Label("By the facts the child is left behind and is now on the register.", "按家庭情况属于留守儿童，已列入留守登记。")
_CLOSED = Label(
    "By the facts the child is left behind, but the entry on the register is closed: have it reopened.",
    "按家庭情况属于留守儿童，但此前已销号，请办理恢复登记。",
)
_RECEIPT = Label("Print the receipt and send it to the former school.", "请打印回执，寄给转出学校。")
_LINE = Label("{label}: {text}", "{label}：{text}")

OnTaken = Callable[[Label, list[Label], TakenIn], object]


def told(taken: TakenIn, *, receipt: bool) -> tuple[Label, list[Label]]:
    """What is said after a child was taken in."""
    child, record = taken.child.record, taken.transfer.record
    flags = ((_REGISTERED, taken.opened), (_CLOSED, taken.closed), (_RECEIPT, receipt))
    lines = [line for line, said in flags if said]
    lines += read_id(child.id_type, child.id_number, child.born_on, child.sex).remarks
    return _SAVED.format(child=Label(child.name, child.name), day=record.moved_on), lines


class ArrivingPanel(widgets.VBox):  # type: ignore[misc]
    """The steps; `arrived` is what was opened, `joining` how it goes together with an old file, `on_taken` is told after the save."""

    def __init__(self, desk: Desk, on_taken: OnTaken) -> None:
        self.desk, self._on_taken = desk, on_taken
        self._data = b""
        self.arrived: Arrived | None = None
        self.joining: Joining | None = None
        self.twins: list[Twin] = []
        self.steps, self.notice = Steps(_STEPS, title=Label("Take a child in", "办理转入")), Notice(_START)
        self.drop = FileDrop(self.take_file, label=Label("Package", "转学档案包"), endings=(".carekit",), limit=PACKAGE_LIMIT)
        self.passphrase = widgets.Text(description=_PASSPHRASE.text(), placeholder="0000 0000 0000 0000", layout={"width": "auto"})
        self.open_button, self.again_button = self._button(_OPEN, self.unseal, primary=True), self._button(_AGAIN, self.start_over)
        self.which = widgets.Dropdown(
            options=[(_ASK.text(), "")], description=_WHICH.text(), layout={"width": "100%", "max_width": "760px"}
        )
        self.which.observe(lambda _: self._chosen(), names="value")
        self.facts, self.comes = (
            Facts(),
            RecordTable([Column("kind", Label("Kind", "类别")), *ACCOUNT_COLUMNS[2:]], caption=_COMES, page_size=10),
        )
        self.differences = DifferencesTable(self._decide)
        self.history = RecordTable(ACCOUNT_COLUMNS, caption=_HISTORY, page_size=10)
        self.stay = StayForm(desk, self._save)
        self._bar = widgets.HBox([self.passphrase, self.open_button], layout={"flex_flow": "row wrap"})
        self._stages = {
            "file": [self.drop],
            "open": [self._bar, self.again_button],
            "look": [self.facts, self.which, self.differences, self.stay, self.comes, self.history, self.again_button],
        }
        self._staged = list(dict.fromkeys(one for stage in self._stages.values() for one in stage))
        super().__init__([self.steps, self.notice, *self._staged], layout={"align_items": "stretch"})
        self.start_over()

    def __repr__(self) -> str:
        return f"ArrivingPanel({'a package is open' if self.arrived else 'none is open'})"

    def _button(self, label: Label, press: Callable[[], object], *, primary: bool = False) -> widgets.Button:
        button = widgets.Button(
            description=label.text(), button_style="primary" if primary else "", layout={"width": "auto", "align_self": "flex-start"}
        )

        def pressed(_: Any) -> None:
            try:
                press()
            except UserError as error:
                self.notice.error(error.label)

        button.on_click(pressed)
        return button

    # --- the steps ----------------------------------------------------------------------------------------------------

    def start_over(self) -> None:
        """Back to choosing a file; nothing of the former one is kept."""
        self._data, self.arrived, self.joining, self.twins = b"", None, None, []
        self.passphrase.value = ""
        self.steps.start_over()
        self.notice.info(_START)
        self._show("file")

    def take_file(self, _name: str, data: bytes) -> Label:
        """Look at a file without opening it; `UserError` with one sentence for what is no package or was taken in before."""
        self.start_over()
        try:
            sealed = SealedFile.read(data)
            require_new(self.desk, sealed.mark)
        except UserError as error:
            self.steps.move("file", StepState.FAILED)
            self.notice.error(error.label)
            raise
        self._data, said = data, _MARK.format(mark=sealed.mark)
        self.steps.finish("file", _ITS_MARK.format(mark=sealed.mark))
        self.steps.move("open", StepState.READY)
        self.notice.info(said)
        self._show("open")
        return said

    def unseal(self) -> None:
        """Open the package with what stands in the box, and show what is in it."""
        if not self._data:
            raise UserError(_CHOOSE)
        self.steps.move("open", StepState.ACTIVE)
        try:
            arrived = read_arrived(self.desk, self._data, self.passphrase.value)
        except UserError:
            self.steps.move("open", StepState.FAILED)
            raise
        self.arrived, self.passphrase.value = arrived, ""
        self.twins = old_files(self.desk, arrived)
        self.steps.finish("open")
        self.steps.move("look", StepState.READY)
        self._fill(arrived)
        left_out = [_LEFT_OUT.format(what=one) for one in arrived.left_out]
        if self.twins or left_out:
            self.notice.warn(_TWINS if self.twins else _LOOK, left_out)
        else:
            self.notice.info(_LOOK)
        self._show("look")
        self._offer_files()

    def _fill(self, arrived: Arrived) -> None:
        account = arrived.account
        items = [(_FROM, account.school), (_SENT, arrived.content.moved_on), (_CLASS, arrived.content.class_name), (_COUNT, account.count)]
        self.facts.set_items(items, title=_TITLE.format(mark=arrived.mark, child=account.child))
        self.comes.set_rows([_row(one, arrived) for one in arrived.records])
        self.history.set_rows(account_rows(account))
        day = max(clock.today(), arrived.content.moved_on)
        self.stay.begin(arrived.child.id, day, account.school, arrived.content.class_name)

    def _offer_files(self) -> None:
        """Which file is to be used; a sure one must be, and is chosen at once."""
        sure = any(twin.sure for twin in self.twins)
        known = [(_OLD.format(text=twin.text, why=twin.why).text(), twin.child_id) for twin in self.twins if twin.child_id]
        new = [] if sure else [(_NEW.text(), "new")]
        self.which.options = [(_ASK.text(), ""), *known, *new]
        self.which.layout.display = "" if self.twins else "none"
        self.which.value = (known[0][1] if sure and len(known) == 1 else "") if self.twins else "new"
        self._chosen()

    def _chosen(self) -> None:
        """Compare with the old file that was chosen, or with none."""
        self.joining = None
        if self.arrived is not None and self.which.value not in ("", "new", None):
            try:
                self.joining = join(self.desk, self.arrived, self.which.value)
            except UserError as error:
                self.notice.error(error.label)
        self.differences.show(self.joining)

    def _decide(self, key: str, theirs: bool) -> None:
        if self.joining is not None:
            self.joining.chosen[key] = theirs
            self.differences.show(self.joining)

    # --- saving -------------------------------------------------------------------------------------------------------

    def _save(self, stay: Enrolment) -> Saved:
        if self.arrived is None:
            raise UserError(_CHOOSE)
        if self.twins and (not self.which.value or (self.which.value != "new" and self.joining is None)):
            raise UserError(_NOT_CHOSEN, code="file_not_chosen")
        try:
            taken = take_in(self.desk, self.arrived, stay, self.joining, self.desk.actor.staff_id)
        except Conflict:
            raise UserError(_MEANWHILE) from None
        message, lines = told(taken, receipt=True)
        self.start_over()
        self._on_taken(message, lines, taken)
        return Saved(message)

    def _show(self, stage: str) -> None:
        for one in self._staged:
            one.layout.display = "" if one in self._stages[stage] else "none"


def _row(record: Record, arrived: Arrived) -> dict[str, Any]:
    """One record that comes, in words: its title, and every filled field a line."""
    titles = {one.id: " ".join(cell_text(one.fields[name], getattr(one, name)) for name in one.title_fields) for one in arrived.records}
    lines = []
    for name, spec in record.fields.items():
        value = getattr(record, name)
        if name == "id" or name in record.title_fields or value in (None, ()) or spec.ref in ("child", "family"):
            continue
        lines.append(_LINE.format(label=spec.label, text=titles.get(value, "") if spec.ref else cell_text(spec, value)).text())
    return {"id": record.id, "kind": record.label, "title": titles[record.id], "text": "\n".join(lines)}
