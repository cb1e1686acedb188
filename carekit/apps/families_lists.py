"""What the app `families` shows: the list of children with how their families stand, and everything of one child's family in one place."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import date
from typing import Any

import ipywidgets as widgets

from carekit.access import hidden_fields
from carekit.apps.families_facts import Entrust, Standing, lacking_text
from carekit.language import Label
from carekit.names import name_sort_key
from carekit.obligations.family_rules import CARER
from carekit.records import Absence, FamilyMember
from carekit.store import Desk
from carekit.widgets import Column, Emphasis, Facts, RecordTable, RowAction

_AND = Label(", ", "、")
_LIST = Label("Children and their families", "孩子和家庭")
_NONE = Label("No child on the register among yours.", "您的名单里没有在册的孩子。")
_LATE, _UNTIL = Label("{text} ({days} days late)", "{text}（逾期{days}天）"), Label("{text} (by {day})", "{text}（{day}前办）")
_STILL, _LACKS = Label("lacking: {what}", "还缺：{what}"), Label("not eligible: {what}", "不符合：{what}")
_NO_CARER = Label("nobody who can care is named", "没有登记能照护的人")
_NEVER, _CHECKED = Label("never checked", "还没核对过"), Label("{day} {state}", "{day} {state}")
_LATELY, _HOME, _AWAY_SINCE = (
    Label("{day} (less than a month ago)", "{day}（不到一个月）"),
    Label("{day} ({months} months ago)", "{day}（{months}个月前）"),
    Label("at home until {day} ({months} months ago)", "{day}前在家（{months}个月前外出）"),
)
_UNKNOWN, _NOT_AWAY = Label("nobody knows", "没有登记"), Label("no parent is away", "父母没有外出")
_WITH = Label("with {names}", "与{names}同一家")
_ENTRUST, _CARD, _LAST_HOME, _CARED = (
    Label("Entrusting", "委托照护"),
    Label("Contact card", "联系卡"),
    Label("Parent last at home", "最近返家"),
    Label("Carer", "照料人"),
)
_TITLE = Label("{name}, {room}", "{name}（{room}）")
_MEMBERS = Label("Family", "家庭成员")
_NO_MEMBERS = Label("Nobody of the family is in the file yet.", "档案里还没有家庭成员。")
OPEN, DO_ENTRUST, DO_CHECK = (
    RowAction("open", Label("Open", "打开"), Emphasis.PRIMARY),
    RowAction("entrust", Label("Entrust", "办理委托照护"), when=lambda row: row["due_entrust"]),
    RowAction("check", Label("Check the card", "核对联系卡"), when=lambda row: row["due_card"]),
)
_SOON = 31
_MEMBER = ("name", "relation", "phone", "other_phone", "state")


def _when(text: str, due: date | None, on: date) -> str:
    if due is None:
        return text
    if due < on:
        return _LATE.format(text=text, days=(on - due).days).text()
    return _UNTIL.format(text=text, day=due).text()


def entrust_text(one: Standing, on: date) -> str:
    """How the entrusting stands, with what is lacking of it, in words."""
    if one.entrusting is None or not one.entrusting.lacking:
        return one.stage.label.text()
    if one.stage is Entrust.BARRED:
        text = _LACKS.format(what=lacking_text(one.entrusting.barred)).text()
    elif one.stage is Entrust.NO_CARER:
        text = _NO_CARER.text()
    else:
        lacking = [name for name in one.entrusting.lacking if name != CARER]
        text = _STILL.format(what=lacking_text(lacking)).text()
    return _when(text, one.entrust_due, on)


def card_text(one: Standing, on: date) -> str:
    """When the card was checked last and what came of it, and by when it is to be checked."""
    text = _CHECKED.format(day=one.checked[0], state=one.checked[1]).text() if one.checked else _NEVER.text()
    return _when(text, one.card_due, on) if one.card_due and (one.card_due - on).days <= _SOON else text


def home_text(one: Standing, on: date) -> str:
    """When a parent who is away was at home last."""
    if not one.away:
        return _NOT_AWAY.text()
    if one.home_on is None:
        return _UNKNOWN.text()
    months = one.months_since_home(on)
    label = _AWAY_SINCE if one.still_home else _HOME if months else _LATELY
    return label.format(day=one.home_on, months=months).text()


def rows_of(found: Iterable[Standing], on: date, writable: Collection[str]) -> list[dict[str, Any]]:
    """Rows for the table: texts, and whether something is to be done now by the person, who may write about the children `writable`."""
    return [
        {
            "id": one.child_id,
            "name": one.name,
            "class_name": one.room.name if one.room else None,
            "family": _WITH.format(names=_AND.text().join(one.siblings)).text() if one.siblings else None,
            "carer": one.carer or None,
            "stage": one.stage.name,
            "entrust": entrust_text(one, on),
            "card": card_text(one, on),
            "home": home_text(one, on),
            "home_on": one.home_on,
            "due_entrust": one.entrust_due is not None and one.child_id in writable,
            "due_card": one.card_due is not None and (one.card_due - on).days <= _SOON and one.child_id in writable,
        }
        for one in found
    ]


def families_table(found: Iterable[Standing], act: Callable[[str, str], object]) -> RecordTable:
    """The list; its filter of classes holds those of the children found."""
    rooms = sorted({one.room.name for one in found if one.room}, key=name_sort_key)
    return RecordTable(
        [
            Column("name", Label("Child", "孩子")),
            Column("class_name", Label("Class", "班级"), choices={room: Label(room, room) for room in rooms}),
            Column("family", Label("Brothers and sisters", "兄弟姐妹")),
            Column("carer", _CARED),
            Column("stage", _ENTRUST, text=lambda row: str(row["entrust"]), choices={one.name: one.label for one in Entrust}),
            Column("card", _CARD),
            Column("home", _LAST_HOME, sort=lambda row: row["home_on"]),
        ],
        caption=_LIST,
        empty=_NONE,
        actions=[OPEN, DO_ENTRUST, DO_CHECK],
        on_action=act,
        page_size=10,
    )


class FamilyFacts(widgets.VBox):  # type: ignore[misc]
    """One child's family to read: how it stands, what can be done (`bar`), and who belongs to it with phones and stays away."""

    def __init__(self, desk: Desk, bar: widgets.Widget) -> None:
        self.desk = desk
        self.facts = Facts()
        self.members = RecordTable(
            [*(Column(name, FamilyMember.fields[name].label) for name in _MEMBER), Column("away", Absence.label)],
            caption=_MEMBERS,
            empty=_NO_MEMBERS,
            searchable=False,
            page_size=12,
        )
        super().__init__([self.facts, bar, self.members])

    def __repr__(self) -> str:
        return f"FamilyFacts({len(self.members.rows)} members)"

    def show(self, one: Standing, on: date) -> None:
        """Show the family of a child."""
        room = one.room.name if one.room else "—"
        self.facts.set_items(
            [
                (_CARED, one.carer or None),
                (_ENTRUST, entrust_text(one, on)),
                (_CARD, card_text(one, on)),
                (_LAST_HOME, home_text(one, on)),
                (Label("Brothers and sisters", "兄弟姐妹"), _AND.text().join(one.siblings) or None),
            ],
            title=_TITLE.format(name=one.name, room=room),
        )
        self.members.set_rows(self._rows(one.family_id, on))

    def _rows(self, family_id: str | None, on: date) -> list[dict[str, Any]]:
        members = [one.record for one in self.desk.find(FamilyMember, {"family_id": family_id})] if family_id else []
        away: dict[str, str] = {}
        if members and not hidden_fields(self.desk.actor, Absence) & {"member_id", "from_on", "until_on"}:
            for stay in (one.record for one in self.desk.find(Absence, {"member_id": [one.id for one in members]})):
                if (stay.from_on is None or stay.from_on <= on) and (stay.until_on is None or stay.until_on > on):
                    away[stay.member_id] = " ".join(filter(None, (str(stay.from_on or "？"), stay.work_place)))
        return [{name: getattr(one, name) for name in ("id", *_MEMBER)} | {"away": away.get(one.id)} for one in members]
