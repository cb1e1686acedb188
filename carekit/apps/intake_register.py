"""Registering one child: search before a file is made, the form of the whole file, and opening a saved file to amend it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import ipywidgets as widgets

from carekit import clock
from carekit.access import may_write
from carekit.apps.app_notice import AppNotice
from carekit.apps.cases_requests import AskForFile
from carekit.apps.children import Register, Standing, class_options, search_children
from carekit.apps.intake_checks import Twin, id_problem, read_id, require_member_ids, suggested_by_id, twins_of, with_id_facts
from carekit.apps.intake_file import ChildFile, OpenFile, PartClash, SavedFile, clash_lines, open_file, save_amended, save_new
from carekit.apps.intake_form import CHILD_FIELDS, FileParts, Rows, file_of, rows_of_file, rows_of_new, rows_of_sibling
from carekit.apps.staff import staff_name
from carekit.calendar import school_year_of
from carekit.errors import UserError
from carekit.fields import new_id
from carekit.identifiers import plain_number
from carekit.language import Label
from carekit.names import clean_text
from carekit.problems import InvalidRecord
from carekit.records import Child
from carekit.records.codes import IdType, Sex
from carekit.store import Desk
from carekit.widgets import Column, Drafts, Emphasis, Entry, RecordForm, RecordTable, RowAction, Saved, Tone

_SEARCH_FIRST = Label(
    "First look whether the child has a file: name, pinyin, identity number, pupil number or a phone of the family.",
    "先查一查孩子是否已有档案：可输入姓名、拼音、身份证号、学籍号或家人电话。",
)
_FOUND = Label(
    "{count} found. Open the file, or add a brother or sister to the same family.",
    "找到{count}人。可打开档案，或为同一家庭再登记一个孩子。",
)
_NOT_FOUND = Label(
    "Nobody found among your children. You can make a new file; whether one exists elsewhere is checked when you save.",
    "您的名单里没有找到。可以新建档案，保存时会再核对全校是否已有。",
)
_ELSEWHERE = Label(
    "There is a file with this {what} already. Please go to the registrar; do not make a second one.",
    "已有{what}的档案，请找学籍管理员，不要重复建档。",
)
_SAME_CHILD = Label(
    "Not saved: this child has a file already, see above. Open that file instead.",
    "没有保存：这个孩子已有档案，见上方说明。请打开原档案修改。",
)
_PERHAPS_SAME = Label(
    "Not saved yet: there may be a file of this child already, see above. If it is another child, press Save again.",
    "还没有保存：可能已有这个孩子的档案，见上方说明。确实是另一个孩子，请再点一次“保存”。",
)
_SAVED_NEW = Label("Saved: the file of {name} is made.", "已保存：{name}的档案已建好。")
_SAVED = Label("Saved: the file of {name} is up to date.", "已保存：{name}的档案已更新。")
_OPENED = Label("By these facts the child is left behind and is now on the register.", "按所填情况属于留守儿童，已列入留守登记。")
_CLOSED = Label(
    "By these facts the child is left behind, but the entry on the register is closed: have it reopened.",
    "按所填情况属于留守儿童，但此前已销号，请办理恢复登记。",
)
_KEPT = Label("Somebody else's changes to other fields were kept too.", "别人刚改的其他项目也保留了。")
_WITHDRAWN_FILE = Label("This file is withdrawn. Ask the registrar to bring it back first.", "这份档案已撤下，请先找学籍管理员恢复。")
_NAMELESS = Label("the file", "档案")


class RegisterPanel(widgets.VBox):  # type: ignore[misc]
    """Search, then a new file or an existing one; `on_change` is told after each save, so that figures follow."""

    def __init__(self, desk: Desk, on_change: Callable[[], None]) -> None:
        self.desk, self._on_change = desk, on_change
        self._opened: OpenFile | None = None
        self._draft = ("child", "")
        self._warned: set[tuple[str, str]] = set()
        self._remarked: tuple[Label, ...] = ()
        self._typed = ""
        self.notice = AppNotice(_SEARCH_FIRST)
        self.query = widgets.Text(continuous_update=False, layout=widgets.Layout(flex="1 1 12em", width="auto"))
        self.query.description_allow_html = False
        self.find_button = widgets.Button(description=Label("Search", "查找").text(), button_style="primary")
        self.new_button = widgets.Button(description=Label("New file", "新建档案").text(), disabled=True)
        self.find_button.on_click(lambda _: self.search(self.query.value))
        self.query.observe(lambda change: self.search(change["new"]), "value")
        self.new_button.on_click(lambda _: self.begin_new())
        self.found = self._table()
        self._new_parts, self._old_parts = FileParts(with_stay=True), FileParts(with_stay=False)
        self.new_form = self._form(self._new_parts, self._save_new, Label("New file", "新建档案"))
        self.old_form = self._form(self._old_parts, self._save_old, Label("Child's file", "儿童档案"))
        bar = widgets.HBox([self.query, self.find_button, self.new_button], layout=widgets.Layout(flex_flow="row wrap"))
        self.ask_for_file = AskForFile(desk)
        super().__init__([bar, self.notice, self.ask_for_file, self.found, self.new_form, self.old_form])
        self._show(None)

    def __repr__(self) -> str:
        return f"RegisterPanel({len(self.found.rows)} found)"

    # --- search -------------------------------------------------------------------------------------------------------

    def _table(self) -> RecordTable:
        return RecordTable(
            [
                Child.fields["name"],
                Column("detail", Label("Class and birthday", "班级和生日")),
                Column("standing", Label("At school", "在校情况"), text=lambda row: row["standing"].label.text()),
                Column(
                    "register",
                    Label("Register", "留守登记"),
                    text=lambda row: row["register"].label.text() if row["register"] is not Register.NONE else "",
                ),
                Column("how", Label("Found by", "匹配项")),
            ],
            caption=Label("Children found", "查到的孩子"),
            empty=Label("Nobody found yet.", "还没有查到孩子。"),
            actions=[
                RowAction("open", Label("Open file", "打开档案"), Emphasis.PRIMARY, when=self._may_open),
                RowAction("sibling", Label("Add brother or sister", "登记兄弟姐妹"), when=self._may_open),
            ],
            on_action=self._act,
            page_size=10,
            searchable=False,
        )

    @staticmethod
    def _may_open(row: Any) -> bool:
        return row["standing"] is not Standing.WITHDRAWN

    def search(self, text: str) -> None:
        """Show the children that `text` may mean; after a search a new file can be begun."""
        self._typed = clean_text(text)
        if not self._typed:
            self.notice.info(_SEARCH_FIRST)
            return
        found = search_children(self.desk, self._typed)
        self.found.set_rows(found)
        self.new_button.disabled = not may_write(self.desk.actor, Child)
        self._show(self.found)
        if len(found):
            self.notice.info(_FOUND.format(count=len(found)))
        else:
            self.notice.info(_NOT_FOUND)

    def _act(self, name: str, child_id: str) -> None:
        try:
            if name == "open":
                self.open_child(child_id)
            else:
                self.begin_sibling(child_id)
        except UserError as error:
            self.notice.error(error.label)

    # --- the three ways into the form ---------------------------------------------------------------------------------

    def begin_new(self) -> None:
        """An empty form for a new child, filled with what the search text already tells."""
        classes = self._classes()
        family_id, rows = rows_of_new(classes)
        self._new_parts.turn_to(child_id := new_id(), family_id, [], classes)
        self._begin(self.new_form, {**_from_search(self._typed), "id": child_id}, rows, ("child", ""), None)

    def begin_sibling(self, child_id: str) -> None:
        """The form for a brother or sister of a saved child: the same family, whose records are amended and not copied."""
        opened, classes = open_file(self.desk, child_id), self._classes()
        rows = rows_of_sibling(opened, classes)
        own_id, sibling = new_id(), opened.child.record
        self._new_parts.turn_to(own_id, _family_id(rows), [one.record for one in opened.members], classes)
        shared = {
            name: getattr(sibling, name) for name in ("nation", "hukou_registered", "hukou_kind", "hukou_place", "address", "village")
        }
        self._begin(self.new_form, {**shared, "id": own_id}, rows, ("sibling", child_id), opened)

    def open_child(self, child_id: str) -> None:
        """The form of a saved file; `NotFound` for one that is not the person's."""
        opened = open_file(self.desk, child_id)
        rows = rows_of_file(opened)
        self._old_parts.turn_to(child_id, _family_id(rows), [one.record for one in opened.members], [])
        self._begin(self.old_form, opened.child, rows, ("child", child_id), opened)

    def _begin(self, form: RecordForm, initial: Any, rows: Rows, draft: tuple[str, str], opened: OpenFile | None) -> None:
        self._opened, self._remarked, self._draft = opened, (), draft
        form.start(initial, hidden={"family_id": _family_id(rows)}, parts=rows, drafts=self._drafts(*draft, form))
        self._show(form)
        self.notice.clear()

    def _classes(self) -> list[tuple[str, str, str]]:
        return class_options(self.desk, school_year_of(clock.today()))

    def _show(self, one: widgets.Widget | None) -> None:
        self.ask_for_file.withdraw()
        for part in (self.found, self.new_form, self.old_form):
            part.layout.display = "" if part is one else "none"

    # --- the form -----------------------------------------------------------------------------------------------------

    def _form(self, parts: FileParts, save: Callable[[Entry], Saved], title: Label) -> RecordForm:
        return RecordForm(
            Child,
            CHILD_FIELDS,
            on_submit=save,
            hidden={"family_id": None},
            parts=parts.parts,
            who=lambda staff_id: staff_name(self.desk, staff_id),
            title=title,
            save_label=Label("Save file", "保存档案"),
            ack_seconds=15.0,
        )

    def _drafts(self, kind: str, child_id: str, form: RecordForm) -> Drafts:
        """Drafts in the store; what is kept is also looked at, so that an identity number is judged while it is typed."""
        stored = Drafts.in_store(self.desk, kind, child_id)

        def save(content: dict[str, Any]) -> None:
            stored.save(content)
            self._remark(content.get("fields", {}), form)

        return Drafts(save, stored.load, stored.drop)

    def _remark(self, boxes: dict[str, Any], form: RecordForm) -> None:
        reading = read_id(
            _code(IdType, boxes.get("id_type")), _text(boxes.get("id_number")), _date(boxes.get("born_on")), _code(Sex, boxes.get("sex"))
        )
        said = tuple(one for one in (reading.refused, *reading.remarks, reading.says) if one)
        if said and said != self._remarked:
            form.show(said[0], good=reading.refused is None and not reading.remarks)
        self._remarked = said

    # --- saving -------------------------------------------------------------------------------------------------------

    def _checked(self, entry: Entry) -> ChildFile:
        file = file_of(entry)
        problem = id_problem(file.child)
        if problem:
            raise InvalidRecord([problem], {name: spec.label for name, spec in Child.fields.items()})
        require_member_ids(file.members)
        return file

    def _save_new(self, entry: Entry) -> Saved:
        file = self._checked(entry)
        self._refuse_second_file(file.child)
        file = replace(file, child=with_id_facts(file.child))
        saved = self._save(lambda: save_new(self.desk, file, self._opened))
        self.desk.drop_draft(*self._draft)
        message = _SAVED_NEW.format(name=Label(file.child.name, file.child.name))
        self.open_child(file.child.id)
        self.old_form.show(message)
        return self._told(saved, message)

    def _save_old(self, entry: Entry) -> Saved:
        file, opened = self._checked(entry), self._opened
        if opened is None or entry.seen is None:
            raise UserError(_WITHDRAWN_FILE)
        removed = [one for gone in entry.removed.values() for one in gone]
        seen = entry.seen
        saved = self._save(lambda: save_amended(self.desk, opened, file, seen=seen, removed=removed))
        self._opened = open_file(self.desk, file.child.id)
        return self._told(saved, _SAVED.format(name=Label(file.child.name, file.child.name)))

    def _save(self, save: Callable[[], SavedFile]) -> SavedFile:
        try:
            return save()
        except PartClash as clash:
            self.notice.warn(clash.label, clash_lines(self.desk, clash))
            raise

    def _refuse_second_file(self, child: Child) -> None:
        twins = twins_of(self.desk, child)
        sure = any(twin.sure for twin in twins)
        key = (child.name, str(child.birth_on))
        if not twins or (not sure and key in self._warned):
            return
        self._warned.add(key)
        if any(twin.text is None for twin in twins):
            self.ask_for_file.offer(child)
        sentence = _SAME_CHILD if sure else _PERHAPS_SAME
        self.notice.warn(sentence, [_told_of(twin) for twin in twins])
        raise UserError(sentence, code="second_file")

    def _told(self, saved: SavedFile, message: Label) -> Saved:
        child = saved.child.record
        lines = [line for line, said in ((_OPENED, saved.opened), (_CLOSED, saved.closed), (_KEPT, saved.kept_theirs)) if said]
        lines += read_id(child.id_type, child.id_number, child.born_on, child.sex).remarks
        self.notice.say(message, Tone.WARN if saved.closed else Tone.OK, lines)
        self._on_change()
        return Saved(message, saved.child.version)


def _family_id(rows: Rows) -> str:
    row = rows["family"][0]
    return str(row["id"] if isinstance(row, dict) else getattr(row, "id"))  # noqa: B009 - a row is a mapping or a record


def _from_search(typed: str) -> dict[str, Any]:
    """What a search text tells of the new child: a sound identity number with birth date and sex, or a name."""
    number = plain_number(typed)
    found = suggested_by_id(number)
    if found or any(sign.isdigit() for sign in number):
        return found
    return {} if typed.isascii() else {"name": typed}


def _told_of(twin: Twin) -> Label:
    if twin.text is None:
        return _ELSEWHERE.format(what=twin.why)
    return Label("{why}: {text}", "{why}：{text}").format(why=twin.why, text=twin.text)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value.strip() else None


def _date(value: Any) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _code(codes: Any, value: Any) -> Any:
    return codes(value) if value in set(codes) else None
