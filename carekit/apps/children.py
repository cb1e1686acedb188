"""Finding children for the apps: what a picker offers, one search over everything people know of a child, and whether a file exists.

Every select goes through the person's desk, so nothing outside their scope and nothing that their role may not read is found or
shown; the one exception, `file_exists_elsewhere`, answers yes or no and nothing else.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import sqlalchemy as sa

from carekit import clock
from carekit.access import Scope, hidden_above, lowest, may_write
from carekit.identifiers import plain_number, plain_phone
from carekit.language import Label, LabelledEnum
from carekit.names import clean_text, name_sort_key, same_name_key
from carekit.records import Child
from carekit.records.codes import Duty
from carekit.store import Desk

#: How many children a search gives at most: more than that is no answer, the person types one more character.
SEARCH_LIMIT = 100
#: Fewer digits than this would match half the school.
_LEAST_DIGITS = 4
#: Columns of what `search_children` gives.
FOUND_COLUMNS = ("id", "name", "detail", "class_name", "birth_on", "standing", "register", "how", "withdrawn")

_BORN = Label("born {month}-{day}", "{month}月{day}日生")
_BIRTH_UNKNOWN = Label("birthday not known", "生日不详")
_NO_CLASS = Label("no class", "未编班")
_COMMA = Label(", ", "，")


class Standing(LabelledEnum):
    """Where a child stands with the school today."""

    ENROLLED = Label("enrolled", "在读")
    LEFT = Label("has left", "已离校")
    NO_CLASS = Label("no class yet", "未编班")
    WITHDRAWN = Label("file withdrawn", "档案已撤下")


class Register(LabelledEnum):
    """Where a child stands with the school's register of left-behind children today."""

    ON = Label("on the register", "留守登记中")
    CLOSED = Label("closed", "已销号")
    NONE = Label("not on the register", "")


def telling_detail(class_name: str | None, birth_on: date | None, *, birth_known: bool = True) -> str:
    """What tells two children of one name apart: class, and month and day of birth (left out when the reader may not see it)."""
    parts = [class_name or _NO_CLASS.text()]
    if birth_on is not None:
        parts.append(_BORN.format(month=birth_on.month, day=birth_on.day).text())
    elif birth_known:
        parts.append(_BIRTH_UNKNOWN.text())
    return _COMMA.text().join(parts)


def _birth_is_seen(desk: Desk) -> bool:
    """Whether the reader sees the birthday of every child of the scope: where it stands empty it is not known then, not hidden."""
    return "born_on" not in hidden_above(Child, lowest(desk.actor, Child))


# --- pickers ----------------------------------------------------------------------------------------------------------


def child_options(desk: Desk, on: date) -> list[tuple[str, str, str]]:
    """The children a picker offers for new work: those of the person's scope who are in a class on the day `on`.

    Each is (id, name, telling detail); where name, class and birthday are all alike, the village group is added. In the order of
    classes, then names, then what tells two of one name apart.
    """
    child, classes = desk.rows("child"), classes_on(desk, on)
    birth_known = _birth_is_seen(desk)
    lines = []
    for child_id, name, birth_on, village in desk.tuples(sa.select(child.c.id, child.c.name, child.c.birth_on, child.c.village)):
        if room := classes.get(child_id):
            detail = telling_detail(room.name, birth_on, birth_known=birth_known)
            lines.append((room.grade, room.number, name_sort_key(name), name, detail, village or "", child_id))
    alike = Counter((name, detail) for *_, name, detail, _, _ in lines)
    return [
        (child_id, name, f"{detail}{_COMMA}{village}" if village and alike[name, detail] > 1 else detail)
        for *_, name, detail, village, child_id in sorted(lines)
    ]


@dataclass(frozen=True, slots=True)
class Room:
    """The class of a child: id and name of the class, its grade and number."""

    id: str
    name: str
    grade: int
    number: int


def classes_on(desk: Desk, on: date) -> dict[str, Room]:
    """The class of each child of the scope on a day, by the child's id; on the day of a move the new class."""
    stay, klass = desk.rows("enrolment"), desk.rows("school_class")
    select = (
        sa.select(stay.c.child_id, klass.c.id, klass.c.name, klass.c.grade, klass.c.number)
        .join(klass, klass.c.id == stay.c.class_id)
        .where(stay.c.enrolled_on <= on, sa.or_(stay.c.left_on.is_(None), stay.c.left_on >= on))
        .order_by(stay.c.enrolled_on, stay.c.id)
    )
    return {child_id: Room(*rest) for child_id, *rest in desk.tuples(select)}


def class_options(desk: Desk, school_year: int) -> list[tuple[str, str, str]]:
    """The classes of a school year for a picker, in order of grade and number; a class teacher is offered the own classes only."""
    klass = desk.rows("school_class")
    select = sa.select(klass.c.id, klass.c.name).where(klass.c.school_year == school_year)
    if desk.reach(Child) is not Scope.ALL:
        duty, today = desk.rows("assignment"), clock.today()
        own = sa.select(duty.c.class_id).where(
            duty.c.staff_id == desk.actor.staff_id,
            duty.c.duty == str(Duty.CLASS_TEACHER),
            duty.c.from_on <= today,
            sa.or_(duty.c.until_on.is_(None), duty.c.until_on > today),
        )
        select = select.where(klass.c.id.in_(own))
    return [(class_id, name, "") for class_id, name in desk.tuples(select.order_by(klass.c.grade, klass.c.number, klass.c.id))]


# --- search -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Way:
    """One way of matching what was typed; `how` says it to the person."""

    how: Label
    matches: sa.ColumnElement[bool]


def search_children(desk: Desk, text: str) -> pd.DataFrame:
    """The children of the scope that `text` may mean, those who have left, are closed or withdrawn included.

    `text` is a name or a part of one, its pinyin or the first letters of it, an identity number or its end (four characters or
    more), a pupil number, the school's own number, or a phone of the child or of anybody in the family. Columns: id, name, detail, class_name, birth_on,
    standing (`Standing`), register (`Register`), how (text: by what it was found), withdrawn. At most `SEARCH_LIMIT` rows, better matches first.
    """
    child = desk.rows("child", withdrawn=True)
    ways = _ways(desk, child, clean_text(text))
    if not ways:
        return pd.DataFrame(columns=list(FOUND_COLUMNS))
    merge = desk.rows("merge")
    merged = sa.select(merge.c.merged_id).where(merge.c.undone_on.is_(None))
    rank = sa.case(*((way.matches, place) for place, way in enumerate(ways)))
    select = (
        sa.select(child.c.id, child.c.name, child.c.birth_on, child.c.withdrawn, rank.label("rank"))
        .where(sa.or_(*(way.matches for way in ways)), child.c.id.not_in(merged))
        .order_by(sa.text("rank"), child.c.name_sort, child.c.id)
        .limit(SEARCH_LIMIT)
    )
    return _described(desk, desk.tuples(select), [way.how for way in ways])


#: Found by what stood in a file that was made one with this one.
_OTHER = Label("other number or name", "曾用号码或姓名")


def _ways(desk: Desk, child: sa.Subquery, typed: str) -> list[_Way]:
    if not typed:
        return []
    ways = []
    key, letters, number = same_name_key(typed), "".join(typed.split()).lower(), plain_number(typed)
    if re.fullmatch(r"[GJL]?[0-9X]+", number) and len(number) >= _LEAST_DIGITS:
        ways += [
            _Way(Label("identity number", "身份证号"), child.c.id_number == number),
            _Way(Label("pupil number", "学籍号"), child.c.pupil_number == number),
            _Way(Label("school's own number", "学号"), child.c.school_number == number),
            _Way(Label("end of the identity number", "身份证号尾号"), child.c.id_number.endswith(number)),
            _Way(Label("end of the pupil number", "学籍号尾号"), child.c.pupil_number.endswith(number)),
            _Way(_OTHER, child.c.other_numbers.contains(number, autoescape=True)),
            *_phone_ways(desk, child, plain_phone(typed)),
        ]
    elif letters.isascii() and letters.isalpha():
        spelt = sa.func.replace(child.c.name_sort, " ", "")
        ways += [
            _Way(Label("first letters of the pinyin", "拼音首字母"), child.c.name_initials == letters),
            _Way(Label("pinyin", "拼音"), spelt.startswith(letters)),
            _Way(Label("first letters of the pinyin", "拼音首字母"), child.c.name_initials.startswith(letters)),
        ]
    return [
        *ways,
        _Way(Label("name", "姓名"), child.c.name_key == key),
        _Way(Label("part of the name", "姓名"), child.c.name_key.contains(key, autoescape=True)),
        # a role that does not see birthdays gets no derived columns, but does see names
        _Way(Label("part of the name", "姓名"), child.c.name.contains(typed, autoescape=True)),
        _Way(Label("former name", "曾用名"), child.c.former_name.contains(typed, autoescape=True)),
        _Way(_OTHER, child.c.other_numbers.contains(typed, autoescape=True)),
    ]


def _phone_ways(desk: Desk, child: sa.Subquery, phone: str) -> list[_Way]:
    family, member = desk.rows("family"), desk.rows("family_member")

    def ends(*columns: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
        return sa.or_(*(column.endswith(phone, autoescape=True) for column in columns))

    of_member = sa.select(member.c.family_id).where(ends(member.c.phone, member.c.other_phone))
    of_family = sa.select(family.c.id).where(ends(family.c.phone, family.c.contact_phone))
    return [
        _Way(Label("phone", "电话"), ends(child.c.phone)),
        _Way(Label("family's phone", "家庭电话"), child.c.family_id.in_(of_family)),
        _Way(Label("phone of the family", "家人电话"), child.c.family_id.in_(of_member)),
    ]


def _described(desk: Desk, found: list[tuple[Any, ...]], hows: list[Label]) -> pd.DataFrame:
    """What was found, with class, standing and register of each child."""
    ids = [row[0] for row in found]
    stays, registers = _last_stays(desk, ids), register_states(desk, ids)
    today, birth_known = clock.today(), _birth_is_seen(desk)
    rows = []
    for child_id, name, birth_on, withdrawn, rank in found:
        class_name, left_on = stays.get(child_id, (None, None))
        standing = _standing(withdrawn, class_name, left_on, today)
        detail = telling_detail(class_name, birth_on, birth_known=birth_known)
        register = registers.get(child_id, Register.NONE)
        rows.append((child_id, name, detail, class_name, birth_on, standing, register, hows[rank].text(), bool(withdrawn)))
    return pd.DataFrame(rows, columns=list(FOUND_COLUMNS), dtype=object)


def _standing(withdrawn: bool, class_name: str | None, left_on: date | None, today: date) -> Standing:
    if withdrawn:
        return Standing.WITHDRAWN
    if class_name is None:
        return Standing.NO_CLASS
    return Standing.LEFT if left_on and left_on < today else Standing.ENROLLED


def _last_stays(desk: Desk, ids: list[str]) -> dict[str, tuple[str, date | None]]:
    """The name of the last class of each child and the day of leaving it."""
    stay, klass = desk.rows("enrolment"), desk.rows("school_class")
    select = (
        sa.select(stay.c.child_id, klass.c.name, stay.c.left_on)
        .join(klass, klass.c.id == stay.c.class_id)
        .where(stay.c.child_id.in_(ids), stay.c.enrolled_on <= clock.today())
        .order_by(stay.c.enrolled_on, stay.c.id)
    )
    return {child_id: (name, left_on) for child_id, name, left_on in desk.tuples(select)}


def register_states(desk: Desk, ids: list[str]) -> dict[str, Register]:
    """Whether each child that ever was on the register still is; the day of closing counts as on it."""
    case, closure, today = desk.rows("case"), desk.rows("closure"), clock.today()
    closed = sa.select(closure.c.case_id).where(
        closure.c.closed_on < today, sa.or_(closure.c.reopened_on.is_(None), closure.c.reopened_on > today)
    )
    select = sa.select(case.c.child_id, case.c.id.in_(closed)).where(case.c.child_id.in_(ids))
    states: dict[str, Register] = {}
    for child_id, is_closed in desk.tuples(select):
        if not is_closed or child_id not in states:
            states[child_id] = Register.CLOSED if is_closed else Register.ON
    return states


# --- whether a file exists --------------------------------------------------------------------------------------------


def file_exists_elsewhere(
    desk: Desk, *, id_number: str | None = None, pupil_number: str | None = None, name: str | None = None, born_on: date | None = None
) -> bool:
    """Whether a child's file with this identity or pupil number, or this name and birth date, exists outside the person's scope.

    So that nobody makes a second file for a child who is closed, has left or is in another class. It says yes or no and nothing of the child, asks for a
    whole number or for name and birth date together, is open only to roles that make files, and is logged.
    """
    if not may_write(desk.actor, Child):
        return False
    everyone, own = desk.rows("child", restrict=False, withdrawn=True), desk.rows("child", withdrawn=True).alias("own")
    same: list[sa.ColumnElement[bool]] = []
    if id_number:
        same += [
            everyone.c.id_number == plain_number(id_number),
            everyone.c.other_numbers.contains(plain_number(id_number), autoescape=True),
        ]
    if pupil_number:
        same += [
            everyone.c.pupil_number == plain_number(pupil_number),
            everyone.c.other_numbers.contains(plain_number(pupil_number), autoescape=True),
        ]
    if name and born_on:
        born = sa.or_(everyone.c.birth_on == born_on, everyone.c.born_on == born_on)
        same.append(sa.and_(everyone.c.name_key == same_name_key(name), born))
    if not same:
        return False
    count = sa.select(sa.func.count()).select_from(everyone).where(sa.or_(*same), everyone.c.id.not_in(sa.select(own.c.id)))
    found = bool(desk.tuples(count)[0][0])
    desk.log("check", f"whether a file exists: {'yes' if found else 'no'}", kind=Child.kind)
    return found
