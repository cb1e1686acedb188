"""Nobody approves their own work: what a save may say about who approved a record."""

from __future__ import annotations

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
_OWN_WORK = Label("Nobody approves their own work: ask another leader.", "不能审批自己经办的事项，请另一位领导审批。")


def approve(actor: Actor, record: R, before: Revision[R] | None = None) -> R:
    """The record as it may be saved: with an approval that `actor` may give, or without one that lapsed because the record changed.

    Raises `Denied` when somebody else's approval is entered, or one's own for one's own work. The console (the holder of the key, an import) enters
    what stands on paper.
    """
    declared = record.approval
    if declared is None:
        return record
    old: Record | None = before.record if before else None
    given = getattr(record, declared.by)
    if given is not None and given != (getattr(old, declared.by) if old else None):
        if actor.role is not None:
            writers = {before.recorded_by} if before and declared.writer else set()
            _require_approver(actor, given, {getattr(record, name) for name in declared.of} | writers)
        return record
    if given is not None and old is not None and declared.lapses and _content(record, declared) != _content(old, declared):
        return record.model_copy(update={name: None for name in (declared.by, declared.on) if name})
    return record


def _require_approver(actor: Actor, given: str, authors: set[Any]) -> None:
    if actor.role not in APPROVERS or given != actor.staff_id:
        raise Denied(_NOT_YOURS)
    if given in authors:
        raise Denied(_OWN_WORK)


def _content(record: Record, declared: Approval) -> list[Any]:
    return [getattr(record, name) for name in record.fields if name not in (declared.by, declared.on, *declared.afterwards)]
