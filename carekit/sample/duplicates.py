"""Writes second files of two children: they left, came back, and were entered anew because nobody looked for the old file.

And that two children of one name and birthday, of whom each is somebody else, were looked at and are not the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from carekit.names import same_name_key
from carekit.records import Case, Child, Closure, Enrolment, Family, FamilyMember, NotSame, ReopenRequest, SchoolClass, Talk, Transfer
from carekit.records.codes import CaseSource, ClosureReason, EntryReason, LeavingReason, TalkTopic, TransferDirection
from carekit.sample.circle import Circle
from carekit.sample.contacts import recorded_at
from carekit.sample.dice import Dice
from carekit.sample.ledger import Ledger, moment_of
from carekit.sample.plan import FIRST_CARE_YEAR, INTAKE, REGION
from carekit.sample.register import OnRegister
from carekit.sample.school import school_days

#: Characters that sound alike: one of the two files has the name as it was heard.
_SOUNDS_LIKE = dict(
    zip(
        "轩萱然豪杰辰宁博阳峰涛林鑫凯舟毅恒坤磊松帆禾诚涵彤琪瑶悦怡婷雯菲玲琳晴蓉楠溪薇莹芸",
        "萱轩燃毫洁晨凝勃洋锋滔琳新恺周艺衡昆蕾嵩凡和成晗桐其遥越宜亭文非灵林情容南西微盈云",
        strict=True,
    )
)
#: The first time at the school, under the old file.
_CAME, _LEFT = date(2024, 9, 2), date(2025, 1, 10)
#: When the class teacher of the other child asked for the old file.
_ASKED = date(2026, 5, 18)
#: When the registrar looked at the two children of one name.
_LOOKED = date(2025, 9, 19)
_POINTS = (
    (date(2024, 10, 16), TalkTopic.DAILY, "刚来不久，说食堂的饭好吃，认识了两个同学。"),
    (date(2024, 11, 13), TalkTopic.STUDY, "语文跟得上，数学换了教材，有些内容没学过。"),
    (date(2024, 12, 11), TalkTopic.HOME, "说家里可能要接去外地上学，还没有定。"),
)


@dataclass(slots=True)
class _Old:
    """What the old file is made of."""

    entry: OnRegister
    school_class: SchoolClass
    name: str


def write_duplicates(ledger: Ledger, circle: Circle, dice: Dice) -> None:
    """One old file with the same name and birthday but no identity number, one with the name as it was heard and the same number of a phone."""
    came = [entry for entry in circle.present if _came_lately(entry)]
    other = next(entry for entry in came if _as_heard(entry.written.child.name))
    same = next(entry for entry in dice.shuffled(came) if entry is not other)
    for place, (entry, name) in enumerate(((same, same.written.child.name), (other, _as_heard(other.written.child.name) or ""))):
        span = entry.written.pupil.spans[0]
        own = dice.branch(place)
        school_class = circle.frame.class_of(span.cohort, own.number(1, 3), FIRST_CARE_YEAR)
        _write(ledger, circle, own, _Old(entry, school_class, name))
    _ask(ledger, circle, same)


def _ask(ledger: Ledger, circle: Circle, entry: OnRegister) -> None:
    """The class teacher has heard of the first file, does not see it, and asks those who keep the files."""
    asker = circle.teacher(entry, _ASKED)
    assert asker is not None  # noqa: S101 - the child is in a class
    child = entry.written.child
    ledger.add(
        moment_of(_ASKED, 16), ReopenRequest, entry.written.pupil.key, by=asker, asked_by=asker, asked_on=_ASKED, name=child.name, born_on=child.born_on,
        note="家长说孩子前年在本校读过，想看看以前的档案。",
    )  # fmt: skip


def write_namesakes(ledger: Ledger, circle: Circle) -> None:
    """The registrar asked both families of two children of one name and birthday, and wrote down that these are two."""
    seen: dict[tuple[str, date | None], Child] = {}
    registrar = circle.frame.staff["registrar"].id
    for child in (one.child for one in circle.everybody if one.pupil.current):
        other = seen.setdefault((same_name_key(child.name), child.birth_on), child)
        if other is not child:
            first, second = sorted((other.id, child.id))
            ledger.add(
                moment_of(_LOOKED, 15), NotSame, f"{first}-{second}", first_id=first, second_id=second, declared_on=_LOOKED, staff_id=registrar,
                reason="同名同日生，身份证号和家长都不同，已分别问过两家。",
            )  # fmt: skip


def _came_lately(entry: OnRegister) -> bool:
    pupil = entry.written.pupil
    span = pupil.spans[0]
    return (
        not pupil.special and span.entry is EntryReason.TRANSFERRED_IN and span.from_on > _LEFT + timedelta(days=100) and span.cohort < 2024
    )


def _as_heard(name: str) -> str | None:
    """The name with one character that sounds alike, None when there is none."""
    for place, character in enumerate(name[1:], start=1):
        if character in _SOUNDS_LIKE:
            return name[:place] + _SOUNDS_LIKE[character] + name[place + 1 :]
    return None


def _write(ledger: Ledger, circle: Circle, dice: Dice, old: _Old) -> None:
    written, key = old.entry.written, f"{old.entry.written.pupil.key}-old"
    moment = moment_of(_CAME, 10)
    home = written.family
    family = ledger.add(
        moment, Family, key, address=home.address if home else None, village=written.household.village,
        contact_name=home.contact_name if home else None, contact_phone=home.contact_phone if home else None,
    )  # fmt: skip
    for role, member in written.members.items():
        ledger.add(
            moment, FamilyMember, f"{key}-{role}", family_id=family.id, name=member.name, relation=member.relation, phone=member.phone
        )
    child = ledger.add(
        moment, Child, key, family_id=family.id, name=old.name, sex=written.pupil.sex, born_on=written.pupil.born_on, village=written.household.village,
        pupil_number=f"L{REGION}{written.pupil.born_on:%Y%m%d}{dice.number(1000, 9999)}", address=home.address if home else None, entered_on=_CAME,
    )  # fmt: skip
    stay = ledger.add(
        moment_of(_CAME, 11), Enrolment, f"{child.id}-{_CAME}", child_id=child.id, class_id=old.school_class.id, enrolled_on=_CAME,
        entry=EntryReason.TRANSFERRED_IN, other_school="外省某小学",
    )  # fmt: skip
    _write_register(ledger, circle, key, child)
    for day, topic, points in _POINTS:
        teacher, at = circle.frame.teacher_of(old.school_class.id, day), recorded_at(day)
        ledger.add(
            at,
            Talk,
            f"{key}-{day}",
            by=teacher,
            child_id=child.id,
            talked_on=day,
            staff_id=teacher,
            topic=topic,
            points=points,
            place="教室外走廊",
        )
    ledger.amend(moment_of(_LEFT, 12), stay, "离班", left_on=_LEFT, leaving=LeavingReason.TRANSFERRED_OUT)


def _write_register(ledger: Ledger, circle: Circle, key: str, child: Child) -> None:
    """On the register for a term, handed over to the school that the child went to for some months."""
    registrar, leader = circle.frame.staff["registrar"].id, circle.frame.staff["moral"].id
    opened = school_days(INTAKE + timedelta(days=20), _LEFT)[0]
    case = ledger.add(moment_of(opened, 16), Case, key, child_id=child.id, opened_on=opened, source=CaseSource.TEACHER)
    closure = ledger.add(
        moment_of(_LEFT, 17), Closure, key, case_id=case.id, closed_on=_LEFT, reason=ClosureReason.TRANSFERRED, outcome="档案已移交转入学校，收到回执。",
        proposed_by=registrar, proposed_on=_LEFT,
    )  # fmt: skip
    approved = _LEFT + timedelta(days=4)
    ledger.amend(moment_of(approved, 16, 45), closure, "审批销号", by=leader, approved_by=leader, approved_on=approved)
    sent, back = _LEFT + timedelta(days=3), _LEFT + timedelta(days=11)
    ledger.add(
        moment_of(back, 15), Transfer, key, child_id=child.id, direction=TransferDirection.OUT, moved_on=_LEFT, other_school="外省某小学",
        handed_over_on=sent, receipt_on=back, receipt_by="何主任", staff_id=registrar,
    )  # fmt: skip
