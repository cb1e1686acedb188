"""A school's list of staff: who works with the kit, in which role, and which class is theirs.

Read like a roster (any usual kind of file, headings found by their words), compared with the store, shown, and then saved whole. Rows read = new +
changed + unchanged + held back + blank + headings and notes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from carekit import clock
from carekit.calendar import school_year_of
from carekit.errors import UserError
from carekit.exchange.cells.values import NULL_WORDS, text_of
from carekit.exchange.files.sheets import read_sheets
from carekit.exchange.planning.outcome import Outcome
from carekit.exchange.roster.class_names import read_class
from carekit.exchange.roster.headings import plain_heading
from carekit.identifiers import is_phone, plain_phone
from carekit.language import Label
from carekit.names import clean_text, same_name_key
from carekit.records import Assignment, School, SchoolClass, StaffMember
from carekit.records.codes import Duty, Role
from carekit.store import Desk, Revision

_HEADINGS = {
    "name": "姓名 教师姓名 教职工姓名 老师 name",
    "role": "角色 岗位 系统角色 role",
    "class": "班级 所带班级 任教班级 class",
    "subject": "学科 任教学科 subject",
    "post": "职务 post",
    "phone": "电话 联系电话 手机 手机号 phone",
    "login": "登录名 账号 用户名 login",
}
_COLUMN_OF = {plain_heading(word): column for column, words in _HEADINGS.items() for word in words.split()}
_ROLE_OF = {plain_heading(word): role for role in Role for word in (role.value, role.label.en, *role.words)}
_DUTY_OF = {Role.CLASS_TEACHER: Duty.CLASS_TEACHER, Role.SUBJECT_TEACHER: Duty.SUBJECT_TEACHER}
_SEARCHED_ROWS = 30

_REASONS = {
    "no_name": Label("The name is missing.", "缺姓名。"),
    "no_role": Label("The role is missing or unknown; write one of: {roles}.", "角色没填或不认识，请填其中之一：{roles}。"),
    "twice": Label("The same name stands twice in the list; add phone numbers to tell them apart.", "名单里有同名的人，请填电话加以区分。"),
    "several": Label(
        "The school has several people of this name; the phone number must say who is meant.",
        "学校有多位同名教职工，请填电话以便确认是哪一位。",
    ),
    "bad_phone": Label("The phone number is not complete.", "电话号码不完整，请核对。"),
    "bad_class": Label("This is no class name: {text}.", "看不懂班级“{text}”，请写成“三(1)班”。"),
    "no_class": Label("There is no class {text} in this school year; import the roster first.", "本学年没有“{text}”，请先导入学生花名册。"),
    "class_for_role": Label("Only class teachers and subject teachers have a class.", "只有班主任和任课教师填班级。"),
}


@dataclass(frozen=True, slots=True, repr=False)
class StaffRow:
    """One row of the list: what becomes of it (`outcome`), why it is held back, whom it makes or changes, and the login name it asks for."""

    row: int
    outcome: Outcome
    reason: Label | None = None
    person: StaffMember | None = None
    seen: int = 0
    duties: tuple[Assignment, ...] = ()
    login: str = ""

    def __repr__(self) -> str:
        return f"StaffRow({self.row}, {self.outcome.name})"


@dataclass(slots=True)
class StaffPlan:
    """A list of staff compared with the store: its rows in order, and how many rows were blank or no data."""

    rows: list[StaffRow] = field(default_factory=list)
    blank: int = 0
    not_data: int = 0

    @property
    def counts(self) -> dict[str, int]:
        """Rows read, and what becomes of them."""
        found = Counter(row.outcome for row in self.rows)
        total = len(self.rows) + self.blank + self.not_data
        kinds = {outcome.name.lower(): found[outcome] for outcome in Outcome}
        return {"rows": total, **kinds, "blank": self.blank, "not_data": self.not_data}


def plan_staff(desk: Desk, file: Path) -> StaffPlan:
    """Read a list of staff and compare it with the store; nothing is saved. `UserError` when it is no such list."""
    for sheet in read_sheets(file.read_bytes(), file.name):
        rows = [[clean_text(text_of(cell)).strip() for cell in row] for row in sheet.rows]
        for index, row in enumerate(rows[:_SEARCHED_ROWS]):
            columns = {_COLUMN_OF[heading]: place for place, cell in enumerate(row) if (heading := plain_heading(cell)) in _COLUMN_OF}
            if {"name", "role"} <= columns.keys():
                plan = StaffPlan(not_data=index + 1)
                _Comparing(desk, columns).fill(plan, rows[index + 1 :], index + 2)
                return plan
    raise UserError(
        Label(
            "No list of staff was found: it needs a row of headings with 姓名 and 角色.",
            "没有找到教职工名单：表头里要有“姓名”和“角色”两列。",
        ),
        code="no_staff_list",
    )


def apply_staff(desk: Desk, plan: StaffPlan, reason: str = "") -> None:
    """Save the new and changed rows of a plan, all or none."""
    with desk.transaction():
        for row in plan.rows:
            if row.person is None or row.outcome is Outcome.HELD_BACK:
                continue
            if row.outcome is Outcome.NEW:
                desk.add(row.person, reason=reason)
            elif row.seen:
                desk.amend(row.person, seen=row.seen, reason=reason)
            for duty in row.duties:
                desk.add(duty, reason=reason)


class _Comparing:
    """The rows of one list against the staff, classes and duties of the store."""

    def __init__(self, desk: Desk, columns: dict[str, int]) -> None:
        self._columns, self._today = columns, clock.today()
        schools = desk.find(School)
        if not schools:
            raise UserError(Label("The store has no school yet.", "数据库里还没有学校，请先用 init 建库。"), code="no_school")
        self._school = schools[0].record.id
        self._staff: dict[str, list[Revision[StaffMember]]] = {}
        for found in desk.find(StaffMember):
            if found.record.until_on is None or found.record.until_on >= self._today:
                self._staff.setdefault(same_name_key(found.record.name), []).append(found)
        year = school_year_of(self._today)
        classes = [found.record for found in desk.find(SchoolClass) if found.record.school_year == year]
        self._classes = {(each.grade, each.number): each for each in classes}
        self._duties = {
            (duty.record.class_id, duty.record.staff_id, duty.record.duty)
            for duty in desk.find(Assignment)
            if duty.record.until_on is None or duty.record.until_on > self._today
        }

    def fill(self, plan: StaffPlan, rows: Sequence[Sequence[str]], first: int) -> None:
        """Put each row of the list into the plan."""
        names = Counter((same_name_key(name), self._cell(row, "phone")) for row in rows if (name := self._cell(row, "name")))
        for number, row in enumerate(rows, first):
            if not any(row):
                plan.blank += 1
                continue
            phone = self._cell(row, "phone")
            twice = names[same_name_key(self._cell(row, "name")), phone] > 1
            plan.rows.append(self._compared(number, row, twice=twice))

    def _cell(self, row: Sequence[str], column: str) -> str:
        place = self._columns.get(column)
        text = row[place] if place is not None and place < len(row) else ""
        return "" if text in NULL_WORDS else text

    def _compared(self, number: int, row: Sequence[str], *, twice: bool) -> StaffRow:
        def held(code: str, **said: Any) -> StaffRow:
            return StaffRow(number, Outcome.HELD_BACK, _REASONS[code].format(**said))

        name, phone, role = (
            self._cell(row, "name"),
            plain_phone(self._cell(row, "phone")),
            _ROLE_OF.get(plain_heading(self._cell(row, "role"))),
        )
        if not name:
            return held("no_name")
        if role is None:
            return held("no_role", roles="、".join(each.label.zh for each in Role))
        if twice:
            return held("twice")
        if phone and not is_phone(phone):
            return held("bad_phone")
        known = [one for one in self._staff.get(same_name_key(name), []) if not (phone and one.record.phone and one.record.phone != phone)]
        if len(known) > 1:
            return held("several")
        school_class, problem = self._class(self._cell(row, "class"), role)
        if problem is not None:
            return StaffRow(number, Outcome.HELD_BACK, problem)
        told = {"name": name, "role": role, "phone": phone or None, "post": self._cell(row, "post") or None}
        person, seen, changed = self._person(known[0] if known else None, told)
        duty = self._duty(person, role, school_class, self._cell(row, "subject"))
        outcome = Outcome.NEW if not known else Outcome.CHANGED if changed or duty else Outcome.UNCHANGED
        return StaffRow(number, outcome, person=person, seen=seen if changed else 0, duties=duty, login=self._cell(row, "login"))

    def _class(self, text: str, role: Role) -> tuple[SchoolClass | None, Label | None]:
        if not text:
            return None, None
        if role not in _DUTY_OF:
            return None, _REASONS["class_for_role"]
        read = read_class(text)
        if read is None or read.grade is None or read.number is None:
            return None, _REASONS["bad_class"].format(text=text)
        found = self._classes.get((read.grade, read.number))
        return (found, None) if found else (None, _REASONS["no_class"].format(text=text))

    def _person(self, known: Revision[StaffMember] | None, told: dict[str, Any]) -> tuple[StaffMember, int, bool]:
        """The person of a row: new, or as known with what the row says anew; a blank cell takes nothing away."""
        if known is None:
            return StaffMember(school_id=self._school, from_on=self._today, **told), 0, True
        news = {name: value for name, value in told.items() if value is not None and value != getattr(known.record, name)}
        person = StaffMember.read(known.record.model_dump() | news) if news else known.record
        return person, known.version, bool(news)

    def _duty(self, person: StaffMember, role: Role, school_class: SchoolClass | None, subject: str) -> tuple[Assignment, ...]:
        if school_class is None or (school_class.id, person.id, _DUTY_OF[role]) in self._duties:
            return ()
        begins: date = self._today
        return (Assignment(class_id=school_class.id, staff_id=person.id, duty=_DUTY_OF[role], subject=subject or None, from_on=begins),)
