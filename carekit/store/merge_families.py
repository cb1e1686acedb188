"""Two families of one child made one: the same person stands once, everybody else comes along, brothers and sisters keep what is theirs."""

from __future__ import annotations

from carekit.names import same_name_key
from carekit.records import Absence, CareArrangement, Child, Family, FamilyMember
from carekit.store.merge_plan import Change, MergePlan, copied, fill_blanks, put


def merge_families(plan: MergePlan, kept_family: str | None, merged_family: str | None) -> None:
    """Put the members of the merged child's family into the kept child's; without brothers or sisters in it the old family is taken out of use."""
    if kept_family is None or merged_family is None or kept_family == merged_family:
        return
    left = [one for one in plan.in_use(Child, "family_id", merged_family) if one.record.id != plan.merged_id]
    home, old = plan.one(Family, kept_family), plan.one(Family, merged_family)
    fill_blanks(home, old.record)
    own = plan.in_use(FamilyMember, "family_id", kept_family)
    cares = [*plan.in_use(CareArrangement, "child_id", plan.merged_id), *plan.in_use(CareArrangement, "child_id", plan.kept_id)]
    for member in plan.in_use(FamilyMember, "family_id", merged_family):
        twin = next((one for one in own if same_person(one.record, member.record)), None)
        became = _bring(plan, member, twin, kept_family, stays=bool(left))
        for care in cares:
            if care.record.carer_id == member.record.id:
                put(care, carer_id=became)
    if not left:
        old.withdrawn = True
    _one_arrangement(plan)


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
        fill_blanks(twin, member.record)
    _bring_absences(plan, absences, twin.record.id, stays=stays)
    if not stays:
        member.withdrawn = True
    return str(twin.record.id)


def _bring_absences(plan: MergePlan, absences: list[Change], member_id: str, *, stays: bool) -> None:
    """Stays away that the kept card lacks; one that begins on the same day is the same one, and one without a day says nothing beside another."""
    own = [] if plan.changes[member_id].before is None else plan.in_use(Absence, "member_id", member_id)
    for absence in absences:
        same = next((one for one in own if absence.record.from_on in (None, one.record.from_on)), None)
        if same is not None:
            fill_blanks(same, absence.record, but=("until_on",))
        if same is not None and not stays:
            absence.withdrawn = True
        elif same is None and stays:
            plan.made(copied(absence.record, member_id=member_id))
        elif same is None:
            put(absence, member_id=member_id)


def _one_arrangement(plan: MergePlan) -> None:
    """Of two arrangements with the same carer that begin on the same day, the kept file's stays, with what the other one knows."""
    own = plan.in_use(CareArrangement, "child_id", plan.kept_id)
    for other in plan.in_use(CareArrangement, "child_id", plan.merged_id):
        for one in own:
            if (one.record.carer_id, one.record.from_on) == (other.record.carer_id, other.record.from_on):
                fill_blanks(one, other.record, but=("until_on",))
                other.withdrawn = True
