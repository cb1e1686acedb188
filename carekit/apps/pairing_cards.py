"""The cards of the app `pairing`: pair several children at once, change the supporter, end or amend a pairing, put into a group and take out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

import ipywidgets as widgets

from carekit import clock
from carekit.apps.children import child_options
from carekit.apps.pairing_facts import pairing_facts
from carekit.apps.staff import staff_name, staff_options, staff_with_former
from carekit.errors import UserError
from carekit.language import Label
from carekit.obligations.names import child_names
from carekit.records import Child, Membership, Pairing
from carekit.records.codes import PairingEnd
from carekit.store import Desk, Revision
from carekit.widgets import Drafts, Entry, RecordForm, Saved

R = TypeVar("R", Pairing, Membership)
OnSaved = Callable[[Label], None]
_WHO = ("kind_of", "staff_id", "peer_id", "from_on")
_WHAT = ("promise", "duties", "agreed_on")
_END = ("until_on", "end_reason", "handover")
_AND = Label(", ", "、")
_NOBODY = Label("Choose a pairing of the list first.", "请先在名单里选一个结对。")
_PAIRED = Label("Saved: {names} paired with {supporter}.", "已保存：{names}与{supporter}结对。")
_CHANGED = Label(
    "Saved: {name} is now with {supporter}; the former pairing is kept.", "已保存：{name}的帮扶人换成{supporter}，原结对保留备查。"
)
_ENDED = Label("Saved: the pairing of {name} ends on {on}.", "已保存：{name}的结对于{on}终止，记录保留备查。")
_AMENDED = Label("Saved: the pairing is changed; the earlier version is kept.", "已保存：结对信息已修改，原来的内容保留在修改记录里。")
_GROUPED = Label("Saved: {names} now in the group {group}.", "已保存：{names}列入“{group}”。")
_TAKEN_OUT = Label("Saved: {name} is out of the group {group} from {on} on.", "已保存：{name}自{on}起退出“{group}”。")
_OVER_CAP = Label(
    "{name} would have {count} children; the school's rule is {cap} at most. Press Save once more to do it all the same, or choose somebody else.",
    "{name}将帮扶{count}人，超过每人最多{cap}人的规定。确定要这样，请再按一次保存；否则请改选他人。",
)
_TWICE = Label(
    "{child} is paired with {supporter} already. End that pairing first, or choose somebody else.",
    "{child}已经和{supporter}结对，请先终止原结对，或改选他人。",
)
_ONE_HELPER = Label(
    "Choose either a supporter or a fellow pupil, as the kind of pairing says, and empty the other box.",
    "帮扶人和结对同学只填一个：学生手拉手填结对同学，其他类型填帮扶人，请清空另一个。",
)
_END_MISSING = Label("Enter the day on which it ends.", "请填写结束日期。")
_CHANGE_REASON = Label("Choose why the former pairing ends.", "请选择原结对的终止原因。")
_HANDOVER_MISSING = Label("Write a few words for whoever takes over.", "请写几句交接说明，方便接手的人。")
_TOO_EARLY = Label("The former pairing began on {on}; the new one cannot begin earlier.", "原结对从{on}开始，新结对的开始日期不能更早。")
_IN_GROUP = Label("{child} is in the group {group} already.", "{child}已经在“{group}”里，不用重复列入。")
_OLD = Label("Now: {supporter} ({kind}), since {on}", "现在：{supporter}（{kind}），{on}起")


class CapGuard:
    """Asks once before a supporter gets more children than the school's rule allows: the same choice pressed again goes through."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._asked: object = None

    def check(self, staff_id: str | None, children: Collection[str], on: date, *, leaving: Collection[str] = ()) -> None:
        """`UserError` the first time that `children` would bring the supporter above the cap; `leaving` are pairings that end in the same step."""
        if staff_id is None:
            return
        facts = pairing_facts(self._desk, max(on, clock.today()))
        present = {p.child_id for p in facts.running if p.staff_id == staff_id and p.id not in leaving and p.child_id in facts.pupils}
        total, question = len(present | set(children)), (staff_id, frozenset(children), on)
        if not set(children) - present or total <= facts.rules.load or self._asked == question:
            return
        self._asked = question
        name = facts.supporters[staff_id].name if staff_id in facts.supporters else ""
        raise UserError(_OVER_CAP.format(name=name, count=total, cap=facts.rules.load), code="over_cap")

    def forget(self) -> None:
        """Ask again: another card was begun."""
        self._asked = None


def check_pairing(desk: Desk, records: Sequence[Pairing], *, ending: Collection[str] = ()) -> None:
    """`UserError` when a new pairing names two helpers, or a helper whom the child has already (but for the pairings that are `ending`)."""
    facts = pairing_facts(desk)
    known = {record.id for record in records} | set(ending)
    for record in records:
        if record.staff_id and record.peer_id:
            raise UserError(_ONE_HELPER, code="two_helpers")
        for pair in facts.pairs:
            same = pair.child_id == record.child_id and (pair.staff_id, pair.peer_id) == (record.staff_id, record.peer_id)
            if same and pair.id not in known and (pair.until_on is None or pair.until_on > record.from_on):
                raise UserError(_TWICE.format(child=facts.names[pair.child_id], supporter=pair.supporter), code="paired_already")


def helper_name(desk: Desk, record: Pairing) -> str:
    """The name of the staff member or fellow pupil of a pairing."""
    if record.staff_id:
        return staff_name(desk, record.staff_id)
    return child_names(desk, {record.peer_id}).get(record.peer_id, "") if record.peer_id else ""


def _checked(record: Pairing, **update: Any) -> Pairing:
    """The record with changes, checked as if it had been typed."""
    return Pairing.read({**{name: getattr(record, name) for name in record.fields}, **update})  # type: ignore[no-any-return]


class PairCard(widgets.VBox):  # type: ignore[misc]
    """New pairings: one supporter for one child or several at once."""

    def __init__(self, desk: Desk, on_saved: OnSaved) -> None:
        self.desk, self._on_saved, self.guard = desk, on_saved, CapGuard(desk)
        self._draft_child = ""
        self.form = RecordForm(
            Pairing,
            ("child_id", *_WHO, *_WHAT),
            on_submit=self._save,
            several=("child_id",),
            title=Label("Pair children with a supporter", "结对（可以一次选几个孩子）"),
            save_label=Label("Save pairing", "保存结对"),
        )
        super().__init__([self.form])

    def __repr__(self) -> str:
        return "PairCard()"

    def begin(self, child_id: str | None = None, staff_id: str | None = None) -> None:
        """An empty card for a child, for a supporter, or for neither; `NotFound` for a child outside the person's scope."""
        if child_id:
            self.desk.get(Child, child_id)
        today = clock.today()
        children, staff = child_options(self.desk, today), staff_options(self.desk, today)
        self._draft_child = child_id or ""
        self.guard.forget()
        start = {"child_id": [child_id] if child_id else [], "from_on": today, "staff_id": staff_id}
        drafts = None if staff_id else Drafts.in_store(self.desk, Pairing.kind, self._draft_child)
        self.form.start(start, references={"child_id": children, "staff_id": staff, "peer_id": children}, drafts=drafts)

    def _save(self, entry: Entry) -> Saved:
        record: Pairing = entry.record
        children = [one.child_id for one in entry.records]
        check_pairing(self.desk, entry.records)
        self.guard.check(record.staff_id, children, record.from_on)
        self.desk.add_all(list(entry.records))
        self.desk.drop_draft(Pairing.kind, self._draft_child)
        names = child_names(self.desk, children)
        message = _PAIRED.format(names=_AND.text().join(names.get(one, "") for one in children), supporter=helper_name(self.desk, record))
        self._on_saved(message)
        return Saved(message)


class ChangeCard(widgets.VBox):  # type: ignore[misc]
    """Another supporter in one step: the former pairing ends on the day on which the new one begins, with reason and hand-over note."""

    def __init__(self, desk: Desk, on_saved: OnSaved) -> None:
        self.desk, self._on_saved, self.guard = desk, on_saved, CapGuard(desk)
        self._old: Revision[Pairing] | None = None
        self.now = widgets.Label()
        self.form = RecordForm(
            Pairing,
            (*_WHO, "end_reason", "handover", *_WHAT),
            on_submit=self._save,
            title=Label("Change the supporter", "更换帮扶人"),
            save_label=Label("Save change", "保存更换"),
        )
        super().__init__([self.now, self.form])

    def __repr__(self) -> str:
        return "ChangeCard()"

    def begin(self, pairing_id: str) -> None:
        """The card for a pairing; `NotFound` outside the person's scope."""
        self._old = old = self.desk.get(Pairing, pairing_id)
        record, today = old.record, clock.today()
        self.guard.forget()
        self.now.value = _OLD.format(supporter=helper_name(self.desk, record), kind=record.kind_of.label, on=record.from_on).text()
        options = [one for one in staff_options(self.desk, today) if one[0] != record.staff_id]
        start = {"kind_of": record.kind_of, "from_on": max(today, record.from_on), "end_reason": PairingEnd.CHANGED}
        self.form.start(
            {**start, "promise": record.promise, "duties": record.duties},
            hidden={"child_id": record.child_id},
            references={"staff_id": options, "peer_id": child_options(self.desk, today)},
            drafts=Drafts.in_store(self.desk, f"change:{pairing_id}", record.child_id),
        )

    def _save(self, entry: Entry) -> Saved:
        if self._old is None:
            raise UserError(_NOBODY)
        old, asked = self._old, entry.record
        if asked.end_reason is None:
            raise UserError(_CHANGE_REASON, code="end_reason_missing")
        if not asked.handover:
            raise UserError(_HANDOVER_MISSING, code="handover_missing")
        if asked.from_on < old.record.from_on:
            raise UserError(_TOO_EARLY.format(on=old.record.from_on), code="dates_reversed")
        begun = _checked(asked, end_reason=None, handover=None)
        ended = _checked(old.record, until_on=asked.from_on, end_reason=asked.end_reason, handover=asked.handover)
        check_pairing(self.desk, [begun], ending=[old.id])
        self.guard.check(begun.staff_id, [begun.child_id], begun.from_on, leaving=[old.id])
        with self.desk.transaction():
            self.desk.amend(ended, seen=old.version, reason=asked.end_reason.label.text())
            self.desk.add(begun)
        self.desk.drop_draft(f"change:{old.id}", begun.child_id)
        name = child_names(self.desk, {begun.child_id}).get(begun.child_id, "")
        message = _CHANGED.format(name=name, supporter=helper_name(self.desk, begun))
        self._on_saved(message)
        return Saved(message)


class PairingAmendment(widgets.VBox):  # type: ignore[misc]
    """A saved pairing, to be ended (`begin(id, ending=True)`) or put right; a supporter who has left stays as they were."""

    def __init__(self, desk: Desk, on_saved: OnSaved, *, ending: bool) -> None:
        self.desk, self._on_saved, self._ending, self.guard = desk, on_saved, ending, CapGuard(desk)
        title = Label("End the pairing", "终止结对") if ending else Label("Amend the pairing", "修改结对")
        self.form = RecordForm(
            Pairing,
            _END if ending else (*_WHO, *_WHAT, *_END),
            on_submit=self._save,
            who=lambda staff_id: staff_name(desk, staff_id),
            title=title,
            save_label=Label("Save the end", "保存终止") if ending else Label("Save change", "保存修改"),
        )
        super().__init__([self.form])

    def __repr__(self) -> str:
        return "PairingAmendment()"

    def begin(self, pairing_id: str) -> None:
        """The card of a pairing as it was saved; `NotFound` outside the person's scope."""
        found = self.desk.get(Pairing, pairing_id)
        record, today = found.record, clock.today()
        self.guard.forget()
        staff = staff_with_former(self.desk, staff_options(self.desk, today), record.staff_id)
        drafts = Drafts.in_store(self.desk, f"{'end' if self._ending else 'amend'}:{pairing_id}", record.child_id)
        self.form.start(
            _ending_today(found) if self._ending else found,
            hidden={"child_id": record.child_id},
            references={"staff_id": staff, "peer_id": _with_peer(self.desk, child_options(self.desk, today), record.peer_id)},
            drafts=drafts,
        )

    def _save(self, entry: Entry) -> Saved:
        record: Pairing = entry.record
        if entry.seen is None:
            raise UserError(_NOBODY)
        if self._ending and record.until_on is None:
            raise UserError(_END_MISSING, code="until_missing")
        before = self.desk.get(Pairing, record.id).record
        # whoever only ends or words a pairing anew is not asked about helpers that it has had all along
        if (record.staff_id, record.peer_id) != (before.staff_id, before.peer_id):
            check_pairing(self.desk, [record])
            self.guard.check(record.staff_id, [record.child_id], record.from_on)
        revision = self.desk.amend(record, seen=entry.seen, reason=record.end_reason.label.text() if record.end_reason else "")
        name = child_names(self.desk, {record.child_id}).get(record.child_id, "")
        message = _ENDED.format(name=name, on=record.until_on) if self._ending else _AMENDED
        self._on_saved(message)
        return Saved(message, revision.version)


def _ending_today(found: Revision[R]) -> Revision[R]:
    """A saved record as the card of its end starts: with today as its last day, unless it has one."""
    if found.record.until_on is not None or found.record.from_on > clock.today():
        return found
    return replace(found, record=found.record.model_copy(update={"until_on": clock.today()}))


def _with_peer(desk: Desk, options: list[tuple[str, str, str]], peer_id: str | None) -> list[tuple[str, str, str]]:
    """`options` with the fellow pupil whom a saved pairing names, when they have left."""
    if peer_id is None or any(one == peer_id for one, _, _ in options):
        return options
    name = child_names(desk, {peer_id}).get(peer_id)
    return [(peer_id, name, Label("has left", "已离校").text()), *options] if name else options


class GroupCard(widgets.VBox):  # type: ignore[misc]
    """Put one child or several into a group, from a day on."""

    def __init__(self, desk: Desk, on_saved: OnSaved) -> None:
        self.desk, self._on_saved = desk, on_saved
        self._draft_child = ""
        self.form = RecordForm(
            Membership,
            ("child_id", "group", "from_on", "reason"),
            on_submit=self._save,
            several=("child_id",),
            title=Label("Put into a group", "列入帮扶分类（可以一次选几个孩子）"),
            save_label=Label("Save group", "保存分类"),
        )
        super().__init__([self.form])

    def __repr__(self) -> str:
        return "GroupCard()"

    def begin(self, child_id: str) -> None:
        """An empty card for a child; `NotFound` for a child outside the person's scope."""
        self.desk.get(Child, child_id)
        self._draft_child = child_id
        self.form.start(
            {"child_id": [child_id], "from_on": clock.today()},
            references={"child_id": child_options(self.desk, clock.today())},
            drafts=Drafts.in_store(self.desk, Membership.kind, child_id),
        )

    def _save(self, entry: Entry) -> Saved:
        records: tuple[Membership, ...] = entry.records
        children = [one.child_id for one in records]
        names, own = child_names(self.desk, children), {one.id for one in records}
        for found in self.desk.find(Membership, {"child_id": children}):
            old, day = found.record, entry.record.from_on
            if found.id not in own and old.group is entry.record.group and (old.until_on is None or old.until_on > day):
                raise UserError(_IN_GROUP.format(child=names.get(old.child_id, ""), group=old.group.label), code="in_group_already")
        self.desk.add_all(list(records))
        self.desk.drop_draft(Membership.kind, self._draft_child)
        message = _GROUPED.format(names=_AND.text().join(names.get(one, "") for one in children), group=entry.record.group.label)
        self._on_saved(message)
        return Saved(message)


class GroupEnd(widgets.VBox):  # type: ignore[misc]
    """Take a child out of a group on a day, with the reason; the time in the group is kept."""

    def __init__(self, desk: Desk, on_saved: OnSaved) -> None:
        self.desk, self._on_saved = desk, on_saved
        self.form = RecordForm(
            Membership,
            ("until_on", "end_reason"),
            on_submit=self._save,
            who=lambda staff_id: staff_name(desk, staff_id),
            title=Label("Take out of the group", "退出帮扶分类"),
            save_label=Label("Save", "保存退出"),
        )
        super().__init__([self.form])

    def __repr__(self) -> str:
        return "GroupEnd()"

    def begin(self, membership_id: str) -> None:
        """The card of a time in a group; `NotFound` outside the person's scope."""
        found = self.desk.get(Membership, membership_id)
        self.form.start(_ending_today(found), drafts=Drafts.in_store(self.desk, f"end:{membership_id}", found.record.child_id))

    def _save(self, entry: Entry) -> Saved:
        record: Membership = entry.record
        if entry.seen is None:
            raise UserError(_NOBODY)
        if record.until_on is None:
            raise UserError(_END_MISSING, code="until_missing")
        revision = self.desk.amend(record, seen=entry.seen, reason=record.end_reason or "")
        name = child_names(self.desk, {record.child_id}).get(record.child_id, "")
        message = _TAKEN_OUT.format(name=name, group=record.group.label, on=record.until_on)
        self._on_saved(message)
        return Saved(message, revision.version)
