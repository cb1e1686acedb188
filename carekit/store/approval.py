"""Nobody approves their own work: what a save may say about who approved a record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from carekit.access import APPROVERS, Actor
from carekit.errors import Denied
from carekit.language import Label
from carekit.records import Approval, Record
from carekit.store.revision import Revision

R = TypeVar("R", bound=Record)
_NOT_YOURS = Label(
    "Only a school leader approves, and in their own name: log in as the leader who approves it.",
    "只有学校领导可以审批，而且只能以本人名义审批。请由审批的领导本人登录办理。",
)
_OTHER_NAME = Label(
    "A request is handed up in one's own name, and the name stays: log in as whoever hands it up.",
    "只能以本人名义上报，上报人不能改。请由上报人本人登录办理。",
)
_OWN_WORK = Label("Nobody approves their own work: ask another leader.", "不能审批自己经办的事项，请另一位领导审批。")


def approve(actor: Actor, record: R, versions: Sequence[Revision[R]] = ()) -> R:
    """The record as it may be saved: with an approval that `actor` may give, or without one that lapsed because the record changed.

    `versions` are those saved before, the oldest first. Raises `Denied` when somebody else's approval or request is entered, when what was decided is
    changed by somebody else, or for one's own work. The console (the holder of the key, an import) enters what stands on paper.
    """
    declared = record.approval
    if declared is None:
        return record
    old: Record | None = versions[-1].record if versions else None
    if actor.role is not None and declared.asked:
        _require_own_name(actor, record, old, *declared.asked)
    given = getattr(record, declared.by)
    if _is_approved_now(record, old, declared):
        if actor.role is not None:
            _require_approver(actor, given, _authors(record, versions, declared))
        return record
    if given is not None and old is not None and declared.lapses and _content(record, declared) != _content(old, declared):
        return without_approval(record)
    return record


def _is_approved_now(record: Record, old: Record | None, declared: Approval) -> bool:
    """Whether this save gives an approval, or touches one whose decision is kept."""
    given = getattr(record, declared.by)
    if given is not None and given != _former(old, declared.by):
        return True
    return bool(declared.what) and any(
        getattr(record, name) != _former(old, name) for name in (declared.by, declared.on, *declared.what) if name
    )


def _former(old: Record | None, name: str) -> Any:
    return getattr(old, name) if old else None


def _authors(record: Record, versions: Sequence[Revision[Any]], declared: Approval) -> set[Any]:
    """Those whose work it is: named in the record now, or at any time since it was asked for; and who wrote it last, where that counts."""
    authors = {getattr(record, name) for name in declared.of}
    if declared.writer and versions:
        authors.add(versions[-1].recorded_by)
    if declared.asked:
        asked_on, asked_by = declared.asked
        pending = [one for one in versions if getattr(one.record, asked_on) is not None]
        authors |= {getattr(one.record, name) for one in pending for name in declared.of}
        # entered from paper without a name: whoever entered it
        authors |= {one.recorded_by for one in pending[:1] if getattr(one.record, asked_by) is None}
    return authors


def _require_own_name(actor: Actor, record: Record, old: Record | None, asked_on: str, asked_by: str) -> None:
    """A request is entered in one's own name, and keeps that name while it stands."""
    if getattr(record, asked_on) is None:
        return
    begun = _former(old, asked_on) is not None
    if getattr(record, asked_by) != (_former(old, asked_by) if begun else actor.staff_id):
        raise Denied(_OTHER_NAME)


def _require_approver(actor: Actor, given: str, authors: set[Any]) -> None:
    if actor.role not in APPROVERS or given != actor.staff_id:
        raise Denied(_NOT_YOURS)
    if given in authors:
        raise Denied(_OWN_WORK)


def _content(record: Record, declared: Approval) -> list[Any]:
    return [getattr(record, name) for name in record.fields if name not in (declared.by, declared.on, *declared.afterwards)]


def touches_approval(after: Record, before: Record | None) -> bool:
    """Whether a change of a part (None: it is new, or taken in or out of use) is one of what was approved with the whole."""
    outcome = after.part_of.outcome if after.part_of else tuple(after.fields)
    return before is None or any(getattr(after, name) != getattr(before, name) for name in after.fields if name not in outcome)


def without_approval(record: R) -> R:
    """The record as it stands before anybody approved it; as it is where an approval does not lapse."""
    declared = record.approval
    names = (declared.by, declared.on) if declared and declared.lapses else ()
    return record.model_copy(update={name: None for name in names if name})
