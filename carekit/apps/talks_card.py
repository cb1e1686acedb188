"""The record card of a talk: for one child or several, brothers and sisters ticked beside it, with drafts; and amending one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as widgets

from carekit import clock
from carekit.apps.children import child_options
from carekit.apps.staff import staff_name
from carekit.errors import UserError
from carekit.fields import new_id
from carekit.language import Label
from carekit.records import Child, Talk
from carekit.store import Desk
from carekit.widgets import Drafts, Entry, RecordForm, Saved

#: The boxes of the card, those that every talk needs first.
TALK_FIELDS = (
    "talked_on", "mode", "topic", "outcome", "reason", "points", "child_states", "advice", "follow_up_on", "part_of_day", "place", "effect",
)  # fmt: skip
_MOST_SIBLINGS = 6
_TOGETHER = Label("Brothers and sisters: tick who was there too; each gets a record.", "兄弟姐妹：一起谈的请打勾，每人各记一条。")
_SAVED = Label("Saved: the talk with {names}.", "已保存：与{names}的谈心。")
_AMENDED = Label("Saved: the talk is changed; the earlier version is kept.", "已保存：谈心记录已修改，原来的内容保留在修改记录里。")
_AND = Label(", ", "、")
_NOBODY = Label("Choose a child first.", "请先选择孩子。")

OnSaved = Callable[[Label], None]


class TalkCard(widgets.VBox):  # type: ignore[misc]
    """A new talk: `begin` opens the card for a child, `on_saved` is told the acknowledgement of the store."""

    def __init__(self, desk: Desk, on_saved: OnSaved) -> None:
        self.desk, self._on_saved = desk, on_saved
        self._names: dict[str, str] = {}
        self._own_ids: dict[str, str] = {}
        self._offered: list[str] = []
        self.child_id: str | None = None
        self.ticks = [widgets.Checkbox(indent=False, layout={"width": "auto"}) for _ in range(_MOST_SIBLINGS)]
        for tick in self.ticks:
            tick.description_allow_html = False
        self._sentence = widgets.Label(_TOGETHER.text())
        self.siblings = widgets.VBox([self._sentence, *self.ticks])
        self.form = RecordForm(
            Talk,
            ("child_id", *TALK_FIELDS),
            on_submit=self._save,
            hidden={"staff_id": desk.actor.staff_id},
            several=("child_id",),
            title=Label("Record of a talk", "谈心谈话记录"),
            save_label=Label("Save talk", "保存谈心"),
        )
        super().__init__([self.siblings, self.form])

    def __repr__(self) -> str:
        return "TalkCard()" if self.child_id is None else f"TalkCard({len(self._offered)} siblings)"

    def begin(self, child_id: str) -> None:
        """An empty card for a child of the person's scope, or the draft left behind; `NotFound` for anybody else."""
        self.desk.get(Child, child_id)
        options = child_options(self.desk, clock.today())
        self._names = {one: name for one, name, _ in options}
        self._own_ids, self.child_id = {}, child_id
        self._offer(child_id, options)
        self.form.start(
            {"child_id": [child_id], "talked_on": clock.today()}, references={"child_id": options}, drafts=self._drafts(child_id)
        )

    def _offer(self, child_id: str, options: Sequence[tuple[str, str, str]]) -> None:
        """Show the brothers and sisters who are in a class of the person's scope, none ticked."""
        family_id = next((one.record.family_id for one in self.desk.find(Child, {"id": child_id})), None)
        family = {one.id for one in self.desk.find(Child, {"family_id": family_id})} if family_id else set()
        shown = [(one, name, detail) for one, name, detail in options if one in family and one != child_id][:_MOST_SIBLINGS]
        self._offered = [one for one, _, _ in shown]
        for place, tick in enumerate(self.ticks):
            tick.value = False
            tick.layout.display = "" if place < len(shown) else "none"
            tick.description = f"{shown[place][1]}（{shown[place][2]}）" if place < len(shown) else ""
        self.siblings.layout.display = "" if shown else "none"

    def _ticked(self) -> list[str]:
        return [one for one, tick in zip(self._offered, self.ticks, strict=False) if tick.value]

    def _tick(self, chosen: Sequence[Any]) -> None:
        for one, tick in zip(self._offered, self.ticks, strict=False):
            tick.value = one in chosen

    def _drafts(self, child_id: str) -> Drafts:
        """Drafts in the store that also remember who was ticked; giving a draft up takes the ticks away."""
        stored = Drafts.in_store(self.desk, Talk.kind, child_id)

        def load() -> Any:
            found = stored.load()
            if found:
                self._tick(found[0].get("siblings", ()))
            return found

        def drop() -> None:
            stored.drop()
            self._tick(())

        return Drafts(lambda content: stored.save({**content, "siblings": self._ticked()}), load, drop)

    def _save(self, entry: Entry) -> Saved:
        if self.child_id is None:
            raise UserError(_NOBODY)
        records = list(entry.records)
        chosen = {record.child_id for record in records}
        for sibling in self._ticked():
            if sibling not in chosen:
                # the same id when Save is pressed again, so that nothing is saved twice
                own_id = self._own_ids.setdefault(sibling, new_id())
                records.append(entry.record.model_copy(update={"id": own_id, "child_id": sibling}))
        revisions = self.desk.add_all(records)
        self.desk.drop_draft(Talk.kind, self.child_id)
        names = _AND.text().join(self._names.get(one.record.child_id, "") for one in revisions)
        message = _SAVED.format(names=names)
        self._on_saved(message)
        return Saved(message)


class TalkAmendment(widgets.VBox):  # type: ignore[misc]
    """The card of a saved talk, to be amended; every version is kept."""

    def __init__(self, desk: Desk, on_saved: OnSaved) -> None:
        self.desk, self._on_saved = desk, on_saved
        self.form = RecordForm(
            Talk,
            TALK_FIELDS,
            on_submit=self._save,
            hidden={"staff_id": desk.actor.staff_id},
            who=lambda staff_id: staff_name(desk, staff_id),
            title=Label("Amend the record of a talk", "修改谈心记录"),
            save_label=Label("Save change", "保存修改"),
        )
        super().__init__([self.form])

    def __repr__(self) -> str:
        return "TalkAmendment()"

    def begin(self, talk_id: str) -> None:
        """The card of a talk as it was saved; `NotFound` outside the person's scope."""
        talk = self.desk.get(Talk, talk_id)
        fixed = {"staff_id": talk.record.staff_id, "child_id": talk.record.child_id}
        self.form.start(talk, hidden=fixed, drafts=Drafts.in_store(self.desk, f"amend:{talk_id}", talk.record.child_id))

    def _save(self, entry: Entry) -> Saved:
        if entry.seen is None:
            raise UserError(_NOBODY)
        revision = self.desk.amend(entry.record, seen=entry.seen)
        self._on_saved(_AMENDED)
        return Saved(_AMENDED, revision.version)
