"""The contact card of a child (联系卡): whom to call, with blanks where nothing is known, one card that prints whole.

Fields: RECORDS 2.4 and PRACTICES row 1.1: child, parents with work unit and address, the guardian or who is entrusted, class
teacher, supporter, school, police and village child worker.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, Protocol

import traitlets

from carekit.access import hidden_fields
from carekit.apps.child_facts import ChildFacts, child_facts
from carekit.calendar import age_at
from carekit.fields import Privacy
from carekit.language import Label, current_language
from carekit.records import Absence, Area, CardCheck, Child, Family, FamilyMember, Pairing, Record, School
from carekit.records.codes import CardState, ParentState
from carekit.store import Desk
from carekit.widgets.element import Element, Message

#: Stands on the card where something is to be written by hand.
BLANK = "________"
_HIDDEN = Label("not shown to your role", "您的角色不能查看")
_TITLE = Label("Contact card", "留守儿童联系卡")
_CHILD, _FATHER, _MOTHER = Label("Child", "学生"), Label("Father", "父亲"), Label("Mother", "母亲")
_GUARDIAN, _SCHOOL = Label("Guardian or carer", "监护人（实际照料人）"), Label("School and emergency", "学校与紧急电话")
_NAME, _PHONE, _ADDRESS = Label("Name", "姓名"), Label("Phone", "电话"), Label("Address", "住址")
_AGE, _YEARS = Label("Age", "年龄"), Label("{age}", "{age}岁")
_PRINTED = Label("As of {day}", "{day} 制卡")
_MADE = Label("As of {day}", "{day} 填制")
_PRINT = Label("Print this card", "打印联系卡")
_SUPPORTER = Label("Supporter", "帮扶教师")
_VILLAGE = Label("Village child worker", "村(居)儿童主任")
_TEACHER = Label("Class teacher", "班主任")
_CHECKED = Label("Card last found right", "联系卡最近核对")


@dataclass(frozen=True, slots=True)
class CardField:
    """One field of the card; `value` is "" where nothing is known, `wide` takes the whole width."""

    label: Label
    value: str
    wide: bool = False

    def __repr__(self) -> str:
        return f"CardField({self.label.en})"


@dataclass(frozen=True, slots=True)
class ContactCard:
    """A card: its parts with their fields, in the order in which they are printed; `on` is the day for which it holds."""

    child_id: str
    on: date
    school: str
    parts: tuple[tuple[Label, tuple[CardField, ...]], ...]
    title: Label = _TITLE

    @property
    def blanks(self) -> tuple[Label, ...]:
        """The fields in which nothing is known, by part and field."""
        join = Label("{part}: {field}", "{part}{field}")
        return tuple(join.format(part=part, field=f.label) for part, fields in self.parts for f in fields if not f.value)

    def __repr__(self) -> str:
        return f"ContactCard({self.child_id}, {len(self.blanks)} blank)"


def contact_card(desk: Desk, child_id: str, *, facts: ChildFacts | None = None) -> ContactCard:
    """The card of a child today. The read is logged; `NotFound` as for any read; what the reader may not see is said to be hidden."""
    facts = facts or child_facts(desk, child_id)
    reader = CardReader(desk, desk.level(Child, child_id))
    child, family = facts.child.record, facts.family
    address = (family.address if family else None) or child.address
    who = (
        CardField(_NAME, child.name),
        reader.field(child, "sex", said(child.sex)),
        reader.field(child, "born_on", said(child.birth_on)),
        CardField(Label("Class", "班级"), facts.room.name if facts.room else ""),
        reader.field(family or Family, "phone", said(family.phone if family else None) or said(child.phone)),
        reader.field(family or Family, "address", said(address), wide=True),
    )
    school = next((r.record for r in desk.find(School) if facts.room is None or r.id == facts.room.school_id), None)
    parts = (
        (_CHILD, who),
        (_FATHER, _parent(reader, facts.father, facts.on)),
        (_MOTHER, _parent(reader, facts.mother, facts.on)),
        (_GUARDIAN, _guardian(reader, facts)),
        (_SCHOOL, (*_school(reader, facts, school), reader.field(CardCheck, "checked_on", _checked(desk, facts), label=_CHECKED))),
    )
    return ContactCard(child.id, facts.on, school.name if school else "", parts)


def contact_cards(desk: Desk, child_ids: Iterable[str]) -> list[ContactCard]:
    """The cards of several children (a class), each read logged, all in one transaction."""
    with desk.transaction():
        return [contact_card(desk, child_id) for child_id in child_ids]


# --- what stands in the parts -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CardReader:
    """What the reader sees of the child whose card it is: `level` is the highest privacy class of the file."""

    desk: Desk
    level: Privacy

    def hides(self, record: type[Record], name: str) -> bool:
        """Whether the reader does not see a field of this child's."""
        above = record.area is Area.FILE and record.fields[name].privacy > self.level
        return above or name in hidden_fields(self.desk.actor, record)

    def field(self, record: Record | type[Record], name: str, value: str, *, wide: bool = False, label: Label | None = None) -> CardField:
        """A field of the card by the declaration of a record's field."""
        kind = record if isinstance(record, type) else type(record)
        shown = f"（{_HIDDEN.text()}）" if self.hides(kind, name) else value
        return CardField(label or kind.fields[name].label, shown, wide)


def said(value: object) -> str:
    """A value of a field as it stands on paper; "" for nothing."""
    label = getattr(value, "label", None)
    return label.text() if isinstance(label, Label) else "" if value is None else str(value)


def _parent(reader: CardReader, member: FamilyMember | None, on: date) -> tuple[CardField, ...]:
    stay = stay_on(reader, member, on)
    # A card is carried about: it does not tell why somebody cannot be called, only that there is nothing to fill in.
    none = "—" if member is not None and member.state != ParentState.PRESENT else ""
    at = member or FamilyMember
    unit = (stay.employer if stay else None) or (member.employer if member else None)
    place = (stay.work_place if stay else None) or (member.address if member else None)
    return (
        reader.field(at, "name", said(member and member.name)),
        reader.field(at, "phone", said(member and member.phone) or none),
        reader.field(Absence, "employer", said(unit) or none),
        reader.field(Absence, "work_place", said(place) or none, wide=True, label=Label("Where they work or live", "务工地址")),
    )


def stay_on(reader: CardReader, member: FamilyMember | None, on: date) -> Absence | None:
    """The stay away of a family member on a day, the last to begin of several; None when there is none or the reader does not see it."""
    if member is None or reader.hides(Absence, "member_id") or reader.hides(Absence, "from_on"):
        return None
    stays = [r.record for r in reader.desk.find(Absence, {"member_id": member.id})]
    here = [s for s in stays if (s.from_on is None or s.from_on <= on) and (s.until_on is None or s.until_on > on)]
    return max(here, key=lambda s: (s.from_on or date.min, s.id), default=None)


def _guardian(reader: CardReader, facts: ChildFacts) -> tuple[CardField, ...]:
    member, at = facts.guardian, facts.guardian or FamilyMember
    age = age_of(member, facts.on) if member else None
    return (
        reader.field(at, "name", said(member and member.name)),
        reader.field(at, "relation", said(member and member.relation)),
        reader.field(at, "phone", said(member and member.phone)),
        reader.field(at, "born_on", _YEARS.format(age=age).text() if age is not None else "", label=_AGE),
        reader.field(at, "occupation", said(member and member.occupation)),
        reader.field(at, "health", said(member and member.health)),
        reader.field(at, "address", said(member and (member.address or (facts.family and facts.family.address))), wide=True),
    )


def age_of(member: FamilyMember, on: date) -> int | None:
    """The age of a family member on a day: by the date of birth, otherwise by what was told and when; None when nobody knows."""
    if member.born_on and member.born_on <= on:
        return age_at(member.born_on, on)
    if member.stated_age is None:
        return None
    told = member.stated_age_on
    return member.stated_age + (age_at(told, on) if told and told <= on else 0)


def _school(reader: CardReader, facts: ChildFacts, school: School | None) -> tuple[CardField, ...]:
    shown, helping = ([f"{t.name} {t.phone or ''}".strip() for t in staff] for staff in (facts.teachers, facts.supporters))
    kept = {"duty_phone": None, "police_phone": None, "village_worker_phone": _VILLAGE}
    return (
        CardField(_TEACHER, "、".join(shown)),
        reader.field(Pairing, "staff_id", "、".join(helping), label=_SUPPORTER),
        *(reader.field(school or School, name, said(school and getattr(school, name)), label=label) for name, label in kept.items()),
    )


def _checked(desk: Desk, facts: ChildFacts) -> str:
    """The day on which the card was last found right with the family, or put right."""
    checks = [r.record for r in desk.find(CardCheck, {"child_id": facts.child.id})]
    days = [check.checked_on for check in checks if check.state is not CardState.UNREACHED and check.checked_on <= facts.on]
    return said(max(days, default=None))


# --- on paper ---------------------------------------------------------------------------------------------------------

_FOLDER = Path(__file__).parent


@cache
def _asset(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def card_html(card: ContactCard) -> str:
    """One card as HTML; whatever people typed is escaped."""
    parts = "".join(f"<h4>{escape(part.text())}</h4><dl>{''.join(map(_field_html, fields))}</dl>" for part, fields in card.parts)
    printed = (_PRINTED if card.title is _TITLE else _MADE).format(day=card.on.isoformat()).text()
    head = f'<h3>{escape(card.title.text())}</h3><p class="ck-card-from">{escape(card.school)} · {escape(printed)}</p>'
    return f'<section class="ck-card">{head}{parts}</section>'


def _field_html(field: CardField) -> str:
    wide = ' class="ck-card-wide"' if field.wide else ""
    value = f"<dd>{escape(field.value)}</dd>" if field.value else f'<dd class="ck-card-blank">{BLANK}</dd>'
    return f"<div{wide}><dt>{escape(field.label.text())}</dt>{value}</div>"


def sheet_html(cards: Iterable[ContactCard]) -> str:
    """A page of cards for the printer, complete in itself: nothing is fetched from anywhere."""
    cards = list(cards)
    title = cards[0].title if cards else _TITLE
    style = _asset("contact_card.css") + "@page { size: A4; margin: 12mm; } body { margin: 0; }"
    head = f'<meta charset="utf-8"><title>{escape(title.text())}</title><style>{style}</style>'
    return f'<!doctype html><html lang="{current_language()}"><head>{head}</head><body>{"".join(map(card_html, cards))}</body></html>'


class Making(Protocol):
    """Makes a paper about a child: `contact_card`, or another of the same form."""

    def __call__(self, desk: Desk, child_id: str, *, facts: ChildFacts | None = None) -> ContactCard: ...  # noqa: D102


class CardSheet(Element):
    """The contact card of one child in the page (or another paper of the same form), with a button that prints it by itself.

    `make` gives the paper as the store has it now: it is asked again for each print, and each print is logged as an export under `logged`.
    """

    _esm = _asset("contact_card.js")
    _css = _asset("contact_card.css")

    markup = traitlets.Unicode("").tag(sync=True)
    print_label = traitlets.Unicode(_PRINT.text()).tag(sync=True)

    def __init__(self, desk: Desk, make: Making = contact_card, print_label: Label = _PRINT, logged: str = "contact_card") -> None:
        super().__init__(print_label=print_label.text())
        self._desk, self._make, self._logged = desk, make, logged
        self._child_id: str | None = None

    def show(self, facts: ChildFacts | None) -> None:
        """Show the card of a child in place, or none."""
        self._child_id = facts.child.id if facts else None
        self.markup = card_html(self._make(self._desk, facts.child.id, facts=facts)) if facts else ""

    def handlers(self) -> dict[str, Callable[[Message, list[Any]], None]]:
        """The card is to be printed."""
        return {"print": self._print}

    def _print(self, _content: Message, _buffers: list[Any]) -> None:
        if self._child_id is None:
            return
        card = self._make(self._desk, self._child_id)
        self._desk.log("export", f"{self._logged} 1", kind="child", entity_id=self._child_id)
        self.send({"type": "sheet", "page": sheet_html([card])})

    def facts(self) -> str:
        """Whether a card is shown."""
        return "one card" if self._child_id else "no card"
