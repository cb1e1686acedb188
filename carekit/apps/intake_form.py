"""The form of one child's file: which boxes, which rows to start with, and the records that an entry makes of them.

Who is away and who raises the child are chosen among the family members of the same form. Members that are only just typed have no
id yet, so they are chosen by what they are to the child ("father") and found among the rows when the form is saved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from carekit.apps.intake_file import ChildFile, OpenFile
from carekit.errors import UserError
from carekit.fields import new_id
from carekit.language import Label
from carekit.records import Absence, CareArrangement, Child, Enrolment, Family, FamilyMember, Record
from carekit.records.codes import Relation
from carekit.widgets import Entry, Option, Part

#: Everything but the family, which the form keeps itself.
CHILD_FIELDS = tuple(name for name in Child.fields if name not in ("id", "family_id"))
FAMILY_FIELDS = ("type", "address", "village", "phone", "contact_name", "contact_phone", "income_sources", "assistance")
MEMBER_FIELDS = (
    "relation", "name", "phone", "state", "capacity", "guardian", "born_on", "id_number", "education", "health", "occupation", "employer", "address",
)  # fmt: skip
ABSENCE_FIELDS = ("member_id", "from_on", "from_precision", "work_area", "work_place", "until_on", "contact_frequency", "return_frequency")
CARE_FIELDS = ("carer_id", "from_on", "until_on", "state", "entrusted", "reason", "agreement_on")
STAY_FIELDS = ("class_id", "enrolled_on", "entry", "other_school")

#: Relations by which a member who is only just typed can be chosen, in the order in which they are offered; few enough for a plain list.
_CHOSEN_BY = (
    Relation.FATHER, Relation.MOTHER, Relation.FATHERS_FATHER, Relation.FATHERS_MOTHER, Relation.MOTHERS_FATHER, Relation.MOTHERS_MOTHER,
    Relation.STEPFATHER, Relation.STEPMOTHER, None,
)  # fmt: skip
#: Ids that stand for "the member of this relation" until the form is saved; None stands for a member of any other relation.
_STANDS_FOR: dict[str, Relation | None] = {f"{'0' * 22}RE{relation or '00'}": relation for relation in _CHOSEN_BY}
_OTHER = Label("another member of the family", "其他家庭成员")
_NO_SUCH_MEMBER = Label(
    "You chose {relation} below, but there is no {relation} among the family members. Add them there, or choose somebody else.",
    "下面选了“{relation}”，但家庭成员里没有填。请先添加，或改选别人。",
)
_TWO_SUCH_MEMBERS = Label(
    "There are two family members of the kind {relation}. Save first, then choose the one who is meant.",
    "家庭成员里有两位“{relation}”。请先不选、保存一次，再打开选择是哪一位。",
)


class FileParts:
    """The parts of the form beneath the child, whose fixed values and choices change with the file that is shown."""

    def __init__(self, *, with_stay: bool) -> None:
        self._of_family: dict[str, Any] = {}
        self._of_child: dict[str, Any] = {}
        self._people: dict[str, Sequence[Option]] = {"member_id": [], "carer_id": []}
        self._classes: dict[str, Sequence[Option]] = {"class_id": []}
        stay = Part(Enrolment, STAY_FIELDS, Label("Class", "班级"), hidden=self._of_child, references=self._classes, least=1, most=1)
        self.parts: dict[str, Part] = {
            **({"stay": stay} if with_stay else {}),
            "family": Part(Family, FAMILY_FIELDS, Label("Family", "家庭情况"), least=1, most=1),
            "members": Part(FamilyMember, MEMBER_FIELDS, Label("Family member", "家庭成员"), hidden=self._of_family, most=12),
            "absences": Part(Absence, ABSENCE_FIELDS, Label("Away to work", "外出务工"), references=self._people, most=12),
            "cares": Part(
                CareArrangement,
                CARE_FIELDS,
                Label("Who raises the child", "由谁照料"),
                hidden=self._of_child,
                references=self._people,
                most=6,
            ),
        }

    def turn_to(self, child_id: str, family_id: str, members: Sequence[FamilyMember], classes: Sequence[tuple[str, str, str]]) -> None:
        """From now on the rows belong to this child and family, and people are chosen among these members and those typed."""
        self._of_family["family_id"], self._of_child["child_id"] = family_id, child_id
        people = people_options(members)
        self._people.update(member_id=people, carer_id=people)
        self._classes["class_id"] = [Option(*one) for one in classes]


def people_options(members: Sequence[FamilyMember]) -> list[Option]:
    """The saved members of a family by name, then by relation those who may be typed in the same form."""
    saved = [Option(member.id, member.name, member.relation.label.text()) for member in members]
    there = {member.relation for member in members}
    typed = [Option(place, _word(relation).text()) for place, relation in _STANDS_FOR.items() if relation not in there]
    return saved + typed


def _word(relation: Relation | None) -> Label:
    return relation.label if relation else _OTHER


# --- what a form starts with ------------------------------------------------------------------------------------------

Rows = dict[str, Sequence[Record | Mapping[str, Any]]]


def rows_of_new(classes: Sequence[tuple[str, str, str]]) -> tuple[str, Rows]:
    """The id of a new family and the rows of a new child: a family, father and mother, one care arrangement, a class."""
    family_id = new_id()
    stay: dict[str, Any] = {"class_id": classes[0][0]} if len(classes) == 1 else {}
    members = [{"relation": Relation.FATHER}, {"relation": Relation.MOTHER}]
    return family_id, {"family": [{"id": family_id}], "members": members, "absences": [], "cares": [{}], "stay": [stay]}


def rows_of_sibling(opened: OpenFile, classes: Sequence[tuple[str, str, str]]) -> Rows:
    """The rows of a brother or sister of a saved child: the same family, a care arrangement like the present one, a class."""
    _, rows = rows_of_new(classes)
    present = [care.record for care in opened.cares if care.record.until_on is None]
    cares = [{name: getattr(care, name) for name in CARE_FIELDS} for care in present[-1:]]
    return {**rows_of_file(opened), "cares": cares or [{}], "stay": rows["stay"]}


def rows_of_file(opened: OpenFile) -> Rows:
    """The rows of a saved file; a child without a family starts one."""
    return {
        "family": [opened.family.record if opened.family else {"id": new_id()}],
        "members": [one.record for one in opened.members],
        "absences": [one.record for one in opened.absences],
        "cares": [one.record for one in opened.cares],
    }


# --- what an entry makes ----------------------------------------------------------------------------------------------


def file_of(entry: Entry) -> ChildFile:
    """The records of an entry, with people chosen by relation replaced by the members typed for them; `UserError` where there is none or two."""
    parts = entry.parts
    family: Family = parts["family"][0]
    members: tuple[FamilyMember, ...] = parts["members"]
    return ChildFile(
        child=entry.record.model_copy(update={"family_id": family.id}),
        family=family,
        members=members,
        absences=tuple(one.model_copy(update={"member_id": _member(one.member_id, members)}) for one in parts["absences"]),
        cares=tuple(one.model_copy(update={"carer_id": _member(one.carer_id, members)}) for one in parts["cares"] if not _is_empty(one)),
        stay=parts["stay"][0] if "stay" in parts else None,
    )


def _is_empty(care: CareArrangement) -> bool:
    return all(getattr(care, name) in (None, ()) for name in CareArrangement.fields if name not in ("id", "child_id"))


def _member(chosen: str | None, members: Sequence[FamilyMember]) -> str | None:
    if chosen not in _STANDS_FOR:
        return chosen
    relation = _STANDS_FOR[chosen]
    found = [member.id for member in members if (member.relation if member.relation in _CHOSEN_BY else None) is relation]
    if len(found) != 1:
        sentence = _TWO_SUCH_MEMBERS if found else _NO_SUCH_MEMBER
        raise UserError(sentence.format(relation=_word(relation)), code="member_unclear")
    return found[0]
