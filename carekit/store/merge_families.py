"""Two families of one child made one: the same person stands once, everybody else comes along, brothers and sisters keep what is theirs."""

from __future__ import annotations

from carekit.language import Label
from carekit.names import same_name_key
from carekit.records import Absence, CareArrangement, Child, Family, FamilyMember, Record
from carekit.store.merge_plan import Change, MergePlan, copied, fill_blanks, put, references

_MORE_PHONES = Label("Further phone", "另有电话")


def merge_families(plan: MergePlan, kept_family: str | None, merged_family: str | None) -> None:
    """Put the members of the merged child's family into the kept child's; without brothers or sisters in it the old family is taken out of use."""
    if kept_family is not None and merged_family is not None and kept_family != merged_family:
        _join(plan, kept_family, merged_family)
    _one_arrangement(plan)


def _join(plan: MergePlan, kept_family: str, merged_family: str) -> None:
    left = [one for one in plan.in_use(Child, "family_id", merged_family) if one.record.id != plan.merged_id]
    home, old = plan.one(Family, kept_family), plan.one(Family, merged_family)
    _fill_family(home, old.record)
    own = plan.in_use(FamilyMember, "family_id", kept_family)
    for member in plan.in_use(FamilyMember, "family_id", merged_family):
        twin = next((one for one in own if same_person(one.record, member.record)), None)
        became = _bring(plan, member, twin, kept_family, stays=bool(left))
        for name, change in references(plan, "family_member", member.record.id) if became != member.record.id else ():
            # a card that stays keeps what refers to it, but for what is about the child itself
            if not left or getattr(change.record, "child_id", None) in (plan.kept_id, plan.merged_id):
                put(change, **{name: became})
    if not left:
        old.withdrawn = True


def same_person(one: FamilyMember, other: FamilyMember) -> bool:
    """Whether two cards of a child's family are one person's: one identity number, or one name and relation."""
    if one.id_number and other.id_number:
        return one.id_number == other.id_number
    return one.relation == other.relation and same_name_key(one.name) == same_name_key(other.name)


def _bring(plan: MergePlan, member: Change, twin: Change | None, family_id: str, *, stays: bool) -> str:
    """The id under which a member of the old family stands in the kept one; with `stays` the old family keeps its card."""
    absences = plan.in_use(Absence, "member_id", member.record.id)
    if twin is None and not stays:
        put(member, family_id=family_id)
        return str(member.record.id)
    if twin is None:
        twin = plan.made(copied(member.record, family_id=family_id))
    else:
        _fill_card(twin, member.record)
    _bring_absences(plan, absences, twin.record.id, stays=stays)
    if not stays:
        member.withdrawn = True
    return str(twin.record.id)


# --- nobody becomes out of reach --------------------------------------------------------------------------------------


def _fill_card(card: Change, other: FamilyMember) -> None:
    """Blanks filled; a phone that differs is a second one, and stands in the note when there is no room for it."""
    own: FamilyMember = card.record
    fill_blanks(card, other, but=("phone", "other_phone", "note"))
    phones = [one for one in dict.fromkeys((other.phone, other.other_phone)) if one and one not in (own.phone, own.other_phone)]
    for name in ("phone", "other_phone"):
        if getattr(own, name) is None and phones:
            put(card, **{name: phones.pop(0)})
    _note(card, other, phones)


def _fill_family(family: Change, other: Family) -> None:
    """Blanks filled; who can be reached and under which phone go together; a number that differs stands in the note."""
    own: Family = family.record
    pair = ("contact_name", "contact_phone")
    known = any(getattr(own, name) for name in pair) and any(getattr(own, name) not in (None, getattr(other, name)) for name in pair)
    fill_blanks(family, other, but=("note", *(pair if known else ())))
    phones = [other.phone] if other.phone and other.phone not in (family.record.phone, family.record.contact_phone) else []
    if known and other.contact_phone not in (None, own.phone, own.contact_phone):
        phones.append(" ".join(filter(None, (other.contact_name, other.contact_phone))))
    _note(family, other, phones)


def _note(change: Change, other: Record, phones: list[str]) -> None:
    """Both notes, and the phones for which there is no box."""
    further = [f"{_MORE_PHONES.text()}：{'、'.join(phones)}"] if phones else []
    notes = [getattr(change.record, "note", None), getattr(other, "note", None), *further]
    put(change, note="\n".join(dict.fromkeys(filter(None, notes))) or None)


# --- who is away, and who raises the child ----------------------------------------------------------------------------


def _bring_absences(plan: MergePlan, absences: list[Change], member_id: str, *, stays: bool) -> None:
    """Stays away that the kept card lacks; of two that are the same one, the kept file's with what the other one knows."""
    own = [] if plan.changes[member_id].before is None else plan.in_use(Absence, "member_id", member_id)
    for absence in absences:
        same = next((one for one in own if _same_absence(one.record, absence.record)), None)
        if same is not None:
            if same.record.from_on is None:
                put(same, from_precision=absence.record.from_precision)
            fill_blanks(same, absence.record, but=("until_on",))
        if same is not None and not stays:
            absence.withdrawn = True
        elif same is None and stays:
            plan.made(copied(absence.record, member_id=member_id))
        elif same is None:
            put(absence, member_id=member_id)


def _same_absence(one: Absence, other: Absence) -> bool:
    """Whether the first says all that the second does: the same beginning (or one not known), and it lasts as long; nobody is at home by the other file alone."""
    if one.until_on == other.until_on:
        return one.from_on == other.from_on or None in (one.from_on, other.from_on)
    return one.until_on is None and one.from_on is not None and one.from_on == other.from_on


def _one_arrangement(plan: MergePlan) -> None:
    """Of two arrangements with the same carer that begin on the same day, the kept file's stays, with what the other one knows, unless it ended earlier."""
    own = plan.in_use(CareArrangement, "child_id", plan.kept_id)
    for other in plan.in_use(CareArrangement, "child_id", plan.merged_id):
        for one in own:
            same = (one.record.carer_id, one.record.from_on) == (other.record.carer_id, other.record.from_on)
            if same and one.record.until_on in (None, other.record.until_on):
                fill_blanks(one, other.record, but=("until_on",))
                other.withdrawn = True
