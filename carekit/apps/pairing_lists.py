"""The lists of the app `pairing`: the children with their groups and supporters, one child's pairings, and the supporters with their loads."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import ipywidgets as widgets

from carekit.access import hidden_fields, may_write
from carekit.apps.children import class_options
from carekit.apps.pairing_facts import Pair, PairingFacts, Pupil
from carekit.apps.staff import staff_detail
from carekit.calendar import school_year_of
from carekit.fields import FieldSpec
from carekit.language import Label, LabelledEnum
from carekit.records import Child, Membership, Pairing, StaffMember
from carekit.records.codes import SupportGroup
from carekit.store import Desk
from carekit.widgets import Column, Emphasis, Facts, RecordTable, RowAction

OnAction = Callable[[str, str], object]
_BLOCKS = 10
_LINE = Label("{supporter} ({kind}, since {on})", "{supporter}（{kind}，{on}起）")
_HAS_LEFT = Label("has left", "已离岗")
_KEY_MARK = Label("★ key child", "★ 重点")
_SINCE = Label("{on} -", "{on}起")


class PairState(LabelledEnum):
    """Where a child stands: the order is that of the list."""

    UNCOVERED = Label("supporter left, nobody took over", "帮扶人离岗，待接手")
    NOBODY = Label("to be paired", "应结对，还没有人")
    LEFT = Label("child has left, pairing still runs", "孩子已离校，结对未终止")
    PAIRED = Label("paired", "已结对")
    FREE = Label("not asked for", "不要求")


def child_state(facts: PairingFacts, child_id: str) -> PairState:
    """Where a child stands on the day of the facts."""
    if child_id not in facts.pupils:
        return PairState.LEFT
    if child_id not in facts.paired and any(pair.child_id == child_id for pair in facts.uncovered):
        return PairState.UNCOVERED
    if child_id in facts.paired:
        return PairState.PAIRED
    return PairState.NOBODY if child_id in facts.demanded else PairState.FREE


def pair_text(pair: Pair) -> str:
    """A running pairing in one line; who has left is said to have left."""
    text = _LINE.format(supporter=pair.supporter, kind=pair.kind_of.label, on=pair.from_on).text()
    return text if pair.covered else f"{text} {_HAS_LEFT}"


class ChildrenList(RecordTable):
    """The children of the reader's scope, those who need somebody first."""

    def __init__(self, desk: Desk, on_action: OnAction) -> None:
        self._desk, self._groups_seen = desk, "group" not in hidden_fields(desk.actor, Membership)
        pairs, groups = bool(may_write(desk.actor, Pairing)), bool(may_write(desk.actor, Membership))
        columns = [
            Column("name", Child.fields["name"].label),
            Column("class_name", Label("Class", "班级"), sort=lambda row: row["order"]),
            Column(
                "key", Label("Key child", "重点对象"), choices={"key": _KEY_MARK}, text=lambda row: _KEY_MARK.text() if row["key"] else ""
            ),
            Column.of(Membership.fields["group"]),
            Column("state", Label("Pairing", "结对情况"), choices=_choices(), text=lambda row: PairState[row["state"]].label.text()),
            Column("supporters", Label("Present supporters", "现任帮扶人")),
        ]
        if not self._groups_seen:
            columns = [column for column in columns if column.name not in ("key", "group")]
        needs = (PairState.UNCOVERED.name, PairState.NOBODY.name)
        actions = [
            RowAction("pair", Label("Pair", "结对"), Emphasis.PRIMARY, when=lambda row: pairs and row["state"] in needs),
            RowAction("free", Label("Pair", "结对"), when=lambda row: pairs and row["state"] == PairState.FREE.name),
            RowAction("also", Label("Pair with one more", "再结对"), when=lambda row: pairs and row["state"] == PairState.PAIRED.name),
            RowAction("group", Label("Put into a group", "列入分类"), when=lambda row: groups and row["own"]),
            RowAction("open", Label("Look and change", "查看变更") if pairs or groups else Label("Look", "查看")),
        ]
        super().__init__(
            columns,
            caption=Label("Children", "孩子名单"),
            empty=Label("No child is paired with you or in your class.", "您名下还没有孩子：既没有结对的孩子，也没有本班学生。"),
            actions=actions,
            on_action=on_action,
        )

    def show(self, facts: PairingFacts) -> None:
        """Fill the list from the facts."""
        own = {class_id for class_id, _, _ in class_options(self._desk, school_year_of(facts.on))}
        gone = {pair.child_id for pair in facts.of_children_who_left}
        rows = [_child_row(facts, child_id, own) for child_id in (*facts.pupils, *sorted(gone))]
        places = {state.name: place for place, state in enumerate(PairState)}
        # of those whom the rules do not ask for, the ones in a group or on the register are the likelier to be looked for
        near = {child_id for child_id, groups in facts.groups.items() if groups} | facts.register
        self.set_rows(sorted(rows, key=lambda row: (places[row["state"]], row["id"] not in near)))


def _choices() -> dict[str, Label]:
    return {state.name: state.label for state in PairState}


def _child_row(facts: PairingFacts, child_id: str, own: Collection[str]) -> dict[str, Any]:
    pupil: Pupil | None = facts.pupils.get(child_id)
    groups = facts.groups.get(child_id, frozenset())
    return {
        "id": child_id,
        "name": facts.names.get(child_id, ""),
        "class_name": pupil.class_name if pupil else None,
        "order": pupil.order if pupil else None,
        "own": pupil is not None and pupil.class_id in own,
        "key": ["key"] if SupportGroup.KEY in groups else [],
        "group": [str(group) for group in SupportGroup if group in groups and group is not SupportGroup.KEY],
        "state": child_state(facts, child_id).name,
        "supporters": "\n".join(pair_text(pair) for pair in facts.by_child.get(child_id, [])),
    }


class ChildPanel(widgets.VBox):  # type: ignore[misc]
    """One child: the pairings, present and former with reason and hand-over note, and the groups with their dates."""

    def __init__(self, desk: Desk, on_action: OnAction) -> None:
        self._desk = desk
        self.child_id: str | None = None
        self.header = Facts()
        self.pairings, self.groups = _pairings_table(desk, on_action), _groups_table(desk, on_action)
        super().__init__([self.header, self.pairings, self.groups])

    def __repr__(self) -> str:
        return f"ChildPanel({len(self.pairings.rows)} pairings, {len(self.groups.rows)} groups)"

    def begin(self, child_id: str, facts: PairingFacts) -> None:
        """Show a child; the read is logged; `NotFound` outside the person's scope."""
        self._desk.get(Child, child_id)
        self.show(child_id, facts)

    def show(self, child_id: str, facts: PairingFacts) -> None:
        """Fill the panel again after a change."""
        self.child_id = child_id
        pupil = facts.pupils.get(child_id)
        class_name, teacher = (pupil.class_name, pupil.teacher) if pupil else (None, None)
        self.header.set_items(
            [
                (Child.fields["name"].label, facts.names.get(child_id, "")),
                (Label("Class", "班级"), class_name),
                (Label("Class teacher", "班主任"), teacher or None),
                (Label("Pairing", "结对情况"), child_state(facts, child_id).label.text()),
            ]
        )
        latest = sorted((p for p in facts.pairs if p.child_id == child_id), key=lambda p: (p.runs, p.from_on), reverse=True)
        self.pairings.set_rows(
            [{name: getattr(pair, name) for name in Pair.__slots__} | {"past": _is_past(pair, facts)} for pair in latest]
        )
        own = {class_id for class_id, _, _ in class_options(self._desk, school_year_of(facts.on))}
        mine = pupil is not None and pupil.class_id in own
        found = [one.record for one in self._desk.find(Membership, {"child_id": child_id}) if "group" not in one.redacted]
        found.sort(key=lambda one: (one.until_on is None, one.from_on), reverse=True)
        self.groups.set_rows({name: getattr(one, name) for name in one.fields} | {"open": mine and one.until_on is None} for one in found)


def _is_past(pair: Pair, facts: PairingFacts) -> bool:
    return pair.until_on is not None and pair.until_on <= facts.on


def _plain(spec: FieldSpec) -> Column:
    """The column of a field without a filter: one child has few rows."""
    return Column(spec.name, spec.label, spec=spec)


def _pairings_table(desk: Desk, on_action: OnAction) -> RecordTable:
    fields = ("kind_of", "from_on", "until_on", "promise", "duties", "agreed_on", "end_reason", "handover")
    hidden = hidden_fields(desk.actor, Pairing)
    shown = [_plain(Pairing.fields[name]) for name in fields if name not in hidden]
    actions = [
        RowAction("change", Label("Change the supporter", "换人"), Emphasis.PRIMARY, when=lambda row: not row["past"]),
        RowAction("end", Label("End", "终止"), when=lambda row: not row["past"]),
        RowAction("amend", Label("Amend", "修改")),
    ]
    return RecordTable(
        [Column("supporter", Pairing.fields["staff_id"].label), *shown],
        caption=Label("Pairings, present and former", "结对记录（现任和历任）"),
        empty=Label("Nobody has been paired with this child yet.", "还没有人和这个孩子结对。"),
        actions=actions if may_write(desk.actor, Pairing) else [],
        on_action=on_action,
        page_size=10,
        searchable=False,
    )


def _groups_table(desk: Desk, on_action: OnAction) -> RecordTable:
    hidden = hidden_fields(desk.actor, Membership)
    shown = [_plain(Membership.fields[name]) for name in ("group", "from_on", "until_on", "reason", "end_reason") if name not in hidden]
    actions = [RowAction("take_out", Label("Take out", "退出分类"), when=lambda row: row["open"])]
    return RecordTable(
        shown or [Column("group", Membership.label)],
        caption=Label("Groups", "帮扶分类"),
        empty=Label("The child is in no group.", "这个孩子没有列入任何分类。"),
        actions=actions if may_write(desk.actor, Membership) else [],
        on_action=on_action,
        page_size=10,
        searchable=False,
    )


# --- supporters -------------------------------------------------------------------------------------------------------


class SupportersList(RecordTable):
    """The supporters with their children and, for whoever sees all pairings, their load against the cap."""

    def __init__(self, desk: Desk, on_action: OnAction) -> None:
        writes = bool(may_write(desk.actor, Pairing))
        hidden = hidden_fields(desk.actor, StaffMember)
        levels = {"over": Label("over the cap", "超过上限"), "full": Label("full", "已满"), "room": Label("has room", "可再帮扶")}
        columns: list[Any] = [
            Column("name", Pairing.fields["staff_id"].label),
            Column("place", Label("Role, post, unit", "角色、职务、单位")),
            Column("party_member", StaffMember.fields["party_member"].label),
            StaffMember.fields["phone"],
            Column("bar", Label("Children", "帮扶人数"), sort=lambda row: row["count"]),
            Column("level", Label("Load", "负担"), choices=levels, text=lambda row: levels[row["level"]].text() if row["level"] else ""),
            Column("children", Label("Who", "帮扶的孩子")),
        ]
        super().__init__(
            [column for column in columns if column.name not in hidden],
            caption=Label("Supporters", "帮扶人"),
            empty=Label("No supporter of these children yet.", "这些孩子还没有帮扶人。"),
            actions=[
                RowAction("pair_with", Label("Pair with children", "安排孩子"), when=lambda row: row["serving"]),
                RowAction("leave", Label("Hand over", "离岗交接"), when=lambda row: row["serving"] or row["count"]),
            ]
            if writes
            else [],
            on_action=on_action,
        )

    def show(self, facts: PairingFacts) -> None:
        """Fill the list from the facts."""
        rows = []
        for load in facts.loads:
            one, count = load.supporter, len(load.children)
            level = ("over" if load.over else "full" if count == load.cap else "room") if facts.whole and one.serving else None
            rows.append(
                {
                    "id": one.id,
                    "name": one.name if one.serving else f"{one.name}（{_HAS_LEFT}）",
                    "place": staff_detail(one.role, one.post, one.unit),
                    "party_member": one.party_member,
                    "phone": one.phone,
                    "count": count,
                    "bar": load_bar(count, load.cap) if facts.whole else str(count),
                    "level": level,
                    "serving": one.serving,
                    "children": "、".join(f"{facts.names.get(child, '')}（{facts.pupils[child].class_name}）" for child in load.children),
                }
            )
        self.set_rows(rows)


def load_bar(count: int, cap: int) -> str:
    """A load as signs and figures: ``■■■□□□ 3/6``; above the cap ``■■■■■■▲ 7/6``."""
    filled = min(_BLOCKS, cap, -(-count * min(_BLOCKS, cap) // cap))
    return f"{'■' * filled}{'□' * (min(_BLOCKS, cap) - filled)}{'▲' if count > cap else ''} {count}/{cap}"
