"""Writes who needs help most: the groups of 分类帮扶 and the key children, with those whose time in a group is over."""

from __future__ import annotations

from datetime import date, timedelta

from carekit.records import Membership
from carekit.records.codes import FamilyType, SupportGroup
from carekit.sample import phrases_support as texts
from carekit.sample.circle import Circle, since
from carekit.sample.dice import Dice
from carekit.sample.kin import say, words_of
from carekit.sample.ledger import Ledger, moment_of
from carekit.sample.plan import SAMPLE_TODAY
from carekit.sample.register import OnRegister
from carekit.sample.school import school_days

KEY_CHILDREN = 45
_POOR, _LAGGING, _LEFT_BEHIND, _OVER = 0.12, 0.08, 36, 24
#: Special families whose children are key children whatever is drawn.
_ALWAYS_KEY = ("uncared", "custody", "no-papers")
#: When the leading group decides who belongs to a group: mostly at the beginning of a school year.
_MEETINGS = {
    date(2025, 9, 12): 66.0, date(2025, 3, 7): 12.0, date(2025, 11, 7): 6.0, date(2026, 3, 9): 12.0, date(2026, 4, 10): 3.0,
}  # fmt: skip


def write_groups(ledger: Ledger, circle: Circle, dice: Dice) -> list[OnRegister]:
    """Write the memberships; returns the key children of today, in the order in which the school took them."""
    present = dice.shuffled(circle.present)
    poor = sorted(present, key=lambda entry: not _needy(entry))[: round(len(present) * _POOR)]
    lagging = dice.shuffled(present)[: round(len(present) * _LAGGING)]
    both = [entry for entry in poor if entry in lagging]
    always = [entry for entry in present if entry.written.household.key in _ALWAYS_KEY]
    others = dice.shuffled([*poor[::2], *lagging, *present[:40]])
    key = list({id(entry): entry for entry in (*always, *both, *others)}.values())[:KEY_CHILDREN]
    for group, members in (
        (SupportGroup.POOR, poor), (SupportGroup.LAGGING, lagging), (SupportGroup.LEFT_BEHIND, present[60 : 60 + _LEFT_BEHIND]), (SupportGroup.KEY, key),
    ):  # fmt: skip
        for entry in members:
            _join(ledger, dice.branch(group, entry.written.pupil.key), entry, group)
    _write_past(
        ledger, dice.branch("past"), [entry for entry in present if entry not in key and entry not in poor and entry not in lagging]
    )
    return key


def _needy(entry: OnRegister) -> bool:
    family = entry.written.family
    return family is not None and (bool(family.assistance) or family.type in (FamilyType.UNCARED, FamilyType.WIDOWED))


def _join(ledger: Ledger, dice: Dice, entry: OnRegister, group: SupportGroup) -> None:
    known = since(entry)
    assert known is not None  # noqa: S101 - those of today are all known
    day = dice.weighted(_MEETINGS)
    if day < known:
        day = min(known + timedelta(days=dice.number(3, 12)), SAMPLE_TODAY - timedelta(days=2))
    words = words_of(dice, entry.written.household, entry.written.pupil, day)
    ledger.add(
        moment_of(day), Membership, f"{group}-{entry.written.pupil.key}", child_id=entry.written.child.id, group=group, from_on=day,
        reason=say(dice, texts.JOINED[group], words),
    )  # fmt: skip


def _write_past(ledger: Ledger, dice: Dice, entries: list[OnRegister]) -> None:
    """Children who were in a group in the last school year and are not any more."""
    early = [entry for entry in dice.shuffled(entries) if (known := since(entry)) and known < date(2024, 11, 1)]
    for place, entry in enumerate(early[:_OVER]):
        group = (SupportGroup.LAGGING, SupportGroup.POOR, SupportGroup.KEY)[place % 3]
        began, ended = date(2024, 11, 8), dice.pick(school_days(date(2025, 6, 20), date(2026, 4, 30)))
        words = words_of(dice, entry.written.household, entry.written.pupil, began)
        member = ledger.add(
            moment_of(began), Membership, f"{group}-{entry.written.pupil.key}-past", child_id=entry.written.child.id, group=group, from_on=began,
            reason=say(dice, texts.JOINED[group], words),
        )  # fmt: skip
        ledger.amend(moment_of(ended), member, "退出分类帮扶", until_on=ended, end_reason=dice.pick(texts.LEFT[group]))
