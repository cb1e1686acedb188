"""The case summary of a child: who it is, the family, what was done this school year, what is still missing, and room to write by hand."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from carekit.apps.child_facts import ChildFacts, child_facts
from carekit.apps.child_header import missing_cells
from carekit.apps.contact_card import CardField, ContactCard, contact_card
from carekit.calendar import school_year, school_year_of
from carekit.history import Event, history
from carekit.language import Label
from carekit.obligations import RULES
from carekit.obligations.rule import may_see
from carekit.records import RECORDS, Area, Case, Membership
from carekit.store import Desk

TITLE = Label("Case summary", "个案情况摘要")
PRINT = Label("Print the case summary", "打印个案摘要")
_WORK = Label("Done this school year", "本学年工作记录")
_MISSING = Label("Still missing, to be filled in", "资料中还缺（请补填）")
_BY_HAND = Label("Assessment, to be written by hand", "综合评估（手填）")
_COUNTED = Label("{count} times, last on {day}", "{count}次，最近{day}")
_LAST = Label("{counted}: {title}", "{counted}：{title}")
_NONE = Label("none on record", "没有记录")
_SINCE, _GROUPS = Label("On the register since", "建档日期"), Label("Groups", "帮扶分类")
_BLANKS = (
    Label("Main problems and needs", "主要问题与需求"),
    Label("Assessment", "评估结论"),
    Label("Next steps, who and when", "下一步措施（谁、何时）"),
    Label("Written by, date", "填写人、日期"),
)
#: The work that is summed up; the file itself stands above it.
_AREAS = (Area.CARE, Area.SUPPORT, Area.STUDY, Area.HARDSHIP)


def case_summary(desk: Desk, child_id: str, *, facts: ChildFacts | None = None) -> ContactCard:
    """The summary of a child today, as a paper of the form of a contact card: what is empty prints as a blank line to write on.

    The read is logged; `NotFound` as for any read. A reader sees in it what they see in the history, and what is closed to them only as a count.
    """
    facts = facts or child_facts(desk, child_id)
    card = contact_card(desk, child_id, facts=facts)
    (who_label, who), *family, _ = card.parts
    parts = [(who_label, (*who, *_place(desk, facts))), *family, (_WORK, tuple(_work(history(desk, child_id), facts.on)))]
    if "health" not in facts.child.redacted and may_see(desk.actor, RULES["file_complete"].needs):
        parts.append((_MISSING, tuple(CardField(label, "") for label in missing_cells(desk, facts))))
    parts.append((_BY_HAND, tuple(CardField(label, "", wide=True) for label in _BLANKS)))
    return ContactCard(card.child_id, card.on, card.school, tuple(part for part in parts if part[1]), TITLE)


def _place(desk: Desk, facts: ChildFacts) -> tuple[CardField, ...]:
    """Since when on the register, in which groups, and who helps."""
    cases = [r.record for r in desk.find(Case, {"child_id": facts.child.id})]
    found = [r for r in desk.find(Membership, {"child_id": facts.child.id}) if "group" not in r.redacted]
    groups = [r.record for r in found]
    here = [g.group.label.text() for g in groups if g.from_on <= facts.on and (g.until_on is None or g.until_on > facts.on)]
    return (
        CardField(_SINCE, min((case.opened_on.isoformat() for case in cases), default="—")),
        CardField(_GROUPS, "、".join(here) or "—"),
    )


def _work(events: list[Event], on: date) -> list[CardField]:
    """One line for each kind of record: how often this school year, when last, and what that was."""
    year = school_year(school_year_of(on))
    found: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        if event.date is not None and event.date in year and event.date <= on:
            found[event.kind].append(event)
    kinds = [record for record in RECORDS.values() if record.area in _AREAS and record.about and record.about[0] == "child_id"]
    return [CardField(record.label, _told(found[record.kind]), wide=True) for record in kinds]


def _told(events: list[Event]) -> str:
    if not events:
        return _NONE.text()
    last = events[-1]
    counted = _COUNTED.format(count=len(events), day=last.date)
    return _LAST.format(counted=counted, title=last.title).text() if last.title else counted.text()
