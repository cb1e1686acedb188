"""Writes who is paired with whom, what came before, and what was forgotten: nearly all key children have somebody, six have nobody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from carekit.records import Pairing, StaffMember
from carekit.records.codes import LeavingReason, PairingEnd, PairingKind, Role
from carekit.sample import phrases_support as texts
from carekit.sample.circle import Circle, Tie, class_on, since
from carekit.sample.dice import Dice
from carekit.sample.kin import say, words_of
from carekit.sample.ledger import Ledger, moment_of
from carekit.sample.outsiders import LEFT
from carekit.sample.plan import SAMPLE_TODAY
from carekit.sample.register import OnRegister
from carekit.sample.school import school_days

#: Key children of today: with nobody at all; still paired on paper with somebody who left the school.
UNCOVERED, FORGOTTEN = 6, 2
_PUPIL_PAIRS = 25
#: How many children of today each has: people by their key, then class and subject teachers in the order in which they are drawn.
_LOADS = {
    "supporter-1": 5, "supporter-2": 7, "counsellor": 3, "head": 2, "deputy": 1, "moral": 3, "helper-1": 4, "helper-2": 6, "helper-3": 2, "helper-4": 3,
    "helper-5": 1, "helper-6": 1, "helper-7": 2, "unit-1": 2, "unit-2": 1,
}  # fmt: skip
_CLASS_TEACHER_LOADS, _SUBJECT_TEACHER_LOADS = (3, 2, 1, 2, 1, 3, 2, 4, 1), (3, 2, 1, 2, 1, 2)
_KIND_BY_POST = {"志愿者": PairingKind.VOLUNTEER, "退休教师志愿者": PairingKind.VOLUNTEER, "学生家长": PairingKind.PARENT}
#: Endings without anybody after: for a key child of today, or for somebody else.
_NOBODY_AFTER = (
    (PairingEnd.FAMILY_ASKED, True), (PairingEnd.EXPIRED, True), (PairingEnd.AIM_REACHED, False), (PairingEnd.AIM_REACHED, False),
    (PairingEnd.AIM_REACHED, False), (PairingEnd.EXPIRED, False), (PairingEnd.EXPIRED, False),
)  # fmt: skip
_AFTER_LEFT, _CHANGED, _CHILD_LEFT = 4, 8, 2


@dataclass(slots=True)
class _Draft:
    entry: OnRegister
    staff: StaffMember
    from_on: date
    until_on: date | None = None
    end: PairingEnd | None = None


@dataclass(slots=True)
class _Slot:
    """A place with a supporter; `own` says whether the child is to be of the supporter's own class or of another (None: either)."""

    staff: StaffMember
    own: bool | None = None


def write_pairings(ledger: Ledger, circle: Circle, dice: Dice, key: list[OnRegister]) -> None:
    """Pair the children and remember it in `circle.ties`."""
    covered, alone = key[:-UNCOVERED], key[-UNCOVERED:]
    forgotten, covered = covered[:FORGOTTEN], covered[FORGOTTEN:]
    others = [entry for entry in dice.shuffled(circle.present) if entry not in key]
    pool = [*dice.shuffled(covered), *dice.shuffled(covered)[:8], *others]
    gone = circle.frame.staff["left-supporter"]
    drafts = [_Draft(entry, gone, _start(dice, entry, gone)) for entry in forgotten]
    drafts += [_Draft(entry, slot.staff, _start(dice, entry, slot.staff)) for slot, entry in _meet(circle, _slots(circle, dice), pool)]
    drafts += _before(circle, dice, [draft for draft in drafts if draft.staff is not gone])
    taken = {id(draft.entry) for draft in drafts}
    free = [entry for entry in others if id(entry) not in taken and (known := since(entry)) and known < date(2025, 9, 1)]
    drafts += _without_follower(circle, dice, alone, free)
    drafts += _of_leavers(circle, dice)
    for draft in drafts:
        _write(ledger, circle, dice, draft)
    _write_pupils(ledger, circle, dice.branch("pupils"), [*key[FORGOTTEN : FORGOTTEN + 8], *free])


def _slots(circle: Circle, dice: Dice) -> list[_Slot]:
    """The places of all supporters: first those that ask for a child of a certain class, then the others in random order."""
    staff = circle.frame.staff
    slots = [_Slot(staff[key]) for key, load in _LOADS.items() for _ in range(load)]
    subject = [member for member in staff.values() if member.role is Role.SUBJECT_TEACHER]
    for members, loads in ((circle.class_teachers(), _CLASS_TEACHER_LOADS), (subject, _SUBJECT_TEACHER_LOADS)):
        shown = circle.first_by_name(members)
        chosen = [shown, *(member for member in dice.shuffled(members) if member is not shown)]
        for member, load in zip(chosen, loads, strict=False):
            classes = [False, True, True, None][:load] if member.role is Role.CLASS_TEACHER else [None] * load
            slots += [_Slot(member, own) for own in classes]
    particular = [slot for slot in slots if slot.own is not None]
    return [*particular, *dice.shuffled([slot for slot in slots if slot.own is None])]


def _meet(circle: Circle, slots: list[_Slot], pool: list[OnRegister]) -> list[tuple[_Slot, OnRegister]]:
    """A child for each place, the key children first; nobody twice with the same supporter."""
    met: list[tuple[_Slot, OnRegister]] = []
    for slot in slots:
        for place, entry in enumerate(pool):
            own = circle.teacher(entry, SAMPLE_TODAY) == slot.staff.id
            if slot.own in (None, own) and not any(other is entry and each.staff is slot.staff for each, other in met):
                met.append((slot, pool.pop(place)))
                break
    return met


def _start(dice: Dice, entry: OnRegister, staff: StaffMember) -> date:
    known = since(entry)
    assert known is not None  # noqa: S101 - those of today are all known
    long = staff.role in (Role.SUPPORTER, Role.LEADER, Role.COUNSELLOR) and staff.unit is None
    first, last = date(2025, 9, 15), date(2025, 9, 26)
    if long and dice.chance(0.25):
        first, last = date(2025, 3, 10), date(2025, 3, 21)
    elif dice.chance(0.25) and staff.until_on is None:
        first, last = date(2025, 10, 13), date(2026, 4, 24)
    first = max(first, known + timedelta(days=2))
    return dice.pick(school_days(first, min(max(last, first + timedelta(days=20)), SAMPLE_TODAY)) or (SAMPLE_TODAY,))


def _before(circle: Circle, dice: Dice, drafts: list[_Draft]) -> list[_Draft]:
    """Those who had the child before: their pairings ended with a hand-over, and the present ones begin some days later."""
    early = [draft for draft in dice.shuffled(drafts) if (known := since(draft.entry)) and known < date(2025, 9, 8)]
    found: list[_Draft] = []
    for draft in early:
        if len(found) == _AFTER_LEFT + _CHANGED:
            return found
        if any(earlier.entry is draft.entry for earlier in found) or sum(other.entry is draft.entry for other in drafts) > 1:
            continue
        left = len(found) < _AFTER_LEFT
        until = LEFT if left else dice.pick(school_days(date(2025, 11, 3), date(2026, 4, 3)))
        staff = circle.frame.staff["left-supporter" if left else f"lead-{dice.number(1, 5)}-{dice.number(1, 4)}"]
        if staff is draft.staff:
            continue
        end = PairingEnd.SUPPORTER_LEFT if left else PairingEnd.CHANGED
        found.append(_Draft(draft.entry, staff, dice.pick((date(2025, 9, 15), date(2025, 9, 18))), until, end))
        soon = school_days(until + timedelta(days=1), until + timedelta(days=10))
        draft.from_on = dice.pick(soon or school_days(until + timedelta(days=1), until + timedelta(days=45))[:5])
    return found


def _without_follower(circle: Circle, dice: Dice, alone: list[OnRegister], free: list[OnRegister]) -> list[_Draft]:
    """Pairings that ended and were not followed by another."""
    settled = [entry for entry in alone if (known := since(entry)) and known < date(2025, 9, 8)]
    drafts = []
    for reason, key in _NOBODY_AFTER:
        pool = settled if key else free
        if not pool:
            continue
        staff = circle.frame.staff[dice.pick(("supporter-1", "moral", "subject-3", "subject-8", "lead-4-1", "counsellor"))]
        until = dice.pick(school_days(date(2026, 1, 5), date(2026, 4, 24)))
        drafts.append(_Draft(pool.pop(0), staff, date(2025, 9, 16), until, reason))
    return drafts


def _of_leavers(circle: Circle, dice: Dice) -> list[_Draft]:
    """Children who went to another school in the present school year."""
    drafts = []
    for entry in circle.register:
        last = entry.written.pupil.last_day
        leaves = entry.written.pupil.spans[-1].leaving is LeavingReason.TRANSFERRED_OUT
        if leaves and last and date(2025, 11, 1) < last < date(2026, 5, 1) and entry.case.opened_on < date(2025, 9, 1):
            staff = circle.frame.staff[dice.pick(("supporter-2", "moral", "counsellor"))]
            drafts.append(_Draft(entry, staff, date(2025, 9, 17), last, PairingEnd.CHILD_LEFT))
    return drafts[:_CHILD_LEFT]


def _kind(staff: StaffMember) -> PairingKind:
    if staff.role is Role.PARTNER:
        return PairingKind.UNIT
    usual = PairingKind.PARTY_MEMBER if staff.party_member else PairingKind.TEACHER
    return _KIND_BY_POST.get(staff.post or "", usual)


def _write(ledger: Ledger, circle: Circle, dice: Dice, draft: _Draft) -> None:
    """Write a pairing when it begins and its end when it comes."""
    child, kind = draft.entry.written.child, _kind(draft.staff)
    own = dice.branch(draft.entry.written.pupil.key, draft.staff.id)
    pairing = ledger.add(
        moment_of(draft.from_on, 15), Pairing, f"{child.id}-{draft.staff.id}", child_id=child.id, kind_of=kind, staff_id=draft.staff.id,
        from_on=draft.from_on, promise=own.pick(texts.PROMISES), duties=own.pick(texts.DUTIES[kind]), agreed_on=draft.from_on if own.chance(0.8) else None,
    )  # fmt: skip
    if draft.until_on and draft.end:
        told = draft.end in (PairingEnd.CHANGED, PairingEnd.SUPPORTER_LEFT) or own.chance(0.3)
        words = words_of(own, draft.entry.written.household, draft.entry.written.pupil, draft.until_on)
        pairing = ledger.amend(
            moment_of(draft.until_on, 15), pairing, texts.ENDED[draft.end], until_on=draft.until_on, end_reason=draft.end,
            handover=say(own, texts.HANDOVER, words) if told else None,
        )  # fmt: skip
    circle.ties.append(Tie(draft.entry, draft.staff, pairing))


def _write_pupils(ledger: Ledger, circle: Circle, dice: Dice, entries: list[OnRegister]) -> None:
    """Hand in hand: a child on the register with a classmate who is not left behind."""
    registered = {entry.written.child.id for entry in circle.register}
    peers = [w for w in dice.shuffled(circle.everybody) if w.pupil.current and not w.pupil.special and w.child.id not in registered]
    pairs = 0
    for entry in entries:
        class_id = class_on(entry.written, SAMPLE_TODAY)
        peer = next((w for w in peers if class_on(w, SAMPLE_TODAY) == class_id and w.pupil.sex is entry.written.pupil.sex), None)
        if peer is None or pairs == _PUPIL_PAIRS:
            continue
        peers.remove(peer)
        pairs += 1
        known = max(since(entry) or SAMPLE_TODAY, peer.pupil.spans[-1].from_on, date(2025, 9, 19))
        day = dice.pick(school_days(known, min(known + timedelta(days=25), SAMPLE_TODAY)) or (SAMPLE_TODAY,))
        values = {"promise": "每天", "duties": dice.pick(texts.DUTIES[PairingKind.PUPIL])}
        ledger.add(
            moment_of(day), Pairing, f"{entry.written.child.id}-{peer.child.id}", child_id=entry.written.child.id, kind_of=PairingKind.PUPIL,
            peer_id=peer.child.id, from_on=day, **values,
        )  # fmt: skip
