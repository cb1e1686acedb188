"""Sign-in of one activity: the children it is for as a checklist, homework, and the guardians and supporters who came by name.

Ids of sign-ins follow from activity, child and who signs in, so that saving twice, or by two people, changes nothing; a tick that is changed
later amends.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

import ipywidgets as widgets
import sqlalchemy as sa

from carekit import clock
from carekit.apps.children import child_options, classes_on
from carekit.apps.contacts_kinds import Options, children_for
from carekit.errors import UserError
from carekit.language import Label
from carekit.obligations.names import child_names
from carekit.records import Activity, Attendance
from carekit.records.codes import ActivityKind, Attendee, Homework
from carekit.store import Conflict, Desk, Revision
from carekit.widgets import Checklist, CheckRow, Drafts, Mark

_TICK, _SAVE = Label("came", "到场"), Label("Save sign-in", "保存签到")
_CAPTION = Label("Sign-in: {title}, {day}", "签到：{title}（{day}）")
_ABSENT = Label("Who is not ticked is written down as not there.", "没打勾的孩子记为未到。")
_ONLY_TICKED = Label("Only the children whom you tick are written down.", "只记打勾的孩子，没打勾的不记。")
_EVERYONE = Label("Show all my children", "显示我的全部孩子（别班别组的也来了）")
_NOBODY = Label(
    "No child of yours belongs to this class or village group. Tick “show all my children” if some came.",
    "这个班级或村组里没有您的孩子。如果您的孩子也来了，请勾选“显示我的全部孩子”。",
)
_NOT_YET = Label("The activity is still to come; sign in on its day.", "活动还没到日期，请到当天再签到。")
_CALLED_OFF = Label("The activity was called off; there is nobody to sign in.", "活动已取消，不用签到。")
_SAVED = Label("Saved: {came} came, {absent} did not.", "已保存：到场 {came} 人，未到 {absent} 人。")
_MEANWHILE = Label(
    "Somebody else has just changed this sign-in. What you ticked is still here: look it over and save again.",
    "刚刚有别人改过这份签到。您勾选的还在，请核对后再点一次“保存签到”。",
)
#: The boxes for words beside each child: who else came, and why the child did not.
_WORDS = {
    "guardian": Label("Guardian who came (name)", "到场监护人姓名"),
    "supporter": Label("Supporter who came (name)", "到场帮扶人姓名"),
    "reason": Label("Why not there", "未到原因"),
}
_NAMED = {Attendee.GUARDIAN: "guardian", Attendee.SUPPORTER: "supporter"}
#: Kinds of activity to which guardians and supporters are asked.
_WITH_ADULTS = frozenset({ActivityKind.FORUM, ActivityKind.TRAINING})
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

Key = tuple[str, Attendee]


def sign_in_id(activity_id: str, child_id: str, who: Attendee) -> str:
    """The id of a sign-in: 130 bits of a digest in the form of every id, so that the same sign-in is the same record."""
    number = int.from_bytes(sha256(f"{activity_id}:{child_id}:{who}".encode()).digest()) >> (256 - 130)
    return "".join(_CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))


def children_of(desk: Desk, activity: Activity) -> tuple[Options, bool]:
    """The person's children whom an activity is for, and whether it is for them by class or village group: then who is missing was not there."""
    own = children_for(desk, Attendance, activity.held_on)
    if activity.class_id:
        rooms = classes_on(desk, activity.held_on)
        return [one for one in own if one[0] in rooms and rooms[one[0]].id == activity.class_id], True
    if activity.village:
        there = _of_village(desk, activity.village)
        return [one for one in own if one[0] in there], True
    return own, False


def _of_village(desk: Desk, village: str) -> set[str]:
    child, family = desk.rows("child"), desk.rows("family")
    select = sa.select(child.c.id).outerjoin(family, family.c.id == child.c.family_id)
    return {row[0] for row in desk.tuples(select.where(sa.func.coalesce(child.c.village, family.c.village) == village))}


class SignIn(widgets.VBox):  # type: ignore[misc]
    """The checklist of one activity at a time; `begin` opens it, `on_saved` is told the acknowledgement of the store."""

    def __init__(self, desk: Desk, on_saved: Callable[[Label], object]) -> None:
        self.desk, self._on_saved = desk, on_saved
        self.activity: Activity | None = None
        self._found: dict[Key, Revision[Attendance]] = {}
        self._bound = False
        self._expected: set[str] = set()
        self.hint = widgets.Label()
        self.everyone = widgets.Checkbox(description=_EVERYONE.text(), indent=False, layout={"width": "auto"})
        self.everyone.observe(lambda _: self._fill(), names="value")
        self.list = Checklist(tick=_TICK, words=_WORDS, on_save=self._save, save_label=_SAVE)
        super().__init__([self.hint, self.everyone, self.list])

    def __repr__(self) -> str:
        return f"SignIn({self.list.facts()})"

    def begin(self, activity_id: str) -> None:
        """Open the sign-in of an activity that was held; `UserError` for one still to come or called off, `NotFound` for none."""
        activity = self.desk.get(Activity, activity_id).record
        if activity.cancelled:
            raise UserError(_CALLED_OFF)
        if activity.held_on > clock.today():
            raise UserError(_NOT_YET)
        self.activity = None
        self.everyone.value = False
        self.activity = activity
        self._fill()

    def _fill(self) -> None:
        if self.activity is None:
            return
        activity = self.activity
        self._load()
        expected, self._bound = children_of(self.desk, activity)
        self._expected = {one for one, _, _ in expected}
        options = children_for(self.desk, Attendance, activity.held_on) if self.everyone.value else expected
        options = [*options, *self._guests({one for one, _, _ in options})]
        homework = activity.kind_of is ActivityKind.HOLIDAY
        self.everyone.layout.display = "" if self._bound else "none"
        self.hint.value = (_NOBODY if not options else _ABSENT if self._bound else _ONLY_TICKED).text()
        self.list.start(
            [CheckRow(child_id, name, detail, self._mark(child_id)) for child_id, name, detail in options],
            caption=_CAPTION.format(title=activity.title, day=activity.held_on),
            codes=Homework if homework else None,
            codes_label=Attendance.fields["homework"].label if homework else None,
            open_words=_NAMED.values() if activity.kind_of in _WITH_ADULTS else (),
            drafts=Drafts.in_store(self.desk, f"sign:{activity.id}", ""),
        )

    def _load(self) -> None:
        """What is written down of the activity already, about the person's children."""
        assert self.activity is not None  # noqa: S101
        found = self.desk.find(Attendance, {"activity_id": self.activity.id}, include_withdrawn=True)
        # of several sign-ins of one child the one in use counts
        self._found = {(one.record.child_id, one.record.who): one for one in sorted(found, key=lambda one: not one.withdrawn)}

    def _guests(self, listed: set[str]) -> Options:
        """Children who came though the activity was not for them, or who have left the class since."""
        others = {child_id for (child_id, _), one in self._found.items() if child_id not in listed and not one.withdrawn}
        details = {child_id: detail for child_id, _, detail in child_options(self.desk, clock.today())}
        names = child_names(self.desk, others)
        return [(child_id, names[child_id], details.get(child_id, "")) for child_id in sorted(others) if child_id in names]

    def _mark(self, child_id: str) -> Mark:
        of = {who: one.record for who in Attendee if (one := self._found.get((child_id, who))) and not one.withdrawn}
        child = of.get(Attendee.CHILD)
        words = {name: (of[who].name or "") if who in of and of[who].came else "" for who, name in _NAMED.items()}
        words["reason"] = (child.reason or "") if child else ""
        return Mark(bool(child and child.came), str(child.homework or "") if child else "", words)

    # --- saving -------------------------------------------------------------------------------------------------------

    def _save(self, marks: Mapping[str, Mark]) -> Label:
        try:
            with self.desk.transaction():
                for child_id, mark in marks.items():
                    for who, values in self._wanted(child_id, mark):
                        self._put((child_id, who), values)
        except Conflict:
            self._load()
            raise UserError(_MEANWHILE, code="conflict") from None
        self._load()
        children = [one.record for (_, who), one in self._found.items() if who is Attendee.CHILD and not one.withdrawn]
        came = sum(one.came for one in children)
        message = _SAVED.format(came=came, absent=len(children) - came)
        self._on_saved(message)
        return message

    def _wanted(self, child_id: str, mark: Mark) -> list[tuple[Attendee, dict[str, Any]]]:
        """What is to be written of a child: who came; who did not come is written only where they were expected, or were signed in before."""
        wanted: list[tuple[Attendee, dict[str, Any]]] = []
        if mark.ticked or self._in_use((child_id, Attendee.CHILD)) or (self._bound and child_id in self._expected):
            reason = None if mark.ticked else mark.words.get("reason") or None
            wanted.append((Attendee.CHILD, {"came": mark.ticked, "homework": mark.choice or None, "reason": reason}))
        for who, name in _NAMED.items():
            written = mark.words.get(name, "").strip()
            if written or self._in_use((child_id, who)):
                wanted.append((who, {"came": bool(written), "name": written or None}))
        return wanted

    def _in_use(self, key: Key) -> bool:
        return key in self._found and not self._found[key].withdrawn

    def _put(self, key: Key, values: dict[str, Any]) -> None:
        """Write one sign-in: a new one, or the former amended where something is different."""
        assert self.activity is not None  # noqa: S101
        child_id, who = key
        values = values | {"attended_on": self.activity.held_on}
        if (former := self._found.get(key)) is None:
            made = {"id": sign_in_id(self.activity.id, child_id, who), "child_id": child_id, "activity_id": self.activity.id, "who": who}
            self.desk.add(Attendance.read({**made, "staff_id": self.desk.actor.staff_id, **values}))
            return
        if former.withdrawn:
            if not values["came"]:
                return
            former = self.desk.bring_back(Attendance, former.id, reason=_SAVE.zh)
        before = {name: getattr(former.record, name) for name in former.record.fields}
        self.desk.amend(Attendance.read({**before, **values}), seen=former.version)
