"""Writes what was put right later: changed phones, corrected texts, entries taken back, a talk recorded a month late."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from carekit import clock
from carekit.records import HomeVisit, Talk
from carekit.sample.dice import Dice
from carekit.sample.ledger import Act, Ledger, moment_of
from carekit.sample.names import Names
from carekit.sample.people import Written
from carekit.sample.plan import SAMPLE_TODAY

#: The talk of March that was written down only in the end of April.
LATE_MONTH, LATE_ON = (2026, 3), date(2026, 4, 27)
HOSTILE_NOTE = "=1+1 <b>家长原话</b>：“老师&孩子都辛苦了”"


def write_corrections(
    ledger: Ledger, dice: Dice, names: Names, everybody: list[Written], talks: list[Talk], visits: list[HomeVisit]
) -> None:
    """Amend and withdraw a few of everything."""
    _phones(ledger, dice.branch("phones"), names, everybody)
    chosen = [talk for talk in dice.branch("talks").shuffled(talks) if talk.talked_on < date(2026, 5, 1)]
    for talk in chosen[:16]:
        text = (talk.points or "").replace("。", "，已核实。", 1)
        ledger.amend(moment_of(talk.talked_on + timedelta(days=9), 9), talk, "补充核实情况", points=text)
    for talk in chosen[16:22]:
        ledger.withdraw(moment_of(talk.talked_on + timedelta(days=8), 9), talk, "记错了学生")
    ledger.bring_back(moment_of(chosen[21].talked_on + timedelta(days=10), 9), chosen[21], "核对后确认没有记错")
    for visit in [visit for visit in visits if visit.visited_on < date(2026, 4, 1)][:2]:
        ledger.withdraw(moment_of(visit.visited_on + timedelta(days=12), 9), visit, "与另一条重复")
    for talk in chosen[22:24]:
        ledger.amend(moment_of(talk.talked_on + timedelta(days=9), 10), talk, "按家长要求原样记录", points=HOSTILE_NOTE)


def _phones(ledger: Ledger, dice: Dice, names: Names, everybody: list[Written]) -> None:
    """A changed phone is written once on the family member, so it holds for brothers and sisters alike."""
    done = set()
    for written in everybody:
        own = dice.branch(written.pupil.key)
        special = written.household.key == "siblings"
        roles = [role for role, member in written.members.items() if member.phone]
        if not roles or written.household.key in done or not (special or own.chance(0.05)):
            continue
        done.add(written.household.key)
        role = "grandmother" if special else own.pick(roles)
        last = min(written.pupil.last_day or SAMPLE_TODAY, SAMPLE_TODAY)
        first = written.known_on + timedelta(days=20)
        day = date(2025, 11, 20) if special else own.day(first, last) if first < last else None
        if day is None:
            continue
        phone = names.phone()
        member = ledger.amend(moment_of(day, 12), written.members[role], "换了电话", phone=phone)
        if written.family and written.family.contact_name == member.name:
            ledger.amend(moment_of(day, 12), written.family, "换了电话", contact_phone=phone)


def delay_one_talk(ledger: Ledger) -> None:
    """Move the writing of one talk of March to the end of April: known then as not yet held, known now as held in time."""
    for place, entry in enumerate(ledger.acts):
        record = entry.record
        if (
            entry.act is Act.ADD
            and isinstance(record, Talk)
            and (record.talked_on.year, record.talked_on.month) == LATE_MONTH
            and record.points
        ):
            others = [e for e in ledger.acts if isinstance(e.record, Talk) and e.record.child_id == record.child_id]
            in_month = [e for e in others if (e.record.talked_on.year, e.record.talked_on.month) == LATE_MONTH]  # type: ignore[attr-defined]
            if len(in_month) == 1:
                ledger.acts[place] = replace(entry, moment=max(entry.moment, moment_of(LATE_ON, 17)), reason="补录三月谈话")
                return
    raise ValueError(f"no talk of {LATE_MONTH} to delay, at {clock.today()}")
