"""Writes what is on its way: files handed over between schools, and closures of the register that wait for approval."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from carekit.records import Closure, Transfer
from carekit.records.codes import ClosureReason, EntryReason, LeavingReason, TransferDirection
from carekit.sample import phrases_family as texts
from carekit.sample.circle import Circle
from carekit.sample.dice import Dice
from carekit.sample.kin import parents_away, word_for
from carekit.sample.ledger import Ledger, moment_of
from carekit.sample.people import Written
from carekit.sample.plan import INTAKE, SAMPLE_TODAY, TOWNSHIP, Span
from carekit.sample.register import OnRegister
from carekit.sample.school import school_days

#: Where graduates go on to.
NEXT_SCHOOL = f"{TOWNSHIP}初级中学"
_PEOPLE = ("周老师", "教务处李老师", "学籍室吴老师", "何主任")


def write_transfers(ledger: Ledger, circle: Circle, dice: Dice) -> None:
    """A hand-over for every child who came from or went to another school since the kit is in use, for graduates who were on the register, and who brings it."""
    registered = {entry.written.child.id for entry in circle.register}
    for written in circle.everybody:
        for place, span in enumerate(written.pupil.spans):
            own = dice.branch(written.pupil.key, place)
            if span.entry is EntryReason.TRANSFERRED_IN and span.from_on > INTAKE:
                _write_in(ledger, circle, own, written, span)
            leaves = span.leaving is LeavingReason.TRANSFERRED_OUT
            goes_on = span.leaving is LeavingReason.GRADUATED and written.child.id in registered
            if span.until_on and span.until_on > INTAKE and (leaves or goes_on):
                _write_out(ledger, circle, own, written, span.until_on, span.to_school or NEXT_SCHOOL)


def _base(circle: Circle, dice: Dice, written: Written, direction: TransferDirection, day: date, school: str) -> dict[str, Any]:
    return {
        "child_id": written.child.id, "direction": direction, "moved_on": day, "other_school": school,
        "other_contact": dice.pick(_PEOPLE) if dice.chance(0.6) else None, "staff_id": circle.frame.staff["registrar"].id,
    }  # fmt: skip


def _write_in(ledger: Ledger, circle: Circle, dice: Dice, written: Written, span: Span) -> None:
    """Papers that came after the child; of some the school is still waiting."""
    base = _base(circle, dice, written, TransferDirection.IN, span.from_on, span.from_school or "外县某小学")
    transfer = ledger.add(moment_of(span.from_on, 15), Transfer, f"{written.pupil.key}-in-{span.from_on}", **base)
    came = span.from_on + timedelta(days=dice.number(4, 18))
    if dice.chance(0.88) and came <= SAMPLE_TODAY:
        signed = circle.frame.staff["registrar"].name
        ledger.amend(moment_of(came, 15), transfer, "收到档案，已回执", handed_over_on=came, receipt_on=came, receipt_by=signed)


def _write_out(ledger: Ledger, circle: Circle, dice: Dice, written: Written, day: date, school: str) -> None:
    """Handed over within days; most schools sent the receipt, a few did not."""
    base = _base(circle, dice, written, TransferDirection.OUT, day, school)
    transfer = ledger.add(moment_of(day, 15), Transfer, f"{written.pupil.key}-out-{day}", **base)
    sent = day + timedelta(days=dice.number(1, 6))
    if sent > SAMPLE_TODAY:
        return
    transfer = ledger.amend(moment_of(sent, 15), transfer, "已移交", handed_over_on=sent)
    back = sent + timedelta(days=dice.number(3, 12))
    if dice.chance(0.93) and back <= SAMPLE_TODAY:
        ledger.amend(moment_of(back, 15), transfer, "收到回执", receipt_on=back, receipt_by=dice.pick(_PEOPLE)[-3:])


def write_proposals(ledger: Ledger, circle: Circle, dice: Dice) -> None:
    """Closures for children a parent of whom is back: two wait for approval, one was sent back because it came too early."""
    back = [entry for entry in circle.present if not parents_away(entry.written.household, SAMPLE_TODAY) and entry.written.household.trips]
    for place, entry in enumerate(dice.shuffled(back)[:3]):
        day = school_days(SAMPLE_TODAY - timedelta(days=12 - 3 * place), SAMPLE_TODAY)[0]
        closure = _propose(ledger, circle, entry, day)
        if place == 0:
            leader = circle.frame.staff["moral"].id
            ledger.amend(moment_of(day + timedelta(days=1), 16, 45), closure, "退回", by=leader, returned_for=texts.TOO_EARLY)


def _propose(ledger: Ledger, circle: Circle, entry: OnRegister, day: date) -> Closure:
    household, teacher = entry.written.household, circle.teacher(entry, day)
    assert teacher is not None  # noqa: S101 - the child is in a class
    parent = word_for(household.people[household.trips[-1].who].relation)
    by = circle.author(Closure, teacher, entry, moment_of(day, 15))
    return ledger.add(
        moment_of(day, 15), Closure, f"{entry.written.pupil.key}-proposed", by=by, case_id=entry.case.id, closed_on=day,
        reason=ClosureReason.PARENT_BACK, outcome=texts.PARENT_IS_BACK.format(parent=parent), proposed_by=teacher, proposed_on=day,
    )  # fmt: skip
