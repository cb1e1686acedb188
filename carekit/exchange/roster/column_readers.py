"""The reader of each column, chosen by its path: special ones first, then the one of the field's shape."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from carekit.exchange.cells.dates import read_away_since
from carekit.exchange.cells.people import (
    read_child_name,
    read_id_cell,
    read_local_number,
    read_member_name,
    read_phones,
    read_pupil_number,
)
from carekit.exchange.cells.values import (
    BY_SHAPE,
    DITTO,
    NOTHING,
    NULL_WORDS,
    Value,
    find_code,
    read_code,
    read_day,
    read_number,
    text_of,
    ticked_options,
    yes_or_no,
)
from carekit.exchange.files.sheets import Cell
from carekit.exchange.roster.context import Context
from carekit.exchange.roster.headings import ROLE_WORDS
from carekit.fields import Shape
from carekit.names import clean_text
from carekit.records import RECORDS, Child, Family, FamilyMember
from carekit.records.codes import Assistance, DisabilityGrade, DisabilityKind, FamilyType, Health, LeftBehindSchool

Read = Callable[[Cell], Value]

#: Roles whose name cell holds a dash when the person has died.
DASH_ROLES = frozenset(("father", "mother", "father_father", "father_mother", "mother_father", "mother_mother"))
PHONES = frozenset(("phone", "other_phone", "contact_phone"))
KIND_OF_ROOT = {"child": "child", "family": "family", "care": "care_arrangement"}
#: Columns that are understood but have no place in the store yet.
NOT_KEPT = frozenset(("mentor", "risk"))
#: Columns in which a blank may mean "the same as above": classes, households, and every field declared so.
FILL_DOWN = frozenset(("class", "household", "village")) | frozenset(
    f"{root}.{name}" for root, kind in KIND_OF_ROOT.items() for name, spec in RECORDS[kind].fields.items() if spec.fill_down
)
#: Columns in which 同上 is copied but a blank is a blank.
DITTO_ALSO = frozenset(("class_teacher", "school"))
#: What belongs to one child alone: never copied from a merged cell.
OWN = frozenset(
    "child.name child.id_number child.pupil_number child.phone child.school_number child.seat_number child.born_on child.sex".split()
)


def reader_of(path: str, heading: str, context: Context) -> Read:
    """What reads a cell of the column with this path and heading."""
    root, _, name = path.partition(".")
    special = _SPECIAL.get(path)
    if special is not None:
        return special
    if path == "family.type" and "单亲" in heading:
        return _single_parent
    if root == "assistance":
        return partial(_assistance, Assistance[name])
    if root == "parent" or name in ("work_place", "away"):
        return _raw if name not in ("phone", "away_since") else read_phones if name == "phone" else partial(_away_since, context)
    if name in PHONES:
        return read_phones
    if root in ROLE_WORDS:
        return _of_member(root, name, context)
    if root in KIND_OF_ROOT:
        return _declared(KIND_OF_ROOT[root], name)
    return _raw


def _of_member(role: str, name: str, context: Context) -> Read:
    if name == "name":
        return partial(read_member_name, dash_means_deceased=role in DASH_ROLES)
    if name == "id_number":
        return partial(read_id_cell, pupil=False)
    if name == "age":
        return partial(read_number, "family_member", FamilyMember.fields["stated_age"])
    if name == "away_since":
        return partial(_away_since, context)
    if name.startswith("absence."):
        return _declared("absence", name.removeprefix("absence."))
    return _declared("family_member", name)


def _declared(kind: str, name: str) -> Read:
    spec = RECORDS[kind].fields[name]
    return partial(_no_ditto, partial(BY_SHAPE[spec.shape], kind, spec), spec.shape)


def _no_ditto(read: Read, shape: Shape, cell: Cell) -> Value:
    if isinstance(cell, str) and cell.strip() in DITTO and not (shape is Shape.YES_NO and cell.strip() == "同"):
        return Value(None, ("DITTO_HERE",))
    return read(cell)


def _raw(cell: Cell) -> Value:
    """A text as it stands, or nothing."""
    text = clean_text(text_of(cell))
    if text in DITTO:
        return Value(None, ("DITTO_HERE",))
    return NOTHING if not text or text in NULL_WORDS else Value(text)


def _away_since(context: Context, cell: Cell) -> Value:
    """A pair of `DateRead` and the cell's own words."""
    if isinstance(cell, str):
        cell = clean_text(cell)
        if cell in DITTO:
            return Value(None, ("DITTO_HERE",))
        if not cell or cell in NULL_WORDS:
            return NOTHING
    read = read_away_since(cell, context.today)
    unclear = read.fault is not None or (read.day is not None and not 1950 < read.day.year <= context.today.year)
    return Value((read, text_of(cell)), ("AWAY_SINCE_UNCLEAR",) if unclear else ())


_BORN = Child.fields["born_on"]


def _born(cell: Cell) -> Value:
    if isinstance(cell, str) and cell.strip() in DITTO:
        return Value(None, ("DITTO_HERE",))
    return read_day("child", _BORN, cell, strict=True, pupil=True)


_DISABILITY_KIND = re.compile("视力|听力|言语|语言|肢体|智力|精神|多重")
_GRADE = re.compile("([一二三四1-4])级")


def _disability(cell: Cell) -> Value:
    """A dict of `disability_kind` and `disability_grade`."""
    if not isinstance(cell, str):
        return Value(None, ("CODE_BY_NUMBER",)) if not isinstance(cell, bool) or cell else NOTHING
    text = clean_text(cell)
    if not text or text in NULL_WORDS or yes_or_no(text) is False or text in ("非残疾", "无残疾", "健康", "正常"):
        return NOTHING
    if text in DITTO:
        return Value(None, ("DITTO_HERE",))
    kinds = {m.replace("语言", "言语") for m in _DISABILITY_KIND.findall(text)}
    grades = set(_GRADE.findall(text))
    found: dict[str, object] = {}
    if len(kinds) == 1:
        found["disability_kind"] = find_code(DisabilityKind, kinds.pop())
    if len(grades) == 1:
        found["disability_grade"] = find_code(DisabilityGrade, f"{grades.pop()}级")
    return Value(found) if found else Value(None, ("CODE_UNKNOWN",))


def _health(cell: Cell) -> Value:
    """A dict with `health`, and what a cell such as 肢体三级残疾 or 心脏病 says besides."""
    read = read_code("child", Child.fields["health"], cell)
    if read.value is not None:
        return Value({"health": read.value})
    if not isinstance(cell, str) or not read.faults:
        return read
    if cell.strip() in DITTO:
        return Value(None, ("DITTO_HERE",))
    text = clean_text(cell)
    if "残" in text:
        return Value({"health": Health.DISABLED, **(_disability(text).value or {})})
    if re.search("病|症|炎|癫痫|哮喘", text) and not ticked_options(text) and len(text) <= 200:
        return Value({"illness": text}, ("CODE_UNKNOWN",))
    return read


def _left_behind(cell: Cell) -> Value:
    """A `LeftBehindSchool`; True when the list says left behind but not by whom."""
    if not isinstance(cell, str):
        return (
            Value(True, ("LEFT_BEHIND_KIND_MISSING",))
            if cell is True
            else Value(LeftBehindSchool.NONE)
            if cell is False
            else Value(None, ("CODE_BY_NUMBER",))
        )
    text = clean_text(cell)
    if not text or (text in NULL_WORDS and text not in ("无", "没有")):
        return NOTHING
    if text in DITTO:
        return Value(None, ("DITTO_HERE",))
    found = find_code(LeftBehindSchool, text)
    if found is not None:
        return Value(found)
    if text.isdigit():
        return Value(None, ("CODE_BY_NUMBER",))
    picked = ticked_options(text)
    if picked and len(picked) == 1 and (found := find_code(LeftBehindSchool, picked[0])):
        return Value(found)
    return _left_behind_words(text)


def _left_behind_words(text: str) -> Value:
    if re.search("双亲|双留|双方|父母.*(都|均|外出)", text):
        return Value(LeftBehindSchool.BOTH)
    if re.search("单亲|单留|一方|父亲?外出|母亲?外出", text):
        return Value(LeftBehindSchool.ONE)
    answer = yes_or_no(text)
    if answer is False:
        return Value(LeftBehindSchool.NONE)
    if answer or text in ("留守", "留守儿童"):
        return Value(True, ("LEFT_BEHIND_KIND_MISSING",))
    return Value(None, ("CODE_UNKNOWN",))


_BOTH = re.compile(
    "双方|双亲|父母(均|都|双方|两人|全部|共同|一起|同时)*(外出|在外|务工|打工)*$|(都|均|全)(外出|在外|出去|务工|打工)|夫妻|俩"
)
_STAYS = re.compile("在家|未外出|没外出|不外出|去世|已故|死亡|留家")


def read_away(cell: Cell) -> Value:
    """Who is said to be away: a frozenset of "father" and "mother"."""
    text = clean_text(text_of(cell))
    if text in DITTO:
        return Value(None, ("DITTO_HERE",))
    picked = ticked_options(text)
    text = picked[0] if picked and len(picked) == 1 else text
    if not text or text in NULL_WORDS - {"无", "没有"}:
        return NOTHING
    if yes_or_no(text) is False or re.search("^(父母)?(双方|都|均|全)*(在家|未外出|没有?外出|不外出|无外出)", text):
        return Value(frozenset())
    if _BOTH.search(text) and not _STAYS.search(text) and "一方" not in text:
        return Value(frozenset(("father", "mother")))
    found, said = set(), False
    for role, words in (("father", "[父爸]"), ("mother", "[母妈]")):
        part = re.search(f"{words}[^父母爸妈,，;；]*", text)
        said = said or part is not None
        if part and not _STAYS.search(part[0]) and "父母" not in text:
            found.add(role)
    return Value(frozenset(found)) if said and "父母" not in text else Value(None, ("AWAY_UNCLEAR",))


def _both_away(cell: Cell) -> Value:
    answer = yes_or_no(cell)
    return Value(frozenset(("father", "mother"))) if answer else NOTHING


def _assistance(member: Assistance, cell: Cell) -> Value:
    """The member when the cell says yes; another one when the cell names it."""
    answer = yes_or_no(cell)
    text = clean_text(text_of(cell))
    if answer is not None or not text or text in NULL_WORDS:
        return Value(member) if answer else NOTHING
    found = find_code(Assistance, text)
    if found is None and text.startswith(("非", "不是")):
        return NOTHING
    return Value(found) if found else Value(None, ("DITTO_HERE" if text in DITTO else "YES_NO_UNCLEAR",))


def _single_parent(cell: Cell) -> Value:
    answer = yes_or_no(cell)
    if answer is not None:
        return Value(FamilyType.SINGLE) if answer else NOTHING
    return read_code("family", Family.fields["type"], cell)


_SPECIAL: dict[str, Read] = {
    "child.name": read_child_name,
    "child.born_on": _born,
    "child.id_number": partial(read_id_cell, pupil=True),
    "child.pupil_number": read_pupil_number,
    "child.local_pupil_number": read_local_number,
    "child.school_number": read_local_number,
    "child.seat_number": read_local_number,
    "child.disability_card": read_local_number,
    "child.health": _health,
    "child.disability": _disability,
    "child.disability_kind": _disability,
    "child.disability_grade": _disability,
    "child.age": partial(read_number, "family_member", FamilyMember.fields["stated_age"]),
    "village": partial(BY_SHAPE[Shape.TEXT], "child", Child.fields["village"]),
    "left_behind": _left_behind,
    "away": read_away,
    "both_away": _both_away,
}
