"""How the children of a figure are grouped: by school, grade, class, class teacher, village group or month."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from carekit.access import Scope
from carekit.calendar import school_year_of
from carekit.language import Label
from carekit.obligations import Timetable
from carekit.obligations.lookup import lookup
from carekit.obligations.names import class_teachers, names_then
from carekit.records import Enrolment
from carekit.store import Desk

_GRADES = "一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Group:
    """One group of a figure: its id and what it is called at the date."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Grouping:
    """A way of grouping; `by_village` when it goes by the child and not by the class."""

    name: str
    label: Label
    by_village: bool = False


GROUPINGS: dict[str, Grouping] = {
    grouping.name: grouping
    for grouping in (
        Grouping("school", Label("School", "学校")),
        Grouping("grade", Label("Grade", "年级")),
        Grouping("class", Label("Class", "班级")),
        Grouping("teacher", Label("Class teacher", "班主任")),
        Grouping("village", Label("Village group", "村组"), by_village=True),
        Grouping("month", Label("Month", "月份")),
    )
}

NO_CLASS = Label("without a class", "未分班")
NO_TEACHER = Label("without a class teacher", "未安排班主任")
NO_VILLAGE = Label("village group not filled in", "未填村组")


@dataclass(frozen=True, slots=True)
class Groups:
    """The groups that are listed even when nobody is in them, and the group of a class (or village)."""

    listed: list[Group]
    of: Callable[[str | None], Group]


@dataclass(frozen=True, slots=True)
class _Class:
    id: str
    school_id: str
    year: int
    grade: int
    number: int
    name: str


def _classes(desk: Desk, on: date, known_at: datetime | None) -> tuple[dict[str, _Class], list[_Class]]:
    """All classes by id, and in order those of the school year that the reader's scope reaches."""
    columns = ("id", "school_id", "school_year", "grade", "number", "name")
    classes = {row[0]: _Class(*row) for row in lookup(desk, "school_class", columns, known_at)}
    year = school_year_of(on)
    listed = [each for each in classes.values() if each.year == year]
    if desk.reach(Enrolment) is not Scope.ALL:
        own = {row[0] for row in lookup(desk, "assignment", ("class_id", "staff_id"), known_at) if row[1] == desk.actor.staff_id}
        listed = [each for each in listed if each.id in own]
    return classes, sorted(listed, key=lambda each: (each.school_id, each.grade, each.number, each.id))


def groups_of(desk: Desk, timetable: Timetable, known_at: datetime | None, grouping: Grouping, found: Iterable[str | None]) -> Groups:
    """The groups of a grouping at a date; `found` are the classes (or villages) that occur."""
    if grouping.name == "month":
        return Groups([], lambda _: Group("", ""))
    if grouping.by_village:
        return _villages(found)
    classes, listed = _classes(desk, timetable.on, known_at)
    group = _GROUP_OF_CLASS[grouping.name](_Asked(desk, timetable, known_at, classes))
    return Groups(list(dict.fromkeys(group(each.id) for each in listed)) or _school(grouping, group, timetable), group)


def _school(grouping: Grouping, group: Callable[[str | None], Group], timetable: Timetable) -> list[Group]:
    """The one group of a school that has no classes yet."""
    return [group(None)] if grouping.name == "school" and not timetable.many else []


def _villages(found: Iterable[str | None]) -> Groups:
    nowhere = Group("", NO_VILLAGE.text())

    def group(village: str | None) -> Group:
        return Group(village, village) if village else nowhere

    return Groups([group(village) for village in sorted(village for village in found if village)], group)


_OfClass = Callable[[str | None], Group]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a grouping by class needs to know."""

    desk: Desk
    timetable: Timetable
    known_at: datetime | None
    classes: dict[str, _Class]


def _by_school(asked: _Asked) -> _OfClass:
    names: dict[str, str] = dict(lookup(asked.desk, "school", ("id", "name"), asked.known_at))

    def group(class_id: str | None) -> Group:
        found = asked.classes.get(class_id or "")
        school = found.school_id if found else asked.timetable.schools[0]
        return Group(school, names.get(school, ""))

    return group


def _by_grade(asked: _Asked) -> _OfClass:
    def group(class_id: str | None) -> Group:
        found = asked.classes.get(class_id or "")
        if found is None:
            return Group("", NO_CLASS.text())
        return Group(str(found.grade), Label(f"grade {found.grade}", f"{_GRADES[found.grade - 1]}年级").text())

    return group


def _by_class(asked: _Asked) -> _OfClass:
    names = {each.id: each.name for each in asked.classes.values()} | names_then(asked.desk, asked.timetable.on, asked.known_at)

    def group(class_id: str | None) -> Group:
        return Group(class_id, names.get(class_id, "")) if class_id else Group("", NO_CLASS.text())

    return group


def _by_teacher(asked: _Asked) -> _OfClass:
    teachers = class_teachers(asked.desk, asked.timetable.on, asked.known_at)
    nobody = ("", NO_TEACHER.text())

    def group(class_id: str | None) -> Group:
        return Group(*teachers.get(class_id or "", nobody))

    return group


_GROUP_OF_CLASS: dict[str, Callable[[_Asked], _OfClass]] = {
    "school": _by_school,
    "grade": _by_grade,
    "class": _by_class,
    "teacher": _by_teacher,
}
