"""Writes the register of left-behind children: cases, closings and reopenings, and the consents of their guardians."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from carekit.records import Case, Closure, Consent
from carekit.records.codes import (
    CaseSource,
    ClosureReason,
    ConsentAnswer,
    ConsentPurpose,
    EntryReason,
    LeavingReason,
    LegalBasis,
    SignerBasis,
)
from carekit.sample.dice import Dice
from carekit.sample.ledger import Ledger, moment_of
from carekit.sample.people import Written
from carekit.sample.plan import SAMPLE_TODAY, ClosurePlan
from carekit.sample.school import Frame, school_days

_OUTCOMES = {
    ClosureReason.PARENT_BACK: "家长已返乡并履行监护职责，学校回访属实。",
    ClosureReason.TRANSFERRED: "档案已移交转入学校，收到回执。",
    ClosureReason.GRADUATED: "小学毕业，名单已移交初中。",
    ClosureReason.WRONGLY_LISTED: "经核实家长在本地，登记有误。",
    ClosureReason.DIED: "因病去世，档案封存。",
}
_REOPENED = {
    ClosureReason.PARENT_BACK: "家长再次外出，孩子又由他人照料。",
    ClosureReason.TRANSFERRED: "孩子转回本校，父母仍在外务工。",
}
_NOTICE = "为建立关爱档案收集必要信息，由学籍管理员保管，毕业后按规定移交或销毁；可随时查阅、更正或撤回，不影响孩子就学。"


@dataclass(slots=True)
class OnRegister:
    """A child's time on the register: from when, and the days on which it was closed and reopened."""

    written: Written
    case: Case
    gaps: list[tuple[date, date | None]] = field(default_factory=list)

    def periods(self) -> list[tuple[date, date, str]]:
        """The first day, the last day and the class of each time in which the child was on the register and in a class."""
        starts, found = self.case.opened_on, []
        for closed, again in [*self.gaps, (SAMPLE_TODAY, None)]:
            for stay in self.written.stays:
                first, last = max(starts, stay.enrolled_on), min(closed, stay.left_on or SAMPLE_TODAY)
                if first <= last:
                    found.append((first, last, stay.class_id))
            if again is None:
                break
            starts = again
        return found


def _opened_on(dice: Dice, written: Written) -> date | None:
    """When the child came onto the register: some school days after three months away, None when there is nothing to open."""
    began = [trip.since for trip in written.household.trips if trip.since]
    if not began and not written.pupil.closures:
        return None
    due = max(written.known_on, min(began, default=written.known_on) + timedelta(days=93))
    days = school_days(due, min(due + timedelta(days=240), written.pupil.last_day or SAMPLE_TODAY, SAMPLE_TODAY))
    return days[min(dice.number(2, 12), len(days) - 1)] if days else None


def write_register(ledger: Ledger, frame: Frame, dice: Dice, everybody: list[Written]) -> list[OnRegister]:
    """Write the cases in the order in which they were opened, so that file numbers rise, with their closings and consents."""
    planned = []
    for written in everybody:
        opened = None if written.pupil.no_case or written.family is None else _opened_on(dice.branch(written.pupil.key), written)
        if opened:
            planned.append((opened, written))
    planned.sort(key=lambda plan: plan[0])
    count: dict[int, int] = {}
    result = []
    for opened, written in planned:
        count[opened.year] = count.get(opened.year, 0) + 1
        own = dice.branch("case", written.pupil.key)
        case = ledger.add(
            moment_of(opened, 16), Case, written.pupil.key, child_id=written.child.id, number=f"LS{opened.year}-{count[opened.year]:04}", opened_on=opened,
            source=_source(own, written, opened),
        )  # fmt: skip
        entry = OnRegister(written, case)
        _write_closures(ledger, frame, entry)
        _write_consents(ledger, own, entry)
        result.append(entry)
    return result


def _source(dice: Dice, written: Written, opened: date) -> CaseSource:
    if written.pupil.spans[0].entry is EntryReason.TRANSFERRED_IN and opened < written.pupil.spans[0].from_on + timedelta(days=40):
        return CaseSource.TRANSFER
    if opened.month == 9:
        return CaseSource.ROSTER
    return dice.weighted({CaseSource.TEACHER: 60.0, CaseSource.FAMILY: 30.0, CaseSource.VILLAGE: 10.0})


def _write_closures(ledger: Ledger, frame: Frame, entry: OnRegister) -> None:
    pupil = entry.written.pupil
    plans = list(pupil.closures)
    if pupil.spans[-1].leaving is LeavingReason.TRANSFERRED_OUT and pupil.last_day and not plans:
        plans.append(ClosurePlan(pupil.last_day, ClosureReason.TRANSFERRED))
    if pupil.spans[-1].leaving is LeavingReason.GRADUATED and not plans:
        plans.append(ClosurePlan(date(2025, 6, 30), ClosureReason.GRADUATED))
    for place, plan in enumerate(plan for plan in plans if plan.closed_on > entry.case.opened_on):
        closure = _close(ledger, frame, entry, plan, f"{pupil.key}-{place}")
        if plan.reopened_on:
            ledger.amend(
                moment_of(plan.reopened_on, 16), closure, "恢复登记", reopened_on=plan.reopened_on, reopen_reason=_REOPENED[plan.reason]
            )
        entry.gaps.append((plan.closed_on, plan.reopened_on))


def _close(ledger: Ledger, frame: Frame, entry: OnRegister, plan: ClosurePlan, key: str) -> Closure:
    """A closure: proposed by the class teacher of the last day, approved by the leader in charge some days later."""
    last = [stay.class_id for stay in entry.written.stays if stay.enrolled_on <= plan.closed_on]
    leader = frame.staff["moral"].id
    closure = ledger.add(
        moment_of(plan.closed_on, 17, 15), Closure, key, case_id=entry.case.id, closed_on=plan.closed_on, reason=plan.reason,
        outcome=_OUTCOMES[plan.reason], proposed_by=frame.teacher_of(last[-1], plan.closed_on), proposed_on=plan.closed_on,
    )  # fmt: skip
    day = min(plan.closed_on + timedelta(days=4), SAMPLE_TODAY)
    return ledger.amend(moment_of(day, 16, 45), closure, "审批销号", by=leader, approved_by=leader, approved_on=day)


def _write_consents(ledger: Ledger, dice: Dice, entry: OnRegister) -> None:
    """Keeping the file rests on the school's duty; most families also sign, few refuse photographs, some never answered."""
    written = entry.written
    signers = {"father": SignerBasis.FATHER, "mother": SignerBasis.MOTHER}
    role = next((role for role in ("mother", "father") if role in written.members and written.household.people[role].phone), None)
    signed = min(entry.case.opened_on + timedelta(days=dice.number(0, 21)), SAMPLE_TODAY)
    if role is None or not dice.chance(0.9):
        return
    name = written.household.people[role].name
    for purpose, asked in ((ConsentPurpose.FILE, 1.0), (ConsentPurpose.PHOTO, 0.7), (ConsentPurpose.SCREENING, 0.35)):
        if not dice.chance(asked):
            continue
        refused = purpose is not ConsentPurpose.FILE and dice.chance(0.12)
        consent = ledger.add(
            moment_of(signed, 16, 30), Consent, f"{written.pupil.key}-{purpose}", child_id=written.child.id, purpose=purpose,
            basis=LegalBasis.DUTY if purpose is ConsentPurpose.FILE else LegalBasis.CONSENT, answer=ConsentAnswer.REFUSED if refused else ConsentAnswer.GIVEN,
            signed_on=signed, signer=name, signer_basis=signers[role], child_heard_on=signed if dice.chance(0.5) else None, notice=_NOTICE,
            evidence=f"纸质档案{entry.case.number}" if dice.chance(0.7) else "微信语音留存",
        )  # fmt: skip
        revoked = signed + timedelta(days=dice.number(90, 300))
        if not refused and purpose is ConsentPurpose.PHOTO and revoked < SAMPLE_TODAY and dice.chance(0.02):
            ledger.amend(moment_of(revoked), consent, "监护人撤回", revoked_on=revoked)
