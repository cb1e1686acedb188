"""What the page `duplicates` shows of two files side by side, and of the merges done: read through the desk, so each holds what the reader may see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from carekit import clock
from carekit.apps.child_facts import ChildFacts, child_facts
from carekit.apps.children import Register, last_stays, register_states, telling_detail
from carekit.apps.duplicates_finding import Pair, made_order, require_merging
from carekit.apps.staff import staff_name
from carekit.calendar import school_year, school_year_of
from carekit.errors import NotFound
from carekit.fields import FieldSpec
from carekit.identifiers import is_pupil_number, read_id_number
from carekit.language import Label, LabelledEnum
from carekit.records import RECORDS, Child, Enrolment, Merge, NotSame, SchoolClass
from carekit.records.codes import IdType
from carekit.store import Desk
from carekit.widgets import NOTHING, cell_text

#: What a merge settles by itself: which family, which other numbers, and how exactly a birth date is known goes with the date.
_BY_ITSELF = frozenset({"id", "family_id", "other_numbers", "born_precision"})
_LEFT_SCHOOL = Label("{class_name}, left on {day}", "{class_name}，{day}离校")
_MEMBER = Label("{name} ({relation})", "{name}（{relation}）")
_FAULT = Label("{number} ({fault})", "{number}（{fault}）")
_AND, _ALSO = Label(", ", "、"), Label("; ", "；")
_MADE_ON = Label("{name} (made on {day})", "{name}（{day}建档）")
_TOLD = Label("{name} ({detail})", "{name}（{detail}）")
_FAMILY, _CLASS = Label("Family", "家庭成员"), Label("Class", "班级")
_REGISTER, _MADE = Label("Register", "留守登记"), Label("File made on", "建档日期")
_OTHER_WAY = Label("differs", "不同")
#: What is told of a file at its head, beside class, family and register.
_HEAD = ("name", "former_name", "sex", "born_on", "id_number", "pupil_number", "school_number", "village", "address", "phone")


class Side(LabelledEnum):
    """Which of two files that stand side by side."""

    LEFT = Label("left", "左边")
    RIGHT = Label("right", "右边")

    @property
    def other(self) -> Side:
        """The other one."""
        return Side.RIGHT if self is Side.LEFT else Side.LEFT


@dataclass(frozen=True, slots=True, repr=False)
class OneFile:
    """One of the two files: the child's facts today, when the file was made, the stays in a class that go on, and how it stands with the register."""

    facts: ChildFacts
    made_on: date
    class_text: str | None
    stays: Mapping[str, str]
    stay_classes: frozenset[str]
    register: Register

    @property
    def child(self) -> Child:
        """The child's record."""
        return self.facts.child.record

    def told(self) -> str:
        """The file in one line: name, class, birthday."""
        detail = telling_detail(self.class_text, self.child.birth_on, birth_known="born_on" not in self.facts.child.redacted)
        return _TOLD.format(name=self.child.name, detail=detail).text()

    def items(self, seen: frozenset[str]) -> list[tuple[Label, Any]]:
        """What stands at the head of the file: of the child's own fields those `seen`."""
        members = sorted(self.facts.members, key=lambda one: (str(one.relation), one.name))
        told = _AND.text().join(_MEMBER.format(name=one.name, relation=one.relation).text() for one in members)
        return [
            *((Child.fields[name].label, field_text(self.child, name)) for name in _HEAD if name in seen),
            (_CLASS, self.class_text),
            (_FAMILY, told or None),
            (_REGISTER, self.register.label.text() or None),
            (_MADE, self.made_on),
        ]


def field_text(child: Child, name: str) -> str:
    """A field of a child in words; an identity number with what is wrong with it."""
    value = getattr(child, name)
    text = cell_text(Child.fields[name], value)
    if name == "id_number" and value and child.id_type in (None, IdType.ID_CARD) and (faults := read_id_number(value).faults):
        return _FAULT.format(number=text, fault=faults[0].label).text()
    return text


def _well_founded(name: str, child: Child) -> bool:
    if name in ("id_number", "name"):
        return child.id_number is not None and not read_id_number(child.id_number).faults
    return name == "pupil_number" and is_pupil_number(child.pupil_number or "") and not (child.pupil_number or "").startswith("L")


def _is_blank(value: Any) -> bool:
    return value is None or value == ()


@dataclass(frozen=True, slots=True, repr=False)
class PairFacts:
    """Two files side by side, the one that was made first on the left."""

    left: OneFile
    right: OneFile

    def at(self, side: Side) -> OneFile:
        """The file of a side."""
        return self.left if side is Side.LEFT else self.right

    def head_items(self, side: Side) -> list[tuple[Any, ...]]:
        """What stands at the head of one file, with a mark where the other one says something else; what neither says is left out."""
        pairs = zip(self.at(side).items(self.seen), self.at(side.other).items(self.seen), strict=True)
        texts = [(label, cell_text(None, own), cell_text(None, other)) for (label, own), (_, other) in pairs]
        return [
            (label, own, _OTHER_WAY if NOTHING not in (own, other) and own != other and label is not _MADE else None)
            for label, own, other in texts
            if {own, other} != {NOTHING}
        ]

    @property
    def seen(self) -> frozenset[str]:
        """The fields that the reader sees of both."""
        return frozenset(Child.fields) - self.left.facts.child.redacted - self.right.facts.child.redacted

    def _fields(self) -> Iterable[FieldSpec]:
        return (spec for name, spec in Child.fields.items() if name in self.seen and name not in _BY_ITSELF)

    def clashes(self) -> list[FieldSpec]:
        """The fields in which both say something, and not the same: a person chooses."""
        return [spec for spec in self._fields() if self._clash(spec.name)]

    def _clash(self, name: str) -> bool:
        ours, theirs = getattr(self.left.child, name), getattr(self.right.child, name)
        return not _is_blank(ours) and not _is_blank(theirs) and ours != theirs

    def filled(self, kept: Side) -> list[Label]:
        """The fields that are empty in the file that is kept and come from the other one."""
        own, other = self.at(kept).child, self.at(kept.other).child
        return [spec.label for spec in self._fields() if _is_blank(getattr(own, spec.name)) and not _is_blank(getattr(other, spec.name))]

    def usual(self, name: str, kept: Side) -> Side:
        """The side whose value is proposed: the file that is kept, unless only the other one is better founded.

        A faultless identity number is better than another, and so is the name that stands beside it; a pupil number for good (G) better than one for the
        time being (L).
        """
        founded = {side: _well_founded(name, self.at(side).child) for side in Side}
        return kept.other if founded[kept.other] and not founded[kept] else kept

    def chosen(self, sides: Mapping[str, Side]) -> dict[str, Any]:
        """The values for `Desk.merge`, by the side chosen for each clash; how exactly a birth date is known goes with the date."""
        values = {name: getattr(self.at(side).child, name) for name, side in sides.items()}
        if "born_on" in sides and "born_precision" in self.seen:
            values["born_precision"] = self.at(sides["born_on"]).child.born_precision
        return values

    @property
    def two_classes(self) -> bool:
        """Whether both files are in a class at present, and not in the same."""
        both = (self.left.stay_classes, self.right.stay_classes)
        return all(both) and len(both[0] | both[1]) > 1

    def same_versions(self, other: PairFacts) -> bool:
        """Whether both children's own records are still those that were shown."""
        return all(self.at(side).facts.child.version == other.at(side).facts.child.version for side in Side)


def pair_facts(desk: Desk, one_id: str, other_id: str) -> PairFacts:
    """Two files, read and logged; `NotFound` when one is not there (any more) or both are one, `Denied` for who may not merge."""
    require_merging(desk)
    if one_id == other_id:
        raise NotFound
    facts = {child_id: child_facts(desk, child_id) for child_id in (one_id, other_id)}
    made, stays, registers = made_order(desk, list(facts)), last_stays(desk, list(facts)), register_states(desk, list(facts))
    left, right = (
        _one_file(desk, facts[child_id], clock.day_of(made[child_id][0]), stays.get(child_id), registers.get(child_id, Register.NONE))
        for child_id in sorted(facts, key=lambda one: made[one])
    )
    return PairFacts(left, right)


def _one_file(desk: Desk, facts: ChildFacts, made_on: date, last: tuple[str, date | None] | None, register: Register) -> OneFile:
    present = [one.record for one in desk.find(Enrolment, {"child_id": facts.child.id}) if one.record.left_on is None]
    rooms = {one.id: one.record.name for one in desk.find(SchoolClass, {"id": [stay.class_id for stay in present]})} if present else {}
    return OneFile(
        facts=facts,
        made_on=made_on,
        class_text=_class_text(last),
        stays={stay.id: rooms.get(stay.class_id, "") for stay in present},
        stay_classes=frozenset(stay.class_id for stay in present),
        register=register,
    )


def _class_text(last: tuple[str, date | None] | None) -> str | None:
    if last is None:
        return None
    name, left_on = last
    return name if left_on is None or left_on >= clock.today() else _LEFT_SCHOOL.format(class_name=name, day=left_on).text()


# --- lists ------------------------------------------------------------------------------------------------------------


def told_files(desk: Desk, ids: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Name, and class with birthday, of each file that the reader sees, those out of use included."""
    wanted = sorted(set(ids))
    stays = last_stays(desk, wanted)
    return {
        one.id: (
            one.record.name,
            telling_detail(_class_text(stays.get(one.id)), one.record.birth_on, birth_known="born_on" not in one.redacted),
        )
        for one in desk.find(Child, {"id": wanted}, include_withdrawn=True)
    }


def pair_rows(desk: Desk, pairs: list[Pair]) -> list[dict[str, Any]]:
    """The pairs for the list, in their order."""
    told = told_files(desk, (one for pair in pairs for one in (pair.first_id, pair.second_id)))
    rows = []
    for pair in pairs:
        (name, first), (other, second) = told[pair.first_id], told[pair.second_id]
        rows.append(
            {
                "id": pair.id,
                "name": name if name == other else f"{name} / {other}",
                "first": first,
                "second": second,
                "why": _ALSO.text().join(reason.label.text() for reason in pair.reasons),
                "strength": pair.strength.name,
                "pair": pair,
            }
        )
    return rows


def merge_rows(desk: Desk) -> list[dict[str, Any]]:
    """The merges done, the newest first, those undone too."""
    done = [one.record for one in desk.find(Merge)]
    ids = [one for merge in done for one in (merge.kept_id, merge.merged_id)]
    told, made, nobody = told_files(desk, ids), made_order(desk, ids), ("", "")
    return [
        {
            "id": one.id,
            "name": told.get(one.kept_id, nobody)[0],
            "kept": told.get(one.kept_id, nobody)[1],
            # it is in no class any more: what tells it is when it was made
            "merged": _MADE_ON.format(name=told.get(one.merged_id, nobody)[0], day=clock.day_of(made[one.merged_id][0])).text(),
            "merged_on": one.merged_on,
            "by": staff_name(desk, one.staff_id or "console"),
            "reason": one.reason,
            "undone_on": one.undone_on,
            "undone_why": one.undone_why,
            "merge": one,
        }
        for one in sorted(done, key=lambda one: (one.merged_on, one.id), reverse=True)
    ]


def merged_this_year(rows: Iterable[Mapping[str, Any]]) -> int:
    """How many of the merges were done in this school year and stand."""
    year = school_year(school_year_of(clock.today()))
    return sum(row["merged_on"] in year and row["undone_on"] is None for row in rows)


def different_rows(desk: Desk) -> list[dict[str, Any]]:
    """The pairs that somebody declared to be two children, the newest first."""
    said = desk.find(NotSame)
    told = told_files(desk, (one for found in said for one in (found.record.first_id, found.record.second_id)))
    rows = []
    for found in sorted(said, key=lambda one: (one.record.declared_on, one.id), reverse=True):
        one = found.record
        if one.first_id in told and one.second_id in told:
            first, second = (_TOLD.format(name=told[child][0], detail=told[child][1]).text() for child in (one.first_id, one.second_id))
            by = staff_name(desk, one.staff_id)
            row = {"id": one.id, "first": first, "second": second, "reason": one.reason, "declared_on": one.declared_on, "by": by}
            rows.append(row | {"version": found.version})
    return rows


def kinds_told(counts: Mapping[str, int]) -> list[tuple[Label, int]]:
    """Counts by kind under the kinds' own names."""
    return [(RECORDS[kind].label, count) for kind, count in counts.items()]
