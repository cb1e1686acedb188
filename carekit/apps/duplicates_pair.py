"""Two files side by side on the page `duplicates`: what stays of each, then made one with two presses, or declared those of two children."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as widgets

from carekit.apps.duplicates_facts import PairFacts, Side, field_text, kinds_told, pair_facts
from carekit.apps.duplicates_finding import Reason, declare_different
from carekit.errors import UserError
from carekit.fields import FieldSpec
from carekit.language import Label
from carekit.store import Desk
from carekit.store.merging import Merged
from carekit.widgets import Facts, Notice

_WIDE = {"description_width": "initial"}
#: The two columns stand side by side on a wide screen and one under the other on a phone.
_ROW = {"flex_flow": "row wrap", "width": "100%"}
_HALF = {"flex": "1 1 300px", "min_width": "0", "max_width": "520px", "margin": "0 16px 8px 0"}
_FULL = {"width": "100%", "max_width": "760px", "margin": "2px 0"}
#: A choice takes one line on a wide screen; on a phone each of its values is large enough for a thumb.
_STYLE = """<style>
.ck-choice .widget-radio-box { flex: none; flex-flow: row wrap; gap: 2px 24px; margin: 0; }
.ck-choice .widget-radio-box label { font-size: 15px; line-height: 1.6; height: auto; white-space: normal; overflow-wrap: anywhere; }
@media (max-width: 640px) { .ck-choice .widget-radio-box { flex-flow: column; gap: 0; }
.ck-choice .widget-radio-box label { font-size: 16px; min-height: 44px; align-items: center; }
.ck-choice .widget-radio-box input { width: 22px; height: 22px; } }
</style>"""
_TITLES = {
    Side.LEFT: Label("Left: the file made first", "左边：先建的档案"),
    Side.RIGHT: Label("Right: the file made later", "右边：后建的档案"),
}
_KEEP = Label("Which file is kept", "保留哪一份")
_KEEPS = {Side.LEFT: Label("left, made first", "左边（先建的）"), Side.RIGHT: Label("right, made later", "右边（后建的）")}
_SAYS = {Side.LEFT: Label("left: {text}", "左：{text}"), Side.RIGHT: Label("right: {text}", "右：{text}")}
_DIFFER = Label("What differs: choose what stays", "两边不同的项目：请选留下哪个")
_NO_CLASH = Label("Nothing differs that would have to be chosen.", "两边没有互相矛盾的项目。")
_WHICH_CLASS = Label("In which class the child is now", "孩子现在在哪个班")
_CHOOSE_CLASS = Label(
    "The two files stand in different classes: choose the class in which the child is now.", "两份档案在不同班级，请先选孩子现在在哪个班。"
)
_AFTER = Label("What a merge does", "合并后会怎样")
_FILLED, _NOTHING_FILLED = Label("Blanks that are filled", "补上的空项"), Label("none", "没有")
_MOVED = Label("Records that come along", "转到保留档案的记录")
_KIND = Label("{kind} {count}", "{kind}{count}")
_NUMBERS, _NUMBERS_TEXT = (
    Label("Numbers and names that give way", "没留下的号码和姓名"),
    Label("are kept in the file and still found by the search", "存在档案里，仍然查得到"),
)
_FAMILIES, _FAMILIES_TEXT = Label("Families", "两边的家庭"), Label("become one, each person once", "并成一家，同一个人只留一张卡")
_AND = Label(", ", "、")
_WHY = Label("Why one child (may stay empty)", "合并理由（可不填）")
_MERGE, _SURE, _NOT_YET = (
    Label("Make them one…", "合并这两份档案…"),
    Label("Yes, make them one", "确认合并"),
    Label("Not yet", "先不合并"),
)
_ASK = Label(
    "The {other} file ({told}) goes into the {kept} one: {count} records come along and the name is “{name}”. It can be undone under “Merges done”.",
    "将把{other}的档案“{told}”并入{kept}的档案：转来{count}条记录，姓名留“{name}”。合并后可以在“合并记录”里撤销。",
)
_CHANGED = Label(
    "Not merged: somebody changed one of the files meanwhile. Look at both again, then merge.",
    "没有合并：其中一份档案刚被别人改过。请再核对两边，然后合并。",
)
_DIFFERENT, _DIFFERENT_HINT = (
    Label("Not the same child", "不是同一个孩子"),
    Label("for example: asked the family, they are cousins", "例如：已问家长，是堂兄弟"),
)
_HOW_KNOWN = Label("How it is known", "怎么知道的")
_DECLARED = Label("Saved: these are two children; they are not proposed again.", "已记下：是两个孩子，以后不再提示。")
_LONGEST = 200
_TOO_LONG = Label("Not saved: shorten the reason to {most} characters.", "没有保存：理由太长，请缩短到{most}字以内。")
_WHY_PAIRED = Label("Why these two: {why}", "为什么提示这两份：{why}")
_BY_HAND = Label("These two files were opened for comparing.", "对照这两份档案，看是不是同一个孩子。")


class PairCard(widgets.VBox):  # type: ignore[misc]
    """The two files; `on_merged` is told what a merge did and into which file, `on_declared` that they are of two children."""

    def __init__(self, desk: Desk, on_merged: Callable[[str, Merged], None], on_declared: Callable[[Label], None]) -> None:
        self._desk, self._on_merged, self._on_declared = desk, on_merged, on_declared
        self.pair: PairFacts | None = None
        self.chosen: dict[str, Side] = {}
        self.choices: dict[str, widgets.RadioButtons] = {}
        self._count, self._filling = 0, False
        self.why, self.notice = Notice(), Notice()
        self.heads = {side: Facts(title=_TITLES[side]) for side in Side}
        self.keep = _radio(_KEEP, [(_KEEPS[side].text(), side) for side in Side])
        self.differ = widgets.VBox([])
        self.room = _radio(_WHICH_CLASS, [])
        self.after = Facts(title=_AFTER)
        self.reason = widgets.Text(description=_WHY.text(), style=_WIDE, layout=_FULL)
        self.merge_button, self.sure_button, self.cancel_button = button(_MERGE, "primary"), button(_SURE, "primary"), button(_NOT_YET)
        self.sure = widgets.HBox([self.sure_button, self.cancel_button], layout={"flex_flow": "row wrap"})
        self.known = widgets.Text(description=_HOW_KNOWN.text(), placeholder=_DIFFERENT_HINT.text(), style=_WIDE, layout=_FULL)
        self.different_button = button(_DIFFERENT)
        sides = widgets.HBox([widgets.VBox([head], layout=_HALF) for head in self.heads.values()], layout=_ROW)
        apart = widgets.VBox(
            [self.known, self.different_button], layout={"margin": "18px 0 0 0", "border_top": "1px solid #c3cad2", "padding": "12px 0 0 0"}
        )
        super().__init__(
            [
                widgets.HTML(_STYLE),
                self.why,
                sides,
                self.keep,
                self.differ,
                self.room,
                widgets.VBox([self.after], layout={"max_width": "520px"}),
                self.reason,
                self.merge_button,
                self.notice,
                self.sure,
                apart,
            ]
        )
        self._listen()

    def _listen(self) -> None:
        self.keep.observe(lambda _: self.notice.told(self._kept_changed), names="value")
        self.room.observe(lambda _: self._ask_again(), names="value")
        self.merge_button.on_click(lambda _: self.notice.told(self._ask))
        self.sure_button.on_click(lambda _: self.notice.told(self._merge))
        self.cancel_button.on_click(lambda _: self._ask_again())
        self.different_button.on_click(lambda _: self.notice.told(self._declare))

    def __repr__(self) -> str:
        return f"PairCard({len(self.choices)} choices)"

    # --- showing ------------------------------------------------------------------------------------------------------

    def begin(self, one_id: str, other_id: str, reasons: Sequence[Reason] = ()) -> None:
        """Open two files, nothing chosen yet; raises as `pair_facts` does."""
        self._show(pair_facts(self._desk, one_id, other_id))
        told = _AND.text().join(reason.label.text() for reason in reasons)
        self.why.info(_WHY_PAIRED.format(why=told) if told else _BY_HAND)
        self._filling = True
        self.keep.value, self.chosen, self.reason.value, self.known.value = Side.LEFT, {}, told, ""
        self._filling = False
        self._kept_changed()

    def _show(self, pair: PairFacts) -> None:
        self.pair = pair
        for side, head in self.heads.items():
            head.set_items(pair.head_items(side))
        self.choices = {spec.name: self._choice(pair, spec) for spec in pair.clashes()}
        self.chosen = {name: side for name, side in self.chosen.items() if name in self.choices}
        title = widgets.HTML(f"<h4 style='margin:10px 0 2px'>{(_DIFFER if self.choices else _NO_CLASH).text()}</h4>")
        self.differ.children = (title, *self.choices.values())
        stays = [(_SAYS[side].format(text=room).text(), stay_id) for side in Side for stay_id, room in pair.at(side).stays.items()]
        self._filling = True
        before, self.room.options = self.room.value, stays
        self.room.value = before if before in {stay_id for _, stay_id in stays} else None
        self._filling = False
        self.room.layout.display = "" if pair.two_classes else "none"

    def _choice(self, pair: PairFacts, spec: FieldSpec) -> widgets.RadioButtons:
        radio = _radio(spec.label, [(_SAYS[side].format(text=field_text(pair.at(side).child, spec.name)).text(), side) for side in Side])
        radio.observe(lambda change, name=spec.name: self._choose(name, change["new"]), names="value")
        return radio

    def _choose(self, name: str, side: Side) -> None:
        if not self._filling:
            self.chosen[name] = side
            self._ask_again()

    def _kept_changed(self) -> None:
        """Another file is kept: what nobody chose follows it, and so does what a merge would bring."""
        if self._filling or self.pair is None:
            return
        self._filling = True
        for name, radio in self.choices.items():
            radio.value = self.chosen.get(name, self.pair.usual(name, self.keep.value))
        self._filling = False
        kept, other = (self.pair.at(side).child.id for side in (self.keep.value, self.keep.value.other))
        counts = self._desk.merge_counts(kept, other)
        self._count = sum(counts.values())
        filled = _AND.text().join(label.text() for label in self.pair.filled(self.keep.value))
        moved = _AND.text().join(_KIND.format(kind=kind, count=count).text() for kind, count in kinds_told(counts))
        families = {self.pair.at(side).child.family_id for side in Side}
        items = [(_FILLED, filled or _NOTHING_FILLED), (_MOVED, moved or _NOTHING_FILLED), (_NUMBERS, _NUMBERS_TEXT)]
        self.after.set_items([*items, *([(_FAMILIES, _FAMILIES_TEXT)] if len(families - {None}) > 1 else [])])
        self._ask_again()

    def _ask_again(self) -> None:
        """What was asked is no longer what would be done."""
        if not self._filling:
            self.sure.layout.display, self.merge_button.layout.display = "none", ""
            self.notice.clear()

    # --- doing --------------------------------------------------------------------------------------------------------

    def _ready(self) -> PairFacts:
        if self.pair is None or (self.pair.two_classes and self.room.value is None):
            raise UserError(_CHOOSE_CLASS, code="two_classes")
        return self.pair

    def _ask(self) -> None:
        pair, kept = self._ready(), self.keep.value
        name_side = self.choices["name"].value if "name" in self.choices else kept
        self.notice.warn(
            _ASK.format(other=kept.other, told=pair.at(kept.other).told(), kept=kept, count=self._count, name=pair.at(name_side).child.name)
        )
        self.sure.layout.display, self.merge_button.layout.display = "", "none"

    def _merge(self) -> None:
        pair, kept = self._ready(), self.keep.value
        kept_id, other_id = pair.at(kept).child.id, pair.at(kept.other).child.id
        now = pair_facts(self._desk, kept_id, other_id)
        if not pair.same_versions(now):
            self._show(now)
            self._kept_changed()
            raise UserError(_CHANGED, code="changed")
        chosen = pair.chosen({name: radio.value for name, radio in self.choices.items()})
        stay_id = self.room.value if pair.two_classes else None
        done = self._desk.merge(kept_id, other_id, chosen=chosen, stay_id=stay_id, reason=short_text(self.reason.value))
        self.pair = None
        self._on_merged(kept_id, done)

    def _declare(self) -> None:
        if self.pair is not None:
            declare_different(self._desk, self.pair.left.child.id, self.pair.right.child.id, short_text(self.known.value))
            self._on_declared(_DECLARED)


def short_text(text: str) -> str:
    """What was typed into a line, without blanks at its ends; `UserError` when it is too long to be kept, before anything is done."""
    if len(text.strip()) > _LONGEST:
        raise UserError(_TOO_LONG.format(most=_LONGEST), code="too_long")
    return text.strip()


def _radio(label: Label, options: list[tuple[str, Any]]) -> widgets.RadioButtons:
    first = options[0][1] if options else None
    made = widgets.RadioButtons(options=options, value=first, description=label.text(), style={"description_width": "10em"}, layout=_FULL)
    made.add_class("ck-choice")
    return made


def button(label: Label, style: str = "") -> widgets.Button:
    """A button of the page that is not printed."""
    made = widgets.Button(description=label.text(), button_style=style, layout={"align_self": "flex-start", "margin": "6px 8px 6px 0"})
    made.add_class("ck-noprint")
    return made
