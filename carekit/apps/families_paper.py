"""外出告知暨委托照护确认书: the paper on which parents tell of their leaving and entrust the care of a child, with blanks and places for three signatures.

Fields: RECORDS 2.4; conditions and duties: 未成年人保护法 §22, §23.
"""

from __future__ import annotations

from carekit.apps.child_facts import ChildFacts, child_facts
from carekit.apps.contact_card import CardField, CardReader, ContactCard, age_of, said, stay_on
from carekit.apps.families_facts import STEP_LABELS
from carekit.language import Label
from carekit.obligations.facts import PARENTS
from carekit.obligations.family_rules import ENTRUST_STEPS, ENTRUST_TICKS
from carekit.records import Absence, CareArrangement, Child, FamilyMember, School
from carekit.store import Desk

TITLE = Label("Notice of leaving and entrusting of care", "外出告知暨委托照护确认书")
PRINT = Label("Print the notice", "打印确认书")
_CHILD, _CARER = Label("Child", "孩子"), Label("Who is entrusted with the care", "被委托人（照料人）")
_LEAVING = Label("Who leaves and entrusts", "外出人（委托人）")
_CONDITIONS = Label("Conditions of the carer (law, article 22)", "被委托人条件核验（未成年人保护法第二十二条）")
_STEPS, _DUTIES, _SIGNED = Label("What was done", "办理情况"), Label("Promise", "承诺"), Label("Signatures", "签字确认")
_FITS, _FITS_NOT = Label("yes", "符合"), Label("NO", "不符合")
_AGE, _YEARS = Label("Age", "年龄"), Label("{age}", "{age}岁")
_SINCE = Label("Cares since", "照料开始日期")
_TERM = Label("Back by (expected)", "预计返乡")
_PROMISE = (
    (
        Label("Parents", "父母"),
        Label(
            "Being away does not end our duty as guardians. We talk with the child and the carer at least once a week, tell school and village in writing when "
            "address, phone or carer change, and come at once when we are told that the child is unwell or in trouble.",
            "外出不免除监护职责。我们每周至少与孩子、照料人联系一次；住址、电话或照料人有变化，及时书面告知学校和村(居)；"
            "接到孩子身心或行为异常的通知，及时处理（第二十三条）。",
        ),
    ),
    (
        Label("Carer", "被委托人"),
        Label(
            "I agree to look after the child day by day, keep it safe and at school, and tell parents, school or village of anything unusual.",
            "我同意照料孩子的生活、安全和学习，有异常情况及时告诉父母、学校或村(居)。",
        ),
    ),
)
_PLACES = (
    Label("Parent or guardian (signature, date)", "委托人（父母或其他监护人）签字、日期"),
    Label("Carer (signature, date)", "被委托人签字、日期"),
    Label("School or village (signature, stamp, date)", "学校或村(居)经办人签字盖章、日期"),
)


def entrust_paper(desk: Desk, child_id: str, *, facts: ChildFacts | None = None) -> ContactCard:
    """The paper for a child today, of the form of a contact card: what is known is filled in, the rest are lines to write on.

    The read is logged; `NotFound` as for any read; what the reader may not see is said to be hidden.
    """
    facts = facts or child_facts(desk, child_id)
    reader, child = CardReader(desk, desk.level(Child, child_id)), facts.child.record
    school = next((r.record for r in desk.find(School) if facts.room is None or r.id == facts.room.school_id), None)
    address = child.address or (facts.family.address if facts.family else None)
    who = (
        CardField(Child.fields["name"].label, child.name),
        reader.field(child, "sex", said(child.sex)),
        reader.field(child, "born_on", said(child.birth_on)),
        CardField(Label("Class", "班级"), facts.room.name if facts.room else ""),
        reader.field(child, "id_number", said(child.id_number)),
        reader.field(child, "address", said(address), wide=True),
    )
    care = facts.care
    parts = (
        (_CHILD, who),
        *_leaving(reader, facts),
        (_CARER, _carer(reader, facts)),
        (_CONDITIONS, tuple(_condition(reader, care, name) for name in ENTRUST_TICKS)),
        (
            _STEPS,
            tuple(
                reader.field(CareArrangement, name, said(care and getattr(care, name)), label=STEP_LABELS[name]) for name in ENTRUST_STEPS
            ),
        ),
        (_DUTIES, tuple(CardField(label, words.text(), wide=True) for label, words in _PROMISE)),
        (_SIGNED, tuple(CardField(place, "", wide=True) for place in _PLACES)),
    )
    return ContactCard(child.id, facts.on, school.name if school else "", parts, TITLE)


def _leaving(reader: CardReader, facts: ChildFacts) -> tuple[tuple[Label, tuple[CardField, ...]], ...]:
    """A part for each parent who is away; one of blanks where none is recorded, or the reader does not see who is."""
    parents = [member for member in facts.members if str(member.relation) in PARENTS]
    away = [(member, stay) for member in parents if (stay := stay_on(reader, member, facts.on)) is not None]
    shown: list[tuple[FamilyMember | None, Absence | None]] = [*away] or [(None, None)]
    return tuple((_LEAVING, _parent(reader, member, stay)) for member, stay in shown)


def _parent(reader: CardReader, member: FamilyMember | None, stay: Absence | None) -> tuple[CardField, ...]:
    return (
        reader.field(FamilyMember, "name", said(member and member.name)),
        reader.field(FamilyMember, "relation", said(member and member.relation)),
        reader.field(FamilyMember, "phone", said(member and member.phone)),
        reader.field(Absence, "from_on", said(stay and stay.from_on)),
        reader.field(Absence, "expected_until_on", said(stay and stay.expected_until_on), label=_TERM),
        reader.field(Absence, "reason", said(stay and stay.reason)),
        reader.field(Absence, "work_place", said(stay and stay.work_place), wide=True),
    )


def _carer(reader: CardReader, facts: ChildFacts) -> tuple[CardField, ...]:
    member, care = facts.carer, facts.care
    age = age_of(member, facts.on) if member else None
    return (
        reader.field(FamilyMember, "name", said(member and member.name)),
        reader.field(FamilyMember, "relation", said(member and member.relation)),
        reader.field(FamilyMember, "phone", said(member and member.phone)),
        reader.field(FamilyMember, "born_on", _YEARS.format(age=age).text() if age is not None else "", label=_AGE),
        reader.field(FamilyMember, "id_number", said(member and member.id_number)),
        reader.field(FamilyMember, "health", said(member and member.health)),
        reader.field(CareArrangement, "from_on", said(care and care.from_on), label=_SINCE),
        reader.field(CareArrangement, "reason", said(care and care.reason)),
        reader.field(FamilyMember, "address", said(member and (member.address or (facts.family and facts.family.address))), wide=True),
    )


def _condition(reader: CardReader, care: CareArrangement | None, name: str) -> CardField:
    answer = getattr(care, name) if care else None
    return reader.field(CareArrangement, name, "" if answer is None else (_FITS if answer else _FITS_NOT).text(), wide=True)
